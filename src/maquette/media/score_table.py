"""Which module reads which file of notes, and one function for all of them."""

from __future__ import annotations

import os
from pathlib import Path

from ..core import registry
from ..core.errors import MediaError
from .score import Score

# suffix -> reader: a function from a path to a Score.
READERS = {
    ".mid": "maquette.media.score_midi:read",
    ".midi": "maquette.media.score_midi:read",
    ".abc": "maquette.media.score_abc:read",
    ".musicxml": "maquette.media.score_xml:read",
    ".xml": "maquette.media.score_xml:read",
    ".mxl": "maquette.media.score_xml:read",
}

MIMES = {
    ".midi": "audio/midi",
    ".abc": "text/vnd.abc",
    ".musicxml": "application/vnd.recordare.musicxml+xml",
    ".mxl": "application/vnd.recordare.musicxml",
}


def read_score(path: os.PathLike[str] | str) -> Score:
    """The score in a file of notes, whatever its kind; `Score.said` tells what could not be carried over.

    MediaError for a missing file, a kind that is not read here, and whatever its reader refuses.
    """
    file = Path(path)
    if not file.is_file():
        wrong = "this is a folder, not a file" if file.is_dir() else "there is no such file"
        raise MediaError(wrong, where=str(file), mend="check the name and the folder")
    suffix = file.suffix.lower()
    if suffix not in READERS:
        wrong = f"no notes can be read from {suffix or 'a file without a suffix'}"
        mend = (
            f"known are {', '.join(sorted(READERS))}; a recording is turned into notes by `maquette music transcribe`"
        )
        raise MediaError(wrong, where=str(file), mend=mend)
    score: Score = registry.load(READERS, suffix, "reader of notes")(file)
    return score
