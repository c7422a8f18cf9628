"""Whose hand made which bar, as pages: a chart of parts and bars, the notes tinted, and what is to be said in words.

People, the machine, and people after the machine are told apart by colour (vermilion and green of the eight by Okabe
and Ito, which people with colour-blindness tell apart), and in print without colour by hatching and letters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, tostring

from .engrave import Colours, Layout, _pages, _pngs
from .engrave_page import _SVG, FAMILY, _Style, _width
from .score import Note, Part, Score, sorted_notes

Told = Literal["human", "returned", "machine", "edited", "rest", "unknown"]  # of one bar of one part

INK, GREY, FAINT, PAPER = "#1a1a1a", "#5c5c5c", "#b9b9b9", "#f4f4f4"
COLOURS: Mapping[str, str] = {"machine": "#D55E00", "edited": "#009E73"}
LETTERS = {"machine": "[M]", "edited": "[E]", "returned": "[=]"}
WORDS: Mapping[str, str] = {
    "human": "by hand",
    "returned": "by hand, brought back by the machine",
    "machine": "by the machine",
    "edited": "by the machine, edited by hand",
    "rest": "rest",
    "unknown": "not known",
}
# A page in hundredths of a millimetre (A4), its margin, and how high the letters are.
WIDE, HIGH, MARGIN = 21_000, 29_700, 1_800
TEXT, SMALL, HEAD, TITLE = 370, 310, 430, 760
ACROSS = 32  # bars in a row of the chart


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs; `boxed` ones are there to be copied."""

    heading: str
    lines: tuple[str, ...]
    boxed: bool = False


@dataclass(frozen=True)
class Sheet:
    """What the first pages tell. rows: of every part its name and what its bars are; first: the number of bar one."""

    title: str
    under: str
    lead: str
    rows: tuple[tuple[str, tuple[Told, ...]], ...]
    first: int
    sections: tuple[Section, ...]


def to_pdf(sheet: Sheet, score: Score, *, credit: str = "") -> bytes:
    """The sheet and the tinted pages of notes as one document. Raises MissingExtra, MediaError."""
    from .engrave import _require
    from .engrave_pdf import document

    _require("a PDF", "verovio", "fontTools", "brotli", "reportlab")
    return document(_all(sheet, score), title=f"Whose hand: {sheet.title}", credit=credit or score.composer)


def to_svg(sheet: Sheet, score: Score) -> list[str]:
    """The same as SVG texts, one for each page."""
    return [tostring(page, encoding="unicode") + "\n" for page in _all(sheet, score)]


def to_png(sheet: Sheet, score: Score, *, px: int = 1240) -> list[bytes]:
    """The same as PNG, each page `px` pixels wide."""
    return _pngs(_all(sheet, score), px)


def by_hand(score: Score, states: Sequence[Sequence[Told]]) -> Score:
    """The score with one part for each hand, for a piano roll: its legend and colours then tell hands."""
    order: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("By hand", ("human", "returned")),
        ("By the machine", ("machine",)),
        ("By the machine, edited by hand", ("edited",)),
        ("Not known", ("unknown", "rest")),
    )
    parts = []
    for drums in (False, True):
        for name, kinds in order:
            notes = [
                replace(note, staff=1, voice=0)
                for number, part in enumerate(score.parts)
                if part.drums == drums
                for note in part.notes
                if states[number][score.bar_at(note.start)] in kinds
            ]
            if notes:
                parts.append(Part(f"{name} (drums)" if drums else name, 0, sorted_notes(notes), drums))
    return replace(score, parts=tuple(parts))


def tinted(score: Score, states: Sequence[Sequence[Told]]) -> tuple[Score, Colours]:
    """The score with a letter under the first note of every bar that is not by hand alone, and the notes' colours."""
    colours: dict[tuple[int, int], str] = {}
    parts = []
    for number, part in enumerate(score.parts):
        notes: list[Note] = []
        lettered: set[tuple[int, int]] = set()
        for place, note in enumerate(part.notes):
            bar = score.bar_at(note.start)
            state = states[number][bar]
            if state in COLOURS:
                colours[number, place] = COLOURS[state]
            if state in LETTERS and (bar, note.staff) not in lettered:
                lettered.add((bar, note.staff))
                note = replace(note, lyric=f"{LETTERS[state]} {note.lyric}".strip())
            notes.append(note)
        parts.append(replace(part, notes=tuple(notes)))
    return replace(score, parts=tuple(parts)), colours


def _all(sheet: Sheet, score: Score) -> list[Element]:
    states = [row for _, row in sheet.rows]
    score, colours = tinted(score, states)
    pages = _pages(score, Layout(), colours)
    used = [kind for kind in ("returned", "machine", "edited") if any(kind in row for row in states)]
    for page in pages:
        _legend_below(page, used)
    return [*_Writer(sheet).pages(), *pages]


def _legend_below(page: Element, used: Sequence[str]) -> None:
    """At the foot of a page of notes: what its colours and letters say."""
    _, _, width, height = (float(one) for one in str(page.get("viewBox")).split())
    scale = width / (float(str(page.get("width")).removesuffix("mm")) * 100)  # units of the page in 0.01 mm
    group = SubElement(page, f"{_SVG}g", transform=f"translate(0 {height - 700 * scale:g}) scale({scale:g})")
    x = float(MARGIN)
    for kind in ("human", *used):
        _cell(group, x, -230, 260, 260, kind)
        told = WORDS[kind] + (f" {LETTERS[kind]}" if kind in LETTERS else "")
        _text(group, told, x + 380, 0, SMALL, GREY)
        x += 380 + _width(told, _Style(SMALL)) + 700
    if not any(kind in COLOURS for kind in used):
        _text(group, "no bar here is known to be the machine's", x, 0, SMALL, GREY)


class _Writer:
    """Sets blocks one below the other, on as many pages as they need."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.done: list[Element] = []
        self.y = 0.0
        self._turn()

    def pages(self) -> list[Element]:
        sheet = self.sheet
        self._words("Whose hand made which bar", SMALL, GREY)
        self.y += 220
        self._words(sheet.title, TITLE, INK)
        self._words(sheet.under, SMALL, GREY)
        self.y += 250
        self._words(sheet.lead, HEAD, INK)
        self.y += 150
        self._chart()
        for section in sheet.sections:
            self._section(section)
        return self.done

    def _turn(self) -> None:
        page = Element(
            f"{_SVG}svg", viewBox=f"0 0 {WIDE} {HIGH}", width=f"{WIDE / 100:g}mm", height=f"{HIGH / 100:g}mm"
        )
        page.set("fill", "#000")
        page.set("font-family", f"{FAMILY}, Times New Roman, Times, serif")
        self.done.append(page)
        self.y = float(MARGIN)

    @property
    def page(self) -> Element:
        return self.done[-1]

    def _room(self, height: float) -> None:
        if self.y + height > HIGH - MARGIN:
            self._turn()

    def _words(self, text: str, size: float, colour: str, *, left: float = 0.0, bold: bool = False) -> None:
        for line in wrapped(text, WIDE - 2 * MARGIN - 2 * left, _Style(size, bold)):
            self._room(size * 1.35)
            self.y += size * 1.35
            _text(self.page, line, MARGIN + left, self.y - size * 0.3, size, colour, bold=bold)

    def _section(self, section: Section) -> None:
        self.y += 330
        self._room(HEAD * 1.4 + TEXT * 3)
        self._words(section.heading, HEAD, INK, bold=True)
        self.y += 60
        if section.boxed:
            self._boxed(section)
            return
        for line in section.lines:
            self._words(line, TEXT, INK)
            self.y += 70

    def _boxed(self, section: Section) -> None:
        inner = 300.0
        width = WIDE - 2 * MARGIN - 2 * inner
        count = [len(wrapped(line, width, _Style(TEXT))) for line in section.lines]
        height = sum(count) * TEXT * 1.35 + 110 * len(count) + 2 * inner - 200
        if height < HIGH - 3 * MARGIN:
            self._room(height)
            _rect(self.page, MARGIN, self.y, WIDE - 2 * MARGIN, height, PAPER, FAINT)
        self.y += inner - 100
        for line in section.lines:
            self._words(line, TEXT, INK, left=inner)
            self.y += 110
        self.y += inner - 210

    def _chart(self) -> None:
        """Parts below one another, bars side by side: what each is, at one look."""
        names = max((_width(name, _Style(SMALL)) for name, _ in self.sheet.rows), default=0.0)
        names = min(names + 250, 4_500.0)
        bars = len(self.sheet.rows[0][1]) if self.sheet.rows else 0
        across = min(max(bars, 1), ACROSS)
        side = min((WIDE - 2 * MARGIN - names) / across, 620.0)
        high = min(side, 520.0)
        for start in range(0, bars, across):
            end = min(start + across, bars)
            self._room(len(self.sheet.rows) * (high + 60) + 520)
            self.y += 330
            for bar in range(start, end):
                number = bar + self.sheet.first
                if bar == start or number % 4 == 1 or across <= 16:
                    _text(self.page, str(number), MARGIN + names + (bar - start) * side, self.y, SMALL * 0.85, GREY)
            self.y += 90
            for name, row in self.sheet.rows:
                shown = name if _width(name, _Style(SMALL)) <= names else f"{name[:22]}..."
                _text(self.page, shown, MARGIN, self.y + high * 0.72, SMALL, INK)
                for bar in range(start, end):
                    box = MARGIN + names + (bar - start) * side, self.y, side - 50, high
                    _cell(self.page, *box, row[bar])
                self.y += high + 60
        self._legend()

    def _legend(self) -> None:
        kinds = [kind for kind in WORDS if any(kind in row for _, row in self.sheet.rows)]
        self._room(700)
        self.y += 200
        x = float(MARGIN)
        for kind in kinds:
            told = WORDS[kind]
            wide = 480 + _width(told, _Style(SMALL)) + 450
            if x + wide > WIDE - MARGIN and x > MARGIN:
                x, self.y = float(MARGIN), self.y + 480
            _cell(self.page, x, self.y, 330, 330, kind)
            _text(self.page, told, x + 460, self.y + 260, SMALL, INK)
            x += wide
        self.y += 420


def wrapped(text: str, width: float, style: _Style) -> list[str]:
    """The text in lines no wider than `width`; words are never cut."""
    lines: list[str] = []
    for word in text.split():
        tried = f"{lines[-1]} {word}" if lines else word
        if lines and _width(tried, style) <= width:
            lines[-1] = tried
        else:
            lines.append(word)
    return lines


def _cell(page: Element, x: float, y: float, wide: float, high: float, kind: str) -> None:
    if kind in COLOURS:
        _swatch(page, x, y, wide, kind, high)
    elif kind == "human":
        _rect(page, x, y, wide, high, INK)
    elif kind == "returned":
        _rect(page, x, y, wide, high, "#ffffff", INK, 50)
        _rect(page, x + wide * 0.3, y + high * 0.3, wide * 0.4, high * 0.4, INK)
    else:
        _rect(page, x, y, wide, high, "#ffffff", FAINT, 20)
        if kind == "unknown":
            _text(page, "?", x + wide / 2, y + high * 0.75, high * 0.7, GREY, anchor="middle")


def _swatch(page: Element, x: float, y: float, wide: float, kind: str, high: float = 0.0) -> None:
    """A coloured field: the machine's is hatched, what was edited after it is half open."""
    high = high or wide
    colour = COLOURS[kind]
    if kind == "edited":
        _rect(page, x, y, wide, high, "#ffffff", colour, 45)
        points = f"{x:g},{y + high:g} {x + wide:g},{y + high:g} {x + wide:g},{y:g}"
        SubElement(page, f"{_SVG}polygon", points=points, fill=colour)
        return
    _rect(page, x, y, wide, high, colour)
    for share in (0.3, 0.7, 1.1, 1.5):
        ends = [(x + min(wide, wide * share), y + max(0.0, high * (share - 1)))]
        ends.append((x + max(0.0, wide * (share - 1)), y + min(high, high * share)))
        (x1, y1), (x2, y2) = ends
        line = SubElement(page, f"{_SVG}line", x1=f"{x1:g}", y1=f"{y1:g}", x2=f"{x2:g}", y2=f"{y2:g}")
        line.set("stroke", "#ffffff")
        line.set("stroke-width", "38")


def _rect(
    page: Element, x: float, y: float, wide: float, high: float, fill: str, stroke: str = "", pen: float = 20
) -> None:
    row = SubElement(page, f"{_SVG}rect", x=f"{x:g}", y=f"{y:g}", width=f"{wide:g}", height=f"{high:g}", fill=fill)
    if stroke:
        row.set("stroke", stroke)
        row.set("stroke-width", f"{pen:g}")


def _text(
    page: Element, text: str, x: float, y: float, size: float, colour: str, *, bold: bool = False, anchor: str = ""
) -> None:
    row = SubElement(page, f"{_SVG}text", x=f"{x:g}", y=f"{y:g}", fill=colour)
    row.set("font-size", f"{size:g}")
    row.set("stroke", "none")
    if bold:
        row.set("font-weight", "bold")
    if anchor:
        row.set("text-anchor", anchor)
    row.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    row.text = text
