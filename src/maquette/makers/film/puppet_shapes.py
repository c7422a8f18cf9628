"""Solids seen by a lens, as outlines on paper: tubes for limbs, rings for trunks and heads, hulls for cloth.

Every outline is (n, 2) pixels, runs once around its solid and needs no cutting, so it stays one clean path that a
person can take hold of. What is hidden is painted over from back to front, as animators did on cels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...media.stage import Camera

Floats = NDArray[np.floating[Any]]

NEAR = 0.08  # metres before the lens: nothing is drawn nearer
FLIP = np.array([1, -1], np.float32)  # paper's y runs down
ZERO = np.zeros(1, np.float32)
AROUND = 48  # directions in which the hull of a solid is felt


@dataclass(frozen=True, eq=False)
class Lens:
    """A camera with its sums done: metres to pixels, many times a figure."""

    eye: Floats  # (3,)
    axes: Floats  # (3, 3): right, up, forward
    scale: float  # pixels of one metre at one metre
    middle: tuple[float, float]

    @staticmethod
    def of(camera: Camera, width: int, height: int) -> Lens:
        scale = height / 2 / float(np.tan(np.radians(camera.fov) / 2))
        return Lens(np.asarray(camera.eye, np.float32), camera.axes(), scale, (width / 2, height / 2))

    def seen(self, points: Floats) -> Floats:
        """(..., 3) metres -> (..., 3): right, up and depth before the lens."""
        moved: Floats = (points - self.eye) @ self.axes.T
        return moved

    def flat(self, points: Floats) -> Floats:
        """(..., 3) metres -> (..., 2) pixels."""
        return self.onto(self.seen(points))

    def onto(self, seen: Floats) -> Floats:
        """(..., 3) right, up, depth -> (..., 2) pixels."""
        grown = self.scale / np.maximum(seen[..., 2:], NEAR)
        pixels: Floats = seen[..., :2] * (grown * FLIP) + np.array(self.middle, np.float32)
        return pixels.astype(np.float32, copy=False)

    def depth(self, points: Floats) -> Floats:
        """(..., 3) -> (...): metres before the lens."""
        away: Floats = (points - self.eye) @ self.axes[2]
        return away

    def size(self, points: Floats, metres: Floats | float) -> Floats:
        """How many pixels a length across has where the points are."""
        grown: Floats = np.asarray(metres, np.float32) * self.scale / np.maximum(self.depth(points), NEAR)
        return grown

    def faces(self, points: Floats, normals: Floats) -> Floats:
        """(..., 3), (..., 3) -> (...): cosine between a surface and the way to the eye; above 0 it is seen."""
        way = self.eye - points
        cosine: Floats = (way * normals).sum(-1) / np.maximum(np.sqrt((way * way).sum(-1)), 1e-6)
        return cosine


def unit(vectors: Floats) -> Floats:
    """(..., d) of length one; what has no length stays."""
    length = np.sqrt((vectors * vectors).sum(-1, keepdims=True))
    scaled: Floats = (vectors / np.maximum(length, 1e-6)).astype(np.float32, copy=False)
    return scaled


def along(points: Floats, steps: int) -> Floats:
    """(n, d) -> ((n - 1) * steps + 1, d): a Catmull-Rom curve through the points (Catmull and Rom 1974)."""
    padded = np.concatenate([points[:1] * 2 - points[1:2], points, points[-1:] * 2 - points[-2:-1]])
    u = (np.arange(steps, dtype=np.float32) / steps)[None, :, None]
    a, b, c, d = (padded[k : len(padded) - 3 + k, None] for k in range(4))
    curve = b + 0.5 * u * (c - a + u * (2 * a - 5 * b + 4 * c - d + u * (3 * (b - c) + d - a)))
    return np.concatenate([curve.reshape(-1, points.shape[1]), points[-1:]]).astype(np.float32)


def normals(outline: Floats) -> Floats:
    """(n, 2) -> (n, 2): the way out of a closed outline, whichever way round it runs."""
    padded = np.concatenate([outline[-1:], outline, outline[:1]])
    tangent = padded[2:] - padded[:-2]
    out = unit(tangent[:, ::-1] * FLIP)
    return out if area(outline, padded) > 0 else -out


def area(outline: Floats, padded: Floats) -> float:
    """Signed: above 0 where it runs so that the way out is right of it (y down: clockwise on paper)."""
    after = padded[2:]
    return float((outline[:, 0] * after[:, 1] - outline[:, 1] * after[:, 0]).sum())


@dataclass(frozen=True, eq=False)
class Tube:
    """A limb on paper: its outline, and which of its n sections each point belongs to (for open ends and shadows)."""

    outline: Floats  # (m, 2)
    place: Floats  # (m,) 0 at the first section .. 1 at the last
    middle: Floats  # (n, 2)
    radius: Floats  # (n,)


def tube(middle: Floats, radius: Floats, flat: tuple[float, float] = (1.0, 1.0)) -> Tube:
    """The outline of discs (n, 2) with radii (n,) pulled into one limb; discs inside of others leave no trace.

    `flat`: how far the two ends bulge, as a share of a round end: 0 cut straight off, as a sleeve seen from its side.
    """
    kept = _standing(middle, radius)
    c, r = middle[kept], radius[kept]
    place = np.array(kept, np.float32) / max(len(middle) - 1, 1)
    if len(kept) == 1:
        return Tube(circle(c[0], float(r[0])), np.full(16, place[0], np.float32), c, r)
    step = c[1:] - c[:-1]
    length = np.maximum(np.sqrt((step * step).sum(-1, keepdims=True)), 1e-6)
    ahead = step / length
    side = np.stack([-ahead[:, 1], ahead[:, 0]], -1)
    lean = np.minimum(np.maximum((r[:-1] - r[1:])[:, None] / length, -0.95), 0.95)
    straight = np.sqrt(1 - lean * lean)
    left = _between(side * straight + ahead * lean)
    right = _between(-side * straight + ahead * lean)
    last = _arc(left[-1], right[-1], ahead[-1], flat[1])
    first = _arc(right[0], left[0], -ahead[0], flat[0])
    out = np.concatenate(
        [c + left * r[:, None], c[-1] + last * r[-1], (c + right * r[:, None])[::-1], c[0] + first * r[0]]
    )
    at = np.concatenate([place, np.full(len(last), place[-1]), place[::-1], np.full(len(first), place[0])])
    discs, sizes = (c[1:-1], r[1:-1]) if len(c) > 2 else (c, r)
    away = out[:, None] - discs[None]
    free = (np.sqrt((away * away).sum(-1)) - sizes[None]).min(1) > -0.05 * float(r.max())
    if free.sum() < 8:
        free[:] = True
    outline, at = even(out[free], at[free], count=44)
    return Tube(outline, at, c, r)


def even(outline: Floats, values: Floats, count: int) -> tuple[Floats, Floats]:
    """A closed outline and its values (n,) at `count` points equally far from each other."""
    closed = np.concatenate([outline, outline[:1]])
    step = closed[1:] - closed[:-1]
    run = np.concatenate([ZERO, np.cumsum(np.sqrt((step * step).sum(1)))])
    at = np.arange(count) * (run[-1] / count)
    points = np.stack([np.interp(at, run, closed[:, 0]), np.interp(at, run, closed[:, 1])], -1)
    value = np.interp(at, run, np.concatenate([values, values[:1]]))
    return points.astype(np.float32), value.astype(np.float32)


def evened(outline: Floats, count: int) -> Floats:
    return even(outline, outline[:, 0], count)[0]


def _standing(middle: Floats, radius: Floats) -> list[int]:
    kept: list[int] = []
    for number in range(len(middle)):
        while kept:
            last = kept[-1]
            gap = float(np.hypot(*(middle[number] - middle[last])))
            if gap > abs(float(radius[number] - radius[last])) * 1.02 + 0.02:
                break
            if radius[number] <= radius[last]:
                break
            kept.pop()
        else:
            kept.append(number)
            continue
        if gap > abs(float(radius[number] - radius[last])) * 1.02 + 0.02:
            kept.append(number)
    return kept


def _between(each: Floats) -> Floats:
    """(n - 1, 2) of segments -> (n, 2) at their ends."""
    return unit(np.concatenate([each[:1], each[:-1] + each[1:], each[-1:]]))


def _arc(start: Floats, end: Floats, through: Floats, bulge: float) -> Floats:
    """Directions (5, 2) of an end's cap, from one side to the other."""
    angle = (np.arange(1, 6) * (np.pi / 6))[:, None]
    cap: Floats = (start - end) / 2 * np.cos(angle) + (start + end) / 2 + through * np.sin(angle) * bulge
    return cap


@lru_cache(maxsize=8)
def _round(count: int) -> Floats:
    angle = np.arange(count) * (2 * np.pi / count)
    return np.stack([np.cos(angle), np.sin(angle)], -1).astype(np.float32)


def circle(middle: Floats, radius: float, count: int = 16) -> Floats:
    return (middle + _round(count) * radius).astype(np.float32)


def hull(points: Floats, count: int = AROUND) -> Floats:
    """The rubber band around (n, 2), as `count` points equally far from each other."""
    far = (points @ _round(64).T).argmax(0)
    corners = points[far[np.flatnonzero(np.diff(far, prepend=far[-1:]))]]
    return evened(corners, count) if len(corners) > 2 else circle(points.mean(0), 0.5, count)


def ring(middle: Floats, across: Floats, ahead: Floats, count: int = 20, power: float = 2.0) -> Floats:
    """(..., 3) three times -> (..., count, 3): points around sections with these half axes.

    A power above 2 makes them squarer (the superellipse of Lamé); the first point lies at +across.
    """
    angle = _round(count)
    bent = np.sign(angle) * np.abs(angle) ** (2 / power)
    return (middle[..., None, :] + across[..., None, :] * bent[:, :1] + ahead[..., None, :] * bent[:, 1:]).astype(
        np.float32
    )


def crescent(outline: Floats, out: Floats, shift: Floats, where: NDArray[np.bool_] | None = None) -> Floats | None:
    """The part of a shape that lies away from the light: its far edge and the same edge moved by `shift` (2,).

    `out` (n, 2) are the outline's `normals`; `where` (n,): the points that may be in shadow.
    """
    facing = out @ shift < 0
    facing = facing if where is None else facing & where
    count = int(facing.sum())
    if count < 3 or count == len(facing):
        return None
    edge = outline[_longest(facing)]
    if len(edge) < 3:
        return None
    return np.concatenate([edge, (edge + shift * _swelling(len(edge))[:, None])[::-1]]).astype(np.float32)


@lru_cache(maxsize=128)
def _swelling(count: int) -> Floats:
    """From nought to one and back (count,)."""
    arch: Floats = np.maximum(np.sin(np.linspace(0, np.pi, count)), 0).astype(np.float32) ** np.float32(0.6)
    return arch


def _longest(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Indices of the longest run of True in a ring."""
    count = len(mask)
    start = int(np.flatnonzero(~mask)[0])
    rolled = np.concatenate([mask[start:], mask[:start]])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], rolled.astype(np.int8), [0]])))
    begins, ends = edges[::2], edges[1::2]
    best = int((ends - begins).argmax())
    return ((np.arange(begins[best], ends[best]) + start) % count).astype(np.int64)
