"""Palettes: the colours that were put in are found, other programs' files are read back, dots keep the brightness."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from maquette.core.errors import MediaError, UsageError
from maquette.makers.picture_palette import Palette, Swatch, find_palette, name_of
from maquette.makers.picture_palette_dither import WAYS, recolour
from maquette.makers.picture_palette_files import read_palette, to_ase, to_gpl, to_json, to_svg
from maquette.media import picture as p
from maquette.media.drawing import parse
from pixels import scene

THREE = ((200, 30, 40), (30, 90, 180), (240, 230, 200))


def flags():
    """Three stripes, three, two and one parts wide, with a little grain."""
    pixels = np.repeat(np.array(THREE, np.float32)[[0, 0, 0, 1, 1, 2]], 10, axis=0)[None].repeat(40, axis=0)
    grain = np.random.default_rng(0).normal(0, 2, pixels.shape)
    return p.from_floats(np.clip(pixels + grain, 0, 255) / 255)


def test_the_colours_of_a_flag_are_found_with_their_shares():
    found = find_palette(flags(), 3)
    by_light = sorted(
        zip(THREE, (1 / 2, 1 / 3, 1 / 6), strict=True), key=lambda one: p.oklab(p.linear(np.array(one[0]) / 255))[0]
    )
    for swatch, (rgb, share) in zip(found.swatches, by_light, strict=True):
        assert np.abs(np.array(swatch.rgb) - rgb).max() <= 3 and abs(swatch.share - share) < 0.01
    assert [one.name for one in found.swatches] == ["blue", "red", "pale yellow"] or all(
        one.name for one in found.swatches
    )


def test_a_picture_of_two_colours_gives_two_and_a_transparent_one_is_refused():
    two = np.zeros((8, 8, 3), np.float32)
    two[:, 4:] = 1
    assert [one.hex for one in find_palette(p.from_floats(two), 8).swatches] == ["#000000", "#ffffff"]
    with pytest.raises(UsageError, match="transparent"):
        find_palette(p.from_floats(np.zeros((4, 4, 4))), 3)
    with pytest.raises(UsageError, match="300 colours"):
        find_palette(p.from_floats(two), 300)


@pytest.mark.parametrize(("suffix", "write"), [(".gpl", to_gpl), (".ase", to_ase), (".json", to_json)])
def test_a_palette_comes_back_from_its_file_with_names(tmp_path, suffix, write):
    palette = Palette((Swatch((1, 2, 3), 0.5, "почти чёрный"), Swatch((250, 0, 128), 0.5, "pink 1")), "мои цвета")
    path = tmp_path / f"п{suffix}"
    path.write_bytes(write(palette))
    again = read_palette(path)
    assert [(one.rgb, one.name) for one in again.swatches] == [(one.rgb, one.name) for one in palette.swatches]


def test_adobe_swatches_have_the_layout_that_adobe_reads():
    data = to_ase(Palette((Swatch((255, 0, 51), 1.0, "red"),)))
    assert data[:12] == b"ASEF" + struct.pack(">HHI", 1, 0, 1)
    kind, size, letters = struct.unpack(">HIH", data[12:20])
    assert (kind, size, letters) == (1, len(data) - 18, 4) and data[20:28] == "red\0".encode("utf-16-be")
    assert data[28:32] == b"RGB " and struct.unpack(">fffH", data[32:]) == pytest.approx((1, 0, 0.2, 0))


@pytest.mark.parametrize("data", [b"", b"GIMP Palette\n", b"ASEF\0\1\0\0\0\0\0\5\0\1", b"{}", b"\xff\xfe"])
@pytest.mark.parametrize("suffix", [".gpl", ".ase", ".json"])
def test_a_broken_palette_is_refused_by_name(tmp_path, suffix, data):
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(data)
    with pytest.raises(MediaError, match="palette"):
        read_palette(path)


def test_the_sheet_of_swatches_is_a_drawing_with_every_colour():
    sheet = to_svg(find_palette(flags(), 3)).decode()
    assert all(one.hex in sheet for one in find_palette(flags(), 3).swatches)
    assert parse(sheet)


@pytest.mark.parametrize("way", [one for one in WAYS if one != "smooth"])
def test_only_colours_of_the_palette_are_left(way):
    palette = find_palette(p.Picture(scene()), 5)
    made = recolour(p.Picture(scene(40, 50)), palette, way=way)
    found = {tuple(one) for one in made.pixels[..., :3].reshape(-1, 3).tolist()}
    assert found <= {one.rgb for one in palette.swatches} and len(found) > 1


@pytest.mark.parametrize(("way", "off"), [("ordered", 0.02), ("noise", 0.02), ("diffusion", 0.02)])
def test_dots_of_black_and_white_have_the_brightness_of_the_gray_that_they_stand_for(way, off):
    ink = Palette((Swatch((0, 0, 0)), Swatch((255, 255, 255))))
    for level in (0.25, 0.5, 0.7):
        made = recolour(p.from_floats(np.full((64, 64, 3), level, np.float32)), ink, way=way)
        dots = p.floats(made)[..., 0].mean()
        assert abs(dots - float(p.linear(np.float32(level)))) < off


def test_a_colour_beyond_the_palette_keeps_the_shading():
    ramp = np.linspace(0.2, 1, 64, dtype=np.float32)[None, :, None] * np.array([1, 0.2, 0.2], np.float32)
    gray = Palette(tuple(Swatch((value,) * 3) for value in (0, 60, 120, 180)))
    light = p.floats(recolour(p.from_floats(ramp.repeat(32, 0)), gray))[..., 0].mean(0)
    assert light[48:].mean() > light[16:32].mean() + 0.05 > light[:8].mean() + 0.1


def test_smooth_keeps_tones_and_moves_hues():
    made = recolour(
        flags(), Palette((Swatch((20, 60, 30)), Swatch((120, 180, 90)), Swatch((230, 240, 200)))), way="smooth"
    )
    rgb = p.floats(made)[..., :3]
    assert (rgb[..., 1] >= rgb[..., 0] - 0.03).mean() > 0.99  # green all over
    assert len(np.unique(made.pixels.reshape(-1, 4), axis=0)) > 50


def test_grays_and_hues_have_plain_names():
    lab = {
        word: p.oklab(p.linear(np.array(rgb, np.float32) / 255))
        for word, rgb in (
            ("white", (255,) * 3),
            ("blue", (40, 80, 200)),
            ("red", (200, 30, 40)),
            ("green", (40, 150, 60)),
        )
    }
    assert {word: name_of(one).split()[-1] for word, one in lab.items()} == {word: word for word in lab}
