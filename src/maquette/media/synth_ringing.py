"""Instruments that are struck or plucked and then left to themselves: piano, harp, guitar, marimba, bells.

A string or a bar is its modes (Fletcher and Rossing, The Physics of Musical Instruments, 1998): each rings at its own
frequency and dies away at its own rate. A harder blow is brighter; upper modes die first; two strings of one note that
are not quite in tune, and the two ways in which a string moves, make a fast beginning and a long end (Weinreich 1977).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .synth_tones import Doubles, Floats, balanced, hertz, ringing, some_noise

MOST = 90  # modes of one string: more are not heard apart from these


@dataclass(frozen=True)
class Ask:
    """One tone that is wanted: pitch, force 0..1, which of several takes, at least how long; `vowel` for voices."""

    pitch: int
    force: float
    take: int
    seconds: float
    rate: int
    vowel: str = "a"


@dataclass(frozen=True)
class Ringing:
    """How a family of strings or bars sounds. Times and cuts hold at middle C unless said otherwise.

    modes, weights: frequencies against the lowest and their amplitudes; without them it is a string with harmonics.
    place: where on its length it is touched, 0..0.5. slope: amplitudes fall as 1 / k ** slope. cut: Hz above which the
    soft and the loud tone fall off; they follow the pitch by `follow` octaves per octave. stiff: inharmonicity B.
    t60: seconds until the lowest mode has fallen by 60 dB, times `shorter` for each octave up. damping: how much faster
    each next mode dies. air: loss that grows with the square of kHz. after: share of the slow second part, `slow` times
    slower. apart: cents between two strings. knock: (level, low Hz, high Hz, seconds) of the noise of the blow.
    beats: (turns a second, depth) of a vibraphone's fans. rise: seconds of the very beginning.
    """

    modes: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()
    place: float = 0.13
    slope: float = 1.0
    cut: tuple[float, float] = (1200.0, 5000.0)
    follow: float = 0.35
    stiff: float = 0.0
    t60: float = 8.0
    shorter: float = 0.68
    damping: float = 0.06
    air: float = 0.15
    after: float = 0.0
    slow: float = 3.0
    apart: float = 0.0
    knock: tuple[float, float, float, float] = (0.0, 200.0, 2000.0, 0.02)
    beats: tuple[float, float] = (0.0, 0.0)
    rise: float = 0.0008

    def tone(self, ask: Ask) -> Floats:
        """(1, n) float32."""
        dice = np.random.default_rng([ask.pitch, int(ask.force * 100), ask.take, 11])
        base = hertz(ask.pitch + dice.uniform(-0.01, 0.01))
        freqs, amps = self._modes(base, ask)
        decays = self._decays(freqs, ask.pitch)
        phases = np.zeros(len(freqs))
        if self.after or self.apart:
            freqs, decays, amps, phases = self._twice(freqs, decays, amps, dice)
        seconds = min(ask.seconds, self._longest(decays, amps))
        made = ringing(freqs, decays, amps, phases, seconds, ask.rate)
        self._strike(made, base, ask, dice)
        if self.beats[0]:
            time = np.arange(len(made), dtype=np.float32) / ask.rate
            made *= 1 - self.beats[1] * (0.5 - 0.5 * np.cos(2 * np.pi * self.beats[0] * time))
        return balanced(made)[None]

    def _modes(self, base: float, ask: Ask) -> tuple[Doubles, Doubles]:
        """Frequencies and amplitudes, brighter for a greater force."""
        high = min(0.44 * ask.rate, 14000.0)
        up = (ask.pitch - 60) / 12
        if self.modes:
            freqs, amps = base * np.array(self.modes), np.array(self.weights, np.float64)
        else:
            k = np.arange(1, MOST + 1)
            stiff = self.stiff * 2 ** (up * 1.25)
            freqs = base * k * np.sqrt((1 + stiff * k**2) / (1 + stiff))
            touched = np.abs(np.sin(np.pi * k * self.place)) * 0.92 + 0.08
            amps = touched / k**self.slope
        soft, loud = self.cut
        cut = soft * (loud / soft) ** ask.force * 2 ** (up * self.follow)
        # What lies below the cut is hardly touched by it, what lies above falls off ever more steeply.
        amps = amps * np.exp(-((freqs / cut) ** 1.1)) / np.exp(-((freqs[0] / cut) ** 1.1))
        keep = (freqs < high) & (amps > 2e-5 * amps.max())
        return freqs[keep], amps[keep]

    def _decays(self, freqs: Doubles, pitch: int) -> Doubles:
        first = 6.9 / (self.t60 * self.shorter ** ((pitch - 60) / 12))
        k = freqs / freqs[0] if len(freqs) else freqs
        return np.asarray(first * (1 + self.damping * (k - 1)) + self.air * (freqs / 1000) ** 2, np.float64)

    def _twice(
        self, freqs: Doubles, decays: Doubles, amps: Doubles, dice: np.random.Generator
    ) -> tuple[Doubles, Doubles, Doubles, Doubles]:
        """Each mode as two: one that dies fast and one, a little off, that stays."""
        off = 2 ** (self.apart * (0.6 + 0.8 * dice.random(len(freqs))) / 1200)
        after = self.after if self.after else 0.5
        slow = self.slow if self.after else 1.0
        two = np.concatenate([amps * (1 - after), amps * after])
        phases = np.concatenate([np.zeros(len(freqs)), dice.uniform(-0.4, 0.4, len(freqs)) if self.after else amps * 0])
        return np.concatenate([freqs, freqs * off]), np.concatenate([decays, decays / slow]), two, phases

    @staticmethod
    def _longest(decays: Doubles, amps: Doubles) -> float:
        """Seconds until everything has fallen by 70 dB."""
        if not len(amps):
            return 0.05
        total = float(amps.max())
        return float(max(0.05, np.max(np.log(np.maximum(amps / total * 3200, 1.0001)) / decays)))

    def _strike(self, made: Floats, base: float, ask: Ask, dice: np.random.Generator) -> None:
        """Round the first samples off and add the noise of hammer, nail or plectrum."""
        rise = max(2, int(self.rise * ask.rate * 2 ** (-(ask.pitch - 60) / 36)))
        made[:rise] *= np.linspace(0, 1, len(made[:rise]), dtype=np.float32)
        level, low, high, length = self.knock
        if level:
            n = min(len(made), int(length * 7 * ask.rate))
            peak = float(np.abs(made[: int(0.05 * ask.rate)]).max()) or 1.0
            time = np.arange(n) / ask.rate
            shape = np.exp(-time / length) * (1 - np.exp(-time / 0.0012))
            made[:n] += level * peak * (0.5 + 0.5 * ask.force) * some_noise(low, high, n, ask.rate, dice) * shape
        # What is cut off at the end for length fades out.
        end = min(len(made), int(0.02 * ask.rate))
        made[len(made) - end :] *= np.linspace(1, 0, end, dtype=np.float32)


PIANO = Ringing(
    place=0.122,
    slope=0.9,
    cut=(430.0, 4200.0),
    follow=0.42,
    stiff=0.00033,
    t60=5.2,
    shorter=0.64,
    damping=0.05,
    air=0.22,
    after=0.2,
    slow=3.2,
    apart=0.55,
    knock=(0.05, 90.0, 700.0, 0.014),
    rise=0.0016,
)
BRIGHT_PIANO = replace(PIANO, cut=(700.0, 6000.0), slope=0.8, knock=(0.05, 150.0, 1600.0, 0.01))
HONKY_TONK = replace(BRIGHT_PIANO, apart=11.0, after=0.45, slow=1.4)
# A tine and its tone bar before a pickup: a round tone, and a bell high above it that is gone at once.
TINE_PIANO = Ringing(
    modes=(1.0, 2.0, 3.0, 4.0, 7.1, 13.2),
    weights=(1.0, 0.34, 0.13, 0.05, 0.11, 0.05),
    cut=(700.0, 5200.0),
    t60=9.0,
    damping=0.28,
    air=0.3,
    knock=(0.015, 300.0, 2500.0, 0.006),
    apart=0.8,
    rise=0.002,
)
GLASS_PIANO = Ringing(
    modes=(1.0, 2.0, 3.0, 4.0, 5.0, 8.0, 14.0),
    weights=(1.0, 0.25, 0.12, 0.1, 0.05, 0.06, 0.14),
    cut=(1500.0, 7000.0),
    t60=8.0,
    damping=0.14,
    apart=2.4,
    rise=0.001,
)
HARPSICHORD = Ringing(
    place=0.14,
    slope=0.3,
    cut=(5600.0, 6800.0),
    follow=0.2,
    stiff=0.00006,
    t60=6.0,
    shorter=0.7,
    damping=0.025,
    air=0.14,
    after=0.15,
    slow=2.2,
    apart=0.7,
    knock=(0.04, 1500.0, 7000.0, 0.006),
    rise=0.0005,
)
CLAVINET = replace(HARPSICHORD, place=0.09, slope=0.45, cut=(3000.0, 6000.0), t60=5.0)
_BAR = (1.0, 3.93, 9.6, 16.2)
_STEEL = (1.0, 2.76, 5.4, 8.93)
CELESTA = Ringing(modes=_STEEL, weights=(1, 0.12, 0.09, 0.03), cut=(3500.0, 9000.0), t60=5.0, shorter=0.75, damping=0.4)
GLOCKENSPIEL = Ringing(
    modes=_STEEL,
    weights=(1, 0.5, 0.3, 0.18),
    cut=(5000.0, 14000.0),
    t60=5.0,
    shorter=0.72,
    damping=0.35,
    knock=(0.03, 3000.0, 9000.0, 0.003),
)
MUSIC_BOX = Ringing(
    modes=(1.0, 2.0, 3.0, 6.27, 9.1),
    weights=(1, 0.2, 0.08, 0.2, 0.05),
    cut=(4000.0, 9000.0),
    t60=5.0,
    damping=0.35,
    knock=(0.02, 2000.0, 7000.0, 0.004),
)
VIBRAPHONE = Ringing(
    modes=(1.0, 3.98, 9.9, 14.0),
    weights=(1, 0.16, 0.05, 0.02),
    cut=(1800.0, 6000.0),
    t60=7.5,
    shorter=0.75,
    damping=0.5,
    beats=(5.2, 0.38),
    rise=0.002,
)
MARIMBA = Ringing(
    modes=_BAR,
    weights=(1, 0.26, 0.09, 0.03),
    cut=(1300.0, 4200.0),
    t60=2.1,
    shorter=0.62,
    damping=0.7,
    knock=(0.05, 250.0, 1600.0, 0.008),
    rise=0.0015,
)
XYLOPHONE = Ringing(
    modes=(1.0, 3.0, 6.1, 10.2, 15.0),
    weights=(1, 0.42, 0.2, 0.12, 0.06),
    cut=(2600.0, 9000.0),
    t60=1.2,
    shorter=0.72,
    damping=0.32,
    knock=(0.06, 900.0, 5000.0, 0.004),
)
# The ear finds the pitch of a chime an octave below its fourth mode (Rossing 1998): they are given around that.
CHIMES = Ringing(
    modes=(0.69, 1.0, 1.5, 2.0, 2.66, 3.37, 4.15, 5.0, 5.9),
    weights=(0.25, 0.55, 0.5, 1.0, 0.7, 0.45, 0.3, 0.2, 0.12),
    cut=(3500.0, 9000.0),
    t60=8.0,
    shorter=0.85,
    damping=0.22,
    knock=(0.05, 1200.0, 6000.0, 0.006),
    apart=1.5,
)
DULCIMER = replace(HARPSICHORD, slope=0.8, cut=(1800.0, 5200.0), apart=2.5, t60=4.2)
GUITAR = Ringing(
    place=0.21,
    slope=1.0,
    cut=(1100.0, 4200.0),
    follow=0.45,
    stiff=0.00004,
    t60=4.8,
    shorter=0.66,
    damping=0.085,
    air=0.3,
    after=0.2,
    slow=2.0,
    apart=0.5,
    knock=(0.035, 200.0, 1500.0, 0.007),
    rise=0.0014,
)
STEEL_GUITAR = Ringing(
    place=0.15,
    slope=0.8,
    cut=(1700.0, 6400.0),
    follow=0.35,
    stiff=0.00006,
    t60=5.5,
    shorter=0.68,
    damping=0.06,
    air=0.2,
    after=0.2,
    slow=2.2,
    apart=0.8,
    knock=(0.04, 900.0, 5000.0, 0.005),
    rise=0.0008,
)
JAZZ_GUITAR = replace(GUITAR, place=0.24, cut=(900.0, 2200.0), t60=5.0, knock=(0.0, 1, 2, 1))
CLEAN_GUITAR = replace(STEEL_GUITAR, place=0.17, cut=(2500.0, 6500.0), t60=7.0, slope=0.7)
MUTED_GUITAR = replace(STEEL_GUITAR, t60=0.9, after=0.0, cut=(900.0, 2600.0), damping=0.2)
DRIVEN_GUITAR = replace(CLEAN_GUITAR, t60=11.0, damping=0.03, air=0.1, cut=(3000.0, 5000.0), slope=0.7)
HARMONICS = Ringing(modes=(2.0, 4.0, 6.0, 8.0), weights=(1, 0.3, 0.1, 0.06), cut=(2000.0, 6000.0), t60=7.0)
UPRIGHT_BASS = Ringing(
    place=0.26,
    slope=1.05,
    cut=(700.0, 1800.0),
    follow=0.5,
    t60=1.9,
    shorter=0.75,
    damping=0.12,
    air=0.4,
    after=0.15,
    slow=2.0,
    apart=1.0,
    knock=(0.06, 120.0, 900.0, 0.009),
    rise=0.003,
)
FINGER_BASS = replace(UPRIGHT_BASS, place=0.2, cut=(1100.0, 3200.0), t60=5.5, damping=0.08)
PICK_BASS = replace(FINGER_BASS, place=0.12, slope=0.85, cut=(1900.0, 4600.0))
SLAP_BASS = replace(FINGER_BASS, place=0.07, slope=0.7, cut=(1400.0, 5500.0), knock=(0.14, 1500.0, 6000.0, 0.006))
HARP = Ringing(
    place=0.34,
    slope=1.25,
    cut=(1500.0, 4200.0),
    follow=0.45,
    stiff=0.00003,
    t60=4.2,
    shorter=0.66,
    damping=0.1,
    air=0.25,
    after=0.25,
    slow=1.8,
    apart=0.6,
    knock=(0.02, 200.0, 1200.0, 0.006),
    rise=0.0015,
)
PIZZICATO = Ringing(
    place=0.2,
    slope=1.15,
    cut=(900.0, 2600.0),
    follow=0.4,
    t60=1.5,
    shorter=0.8,
    damping=0.16,
    air=0.6,
    knock=(0.07, 300.0, 1800.0, 0.006),
    rise=0.002,
)
TIMPANI = Ringing(
    modes=(1.0, 1.5, 1.98, 2.44, 2.9, 0.6),
    weights=(1, 0.8, 0.45, 0.28, 0.16, 0.4),
    cut=(260.0, 900.0),
    t60=2.2,
    shorter=0.85,
    damping=0.25,
    knock=(0.12, 60.0, 500.0, 0.014),
    rise=0.003,
)
SITAR = replace(STEEL_GUITAR, place=0.06, slope=0.2, cut=(2600.0, 5200.0), apart=4.0, t60=5.0)
BANJO = replace(STEEL_GUITAR, place=0.1, slope=0.55, t60=2.4, after=0.1, air=0.35)
KOTO = replace(HARP, place=0.12, slope=0.8, cut=(2200.0, 5200.0), t60=4.5)
SHAMISEN = replace(BANJO, place=0.08, t60=1.8, knock=(0.12, 700.0, 4500.0, 0.006))
KALIMBA = Ringing(
    modes=(1.0, 2.0, 5.4, 6.3),
    weights=(1, 0.12, 0.14, 0.06),
    cut=(1800.0, 5000.0),
    t60=2.4,
    damping=0.5,
    knock=(0.05, 500.0, 3000.0, 0.006),
)
STEEL_DRUM = Ringing(
    modes=(1.0, 2.0, 3.0, 4.02, 5.1),
    weights=(1, 0.6, 0.28, 0.16, 0.08),
    cut=(1300.0, 4200.0),
    t60=1.5,
    damping=0.3,
    apart=5.0,
    rise=0.003,
)
AGOGO = Ringing(modes=(1.0, 1.52, 2.5, 3.9), weights=(1, 0.6, 0.4, 0.25), cut=(3000.0, 8000.0), t60=0.9, damping=0.4)
WOOD_BLOCK = Ringing(
    modes=(1.0, 1.62, 2.8, 4.1),
    weights=(1, 0.5, 0.35, 0.15),
    cut=(1800.0, 5000.0),
    t60=0.16,
    shorter=0.8,
    damping=0.3,
    knock=(0.12, 800.0, 5000.0, 0.003),
)
TAIKO = Ringing(
    modes=(1.0, 1.59, 2.14, 2.3, 2.65),
    weights=(1, 0.6, 0.35, 0.25, 0.2),
    cut=(220.0, 800.0),
    t60=1.1,
    damping=0.5,
    knock=(0.2, 60.0, 700.0, 0.015),
    rise=0.002,
)
TOM = replace(TAIKO, cut=(300.0, 1200.0), t60=0.8, knock=(0.15, 150.0, 1800.0, 0.012))
TINKLE_BELL = Ringing(
    modes=(1.0, 2.0, 2.4, 3.0, 4.1, 5.4),
    weights=(0.5, 1, 0.6, 0.5, 0.4, 0.3),
    cut=(5000.0, 14000.0),
    t60=2.4,
    apart=2.0,
)
CRYSTAL = Ringing(
    modes=(1.0, 2.0, 3.0, 5.04, 6.8, 9.1),
    weights=(1, 0.5, 0.2, 0.25, 0.12, 0.08),
    cut=(3000.0, 9000.0),
    t60=8.0,
    damping=0.22,
    apart=4.0,
    rise=0.004,
)
