"""Trunks and costumes: what is worn, cut to the body in space, so that a collar sits right from every side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .puppet_body import Body
from .puppet_limbs import LEG, SLEEVE, TROUSER, Limb
from .puppet_paint import Part, Sketch
from .puppet_shapes import Floats, along, hull, ring


@dataclass(frozen=True)
class Costume:
    """A cut: lengths are shares (sleeve: of the arm, skirt: of the leg from the hip; 0 none)."""

    sleeve: float = 1.0
    wide: float = 1.0  # of the sleeve
    flare: float = 0.0  # of the cuff, metres
    skirt: float = 0.0
    spread: float = 0.0  # of the hem, metres on every side
    loose: float = 1.0  # of the trunk
    hem: float = 0.06  # metres below the hips where the top ends
    legs: float = 1.0  # how far trousers go down; 0: bare
    shoes: str = "#2c2622"


COSTUMES_CUT = {
    "shirt": Costume(sleeve=0.6, wide=0.92, flare=0.006, hem=0.0),
    "coat": Costume(skirt=0.56, spread=0.05, loose=1.12, wide=1.14, flare=0.008),
    "dress": Costume(sleeve=0.25, wide=0.95, skirt=0.58, spread=0.075, loose=0.94, legs=0.0, shoes="#7a2f35"),
    "suit": Costume(hem=0.12, loose=1.05, wide=1.02),
    "jumper": Costume(hem=0.07, loose=1.07, wide=1.12, flare=-0.008),
    "overalls": Costume(sleeve=0.4, wide=0.98, hem=0.0, loose=1.02, shoes="#4a3524"),
    "uniform": Costume(hem=0.13, loose=1.03, shoes="#17171a"),
    "robe": Costume(skirt=0.93, spread=0.06, loose=1.16, wide=1.2, flare=0.05, shoes="#6b5137"),
}

# Sections of a trunk: joint, metres above it, half width, half depth.
TRUNK = [("Hips", -0.02, 0.168, 0.118), ("Spine", 0.0, 0.146, 0.104), ("Spine1", 0.0, 0.160, 0.114),
         ("Spine2", 0.02, 0.180, 0.124)]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Trunk:
    """Sections from the hem up to the neck: middles, half axes sideways and ahead, each (n, 3)."""

    middle: Floats
    across: Floats
    ahead: Floats

    def at(self, height: float, angle: float) -> tuple[Floats, Floats]:
        """A place on the cloth and the way out of it: height 0 hem .. 1 neck, angle 0 ahead, a quarter to the left."""
        row = float(np.clip(height, 0, 1)) * (len(self.middle) - 1)
        low = min(int(row), len(self.middle) - 2)
        u = row - low
        middle, across, ahead = (a[low] * (1 - u) + a[low + 1] * u for a in (self.middle, self.across, self.ahead))
        out = across * np.sin(angle) + ahead * np.cos(angle)
        return middle + out, out / max(float(np.linalg.norm(out)), 1e-6)


def costume_of(name: str) -> Costume:
    return COSTUMES_CUT.get(name, COSTUMES_CUT["shirt"])


def trunk_of(body: Body, cut: Costume) -> Trunk:
    """The trunk's sections in space, from the hem to the neck."""
    shape, size = body.build, body.size
    rows = []
    hips = body.at("Hips") - body.axis("Hips", 1) * (cut.hem * size)
    wide = 0.168 * shape.hips * shape.wide * cut.loose
    rows.append(
        (hips, body.axis("Hips", 0) * wide * size, body.axis("Hips", 2) * (0.12 * shape.deep * cut.loose * size))
    )
    for joint, up, width, deep in TRUNK[1 if cut.hem < 0.03 else 0 :]:
        factor = shape.waist if joint == "Spine" else shape.hips if joint == "Hips" else shape.shoulders
        at = body.at(joint) + body.axis(joint, 1) * (up * size)
        belly = shape.belly if joint in ("Spine", "Spine1") else 0.0
        x, z = body.axis(joint, 0), body.axis(joint, 2)
        rows.append((at + z * (belly * 0.6 * size), x * (width * factor * shape.wide * cut.loose * size),
                     z * ((deep * shape.deep * cut.loose + belly * 0.5) * size)))  # fmt: skip
    left, right = body.at("LeftArm"), body.at("RightArm")
    half = (left - right) / 2
    half = half * (1 + 0.012 / max(float(np.linalg.norm(half)), 1e-3))
    z, y = body.axis("Spine2", 2), body.axis("Spine2", 1)
    neck = body.at("Neck")
    deep = 0.088 * shape.deep * size
    rows.append(((left + right) / 2 + y * 0.018 * size, half * 0.97, z * deep))
    rows.append(((left + right) / 2 * 0.35 + neck * 0.65, half * 0.52, z * deep * 0.86))
    rows.append((neck + y * 0.005 * size, half * 0.32, z * 0.062 * size))
    return Trunk(*(np.stack([row[k] for row in rows]).astype(np.float32) for k in range(3)))


def outline_of(sketch: Sketch, trunk: Trunk) -> Floats:
    """The silhouette of a trunk; end on, the rubber band around it."""
    lens = sketch.lens
    c, a, b = (along(each, 3) for each in (trunk.middle, trunk.across, trunk.ahead))
    flat = lens.flat(c)
    side_a, side_b = lens.flat(c + a) - flat, lens.flat(c + b) - flat
    ahead = np.gradient(flat, axis=0)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=-1, keepdims=True), 1e-6)
    side = np.stack([-ahead[:, 1], ahead[:, 0]], -1)
    reach = np.sqrt((side_a * side).sum(-1) ** 2 + (side_b * side).sum(-1) ** 2)
    if np.linalg.norm(flat[-1] - flat[0]) < 1.1 * reach.max():
        return hull(lens.flat(ring(c, a, b, 16).reshape(-1, 3)))

    def touch(row: slice | int, way: Floats) -> Floats:
        pa, pb = side_a[row], side_b[row]
        da, db = (pa * way).sum(-1, keepdims=True), (pb * way).sum(-1, keepdims=True)
        return (pa * da + pb * db) / np.maximum(np.sqrt(da * da + db * db), 1e-6)

    every = slice(None)
    left, right = flat + touch(every, side), flat + touch(every, -side)
    angles = np.linspace(0.25, np.pi - 0.25, 7, dtype=np.float32)[:, None]
    low = np.stack([flat[0] + touch(0, -side[0] * np.cos(u) - ahead[0] * np.sin(u)) for u in angles])
    top = np.stack([flat[-1] + touch(-1, side[-1] * np.cos(u) + ahead[-1] * np.sin(u)) for u in angles])
    return np.concatenate([left, top, right[::-1], low]).astype(np.float32)


def skirt(sketch: Sketch, body: Body, cut: Costume, colour: str) -> Part:
    """What hangs from the waist: cloth stretched around hips and legs down to the hem."""
    shape, size = body.build, body.size
    x, y, z = (body.axis("Hips", k) for k in range(3))
    hips = body.at("Hips")
    wide, deep = 0.168 * shape.hips * shape.wide * cut.loose, 0.125 * shape.deep * cut.loose
    points = [ring(hips + y * h * size, x * wide * w * size, z * (deep * w + shape.belly * 0.4) * size, 20)
              for h, w in ((0.08, 0.88), (0.0, 1.0), (-0.06, 1.03))]  # fmt: skip
    for side in ("Left", "Right"):
        chain = body.limb((f"{side}UpLeg", f"{side}Leg", f"{side}Foot"), 10)
        end = round(cut.skirt * 20)
        for at in (end // 2, end):
            flow = chain[min(at + 1, 20)] - chain[max(at - 1, 0)]
            flow = flow / max(float(np.linalg.norm(flow)), 1e-6)
            one = x - flow * float(x @ flow)
            one = one / max(float(np.linalg.norm(one)), 1e-6)
            other = np.cross(flow, one)
            reach = (
                np.interp(at, np.arange(0, 22, 2), np.array(LEG) * shape.limb) + cut.spread * at / max(end, 1) + 0.012
            )
            points.append(
                ring(chain[at], one * float(reach) * size, other.astype(np.float32) * float(reach) * size, 20)
            )
    outline = hull(sketch.lens.flat(np.concatenate(points)), 64)
    shade = float(sketch.lens.size(hips, 0.085 * size))
    return sketch.part(outline, colour, f"{body.look.costume} skirt", shade=shade)


def torso(sketch: Sketch, body: Body, cut: Costume, colour: str) -> Part:
    trunk = trunk_of(body, cut)
    shade = float(sketch.lens.size(body.at("Spine1"), 0.075 * body.size))
    return sketch.part(outline_of(sketch, trunk), colour, body.look.costume, shade=shade)


def seat(sketch: Sketch, body: Body, colour: str) -> Part:
    """The hips of trousers."""
    shape, size = body.build, body.size
    x, y, z = (body.axis("Hips", k) for k in range(3))
    rows = [ring(body.at("Hips") + y * h * size, x * (w * shape.hips * shape.wide * size), z * (d * shape.deep * size))
            for h, w, d in ((0.08, 0.148, 0.105), (0.0, 0.168, 0.12), (-0.07, 0.150, 0.115), (-0.1, 0.1, 0.08))]  # fmt: skip
    return sketch.part(hull(sketch.lens.flat(np.concatenate(rows))), colour, "hips")


def sleeve_of(body: Body, cut: Costume, colour: str) -> Limb:
    thick = tuple(value * cut.wide for value in SLEEVE)
    return Limb(colour, thick, cut.sleeve, cut.flare)


def trousers_of(cut: Costume, colour: str) -> Limb:
    return Limb(colour, TROUSER, cut.legs)
