"""Loudness as broadcasters measure it, true peaks, and a limiter that looks ahead.

ITU-R BS.1770-4: K-weighting, blocks of 400 ms every 100 ms, an absolute gate at -70 LUFS and a relative one 10 LU below
what passed it; true peak at four times the rate. Sound here is (n, channels) as in `Sound`, one or two channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError
from .sound import Sound
from .synth_tones import convolve

Floats: TypeAlias = NDArray[np.float32]

TARGETS = (-14.0, -16.0, -23.0)  # LUFS: streaming, podcasts and phones, EBU R128
CEILING = -1.0  # dBTP
CLOSE = 0.1  # LU: nearer to the target than this is near enough
SILENT = -70.0  # LUFS: the absolute gate
_SAFETY = 0.12  # dB that the limiter stays below its ceiling, for meters that interpolate otherwise
_TAPS = 12  # of each of the four phases, as in annex 2 of BS.1770-4
_BLOCK = 16  # samples that share one value of the limiter's gain
_LOOK = 0.004  # seconds it looks ahead
_RELEASE = 45.0  # dB a second at which it lets go


# -- loudness ---------------------------------------------------------------------------------------------------------


def weighting(freqs: NDArray[np.floating[Any]], rate: int) -> NDArray[np.complex128]:
    """The response of K-weighting: a shelf for the head, and the high-pass curve RLB.

    The analogue values of which BS.1770's table for 48 kHz is the digital form (De Man 2014), for any rate.
    """
    turn = np.exp(-2j * np.pi * freqs / rate)
    made = np.ones_like(turn)
    for b, a in _biquads(rate):
        made = made * (b[0] + b[1] * turn + b[2] * turn**2) / (a[0] + a[1] * turn + a[2] * turn**2)
    return np.asarray(made, np.complex128)


@lru_cache(maxsize=8)
def _biquads(rate: int) -> tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]:
    k = np.tan(np.pi * 1681.974450955533 / rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    mid = high**0.4996667741545416
    shelf = ((high + mid * k / q + k * k, 2 * (k * k - high), high - mid * k / q + k * k),
             (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k))  # fmt: skip
    k, q = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    a = (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k)
    # The table's high-pass has 1, -2, 1 above the divided denominator: its gain is not brought to one.
    return (shelf, ((a[0], -2 * a[0], a[0]), a))


@lru_cache(maxsize=8)
def _weighting_response(rate: int) -> Floats:
    """Its impulse response; after a tenth of a second nothing (-190 dB) is left of it."""
    n = 1 << 15
    whole = np.fft.irfft(weighting(np.fft.rfftfreq(n, 1 / rate), rate), n)
    return np.asarray(whole[: rate // 11], np.float32)


def powers(sound: Sound) -> NDArray[np.float64]:
    """Mean square of each block of 400 ms, all channels added up, (blocks,)."""
    weighted = convolve(np.ascontiguousarray(sound.samples.T), _weighting_response(sound.rate))[:, : sound.length]
    hop = round(sound.rate * 0.1)
    steps = sound.length // hop
    if steps < 4:
        # Shorter than one block: what there is counts as one.
        return np.array([float((weighted.astype(np.float64) ** 2).sum()) / max(1, sound.length)])
    squares = np.einsum("csh,csh->s", *[weighted[:, : steps * hop].reshape(len(weighted), steps, hop)] * 2)
    sums = np.concatenate([[0.0], np.cumsum(squares, dtype=np.float64)])
    return np.asarray((sums[4:] - sums[:-4]) / (4 * hop), np.float64)


def loudness(sound: Sound) -> float:
    """Integrated loudness in LUFS; -inf for silence. Raises MediaError for more than two channels."""
    if sound.channels > 2:
        raise MediaError(f"loudness is measured of one or two channels, not {sound.channels}")
    return gated(powers(sound))


def gated(powers: NDArray[np.float64]) -> float:
    """Integrated loudness in LUFS of the mean squares of blocks: those of a long sound can be found piece by piece."""
    heard = powers[powers > 10 ** ((SILENT + 0.691) / 10)]
    if not len(heard):
        return float("-inf")
    heard = heard[heard > heard.mean() / 10]
    return float(-0.691 + 10 * np.log10(heard.mean()))


# -- true peak --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _phases() -> Floats:
    """The three interpolators between two samples, (3, 2 * _TAPS): sincs under a Kaiser window."""
    at = np.arange(-_TAPS + 1, _TAPS + 1)
    rows = []
    for phase in (0.25, 0.5, 0.75):
        window = np.i0(6 * np.sqrt(np.maximum(0, 1 - ((at - phase) / _TAPS) ** 2)))
        row = np.sinc(at - phase) * window
        rows.append(row / row.sum())
    return np.asarray(rows, np.float32)


def _block_peaks(sound: Floats, above: float) -> Floats:
    """The largest magnitude between and at the samples of each block of _BLOCK, (blocks,), channels (c, n) together.

    Only where a sample reaches `above` is looked between the samples: elsewhere nothing can come near the ceiling.
    """
    channels, n = sound.shape
    blocks = -(-n // _BLOCK)
    padded = np.zeros((channels, blocks * _BLOCK + 2 * _TAPS), np.float32)
    padded[:, _TAPS : _TAPS + n] = sound
    body = padded[:, _TAPS : _TAPS + blocks * _BLOCK].reshape(channels, blocks, _BLOCK)
    peaks = np.abs(body).max(axis=(0, 2))
    # The overshoot may lie one block off the sample that announces it.
    near = peaks > above
    near[1:] |= peaks[:-1] > above
    near[:-1] |= peaks[1:] > above
    chosen = np.flatnonzero(near)
    reach = np.arange(_BLOCK + 2 * _TAPS - 1)
    for some in np.array_split(chosen, max(1, len(chosen) // 8192)):
        rows = padded[:, some[:, None] * _BLOCK + 1 + reach]
        windows = np.lib.stride_tricks.sliding_window_view(rows, 2 * _TAPS, axis=2)
        between = np.abs(windows @ _phases().T).max(axis=(0, 2, 3)) if len(some) else np.zeros(0, np.float32)
        peaks[some] = np.maximum(peaks[some], between)
    return np.asarray(peaks, np.float32)


def true_peak(sound: Sound) -> float:
    """The largest magnitude of the sound between its samples, in dBTP; -inf for silence."""
    planar = np.ascontiguousarray(sound.samples.T)
    highest = float(np.abs(planar).max()) if sound.length else 0.0
    if not highest:
        return float("-inf")
    return float(20 * np.log10(_block_peaks(planar, 0.6 * highest).max()))


# -- limiting ---------------------------------------------------------------------------------------------------------


def limit(sound: Sound, *, ceiling: float = CEILING, around: bool = False) -> Sound:
    """Keep the true peak below `ceiling` dBTP: what is too loud is turned down a little before it comes.

    Gain falls within 4 ms before a peak and comes back by 45 dB a second, in straight lines of decibels. `around`: the
    sound is a loop, and what its end does to the gain goes on at its beginning.
    """
    top = 10 ** ((ceiling - _SAFETY) / 20)
    planar = np.ascontiguousarray(sound.samples.T)
    peaks = _block_peaks(planar, 0.6 * top)
    if float(peaks.max(initial=0)) <= top:
        return sound
    over = 20 * np.log10(np.maximum(peaks / top, 1.0))
    turn = min(len(over), int(1.0 * sound.rate) // _BLOCK + 1) if around else 0
    if turn:
        over = np.concatenate([over[-turn:], over, over[:turn]])
    gains = 10 ** (-_held_down(over.astype(np.float64), sound.rate) / 20)
    gains = gains[turn : len(gains) - turn] if turn else gains
    # From the middle of one block to that of the next in a straight line: each block's value holds for its neighbours.
    curve = np.interp(np.arange(sound.length), (np.arange(len(gains)) + 0.5) * _BLOCK, gains).astype(np.float32)
    made = planar * curve
    rest = float(_block_peaks(made, 0.6 * top).max()) / top
    if rest > 1:
        made /= np.float32(rest)
    return Sound(np.ascontiguousarray(made.T), sound.rate, sound.title, sound.said)


def _held_down(over: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """From the decibels that each block is too loud by, those that it is turned down by, (blocks,)."""
    block = _BLOCK / rate
    look = max(2, round(_LOOK / block))
    wide = over.copy()
    for shift in range(1, look + 2):  # ahead: a peak asks for its gain this long before, and one block after
        wide[:-shift] = np.maximum(wide[:-shift], over[shift:])
    wide[1:] = np.maximum(wide[1:], over[:-1])
    wide[2:] = np.maximum(wide[2:], over[:-2])
    slope = _RELEASE * block
    line = slope * np.arange(len(wide))
    held = np.maximum.accumulate(wide + line) - line
    held = np.maximum(held, 0)
    # A mean over the look-ahead makes of each step a ramp that has arrived when the peak does.
    padded = np.concatenate([np.full(look - 1, held[0]), held])
    sums = np.concatenate([[0.0], np.cumsum(padded)])
    smooth = (sums[look:] - sums[:-look]) / look
    return np.asarray(smooth, np.float64)


# -- the finished sound -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Finished:
    """A sound at its loudness. gain: dB that the mix was raised by before the limiter; lufs, peak: as measured at the
    end; reached: False where the limiter would have had to crush it."""

    sound: Sound
    gain: float
    lufs: float
    peak: float
    reached: bool


def finish(sound: Sound, target: float = -14.0, *, ceiling: float = CEILING, around: bool = False) -> Finished:
    """Bring a sound to a loudness (LUFS) with its true peak below `ceiling`.

    A limiter takes loudness away again, so gain is raised until the measure agrees, by 12 dB more than the plain
    difference at most: beyond that it would only be louder noise. Raises MediaError for silence.
    """
    before = loudness(sound)
    if before == float("-inf"):
        raise MediaError("this sound is silent: it has no loudness", mend="are there notes in the bars chosen?")
    first = gain = target - before
    slope = 1.0
    made, found = sound, before
    for _ in range(8):
        raised = Sound(sound.samples * np.float32(10 ** (gain / 20)), sound.rate, sound.title, sound.said)
        made = limit(raised, ceiling=ceiling, around=around)
        last, found = found, loudness(made)
        missing = target - found
        if abs(missing) <= CLOSE or (gain - first >= 12 and missing > 0):
            break
        # The harder it is limited, the less a decibel of gain adds.
        step = missing / slope
        gain, was = min(first + 12, gain + step), gain
        slope = min(1.0, max(0.25, (found - last) / step)) if was != first and abs(step) > 1e-6 else 0.9
    return Finished(made, gain, found, true_peak(made), abs(target - found) <= 0.3)
