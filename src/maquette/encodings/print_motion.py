"""Prints of motions: where the joints of every learnt clip are, ten times a second, to find what a motion is a copy of.

A motion is compared window by window of two seconds, set down at one spot under one heading, with every window of
every clip and of its mirror image. The distance is the mean over joints and moments, in metres; the bar of a copy is
3 cm. One person who walks twice comes as near as 2.6 to 4.6 cm, clips in general to 10 cm
(`benchmarks/motion_originality.py`). Seconds in which a body stands still are not compared: a pose that is held says
too little to be anybody's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..media import quaternions as turns
from ..media.motion import Motion, resampled, world
from . import joints

Floats = NDArray[np.float32]
FORMAT = "motion.prints.v1"
RATE = 10  # moments a second that are kept
SPAN = 2 * RATE  # moments of a window, and one more at its end
MARKS = (0, 5, 10, 15, 20)  # moments of a window that are looked at first
BAR = 0.03  # metres
STILL = 0.10  # metres: where joints go no farther than this in two seconds (mean), the body stands still
LOOKED = 12  # windows that are compared in full, for each window of the motion
CENTIMETRES = 100.0


@dataclass(frozen=True)
class NearMotion:
    """A window of a clip that a motion is like: which clip, from which second, how far in metres, seen in a mirror?"""

    clip: int
    second: float
    at: float  # the second of the motion itself
    distance: float
    mirrored: bool


class MotionIndex:
    """rows: what is said of each clip (id, title, author, licence, source); places: (t, 22, 3) of each, 10 a second;
    headings: (t,) of each."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], places: Sequence[Floats], headings: Sequence[Floats]) -> None:
        self.rows = [dict(row) for row in rows]
        self.places, self.headings = list(places), list(headings)
        self._windows: tuple[Floats, Floats, NDArray[np.int32]] | None = None

    @classmethod
    def build(cls, rows: Sequence[Mapping[str, Any]], motions: Sequence[Motion]) -> MotionIndex:
        """The prints of clips."""
        told = [moments(motion) for motion in motions]
        return cls(rows, [places for places, _ in told], [headings for _, headings in told])

    def save(self, path: Path) -> None:
        """Write the prints: centimetres in one byte, from the hips; the hips' own place in two."""
        hips = [one[:, :1] for one in self.places]
        near = np.concatenate([one - hip for one, hip in zip(self.places, hips, strict=True)])
        np.savez_compressed(
            path,
            format=FORMAT,
            rows=json.dumps(self.rows, ensure_ascii=False),
            near=_stepped(np.clip(np.rint(near[:, 1:] * CENTIMETRES), -127, 127).astype(np.int8)),
            hips=np.rint(np.concatenate(hips)[:, 0] * CENTIMETRES).astype(np.int16),
            headings=np.rint(np.concatenate(self.headings) * 1000).astype(np.int32),
            moments=np.array([len(one) for one in self.places], np.int32),
        )

    @classmethod
    def load(cls, path: Path) -> MotionIndex:
        """The prints of a file of `save`."""
        with np.load(path, allow_pickle=False) as file:
            hips = file["hips"].astype(np.float32)[:, None] / CENTIMETRES
            near = np.cumsum(file["near"], axis=0, dtype=np.uint8).astype(np.int8).astype(np.float32) / CENTIMETRES
            places = np.concatenate([hips, near + hips], 1)
            headings = file["headings"].astype(np.float32) / 1000
            ends = np.cumsum(file["moments"])[:-1]
            rows = json.loads(str(file["rows"]))
        return cls(rows, np.split(places, ends), np.split(headings, ends))

    def nearest(self, motion: Motion, count: int = 5) -> list[NearMotion]:
        """The nearest window of each of the nearest clips, nearest first; none for a motion shorter than 2 s."""
        found: dict[int, NearMotion] = {}
        table, squares, where = self._table()
        queries = _queries(motion)
        if not len(table) or not queries:
            return []
        marks = np.stack([window[list(MARKS)].reshape(-1) for _, window in queries])
        rough = squares[:, None] - 2 * table @ marks.T
        looked = min(LOOKED, len(table))
        for column, (at, window) in enumerate(queries):
            some = where[np.argpartition(rough[:, column], looked - 1)[:looked]]
            distances = np.linalg.norm(self._set_down(some) - window, axis=-1).mean((1, 2))
            for (clip, start, side), distance in zip(some.tolist(), distances.tolist(), strict=True):
                if clip not in found or distance < found[clip].distance:
                    found[clip] = NearMotion(clip, start / RATE, at, distance, bool(side))
        return sorted(found.values(), key=lambda one: one.distance)[:count]

    def _set_down(self, some: NDArray[np.int32]) -> Floats:
        """(k, 21, 22, 3) of windows (k, 3): clip, first moment, mirrored."""
        places = np.stack([self.places[clip][start : start + SPAN + 1] for clip, start, _ in some.tolist()])
        headings = np.array([self.headings[clip][start] for clip, start, _ in some.tolist()], np.float32)
        down = _set_down(places, headings)
        return np.where(some[:, 2, None, None, None] == 1, _mirror(down), down).astype(np.float32)

    def _table(self) -> tuple[Floats, Floats, NDArray[np.int32]]:
        """Windows at their marks (w, 330), the sums of their squares (w,), and where they stand (w, 3)."""
        if self._windows is None:
            rows, where = [], []
            for clip, (places, headings) in enumerate(zip(self.places, self.headings, strict=True)):
                count = len(places) - SPAN
                if count <= 0:
                    continue
                at = np.arange(count)[:, None] + np.array(MARKS)
                some = _set_down(places[at], headings[:count])
                for side, one in ((0, some), (1, _mirror(some))):
                    rows.append(one.reshape(count, -1))
                    where.append(np.stack([np.full(count, clip), np.arange(count), np.full(count, side)], 1))
            wide = len(MARKS) * joints.JOINTS * 3
            table = np.concatenate(rows) if rows else np.zeros((0, wide), np.float32)
            places_of = np.concatenate(where).astype(np.int32) if where else np.zeros((0, 3), np.int32)
            self._windows = table, (table * table).sum(1), places_of
        return self._windows


def _stepped(values: NDArray[np.int8]) -> NDArray[np.uint8]:
    """What is added from moment to moment, modulo 256: packs a third smaller than the values."""
    whole = values.view(np.uint8)
    before = np.concatenate([np.zeros_like(whole[:1]), whole[:-1]])
    return np.asarray(whole - before, np.uint8)


def moments(motion: Motion) -> tuple[Floats, Floats]:
    """(t, 22, 3) places and (t,) headings, ten times a second."""
    some = resampled(motion, RATE)
    return world(some)[0].astype(np.float32), np.unwrap(joints.twist(some.turns[:, 0])).astype(np.float32)


def _queries(motion: Motion) -> list[tuple[float, Floats]]:
    """Windows of a motion every third of a second, so that their phase is met within a sixtieth."""
    fine = resampled(motion, 3 * RATE)
    places, headings = world(fine)[0], joints.twist(fine.turns[:, 0])
    out = []
    last = fine.frames - 3 * SPAN - 1
    # Every start of the first tenth of each half second: three phases.
    for begin in range(0, last + 1, 15):
        for start in range(begin, min(begin + 3, last + 1)):
            window = places[start : start + 3 * SPAN + 1 : 3]
            if float(np.linalg.norm(np.ptp(window, axis=0), axis=-1).mean()) < STILL:
                continue
            out.append((start / (3 * RATE), _set_down(window.astype(np.float32), float(headings[start]))))
    return out


def _set_down(places: Floats, heading: Floats | float) -> Floats:
    """(..., m, 22, 3) turned and moved so that the first moment's hips stand at the origin under no heading."""
    first = places[..., :1, :1, :] * np.array([1, 0, 1], np.float32)
    back = turns.about_y(-np.asarray(heading, np.float32)).astype(np.float32)
    back = np.broadcast_to(back[..., None, None, :], (*places.shape[:-1], 4))
    return turns.rotate(back, places - first).astype(np.float32)


_OTHER = [0, 5, 6, 7, 8, 1, 2, 3, 4, 9, 10, 11, 12, 13, 18, 19, 20, 21, 14, 15, 16, 17]


def _mirror(places: Floats) -> Floats:
    return (places[..., _OTHER, :] * np.array([-1, 1, 1], np.float32)).astype(np.float32)
