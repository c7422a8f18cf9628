"""What lies in a checkpoint's box, by hash: so that a file that was swapped after the sealing is found."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from ..core.hashing import sha256_file

CARD = "card.json"
SEAL = CARD + ".c2pa"
RUN = "run"  # the folder of a training beside what it made; not part of the box


def contents(folder: Path) -> dict[str, str]:
    """SHA-256 by name of every file in the box but the card and its seal; hidden files and the training's own left out.

    The card is left out because the seal is tied to its very bytes.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        parts = PurePosixPath(name).parts
        if path.is_file() and name not in (CARD, SEAL) and parts[0] != RUN and not any(p[0] == "." for p in parts):
            found[name] = sha256_file(path)
    return found


def differences(folder: Path, sealed: Mapping[str, str]) -> list[str]:
    """What is no longer as it was sealed: "weights.safetensors was changed", "graph.onnx is missing".

    `sealed` may come from a stranger: a name that leads out of the folder is never followed.
    """
    told = []
    for name, wanted in sealed.items():
        if not _inside(str(name)):
            told.append(f"{name} is no name of a file in a model")
        elif not (path := folder / str(name)).is_file():
            told.append(f"{name} is missing")
        elif sha256_file(path) != wanted:
            told.append(f"{name} was changed")
    return told


def keep_seal(folder: Path, seal: bytes) -> Path:
    """Write the seal beside the card, whole or not at all; the one of an earlier training gives way."""
    target = folder / SEAL
    part = folder / f".{SEAL}-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        part.write_bytes(seal)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


def _inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and not any(mark in name for mark in ("\\", ":", "\0")) and not {"/", "..", "."} & set(parts)
