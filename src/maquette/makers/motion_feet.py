"""Feet that stand still: where a foot should carry the body it is pinned to the floor, and the leg follows.

Contacts are found by height and speed, short holes in them closed; a pinned foot comes and goes over three frames; a
foot that swings too low is lifted, one that sinks into the floor is set on it.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from ..media.motion import FEET, Motion, contacts, world
from .motion_limbs import reach, smooth

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

BLEND = 3  # frames over which a pin comes and goes
HOLE = 3  # frames without contact that are closed
MOST = 0.14  # metres that a foot is held back
CLEAR = 0.056  # metres that a swinging toe keeps above the floor
FLOOR = 0.012  # metres below which no toe joint goes


def locked(motion: Motion, *, lift: bool = True) -> Motion:
    """The same motion with feet that do not slide; hips and everything above stay as they are.

    `lift` raises feet that swing closer over the floor than 5 cm.
    """
    if motion.frames < 3:
        return motion
    out = motion
    for _ in range(2):  # what the first turn moved can meet the floor again
        out = _once(out, lift)
    return out


def _once(motion: Motion, lift: bool) -> Motion:
    standing = _closed(contacts(motion))
    places, turned = world(motion)
    out = motion
    for side, limb in ((0, "LeftFoot"), (2, "RightFoot")):
        heel, toe = (places[:, motion.skeleton.number(name)] for name in FEET[side : side + 2])
        moved = _pinned(heel, toe, standing[:, side], standing[:, side + 1])
        moved[:, 1] += _raised(toe + moved, standing[:, side + 1], lift, motion.fps)
        if float(np.abs(moved).max()) > 1e-4:
            # The other leg does not move this one: places and turns of before are still true for it.
            changed = reach(motion, limb, heel + moved, posed=(places, turned))
            joints = [motion.skeleton.number(name) for name in _LEG[limb]]
            q = out.turns.copy()
            q[:, joints] = changed.turns[:, joints]
            out = dataclasses.replace(out, turns=q)
    return out


_LEG = {"LeftFoot": ("LeftUpLeg", "LeftLeg", "LeftFoot"), "RightFoot": ("RightUpLeg", "RightLeg", "RightFoot")}


def _closed(standing: Bools) -> Bools:
    """Holes of a few frames closed, single frames dropped."""
    out = standing.copy()
    for column in out.T:
        edges = np.flatnonzero(np.diff(np.concatenate([[False], column, [False]]).astype(np.int8)))
        starts, ends = edges[::2], edges[1::2]
        for end, start in zip(ends[:-1], starts[1:], strict=True):
            if start - end <= HOLE:
                column[end:start] = True
        edges = np.flatnonzero(np.diff(np.concatenate([[False], column, [False]]).astype(np.int8)))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if end - start < 2:
                column[start:end] = False
    return out


def _pinned(heel: Floats, toe: Floats, heel_down: Bools, toe_down: Bools) -> Floats:
    """(t, 3): by how much the foot is moved so that what stands does not slide."""
    moved = np.zeros_like(heel)
    modes = np.where(toe_down, 2, np.where(heel_down, 1, 0))
    edges = np.flatnonzero(np.diff(modes, prepend=-1))
    runs = list(zip(edges, [*edges[1:], len(modes)], strict=True))
    before: Floats | None = None  # what the run before, without a step between, left the foot moved by
    for start, end in runs:
        if modes[start] == 0:
            before = None
            continue
        part = (toe if modes[start] == 2 else heel)[start:end]
        flat = part * np.array([1, 0, 1], np.float32)
        anchor = flat.mean(0) if before is None else flat[0] + before
        moved[start:end] = anchor - flat
        far = float(np.linalg.norm(moved[start:end], axis=1).max())
        if far > MOST:  # this is no slip of a standing foot but a foot that is dragged along
            moved[start:end] *= MOST / far
        before = moved[end - 1].copy()
    return _faded(moved, modes > 0)


def _faded(moved: Floats, held: Bools) -> Floats:
    """What is held stays; between, it fades over some frames from one to the next."""
    out = moved.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], held.astype(np.int8), [0]])))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        for step in range(1, BLEND + 1):
            weight = 1 - step / (BLEND + 1)
            if start - step >= 0 and not held[start - step]:
                out[start - step] += moved[start] * weight
            if end - 1 + step < len(out) and not held[end - 1 + step]:
                out[end - 1 + step] += moved[end - 1] * weight
    return out


def _raised(toe: Floats, down: Bools, lift: bool, fps: float) -> Floats:
    """(t,): by how much the foot goes up: out of the floor, and in its swing clear of it."""
    need = np.maximum(0.0, FLOOR - toe[:, 1])
    if not lift:
        return np.asarray(need, np.float32)
    speed = np.linalg.norm(np.gradient(toe, axis=0), axis=-1) * fps
    swing = np.where(~down & (speed > 0.45), np.maximum(0.0, CLEAR - toe[:, 1]), 0.0)
    wide = np.max([np.roll(swing, k) for k in (-1, 0, 1)], axis=0)
    wide = np.maximum(smooth(wide.astype(np.float32), 1.2), swing)
    return np.asarray(np.maximum(need, np.where(down, need, wide)), np.float32)
