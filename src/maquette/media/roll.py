"""The piano roll: every note as a bar on a grid of pitches and beats, as SVG or PNG.

Bars and beats are ruled and numbered, octaves named, each part has its colour (of the eight by Okabe and Ito that
people with colour-blindness tell apart), softer notes are paler. Drums have a row for each instrument below. Nothing
needs a font: the lettering is strokes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import quoteattr

from maquette.core.errors import MediaError

from .score import Note, Part, Score
from .score_xml_names import DRUMS, PROGRAMS
from .score_xml_rhythm import Metre, beat_starts
from .style_letters import fitted, lettering, width
from .voices import fitted as with_bars

# M. Okabe and K. Ito, "Color Universal Design" (2008); the yellow, too pale on white, is a dark one here.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A6D00", "#444444")
_WIDTH, _LEFT, _RIGHT, _TOP = 1200.0, 64.0, 20.0, 22.0  # of a row of bars, in pixels
_BLACK_KEYS = frozenset((1, 3, 6, 8, 10))
_INK, _GREY, _FAINT, _BEAT, _KEY = "#1a1a1a", "#5c5c5c", "#8f8f8f", "#dadada", "#f1f1f1"
MOST_BARS = 2000


@dataclass(frozen=True)
class Roll:
    """How a roll looks and what stands out in it.

    bars: the first and the last shown, counted from 0, the last not included; None: all. row: bars beside each other, 0
    lets their notes decide. selected: (part, place of the note in it), drawn in ink; the others step back. ghosts:
    (part, note) that are only offered, drawn as dashed outlines. legend: whether the parts are named above.
    """

    bars: tuple[int, int] | None = None
    row: int = 0
    selected: Collection[tuple[int, int]] = ()
    ghosts: Sequence[tuple[int, Note]] = ()
    legend: bool = True


@dataclass(frozen=True)
class _Bar:
    """A note as it is drawn."""

    note: Note
    part: int
    selected: bool = False
    ghost: bool = False
    shared: bool = False  # another part has the same pitch at the same time


@dataclass(frozen=True)
class _Space:
    """The rows of pitches, from the top: (pitch, drums) -> y, and how high a row is."""

    places: dict[tuple[int, bool], float]
    step: float
    height: float


def to_svg(score: Score, roll: Roll = Roll()) -> str:
    """The roll as one SVG text. Raises MediaError for bars that are not there."""
    score = with_bars(score)
    first, last = roll.bars or (0, len(score.bars))
    if not 0 <= first < last <= len(score.bars):
        raise MediaError(f"bars {first + 1} to {last} are not all there", mend=f"the piece has {len(score.bars)}")
    if last - first > MOST_BARS:
        raise MediaError(f"{last - first:,} bars are too many for one roll", mend=f"choose at most {MOST_BARS:,}")
    drawn = _drawn(score, roll, first, last)
    space = _space(score, drawn)
    per_row = roll.row or _per_row(score, drawn, first, last)
    rows = [(start, min(start + per_row, last)) for start in range(first, last, per_row)]
    widest = max(score.starts[b] - score.starts[a] for a, b in rows)
    scale = (_WIDTH - _LEFT - _RIGHT) / max(widest, 1)
    parts, y = _heading(score, drawn, roll)
    for start, end in rows:
        parts += _row(score, drawn, space, (start, end), scale, y)
        y += _TOP + space.height + 26
    size = f'width="{_WIDTH:g}" height="{y:g}" viewBox="0 0 {_WIDTH:g} {y:g}"'
    title = f"<title>{_escaped(score.title)}</title>" if score.title else ""
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{title}\n'
        f'<rect width="{_WIDTH:g}" height="{y:g}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def to_png(score: Score, roll: Roll = Roll(), *, px: int = 1200) -> bytes:
    """The roll as PNG, `px` pixels wide."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=to_svg(score, roll), width=px))


def _escaped(text: str) -> str:
    return quoteattr(text)[1:-1]


def _drawn(score: Score, roll: Roll, first: int, last: int) -> list[_Bar]:
    """The notes that sound in the bars shown, those that stand out last."""
    begin, end = score.starts[first], score.starts[last]
    chosen = set(roll.selected)
    notes = [
        _Bar(note, index, (index, place) in chosen)
        for index, part in enumerate(score.parts)
        for place, note in enumerate(part.notes)
    ]
    notes += [_Bar(note, part, ghost=True) for part, note in roll.ghosts]
    shown = [bar for bar in notes if bar.note.start < end and bar.note.end > begin]
    return sorted(_unisons(shown), key=lambda bar: (bar.selected, bar.ghost))


def _unisons(bars: Sequence[_Bar]) -> Iterable[_Bar]:
    """Marks the notes that would cover those of a part before theirs."""
    taken: dict[int, list[_Bar]] = {}
    for bar in bars:
        row = taken.setdefault(bar.note.pitch, [])
        covers = any(
            one.part != bar.part and one.note.start < bar.note.end and bar.note.start < one.note.end for one in row
        )
        yield replace(bar, shared=covers)
        row.append(bar)


def _space(score: Score, drawn: Iterable[_Bar]) -> _Space:
    """Two more rows than the notes need, at least an octave; the drums below, a row each."""
    pitched, struck = [], set()
    for bar in drawn:
        if _is_drums(score, bar.part):
            struck.add(bar.note.pitch)
        else:
            pitched.append(bar.note.pitch)
    places: dict[tuple[int, bool], float] = {}
    y = 0.0
    step = 7.0
    if pitched or not struck:
        low, high = min(pitched, default=60) - 2, max(pitched, default=72) + 2
        low, high = max(0, min(low, high - 14)), min(127, max(high, low + 14))
        step = max(4.0, min(9.0, 420 / (high - low + 1)))
        for pitch in range(high, low - 1, -1):
            places[pitch, False] = y
            y += step
    if struck:
        y += 8 if pitched else 0
        for pitch in sorted(struck, reverse=True):
            places[pitch, True] = y
            y += max(step, 10.0)
    return _Space(places, step, y)


def _is_drums(score: Score, part: int) -> bool:
    return part < len(score.parts) and score.parts[part].drums


def _per_row(score: Score, drawn: Sequence[_Bar], first: int, last: int) -> int:
    """As many bars beside each other as leave the shortest common note some pixels: 4, 8 or 16."""
    lengths = sorted(bar.note.length for bar in drawn) or [480]
    short = max(lengths[len(lengths) // 10], 30)
    mean = (score.starts[last] - score.starts[first]) / (last - first)
    for count in (16, 8):
        if (_WIDTH - _LEFT - _RIGHT) / (count * max(mean, 1)) * short >= 7:
            return min(count, last - first)
    return min(4, last - first)


# What is drawn


def _heading(score: Score, drawn: Sequence[_Bar], roll: Roll) -> tuple[list[str], float]:
    """Title and legend, and where the rows begin."""
    parts, y = [], 14.0
    if score.title:
        parts.append(_letters(fitted(score.title, 11, _WIDTH - 90), _LEFT, y + 12, 11, _INK))
        y += 28
    used = sorted({bar.part for bar in drawn})
    if roll.legend and len(used) + bool(roll.ghosts) > 1:
        x = _LEFT
        for part in used:
            name = fitted(_name(score, part), 7, 260)
            wide = width(name, 7) + 40
            if x + wide > _WIDTH - _RIGHT and x > _LEFT:
                x, y = _LEFT, y + 16
            parts.append(f'<rect x="{x:g}" y="{y:g}" width="14" height="8" rx="2" fill="{_colour(score, part)}"/>')
            parts.append(_letters(name, x + 19, y + 7.5, 7, _INK))
            x += wide
        y += 20
    return parts, y


def _name(score: Score, part: int) -> str:
    one = score.parts[part] if part < len(score.parts) else Part()
    return one.name or ("Drums" if one.drums else PROGRAMS[one.program % 128])


def _colour(score: Score, part: int) -> str:
    """By the place among the parts that have notes; drums are dark."""
    if _is_drums(score, part):
        return COLOURS[-1]
    place = sum(bool(one.notes) and not one.drums for one in score.parts[:part])
    return COLOURS[place % (len(COLOURS) - 1)]


def _letters(text: str, x: float, y: float, height: float, ink: str, anchor: str = "start") -> str:
    return lettering(text, x, y, height, pen=0.85, anchor=anchor, style=f' stroke="{ink}" stroke-linecap="round"')


def _row(
    score: Score, drawn: Sequence[_Bar], space: _Space, bars: tuple[int, int], scale: float, top: float
) -> list[str]:
    """One row of bars: keys, rules, notes."""
    begin, end = score.starts[bars[0]], score.starts[bars[1]]
    y = top + _TOP
    wide = (end - begin) * scale
    parts = _keys(space, y, wide)
    parts += _rules(score, bars, scale, y, space.height)
    shy = any(bar.selected for bar in drawn)
    for bar in drawn:
        if bar.note.start < end and bar.note.end > begin:
            parts.append(_note(score, bar, space, (begin, end), scale, y, shy))
    parts.append(_box(_LEFT, y, wide, space.height, f'fill="none" stroke="{_FAINT}" stroke-width="1"'))
    return parts


def _box(x: float, y: float, wide: float, high: float, more: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{wide:.2f}" height="{high:.2f}" {more}/>'


def _keys(space: _Space, y: float, wide: float) -> list[str]:
    """Black keys shaded, a line below each C and its name; drums by name."""
    parts = []
    rows = list(space.places.items())
    for index, ((pitch, drums), at) in enumerate(rows):
        high = rows[index + 1][1] - at if index + 1 < len(rows) else space.height - at
        if drums:
            high = min(high, max(space.step, 10.0))
            name = fitted(DRUMS[pitch].name if pitch in DRUMS else f"Drum {pitch}", 5.0, _LEFT - 12)
            parts.append(_letters(name, _LEFT - 6, y + at + high / 2 + 2.5, 5.0, _GREY, "end"))
            parts.append(_rule(_LEFT, y + at + high, _LEFT + wide, y + at + high, _BEAT, 0.6))
        elif pitch % 12 in _BLACK_KEYS:
            parts.append(_box(_LEFT, y + at, wide, space.step, f'fill="{_KEY}"'))
        if not drums and pitch % 12 == 0:
            parts.append(_rule(_LEFT, y + at + space.step, _LEFT + wide, y + at + space.step, _FAINT, 0.7))
            parts.append(_letters(f"C{pitch // 12 - 1}", _LEFT - 8, y + at + space.step / 2 + 3.5, 7, _INK, "end"))
    return parts


def _rule(x1: float, y1: float, x2: float, y2: float, ink: str, pen: float) -> str:
    return f'<path d="M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}" stroke="{ink}" stroke-width="{pen:g}"/>'


def _rules(score: Score, bars: tuple[int, int], scale: float, y: float, high: float) -> list[str]:
    """Barlines with their numbers, fainter lines at the beats."""
    parts = []
    begin = score.starts[bars[0]]
    shift = 0 if score.bars[0].length < score.bars[0].full else 1  # a pick-up is bar 0
    for index in range(*bars):
        bar, x = score.bars[index], _LEFT + (score.starts[index] - begin) * scale
        offset = bar.full - bar.length if index == 0 and bar.length < bar.full else 0
        for beat in beat_starts(Metre(bar.beats, bar.unit)):
            if offset < beat < offset + bar.length:
                at = x + (beat - offset) * scale
                parts.append(_rule(at, y, at, y + high, _BEAT, 0.8))
        parts.append(_rule(x, y - 5, x, y + high, _FAINT, 1.1))
        parts.append(_letters(str(index + shift), x + 4, y - 4, 7, _GREY))
    return parts


def _note(score: Score, bar: _Bar, space: _Space, span: tuple[int, int], scale: float, top: float, shy: bool) -> str:
    note = bar.note
    drums = _is_drums(score, bar.part)
    at = space.places.get((note.pitch, drums))
    if at is None:
        return ""
    begin, end = max(note.start, span[0]), min(note.end, span[1])
    x, wide = _LEFT + (begin - span[0]) * scale, max((end - begin) * scale, 3.0)
    high = max(space.step, 10.0) if drums else space.step
    y = top + at
    if drums:
        y, high, wide = y + 1.5, high - 3, min(wide, max(4.0, 60 * scale))
    elif bar.shared:
        y, high = y + high / 2, high / 2
    colour = _colour(score, bar.part)
    if bar.ghost:
        style = (
            f'rx="1.5" fill="{colour}" fill-opacity="0.12" stroke="{colour}" stroke-width="1.2" stroke-dasharray="3 2"'
        )
    elif bar.selected:
        style = f'rx="1.5" fill="{colour}" stroke="{_INK}" stroke-width="1.6"'
    else:
        shade = _shade(colour, 0.25 if shy else 0.4 + 0.6 * min(note.velocity, 112) / 112)
        style = f'rx="1.5" fill="{shade}" stroke="#fff" stroke-width="0.6"'
    tip = f"<title>{_escaped(_tip(score, note, bar.part))}</title>"
    box = _box(x, y, wide, high, style)
    return f"{box[:-2]}>{tip}</rect>"


def _tip(score: Score, note: Note, part: int) -> str:
    """What a browser says of a note under the pointer."""
    if _is_drums(score, part):
        what = DRUMS[note.pitch].name if note.pitch in DRUMS else f"drum {note.pitch}"
    else:
        names = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
        what = note.spelling or names[note.pitch % 12]
        what += str(note.pitch // 12 - 1)
    bar = score.bar_at(note.start)
    beat = (note.start - score.starts[bar]) / 480 + 1
    return f"{_name(score, part)}: {what}, quarter {beat:g} of bar {bar + 1}, velocity {note.velocity}"


def _shade(colour: str, strength: float) -> str:
    """The colour mixed with white; strength 1 is the colour itself."""
    parts = (int(colour[index : index + 2], 16) for index in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * strength):02x}" for part in parts)
