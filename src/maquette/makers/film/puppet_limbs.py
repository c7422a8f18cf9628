"""Arms, legs, hands and shoes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...media.ink import Ink
from .puppet_body import Body
from .puppet_paint import Part, Sketch, mixed
from .puppet_shapes import Floats, Tube, hull, ring, tube, unit

# Half thicknesses in metres along arm and leg, five places to a bone, from shoulder to wrist and from hip to ankle.
ARM = (0.048, 0.054, 0.053, 0.050, 0.046, 0.043, 0.045, 0.042, 0.037, 0.031, 0.027)
SLEEVE = (0.050, 0.059, 0.061, 0.060, 0.057, 0.055, 0.055, 0.053, 0.050, 0.047, 0.045)
LEG = (0.092, 0.092, 0.086, 0.076, 0.066, 0.058, 0.060, 0.060, 0.052, 0.042, 0.037)
TROUSER = (0.098, 0.098, 0.093, 0.085, 0.077, 0.071, 0.068, 0.065, 0.062, 0.060, 0.060)

SOLE = [(0.026, -0.066), (0.036, -0.035), (0.034, 0.03), (0.046, 0.115), (0.045, 0.165), (0.032, 0.2), (0.0, 0.218)]
UPPER = [(0.033, 0.005, -0.058), (0.037, 0.005, -0.01), (0.034, -0.005, 0.04), (0.034, -0.03, 0.09)]
TOES = [(0.034, -0.045, 0.15), (0.026, -0.055, 0.19), (0.0, -0.058, 0.207)]
# The mitten: along the fingers, towards the back of the hand, towards the thumb; half width, half thickness.
PALM = [(0.0, 0.0, 0.0, 0.026, 0.019), (0.045, 0.0, 0.004, 0.040, 0.017), (0.088, -0.004, 0.002, 0.041, 0.016)]
FINGERS = [(0.088, -0.004, 0.002, 0.041, 0.016), (0.130, -0.022, 0.0, 0.037, 0.013), (0.162, -0.050, 0.0, 0.024, 0.011)]
GRIP = [(0.088, -0.004, 0.002, 0.041, 0.016), (0.118, -0.028, 0.0, 0.038, 0.014), (0.098, -0.058, 0.0, 0.034, 0.012)]
GRIP_THUMB = [(0.028, -0.006, 0.030, 0.017), (0.062, -0.034, 0.046, 0.015), (0.092, -0.052, 0.034, 0.011)]
THUMB = [(0.028, -0.006, 0.030, 0.017), (0.066, -0.018, 0.058, 0.015), (0.098, -0.030, 0.062, 0.011)]


@dataclass(frozen=True)
class Limb:
    """How an arm or a leg is clothed: `cloth` until the share `until` of its length, skin from there on."""

    colour: str
    thick: tuple[float, ...]
    until: float = 1.0
    flare: float = 0.0  # metres, of the cuff


def solid(sketch: Sketch, points: Floats, metres: Floats, cut: bool = False, begun: bool = False) -> Tube:
    """Discs in space -> a limb on paper; `cut`: its last end is cut straight off, as cloth is, `begun`: its first."""

    def bulge(way: Floats) -> float:
        return abs(float(sketch.lens.axes[2] @ way)) / max(float(np.linalg.norm(way)), 1e-6)

    radius = np.maximum(sketch.lens.size(points, metres), 0.3)
    ends = bulge(points[1] - points[0]) if begun else 1.0, bulge(points[-1] - points[-2]) if cut else 1.0
    return tube(sketch.lens.flat(points), radius, ends)


def limb(
    sketch: Sketch, points: Floats, metres: Floats, colour: str, name: str, *, stuff: str = "cloth", root: bool = True,
    cut: bool = False, begun: bool = False, inner: Floats | None = None,
) -> Part:  # fmt: skip
    """A tapered limb; `root`: it grows out of the body, so its first part has no contour on the side of `inner`, a
    place (3,) within the body."""
    shape = solid(sketch, points, metres, cut, begun)
    open = None
    if root and len(shape.middle) > 2:
        open = shape.place < 0.15
        if inner is not None:
            start, radius = sketch.lens.flat(points[0]), float(shape.radius[0])
            way = sketch.lens.flat(inner) - start
            if float(np.hypot(*way)) > 1.3 * radius:
                open = (shape.place < 0.28) & ((shape.outline - start) @ way > -0.35 * radius * float(np.hypot(*way)))
        open = None if open.all() else open
    shade = float(shape.radius.mean()) * 0.62
    return sketch.part(shape.outline, colour, name, stuff=stuff, open=open, shade=shade)


def opening(sketch: Sketch, points: Floats, metres: float, colour: str) -> Part | None:
    """The dark inside of a cuff that looks to the eye."""
    way = points[-1] - points[-2]
    way = way / max(float(np.linalg.norm(way)), 1e-6)
    if float(sketch.lens.axes[2] @ way) > -0.2:
        return None
    one = np.cross(way, sketch.lens.axes[2])
    one = one / max(float(np.linalg.norm(one)), 1e-6) * metres
    edge = ring(points[-1], one.astype(np.float32), np.cross(way, one).astype(np.float32), 20)
    inside = mixed(colour, "#101018", 0.55)
    return sketch.part(sketch.lens.flat(edge), inside, "cuff", weight=0.6)


def arm(sketch: Sketch, body: Body, side: str, wear: Limb, part: str = "whole", grips: bool = False) -> list[Part]:
    """Sleeve, bare forearm and hand, back to front; `part`: whole, upper (to the elbow) or fore (from it)."""
    points = body.limb((f"{side}Arm", f"{side}ForeArm", f"{side}Hand"))
    grow = body.size * body.build.limb
    points[0] -= body.axis("Spine2", 1) * 0.016 * body.size
    first, last = {"whole": (0, 10), "upper": (0, 6), "fore": (5, 10)}[part]
    fist = hand(sketch, body, side, grips) if part != "upper" else []
    return clothed(
        sketch, body, points, np.array(ARM, np.float32) * grow, wear, (first, last), f"{side.lower()} arm", fist
    )


def clothed(
    sketch: Sketch,
    body: Body,
    points: Floats,
    skin: Floats,
    wear: Limb,
    span: tuple[int, int],
    name: str,
    end: list[Part],
) -> list[Part]:
    """Cloth over skin over `end` (a hand, a shoe), or the other way round where the limb comes towards the eye."""
    first, last = span
    until = round(wear.until * 10)
    cloth = np.array(wear.thick, np.float32) * body.size * body.build.limb
    low = max(until - 2, 0)
    cloth[low : until + 1] += wear.flare * body.size * np.linspace(0.4, 1, until + 1 - low)
    run = slice(first, min(until, last) + 1)
    inside = (
        opening(sketch, points[run], float(cloth[min(until, last)]), wear.colour) if first < until <= last else None
    )
    bare: list[Part] = list(end)
    if until < last:
        under = slice(max(first, until - (0 if inside or not until else 1)), last + 1)
        begun = inside is not None and last - until > 1
        bare.append(
            limb(sketch, points[under], skin[under], body.look.skin, name, stuff="skin", root=until == 0, begun=begun)
        )
    if until <= first:
        return bare
    inner = body.at("Spine2") if "arm" in name else None
    sleeve = limb(
        sketch, points[run], cloth[run], wear.colour, f"{name} cloth", root=first == 0, cut=until <= last, inner=inner
    )
    if first < 5 < until:
        sleeve = sleeve.plus(_creases(sketch, points, cloth, wear.colour))
    return [sleeve, inside, *bare] if inside else [*bare, sleeve]


def _creases(sketch: Sketch, points: Floats, cloth: Floats, colour: str) -> list[Ink]:
    """Folds of cloth that fan from the inside of a bent elbow or knee."""
    if sketch.tall < 220:
        return []
    flat = sketch.lens.flat(points[[2, 5, 8]])
    radius = float(sketch.lens.size(points[5], cloth[5]))
    one, other = unit(flat[0] - flat[1]), unit(flat[2] - flat[1])
    bend = one + other
    sharp = float(np.hypot(*bend))
    if sharp < 0.22:
        return []
    inside = bend / sharp
    start = flat[1] + inside * radius * 0.92
    marks = []
    for way, long in (
        (one * 0.9 - inside * 0.5, 0.65),
        (-inside, 0.55 + 0.35 * min(sharp, 1)),
        (other * 0.9 - inside * 0.5, 0.6),
    ):
        end = start + unit(way) * radius * long
        middle = (start + end) / 2 + np.array([-way[1], way[0]], np.float32) * radius * 0.08
        line = np.stack([start, middle, end]).astype(np.float32)
        marks.append(sketch.stroke(line, "crease", width=0.6, colour=sketch.pen(colour), ends=(0.8, 0.05)))
    return marks


def hand(sketch: Sketch, body: Body, side: str, grips: bool = False) -> list[Part]:
    """A mitten with a thumb; near to the eye, a hand with fingers. `grips`: it is closed around something."""
    sign = 1.0 if side == "Left" else -1.0
    joint = f"{side}Hand"
    axes = np.stack([body.axis(joint, 0) * sign, body.axis(joint, 1), body.axis(joint, 2)])
    grow = body.size * 1.10 * (0.92 if body.build.head > 1.2 else 1.0) * (0.93 if body.build.limb < 0.9 else 1.0)
    base = body.at(joint)

    def place(points: Floats) -> Floats:
        """Along the fingers, to the back of the hand, to the thumb -> the world."""
        spot: Floats = base + (points * np.float32(grow)) @ axes
        return spot

    name, skin = f"{side.lower()} hand", body.look.skin
    pixel = float(sketch.lens.size(base, grow))
    near = pixel * 0.17 > 30
    parts: list[tuple[float, Part]] = []
    if near:
        for number, finger in enumerate(_fingers(grips)):
            points = place(finger[:, :3])
            shape = solid(sketch, points, finger[:, 3] * grow)
            part = sketch.part(shape.outline, skin, f"{name} finger", stuff="skin", open=shape.place < 0.12, weight=0.8)
            parts.append((float(sketch.lens.depth(points[1:]).mean()) + number * 1e-4, part))
    else:
        rows = GRIP if grips else FINGERS
        parts.append(
            (1e6, sketch.part(hull(sketch.lens.flat(place(_slab(rows))), 24), skin, f"{name} fingers", stuff="skin"))
        )
    palm = sketch.part(
        hull(sketch.lens.flat(place(_slab(PALM))), 28), skin, name, stuff="skin", shade=pixel * 0.02 if near else 0.0
    )
    back = float(sketch.lens.depth(place(np.array([0.06, 0, 0], np.float32))))
    parts.append((back if near else 0.0, palm))
    parts.sort(key=lambda pair: -pair[0])
    drawn = [part for _, part in parts]
    if sketch.tall > 90:
        thumb = np.array(GRIP_THUMB if grips else THUMB, np.float32)
        shape = solid(sketch, place(thumb[:, :3]), thumb[:, 3] * grow)
        drawn.append(
            sketch.part(shape.outline, skin, f"{name} thumb", stuff="skin", open=shape.place < 0.40, weight=0.8)
        )
    return drawn


def _slab(rows: list[tuple[float, float, float, float, float]]) -> Floats:
    """Corners of a flat solid around sections: along, back, aside, half width, half thickness."""
    round_ = ((1, 0.4), (1, -0.4), (-1, 0.4), (-1, -0.4), (0.5, 1), (0.5, -1), (-0.5, 1), (-0.5, -1))
    return np.array([(x, y + thick * v, z + wide * u) for x, y, z, wide, thick in rows for u, v in round_], np.float32)


@lru_cache(maxsize=2)
def _fingers(grips: bool) -> tuple[Floats, ...]:
    """Four fingers from the first to the little one, as places and thicknesses (7, 4)."""
    out = []
    for number, (z, long) in enumerate(((0.031, 0.074), (0.0105, 0.083), (-0.0105, 0.077), (-0.030, 0.060))):
        curl = (0.95 + 0.05 * number) if grips else 0.26 + 0.09 * number
        x, y, angle = 0.082, -0.002, 0.10 * curl
        rows = [(x, y, z, 0.0115)]
        for share, size in ((0.45, 0.0110), (0.30, 0.0102), (0.25, 0.0085)):
            for _ in range(2):
                x, y = x + long * share / 2 * np.cos(angle), y - long * share / 2 * np.sin(angle)
                rows.append((x, y, z * (1 + (0.10 if not grips else -0.12) * (x - 0.08) / 0.08), size))
                angle += curl * 0.42
        out.append(np.array(rows, np.float32))
    return tuple(out)


def leg(sketch: Sketch, body: Body, side: str, wear: Limb, shoes: str) -> list[Part]:
    """Shoe, bare leg and trouser leg, back to front."""
    points = body.limb((f"{side}UpLeg", f"{side}Leg", f"{side}Foot"))
    skin = np.array(LEG, np.float32) * body.size * body.build.limb
    return clothed(sketch, body, points, skin, wear, (0, 10), f"{side.lower()} leg", [shoe(sketch, body, side, shoes)])


def shoe(sketch: Sketch, body: Body, side: str, colour: str) -> Part:
    """A shoe with a sole, bent at the ball of the foot."""
    foot, toe = f"{side}Foot", f"{side}ToeBase"
    grow = body.size * (0.94 if body.build.head < 1.2 else 1.05)
    ankle, ball = body.at(foot), body.at(toe)
    axes, bent = np.stack([body.axis(foot, k) for k in range(3)]), np.stack([body.axis(toe, k) for k in range(3)])

    def place(x: float, y: float, z: float) -> Floats:
        if z > 0.12:
            spot: Floats = ball + (np.array([x, y + 0.06, z - 0.14], np.float32) * grow) @ bent
            return spot
        spot = ankle + (np.array([x, y, z], np.float32) * grow) @ axes
        return spot

    rows = [(x, -0.098, z) for x, z in SOLE] + [(x * 0.97, -0.075, z) for x, z in SOLE] + UPPER + TOES
    points = np.stack([place(x * sign, y, z) for x, y, z in rows for sign in (1, -1)])
    outline = hull(sketch.lens.flat(points), 32)
    part = sketch.part(outline, colour, f"{side.lower()} shoe", shade=float(sketch.lens.size(ankle, 0.022)))
    if sketch.tall < 160:
        return part
    line = np.stack([place(x * s, -0.08, z) for s, rows_ in ((1, SOLE), (-1, SOLE[::-1])) for x, z in rows_])
    facing = sketch.lens.faces(line, _outwards(line))
    run = _longest_run(facing > 0.05)
    if len(run) > 2:
        part = part.plus([sketch.stroke(sketch.lens.flat(line[run]), "sole", width=0.6, colour=sketch.pen(colour))])
    return part


def _outwards(line: Floats) -> Floats:
    out = line - line.mean(0)
    out[:, 1] = 0
    return unit(out)


def _longest_run(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    best: tuple[int, int] = (0, 0)
    start = None
    for number, yes in enumerate([*mask.tolist(), False]):
        if yes and start is None:
            start = number
        if not yes and start is not None:
            best = max(best, (start, number), key=lambda pair: pair[1] - pair[0])
            start = None
    return np.arange(*best)
