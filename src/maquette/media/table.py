"""Which module reads and writes which kind of media: one table for all of them."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core import registry
from ..core.errors import MediaError
from . import picture_table, score_table


@dataclass(frozen=True)
class Form:
    """The file that a medium is kept as. `write(media, title=, comment=)` gives its text or bytes."""

    suffix: str
    mime: str
    write: str  # "module:function"


# The class of a medium -> the form its works are kept in.
FORMS = {
    "Drawing": Form(".svg", "image/svg+xml", "maquette.media.drawing:to_svg"),
    "Score": Form(".mid", "audio/midi", "maquette.media.score_midi:to_bytes"),
    "Motion": Form(".bvh", "model/bvh", "maquette.media.motion_bvh:to_text"),
    "Script": Form(".fountain", "text/plain", "maquette.media.script:to_text"),
    "Picture": Form(".png", "image/png", "maquette.media.picture_file:to_bytes"),
}

# suffix -> reader: a function from a path to the medium itself.
READERS = {
    ".svg": "maquette.media.drawing:read",
    ".bvh": "maquette.media.motion_bvh:read_bvh",
    **dict.fromkeys((".glb", ".gltf"), "maquette.media.motion_gltf:read"),
    ".amc": "maquette.media.motion_asf:read_amc",
    **dict.fromkeys((".fountain", ".fdx"), "maquette.media.script:read"),
    **score_table.READERS,
    **dict.fromkeys(picture_table.MIMES, "maquette.media.picture_file:read"),
}

MIMES = (
    {form.suffix: form.mime for form in FORMS.values()}
    | {".fdx": "application/xml"}
    | score_table.MIMES
    | picture_table.MIMES
)


def open_media(path: str | Path) -> Any:
    """Read a file as the medium its suffix names, e.g. an `.svg` as a `Drawing`.

    Raises MediaError for a missing file and for a suffix that no medium here reads.
    """
    path = Path(path)
    if not path.is_file():
        wrong = "this is a folder, not a file" if path.is_dir() else "there is no such file"
        raise MediaError(wrong, where=str(path), mend="check the name and the folder")
    suffix = path.suffix.lower()
    if suffix not in READERS:
        raise MediaError(
            f"nothing here reads {suffix or 'files without a suffix'}",
            where=str(path),
            mend=f"known are {', '.join(sorted(READERS))}",
        )
    return registry.load(READERS, suffix, "medium")(path)


def read_if_known(path: Path) -> Any:
    """The medium of a file, or None if no medium here reads its kind."""
    return open_media(path) if path.suffix.lower() in READERS else None


def mime_of(path: Path) -> str:
    """The media type of a file by its suffix; `application/octet-stream` for kinds we do not know."""
    return MIMES.get(path.suffix.lower(), "application/octet-stream")


def to_bytes(media: Any, *, title: str, comment: str) -> tuple[bytes, Form]:
    """The file of a medium, and which form that is."""
    form = FORMS[type(media).__name__]
    written = registry.load({"writer": form.write}, "writer", "writer")(media, title=title, comment=comment)
    return (written.encode() if isinstance(written, str) else written), form


def same(one: Any, other: Any) -> bool:
    """True if two media are alike once written: titles, comments and how they were read aside."""
    if type(one).__name__ == type(other).__name__ == "Picture":
        from . import picture_edits

        return picture_edits.same(one, other)
    if type(one).__name__ == type(other).__name__ == "Motion":
        from . import motion_edits

        return motion_edits.same(one, other)
    plain = [to_bytes(dataclasses.replace(media, title=""), title="", comment="")[0] for media in (one, other)]
    return plain[0] == plain[1]


def edits(before: Any, after: Any) -> str:
    """What a hand did to a work, in a line: "2 of 5 shapes changed, 1 added"; where nothing counts "edited by hand"."""
    if type(before).__name__ == type(after).__name__ == "Score":
        from . import score_edits

        return score_edits.told(before, after)
    if type(before).__name__ == type(after).__name__ == "Picture":
        from . import picture_edits

        return picture_edits.told(before, after)
    if type(before).__name__ == type(after).__name__ == "Motion":
        from . import motion_edits

        return motion_edits.told(before, after)
    old, new = (Counter(getattr(media, "shapes", ())) for media in (before, after))
    if not old or not new:
        return "edited by hand"
    gone, come = (old - new).total(), (new - old).total()
    changed = min(gone, come)
    told = [
        f"{changed} of {old.total()} shapes changed" if changed else "",
        f"{come - changed} added" if come > changed else "",
        f"{gone - changed} removed" if gone > changed else "",
    ]
    return ", ".join(part for part in told if part) or "the shapes unchanged"
