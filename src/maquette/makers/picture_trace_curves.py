"""Borders of regions as loops of points, and loops as the text of SVG paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..media.outline_fit import as_cubic, is_straight
from .picture_regions import Labels, pieces

Points = NDArray[np.float64]
_CORNER = 0.9  # radians of turn within a few pixels that make a corner


@dataclass(frozen=True, eq=False)
class Loop:
    """One closed border of a connected piece, walked with the piece on the right.

    corners  (n, 2) int: the lattice points in order; `label` of the piece, `piece` its number, `inside` the label on
    the other side of a hole; `outer`: around the piece, not around a hole in it; `area` signed, in pixels
    """

    corners: NDArray[np.int64]
    label: int
    piece: int
    outer: bool
    area: float
    inside: int


def loops_of(labels: Labels) -> list[Loop]:
    """All borders of all connected pieces (4 neighbours) of (h, w) labels."""
    number = pieces(labels)
    padded = np.pad(number, 1, constant_values=-1)
    nexts: dict[tuple[int, int, int], list[tuple[int, int, int]]] = {}

    def add(mask: Any, owner: Any, other: Any, start: tuple[int, int], end: tuple[int, int]) -> None:
        y, x = np.nonzero(mask)
        for row, column, own, beside in zip(
            y.tolist(), x.tolist(), owner[mask].tolist(), other[mask].tolist(), strict=True
        ):
            key = (own, column + start[0], row + start[1])
            nexts.setdefault(key, []).append((column + end[0], row + end[1], beside))

    centre = padded[1:-1, 1:-1]
    for beside, start, end in (
        (padded[:-2, 1:-1], (0, 0), (1, 0)),
        (padded[1:-1, 2:], (1, 0), (1, 1)),
        (padded[2:, 1:-1], (1, 1), (0, 1)),
        (padded[1:-1, :-2], (0, 1), (0, 0)),
    ):
        add(centre != beside, centre, beside, start, end)
    flat = labels.ravel()
    label_of = np.zeros(number.max() + 1, np.int64)
    label_of[number.ravel()] = flat
    return _walked(nexts, label_of)


def _walked(nexts: dict[tuple[int, int, int], list[tuple[int, int, int]]], label_of: Any) -> list[Loop]:
    found = []
    for key in list(nexts):
        while nexts.get(key):
            piece, x, y = key
            points, before, sides = [], None, []
            while True:
                ways = nexts[(piece, x, y)]
                # Where two pieces of one label meet at a corner only, the walk turns right and stays with its own.
                at = 0 if len(ways) == 1 or before is None else _right_turn(before, (x, y), ways)
                to_x, to_y, beside = ways.pop(at)
                points.append((x, y))
                sides.append(beside)
                before, x, y = (x, y), to_x, to_y
                if (x, y) == (key[1], key[2]):
                    break
            corners = np.array(points, np.int64)
            area = _area(corners)
            inside = int(label_of[sides[0]]) if sides[0] >= 0 else -1
            found.append(Loop(corners, int(label_of[piece]), piece, area > 0, area, inside))
    return found


def _right_turn(before: tuple[int, int], here: tuple[int, int], ways: list[tuple[int, int, int]]) -> int:
    way = (here[0] - before[0], here[1] - before[1])
    turns = [way[0] * (one[1] - here[1]) - way[1] * (one[0] - here[0]) for one in ways]
    return int(np.argmax(turns))


def _area(points: Any) -> float:
    x, y = points[:, 0].astype(float), points[:, 1].astype(float)
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def polygon_of(loop: Loop, step: int = 1) -> str:
    """A loop as an exact polygon of horizontal and vertical lines."""
    points = loop.corners
    turns = (np.roll(points, 1, axis=0) + np.roll(points, -1, axis=0) - 2 * points).any(axis=1)
    points = points[turns] * step
    text = [f"M{points[0, 0]} {points[0, 1]}"]
    for (x, y), (to_x, to_y) in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
        text.append(f"h{to_x - x}" if to_y == y else f"v{to_y - y}")
    return "".join(text) + "z"


def encloses(loop: Loop, point: Any) -> bool:
    """Whether a point, not on the lattice, lies within a loop."""
    x, y = loop.corners[:, 0], loop.corners[:, 1]
    to_y = np.roll(y, -1)
    crossed = ((y < point[1]) != (to_y < point[1])) & (x > point[0])
    return bool(crossed.sum() % 2)


class Borders:
    """Where borders run between the pixels, told from the colours on both sides.

    values (h, w, 4) premultiplied, labels (h, w), palette (k, 4), `painted` (k,): which labels leave paint
    """

    def __init__(self, values: Any, labels: Labels, palette: Any, painted: list[bool], loops: list[Loop]) -> None:
        self.values, self.labels, self.palette = values, labels, palette
        self.painted = np.array(painted, bool)
        self.number = pieces(labels)
        self.area = np.zeros(int(self.number.max()) + 1)
        for loop in loops:
            if loop.outer:
                self.area[loop.piece] = loop.area

    def path_of(self, loop: Loop, smooth: float) -> str:
        """A loop as curves."""
        if len(loop.corners) <= 4:
            return polygon_of(loop)
        return curves_of(self._measured(loop), smooth)

    def _measured(self, loop: Loop) -> Points:
        """(n, 2): one point for every pixel edge of the loop, moved across it to where the colours say.

        Below a neighbour that is painted later the border runs half a pixel further, so that no seam opens.
        """
        start = loop.corners
        end = np.roll(start, -1, axis=0)
        way = end - start
        middle = (start + end) / 2
        inward = np.stack([-way[:, 1], way[:, 0]], axis=1)  # right of the way (y runs downwards): the own side
        own = np.floor(middle + 0.5 * inward).astype(int)
        other = np.floor(middle - 0.5 * inward).astype(int)
        high, wide = self.labels.shape
        inside = (other[:, 0] >= 0) & (other[:, 0] < wide) & (other[:, 1] >= 0) & (other[:, 1] < high)
        beside = np.clip(other, 0, [wide - 1, high - 1])
        ground = self.labels[beside[:, 1], beside[:, 0]]
        second = self.palette[ground]
        axis = self.palette[loop.label][None, :] - second
        size = np.maximum((axis * axis).sum(axis=1), 1e-4)

        def share(place: Any) -> Any:
            return np.clip(((self.values[place[:, 1], place[:, 0]] - second) * axis).sum(axis=1) / size, 0, 1)

        moved = np.where(inside, np.clip(share(own) + share(beside) - 1, -0.75, 0.75), 0.0)
        later = self.area[self.number[beside[:, 1], beside[:, 0]]] < self.area[loop.piece]
        moved = moved + 0.6 * (inside & self.painted[ground] & later)
        return np.asarray(middle - moved[:, None] * inward, np.float64)


def curves_of(points: Points, smooth: float) -> str:
    """A closed loop of points as lines and cubics that stay within `smooth` of them."""
    n = len(points)
    if n < 6:
        return "M" + "L".join(_text(one) for one in points) + "z"
    eased = (np.roll(points, 1, axis=0) + 2 * points + np.roll(points, -1, axis=0)) / 4
    corners = _corners(eased)
    kept = points.astype(float).copy()
    soft = np.ones(n, bool)
    soft[corners] = False
    kept[soft] = eased[soft]
    cuts = corners if len(corners) else np.array([0])
    text = ["M" + _text(kept[cuts[0]])]
    for at, cut in enumerate(cuts):
        to = cuts[(at + 1) % len(cuts)]
        length = (to - cut) % n or n
        run = kept[(cut + np.arange(length + 1)) % n]
        closed = len(corners) == 0
        text += _fitted(run, smooth, _way(kept, cut, 1) if closed else None, _way(kept, cut, 1) if closed else None)
    return "".join(text) + "z"


def _corners(points: Points) -> NDArray[np.int64]:
    """Indices where a loop turns sharply, the sharpest of each neighbourhood."""
    reach = max(2, min(4, len(points) // 8))
    ahead, behind = np.roll(points, -reach, axis=0) - points, points - np.roll(points, reach, axis=0)
    turn = np.abs(np.arctan2(behind[:, 0] * ahead[:, 1] - behind[:, 1] * ahead[:, 0], (behind * ahead).sum(axis=1)))
    best = np.ones(len(points), bool)
    for shift in range(1, reach + 1):
        best &= (turn >= np.roll(turn, shift)) & (turn > np.roll(turn, -shift))
    return np.flatnonzero(best & (turn > _CORNER))


def _way(points: Points, at: int, sign: int) -> Points:
    """The unit direction of a closed loop at a point."""
    n = len(points)
    way = sign * (points[(at + 2) % n] - points[(at - 2) % n])
    return np.asarray(way / max(float(np.hypot(*way)), 1e-9), np.float64)


def _fitted(run: Points, within: float, way_in: Points | None, way_out: Points | None) -> list[str]:
    """Lines and cubics along an open run of points."""
    if len(run) <= 2 or is_straight(run, within * 0.8):
        return ["L" + _text(run[-1])]
    start = way_in if way_in is not None else _unit(run[min(3, len(run) - 1)] - run[0])
    end = way_out if way_out is not None else _unit(run[-1] - run[max(-4, -len(run))])
    found = as_cubic(run, tuple(start), tuple(end), within)
    span = 1.2 * float(np.hypot(*np.diff(run, axis=0).T).sum())
    if found is not None and max(np.hypot(*(found[0] - run[0])), np.hypot(*(found[1] - run[-1]))) <= span:
        return [f"C{_text(found[0])} {_text(found[1])} {_text(run[-1])}"]
    if len(run) <= 4:
        return ["L" + _text(one) for one in run[1:]]
    middle = len(run) // 2
    way = _unit(run[min(middle + 2, len(run) - 1)] - run[max(middle - 2, 0)])
    return _fitted(run[: middle + 1], within, start, way) + _fitted(run[middle:], within, way, end)


def _unit(way: Points) -> Points:
    size = float(np.hypot(*way))
    return way / size if size > 1e-9 else np.array([1.0, 0.0])


def _text(point: Any) -> str:
    x, y = (f"{float(one):.2f}".rstrip("0").rstrip(".") for one in point)
    return f"{x} {y}" if not y.startswith("-") else f"{x}{y}"
