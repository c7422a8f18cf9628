"""Textures from a photo to signed files: by its patches in seconds, or by a generator that learns it in minutes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import MissingExtra, RightsError, UsageError
from ..core.hashing import sha256_bytes
from ..core.progress import OnProgress, silent
from ..core.registry import nearest
from .pictures import Beside, keep_move, open_picture

if TYPE_CHECKING:
    from ..makers.texture import Tile
    from ..media.picture import Picture
    from .pictures import KeptPicture, OpenedPicture
    from .studio import Studio

METHODS = ("patches", "gan")
BYTES = 190  # of memory for each pixel of the texture
SOURCE_BYTES = 420  # and of its source
PREVIEW = 1536  # pixels of the longer side of the sheet of nine


def texture(
    studio: Studio,
    file: str | Path,
    *,
    size: tuple[int, int],
    tile: Tile = "both",
    method: str = "patches",
    even: float = 0.0,
    minutes: float = 4.0,
    maps: bool = False,
    preview: bool = False,
    count: int = 1,
    seed: int = 0,
    on_progress: OnProgress = silent,
    **keep: Any,
) -> list[KeptPicture]:
    """Make a texture of `size` (width, height) from the picture in `file` and keep each idea as its signed child.

    tile: see `makers.texture`. maps: height and normal map beside it. preview: nine of it as a sheet. `keep`: arguments
    of `studio.pictures.keep_move`. Raises UsageError, MediaError, RightsError, MissingExtra.
    """
    from ..media.picture_size import fits

    if method not in METHODS:
        raise UsageError(f"there is no method {method!r}", mend=nearest(method, METHODS))
    opened = open_picture(studio, file)
    fits(*size, BYTES + SOURCE_BYTES * _area(opened.picture.size) / max(1, _area(size)), what="a texture")
    asked = {"size": list(size), "tile": tile, "method": method}
    kept = []
    for number in range(seed, seed + count):
        if method == "gan":
            made = _by_gan(studio, opened, size, tile, minutes, number, on_progress)
            for line in made.said:
                studio.say(line)
            settings = {**asked, "minutes": minutes}
        else:
            from ..makers.texture import texture as grown

            made = grown(opened.picture, *size, tile=tile, even=even, seed=number, on_progress=on_progress)
            settings = {**asked, "even": even}
        figures = measured(made, tile)
        kept.append(
            keep_move(
                studio,
                made,
                verb="texture",
                sources=[(opened, "parent")],
                settings=settings,
                note=told(size, tile, method, even, figures),
                beside=besides(made, tile, maps=maps, preview=preview),
                trace={"texture": dict(figures)},
                seed=number,
                **keep,
            )
        )
    return kept


def measured(made: Picture, tile: Tile) -> Mapping[str, float]:
    """The step across the border over the steps inside (1 is no seam), worst of the sides that close; repetition."""
    import numpy as np

    from ..media.picture import floats, premultiplied
    from ..media.picture_measure import repetition

    values = premultiplied(floats(made))
    found: dict[str, float] = {}
    for axis, name in ((0, "y"), (1, "x")):
        if tile in (name, "both"):
            inner = float(np.abs(np.diff(values, axis=axis)).mean())
            across = float(np.abs(values.take(0, axis) - values.take(-1, axis)).mean())
            found["seam"] = max(found.get("seam", 0.0), round((across + 1e-6) / (inner + 1e-6), 3))
    found["repetition"] = round(repetition(values), 3)
    return found


def told(size: tuple[int, int], tile: Tile, method: str, even: float, figures: Mapping[str, float]) -> str:
    """One line for people."""
    closes = {"": "not tiling", "x": "tiling sideways", "y": "tiling up and down", "both": "tiling"}[tile]
    words = [f"a texture of {size[0]} x {size[1]}, {closes}, by {'patches' if method == 'patches' else 'a generator'}"]
    if even:
        words.append(f"{even:.0%} of the slow changes of light taken out")
    if "seam" in figures:
        words.append(f"seam {figures['seam']:.2f}, where 1 is none")
    return "; ".join(words)


def besides(made: Picture, tile: Tile, *, maps: bool, preview: bool) -> list[Beside]:
    """The files beside a texture that were asked for."""
    from ..makers.texture_maps import maps_of
    from ..media.picture_file import to_bytes, written

    files = []
    if maps:
        relief = maps_of(made, (tile in ("y", "both"), tile in ("x", "both")))
        files.append(Beside(".png", to_bytes(relief.height, title="height map"), "-height"))
        files.append(Beside(".png", to_bytes(relief.normal, title="normal map"), "-normal"))
    if preview:
        files.append(Beside(".webp", written(nine(made), ".webp", title="nine of a texture"), "-3x3"))
    return files


def nine(made: Picture) -> Picture:
    """Three by three of a texture, at most `PREVIEW` pixels wide and high."""
    import numpy as np

    from ..media.picture import floats, from_floats, premultiplied, resized, straight

    wide, high = made.size
    scale = min(1.0, PREVIEW / (3 * max(wide, high)))
    small = resized(premultiplied(floats(made)), max(1, round(wide * scale)), max(1, round(high * scale)))
    return from_floats(straight(np.clip(np.tile(small, (3, 3, 1)), 0, 1)))


def _by_gan(
    studio: Studio,
    opened: OpenedPicture,
    size: tuple[int, int],
    tile: Tile,
    minutes: float,
    seed: int,
    on_progress: OnProgress,
) -> Picture:
    """The texture by a pyramid of generators that learns this one picture; what it has learnt is kept for next time."""
    _require_learning(studio, opened)
    try:
        from ..training.gan_single import texture_gan
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("torch", "einops"):
            raise
        raise MissingExtra(
            "a generator learns with torch, which is not installed",
            mend="pip install 'maquette[train]', or use --method patches",
        ) from error
    if tile in ("x", "y"):
        studio.say("a generator closes all four sides at once: the texture tiles both ways")
    folder = studio.places.home / "textures" / f"{sha256_bytes(opened.data)[:16]}-{minutes:g}-minutes"
    made: Picture = texture_gan(
        opened.picture,
        width=size[0],
        height=size[1],
        tile=bool(tile),
        minutes=minutes,
        seed=seed,
        on_progress=on_progress,
        folder=folder,
    )
    return made


def _require_learning(studio: Studio, opened: OpenedPicture) -> None:
    """Raise RightsError where the author of the picture does not want a model to learn from it."""
    from ..data.consent import bytes_refusal
    from ..trust.own import signed_by_me

    said = bytes_refusal(opened.data)
    if said and opened.path not in signed_by_me([opened.path], at=studio.places):
        raise RightsError(
            f"the author of this picture does not want models to learn from it: {said}",
            where=str(opened.path),
            mend="make the texture by patches, or choose another picture",
        )


def _area(size: tuple[int, int]) -> int:
    return size[0] * size[1]
