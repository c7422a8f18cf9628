"""Originality in any craft: the prints that a checkpoint carries, and what a work is compared with them by."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.errors import CheckpointError


def load_index(path: Path) -> Any:
    """The prints of a checkpoint's training works: of drawings (`PrintIndex`), music (`NoteIndex`), small pictures or
    motions.

    Raises CheckpointError for a file that holds none.
    """
    import zipfile

    import numpy as np

    from ..encodings import print_motion, print_notes, print_small, prints

    try:
        with np.load(path, allow_pickle=False) as file:
            form = str(file["format"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        wrong, mend = "this file holds no fingerprints", "build them again, or take the file from a fresh copy"
        raise CheckpointError(wrong, where=f"{path}: {error}", mend=mend) from error
    kinds: dict[str, Any] = {
        print_notes.FORMAT: print_notes.NoteIndex,
        print_small.FORMAT: print_small.PictureIndex,
        print_motion.FORMAT: print_motion.MotionIndex,
    }
    return kinds.get(form, prints.PrintIndex).load(path)


def examine(
    media: Any, index: Any, *, own: Any = None, trace: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """The finding about a drawing, score, picture or motion as JSON data; None where the prints are of another craft.

    `own` are the works of a creator whose hand was learnt; `trace` is the work's record.
    """
    from ..encodings.print_motion import MotionIndex
    from ..encodings.print_notes import NoteIndex
    from ..encodings.print_small import PictureIndex
    from ..encodings.prints import PrintIndex
    from ..media.drawing import Drawing
    from ..media.motion import Motion
    from ..media.picture import Picture
    from ..media.score import Score

    if isinstance(media, Picture) and isinstance(index, PictureIndex):
        from .originality_pictures import examine as examine_picture

        mine = own if isinstance(own, PictureIndex) else None
        return examine_picture(media, index, own=mine, trace=trace).as_dict()
    if isinstance(media, Motion) and isinstance(index, MotionIndex):
        from .originality_motion import examine as examine_motion

        return examine_motion(media, index, own if isinstance(own, MotionIndex) else None).as_dict()
    if isinstance(media, Score) and isinstance(index, NoteIndex):
        from .originality_notes import examine as examine_notes

        return examine_notes(media, index, own=own).as_dict()
    if isinstance(media, Drawing) and isinstance(index, PrintIndex):
        from .originality import examine as examine_drawing

        return examine_drawing(media, index, own=own).as_dict()
    return None
