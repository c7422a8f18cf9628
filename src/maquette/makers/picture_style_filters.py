"""Filters that the painter's tools share: blurs, the guided filter, the direction of edges, patches of a picture.

All take and give float32 arrays (h, w) or (h, w, c); borders are mirrored. Plain numpy, one core, written for
pictures of a few megapixels.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def box(image: NDArray[Any], radius: int) -> Array:
    """The mean over squares of side 2 radius + 1; a running sum, so the time does not depend on the radius."""
    if radius < 1:
        return np.asarray(image, dtype=np.float32)
    return _along(_along(image, radius, 0), radius, 1)


def _along(image: NDArray[Any], radius: int, axis: int) -> Array:
    radius = min(radius, image.shape[axis] - 1)
    if radius < 1:
        return np.asarray(image, dtype=np.float32)
    edges = [(0, 0)] * image.ndim
    edges[axis] = (radius + 1, radius)
    padded = np.pad(image, edges, mode="symmetric")
    summed = np.cumsum(padded, axis=axis, dtype=np.float64)
    side, count = 2 * radius + 1, image.shape[axis]
    upper, lower = [slice(None)] * image.ndim, [slice(None)] * image.ndim
    upper[axis], lower[axis] = slice(side, side + count), slice(0, count)
    return ((summed[tuple(upper)] - summed[tuple(lower)]) / side).astype(np.float32)


def blur(image: NDArray[Any], sigma: float) -> Array:
    """Gaussian blur of standard deviation `sigma` px, exact for small sigma, three boxes beyond 6 px."""
    if sigma <= 0.05:
        return np.asarray(image, dtype=np.float32)
    if sigma > 6:
        # Three boxes of this radius have the variance of the Gaussian (Kovesi 2010, "Fast almost-Gaussian filtering").
        radius = max(1, round((math.sqrt(4 * sigma * sigma + 1) - 1) / 2))
        for _ in range(3):
            image = box(image, radius)
        return np.asarray(image, dtype=np.float32)
    reach = max(1, math.ceil(3 * sigma))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    return convolved(convolved(image, weights / weights.sum(), 0), weights / weights.sum(), 1)


def convolved(image: NDArray[Any], weights: NDArray[Any], axis: int) -> Array:
    """Correlation with an odd row of weights along one axis."""
    reach = len(weights) // 2
    edges = [(0, 0)] * image.ndim
    edges[axis] = (reach, reach)
    padded = np.pad(np.asarray(image, dtype=np.float32), edges, mode="symmetric")
    count = image.shape[axis]
    total = np.zeros_like(image, dtype=np.float32)
    where = [slice(None)] * image.ndim
    for place, weight in enumerate(weights):
        where[axis] = slice(place, place + count)
        total += np.float32(weight) * padded[tuple(where)]
    return total


def guided(image: Array, guide: Array, radius: int, softness: float) -> Array:
    """Smooth `image` (h, w, c) but keep the edges of `guide` (h, w) (He, Sun and Tang 2010, guided image filtering).

    softness  variance of the guide below which it counts as flat
    """
    channels = image if image.ndim == 3 else image[..., None]
    guide_3 = guide[..., None]
    mean_guide, mean = box(guide_3, radius), box(channels, radius)
    variance = box(guide_3 * guide_3, radius) - mean_guide**2
    slope = (box(guide_3 * channels, radius) - mean_guide * mean) / (np.maximum(variance, 0) + np.float32(softness))
    level = mean - slope * mean_guide
    smooth = box(slope, radius) * guide_3 + box(level, radius)
    return np.asarray(smooth if image.ndim == 3 else smooth[..., 0], dtype=np.float32)


def gradients(image: Array) -> tuple[Array, Array]:
    """Right-minus-left and below-minus-above, per px, by Scharr's nearly rotation-free kernels."""
    side, middle = np.array([3, 10, 3]) / 16, np.array([-1, 0, 1]) / 2
    return convolved(convolved(image, side, 0), middle, 1), convolved(convolved(image, side, 1), middle, 0)


def directions(light: Array, sigma: float) -> tuple[Array, Array]:
    """Along which angle edges run, and how surely: the structure tensor, smoothed over `sigma` px.

    light    (h, w)
    returns  angle (h, w) in [0, pi) along the edge, sureness (h, w) in [0, 1]
    """
    across, down = gradients(light)
    xx, xy, yy = (blur(one, sigma) for one in (across * across, across * down, down * down))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + math.pi / 2
    spread = np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    return (angle % math.pi).astype(np.float32), (spread / (xx + yy + 1e-6)).astype(np.float32)


def patches(image: Array, side: int, rows: NDArray[Any], columns: NDArray[Any]) -> Array:
    """The squares of `side` px whose top left corners are at `rows` and `columns` (n,); gives (n, side, side, c)."""
    windows = np.lib.stride_tricks.sliding_window_view(image, (side, side), axis=(0, 1))
    return np.ascontiguousarray(np.moveaxis(windows[rows, columns], 1, -1))


def grid(length: int, side: int, stride: int) -> NDArray[np.int64]:
    """Starts of squares of `side` every `stride` px that reach both ends of `length`."""
    last = max(length - side, 0)
    return np.unique(np.append(np.arange(0, last, stride), last)).astype(np.int64)
