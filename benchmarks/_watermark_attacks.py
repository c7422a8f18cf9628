"""What happens to pictures on their way, for `pictures_watermark.py`; and a simple mark to compare with.

The peer is the textbook: Haar wavelet, blocks of 4 x 4 of its low band, a discrete cosine transform of each, and the
bit in whether the largest coefficient lies in the upper or the lower half of a step (Al-Haj 2007, "Combined DWT-DCT
digital image watermarking", J. Comput. Sci. 3; the idea of the widely used package invisible-watermark), written here
from the description.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter, ImageOps

Attack = Callable[[Image.Image], Image.Image]
STEP = 30.0  # of the peer's quantisation, in steps of 1/255: about 41 dB
BITS = 48


def written(picture: Image.Image, form: str, quality: int) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, form, quality=quality)
    out.seek(0)
    return Image.open(out).convert("RGB")


def scaled(picture: Image.Image, by: float) -> Image.Image:
    size = (round(picture.width * by), round(picture.height * by))
    return picture.resize(size, Image.Resampling.LANCZOS if by < 1 else Image.Resampling.BICUBIC)


def cropped(picture: Image.Image, share: float) -> Image.Image:
    """`share` of the area, off the middle, at an odd place."""
    wide, high = (int(side * share**0.5) for side in picture.size)
    left, top = int((picture.width - wide) * 0.37), int((picture.height - high) * 0.59)
    return picture.crop((left, top, left + wide, top + high))


def noisy(picture: Image.Image, spread: float) -> Image.Image:
    values = np.asarray(picture, np.float64)
    values = values + np.random.default_rng(1).normal(size=values.shape) * spread
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def levels(picture: Image.Image, gain: float, offset: float = 0) -> Image.Image:
    return picture.point(lambda value: int(max(0, min(255, value * gain + offset))))


def turned(picture: Image.Image, degrees: float) -> Image.Image:
    done = picture.rotate(degrees, Image.Resampling.BICUBIC)
    wide, high = done.size
    return done.crop((int(wide * 0.06), int(high * 0.06), int(wide * 0.94), int(high * 0.94)))


def screenshot(picture: Image.Image) -> Image.Image:
    """Shown half as large again less a sixth, on a page with a frame, other levels, and saved as JPEG."""
    shown = levels(scaled(picture, 1.25), 0.95, 6)
    page = Image.new("RGB", (shown.width + 120, shown.height + 160), (240, 240, 242))
    page.paste(shown, (60, 110))
    return written(page, "JPEG", 85)


ATTACKS: dict[str, Attack] = {
    "as it is": lambda picture: picture,
    "JPEG 90": lambda picture: written(picture, "JPEG", 90),
    "JPEG 75": lambda picture: written(picture, "JPEG", 75),
    "JPEG 50": lambda picture: written(picture, "JPEG", 50),
    "WebP 70": lambda picture: written(picture, "WEBP", 70),
    "resize 0.5": lambda picture: scaled(picture, 0.5),
    "resize 0.75": lambda picture: scaled(picture, 0.75),
    "resize 2": lambda picture: scaled(picture, 2),
    "crop 25 %": lambda picture: cropped(picture, 0.75),
    "crop 50 %": lambda picture: cropped(picture, 0.5),
    "brightness +20 %": lambda picture: levels(picture, 1.2),
    "brightness -20 %": lambda picture: levels(picture, 0.8),
    "contrast +30 %": lambda picture: levels(picture, 1.3, -38),
    "blur 1 px": lambda picture: picture.filter(ImageFilter.GaussianBlur(1)),
    "blur 2 px": lambda picture: picture.filter(ImageFilter.GaussianBlur(2)),
    "noise 5": lambda picture: noisy(picture, 5),
    "noise 10": lambda picture: noisy(picture, 10),
    "turned 2 degrees": lambda picture: turned(picture, 2),
    "turned -5 degrees": lambda picture: turned(picture, -5),
    "mirrored": ImageOps.mirror,
    "screenshot": screenshot,
    "crop 10 %, 0.7, JPEG 70": lambda picture: written(scaled(cropped(picture, 0.9), 0.7), "JPEG", 70),
}
MUST = (
    "JPEG 75",
    "resize 0.5",
    "resize 0.75",
    "resize 2",
    "crop 25 %",
    "brightness +20 %",
    "brightness -20 %",
    "noise 5",
)


# -- the peer ---------------------------------------------------------------------------------------------------------


def _blocks(light: np.ndarray) -> tuple[np.ndarray, tuple[int, int]]:
    """(n, 4, 4) cosine transforms of the blocks of the low band, and how many there are each way."""
    tall, wide = light.shape[0] // 8, light.shape[1] // 8
    even = light[: 8 * tall, : 8 * wide]
    low = (even[::2, ::2] + even[::2, 1::2] + even[1::2, ::2] + even[1::2, 1::2]) / 2
    return low.reshape(tall, 4, wide, 4).transpose(0, 2, 1, 3).reshape(-1, 4, 4), (tall, wide)


def _cosines() -> np.ndarray:
    steps = np.arange(4)
    rows = np.cos((steps[None] + 0.5) * steps[:, None] * np.pi / 4) * np.sqrt(0.5)
    rows[0] *= np.sqrt(0.5)
    return rows


def _largest(blocks: np.ndarray) -> np.ndarray:
    return np.abs(blocks.reshape(-1, 16)[:, 1:]).argmax(axis=1) + 1


def peer_put(rgb: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """uint8 (h, w, 3) with the peer's mark."""
    light = rgb @ np.array([0.299, 0.587, 0.114])
    blocks, (tall, wide) = _blocks(light)
    turn = _cosines()
    plain = (turn @ blocks @ turn.T).reshape(-1, 16)
    done, rows = plain.copy(), np.arange(len(plain))
    at = _largest(plain)
    size = np.abs(plain[rows, at])
    want = (np.floor(size / STEP) + 0.25 + 0.5 * bits[rows % BITS]) * STEP
    done[rows, at] = np.where(plain[rows, at] < 0, -want, want)
    change = turn.T @ (done - plain).reshape(-1, 4, 4) @ turn
    low = change.reshape(tall, wide, 4, 4).transpose(0, 2, 1, 3).reshape(4 * tall, 4 * wide) / 2
    mark = np.zeros_like(light)
    mark[: 8 * tall, : 8 * wide] = np.repeat(np.repeat(low, 2, axis=0), 2, axis=1)
    return np.clip(np.rint(rgb + mark[..., None]), 0, 255).astype(np.uint8)


def peer_read(rgb: np.ndarray) -> np.ndarray:
    """(48,) the bits that the peer reads."""
    blocks, _ = _blocks(rgb @ np.array([0.299, 0.587, 0.114]))
    turn = _cosines()
    plain = (turn @ blocks @ turn.T).reshape(-1, 16)
    size = np.abs(plain[np.arange(len(plain)), _largest(plain)])
    votes = np.mod(size, STEP) > STEP / 2
    where = np.arange(len(plain)) % BITS
    return np.bincount(where, weights=votes - 0.5, minlength=BITS) > 0
