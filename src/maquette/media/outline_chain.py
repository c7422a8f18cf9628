"""Pieces of centre lines joined into paths that a pen would draw."""

from __future__ import annotations

import math

from maquette.media.drawing import Arc, Circle, Geometry, Line, Path, Point, Segment, Subpath
from maquette.media.outline_centre import Piece

MEET = 0.12  # units of a canvas of 24: ends that are closer are one point


def chained(pieces: list[Piece], unit: float) -> list[Geometry]:
    """Circles, and paths as long as they can be: ends where exactly two pieces meet are gone through."""
    found: list[Geometry] = [
        Circle(_rounded(piece.origin), round(piece.radius, 3)) for piece in pieces if piece.is_ring
    ]
    left = [piece for piece in pieces if not piece.is_ring]
    while left:
        found.append(Path((_chain(left, unit),)))
    return found


def _chain(left: list[Piece], unit: float) -> Subpath:
    """Take one path out of the pieces that are left: start at a loose end if there is one."""
    ends = [(piece, ahead) for piece in left for ahead in (True, False)]
    piece, ahead = next(
        ((piece, ahead) for piece, ahead in ends if len(_meeting(_start(piece, ahead), left, unit)) != 2),
        (left[0], True),
    )
    start = at = _rounded(_start(piece, ahead))
    segments: list[Segment] = []
    while True:
        left.remove(piece)
        at = _rounded(_start(piece, not ahead))
        segments.append(_segment(piece, ahead, at))
        if math.dist(at, start) < MEET * unit:
            closing = segments[-1]
            if isinstance(closing, Line) and len(segments) > 1:
                segments.pop()
            elif isinstance(closing, Arc):
                segments[-1] = Arc(closing.rx, closing.ry, 0.0, closing.large, closing.sweep, start)
            return Subpath(start, tuple(segments), len(segments) > 1)
        onward = _meeting(at, left, unit)
        if len(onward) != 1:
            return Subpath(start, tuple(segments), False)
        piece, ahead = onward[0]


def _start(piece: Piece, ahead: bool) -> Point:
    return piece.at(piece.low if ahead else piece.high)


def _meeting(point: Point, pieces: list[Piece], unit: float) -> list[tuple[Piece, bool]]:
    """Ends of pieces at a point, each with the way that leads away from it."""
    return [
        (piece, ahead)
        for piece in pieces
        for ahead in (True, False)
        if math.dist(_start(piece, ahead), point) < MEET * unit
    ]


def _segment(piece: Piece, ahead: bool, to: Point) -> Segment:
    if not piece.radius:
        return Line(to)
    radius = round(piece.radius, 3)
    return Arc(radius, radius, 0.0, piece.high - piece.low > math.pi, ahead, to)


def _rounded(point: Point) -> Point:
    return round(point[0], 3), round(point[1], 3)
