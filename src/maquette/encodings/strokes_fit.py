"""Geometry behind `strokes.v1`: arcs out of cubics, arcs on a grid, samples of segments.

All points are complex numbers x + iy, which keeps the algebra short.
"""

from __future__ import annotations

import cmath
import math

import numpy as np

CIRCLE = np.exp(1j * np.linspace(0, 2 * np.pi, 33))  # points of the unit circle

Arc = tuple[float, bool, bool]  # radius, large, sweep (SVG's: sweep is clockwise with y pointing down)


def cubic_points(a: complex, c1: complex, c2: complex, b: complex, count: int = 9) -> np.ndarray:
    """(count,) points at even parameters of a cubic Bezier segment, both ends included."""
    t = np.linspace(0, 1, count)
    s = 1 - t
    return np.asarray(s**3 * a + 3 * s * s * t * c1 + 3 * s * t * t * c2 + t**3 * b)


def box(low: complex, high: complex) -> np.ndarray:
    """The corners of a rectangle, closed: (5,)."""
    return np.array([low, complex(high.real, low.imag), high, complex(low.real, high.imag), low])


def arc_centre(a: complex, b: complex, radius: float, large: bool, sweep: bool) -> tuple[complex, float]:
    """Centre and true radius of the circular arc from a to b; a radius too small is enlarged (SVG 2, F.6.6)."""
    half = (b - a) / 2
    distance = abs(half)
    radius = max(radius, distance)
    height = math.sqrt(max(radius * radius - distance * distance, 0.0))
    side = 1 if large != sweep else -1
    return (a + b) / 2 + side * 1j * (half / distance) * height, radius


def arc_points(a: complex, b: complex, arc: Arc, count: int = 9) -> np.ndarray:
    """(count,) points at even angles of a circular arc, both ends included."""
    radius, large, sweep = arc
    if a == b:
        return np.full(count, a)
    centre, _ = arc_centre(a, b, radius, large, sweep)
    first, last = cmath.phase(a - centre), cmath.phase(b - centre)
    turn = (last - first) % (2 * math.pi) if sweep else -((first - last) % (2 * math.pi))
    angles = first + np.linspace(0, 1, count) * turn
    return np.asarray(centre + abs(a - centre) * np.exp(1j * angles))


def arc_of_cubic(a: complex, c1: complex, c2: complex, b: complex, tolerance: float) -> tuple[Arc, complex] | None:
    """The circular arc that a cubic was meant to be, with its centre, or None; `tolerance` in units.

    The centre is where the normals at both ends meet; the cubic must stay within `tolerance` of that circle.
    """
    if abs(a - b) < 0.05 or abs(c1 - a) < 1e-6 or abs(b - c2) < 1e-6:
        return None
    n1, n2 = 1j * (c1 - a) / abs(c1 - a), 1j * (b - c2) / abs(b - c2)
    cross = (n1.conjugate() * n2).imag
    if abs(cross) > 0.02:
        reach = ((b - a).conjugate() * n2).imag / cross
    else:  # a half circle: the normals are parallel
        reach = ((b - a) * n1.conjugate()).real / 2
    centre = a + reach * n1
    radius = abs(a - centre)
    if not 0.1 < radius < 24 or abs(abs(b - centre) - radius) > tolerance:
        return None
    points = cubic_points(a, c1, c2, b)
    if np.abs(np.abs(points - centre) - radius).max() > tolerance:
        return None
    turns = np.angle((points[1:] - centre) / (points[:-1] - centre))
    if not (np.all(turns > 0) or np.all(turns < 0)):
        return None
    turn = float(turns.sum())
    if abs(turn) < 0.15 or abs(turn) > 3.3:
        return None
    return (radius, abs(turn) > math.pi + 1e-6, turn > 0), centre


def nearest_arc(
    points: np.ndarray, a: complex, b: complex, arc: Arc, steps: int, reach: int = 2
) -> tuple[int, bool, bool, float]:
    """The arc on the grid that follows `points` best: (radius in steps, large, sweep, largest distance in units).

    a and b are the ends after rounding. Rounding an arc's radius naively turns half circles inside out, so radii within
    `reach` steps and both values of `large` are tried ("repair").
    """
    radius, large, sweep = arc
    best: tuple[float, int, bool, bool] | None = None
    first = round(radius * steps)
    count = len(points)
    for r in range(max(first - reach, 1), first + reach + 1):
        for flag in (large, not large):
            tried = arc_points(a, b, (r / steps, flag, sweep), count)
            error = float(np.abs(tried - points).max())
            if best is None or error < best[0] - 1e-9:
                best = (error, r, flag, sweep)
    assert best is not None
    return best[1], best[2], best[3], best[0]


def arc_cubics(
    a: complex, b: complex, rx: float, ry: float, rotation: float, large: bool, sweep: bool
) -> list[tuple[complex, complex, complex]]:
    """An elliptical arc as cubics of at most 90 degrees: (c1, c2, end) each. SVG 2, appendix B.2.4; y points down."""
    turn = cmath.exp(1j * math.radians(rotation))

    def squeezed(p: complex) -> complex:
        p /= turn
        return complex(p.real / rx, p.imag / ry)

    def back(p: complex) -> complex:
        return complex(p.real * rx, p.imag * ry) * turn

    first, last = squeezed(a), squeezed(b)
    if first == last:
        return []
    centre, radius = arc_centre(first, last, 1.0, large, sweep)
    start = cmath.phase(first - centre)
    angle = cmath.phase(last - centre) - start
    angle = angle % (2 * math.pi) if sweep else -((-angle) % (2 * math.pi))
    pieces = max(1, math.ceil(abs(angle) / (math.pi / 2) - 1e-6))
    step = angle / pieces
    pull = 4 / 3 * math.tan(step / 4)
    out = []
    for k in range(pieces):
        one, two = cmath.exp(1j * (start + k * step)), cmath.exp(1j * (start + (k + 1) * step))
        reach = (one + 1j * pull * one, two - 1j * pull * two, two)
        c1, c2, end = (back(centre + radius * p) for p in reach)
        out.append((c1, c2, b if k == pieces - 1 else end))
    return out
