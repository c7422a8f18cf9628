"""Fitting true arcs and few cubics to finely sampled curves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from maquette.media.drawing import Arc, Cubic, Line, Point, Segment
from maquette.media.extent import arc_centre

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_ROUNDS = 4  # of moving the parameters closer, which Schneider calls reparameterisation


def circle_through(a: Point, b: Point, c: Point) -> tuple[Point, float] | None:
    """Centre and radius of the circle through three points; None if they stand in a line."""
    bx, by, cx, cy = b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]
    cross = 2 * (bx * cy - by * cx)
    if abs(cross) <= 1e-9 * (bx * bx + by * by + cx * cx + cy * cy):
        return None
    b2, c2 = bx * bx + by * by, cx * cx + cy * cy
    x, y = (cy * b2 - by * c2) / cross, (bx * c2 - cx * b2) / cross
    return (a[0] + x, a[1] + y), math.hypot(x, y)


def is_straight(points: Array, within: float) -> bool:
    """Whether points (n, 2) lie on the way from the first to the last."""
    import numpy as np

    start, way = points[0], points[-1] - points[0]
    length = float(np.hypot(*way))
    if length == 0:
        return False
    off = np.abs((points[:, 0] - start[0]) * way[1] - (points[:, 1] - start[1]) * way[0]) / length
    along = (points - start) @ way / length
    return bool(off.max() <= within and along.min() >= -within and along.max() <= length + within)


def as_circle(points: Array, within: float) -> tuple[Point, float, float] | None:
    """The circle on which points (n, 2) lie in order: (centre, radius, signed sweep in radians); None if on none."""
    import numpy as np

    if len(points) < 3:
        return None
    first, middle, last = points[0], points[len(points) // 2], points[-1]
    found = circle_through(_point(first), _point(middle), _point(last))
    if found is None:
        return None
    centre, radius = found
    out = points - np.asarray(centre)
    if np.abs(np.hypot(out[:, 0], out[:, 1]) - radius).max() > within:
        return None
    steps = np.arctan2(
        out[:-1, 0] * out[1:, 1] - out[:-1, 1] * out[1:, 0], out[:-1, 0] * out[1:, 0] + out[:-1, 1] * out[1:, 1]
    )
    if steps.min() < -1e-3 and steps.max() > 1e-3:
        return None
    return centre, radius, float(steps.sum())


def as_cubic(points: Array, way_in: Point, way_out: Point, within: float) -> tuple[Point, Point] | None:
    """Control points of one cubic along points (n, 2) with the unit directions at its ends; None if none comes close.

    P. J. Schneider, "An algorithm for automatically fitting digitized curves", Graphics Gems, 1990.
    """
    import numpy as np

    first, last = points[0], points[-1]
    steps = np.hypot(*np.diff(points, axis=0).T)
    t = np.concatenate([[0.0], np.cumsum(steps)])
    if t[-1] == 0:
        return None
    t /= t[-1]
    start, end = np.asarray(way_in), -np.asarray(way_out)
    for _ in range(_ROUNDS + 1):
        u = 1 - t
        b0, b1, b2, b3 = u**3, 3 * u * u * t, 3 * u * t * t, t**3
        alpha, beta = _handles(points, (b0, b1, b2, b3), start, end)
        if alpha <= 0 or beta <= 0:
            return None
        one, two = first + alpha * start, last + beta * end
        curve = np.outer(b0, first) + np.outer(b1, one) + np.outer(b2, two) + np.outer(b3, last)
        off = curve - points
        if np.hypot(off[:, 0], off[:, 1]).max() <= within:
            return _point(one), _point(two)
        slope = 3 * (np.outer(u * u, one - first) + np.outer(2 * u * t, two - one) + np.outer(t * t, last - two))
        bend = 6 * (np.outer(u, two - 2 * one + first) + np.outer(t, last - 2 * two + one))
        top = (off * slope).sum(axis=1)
        below = (slope * slope).sum(axis=1) + (off * bend).sum(axis=1)
        move = np.divide(top, below, out=np.zeros_like(top), where=np.abs(below) > 1e-12)
        t = np.clip(t - move, 0.0, 1.0)
        t[0], t[-1] = 0.0, 1.0
        t = np.maximum.accumulate(t)
    return None


def _handles(points: Array, weights: tuple[Array, ...], start: Array, end: Array) -> tuple[float, float]:
    """How far the control points stand from the ends, by least squares."""
    import numpy as np

    b0, b1, b2, b3 = weights
    rest = points - np.outer(b0 + b1, points[0]) - np.outer(b2 + b3, points[-1])
    c00, c11 = float((b1 * b1).sum()), float((b2 * b2).sum())
    c01 = float((b1 * b2).sum()) * float(start @ end)
    x0, x1 = float((rest @ start) @ b1), float((rest @ end) @ b2)
    found = c00 * c11 - c01 * c01
    if abs(found) <= 1e-12:
        third = float(np.hypot(*(points[-1] - points[0]))) / 3
        return third, third
    return (x0 * c11 - x1 * c01) / found, (c00 * x1 - c01 * x0) / found


def arcs(
    start: Point, to: Point, centre: Point, radius: float, sweep: float, *, decimals: int, within: float
) -> list[Segment]:
    """An arc whose ends were rounded, as one arc of SVG, or as two where one would not be steady.

    Near a half turn a thousandth in the radius moves the middle by hundredths; where the radius is a hair too small for
    its chord, SVG grows it to exactly half of it, which is what a round cap wants.
    """
    if start == to and abs(sweep) < math.pi:
        return []
    begin = math.atan2(start[1] - centre[1], start[0] - centre[0])
    middle = begin + sweep / 2
    true = (centre[0] + radius * math.cos(middle), centre[1] + radius * math.sin(middle))
    if abs(sweep) < 1.75 * math.pi and start != to:
        half = math.dist(start, to) / 2
        step = 10.0**-decimals
        for tried in (round(radius, decimals), math.floor(half / step + 1e-6) * step):
            if tried <= 0:
                continue
            arc = Arc(round(tried, decimals), round(tried, decimals), 0.0, abs(sweep) > math.pi, sweep > 0, to)
            told = arc_centre(start, arc)
            if math.dist(told.at(told.begin + told.sweep / 2), true) <= within:
                return [replace_half(arc, sweep)]
    if math.dist(start, to) <= within and abs(sweep) < math.pi:
        return [Line(to)]
    if radius < 3 * 10.0**-decimals:
        return [Line(to)] if start != to else []
    turn = (round(true[0], decimals), round(true[1], decimals))
    if turn in (start, to):
        return [Line(to)] if start != to else []
    half_way = sweep / 2
    return [
        *arcs(start, turn, centre, radius, half_way, decimals=decimals, within=within),
        *arcs(turn, to, centre, radius, half_way, decimals=decimals, within=within),
    ]


def replace_half(arc: Arc, sweep: float) -> Arc:
    """A half turn is written with the small flag, whatever a rounding said."""
    if abs(abs(sweep) - math.pi) < 1e-3:
        return Arc(arc.rx, arc.ry, 0.0, False, arc.sweep, arc.to)
    return arc


def curve(points: Array, ways: Array, within: float) -> list[Segment]:
    """Few segments along a smooth run: points (n, 2) at which it may be divided are every `STRIDE`th.

    `ways` (n, 2) are the unit directions at the points. The ends stay exactly where they are.
    """
    found: list[Segment] = []
    at, last = 0, len(points) - 1
    while at < last:
        low, best = at + STRIDE, None
        high = last
        step = high
        # The longest piece that one segment can follow, by halving.
        while low <= high:
            fitted = _one(points[at : step + 1], ways[at], ways[step], within)
            if fitted is not None:
                best, low = (step, fitted), step + STRIDE
            else:
                high = step - STRIDE
            step = at + max(STRIDE, ((low + high) // 2 - at) // STRIDE * STRIDE)
            if step < low:
                step = low
        if best is None:
            best = (
                min(at + STRIDE, last),
                _chord(points[at : at + STRIDE + 1], ways[at], ways[min(at + STRIDE, last)]),
            )
        found.append(best[1])
        at = best[0]
    return found


STRIDE = 4  # samples per quadratic piece


def _one(points: Array, way_in: Array, way_out: Array, within: float) -> Segment | None:
    to = _point(points[-1])
    if is_straight(points, within / 2):
        return Line(to)
    circle = as_circle(points, within)
    if circle is not None and 0.05 < abs(circle[2]) < math.pi * 0.98:
        return Arc(circle[1], circle[1], 0.0, False, circle[2] > 0, to)
    controls = as_cubic(points, _point(way_in), _point(way_out), within)
    return Cubic(*controls, to) if controls else None


def _chord(points: Array, way_in: Array, way_out: Array) -> Segment:
    """A piece that cannot be divided further: a cubic with handles of a third, or a line."""
    to = _point(points[-1])
    third = math.dist(_point(points[0]), to) / 3
    one = (float(points[0][0] + way_in[0] * third), float(points[0][1] + way_in[1] * third))
    two = (float(to[0] - way_out[0] * third), float(to[1] - way_out[1] * third))
    return Cubic(one, two, to)


def _point(value: Array) -> Point:
    return float(value[0]), float(value[1])
