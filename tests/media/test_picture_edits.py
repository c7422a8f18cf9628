"""What a hand did to a picture, told in a line."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from maquette.media import picture_file, table
from maquette.media.picture import Layer, Picture
from pixels import display_p3, noise, scene


def spotted(picture: Picture) -> Picture:
    pixels = np.array(picture.pixels)
    pixels[8:40, 8:40, :3] = (255, 0, 0)
    return Picture(pixels)


def test_a_picture_is_the_same_as_itself_whatever_its_title_and_not_after_one_bit():
    one = Picture(scene(), title="a")
    assert table.same(one, dataclasses.replace(one, title="b"))
    pixels = np.array(one.pixels)
    pixels[3, 3, 0] ^= 1
    assert not table.same(one, Picture(pixels))
    assert not table.same(one, dataclasses.replace(one, profile=display_p3()))
    assert not table.same(one, dataclasses.replace(one, layers=(Layer("a", noise(2, 2)),)))


def test_the_share_and_the_place_of_a_change_are_told():
    one = Picture(scene(240, 320))
    assert table.edits(one, spotted(one)) == "1.3% of the pixels changed, in the upper left (8, 8 to 40, 40)"
    assert table.edits(one, one) == "the pixels unchanged"


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".avif"])
def test_a_change_in_a_file_that_loses_is_told_apart_from_the_loss(suffix):
    one = Picture(scene(240, 320))
    saved = picture_file.from_bytes(picture_file.written(one, suffix, quality=80))
    assert "a little (by" in table.edits(one, saved) and "clearly" not in table.edits(one, saved)
    saved = picture_file.from_bytes(picture_file.written(spotted(one), suffix, quality=80))
    assert "in the upper left" in table.edits(one, saved) and "as loss in a file does" in table.edits(one, saved)


def test_one_pixel_is_enough_to_be_told():
    one = Picture(scene(64, 64))
    pixels = np.array(one.pixels)
    pixels[40, 40, 1] += 1
    assert (
        table.edits(one, Picture(pixels)) == "fewer than 0.1% of the pixels changed, in the middle (40, 40 to 41, 41)"
    )


def test_size_depth_profile_transparency_and_layers_are_told():
    one = Picture(scene(24, 32))
    assert table.edits(one, Picture(scene(20, 32))) == "32 x 24 pixels became 32 x 20"
    deep = Picture(one.pixels.astype(np.uint16) * 257)
    assert table.edits(one, deep) == "8 bits became 16"
    clear = np.array(one.pixels)
    clear[:, :2, 3] = 0
    assert "transparency added" in table.edits(one, Picture(clear))
    assert "2 layers added" in table.edits(one, dataclasses.replace(one, layers=(Layer("a", clear),) * 2))
    assert "profile changed" in table.edits(one, dataclasses.replace(one, profile=display_p3()))
