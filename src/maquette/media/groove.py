"""Timing of performances: onto a grid, into a swing, loosened like a hand, or taken over from another performance.

    tight = quantise(score, "1/16", strength=0.8)   # tuplets stay tuplets unless asked otherwise
    loose = humanise(score, seed=1)                 # media/groove_human.py
    other = with_groove(score, groove_of(take))     # media/groove_pattern.py

Every move gives a new score; `*_told` gives it with how far its notes went.
"""

from __future__ import annotations

from collections import defaultdict

from ..core.errors import MediaError
from .groove_core import GRIDS, Moved, beat_at, has_tuplets, onsets, retimed, share, ticks_of
from .groove_human import humanise, humanise_told
from .groove_pattern import Groove, groove_of, with_groove, with_groove_told
from .score import TPQ, Note, Score

__all__ = [
    "GRIDS",
    "Groove",
    "Moved",
    "groove_of",
    "humanise",
    "humanise_told",
    "natural_swing",
    "quantise",
    "quantise_told",
    "swing",
    "swing_told",
    "with_groove",
    "with_groove_told",
]


def quantise(score: Score, grid: str | int = "1/16", strength: float = 1.0, *, tuplets: bool = False) -> Score:
    """Notes drawn to the grid by `strength` (1: onto it); see `quantise_told`."""
    return quantise_told(score, grid, strength, tuplets=tuplets).score


def quantise_told(score: Score, grid: str | int = "1/16", strength: float = 1.0, *, tuplets: bool = False) -> Moved:
    """Draw beginnings and ends to the grid (counted from each barline), and tell how far they went.

    Where the notes of a beat fit triplets or quintuplets clearly better than the grid, they are drawn to those; with
    `tuplets` even they go onto the grid. Notes shorter than a step of the grid keep their length. MediaError for a
    grid or strength that cannot be.
    """
    step = ticks_of(grid)
    share(strength, "a strength")
    units = [{} if tuplets else _tuplet_beats(score, part, step) for part in range(len(score.parts))]

    def nearest(part: int, tick: int) -> float:
        begin, _ = beat_at(score, tick)
        unit = units[part].get(begin)
        if not unit:
            begin, unit = _origin(score, tick), step
        return begin + round((tick - begin) / unit) * unit

    def times(part: int, note: Note) -> tuple[float, float, float]:
        start = nearest(part, note.start)
        if start >= score.end and note.start < score.end:
            start -= step
        begin = note.start + strength * (start - note.start)
        unit = units[part].get(beat_at(score, note.start)[0], step)
        if note.length < unit:
            return begin, begin + note.length, note.velocity
        end = max(nearest(part, note.end), start + unit)
        return begin, note.end + strength * (end - note.end), note.velocity

    return retimed(score, times)


def _origin(score: Score, tick: int) -> int:
    """Where the grid around `tick` is counted from: its barline; in a pick-up the one behind it."""
    index = score.bar_at(tick)
    first = index == 0 and len(score.bars) > 1 and score.bars[0].length < score.bars[0].full
    return score.starts[1 if first else index]


def _tuplet_beats(score: Score, part: int, step: int) -> dict[int, int]:
    """Beats of a part (by their first tick) whose notes are tuplets -> ticks of the tuplet."""
    beats: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for tick in onsets(score, part):
        begin, length = beat_at(score, tick)
        if begin + length - tick < step / 4 and begin + length < score.end:  # a little early for the next beat
            begin += length
        beats[begin, length].append(abs(tick - begin))
    found = {begin: has_tuplets(inside, step) for (begin, _), inside in beats.items()}
    return {begin: unit for begin, unit in found.items() if unit}


def natural_swing(bpm: float) -> float:
    """Where the off-beat eighth of a swung pair stands, as a share of the pair (1/2 straight, 2/3 triplets).

    Friberg & Sundström 2002 (Music Perception 19, 333-349) measured jazz drummers: up to 3:1 and more when slow, even
    eighths at 300 quarters a minute, the short note about 100 ms long in between.
    """
    return 1 - min(max(0.1 * bpm / 60, 0.25), 0.5)


def swing(score: Score, amount: float = 1.0, *, ratio: float | None = None, unit: str | int = "1/8") -> Score:
    """Long-short pairs; see `swing_told`."""
    return swing_told(score, amount, ratio=ratio, unit=unit).score


def swing_told(score: Score, amount: float = 1.0, *, ratio: float | None = None, unit: str | int = "1/8") -> Moved:
    """Every second `unit` later: by `amount` (0 straight .. 1) of what players do at this tempo.

    ratio: long to short instead, 2 for triplets, 3 for dotted. Beats that hold tuplets stay as they are. MediaError in
    metres such as 6/8, whose beats have no pairs of that unit.
    """
    step = ticks_of(unit)
    share(amount, "a swing")
    if ratio is not None and not 1 <= ratio <= 5:
        raise MediaError(f"a swing ratio of {ratio:g} cannot be", mend="choose 1 (straight) to 5; 2 is a triplet")
    pair = 2 * step
    tied = [_tuplet_beats(score, part, step // 2) for part in range(len(score.parts))]
    if score.bars and not any(_pairs(score, index, pair) for index in range(len(score.bars))):
        beats, of = score.metre
        raise MediaError(
            f"a beat of {beats}/{of} has no pairs of {unit} to swing", mend="choose a smaller --unit, e.g. 1/16"
        )

    def later(part: int, tick: int) -> float:
        begin, _ = beat_at(score, tick)
        if begin in tied[part] or not _pairs(score, score.bar_at(tick), pair):
            return tick
        start = begin + (tick - begin) // pair * pair if tick >= begin else begin
        far = ratio / (1 + ratio) if ratio else natural_swing(score.tempo_at(tick) * 240 / step)
        middle = step + amount * (far * pair - step)
        inside = tick - start
        if inside <= step:
            return start + inside * middle / step
        return start + middle + (inside - step) * (pair - middle) / step

    def times(part: int, note: Note) -> tuple[float, float, float]:
        return later(part, note.start), later(part, note.end), note.velocity

    return retimed(score, times)


def _pairs(score: Score, index: int, pair: int) -> bool:
    """True if the beats of a bar hold whole pairs."""
    return beat_at(score, score.starts[index])[1] % pair == 0 and pair <= 4 * TPQ
