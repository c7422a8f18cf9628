"""How a piece is built: its leading line, its phrases, bars that return, and sections as letters.

Bars are compared by what the leading line does in them: the same notes, the same figure on another step, the same
rhythm. Phrases end where the line rests or holds (after Cambouropoulos 2001, the local boundary model, made small).
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .score import TPQ, Note, Part, Score

SAME, LIKE = 0.7, 0.45  # shares of likeness from which a section returns, and returns changed
SHORTEST, LONGEST = 1.5, 9.0  # bars of a phrase
SUNG = (*range(52, 55), *range(56, 80), 40)  # GM programs that like to lead


@dataclass(frozen=True)
class Section:
    """Bars first..last (last not included) under a letter; `changed` where it returns varied, written A'."""

    first: int
    last: int
    letter: str
    changed: bool = False

    @property
    def name(self) -> str:
        return self.letter + "'" * self.changed


@dataclass(frozen=True)
class Repeat:
    """Bars first..last (last not included) that are what stood at `of` and after, exactly or on another step."""

    first: int
    last: int
    of: int
    moved: int = 0  # semitones


def lead(score: Score) -> tuple[Note, ...]:
    """The leading line, one note at a time: of the part with words, else of the highest one; its top notes.

    Empty for a score of drums alone.
    """
    parts = [part for part in score.parts if not part.drums and part.notes]
    if not parts:
        return ()
    sung = [part for part in parts if any(note.lyric for note in part.notes)]
    named = [part for part in parts if any(word in part.name.lower() for word in ("melody", "voice", "sopran", "lead"))]
    part = (sung or named or [max(parts, key=_leads)])[0]
    notes = [note for note in part.notes if note.staff == min(one.staff for one in part.notes)]
    return skyline(notes)


def _leads(part: Part) -> float:
    """How likely a part leads: by how high it lies, and for how long it plays."""
    middle = statistics.median(note.pitch for note in part.notes)
    return middle + 6 * (part.program in SUNG) - (24 if len(part.notes) < 8 else 0)


def skyline(notes: Sequence[Note]) -> tuple[Note, ...]:
    """The top notes of many, as one line: nothing sounds at once."""
    line: list[Note] = []
    for note in sorted(notes, key=lambda one: (one.start, -one.pitch)):
        if line and note.start == line[-1].start:
            continue
        if line and note.start < line[-1].end:
            if note.pitch < line[-1].pitch:
                continue  # a lower voice beside it
            line[-1] = _short(line[-1], note.start)
        line.append(note)
    return tuple(line)


def _short(note: Note, end: int) -> Note:
    return replace(note, length=max(1, end - note.start))


Bars = list[tuple[tuple[int, int, int], ...]]


def bars_of(score: Score, notes: Sequence[Note]) -> Bars:
    """What a line does in each bar: (start in the bar, length, pitch) of every note that begins there."""
    rows: list[list[tuple[int, int, int]]] = [[] for _ in score.bars]
    for note in notes:
        if score.bars:
            at = score.bar_at(note.start)
            rows[at].append((note.start - score.starts[at], note.length, note.pitch))
    return [tuple(row) for row in rows]


def likeness(one: Sequence[tuple[int, int, int]], two: Sequence[tuple[int, int, int]], usual: float = 0.0) -> float:
    """How alike two bars are, 0..1: 1 the same notes, 0.8 the same figure on another step, 0.6 the same ups and downs.

    A rhythm alone is 0.4, and less where it is `usual`: the share of all bars that have it says nothing.
    """
    if not one or not two:
        return 1.0 if not one and not two else 0.0
    if tuple(one) == tuple(two):
        return 1.0
    shared = len({(start, pitch) for start, _, pitch in one} & {(start, pitch) for start, _, pitch in two})
    same = 0.9 * shared / max(len(one), len(two))
    if _rhythm(one) == _rhythm(two):
        turns = [[b[2] - a[2] for a, b in pairwise(bar)] for bar in (one, two)]
        ways = [[(turn > 0) - (turn < 0) for turn in row] for row in turns]
        if len(one) > 1 and ways[0] == ways[1]:
            near = all(abs(a - b) <= 1 for a, b in zip(*turns, strict=True))
            return max(same, 0.8 if near else 0.6 - 0.3 * usual)
        return max(same, 0.4 * (1 - usual))
    return same


def form(score: Score) -> tuple[Section, ...]:
    """The piece in sections of equal length (eight bars, four in short pieces), alike ones under one letter.

    A pick-up belongs to the first section, and bars that are left over to the last.
    """
    rows = bars_of(score, lead(score))
    first = 1 if score.bars and score.bars[0].length < score.bars[0].full else 0
    while rows and not rows[-1] and len(rows) - first > 4:
        rows.pop()
    count = len(rows) - first
    if count < 2 or not any(rows):
        return (Section(0, len(score.bars), "A"),) if score.bars else ()
    size = 8 if count >= 28 else 4 if count >= 7 else max(2, count // 2)
    starts = [first + at for at in range(0, count, size) if count - at >= size / 2 or at == 0]
    ends = [*starts[1:], len(rows)]
    rhythms = Counter(_rhythm(row) for row in rows)
    usual = {rhythm: times / max(1, len(rows)) for rhythm, times in rhythms.items()}
    sections: list[Section] = []
    for number, (begin, end) in enumerate(zip(starts, ends, strict=True)):
        best, found = 0.0, None
        for old in sections:
            alike = _alike(rows[begin:end], rows[old.first if old.first else first : old.last], usual)
            if alike > best:
                best, found = alike, old
        letters = len({one.letter for one in sections})
        letter = found.letter if found is not None and best >= LIKE else _letter(letters)
        changed = found is not None and LIKE <= best < SAME
        sections.append(Section(0 if number == 0 else begin, end, letter, changed))
    return tuple(sections)


def _alike(one: Bars, two: Bars, usual: Mapping[tuple[tuple[int, int], ...], float]) -> float:
    size = max(len(one), len(two))
    return sum(likeness(a, b, usual[_rhythm(a)]) for a, b in zip(one, two, strict=False)) / max(1, size)


def _rhythm(bar: Sequence[tuple[int, int, int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, length) for start, length, _ in bar)


def _letter(number: int) -> str:
    return chr(65 + number) if number < 26 else f"Z{number - 25}"


def letters(score: Score) -> str:
    """The form as a word: "AABA", "ABA'C"."""
    return "".join(section.name for section in form(score))


def repeats(score: Score, least: int = 2) -> tuple[Repeat, ...]:
    """Runs of at least `least` bars of the leading line that stood before, the same or on another step."""
    rows = bars_of(score, lead(score))
    found: list[Repeat] = []
    at = 0
    while at < len(rows):
        best = Repeat(at, at, at)
        for old in range(at):
            moved, size = _run(rows, at, old)
            if size > best.last - best.first or (size == best.last - best.first and moved == 0 and best.moved):
                best = Repeat(at, at + size, old, moved)
        sounds = any(rows[best.first : best.last])
        if best.last - best.first >= least and sounds:
            found.append(best)
            at = best.last
        else:
            at += 1
    return tuple(found)


def _run(rows: Bars, at: int, old: int) -> tuple[int, int]:
    """(semitones, bars) that bars from `at` on follow those from `old` on."""
    moved: int | None = None
    size = 0
    while at + size < len(rows) and old + size < at:
        one, two = rows[old + size], rows[at + size]
        if [row[:2] for row in one] != [row[:2] for row in two]:
            break
        steps = {b[2] - a[2] for a, b in zip(one, two, strict=True)}
        if len(steps) > 1 or (steps and moved is not None and steps != {moved}):
            break
        moved = next(iter(steps)) if steps else moved
        size += 1
    return moved or 0, size


def returning(score: Score) -> tuple[float, float]:
    """Shares of bars of the leading line that stood before: note for note, and by their rhythm."""
    rows = [row for row in bars_of(score, lead(score)) if row]
    seen: set[tuple[tuple[int, int, int], ...]] = set()
    beats: set[tuple[tuple[int, int], ...]] = set()
    same = alike = 0
    for row in rows:
        rhythm = tuple(one[:2] for one in row)
        same += row in seen
        alike += rhythm in beats
        seen.add(row)
        beats.add(rhythm)
    return same / max(1, len(rows)), alike / max(1, len(rows))


def phrases(score: Score) -> tuple[tuple[int, int], ...]:
    """The phrases of the leading line as (start, end) ticks: they end where it rests, or holds a note long."""
    line = lead(score)
    if not line or not score.bars:
        return ()
    bar = statistics.median(one.length for one in score.bars)
    waits = [two.start - one.start for one, two in pairwise(line)]
    found: list[tuple[int, int]] = []
    start, last = line[0].start, 0
    for number, (one, two) in enumerate(pairwise(line)):
        length = two.start - start
        near = waits[max(0, number - 4) : number] + waits[number + 1 : number + 5]
        usual = statistics.median(near) if near else waits[number]
        rest = two.start - one.end
        ends = rest >= TPQ // 2 and rest + one.length >= 1.5 * usual
        ends |= waits[number] >= 2 * usual and waits[number] >= TPQ
        forced = length >= LONGEST * bar
        if (ends and length >= SHORTEST * bar) or forced:
            found.append((start, one.end))
            start, last = two.start, number + 1
    if line[-1].end - start < SHORTEST * bar and found and last:
        start = found.pop()[0]  # a remainder belongs to the phrase before
    found.append((start, line[-1].end))
    return tuple(found)
