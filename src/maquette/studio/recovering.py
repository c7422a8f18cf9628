"""Finding the credential of a file that lost it: in the library, by its bytes, by its notes or sound, by its melody,
by a picture's mark or look.

A credential belongs to the bytes it was signed over. Where these are still there it is put back beside them; where a
program has written the file anew, the library's own signed copy is given out, and what was found is said.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..core.errors import MaquetteError, UsageError
from ..core.hashing import sha256_file
from . import files
from .recovering_pictures import is_picture, trace

if TYPE_CHECKING:
    from .lineage import Asset
    from .studio import Studio

How = Literal["bytes", "content", "melody", "mark", "look"]
SOUNDS = (".wav", ".flac")  # whose samples can be compared; MP3 changes with every writing
ENOUGH = 0.8  # share of a piece's melody that must stand in a kept one


@dataclass(frozen=True)
class Recovered:
    """What a file turned out to be. how: the very bytes; the same notes, samples or pixels; a melody that agrees for
    the most part; a picture's mark; or how it looks. `share`: 0..1, how far the two agree. `path`: the signed file that
    is there now."""

    asset: Asset
    how: How
    path: Path
    share: float = 1.0

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        found = {"how": self.how, "share": round(self.share, 3), "recovered": str(self.path)}
        return {**self.asset.as_dict(), **found}

    @property
    def told(self) -> str:
        """In a line for people."""
        kept = f"kept {self.asset.created[:10]} as {self.asset.id[:12]}"
        if self.how == "bytes":
            return f"the very file, {kept}: its credential is beside it again"
        if self.how in ("mark", "look"):
            why = "its mark says so, and it looks" if self.how == "mark" else "it has no mark, but it looks"
            return f"a work {kept}: {why} {self.share:.0%} alike; the signed file is given out: look at both"
        what = "the same content" if self.how == "content" else f"{self.share:.0%} of its melody"
        return f"{what} as a work {kept}: the signed file is given out; take your changes in with `maquette adopt`"


def recover(studio: Studio, file: str | Path, *, out: str | Path | None = None) -> Recovered:
    """Find the kept work that a file is, and give its credential back; nothing that is there is overwritten.

    out: folder for a signed copy; that of the file if none is given. Raises UsageError for a file whose credential
    holds, and for one that the library does not know.
    """
    path = Path(file)
    if studio.verdict(path).holds:
        raise UsageError("its credential holds: nothing is lost", where=str(path), mend="see `maquette show`")
    folder = Path(out).expanduser() if out is not None else path.absolute().parent
    asset = studio.library.get(path)
    if asset is not None and asset.copy is not None:
        return Recovered(asset, "bytes", _beside(asset.copy, path, folder))
    found = _picture(studio, path) if is_picture(path) else _same(studio, path) or _alike(studio, path)
    if found is None:
        raise UsageError(
            "the library knows no work like it", where=str(path), mend="search it by words: maquette library search"
        )
    asset, how, share = found
    assert asset.copy is not None
    return Recovered(asset, how, _given(asset.copy, folder, path), share)


def _picture(studio: Studio, path: Path) -> tuple[Asset, How, float] | None:
    found = trace(studio, path)
    if found is None or found.asset is None or found.asset.copy is None or not found.asset.copy.is_file():
        return None
    return found.asset, found.how, found.likeness


def _beside(copy: Path, path: Path, folder: Path) -> Path:
    """The credential put back beside the file itself, where its place is free; else a signed copy."""
    kept, place = copy.with_name(copy.name + ".c2pa"), path.with_name(path.name + ".c2pa")
    if not kept.is_file() or folder != path.absolute().parent:
        return _given(copy, folder, path)
    with files.told(place, "the folder"):
        temporary = files.temporary(place.parent, kept.read_bytes())
        if files.place(temporary, place):
            return path
        os.unlink(temporary)
    return _given(copy, folder, path)


def _given(copy: Path, folder: Path, path: Path) -> Path:
    kept = copy.with_name(copy.name + ".c2pa")
    files.ready(folder)
    with files.told(folder, "the folder"):
        sidecar = kept.read_bytes() if kept.is_file() else None
        return files.put(copy.read_bytes(), sidecar, folder, f"{files.slug(path.stem)}-recovered", copy.suffix)[0]


# --- what is in the file -------------------------------------------------------------------------------------------


def _kept(studio: Studio) -> Iterator[tuple[Asset, Path]]:
    for asset in studio.library.assets():
        if asset.copy is not None and asset.copy.is_file():
            yield asset, asset.copy


def _same(studio: Studio, path: Path) -> tuple[Asset, How, float] | None:
    """The kept work with the same notes, or the same samples."""
    mine = _content(path)
    if mine is None:
        return None
    for asset, copy in _kept(studio):
        if sha256_file(copy) == asset.id and _content(copy) == mine:
            return asset, "content", 1.0
    return None


def _content(path: Path) -> Any:
    """What sounds in a file, to be compared; None where nothing is read."""
    from ..media.score_table import READERS, read_score

    suffix = path.suffix.lower()
    try:
        if suffix in READERS:
            notes = (note for part in read_score(path).parts for note in part.notes)
            found = tuple(sorted((note.start, note.length, note.pitch) for note in notes))
            return ("notes", found) if found else None
        if suffix in SOUNDS:
            from ..media.sound import read

            sound = read(path)
            return "samples", sound.rate, sound.samples.shape, sound.samples.tobytes()
    except MaquetteError:
        return None
    return None


@dataclass(frozen=True)
class _Piece:
    """A kept piece, as the index of melodies wants it."""

    id: str
    path: Path
    title: str = ""
    author: str = ""
    licence: str = ""
    set: str = ""
    encoder: str = ""
    genre: str = ""

    @property
    def work(self) -> str:
        return self.id

    def score(self) -> Any:
        from ..media.score_table import read_score

        return read_score(self.path)


def _alike(studio: Studio, path: Path) -> tuple[Asset, How, float] | None:
    """The kept piece in which most of the melody stands, in whatever key."""
    from ..encodings import print_notes, print_quotes
    from ..media.score_table import READERS, read_score

    if path.suffix.lower() not in READERS:
        return None
    known = {asset.id: (asset, copy) for asset, copy in _kept(studio) if copy.suffix.lower() in READERS}
    index = print_notes.build(
        (_Piece(one, copy) for one, (_, copy) in known.items()), on_skipped=lambda name, why: None
    )
    try:
        found = print_quotes.look(read_score(path), index)
    except MaquetteError:
        return None
    total = sum(len(line) for line in found.lines)
    covered: dict[str, set[tuple[int, int]]] = {}
    for quote in [*found.runs, *found.quotes]:
        name = index.entries[int(index.piece[int(index.line_at(_at(quote.place))[0])])].id
        covered.setdefault(name, set()).update((quote.line, note) for note in range(quote.first, quote.last))
    best = max(covered, key=lambda name: len(covered[name]), default=None)
    if best is None or len(covered[best]) < ENOUGH * total:
        return None
    return known[best][0], "melody", len(covered[best]) / total


def _at(place: int) -> Any:
    import numpy as np

    return np.array([place], np.int64)
