"""Somebody or something cut out of a film: exactly, from our own drawings; by masks of a few frames, from footage.

A mask that a person painted over one frame is carried through the clip as paint is (`effects.py`), and then drawn to
the edges of every frame by a guided filter (He, Sun & Tang 2010; the fast one of He & Sun 2015, arXiv:1505.00996).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from . import flow as flows
from .effects import Clip, Key, Style, carried
from .flow import Bytes, Floats

RADIUS = 5  # pixels of the filter, at its working size
SMOOTH = 4.0  # of 255, squared: how flat a surface must be to be one side
WORKING = 480  # pixels of the longer side at which the filter is solved


def cutouts(clip: Clip, masks: Sequence[Key], style: Style) -> Iterator[tuple[Bytes, NDArray[np.uint8]]]:
    """(frame, matte (h, w), 255 where it stands) for every frame. masks: white on what is to be cut out."""
    keys = [Key(one.frame, _even(one.painted)) for one in masks]
    for frame, mask in zip(clip, carried(clip, keys, style, plain=True)):
        yield frame, refined(mask[..., 0].astype(np.float32) / np.float32(255), frame)


def _even(painted: Bytes) -> Bytes:
    """A mask as three equal channels, black and white where it is nearly so."""
    grey = painted.astype(np.float32).mean(-1)
    sharp = np.clip((grey - 32) * (255 / 191), 0, 255).astype(np.uint8)
    return np.repeat(sharp[..., None], 3, -1)


def refined(mask: Floats, frame: Bytes) -> NDArray[np.uint8]:
    """A rough mask (h, w), 0..1, moved to the edges of its frame."""
    high, wide = mask.shape
    scale = min(1.0, WORKING / max(high, wide))
    small = (max(16, round(wide * scale)), max(16, round(high * scale)))
    guide = flows.shrunk(frame, small).astype(np.float32)
    rough = flows.shrunk(np.repeat((mask * 255).astype(np.uint8)[..., None], 3, -1), small)[..., 0] / np.float32(255)
    slope, level = _linear(rough.astype(np.float32), guide)
    state = np.concatenate([slope, level[..., None]], -1)
    large = _larger(state, high, wide)
    matte = (large[..., :3] * frame.astype(np.float32)).sum(-1) + large[..., 3]
    # Far from the border nothing is to be asked: the mask is sure there.
    near = flows.boxed(flows.boxed(rough[..., None].astype(np.float32), RADIUS), RADIUS)
    sure = _larger(near, high, wide)[..., 0]
    matte = np.where(sure > 0.985, 1.0, np.where(sure < 0.015, 0.0, matte))
    # A little steeper: the filter leaves a haze.
    return (np.clip((matte - 0.12) / 0.76, 0, 1) * 255 + 0.5).astype(np.uint8)


def _linear(mask: Floats, guide: Floats) -> tuple[Floats, Floats]:
    """The mask as a linear function of the colours around each pixel: slopes (h, w, 3) and level (h, w)."""
    mean = flows.boxed(np.concatenate([guide, mask[..., None], guide * mask[..., None]], -1), RADIUS)
    colour, level, joint = mean[..., :3], mean[..., 3], mean[..., 4:]
    pairs = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
    squares = flows.boxed(np.stack([guide[..., a] * guide[..., b] for a, b in pairs], -1), RADIUS)
    spread = np.empty((*mask.shape, 3, 3), np.float32)
    for number, (a, b) in enumerate(pairs):
        spread[..., a, b] = spread[..., b, a] = squares[..., number] - colour[..., a] * colour[..., b]
    spread += np.eye(3, dtype=np.float32) * np.float32(SMOOTH**2)
    slope = np.linalg.solve(spread, (joint - colour * level[..., None])[..., None])[..., 0].astype(np.float32)
    rest = level - (slope * colour).sum(-1)
    both = flows.boxed(np.concatenate([slope, rest[..., None]], -1), RADIUS)
    return both[..., :3], both[..., 3]


def _larger(state: Floats, high: int, wide: int) -> Floats:
    """A field of plain values at another size, bilinear."""
    y = np.clip((np.arange(high, dtype=np.float32) + 0.5) * state.shape[0] / high - 0.5, 0, state.shape[0] - 1.001)
    x = np.clip((np.arange(wide, dtype=np.float32) + 0.5) * state.shape[1] / wide - 0.5, 0, state.shape[1] - 1.001)
    top, left = y.astype(np.intp), x.astype(np.intp)
    dy, dx = (y - top)[:, None, None], (x - left)[None, :, None]
    rows = state[top] * (1 - dy) + state[top + 1] * dy
    out: Floats = (rows[:, left] * (1 - dx) + rows[:, left + 1] * dx).astype(np.float32)
    return out


def with_alpha(frame: Bytes, matte: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, 4): the frame with the matte as straight alpha; at the border the colours come from inside.

    A half-covered pixel shows a mixture with the ground: its own colour is taken from the covered ones around it.
    """
    cover = (matte.astype(np.float32) / 255)[..., None]
    solid = (matte > 242).astype(np.float32)[..., None]
    held = flows.boxed(np.concatenate([frame.astype(np.float32) * solid, solid], -1), 2)
    inside = held[..., :3] / np.maximum(held[..., 3:], 1e-3)
    border = (cover[..., 0] > 0) & (solid[..., 0] == 0) & (held[..., 3] > 0.02)
    colour = np.where(border[..., None], inside * (1 - cover) + frame * cover, frame)
    return np.concatenate([np.clip(colour + 0.5, 0, 255).astype(np.uint8), matte[..., None]], -1)


def agreement(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """How far two mattes cover the same, 0..1: the shared part of what either covers (IoU, Jaccard 1912)."""
    a, b = one > 127, other > 127
    either = float((a | b).sum())
    return float((a & b).sum()) / either if either else 1.0
