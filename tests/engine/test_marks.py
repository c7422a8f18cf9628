"""An invisible mark says its id again after what usually happens to pictures, and never speaks where there is none."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps

from maquette.engine import mark_code, mark_find, marks

KEY, NUMBER = b"the key of a studio", 0xC0FFEE42


def landscape(side: int = 512, seed: int = 3) -> np.ndarray:
    """A picture as rough as nature: noise whose power falls with the square of its frequency, coloured."""
    dice = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None]) + 1 / side
    made = np.fft.irfft2(np.fft.rfft2(dice.normal(size=(side, side))) / frequency**1.2, s=(side, side))
    light = 0.5 + 0.16 * made / made.std()
    return np.clip(light[..., None] * [1.0, 0.95, 0.8], 0, 1).astype(np.float32)


def shown(rgb: np.ndarray) -> Image.Image:
    return Image.fromarray(np.round(rgb * 255).astype(np.uint8))


def heard(picture: Image.Image, keys=(KEY,), **how) -> mark_find.Found | None:
    return mark_find.find(np.asarray(picture.convert("RGB"), np.float32) / 255, keys=keys, **how)


def rewritten(picture: Image.Image, form: str, quality: int) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, form, quality=quality)
    return Image.open(out)


@pytest.fixture(scope="module")
def plain() -> np.ndarray:
    return landscape()


@pytest.fixture(scope="module")
def marked(plain) -> Image.Image:
    return shown(marks.embed(plain, NUMBER, key=KEY))


def test_a_mark_keeps_more_than_40_db(plain, marked):
    error = np.asarray(marked, np.float64) - np.asarray(shown(plain), np.float64)
    assert 10 * np.log10(255**2 / np.mean(error**2)) >= 40


CHANGES = {
    "jpeg 50": lambda picture: rewritten(picture, "JPEG", 50),
    "half the size, brighter": lambda picture: picture.resize((256, 256)).point(lambda value: min(255, value * 1.2)),
    "a quarter cut off, blurred": lambda picture: picture.crop((40, 25, 484, 468)).filter(ImageFilter.GaussianBlur(1)),
    "turned by 4 degrees": lambda picture: picture.rotate(4, Image.Resampling.BICUBIC).crop((30, 30, 482, 482)),
    "mirrored, a quarter turn, webp 60": lambda picture: rewritten(ImageOps.mirror(picture.rotate(90)), "WEBP", 60),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_id_is_read_after(marked, change):
    found = heard(CHANGES[change](marked))
    assert found is not None and found.number == NUMBER
    assert found.mirrored == ("mirrored" in change)
    assert found.scale == pytest.approx(0.5 if "half" in change else 1, rel=0.01)


def test_where_nothing_is_nothing_is_found(plain):
    assert heard(shown(plain)) is None


def test_another_key_finds_nothing_and_the_right_one_of_two_is_named(marked):
    assert heard(marked, keys=(b"another",), straight=True) is None
    found = heard(marked, keys=(b"another", KEY), straight=True)
    assert found is not None and (found.key, found.number) == (1, NUMBER)


def test_a_mark_that_is_too_faint_to_read_still_fits_its_own_id_best(marked):
    found = heard(marked, straight=True)
    assert mark_find.likeness(found, NUMBER) > 9
    assert max(abs(mark_find.likeness(found, NUMBER ^ (1 << bit))) for bit in range(32)) < 8


def test_a_second_mark_takes_the_place_of_the_first(marked):
    again = shown(marks.embed(np.asarray(marked, np.float32) / 255, 7, key=KEY))
    found = heard(again, straight=True)
    assert found is not None and found.number == 7


@pytest.mark.parametrize("where", ["corner", "sky"])
def test_what_is_see_through_or_must_not_change_stays_as_it_is(plain, where):
    free = np.ones(plain.shape[:2], bool)
    free[:100, : (100 if where == "corner" else None)] = False
    done = marks.embed(plain, NUMBER, key=KEY, where=free, rounds=0)
    assert np.array_equal(done[~free], plain[~free])


def pixels(rgb: np.ndarray) -> np.ndarray:
    return np.dstack([np.round(rgb * 255).astype(np.uint8), np.full(rgb.shape[:2], 255, np.uint8)])


def test_small_flat_and_see_through_pictures_say_why_they_carry_none(plain):
    assert marks.fits(pixels(plain)) is None
    assert "512" in marks.fits(pixels(plain[:400]))
    assert "flat art" in marks.fits(np.kron(pixels(plain[::64, ::64]), np.ones((64, 64, 1), np.uint8)))
    clear = pixels(plain)
    clear[100:, :, 3] = 0
    assert "see-through" in marks.fits(clear)


def test_an_id_survives_the_code_and_noise_has_none():
    dice = np.random.default_rng(1)
    for number in (0, 1, 0xFFFFFFFF, int(dice.integers(1 << 32))):
        assert mark_code.decode(mark_code.encode(number) + dice.normal(size=mark_code.CODED) * 0.9) == number
    assert all(mark_code.decode(dice.normal(size=mark_code.CODED)) is None for _ in range(40))


def test_no_picture_is_too_small_or_too_plain_to_be_looked_at():
    for shape in ((1, 1), (95, 300), (300, 300)):
        assert mark_find.find(np.full((*shape, 3), 0.5, np.float32), keys=[KEY]) is None
