"""Quilting: blocks of a picture laid beside each other, cut where they differ least (Efros, Freeman 2001).

The first, rough arrangement of a texture: it keeps whole stones and bricks together, which single patches do not know
of. Blocks are chosen by how well they continue what lies on their left and above, and at the end of a row or column
that is to close, also what lies on their right and below. A block becomes dearer where its part of the source has been
laid already, so that a large texture uses all of its source. The cut is the cheapest path through the overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.progress import OnProgress, Progress, silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .picture_patches import Flat, Floats

TOLERANCE = 0.04  # blocks this much worse than the best are as good: dice choose
OFTEN = 0.15  # how much dearer a place of the source becomes with every time that it is laid, in mean errors


@dataclass(frozen=True, eq=False)
class Strips:
    """All strips of `high` x `wide` pixels of a picture as rows, to be compared by one product."""

    rows: Floats  # (ny * nx, high * wide * c)
    squares: Floats
    shape: tuple[int, int]

    def errors(self, wanted: Floats) -> Floats:
        """(ny, nx): squared distance of every strip from the wanted one."""
        flat = wanted.reshape(-1)
        far: Floats = (self.squares - 2 * (self.rows @ flat) + float(flat @ flat)).astype(np.float32)
        return far.reshape(self.shape)


def strips_of(pixels: Floats, high: int, wide: int) -> Strips:
    """All strips of a picture (h, w, c)."""
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (high, wide), axis=(0, 1))
    ny, nx = windows.shape[:2]
    rows = np.ascontiguousarray(windows.transpose(0, 1, 3, 4, 2)).reshape(ny * nx, -1)
    return Strips(rows, np.einsum("nk,nk->n", rows, rows), (ny, nx))


def starts_of(length: int, block: int, overlap: int, closes: bool) -> list[int]:
    """Where blocks begin along one side so that neighbours share at least `overlap` pixels, evenly spread."""
    step = block - overlap
    if closes:
        many = max(1, -(-length // step))
        return [round(at * length / many) for at in range(many)]
    many = max(1, -(-(length - overlap) // step))
    return [round(at * (length - block) / max(1, many - 1)) for at in range(many)] if many > 1 else [0]


def quilt(
    pixels: Floats,
    shape: tuple[int, int],
    closes: tuple[bool, bool],
    *,
    block: int,
    dice: np.random.Generator,
    on_progress: OnProgress = silent,
) -> Flat:
    """(h * w,): for every pixel of a texture of `shape` the flat place in `pixels` (h, w, c) that it is taken from.

    `closes`: whether bottom meets top, and right meets left.
    """
    overlap = max(3, block // 3)
    tall, broad = strips_of(pixels, block, overlap), strips_of(pixels, overlap, block)
    high, wide = shape
    taken = np.full(shape, -1, np.int64)
    many = (pixels.shape[0] - block + 1, pixels.shape[1] - block + 1)
    used = np.zeros(pixels.shape[:2], np.float32)
    rows, columns = starts_of(high, block, overlap, closes[0]), starts_of(wide, block, overlap, closes[1])
    flat = pixels.reshape(-1, pixels.shape[2])
    grid = np.arange(block)
    for down, top in enumerate(rows):
        on_progress(Progress(down, len(rows), "laying blocks"))
        for left in columns:
            ys, xs = (top + grid) % high, (left + grid) % wide
            here = taken[np.ix_(ys, xs)]
            laid = here >= 0
            seen = flat[np.maximum(here, 0)] * laid[..., None]
            y, x = _choose(seen, laid, tall, broad, used, many, overlap, dice)
            new = (y + grid)[:, None] * pixels.shape[1] + x + grid
            keep = _cut(seen, laid, pixels[y : y + block, x : x + block], overlap)
            taken[np.ix_(ys, xs)] = np.where(keep, here, new)
            used[y : y + block, x : x + block] += 1
    return taken.ravel()


def _sides(laid: NDArray[np.bool_], overlap: int) -> tuple[bool, bool, bool, bool]:
    """Whether something lies along the left, the top, the right and the bottom of a block's place."""
    middle = slice(overlap, -overlap)
    return (
        bool(laid[middle, 0].all()),
        bool(laid[0, middle].all()),
        bool(laid[middle, -1].all()),
        bool(laid[-1, middle].all()),
    )


def _choose(
    seen: Floats,
    laid: NDArray[np.bool_],
    tall: Strips,
    broad: Strips,
    used: Floats,
    many: tuple[int, int],
    overlap: int,
    dice: np.random.Generator,
) -> tuple[int, int]:
    """The place in the source of a block that continues what is seen around it."""
    block = len(laid)
    left, top, right, bottom = _sides(laid, overlap)
    ny, nx = many
    far = np.zeros(many, np.float32)
    if left:
        far += tall.errors(seen[:, :overlap])[:ny, :nx]
    if top:
        far += broad.errors(seen[:overlap])[:ny, :nx]
    if right:
        far += tall.errors(seen[:, -overlap:])[:ny, block - overlap : block - overlap + nx]
    if bottom:
        far += broad.errors(seen[-overlap:])[block - overlap : block - overlap + ny, :nx]
    far = np.maximum(far, 0)
    summed = np.pad(used, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    often = summed[block:, block:] - summed[:-block, block:] - summed[block:, :-block] + summed[:-block, :-block]
    often = (often / block**2)[:ny, :nx]
    typical = float(np.quantile(far, 0.05))
    far += np.float32(OFTEN * typical) * (often - often.min())
    if not (left or top or right or bottom):
        far += dice.random(far.shape, np.float32)
    good = np.flatnonzero(far.ravel() <= float(far.min()) + TOLERANCE * max(typical, 1e-9) * 0.5)
    y, x = divmod(int(dice.choice(good)), nx)
    return y, x


def _cut(seen: Floats, laid: NDArray[np.bool_], new: Floats, overlap: int) -> NDArray[np.bool_]:
    """(b, b): which pixels stay as they lie, the rest being the new block's: cheapest paths through the overlaps."""
    error = ((seen - new) ** 2).sum(2)
    left, top, right, bottom = _sides(laid, overlap)
    keep = np.zeros_like(laid)
    if left:
        keep[:, :overlap] |= np.arange(overlap) < path_of(error[:, :overlap])[:, None]
    if right:
        keep[:, -overlap:] |= (np.arange(overlap) < path_of(error[:, ::-1][:, :overlap])[:, None])[:, ::-1]
    if top:
        keep[:overlap] |= (np.arange(overlap) < path_of(error[:overlap].T)[:, None]).T
    if bottom:
        keep[-overlap:] |= (np.arange(overlap) < path_of(error[::-1][:overlap].T)[:, None]).T[::-1]
    return keep & laid


def path_of(error: Floats) -> NDArray[np.int64]:
    """(n,): the column of the cheapest path from the first row of `error` (n, m) to the last, one step aside a row."""
    rows, columns = error.shape
    cost = error.astype(np.float64).copy()
    for row in range(1, rows):
        above = cost[row - 1]
        best = above.copy()
        best[1:] = np.minimum(best[1:], above[:-1])
        best[:-1] = np.minimum(best[:-1], above[1:])
        cost[row] += best
    path = np.empty(rows, np.int64)
    path[-1] = int(cost[-1].argmin())
    for row in range(rows - 2, -1, -1):
        first = max(0, path[row + 1] - 1)
        path[row] = first + int(cost[row, first : min(columns, path[row + 1] + 2)].argmin())
    return path
