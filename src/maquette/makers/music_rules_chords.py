"""Chords for a melody by rule: the best path through the chords of the key, by what fits and what usually follows.

A hidden Markov model as in Simon, Morris and Basu 2008 (MySong, CHI '08): the chords are hidden, the melody is heard.
How well a chord fits is told by media.harmony; how usual one is after another was counted in hymns, songs and piano
pieces whose chords were labelled by the same module (20,400 moves in major, 4,800 in minor).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from ..core.errors import UsageError
from ..media.harmony import NAMES, Per, merged, odds_of, sounding, spans_of
from ..media.keys import find_key
from ..media.score import Chord, Key, Score

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The chords that are tried, as semitones above the tonic and quality.
DEGREES: dict[str, tuple[tuple[int, str], ...]] = {
    "major": (
        (0, ""), (2, "m"), (4, "m"), (5, ""), (7, ""), (7, "7"), (9, "m"), (11, "dim"),
        (2, "7"), (4, "7"), (9, "7"), (0, "7"), (11, "7"), (5, "m"), (10, ""), (8, ""),
    ),
    "minor": (
        (0, "m"), (2, "dim"), (3, ""), (5, "m"), (7, ""), (7, "7"), (7, "m"), (8, ""),
        (10, ""), (10, "7"), (11, "dim"), (0, "7"), (2, "7"), (3, "7"), (1, ""), (5, ""),
    ),
}  # fmt: skip
MODAL = {"dorian": "minor", "phrygian": "minor", "locrian": "minor", "lydian": "major", "mixolydian": "major"}
# What a chord after another costs: tenths of the negative logarithm of its share, rows before, columns after.
MOVES: dict[str, tuple[tuple[int, ...], ...]] = {
    "major": (
        (62, 25, 28, 16, 15, 19, 22, 32, 34, 38, 43, 38, 47, 50, 52, 47),
        (14, 62, 26, 25, 19, 17, 25, 30, 39, 30, 33, 48, 58, 55, 41, 62),
        (13, 23, 62, 22, 20, 27, 20, 36, 33, 30, 32, 57, 38, 62, 47, 58),
        (10, 21, 31, 62, 20, 25, 28, 33, 39, 32, 44, 42, 62, 45, 36, 53),
        (7, 32, 30, 26, 62, 20, 25, 37, 29, 44, 43, 46, 55, 55, 54, 52),
        (4, 38, 33, 34, 22, 62, 30, 35, 59, 46, 53, 44, 61, 50, 56, 51),
        (16, 23, 29, 21, 18, 30, 62, 33, 26, 22, 36, 56, 39, 62, 54, 60),
        (14, 32, 22, 26, 28, 17, 20, 62, 30, 29, 45, 57, 48, 57, 53, 46),
        (26, 28, 29, 42, 6, 22, 31, 35, 62, 40, 53, 62, 47, 62, 43, 54),
        (23, 30, 27, 25, 37, 36, 7, 31, 39, 62, 26, 62, 37, 62, 48, 51),
        (26, 9, 31, 28, 27, 37, 25, 30, 21, 33, 62, 47, 47, 62, 47, 42),
        (16, 32, 49, 8, 37, 37, 33, 36, 51, 45, 30, 62, 34, 28, 35, 62),
        (23, 37, 12, 46, 23, 31, 33, 29, 50, 14, 36, 52, 62, 62, 36, 45),
        (13, 52, 38, 26, 19, 19, 50, 23, 32, 35, 62, 40, 62, 62, 31, 25),
        (28, 20, 25, 13, 33, 26, 23, 32, 41, 37, 25, 42, 33, 62, 62, 49),
        (17, 54, 56, 25, 14, 23, 35, 34, 29, 27, 47, 62, 48, 19, 32, 62),
    ),
    "minor": (
        (62, 31, 25, 19, 17, 28, 30, 23, 32, 31, 31, 24, 35, 43, 44, 30),
        (15, 62, 17, 26, 22, 21, 36, 38, 48, 36, 23, 32, 49, 43, 43, 42),
        (17, 30, 62, 25, 27, 29, 29, 17, 25, 33, 31, 37, 36, 28, 42, 31),
        (15, 31, 26, 62, 20, 26, 28, 29, 30, 25, 30, 26, 49, 59, 39, 34),
        (8, 37, 35, 30, 62, 18, 29, 27, 49, 49, 36, 28, 40, 60, 60, 42),
        (7, 48, 29, 24, 23, 62, 35, 32, 54, 62, 38, 22, 55, 49, 62, 54),
        (15, 32, 19, 21, 29, 27, 62, 35, 32, 34, 26, 29, 27, 53, 52, 35),
        (18, 32, 20, 21, 19, 31, 30, 62, 29, 33, 32, 33, 46, 50, 29, 33),
        (23, 35, 13, 23, 26, 48, 24, 26, 62, 30, 37, 37, 28, 36, 45, 30),
        (22, 34, 7, 24, 40, 41, 34, 38, 31, 62, 34, 36, 36, 34, 62, 62),
        (14, 31, 21, 27, 23, 24, 37, 21, 44, 31, 62, 34, 41, 51, 34, 32),
        (14, 35, 38, 13, 30, 29, 35, 26, 45, 51, 37, 62, 39, 62, 35, 22),
        (21, 35, 28, 31, 16, 21, 17, 30, 32, 39, 38, 38, 62, 62, 39, 32),
        (35, 53, 16, 34, 42, 36, 28, 7, 51, 53, 51, 36, 26, 62, 61, 52),
        (26, 33, 28, 26, 22, 48, 51, 14, 33, 33, 25, 29, 30, 41, 62, 22),
        (22, 34, 35, 17, 27, 38, 34, 27, 17, 27, 25, 30, 31, 62, 39, 62),
    ),
}  # fmt: skip
# What each costs as the last chord.
ENDS = {
    "major": (2, 42, 58, 53, 34, 45, 26, 69, 42, 40, 42, 69, 69, 69, 69, 58),
    "minor": (5, 52, 21, 36, 41, 41, 52, 33, 52, 52, 52, 21, 52, 52, 41, 41),
}  # fmt: skip
FIT = 2.0  # weight of the notes beside the moves
STAY, CUT = 0.6, 0.6  # what a chord costs that goes on over a barline, and what a change within a bar costs more
USUAL = 0.4  # weight of how usual a chord is at all
FOREIGN = 0.6  # what a chord with a tone out of the key costs, where the tone is not sung


def chords_for(
    score: Score, per: Per | int = "half-bar", *, key: Key | None = None, melody: int | None = None
) -> Score:
    """The score with chord symbols for its melody, at most one per span of `harmony.spans_of`.

    key: default what the score says, else what its notes speak for. melody: index of the part that is harmonised; all
    pitched parts by default. What chords the score had is replaced. UsageError without a note that has a pitch.
    """
    import numpy as np

    notes = sounding(score, None if melody is None else {melody})
    spans = spans_of(score, per)
    if not notes[0] or not spans:
        raise UsageError("there is no note to harmonise", where=score.title, mend="give a melody")
    odds, heard = odds_of(*notes, spans)
    keyed = replace(score, keys=(key,) if key else score.keys or (find_key(score),))
    bars = set(score.starts)
    rows = [_Row.of(keyed.key_at(start)) for start, _ in spans]
    costs = [
        -FIT * np.clip(loud, 0.25, 1) * one[row.columns] + row.own
        for one, row, loud in zip(odds, rows, heard, strict=True)
    ]
    path = _path(costs, rows, [start in bars for start, _ in spans])
    chords = [
        Chord(start, int(row.columns[at]) // len(NAMES), NAMES[int(row.columns[at]) % len(NAMES)])
        for (start, _), row, at in zip(spans, rows, path, strict=True)
    ]
    return replace(score, chords=merged(chords))


class _Row:
    """The chords of one key, and what they cost."""

    _kept: ClassVar[dict[tuple[int, str], _Row]] = {}

    def __init__(self, key: Key) -> None:
        import numpy as np

        mode = MODAL.get(key.mode, key.mode)
        degrees = DEGREES[mode]
        scale = {*key.scale, *((key.tonic + 11) % 12,) * (mode == "minor")}
        chords = [Chord(0, (key.tonic + step) % 12, quality) for step, quality in degrees]
        self.columns = np.asarray([chord.root * len(NAMES) + NAMES.index(chord.quality or "") for chord in chords])
        self.moves = np.asarray(MOVES[mode]) / 10
        self.ends = np.asarray(ENDS[mode]) / 10
        self.own = np.asarray([FOREIGN * (not set(chord.tones) <= scale) for chord in chords])
        self.own = self.own + USUAL * (self.moves.min(0) - self.moves.min())

    @classmethod
    def of(cls, key: Key) -> _Row:
        return cls._kept.setdefault((key.tonic, key.mode), cls(key))


def _path(costs: Sequence[NDArray[np.float64]], rows: Sequence[_Row], bars: Sequence[bool]) -> list[int]:
    """The cheapest way through the chords; one that goes on costs little, and less within a bar."""
    import numpy as np

    best, back = costs[0] + 0.5 * rows[0].ends, []
    for cost, row, before, bar in zip(costs[1:], rows[1:], rows, bars[1:], strict=False):
        if row is before:
            step = row.moves + (0 if bar else CUT)
            np.fill_diagonal(step, STAY if bar else 0.0)
        else:  # the key changes: any chord may follow, the main ones rather
            step = np.tile(row.ends, (len(best), 1))
        each = best[:, None] + step
        back.append(each.argmin(0))
        best = each.min(0) + cost
    path = [int((best + rows[-1].ends).argmin())]
    for one in reversed(back):
        path.append(int(one[path[-1]]))
    return path[::-1]
