"""What touched still touches: ends that stood on another line are brought back to it after the line has moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from maquette.media.affine import as_path
from maquette.media.drawing import Drawing, Line, Path, Subpath
from maquette.media.restyle_lines import Contour, bared, point
from maquette.media.restyle_place import Placed
from maquette.media.style_card import StyleCard

_ON = 0.3  # stroke widths: an end that is nearer to a line stands on it
_LOST = 0.25  # stroke widths that an end may be off its line afterwards
_LOST_FREELY = 0.06  # the same where no grid has to be kept
_REACH = 2.0  # stroke widths that an end is moved at most


@dataclass(frozen=True)
class Touch:
    """The first or the last end of a subpath that stands on another one, and where."""

    shape: int
    part: int
    last: bool
    place: complex


def touches(start: Placed, card: StyleCard) -> tuple[Touch, ...]:
    """The ends of open lines that stand on other lines, in the drawing at its place."""
    lines = _lines(start.drawing)
    found = []
    for (shape, part), contour in lines.items():
        if contour.closed:
            continue
        for last in (False, True):
            end = contour.legs[-1].end if last else contour.legs[0].start
            others = [other.points for key, other in lines.items() if key != (shape, part)]
            if others and min(abs(nearest(end, points) - end) for points in others) <= _ON * card.width:
                found.append(Touch(shape, part, last, end))
    return tuple(found)


def mended(drawing: Drawing, found: Sequence[Touch], card: StyleCard) -> Drawing:
    """The drawing with the ends that lost their line brought back, along their own direction where that reaches it."""
    lines = _lines(drawing)
    ends = {
        (key, last): (contour.legs[-1].end if last else contour.legs[0].start)
        for key, contour in lines.items()
        if not contour.closed
        for last in (False, True)
    }
    for touch in found:
        near = [(abs(end - touch.place), key, last) for (key, last), end in ends.items()]
        if not near or min(near)[0] > _REACH * card.width:
            continue
        _, key, last = min(near)
        others = [other.points for other_key, other in lines.items() if other_key != key]
        end = ends[key, last]
        target = min((nearest(end, points) for points in others), key=lambda place: abs(place - end), default=end)
        off = abs(target - end)
        if not (_LOST if card.grid else _LOST_FREELY) * card.width < off <= _REACH * card.width:
            continue
        drawing = _with_end(drawing, key, last, target)
        lines = _lines(drawing)
    return drawing


def nearest(place: complex, points: Sequence[complex]) -> complex:
    """The place on the line through `points` that is nearest."""
    best = points[0]
    for a, b in pairwise(points):
        way = b - a
        size = abs(way) ** 2
        t = min(max(((place - a) * way.conjugate()).real / size, 0.0), 1.0) if size else 0.0
        if abs(a + way * t - place) < abs(best - place):
            best = a + way * t
    return best


def _with_end(drawing: Drawing, key: tuple[int, int], last: bool, target: complex) -> Drawing:
    shape = drawing.shapes[key[0]]
    parts = list(as_path(shape.geometry).subpaths)
    subpath = parts[key[1]]
    segments = list(subpath.segments)
    if last and isinstance(segments[-1], Line):
        segments[-1] = Line(point(target))
        parts[key[1]] = replace(subpath, segments=tuple(segments))
    elif not last and isinstance(segments[0], Line):
        parts[key[1]] = Subpath(point(target), subpath.segments, subpath.closed)
    else:
        return drawing
    shapes = list(drawing.shapes)
    shapes[key[0]] = replace(shape, geometry=Path(tuple(parts)), original="")
    return replace(drawing, shapes=tuple(shapes))


def _lines(drawing: Drawing) -> dict[tuple[int, int], Contour]:
    return {
        (number, part): contour
        for number, shape in enumerate(drawing.shapes)
        if shape.paint.stroke
        for part, subpath in enumerate(as_path(shape.geometry).subpaths)
        if (contour := bared(subpath, 0.0)).legs
    }
