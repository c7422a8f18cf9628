"""What pieces have in common as one HTML page that a composer can read: no script, no font, no address outside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from ..media.romans import CADENCES

if TYPE_CHECKING:
    from ..media.habits import Counted, Facts, Habits, Rhythm

FIFTHS = ("C", "G", "D", "A", "E", "B", "F#", "Db", "Ab", "Eb", "Bb", "F")
MINORS = ("A", "E", "B", "F#", "C#", "G#", "D#", "Bb", "F", "C", "G", "D")
DEGREES = ("1", "♭2", "2", "♭3", "3", "4", "♯4", "5", "♭6", "6", "♭7", "7")
TPQ = 480
LENGTHS = {1920: "whole", 1440: "dotted half", 960: "half", 720: "dotted quarter", 480: "quarter"}
LENGTHS |= {360: "dotted eighth", 240: "eighth", 160: "triplet eighth", 120: "sixteenth"}
SHOWN = 60  # pieces in the table
RARE = 0.001  # share of the time under which a pitch is no part of the range

STYLE = """
:root{color-scheme:light dark;--ink:#1d1b18;--soft:#6d675e;--line:#d9d3c7;--paper:#faf7f1;--card:#fff;--one:#a4452c;
--two:#2f5d6b;--three:#c99a3b}
@media(prefers-color-scheme:dark){:root{--ink:#eee8dd;--soft:#a39b8d;--line:#3b3730;--paper:#191714;--card:#221f1b;
--one:#e07a5f;--two:#7fb2c0;--three:#e0b860}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 Georgia,"Liberation Serif","Times New Roman",serif}
main{max-width:1080px;margin:0 auto;padding:40px 24px 80px}h1{font-size:40px;line-height:1.1;margin:0 0 8px}
h2{font-size:22px;margin:0 0 4px}p{margin:0 0 8px}.soft{color:var(--soft)}.told{font-size:19px;max-width:720px}
.told li{margin:4px 0}section{border-top:1px solid var(--line);margin-top:36px;padding-top:20px}
.row{display:flex;flex-wrap:wrap;gap:24px 40px;align-items:flex-start}.row>*{flex:1 1 300px;min-width:0}
figure{margin:0}figcaption{font-size:14px;color:var(--soft);margin-bottom:6px}
svg{display:block;max-width:100%;height:auto}
svg text{font:12px Georgia,"Liberation Serif",serif;fill:var(--ink)}svg .s{fill:var(--soft)}
table{border-collapse:collapse;width:100%;font-size:14px}td,th{text-align:left;padding:4px 10px 4px 0;
border-bottom:1px solid var(--line);vertical-align:middle}th{font-weight:normal;color:var(--soft)}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.rhythms{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:14px}
.rhythms div{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:8px 10px}
.rhythms p{margin:0;font-size:13px;color:var(--soft)}.chips{list-style:none;padding:0;margin:0}
.chips li{display:flex;gap:6px;align-items:baseline;margin:0 0 8px}.chips b{font-weight:normal;
border:1px solid var(--line);background:var(--card);border-radius:4px;padding:1px 8px;min-width:38px;text-align:center}
.chips span{margin-left:auto;color:var(--soft);font-size:13px;white-space:nowrap}
.form{font-size:0;white-space:nowrap}.form i{display:inline-block;height:18px;font:11px/18px Georgia,serif;
text-align:center;font-style:normal;color:#fff;margin-right:1px;border-radius:2px;overflow:hidden}.form .v{opacity:.62}
.scroll{overflow-x:auto}footer{margin-top:48px;color:var(--soft);font-size:14px}
"""

HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Maquette">
<title>{title} · Maquette</title><style>{style}</style></head>
<body><main>
"""


def page(habits: Habits, title: str, *, refused: Sequence[str] = ()) -> str:
    """The whole page as text. `refused` are lines about files that could not be read."""
    parts = [_top(habits, title, refused), _keys(habits), _time(habits), _rhythms(habits), _melody(habits)]
    parts += [_harmony(habits), _pieces(habits)]
    foot = (
        "<footer><p>Keys and chords are found from the notes where a piece does not say them; the tune is the top line "
        "of the part with words, else of the highest part. Made by Maquette; this page is one file: no scripts, no "
        "fonts, no requests.</p></footer>"
    )
    return HEAD.format(title=escape(title), style=STYLE) + "\n".join([*parts, foot]) + "\n</main></body></html>\n"


# -- small things ------------------------------------------------------------------------------------------------


def _svg(width: float, height: float, inside: str, label: str) -> str:
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    return f'<svg {size} role="img" aria-label="{escape(label, quote=True)}">{inside}</svg>'


def _text(x: float, y: float, text: str, anchor: str = "middle", kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(text)}</text>'


def _box(x: float, y: float, width: float, height: float, colour: str = "one", radius: float = 1.5) -> str:
    size = f'x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" height="{max(0.0, height):.1f}"'
    return f'<rect {size} rx="{radius:g}" fill="var(--{colour})"/>'


def _figure(caption: str, inside: str) -> str:
    return f"<figure><figcaption>{escape(caption)}</figcaption>{inside}</figure>"


def _section(title: str, said: str, inside: str) -> str:
    return f'<section><h2>{title}</h2><p class="soft">{said}</p>{inside}</section>'


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.0095 or not share else "under 1 %"


def columns(values: Sequence[tuple[str, float]], label: str, width: float = 440, colour: str = "one") -> str:
    """Columns side by side, each with its name below and its share above where there is room."""
    if not values:
        return '<p class="soft">nothing to count</p>'
    top, foot, high = 16, 18, 120
    step = width / len(values)
    most = max(value for _, value in values) or 1
    marks = []
    for number, (name, value) in enumerate(values):
        x, tall = number * step, high * value / most
        marks.append(_box(x + step * 0.12, top + high - tall, step * 0.76, tall, colour))
        marks.append(_text(x + step / 2, top + high + foot - 4, name, kind="s"))
        if step >= 26 and value:
            marks.append(_text(x + step / 2, top + high - tall - 4, f"{100 * value:.0f}"))
    return _svg(width, top + high + foot, "".join(marks), label)


def bars(rows: Sequence[tuple[str, float, str]], label: str, width: float = 420, colour: str = "two") -> str:
    """Bars one below the other: a name, a share, and what is written at the end."""
    if not rows:
        return '<p class="soft">nothing to count</p>'
    line, left, right = 24, 96, 90
    most = max(value for _, value, _ in rows) or 1
    marks = []
    for number, (name, value, said) in enumerate(rows):
        y, long = number * line, (width - left - right) * value / most
        marks.append(_text(left - 8, y + 16, name, "end"))
        marks.append(_box(left, y + 5, long, 14, colour))
        marks.append(_text(left + long + 6, y + 16, said, "start", "s"))
    return _svg(width, line * len(rows) + 4, "".join(marks), label)


# -- the sections ------------------------------------------------------------------------------------------------


def _top(habits: Habits, title: str, refused: Sequence[str]) -> str:
    pieces = habits.pieces
    total = sum(piece.seconds for piece in pieces)
    notes = sum(piece.notes for piece in pieces)
    facts = f"{len(pieces)} piece{'s' if len(pieces) != 1 else ''}, {notes:,} notes, {_minutes(total)} of music"
    told = "".join(f"<li>{escape(line)}</li>" for line in habits.told)
    lines = "".join(f"<li>{escape(line)}</li>" for line in refused)
    left = f'<p class="soft">Not read:</p><ul class="soft">{lines}</ul>' if refused else ""
    return f'<h1>{escape(title)}</h1><p class="soft">{facts}</p><ul class="told">{told}</ul>{left}'


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"


def _keys(habits: Habits) -> str:
    modes = bars([(row.what, row.share, f"{row.count}") for row in habits.modes], "modes", 380)
    said = "major outside, minor within; the larger the circle, the more pieces"
    inside = f'<div class="row">{_figure(said, _circle(habits))}{_figure("modes as the notes have them", modes)}</div>'
    return _section("Keys and modes", "On the circle of fifths, neighbours share six notes of seven.", inside)


def _circle(habits: Habits) -> str:
    """The keys on the circle of fifths."""
    found: dict[tuple[int, bool], int] = {}
    for piece in habits.pieces:
        minor = piece.key.mode in ("minor", "dorian", "phrygian", "locrian")
        at = (piece.key.tonic * 7 + (3 * -1 if minor else 0)) % 12
        found[at, minor] = found.get((at, minor), 0) + 1
    most = max(found.values(), default=1)
    marks = ['<circle cx="190" cy="180" r="148" fill="none" stroke="var(--line)"/>']
    marks.append('<circle cx="190" cy="180" r="92" fill="none" stroke="var(--line)"/>')
    for minor, radius, names in ((False, 148, FIFTHS), (True, 92, MINORS)):
        for at, name in enumerate(names):
            angle = math.radians(at * 30 - 90)
            x, y = 190 + radius * math.cos(angle), 180 + radius * math.sin(angle)
            count = found.get((at, minor), 0)
            size = 7 + 18 * math.sqrt(count / most) if count else 0
            marks.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="13" fill="var(--paper)"/>')
            if count:
                colour = "two" if minor else "one"
                marks.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="var(--{colour})" opacity=".85"/>')
            text = name.replace("#", "♯").replace("b", "♭") + ("m" if minor else "")
            style = ' style="fill:#fff"' if count and size > 11 else "" if count else ' class="s"'
            marks.append(f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle"{style}>{text}</text>')
    return _svg(380, 360, "".join(marks), "keys on the circle of fifths")


def _time(habits: Habits) -> str:
    metres = bars([(row.what, row.share, f"{row.count}") for row in habits.metres], "metres", 340)
    tempi = [piece.tempo for piece in habits.pieces if piece.tempo]
    speeds = strip(tempi, "tempo in quarters a minute") if tempi else '<p class="soft">no piece tells its tempo</p>'
    lengths = strip([float(piece.bars) for piece in habits.pieces], "length in bars")
    phrases = columns([(f"{row.what}", row.share) for row in sorted(habits.phrase_lengths, key=lambda r: int(r.what))],
                      "phrase lengths", 340, "three")  # fmt: skip
    density = f"{habits.density['lead']:.1f} notes a bar in the tune, {habits.density['all']:.1f} in all parts"
    if habits.loudness:
        density += f"; velocities mostly {habits.loudness['soft']:.0f} to {habits.loudness['loud']:.0f}"
    inside = (
        f'<div class="row">{_figure("metres, pieces", metres)}{_figure("phrases, bars (% of phrases)", phrases)}</div>'
        f'<div class="row">{_figure("length, bars: a dot for each piece", lengths)}'
        f"{_figure('tempo, quarters a minute', speeds)}</div>"
    )
    return _section("Metre, tempo, length", escape(density) + ".", inside)


def strip(values: Sequence[float], label: str, width: float = 420) -> str:
    """A dot for each value on a line, those alike one above the other, and the middle marked."""
    low, high = min(values), max(values)
    wide = (high - low) or 1.0
    seen: dict[int, int] = {}
    marks = ['<line x1="10" x2="410" y1="64" y2="64" stroke="var(--line)"/>']
    for value in sorted(values):
        x = round((10 + (width - 20) * (value - low) / wide) / 7) * 7
        seen[x] = seen.get(x, 0) + 1
        if seen[x] <= 8:
            marks.append(f'<circle cx="{x}" cy="{66 - 7 * seen[x]}" r="3.2" fill="var(--two)"/>')
    middle = sorted(values)[len(values) // 2]
    at = 10 + (width - 20) * (middle - low) / wide
    marks.append(f'<line x1="{at:.0f}" x2="{at:.0f}" y1="62" y2="70" stroke="var(--one)" stroke-width="2"/>')
    marks.append(_text(10, 84, f"{low:g}", "start", "s"))
    if high > low:
        marks.append(_text(width - 10, 84, f"{high:g}", "end", "s"))
    if 40 < at < width - 40:
        marks.append(_text(at, 84, f"{middle:g}"))
    return _svg(width, 90, "".join(marks), label)


def _rhythms(habits: Habits) -> str:
    cells = []
    for row in habits.rhythms[:12]:
        metre, rhythm = row.what
        said = f"{metre} · {row.count} bars in {row.pieces} piece{'s' if row.pieces != 1 else ''}"
        cells.append(f"<div>{notation(metre, rhythm)}<p>{said}</p></div>")
    said = "Whole bars of the tune, those that stand in most pieces first; where there is no note, it rests or holds."
    return _section("Rhythms most used", said, f'<div class="rhythms">{"".join(cells)}</div>')


def notation(metre: str, rhythm: Rhythm, width: float = 210) -> str:
    """A bar's rhythm as small notes on one line: heads, stems, beams within a beat, dots, rests as gaps."""
    beats, unit = (int(part) for part in metre.split("/"))
    length = beats * 4 * TPQ // unit
    beat = TPQ * 4 // unit * (3 if beats % 3 == 0 and beats > 3 else 1)
    beat = max(beat, TPQ) if unit <= 4 else beat if beats > 3 else length
    y, stem, left = 40.0, 26.0, 10.0
    xs = [left + (width - 2 * left - 10) * start / length + 5 for start, _ in rhythm]
    marks = [f'<line x1="0" x2="{width:g}" y1="{y:g}" y2="{y:g}" stroke="var(--line)"/>']
    for x, (_, held) in zip(xs, rhythm, strict=True):
        marks.append(_head(x, y, held))
    short = [i for i, (_, held) in enumerate(rhythm) if held < TPQ]
    for _, group in groupby(short, key=lambda i: rhythm[i][0] // beat):
        marks.append(_beamed([(xs[i], rhythm[i][1]) for i in group], y, stem))
    for x, (_, held) in zip(xs, rhythm, strict=True):
        if TPQ <= held < 4 * TPQ:
            marks.append(_line(x + 4.6, y - 2, x + 4.6, y - stem))
    return _svg(width, 52, "".join(marks), f"rhythm in {metre}: " + ", ".join(_said(held) for _, held in rhythm))


def _said(held: int) -> str:
    return LENGTHS.get(held, f"{held / TPQ:.3g} quarters")


def _head(x: float, y: float, held: int) -> str:
    hollow = held >= 2 * TPQ
    paint = 'fill="none" stroke="var(--ink)" stroke-width="1.6"' if hollow else 'fill="var(--ink)"'
    head = f'<ellipse cx="{x:.1f}" cy="{y:g}" rx="5" ry="3.7" {paint} transform="rotate(-18 {x:.1f} {y:g})"/>'
    dotted = held in (TPQ * 3, TPQ * 3 // 2, TPQ * 3 // 4, TPQ * 6, TPQ * 3 // 8)
    return head + (f'<circle cx="{x + 9:.1f}" cy="{y - 3:g}" r="1.6" fill="var(--ink)"/>' if dotted else "")


def _line(x1: float, y1: float, x2: float, y2: float, width: float = 1.3) -> str:
    place = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {place} stroke="var(--ink)" stroke-width="{width:g}"/>'


def _beamed(group: Sequence[tuple[float, int]], y: float, stem: float) -> str:
    """Notes shorter than a quarter: stems under one beam, a second beam for sixteenths, a flag for one alone."""
    marks = [_line(x + 4.6, y - 2, x + 4.6, y - stem) for x, _ in group]
    level = [1 if held > TPQ * 3 // 8 - 60 and held >= 160 else 2 if held >= 60 else 3 for _, held in group]
    if len(group) == 1:
        x = group[0][0] + 4.6
        for flag in range(level[0]):
            top = y - stem + 6 * flag
            marks.append(f'<path d="M{x:.1f} {top:.1f}q1 5 6 9" fill="none" stroke="var(--ink)" stroke-width="1.6"/>')
        return "".join(marks)
    first, last = group[0][0] + 4.6, group[-1][0] + 4.6
    marks.append(_line(first - 0.6, y - stem, last + 0.6, y - stem, 3.6))
    for beam in (2, 3):
        for i, (x, _) in enumerate(group):
            if level[i] < beam:
                continue
            near = i + 1 < len(group) and level[i + 1] >= beam
            stub = not near and not (i and level[i - 1] >= beam)
            to = group[i + 1][0] + 4.6 if near else x + 4.6 + (7 if i == 0 else -7) if stub else None
            if to is not None:
                marks.append(_line(x + 4.6, y - stem + 6 * (beam - 1), to, y - stem + 6 * (beam - 1), 3.4))
    if len(group) % 3 == 0 and all(held in (160, 80) for _, held in group):
        marks.append(_text((first + last) / 2, y - stem - 4, "3", kind="s"))
    return "".join(marks)


def _melody(habits: Habits) -> str:
    steps = [(_interval(size), habits.intervals.get(size, 0.0)) for size in range(-12, 13)]
    degrees = [(name, habits.degrees.get(number, 0.0)) for number, name in enumerate(DEGREES)]
    ways = [(name, share, _percent(share)) for name, share in habits.contours.items()]
    sizes = _figure("intervals in semitones: down to the left, up to the right", columns(steps, "intervals", 500))
    scale = _figure("steps of the scale, by the time they sound (%)", columns(degrees, "scale degrees", 420, "two"))
    mean = _figure("the mean phrase: how far above its middle it runs", _curve(habits.shape))
    shapes = _figure("shapes of phrases", bars(ways, "contours", 340, "three"))
    lie = _figure("where the tunes lie, by the time each note sounds", _range(habits.pitches))
    inside = f'<div class="row">{sizes}{scale}</div><div class="row">{mean}{shapes}</div>{lie}'
    return _section("Melody", "The leading line of every piece.", inside)


def _interval(size: int) -> str:
    return f"{size:+d}".replace("-", "−") if size else "0"


def _curve(shape: Sequence[float]) -> str:
    if not shape:
        return '<p class="soft">no phrase of four notes and more</p>'
    wide, high = 420, 110
    most = max(1.0, *(abs(value) for value in shape))
    points = [(10 + i * (wide - 20) / (len(shape) - 1), high / 2 - 42 * value / most) for i, value in enumerate(shape)]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    marks = [f'<line x1="10" x2="{wide - 10}" y1="{high / 2}" y2="{high / 2}" stroke="var(--line)"/>']
    marks.append(f'<path d="{path}" fill="none" stroke="var(--one)" stroke-width="2.5" stroke-linejoin="round"/>')
    marks.append(_text(wide - 10, 12, f"{max(shape):+.1f} semitones", "end", "s"))
    marks.append(_text(wide - 10, high - 2, f"{min(shape):+.1f}", "end", "s"))
    return _svg(wide, high, "".join(marks), "the mean phrase")


def _range(pitches: Mapping[int, float]) -> str:
    """A keyboard's width of columns, from the lowest note of the tunes to the highest."""
    if not pitches:
        return '<p class="soft">no notes with a pitch</p>'
    usual = [pitch for pitch, share in pitches.items() if share >= RARE] or list(pitches)
    low, high = min(usual), max(usual)
    count, most = high - low + 1, max(pitches.values())
    step = min(22.0, 900 / count)
    marks = []
    for pitch in range(low, high + 1):
        x, share = (pitch - low) * step, pitches.get(pitch, 0.0)
        black = pitch % 12 in (1, 3, 6, 8, 10)
        marks.append(_box(x + 1, 90 - 84 * share / most, step - 2, 84 * share / most, "two" if black else "one"))
        marks.append(_box(x + 1, 93, step - 2, 5, "ink" if black else "line", 1))
        if pitch % 12 == 0 or pitch in (low, high):
            marks.append(_text(x + step / 2, 114, _pitch(pitch), kind="s"))
    return _svg(max(60.0, count * step), 118, "".join(marks), f"range from {_pitch(low)} to {_pitch(high)}")


def _pitch(pitch: int) -> str:
    return f"{('C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B')[pitch % 12]}{pitch // 12 - 1}"


def _harmony(habits: Habits) -> str:
    if not habits.chords:
        return _section("Harmony", "There are no notes to hear chords in.", "")
    chords = bars([(_sign(row.what), row.share, _percent(row.share)) for row in habits.chords], "chords")
    closes = [(CADENCES[name], share, _percent(share)) for name, share in habits.cadences.items() if share]
    said = f"{habits.changes:.1f} chords a bar; numerals count from the tonic, small ones are minor."
    heard = _figure("chords", chords) + _figure("how phrases close", bars(closes, "cadences", 380, "three"))
    back = _figure("progressions of four that return, as triads", _chips(habits.progressions))
    back += _figure("what follows what", _chips(habits.moves))
    inside = f'<div class="row">{heard}</div><div class="row">{back}</div>'
    return _section("Harmony", said, inside)


def _sign(numeral: str) -> str:
    return numeral.replace("b", "♭").replace("#", "♯")


def _chips(rows: Sequence[Counted]) -> str:
    if not rows:
        return '<p class="soft">none returns</p>'
    lines = "".join(
        f"<li>{''.join(f'<b>{escape(_sign(one))}</b>' for one in row.what)}"
        f"<span>{row.count} times in {row.pieces} piece{'s' if row.pieces != 1 else ''}</span></li>"
        for row in rows
    )
    return f'<ul class="chips">{lines}</ul>'


def _pieces(habits: Habits) -> str:
    rows = "".join(_piece(piece) for piece in habits.pieces[:SHOWN])
    more = len(habits.pieces) - SHOWN
    rest = f'<p class="soft">and {more} more</p>' if more > 0 else ""
    heads = "".join(f"<th>{name}</th>" for name in ("piece", "key", "metre", "bars", "form"))
    table = f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{rest}'
    said = "Sections that are alike have one letter; a lighter one returns changed (A′). As wide as it is long."
    return _section("Form", said, table)


COLOURS = ("#a4452c", "#2f5d6b", "#b98a2d", "#5b7245", "#7a4b73", "#8a5a3c", "#48608f", "#4f7f76", "#93485b", "#6b6b3a")


def _piece(piece: Facts) -> str:
    from ..media.keys import key_name

    letters = sorted({section.letter for section in piece.sections}, key=lambda one: (len(one), one))
    widest = max(piece.bars, 1)
    scale = min(9.0, 460 / widest)
    blocks = "".join(
        f'<i class="{"v" if section.changed else ""}" style="width:{(section.last - section.first) * scale:.0f}px;'
        f'background:{COLOURS[letters.index(section.letter) % len(COLOURS)]}" title="bars {section.first + 1} to '
        f'{section.last}">{section.letter}{"′" if section.changed else ""}</i>'
        for section in piece.sections
    )
    key = key_name(piece.key).replace("#", "♯")
    name = escape(piece.title or piece.name)
    return (
        f"<tr><td>{name}</td><td>{escape(key)}</td><td>{piece.metre}</td><td class='n'>{piece.bars}</td>"
        f'<td><div class="form">{blocks}</div></td></tr>'
    )


def lines(habits: Habits) -> Iterable[str]:
    """The same in a few lines for a terminal."""
    yield from habits.told
    yield "chords: " + ", ".join(f"{row.what} {_percent(row.share)}" for row in habits.chords[:6])
    closes = sorted(habits.cadences.items(), key=lambda row: -row[1])
    yield "phrases close: " + ", ".join(f"{CADENCES[name]} {_percent(share)}" for name, share in closes[:4] if share)
