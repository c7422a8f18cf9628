"""A metronome: bars counted in before a piece, and a click on every beat of it, as a part like any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from .score import TPQ, Bar, Chord, Key, Mark, Note, Part, Score, Tempo

BELL, CLICK = 34, 33  # General MIDI 2: what the metronome strikes on the first beat, and on the others
LONG = TPQ // 8
Timed = TypeVar("Timed", Key, Tempo, Chord, Mark)


def beat_of(bar: Bar) -> int:
    """Ticks of what is counted in a bar: its unit, or three of them in 6/8, 9/8 and 12/8."""
    unit = 4 * TPQ // bar.unit
    return 3 * unit if bar.unit >= 8 and bar.beats > 3 and bar.beats % 3 == 0 else unit


def with_clicks(score: Score, *, count_in: int = 0, through: bool = False) -> Score:
    """The score after `count_in` bars of clicks, and with clicks `through` all of it; a pick-up falls into the last bar
    that is counted. The clicks are the last part, "metronome"."""
    if not score.bars or not (count_in or through):
        return score
    first = score.bars[0]
    before = count_in * first.full - (first.length if count_in and first.length < first.full else 0)
    counted = _bars_before(first, before)
    notes = list(_clicks(counted, 0))
    if through:
        notes += _clicks(score.bars, before)
    moved = _later(score, before)
    clicks = Part("metronome", 0, tuple(notes), drums=True)
    return replace(moved, parts=(*moved.parts, clicks), bars=(*counted, *score.bars))


def _bars_before(first: Bar, ticks: int) -> tuple[Bar, ...]:
    """Whole bars like the first one's metre, the last of them shorter by the pick-up."""
    whole, rest = divmod(ticks, first.full)
    bars = (Bar(first.full, first.beats, first.unit),) * whole
    return (*bars, Bar(rest, first.beats, first.unit)) if rest else bars


def _clicks(bars: Sequence[Bar], start: int) -> Iterator[Note]:
    for number, bar in enumerate(bars):
        beat = beat_of(bar)
        # The beats of a pick-up are those before the next barline; a bar that a pick-up cuts short has its first ones.
        skipped = (bar.full - bar.length) % beat if number == 0 and bar.length < bar.full and start else 0
        for at in range(skipped, bar.length, beat):
            first = at == 0 and not (number == 0 and bar.length < bar.full and start)
            yield Note(start + at, LONG, BELL if first else CLICK, 112 if first else 88)
        start += bar.length


def _later(score: Score, ticks: int) -> Score:
    """Everything so many ticks later."""

    def rows(given: Sequence[Timed]) -> tuple[Timed, ...]:
        return tuple(replace(row, tick=row.tick + ticks) for row in given)

    parts = tuple(
        replace(
            part,
            notes=tuple(replace(note, start=note.start + ticks) for note in part.notes),
            dynamics=rows(part.dynamics),
        )
        for part in score.parts
    )
    return replace(
        score,
        parts=parts,
        keys=rows(score.keys),
        tempi=rows(score.tempi),
        chords=rows(score.chords),
        marks=rows(score.marks),
    )
