"""A drawing brought to a hand's size, where its lines fall onto the hand's grid with the least change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maquette.media.drawing import Drawing, bounds, transformed
from maquette.media.extent import geometry_box, union
from maquette.media.style_card import StyleCard, dressed
from maquette.media.style_pieces import anchors

_USUAL = 20.0 / 24.0  # of the canvas: the reach of icons that a set draws large
_MEAN = 16.4 / 24.0  # of the canvas: the mean width and height of such icons
_WITHIN = 0.06  # the size may give so much for a better fit to the grid
_LIMITS = (0.6, 1.4)


@dataclass(frozen=True)
class Placed:
    """The drawing at its place, still as it was drawn."""

    drawing: Drawing
    scale: float
    told: str


def placed(drawing: Drawing, card: StyleCard, smaller: float = 1.0) -> Placed:
    """The drawing, on the card's canvas, scaled to the reach of the hand and centred; its strokes keep their width.

    Small drawings stay small: they are scaled as a large one of their set would be. Among the sizes and places nearby,
    the one that leaves the points nearest to the level grid is taken.
    """
    box = union([b for shape in drawing.shapes if (b := geometry_box(shape.geometry))])
    reach = card.reach or max(card.footprint[0], card.footprint[2]) - card.width
    reach = min(reach, card.canvas - 2 * max(card.margin, 0.0) - card.width)
    if box is None or reach <= 0:
        return Placed(drawing, 1.0, "")
    side = max(box[2] - box[0], box[3] - box[1])
    mean = (card.footprint[0] + card.footprint[2]) / 2 - card.width
    usual = mean / (_MEAN * card.canvas) if mean > 0 else reach / (_USUAL * card.canvas)
    scale = smaller * min(max(min(usual, reach / max(side, 1e-6)), _LIMITS[0]), _LIMITS[1])
    points = [point for shape in drawing.shapes for point in anchors(shape.geometry)]
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    step = step_of(card)
    axes = [[point[k] - middle[k] for point in points] for k in (0, 1)]
    scale, shift = _fit(axes, scale, card.canvas / 2, step)
    matrix = (scale, 0.0, 0.0, scale, shift[0] - scale * middle[0], shift[1] - scale * middle[1])
    fresh = _inside(dressed(transformed(drawing, matrix), card), card)
    told = f"drawn at {scale:.0%} of its size" if abs(scale - 1) > 0.005 else ""
    return Placed(fresh, scale, told)


def step_of(card: StyleCard) -> float:
    """The step that lines are brought to: the grid where it is coarse, for then it keeps their distances best."""
    return card.grid if card.grid >= card.canvas / 48 else card.level or card.grid or card.step


def _fit(
    axes: Sequence[Sequence[float]], scale: float, centre: float, step: float
) -> tuple[float, tuple[float, float]]:
    """The scale near `scale` and the place near the centre for which the points are nearest to multiples of `step`."""
    if step <= 0 or not axes[0]:
        return scale, (centre, centre)
    import numpy as np

    scales = scale * (1 + _WITHIN * np.linspace(-1, 0.25, 25))
    offsets = centre + step * np.linspace(-0.5, 0.5, 9)
    dearer = 0.04 * np.abs(np.linspace(-1, 0.25, 25))[:, None]
    cost, best = 0.0, []
    for values in axes:
        at = scales[:, None, None] * np.array(values)[None, None, :] + offsets[None, :, None]
        off = np.abs(at / step - np.round(at / step)).mean(axis=2) + 0.1 * np.abs(np.linspace(-1, 1, 9))[None, :]
        best.append(off.argmin(axis=1))
        cost = cost + off.min(axis=1, keepdims=True)
    k = int((cost + dearer).argmin())
    return float(scales[k]), (float(offsets[best[0][k]]), float(offsets[best[1][k]]))


def _inside(drawing: Drawing, card: StyleCard) -> Drawing:
    """The drawing moved so that its ink keeps the card's margin where it can."""
    box = bounds(drawing)
    if box is None:
        return drawing
    step = step_of(card) or 1e-9
    by = []
    for low, high in ((box[0], box[2]), (box[1], box[3])):
        over, under = high - (card.canvas - card.margin), card.margin - low
        shift = max(under, 0.0) - max(over, 0.0)
        by.append(0.0 if under > 0 and over > 0 else step * round(shift / step))
    return transformed(drawing, (1.0, 0.0, 0.0, 1.0, by[0], by[1])) if any(by) else drawing
