"""A picture's own patches: filling, extending, varying, and textures that tile."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.core.errors import Cancelled, UsageError
from maquette.makers import picture_patches as patches
from maquette.makers.picture_extend import Margins, extend
from maquette.makers.picture_fill import fill
from maquette.makers.picture_vary import vary
from maquette.makers.texture import texture
from maquette.makers.texture_maps import maps_of
from maquette.makers.texture_quilt import path_of
from maquette.media.picture import Picture
from maquette.media.picture_measure import seam


def checks(high: int = 72, wide: int = 96, depth: type = np.uint8) -> Picture:
    """A soft check of 12 pixels in two colours: what lies under a hole is known from what lies around it."""
    y, x = np.mgrid[:high, :wide].astype(np.float32)
    wave = 0.5 + 0.25 * (np.sin(x * np.pi / 6) + np.sin(y * np.pi / 6))
    rgba = np.stack([wave, 1 - wave, 0.3 + 0.4 * wave, np.ones_like(wave)], axis=2)
    return Picture((rgba * np.iinfo(depth).max).astype(depth))


def grains(high: int, wide: int, seed: int = 3) -> Picture:
    """Blurred noise on a slope of light: a surface whose sides do not meet."""
    noise = np.random.default_rng(seed).random((high, wide, 3)).astype(np.float32)
    soft = sum(np.roll(noise, (dy, dx), (0, 1)) for dy in range(3) for dx in range(3)) / 9
    slope = np.linspace(0, 0.5, wide)[:, None] + np.linspace(0, 0.3, high)[:, None, None]
    rgb = np.clip(soft * 0.4 + slope, 0, 1)
    return Picture((np.dstack([rgb, np.ones((high, wide))]) * 255).astype(np.uint8))


def hole(picture: Picture, top: int = 25, left: int = 35, side: int = 18) -> np.ndarray:
    mask = np.zeros(picture.pixels.shape[:2], np.float32)
    mask[top : top + side, left : left + side] = 1
    return mask


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / max(1e-9, np.mean((a.astype(float) - b.astype(float)) ** 2))))


def test_patchmatch_finds_nearly_what_looking_everywhere_finds():
    dice = np.random.default_rng(0)
    pixels = grains(48, 64).pixels[..., :3].astype(np.float32) / 255
    source = patches.source_of(pixels[:, :40], dice=dice)
    target = patches.Target((48, 64), np.flatnonzero(patches.source_of(pixels, dice=dice).usable))
    wanted = patches.features_of(source, pixels, target.spots)
    _, best = patches.exactly(source, wanted)
    start = dice.choice(source.spots, len(target.spots))
    before = patches.distances(source, wanted, start).mean()
    _, found = patches.nearest(source, wanted, target, start, dice=dice, rounds=5)
    assert (found >= best - 1e-3).all()
    assert found.mean() - best.mean() < 0.1 * (before - best.mean())


def test_a_hole_in_a_pattern_is_filled_with_the_pattern():
    picture = checks()
    mask = hole(picture)
    made = fill(picture, mask)
    inside = mask > 0
    assert psnr(made.pixels[inside], picture.pixels[inside]) > 22
    assert np.array_equal(made.pixels[~inside], picture.pixels[~inside])


def test_the_same_seed_fills_alike_and_another_has_another_idea():
    picture = grains(64, 64)
    mask = hole(picture)
    first, again, other = (fill(picture, mask, seed=seed).pixels for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_grey_in_a_mask_mixes_and_16_bits_stay_16_bits():
    picture = checks(depth=np.uint16)
    whole = fill(picture, hole(picture)).pixels.astype(float)
    half = fill(picture, hole(picture) * 0.5).pixels.astype(float)
    assert half.max() > 255
    assert np.abs(half - (whole + picture.pixels) / 2).max() < 3


def test_transparent_pictures_are_filled_with_their_transparency():
    pixels = checks().pixels.copy()
    pixels[:, :48, 3] = 0
    picture = Picture(pixels)
    made = fill(picture, hole(picture, top=26, left=16)).pixels
    assert (made[30:40, 20:30, 3] < 40).all()


def test_a_mask_that_leaves_too_little_is_refused():
    picture = checks()
    mask = np.ones(picture.pixels.shape[:2], np.float32)
    mask[:8, :8] = 0
    with pytest.raises(UsageError, match="too little"):
        fill(picture, mask)
    with pytest.raises(UsageError, match="nothing"):
        fill(picture, mask * 0)
    with pytest.raises(UsageError, match="size"):
        fill(picture, mask[:-1])


def test_filling_can_be_stopped():
    def stop(progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        fill(checks(), hole(checks()), on_progress=stop)


def test_what_was_there_stays_when_a_picture_grows():
    picture = checks()
    made = extend(picture, Margins(left=20, bottom=9), rim=0)
    assert made.size == (116, 81)
    assert np.array_equal(made.pixels[:72, 20:], picture.pixels)
    thin = extend(picture, Margins(left=20, bottom=9), rim=2)
    assert np.array_equal(thin.pixels[:70, 22:], picture.pixels[:70, 2:])


def test_margins_that_say_nothing_or_cut_are_refused():
    with pytest.raises(UsageError, match="where the picture is to grow"):
        Margins()
    with pytest.raises(UsageError, match="cut"):
        Margins(left=-4)


def test_a_variation_has_the_frame_that_was_asked_for_and_its_seed():
    picture = grains(48, 56)
    made = vary(picture, strength=0.7, size=(71, 40), seed=4)
    assert made.size == (71, 40)
    assert np.array_equal(made.pixels, vary(picture, strength=0.7, size=(71, 40), seed=4).pixels)
    near, far = (psnr(vary(picture, strength=s).pixels, picture.pixels) for s in (0.0, 1.0))
    assert near > far
    with pytest.raises(UsageError, match="strength"):
        vary(picture, strength=1.5)


@pytest.mark.parametrize(("tile", "size"), [("both", (90, 77)), ("x", (70, 64)), ("y", (64, 71))])
def test_a_texture_meets_itself_where_it_is_to(tile, size):
    source = grains(80, 80)
    made = texture(source, *size, tile=tile)
    assert made.size == size
    values = made.pixels.astype(np.float32) / 255
    before = source.pixels.astype(np.float32) / 255
    assert seam(before) > 3
    if tile == "both":
        assert seam(values) < 1.6
    axis = 1 if tile == "x" else 0
    step = np.abs(values.take(0, axis) - values.take(-1, axis)).mean() / np.abs(np.diff(values, axis=axis)).mean()
    assert step < 1.6


def test_a_texture_is_made_of_its_sources_colours_and_slow_light_can_be_taken_out():
    source = grains(80, 80)
    made = texture(source, 64, 64).pixels
    assert made[..., :3].min() >= source.pixels[..., :3].min() and made[..., :3].max() <= source.pixels[..., :3].max()
    even = texture(source, 64, 64, even=1.0).pixels
    assert even[..., :3].std() < 0.7 * source.pixels[..., :3].std()


def test_sources_and_textures_that_are_too_small_are_refused():
    with pytest.raises(UsageError, match="too small"):
        texture(checks(20, 20), 64, 64)
    with pytest.raises(UsageError, match="too small"):
        texture(checks(), 8, 64)


def test_a_cut_follows_the_cheapest_way():
    error = np.ones((5, 4), np.float32)
    for row, column in enumerate((0, 1, 2, 2, 3)):
        error[row, column] = 0
    assert path_of(error).tolist() == [0, 1, 2, 2, 3]


def test_a_flat_texture_has_normals_straight_up_and_a_bump_leans_both_ways():
    flat = Picture(np.full((32, 32, 4), 200, np.uint8))
    assert np.abs(maps_of(flat, (True, True)).normal.pixels[..., :3].astype(int) - [128, 128, 255]).max() <= 1
    bump = np.full((32, 32, 4), 60, np.uint8)
    bump[14:18, 14:18, :3] = 250
    bump[..., 3] = 255
    maps = maps_of(Picture(bump), (True, True))
    assert maps.height.depth == 16
    normal = maps.normal.pixels.astype(int)
    assert normal[16, 13, 0] < 100 < 156 < normal[16, 18, 0]  # x points away from the bump on both sides
    assert normal[13, 16, 1] > 156 > 100 > normal[18, 16, 1]  # and y up above it
