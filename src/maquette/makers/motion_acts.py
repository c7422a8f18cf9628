"""What hands, back and head do in small acts: nods, waves, shrugs, a sip, a letter read, beats of speech.

An act is a few key poses; between them hands go by eased slerp. A hand that an act says nothing of stays as the body
underneath has it. Acts lie over any motion: standing, sitting, walking.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..media import quaternions as turns
from ..media.motion import HOUSE
from .motion_limbs import ease, euler
from .motion_poses import ARM, Three, arm

Floats = NDArray[np.float32]
NONE: Three = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Key:
    """A pose at a second: hands by name ("" gives the arm back), degrees added to back, neck and head, metres sunk."""

    at: float
    left: str = ""
    right: str = ""
    spine: Three = NONE
    head: Three = NONE
    lower: float = 0.0


@dataclass(frozen=True)
class Act:
    """Key poses in order; `loop`: the keys from which to which it repeats while it lasts longer, by number."""

    keys: tuple[Key, ...]
    loop: tuple[int, int] | None = None
    props: str = ""  # the kind of thing that it needs in the hand

    @property
    def seconds(self) -> float:
        return self.keys[-1].at


@dataclass(frozen=True)
class Played:
    """An act on the time line: from which second, how long (None: as long as it is), how strong, mirrored or not."""

    act: Act
    start: float
    seconds: float | None = None
    strength: float = 1.0
    mirrored: bool = False


FILE = Path(__file__).with_name("motion_acts.toml")


def _key(given: Mapping[str, Any]) -> Key:
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
    return Key(**values)


@cache
def acts() -> dict[str, Act]:
    """All acts of `motion_acts.toml` by name."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    return {
        name: Act(
            tuple(_key(key) for key in given["keys"]),
            tuple(given["loop"]) if "loop" in given else None,
            given.get("props", ""),
        )
        for name, given in data.items()
    }


STROKE = 0.34  # seconds into a beat at which its stroke falls

BEATS = {
    "neutral": ("beat small", "beat open", "beat chop", "beat side"),
    "happy": ("beat open", "beat up", "beat both", "beat side"),
    "sad": ("beat small", "beat chest", "beat tilt"),
    "angry": ("beat chop", "beat point", "beat both", "beat chop"),
    "afraid": ("beat chest", "beat small", "beat both"),
    "surprised": ("beat up", "beat both", "beat open"),
    "disgusted": ("beat side", "beat chop", "beat tilt"),
    "tired": ("beat tilt", "beat small"),
    "tender": ("beat chest", "beat small", "beat tilt"),
    "tense": ("beat chop", "beat small", "beat point"),
}
# Seconds between two beats of the hands, and how large they are.
LIVELY = {
    "neutral": (2.0, 0.9), "happy": (1.4, 1.0), "sad": (3.4, 0.7), "angry": (1.1, 1.0), "afraid": (2.0, 0.85),
    "surprised": (1.4, 1.0), "disgusted": (2.2, 0.85), "tired": (3.6, 0.6), "tender": (2.8, 0.75), "tense": (2.0, 0.8),
}  # fmt: skip


def beats(stresses: Sequence[float], emotion: str, dice: np.random.Generator, *, seated: bool = False) -> list[Played]:
    """Gestures whose strokes fall on stressed syllables (seconds), as often and as large as the feeling has them."""
    every, strength = LIVELY.get(emotion, LIVELY["neutral"])
    kinds = BEATS.get(emotion, BEATS["neutral"])
    out: list[Played] = []
    free, nod = -9.0, -9.0
    left = bool(dice.random() < 0.3)
    for at in stresses:
        if at >= free:
            kind = kinds[int(dice.integers(len(kinds)))]
            left = (not left) if dice.random() < 0.3 else left
            size = strength * (0.85 if seated else 1.0) * float(dice.uniform(0.85, 1.0))
            out.append(Played(acts()[kind], at - STROKE, None, size, left))
            free = at + every * float(dice.uniform(0.8, 1.4))
        if at >= nod:
            out.append(Played(acts()["beat head"], at - STROKE, None, strength * float(dice.uniform(0.5, 1.0))))
            nod = at + float(dice.uniform(0.7, 1.5))
    return out


def acted(q: Floats, plays: Iterable[Played], fps: float = 30.0) -> Floats:
    """Turns (t, 22, 4) with acts laid over them."""
    out = q.copy()
    for one in plays:
        frames, keys = _frames(one, len(q), fps)
        if len(frames) == 0:
            continue
        _arms(out, one, frames, keys, fps)
        _trunk(out, one, frames, keys, fps)
    return turns.unit(out)


def sunk(plays: Iterable[Played], frames: int, fps: float = 30.0) -> Floats:
    """(t,): metres that acts sink the hips."""
    out = np.zeros(frames, np.float32)
    for one in plays:
        where, keys = _frames(one, frames, fps)
        if len(where) and any(key.lower for key in keys):
            line = _eased(where / fps - one.start, keys, np.array([[key.lower] for key in keys], np.float32))[:, 0]
            out[where] = np.maximum(out[where], line * one.strength)
    return out


def _frames(one: Played, total: int, fps: float) -> tuple[NDArray[np.int64], tuple[Key, ...]]:
    keys = _stretched(one.act, one.seconds)
    first, last = int(np.ceil(one.start * fps)), int((one.start + keys[-1].at) * fps)
    return np.arange(max(0, first), min(total, last + 1)), keys


def _stretched(act: Act, seconds: float | None) -> tuple[Key, ...]:
    """The keys of an act that lasts so long: its loop again and again, the rest as it is."""
    if seconds is None or act.loop is None or seconds <= act.seconds:
        return act.keys
    first, last = act.loop
    ring = act.keys[first : last + 1]
    period = ring[-1].at - ring[0].at
    times = max(1, round((seconds - act.seconds) / period)) + 1
    out = list(act.keys[:first])
    for number in range(times):
        shift = number * period
        part = ring if number == times - 1 else ring[:-1]
        out += [Key(key.at + shift, key.left, key.right, key.spine, key.head, key.lower) for key in part]
    shift = (times - 1) * period
    out += [Key(k.at + shift, k.left, k.right, k.spine, k.head, k.lower) for k in act.keys[last + 1 :]]
    return tuple(out)


def _eased(at: NDArray[np.floating[Any]], keys: tuple[Key, ...], values: Floats) -> Floats:
    """Values (k, n) of the keys, eased between them, at seconds (t,)."""
    times = np.array([key.at for key in keys])
    low = np.clip(np.searchsorted(times, at, "right") - 1, 0, len(keys) - 2)
    share = ease(((at - times[low]) / np.maximum(times[low + 1] - times[low], 1e-6)).astype(np.float32))[:, None]
    return np.asarray(values[low] * (1 - share) + values[low + 1] * share, np.float32)


def _arms(out: Floats, one: Played, frames: NDArray[np.int64], keys: tuple[Key, ...], fps: float) -> None:
    at = frames / fps - one.start
    for side in ("Left", "Right"):
        own = side if not one.mirrored else ("Right" if side == "Left" else "Left")
        names = [key.left if own == "Left" else key.right for key in keys]
        if not any(names):
            continue
        held = np.array([[1.0 if name else 0.0] for name in names], np.float32)
        weight = _eased(at, keys, held)[:, 0] * one.strength
        # Where a key leaves the arm alone, the hand of the nearest key that does not is the one it comes from.
        shown = [name or next((n for n in (*names[i:], *names[:i][::-1]) if n), "hang") for i, name in enumerate(names)]
        poses = np.stack([arm(side, name) for name in shown])
        times = np.array([key.at for key in keys])
        low = np.clip(np.searchsorted(times, at, "right") - 1, 0, len(keys) - 2)
        share = ease(((at - times[low]) / np.maximum(times[low + 1] - times[low], 1e-6)).astype(np.float32))
        wanted = turns.slerp(poses[low], poses[low + 1], share[:, None])
        joints = np.array([HOUSE.number(f"{side}{name}") for name in ARM])
        now = out[np.ix_(frames, joints)]
        out[np.ix_(frames, joints)] = turns.slerp(now, wanted, weight[:, None])


def _trunk(out: Floats, one: Played, frames: NDArray[np.int64], keys: tuple[Key, ...], fps: float) -> None:
    flip = np.array([1, -1, -1], np.float32) if one.mirrored else np.ones(3, np.float32)
    at = frames / fps - one.start
    for joints, field in ((("Spine", "Spine1", "Spine2"), "spine"), (("Neck", "Head"), "head")):
        given = np.array([getattr(key, field) for key in keys], np.float32)
        if not given.any():
            continue
        angles = _eased(at, keys, given) * flip * one.strength / len(joints)
        turn = euler(angles[:, 0], angles[:, 1], angles[:, 2])
        for name in joints:
            joint = HOUSE.number(name)
            out[frames, joint] = turns.multiply(out[frames, joint], turn)
