"""Torn frames of recordings found and mended: a limb that is elsewhere for a frame or two, and back again.

No limb is thrown as fast as a marker that was taken for another: where a joint's place, seen from the hips, leaps by
more than a third of a metre against its own course within a thirtieth of a second, the frames around are bridged by
slerp; where there are too many in a row, the recording is cut there.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from . import quaternions as turns
from .motion import Motion, world

Floats = NDArray[np.float32]

LEAP = 0.33 * 30**2  # metres a second squared
BRIDGE = 12  # frames that are bridged; longer tears part a recording
SHORTEST = 45  # frames of a part that is kept


def torn(motion: Motion) -> NDArray[np.bool_]:
    """(t,): the frames that cannot have been, with two more on each side."""
    out = np.zeros(motion.frames, bool)
    if motion.frames < 4:
        return out
    places, _ = world(motion)
    near = places - places[:, :1]
    leap = np.linalg.norm(np.diff(near, 2, axis=0), axis=-1).max(1) * motion.fps**2
    for frame in np.flatnonzero(leap > LEAP) + 1:
        out[max(0, frame - 2) : frame + 3] = True
    return out


def mended(motion: Motion) -> Motion:
    """The motion without torn frames: short tears bridged, the longest whole part where one is too long.

    The same motion where nothing is torn; what was done stands in `said`.
    """
    bad = torn(motion)
    if not bad.any():
        return motion
    edges = np.flatnonzero(np.diff(np.concatenate([[False], bad, [False]]).astype(np.int8)))
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    root, q = motion.root.copy(), motion.turns.copy()
    cuts = [0]
    bridged = 0
    for first, last in runs:
        if first == 0 or last >= motion.frames or last - first > BRIDGE:
            cuts += [first, last]
            continue
        share = np.arange(1, last - first + 1, dtype=np.float32) / (last - first + 1)
        shape = (last - first, *q.shape[1:])
        q[first:last] = turns.slerp(
            np.broadcast_to(q[first - 1], shape), np.broadcast_to(q[last], shape), share[:, None]
        )
        root[first:last] = root[first - 1] * (1 - share[:, None]) + root[last] * share[:, None]
        bridged += last - first
    cuts.append(motion.frames)
    start, end = max(zip(cuts[::2], cuts[1::2], strict=True), key=lambda part: part[1] - part[0])
    told = [f"{bridged} torn frames bridged"] if bridged else []
    if (start, end) != (0, motion.frames):
        told.append(f"frames {start} to {end - 1} kept of {motion.frames}: the rest is torn")
    whole = dataclasses.replace(motion, root=root, turns=q, said=(*motion.said, *told))
    return whole.part(start, end)
