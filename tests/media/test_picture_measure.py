"""Distances between sets of pictures."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.core.errors import UsageError
from maquette.media import picture_measure as m


def discs(seed: int, count: int = 24, size: int = 32, radius: float = 9, colour: tuple[float, ...] = (0.9, 0.2, 0.1)):
    """Cut-out discs of one colour at random places, premultiplied."""
    dice = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size].astype(np.float32)
    out = []
    for _ in range(count):
        middle = dice.uniform(radius, size - radius, 2)
        alpha = np.clip(radius - np.hypot(y - middle[0], x - middle[1]), 0, 1)[..., None]
        out.append(np.concatenate([alpha * np.array(colour, dtype=np.float32), alpha], axis=-1))
    return np.stack(out).astype(np.float32)


def test_a_set_is_at_no_distance_from_itself_and_near_to_its_other_half():
    one, other = discs(1), discs(2)
    assert m.sliced_wasserstein(one, one) == 0
    near = m.sliced_wasserstein(one, other)
    assert 0 < near < 0.5 * m.sliced_wasserstein(discs(3, radius=5), other)
    assert near == m.sliced_wasserstein(one, other)


def test_the_distance_grows_with_blur_and_with_paleness():
    real, other = discs(1), discs(2)
    floor = m.sliced_wasserstein(real, other)
    assert m.sliced_wasserstein(other * 0.7, real) > 2 * floor
    blurred = (other + np.roll(other, 2, 1) + np.roll(other, 2, 2) + np.roll(other, (2, 2), (1, 2))) / 4
    scales = m.scale_distances(blurred, real)
    assert list(scales) == [32, 16]
    assert scales[32] > 1.3 * m.scale_distances(other, real)[32]


def test_sets_of_other_sizes_are_compared_on_the_scales_they_share():
    grain = np.random.default_rng(0).random((1, 64, 64, 4), dtype=np.float32)
    larger = np.random.default_rng(1).random((1, 128, 192, 4), dtype=np.float32)
    grain[..., 3] = larger[..., 3] = 1
    scales = m.scale_distances(larger, grain)
    assert list(scales) == [64, 32, 16]
    assert scales[64] < 0.05 and scales[16] < 0.5  # the coarsest is what is left of more on one side


def test_pictures_too_small_or_of_no_such_shape_are_refused():
    with pytest.raises(UsageError, match="8 x 8 px"):
        m.sliced_wasserstein(np.zeros((1, 8, 8, 4), np.float32), discs(1))
    with pytest.raises(UsageError, match="shape"):
        m.sliced_wasserstein(discs(1)[0], discs(1))


def test_a_palette_knows_colours_but_no_places():
    red, moved, blue = discs(1), discs(2), discs(1, colour=(0.1, 0.2, 0.9))
    assert m.palette_distance(red, moved) < 0.01
    covered = red[..., 3].mean()
    assert m.palette_distance(red, blue) == pytest.approx(covered, rel=0.1)
    assert m.palette(red).sum() == pytest.approx(1)
    shade = m.palette_distance(red, discs(1, colour=(0.92, 0.2, 0.1)))
    assert shade < 0.2 * m.palette_distance(red, blue)


def test_a_seam_is_told_from_a_texture_that_closes():
    y, x = np.mgrid[:64, :64]
    closed = np.sin(2 * np.pi * (3 * x + 2 * y) / 64)[..., None].astype(np.float32)
    assert m.seam(closed) < 1.3
    assert m.seam(closed[:, :54]) > 3
    assert m.seam(np.ones((8, 8, 3), np.float32)) == pytest.approx(1)


def test_a_tile_put_twice_side_by_side_repeats_and_grain_does_not():
    grain = np.random.default_rng(0).random((64, 64, 3), dtype=np.float32)
    assert m.repetition(grain) < 0.2
    assert m.repetition(np.concatenate([grain, grain], axis=1)) > 0.99
    assert m.repetition(np.ones((16, 16, 3), np.float32)) == 0
