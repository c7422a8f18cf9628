"""A body with volume on a skeleton: whose bones are how long, where flesh lies, how the head is set.

Proportions are those of a model sheet rather than of a tape measure: heads, hands and feet somewhat larger than life,
so that a face reads in a long shot. Everything is metres in the world.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ...media import quaternions as turns
from ...media.film import Look
from ...media.motion import HOUSE
from .puppet_shapes import Floats

HOUSE_HEIGHT = 1.76  # metres, of the skeleton that everything moves
JOINT = {name: number for number, name in enumerate(HOUSE.names)}


@dataclass(frozen=True)
class Build:
    """How a build differs from the average, as factors."""

    wide: float = 1.0  # trunk, sideways
    deep: float = 1.0  # trunk, front to back
    shoulders: float = 1.0
    hips: float = 1.0
    waist: float = 1.0
    limb: float = 1.0  # thickness of arms and legs
    head: float = 1.0
    legs: float = 1.0  # length against the trunk
    jaw: float = 1.0
    stoop: float = 0.0  # metres that the head is carried before the chest
    belly: float = 0.0  # metres


BUILDS = {
    "average": Build(),
    "slim": Build(0.90, 0.88, 0.94, 0.93, 0.86, 0.84, 1.0, 1.02, 0.92),
    "stocky": Build(1.16, 1.22, 1.08, 1.12, 1.26, 1.20, 1.04, 0.94, 1.14, belly=0.06),
    "tall": Build(1.00, 0.98, 1.06, 0.96, 0.94, 0.95, 0.95, 1.06, 1.02),
    "child": Build(0.92, 0.98, 0.84, 0.92, 1.06, 0.92, 1.44, 0.94, 0.88),
    "old": Build(1.00, 1.06, 0.92, 1.02, 1.12, 0.90, 1.03, 0.97, 0.98, stoop=0.035, belly=0.025),
}
HEAD = 1.17  # larger than life


def is_soft(look: Look) -> bool:
    """Slighter shoulders, lashes, fuller lips: for those who wear a dress or long hair and no beard."""
    return not look.beard and (look.hair in ("long", "bob", "bun", "ponytail") or look.costume == "dress")


@lru_cache(maxsize=128)
def build_of(look: Look) -> Build:
    """A look's build, slighter where it is soft. Unknown builds are average."""
    build = BUILDS.get(look.build, BUILDS["average"])
    if not is_soft(look) or look.build == "child":
        return build
    return replace(build, shoulders=build.shoulders * 0.89, waist=build.waist * 0.88, limb=build.limb * 0.87,
                   wide=build.wide * 0.97, hips=build.hips * 1.02)  # fmt: skip


def head_size_of(look: Look) -> float:
    """How many metres a metre of an ordinary head is on this person's."""
    return HEAD * build_of(look).head * look.height / HOUSE_HEIGHT


@lru_cache(maxsize=64)
def bones(look: Look) -> tuple[Floats, float]:
    """Offsets (22, 3) of this person's skeleton, and its size against the house's."""
    shape = build_of(look)
    offsets = HOUSE.offsets.copy()
    for side in ("Left", "Right"):
        for bone in ("Leg", "Foot"):
            offsets[JOINT[side + bone]] *= shape.legs
        offsets[JOINT[f"{side}Arm"]] *= shape.shoulders
        offsets[JOINT[f"{side}UpLeg"], 0] *= shape.hips
    for bone in ("Spine", "Spine1", "Spine2"):
        offsets[JOINT[bone]] *= 2 - shape.legs
    offsets[JOINT["Head"]] += (0, 0, shape.stoop)
    if shape.head > 1.2:  # a child: a short neck, short arms
        offsets[JOINT["Head"]] *= 0.8
        for side in ("Left", "Right"):
            offsets[JOINT[f"{side}ForeArm"]] *= 0.92
            offsets[JOINT[f"{side}Hand"]] *= 0.9
    # Larger heads stand on shorter bodies, so that the whole is as tall as the look says.
    stands = 0.02 - sum(offsets[JOINT[f"Left{bone}"], 1] for bone in ("UpLeg", "Leg", "Foot", "ToeBase"))
    stands += sum(offsets[JOINT[bone], 1] for bone in ("Spine", "Spine1", "Spine2", "Neck", "Head"))
    size = (look.height - 0.194 * head_size_of(look)) / float(stands)
    return offsets * np.float32(size), size


def fitted(look: Look, places: Floats, turned: Floats) -> Floats:
    """Joints (22, 3) of this person where the house skeleton's are `places` (22, 3), turned in the world (22, 4).

    The pose and the spot on the floor stay; bones get the person's lengths, and the lowest foot stands as high as it
    stood, so that a child's feet are on the floor too. For cameras and props: this is where the head really is.
    """
    offsets, size = bones(look)
    out = np.empty((22, 3), np.float32)
    out[0] = places[0]
    for joint in range(1, 22):
        parent = HOUSE.parents[joint]
        out[joint] = out[parent] + _turn(turned[parent], offsets[joint])
    feet = [JOINT[side + bone] for side in ("Left", "Right") for bone in ("Foot", "ToeBase")]
    out[:, 1] += places[feet, 1].min() * size - out[feet, 1].min()
    return out


def _turn(q: Floats, v: Floats) -> Floats:
    x, y, z, w = (float(value) for value in q)
    a, b, c = (float(value) for value in v)
    i, j, k = 2 * (y * c - z * b), 2 * (z * a - x * c), 2 * (x * b - y * a)
    return np.array([a + w * i + y * k - z * j, b + w * j + z * i - x * k, c + w * k + x * j - y * i], np.float32)


@dataclass(frozen=True, eq=False)
class Body:
    """One person in one pose. `size` is the person's height against the house's."""

    look: Look
    build: Build
    size: float
    places: Floats  # (22, 3)
    matrices: Floats  # (22, 3, 3): where a joint's own axes go, as columns

    @staticmethod
    def of(look: Look, places: Floats, turned: Floats) -> Body:
        shape = build_of(look)
        placed = fitted(look, np.asarray(places, np.float32), np.asarray(turned, np.float32))
        matrices = turns.to_matrix(np.asarray(turned, np.float32))
        return Body(look, shape, look.height / HOUSE_HEIGHT, placed, matrices)

    def at(self, joint: str) -> Floats:
        place: Floats = self.places[JOINT[joint]]
        return place

    def axis(self, joint: str, number: int) -> Floats:
        """Where x (left), y (up) or z (ahead) of a joint goes."""
        axis: Floats = self.matrices[JOINT[joint], :, number]
        return axis

    @property
    def head_size(self) -> float:
        return head_size_of(self.look)

    def head(self, points: Floats) -> Floats:
        """From the head's own metres (x left, y up, z ahead, from the joint) into the world."""
        moved: Floats = (
            self.at("Head") + (np.asarray(points, np.float32) * self.head_size) @ self.matrices[JOINT["Head"]].T
        )
        return moved

    def limb(self, names: tuple[str, ...], steps: int = 5) -> Floats:
        """Points along a chain of joints, `steps` to a bone."""
        chain = np.stack([self.at(name) for name in names])
        u = (np.arange(steps, dtype=np.float32) / steps)[None, :, None]
        each = chain[:-1, None] * (1 - u) + chain[1:, None] * u
        return np.concatenate([each.reshape(-1, 3), chain[-1:]])
