"""The sounds of a film's things, made from noise and ringing bodies: steps, doors, telephones, rain, a forest at night.

Nothing here is recorded, so nothing here has anybody's licence. One sound is (n,) float32 of peak about 1; a place is
(n, 2) and goes round without a seam. Modal synthesis after van den Doel, Kry and Pai 2001 (FoleyAutomatic): what is
struck rings at the modes of its material, and noise is the roughness of what it is struck with.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...media.synth_tones import noise, ringing, some_noise

Floats: TypeAlias = NDArray[np.float32]
Dice: TypeAlias = np.random.Generator

RATE = 48000
LOOP = 20.0  # seconds after which a place's sound comes round


def _t(seconds: float) -> NDArray[np.float64]:
    return np.arange(max(1, round(seconds * RATE))) / RATE


def _arch(t: NDArray[np.float64]) -> NDArray[np.float64]:
    """From nothing to one in the middle, and back."""
    return np.asarray(np.clip(np.sin(np.pi * t / t[-1]), 0, 1), np.float64)


def _fall(seconds: float, half: float, rise: float = 0.002) -> Floats:
    """From nothing in `rise` seconds to one, then less by half every `half` seconds."""
    t = _t(seconds)
    return np.asarray(np.minimum(t / rise, 1) * 0.5 ** (np.maximum(t - rise, 0) / half), np.float32)


def _hiss(dice: Dice, low: float, high: float, seconds: float, half: float, rise: float = 0.002) -> Floats:
    shape = _fall(seconds, half, rise)
    return some_noise(low, high, len(shape), RATE, dice) * shape * np.float32(0.3)


def _struck(dice: Dice, freqs: list[float], halves: list[float], levels: list[float], seconds: float) -> Floats:
    """Modes that ring: each falls by half in its own time, and is never twice quite the same."""
    pitches = np.array(freqs) * (1 + 0.03 * dice.standard_normal(len(freqs)))
    amps = np.array(levels) * (1 + 0.2 * dice.standard_normal(len(freqs)))
    return ringing(pitches, np.log(2) / np.array(halves), amps, np.zeros(len(freqs)), seconds, RATE)


def _laid(*parts: tuple[float, float, Floats]) -> Floats:
    """Sounds over one another: (second it begins, level, sound)."""
    ends = [round(at * RATE) + len(sound) for at, _, sound in parts]
    whole = np.zeros(max(ends), np.float32)
    for (_, level, sound), end in zip(parts, ends, strict=True):
        whole[end - len(sound) : end] += np.float32(level) * sound
    return whole


# -- struck and moved things ------------------------------------------------------------------------------------------


def _step_wood(dice: Dice) -> Floats:
    heel = _struck(dice, [92, 176, 310, 560], [0.03, 0.025, 0.014, 0.008], [1, 0.7, 0.4, 0.2], 0.25)
    toe = _struck(dice, [130, 260, 480], [0.02, 0.012, 0.008], [0.5, 0.35, 0.2], 0.2)
    scuff = _hiss(dice, 900, 4200, 0.09, 0.014)
    return _laid((0, 0.8, heel), (0.0, 0.5, scuff), (0.055 + 0.02 * dice.random(), 0.5, toe))


def _step_stone(dice: Dice) -> Floats:
    heel = _struck(dice, [240, 620, 1450, 2600], [0.012, 0.01, 0.007, 0.004], [0.7, 0.6, 0.45, 0.25], 0.15)
    grit = _hiss(dice, 1800, 8000, 0.12, 0.018)
    return _laid((0, 0.8, heel), (0.0, 0.6, grit), (0.06, 0.45, _hiss(dice, 1500, 7000, 0.1, 0.02)))


def _step_grass(dice: Dice) -> Floats:
    rustle = [(0.02 * n + 0.012 * dice.random(), 0.5, _hiss(dice, 2200, 9000, 0.1, 0.02, 0.01)) for n in range(6)]
    return _laid((0, 0.5, _struck(dice, [70, 120], [0.03, 0.02], [1, 0.5], 0.2)), *rustle)


def _step_sand(dice: Dice) -> Floats:
    press = _hiss(dice, 500, 3800, 0.3, 0.07, 0.05)
    return _laid((0, 0.35, _struck(dice, [65, 105], [0.03, 0.02], [1, 0.4], 0.2)), (0, 1.0, press))


def _step_carpet(dice: Dice) -> Floats:
    soft = _struck(dice, [75, 140, 220], [0.03, 0.02, 0.012], [1, 0.5, 0.25], 0.2)
    return _laid((0, 0.7, soft), (0.01, 0.25, _hiss(dice, 400, 1800, 0.12, 0.03, 0.01)))


def _thump(dice: Dice) -> Floats:
    """Somebody sits down, or something soft falls."""
    body = _struck(dice, [58, 96, 160], [0.06, 0.05, 0.03], [1, 0.6, 0.3], 0.5)
    return _laid((0, 0.9, body), (0.01, 0.7, _cloth(dice)))


def _cloth(dice: Dice) -> Floats:
    pieces = [(0.07 * n * dice.random(), 0.5, _hiss(dice, 900, 5200, 0.25, 0.05, 0.05)) for n in range(4)]
    return _laid(*pieces)


def _knock(dice: Dice) -> Floats:
    def once() -> Floats:
        return _struck(dice, [165, 290, 520, 940], [0.03, 0.028, 0.02, 0.01], [1, 0.8, 0.45, 0.2], 0.35)

    return _laid((0, 0.9, once()), (0.19, 0.8, once()), (0.40 + 0.03 * dice.random(), 1.0, once()))


def _creak(dice: Dice, seconds: float) -> Floats:
    """A hinge: stick and slip at a pitch that wanders."""
    t = _t(seconds)
    wander = 90 + 60 * np.interp(t, np.linspace(0, seconds, 6), dice.random(6))
    phase = np.cumsum(wander) / RATE
    pulses = (np.diff(np.floor(phase), prepend=0) > 0) * (0.5 + 0.5 * dice.random(len(t)))
    ring = _struck(dice, [640, 1180, 1900, 2700], [0.006, 0.005, 0.004, 0.003], [1, 0.8, 0.5, 0.3], 0.05)
    size = 1 << int(np.ceil(np.log2(len(t) + len(ring))))
    made = np.fft.irfft(np.fft.rfft(pulses, size) * np.fft.rfft(ring, size), size)[: len(t)]
    made *= np.sin(np.pi * t / seconds) ** 0.7 / max(1e-9, float(np.abs(made).max()))
    return np.asarray(made, np.float32)


def _latch(dice: Dice) -> Floats:
    click = _struck(dice, [1350, 2300, 3900, 5600], [0.006, 0.005, 0.004, 0.002], [0.8, 0.7, 0.5, 0.3], 0.1)
    return _laid((0, 0.6, click), (0.05, 0.9, click[::1]), (0.05, 0.3, _hiss(dice, 1500, 6000, 0.05, 0.006)))


def _door(dice: Dice) -> Floats:
    """Opened and closed again."""
    close = _struck(dice, [82, 150, 265, 420], [0.05, 0.045, 0.03, 0.02], [1, 0.8, 0.5, 0.3], 0.6)
    return _laid(
        (0, 0.6, _latch(dice)), (0.12, 0.25, _creak(dice, 0.7)), (1.05, 0.75, close), (1.06, 0.5, _latch(dice))
    )


def _slam(dice: Dice) -> Floats:
    boom = _struck(dice, [62, 98, 171, 310, 505], [0.09, 0.08, 0.05, 0.03, 0.02], [1.2, 1, 0.8, 0.5, 0.3], 1.0)
    rattle = [(0.03 + 0.05 * n, 0.25 * 0.6**n, _latch(dice)) for n in range(4)]
    return _laid((0, 1.0, boom), (0, 0.9, _hiss(dice, 200, 3500, 0.3, 0.03)), *rattle)


def _phone(dice: Dice) -> Floats:
    """A telephone bell, twice."""
    t = _t(1.0)
    strikes = 0.65 + 0.35 * np.sign(np.sin(2 * np.pi * 21 * t))
    bells = sum(np.sin(2 * np.pi * pitch * t) * level for pitch, level in ((1340, 1), (1690, 0.8), (3560, 0.3)))
    swell = np.minimum(t / 0.02, 1) * np.minimum((1.0 - t) / 0.12, 1)
    once = np.asarray(bells * strikes * swell * 0.4, np.float32)
    return _laid((0, 0.8, once), (1.6, 0.8, once))


def _bell(dice: Dice) -> Floats:
    freqs = [523.0 * one for one in (0.5, 1, 1.19, 1.5, 2, 2.74, 3.76, 5.4)]
    halves = [2.0, 1.4, 1.0, 0.8, 0.7, 0.4, 0.25, 0.15]
    return 0.4 * _struck(dice, freqs, halves, [0.6, 1, 0.6, 0.4, 0.5, 0.3, 0.2, 0.15], 5.0)


def _glass(dice: Dice) -> Floats:
    shards = []
    for n in range(26):
        pitch = 1800 + 6000 * dice.random()
        one = _struck(dice, [pitch, pitch * 1.47, pitch * 2.09], [0.03, 0.02, 0.012], [1, 0.6, 0.4], 0.3)
        shards.append((0.0 + 0.6 * dice.random() ** 2, 0.16 + 0.2 * dice.random() * (n < 8), one))
    return _laid((0, 0.8, _hiss(dice, 2500, 12000, 0.25, 0.03)), *shards)


def _clink(dice: Dice) -> Floats:
    one = _struck(dice, [2150, 4380, 6900], [0.09, 0.05, 0.03], [1, 0.5, 0.25], 0.5)
    return _laid((0, 0.5, one), (0.004, 0.2, _hiss(dice, 3000, 9000, 0.03, 0.004)))


def _shot(dice: Dice) -> Floats:
    crack = _hiss(dice, 300, 9000, 0.2, 0.012, 0.0005)
    boom = _struck(dice, [48, 75, 130], [0.1, 0.08, 0.05], [1.2, 1, 0.6], 0.8)
    tail = _hiss(dice, 120, 1800, 1.6, 0.28, 0.01)
    return np.asarray(np.tanh(1.6 * _laid((0, 3.2, crack), (0, 0.9, boom), (0.02, 0.7, tail))), np.float32)


def _thunder(dice: Dice) -> Floats:
    t = _t(5.0)
    roll = 0.3 + np.interp(t, np.linspace(0, 5, 24), dice.random(24))
    low = some_noise(30, 180, len(t), RATE, dice) * np.float32(0.3)
    return np.asarray(low * roll * np.minimum(t / 0.15, 1) * 0.5 ** (t / 1.3), np.float32)


def _paper(dice: Dice) -> Floats:
    pieces = [(0.5 * dice.random(), 0.4 + 0.5 * dice.random(), _hiss(dice, 2500, 11000, 0.08, 0.012)) for _ in range(9)]
    return _laid(*pieces)


def _keys(dice: Dice) -> Floats:
    pieces = []
    for _ in range(8):
        pitch = 3500 + 3500 * dice.random()
        one = _struck(dice, [pitch, pitch * 1.31, pitch * 1.9], [0.02, 0.015, 0.01], [1, 0.7, 0.4], 0.15)
        pieces.append((0.45 * dice.random(), 0.35, one))
    return _laid(*pieces)


def _pour(dice: Dice) -> Floats:
    t = _t(1.8)
    bubbles = [(1.7 * dice.random(), 0.10, _drop(dice, 500 + 900 * dice.random())) for _ in range(60)]
    stream = some_noise(900, 6000, len(t), RATE, dice) * np.float32(0.05)
    return _laid((0, 1.0, stream * np.sin(np.pi * t / 1.8).astype(np.float32)), *bubbles)


def _drop(dice: Dice, pitch: float = 900.0) -> Floats:
    """A bubble rises in pitch as it closes (Minnaert 1933; van den Doel 2005)."""
    t = _t(0.09)
    return np.asarray(np.sin(2 * np.pi * pitch * (t + 2.2 * t * t)) * np.exp(-t * 55), np.float32)


def _clock(dice: Dice) -> Floats:
    tick = _struck(dice, [2400, 4100], [0.004, 0.003], [0.7, 0.5], 0.06)
    return _laid(*[(n * 1.0, 0.5, tick) for n in range(4)], *[(n * 1.0 + 0.5, 0.35, tick) for n in range(4)])


def _engine(dice: Dice) -> Floats:
    t = _t(3.5)
    turns = np.cumsum(14 + 14 * np.clip(t / 1.2, 0, 1) * np.exp(-t / 4)) / RATE
    body = sum(np.sin(2 * np.pi * n * turns + n) / n for n in range(1, 12))
    made = (body * 0.22 + some_noise(60, 500, len(t), RATE, dice) * 0.08) * np.minimum(t / 0.4, 1) * np.exp(-t / 1.8)
    return np.asarray(made, np.float32)


def _whistle(dice: Dice) -> Floats:
    """A train, far away."""
    t = _t(2.2)
    tone = sum(np.sin(2 * np.pi * pitch * t + 0.02 * np.sin(30 * t)) for pitch in (311, 370, 440))
    shape = np.minimum(t / 0.15, 1) * np.minimum((2.2 - t) / 0.5, 1)
    return np.asarray((tone * 0.25 + some_noise(300, 2500, len(t), RATE, dice) * 0.03) * shape, np.float32)


def _gust(dice: Dice) -> Floats:
    t = _t(4.0)
    return np.asarray(some_noise(150, 900, len(t), RATE, dice) * 0.35 * np.sin(np.pi * t / 4.0) ** 2, np.float32)


def _bark(dice: Dice) -> Floats:
    def once() -> Floats:
        t = _t(0.2)
        pitch = 420 * np.exp(-2.5 * t) + 160
        turns = np.cumsum(pitch) / RATE
        voice = sum(np.sin(2 * np.pi * n * turns) / n for n in range(1, 9))
        rough = some_noise(500, 3000, len(t), RATE, dice) * 0.4
        return np.asarray((voice + rough) * np.minimum(t / 0.015, 1) * np.exp(-t * 16) * 0.5, np.float32)

    return _laid((0, 1.0, once()), (0.32, 0.9, once()))


SOUNDS: dict[str, Callable[[Dice], Floats]] = {
    "step wood": _step_wood,
    "step stone": _step_stone,
    "step grass": _step_grass,
    "step sand": _step_sand,
    "step carpet": _step_carpet,
    "thump": _thump,
    "cloth": _cloth,
    "knock": _knock,
    "door": _door,
    "slam": _slam,
    "phone": _phone,
    "bell": _bell,
    "glass": _glass,
    "clink": _clink,
    "shot": _shot,
    "thunder": _thunder,
    "paper": _paper,
    "keys": _keys,
    "pour": _pour,
    "clock": _clock,
    "engine": _engine,
    "train": _whistle,
    "gust": _gust,
    "bark": _bark,
}


@lru_cache(maxsize=256)
def sound(kind: str, variant: int = 0) -> Floats:
    """One sound of a kind of SOUNDS, (n,), its peak 0.9; another variant is the same thing a little otherwise."""
    made = SOUNDS[kind](np.random.default_rng([variant, *kind.encode()]))
    fade = min(len(made), RATE // 100)
    made = made.copy()
    made[len(made) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return np.asarray(made * (0.9 / max(1e-6, float(np.abs(made).max()))), np.float32)


# -- places -----------------------------------------------------------------------------------------------------------


def _bed(low: float, high: float, level: float, seed: int) -> Floats:
    """Steady noise for both ears, (n, 2), RMS `level`."""
    sides = [noise(low, high, LOOP, RATE, seed + ear) for ear in range(2)]
    return np.stack(sides, 1) * np.float32(level)


def _swell(seed: int, slow: float, depth: float) -> Floats:
    """A level that comes and goes, (n, 1), and meets its own beginning; slow: seconds from one crest to the next."""
    dice = np.random.default_rng(seed)
    t = np.arange(round(LOOP * RATE)) / RATE
    turns = max(1, round(LOOP / slow))
    waves = [np.sin(2 * np.pi * ((turns + n) * t / LOOP + dice.random())) for n in range(3)]
    return np.asarray(1 - depth / 2 + depth / 6 * sum(waves), np.float32)[:, None]


def _scattered(seed: int, many: int, level: float, one: Callable[[Dice], Floats]) -> Floats:
    """Small sounds here and there, going round, (n, 2)."""
    dice = np.random.default_rng(seed)
    whole = np.zeros((round(LOOP * RATE), 2), np.float32)
    for _ in range(many):
        made, side = one(dice), dice.random()
        at = (int(dice.integers(len(whole))) + np.arange(len(made))) % len(whole)
        loud = level * (0.4 + 0.6 * dice.random())
        whole[at, 0] += made * np.float32(loud * np.cos(side * np.pi / 2))
        whole[at, 1] += made * np.float32(loud * np.sin(side * np.pi / 2))
    return whole


def _bird(dice: Dice) -> Floats:
    notes = []
    pitch = 2400 + 2600 * dice.random()
    for n in range(int(dice.integers(2, 6))):
        t = _t(0.05 + 0.09 * dice.random())
        bend = (dice.random() - 0.5) * 1400
        tone = np.sin(2 * np.pi * (pitch * t + bend * t * t / t[-1] / 2)) * _arch(t) ** 0.6
        notes.append((0.13 * n, 1.0, np.asarray(tone, np.float32)))
    return _laid(*notes)


def _cricket(dice: Dice) -> Floats:
    t = _t(0.5)
    trill = np.maximum(0, np.sin(2 * np.pi * 17 * t)) ** 2 * np.sin(np.pi * t / 0.5)
    return np.asarray(np.sin(2 * np.pi * (4100 + 500 * dice.random()) * t) * trill, np.float32)


def _murmur(dice: Dice) -> Floats:
    """A syllable of somebody at another table: a buzz through two vowels' resonances, no word in it."""
    t = _t(0.16 + 0.14 * dice.random())
    turns = np.cumsum(np.full(len(t), 105 + 110 * dice.random()) * (1 - 0.2 * t)) / RATE
    first, second = 350 + 400 * dice.random(), 900 + 1000 * dice.random()
    tone = np.zeros(len(t))
    for n in range(1, 18):
        pitch = n * 160
        gain = np.exp(-(((pitch - first) / 180) ** 2)) + 0.5 * np.exp(-(((pitch - second) / 250) ** 2))
        tone += gain * np.sin(2 * np.pi * n * turns)
    return np.asarray(tone * _arch(t) ** 0.5 * 0.4, np.float32)


def _passing(dice: Dice) -> Floats:
    t = _t(5.0)
    shape = np.exp(-(((t - 2.5) / 0.9) ** 2))
    return np.asarray(some_noise(70, 1100, len(t), RATE, dice) * shape * 0.5, np.float32)


def _wave(dice: Dice) -> Floats:
    t = _t(6.0)
    shape = np.where(t < 2.2, (t / 2.2) ** 2, np.exp(-(t - 2.2) / 1.4))
    return np.asarray(some_noise(250, 5200, len(t), RATE, dice) * shape * 0.4, np.float32)


def _hum(freqs: tuple[float, ...], level: float) -> Floats:
    t = np.arange(round(LOOP * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * round(pitch * LOOP) / LOOP * t + n) / (n + 1) for n, pitch in enumerate(freqs))
    return np.repeat(np.asarray(tone * level, np.float32)[:, None], 2, 1)


def _cups(dice: Dice) -> Floats:
    return sound("clink", int(dice.integers(4)))


def _drips(dice: Dice) -> Floats:
    return _drop(dice, 700 + 900 * dice.random())


def _indoors() -> Floats:
    return _bed(40, 420, 0.012, 3) + _bed(400, 3000, 0.0015, 5)


def _wind(level: float) -> Floats:
    return _bed(110, 650, level, 11) * _swell(12, 5.0, 1.2)


def _nature(night: bool, birds: int) -> Floats:
    leaves = _bed(1400, 7000, 0.006, 21) * _swell(22, 4.0, 1.0)
    alive = _scattered(23, 46, 0.012, _cricket) if night else _scattered(24, birds, 0.018, _bird)
    return _wind(0.010) + leaves + alive


def _traffic(night: bool) -> Floats:
    return _bed(50, 380, 0.016, 31) * _swell(32, 6.0, 0.8) + _scattered(33, 2 if night else 6, 0.07, _passing)


def _company() -> Floats:
    return _scattered(41, 260, 0.022, _murmur) + _scattered(42, 14, 0.02, _cups)


PLACES: dict[str, Callable[[bool], Floats]] = {
    "room": lambda night: _indoors(),
    "kitchen": lambda night: _indoors() + _hum((50, 100, 200), 0.004),
    "office": lambda night: _bed(80, 900, 0.010, 6) + _hum((100, 120), 0.002),
    "cafe": lambda night: _indoors() + _company(),
    "street": _traffic,
    "forest": lambda night: _nature(night, 22),
    "garden": lambda night: _nature(night, 14),
    "field": lambda night: _nature(night, 8) + _wind(0.012),
    "beach": lambda night: _bed(200, 2500, 0.010, 51) + _scattered(52, 5, 0.14, _wave),
    "hall": lambda night: _bed(45, 500, 0.014, 61),
    "shop": lambda night: _indoors() + _hum((50, 100, 150), 0.004),
    "hospital": lambda night: _bed(90, 1200, 0.009, 71) + _hum((100, 200), 0.002),
    "car": lambda night: _bed(35, 260, 0.05, 81) + _hum((31, 62, 93), 0.012),
    "station": lambda night: _bed(50, 600, 0.018, 91) + _scattered(92, 70, 0.012, _murmur),
    "cave": lambda night: _bed(40, 300, 0.010, 95) + _scattered(96, 7, 0.10, _drips),
    "castle": lambda night: _wind(0.016),
    "roof": lambda night: _wind(0.022) + _traffic(night) * np.float32(0.4),
    "void": lambda night: _bed(40, 160, 0.006, 99),
    "rain": lambda night: _bed(900, 9000, 0.030, 101) + _scattered(102, 300, 0.02, _drips),
}

# Which of them a kind of set sounds like; any other is a room.
SOUNDS_LIKE = {
    "bedroom": "room",
    "corridor": "hall",
    "classroom": "room",
    "church": "hall",
    "library": "room",
    "bar": "cafe",
    "restaurant": "cafe",
    "park": "garden",
    "mountain": "field",
    "road": "street",
    "courtyard": "garden",
    "laboratory": "office",
    "prison": "hall",
    "warehouse": "hall",
    "theatre": "hall",
    "ship": "beach",
    "train": "car",
}


@lru_cache(maxsize=4)
def place(kind: str, night: bool = False) -> Floats:
    """How a place sounds where nobody speaks: LOOP seconds, (n, 2), that go round without a seam."""
    name = kind if kind in PLACES else SOUNDS_LIKE.get(kind, "room")
    return np.asarray(PLACES[name](night), np.float32)
