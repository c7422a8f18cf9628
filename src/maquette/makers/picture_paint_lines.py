"""Drawn lines: evenly spaced along a field of directions, and along the outlines of what is seen.

Evenly spaced lines after Jobard & Lefer 1997 ("Creating evenly-spaced streamlines of arbitrary density"); outlines as
ridges of a difference of Gaussians smoothed along the flow (Kang, Lee & Chui 2007, "Coherent line drawing").
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .picture_paint_field import Floats, blur, slopes

Lines = list[Floats]  # each (l, 2): x, y in pixels


@dataclass(frozen=True)
class Pace:
    """How lines are traced: pixels per step, and how many steps a line has at least and at most."""

    step: float = 1.5
    least: int = 5
    most: int = 60
    inertia: float = 0.4


class Sheet:
    """A sheet on which lines are traced and keep their distance.

    angle  (h, w) radians; `allowed` (h, w): where lines may run; `gap` (h, w): how far apart they are, in pixels
    """

    def __init__(
        self, angle: Floats, allowed: NDArray[np.bool_], gap: Floats, pull: tuple[Floats, Floats] | None = None
    ):
        self.high, self.wide = angle.shape
        self.cos, self.sin = np.cos(angle).ravel().tolist(), np.sin(angle).ravel().tolist()
        self.allowed = memoryview(np.ascontiguousarray(allowed, np.uint8).ravel())  # type: ignore[arg-type]
        self.gap = gap
        self.near = np.zeros(self.high * self.wide, np.uint8)  # too near for a line to run on
        self.close = np.zeros(self.high * self.wide, np.uint8)  # too near for a line to begin
        self._near, self._close = memoryview(self.near), memoryview(self.close)  # type: ignore[arg-type]
        self.pull = tuple(plane.ravel().tolist() for plane in pull) if pull is not None else None

    def line(self, x: float, y: float, most: int, pace: Pace) -> Floats | None:
        """The line through a point, or None if it would be too short."""
        if not (0 <= x < self.wide and 0 <= y < self.high):
            return None
        at = int(y) * self.wide + int(x)
        if self._close[at] or not self.allowed[at]:
            return None
        ahead = self._half(x, y, most // 2, pace, 1.0)
        back = self._half(x, y, most - len(ahead), pace, -1.0)
        if len(ahead) + len(back) + 1 < pace.least:
            return None
        return np.array([*back[::-1], (x, y), *ahead], np.float32)

    def _half(self, x: float, y: float, most: int, pace: Pace, sign: float) -> list[tuple[float, float]]:
        found: list[tuple[float, float]] = []
        wide, high, cos, sin = self.wide, self.high, self.cos, self.sin
        at = int(y) * wide + int(x)
        way_x, way_y, keep = cos[at] * sign, sin[at] * sign, pace.inertia
        for _ in range(most):
            c, s = cos[at], sin[at]
            if c * way_x + s * way_y < 0:
                c, s = -c, -s
            way_x, way_y = c + keep * (way_x - c), s + keep * (way_y - s)
            x, y = x + pace.step * way_x, y + pace.step * way_y
            if not (0 <= x < wide and 0 <= y < high):
                break
            at = int(y) * wide + int(x)
            if self._near[at] or not self.allowed[at]:
                break
            if self.pull is not None:
                x, y = x + self.pull[0][at], y + self.pull[1][at]
                if not (0 <= x < wide and 0 <= y < high):
                    break
            found.append((x, y))
        return found

    def keep(self, line: Floats) -> None:
        """Others keep their distance from this line."""
        way = np.gradient(line, axis=0)
        way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)[:, None]
        normal = np.stack([-way[:, 1], way[:, 0]], axis=1)
        gap = self.gap[line[:, 1].astype(int), line[:, 0].astype(int)]
        for plane, share in ((self.near, 0.5), (self.close, 0.92)):
            reach = gap * share
            offsets = np.arange(-np.ceil(reach.max()), np.ceil(reach.max()) + 1, 0.7, dtype=np.float32)
            within = np.abs(offsets)[None, :] <= reach[:, None]
            place = line[:, None, :] + normal[:, None, :] * offsets[None, :, None]
            x = np.clip(place[..., 0], 0, self.wide - 1).astype(np.int64)[within]
            y = np.clip(place[..., 1], 0, self.high - 1).astype(np.int64)[within]
            plane[y * self.wide + x] = 1

    def beside(self, line: Floats) -> list[tuple[float, float]]:
        """Where neighbours of a line may begin."""
        some = line[:: max(1, len(line) // 6)]
        way = np.gradient(line, axis=0)[:: max(1, len(line) // 6)]
        way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)[:, None]
        gap = self.gap[some[:, 1].astype(int), some[:, 0].astype(int)][:, None]
        normal = np.stack([-way[:, 1], way[:, 0]], axis=1) * gap
        return [tuple(one) for one in np.concatenate([some + normal, some - normal]).tolist()]


def hatched(sheet: Sheet, pace: Pace, dice: np.random.Generator) -> Lines:
    """Lines all over the sheet where they are allowed, each at its distance from the next."""
    found: Lines = []
    grid = 9.0
    rows, columns = max(1, int(sheet.high / grid)), max(1, int(sheet.wide / grid))
    seeds = (np.indices((columns, rows)).reshape(2, -1).T + dice.random((rows * columns, 2))) * grid
    queue: deque[tuple[float, float]] = deque()
    lengths = dice.integers(max(pace.least, pace.most // 2), pace.most + 1, 4096).tolist()
    for x, y in dice.permutation(seeds).tolist():
        queue.append((x, y))
        while queue:
            at_x, at_y = queue.popleft()
            line = sheet.line(at_x, at_y, lengths[len(found) % 4096], pace)
            if line is not None:
                sheet.keep(line)
                found.append(line)
                queue.extend(sheet.beside(line))
    return found


def followed(sheet: Sheet, seeds: Iterable[Sequence[float]], pace: Pace) -> Lines:
    """Lines through seeds in their order, where no line runs yet."""
    found: Lines = []
    for x, y in seeds:
        line = sheet.line(x, y, pace.most, pace)
        if line is not None:
            sheet.keep(line)
            found.append(line)
    return found


def outlines(grey: Floats, angle: Floats, width: float, keen: float, gap: float) -> tuple[Lines, Floats]:
    """Lines along the outlines of what is seen, and how strong an outline is at each pixel (h, w) 0..1.

    `width` is the sigma of the finer Gaussian in pixels; `keen` in 0..1 lets fainter outlines through.
    """
    strong = _response(grey, angle, width)
    scale = max(float(np.percentile(strong, 97)), 0.01)
    strong = np.clip(strong / scale, 0, 1).astype(np.float32)
    ridge, pull = _ridges(strong, angle)
    low, high = 0.28 - 0.2 * keen, 0.62 - 0.42 * keen
    y, x = np.nonzero(ridge & (strong > high))
    order = np.argsort(-strong[y, x], kind="stable")
    sheet = Sheet(angle, strong > low, np.full(grey.shape, gap, np.float32), pull)
    seeds = np.stack([x[order] + 0.5, y[order] + 0.5], axis=1).tolist()
    return followed(sheet, seeds, Pace(1.2, 13, 90, 0.3)), strong


def _response(grey: Floats, angle: Floats, width: float) -> Floats:
    """How much darker a place is than what lies around it, told along the flow."""
    fine, wide = blur(grey, width), blur(grey, 1.6 * width)
    dark = np.maximum(wide - 0.985 * fine - 0.004, 0)
    right, down = slopes(blur(grey, width))
    dark += 0.35 * np.sqrt(right * right + down * down)
    return _along(dark, angle, 3.0 * width)


def _along(plane: Floats, angle: Floats, sigma: float) -> Floats:
    """A plane smoothed along the flow: a Gaussian over streamlines of +-2 sigma."""
    high, wide = plane.shape
    cos, sin = np.cos(angle), np.sin(angle)
    total, weights = plane.copy(), 1.0
    steps = max(2, round(2 * sigma / 1.5))
    for sign in (1.0, -1.0):
        x, y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
        way_x, way_y = sign * cos, sign * sin
        for step in range(1, steps + 1):
            x, y = np.clip(x + 1.5 * way_x, 0, wide - 1), np.clip(y + 1.5 * way_y, 0, high - 1)
            at = (y + 0.5).astype(np.int32) * wide + (x + 0.5).astype(np.int32)
            c, s = cos.ravel()[at], sin.ravel()[at]
            flip = np.where(c * way_x + s * way_y < 0, np.float32(-1), np.float32(1))
            way_x, way_y = c * flip, s * flip
            weight = float(np.exp(-0.5 * (1.5 * step / sigma) ** 2))
            total += np.float32(weight) * plane.ravel()[at]
            weights += weight
    return (total / np.float32(weights)).astype(np.float32)


def _ridges(strong: Floats, angle: Floats) -> tuple[NDArray[np.bool_], tuple[Floats, Floats]]:
    """Where a plane is highest across the flow, and how far, in x and y, the crest lies from each pixel."""
    high, wide = strong.shape
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    across_x, across_y = -np.sin(angle), np.cos(angle)

    def there(sign: float) -> Floats:
        column = np.clip(x + sign * across_x + 0.5, 0, wide - 1).astype(np.int32)
        row = np.clip(y + sign * across_y + 0.5, 0, high - 1).astype(np.int32)
        found: Floats = strong[row, column]
        return found

    one, other = there(1.3), there(-1.3)
    ridge = (strong >= one) & (strong >= other)
    bend = one + other - 2 * strong
    off = np.clip(np.divide(0.5 * (other - one), bend, out=np.zeros_like(bend), where=bend < -1e-4), -0.6, 0.6)
    off = np.where(bend < -1e-4, off, np.sign(one - other) * 0.3).astype(np.float32) * 0.5
    return ridge, (off * across_x, off * across_y)
