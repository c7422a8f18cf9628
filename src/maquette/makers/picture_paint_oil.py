"""Oil: a toned ground, then passes of curved strokes from broad to fine, light raking over the relief."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ..media.picture import coded, from_oklab
from .picture_paint_brush import Brush, Canvas, Floats, Ints, Spines, lay, trace
from .picture_paint_field import blur, flow, lab


@dataclass(frozen=True)
class Pass:
    """One pass over the canvas: brushes of one radius, and how wrong a place must be before it is painted again."""

    name: str
    radius: float
    threshold: float  # difference in Oklab
    spread: float  # between strokes, in radii
    brush: Brush

    @property
    def fine(self) -> int:
        """How much finer than the picture its bristles are laid: broad ones need no more than pixels."""
        return 1 if self.radius > 7 else 2


def passes(long_side: int, size: float, detail: float) -> tuple[Pass, ...]:
    """Broad to fine. `size` scales all brushes, `detail` in 0..1 lets more of the fine strokes through."""
    broad = size * long_side / 34
    loose = 1.35 - 0.7 * detail
    every = (
        Pass("underpainting", broad, 0.0, 1.7, Brush(1.5, 0.16, 0.5, 0.42, 0.5, taper=0.2)),
        Pass("large", broad / 2, 0.03 * loose, 1.5, Brush(1.35, 0.12, 0.6, 0.3, 0.8, taper=0.3)),
        Pass("middle", broad / 4, 0.045 * loose, 1.4, Brush(1.2, 0.11, 0.55, 0.22, 1.0)),
        Pass("small", broad / 8, 0.06 * loose, 1.4, Brush(1.05, 0.09, 0.5, 0.15, 1.0)),
        Pass("details", broad / 15, 0.075 * loose, 1.4, Brush(0.9, 0.07, 0.4, 0.05, 0.9)),
    )
    return tuple(one for one in every if one.radius >= 0.9)


def strokes_of(one: Pass, reference: Floats, now: Floats | None, wanted: Floats, seed: int) -> Spines:
    """The strokes of one pass (Hertzmann 1998): one per cell of the grid where the canvas `now` is too far off.

    reference, now  (h, w, 3) sRGB-coded; `wanted` (h, w) 0..1: where finer strokes are welcome
    """
    dice = np.random.default_rng(seed)
    seen = blur(reference, one.radius * 0.45)
    planes = lab(seen)
    off = (
        np.full(planes.shape[:2], 1.0, np.float32)
        if now is None
        else _distance(planes, lab(blur(now, one.radius * 0.6)))
    )
    limit = one.threshold * (1.6 - wanted) if one.radius > 4 else one.threshold * (2.2 - 1.7 * wanted)
    starts = _starts(blur(off, one.radius * 0.4), off, limit, max(2.0, one.radius * one.spread), dice)
    angle, _ = flow(reference, max(3.0, one.radius * 1.2), seed, lean=0.7)
    column, row = starts[:, 0].astype(int), starts[:, 1].astype(int)
    own = planes[row, column]

    def goes_on(which: Ints, points: Floats, index: int) -> np.ndarray:
        x, y = points[:, 0].astype(int), points[:, 1].astype(int)
        away = _distance(planes[y, x], own[which])
        kept = away < (0.14 if now is None else 0.085)
        if now is not None and index >= 1:
            kept &= off[y, x] >= away
        return kept

    steps = 10 if one.radius > 4 else 12
    points, counts = trace(starts, angle, one.radius * 0.8, steps, goes_on, inertia=0.35)
    ends = points[np.arange(len(points)), np.maximum(counts - 1, 0)].astype(int)
    colour = _mixed(own, dice, 0.018)
    second = _mixed(planes[ends[:, 1], ends[:, 0]], dice, 0.03)
    radius = one.radius * dice.uniform(0.7, 1.1, len(points)).astype(np.float32)
    # A brush that can only dab makes a dab: short strokes are made a little longer along their way.
    return _drawn_out(Spines(points, counts, one.radius * 0.8, colour, second, radius), angle)


def _drawn_out(spines: Spines, angle: Floats) -> Spines:
    """Strokes of a single point become dabs of three."""
    points, counts = spines.points.copy(), spines.counts.copy()
    short = np.flatnonzero(counts < 3)
    if len(short):
        centre = points[short, 0]
        slant = angle[centre[:, 1].astype(int), centre[:, 0].astype(int)]
        way = np.stack([np.cos(slant), np.sin(slant)], axis=1) * spines.step
        for at in range(3):
            points[short, at] = centre + (at - 1) * way
        counts[short] = 3
    return Spines(points, counts, spines.step, spines.colour, spines.second, spines.radius)


def _starts(off: Floats, exact: Floats, limit: Floats, grid: float, dice: np.random.Generator) -> Floats:
    """(n, 2) where strokes begin, in random order: in every cell that is wrong enough, at a wrong place of it."""
    high, wide = off.shape
    rows, columns = max(1, round(high / grid)), max(1, round(wide / grid))
    tries = 3
    y = (np.arange(rows)[:, None, None] + dice.random((rows, columns, tries))) * high / rows
    x = (np.arange(columns)[None, :, None] + dice.random((rows, columns, tries))) * wide / columns
    x, y = np.minimum(x, wide - 1), np.minimum(y, high - 1)
    at = exact[y.astype(int), x.astype(int)].argmax(axis=2)[..., None]
    x, y = np.take_along_axis(x, at, 2).ravel(), np.take_along_axis(y, at, 2).ravel()
    wrong = off[y.astype(int), x.astype(int)] > limit[y.astype(int), x.astype(int)]
    found = np.stack([x[wrong], y[wrong]], axis=1).astype(np.float32)
    return found[dice.permutation(len(found))]


def _distance(one: Floats, other: Floats) -> Floats:
    """Difference in Oklab, hue counted twice."""
    gap = (one - other) * np.array([1, 2, 2], np.float32)
    return np.sqrt((gap * gap).sum(axis=-1)).astype(np.float32)


def _mixed(planes: Floats, dice: np.random.Generator, spread: float) -> Floats:
    """Colours as a painter mixes them: never twice the same, a little purer than the photograph's."""
    found = planes.astype(np.float32) * np.array([1, 1.12, 1.12], np.float32)
    found += dice.normal(0, spread, found.shape).astype(np.float32) * np.array([1, 0.4, 0.4], np.float32)
    return np.clip(coded(np.clip(from_oklab(found), 0, 1)), 0, 1).astype(np.float32)


def lit(rgb: Floats, relief: Floats, weave: Floats, strength: float = 1.0) -> Floats:
    """The canvas under a raking light from the upper left: ridges shine, furrows lie in shade.

    relief  (h, w) 0..1 height of the paint; `weave` (h, w) 0..1 of the cloth, felt where the paint is thin
    """
    body = blur(relief, 0.6) * 1.0 + 0.16 * weave * (1.1 - relief)
    right, down = np.gradient(body, axis=1), np.gradient(body, axis=0)
    slope = -(0.6 * right + 0.8 * down)
    shade = np.clip(slope * 2.0 * strength, -0.2, 0.22)
    shine = np.clip(slope - 0.06, 0, 0.2) * 0.9 * strength
    return np.clip(rgb * (1 + shade)[..., None] + shine[..., None], 0, 1).astype(np.float32)
