"""The style card as TOML: a comment for every line a designer may want to change."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from maquette.core.errors import MediaError
from maquette.media.style_card import FORMAT, StyleCard
from maquette.media.style_habits import WAYS

_NUMBERS = {"canvas": 1e-3, "grid": 0.0, "level": 0.0, "width": 1e-3, "margin": None, "gap": 0.0, "reach": 0.0}
_NUMBERS |= {"dot_size": 0.0, "step": 0.0}
_CHOICES = {
    "cap": ("butt", "round", "square"),
    "join": ("miter", "round", "bevel"),
    "paint": ("stroke", "fill", "both"),
    "dot": ("", "point", "dash", "fill", "ring"),
}
_INLINE = {"turns": WAYS, "slit": ("gap", "at", "least")}
_LISTS = {"radii": None, "corners": None, "angles": None, "ink": 2, "footprint": 4, "shapes": 2}


def as_toml(card: StyleCard) -> str:
    """The card as a commented TOML text."""
    mix = ", ".join(f"{kind} = {_number(share)}" for kind, share in card.mix.items())
    rows = [
        ("", "canvas", _number(card.canvas), "the side of the square that the icons are drawn on"),
        ("", "grid", _number(card.grid), "points stand on multiples of this; 0: on no grid"),
        ("", "level", _number(card.level), "level and upright lines stand on multiples of this; 0: on no grid"),
        ("", "margin", _number(card.margin), "clear space between ink and the edge of the canvas"),
        ("stroke", "width", _number(card.width), ""),
        ("stroke", "cap", f'"{card.cap}"', "the ends of lines: butt, round or square"),
        ("stroke", "join", f'"{card.join}"', "the corners: miter, round or bevel"),
        ("stroke", "paint", f'"{card.paint}"', "stroke, fill or both"),
        ("stroke", "open", str(card.open).lower(), "whether most strokes are open lines, not closed shapes"),
        ("shape", "radii", _list(card.radii), "of all arcs and circles, the most usual first"),
        ("shape", "corners", _list(card.corners), "of rounded corners alone"),
        ("shape", "angles", _list(card.angles), "of straight lines in degrees, the most usual first"),
        ("shape", "gap", _number(card.gap), "clear space between strokes that do not touch"),
        ("shape", "mix", f"{{ {mix} }}", "what the segments are"),
        ("habit", "turns", _table(card.turns), "radii of corners by where they point; -small: on short sides"),
        ("habit", "slit", _table(card.slit), "closed lines left open: gap, at (degrees, 90 is below), least length"),
        ("habit", "dot", f'"{card.dot}"', 'point, dash, fill or ring; "": no habit'),
        ("habit", "dot_size", _number(card.dot_size), "of dashes, discs and rings"),
        ("habit", "reach", _number(card.reach), "longer side of the bare lines of large icons; 0: not measured"),
        ("habit", "step", _number(card.step), "most level and upright lines stand on it, even without a grid"),
        ("usual", "ink", _list(card.ink), "share of the canvas that is inked"),
        ("usual", "footprint", _list(card.footprint), "width and its spread, height and its spread"),
        ("usual", "shapes", _list(card.shapes), "lines per icon"),
    ]
    text = f"""format = "{FORMAT}"
name = {_text(card.name)}

# A style card. Lengths are in units of your own canvas, y points down. Everything here may be edited.
"""
    for table, lines in groupby(rows, key=lambda row: row[0]):
        if table:
            text += _HEADINGS[table]
        told = [(f"{key} = {value}", comment) for _, key, value, comment in lines]
        room = max(len(line) for line, _ in told)
        text += "".join(f"{line:<{room}}  # {comment}\n" if comment else f"{line}\n" for line, comment in told)
    names = ", ".join(_text(name) for name in card.icons)
    return text + f"\n[source]\nicons = [{names}]\n"


_HEADINGS = {
    "stroke": "\n[stroke]\n",
    "shape": "\n[shape]\n",
    "habit": "\n# How found icons are redrawn by rule. Take a line out and that stays as it was found.\n[habit]\n",
    "usual": "\n# Mean and spread. Icons are compared with these; none is bent to them.\n[usual]\n",
}


def from_toml(text: str, where: str = "") -> StyleCard:
    """The card of a text. MediaError tells what is wrong with it."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MediaError(f"this is no TOML: {error}", where=where, mend="mend the line it names") from error
    version = said.pop("format", None)
    if version != FORMAT:
        told = f"its format is {version!r}" if version else "it has no line `format`"
        mend = f'this program reads format = "{FORMAT}"; write the card again with `maquette icon style FOLDER`'
        raise MediaError(f"this is no style card that can be read here: {told}", where=where, mend=mend)
    values: dict[str, Any] = {}
    for key, value in said.items():
        inner = value if isinstance(value, Mapping) and key in _TABLES else {key: value}
        for name, one in inner.items():
            values[name] = _checked(name, one, where)
    values.setdefault("name", "")
    return StyleCard(**values)


_TABLES = ("stroke", "shape", "habit", "usual", "source")


def _checked(name: str, value: Any, where: str) -> Any:
    def wrong(what: str, mend: str) -> MediaError:
        return MediaError(f"{name} = {value!r}: {what}", where=where, mend=mend)

    if name in _NUMBERS:
        least = _NUMBERS[name]
        if not _is_number(value) or (least is not None and value < least):
            raise wrong("no such length", f"write a number{'' if least is None else f' of {least:g} or more'}")
        return float(value)
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise wrong("not known", f"write one of {', '.join(_CHOICES[name])}")
        return value
    if name in _LISTS:
        size = _LISTS[name]
        fits = isinstance(value, list) and all(_is_number(one) for one in value) and size in (None, len(value))
        if not fits:
            raise wrong("no such list", f"write {size or 'some'} numbers in brackets, as in [1, 2]")
        return tuple(float(one) for one in value)
    if name in _INLINE:
        return _inline(name, value, wrong)
    if name == "mix":
        if not isinstance(value, Mapping) or not all(_is_number(one) for one in value.values()):
            raise wrong("no shares", "write { line = 0.5, arc = 0.4, curve = 0.1 }")
        return {str(kind): float(share) for kind, share in value.items()}
    if name == "open":
        if not isinstance(value, bool):
            raise wrong("neither true nor false", "write true or false")
        return value
    if name == "name":
        return str(value)
    if name == "icons":
        return tuple(str(one) for one in value) if isinstance(value, list) else ()
    from maquette.core.registry import nearest

    known = [*_NUMBERS, *_CHOICES, *_LISTS, *_INLINE, "mix", "open", "name", "icons"]
    raise MediaError(f"a style card has no {name!r}", where=where, mend=nearest(name, known))


def _inline(name: str, value: Any, wrong: Callable[[str, str], MediaError]) -> dict[str, float]:
    keys = _INLINE[name]
    if not isinstance(value, Mapping) or not all(_is_number(one) and one >= 0 for one in value.values()):
        raise wrong("no such lengths", f"write {{ {keys[0]} = 2.0 }}")
    strange = next((key for key in value if key.removesuffix("-small") not in keys), None)
    if strange is not None:
        raise wrong(f"{strange!r} is not known", f"it may hold {', '.join(keys)}")
    if name == "slit" and value and len(value) < len(keys):
        raise wrong("a part is missing", f"write all of {', '.join(keys)}, or {{}} for no slits")
    return {str(key): float(one) for key, one in value.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6


def _number(value: float) -> str:
    text = f"{value:.4f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def _table(values: Mapping[str, float]) -> str:
    inner = ", ".join(f"{key} = {_number(value)}" for key, value in values.items())
    return f"{{ {inner} }}" if inner else "{}"


def _list(values: tuple[float, ...]) -> str:
    return f"[{', '.join(_number(value) for value in values)}]"


def _text(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)
