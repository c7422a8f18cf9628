"""Finding the kept work that a picture is whose credential was stripped: by its mark, else by how it looks.

A mark names one credential of the library; but a mark can be moved into another picture by whoever has its key, and a
look can be shared by two. So in both cases it is said how alike the two pictures are, and a person looks at both.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..core.errors import LibraryError, MaquetteError
from . import files

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .lineage import Asset
    from .studio import Studio

CACHE = "looks.json"
SURE = 7.0  # standard deviations by which a mark that cannot be read must fit one of the library's
BESIDE = 2.0  # and stand before the next
GLANCE, GLANCED = 1, 20 << 20  # pieces of a picture that `verify` looks at; bytes of the largest file it does so with
DIFFERS = 0.6  # likeness below which a marked picture is said to look different


@dataclass(frozen=True)
class Traced:
    """What a stripped picture shows. `asset` is None where the mark is one of this studio and names no kept work.

    how: its pixels are the very same, its mark was read, or it looks alike. likeness: 0..1.
    """

    asset: Asset | None
    how: Literal["content", "mark", "look"]
    likeness: float = 0.0

    @property
    def told(self) -> str:
        """In a line for people, after "unsigned"."""
        if self.asset is None:
            return "a mark of this studio found, of a work that the library does not hold"
        kept = f"a work kept {self.asset.created[:10]} as {self.asset.id[:12]}"
        return f"a mark of this studio found: it belongs to {kept}, {self.seen}; see `maquette recover`"

    @property
    def seen(self) -> str:
        """How alike the two pictures are, in words."""
        if self.likeness < DIFFERS:
            return f"which looks different ({self.likeness:.0%} alike: cropped, turned, or another picture)"
        return f"which looks {self.likeness:.0%} alike"

    def as_dict(self) -> dict[str, Any]:
        """What `verify --json` says of it."""
        one = None if self.asset is None else self.asset.id
        return {"how": self.how, "work": one, "likeness": round(self.likeness, 3)}


def is_picture(path: Path) -> bool:
    """True for the name of a file that is read as a picture."""
    from ..media.picture_table import MIMES

    return path.suffix.lower() in MIMES


def marked(studio: Studio, path: Path) -> Traced | None:
    """What a mark says of a file without credential, for `verify`: quick, and None where there is nothing to say.

    Only the middle of a large picture is looked at, and no file beyond 20 MB: `trace` takes its time.
    """
    if not is_picture(path) or not _any_marks(studio):
        return None
    try:
        if path.stat().st_size > GLANCED:
            return None
        return _by_mark(studio, _pixels(path), path.suffix.lower(), pieces=GLANCE)
    except (MaquetteError, MemoryError, OSError):
        return None  # what cannot be read carries no mark; the verdict says what it is


def trace(studio: Studio, path: Path) -> Traced | None:
    """The kept picture that a file is: by its mark, else by its look; None where the library has none like it."""
    try:
        rgb = _pixels(path)
    except MaquetteError:
        return None
    found = _by_mark(studio, rgb, path.suffix.lower()) if _any_marks(studio) else None
    if found is None or found.asset is None:
        found = _by_look(studio, rgb) or found
    if found is not None and found.asset is not None and _same(rgb, found.asset):
        return Traced(found.asset, "content", 1.0)
    return found


def _pixels(path: Path) -> Any:
    """(h, w, 3) float32 in 0..1 of a file."""
    from ..media import picture as pictures
    from ..media.picture_file import read

    return pictures.floats(read(path))[..., :3]


def _any_marks(studio: Studio) -> bool:
    return next(_marks(studio), None) is not None


def _marks(studio: Studio) -> Iterator[tuple[int, Asset]]:
    """The marks of the library's works, newest first."""
    from ..trust.picture_marks import ALGORITHM, of_story

    for asset in studio.library.recorded(f'"mark": "{ALGORITHM}'):
        if mark := of_story({"watermark": asset.credential.get("mark")}):
            yield mark.id, asset


# -- by mark --------------------------------------------------------------------------------------------------------


def _by_mark(studio: Studio, rgb: Any, suffix: str, pieces: int | None = None) -> Traced | None:
    from ..engine import mark_find
    from ..trust import picture_marks

    seen = picture_marks.find(rgb, studio.places, pieces=pieces)
    if seen is None:
        return None
    found, mark = seen
    if mark is not None:
        return _best_of([asset for number, asset in _marks(studio) if number == mark.id], rgb, suffix)
    # Too faint to be read by itself; but the library knows what it may say.
    scores = sorted(((mark_find.likeness(found, number), number) for number, _ in _marks(studio)), reverse=True)
    scores = list(dict.fromkeys(scores))
    if not scores or scores[0][0] < SURE or (len(scores) > 1 and scores[0][0] - scores[1][0] < BESIDE):
        return None
    return _best_of([asset for number, asset in _marks(studio) if number == scores[0][1]], rgb, suffix)


def _best_of(assets: Sequence[Asset], rgb: Any, suffix: str) -> Traced:
    """Of the works of one mark (a picture kept as PNG and as JPEG) that of the same kind of file, else the newest."""
    asset = next((one for one in assets if one.path.suffix.lower() == suffix), assets[0] if assets else None)
    return Traced(asset, "mark", _likeness(rgb, asset))


def _likeness(rgb: Any, asset: Asset | None) -> float:
    from ..encodings import print_looks

    if asset is None or asset.copy is None or not asset.copy.is_file():
        return 0.0
    try:
        return print_looks.likeness(rgb, _pixels(asset.copy))
    except MaquetteError:
        return 0.0


def _same(rgb: Any, asset: Asset) -> bool:
    """True if the very pixels are there: only the credential was taken off."""
    import numpy as np

    try:
        return asset.copy is not None and np.array_equal(rgb, _pixels(asset.copy))
    except MaquetteError:
        return False


# -- by look --------------------------------------------------------------------------------------------------------


def _by_look(studio: Studio, rgb: Any) -> Traced | None:
    """The kept picture that looks most alike, if any does."""
    from ..encodings import print_looks

    mine, mine_whole = print_looks.looks(rgb), print_looks.looks(rgb, parts=False)
    best: tuple[int, Asset] | None = None
    for asset, prints in _prints(studio):
        # Its whole among the parts of mine, or mine among the parts of it: either may be cropped from the other.
        differ = min(print_looks.apart(mine_whole, prints), print_looks.apart(mine, prints[:1]))
        if best is None or differ < best[0]:
            best = differ, asset
    if best is None or best[0] > print_looks.ALIKE:
        return None
    return Traced(best[1], "look", max(0.0, 1 - 2 * best[0] / print_looks.BITS))


def _prints(studio: Studio) -> Iterator[tuple[Asset, NDArray[np.uint8]]]:
    """The fingerprints of all kept pictures; what was reckoned once is kept beside the index."""
    import numpy as np

    from ..encodings import print_looks

    known = _cache(studio)
    fresh = dict(known)
    for asset in studio.library.assets():
        if asset.copy is None or not is_picture(asset.copy):
            continue
        if asset.id not in fresh:
            try:
                fresh[asset.id] = print_looks.looks(_pixels(asset.copy)).tobytes().hex()
            except MaquetteError:
                continue
        prints = np.frombuffer(bytes.fromhex(fresh[asset.id]), np.uint8)
        yield asset, prints.reshape(-1, print_looks.BITS // 8)
    if fresh != known:
        _keep_cache(studio, fresh)


def _cache(studio: Studio) -> dict[str, str]:
    from ..encodings.print_looks import BITS, FORMAT

    try:
        told = json.loads((studio.places.home / CACHE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(told, dict) or told.get("format") != FORMAT or not isinstance(told.get("prints"), dict):
        return {}
    digits = 6 * BITS // 4
    hexadecimal = set("0123456789abcdef")
    return {
        one: text
        for one, text in told["prints"].items()
        if isinstance(text, str) and len(text) == digits and set(text) <= hexadecimal
    }


def _keep_cache(studio: Studio, prints: Mapping[str, str]) -> None:
    from ..encodings.print_looks import FORMAT

    text = json.dumps({"format": FORMAT, "prints": dict(prints)})
    try:
        temporary = files.temporary(studio.places.home, text.encode())
        os.replace(temporary, studio.places.home / CACHE)
    except (OSError, LibraryError):
        return  # it is only quicker with it
