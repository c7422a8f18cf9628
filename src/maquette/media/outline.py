"""Strokes become filled outlines: exact, united, wound the right way, with few and clean segments."""

from __future__ import annotations

from dataclasses import replace

from maquette.media import outline_skia as skia
from maquette.media.affine import as_path
from maquette.media.drawing import Drawing, Line, Paint, Path, Quad, Shape, Subpath

CANVAS = 24.0  # tolerances are told in units of a canvas this large
_FINE = 128.0  # Skia units per unit of that canvas


def outlined(drawing: Drawing) -> Drawing:
    """The drawing with fills only: every stroke a filled outline, all of one opacity united (SVG 2, section 13).

    Caps, joins (miter limit 4), dots and closed paths as SVG draws them. Filled by the non-zero rule, which gives the
    same ink as the even-odd one: outer contours run clockwise as seen, holes the other way. Raises MissingExtra.
    """
    scale = _FINE * CANVAS / max(drawing.viewbox[2:])
    shapes = []
    for opacity, group in _groups(drawing):
        paths = [area for shape in group for area in skia.areas(shape, scale)]
        found = skia.contours(skia.united(paths), scale)
        path = Path(tuple(_subpath(contour) for contour in found))
        if path.subpaths:
            name = group[0].id if len(group) == 1 else ""
            shapes.append(Shape(path, Paint(stroke=False, fill=True, opacity=opacity), name))
    return replace(drawing, shapes=tuple(shapes))


def _groups(drawing: Drawing) -> list[tuple[float, list[Shape]]]:
    """Shapes that may become one: all that are opaque; each tint for itself, since tints add up where they overlap."""
    drawn = [shape for shape in drawing.shapes if as_path(shape.geometry).subpaths and _paints(shape.paint)]
    opaque = [shape for shape in drawn if shape.paint.opacity >= 1]
    tints = [(shape.paint.opacity, [shape]) for shape in drawn if shape.paint.opacity < 1]
    return [*tints, *([(1.0, opaque)] if opaque else [])]


def _paints(paint: Paint) -> bool:
    return paint.opacity > 0 and (paint.fill or (paint.stroke and paint.width > 0))


def _subpath(contour: skia.Contour) -> Subpath:
    segments = tuple(Line(to) if control is None else Quad(control, to) for _, control, to in contour)
    return Subpath(contour[0][0], segments, True)
