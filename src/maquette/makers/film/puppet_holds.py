"""Things in hands: small solids that are carried as people carry them (upright, hanging, to read, to point)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...media.ink import Ink
from .puppet_body import Body
from .puppet_limbs import solid
from .puppet_paint import Part, Sketch, mixed
from .puppet_shapes import Floats, circle, hull, ring, unit

Box = tuple[float, float, float, float, float, float, str]  # middle right, up, ahead; half sizes; colour
Rod = tuple[tuple[tuple[float, float, float, float], ...], str]  # (right, up, ahead, thickness) ..., colour


@dataclass(frozen=True)
class Thing:
    """`how`: upright, hang, read or point. Metres from the grip; ahead is away from the person."""

    how: str
    boxes: tuple[Box, ...] = ()
    rods: tuple[Rod, ...] = ()


def _rod(colour: str, *places: tuple[float, float, float, float]) -> Rod:
    return places, colour


# fmt: off
THINGS = {
    "letter": Thing("read", ((0, 0.055, 0, 0.075, 0.105, 0.001, "#f6f1e2"),)),
    "paper": Thing("read", ((0, 0.055, 0, 0.075, 0.105, 0.001, "#f6f1e2"),)),
    "newspaper": Thing("read", ((0, 0.10, 0, 0.19, 0.16, 0.003, "#e4dfd2"),)),
    "book": Thing("read", ((0, 0.05, 0, 0.075, 0.105, 0.014, "#8a3b34"),)),
    "photo": Thing("read", ((0, 0.045, 0, 0.085, 0.06, 0.002, "#f2efe8"),
                            (0, 0.048, -0.003, 0.072, 0.045, 0.001, "#8c8a86"))),
    "phone": Thing("read", ((0, 0.025, 0, 0.036, 0.072, 0.005, "#2a2b2e"),)),
    "camera": Thing("read", ((0, 0.03, 0, 0.065, 0.042, 0.028, "#2a2b2e"),)),
    "cup": Thing("upright", ((0.045, 0.0, 0, 0.008, 0.022, 0.004, "#f2efe8"),),
                 (_rod("#f2efe8", (0, -0.045, 0, 0.032), (0, 0.0, 0, 0.036), (0, 0.045, 0, 0.038)),)),
    "glass": Thing("upright", (), (_rod("#cfe3ea", (0, -0.05, 0, 0.028), (0, 0.055, 0, 0.034)),)),
    "bottle": Thing("upright", (), (_rod("#4f7a5c", (0, -0.11, 0, 0.036), (0, 0.05, 0, 0.036), (0, 0.085, 0, 0.018)),
                                    _rod("#4f7a5c", (0, 0.07, 0, 0.015), (0, 0.145, 0, 0.014)))),
    "candle": Thing("upright", (), (_rod("#f2e6c4", (0, -0.06, 0, 0.021), (0, 0.08, 0, 0.021)),
                                    _rod("#f0b13a", (0, 0.10, 0, 0.010), (0, 0.135, 0, 0.002)))),
    "plate": Thing("upright", (), (_rod("#f2efe8", (0, 0.02, 0.10, 0.07), (0, 0.04, 0.10, 0.125)),)),
    "tray": Thing("upright", ((0, 0.03, 0.10, 0.20, 0.008, 0.14, "#9aa3a8"),)),
    "box": Thing("upright", ((0, 0.05, 0.08, 0.16, 0.11, 0.12, "#c79a6b"),)),
    "ball": Thing("upright", (), (_rod("#d6854a", (0, 0.02, 0.05, 0.11)),)),
    "ring": Thing("upright", (), (_rod("#d9b04c", (-0.01, 0.01, 0.02, 0.004), (0, 0.025, 0.02, 0.004),
                                       (0.01, 0.01, 0.02, 0.004)),)),
    "flower": Thing("upright", (), (_rod("#5f8455", (0, -0.10, 0, 0.004), (0, 0.16, 0, 0.004)),
                                    _rod("#b8483f", (0, 0.18, 0, 0.036)))),
    "umbrella": Thing("upright", (), (_rod("#3b2a20", (0, -0.10, 0, 0.010), (0, 0.72, -0.06, 0.008)),
                                      _rod("#2f4158", (0, 0.58, -0.1, 0.52), (0, 0.70, -0.1, 0.40),
                                           (0, 0.77, -0.1, 0.20), (0, 0.79, -0.1, 0.03)))),
    "bag": Thing("hang", ((0, -0.20, 0, 0.16, 0.11, 0.055, "#8a5a3c"),),
                 (_rod("#5e3d29", (-0.06, -0.10, 0, 0.007), (0, -0.01, 0, 0.008), (0.06, -0.10, 0, 0.007)),)),
    "suitcase": Thing("hang", ((0, -0.23, 0, 0.26, 0.18, 0.07, "#7b5236"),),
                      (_rod("#3b2a20", (-0.06, -0.05, 0, 0.010), (0, -0.01, 0, 0.010), (0.06, -0.05, 0, 0.010)),)),
    "basket": Thing("hang", ((0, -0.20, 0, 0.17, 0.07, 0.12, "#c79a5b"),),
                    (_rod("#a67c46", (-0.14, -0.13, 0, 0.009), (0, -0.01, 0, 0.009), (0.14, -0.13, 0, 0.009)),)),
    "bucket": Thing("hang", (), (_rod("#8d969b", (0, -0.36, 0, 0.10), (0, -0.14, 0, 0.13)),)),
    "table lamp": Thing("upright", (), (_rod("#b5673f", (0, -0.08, 0, 0.052), (0, -0.06, 0, 0.045), (0, 0.0, 0, 0.03)),
                                        _rod("#b5673f", (0, 0.0, 0, 0.026), (0, 0.10, 0, 0.026)),
                                        _rod("#f3e3a8", (0, 0.15, 0, 0.115), (0, 0.27, 0, 0.075)))),
    "lamp": Thing("hang", ((0, -0.16, 0, 0.05, 0.07, 0.05, "#e2bd57"),),
                  (_rod("#3b4045", (0, 0, 0, 0.006), (0, -0.09, 0, 0.006)),)),
    "stick": Thing("hang", (), (_rod("#6b4a30", (0, 0.03, 0, 0.012), (0, -0.75, 0.05, 0.010)),)),
    "hat": Thing("hang", (), (_rod("#39404a", (0, -0.03, 0, 0.14), (0, -0.04, 0, 0.14)),
                              _rod("#39404a", (0, -0.04, 0, 0.085), (0, -0.14, 0, 0.075)))),
    "guitar": Thing("hang", ((0, -0.02, 0.05, 0.02, 0.36, 0.014, "#5e3d29"),),
                    (_rod("#b98a5a", (0, -0.72, 0.05, 0.17), (0, -0.58, 0.05, 0.15), (0, -0.40, 0.05, 0.12)),)),
    "rope": Thing("hang", (), (_rod("#b99a66", (0, 0, 0, 0.011), (0.09, -0.12, 0.02, 0.011), (0.05, -0.30, 0.02, 0.011),
                                    (-0.05, -0.30, 0, 0.011), (-0.09, -0.12, 0, 0.011), (0, -0.01, 0, 0.011)),)),
    "gun": Thing("point", ((0, 0.03, 0.07, 0.012, 0.018, 0.10, "#33363b"),
                           (0, -0.03, 0.0, 0.012, 0.045, 0.018, "#26272b"))),
    "knife": Thing("point", ((0, 0, 0.17, 0.003, 0.014, 0.10, "#b9c1c6"), (0, 0, 0.02, 0.011, 0.014, 0.05, "#4a3524"))),
    "sword": Thing("point", ((0, 0, 0.55, 0.004, 0.018, 0.45, "#b9c1c6"), (0, 0, 0.08, 0.05, 0.011, 0.012, "#d9b04c"),
                             (0, 0, 0.0, 0.012, 0.014, 0.07, "#5e3d29"))),
    "torch": Thing("point", (), (_rod("#3b4045", (0, 0, -0.04, 0.018), (0, 0, 0.10, 0.019), (0, 0, 0.15, 0.030)),)),
    "key": Thing("point", ((0, 0, 0.05, 0.003, 0.004, 0.035, "#d9b04c"), (0, 0, 0.0, 0.004, 0.016, 0.016, "#d9b04c"))),
    "cigarette": Thing("point", ((0, 0.02, 0.06, 0.004, 0.004, 0.035, "#f2efe8"),)),
    "hammer": Thing("point", ((0, 0, 0.12, 0.010, 0.012, 0.14, "#9c7f5c"),
                              (0, 0, 0.27, 0.016, 0.05, 0.016, "#4d565c"))),
}
# fmt: on
_ALIKE = {
    "gun": "pistol revolver rifle",
    "letter": "envelope note",
    "newspaper": "map",
    "photo": "photograph",
    "phone": "telephone",
    "cup": "mug tea coffee",
    "glass": "wine",
    "bag": "purse",
    "suitcase": "briefcase",
    "torch": "flashlight",
    "stick": "cane staff broom",
    "box": "parcel package",
    "lamp": "lantern",
    "book": "diary notebook",
    "knife": "dagger",
    "flower": "rose bouquet",
    "key": "keys",
}  # fmt: skip
ALIKE = {word: kind for kind, words in _ALIKE.items() for word in words.split()}


BULKY = ("box", "tray", "newspaper", "guitar", "basket", "ball")  # broader than a hand


def held(sketch: Sketch, body: Body, side: str, kind: str) -> list[Ink]:
    """A thing in the hand of a side ("Left", "Right"); what is unknown is a small box."""
    thing = THINGS.get(ALIKE.get(kind, kind)) or Thing("upright", ((0, 0.02, 0.02, 0.05, 0.05, 0.05, "#b98a5a"),))
    if sketch.tall < 30:
        return []
    grip, axes = _grip(body, side, thing.how, sketch.lens.eye)
    out: list[tuple[float, list[Ink]]] = []
    for x, y, z, wide, tall, deep, colour in thing.boxes:
        middle = grip + (np.array([x, y, z], np.float32) * body.size) @ axes
        halves = axes * (np.array([wide, tall, deep], np.float32) * body.size)[:, None]
        out.append((float(sketch.lens.depth(middle)), _box(sketch, middle, halves, colour, kind)))
    for places, colour in thing.rods:
        table = np.array(places, np.float32)
        points = grip + (table[:, :3] * body.size) @ axes
        part = _rod_part(sketch, points, table[:, 3] * body.size, colour, kind)
        out.append((float(sketch.lens.depth(points).mean()), part.marks()))
    out.sort(key=lambda pair: -pair[0])
    return [mark for _, marks in out for mark in marks]


def _rod_part(sketch: Sketch, points: Floats, thick: Floats, colour: str, name: str) -> Part:
    """A ball (one place), something turned on a lathe, or where it is thin a bent rod."""
    if len(points) == 1:
        radius = float(sketch.lens.size(points[0], thick[0]))
        return sketch.part(circle(sketch.lens.flat(points[0]), radius, 28), colour, name, shade=radius * 0.7)
    if float(thick.max()) < 0.0125:
        return sketch.part(solid(sketch, points, thick, cut=True).outline, colour, name)
    way = points[-1] - points[0]
    way = way / max(float(np.linalg.norm(way)), 1e-6)
    one = np.cross(way, sketch.lens.axes[2] + np.float32(0.01))
    one = (one / max(float(np.linalg.norm(one)), 1e-6)).astype(np.float32)
    other = np.cross(way, one).astype(np.float32)
    discs = ring(points, one * thick[:, None], other * thick[:, None], 20)
    return sketch.part(hull(sketch.lens.flat(discs.reshape(-1, 3)), 40), colour, name,
                       shade=float(sketch.lens.size(points[0], float(thick.mean()))) * 0.7)  # fmt: skip


def _grip(body: Body, side: str, how: str, eye: Floats) -> tuple[Floats, Floats]:
    """Where a thing is held, and its right, up and ahead as rows."""
    hand = f"{side}Hand"
    along = body.axis(hand, 0) * (1.0 if side == "Left" else -1.0)
    grip = body.at(hand) + (along * 0.085 - body.axis(hand, 1) * 0.022) * body.size
    up = np.array([0, 1, 0], np.float32)
    ahead: Floats
    if how == "point":
        ahead = body.at(hand) - body.at(f"{side}ForeArm")
        ahead = ahead / max(float(np.linalg.norm(ahead)), 1e-6)
    elif how == "read":
        # To the reader's face, and as actors do it, opened somewhat to the audience.
        ahead = unit(grip - body.head(np.array([0, 0.06, 0.1], np.float32)))
        seen = unit(grip - eye)
        ahead = unit(ahead + seen * (0.75 if float(ahead @ seen) > -0.3 else -0.75))
    else:
        ahead = body.axis("Spine2", 2) * np.array([1, 0, 1], np.float32)
        ahead = ahead / max(float(np.linalg.norm(ahead)), 1e-6)
    right = np.cross(up, ahead)
    length = float(np.linalg.norm(right))
    right = right / length if length > 0.05 else body.axis("Spine2", 0)
    return grip.astype(np.float32), np.stack([right, np.cross(ahead, right), ahead]).astype(np.float32)


def _box(sketch: Sketch, middle: Floats, halves: Floats, colour: str, name: str) -> list[Ink]:
    """A box: its silhouette, then the sides that look to the eye."""
    signs = np.array([(a, b, c) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)], np.float32)
    outline = hull(sketch.lens.flat(middle + signs @ halves), 32)
    marks = sketch.part(outline, colour, name, smooth=False).marks()
    way = sketch.lens.eye - middle
    for axis in range(3):
        sign = 1.0 if float(halves[axis] @ way) > float(halves[axis] @ halves[axis]) else -1.0
        if abs(float(halves[axis] @ way)) < float(halves[axis] @ halves[axis]):
            continue
        one, other = halves[(axis + 1) % 3], halves[(axis + 2) % 3]
        corners = np.stack(
            [middle + halves[axis] * sign + one * a + other * b for a, b in ((1, 1), (1, -1), (-1, -1), (-1, 1))]
        )
        normal = halves[axis] * sign / max(float(np.linalg.norm(halves[axis])), 1e-6)
        lit = float((sketch.lens.axes @ normal) @ (sketch.light * np.array([1, -1, -1], np.float32)))
        tone = sketch.colour(colour if lit > 0 else mixed(colour, "#202030", 0.18))
        width = max(0.5, sketch.weight * 0.5) if float(np.linalg.norm(halves[axis])) > 0.004 else 0.0
        marks.append(
            Ink(
                (sketch.lens.flat(corners),),
                tone,
                sketch.pen(colour) if width else "",
                width,
                owner=sketch.owner,
                part=name,
            )
        )
    return marks
