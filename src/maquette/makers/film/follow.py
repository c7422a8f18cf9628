"""What was seen in one frame, followed through a clip: for every pixel of every frame, where in that one it comes from.

A map (h, w, 2) holds places of the frame that is followed, the *key*, in pixels. It is carried from frame to frame by
the flow, never from pictures that were themselves carried: nothing gets softer with time. What comes into sight takes
its place from its own surface around it (the map goes on smoothly along the edges of the frame); where that shows
something else than the key did, the most alike patch of the key stands in (image analogies, Hertzmann et al. 2001; as
EbSynth does, Jamriska et al. 2019).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import flow as flows
from .flow import Bytes, Floats

Mask = NDArray[np.bool_]

OFF = 26.0  # of 255: how much a pixel may differ from what it comes from
ALIKE = 30.0  # the same, of a small patch against the key
BLOCK, STEP = 8, 4  # pixels of a patch that stands in, and of the grid it is laid on


@dataclass(frozen=True, eq=False)
class Followed:
    """One frame's map. sure (h, w) 0..1: 1 where it was followed, less where something alike stands in."""

    places: Floats  # (h, w, 2): x and y in the key, working pixels
    sure: Floats

    def moved(self) -> Floats:
        """The map as a flow towards the key."""
        x, y = flows.grid(*self.places.shape[:2])
        return self.places - np.stack([x, y], -1)


def start(high: int, wide: int) -> Followed:
    """The key itself: every pixel comes from its own place."""
    x, y = flows.grid(high, wide)
    return Followed(np.stack([x, y], -1), np.ones((high, wide), np.float32))


def follow(key: Bytes, frames: Iterable[tuple[Bytes, Floats | None]], settings: flows.Settings) -> Iterator[Followed]:
    """The maps of `frames`, which lead away from the key one by one, all (h, w, 3) of working size.

    With each frame its flow back to the one before it, where that is known exactly (own drawings); None: it is found.
    """
    bank = _Bank(key)
    now, before, last = start(*key.shape[:2]), key, None
    for frame, known in frames:
        if known is not None:
            back = known
        elif np.array_equal(frame, before):  # held frames: nothing moves
            back = np.zeros((*frame.shape[:2], 2), np.float32)
        else:
            back = flows.flow(frame, before, last, settings)
        now = _carried(now, back, frame, before, bank)
        before, last = frame, back
        yield now


def _carried(now: Followed, back: Floats, frame: Bytes, before: Bytes, bank: _Bank) -> Followed:
    """The map of the next frame from this one's."""
    one, other = frame.astype(np.float32), before.astype(np.float32)
    new = _uncovered(back, one, other)
    x, y = flows.grid(*back.shape[:2])
    here = np.stack([x, y], -1)
    to_x, to_y = x + back[..., 0], y + back[..., 1]
    state = np.concatenate([now.places, now.sure[..., None]], -1)
    read = flows.sampled(state, to_x, to_y)
    # Between two surfaces a place halfway is nowhere: there the map of the nearer pixel is carried on.
    torn = _torn(now.places, to_x, to_y)
    read[torn] = _nearest(state, to_x[torn], to_y[torn])
    moved, sure = read[..., :2] - here, read[..., 2]
    if new.any():
        trust = np.where(new, 0.0, 1.0)[..., None].astype(np.float32)
        filled = flows.smoothed(np.concatenate([moved * trust, trust], -1), one, 80.0)
        moved = np.where(new[..., None], filled[..., :2] / np.maximum(filled[..., 2:], 1e-6), moved)
        sure = np.where(new, 0.6, sure)
    lost = torn & ~new & (np.abs(flows.sampled(bank.key, x + moved[..., 0], y + moved[..., 1]) - one).mean(-1) > OFF)
    moved = flows.decided(np.asarray(moved, np.float32), one, lost & (sure > 0.5), bank.key)
    places = (moved + here).astype(np.float32)
    return bank.mended(Followed(places, sure.astype(np.float32)), one, new)


def _uncovered(back: Floats, one: Floats, other: Floats) -> Mask:
    """(h, w): pixels that the frame before did not show.

    They look otherwise than what they would come from, or share it with another pixel that fits it better.
    """
    high, wide = back.shape[:2]
    error = np.abs(flows.warped(other, back) - one).mean(-1)
    x, y = flows.grid(high, wide)
    to_x, to_y = np.rint(x + back[..., 0]), np.rint(y + back[..., 1])
    outside = (to_x < 0) | (to_y < 0) | (to_x > wide - 1) | (to_y > high - 1)
    at = (np.clip(to_y, 0, high - 1) * wide + np.clip(to_x, 0, wide - 1)).astype(np.intp).ravel()
    best = np.full(high * wide, np.inf, np.float32)
    np.minimum.at(best, at, error.ravel())
    shared = error > best[at].reshape(high, wide) + 12.0
    new: Mask = flows.grown((error > OFF) | shared, 1) | outside
    return new


def _torn(places: Floats, to_x: Floats, to_y: Floats) -> Mask:
    """(h, w): where the map, read between its pixels, would mix two surfaces."""
    x, y = flows.grid(*places.shape[:2])
    jump = flows.jumps(places - np.stack([x, y], -1), 0.7, 0)
    high, wide = jump.shape
    left = np.clip(np.floor(to_x), 0, wide - 2).astype(np.intp)
    top = np.clip(np.floor(to_y), 0, high - 2).astype(np.intp)
    torn: Mask = jump[top, left] | jump[top + 1, left] | jump[top, left + 1] | jump[top + 1, left + 1]
    return torn


def _nearest(state: Floats, x: Floats, y: Floats) -> Floats:
    """(n, 3) of the map at the nearest pixels, its places carried on by what is left to them."""
    high, wide = state.shape[:2]
    at_x, at_y = np.clip(np.rint(x), 0, wide - 1), np.clip(np.rint(y), 0, high - 1)
    near = state[at_y.astype(np.intp), at_x.astype(np.intp)]
    near[:, 0] += np.clip(x - at_x, -1, 1)
    near[:, 1] += np.clip(y - at_y, -1, 1)
    return near


class _Bank:
    """The patches of a key, by what they look like, for places that it never showed."""

    def __init__(self, key: Bytes) -> None:
        self.key = key.astype(np.float32)
        self.high, self.wide = key.shape[:2]
        self.rows = np.arange(0, self.high - BLOCK + 1, STEP)
        self.columns = np.arange(0, self.wide - BLOCK + 1, STEP)
        self.looks = _looks(self.key)[np.ix_(self.rows, self.columns)].reshape(-1, 12)
        self.squares = (self.looks**2).sum(1)

    def mended(self, found: Followed, frame: Floats, new: Mask) -> Followed:
        """Where new places do not look like what they are said to come from, the most alike patch stands in."""
        if not new.any():
            return found
        x, y = found.places[..., 0], found.places[..., 1]
        outside = (x < 0) | (y < 0) | (x > self.wide - 1) | (y > self.high - 1)
        differs = np.abs(flows.sampled(self.key, x, y) - frame).mean(-1) > ALIKE
        # Whole spots, not crumbs: what most pixels around say.
        bad = (outside | differs).astype(np.float32)[..., None]
        wrong = new & ((flows.boxed(bad, 3)[..., 0] > 0.45) | outside)
        if not wrong.any():
            return found
        places, sure = found.places.copy(), found.sure.copy()
        looks = _looks(frame)
        blocks = wrong[: self.high // STEP * STEP, : self.wide // STEP * STEP]
        blocks = blocks.reshape(self.high // STEP, STEP, self.wide // STEP, STEP).any((1, 3))
        rows, columns = np.nonzero(blocks)
        for first in range(0, len(rows), 2048):
            part = slice(first, first + 2048)
            top = np.minimum(rows[part] * STEP, self.high - BLOCK)
            left = np.minimum(columns[part] * STEP, self.wide - BLOCK)
            asked = looks[top, left]
            at = self._best(asked, top, left)
            for dy in range(STEP):
                for dx in range(STEP):
                    py = np.minimum(rows[part] * STEP + dy, self.high - 1)
                    px = np.minimum(columns[part] * STEP + dx, self.wide - 1)
                    here = wrong[py, px]
                    places[py[here], px[here]] = np.stack([at[1] + px - left, at[0] + py - top], -1)[here]
                    sure[py[here], px[here]] = 0.3
        return Followed(places, sure)

    def _best(self, asked: Floats, top: NDArray[np.intp], left: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """For each look the most alike patch of the key, the nearer of two that are alike."""
        cost = self.squares[None] - 2 * asked @ self.looks.T
        far = (self.rows[None, :, None] - top[:, None, None]) ** 2 + (
            self.columns[None, None, :] - left[:, None, None]
        ) ** 2
        cost += (0.02 * far.reshape(len(top), -1)).astype(np.float32)
        best = cost.argmin(1)
        return (
            self.rows[best // len(self.columns)].astype(np.float32),
            self.columns[best % len(self.columns)].astype(np.float32),
        )


def _looks(picture: Floats) -> Floats:
    """(h, w, 12): the mean colours of the four quarters of the patch that begins at each pixel."""
    half = BLOCK // 2
    padded = np.pad(picture, ((0, BLOCK), (0, BLOCK), (0, 0)), mode="edge")
    sums = np.pad(padded.cumsum(0, dtype=np.float64).cumsum(1), ((1, 0), (1, 0), (0, 0)))
    mean = (sums[half:, half:] - sums[:-half, half:] - sums[half:, :-half] + sums[:-half, :-half]) / half**2
    high, wide = picture.shape[:2]
    quarters = [mean[y : y + high, x : x + wide] for y in (0, half) for x in (0, half)]
    return np.concatenate(quarters, -1).astype(np.float32)
