"""A brush: it traces strokes along a field of directions, and lays them on a canvas bristle by bristle.

A stroke is a ribbon: its spine is cut into rungs, every rung into samples, every sample is a bristle that leaves paint
on one fine pixel. All strokes of a pass are laid by the same few array operations; where they overlap, the later one
lies on top. Curved strokes after Hertzmann 1998 ("Painterly rendering with curved brush strokes of multiple sizes").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .picture_paint_field import blur

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_SPACING = 0.7  # between samples in fine pixels: at any slant no pixel is skipped
_MOST = 1_500_000  # samples laid at once
_ROWS, _COLUMNS = 512, 256  # the table of bristles: along the stroke, across it


@dataclass(frozen=True, eq=False)
class Spines:
    """Many strokes of one kind: what is needed to lay them.

    points   (n, l, 2) x, y in pixels of the picture, `counts` (n,) of them used, a fixed `step` apart
    colour   (n, 3) sRGB-coded 0..1; `second` (n, 3): what the brush had picked up on its other side
    radius   (n,) half the width in pixels
    """

    points: Floats
    counts: Ints
    step: float
    colour: Floats
    second: Floats
    radius: Floats

    def __len__(self) -> int:
        return len(self.counts)

    def part(self, chosen: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Spines:
        """Some of the strokes, in the order given."""
        return Spines(
            self.points[chosen],
            self.counts[chosen],
            self.step,
            self.colour[chosen],
            self.second[chosen],
            self.radius[chosen],
        )


@dataclass(frozen=True)
class Brush:
    """How a brush leaves its paint."""

    bristle: float = 1.1  # pixels between bristles
    streaks: float = 0.10  # how much lighter and darker bristles are
    mixing: float = 0.5  # how far the second colour shows
    dryness: float = 0.25  # share of bristles that have run dry at the end of a stroke
    thickness: float = 1.0  # how high the paint stands
    opacity: float = 1.0
    taper: float = 0.35  # how much of the width is lost towards the end
    ragged: float = 1.0  # how unevenly bristles begin and end, in radii


@dataclass(eq=False)
class Canvas:
    """Paint on a ground: colour and height on a grid `fine` times finer than the picture."""

    width: int
    height: int
    fine: int
    rgb: NDArray[np.uint8] = field(init=False)  # (height * fine, width * fine, 3)
    relief: NDArray[np.uint8] = field(init=False)  # (height * fine, width * fine): how high the paint stands
    top: NDArray[np.int32] = field(init=False, repr=False)  # which sample lies uppermost, while strokes are laid

    def __post_init__(self) -> None:
        shape = (self.height * self.fine, self.width * self.fine)
        self.rgb = np.zeros((*shape, 3), np.uint8)
        self.relief = np.zeros(shape, np.uint8)
        self.top = np.zeros(shape[0] * shape[1], np.int32)

    def refined(self, fine: int) -> Canvas:
        """The same paint on a finer grid."""
        if fine == self.fine:
            return self
        found = Canvas(self.width, self.height, fine)
        size = (self.width * fine, self.height * fine)
        found.rgb = np.array(Image.fromarray(self.rgb).resize(size, Image.Resampling.BICUBIC))
        found.relief = np.array(Image.fromarray(self.relief).resize(size, Image.Resampling.BICUBIC))
        return found

    def colours(self) -> Floats:
        """(height, width, 3) in 0..1, fine pixels averaged."""
        return _mean(self.rgb, self.fine) / np.float32(255)

    def heights(self) -> Floats:
        """(height, width) in 0..1."""
        return _mean(self.relief[..., None], self.fine)[..., 0] / np.float32(255)


def _mean(array: NDArray[np.uint8], fine: int) -> Floats:
    """Means of fine x fine blocks."""
    total = np.zeros((array.shape[0] // fine, array.shape[1] // fine, array.shape[2]), np.uint16)
    for row in range(fine):
        for column in range(fine):
            total += array[row::fine, column::fine]
    return total.astype(np.float32) / np.float32(fine * fine)


def trace(
    starts: Floats,
    angle: Floats,
    step: float,
    steps: int,
    goes_on: Callable[[Ints, Floats, int], NDArray[np.bool_]],
    *,
    turn: Floats | float = 0.0,
    inertia: float = 0.5,
) -> tuple[Floats, Ints]:
    """Lines through `starts` (n, 2) along `angle` (h, w), half of their `steps` to each side.

    `goes_on(which, points, index)` says for lines `which` whether they may run to `points`. `inertia` in 0..1 keeps a
    line from following every twist. Gives points (n, steps + 1, 2), the used ones first, and their counts (n,).
    """
    n, half = len(starts), max(1, steps // 2)
    sides = [_side(starts, angle, step, half, goes_on, turn, inertia, sign) for sign in (1.0, -1.0)]
    (ahead, reached), (back, before) = sides
    points = np.repeat(starts[:, None, :], 2 * half + 1, axis=1).astype(np.float32)
    counts = (reached + before + 1).astype(np.int64)
    column = np.arange(2 * half + 1)[None, :]
    place = column - before[:, None]  # 0 is the start, negative is behind it
    rows = np.arange(n)[:, None]
    behind, front = np.clip(-place - 1, 0, half - 1), np.clip(place - 1, 0, half - 1)
    points = np.where(
        (place < 0)[..., None], back[rows, behind], np.where((place > 0)[..., None], ahead[rows, front], points)
    )
    return points.astype(np.float32), counts


def _side(
    starts: Floats,
    angle: Floats,
    step: float,
    half: int,
    goes_on: Callable[[Ints, Floats, int], NDArray[np.bool_]],
    turn: Floats | float,
    inertia: float,
    sign: float,
) -> tuple[Floats, Ints]:
    n, (high, wide) = len(starts), angle.shape
    points = np.repeat(starts[:, None, :], half, axis=1).astype(np.float32)
    counts = np.zeros(n, np.int64)
    alive = np.arange(n)
    here = starts.astype(np.float32).copy()
    ways = np.zeros((n, 2), np.float32)
    for index in range(half):
        column = np.clip(here[alive, 0].astype(np.int64), 0, wide - 1)
        row = np.clip(here[alive, 1].astype(np.int64), 0, high - 1)
        slant = angle[row, column] + (turn[alive] if isinstance(turn, np.ndarray) else turn)
        way = np.stack([np.cos(slant), np.sin(slant)], axis=1)
        if index == 0:
            way *= sign
        else:
            old = ways[alive]
            way *= np.where((way * old).sum(axis=1) < 0, -1.0, 1.0)[:, None].astype(np.float32)
            way = way * (1 - inertia) + old * inertia
            way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)[:, None]
        ways[alive] = way
        there = here[alive] + np.float32(step) * way
        inside = (there[:, 0] >= 0) & (there[:, 0] < wide) & (there[:, 1] >= 0) & (there[:, 1] < high)
        clipped = np.clip(there, 0, [wide - 1, high - 1]).astype(np.float32)
        kept = inside & goes_on(alive, clipped, index)
        alive, there = alive[kept], there[kept]
        if not len(alive):
            break
        here[alive] = there
        points[alive, index] = there
        counts[alive] += 1
    return points, counts


@lru_cache(1)
def bristles() -> Floats:
    """(512, 256) in 0..1: long smooth streaks along, sharp differences across; it closes on itself both ways."""
    dice = np.random.default_rng(17)
    noise = dice.normal(size=(_ROWS, _COLUMNS))
    along = np.fft.fftfreq(_ROWS)[:, None] * 40
    across = np.fft.fftfreq(_COLUMNS)[None, :] * 0.9
    kept = np.exp(-(along**2)) * np.exp(-(across**2))
    streaks = np.fft.ifft2(np.fft.fft2(noise) * kept).real
    slow = np.fft.ifft2(np.fft.fft2(noise[::-1]) * np.exp(-(along**2)) * np.exp(-((across * 5) ** 2))).real
    mixed = streaks / streaks.std() + 0.8 * slow / slow.std()
    order = np.argsort(np.argsort(mixed.ravel())).reshape(mixed.shape)
    return (order / (order.size - 1)).astype(np.float32)


def lay(canvas: Canvas, spines: Spines, brush: Brush, seed: int) -> None:
    """Paint all strokes onto the canvas, the first one lowest."""
    if not len(spines):
        return
    dice = np.random.default_rng(seed)
    table = bristles()
    shifts = np.stack([dice.integers(0, _ROWS, len(spines)), dice.integers(0, _COLUMNS, len(spines))], axis=1)
    lengths = np.maximum((spines.counts - 1) * spines.step, 0.2).astype(np.float32)
    rungs = np.ceil(lengths * canvas.fine / _SPACING).astype(np.int64) + 1
    across = np.ceil(2 * spines.radius.max() * canvas.fine / _SPACING) + 1
    ends = np.cumsum(rungs * int(across)) // _MOST
    for value in np.unique(ends):
        chosen = np.flatnonzero(ends == value)
        _lay_some(canvas, spines.part(chosen), brush, table, shifts[chosen], lengths[chosen], rungs[chosen])


def _lay_some(
    canvas: Canvas, spines: Spines, brush: Brush, table: Floats, shifts: Ints, lengths: Floats, rungs: Ints
) -> None:
    fine = canvas.fine
    which = np.repeat(np.arange(len(spines)), rungs)
    index = np.arange(len(which)) - np.repeat(np.cumsum(rungs) - rungs, rungs)
    share = (index / np.maximum(rungs[which] - 1, 1)).astype(np.float32)
    run = share * lengths[which]
    centre, normal = along(spines, which, run)
    radius = spines.radius[which] * _profile(share, run, lengths[which], spines.radius[which], brush.taper)
    samples = int(np.ceil(2 * spines.radius.max() * fine / _SPACING)) + 1
    v = np.linspace(-1, 1, samples, dtype=np.float32)
    offset = radius[:, None] * v[None, :]
    x = ((centre[:, 0:1] + normal[:, 0:1] * offset) * fine).astype(np.int32)
    y = ((centre[:, 1:2] + normal[:, 1:2] * offset) * fine).astype(np.int32)
    # Bristles keep their place across the stroke; the table is walked slowly along it.
    column = ((spines.radius[which][:, None] * v[None, :]) / brush.bristle).astype(np.int32) + shifts[
        which, 1:2
    ].astype(np.int32)
    row = (run * (1.6 / max(brush.bristle, 0.3))).astype(np.int32) + shifts[which, 0].astype(np.int32)
    hair = table[(row % _ROWS)[:, None], column & (_COLUMNS - 1)]
    kept = (x >= 0) & (x < canvas.width * fine) & (y >= 0) & (y < canvas.height * fine)
    kept &= _touches(brush, table, shifts[which, 0], column, run, lengths[which], spines.radius[which], share, hair)
    place = (y * np.int32(canvas.width * fine) + x)[kept]
    _paint(canvas, place, kept, which, v, hair, spines, brush)


def _profile(share: Floats, run: Floats, length: Floats, radius: Floats, taper: float) -> Floats:
    """How wide the stroke is along its way, 0..1: round where the brush is set down, thinner where it leaves."""
    down = np.clip(run / np.maximum(0.8 * radius, 0.3), 0, 1)
    up = np.clip((length - run) / np.maximum(1.1 * radius, 0.3), 0, 1)
    caps = np.sqrt(np.maximum(1 - (1 - down) ** 2, 0.0)) * (0.35 + 0.65 * np.sqrt(np.maximum(1 - (1 - up) ** 2, 0.0)))
    return np.asarray(caps * (1 - taper * share**1.5), np.float32)


def _touches(
    brush: Brush,
    table: Floats,
    shift: Ints,
    column: NDArray[np.int32],
    run: Floats,
    length: Floats,
    radius: Floats,
    share: Floats,
    hair: Floats,
) -> NDArray[np.bool_]:
    """Which bristles touch: they are set down and lifted one by one, and some run dry on the way."""
    uneven = table[((shift * 7) % _ROWS)[:, None], column & (_COLUMNS - 1)]
    reach = (brush.ragged * radius)[:, None]
    touching: NDArray[np.bool_] = (length - run)[:, None] >= reach * (uneven - 0.35)
    touching &= run[:, None] >= 0.4 * reach * (0.6 - uneven)
    if brush.dryness > 0:
        touching &= hair >= (brush.dryness * (0.15 + 0.85 * share * share))[:, None]
    return touching


def _paint(
    canvas: Canvas,
    place: NDArray[np.int32],
    kept: NDArray[np.bool_],
    which: Ints,
    v: Floats,
    hair: Floats,
    spines: Spines,
    brush: Brush,
) -> None:
    # Of all samples on a pixel only the last is seen: the others need no colour.
    order = np.arange(len(place), dtype=np.int32)
    canvas.top[place] = order
    seen = canvas.top[place] == order
    place, sample = place[seen], np.flatnonzero(kept.ravel())[seen]
    stroke, side, value = which[sample // len(v)], v[sample % len(v)], hair.ravel()[sample]
    mix = np.clip(0.5 + 0.9 * side * (0.4 + value), 0, 1) * np.float32(brush.mixing)
    tone = 1 + np.float32(2 * brush.streaks) * (value - np.float32(0.5))
    flat = canvas.rgb.reshape(-1, 3)
    colours = np.empty((len(place), 3), np.uint8)
    for channel in range(3):
        first, second = spines.colour[:, channel], (spines.second - spines.colour)[:, channel]
        paint = (first[stroke] + second[stroke] * mix) * tone * np.float32(255)
        if brush.opacity < 1:
            old = flat[place, channel]
            paint = old + (paint - old) * np.float32(brush.opacity)
        colours[:, channel] = np.clip(paint, 0, 255)
    flat[place] = colours
    ridge = 0.45 + 0.4 * value + 0.25 * side**4
    canvas.relief.reshape(-1)[place] = np.clip(ridge * np.float32(170 * brush.thickness), 0, 255).astype(np.uint8)


def along(spines: Spines, which: Ints, run: Floats) -> tuple[Floats, Floats]:
    """Where strokes `which` are after `run` pixels of way, (r, 2), and their unit normals there (Catmull-Rom)."""
    last = np.maximum(spines.counts[which] - 1, 0)
    at = np.minimum(run / np.float32(spines.step), last.astype(np.float32))
    base = np.minimum(at.astype(np.int64), np.maximum(last - 1, 0))
    t = (at - base)[:, None].astype(np.float32)
    p0, p1 = spines.points[which, np.maximum(base - 1, 0)], spines.points[which, base]
    p2, p3 = spines.points[which, np.minimum(base + 1, last)], spines.points[which, np.minimum(base + 2, last)]
    a, b, c = 2 * p0 - 5 * p1 + 4 * p2 - p3, 3 * (p1 - p2) + p3 - p0, p2 - p0
    centre = p1 + 0.5 * t * (c + t * (a + t * b))
    way = 0.5 * (c + t * (2 * a + 3 * t * b))
    size = np.hypot(way[:, 0], way[:, 1])
    way[size < 1e-6] = (1, 0)
    way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)[:, None]
    return centre.astype(np.float32), np.stack([-way[:, 1], way[:, 0]], axis=1).astype(np.float32)


def smoothed(reference: Floats, radius: float) -> Floats:
    """What a brush of this radius can see of the picture."""
    return blur(reference, radius * 0.5)
