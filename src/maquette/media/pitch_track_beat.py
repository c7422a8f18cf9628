"""Tempo, bars and a score for the notes of a take.

The tempo is read from the autocorrelation of the onsets (as in Brown 1993, "Determination of the meter of musical
scores by autocorrelation"), and the grid by dynamic programming over places in the beat and a tempo that may breathe
(the idea of Cemgil and Kappen 2003, "Monte Carlo methods for tempo tracking and rhythm quantization", with a plain
grid of tempi in place of particles).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..core.errors import UsageError
from .keys import find_key
from .pitch_track_notes import Heard, Take
from .score import TPQ, Bar, Key, Note, Part, Score, Tempo, sorted_notes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SLOWEST, FASTEST = 40.0, 220.0  # beats a minute
USUAL, SPREAD = 105.0, 0.6  # the tempo that people tap most, and octaves that it strays
# What a note's place in its beat costs: (share of the beat, cost in nats).
STRAIGHT = ((0.0, 0.0), (0.5, 0.7), (0.25, 1.8), (0.75, 1.6))
TRIPLET = ((1 / 3, 2.0), (2 / 3, 2.0))
COMPOUND = ((0.0, 0.0), (1 / 3, 0.7), (2 / 3, 0.7), (0.5, 1.9), (1 / 6, 2.1), (5 / 6, 2.1))
GRIDS = {"1/4": (0.0,), "1/8": (0.0, 0.5), "1/8t": (0.0, 1 / 3, 2 / 3), "1/16": (0.0, 0.25, 0.5, 0.75)}
FIRST = 0.3  # for a line that begins with a barline; accents weigh about as much
BEND = 0.15  # that the tempo may stray, as a share
PACES = 13  # tempi within it that are looked at


@dataclass(frozen=True)
class Beats:
    """Where the beats of a take lie.

    beat: seconds of one; places: of every note, in beats from the first barline (before it negative); metre as it is
    written; sure, metre_sure: how sure the tempo and the bars are, 0..1 (1: they were told).
    """

    beat: float
    places: tuple[float, ...]
    metre: tuple[int, int]
    sure: float
    metre_sure: float

    @property
    def ticks(self) -> int:
        """Of one beat: a dotted quarter in 6/8."""
        return beat_ticks(self.metre)

    @property
    def bpm(self) -> float:
        """Quarter notes a minute."""
        return 60 / self.beat * self.ticks / TPQ


def beat_ticks(metre: tuple[int, int]) -> int:
    """Ticks of the beat that is counted: the written unit, or three of them in 6/8, 9/8, 12/8."""
    beats, unit = metre
    whole = 4 * TPQ // unit
    return whole * 3 if unit >= 8 and beats % 3 == 0 and beats > 3 else whole


def find_beats(
    notes: tuple[Heard, ...], *, bpm: float | None = None, metre: tuple[int, int] | None = None, grid: str = ""
) -> Beats:
    """Tempo, bars and the place of every note; what is told is kept to. `bpm`: quarters a minute; `grid`: of GRIDS."""
    import numpy as np

    if grid and grid not in GRIDS:
        raise UsageError(f"there is no grid {grid!r}", mend=f"one of {', '.join(GRIDS)}")
    starts = np.array([note.start for note in notes])
    ticks = beat_ticks(metre) if metre else TPQ
    places = _allowed(metre, grid)
    if bpm is not None:
        beat, sure = 60 / bpm * ticks / TPQ, 1.0
        _, found = _placed(starts, beat, places, 0.3)
    elif len(starts) < 4:
        beat, sure, found = 0.5, 0.0, (starts - starts[0]) / 0.5
    else:
        tries = []
        for one, score in _periods(starts, notes):
            cost, at = _placed(starts, one, places, 1.0)
            prior = 0.5 * (math.log2(60 / one / USUAL) / SPREAD) ** 2
            tries.append((cost / len(starts) + 0.25 * prior - 0.8 * score, one, at, cost / len(starts)))
        tries.sort(key=lambda row: row[0])
        _, beat, found, cost = tries[0]
        others = [row[0] for row in tries[1:] if min(abs(math.log2(row[1] / beat) - k) for k in (-1, 0, 1)) > 0.1]
        margin = (others[0] - tries[0][0]) if others else 1.0
        sure = float(np.clip(0.35 + margin, 0, 1) * np.clip(1.5 - cost / 2, 0.2, 1))
        beat = _whole_beat(starts, found, beat)
    known = metre or (0, 0)
    per_bar = known[0] * (4 * TPQ // known[1]) // ticks if metre else 0
    bars, first, metre_sure = _bars(notes, found, per_bar)
    return Beats(beat, tuple((found - first).tolist()), metre or (bars, 4), sure, metre_sure)


def _allowed(metre: tuple[int, int] | None, grid: str) -> tuple[tuple[float, float], ...]:
    """The places in a beat that notes may have, with their costs."""
    compound = metre is not None and beat_ticks(metre) != 4 * TPQ // metre[1]
    every = COMPOUND if compound else STRAIGHT + TRIPLET
    if not grid:
        return every
    if compound:
        return {"1/4": COMPOUND[:1], "1/8": COMPOUND[:3], "1/8t": COMPOUND[:3], "1/16": COMPOUND}[grid]
    return tuple(one for one in every if any(abs(one[0] - place) < 1e-6 for place in GRIDS[grid]))


def _periods(starts: Floats, notes: tuple[Heard, ...]) -> list[tuple[float, float]]:
    """Beats that the onsets speak for: (seconds, autocorrelation 0..1), the best dozen."""
    import numpy as np

    step = 0.005  # seconds
    train = np.zeros(int((starts[-1] - starts[0]) / step) + 2)
    lengths = np.diff(np.append(starts, notes[-1].end))
    np.add.at(train, ((starts - starts[0]) / step).astype(int), np.sqrt(np.clip(lengths, 0.05, 1.5)))
    width = np.arange(-12, 13)
    train = np.convolve(train, np.exp(-0.5 * (width / 4) ** 2))
    size = 1 << (2 * len(train)).bit_length()
    auto = np.fft.irfft(np.abs(np.fft.rfft(train, size)) ** 2)[: size // 2]
    auto = auto / auto[0]
    lags = np.arange(int(60 / FASTEST / step), int(60 / SLOWEST / step) + 1)
    padded = np.concatenate([auto, np.zeros(8 * lags[-1])])
    score = (padded[lags] + 0.6 * padded[2 * lags] + 0.4 * padded[4 * lags] + 0.3 * padded[lags // 2]) / 2.3
    weighed = score - 0.06 * (np.log2(60 / (lags * step) / USUAL) / SPREAD) ** 2
    peaks = [i for i in range(1, len(lags) - 1) if weighed[i] >= weighed[i - 1] and weighed[i] > weighed[i + 1]]
    peaks = sorted(peaks or [int(weighed.argmax())], key=lambda i: -weighed[i])[:8]
    found = {round(float(lags[i] * step), 4): float(score[i]) for i in peaks}
    for seconds, value in list(found.items())[:4]:  # an octave away may be the one that is counted
        for other in (seconds / 2, seconds * 2, seconds * 1.5, seconds / 1.5):
            if 60 / FASTEST <= other <= 60 / SLOWEST and all(abs(other / one - 1) > 0.03 for one in found):
                found[round(other, 4)] = value * 0.9
    return list(found.items())


def _placed(starts: Floats, beat: float, places: tuple[tuple[float, float], ...], drift: float) -> tuple[float, Floats]:
    """The cheapest places (n,) of onsets in beats, whole numbers on the beat, and what they cost.

    A state is (place in the beat, pace); the pace is how much longer than `beat` the beat is just now.
    """
    import numpy as np

    shares = np.array([place for place, _ in places])
    own = np.array([cost for _, cost in places])
    paces = np.exp(np.linspace(-BEND, BEND, PACES) * (0.4 + 0.6 * drift))
    turn = np.abs(np.arange(PACES)[:, None] - np.arange(PACES)[None, :]) * 0.55
    wide = len(shares)
    cost = np.repeat(own[:, None], PACES, 1) + np.abs(np.arange(PACES) - PACES // 2) * 0.15
    back, moved = [], []
    every = np.arange(wide * PACES)
    gaps = np.diff(starts)
    # A long note off the beat is rarer than a short one; the last one is long.
    weights = np.append(np.clip(gaps[1:] / max(float(np.median(gaps)), 1e-3), 0.6, 2.0), 2.0) if len(gaps) else gaps
    for seconds, weight in zip(gaps, weights):
        beats = seconds / (beat * paces)  # (pace',)
        apart = shares[None, :, None] - shares[:, None, None]  # (place, place', 1)
        whole = np.maximum(np.round(beats[None, None, :] - apart), 0)
        step = whole + apart  # (place, place', pace')
        step = np.where(step < 0.1, step + 1, step)
        sigma = 0.02 / beat + 0.07 * np.minimum(step, 4)
        off = np.minimum(0.5 * ((beats[None, None, :] - step) / sigma) ** 2, 12.0)
        total = cost[:, :, None, None] + turn[None, :, None, :] + (off + weight * own[None, :, None])[:, None, :, :]
        flat = total.reshape(wide * PACES, wide * PACES)
        came = flat.argmin(0)
        back.append(came)
        moved.append(step[came // PACES, every // PACES, every % PACES])
        cost = flat[came, every].reshape(wide, PACES)
    state = int(cost.argmin())
    least = float(cost.min())
    steps = np.zeros(len(back))
    for at in range(len(back) - 1, -1, -1):
        steps[at] = moved[at][state]
        state = int(back[at][state])
    return least, shares[state // PACES] + np.concatenate([[0.0], np.cumsum(steps)])


def _whole_beat(starts: Floats, places: Floats, beat: float) -> float:
    """The beat that fits all onsets best (least squares)."""
    import numpy as np

    if places[-1] - places[0] < 2:
        return beat
    slope = float(np.polyfit(places, starts, 1)[0])
    return slope if abs(slope / beat - 1) < 0.2 else beat


def _bars(notes: tuple[Heard, ...], places: Floats, known: int) -> tuple[int, float, float]:
    """Beats of a bar (`known`, or 4, 3 or 2), the place of the first barline, and how sure.

    Barlines stand before notes that are long, loud and leapt to, and what stands a bar apart is alike.
    """
    import numpy as np

    lengths = (
        np.diff(np.append(places, places[-1] + max(1.0, 2 * float(np.median(np.diff(places))))))
        if (len(places) > 1)
        else np.ones(1)
    )
    levels = np.array([note.level for note in notes])
    pitch = np.array([note.pitch for note in notes])
    leap = np.abs(np.diff(pitch, prepend=pitch[0]))
    accent = 1.2 * np.clip(np.log2(np.maximum(lengths, 0.1)) + 1, -1, 2) + 0.08 * (levels - np.median(levels))
    accent = accent + 0.06 * np.minimum(leap, 7)
    accent[-1] += 0.8  # a tune ends on a strong beat
    accent[0] += 0.5
    accent = accent - accent.mean()
    rows = []
    for beats, prior in ((known, 0.0),) if known else ((4, 0.15), (3, 0.0), (2, -0.1)):
        for offset in range(beats):
            first = math.floor(places[0]) + offset
            on = np.isclose((places - first) % beats, 0, atol=1e-6)
            middle = np.isclose((places - first) % beats, beats / 2, atol=1e-6) if beats % 2 == 0 else on & False
            gain = (accent[on].sum() + 0.4 * accent[middle].sum()) / max(len(notes), 1) * math.sqrt(beats)
            # A pick-up is short: no more than half a bar.
            late = max(0.0, (first - places[0]) - beats / 2) * 0.15
            begun = FIRST if first == places[0] else 0.0
            rows.append((gain + prior + begun - late, beats, float(first)))
    rows.sort(reverse=True)
    margin = rows[0][0] - rows[1][0] if len(rows) > 1 else 1.0
    _, beats, first = rows[0]
    if places[0] - first >= beats:
        first += beats
    return beats, first, float(np.clip(margin / 0.25, 0, 1))


def to_score(
    take: Take, beats: Beats, *, grid: str = "", key: Key | None = None, title: str = "", program: int = 0
) -> Score:
    """The take as a score of one part. With a `grid` its notes lie there; without one each keeps its own time.

    Bars run from the first barline at the tempo of the whole take; what comes before it is a short pick-up bar.
    """
    ticks = beats.ticks
    lengths = _lengths(take, beats, grid)
    if grid:
        starts = [round(place * ticks) for place in beats.places]
    else:
        # The first barline lies where the notes on both sides of it say, at the tempo of the whole take.
        zero = _zero(take, beats)
        starts = [round((note.start - zero) / beats.beat * ticks) for note in take.notes]
    whole = Bar(beats.metre[0] * 4 * TPQ // beats.metre[1], *beats.metre)
    before = max(0, -min(starts))
    pickup = min(whole.length, math.ceil(before / ticks) * ticks)
    notes = []
    loud = max(note.level for note in take.notes)
    for number, (start, note, pitch) in enumerate(zip(starts, take.notes, take.pitches)):
        start = max(0, start + pickup)
        velocity = int(min(112, max(30, 100 + 2.2 * (note.level - loud))))
        notes.append(Note(start, lengths[number], min(127, max(0, pitch)), velocity))
    notes = [
        replace(one, length=max(1, min(one.length, after.start - one.start))) if after.start > one.start else one
        for one, after in zip(notes, [*notes[1:], replace(notes[-1], start=1 << 60)])
    ]
    end = max(note.end for note in notes)
    count = max(1, math.ceil((end - pickup - (0 if grid else ticks // 8)) / whole.length))
    bars = ((Bar(pickup, *beats.metre),) if pickup else ()) + (whole,) * count
    part = Part("Voice", program, sorted_notes(replace(one, length=min(one.length, _room(one, bars))) for one in notes))
    score = Score((part,), bars, tempi=(Tempo(0, round(beats.bpm, 2)),), title=title)
    return replace(score, keys=(key or find_key(score),))


def _room(note: Note, bars: tuple[Bar, ...]) -> int:
    return max(1, sum(bar.length for bar in bars) - note.start)


def _zero(take: Take, beats: Beats) -> float:
    """Seconds at which the first barline lies: the middle of what the notes say."""
    says = sorted(note.start - place * beats.beat for note, place in zip(take.notes, beats.places))
    early = sorted(note.start - place * beats.beat for note, place in zip(take.notes[:8], beats.places[:8]))
    return early[len(early) // 2] if early else says[len(says) // 2]


def _lengths(take: Take, beats: Beats, grid: str) -> list[int]:
    """Ticks that notes last: up to the next where the gap is but a breath, else what was held."""
    ticks = beats.ticks
    share = min((place for place in GRIDS[grid] if place), default=1.0) if grid else 0
    out = []
    for number, note in enumerate(take.notes):
        held = (note.end - note.start) / beats.beat * ticks
        if number + 1 < len(take.notes):
            gap = beats.places[number + 1] - beats.places[number]
            silent = (take.notes[number + 1].start - note.end) / beats.beat
            if grid and (silent < 0.3 or silent < 0.4 * gap):
                out.append(max(1, round(gap * ticks)))
                continue
        out.append(
            max(1, round(held))
            if not grid
            else max(round(share * ticks), round(held / share / ticks) * round(share * ticks))
        )
    return out
