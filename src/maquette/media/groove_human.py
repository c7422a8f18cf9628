"""Loosen a score as a hand would: small, slowly wandering shifts of time, accents, phrases and a melody that leads.

What is modelled, and from where:
- timing wanders like 1/f noise, not white: Hennig et al. 2011 (PLoS ONE 6, e26457), some 10 ms in practised players;
  part of it is shared by all who play together (the same authors' follow-up, PNAS 2014);
- loudness by metrical place: measured on 52 pieces of Freedoom with ten or more velocities a part (its music is
  programmed by people, not played; no music of free licence with played timing was at hand, so that the shifts rest
  on the papers alone);
- phrases grow and fade and end a little late, higher notes are a little louder: rules "phrase arch" and "high loud" of
  Friberg, Bresin & Sundberg 2006 (Advances in Cognitive Psychology 2, 145-161);
- the top note of a chord sounds first and loudest: Goebl 2001 (JASA 110, 563-572).
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from itertools import pairwise
from statistics import pstdev
from typing import TYPE_CHECKING

from .groove_core import Clock, Moved, onsets, retimed, share
from .groove_pattern import KIND
from .score import TPQ, Note, Part, Score

if TYPE_CHECKING:
    from numpy import ndarray
    from numpy.random import Generator

# Velocity above the average of its surroundings, by metrical place (measured, see above).
ACCENTS = {"bar": 2.5, "half": 0.3, "beat": 1.0, "eighth": 0.4, "16th": -2.1, "other": -1.5}
# The same for drums, each against its own average; "beat" is the back beat. Then what each is above the whole kit's
# average, for parts that are all of one loudness, and how much it differs beyond that (standard deviation).
DRUM_ACCENTS = {
    "kick": {"bar": 2.5, "half": 2.8, "beat": 2.3, "eighth": -1.2, "16th": -2.3, "other": -4.7},
    "snare": {"bar": -0.3, "half": 0.5, "beat": 2.9, "eighth": -3.9, "16th": -4.7, "other": -6.5},
    "hats": {"bar": 7.6, "half": 5.5, "beat": 6.0, "eighth": 2.4, "16th": -5.4, "other": -5.0},
    "cymbals": {"bar": 10.5, "half": 2.6, "beat": 0.0, "eighth": -4.6, "16th": -7.6, "other": -21.2},
    "drums": {"bar": 9.2, "half": 8.5, "beat": 8.5, "eighth": 2.5, "16th": -3.5, "other": -0.3},
}
KIT = {"kick": (9.4, 4.5), "snare": (5.9, 6.9), "hats": (-1.2, 8.3), "cymbals": (-0.2, 13.5), "drums": (-6.3, 16.4)}
SHARED_MS, OWN_MS, HAND_MS = 5.0, 6.0, 3.0  # standard deviations: all together, each part, each note
LEAD_MS = 8.0  # the top note of a chord is this much earlier
LATE_MS = 12.0  # the end of a phrase is this much later
WANDER, TREMOR, ARCH, PER_SEMITONE = 4.5, 4.5, 5.0, 0.2  # of velocity
TOUCH = 0.6  # players differ: standard deviation of the logarithm of a part's spread (measured: 0.64)
SHADED = 4.0  # a part whose velocities differ by more than this (standard deviation) has accents of its own
MOST = 2.0


def humanise(score: Score, seed: int = 0, amount: float = 1.0) -> Score:
    """The score as if played; see `humanise_told`."""
    return humanise_told(score, seed, amount).score


def humanise_told(score: Score, seed: int = 0, amount: float = 1.0) -> Moved:
    """Shift and shade every note as a practised player might; `amount` scales it all, 0 (nothing) .. 2.

    The same seed gives the same performance. Notes keep their order in each part: none moves more than 0.3 of the way
    to its neighbour. Notes that joined the next one still do.
    """
    share(amount, "an amount", MOST)
    if not amount or not score.count:
        return retimed(score, lambda _, note: (note.start, note.end, note.velocity))
    import numpy as np

    dice = np.random.default_rng(seed)
    together = _pink(int(score.end // TPQ) + 2, dice) * SHARED_MS
    phrases = phrase_starts(score)
    players = [_Player(score, index, phrases, together, dice, amount) for index in range(len(score.parts))]
    return retimed(score, lambda part, note: players[part].play(note))


def _pink(count: int, dice: Generator) -> ndarray:
    """(count,) noise whose power falls as 1/f, of standard deviation 1."""
    import numpy as np

    size = max(16, 1 << (count - 1).bit_length())
    power = np.fft.rfftfreq(size)
    power[0] = power[1]
    phases = dice.normal(size=len(power)) + 1j * dice.normal(size=len(power))
    noise = np.fft.irfft(phases / np.sqrt(power), size)
    return np.asarray((noise - noise.mean())[:count] / noise.std())


class _Player:
    """One part: how far each of its moments goes, and how loud each of its notes is."""

    def __init__(
        self, score: Score, index: int, phrases: Sequence[int], together: ndarray, dice: Generator, amount: float
    ) -> None:
        import numpy as np

        self.score, self.part, self.phrases, self.amount = score, score.parts[index], phrases, amount
        self.ticks = onsets(score, index)
        count = len(self.ticks)
        own, hand = _pink(max(count, 1), dice) * OWN_MS, dice.normal(size=max(count, 1)) * HAND_MS
        self.loud = _pink(max(count, 1), dice)
        self.dice, self.mean = dice, _smooth_pitch(self.part)
        self.touch = min(max(float(np.exp(dice.normal() * TOUCH)), 0.4), 2.0)
        self.shaded = pstdev([note.velocity for note in self.part.notes] or [0]) > SHADED
        clock = Clock(score)
        self.shifts: dict[int, float] = {}
        for place, tick in enumerate(self.ticks):
            ms = together[min(tick // TPQ, len(together) - 1)] + own[place] + hand[place] + LATE_MS * self._ending(tick)
            gap = min(
                tick - self.ticks[place - 1] if place else 4 * TPQ,
                self.ticks[place + 1] - tick if place + 1 < count else 4 * TPQ,
            )
            shift = float(amount * ms / clock.ms(tick))
            self.shifts[tick] = max(-0.3 * gap, min(0.3 * gap, shift))
        self.tops = {note.start: note.pitch for note in self.part.notes}  # the last of a moment is the highest
        self.chords = {
            note.start for before, note in zip(self.part.notes, self.part.notes[1:]) if before.start == note.start
        }
        self.lead = {tick: amount * LEAD_MS / clock.ms(tick) for tick in self.chords}

    def play(self, note: Note) -> tuple[float, float, float]:
        shift = self.shifts[note.start]
        top = note.pitch == self.tops[note.start]
        chord = note.start in self.chords and not self.part.drums
        first = note.start + shift - (min(self.lead[note.start], 0.3 * note.length) if chord and top else 0)
        last = note.end + self.shifts.get(note.end, shift)
        change = self.touch * (self._drum(note) if self.part.drums else self._tone(note, chord, top))
        return first, max(last, first + 1), note.velocity + self.amount * change

    def _tone(self, note: Note, chord: bool, top: bool) -> float:
        """How much louder than written a note is."""
        wander = self.loud[bisect.bisect_left(self.ticks, note.start)] * WANDER
        accent = ACCENTS[metrical_place(self.score, note.start)] * (0.5 if self.shaded else 1.0)
        high = max(-4.0, min(4.0, PER_SEMITONE * (note.pitch - self.mean[note.start])))
        lead = 3.0 * (top - 0.5) if chord else 0.0
        return float(accent + wander + self.dice.normal() * TREMOR + ARCH * self._arch(note.start) + high + lead)

    def _drum(self, note: Note) -> float:
        kind = KIND.get(note.pitch, "drums")
        above, spread = KIT[kind]
        accent = DRUM_ACCENTS[kind][metrical_place(self.score, note.start)]
        wander = self.loud[bisect.bisect_left(self.ticks, note.start)]
        noise = spread * (wander + self.dice.normal()) / 2**0.5
        return float((accent + noise) * 0.5 if self.shaded else above + accent + noise)

    def _phrase(self, tick: int) -> tuple[int, int]:
        index = bisect.bisect_right(self.phrases, tick) - 1
        return self.phrases[index], self.phrases[index + 1] if index + 1 < len(self.phrases) else self.score.end

    def _arch(self, tick: int) -> float:
        """-1 at the ends of a phrase, 1 in its middle."""
        first, last = self._phrase(tick)
        place = (tick - first) / max(last - first, 1)
        return 1 - 2 * (2 * place - 1) ** 2

    def _ending(self, tick: int) -> float:
        """0 until the last two beats of a phrase, then up to 1."""
        _, last = self._phrase(tick)
        return max(0.0, 1 - (last - tick) / (2 * TPQ)) ** 2


def _smooth_pitch(part: Part) -> dict[int, float]:
    """The average pitch around every moment of a part: of the eight notes before and behind."""
    notes, sums = part.notes, [0]
    for note in notes:
        sums.append(sums[-1] + note.pitch)
    out = {}
    for index, note in enumerate(notes):
        low, high = max(0, index - 8), min(len(notes), index + 9)
        out[note.start] = (sums[high] - sums[low]) / (high - low)
    return out


def metrical_place(score: Score, tick: int) -> str:
    """Where in its bar a tick stands, give or take 15 ticks: a key of ACCENTS."""
    index = score.bar_at(tick)
    bar, pos = score.bars[index], tick - score.starts[index]
    if bar.length < bar.full and index == 0:
        pos += bar.full - bar.length
    beat = 4 * TPQ // bar.unit
    if bar.unit >= 8 and bar.beats % 3 == 0:
        beat *= 3
    nearest = (pos + 60) // 120 * 120
    pos = nearest if abs(pos - nearest) <= 15 else pos
    if pos in (0, bar.full):
        return "bar"
    if pos % beat == 0:
        return "half" if 2 * pos == bar.full and bar.full // beat % 2 == 0 else "beat"
    return "eighth" if pos % (TPQ // 2) == 0 else "16th" if pos % (TPQ // 4) == 0 else "other"


def phrase_starts(score: Score) -> list[int]:
    """Ticks at which phrases begin: every four bars, moved by up to a bar to where the leading part pauses."""
    leads = [
        (sum(note.pitch for note in part.notes) / len(part.notes), index)
        for index, part in enumerate(score.parts)
        if part.notes and not part.drums
    ]
    first = 1 if len(score.bars) > 1 and score.bars[0].length < score.bars[0].full else 0
    nominal = [score.starts[index] for index in range(first + 4, len(score.bars), 4)]
    ticks = onsets(score, max(leads)[1]) if leads else []
    found = [0]
    for tick in nominal:
        bar = score.bars[score.bar_at(tick)].full
        near = [
            (after - before - abs(after - tick) / 2, after)
            for before, after in pairwise(ticks)
            if abs(after - tick) <= bar and after > found[-1]
        ]
        found.append(max(near)[1] if near else tick)
    return sorted(set(found))
