"""What stands behind everything: walls, floor and ceiling of a room, or ground, sky and the land at the horizon."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...media.ink import Ink
from ...media.stage import Stage
from .backdrop_land import land, ring, rough
from .backdrop_sheets import OWNER, ground_of, lines, sheet, whole
from .palette import mixed, shown
from .pen import Pen

Floats = NDArray[np.float32]


def backdrop(stage: Stage, pen: Pen) -> list[Ink]:
    """The marks behind all pieces, from back to front."""
    if stage.interior and stage.colours.get("shell") == "cave":
        return list(_cave(stage, pen))
    return list(_room(stage, pen) if stage.interior else land(stage, pen))


# --- rooms ---


def bounds(stage: Stage, pen: Pen) -> tuple[float, float, float, float]:
    """x0, x1, z0, z1 of the room; a wall steps back behind a camera that stands outside it."""
    x0, x1, z0, z1 = -stage.width / 2, stage.width / 2, -stage.depth / 2, stage.depth / 2
    x, _, z = (float(v) for v in pen.eye)
    return min(x0, x - 0.5), max(x1, x + 0.5), min(z0, z - 0.5), max(z1, z + 0.5)


def _room(stage: Stage, pen: Pen) -> Iterator[Ink]:
    x0, x1, z0, z1 = bounds(stage, pen)
    top = max(stage.height, float(pen.eye[1]) + 0.3)
    colours = stage.colours
    wall, floor = colours.get("wall", "plaster"), colours.get("floor", "wood")
    corners = {"back": ((x0, z0), (x1, z0)), "front": ((x1, z1), (x0, z1)), "left": ((x0, z1), (x0, z0)),
               "right": ((x1, z0), (x1, z1))}  # fmt: skip
    yield from sheet(pen, [(x0, 0, z1), (x1, 0, z1), (x1, 0, z0), (x0, 0, z0)], floor, 0, "floor")
    yield from _floor(stage, pen, (x0, x1, z0, z1))
    yield from sheet(pen, [(x0, top, z0), (x1, top, z0), (x1, top, z1), (x0, top, z1)], mixed(wall, "white", 0.6), 1,
                      "ceiling")  # fmt: skip
    for name, ((ax, az), (bx, bz)) in corners.items():
        quad = [(ax, 0, az), (bx, 0, bz), (bx, top, bz), (ax, top, az)]
        level = {"back": 0, "front": 1, "left": 1, "right": 1}[name]
        yield from sheet(pen, quad, wall, level, f"{name} wall")
        yield from _wall(stage, pen, name, (ax, az), (bx, bz), top)


def _floor(stage: Stage, pen: Pen, room: tuple[float, float, float, float]) -> Iterator[Ink]:
    pattern, colour = stage.colours.get("pattern", ""), stage.colours.get("floor", "wood")
    x0, x1, z0, z1 = room
    rows: list[list[tuple[float, float, float]]] = []
    faint = 0.6
    if pattern == "boards":
        step = 0.32
        dice = np.random.default_rng(4)
        for n, x in enumerate(np.arange(np.ceil(x0 / step) * step, x1, step)):
            rows.append([(x, 0, z) for z in np.linspace(z0, z1, 6)])
            for z in np.arange(z0 + (n % 3) * 0.9 + dice.uniform(0, 0.5), z1, 2.7):
                rows.append([(x, 0, z), (x + step, 0, z)])
    elif pattern in ("tiles", "slabs", "checks"):
        step = {"tiles": 0.4, "slabs": 0.9, "checks": 0.8}[pattern]
        xs, zs = np.arange(np.ceil(x0 / step) * step, x1, step), np.arange(np.ceil(z0 / step) * step, z1, step)
        if pattern == "checks":
            yield from _checks(pen, xs, zs, step, colour)
        rows += [[(x, 0, z) for z in np.linspace(z0, z1, 6)] for x in xs]
        rows += [[(x, 0, z) for x in np.linspace(x0, x1, 6)] for z in zs]
        faint = 0.68
    yield from lines(pen, rows, colour, 0.8, "floor lines", faint)


def _checks(pen: Pen, xs: Floats, zs: Floats, step: float, colour: str) -> Iterator[Ink]:
    quads = []
    for i, x in enumerate(xs[:-1]):
        for j, z in enumerate(zs[:-1]):
            if (i + j) % 2:
                quad = pen.polygon(np.array([(x, 0, z), (x + step, 0, z), (x + step, 0, z + step), (x, 0, z + step)]))
                if quad is not None and not pen.outside(quad):
                    quads.append(quad)
    if quads:
        yield Ink(tuple(quads), fill=shown(mixed(colour, "dark wood", 0.45), 0, pen.style), owner=OWNER, part="checks")


def _wall(
    stage: Stage, pen: Pen, name: str, a: tuple[float, float], b: tuple[float, float], top: float
) -> Iterator[Ink]:
    """Skirting, and what covers the wall."""
    wall, trim = stage.colours.get("wall", "plaster"), stage.colours.get("trim", "white")
    pattern = stage.colours.get("wall pattern", "")
    start, end = np.array([a[0], 0, a[1]]), np.array([b[0], 0, b[1]])
    length = float(np.linalg.norm(end - start))

    def at(along: float, y: float) -> tuple[float, float, float]:
        x, _, z = start + (end - start) * (along / length)
        return float(x), y, float(z)

    high = {"panels": 1.05, "dado": 1.15}.get(pattern, 0.0)
    if high:
        tint = mixed(wall, "dark wood" if pattern == "panels" else "#6d8a80", 0.4)
        yield from sheet(pen, [at(0, 0), at(length, 0), at(length, high), at(0, high)], tint, 0, f"{name} panels")
        if pattern == "panels":
            rows = []
            for x in np.arange(0.1, length - 0.5, 0.75):
                rows.append([at(x, 0.22), at(x + 0.6, 0.22), at(x + 0.6, 0.92), at(x, 0.92), at(x, 0.22)])
            yield from lines(pen, rows, tint, 0.9, "panels", 0.5)
    if pattern == "tiles" and name == "back":
        rows = [[at(0, y), at(length, y)] for y in np.arange(0.95, 1.55, 0.15)]
        rows += [[at(x, 0.95), at(x, 1.4)] for x in np.arange(0.15, length, 0.15)]
        yield from lines(pen, rows, wall, 0.7, "tiles", 0.75)
    if pattern == "stones":
        yield from lines(pen, list(_stones(at, length, top)), wall, 1.0, "stones", 0.55)
    quad = [at(0, 0), at(length, 0), at(length, 0.11), at(0, 0.11)]
    yield from sheet(pen, quad, mixed(trim, wall, 0.3), 1, "skirting")


def _stones(at, length: float, top: float) -> Iterator[list[tuple[float, float, float]]]:  # type: ignore[no-untyped-def]
    """Loose courses: some joints drawn, most left to the eye."""
    dice = np.random.default_rng(11)
    for row, y in enumerate(np.arange(0.45, top, 0.45)):
        for x in np.arange(0.3 * (row % 2), length - 0.6, 0.62):
            if dice.random() < 0.42:
                yield [at(x, y), at(min(length, x + 0.62), y)]
                if dice.random() < 0.7:
                    yield [at(x, y), at(x, y - 0.42)]


def _cave(stage: Stage, pen: Pen) -> Iterator[Ink]:
    """A rough vault: rings of rock around the place, lighter where the mouth is."""
    colour, floor = stage.colours.get("wall", "stone"), stage.colours.get("floor", "earth")
    yield whole(pen, shown(mixed(colour, "black", 0.35), 1, pen.style), "dark")
    for far, high, share, seed in ((13.0, 7.5, 0.15, 3), (10.0, 6.0, 0.0, 5), (7.6, 5.0, -0.12, 9)):
        tint = mixed(colour, "white" if share > 0 else "black", abs(share))
        yield from ring(
            pen,
            far,
            lambda a, high=high, seed=seed: -0.1 + 0 * a,
            lambda a, high=high, seed=seed: high * (0.78 + 0.22 * rough(a, seed)),
            tint,
            "rock",
            2,
            stage.height + 6,
        )
    yield from ground_of(stage, pen, floor, 9.0)
    yield from _pebbles(pen, floor, 5)


# --- under the sky ---


def _pebbles(pen: Pen, colour: str, seed: int) -> Iterator[Ink]:
    dice = np.random.default_rng(seed)
    rows = []
    for _ in range(60):
        x, z, r = dice.uniform(-5, 5), dice.uniform(-4, 4), dice.uniform(0.04, 0.16)
        rows.append([(x - r, 0, z), (x - r * 0.3, r * 0.5, z), (x + r * 0.5, r * 0.45, z), (x + r, 0, z)])
    yield from lines(pen, rows, colour, 1.0, "pebbles", 0.4)


__all__ = ["OWNER", "backdrop", "bounds"]
