"""Trunks and costumes: what is worn, cut to the body in space, so that a collar sits right from every side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .puppet_body import Body
from .puppet_limbs import LEG, SLEEVE, TROUSER, Limb
from .puppet_paint import Part, Sketch
from .puppet_shapes import Floats, along, evened, hull, ring

STEPS = 3  # sections between two that are given


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
    narrow: float = 1.0  # of the waist


CUTS = {
    "shirt": Costume(sleeve=0.6, wide=0.90, flare=0.006, hem=0.02),
    "coat": Costume(skirt=0.56, spread=0.05, loose=1.10, wide=1.12, flare=0.006, hem=0.08),
    "dress": Costume(0.2, 0.86, 0.006, 0.56, 0.07, 0.92, 0.05, 0.0, "#7a2f35", 0.90),
    "suit": Costume(hem=0.13, loose=1.04, wide=1.0),
    "jumper": Costume(hem=0.07, loose=1.07, wide=1.10, flare=-0.012),
    "overalls": Costume(sleeve=0.4, wide=0.96, hem=0.03, loose=1.02, shoes="#4a3524"),
    "uniform": Costume(hem=0.14, loose=1.03, shoes="#17171a"),
    "robe": Costume(skirt=0.92, spread=0.05, loose=1.12, wide=1.15, flare=0.05, shoes="#6b5137"),
}

# Sections of a trunk: joint, metres above it, half width, half depth. Before them the hem, after them the shoulders.
TRUNK = [("Hips", -0.01, 0.166, 0.118), ("Spine", 0.01, 0.147, 0.104), ("Spine1", 0.0, 0.158, 0.114),
         ("Spine2", 0.01, 0.176, 0.126)]  # fmt: skip
HEM, HIPS, WAIST, RIBS, CHEST, SHOULDERS, SLOPE, NECK = (k / 7 for k in range(8))


@dataclass(frozen=True, eq=False)
class Trunk:
    """Sections from the hem up to the neck: middles, half axes sideways and ahead, each (n, 3)."""

    middle: Floats
    across: Floats
    ahead: Floats

    @cached_property
    def fine(self) -> tuple[Floats, Floats, Floats]:
        """The same with sections between, on curves."""
        middle, across, ahead = (along(each, STEPS) for each in (self.middle, self.across, self.ahead))
        return middle, across, ahead

    def at(self, height: Floats | float, angle: Floats | float, lift: float = 0.0) -> tuple[Floats, Floats]:
        """Places (n, 3) on the cloth and the ways out of it: height 0 hem .. 1 neck, angle in radians, 0 ahead, a
        quarter to the left; `lift` metres above the cloth."""
        height, angle = np.broadcast_arrays(np.asarray(height, np.float32), np.asarray(angle, np.float32))
        middle, across, ahead = self.fine
        row = np.clip(height, 0, 1) * (len(middle) - 1)
        low = np.minimum(row.astype(int), len(middle) - 2)
        u = (row - low)[..., None]
        c, a, b = (each[low] * (1 - u) + each[low + 1] * u for each in (middle, across, ahead))
        s, k = np.sin(angle)[..., None], np.cos(angle)[..., None]
        out = a * s / np.maximum((a * a).sum(-1, keepdims=True), 1e-6)
        out = out + b * k / np.maximum((b * b).sum(-1, keepdims=True), 1e-6)
        out = out / np.maximum(np.linalg.norm(out, axis=-1, keepdims=True), 1e-6)
        return (c + a * s + b * k + out * lift).astype(np.float32), out.astype(np.float32)


def costume_of(name: str) -> Costume:
    return CUTS.get(name, CUTS["shirt"])


def trunk_of(body: Body, cut: Costume) -> Trunk:
    """The trunk's eight sections in space, from the hem to the neck."""
    shape, size = body.build, body.size
    rows: list[tuple[Floats, Floats, Floats]] = []
    for joint, up, width, deep in (("Hips", -cut.hem, 0.168, 0.120), *TRUNK):
        factor = {"Spine": shape.waist * cut.narrow, "Hips": shape.hips, "Spine2": shape.shoulders}.get(joint, 1.0)
        belly = shape.belly if joint in ("Spine", "Spine1") else shape.belly * 0.5 if joint == "Hips" else 0.0
        x, y, z = (body.axis(joint, k) for k in range(3))
        middle = body.at(joint) + (y * up + z * (belly * 0.6)) * size
        wide = width * factor * shape.wide * cut.loose
        rows.append((middle, x * (wide * size), z * ((deep * shape.deep * cut.loose + belly * 0.5) * size)))
    left, right, neck = body.at("LeftArm"), body.at("RightArm"), body.at("Neck")
    half, middle = (left - right) / 2, (left + right) / 2
    y, z = body.axis("Spine2", 1), body.axis("Spine2", 2)
    deep = 0.092 * shape.deep * size
    top = max(0.012, SLEEVE[0] * cut.wide * shape.limb - 0.030)  # where shoulders end, above the joints
    slim = 0.9 if body.build.head > 1.2 else 1.0
    rows.append((middle + y * top * size, half * 1.05, z * deep))
    rows.append((middle * 0.45 + neck * 0.55 + y * (0.010 + top * 0.4) * size, half * 0.66, z * deep * 0.86))
    rows.append((neck + y * 0.018 * size, half * 0.36 * slim, z * 0.066 * size))
    return Trunk(*(np.stack([row[k] for row in rows]).astype(np.float32) for k in range(3)))


def outline_of(sketch: Sketch, trunk: Trunk) -> Floats:
    """The silhouette of a trunk; end on, the rubber band around it."""
    lens = sketch.lens
    c, a, b = trunk.fine
    flat = lens.flat(np.concatenate([c, c + a, c + b]))
    count = len(c)
    side_a, side_b, flat = flat[count : 2 * count] - flat[:count], flat[2 * count :] - flat[:count], flat[:count]
    ahead = np.gradient(flat, axis=0)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=-1, keepdims=True), 1e-6)
    side = np.stack([-ahead[:, 1], ahead[:, 0]], -1)
    reach = np.sqrt((side_a * side).sum(-1) ** 2 + (side_b * side).sum(-1) ** 2)
    if np.linalg.norm(flat[-1] - flat[0]) < 1.1 * reach.max():
        return hull(lens.flat(ring(c, a, b, 16).reshape(-1, 3)))

    def touch(row: slice | int, way: Floats) -> Floats:
        pa, pb = side_a[row], side_b[row]
        da, db = (pa * way).sum(-1, keepdims=True), (pb * way).sum(-1, keepdims=True)
        touched: Floats = (pa * da + pb * db) / np.maximum(np.sqrt(da * da + db * db), 1e-6)
        return touched

    every = slice(None)
    left, right = flat + touch(every, side), flat + touch(every, -side)
    angles = np.linspace(0.3, np.pi - 0.3, 6, dtype=np.float32)[:, None]
    low = flat[0] + touch(0, -side[0] * np.cos(angles) - ahead[0] * np.sin(angles))
    top = flat[-1] + touch(-1, side[-1] * np.cos(angles) + ahead[-1] * np.sin(angles))
    return evened(np.concatenate([left, top, right[::-1], low]), 72)


def skirt_hems(body: Body, cut: Costume) -> list[tuple[Floats, Floats, Floats]]:
    """Sections of the skirt around each leg, halfway and at the hem: middle, across, ahead."""
    x = body.axis("Hips", 0)
    out = []
    for side in ("Left", "Right"):
        chain = body.limb((f"{side}UpLeg", f"{side}Leg", f"{side}Foot"), 10)
        end = round(cut.skirt * 20)
        for at in (end // 2, end):
            flow = chain[min(at + 1, 20)] - chain[max(at - 1, 0)]
            flow = flow / max(float(np.linalg.norm(flow)), 1e-6)
            one = x - flow * float(x @ flow)
            one = one / max(float(np.linalg.norm(one)), 1e-6)
            other = np.cross(flow, one)
            thick = float(np.interp(at / 2, np.arange(11), LEG)) * body.build.limb
            reach = (thick + cut.spread * at / max(end, 1) + 0.012) * body.size
            out.append((chain[at], (one * reach).astype(np.float32), (other * reach).astype(np.float32)))
    return out


def skirt(sketch: Sketch, body: Body, cut: Costume, colour: str) -> Part:
    """What hangs from the waist: cloth stretched around hips and legs down to the hem."""
    shape, size = body.build, body.size
    x, y, z = (body.axis("Hips", k) for k in range(3))
    hips = body.at("Hips")
    wide, deep = 0.166 * shape.hips * shape.wide * cut.loose, 0.122 * shape.deep * cut.loose
    waist = shape.waist * cut.narrow
    points = []
    for h, w in ((0.09, 0.86 * waist), (0.0, 1.0), (-0.06, 1.03)):
        middle, thick = hips + (y * h + z * shape.belly * 0.3) * size, deep * w + shape.belly * 0.3
        points.append(ring(middle, x * (wide * w * size), z * (thick * size), 20))
    hems = skirt_hems(body, cut)
    points += [ring(c, a, b, 20) for c, a, b in hems]
    outline = hull(sketch.lens.flat(np.concatenate(points)), 72)
    part = sketch.part(outline, colour, f"{body.look.costume} skirt", shade=float(sketch.lens.size(hips, 0.085 * size)))
    return part.plus(_folds(sketch, body, hems, colour))


def _folds(sketch: Sketch, body: Body, hems: list[tuple[Floats, Floats, Floats]], colour: str) -> list:  # type: ignore[type-arg]
    """Lines that fall from the hips to the hem, where the cloth looks to the eye."""
    if sketch.tall < 130:
        return []
    marks = []
    hips, x, z = body.at("Hips"), body.axis("Hips", 0), body.axis("Hips", 2)
    for leg, side in ((1, 1.0), (3, -1.0)):
        c, a, b = hems[leg]
        for angle, start in ((0.35, 0.45), (1.1, 0.35), (2.2, 0.5), (2.9, 0.4)):
            way = a * (side * np.sin(angle)) + b * np.cos(angle) * (1 if float(b @ z) > 0 else -1)
            end = c + way * 0.96
            top = hips + (x * side * 0.13 * np.sin(angle) + z * 0.11 * np.cos(angle)) * body.size
            if float(sketch.lens.faces(end[None], (way / max(float(np.linalg.norm(way)), 1e-6))[None])[0]) > 0.25:
                line = top + (end - top) * np.linspace(start, 0.97, 5, dtype=np.float32)[:, None]
                flat = sketch.lens.flat(line)
                marks.append(sketch.stroke(flat, "fold", width=0.65, colour=sketch.pen(colour), ends=(0.05, 0.7)))
    return marks


def torso(sketch: Sketch, body: Body, trunk: Trunk, colour: str) -> Part:
    shade = float(sketch.lens.size(body.at("Spine1"), 0.075 * body.size))
    return sketch.part(outline_of(sketch, trunk), colour, body.look.costume, shade=shade)


def seat(sketch: Sketch, body: Body, colour: str) -> Part:
    """The hips of trousers; their lower side grows into the legs and has no contour."""
    shape, size = body.build, body.size
    x, y, z = (body.axis("Hips", k) for k in range(3))
    belly, rows = shape.belly * 0.4, []
    for h, w, d in ((0.08, 0.150, 0.105), (0.0, 0.166, 0.118), (-0.07, 0.158, 0.115), (-0.10, 0.10, 0.08)):
        wide, deep = w * shape.hips * shape.wide * size, (d * shape.deep + belly) * size
        rows.append(ring(body.at("Hips") + y * h * size, x * wide, z * deep))
    outline = hull(sketch.lens.flat(np.concatenate(rows)))
    low = sketch.lens.flat(body.at("Hips") - y * 0.04 * size)
    thighs = sketch.lens.flat((body.at("LeftLeg") + body.at("RightLeg")) / 2) - low
    if float(np.linalg.norm(thighs)) < float(sketch.lens.size(body.at("Hips"), 0.12)):
        thighs = sketch.lens.flat(body.at("Hips") - y * 0.2 * size) - low
    open = (outline - low) @ thighs > 0
    return sketch.part(outline, colour, "hips", open=open)


def sleeve_of(cut: Costume, colour: str) -> Limb:
    return Limb(colour, tuple(value * cut.wide for value in SLEEVE), cut.sleeve, cut.flare)


def trousers_of(cut: Costume, colour: str) -> Limb:
    return Limb(colour, TROUSER, cut.legs)
