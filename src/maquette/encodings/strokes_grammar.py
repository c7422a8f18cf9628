"""What may come next: the automaton of `strokes.v1`.

Every sequence that it lets through is a drawing inside its canvas, in the paint, grid and length that were asked for.
The class of ids that may follow is known from where the pen stands; inside the class, positions outside the canvas,
segments of no length, arcs that would bulge over the edge and circles that would not fit are ruled out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import strokes_vocabulary as v
from .strokes_pen import AT_CLOSED, AT_FIRST, AT_ICON, AT_NEXT, AT_SHAPE, Pen

Mask = NDArray[np.bool_]
_SPAN = v.TICK  # ticks per step
_SLACK = 2  # steps by which the radius of a written half circle may fall short (see strokes_fit.nearest_arc)
TRIED = 9  # heights at which an arc's end is tried before its other coordinate is chosen
_T = np.linspace(0, 1, 9)
_BEZIER = np.stack([(1 - _T) ** 3, 3 * (1 - _T) ** 2 * _T, 3 * (1 - _T) * _T**2, _T**3])  # (4, 9)


@dataclass(frozen=True)
class Rules:
    """What an automaton holds a drawing to.

    paint: stroke, fill or mixed (shapes may then be either, with opacity); inset: steps that points keep from the
    canvas' edge (half the stroke width keeps the ink inside); grid: points stand on multiples of so many steps;
    longest: tokens after which the drawing is brought to its end.
    """

    paint: str = "stroke"
    inset: int = 8
    grid: int = 1
    longest: int = 160
    shapes: int = 24


class Automaton:
    """Follows one sequence; implements `engine.decoder.Grammar`. Start it after the prefix, or after MIDDLE."""

    def __init__(self, rules: Rules = Rules()) -> None:
        self.rules = rules
        self.pen = Pen()
        self.pen.push(v.ICON)
        self.count = self.shapes = 0
        self.done = False
        self._before = AT_ICON  # where the pen stood before the running command
        self._control: tuple[int, int] | None = None  # ticks: the last control point, if the last segment was a cubic

    def push(self, token: int) -> None:
        """The next token was chosen."""
        if self.pen.slot == v.COMMAND_SLOT:
            self.shapes += token in v.SHAPES
            self.done = token == v.END
            self._before = self.pen.state
        self.count += 1
        if self.pen.push(token):
            cubic = bool(self.pen.arguments) and self.pen.command in (v.CUBIC, v.SMOOTH)
            self._control = (self.pen.arguments[-4], self.pen.arguments[-3]) if cubic else None

    def places(self) -> NDArray[Any]:
        """(7,) place features of the token pushed last."""
        return np.array(self.pen.places(), dtype=np.int64)

    def view(self) -> tuple[int, int, int] | None:
        """(first id, first id read beside it, how many): a delta is also read as the position it leads to."""
        slot, start = self.pen.slot, self.pen.start
        if start is None or slot not in (v.DX_SLOT, v.DY_SLOT):
            return None
        axis = slot - v.DX_SLOT
        base = start[axis] // _SPAN + v.MARGIN
        return ((v.DX, v.DY)[axis] + v.ZERO - base, (v.X, v.Y)[axis], v.POSITIONS)

    def mask(self) -> Mask:
        """(outputs,) True where a token may come next."""
        slot = self.pen.slot
        if slot == v.COMMAND_SLOT:
            full = self.count >= self.rules.longest
            mask = _commands(self.pen.state, self.rules.paint, self.shapes, full, self.rules.shapes)
            return mask if self._reflects_inside() else _without(mask, v.SMOOTH)
        if slot in (v.X_SLOT, v.Y_SLOT):
            return _positions(slot, self.rules.inset, self.rules.grid)
        if slot == v.R_SLOT:
            return self._lengths()
        return self._deltas(slot - v.DX_SLOT)

    def _reflects_inside(self) -> bool:
        """Whether the control point that SMOOTH would start with lies on the canvas."""
        if self._control is None or self.pen.start is None:
            return True
        side = 24 * v.STEP * _SPAN
        return all(0 <= 2 * at - before <= side for at, before in zip(self.pen.start, self._control, strict=True))

    def _deltas(self, axis: int) -> Mask:
        pen = self.pen
        assert pen.start is not None
        command, index = pen.command, len(pen.arguments)
        base = pen.start[axis] // _SPAN + v.MARGIN
        last = index >= len(v.ARGUMENTS[command]) - 2 or command in (v.HORIZONTAL, v.VERTICAL)
        mask = _landings(axis, base, self.rules.inset, self.rules.grid if last else 1, last)
        zero = (v.DX, v.DY)[axis] + v.ZERO
        if command in (v.HORIZONTAL, v.VERTICAL):
            dot = command == v.HORIZONTAL and self._before == AT_FIRST  # of no length: only its cap is seen
            return mask if dot else _without(mask, zero)
        if not last:
            return mask
        if v.ARC <= command < v.OVAL_ARC + 4:
            mask = self._arc_deltas(axis, mask, zero)
        elif command in (v.CUBIC, v.SMOOTH):
            mask = self._cubic_ends(axis, mask, zero)
        if axis == 1 and pen.last[0] == pen.start[0]:
            return _without(mask, zero)
        return mask

    def _cubic_ends(self, axis: int, mask: Mask, zero: int) -> Mask:
        """Ends whose cubic stays on the canvas along this axis; the least bad if there are none."""
        pen = self.pen
        assert pen.start is not None
        a = pen.start[axis] / _SPAN
        if pen.command == v.CUBIC:
            c1 = pen.arguments[axis] / _SPAN
        else:
            c1 = a if self._control is None else 2 * a - self._control[axis] / _SPAN
        c2 = pen.arguments[len(v.ARGUMENTS[pen.command]) - 4 + axis] / _SPAN
        if self._inside(c1) and self._inside(c2):  # a cubic lies in the hull of its points
            return mask
        ends = np.flatnonzero(mask)
        along = np.array([a, c1, c2]) @ _BEZIER[:3] + (a + ends - zero)[:, None] * _BEZIER[3]
        return _kept(mask, ends, self._excess(along.min(axis=1), along.max(axis=1)))

    def _inside(self, step: float) -> bool:
        return self.rules.inset <= step <= 24 * v.STEP - self.rules.inset

    def _excess(self, low: NDArray[Any], high: NDArray[Any]) -> NDArray[Any]:
        """By how many steps something reaching from `low` to `high` passes the edge; one step is forgiven."""
        return np.asarray(np.maximum(self.rules.inset - 1 - low, high - (24 * v.STEP - self.rules.inset + 1)))

    def _arc_deltas(self, axis: int, mask: Mask, zero: int) -> Mask:
        """Ends that an arc of the chosen radii reaches without leaving the canvas; the least bad if there are none."""
        pen = self.pen
        assert pen.start is not None
        rx, ry = self._radii()
        reach = 2 * (rx + _SLACK)
        if axis == 1:
            other = abs(pen.last[0] - pen.start[0]) / _SPAN
            reach = 2 * (ry + _SLACK) * float(np.sqrt(max(1 - (other / reach) ** 2, 0)))
        ends = np.flatnonzero(mask)
        near = ends[np.abs(ends - zero) <= reach]
        if axis == 1 and pen.last[0] == pen.start[0]:
            near, ends = near[near != zero], ends[ends != zero]
        ends = near if len(near) else ends
        if axis == 1:
            return _kept(mask, ends, self._arc_excess((pen.last[0] - pen.start[0]) / _SPAN, ends - zero))
        x, y = pen.start[0] / _SPAN, pen.start[1] / _SPAN
        if all(self._inside(step) for step in (x - 2 * rx, x + 2 * rx, y - 2 * ry, y + 2 * ry)):
            return _kept(mask, ends, np.zeros(len(ends)))  # far from every edge
        across = (ends - zero)[:, None]
        ys = np.linspace(self.rules.inset, 24 * v.STEP - self.rules.inset, TRIED) - y
        height = 2 * (ry + _SLACK) * np.sqrt(np.maximum(1 - (across / reach) ** 2, 0))
        excess = self._arc_excess(across, np.clip(ys, -height, height))
        return _kept(mask, ends, excess.min(axis=1))

    def _radii(self) -> tuple[float, float]:
        """Both radii of the running arc, in steps."""
        first = self.pen.arguments[0] / _SPAN
        return first, first if self.pen.command < v.OVAL_ARC else self.pen.arguments[1] / _SPAN

    def _arc_excess(self, dx: Any, dy: NDArray[Any]) -> NDArray[Any]:
        """By how many steps the arc to each of the ends at (dx, dy) from its start passes the edge; see `_excess`.

        Computed where the ellipse is a unit circle; a radius too small is enlarged (SVG 2, F.6.6).
        """
        pen = self.pen
        assert pen.start is not None
        rx, ry = self._radii()
        large, sweep = divmod((pen.command - v.ARC) % 4, 2)
        a = complex(pen.start[0] / rx, pen.start[1] / ry) / _SPAN
        half = (dx / rx + 1j * (dy / ry)) / 2
        nowhere = half == 0
        half = np.where(nowhere, 1e-6, half)
        b = a + 2 * half
        size = np.maximum(np.abs(half), 1e-9)
        r = np.maximum(1.0, size)
        side = 1 if large != sweep else -1
        centre = (a + b) / 2 + side * 1j * half / size * np.sqrt(np.maximum(r * r - size * size, 0))
        first, turn = np.angle(a - centre), np.angle((b - centre) / (a - centre))
        turn = np.where(turn < 0, turn + 2 * np.pi, turn) if sweep else np.where(turn > 0, turn - 2 * np.pi, turn)
        worst = np.full(turn.shape, -np.inf)
        for k in range(4):  # the extreme points at 0, 90, 180 and 270 degrees, where the arc passes them
            ahead = (k * np.pi / 2 - first) % (2 * np.pi) if sweep else (first - k * np.pi / 2) % (2 * np.pi)
            point = centre + r * 1j**k
            value = point.real * rx if k % 2 == 0 else point.imag * ry
            passed = ahead <= np.abs(turn)
            worst = np.maximum(worst, np.where(passed, self._excess(value, value), -np.inf))
        return np.where(nowhere, np.inf, worst)

    def _lengths(self) -> Mask:
        """Radii, widths and heights that fit where the pen stands."""
        pen, side = self.pen, 24 * v.STEP
        command, index = pen.command, len(pen.arguments)
        least, most = 1, v.POSITIONS - 1
        if command in v.PRIMITIVES:
            x, y = (ticks // _SPAN for ticks in pen.arguments[:2])
            low, high = self.rules.inset, side - self.rules.inset
            if command == v.RECT:
                sizes = [ticks // _SPAN for ticks in pen.arguments[2:]]
                most = high - x if index == 2 else high - y if index == 3 else min(sizes) // 2
                least = 0 if index == 4 else 1
            elif command == v.CIRCLE:
                most = min(x - low, high - x, y - low, high - y)
            else:
                most = min(x - low, high - x) if index == 2 else min(y - low, high - y)
        elif (command - v.ARC) % 4 >= 2:  # an arc of more than a half: no axis of it is shorter than 1.7 radii
            most = int((side - 2 * self.rules.inset) / 1.7)
        return _range(v.R + least, v.R + max(most, least) + 1)


def _without(mask: Mask, token: int) -> Mask:
    kept = mask.copy()
    kept[token] = False
    return kept if kept.any() else mask


def _kept(mask: Mask, ends: NDArray[np.intp], excess: NDArray[Any]) -> Mask:
    """Of the ids `ends` (n,) those that pass no edge, or else those that do so least."""
    if not len(ends):
        return mask
    kept = np.zeros_like(mask)
    kept[ends[excess <= max(float(excess.min()), 0.0) + 1e-6]] = True
    return kept


@lru_cache(maxsize=512)
def _commands(state: int, paint: str, shapes: int, full: bool, most: int) -> Mask:
    mask = np.zeros(v.OUTPUTS, dtype=np.bool_)
    openers = {"stroke": [v.STROKE], "fill": [v.FILL], "mixed": [v.STROKE, v.FILL, v.BOTH]}[paint]
    between = [*openers] if shapes < most and not full else []
    if state == AT_ICON:
        return _of(mask, openers)
    if state == AT_SHAPE:
        marks = [v.OPACITY + k for k in range(9)] if paint == "mixed" else []
        return _of(mask, [v.MOVE, *v.PRIMITIVES, *marks])
    if full and state in (AT_NEXT, AT_CLOSED):
        return _of(mask, [v.END])
    if state == AT_FIRST:
        return _of(mask, [v.HORIZONTAL, v.VERTICAL] if full else v.DRAWING_COMMANDS)
    ids = [*between, v.END, v.MOVE, *v.PRIMITIVES]
    if state == AT_NEXT:
        ids += [*v.DRAWING_COMMANDS, v.CLOSE]
    return _of(mask, ids)


def _of(mask: Mask, ids: Any) -> Mask:
    mask[list(ids)] = True
    return mask


@lru_cache(maxsize=4096)
def _range(first: int, end: int) -> Mask:
    mask = np.zeros(v.OUTPUTS, dtype=np.bool_)
    mask[first:end] = True
    return mask


@lru_cache(maxsize=64)
def _allowed(inset: int, grid: int) -> Mask:
    """(209,) positions on the canvas and on the grid."""
    steps = np.arange(v.POSITIONS) - v.MARGIN
    return np.asarray((steps >= inset) & (steps <= 24 * v.STEP - inset) & (steps % grid == 0))


@lru_cache(maxsize=64)
def _positions(slot: int, inset: int, grid: int) -> Mask:
    mask = np.zeros(v.OUTPUTS, dtype=np.bool_)
    first = v.X if slot == v.X_SLOT else v.Y
    mask[first : first + v.POSITIONS] = _allowed(inset, grid)
    return mask


@lru_cache(maxsize=8192)
def _landings(axis: int, base: int, inset: int, grid: int, on_curve: bool) -> Mask:
    """Deltas from position `base` that land on the canvas; control points may lie a little outside."""
    mask = np.zeros(v.OUTPUTS, dtype=np.bool_)
    first = (v.DX, v.DY)[axis] + v.ZERO - base
    mask[first : first + v.POSITIONS] = _allowed(inset if on_curve else min(inset, 0), grid)
    return mask


def log_probabilities(logits: NDArray[Any], tokens: NDArray[Any], places: NDArray[Any]) -> NDArray[np.float64]:
    """ln p (n,) of `tokens` (n,) given raw `logits` (n, outputs) and the places (n, 7) of the tokens before them.

    Over the class of ids that may come next (not the automaton's finer rules), deltas read both ways: the measure by
    which nets are trained (`training.losses`) and judged.
    """
    out = np.zeros(len(tokens))
    for slot, (first, end) in v.SLOT_RANGE.items():
        rows = np.flatnonzero((tokens >= first) & (tokens < end))
        if not len(rows):
            continue
        if slot in (v.DX_SLOT, v.DY_SLOT):
            base = places[rows, slot - v.DX_SLOT].astype(np.int64)
            window = first + v.ZERO - base[:, None] + np.arange(v.POSITIONS)
            positions = v.X if slot == v.DX_SLOT else v.Y
            moved = np.take_along_axis(logits[rows], window, axis=1)
            values = moved + logits[rows, positions : positions + v.POSITIONS]
            wanted = np.clip(base + tokens[rows] - first - v.ZERO, 0, v.POSITIONS - 1)
        else:
            values, wanted = logits[rows, first:end], tokens[rows] - first
        values = values.astype(np.float64)
        top = values.max(axis=1, keepdims=True)
        total = np.log(np.exp(values - top).sum(axis=1)) + top[:, 0]
        out[rows] = values[np.arange(len(rows)), wanted] - total
    return out
