"""What an illustrator may rely on when she asks for pictures in words."""

from __future__ import annotations

import json

import numpy as np
import pytest

from drawn import Ideal, maker, net
from maquette.core.errors import Cancelled, UsageError
from maquette.core.types import Request
from maquette.encodings import pixels as px
from maquette.makers import picture_moves as moves
from maquette.makers.picture import PictureMaker
from maquette.makers.picture_controls import PictureControls, aspect_of, palette_of
from maquette.makers.picture_draw import draw
from maquette.makers.picture_finish import palette_from, sheet
from maquette.makers.picture_ghost import PictureGhosts
from maquette.makers.picture_scene import packed, scene_of, unpacked
from maquette.makers.picture_style_of import WEIGHTS, recognised
from maquette.makers.picture_upscale import upscaled
from maquette.media.picture import Picture, floats, premultiplied


@pytest.fixture(scope="module")
def one():
    return maker()


def made(one, prompt="a cat left of a dog", count=1, seed=7, **controls):
    return list(one.make(Request("picture", prompt, PictureControls(**controls), seed, count)))


def centre(picture, left, right):
    """The mean colour of the upright strip between two shares of the width, where it is filled."""
    wide = picture.size[0]
    part = picture.pixels[:, int(left * wide) : int(right * wide)]
    return part[part[..., 3] > 127][:, :3].mean(0)


def test_the_same_seed_draws_the_same_picture_alone_and_among_four(one):
    four = made(one, count=4, seed=5)
    alone = made(one, count=1, seed=7)[0]
    assert np.array_equal(four[2].media.pixels, alone.media.pixels)
    assert not np.array_equal(four[0].media.pixels, four[1].media.pixels)


def test_what_is_drawn_is_what_was_laid_out(one):
    work = made(one, variety=0.0)[0]
    memory = net().memory
    cat, dog = (memory.sketch(memory.find(name)) for name in ("cat", "dog"))
    for strip, look in (((0.1, 0.4), cat), ((0.6, 0.9), dog)):
        wanted = look[8, 8, :3] * 255
        assert np.abs(centre(work.media, *strip) - wanted).max() < 30


@pytest.mark.parametrize("sampler", ["settle", "dpmpp", "heun", "euler", "few"])
def test_every_sampler_draws_it(one, sampler):
    work = made(one, "a star", sampler=sampler, steps=8)[0]
    alpha = work.media.pixels[..., 3]
    assert alpha[32, 32] == 255 and alpha[0, 0] == 0


def test_a_story_is_enough_to_draw_it_again(one):
    work = made(one, "three stars above a (house:1.4), no hat", style="pixel art", size=32)[0]
    told = json.loads(json.dumps(dict(work.trace)))
    assert np.array_equal(one.drawn([told], "")[0].pixels, work.media.pixels)
    assert told["negative"] == ["hat"] and told["leans"] == [["house", 1.4]]


def test_a_picture_whose_words_were_kept_private_is_not_made_again():
    with pytest.raises(UsageError, match="private"):
        PictureMaker.replay({"encoding": px.NAME})


def test_cancelling_stops_between_two_steps(one):
    seen = []

    def stop(progress):
        seen.append(progress)
        if progress.step == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(one.make(Request("picture", "a cat", PictureControls(), 0, 4), stop))
    assert seen[-1].step == 3
    looked = seen[-1].preview()
    assert isinstance(looked, Picture) and min(looked.size) > 64


def test_the_words_pull_only_where_guidance_is_asked_for():
    for guidance, looks in ((1.0, 12), (2.0, 24)):
        ideal = Ideal()
        own = maker()
        own.net._denoiser = ideal
        made(own, "a cat", guidance=guidance, steps=12)
        assert ideal.looks == looks if guidance == 1 else 12 < ideal.looks < looks


def test_a_weight_above_one_makes_a_thing_stronger_and_below_one_weaker(one):
    strong, plain, weak = (
        made(one, f"a cat left of a (dog:{weight})", crisp=0.0, variety=0.0)[0].media for weight in (1.5, 1.0, 0.5)
    )
    filled = [float(one.pixels[:, 36:, 3].mean()) for one in (strong, plain, weak)]
    assert filled[0] >= filled[1] > filled[2]


def test_a_prompt_without_a_known_word_is_refused_with_the_nearest(one):
    with pytest.raises(UsageError) as error:
        made(one, "robbot-like blorb")
    assert "blorb" in error.value.wrong and "robot" in error.value.mend


def test_skin_is_any_tone_equally_often_and_only_where_somebody_is_drawn(one):
    tones = [work.trace["tone"] for work in made(one, "a teacher", count=32, steps=2)]
    assert set(tones) == set(px.TONES)
    assert {work.trace["tone"] for work in made(one, "a house", count=4)} == {""}
    assert {work.trace["tone"] for work in made(one, "a teacher", count=4, tone="dark")} == {"dark"}


def test_pixel_art_is_hard_edged_and_of_few_colours(one):
    work = made(one, style="pixel art", size=32)[0].media
    assert work.size == (32, 32) and set(np.unique(work.pixels[..., 3])) <= {0, 255}
    assert len(np.unique(work.pixels[work.pixels[..., 3] > 0], axis=0)) <= 16
    large = made(one, style="pixel art", size=128)[0].media.pixels
    assert np.array_equal(large[::2, ::2], large[1::2, 1::2])


def test_a_palette_is_kept_to_the_last_pixel(one):
    work = made(one, palette="#102030,#f0e0d0,#ff0000", crisp=1.0)[0].media
    seen = {tuple(row) for row in work.pixels[work.pixels[..., 3] > 0][:, :3].tolist()}
    assert seen <= {(16, 32, 48), (240, 224, 208), (255, 0, 0)}


def test_a_wide_frame_is_as_wide_as_asked_and_has_no_seam(one):
    work = made(one, "a cat left of a dog", aspect="2:1", variety=0.0)[0].media
    assert work.size == (128, 64)
    assert work.pixels[32, 32, 3] == 255 and work.pixels[32, 96, 3] == 255


class Bordered(Ideal):
    """A net that darkens its upper rows, as nets do at a border that they cannot see beyond."""

    def denoise(self, x, sigma, asked):
        clean = super().denoise(x, sigma, asked)
        clean[:, :3, :4] -= 0.4
        return clean


def test_a_picture_that_tiles_is_drawn_without_a_border():
    own = maker()
    told = dict(made(own, "a star", guidance=1.0)[0].trace)

    def rows(net, tile):
        own.net._denoiser = net
        return draw(own.net, scene_of(own.net, [told | {"tile": tile}]))[0, :3].mean((0, 2))

    hurt = [np.abs(rows(Bordered(), tile) - rows(Ideal(), tile)).max() for tile in (False, True)]
    assert hurt[1] < 0.6 * hurt[0]


@pytest.mark.parametrize(
    "wrong",
    [{"size": 65}, {"size": 5}, {"aspect": "9:1"}, {"aspect": "wide"}, {"crisp": 2}, {"steps": 900}, {"guidance": 0.5},
     {"colours": 1}, {"palette": "#12"}, {"tone": "blue"}, {"style": "oil"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_anything_is_drawn(one, wrong):
    with pytest.raises(UsageError):
        made(one, "a cat", **wrong)


def test_shapes_and_colours_are_read():
    assert aspect_of("3:2") == 1.5 and aspect_of("1 x 2") == 0.5
    assert palette_of("#102030, ff0000") == ((16, 32, 48), (255, 0, 0))


# -- from pictures ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fox(one):
    return made(one, "a fox", seed=3)[0]


def distance(one, other):
    return float(np.abs(premultiplied(floats(one)) - premultiplied(floats(other))).mean())


def test_a_variation_is_the_nearer_the_weaker_it_is(one, fox):
    start = moves.start_of(fox.media, 64)
    near, far = (
        one.drawn(moves.again(moves.varied(dict(fox.trace), start, strength), 50, 1), "")[0] for strength in (0.2, 0.9)
    )
    assert 0 < distance(near, fox.media) < distance(far, fox.media)


def test_a_mask_keeps_what_it_does_not_cover_to_the_last_bit(one, fox):
    start = moves.start_of(fox.media, 64)
    mask = np.zeros((64, 64), np.float32)
    mask[2:30, 34:62] = 1
    wish = made(one, "a hat")[0].trace
    told = moves.masked(dict(wish), start, mask)
    for _, _, x, y, size, *_ in told["things"]:
        assert x >= 34 / 64 and x + size <= 62 / 64 + 1e-4 and y >= 2 / 64 - 1e-4 and y + size <= 30 / 64 + 1e-4
    drawn = moves.pasted(one.drawn([told], "")[0], fox.media, mask)
    assert np.array_equal(drawn.pixels[mask == 0], fox.media.pixels[mask == 0])
    assert not np.array_equal(drawn.pixels, fox.media.pixels)


def test_new_ground_is_drawn_beside_a_picture_that_stays(one, fox):
    wider, mask = moves.widened(moves.start_of(fox.media, 64), {"left": 16, "top": 8}, 64)
    assert wider.canvas == [80, 72] and mask[8:, 16:].max() == 0 and mask.min() == 0 and mask[:8].min() == 1
    with pytest.raises(UsageError):
        moves.widened(moves.start_of(fox.media, 64), {"left": 600}, 64)


def test_a_blend_lies_between_its_two_pictures(one, fox):
    cat = made(one, "a cat", seed=4)[0]
    starts = [moves.start_of(work.media, 64) for work in (fox, cat)]

    def blend(share):
        told = moves.blended(dict(fox.trace), dict(cat.trace), *starts, share, 9)
        return one.drawn([told], "")[0]

    to_fox = [distance(blend(share), fox.media) for share in (0.0, 0.5, 1.0)]
    assert to_fox[0] < to_fox[1] < to_fox[2]
    with pytest.raises(UsageError):
        blend(1.5)


def test_a_picture_of_another_size_is_scaled_and_that_is_said():
    photo = Picture(np.full((300, 451, 4), 255, np.uint8))
    start = moves.start_of(photo, 64)
    assert start.canvas == [96, 64] and "451 x 300" in start.said[0]
    with pytest.raises(UsageError, match="strip"):
        moves.start_of(Picture(np.full((10, 451, 4), 255, np.uint8)), 64)


def test_squares_stay_squares_when_enlarged_and_the_rest_is_smooth(one, fox):
    pixel = made(one, "a fox", style="pixel art", size=32)[0].media
    large, how = upscaled(pixel, 4)
    assert "squares" in how and np.array_equal(large.pixels[::4, ::4], pixel.pixels)
    smooth, how = upscaled(fox.media, 2)
    assert smooth.size == (128, 128) and how == "Lanczos"
    _, how = upscaled(fox.media, 4, lambda values: np.repeat(np.repeat(values, 2, 0), 2, 1))
    assert how == "the learnt enlarger, then Lanczos"
    with pytest.raises(UsageError):
        upscaled(pixel, 3)


def test_a_manner_is_recognised_by_its_pixels():
    dice = np.random.default_rng(1)
    pixel = np.repeat(np.repeat(dice.integers(0, 4, (16, 16, 1)) * 80, 2, 0), 2, 1)
    art = np.concatenate([np.repeat(pixel, 3, 2), np.full((32, 32, 1), 255)], 2).astype(np.uint8)
    style, sure, palette = recognised(Picture(art), px.STYLES)
    assert style == "pixel art" and sure > 0.5 and 2 <= len(palette) <= 4
    black = np.zeros((64, 64, 4), np.uint8)
    black[..., 3] = np.clip(24.3 - np.hypot(*np.mgrid[-31.5:32, -31.5:32]), 0, 1) * 255
    assert recognised(Picture(black), px.STYLES)[0] == "bold black glyph"
    assert set(WEIGHTS) == set(px.STYLES)


# -- small parts ------------------------------------------------------------------------------------------------------


def test_arrays_travel_in_a_story_and_a_forged_one_is_refused():
    values = np.random.default_rng(0).integers(0, 256, (8, 8, 4)).astype(np.uint8)
    assert np.array_equal(unpacked(packed(values), (8, 8, 4)), values)
    for text in ("!!", packed(values)[:-8], packed(np.zeros((64, 64, 4), np.uint8))):
        with pytest.raises(UsageError):
            unpacked(text, (8, 8, 4))


def test_a_small_bright_spot_keeps_its_colour_in_a_palette():
    pixels = np.full((20, 20, 4), (40, 90, 40, 255), np.uint8)
    pixels[:, :10, 1] = 100
    pixels[3, 3, :3] = (255, 0, 0)
    assert any(red > 200 and green < 60 for red, green, _ in palette_from(pixels, 3))


def test_an_overview_shows_every_picture_enlarged_by_whole_pixels(one):
    works = made(one, count=4)
    page = sheet([work.media for work in works])
    assert page.opaque and page.size == (2 * 256 + 36, 2 * 256 + 36)


def test_a_scene_that_begins_part_of_the_way_begins_with_less_noise(one, fox):
    told = moves.varied(dict(fox.trace), moves.start_of(fox.media, 64), 0.3)
    scene = scene_of(one.net, [told])
    steps = []
    draw(one.net, scene, lambda progress: steps.append(progress.of))
    assert scene.start is not None and steps[0] < 12


# -- ghosts -----------------------------------------------------------------------------------------------------------


def test_ghosts_of_a_sprite_have_its_size_and_go_further_one_by_one(one, fox):
    ghosts = PictureGhosts(None, one).suggest(fox.media, count=3)
    far = [distance(ghost.media, fox.media) for ghost in ghosts]
    assert [ghost.media.size for ghost in ghosts] == [fox.media.size] * 3 and far[0] < far[2]
    assert {ghost.source for ghost in ghosts} == {"model"}


def test_ghosts_of_a_large_selection_are_made_of_its_own_patches(one):
    photo = Picture(np.random.default_rng(2).integers(0, 256, (170, 180, 4)).astype(np.uint8) | np.uint8(3))
    (ghost,) = PictureGhosts(None, one).suggest(photo, count=1)
    assert ghost.media.size == photo.size and ghost.source == "repeat"
    with pytest.raises(UsageError, match="without words"):
        PictureGhosts(None, one).suggest(photo, count=1, words="a cat")


def test_a_picture_by_a_large_model_says_how_it_is_drawn_again():
    with pytest.raises(UsageError) as error:
        PictureMaker.replay({"encoding": "StableDiffusionPipeline"})
    assert "--resample" in error.value.mend
