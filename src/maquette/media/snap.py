"""Drawings onto a grid, so that arcs stay arcs, circles stay circles, and nothing turns inside out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from maquette.media.affine import as_path
from maquette.media.drawing import (
    Arc,
    Circle,
    Cubic,
    Drawing,
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
from maquette.media.extent import arc_centre

SAME = 6e-4  # units: what three decimals of a file cannot tell apart
_SAMPLES = 9  # points of an arc that are compared
_OFF_GRID = 0.2  # grid steps: how much better an arc must be for its radius to leave the grid
_FINEST = 1e-3  # units: the grid of radii where there is none
_FILE = 1000.0  # a file keeps thousandths


def snap(drawing: Drawing, grid: float) -> Drawing:
    """The drawing with its points on multiples of `grid` (in its own units); a grid of 0 changes nothing.

    Ends, centres, corners and sides go to the grid, radii and handles too where that does not bend the curve. Arcs stay
    arcs: the radius that keeps the curve nearest is searched, since rounding it alone turns half circles inside out.
    Dots keep their length and move as a whole. Shapes that stand on the grid stay untouched, to the byte.
    """
    if grid <= 0 or not math.isfinite(grid):
        return drawing
    return replace(drawing, shapes=tuple(snap_shape(shape, grid) for shape in drawing.shapes))


def snap_shape(shape: Shape, grid: float) -> Shape:
    """One shape on the grid; the same object if it is there already."""
    geometry = snap_geometry(shape.geometry, grid)
    return shape if same_numbers(shape.geometry, geometry) else replace(shape, geometry=geometry, original="")


def snap_geometry(geometry: Geometry, grid: float) -> Geometry:
    """A geometry of the same kind with its points on the grid."""
    if isinstance(geometry, Circle):
        return Circle(on_grid(geometry.centre, grid), _side(geometry.r, grid))
    if isinstance(geometry, Ellipse):
        return Ellipse(on_grid(geometry.centre, grid), _side(geometry.rx, grid), _side(geometry.ry, grid))
    if isinstance(geometry, Rect):
        return _rect(geometry, grid)
    return Path(tuple(_subpath(subpath, grid) for subpath in geometry.subpaths))


def on_grid(point: Point, grid: float) -> Point:
    """The nearest point of the grid."""
    return _step(point[0], grid), _step(point[1], grid)


def off_grid(value: float, grid: float) -> float:
    """How far a number is from the grid."""
    return abs(value - _step(value, grid))


def numbers(geometry: Geometry) -> Iterator[float]:
    """All lengths and coordinates of a geometry in a fixed order (no angles, no flags)."""
    if isinstance(geometry, Circle):
        yield from (*geometry.centre, geometry.r)
    elif isinstance(geometry, Ellipse):
        yield from (*geometry.centre, geometry.rx, geometry.ry)
    elif isinstance(geometry, Rect):
        yield from (*geometry.corner, geometry.width, geometry.height, geometry.rx, geometry.ry)
    else:
        for subpath in geometry.subpaths:
            yield from subpath.start
            for segment in subpath.segments:
                if isinstance(segment, Arc):
                    yield from (segment.rx, segment.ry)
                elif isinstance(segment, Cubic):
                    yield from (*segment.c1, *segment.c2)
                elif isinstance(segment, Quad):
                    yield from segment.c
                yield from segment.to


def same_numbers(one: Geometry, other: Geometry, within: float = SAME) -> bool:
    """Whether two geometries are one but for what a file's decimals cannot tell."""
    if _skeleton(one) != _skeleton(other):
        return False
    return all(abs(a - b) <= within for a, b in zip(numbers(one), numbers(other), strict=True))


def _skeleton(geometry: Geometry) -> object:
    if not isinstance(geometry, Path):
        return type(geometry)
    return [
        (
            subpath.closed,
            [
                (segment.large, segment.sweep, segment.rotation) if isinstance(segment, Arc) else type(segment)
                for segment in subpath.segments
            ],
        )
        for subpath in geometry.subpaths
    ]


def _step(value: float, grid: float) -> float:
    return math.floor(value / grid + 0.5) * grid


def _side(value: float, grid: float) -> float:
    """A length on the grid; what is shorter than half a step stays, for it would vanish."""
    return _step(value, grid) or value


def _rect(rect: Rect, grid: float) -> Rect:
    far_x, far_y = rect.corner[0] + rect.width, rect.corner[1] + rect.height
    left, top = on_grid(rect.corner, grid)
    width, height = _step(far_x, grid) - left or rect.width, _step(far_y, grid) - top or rect.height

    def radius(value: float, side: float, fresh: float) -> float:
        whole = value >= side / 2 - SAME  # a pill stays a pill
        return fresh / 2 if whole else min(_side(value, grid), fresh / 2)

    rx, ry = radius(rect.rx, rect.width, width), radius(rect.ry, rect.height, height)
    if abs(rect.rx - rect.ry) <= SAME:  # round corners stay round
        rx = ry = min(rx, ry) if rect.rx < min(rect.width, rect.height) / 2 - SAME else min(width, height) / 2
    return Rect((left, top), width, height, rx, ry)


def _subpath(subpath: Subpath, grid: float) -> Subpath:
    points = [subpath.start, *(segment.to for segment in subpath.segments)]
    reach = max(math.dist(subpath.start, point) for point in points)
    if reach <= grid / 2:  # a dot, or a detail finer than the grid: it moves, but keeps its form
        x, y = on_grid(subpath.start, grid)
        return _moved(subpath, (x - subpath.start[0], y - subpath.start[1]))
    at, placed = subpath.start, on_grid(subpath.start, grid)
    segments: list[Segment] = []
    for segment in subpath.segments:
        to = on_grid(segment.to, grid)
        if to != placed or math.dist(at, segment.to) > 2 * grid:  # else it has become shorter than the grid can say
            segments.append(_segment(segment, at, placed, to, grid))
        at, placed = segment.to, to
    fresh = Subpath(on_grid(subpath.start, grid), tuple(segments), subpath.closed)
    before, after = _area(subpath), _area(fresh)
    turned = subpath.closed and before * after < 0 and abs(before) > grid * grid
    return subpath if turned else fresh


def _moved(subpath: Subpath, by: Point) -> Subpath:
    def shifted(point: Point) -> Point:
        return point[0] + by[0], point[1] + by[1]

    segments: list[Segment] = []
    for segment in subpath.segments:
        if isinstance(segment, Cubic):
            segments.append(Cubic(shifted(segment.c1), shifted(segment.c2), shifted(segment.to)))
        elif isinstance(segment, Quad):
            segments.append(Quad(shifted(segment.c), shifted(segment.to)))
        else:
            segments.append(replace(segment, to=shifted(segment.to)))
    return Subpath(shifted(subpath.start), tuple(segments), subpath.closed)


def _segment(segment: Segment, at: Point, placed: Point, to: Point, grid: float) -> Segment:
    """A segment that ran from `at` and now runs from `placed` to `to`."""
    if isinstance(segment, Line):
        return Line(to)
    if isinstance(segment, Cubic):
        return Cubic(_handle(segment.c1, at, placed, grid), _handle(segment.c2, segment.to, to, grid), to)
    if isinstance(segment, Quad):
        return Quad(on_grid(segment.c, grid), to)
    return fit_arc(segment, at, placed, to, grid)


def _handle(handle: Point, anchor: Point, placed: Point, grid: float) -> Point:
    """A handle on the grid where its direction allows: upright and level ones do, others keep their direction."""
    dx, dy = handle[0] - anchor[0], handle[1] - anchor[1]
    moved = placed[0] + dx, placed[1] + dy
    fresh = on_grid(moved, grid)
    before, after = math.atan2(dy, dx), math.atan2(fresh[1] - placed[1], fresh[0] - placed[0])
    if fresh == placed:
        return moved if math.hypot(dx, dy) > SAME else placed
    turned = abs((after - before + math.pi) % math.tau - math.pi)
    return fresh if turned < math.radians(0.5) else moved


def fit_arc(arc: Arc, at: Point, placed: Point, to: Point, grid: float) -> Arc:
    """The arc with new ends that stays nearest to the old one, which ran from `at`; its sweep never changes.

    Radii on the grid are preferred. A half circle gets exactly half of its chord (rounded down, so that a reader grows
    it): anything longer would bend it visibly, for its bulge changes with the root of the difference.
    """
    wanted = _arc_points(arc, at)
    shifts = ((placed[0] - at[0], placed[1] - at[1]), (to[0] - arc.to[0], to[1] - arc.to[1]))
    last = len(wanted) - 1
    wanted = [
        (
            x + shifts[0][0] * (1 - index / last) + shifts[1][0] * index / last,
            y + shifts[0][1] * (1 - index / last) + shifts[1][1] * index / last,
        )
        for index, (x, y) in enumerate(wanted)
    ]
    best, least = arc, math.inf
    for rx, ry, price in _radii(arc, at, placed, to, grid):
        for large in (arc.large, not arc.large):
            tried = Arc(rx, ry, arc.rotation, large, arc.sweep, to)
            error = max(math.dist(a, b) for a, b in zip(wanted, _arc_points(tried, placed), strict=True))
            if error + price * grid < least - 1e-9:
                best, least = tried, error + price * grid
    return best


def _radii(arc: Arc, at: Point, placed: Point, to: Point, grid: float) -> Iterator[tuple[float, float, float]]:
    """Radii to try, each pair with what it costs to choose it (grid steps)."""
    grown = arc_centre(at, arc)
    grid = grid or _FINEST
    scale = math.dist(placed, to) / (math.dist(at, arc.to) or 1.0)
    half = math.floor(math.dist(placed, to) / 2 * _FILE) / _FILE
    if abs(arc.rx - arc.ry) <= SAME:
        steps = {_side(grown.rx, grid) + k * grid for k in (-2, -1, 0, 1, 2)}
        yield from ((r, r, 0.0) for r in sorted(steps, key=lambda r: abs(r - grown.rx)) if r >= half and r > 0)
        yield half, half, _OFF_GRID / 2
        yield from ((r, r, _OFF_GRID) for r in (grown.rx, grown.rx * scale) if r >= half)
        return
    for i in (0, -1, 1):
        for k in (0, -1, 1):
            rx, ry = _side(grown.rx, grid) + i * grid, _side(grown.ry, grid) + k * grid
            if min(rx, ry) > 0:
                yield rx, ry, 0.0
    yield grown.rx, grown.ry, _OFF_GRID
    yield grown.rx * scale, grown.ry * scale, _OFF_GRID


def _arc_points(arc: Arc, start: Point, count: int = _SAMPLES) -> list[Point]:
    if start == arc.to:
        return [start] * count
    centre = arc_centre(start, arc)
    return [centre.at(centre.begin + centre.sweep * index / (count - 1)) for index in range(count)]


def _area(subpath: Subpath) -> float:
    """Twice the signed area inside, arcs and curves sampled."""
    points = [subpath.start]
    for segment in as_path(Path((subpath,))).subpaths[0].segments:
        at = points[-1]
        if isinstance(segment, Arc):
            points += _arc_points(segment, at)[1:]
        elif isinstance(segment, Cubic):
            points += [_bezier((at, segment.c1, segment.c2, segment.to), index / 8) for index in range(1, 9)]
        elif isinstance(segment, Quad):
            points += [_bezier((at, segment.c, segment.to), index / 8) for index in range(1, 9)]
        else:
            points.append(segment.to)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True))


def _bezier(controls: tuple[Point, ...], t: float) -> Point:
    points = list(controls)
    while len(points) > 1:
        points = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(points)]
    return points[0]
