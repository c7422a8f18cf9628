"""A picture is known again by how it looks, and two pictures are told apart."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.encodings import print_looks as looks


def scene(seed: int) -> np.ndarray:
    dice = np.random.default_rng(seed)
    y, x = np.mgrid[:120, :160] / 120
    waves = (np.cos(2 * np.pi * (dice.normal(0, 2) * x + dice.normal(0, 2) * y + dice.random())) for _ in range(9))
    return np.repeat((sum(waves) / 9)[..., None], 3, axis=2).astype(np.float32)


def test_scaled_brighter_and_mirrored_copies_are_alike():
    picture = scene(1)
    assert looks.likeness(picture[::2, ::2] * 0.7 + 0.1, picture) > 0.9
    assert looks.likeness(picture[:, ::-1], picture) > 0.95


def test_a_corner_is_known_as_part_of_its_picture():
    picture = scene(2)
    assert looks.likeness(picture[:98, :131], picture) > 0.9


def test_different_pictures_are_apart():
    kept = [looks.looks(scene(seed)) for seed in range(12)]
    asked = [looks.looks(scene(seed), parts=False) for seed in range(12)]
    for one in range(12):
        assert looks.apart(asked[one], kept[one]) == 0
        assert min(looks.apart(asked[one], kept[other]) for other in range(12) if other != one) > looks.ALIKE


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 700, 3), (3, 2, 4)])
def test_the_smallest_pictures_have_prints_too(shape):
    assert looks.looks(np.zeros(shape)).shape == (6, looks.BITS // 8)
