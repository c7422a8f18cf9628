"""Paper and canvas: the grain that makes pigment catch, flow and shine."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .picture_paint_field import Floats, blur, scaled


def grain(high: int, wide: int, seed: int, size: float = 1.0) -> Floats:
    """(h, w) in 0..1, evenly spread: the hills and valleys of cold-pressed paper; `size` scales them."""
    dice = np.random.default_rng(seed)
    total = np.zeros((high, wide), np.float32)
    for sigma, weight in ((0.8, 0.5), (1.7, 1.0), (3.6, 0.8), (9.0, 0.35)):
        factor = max(1, int(sigma * size / 1.5))
        shape = (-(-high // factor) + 1, -(-wide // factor) + 1)
        noise = blur(dice.normal(size=shape).astype(np.float32), sigma * size / factor)
        noise = scaled(noise, shape[1] * factor, shape[0] * factor, Image.Resampling.BICUBIC)[:high, :wide]
        total += weight * noise / noise.std()
    return evened(total)


def clouds(high: int, wide: int, seed: int, size: float) -> Floats:
    """(h, w) about -1..1: slow noise whose blots are about `size` pixels wide."""
    dice = np.random.default_rng(seed)
    rows, columns = max(2, round(high / size) + 2), max(2, round(wide / size) + 2)
    return scaled(dice.uniform(-1, 1, (rows, columns)).astype(np.float32), wide, high, Image.Resampling.BICUBIC)


def weave(high: int, wide: int, seed: int, size: float = 1.0) -> Floats:
    """(h, w) in 0..1: linen, threads over and under, none quite straight."""
    dice = np.random.default_rng(seed)
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    pitch = 3.4 * size
    x += 1.2 * clouds(high, wide, seed + 1, 60 * size)
    y += 1.2 * clouds(high, wide, seed + 2, 60 * size)
    across, down = np.sin(np.pi * x / pitch), np.sin(np.pi * y / pitch)
    cloth = across * across * (0.5 + 0.5 * np.sin(np.pi * (x + y) / pitch)) + down * down
    cloth += 0.35 * blur(dice.normal(size=(high, wide)).astype(np.float32), 0.7)
    return np.asarray(np.clip((cloth - cloth.min()) / (np.percentile(cloth, 99.5) - cloth.min()), 0, 1), np.float32)


def sheet(high: int, wide: int, colour: tuple[float, float, float], grains: Floats, strength: float = 0.05) -> Floats:
    """(h, w, 3) coded: empty paper under a soft light from the upper left."""
    slope = np.gradient(grains, axis=1) + np.gradient(grains, axis=0)
    shade = 1 - strength * 2.2 * slope - strength * 0.12 * (1 - grains)
    return np.clip(np.array(colour, np.float32) * shade[..., None], 0, 1).astype(np.float32)


def evened(plane: Floats) -> Floats:
    """Values replaced by how many others lie below them, 0..1 (told from a sample of them)."""
    sample = np.sort(plane.ravel()[:: max(1, plane.size // 20000)])
    return np.interp(plane.ravel(), sample, np.linspace(0, 1, len(sample))).reshape(plane.shape).astype(np.float32)
