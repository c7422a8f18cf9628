"""Maquette: an open, local-first studio where people make things with networks they own.

    from maquette import Request, Studio

    studio = Studio()
    for asset in studio.make(studio.request("icon", "a rocket", seed=7)):
        print(asset.path, asset.credential.summary)

The names below are loaded when they are asked for, so that `import maquette` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .checkpoints.box import open_checkpoint as open_checkpoint
    from .core.types import Request as Request
    from .media.table import open_media as open_media
    from .studio.studio import Studio as Studio
    from .trust.verify import verify as verify

FACADE = {
    "Request": "maquette.core.types",
    "Studio": "maquette.studio.studio",
    "open_checkpoint": "maquette.checkpoints.box",
    "open_media": "maquette.media.table",
    "verify": "maquette.trust.verify",
}

__all__ = ["Request", "Studio", "__version__", "open_checkpoint", "open_media", "verify"]


def __getattr__(name: str) -> Any:
    if name not in FACADE:
        raise AttributeError(f"module 'maquette' has no attribute {name!r}; it has {', '.join(FACADE)}")
    value = getattr(import_module(FACADE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
