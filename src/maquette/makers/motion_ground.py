"""Bodies that stand, turn, step and sit: hips led along, and feet that step after them when they have to.

A foot stays where it is until the body has gone or turned too far from it; then it steps in an arc to where the body
will be when it lands. Only one foot is in the air at a time.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..media import quaternions as turns
from ..media.motion import HOUSE, Motion, Skeleton, world
from .motion_limbs import ease, euler, reach, smooth

Floats = NDArray[np.float32]

ANKLE = 0.08  # metres from the floor to the ankle of a flat foot
SEATED = 0.10  # metres from a seat to the hips' joint
WIDE = 0.09  # metres from the middle to a hip
FAR, TURNED = 0.13, 0.42  # metres and radians after which a foot steps
STEP = 0.36  # seconds that a step takes
TOES_OUT = 0.12  # radians


@dataclass(frozen=True)
class Feet:
    """Where both feet stand: x, z and heading, left first."""

    left: tuple[float, float, float]
    right: tuple[float, float, float]


@lru_cache(maxsize=64)
def scaled(size: float) -> Skeleton:
    """The house's skeleton for somebody of another height: 1.0 stands 1.76 m."""
    if size == 1.0:
        return HOUSE
    ends = {name: (x * size, y * size, z * size) for name, (x, y, z) in HOUSE.ends.items()}
    return Skeleton(HOUSE.names, HOUSE.parents, (HOUSE.offsets * size).astype(np.float32), ends)


def feet_of(motion: Motion, frame: int = -1) -> Feet:
    """Where the feet are in one frame of a motion."""
    one = motion.part(frame % motion.frames, frame % motion.frames + 1)
    places, turned = world(one)
    spots = []
    for name in ("LeftFoot", "RightFoot"):
        joint = motion.skeleton.number(name)
        x, _, z = (float(v) for v in places[0, joint])
        spots.append((x, z, float(turns.heading(turned[0, joint]))))
    return Feet(spots[0], spots[1])


def standing(
    place: Floats,
    heading: Floats,
    upper: Floats,
    *,
    lower: Floats | float = 0.0,
    aside: Floats | float = 0.0,
    apart: Floats | float = 0.02,
    feet: Feet | None = None,
    skeleton: Skeleton = HOUSE,
    fps: float = 30.0,
) -> Motion:
    """Somebody on their feet whose middle goes along place (t, 2) metres x z, turned by heading (t,) radians.

    upper (t, 22, 4): the local turns of back, head and arms; `lower` how far the hips sink, `aside` how far the weight
    is over the left foot, `apart` how much further out the feet stand than at rest, metres, each one number or (t,).
    """
    t, size = len(place), float(skeleton.offsets[2, 1] / HOUSE.offsets[2, 1])
    aside_, apart_, lower_ = (np.broadcast_to(np.asarray(v, np.float32), (t,)) * size for v in (aside, apart, lower))
    across = np.stack([np.cos(heading), -np.sin(heading)], 1)  # to the body's left
    wide = (WIDE * size + apart_)[:, None]
    ideal = np.stack([place + across * wide, place - across * wide], 1)
    yaws = np.stack([heading + TOES_OUT, heading - TOES_OUT], 1)
    where, yaw, lift = _steps(ideal, yaws, feet, size, fps)
    middle = place + across * aside_[:, None]
    ankles = np.stack([where[..., 0], ANKLE * size + lift, where[..., 1]], -1).astype(np.float32)
    height = _height(middle, across, ankles, size) - lower_
    root = np.stack([middle[:, 0], smooth(height.astype(np.float32), 2.0), middle[:, 1]], 1).astype(np.float32)
    q = upper.copy()
    lean = np.degrees(np.arctan(aside_ / size * 1.6)).astype(np.float32)
    q[:, 0] = turns.multiply(turns.about_y(heading.astype(np.float32)), euler(0.0, 0.0, lean))
    for name in ("Spine", "Spine1"):
        joint = skeleton.number(name)
        q[:, joint] = turns.multiply(euler(0.0, 0.0, -0.65 * lean), q[:, joint])
    return planted(Motion(skeleton, root, q, fps), ankles, yaw)


def planted(motion: Motion, ankles: Floats, yaw: Floats, share: Floats | float = 1.0) -> Motion:
    """The motion with its feet flat at ankles (t, 2, 3) metres, left first, turned by yaw (t, 2) radians."""
    for side, name in enumerate(("LeftFoot", "RightFoot")):
        ahead = np.stack([np.sin(yaw[:, side]), np.zeros_like(yaw[:, side]), np.cos(yaw[:, side])], 1)
        held = turns.about_y(yaw[:, side].astype(np.float32))
        lifted = np.clip((ankles[:, side, 1] - ANKLE) * 3.5, 0, 0.6).astype(np.float32)
        held = turns.multiply(held, turns.about(np.array([1, 0, 0], np.float32), lifted))
        motion = reach(motion, name, ankles[:, side], share=share, pole=ahead.astype(np.float32), held=held)
    return motion


def seated(
    x: float,
    z: float,
    turn: float,
    height: float,
    upper: Floats,
    *,
    ahead: float = 0.0,
    skeleton: Skeleton = HOUSE,
    fps: float = 30.0,
) -> Motion:
    """Somebody on a seat of that height in metres, feet on the floor (or hanging from a high seat).

    upper (t, 22, 4) as in `standing`; `ahead`: metres that the feet stand further out than under the knees.
    """
    t, size = len(upper), float(skeleton.offsets[2, 1] / HOUSE.offsets[2, 1])
    hips = height + SEATED * size
    root = np.tile(np.array([[x, hips, z]], np.float32), (t, 1))
    q = upper.copy()
    q[:, 0] = turns.about_y(float(turn))
    across = np.array([np.cos(turn), -np.sin(turn)])
    along = np.array([np.sin(turn), np.cos(turn)])
    ankle = max(ANKLE * size, hips - 0.92 * size)
    out = 0.40 * size + ahead + max(0.0, 0.5 * size - hips) * 0.6
    spots = [np.array([x, z]) + along * out + across * side * (WIDE + 0.03) * size for side in (1, -1)]
    ankles = np.array([[[s[0], ankle, s[1]] for s in spots]], np.float32).repeat(t, 0)
    yaw = np.tile(np.array([[turn + 0.1, turn - 0.1]], np.float32), (t, 1))
    return planted(Motion(skeleton, root, q, fps), ankles, yaw)


def eased_in(motion: Motion, before: Motion, frames: int = 11) -> Motion:
    """A motion that takes up where `before` ends: the difference at the seam fades over so many frames.

    Bollo 2016, "Inertialization: high-performance animation transitions in Gears of War", without its speeds.
    """
    n = min(frames, motion.frames)
    if n < 1 or before.frames < 1:
        return motion
    fade = 1 - ease((np.arange(n, dtype=np.float32) + 1) / (n + 1))
    root, q = motion.root.copy(), motion.turns.copy()
    root[:n] += fade[:, None] * (before.root[-1] - motion.root[0])
    gap = turns.multiply(before.turns[-1], turns.inverse(motion.turns[0]))
    still = np.broadcast_to(turns.STILL, (n, *gap.shape))
    part = turns.slerp(still, np.broadcast_to(gap, still.shape), fade[:, None])
    q[:n] = turns.unit(turns.multiply(part, q[:n]))
    return dataclasses.replace(motion, root=root, turns=q)


def _height(middle: Floats, across: Floats, ankles: Floats, size: float) -> Floats:
    """How high the hips can be so that both legs reach their feet, nearly straight."""
    longest = 0.834 * size
    heights = []
    for side, sign in ((0, 1), (1, -1)):
        hip = middle + across * (sign * WIDE * size)
        far = np.linalg.norm(ankles[:, side][:, [0, 2]] - hip, axis=1)
        heights.append(ankles[:, side, 1] + np.sqrt(np.maximum(longest**2 - far**2, 0.2)) + 0.08 * size)
    planted_low = np.where(ankles[:, :, 1] > ANKLE * size + 0.005, 9.0, np.stack(heights, 1))
    low = planted_low.min(1)
    return np.asarray(np.where(low > 8, 0.99 * size, low), np.float32)


def _steps(ideal: Floats, yaws: Floats, feet: Feet | None, size: float, fps: float) -> tuple[Floats, Floats, Floats]:
    """Places (t, 2, 2), headings (t, 2) and heights over the floor (t, 2) of both feet."""
    t = len(ideal)
    where, yaw, lift = np.empty((t, 2, 2)), np.empty((t, 2)), np.zeros((t, 2))
    now = [ideal[0, 0].copy(), ideal[0, 1].copy()]
    facing = [float(yaws[0, 0]), float(yaws[0, 1])]
    if feet is not None:
        for side, spot in enumerate((feet.left, feet.right)):
            now[side] = np.array(spot[:2])
            facing[side] = spot[2]
    long = max(4, round(STEP * fps))
    air: tuple[int, int, object, float, object, float] | None = None  # side, began, from, heading, to, heading
    last = 1
    for frame in range(t):
        if air is None:
            due = _which(ideal[frame], yaws[frame], now, facing, last, size)
            if due is not None:
                side = due
                land = min(t - 1, frame + long)
                swing = _wrapped(float(yaws[land, side]) - facing[side])
                air = (side, frame, now[side].copy(), facing[side], ideal[land, side].copy(), facing[side] + swing)
        if air is not None:
            side, began, start, angle, end, to = air
            u = (frame - began + 1) / long
            share = float(ease(u))
            now[side] = start * (1 - share) + end * share  # type: ignore[operator]
            facing[side] = angle * (1 - share) + to * share
            lift[frame, side] = 0.075 * size * np.sin(np.pi * min(u, 1.0)) ** 2
            if u >= 1:
                air, last = None, side
        where[frame], yaw[frame] = now, facing
    return where.astype(np.float32), yaw.astype(np.float32), lift.astype(np.float32)


def _which(ideal: Floats, yaws: Floats, now: list[Floats], facing: list[float], last: int, size: float) -> int | None:
    """The foot that has to step now: the one further off; of two alike the one that did not step last."""
    off = []
    for side in (0, 1):
        far = float(np.linalg.norm(ideal[side] - now[side])) / (FAR * size)
        turned = abs(_wrapped(float(yaws[side]) - facing[side])) / TURNED
        off.append(far + turned - (0.15 if side == last else 0.0))
    side = int(np.argmax(off))
    return side if off[side] > 0.9 else None


def _wrapped(angle: float) -> float:
    return float((angle + np.pi) % (2 * np.pi) - np.pi)


def onto_seat(
    seat: tuple[float, float, float, float],
    stood: tuple[float, float],
    standing_upper: Floats,
    seated_upper: Floats,
    frames: int,
    *,
    up: bool = False,
    skeleton: Skeleton = HOUSE,
    fps: float = 30.0,
) -> Motion:
    """Sitting down from where one stood before a seat (x, z, turn, height), or rising from it: `up`.

    The back goes forward as the hips leave what carries them, the feet stay. standing_upper and seated_upper (22, 4).
    """
    x, z, turn, height = seat
    size = float(skeleton.offsets[2, 1] / HOUSE.offsets[2, 1])
    u = np.linspace(0, 1, frames, dtype=np.float32)
    sat = seated(x, z, turn, height, seated_upper[None], skeleton=skeleton, fps=fps)
    across, deep = ease(u)[:, None], ease(np.clip(u * 1.12 - 0.06, 0, 1))[:, None]
    start = np.array([stood[0], 0.975 * size, stood[1]], np.float32)
    flat = np.array([1, 0, 1], np.float32)
    root = (start * (1 - across) + sat.root[0] * across) * flat
    root = root + np.array([0, 1, 0], np.float32) * (start * (1 - deep) + sat.root[0] * deep)
    q = turns.slerp(
        np.broadcast_to(standing_upper, (frames, *standing_upper.shape)),
        np.broadcast_to(seated_upper, (frames, *seated_upper.shape)),
        across,
    )
    lean = (np.maximum(np.sin(np.pi * u), 0.0) ** 1.5 * 15.0).astype(np.float32)
    for name in ("Spine", "Spine1"):
        q[:, skeleton.number(name)] = turns.multiply(euler(lean), q[:, skeleton.number(name)])
    q[:, skeleton.number("Neck")] = turns.multiply(euler(-lean * 0.9), q[:, skeleton.number("Neck")])
    q[:, 0] = turns.multiply(turns.about_y(float(turn)), euler(lean * 1.1))
    places, _ = world(sat)
    feet = [skeleton.number(name) for name in ("LeftFoot", "RightFoot")]
    ankles = np.repeat(places[:, feet], frames, 0)
    yaw = np.tile(np.array([[turn + 0.1, turn - 0.1]], np.float32), (frames, 1))
    out = planted(Motion(skeleton, root.astype(np.float32), turns.unit(q), fps), ankles.astype(np.float32), yaw)
    return out if not up else dataclasses.replace(out, root=out.root[::-1].copy(), turns=out.turns[::-1].copy())
