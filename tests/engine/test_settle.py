"""Settling: one look from noise, then a calm way. Held to a Gaussian, whose ideal denoiser is known."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.engine.samplers import noise
from maquette.engine.settle import settle, settle_sigmas

MEAN, SPREAD = 0.3, 0.4


def ideal(x: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """What is expected behind x where pictures are normal around MEAN."""
    s = sigma[:, None, None, None] ** 2
    return ((x * SPREAD**2 + MEAN * s) / (SPREAD**2 + s)).astype(np.float32)


def drawn(calm: float, steps: int = 8, count: int = 6) -> np.ndarray:
    seeds = list(range(count))
    sigmas = settle_sigmas(steps, 4.0)
    return settle(ideal, noise(seeds, (4, 16, 16)) * sigmas[0], sigmas, seeds=seeds, calm=calm)


def test_levels_fall_from_the_look_to_nothing() -> None:
    sigmas = settle_sigmas(8, 4.0)
    assert len(sigmas) == 9 and sigmas[0] == 4.0 and sigmas[-1] == 0.0
    assert (np.diff(sigmas) < 0).all()
    assert settle_sigmas(1, 4.0).tolist() == [4.0, 0.0]


def test_without_noise_the_mean_is_drawn() -> None:
    assert drawn(0.0).std() < 0.15 * SPREAD
    assert drawn(0.0).mean() == pytest.approx(MEAN, abs=0.02)


def test_the_calmer_the_nearer_to_the_mean() -> None:
    spreads = [float(drawn(calm).std()) for calm in (0.0, 0.4, 1.0)]
    assert spreads == sorted(spreads)
    assert spreads[-1] < SPREAD * 1.1


def test_a_picture_comes_out_the_same_alone_and_among_others() -> None:
    together = drawn(0.4, count=6)
    sigmas = settle_sigmas(8, 4.0)
    alone = settle(ideal, noise([3], (4, 16, 16)) * sigmas[0], sigmas, seeds=[3], calm=0.4)
    assert np.array_equal(together[3:4], alone)
