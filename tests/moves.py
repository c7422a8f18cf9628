"""Motions of toy size, made by rule: a walk, a turn, a bow."""

from __future__ import annotations

import numpy as np

from maquette.data.motion_clips import Clip
from maquette.media import quaternions as turns
from maquette.media.motion import HOUSE, Motion


def walk(
    seconds: float = 3.0, fps: float = 30.0, speed: float = 1.2, stride: float = 0.5, turning: float = 0.0
) -> Motion:
    """Legs and arms that swing, hips that go along."""
    t = np.arange(round(seconds * fps)) / fps
    phase = np.sin(2 * np.pi * 0.9 * t).astype(np.float32)
    turned = np.tile(turns.STILL, (len(t), len(HOUSE.names), 1))
    across = np.broadcast_to(np.array([1, 0, 0], np.float32), (len(t), 3))
    for name, share in (("LeftUpLeg", -stride), ("RightUpLeg", stride), ("LeftArm", 0.4), ("RightArm", -0.4)):
        turned[:, HOUSE.number(name)] = turns.about(across, share * phase)
    heading = (turning * t).astype(np.float32)
    turned[:, 0] = turns.about_y(heading)
    step = np.stack([np.sin(heading), np.zeros_like(heading), np.cos(heading)], 1) * speed / fps
    root = np.cumsum(step, 0) + np.array([0, 1.0, 0])
    return Motion(HOUSE, root.astype(np.float32), turned.astype(np.float32), fps, "a walk")


def clips(count: int = 6) -> tuple[Clip, ...]:
    """Walks and standing swings under free licences, told apart by speed."""
    made = []
    for number in range(count):
        going = number % 2 == 0
        motion = walk(
            3.0 + 0.2 * number, speed=1.0 + 0.1 * number if going else 0.0, stride=0.5 if going else 0.1 * number
        )
        labels, said = (("walk",), "a person walks") if going else (("idle",), "a person stands idle")
        made.append(Clip(f"own_{number}", motion, labels, (said,), "CC0-1.0", "Mira Own", "drawn by rule", "a", said))
    return tuple(made)
