"""A photo rebuilt from strokes: oil, watercolour, hatching or pencil; every stroke stays editable.

painting = paint(photo, "oil", seed=7)
painting.picture                 the painted picture, a layer for every pass
painting.strokes                 what it is made of; `to_svg(painting)` writes them as paths in named groups
clip(painting)                   the painting being painted (picture_paint_clip.py)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..core.progress import OnProgress, silent
from ..core.registry import nearest
from ..media.picture import Picture, floats, from_floats, integers
from ..media.picture_size import fits
from .picture_paint_field import Floats, importance

if TYPE_CHECKING:
    from .picture_paint_strokes import Stroke

TECHNIQUES = ("oil", "watercolour", "hatching", "pencil")
_WORKING = 420  # bytes per pixel at the worst moment: planes of float32 and a canvas twice as fine
LEAST = 16  # pixels of the shorter side


@dataclass(frozen=True)
class Asked:
    """How a photo is to be painted.

    size     all brushes and pens, 1 is usual; detail 0..1: how far fine strokes go
    palette  at most so many colours (0: free); for hatching and pencil so many inks or pencils (0: one)
    strokes  at most so many strokes (0: as many as it needs)
    ground   sRGB 0..1 of canvas or paper (None: chosen for the picture)
    """

    technique: str
    size: float = 1.0
    detail: float = 0.5
    palette: int = 0
    strokes: int = 0
    ground: tuple[float, float, float] | None = None
    seed: int = 0


class Sitting(Protocol):
    """One painting in the making, by one technique."""

    ground: tuple[float, float, float]

    def painted(self, on_progress: OnProgress) -> tuple[Floats, list[tuple[str, NDArray[np.uint8]]]]:
        """The finished picture (h, w, 3), and (name, (h, w, 4) uint8) layers, the lowest first."""

    def strokes(self) -> list[Stroke]:
        """What it was made of, in order."""

    def frames(self, count: int, longest: int) -> Iterator[NDArray[np.uint8]]:
        """(h, w, 3) pictures of it being painted."""


@dataclass(frozen=True, eq=False)
class Painting:
    """A painted picture with its strokes."""

    asked: Asked
    picture: Picture
    strokes: tuple[Stroke, ...]
    sitting: Sitting

    @property
    def ground(self) -> tuple[float, float, float]:
        """The colour of the canvas or paper, sRGB 0..1."""
        return self.sitting.ground

    def counts(self) -> dict[str, int]:
        """How many strokes each group has, in the order of painting."""
        found: dict[str, int] = {}
        for stroke in self.strokes:
            found[stroke.group] = found.get(stroke.group, 0) + 1
        return found


def paint(
    photo: Picture,
    technique: str,
    *,
    size: float = 1.0,
    detail: float = 0.5,
    palette: int = 0,
    strokes: int = 0,
    ground: tuple[float, float, float] | None = None,
    focus: Floats | None = None,
    seed: int = 0,
    on_progress: OnProgress = silent,
) -> Painting:
    """Paint a photo. `focus` (h, w) in 0..1: where a person wants finer strokes, beside what stands out by itself.

    Transparent parts of the photo are painted as if they lay on the ground, and stay transparent in the picture. Raises
    UsageError for an unknown technique, numbers out of range and a picture too small or too large to be painted.
    """
    asked = Asked(technique, size, detail, palette, strokes, ground, seed)
    _check(asked, photo)
    values = floats(photo)
    rgb, alpha = values[..., :3], values[..., 3:]
    if not photo.opaque:
        paper = np.array(ground or (0.96, 0.95, 0.92), np.float32)
        rgb = rgb * alpha + paper * (1 - alpha)
    sitting = _sitting(rgb, importance(rgb, focus), asked)
    made, layers = sitting.painted(on_progress)
    found = tuple(sitting.strokes())
    return Painting(asked, _with_layers(photo, made, layers, alpha), found, sitting)


def _check(asked: Asked, photo: Picture) -> None:
    if asked.technique not in TECHNIQUES:
        raise UsageError(f"there is no technique {asked.technique!r}", mend=nearest(asked.technique, list(TECHNIQUES)))
    wide, high = photo.size
    if min(wide, high) < LEAST:
        raise UsageError(
            f"a picture of {wide} x {high} pixels has no room for strokes", mend=f"give {LEAST} pixels or more a side"
        )
    for name, value, low, top in (
        ("brush", asked.size, 0.2, 5.0),
        ("detail", asked.detail, 0.0, 1.0),
        ("palette", asked.palette, 0, 256),
        ("strokes", asked.strokes, 0, 1_000_000),
    ):
        if not low <= value <= top:
            raise UsageError(f"{name} is {value:g}", mend=f"it runs from {low:g} to {top:,}")
    fits(wide, high, _WORKING, what="a painting")


def _sitting(rgb: Floats, wanted: Floats, asked: Asked) -> Sitting:
    if asked.technique == "oil":
        from .picture_paint_oil import OilSitting

        return OilSitting(rgb, wanted, asked)
    if asked.technique == "watercolour":
        from .picture_paint_water import WaterSitting

        return WaterSitting(rgb, wanted, asked)
    from .picture_paint_draw import DrawnSitting

    return DrawnSitting(rgb, wanted, asked)


def _with_layers(photo: Picture, made: Floats, layers: list[tuple[str, NDArray[np.uint8]]], alpha: Floats) -> Picture:
    """The painted picture like the photo in depth and title, with a layer for every pass."""
    from dataclasses import replace

    from ..media.picture import Layer

    flat = from_floats(np.concatenate([made, alpha], axis=2), like=photo, depth=photo.depth)
    cut = integers(alpha[..., 0])
    sheets = []
    for name, pixels in layers:
        if not photo.opaque:
            pixels = pixels.copy()
            pixels[..., 3] = (pixels[..., 3].astype(np.uint16) * cut.astype(np.uint16) // 255).astype(np.uint8)
        sheets.append(Layer(name, pixels))
    return replace(flat, layers=tuple(sheets))
