"""Noise and blur of a photo: how much there is, and without it.

Noise: sliding DCT with a hard threshold, then once more as a Wiener filter guided by the first result (Yu and Sapiro
2011, "DCT image denoising"; the second step as in Dabov et al. 2007, BM3D). Blur: taken as Gaussian, its width read
off edges (Zhuo and Sim 2011), undone by Richardson (1972) and Lucy (1974) or by a Wiener filter.
"""

from __future__ import annotations

import math

import numpy as np

from ..core.errors import UsageError
from ..core.registry import nearest
from .picture_style_filters import Array, blur, gradients

DEBLURS = ("wiener", "richardson-lucy")
SIDE = 8  # px of a block
THRESHOLD = 2.7  # standard deviations of noise
# An orthonormal turn of red, green, blue to lightness and two differences: noise stays white, colour comes apart.
TURN = np.array(
    [
        [1 / math.sqrt(3)] * 3,
        [1 / math.sqrt(2), 0, -1 / math.sqrt(2)],
        [1 / math.sqrt(6), -2 / math.sqrt(6), 1 / math.sqrt(6)],
    ],
    dtype=np.float32,
)


def _basis() -> Array:
    """The 64 cosines of a block, (64, 64): rows are functions."""
    places = np.arange(SIDE)
    one = np.cos(math.pi * (places[None] + 0.5) * places[:, None] / SIDE) * math.sqrt(2 / SIDE)
    one[0] /= math.sqrt(2)
    return np.kron(one, one).astype(np.float32)


def _blocks(plane: Array, stride: int) -> Array:
    """(rows, columns, 64): all blocks every `stride` px."""
    windows = np.lib.stride_tricks.sliding_window_view(plane, (SIDE, SIDE))[::stride, ::stride]
    return windows.reshape(*windows.shape[:2], SIDE * SIDE)


def noise_of(coded: Array) -> float:
    """The standard deviation of the noise, in units of 0..1, from the fine detail of the flattest blocks.

    coded  (h, w, 3); after Ponomarenko et al. 2007
    """
    if min(coded.shape[:2]) < SIDE:
        return 0.0
    plane = (coded @ TURN.T)[..., 0]
    step = max(2, math.isqrt(plane.size // 60_000))
    spectrum = _blocks(plane, step).reshape(-1, SIDE * SIDE) @ _basis().T
    order = np.add.outer(np.arange(SIDE), np.arange(SIDE)).ravel()
    low = (spectrum[:, (order > 0) & (order < 5)] ** 2).sum(1)
    # Blocks that are quite black or white have lost their noise.
    mean = spectrum[:, 0] / SIDE / math.sqrt(3)
    sound = (mean > 0.03) & (mean < 0.97)
    if sound.sum() < 32:
        return 0.0
    flat = low[sound] <= np.quantile(low[sound], 0.08)
    fine = spectrum[sound][flat][:, order >= 9]
    return float(np.median(np.abs(fine)) / 0.6745)


def denoised(coded: Array, sigma: float, strength: float = 1.0, stride: int = 2) -> Array:
    """Take noise of standard deviation `sigma` out of a photo (h, w, 3); `strength` says how much of it."""
    if sigma <= 0 or strength <= 0 or min(coded.shape[:2]) < SIDE:
        return coded
    turned = coded @ TURN.T
    first = np.stack([_pass(turned[..., one], None, sigma, stride) for one in range(3)], -1)
    second = np.stack([_pass(turned[..., one], first[..., one], sigma, stride) for one in range(3)], -1)
    clean = second @ TURN
    return np.asarray(np.clip(coded + np.float32(strength) * (clean - coded), 0, 1), dtype=np.float32)


def _pass(plane: Array, pilot: Array | None, sigma: float, stride: int) -> Array:
    """One sweep: a hard threshold, or with a pilot the gain that is best for what the pilot holds."""
    high, wide = plane.shape
    basis = _basis()
    edges = [(SIDE, SIDE + stride), (SIDE, SIDE + stride)]
    total, weights = (np.zeros((high + 2 * SIDE + stride, wide + 2 * SIDE + stride), np.float32) for _ in range(2))
    noisy = np.pad(plane, edges, mode="symmetric")
    guide = None if pilot is None else np.pad(pilot, edges, mode="symmetric")
    rows = range(0, noisy.shape[0] - SIDE + 1, stride)
    for start in range(0, len(rows), 64):
        first, last = rows[start], rows[min(start + 64, len(rows)) - 1]
        band = slice(first, last + SIDE)
        blocks = _blocks(noisy[band], stride)
        spectrum = blocks @ basis.T
        if guide is None:
            keep = np.abs(spectrum) > np.float32(THRESHOLD * sigma)
            keep[..., 0] = True
            weight = 1 / (1 + keep.sum(-1)).astype(np.float32)
            spectrum *= keep
        else:
            power = (_blocks(guide[band], stride) @ basis.T) ** 2
            gain = power / (power + np.float32(sigma**2))
            gain[..., 0] = 1
            weight = 1 / ((gain**2).sum(-1) + 1e-3)
            spectrum *= gain
        clean = (spectrum @ basis) * weight[..., None]
        down, across = clean.shape[:2]
        for place in range(SIDE * SIDE):
            row, column = divmod(place, SIDE)
            top, left = first + row, column
            where = (slice(top, top + down * stride, stride), slice(left, left + across * stride, stride))
            total[where] += clean[..., place]
            weights[where] += weight
    inside = (slice(SIDE, SIDE + high), slice(SIDE, SIDE + wide))
    return np.asarray(total[inside] / np.maximum(weights[inside], 1e-9))


def blur_of(coded: Array, again: float = 1.5) -> float:
    """The width of the blur (standard deviation, px) that the sharper edges of a photo have; 0 where there are none.

    A step blurred by s and once more by `again` has a gradient that falls by sqrt(1 + again^2 / s^2).
    """
    plane = coded.mean(-1)
    across, down = gradients(plane)
    slope = np.hypot(across, down)
    soft = blur(plane, again)
    across, down = gradients(soft)
    after = np.hypot(across, down)
    bar = max(0.02, float(np.quantile(slope, 0.9)))
    # Only where the slope is a crest: beside it the fall says nothing of the width.
    crest = slope[1:-1, 1:-1] >= np.maximum.reduce(
        [np.minimum(slope[1:-1, :-2], slope[1:-1, 2:]), np.minimum(slope[:-2, 1:-1], slope[2:, 1:-1])]
    )
    found = crest & (slope[1:-1, 1:-1] > bar)
    if found.sum() < 50:
        return 0.0
    ratio = slope[1:-1, 1:-1][found] / np.maximum(after[1:-1, 1:-1][found], 1e-6)
    widths = again / np.sqrt(np.maximum(ratio**2 - 1, 1e-3))
    return float(np.quantile(widths, 0.3))


def deblurred(coded: Array, sigma: float, noise: float, strength: float = 1.0, method: str = "wiener") -> Array:
    """Undo a Gaussian blur of `sigma` px in the lightness of a photo; colours follow.

    noise  its standard deviation: more noise, fewer rounds, so that grain is not taken for detail
    """
    if sigma <= 0 or strength <= 0:
        return coded
    light = np.maximum(coded @ np.array([0.3, 0.59, 0.11], np.float32), 1e-3)
    if method not in DEBLURS:
        raise UsageError(f"there is no way to deblur called {method!r}", mend=nearest(method, DEBLURS))
    if method == "wiener":
        sharp = _wiener(light, sigma, noise)
    else:
        sharp = _richardson_lucy(light, sigma, rounds=max(3, round(24 / (1 + 120 * noise))))
    # What blows up beyond what the neighbourhood holds is ringing.
    sharp = _within_reach(sharp, light, max(2, math.ceil(1.5 * sigma)))
    change = np.float32(strength) * (sharp - light)
    return np.asarray(np.clip(coded + change[..., None], 0, 1), dtype=np.float32)


def _richardson_lucy(light: Array, sigma: float, rounds: int) -> Array:
    current = light
    for _ in range(rounds):
        current = current * blur(light / np.maximum(blur(current, sigma), 1e-4), sigma)
    return current


def _wiener(light: Array, sigma: float, noise: float) -> Array:
    """In the frequencies of the mirrored picture; the spectrum of photos falls with the square of the frequency."""
    high, wide = light.shape
    reach = min(high, wide, max(8, math.ceil(4 * sigma)))
    padded = np.pad(light, reach, mode="symmetric")
    down, across = np.fft.fftfreq(padded.shape[0])[:, None], np.fft.rfftfreq(padded.shape[1])[None]
    square = down**2 + across**2
    passed = np.exp(-2 * (math.pi * sigma) ** 2 * square)
    power = 1 / (square + 1 / 200**2)
    unsure = max(noise, 0.002) ** 2 / (float(light.var()) * power / power.mean() + 1e-9)
    sharp = np.fft.irfft2(np.fft.rfft2(padded) * passed / (passed**2 + unsure), s=padded.shape)
    return np.asarray(sharp[reach : reach + high, reach : reach + wide], dtype=np.float32)


def _within_reach(sharp: Array, light: Array, reach: int) -> Array:
    low, high = light, light
    for axis in (0, 1):
        low = np.minimum.reduce([_shifted(low, step, axis) for step in range(-reach, reach + 1)])
        high = np.maximum.reduce([_shifted(high, step, axis) for step in range(-reach, reach + 1)])
    spread = np.float32(0.25) * (high - low)
    return np.asarray(np.clip(sharp, low - spread, high + spread))


def _shifted(plane: Array, step: int, axis: int) -> Array:
    count = plane.shape[axis]
    return np.take(plane, np.clip(np.arange(count) + step, 0, count - 1), axis=axis)
