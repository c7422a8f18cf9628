"""Clips as endless training windows: mirrored, faster and slower, joined one to another, arms lent from others.

Little motion is free to learn from, so it is varied where people could not say which was recorded. A window is put
together from pieces: a clip (or its mirror image) at 0.8 to 1.25 of its speed, and when it ends, or a while into it,
another one that is in a similar pose, blended over a third of a second; the path needs no joining, since it is told as
speeds. Each patch of four frames knows the words of the piece that it lies in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..encodings import joints
from ..encodings.motion_vocabulary import Vocabulary, words_of

Floats = NDArray[np.float32]
BLEND = 10  # frames
MOST_TURNING = 12.0  # rad/s: what spins faster is a body upside down
LENGTHS = (64, 96, 120, 160, 200)  # frames of a batch
ARMS = ("left arm", "right arm")
GESTURES = frozenset(
    ("wave", "gesture", "signal", "cheer", "point", "throw", "spell", "reach", "fight", "punch", "wash", "aim", "block")
)


@dataclass(frozen=True, eq=False)
class Taught:
    """One clip: its numbers (t, 140) and what it is called."""

    id: str
    numbers: Floats
    labels: tuple[str, ...]
    captions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Batch:
    """numbers (b, t, 140) scaled, bag (b, t / 4, w), known parts (b, t, 9)."""

    numbers: Floats
    bag: Floats
    mask: Floats


SIDES = {"left": "right", "right": "left", "clockwise": "counterclockwise"}


def other_side(text: str) -> str:
    """A caption seen in the mirror."""
    return " ".join(SIDES.get(word, word) for word in text.split(" "))


class Windows:
    """Draws training windows; the same seed draws the same ones."""

    def __init__(self, clips: Sequence[Taught], vocabulary: Vocabulary, mean: Floats, spread: Floats) -> None:
        self.clips = list(clips)
        self.vocabulary, self.mean, self.spread = vocabulary, mean, spread
        self.numbers = [np.clip(one.numbers, *_bounds()) for one in self.clips]
        self.scaled = [((one - mean) / spread).astype(np.float32) for one in self.numbers]
        self.weights = _weights(self.clips)
        self.gestures = [i for i, one in enumerate(self.clips) if GESTURES & set(one.labels)]
        # What a pose is compared by: height and legs count most, the path's speed too.
        self.look = np.zeros(140, np.float32)
        self.look[joints.columns(["path", "height", "hips", "left leg", "right leg"])] = 1.0
        self.look[joints.columns(["back", *ARMS])] = 0.5

    def batch(self, count: int, dice: np.random.Generator) -> Batch:
        """`count` windows of one length."""
        length = int(dice.choice(LENGTHS))
        made = [self.window(length, dice) for _ in range(count)]
        mask = np.stack([known(length, dice) for _ in range(count)])
        return Batch(np.stack([one for one, _ in made]), np.stack([bag for _, bag in made]), mask)

    def window(self, length: int, dice: np.random.Generator) -> tuple[Floats, Floats]:
        """(length, 140) scaled and (length / 4, w)."""
        way = dice.choice(4, p=(0.35, 0.2, 0.35, 0.1))
        out, spans = self._piece(int(dice.choice(len(self.clips), p=self.weights)), length, dice, None)
        pieces = [(0, spans)]
        while len(out) < length:
            which = self._next(out[-1], dice)
            more, name = self._piece(which, length - len(out) + BLEND, dice, out[-1])
            out = _joined(out, more)
            pieces.append((len(out) - len(more) + BLEND // 2, name))
        out = out[:length]
        bag = np.zeros((length // joints.PATCH, len(self.vocabulary)), np.float32)
        for first, which in pieces:
            bag[max(0, first // joints.PATCH) :] = self._bag(which, int(way), dice)
        if len(pieces) == 1 and dice.random() < 0.12 and self.gestures:
            out, bag = self._lent(out, bag, dice)
        return out, bag

    def piece(self, which: int, length: int, dice: np.random.Generator) -> Floats:
        """Up to `length` frames (t, 140) scaled of one clip."""
        return self._piece(which, length, dice, None)[0]

    def _piece(self, which: int, most: int, dice: np.random.Generator, last: Floats | None) -> tuple[Floats, int]:
        """Some frames of a clip at another speed; begins where its pose is near `last`."""
        clip = self.scaled[which]
        speed = float(np.exp(dice.uniform(np.log(0.8), np.log(1.25)))) if dice.random() < 0.7 else 1.0
        want = most if dice.random() < 0.6 else int(dice.integers(min(45, most), most + 1))
        need = min(len(clip), int(np.ceil(want * speed)) + 1)
        first = int(dice.integers(0, len(clip) - need + 1))
        if last is not None:
            candidates = dice.integers(0, max(1, len(clip) - min(need, len(clip) // 2 + 1)), 16)
            first = int(min(candidates, key=lambda at: float(((clip[at] - last) ** 2 * self.look).sum())))
        at = first + np.arange(0, int((min(need, len(clip) - first) - 1) / speed) + 1) * speed
        low = np.minimum(at.astype(int), len(clip) - 2)
        share = (at - low).astype(np.float32)[:, None]
        piece = clip[low] * (1 - share) + clip[low + 1] * share
        # Speeds grow with the speed: turning and the two of the path.
        piece[:, :3] = ((piece[:, :3] * self.spread[:3] + self.mean[:3]) * speed - self.mean[:3]) / self.spread[:3]
        return piece[:most], which

    def _next(self, last: Floats, dice: np.random.Generator) -> int:
        """A clip that can begin near a pose: the best of a few."""
        some = dice.choice(len(self.clips), size=10, p=self.weights)
        return int(min(some, key=lambda i: float((((self.scaled[i][::15] - last) ** 2) * self.look).sum(1).min())))

    def _bag(self, which: int, way: int, dice: np.random.Generator) -> Floats:
        """Its labels (0), a caption's words (1), both (2), or nothing said (3)."""
        clip = self.clips[which]
        caption = clip.captions[int(dice.integers(len(clip.captions)))]
        labels = clip.labels if way in (0, 2) else ()
        words = words_of(caption) if way in (1, 2) else []
        return self.vocabulary.bag(self.vocabulary.numbers(labels, words))

    def _lent(self, out: Floats, bag: Floats, dice: np.random.Generator) -> tuple[Floats, Floats]:
        """The arms of a gesture on the body of another motion; the bag names both."""
        which = int(dice.choice(self.gestures))
        arms = self.scaled[which]
        if len(arms) < len(out):
            return out, bag
        first = int(dice.integers(0, len(arms) - len(out) + 1))
        at = joints.columns(ARMS)
        lent = out.copy()
        lent[:, at] = arms[first : first + len(out), at]
        if not bag.any():
            return lent, bag
        own = self._bag(which, 0, dice)
        return lent, np.asarray((bag + own) / 2, np.float32)


def known(length: int, dice: np.random.Generator) -> Floats:
    """(length, 9): what of a window is handed over: nothing, the path, a beginning, both ends, key poses, or parts."""
    mask = np.zeros((length, len(joints.PARTS)), np.float32)
    way = dice.choice(6, p=(0.45, 0.15, 0.1, 0.12, 0.1, 0.08))
    if way == 1:
        mask[:, 0] = 1
    elif way == 2:
        mask[: int(dice.integers(4, 40))] = 1
    elif way == 3:
        mask[: int(dice.integers(1, length // 3))] = 1
        mask[length - int(dice.integers(1, length // 3)) :] = 1
    elif way == 4:
        mask[dice.choice(length, int(dice.integers(1, 6)), replace=False), 1:] = 1
        if dice.random() < 0.5:
            mask[:, 0] = 1
    elif way == 5:
        some = dice.random(len(joints.PARTS)) < 0.5
        mask[:, some] = 1
    return mask


def scaling(clips: Sequence[Taught]) -> tuple[Floats, Floats]:
    """mean and spread (140,) of the columns; one spread for all turns of joints, so that small ones stay small."""
    everything = np.clip(np.concatenate([one.numbers for one in clips]), *_bounds())
    mean, spread = everything.mean(0), np.maximum(everything.std(0), 0.05)
    spread[0] = 1.2
    spread[1:3] = 0.7
    spread[4:136] = np.maximum(spread[4:136], 0.15)
    spread[136:] = 0.5
    return mean.astype(np.float32), spread.astype(np.float32)


def columns_of(mask: Floats) -> Floats:
    """(..., 9) of the parts -> (..., 140) of the columns."""
    out = np.zeros((*mask.shape[:-1], joints.WIDTH), np.float32)
    for number, columns in enumerate(joints.PARTS.values()):
        out[..., columns] = mask[..., number : number + 1]
    return out


def _bounds() -> tuple[Floats, Floats]:
    low, high = np.full(140, -np.inf, np.float32), np.full(140, np.inf, np.float32)
    low[0], high[0] = -MOST_TURNING, MOST_TURNING
    return low, high


def _weights(clips: Sequence[Taught]) -> Floats:
    """How often each clip is drawn: by its length, and less where many share its first label."""
    count: dict[str, int] = {}
    for one in clips:
        count[one.labels[0]] = count.get(one.labels[0], 0) + len(one.numbers)
    weights = np.array([min(len(one.numbers), 900) / count[one.labels[0]] ** 0.6 for one in clips])
    return np.asarray(weights / weights.sum())


def _joined(one: Floats, other: Floats) -> Floats:
    """`other` after `one`, blended over BLEND frames."""
    blend = min(BLEND, len(one), len(other))
    share = (np.arange(blend, dtype=np.float32)[:, None] + 0.5) / blend
    share = share * share * (3 - 2 * share)
    middle = one[-blend:] * (1 - share) + other[:blend] * share
    return np.concatenate([one[:-blend], middle, other[blend:]])
