"""Changes a few elements of an SVG file and leaves every other byte of it as it is.

A drawing forgets how its file was written; `to_svg` writes a clean one. Where somebody's file is to stay hers (ids,
order of attributes, line breaks, comments, other programs' notes), the new text is put between the old bytes. What
was written is read again and compared: a file in which that goes wrong is refused, never handed out.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

from maquette.core.errors import MediaError
from maquette.media import svg_paint
from maquette.media.affine import IDENTITY, Matrix, as_path, scale_of, transform
from maquette.media.drawing import Drawing, Geometry, Paint, Shape
from maquette.media.path_data import number_text
from maquette.media.svg_file import tree
from maquette.media.svg_read import _Reader
from maquette.media.svg_shapes import ATTRIBUTES
from maquette.media.svg_write import geometry_text

_TAG = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE = re.compile(r"\s+([\w:.-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_ALPHAS = ("opacity", "fill-opacity", "stroke-opacity")
_BLANK = (b" ", b"\t")
LEVELS = ("bare", "as the neighbour", "stated")  # what new elements say of their paint: the first that reads back
NEAR = 2e-3  # of the canvas' side, in thousandths: how far a point may move by being written with three decimals


@dataclass(frozen=True)
class Piece:
    """One shape of the changed drawing. `of`: which shape of the old one it is (None: new); `same`: untouched.

    `source` and `note` say where a new one comes from; they are carried along for whoever records it.
    """

    shape: Shape
    of: int | None = None
    same: bool = True
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class _Spot:
    """The element that drew a shape: its bytes, its name and attributes, and the colour of its stroke and fill."""

    start: int
    end: int
    name: str
    attributes: tuple[tuple[str, str], ...]
    stroke: str
    fill: str
    matrix: Matrix  # from the element's own units to the canvas


class _Traced(_Reader):
    """A reader that remembers which element drew what."""

    def __init__(self, root: Element) -> None:
        super().__init__(root)
        # By the ink's geometry: its element, its matrix, and whether it is a copy.
        self.came: dict[int, tuple[Element, Matrix, bool]] = {}

    def _draw(self, name: str, element: Element, values: dict[str, str], context: Any) -> None:
        before = len(self.inks)
        super()._draw(name, element, values, context)
        copied = any(str(one.tag).endswith("use") for one in context.lineage)
        for ink in self.inks[before:]:
            if ink.shape is not None:
                self.came[id(ink.shape.geometry)] = (element, context.matrix, copied)


def splice(data: bytes, pieces: Sequence[Piece]) -> bytes | None:
    """The file `data` with the shapes of its drawing changed to `pieces`, all else byte for byte.

    Pieces are in drawing order; old ones keep their order. None where this file cannot be changed so: a shape stands
    in it as a copy by `use`, or by an inheritance that the new elements cannot share. MediaError for what is no SVG.
    """
    spots = _spots(data)
    if spots is None:
        return None
    wanted = [piece.shape for piece in pieces]
    for level in LEVELS:
        changed = _changed(data, spots, pieces, level)
        if changed is not None and _matches(changed, wanted):
            return changed
    return None


def element_bytes(data: bytes) -> list[bytes]:
    """The bytes of the element behind each shape of the file's drawing; b"" for copies and shapes that share one."""
    return [b"" if spot is None else data[spot.start : spot.end] for spot in _spots(data) or ()]


def _spots(data: bytes) -> list[_Spot | None] | None:
    """Where each shape of the drawing stands in its file: None for copies by `use`, and for two shapes of one element.

    None of all for a file in another encoding than ASCII's kin.
    """
    root = tree(data)
    if b"\0" in data[:200]:  # UTF-16: its bytes are not the letters that are looked for here
        return None
    reader = _Traced(root)
    shapes = reader.drawing().shapes
    colours = {id(ink.shape.geometry): ink for ink in reader.inks if ink.shape is not None}
    spans = dict(zip(map(id, root.iter()), _spans(data), strict=True))
    drawn = Counter(id(element) for element, _, _ in reader.came.values())
    out: list[_Spot | None] = []
    for shape in shapes:
        key = id(shape.geometry)
        element, matrix, copied = reader.came[key]
        alone = not copied and drawn[id(element)] == 1
        out.append(_spot(data, spans[id(element)], element, colours[key], matrix) if alone else None)
    return out


def _spot(data: bytes, span: tuple[int, int], element: Element, ink: svg_paint.Inked, matrix: Matrix) -> _Spot:
    found = _TAG.match(data, span[0])
    assert found is not None  # expat read a tag here
    text = found[0].decode("utf-8", "surrogateescape")
    attributes = tuple((name, value) for name, value in _ATTRIBUTE.findall(text))
    return _Spot(*span, str(element.tag).rpartition("}")[2], attributes, ink.stroke, ink.fill, matrix)


def _spans(data: bytes) -> list[tuple[int, int]]:
    """(start, end) in bytes of every element, in the order in which they begin."""
    from xml.parsers import expat

    parser = expat.ParserCreate()
    spans: list[tuple[int, int]] = []
    open_: list[int] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        open_.append(len(spans))
        spans.append((parser.CurrentByteIndex, -1))

    def finish(name: str) -> None:
        number = open_.pop()
        start = spans[number][0]
        tag = _TAG.match(data, start)
        if tag is not None and tag[0].endswith(b"/>"):
            spans[number] = (start, tag.end())
        else:
            spans[number] = (start, data.index(b">", parser.CurrentByteIndex) + 1)

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.Parse(data, True)
    return spans


# -- writing ----------------------------------------------------------------------------------------------------------


def _changed(data: bytes, spots: list[_Spot | None], pieces: Sequence[Piece], level: str) -> bytes | None:
    """The new bytes; `level` is how much the new elements say of their paint."""
    if not spots:
        return None
    edits: list[tuple[int, int, bytes]] = []
    kept = {piece.of for piece in pieces if piece.of is not None}
    seen: set[int] = set()
    for number, piece in enumerate(pieces):
        if piece.of is not None and piece.same:
            continue
        if piece.of is not None and piece.of not in seen:  # an element whose geometry was cut: it stays where it is
            seen.add(piece.of)
            spot = spots[piece.of]
            if spot is None:
                return None
            edits.append((spot.start, spot.end, _element(piece.shape, spot, level, own=True)))
            continue
        place = _place(data, spots, pieces, number)
        if place is None:
            return None
        at, model, behind = place
        text = _element(piece.shape, model, level, own=False)
        indent = _indent(data, model.start)
        edits.append((at, at, indent + text if behind else text + indent))
    for number, spot in enumerate(spots):
        if number not in kept:
            if spot is None:
                return None
            edits.append((*_line(data, spot.start, spot.end), b""))
    return _applied(data, edits)


def _place(
    data: bytes, spots: list[_Spot | None], pieces: Sequence[Piece], number: int
) -> tuple[int, _Spot, bool] | None:
    """Where a new element goes: behind the old one before it, or before the one after it; and its neighbour."""
    before = next((piece.of for piece in reversed(pieces[:number]) if piece.of is not None), None)
    if before is not None and (spot := spots[before]) is not None:
        return spot.end, spot, True
    after = next((piece.of for piece in pieces[number:] if piece.of is not None), None)
    if after is not None and (spot := spots[after]) is not None:
        return spot.start, spot, False
    last = spots[-1]
    if before is not None or after is not None or last is None:
        return None
    return _line(data, last.start, last.end)[0], last, True  # all that was there goes


def _element(shape: Shape, model: _Spot, level: str, own: bool) -> bytes:
    """The text of an element: its geometry, and then what it says of its paint. `own`: it is the model, cut."""
    skipped = {*ATTRIBUTES.get(model.name, ()), *(() if own else ("id",))}
    parts = [f"{name}={value}" for name, value in model.attributes if name not in skipped]
    if level == "bare" and not own:
        parts = [part for part in parts if part.startswith("transform=")]
    if level == "stated":
        stated = _stated(shape.paint, model)
        parts = [part for part in parts if part.partition("=")[0] not in {*stated, *_ALPHAS, "style", "class"}]
        parts += [f'{name}="{value}"' for name, value in stated.items()]
    geometry, decimals = shape.geometry, 3
    if model.matrix != IDENTITY:
        geometry = transform(geometry, _inverse(model.matrix))
        decimals = min(max(3 + round(math.log10(scale_of(model.matrix))), 0), 8)
    text = " ".join([geometry_text(geometry, decimals), *parts])
    return f"<{text}/>".encode("utf-8", "surrogateescape")


def _inverse(matrix: Matrix) -> Matrix:
    a, b, c, d, e, f = matrix
    size = a * d - b * c
    p, q, r, s = d / size, -b / size, -c / size, a / size
    return p, q, r, s, -(p * e + r * f), -(q * e + s * f)


def _stated(paint: Paint, model: _Spot) -> dict[str, str]:
    stated = {"fill": (model.fill or model.stroke or "currentColor") if paint.fill else "none"}
    if paint.opacity != 1:
        stated["opacity"] = number_text(paint.opacity)
    if paint.stroke:
        stated |= {
            "stroke": model.stroke or model.fill or "currentColor",
            "stroke-width": number_text(paint.width / scale_of(model.matrix)),
            "stroke-linecap": paint.cap,
            "stroke-linejoin": paint.join,
        }
    return stated


def _indent(data: bytes, start: int) -> bytes:
    """The line break and blanks before an element, if nothing else stands before it on its line."""
    at = start
    while data[at - 1 : at] in _BLANK:
        at -= 1
    if data[at - 1 : at] != b"\n":
        return b""
    at -= 2 if data[at - 2 : at] == b"\r\n" else 1
    return data[at:start]


def _line(data: bytes, start: int, end: int) -> tuple[int, int]:
    """An element with the line break and blanks before it."""
    return start - len(_indent(data, start)), end


def _applied(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes | None:
    """The edits (start, end, text), those at one place in the order given; None if two of them are of one element."""
    order = sorted(range(len(edits)), key=lambda i: (edits[i][0], edits[i][1], i))
    inserted_first = sorted(order, key=lambda i: (edits[i][0], edits[i][0] != edits[i][1]))
    for one, two in pairwise(inserted_first):
        if edits[one][1] > edits[two][0]:
            return None
    out, at = [], 0
    for i in inserted_first:
        start, end, text = edits[i]
        out += [data[at:start], text]
        at = max(at, end)
    return b"".join([*out, data[at:]])


# -- looking at what was written ------------------------------------------------------------------------------------


def _matches(data: bytes, wanted: Sequence[Shape]) -> bool:
    """Whether the file now draws the wanted shapes, in their order."""
    from maquette.media.drawing import parse

    try:
        found: Drawing = parse(data)
    except MediaError:
        return False
    near = NEAR * max(found.viewbox[2:]) / 2
    same = len(found.shapes) == len(wanted)
    return same and all(_alike(one, other, near) for one, other in zip(found.shapes, wanted, strict=True))


def _alike(one: Shape, other: Shape, near: float) -> bool:
    a, b = one.paint, other.paint
    if (a.stroke, a.fill) != (b.stroke, b.fill) or abs(a.opacity - b.opacity) > 1e-3:
        return False
    if a.stroke and ((a.cap, a.join) != (b.cap, b.join) or abs(a.width - b.width) > near):
        return False
    p, q = _points(one.geometry), _points(other.geometry)
    return len(p) == len(q) and all(
        abs(x - u) <= near and abs(y - w) <= near for (x, y), (u, w) in zip(p, q, strict=True)
    )


def _points(geometry: Geometry) -> list[tuple[float, float]]:
    out = []
    for subpath in as_path(geometry).subpaths:
        out.append(subpath.start)
        for segment in subpath.segments:
            out += [getattr(segment, name) for name in ("c", "c1", "c2") if hasattr(segment, name)]
            out.append(segment.to)
    return out
