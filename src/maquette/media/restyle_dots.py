"""Dots and ends as a hand draws them: points that butt ends would make vanish, discs, and lines without round caps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from maquette.media.affine import as_path
from maquette.media.drawing import Circle, Drawing, Line, Path, Shape, Subpath
from maquette.media.restyle_lines import bared, point, unit
from maquette.media.restyle_touch import nearest
from maquette.media.style_card import StyleCard

_POINT = 0.35  # of its stroke's width: a shorter line with round ends is a point


def with_dots(drawing: Drawing, card: StyleCard) -> tuple[Drawing, str]:
    """The drawing, in its own stroke, with points and discs as the hand draws them.

    Points are lines without length, discs are circles that their stroke or fill closes. A disc keeps looking solid.
    """
    kind = card.dot or ("dash" if card.cap == "butt" else "point")
    shapes: list[Shape] = []
    many = 0
    for shape in drawing.shapes:
        if _is_disc(shape, card):
            shapes.append(_disc(shape, card))
            continue
        places, rest = _points_of(shape, card)
        if not places or kind == "point":
            shapes.append(shape)
            continue
        many += len(places)
        if rest:
            shapes.append(replace(shape, geometry=Path(rest), original=""))
        for number, place in enumerate(places):
            size = min(card.dot_size or card.width, 0.5 * _nearest(place, places, drawing, card))
            fresh = _drawn(place, kind, shape, size, card)
            shapes.append(fresh if number == 0 and not rest else replace(fresh, id=""))
    told = f"{many} dot{'s' * (many != 1)} drawn as the hand draws them"
    return replace(drawing, shapes=tuple(shapes)), told if many else ""


def with_ends(drawing: Drawing, card: StyleCard) -> Drawing:
    """Straight ends that stand free reach as far as their round or square caps did, where the hand's ends are butt."""
    if card.cap != "butt":
        return drawing
    lines = {
        (number, part): bared(subpath, 0.0).points or [complex(*subpath.start)]
        for number, shape in enumerate(drawing.shapes)
        for part, subpath in enumerate(as_path(shape.geometry).subpaths)
    }
    shapes = []
    for number, shape in enumerate(drawing.shapes):
        if not shape.paint.stroke or shape.paint.cap == "butt" or not isinstance(shape.geometry, Path):
            shapes.append(shape)
            continue
        parts = []
        for part, subpath in enumerate(shape.geometry.subpaths):
            others = [points for key, points in lines.items() if key != (number, part)]
            parts.append(_longer(subpath, others, shape.paint.width))
        shapes.append(replace(shape, geometry=Path(tuple(parts)), original=""))
    return replace(drawing, shapes=tuple(shapes))


def solid(drawing: Drawing) -> Drawing:
    """Circles no larger than their stroke's half get a radius of exactly that: others show a hole in some programs."""

    def one(shape: Shape) -> Shape:
        paint, circle = shape.paint, shape.geometry
        if not isinstance(circle, Circle) or not paint.stroke or paint.fill or circle.r > 0.6 * paint.width:
            return shape
        return replace(shape, geometry=replace(circle, r=paint.width / 2), original="")

    return replace(drawing, shapes=tuple(one(shape) for shape in drawing.shapes))


def _longer(subpath: Subpath, others: Sequence[Sequence[complex]], width: float) -> Subpath:
    if subpath.closed or not subpath.segments:
        return subpath

    def free(end: complex) -> bool:
        return all(abs(nearest(end, points) - end) > 0.75 * width for points in others)

    segments, start = list(subpath.segments), complex(*subpath.start)
    stops = [start, *(complex(*segment.to) for segment in segments)]
    if abs(stops[-1] - start) < width:
        return subpath  # it meets itself
    if isinstance(segments[-1], Line) and abs(stops[-1] - stops[-2]) > width / 4 and free(stops[-1]):
        segments[-1] = Line(point(stops[-1] + unit(stops[-1] - stops[-2]) * width / 2))
    if isinstance(segments[0], Line) and abs(stops[1] - start) > width / 4 and free(start):
        start += unit(start - stops[1]) * width / 2
    return Subpath(point(start), tuple(segments))


def _is_disc(shape: Shape, card: StyleCard) -> bool:
    """Whether a shape is a small circle without a hole."""
    if not isinstance(shape.geometry, Circle):
        return False
    radius = shape.geometry.r + (shape.paint.width / 2 if shape.paint.stroke else 0.0)
    solid = shape.paint.fill or (shape.paint.stroke and shape.geometry.r <= 0.55 * shape.paint.width)
    return solid and radius <= card.canvas / 11


def _disc(shape: Shape, card: StyleCard) -> Shape:
    """A disc of the hand: a ring or a fill where it draws such, else a circle that its own stroke just fills."""
    assert isinstance(shape.geometry, Circle)
    if card.dot == "ring":
        return replace(shape, geometry=replace(shape.geometry, r=card.dot_size / 2), original="")
    if card.cap == "butt" and card.dot != "fill" and shape.paint.stroke:  # a hand without round dots draws a small ring
        return replace(shape, geometry=replace(shape.geometry, r=max(1.1 * card.width, shape.geometry.r)), original="")
    if card.dot == "fill" or not shape.paint.stroke:
        radius = shape.geometry.r + (shape.paint.width / 2 if shape.paint.stroke else 0.0)
        paint = replace(shape.paint, stroke=False, fill=True)
        return replace(shape, geometry=replace(shape.geometry, r=radius), paint=paint, original="")
    return replace(shape, geometry=replace(shape.geometry, r=card.width / 2), original="")


def _points_of(shape: Shape, card: StyleCard) -> tuple[list[complex], tuple[Subpath, ...]]:
    """The middles of the shape's points, and its other subpaths."""
    if not isinstance(shape.geometry, Path) or shape.paint.fill or not shape.paint.stroke:
        return [], ()
    places, rest = [], []
    for subpath in shape.geometry.subpaths:
        stops = [complex(*subpath.start), *(complex(*one.to) for one in subpath.segments)]
        if len(stops) > 1 and sum(abs(b - a) for a, b in pairwise(stops)) <= max(
            card.canvas / 100, _POINT * shape.paint.width
        ):
            places.append((stops[0] + stops[-1]) / 2)
        else:
            rest.append(subpath)
    return places, tuple(rest)


def _nearest(place: complex, places: Sequence[complex], drawing: Drawing, card: StyleCard) -> float:
    """How far the nearest other point of the drawing is."""
    every = [other for shape in drawing.shapes for other in _points_of(shape, card)[0]]
    return min((abs(other - place) for other in (*places, *every) if abs(other - place) > 1e-6), default=9e9)


def _drawn(place: complex, kind: str, shape: Shape, size: float, card: StyleCard) -> Shape:
    """One point as a dash, a disc or a ring."""
    if kind in ("fill", "ring"):
        paint = replace(shape.paint, stroke=kind == "ring", fill=kind == "fill")
        return replace(shape, geometry=Circle(point(place), size / 2), paint=paint, original="")
    half = max(size, 0.75 * card.width) / 2
    line = Subpath(point(place - half), (Line(point(place + half)),))
    return replace(shape, geometry=Path((line,)), original="")
