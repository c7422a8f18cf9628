"""Patches: for every small square of one picture the likest square of another, and pictures made of such squares.

The shared core of filling, extending, varying and textures. A patch is a square of `SIZE` pixels around its centre;
it is compared by its main directions of difference (principal components of the source's own patches), so that a
comparison costs twenty numbers and not one hundred and fifty. Nearest patches are found by PatchMatch (Barnes,
Shechtman, Finkelstein, Goldman 2009: neighbours tell each other what they found, and a few dice look elsewhere), here
for all pixels of a picture at once; and exactly where there are few. A new picture is the weighted mean of the patches
that overlap at each pixel (Wexler, Shechtman, Irani 2007). Positions are flat: `y * width + x`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bools = NDArray[np.bool_]
    Flat = NDArray[np.int64]

SIZE = 7  # pixels of a patch's side
KEEP = 18  # numbers that a patch is compared by
SAMPLE = 6_000  # patches that the directions of difference are learnt from
BLOCK = 65_536  # patches that are looked at in one go: what is in hand stays in the cache


@dataclass(frozen=True, eq=False)
class Source:
    """A picture whose patches may be taken.

    pixels (h, w, c) float32; the first `colours` channels are compared as patches, the others at the centre alone;
    usable (h * w,) whether a patch may have its centre here; features (h * w, k), rows of others are 0.
    """

    pixels: Floats
    usable: Bools
    features: Floats
    basis: Floats  # (size * size * colours, k')
    mean: Floats
    size: int
    colours: int
    aside: float  # weight of the other channels

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return int(self.pixels.shape[0]), int(self.pixels.shape[1])

    @property
    def spots(self) -> Flat:
        """Where patches may be taken, flat."""
        return np.flatnonzero(self.usable)


def source_of(
    pixels: Floats,
    usable: Bools | None = None,
    *,
    size: int = SIZE,
    keep: int = KEEP,
    colours: int | None = None,
    aside: float = 1.0,
    dice: np.random.Generator,
) -> Source:
    """The patches of `pixels` (h, w, c) that lie wholly inside it, and of those the `usable` (h, w) ones."""
    high, wide = pixels.shape[:2]
    edge = size // 2
    inside = np.zeros((high, wide), bool)
    inside[edge : high - edge, edge : wide - edge] = True
    allowed = (inside if usable is None else inside & usable).ravel()
    spots = np.flatnonzero(allowed)
    many = colours or pixels.shape[2]
    sample = spots if len(spots) <= SAMPLE else dice.choice(spots, SAMPLE, replace=False)
    learnt = raw(pixels[..., :many], sample, size)
    mean = learnt.mean(0)
    learnt = learnt - mean
    _, basis = np.linalg.eigh((learnt.T @ learnt).astype(np.float64))
    basis = np.ascontiguousarray(basis[:, ::-1][:, :keep]).astype(np.float32)
    bare = Source(pixels, allowed, np.zeros((0, 0), np.float32), basis, mean.astype(np.float32), size, many, aside)
    features = np.zeros((high * wide, basis.shape[1] + pixels.shape[2] - many), np.float32)
    features[spots] = features_of(bare, pixels, spots)
    return Source(pixels, allowed, features, basis, bare.mean, size, many, aside)


def raw(pixels: Floats, spots: Flat, size: int) -> Floats:
    """(n, size * size * c): the patches around `spots` of `pixels`; every one must lie inside."""
    wide, edge = pixels.shape[1], size // 2
    flat = pixels.reshape(-1, pixels.shape[2])
    steps = np.arange(-edge, edge + 1)
    near = (steps[:, None] * wide + steps).ravel()
    return np.ascontiguousarray(flat[spots[:, None] + near]).reshape(len(spots), -1)


def features_of(source: Source, pixels: Floats, spots: Flat) -> Floats:
    """(n, k): what the patches around `spots` of any picture are compared with the source's by."""
    out = np.empty((len(spots), source.basis.shape[1] + pixels.shape[2] - source.colours), np.float32)
    kept, seen = source.basis.shape[1], pixels[..., : source.colours]
    for at in range(0, len(spots), BLOCK // 8):
        part = spots[at : at + BLOCK // 8]
        out[at : at + len(part), :kept] = (raw(seen, part, source.size) - source.mean) @ source.basis
    if pixels.shape[2] > source.colours:
        others = pixels[..., source.colours :].reshape(-1, pixels.shape[2] - source.colours)
        out[:, kept:] = others[spots] * np.float32(source.aside * source.size)
    return out


@dataclass(frozen=True, eq=False)
class Target:
    """The patches to be found likes for: their centres `spots` (n,), flat in a picture of `shape` (h, w).

    `wraps`: left meets right and top meets bottom. `step`: pixels between neighbours of the spots.
    """

    shape: tuple[int, int]
    spots: Flat
    wraps: tuple[bool, bool] = (False, False)  # down, across
    step: int = 1

    def rows(self) -> NDArray[np.int64]:
        """(h, w): which row of `spots` a pixel is, -1 for none."""
        where = np.full(self.shape[0] * self.shape[1], -1, np.int64)
        where[self.spots] = np.arange(len(self.spots))
        return where.reshape(self.shape)

    def neighbours(self, rows: NDArray[np.int64], dy: int, dx: int) -> NDArray[np.int64]:
        """(n,): the row of the spot at (dy, dx) from each, -1 for none."""
        high, wide = self.shape
        y, x = np.divmod(self.spots, wide)
        y, x = y + dy, x + dx
        if self.wraps[0]:
            y %= high
        if self.wraps[1]:
            x %= wide
        fits = (y >= 0) & (y < high) & (x >= 0) & (x < wide)
        return np.where(fits, rows[np.clip(y, 0, high - 1), np.clip(x, 0, wide - 1)], -1)


def distances(source: Source, wanted: Floats, field: Flat) -> Floats:
    """(n,): squared distance of each wanted patch from the source's patch at `field`."""
    out = np.empty(len(field), np.float32)
    for at in range(0, len(field), BLOCK):
        part = source.features[field[at : at + BLOCK]]
        part -= wanted[at : at + BLOCK]
        out[at : at + BLOCK] = np.einsum("nk,nk->n", part, part)
    return out


def nearest(
    source: Source,
    wanted: Floats,
    target: Target,
    field: Flat,
    *,
    dice: np.random.Generator,
    rounds: int = 4,
    reach: int | None = None,
    dearer: Floats | None = None,
) -> tuple[Flat, Floats]:
    """PatchMatch: a better `field` (n,) of source positions and its distances, from the field that is given.

    Each round asks the neighbours on four sides, one step and then several steps away, what they found, and throws
    dice around the own find, from `reach` pixels (all of the source where not said) down to one.
    `dearer` (h * w of the source,) multiplies the distance of a patch: of those used too often, say.
    """
    high, wide = source.shape
    field = field.copy()
    price = np.ones(high * wide, np.float32) if dearer is None else dearer
    best = distances(source, wanted, field) * price[field]
    rows = target.rows()

    def offer(mine: NDArray[np.int64], y: NDArray[np.int64], x: NDArray[np.int64]) -> None:
        fits = (y >= 0) & (y < high) & (x >= 0) & (x < wide)
        spot = np.where(fits, y * wide + x, 0)
        good = np.flatnonzero(fits & source.usable[spot] & (spot != field[mine]))
        mine, spot = mine[good], spot[good]
        cost = distances(source, wanted[mine], spot) * price[spot]
        won = cost < best[mine]
        field[mine[won]], best[mine[won]] = spot[won], cost[won]

    everyone = np.arange(len(field))
    for turn in range(rounds):
        for length in (target.step * (1 if turn % 2 else 4), target.step):
            for dy, dx in ((-length, 0), (length, 0), (0, -length), (0, length)):
                near = target.neighbours(rows, dy, dx)
                mine = np.flatnonzero(near >= 0)
                y, x = np.divmod(field[near[mine]], wide)
                offer(mine, y - dy, x - dx)
        radius = reach or max(high, wide)
        while radius >= 1:
            y, x = np.divmod(field, wide)
            thrown = dice.integers(-radius, radius + 1, (2, len(field)))
            offer(everyone, y + thrown[0], x + thrown[1])
            radius //= 3
    return field, best


def exactly(source: Source, wanted: Floats, price: Floats | None = None) -> tuple[Flat, Floats]:
    """The nearest of all patches for each wanted one (n, k), by looking at every one: for small sources.

    `price` (h * w of the source,) multiplies the distance of a patch.
    """
    spots = source.spots
    theirs = source.features[spots]
    own = np.einsum("nk,nk->n", theirs, theirs)
    field, best = np.empty(len(wanted), np.int64), np.empty(len(wanted), np.float32)
    block = max(1, 8_000_000 // max(1, len(spots)))
    for at in range(0, len(wanted), block):
        part = wanted[at : at + block]
        far = own - 2 * (part @ theirs.T) + np.einsum("nk,nk->n", part, part)[:, None]
        if price is not None:
            far = np.maximum(far, 0) * price[spots]
        chosen = far.argmin(1)
        field[at : at + block], best[at : at + block] = spots[chosen], far[np.arange(len(part)), chosen]
    return field, np.maximum(best, 0)


def vote(source: Source, target: Target, field: Flat, weight: Floats) -> tuple[Floats, Floats]:
    """The picture that the patches make: (h, w, c) weighted sums of the overlapping ones, and (h, w) the weights.

    Divide the first by the second where that is more than 0. What falls outside the target is left out.
    """
    high, wide = target.shape
    edge, across = source.size // 2, source.shape[1]
    theirs = source.pixels.reshape(-1, source.pixels.shape[2])
    sums = np.zeros((high * wide, theirs.shape[1]), np.float32)
    weights = np.zeros(high * wide, np.float32)
    y, x = np.divmod(target.spots, wide)
    for dy in range(-edge, edge + 1):
        row = (y + dy) % high if target.wraps[0] else y + dy
        for dx in range(-edge, edge + 1):
            column = (x + dx) % wide if target.wraps[1] else x + dx
            to, given, heavy = row * wide + column, field + dy * across + dx, weight
            if not all(target.wraps):
                fits = (row >= 0) & (row < high) & (column >= 0) & (column < wide)
                if not fits.all():
                    to, given, heavy = to[fits], given[fits], weight[fits]
            sums[to] += heavy[:, None] * theirs[given]
            weights[to] += heavy
    return sums.reshape(high, wide, -1), weights.reshape(high, wide)


def trust(distance: Floats, share: float = 0.75) -> Floats:
    """Weights of patches by how like they are: exp(-d / 2 s), s the `share` quantile of all (Wexler et al. 2007)."""
    spread = max(float(np.quantile(distance, share)), 1e-8)
    weights: Floats = (np.exp(-distance / np.float32(2 * spread)) + np.float32(1e-4)).astype(np.float32)
    return weights


# -- the pyramid -------------------------------------------------------------------------------------------------------


def halved(array: Floats, wraps: tuple[bool, bool] = (False, False)) -> Floats:
    """(h, w, c) at half the size (rounded up), smoothed by 1 3 3 1 first; an odd last row or column is repeated."""
    for axis in (0, 1):
        moved = np.moveaxis(array, axis, 0)
        odd = len(moved) % 2
        ends = [(1, 1 + odd)] + [(0, 0)] * (moved.ndim - 1)
        padded = np.pad(moved, ends, mode="wrap" if wraps[axis] and not odd else "edge")
        many = (len(moved) + odd) // 2
        parts = [padded[start : start + 2 * many : 2] for start in range(4)]
        moved = (parts[0] + 3 * parts[1] + 3 * parts[2] + parts[3]) / np.float32(8)
        array = np.ascontiguousarray(np.moveaxis(moved, 0, axis))
    return array


def doubled(
    field: Flat,
    coarse: Target,
    fine: Target,
    source: Source,
    across: int,
    dice: np.random.Generator,
    *,
    stretched: bool = False,
) -> Flat:
    """A field of the finer picture from that of the coarser one: every find at twice its place.

    `across` is the coarser source's width. Pixel y of the finer picture is pixel y // 2 of the coarser one, or, where
    the sizes are `stretched` to fit each other, the one at the same share of the height. Where the coarser picture had
    no patch there, a neighbour's stands in, and where that may not be taken, a random one.
    """
    rows = coarse.rows()
    y, x = np.divmod(fine.spots, fine.shape[1])
    up, down = _parents(y, fine.shape[0], coarse.shape[0], stretched)
    left, right = _parents(x, fine.shape[1], coarse.shape[1], stretched)
    parent = rows[up, left]
    for dy, dx in ((0, -1), (-1, 0), (-1, -1), (0, 1), (1, 0), (1, 1), (1, -1), (-1, 1)):
        lost = np.flatnonzero(parent < 0)
        if not len(lost):
            break
        near_y, near_x = up[lost] + dy, left[lost] + dx
        fits = (near_y >= 0) & (near_y < coarse.shape[0]) & (near_x >= 0) & (near_x < coarse.shape[1])
        lost = lost[fits]
        parent[lost] = rows[near_y[fits], near_x[fits]]
        down[lost] -= 2 * dy
        right[lost] -= 2 * dx
    theirs_y, theirs_x = np.divmod(field[np.maximum(parent, 0)], across)
    edge, (high, wide) = source.size // 2, source.shape
    new_y = np.clip(2 * theirs_y + down, edge, high - edge - 1)
    new_x = np.clip(2 * theirs_x + right, edge, wide - edge - 1)
    new = new_y * wide + new_x
    wrong = (parent < 0) | ~source.usable[new]
    new[wrong] = dice.choice(source.spots, int(wrong.sum()))
    return new


def _parents(at: Flat, fine: int, coarse: int, stretched: bool) -> tuple[Flat, Flat]:
    """The coarser pixel of each finer one along one axis, and how many finer pixels it lies behind its start."""
    if not stretched:
        return np.minimum(at // 2, coarse - 1), at % 2
    up = at * coarse // fine
    return up, at - np.ceil(up * fine / coarse).astype(np.int64)
