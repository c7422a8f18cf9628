"""A simple body of few triangles around a skeleton, dressed as a `Look` says, bound to the joints for skinning.

It is built at rest, arms aside, feet on the floor: tubes through rings for trunk and limbs, balls for head and hands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from . import quaternions as turns
from .body_shapes import Part, Ring, Shape, across, vector
from .film import Look
from .motion import HOUSE, Motion, Skeleton, world

Floats = NDArray[np.float32]
ROUND = 10  # vertices in a ring
# How wide trunk and limbs are, and how large the head, against the average.
_BUILDS = {"slim": (0.87, 0.97), "average": (1.0, 1.0), "stocky": (1.24, 1.03), "tall": (0.96, 0.98),
           "child": (0.92, 1.22), "old": (1.04, 1.02)}  # fmt: skip
_CURLS = ((0.06, 0.07, 0.02), (-0.06, 0.07, 0.02), (0, 0.1, 0.01), (0.075, 0, -0.03), (-0.075, 0, -0.03),
          (0, 0.02, -0.085), (0.05, 0.06, -0.06), (-0.05, 0.06, -0.06))  # fmt: skip
_SHOES, _WHITE, _DARK = "#2b2724", "#f2efe8", "#26221f"


def rest_places(skeleton: Skeleton) -> Floats:
    """(j, 3): where the joints are at rest with the feet on the floor; the lowest joint is 2 cm above it."""
    still = Motion(skeleton, np.zeros((1, 3), np.float32), np.tile(turns.STILL, (1, len(skeleton.names), 1)))
    places: Floats = world(still)[0][0]
    places[:, 1] += 0.02 - places[:, 1].min()
    return places


def body(skeleton: Skeleton, look: Look) -> list[Part]:
    """The body in parts of one colour each; for a skeleton with other joints than ours its bones as wedges."""
    if skeleton.names != HOUSE.names:
        return [_bones(skeleton)]
    return _Body(skeleton, look).parts()


def _bones(skeleton: Skeleton) -> Part:
    """Every bone as a wedge from a joint to its child, as animation programs draw them."""
    places, shape = rest_places(skeleton), Shape(skeleton)
    ways = [(skeleton.names[parent], places[parent], places[joint])
            for joint, parent in enumerate(skeleton.parents) if parent >= 0]  # fmt: skip
    ways += [(name, places[skeleton.number(name)], places[skeleton.number(name)] + np.array(end, np.float32))
             for name, end in skeleton.ends.items()]  # fmt: skip
    if not ways:
        ways = [(skeleton.names[0], places[0], places[0] + np.array([0, 0.1, 0], np.float32))]
    faces = np.array([[0, 1, 2], [0, 2, 3], [0, 3, 4], [0, 4, 1], [5, 2, 1], [5, 3, 2], [5, 4, 3], [5, 1, 4]])
    for name, start, end in ways:
        way = end - start
        u, v = across(way)
        wide, middle = max(float(np.linalg.norm(way)) * 0.12, 0.004), start + way * 0.2
        corners = [middle + wide * u, middle + wide * v, middle - wide * u, middle - wide * v]
        shape.put(np.stack([start, *corners, end]), faces.astype(np.int32), {name: 1.0})
    return shape.part("bones", "#8fa3b8")


class _Body:
    """Builds a dressed person part by part."""

    def __init__(self, skeleton: Skeleton, look: Look) -> None:
        self.skeleton, self.look = skeleton, look
        self.at = dict(zip(skeleton.names, rest_places(skeleton), strict=True))
        leg = float(np.linalg.norm(skeleton.offsets[2]) + np.linalg.norm(skeleton.offsets[3]))
        self.size = leg / 0.84
        wide, head = _BUILDS.get(look.build, (1.0, 1.0))
        self.wide, self.head = wide * self.size, 1.13 * head * self.size
        self.shapes: dict[tuple[str, str], Shape] = {}

    def parts(self) -> list[Part]:
        self._trunk()
        for side, sign in (("Left", 1.0), ("Right", -1.0)):
            self._arm(side, sign)
            self._leg(side)
        if self.look.costume in ("dress", "coat", "robe"):
            self._skirt({"dress": 0.62, "coat": 0.66, "robe": 0.93}[self.look.costume])
        self._face()
        self._hair()
        parts = [shape.part(name, colour) for (name, colour), shape in self.shapes.items()]
        return [self._moving(part) for part in parts]

    def _moving(self, part: Part) -> Part:
        """Lips that open and purse, lids that shut."""
        h, middle = self.head, self._skull()
        zero = np.zeros_like(part.places)
        if part.name in ("lips", "mouth"):
            away = part.places - (middle + vector(0, -0.062 * h, 0.087 * h))
            inner = part.name == "mouth"
            opened, pursed = zero.copy(), zero.copy()
            opened[:, 1] = away[:, 1] * (7.0 if inner else 2.4) - 0.006 * h
            pursed[:, 0] = away[:, 0] * -0.5
            pursed[:, 1], pursed[:, 2] = away[:, 1] * 0.9, 0.006 * h
            return replace(part, moves={"open": opened, "round": pursed, "blink": zero})
        if part.name in ("eyes", "pupils"):
            # The white goes flat behind the face, the pupil becomes the line of the lashes.
            shut, dark = zero.copy(), part.name == "pupils"
            middles = np.where(part.places[:, :1] > 0, self._eye(1), self._eye(-1))
            away = part.places - middles
            shut[:, 1] = -0.004 * h - away[:, 1] * (0.72 if dark else 0.95)
            shut[:, 0] = away[:, 0] * (1.1 if dark else 0.0)
            shut[:, 2] = 0.0 if dark else -0.008 * h
            return replace(part, moves={"open": zero, "round": zero, "blink": shut})
        return part

    def _eye(self, side: int) -> Floats:
        h = self.head
        return self._skull() + vector(side * 0.032 * h, 0.012 * h, 0.0795 * h)

    # --- what the parts are made of

    def _shape(self, name: str, colour: str) -> Shape:
        return self.shapes.setdefault((name, colour), Shape(self.skeleton))

    def _tube(self, name: str, colour: str, rings: Sequence[Ring]) -> None:
        """A closed tube through the rings."""
        shape, first = self._shape(name, colour), self._shape(name, colour).count
        angle = np.arange(ROUND) * (2 * np.pi / ROUND)
        for ring in rings:
            places = ring.middle + np.cos(angle)[:, None] * ring.u + np.sin(angle)[:, None] * ring.v
            shape.put(places, np.zeros((0, 3), np.int32), ring.held, ring.sided)
        here, after = np.arange(ROUND), (np.arange(ROUND) + 1) % ROUND
        faces = []
        for number in range(len(rings) - 1):
            low, high = number * ROUND, (number + 1) * ROUND
            faces += [
                np.stack([low + here, low + after, high + after], 1),
                np.stack([low + here, high + after, high + here], 1),
            ]
        fan = np.arange(1, ROUND - 1)
        top = (len(rings) - 1) * ROUND
        faces += [np.stack([0 * fan, fan + 1, fan], 1), np.stack([top + 0 * fan, top + fan, top + fan + 1], 1)]
        # The way round the ring decides which side is outside.
        along = rings[-1].middle - rings[0].middle
        outward = float(np.dot(np.cross(rings[0].u, rings[0].v), along)) > 0
        joined = np.concatenate(faces).astype(np.int32) + first
        shape.faces.append(joined if outward else joined[:, ::-1])

    def _ball(self, name: str, colour: str, middle: Floats, radii: Sequence[float], joint: str, *,
              low: float = -1.0, high: float = 1.0) -> None:  # fmt: skip
        """A ball with three radii; `low` and `high` cut it off at heights -1..1."""
        heights = np.cos(np.linspace(np.arccos(low), np.arccos(high), 7))
        rings = []
        for h in heights:
            r = max(float(np.sqrt(max(0.0, 1 - h * h))), 0.05)
            centre = middle + np.array([0, h * radii[1], 0], np.float32)
            rings.append(Ring(centre, vector(radii[0] * r, 0, 0), vector(0, 0, -radii[2] * r), {joint: 1.0}))
        self._tube(name, colour, rings)

    def _hoop(self, name: str, colour: str, middle: Floats, x: float, y: float, thick: float) -> None:
        """A thin ring that stands across z, on the head."""
        shape, rounds, sides = self._shape(name, colour), 14, 4
        first = shape.count
        for step in np.arange(rounds) * (2 * np.pi / rounds):
            out = vector(float(np.cos(step)), float(np.sin(step)), 0)
            turn = np.arange(sides) * (2 * np.pi / sides)
            tube = np.cos(turn)[:, None] * out * thick + np.sin(turn)[:, None] * vector(0, 0, thick)
            shape.put(middle + out * vector(x, y, 0) + tube, np.zeros((0, 3), np.int32), {"Head": 1.0})
        here = np.arange(rounds * sides).reshape(rounds, sides)
        a, b = here, np.roll(here, -1, 1)
        c, d = np.roll(here, -1, 0), np.roll(np.roll(here, -1, 0), -1, 1)
        faces = np.concatenate([np.stack([a, c, d], -1).reshape(-1, 3), np.stack([a, d, b], -1).reshape(-1, 3)])
        shape.faces.append((faces + first).astype(np.int32))

    def _level(self, place: Floats, x: float, z: float, held: dict[str, float]) -> Ring:
        """A flat oval around a place of the trunk or a leg."""
        w = self.wide
        return Ring(place.astype(np.float32), vector(x * w, 0, 0), vector(0, 0, -z * w), held)

    # --- the parts

    def _trunk(self) -> None:
        at, look, s = self.at, self.look, self.size
        hips, spine, chest, neck = at["Hips"], at["Spine"], at["Spine2"], at["Neck"]
        up = vector(0, s, 0)
        pelvis = [
            self._level(hips - 0.15 * up, 0.07, 0.07, {"Hips": 1}),
            self._level(hips - 0.11 * up, 0.155, 0.1, {"Hips": 1}),
            self._level(hips - 0.05 * up, 0.178, 0.112, {"Hips": 1}),
            self._level(hips + 0.01 * up, 0.165, 0.11, {"Hips": 1}),
            self._level(spine, 0.14, 0.102, {"Hips": 0.5, "Spine": 0.5}),
        ]
        thorax = [
            self._level(spine + 0.0 * up, 0.142, 0.104, {"Hips": 0.5, "Spine": 0.5}),
            self._level(at["Spine1"], 0.145, 0.107, {"Spine": 0.5, "Spine1": 0.5}),
            self._level(chest, 0.172, 0.118, {"Spine1": 0.4, "Spine2": 0.6}),
            self._level(chest + 0.1 * up, 0.172, 0.105, {"Spine2": 1}),
            self._level(chest + 0.148 * up, 0.135, 0.085, {"Spine2": 1}),
            self._level(chest + 0.185 * up, 0.09, 0.068, {"Spine2": 0.9, "Neck": 0.1}),
            self._level(neck + 0.03 * up, 0.06, 0.058, {"Spine2": 0.5, "Neck": 0.5}),
        ]
        below = look.top if look.costume in ("dress", "robe") else look.bottom
        self._tube("trousers", below, pelvis)
        self._tube("top", look.top, thorax)
        if look.costume == "overalls":
            front = vector(0, 0, 0.016 * s)
            bib = [
                self._level(spine + front, 0.135, 0.108, {"Hips": 0.5, "Spine": 0.5}),
                self._level(at["Spine1"] + front, 0.132, 0.112, {"Spine": 0.5, "Spine1": 0.5}),
                self._level(chest + front, 0.128, 0.12, {"Spine1": 0.4, "Spine2": 0.6}),
                self._level(chest + 0.06 * up + front, 0.115, 0.113, {"Spine2": 1.0}),
            ]
            self._tube("trousers", look.bottom, bib)
        if look.costume in ("suit", "uniform"):
            front = chest + vector(0, 0.02 * s, 0.098 * self.wide)
            self._ball("shirt front", _WHITE, front, (0.05 * s, 0.115 * s, 0.024 * s), "Spine2")
            self._ball(
                "tie", _DARK, front + vector(0, 0.01 * s, 0.018 * s), (0.014 * s, 0.095 * s, 0.012 * s), "Spine2"
            )
        throat = [self._level(neck - 0.04 * up, 0.05, 0.05, {"Spine2": 0.5, "Neck": 0.5}),
                  self._level(neck + 0.03 * up, 0.046, 0.048, {"Neck": 1}),
                  self._level(at["Head"] + 0.05 * up, 0.046, 0.05, {"Head": 1})]  # fmt: skip
        self._tube("skin", look.skin, throat)

    def _arm(self, side: str, sign: float) -> None:
        look, w = self.look, self.wide
        shoulder, arm, fore, hand = (self.at[side + name] for name in ("Shoulder", "Arm", "ForeArm", "Hand"))
        names = [side + name for name in ("Shoulder", "Arm", "ForeArm", "Hand")]

        def ring(place: Floats, r: float, held: dict[str, float]) -> Ring:
            return Ring(place, vector(0, r * w, 0), vector(0, 0, sign * r * w), held)

        inner = shoulder + 0.5 * (arm - shoulder)
        upper, lower, low = fore - arm, hand - fore, vector(0, 0.012 * self.size, 0)
        sleeve = [
            ring(inner - 2 * low, 0.045, {"Spine2": 0.6, names[0]: 0.4}),
            ring(arm - 0.1 * upper - 1.8 * low, 0.053, {names[0]: 0.6, names[1]: 0.4}),
            ring(arm + 0.06 * upper - 0.5 * low, 0.06, {names[0]: 0.25, names[1]: 0.75}),
            ring(arm + 0.2 * upper, 0.059, {names[1]: 1}),
            ring(arm + 0.35 * upper, 0.054, {names[1]: 1}),
            ring(fore - 0.15 * upper, 0.046, {names[1]: 0.9, names[2]: 0.1}),
            ring(fore, 0.045, {names[1]: 0.5, names[2]: 0.5}),
            ring(fore + 0.15 * lower, 0.044, {names[1]: 0.1, names[2]: 0.9}),
            ring(fore + 0.92 * lower, 0.034, {names[2]: 1}),
        ]
        skin = [
            ring(fore + 0.85 * lower, 0.028, {names[2]: 1}),
            ring(hand, 0.026, {names[2]: 0.5, names[3]: 0.5}),
            ring(hand + vector(sign * 0.03 * self.size, 0, 0), 0.026, {names[3]: 1}),
        ]
        if look.costume == "dress":
            self._tube("top", look.top, sleeve[:5])
            self._tube("skin", look.skin, sleeve[4:] + skin)
        else:
            self._tube("top", look.top, sleeve)
            self._tube("skin", look.skin, skin)
        s = self.size
        palm = hand + vector(sign * 0.085 * s, 0, 0)
        self._ball("skin", look.skin, palm, (0.085 * s, 0.02 * s, 0.042 * s), names[3])
        thumb = hand + vector(sign * 0.06 * s, 0, 0.045 * s)
        self._ball("skin", look.skin, thumb, (0.035 * s, 0.014 * s, 0.016 * s), names[3])

    def _leg(self, side: str) -> None:
        look, s = self.look, self.size
        hip, knee, ankle, toe = (self.at[side + name] for name in ("UpLeg", "Leg", "Foot", "ToeBase"))
        names = [side + name for name in ("UpLeg", "Leg", "Foot", "ToeBase")]
        thigh, shin = knee - hip, ankle - knee
        rings = [
            self._level(hip - 0.06 * thigh, 0.05, 0.06, {"Hips": 0.6, names[0]: 0.4}),
            self._level(hip + 0.02 * thigh, 0.08, 0.09, {"Hips": 0.4, names[0]: 0.6}),
            self._level(hip + 0.2 * thigh, 0.084, 0.092, {names[0]: 1}),
            self._level(hip + 0.85 * thigh, 0.062, 0.068, {names[0]: 0.9, names[1]: 0.1}),
            self._level(knee, 0.058, 0.063, {names[0]: 0.5, names[1]: 0.5}),
            self._level(knee + 0.15 * shin, 0.058, 0.062, {names[0]: 0.1, names[1]: 0.9}),
            self._level(knee + 0.35 * shin, 0.057, 0.064, {names[1]: 1}),
            self._level(knee + 0.93 * shin, 0.045, 0.048, {names[1]: 0.9, names[2]: 0.1}),
        ]
        bare = look.costume == "dress"
        self._tube("skin" if bare else "trousers", look.skin if bare else look.bottom, rings)

        def slice_of(z: float, y: float, wide: float, tall: float, joint: str) -> Ring:
            middle = vector(ankle[0], y * s, ankle[2] + z * s)
            return Ring(middle, vector(wide * s, 0, 0), vector(0, tall * s, 0), {joint: 1.0})

        # From the heel, a little behind the ankle, to the tip in front of the toes.
        front = float(toe[2] - ankle[2]) / s
        shoe = [
            slice_of(-0.062, 0.036, 0.024, 0.03, names[2]),
            slice_of(-0.045, 0.045, 0.038, 0.043, names[2]),
            slice_of(0.02, 0.052, 0.042, 0.05, names[2]),
            slice_of(front - 0.04, 0.037, 0.046, 0.035, names[2]),
            Ring(vector(ankle[0], 0.03 * s, toe[2]), vector(0.048 * s, 0, 0), vector(0, 0.028 * s, 0),
                  {names[2]: 0.5, names[3]: 0.5}),
            slice_of(front + 0.06, 0.022, 0.036, 0.02, names[3]),
            slice_of(front + 0.078, 0.018, 0.02, 0.012, names[3]),
        ]  # fmt: skip
        self._tube("shoes", _SHOES, shoe)

    def _skirt(self, reach: float) -> None:
        """From the waist down: `reach` is the share of the way from hips to floor."""
        hips, floor = self.at["Hips"], 0.0
        names = ("LeftUpLeg", "LeftLeg", "RightUpLeg", "RightLeg")
        rings = [self._level(self.at["Spine"], 0.15, 0.112, {"Hips": 0.5, "Spine": 0.5}),
                 self._level(hips, 0.172, 0.125, {"Hips": 1.0})]  # fmt: skip
        for share in (0.2, 0.45, 0.75, 1.0):
            y = float(hips[1]) * (1 - share * reach) + floor
            knee = min(0.9, max(0.0, (share * reach - 0.5) / 0.4))
            still = max(0.0, 0.6 - share)
            thigh, shin = (1 - still) * (1 - knee) / 2, (1 - still) * knee / 2
            held = {"Hips": still, names[0]: thigh, names[1]: shin, names[2]: thigh, names[3]: shin}
            ring = self._level(vector(0, y, float(hips[2])), 0.185 + 0.07 * share, 0.145 + 0.08 * share, held)
            rings.append(replace(ring, sided=True))
        self._tube("top", self.look.top, rings)

    def _face(self) -> None:
        look, h = self.look, self.head
        middle = self._skull()
        self._ball("skin", look.skin, middle, (0.082 * h, 0.112 * h, 0.096 * h), "Head")
        jaw = middle + vector(0, -0.055 * h, 0.022 * h)
        self._ball("skin", look.skin, jaw, (0.062 * h, 0.062 * h, 0.07 * h), "Head")
        self._ball(
            "skin", look.skin, middle + vector(0, -0.02 * h, 0.098 * h), (0.013 * h, 0.022 * h, 0.018 * h), "Head"
        )
        for side in (1, -1):
            eye = self._eye(side)
            self._ball("eyes", "#ffffff", eye, (0.016 * h, 0.013 * h, 0.01 * h), "Head")
            self._ball("pupils", _DARK, eye + vector(0, 0, 0.007 * h), (0.007 * h, 0.009 * h, 0.006 * h), "Head")
            self._ball(
                "skin",
                look.skin,
                middle + vector(side * 0.082 * h, -0.01 * h, 0),
                (0.012 * h, 0.026 * h, 0.018 * h),
                "Head",
            )
            brow = eye + vector(0, 0.026 * h, 0.002 * h)
            self._ball("hair", look.hair_colour, brow, (0.02 * h, 0.005 * h, 0.008 * h), "Head")
            if look.glasses:
                self._hoop("glasses", _DARK, eye + vector(0, -0.002 * h, 0.014 * h), 0.027 * h, 0.023 * h, 0.0028 * h)
                bow = eye + vector(side * 0.042 * h, 0.004 * h, -0.03 * h)
                self._ball("glasses", _DARK, bow, (0.003 * h, 0.003 * h, 0.045 * h), "Head")
        if look.glasses:
            bridge = middle + vector(0, 0.014 * h, 0.1 * h)
            self._ball("glasses", _DARK, bridge, (0.009 * h, 0.0025 * h, 0.003 * h), "Head")
        mouth = middle + vector(0, -0.062 * h, 0.087 * h)
        self._ball("lips", "#8d3f3a", mouth, (0.026 * h, 0.0055 * h, 0.006 * h), "Head")
        self._ball("mouth", "#3a1a19", mouth + vector(0, 0, 0.0022 * h), (0.02 * h, 0.0012 * h, 0.005 * h), "Head")
        if look.beard:
            self._ball(
                "hair",
                look.hair_colour,
                jaw + vector(0, -0.02 * h, 0.012 * h),
                (0.064 * h, 0.058 * h, 0.066 * h),
                "Head",
                high=0.5,
            )

    def _skull(self) -> Floats:
        middle: Floats = self.at["Head"] + vector(0, 0.075 * self.head, 0.02 * self.head)
        return middle

    def _hair(self) -> None:
        look, h = self.look, self.head
        middle = self._skull() + vector(0, 0.012 * h, -0.012 * h)

        def lump(x: float, y: float, z: float, radii: Sequence[float], joint: str = "Head", **cut: float) -> None:
            self._ball(
                "hair", look.hair_colour, middle + vector(x * h, y * h, z * h), [r * h for r in radii], joint, **cut
            )

        if look.hair != "bald":
            lump(0, 0.012, -0.004, (0.09, 0.108, 0.098), low=0.28)
            lump(0, -0.005, -0.03, (0.088, 0.1, 0.078), low=-0.35)
        if look.hair == "long":
            lump(0, -0.09, -0.05, (0.086, 0.15, 0.05))
            for side in (1, -1):
                lump(side * 0.076, -0.07, 0, (0.022, 0.12, 0.05))
        elif look.hair == "bob":
            for side in (1, -1):
                lump(side * 0.074, -0.045, 0.004, (0.028, 0.085, 0.062))
            lump(0, -0.04, -0.04, (0.086, 0.08, 0.06))
        elif look.hair == "bun":
            lump(0, 0.09, -0.07, (0.042, 0.042, 0.042))
        elif look.hair == "ponytail":
            lump(0, 0.03, -0.1, (0.03, 0.03, 0.03))
            lump(0, -0.07, -0.125, (0.028, 0.1, 0.03))
        elif look.hair == "curly":
            for x, y, z in _CURLS:
                lump(x, y, z, (0.045, 0.045, 0.045))
        if look.hair == "cap" or look.hat:
            colour = look.top if look.hair == "cap" and not look.hat else "#4b4239"
            self._ball("hat", colour, middle + vector(0, 0.03 * h, 0), (0.098 * h, 0.1 * h, 0.108 * h), "Head", low=0.2)
            brim = (0.09, 0.006, 0.075) if look.hair == "cap" or look.hat == "cap" else (0.15, 0.007, 0.155)
            ahead = 0.085 if brim[0] < 0.1 else 0.0
            self._ball("hat", colour, middle + vector(0, 0.052 * h, ahead * h), [r * h for r in brim], "Head")
