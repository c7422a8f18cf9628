"""A stand-in for a net of pictures: a small memory of things, and the ideal net of pictures that look like sketches."""

from __future__ import annotations

from typing import Any

import numpy as np

from maquette.encodings import pixels as px
from maquette.encodings.pixels_memory import Entry, Memory
from maquette.makers.picture import PictureMaker
from maquette.makers.picture_net import OpenNet

THINGS = (
    ("cat", "emoji", ("pet",)), ("dog", "emoji", ("pet",)), ("star", "emoji", ()), ("house", "emoji", ("home",)),
    ("red apple", "emoji", ("fruit",)), ("hat", "emoji", ()), ("fox", "emoji", ()), ("coffee", "emoji", ()),
    ("sun behind cloud", "emoji", ()), ("cat", "tile", ()), ("teacher", "emoji", ()), ("grinning face", "emoji",
    ("happy",)), ("robot", "emoji", ()), ("elephant", "emoji", ()), ("cup", "emoji", ()),
)  # fmt: skip
NAMES = {
    "ru": {"кошка": [0], "собака": [1], "звезда": [2], "дом": [3], "красное яблоко": [4], "шляпа": [5]},
    "de": {"hund": [1]},
    "ja": {"犬": [1]},
}
WORDS = "red blue yellow two three left right of above behind cat dog star house apple hat fox happy".split()  # noqa: SIM905


def memory() -> Memory:
    """Fifteen things; each is remembered as a disc of its own colour."""
    entries = [Entry(name, family, keys, "", name == "teacher") for name, family, keys in THINGS]
    grid = np.hypot(*np.mgrid[-7.5:8, -7.5:8])
    disc = np.clip(8 - grid, 0, 1)
    hues = np.random.default_rng(3).uniform(0.2, 1, (len(THINGS), 1, 1, 3))
    looks = np.concatenate([hues * disc[None, ..., None], np.broadcast_to(disc[None, ..., None], (15, 16, 16, 1))], -1)
    return Memory(entries, px.grains(np.zeros((1, 64, 64, 4), np.float32)).astype(np.uint8) + _bytes(looks), NAMES)


def _bytes(values: Any) -> Any:
    return (values * 255 + 0.5).astype(np.uint8)


class Ideal:
    """The exact denoiser of pictures that are normal around their sketch, as far as it is known."""

    def __init__(self) -> None:
        self.looks = 0

    def denoise(self, x: Any, sigma: Any, asked: Any) -> Any:
        self.looks += 1
        level, spread = sigma[:, None, None, None] ** 2, np.float32(0.1**2)
        middle = asked.known[:, None, None, None] * (asked.sketch + 1) - 1
        return ((spread * x + level * middle) / (spread + level)).astype(np.float32)


def net() -> OpenNet:
    return OpenNet(Ideal(), memory(), {"words": WORDS})  # type: ignore[arg-type]


def maker() -> PictureMaker:
    return PictureMaker(None, net())
