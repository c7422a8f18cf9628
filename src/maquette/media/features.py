"""Geometric features of an icon: what tells one designer's hand from another's (bars 8 and 9 of the icon craft).

All are measured on a canvas of 24, from the geometry; two need the picture's symmetry only. No pretrained net is asked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maquette.media.drawing import Circle, Drawing, Ellipse, Rect, fit
from maquette.media.extent import geometry_box, union
from maquette.media.style_pieces import Run, anchors, joints, levels, runs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMES: tuple[str, ...] = (
    "lines", "arcs", "curves",  # shares of the segments
    "level", "upright", "diagonal",  # shares of the lines at 0, 90, 45 or 135 degrees
    "on-quarter", "on-half", "on-whole",  # shares of coordinates on such a grid
    "smooth",  # share of joints with a curve that keep the tangent
    "right",  # share of corners between lines that are right angles
    "length",  # of all lines, in canvases
    "width-of-box", "height-of-box", "centre-x", "centre-y",  # of the geometry, in units
    "shapes", "segments", "segment-length",
    "closed", "primitives",  # shares of subpaths, of shapes that are circles, ellipses and rectangles
    "radius-median", "radius-least", "quarter-turns",  # of the arcs; share of arcs of 90 degrees
    "symmetry",  # 1: its own mirror image
    "radii-of-two", "radii-below-one", "beyond-half",  # shares of arcs; the last: that turn by more than 180 degrees
    "edge",  # least distance of a point from the edge of the canvas, in units
    "level-on-half",  # share of level and upright lines that stand on halves
    "short",  # share of segments shorter than a unit
    "gap",  # least distance between lines that do not touch, in units
    "stroke", "cap-round", "join-round", "filled",
)  # fmt: skip
GEOMETRIC = slice(0, NAMES.index("stroke"))
"""The features that know nothing of stroke width, caps, joins and fills."""

_FAR = 8.0  # the gap of a drawing that has none, in units


def features(drawing: Drawing) -> NDArray[np.float64]:
    """The features of one drawing, (len(NAMES),) float64, measured on a canvas of 24."""
    import numpy as np

    drawing = fit(drawing, 24.0)
    found = runs(drawing)
    told = [*_segments(found), *_points(drawing, found), *_frame(drawing, found), *_arcs(found)]
    told += [symmetry(drawing), *_habits(drawing, found), gap(found), *_paint(drawing)]
    assert len(told) == len(NAMES)
    return np.array(told, dtype=np.float64)


def _share(part: float, whole: float, usual: float = 0.0) -> float:
    return part / whole if whole else usual


def _segments(found: Sequence[Run]) -> list[float]:
    pieces = [piece for run in found for piece in run.pieces]
    lines = [piece for piece in pieces if piece.kind == "line"]
    degrees = [math.degrees(math.atan2(line.way_in.imag, line.way_in.real)) % 180 for line in lines]

    def at(*wanted: float) -> float:
        near = sum(1 for one in degrees if any(min(abs(one - w), 180 - abs(one - w)) < 1.0 for w in wanted))
        return _share(near, len(degrees))

    kinds = [_share(sum(1 for piece in pieces if piece.kind == kind), len(pieces)) for kind in ("line", "arc", "curve")]
    return [*kinds, at(0.0), at(90.0), at(45.0, 135.0)]


def _points(drawing: Drawing, found: Sequence[Run]) -> list[float]:
    values = [value for shape in drawing.shapes for point in anchors(shape.geometry) for value in point]

    def on(step: float) -> float:
        return _share(sum(1 for value in values if abs(value / step - round(value / step)) * step < 0.006), len(values))

    smooth = bends = right = corners = 0
    for run in found:
        for before, after, turn in joints(run):
            if before.kind == after.kind == "line":
                corners += 1
                right += abs(turn - 90) < 1
            else:
                bends += 1
                smooth += turn < 3
    return [on(0.25), on(0.5), on(1.0), _share(smooth, bends, 1.0), _share(right, corners, 0.5)]


def _frame(drawing: Drawing, found: Sequence[Run]) -> list[float]:
    box = union([b for shape in drawing.shapes if (b := geometry_box(shape.geometry))]) or (12.0, 12.0, 12.0, 12.0)
    pieces = [piece for run in found for piece in run.pieces]
    length = sum(piece.length for piece in pieces)
    simple = sum(isinstance(shape.geometry, Circle | Ellipse | Rect) for shape in drawing.shapes)
    return [
        length / 24.0, box[2] - box[0], box[3] - box[1], (box[0] + box[2]) / 2, (box[1] + box[3]) / 2,
        float(len(found)), float(len(pieces)), _share(length, len(pieces)),
        _share(sum(run.closed for run in found), len(found)), _share(simple, len(drawing.shapes)),
    ]  # fmt: skip


def _arcs(found: Sequence[Run]) -> list[float]:
    arcs = [piece for run in found for piece in run.pieces if piece.kind == "arc"]
    radii = sorted(piece.radius for piece in arcs)
    quarter = sum(abs(abs(piece.turn) - math.pi / 2) < 0.05 for piece in arcs)
    middle = min(radii[len(radii) // 2], 12.0) if radii else 0.0
    return [middle, radii[0] if radii else 0.0, _share(quarter, len(arcs))]


def _habits(drawing: Drawing, found: Sequence[Run]) -> list[float]:
    """What sets of like rules differ in most: favourite radii, how near the edge, where level lines stand."""
    pieces = [piece for run in found for piece in run.pieces]
    arcs = [piece for piece in pieces if piece.kind == "arc"]
    places = [value for shape in drawing.shapes for point in anchors(shape.geometry) for value in point]
    level = [value for run in found for value in levels(run)]
    on_half = sum(abs(2 * value - round(2 * value)) < 0.012 for value in level)
    return [
        _share(sum(abs(arc.radius - 2) < 0.01 for arc in arcs), len(arcs)),
        _share(sum(arc.radius < 1 for arc in arcs), len(arcs)),
        _share(sum(abs(arc.turn) > 3.2 for arc in arcs), len(arcs)),
        min(min(places), 24 - max(places)) if places else 0.0,
        _share(on_half, len(level), 0.8),
        _share(sum(piece.length < 1 for piece in pieces), len(pieces)),
    ]


def symmetry(drawing: Drawing) -> float:
    """How much of the picture is its own mirror image, left to right or top to bottom: 0..1."""
    import numpy as np

    from maquette.media.drawing import render

    picture = render(drawing, 32)
    ink = float(picture.sum())
    if not ink:
        return 0.0
    return max(float(np.minimum(picture, np.flip(picture, axis)).sum()) / ink for axis in (0, 1))


def gap(found: Sequence[Run]) -> float:
    """The least distance between two subpaths that do not touch, in the units given; 8 if there is none."""
    import numpy as np

    clouds = [np.array([point for piece in run.pieces for point in piece.points]) for run in found]
    least = _FAR
    for k, one in enumerate(clouds):
        for other in clouds[k + 1 :]:
            apart = float(np.abs(one[:, None] - other[None, :]).min())
            if 0.6 < apart < least:
                least = apart
    return least


def _paint(drawing: Drawing) -> list[float]:
    stroked = [shape.paint for shape in drawing.shapes if shape.paint.stroke]
    widths = sorted(paint.width for paint in stroked)
    many = len(stroked)
    return [
        widths[many // 2] if widths else 0.0,
        _share(sum(paint.cap == "round" for paint in stroked), many),
        _share(sum(paint.join == "round" for paint in stroked), many),
        _share(sum(shape.paint.fill for shape in drawing.shapes), len(drawing.shapes)),
    ]


@dataclass(frozen=True)
class Typical:
    """A set's own middle and spread in every feature: (f,) each, robust (median, and 1.4826 times the median of the
    distances from it, floored by a part of the mean distance, so that a trait that never varies still has a scale)."""

    middle: Any
    spread: Any

    def distances(self, drawing: Drawing) -> NDArray[np.float64]:
        """How many spreads each feature lies from the set's middle, (f,), signed, at most 8."""
        import numpy as np

        away = (features(drawing) - self.middle) / self.spread
        return np.asarray(np.clip(away, -8.0, 8.0), dtype=np.float64)

    def distance(self, drawing: Drawing) -> float:
        """One number: the root of the mean of the squared distances; about 1 for a drawing of the set."""
        return float((self.distances(drawing) ** 2).mean() ** 0.5)


_FLOOR = {
    "width-of-box": 0.5,
    "height-of-box": 0.5,
    "centre-x": 0.25,
    "centre-y": 0.25,
    "edge": 0.5,
    "shapes": 1.0,
    "segments": 3.0,
}


def typical(drawings: Sequence[Drawing]) -> Typical:
    """The middle and spread of a set, from at least one drawing."""
    import numpy as np

    table = np.array([features(one) for one in drawings], dtype=np.float64)
    middle = np.median(table, axis=0)
    spread = 1.4826 * np.median(np.abs(table - middle), axis=0)
    mean = np.abs(table - middle).mean(axis=0)
    floor = np.array([_FLOOR.get(name, 0.1) for name in NAMES])
    return Typical(middle, np.maximum(np.maximum(spread, mean), floor))
