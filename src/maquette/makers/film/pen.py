"""A pen that draws models in true perspective: hidden sides left out, outlines heavier than edges, far things lighter.

Lines are a hand's: they bow a little, always in the same way for the same edge, so that nothing swims from one drawing
to the next.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...media.ink import Ink
from ...media.stage import Camera, Piece
from .palette import inner_on, line_on, shown
from .pieces_model import Part, Shape

Floats = NDArray[np.float32]
NEAR = 0.12  # metres before the eye


@dataclass(frozen=True, eq=False)
class Stood:
    """A part where it stands in the world."""

    owner: str
    name: str
    points: Floats  # (n, 3)
    shapes: tuple[Shape, ...]
    starts: tuple[int, ...]
    normals: tuple[Floats, ...]  # of each shape's faces (f, 3)
    turn: float
    low: Floats  # its box before it was turned, and where
    high: Floats
    place: Floats
    flat: bool
    seed: int


def stand(part: Part, piece: Piece) -> Stood:
    """A part of a piece's model, put where the piece stands."""
    local = np.concatenate([shape.points for shape in part.shapes])
    place = np.array([piece.x, piece.y, piece.z], np.float32)
    points = turned(local, piece.turn) + place
    starts = tuple(int(n) for n in np.cumsum([0] + [len(shape.points) for shape in part.shapes]))
    normals = tuple(
        _normals(shape, points[a:b], piece.turn) for shape, a, b in zip(part.shapes, starts, starts[1:], strict=False)
    )
    low, high = _box(part)
    seed = zlib.crc32(f"{piece.id}/{part.name}".encode())
    return Stood(
        piece.id, part.name, points, part.shapes, starts, normals, piece.turn, low, high, place, part.flat, seed
    )


def _box(part: Part) -> tuple[Floats, Floats]:
    lows, highs = [], []
    for shape in part.shapes:
        if shape.kind == "blob":
            lows.append(shape.points[0] - shape.points[1])
            highs.append(shape.points[0] + shape.points[1])
        else:
            lows.append(shape.points.min(0))
            highs.append(shape.points.max(0))
    return np.min(lows, 0), np.max(highs, 0)


def turned(points: Floats, angle: float) -> Floats:
    """Points (n, 3) turned about y: a quarter turn brings +z to +x."""
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = np.moveaxis(np.asarray(points, np.float32), -1, 0)
    return np.stack([x * c + z * s, y, z * c - x * s], -1).astype(np.float32)


def _black(part: Stood) -> bool:
    """Whether ink shows the body of a part as solid black."""
    first = next((shape for shape in part.shapes if shape.kind != "line"), None)
    return first is not None and shown(first.colour, 0, "ink") == "#000000"


def _normals(shape: Shape, points: Floats, turn: float) -> Floats:
    """Directions out of a solid's faces; of a line or face: where it is seen from."""
    if shape.kind in ("solid", "hull"):
        out = np.zeros((len(shape.faces), 3), np.float32)
        for number, face in enumerate(shape.faces):
            out[number] = newell(points[list(face)])
        return out
    if shape.normal is not None:
        return turned(np.array([shape.normal], np.float32), turn)
    return newell(points)[None] if shape.kind == "face" and len(points) > 2 else np.zeros((1, 3), np.float32)


def newell(points: Floats) -> Floats:
    """The direction that a flat polygon (n, 3) faces, by Newell's sums; nought where it has no area."""
    after = np.roll(points, -1, 0)
    normal = np.cross(points, after).sum(0)
    return np.asarray(normal / max(float(np.linalg.norm(normal)), 1e-9), np.float32)


class Pen:
    """Draws for one camera and one look. Lines are in pixels for a frame of 720 lines, scaled to others."""

    def __init__(self, camera: Camera, width: int, height: int, style: str, light: Sequence[float],
                 focus: float = 4.0, haze: str = "#f7f3ea", fading: float = 1.0,
                 names: Mapping[str, str] | None = None) -> None:  # fmt: skip
        self.camera, self.width, self.height, self.style = camera, width, height, style
        self.axes = camera.axes()
        self.eye = np.array(camera.eye, np.float32)
        self.zoom = height / 2 / float(np.tan(np.radians(camera.fov) / 2))
        light_way = np.array(light, np.float32)
        self.light = light_way / max(float(np.linalg.norm(light_way)), 1e-6)
        self.unit = height / 720
        self.focus, self.haze, self.fading = focus, haze, fading
        self.names = names or {}  # what "sky" and "pane" are at this time of day

    # --- looking ---

    def seen(self, points: Floats) -> Floats:
        """(n, 3) metres: right of, above and before the eye."""
        return ((np.asarray(points, np.float32) - self.eye) @ self.axes.T).astype(np.float32)

    def flat(self, seen: Floats) -> Floats:
        """(n, 2) pixels of points before the eye."""
        depth = np.maximum(seen[:, 2:], 1e-3)
        middle = np.array([self.width / 2, self.height / 2], np.float32)
        out = middle + np.array([1, -1], np.float32) * seen[:, :2] * (self.zoom / depth)
        return out.astype(np.float32)

    def polygon(self, points: Floats) -> Floats | None:
        """A flat polygon (n, 3) as pixels (m, 2), cut off before the eye; None where nothing of it is before it."""
        seen = clipped(self.seen(points))
        if len(seen) < 3:
            return None
        flat = self.flat(seen)
        if np.abs(flat).max() > 6 * self.width:
            flat = self.flat(within(seen, 2 * self.width / self.zoom))
        return flat if len(flat) > 2 else None

    def path(self, points: Floats) -> list[Floats]:
        """A line (n, 3) as runs of pixels, without what is behind the eye."""
        seen = self.seen(points)
        near = seen[:, 2] - NEAR
        if (near > 0).all():
            return [self.flat(seen)]
        return [self.flat(run) for run in _cut_line(seen, near)]

    def outside(self, flat: Floats, margin: float = 20.0) -> bool:
        low, high = flat.min(0), flat.max(0)
        return bool(high[0] < -margin or high[1] < -margin or low[0] > self.width + margin
                    or low[1] > self.height + margin)  # fmt: skip

    def air(self, depth: float) -> float:
        """How much haze lies before a thing at a depth in metres."""
        beyond = max(0.0, depth - 1.25 * self.focus - 0.6)
        return float(self.fading * min(0.62, 0.62 * beyond / (beyond + 2.2 * self.focus + 3.0)))

    def weight(self, depth: float) -> float:
        """Pixels of an outline at a depth."""
        heavy = 1.25 if self.style == "ink" else 1.0
        return float(heavy * self.unit * np.clip(2.3 * (self.focus / max(depth, 0.2)) ** 0.4, 1.0, 3.4))

    def level(self, normal: Floats) -> int:
        """How a surface stands to the light: 0 lit, 1 turned away a little, 2 dark."""
        lit = float(normal @ self.light)
        return 0 if lit > 0.3 else 1 if lit > -0.12 else 2

    # --- drawing ---

    def part(self, part: Stood) -> list[Ink]:
        """The marks of a part, from back to front."""
        seen = self.seen(part.points)
        if seen[:, 2].max() <= NEAR:
            return []
        rough = self.flat(seen[seen[:, 2] > NEAR])
        blobs = any(shape.kind == "blob" for shape in part.shapes)
        if not blobs and self.outside(rough):
            return []
        size = float(np.ptp(rough, 0).max())
        if size < 1.5 * self.unit and not blobs:
            return []
        marks: list[Ink] = []
        for number, shape in enumerate(part.shapes):
            if shape.colour in self.names:
                shape = replace(shape, colour=self.names[shape.colour], glows=True)
            elif shape.colour == "line" and self.style == "ink" and _black(part):
                shape = replace(shape, colour="white line")
            a, b = part.starts[number], part.starts[number + 1]
            draw = getattr(self, f"_{shape.kind}")
            marks += draw(part, shape, part.points[a:b], seen[a:b], part.normals[number], size)
        return marks

    def _solid(
        self, part: Stood, shape: Shape, points: Floats, seen: Floats, normals: Floats, size: float
    ) -> list[Ink]:
        firsts = points[[face[0] for face in shape.faces]]
        visible = ((self.eye - firsts) * normals).sum(1) > 1e-5
        numbers = [n for n in range(len(shape.faces)) if visible[n]]
        depth = float(seen[:, 2].sum()) / len(seen)
        air, weight = self.air(depth), self.weight(depth)
        whole = bool(seen[:, 2].min() > NEAR)
        flat = self.flat(seen) if whole else None
        if not shape.convex:
            distance = np.linalg.norm(seen, axis=1)
            numbers.sort(key=lambda n: -float(distance[list(shape.faces[n])].sum()) / len(shape.faces[n]))
        line = line_on(shape.colour, self.style, air, self.haze)
        marks: list[Ink] = []
        outlines = []
        for n in numbers:
            face = list(shape.faces[n])
            outline = (
                flat[face] if flat is not None else self.flat(within(clipped(seen[face]), 2 * self.width / self.zoom))
            )
            if len(outline) < 3:
                continue
            outlines.append(outline)
            marks += self._filled(outline, shape.colour, self.level(normals[n]), part, air,
                                  "" if shape.convex else line, weight * shape.inner * 0.8)  # fmt: skip
        if not outlines:
            return []
        fine = size > 14 * self.unit and shape.inner > 0
        if shape.convex:
            if fine:
                inner = inner_on(shape.colour, self.style, air, self.haze)
                marks.append(self._edges(outlines, inner, weight * 0.5 * max(shape.inner, 0.1) * 1.6, part))
            if shape.weight > 0:
                hull = hull_of(np.concatenate(outlines))
                marks.append(self._edges([hull], line, weight * shape.weight, part))
        return marks

    def _filled(self, outline: Floats, colour: str, level: int, part: Stood, air: float, line: str = "",
                width: float = 0.0) -> list[Ink]:  # fmt: skip
        fill = shown(colour, level, self.style, round(air, 2), self.haze)
        marks = [Ink((outline,), fill=fill, stroke=line, width=width, owner=part.owner, part=part.name)]
        if self.style == "ink" and level == 2 and fill != "#000000":
            marks += self.hatched(outline, part.owner, part.name)
        return marks

    def hatched(self, outline: Floats, owner: str, name: str, step: float = 7.0, angle: float = 0.9) -> list[Ink]:
        """Slanting pen lines within an outline, as ink shows a shadow."""
        lines = hatch(outline, step * self.unit, angle, self.width, self.height)
        return (
            [Ink(tuple(lines), stroke="#000000", width=1.1 * self.unit, closed=False, owner=owner, part=name)]
            if lines
            else []
        )

    def _edges(self, outlines: Iterable[Floats], line: str, width: float, part: Stood) -> Ink:
        """The edges of closed outlines, each as a line of its own by hand."""
        strokes: list[Floats] = []
        for outline in outlines:
            strokes += bowed(outline, self.unit, part.seed)
        return Ink(
            tuple(strokes), stroke=line, width=width, closed=False, smooth=True, owner=part.owner, part=part.name
        )

    def _hull(self, part: Stood, shape: Shape, points: Floats, seen: Floats, normals: Floats, size: float) -> list[Ink]:
        ahead = seen[:, 2] > NEAR
        if ahead.sum() < 3:
            return []
        flat = self.flat(seen)
        depth = float(seen[ahead, 2].mean())
        air, weight = self.air(depth), self.weight(depth)
        line = line_on(shape.colour, self.style, air, self.haze)
        outline = hull_of(flat[ahead])
        name, owner = part.name, part.owner
        fill = shown(shape.colour, 0, self.style, round(air, 2), self.haze)
        marks = [Ink((outline,), fill=fill, owner=owner, part=name, smooth=shape.smooth)]
        if shape.spin and size > 10 * self.unit:
            marks += self._dark_side(part, shape, points, flat, ahead, air)
        for face, normal in zip(shape.faces, normals, strict=True):
            numbers = list(face)
            if ahead[numbers].all() and float((self.eye - points[numbers[0]]) @ normal) > 1e-5:
                fill = shown(shape.colour, self.level(normal), self.style, round(air, 2), self.haze)
                marks.append(Ink((flat[numbers],), fill=fill, stroke=line if shape.inner else "",
                                 width=weight * 0.8 * shape.inner, smooth=True, owner=owner, part=name))  # fmt: skip
        if shape.weight > 0:
            marks.append(Ink((outline,), stroke=line, width=weight * shape.weight, owner=owner, part=name,
                             smooth=shape.smooth))  # fmt: skip
        return marks

    def _dark_side(self, part: Stood, shape: Shape, points: Floats, flat: Floats, ahead: NDArray[np.bool_],
                   air: float) -> list[Ink]:  # fmt: skip
        """The side of a round thing that looks away from the light."""
        out = points - points.mean(0)
        if not shape.smooth:
            out[:, 1] = 0
        length = np.maximum(np.linalg.norm(out, axis=1), 1e-6)
        dark = (out @ self.light) / length < (-0.25 if shape.smooth else -0.1)
        if not shape.smooth:
            # Of an upright round thing only the half that is seen; the edge is drawn down from rim to rim.
            look = self.eye - points.mean(0)
            look[1] = 0
            dark &= (out @ look) / (length * max(float(np.linalg.norm(look)), 1e-6)) > -0.15
        chosen = flat[dark & ahead]
        if len(chosen) < 3:
            return []
        outline = hull_of(chosen)
        if len(outline) < 3:
            return []
        if self.style == "ink":
            return self.hatched(outline, part.owner, part.name, 5.0)
        fill = shown(shape.colour, 2, self.style, round(air, 2), self.haze)
        return [Ink((outline,), fill=fill, smooth=shape.smooth, owner=part.owner, part=part.name)]

    def _face(self, part: Stood, shape: Shape, points: Floats, seen: Floats, normals: Floats, size: float) -> list[Ink]:
        if shape.normal is not None and not self._faces_eye(points, normals):
            return []
        cut = clipped(seen)
        if len(cut) < 3:
            return []
        outline = self.flat(cut)
        depth = float(seen[:, 2].sum()) / len(seen)
        air = self.air(depth)
        normal = normals[0]
        if float((self.eye - points[0]) @ normal) < 0:
            normal = -normal
        line = line_on(shape.colour, self.style, air, self.haze) if shape.weight > 0 else ""
        fill = shown(shape.colour, 0 if shape.glows else self.level(normal), self.style, round(air, 2), self.haze)
        return [Ink((outline,), fill=fill, stroke=line, width=self.weight(depth) * shape.weight, smooth=shape.smooth,
                    owner=part.owner, part=part.name)]  # fmt: skip

    def _line(self, part: Stood, shape: Shape, points: Floats, seen: Floats, normals: Floats, size: float) -> list[Ink]:
        if size < 26 * self.unit or (shape.normal is not None and not self._faces_eye(points, normals)):
            return []
        depth = float(seen[:, 2].sum()) / len(seen)
        if depth <= NEAR:
            return []
        white = self.style == "ink" and shape.colour in ("white line", "white")
        line = "#ffffff" if white else line_on(shape.colour, self.style, min(1.0, self.air(depth) + 0.15), self.haze)
        runs = self.path(points)
        return [Ink(tuple(runs), stroke=line, width=self.weight(depth) * shape.weight, closed=False,
                    smooth=shape.smooth, owner=part.owner, part=part.name)] if runs else []  # fmt: skip

    def _faces_eye(self, points: Floats, normals: Floats) -> bool:
        return bool((self.eye - points[0]) @ normals[0] > 0)

    def _blob(self, part: Stood, shape: Shape, points: Floats, seen: Floats, normals: Floats, size: float) -> list[Ink]:
        middle = seen[0]
        depth = float(middle[2])
        if depth <= NEAR:
            return []
        radius = np.abs(shape.points[1])
        wide, tall = max(radius[0], radius[2]) * self.zoom / depth, radius[1] * self.zoom / depth
        centre = self.flat(seen[:1])[0]
        if (
            abs(centre[0] - self.width / 2) > self.width / 2 + wide * 1.2
            or abs(centre[1] - self.height / 2) > self.height / 2 + tall * 1.2
        ):
            return []
        return self.leaves(centre, wide, tall, shape.colour, part, self.air(depth), self.weight(depth) * shape.weight,
                           part.seed + shape.seed)  # fmt: skip

    def leaves(self, centre: Floats, wide: float, tall: float, colour: str, part: Stood, air: float, weight: float,
               seed: int) -> list[Ink]:  # fmt: skip
        """A crown: a bumpy outline, its dark underside and a few inner curves."""
        outline = bumpy(centre, wide, tall, seed)
        line = line_on(colour, self.style, air, self.haze)
        owner, name = part.owner, part.name
        fill = shown(colour, 0, self.style, round(air, 2), self.haze)
        marks = [Ink((outline,), fill=fill, smooth=True, owner=owner, part=name)]
        side = self.axes @ self.light
        away = np.array([-side[0], side[1]], np.float32)
        away /= max(float(np.linalg.norm(away)), 1e-6)
        if max(wide, tall) > 8 * self.unit:
            under = _under(outline, centre, away, wide, tall, seed)
            if self.style == "ink":
                marks.append(
                    Ink((under,), fill="#000000" if wide > 14 * self.unit else "", smooth=True, owner=owner, part=name)
                )
            else:
                dark = shown(colour, 2, self.style, round(air, 2), self.haze)
                marks.append(Ink((under,), fill=dark, smooth=True, owner=owner, part=name))
        if max(wide, tall) > 30 * self.unit:
            curls = _curls(centre, wide, tall, seed)
            marks.append(Ink(tuple(curls), stroke=line, width=weight * 0.5, closed=False, smooth=True, owner=owner,
                             part=name))  # fmt: skip
        marks.append(Ink((outline,), stroke=line, width=weight, smooth=True, owner=owner, part=name))
        return marks


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


def _cut_line(seen: Floats, side: Floats) -> list[Floats]:
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


_DICE = np.random.default_rng(1).uniform(-1, 1, (257, 2)).astype(np.float32)


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


_ACROSS = np.array([1, -1], np.float32)


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


def _under(outline: Floats, centre: Floats, away: Floats, wide: float, tall: float, seed: int) -> Floats:
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


def _curls(centre: Floats, wide: float, tall: float, seed: int) -> list[Floats]:
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
