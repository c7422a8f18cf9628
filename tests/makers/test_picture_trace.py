"""Pictures as SVG: pixel art exactly, flat art in few paths, alpha kept, no seams."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import resvg_py
from PIL import Image

from maquette.core.errors import UsageError
from maquette.makers.picture_regions import pieces, without_small
from maquette.makers.picture_trace import kind_of, svg_of, traced
from maquette.media.picture import Picture, floats, premultiplied


def drawn(svg, width, height):
    data = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, dpi=96, skip_system_fonts=True))
    with Image.open(io.BytesIO(data)) as image:
        return Picture(np.asarray(image.convert("RGBA")))


def off(one, other):
    return float(np.abs(premultiplied(floats(one)) - premultiplied(floats(other))).mean())


def disc(size=64, sliding=False):
    """A red disc with a blue eye on nothing, edges mixed as a renderer does."""
    y, x = (np.mgrid[: size * 4, : size * 4] + 0.5) / 4
    rgba = np.zeros((size * 4, size * 4, 4), np.float32)
    inside = (x - size / 2) ** 2 + (y - size / 2) ** 2 < (size * 0.4) ** 2
    rgba[inside] = (0.8, 0.1, 0.1, 1)
    if sliding:
        rgba[..., 1] = np.where(inside, 0.1 + 0.7 * y / size, 0)
    rgba[(x - size * 0.6) ** 2 + (y - size * 0.4) ** 2 < (size * 0.12) ** 2] = (0.1, 0.2, 0.7, 1)
    mixed = rgba.reshape(size, 4, size, 4, 4).mean(axis=(1, 3))
    mixed[..., :3] /= np.maximum(mixed[..., 3:], 1e-6)
    return Picture(np.round(mixed * 255).astype(np.uint8))


@pytest.mark.parametrize("step", [1, 3])
def test_pixel_art_is_drawn_again_pixel_for_pixel_with_its_alpha(step):
    dice = np.random.default_rng(2)
    palette = np.array([[0, 0, 0, 0], [200, 30, 20, 255], [20, 90, 200, 255], [250, 240, 10, 128]], np.uint8)
    cells = palette[dice.integers(0, 4, (12, 16))]
    art = Picture(np.repeat(np.repeat(cells, step, 0), step, 1))
    made = traced(art)
    assert made.kind == "pixel" and made.paths == 3
    seen = drawn(made.svg, *art.size).pixels.astype(int)
    wanted = np.where(art.pixels[..., 3:] > 0, art.pixels, 0).astype(int)
    assert np.abs(seen - wanted).max() <= 1


def test_flat_art_becomes_one_path_for_each_colour_and_stays_near():
    art = disc()
    made = traced(art)
    assert made.kind == "flat" and made.paths == 2
    assert off(drawn(made.svg, 64, 64), art) < 0.004
    assert made.svg.count("C") < 40  # curves, not a staircase


def test_curves_hold_when_they_are_enlarged():
    assert off(drawn(svg_of(disc(48)), 192, 192), disc(192)) < 0.006


def test_a_ring_keeps_its_hole():
    art = disc()
    pixels = art.pixels.copy()
    y, x = np.mgrid[:64, :64]
    pixels[(x - 31.5) ** 2 + (y - 31.5) ** 2 < 100] = 0
    seen = drawn(svg_of(Picture(pixels), kind="flat"), 64, 64)
    assert seen.pixels[31, 31, 3] < 10 and seen.pixels[31, 10, 3] > 245


def test_no_seam_opens_between_neighbours():
    pixels = np.full((40, 40, 4), 255, np.uint8)
    y, x = np.mgrid[:40, :40]
    pixels[..., :3] = np.where((x + y < 40)[..., None], (30, 60, 90), (200, 60, 30))
    seen = drawn(svg_of(Picture(pixels), kind="flat"), 320, 320)
    assert seen.pixels[4:-4, 4:-4, 3].min() == 255


def test_a_sliding_colour_becomes_a_gradient():
    art = disc(sliding=True)
    made = traced(art)
    assert made.kind == kind_of(art) == "gradient" and "linearGradient" in made.svg
    assert off(drawn(made.svg, 64, 64), art) < 0.012


def test_colours_can_be_limited_and_titles_are_escaped():
    made = traced(disc(), kind="flat", colours=2, title="лиса & <co>")
    assert made.colours <= 2 and ET.fromstring(made.svg)[0].text == "лиса & <co>"


def test_an_unknown_kind_and_a_picture_too_large_are_refused():
    with pytest.raises(UsageError, match="flatt"):
        svg_of(disc(), kind="flatt")
    with pytest.raises(UsageError, match="larger file"):
        svg_of(Picture(np.zeros((2001, 2001, 4), np.uint8)))


def test_an_empty_picture_and_a_single_pixel_become_valid_svg():
    for pixels in (np.zeros((8, 8, 4), np.uint8), np.full((1, 1, 4), 255, np.uint8)):
        for kind in ("auto", "flat", "gradient", "pixel"):
            ET.fromstring(svg_of(Picture(pixels), kind=kind))


def test_pieces_are_connected_and_small_ones_join_a_neighbour():
    labels = np.array([[1, 0, 1], [1, 0, 1], [1, 1, 1], [0, 0, 0]], np.int32)
    number = pieces(labels)
    assert number[0, 0] == number[0, 2] and number[0, 1] != number[3, 0] and number.max() == 2
    assert without_small(labels, 3)[0, 1] == 1
