"""A drawing in the making: pen and ink, or pencil, in one colour or in several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..core.progress import OnProgress, Progress
from .picture_paint_dry import Marks, ink_marks, inked, pencil_marks, rubbed
from .picture_paint_field import Floats, lab
from .picture_paint_paper import grain, sheet
from .picture_paint_strokes import Stroke
from .picture_regions import few_colours, nearest

if TYPE_CHECKING:
    from .picture_paint import Asked

_INK, _LEAD = (0.11, 0.095, 0.11), (0.19, 0.19, 0.205)
_PAPERS = {"hatching": (0.965, 0.945, 0.9), "pencil": (0.97, 0.962, 0.94)}
_FINE = 3  # ink is drawn three times finer than the picture


class DrawnSitting:
    """A drawing in the making."""

    def __init__(self, rgb: Floats, wanted: Floats, asked: Asked) -> None:
        self.asked, self.pen = asked, asked.technique == "hatching"
        self.high, self.wide = rgb.shape[:2]
        self.unit = max(self.high, self.wide) / 1024
        self.ground = asked.ground or _PAPERS[asked.technique]
        drawn = ink_marks if self.pen else pencil_marks
        self.groups = drawn(rgb, wanted, size=asked.size, detail=asked.detail, seed=asked.seed)
        if asked.strokes:
            self.groups = _fewer(self.groups, asked.strokes, asked.seed)
        self.colours, self.which = self._coloured(rgb)

    def _coloured(self, rgb: Floats) -> tuple[Floats, list[NDArray[np.int32]]]:
        """(k, 3) the inks or pencils, and for every group which one draws each line."""
        if self.asked.palette <= 1:
            one = np.array([_INK if self.pen else _LEAD], np.float32)
            return one, [np.zeros(len(group.lines), np.int32) for group in self.groups]
        deep = np.clip(rgb.mean(axis=2, keepdims=True) + (rgb - rgb.mean(axis=2, keepdims=True)) * 1.5, 0, 1)
        deep = deep * np.float32(0.72 if self.pen else 0.8)
        pencils = few_colours(lab(deep).reshape(-1, 3) * np.array([0.6, 2, 2], np.float32), self.asked.palette, 3)
        from ..media.picture import coded, from_oklab

        colours = np.clip(coded(np.clip(from_oklab(pencils / np.array([0.6, 2, 2], np.float32)), 0, 1)), 0, 1)
        found = []
        for group in self.groups:
            middle = np.array([line[len(line) // 2] for line in group.lines], np.float32).reshape(-1, 2)
            x = np.clip(middle[:, 0], 0, self.wide - 1).astype(int)
            y = np.clip(middle[:, 1], 0, self.high - 1).astype(int)
            found.append(nearest(lab(deep[y, x]) * np.array([0.6, 2, 2], np.float32), pencils))
        return colours.astype(np.float32), found

    def painted(self, on_progress: OnProgress) -> tuple[Floats, list[tuple[str, NDArray[np.uint8]]]]:
        """Line by line on paper; each group of lines is a layer."""
        sheet_ = _Sheet(self.high, self.wide, self.unit, self)
        layers = [("paper", _pixels(sheet_.paper, np.ones((self.high, self.wide), np.float32)))]
        for at, (group, which) in enumerate(zip(self.groups, self.which, strict=True)):
            on_progress(Progress(at, len(self.groups), group.name))
            own = _Sheet(self.high, self.wide, self.unit, self, like=sheet_)
            for board in (own, sheet_):
                board.draw(group, which)
            layers.append((group.name, own.layer()))
        on_progress(Progress(len(self.groups), len(self.groups), "done"))
        return sheet_.seen(), layers

    def strokes(self) -> list[Stroke]:
        """All lines, group by group."""
        found = []
        for group, which in zip(self.groups, self.which, strict=True):
            for line, widths, forces, one in zip(group.lines, group.widths, group.forces, which.tolist(), strict=True):
                opacity = 1.0 if self.pen else float(np.clip(1 - np.exp(-1.1 * forces.mean()), 0.08, 0.9))
                found.append(Stroke(group.name, line, self.colours[one], float(widths.mean()), opacity))
        return found

    def frames(self, count: int, longest: int) -> Iterator[NDArray[np.uint8]]:
        """The outlines first, as one draws, then tone upon tone."""
        scale = min(1.0, longest / max(self.high, self.wide))
        wide, high = max(2, round(self.wide * scale)), max(2, round(self.high * scale))
        board = _Sheet(high, wide, self.unit * scale, self)
        yield board.bytes()
        order = [len(self.groups) - 1, *range(len(self.groups) - 1)]
        total = max(1, sum(len(group.lines) for group in self.groups))
        for at in order:
            group, which = self.groups[at], self.which[at]
            small = replace(
                group,
                lines=[line * np.float32(scale) for line in group.lines],
                widths=[np.maximum(one * np.float32(scale), 0.35) for one in group.widths],
            )
            pieces = max(1, round(count * len(group.lines) / total))
            for part in np.array_split(np.arange(len(group.lines)), pieces):
                if len(part):
                    board.draw(_some(small, part), which[part])
                    yield board.bytes()


class _Sheet:
    """Paper with what has been drawn on it."""

    def __init__(self, high: int, wide: int, unit: float, sitting: DrawnSitting, like: _Sheet | None = None) -> None:
        self.pen, self.colours = sitting.pen, sitting.colours
        self.grains: Floats = (
            like.grains
            if like
            else grain(high, wide, sitting.asked.seed + 3, 0.75 if not self.pen else max(0.55, 0.8 * unit))
        )
        self.paper: Floats = like.paper if like else sheet(high, wide, sitting.ground, self.grains, 0.035)
        if self.pen:
            self.ink = np.zeros((high * _FINE, wide * _FINE), np.uint8)  # 0, or 1 + the ink
        else:
            self.lead = np.zeros((len(self.colours), high, wide), np.float32)

    def draw(self, group: Marks, which: NDArray[np.int32]) -> None:
        """Draw lines, each in its colour."""
        for one in np.unique(which).tolist():
            part = _some(group, np.flatnonzero(which == one))
            if self.pen:
                inked(self.ink, part, _FINE, one + 1)
            else:
                rubbed(self.lead[one], part, 1.2)

    def _cover(self) -> tuple[Floats, Floats]:
        """(h, w) how much is covered, and (h, w, 3) with what colour."""
        if self.pen:
            known = np.concatenate([np.zeros((1, 3), np.float32), self.colours])
            high, wide = self.grains.shape
            full = (self.ink > 0).reshape(high, _FINE, wide, _FINE).mean(axis=(1, 3), dtype=np.float32)
            if len(self.colours) == 1:
                return full * 0.95, np.broadcast_to(self.colours[0], (high, wide, 3))
            mixed = np.zeros((high, wide, 3), np.float32)
            for row in range(_FINE):
                for column in range(_FINE):
                    mixed += known[self.ink[row::_FINE, column::_FINE]]
            return full * 0.95, mixed / np.maximum(full * _FINE * _FINE, 1e-3)[..., None]
        total = self.lead.sum(axis=0)
        hills = 0.5 + 1.0 * np.clip(self.grains - 0.1 + 0.25 * np.minimum(total, 1.5), 0, 1)
        # Pencils over each other take light one after the other: their densities add.
        dense = np.tensordot(self.lead, -np.log(np.clip(self.colours, 0.03, 0.97)), axes=(0, 0))
        colour = np.exp(-dense / np.maximum(total, 1e-4)[..., None])
        return 1 - np.exp(-total * hills), colour.astype(np.float32)

    def seen(self) -> Floats:
        """(h, w, 3) the sheet as one sees it."""
        cover, colour = self._cover()
        return np.clip(self.paper * (1 - cover[..., None]) + colour * cover[..., None], 0, 1).astype(np.float32)

    def layer(self) -> NDArray[np.uint8]:
        """(h, w, 4) what was drawn, without the paper."""
        cover, colour = self._cover()
        return _pixels(colour, cover)

    def bytes(self) -> NDArray[np.uint8]:
        """(h, w, 3) uint8 of what is seen."""
        return np.round(self.seen() * 255).astype(np.uint8)


def _some(group: Marks, chosen: NDArray[np.int64]) -> Marks:
    at = chosen.tolist()
    return Marks(group.name, [group.lines[i] for i in at], [group.widths[i] for i in at], [group.forces[i] for i in at])


def _fewer(groups: list[Marks], most: int, seed: int) -> list[Marks]:
    """At most so many lines: outlines have the first claim, the rest is thinned evenly."""
    dice = np.random.default_rng(seed)
    outlines = min(len(groups[-1].lines), max(1, round(0.3 * most)))
    rest = sum(len(group.lines) for group in groups[:-1])
    left, found = most - outlines, []
    for group in groups[:-1]:
        share = min(len(group.lines), int(left * len(group.lines) / max(rest, 1)))
        found.append(_some(group, np.sort(dice.permutation(len(group.lines))[:share])))
    return [*found, _some(groups[-1], np.arange(outlines))]


def _pixels(rgb: Floats, alpha: Floats) -> NDArray[np.uint8]:
    return np.asarray(np.round(np.clip(np.concatenate([rgb, alpha[..., None]], axis=2), 0, 1) * 255), np.uint8)
