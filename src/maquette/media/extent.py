"""How far ink reaches: boxes of curves, arcs and strokes, and the corners of paths."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from maquette.media.affine import as_path
from maquette.media.drawing import Arc, Cubic, Geometry, Line, Path, Point, Quad, Segment, Shape, Subpath

Box: TypeAlias = tuple[float, float, float, float]
"""(left, top, right, bottom)."""

_AXES: tuple[Point, Point] = ((0.0, 1.0), (1.0, 0.0))  # where x turns back a curve runs along y, and the other way
MITER_LIMIT = 4.0  # SVG's own, and the only one a Drawing knows


@dataclass(frozen=True)
class ArcCentre:
    """An arc by its centre: centre + R(rotation) (rx cos t, ry sin t), t from `begin` by `sweep` radians."""

    centre: Point
    rx: float
    ry: float
    rotation: float  # radians
    begin: float
    sweep: float

    def at(self, t: float) -> Point:
        cos, sin = math.cos(self.rotation), math.sin(self.rotation)
        x, y = self.rx * math.cos(t), self.ry * math.sin(t)
        return self.centre[0] + cos * x - sin * y, self.centre[1] + sin * x + cos * y

    def direction(self, t: float) -> Point:
        cos, sin = math.cos(self.rotation), math.sin(self.rotation)
        x, y = -self.rx * math.sin(t), self.ry * math.cos(t)
        sign = 1.0 if self.sweep >= 0 else -1.0
        return sign * (cos * x - sin * y), sign * (sin * x + cos * y)


def arc_centre(start: Point, arc: Arc) -> ArcCentre:
    """From end points to the centre (SVG 2, appendix B.2.4), radii that are too small grown as B.2.5 demands."""
    rotation = math.radians(arc.rotation)
    cos, sin = math.cos(rotation), math.sin(rotation)
    dx, dy = (start[0] - arc.to[0]) / 2, (start[1] - arc.to[1]) / 2
    x, y = cos * dx + sin * dy, cos * dy - sin * dx
    rx, ry = arc.rx, arc.ry
    ratio = (x / rx) ** 2 + (y / ry) ** 2
    if ratio > 1:
        rx, ry, ratio = rx * math.sqrt(ratio), ry * math.sqrt(ratio), 1.0
    factor = math.sqrt(max(0.0, 1 / ratio - 1)) if ratio else 0.0
    factor = -factor if arc.large == arc.sweep else factor
    cx, cy = factor * rx * y / ry, -factor * ry * x / rx
    centre = (cos * cx - sin * cy + (start[0] + arc.to[0]) / 2, sin * cx + cos * cy + (start[1] + arc.to[1]) / 2)
    begin = math.atan2((y - cy) / ry, (x - cx) / rx)
    sweep = (math.atan2((-y - cy) / ry, (-x - cx) / rx) - begin) % math.tau
    return ArcCentre(centre, rx, ry, rotation, begin, sweep if arc.sweep else sweep - math.tau)


def geometry_box(geometry: Geometry) -> Box | None:
    """The box of the bare geometry, without stroke; None of an empty path."""
    points: list[Point] = []
    for subpath in as_path(geometry).subpaths:
        points.append(subpath.start)
        for start, segment in _pieces(subpath):
            points += [segment.to, *(point for point, _ in _extremes(start, segment))]
    return _box(points)


def ink_box(shape: Shape) -> Box | None:
    """The box of the shape's ink, with its stroke, caps and joins; None if it draws nothing."""
    points: list[Point] = []
    if shape.paint.fill:
        bare = geometry_box(shape.geometry)
        points += [bare[:2], bare[2:]] if bare else []
    if shape.paint.stroke:
        for subpath in as_path(shape.geometry).subpaths:
            points += _stroke_points(subpath, shape)
    return _box(points)


def union(boxes: list[Box]) -> Box | None:
    """The box around boxes; None of none."""
    return _box([corner for box in boxes for corner in (box[:2], box[2:])])


def sharpest_corner(geometry: Geometry, beyond: float, up_to: float) -> bool:
    """Whether a corner's miter length, in stroke widths, lies in (beyond, up_to]."""
    if not isinstance(geometry, Path):
        return False  # right angles: 1.414
    ratios = (_miter(before, after) for subpath in geometry.subpaths for _, before, after in _corners(subpath))
    return any(beyond < ratio <= up_to for ratio in ratios)


def _box(points: list[Point]) -> Box | None:
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _pieces(subpath: Subpath) -> Iterator[tuple[Point, Segment]]:
    """Every segment with the point it starts from; the line that closes the path too."""
    at = subpath.start
    for segment in subpath.segments:
        yield at, segment
        at = segment.to
    if subpath.closed and at != subpath.start:
        yield at, Line(subpath.start)


def _extremes(start: Point, segment: Segment) -> list[tuple[Point, Point]]:
    """The points between the ends where the curve turns back in x or in y, and the direction it has there."""
    if isinstance(segment, Line):
        return []
    found: list[tuple[Point, Point]] = []
    if isinstance(segment, Arc):
        arc = arc_centre(start, segment)
        cos, sin = math.cos(arc.rotation), math.sin(arc.rotation)
        turns = (math.atan2(-arc.ry * sin, arc.rx * cos), math.atan2(arc.ry * cos, arc.rx * sin))
        for t, way in zip(turns, _AXES, strict=True):
            for turned in (t, t + math.pi):
                past = (turned - arc.begin) % math.tau if arc.sweep >= 0 else (arc.begin - turned) % math.tau
                if past < abs(arc.sweep):
                    found.append((arc.at(turned), way))
        return found
    controls = (start, segment.c, segment.to) if isinstance(segment, Quad) else _cubic(start, segment)
    for axis, way in enumerate(_AXES):
        for t in _turning_points([control[axis] for control in controls]):
            found.append((_curve_point(controls, t), way))
    return found


def _cubic(start: Point, segment: Cubic) -> tuple[Point, ...]:
    return start, segment.c1, segment.c2, segment.to


def _turning_points(values: list[float]) -> list[float]:
    """Where in (0, 1) the Bezier curve with these control values has a slope of zero."""
    steps = [b - a for a, b in pairwise(values)]
    if len(steps) == 2:
        a, b, c = 0.0, steps[1] - steps[0], steps[0]
    else:
        a, b, c = steps[0] - 2 * steps[1] + steps[2], 2 * (steps[1] - steps[0]), steps[0]
    size = max(abs(a), abs(b), abs(c))
    if abs(a) <= 1e-12 * size:
        roots = [-c / b] if abs(b) > 1e-12 * size else []
    else:
        inside = b * b - 4 * a * c
        root = math.sqrt(inside) if inside >= 0 else math.nan
        roots = [(-b - root) / (2 * a), (-b + root) / (2 * a)]
    return [t for t in roots if 0 < t < 1]


def _curve_point(controls: tuple[Point, ...], t: float) -> Point:
    points = list(controls)
    while len(points) > 1:  # de Casteljau
        points = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(points)]
    return points[0]


def _directions(start: Point, segment: Segment) -> tuple[Point, Point] | None:
    """Unit directions at both ends of a segment; None if it has no length."""
    if isinstance(segment, Arc):
        arc = arc_centre(start, segment)
        return _unit(arc.direction(arc.begin)), _unit(arc.direction(arc.begin + arc.sweep))
    if isinstance(segment, Line):
        points = [start, segment.to]
    else:
        points = [start, segment.c, segment.to] if isinstance(segment, Quad) else list(_cubic(start, segment))
    first = next((point for point in points if point != start), None)
    last = next((point for point in reversed(points) if point != segment.to), None)
    if first is None or last is None:
        return None
    return (
        _unit((first[0] - start[0], first[1] - start[1])),
        _unit((segment.to[0] - last[0], segment.to[1] - last[1])),
    )


def _unit(vector: Point) -> Point:
    size = math.hypot(*vector) or 1.0
    return vector[0] / size, vector[1] / size


def _corners(subpath: Subpath) -> Iterator[tuple[Point, Point, Point]]:
    """Every inner corner: where, the direction in, the direction out."""
    joined = [(start, segment, found) for start, segment in _pieces(subpath) if (found := _directions(start, segment))]
    for (_, before, (_, way_in)), (_, _, (way_out, _)) in pairwise(joined):
        yield before.to, way_in, way_out
    if subpath.closed and joined:
        yield subpath.start, joined[-1][2][1], joined[0][2][0]


def _miter(way_in: Point, way_out: Point) -> float:
    """The miter length in stroke widths: 1 / sin(half of the angle between the lines)."""
    half = math.sqrt(max(0.0, (1 + way_in[0] * way_out[0] + way_in[1] * way_out[1]) / 2))
    return 1 / half if half > 1e-9 else math.inf


def _stroke_points(subpath: Subpath, shape: Shape) -> list[Point]:
    """Points whose box is that of the stroke."""
    half = shape.paint.width / 2
    points: list[Point] = []

    def around(point: Point) -> None:
        points.extend([(point[0] - half, point[1] - half), (point[0] + half, point[1] + half)])

    def across(point: Point, way: Point, beyond: float = 0.0) -> None:
        x, y = point[0] + beyond * way[0], point[1] + beyond * way[1]
        points.extend([(x - half * way[1], y + half * way[0]), (x + half * way[1], y - half * way[0])])

    joined = [(start, segment, found) for start, segment in _pieces(subpath) if (found := _directions(start, segment))]
    if not joined:  # a dot
        if shape.paint.cap != "butt" and (subpath.segments or subpath.closed):
            around(subpath.start)
        return points
    for start, segment, (first, last) in joined:
        across(start, first)
        across(segment.to, last)
        for point, way in _extremes(start, segment):
            across(point, way)
    if not subpath.closed:
        (start, _, (first, _)), (_, end, (_, last)) = joined[0], joined[-1]
        if shape.paint.cap == "round":
            around(start)
            around(end.to)
        elif shape.paint.cap == "square":
            across(start, first, -half)
            across(end.to, last, half)
    for point, way_in, way_out in _corners(subpath):
        ratio = _miter(way_in, way_out)
        if shape.paint.join == "round":
            around(point)
        elif shape.paint.join == "miter" and 1 < ratio <= MITER_LIMIT:
            x, y = _unit((way_in[0] - way_out[0], way_in[1] - way_out[1]))
            points.append((point[0] + x * half * ratio, point[1] + y * half * ratio))
    return points
