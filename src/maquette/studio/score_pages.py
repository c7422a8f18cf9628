"""Pages and rolls of a piece: engraved notation, files for notation programs, the piano roll; each signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..core.registry import nearest
from . import files
from .score_exports import COMMENT, Written, sealed

if TYPE_CHECKING:
    from ..media.engrave import Layout
    from ..media.roll import Roll
    from ..media.score import Score
    from .studio import Studio

KINDS = ("pdf", "svg", "png", "musicxml", "mxl")
ROLLS = ("svg", "png")


@dataclass(frozen=True)
class Pages:
    """What was written, and what it says otherwise than the piece does."""

    files: tuple[Written, ...]
    remarks: tuple[str, ...] = ()


def write_pages(
    studio: Studio,
    file: str | Path,
    kinds: Sequence[str],
    layout: Layout,
    *,
    bars: tuple[int, ...] = (),
    out: Path = Path("."),
    unsigned: bool = False,
) -> Pages:
    """Notation of the piece in `file` as each of `kinds`; `bars`: the first and the last, counted from 1.

    Raises UsageError, MediaError, MissingExtra, LibraryError, CredentialError.
    """
    from ..media.engrave import pages_as_bytes
    from ..media.score_xml import losses, to_mxl, to_xml

    if not kinds:
        raise UsageError("no kind of file is named", where="--as", mend=f"known are: {', '.join(KINDS)}")
    wrong = next((kind for kind in kinds if kind not in KINDS), None)
    if wrong is not None:
        raise UsageError(f"notation cannot be written as {wrong!r}", mend=nearest(wrong, KINDS))
    source, score = _opened(studio, file, bars)
    makers: dict[str, tuple[Callable[[], list[bytes]], str]] = {
        "pdf": (lambda: pages_as_bytes(score, "pdf", layout), "engraved pages"),
        "svg": (lambda: pages_as_bytes(score, "svg", layout), "engraved pages"),
        "png": (lambda: pages_as_bytes(score, "png", layout), "engraved pages"),
        "musicxml": (lambda: [to_xml(score, comment=COMMENT).encode()], "MusicXML"),
        "mxl": (lambda: [to_mxl(score, comment=COMMENT)], "packed MusicXML"),
    }
    made = [(kind, *_made(makers[kind])) for kind in dict.fromkeys(kinds)]
    written = [
        one
        for kind, data, called in made
        for one in _put(studio, source, score, data, f".{kind}", called, out, unsigned)
    ]
    return Pages(tuple(written), (*score.said, *losses(score)))


def _made(maker: tuple[Callable[[], list[bytes]], str]) -> tuple[list[bytes], str]:
    return maker[0](), maker[1]


def write_roll(
    studio: Studio,
    file: str | Path,
    kind: str,
    roll: Roll,
    *,
    bars: tuple[int, ...] = (),
    out: Path = Path("."),
    unsigned: bool = False,
) -> Pages:
    """The piano roll of the piece in `file` as "svg" or "png"; errors as in `write_pages`."""
    from dataclasses import replace

    from ..media.roll import to_png, to_svg

    if kind not in ROLLS:
        raise UsageError(f"a roll cannot be written as {kind!r}", mend=nearest(kind, ROLLS))
    source, score = _opened(studio, file, ())
    if bars:
        roll = replace(roll, bars=(bars[0] - score.first_number, bars[-1] - score.first_number + 1))
    data = to_svg(score, roll).encode() if kind == "svg" else to_png(score, roll, px=1600)
    written = _put(studio, source, score, [data], f".{kind}", "piano roll", out, unsigned, "-roll")
    return Pages(tuple(written), score.said)


def _opened(studio: Studio, file: str | Path, bars: tuple[int, ...]) -> tuple[Path, Score]:
    """The piece, or some bars of it, and where its file lies."""
    from ..media.score import cut
    from .scores import open_score

    opened = open_score(studio, file)
    score = opened.score
    least = score.first_number
    return opened.path, cut(score, bars[0] - least, bars[-1] - least + 1) if bars else score


def _put(
    studio: Studio,
    source: Path,
    score: Score,
    pages: Sequence[bytes],
    suffix: str,
    called: str,
    out: Path,
    unsigned: bool,
    end: str = "",
) -> list[Written]:
    """Writes the files under the piece's name, pages numbered from the second on; a name that is taken gets -2."""
    written = []
    for number, data in enumerate(pages, start=1):
        stem = source.stem + end + (f"-page-{number}" if number > 1 else "")
        told: Mapping[str, Any] = {"signer": "", "where": "none", "summary": "unsigned, as asked"}
        sidecar = None
        if not unsigned:
            data, sidecar, told = sealed(studio, source, "music", score, data, suffix, called)
        with files.told(out, "the folder"):
            path, _ = files.put(data, sidecar, files.ready(out), stem, suffix)
        written.append(Written(path, suffix.lstrip("."), told))
    return written
