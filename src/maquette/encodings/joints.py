"""Motion as numbers for a net: 140 a frame, 30 frames a second, nothing said twice.

    0        turning, rad/s
    1:3      the hips' speed over the floor, m/s, in the frame of where the body heads
    3        height of the hips, metres
    4:136    22 joints, six numbers each (`quaternions.to_six`), within their parents; of the hips without heading
    136:140  heel and toe that stand, left and right: 0 or 1

As HumanML3D (Guo et al. 2022) without its places and speeds of joints: those follow from these by forward kinematics,
and to give both hurts diffusion (Meng et al. 2024, arXiv:2411.16575). Heading is the twist of the hips about the
vertical, which is defined in a cartwheel and while lying, too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError
from ..media import quaternions as turns
from ..media.motion import HOUSE, Motion, contacts, resampled

Floats = NDArray[np.float32]

NAME = "joints.v1"
FPS = 30.0
WIDTH = 140
PATCH = 4  # frames that a net reads as one
JOINTS = len(HOUSE.names)


def _of(*joints: str) -> list[int]:
    return [4 + 6 * HOUSE.number(joint) + i for joint in joints for i in range(6)]


def _limb(side: str, *joints: str) -> list[int]:
    return _of(*(side + joint for joint in joints))


_LEG, _ARM = ("UpLeg", "Leg", "Foot", "ToeBase"), ("Shoulder", "Arm", "ForeArm", "Hand")
# What can be kept or made anew on its own: name -> columns.
PARTS: dict[str, list[int]] = {
    "path": [0, 1, 2],
    "height": [3],
    "hips": _of("Hips"),
    "left leg": _limb("Left", *_LEG),
    "right leg": _limb("Right", *_LEG),
    "back": _of("Spine", "Spine1", "Spine2", "Neck", "Head"),
    "left arm": _limb("Left", *_ARM),
    "right arm": _limb("Right", *_ARM),
    "feet": [136, 137, 138, 139],
}


def twist(q: Floats) -> Floats:
    """(..., 4) -> (...): the angle about the vertical that is in a turn, radians."""
    return np.arctan2(q[..., 1], q[..., 3]) * 2


def encode(motion: Motion) -> Floats:
    """(t, 140) of a motion of the house's skeleton, brought to 30 frames a second. Raises MediaError for another."""
    if motion.skeleton.names != HOUSE.names:
        wrong = f"this skeleton has {len(motion.skeleton.names)} joints, which are not the house's {JOINTS}"
        raise MediaError(wrong, where=motion.title, mend="retarget it first (`media.retarget`)")
    motion = resampled(motion, FPS)
    head = np.unwrap(twist(motion.turns[:, 0]))
    hips = turns.multiply(turns.about_y(-head).astype(np.float32), motion.turns[:, 0])
    local = np.concatenate([hips[:, None], motion.turns[:, 1:]], 1)
    step = np.diff(motion.root, axis=0, append=motion.root[-1:])
    if motion.frames > 1:
        step[-1] = step[-2]
    forward = turns.rotate(turns.about_y(-head).astype(np.float32), step) * FPS
    turning = np.diff(head, append=head[-1:]) * FPS
    if motion.frames > 1:
        turning[-1] = turning[-2]
    six = turns.to_six(local).reshape(motion.frames, -1)
    planar = np.stack([turning, forward[:, 0], forward[:, 2], motion.root[:, 1] + HOUSE.offsets[0, 1]], 1)
    return np.concatenate([planar, six, contacts(motion)], 1).astype(np.float32)


def decode(numbers: Floats, *, start: Sequence[float] = (0.0, 0.0), heading: float = 0.0, title: str = "") -> Motion:
    """A motion of (t, 140) that begins at (x, z) metres under a heading in radians."""
    numbers = np.asarray(numbers, np.float32)
    head = heading + np.concatenate([[0.0], np.cumsum(numbers[:-1, 0]) / FPS])
    turned = turns.about_y(head.astype(np.float32)).astype(np.float32)
    flat = np.stack([numbers[:, 1], np.zeros(len(numbers)), numbers[:, 2]], 1).astype(np.float32)
    step = turns.rotate(turned, flat) / FPS
    place = np.cumsum(np.concatenate([[[start[0], 0.0, start[1]]], step[:-1]]), 0)
    place[:, 1] = numbers[:, 3] - HOUSE.offsets[0, 1]
    local = turns.from_six(numbers[:, 4:136].reshape(len(numbers), JOINTS, 6))
    local[:, 0] = turns.multiply(turned, local[:, 0])
    return Motion(HOUSE, place.astype(np.float32), local.astype(np.float32), FPS, title)


def standing(numbers: Floats) -> NDArray[np.bool_]:
    """(t, 4): which heels and toes are told to stand."""
    told: NDArray[np.bool_] = numbers[:, 136:140] > 0.5
    return told


def shifted(motion: Motion, x: float, z: float, turn: float) -> Motion:
    """The same motion set down elsewhere: turned about the origin, then moved."""
    about = turns.about_y(turn).astype(np.float32)
    root = turns.rotate(np.broadcast_to(about, (motion.frames, 4)), motion.root) + np.array([x, 0, z], np.float32)
    turned = motion.turns.copy()
    turned[:, 0] = turns.multiply(np.broadcast_to(about, (motion.frames, 4)), turned[:, 0])
    return dataclasses.replace(motion, root=root.astype(np.float32), turns=turned)


def columns(parts: Sequence[str]) -> list[int]:
    """The columns of named parts. Raises MediaError for a part that there is not."""
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise MediaError(f"there is no part {unknown[0]!r}", mend=f"parts are {', '.join(PARTS)}")
    return sorted({column for part in parts for column in PARTS[part]})
