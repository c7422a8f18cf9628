"""The shapes that a drawing asks for by its own order: mirrored, turned, and repeated at an even distance.

Designers repeat themselves: the second eye is the first one mirrored, the third line stands as far from the second as
the second from the first. Each such copy is named by what was done, so that its chances can be counted by kind.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..media import drawing as d
from ..media.affine import Matrix, as_path, transform_shape
from ..media.extent import Box, arc_centre, geometry_box, union

MIDDLE = 12.0  # of the canvas of 24 units
NEAREST = 1 / 64  # units: points closer than this are one
LATEST = 6  # shapes, counted from the last, that may be repeated

# How often a copy of the last shape was the next shape of a human's icon, by kind: 1,400 next shapes of training icons.
RATES = {
    "series": 0.15,
    "series of groups": 0.1,
    "mirrored across": 0.094,
    "mirrored down": 0.03,
    "turned 180": 0.016,
    "turned 270": 0.015,
    "turned 90": 0.01,
    "swapped": 0.006,
}
EARLIER = 0.5  # of the rate, for each shape further back
OUTSIDE = 0.13  # units of ink beyond the canvas that are forgiven
LOOKED_AT = 48  # copies, the usual ones first
FLOOR, BY_RATE, BY_HABIT, BY_APART = -4.33, 0.66, 3.27, 2.57  # fitted on 1,114 next shapes of training icons
OTHER_AXIS = 0.2  # of the rate, where the axis is not the canvas' own


@dataclass(frozen=True)
class Copy:
    """A copy of shape `of`: `kind` is what was done, `chance` how likely it is what comes next."""

    shape: d.Shape
    kind: str
    of: int
    rate: float
    habit: float  # share of the other shapes that the same move leaves where shapes are: a symmetry that lacks this one
    apart: bool  # the copy's box stands clear of its model's
    chance: float = 0.0


def copies(shapes: Sequence[d.Shape], count: int = 12) -> list[Copy]:
    """The `count` likeliest copies of the last shapes, none of which is there already; likeliest first."""
    if not shapes:
        return []
    there = {key_of(shape) for shape in shapes}
    boxes = [geometry_box(shape.geometry) or (0.0, 0.0, 0.0, 0.0) for shape in shapes]
    seen = set(there)
    found: list[Copy] = []
    closed: dict[Matrix, list[bool]] = {}  # of each move: which shapes it leaves where shapes are
    for rate, kind, of, matrix in sorted(_moves(len(shapes), boxes), key=lambda move: -move[0])[:LOOKED_AT]:
        moved = transform_shape(shapes[of], matrix)
        key, box = key_of(moved), geometry_box(moved.geometry)
        edge = moved.paint.width / 2 - OUTSIDE if moved.paint.stroke else 0.0
        if key in seen or box is None or min(box[:2]) < edge or max(box[2:]) > 2 * MIDDLE - edge:
            continue
        seen.add(key)
        if matrix not in closed:
            closed[matrix] = [key_of(transform_shape(shape, matrix)) in there for shape in shapes]
        others = [kept for index, kept in enumerate(closed[matrix]) if index != of]
        habit = sum(others) / len(others) if others else 0.0
        own = boxes[of]
        apart = min(box[2], own[2]) <= max(box[0], own[0]) or min(box[3], own[3]) <= max(box[1], own[1])
        found.append(Copy(moved, kind, of, rate, habit, apart))
    weighed = [replace(one, chance=chance_of(one)) for one in found]
    return sorted(weighed, key=lambda one: -one.chance)[:count]


def chance_of(copy: Copy) -> float:
    """How likely a copy is what comes next (a logistic of what is known of it)."""
    told = FLOOR + BY_RATE * math.log(copy.rate) + BY_HABIT * copy.habit + BY_APART * copy.apart
    return 1 / (1 + math.exp(-told))


def _moves(count: int, boxes: Sequence[Box]) -> Iterator[tuple[float, str, int, Matrix]]:
    """(rate, kind, shape, matrix) of everything that may be done with the last shapes."""
    last = count - 1
    middles = [((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for box in boxes]
    sizes = [(round(box[2] - box[0], 2), round(box[3] - box[1], 2)) for box in boxes]
    # A series goes on: as the last stands to an earlier one of its size, so the next to the one after that.
    for back in range(1, min(4, last + 1)):
        if sizes[last - back] != sizes[last]:
            continue
        step = (middles[last][0] - middles[last - back][0], middles[last][1] - middles[last - back][1])
        kind = "series" if back == 1 else "series of groups"
        yield RATES[kind], kind, last - back + 1, (1, 0, 0, 1, *step)
    left, top, right, bottom = union(list(boxes)) or (0.0, 0.0, 24.0, 24.0)
    places = {
        "": (MIDDLE, MIDDLE),
        " of the whole": ((left + right) / 2, (top + bottom) / 2),
        " of the first": middles[0],
    }
    for of in range(last, max(last - LATEST, -1), -1):
        for where, (x, y) in places.items():
            share = EARLIER ** (last - of) * (OTHER_AXIS if where else 1.0)
            for kind, matrix in _turns(x, y).items():
                yield RATES[kind] * share, kind + where, of, matrix


def _turns(x: float, y: float) -> dict[str, Matrix]:
    """Mirrors and turns about a point."""
    return {
        "mirrored across": (-1, 0, 0, 1, 2 * x, 0),
        "mirrored down": (1, 0, 0, -1, 0, 2 * y),
        "turned 180": (-1, 0, 0, -1, 2 * x, 2 * y),
        "turned 90": (0, 1, -1, 0, x + y, y - x),
        "turned 270": (0, -1, 1, 0, x - y, y + x),
        "swapped": (0, 1, 1, 0, x - y, y - x),
    }


def key_of(shape: d.Shape, nearest: float = NEAREST) -> Hashable:
    """The same for shapes that lie in the same place, whichever way and from wherever they are drawn.

    `nearest`: points closer than this (units) are one.
    """
    marks = []
    for subpath in as_path(shape.geometry).subpaths:
        at = subpath.start
        marks.append(at)
        for segment in subpath.segments:
            marks += [_halfway(at, segment), segment.to]
            at = segment.to
        if subpath.closed and at != subpath.start:
            marks += [_halfway(at, d.Line(subpath.start))]
    return tuple(sorted({(round(x / nearest), round(y / nearest)) for x, y in marks})), shape.paint.fill


def _halfway(at: d.Point, segment: d.Segment) -> d.Point:
    """The point in the middle of a segment (at t = 1/2)."""
    x, y = at
    p, q = segment.to
    if isinstance(segment, d.Cubic):
        (a, b), (e, f) = segment.c1, segment.c2
        return (x + 3 * a + 3 * e + p) / 8, (y + 3 * b + 3 * f + q) / 8
    if isinstance(segment, d.Quad):
        a, b = segment.c
        return (x + 2 * a + p) / 4, (y + 2 * b + q) / 4
    if isinstance(segment, d.Arc) and at != segment.to:
        arc = arc_centre(at, segment)
        return arc.at(arc.begin + arc.sweep / 2)
    return (x + p) / 2, (y + q) / 2
