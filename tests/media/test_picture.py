"""Pictures as arrays: alpha, depth, the arithmetic of sRGB, masks, and what fits into memory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.core.errors import MediaError, UsageError
from maquette.media import picture as p
from maquette.media import picture_layers, picture_size
from pixels import noise


@pytest.mark.parametrize("deep", [False, True])
def test_pixels_survive_the_way_to_floats_and_back(deep):
    picture = p.Picture(noise(30, 20, deep=deep), title="a cat")
    again = p.from_floats(p.floats(picture), like=picture)
    assert np.array_equal(again.pixels, picture.pixels)
    assert (again.title, again.depth, again.size) == ("a cat", 16 if deep else 8, (20, 30))


@pytest.mark.parametrize(
    "pixels", [np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4, 4), np.float32), np.zeros((0, 4, 4), np.uint8)]
)
def test_pixels_of_another_form_are_refused_and_told_what_they_are(pixels):
    with pytest.raises(MediaError, match=str(pixels.dtype)):
        p.Picture(pixels)


def test_a_picture_cannot_be_changed_behind_its_back_and_its_array_stays_the_callers():
    mine = noise(4, 4)
    picture = p.Picture(mine)
    with pytest.raises(ValueError, match="read-only"):
        picture.pixels[0, 0] = 0
    mine[0, 0] = 0


def test_values_that_are_not_numbers_are_refused():
    with pytest.raises(MediaError, match="not numbers"):
        p.from_floats(np.full((2, 2, 3), np.nan))


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_light_oklab_and_alpha_come_back(seed):
    rgb = np.random.default_rng(seed).random((9, 7, 3), np.float32)
    assert np.abs(p.coded(p.linear(rgb)) - rgb).max() < 1e-5
    assert np.abs(p.from_oklab(p.oklab(rgb)) - rgb).max() < 1e-4
    rgba = np.dstack([rgb, 0.1 + 0.9 * rgb[..., :1]])
    assert np.abs(p.straight(p.premultiplied(rgba)) - rgba).max() < 1e-5


def test_white_is_one_in_every_space_and_light_of_middle_gray_is_a_fifth():
    assert np.allclose(p.oklab(np.ones(3)), [1, 0, 0], atol=1e-5)
    assert float(p.luminance(np.ones(3))) == pytest.approx(1, abs=1e-6)
    assert float(p.luminance(np.full(3, 0.5))) == pytest.approx(0.2140, abs=1e-4)


def test_a_smaller_copy_has_the_same_mean_and_the_same_size_the_very_same_values():
    values = np.random.default_rng(0).random((64, 48, 2), np.float32)
    small = p.resized(values, 12, 16)
    assert small.shape == (16, 12, 2)
    assert np.allclose(small.mean((0, 1)), values.mean((0, 1)), atol=0.01)
    assert np.array_equal(p.resized(values, 48, 64), values)
    assert p.resized(values[..., 0], 5, 5).shape == (5, 5)
    with pytest.raises(UsageError):
        p.resized(values, 0, 4)


def test_a_mask_is_white_where_something_is_chosen_and_transparent_places_are_not():
    pixels = np.zeros((4, 6, 4), np.uint8)
    pixels[:, :3] = 255
    pixels[0, 0, 3] = 0
    mask = p.mask_of(p.Picture(pixels), (6, 4))
    assert mask.shape == (4, 6) and mask.dtype == np.float32
    assert mask[1, 0] == 1 and mask[0, 0] == 0 and mask[:, 3:].max() == 0


def test_a_mask_of_another_size_or_one_that_chooses_nothing_is_refused():
    white = p.Picture(np.full((4, 6, 4), 255, np.uint8))
    with pytest.raises(MediaError, match="6 x 4 pixels, the picture 8 x 8"):
        p.mask_of(white, (8, 8))
    black = np.zeros((4, 6, 4), np.uint8)
    black[..., 3] = 255
    with pytest.raises(MediaError, match="chooses nothing"):
        p.mask_of(p.Picture(black), (6, 4))


def test_a_layer_named_mask_is_the_mask_of_a_picture_in_layers(tmp_path):
    chosen = np.zeros((8, 8), np.float32)
    chosen[2:5, 1:4] = 1
    base = p.Layer("ground", noise(8, 8))
    picture = p.Picture(base.pixels, layers=(base, picture_layers.mask_layer(chosen)))
    (tmp_path / "work.ora").write_bytes(picture_layers.to_ora(picture))
    assert np.allclose(p.mask_of(tmp_path / "work.ora", (8, 8)), chosen, atol=1e-4)


def test_what_does_not_fit_is_refused_before_memory_is_asked_for_and_told_what_would(monkeypatch):
    monkeypatch.setattr(picture_size, "free_bytes", lambda: 1_000_000_000)
    picture_size.fits(1000, 1000, 64)
    with pytest.raises(UsageError, match=r"10,000 x 5,000 .* 3\.2 GB") as caught:
        picture_size.fits(10_000, 5_000, 64)
    assert caught.value.mend.startswith("5,000 x 2,500 would fit")
    with pytest.raises(UsageError, match="400 million pixels"):
        picture_size.fits(20_000, 20_000, 1)
    monkeypatch.setattr(picture_size, "free_bytes", lambda: None)
    picture_size.fits(10_000, 10_000, 64)


def test_this_machine_says_how_much_memory_is_free():
    free = picture_size.free_bytes()
    assert free is None or 1 << 20 < free < 1 << 50
