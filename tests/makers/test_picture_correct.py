"""Photos put right: what was spoilt by a known amount is measured and mended, what is sound is left alone."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from maquette.core.errors import UsageError
from maquette.makers.picture_correct import Corrections, before_after, correct, needed
from maquette.makers.picture_correct_light import ESTIMATORS, angle_between, balanced, lamp_of
from maquette.makers.picture_correct_noise import DEBLURS, blur_of, deblurred, denoised, noise_of
from maquette.makers.picture_correct_tilt import straightened, tilt_of
from maquette.makers.picture_style_filters import blur
from maquette.media import picture as p


@pytest.fixture(scope="module")
def facade():
    """Windows in a wall: upright and level lines, gray, black and some colours."""
    wall = np.full((150, 200, 3), 0.62, np.float32)
    dice = np.random.default_rng(2)
    for top in range(14, 140, 44):
        for left in range(12, 190, 36):
            shade = 0.12 + 0.1 * dice.random()
            wall[top : top + 26, left : left + 18] = shade + 0.03 * dice.normal(size=3)
            wall[top + 27 : top + 30, left - 2 : left + 20] = 0.93
    return blur(wall, 0.6)


def psnr(one, other):
    return -10 * np.log10(np.mean((one - other) ** 2))


def grainy(photo, sigma, seed=0):
    return np.clip(photo + np.random.default_rng(seed).normal(0, sigma / 255, photo.shape), 0, 1).astype(np.float32)


@pytest.mark.parametrize("sigma", [5, 20])
def test_noise_is_measured_and_most_of_it_goes(facade, sigma):
    spoilt = grainy(facade, sigma)
    found = noise_of(spoilt)
    assert 255 * found == pytest.approx(sigma, rel=0.25)
    assert psnr(denoised(spoilt, found), facade) > psnr(spoilt, facade) + 6
    half = denoised(spoilt, found, 0.5)
    assert psnr(spoilt, facade) < psnr(half, facade) < psnr(denoised(spoilt, found), facade)


@pytest.mark.parametrize("method", DEBLURS)
def test_blur_is_measured_and_undone_in_part(facade, method):
    spoilt = grainy(blur(facade, 2.0), 1)
    assert blur_of(spoilt) == pytest.approx(2.0, abs=0.5)
    assert psnr(deblurred(spoilt, 2.0, 1 / 255, method=method), facade) > psnr(spoilt, facade) + 1.5


@pytest.mark.parametrize("angle", [-5.0, 1.5, 7.0])
def test_a_leaning_photo_is_measured_and_set_upright(facade, angle):
    image = Image.fromarray(np.round(facade * 255).astype(np.uint8)).rotate(-angle, Image.Resampling.BICUBIC)
    leaning = np.asarray(image.crop((22, 18, 178, 132)), np.float32) / 255
    assert tilt_of(leaning).degrees == pytest.approx(angle, abs=0.3)
    asked = correct(p.from_floats(leaning), Corrections(straighten=1))
    again = p.floats(asked.picture)
    assert abs(tilt_of(again[..., :3]).degrees) < 0.4
    assert asked.picture.opaque and asked.crop is not None and asked.crop[2:] == asked.picture.size
    assert f"to {asked.crop[2]} x {asked.crop[3]}" in asked.done[0]


def test_turning_by_nothing_changes_nothing():
    values = np.random.default_rng(0).random((20, 30, 4), dtype=np.float32)
    turned, crop = straightened(values, 0.0)
    assert np.allclose(turned, values) and crop == (0, 0, 30, 20)


@pytest.mark.parametrize("way", list(ESTIMATORS))
def test_a_coloured_lamp_is_found_and_taken_away(facade, way):
    lamp = np.array((1.0, 0.8, 0.55))
    cast = p.coded(p.linear(facade) * lamp.astype(np.float32))
    found = lamp_of(cast, way)
    assert angle_between(found, lamp) < 3
    assert angle_between(lamp_of(balanced(cast, found, 1.0), way), np.ones(3)) < 1.5


def test_auto_finds_what_was_spoilt_says_why_and_leaves_the_rest(facade):
    sound, told = needed(p.from_floats(facade))
    assert sound == Corrections() and len(told) == 5 and all("left as it is" in line for line in told)
    noisy, told = needed(p.from_floats(grainy(facade, 8)))
    assert noisy == Corrections(denoise=1.0) and "to be corrected" in told[0]
    lit = p.coded(p.linear(facade) * np.array((0.2, 0.16, 0.1), np.float32))
    asked, _ = needed(p.from_floats(lit))
    assert asked.balance == asked.exposure == 1 and asked.denoise == asked.straighten == 0
    mended = p.floats(correct(p.from_floats(lit), asked).picture)[..., :3]
    assert psnr(mended, facade) > psnr(lit, facade) + 5


def test_alpha_and_depth_stay(facade):
    alpha = np.linspace(0, 1, facade.shape[1], dtype=np.float32)[None].repeat(len(facade), 0)
    photo = p.from_floats(np.dstack([facade, alpha]), depth=16)
    made = correct(photo, Corrections(denoise=1, balance=0.5, exposure=1, deblur=0.3)).picture
    assert made.depth == 16 and np.array_equal(made.pixels[..., 3], photo.pixels[..., 3])


def test_a_single_pixel_goes_through_everything():
    dot = p.from_floats(np.full((1, 1, 3), 0.4, np.float32))
    made = correct(dot, Corrections(1, 1, 1, 1, 1))
    assert made.picture.size == (1, 1)
    assert before_after(dot, made.picture).size[1] == 1


def test_strengths_and_names_outside_their_range_are_refused():
    with pytest.raises(UsageError, match="denoise runs from 0 to 1"):
        Corrections(denoise=2)
    with pytest.raises(UsageError, match="gray-word"):
        Corrections(balance_by="gray-word")
