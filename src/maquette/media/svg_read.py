"""SVG as other programs write it, to a Drawing."""

from __future__ import annotations

import os
import re
from xml.etree.ElementTree import Element

from maquette.core.errors import MediaError
from maquette.media.drawing import Cap, Circle, Drawing, Ellipse, Geometry, Join, Line, Paint, Path, Rect, Shape, Subpath
from maquette.media.path_data import read_path

_INHERITED = ("fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "fill-rule")
_GEOMETRY = {
    "path": ("d",),
    "circle": ("cx", "cy", "r"),
    "ellipse": ("cx", "cy", "rx", "ry"),
    "rect": ("x", "y", "width", "height", "rx", "ry"),
    "line": ("x1", "y1", "x2", "y2"),
    "polyline": ("points",),
    "polygon": ("points",),
}
_NUMBERS = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def read(path: os.PathLike[str] | str) -> Drawing:
    """Read a drawing from a file."""
    with open(path, "rb") as file:
        return parse(file.read())


def parse(text: str | bytes) -> Drawing:
    """Read a drawing from SVG text."""
    import defusedxml.ElementTree

    try:
        root = defusedxml.ElementTree.fromstring(text)
    except Exception as error:
        raise MediaError(f"this is no readable SVG: {error}") from error
    view = [float(n) for n in root.get("viewBox", "0 0 24 24").replace(",", " ").split()]
    shapes: list[Shape] = []
    lost: list[str] = []
    _walk(root, {}, 1.0, shapes, lost)
    title = next((child.text or "" for child in root if _name(child) == "title"), "").strip()
    return Drawing((view[0], view[1], view[2], view[3]), tuple(shapes), title, tuple(lost))


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _walk(element: Element, style: dict[str, str], opacity: float, shapes: list[Shape], lost: list[str]) -> None:
    style = {**style, **{key: value for key, value in element.attrib.items() if key in _INHERITED}}
    opacity *= float(element.get("opacity", "1"))
    name = _name(element)
    if name in _GEOMETRY:
        geometry, fault = _geometry(name, dict(element.attrib))
        if fault:
            lost.append(fault)
        paint = _paint(style, opacity)
        if geometry is not None and (paint.stroke or paint.fill):
            shapes.append(Shape(geometry, paint, element.get("id", ""), "" if fault else _original(name, element)))
    elif name in ("svg", "g"):
        for child in element:
            _walk(child, style, opacity, shapes, lost)


def _original(name: str, element: Element) -> str:
    from xml.sax.saxutils import quoteattr

    return " ".join([name, *(f"{key}={quoteattr(element.attrib[key])}" for key in _GEOMETRY[name] if key in element.attrib)])


def read_element(text: str) -> Geometry | None:
    """The geometry of one element's text, as `Shape.original` keeps it."""
    import defusedxml.ElementTree

    element = defusedxml.ElementTree.fromstring(f"<{text}/>")
    return _geometry(_name(element), dict(element.attrib))[0]


def _paint(style: dict[str, str], opacity: float) -> Paint:
    stroke, fill = style.get("stroke", "none") != "none", style.get("fill", "black") != "none"
    plain = Paint()
    cap: Cap = style.get("stroke-linecap", "butt")  # type: ignore[assignment]
    join: Join = style.get("stroke-linejoin", "miter")  # type: ignore[assignment]
    return Paint(
        stroke=stroke,
        fill=fill,
        width=float(style.get("stroke-width", "1")) if stroke else plain.width,
        cap=cap if stroke else plain.cap,
        join=join if stroke else plain.join,
        opacity=opacity,
        even_odd=fill and style.get("fill-rule") == "evenodd",
    )


def _geometry(name: str, attributes: dict[str, str]) -> tuple[Geometry | None, str]:
    def value(key: str) -> float:
        return float(attributes.get(key, "0"))

    if name == "path":
        path, fault = read_path(attributes.get("d", ""))
        return (path if path.subpaths else None), fault
    if name == "circle":
        return Circle((value("cx"), value("cy")), value("r")), ""
    if name == "ellipse":
        return Ellipse((value("cx"), value("cy")), value("rx"), value("ry")), ""
    if name == "rect":
        width, height = value("width"), value("height")
        rx = float(attributes.get("rx", attributes.get("ry", "0")))
        ry = float(attributes.get("ry", attributes.get("rx", "0")))
        return Rect((value("x"), value("y")), width, height, min(rx, width / 2), min(ry, height / 2)), ""
    if name == "line":
        return Path((Subpath((value("x1"), value("y1")), (Line((value("x2"), value("y2"))),)),)), ""
    numbers = [float(n) for n in _NUMBERS.findall(attributes.get("points", ""))]
    points = list(zip(numbers[::2], numbers[1::2], strict=False))
    if not points:
        return None, ""
    return Path((Subpath(points[0], tuple(Line(point) for point in points[1:]), name == "polygon"),)), ""
