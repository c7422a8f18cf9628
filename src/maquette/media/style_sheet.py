"""The specimen sheet of a style card: every number drawn, every icon on its grid, and what leaves the set marked.

All is strokes, the lettering too, so that the sheet looks alike everywhere and needs no font.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from html import escape

from maquette.media.drawing import Drawing, Paint
from maquette.media.path_data import number_text
from maquette.media.style_card import Style, StyleCard, on_canvas
from maquette.media.style_letters import fitted, lettering
from maquette.media.style_letters import width as letters_width
from maquette.media.style_pieces import anchors, runs
from maquette.media.svg_write import geometry_text

PAPER, SHEET, INK, SOFT, LINE, WARM = "#f6f3ec", "#fffdf8", "#191713", "#8b8375", "#e0d9cb", "#c8401b"
FAINT = "#f0ebe0"
WIDTH, EDGE = 1200.0, 72.0
ROOM = WIDTH - 2 * EDGE
HERO = 496.0  # the side of the large plate
TOP = 232.0  # where the plate begins
ROW = HERO / 4  # of the panel beside it
MOST = 144  # icons that are shown


def sheet_svg(style: Style, drawings: Mapping[str, Drawing]) -> str:
    """The sheet as a complete SVG of 1200 units across."""
    card = style.card
    own = {name: on_canvas(drawing, card.canvas) for name, drawing in drawings.items()}
    parts = [_head(card, len(own)), _plate(card, own), *_panel(card)]
    y = TOP + HERO + 96
    icons, y = _icons(style, own, y)
    notes, y = _notes(style, y)
    height = y + EDGE - 16
    title = f"<title>{escape(card.name or 'style card')}</title>"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}" height="{height:.0f}"'
        f' viewBox="0 0 {WIDTH:g} {height:.0f}" fill="none" stroke="{INK}">{title}'
        f'<rect width="{WIDTH:g}" height="{height:.0f}" fill="{PAPER}" stroke="none"/>'
        + "\n".join([*parts, icons, notes])
        + "</svg>\n"
    )


def sheet_png(svg: str, across: int = 2400) -> bytes:
    """The sheet as a PNG of so many pixels across."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=across, skip_system_fonts=True))


def _label(text: str, x: float, y: float, height: float = 9.0, colour: str = SOFT, anchor: str = "start") -> str:
    style = f' stroke="{colour}" stroke-linecap="round" stroke-linejoin="round"'
    return lettering(text, x, y, height, pen=0.8, anchor=anchor, style=style)


def _value(text: str, x: float, y: float, height: float) -> str:
    style = ' stroke-linecap="round" stroke-linejoin="round"'
    return lettering(text, x, y, height, pen=0.85, style=style)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = LINE, width: float = 1.0) -> str:
    return f'<path d="M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}" stroke="{colour}" stroke-width="{width:g}"/>'


def _box(x: float, y: float, width: float, height: float, colour: str = LINE, more: str = "") -> str:
    size = f'width="{width:.2f}" height="{height:.2f}"'
    return f'<rect x="{x:.2f}" y="{y:.2f}" {size} stroke="{colour}"{more}/>'


def _head(card: StyleCard, count: int) -> str:
    """The name, lettered with the set's own pen."""
    name = card.name or "style card"
    height = 62.0
    pen = min(max(card.width / card.canvas * 24 * 0.52, 0.3), 1.6)
    # Sharp letters would run out in spikes; right angles stay mitred.
    style = f' stroke-linecap="{card.cap}" stroke-linejoin="{card.join}" stroke-miterlimit="1.6"'
    return "".join(
        [
            _label(f"style card · {count} icons", EDGE, EDGE + 8, 9, WARM),
            lettering(fitted(name, height, ROOM), EDGE, EDGE + 104, height, pen=pen, style=style),
        ]
    )


def _icon(drawing: Drawing, x: float, y: float, side: float) -> str:
    """A drawing that stands on a canvas from 0, 0, scaled into a square."""
    scale = side / max(drawing.viewbox[2:])
    shapes = "".join(f"<{geometry_text(shape.geometry, 4)}{_paint(shape.paint)}/>" for shape in drawing.shapes)
    return f'<g transform="translate({x:.2f} {y:.2f}) scale({scale:.5f})" color="{INK}" stroke="none">{shapes}</g>'


def _paint(paint: Paint) -> str:
    text = ' fill="currentColor"' if paint.fill else ' fill="none"'
    text += ' fill-rule="evenodd"' if paint.fill and paint.even_odd else ""
    if paint.stroke:
        text += f' stroke="currentColor" stroke-width="{number_text(paint.width, 4)}"'
        text += f' stroke-linecap="{paint.cap}" stroke-linejoin="{paint.join}"'
    return text + (f' opacity="{paint.opacity:g}"' if paint.opacity != 1 else "")


def _grid(x: float, y: float, side: float, steps: float, colour: str, width: float) -> str:
    """Lines at every step of a square; `steps` of them fit into its side."""
    lines = ""
    for k in range(1, math.ceil(steps - 1e-6)):
        at = k * side / steps
        lines += f"M{x + at:.2f} {y:.2f}v{side:g}M{x:.2f} {y + at:.2f}h{side:g}"
    return f'<path d="{lines}" stroke="{colour}" stroke-width="{width:g}"/>' if lines else ""


def _grids(card: StyleCard) -> tuple[float, float]:
    """The set's own step where it can be seen (else 0), and the multiple of it nearest to a 24th of the canvas."""
    unit = card.canvas / 24
    fine = next((step for step in (card.grid, card.level) if step >= 0.2 * unit), 0.0)
    return fine, fine * max(round(unit / fine), 1) if fine else unit


def _plate(card: StyleCard, drawings: Mapping[str, Drawing]) -> str:
    """The most telling icon, large, on its grid, with its points and the margin."""
    name, drawing = _example(card, drawings)
    scale = HERO / card.canvas
    fine, coarse = _grids(card)
    parts = [_box(EDGE, TOP, HERO, HERO, LINE, f' fill="{SHEET}"')]
    if fine:
        parts.append(_grid(EDGE, TOP, HERO, card.canvas / fine, LINE, 0.5))
    parts.append(_grid(EDGE, TOP, HERO, card.canvas / coarse, LINE, 1.0))
    if card.margin > 0:
        inset = card.margin * scale
        dashes = f' stroke-width="1.2" stroke-dasharray="5 4" fill="{WARM}" fill-opacity="0.04"'
        parts.append(_box(EDGE + inset, TOP + inset, HERO - 2 * inset, HERO - 2 * inset, WARM, dashes))
    parts.append(f'<g opacity="0.92">{_icon(drawing, EDGE, TOP, HERO)}</g>')
    places = {point for shape in drawing.shapes for point in anchors(shape.geometry)}
    for px, py in sorted(places):
        at = f'cx="{EDGE + px * scale:.2f}" cy="{TOP + py * scale:.2f}"'
        parts.append(f'<circle {at} r="4.2" fill="{SHEET}" stroke="{WARM}" stroke-width="1.8"/>')
    below = TOP + HERO + 26
    parts.append(_label(_short(name), EDGE, below))
    told = f"{card.canvas:g} × {card.canvas:g}"
    if card.margin > 0:
        told += f" · margin {card.margin:g}"
    parts.append(_label(told, EDGE + HERO, below, anchor="end"))
    return "".join(parts)


def _example(card: StyleCard, drawings: Mapping[str, Drawing]) -> tuple[str, Drawing]:
    """The icon that shows most of the card: its radii, lines at several angles, several points, and not too many."""

    def worth(name: str) -> float:
        drawing = drawings[name]
        pieces = [piece for run in runs(drawing) for piece in run.pieces]
        radii = {round(piece.radius, 1) for piece in pieces if piece.kind == "arc"}
        ways = {round(math.degrees(math.atan2(one.way_in.imag, one.way_in.real)) % 180) for one in pieces}
        kept = sum(any(abs(radius - own) < 0.02 * card.canvas for own in card.radii[:3]) for radius in radii)
        return min(len(ways), 5) + 2 * min(kept, 2) - abs(len(pieces) - 12) * 0.25

    usual = [name for name in drawings if name in card.icons] or list(drawings)
    name = max(usual, key=lambda one: (worth(one), one))
    return name, drawings[name]


def _panel(card: StyleCard) -> list[str]:
    """Eight numbers, each drawn."""
    x, wide = EDGE + HERO + 56, (ROOM - HERO - 56 - 32) / 2
    grid = f"{card.grid:g}" if card.grid else (f"{card.level:g}" if card.level else "none")
    cells: list[tuple[str, str, Callable[[StyleCard, float, float], str]]] = [
        (f"stroke · {card.cap} · {card.join}", f"{card.width:g}", _stroke),
        ("grid" if card.grid or not card.level else "grid of level lines", grid, _steps),
        ("radii", "  ".join(f"{radius:g}" for radius in card.radii[:4]) or "none", _radii),
        ("angles", "  ".join(f"{angle:g}°" for angle in card.angles[:4]) or "none", _angles),
        ("lines · arcs · curves", _shares(card), _mix),
        ("gap", f"{card.gap:g}", _gap),
        ("footprint", f"{card.footprint[0]:.3g} × {card.footprint[2]:.3g}", _footprint),
        ("ink", f"{card.ink[0]:.0%} ± {card.ink[1]:.0%}", _ink),
    ]
    parts = []
    for k, (label, value, draw) in enumerate(cells):
        left, top = x + (k % 2) * (wide + 32), TOP + (k // 2) * ROW
        parts.append(_line(left, top, left + wide, top))
        parts.append(_label(label, left, top + 20, 7.5))
        room = wide - _SIDE - 12
        parts.append(_value(value, left, top + ROW - 20, min(17.0, 17.0 * room / max(letters_width(value, 17), 1))))
        parts.append(draw(card, left + wide - _SIDE, top + 32))
    return parts


def _shares(card: StyleCard) -> str:
    return "  ".join(f"{100 * card.mix.get(kind, 0):.0f}" for kind in ("line", "arc", "curve"))


# Each draws into a square of 76 with its corner at x, y.
_SIDE = 76.0


def _pen(card: StyleCard, scale: float) -> str:
    width = min(card.width * scale, 22.0)
    return f'stroke-width="{width:.2f}" stroke-linecap="{card.cap}" stroke-linejoin="{card.join}"'


def _stroke(card: StyleCard, x: float, y: float) -> str:
    path = f"M{x + 12:.1f} {y + 64:.1f}L{x + 38:.1f} {y + 16:.1f}L{x + 64:.1f} {y + 64:.1f}"
    thin = f'<path d="{path}" stroke="{PAPER}" stroke-width="1"/>'
    return f'<path d="{path}" {_pen(card, 8 * 24 / card.canvas)}/>{thin}'


def _steps(card: StyleCard, x: float, y: float) -> str:
    fine, coarse = _grids(card)
    lines = _grid(x, y, _SIDE, 4 * coarse / fine, SOFT, 0.5) + _grid(x, y, _SIDE, 4, INK, 0.9) if fine else ""
    return lines + _box(x, y, _SIDE, _SIDE, INK, ' stroke-width="0.9"')


def _radii(card: StyleCard, x: float, y: float) -> str:
    if not card.radii:
        return _box(x, y, _SIDE, _SIDE)
    largest = max(card.radii[:4])
    parts = []
    for k, radius in enumerate(card.radii[:4]):
        r = radius / largest * 70
        colour, width = (WARM, 2.4) if k == 0 else (INK, 1.4)
        path = f"M{x + 76:.1f} {y + 76 - r:.1f}a{r:.2f} {r:.2f} 0 0 0 {-r:.2f} {r:.2f}"
        parts.append(f'<path d="{path}" stroke="{colour}" stroke-width="{width}"/>')
    return _line(x, y + 76, x + 76, y + 76) + _line(x + 76, y, x + 76, y + 76) + "".join(parts)


def _angles(card: StyleCard, x: float, y: float) -> str:
    parts = [f'<circle cx="{x + 38:.1f}" cy="{y + 38:.1f}" r="38" stroke="{LINE}"/>']
    for k, angle in enumerate(card.angles[:6]):
        dx, dy = 38 * math.cos(math.radians(angle)), 38 * math.sin(math.radians(angle))
        parts.append(_line(x + 38 - dx, y + 38 - dy, x + 38 + dx, y + 38 + dy, INK, 2.6 / (k + 1) ** 0.6))
    return "".join(parts)


def _mix(card: StyleCard, x: float, y: float) -> str:
    parts, at = [], x
    for kind, colour in (("line", INK), ("arc", WARM), ("curve", SOFT)):
        wide = card.mix.get(kind, 0.0) * _SIDE
        parts.append(
            f'<rect x="{at:.2f}" y="{y + 48:.2f}" width="{wide:.2f}" height="28" fill="{colour}" stroke="none"/>'
        )
        at += wide
    return "".join(parts)


def _gap(card: StyleCard, x: float, y: float) -> str:
    scale = min(8 * 24 / card.canvas, 56 / max(card.gap + 2 * card.width, 1e-6))
    width, space = card.width * scale, card.gap * scale
    left = x + _SIDE - 2 * width - space
    bars = "".join(
        f'<rect x="{at:.2f}" y="{y:.2f}" width="{width:.2f}" height="{_SIDE:g}" fill="{INK}" stroke="none"/>'
        for at in (left, left + width + space)
    )
    arrow = _line(left + width, y + 38, left + width + space, y + 38, WARM, 1.6)
    return bars + arrow


def _footprint(card: StyleCard, x: float, y: float) -> str:
    scale = _SIDE / card.canvas
    parts = [_box(x, y, _SIDE, _SIDE, LINE)]
    for sign, colour, width in ((-1, LINE, 1), (1, LINE, 1), (0, INK, 1.8)):
        wide = (card.footprint[0] + sign * card.footprint[1]) * scale
        high = (card.footprint[2] + sign * card.footprint[3]) * scale
        place = (x + (_SIDE - wide) / 2, y + (_SIDE - high) / 2, wide, high)
        parts.append(_box(*place, colour if sign == 0 else WARM, f' stroke-width="{width if sign == 0 else 0.7}"'))
    return "".join(parts)


def _ink(card: StyleCard, x: float, y: float) -> str:
    side = _SIDE * math.sqrt(max(card.ink[0], 0.0))
    black = _box(x, y + _SIDE - side, side, side, "none", f' fill="{INK}"')
    return _box(x, y, _SIDE, _SIDE, LINE) + black


def _icons(style: Style, drawings: Mapping[str, Drawing], y: float) -> tuple[str, float]:
    """Every icon in its cell; those that leave the set on a warm frame. Gives where the rows end."""
    card, more = style.card, max(len(drawings) - MOST, 0)
    drawings = dict(list(drawings.items())[:MOST])
    count = len(drawings)
    across = 6 if count <= 36 else 8 if count <= 72 else 12
    side = ROOM / across * 0.74
    cell = (ROOM - side) / (across - 1)
    leaving = {outlier.icon for outlier in style.outliers}
    parts = []
    for k, (name, drawing) in enumerate(drawings.items()):
        left, top = EDGE + (k % across) * cell, y + (k // across) * (cell + 10)
        colour = WARM if name in leaving else LINE
        parts.append(_box(left, top, side, side, colour, f' fill="{SHEET}"'))
        parts.append(_grid(left, top, side, card.canvas / _grids(card)[1], FAINT, 0.5))
        if card.margin > 0:
            inset = card.margin * side / card.canvas
            parts.append(
                _box(left + inset, top + inset, side - 2 * inset, side - 2 * inset, colour, ' stroke-width="0.7"')
            )
        parts.append(_icon(drawing, left, top, side))
        small = 7.5 if across == 6 else 6.0
        text = fitted(_short(name), small, cell - 12)
        parts.append(_label(text, left + side / 2, top + side + 20, small, WARM if name in leaving else SOFT, "middle"))
    y += math.ceil(count / across) * (cell + 10)
    if more:
        parts.append(_label(f"and {more} more", EDGE, y + 12, 9, WARM))
        y += 46
    return "".join(parts), y


def _notes(style: Style, y: float) -> tuple[str, float]:
    """What leaves the set, line by line."""
    lines = [outlier.told for outlier in style.outliers]
    if not lines:
        return "", y - 14
    parts = [_line(EDGE, y, WIDTH - EDGE, y), _label("what leaves the set", EDGE, y + 26, 9, WARM)]
    y += 26
    shown = lines if len(lines) <= 12 else [*lines[:11], f"and {len(lines) - 11} more"]
    for line in shown:
        y += 24
        parts.append(_label(fitted(line, 9, ROOM), EDGE, y, 9, INK))
    return "".join(parts), y + 14


def _short(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".svgz").removesuffix(".svg")
