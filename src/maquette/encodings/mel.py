"""A voice as 40 numbers a hundredth of a second: log energies in bands as wide as the ear tells them apart.

Mel bands after Davis and Mermelstein 1980 ("Comparison of parametric representations for monosyllabic word
recognition"), log energies without their cosine transform, as nets read them. Loudness and the colour of a room are
taken out by the recording's own mean, so that a quiet telephone and a near microphone look alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
RATE = 16_000  # Hz
HOP = 160  # samples: 10 ms
WINDOW = 400  # samples: 25 ms
BANDS = 40
_LOWEST, _HIGHEST = 60.0, 7_600.0  # Hz
_FFT = 512
_FLOOR = 8.0  # nats under the loudest band that are still told apart


def mel(sound: Floats, rate: int) -> Floats:
    """(n,) mono at `rate` Hz -> (t, 40), t = ceil(seconds x 100); frame i is centred at (i + 0.5) x 10 ms."""
    samples = at_rate(sound, rate)
    count = -(-len(samples) // HOP)
    if not count:
        return np.zeros((0, BANDS), np.float32)
    before = (WINDOW - HOP) // 2
    padded = np.zeros(before + count * HOP + WINDOW, np.float32)
    padded[before : before + len(samples)] = samples
    out = np.empty((count, BANDS), np.float32)
    window, bank = np.hanning(WINDOW).astype(np.float32), _bank()
    for first in range(0, count, 4096):  # forty seconds at a time: memory stays bounded
        last = min(first + 4096, count)
        places = np.arange(first, last)[:, None] * HOP + np.arange(WINDOW)[None]
        power = np.abs(np.fft.rfft(padded[places] * window, _FFT)) ** 2
        out[first:last] = power.astype(np.float32) @ bank
    return _levelled(np.log(out + 1e-10))


def at_rate(sound: Floats, rate: int, wanted: int = RATE) -> Floats:
    """The same sound at another rate: what would fold over is filtered out first (windowed sinc, 63 taps)."""
    samples = np.asarray(sound, np.float32)
    if rate == wanted or not len(samples):
        return samples
    if rate > wanted:
        taps = np.arange(-31, 32)
        cut = 0.475 * wanted / rate  # of the rate
        kernel = 2 * cut * np.sinc(2 * cut * taps) * np.hamming(63)
        samples = np.convolve(samples, (kernel / kernel.sum()).astype(np.float32), mode="same").astype(np.float32)
    count = int(len(samples) * wanted / rate)
    places = np.arange(count) * (rate / wanted)
    return np.asarray(np.interp(places, np.arange(len(samples)), samples), np.float32)


def _levelled(logs: Floats) -> Floats:
    """Cut off far below the loudest moments, then about 0 by the mean of the louder half, about 1 in spread."""
    loud = logs.max(1)
    top = float(np.percentile(loud, 95))
    kept = np.maximum(logs, top - _FLOOR - 2)
    voiced = loud > np.median(loud) if len(logs) > 20 else np.ones(len(logs), bool)
    mean = kept[voiced].mean(0) if voiced.any() else kept.mean(0)
    return np.asarray((kept - mean) / 2.5, np.float32)


def _bank() -> Floats:
    """(257, 40): triangles of equal width on the mel scale (2595 log10(1 + f / 700), O'Shaughnessy 1987)."""

    def mels(hertz: float) -> float:
        return float(2595 * np.log10(1 + hertz / 700))

    edges = 700 * (10 ** (np.linspace(mels(_LOWEST), mels(_HIGHEST), BANDS + 2) / 2595) - 1)
    hertz = np.arange(_FFT // 2 + 1) * RATE / _FFT
    rise = (hertz[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[None, 2:] - hertz[:, None]) / (edges[2:] - edges[1:-1])
    return np.clip(np.minimum(rise, fall), 0, None).astype(np.float32)
