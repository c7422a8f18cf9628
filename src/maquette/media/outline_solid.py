"""An outline icon's siblings: the solid one, and the one whose closed areas carry a tint.

How designers of tabler, phosphor and heroicons draw the pair: what is closed is filled up to the stroke's outer edge,
so that both have one silhouette; what lies inside is left out, as a gap as wide as its stroke; a small closed detail (a
lens, a keyhole) becomes a hole; what is open outside stays a stroke.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from maquette.core.errors import MediaError
from maquette.media import outline_check as check
from maquette.media import outline_clean as clean
from maquette.media import outline_skia as skia
from maquette.media.affine import as_path
from maquette.media.drawing import Drawing, Paint, Path, Point, Shape, Subpath

TINT = 0.2  # opacity of a duotone icon's areas
HOLE = 1.75  # stroke widths: a closed detail whose inside is narrower than this becomes a hole
ROUNDISH = 0.8  # and this, how narrow for its length a detail may be
SPECK = 0.6  # squared stroke widths: gaps that are smaller are left out (a dot has 0.79)
SLIT = 2.5  # stroke widths between the ends of a line that all but closes itself
BESIDE = 1.6  # and between ends that do not point at each other
BODY = 9.0  # squared stroke widths that it must go around
ISLAND = 0.25  # squared stroke widths: and islands that are smaller
_RIM = 1.02  # stroke widths of solid edge that no gap cuts into
_SAMPLE = 0.15  # stroke widths between points at which depths are measured

SCALE = 256.0  # Skia units per unit of a canvas of 24


@dataclass(frozen=True)
class Ground:
    """The outline of a drawing, divided into what it encloses."""

    drawing: Drawing
    unit: float
    width: float  # of its strokes
    outer: tuple[Subpath, ...]  # the edges of the solid, with the holes that it keeps
    holes: tuple[Subpath, ...]  # what it fills

    @property
    def scale(self) -> float:
        return SCALE / self.unit


def ground(drawing: Drawing, outline: Drawing) -> Ground:
    """What the opaque shapes of a drawing enclose. MediaError if nothing in it is stroked."""
    widths = [shape.paint.width for shape in drawing.shapes if shape.paint.stroke and shape.paint.width > 0]
    if not widths:
        raise MediaError("this drawing has no strokes", mend="give an outline icon, or make it one with `lined`")
    subpaths = [
        subpath for shape in outline.shapes if shape.paint.opacity >= 1 for subpath in as_path(shape.geometry).subpaths
    ]
    unit = max(drawing.viewbox[2:]) / 24
    bodies = _bodies(drawing, unit)
    areas = [check.polygon(subpath) for subpath in subpaths]
    around = [[i for i, other in enumerate(areas) if _within(mine, other)] for mine in areas]
    edges: list[Subpath] = []
    shut: list[int] = []
    for index in sorted(range(len(subpaths)), key=lambda i: len(around[i])):
        if any(i in shut for i in around[index]):
            continue  # a detail inside of what will be solid
        is_hole = len(around[index]) % 2 == 1
        if is_hole and _is_inside(areas[index], _nearest(index, around, areas), bodies):
            shut.append(index)
        else:
            edges.append(subpaths[index])
    return Ground(drawing, unit, median(widths), tuple(edges), tuple(subpaths[index] for index in shut))


def all_but_closed(drawing: Drawing) -> Drawing:
    """The drawing with lines closed that come home but for a slit: their ends stand less than 2.5 widths apart."""
    return replace(drawing, shapes=tuple(_closed(shape) for shape in drawing.shapes))


def _closed(shape: Shape) -> Shape:
    paint = shape.paint
    if not (paint.stroke and isinstance(shape.geometry, Path)):
        return shape
    subpaths = [
        replace(subpath, closed=True) if _comes_home(subpath, paint.width) else subpath
        for subpath in shape.geometry.subpaths
    ]
    if tuple(subpaths) == shape.geometry.subpaths:
        return shape
    return replace(shape, geometry=Path(tuple(subpaths)), original="")


def _comes_home(subpath: Subpath, width: float) -> bool:
    """Whether an open line ends close to its start after going around something, and not merely beside it."""
    if subpath.closed or not subpath.segments:
        return False
    points = check.polygon(subpath)
    gap = math.dist(points[-1], points[0])
    if gap > SLIT * width or abs(clean.area(points)) < BODY * width**2:
        return False
    across = points[0][0] - points[-1][0], points[0][1] - points[-1][1]

    def along(a: Point, b: Point) -> float:
        return ((b[0] - a[0]) * across[0] + (b[1] - a[1]) * across[1]) / (math.dist(a, b) * gap or 1.0)

    ends = along(points[-2], points[-1]), along(points[0], points[1])
    # The slit goes on where a line stopped: in the middle of a side, or at a corner.
    return min(ends) > 0.5 or max(ends) > 0.95 or gap < BESIDE * width


def _nearest(index: int, around: list[list[int]], areas: list[list[Point]]) -> list[Point]:
    """The contour directly around another."""
    return areas[max(around[index], key=lambda i: len(around[i]))]


def _bodies(drawing: Drawing, unit: float) -> list[list[Point]]:
    """Lines that close themselves."""
    return [
        check.polygon(subpath)
        for shape in drawing.shapes
        for subpath in as_path(shape.geometry).subpaths
        if is_closed(subpath, unit)
    ]


def _is_inside(hole: list[Point], edge: list[Point], bodies: list[list[Point]]) -> bool:
    """Whether a hole in the ink is inside of a thing, and not between a thing and what is fixed to it.

    A lock's body is inside, the room below its shackle is not. Where nothing larger closes itself (a house of open
    strokes), everything that is enclosed is inside.
    """
    if any(_within(hole, body) for body in bodies):
        return True
    beside = [abs(clean.area(body)) for body in bodies if _within(body, edge) and not _within(body, hole)]
    return max(beside, default=0.0) < abs(clean.area(hole))


def _within(inner: Sequence[Point], outer: Sequence[Point]) -> bool:
    if inner is outer:
        return False
    asked = [inner[len(inner) * part // 5] for part in range(5)]
    return sum(clean.inside(point, outer) for point in asked) >= 3


# --- solid ---------------------------------------------------------------------------------------------------------


def solid(given: Ground) -> Drawing:
    """The solid sibling of an outline icon."""
    operation = skia.pathops().PathOp
    hull = skia.filled(Path(given.outer), given.scale, even_odd=False)
    inside = skia.op(_hosts(given), _border(given, 2 * _RIM * given.width), operation.DIFFERENCE)
    gaps, marks = _details(given)
    gap = skia.op(_all(gaps), _all(marks), operation.DIFFERENCE) if marks else _all(gaps)
    gap = _without_specks(skia.op(gap, inside, operation.INTERSECTION), SPECK, given)
    found = _without_specks(skia.op(hull, gap, operation.DIFFERENCE), ISLAND, given)
    shapes = [shape for shape in given.drawing.shapes if shape.paint.opacity >= 1]
    path = clean.cleaned(
        skia.contours(found, given.scale), clean.rings(_with_fills(shapes)), given.unit, _decimals(given)
    )
    title = given.drawing.title
    return replace(given.drawing, shapes=(Shape(path, Paint(stroke=False, fill=True)),), title=title)


def _hosts(given: Ground) -> Any:
    """The parts of a solid in which something was filled: only there can a detail lie."""
    holes = [check.polygon(hole) for hole in given.holes]
    outer = [(subpath, check.polygon(subpath)) for subpath in given.outer]
    with_holes = [subpath for subpath, area in outer if any(_within(hole, area) for hole in holes)]
    return skia.filled(Path(tuple(with_holes)), given.scale, even_odd=False)


def _with_fills(shapes: Sequence[Shape]) -> list[Shape]:
    """The shapes, and each as if it were filled: the edges of holes lie on centre lines."""
    return [*shapes, *(replace(shape, paint=Paint(stroke=False, fill=True)) for shape in shapes)]


def _decimals(given: Ground) -> int:
    return max(3, math.ceil(3 - math.log10(given.unit)))


def _border(given: Ground, width: float) -> Any:
    """A band along the outer edge, half of it inside."""
    paint = Paint(width=width, cap="round", join="round")
    shape = Shape(Path(given.outer), paint)
    return _all([skia.stroked(subpath, shape, given.scale) for subpath in given.outer])


def _all(paths: Sequence[Any]) -> Any:
    whole = skia.united(paths)
    return skia.pathops().Path() if whole is None else whole


def _details(given: Ground) -> tuple[list[Any], list[Any]]:
    """What is left out of a solid, and what stands as a mark inside a hole."""
    edges = [check.polygon(subpath) for subpath in given.outer]
    gaps: list[Any] = []
    marks: list[Any] = []
    cut: list[list[Point]] = []
    parts = [(shape, subpath, check.polygon(subpath)) for shape in given.drawing.shapes for subpath in _drawn(shape)]
    for shape, subpath, points in parts:
        if is_closed(subpath, given.unit) and _is_hole(points, shape.paint, edges, given):
            cut.append(points)
            gaps.append(skia.filled(Path((subpath,)), given.scale, even_odd=False))
    for shape, subpath, points in parts:
        if points in cut and not _inside_any(points, cut):
            continue
        one = replace(shape, geometry=Path((subpath,)))
        (marks if _inside_any(points, cut) else gaps).extend(skia.areas(one, given.scale))
    return gaps, marks


def _drawn(shape: Shape) -> Iterator[Subpath]:
    paint = shape.paint
    if paint.opacity >= 1 and (paint.fill or (paint.stroke and paint.width > 0)):
        yield from as_path(shape.geometry).subpaths


def _inside_any(points: list[Point], holes: Sequence[list[Point]]) -> bool:
    return any(points is not hole and points != hole and _within(points, hole) for hole in holes)


def is_closed(subpath: Subpath, unit: float) -> bool:
    """Whether a pen comes back to where it began."""
    return bool(subpath.segments) and (
        subpath.closed or math.dist(subpath.start, subpath.segments[-1].to) < 0.02 * unit
    )


def _is_hole(points: list[Point], paint: Paint, edges: Sequence[Sequence[Point]], given: Ground) -> bool:
    """Whether a closed line lies wholly inside and leaves too little room in itself for an island."""
    width = paint.width if paint.stroke else 0.0
    around = sum(math.dist(a, b) for a, b in zip(points, [*points[1:], points[0]], strict=True))
    if not around:
        return False
    room = 2 * abs(clean.area(points)) / around - width / 2
    if not width or room > HOLE * given.width or room < 0.1 * given.width:
        return False
    wide, high = (max(p[axis] for p in points) - min(p[axis] for p in points) for axis in (0, 1))
    if min(wide, high) < ROUNDISH * max(wide, high):
        return False  # the letter O stays a letter
    return min(_distances(points, edges)) > 1.3 * given.width


def _distances(points: Sequence[Point], edges: Sequence[Sequence[Point]]) -> list[float]:
    """How far points lie from the nearest edge."""
    import numpy as np

    asked = np.asarray(points)[:, None]
    best = np.full(len(points), np.inf)
    for edge in edges:
        a = np.asarray(edge)[None]
        b = np.roll(a, -1, axis=1)
        way = b - a
        long = np.maximum((way**2).sum(axis=-1), 1e-18)
        t = np.clip(((asked - a) * way).sum(axis=-1) / long, 0, 1)
        off = asked - (a + t[..., None] * way)
        best = np.minimum(best, np.hypot(off[..., 0], off[..., 1]).min(axis=1))
    return [float(value) for value in best]


def _without_specks(path: Any, smallest: float, given: Ground) -> Any:
    """A Skia path without contours too small to be seen as a shape."""
    package = skia.pathops()
    found = package.Path()
    pen = found.getPen()
    least = smallest * (given.width * given.scale) ** 2
    for contour in path.contours:
        if abs(clean.area(_points(contour))) >= least:
            contour.draw(pen)
    return found


def _points(contour: Any) -> list[Point]:
    return [point for one in skia.contours(contour, 1.0) for point in clean.polygon(one, 2.0)] or [(0.0, 0.0)]


# --- two tones -----------------------------------------------------------------------------------------------------


def tinted(given: Ground) -> Drawing:
    """The strokes as they are, and below them the outermost closed areas at a fifth of their strength."""
    paint = Paint(stroke=False, fill=True, opacity=TINT)
    closed = [
        subpath
        for shape in given.drawing.shapes
        if shape.paint.stroke and shape.paint.opacity >= 1
        for subpath in as_path(shape.geometry).subpaths
        if is_closed(subpath, given.unit)
    ]
    areas = [check.polygon(subpath) for subpath in closed]
    found: list[Shape] = []
    for index, subpath in enumerate(closed):
        others = [area for i, area in enumerate(areas) if i != index and (areas[index] != area or i < index)]
        if abs(clean.area(areas[index])) > given.width**2 and not any(_within(areas[index], one) for one in others):
            found.append(Shape(_as_drawn(given.drawing, subpath), paint))
    done = [check.polygon(subpath) for shape in found for subpath in as_path(shape.geometry).subpaths]
    for hole in given.holes:
        area = check.polygon(hole)
        if abs(clean.area(area)) > SPECK * given.width**2 and not any(_within(area, one) for one in done):
            found.append(Shape(_up_to_centre_line(hole, given), paint))
    if not found:
        raise MediaError("nothing in this drawing is closed, so there is no area to tint", mend="close a shape")
    return replace(given.drawing, shapes=(*found, *given.drawing.shapes))


def _as_drawn(drawing: Drawing, subpath: Subpath) -> Any:
    """The circle or rectangle that a closed line is, else the line itself, closed."""
    for shape in drawing.shapes:
        if not isinstance(shape.geometry, Path) and as_path(shape.geometry).subpaths == (subpath,):
            return shape.geometry
    return Path((replace(subpath, closed=True),))


def _up_to_centre_line(hole: Subpath, given: Ground) -> Path:
    """The inner edge of a stroke moved out by half of its width."""
    paint = Paint(width=given.width, join="round")
    both = [
        skia.filled(Path((hole,)), given.scale, even_odd=False),
        skia.stroked(hole, Shape(Path((hole,)), paint), given.scale),
    ]
    contours = skia.contours(_all(both), given.scale)
    largest = max(contours, key=lambda contour: abs(clean.area(clean.polygon(contour, given.unit))))
    known = clean.rings(_with_fills(given.drawing.shapes))
    return clean.cleaned([largest], known, given.unit, _decimals(given))
