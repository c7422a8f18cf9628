"""The best n-gram on a set of sequences, and the same small enough to travel.

A whole n-gram is counts and a way of smoothing (`engine.ngram`); of a small one the weights are kept instead,

    p_m(w | u) = own(u w) + back(u) p_{m-1}(w | u'),     back(u) = 1 - sum of own(u w) over what is kept,

one byte each on a scale of logarithms, for those n-grams that say most beyond what their shorter forms say (after
Stolcke 1998, arXiv:cs/0006025: count times the logarithm of what is gained). Whatever is left out, the probabilities
still sum to one.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .ngram import NGram, Smoothing, Table, pack, reading, tune, unpack, witten_bell
from .ngram import kneser_ney as smoothed

FORMAT = "ngram.v2"
STEPS = 63  # of a weight, from LEAST to 1: a fifth more each
LEAST = 1e-5
MOST = 0.999  # that the weights of a context may hold
BYTES = 1.4  # that an n-gram takes in a file, about

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class SmallNGram(NGram):
    """An n-gram of weights; made by `small` or `load`. It predicts as any other, and can be smoothed no further."""

    def __init__(self, vocabulary: int, keys: Sequence[Ints], weights: Sequence[NDArray[np.uint8]]) -> None:
        self.vocabulary, self.base, self.order = vocabulary, vocabulary + 1, len(keys)
        self.tables = tuple(Table(one, np.zeros(0, np.int64)) for one in keys)
        self.smoothing = witten_bell(self.order)
        self.weights = tuple(weights)
        self._own, self._back = [], []
        for m, (one, packed) in enumerate(zip(keys, weights, strict=True)):
            own, context = _from_bytes(packed), one // self.base
            told = np.bincount(context, weights=own, minlength=len(keys[m - 1]) if m else 1)
            fits = MOST / np.maximum(told, MOST)  # rounding may have given away more than there is
            self._own.append(own * fits[context])
            self._back.append(1.0 - told * fits)

    def smooth(self, smoothing: Smoothing) -> NGram:
        """It stays as it is."""
        return self

    def save(self, path: Path) -> int:
        """Write it to `path` (.npz); returns its size in bytes."""
        parts: dict[str, NDArray[Any]] = {"format": np.array(FORMAT), "vocabulary": np.array(self.vocabulary)}
        parts["order"] = np.array(self.order)
        contexts = [1, *(len(table.keys) for table in self.tables[:-1])]
        for m, (table, size, weights) in enumerate(zip(self.tables, contexts, self.weights, strict=True)):
            parts[f"{m}.successors"] = pack(np.bincount(table.keys // self.base, minlength=size))
            parts[f"{m}.tokens"] = pack(table.keys % self.base)
            parts[f"{m}.weights"] = pack(weights.astype(np.int64))
        whole = io.BytesIO()
        np.savez(whole, **parts)  # type: ignore[arg-type]
        fresh = path.with_name(path.name + ".part")
        fresh.write_bytes(whole.getvalue())
        os.replace(fresh, path)
        return len(whole.getvalue())


def load(path: Path) -> NGram:
    """Read an n-gram of either kind. Raises CheckpointError for anything else."""
    with reading(path), np.load(path, allow_pickle=False) as file:
        if str(file["format"]) == FORMAT:
            vocabulary, order = int(file["vocabulary"]), int(file["order"])
            keys, weights = [], []
            for m in range(order):
                successors = unpack(file[f"{m}.successors"])
                context = np.repeat(np.arange(len(successors)), successors)
                keys.append(context * (vocabulary + 1) + unpack(file[f"{m}.tokens"]))
                weights.append(unpack(file[f"{m}.weights"]).astype(np.uint8))
            return SmallNGram(vocabulary, keys, weights)
    return NGram.load(path)


def best_of(
    sequences: Sequence[NDArray[Any]],
    aside: Sequence[NDArray[Any]],
    vocabulary: int,
    orders: Sequence[int],
    *,
    start: int = 0,
) -> NGram:
    """The n-gram of that one of `orders` that foretells `aside` best, each with its own tuned smoothing.

    `aside` is no part of `sequences`. All are cut from one count of the longest.
    """
    longest = NGram.fit(sequences, vocabulary, max(orders), start=start)
    best, least = longest, np.inf
    for order in sorted(orders):
        one = NGram(vocabulary, longest.tables[:order]) if order < longest.order else longest
        tune(one, aside, start, begin=smoothed(one), rounds=2)
        bits = one.bits(aside, start)
        if bits < least:
            best, least = one, bits
    return best


def small(whole: NGram, largest: int) -> SmallNGram:
    """The n-gram of at most about `largest` bytes that is nearest to `whole`."""
    gains = _gains(whole)
    every = np.sort(np.concatenate(gains[1:])) if whole.order > 1 else np.zeros(0)
    low, high = 0, len(every)  # how many are left out: the n-grams that longer ones stand on are kept with these
    while low < high:
        middle = (low + high) // 2
        kept = _kept(whole, gains, every[middle])
        if sum(int(one.sum()) for one in kept) * BYTES > largest:
            low = middle + 1
        else:
            high = middle
    kept = _kept(whole, gains, every[low] if low < len(every) else np.inf)
    keys, weights = [], []
    moved = np.zeros(1, np.int64)
    for m, table in enumerate(whole.tables):
        mine = table.keys[kept[m]]
        keys.append(moved[mine // whole.base] * whole.base + mine % whole.base)
        weights.append(_as_bytes(whole._own[m][kept[m]]))
        moved = np.where(kept[m], np.cumsum(kept[m]) - 1, -1)
    return SmallNGram(whole.vocabulary, keys, weights)


def _kept(whole: NGram, gains: Sequence[Floats], least: float) -> list[NDArray[np.bool_]]:
    """Which n-grams of each order gain at least so much, or lead to one that does."""
    kept: list[NDArray[np.bool_]] = [np.ones(len(gains[0]), bool)] * whole.order
    needed = np.zeros(len(gains[-1]), bool)
    for m in range(whole.order - 1, 0, -1):
        kept[m] = needed | (gains[m] >= least)
        needed = np.zeros(len(gains[m - 1]), bool)
        needed[whole.tables[m].keys[kept[m]] // whole.base] = True
    return kept


def _gains(whole: NGram) -> list[Floats]:
    """For every n-gram of every order: occurrences times the nats that it foretells its last token better by."""
    gains: list[Floats] = []
    told: Floats = np.full(1, 1.0 / whole.vocabulary)  # p of the order below, by its rows
    for m, table in enumerate(whole.tables):
        suffix = whole._suffix[m]  # the row of the same n-gram without its oldest token
        low = np.where(suffix >= 0, told[np.maximum(suffix, 0)], 1.0 / whole.vocabulary)
        below = whole._back[m][table.keys // whole.base] * low
        told = whole._own[m] + below
        gains.append(np.asarray(table.counts * np.log(told / np.maximum(below, 1e-12)), dtype=np.float64))
    return gains


def _as_bytes(own: Floats) -> NDArray[np.uint8]:
    """Weights in (0, 1) on a scale of logarithms."""
    steps = np.rint((1 - np.log(np.maximum(own, LEAST)) / np.log(LEAST)) * STEPS)
    return np.asarray(np.clip(steps, 0, STEPS), dtype=np.uint8)


def _from_bytes(weights: NDArray[np.uint8]) -> Floats:
    """Weights again; the lowest step is nothing."""
    own = np.exp((1 - weights.astype(np.float64) / STEPS) * np.log(LEAST))
    return np.where(weights == 0, 0.0, own)
