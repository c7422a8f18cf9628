"""A score as files for other programs, written beside it: notation, pages, piano roll, sound. Each is signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..core.errors import MissingExtra, UsageError
from ..core.hashing import sha256_file
from ..core.registry import nearest
from ..core.types import Ingredient, Request, Work
from . import again, files

if TYPE_CHECKING:
    from ..media.score import Score
    from .studio import Studio

COMMENT = again.COMMENT_BESIDE


@dataclass(frozen=True)
class Written:
    """A file that a score was written as, and its credential: {"signer", "where", "summary"}."""

    path: Path
    kind: str
    credential: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        return {"path": str(self.path), "kind": self.kind, "credential": dict(self.credential)}


def _musicxml(score: Score) -> list[bytes]:
    from ..media.score_xml import to_xml

    return [to_xml(score, title=score.title, comment=COMMENT).encode()]


def _mxl(score: Score) -> list[bytes]:
    from ..media.score_xml import to_mxl

    return [to_mxl(score, title=score.title, comment=COMMENT)]


def _engraved(kind: Literal["svg", "pdf", "png"]) -> Callable[[Score], list[bytes]]:
    def write(score: Score) -> list[bytes]:
        from ..media.engrave import pages_as_bytes

        return pages_as_bytes(score, kind)

    return write


# kind -> (suffix, what is written: a function from a score to the bytes of one file or more, and how it is called)
KINDS: dict[str, tuple[str, Callable[[Score], list[bytes]], str]] = {
    "musicxml": (".musicxml", _musicxml, "MusicXML"),
    "mxl": (".mxl", _mxl, "packed MusicXML"),
    "svg": (".svg", _engraved("svg"), "engraved pages"),
    "pdf": (".pdf", _engraved("pdf"), "engraved pages"),
    "png": (".png", _engraved("png"), "engraved pages"),
}
ENGRAVED = frozenset(("svg", "pdf", "png"))  # need the engraver
SOUNDS = ("wav", "flac", "mp3")  # played by `renders`


def kinds_of(asked: str | Iterable[str]) -> tuple[str, ...]:
    """Checked kinds, from a list or from "musicxml,svg". Raises UsageError for one that is not known."""
    names = asked.replace(",", " ").split() if isinstance(asked, str) else [*asked]
    kinds = tuple(dict.fromkeys(name.strip().lower().lstrip(".") for name in names if name.strip()))
    for kind in kinds:
        if kind not in KINDS and kind not in SOUNDS:
            raise UsageError(f"a score cannot be written as {kind!r}", mend=nearest(kind, (*KINDS, *SOUNDS)))
    if ENGRAVED & {*kinds} and find_spec("verovio") is None:
        raise MissingExtra("engraving needs verovio, which is not installed", mend="pip install 'maquette[music]'")
    return kinds


def export(
    studio: Studio, source: Path, score: Score, kinds: Sequence[str], out: Path, *, unsigned: bool = False
) -> list[Written]:
    """Write the score in the file `source` as each of `kinds` into `out`, under the same name.

    Pages are numbered from the second on. Raises UsageError, MissingExtra, LibraryError.
    """
    written = []
    for kind in kinds:
        if kind in SOUNDS:
            written.append(_played(studio, source, kind, out, unsigned))
            continue
        suffix, write, called = KINDS[kind]
        pages = write(score)
        for number, data in enumerate(pages, start=1):
            stem = source.stem if number == 1 else f"{source.stem}-page-{number}"
            told: Mapping[str, Any] = {"signer": "", "where": "none", "summary": "unsigned, as asked"}
            sidecar = None
            if not unsigned:
                data, sidecar, told = sealed(studio, source, "music", score, data, suffix, called)
            with files.told(out, "the folder"):
                path, _ = files.put(data, sidecar, files.ready(out), stem, suffix)
            written.append(Written(path, kind, told))
    return written


def _played(studio: Studio, source: Path, kind: str, out: Path, unsigned: bool) -> Written:
    """The score as finished sound."""
    from .renders import How, render

    made = render(studio, source, How(kind=kind), out=out, unsigned=unsigned)
    return Written(made.asset.path, kind, made.asset.credential)


def sealed(
    studio: Studio, source: Path, craft: str, media: Any, data: bytes, suffix: str, called: str
) -> tuple[bytes, bytes | None, Mapping[str, Any]]:
    """The bytes of a score or a motion in another form with their credential, whose parent is the file of it."""
    from ..trust.credentials import mime_of

    verdict = studio.verdict(source)
    story = verdict.story if verdict.holds and verdict.story else {}
    asked = story.get("request") or {}
    title = str(asked.get("prompt") or media.title or source.stem)
    request: Request[Any] = Request(
        craft, title, {}, int(asked.get("seed") or 0), 1, base=sha256_file(source), licence=asked.get("licence")
    )
    credits = tuple(Ingredient(**one) for one in story.get("ingredients") or ())
    trace = {"export": {"kind": suffix.lstrip(".")}}
    seed, checkpoint = int(story.get("seed") or 0), str(story.get("checkpoint") or "")
    note = f"written as {called}"
    work: Work[Any] = Work(media, request, seed, checkpoint, "edited", note, credits, trace)
    card = story.get("model") or {}
    parent = again.parent_of(source)
    kept = studio._seal(work, data, mime_of(f"x{suffix}"), None, card=card, action="edited", parents=[parent])
    told = kept.credential
    return kept.data, kept.sidecar, {"signer": told.signer, "where": told.where, "summary": told.summary}
