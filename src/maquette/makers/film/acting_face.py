"""Where people look, how they blink, and what they feel, frame by frame.

People look at who speaks; who speaks looks at whom they speak to and now and then away (Kendon 1967, "Some functions of
gaze-direction in social interaction"); eyes go first, the head follows, far glances take the back along.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...media import quaternions as turns
from ...media.film import EMOTIONS
from ...media.motion import HOUSE, Motion, world
from ..motion_limbs import euler, smooth

Floats = NDArray[np.float32]

BLINKS = 15.0  # a minute
SHUT = 0.16  # seconds of a blink
FAR_SIDE, FAR_UP = 78.0, 32.0  # degrees that head and back turn at most
EYES = (0.0, 0.075, 0.09)  # metres from the head's joint
SHARES = (("Spine1", 0.1), ("Spine2", 0.14), ("Neck", 0.31), ("Head", 0.45))


def eyes(motion: Motion) -> Floats:
    """(t, 3): where the eyes are."""
    places, turned = world(motion)
    head = HOUSE.number("Head")
    ahead = np.broadcast_to(np.array(EYES, np.float32), (motion.frames, 3))
    return np.asarray(places[:, head] + turns.rotate(turned[:, head], ahead), np.float32)


def looking(motion: Motion, gaze: Floats, strength: float = 0.8) -> Motion:
    """The motion with neck, head and back turned towards what is looked at: gaze (t, 3), nan for straight ahead."""
    places, turned = world(motion)
    chest = turned[:, HOUSE.number("Spine2")]
    away = gaze - (places[:, HOUSE.number("Head")] + np.array([0, 0.08, 0], np.float32))
    seen = np.isfinite(away).all(1)
    local = turns.rotate(turns.inverse(chest), np.where(seen[:, None], away, 0.0).astype(np.float32))
    yaw, pitch = _angles(local)
    # What is right behind is not looked at over either shoulder in turn.
    yaw = np.where(np.abs(yaw) > 130, 0.0, np.clip(yaw, -FAR_SIDE, FAR_SIDE))
    pitch = np.clip(pitch, -FAR_UP, FAR_UP)
    # A head that hangs or leans already is turned by what is missing only.
    ahead = np.broadcast_to(np.array([0, 0, 1], np.float32), away.shape)
    now = turns.rotate(turns.multiply(turns.inverse(chest), turned[:, HOUSE.number("Head")]), ahead)
    side, down = _angles(now)
    yaw, pitch = yaw - side, pitch - 0.75 * down
    yaw = smooth(np.where(seen, yaw, 0.0).astype(np.float32), 4.5) * strength
    pitch = smooth(np.where(seen, pitch, 0.0).astype(np.float32), 4.5) * strength
    q = motion.turns.copy()
    for name, share in SHARES:
        joint = HOUSE.number(name)
        q[:, joint] = turns.unit(turns.multiply(q[:, joint], euler(pitch * share, yaw * share)))
    return dataclasses.replace(motion, turns=q)


def _angles(way: Floats) -> tuple[Floats, Floats]:
    """Degrees to the left and downwards of directions (t, 3)."""
    flat = np.maximum(np.hypot(way[:, 0], way[:, 2]), 1e-3)
    return np.degrees(np.arctan2(way[:, 0], way[:, 2])), -np.degrees(np.arctan2(way[:, 1], flat))


def blinks(frames: int, fps: float, dice: np.random.Generator, shifts: Sequence[float] = ()) -> Floats:
    """(t,): 0 open .. 1 shut, about fifteen a minute at uneven times, and with large shifts of gaze (seconds)."""
    out = np.zeros(frames, np.float32)
    at = float(dice.uniform(0.3, 60 / BLINKS))
    times = []
    while at < frames / fps:
        times.append(at)
        at += float(np.clip(dice.gamma(2.2, 60 / BLINKS / 2.2), 0.8, 9.0))
    times += [shift for shift in shifts if dice.random() < 0.35]
    clock = np.arange(frames) / fps
    for time in times:
        # Lids fall faster than they rise.
        u = (clock - time) / SHUT
        shut = np.where(u < 0.35, u / 0.35, (1 - u) / 0.65)
        out = np.maximum(out, np.clip(shut * 1.15, 0, 1).astype(np.float32))
    return out


def felt(
    frames: int, fps: float, events: Sequence[tuple[float, float, str]], ground: str, hold: float = 3.0
) -> NDArray[np.uint8]:
    """(t,): numbers of EMOTIONS; each event (start, end, emotion) lasts on for `hold` seconds, then the mood below."""
    base = EMOTIONS.index(ground) if ground in EMOTIONS else 0
    out = np.full(frames, base, np.uint8)
    for start, end, emotion in sorted(events):
        if emotion in EMOTIONS:
            out[max(0, int(start * fps)) : int((end + hold) * fps)] = EMOTIONS.index(emotion)
    return out
