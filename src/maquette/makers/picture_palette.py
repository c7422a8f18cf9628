"""The palette of a picture: the few colours that stand for all of it, and pictures laid into a palette.

Colours are found by k-means in Oklab, where equal steps look equal (Lloyd 1982; seeded by k-means++, Arthur and
Vassilvitskii 2007; best of RESTARTS). `picture_palette_files` writes and reads the palettes of other programs,
`picture_palette_dither` lays pictures into one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..media import picture as p
from ..media.picture_profile import to_srgb

Array = NDArray[np.float32]
MOST = 256
RESTARTS = 4
ROUNDS = 40
HUE_COUNTS = np.array([1.0, 2.0, 2.0], dtype=np.float32)  # a little red in much green is a colour of its own
CROWD = 0.7  # power of the number of pixels: below 1, so that small bright things are not outvoted
HUES = (  # where each name ends on Oklab's circle of hues, in degrees
    (15, "pink"),
    (42, "red"),
    (66, "orange"),
    (88, "ochre"),
    (112, "yellow"),
    (128, "lime"),
    (160, "green"),
    (200, "teal"),
    (235, "sky blue"),
    (280, "blue"),
    (310, "violet"),
    (345, "magenta"),
    (361, "pink"),
)


@dataclass(frozen=True)
class Swatch:
    """One colour of a palette."""

    rgb: tuple[int, int, int]  # sRGB, 0..255
    share: float = 0.0  # of the picture it stands for, 0..1; 0 where nobody counted
    name: str = ""

    @property
    def hex(self) -> str:
        """#rrggbb."""
        return "#" + "".join(f"{value:02x}" for value in self.rgb)


@dataclass(frozen=True)
class Palette:
    """Colours in their order, with a title."""

    swatches: tuple[Swatch, ...]
    title: str = "palette"

    def oklab(self) -> Array:
        """(n, 3)."""
        rgb = np.array([one.rgb for one in self.swatches], dtype=np.float32) / 255
        return p.oklab(p.linear(rgb))


def find_palette(picture: p.Picture, count: int = 8, *, seed: int = 0) -> Palette:
    """The `count` colours that stand for a picture with the least error, from dark to light.

    Transparent pixels do not count. Gives fewer where the picture has fewer colours. Raises UsageError for a count
    outside 1..256 and for a picture that is transparent all over.
    """
    if not 1 <= count <= MOST:
        raise UsageError(f"a palette cannot have {count} colours", mend=f"1 to {MOST}")
    colours, weights = _counted(to_srgb(picture))
    means = clusters(colours * HUE_COUNTS, weights**CROWD, count, np.random.default_rng(seed)) / HUE_COUNTS
    owner = nearest_colours(colours * HUE_COUNTS, means * HUE_COUNTS)
    shares = np.bincount(owner, weights, len(means)) / weights.sum()
    rgb = p.integers(p.coded(np.clip(p.from_oklab(means), 0, 1)))
    order = np.argsort(means[:, 0], kind="stable")
    named = _named([(tuple(int(v) for v in rgb[one]), means[one]) for one in order if shares[one] > 0])
    kept = [float(shares[one]) for one in order if shares[one] > 0]
    swatches = (Swatch(rgb, share, name) for (rgb, name), share in zip(named, kept, strict=True))
    return Palette(tuple(swatches), picture.title or "palette")


def _counted(picture: p.Picture) -> tuple[Array, NDArray[np.float64]]:
    """The colours of a picture in OKLab, those that are nearly one counted together, and how often each comes."""
    values = p.floats(picture)
    seen = values[values[..., 3] > 0.02]
    if not len(seen):
        raise UsageError("the picture is transparent all over: it has no colours", mend="name another picture")
    coarse = (seen[:, :3] * 63 + 0.5).astype(np.int64)
    key = coarse[:, 0] << 12 | coarse[:, 1] << 6 | coarse[:, 2]
    found, owner = np.unique(key, return_inverse=True)
    weights = np.bincount(owner, seen[:, 3], len(found)).astype(np.float64)
    sums = np.stack([np.bincount(owner, seen[:, 3] * seen[:, channel], len(found)) for channel in range(3)], 1)
    return p.oklab(p.linear((sums / weights[:, None]).astype(np.float32))), weights


def clusters(colours: Array, weights: NDArray[np.float64], count: int, dice: np.random.Generator) -> Array:
    """Weighted k-means: (n, 3) and (n,) to at most `count` means (k, 3)."""
    if len(colours) <= count:
        return colours
    best, least = colours[:count], np.inf
    for _ in range(RESTARTS):
        means = _seeded(colours, weights, count, dice)
        error = np.inf
        for _ in range(ROUNDS):
            distance = _distances(colours, means)
            owner = distance.argmin(1)
            now = float((weights * distance[np.arange(len(colours)), owner]).sum())
            total = np.bincount(owner, weights, count)
            sums = np.stack([np.bincount(owner, weights * colours[:, axis], count) for axis in range(3)], 1)
            means = np.where(total[:, None] > 0, sums / np.maximum(total[:, None], 1e-9), means).astype(np.float32)
            if now > error * (1 - 1e-4):
                break
            error = now
        if now < least:
            best, least = means, now
    return best


def _seeded(colours: Array, weights: NDArray[np.float64], count: int, dice: np.random.Generator) -> Array:
    means = [colours[dice.choice(len(colours), p=weights / weights.sum())]]
    away = np.full(len(colours), np.inf)
    while len(means) < count:
        away = np.minimum(away, ((colours - means[-1]) ** 2).sum(1))
        chance = away * weights
        if chance.sum() <= 0:
            break
        means.append(colours[dice.choice(len(colours), p=chance / chance.sum())])
    return np.array(means, dtype=np.float32)


def _distances(colours: Array, means: Array) -> Array:
    return np.asarray((means**2).sum(1) - 2 * colours @ means.T + (colours**2).sum(1)[:, None], dtype=np.float32)


def nearest_colours(colours: Array, means: Array) -> NDArray[np.int64]:
    """The number of the nearest of `means` (k, 3) for each of `colours` (n, 3)."""
    found = np.empty(len(colours), dtype=np.int64)
    constant = (means**2).sum(1)
    for start in range(0, len(colours), 1 << 16):
        part = colours[start : start + (1 << 16)]
        found[start : start + (1 << 16)] = (constant - 2 * part @ means.T).argmin(1)
    return found


def _named(colours: list[tuple[tuple[int, ...], Array]]) -> list[tuple[tuple[int, int, int], str]]:
    """A name for each, told apart by numbers where two would have the same."""
    words = [name_of(lab) for _, lab in colours]
    told: list[tuple[tuple[int, int, int], str]] = []
    for number, ((rgb, _), word) in enumerate(zip(colours, words, strict=True)):
        before = words[:number].count(word)
        red, green, blue = rgb
        told.append(((red, green, blue), f"{word} {before + 1}" if words.count(word) > 1 else word))
    return told


def name_of(lab: Array) -> str:
    """A plain name for an Oklab colour: dark teal, pale ochre, gray."""
    light, chroma = float(lab[0]), float(np.hypot(lab[1], lab[2]))
    if chroma < 0.02:
        steps = ((0.12, "black"), (0.4, "dark gray"), (0.7, "gray"), (0.93, "light gray"), (9.0, "white"))
        return next(word for end, word in steps if light < end)
    degrees = float(np.degrees(np.arctan2(lab[2], lab[1])) % 360)
    hue = next(word for end, word in HUES if degrees < end)
    if hue in ("orange", "ochre", "red") and light < 0.5 and chroma < 0.12:
        hue = "brown"
    depth = "dark " if light < 0.38 else "pale " if light > 0.82 and chroma < 0.1 else "light " if light > 0.76 else ""
    muted = "grayish " if chroma < 0.045 else ""
    return f"{depth}{muted}{hue}"
