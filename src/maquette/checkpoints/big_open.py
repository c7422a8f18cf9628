"""Large models opened through diffusers: late, kept off the network, and quiet."""

from __future__ import annotations

import os
import warnings
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ..core.errors import CheckpointError, MissingExtra
from .big import BigModel

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
        for name in ("transformers", "diffusers"):
            logging: Any = import_module(f"{name}.utils.logging")
            logging.set_verbosity_error()
            logging.disable_progress_bar()
        library: Any = import_module("diffusers")
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


def load(model: BigModel, type: str) -> Any:
    """The whole pipeline of a model, its numbers kept as `type` ("float32", "bfloat16"), on the processor.

    Raises CheckpointError for what this diffusers cannot open, MissingExtra without the extra `big`.
    """
    library = diffusers()
    try:
        pipe = library.DiffusionPipeline.from_pretrained(
            str(model.home),
            dtype=getattr(torch(), type),
            variant=model.told.get("variant") or None,
            use_safetensors=True,
            local_files_only=True,
        )
    except (OSError, ValueError, KeyError, AttributeError, RuntimeError) as error:
        first = str(error).strip().splitlines()[0][:200]
        raise CheckpointError(
            f"diffusers cannot open {model.name}: {first}",
            where=str(model.home),
            mend="is it whole, and of a kind that this diffusers knows? pip install --upgrade diffusers",
        ) from error
    pipe.set_progress_bar_config(disable=True)
    return pipe
