"""What a judge of motion sees: joints as seen from the hips under their heading, and how the hips move; no torch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..media import quaternions as turns
from ..media.motion import HOUSE, Motion, world
from . import joints

Floats = NDArray[np.float32]
RATE = 15.0  # a second


def seen_places(numbers: Floats) -> Floats:
    """(t, 140) -> (t, 22, 3): metres, from the hips, under their heading."""
    local = turns.from_six(numbers[:, 4:136].reshape(len(numbers), joints.JOINTS, 6))
    still = np.zeros((len(numbers), 3), np.float32)
    return world(Motion(HOUSE, still, local, joints.FPS))[0]


def features(numbers: Floats) -> Floats:
    """(t, 140) at 30 frames a second -> (t / 2, 70): places in half metres, turning, two speeds, height."""
    some = np.asarray(numbers, np.float32)[::2]
    places = seen_places(some).reshape(len(some), -1) * 2
    turning = np.clip(some[:, :1], -12, 12) / 3
    path = np.concatenate([turning, some[:, 1:3], (some[:, 3:4] - 0.9) * 3], 1)
    return np.concatenate([places, path], 1).astype(np.float32)
