"""Strokes to areas, through Skia's stroker and its union (skia-pathops): curves come back as many short quadratics.

Everything here counts in Skia's own units: `scale` of them are one unit of the drawing. They are small, because the
stroker allows itself an error of a quarter of one of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from maquette.core.errors import MediaError, MissingExtra
from maquette.media.affine import as_path
from maquette.media.drawing import Arc, Circle, Cubic, Line, Path, Point, Quad, Rect, Shape, Subpath
from maquette.media.extent import MITER_LIMIT, arc_centre

Piece: TypeAlias = tuple[Point, Point | None, Point]
"""A straight piece (start, None, end), or a quadratic one (start, control, end)."""
Contour: TypeAlias = list[Piece]

_ERROR = 0.03  # Skia units: how far a quadratic may stray from the circle that it stands for

CHORD = 0.05  # units of a canvas of 24: chords that stand for a curve where curves cannot be united
NOWHERE = 0.008  # stroke widths: a round stroke that is shorter is a dot (many sets write one as "h.01")


def pathops() -> Any:
    """The package. MissingExtra if it is not installed."""
    try:
        import pathops as found
    except ImportError as error:
        raise MissingExtra("outlines need skia-pathops", mend="pip install 'maquette[icons]'") from error
    return found


def stroked(subpath: Subpath, shape: Shape, scale: float) -> Any:
    """The area of one subpath's stroke as a Skia path without overlaps."""
    skia = pathops()
    paint = shape.paint
    path = skia.Path()
    dot = dot_at(subpath, NOWHERE * paint.width if paint.cap == "round" else 0.0)
    if dot is not None:
        if paint.cap != "butt":
            _trace(path, _blot(dot, paint.width / 2, is_round=paint.cap == "round"), scale)
    else:
        _trace(path, subpath, scale)
        caps = {"butt": skia.LineCap.BUTT_CAP, "round": skia.LineCap.ROUND_CAP, "square": skia.LineCap.SQUARE_CAP}
        joins = {"miter": skia.LineJoin.MITER_JOIN, "round": skia.LineJoin.ROUND_JOIN}
        join = joins.get(paint.join, skia.LineJoin.BEVEL_JOIN)
        path.stroke(paint.width * scale, caps[paint.cap], join, MITER_LIMIT)
    path.convertConicsToQuads(_ERROR)
    return path


def filled(geometry: Path, scale: float, *, even_odd: bool) -> Any:
    """The area of a filled path as a Skia path."""
    skia = pathops()
    path = skia.Path(fillType=skia.FillType.EVEN_ODD if even_odd else skia.FillType.WINDING)
    for subpath in geometry.subpaths:
        _trace(path, subpath, scale)
        path.close()
    path.convertConicsToQuads(_ERROR)
    return path


def areas(shape: Shape, scale: float) -> list[Any]:
    """Everything a shape paints, as Skia paths that may overlap."""
    path = as_path(shape.geometry)
    found = []
    if shape.paint.fill:
        found.append(filled(path, scale, even_odd=shape.paint.even_odd))
    if shape.paint.stroke and shape.paint.width > 0:
        found += [stroked(subpath, shape, scale) for subpath in path.subpaths]
    return found


def is_even_odd(path: Any) -> bool:
    """Whether a Skia path is filled by the even-odd rule."""
    return bool(path.fillType == pathops().FillType.EVEN_ODD)


def flattened(path: Any, scale: float, unit: float) -> Any:
    """A path of short chords: Skia can unite these where curves that all but coincide confuse it."""
    flat = pathops().Path(fillType=path.fillType)
    for contour in contours(path, scale):
        flat.moveTo(contour[0][0][0] * scale, contour[0][0][1] * scale)
        for start, control, to in contour:
            count = 1 if control is None else math.ceil(math.dist(start, to) / (CHORD * unit)) + 1
            for index in range(1, count):
                t = index / count
                a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
                x, y = (a * start[i] + b * (control or start)[i] + c * to[i] for i in (0, 1))
                flat.lineTo(x * scale, y * scale)
            flat.lineTo(to[0] * scale, to[1] * scale)
        flat.close()
    return flat


def united(paths: Sequence[Any]) -> Any | None:
    """All areas as one, in a single step: each is made simple and turned the same way, then all are.

    None if Skia gives up.
    """
    skia = pathops()
    whole = skia.Path()
    try:
        for path in paths:
            one = skia.Path(path)
            one.simplify(fix_winding=True)
            whole.addPath(one)
        whole.simplify(fix_winding=True)
    except skia.PathOpsError:
        return None
    return whole


def united_in_turn(paths: Sequence[Any]) -> Any | None:
    """All areas as one, added one by one. None if Skia gives up."""
    skia = pathops()
    whole = skia.Path()
    try:
        for path in paths:
            whole = skia.op(whole, path, skia.PathOp.UNION)
    except skia.PathOpsError:
        return None
    return whole


def united_at_once(paths: Sequence[Any]) -> Any | None:
    """All areas as one, by Skia's own builder. None if Skia gives up."""
    skia = pathops()
    builder = skia.OpBuilder()
    try:
        for path in paths:
            builder.add(path, skia.PathOp.UNION)
        return builder.resolve()
    except skia.PathOpsError:
        return None


def op(one: Any, other: Any, operation: Any) -> Any:
    """One area cut by another. MediaError if Skia gives up."""
    skia = pathops()
    try:
        return skia.op(one, other, operation)
    except skia.PathOpsError as error:
        raise MediaError("the areas of this drawing cannot be combined", mend="move its points a little") from error


def contours(path: Any, scale: float) -> list[Contour]:
    """The contours of a Skia path in the drawing's units, each closed."""
    skia = pathops()
    found: list[Contour] = []
    at = start = (0.0, 0.0)
    for verb, points in path:
        if verb == skia.PathVerb.MOVE:
            at = start = _down(points[0], scale)
            found.append([])
        elif verb == skia.PathVerb.CLOSE:
            if at != start:
                found[-1].append((at, None, start))
            at = start
        else:
            to = _down(points[-1], scale)
            control = _down(points[0], scale) if verb == skia.PathVerb.QUAD else None
            if verb == skia.PathVerb.CUBIC:
                found[-1] += _cubic_as_quads((at, *(_down(point, scale) for point in points)))
            elif to != at:
                found[-1].append((at, control, to))
            at = to
    return [contour for contour in found if contour]


def _down(point: Point, scale: float) -> Point:
    return point[0] / scale, point[1] / scale


def dot_at(subpath: Subpath, near: float) -> Point | None:
    """Where a subpath stands that goes nowhere, or hardly anywhere; None if it does go somewhere."""
    points = [subpath.start]
    for segment in subpath.segments:
        points.append(segment.to)
        if isinstance(segment, Cubic):
            points += [segment.c1, segment.c2]
        elif isinstance(segment, Quad):
            points.append(segment.c)
        elif isinstance(segment, Arc) and segment.large:
            return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if max(max(xs) - min(xs), max(ys) - min(ys)) > near:
        return None
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _blot(centre: Point, half: float, *, is_round: bool) -> Subpath:
    """A disc or an upright square around a point."""
    if is_round:
        return as_path(Circle(centre, half)).subpaths[0]
    return as_path(Rect((centre[0] - half, centre[1] - half), 2 * half, 2 * half)).subpaths[0]


def _trace(path: Any, subpath: Subpath, scale: float) -> None:
    """Draw a subpath into a Skia path; arcs become quadratics."""

    def up(*points: Point) -> Iterable[float]:
        return [value * scale for point in points for value in point]

    path.moveTo(*up(subpath.start))
    at = subpath.start
    for segment in subpath.segments:
        if isinstance(segment, Line):
            path.lineTo(*up(segment.to))
        elif isinstance(segment, Quad):
            path.quadTo(*up(segment.c, segment.to))
        elif isinstance(segment, Cubic):
            path.cubicTo(*up(segment.c1, segment.c2, segment.to))
        else:
            for control, to in arc_as_quads(at, segment, _ERROR / scale):
                path.quadTo(*up(control, to))
        at = segment.to
    if subpath.closed:
        path.close()


def arc_as_quads(start: Point, arc: Arc, error: float) -> list[tuple[Point, Point]]:
    """An arc as quadratics (control point, end), none of them further than `error` from it.

    Not as conics: Skia's stroker takes some of them for lines. A quadratic with the tangents of an arc of angle 2 a
    strays by r a^4 / 8 (the mean of cos a and 1 / cos a).
    """
    if start == arc.to:
        return []
    told = arc_centre(start, arc)
    most = 2 * (8 * error / max(told.rx, told.ry)) ** 0.25
    count = max(1, math.ceil(abs(told.sweep) / min(most, math.pi / 4)))
    step = told.sweep / count
    cos, sin = math.cos(told.rotation), math.sin(told.rotation)
    found = []
    for index in range(count):
        middle = told.begin + (index + 0.5) * step
        x, y = told.rx * math.cos(middle) / math.cos(step / 2), told.ry * math.sin(middle) / math.cos(step / 2)
        control = (told.centre[0] + cos * x - sin * y, told.centre[1] + sin * x + cos * y)
        found.append((control, arc.to if index == count - 1 else told.at(told.begin + (index + 1) * step)))
    return found


def _cubic_as_quads(points: Sequence[Point]) -> Contour:
    """A cubic as eight quadratics, each with the cubic's tangents at its ends; near enough to be fitted."""
    found: Contour = []
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points

    def at(t: float) -> Point:
        u = 1 - t
        a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        return a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3

    count = 8
    for index in range(count):
        start, middle, end = at(index / count), at((index + 0.5) / count), at((index + 1) / count)
        control = (2 * middle[0] - (start[0] + end[0]) / 2, 2 * middle[1] - (start[1] + end[1]) / 2)
        found.append((start, control, end))
    return found
