"""Which pixels belong together before a picture is traced: the size of its cells, its flat colours, its slopes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .picture_regions import Labels, few_colours, nearest, pieces, without_small

Floats = NDArray[np.float32]


def grid_of(values: NDArray[np.uint8]) -> int:
    """How many pixels wide the cells of pixel art are: 1 for a picture that was not enlarged."""
    high, wide = values.shape[:2]
    for step in range(min(32, high, wide), 1, -1):
        if high % step or wide % step:
            continue
        cells = values[::step, ::step]
        if (np.repeat(np.repeat(cells, step, 0), step, 1) == values).all() and cells.shape[0] * cells.shape[1] > 16:
            return step
    return 1


def flat_regions(values: Any, most: int, *, exact: bool = False) -> tuple[Labels, Floats]:
    """Labels (h, w) and their colours (k, 4) premultiplied: the colours that lie flat; mixed pixels join a neighbour.

    exact: every pixel counts by its colour alone (pixel art has no mixed pixels).
    """
    seen = np.asarray(values, np.float32)
    flat = seen.reshape(-1, 4)
    calm = _calm(seen)
    opaque = seen[..., 3] > 0.5
    # Thin drawings have no flat inside: there every pixel speaks.
    mixed = exact or (calm & opaque).sum() < 0.35 * max(1, opaque.sum())
    chosen = flat if mixed else flat[calm.ravel()]
    palette = _merged(few_colours(chosen, 4 * most, 5, rounds=4), chosen, most)
    labels = nearest(flat, palette).reshape(seen.shape[:2])
    if exact:
        return labels, palette
    labels = _settled(seen, labels, palette, calm)
    labels = without_small(labels, max(3, round(seen.shape[0] * seen.shape[1] / 12000)))
    return _compact(labels, palette)


def gradient_regions(values: Any, most: int) -> tuple[Labels, Floats]:
    """Labels (h, w) of regions over which colour slides without a step, and their mean colours (k, 4).

    Pixels are joined where they differ little from their neighbours; a region that no linear gradient follows is
    divided by colour.
    """
    seen = np.asarray(values, np.float32)
    labels = np.zeros(seen.shape[:2], np.int32)
    coarse, _ = flat_regions(seen, max(8, most // 3))
    near = [np.abs(np.diff(seen, axis=axis)).max(axis=2) < 0.035 for axis in (0, 1)]
    labels = _joined(coarse, near)
    labels = pieces(without_small(labels, max(4, round(labels.size / 6000)), rounds=10))
    return _compact(labels, _means(seen, labels))


def _calm(seen: Floats) -> NDArray[np.bool_]:
    """Pixels that equal at least three of their four neighbours."""
    like = np.zeros(seen.shape[:2], np.int32)
    padded = np.pad(seen, ((1, 1), (1, 1), (0, 0)), mode="edge")
    for shifted in (padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]):
        like += np.abs(seen - shifted).max(axis=2) < 0.03
    return like >= 3


def _merged(centres: Floats, chosen: Floats, most: int, within: float = 0.055) -> Floats:
    """Near colours become one, the rarest first, until `most` are left and none lie nearer than `within`."""
    sizes = np.bincount(nearest(chosen, centres), minlength=len(centres)).astype(np.float64)
    centres, sizes = centres[sizes > 0].astype(np.float64), sizes[sizes > 0]
    while len(centres) > 1:
        gap = np.sqrt(((centres[:, None] - centres[None]) ** 2).sum(axis=2))
        np.fill_diagonal(gap, np.inf)
        # A small colour goes into its neighbour more easily than a large one (Ward's distance).
        cost = gap * np.sqrt(sizes[:, None] * sizes[None] / (sizes[:, None] + sizes[None]))
        one, other = np.unravel_index(np.argmin(gap if gap.min() < within else cost), gap.shape)
        if gap.min() >= within and len(centres) <= most:
            break
        total = sizes[one] + sizes[other]
        centres[one] = (centres[one] * sizes[one] + centres[other] * sizes[other]) / total
        sizes[one] = total
        centres, sizes = np.delete(centres, other, axis=0), np.delete(sizes, other)
    if centres[:, 3].min() < 0.1:  # the empty ground is exactly empty
        centres[centres[:, 3].argmin()] = 0
    return centres.astype(np.float32)


def _settled(seen: Floats, labels: Labels, palette: Floats, calm: NDArray[np.bool_]) -> Labels:
    """A mixed pixel takes, of the colours that lie flat beside it, the nearest."""
    found = labels.copy()
    high, wide = labels.shape
    near = np.full((high, wide, len(palette)), False) if len(palette) <= 64 else None
    if near is None:
        return found
    padded_calm = np.pad(calm, 2)
    padded = np.pad(labels, 2, mode="edge")
    for dy in range(5):
        for dx in range(5):
            there, is_calm = padded[dy : dy + high, dx : dx + wide], padded_calm[dy : dy + high, dx : dx + wide]
            y, x = np.nonzero(is_calm & ~calm)
            near[y, x, there[y, x]] = True
    mixed = ~calm & near.any(axis=2)
    away = ((seen[mixed][:, None, :] - palette[None]) ** 2).sum(axis=2)
    away[~near[mixed]] += 0.02  # a colour of its own must be clearly its own
    found[mixed] = away.argmin(axis=1)
    return found


def _joined(labels: Labels, near: list[NDArray[np.bool_]]) -> Labels:
    """Pieces of `labels` that touch over a slope, not a step, become one label."""
    number = pieces(labels)
    pairs = [
        np.stack([number[:-1][near[0]], number[1:][near[0]]], axis=1),
        np.stack([number[:, :-1][near[1]], number[:, 1:][near[1]]], axis=1),
    ]
    borders: dict[tuple[int, int], int] = {}
    touching = np.concatenate([one[one[:, 0] != one[:, 1]] for one in pairs])
    if len(touching):
        different, counts = np.unique(np.sort(touching, axis=1), axis=0, return_counts=True)
        borders = {(int(a), int(b)): int(n) for (a, b), n in zip(different, counts, strict=True)}
    every = _borders(number)
    root = list(range(int(number.max()) + 1))

    def top(one: int) -> int:
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    for pair, count in borders.items():
        if count >= 0.6 * every[pair]:
            root[max(top(pair[0]), top(pair[1]))] = min(top(pair[0]), top(pair[1]))
    return np.array([top(one) for one in range(len(root))], np.int32)[number]


def _borders(number: Labels) -> dict[tuple[int, int], int]:
    """How many pixels long the border of each pair of neighbouring pieces is."""
    pairs = np.concatenate(
        [
            np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1),
            np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1),
        ]
    )
    pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
    if not len(pairs):
        return {}
    different, counts = np.unique(pairs, axis=0, return_counts=True)
    return {(int(a), int(b)): int(n) for (a, b), n in zip(different, counts, strict=True)}


def _means(seen: Floats, labels: Labels) -> Floats:
    sizes = np.maximum(np.bincount(labels.ravel()), 1)
    return np.stack([np.bincount(labels.ravel(), seen[..., at].ravel()) / sizes for at in range(4)], axis=1).astype(
        np.float32
    )


def _compact(labels: Labels, palette: Floats) -> tuple[Labels, Floats]:
    used, found = np.unique(labels, return_inverse=True)
    return found.reshape(labels.shape).astype(np.int32), palette[used]
