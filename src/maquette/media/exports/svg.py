"""Clean SVG: for a hand that opens it and for a program that inlines it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from maquette.media.drawing import (
    Cubic,
    Drawing,
    Line,
    Path,
    Point,
    Quad,
    Segment,
    Shape,
    Subpath,
    fit,
    to_svg,
)
from maquette.media.exports import File, Icon, Settings

SMALLEST = 8.0  # units; on a smaller canvas three decimals are too coarse, so it is drawn on one of 24
DOT = 0.01 / 24  # of the canvas: the length of a line that stands for a dot


def plain(icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """One SVG per icon: strokes stay strokes, arcs stay arcs."""
    for icon in icons:
        yield File(f"{icon.name}.svg", clean_svg(icon.drawing, icon.name).encode(), icon.name)


def outlined(icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """One SVG per icon with fills only: what font tools, cutters and older apps ask for. Raises MissingExtra."""
    from maquette.media.outline import outlined as with_outlines

    for icon in icons:
        yield File(f"{icon.name}.svg", clean_svg(with_outlines(clean(icon.drawing)), icon.name).encode(), icon.name)


def clean_svg(drawing: Drawing, name: str) -> str:
    """No transforms, at most three decimals, a viewBox, a title, currentColor, attributes always in one order."""
    return to_svg(clean(drawing), title=drawing.title or name)


def clean(drawing: Drawing) -> Drawing:
    """The drawing as its clean file tells it: written afresh, on a canvas that three decimals can hold."""
    if max(drawing.viewbox[2:]) < SMALLEST:
        drawing = fit(drawing)
    step = DOT * max(drawing.viewbox[2:])
    # The words of an untouched element may hold ten decimals, or its attributes in another order.
    shapes = (_dotted(replace(shape, original=""), step) for shape in drawing.shapes)
    return replace(drawing, shapes=tuple(one for one in shapes if one.geometry != Path(())))


def with_one_ink(drawing: Drawing) -> Drawing:
    """The drawing for formats that tint stroke and fill apart: a tinted shape with both becomes its outline.

    In SVG the tint is of the whole shape; apart, the two would be darker where they overlap. Raises MissingExtra.
    """
    if not any(shape.paint.opacity < 1 and shape.paint.fill and shape.paint.stroke for shape in drawing.shapes):
        return drawing
    from maquette.media.outline import outlined as with_outlines

    made: list[Shape] = []
    for shape in drawing.shapes:
        both = shape.paint.opacity < 1 and shape.paint.fill and shape.paint.stroke
        made += with_outlines(replace(drawing, shapes=(shape,))).shapes if both else (shape,)
    return replace(drawing, shapes=tuple(made))


def _dotted(shape: Shape, step: float) -> Shape:
    """The shape with its dots as tiny lines.

    A line of no length draws a dot with round or square caps (SVG 2, section 13.5.4), and nothing with butt ones;
    CairoSVG and PDF viewers disagree about each of these.
    """
    if not isinstance(shape.geometry, Path) or not shape.paint.stroke:
        return shape
    kept = []
    for subpath in shape.geometry.subpaths:
        if any(point != subpath.start for segment in subpath.segments for point in _points(segment)):
            kept.append(subpath)
        elif shape.paint.cap != "butt":
            x, y = subpath.start
            kept.append(Subpath((x - step / 2, y), (Line((x + step / 2, y)),)))
    return replace(shape, geometry=Path(tuple(kept)))


def _points(segment: Segment) -> tuple[Point, ...]:
    if isinstance(segment, Cubic):
        return segment.c1, segment.c2, segment.to
    return (segment.c, segment.to) if isinstance(segment, Quad) else (segment.to,)
