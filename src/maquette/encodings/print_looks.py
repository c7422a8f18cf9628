"""Fingerprints of how a picture looks, to find it again when its credential and its mark are gone.

A perceptual hash (Zauner 2010, "Implementation and benchmarking of perceptual image hash functions", the DCT kind) of
144 bits: which of the lowest frequencies of a small grey copy lie above their median. It holds against writing anew,
scaling, brightness and blur; of a cropped picture it does not, so that a picture is kept as six: itself and five parts
of it, one per corner and the middle. Likeness is no proof: it says which two pictures a person should look at.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIDE, KEPT = 48, 12  # pixels of the small copy; frequencies kept each way
BITS = KEPT * KEPT
PART = 0.82  # of each side, that a part has: two thirds of the area
ALIKE = 26  # bits of 144 that may differ between two copies of a picture
FORMAT = "looks.v1"

Prints = NDArray[np.uint8]


def looks(rgb: Any, *, parts: bool = True) -> Prints:
    """(6, 18) the packed hashes of a picture (h, w, 3 or more) of any numbers: whole, four corners, the middle.

    Without `parts` (2, 18): whole, and mirrored.
    """
    light = np.asarray(rgb[..., :3], np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    if not parts:
        return np.stack([_hash(light), _hash(light[:, ::-1])])
    height, width = light.shape
    tall, wide = max(1, round(height * PART)), max(1, round(width * PART))
    down, across = height - tall, width - wide
    corners = [(0, 0), (0, across), (down, 0), (down, across), (down // 2, across // 2)]
    return np.stack([_hash(light), *(_hash(light[y : y + tall, x : x + wide]) for y, x in corners)])


def apart(prints: Prints, other: Prints) -> int:
    """Bits of 144 by which the nearest of `prints` (n, 18) and of `other` (m, 18) differ."""
    return int(np.bitwise_count(prints[:, None] ^ other[None]).sum(axis=2).min())


def likeness(rgb: Any, other: Any) -> float:
    """0..1, how alike two pictures look: 1 for copies of one another, about 0 for two that have nothing in common."""
    differ = min(apart(looks(rgb, parts=False), looks(other)), apart(looks(other, parts=False), looks(rgb)))
    return max(0.0, 1 - 2 * differ / BITS)


def _hash(light: NDArray[np.float32]) -> Prints:
    small = _small(light)
    low = _cosines() @ small @ _cosines().T
    flat = low.ravel()
    flat[0] = 0  # the mean brightness says nothing about what is seen
    return np.packbits(flat > np.median(flat))


def _small(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """(48, 48) means over equal areas."""
    for axis in (0, 1):
        length = light.shape[axis]
        edges = np.linspace(0, length, SIDE + 1)
        sums = np.concatenate(
            [np.zeros_like(light.take([0], axis), np.float64), np.cumsum(light, axis, np.float64)], axis
        )
        low = np.floor(edges).astype(int)
        high = np.minimum(low + 1, length)
        share = (edges - low).reshape((-1, 1) if axis == 0 else (1, -1))
        at = sums.take(low, axis) * (1 - share) + sums.take(high, axis) * share
        light = np.asarray(np.diff(at, axis=axis) * SIDE / length, np.float32)
    return light


@lru_cache(maxsize=1)
def _cosines() -> NDArray[np.float32]:
    """(12, 48) the lowest rows of a discrete cosine transform."""
    steps = (np.arange(SIDE) + 0.5) * np.pi / SIDE
    return np.asarray(np.cos(np.outer(np.arange(KEPT), steps)), np.float32)
