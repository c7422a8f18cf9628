"""Drawings to clean SVG: no transforms, at most three decimals, a title, currentColor, shared paint on <svg>."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from maquette.core.errors import MediaError
from maquette.media.drawing import Circle, Drawing, Ellipse, Geometry, Paint, Rect, Shape
from maquette.media.path_data import number_text, path_text

# What SVG takes for granted where an attribute is missing.
_DEFAULTS = {
    "fill": "black",
    "stroke": "none",
    "stroke-width": "1",
    "stroke-linecap": "butt",
    "stroke-linejoin": "miter",
    "fill-rule": "nonzero",
}
# Characters that XML 1.0 cannot hold at all.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_svg(drawing: Drawing, *, title: str | None = None, comment: str = "") -> str:
    """The drawing as a complete SVG file, ending with a line break.

    `title` replaces the drawing's own. An untouched element is written with its own geometry text, digit by digit.
    """
    paints = [_paint(shape.paint) for shape in drawing.shapes]
    shared = {name: _most_common(paint[name] for paint in paints if name in paint) for name in _DEFAULTS}
    box = " ".join(number_text(value) for value in drawing.viewbox)
    root = "".join(f' {name}="{value}"' for name, value in shared.items() if value and value != _DEFAULTS[name])
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"{root}>']
    if comment:
        lines.append(f"  <!-- {_comment(comment)} -->")
    name = drawing.title if title is None else title
    if name:
        lines.append(f"  <title>{_text(name)}</title>")
    ids: set[str] = set()
    for shape, paint in zip(drawing.shapes, paints, strict=True):
        differing = {key: value for key, value in paint.items() if value != (shared.get(key) or _DEFAULTS.get(key))}
        if shape.id and shape.id not in ids:  # an id may stand only once in a file
            ids.add(shape.id)
            differing = {"id": _text(shape.id), **differing}
        rest = "".join(f' {key}="{value}"' for key, value in differing.items())
        lines.append(f"  <{element_text(shape)}{rest}/>")
    return "\n".join([*lines, "</svg>", ""])


def write(drawing: Drawing, path: os.PathLike[str] | str) -> None:
    """Write an SVG file, whole or not at all; a file that is there stays."""
    target = Path(path)
    taken = MediaError(f"{target.name} is there already", where=str(target.parent), mend="choose another name")
    if target.exists():
        raise taken
    fresh = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            fresh.write_text(to_svg(drawing), encoding="utf-8", newline="\n")
            _settle(fresh, target)
        finally:
            fresh.unlink(missing_ok=True)
    except FileExistsError as error:
        raise taken from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise MediaError(f"{target.name} cannot be written: {reason}", where=str(target.parent)) from error


def _settle(fresh: Path, target: Path) -> None:
    """Give a finished file its name; FileExistsError if another program took the name meanwhile."""
    try:
        os.link(fresh, target)  # unlike a rename it never replaces
    except FileExistsError:
        raise
    except (OSError, NotImplementedError, AttributeError):  # a file system without links
        os.replace(fresh, target)


def element_text(shape: Shape) -> str:
    """Name and geometry of an element, as `circle cx="12" cy="12" r="3"`: its own words where it is untouched."""
    if shape.original:
        from maquette.media.svg_read import read_element

        if read_element(shape.original) == shape.geometry:  # else somebody has moved it since
            return shape.original
    return geometry_text(shape.geometry)


def geometry_text(geometry: Geometry, decimals: int = 3) -> str:
    """Name and attributes of the element that draws this geometry."""

    def listed(**values: float) -> str:
        return " ".join(f'{key}="{number_text(value, decimals)}"' for key, value in values.items())

    if isinstance(geometry, Circle):
        return "circle " + listed(cx=geometry.centre[0], cy=geometry.centre[1], r=geometry.r)
    if isinstance(geometry, Ellipse):
        return "ellipse " + listed(cx=geometry.centre[0], cy=geometry.centre[1], rx=geometry.rx, ry=geometry.ry)
    if isinstance(geometry, Rect):
        x, y = geometry.corner
        text = "rect " + listed(x=x, y=y, width=geometry.width, height=geometry.height)
        if geometry.rx and geometry.ry:
            text += " " + listed(rx=geometry.rx)
            if number_text(geometry.ry, decimals) != number_text(geometry.rx, decimals):
                text += " " + listed(ry=geometry.ry)
        return text
    return f'path d="{path_text(geometry, decimals)}"'


def _paint(paint: Paint) -> dict[str, str]:
    """The attributes that matter to this paint, each with its value."""
    found = {"fill": "currentColor" if paint.fill else "none", "stroke": "currentColor" if paint.stroke else "none"}
    if paint.stroke:
        found["stroke-width"] = number_text(paint.width)
        found["stroke-linecap"] = paint.cap
        found["stroke-linejoin"] = paint.join
    if paint.fill:
        found["fill-rule"] = "evenodd" if paint.even_odd else "nonzero"
    if paint.opacity != 1:
        found["opacity"] = number_text(paint.opacity)
    return found


def _most_common(values: Iterable[str]) -> str:
    """The most frequent value, the first of equals; "" of none."""
    counted = Counter(values).most_common(1)
    return counted[0][0] if counted else ""


def _text(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(_NOT_XML.sub("", text).strip(), {'"': "&quot;"})


def _comment(text: str) -> str:
    # "--" would end the comment.
    return _NOT_XML.sub("", text).replace("--", "- -").strip().removesuffix("-")
