"""Which notes are probably wrong: out of the key or against the harmony, and no passing note either.

Every note is weighed against its neighbours by a semitone or two: how usual is the pitch in the bars around it and in
the key, how well does it make a chord with what sounds beside it, how usual is the step to it and from it. A note is
told where another one would be far likelier (the sum of log-odds exceeds a bar); that one is the advice. The weights
were chosen on pieces with planted mistakes (benchmarks/music_harmony.py).
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .harmony import NAMES, PRIMARY, _templates
from .keys import key_name
from .score import QUALITIES, TPQ, Key, Note
from .score_lint_look import Finding, Look, Mend
from .score_lint_ranges import range_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CELL = TPQ // 2  # ticks: what sounds within the same eighth sounds together
AROUND = 16  # cells before and after a note that tell which pitch classes are usual there
# Log-odds of a melodic interval of 0..13 semitones, one way (13: more than an octave); counted in songs and hymns.
STEPS = (-2.06, -2.45, -2.09, -3.01, -3.42, -3.21, -5.04, -3.59, -4.54, -4.45, -4.76, -5.51, -4.01, -4.10)
NO_STEP = -3.0  # where nothing goes before, or follows
TRIED = (0, -1, 1, -2, 2)  # the semitones by which a hand slips
USUAL, CHORD, MELODY = 1.0, 4.0, 0.6  # weights of the three
PRIOR = 0.15  # how often a pitch class of the key is reckoned to sound before any is heard
APPROACH = 1.2  # log-odds for a note that goes on by a semitone: it leads there
# Log-odds from which a note out of the key is told, the same in a line without harmony, and of a note in it that rubs.
STRANGE, ALONE, AGAINST = 4.7, 3.2, 5.0
SURE = 1.0  # so much less is asked of a note that rubs (out of the key), or comes and goes by leap
MEANT = 5  # times that a pitch out of the key may be found: what recurs more often is meant
USUALLY, CHROMATIC = 0.08, 12.0  # share of notes out of the key from which more is asked, and how much more
REACH = 2 * TPQ  # ticks between two notes that still follow one another


@dataclass(frozen=True)
class Odds:
    """What was found out about one note: how much likelier another pitch is, and why."""

    part: int
    note: Note
    better: int
    odds: float
    outside: bool  # of the key
    clash: str  # the interval at which it rubs with another note, "" if with none
    leaps: bool


class Weighing:
    """All notes of a score weighed at once; rows are those of `look.all`."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.rows = look.all

    @cached_property
    def cells(self) -> NDArray[np.float64]:
        """How long each pitch class sounds up to each cell (c + 1, 12), in cells."""
        import numpy as np

        starts, ends, pitches = self.rows[:, 0], self.rows[:, 1], self.rows[:, 2]
        count = int(ends.max()) // CELL + 2
        first, last = starts // CELL, (ends - 1) // CELL
        times = last - first + 1
        note = np.repeat(np.arange(len(starts)), times)
        cell = np.arange(len(note)) - np.repeat(np.cumsum(times) - times, times) + first[note]
        share = (np.minimum(ends[note], (cell + 1) * CELL) - np.maximum(starts[note], cell * CELL)) / CELL
        table = np.bincount(cell * 12 + pitches[note] % 12, share, count * 12)[: count * 12].reshape(count, 12)
        return np.vstack([np.zeros((1, 12)), np.cumsum(table, 0)])

    def sums(self) -> NDArray[np.float64]:
        """Log-odds (n, 5) of each note at each of the pitches tried."""
        import numpy as np

        starts, ends, pitches = self.rows[:, 0], self.rows[:, 1], self.rows[:, 2]
        cells, count = self.cells, len(self.cells) - 1
        own = np.zeros((len(pitches), 12))
        own[np.arange(len(pitches)), pitches % 12] = (ends - starts) / CELL
        first, last = starts // CELL, (ends - 1) // CELL + 1
        wide = cells[np.minimum(last + AROUND, count)] - cells[np.maximum(first - AROUND, 0)] - own
        beside = cells[last] - cells[first] - own
        usual = np.log(np.maximum(wide, 0) + PRIOR * 4 * self._in_scale() + 0.1)
        total = np.zeros((len(pitches), len(TRIED)))
        for column, step in enumerate(TRIED):
            tried = (pitches + step) % 12
            total[:, column] = USUAL * usual[np.arange(len(tried)), tried]
        return total + CHORD * self._chords(np.maximum(beside, 0)) + MELODY * self._steps()

    def _in_scale(self) -> NDArray[np.float64]:
        import numpy as np

        scales = {key: _scale(key) for key in self.look.keys}
        table = np.zeros((len(self.rows), 12))
        for row, start in enumerate(self.rows[:, 0]):
            table[row, list(scales[self.look.key_at(int(start))])] = 1
        return table

    def _chords(self, beside: NDArray[np.float64]) -> NDArray[np.float64]:
        """How good a chord each pitch makes with what sounds beside it (n, 5)."""
        import numpy as np

        held, _, usual = _templates()
        pitches = self.rows[:, 2]
        bonus = usual + np.asarray([_own(self.look.key_at(int(start))) for start in self.rows[:, 0]])
        total = beside.sum(1)
        weight = np.clip(total, 0, 2)  # with nothing beside it a note makes no chord
        others = beside / np.maximum(total, 1e-9)[:, None] @ held
        found = np.empty((len(pitches), len(TRIED)))
        for column, step in enumerate(TRIED):
            both = (2 * others + held[(pitches + step) % 12]) / 3 + bonus
            found[:, column] = both.max(1) * np.minimum(weight, 1)
        return found

    def _steps(self) -> NDArray[np.float64]:
        """How usual the steps to and from each pitch are (n, 5)."""
        import numpy as np

        found = np.full((len(self.rows), len(TRIED)), 2 * NO_STEP)
        table = np.asarray(STEPS)
        before, after = self.neighbours
        for near in (before, after):
            there = near >= 0
            for column, step in enumerate(TRIED):
                wide = np.abs(self.rows[:, 2] + step - near)
                found[there, column] += table[np.minimum(wide, 13)][there] - NO_STEP
        return found

    @cached_property
    def neighbours(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The pitch before and after each note in its line, -1 where there is none; of chords the nearest one."""
        import numpy as np

        before, after = (np.full(len(self.rows), -1) for _ in range(2))
        at = {(int(part), int(index)): row for row, (_, _, _, part, index) in enumerate(self.rows)}
        ids = {
            (number, id(note)): at[number, index]
            for number, part in enumerate(self.look.score.parts)
            if not part.drums
            for index, note in enumerate(part.notes)
        }
        for line in self.look.lines:
            groups = _onsets(line.notes)
            for number, group in enumerate(groups):
                for note in group:
                    row = ids[line.part, id(note)]
                    if number and note.start - max(one.end for one in groups[number - 1]) <= REACH:
                        before[row] = _nearest(groups[number - 1], note)
                    if number + 1 < len(groups) and groups[number + 1][0].start - note.end <= REACH:
                        after[row] = _nearest(groups[number + 1], note)
        return before, after


def _onsets(notes: Sequence[Note]) -> list[list[Note]]:
    groups: list[list[Note]] = []
    for note in notes:
        if groups and groups[-1][0].start == note.start:
            groups[-1].append(note)
        else:
            groups.append([note])
    return groups


def _nearest(group: Sequence[Note], note: Note) -> int:
    return min((one.pitch for one in group), key=lambda pitch: abs(pitch - note.pitch))


def _scale(key: Key) -> frozenset[int]:
    """The key's pitch classes; of minor the raised sixth and seventh too."""
    extra = {(key.tonic + 9) % 12, (key.tonic + 11) % 12} if key.mode == "minor" else set()
    return frozenset(key.scale) | extra


def _own(key: Key) -> NDArray[np.float64]:
    """What speaks for each chord in a key, (12 * q,), smaller than where one line alone is harmonised."""
    import numpy as np

    kept = _OWN.get((key.tonic, key.mode))
    if kept is None:
        scale = _scale(key)
        rows = [
            0.15 * ({(root + step) % 12 for step in QUALITIES[name]} <= scale)
            + 0.05 * ((root - key.tonic) % 12 in PRIMARY)
            for root in range(12)
            for name in NAMES
        ]
        kept = _OWN[key.tonic, key.mode] = np.asarray(rows)
    return kept


_OWN: dict[tuple[int, str], Any] = {}


def weighed(look: Look) -> Iterator[Odds]:
    """Every note that another pitch would be likelier for than it is."""
    if not len(look.all):
        return
    weighing = Weighing(look)
    total = weighing.sums()
    best = total.argmax(1)
    before, after = weighing.neighbours
    figures = [_figure(look, row, int(one), int(two)) for row, one, two in zip(look.all, before, after, strict=True)]
    counted = Counter(figures)
    for row in (best > 0).nonzero()[0]:
        if counted[figures[row]] > 1:
            continue  # the same figure in the same place of another bar: it is meant
        start, _, pitch, part, index = (int(value) for value in weighing.rows[row])
        note = look.score.parts[part].notes[index]
        outside = pitch % 12 not in _scale(look.key_at(start))
        leads = abs(after[row] - pitch) == 1
        if outside and leads and 0 < abs(before[row] - pitch) <= 2:
            continue  # a passing note, a neighbour
        excuse = APPROACH * (leads and outside)
        leaps = all(near >= 0 and abs(near - pitch) > 2 for near in (before[row], after[row]))
        odds = float(total[row, best[row]] - total[row, 0]) - excuse
        yield Odds(part, note, pitch + TRIED[best[row]], odds, outside, _clash(look, part, note), leaps)


def _figure(look: Look, row: NDArray[np.int64], before: int, after: int) -> tuple[int, ...]:
    """A note with its neighbours, and where in the bar it stands."""
    start, end, pitch, part, _ = (int(value) for value in row)
    bar = look.score.starts[look.score.bar_at(start)] if look.score.bars else 0
    return part, start - bar, end - start, pitch, before, after


def _clash(look: Look, part: int, note: Note) -> str:
    """A note of another line that it rubs with while both are held: "a semitone with Alto"."""
    rows = look.all
    low, high = bisect.bisect_left(rows[:, 0], note.start - 4 * TPQ), bisect.bisect_left(rows[:, 0], note.end)
    for start, end, pitch, other, _ in rows[low:high]:
        held = min(end, note.end) - max(start, note.start)
        apart = abs(int(pitch) - note.pitch)
        if held >= TPQ // 2 and apart in (1, 11, 13):
            word = {1: "a semitone", 11: "a major seventh", 13: "a minor ninth"}[apart]
            return f"{word} with {look.part_name(int(other)) if other != part else 'its own part'}"
    return ""


def key(look: Look) -> Iterator[Finding]:
    """Notes out of the key that neither the harmony nor the line asks for."""
    bar = ALONE if len(look.lines) == 1 and look.lines[0].single else STRANGE
    bar += CHROMATIC * max(0.0, _outside(look) - USUALLY)
    found = [one for one in weighed(look) if one.outside and one.odds >= bar - SURE * bool(one.clash or one.leaps)]
    counted = Counter(one.note.pitch % 12 for one in found)
    for one in found:
        if counted[one.note.pitch % 12] <= MEANT:
            yield _told(look, one, "key")


def _outside(look: Look) -> float:
    """The share of notes out of the key: where it is large, being out of it says little."""
    rows = look.all
    out = sum(int(pitch) % 12 not in _scale(look.key_at(int(start))) for start, _, pitch, _, _ in rows)
    return out / max(1, len(rows))


def clash(look: Look) -> Iterator[Finding]:
    """Notes of the key that rub with what is held beside them, where another one would be far likelier."""
    for one in weighed(look):
        if not one.outside and one.clash and one.odds >= (AGAINST - SURE if one.leaps else AGAINST):
            yield _told(look, one, "clash")


def _told(look: Look, one: Odds, rule: str) -> Finding:
    note = one.note
    key = look.key_at(note.start)
    reasons = [f"is not in {key_name(key)}"] if one.outside else []
    if one.clash:
        reasons.append(f"rubs at {one.clash}")
    if one.leaps:
        reasons.append("is reached and left by leap")
    if len(reasons) < 2 and not one.clash:
        reasons.append("makes no usual chord here")
    told = f"{look.part_name(one.part)}: {look.name(note.pitch, note.start)} " + " and ".join(reasons)
    part = look.score.parts[one.part]
    limits = range_of(part)
    fits = limits is None or limits[0] <= one.better <= limits[1] or not limits[0] <= note.pitch <= limits[1]
    mends = (Mend(one.part, note, replace(note, pitch=one.better, spelling="")),) if fits else ()
    advice = f"{look.name(one.better, note.start)} is likelier"
    return look.finding(rule, told, note.start, one.part, advice=advice, mends=mends)
