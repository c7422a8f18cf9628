"""The strokes of a painting as paths: what a vector program opens and a person changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

import numpy as np

from .picture_paint_field import Floats
from .picture_trace_paint import hexed

if TYPE_CHECKING:
    from .picture_paint import Painting


@dataclass(frozen=True, eq=False)
class Stroke:
    """One stroke: a line of some width, or a wash with a border.

    points  (n, 2) x, y in pixels; `colour` sRGB 0..1; `width` in pixels, 0 for a wash; `data`: path text of a wash
    """

    group: str
    points: Floats
    colour: Any
    width: float
    opacity: float = 1.0
    data: str = ""

    @property
    def wash(self) -> bool:
        """True for an area of pigment, False for a line."""
        return bool(self.data)


def to_svg(painting: Painting, *, title: str = "") -> str:
    """SVG text: the ground, then a group for every pass with a path for every stroke, in the order of painting."""
    wide, high = painting.picture.size
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">'
    ]
    if title:
        from xml.sax.saxutils import escape

        parts.append(f"<title>{escape(title)}</title>")
    parts.append(f'<rect id="ground" width="{wide}" height="{high}" fill="{hexed(painting.ground)}"/>')
    group = None
    for stroke in painting.strokes:
        if stroke.group != group:
            if group is not None:
                parts.append("</g>")
            group = stroke.group
            parts.append(_group(group, stroke.wash))
        parts.append(_path(stroke))
    return "\n".join([*parts, *(["</g>"] if group is not None else []), "</svg>", ""])


def _group(name: str, wash: bool) -> str:
    how = 'style="mix-blend-mode:multiply"' if wash else 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
    named = quoteattr(name)
    return f'<g id={quoteattr(name.replace(" ", "-"))} inkscape:groupmode="layer" inkscape:label={named} {how}>'


def _path(stroke: Stroke) -> str:
    seen = f' opacity="{stroke.opacity:.2g}"' if stroke.opacity < 0.995 else ""
    if stroke.wash:
        mixed = ' style="mix-blend-mode:multiply"'
        return f'<path fill="{hexed(stroke.colour)}"{seen}{mixed} d="{stroke.data}"/>'
    return f'<path stroke="{hexed(stroke.colour)}" stroke-width="{stroke.width:.2g}"{seen} d="{_line(stroke.points)}"/>'


def _line(points: Floats) -> str:
    """A smooth line through the middles of its parts, bent towards its points; relative, in tenths of a pixel."""
    whole = np.round(points * 10).astype(int)
    text = [f"M{_tenths(whole[0, 0])} {_tenths(whole[0, 1])}"]
    if len(whole) == 2:
        return "".join([*text, f"l{_pair(whole[1] - whole[0])}"])
    here = whole[0]
    for at in range(1, len(whole) - 1):
        to = (whole[at] + whole[at + 1]) // 2 if at < len(whole) - 2 else whole[-1]
        text.append(f"q{_pair(whole[at] - here)} {_pair(to - here)}")
        here = to
    return "".join(text)


def closed_line(points: Any, every: int = 3) -> str:
    """A closed smooth border through a staircase's middles: every third of them bends it; tenths of a pixel."""
    eased = (np.roll(points, 1, axis=0) + points + np.roll(points, -1, axis=0)) / 3
    bends = np.round(eased[:: every if len(eased) > 4 * every else 1] * 10).astype(int)
    middles = (bends + np.roll(bends, -1, axis=0)) // 2
    here = middles[-1]
    text = [f"M{_tenths(here[0])} {_tenths(here[1])}"]
    for bend, to in zip(bends, middles, strict=True):
        text.append(f"q{_pair(bend - here)} {_pair(to - here)}")
        here = to
    return "".join([*text, "z"])


def _pair(value: Any) -> str:
    x, y = _tenths(int(value[0])), _tenths(int(value[1]))
    return f"{x}{y}" if y.startswith("-") else f"{x} {y}"


def _tenths(value: int) -> str:
    whole, rest = divmod(abs(int(value)), 10)
    return ("-" if value < 0 else "") + (f"{whole}.{rest}" if rest else str(whole))
