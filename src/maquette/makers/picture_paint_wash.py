"""Watercolour: washes of flat pigment laid over each other on white paper, pale and broad first.

Light goes through every glaze twice, so densities add up (Beer & Lambert; Bousseau et al. 2006, "Interactive watercolor
rendering"). Pigment gathers at the rims of a wash and in the valleys of the paper, and flows unevenly (Curtis et al.
1997, "Computer-generated watercolor").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .picture_paint_field import Floats, blur, lab, scaled
from .picture_paint_paper import clouds
from .picture_regions import Labels, few_colours, nearest, pieces, without_small


@dataclass(frozen=True, eq=False)
class Glaze:
    """One layer of washes.

    labels   (h/2, w/2) which wash lies where, -1 where none does
    density  (n, 3) how much light of red, green and blue each wash takes: it leaves exp(-density)
    """

    name: str
    labels: Labels
    density: Floats
    soft: float  # pixels over which rims are soft


def glazes(rgb: Floats, wanted: Floats, *, size: float, detail: float, seed: int) -> list[Glaze]:
    """The layers of a watercolour of (h, w, 3), each aiming at what the ones below have left open."""
    unit = max(rgb.shape[:2]) / 1024 * size
    high, wide = max(2, rgb.shape[0] // 2), max(2, rgb.shape[1] // 2)
    goal = _goal(scaled(rgb, wide, high))
    care = scaled(wanted, wide, high)
    laid = np.zeros_like(goal)
    plan = (
        ("first wash", 9.0, 9, 700, 0.6, 0.0, 2.6),
        ("second wash", 3.4, 16, 130, 0.8, 0.03, 0.7),
        ("third wash", 1.5, 26, 26, 1.0, 0.05, 0.45),
        ("details", 0.6, 34, 6, 1.0, 0.15 - 0.1 * detail, 0.3),
    )
    found = []
    for at, (name, reach, colours, least, share, limit, soft) in enumerate(plan):
        seen = blur(goal, reach * unit / 2)
        labels = _flat(seen, colours, max(3, round(least * unit * unit / 4)), seed + at)
        number = pieces(labels)
        sizes = np.bincount(number.ravel())
        left = np.maximum(seen - laid, 0)
        density = (
            np.stack([np.bincount(number.ravel(), left[..., c].ravel()) / sizes for c in range(3)], axis=1) * share
        )
        worth = density.mean(axis=1)
        if at == 3:
            worth = worth * (0.5 + np.bincount(number.ravel(), care.ravel()) / sizes)
        kept = worth > limit
        order = np.cumsum(kept) - 1
        labels = np.where(kept[number], order[number], -1).astype(np.int32)
        if not kept.any():
            continue
        glaze = Glaze(name, labels, density[kept].astype(np.float32), soft * unit)
        laid = laid + np.where(labels[..., None] >= 0, glaze.density[np.maximum(labels, 0)], 0)
        found.append(glaze)
    return found


def _goal(rgb: Floats) -> Floats:
    """Densities wanted: high-key, lights left to the paper."""
    low, high = np.percentile(rgb.mean(axis=2)[::2, ::2], (1, 98))
    bright = np.clip((rgb - 0.55 * low) / max(float(high - 0.55 * low), 0.2), 0, 1)
    planes = 0.06 + 0.94 * bright**0.92
    grey = planes.mean(axis=2, keepdims=True)
    planes = np.clip(grey + (planes - grey) * 1.15, 0.03, 1)
    return np.asarray(np.maximum(-np.log(planes) - 0.03, 0), np.float32)


def _flat(seen: Floats, colours: int, least: int, seed: int) -> Labels:
    planes = lab(np.exp(-seen)) * np.array([1, 1.8, 1.8], np.float32)
    values = planes.reshape(-1, 3)
    labels = nearest(values, few_colours(values, colours, seed)).reshape(seen.shape[:2])
    return without_small(labels, least)


def wash(
    glaze: Glaze, high: int, wide: int, grains: Floats, unit: float, seed: int, shown: Floats | None = None
) -> Floats:
    """(h, w, 3) density of one glaze, as water and paper leave it. `shown` (n,) 0..1: how far each wash is painted."""
    densities = glaze.density if shown is None else glaze.density * shown[:, None]
    flat = np.concatenate([densities, np.zeros((1, 3), np.float32)])[glaze.labels]
    flat = _wobbled(flat, high, wide, unit, seed)
    body = blur(flat, max(0.45, glaze.soft * 0.6))
    if glaze.soft > 1.5 * unit:
        wet = np.clip(clouds(high, wide, seed + 3, 190 * unit) * 2.2 + 0.4, 0, 1)[..., None]
        body = body * (1 - wet) + blur(flat, 9 * unit) * wet
    level = body.mean(axis=2)
    rim = level - blur(level, 3.2 * unit)
    darker = 1 + 1.5 * np.clip(rim / (level + 0.06), 0, 0.55) - 0.5 * np.clip(-rim / (level + 0.06), 0, 0.5)
    flow = 1 + 0.24 * clouds(high, wide, seed + 1, 110 * unit) + 0.16 * clouds(high, wide, seed + 2, 30 * unit)
    gather = 1 + 0.5 * (0.5 - grains) * np.clip(0.3 + 2 * level, 0, 1) / (0.7 + level)
    return np.asarray(body * (darker * flow * gather)[..., None], np.float32)


def _wobbled(flat: Floats, high: int, wide: int, unit: float, seed: int) -> Floats:
    """A map at half size brought to full size, its borders drawn by a hand that is not quite steady."""
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    for at, (size, reach) in enumerate(((45, 2.2), (12, 0.8))):
        x += reach * unit * clouds(high, wide, seed + 11 + at, size * unit)
        y += reach * unit * clouds(high, wide, seed + 21 + at, size * unit)
    x, y = np.clip(x / 2 - 0.25, 0, flat.shape[1] - 1.001), np.clip(y / 2 - 0.25, 0, flat.shape[0] - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    right, below = np.minimum(left + 1, flat.shape[1] - 1), np.minimum(top + 1, flat.shape[0] - 1)
    share_x, share_y = (x - left)[..., None], (y - top)[..., None]
    upper = flat[top, left] * (1 - share_x) + flat[top, right] * share_x
    lower = flat[below, left] * (1 - share_x) + flat[below, right] * share_x
    return np.asarray(upper * (1 - share_y) + lower * share_y, np.float32)


def margin(high: int, wide: int, unit: float, seed: int) -> Floats:
    """(h, w) 0..1: where the brush stays away from the edge of the sheet, raggedly."""
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    edge = np.minimum(np.minimum(x, wide - 1 - x), np.minimum(y, high - 1 - y))
    edge += 9 * unit * clouds(high, wide, seed + 5, 70 * unit) + 4 * unit * clouds(high, wide, seed + 6, 14 * unit)
    return np.asarray(np.clip((edge - 17 * unit) / (1.6 * unit) + 0.5, 0, 1), np.float32)
