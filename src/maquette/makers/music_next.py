"""The next bar of a piece from the piece itself: bars that came before come again, or come again elsewhere.

People repeat: in most genres every third to eighth bar is one that was there (`music_figures`). Every different bar so
far is weighed by what stood before it then and stands now, by how long ago it was, and by how this piece has repeated
itself so far. The last bar may also be moved on as the one before it moved (a sequence).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..media.score import Note, Score

Rows = tuple[tuple[Note, ...], ...]  # the notes of one bar, part by part, from the barline on
LAGS = (1, 2, 4, 8, 16)  # bars ago
RECENT = 16  # bars by which it is told how a piece repeats itself
MOST = 160  # bars that are looked back


@dataclass(frozen=True)
class Guess:
    """A bar that may come next, why, and how often such a guess was right in human music (0..1)."""

    rows: Rows
    chance: float
    note: str


# Log odds that an earlier bar comes next, fitted to training pieces (`benchmarks/music_effort.py --training`): what
# stands before both alike (one, two, three bars; their rhythm), how long ago, how often, how the piece repeats itself.
NAMES = ("always", "after 1", "after 2", "after 3", "rhythm 1", "rhythm 2", "lag 1", "lag 2", "lag 4", "lag 8",
         "lag 16", "often", "phrase 4", "phrase 8", "own", "lag own", "crowd")  # fmt: skip
WEIGHTS = (-2.17, 2.21, 0.43, -0.38, 0.97, 0.29, 0.32, 0.26, 0.17, -0.03, -0.28, -0.87, 0.57, 0.25, 0.1, 1.08, -0.17)
SEQUENCE = 0.005  # how often a sequence went on note for note: an idea rather than a guess


def guesses(score: Score, at: int) -> list[Guess]:
    """What may stand in bar `at`, likeliest first; the same bar from several ways once, and likelier for it."""
    first = max(0, at - MOST)
    rows = rows_of(score)[first:at]
    best: dict[Any, Guess] = {}
    for one in _thought_of(rows, first, at, score):
        key = _sounding(one.rows)
        there = best.get(key)
        if there is None:
            best[key] = one
        else:
            chance = 1 - (1 - there.chance) * (1 - one.chance)
            best[key] = replace(there, chance=chance)
    return sorted(best.values(), key=lambda one: -one.chance)


def rows_of(score: Score) -> list[Rows]:
    """The notes of every bar, part by part, as they were read: with their staves and loudness."""
    parts = []
    for part in score.parts:
        bars: list[list[Note]] = [[] for _ in score.bars]
        bar = 0
        for note in part.notes:
            while bar + 1 < len(score.bars) and note.start >= score.starts[bar + 1]:
                bar += 1
            bars[bar].append(replace(note, start=note.start - score.starts[bar], lyric="", voice=0))
        parts.append(bars)
    return [tuple(tuple(bars[number]) for bars in parts) for number in range(len(score.bars))]


def _thought_of(rows: Sequence[Rows], first: int, at: int, score: Score) -> Iterator[Guess]:
    if not rows:
        return
    length = score.bars[at].length if at < len(score.bars) else score.bars[-1].full
    fits = [score.bars[first + bar].length == length for bar in range(len(rows))]
    sounding = [_sounding(one) for one in rows]
    for bar, chance in weighed(sounding, fits):
        if any(rows[bar]):
            yield Guess(rows[bar], chance, f"as bar {first + bar + 1}")
    if len(rows) > 1 and fits[-1] and (moved := _sequence(rows[-2], rows[-1], score, at)) is not None:
        yield Guess(moved, SEQUENCE, f"bar {at} moved on")


def weighed(bars: Sequence[Any], fits: Sequence[bool]) -> list[tuple[int, float]]:
    """Every different bar (its last place) that may come after `bars`, and its chance (0..1); likeliest first.

    bars: what stands in each, to be compared by ==, as (start, length, ...) rows by part; fits: which may come again.
    """
    found = []
    for bar, row in evidence(bars, fits):
        odds = sum(weight * value for weight, value in zip(WEIGHTS, row, strict=True))
        found.append((bar, 1 / (1 + math.exp(-odds))))
    return sorted(found, key=lambda one: -one[1])


def evidence(bars: Sequence[Any], fits: Sequence[bool]) -> Iterator[tuple[int, tuple[float, ...]]]:
    """What speaks for each different bar to come next, by NAMES; with its last place."""
    at = len(bars)
    numbers = _numbered(bars)
    rhythms = _numbered([_rhythms(one) for one in bars])
    places: dict[int, list[int]] = {}
    for bar in range(at):
        if fits[bar]:
            places.setdefault(numbers[bar], []).append(bar)
    again = sum(number in numbers[:bar] for bar, number in enumerate(numbers))
    own = _logit((again + 1) / (at + 4))
    crowd = math.log(max(len(places), 1))
    rates: dict[int, float] = {}
    for known in places.values():
        for bar in known:
            if at - bar not in rates:
                rates[at - bar] = _logit(_rate(numbers, at - bar))
        after = max(_alike(numbers, bar, at, 3) for bar in known)
        beat = max(_alike(rhythms, bar, at, 2) for bar in known)
        ago = [at - bar for bar in known]
        row = [1.0, *(float(after >= many) for many in (1, 2, 3)), *(float(beat >= many) for many in (1, 2))]
        row += [float(lag in ago) for lag in LAGS]
        row += [math.log(len(known)), float(any(one % 4 == 0 for one in ago)), float(any(one % 8 == 0 for one in ago))]
        yield known[-1], (*row, own, max(rates[one] for one in ago), crowd)


def _numbered(things: Sequence[Any]) -> list[int]:
    """The same number for the same thing."""
    known: dict[Any, int] = {}
    return [known.setdefault(thing, len(known)) for thing in things]


def _rhythms(bar: Any) -> Any:
    return tuple(tuple(note[:2] for note in row) for row in bar)


def _alike(numbers: Sequence[int], bar: int, at: int, most: int) -> int:
    """How many bars before `bar` and before `at` are the same."""
    many = 0
    while many < most and bar - many > 0 and numbers[bar - many - 1] == numbers[at - many - 1]:
        many += 1
    return many


def _rate(numbers: Sequence[int], lag: int) -> float:
    """How often of late a bar was as the one that many bars before it."""
    some = range(max(lag, len(numbers) - RECENT), len(numbers))
    return (sum(numbers[bar] == numbers[bar - lag] for bar in some) + 0.5) / (len(some) + 4)


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _sounding(rows: Rows) -> tuple[tuple[tuple[int, int, int], ...], ...]:
    return tuple(tuple((note.start, note.length, note.pitch) for note in row) for row in rows)


def _sequence(before: Rows, last: Rows, score: Score, at: int) -> Rows | None:
    """The last bar moved by as many steps of the scale as it stands from the one before it, where the two are alike."""
    lead = next((number for number, row in enumerate(last) if row and before[number]), None)
    if lead is None or _rhythm(before[lead]) != _rhythm(last[lead]):
        return None
    key = score.key_at(score.starts[at - 1])
    seven = sorted(key.scale)
    steps = {_steps(a.pitch, b.pitch, seven) for a, b in zip(before[lead], last[lead], strict=True)}
    if len(steps) != 1 or None in steps or steps == {0}:
        return None
    (by,) = steps
    assert by is not None
    return tuple(tuple(replace(note, pitch=_moved(note.pitch, by, seven), spelling="") for note in row) for row in last)


def _rhythm(row: tuple[Note, ...]) -> list[tuple[int, int]]:
    return [(note.start, note.length) for note in row]


def _place(pitch: int, scale: list[int]) -> int | None:
    """The number of a pitch on the endless scale; None for one that is not on it."""
    return pitch // 12 * len(scale) + scale.index(pitch % 12) if pitch % 12 in scale else None


def _steps(low: int, high: int, scale: list[int]) -> int | None:
    one, other = _place(low, scale), _place(high, scale)
    return None if one is None or other is None else other - one


def _moved(pitch: int, by: int, scale: list[int]) -> int:
    place = _place(pitch, scale)
    if place is None:
        return max(0, min(127, pitch + round(by * 12 / len(scale))))
    octave, degree = divmod(place + by, len(scale))
    return max(0, min(127, octave * 12 + scale[degree]))
