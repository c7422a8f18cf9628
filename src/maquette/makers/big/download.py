"""The one place that may reach the network for a large model, and only when a person asked for that very download."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ...core.errors import CheckpointError, MissingExtra, UsageError

# Weights as safetensors, settings, word lists, the licence and the model card; never a pickle, never a program.
WANTED = ("*.safetensors", "*.json", "*.txt", "*.model", "*.md", "LICEN[CS]E*", "*/LICEN[CS]E*")


def download(id: str, folder: Path) -> Path:
    """Download the model `id` ("maker/name") into `folder`, or go on with a download that was broken off.

    Raises UsageError for an id that is none or where the network was switched off, CheckpointError where it fails.
    """
    if len(id.split("/")) != 2 or not all(id.split("/")):
        raise UsageError(f"{id!r} is no id of a model", mend="give it as maker/name")
    if find_spec("huggingface_hub") is None:
        raise MissingExtra("downloading needs huggingface_hub", mend="pip install 'maquette[big]'")
    if os.environ.get("HF_HUB_OFFLINE", "").strip().upper() in ("1", "ON", "YES", "TRUE"):
        raise UsageError("downloads are switched off", where="HF_HUB_OFFLINE", mend="unset it, or add a folder")
    hub: Any = import_module("huggingface_hub")
    try:
        hub.snapshot_download(id, local_dir=str(folder), allow_patterns=list(WANTED))
    except Exception as error:  # the library raises dozens of kinds, all meaning that it did not work
        first = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise CheckpointError(
            f"{id} could not be downloaded: {first}",
            where=str(folder),
            mend="some makers ask you to accept their licence on their page first; the same command goes on",
        ) from error
    return folder
