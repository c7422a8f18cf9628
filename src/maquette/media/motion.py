"""Motion of a body: a skeleton, where its hips go, and how every joint is turned, frame by frame.

Metres, y up, a body faces +z and has its left at +x (as glTF and Mixamo have it). At rest all turns are none, the arms
stand out sideways and the hips are 1.0 m above the floor at y = 0.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from . import quaternions as turns

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Joints from the hips outwards: every parent stands before its children; the hips' parent is -1."""

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: Floats  # (j, 3) metres, from the parent, at rest
    ends: dict[str, tuple[float, float, float]] = field(default_factory=dict)  # tips of hands, toes and head

    def number(self, name: str) -> int:
        return self.names.index(name)


@dataclass(frozen=True, eq=False)
class Motion:
    """root (t, 3) metres: the hips in the world; turns (t, j, 4): unit quaternions xyzw, each within its parent.

    `keys`: the frames an animator would set by hand, the others follow from them; empty where nobody has said.
    """

    skeleton: Skeleton
    root: Floats
    turns: Floats
    fps: float = 30.0
    title: str = ""
    keys: tuple[int, ...] = ()
    said: tuple[str, ...] = ()  # what a reader could not carry

    @property
    def frames(self) -> int:
        return len(self.root)

    @property
    def seconds(self) -> float:
        return self.frames / self.fps

    def part(self, first: int, last: int) -> Motion:
        """Frames first..last-1, where they stand."""
        keys = tuple(key - first for key in self.keys if first <= key < last)
        return dataclasses.replace(self, root=self.root[first:last], turns=self.turns[first:last], keys=keys)


_SIDE = [("UpLeg", "Hips"), ("Leg", "UpLeg"), ("Foot", "Leg"), ("ToeBase", "Foot")]
_LEG = [(0.09, -0.08, 0.0), (0.0, -0.42, 0.0), (0.0, -0.42, 0.0), (0.0, -0.06, 0.14)]
_ARM = [(0.03, 0.13, 0.0), (0.15, 0.0, 0.0), (0.27, 0.0, 0.0), (0.25, 0.0, 0.0)]
_BACK = [(0.0, 0.08, -0.01), (0.0, 0.12, 0.0), (0.0, 0.13, 0.0), (0.0, 0.17, 0.0), (0.0, 0.09, 0.02)]


def _house() -> Skeleton:
    """The skeleton that everything here moves: 22 joints under the names that Mixamo and MotionBuilder use."""
    legs = ("UpLeg", "Leg", "Foot", "ToeBase")
    arms = ("Shoulder", "Arm", "ForeArm", "Hand")
    names = ["Hips", *(f"Left{n}" for n in legs), *(f"Right{n}" for n in legs),
             "Spine", "Spine1", "Spine2", "Neck", "Head",
             *(f"Left{n}" for n in arms), *(f"Right{n}" for n in arms)]  # fmt: skip
    parents = (-1, 0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 12, 11, 14, 15, 16, 11, 18, 19, 20)
    mirror = [(-x, y, z) for x, y, z in _LEG], [(-x, y, z) for x, y, z in _ARM]
    offsets = [(0.0, 0.0, 0.0), *_LEG, *mirror[0], *_BACK, *_ARM, *mirror[1]]
    ends = {
        "LeftToeBase": (0, -0.005, 0.07),
        "RightToeBase": (0, -0.005, 0.07),
        "Head": (0, 0.17, 0.02),
        "LeftHand": (0.17, 0, 0),
        "RightHand": (-0.17, 0, 0),
    }
    return Skeleton(tuple(names), parents, np.array(offsets, np.float32), ends)


HOUSE = _house()
FEET = ("LeftFoot", "LeftToeBase", "RightFoot", "RightToeBase")


def world(motion: Motion) -> tuple[Floats, Floats]:
    """Forward kinematics: where every joint is (t, j, 3) and how it is turned in the world (t, j, 4)."""
    skeleton = motion.skeleton
    places: list[Floats] = []
    turned: list[Floats] = []
    for joint, parent in enumerate(skeleton.parents):
        if parent < 0:
            places.append(motion.root + skeleton.offsets[joint])
            turned.append(motion.turns[:, joint])
        else:
            offset = np.broadcast_to(skeleton.offsets[joint], motion.root.shape)
            places.append(places[parent] + turns.rotate(turned[parent], offset))
            turned.append(turns.multiply(turned[parent], motion.turns[:, joint]))
    return np.stack(places, 1), np.stack(turned, 1)


def contacts(motion: Motion, low: float = 0.05, slow: float = 0.5) -> NDArray[np.bool_]:
    """(t, 4): which of left heel, left toe, right heel, right toe stand still on the floor.

    A toe stands where it is below `low` metres and slower than `slow` m/s; a heel where it is below `low` + 0.06, the
    height of an ankle in a flat foot.
    """
    places, _ = world(motion)
    feet = places[:, [motion.skeleton.number(name) for name in FEET]]
    speed = np.linalg.norm(np.diff(feet, axis=0, prepend=feet[:1]), axis=-1) * motion.fps
    if len(speed) > 1:
        speed[0] = speed[1]
    limit = np.array([low + 0.06, low, low + 0.06, low], np.float32)
    standing: NDArray[np.bool_] = (feet[..., 1] < limit) & (speed < slow)
    return standing


def mirrored(motion: Motion) -> Motion:
    """Left made right: as in a mirror that stands at x = 0."""
    names = motion.skeleton.names
    swap = {"Left": "Right", "Right": "Left"}
    other = [
        names.index(next((swap[side] + name[len(side):] for side in swap if name.startswith(side)), name))
        for name in names
    ]  # fmt: skip
    flip = np.array([1, -1, -1, 1], np.float32)
    return dataclasses.replace(motion, root=motion.root * np.array([-1, 1, 1], np.float32),
                               turns=motion.turns[:, other] * flip)  # fmt: skip


def resampled(motion: Motion, fps: float) -> Motion:
    """The same seconds at another rate: places in straight lines, turns by slerp."""
    if fps == motion.fps or motion.frames < 2:
        return dataclasses.replace(motion, fps=fps)
    count = max(2, round(motion.seconds * fps))
    at = np.minimum(np.arange(count) * (motion.fps / fps), motion.frames - 1)
    low = np.minimum(at.astype(int), motion.frames - 2)
    share = (at - low).astype(np.float32)
    root = motion.root[low] * (1 - share[:, None]) + motion.root[low + 1] * share[:, None]
    between = turns.slerp(motion.turns[low], motion.turns[low + 1], share[:, None])
    keys = tuple(sorted({min(count - 1, round(key * fps / motion.fps)) for key in motion.keys}))
    return dataclasses.replace(motion, root=root.astype(np.float32), turns=between, fps=fps, keys=keys)
