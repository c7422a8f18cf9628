"""For small nets: one look from noise, then a short calm way, so that what is unsure is smoothed instead of guessed.

A diffusion net that has seen little is right on average and wrong in detail. From noise in which only the sketch is
seen its one look gives the mean of what may come; from there the way goes on with less noise than the level says, which
draws towards the likelier pictures (low-temperature sampling: Ho et al. 2020, arXiv:2006.11239, choose the smaller of
two spreads for the same reason; Dhariwal & Nichol 2021, arXiv:2105.05233, appendix, on noise below one).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .samplers import Denoise, Floats, OnStep, _further, dpmpp_2m, karras_sigmas, noise

FROM = 0.7  # noise level at which the calm way begins
CALM = 0.4  # how much of that noise is really put on


def settle_sigmas(steps: int, highest: float, lowest: float = 0.03, start: float = FROM) -> Floats:
    """(steps + 1,): the level of the one look, then a schedule from `start` down to 0. One step is the look alone."""
    if steps < 2:
        return np.asarray([highest, 0.0], np.float32)
    way = karras_sigmas(steps - 1, lowest, min(start, highest * 0.9), 4.0)
    return np.concatenate([[highest], way]).astype(np.float32)


def settle(
    denoise: Denoise,
    x: Floats,
    sigmas: Floats,
    *,
    on_step: OnStep | None = None,
    seeds: Sequence[int] = (),
    calm: float = CALM,
) -> Floats:
    """x (n, c, h, w) at noise level sigmas[0] -> pictures. `seeds` of the noise that is put on after the first look."""
    first = denoise(x, np.full(len(x), sigmas[0], np.float32))
    steps = len(sigmas) - 1
    if on_step is not None:
        on_step(1, steps, first)
    if steps < 2:
        return first
    fresh = noise([_further(seed, 0) for seed in seeds], x.shape[1:]) if seeds else (x - first) / sigmas[0]
    begun = first + np.float32(float(sigmas[1]) * calm) * fresh

    def told(done: int, of: int, clean: Floats) -> None:
        if on_step is not None:
            on_step(done + 1, of + 1, clean)

    return dpmpp_2m(denoise, np.ascontiguousarray(begun, np.float32), sigmas[1:], on_step=told)
