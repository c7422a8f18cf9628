"""Play out repeats: a score in which every bar stands as often as it sounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..core.errors import MediaError
from .score import Mark, Score, Timed, sorted_notes

MOST_BARS = 20_000


def unfold(score: Score, signs: Sequence[tuple[bool, bool, str]]) -> Score:
    """The score with its repeats played out. `signs`: for each bar, does a repeat open, close, and its ending ("1")."""
    return in_order(score, played_order(signs))


def played_order(signs: Sequence[tuple[bool, bool, str]]) -> list[int]:
    """Bars in the order in which they sound: repeated twice, or as often as their endings have numbers."""
    out: list[int] = []
    at, start, time, back = 0, 0, 1, False
    while at < len(signs):
        opens, closes, ending = signs[at]
        if opens and not back:
            start, time = at, 1
        back = False
        if ending and time not in _numbers(ending):
            at = _after_ending(signs, at, time)
            continue
        out.append(at)
        if len(out) > MOST_BARS:
            raise MediaError(f"played out, the piece has more than {MOST_BARS:,} bars", mend="keep its repeats written")
        times = max(_numbers(" ".join(_endings(signs, start))), default=2)
        if closes and start <= at and time < times:
            at, time, back = start, time + 1, True
            continue
        if ending and time >= times:  # the last ending: the next repeat begins behind it, as long as the one before it
            start, time = at + (1 if closes else _bars_of_ending(signs, start, at)), 1
        elif closes:
            start, time = at + 1, 1
        at += 1
    return out


def _numbers(ending: str) -> set[int]:
    """The times at which an ending is played: "1,3" or "1-3"."""
    found: set[int] = set()
    for first, last in re.findall(r"([0-9]{1,2})(?:-([0-9]{1,2}))?", ending):
        found |= set(range(int(first), int(last or first) + 1))
    return found


def _endings(signs: Sequence[tuple[bool, bool, str]], start: int) -> list[str]:
    """The endings that belong to the repeat from `start` on."""
    found: list[str] = []
    for index in range(start, len(signs)):
        opens, _, ending = signs[index]
        if index > start and opens:
            break
        if ending in found or (found and not ending and signs[index - 1][1]):
            break
        if ending:
            found.append(ending)
    return found


def _bars_of_ending(signs: Sequence[tuple[bool, bool, str]], start: int, last: int) -> int:
    """Bars of the ending before the one that begins at `last`; 1 where there is none."""
    first = next((index for index in range(last - 1, start - 1, -1) if signs[index][2]), last - 1)
    return max(last - first, 1)


def _after_ending(signs: Sequence[tuple[bool, bool, str]], at: int, time: int) -> int:
    """Where the music goes on when the ending at `at` is not for this time."""
    for index in range(at + 1, len(signs)):
        if signs[index][2]:
            return index
        if signs[index - 1][1]:
            return index
    return len(signs)


def in_order(score: Score, order: Sequence[int]) -> Score:
    """The score whose bars are those of `order`, one behind the other; notes go with the bar they begin in."""
    lengths = [score.bars[index].length for index in order]
    begins = [0]
    for length in lengths:
        begins.append(begins[-1] + length)
    places = [
        (score.starts[index], score.starts[index + 1], begin) for index, begin in zip(order, begins, strict=False)
    ]

    def moved(rows: Sequence[Timed]) -> tuple[Timed, ...]:
        out: list[Timed] = []
        for first, last, begin in places:
            out += [replace(row, tick=row.tick - first + begin) for row in rows if first <= row.tick < last]
        return tuple(out)

    def changes(rows: Sequence[Timed]) -> tuple[Timed, ...]:
        """What holds until the next: when going back, what held there holds again."""
        out: list[Timed] = []
        for first, last, begin in places:
            before = next((row for row in reversed(rows) if row.tick <= first), None)
            inside = [row for row in rows if first < row.tick < last]
            for row in ([replace(before, tick=first)] if before else []) + inside:
                fresh = replace(row, tick=row.tick - first + begin)
                if not out or replace(out[-1], tick=0) != replace(fresh, tick=0):
                    out.append(fresh)
        return tuple(out)

    parts = tuple(
        replace(
            part,
            notes=sorted_notes(
                replace(note, start=note.start - first + begin)
                for first, last, begin in places
                for note in part.notes
                if first <= note.start < last
            ),
            dynamics=moved(part.dynamics),
        )
        for part in score.parts
    )
    marks: tuple[Mark, ...] = moved(score.marks)
    return replace(
        score,
        parts=parts,
        bars=tuple(score.bars[index] for index in order),
        keys=changes(score.keys),
        tempi=changes(score.tempi),
        chords=moved(score.chords),
        marks=marks,
    )
