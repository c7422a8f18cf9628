"""Which module reads and writes which kind of file: one table for all media."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..core import registry
from ..core.errors import MediaError

# suffix -> reader: a function from a path to the medium itself.
READERS = {
    ".svg": "maquette.media.drawing:read",
}


def open_media(path: str | Path) -> Any:
    """Read a file as the medium its suffix names, e.g. an `.svg` as a `Drawing`.

    Raises MediaError for a missing file and for a suffix that no medium here reads.
    """
    path = Path(path)
    if not path.is_file():
        raise MediaError("there is no such file", where=str(path), mend="check the name and the folder")
    suffix = path.suffix.lower()
    if suffix not in READERS:
        raise MediaError(
            f"nothing here reads {suffix or 'files without a suffix'}",
            where=str(path),
            mend=f"known are {', '.join(sorted(READERS))}",
        )
    return registry.load(READERS, suffix, "medium")(path)
