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
from .pen_outlines import NEAR, bowed, bumpy, clipped, crescent, curls, cut_line, hatch, hull_of, newell, under, within
from .pieces_model import Part, Shape

Floats = NDArray[np.float32]


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
        return [self.flat(run) for run in cut_line(seen, near)]

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

    def _ball(self, part: Stood, shape: Shape, points: Floats, seen: Floats, normals: Floats, size: float) -> list[Ink]:
        """An ellipsoid: its outline is that of its three axes together, its shadow a crescent."""
        depth = float(seen[0, 2])
        if depth <= NEAR:
            return []
        spread = (seen[1:4, :2] - seen[0, :2]) * (self.zoom / depth)
        squares, ways = np.linalg.eigh(spread.T @ spread)
        root = ways @ np.diag(np.sqrt(np.maximum(squares, 0.04))) @ ways.T
        centre = self.flat(seen[:1])[0]
        flip = np.array([1, -1], np.float32)
        angles = np.arange(20) * np.pi / 10
        outline = (centre + np.stack([np.cos(angles), np.sin(angles)], 1) @ root * flip).astype(np.float32)
        if self.outside(outline):
            return []
        air = self.air(depth)
        owner, name = part.owner, part.name
        fill = shown(shape.colour, 0, self.style, round(air, 2), self.haze)
        marks = [Ink((outline,), fill=fill, smooth=True, owner=owner, part=name)]
        if size > 8 * self.unit:
            shade = (centre + crescent(self.axes @ self.light) @ root * flip).astype(np.float32)
            if self.style == "ink":
                marks += self.hatched(shade, owner, name, 4.0)
            else:
                dark = shown(shape.colour, 2, self.style, round(air, 2), self.haze)
                marks.append(Ink((shade,), fill=dark, owner=owner, part=name))
        line = line_on(shape.colour, self.style, air, self.haze)
        marks.append(Ink((outline,), stroke=line, width=self.weight(depth) * shape.weight, smooth=True, owner=owner,
                         part=name))  # fmt: skip
        return marks

    def _dark_side(self, part: Stood, shape: Shape, points: Floats, flat: Floats, ahead: NDArray[np.bool_],
                   air: float) -> list[Ink]:  # fmt: skip
        """The side of a round thing that looks away from the light."""
        out, light, look = points - points.mean(0), self.light.copy(), self.eye - points.mean(0)
        out[:, 1] = light[1] = look[1] = 0
        length = np.maximum(np.linalg.norm(out, axis=1), 1e-6)
        dark = (out @ light) / length < 0.05 * float(np.linalg.norm(light))
        # Only the half that is seen: the edge of the shadow runs down from rim to rim.
        dark &= (out @ look) / length > -0.15 * float(np.linalg.norm(look))
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
            shade = under(outline, centre, away, wide, tall, seed)
            if self.style == "ink":
                marks.append(
                    Ink((shade,), fill="#000000" if wide > 14 * self.unit else "", smooth=True, owner=owner, part=name)
                )
            else:
                dark = shown(colour, 2, self.style, round(air, 2), self.haze)
                marks.append(Ink((shade,), fill=dark, smooth=True, owner=owner, part=name))
        if max(wide, tall) > 30 * self.unit:
            arcs = curls(centre, wide, tall, seed)
            marks.append(Ink(tuple(arcs), stroke=line, width=weight * 0.5, closed=False, smooth=True, owner=owner,
                             part=name))  # fmt: skip
        marks.append(Ink((outline,), stroke=line, width=weight, smooth=True, owner=owner, part=name))
        return marks


__all__ = ["NEAR", "Pen", "Stood", "hatch", "hull_of", "stand", "turned"]
