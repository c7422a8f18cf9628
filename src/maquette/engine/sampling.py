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

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


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


def choose(
    logits: Floats, legal: Bools | None, dice: NDArray[np.float64], how: Sampling, guided: Floats | None = None
) -> tuple[NDArray[np.intp], Floats]:
    """Tokens (n,) and their log-probabilities (n,), in nats, under the masked model at temperature 1.

    logits (n, v); legal (n, v), True where a token may follow, None where all may; dice (n,) in [0, 1);
    guided (n, v): logits to choose by where they differ from the model's own (classifier-free guidance).
    """
    own = logits if legal is None else np.where(legal, logits, -np.inf)
    top = own.max(axis=1, keepdims=True)
    if not np.isfinite(top).all():
        raise MaquetteError("the grammar allows no token here, or the net gave no numbers", where="engine.sampling")
    weights = np.exp(own - top)
    total = weights.sum(axis=1)
    basis = own
    if guided is not None:
        basis = guided if legal is None else np.where(legal, guided, -np.inf)
    if how.temperature == 0:
        tokens = basis.argmax(axis=1)
    else:
        if guided is not None or how.temperature != 1:
            heated = basis - basis.max(axis=1, keepdims=True)
            heated *= np.float32(1 / how.temperature)
            weights = np.exp(heated, out=heated)
        tokens = draw(narrowed(weights, how), dice)
    rows = np.arange(len(tokens))
    return tokens, own[rows, tokens] - top[:, 0] - np.log(total)


def narrowed(weights: Floats, how: Sampling) -> Floats:
    """Set to zero what min-p and top-p leave out; weights (n, v), the largest of each row 1, not yet normalised."""
    if how.min_p > 0:
        weights = np.where(weights >= np.float32(how.min_p), weights, np.float32(0))
    if how.top_p < 1:
        falling = -np.sort(-weights, axis=1)
        reached = falling.cumsum(axis=1, dtype=np.float64)
        last = (reached < how.top_p * reached[:, -1:]).sum(axis=1, keepdims=True)
        weights = np.where(weights >= np.take_along_axis(falling, last, axis=1), weights, np.float32(0))
    return weights


def draw(weights: Floats, dice: NDArray[np.float64]) -> NDArray[np.intp]:
    """One token per row (n,), by the probabilities weights (n, v) / their sum: the running sum inverted at `dice`."""
    reached = weights.cumsum(axis=1, dtype=np.float64)
    chosen: NDArray[np.intp] = (reached > (dice * reached[:, -1])[:, None]).argmax(axis=1)
    return chosen


def log_softmax(logits: Floats) -> Floats:
    """Natural log-probabilities, along the last axis."""
    shifted: Floats = logits - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted
