"""Cut-outs: simple grounds go, soft edges lose the ground's colour, grounds that are not simple are refused."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.core.errors import MediaError, UsageError
from maquette.makers.picture_cutout import cutout
from maquette.media.picture import Picture, from_floats
from pixels import noise, scene

RED = np.array([0.75, 0.12, 0.1], np.float32)


def before(ground, size=96):
    """A soft red disc before a ground, and its true alpha."""
    y, x = np.mgrid[:size, :size].astype(np.float32)
    alpha = np.clip((size * 0.3 - np.hypot(x - size / 2, y - size / 2)) / 2 + 0.5, 0, 1)[..., None]
    slide = y[..., None] / size
    grain = np.random.default_rng(3).normal(0, 1, (size, size, 1)).astype(np.float32)
    rgb = {
        "plain": np.full((size, size, 3), (0.3, 0.6, 0.4), np.float32),
        "sliding": np.array([0.3, 0.5, 0.8], np.float32) * (0.7 + 0.4 * slide),
        "textured": np.array([0.7, 0.7, 0.6], np.float32) + 0.03 * grain,
    }[ground]
    return from_floats(RED * alpha + rgb * (1 - alpha)), alpha[..., 0]


@pytest.mark.parametrize("ground", ["plain", "sliding", "textured"])
def test_a_simple_ground_is_taken_away_and_the_edge_stays_soft(ground):
    photo, alpha = before(ground)
    made = cutout(photo)
    found = made.picture.pixels[..., 3] / 255
    assert np.abs(found - alpha).mean() < 0.012
    both = ((found > 0.5) & (alpha > 0.5)).sum() / ((found > 0.5) | (alpha > 0.5)).sum()
    assert both > 0.97 and ((found > 0.1) & (found < 0.9)).any()
    assert made.ground.kind in ("plain", "sliding", "textured") and made.said


def test_the_edge_is_freed_of_the_grounds_colour():
    made = cutout(before("plain")[0]).picture.pixels / 255
    edge = (made[..., 3] > 0.2) & (made[..., 3] < 0.8)
    assert np.abs(made[edge][:, :3] - RED).max(axis=1).mean() < 0.08


def test_a_ground_that_is_not_simple_is_refused_and_can_be_insisted_on():
    photo = Picture(noise(64, 64, opaque=True))
    with pytest.raises(MediaError, match="not simple") as refused:
        cutout(photo)
    assert "--mask" in refused.value.mend
    mask = np.zeros((64, 64), np.float32)
    mask[20:40, 20:40] = 1
    assert (cutout(photo, sure=mask).picture.pixels[24:36, 24:36, 3] > 200).all()


def test_a_picture_without_a_subject_is_refused():
    with pytest.raises(MediaError, match="stands out"):
        cutout(from_floats(np.full((40, 40, 3), 0.5, np.float32)))


def test_numbers_out_of_range_are_refused():
    with pytest.raises(UsageError):
        cutout(Picture(scene(32, 32)), soft=9)
    with pytest.raises(UsageError, match="1 x 1"):
        cutout(Picture(scene(1, 1)))
