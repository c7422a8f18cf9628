"""The clear space between strokes: true distances between inked outlines, not between centre lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement
from typing import TYPE_CHECKING

from maquette.media.affine import as_path
from maquette.media.drawing import Arc, Cubic, Drawing, Line, Paint, Point, Quad, Subpath
from maquette.media.extent import arc_centre
from maquette.media.lint_look import Bit, track_of
from maquette.media.style_pieces import Piece

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SPACING = 0.25  # units of a canvas of 24 between the samples of a line
EXACT = 0.02  # units: how well distances are known so


@dataclass(frozen=True)
class Gap:
    """Two strokes (shapes counted from 0) that come as near as `space` without touching; `where` lies between them.

    `one` and `other` are the points of their centre lines where they come nearest.
    """

    shapes: tuple[int, int]
    tracks: tuple[int, int]
    space: float
    where: Point
    one: Point
    other: Point


@dataclass(frozen=True)
class Cloud:
    """A stroke as discs along its centre line: points (n, 2), radii (n,), and whether it runs into itself."""

    shape: int
    sub: int
    points: NDArray[np.float64]
    radii: NDArray[np.float64]
    closed: bool


def gaps(drawing: Drawing, below: float) -> list[Gap]:
    """Every pair of strokes with a clear space under `below` somewhere, at its narrowest, narrowest first.

    Strokes that meet at an angle come as near as you like beside the joint: there the space grows out of a place where
    they touch (or where a third stroke covers it), and that is no gap.
    """
    clouds = clouds_of(drawing)
    found = []
    for one, other in combinations_with_replacement(range(len(clouds)), 2):
        gap = _narrowest(clouds, one, other, below, max(drawing.viewbox[2:]) / 24.0)
        if gap is not None:
            found.append(gap)
    return sorted(found, key=lambda gap: gap.space)


def clouds_of(drawing: Drawing) -> list[Cloud]:
    """Every subpath as discs. Fills are outlined with discs of radius 0."""
    unit = max(drawing.viewbox[2:]) / 24.0
    found = []
    for number, shape in enumerate(drawing.shapes):
        for sub, subpath in enumerate(as_path(shape.geometry).subpaths):
            cloud = _cloud(subpath, shape.paint, number, sub, SPACING * unit)
            if cloud is not None:
                found.append(cloud)
    return found


def _cloud(subpath: Subpath, paint: Paint, shape: int, sub: int, spacing: float) -> Cloud | None:
    import numpy as np

    track = track_of(subpath, shape, sub)
    half = paint.width / 2 if paint.stroke else 0.0
    drawn = [bit for bit in track.bits if bit.piece]
    if not drawn:
        if not half or paint.cap == "butt":
            return None
        return Cloud(shape, sub, np.array([subpath.start]), np.array([half]), False)
    line = np.concatenate([_samples(bit, spacing) for bit in drawn])
    radii = np.full(len(line), half)
    if not track.closed and half and paint.cap != "round":
        line, radii = _cut(line, radii, [bit.piece for bit in drawn if bit.piece], half, paint.cap == "square")
    return Cloud(shape, sub, line, radii, track.closed)


def _samples(bit: Bit, spacing: float) -> NDArray[np.float64]:
    """Points along a segment at most about `spacing` apart, both ends among them."""
    import numpy as np

    assert bit.piece is not None
    at = np.linspace(0, 1, max(2, int(np.ceil(bit.piece.length / spacing)) + 1))
    a, b, segment = complex(*bit.start), complex(*bit.segment.to), bit.segment
    if isinstance(segment, Line):
        points = a + (b - a) * at
    elif isinstance(segment, Arc):
        arc = arc_centre(bit.start, segment)
        turned = np.exp(1j * arc.rotation)
        along = arc.begin + arc.sweep * at
        points = complex(*arc.centre) + turned * (arc.rx * np.cos(along) + 1j * arc.ry * np.sin(along))
    elif isinstance(segment, Quad):
        points = (1 - at) ** 2 * a + 2 * (1 - at) * at * complex(*segment.c) + at**2 * b
    else:
        points = _cubic(a, segment, at)
    return np.stack([points.real, points.imag], axis=1)


def _cubic(a: complex, cubic: Cubic, at: NDArray[np.float64]) -> NDArray[np.complex128]:
    c1, c2, b = complex(*cubic.c1), complex(*cubic.c2), complex(*cubic.to)
    back = 1 - at
    points: NDArray[np.complex128] = back**3 * a + 3 * back * back * at * c1 + 3 * back * at * at * c2 + at**3 * b
    return points


def _cut(
    line: NDArray[np.float64], radii: NDArray[np.float64], pieces: Sequence[Piece], half: float, square: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Flat ends: no disc reaches over the end, the two corners stand there as points (square: half a width beyond)."""
    import numpy as np

    first, last = line[0], line[-1]
    reach = 0.0 if square else half
    keep = (np.hypot(*(line - first).T) >= reach) & (np.hypot(*(line - last).T) >= reach)
    corners = []
    for end, way in ((first, -pieces[0].way_in), (last, pieces[-1].way_out)):
        tip = complex(*end) + (way * half if square else 0)
        corners.append(
            np.array([[(tip + s * half * 1j * way).real, (tip + s * half * 1j * way).imag] for s in (1, -1)])
        )
    points = np.concatenate([corners[0], line[keep], corners[1]])
    return points, np.concatenate([np.zeros(2), radii[keep], np.zeros(2)])


def _narrowest(clouds: Sequence[Cloud], one: int, other: int, below: float, unit: float) -> Gap | None:
    import numpy as np

    a, b = clouds[one], clouds[other]
    reach = below + a.radii.max() + b.radii.max()
    low, high = np.maximum(a.points.min(0), b.points.min(0)), np.minimum(a.points.max(0), b.points.max(0))
    if (low - high).max() > reach:
        return None
    space = np.hypot(*(a.points[:, None] - b.points[None, :]).transpose(2, 0, 1)) - a.radii[:, None] - b.radii[None, :]
    near = space < below - EXACT * unit
    touching = space <= EXACT * unit
    if one == other:
        touching |= np.eye(len(space), dtype=bool)
    near |= touching
    left = near & ~_grown(touching, near, a.closed, b.closed)
    for _ in range(8):  # a covered place is a joint too: look for the next one
        if not left.any():
            return None
        i, j = np.unravel_index(int(np.where(left, space, np.inf).argmin()), space.shape)
        between = (a.points[i] + b.points[j]) / 2
        if not _covered(between, clouds, (one, other)):
            where = (float(between[0]), float(between[1]))
            ends = tuple((float(p[0]), float(p[1])) for p in (a.points[i], b.points[j]))
            return Gap((a.shape, b.shape), (a.sub, b.sub), float(space[i, j]), where, *ends)
        seed = np.zeros_like(left)
        seed[i, j] = True
        left &= ~_grown(seed, left, a.closed, b.closed)
    return None


def _grown(seed: NDArray[np.bool_], inside: NDArray[np.bool_], *closed: bool) -> NDArray[np.bool_]:
    """All cells of `inside` that can be reached from `seed` by steps along either line."""
    import numpy as np

    reached = seed & inside
    count = -1
    while (now := int(reached.sum())) != count:
        count = now
        grown = reached.copy()
        for axis, around in enumerate(closed):
            for step in (1, -1):
                moved = np.roll(grown, step, axis)
                if not around:
                    edge = 0 if step == 1 else -1
                    moved[(slice(None),) * axis + (edge,)] = False
                grown = grown | moved
        reached = grown & inside
    return reached


def _covered(point: NDArray[np.float64], clouds: Sequence[Cloud], but: tuple[int, int]) -> bool:
    import numpy as np

    return any(
        bool((np.hypot(*(cloud.points - point).T) <= cloud.radii).any())
        for number, cloud in enumerate(clouds)
        if number not in but
    )


def touching(drawing: Drawing) -> set[tuple[int, int]]:
    """The pairs of strokes (counted over all subpaths) whose ink meets."""
    import numpy as np

    clouds = clouds_of(drawing)
    unit = max(drawing.viewbox[2:]) / 24.0
    found = set()
    for (i, one), (j, other) in combinations(enumerate(clouds), 2):
        apart = np.hypot(*(one.points[:, None] - other.points[None, :]).transpose(2, 0, 1))
        if float((apart - one.radii[:, None] - other.radii[None, :]).min()) <= EXACT * unit:
            found.add((i, j))
    return found
