"""Contours of many short quadratics become arcs, lines and few cubics, wound the right way.

What a stroke's outline is made of is known: the offset of an arc is an arc around the same centre, a round cap or join
is an arc around its point. So every piece is first asked which of these circles it lies on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from maquette.media import outline_fit as fit
from maquette.media.affine import as_path
from maquette.media.drawing import Arc, Cubic, Line, Path, Point, Segment, Shape, Subpath
from maquette.media.extent import arc_centre
from maquette.media.outline_skia import NOWHERE, Contour, Piece, dot_at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# In units of a canvas of 24.
NEAR = 0.003  # how far a curve may stray
TINY = 0.004  # pieces that are shorter go
SLIVER = 0.002  # contours that are thinner go
SHORT = 0.08  # lines that are shorter may belong to a curve
RUN = 0.35  # lines that are shorter and turn smoothly belong to a curve without a known circle
SMOOTH = math.cos(math.radians(6))  # joints that turn less are none

Ring: TypeAlias = tuple[float, float, float]
"""A circle: x, y, radius."""


@dataclass(frozen=True)
class _Turn:
    """Pieces on one circle: its centre and radius, and the signed sweep in radians."""

    start: Point
    to: Point
    centre: Point
    radius: float
    sweep: float


_Run: TypeAlias = _Turn | list[Piece]


def rings(shapes: Sequence[Shape]) -> list[Ring]:
    """The circles on which outlines of these shapes may lie."""
    found: set[Ring] = set()
    for shape in shapes:
        paint = shape.paint
        half = paint.width / 2 if paint.stroke else 0.0
        is_round = paint.stroke and "round" in (paint.cap, paint.join)
        for subpath in as_path(shape.geometry).subpaths:
            at = subpath.start
            if is_round and (dot := dot_at(subpath, NOWHERE * paint.width)):
                found.add((*dot, half))
                continue
            for segment in subpath.segments:
                if is_round:
                    found.add((*at, half))
                if isinstance(segment, Arc) and abs(segment.rx - segment.ry) <= 1e-6 * segment.rx and at != segment.to:
                    told = arc_centre(at, segment)
                    radii = {told.rx + half, abs(told.rx - half), told.rx if paint.fill else told.rx + half}
                    found |= {(*told.centre, radius) for radius in radii if radius > 1e-3 * half}
                at = segment.to
            if is_round:
                found.add((*at, half))
    return sorted(found)


def cleaned(contours: Sequence[Contour], known: Sequence[Ring], unit: float, decimals: int) -> Path:
    """The contours with few segments, wound right. `unit`: the drawing's units in one of a canvas of 24."""
    kept = [contour for one in contours if (contour := _without_tiny(one, TINY * unit)) and _is_area(contour, unit)]
    subpaths = [_subpath(contour, known, unit, decimals) for contour in wound(kept, unit)]
    return Path(tuple(subpath for subpath in subpaths if subpath is not None))


# --- contours ------------------------------------------------------------------------------------------------------


def _without_tiny(contour: Contour, shortest: float) -> Contour:
    """The contour without pieces that go nowhere; their neighbours meet."""
    found: Contour = []
    for start, control, to in contour:
        begin = found[-1][2] if found else start
        if math.dist(begin, to) < shortest and (control is None or math.dist(begin, control) < shortest):
            continue
        found.append((begin, control, to))
    if len(found) < 2:
        return []
    begin, control, _ = found[-1]
    found[-1] = (begin, control, found[0][0])
    return found


def polygon(contour: Contour, unit: float) -> list[Point]:
    """Points along a contour, so close that no chord strays further than a third of `NEAR`."""
    found: list[Point] = []
    for start, control, to in contour:
        found.append(start)
        if control is not None:
            bend = math.hypot(start[0] - 2 * control[0] + to[0], start[1] - 2 * control[1] + to[1])
            count = math.ceil(math.sqrt(bend / (4 * NEAR / 3 * unit)))
            found += [_on(start, control, to, i / count) for i in range(1, count)]
    return found


def _on(start: Point, control: Point, to: Point, t: float) -> Point:
    u = 1 - t
    a, b, c = u * u, 2 * u * t, t * t
    return a * start[0] + b * control[0] + c * to[0], a * start[1] + b * control[1] + c * to[1]


def area(points: Sequence[Point]) -> float:
    """Signed area of a polygon: positive if it runs clockwise as seen (y points down)."""
    total, (x0, y0) = 0.0, points[-1]
    for x, y in points:
        total += x0 * y - x * y0
        x0, y0 = x, y
    return total / 2


def _is_area(contour: Contour, unit: float) -> bool:
    points = polygon(contour, unit)
    around = sum(math.dist(a, b) for a, b in zip(points, [*points[1:], points[0]], strict=True))
    size = abs(area(points))
    return size > SLIVER * unit * around / 2 and size > 5e-4 * unit * unit


def inside(point: Point, points: Sequence[Point]) -> bool:
    """Whether a point lies in a polygon, by the even-odd rule."""
    x, y = point
    found = False
    x0, y0 = points[-1]
    for x1, y1 in points:
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            found = not found
        x0, y0 = x1, y1
    return found


def wound(contours: Sequence[Contour], unit: float) -> list[Contour]:
    """Contours that do not cross, each turned as its depth asks: outer ones clockwise as seen, holes the other way."""
    shapes = [polygon(contour, unit) for contour in contours]
    found: list[Contour] = []
    for index, contour in enumerate(contours):
        mine = shapes[index]
        asked = [mine[len(mine) * part // 5] for part in range(5)]
        # They may touch in a point: the vote of five decides.
        depth = sum(sum(inside(point, other) for point in asked) >= 3 for i, other in enumerate(shapes) if i != index)
        clockwise = area(mine) > 0
        found.append(contour if clockwise == (depth % 2 == 0) else [(c, b, a) for a, b, c in reversed(contour)])
    return found


# --- one contour ---------------------------------------------------------------------------------------------------


def _subpath(contour: Contour, known: Sequence[Ring], unit: float, decimals: int) -> Subpath | None:
    whole = _whole_ring(contour, known, unit)
    if whole is not None:
        return _circle(whole[0], whole[1], decimals)
    runs = _runs(contour, known, unit)
    begin = _round(_ends(runs[0])[0], decimals)
    segments: list[Segment] = []
    at = begin
    for run in runs:
        for segment in _segments(run, at, unit, decimals):
            if segment.to != at:
                segments.append(segment)
                at = segment.to
    segments = _joined(begin, segments, unit)
    if segments and isinstance(segments[-1], Line) and segments[-1].to == begin:
        segments.pop()  # the path closes itself with a line
    return Subpath(begin, tuple(segments), True) if segments else None


def _ends(run: _Run) -> tuple[Point, Point]:
    return (run.start, run.to) if isinstance(run, _Turn) else (run[0][0], run[-1][2])


def _circle(ring: Ring, sweep: float, decimals: int) -> Subpath:
    """A whole circle of two arcs."""
    x, y, radius = ring
    left, right, y = round(x - radius, decimals), round(x + radius, decimals), round(y, decimals)
    step = 10.0**-decimals
    half = round(math.floor((right - left) / 2 / step + 1e-6) * step, decimals)
    turned = sweep > 0
    return Subpath((left, y), tuple(Arc(half, half, 0.0, False, turned, to) for to in ((right, y), (left, y))), True)


def _samples(contour: Contour) -> Array:
    """Five points on every piece, (n, 5, 2)."""
    import numpy as np

    ends = np.array(
        [(start, control or ((start[0] + to[0]) / 2, (start[1] + to[1]) / 2), to) for start, control, to in contour]
    )
    t = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    weights = np.stack([(1 - t) ** 2, 2 * t * (1 - t), t * t])  # (3, 5)
    found: Array = np.einsum("nkx,kt->ntx", ends, weights)
    return found


def _fits(contour: Contour, known: Sequence[Ring], unit: float) -> tuple[Array, Array]:
    """How far every piece strays from every circle (n, m), infinite where it is not on it; its signed angle (n, m)."""
    import numpy as np

    points = _samples(contour)
    circles = np.array(known).reshape(-1, 3)
    out = points[:, :, None, :] - circles[None, None, :, :2]
    off = np.abs(np.hypot(out[..., 0], out[..., 1]) - circles[None, None, :, 2]).max(axis=1)
    a, b = out[:, 0], out[:, -1]
    angle = np.arctan2(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0], (a * b).sum(axis=-1))
    straight = np.array([control is None and math.dist(start, to) > SHORT * unit for start, control, to in contour])
    off[(off > NEAR * unit) | straight[:, None]] = np.inf
    return off, angle


def _whole_ring(contour: Contour, known: Sequence[Ring], unit: float) -> tuple[Ring, float] | None:
    """The circle that a contour is, with its signed sweep."""
    import numpy as np

    if known:
        off, angle = _fits(contour, known, unit)
        total = off.sum(axis=0)
        best = int(np.argmin(total))
        if np.isfinite(total[best]) and abs(abs(angle[:, best].sum()) - math.tau) < 0.1:
            return known[best], float(angle[:, best].sum())
    points = _samples(contour)[:, :-1].reshape(-1, 2)
    third = len(points) // 3
    if third:
        found = fit.circle_through(*((float(x), float(y)) for x, y in (points[0], points[third], points[2 * third])))
        if found is not None:
            out = points - np.asarray(found[0])
            if np.abs(np.hypot(out[:, 0], out[:, 1]) - found[1]).max() <= NEAR * unit:
                return (*found[0], found[1]), area([(float(x), float(y)) for x, y in points])
    return None


def _runs(contour: Contour, known: Sequence[Ring], unit: float) -> list[_Run]:
    """The contour divided into arcs of known circles and what lies between them."""
    import numpy as np

    count = len(contour)
    if not known:
        return _smooth_runs(contour, unit)
    off, angle = _fits(contour, known, unit)
    way = np.sign(angle)
    on = np.isfinite(off)
    apart = [i for i in range(count) if not (on[i - 1] & on[i] & (way[i - 1] == way[i])).any()]
    first = apart[0] if apart else 0
    order = [(first + i) % count for i in range(count)]
    found: list[_Run] = []
    loose: Contour = []
    i = 0
    while i < count:
        here = order[i]
        common, j = on[here].copy(), i + 1
        if not common.any():
            loose.append(contour[here])
            i += 1
            continue
        while j < count:
            more = common & on[order[j]] & (way[order[j]] == way[here])
            if not more.any():
                break
            common, j = more, j + 1
        members = order[i:j]
        best = int(np.argmin(np.where(common, off[members].sum(axis=0), np.inf)))
        if loose:
            found += _smooth_runs(loose, unit, closed=False)
            loose = []
        x, y, radius = known[best]
        turn = float(angle[members, best].sum())
        found.append(_Turn(contour[members[0]][0], contour[members[-1]][2], (x, y), radius, turn))
        i = j
    return found + (_smooth_runs(loose, unit, closed=False) if loose else [])


def _smooth_runs(pieces: Contour, unit: float, *, closed: bool = True) -> list[_Run]:
    """Pieces divided at corners and long lines; short lines stay with the curve that they continue."""
    found: list[_Run] = []
    if closed:
        # Begin at a corner or at a line, if there is one.
        for index in range(len(pieces)):
            if _is_line(pieces[index], unit) or not _is_smooth(pieces[index - 1], pieces[index]):
                pieces = pieces[index:] + pieces[:index]
                break
    run: Contour = []
    for piece in pieces:
        if run and (_is_line(piece, unit) or _is_line(run[-1], unit) or not _is_smooth(run[-1], piece)):
            found.append(run)
            run = []
        run.append(piece)
    return [*found, run]


def _is_line(piece: Piece, unit: float) -> bool:
    return piece[1] is None and math.dist(piece[0], piece[2]) > RUN * unit


def _is_smooth(before: Piece, after: Piece) -> bool:
    (ax, ay), (bx, by) = _way_out(before), _way_in(after)
    return ax * bx + ay * by >= SMOOTH


def _way_in(piece: Piece) -> Point:
    start, control, to = piece
    return _unit(start, control if control is not None and control != start else to)


def _way_out(piece: Piece) -> Point:
    start, control, to = piece
    return _unit(control if control is not None and control != to else start, to)


def _unit(a: Point, b: Point) -> Point:
    size = math.dist(a, b) or 1.0
    return (b[0] - a[0]) / size, (b[1] - a[1]) / size


# --- segments ------------------------------------------------------------------------------------------------------


def _round(point: Point, decimals: int) -> Point:
    return round(point[0], decimals), round(point[1], decimals)


def _segments(run: _Run, at: Point, unit: float, decimals: int) -> list[Segment]:
    """The segments of a run that begins at `at`, rounded."""
    to = _round(_ends(run)[1], decimals)
    if isinstance(run, _Turn):
        return fit.arcs(at, to, run.centre, run.radius, run.sweep, decimals=decimals, within=NEAR * unit)
    if len(run) == 1 and run[0][1] is None:
        return [Line(to)]
    points, ways = _sampled(run)
    found: list[Segment] = []
    for segment in fit.curve(points, ways, NEAR * unit):
        found += _rounded(segment, at, decimals, unit)
        at = segment.to if not found else found[-1].to
    return found


def _sampled(run: Contour) -> tuple[Array, Array]:
    """Points (4 n + 1, 2) along a run, and the unit directions there."""
    import numpy as np

    points: list[Point] = []
    ways: list[Point] = []
    for start, control, to in run:
        middle = control or ((start[0] + to[0]) / 2, (start[1] + to[1]) / 2)
        for t in (0.0, 0.25, 0.5, 0.75):
            points.append(_on(start, middle, to, t))
            a, b = _lerp(start, middle, t), _lerp(middle, to, t)
            ways.append(_unit(a, b) if a != b else _unit(start, to))
    points.append(run[-1][2])
    ways.append(_way_out(run[-1]))
    return np.array(points), np.array(ways)


def _lerp(a: Point, b: Point, t: float) -> Point:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def _rounded(segment: Segment, at: Point, decimals: int, unit: float) -> list[Segment]:
    to = _round(segment.to, decimals)
    if isinstance(segment, Cubic):
        return [Cubic(_round(segment.c1, decimals), _round(segment.c2, decimals), to)]
    if isinstance(segment, Arc):
        told = arc_centre(at, segment)
        return fit.arcs(at, to, told.centre, told.rx, told.sweep, decimals=decimals, within=NEAR * unit)
    return [Line(to)]


def _joined(start: Point, segments: list[Segment], unit: float) -> list[Segment]:
    """Lines that go on straight become one; every point on the way must lie on it, so that curves are not cut."""
    found: list[Segment] = []
    way: list[Point] = []  # the points of the lines that are one so far
    at = start
    for segment in segments:
        straight = isinstance(segment, Line) and len(way) > 0
        if straight and all(_goes_on(way[0], point, segment.to, unit) for point in (*way[1:], at)):
            found[-1] = segment
            way.append(at)
        else:
            found.append(segment)
            way = [at] if isinstance(segment, Line) else []
        at = segment.to
    return found


def _goes_on(a: Point, b: Point, c: Point, unit: float) -> bool:
    """Whether b stands on the way from a to c."""
    length = math.dist(a, c)
    if length == 0:
        return True
    off = abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / length
    along = (b[0] - a[0]) * (c[0] - a[0]) + (b[1] - a[1]) * (c[1] - a[1])
    return off <= 0.7 * NEAR * unit and 0 <= along <= length * length
