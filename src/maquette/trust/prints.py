"""Originality in any craft: the prints that a checkpoint carries, and what a work is compared with them by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..core.errors import CheckpointError


def load_index(path: Path) -> Any:
    """The prints of a checkpoint's training works: of drawings (`PrintIndex`) or of music (`NoteIndex`).

    Raises CheckpointError for a file that holds none.
    """
    import zipfile

    import numpy as np

    from ..encodings import print_notes, prints

    try:
        with np.load(path, allow_pickle=False) as file:
            form = str(file["format"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        wrong, mend = "this file holds no fingerprints", "build them again, or take the file from a fresh copy"
        raise CheckpointError(wrong, where=f"{path}: {error}", mend=mend) from error
    kind: Any = print_notes.NoteIndex if form == print_notes.FORMAT else prints.PrintIndex
    return kind.load(path)


def examine(media: Any, index: Any, *, own: Any = None) -> dict[str, Any] | None:
    """The finding about a drawing or a score as JSON data; None where the prints are of another craft.

    `own` are the works of a creator whose hand was learnt.
    """
    from ..encodings.print_notes import NoteIndex
    from ..media.score import Score

    if isinstance(media, Score) != isinstance(index, NoteIndex):
        return None
    if isinstance(media, Score):
        from .originality_notes import examine as examine_notes

        return examine_notes(media, index, own=own).as_dict()
    from .originality import examine as examine_drawing

    return examine_drawing(media, index, own=own).as_dict()
