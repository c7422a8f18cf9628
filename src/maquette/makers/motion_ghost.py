"""Ghosts of a motion while somebody animates: in-betweens from a key to the next, and how it may go on after the last.

`at` is a frame: the ghost fills the stretch between the keys around it. After the last frame it goes on for a second.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..core.errors import UsageError
from ..core.types import Ghost
from ..media import quaternions as turns
from ..media.motion import HOUSE, Motion
from . import motion_compose
from .motion import graph_of, ingredients_of
from .motion_between import FPS, Between, between
from .motion_poses import STANCES, pose

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint

ON = 30  # frames that a motion is gone on with


class MotionGhosts:
    """Kept open between questions: the clips are read once."""

    name: ClassVar[str] = "motion"
    starter: ClassVar[str] = ""

    def __init__(self, checkpoint: Checkpoint | None) -> None:
        self.graph = graph_of()

    @staticmethod
    def blank() -> Motion:
        """Somebody who stands there."""
        q = pose(STANCES["stand"])[None].copy()
        return Motion(HOUSE, np.array([[0, 0.98, 0]], np.float32), turns.unit(q), FPS, keys=(0,))

    def suggest(
        self, media: Motion, at: int | None = None, count: int = 3, *, words: str = "", style: str | None = None
    ) -> list[Ghost[Motion]]:
        """In-betweens around frame `at` (from the key before it to the key after it); None: after the last frame."""
        if media.skeleton.names != HOUSE.names:
            raise UsageError("this motion has another skeleton", mend="retarget it first: maquette data import motion")
        if at is None:
            return self._on(media, count, words)
        if not 0 <= at < media.frames:
            raise UsageError(f"there is no frame {at}", mend=f"it has frames 0 to {media.frames - 1}")
        # A BVH file names no keys: where nobody has said, they are the extremes of the motion.
        keys = sorted({0, media.frames - 1, *(media.keys or motion_compose.keys_of(media))})
        first = max(key for key in keys if key <= min(at, media.frames - 2))
        last = min(key for key in keys if key > first)
        return self.fill(media, first, last, count)

    def fill(self, media: Motion, first: int, last: int, count: int = 3) -> list[Ghost[Motion]]:
        """Ways from one frame to another over the frames between them."""
        if last - first < 2:
            return []
        found = between(self.graph, media.part(0, first + 1), media.part(last, media.frames), last - first - 1, count)
        return [self._ghost(media, one, first, last) for one in found]

    @staticmethod
    def _ghost(media: Motion, one: Between, first: int, last: int) -> Ghost[Motion]:
        root, q = media.root.copy(), media.turns.copy()
        root[first + 1 : last], q[first + 1 : last] = one.motion.root[1:-1], one.motion.turns[1:-1]
        whole = dataclasses.replace(media, root=root, turns=q)
        clips = (one.clip,) if one.clip is not None else ()
        note = f"as in {one.clip.id} by {one.clip.author}" if one.clip is not None else "eased from key to key"
        source = "retrieval" if one.clip is not None else "repeat"
        return Ghost(whole, range(first + 1, last), one.fit, source, note, ingredients_of(clips))  # type: ignore[arg-type]

    def _on(self, media: Motion, count: int, words: str) -> list[Ghost[Motion]]:
        """The motion gone on with for a second, in clips that begin as it ends."""
        clips = [one.clip for one in self.graph.find(words)] if words else list(self.graph.clips)
        out: list[Ghost[Motion]] = []
        taken: set[str] = set()
        start = media if media.frames > 2 else _stretched(media)
        for seed in range(count):
            free = [clip for clip in clips if clip.id not in taken]
            if not free:
                break
            grown, used = motion_compose.extended(self.graph, start, free, start.frames + ON, seed)
            if not used:
                break
            taken.update(clip.id for clip in used)
            clip = used[0]
            note = f"as in {clip.id} by {clip.author}"
            more = ingredients_of(used)
            out.append(Ghost(grown, range(start.frames, grown.frames), 0.8 ** (seed + 1), "retrieval", note, more))
        return out


def _stretched(media: Motion) -> Motion:
    """A single pose as half a second, so that it has speeds: none."""
    return dataclasses.replace(media, root=np.repeat(media.root, 8, 0), turns=np.repeat(media.turns, 8, 0))
