"""A drawing redrawn by rule in a hand: its corners, slits, dots, size and grid as they were measured, nothing guessed.

Every step is exact geometry on what is there, so the drawing stays what it was. A step after which the picture would no
longer be like the one before it is left out, and told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from maquette.media.affine import as_path
from maquette.media.drawing import Circle, Drawing, Ellipse, Path, Rect, Shape, Subpath, bounds, render_many
from maquette.media.restyle_corners import gridded, rounds_of
from maquette.media.restyle_dots import solid, with_dots, with_ends
from maquette.media.restyle_lines import Contour, as_rect, bared, rebuilt
from maquette.media.restyle_place import placed
from maquette.media.restyle_slits import slitted
from maquette.media.restyle_touch import mended, touches
from maquette.media.snap import snap
from maquette.media.style_card import StyleCard, dressed, on_canvas

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_OVER = 0.01  # units that ink may leave the canvas by
LIKE = 0.62  # of the ink, softened by a unit of 24, must stay where it was for a step to be kept


@dataclass(frozen=True)
class Restyled:
    """The drawing in the hand; `done` tells each step for people, and what was left out."""

    drawing: Drawing
    done: tuple[str, ...]
    like: float = 1.0  # how much of its softened ink is where the drawing had it, at the new size and stroke


def restyle(drawing: Drawing, card: StyleCard) -> Restyled:
    """The drawing in the hand of a card: on its canvas and grid, at its size, with its stroke, corners, slits and dots.

    Filled shapes are placed with the rest and keep their form. The same drawing and card give the same result.
    """
    for smaller in (1.0, 0.95, 0.9, 0.85):
        told = _restyled(drawing, card, smaller)
        box = bounds(told.drawing)
        if box is None or (min(box) >= -_OVER and max(box) <= card.canvas + _OVER):
            break
    return told


def _restyled(drawing: Drawing, card: StyleCard, smaller: float) -> Restyled:
    """The drawing in the hand, at a share of the size it would have: sharp corners reach further than round ones."""
    dotted, dots = with_dots(with_ends(on_canvas(drawing, card.canvas), card), card)
    start = placed(dressed(dotted, card), card, smaller)
    found = touches(start, card)
    now, done = start.drawing, [told for told in (start.told, dots) if told]
    steps: tuple[tuple[str, Callable[[Drawing], tuple[Drawing, str]]], ...] = (
        ("corners", lambda one: _cornered(one, card)),
        ("slits", lambda one: _slitted(one, card)),
        ("grid", lambda one: (solid(mended(snap(one, card.grid), found, card)), "")),
    )
    for name, step in steps:
        fresh, told = step(now)
        if fresh == now:
            continue
        if name != "grid" and likeness(fresh, now) < LIKE:
            done.append(f"{name} kept as they were: the drawing would no longer be recognised")
            continue
        now = fresh
        done += [told] if told else []
    return Restyled(now, tuple(done), round(likeness(now, start.drawing), 3))


def likeness(one: Drawing, other: Drawing, px: int = 48) -> float:
    """How much of two drawings' softened ink is in one place, 0..1: intersection over union, blurred."""
    import numpy as np

    a, b = (_soft(picture) for picture in render_many([one, other], px))
    whole = float(np.maximum(a, b).sum())
    return float(np.minimum(a, b).sum()) / whole if whole else 1.0


def _soft(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    kernel = np.array([1, 4, 6, 4, 1], dtype=np.float32) / 16
    for axis in (0, 1):
        picture = np.apply_along_axis(lambda row: np.convolve(row, kernel, mode="same"), axis, picture)
    return picture


def _cornered(drawing: Drawing, card: StyleCard) -> tuple[Drawing, str]:
    """Lines on the hand's grid, and every corner between two of them rounded as the hand rounds it, or sharp."""
    bare = stroked(drawing, card)
    contours = {place: gridded(contour, card) for place, contour in bare.items()}
    changed = 0
    fresh: dict[tuple[int, int], tuple[Subpath, ...]] = {}
    for place, contour in contours.items():
        others = [points for key, other in contours.items() if key != place for points in [other.points]]
        radii = rounds_of(contour, others, card)
        was = {corner.leg: corner.radius for corner in contour.corners}
        many = sum(abs(radii.get(leg, 0.0) - radius) > 0.02 for leg, radius in was.items())
        if many or contour != bare[place]:
            fresh[place] = (rebuilt(contour, radii),)
        changed += many
    told = f"{changed} corner{'s' * (changed != 1)} drawn as the hand draws them" if changed else ""
    return replaced(drawing, fresh), told


def _slitted(drawing: Drawing, card: StyleCard) -> tuple[Drawing, str]:
    """The large closed contours opened by the hand's slit."""
    if not card.slit:
        return drawing, ""
    drawing = snap(drawing, card.grid)
    contours = stroked(drawing, card, bare=False)
    fresh = slitted(contours, card)
    if not fresh:
        return drawing, ""
    return replaced(drawing, fresh), f"{len(fresh)} contour{'s' * (len(fresh) != 1)} opened by a slit"


def stroked(drawing: Drawing, card: StyleCard, bare: bool = True) -> dict[tuple[int, int], Contour]:
    """The contours of the strokes by (shape, subpath); with `bare` their roundings are taken back to corners."""
    found = {}
    for number, shape in enumerate(drawing.shapes):
        if not shape.paint.stroke or shape.paint.fill or (bare and isinstance(shape.geometry, Circle | Ellipse)):
            continue
        for part, subpath in enumerate(as_path(shape.geometry).subpaths):
            contour = bared(subpath, card.canvas * 0.2 if bare else 0.0)
            if contour.legs:
                found[number, part] = contour
    return found


def replaced(drawing: Drawing, fresh: dict[tuple[int, int], tuple[Subpath, ...]]) -> Drawing:
    """The drawing with some subpaths replaced; the other shapes stay the objects they were."""
    shapes: list[Shape] = []
    for number, shape in enumerate(drawing.shapes):
        if not any(key[0] == number for key in fresh):
            shapes.append(shape)
            continue
        old = as_path(shape.geometry).subpaths
        parts = [one for part, subpath in enumerate(old) for one in fresh.get((number, part), (subpath,))]
        geometry = as_rect(parts[0]) if isinstance(shape.geometry, Rect) and len(parts) == 1 else None
        shapes.append(replace(shape, geometry=geometry or Path(tuple(parts)), original=""))
    return replace(drawing, shapes=tuple(shapes))
