"""Motions for tests."""

from __future__ import annotations

import numpy as np

from maquette.media.motion import HOUSE, Motion, world


def swaying(frames: int = 40, fps: float = 30.0, seed: int = 3) -> Motion:
    """A body that turns every joint smoothly, some of them far, and walks about."""
    dice = np.random.default_rng(seed)
    t = np.linspace(0, 2 * np.pi, frames)[:, None, None]
    speed = dice.uniform(0.5, 2, (1, 22, 4))
    turned = np.sin(t * speed + dice.uniform(0, 6, (1, 22, 4))) + np.array([0, 0, 0, 1.2])
    turned /= np.linalg.norm(turned, axis=-1, keepdims=True)
    root = np.stack([np.linspace(0, 9, frames), np.full(frames, 0.95), np.linspace(0, -7, frames)], 1)
    return Motion(HOUSE, root.astype(np.float32), turned.astype(np.float32), fps)


def apart(one: Motion, other: Motion) -> float:
    """The farthest that any joint of one is from the same joint of the other, metres."""
    return float(np.abs(world(one)[0] - world(other)[0]).max())
