"""Heads in space: the skull that faces, hair and hats are laid upon, ears and neck."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ...media.film import Look
from .puppet_body import JOINT, Body, build_of, is_soft
from .puppet_limbs import solid
from .puppet_paint import Part, Sketch
from .puppet_shapes import Floats, along, evened, hull, unit

# Sections of a head, metres from its joint: height, half width, front, back. The front is the profile of a face
# without its nose: chin, lips, the dip at the eyes, brow and forehead.
_KNOTS = np.array(
    [
        (-0.050, 0.011, 0.099, 0.074), (-0.046, 0.022, 0.1075, 0.058), (-0.034, 0.0365, 0.1105, 0.024),
        (-0.022, 0.0465, 0.1065, 0.000), (-0.006, 0.0555, 0.1110, -0.026), (0.010, 0.0620, 0.1090, -0.046),
        (0.030, 0.0695, 0.1075, -0.064), (0.050, 0.0755, 0.1060, -0.077), (0.070, 0.0765, 0.1020, -0.085),
        (0.086, 0.0760, 0.1050, -0.090), (0.102, 0.0780, 0.1105, -0.092), (0.122, 0.0790, 0.1085, -0.092),
        (0.145, 0.0750, 0.0985, -0.087), (0.165, 0.0645, 0.0820, -0.074), (0.181, 0.0480, 0.0590, -0.053),
        (0.190, 0.0310, 0.0380, -0.034), (0.194, 0.0100, 0.0140, -0.012),
    ],
    np.float32,
)  # fmt: skip
SKULL = along(_KNOTS, 2)
CHEEK = 0.05  # metres: below it the jaw begins
SMALL_JAW = 0.84  # how high a child's lower face is against a grown one's
TILT = 0.5  # sine of the angle above or below from which a head is the rubber band around it


@dataclass(frozen=True)
class Traits:
    """What tells one face from another, as factors; drawn by lot from the look, so always the same for it."""

    jaw: float = 1.0
    nose: float = 1.0
    brow: float = 1.0
    eyes: float = 1.0
    apart: float = 1.0
    mouth: float = 1.0
    soft: bool = False  # lashes, fuller lips, finer brows
    child: bool = False
    old: bool = False


@lru_cache(maxsize=128)
def traits_of(look: Look) -> Traits:
    dice = np.random.default_rng(zlib.crc32(repr((look.skin, look.hair, look.hair_colour, look.build)).encode()))
    near = 1 + np.clip(dice.normal(0, 0.5, 6), -1, 1)
    soft = is_soft(look)
    child, old = look.build == "child", look.build == "old"
    base = 0.96 if soft or child else 1.13
    return Traits(
        jaw=base * (0.94 + 0.06 * near[0]) * (1.05 if look.build == "stocky" else 0.94 if look.build == "slim" else 1),
        nose=(0.58 if child else 0.9 if soft else 1.08) * (0.82 + 0.18 * near[1]) * (1.15 if old else 1),
        brow=(0.7 if soft or child else 1.1) * (0.85 + 0.15 * near[2]) * (1.2 if old else 1),
        eyes=(1.30 if child else 1.10 if soft else 1.0) * (0.95 + 0.05 * near[3]),
        apart=0.97 + 0.03 * near[4],
        mouth=(0.88 if child else 0.95) * (0.93 + 0.07 * near[5]),
        soft=soft, child=child, old=old,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Cranium:
    """The shape of one person's head in its own metres (x left, y up, z ahead, from the joint)."""

    traits: Traits
    table: Floats  # (n, 4) as SKULL

    def section(self, y: Floats) -> tuple[Floats, Floats, Floats]:
        """Half width, middle and half depth at heights."""
        rows = self.table
        wide, front, back = (np.interp(y, rows[:, 0], rows[:, k]) for k in (1, 2, 3))
        return wide, (front + back) / 2, (front - back) / 2

    def power(self, y: Floats) -> Floats:
        """Of the sections' superellipse: a face is flatter than an egg, a chin more pointed."""
        power: Floats = np.minimum(np.maximum(1.9 + (np.asarray(y) + 0.04) * 4.0, 1.7), 2.25)
        return power

    def front(self, x: Floats, y: Floats) -> Floats:
        """How far ahead the face lies at (x, y) (n,): (n, 3)."""
        y = y if not self.traits.child else np.where(y < CHEEK, CHEEK + (y - CHEEK) * SMALL_JAW, y)
        wide, middle, deep = self.section(y)
        power = self.power(y)
        share = np.minimum(np.abs(x) / wide, 1) ** power
        out = np.empty((len(y), 3), np.float32)
        out[:, 0] = np.minimum(np.maximum(x, -wide), wide)
        out[:, 1] = y
        out[:, 2] = middle + deep * (1 - share) ** (1 / power)
        return out

    def around(self, angle: Floats, y: Floats, grow: Floats | float = 0.0) -> Floats:
        """Places at angles (0 ahead, a quarter to the left) and heights, `grow` metres above the skin: (n, 3)."""
        wide, middle, deep = self.section(y)
        s, c = np.sin(angle), np.cos(angle)
        bent = 2 / self.power(y)
        x = np.sign(s) * np.abs(s) ** bent * (wide + grow)
        z = middle + np.sign(c) * np.abs(c) ** bent * (deep + grow)
        return np.stack([x, np.broadcast_to(y, x.shape), z], -1).astype(np.float32)

    def shell(self, grow: float) -> Floats:
        """(n, 3) places all over the head, 24 to a section, `grow` metres above the skin."""
        rows = self.table
        angle = np.arange(24, dtype=np.float32) * (np.pi / 12)
        points = self.around(np.tile(angle, len(rows)), np.repeat(rows[:, 0], 24))
        return (points + outwards(points) * grow).astype(np.float32)

    @cached_property
    def skin(self) -> Floats:
        return self.shell(0.0)


_EGG = np.array([0, 0.06, 0.012], np.float32)
_ROUND = 1 / np.array([0.079, 0.15, 0.099], np.float32) ** 2


def outwards(points: Floats) -> Floats:
    """The way out of a head at places in its own metres: as of an egg."""
    return unit((points - _EGG) * _ROUND)


@lru_cache(maxsize=512)
def cranium_of(look: Look, drop: float = 0.0) -> Cranium:
    """`drop`: metres that the chin hangs lower for an open mouth."""
    traits = traits_of(look)
    table = SKULL.copy()
    low = np.clip((CHEEK - table[:, 0]) / 0.07, 0, 1)
    table[:, 1] *= 1 + (traits.jaw * build_of(look).jaw - 1) * low
    if traits.child:
        cheek = np.sin(np.pi * np.clip((table[:, 0] + 0.04) / 0.13, 0, 1))
        table[:, 1] *= 1 + 0.13 * np.maximum(cheek, 0) ** 0.8 + 0.35 * np.clip(-table[:, 0] / 0.05, 0, 1)
        table[:, 2] -= 0.006 * low
        table[:, 0] = np.where(table[:, 0] < CHEEK, CHEEK + (table[:, 0] - CHEEK) * SMALL_JAW, table[:, 0])
    table[:, 0] -= drop * np.clip((0.0 - table[:, 0]) / 0.045, 0, 1)
    return Cranium(traits, table)


@dataclass(frozen=True, eq=False)
class Skull:
    """A head seen by a lens: its shape and the way onto paper."""

    body: Body
    sketch: Sketch
    shape: Cranium

    @staticmethod
    def of(sketch: Sketch, body: Body, drop: float = 0.0) -> Skull:
        return Skull(body, sketch, cranium_of(body.look, round(drop, 4)))

    @property
    def traits(self) -> Traits:
        return self.shape.traits

    @cached_property
    def _view(self) -> tuple[Floats, Floats, Floats]:
        """From the head's own metres to the lens: a matrix and a step; and where the eye is in the head's metres."""
        turn = self.body.matrices[JOINT["Head"]]
        lens, size, joint = self.sketch.lens, np.float32(self.body.head_size), self.body.at("Head")
        eye = (lens.eye - joint) @ turn / size
        return (turn.T * size) @ lens.axes.T, (joint - lens.eye) @ lens.axes.T, eye

    def world(self, points: Floats) -> Floats:
        return self.body.head(points)

    def paper(self, points: Floats) -> Floats:
        """(..., 3) in the head's own metres -> (..., 2) pixels."""
        matrix, step, _ = self._view
        return self.sketch.lens.onto(points @ matrix + step)

    def seen(self, points: Floats) -> Floats:
        """Above 0 where the head's surface at these places looks to the eye."""
        way = self._view[2] - points
        out = (points - _EGG) * _ROUND
        size = (way * way).sum(-1) * (out * out).sum(-1)
        cosine: Floats = (way * out).sum(-1) / np.sqrt(np.maximum(size, 1e-12))
        return cosine

    def pixels(self, metres: float) -> float:
        """How large a length of the head is on paper."""
        return metres * self._pixel

    @cached_property
    def _pixel(self) -> float:
        return float(self.sketch.lens.size(self.body.at("Head"), self.body.head_size))


def neck(sketch: Sketch, body: Body) -> Part:
    """The neck; it grows out of the collar and goes up under the jaw."""
    low = body.at("Neck") + body.axis("Spine2", 1) * 0.004 * body.size
    top = body.head(np.array([0.0, 0.03, 0.0], np.float32))
    points = np.stack([low, (low + top) / 2, top])
    traits = traits_of(body.look)
    thick = 0.78 if traits.child else 0.82 if traits.soft else 1.0
    sizes = np.array([0.060, 0.053, 0.054], np.float32) * body.size * thick * body.build.jaw
    shape = solid(sketch, points[::-1], sizes[::-1], cut=True)
    part = sketch.part(shape.outline, body.look.skin, "neck", stuff="skin", open=shape.place > 0.9)
    tone = sketch.shadow(body.look.skin, "skin")
    if tone and sketch.tall > 60:  # the head's shadow
        dark = solid(sketch, points[1:] - body.axis("Neck", 1) * 0.006, sizes[1:] * 0.97)
        part = part.plus([sketch.flat(dark.outline, tone, "neck shadow")])
    return part


def contour(skull: Skull) -> Floats:
    """The head's silhouette: its sections' far ends one above the other, so that brow, cheek and lips show. Seen from
    well above or below it is the rubber band around it, and the way between is gradual."""
    lens, body = skull.sketch.lens, skull.body
    way = body.at("Head") - lens.eye
    tilt = abs(float(way @ body.axis("Head", 1))) / max(float(np.linalg.norm(way)), 1e-6)
    flat = skull.paper(skull.shape.skin)
    band = hull(flat, 64)
    if tilt > TILT:
        return band
    rows = flat.reshape(-1, 24, 2)
    low, top = rows[0].mean(0), rows[-1].mean(0)
    up = (top - low) / max(float(np.hypot(*(top - low))), 1e-6)
    side = np.array([up[1], -up[0]], np.float32)
    reach = rows @ side
    number = np.arange(len(rows))
    right, left = rows[number, reach.argmax(1)], rows[number, reach.argmin(1)]
    under = hull(rows[0], 24)
    under = under[(under - low) @ up < 0]
    under = under[np.argsort(-(under @ side))]
    outline = evened(np.concatenate([left, right[::-1], under]), 80)
    # Pulled towards the rubber band, point by point, the more it is seen from above or below.
    near = band[((outline[:, None] - band[None]) ** 2).sum(-1).argmin(1)]
    share = float(np.clip((tilt - 0.25) / (TILT - 0.25), 0, 1))
    silhouette: Floats = outline * (1 - share) + near * share
    return silhouette


def head(skull: Skull) -> Part:
    return skull.sketch.part(contour(skull), skull.body.look.skin, "head", stuff="skin", shade=skull.pixels(0.030))


def ear(skull: Skull, side: float) -> tuple[float, Part]:
    """How much an ear faces the eye, and the ear."""
    sketch = skull.sketch
    angle = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    y = 0.052 + 0.029 * np.cos(angle) + 0.003 * np.cos(2 * angle)
    z = -0.004 - 0.018 * np.sin(angle) + 0.12 * (y - 0.05)
    wide = float(skull.shape.section(np.array([0.055]))[0][0])
    x = wide - 0.006 + 0.55 * np.clip(0.012 - z, 0, 0.04)
    points = np.stack([x * side, y, z], -1).astype(np.float32)
    rooted = (points - np.array([0.010 * side, 0, 0])).astype(np.float32) * np.array([1, 0.98, 0.9], np.float32)
    way = (skull.body.axis("Head", 0) * side)[None]
    facing = float(sketch.lens.faces(skull.world(points.mean(0)[None]), way)[0])
    outline = hull(skull.paper(np.concatenate([points, rooted])), 28)
    part = sketch.part(outline, skull.body.look.skin, "ear", stuff="skin", weight=0.85)
    if skull.pixels(0.2) > 70 and facing > 0.3:
        inner = points.mean(0) + (points[[1, 0, 13, 12, 11, 10, 9]] - points.mean(0)) * np.array(
            [1, 0.62, 0.6], np.float32
        )
        part = part.plus([sketch.stroke(skull.paper(inner.astype(np.float32)), "ear line", width=0.55)])
    return facing, part
