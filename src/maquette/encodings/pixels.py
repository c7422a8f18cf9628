"""`pixels.v1`: small RGBA pictures as a diffusion net sees them, and the sketches that it draws over.

A picture is (4, 32, 32) in [-1, 1]: red, green and blue multiplied by alpha, then alpha; clear is -1 everywhere. A
sketch is (16, 16, 4) of the same kind, the mean of several people's pictures of one thing, and is laid out in the frame
by two thin matrices, one for the rows and one for the columns (`reach`): wherever a thing stands, however large it is.
What is drawn at 32 pixels is brought to 64 and 128 by a net of its own (`engine.upscaler`); pixel art stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

NAME = "pixels.v1"
SIDE, GRAIN = 32, 16  # pixels on a side: of a picture as the net draws it, and of a sketch
TOKENS = 24  # of a prompt at most
PAD, NOTHING = 0, 1  # token ids: padding; a prompt without a known word
STYLES = ("pixel art", "flat", "soft gradient", "bold black glyph", "cartoon", "clip art")
TONES = ("default", "light", "medium-light", "medium", "medium-dark", "dark")
# Colour words and the (red, green, blue) that they stand for, coded, 0..255.
COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (220, 40, 40),
    "orange": (245, 140, 30),
    "yellow": (250, 205, 50),
    "green": (60, 165, 70),
    "blue": (50, 110, 220),
    "purple": (135, 80, 200),
    "pink": (245, 120, 180),
    "brown": (135, 85, 50),
    "white": (245, 245, 245),
    "grey": (140, 140, 140),
    "black": (35, 35, 40),
}


@dataclass(frozen=True)
class Box:
    """Where a thing stands in the frame: its left upper corner and its side, as shares of the frame's side."""

    x: float = 0.0
    y: float = 0.0
    size: float = 1.0


WHOLE = Box()


def coded(pixels: NDArray[np.uint8]) -> Floats:
    """Straight RGBA (..., h, w, 4) 0..255 -> premultiplied (..., h, w, 4) in [0, 1]."""
    values: Floats = pixels.astype(np.float32) / np.float32(255)
    values[..., :3] *= values[..., 3:]
    return values


def signed(premultiplied: Floats) -> Floats:
    """(..., h, w, 4) in [0, 1] -> (..., 4, h, w) in [-1, 1]: as the net sees it."""
    return np.ascontiguousarray(np.moveaxis(premultiplied, -1, -3) * 2 - 1, dtype=np.float32)


def unsigned(values: Floats) -> Floats:
    """(..., 4, h, w) in [-1, 1] -> premultiplied (..., h, w, 4) in [0, 1], no colour above its alpha."""
    out = np.clip(np.moveaxis(values, -3, -1) / 2 + 0.5, 0, 1).astype(np.float32)
    out[..., :3] = np.minimum(out[..., :3], out[..., 3:])
    return out


def straight(premultiplied: Floats) -> NDArray[np.uint8]:
    """Premultiplied (..., h, w, 4) in [0, 1] -> straight RGBA 0..255; colour under alpha 0 is black."""
    alpha = premultiplied[..., 3:]
    colour = np.where(alpha > 0.5 / 255, premultiplied[..., :3] / np.maximum(alpha, 1e-6), 0)
    return np.asarray(np.clip(np.concatenate([colour, alpha], -1) * 255 + 0.5, 0, 255), dtype=np.uint8)


def grains(premultiplied: Floats) -> Floats:
    """A picture (..., h, w, 4) of 16, 32 or 64 pixels as a sketch (..., 16, 16, 4): means of square fields."""
    return smaller(premultiplied, premultiplied.shape[-2] // GRAIN)


def smaller(premultiplied: Floats, by: int) -> Floats:
    """(..., h, w, 4) -> (..., h / by, w / by, 4): means of fields of `by` x `by` pixels."""
    *rest, h, w, _ = premultiplied.shape
    cells = premultiplied.reshape(*rest, h // by, by, w // by, by, 4)
    return np.asarray(cells.mean(axis=(-2, -4)), dtype=np.float32)


def reach(out: int, into: int, start: float, size: float) -> Floats:
    """(out, into): how much each of `out` pixels takes from each of `into` that stretch over [start, start + size).

    A triangle as wide as the larger of the two steps: bilinear when enlarging, an average when shrinking. Pixels
    outside take nothing, so that a thing ends where its box ends.
    """
    step = size / into
    wide = max(step, 1.0)
    centres = start + (np.arange(into) + 0.5) * step
    places = np.arange(out) + 0.5
    weights = np.maximum(0.0, 1 - np.abs(places[:, None] - centres[None]) / wide)
    if step <= 1:  # shrinking: at the rim a pixel keeps its share of the emptiness beyond the box
        return np.asarray(weights * step, dtype=np.float32)
    inside = (places >= start) & (places < start + size)
    return np.asarray(weights / np.where(inside, weights.sum(axis=1) + 1e-9, 1.0)[:, None], dtype=np.float32)


def placed(thing: Floats, box: Box = WHOLE, *, flip: bool = False, side: int = SIDE) -> Floats:
    """A thing (n, n, 4), premultiplied, in its box of a clear frame: (side, side, 4)."""
    source = thing[:, ::-1] if flip else thing
    rows = reach(side, thing.shape[0], box.y * side, box.size * side)
    columns = reach(side, thing.shape[1], box.x * side, box.size * side)
    high = (rows @ source.reshape(len(source), -1)).reshape(side, -1, 4)
    return np.asarray(np.clip(columns @ high, 0, 1), dtype=np.float32)


def over(upper: Floats, lower: Floats) -> Floats:
    """One premultiplied picture above another (Porter & Duff 1984)."""
    return np.asarray(upper + lower * (1 - upper[..., 3:]), dtype=np.float32)


def tinted(thing: Floats, colour: str) -> Floats:
    """A premultiplied thing (h, w, 4) in a colour of COLOURS: its hues are turned together, its lights stay.

    Luma and two colour differences as in ITU-R BT.601; a thing without colour of its own takes the new one.
    """
    target = _differences(np.asarray(COLOURS[colour], dtype=np.float32)[None] / np.float32(255))[0]
    alpha: Floats = np.maximum(thing[..., 3:], 1e-6)
    luma, first, second = np.moveaxis(_differences(thing[..., :3] / alpha), -1, 0)
    chroma = first + 1j * second
    strength = np.abs(chroma)
    weight = thing[..., 3] * strength
    mean = (chroma * weight).sum() / max(float(weight.sum()), 1e-6)
    wanted = target[1] + 1j * target[2]
    if abs(wanted) < 0.03:  # white, grey, black: the lights move, the colours go
        shift = float(target[0]) - float((luma * thing[..., 3]).sum() / max(float(thing[..., 3].sum()), 1e-6))
        luma, chroma = luma + 0.8 * shift, chroma * 0.1
    elif abs(mean) > 0.06:
        chroma = chroma * (wanted / mean) * min(1.0, 1.3 * abs(mean) / abs(wanted) + 0.3)
        shift = float(target[0]) - float((luma * weight).sum() / max(float(weight.sum()), 1e-6))
        luma = luma + 0.5 * shift * np.minimum(1, strength / (abs(mean) + 1e-6))
    else:
        chroma = chroma + wanted * np.clip(1 - np.abs(2 * luma - 1), 0.15, 1)
    red = luma + 1.402 * chroma.imag
    blue = luma + 1.772 * chroma.real
    green = (luma - 0.299 * red - 0.114 * blue) / 0.587
    rgb = np.clip(np.stack([red, green, blue], -1), 0, 1) * thing[..., 3:]
    return np.concatenate([rgb, thing[..., 3:]], -1).astype(np.float32)


def _differences(rgb: Floats) -> Floats:
    """Luma, blue difference, red difference (..., 3)."""
    luma = rgb @ np.asarray([0.299, 0.587, 0.114], dtype=np.float32)
    return np.stack([luma, (rgb[..., 2] - luma) / 1.772, (rgb[..., 0] - luma) / 1.402], -1)


def shaken(sketch: Floats, known: float, rng: np.random.Generator) -> Floats:
    """A sketch (16, 16, 4) as uncertain as `known` says: noise of 0.3 (1 - known) on every grain."""
    noise = rng.standard_normal(sketch.shape, dtype=np.float32) * (0.3 * (1 - known))
    return np.asarray(np.clip(sketch + noise * (0.25 + 0.75 * sketch[..., 3:]), 0, 1), dtype=np.float32)


def words_of(text: str) -> list[str]:
    """Lower-case words and numbers of an English text."""
    return re.findall(r"[a-z]+|\d+", text.lower().replace("\u2019", "'").replace("'s", ""))


class Vocabulary:
    """The words that the net has read; id 0 is padding, 1 stands for a prompt without any."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self._ids = {word: number + 2 for number, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words) + 2

    def __contains__(self, word: str) -> bool:
        return word in self._ids

    def ids(self, words: Iterable[str]) -> NDArray[np.int64]:
        """(TOKENS,) ids; words that are not known are left out."""
        found = [self._ids[word] for word in words if word in self._ids][:TOKENS] or [NOTHING]
        return np.asarray(found + [PAD] * (TOKENS - len(found)), dtype=np.int64)
