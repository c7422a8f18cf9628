"""What a piece of a set is made of: small solids, flat faces, lines and leafy blobs, in the piece's own metres.

A piece stands on y = 0 around its middle and looks along +z. Parts of a piece (the seat of a chair, its back) are
ordered apart, so that somebody can sit between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Point = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Shape:
    """One mark of a model. `kind`:

    solid: closed faces over points; hull: the outline around round things, its faces are rims seen from outside;
    face: a flat polygon seen from both sides; line: a pen line through points; blob: leaves within a box; ball: a
    middle and the ends of three axes, to and fro.
    `normal`: a line or face is drawn only where this direction looks towards the camera.
    """

    kind: str
    points: Floats  # (n, 3)
    colour: str = "white"
    faces: tuple[tuple[int, ...], ...] = ()
    weight: float = 1.0  # of the outline
    inner: float = 0.5  # of the edges inside it, 0 none
    convex: bool = True
    normal: Point | None = None
    smooth: bool = False
    seed: int = 0
    glows: bool = False  # no shadow side: a lit window
    spin: tuple[int, ...] = ()  # of a hull: points on its rings, for the shadow side


@dataclass(frozen=True, eq=False)
class Part:
    """Shapes that are drawn together, in their order."""

    name: str
    shapes: tuple[Shape, ...]
    flat: bool = False  # lies on the floor or hangs on a wall: before everything that stands

    @property
    def box(self) -> tuple[Floats, Floats]:
        points = np.concatenate([shape.points for shape in self.shapes])
        return points.min(0), points.max(0)


@dataclass
class Build:
    """A model in the making: `part` opens a part, the others add to it."""

    parts: list[Part] = field(default_factory=list)
    _name: str = "body"
    _flat: bool = False
    _shapes: list[Shape] = field(default_factory=list)

    def part(self, name: str, flat: bool = False) -> Build:
        self._close()
        self._name, self._flat = name, flat
        return self

    def _close(self) -> None:
        if self._shapes:
            self.parts.append(Part(self._name, tuple(self._shapes), self._flat))
        self._shapes = []

    def done(self) -> tuple[Part, ...]:
        self._close()
        return tuple(self.parts)

    def add(self, shape: Shape) -> Build:
        self._shapes.append(shape)
        return self

    def box(self, low: Point, high: Point, colour: str, weight: float = 1.0, inner: float = 0.5) -> Build:
        """A block between two corners."""
        (x0, y0, z0), (x1, y1, z1) = low, high
        corners = [(x, y, z) for y in (y0, y1) for z in (z0, z1) for x in (x0, x1)]
        return self.add(Shape("solid", _array(corners), colour, _BOX, weight, inner))

    def block(self, middle: Point, size: Point, colour: str, weight: float = 1.0, inner: float = 0.5) -> Build:
        """A block by its bottom's middle and its size."""
        (x, y, z), (w, h, d) = middle, size
        return self.box((x - w / 2, y, z - d / 2), (x + w / 2, y + h, z + d / 2), colour, weight, inner)

    def prism(
        self,
        outline: Sequence[tuple[float, float]],
        near: float,
        far: float,
        colour: str,
        *,
        along: str = "z",
        weight: float = 1.0,
        inner: float = 0.6,
    ) -> Build:
        """An outline in (x, y), drawn out from z = far to z = near; along "x": an outline in (-z, y) drawn out in x.

        The outline goes round against the clock as seen from the near end (z) and may be hollow.
        """
        count = len(outline)
        front = [(a, b, near) if along == "z" else (near, b, -a) for a, b in outline]
        back = [(a, b, far) if along == "z" else (far, b, -a) for a, b in outline]
        faces = [tuple(range(count)), tuple(reversed(range(count, 2 * count)))]
        faces += [(i, count + i, count + (i + 1) % count, (i + 1) % count) for i in range(count)]
        return self.add(Shape("solid", _array(front + back), colour, tuple(faces), weight, inner, convex=False))

    def cylinder(
        self,
        x: float,
        z: float,
        low: float,
        high: float,
        radius: float,
        colour: str,
        *,
        top: float | None = None,
        weight: float = 1.0,
        inner: float = 0.5,
        count: int = 14,
    ) -> Build:
        """An upright round post or disc; `top`: its radius above, where that is another."""
        top = radius if top is None else top
        rings = [_ring(x, z, low, radius, count), _ring(x, z, high, max(top, 1e-3), count)]
        faces = (tuple(range(count)), tuple(reversed(range(count, 2 * count))))
        return self.add(
            Shape("hull", np.concatenate(rings), colour, faces, weight, inner, spin=tuple(range(2 * count)))
        )

    def lathe(self, x: float, z: float, profile: Sequence[tuple[float, float]], colour: str, **how: float) -> Build:
        """Rounds one above the other: (radius, height) from the bottom."""
        for (r0, y0), (r1, y1) in pairwise(profile):
            self.cylinder(x, z, y0, y1, r0, colour, top=r1, **how)  # type: ignore[arg-type]
        return self

    def ball(self, middle: Point, radius: float | Point, colour: str, weight: float = 1.0) -> Build:
        """A round thing; radius may differ by axis."""
        rx, ry, rz = (radius, radius, radius) if isinstance(radius, float | int) else radius
        x, y, z = middle
        ends = [(x + rx, y, z), (x, y + ry, z), (x, y, z + rz), (x - rx, y, z), (x, y - ry, z), (x, y, z - rz)]
        return self.add(Shape("ball", _array([middle, *ends]), colour, (), weight))

    def rod(self, start: Point, end: Point, thick: float, colour: str, weight: float = 0.7) -> Build:
        """A round stick between two points."""
        a, b = np.array(start, np.float32), np.array(end, np.float32)
        way = (b - a) / max(float(np.linalg.norm(b - a)), 1e-6)
        side = np.cross(way, (0.0, 1.0, 0.0) if abs(way[1]) < 0.9 else (1.0, 0.0, 0.0))
        side /= np.linalg.norm(side)
        other = np.cross(way, side)
        angles = np.arange(6) * np.pi / 3
        ring = (np.cos(angles)[:, None] * side + np.sin(angles)[:, None] * other) * thick / 2
        return self.add(Shape("hull", np.concatenate([a + ring, b + ring]).astype(np.float32), colour, (), weight, 0.0))

    def face(
        self,
        points: Sequence[Point],
        colour: str,
        weight: float = 0.6,
        normal: Point | None = None,
        smooth: bool = False,
    ) -> Build:
        """A flat polygon without thickness."""
        return self.add(Shape("face", _array(points), colour, (), weight, normal=normal, smooth=smooth))

    def line(
        self,
        points: Sequence[Point],
        weight: float = 0.5,
        normal: Point | None = None,
        colour: str = "line",
        smooth: bool = False,
    ) -> Build:
        """A pen line."""
        return self.add(Shape("line", _array(points), colour, (), weight, normal=normal, smooth=smooth))

    def blob(self, middle: Point, radius: Point, colour: str, seed: int = 0, weight: float = 1.0) -> Build:
        """Leaves, smoke or cloud around a middle: always its broad side to the camera."""
        return self.add(Shape("blob", _array([middle, radius]), colour, (), weight, seed=seed))


_BOX = ((0, 1, 3, 2), (4, 6, 7, 5), (2, 3, 7, 6), (0, 4, 5, 1), (0, 2, 6, 4), (1, 5, 7, 3))


def _array(points: Sequence[Point] | Sequence[tuple[float, ...]]) -> Floats:
    return np.array(points, np.float32)


def _ring(x: float, z: float, y: float, radius: float, count: int) -> Floats:
    angles = np.arange(count) * 2 * np.pi / count
    return np.stack([x + radius * np.cos(angles), np.full(count, y), z + radius * np.sin(angles)], 1).astype(np.float32)


def skin_of(ball: Shape) -> Floats:
    """Points (62, 3) all over a ball, for those who build it of triangles."""
    rows = [np.array([[0, 1, 0], [0, -1, 0]])]
    around = np.arange(12) * np.pi / 6
    for height in (-60, -30, 0, 30, 60):
        lat = np.radians(height)
        flat = np.cos(lat)
        rows.append(np.stack([flat * np.cos(around), np.full(12, np.sin(lat)), flat * np.sin(around)], 1))
    return np.asarray(ball.points[0] + np.concatenate(rows) @ (ball.points[1:4] - ball.points[0]), np.float32)
