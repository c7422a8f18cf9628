"""A motion in part kept and in part made again: frames, key poses, parts of the body, or the path stay as they are.

What stays, stays exactly: the new is set where the kept ends, and what is missing to the next kept pose is spread over
the frames between: places and heading evenly, limbs over the last third of a second.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..core.registry import nearest
from ..encodings.joints import PARTS as NET_PARTS
from ..media import quaternions as turns
from ..media.motion import HOUSE, Motion
from .motion_feet import locked
from .motion_limbs import ease

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

FADE = 10  # frames

_LEG, _ARM = ("UpLeg", "Leg", "Foot", "ToeBase"), ("Shoulder", "Arm", "ForeArm", "Hand")
_BACK, _HEAD = ("Spine", "Spine1", "Spine2"), ("Neck", "Head")


def _both(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(side + name for side in ("Left", "Right") for name in names)


# Part of the body -> its joints. "path" is where the hips go.
PARTS: dict[str, tuple[str, ...]] = {
    "path": (),
    "hips": ("Hips",),
    "legs": _both(_LEG),
    "arms": _both(_ARM),
    "left leg": tuple("Left" + name for name in _LEG),
    "right leg": tuple("Right" + name for name in _LEG),
    "left arm": tuple("Left" + name for name in _ARM),
    "right arm": tuple("Right" + name for name in _ARM),
    "back": _BACK,
    "head": _HEAD,
    "upper": (*_BACK, *_HEAD, *_both(_ARM)),
    "lower": ("Hips", *_both(_LEG)),
}
# Whose feet are to stay where they are needs the hips too.
GROUNDED = ("legs", "left leg", "right leg", "lower", "hips")
# Part -> parts of the net's masks.
MASKS: dict[str, tuple[str, ...]] = {
    "path": ("path",),
    "hips": ("hips", "height"),
    "legs": ("left leg", "right leg", "feet"),
    "arms": ("left arm", "right arm"),
    "left leg": ("left leg",),
    "right leg": ("right leg",),
    "left arm": ("left arm",),
    "right arm": ("right arm",),
    "back": ("back",),
    "head": ("back",),
    "upper": ("back", "left arm", "right arm"),
    "lower": ("path", "height", "hips", "left leg", "right leg", "feet"),
}
assert {name for names in MASKS.values() for name in names} <= set(NET_PARTS)


def parts_of(names: Iterable[str]) -> tuple[str, ...]:
    """Checked parts. Raises UsageError for one that a body does not have."""
    out = []
    for name in names:
        plain = name.strip().lower().replace("-", " ").replace("_", " ")
        if plain not in PARTS:
            raise UsageError(f"a body has no part {name!r}", mend=nearest(plain, PARTS))
        out.append(plain)
    return tuple(dict.fromkeys(out))


def frames_of(text: str, count: int, fps: float = 30.0) -> Bools:
    """(count,): the frames that "0-30, 55, 2.5s-3s" names, first and last included. Raises UsageError otherwise."""
    kept = np.zeros(count, bool)
    for part in filter(None, re.split(r"[,\s]+", text.strip())):
        found = re.fullmatch(r"(\d+(?:\.\d+)?)(s?)(?:-(\d+(?:\.\d+)?)?(s?))?", part)
        if found is None:
            raise UsageError(f"{part!r} names no frames", mend='write "0-30", "55" or "1.5s-2s", parted by commas')
        open_end = "-" in part and not found[3]
        first = _frame(found[1], found[2], fps)
        last = count - 1 if open_end else _frame(found[3], found[4], fps) if found[3] else first
        if first > last or first >= count:
            raise UsageError(f"{part!r} lies outside of the motion", mend=f"it has frames 0 to {count - 1}")
        kept[first : last + 1] = True
    return kept


def _frame(number: str, unit: str, fps: float) -> int:
    return round(float(number) * fps) if unit else int(float(number))


def gaps(kept: Bools) -> list[tuple[int, int]]:
    """Stretches (first, after the last) that are not kept."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], kept, [True]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def filled(motion: Motion, kept: Bools, fresh: Sequence[Motion]) -> Motion:
    """The motion with each gap of `kept` (t,) filled by one of `fresh`, which are as long as the gaps.

    Kept frames come out exactly as they were.
    """
    root, q = motion.root.copy(), motion.turns.copy()
    for (first, last), new in zip(gaps(kept), fresh, strict=True):
        part = _seated(motion, new, first, last)
        root[first:last], q[first:last] = part.root, part.turns
    out = dataclasses.replace(motion, root=root, turns=turns.unit(q))
    steady = locked(out)
    free = ~kept
    root[free], q[free] = steady.root[free], steady.turns[free]
    return dataclasses.replace(out, root=root, turns=turns.unit(q))


def _seated(motion: Motion, new: Motion, first: int, last: int) -> Motion:
    """A new stretch placed after the kept pose before it and brought to the kept pose after it."""
    if first > 0:
        new = _placed(new, motion.root[first - 1], float(turns.heading(motion.turns[first - 1, 0])))
    elif last < motion.frames:
        new = _placed(new, motion.root[last], float(turns.heading(motion.turns[last, 0])), at=-1)
    root, q = new.root.copy(), new.turns.copy()
    n = len(root)
    if first > 0 and last < motion.frames:
        _spread(root, q, motion.root[last], motion.turns[last])
    if last < motion.frames:
        _met(root[::-1], q[::-1], motion.root[last], motion.turns[last], min(FADE, n))
    if first > 0:
        _met(root, q, motion.root[first - 1], motion.turns[first - 1], min(FADE, n))
    return dataclasses.replace(new, root=root, turns=q)


def _placed(new: Motion, place: Floats, heading: float, at: int = 0) -> Motion:
    around = turns.about_y(float(heading - float(turns.heading(new.turns[at, 0]))))
    flat = np.array([1, 0, 1], np.float32)
    root = turns.rotate(np.broadcast_to(around, (new.frames, 4)), new.root - new.root[at] * flat) + place * flat
    q = new.turns.copy()
    q[:, 0] = turns.multiply(np.broadcast_to(around, (new.frames, 4)), q[:, 0])
    return dataclasses.replace(new, root=root.astype(np.float32), turns=q)


def _spread(root: Floats, q: Floats, place: Floats, pose: Floats) -> None:
    """Turn and shift a stretch little by little so that its last frame is near a pose."""
    n = len(root)
    share = (np.arange(1, n + 1, dtype=np.float32) / (n + 1))[:, None]
    gap = float(turns.heading(pose[0]) - turns.heading(q[-1, 0]))
    gap = float((gap + np.pi) % (2 * np.pi) - np.pi)
    around = turns.about_y((share[:, 0] * gap).astype(np.float32))
    steps = np.diff(root, axis=0, prepend=root[:1])
    root[:] = root[:1] + np.cumsum(turns.rotate(around, steps), 0)
    q[:, 0] = turns.multiply(around, q[:, 0])
    flat = np.array([1, 0, 1], np.float32)
    root += share * (place - root[-1]) * flat


def _met(root: Floats, q: Floats, place: Floats, pose: Floats, frames: int) -> None:
    """Fade the difference to a pose beside the first frame out, in place."""
    fade = 1 - ease((np.arange(frames, dtype=np.float32) + 1) / (frames + 1))
    root[:frames] += fade[:, None] * (place - root[0])
    gap = turns.multiply(pose, turns.inverse(q[0]))
    still = np.broadcast_to(turns.STILL, (frames, *gap.shape))
    part = turns.slerp(still, np.broadcast_to(gap, still.shape), fade[:, None])
    q[:frames] = turns.unit(turns.multiply(part, q[:frames]))


def with_parts(motion: Motion, new: Motion, parts: Sequence[str]) -> Motion:
    """The new motion with parts of the old one, frame by frame; both are equally long."""
    root, q = new.root.copy(), new.turns.copy()
    joints = sorted({HOUSE.number(name) for part in parts for name in PARTS[part]})
    if "path" in parts and not any(part in GROUNDED for part in parts):
        flat = np.array([1, 0, 1], np.float32)
        root = root * (1 - flat) + motion.root * flat
        lead = turns.heading(motion.turns[:, 0]) - turns.heading(q[:, 0])
        q[:, 0] = turns.multiply(turns.about_y(lead.astype(np.float32)), q[:, 0])
    if any(part in GROUNDED for part in parts):
        root = motion.root.copy()
        joints = sorted({*joints, HOUSE.number("Hips")})
    q[:, joints] = motion.turns[:, joints]
    return dataclasses.replace(new, root=root.astype(np.float32), turns=q)


def mask_of(kept: Bools, parts: Sequence[str]) -> Floats:
    """(t, 9): what a net keeps, by `encodings.joints.PARTS`: all of kept frames, kept parts of the others."""
    out = np.repeat(kept[:, None], len(NET_PARTS), 1).astype(np.float32)
    names = list(NET_PARTS)
    for part in parts:
        for name in MASKS[part]:
            out[:, names.index(name)] = 1.0
    return out
