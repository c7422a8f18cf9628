"""Whether two motions are alike, and what a hand did to one."""

from __future__ import annotations

import numpy as np

from .motion import Motion, world

ALIKE = 2e-4  # metres: less than any file that we write loses


def same(one: Motion, other: Motion) -> bool:
    """True if every joint of both is in the same place in every frame, within 0.2 mm."""
    if one.frames != other.frames or abs(one.fps - other.fps) > 0.01 or one.skeleton.names != other.skeleton.names:
        return False
    return not one.frames or bool(np.abs(world(one)[0] - world(other)[0]).max() < ALIKE)


def told(before: Motion, after: Motion) -> str:
    """In a line: "14 of 120 frames changed at LeftArm, LeftForeArm"."""
    if before.skeleton.names != after.skeleton.names:
        return "put on another skeleton"
    parts = []
    if abs(before.fps - after.fps) > 0.01:
        parts.append(f"{after.fps:g} frames a second in place of {before.fps:g}")
    if before.frames != after.frames:
        return ", ".join([*parts, f"{after.frames} frames in place of {before.frames}"])
    dot = np.abs((before.turns * after.turns).sum(-1))
    turned = 2 * np.arccos(np.clip(dot, 0, 1)) > 0.004  # (t, j), a quarter of a degree
    moved = np.linalg.norm(before.root - after.root, axis=-1) > ALIKE
    frames = int((turned.any(1) | moved).sum())
    names = [name for name, changed in zip(before.skeleton.names, turned.any(0), strict=True) if changed]
    if frames:
        which = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") or "the path"
        parts.append(f"{frames} of {before.frames} frames changed at {which}")
    return ", ".join(parts) or "the motion unchanged"
