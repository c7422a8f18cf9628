"""MIDI files in and out: types 0 and 1 read, type 1 written, with names, programs, tempo, key, metre and words."""

from __future__ import annotations

import os
from pathlib import Path

from ..core.errors import MediaError
from .score import Score, check
from .score_midi_bytes import LARGEST_FILE, parse
from .score_midi_read import to_score
from .score_midi_write import losses, to_bytes

__all__ = ["from_bytes", "losses", "read", "to_bytes"]


def read(path: os.PathLike[str] | str) -> Score:
    """The score of a MIDI file, on 480 ticks a quarter. `Score.said` tells what could not be carried over.

    MediaError for what cannot be read: no MIDI at all, type 2, film time, damaged or truncated tracks, no notes,
    more than 200,000 notes or 20,000 bars, a metre or tempo that cannot be.
    """
    file = Path(path)
    try:
        size = file.stat().st_size
        data = file.read_bytes() if size <= LARGEST_FILE else b""
    except FileNotFoundError as error:
        raise MediaError(f"there is no file {file.name!r}", where=str(file.parent), mend="check the name") from error
    except OSError as error:
        reason = "it is a folder" if file.is_dir() else (error.strerror or str(error))
        raise MediaError(f"{file.name} cannot be read: {reason}") from error
    if size > LARGEST_FILE:
        wrong = f"the MIDI file has {size / 1e6:.0f} MB; at most {LARGEST_FILE // 10**6} MB are read"
        raise MediaError(wrong, where=str(file), mend="split the piece into several files")
    return from_bytes(data, str(file))


def from_bytes(data: bytes, where: str = "") -> Score:
    """The score in the bytes of a MIDI file; `where` is what errors call it."""
    return check(to_score(parse(data, where), where), where)
