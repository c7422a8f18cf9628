"""Regions of like colour: a few colours found, every pixel given one, and the connected pieces numbered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Labels = NDArray[np.int32]


def few_colours(values: Floats, count: int, seed: int, rounds: int = 8) -> Floats:
    """Up to `count` centres (k, d) of values (n, d): k-means from far-apart starts (Arthur & Vassilvitskii 2007)."""
    dice = np.random.default_rng(seed)
    sample = values[dice.choice(len(values), min(len(values), 6000), replace=False)].astype(np.float32)
    centres = sample[dice.integers(len(sample))][None]
    far = ((sample - centres[0]) ** 2).sum(axis=1)
    while len(centres) < count and far.max() > 1e-7:
        chance = far / far.sum()
        centres = np.concatenate([centres, sample[dice.choice(len(sample), p=chance / chance.sum())][None]])
        far = np.minimum(far, ((sample - centres[-1]) ** 2).sum(axis=1))
    for _ in range(rounds):
        own = nearest(sample, centres)
        sizes = np.maximum(np.bincount(own, minlength=len(centres)), 1)
        moved = np.stack(
            [np.bincount(own, sample[:, at], len(centres)) / sizes for at in range(sample.shape[1])], axis=1
        )
        filled = np.bincount(own, minlength=len(centres)) > 0
        centres = np.where(filled[:, None], moved, centres).astype(np.float32)
    return np.asarray(centres, np.float32)


def nearest(values: Floats, centres: Floats) -> Labels:
    """For each of values (n, d) the index of the nearest centre (k, d)."""
    found = np.empty(len(values), np.int32)
    for at in range(0, len(values), 200_000):
        part = values[at : at + 200_000]
        found[at : at + 200_000] = ((centres**2).sum(axis=1)[None, :] - 2 * part @ centres.T).argmin(axis=1)
    return found


def pieces(labels: Labels) -> Labels:
    """Connected pieces (4 neighbours) of equal label, numbered 0.. in reading order: (h, w)."""
    high, wide = labels.shape
    # Runs along rows first, then runs of neighbouring rows are joined until nothing changes.
    begins = np.ones((high, wide), bool)
    begins[:, 1:] = labels[:, 1:] != labels[:, :-1]
    run = (np.cumsum(begins.ravel()) - 1).reshape(high, wide)
    touching = labels[1:] == labels[:-1]
    pairs = np.stack([run[:-1][touching], run[1:][touching]], axis=1)
    # Pixels of one run above one run below say the same pair many times over, side by side.
    if len(pairs):
        pairs = pairs[np.append(True, (pairs[1:] != pairs[:-1]).any(axis=1))]
    root = np.arange(run.max() + 1)
    while len(pairs):
        low, up = root[pairs[:, 0]], root[pairs[:, 1]]
        apart = low != up
        if not apart.any():
            break
        pairs, low, up = pairs[apart], low[apart], up[apart]
        np.minimum.at(root, np.maximum(low, up), np.minimum(low, up))
        while True:
            jumped = root[root]
            if (jumped == root).all():
                break
            root = jumped
    order = np.cumsum(root == np.arange(len(root))) - 1
    return np.asarray(order[root][run], np.int32)


def without_small(labels: Labels, least: int, rounds: int = 6) -> Labels:
    """Pieces of fewer than `least` pixels take the label of what lies beside them."""
    found = labels.copy()
    for _ in range(rounds):
        number = pieces(found)
        small = np.bincount(number.ravel())[number] < least
        if not small.any():
            break
        filled = found.copy()
        open_ = small.copy()
        for shift, axis in ((1, 0), (-1, 0), (1, 1), (-1, 1)):
            beside, known = np.roll(found, shift, axis), np.roll(~small, shift, axis)
            edge = [slice(None), slice(None)]
            edge[axis] = slice(0, 1) if shift == 1 else slice(-1, None)
            known[tuple(edge)] = False
            take = open_ & known
            filled[take] = beside[take]
            open_ &= ~take
        if (filled == found).all():
            break
        found = filled
    return found
