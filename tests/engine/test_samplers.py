"""What makers rely on: samplers end where the mathematics says, whatever stands beside a picture in its batch.

The net of these tests is exact: the expected picture behind noise is known in closed form where pictures are normally
distributed, and so is the end of the flow.
"""

from __future__ import annotations

import numpy as np
import pytest

from maquette.core.errors import UsageError
from maquette.engine.samplers import (
    SAMPLERS,
    consistency,
    dpmpp_2m,
    euler,
    guided,
    heun,
    inpainting,
    karras_sigmas,
    noise,
    rolling,
    slerp,
    strength_sigmas,
)

MEAN, SPREAD = 0.3, 0.5
SHAPE = (4, 8, 8)


def exact(mean=MEAN, spread=SPREAD):
    """The ideal net of pictures whose every pixel is normal (mean, spread)."""

    def denoise(x, sigma):
        level = sigma[:, None, None, None] ** 2
        return ((spread**2 * x + level * mean) / (spread**2 + level)).astype(np.float32)

    return denoise


def jumping(x, sigma):
    """The exact consistency function of the same pictures: the end of the flow in one look."""
    level = sigma[:, None, None, None] ** 2
    return (MEAN + (x - MEAN) * SPREAD / np.sqrt(SPREAD**2 + level)).astype(np.float32)


def end_of_flow(start, sigma_max, mean=MEAN, spread=SPREAD):
    return mean + (start - mean) * spread / np.sqrt(spread**2 + sigma_max**2)


def error_of(sampler, steps):
    sigmas = karras_sigmas(steps)
    start = noise([1, 2], SHAPE) * sigmas[0]
    got = sampler(exact(), start.astype(np.float32), sigmas)
    return float(np.abs(got - end_of_flow(start, 80.0)).max())


@pytest.mark.parametrize(("sampler", "order"), [(euler, 1), (heun, 2), (dpmpp_2m, 2)])
def test_twice_the_steps_come_nearer_by_the_order_of_the_method(sampler, order):
    coarse, fine = error_of(sampler, 24), error_of(sampler, 48)
    assert fine < 0.1 and coarse / fine > 2 ** (order - 0.35)


def test_the_better_methods_need_fewer_looks():
    assert error_of(dpmpp_2m, 20) < 0.4 * error_of(euler, 20)


def test_many_pictures_are_spread_as_the_net_has_learnt():
    sigmas = karras_sigmas(24)
    got = dpmpp_2m(exact(), noise(range(64), SHAPE) * sigmas[0], sigmas)
    assert got.mean() == pytest.approx(MEAN, abs=0.02) and got.std() == pytest.approx(SPREAD, abs=0.02)


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_a_net_that_jumps_needs_few_steps_and_keeps_the_spread(steps):
    sigmas = karras_sigmas(steps, sigma_min=0.5)
    got = consistency(jumping, noise(range(64), SHAPE) * sigmas[0], sigmas, seeds=range(64))
    assert got.mean() == pytest.approx(MEAN, abs=0.02) and got.std() == pytest.approx(SPREAD, abs=0.02)


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_picture_is_the_same_alone_and_among_twelve(name):
    sigmas, seeds = karras_sigmas(7), list(range(40, 52))
    many = SAMPLERS[name](exact(), noise(seeds, SHAPE) * sigmas[0], sigmas)
    for place in (0, 7, 11):
        alone = SAMPLERS[name](exact(), noise([seeds[place]], SHAPE) * sigmas[0], sigmas)
        assert np.array_equal(alone[0], many[place])


def test_fresh_noise_between_few_steps_belongs_to_the_picture_and_not_to_its_place():
    sigmas = karras_sigmas(3)
    many = consistency(jumping, noise([5, 6], SHAPE) * sigmas[0], sigmas, seeds=[5, 6])
    alone = consistency(jumping, noise([6], SHAPE) * sigmas[0], sigmas, seeds=[6])
    assert np.array_equal(alone[0], many[1])


def test_guidance_moves_the_mean_by_its_scale_and_only_within_its_interval():
    sigmas = karras_sigmas(32)
    start = noise(range(32), SHAPE) * sigmas[0]
    pushed = dpmpp_2m(guided(exact(0.3), exact(0.1), 3.0), start, sigmas)
    assert pushed.mean() == pytest.approx(0.1 + 3 * (0.3 - 0.1), abs=0.02)
    asked = []

    def plain(x, sigma):
        asked.append(float(sigma[0]))
        return exact(0.1)(x, sigma)

    euler(guided(exact(), plain, 3.0, (0.3, 2.0)), start, sigmas)
    assert asked and min(asked) >= 0.3 and max(asked) <= 2.0
    asked.clear()
    euler(guided(exact(), plain, 1.0), start, sigmas)
    assert not asked  # a scale of 1 costs nothing


@pytest.mark.parametrize("name", SAMPLERS)
def test_what_is_known_stays_and_the_rest_is_drawn_to_fit(name):
    known = noise([3], SHAPE) * np.float32(0.2)
    mask = np.zeros((1, 1, 8, 8), np.float32)
    mask[..., 4:] = 1
    sigmas, start = karras_sigmas(12), noise([9], SHAPE)
    drawn = SAMPLERS[name](inpainting(together, known, mask, start), start * sigmas[0], sigmas)
    np.testing.assert_allclose(drawn[..., :4], known[..., :4], atol=1e-5)
    # This net knows only flat pictures: the new half takes the level of the old one.
    assert drawn[..., 4:].mean() == pytest.approx(float(known[..., :4].mean()), abs=0.15)


def together(x, sigma):
    """The ideal net of pictures that are of one value all over, normal (0, 1)."""
    level = sigma[:, None, None, None] ** 2
    pixels = x[0].size
    told = x.mean(axis=(1, 2, 3), keepdims=True) * pixels / (pixels + level)
    return np.broadcast_to(told, x.shape).astype(np.float32)


def test_a_strength_begins_part_of_the_way_and_full_strength_at_the_start():
    whole, half = strength_sigmas(20, 1.0), strength_sigmas(20, 0.5)
    assert whole[0] == pytest.approx(80, rel=1e-4) and len(whole) == 21
    assert 0.5 < half[0] < 10 and len(half) == 11 and half[-1] == 0
    assert (np.diff(half) < 0).all()
    for wrong in (0, 1.5, -1):
        with pytest.raises(UsageError):
            strength_sigmas(20, wrong)


def test_between_two_noises_the_noise_stays_as_loud():
    a, b = noise([1], SHAPE), noise([2], SHAPE)
    assert np.abs(slerp(a, b, 0.0) - a).max() < 1e-5 and np.abs(slerp(a, b, 1.0) - b).max() < 1e-5
    middle = slerp(a, b, 0.5)
    assert middle.std() == pytest.approx(1, abs=0.05) and (0.5 * (a + b)).std() < 0.8
    assert np.abs(slerp(a, a, 0.3) - a).max() < 1e-5


def test_a_picture_that_tiles_has_no_place_at_the_border():
    """A net that spoils its border row leaves one dark row; turned over, the spoilt rows share the whole height."""

    def bordered(x, sigma):
        clean = exact()(x, sigma)
        clean[:, :, 0] -= 1
        return clean

    sigmas = karras_sigmas(64)
    start = noise([4], (1, 16, 16)) * sigmas[0]
    seam = euler(bordered, start, sigmas).mean((0, 1, 3))
    spread = euler(rolling(lambda down, right: bordered, 1), start, sigmas).mean((0, 1, 3))
    plain = euler(exact(), start, sigmas).mean((0, 1, 3))
    assert (plain - seam)[0] > 4 * (plain - spread).max()


def test_schedules_that_cannot_be_are_refused():
    for wrong in ({"steps": 0}, {"steps": 5, "sigma_min": 0}, {"steps": 5, "sigma_min": 90}):
        with pytest.raises(UsageError):
            karras_sigmas(**wrong)
    assert karras_sigmas(1)[0] == pytest.approx(80) and list(karras_sigmas(1))[1] == 0


def test_every_step_is_told_with_the_picture_expected_then():
    seen = []
    sigmas = karras_sigmas(5)
    heun(exact(), noise([1], SHAPE) * sigmas[0], sigmas, on_step=lambda done, of, clean: seen.append((done, of, clean)))
    assert [(done, of) for done, of, _ in seen] == [(n, 5) for n in range(1, 6)]
    assert seen[-1][2].shape == (1, *SHAPE)
