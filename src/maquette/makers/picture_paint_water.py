"""A watercolour in the making: a faint drawing, washes from broad to fine, white paper where it is lightest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..core.progress import OnProgress, Progress
from .picture_paint_dry import rubbed, sketch_marks
from .picture_paint_field import Floats, scaled
from .picture_paint_paper import grain, sheet
from .picture_paint_strokes import Stroke, closed_line
from .picture_paint_wash import Glaze, glazes, margin, wash
from .picture_regions import few_colours, nearest
from .picture_trace_curves import loops_of, polygon_of

if TYPE_CHECKING:
    from .picture_paint import Asked

_PAPER = (0.985, 0.975, 0.95)


class WaterSitting:
    """A watercolour in the making."""

    def __init__(self, rgb: Floats, wanted: Floats, asked: Asked) -> None:
        self.asked = asked
        self.high, self.wide = rgb.shape[:2]
        self.unit = max(self.high, self.wide) / 1024
        self.ground = asked.ground or _PAPER
        self.glazes = glazes(rgb, wanted, size=asked.size, detail=asked.detail, seed=asked.seed)
        if asked.strokes:
            self.glazes = _fewest(self.glazes, asked.strokes)
        if asked.palette:
            self.glazes = _pigments(self.glazes, asked.palette, asked.seed)
        room = asked.strokes - sum(len(one.density) for one in self.glazes) if asked.strokes else 0
        drawn = sketch_marks(rgb, wanted, detail=asked.detail, seed=asked.seed)
        self.sketch = drawn if not asked.strokes else replace(drawn, lines=drawn.lines[: max(room, 0)])

    def painted(self, on_progress: OnProgress) -> tuple[Floats, list[tuple[str, NDArray[np.uint8]]]]:
        """Densities of all glazes on paper; each glaze is a layer that multiplies."""
        grains, paper = self._paper(self.high, self.wide, self.unit)
        edge = margin(self.high, self.wide, self.unit, self.asked.seed)[..., None]
        graphite = np.zeros((self.high, self.wide), np.float32)
        rubbed(graphite, self.sketch, 2.0)
        made = paper * np.exp(-0.55 * graphite * (0.4 + grains))[..., None]
        layers = [("paper and drawing", _pixels(made, np.ones_like(graphite)))]
        for at, glaze in enumerate(self.glazes):
            on_progress(Progress(at, len(self.glazes), glaze.name))
            density = edge * wash(glaze, self.high, self.wide, grains, self.unit, self.asked.seed + 50 * at)
            made = made * np.exp(-density)
            layers.append((glaze.name, _sheer(density)))
        on_progress(Progress(len(self.glazes), len(self.glazes), "dry"))
        return np.clip(made, 0, 1), layers

    def _paper(self, high: int, wide: int, unit: float) -> tuple[Floats, Floats]:
        grains = grain(high, wide, self.asked.seed + 3, max(0.6, unit))
        return grains, sheet(high, wide, self.ground, grains, 0.055)

    def strokes(self) -> list[Stroke]:
        """The drawing's lines, then the washes of every glaze, the largest first."""
        found = [
            Stroke("drawing", line, (0.35, 0.34, 0.36), float(widths.mean()), 0.45)
            for line, widths in zip(self.sketch.lines, self.sketch.widths, strict=False)
        ]
        for glaze in self.glazes:
            shapes: dict[int, list[str]] = {}
            sizes = np.bincount(np.maximum(glaze.labels, 0).ravel(), minlength=len(glaze.density))
            scale = np.array([self.wide / glaze.labels.shape[1], self.high / glaze.labels.shape[0]])
            for loop in loops_of(glaze.labels):
                if loop.label < 0:
                    continue
                short = len(loop.corners) < 8
                data = polygon_of(loop, 2) if short else closed_line(_midway(loop.corners) * scale)
                shapes.setdefault(loop.label, []).append(data)
            for label in sorted(shapes, key=lambda one: -sizes[one]):
                colour = np.exp(-glaze.density[label])
                found.append(Stroke(glaze.name, np.zeros((0, 2), np.float32), colour, 0.0, 1.0, "".join(shapes[label])))
        return found

    def frames(self, count: int, longest: int) -> Iterator[NDArray[np.uint8]]:
        """Washes appear one after the other, the large ones of every glaze first."""
        scale = min(1.0, longest / max(self.high, self.wide))
        wide, high = max(2, round(self.wide * scale)), max(2, round(self.high * scale))
        unit = self.unit * scale
        grains, made = self._paper(high, wide, unit)
        edge = margin(high, wide, unit, self.asked.seed)[..., None]
        graphite = np.zeros((high, wide), np.float32)
        yield _bytes(made)
        small = replace(
            self.sketch,
            lines=[line * np.float32(scale) for line in self.sketch.lines],
            widths=[np.maximum(one * np.float32(scale), 0.6) for one in self.sketch.widths],
        )
        rubbed(graphite, small, 2.0)
        made = made * np.exp(-0.55 * graphite * (0.4 + grains))[..., None]
        yield _bytes(made)
        each = max(2, (count - 2) // max(1, len(self.glazes)))
        for at, glaze in enumerate(self.glazes):
            density = edge * wash(
                replace(glaze, soft=glaze.soft * scale), high, wide, grains, unit, self.asked.seed + 50 * at
            )
            when = scaled(_order(glaze), wide, high)
            for step in range(1, each + 1):
                yield _bytes(made * np.exp(-density * np.clip((step / each - when) * each + 1, 0, 1)[..., None]))
            made = made * np.exp(-density)


def _midway(corners: NDArray[np.int64]) -> NDArray[np.float64]:
    """The middles of a border's steps: a staircase becomes a slope."""
    return (corners + np.roll(corners, -1, axis=0)) / 2


def _order(glaze: Glaze) -> Floats:
    """(h/2, w/2) in 0..1: when each wash is laid, large ones first."""
    sizes = np.bincount(np.maximum(glaze.labels, 0).ravel(), minlength=len(glaze.density))
    rank = np.empty(len(sizes) + 1, np.float32)
    rank[np.argsort(-sizes, kind="stable")] = np.linspace(0.05, 1, len(sizes))
    rank[-1] = 1
    return rank[glaze.labels]


def _fewest(given: list[Glaze], most: int) -> list[Glaze]:
    """Glazes with at most so many washes in all: those that change most, by area times density."""
    weights = [
        np.bincount(np.maximum(one.labels, 0).ravel(), minlength=len(one.density)) * one.density.mean(axis=1)
        for one in given
    ]
    every = np.sort(np.concatenate(weights))[::-1]
    limit = every[min(most, len(every)) - 1] if len(every) else 0
    found, left = [], most
    for one, weight in zip(given, weights, strict=True):
        kept = np.flatnonzero(weight >= limit)[:left]
        left -= len(kept)
        if not len(kept):
            continue
        place = np.full(len(weight) + 1, -1, np.int32)
        place[kept] = np.arange(len(kept))
        found.append(replace(one, labels=place[one.labels], density=one.density[kept]))
    return found


def _pigments(given: list[Glaze], count: int, seed: int) -> list[Glaze]:
    """The glazes in at most `count` mixtures of pigment; each wash keeps how strong it is in steps of its own hue."""
    colours = np.concatenate([np.exp(-one.density) for one in given])
    centres = few_colours(colours.astype(np.float32), count, seed, rounds=12)
    mixtures = -np.log(np.clip(centres, 0.02, 1))
    return [replace(one, density=mixtures[nearest(np.exp(-one.density), centres)].astype(np.float32)) for one in given]


def _sheer(density: Floats) -> NDArray[np.uint8]:
    """A layer that, laid over white or another wash, takes as much light: colour with straight alpha.

    Its darkest channel sets how opaque it is; over white the look is exact, over darker paint a little paler.
    """
    left = np.exp(-density)
    alpha = 1 - left.min(axis=2)
    colour = np.clip((left - (1 - alpha)[..., None]) / np.maximum(alpha, 1e-3)[..., None], 0, 1)
    return _pixels(colour.astype(np.float32), alpha)


def _pixels(rgb: Floats, alpha: Floats) -> NDArray[np.uint8]:
    return np.asarray(np.round(np.clip(np.concatenate([rgb, alpha[..., None]], axis=2), 0, 1) * 255), np.uint8)


def _bytes(rgb: Floats) -> NDArray[np.uint8]:
    return np.round(np.clip(rgb, 0, 1) * 255).astype(np.uint8)
