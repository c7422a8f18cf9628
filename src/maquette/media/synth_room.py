"""A room to play in: an impulse response made of noise that fades, different for both ears."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .synth_tones import Floats


@dataclass(frozen=True)
class Room:
    """seconds: until low, middle and high tones (200, 1000, 6000 Hz) have fallen by 60 dB. early: ms until the walls
    answer. level: dB against the dry sound."""

    seconds: tuple[float, float, float]
    early: float
    level: float = 0.0


ROOMS: dict[str, Room] = {
    "studio": Room((0.5, 0.45, 0.3), 6, -3),
    "room": Room((0.9, 0.8, 0.5), 10, -1),
    "hall": Room((1.9, 1.7, 0.9), 22, 0),
    "church": Room((4.2, 3.6, 1.6), 32, 1),
}


@lru_cache(maxsize=8)
def response(name: str, rate: int) -> Floats:
    """The impulse response of a room, (2, n): no direct sound, of energy 1 for each ear.

    Noise of independent ears in bands that fade at their own rates (Moorer 1979), a few early reflections before it.
    """
    room = ROOMS[name]
    dice = np.random.default_rng(17)
    n = int((max(room.seconds) * 1.05 + room.early / 1000) * rate)
    time = np.arange(n) / rate
    spectrum = np.fft.rfft(dice.standard_normal((2, n)))
    freqs = np.fft.rfftfreq(n, 1 / rate)
    edges = np.geomspace(90, 14000, 9)
    made = np.zeros((2, n))
    for low, high in itertools.pairwise(edges):
        band = 1 / (1 + (low / np.maximum(freqs, 1)) ** 6) / (1 + (freqs / high) ** 6)
        seconds = np.interp(np.log(np.sqrt(low * high)), np.log([200, 1000, 6000]), room.seconds)
        made += np.fft.irfft(spectrum * band, n) * np.exp(-6.9 * time / seconds) * (1000 / np.sqrt(low * high)) ** 0.12
    begin = int(room.early / 1000 * rate)
    swell = np.clip((time - room.early / 1000) / (room.early / 1000), 0, 1)
    made *= swell
    power = np.sqrt((made**2).sum(axis=1, keepdims=True))
    made /= power
    for number in range(7):
        for ear in range(2):
            at = int(begin * (0.45 + 0.24 * number * (1 + 0.12 * dice.random())))
            made[ear, min(at, n - 1)] += 0.14 * 0.82**number * dice.choice([-1, 1])
    made[:, -int(0.02 * rate) :] *= np.linspace(1, 0, int(0.02 * rate))
    made -= made.mean(axis=1, keepdims=True) * np.exp(-6.9 * time / room.seconds[0])
    return np.asarray(made / np.sqrt((made**2).sum(axis=1, keepdims=True)), np.float32)
