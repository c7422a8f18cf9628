"""Take the timing and the loudness of one performance over to another piece.

A groove is what a performance does with each place of the bar: how early or late, how loud against its average. It is
kept bar by bar, so that the small differences between bars, which make it sound played, come along.
"""

from __future__ import annotations

import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from ..core.errors import MediaError
from .groove_core import Moved, retimed, share
from .score import TPQ, Note, Score

# General MIDI drums -> those that are played alike.
_DRUMS = {"kick": (35, 36), "snare": (37, 38, 39, 40), "hats": (42, 44, 46), "cymbals": (49, 51, 52, 53, 55, 57, 59)}
KIND = {pitch: kind for kind, pitches in _DRUMS.items() for pitch in pitches}
LATEST = 110  # ticks off its place that a note is taken for late, not for one of another place: 2.7 to 1 in swing
STEPS = (480, 240, 120)  # how fine a groove is told: the coarsest on which each place is played at one time


@dataclass(frozen=True)
class Groove:
    """Shifts (ticks) and loudness (share of the average) of a performance, by place.

    bar: ticks of its bars. step: ticks from place to place. rows: (bar number, kind, place) -> (shift, loudness);
    kinds are "kick", "snare", "hats", "cymbals", "drums", "notes"; the bar number None is the average of all bars.
    """

    bar: int
    step: int
    bars: int
    rows: Mapping[tuple[int | None, str, int], tuple[float, float]]

    @property
    def told(self) -> str:
        """A line for people."""
        shifts = [abs(shift) for (bar, _, _), (shift, _) in self.rows.items() if bar is None]
        kinds = sorted({kind for _, kind, _ in self.rows})
        return (
            f"{self.bars} bars of {', '.join(kinds)} in steps of {self.step} ticks, "
            f"shifts up to {max(shifts):.0f} ticks"
        )

    def at(self, bar: int, kind: str, inside: float) -> tuple[float, float]:
        """Shift and loudness at `inside` ticks of a bar, between two places in proportion."""
        place, far = divmod(inside / self.step, 1)
        low, high = self._place(bar, kind, int(place)), self._place(bar, kind, int(place) + 1)
        return low[0] + far * (high[0] - low[0]), (low if far < 0.5 else high)[1]

    def _place(self, bar: int, kind: str, place: int) -> tuple[float, float]:
        count = max(1, self.bar // self.step)
        bar, place = (bar + place // count) % self.bars, place % count
        for other in _alike(kind):
            for number in (bar, None):
                found = self.rows.get((number, other, place))
                if found:
                    return found
        beat = max(1, TPQ // self.step)
        same = [self.rows[key] for key in self.rows if key[0] is None and key[2] % beat == place % beat]
        return (sum(s for s, _ in same) / len(same), sum(v for _, v in same) / len(same)) if same else (0.0, 1.0)


def _alike(kind: str) -> tuple[str, ...]:
    """Where a kind without a row of its own looks."""
    if kind == "notes":
        return ("notes", "hats", "drums", "snare", "kick", "cymbals")
    return (kind, "drums", "hats", "snare", "kick", "cymbals", "notes")


class _Bars:
    """The bars of a score as a groove of `full` ticks counts them: longer ones in pieces, a pick-up as number -1."""

    def __init__(self, score: Score, full: int) -> None:
        self.begins: list[int] = []
        self.numbers: list[int] = []
        number = 0
        for index, (start, bar) in enumerate(zip(score.starts, score.bars, strict=False)):
            if index == 0 and len(score.bars) > 1 and bar.length < bar.full:
                self.begins.append(start - (bar.full - bar.length))
                self.numbers.append(-1)
                continue
            for begin in range(start, start + bar.length, full):
                self.begins.append(begin)
                self.numbers.append(number)
                number += 1
        self.count = max(1, number)

    def place(self, tick: int) -> tuple[int, int]:
        """(bar, ticks inside it)."""
        index = max(0, bisect.bisect_right(self.begins, tick) - 1)
        return self.numbers[index], tick - self.begins[index]


def groove_of(performance: Score) -> Groove:
    """The groove of a performance whose bars and tempo are those it was played to.

    MediaError if it has no notes or no groove: everything on the grid and equally loud.
    """
    if not performance.count or not performance.bars:
        raise MediaError("a performance without notes has no groove", where=performance.title, mend="choose another")
    full = Counter(bar.full for bar in performance.bars).most_common(1)[0][0]
    bars = _Bars(performance, full)
    step = next((step for step in STEPS if _loose(performance, bars, step) <= 0.01), STEPS[-1])
    count = max(1, full // step)
    found: defaultdict[tuple[int | None, str, int], list[tuple[float, float]]] = defaultdict(list)
    placed = list(_placed(performance, bars, step))
    loudness: defaultdict[str, list[int]] = defaultdict(list)
    for _, kind, note, _ in placed:
        loudness[kind].append(note.velocity)
    average = {kind: sum(values) / len(values) for kind, values in loudness.items()}
    for bar, kind, note, (place, shift) in placed:
        row = (shift, note.velocity / average[kind])
        found[(bar + place // count) % bars.count, kind, place % count].append(row)
        found[None, kind, place % count].append(row)
    rows = {key: _average(values) for key, values in found.items()}
    if all(abs(shift) < 0.5 and abs(loud - 1) < 0.005 for shift, loud in rows.values()):
        wrong = "this performance has no groove: all notes stand on the grid and are equally loud"
        raise MediaError(wrong, where=performance.title, mend="take one that was played, or `maquette music humanise`")
    return Groove(full, step, bars.count, rows)


def _average(values: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(one for one, _ in values) / len(values), sum(two for _, two in values) / len(values)


def _placed(score: Score, bars: _Bars, step: int) -> Iterator[tuple[int, str, Note, tuple[int, float]]]:
    """(bar, kind, note, (place, shift)): a place reaches from a quarter of a step before it to three behind it."""
    for part in score.parts:
        for note in part.notes:
            bar, inside = bars.place(note.start)
            place = (inside + step // 4) // step
            kind = KIND.get(note.pitch, "drums") if part.drums else "notes"
            yield bar, kind, note, (place, inside - place * step)


def _loose(score: Score, bars: _Bars, step: int) -> float:
    """The share of notes far (a tenth of a quarter) from where their place is mostly played: is the step too wide?"""
    found: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    for bar, kind, _, (place, shift) in _placed(score, bars, step):
        found[kind, place if bar >= 0 else -1 - place].append(shift)
    mostly = {place: median(shifts) for place, shifts in found.items()}
    far = sum(
        abs(shift - mostly[place]) > TPQ / 10 or abs(mostly[place]) > LATEST
        for place, shifts in found.items()
        for shift in shifts
    )
    return far / max(1, sum(map(len, found.values())))


def with_groove(score: Score, groove: Groove, strength: float = 1.0) -> Score:
    """The score played in that groove; see `with_groove_told`."""
    return with_groove_told(score, groove, strength).score


def with_groove_told(score: Score, groove: Groove, strength: float = 1.0) -> Moved:
    """Shift notes as the groove does at their places, and make them as loud, by `strength` (0 .. 1).

    Its bars come round again and again. In bars of another length its beats are used. The average loudness of each
    part stays its own.
    """
    share(strength, "a strength")
    means = [sum(note.velocity for note in part.notes) / max(1, len(part.notes)) for part in score.parts]
    bars = _Bars(score, groove.bar)

    def at(part: int, tick: int, pitch: int) -> tuple[float, float]:
        kind = KIND.get(pitch, "drums") if score.parts[part].drums else "notes"
        number, inside = bars.place(tick)
        return groove.at(number, kind, inside)

    def times(part: int, note: Note) -> tuple[float, float, float]:
        shift, loud = at(part, note.start, note.pitch)
        last = shift if note.end >= score.end else at(part, note.end, note.pitch)[0]
        velocity = note.velocity + strength * (means[part] * loud - note.velocity)
        return note.start + strength * shift, note.end + strength * last, velocity

    return retimed(score, times)
