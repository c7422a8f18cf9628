"""The pitch of one voice in a recording, frame by frame: hummed, whistled, sung or played, one note at a time.

YIN (de Cheveigné and Kawahara 2002, "YIN, a fundamental frequency estimator for speech and music", JASA 111) with the
many thresholds of pYIN (Mauch and Dixon 2014, "pYIN: a fundamental frequency estimator using probabilistic threshold
distributions", ICASSP): each frame gives a few candidates with their probabilities, and the likeliest path through all
frames is found by dynamic programming. Notes are made of it in `pitch_track_notes.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HOP = 0.01  # seconds from frame to frame
WINDOW = 0.040  # seconds that are compared with themselves
LOWEST, HIGHEST = 62.0, 3200.0  # Hz: a bass voice to a high whistle
RATE = 16000  # Hz that recordings are brought down to, about
CANDIDATES = 6  # pitches of a frame that are looked at
BLOCK = 2048  # frames computed at once
NEVER = 0.01  # chance of the deepest dip of a frame that no threshold reached

# Costs of the path, in nats.
MOVE = 1.1  # per semitone from one frame to the next
JUMP = 5.0  # the most that a move costs: a new note
VOICING = 2.5  # from sound to silence or back


@dataclass(frozen=True, eq=False)
class Track:
    """Frames of a recording, `HOP` seconds apart, the first at 0.

    pitch   (n,) MIDI numbers with fractions, NaN where nothing with a pitch sounds
    voiced  (n,) the chance that something with a pitch sounds, 0..1
    level   (n,) dB below full scale, of short windows (10 ms)
    """

    pitch: Floats
    voiced: Floats
    level: Floats


def track(samples: Floats, rate: int) -> Track:
    """Follow the pitch of one channel (n,) of samples at `rate` Hz."""
    import numpy as np

    at, rate = brought_down(np.asarray(samples, np.float64), rate)
    level = _level(at, rate)
    pitches, chances = _candidates(at, rate, len(level))
    # What is 50 dB below the loud places is no part of the take; it would only make the path restless.
    loud = float(np.percentile(level, 95))
    chances[level < max(loud - 50.0, -85.0)] = 0.0
    return Track(_path(pitches, chances), chances.sum(1), level)


def brought_down(samples: Floats, rate: int) -> tuple[Floats, int]:
    """The samples at a rate near `RATE`: every 2nd, 3rd ... one after a low-pass (windowed sinc)."""
    import numpy as np

    step = max(1, round(rate / RATE * 0.8))
    if step == 1:
        return samples, rate
    taps = np.arange(-16 * step, 16 * step + 1)
    low = np.sinc(taps / step * 0.92) * np.hanning(len(taps))
    size = 1 << (2 * len(taps) + (1 << 15)).bit_length()
    spectrum = np.fft.rfft(low / low.sum(), size)
    block = size - len(taps) + 1
    padded = np.concatenate([samples, np.zeros(len(taps))])
    out = np.zeros(len(padded) + size)
    for start in range(0, len(padded), block):  # overlap-add
        out[start : start + size] += np.fft.irfft(np.fft.rfft(padded[start : start + block], size) * spectrum, size)
    delay = len(taps) // 2
    return out[delay : delay + len(samples)][::step], rate // step


def _level(samples: Floats, rate: int) -> Floats:
    """dB of 10 ms around each frame (n,)."""
    import numpy as np

    hop = HOP * rate
    power = np.concatenate([[0.0], np.cumsum(samples**2)])
    middle = np.arange(int(len(samples) / hop) + 1) * hop
    first = np.clip((middle - hop / 2).astype(int), 0, len(samples))
    last = np.clip((middle + hop / 2).astype(int), 0, len(samples))
    return np.asarray(10 * np.log10(np.maximum((power[last] - power[first]) / np.maximum(last - first, 1), 1e-12)))


def _candidates(samples: Floats, rate: int, count: int) -> tuple[Floats, Floats]:
    """(count, CANDIDATES) MIDI pitches and their chances; chance 0 where there is no further candidate."""
    import numpy as np

    window, longest = int(WINDOW * rate), int(rate / LOWEST) + 2
    reach = window + longest
    padded = np.concatenate([np.zeros(reach // 2), samples, np.zeros(reach + 1)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, reach)
    starts = np.minimum((np.arange(count) * HOP * rate).astype(int), len(frames) - 1)
    pitches, chances = np.zeros((count, CANDIDATES)), np.zeros((count, CANDIDATES))
    for begin in range(0, count, BLOCK):
        rows = slice(begin, min(begin + BLOCK, count))
        dips = _normalised(frames[starts[rows]], window, longest)
        pitches[rows], chances[rows] = _dips(dips, rate * FINER)
    return pitches, chances


FINER = 2  # steps of lag per sample: a whistle of 3 kHz has five samples to the period


def _normalised(frames: Floats, window: int, longest: int) -> Floats:
    """YIN's cumulative mean normalised difference (equation 8) of frames (b, window + longest).

    Returns (b, longest * FINER), lag 0 first, `FINER` lags to the sample: the correlation is interpolated by zeros
    behind its spectrum, which is exact for a band-limited sound.
    """
    import numpy as np

    size = 1 << (frames.shape[1] - 1).bit_length()
    head = np.fft.rfft(frames[:, :window], size)
    product = np.conj(head) * np.fft.rfft(frames, size)
    product[:, -1] *= 0.5
    correlation = np.fft.irfft(product, size * FINER)[:, : longest * FINER] * FINER
    power = np.concatenate([np.zeros((len(frames), 1)), np.cumsum(frames**2, axis=1)], axis=1)
    whole = power[:, window : window + longest] - power[:, :longest]  # energy of the window that starts at each lag
    after = np.concatenate([whole[:, 1:], whole[:, -1:]], axis=1)
    energy = np.stack([whole + (after - whole) * k / FINER for k in range(FINER)], axis=2).reshape(len(frames), -1)
    difference = np.maximum(energy[:, :1] + energy - 2 * correlation, 0.0)
    difference[:, 0] = 0.0
    mean = np.cumsum(difference, axis=1) / np.maximum(np.arange(difference.shape[1]), 1)
    # A window of silence is alike to anything; it must not look like a perfect period.
    floor = 1e-9 * window
    normalised = (difference + floor) / (mean + floor)
    normalised[:, 0] = 1.0
    return np.asarray(normalised)


def _dips(normalised: Floats, rate: float) -> tuple[Floats, Floats]:
    """The candidates of frames (b, lags): dips that some threshold would take, with the thresholds' share.

    pYIN draws thresholds from a Beta distribution; the first dip below a threshold is its choice. So a dip gets
    the share of the thresholds between its depth and the deepest dip before it.
    """
    import numpy as np

    shortest = max(2, int(rate / HIGHEST))
    middle = normalised[:, shortest:-1]
    before, after = normalised[:, shortest - 1 : -2], normalised[:, shortest + 1 :]
    is_dip = (middle < before) & (middle <= after)
    curve = before - 2 * middle + after
    shift = np.where(is_dip, 0.5 * (before - after) / np.maximum(curve, 1e-12), 0.0).clip(-0.5, 0.5)
    depth = np.where(is_dip, np.maximum(middle - 0.25 * (before - after) * shift, 0.0), 1.0).clip(0.0, 1.0)
    deepest = np.minimum.accumulate(depth, axis=1)
    earlier = np.concatenate([np.ones((len(depth), 1)), deepest[:, :-1]], axis=1)
    share = np.maximum(_beta(earlier) - _beta(depth), 0.0) * is_dip
    # The deepest dip of all takes a little of what no threshold reached.
    rows, last = np.arange(len(depth)), depth.argmin(axis=1)
    share[rows, last] += NEVER * _beta(depth[rows, last]) * is_dip[rows, last]
    order = np.argpartition(-share, CANDIDATES - 1, axis=1)[:, :CANDIDATES]
    chance = np.take_along_axis(share, order, axis=1)
    lag = np.take_along_axis(shift, order, axis=1) + order + shortest
    return 69 + 12 * np.log2(rate / lag / 440), chance


def _beta(x: Floats) -> Floats:
    """The share of Beta(2, 11) below x: thresholds of 0.15 on average."""
    return 1 - (1 - x) ** 11 * (1 + 11 * x)


def _path(pitches: Floats, chances: Floats) -> Floats:
    """The likeliest pitch of every frame, NaN where it is silence: Viterbi over the candidates of all frames."""
    import numpy as np

    count, wide = pitches.shape
    silent = wide  # the last state
    cost = np.zeros(wide + 1)
    back = np.zeros((count, wide + 1), np.int8)
    own = -np.log(chances + 1e-6)
    rest = -np.log(np.maximum(1 - chances.sum(1), 0.0) + 1e-3)
    step = np.full((wide + 1, wide + 1), VOICING)
    step[silent, silent] = 0.0
    every = np.arange(wide + 1)
    for at in range(count):
        if at:
            step[:wide, :wide] = np.minimum(np.abs(pitches[at - 1][:, None] - pitches[at][None, :]) * MOVE, JUMP)
            through = cost[:, None] + step
            back[at] = through.argmin(0)
            cost = through[back[at], every]
        cost = cost + np.append(own[at], rest[at])
        cost -= cost.min()
    states = np.zeros(count, np.int64)
    state = int(cost.argmin())
    for at in range(count - 1, -1, -1):
        states[at] = state
        state = int(back[at, state])
    found = np.concatenate([pitches, np.full((count, 1), np.nan)], axis=1)
    return np.asarray(found[np.arange(count), states])
