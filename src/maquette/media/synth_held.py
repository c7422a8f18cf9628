"""Instruments that sound for as long as they are bowed, blown, sung or pressed.

A tone is two waves of one pitch, a dark and a bright one, between which loudness moves it; around them the hand, the
lips or the voice: vibrato that comes late, a slow drift, breath, a scoop into the note. A section is several of them.
Vowels follow the formants of Peterson and Barney (1952) and of Fant's singers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from .synth_ringing import Ask
from .synth_tones import STEP, Doubles, Floats, Peak, controls, drift, hertz, period, places, ramps, shape, some_noise

HIGHEST = 15000.0  # Hz: harmonics beyond are left out, which also keeps vibrato clear of aliasing
_SLACK = 0.05  # seconds of tone more than was asked for, so that a slice is never short

# (Hz, dB, width in octaves) of the first formants, and the level of the open spectrum above them falls by itself.
VOWELS: Mapping[str, tuple[Peak, ...]] = {
    "a": ((730, 17, 0.22), (1150, 13, 0.2), (2700, 13, 0.16), (3400, 9, 0.2)),
    "e": ((480, 17, 0.22), (1900, 12, 0.16), (2600, 13, 0.16), (3400, 9, 0.2)),
    "i": ((310, 18, 0.25), (2250, 12, 0.15), (2950, 14, 0.16), (3600, 8, 0.2)),
    "o": ((460, 18, 0.25), (820, 13, 0.2), (2650, 11, 0.16), (3300, 7, 0.2)),
    "u": ((330, 18, 0.27), (680, 10, 0.22), (2500, 9, 0.16), (3200, 5, 0.2)),
}


@dataclass(frozen=True)
class Held:
    """How a family sounds while it is held.

    partials: amplitudes of harmonics 1, 2, ... as given; else 1 / k ** slope, even ones times `even`. cut: Hz above
    which the soft and the loud tone fall off. peaks: resonances that stay where they are. vocal: shaped by a vowel.
    vibrato: (turns a second, cents, seconds until it is there, share of loudness). scoop: (cents, seconds) it begins
    below the pitch. breath: (level, low Hz, high Hz) of the noise under it; onset: how much more of it at the start.
    bloom: seconds in which it brightens. voices: players, `apart` cents from each other. wander: cents of drift.
    fall: share by which a held tone sinks; swell: seconds a pad takes to open. sweep: brightness that moves, turns a
    second. sub: level of the octave below. accent: how much louder it begins than it goes on.
    """

    partials: tuple[float, ...] = ()
    slope: float = 1.0
    even: float = 1.0
    cut: tuple[float, float] = (2500.0, 6000.0)
    peaks: tuple[Peak, ...] = ()
    vocal: str = ""
    vibrato: tuple[float, float, float, float] = (0.0, 0.0, 0.3, 0.0)
    scoop: tuple[float, float] = (0.0, 0.05)
    breath: tuple[float, float, float] = (0.0, 800.0, 6000.0)
    onset: float = 0.0
    bloom: float = 0.06
    voices: int = 1
    apart: float = 9.0
    wander: float = 2.0
    fall: float = 0.08
    sweep: float = 0.0
    sub: float = 0.0
    accent: float = 0.12

    def tone(self, ask: Ask) -> Floats:
        """(1, n) float32 for one player, (2, n) for a section that is spread over both sides."""
        times = controls(ask.seconds + _SLACK, ask.rate)
        dark, bright = self._waves(ask)
        dice = np.random.default_rng([ask.pitch, int(ask.force * 100), ask.take, 12])
        sides = 1 if self.voices == 1 else 2
        made = np.zeros((sides, (len(times) - 1) * 64), np.float32)
        for voice in range(self.voices):
            wave = self._player(ask, times, dark, bright, dice, voice)
            if sides == 1:
                made[0] = wave
            else:
                place = voice / (self.voices - 1)
                # The one in the middle leads: equal players would beat against each other.
                wave *= np.float32(1 - 0.5 * abs(2 * place - 1))
                made[0] += wave * np.float32(np.cos(place * np.pi / 2))
                made[1] += wave * np.float32(np.sin(place * np.pi / 2))
        if sides == 2:
            _evened(made)
        self._breathe(made, ask, times, dice)
        return made

    def _waves(self, ask: Ask) -> tuple[Floats, Floats]:
        """One period of the dark and one of the bright tone."""
        base = hertz(ask.pitch)
        count = max(1, int(min(HIGHEST, 0.42 * ask.rate) / base))
        k = np.arange(1, count + 1, dtype=np.float64)
        if self.partials:
            amps = np.zeros(count)
            given = np.array(self.partials[:count])
            amps[: len(given)] = given
        else:
            amps = np.where(k % 2 == 0, self.even, 1.0) / k**self.slope
        peaks = VOWELS.get(self.vocal if self.vocal in VOWELS else ask.vowel, VOWELS["a"]) if self.vocal else self.peaks
        amps = amps * shape(peaks, base * k)
        dice = np.random.default_rng([ask.pitch, 13])
        phases = dice.uniform(0, 2 * np.pi, count) if self.voices > 1 or self.vocal else np.pi / 2 * (k % 2)
        soft, loud = self.cut
        middle = soft * (loud / soft) ** ask.force
        made = []
        for cut in (middle * 0.55, middle * 1.2):
            rolled = amps * np.exp(-((base * k / max(cut, 1.2 * base)) ** 1.3))
            made.append(period(rolled / max(1e-9, float(np.sqrt((rolled**2).sum()))), phases))
        return made[0], made[1]

    def _player(
        self, ask: Ask, times: Doubles, dark: Floats, bright: Floats, dice: np.random.Generator, voice: int
    ) -> Floats:
        speed, cents, late, share = self.vibrato
        speed *= dice.uniform(0.93, 1.07)
        begin = dice.uniform(0, 2 * np.pi)
        swing = np.sin(2 * np.pi * speed * times + begin + 0.5 * drift(dice, times, 1.5))
        depth = np.clip((times - 0.4 * late) / max(late, 1e-3), 0, 1) ** 1.5
        bend = cents * depth * swing * dice.uniform(0.8, 1.1) + self.wander * drift(dice, times, 2.2)
        bend -= self.scoop[0] * np.exp(-times / self.scoop[1])
        if self.voices > 1:
            bend += self.apart * ((voice / (self.voices - 1) - 0.5) * 2 + 0.3 * dice.standard_normal())
        freqs = hertz(ask.pitch) * 2 ** (bend / 1200)
        loud = 1 + share * depth * swing - self.fall * np.clip(times / 2.5, 0, 1)
        loud += self.accent * np.exp(-times / 0.14) + 0.02 * self.wander * drift(dice, times, 3.5)
        at = places(freqs, ask.rate, dice.random())
        light = np.clip(1 - np.exp(-times / max(self.bloom, 1e-3)), 0, 1) * (0.75 + 0.15 * depth * swing)
        light *= 1 - 0.12 * np.clip(times / 3, 0, 1)
        if self.sweep:
            light = light * (0.55 + 0.45 * np.sin(2 * np.pi * self.sweep * times + 1.4 * voice))
        made = dark[at] * ramps(loud * (1 - light)) + bright[at] * ramps(loud * light)
        if self.sub:
            below = places(freqs / 2, ask.rate)
            made += dark[below] * np.float32(self.sub)
        return made

    def _breathe(self, made: Floats, ask: Ask, times: Doubles, dice: np.random.Generator) -> None:
        level, low, high = self.breath
        if not level:
            return
        shape = level * (1 + self.onset * np.exp(-((times / 0.045) ** 2)) + 0.3 * drift(dice, times, 6))
        scale = float(np.sqrt((made[:, : ask.rate // 2] ** 2).mean()))
        for side in made:
            side += np.float32(scale) * ramps(shape) * some_noise(low, high, len(side), ask.rate, dice)


def _evened(made: Floats) -> None:
    """Take most of the beating out of a few players' sum: of the many in a real section it averages out."""
    blocks = made.reshape(len(made), -1, 1024 if made.shape[1] % 1024 == 0 else STEP)
    power = (blocks**2).mean(axis=2).astype(np.float64)
    reach = max(1, 2048 // blocks.shape[2])
    mean = np.stack([np.convolve(np.pad(row, reach, mode="edge"), np.ones(2 * reach + 1), "valid") for row in power])
    level = np.sqrt(mean / (2 * reach + 1)) + 1e-9
    factor = (level.mean() / level) ** 0.65
    for side, values in zip(made, factor, strict=True):
        side *= np.interp(np.arange(len(side)), (np.arange(len(values)) + 0.5) * blocks.shape[2], values)


# -- bows -------------------------------------------------------------------------------------------------------------

VIOLIN = Held(
    slope=0.85,
    cut=(4500.0, 9500.0),
    vibrato=(5.7, 17.0, 0.28, 0.05),
    scoop=(14.0, 0.025),
    breath=(0.013, 2500.0, 9000.0),
    onset=4.0,
    bloom=0.07,
    wander=2.5,
)
VIOLA = replace(VIOLIN, cut=(3400.0, 7000.0), vibrato=(5.4, 16.0, 0.3, 0.05))
CELLO = replace(
    VIOLIN, cut=(2700.0, 5600.0), vibrato=(5.2, 14.0, 0.32, 0.05), breath=(0.02, 1500.0, 6000.0), bloom=0.09
)
CONTRABASS = replace(VIOLIN, cut=(1100.0, 2600.0), vibrato=(4.8, 9.0, 0.4, 0.03), bloom=0.11)
FIDDLE = replace(VIOLIN, vibrato=(6.0, 11.0, 0.25, 0.04), breath=(0.035, 2500.0, 9000.0))
TREMOLO = replace(VIOLIN, voices=4, vibrato=(11.0, 5.0, 0.01, 0.5), apart=7.0, breath=(0.05, 2500.0, 9000.0))
STRINGS = replace(
    VIOLIN, voices=5, apart=8.0, cut=(2000.0, 4600.0), vibrato=(5.5, 12.0, 0.25, 0.03), onset=1.5, bloom=0.12
)
SLOW_STRINGS = replace(STRINGS, cut=(1500.0, 3600.0), bloom=0.4, apart=9.0)
SYNTH_STRINGS = Held(
    voices=4, apart=11.0, cut=(1800.0, 4500.0), bloom=0.25, slope=1.05, wander=1.0, vibrato=(5, 4, 0.3, 0)
)
SYNTH_STRINGS_2 = replace(SYNTH_STRINGS, cut=(1200.0, 3000.0), apart=13.0)

# -- voices -----------------------------------------------------------------------------------------------------------

CHOIR = Held(
    slope=1.15,
    vocal="lyric",
    cut=(2600.0, 4800.0),
    voices=5,
    apart=11.0,
    vibrato=(5.3, 22.0, 0.35, 0.04),
    scoop=(30.0, 0.05),
    breath=(0.012, 1500.0, 7000.0),
    onset=2.0,
    bloom=0.12,
    wander=6.0,
)
OOH = replace(CHOIR, vocal="u", cut=(1800.0, 3200.0))
SINGER = replace(CHOIR, voices=1, vibrato=(5.6, 38.0, 0.4, 0.06), wander=5.0, cut=(3000.0, 5200.0))
SYNTH_VOICE = replace(CHOIR, voices=3, vocal="a", vibrato=(5.0, 9.0, 0.2, 0.0), wander=1.5, slope=1.3)

# -- brass ------------------------------------------------------------------------------------------------------------

TRUMPET = Held(
    slope=0.55,
    cut=(1100.0, 5600.0),
    peaks=((1250, 7, 0.8), (2900, 3, 0.7)),
    vibrato=(5.2, 8.0, 0.5, 0.05),
    scoop=(45.0, 0.018),
    breath=(0.004, 1500.0, 6000.0),
    onset=5.0,
    bloom=0.05,
)
MUTED_TRUMPET = replace(TRUMPET, cut=(3200.0, 6500.0), peaks=((1700, 12, 0.4), (500, -10, 0.8), (4500, 6, 0.5)))
TROMBONE = replace(TRUMPET, cut=(600.0, 3600.0), peaks=((560, 6, 0.8), (1600, 3, 0.8)), bloom=0.07, scoop=(50.0, 0.025))
TUBA = replace(TRUMPET, cut=(420.0, 1500.0), peaks=((260, 6, 0.9),), bloom=0.08, vibrato=(4.8, 4.0, 0.6, 0.03))
HORN = replace(TRUMPET, slope=0.8, cut=(480.0, 2600.0), peaks=((430, 6, 0.8),), bloom=0.1, scoop=(35.0, 0.03))
BRASS = replace(
    TRUMPET, voices=4, apart=7.0, cut=(1600.0, 6000.0), peaks=((900, 6, 1.0),), vibrato=(5.0, 5.0, 0.4, 0.02)
)
# The whole orchestra on one chord.
HIT = replace(BRASS, voices=5, fall=0.95, accent=0.6, bloom=0.02)
SYNTH_BRASS = Held(voices=3, apart=9.0, cut=(1200.0, 4200.0), bloom=0.12, slope=0.95, fall=0.15, wander=1.0)
SYNTH_BRASS_2 = replace(SYNTH_BRASS, cut=(900.0, 3000.0), bloom=0.2)

# -- reeds ------------------------------------------------------------------------------------------------------------

SAX = Held(
    slope=0.75,
    cut=(1700.0, 4600.0),
    peaks=((650, 7, 0.6), (1450, 4, 0.5), (2700, 3, 0.5)),
    vibrato=(5.1, 17.0, 0.35, 0.08),
    scoop=(60.0, 0.03),
    breath=(0.013, 1200.0, 6000.0),
    onset=2.5,
    bloom=0.05,
)
SOPRANO_SAX = replace(SAX, cut=(3400.0, 7200.0), peaks=((1050, 7, 0.6), (2400, 4, 0.5)))
TENOR_SAX = replace(SAX, cut=(1900.0, 5000.0), peaks=((520, 7, 0.6), (1200, 5, 0.5)))
BARITONE_SAX = replace(SAX, cut=(1500.0, 4600.0), peaks=((380, 7, 0.6), (950, 5, 0.5)))
OBOE = Held(
    slope=0.62,
    cut=(2600.0, 4200.0),
    peaks=((1150, 10, 0.4), (2950, 5, 0.35), (300, -4, 0.6)),
    vibrato=(5.4, 12.0, 0.4, 0.07),
    scoop=(20.0, 0.02),
    breath=(0.005, 2500.0, 7000.0),
    onset=3.0,
    bloom=0.04,
)
COR_ANGLAIS = replace(OBOE, cut=(2300.0, 3800.0), peaks=((930, 11, 0.4), (2300, 7, 0.35)))
BASSOON = replace(OBOE, cut=(1300.0, 2800.0), peaks=((480, 11, 0.45), (1150, 7, 0.4)), vibrato=(5.0, 9.0, 0.5, 0.04))
CLARINET = Held(
    slope=0.85,
    even=0.13,
    cut=(1500.0, 3600.0),
    peaks=((1500, 3, 0.8), (3500, 3, 0.6)),
    vibrato=(4.8, 3.0, 0.8, 0.03),
    scoop=(18.0, 0.02),
    breath=(0.006, 1500.0, 6000.0),
    onset=3.0,
    bloom=0.06,
)
BAGPIPE = replace(OBOE, slope=0.35, vibrato=(0, 0, 1, 0), cut=(4000.0, 5600.0), fall=0.0)
SHANAI = replace(OBOE, slope=0.3, vibrato=(5.8, 22.0, 0.3, 0.05), peaks=((1500, 10, 0.4), (3200, 8, 0.35)))
HARMONICA = Held(
    slope=0.6,
    cut=(1700.0, 3700.0),
    peaks=((900, 5, 0.6), (2600, 6, 0.5)),
    vibrato=(5.2, 8.0, 0.3, 0.14),
    breath=(0.02, 1500, 6000),
)
ACCORDION = Held(
    slope=0.55,
    cut=(1900.0, 3700.0),
    voices=3,
    apart=5.5,
    peaks=((700, 4, 0.7), (2200, 4, 0.6)),
    wander=0.5,
    fall=0.0,
    bloom=0.04,
)
BANDONEON = replace(ACCORDION, voices=2, apart=1.5, cut=(2000.0, 4200.0))

# -- pipes ------------------------------------------------------------------------------------------------------------

FLUTE = Held(
    partials=(1.0, 0.75, 0.34, 0.16, 0.08, 0.04, 0.02, 0.01),
    cut=(1900.0, 5200.0),
    vibrato=(5.1, 8.0, 0.35, 0.14),
    scoop=(25.0, 0.03),
    breath=(0.028, 900.0, 6000.0),
    onset=3.0,
    bloom=0.08,
)
PICCOLO = replace(FLUTE, cut=(3500.0, 8000.0), breath=(0.045, 2500.0, 9000.0))
RECORDER = replace(
    FLUTE, partials=(1.0, 0.12, 0.28, 0.05, 0.05), vibrato=(4.8, 4.0, 0.6, 0.04), breath=(0.03, 1500, 7000)
)
PAN_FLUTE = replace(
    FLUTE, partials=(1.0, 0.08, 0.22, 0.03, 0.04), breath=(0.14, 700.0, 6000.0), onset=4.0, scoop=(60, 0.03)
)
BOTTLE = replace(FLUTE, partials=(1.0, 0.05, 0.04), breath=(0.2, 400.0, 4000.0), vibrato=(4.5, 4, 0.5, 0.05))
SHAKUHACHI = replace(FLUTE, breath=(0.12, 900.0, 6500.0), scoop=(110.0, 0.06), vibrato=(4.8, 26.0, 0.5, 0.15))
WHISTLE = replace(FLUTE, partials=(1.0, 0.03, 0.02), breath=(0.05, 1500.0, 6000.0), vibrato=(5.6, 20.0, 0.3, 0.05))
OCARINA = replace(FLUTE, partials=(1.0, 0.06, 0.09, 0.02), breath=(0.035, 900.0, 5000.0), vibrato=(5, 8, 0.4, 0.05))

# -- organs -----------------------------------------------------------------------------------------------------------

ORGAN = Held(
    partials=(1.0, 0.85, 0.75, 0.45, 0.0, 0.28, 0.0, 0.3),
    cut=(9000.0, 9000.0),
    wander=0.2,
    fall=0.0,
    bloom=0.004,
    sub=0.5,
    vibrato=(6.6, 3.0, 0.02, 0.03),
)
PERCUSSIVE_ORGAN = replace(ORGAN, partials=(1.0, 0.9, 0.9, 0.1), sub=0.6)
ROCK_ORGAN = replace(ORGAN, voices=2, apart=3.0, vibrato=(6.4, 12.0, 0.02, 0.1))
# Principals at 8', 4', 2 2/3', 2' and a mixture above, each of several ranks that are never quite in tune.
CHURCH_ORGAN = Held(
    partials=(1.0, 0.85, 0.45, 0.75, 0.12, 0.42, 0.06, 0.6, 0.04, 0.1, 0.03, 0.36, 0.02, 0.04, 0.02, 0.3),
    cut=(5200.0, 5200.0),
    voices=3,
    apart=2.2,
    breath=(0.02, 800.0, 5000.0),
    onset=2.0,
    wander=0.4,
    fall=0.0,
    bloom=0.05,
    sub=0.3,
)
REED_ORGAN = Held(
    slope=0.85, cut=(2200.0, 2600.0), voices=2, apart=2.5, wander=0.5, fall=0.0, bloom=0.06, breath=(0.012, 800, 4000)
)

# -- synthesisers -----------------------------------------------------------------------------------------------------

SQUARE = Held(even=0.03, cut=(3000.0, 6500.0), vibrato=(5.5, 7.0, 0.5, 0.0), bloom=0.02, wander=0.5, fall=0.1)
SAW = Held(voices=2, apart=4.0, cut=(3000.0, 7500.0), bloom=0.02, wander=0.5, fall=0.1, vibrato=(5.5, 7.0, 0.5, 0.0))
CALLIOPE = replace(PAN_FLUTE, breath=(0.06, 1500.0, 6000.0), vibrato=(5, 3, 0.3, 0.05))
CHIFF = replace(SQUARE, breath=(0.06, 2000.0, 8000.0), onset=6.0)
CHARANG = replace(SAW, cut=(3500.0, 8000.0), peaks=((1400, 7, 0.6),))
VOICE_LEAD = replace(SYNTH_VOICE, voices=2, bloom=0.04)
FIFTHS = Held(
    partials=(0.0, 1.0, 0.9, 0.5, 0.0, 0.5, 0.0, 0.3, 0.3), cut=(3000, 6000), voices=2, apart=4.0, sub=0.0, bloom=0.03
)
BASS_LEAD = replace(SAW, sub=0.5, cut=(1400.0, 4500.0))
PAD = Held(
    voices=4, apart=10.0, cut=(900.0, 2400.0), bloom=0.8, wander=2.0, fall=0.0, slope=1.1, vibrato=(4.0, 3.0, 0.5, 0.03)
)
WARM_PAD = replace(PAD, cut=(600.0, 1500.0), slope=1.2)
POLY_SYNTH = replace(PAD, cut=(1800.0, 4500.0), bloom=0.1)
CHOIR_PAD = replace(CHOIR, vocal="o", bloom=0.6)
BOWED_PAD = replace(PAD, even=0.3, cut=(1200.0, 3000.0))
METAL_PAD = replace(PAD, cut=(2500.0, 6000.0), peaks=((2200, 8, 0.5), (4200, 8, 0.4)))
HALO_PAD = replace(PAD, vocal="a", cut=(1800.0, 4000.0))
SWEEP_PAD = replace(PAD, cut=(1200.0, 5500.0), sweep=0.17)
SYNTH_BASS = Held(cut=(450.0, 1500.0), sub=0.35, bloom=0.012, fall=0.7, wander=0.3, slope=0.95)
SYNTH_BASS_2 = replace(SYNTH_BASS, even=0.1, cut=(450.0, 1400.0))
FRETLESS = Held(
    slope=1.35, cut=(700.0, 2200.0), scoop=(35.0, 0.04), vibrato=(4.6, 10.0, 0.5, 0.02), fall=0.45, bloom=0.02
)
