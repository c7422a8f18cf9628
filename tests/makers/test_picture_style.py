"""A photo in the hand of a painting: what stays of the photo, what comes from the painting, and the slider between."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from maquette.core.errors import Cancelled, UsageError
from maquette.makers.picture_style import METHODS, between, stylise
from maquette.makers.picture_style_colour import linear_map, transported
from maquette.makers.picture_style_filters import blur
from maquette.media import picture as p
from maquette.media.picture_measure import palette_distance
from pixels import noise, scene


def painting(height=96, width=80):
    """Diagonal strokes of three colours on ochre."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    strokes = np.sin((x + y) / 2.2) * np.sin((x - y) / 9)
    rgb = np.array([0.72, 0.58, 0.25]) + strokes[..., None] * np.array([0.22, 0.18, -0.2])
    rgb[(x % 31 < 9) & (y % 23 < 7)] = (0.15, 0.2, 0.45)
    return p.from_floats(rgb)


@pytest.fixture(scope="module")
def photo():
    return p.Picture(scene(72, 96), title="a disc")


@pytest.fixture(scope="module")
def painted(photo):
    return stylise(photo, painting(), seed=3)


def premultiplied(picture):
    return p.premultiplied(p.floats(picture))[None]


def test_the_photo_takes_the_colours_and_the_brushwork_and_keeps_its_size(photo, painted):
    hand = premultiplied(painting())
    before, after = premultiplied(photo), premultiplied(painted)
    assert painted.size == photo.size and painted.title == "a disc"
    assert palette_distance(after, hand) < 0.6 * palette_distance(before, hand)
    relief = [float((one[0, ..., :3] - blur(one[0, ..., :3], 3.0)).std()) for one in (before, after, hand)]
    assert relief[0] < 0.6 * relief[2] and 0.4 < relief[1] / relief[2] < 1.3  # strokes where the photo was smooth
    light = [p.resized(p.oklab(p.linear(one[0, ..., :3]))[..., 0], 24, 18) for one in (before, after)]
    assert np.corrcoef(light[0].ravel(), light[1].ravel())[0, 1] > 0.6  # it is still that photo


def test_the_same_seed_paints_the_same_picture_and_another_seed_another(photo, painted):
    assert np.array_equal(stylise(photo, painting(), seed=3).pixels, painted.pixels)
    assert not np.array_equal(stylise(photo, painting(), seed=4).pixels, painted.pixels)


def test_strength_runs_without_a_jump_from_the_photo_to_the_painting(photo, painted):
    assert np.array_equal(stylise(photo, painting(), strength=0, seed=3).pixels, photo.pixels)
    first, last = (p.floats(one)[..., :3] for one in (photo, painted))
    coloured = first + np.float32(0.1)
    steps = [between(first, coloured, last, one) for one in np.linspace(0, 1, 21)]
    assert np.array_equal(steps[0], first) and np.array_equal(steps[-1], last)
    jumps = [np.abs(later - earlier).mean() for earlier, later in itertools.pairwise(steps)]
    assert min(jumps) > 0 and max(jumps) < 0.2 * sum(jumps)


@pytest.mark.parametrize("method", METHODS)
def test_alpha_and_depth_stay_in_every_way(method):
    deep = p.Picture(noise(40, 36, deep=True), title="t")
    made = stylise(deep, painting(40, 40), method=method)
    assert made.depth == 16 and np.array_equal(made.pixels[..., 3], deep.pixels[..., 3])


def test_a_smooth_sky_gets_no_noise_and_no_bands_from_the_colours():
    sky = np.linspace(0, 1, 128, dtype=np.float32)[:, None, None] * np.ones((128, 64, 3), np.float32)
    sky = p.oklab(p.linear(0.3 + 0.4 * sky))
    hand = p.oklab(p.linear(p.floats(painting())[..., :3]))
    moved = transported(sky, hand, dice=np.random.default_rng(0))
    steps = np.diff(moved[..., 0], axis=0)
    assert (steps > -0.002).mean() > 0.98 and np.abs(steps).max() < 0.05
    assert moved.std(axis=1).max() < 0.01


def test_the_linear_map_gives_exactly_the_mean_and_the_covariance():
    dice = np.random.default_rng(0)
    ours, theirs = (dice.normal(size=(50, 60, 3)).astype(np.float32) @ dice.normal(size=(3, 3)) for _ in range(2))
    moved = linear_map(ours.astype(np.float32), theirs.astype(np.float32)).reshape(-1, 3)
    assert np.allclose(moved.mean(0), theirs.reshape(-1, 3).mean(0), atol=1e-3)
    assert np.allclose(np.cov(moved.T), np.cov(theirs.reshape(-1, 3).T), rtol=0.01, atol=0.01)


@pytest.mark.parametrize("wrong", [{"strength": 1.5}, {"brush": 9.0}, {"detail": -1.0}, {"method": "brushwerk"}])
def test_a_value_out_of_range_is_refused_with_the_nearest_choice(photo, wrong):
    with pytest.raises(UsageError) as caught:
        stylise(photo, painting(), **wrong)
    assert caught.value.mend


def test_a_picture_of_one_pixel_takes_colours_but_holds_no_brushwork():
    dot = p.from_floats(np.full((1, 1, 3), 0.5, np.float32))
    assert stylise(dot, painting(), method="colours").size == (1, 1)
    with pytest.raises(UsageError, match="too small"):
        stylise(dot, painting())
    with pytest.raises(UsageError, match="colour"):
        stylise(p.Picture(scene()), p.from_floats(np.zeros((20, 20, 4))))


def test_painting_can_be_stopped_and_shows_what_it_has(photo):
    seen = []

    def watch(progress):
        seen.append(progress.preview().size)
        raise Cancelled

    with pytest.raises(Cancelled):
        stylise(photo, painting(), on_progress=watch)
    assert seen == [photo.size]
