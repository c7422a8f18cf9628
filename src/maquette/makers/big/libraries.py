"""The doors to torch, diffusers, transformers and peft: opened late, kept off the network, and quiet."""

from __future__ import annotations

import os
import warnings
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ...core.errors import MissingExtra

NEEDED = ("torch", "diffusers", "transformers", "accelerate", "peft")
# Every one of these libraries has its own switch; a model that was added never needs the network.
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}


def diffusers() -> Any:
    """The module `diffusers`, offline and without its bars and chatter. MissingExtra if a package is missing."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise MissingExtra(
            f"large models need {', '.join(missing)}", mend="pip install 'maquette[big]' (about 1.3 GB with torch)"
        )
    os.environ.update(OFFLINE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library: Any = import_module("diffusers")
        for name in ("diffusers", "transformers"):
            logging = import_module(f"{name}.utils.logging")
            logging.set_verbosity_error()
            logging.disable_progress_bar()
    _close_the_hub()
    return library


def torch() -> Any:
    """The module `torch`."""
    return import_module("torch")


def versions() -> dict[str, str]:
    """What pictures depend on, bit for bit: the versions of the libraries that make them."""
    from importlib.metadata import version

    return {name: version(name) for name in ("diffusers", "transformers", "torch")}


def _close_the_hub() -> None:
    """Whoever imported the hub before us gets its switch turned too: it is read once, at import."""
    constants: Any = import_module("huggingface_hub.constants")
    constants.HF_HUB_OFFLINE = True
