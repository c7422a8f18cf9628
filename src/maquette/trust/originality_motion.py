"""How near a motion stands to the clips that its model learnt from, and what follows from it.

*near-copy*: two seconds of it lie within 3 cm, mean over joints, of one clip or of its mirror image; one person who
walks twice comes as near as 2.6 to 4.6 cm, clips in general to 10 cm (`benchmarks/motion_originality.py`).
*common*: as near to clips of three hands or more, which is how everybody stands or walks: said, never refused.
The nearest are similar works, never sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..encodings.print_motion import BAR, MotionIndex, NearMotion
from ..media.motion import Motion
from .originality import Verdict

TOLD = 5  # nearest clips that are named
COMMON_HANDS = 3


@dataclass(frozen=True)
class NearClip:
    """A similar clip: whose it is, which second of it is like which second of the motion, and how far in metres."""

    title: str
    author: str
    licence: str
    source: str
    distance: float
    iou: float  # 1 less the distance in decimetres, at least 0: the name is that of the record for drawings
    same: bool
    second: float
    at: float
    mirrored: bool


@dataclass(frozen=True)
class MotionReport:
    """What was found about one motion; `common_sets` counts the hands whose clips are nearer than the bar."""

    nearest: tuple[NearClip, ...]
    verdict: Verdict
    common_sets: int
    note: str
    bar: float = BAR

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data, as it goes into a work's lineage."""
        return asdict(self)


def examine(motion: Motion, index: MotionIndex, own: MotionIndex | None = None) -> MotionReport:
    """Compare a motion with every learnt clip; `own` are the clips of the creator herself."""
    found = index.nearest(motion, TOLD)
    nearest = tuple(_told(one, index.rows[one.clip]) for one in found)
    hands = {one.author for one in nearest if one.same}
    if own is not None and any(one.distance < BAR for one in own.nearest(motion, 1)):
        return MotionReport(nearest, "own", len(hands), "near a clip of your own")
    if not hands:
        note = "too short to be compared: under two seconds" if not found else ""
        return MotionReport(nearest, "distinct", 0, note)
    if len(hands) >= COMMON_HANDS:
        return MotionReport(nearest, "common", len(hands), "moved so in clips of several hands: nobody's own")
    return MotionReport(nearest, "near-copy", len(hands), f"within {BAR * 100:.0f} cm of {nearest[0].title}")


def _told(one: NearMotion, row: Mapping[str, Any]) -> NearClip:
    title = str(row.get("description") or row.get("title") or row.get("id", ""))
    return NearClip(
        title=title,
        author=str(row.get("author", "")),
        licence=str(row.get("licence", "")),
        source=str(row.get("source", "")),
        distance=round(one.distance, 4),
        iou=round(max(0.0, 1 - 10 * one.distance), 4),
        same=one.distance < BAR,
        second=round(one.second, 2),
        at=round(one.at, 2),
        mirrored=one.mirrored,
    )
