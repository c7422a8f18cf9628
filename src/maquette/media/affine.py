"""Affine transforms of drawings: exact for lines, curves and arcs."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TypeAlias

from maquette.media.drawing import (
    Arc,
    Circle,
    Cubic,
    Ellipse,
    Geometry,
    Line,
    Path,
    Point,
    Quad,
    Rect,
    Segment,
    Shape,
    Subpath,
)

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f) as in SVG: x' = a x + c y + e, y' = b x + d y + f."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_SMALL = 1e-9


def multiply(outer: Matrix, inner: Matrix) -> Matrix:
    """The transform that does `inner` first and `outer` then."""
    a, b, c, d, e, f = outer
    p, q, r, s, t, u = inner
    return (a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f)


def move(matrix: Matrix, point: Point) -> Point:
    """Where a point goes."""
    a, b, c, d, e, f = matrix
    x, y = point
    return a * x + c * y + e, b * x + d * y + f


def scale_of(matrix: Matrix) -> float:
    """The mean scale: the root of the area's scale, by which stroke widths grow."""
    a, b, c, d, _, _ = matrix
    return math.sqrt(abs(a * d - b * c))


def is_even(matrix: Matrix) -> bool:
    """Whether the transform keeps angles (turns, mirrors, one scale), so that circles stay circles, strokes strokes."""
    a, b, c, d, _, _ = matrix
    size = max(abs(a), abs(b), abs(c), abs(d), _SMALL)
    turned = abs(a - d) <= 1e-6 * size and abs(b + c) <= 1e-6 * size
    mirrored = abs(a + d) <= 1e-6 * size and abs(b - c) <= 1e-6 * size
    return turned or mirrored


def keeps_axes(matrix: Matrix) -> bool:
    """Whether upright rectangles stay upright rectangles."""
    a, b, c, d, _, _ = matrix
    size = _SMALL * max(abs(a), abs(b), abs(c), abs(d), _SMALL)
    return (abs(b) <= size and abs(c) <= size) or (abs(a) <= size and abs(d) <= size)


def transform_shape(shape: Shape, matrix: Matrix) -> Shape:
    """The shape moved; its stroke width grows by the mean scale."""
    if matrix == IDENTITY:
        return shape
    width = shape.paint.width * scale_of(matrix) if shape.paint.stroke else shape.paint.width
    return replace(
        shape, geometry=transform(shape.geometry, matrix), paint=replace(shape.paint, width=width), original=""
    )


def transform(geometry: Geometry, matrix: Matrix) -> Geometry:
    """The geometry moved. Circles and rectangles stay what they are where they can, else they become paths of arcs."""
    if isinstance(geometry, Path):
        return Path(tuple(_transform_subpath(subpath, matrix) for subpath in geometry.subpaths))
    if isinstance(geometry, Circle) and is_even(matrix):
        return Circle(move(matrix, geometry.centre), geometry.r * scale_of(matrix))
    if isinstance(geometry, Rect):
        if not keeps_axes(matrix):
            return transform(as_path(geometry), matrix)
        x0, y0 = move(matrix, geometry.corner)
        x1, y1 = move(matrix, (geometry.corner[0] + geometry.width, geometry.corner[1] + geometry.height))
        rx, ry = _upright(matrix, geometry.rx, geometry.ry)
        return Rect((min(x0, x1), min(y0, y1)), abs(x1 - x0), abs(y1 - y0), rx, ry)
    rx, ry = (geometry.r, geometry.r) if isinstance(geometry, Circle) else (geometry.rx, geometry.ry)
    if not keeps_axes(matrix):
        return transform(as_path(geometry), matrix)
    return Ellipse(move(matrix, geometry.centre), *_upright(matrix, rx, ry))


def _upright(matrix: Matrix, rx: float, ry: float) -> tuple[float, float]:
    a, b, c, d, _, _ = matrix
    return abs(a) * rx + abs(c) * ry, abs(b) * rx + abs(d) * ry


def _transform_subpath(subpath: Subpath, matrix: Matrix) -> Subpath:
    segments = tuple(_transform_segment(segment, matrix) for segment in subpath.segments)
    return Subpath(move(matrix, subpath.start), segments, subpath.closed)


def _transform_segment(segment: Segment, matrix: Matrix) -> Segment:
    to = move(matrix, segment.to)
    if isinstance(segment, Line):
        return Line(to)
    if isinstance(segment, Cubic):
        return Cubic(move(matrix, segment.c1), move(matrix, segment.c2), to)
    if isinstance(segment, Quad):
        return Quad(move(matrix, segment.c), to)
    rx, ry, rotation = transform_ellipse(segment.rx, segment.ry, segment.rotation, matrix)
    a, b, c, d, _, _ = matrix
    if min(rx, ry) <= _SMALL * max(rx, ry, 1.0):
        return Line(to)
    return Arc(rx, ry, rotation, segment.large, segment.sweep != (a * d - b * c < 0), to)


def transform_ellipse(rx: float, ry: float, rotation: float, matrix: Matrix) -> tuple[float, float, float]:
    """Radii and rotation (degrees, in [0, 180)) of a transformed ellipse.

    The ellipse is the unit circle under A R(rotation) diag(rx, ry); its radii are the singular values of that matrix
    and its axis the first left singular vector (closed form for 2 x 2).
    """
    if is_even(matrix):  # the common case, kept free of rounding
        a, b, c, d, _, _ = matrix
        scale = scale_of(matrix)
        turn = math.degrees(math.atan2(b, a))
        turned = turn - rotation if a * d - b * c < 0 else turn + rotation
        return rx * scale, ry * scale, 0.0 if rx == ry else turned % 180.0
    cos, sin = math.cos(math.radians(rotation)), math.sin(math.radians(rotation))
    a, b, c, d, _, _ = multiply(matrix, (cos * rx, sin * rx, -sin * ry, cos * ry, 0.0, 0.0))
    e, f, g, h = (a + d) / 2, (a - d) / 2, (b + c) / 2, (b - c) / 2
    q, r = math.hypot(e, h), math.hypot(f, g)
    angle = (math.atan2(g, f) + math.atan2(h, e)) / 2
    return q + r, abs(q - r), math.degrees(angle) % 180.0


def as_path(geometry: Geometry) -> Path:
    """Any geometry as a path of lines and arcs, started and turned as SVG does (SVG 2, section 10)."""
    if isinstance(geometry, Path):
        return geometry
    if isinstance(geometry, Rect):
        return _rect_path(geometry)
    rx, ry = (geometry.r, geometry.r) if isinstance(geometry, Circle) else (geometry.rx, geometry.ry)
    x, y = geometry.centre
    half = tuple(Arc(rx, ry, 0.0, False, True, to) for to in ((x, y + ry), (x - rx, y), (x, y - ry), (x + rx, y)))
    return Path((Subpath((x + rx, y), half, True),))


def _rect_path(rect: Rect) -> Path:
    (x, y), w, h = rect.corner, rect.width, rect.height
    rx, ry = min(rect.rx, w / 2), min(rect.ry, h / 2)
    if rx <= 0 or ry <= 0:
        return Path((Subpath((x, y), (Line((x + w, y)), Line((x + w, y + h)), Line((x, y + h))), True),))

    def corner(to: Point) -> Arc:
        return Arc(rx, ry, 0.0, False, True, to)

    segments: list[Segment] = []
    for start, end, turned in (
        ((x + rx, y), (x + w - rx, y), (x + w, y + ry)),
        ((x + w, y + ry), (x + w, y + h - ry), (x + w - rx, y + h)),
        ((x + w - rx, y + h), (x + rx, y + h), (x, y + h - ry)),
        ((x, y + h - ry), (x, y + ry), (x + rx, y)),
    ):
        if start != end:
            segments.append(Line(end))
        segments.append(corner(turned))
    return Path((Subpath((x + rx, y), tuple(segments), True),))
