"""Drawings as a ruler sees them: every segment with its kind, length, directions and radius, on the bare geometry.

Arcs that another program exported as cubics are seen as the arcs they were meant to be.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from maquette.media.affine import as_path
from maquette.media.drawing import Arc, Cubic, Drawing, Geometry, Line, Point, Quad, Segment, Subpath
from maquette.media.extent import arc_centre

Kind = Literal["line", "arc", "curve"]
_SMALL = 1e-6


@dataclass(frozen=True)
class Piece:
    """One segment measured. Points and directions are complex numbers x + iy, directions of length 1.

    `radius` is 0 unless it is an arc of a circle; `turn` is its signed turning in radians; `points` lie along it.
    """

    kind: Kind
    start: complex
    end: complex
    way_in: complex
    way_out: complex
    length: float
    radius: float
    turn: float
    points: tuple[complex, ...]


@dataclass(frozen=True)
class Run:
    """One subpath measured: its pieces in order, whether it is closed, and the shape it belongs to."""

    shape: int
    pieces: tuple[Piece, ...]
    closed: bool


def runs(drawing: Drawing) -> list[Run]:
    """Every subpath of the drawing, measured; segments without length are left out."""
    found = []
    for number, shape in enumerate(drawing.shapes):
        for subpath in as_path(shape.geometry).subpaths:
            pieces = tuple(piece for at, segment in _segments(subpath) if (piece := measured(at, segment)) is not None)
            if pieces:
                closed = subpath.closed or abs(pieces[-1].end - pieces[0].start) < _SMALL
                found.append(Run(number, pieces, closed))
    return found


def anchors(geometry: Geometry) -> list[Point]:
    """The points a designer placed: ends of segments; of circles and ellipses the outermost points."""
    points = []
    for subpath in as_path(geometry).subpaths:
        points.append(subpath.start)
        points += [segment.to for segment in subpath.segments]
        if subpath.closed and len(points) > 1 and math.dist(points[-1], subpath.start) < _SMALL:
            points.pop()
    return points


def measured(start: Point, segment: Segment) -> Piece | None:
    """One segment measured; None if it has no length."""
    a, b = complex(*start), complex(*segment.to)
    if isinstance(segment, Line):
        size = abs(b - a)
        if size < _SMALL:
            return None
        way = (b - a) / size
        return Piece("line", a, b, way, way, size, 0.0, 0.0, tuple(a + (b - a) * t for t in _steps(size)))
    if isinstance(segment, Arc):
        if abs(b - a) < _SMALL:
            return None
        if segment.rx < _SMALL or segment.ry < _SMALL:
            return measured(start, Line(segment.to))
        return _arc(start, segment)
    if isinstance(segment, Quad):
        c = complex(*segment.c)
        return _curve(a, a + (c - a) * 2 / 3, b + (c - b) * 2 / 3, b)
    found = arc_of_cubic(start, segment)
    if found is not None:
        return _arc(start, found)
    return _curve(a, complex(*segment.c1), complex(*segment.c2), b)


def arc_of_cubic(start: Point, cubic: Cubic, tolerance: float = 0.004) -> Arc | None:
    """The circular arc that a cubic was meant to be, or None.

    The centre lies where the normals at both ends meet; the cubic must keep within `tolerance` of its chord from the
    circle (as strokes_fit does for the encoding).
    """
    a, c1, c2, b = complex(*start), complex(*cubic.c1), complex(*cubic.c2), complex(*cubic.to)
    chord = abs(b - a)
    if chord < _SMALL or abs(c1 - a) < _SMALL or abs(b - c2) < _SMALL:
        return None
    n1, n2 = 1j * (c1 - a) / abs(c1 - a), 1j * (b - c2) / abs(b - c2)
    cross = (n1.conjugate() * n2).imag
    if abs(cross) > 0.02:
        reach = ((b - a).conjugate() * n2).imag / cross
    else:  # a half circle: the normals are parallel
        reach = ((b - a) * n1.conjugate()).real / 2
    centre, radius = a + reach * n1, abs(reach)
    slack = tolerance * max(chord, radius)
    if not _SMALL < radius < 25 * chord or abs(abs(b - centre) - radius) > slack:
        return None
    points = [_at(a, c1, c2, b, k / 8) - centre for k in range(9)]
    if any(abs(abs(point) - radius) > slack for point in points):
        return None
    turns = [cmath.phase(q / p) for p, q in pairwise(points)]
    turn = sum(turns)
    if not (min(turns) > 0 or max(turns) < 0) or not 0.1 < abs(turn) < 4.0:
        return None
    return Arc(radius, radius, 0.0, abs(turn) > math.pi + 1e-6, turn > 0, cubic.to)


def joints(run: Run) -> Iterator[tuple[Piece, Piece, float]]:
    """Every inner corner of a run: the pieces before and after, and the turn between them in degrees, 0..180."""
    last = len(run.pieces) if run.closed and len(run.pieces) > 1 else len(run.pieces) - 1
    for k in range(last):
        before, after = run.pieces[k], run.pieces[(k + 1) % len(run.pieces)]
        yield before, after, abs(math.degrees(cmath.phase(after.way_in / before.way_out)))


def levels(run: Run) -> list[float]:
    """Where a run's level and upright lines stand: y of the level ones, x of the upright ones."""
    lines = [piece for piece in run.pieces if piece.kind == "line"]
    return [
        *(line.start.imag for line in lines if abs(line.way_in.imag) < 1e-3),
        *(line.start.real for line in lines if abs(line.way_in.real) < 1e-3),
    ]


def corners(run: Run) -> list[float]:
    """The radii of rounded corners: arcs that join two lines and keep their directions."""
    rounded, count = [], len(run.pieces)
    for k, piece in enumerate(run.pieces):
        if piece.kind != "arc" or not (run.closed or 0 < k < count - 1):
            continue
        before, after = run.pieces[k - 1], run.pieces[(k + 1) % count]
        straight = before.kind == after.kind == "line"
        if straight and abs(before.way_out - piece.way_in) < 0.05 and abs(after.way_in - piece.way_out) < 0.05:
            rounded.append(round(piece.radius, 2))
    return rounded


def shows_cap(run: Run) -> bool:
    """Whether the run has ends."""
    return not run.closed


def shows_join(run: Run) -> bool:
    """Whether the run has a corner sharp enough to see its join."""
    return any(turn > 5 for _, _, turn in joints(run))


def _segments(subpath: Subpath) -> Iterator[tuple[Point, Segment]]:
    at = subpath.start
    for segment in subpath.segments:
        yield at, segment
        at = segment.to
    if subpath.closed and math.dist(at, subpath.start) > _SMALL:
        yield at, Line(subpath.start)


def _arc(start: Point, arc: Arc) -> Piece:
    found = arc_centre(start, arc)
    way_in, way_out = (complex(*found.direction(t)) for t in (found.begin, found.begin + found.sweep))
    size = math.sqrt((found.rx**2 + found.ry**2) / 2) * abs(found.sweep)
    points = tuple(complex(*found.at(found.begin + found.sweep * t)) for t in _steps(size))
    round_ = abs(found.rx - found.ry) <= 1e-3 * max(found.rx, found.ry)
    radius = found.rx if round_ else 0.0
    kind: Kind = "arc" if round_ else "curve"
    begin, end = complex(*start), complex(*arc.to)
    return Piece(kind, begin, end, _unit(way_in), _unit(way_out), size, radius, found.sweep, points)


def _curve(a: complex, c1: complex, c2: complex, b: complex) -> Piece | None:
    stops = (a, c1, c2, b)
    first = next((point for point in stops[1:] if abs(point - a) > _SMALL), None)
    last = next((point for point in reversed(stops[:-1]) if abs(point - b) > _SMALL), None)
    if first is None or last is None:
        return None
    fine = [_at(a, c1, c2, b, k / 16) for k in range(17)]
    size = sum(abs(q - p) for p, q in pairwise(fine))
    points = tuple(_at(a, c1, c2, b, t) for t in _steps(size))
    way_in, way_out = _unit(first - a), _unit(b - last)
    return Piece("curve", a, b, way_in, way_out, size, 0.0, cmath.phase(way_out / way_in), points)


def _at(a: complex, c1: complex, c2: complex, b: complex, t: float) -> complex:
    s = 1 - t
    return s**3 * a + 3 * s * s * t * c1 + 3 * s * t * t * c2 + t**3 * b


def _unit(way: complex) -> complex:
    return way / (abs(way) or 1.0)


def _steps(size: float, count: int = 9) -> Sequence[float]:
    """Even parameters from 0 to 1."""
    return [k / (count - 1) for k in range(count)]
