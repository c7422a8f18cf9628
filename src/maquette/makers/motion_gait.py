"""Walks and runs along a drawn path: one stride cut from a clip, played by the metres that are gone.

The stride is two steps, cut where its first and last frame are most alike and closed by fading the difference out. Its
hips are kept as they sway around a straight line, so that any path may take the line's place.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..data.motion_clips import Clip
from ..media import quaternions as turns
from ..media.motion import HOUSE, Motion, Skeleton, world
from .motion_limbs import ease, euler, reach, smooth

Floats = NDArray[np.float32]
LEVEL = 4.0  # degrees below the horizon at which a walker looks


@dataclass(frozen=True, eq=False)
class Gait:
    """A stride of n frames: sway (n, 3) metres around the line, turns (n, 22, 4) as if heading along +z."""

    clip: str
    sway: Floats
    turns: Floats
    length: float  # metres that a stride goes
    fps: float

    @property
    def speed(self) -> float:
        return self.length * self.fps / len(self.sway)


def features(motion: Motion) -> Floats:
    """(t, 6 * 22): places of all joints seen from the hips' heading, and their speeds by 0.15 s."""
    places, _ = world(motion)
    around = turns.about_y(-turns.heading(motion.turns[:, 0]))[:, None]
    ground = motion.root * np.array([1, 0, 1], np.float32)
    near = turns.rotate(np.broadcast_to(around, (*places.shape[:2], 4)), places - ground[:, None])
    speed = turns.rotate(
        np.broadcast_to(around, (*places.shape[:2], 4)), np.gradient(places, axis=0) * motion.fps * 0.15
    )
    return np.concatenate([near, speed], -1).reshape(motion.frames, -1).astype(np.float32)


def stride(clip: Clip) -> Gait | None:
    """The best stride of a clip that walks or runs straight on; None where it has none."""
    motion = clip.motion
    if motion.frames < 24:
        return None
    seen = features(motion)
    shortest, longest = round(0.55 * motion.fps), min(round(1.7 * motion.fps), motion.frames - 2)
    best: tuple[float, int, int] | None = None
    for lag in range(shortest, longest + 1):
        cost = np.linalg.norm(seen[lag:] - seen[:-lag], axis=1)
        at = int(cost.argmin())
        if best is None or cost[at] < best[0]:
            best = (float(cost[at]), at, at + lag)
    if best is None:
        return None
    _, first, last = best
    gone = motion.root[last] - motion.root[first]
    length = float(np.hypot(gone[0], gone[2]))
    return _cut(clip.id, motion, first, last, length) if length > 0.3 else None


def _cut(id: str, motion: Motion, first: int, last: int, length: float) -> Gait:
    n = last - first
    gone = motion.root[last] - motion.root[first]
    ahead = float(np.arctan2(gone[0], gone[2]))
    back = turns.about_y(float(-ahead))
    part = motion.part(first, last + 1)
    root = turns.rotate(np.broadcast_to(back, (n + 1, 4)), part.root - part.root[:1] * np.array([1, 0, 1], np.float32))
    q = part.turns.copy()
    q[:, 0] = turns.multiply(np.broadcast_to(back, (n + 1, 4)), q[:, 0])
    line = np.zeros_like(root)
    line[:, 2] = np.linspace(0, length, n + 1)
    sway = root - line
    # Close the ring: what the last frame differs from the first is taken off little by little.
    share = np.linspace(0, 1, n + 1, dtype=np.float32)
    sway = sway - share[:, None] * (sway[-1] - sway[0])
    sway[:, [0, 2]] -= sway[:-1, [0, 2]].mean(0)
    gap = turns.multiply(turns.inverse(q[-1]), q[0])
    still = np.broadcast_to(turns.STILL, q.shape)
    q = turns.multiply(q, turns.slerp(still, np.broadcast_to(gap, q.shape), share[:, None]))
    return _levelled(Gait(id, sway[:-1].astype(np.float32), turns.unit(q[:-1]), length, motion.fps))


def _levelled(gait: Gait) -> Gait:
    """The gait with eyes ahead: in recordings of walks people watch the floor of the studio."""
    motion = Motion(HOUSE, gait.sway, gait.turns, gait.fps)
    _, turned = world(motion)
    head = HOUSE.number("Head")
    ahead = turns.rotate(turned[:, head], np.broadcast_to(np.array([0, 0, 1], np.float32), gait.sway.shape))
    down = float(np.degrees(np.arcsin(np.clip(-ahead[:, 1].mean(), -1, 1)))) - LEVEL
    if abs(down) < 1:
        return gait
    half = euler(-down / 2)
    return restyled(gait, {"Neck": half, "Head": half})


def at(gait: Gait, phase: Floats) -> tuple[Floats, Floats]:
    """Sway (t, 3) and turns (t, 22, 4) at phases (t,) in strides, of which only the part behind the point counts."""
    n = len(gait.sway)
    where = np.mod(phase, 1.0) * n
    low = np.minimum(where.astype(int), n - 1)
    high = (low + 1) % n
    share = (where - low).astype(np.float32)
    sway = gait.sway[low] * (1 - share[:, None]) + gait.sway[high] * share[:, None]
    return sway.astype(np.float32), turns.slerp(gait.turns[low], gait.turns[high], share[:, None])


@dataclass(frozen=True, eq=False)
class Course:
    """A drawn path made walkable: points (k, 2) every few centimetres, their headings and the metres to each."""

    points: Floats
    headings: Floats
    metres: Floats

    @property
    def length(self) -> float:
        return float(self.metres[-1])

    def at(self, gone: Floats) -> tuple[Floats, Floats]:
        """Places (t, 2) and headings (t,) after so many metres."""
        x, z, heading = (np.interp(gone, self.metres, line) for line in (*self.points.T, self.headings))
        return np.stack([x, z], 1).astype(np.float32), heading.astype(np.float32)


def course(points: Floats | list[tuple[float, float]], round_by: float = 0.35) -> Course:
    """A path through points (k, 2), x and z in metres, its corners rounded by about `round_by` metres."""
    given = np.asarray(points, np.float64)
    steps = np.linalg.norm(np.diff(given, axis=0), axis=1)
    kept = np.concatenate([[True], steps > 1e-4])
    given, steps = given[kept], steps[kept[1:]]
    if len(given) < 2:
        given = np.repeat(given[:1], 2, 0) + np.array([[0.0, 0.0], [0.0, 1e-3]])
        steps = np.array([1e-3])
    metres = np.concatenate([[0], np.cumsum(steps)])
    count = max(8, int(metres[-1] / 0.04))
    spots = np.linspace(0, metres[-1], count)
    line = np.stack([np.interp(spots, metres, column) for column in given.T], 1)
    if len(given) > 2:
        # Mirrored ends keep the first and the last point where they are.
        wide = round_by / max(spots[1], 1e-6)
        reach = min(len(line) - 1, int(3 * wide))
        held = np.concatenate([2 * line[:1] - line[reach:0:-1], line, 2 * line[-1:] - line[-2 : -reach - 2 : -1]])
        line = smooth(held.astype(np.float32), wide)[reach : reach + count].astype(np.float64)
    way = np.gradient(line, axis=0)
    heading = np.unwrap(np.arctan2(way[:, 0], way[:, 1]))
    gone = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    return Course(line.astype(np.float32), heading.astype(np.float32), gone.astype(np.float32))


def pace(length: float, speed: float, fps: float, seconds: float | None = None, ramp: float = 0.45) -> Floats:
    """(t,): metres gone in each frame, from standing to standing; in exactly `seconds` where they are given."""
    ramp = min(ramp, length / max(speed, 1e-3))
    whole = seconds if seconds is not None else length / speed + ramp
    ramp = min(ramp, whole * 0.45)
    time = np.arange(1, max(2, round(whole * fps)) + 1) / fps
    fine = np.linspace(0, whole, 512)
    rate = ease(np.minimum(fine, whole - fine).astype(np.float32) / ramp)
    gone = np.cumsum(rate)
    return np.asarray(np.interp(time, fine, gone / gone[-1] * length), np.float32)


def along(
    gait: Gait,
    path: Course,
    gone: Floats,
    *,
    facing: Floats | None = None,
    phase: float = 0.0,
    skeleton: Skeleton = HOUSE,
    fps: float = 30.0,
    backwards: bool = False,
) -> Motion:
    """A body that has gone so many metres (t,) of a path in each frame, its strides as long as they are natural.

    A pace away from the gait's own is met half by longer strides and half by quicker ones. facing (t,): headings where
    they are not the path's own.
    """
    size = float(skeleton.offsets[2, 1] / HOUSE.offsets[2, 1])
    spots, heading = path.at(gone)
    rate = float(np.diff(gone).max() * fps) if len(gone) > 1 else gait.speed
    longer = float(np.clip(rate / (gait.speed * size), 0.45, 1.6) ** 0.5)
    sway, q = at(gait, phase + gone / (gait.length * size * longer) * (-1 if backwards else 1))
    turn = heading if facing is None else facing
    around = turns.about_y(turn.astype(np.float32))
    root = turns.rotate(around, sway * size * np.array([1, 1, longer], np.float32))
    root[:, [0, 2]] += spots
    q = q.copy()
    q[:, 0] = turns.multiply(around, q[:, 0])
    return Motion(skeleton, root.astype(np.float32), q, fps)


@lru_cache(maxsize=8)
def gaits(clips: tuple[Clip, ...]) -> tuple[Gait, ...]:
    """The strides of all clips that only walk or run straight on."""
    out = []
    for clip in clips:
        plain = {"walk", "run", "jog", "slow", "fast"}.issuperset(clip.labels) and clip.labels
        if plain and clip.motion.frames <= 200:
            found = stride(clip)
            whole = np.linalg.norm(np.diff(clip.motion.root[:, [0, 2]], axis=0), axis=1).mean() * clip.motion.fps
            # A stride that is much slower than its clip was cut out of a turn or a stop.
            if found is not None and found.speed > 0.75 * whole and _upright(clip.motion) and _sways(found):
                out.append(found)
    return tuple(out)


def _upright(motion: Motion) -> bool:
    """False for a walk in which somebody stumbles or bends down."""
    places, _ = world(motion)
    back = places[:, HOUSE.number("Neck")] - places[:, 0]
    lean = np.degrees(np.arccos(back[:, 1] / np.linalg.norm(back, axis=1)))
    return bool(lean.max() < 28)


def _sways(gait: Gait) -> bool:
    """False for cycles drawn for games, whose hips go as on a rail."""
    return bool(np.ptp(gait.sway[:, 0]) > 0.004)


def nearest(all_gaits: tuple[Gait, ...], speed: float, seed: int = 0, among: int = 3) -> Gait:
    """One of the gaits whose own speed is nearest; the seed chooses among the first few."""
    ranked = sorted(all_gaits, key=lambda one: abs(np.log(one.speed / max(speed, 0.05))))
    return ranked[seed % min(among, len(ranked))]


def restyled(gait: Gait, joint_turns: dict[str, Floats], lower: float = 0.0) -> Gait:
    """The gait with joints turned further in every frame: a bent back, a hanging head; hips `lower` by metres."""
    if lower:
        motion = Motion(HOUSE, gait.sway, gait.turns, gait.fps)
        places, _ = world(motion)
        sunk = dataclasses.replace(motion, root=gait.sway - np.array([0, lower, 0], np.float32))
        for foot in ("LeftFoot", "RightFoot"):
            sunk = reach(sunk, foot, places[:, HOUSE.number(foot)])
        gait = dataclasses.replace(gait, sway=sunk.root, turns=sunk.turns)
    q = gait.turns.copy()
    for name, turn in joint_turns.items():
        joint = HOUSE.number(name)
        q[:, joint] = turns.unit(turns.multiply(np.broadcast_to(turn, q[:, joint].shape), q[:, joint]))
    return dataclasses.replace(gait, turns=q)
