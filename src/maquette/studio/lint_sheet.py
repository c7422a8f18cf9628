"""The sheet of a lint: every icon with findings, large, its findings as numbered marks, as reviewers draw them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..media.drawing import Drawing, Point
    from ..media.lint_look import Finding
    from ..media.style_card import StyleCard
    from .rules import Report

ACROSS, CELL, EDGE, ICON = 3, 360, 20, 320  # icons in a row; pixels of a cell, its edge, the icon in it
HEAD, LINE, LETTERS = 30, 17, 54  # pixels of the heading and of a line; letters of a line
MARK = 11  # radius of a mark
INK, INKED, GREY, RED, RULE = "#1a1a1a", "#c3c9d2", "#555", "#d4351c", "#e4e8ee"
FONT = 'font-family="system-ui, sans-serif"'


def sheet(report: Report) -> str:
    """The sheet as one SVG file; icons without findings are only counted."""
    shown = [(one.path.name, one.drawing, one.findings) for one in report.files if one.findings]
    rows = [shown[at : at + ACROSS] for at in range(0, len(shown), ACROSS)]
    parts: list[str] = []
    top = 56.0
    for row in rows:
        cells = [_cell(*icon, report.card) for icon in row]
        for index, (text, _) in enumerate(cells):
            parts.append(f'<g transform="translate({EDGE + index * (CELL + EDGE)} {top:g})">{text}</g>')
        top += max(height for _, height in cells) + EDGE
    width = EDGE + ACROSS * (CELL + EDGE)
    return "\n".join([*_head(report, width, top), *parts, "</svg>", ""])


def _head(report: Report, width: float, height: float) -> Iterator[str]:
    many, clean = len(report.files), sum(not one.findings for one in report.files)
    title = f"{report.card.name or 'icons'}: {many - clean} of {many} icons with findings"
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
    yield f'height="{height:g}">'
    yield f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>'
    yield f'<text x="{EDGE}" y="34" {FONT} font-size="18" fill="{INK}">{escape(title)}</text>'


def _cell(name: str, drawing: Drawing, findings: Sequence[Finding], card: StyleCard) -> tuple[str, float]:
    """One icon, its ink grey under its centre lines and points, with its marks and findings; and how high all is."""
    from ..media import drawing as d
    from ..media.style_pieces import anchors

    x, y, width, height = drawing.viewbox
    scale = ICON / max(width, height)
    aside = (ICON - width * scale) / 2 + EDGE, (ICON - height * scale) / 2 + HEAD
    parts = [f'<text x="{EDGE}" y="20" {FONT} font-size="14" font-weight="600" fill="{INK}">{escape(name)}</text>']
    parts += _paper(card)
    for picture, colour in ((drawing, INKED), (_bones(drawing, 1.2 / scale), INK)):
        place = f'x="{EDGE}" y="{HEAD}" width="{ICON}" height="{ICON}" color="{colour}"'
        parts.append(d.to_svg(picture, title=name).strip().replace("<svg ", f"<svg {place} ", 1))

    def at(point: Point) -> Point:
        return (point[0] - x) * scale + aside[0], (point[1] - y) * scale + aside[1]

    parts += [_node(at(point)) for shape in drawing.shapes for point in anchors(shape.geometry)]
    placed = [(one.number, at(one.where)) for one in findings if one.where]
    parts += _marks(placed)
    line = HEAD + ICON + 22.0
    for one in findings:
        for index, text in enumerate(wrap(f"{one.rule}: {one.told}", LETTERS)):
            number = f'<tspan font-weight="600" fill="{RED}">{one.number}</tspan> ' if not index else ""
            left = EDGE if not index else EDGE + 14
            parts.append(
                f'<text x="{left}" y="{line:g}" {FONT} font-size="12.5" fill="{GREY}">{number}{escape(text)}</text>'
            )
            line += LINE
    return "".join(parts), line


def _bones(drawing: Drawing, width: float) -> Drawing:
    """The centre lines alone, as thin lines."""
    shapes = (replace(shape, paint=replace(shape.paint, stroke=True, fill=False, width=width, opacity=1.0))
              for shape in drawing.shapes)  # fmt: skip
    return replace(drawing, shapes=tuple(shapes))


def _node(place: Point) -> str:
    return f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="2.2" fill="#fff" stroke="{INK}"/>'


def _paper(card: StyleCard) -> Iterator[str]:
    """The canvas with its units as a fine grid and the margin of the set as a dashed line."""
    step = ICON / 24
    lines = "".join(f"M{EDGE + k * step:.2f} {HEAD}v{ICON}M{EDGE} {HEAD + k * step:.2f}h{ICON}" for k in range(1, 24))
    yield f'<path d="{lines}" stroke="{RULE}" stroke-width="0.5" fill="none"/>'
    yield f'<rect x="{EDGE}" y="{HEAD}" width="{ICON}" height="{ICON}" fill="none" stroke="{RULE}"/>'
    margin = card.margin / card.canvas * ICON
    if margin > 0:
        side = ICON - 2 * margin
        yield (
            f'<rect x="{EDGE + margin:.2f}" y="{HEAD + margin:.2f}" width="{side:.2f}" height="{side:.2f}" fill="none" '
            f'stroke="#9db4d6" stroke-dasharray="5 4"/>'
        )


def _marks(placed: Sequence[tuple[int, Point]]) -> Iterator[str]:
    """A ring at each place and its number beside it, moved apart where places are near."""
    taken: list[Point] = [place for _, place in placed]
    for number, (x, y) in placed:
        tag = _free((x, y), taken)
        taken.append(tag)
        yield f'<path d="M{x:.1f} {y:.1f}L{tag[0]:.1f} {tag[1]:.1f}" stroke="{RED}" stroke-width="1"/>'
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="none" stroke="#fff" stroke-width="4"/>'
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="none" stroke="{RED}" stroke-width="2"/>'
        yield f'<circle cx="{tag[0]:.1f}" cy="{tag[1]:.1f}" r="{MARK}" fill="{RED}" stroke="#fff" stroke-width="1.5"/>'
        yield (
            f'<text x="{tag[0]:.1f}" y="{tag[1] + 4:.1f}" {FONT} font-size="12" font-weight="700" fill="#fff" '
            f'text-anchor="middle">{number}</text>'
        )


def _free(place: Point, taken: Iterable[Point]) -> Point:
    """A place for a number near its mark that no other number has, within the picture."""
    taken = list(taken)
    low, high = (EDGE + MARK, HEAD + MARK), (EDGE + ICON - MARK, HEAD + ICON - MARK)
    for far in (20, 32, 46, 62):
        for x, y in ((1, -1), (1, 1), (-1, -1), (-1, 1), (1.3, 0), (0, -1.3), (-1.3, 0), (0, 1.3)):
            tried = place[0] + x * far * 0.75, place[1] + y * far * 0.75
            inside = low[0] <= tried[0] <= high[0] and low[1] <= tried[1] <= high[1]
            if inside and all((tried[0] - a) ** 2 + (tried[1] - b) ** 2 > (2 * MARK - 4) ** 2 for a, b in taken):
                return tried
    return place[0] + 16, place[1] - 16
