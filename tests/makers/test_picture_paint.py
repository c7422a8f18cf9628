"""Paintings: rebuilt from strokes that stay editable, the same for the same seed, and nearer with more strokes."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from maquette.core.errors import Cancelled, UsageError
from maquette.makers.picture_paint import TECHNIQUES, paint
from maquette.makers.picture_paint_clip import clip
from maquette.makers.picture_paint_field import blur, flow
from maquette.makers.picture_paint_strokes import to_svg
from maquette.media import picture as p
from pixels import scene

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def photo():
    return p.Picture(scene(48, 64), title="a disc")


@pytest.fixture(scope="module", params=TECHNIQUES)
def painting(request, photo):
    return paint(photo, request.param, seed=5)


def off(painting, photo):
    """How far the painting's broad colours are from the photo's."""
    one, other = (blur(p.floats(each)[..., :3], 3.0) for each in (painting.picture, photo))
    return float(np.abs(one - other).mean())


def test_a_painting_has_the_photos_size_and_a_layer_for_every_pass(painting, photo):
    assert painting.picture.size == photo.size and painting.picture.title == "a disc"
    assert len(painting.picture.layers) >= 3
    assert len({layer.name for layer in painting.picture.layers}) == len(painting.picture.layers)
    assert not (painting.picture.pixels == photo.pixels).all()


def test_every_stroke_is_a_path_in_the_group_of_its_pass(painting):
    root = ET.fromstring(to_svg(painting, title="диск & co"))
    groups = {group.get("id"): group.findall(f"{SVG}path") for group in root.findall(f"{SVG}g")}
    assert {name: len(paths) for name, paths in groups.items()} == {
        name.replace(" ", "-"): count for name, count in painting.counts().items()
    }
    for paths in groups.values():
        assert all(path.get("fill") or (path.get("stroke") and float(path.get("stroke-width"))) for path in paths)


def test_a_clip_shows_the_painting_grow_until_it_is_done(painting):
    with Image.open(io.BytesIO(clip(painting, frames=6, longest=48))) as film:
        frames = []
        for at in range(film.n_frames):
            film.seek(at)
            frames.append(np.asarray(film.convert("RGB"), np.float32))
    final = p.resized(p.floats(painting.picture)[..., :3], 48, 36) * 255
    assert len(frames) >= 4 and frames[0].shape == (36, 48, 3)
    gaps = [np.abs(one - final).mean() for one in (frames[0], frames[-1])]
    assert gaps[1] < gaps[0]


def test_the_same_seed_paints_the_same_picture_and_another_seed_another(photo):
    first, again, other = (paint(photo, "oil", seed=seed).picture.pixels for seed in (5, 5, 6))
    assert (first == again).all() and (first != other).any()


def test_more_strokes_come_nearer_to_the_photo_and_never_more_than_asked(photo):
    made = [paint(photo, "oil", strokes=count) for count in (12, 80, 500)]
    assert all(len(one.strokes) <= count for one, count in zip(made, (12, 80, 500), strict=True))
    errors = [off(one, photo) for one in made]
    assert errors[0] > errors[1] > errors[2]


@pytest.mark.parametrize("technique", ["watercolour", "hatching", "pencil"])
def test_a_budget_of_strokes_holds_for_every_technique(photo, technique):
    assert 0 < len(paint(photo, technique, strokes=60).strokes) <= 60


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_a_limited_palette_is_kept(photo, technique):
    made = paint(photo, technique, palette=3)
    colours = {tuple(np.round(stroke.colour, 4)) for stroke in made.strokes if stroke.group != "drawing"}
    assert 1 < len(colours) <= 3


def test_ground_shows_and_detail_and_focus_bring_finer_strokes(photo):
    bare = paint(photo, "hatching", ground=(0.2, 0.5, 0.7)).picture.layers[0].pixels[..., :3].mean(axis=(0, 1)) / 255
    assert np.abs(bare - (0.2, 0.5, 0.7)).max() < 0.05
    few, many = (len(paint(photo, "oil", detail=detail).strokes) for detail in (0.0, 1.0))
    assert many > few
    corner = np.zeros((48, 64), np.float32)
    corner[:24, :32] = 1
    small = [stroke for stroke in paint(photo, "oil", focus=corner).strokes if stroke.width < 4]
    plain = [stroke for stroke in paint(photo, "oil").strokes if stroke.width < 4]

    def inside(strokes):
        return sum(stroke.points[0, 0] < 32 and stroke.points[0, 1] < 24 for stroke in strokes)

    assert inside(small) > inside(plain)


def test_transparent_parts_stay_transparent(photo):
    pixels = photo.pixels.copy()
    pixels[:, :20, 3] = 0
    made = paint(p.Picture(pixels), "oil").picture
    assert (made.pixels[..., 3] == pixels[..., 3]).all()
    assert all((layer.pixels[:, :20, 3] == 0).all() for layer in made.layers)


@pytest.mark.parametrize(
    "wrong", [{"technique": "oils"}, {"technique": "oil", "size": 9.0}, {"technique": "oil", "detail": -1.0}]
)
def test_what_cannot_be_painted_is_refused_with_what_can(photo, wrong):
    with pytest.raises(UsageError) as refused:
        paint(photo, **wrong)
    assert refused.value.mend


def test_a_picture_of_one_pixel_is_refused():
    with pytest.raises(UsageError, match="1 x 1"):
        paint(p.Picture(scene(1, 1)), "oil")


def test_a_painting_can_be_stopped(photo):
    def stop(progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        paint(photo, "oil", on_progress=stop)


def test_strokes_run_along_an_edge():
    rgb = np.zeros((48, 48, 3), np.float32)
    rgb[:, 24:] = 0.8
    angle, sure = flow(rgb, 3.0, 1)
    assert np.abs(np.cos(angle[20:28, 22:26])).max() < 0.2  # along the upright edge
    assert sure[24, 24] > 0.8
