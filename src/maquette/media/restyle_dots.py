"""Dots as a hand draws them: a point with round ends, a short dash, a disc or a ring."""

from __future__ import annotations

from dataclasses import replace

from maquette.media.affine import as_path
from maquette.media.drawing import Circle, Drawing, Geometry, Line, Path, Shape, Subpath
from maquette.media.style_card import StyleCard


def with_dots(drawing: Drawing, card: StyleCard) -> tuple[Drawing, str]:
    """The drawing with its dots as the hand draws them. Points that butt ends would make vanish become dashes."""
    kind = card.dot or ("dash" if card.cap == "butt" else "point")
    shapes: list[Shape] = []
    many = 0
    for shape in drawing.shapes:
        places, rest = _dots_of(shape, card)
        if not places or (kind == "point" and all(old == "point" for _, old in places)):
            shapes.append(shape)
            continue
        many += len(places)
        if rest:
            shapes.append(replace(shape, geometry=Path(rest), original=""))
        for number, (place, _) in enumerate(places):
            fresh = _drawn(place, kind, shape, card)
            shapes.append(fresh if number == 0 and not rest else replace(fresh, id=""))
    told = f"{many} dot{'s' * (many != 1)} drawn as the hand draws them"
    return replace(drawing, shapes=tuple(shapes)), told if many else ""


def _dots_of(shape: Shape, card: StyleCard) -> tuple[list[tuple[complex, str]], tuple[Subpath, ...]]:
    """The middles of the shape's dots with their kinds, and its other subpaths."""
    geometry: Geometry = shape.geometry
    if isinstance(geometry, Circle):
        if shape.paint.fill and geometry.r <= card.canvas / 14:
            return [(complex(*geometry.centre), "fill")], ()
        if geometry.r <= 0.3 * card.width or (geometry.r <= card.canvas / 40 and shape.paint.stroke):
            return [(complex(*geometry.centre), "ring")], ()
        return [], (Subpath(geometry.centre, ()),)
    if not isinstance(geometry, Path) or shape.paint.fill or not shape.paint.stroke:
        return [], (Subpath((0.0, 0.0), ()),)
    places, rest = [], []
    for subpath in as_path(geometry).subpaths:
        start = complex(*subpath.start)
        far = max((abs(complex(*one.to) - start) for one in subpath.segments), default=0.0)
        if far <= card.canvas / 100 and subpath.segments:
            places.append(((start + complex(*subpath.segments[-1].to)) / 2, "point"))
        else:
            rest.append(subpath)
    return places, tuple(rest)


def _drawn(place: complex, kind: str, shape: Shape, card: StyleCard) -> Shape:
    size = card.dot_size or card.width
    x, y = place.real, place.imag
    paint = replace(shape.paint, stroke=True, fill=False, width=card.width, cap=card.cap, join=card.join)
    if kind == "fill":
        return replace(
            shape, geometry=Circle((x, y), size / 2), paint=replace(paint, stroke=False, fill=True), original=""
        )
    if kind == "ring":
        return replace(shape, geometry=Circle((x, y), size / 2), paint=paint, original="")
    half = max(size, card.width) / 2 if kind == "dash" else 0.005 * card.canvas / 24
    line = Subpath((x - half, y), (Line((x + half, y)),))
    return replace(shape, geometry=Path((line,)), paint=paint, original="")
