"""From the many colours of a file to one ink."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from maquette.media.drawing import Cap, Join, Paint, Shape
from maquette.media.svg_shapes import Viewport, rectangle
from maquette.media.svg_style import colour, is_white

_CAPS: dict[str, Cap] = {"butt": "butt", "round": "round", "square": "square"}
_JOINS: dict[str, Join] = {"miter": "miter", "round": "round", "bevel": "bevel"}
_PLAIN = Paint()
_GRADIENT = "a gradient"


@dataclass(frozen=True)
class Inked:
    """A shape with the colours that it had ("" where it has no such paint)."""

    paint: Paint
    fill: str = ""
    stroke: str = ""
    shape: Shape | None = None


def share(text: str) -> float:
    """An opacity in 0..1; what is none counts as 1."""
    try:
        value = float(text.strip().rstrip("%")) / (100 if text.strip().endswith("%") else 1)
    except ValueError:
        return 1.0
    return min(max(value, 0.0), 1.0) if value == value else 1.0


def paints(
    style: Mapping[str, str],
    opacity: float,
    target: Callable[[str], Element | None],
    lose: Callable[[str], None],
) -> list[Inked]:
    """The paint of a shape, colours beside it; two where fill and stroke are see-through each by itself; [] if none."""
    fill, fill_share = _colour(style.get("fill", "black"), target, lose)
    stroke, stroke_share = _colour(style.get("stroke", "none"), target, lose)
    fill_share *= share(style.get("fill-opacity", "1"))
    stroke_share *= share(style.get("stroke-opacity", "1"))
    has_fill, has_stroke = bool(fill) and fill_share > 0, bool(stroke) and stroke_share > 0 and _is_wide(style)
    if opacity <= 0 or not (has_fill or has_stroke):
        return []
    even_odd = style.get("fill-rule") == "evenodd"
    cap = _CAPS.get(style.get("stroke-linecap", ""), "butt")
    join = _JOINS.get(style.get("stroke-linejoin", ""), "miter")

    def inked(with_fill: bool, with_stroke: bool, alpha: float) -> Inked:
        paint = Paint(
            stroke=with_stroke,
            fill=with_fill,
            width=1.0 if with_stroke else _PLAIN.width,  # the reader knows the canvas and sets it
            cap=cap if with_stroke else _PLAIN.cap,
            join=join if with_stroke else _PLAIN.join,
            opacity=round(opacity * alpha, 6),
            even_odd=with_fill and even_odd,
        )
        return Inked(paint, fill if with_fill else "", stroke if with_stroke else "")

    if has_fill and has_stroke and (fill_share, stroke_share) != (1.0, 1.0):
        return [inked(True, False, fill_share), inked(False, True, stroke_share)]
    return [inked(has_fill, has_stroke, fill_share if has_fill else stroke_share)]


def _is_wide(style: Mapping[str, str]) -> bool:
    width = style.get("stroke-width", "1").strip()
    return width.rstrip("pxtcmin%") not in ("0", "0.0", ".0", "0.")


def _colour(text: str, target: Callable[[str], Element | None], lose: Callable[[str], None]) -> tuple[str, float]:
    """A paint as (name of the colour or "", alpha)."""
    if text.startswith("var(") and "," in text:  # nobody sets the variable here, so its fallback holds
        text = text.partition(",")[2].strip().removesuffix(")").strip()
    if text in ("none", "transparent"):
        return "", 0.0
    if text.startswith("url("):
        reference, _, fallback = text.partition(")")
        found = target(reference)
        if found is None:  # SVG: without the gradient the fallback holds, and else nothing
            return _colour(fallback.strip(), target, lose) if fallback.strip() else ("", 0.0)
        if _is_picture(found, target):
            lose("a bitmap")
            return "", 0.0
        lose("a gradient or pattern, drawn in plain ink")
        return _GRADIENT, 1.0
    known = colour(text)
    if known is None:
        lose(f"the colour {text!r}, which is none, drawn in plain ink")
        return "currentColor", 1.0
    return known


def _is_picture(pattern: Element, target: Callable[[str], Element | None]) -> bool:
    """Whether a pattern is made of a bitmap, as Figma writes every picture."""
    for part in pattern.iter():
        reference = part.get("href", part.get("{http://www.w3.org/1999/xlink}href", ""))
        shown = target(reference) if reference.startswith("#") else None
        if any(str(each.tag).rpartition("}")[2] == "image" for each in (part, shown) if each is not None):
            return True
    return False


def is_opaque(values: Mapping[str, str], mask: Element, own: Mapping[str, str]) -> bool:
    """Whether a mask's shape lets everything through: any full paint of an alpha mask, white in one by brightness."""
    alpha = own.get("mask-type", "") == "alpha"
    text = values.get("fill", mask.get("fill", "black"))
    found = colour(text) if text != "none" else None
    whole = share(values.get("opacity", "1")) * share(values.get("fill-opacity", "1")) == 1
    return bool(found and whole and found[1] == 1 and (alpha or is_white(found[0])))


def one_ink(
    inks: list[Inked], box: tuple[float, float, float, float] | None, lose: Callable[[str], None]
) -> list[Shape]:
    """The shapes in one ink. A background and white paint that covers others are left out, and named."""
    if len(inks) > 1 and _is_background(inks[0], inks[1:], box):
        lose(f"the background ({inks[0].fill})")
        inks = inks[1:]
    colours = _colours(inks)
    if any(is_white(name) for name in colours) and not all(is_white(name) for name in colours):
        inks = _without_white(inks, lose)
        colours = _colours(inks)
    if len(colours) > 1:
        shown = ", ".join(colours[:6]) + (" ..." if len(colours) > 6 else "")
        lose(f"{len(colours)} colours became one ink: {shown}")
    return [replace(inked.shape, paint=inked.paint) for inked in inks if inked.shape is not None]


def _colours(inks: list[Inked]) -> list[str]:
    """The colours in drawing order, each once."""
    return list(dict.fromkeys(name for inked in inks for name in (inked.fill, inked.stroke) if name))


def _is_background(first: Inked, others: list[Inked], box: tuple[float, float, float, float] | None) -> bool:
    """Whether the first shape is a sheet behind the whole canvas, in a colour that not all others share."""
    if first.shape is None or not first.fill or first.stroke not in ("", first.fill):
        return False
    window = rectangle(first.shape.geometry)
    covers = window is not None and Viewport(box).is_inside(window)
    return covers and any(name != first.fill for name in _colours(others))


def _without_white(inks: list[Inked], lose: Callable[[str], None]) -> list[Inked]:
    kept = []
    for inked in inks:
        white_fill, white_stroke = is_white(inked.fill), is_white(inked.stroke)
        if white_fill or white_stroke:
            lose("white paint over or under other shapes, left out")
        fill, stroke = "" if white_fill else inked.fill, "" if white_stroke else inked.stroke
        if not (fill or stroke):
            continue
        paint = replace(
            inked.paint,
            fill=bool(fill),
            stroke=bool(stroke),
            even_odd=inked.paint.even_odd and bool(fill),
            width=inked.paint.width if stroke else _PLAIN.width,
            cap=inked.paint.cap if stroke else _PLAIN.cap,
            join=inked.paint.join if stroke else _PLAIN.join,
        )
        kept.append(replace(inked, fill=fill, stroke=stroke, paint=paint))
    return kept
