"""Picture files: what is written is read again to the last bit, and what is broken, cut off or a trap is refused."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from maquette.core.errors import MediaError, UsageError
from maquette.media import picture_decode, picture_file, picture_png, picture_size, picture_tiff
from maquette.media.picture import Picture, floats, premultiplied
from pixels import chunk, noise, png, scene

KINDS = (".png", ".jpg", ".webp", ".tiff", ".avif")


def saved(image: Image.Image, kind: str, **how) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **how)
    return stream.getvalue()


def read(data: bytes, suffix: str = "") -> Picture:
    return picture_file.from_bytes(data, suffix=suffix, where="x")


# -- round trips ------------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    seed=st.integers(0, 99),
    deep=st.booleans(),
    opaque=st.booleans(),
    gray=st.booleans(),
    suffix=st.sampled_from([".png", ".tiff"]),
)
def test_every_picture_comes_back_bit_for_bit_in_8_and_in_16_bits(size, seed, deep, opaque, gray, suffix):
    pixels = noise(*size, seed=seed, deep=deep, opaque=opaque)
    if gray:
        pixels[..., 1:3] = pixels[..., :1]
    again = read(picture_file.written(Picture(pixels), suffix), suffix)
    assert again.pixels.dtype == pixels.dtype and np.array_equal(again.pixels, pixels)
    assert again.said == ()


@pytest.mark.parametrize("suffix", KINDS)
def test_title_in_any_script_stays_with_the_picture(suffix):
    data = picture_file.written(Picture(scene(), "Дождь & <снег>"), suffix, comment="by hand")
    assert read(data, suffix).title == "Дождь & <снег>"


def test_the_same_picture_is_the_same_bytes():
    for suffix in (*KINDS, ".ora"):
        one, two = (picture_file.written(Picture(scene()), suffix, title="a") for _ in range(2))
        assert one == two, suffix


def test_webp_at_100_loses_nothing_not_even_under_full_transparency():
    pixels = noise(20, 30)
    pixels[:5, :5, 3] = 0
    assert np.array_equal(read(picture_file.written(Picture(pixels), ".webp", quality=100)).pixels, pixels)


@pytest.mark.parametrize(("suffix", "near"), [(".jpg", 4), (".webp", 5), (".avif", 4)])
def test_the_kinds_that_lose_lose_little(suffix, near):
    pixels = scene()
    again = read(picture_file.written(Picture(pixels), suffix), suffix)
    assert np.abs(again.pixels.astype(int) - pixels).mean() < near


def test_other_programs_read_our_16_bits():
    pixels = noise(9, 11, deep=True, opaque=True)
    for suffix in (".png", ".tiff"):
        with Image.open(io.BytesIO(picture_file.written(Picture(pixels), suffix))) as image:
            assert np.array_equal(np.asarray(image), pixels[..., :3] >> 8)


# -- what a kind cannot hold ------------------------------------------------------------------------------------------


def test_a_kind_that_cannot_hold_a_picture_refuses_it_and_losses_are_told_before():
    deep = Picture(noise(4, 4, deep=True))
    with pytest.raises(MediaError, match="transparent in places"):
        picture_file.written(deep, ".jpg")
    with pytest.raises(MediaError, match="16,383 pixels on a side"):
        picture_file.written(Picture(np.full((1, 20_000, 4), 255, np.uint8)), ".webp")
    with pytest.raises(UsageError, match=r"\.xyz"):
        picture_file.written(deep, ".xyz")
    with pytest.raises(UsageError, match="quality"):
        picture_file.written(deep, ".webp", quality=0)
    assert picture_file.losses(deep, ".png") == () and "become 8" in picture_file.losses(deep, ".avif")[0]


# -- depth and arrangement --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [0, 2, 4, 6])
@pytest.mark.parametrize("interlaced", [False, True])
def test_a_png_of_16_bits_of_every_kind_keeps_all_of_them(kind, interlaced):
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    values = noise(1, 1, deep=True)[..., :channels] if interlaced else noise(7, 5, deep=True)[..., :channels]
    height, width = values.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    data = png(width, height, 16, kind, rows)
    if interlaced:  # one pixel is the whole first pass
        head = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 1)
        data = data[:8] + chunk(b"IHDR", head) + data[33:]
    found = read(data, ".png")
    colour = values[..., :3] if channels > 2 else values[..., :1].repeat(3, 2)
    alpha = values[..., -1] if channels in (2, 4) else np.full(values.shape[:2], 65535)
    assert found.depth == 16
    assert np.array_equal(found.pixels, np.dstack([colour, alpha]))


def test_transparent_values_and_palettes_become_alpha():
    grays = read(png(4, 1, 2, 0, b"\0" + bytes([0b00011011]), chunk(b"tRNS", struct.pack(">H", 2))))
    assert grays.pixels[0].tolist() == [[v, v, v, 0 if v == 170 else 255] for v in (0, 85, 170, 255)]
    key = chunk(b"tRNS", struct.pack(">3H", 1, 2, 3))
    deep = read(png(2, 1, 16, 2, b"\0" + struct.pack(">6H", 1, 2, 3, 256, 2, 3), key))
    assert deep.pixels[0, :, 3].tolist() == [0, 65535]
    palette = Image.fromarray(scene()[..., :3]).quantize(16)
    pixels = read(saved(palette, "PNG", transparency=3)).pixels
    assert np.array_equal(pixels[..., 3] == 0, np.asarray(palette) == 3)


def test_one_bit_and_gray_pictures_are_read_as_they_look():
    image = Image.fromarray(scene()[..., 0])
    assert np.array_equal(read(saved(image, "PNG")).pixels[..., 1], np.asarray(image))
    assert read(saved(Image.new("1", (5000, 3000), 1), "TIFF", compression="group4")).size == (5000, 3000)
    one = image.convert("1")
    for kind in ("PNG", "TIFF", "BMP"):
        assert np.array_equal(read(saved(one, kind)).pixels[..., 2], np.asarray(one.convert("L")))


def _tiff(values, order: str = "<", *, planar: int = 1, extra: int = 2, bits: int = 16, form: int = 1) -> bytes:
    """A plain TIFF without packing, of (h, w, channels)."""
    height, width, channels = values.shape
    laid = values.transpose(2, 0, 1) if planar == 2 else values
    body = laid.astype(f"{order}{'f' if form == 3 else 'u'}{bits // 8}").tobytes()
    size = len(body) // channels
    strips = [8 + size * n for n in range(channels)] if planar == 2 else [8]
    entries = [
        (256, 4, [width]),
        (257, 4, [height]),
        (258, 3, [bits] * channels),
        (259, 3, [1]),
        (262, 3, [2 if channels > 2 else 1]),
        (273, 4, strips),
        (277, 3, [channels]),
        (278, 4, [height]),
        (279, 4, [size] * channels if planar == 2 else [len(body)]),
        (284, 3, [planar]),
        *([(338, 3, [extra])] if channels in (2, 4) else []),
        (339, 3, [form] * channels),
    ]
    start = 8 + len(body) + len(body) % 2
    head = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, start)
    return head + body + b"\0" * (len(body) % 2) + picture_tiff._directory(entries, start, order)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("planar", [1, 2])
@pytest.mark.parametrize("channels", [3, 4])
def test_a_tiff_of_16_bits_keeps_all_of_them_whatever_its_order(order, planar, channels):
    values = noise(6, 9, deep=True)[..., :channels]
    found = read(_tiff(values, order, planar=planar), ".tif")
    assert np.array_equal(found.pixels[..., :channels], values)


def test_premultiplied_alpha_of_a_tiff_becomes_straight_and_says_so():
    values = noise(6, 9, deep=True)
    values[..., :3] = np.minimum(values[..., :3], values[..., 3:])
    found = read(_tiff(values, extra=1))
    assert np.abs(premultiplied(floats(found))[..., :3] * 65535 - values[..., :3]).max() <= 0.5
    assert "premultiplied" in found.said[0]
    assert read(_tiff(values, extra=0)).opaque


@pytest.mark.parametrize(
    ("channels", "bits", "form", "named"),
    [
        (1, 32, 3, "floating point"),
        (3, 32, 3, "floating point"),
        (3, 32, 1, "32 bits"),
        (2, 16, 1, "16 bits with alpha"),
    ],
)
def test_a_tiff_that_cannot_be_kept_whole_is_refused_by_name(channels, bits, form, named):
    with pytest.raises(MediaError, match=named):
        read(_tiff(noise(4, 4)[..., :channels], bits=bits, form=form))


# -- how it lies, how many there are ----------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_whichever_way_the_camera_was_held(orientation):
    image = Image.fromarray(np.arange(54, dtype=np.uint8).reshape(6, 9).repeat(3).reshape(6, 9, 3) * 4)
    exif = Image.Exif()
    exif[0x0112] = orientation
    for kind, how in (("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True}), ("AVIF", {"quality": 100})):
        data = saved(image, kind, exif=exif, **how)
        turned = image.copy()
        turned.getexif()[0x0112] = orientation
        want = np.asarray(ImageOps.exif_transpose(turned)).astype(int)
        got = read(data).pixels[..., :3]
        assert got.shape == want.shape and np.abs(got - want).max() < (8 if kind == "AVIF" else 1), kind


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
def test_of_an_animation_the_first_frame_is_read_and_said(kind):
    frames = [Image.fromarray(np.full((8, 8, 3), value, np.uint8)) for value in (250, 100, 10)]
    found = read(saved(frames[0], kind, save_all=True, append_images=frames[1:]))
    assert found.pixels[..., :3].min() > 240
    assert "3 pages" in found.said[0] if kind == "TIFF" else "animated, 3 frames" in found.said[0]


# -- traps ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", KINDS)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_refused_and_never_shown_with_gray_below(suffix, share):
    data = picture_file.written(Picture(scene()), suffix)
    with pytest.raises(MediaError, match="cut off"):
        read(data[: int(len(data) * share)], suffix)


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
def test_half_a_jpeg_is_refused_even_where_somebody_put_an_end_to_it(how):
    whole = saved(Image.fromarray(scene(160, 200)[..., :3]), "JPEG", quality=92, **how)
    with pytest.raises(MediaError, match="cut off"):
        read(whole[: len(whole) // 2])
    if not how.get("progressive"):
        with pytest.raises(MediaError, match="cut off"):
            read(whole[: len(whole) // 2] + b"\xff\xd9")


def test_a_picture_that_is_gray_below_is_no_broken_one():
    pixels = scene()
    pixels[60:, :, :3] = 128
    for how in ({}, {"progressive": True}, {"quality": 30}):
        assert read(saved(Image.fromarray(pixels[..., :3]), "JPEG", **how)).size == (128, 96)


@pytest.mark.parametrize("depth", [1, 8, 16])
def test_a_png_with_fewer_rows_than_it_says_is_not_filled_up_with_black(depth):
    row = b"\0" + b"\7" * (5 * depth)
    assert read(png(40, 40, depth, 0, row * 40)).size == (40, 40)
    with pytest.raises(MediaError, match="ends before the picture does"):
        read(png(40, 40, depth, 0, row * 20))


def test_an_interlaced_png_is_read_whole():
    passes = ((1, 1), (1, 1), (2, 1), (1, 2), (3, 1), (2, 3), (5, 2))  # width and height of each, for 5 x 5
    data = png(5, 5, 8, 0, b"".join((b"\0" + b"\7" * wide) * high for wide, high in passes))
    data = data[:8] + chunk(b"IHDR", struct.pack(">IIBBBBB", 5, 5, 8, 0, 0, 0, 1)) + data[33:]
    assert (read(data).pixels[..., :3] == 7).all()


def test_a_flipped_bit_in_a_png_is_found():
    data = bytearray(picture_file.to_bytes(Picture(scene())))
    data[len(data) // 2] ^= 1
    with pytest.raises(MediaError, match="fails its check sum"):
        read(bytes(data))


def test_bombs_are_refused_before_they_are_unpacked():
    with pytest.raises(MediaError, match="3,600 million pixels"):
        read(png(60_000, 60_000, 1, 0, b"\0"))
    with pytest.raises(MediaError, match="13,377 x 13,377"):
        read(png(20_000, 20_000, 8, 2, b"\0"))


def test_a_file_that_claims_more_than_its_bytes_could_ever_hold_is_refused_at_once():
    with pytest.raises(MediaError, match="ends before the picture does"):
        read(png(10_000, 10_000, 8, 0, b"\0"))
    lying = bytearray(picture_file.written(Picture(noise(12, 16, deep=True)), ".tiff"))
    at = lying.index(struct.pack("<HHII", 256, 4, 1, 16))
    lying[at + 8 : at + 12] = struct.pack("<I", 13_000_000)
    with pytest.raises(MediaError, match="ends before the picture does"):
        read(bytes(lying))


def test_a_picture_larger_than_the_free_memory_is_refused(monkeypatch):
    monkeypatch.setattr(picture_size, "free_bytes", lambda: 100_000)
    with pytest.raises(MediaError, match="are free"):
        read(picture_file.to_bytes(Picture(scene())))


def test_the_smallest_and_the_longest_pictures_are_read():
    assert read(png(1, 1, 8, 0, b"\0\7")).pixels.tolist() == [[[7, 7, 7, 255]]]
    assert read(png(20_000, 1, 8, 0, b"\0" * 20_001)).size == (20_000, 1)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "0 bytes"),
        (b"\0" * 500, "nothing but zeros"),
        (b"hello, this is a letter", "no picture"),
        (b"8BPS\0\1" + b"\0" * 90, "a Photoshop file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 90, "a HEIC picture"),
        (picture_png.SIGNATURE, "cut off"),
    ],
)
def test_what_is_no_picture_is_called_by_its_name(data, named):
    with pytest.raises(MediaError, match=named):
        read(data)


def test_a_wrong_suffix_is_refused_and_told_the_right_one(tmp_path: Path):
    file = tmp_path / "кот.jpg"
    file.write_bytes(picture_file.to_bytes(Picture(scene())))
    with pytest.raises(MediaError, match=r"a PNG picture, but its name ends in \.jpg") as caught:
        picture_file.read(file)
    assert ".png" in caught.value.mend and "кот.jpg" in caught.value.where
    with pytest.raises(MediaError, match="no such file"):
        picture_file.read(tmp_path / "none.png")
    with pytest.raises(MediaError, match="a folder"):
        picture_file.read(tmp_path)


@pytest.mark.parametrize("kind", [*(suffix for suffix in KINDS), ".gif", ".bmp"])
def test_bytes_that_somebody_broke_raise_no_other_error_than_ours(kind):
    dice = np.random.default_rng(7)
    image = Image.fromarray(scene(24, 32)[..., :3])
    name = {".gif": "GIF", ".bmp": "BMP"}.get(kind)
    data = saved(image, name) if name else picture_file.written(Picture(scene(24, 32)), kind)
    for _ in range(40):
        broken = bytearray(data)
        for at in dice.integers(0, len(broken), dice.integers(1, 6)):
            broken[at] = dice.integers(0, 256)
        try:
            found = read(bytes(broken))
        except MediaError:
            continue
        assert found.pixels.dtype in (np.uint8, np.uint16)


def test_suffixes_of_one_table_are_those_of_the_other():
    from maquette.media import picture_table

    assert set(picture_table.MIMES) == set(picture_file.SUFFIXES)
    assert set(picture_decode.KINDS) >= {"PNG", "JPEG", "WEBP", "TIFF", "AVIF", "BMP", "GIF"}
