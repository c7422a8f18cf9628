"""Oil: a toned ground, then passes of curved strokes from broad to fine, light raking over the relief."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..core.progress import OnProgress, Progress
from ..media.picture import coded, from_oklab
from .picture_paint_brush import Brush, Canvas, Floats, Ints, Spines, lay, trace
from .picture_paint_field import blur, flow, lab
from .picture_paint_paper import weave
from .picture_paint_strokes import Stroke
from .picture_regions import few_colours, nearest

if TYPE_CHECKING:
    from .picture_paint import Asked


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


def strokes_of(one: Pass, reference: Floats, now: Floats | None, wanted: Floats, seed: int, most: int = 0) -> Spines:
    """The strokes of one pass (Hertzmann 1998): one per cell of the grid where the canvas `now` is too far off.

    reference, now  (h, w, 3) sRGB-coded; `wanted` (h, w) 0..1: where finer strokes are welcome; `most`: not
    more strokes than this, the most needed first (0: as many as there are)
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
    if most and len(starts) > most:
        need = off[starts[:, 1].astype(int), starts[:, 0].astype(int)] * (0.4 + dice.random(len(starts)))
        starts = starts[np.sort(np.argsort(-need)[:most])]
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
    return np.asarray(np.sqrt((gap * gap).sum(axis=-1)), np.float32)


def _mixed(planes: Floats, dice: np.random.Generator, spread: float) -> Floats:
    """Colours as a painter mixes them: never twice the same, a little purer than the photograph's."""
    found = planes.astype(np.float32) * np.array([1, 1.12, 1.12], np.float32)
    # A grey photo stays grey: hues stray only where there is hue.
    stray = 0.4 * np.clip(np.hypot(planes[:, 1], planes[:, 2]) / 0.04, 0.1, 1)
    freedom = np.stack([np.ones_like(stray), stray, stray], axis=1)
    found += dice.normal(0, spread, found.shape).astype(np.float32) * freedom.astype(np.float32)
    return np.clip(coded(np.clip(from_oklab(found), 0, 1)), 0, 1).astype(np.float32)


def lit(rgb: Floats, relief: Floats, weave: Floats, strength: float = 1.0) -> Floats:
    """The canvas under a raking light from the upper left: ridges shine, furrows lie in shade.

    relief  (h, w) 0..1 height of the paint; `weave` (h, w) 0..1 of the cloth, felt where the paint is thin
    """
    strength *= min(1.0, max(0.55, max(relief.shape) / 900))  # small canvases are looked at from nearer
    body = blur(relief, 0.6) + 0.16 * weave * (1.1 - relief)
    right, down = np.gradient(body, axis=1), np.gradient(body, axis=0)
    slope = -(0.6 * right + 0.8 * down)
    shade = np.clip(slope * 2.0 * strength, -0.2, 0.22)
    shine = np.clip(slope - 0.06, 0, 0.2) * 0.9 * strength
    return np.clip(rgb * (1 + shade)[..., None] + shine[..., None], 0, 1).astype(np.float32)


class OilSitting:
    """An oil painting in the making."""

    def __init__(self, rgb: Floats, wanted: Floats, asked: Asked) -> None:
        self.rgb, self.wanted, self.asked = rgb, wanted, asked
        self.high, self.wide = rgb.shape[:2]
        self.ground = asked.ground or _toned(rgb)
        self.passes = passes(max(self.high, self.wide), asked.size, asked.detail)
        self.colours = _palette(rgb, asked.palette, asked.seed) if asked.palette else None
        self.done: list[tuple[Pass, Spines]] = []

    def painted(self, on_progress: OnProgress) -> tuple[Floats, list[tuple[str, NDArray[np.uint8]]]]:
        """Every pass looks at what the ones before have left, and mends what is most wrong."""
        canvas = self._canvas(self.wide, self.high)
        cloth = weave(self.high, self.wide, self.asked.seed, max(1.0, max(self.high, self.wide) / 1024))
        now, left, layers = canvas.colours(), self.asked.strokes, []
        layers.append(("canvas", _opaque(lit(now, canvas.heights(), cloth))))
        for at, one in enumerate(self.passes):
            on_progress(Progress(at, len(self.passes), one.name))
            most = max(1, round(left * _SHARES[at] / sum(_SHARES[at : len(self.passes)]))) if left else 0
            spines = self._limited(
                strokes_of(one, self.rgb, now if at else None, self.wanted, self.asked.seed + at, most)
            )
            left = max(left - len(spines), 0) if self.asked.strokes else 0
            before, canvas = now, canvas.refined(one.fine)
            lay(canvas, spines, one.brush, self.asked.seed + at)
            now = canvas.colours()
            self.done.append((one, spines))
            layers.append((one.name, _changed(before, now, lit(now, canvas.heights(), cloth))))
            if self.asked.strokes and not left:
                break
        on_progress(Progress(len(self.passes), len(self.passes), "light"))
        return lit(now, canvas.heights(), cloth), layers

    def _canvas(self, wide: int, high: int) -> Canvas:
        canvas = Canvas(wide, high, 1)
        canvas.rgb[:] = np.round(np.array(self.ground) * 255).astype(np.uint8)
        canvas.relief[:] = 20
        return canvas

    def _limited(self, spines: Spines) -> Spines:
        """The strokes in colours of the palette, where there is one."""
        if self.colours is None:
            return spines
        inks = self.colours
        known = lab(inks) * np.array([1, 2, 2], np.float32)

        def snapped(colours: Floats) -> Floats:
            return inks[nearest(lab(colours) * np.array([1, 2, 2], np.float32), known)]

        own = snapped(spines.colour)
        return replace(spines, colour=own, second=own)

    def strokes(self) -> list[Stroke]:
        """All strokes, pass by pass."""
        found = []
        for one, spines in self.done:
            for at in range(len(spines)):
                points = spines.points[at, : spines.counts[at]]
                found.append(Stroke(one.name, points, spines.colour[at], 2 * float(spines.radius[at])))
        return found

    def frames(self, count: int, longest: int) -> Iterator[NDArray[np.uint8]]:
        """The canvas filling up: as many frames for few broad strokes as for many small ones."""
        scale = min(1.0, longest / max(self.high, self.wide))
        wide, high = max(2, round(self.wide * scale)), max(2, round(self.high * scale))
        canvas = self._canvas(wide, high).refined(2)
        cloth = weave(high, wide, self.asked.seed)
        yield _shown(canvas, cloth)
        each = max(1, count // len(self.done))
        for at, (one, spines) in enumerate(self.done):
            small = replace(
                spines,
                points=spines.points * np.float32(scale),
                step=spines.step * scale,
                radius=np.maximum(spines.radius * np.float32(scale), 0.45),
            )
            for part in np.array_split(np.arange(len(small)), min(each, max(1, len(small)))):
                lay(canvas, small.part(part), one.brush, self.asked.seed + at)
                yield _shown(canvas, cloth)


_SHARES = (0.06, 0.12, 0.2, 0.28, 0.34)  # of a budget of strokes, pass by pass


def _shown(canvas: Canvas, cloth: Floats) -> NDArray[np.uint8]:
    return np.round(lit(canvas.colours(), canvas.heights(), cloth, 0.7) * 255).astype(np.uint8)


def _toned(rgb: Floats) -> tuple[float, float, float]:
    """A warm ground a little darker than the picture, as painters tone their canvas."""
    middle = np.median(rgb[::4, ::4].reshape(-1, 3), axis=0)
    grey = float(middle.mean())
    warm = np.array([1.25, 0.95, 0.7]) * (0.08 + 0.72 * grey)
    red, green, blue = np.clip(0.35 * middle + 0.65 * warm, 0.03, 0.9).tolist()
    return red, green, blue


def _palette(rgb: Floats, count: int, seed: int) -> Floats:
    """(k, 3) coded: the colours that a picture can best be painted with."""
    planes = lab(blur(rgb, max(rgb.shape[:2]) / 300)).reshape(-1, 3) * np.array([1, 2, 2], np.float32)
    centres = few_colours(planes, count, seed, rounds=12) / np.array([1, 2, 2], np.float32)
    return np.clip(coded(np.clip(from_oklab(centres), 0, 1)), 0, 1).astype(np.float32)


def _opaque(rgb: Floats) -> NDArray[np.uint8]:
    full = np.full((*rgb.shape[:2], 1), 255, np.uint8)
    return np.concatenate([np.round(rgb * 255).astype(np.uint8), full], axis=2)


def _changed(before: Floats, now: Floats, shown: Floats) -> NDArray[np.uint8]:
    """A layer of what a pass has laid: the shown colours where the paint is new."""
    new = np.abs(now - before).max(axis=2) > 1.5 / 255
    return np.concatenate([np.round(shown * 255).astype(np.uint8), (new * np.uint8(255))[..., None]], axis=2)
