"""From logits to tokens, for all rows of a batch at once, so that choosing costs little beside the net.

Every row draws its own uniform numbers from its own seed, and every operation here works along a row: what a row
chooses does not depend on who stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maquette.core.errors import MaquetteError, UsageError

NEVER = np.float32(-np.inf)
LEAST = np.finfo(np.float32).min  # below every number, above NEVER

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Sampling:
    """How tokens are chosen. The order: temperature, then min-p, then top-p, as transformers' `generate()` has it."""

    temperature: float = 1.0  # 0 takes the likeliest token
    top_p: float = (
        1.0  # the smallest set of likeliest tokens that holds this probability (Holtzman 2020, arXiv:1904.09751)
    )
    min_p: float = 0.0  # least probability, as a share of the likeliest token's (Nguyen 2024, arXiv:2407.01082)

    def __post_init__(self) -> None:
        for name, low, high in (("temperature", 0.0, 100.0), ("top_p", 1e-6, 1.0), ("min_p", 0.0, 1.0)):
            value = getattr(self, name)
            if not low <= value <= high:  # False for nan as well
                raise UsageError(f"{name} is {value}", mend=f"choose one from {low:g} to {high:g}")


def uniforms(seeds: Sequence[int], count: int) -> NDArray[np.float64]:
    """(n, count) numbers in [0, 1): row i from PCG64(seeds[i]) (O'Neill 2014), the same on every machine."""
    return np.stack([np.random.Generator(np.random.PCG64(seed)).random(count) for seed in seeds])


def bar(mask: NDArray[np.bool_]) -> Floats:
    """A mask as numbers to add to logits: 0 where True, else NEVER. (Adding is ten times as fast as selecting.)"""
    return np.where(mask, np.float32(0), NEVER)


def choose(
    logits: Floats, barred: Floats | None, dice: NDArray[np.float64], how: Sampling, guided: Floats | None = None
) -> tuple[NDArray[np.intp], Floats]:
    """Tokens (n,) and their log-probabilities (n,), in nats, under the masked model at temperature 1.

    logits (n, v); barred (n, v) from `bar`, 0 where a token may follow, else NEVER, or None; dice (n,) in [0, 1);
    guided (n, v): logits to choose by where they differ from the model's own (classifier-free guidance).
    """
    own = logits if barred is None else logits + barred
    top = own.max(axis=1, keepdims=True)
    if not (top > NEVER).all():  # False for nan as well
        raise MaquetteError("the grammar allows no token here, or the net gave no numbers", where="engine.sampling")
    shifted = own - top
    basis, ceiling = own, top
    if guided is not None:
        basis = guided if barred is None else guided + barred
        ceiling = basis.max(axis=1, keepdims=True)
    if how.temperature == 0:
        tokens = basis.argmax(axis=1)
    else:
        tokens = draw(*survivors(basis, ceiling, how), dice, how.top_p)
    gains: Floats = shifted[np.arange(len(tokens)), tokens] - np.log(np.exp(shifted, out=shifted).sum(axis=1))
    return tokens, gains


def survivors(basis: Floats, ceiling: Floats, how: Sampling) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """What masks and min-p leave, packed to the left in the order of ids: ids (n, k) and weights (n, k), 0 beyond.

    basis (n, v), its rows' maxima (n, 1). Most of v is out already here, so that sums and sorts work on little.
    """
    least = ceiling + np.float32(how.temperature * np.log(how.min_p)) if how.min_p > 0 else LEAST
    flat = np.flatnonzero(basis >= least)
    if len(basis) == 1:
        return flat[None], _weights(basis[0, flat] - ceiling[0], how)[None]
    rows, columns = np.divmod(flat, basis.shape[1])
    counts = np.bincount(rows, minlength=len(basis))
    starts = counts.cumsum() - counts
    slots = np.arange(len(rows)) - starts[rows]
    ids = np.zeros((len(basis), counts.max()), dtype=np.intp)
    weights = np.zeros(ids.shape, dtype=np.float64)
    ids[rows, slots] = columns
    weights[rows, slots] = _weights(basis.ravel()[flat] - ceiling[rows, 0], how)
    return ids, weights


def _weights(below: Floats, how: Sampling) -> NDArray[np.float64]:
    """exp(below / temperature), in fp64: an fp32 exponential may differ by a bit with its place in the array."""
    return np.asarray(np.exp(below.astype(np.float64) * (1 / how.temperature)))


def draw(
    ids: NDArray[np.intp], weights: NDArray[np.float64], dice: NDArray[np.float64], top_p: float = 1.0
) -> NDArray[np.intp]:
    """One id per row (n,), by the probabilities weights (n, k) / their sum: the running sum inverted at `dice`.

    Of all but the likeliest that hold `top_p` together the weights are set to zero first.
    """
    if top_p < 1:
        falling = -np.sort(-weights, axis=1)
        reached = falling.cumsum(axis=1)
        last = (reached < top_p * reached[:, -1:]).sum(axis=1)
        weights = np.where(weights >= falling[np.arange(len(ids)), last, None], weights, 0)
    reached = weights.cumsum(axis=1)
    chosen = (reached > (dice * reached[:, -1])[:, None]).argmax(axis=1)
    taken: NDArray[np.intp] = ids[np.arange(len(ids)), chosen]
    return taken


def log_softmax(logits: Floats) -> Floats:
    """Natural log-probabilities, along the last axis."""
    shifted: Floats = logits - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted
