"""Fill, extend and vary a picture by its own patches: the file opened, every idea kept as its signed child."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import MediaError
from ..core.hashing import sha256_bytes
from ..core.progress import OnProgress, silent
from .pictures import keep_move, open_picture

if TYPE_CHECKING:
    from ..media.picture import Picture
    from .pictures import KeptPicture
    from .studio import Studio

BYTES = 560  # of memory for each pixel while patches are compared
FULL = 0.995  # a mask that chooses more than this share is taken for an inverted or a forgotten one


def fill(
    studio: Studio,
    file: str | Path,
    mask: str | Path,
    *,
    count: int = 1,
    seed: int = 0,
    on_progress: OnProgress = silent,
    **keep: Any,
) -> list[KeptPicture]:
    """Paint what `mask` covers anew, `count` ideas; `keep`: arguments of `studio.pictures.keep_move`.

    Raises MediaError for a mask of another size, or one that chooses nothing or everything.
    """
    from ..makers.picture_fill import fill as made
    from ..media.picture import mask_of
    from ..media.picture_size import fits

    opened = open_picture(studio, file)
    fits(*opened.picture.size, BYTES)
    chosen = mask_of(Path(mask), opened.picture.size)
    share = float((chosen > 0.5 / 255).mean())
    if share > FULL:
        raise MediaError(
            "the mask chooses the whole picture: nothing is left to paint it from",
            where=str(mask),
            mend="paint white only what is to go, and leave the rest black",
        )
    asked = {"mask": sha256_bytes(Path(mask).read_bytes()), "share": round(share, 4)}

    def idea(number: int) -> Picture:
        return made(opened.picture, chosen, seed=number, on_progress=on_progress)

    note = f"{share:.1%} of the picture filled with its own patches"
    return _kept(studio, opened, idea, "fill", asked, note, count, seed, keep)


def extend(
    studio: Studio,
    file: str | Path,
    *,
    left: int = 0,
    right: int = 0,
    top: int = 0,
    bottom: int = 0,
    rim: int | None = None,
    count: int = 1,
    seed: int = 0,
    on_progress: OnProgress = silent,
    **keep: Any,
) -> list[KeptPicture]:
    """Make a picture larger by so many pixels on each side, `count` ideas; see `makers.picture_extend`."""
    from ..makers.picture_extend import Margins, rim_of
    from ..makers.picture_extend import extend as made
    from ..media.picture_size import fits

    opened = open_picture(studio, file)
    margins = Margins(left, right, top, bottom)
    wide, high = opened.picture.size
    fits(wide + left + right, high + top + bottom, BYTES)
    line = rim_of(opened.picture) if rim is None else rim
    asked = {"left": left, "right": right, "top": top, "bottom": bottom, "rim": line}

    def idea(number: int) -> Picture:
        return made(opened.picture, margins, rim=line, seed=number, on_progress=on_progress)

    note = f"{wide} x {high} extended to {wide + left + right} x {high + top + bottom} with its own patches"
    if line:
        note += f"; its own rim of {line} pixels painted anew there"
    return _kept(studio, opened, idea, "extend", asked, note, count, seed, keep)


def vary(
    studio: Studio,
    file: str | Path,
    *,
    strength: float = 0.5,
    size: tuple[int, int] | None = None,
    count: int = 1,
    seed: int = 0,
    on_progress: OnProgress = silent,
    **keep: Any,
) -> list[KeptPicture]:
    """Arrange a picture anew from its own patches, `count` ideas, in the same or another frame (width, height)."""
    from ..makers.picture_vary import vary as made
    from ..media.picture_size import fits

    opened = open_picture(studio, file)
    frame = size or opened.picture.size
    fits(max(frame[0], opened.picture.size[0]), max(frame[1], opened.picture.size[1]), BYTES)
    asked = {"strength": strength, "size": list(frame)}

    def idea(number: int) -> Picture:
        return made(opened.picture, strength=strength, size=size, seed=number, on_progress=on_progress)

    note = f"its own patches arranged anew, strength {strength:g}, {frame[0]} x {frame[1]}"
    return _kept(studio, opened, idea, "vary", asked, note, count, seed, keep)


def _kept(
    studio: Studio,
    opened: Any,
    idea: Callable[[int], Picture],
    verb: str,
    asked: Mapping[str, Any],
    note: str,
    count: int,
    seed: int,
    keep: Mapping[str, Any],
) -> list[KeptPicture]:
    """Every idea kept as soon as it is made, so that a stop loses none."""
    kept = []
    for number in range(seed, seed + count):
        made = idea(number)
        sources = [(opened, "parent")]
        kept.append(
            keep_move(studio, made, verb=verb, sources=sources, settings=asked, note=note, seed=number, **keep)  # type: ignore[arg-type]
        )
    return kept
