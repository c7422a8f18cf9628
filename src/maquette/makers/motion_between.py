"""In-betweens: from one pose to another, as recorded people went from one to the other, and as a hand would ease it.

Stretches of the clips whose first and last frames are like the two poses are looked for (places, speeds, and how far
the body goes between); the best are bent to meet both exactly.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..data.motion_clips import Clip
from ..media import quaternions as turns
from ..media.motion import HOUSE, Motion, mirrored, resampled
from .motion_gait import features
from .motion_graph import MotionGraph
from .motion_limbs import ease
from .motion_lock import filled

Floats = NDArray[np.float32]
FPS = 30.0
STRIDES = (1.0, 0.8, 1.25)  # a recorded stretch may be so much longer or shorter than asked


@dataclass(frozen=True, eq=False)
class Between:
    """Frames from one pose to another, both included. fit: 0..1, how alike the recorded ends were; clip: whose."""

    motion: Motion
    fit: float
    clip: Clip | None = None


def between(graph: MotionGraph, one: Motion, other: Motion, frames: int, count: int = 3) -> list[Between]:
    """Up to `count` ways from the last frame of `one` to the first of `other` over `frames` frames in between.

    The last of them is the plain eased one. Frames are those of 30 a second.
    """
    first, last = one.part(one.frames - 1, one.frames), other.part(0, 1)
    eased = _eased(first, last, frames)
    out: list[Between] = []
    for clip, start, end, cost, flip in _alike(graph, first, last, frames)[: max(0, count - 1)]:
        taken = resampled(clip.motion, FPS).part(start, end + 1)
        if flip:
            taken = mirrored(taken)
        out.append(Between(_bent(first, last, taken, frames), float(np.exp(-cost / 2.5)), clip))
    return [*out, Between(eased, 0.3)][:count]


def _alike(graph: MotionGraph, first: Motion, last: Motion, frames: int) -> list[tuple[Clip, int, int, float, bool]]:
    """Stretches of clips, likest first, one a clip."""
    found = []
    for flip in (False, True):
        a, b = (mirrored(one) if flip else one for one in (first, last))
        wanted = _places(a), _places(b)
        way = _way(a, b)
        for clip in graph.clips:
            seen = graph.features_of(clip)[:, : wanted[0].shape[1]]
            best = _best(clip, seen, wanted, way, frames)
            if best is not None:
                found.append((clip, *best, flip))
    return sorted(found, key=lambda one: one[3])


def _best(
    clip: Clip, seen: Floats, wanted: tuple[Floats, Floats], way: Floats, frames: int
) -> tuple[int, int, float] | None:
    best: tuple[int, int, float] | None = None
    begin = np.linalg.norm(seen - wanted[0], axis=1)
    finish = np.linalg.norm(seen - wanted[1], axis=1)
    root = clip.motion.root
    heading = turns.heading(clip.motion.turns[:, 0])
    for stretch in STRIDES:
        long = max(2, round((frames + 1) * stretch))
        if len(seen) <= long or len(root) != len(seen):
            continue
        cost = begin[:-long] + finish[long:]
        gone = root[long:] - root[:-long]
        sine, cosine = np.sin(heading[:-long]), np.cos(heading[:-long])
        ahead = gone[:, 0] * sine + gone[:, 2] * cosine
        aside = gone[:, 0] * cosine - gone[:, 2] * sine
        turned = np.abs((heading[long:] - heading[:-long] - way[2] + np.pi) % (2 * np.pi) - np.pi)
        cost = cost + 2.0 * np.hypot(ahead - way[0], aside - way[1]) + 0.8 * turned + 0.3 * abs(stretch - 1)
        at = int(cost.argmin())
        if best is None or cost[at] < best[2]:
            best = (at, at + long, float(cost[at]))
    return best


def _places(pose: Motion) -> Floats:
    """(1, 66): joints seen from the hips' heading, without speeds."""
    twice = dataclasses.replace(pose, root=np.repeat(pose.root, 2, 0), turns=np.repeat(pose.turns, 2, 0))
    seen = features(twice)[:1].reshape(1, len(HOUSE.names), 6)
    return np.asarray(seen.reshape(1, -1), np.float32)


def _way(first: Motion, last: Motion) -> Floats:
    """Metres ahead and aside, and radians turned."""
    heading = float(turns.heading(first.turns[0, 0]))
    gone = last.root[0] - first.root[0]
    ahead = gone[0] * np.sin(heading) + gone[2] * np.cos(heading)
    aside = gone[0] * np.cos(heading) - gone[2] * np.sin(heading)
    return np.array([ahead, aside, float(turns.heading(last.turns[0, 0])) - heading], np.float32)


def _bent(first: Motion, last: Motion, taken: Motion, frames: int) -> Motion:
    """A recorded stretch stretched to the frames asked and brought to both poses."""
    at = np.linspace(0, taken.frames - 1, frames + 2)[1:-1]
    low = np.minimum(at.astype(int), taken.frames - 2)
    share = (at - low).astype(np.float32)
    root = taken.root[low] * (1 - share[:, None]) + taken.root[low + 1] * share[:, None]
    q = turns.slerp(taken.turns[low], taken.turns[low + 1], share[:, None])
    middle = Motion(HOUSE, root.astype(np.float32), q, FPS)
    return _whole(first, last, middle)


def _eased(first: Motion, last: Motion, frames: int) -> Motion:
    share = ease(np.arange(1, frames + 1, dtype=np.float32) / (frames + 1))
    root = first.root + (last.root - first.root) * share[:, None]
    q = turns.slerp(
        np.broadcast_to(first.turns[0], (frames, *first.turns[0].shape)),
        np.broadcast_to(last.turns[0], (frames, *last.turns[0].shape)),
        share[:, None],
    )
    middle = Motion(HOUSE, root.astype(np.float32), q, FPS)
    return _joined(first, middle, last)


def _whole(first: Motion, last: Motion, middle: Motion) -> Motion:
    base = _joined(first, middle, last)
    kept = np.zeros(base.frames, bool)
    kept[[0, -1]] = True
    return filled(base, kept, [middle])


def _joined(first: Motion, middle: Motion, last: Motion) -> Motion:
    return Motion(
        HOUSE,
        np.concatenate([first.root, middle.root, last.root]).astype(np.float32),
        np.concatenate([first.turns, middle.turns, last.turns]).astype(np.float32),
        FPS,
        first.title,
        (0, middle.frames + 1),
    )
