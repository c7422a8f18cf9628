"""Flow, paint that follows a clip, frames between frames, cut-outs: on small clips whose motion is known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from maquette.core.errors import UsageError
from maquette.makers.film import effects, flow, mattes
from maquette.makers.film.effects import Key, warp_error

WIDE, HIGH = 112, 72
STEP = np.array([2.5, 1.0], np.float32)  # pixels a frame that the disc moves; the ground slides by (-0.75, 0)
SLIDE = np.array([-0.75, 0.0], np.float32)
Bytes = NDArray[np.uint8]


def _texture(seed: int, size: int = 220) -> NDArray[np.float32]:
    """Soft spots of colour, some fine, some coarse."""
    dice = np.random.default_rng(seed)
    out = np.zeros((size, size, 3), np.float32)
    for cells, loud in ((12, 60.0), (40, 40.0), (90, 25.0)):
        coarse = dice.normal(0, loud, (cells, cells, 3)).astype(np.float32)
        places = np.linspace(0, cells - 1.01, size, dtype=np.float32)
        x, y = np.meshgrid(places, places)
        out += flow.sampled(coarse, x, y)
    return np.clip(out + np.array([110, 130, 120]), 0, 255).astype(np.float32)


GROUND, DISC = _texture(1), _texture(2) * np.float32([1.0, 0.5, 0.4])


def disc_at(number: float) -> NDArray[np.float32]:
    """How much of each pixel the disc covers."""
    x, y = flow.grid(HIGH, WIDE)
    centre = np.array([44.0, 36.0]) + number * STEP
    return np.clip(19.5 - np.hypot(x - centre[0], y - centre[1]), 0, 1)


def drawn(number: float) -> Bytes:
    x, y = flow.grid(HIGH, WIDE)
    ground = flow.sampled(GROUND, x + 40 - number * SLIDE[0], y + 60)
    disc = flow.sampled(DISC, x + 60 - number * STEP[0], y + 60 - number * STEP[1])
    cover = disc_at(number)[..., None]
    return (ground * (1 - cover) + disc * cover + 0.5).astype(np.uint8)


def true_flow(number: float, by: int = 1) -> NDArray[np.float32]:
    return np.where(disc_at(number)[..., None] > 0.5, STEP * by, SLIDE * by).astype(np.float32)


class Moving:
    count, size = 4, (WIDE, HIGH)

    def __iter__(self) -> Iterator[Bytes]:
        return (drawn(number) for number in range(self.count))


@pytest.fixture(scope="module")
def painted() -> list[Bytes]:
    """The clip with its first frame painted: colours turned about, with loud strokes on it."""
    return list(effects.stylise(Moving(), [Key(0, paint(drawn(0), 0))]))


def paint(frame: Bytes, seed: int) -> Bytes:
    """A painting of a frame: other colours, and strokes that lie otherwise in every painting."""
    dice = np.random.default_rng(seed)
    strokes = np.repeat(np.repeat(dice.normal(0, 25, (HIGH // 4, WIDE // 8, 1)), 4, 0), 8, 1)
    return np.clip(frame[..., ::-1].astype(np.float32) * 0.8 + 20 + strokes, 0, 255).astype(np.uint8)


def _hidden(number: int) -> NDArray[np.bool_]:
    there, back = true_flow(number), true_flow(number + 1, -1)
    return flow.hidden(there, back) | flow.jumps(there, 0.5, 2)


def test_the_flow_is_right_to_a_fifth_of_a_pixel_where_both_frames_show_it() -> None:
    found = flow.flow(drawn(0), drawn(1))
    off = np.linalg.norm(found - true_flow(0), axis=-1)
    inner = ~_hidden(0)
    inner[:4], inner[-4:], inner[:, :4], inner[:, -4:] = False, False, False, False
    assert off[inner].mean() < 0.2
    assert (off[inner] > 1).mean() < 0.02


def test_what_the_next_frame_does_not_show_is_known() -> None:
    there, back = flow.flow(drawn(0), drawn(2)), flow.flow(drawn(2), drawn(0))
    found = flow.hidden(there, back)
    covered = (disc_at(2) > 0.5) & (disc_at(0) < 0.01)  # ground that the disc will lie on
    seen = (disc_at(0) > 0.99) | ((disc_at(0) < 0.01) & (disc_at(4) < 0.01))
    seen[:, :6] = seen[:, -6:] = False
    assert found[covered].mean() > 0.6
    assert found[seen].mean() < 0.08


def test_paint_follows_what_it_was_put_on_and_does_not_flicker(painted: list[Bytes]) -> None:
    assert np.array_equal(painted[0], paint(drawn(0), 0))
    carried, each, plain = [], [], []
    for number in range(3):
        there, behind = true_flow(number), _hidden(number)
        carried.append(warp_error(painted[number], painted[number + 1], there, behind))
        one, other = (paint(drawn(n), n) for n in (number, number + 1))
        each.append(warp_error(one, other, there, behind))
        plain.append(warp_error(drawn(number), drawn(number + 1), there, behind))
    assert np.mean(carried) < 0.4 * np.mean(each)


def test_the_last_frame_still_looks_like_the_painting(painted: list[Bytes]) -> None:
    wanted = paint(drawn(3), 0).astype(np.float32)  # its colours, not its strokes
    calm = [flow.boxed(picture.astype(np.float32), 4) for picture in (painted[3], wanted)]
    assert np.abs(calm[0] - calm[1])[8:-8, 8:-8].mean() < 12


def test_between_two_paintings_both_are_met() -> None:
    keys = [Key(0, paint(drawn(0), 0)), Key(3, paint(drawn(3), 9))]
    made = list(effects.stylise(Moving(), keys))
    assert len(made) == 4
    assert np.array_equal(made[0], keys[0].painted) and np.array_equal(made[3], keys[1].painted)


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [Key(9, drawn(0))],
        [Key(0, drawn(0)[:40])],
        [Key(0, drawn(0)), Key(0, drawn(0))],
    ],
)
def test_paintings_that_do_not_fit_are_refused_before_the_work(keys: list[Key]) -> None:
    with pytest.raises(UsageError):
        effects.stylise(Moving(), keys)


def test_a_frame_between_is_nearer_to_the_truth_than_a_mixture() -> None:
    one, other = drawn(0), drawn(3)
    (made,) = effects.between(one, other, [0.5])
    truth = drawn(1.5).astype(np.float32)
    mixture = (one.astype(np.float32) + other) / 2
    inner = (slice(8, -8), slice(8, -8))
    own = np.sqrt(((made - truth)[inner] ** 2).mean())
    assert own < 0.6 * np.sqrt(((mixture - truth)[inner] ** 2).mean())


def test_nothing_melts_across_a_cut() -> None:
    one, other = drawn(0), np.ascontiguousarray(255 - _texture(7)[:HIGH, :WIDE]).astype(np.uint8)
    made = list(effects.between(one, other, [0.25, 0.75]))
    assert np.array_equal(made[0], one) and np.array_equal(made[1], other)


def test_a_clip_made_faster_keeps_its_frames() -> None:
    class Two(Moving):
        count = 2

    made = list(effects.faster(Two(), 2))
    assert len(made) == 4
    assert np.array_equal(made[0], drawn(0)) and np.array_equal(made[2], drawn(1))


def test_a_mask_of_one_frame_cuts_out_all_of_them() -> None:
    mask = np.repeat((disc_at(0)[..., None] * 255).astype(np.uint8), 3, -1)
    made = list(mattes.cutouts(Moving(), [Key(0, mask)], effects.Style()))
    for number, (frame, matte) in enumerate(made):
        assert np.array_equal(frame, drawn(number))
        assert mattes.agreement(matte, (disc_at(number) * 255).astype(np.uint8)) > 0.9
    assert mattes.with_alpha(*made[3]).shape == (HIGH, WIDE, 4)
