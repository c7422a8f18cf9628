"""Colours of one picture given to another: plain statistics, the linear map of least effort, and sliced transport.

Everything happens in OKLab (float32 (h, w, 3)), where equal steps look equal. Three ways, from plain to full:

- `reinhard`: each channel gets the other's mean and spread (Reinhard et al. 2001, "Color transfer between images").
- `linear_map`: the one linear map that turns one Gaussian into the other with least movement, the closed form of
  Monge and Kantorovich (Pitie and Kokaram 2007, "The linear Monge-Kantorovitch linear colour mapping").
- `transported`: the whole cloud of colours is moved onto the other by sliced optimal transport (Pitie et al. 2005;
  Bonneel et al. 2015), learnt on a sample, read off a smooth table and cleaned along the edges of the photo (Rabin
  et al. 2011), so that skies keep no bands and shadows no noise.
"""

from __future__ import annotations

import numpy as np

from .picture_style_filters import Array, guided

SAMPLE = 8192  # colours of each picture that the transport is learnt from
TURNS = 24  # random bases of the transport


def reinhard(photo: Array, painting: Array) -> Array:
    """The baseline: mean and standard deviation of each channel."""
    ours, theirs = photo.reshape(-1, 3), painting.reshape(-1, 3)
    gain = theirs.std(0) / np.maximum(ours.std(0), 1e-4)
    return np.asarray((photo - ours.mean(0)) * gain + theirs.mean(0), dtype=np.float32)


def linear_map(photo: Array, painting: Array) -> Array:
    """The linear map of least movement between the two clouds taken as Gaussians."""
    ours, theirs = photo.reshape(-1, 3).astype(np.float64), painting.reshape(-1, 3).astype(np.float64)
    first, second = (np.cov(one.T, bias=len(one) == 1) + 1e-6 * np.eye(3) for one in (ours, theirs))
    root = _power(first, 0.5)
    inverse = _power(first, -0.5)
    turn = inverse @ _power(root @ second @ root, 0.5) @ inverse
    return np.asarray((photo - ours.mean(0)) @ turn + theirs.mean(0), dtype=np.float32)


def _power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.maximum(values, 1e-12) ** exponent) @ vectors.T)


def transported(
    photo: Array, painting: Array, *, dice: np.random.Generator, seen: Array | None = None, keep_edges: bool = True
) -> Array:
    """Move the colours of `photo` onto those of `painting` by sliced optimal transport.

    photo, painting  (h, w, 3) OKLab
    seen             the colours of the photo to learn from, (1, n, 3); without it all of them
    returns          (h, w, 3) OKLab; where the photo is smooth the result is smooth
    """
    ours, theirs = sampled(photo if seen is None else seen, SAMPLE, dice), sampled(painting, SAMPLE, dice)
    moved = slice_onto(ours.copy(), theirs, TURNS, dice)
    whole = _read_off(photo, ours, moved - ours)
    if not keep_edges:
        return whole
    reach = max(2, round(max(photo.shape[:2]) / 120))
    shift = whole - photo
    light = photo[..., 0]
    # The shift alone is smoothed: the photo's own detail goes through untouched.
    return np.asarray(photo + guided(shift, light, reach, 0.0004), dtype=np.float32)


def sampled(image: Array, count: int, dice: np.random.Generator) -> Array:
    """`count` colours of a picture (n, 3), as many as there are if fewer, spread evenly and shaken."""
    flat = image.reshape(-1, image.shape[-1])
    places = dice.integers(0, len(flat), count)
    return np.ascontiguousarray(flat[places], dtype=np.float32)


def slice_onto(ours: Array, theirs: Array, turns: int, dice: np.random.Generator) -> Array:
    """Sliced transport of one cloud (n, d) onto another (n, d): along random bases the sorted values change places."""
    size = ours.shape[1]
    for _ in range(turns):
        basis = np.linalg.qr(dice.standard_normal((size, size)))[0].astype(np.float32)
        here, there = ours @ basis, np.sort(theirs @ basis, axis=0)
        order = np.argsort(here, axis=0, kind="stable")
        step = np.empty_like(here)
        np.put_along_axis(step, order, there - np.take_along_axis(here, order, 0), axis=0)
        ours = np.asarray(ours + step @ basis.T, dtype=np.float32)
    return ours


def _read_off(photo: Array, colours: Array, shifts: Array, cells: int = 17) -> Array:
    """The shift of each pixel from those of sampled colours: a smoothed table of cells^3, read between its points."""
    low, high = colours.min(0) - 0.02, colours.max(0) + 0.02
    place = (colours - low) / (high - low) * (cells - 1)
    sums = np.zeros((cells**3, 4))
    for corner, weight in _corners(place, cells):
        np.add.at(sums, corner, weight[:, None] * np.concatenate([shifts, np.ones((len(shifts), 1))], 1))
    table = sums.reshape(cells, cells, cells, 4)
    filled = np.zeros_like(table[..., :3])
    known = np.zeros((cells, cells, cells, 1))
    # From narrow to wide: a cell that holds few colours asks its neighbours, ever farther ones.
    for rounds in (1, 2, 4, 8, 16):
        smooth = table
        for _ in range(rounds):
            smooth = _softened(smooth)
        weight = (1 - known) * np.minimum(smooth[..., 3:] / 2.0, 1)
        filled += weight * smooth[..., :3] / np.maximum(smooth[..., 3:], 1e-9)
        known += weight
    filled /= np.maximum(known, 1e-9)
    flat, out = filled.reshape(-1, 3).astype(np.float32), np.empty_like(photo)
    for rows in np.array_split(np.arange(photo.shape[0]), max(1, photo.size // 1_500_000)):
        part = photo[rows].reshape(-1, 3)
        at = np.clip((part - low) / (high - low) * (cells - 1), 0, cells - 1.001)
        shift = sum(weight[:, None] * flat[corner] for corner, weight in _corners(at, cells))
        out[rows] = (part + shift).reshape(len(rows), -1, 3)
    return out


def _corners(place: np.ndarray, cells: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The eight table points around each place (n, 3) and their weights."""
    base = np.clip(place.astype(np.int32), 0, cells - 2)
    part = (place - base).astype(np.float32)
    found = []
    for corner in range(8):
        bits = [(corner >> axis) & 1 for axis in range(3)]
        weight = np.ones(len(place), dtype=np.float32)
        index = np.zeros(len(place), dtype=np.int64)
        for axis, bit in enumerate(bits):
            weight *= part[:, axis] if bit else 1 - part[:, axis]
            index = index * cells + base[:, axis] + bit
        found.append((index, weight))
    return found


def _softened(table: np.ndarray) -> np.ndarray:
    for axis in range(3):
        padded = np.pad(table, [(1, 1) if one == axis else (0, 0) for one in range(table.ndim)], mode="edge")
        parts = [np.take(padded, range(start, start + table.shape[axis]), axis=axis) for start in range(3)]
        table = 0.25 * parts[0] + 0.5 * parts[1] + 0.25 * parts[2]
    return table
