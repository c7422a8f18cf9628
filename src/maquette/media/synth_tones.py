"""What all instruments are made of: modes that ring, waves that are held, noise, and filters by FFT.

Everything is numpy on whole arrays. Tones are (channels, n) float32; times in seconds, frequencies in Hz.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Doubles: TypeAlias = NDArray[np.float64]

STEP = 64  # samples between two values of a control (pitch, loudness); ramps go from one to the next
TABLE = 1 << 15  # samples of one period of a wave: read without interpolation, its error lies 85 dB below the tone
Peak: TypeAlias = tuple[float, float, float]  # a resonance: Hz, dB, width in octaves


def hertz(pitch: float) -> float:
    """Frequency of a MIDI pitch in equal temperament, A = 440 Hz."""
    return float(440.0 * 2 ** ((pitch - 69) / 12))


def gain(decibels: float) -> float:
    """The factor of so many decibels."""
    return float(10 ** (decibels / 20))


# -- what rings -------------------------------------------------------------------------------------------------------


def ringing(
    freqs: Doubles, decays: Doubles, amps: Doubles, phases: Doubles, seconds: float, rate: int
) -> NDArray[np.float32]:
    """A sum of k sines that fade, (n,): amps * exp(-decays t) * sin(2 pi freqs t + phases), all (k,).

    exp(s t) of t = block + inner is a product of two, so the whole sum is one matrix product of (blocks, 2k) and
    (2k, inner): some 100 times faster than k sines over all samples, and exact.
    """
    n = max(1, int(seconds * rate))
    heard = freqs < 0.45 * rate
    freqs, decays, amps, phases = freqs[heard], decays[heard], amps[heard], phases[heard]
    if not len(freqs):
        return np.zeros(n, np.float32)
    inner = int(np.ceil(np.sqrt(n)))
    blocks = -(-n // inner)
    step = np.exp((-decays + 2j * np.pi * freqs) / rate)
    within = _powers(step, inner)
    beyond = _powers(step**inner, blocks) * (amps * np.exp(1j * phases))[:, None]
    left = np.concatenate([beyond.real, beyond.imag]).T.astype(np.float32)
    right = np.concatenate([within.imag, within.real]).astype(np.float32)
    return np.asarray((left @ right).reshape(-1)[:n], np.float32)


def _powers(step: NDArray[np.complex128], count: int) -> NDArray[np.complex128]:
    """step**0, step**1, ... as rows, (k, count)."""
    rows = np.repeat(step[:, None], count, axis=1)
    rows[:, 0] = 1
    return np.multiply.accumulate(rows, axis=1)


# -- what is held -----------------------------------------------------------------------------------------------------


def controls(seconds: float, rate: int) -> Doubles:
    """The times at which controls have values, (m + 1,): one every STEP samples."""
    steps = max(1, -(-int(seconds * rate) // STEP))
    return np.asarray(np.arange(steps + 1) * (STEP / rate), np.float64)


def ramps(values: Doubles) -> Floats:
    """Values of controls (m + 1,) as samples (m * STEP,), straight from one to the next."""
    rise = np.diff(values)[:, None] * (np.arange(STEP) / STEP)
    return np.asarray((values[:-1, None] + rise).reshape(-1), np.float32)


def places(freqs: Doubles, rate: int, start: float = 0.0) -> NDArray[np.intp]:
    """Where in a table of one period a wave stands that has these frequencies (m + 1,): (m * STEP,) indices."""
    mean = (freqs[:-1] + freqs[1:]) / 2
    step = freqs[:-1, None] + np.diff(freqs)[:, None] * (np.arange(STEP) / (2 * STEP))
    begin = start + np.concatenate([[0.0], np.cumsum(mean[:-1])]) * (STEP / rate)
    phase = begin[:, None] + step * (np.arange(STEP) / rate)
    return np.asarray((phase * TABLE).astype(np.int64).reshape(-1) & (TABLE - 1), np.intp)


def period(amps: Doubles, phases: Doubles) -> Floats:
    """One period of a wave, (TABLE,), from the amplitudes and phases of its harmonics 1, 2, ..."""
    spectrum = np.zeros(TABLE // 2 + 1, np.complex128)
    count = min(len(amps), TABLE // 2 - 1)
    spectrum[1 : count + 1] = -0.5j * amps[:count] * np.exp(1j * phases[:count]) * TABLE
    return np.fft.irfft(spectrum).astype(np.float32)


def drift(dice: np.random.Generator, times: Doubles, speed: float) -> Doubles:
    """A slow wandering of about -1 to 1 with `speed` turns a second, as hands and breath have it, (m + 1,)."""
    knots = max(4, int(times[-1] * speed) + 4)
    values = np.clip(dice.standard_normal(knots), -2, 2) * 0.5
    return np.interp(times * speed, np.arange(knots), values)


# -- noise and filters ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def noise(low: float, high: float, seconds: float, rate: int, seed: int) -> Floats:
    """Noise between two frequencies with soft edges, of RMS 1; it goes round without a seam."""
    n = int(seconds * rate)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(n))
    freqs = np.fft.rfftfreq(n, 1 / rate)
    with np.errstate(divide="ignore"):
        edge = 1 / (1 + (low / np.maximum(freqs, 1e-9)) ** 4) / (1 + (freqs / high) ** 4)
    edge[0] = 0
    found = np.fft.irfft(spectrum * edge, n)
    return np.asarray(found / max(1e-12, float(np.sqrt((found**2).mean()))), np.float32)


def some_noise(low: float, high: float, n: int, rate: int, dice: np.random.Generator) -> Floats:
    """`n` samples from anywhere in a stock of such noise."""
    stock = noise(low, high, 6.0, rate, 7)
    start = int(dice.integers(len(stock)))
    return np.take(stock, np.arange(start, start + n), mode="wrap")


@lru_cache(maxsize=64)
def body(peaks: tuple[Peak, ...], rate: int, taps: int = 2048) -> Floats:
    """The impulse response (taps,) of a body with these resonances, of minimum phase.

    A peak is a bell over the logarithm of frequency; the phase comes from the cepstrum (Oppenheim and Schafer).
    """
    n = taps * 4
    freqs = np.maximum(np.fft.rfftfreq(n, 1 / rate), 10.0)
    response = np.fft.irfft(np.log(shape(peaks, freqs)), n)
    fold = np.zeros(n)
    fold[0], fold[1 : n // 2], fold[n // 2] = 1, 2, 1
    whole = np.fft.irfft(np.exp(np.fft.rfft(response * fold)), n)[:taps]
    whole[taps // 2 :] *= np.cos(np.linspace(0, np.pi / 2, taps - taps // 2)) ** 2
    return whole.astype(np.float32)


def shape(peaks: Sequence[Peak], freqs: Doubles) -> Doubles:
    """The gain of resonances at frequencies > 0."""
    decibels = np.zeros_like(freqs)
    for centre, height, width in peaks:
        decibels += height * np.exp(-0.5 * (np.log2(freqs / centre) / width) ** 2)
    return np.asarray(10 ** (decibels / 20), np.float64)


def convolve(sound: Floats, response: Floats) -> Floats:
    """Convolution along the last axis by overlapping FFT blocks; (..., n) and (..., m) give (..., n + m - 1).

    The channels of both go together; a response of one channel serves all.
    """
    n, m = sound.shape[-1], response.shape[-1]
    size = 1 << max(12, int(np.ceil(np.log2(4 * m))))
    hop = size - m + 1
    spectrum = np.fft.rfft(response, size)
    out = np.zeros((*np.broadcast_shapes(sound.shape[:-1], response.shape[:-1]), n + m - 1), np.float32)
    for start in range(0, n, hop):
        piece = np.fft.rfft(sound[..., start : start + hop], size)
        made = np.fft.irfft(piece * spectrum, size)
        end = min(start + size, n + m - 1)
        out[..., start:end] += made[..., : end - start]
    return out


def oversampled(sound: Floats, function: Callable[[Doubles], Doubles], times: int = 2) -> Floats:
    """Apply a curve sample by sample at a multiple of the rate, so that what it adds above is not folded back."""
    n = sound.shape[-1]
    size = 1 << int(np.ceil(np.log2(n + 64)))
    spectrum = np.fft.rfft(sound, size)
    wide = np.fft.irfft(spectrum, size * times) * times
    bent = function(wide)
    narrow = np.fft.rfft(bent)[..., : size // 2 + 1] / times
    turn = np.arange(size // 2 + 1) * (1500 / size)
    narrow *= 1j * turn / (1 + 1j * turn)  # what a bent wave gets below 30 Hz is no sound
    return np.fft.irfft(narrow, size)[..., :n].astype(np.float32)


def balanced(sound: Floats) -> Floats:
    """The sound (n,) without its mean, which a slow hump takes away: a blow pushes one way, a sound does not."""
    n = len(sound)
    if n > 1:
        sound -= np.float32(2 * sound.mean()) * (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n, dtype=np.float32) / n))
    return sound


def fade(n: int) -> Floats:
    """A fall from 1 to 0 over `n` samples, half a cosine."""
    return np.asarray(0.5 + 0.5 * np.cos(np.linspace(0, np.pi, max(n, 2))), np.float32)[:n]
