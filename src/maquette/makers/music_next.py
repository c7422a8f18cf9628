"""The next bar of a piece from the piece itself: bars that came before come again, or come again elsewhere.

People repeat: in most genres every third to eighth bar is one that was there (`music_figures`). What followed the last
time that the music stood as it stands now is the first guess; then the last bar again, the bar a phrase ago, and the
last bar moved on as the one before it moved (a sequence).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..media.score import Note, Score

Rows = tuple[tuple[Note, ...], ...]  # the notes of one bar, part by part, from the barline on
PHRASES = (8, 4, 2)  # bars ago


@dataclass(frozen=True)
class Guess:
    """A bar that may come next, why, and how often such a guess was right in human music (0..1)."""

    rows: Rows
    chance: float
    note: str


# How often each way's guess was the next bar note for note (`benchmarks/music_effort.py`, on training pieces).
CHANCES = {"after-2": 0.45, "after-1": 0.3, "last": 0.16, "phrase-8": 0.12, "phrase-4": 0.1, "phrase-2": 0.1,
           "sequence": 0.04}  # fmt: skip


def guesses(score: Score, at: int) -> list[Guess]:
    """What may stand in bar `at`, likeliest first; the same bar from several ways once, and likelier for it."""
    best: dict[Rows, Guess] = {}
    for one in _thought_of(_rows(score), at, score):
        there = best.get(one.rows)
        if there is None:
            best[one.rows] = one
        else:
            chance = 1 - (1 - there.chance) * (1 - one.chance)
            best[one.rows] = replace(there, chance=chance)
    return sorted(best.values(), key=lambda one: -one.chance)


def _rows(score: Score) -> list[Rows]:
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


def _thought_of(rows: list[Rows], at: int, score: Score) -> Iterator[Guess]:
    if at < 1:
        return
    length = score.bars[at].length if at < len(score.bars) else score.bars[-1].full
    keys = [_sounding(one) for one in rows]

    def fits(bar: int) -> bool:
        return 0 <= bar < at and score.bars[bar].length == length and any(rows[bar])

    for width in (2, 1):
        if at >= width and any(keys[at - 1]):
            now = keys[at - width : at]
            for bar in range(at - 1, width - 1, -1):
                if keys[bar - width : bar] == now and fits(bar):
                    told = f"as bar {bar + 1}, which came after the same"
                    yield Guess(rows[bar], CHANCES[f"after-{width}"], told)
                    break
    if fits(at - 1):
        yield Guess(rows[at - 1], CHANCES["last"], f"bar {at} again")
    for phrase in PHRASES:
        if fits(at - phrase):
            yield Guess(rows[at - phrase], CHANCES[f"phrase-{phrase}"], f"as bar {at - phrase + 1}")
    if at >= 2 and fits(at - 1) and (moved := _sequence(rows[at - 2], rows[at - 1], score, at)) is not None:
        yield Guess(moved, CHANCES["sequence"], f"bar {at} moved on")


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
