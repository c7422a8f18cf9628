"""What a human's icon of the same thing has next: the shape of it that the drawing so far still lacks.

Every icon found is laid over the drawing by those of its shapes that are there already; the first that is not there is
offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError
from ..data.shelf import ShelfIcon
from ..media import drawing as d
from ..media.affine import Matrix, transform_shape
from ..media.extent import geometry_box
from ..media.snap import snap

PIXELS = 32
THERE = 0.3  # IoU from which a shape of theirs counts as drawn
EXACT = 0.8  # IoU from which it is drawn just so
STEP = 0.125  # units: the grid of the encoding
NEXT = 2  # shapes of an icon that are offered, in its order


@dataclass(frozen=True)
class Found:
    """A shape that an icon of the shelf has next."""

    shape: d.Shape
    icon: ShelfIcon
    fit: float  # mean overlap (IoU) of the shapes drawn with those of the icon
    exact: float  # share of the shapes drawn that stand in the icon just so
    turn: int  # 0 for the first that is lacking


def next_of(icons: Sequence[ShelfIcon], shapes: Sequence[d.Shape], pen: d.Paint) -> Iterator[Found]:
    """The next shapes of human icons, given those drawn so far; both on the canvas of 24 units."""
    drawn = [ink_of(one, pen) for one in shapes]
    for icon in icons:
        theirs = shapes_of(icon.svg)
        pictures = [ink_of(one, pen) for one in theirs]
        table = np.array([[overlap(a, b) for b in pictures] for a in drawn]).reshape(len(drawn), len(pictures))
        taken = table.max(axis=0) >= THERE if len(drawn) else np.zeros(len(theirs), bool)
        best = table.max(axis=1) if table.size else np.zeros(1)
        fit, exact = float(best.mean()), float((best >= EXACT).mean())
        matrix = _laid_over(table, shapes, theirs)
        for turn, index in enumerate([place for place, there in enumerate(taken) if not there][:NEXT]):
            shape = transform_shape(theirs[index], matrix)
            moved = snap(d.Drawing((0.0, 0.0, 24.0, 24.0), (shape,)), STEP).shapes[0] if matrix != SAME else shape
            yield Found(moved, icon, fit, exact, turn)


SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _laid_over(table: NDArray[np.float64], shapes: Sequence[d.Shape], theirs: Sequence[d.Shape]) -> Matrix:
    """Scale and shift that bring their shape onto the drawn one it is most like; none where they nearly agree."""
    if not table.size or table.max() < THERE or table.max() > 0.8:
        return SAME
    row, column = map(int, np.unravel_index(int(table.argmax()), table.shape))
    own, other = geometry_box(shapes[row].geometry), geometry_box(theirs[column].geometry)
    if own is None or other is None:
        return SAME
    reach = max(other[2] - other[0], other[3] - other[1])
    scale = max(own[2] - own[0], own[3] - own[1]) / reach if reach > 1 else 1.0
    scale = scale if 0.7 < scale < 1.4 else 1.0
    x, y = ((own[k] + own[k + 2]) / 2 - scale * (other[k] + other[k + 2]) / 2 for k in (0, 1))
    return scale, 0.0, 0.0, scale, x, y


@lru_cache(maxsize=256)
def shapes_of(svg: str) -> tuple[d.Shape, ...]:
    """The shapes of an icon on the canvas of 24 units; () of one that cannot be read."""
    try:
        return d.fit(d.parse(svg)).shapes
    except MediaError:
        return ()


def ink_of(shape: d.Shape, pen: d.Paint) -> NDArray[np.float32]:
    """Ink (32, 32) of a shape drawn with this pen."""
    return _ink(shape.geometry, pen)


@lru_cache(maxsize=2048)
def _ink(geometry: d.Geometry, pen: d.Paint) -> NDArray[np.float32]:
    return d.render(d.Drawing((0.0, 0.0, 24.0, 24.0), (d.Shape(geometry, pen),)), PIXELS)


def overlap(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Intersection over union of two ink coverages."""
    return float(np.minimum(a, b).sum() / max(float(np.maximum(a, b).sum()), 1e-6))
