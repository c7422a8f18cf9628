"""How far two sets of pictures are apart, and how well a texture tiles: numbers that need no trained net.

    sliced_wasserstein(a, b)   shapes, edges and colours on each scale; 0 for the same set
    palette_distance(a, b)     colours alone; 0 the same, 1 no colour in common
    seam(picture)              how much more a texture changes across its border than inside; 1 for no seam
    repetition(picture)        how strongly a texture resembles itself shifted; 0 not at all, 1 exactly

Pictures are float32 (n, h, w, 4), premultiplied sRGB-coded colour and alpha, 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError

Floats = NDArray[np.float32]

PATCH = 7  # pixels on a side, as in the paper
SMALLEST = 16  # short side of the coarsest level
PATCHES = 8192  # patches taken of each set on each level
DIRECTIONS = 256  # projections on each level
BINS = 8  # steps of each colour channel in a palette


def sliced_wasserstein(a: Floats, b: Floats, *, seed: int = 0) -> float:
    """The mean over the scales of `scale_distances`: 0 for one set with itself."""
    return float(np.mean(list(scale_distances(a, b, seed=seed).values())))


def scale_distances(a: Floats, b: Floats, *, seed: int = 0) -> dict[int, float]:
    """Sliced Wasserstein distance of patches on each level of a Laplacian pyramid, by the level's short side.

    Karras et al. 2018 (arXiv:1710.10196, section 5), with one change: both sets are scaled by the spread of `b`'s
    patches (the reference's), so that a set that is too pale or too flat is told from one that is not.

        a, b     (n, h, w, 4)  n and the sizes may differ; each at least 16 px on its short side
        returns  {64: d, 32: d, 16: d} in standard deviations of the reference
    """
    for name, one in (("a", a), ("b", b)):
        if one.ndim != 4 or one.shape[-1] != 4 or not len(one):
            raise UsageError(f"{name} has the shape {one.shape}", mend="give (n, h, w, 4), n at least 1")
        if min(one.shape[1:3]) < SMALLEST:
            size = f"{one.shape[2]} x {one.shape[1]} px"
            raise UsageError(f"{name} is too small to be measured: {size}", mend=f"give at least {SMALLEST} px")
    dice = np.random.default_rng(seed)
    found = {}
    count = min(levels_of(a), levels_of(b))
    for ours, theirs in zip(laplacian_pyramid(a, count), laplacian_pyramid(b, count), strict=True):
        # One set of places for both where their sizes agree: a set with itself is then at exactly 0.
        places = int(dice.integers(1 << 31))
        first, second = (_patches(one, np.random.default_rng(places)) for one in (ours, theirs))
        middle, spread = second.mean(axis=(0, 1)), second.std(axis=(0, 1)) + 1e-3
        flat = [((one - middle) / spread).reshape(len(one), -1) for one in (first, second)]
        along = dice.standard_normal((flat[0].shape[1], DIRECTIONS)).astype(np.float32)
        along /= np.linalg.norm(along, axis=0)
        lines = [np.sort(one @ along, axis=0) for one in flat]
        found[min(theirs.shape[1:3])] = float(np.abs(lines[0] - lines[1]).mean())
    return found


def levels_of(pictures: Floats) -> int:
    """How many levels a set has: the coarsest is 16 to 31 px on its short side."""
    return int(np.log2(min(pictures.shape[1:3]) / SMALLEST)) + 1


def laplacian_pyramid(pictures: Floats, levels: int) -> Iterator[Floats]:
    """`levels` bands from fine to coarse, the last of them what is left (Burt & Adelson 1983).

    (n, h, w, c) -> (n, h / 2^k, w / 2^k, c)
    """
    for _ in range(levels - 1):
        small = _blurred(pictures)[:, ::2, ::2]
        yield pictures - enlarged(small, pictures.shape[1], pictures.shape[2])
        pictures = small
    yield pictures


def enlarged(small: Floats, height: int, width: int) -> Floats:
    """Twice as large, bilinear, cut to height x width. (n, h, w, c) -> (n, height, width, c)."""
    for axis, size in ((1, height), (2, width)):
        following = np.concatenate([small.take(range(1, small.shape[axis]), axis), small.take([-1], axis)], axis)
        both = np.stack([small, (small + following) / 2], axis + 1)
        shape = list(small.shape)
        shape[axis] *= 2
        small = both.reshape(shape).take(range(size), axis)
    return small


def palette_distance(a: Floats, b: Floats) -> float:
    """Half the difference of the two sets' colour histograms, 0 to 1; what is transparent counts as a colour.

    8 x 8 x 8 colours, each pixel shared among the eight nearest, so that a shade's shift is no cliff.
    """
    return float(np.abs(palette(a) - palette(b)).sum() / 2)


def palette(pictures: Floats) -> Floats:
    """The colour histogram of a set, its last entry the transparent share; sums to 1. (n, h, w, 4) -> (513,)."""
    pixels = np.ascontiguousarray(pictures, dtype=np.float32).reshape(-1, 4)
    alpha = np.clip(pixels[:, 3], 0, 1)
    colour = np.clip(pixels[:, :3] / np.maximum(alpha, 1e-3)[:, None], 0, 1) * (BINS - 1)
    low = np.minimum(colour.astype(np.int64), BINS - 2)
    part = colour - low
    found = np.zeros(BINS**3 + 1, dtype=np.float64)
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(corner, part, 1 - part), axis=1) * alpha
        index = np.ravel_multi_index(tuple((low + corner).T), (BINS,) * 3)
        found[:-1] += np.bincount(index, weights=weight, minlength=BINS**3)
    found[-1] = (1 - alpha).sum()
    return np.asarray(found / max(found.sum(), 1e-9), np.float32)


def seam(picture: Floats) -> float:
    """The mean step across the border, where the picture meets itself, over the mean step between inner neighbours.

    1 and less is a texture without a seam; an untreated photograph has 2 to 10. Two directions; the worse counts.
    (h, w, c) -> ratio. A flat picture has 1.
    """
    worst = 0.0
    for axis in (0, 1):
        inner = np.abs(np.diff(picture, axis=axis)).mean()
        across = np.abs(picture.take(0, axis) - picture.take(-1, axis)).mean()
        worst = max(worst, float((across + 1e-6) / (inner + 1e-6)))
    return worst


def repetition(picture: Floats, *, nearest: float = 0.1) -> float:
    """The highest correlation of a texture with itself shifted around its border by at least `nearest` of its side.

    The texture's own grain (a wall's courses) counts too: compare with its source. (h, w, c) -> -1 to 1; 0 if flat.
    """
    grey = picture[..., :3].mean(axis=-1)
    grey = grey - grey.mean()
    power = np.abs(np.fft.rfft2(grey)) ** 2
    itself = np.fft.irfft2(power, s=grey.shape)
    if itself[0, 0] <= 1e-9 * grey.size:
        return 0.0
    away = [np.minimum(np.arange(size), size - np.arange(size)) / size for size in grey.shape]
    far = np.maximum(away[0][:, None], away[1][None, :]) >= nearest
    return float(itself[far].max() / itself[0, 0])


def _blurred(pictures: Floats) -> Floats:
    """Along both sides with 1 4 6 4 1; the border is continued by its last pixels."""
    for axis in (1, 2):
        wide = np.pad(pictures, [(2, 2) if one == axis else (0, 0) for one in range(4)], mode="edge")
        length = pictures.shape[axis]
        parts = [wide.take(range(k, k + length), axis) * weight for k, weight in enumerate((1, 4, 6, 4, 1))]
        pictures = sum(parts[1:], parts[0]) / np.float32(16)
    return pictures


def _patches(band: Floats, dice: np.random.Generator) -> Floats:
    """(n, h, w, c) -> (PATCHES, 49, c): patches at places drawn by the dice, evenly over the pictures."""
    n, height, width, _ = band.shape
    which = np.arange(PATCHES) * n // PATCHES
    top, left = (dice.random(PATCHES) * (size - PATCH + 1) for size in (height, width))
    step = np.arange(PATCH)
    rows = top.astype(np.int64)[:, None, None] + step[:, None]
    columns = left.astype(np.int64)[:, None, None] + step
    found: Floats = band[which[:, None, None], rows, columns].reshape(PATCHES, PATCH * PATCH, band.shape[-1])
    return found
