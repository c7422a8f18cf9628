"""Colour profiles: kept as they are, brought to sRGB where asked, and never guessed at in silence."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from maquette.core.errors import MediaError
from maquette.media import picture_file, picture_profile
from maquette.media.picture import Layer, Picture
from pixels import SRGB, SRGB_CURVE, cmyk, display_p3, gamma, gray, noise, of_primaries, para, scene


def by_littlecms(pixels, profile):
    """The oracle: (h, w, 3) in sRGB as LittleCMS converts 8 bits."""
    image = Image.fromarray(np.ascontiguousarray(pixels[..., :3]))
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return np.asarray(ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), renderingIntent=1))


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tiff", ".avif", ".ora"])
@pytest.mark.parametrize("deep", [False, True])
def test_a_profile_stays_with_the_picture_in_every_kind_of_file(suffix, deep):
    pixels = noise(8, 8, deep=deep, opaque=True)
    data = picture_file.written(Picture(pixels, profile=display_p3()), suffix)
    again = picture_file.from_bytes(data, suffix=suffix)
    assert again.profile == display_p3()


def test_a_profile_that_says_srgb_anyway_is_none_whoever_wrote_it():
    assert picture_profile.is_srgb(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert picture_profile.is_srgb(of_primaries(SRGB, para(3, *SRGB_CURVE), "mine"))
    assert not picture_profile.is_srgb(display_p3())
    assert not picture_profile.is_srgb(of_primaries(SRGB, gamma(1.8), "an old screen"))
    data = picture_file.written(Picture(scene(), profile=of_primaries(SRGB, para(3, *SRGB_CURVE), "mine")), ".png")
    assert picture_file.from_bytes(data).profile == b""


@pytest.mark.parametrize(
    "curve",
    [
        para(3, *SRGB_CURVE),
        gamma(2.2),
        para(0, 1.8),
        para(4, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0, 0),
        b"curv\0\0\0\0\0\0\0\0",
        b"curv\0\0\0\0\0\0\0\5" + np.array([0, 4000, 16000, 37000, 65535], ">u2").tobytes(),
    ],
)
def test_our_way_to_srgb_agrees_with_littlecms(curve):
    profile = of_primaries(((0.5, 0.3, 0.1642), (0.25, 0.65, 0.1), (0.01, 0.05, 0.7649)), curve, "mine")
    pixels = scene()
    pixels[..., :3] = 60 + pixels[..., :3] // 2  # colours that both spaces hold
    found = picture_profile.to_srgb(Picture(pixels, profile=profile))
    assert np.abs(found.pixels[..., :3].astype(int) - by_littlecms(pixels, profile)).max() <= 2
    assert found.profile == b"" and found.said[0] == "brought from mine to sRGB"


def test_display_p3_becomes_srgb_and_what_lies_outside_is_counted():
    pixels = np.full((10, 10, 4), 255, np.uint8)
    pixels[:, :, :3] = 128
    pixels[:5, :, :3] = (255, 0, 0)  # redder than sRGB's red
    found = picture_profile.to_srgb(Picture(pixels, profile=display_p3()))
    assert found.pixels[9, 9].tolist() == [128, 128, 128, 255]  # grays stay gray
    assert found.pixels[0, 0].tolist() == [255, 0, 0, 255]
    assert any(line.startswith("50.0% of the pixels") for line in found.said)


def test_16_bits_stay_16_bits_on_the_way_and_alpha_and_layers_come_along():
    pixels = noise(20, 20, deep=True)
    pixels[..., :3] = 20_000 + pixels[..., :3] // 3
    layer = Layer("a", pixels[:5, :5])
    found = picture_profile.to_srgb(Picture(pixels, profile=display_p3(), layers=(layer,)))
    assert found.depth == 16 and np.array_equal(found.pixels[..., 3], pixels[..., 3])
    assert len(np.unique(found.pixels[..., 0])) > 250
    assert np.array_equal(found.layers[0].pixels, found.pixels[:5, :5])


def test_a_picture_without_a_profile_is_srgb_and_stays_as_it_is():
    picture = Picture(scene())
    assert picture_profile.to_srgb(picture) is picture


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_printers_colours_are_brought_over_by_their_profile_and_said(kind):
    inks = np.zeros((16, 16, 4), np.uint8)
    inks[:8, :, 0] = 255  # cyan above
    stream = io.BytesIO()
    how = {"quality": 100} if kind == "JPEG" else {}
    Image.fromarray(inks, mode="CMYK").save(stream, kind, icc_profile=cmyk(), **how)
    found = picture_file.from_bytes(stream.getvalue())
    assert "CMYK" in found.said[0] and "Rough printer" in found.said[0] and found.profile == b""
    red, green, blue = found.pixels[2, 8, :3].astype(int)
    assert red < green < 255 and red < blue
    assert found.pixels[14, 8, :3].min() > 250  # no ink is paper


def test_printers_colours_without_a_profile_say_that_it_was_a_rule_of_thumb():
    stream = io.BytesIO()
    Image.fromarray(scene()[..., :3]).convert("CMYK").save(stream, "TIFF")
    assert "rule of thumb" in picture_file.from_bytes(stream.getvalue()).said[0]


@pytest.mark.parametrize("deep", [False, True])
def test_grays_of_another_curve_are_brought_to_srgb_and_said(deep):
    stream = io.BytesIO()
    value = 0x8000 if deep else 0x80
    Image.fromarray(np.full((4, 4), value, np.uint16 if deep else np.uint8)).save(stream, "PNG", icc_profile=gray(1.8))
    found = picture_file.from_bytes(stream.getvalue())
    assert "Gray 1.8" in found.said[0] and found.depth == (16 if deep else 8)
    expected = 1.055 * (0.502**1.8) ** (1 / 2.4) - 0.055
    assert found.pixels[0, 0, 0] / (65535 if deep else 255) == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize("profile", [b"nonsense", cmyk(), display_p3()[:300]])
def test_a_profile_that_is_broken_or_of_another_kind_is_left_out_and_said_or_refused_when_asked_for(profile):
    stream = io.BytesIO()
    Image.fromarray(scene()[..., :3]).save(stream, "PNG", icc_profile=profile)
    found = picture_file.from_bytes(stream.getvalue())
    if picture_profile.kind_of(profile) == "RGB":
        with pytest.raises(MediaError, match="profile"):
            picture_profile.to_srgb(found)
    else:
        assert found.profile == b"" and "does not fit its pixels" in found.said[0]
