"""Limbs that reach: two bones bent so that a hand or a foot comes where it should, many frames at once.

The law of cosines gives the bend, a pole says to which side; both bones are turned by the smallest turn that does it,
so that their twist stays as it was.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..media import quaternions as turns
from ..media.motion import Motion, world

Floats = NDArray[np.float32]

Angles = NDArray[np.floating[Any]] | float

LIMBS = {
    "LeftFoot": ("LeftUpLeg", "LeftLeg", "LeftFoot"),
    "RightFoot": ("RightUpLeg", "RightLeg", "RightFoot"),
    "LeftHand": ("LeftArm", "LeftForeArm", "LeftHand"),
    "RightHand": ("RightArm", "RightForeArm", "RightHand"),
}
LONGEST = 0.998  # share of a limb's length that is used: a straight knee snaps


def reach(
    motion: Motion,
    limb: str,
    target: Floats,
    *,
    share: Floats | float = 1.0,
    pole: Floats | None = None,
    held: Floats | None = None,
    posed: tuple[Floats, Floats] | None = None,
) -> Motion:
    """The motion with one limb's end at target (t, 3), metres in the world, by `share` (t,) 0..1 of the way.

    pole (t, 3): the direction in the world to which knee or elbow points; where none is given they stay on their side.
    The hand or foot keeps how it is turned in the world, or is turned as `held` (t, 4) says. `posed` is
    `world(motion)` where it is known already.
    """
    skeleton = motion.skeleton
    upper, middle, end = (skeleton.number(name) for name in LIMBS[limb])
    places, turned = world(motion) if posed is None else posed
    weight = np.broadcast_to(np.asarray(share, np.float32), (motion.frames,))[:, None]
    a, b, c = places[:, upper], places[:, middle], places[:, end]
    first, second = (float(np.linalg.norm(skeleton.offsets[joint])) for joint in (middle, end))
    wanted = _within(a, c + (target - c) * weight, first, second)
    side = b - a if pole is None else (b - a) * (1 - weight) + pole * weight * first
    knee = _bent(a, wanted, side, first, second, turned[:, 0])
    turn = turns.between(b - a, knee - a)
    upper_turned = turns.multiply(turn, turned[:, upper])
    middle_turned = turns.multiply(turn, turned[:, middle])
    pointing = turns.rotate(middle_turned, np.broadcast_to(skeleton.offsets[end], a.shape))
    middle_turned = turns.multiply(turns.between(pointing, wanted - knee), middle_turned)
    parent = turned[:, skeleton.parents[upper]]
    q = motion.turns.copy()
    q[:, upper] = turns.unit(turns.multiply(turns.inverse(parent), upper_turned))
    q[:, middle] = turns.unit(turns.multiply(turns.inverse(upper_turned), middle_turned))
    end_turned = turned[:, end] if held is None else held
    q[:, end] = turns.unit(turns.multiply(turns.inverse(middle_turned), end_turned))
    return dataclasses.replace(motion, turns=q)


def _within(a: Floats, target: Floats, first: float, second: float) -> Floats:
    """The target, pulled in to where the limb reaches."""
    way = target - a
    far = np.linalg.norm(way, axis=-1, keepdims=True)
    clipped = np.clip(far, abs(first - second) + 0.01, (first + second) * LONGEST)
    return np.asarray(a + way * (clipped / np.maximum(far, 1e-6)), np.float32)


def _bent(a: Floats, c: Floats, side: Floats, first: float, second: float, hips: Floats) -> Floats:
    """Where the middle joint goes."""
    way = c - a
    far = np.linalg.norm(way, axis=-1, keepdims=True)
    along = way / np.maximum(far, 1e-6)
    side = side - along * (side * along).sum(-1, keepdims=True)
    size = np.linalg.norm(side, axis=-1, keepdims=True)
    ahead = turns.rotate(hips, np.broadcast_to(np.array([0, 0, 1], np.float32), a.shape))
    ahead = ahead - along * (ahead * along).sum(-1, keepdims=True)
    ahead = ahead / np.maximum(np.linalg.norm(ahead, axis=-1, keepdims=True), 1e-6)
    side = np.where(size > 0.004, side / np.maximum(size, 1e-6), ahead)
    cosine = (first**2 + far**2 - second**2) / np.maximum(2 * first * far, 1e-6)
    cosine = np.clip(cosine, -1, 1)
    return np.asarray(a + first * (along * cosine + side * np.sqrt(1 - cosine**2)), np.float32)


def euler(pitch: Angles = 0.0, yaw: Angles = 0.0, roll: Angles = 0.0) -> Floats:
    """Degrees to a turn: forwards about x, to the left about y, to the right side about z; roll first, yaw last."""
    x, y, z = (np.radians(np.asarray(angle, np.float32)) for angle in (pitch, yaw, roll))
    x, y, z = np.broadcast_arrays(x, y, z)
    one = turns.about(np.array([0, 1, 0], np.float32), y)
    two = turns.about(np.array([1, 0, 0], np.float32), x)
    three = turns.about(np.array([0, 0, 1], np.float32), z)
    return turns.multiply(one, turns.multiply(two, three))


def smooth(values: Floats, frames: float) -> Floats:
    """Values (t, ...) blurred over time by a Gaussian of so many frames; the ends are held."""
    reach_ = max(1, round(3 * frames))
    weights = np.exp(-0.5 * (np.arange(-reach_, reach_ + 1) / max(frames, 1e-3)) ** 2)
    weights = weights / weights.sum()
    flat = values.reshape(len(values), -1)
    held = np.concatenate([np.repeat(flat[:1], reach_, 0), flat, np.repeat(flat[-1:], reach_, 0)])
    out = np.stack([np.convolve(column, weights, "valid") for column in held.T], 1)
    return np.asarray(out.reshape(values.shape), np.float32)


def ease(x: NDArray[np.floating[Any]] | float) -> Floats:
    """0..1 to 0..1, slow at both ends (6 u^5 - 15 u^4 + 10 u^3: no jerk where it starts and stops)."""
    u = np.clip(x, 0, 1)
    return np.asarray(u * u * u * (u * (6 * u - 15) + 10), np.float32)
