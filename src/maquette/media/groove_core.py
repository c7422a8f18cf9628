"""Notes at other times: what all moves on timing share, and how they tell how far notes went."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..core.errors import MediaError
from .score import TPQ, Note, Score, sorted_notes

# Ticks of the grids that people name.
GRIDS = {"1/4": 480, "1/4t": 320, "1/8": 240, "1/8t": 160, "1/16": 120, "1/16t": 80, "1/32": 60, "1/32t": 40}
TUPLETS = (160, 80, 96, 320)  # eighth triplets, sixteenth triplets, quintuplets, quarter triplets


@dataclass(frozen=True)
class Moved:
    """A score whose notes went elsewhere in time. Shifts are those of the beginnings, in milliseconds.

    joined: notes that came to lie on one of the same pitch and became one with it.
    """

    score: Score
    notes: int
    moved: int
    mean_ms: float
    max_ms: float
    joined: int = 0

    @property
    def told(self) -> str:
        """A line for people."""
        if not self.moved:
            return "no note moved"
        line = f"{self.moved} of {self.notes} notes moved: {self.mean_ms:.1f} ms on average, {self.max_ms:.1f} at most"
        return line + (f"; {self.joined} fell together with another" if self.joined else "")


class Clock:
    """Milliseconds of a tick, fast for many questions."""

    def __init__(self, score: Score) -> None:
        self.ticks = [tempo.tick for tempo in score.tempi]
        self.bpm = [tempo.bpm for tempo in score.tempi] or [120.0]

    def ms(self, tick: int) -> float:
        """Length of one tick at `tick`."""
        return 60_000 / (self.bpm[max(bisect.bisect_right(self.ticks, tick) - 1, 0)] * TPQ)


def retimed(score: Score, times: Callable[[int, Note], tuple[float, float, float]]) -> Moved:
    """The score with new times: `times(part, note)` gives beginning and end (ticks) and velocity of every note.

    Notes stay inside the piece, no note is lost but by falling together with one of its pitch, and one that ended where
    the next of its pitch began still does not sound into it.
    """
    clock, shifts, parts, joined = Clock(score), [], [], 0
    last = max(score.end, max((note.end for part in score.parts for note in part.notes), default=1))
    for index, part in enumerate(score.parts):
        fresh: defaultdict[int, list[tuple[Note, Note]]] = defaultdict(list)
        for note in part.notes:
            begin, end, velocity = times(index, note)
            start = min(max(round(begin), 0), last - 1)
            shifts.append(abs(start - note.start) * clock.ms(note.start))
            loud = min(max(round(velocity), 1), 127)
            length = max(min(round(end), last) - start, 1)
            fresh[note.pitch].append((replace(note, start=start, length=length, velocity=loud), note))
        notes: list[Note] = []
        for line in fresh.values():
            kept = _in_turn(line)
            joined += len(line) - len(kept)
            notes += kept
        parts.append(replace(part, notes=sorted_notes(notes)))
    moved = [shift for shift in shifts if shift]
    return Moved(
        replace(score, parts=tuple(parts)),
        len(shifts),
        len(moved),
        sum(moved) / len(moved) if moved else 0.0,
        max(moved, default=0.0),
        joined,
    )


def _in_turn(line: list[tuple[Note, Note]]) -> list[Note]:
    """Notes of one pitch (new, old), one after the other where they stood so before."""
    out: list[tuple[Note, Note]] = []
    for note, old in line:
        if out and out[-1][0].start >= note.start and out[-1][1].start < old.start:
            before, older = out.pop()
            end, loud = max(before.end, note.end), max(before.velocity, note.velocity)
            note, old = replace(before, length=end - before.start, velocity=loud), replace(old, start=older.start)
        out.append((note, old))
    kept = []
    for (note, old), following in zip(out, [*out[1:], None], strict=True):
        if following and old.end <= following[1].start and note.start < following[0].start < note.end:
            note = replace(note, length=following[0].start - note.start)
        kept.append(note)
    return kept


def onsets(score: Score, part: int) -> list[int]:
    """Ticks at which notes of a part begin, each once, in order."""
    return sorted({note.start for note in score.parts[part].notes})


def ticks_of(grid: str | int) -> int:
    """The ticks of a grid by name ("1/16", "1/8t") or number."""
    if isinstance(grid, int) and 1 <= grid <= 4 * TPQ:
        return grid
    if grid in GRIDS:
        return GRIDS[str(grid)]
    raise MediaError(f"there is no grid {grid!r}", mend=f"choose one of {', '.join(GRIDS)}")


def share(value: float, what: str, most: float = 1.0) -> float:
    """A setting of 0 .. `most`, or an error that names it."""
    if not 0 <= value <= most:
        raise MediaError(f"{what} of {value:g} cannot be", mend=f"choose 0 to {most:g}")
    return value


def beat_at(score: Score, tick: int) -> tuple[int, int]:
    """Where the beat that `tick` lies in begins, and its length: the written beat, three of them in 6/8, 9/8, 12/8."""
    index = score.bar_at(tick)
    bar, begin = score.bars[index], score.starts[index]
    unit = 4 * TPQ // bar.unit
    beat = unit * 3 if bar.unit >= 8 and bar.beats % 3 == 0 else unit
    late = bar.full - bar.length if index == 0 and 0 < bar.length < bar.full else 0  # a pick-up ends with its bar
    inside = tick - begin + late
    return begin - late + inside // beat * beat, beat


def has_tuplets(inside: list[int], grid: int) -> int:
    """The tuplet (ticks of one note) that a beat's onsets, counted from it, fit clearly better than the grid; or 0."""
    off = [tick for tick in inside if min(tick % grid, grid - tick % grid) > 0]
    if not off:
        return 0

    def misfit(unit: int) -> float:
        return sum(min(tick % unit, unit - tick % unit) for tick in off) / len(off)

    straight = misfit(grid)
    for unit in TUPLETS:
        if unit % grid == 0 or grid % unit == 0:
            continue
        exact = misfit(unit) <= 6 and straight > 15
        if exact or (len(off) > 1 and misfit(unit) < 0.4 * straight and straight > 12):
            return unit
    return 0
