"""The patches of a picture moved onto those of a painting as a cloud: sliced Wasserstein, level by level.

After Heitz et al. 2021 (arXiv:2006.07229) and Elnekave and Weiss 2022 (GPDM, arXiv:2203.11862). There a gradient walks
down the sliced distance between all patches of two pictures. Here each step is taken whole: along random orthonormal
directions the sorted values of our patches become those of the painting, and every pixel takes the mean of what the
patches that cover it ask for. No net, no gradient.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..media.picture import resized
from .picture_style_filters import Array, blur

SIDE = 7  # px of a patch on every level
AXES = 12  # directions of a step
STEPS = (14, 10, 6)  # from the coarse level to the fine one
KEPT = 0.5  # how much of the target's broad form comes back after each level


def flowed(
    target: Array,
    painting: Array,
    *,
    levels: int,
    dice: np.random.Generator,
    on_level: Callable[[int, int, Array], None] | None = None,
) -> Array:
    """Give `target` (h, w, 3) the patches of `painting` (h, w, 3), both OKLab, over so many halvings of the size."""
    high, wide = target.shape[:2]
    current: Array | None = None
    for number in range(levels):
        scale = 2 ** (levels - 1 - number)
        size = (max(SIDE, wide // scale), max(SIDE, high // scale))
        there = resized(painting, *(max(SIDE, length // scale) for length in painting.shape[1::-1]))
        form = resized(target, *size)
        # What the coarser level drew stays; finer detail begins as the target's own.
        current = form if current is None else resized(current, *size) + form - blur(form, 1.0)
        assert current is not None
        for _ in range(STEPS[min(number, len(STEPS) - 1)]):
            current = _step(current, there, dice)
        current = current + np.float32(KEPT) * (blur(form, 4.0) - blur(current, 4.0))
        if on_level is not None:
            on_level(number + 1, levels, current)
    assert current is not None
    return resized(current, wide, high)


def _step(ours: Array, theirs: Array, dice: np.random.Generator) -> Array:
    size = SIDE * SIDE * 3
    basis = np.linalg.qr(dice.standard_normal((size, AXES)))[0].astype(np.float32)
    wanted = np.sort(_responses(theirs, basis), axis=0)
    change = np.zeros_like(ours)
    high, wide = ours.shape[0] - SIDE + 1, ours.shape[1] - SIDE + 1
    here = _responses(ours, basis)
    places = (np.arange(high * wide) + 0.5) / (high * wide) * len(wanted)
    places = np.minimum(places.astype(np.int64), len(wanted) - 1)
    for axis in range(AXES):
        order = np.argsort(here[:, axis])
        move = np.empty(high * wide, dtype=np.float32)
        move[order] = wanted[places, axis] - here[order, axis]
        move = move.reshape(high, wide)
        row = basis[:, axis].reshape(SIDE, SIDE, 3)
        for down in range(SIDE):
            for across in range(SIDE):
                change[down : down + high, across : across + wide] += move[..., None] * row[down, across]
    # AXES of `size` directions were asked; patches that overlap ask alike, so the mean may be taken further.
    return np.asarray(ours + change * np.float32(size / AXES / SIDE**2 / 3), dtype=np.float32)


def _responses(image: Array, basis: Array) -> Array:
    """Every patch along every direction: (patches, directions)."""
    high, wide = image.shape[0] - SIDE + 1, image.shape[1] - SIDE + 1
    total = np.zeros((high, wide, basis.shape[1]), dtype=np.float32)
    rows = basis.reshape(SIDE, SIDE, 3, -1)
    for down in range(SIDE):
        for across in range(SIDE):
            total += image[down : down + high, across : across + wide] @ rows[down, across]
    return total.reshape(high * wide, -1)
