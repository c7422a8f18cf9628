"""Drums: the General MIDI percussion map, each sound made of a skin, a shell, a blade or seeds.

Skins are sines whose pitch falls as the blow lets go; metal is a cloud of modes without order; what rattles is noise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .synth_ringing import Ask
from .synth_tones import Floats, balanced, ringing, some_noise

Hit = Callable[["Blow"], Floats]
HATS = frozenset({42, 44, 46})  # one stand: a stroke on it ends what still sounds there
CLOSED = frozenset({42, 44})
CHOKE = 0.03  # seconds in which a hat that is closed falls silent


@dataclass(frozen=True)
class Kit:
    """How a drum set differs from the standard one: tuning in semitones, length, tone of the bass drum."""

    tune: float = 0.0
    length: float = 1.0
    click: float = 1.0
    low: float = 50.0  # Hz the bass drum settles at
    wires: float = 1.0  # of the snare, against its skin


STANDARD = Kit()
# GM2 and GS kits by program.
KITS: dict[int, Kit] = {
    8: Kit(length=1.25),
    16: Kit(tune=-1.5, length=1.3, click=1.3, wires=1.2),
    24: Kit(tune=1.0, length=0.9, click=0.6, low=48.0, wires=1.3),
    25: Kit(tune=0.5, length=2.2, click=0.35, low=46.0, wires=0.9),
    32: Kit(tune=1.5, length=0.9, click=0.5, low=62.0, wires=0.8),
    40: Kit(tune=1.5, length=0.9, click=0.3, low=62.0, wires=1.6),
    48: Kit(tune=-3.0, length=2.6, click=0.15, low=44.0, wires=0.9),
}


@dataclass
class Blow:
    """One stroke: what a sound is made with."""

    ask: Ask
    kit: Kit
    dice: np.random.Generator

    def time(self, seconds: float) -> Floats:
        return np.asarray(np.arange(int(seconds * self.ask.rate)) / self.ask.rate, np.float32)

    def skin(self, start: float, end: float, bend: float, length: float, click: float = 0.0) -> Floats:
        """A sine that falls from `start` to `end` Hz within about `bend` seconds and is silent after 3 x `length`."""
        tune = 2 ** (self.kit.tune / 12) * self.dice.uniform(0.99, 1.01)
        time = self.time(length * 3.2)
        phase = 2 * np.pi * tune * (end * time + (start - end) * bend * (1 - np.exp(-time / bend)))
        made = np.sin(phase) * np.exp(-time / (length * 0.55))
        return np.asarray(self._ended(made + click * self.hiss(1500, 6000, 0.004, len(time))), np.float32)

    def hiss(self, low: float, high: float, length: float, n: int = 0, rise: float = 0.0007) -> Floats:
        """Noise between two frequencies that dies away, 1/e after `length` seconds."""
        n = n or int(length * 7 * self.ask.rate)
        time = np.arange(n, dtype=np.float32) / self.ask.rate
        sound = some_noise(low, high, n, self.ask.rate, self.dice)
        return np.asarray(sound * np.exp(-time / length) * (1 - np.exp(-time / rise)), np.float32)

    def shell(self, freqs: list[float], amps: list[float], length: float, more: float = 1.0) -> Floats:
        """Modes at the given frequencies; `length` is the time of the first to 1/e, each next is faster by `more`."""
        f = np.array(freqs) * self.dice.uniform(0.992, 1.008)
        decays = (1 / length) * (1 + (more - 1) * np.arange(len(f)))
        made = ringing(f, np.asarray(decays, float), np.array(amps, float), np.zeros(len(f)), length * 7, self.ask.rate)
        return self._ended(made)

    def blade(self, low: float, high: float, length: float, count: int, seed: int) -> Floats:
        """A sheet of metal: `count` modes strewn from `low` to `high` Hz, the upper ones soon gone."""
        dice = np.random.default_rng([seed, self.ask.take % 2])
        freqs = np.sort(low * (high / low) ** dice.random(count))
        decays = (1 / length) * (0.5 + dice.random(count)) * (0.6 + 1.1 * (freqs / high))
        amps = (0.4 + dice.random(count)) * (0.5 + 0.5 * self.ask.force) ** np.log2(freqs / low)
        phases = dice.uniform(0, 2 * np.pi, count)
        made = ringing(freqs, decays, amps, phases, length * 6, self.ask.rate)
        rise = int(0.0012 * self.ask.rate)
        made[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
        return self._ended(made / np.float32(np.sqrt(count)))

    def bursts(self, times: list[float], low: float, high: float, length: float) -> Floats:
        """The same short noise several times: claps, seeds, scrapes."""
        whole = np.zeros(int((max(times) + length * 7) * self.ask.rate) + 1, np.float32)
        for time in times:
            one = self.hiss(low, high, length)
            start = int(time * self.ask.rate)
            whole[start : start + len(one)] += one[: len(whole) - start]
        return whole

    def _ended(self, made: Floats) -> Floats:
        end = min(len(made), int(0.01 * self.ask.rate))
        made[len(made) - end :] *= np.linspace(1, 0, end)
        return made


def mixed(*layers: tuple[float, Floats]) -> Floats:
    """Layers of different lengths, each at its level."""
    whole = np.zeros(max(len(sound) for _, sound in layers), np.float32)
    for level, sound in layers:
        whole[: len(sound)] += np.float32(level) * sound
    return whole


def _kick(b: Blow) -> Floats:
    low, click = b.kit.low, b.kit.click * (0.4 + 0.6 * b.ask.force)
    skin = b.skin(low * 3.1, low, 0.028, 0.2 * b.kit.length)
    knock = b.shell([low * 3.6, low * 6.3], [0.5, 0.25], 0.018)
    whole = mixed((1.0, skin), (0.35, knock), (0.1 * click, b.hiss(1800, 5200, 0.004)))
    return np.asarray(np.tanh(1.3 * whole) / 1.1, np.float32)


def _snare(b: Blow, pitch: float = 186.0, wires: float = 1.0, length: float = 0.1) -> Floats:
    skin = b.skin(pitch * 1.35, pitch, 0.018, 0.085)
    upper = b.shell([pitch * 1.78, pitch * 2.6], [0.5, 0.2], 0.045)
    rattle = b.hiss(1100, 8500, length * b.kit.length**0.5, rise=0.001)
    return mixed((0.75, skin), (0.4, upper), (0.3 * wires * b.kit.wires, rattle), (0.12, b.hiss(2500, 9000, 0.012)))


def _stick(b: Blow) -> Floats:
    return mixed((0.7, b.shell([480, 1130, 1720, 2480], [0.6, 1, 0.8, 0.4], 0.014)), (0.2, b.hiss(1500, 6000, 0.006)))


def _clap(b: Blow) -> Floats:
    times = [0.0, 0.011 + 0.002 * b.dice.random(), 0.022]
    return mixed((0.5, b.bursts(times, 900, 3200, 0.004)), (0.4, b.bursts([0.024], 900, 3600, 0.06)))


def _hat(b: Blow, length: float) -> Floats:
    metal = b.blade(3600, 14000, length, 46, 21)
    return mixed((0.8, metal), (0.22, b.hiss(6500, 15000, length * 0.8)), (0.1, b.hiss(3000, 9000, 0.004)))


def _tom(b: Blow, low: float) -> Floats:
    skin = b.skin(low * 1.45, low, 0.05, 0.24 * b.kit.length**0.5)
    rest = b.shell([low * 1.59, low * 2.14, low * 2.65], [0.4, 0.25, 0.12], 0.09)
    return mixed((0.9, skin), (0.5, rest), (0.09, b.hiss(700, 4500, 0.012)))


def _ride(b: Blow) -> Floats:
    ping = b.shell([2950, 4120, 5230, 6310, 7700], [1, 0.8, 0.7, 0.5, 0.3], 0.32, 1.25)
    return mixed((0.16, ping), (0.5, b.blade(420, 11000, 0.75, 110, 31)), (0.12, b.hiss(4500, 12000, 0.012)))


def _bell(b: Blow) -> Floats:
    return mixed((0.5, b.shell([720, 1190, 1790, 2540, 3670, 5100], [0.7, 1, 0.9, 0.7, 0.5, 0.3], 0.5, 1.2)),
                 (0.2, b.blade(1200, 10000, 0.6, 60, 32)))  # fmt: skip


def _crash(b: Blow, length: float = 0.95, low: float = 500, seed: int = 41) -> Floats:
    metal, wash = b.blade(low, 13500, length, 220, seed), b.hiss(2800, 14000, length * 0.42, rise=0.002)
    return mixed((0.9, metal), (0.32, wash))


def _bongo(b: Blow, low: float, length: float = 0.09) -> Floats:
    rest = b.shell([low * 1.6, low * 2.2, low * 3.1], [0.4, 0.25, 0.12], length * 0.5)
    return mixed((0.9, b.skin(low * 1.15, low, 0.012, length)), (0.4, rest), (0.12, b.hiss(1200, 6000, 0.005)))


def _tambourine(b: Blow) -> Floats:
    return mixed((0.5, b.blade(4200, 13500, 0.11, 40, 51)), (0.3, b.bursts([0, 0.017, 0.038], 5000, 14000, 0.022)))


def _cowbell(b: Blow) -> Floats:
    return mixed((0.6, b.shell([562, 845, 1680, 2540, 3400], [1, 0.95, 0.35, 0.2, 0.12], 0.1, 1.3)),
                 (0.1, b.hiss(1500, 6000, 0.005)))  # fmt: skip


def _vibraslap(b: Blow) -> Floats:
    times = list(np.cumsum(0.012 + 0.016 * np.arange(22) / 22))
    fall = mixed(*((0.9**n, b.bursts([float(t)], 1800, 5200, 0.004)) for n, t in enumerate(times)))
    return fall * np.float32(0.8)


def _seeds(b: Blow, length: float, low: float = 4500) -> Floats:
    return mixed((0.45, b.hiss(low, 13000, length, rise=length * 0.35)))


def _guiro(b: Blow, length: float, speed: float) -> Floats:
    return b.bursts([n / speed for n in range(int(length * speed))], 1800, 6000, 0.005) * np.float32(0.5)


def _block(b: Blow, low: float, length: float = 0.03) -> Floats:
    return mixed(
        (0.8, b.shell([low, low * 1.58, low * 2.7], [1, 0.4, 0.2], length, 1.6)), (0.08, b.hiss(1500, 7000, 0.003))
    )


def _whistle(b: Blow, length: float) -> Floats:
    time = b.time(length)
    pitch = 2350 + 110 * np.sign(np.sin(2 * np.pi * 34 * time)) * (1 - np.exp(-time / 0.01))
    edge = np.minimum(1, np.minimum(time / 0.008, (length - time) / 0.02)).clip(0)
    made = np.sin(2 * np.pi * np.cumsum(pitch) / b.ask.rate) + 0.12 * b.hiss(1500, 7000, 9.0, len(time))
    return np.asarray(0.4 * made * edge, np.float32)


def _cuica(b: Blow, up: float, length: float) -> Floats:
    time = b.time(length)
    pitch = 320 * (1 + up * time / length)
    edge = np.minimum(1, np.minimum(time / 0.01, (length - time) / 0.03)).clip(0)
    phase = 2 * np.pi * np.cumsum(pitch) / b.ask.rate
    return np.asarray(0.6 * edge * (np.sin(phase) + 0.35 * np.sin(2 * phase) + 0.2 * np.sin(3 * phase)), np.float32)


def _triangle(b: Blow, length: float) -> Floats:
    return mixed((0.4, b.shell([2560, 4310, 5890, 7420, 9630, 11200], [0.6, 1, 0.8, 0.6, 0.4, 0.3], length, 1.1)),
                 (0.06, b.hiss(4000, 12000, 0.004)))  # fmt: skip


def _jingle(b: Blow, length: float = 0.09) -> Floats:
    times = [0.0, 0.021, 0.035, 0.062]
    return mixed(
        *(
            (0.5, np.pad(b.blade(5200, 14000, length, 18, 60 + n), (int(t * b.ask.rate), 0)))
            for n, t in enumerate(times)
        )
    )


def _tree(b: Blow) -> Floats:
    rows = []
    for n in range(24):
        one = b.shell([5200 * 0.955**n, 8700 * 0.955**n], [1, 0.5], 0.25)
        rows.append((0.18, np.pad(one, (int(n * 0.03 * b.ask.rate), 0))))
    return mixed(*rows)


def _click(b: Blow, pitch: float) -> Floats:
    return b.shell([pitch, pitch * 2], [1.0, 0.3], 0.012)


# pitch -> (level in dB, place -1 left .. 1 right as the player sees it, the sound)
SOUNDS: dict[int, tuple[float, float, Hit]] = {
    27: (-6, 0, lambda b: _click(b, 2600)),
    28: (-4, 0, _clap),
    29: (-8, 0, lambda b: _guiro(b, 0.08, 90)),
    30: (-8, 0, lambda b: _guiro(b, 0.12, 70)),
    31: (-6, 0, _stick),
    32: (-8, 0, lambda b: _click(b, 1900)),
    33: (-6, 0, lambda b: _block(b, 1250, 0.012)),
    34: (-6, 0, lambda b: _block(b, 2100, 0.05)),
    35: (0, 0, _kick),
    36: (0, 0, _kick),
    37: (-5, 0.1, _stick),
    38: (-1, 0.05, _snare),
    39: (-3, 0, _clap),
    40: (-1, 0.05, lambda b: _snare(b, 222.0, 0.9, 0.085)),
    41: (-2, -0.45, lambda b: _tom(b, 78)),
    42: (-13, 0.3, lambda b: _hat(b, 0.038)),
    43: (-2, -0.35, lambda b: _tom(b, 92)),
    44: (-15, 0.3, lambda b: _hat(b, 0.028)),
    45: (-2, -0.15, lambda b: _tom(b, 112)),
    46: (-13, 0.3, lambda b: _hat(b, 0.3)),
    47: (-2, 0.05, lambda b: _tom(b, 134)),
    48: (-2, 0.2, lambda b: _tom(b, 162)),
    49: (-7, -0.4, _crash),
    50: (-2, 0.35, lambda b: _tom(b, 196)),
    51: (-9, 0.4, _ride),
    52: (-7, -0.5, lambda b: _crash(b, 0.55, 380, 42)),
    53: (-9, 0.4, _bell),
    54: (-9, 0.2, _tambourine),
    55: (-8, -0.15, lambda b: _crash(b, 0.35, 900, 43)),
    56: (-7, 0.15, _cowbell),
    57: (-7, 0.45, lambda b: _crash(b, 1.05, 430, 44)),
    58: (-8, 0, _vibraslap),
    59: (-9, 0.45, _ride),
    60: (-5, 0.3, lambda b: _bongo(b, 392)),
    61: (-4, 0.3, lambda b: _bongo(b, 268)),
    62: (-4, -0.3, lambda b: _bongo(b, 262, 0.04)),
    63: (-4, -0.3, lambda b: _bongo(b, 244, 0.17)),
    64: (-3, -0.3, lambda b: _bongo(b, 176, 0.2)),
    65: (-4, 0.25, lambda b: _bongo(b, 330, 0.14)),
    66: (-4, 0.25, lambda b: _bongo(b, 226, 0.17)),
    67: (-9, -0.3, lambda b: _block(b, 1190, 0.13)),
    68: (-9, -0.3, lambda b: _block(b, 890, 0.13)),
    69: (-10, 0.3, lambda b: _seeds(b, 0.035)),
    70: (-10, 0.35, lambda b: _seeds(b, 0.022, 5500)),
    71: (-12, 0, lambda b: _whistle(b, 0.14)),
    72: (-12, 0, lambda b: _whistle(b, 0.45)),
    73: (-9, 0.2, lambda b: _guiro(b, 0.09, 110)),
    74: (-9, 0.2, lambda b: _guiro(b, 0.34, 80)),
    75: (-8, -0.15, lambda b: _block(b, 2480, 0.03)),
    76: (-7, -0.2, lambda b: _block(b, 1130)),
    77: (-7, -0.2, lambda b: _block(b, 810)),
    78: (-7, 0.2, lambda b: _cuica(b, 0.5, 0.12)),
    79: (-7, 0.2, lambda b: _cuica(b, -0.25, 0.28)),
    80: (-14, 0.3, lambda b: _triangle(b, 0.06)),
    81: (-14, 0.3, lambda b: _triangle(b, 0.9)),
    82: (-10, 0.2, lambda b: _seeds(b, 0.05)),
    83: (-10, 0.2, _jingle),
    84: (-14, 0.3, _tree),
    85: (-8, 0.1, lambda b: _block(b, 1850, 0.014)),
    86: (-3, 0, lambda b: _tom(b, 96)),
    87: (-2, 0, lambda b: _tom(b, 66)),
}


def sound_of(pitch: int) -> int:
    """The pitch of the map that is nearest to any pitch: what no kit has is played on what lies closest."""
    return min(SOUNDS, key=lambda known: (abs(known - pitch), known))


def strike(ask: Ask, program: int) -> Floats:
    """One stroke on a kit, (1, n) at its own level in the set."""
    pitch = sound_of(ask.pitch)
    level, _, make = SOUNDS[pitch]
    dice = np.random.default_rng([pitch, ask.take, int(ask.force * 100), 14])
    kit = KITS.get(program & ~7 if program not in KITS else program, STANDARD)
    made = balanced(make(Blow(ask, kit, dice)) * np.float32(10 ** (level / 20)))
    n = max(2, int(0.0004 * ask.rate))
    made[:n] *= np.linspace(0, 1, n, dtype=np.float32)
    return np.asarray(made[None], np.float32)
