"""Ways over a set's floor: around furniture and people, inside the walls, straight where nothing stands in between."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...media.stage import Piece, Stage

Floats = NDArray[np.float32]
Spot = tuple[float, float]

CELL = 0.12  # metres
BODY = 0.24  # metres around the middle of somebody who walks past
WALL = 0.28
SLACK = 0.34  # metres around where a way begins and ends that count as free
LOW = 0.09  # metres: rugs and lower things are walked over
TRUNKS = ("tree", "pine", "birch", "palm", "fir", "lamp post", "street lamp", "pole", "sign")
TRUNK = 0.35  # metres across: under their crowns one walks
HIGH = 1.6  # metres: what hangs higher is walked under
FLAT = (
    "door",
    "window",
    "rug",
    "carpet",
    "picture",
    "painting",
    "poster",
    "mirror",
    "curtain",
    "path",
    "road",
    "floor",
)


@dataclass(frozen=True, eq=False)
class Floor:
    """Where one can go. blocked (rows along z, columns along x)."""

    blocked: NDArray[np.bool_]
    left: float
    back: float

    def cell(self, x: float, z: float) -> tuple[int, int]:
        rows, columns = self.blocked.shape
        return (
            int(np.clip((z - self.back) / CELL, 0, rows - 1)),
            int(np.clip((x - self.left) / CELL, 0, columns - 1)),
        )

    def place(self, row: int, column: int) -> Spot:
        return self.left + (column + 0.5) * CELL, self.back + (row + 0.5) * CELL

    def free(self, x: float, z: float) -> bool:
        return not bool(self.blocked[self.cell(x, z)])


def floor(stage: Stage, people: Sequence[Spot] = (), *, around: float = 0.55) -> Floor:
    """The free floor of a stage; `people` stand still and are kept clear of by `around` metres."""
    margin = WALL if stage.interior else -3.0
    half_x, half_z = stage.width / 2 - margin, stage.depth / 2 - margin
    columns, rows = max(4, int(2 * half_x / CELL)), max(4, int(2 * half_z / CELL))
    xs = -half_x + (np.arange(columns) + 0.5) * CELL
    zs = -half_z + (np.arange(rows) + 0.5) * CELL
    blocked = np.zeros((rows, columns), bool)
    for piece in stage.pieces:
        if stands(piece):
            blocked |= _inside(piece, xs, zs, BODY)
    for x, z in people:
        blocked |= (xs[None] - x) ** 2 + (zs[:, None] - z) ** 2 < around**2
    return Floor(blocked, -half_x, -half_z)


def stands(piece: Piece) -> bool:
    """True if a piece is in the way of somebody who walks."""
    if any(word in piece.kind for word in FLAT):
        return False
    return piece.y < HIGH and piece.y + piece.size[1] > LOW and not (piece.y > 0.5 and piece.size[0] < 0.6)


def covers(piece: Piece, x: float, z: float, margin: float = 0.0) -> bool:
    """True if a place on the floor is under a piece."""
    return bool(_inside(piece, np.array([x]), np.array([z]), margin)[0, 0])


def _inside(
    piece: Piece, xs: NDArray[np.floating[Any]], zs: NDArray[np.floating[Any]], margin: float
) -> NDArray[np.bool_]:
    wide, deep = piece.size[0], piece.size[2]
    if any(word in piece.kind for word in TRUNKS):
        wide, deep = min(wide, TRUNK), min(deep, TRUNK)
    dx, dz = xs[None] - piece.x, zs[:, None] - piece.z
    # A piece turned by an angle has its width along (cos, -sin) of x and z.
    along = dx * np.cos(piece.turn) - dz * np.sin(piece.turn)
    ahead = dx * np.sin(piece.turn) + dz * np.cos(piece.turn)
    return np.asarray((np.abs(along) < wide / 2 + margin) & (np.abs(ahead) < deep / 2 + margin))


def ways(stage: Stage, people: Sequence[Spot], start: Spot, end: Spot) -> list[Spot]:
    """Corner points around furniture and people, closer past people where there is no other way."""
    for around in (0.62, 0.48, 0.34):
        found = way(floor(stage, people, around=around), start, end)
        if found:
            return found
    return way(floor(stage), start, end) or [start, end]


def way(ground: Floor, start: Spot, end: Spot) -> list[Spot]:
    """Corner points from start to end, both included; [] where there is no way.

    A* over the cells (Hart, Nilsson and Raphael 1968), then corners left out that can be seen past.
    """
    ends = (start, end)
    if _clear(ground, start, end, ends):
        return [start, end]
    cells = _search(ground, ground.cell(*start), ground.cell(*end))
    if not cells:
        return []
    points = [start, *(ground.place(*cell) for cell in cells[1:-1]), end]
    out = [points[0]]
    at = 0
    while at < len(points) - 1:
        ahead = len(points) - 1
        while ahead > at + 1 and not _clear(ground, points[at], points[ahead], ends):
            ahead -= 1
        out.append(points[ahead])
        at = ahead
    return out


def nearest_free(ground: Floor, x: float, z: float) -> Spot:
    """The free place nearest to one."""
    if ground.free(x, z):
        return x, z
    rows, columns = np.nonzero(~ground.blocked)
    if len(rows) == 0:
        return x, z
    xs, zs = ground.left + (columns + 0.5) * CELL, ground.back + (rows + 0.5) * CELL
    best = int(((xs - x) ** 2 + (zs - z) ** 2).argmin())
    return float(xs[best]), float(zs[best])


def _clear(ground: Floor, start: Spot, end: Spot, ends: Sequence[Spot]) -> bool:
    """True if the straight line is free; cells around the two ends of a way count as free, for chairs are blocked."""
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    for step in np.linspace(0, 1, max(2, int(length / (CELL * 0.7)))):
        x, z = float(start[0] + (end[0] - start[0]) * step), float(start[1] + (end[1] - start[1]) * step)
        if not ground.free(x, z) and all(np.hypot(x - a, z - b) > SLACK for a, b in ends):
            return False
    return True


def _search(ground: Floor, start: tuple[int, int], goal: tuple[int, int]) -> list[tuple[int, int]]:
    blocked = ground.blocked.copy()
    for row, column in (start, goal):
        blocked[max(0, row - 3) : row + 4, max(0, column - 3) : column + 4] = False
    rows, columns = blocked.shape
    steps = [(dr, dc, float(np.hypot(dr, dc))) for dr in (-1, 0, 1) for dc in (-1, 0, 1) if dr or dc]
    costs = {start: 0.0}
    came: dict[tuple[int, int], tuple[int, int]] = {}
    heap = [(0.0, start)]
    while heap:
        _, now = heapq.heappop(heap)
        if now == goal:
            out = [now]
            while now in came:
                now = came[now]
                out.append(now)
            return out[::-1]
        for dr, dc, length in steps:
            row, column = now[0] + dr, now[1] + dc
            if not (0 <= row < rows and 0 <= column < columns) or blocked[row, column]:
                continue
            cost = costs[now] + length
            if cost < costs.get((row, column), 1e9):
                costs[row, column] = cost
                came[row, column] = now
                heapq.heappush(heap, (cost + float(np.hypot(row - goal[0], column - goal[1])), (row, column)))
    return []
