"""The tilt of a photo: the angle at which its straight lines stand most nearly upright or level.

A Hough transform (Duda and Hart 1972) with the direction of the gradient (Ballard 1981): for each angle the edge points
that run that way are dropped onto a line across; straight edges fall into few places.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .picture_style_filters import Array, blur, gradients

MOST = 12.0  # degrees: more is taken for intent
POINTS = 30_000
NEAR = 3.0  # degrees that an edge's own direction may differ from the line it votes for


@dataclass(frozen=True)
class Tilt:
    """`degrees` clockwise that the photo leans, and how clearly its lines say so (1 is: no more than chance)."""

    degrees: float
    clear: float


def tilt_of(coded: Array) -> Tilt:
    """Find the tilt of a photo (h, w, 3)."""
    plane = blur(coded.mean(-1), 1.0)
    across, down = gradients(plane)
    slope = np.hypot(across, down)
    rim = 3
    slope[:rim] = slope[-rim:] = 0
    slope[:, :rim] = slope[:, -rim:] = 0
    bar = max(0.01, float(np.sort(slope, axis=None)[-min(POINTS, slope.size - 1)]))
    rows, columns = np.nonzero(slope > bar)
    if len(rows) < 64:
        return Tilt(0.0, 0.0)
    direction = np.degrees(np.arctan2(down[rows, columns], across[rows, columns]))
    lean = (direction + 45) % 90 - 45  # from the nearest of the four upright and level directions
    level = np.abs((direction - lean) % 180) > 45  # the gradient of a level line points up or down
    weight = np.sqrt(slope[rows, columns])
    points = (rows - plane.shape[0] / 2, columns - plane.shape[1] / 2)
    coarse = np.arange(-MOST - 3, MOST + 3.01, 0.25)
    scores = np.array([_score(points, lean, level, weight, angle) for angle in coarse])
    base = float(np.median(scores))
    best = float(coarse[scores.argmax()])
    fine = np.arange(best - 0.4, best + 0.41, 0.05)
    finer = np.array([_score(points, lean, level, weight, angle) for angle in fine])
    top = int(finer.argmax())
    if abs(fine[top]) > MOST:
        return Tilt(0.0, 0.0)
    return Tilt(round(float(fine[top]), 2), round(float(finer[top]) / max(base, 1e-9), 2))


def _score(points: tuple[Array, Array], lean: Array, level: Array, weight: Array, angle: float) -> float:
    """How sharply the edges that lean by `angle` fall into lines."""
    near = np.abs(lean - angle) < NEAR
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    total = 0.0
    for kind in (False, True):
        mine = near & (level == kind)
        if mine.sum() < 16:
            continue
        down, across = points[0][mine], points[1][mine]
        place = across * cos + down * sin if not kind else down * cos - across * sin
        place = place - place.min()
        below = np.floor(place).astype(np.int64)
        part = (place - below) * weight[mine]
        size = int(below.max()) + 2
        # Shared between two places, so that a line does not fall apart where it lies between them.
        votes = np.bincount(below, weight[mine] - part, size) + np.bincount(below + 1, part, size)
        total += float((votes**2).sum())
    return total


def straightened(rgba: Array, degrees: float) -> tuple[Array, tuple[int, int, int, int]]:
    """Turn (h, w, 4) premultiplied values back by `degrees`; crop to the largest frame of their shape without corners.

    returns  the picture, and the crop (left, top, width, height) in the turned picture of the old size
    """
    from PIL import Image

    high, wide = rgba.shape[:2]
    planes = [
        Image.fromarray(np.ascontiguousarray(rgba[..., one])).rotate(degrees, Image.Resampling.BICUBIC)
        for one in range(rgba.shape[2])
    ]
    turned = np.stack([np.asarray(one) for one in planes], -1)
    sin, cos = abs(math.sin(math.radians(degrees))), abs(math.cos(math.radians(degrees)))
    scale = min(wide / (wide * cos + high * sin), high / (wide * sin + high * cos))
    new_wide, new_high = (max(1, math.floor(length * scale) - 2 * (degrees != 0)) for length in (wide, high))
    left, top = (wide - new_wide) // 2, (high - new_high) // 2
    return np.ascontiguousarray(turned[top : top + new_high, left : left + new_wide]), (left, top, new_wide, new_high)
