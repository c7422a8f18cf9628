"""OpenRaster: layers come back as they were, groups are told, and archives that are traps are refused."""

from __future__ import annotations

import dataclasses
import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from maquette.core.errors import MediaError
from maquette.media import picture_blend, picture_edits, picture_file, picture_layers
from maquette.media.picture import Layer, Picture, floats, from_floats, premultiplied
from pixels import noise, scene

names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)
layers = st.lists(
    st.builds(
        lambda name, size, seed, x, y, opacity, visible, mode, deep: Layer(
            name, noise(*size, seed=seed, deep=deep), x, y, opacity / 100, visible, mode
        ),
        names,
        st.tuples(st.integers(1, 20), st.integers(1, 20)),
        st.integers(0, 99),
        st.integers(-25, 25),
        st.integers(-25, 25),
        st.integers(0, 100),
        st.booleans(),
        st.sampled_from(picture_blend.MODES),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


def archive(stack: str, *, merged: bool = True, size=(8, 6), parts=None, entity: str = "") -> bytes:
    """An OpenRaster file by another hand: the layers a.png (red), b.png (blue, half transparent)."""
    pixels = {"a": (255, 0, 0, 255), "b": (0, 0, 255, 128)}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("mimetype", "image/openraster")
        width, height = size
        file.writestr("stack.xml", f"{entity}<image w='{width}' h='{height}'><stack>{stack}</stack></image>")
        for name, colour in pixels.items():
            plane = np.full((6, 8, 4), colour, np.uint8)
            file.writestr(f"data/{name}.png", picture_file.to_bytes(Picture(plane)))
        if merged:
            file.writestr("mergedimage.png", picture_file.to_bytes(Picture(np.full((6, 8, 4), 9, np.uint8))))
        for name, data in (parts or {}).items():
            file.writestr(name, data)
    return stream.getvalue()


def read(data: bytes) -> Picture:
    return picture_file.from_bytes(data, suffix=".ora", where="x.ora")


@settings(max_examples=25, deadline=None)
@given(layers)
def test_layers_come_back_as_they_were(found):
    deep = any(layer.pixels.dtype == np.uint16 for layer in found)
    flat = from_floats(picture_blend.flattened(found, (16, 12)), depth=16 if deep else 8)
    picture = dataclasses.replace(flat, layers=tuple(found), title="работа")
    again = read(picture_layers.to_ora(picture))
    assert picture_edits.same(again, picture)
    assert again.title == "работа" and again.said == ()


def test_a_picture_without_layers_becomes_one_layer_and_keeps_its_16_bits():
    picture = Picture(noise(10, 12, deep=True), title="a")
    again = read(picture_layers.to_ora(picture))
    assert len(again.layers) == 1 and np.array_equal(again.pixels, picture.pixels)
    assert np.array_equal(again.layers[0].pixels, picture.pixels)


def test_the_archive_is_as_other_programs_want_it():
    data = picture_layers.to_ora(Picture(scene(150, 300)))
    assert data[30:54] == b"mimetypeimage/openraster"  # first, and not packed
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert {"stack.xml", "mergedimage.png", "Thumbnails/thumbnail.png", "data/layer000.png"} <= set(file.namelist())
        with Image.open(file.open("Thumbnails/thumbnail.png")) as image:
            assert image.size == (256, 128) and image.format == "PNG"


# -- mixing -----------------------------------------------------------------------------------------------------------


def test_a_normal_layer_covers_as_pillow_covers():
    below, above = noise(16, 16, seed=1), noise(16, 16, seed=2)
    ours = picture_blend.flattened([Layer("a", below), Layer("b", above)], (16, 16))
    theirs = np.asarray(Image.alpha_composite(Image.fromarray(below), Image.fromarray(above)))
    theirs = premultiplied(theirs.astype(np.float32) / 255)
    assert np.abs(premultiplied(ours) - theirs).max() < 3 / 255


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("multiply", 0.2),
        ("screen", 0.7),
        ("darken", 0.4),
        ("lighten", 0.5),
        ("difference", 0.1),
        ("exclusion", 0.5),
        ("overlay", 0.4),
        ("hard-light", 0.4),
        ("color-dodge", 0.8),
        ("color-burn", 0.0),
        ("plus", 0.9),
        ("luminosity", 0.5),
    ],
)
def test_blends_are_those_of_the_standard(mode, expected):
    below, above = (np.array([[[v, v, v, 1.0]]], np.float32) for v in (0.4, 0.5))
    assert picture_blend.mixed(below, above, mode)[0, 0, 0] == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("mode", picture_blend.MODES)
def test_every_blend_stays_within_what_can_be_shown_and_nothing_above_leaves_what_is_below(mode):
    below, above = (noise(32, 32, seed=s).astype(np.float32) / 255 for s in (1, 2))
    mixed = picture_blend.mixed(premultiplied(below), above, mode)
    assert mixed.min() >= -1e-5 and mixed.max() <= 1 + 1e-5
    if mode not in ("dst-in", "dst-atop"):
        above[..., 3] = 0
        assert np.abs(picture_blend.mixed(premultiplied(below), above, mode) - premultiplied(below)).max() < 1e-5


def test_colour_of_one_and_light_of_the_other():
    below = np.array([[[0.2, 0.4, 0.6, 1]]], np.float32)
    above = np.array([[[0.7, 0.5, 0.3, 1]]], np.float32)
    light = np.array([0.3, 0.59, 0.11])
    assert picture_blend.mixed(below, above, "color")[0, 0, :3] @ light == pytest.approx(
        below[0, 0, :3] @ light, abs=1e-4
    )
    assert picture_blend.mixed(below, above, "luminosity")[0, 0, :3] @ light == pytest.approx(
        above[0, 0, :3] @ light, abs=1e-4
    )


def test_an_applied_mask_cuts_what_lies_below_it():
    chosen = np.zeros((6, 8), np.float32)
    chosen[2:4, 2:4] = 1
    base = Layer("a", np.full((6, 8, 4), 255, np.uint8))
    flat = picture_blend.flattened([base, picture_layers.mask_layer(chosen, applied=True)], (8, 6))
    assert np.array_equal(flat[..., 3], chosen)


# -- files of other hands ---------------------------------------------------------------------------------------------


def test_the_topmost_layer_comes_first_in_the_file_and_last_here():
    found = read(archive("<layer name='over' src='data/b.png' opacity='0.5' x='2'/><layer src='data/a.png' name='u'/>"))
    assert [layer.name for layer in found.layers] == ["u", "over"]
    assert (found.layers[1].x, found.layers[1].opacity) == (2, 0.5)


def test_the_flat_look_of_the_file_is_kept_and_a_difference_from_the_layers_is_said():
    found = read(archive("<layer src='data/a.png'/>"))
    assert (found.pixels == 9).all() and "differs from its layers in 100%" in found.said[0]
    found = read(archive("<layer src='data/a.png'/>", merged=False))
    assert found.pixels[0, 0].tolist() == [255, 0, 0, 255] and "no flattened look" in found.said[0]


def test_groups_are_unfolded_where_that_changes_nothing_else_flattened_and_either_is_said():
    inside = "<layer src='data/b.png' name='b'/><layer src='data/a.png' name='a'/>"
    found = read(archive(f"<stack name='g'>{inside}</stack>", merged=False))
    assert [layer.name for layer in found.layers] == ["g/a", "g/b"] and "unfolded" in found.said[0]
    found = read(archive(f"<stack name='g' opacity='0.5'>{inside}</stack>", merged=False))
    assert [layer.name for layer in found.layers] == ["g"] and found.layers[0].opacity == 0.5
    assert "flattened into one layer" in found.said[0]
    assert floats(found)[0, 0, 3] == pytest.approx(0.5, abs=0.01)
    found = read(archive(f"<stack name='g' visibility='hidden'>{inside}</stack>", merged=False))
    assert not any(layer.visible for layer in found.layers) and found.pixels[..., 3].max() == 0


def test_a_way_of_mixing_that_is_not_known_is_said():
    found = read(archive("<layer src='data/b.png' composite-op='krita:fog'/><layer src='data/a.png'/>"))
    assert found.layers[1].mode == "normal" and "krita:fog" in found.said[0]


@pytest.mark.parametrize(
    ("stack", "how", "named"),
    [
        ("<layer src='data/a.png'/>", {"entity": "<!DOCTYPE x [<!ENTITY a 'b'>]>"}, "entities"),
        ("<layer src='data/a.png' x='far'/>", {}, "no number"),
        ("<layer src='data/a.png' x='1e9'/>", {}, "beyond any canvas"),
        ("<layer src='../../etc/a.png'/>", {}, "is missing"),
        ("<layer src='data/c.png'/>", {"parts": {"data/c.png": b"no picture"}}, "cut off"),
        ("<layer src='data/a.png'/>", {"size": (0, 4)}, "canvas"),
        ("<layer src='data/a.png'/>", {"size": (90_000, 90_000)}, "million pixels"),
        ("", {}, "no layer"),
        ("<layer", {}, "stack.xml is broken"),
        ("<stack>" * 60 + "</stack>" * 60, {}, "nested"),
        ("<layer src='data/a.png'/>" * 1001, {}, "more than 1000 layers"),
    ],
)
def test_traps_and_broken_archives_are_refused_by_name(stack, how, named):
    with pytest.raises(MediaError, match=named):
        read(archive(stack, **how))


def test_an_archive_that_was_cut_off_is_refused():
    data = picture_layers.to_ora(Picture(scene()))
    for share in (0.3, 0.7, 0.99):
        with pytest.raises(MediaError, match="broken or cut off"):
            read(data[: int(len(data) * share)])
