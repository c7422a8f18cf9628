"""Places under the sky: the sky of the hour, land at the horizon, ground and what covers it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...media.ink import Ink
from ...media.stage import Stage
from .backdrop_sheets import OWNER, ground_of, lines, sheet, whole
from .palette import line_on, mixed, shown
from .pen import NEAR, Pen
from .pen_outlines import bumpy

Floats = NDArray[np.float32]


def land(stage: Stage, pen: Pen) -> Iterator[Ink]:
    colours = stage.colours
    yield from _sky(stage, pen)
    kind = colours.get("backdrop", "hills")
    if kind == "hills":
        yield from ring(pen, 220, _flat, lambda a: 16 + 12 * rough(a, 1, 3), "far hill", "far hills", 0)
        yield from ring(pen, 110, _flat, lambda a: 5 + 5 * rough(a, 2, 4), "hill", "hills", 0)
        yield from _bushes(pen, 88, 1.6, "dark leaf", 8, 40)
    elif kind == "trees":
        yield from ring(
            pen, 60, _flat, lambda a: 6.5 + 1.6 * _lumps(a, 4, 46), mixed("dark leaf", "far hill", 0.55), "far trees", 0
        )
        yield from ring(
            pen, 34, _flat, lambda a: 3.9 + 1.3 * _lumps(a, 6, 38), mixed("dark leaf", "hill", 0.35), "trees", 0
        )
    elif kind in ("town", "skyline"):
        low = -14.0 if kind == "skyline" else 0.0
        yield from _houses(pen, 120, low, 16, mixed("#a8b0ba", colours.get("sky", "#c9dfe8"), 0.5), 3)
        yield from _houses(pen, 75, low, 9, mixed("#9aa0a6", colours.get("sky", "#c9dfe8"), 0.25), 6)
    elif kind == "sea":
        yield from _sea(stage, pen)
    ground = colours.get("ground", "grass")
    if kind == "skyline":
        yield from _terrace(stage, pen, ground)
    else:
        yield from ground_of(stage, pen, ground, 260.0)
        if kind == "sea":
            yield from _water(pen)
    yield from _cover(stage, pen, ground)


def _flat(angle: Floats) -> Floats:
    return np.full_like(angle, -0.4)


def _sky(stage: Stage, pen: Pen) -> Iterator[Ink]:
    sky = stage.colours.get("sky", "#c9dfe8")
    night = stage.time == "night"
    if pen.style == "tone":
        yield whole(pen, sky, "sky")
        if stage.colours.get("backdrop") != "none":
            low = {"day": "#fbf7e8", "night": "#4a5680", "dawn": "#fbe9c8", "dusk": "#f9dfa6"}.get(
                stage.time, "#ffffff"
            )
            for high, share in ((75.0, 0.22), (38.0, 0.45), (16.0, 0.7)):
                yield from ring(
                    pen, 300, _flat, lambda a, high=high: high + 0 * a, mixed(sky, low, share), "sky", edge=False
                )
    else:
        dark = night and stage.colours.get("backdrop") != "none"
        fill = (
            ("#000000" if pen.style == "ink" else "#8d97a8") if dark else "#ffffff" if pen.style == "ink" else "#fbfaf7"
        )
        yield whole(pen, fill, "sky")
    if stage.colours.get("backdrop") == "none":
        return
    light = np.array(stage.light, np.float32)
    if night:
        yield from _disc(pen, np.array([-0.5, 0.42, -0.75]), 0.035, "#f5f0d6", "moon")
        yield from _stars(pen)
        return
    if stage.time in ("dawn", "dusk"):
        way = np.array([light[0], 0.10, -abs(light[2]) - 0.5], np.float32)
        yield from _disc(pen, way, 0.075, "#fbe3a8" if stage.time == "dawn" else "#f9c56f", "sun")
    yield from _clouds(pen, sky)


def _disc(pen: Pen, way: Floats, radius: float, colour: str, name: str) -> Iterator[Ink]:
    way = way / np.linalg.norm(way)
    seen = pen.seen((pen.eye + way * 400)[None])
    if seen[0, 2] < NEAR:
        return
    centre = pen.flat(seen)[0]
    angles = np.arange(24) * np.pi / 12
    r = radius * pen.zoom
    ring = centre + r * np.stack([np.cos(angles), np.sin(angles)], 1)
    fill = "#ffffff" if pen.style != "tone" else colour
    yield Ink(
        (ring.astype(np.float32),),
        fill=fill,
        smooth=True,
        owner=OWNER,
        part=name,
        stroke="" if pen.style == "tone" else "#000000" if pen.style == "ink" else "#6b717c",
        width=1.2 * pen.unit,
    )


def _stars(pen: Pen) -> Iterator[Ink]:
    dice = np.random.default_rng(8)
    dots = []
    for _ in range(160):
        azimuth, height = dice.uniform(0, 2 * np.pi), dice.uniform(0.08, 0.9)
        way = np.array([np.sin(azimuth), height, np.cos(azimuth)])
        seen = pen.seen((pen.eye + way * 300)[None])
        if seen[0, 2] > NEAR:
            x, y = pen.flat(seen)[0]
            r = pen.unit * dice.uniform(0.6, 1.5)
            if -5 < x < pen.width + 5 and -5 < y < pen.height:
                dots.append(np.array([(x - r, y), (x, y - r), (x + r, y), (x, y + r)], np.float32))
    if dots:
        yield Ink(tuple(dots), fill="#f4f1de", owner=OWNER, part="stars")


def _clouds(pen: Pen, sky: str) -> Iterator[Ink]:
    dice = np.random.default_rng(21)
    for n in range(11):
        azimuth, height = n * 0.5712 + dice.uniform(-0.2, 0.2), dice.uniform(0.14, 0.42)
        way = np.array([np.sin(azimuth), height, np.cos(azimuth)])
        seen = pen.seen((pen.eye + way * 300)[None])
        if seen[0, 2] < 60:
            continue
        centre = pen.flat(seen)[0]
        wide = pen.zoom * dice.uniform(0.08, 0.17)
        if abs(centre[0] - pen.width / 2) > pen.width / 2 + wide * 1.2 or abs(centre[1] - pen.height / 2) > pen.height:
            continue
        outline = bumpy(centre, wide, wide * 0.26, n * 31 + 5)
        base = centre[1] + wide * 0.1
        outline[:, 1] = np.where(outline[:, 1] > base, base + (outline[:, 1] - base) * 0.12, outline[:, 1])
        if pen.style == "tone":
            yield Ink((outline,), fill=mixed(sky, "cloud", 0.6), smooth=True, owner=OWNER, part="cloud")
        else:
            line = "#000000" if pen.style == "ink" else "#a3a9b3"
            fill = "#ffffff" if pen.style == "ink" else "#fdfcf8"
            yield Ink((outline,), fill=fill, stroke=line, width=1.1 * pen.unit, smooth=True, owner=OWNER, part="cloud")


def rough(angle: Floats, seed: int, waves: int = 7) -> Floats:
    """A wavy value in about -1..1 round the horizon, the same for the same seed."""
    dice = np.random.default_rng(seed)
    total = np.zeros_like(angle)
    for n in range(1, 6):
        count = max(1, round(waves * n * 0.55))
        total = total + np.sin(angle * count + dice.uniform(0, 6.3)) / (1 + 0.75 * (n - 1))
    return total / 2.2


def _lumps(angle: Floats, seed: int, waves: int) -> Floats:
    """Tree tops: round bumps side by side, uneven."""
    bumps = np.abs(np.sin(angle * waves / 2 + 1.7 * np.sin(angle * 5 + seed)))
    return np.asarray(np.sqrt(bumps) + 0.8 * rough(angle, seed, 9), np.float32)


def ring(pen: Pen, radius: float, low, high, colour: str, name: str, level: int = 0,  # type: ignore[no-untyped-def]
          most: float = 400.0, edge: bool = True) -> Iterator[Ink]:  # fmt: skip
    """A strip of land or rock standing round the middle of the stage."""
    angles = np.linspace(-np.pi, np.pi, 721)
    ring = np.stack([radius * np.sin(angles), np.zeros_like(angles), radius * np.cos(angles)], 1).astype(np.float32)
    top = ring.copy()
    top[:, 1] = np.minimum(high(angles), most)
    ring[:, 1] = low(angles)
    depth = pen.seen(top)[:, 2]
    ahead = depth > radius * 0.06 + NEAR
    fill = shown(colour, level, pen.style, 0.0 if pen.style == "tone" else 0.5)
    line = mixed(line_on(colour, pen.style), shown(colour, 0, pen.style), 0.0 if pen.style == "ink" else 0.45)
    for run in _runs(ahead):
        upper, lower = pen.flat(pen.seen(top[run])), pen.flat(pen.seen(ring[run]))
        outline = np.concatenate([upper, lower[::-1]])
        if pen.outside(outline, 400):
            continue
        yield Ink((outline,), fill=fill, owner=OWNER, part=name)
        if edge:
            yield Ink((upper,), stroke=line, width=1.1 * pen.unit, closed=False, smooth=True, owner=OWNER, part=name)


def _runs(ahead: NDArray[np.bool_]) -> list[list[int]]:
    """Numbers in a row where it is true, at least two at a time; the ring's ends meet."""
    runs: list[list[int]] = [[]]
    for number, true in enumerate(ahead):
        if true:
            runs[-1].append(number)
        elif runs[-1]:
            runs.append([])
    if len(runs) > 1 and ahead[0] and ahead[-1] and runs[-1]:
        runs[0] = runs.pop() + runs[0]
    return [run for run in runs if len(run) > 1]


def _bushes(pen: Pen, radius: float, tall: float, colour: str, seed: int, count: int) -> Iterator[Ink]:
    """Small far trees along a line of hills."""
    dice = np.random.default_rng(seed)
    line = mixed(line_on(colour, pen.style), shown(colour, 0, pen.style), 0.4)
    for _ in range(count):
        angle, size = dice.uniform(-np.pi, np.pi), tall * dice.uniform(0.7, 1.6)
        place = np.array([[radius * np.sin(angle), size * 0.8, radius * np.cos(angle)]], np.float32)
        seen = pen.seen(place)
        if seen[0, 2] < 5:
            continue
        r = pen.zoom * size / float(seen[0, 2])
        outline = bumpy(pen.flat(seen)[0], r, r * 0.9, int(angle * 1000) + 9000)
        if not pen.outside(outline):
            yield Ink(
                (outline,),
                fill=shown(mixed(colour, "hill", 0.45), 0, pen.style),
                stroke=line,
                width=0.8 * pen.unit,
                smooth=True,
                owner=OWNER,
                part="far trees",
            )


def _houses(pen: Pen, radius: float, low: float, high: float, colour: str, seed: int) -> Iterator[Ink]:
    """A row of roofs and fronts far off."""
    dice = np.random.default_rng(seed)
    points, angle = [], -np.pi
    while angle < np.pi:
        wide = dice.uniform(0.05, 0.11)
        tall = low + high * dice.uniform(0.55, 1.35)
        points += [(angle, tall), (angle + wide * 0.98, tall)]
        if dice.random() < 0.4:
            points[-1:-1] = [(angle + wide * 0.5, tall + high * 0.16)]
        angle += wide
    angles = np.array([one[0] for one in points])
    tops = np.stack([radius * np.sin(angles), [one[1] for one in points], radius * np.cos(angles)], 1).astype(
        np.float32
    )
    feet = tops.copy()
    feet[:, 1] = min(low, 0.0) - 30 if low < 0 else -0.5
    ahead = pen.seen(tops)[:, 2] > 4
    line = mixed(line_on(colour, pen.style), shown(colour, 0, pen.style), 0.0 if pen.style == "ink" else 0.5)
    for run in _runs(ahead):
        upper, lower = pen.flat(pen.seen(tops[run])), pen.flat(pen.seen(feet[run]))
        outline = np.concatenate([upper, lower[::-1]])
        yield Ink((outline,), fill=shown(colour, 0, pen.style, 0.0), owner=OWNER, part="town")
        yield Ink((upper,), stroke=line, width=1.0 * pen.unit, closed=False, owner=OWNER, part="town")


def _terrace(stage: Stage, pen: Pen, colour: str) -> Iterator[Ink]:
    """A flat roof high above the town."""
    w, d = stage.width / 2 + 0.2, stage.depth / 2 + 0.2
    yield from sheet(pen, [(-w, 0, d), (w, 0, d), (w, 0, -d), (-w, 0, -d)], colour, 0, "ground")
    rows = [[(x, 0.0, -d), (x, 0.0, d)] for x in np.arange(-w, w, 1.2)]
    rows += [[(-w, 0.0, z), (w, 0.0, z)] for z in np.arange(-d, d, 1.2)]
    yield from lines(pen, rows, colour, 0.8, "slabs", 0.72)


def _sea(stage: Stage, pen: Pen) -> Iterator[Ink]:
    yield from ring(
        pen, 230, _flat, lambda a: np.where(np.cos(a) > 0.2, 5 + 4 * rough(a, 2, 4), -0.3), "far hill", "far land"
    )


def _water(pen: Pen) -> Iterator[Ink]:
    """From the shore line (z = -5) to the horizon."""
    xs = np.linspace(-120, 120, 61)
    shore = [(float(x), 0.012, -5.2 + 0.5 * float(np.sin(x * 0.35)) + 0.25 * float(np.sin(x * 0.9 + 1))) for x in xs]
    sheet = pen.polygon(np.array([*shore, (258.0, 0.012, -258.0), (-258.0, 0.012, -258.0)], np.float32))
    if sheet is not None:
        yield Ink((sheet,), fill=shown("water", 0, pen.style), owner=OWNER, part="sea")
    foam = [(x, 0.015, z + 0.22) for x, _, z in shore]
    for row, weight in ((shore, 1.4), (foam, 0.9)):
        yield from lines(
            pen, [row], "white" if pen.style == "tone" else "water", weight, "foam", 0.9 if pen.style == "tone" else 0.2
        )
    dice = np.random.default_rng(13)
    waves = []
    for _ in range(110):
        far = 5.8 + 90 * float(dice.random()) ** 2.2
        x = dice.uniform(-1.3, 1.3) * (far + 6)
        wide = 0.3 + far * 0.035
        waves.append([(x - wide, 0.02, -far), (x - wide * 0.3, 0.02, -far - 0.06 * wide), (x + wide, 0.02, -far)])
    yield from lines(pen, waves, "water", 0.9, "waves", 0.5)


def _cover(stage: Stage, pen: Pen, colour: str) -> Iterator[Ink]:
    """What lies on the ground: paving, rails, tufts, ripples of sand."""
    pattern = stage.colours.get("pattern", "")
    if pattern == "street":
        yield from sheet(
            pen, [(-60, 0.01, 0.6), (60, 0.01, 0.6), (60, 0.01, -4.4), (-60, 0.01, -4.4)], "pavement", 0, "pavement"
        )
        yield from sheet(
            pen, [(-60, 0.01, 13.0), (60, 0.01, 13.0), (60, 0.01, 9.2), (-60, 0.01, 9.2)], "pavement", 0, "pavement"
        )
        rows = [[(x, 0.012, 0.6), (x, 0.012, -4.4)] for x in np.arange(-30, 30, 1.25)]
        rows += [[(-60, 0.012, z), (60, 0.012, z)] for z in (0.45, -1.2, -2.8)]
        yield from lines(pen, rows, "pavement", 0.8, "paving", 0.7)
        for x in np.arange(-29.0, 30.0, 3.4):
            yield from sheet(
                pen,
                [(x, 0.012, 4.98), (x + 1.6, 0.012, 4.98), (x + 1.6, 0.012, 4.82), (x, 0.012, 4.82)],
                "white",
                0,
                "marking",
            )
    elif pattern == "platform":
        yield from _platform(pen)
    elif pattern in ("grass", "lawn", "forest"):
        yield from _tufts(pen, colour, {"grass": 260, "lawn": 110, "forest": 170}[pattern])
        if pattern == "lawn":
            yield from sheet(
                pen, [(-9, 0.01, 1.5), (9, 0.01, 1.1), (9, 0.01, -0.4), (-9, 0.01, 0.0)], "sand", 0, "path"
            )
    elif pattern == "sand":
        dice = np.random.default_rng(17)
        rows = []
        for _ in range(70):
            x, z, wide = dice.uniform(-14, 14), dice.uniform(-4.3, 12), dice.uniform(0.2, 0.7)
            rows.append([(x - wide, 0, z), (x, 0, z - 0.06), (x + wide, 0, z)])
        yield from lines(pen, rows, colour, 0.9, "ripples", 0.65)


def _platform(pen: Pen) -> Iterator[Ink]:
    yield from sheet(
        pen, [(-60, 0.0, -3.3), (60, 0.0, -3.3), (60, -1.0, -3.3), (-60, -1.0, -3.3)], "dark stone", 2, "edge"
    )
    yield from sheet(
        pen, [(-60, 0.01, -3.3), (60, 0.01, -3.3), (60, 0.01, -8.0), (-60, 0.01, -8.0)], "dark stone", 1, "track"
    )
    rows = [[(x, 0.012, -3.9), (x, 0.012, -6.0)] for x in np.arange(-40, 40, 0.9)]
    yield from lines(pen, rows, "dark stone", 1.6, "sleepers", 0.4)
    yield from lines(pen, [[(-60, 0.02, z), (60, 0.02, z)] for z in (-4.2, -5.7)], "metal", 2.0, "rails", 0.0)
    yield from sheet(
        pen, [(-60, 0.01, -2.75), (60, 0.01, -2.75), (60, 0.01, -2.95), (-60, 0.01, -2.95)], "white", 0, "line"
    )
    rows = [[(x, 0.0, -2.7), (x, 0.0, 7.0)] for x in np.arange(-20, 20, 1.5)]
    rows += [[(-40, 0.0, z), (40, 0.0, z)] for z in np.arange(-1.2, 7.2, 1.5)]
    yield from lines(pen, rows, "pavement", 0.8, "paving", 0.75)


def _tufts(pen: Pen, colour: str, count: int) -> Iterator[Ink]:
    """Short strokes of grass, fewer far away."""
    dice = np.random.default_rng(29)
    rows = []
    for _ in range(count):
        angle, far = dice.uniform(0, 2 * np.pi), 1.5 + 22 * float(dice.random()) ** 1.4
        x, z = far * np.cos(angle), far * np.sin(angle)
        for n in range(3):
            lean, tall = (n - 1) * 0.05 + dice.uniform(-0.02, 0.02), dice.uniform(0.06, 0.15)
            rows.append([(x + n * 0.045, 0, z), (x + n * 0.045 + lean, tall, z)])
    yield from lines(pen, rows, colour, 1.0, "grass", 0.35)
