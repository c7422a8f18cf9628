"""What a painter sees before the first stroke: where edges run, where the eye goes, and how tones lie.

Every function takes and gives float32 arrays; pictures are (h, w, 3) sRGB-coded in 0..1, planes (h, w).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..media.picture import LUMA, linear, oklab

Floats = NDArray[np.float32]

_DIRECT = 1.6  # below this sigma a Gaussian is summed tap by tap
_COARSE = 6.0  # above it the plane is blurred at a smaller size


def grey(rgb: Floats) -> Floats:
    """Brightness as a person sees it, 0..1, of a coded picture."""
    return (rgb @ np.array(LUMA, np.float32)).astype(np.float32)


def lab(rgb: Floats) -> Floats:
    """Oklab of a coded picture: equal steps look about equally big."""
    return oklab(linear(rgb))


def blur(array: NDArray[np.floating[Any]], sigma: float) -> Floats:
    """A Gaussian of `sigma` pixels over (h, w) or (h, w, c), the edge repeated outwards.

    Small ones tap by tap, middle ones as three box means (Wells 1986), wide ones on a smaller copy.
    """
    if sigma <= 0.05:
        return np.asarray(array, np.float32).copy()
    if sigma > _COARSE and min(array.shape[:2]) > 16:
        factor = int(min(max(2, sigma // 3), max(2, min(array.shape[:2]) // 8)))
        small = scaled(array, max(1, array.shape[1] // factor), max(1, array.shape[0] // factor))
        return scaled(blur(small, sigma / factor), array.shape[1], array.shape[0])
    found = np.asarray(array, np.float32)
    for axis in (0, 1):
        found = _taps(found, sigma, axis) if sigma < _DIRECT else _boxes(found, sigma, axis)
    return found


def _taps(array: Floats, sigma: float, axis: int) -> Floats:
    reach = int(np.ceil(3 * sigma))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    padded = np.pad(array, [(reach, reach) if at == axis else (0, 0) for at in range(array.ndim)], mode="edge")
    size = array.shape[axis]
    total = np.zeros_like(array)
    for at, weight in enumerate(weights.astype(np.float32)):
        total += weight * (padded[at : at + size] if axis == 0 else padded[:, at : at + size])
    return total


def _boxes(array: Floats, sigma: float, axis: int) -> Floats:
    size = array.shape[axis]
    radius = max(1, round((np.sqrt(4 * sigma * sigma + 1) - 1) / 2))
    found = array
    for _ in range(3):
        padded = np.pad(
            found, [(radius + 1, radius) if at == axis else (0, 0) for at in range(array.ndim)], mode="edge"
        )
        sums = np.cumsum(padded, axis=axis, dtype=np.float64)
        wide = 2 * radius + 1
        ahead, behind = (sums[wide:], sums[:size]) if axis == 0 else (sums[:, wide:], sums[:, :size])
        found = ((ahead - behind) / wide).astype(np.float32)
    return found


def scaled(array: Floats, width: int, height: int, way: Any = Image.Resampling.BILINEAR) -> Floats:
    """(h, w) or (h, w, c) at another size, antialiased, without overshoot."""
    if array.shape[:2] == (height, width):
        return np.asarray(array, np.float32)
    planes = array[..., None] if array.ndim == 2 else array
    found = np.empty((height, width, planes.shape[2]), np.float32)
    for at in range(planes.shape[2]):
        plane = Image.fromarray(np.ascontiguousarray(planes[..., at], np.float32))
        found[..., at] = np.asarray(plane.resize((width, height), way))
    return found[..., 0] if array.ndim == 2 else found


def slopes(plane: Floats) -> tuple[Floats, Floats]:
    """Change per pixel to the right and downwards, by Scharr's kernel over 3 x 3."""
    padded = np.pad(plane, 1, mode="edge")
    rows = 3 * padded[:-2] + 10 * padded[1:-1] + 3 * padded[2:]
    columns = 3 * padded[:, :-2] + 10 * padded[:, 1:-1] + 3 * padded[:, 2:]
    right, down = (rows[:, 2:] - rows[:, :-2]) / 32, (columns[2:] - columns[:-2]) / 32
    return np.asarray(right, np.float32), np.asarray(down, np.float32)


def flow(rgb: Floats, sigma: float, seed: int, *, lean: float | None = None) -> tuple[Floats, Floats]:
    """Along which angle strokes run at each pixel (h, w) in radians, and how sure that is (h, w) in 0..1.

    The smoothed structure tensor (Bigün & Granlund 1987; for painting Zhang, Hays & Turk 2007 and Kyprianidis & Kang
    2011). Where a place has no edge of its own, ever wider neighbourhoods tell, so that strokes in a sky follow what
    frames it; where nothing at all tells, a slow wandering about `lean` does (radians; None: any direction).
    """
    high, wide = rgb.shape[:2]
    planes = blur(lab(rgb), max(0.7, sigma / 3))
    tensor = np.zeros((high, wide, 3), np.float32)
    for at, weight in enumerate((1.0, 1.4, 1.4)):
        right, down = slopes(planes[..., at])
        tensor += np.float32(weight) * np.stack([right * right, right * down, down * down], axis=-1)
    strength = np.sqrt(tensor[..., 0] + tensor[..., 2])
    # Divided by its strength a quiet fold of cloth speaks beside a hard outline; the floor keeps noise from speaking.
    tensor /= (strength + 0.02)[..., None]
    total = blur(tensor, sigma)
    sure = _coherence(total) * np.minimum(1, (total[..., 0] + total[..., 2]) / 0.01)
    reach, weight = sigma, 1.0
    for _ in range(4):
        reach, weight = min(reach * 2.6, max(high, wide) / 3), weight * 0.22
        total = total + np.float32(weight) * blur(tensor, reach)
    wander = _wander(high, wide, seed, lean)
    total += 1.2e-4 * np.stack([np.sin(wander) ** 2, -np.sin(wander) * np.cos(wander), np.cos(wander) ** 2], axis=-1)
    angle = 0.5 * np.arctan2(2 * total[..., 1], total[..., 0] - total[..., 2]) + np.pi / 2
    return angle.astype(np.float32), np.clip(sure, 0, 1).astype(np.float32)


def _coherence(tensor: Floats) -> Floats:
    """0 where no direction rules, 1 where one alone does."""
    across = tensor[..., 0] - tensor[..., 2]
    span = np.sqrt(across * across + 4 * tensor[..., 1] ** 2)
    return np.asarray(span / (tensor[..., 0] + tensor[..., 2] + 1e-6), np.float32)


def _wander(high: int, wide: int, seed: int, lean: float | None) -> Floats:
    dice = np.random.default_rng(seed)
    coarse = dice.uniform(-1, 1, (4, 4)).astype(np.float32)
    spread = np.pi / 2 if lean is None else 0.25
    return scaled(coarse, wide, high, Image.Resampling.BICUBIC) * np.float32(spread) + np.float32(lean or 0.6)


def importance(rgb: Floats, mask: Floats | None = None) -> Floats:
    """Where the eye goes, 0..1: colours that stand out, and places rich in edges, at two scales.

    Achanta et al. 2009 ("Frequency-tuned salient region detection") with edge energy; a `mask` painted by a person
    (h, w) counts more than both.
    """
    planes = lab(rgb)
    mean = planes.reshape(-1, 3).mean(axis=0)
    stand_out = np.sqrt((((blur(planes, 2) - mean) * np.array([1, 2.5, 2.5], np.float32)) ** 2).sum(axis=-1))
    right, down = slopes(blur(planes[..., 0], 1.0))
    edges = np.sqrt(right * right + down * down)
    reach = max(rgb.shape[:2]) / 48
    found = 0.55 * _ranked(blur(stand_out, reach / 2)) + 0.45 * _ranked(blur(edges, reach))
    found = _ranked(found)
    return np.maximum(0.5 * found, mask).astype(np.float32) if mask is not None else found


def _ranked(plane: Floats) -> Floats:
    """A plane brought to 0..1 between its 5th and 98th percentile."""
    low, high = np.percentile(plane[::3, ::3], (5, 98))
    return np.asarray(np.clip((plane - low) / max(float(high - low), 1e-6), 0, 1), np.float32)
