"""PDF: true vectors, strokes with their widths, caps and joins; a page per icon, as large as its canvas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from maquette.media.drawing import Drawing, Line, Shape
from maquette.media.exports import File, Icon, Settings
from maquette.media.exports.colours import hex_of
from maquette.media.exports.curves import plain_subpaths
from maquette.media.exports.extra import require
from maquette.media.exports.svg import clean, with_one_ink

CAPS = {"butt": 0, "round": 1, "square": 2}
JOINS = {"miter": 0, "round": 1, "bevel": 2}
EVEN_ODD, NON_ZERO = 0, 1


def document(icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """`NAME.pdf`: one unit of a canvas is one point; the bookmarks hold the icons' names."""
    require("a PDF", "reportlab")
    yield File(f"{settings.name}.pdf", pages(icons, settings), icons[0].name if len(icons) == 1 else "")


def pages(icons: Sequence[Icon], settings: Settings) -> bytes:
    """The document. Raises MissingExtra without reportlab."""
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=1)  # invariant: the same icons give the same bytes
    canvas.setTitle(settings.name)
    canvas.setAuthor(settings.credit)
    canvas.setCreator("Maquette")
    for number, icon in enumerate(icons):
        drawing = with_one_ink(clean(icon.drawing))
        canvas.setPageSize(drawing.viewbox[2:])
        canvas.bookmarkPage(f"icon-{number}")
        canvas.addOutlineEntry(icon.name, f"icon-{number}")
        _draw(canvas, drawing, hex_of(settings.colour))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Any, drawing: Drawing, colour: str) -> None:
    x, y, _, height = drawing.viewbox
    canvas.transform(1, 0, 0, -1, -x, y + height)  # PDF's y points up
    canvas.setMiterLimit(4)  # SVG's
    canvas.setFillColor(colour)
    canvas.setStrokeColor(colour)
    for shape in drawing.shapes:
        _paint(canvas, shape)


def _paint(canvas: Any, shape: Shape) -> None:
    paint, path = shape.paint, canvas.beginPath()
    for start, segments, closed in plain_subpaths(shape.geometry):
        path.moveTo(*start)
        for one in segments:
            path.lineTo(*one.to) if isinstance(one, Line) else path.curveTo(*one.c1, *one.c2, *one.to)
        if closed:
            path.close()
        elif not segments:
            path.lineTo(*start)  # a dot
    canvas.setFillAlpha(paint.opacity)
    canvas.setStrokeAlpha(paint.opacity)
    canvas.setLineWidth(paint.width)
    canvas.setLineCap(CAPS[paint.cap])
    canvas.setLineJoin(JOINS[paint.join])
    rule = EVEN_ODD if paint.even_odd else NON_ZERO
    canvas.drawPath(path, stroke=int(paint.stroke), fill=int(paint.fill), fillMode=rule)
