"""The paint of a traced region: one colour, or a linear gradient where its colour slides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

CLEAR = 0.12  # what covers less than this, on average, is no paint
_WORTH = 0.012  # how much, on average, a gradient must mend to be worth its definition


@dataclass(frozen=True)
class Paint:
    """Attributes for a path, and where they name a gradient its definition."""

    fill: str
    alpha: float
    definition: str = ""


def hexed(rgb: Any) -> str:
    """#rrggbb of three values in 0..1."""
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, float(one)))):02x}" for one in rgb[:3])


def solid(rgba: Any) -> str:
    """The attributes for one colour with straight alpha."""
    alpha = float(rgba[3])
    seen = f' fill-opacity="{alpha:.3g}"' if alpha < 0.995 else ""
    return f'fill="{hexed(rgba)}"{seen}'


def paint_of(values: Any, labels: Any, label: int, colour: Any, kind: str) -> Paint:
    """The paint of one label of a picture: (h, w, 4) premultiplied values, (h, w) labels."""
    alpha = float(colour[3])
    plain = Paint(solid(_straight(colour)), alpha)
    if kind == "flat" or alpha < CLEAR:
        return plain
    y, x = np.nonzero(labels == label)
    if len(x) < 24:
        return plain
    seen = values[y, x]
    full = seen[:, 3] > 0.9 * alpha  # mixed pixels at the rim say nothing of the paint
    if full.sum() < 16:
        return plain
    x, y, seen = x[full] + 0.5, y[full] + 0.5, seen[full]
    basis = np.stack([np.ones(len(x)), x, y], axis=1)
    fit, *_ = np.linalg.lstsq(basis, seen[:, :3], rcond=None)
    before, after = np.abs(seen[:, :3] - seen[:, :3].mean(axis=0)).mean(), np.abs(seen[:, :3] - basis @ fit).mean()
    if before - after < _WORTH:
        return Paint(solid(_straight(np.append(seen[:, :3].mean(axis=0), alpha))), alpha)
    way = np.linalg.svd(fit[1:])[0][:, 0]
    along = x * way[0] + y * way[1]
    low, high = along.min(), along.max()
    middle = np.array([x.mean(), y.mean()])
    ends = [middle + way * (one - middle @ way) for one in (low, high)]
    name = f"g{label}"
    stops = "".join(
        _stop(at, np.append(np.array([1, *end]) @ fit, alpha)) for at, end in zip((0, 1), ends, strict=True)
    )
    (x1, y1), (x2, y2) = ends
    definition = (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" '
        f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}">{stops}</linearGradient>'
    )
    return Paint(f'fill="url(#{name})"', alpha, definition)


def _stop(offset: int, rgba: Any) -> str:
    straight = _straight(rgba)
    seen = f' stop-opacity="{straight[3]:.3g}"' if straight[3] < 0.995 else ""
    return f'<stop offset="{offset}" stop-color="{hexed(straight)}"{seen}/>'


def _straight(colour: Any) -> Any:
    alpha = float(colour[3])
    return np.append(np.clip(np.asarray(colour[:3]) / max(alpha, 1e-3), 0, 1), min(1.0, alpha))
