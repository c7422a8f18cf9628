"""What may be relied on of drawings that are shaken by hand."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.encodings.strokes import StrokeEncoding
from maquette.encodings.strokes_vary import Shaking, shaken
from maquette.media import drawing as d

LINE = d.Paint(width=2.0, cap="round", join="round")
THIN = d.Paint(width=1.0, cap="round", join="round")
FLAG = d.Drawing(
    (0, 0, 24, 24),
    (
        d.Shape(d.Path((d.Subpath((5, 22), (d.Line((5, 3)),)),)), LINE),
        d.Shape(d.Rect((5, 4), 14, 9, 1, 1), LINE),
        d.Shape(d.Circle((12, 8.5), 2), THIN),
    ),
)
STILL = Shaking(1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def dice(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_still_hand_changes_nothing() -> None:
    assert shaken(FLAG, dice(), STILL).shapes == FLAG.shapes


def test_the_same_dice_shake_alike() -> None:
    assert shaken(FLAG, dice(3)) == shaken(FLAG, dice(3)) != shaken(FLAG, dice(4))


def test_shaken_drawings_are_still_the_thing_and_never_the_same() -> None:
    own = d.render(FLAG, 48)
    for seed in range(30):
        ink = d.render(shaken(FLAG, dice(seed)), 48)
        assert 0.1 < np.minimum(own, ink).sum() / np.maximum(own, ink).sum() < 0.99


def test_shaken_drawings_can_be_written() -> None:
    for seed in range(30):
        assert len(StrokeEncoding().encode(shaken(FLAG, dice(seed))).body) < 90


@pytest.mark.parametrize("seed", range(8))
def test_every_shape_keeps_its_own_pen(seed: int) -> None:
    again = shaken(FLAG, dice(seed), Shaking(stretch=0.0, reorder=1.0, forget=0.0, as_paths=0.0))
    assert {type(shape.geometry): shape.paint.width for shape in again.shapes} == {d.Path: 2, d.Rect: 2, d.Circle: 1}


def test_of_three_shapes_at_most_one_is_forgotten() -> None:
    assert {len(shaken(FLAG, dice(seed), Shaking(forget=1.0)).shapes) for seed in range(5)} == {2}
    two = d.Drawing(FLAG.viewbox, FLAG.shapes[:2])
    assert len(shaken(two, dice(), Shaking(forget=1.0)).shapes) == 2
