"""Verovio's SVG made plain: no style sheets, no nested spans of text, music signs as outlines wherever they stand."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
FAMILY = "Liberation Serif"
_BOLD = frozenset(("ending", "fing", "reh", "tempo"))
_ITALIC = frozenset(("dir", "dynam", "mNum"))
_SHAPES = frozenset(("path", "polygon", "polyline", "ellipse", "rect", "use", "line", "circle"))
_KEPT = (
    "d", "points", "cx", "cy", "rx", "ry", "r", "x", "y", "width", "height", "x1", "x2", "y1", "y2", "transform",
    "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "fill", "stroke", "fill-opacity",
    "stroke-opacity",
)  # fmt: skip


@dataclass(frozen=True)
class _Style:
    """How text is set: in units of the page."""

    size: float = 0.0
    bold: bool = False
    italic: bool = False
    music: bool = False
    anchor: str = "start"


@dataclass
class _Chunk:
    """Text from one point: runs of one style each."""

    x: float
    y: float
    anchor: str
    runs: list[tuple[str, _Style]]


def plain_page(svg: str, size: int) -> Element:
    """The page as a tree of groups, shapes and texts, sized in millimetres. `size`: per cent, as Verovio was told."""
    register_namespace("", _SVG[1:-1])
    register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = fromstring(svg)
    inner = next(one for one in root.iter(f"{_SVG}svg") if one.get("class") == "definition-scale")
    _, _, width, height = (float(number) for number in str(inner.get("viewBox")).split())
    page = Element(f"{_SVG}svg", viewBox=f"0 0 {width:g} {height:g}", width=_mm(width, size), height=_mm(height, size))
    page.set("fill", "#000")
    page.set("font-family", f"{FAMILY}, Times New Roman, Times, serif")
    for defs in root.findall(f"{_SVG}defs"):
        page.append(_symbols(defs))
    _copy(inner, page, _Style())
    return page


def head(page: Element, title: str, composer: str, size: int, margin: float) -> None:
    """Writes the title and the composer above the first system, in the room that Verovio left. `margin`: mm."""
    width = float(str(page.get("viewBox")).split()[2])
    edge = margin * 10_000 / size
    large = max(1.0, min(60 / size, 1.8))  # small staves are not to have a small title
    rows = (
        (title, 640 * large, width / 2, "middle", 330 * large),
        (composer, 380 * large, width - edge, "end", 860 * large),
    )
    for text, full, x, anchor, y in rows:
        if text:
            style = _Style(full, anchor=anchor)
            fits = min(1.0, (width - 2 * edge) / max(_width(text, style), 1.0))
            _set(_Chunk(x, edge + y, anchor, [(text, replace(style, size=full * fits))]), page)


def _mm(units: float, size: int) -> str:
    """A length of the inner page (a hundredth of a millimetre at 100 %) as CSS."""
    return f"{units * size / 10_000:.2f}mm"


def _symbols(defs: Element) -> Element:
    kept = Element(f"{_SVG}defs")
    for symbol in defs:
        group = SubElement(kept, f"{_SVG}g", id=str(symbol.get("id")))
        for path in symbol:
            SubElement(group, path.tag, {key: value for key, value in path.attrib.items() if key in _KEPT})
    return kept


def _copy(source: Element, target: Element, style: _Style) -> None:
    for child in source:
        tag = str(child.tag).removeprefix(_SVG)
        if child.get("visibility") == "hidden":
            continue
        if tag == "text":
            for chunk in _chunks(child, style):
                _set(chunk, target)
        elif tag in _SHAPES:
            _shape(child, tag, target)
        elif tag in ("g", "svg"):
            names = set(str(child.get("class", "")).split())
            if names & {"placeholder", "pgHead"}:  # the head's room is kept; `engrave` writes into it
                continue
            inside = replace(
                style,
                bold=(style.bold or bool(names & _BOLD)) and "label" not in names,
                italic=style.italic or bool(names & _ITALIC),
            )
            _group(child, target, inside)


def _group(child: Element, target: Element, style: _Style) -> None:
    """A group only where it moves or paints what is in it."""
    kept = {key: str(child.get(key)) for key in ("transform", "fill", "stroke") if child.get(key)}
    colour = child.get("color")
    if colour and colour != "black":
        kept |= {"fill": colour, "stroke": colour}
    if not kept:
        _copy(child, target, style)
        return
    group = Element(f"{_SVG}g", kept)
    _copy(child, group, style)
    if len(group):
        target.append(group)


def _shape(child: Element, tag: str, target: Element) -> None:
    kept = {key: value for key, value in child.attrib.items() if key in _KEPT}
    for key in ("fill", "stroke"):
        if kept.get(key) == "currentColor":
            del kept[key]
    if "stroke-width" in kept and "stroke" not in kept:
        kept["stroke"] = "#000" if target.get("stroke") is None else str(target.get("stroke"))
    row = SubElement(target, f"{_SVG}{tag}", kept)
    if tag == "use":
        row.set(_LINK, str(child.get(_LINK) or child.get("href")))


# Text


def _chunks(text: Element, style: _Style) -> list[_Chunk]:
    """The text cut where a new point is given."""
    chunks: list[_Chunk] = []

    def walk(element: Element, style: _Style, x: float | None, y: float | None) -> None:
        style = _restyled(element, style)
        if element.get("x") or element.get("y") or element is text:
            x = float(element.get("x") or (x or 0))
            y = float(element.get("y") or (y or 0))
            chunks.append(_Chunk(x, y, style.anchor, []))
        if style.size > 0 and element.text and not len(element):
            chunks[-1].runs.append((element.text, style))
        for child in element:
            if str(child.tag) == f"{_SVG}tspan":
                walk(child, style, x, y)

    walk(text, style, None, None)
    return [chunk for chunk in chunks if chunk.runs]


def _restyled(element: Element, style: _Style) -> _Style:
    size = element.get("font-size")
    family, weight, slant = element.get("font-family"), element.get("font-weight"), element.get("font-style")
    return _Style(
        float(size.removesuffix("px")) if size else style.size,
        weight == "bold" if weight else style.bold,
        slant in ("italic", "oblique") if slant else style.italic,
        family in _MUSIC if family else style.music,
        element.get("text-anchor") or style.anchor,
    )


_MUSIC = frozenset(("Leipzig", "Bravura", "Leland", "Gootville", "Petaluma"))


_SIGNS = "\u266d\u266e\u266f"  # flat, natural, sharp: few typefaces have them


def _set(chunk: _Chunk, target: Element) -> None:
    """Places the runs one after the other; a single one keeps its anchor, so that other typefaces fit too."""
    runs = [
        (piece, replace(style, music=style.music or piece in _SIGNS))
        for text, style in chunk.runs
        for piece in (re.split(f"([{_SIGNS}])", text) if not style.music else (text,))
        if piece
    ]
    widths = [_width(text, style) for text, style in runs]
    x = chunk.x - {"middle": 0.5, "end": 1.0}.get(chunk.anchor, 0.0) * sum(widths)
    for (text, style), width in zip(runs, widths, strict=True):
        if style.music:
            _signs(text, style, x, chunk.y, target)
        elif text.strip():
            only = len(runs) == 1
            row = SubElement(target, f"{_SVG}text", x=f"{chunk.x if only else x:g}", y=f"{chunk.y:g}")
            row.set("font-size", f"{style.size:g}")
            if only and chunk.anchor != "start":
                row.set("text-anchor", chunk.anchor)
            if style.bold:
                row.set("font-weight", "bold")
            if style.italic:
                row.set("font-style", "italic")
            row.set("stroke", "none")
            row.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            row.text = text
        x += width


def _width(text: str, style: _Style) -> float:
    if style.music:
        advances = _advances()
        return sum(advances.get(f"{ord(sign):04X}", 500.0) for sign in text) * style.size / 1000
    cmap, widths, em = _metrics(style.bold, style.italic)
    return sum(widths.get(cmap.get(ord(sign), ".notdef"), em // 2) for sign in text) * style.size / em


def _signs(text: str, style: _Style, x: float, y: float, target: Element) -> None:
    scale = style.size / 1000
    for sign in text:
        outline = _outline(f"{ord(sign):04X}")
        if outline:
            matrix = f"matrix({scale:g} 0 0 {-scale:g} {x:g} {y:g})"
            SubElement(target, f"{_SVG}path", d=outline, transform=matrix)
        x += _advances().get(f"{ord(sign):04X}", 500.0) * scale


# What Verovio brings along


def _folder() -> Path:
    import verovio

    return Path(str(verovio.__file__)).parent / "data"


@lru_cache(maxsize=512)
def _outline(code: str) -> str:
    file = _folder() / "Leipzig" / f"{code}.xml"
    found = re.search(r'\bd="([^"]*)"', file.read_text(encoding="utf-8")) if file.is_file() else None
    return found.group(1) if found else ""


@lru_cache(maxsize=1)
def _advances() -> dict[str, float]:
    """Code of a sign -> its width, thousandths of its size."""
    text = (_folder() / "Leipzig.xml").read_text(encoding="utf-8")
    return {code: float(width) for code, width in re.findall(r'<g c="(\w+)"[^>]*h-a-x="([\d.]+)"', text)}


@lru_cache(maxsize=1)
def typefaces() -> dict[tuple[bool, bool], bytes]:
    """(bold, italic) -> the TrueType file of Liberation Serif (SIL Open Font License) that Verovio brings along."""
    from fontTools.ttLib import TTFont

    found = {}
    for rule in _rules():
        packed = "".join(re.findall(r"base64,([A-Za-z0-9+/=\s]+)", rule)[:1])
        font = TTFont(BytesIO(base64.b64decode(packed)))
        font.flavor = None
        plain = BytesIO()
        font.save(plain)
        found[bool(re.search(r"weight:\s*bold", rule)), bool(re.search(r"style:\s*italic", rule))] = plain.getvalue()
    return found


def _rules() -> Iterator[str]:
    yield from (_folder() / "Liberation.css").read_text(encoding="utf-8").split("@font-face")[1:]


@lru_cache(maxsize=4)
def _metrics(bold: bool, italic: bool) -> tuple[dict[int, str], dict[str, int], int]:
    """(code -> glyph, glyph -> width, units of an em)."""
    from fontTools.ttLib import TTFont

    font: Any = TTFont(BytesIO(typefaces()[bold, italic]))
    return (
        font.getBestCmap(),
        {name: width for name, (width, _) in font["hmtx"].metrics.items()},
        font["head"].unitsPerEm,
    )
