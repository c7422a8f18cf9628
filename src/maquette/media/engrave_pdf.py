"""Engraved pages as PDF: shapes as vectors, text as text in an embedded typeface."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

from .drawing import Line
from .engrave_page import typefaces
from .exports.curves import plain_subpaths
from .path_data import read_path

_MM = 72 / 25.4  # points
_LINK = "{http://www.w3.org/1999/xlink}href"


def document(pages: Sequence[Element], *, title: str = "", credit: str = "") -> bytes:
    """The pages of `engrave_page.plain_page` as one document; equal pages give equal bytes."""
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=1)
    canvas.setTitle(title or "Score")
    canvas.setAuthor(credit)
    canvas.setCreator("Maquette")
    _register()
    for page in pages:
        _, _, width, height = (float(number) for number in str(page.get("viewBox")).split())
        points = float(str(page.get("width")).removesuffix("mm")) * _MM
        scale = points / width
        canvas.setPageSize((points, height * scale))
        canvas.transform(scale, 0, 0, -scale, 0, height * scale)
        symbols = {str(one.get("id")): one for defs in page if _tag(defs) == "defs" for one in defs}
        for child in page:
            if _tag(child) != "defs":
                _draw(canvas, child, symbols, "#000000")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _name(bold: bool, italic: bool) -> str:
    return "Serif" + "-Bold" * bold + "-Italic" * italic


def _register() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for (bold, italic), data in typefaces().items():
        if _name(bold, italic) not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(_name(bold, italic), BytesIO(data)))


def _draw(canvas: Any, element: Element, symbols: dict[str, Element], colour: str) -> None:
    """One element and what is in it, in its colour."""
    tag = _tag(element)
    colour = _colour(element.get("fill")) or colour
    canvas.saveState()
    for matrix in _matrices(element.get("transform", "")):
        canvas.transform(*matrix)
    if tag == "g":
        for child in element:
            _draw(canvas, child, symbols, colour)
    elif tag == "use":
        canvas.translate(float(element.get("x", 0)), float(element.get("y", 0)))
        for child in symbols.get(str(element.get(_LINK)).lstrip("#"), ()):
            _draw(canvas, child, symbols, colour)
    elif tag == "text":
        _write(canvas, element, colour)
    else:
        _shape(canvas, element, tag, colour)
    canvas.restoreState()


def _colour(name: str | None) -> str:
    return name if name and name.startswith("#") and len(name) == 7 else ""


def _matrices(text: str) -> list[tuple[float, ...]]:
    found: list[tuple[float, ...]] = []
    for kind, inner in re.findall(r"(\w+)\(([^)]*)\)", text):
        n = [float(number) for number in re.split(r"[\s,]+", inner.strip())]
        if kind == "translate":
            found.append((1, 0, 0, 1, n[0], n[1] if len(n) > 1 else 0))
        elif kind == "scale":
            found.append((n[0], 0, 0, n[1] if len(n) > 1 else n[0], 0, 0))
        elif kind == "matrix":
            found.append(tuple(n))
        elif kind == "rotate":
            found += _rotated(*n)
    return found


def _rotated(angle: float, x: float = 0.0, y: float = 0.0) -> list[tuple[float, ...]]:
    from math import cos, radians, sin

    c, s = cos(radians(angle)), sin(radians(angle))
    return [(1, 0, 0, 1, x, y), (c, s, -s, c, 0, 0), (1, 0, 0, 1, -x, -y)]


def _write(canvas: Any, element: Element, colour: str) -> None:
    canvas.translate(float(element.get("x", 0)), float(element.get("y", 0)))
    canvas.scale(1, -1)
    canvas.setFillColor(colour)
    name = _name(element.get("font-weight") == "bold", element.get("font-style") == "italic")
    canvas.setFont(name, float(element.get("font-size", 400)))
    put = {"middle": canvas.drawCentredString, "end": canvas.drawRightString}
    put.get(element.get("text-anchor", ""), canvas.drawString)(0, 0, element.text or "")


def _shape(canvas: Any, element: Element, tag: str, colour: str) -> None:
    width = float(element.get("stroke-width", 0))
    path = _path(canvas, element, tag)
    canvas.setFillColor(colour)
    canvas.setStrokeColor(_colour(element.get("stroke")) or colour)
    canvas.setLineWidth(width)
    canvas.setLineCap({"round": 1, "square": 2}.get(element.get("stroke-linecap", ""), 0))
    canvas.setLineJoin({"round": 1, "bevel": 2}.get(element.get("stroke-linejoin", ""), 0))
    dashes = element.get("stroke-dasharray")
    if dashes:
        canvas.setDash([float(number) for number in re.split(r"[\s,]+", dashes.strip())])
    canvas.drawPath(path, stroke=int(width > 0), fill=int(element.get("fill") != "none"), fillMode=1)


def _path(canvas: Any, element: Element, tag: str) -> Any:
    """The outline of any shape as a path of the canvas."""
    path = canvas.beginPath()

    def number(name: str) -> float:
        return float(element.get(name, 0))

    if tag == "path":
        for start, segments, closed in plain_subpaths(read_path(element.get("d", ""))[0]):
            path.moveTo(*start)
            for one in segments:
                path.lineTo(*one.to) if isinstance(one, Line) else path.curveTo(*one.c1, *one.c2, *one.to)
            if closed:
                path.close()
    elif tag in ("polygon", "polyline"):
        n = [float(text) for text in re.split(r"[\s,]+", element.get("points", "").strip())]
        for index in range(0, len(n) - 1, 2):
            (path.lineTo if index else path.moveTo)(n[index], n[index + 1])
        if tag == "polygon":
            path.close()
    elif tag == "rect":
        path.rect(number("x"), number("y"), number("width"), number("height"))
    elif tag == "line":
        path.moveTo(number("x1"), number("y1"))
        path.lineTo(number("x2"), number("y2"))
    else:
        rx, ry = number("rx") or number("r"), number("ry") or number("r")
        path.ellipse(number("cx") - rx, number("cy") - ry, 2 * rx, 2 * ry)
    return path
