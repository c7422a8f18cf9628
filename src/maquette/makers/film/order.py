"""Which of the things on a set stands before which, for an eye: drawn from back to front without cutting any of them.

Two boxes that a plane along a side of either keeps apart are in order at once: the one on the eye's side comes later.
The rest follow their distance (as Newell, Newell and Sancha 1972 sort polygons).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .pen import Stood, turned

Floats = NDArray[np.float32]
SLACK = 0.015  # metres that boxes may overlap and still count as apart


@dataclass(frozen=True, eq=False)
class Box:
    """A box turned about y: eight corners (8, 3), its axes (3, 3) as rows, its middle."""

    corners: Floats
    axes: Floats
    middle: Floats


def box_of(low: Floats, high: Floats, turn: float = 0.0, place: Floats | None = None) -> Box:
    """The box between two corners, turned and put at a place."""
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])],
                       np.float32)  # fmt: skip
    corners = turned(corners, turn)
    if place is not None:
        corners = corners + place
    axes = turned(np.eye(3, dtype=np.float32), turn)
    return Box(corners.astype(np.float32), axes, corners.mean(0))


def box_of_part(part: Stood) -> Box:
    return box_of(part.low, part.high, part.turn, part.place)


def box_of_points(points: Floats, room: float) -> Box:
    """The upright box around points with some room."""
    return box_of(points.min(0) - room, points.max(0) + room)


def behind(boxes: Sequence[Box], eye: Floats) -> NDArray[np.int8]:
    """(n, n): 1 where a must be drawn before b, -1 where after, 0 where no plane says so."""
    corners = np.stack([box.corners for box in boxes])
    axes = np.stack([box.axes for box in boxes])
    spread = np.einsum("bkd,aid->abik", corners, axes)  # corners of b along the axes of a
    own = np.einsum("akd,aid->aik", corners, axes)
    low, high = own.min(-1)[:, None], own.max(-1)[:, None]  # (a, 1, 3)
    at = np.einsum("d,aid->ai", eye, axes)[:, None]
    over = spread.min(-1) - high  # b lies beyond a's far side by so much
    under = low - spread.max(-1)
    gap = np.maximum(over, under)
    best = gap.argmax(-1)
    pick = np.take_along_axis(gap, best[..., None], -1)[..., 0]
    first = (
        np.take_along_axis(over, best[..., None], -1)[..., 0] >= np.take_along_axis(under, best[..., None], -1)[..., 0]
    )
    sides = np.where(first, np.take_along_axis(np.broadcast_to(high, gap.shape), best[..., None], -1)[..., 0],
                     np.take_along_axis(np.broadcast_to(low, gap.shape), best[..., None], -1)[..., 0])  # fmt: skip
    here = np.take_along_axis(np.broadcast_to(at, gap.shape), best[..., None], -1)[..., 0]
    eye_beyond = np.where(first, here > sides, here < sides)
    told = np.where(pick > -SLACK, np.where(eye_beyond, 1, -1), 0)
    # Either box's planes may part them: the wider gap speaks.
    widest = np.where(pick >= pick.T, told, -told.T)
    widest = np.where((told == 0) & (told.T != 0), -told.T, widest)
    widest = np.where((told != 0) & (told.T == 0), told, widest)
    np.fill_diagonal(widest, 0)
    return widest.astype(np.int8)


def back_to_front(boxes: Sequence[Box], eye: Floats, said: NDArray[np.int8] | None = None) -> list[int]:
    """The numbers of the boxes in drawing order. `said`: relations already known, as `behind` gives them."""
    count = len(boxes)
    if count < 2:
        return list(range(count))
    before = behind(boxes, eye) if said is None else said
    distance = np.array([float(np.linalg.norm(box.middle - eye)) for box in boxes])
    waits = (before == -1).sum(1)  # how many must be drawn before it
    left = np.ones(count, bool)
    out: list[int] = []
    for _ in range(count):
        ready = left & (waits <= 0)
        # A ring of three that hide each other in turn has no right order: the farthest goes first.
        choice = np.where(ready if ready.any() else left, distance, -1.0)
        chosen = int(choice.argmax())
        out.append(chosen)
        left[chosen] = False
        waits -= before[chosen] == 1
    return out
