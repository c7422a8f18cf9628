"""Take the timing and the loudness of one performance over to another piece.

A groove is what a performance does with each place of the bar: how early or late, how loud against its average. It is
kept bar by bar, so that the small differences between bars, which make it sound played, come along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..core.errors import MediaError
from .groove_core import Moved, retimed, share
from .score import TPQ, Note, Score

# General MIDI drums -> those that are played alike.
_DRUMS = {"kick": (35, 36), "snare": (37, 38, 39, 40), "hats": (42, 44, 46), "cymbals": (49, 51, 52, 53, 55, 57, 59)}
KIND = {pitch: kind for kind, pitches in _DRUMS.items() for pitch in pitches}
STEPS = (480, 240, 120, 60)  # how fine a groove is told: the coarsest on which no two notes share a place


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


def groove_of(performance: Score) -> Groove:
    """The groove of a performance whose bars and tempo are those it was played to.

    MediaError if it has no notes or no groove: everything on the grid and equally loud.
    """
    if not performance.count or not performance.bars:
        raise MediaError("a performance without notes has no groove", where=performance.title, mend="choose another")
    full = max({bar.full for bar in performance.bars}, key=[bar.full for bar in performance.bars].count)
    step = next((step for step in STEPS if _collisions(performance, step) <= 0.05), STEPS[-1])
    count = max(1, full // step)
    found: defaultdict[tuple[int | None, str, int], list[tuple[float, float]]] = defaultdict(list)
    loudness: defaultdict[str, list[int]] = defaultdict(list)
    for _, kind, note, _ in _placed(performance, step):
        loudness[kind].append(note.velocity)
    average = {kind: sum(values) / len(values) for kind, values in loudness.items()}
    for bar, kind, note, (place, shift) in _placed(performance, step):
        bar, place = bar + place // count, place % count
        row = (shift, note.velocity / average[kind])
        found[bar, kind, place].append(row)
        found[None, kind, place].append(row)
    rows = {
        key: (sum(s for s, _ in values) / len(values), sum(v for _, v in values) / len(values))
        for key, values in found.items()
    }
    if all(abs(shift) < 0.5 and abs(loud - 1) < 0.005 for shift, loud in rows.values()):
        wrong = "this performance has no groove: all notes stand on the grid and are equally loud"
        raise MediaError(wrong, where=performance.title, mend="take one that was played, or `maquette music humanise`")
    bars = max(bar for bar, _, _ in rows if bar is not None) + 1
    return Groove(full, step, bars, rows)


def _placed(score: Score, step: int) -> Iterator[tuple[int, str, Note, tuple[int, float]]]:
    """(bar, kind, note, (place, shift)): a note belongs to the place up to a quarter of a step behind it."""
    for part in score.parts:
        for note in part.notes:
            bar = score.bar_at(note.start)
            inside = note.start - score.starts[bar]
            if bar == 0 and score.bars[0].length < score.bars[0].full:
                inside += score.bars[0].full - score.bars[0].length
            place = (inside + step // 4) // step
            kind = KIND.get(note.pitch, "drums") if part.drums else "notes"
            yield bar, kind, note, (place, inside - place * step)


def _collisions(score: Score, step: int) -> float:
    """The share of moments that share their place with another moment of the same kind and bar."""
    seen: defaultdict[tuple[int, str, int], set[int]] = defaultdict(set)
    for bar, kind, note, (place, _) in _placed(score, step):
        seen[bar, kind, place].add(round(note.start / 24))  # notes of a chord are not quite together
    extra = sum(max(ticks) - min(ticks) > 1 for ticks in seen.values())
    return extra / max(1, len(seen))


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
    first = 1 if score.bars and score.bars[0].length < score.bars[0].full else 0

    def at(part: int, tick: int, pitch: int) -> tuple[float, float]:
        index = score.bar_at(tick)
        inside = tick - score.starts[index]
        if index == 0 and first:
            inside += score.bars[0].full - score.bars[0].length
        if score.bars[index].full != groove.bar and inside >= groove.bar:
            inside %= groove.bar
        kind = KIND.get(pitch, "drums") if score.parts[part].drums else "notes"
        return groove.at(max(0, index - first), kind, inside)

    def times(part: int, note: Note) -> tuple[float, float, float]:
        shift, loud = at(part, note.start, note.pitch)
        last = shift if note.end >= score.end else at(part, note.end, note.pitch)[0]
        velocity = note.velocity + strength * (means[part] * loud - note.velocity)
        return note.start + strength * shift, note.end + strength * last, velocity

    return retimed(score, times)
