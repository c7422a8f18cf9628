"""Clips of motion with their words and licences: the packaged set, and folders of one's own.

A folder holds `motion.npz` (root (n, 3) float32, rot (n, 22, 4) float16 of all clips one after another, `start` and
`frames` (c,) int32, and `fps` where it is not 30) and `items.jsonl`, one object a clip in the same order: id,
description, captions, labels, licence, author, source, tier.

The packaged set is one small file. Each number of a clip is stored as the second difference over time of a rounded
value (turns in steps of 1/2048, places of 1 mm), low and high bytes apart, packed by LZMA: 27 bits a joint and frame
come down to about 15.
"""

from __future__ import annotations

import io
import json
import lzma
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError
from ..media import quaternions as turns
from ..media.motion import HOUSE, Motion
from . import records
from .licences import UNKNOWN, canonical

Floats = NDArray[np.float32]

CMU = "LicenseRef-CMU-Mocap"
CMU_AUTHOR = "CMU Graphics Lab Motion Capture Database"
CMU_WORDS = (
    "The data used in this project was obtained from mocap.cs.cmu.edu. "
    "The database was created with funding from NSF EIA-0196217."
)
PACKAGED = Path(__file__).resolve().parent.parent / "starters" / "motion-set"
TURN_STEPS = 2048  # a quaternion's part is rounded to this share of one
PLACE_STEPS = 1000  # a place is rounded to a millimetre
NAMES = ("items.jsonl", "clips.jsonl.gz", "items.jsonl.gz", "clips.jsonl")


@dataclass(frozen=True, eq=False)
class Clip:
    """A motion with what is known of it."""

    id: str
    motion: Motion
    labels: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    licence: str = UNKNOWN
    author: str = ""
    source: str = ""
    tier: str = "a"
    title: str = ""

    def record(self) -> dict[str, Any]:
        """What stands in `items.jsonl`."""
        return {
            "id": self.id,
            "description": self.title or (self.captions[0] if self.captions else self.id),
            "captions": list(self.captions),
            "labels": list(self.labels),
            "licence": self.licence,
            "author": self.author,
            "source": self.source,
            "tier": self.tier,
            "frames": self.motion.frames,
        }


def load(folder: Path | None = None, *, tiers: Iterable[str] = ("a",)) -> tuple[Clip, ...]:
    """The clips of a folder, or of the packaged set. Raises DataError for a folder without motions."""
    kept = tuple(tiers)
    if folder is None:
        return tuple(clip for clip in _packaged() if clip.tier in kept)
    listing = next((folder / name for name in NAMES if (folder / name).is_file()), None)
    if listing is None:
        raise DataError(
            "this folder holds no motions", where=str(folder), mend="`maquette data import motion DIR` makes one"
        )
    try:
        return tuple(clip for clip in _read(folder / "motion.npz", listing) if clip.tier in kept)
    except (OSError, KeyError, ValueError, IndexError, EOFError) as error:
        raise DataError(
            f"the motions could not be read: {error}", where=str(folder), mend="import the clips again"
        ) from error


def save(folder: Path, clips: Sequence[Clip]) -> Path:
    """Write clips on the house's skeleton as a folder that `load` reads; returns the file of items."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = np.array([clip.motion.frames for clip in clips], np.int32)
    out = io.BytesIO()
    np.savez_compressed(
        out,
        root=np.concatenate([clip.motion.root for clip in clips]).astype(np.float32),
        rot=np.concatenate([clip.motion.turns for clip in clips]).astype(np.float16),
        start=(np.cumsum(frames) - frames).astype(np.int32),
        frames=frames,
        fps=np.array([clip.motion.fps for clip in clips], np.float32),
    )
    (folder / "motion.npz").write_bytes(out.getvalue())
    lines = "".join(json.dumps(clip.record(), ensure_ascii=False) + "\n" for clip in clips)
    (folder / "items.jsonl").write_text(lines, encoding="utf-8")
    return folder / "items.jsonl"


def _read(arrays: Path, listing: Path) -> list[Clip]:
    with np.load(arrays) as held:
        root, rot, start, frames = (held[name] for name in ("root", "rot", "start", "frames"))
        rates = held["fps"] if "fps" in held else np.full(len(start), 30.0)
    clips = []
    for number, (_, line) in enumerate(records.read_lines(listing)):
        if isinstance(line, str):
            raise DataError(line, where=str(listing), mend="one JSON object a line")
        a, n = int(start[number]), int(frames[number])
        q = turns.unit(rot[a : a + n].astype(np.float32))
        clips.append(_clip(line, Motion(HOUSE, root[a : a + n].astype(np.float32), q, float(rates[number]))))
    return clips


def _clip(record: dict[str, Any], motion: Motion) -> Clip:
    licence = str(record.get("licence") or record.get("license") or UNKNOWN)
    id = str(record["id"])
    cmu = "CMU" in licence
    return Clip(
        id=id,
        motion=motion,
        labels=tuple(record.get("labels", ())),
        captions=tuple(record.get("captions", ())) or (str(record.get("description", id)),),
        licence=CMU if cmu else ("MIT" if licence.startswith("MIT") else canonical(licence)),
        author=str(record.get("author") or (CMU_AUTHOR if cmu else _author(id))),
        source=str(record.get("source", "")),
        tier=str(record.get("tier", "a")),
        title=str(record.get("description", id)),
    )


def _author(id: str) -> str:
    return {"kk": "Kay Lousberg, KayKit", "dm": "DeepMimic"}.get(id.split("_")[0], "")


# -- the packaged set -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _packaged() -> tuple[Clip, ...]:
    path = PACKAGED / "clips.xz"
    if not path.is_file():
        raise DataError("the packaged motions are missing", where=str(path), mend="install Maquette again")
    return unpacked(path.read_bytes())


def packed(clips: Sequence[Clip]) -> bytes:
    """Clips as the bytes of the packaged set."""
    numbers = [_numbers(clip.motion) for clip in clips]
    fields = np.concatenate([_differences(one) for one in numbers])
    coded = ((fields << 1) ^ (fields >> 31)).astype(np.uint32)
    planes = coded.T
    head = json.dumps([{**clip.record(), "fps": clip.motion.fps} for clip in clips], ensure_ascii=False).encode()
    body = b"".join((planes >> shift & 255).astype(np.uint8).tobytes() for shift in (0, 8, 16))
    return lzma.compress(len(head).to_bytes(4, "little") + head + body, preset=9 | lzma.PRESET_EXTREME)


def unpacked(data: bytes) -> tuple[Clip, ...]:
    """The clips of `packed`."""
    raw = lzma.decompress(data)
    size = int.from_bytes(raw[:4], "little")
    items = json.loads(raw[4 : 4 + size])
    total = sum(item["frames"] for item in items)
    planes = np.frombuffer(raw, np.uint8, offset=4 + size).reshape(3, -1, total)
    coded = planes[0].astype(np.int32) | planes[1].astype(np.int32) << 8 | planes[2].astype(np.int32) << 16
    fields = ((coded >> 1) ^ -(coded & 1)).T
    clips, at = [], 0
    for item in items:
        sums = fields[at : at + item["frames"]].cumsum(0).cumsum(0)
        clips.append(_clip(item, _motion(sums, float(item["fps"]))))
        at += item["frames"]
    return tuple(clips)


def _numbers(motion: Motion) -> NDArray[np.int64]:
    """(t, 70): the hips' place, their heading, and x y z of every turn with w >= 0, the heading taken off the hips."""
    heading = np.unwrap(turns.heading(motion.turns[:, 0])).astype(np.float32)
    local = motion.turns.copy()
    local[:, 0] = turns.multiply(turns.inverse(turns.about_y(heading)), local[:, 0])
    local = np.where(local[..., 3:] < 0, -local, local)
    parts = [
        motion.root * PLACE_STEPS,
        heading[:, None] * TURN_STEPS,
        local[..., :3].reshape(motion.frames, -1) * TURN_STEPS,
    ]
    return np.round(np.concatenate(parts, 1)).astype(np.int64)


def _differences(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    first = np.diff(numbers, axis=0, prepend=np.zeros_like(numbers[:1]))
    return np.diff(first, axis=0, prepend=np.zeros_like(first[:1]))


def _motion(numbers: NDArray[np.int32], fps: float) -> Motion:
    root = (numbers[:, :3] / PLACE_STEPS).astype(np.float32)
    heading = (numbers[:, 3] / TURN_STEPS).astype(np.float32)
    xyz = (numbers[:, 4:] / TURN_STEPS).astype(np.float32).reshape(len(numbers), -1, 3)
    w = np.sqrt(np.maximum(0.0, 1.0 - (xyz**2).sum(-1, keepdims=True)))
    q = turns.unit(np.concatenate([xyz, w], -1).astype(np.float32))
    q[:, 0] = turns.multiply(turns.about_y(heading), q[:, 0])
    return Motion(HOUSE, root, q, fps)
