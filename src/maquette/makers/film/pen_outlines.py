"""Outlines: cut before the eye, their hulls, lines drawn by hand, hatching, leaves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
NEAR = 0.12  # metres before the eye
_DICE = np.random.default_rng(1).uniform(-1, 1, (257, 2)).astype(np.float32)
_ACROSS = np.array([1, -1], np.float32)


def clipped(seen: Floats) -> Floats:
    """A polygon in the camera's metres (n, 3), cut at the near plane (Sutherland and Hodgman 1974)."""
    return _cut(seen, seen[:, 2] - NEAR)


def within(seen: Floats, reach: float) -> Floats:
    """A polygon before the eye, cut at slanting planes left, right, above and below: x and y at most reach x depth."""
    for axis in (0, 1):
        for way in (1, -1):
            if len(seen) > 2:
                seen = _cut(seen, reach * seen[:, 2] - way * seen[:, axis])
    return seen


def _cut(seen: Floats, side: Floats) -> Floats:
    """What of a polygon (n, 3) lies where `side` (n,) is above nought."""
    inside = side > 0
    if inside.all():
        return seen
    out: list[Floats] = []
    for number in range(len(seen)):
        before = number - 1
        if inside[number] != inside[before]:
            share = side[before] / (side[before] - side[number])
            out.append(seen[before] + (seen[number] - seen[before]) * share)
        if inside[number]:
            out.append(seen[number])
    return np.array(out, np.float32).reshape(-1, 3)


def cut_line(seen: Floats, side: Floats) -> list[Floats]:
    """The runs of a line (n, 3) where `side` (n,) is above nought."""
    runs: list[list[Floats]] = [[]]
    for number in range(len(seen)):
        if number and (side[number] > 0) != (side[number - 1] > 0):
            share = side[number - 1] / (side[number - 1] - side[number])
            runs[-1].append(seen[number - 1] + (seen[number] - seen[number - 1]) * share)
            if side[number] <= 0:
                runs.append([])
        if side[number] > 0:
            runs[-1].append(seen[number])
    return [np.array(run, np.float32) for run in runs if len(run) > 1]


def newell(points: Floats) -> Floats:
    """The direction that a flat polygon (n, 3) faces, by Newell's sums; nought where it has no area."""
    after = np.roll(points, -1, 0)
    normal = np.cross(points, after).sum(0)
    return np.asarray(normal / max(float(np.linalg.norm(normal)), 1e-9), np.float32)


def hull_of(points: Floats) -> Floats:
    """The convex outline of points (n, 2), round once (Andrew 1979)."""
    ordered = sorted(set(map(tuple, np.round(points, 2).tolist())))
    if len(ordered) < 3:
        return np.array(ordered, np.float32).reshape(-1, 2)
    halves = []
    for run in (ordered, ordered[::-1]):
        chain: list[tuple[float, ...]] = []
        for x, y in run:
            while len(chain) > 1:
                (ax, ay), (bx, by) = chain[-2], chain[-1]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                chain.pop()
            chain.append((x, y))
        halves.append(chain[:-1])
    return np.array(halves[0] + halves[1], np.float32)


def bowed(outline: Floats, unit: float, seed: int) -> list[Floats]:
    """The edges of a closed outline as strokes of four points that bow a little and run over the corners."""
    way = np.concatenate([outline[1:], outline[:1]]) - outline
    length = np.sqrt((way * way).sum(1))
    keep = length > 0.8
    if not keep.any():
        return []
    start, way, length = outline[keep], way[keep], length[keep]
    forward = way / length[:, None]
    side = forward[:, ::-1] * _ACROSS
    dice = _DICE[(seed + 7 * np.arange(len(start))) % 257]
    bow = dice * np.minimum(length * 0.006, 1.3 * unit)[:, None]
    over = forward * np.minimum(length * 0.01, 1.6 * unit)[:, None]
    strokes = np.empty((len(start), 4, 2), np.float32)
    strokes[:, 0] = start - over
    strokes[:, 1] = start + way * 0.33 + side * bow[:, :1]
    strokes[:, 2] = start + way * 0.68 + side * bow[:, 1:]
    strokes[:, 3] = start + way + over
    return list(strokes)


def hatch(outline: Floats, step: float, angle: float, width: float, height: float) -> list[Floats]:
    """Parallel lines within a polygon (n, 2), at an angle in radians, `step` pixels apart."""
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, s], [-s, c]], np.float32)
    points = np.clip(outline, (-60, -60), (width + 60, height + 60)) @ turn.T
    low, high = points[:, 1].min(), points[:, 1].max()
    ends = np.roll(points, -1, 0)
    lines: list[Floats] = []
    for y in np.arange(np.ceil(low / step) * step, high, step):
        crossing = (points[:, 1] <= y) != (ends[:, 1] <= y)
        if not crossing.any():
            continue
        a, b = points[crossing], ends[crossing]
        xs = np.sort(a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0]))
        for x0, x1 in zip(xs[::2], xs[1::2], strict=False):
            if x1 - x0 > 2:
                lines.append((np.array([[x0, y], [x1, y]], np.float32) @ turn).astype(np.float32))
    return lines


def bumpy(centre: Floats, wide: float, tall: float, seed: int) -> Floats:
    """An outline like leaves or cloud: bumps of uneven size around an ellipse, (n, 2)."""
    dice = np.random.default_rng(seed % 100003)
    bumps = int(dice.integers(9, 13))
    edges = np.cumsum(dice.uniform(0.6, 1.4, bumps))
    edges = edges / edges[-1] * 2 * np.pi + dice.uniform(0, 6)
    out = []
    for start, end in zip(np.roll(edges, 1) - np.where(np.arange(bumps) == 0, 2 * np.pi, 0), edges, strict=True):
        lump = dice.uniform(0.10, 0.2)
        for share, rise in ((0.0, -0.05), (0.22, 0.7), (0.5, 1.0), (0.78, 0.75)):
            angle = start + (end - start) * share
            radius = 0.86 + lump * rise
            out.append((centre[0] + wide * radius * np.cos(angle), centre[1] + tall * radius * np.sin(angle)))
    return np.array(out, np.float32)


def under(outline: Floats, centre: Floats, away: Floats, wide: float, tall: float, seed: int) -> Floats:
    """The part of a crown on the side away from the light, with a bumpy edge towards it."""
    size = np.array([wide, tall], np.float32)
    local = (outline - centre) / size
    dark = local @ away > 0.12
    if dark.all() or not dark.any():
        return outline[:3]
    count = len(outline)
    first = next(n for n in range(count) if dark[n] and not dark[n - 1])
    run: list[int] = []
    while dark[(first + len(run)) % count] and len(run) < count:
        run.append((first + len(run)) % count)
    outer = local[run]
    start, end = outer[-1], outer[0]
    dice = np.random.default_rng(seed % 9973)
    across = np.linspace(0.14, 0.86, 7)[:, None]
    inner = start + (end - start) * across
    bulge = (
        np.sin(np.pi * across) * 0.16
        + dice.uniform(-0.08, 0.08, across.shape)
        + np.array([[0.07], [-0.03]] * 3 + [[0.07]])
    )
    inner = inner + away * bulge
    return (centre + np.concatenate([outer, inner]) * size).astype(np.float32)


def curls(centre: Floats, wide: float, tall: float, seed: int) -> list[Floats]:
    """Short arcs that say leaves."""
    dice = np.random.default_rng(seed % 7919)
    curls = []
    for _ in range(6):
        radius, angle = 0.65 * np.sqrt(dice.uniform(0, 1)), dice.uniform(0, 2 * np.pi)
        x, y = centre[0] + wide * radius * np.cos(angle), centre[1] + tall * radius * np.sin(angle)
        r = dice.uniform(0.07, 0.13) * min(wide, tall)
        arc = np.linspace(np.pi * 0.9, np.pi * 2.0, 4) + dice.uniform(-0.5, 0.5)
        curls.append(np.stack([x + r * np.cos(arc), y + 0.8 * r * np.sin(arc)], 1).astype(np.float32))
    return curls


def crescent(light: Floats) -> Floats:
    """The dark part (26, 2) of a unit ball, for light from (right, up, ahead): an arc and the edge of the shadow."""
    across, toward = np.array(light[:2], np.float64), -float(light[2])
    length = float(np.hypot(*across))
    way = across / length if length > 1e-3 else np.array([0.0, 1.0])
    side = np.array([-way[1], way[0]])
    turn = np.linspace(0, np.pi, 13)[:, None]
    rim = side * np.cos(turn) - way * np.sin(turn)
    edge = side * np.cos(turn) - way * np.sin(turn) * np.clip(toward, -0.6, 0.62)
    return np.asarray(np.concatenate([rim, edge[::-1]]), np.float32)
