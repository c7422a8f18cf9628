"""A picture laid into a palette, or shifted towards it.

    smooth      no fixed colours: each colour moves as its own palette moves onto the other; tones stay
    none        every pixel the nearest colour
    ordered     a regular pattern of 8 x 8 thresholds (Bayer 1973): for pixel art and animation, it stands still
    noise       thresholds without a pattern or clumps (blue noise)
    diffusion   each pixel hands its error on (Floyd and Steinberg 1976): the nearest to the original at a distance

Nearness is taken in Oklab, errors are handed on in light, so that a field of dots has the brightness of what it
stands for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..core.registry import nearest
from ..media import picture as p
from ..media.picture_profile import to_srgb
from ..media.picture_size import fits
from .picture_palette import Array, Palette, find_palette, nearest_colours
from .picture_style_filters import blur

WAYS = ("smooth", "none", "ordered", "noise", "diffusion")
PARTNERS = 12  # colours that the nearest is tried with
TILE = 64  # px of the tile of blue noise


def recolour(picture: p.Picture, palette: Palette, *, way: str = "diffusion", seed: int = 0) -> p.Picture:
    """`picture` in the colours of `palette`; its alpha stays. Raises UsageError for an unknown way."""
    if way not in WAYS:
        raise UsageError(f"there is no way of dithering called {way!r}", mend=nearest(way, WAYS))
    fits(*picture.size, 140)
    picture = to_srgb(picture)
    values = p.floats(picture)
    light = p.linear(values[..., :3])
    if way == "smooth":
        rgb = p.coded(np.clip(p.from_oklab(_shifted(picture, light, palette, seed)), 0, 1))
    else:
        rgb = _laid(light, palette, way)
    return p.from_floats(np.concatenate([rgb, values[..., 3:]], -1), like=picture)


def _laid(light: Array, palette: Palette, way: str) -> Array:
    colours = palette.oklab()
    exact = np.array([one.rgb for one in palette.swatches], dtype=np.float32) / 255
    if way == "diffusion":
        lights = p.linear(exact)
        within = _within(light.reshape(-1, 3), p.oklab(light).reshape(-1, 3), colours, lights)
        return np.asarray(exact[_diffused(within.reshape(light.shape), lights, colours)], dtype=np.float32)
    lab = p.oklab(light)
    if way != "none":
        high, wide = light.shape[:2]
        tile = bayer(3) if way == "ordered" else blue_noise(TILE)
        pattern = np.tile(tile, (-(-high // len(tile)), -(-wide // len(tile))))[:high, :wide]
        chosen = _between(lab.reshape(-1, 3), colours, p.linear(exact), pattern.ravel())
    else:
        chosen = nearest_colours(lab.reshape(-1, 3), colours)
    return np.asarray(exact[chosen].reshape(light.shape), dtype=np.float32)


def _between(lab: Array, colours: Array, lights: Array, pattern: Array) -> NDArray[np.int64]:
    """Of the nearest colour and the one that completes it, the one that the threshold of the place chooses."""
    found = np.empty(len(lab), dtype=np.int64)
    for start in range(0, len(lab), 1 << 14):
        first, second, share, _ = _pairs(lab[start : start + (1 << 14)], colours, lights)
        found[start : start + (1 << 14)] = np.where(pattern[start : start + (1 << 14)] < share, second, first)
    return found


def _pairs(lab: Array, colours: Array, lights: Array) -> tuple[NDArray[np.int64], NDArray[np.int64], Array, Array]:
    """The nearest colour, the one with which it mixes closest to what is wanted, its share, and what is amiss.

    Shares are of light: a field of dots has the brightness of what it stands for.
    """
    wanted = p.from_oklab(lab)
    first = nearest_colours(lab, colours)
    apart = ((colours[:, None] - colours[None]) ** 2).sum(-1)
    partners = np.argsort(apart, axis=1, kind="stable")[:, : PARTNERS + 1]
    amiss = ((lab - colours[first]) ** 2).sum(1)
    least, second, share = amiss.copy(), first.copy(), np.zeros(len(lab), dtype=np.float32)
    for rank in range(1, partners.shape[1]):
        other = partners[first, rank]
        along = lights[other] - lights[first]
        ratio = ((wanted - lights[first]) * along).sum(1) / np.maximum((along**2).sum(1), 1e-9)
        ratio = np.clip(ratio, 0, 1)
        mixed = p.oklab(lights[first] + ratio[:, None] * along)
        error = ((mixed - lab) ** 2).sum(1)
        # Two colours far apart flicker: a small price for the distance between them.
        price = error + 0.06 * apart[first, other] * ratio * (1 - ratio)
        better = price < least
        least, amiss = np.where(better, price, least), np.where(better, error, amiss)
        second, share = np.where(better, other, second), np.where(better, ratio, share)
    return first, second, share, amiss


def _within(light: Array, lab: Array, colours: Array, lights: Array) -> Array:
    """Light that the palette can mix: a colour beyond its reach becomes the nearest mixture of two.

    Without this the errors of a red field in a palette without red pile up, and all comes out as one colour.
    """
    found = np.empty_like(light)
    for start in range(0, len(lab), 1 << 14):
        where = slice(start, start + (1 << 14))
        first, second, share, amiss = _pairs(lab[where], colours, lights)
        mixed = lights[first] + share[:, None] * (lights[second] - lights[first])
        beyond = np.clip((np.sqrt(amiss) - 0.015) / 0.02, 0, 1)[:, None]
        found[where] = light[where] + beyond * (mixed - light[where])
    return found


def _diffused(light: Array, lights: Array, colours: Array) -> NDArray[np.int64]:
    """Error diffusion, along slanted lines: a pixel needs its left neighbour and three above, so all pixels with one
    x + 2 y can be done at once."""
    high, wide = light.shape[:2]
    # Room at both sides, so that no error falls off at the edge of an index.
    waiting = np.zeros((high + 1, wide + 2, 3), dtype=np.float32)
    waiting[:high, 1 : wide + 1] = light
    chosen = np.zeros((high, wide), dtype=np.int64)
    low, top = lights.min(0) - 1, lights.max(0) + 1
    for step in range(wide + 2 * (high - 1)):
        rows = np.arange(max(0, -(-(step - wide + 1) // 2)), min(high - 1, step // 2) + 1)
        columns = step - 2 * rows
        # Errors that no colour of the palette can take up must not pile up.
        wanted = np.clip(waiting[rows, columns + 1], low, top)
        pick = nearest_colours(p.oklab(np.maximum(wanted, 0)), colours)
        chosen[rows, columns] = pick
        error = wanted - lights[pick]
        waiting[rows, columns + 2] += error * np.float32(7 / 16)
        waiting[rows + 1, columns] += error * np.float32(3 / 16)
        waiting[rows + 1, columns + 1] += error * np.float32(5 / 16)
        waiting[rows + 1, columns + 2] += error * np.float32(1 / 16)
    return chosen


def bayer(order: int) -> Array:
    """Thresholds of side 2^order, in (0, 1)."""
    tile = np.zeros((1, 1), dtype=np.float64)
    for _ in range(order):
        tile = np.block([[4 * tile, 4 * tile + 2], [4 * tile + 3, 4 * tile + 1]])
    return ((tile + 0.5) / tile.size).astype(np.float32)


def blue_noise(side: int) -> Array:
    """Thresholds in (0, 1) of which near ones differ: white noise whose low frequencies are taken out, again and again
    ranked (after Ulichney 1988)."""
    noise = np.random.default_rng(1).random((side, side)).astype(np.float32)
    for _ in range(24):
        wrapped = np.pad(noise, side // 2, mode="wrap")
        low = blur(wrapped, 1.6)[side // 2 : side // 2 + side, side // 2 : side // 2 + side]
        ranks = (noise - low).ravel().argsort().argsort()
        noise = ((ranks + 0.5) / side**2).reshape(side, side).astype(np.float32)
    return noise


def _shifted(picture: p.Picture, light: Array, palette: Palette, seed: int) -> Array:
    """Each colour moved as the picture's own palette moves onto the other (after Chang et al. 2015)."""
    lab = p.oklab(light)
    own = find_palette(picture, max(2, min(len(palette.swatches), 12)), seed=seed).oklab()
    # Both run from dark to light; each own colour goes to the place of the other palette with its rank.
    theirs = palette.oklab()
    theirs = theirs[np.argsort(theirs[:, 0])]
    place = np.linspace(0, len(theirs) - 1, len(own))
    low = np.floor(place).astype(np.int64)
    part = (place - low)[:, None]
    goal = theirs[low] * (1 - part) + theirs[np.minimum(low + 1, len(theirs) - 1)] * part
    apart = np.sqrt(((own[:, None] - own[None]) ** 2).sum(-1)) + 9.0 * np.eye(len(own), dtype=np.float32)
    width = 0.4 * min(max(0.05, float(apart.min(1).mean())), 0.3)  # one's own place decides, its neighbours soften
    moved = np.empty_like(lab)
    shift = (goal - own).astype(np.float32)
    for row in range(0, lab.shape[0], 64):
        some = lab[row : row + 64]
        away = ((some[..., None, :] - own) ** 2).sum(-1)
        weight = np.exp(-(away - away.min(-1, keepdims=True)) / (2 * width**2))
        moved[row : row + 64] = some + (weight / weight.sum(-1, keepdims=True)) @ shift
    return moved
