"""An interpolated n-gram: the plain baseline that a net must beat, and the simplest thing that can draw.

Every order m predicts a token from the m - 1 before it and leans on the order below:

    p_m(w | u) = max(c(u w) - D(c), 0) / Z(u) + back(u) p_{m-1}(w | u'),     Z(u) = c(u) + a T(u) + s

with c the counts, T(u) the number of different tokens seen after u, u' the context without its oldest token, and
`back` whatever mass is left. p_0 is uniform over the vocabulary. One formula holds the classical family:
Witten-Bell (Bell, Witten & Cleary 1990; D = 0, a = 1, s = 0), interpolated Kneser-Ney (Kneser & Ney 1995; one D, lower
orders count different left neighbours instead of occurrences), its modified form (Chen & Goodman 1999; D of 1, 2 and 3
or more) and the strength s of Pitman-Yor models (Teh 2006). `tune` looks for the best member on held-out sequences.

The counts are a trie in arrays: an m-gram is the key `context * base + token`, where `context` is the row of its first
m - 1 tokens in the table of the order below. The keys of a table are sorted and different.
"""

from __future__ import annotations

import io
import lzma
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..core.errors import CheckpointError, UsageError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FORMAT = "ngram.v1"


class Grammar(Protocol):
    """What `sample` needs of an encoding's automaton."""

    done: bool

    def mask(self) -> NDArray[np.bool_]: ...

    def push(self, token: int) -> None: ...


@dataclass(frozen=True)
class Smoothing:
    """How the orders lean on one another; every tuple has one entry per order, from 1 up."""

    name: str
    discounts: tuple[tuple[float, float, float], ...]  # D for counts of 1, 2, 3 and more
    types: tuple[float, ...]  # a: how much every different successor adds to the mass handed down
    strength: tuple[float, ...]  # s: mass handed down by every context alike
    neighbours: bool = False  # lower orders count different left neighbours (Kneser-Ney)


def witten_bell(order: int) -> Smoothing:
    """Plain interpolated Witten-Bell."""
    return Smoothing("witten-bell", ((0.0, 0.0, 0.0),) * order, (1.0,) * order, (0.0,) * order)


@dataclass(frozen=True)
class Table:
    """All m-grams of one order: sorted keys (n,) and how often each was predicted (n,), 0 for pure contexts."""

    keys: Ints
    counts: Ints


class NGram:
    """Counts of all n-grams up to `order`, and a way of smoothing them.

    Made by `fit` or `load`. Tokens are integers in [0, vocabulary).
    """

    def __init__(self, vocabulary: int, tables: Sequence[Table], smoothing: Smoothing | None = None) -> None:
        self.vocabulary = vocabulary
        self.base = vocabulary + 1  # one more symbol fills the contexts before the first token
        self.tables = tuple(tables)
        self.order = len(tables)
        self._suffix, self._first = _links(self.tables, self.base)
        self.smooth(smoothing or kneser_ney(self, modified=False))

    # Fitting

    @classmethod
    def fit(
        cls,
        sequences: Sequence[NDArray[Any]],
        vocabulary: int,
        order: int = 5,
        *,
        start: int | Sequence[int] = 0,
        smoothing: Smoothing | None = None,
    ) -> NGram:
        """Count the n-grams of `sequences` (t,) of integers; `order` 5 is a context of four tokens.

        The first `start` tokens of a sequence (one number for all, or one each) are given: they are context and are
        never predicted. Smoothed by Kneser-Ney unless told otherwise. Raises UsageError for a token outside the
        vocabulary.
        """
        if order < 1:
            raise UsageError(f"an n-gram of order {order} is nothing", mend="give an order of 1 or more")
        tokens, depth, scored = _join(sequences, start, vocabulary, order)
        base = vocabulary + 1
        before = np.zeros(len(tokens), np.int64)  # the row of the context that ends just before each position
        tables = []
        for m in range(1, order + 1):
            there = depth >= m - 1
            keys, rows = _unique(before[there] * base + tokens[there])
            counts = np.bincount(rows, weights=scored[there], minlength=len(keys)).astype(np.int64)
            tables.append(Table(keys, counts))
            row = np.full(len(tokens), -1, np.int64)
            row[there] = rows
            before = np.roll(row, 1)  # position 0 of the whole is filling, and never deep enough to look
        return cls(vocabulary, tables, smoothing)

    def smooth(self, smoothing: Smoothing) -> NGram:
        """Set the smoothing, and weigh all n-grams by it. Returns self."""
        if len(smoothing.types) != self.order:
            raise UsageError(f"a smoothing of {len(smoothing.types)} orders for an n-gram of {self.order}")
        self.smoothing = smoothing
        counts = self._used_counts(smoothing.neighbours)
        weights = [self._weigh(m, counts[m], smoothing) for m in range(self.order)]
        self._own, self._back = [own for own, _ in weights], [back for _, back in weights]
        return self

    def _weigh(self, m: int, counts: Ints, smoothing: Smoothing) -> tuple[Floats, Floats]:
        contexts = len(self.tables[m - 1].keys) if m else 1
        context = self.tables[m].keys // self.base
        discount = np.array((0.0, *smoothing.discounts[m]))[np.minimum(counts, 3)]
        kept = np.maximum(counts - discount, 0.0)
        total = np.bincount(context, weights=counts, minlength=contexts)
        types = np.bincount(context, weights=counts > 0, minlength=contexts)
        mass = total + smoothing.types[m] * types + np.where(total > 0, smoothing.strength[m], 0.0)
        own = kept / np.where(mass > 0, mass, 1.0)[context]
        back = 1.0 - np.bincount(context, weights=own, minlength=contexts)
        return own, np.where(total > 0, np.maximum(back, 1e-12), 1.0)

    def _used_counts(self, neighbours: bool) -> list[Ints]:
        counts = [table.counts for table in self.tables]
        if not neighbours:
            return counts
        for m in range(self.order - 1):
            seen = self._suffix[m + 1][self.tables[m + 1].counts > 0]
            different = np.bincount(seen, minlength=len(counts[m]))
            # Nothing can stand left of a beginning, so that n-grams at the beginning keep their occurrences.
            counts[m] = np.where(self._first[m] == self.vocabulary, counts[m], different)
        return counts

    # Scoring

    def logprobs(self, sequence: NDArray[Any], start: int = 0) -> Floats:
        """Natural log p of sequence[start:] (t - start,), each token given those before it."""
        return self.logprobs_of([sequence], start)[0]

    def logprobs_of(self, sequences: Sequence[NDArray[Any]], start: int | Sequence[int] = 0) -> list[Floats]:
        """The same for many sequences at once; `start` is one number or one for each sequence."""
        found = self._find(sequences, start)
        logs = np.log(self._probability(found))
        return np.split(logs, np.cumsum(found.lengths)[:-1])

    def bits(self, sequences: Sequence[NDArray[Any]], start: int | Sequence[int] = 0) -> float:
        """Mean cost of a sequence in bits."""
        return self._cost(self._find(sequences, start))

    def _cost(self, found: _Found) -> float:
        return float(-np.log2(self._probability(found)).sum() / max(len(found.lengths), 1))

    def _find(self, sequences: Sequence[NDArray[Any]], start: int | Sequence[int]) -> _Found:
        tokens, depth, scored = _join(sequences, start, self.vocabulary, self.order)
        before = np.zeros(len(tokens), np.int64)
        contexts, rows = [], []
        for m, table in enumerate(self.tables):
            there = (depth >= m) & (before >= 0)
            row = np.full(len(tokens), -1, np.int64)
            row[there] = look_up(table.keys, before[there] * self.base + tokens[there])
            contexts.append(np.where(depth >= m, before, -1)[scored])
            rows.append(row[scored])
            before = np.roll(row, 1)
        starts = np.broadcast_to(np.asarray(start), (len(sequences),))
        lengths = np.array([max(len(s) - b, 0) for s, b in zip(sequences, starts, strict=True)], np.int64)
        return _Found(contexts, rows, lengths)

    def _probability(self, found: _Found) -> Floats:
        p: Floats = np.full(len(found.rows[0]), 1.0 / self.vocabulary)
        for own, back, context, row in zip(self._own, self._back, found.contexts, found.rows, strict=True):
            p = np.where(context >= 0, back[context], 1.0) * p + np.where(row >= 0, own[row], 0.0)
        return p

    # Drawing from it

    def distribution(self, context: Sequence[int]) -> Floats:
        """p (vocabulary,) of the next token; a context shorter than four tokens stands at the beginning."""
        filled = [self.vocabulary] * (self.order - 1) + [int(token) for token in context]
        p: Floats = np.full(self.base, 1.0 / self.vocabulary)
        for m, table in enumerate(self.tables):
            row = 0
            for depth, token in enumerate(filled[len(filled) - m :]):
                row = int(look_up(self.tables[depth].keys, np.array([row * self.base + token]))[0])
                if row < 0:
                    break
            if row < 0:  # then no longer context was seen either
                break
            low, high = np.searchsorted(table.keys, [row * self.base, (row + 1) * self.base])
            p *= self._back[m][row]
            p[table.keys[low:high] - row * self.base] += self._own[m][low:high]
        return p[: self.vocabulary]

    def sample(
        self,
        dice: np.random.Generator,
        grammar: Grammar,
        longest: int = 256,
        *,
        start: Sequence[int] = (),
        temperature: float = 1.0,
    ) -> Ints:
        """Draw tokens (t,) until the grammar is done or `longest` is reached; only legal tokens are ever drawn.

        `start` holds the tokens given before the first, as in `fit`.
        """
        tokens: list[int] = []
        past = [int(token) for token in start]
        while not grammar.done and len(tokens) < longest:
            p = np.where(grammar.mask()[: self.vocabulary], self.distribution(past[-self.order :]), 0.0)
            if temperature != 1.0:
                p = np.power(p, 1.0 / temperature, where=p > 0, out=np.zeros_like(p))
            ladder = np.cumsum(p)
            token = int(np.searchsorted(ladder, dice.random() * ladder[-1], side="right"))
            grammar.push(token)
            tokens.append(token)
            past.append(token)
        return np.array(tokens, np.int64)

    # Keeping it

    def pruned(self, least: Sequence[int]) -> NGram:
        """A smaller n-gram without those seen fewer than `least[m]` times at order m + 1 (0 keeps all)."""
        tables: list[Table] = []
        moved = np.zeros(1, np.int64)
        for m, table in enumerate(self.tables):
            context = moved[table.keys // self.base]
            leads = np.zeros(len(table.keys), bool)  # a context of order m + 2 stays while its filling leads there
            if m + 1 < self.order:
                followers = np.bincount(self.tables[m + 1].keys // self.base, minlength=len(leads))
                leads = (table.counts == 0) & (followers > 0)
            keep = (context >= 0) & ((table.counts >= max(least[m], 1)) | leads)
            tables.append(Table(context[keep] * self.base + (table.keys % self.base)[keep], table.counts[keep]))
            moved = np.where(keep, np.cumsum(keep) - 1, -1)
        return NGram(self.vocabulary, tables, self.smoothing)

    def save(self, path: Path) -> int:
        """Write the counts and the smoothing to `path` (.npz); returns its size in bytes."""
        contexts = [1] + [len(table.keys) for table in self.tables[:-1]]
        parts: dict[str, NDArray[Any]] = {"format": np.array(FORMAT), "vocabulary": np.array(self.vocabulary)}
        for m, (table, size) in enumerate(zip(self.tables, contexts, strict=True)):
            successors = np.bincount(table.keys // self.base, minlength=size)
            parts[f"{m}.successors"] = pack(successors)
            parts[f"{m}.tokens"] = pack(table.keys % self.base)
            parts[f"{m}.counts"] = pack(table.counts)
        way = self.smoothing
        for field in ("name", "discounts", "types", "strength", "neighbours"):
            parts[field] = np.array(getattr(way, field))
        whole = io.BytesIO()
        np.savez(whole, **parts)  # type: ignore[arg-type]
        fresh = path.with_name(path.name + ".part")
        fresh.write_bytes(whole.getvalue())
        os.replace(fresh, path)
        return len(whole.getvalue())

    @classmethod
    def load(cls, path: Path) -> NGram:
        """Read what `save` wrote. Raises CheckpointError for anything else."""
        with reading(path), np.load(path, allow_pickle=False) as file:
            if (form := str(file["format"])) != FORMAT:
                raise CheckpointError(f"an n-gram of format {form}", where=str(path), mend="update Maquette")
            vocabulary = int(file["vocabulary"])
            tables = [_read_table(file, m, vocabulary + 1) for m in range(len(file["types"]))]
            smoothing = Smoothing(
                str(file["name"]),
                tuple((float(a), float(b), float(c)) for a, b, c in file["discounts"]),
                tuple(map(float, file["types"])),
                tuple(map(float, file["strength"])),
                bool(file["neighbours"]),
            )
        return cls(vocabulary, tables, smoothing)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Inside the `with`, whatever is wrong with an n-gram's file is told as CheckpointError."""
    try:
        yield
    except (OSError, ValueError, KeyError, EOFError, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise CheckpointError(
            "this file holds no n-gram", where=f"{path}: {error}", mend="fit it again, or take it from a fresh copy"
        ) from error


@dataclass(frozen=True)
class _Found:
    """Where the predicted tokens of some sequences stand in the tables: one array (n,) per order, -1 for unseen."""

    contexts: list[Ints]
    rows: list[Ints]
    lengths: Ints  # predicted tokens of each sequence


def kneser_ney(counts: NGram, *, modified: bool = True) -> Smoothing:
    """Kneser-Ney with the discounts of Chen & Goodman 1999 (equation 26) from the counts of counts."""
    discounts = []
    for used in counts._used_counts(True):
        n1, n2, n3, n4 = (max(int(np.sum(used == n)), 1) for n in (1, 2, 3, 4))
        y = n1 / (n1 + 2 * n2)
        three = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3) if modified else (y, y, y)
        discounts.append(tuple(min(max(d, 0.0), float(c)) for c, d in enumerate(three, 1)))
    zeros = (0.0,) * counts.order
    name = "modified-kneser-ney" if modified else "kneser-ney"
    return Smoothing(name, tuple(discounts), zeros, zeros, neighbours=True)  # type: ignore[arg-type]


def tune(
    counts: NGram,
    held_out: Sequence[NDArray[Any]],
    start: int | Sequence[int] = 0,
    *,
    begin: Smoothing | None = None,
    rounds: int = 3,
    on_better: Callable[[float, Smoothing], None] | None = None,
) -> Smoothing:
    """The smoothing that gives `held_out` the fewest bits, by coordinate descent from `begin`.

    `held_out` must be no part of what was counted, and is not the set on which the result is reported.
    """
    found = counts._find(held_out, start)
    way = begin or kneser_ney(counts, modified=False)
    best = counts.smooth(way)._cost(found)
    used = counts._used_counts(way.neighbours)
    step = 1.0
    for _ in range(rounds):
        for m in range(counts.order):
            for candidate in _neighbours_of(way, m, step):
                before = counts._own[m], counts._back[m]
                counts._own[m], counts._back[m] = counts._weigh(m, used[m], candidate)
                bits = counts._cost(found)
                if bits < best - 1e-4:
                    best, way = bits, candidate
                    if on_better:
                        on_better(best, way)
                else:
                    counts._own[m], counts._back[m] = before
        step /= 2
    way = replace(way, name="tuned" if not way.neighbours else "tuned-kneser-ney")
    counts.smooth(way)
    return way


def _neighbours_of(way: Smoothing, m: int, step: float) -> list[Smoothing]:
    """Smoothings that differ from `way` in one number of order m."""
    found = []
    for c in range(3):
        for change in (-0.4 * step, 0.4 * step):
            new = list(way.discounts[m])
            new[c] = min(max(new[c] + change, 0.0), 0.98 * (c + 1))
            found.append(replace(way, discounts=_with(way.discounts, m, tuple(new))))
    for change in (-0.4 * step, 0.4 * step):
        found.append(replace(way, types=_with(way.types, m, max(way.types[m] + change, 0.0))))
    for change in (-2.0 * step, 2.0 * step):
        found.append(replace(way, strength=_with(way.strength, m, max(way.strength[m] + change, 0.0))))
    return found


def _with(values: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    return (*values[:index], value, *values[index + 1 :])


def _join(
    sequences: Sequence[NDArray[Any]], start: int | Sequence[int], vocabulary: int, order: int
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """All sequences in one row, each after `order` - 1 filling symbols: tokens, depth in the sequence, predicted?"""
    starts = np.broadcast_to(np.asarray(start), (len(sequences),))
    pad = order - 1
    lengths = np.array([len(s) + pad for s in sequences], np.int64)
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    depth = np.arange(total) - np.repeat(ends - lengths, lengths)
    tokens = np.full(total, vocabulary, np.int64)
    if total:
        tokens[depth >= pad] = np.concatenate([np.asarray(s, np.int64) for s in sequences])
    real = tokens[depth >= pad]
    if len(real) and (real.min() < 0 or real.max() >= vocabulary):
        raise UsageError(f"tokens run from {real.min()} to {real.max()}, the vocabulary from 0 to {vocabulary - 1}")
    return tokens, depth, depth >= pad + np.repeat(starts, lengths)


def _unique(keys: Ints) -> tuple[Ints, Ints]:
    found, rows = np.unique(keys, return_inverse=True)
    return found, rows.reshape(-1)


def look_up(keys: Ints, wanted: Ints) -> Ints:
    """The row of each wanted key in sorted `keys`, -1 where it is not there."""
    if not len(keys):
        return np.full(len(wanted), -1, np.int64)
    row = np.searchsorted(keys, wanted)
    row[row == len(keys)] = 0
    return np.where(keys[row] == wanted, row, -1)


def _links(tables: Sequence[Table], base: int) -> tuple[list[Ints], list[Ints]]:
    """For every n-gram the row of its suffix in the order below, and its first token."""
    suffix = [np.zeros(len(tables[0].keys), np.int64)]
    first = [tables[0].keys]
    for m in range(1, len(tables)):
        context, token = np.divmod(tables[m].keys, base)
        below = suffix[m - 1][context] if m > 1 else np.zeros(len(context), np.int64)
        suffix.append(look_up(tables[m - 1].keys, below * base + token))
        first.append(first[m - 1][context])
    return suffix, first


def pack(values: Ints) -> NDArray[np.uint8]:
    """Small integers, squeezed: the low bytes apart from the high ones, then LZMA."""
    wide = np.ascontiguousarray(values.astype("<u4")).view(np.uint8).reshape(-1, 4)
    return np.frombuffer(lzma.compress(wide.T.tobytes(), preset=6), np.uint8)


def unpack(packed: NDArray[np.uint8]) -> Ints:
    """What `pack` squeezed."""
    planes = np.frombuffer(lzma.decompress(packed.tobytes()), np.uint8).reshape(4, -1)
    return np.ascontiguousarray(planes.T).view("<u4").reshape(-1).astype(np.int64)


def _read_table(file: Any, m: int, base: int) -> Table:
    successors = unpack(file[f"{m}.successors"])
    keys = np.repeat(np.arange(len(successors)), successors) * base + unpack(file[f"{m}.tokens"])
    return Table(keys, unpack(file[f"{m}.counts"]))
