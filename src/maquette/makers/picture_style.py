"""A photo in the hand of a painting: its colours, and with `brushwork` its strokes.

    colours     the painting's colours by sliced optimal transport; every detail of the photo stays
    linear      its colours by one linear map: softer, and never a hue that was not asked for
    brushwork   its colours, and the whole photo laid anew with pieces of its brushwork (the default)
    sliced      its colours, and its texture by sliced Wasserstein over patches: a looser, watery likeness

`picture_style_colour`, `_patches` and `_sliced` hold the methods and name their papers; `benchmarks/pictures_style.py`
measures them beside plain statistics (Reinhard et al. 2001).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.errors import UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.registry import nearest
from ..media import picture as p
from ..media.picture_profile import to_srgb
from ..media.picture_size import fits
from .picture_style_colour import linear_map, reinhard, transported
from .picture_style_filters import Array, blur
from .picture_style_patches import brushed, hand_of
from .picture_style_sliced import flowed

METHODS = ("brushwork", "sliced", "colours", "linear", "reinhard")
BYTES = {"brushwork": 900, "sliced": 500}  # of memory for each pixel while it works
PATCH = 1 / 16  # of the long side: the largest pieces of brushwork
SMALLEST = 16  # px: a painting below shows no brushwork


def stylise(
    photo: p.Picture,
    painting: p.Picture,
    *,
    method: str = "brushwork",
    strength: float = 1.0,
    brush: float = 1.0,
    detail: float = 0.7,
    seed: int = 0,
    on_progress: OnProgress = silent,
) -> p.Picture:
    """Give `photo` the hand of `painting`; it keeps its size, alpha and depth (and comes out in sRGB).

    method    one of METHODS
    strength  0..1: 0 is the photo itself, 1 the whole effect; between them colour comes first, then the strokes
    brush     scale of the strokes: at 1 the painting is as wide as the photo, at 2 its strokes are twice as broad
    detail    0..1: how small the forms are that finer strokes bring back
    Raises UsageError for a value outside its range, and for pictures that are too small or too large.
    """
    photo, painting = to_srgb(photo), to_srgb(painting)
    _checked(photo, painting, method, strength, brush, detail)
    if strength == 0:
        return p.from_floats(p.floats(photo), like=photo)
    dice = np.random.default_rng(seed)
    values = p.floats(photo)
    before = p.oklab(p.linear(values[..., :3]))
    theirs = _sized(painting, max(photo.size) * brush)
    seen = _opaque(values, before)
    if method == "reinhard":
        after = _fitted(before, seen, lambda some: reinhard(some, _flat(theirs)))
    elif method == "linear":
        after = _fitted(before, seen, lambda some: linear_map(some, _flat(theirs)))
    else:
        after = transported(before, _flat(theirs), dice=dice, seen=seen)
    if method not in BYTES:
        return _picture(before + np.float32(strength) * (after - before), values, photo)

    def watch(step: int, of: int, laid: Array) -> None:
        size = laid.shape[:2] == before.shape[:2]
        preview = (lambda: _picture(laid, values, photo)) if size else None
        on_progress(Progress(step, of, "strokes", preview))

    if method == "brushwork":
        side = max(8, round(max(photo.size) * PATCH * brush))
        side = min(side, *theirs.shape[:2])
        drawn = brushed(after, hand_of(_plain(theirs)), side=side, detail=detail, dice=dice, on_level=watch)
    else:
        drawn = flowed(after, _plain(theirs), levels=_levels(photo.size), dice=dice, on_level=watch)
    return _picture(between(before, after, drawn, strength), values, photo)


def between(photo: Array, coloured: Array, drawn: Array, strength: float) -> Array:
    """The way from the photo to what was drawn: first its colour, then its broad strokes, at last the fine ones.

    A plain cross-fade shows two pictures at once. Here each band of detail has its own stretch of the slider.
    """
    if strength >= 1:
        return drawn
    reach = max(photo.shape[:2]) / 160
    colour, broad, fine = (np.float32(_eased((strength - start) / 0.6)) for start in (0.0, 0.2, 0.4))
    tinted = photo + colour * (coloured - photo)
    change = drawn - coloured
    wide = blur(change, reach)
    return np.asarray(tinted + broad * wide + fine * (change - wide), dtype=np.float32)


def _eased(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return part * part * (3 - 2 * part)


def _checked(photo: p.Picture, painting: p.Picture, method: str, strength: float, brush: float, detail: float) -> None:
    if method not in METHODS:
        raise UsageError(f"there is no method {method!r}", mend=nearest(method, METHODS))
    for name, value in (("strength", strength), ("detail", detail)):
        if not 0 <= value <= 1:
            raise UsageError(f"{name} runs from 0 to 1, not {value:g}", mend=f"give {name} between 0 and 1")
    if not 0.25 <= brush <= 4:
        raise UsageError(f"brush runs from 0.25 to 4, not {brush:g}", mend="1 is the painting's own brush")
    small = [name for name, one in (("photo", photo), ("painting", painting)) if min(one.size) < SMALLEST]
    if method in BYTES and small:
        raise UsageError(
            f"the {small[0]} is too small to hold brushwork: at least {SMALLEST} px on each side are needed",
            mend="take a larger one, or give it the colours alone: --method colours",
        )
    fits(*photo.size, BYTES.get(method, 160), what="the photo")
    if (p.floats(painting)[..., 3] > 0.5).sum() < 2:
        raise UsageError("the painting shows less than two pixels of colour", mend="name another painting")


def _sized(painting: p.Picture, long: float) -> Array:
    """The painting (h, w, 4): OKLab and alpha, its long side `long` px; never drawn larger than twice its size."""
    values = p.premultiplied(np.concatenate([p.linear((f := p.floats(painting))[..., :3]), f[..., 3:]], -1))
    scale = min(2.0, long / max(painting.size))
    wide, high = (max(min(SMALLEST, length), round(length * scale)) for length in painting.size)
    values = p.straight(np.clip(p.resized(values, wide, high), 0, None))
    return np.concatenate([p.oklab(np.clip(values[..., :3], 0, 1)), np.clip(values[..., 3:], 0, 1)], -1)


def _flat(painting: Array) -> Array:
    """The colours of a painting where it is opaque: (1, n, 3)."""
    return painting[..., :3][painting[..., 3] > 0.5][None]


def _plain(painting: Array) -> Array:
    """(h, w, 3), its holes filled with its mean colour."""
    alpha = painting[..., 3:]
    return np.asarray(alpha * painting[..., :3] + (1 - alpha) * _flat(painting).mean(1), dtype=np.float32)


def _opaque(values: Array, colours: Array) -> Array:
    """The colours of the photo that are seen at all: (1, n, 3)."""
    seen = values[..., 3] > 0.02
    return colours[seen][None] if seen.any() else colours.reshape(1, -1, 3)


def _fitted(before: Array, seen: Array, change: Callable[[Array], Array]) -> Array:
    """A change that is affine in each colour, learnt on what is seen, for all of the picture."""
    after = change(seen)
    ones = np.concatenate([seen[0], np.ones((seen.shape[1], 1), np.float32)], 1)
    matrix: Any = np.linalg.lstsq(ones, after[0], rcond=None)[0]
    return np.asarray(before @ matrix[:3] + matrix[3], dtype=np.float32)


def _levels(size: tuple[int, int]) -> int:
    return max(1, min(4, int(np.log2(max(1, min(size) / 32)))))


def _picture(colours: Array, values: Array, photo: p.Picture) -> p.Picture:
    rgb = np.clip(p.coded(p.from_oklab(colours)), 0, 1)
    return p.from_floats(np.concatenate([rgb, values[..., 3:]], -1), like=photo)
