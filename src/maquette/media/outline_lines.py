"""From fills back to strokes: what was a stroke once gets its centre line, what is solid its contour."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from statistics import median
from typing import TypeAlias, get_args

from maquette.core.errors import MediaError
from maquette.media import outline_centre as centre
from maquette.media import outline_check as check
from maquette.media import outline_clean as clean
from maquette.media import outline_skia as skia
from maquette.media.affine import as_path
from maquette.media.drawing import (
    Arc,
    Cap,
    Circle,
    Cubic,
    Drawing,
    Geometry,
    Join,
    Line,
    Paint,
    Path,
    Point,
    Quad,
    Segment,
    Shape,
    Subpath,
)
from maquette.media.extent import arc_centre
from maquette.media.outline_chain import chained
from maquette.media.outline_solid import SCALE

Fill: TypeAlias = Callable[[Drawing], Drawing]

LIKE = 0.97  # a recovered stroke must cover what it stands for at least so well
SOLID = 1.0 / 12  # of the canvas: the stroke of a contour where nothing says how wide strokes are


@dataclass(frozen=True)
class Lined:
    """A drawing of strokes again, and what was done with every shape, for people."""

    drawing: Drawing
    told: tuple[str, ...]


def lined(drawing: Drawing, fills: Sequence[Shape], kept: Sequence[Shape], told: Sequence[str], fill: Fill) -> Lined:
    """Strokes for `fills` (clean contours, as `outlined` gives them), beside the strokes that are `kept`.

    `fill` makes the solid of an outline icon, by which the contour of a solid is tried.

    MediaError if some part can be turned into nothing that looks like it.
    """
    unit = max(drawing.viewbox[2:]) / 24
    widths = [shape.paint.width for shape in kept if shape.paint.stroke]
    parts = [part for shape in fills for part in components(as_path(shape.geometry))]
    found: list[Shape] = list(kept)
    bands: list[int] = []
    solids: list[tuple[int, list[Subpath]]] = []
    for number, part in enumerate(parts, 1):
        strokes = band(part, unit)
        if strokes is None:
            solids.append((number, part))
            gaps = [gap for hole in part[1:] if (gap := band([_reversed(hole)], unit))]
            widths += [gap[0].paint.width for gap in gaps if not _is_dot(gap)]
            continue
        found += strokes
        widths.append(strokes[0].paint.width)
        bands.append(number)
    said = [*told, *([f"{_parts(bands)} of one width: now centre lines"] if bands else [])]
    for number, part in solids:
        width = median(widths) if widths else SOLID * max(drawing.viewbox[2:])
        found += contour(part, width, unit, number, fill)
        said.append(f"part {number}, solid: now its contour with a stroke of {width:g}")
    return Lined(replace(drawing, shapes=tuple(found)), tuple(said))


def _parts(numbers: Sequence[int]) -> str:
    """ "part 2", or "parts 1, 2, 5"."""
    return f"part{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


def components(path: Path) -> list[list[Subpath]]:
    """Every outer contour with the holes in it."""
    areas = [check.polygon(subpath) for subpath in path.subpaths]
    found: dict[int, list[Subpath]] = {}
    around = [
        [i for i, other in enumerate(areas) if i != index and _within(mine, other)] for index, mine in enumerate(areas)
    ]
    for index, subpath in enumerate(path.subpaths):
        if len(around[index]) % 2 == 0:
            found[index] = [subpath]
    for index, subpath in enumerate(path.subpaths):
        if len(around[index]) % 2 == 1:
            found[max(around[index], key=lambda i: len(around[i]))].append(subpath)
    return list(found.values())


def _within(inner: Sequence[Point], outer: Sequence[Point]) -> bool:
    return sum(clean.inside(inner[len(inner) * part // 5], outer) for part in range(5)) >= 3


# --- bands ---------------------------------------------------------------------------------------------------------


def band(contours: Sequence[Subpath], unit: float) -> list[Shape] | None:
    """The strokes of which contours are the outline; None if they are the outline of none."""
    edges = centre.edges(contours, unit)
    ink = [check.polygon(contour) for contour in contours]
    heights = check.levels(ink)
    aim = check.spans(ink, heights, even_odd=True)
    best: tuple[float, list[Shape]] = (0.0, [])
    for guess in centre.widths(edges, unit):
        width = round(guess, 2)
        geometries = _dot(edges, width, unit) or chained(centre.centre_lines(edges, width, unit, ink), unit)
        if not geometries:
            continue
        for cap, join in product(get_args(Cap), get_args(Join)):
            if (cap, join) not in _USUAL:
                continue
            shapes = [Shape(geometry, Paint(width=width, cap=cap, join=join)) for geometry in geometries]
            areas = [_area(shape, heights, unit) for shape in shapes]
            best = max(best, (check.likeness(aim, check.merged(areas)), shapes), key=lambda pair: pair[0])
        if best[0] >= LIKE:
            return best[1]
    return None


_USUAL = {("round", "round"), ("butt", "miter"), ("round", "miter"), ("butt", "round"), ("square", "miter")}


def _area(shape: Shape, heights: clean.Array, unit: float) -> list[check.Spans]:
    scale = SCALE / unit
    contours = [one for path in skia.areas(shape, scale) for one in skia.contours(path, scale)]
    return check.spans([clean.polygon(one, unit) for one in contours], heights)


def _dot(edges: Sequence[tuple[Point, Segment]], width: float, unit: float) -> list[Geometry]:
    """A disc of one width's diameter, which is the dot of a round pen."""
    long = [(start, edge) for start, edge in edges if math.dist(start, edge.to) > centre.NEAR * unit]
    found = [arc_centre(start, edge) for start, edge in long if isinstance(edge, Arc)]
    if len(found) != len(long) or not found:
        return []
    one = found[0]
    if any(abs(arc.rx - width / 2) > 2 * centre.NEAR * unit or arc.sweep < 0 for arc in found):
        return []
    if any(abs(arc.centre[axis] - one.centre[axis]) > 2 * centre.NEAR * unit for arc in found for axis in (0, 1)):
        return []
    at = (round(one.centre[0], 3), round(one.centre[1], 3))
    return [Path((Subpath(at, (Line(at),)),))]


_PENS: tuple[tuple[Cap, Join], ...] = (("round", "round"), ("butt", "miter"))

# --- solids --------------------------------------------------------------------------------------------------------


def contour(contours: Sequence[Subpath], width: float, unit: float, number: int, fill: Fill) -> list[Shape]:
    """The contour of a solid, half a stroke inside of its edge; gaps in it become strokes again, holes their edges.

    MediaError if it is too thin for a stroke of that width.
    """
    gaps = [(hole, band([_reversed(hole)], unit)) for hole in contours[1:]]
    for cap, join in _PENS:
        paint = Paint(width=width, cap=cap, join=join)
        found = [Shape(_as_circle(Path((one,))), paint) for one in _inset(contours[0], paint, unit).subpaths]
        for hole, gap in gaps:
            fits = gap is not None and (not _is_dot(gap) or abs(gap[0].paint.width - width) < 0.15 * width)
            found += gap if gap and fits else [Shape(_as_circle(Path((hole,))), paint)]
        if found and not _unlike(found, contours, unit, fill):
            return found
    raise MediaError(
        f"part {number} is neither a band of one width nor a solid that holds a stroke of {width:g}",
        where=f"around {contours[0].start[0]:g}, {contours[0].start[1]:g}",
        mend="draw this part as strokes by hand, or take it out of the file first",
    )


def _is_dot(shapes: Sequence[Shape]) -> bool:
    """Whether a recovered stroke is one dot, which as well may be a round hole."""
    (subpath, *more) = [one for shape in shapes for one in as_path(shape.geometry).subpaths]
    return not more and all(segment.to == subpath.start for segment in subpath.segments)


def _inset(contour: Subpath, paint: Paint, unit: float) -> Path:
    """A solid's edge moved inwards by half a stroke."""
    scale = SCALE / unit
    outer = Path((contour,))
    edge = skia.stroked(contour, Shape(outer, paint), scale)
    inner = skia.op(skia.filled(outer, scale, even_odd=False), edge, skia.pathops().PathOp.DIFFERENCE)
    return clean.cleaned(skia.contours(inner, scale), _shifted(contour, paint.width / 2), unit, 3)


def _unlike(shapes: Sequence[Shape], contours: Sequence[Subpath], unit: float, fill: Fill) -> bool:
    """Whether the solid of these strokes is something else than the solid that they are to stand for."""
    made_of = fill(Drawing((0.0, 0.0, 24 * unit, 24 * unit), tuple(shapes)))
    areas = [check.polygon(contour) for contour in contours]
    heights = check.levels(areas)
    made = [check.polygon(one) for shape in made_of.shapes for one in as_path(shape.geometry).subpaths]
    return check.likeness(check.spans(areas, heights), check.spans(made, heights) if made else []) < LIKE


def _shifted(subpath: Subpath, by: float) -> list[clean.Ring]:
    """The circles of a contour's arcs, smaller and larger."""
    return [
        (x, y, radius)
        for x, y, r in clean.rings([Shape(Path((subpath,)), Paint(stroke=False, fill=True))])
        for radius in (r - by, r + by)
        if radius > 0.01 * by
    ]


def _as_circle(path: Path) -> Geometry:
    """A circle where a path is one: of two equal halves."""
    (subpath,) = path.subpaths
    halves = subpath.segments
    if len(halves) == 2 and all(isinstance(one, Arc) and one.rx == one.ry for one in halves):
        a, b = subpath.start, halves[0].to
        if halves[1].to == a and a[1] == b[1] and isinstance(halves[0], Arc):
            return Circle(((a[0] + b[0]) / 2, a[1]), abs(a[0] - b[0]) / 2)
    return path


def _reversed(subpath: Subpath) -> Subpath:
    """The same contour the other way round."""
    starts = [subpath.start, *(segment.to for segment in subpath.segments)]
    segments: list[Segment] = []
    for start, segment in zip(reversed(starts[:-1]), reversed(subpath.segments), strict=True):
        if isinstance(segment, Arc):
            segments.append(replace(segment, sweep=not segment.sweep, to=start))
        elif isinstance(segment, Cubic):
            segments.append(Cubic(segment.c2, segment.c1, start))
        else:
            segments.append(Quad(segment.c, start) if isinstance(segment, Quad) else Line(start))
    return Subpath(starts[-1], tuple(segments), True)
