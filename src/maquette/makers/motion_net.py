"""Deeds told to the net: which labels of its clips stand for each, and which words of a request it has read."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..encodings.joints import FPS, PARTS, PATCH, WIDTH, decode, encode, shifted, twist
from ..encodings.motion_vocabulary import words_of
from ..engine.motion_net import GUIDANCE, STEPS, MotionNet, OnStep
from ..media.motion import Motion
from .motion_feet import locked
from .motion_words import IDLE, Deed, read

Floats = NDArray[np.float32]
USUAL = 4.0  # seconds of a motion where nobody says
PIECE, OVERLAP = 240, 16  # frames

# Acts of hands and postures -> labels of recorded clips. What is not here the net has never seen.
ACTS: dict[str, tuple[str, ...]] = {
    "wave": ("wave", "gesture"),
    "point": ("signal", "point"),
    "take": ("pick up", "bend"),
    "put down": ("bend", "pick up"),
    "throw": ("throw",),
    "block": ("block",),
    "aim": ("aim",),
    "shoot": ("shoot",),
    "reach": ("interact", "reach"),
    "knock": ("interact", "reach"),
    "push": ("interact", "reach"),
    "open": ("interact", "reach"),
    "wipe": ("wash window",),
    "clap": ("cheer", "wave"),
    "bow": ("bend",),
    "hold": ("interact",),
}
POSTURES: dict[str, tuple[str, ...]] = {"sit": ("sit",), "stand": ("stand up",), "lie": ("lie down",)}
WAYS: dict[str, tuple[str, ...]] = {
    "back": ("backward",),
    "left": ("turn left",),
    "right": ("turn right",),
    "around": ("turn",),
    "spin": ("turn", "spin"),
    "side": ("sidestep",),
}
SLOW, FAST, RUN = 0.95, 1.5, 2.2  # m/s


def labels_of(deed: Deed) -> tuple[str, ...]:
    """The labels of clips in which a body does this; () for what the net has never seen."""
    if deed.kind == "go":
        pace = ("slow",) if deed.speed < SLOW else ("fast",) if FAST < deed.speed < RUN else ()
        return ("run" if deed.speed > RUN else "walk", *pace, *WAYS.get(deed.way, ()))
    if deed.kind == "clip":
        return tuple(deed.name.split("|"))
    if deed.kind == "posture":
        return POSTURES.get(deed.name, ())
    if deed.kind == "turn":
        return ("walk", "slow", *WAYS.get(deed.way, ("turn",)))
    return ("idle",) if deed.kind == IDLE else ACTS.get(deed.name, ())


def asked(net: MotionNet, deed: Deed) -> list[int]:
    """The columns of the net's bag for a deed; [] for one that it has never seen."""
    known = net.vocabulary
    labels = [one for one in labels_of(deed) if one in known.labels]
    if not labels:
        return []
    numbers: list[int] = known.numbers(labels, [word for word in words_of(deed.words) if word in known.stems])
    return numbers


def able(net: MotionNet, deeds: Sequence[Deed]) -> bool:
    """True if the net has seen all of it."""
    return all(asked(net, deed) for deed in deeds)


def bags(net: MotionNet, deeds: Sequence[Deed], frames: Sequence[int]) -> Floats:
    """(n, w): one deed after another, each for so many frames; n patches of four."""
    total = -(-sum(frames) // 4)
    out = np.zeros((total, len(net.vocabulary)), np.float32)
    at = 0
    for deed, count in zip(deeds, frames, strict=True):
        out[round(at / 4) :] = net.vocabulary.bag(asked(net, deed))
        at += count
    return out


@dataclass(frozen=True, eq=False)
class Moved:
    """A motion by the net, and the parts of the text that it has never seen."""

    motion: Motion
    deeds: tuple[Deed, ...]
    unseen: tuple[str, ...] = ()


def move(
    net: MotionNet,
    text: str,
    *,
    seconds: float = 0.0,
    path: Sequence[tuple[float, float]] = (),
    seed: int = 0,
    kept: Kept | None = None,
    guidance: float = GUIDANCE,
    steps: int = STEPS,
    lock: bool = True,
    on_step: OnStep | None = None,
) -> Moved:
    """The motion of a text by the net. seconds 0: as long as the path takes, or four; path: (x, z) metres.

    Deeds in a row get equal shares of the time. Raises UsageError for a text of which the net knows nothing.
    """
    reading = read(text)
    deeds = tuple(deed for deed in reading.deeds if asked(net, deed))
    unseen = tuple(deed.words for deed in reading.deeds if not asked(net, deed)) + reading.unknown
    if not deeds or (unseen and all(deed.kind == IDLE for deed in deeds)):
        wrong = f"the net has never seen {', '.join(filter(None, unseen)) or text!r}"
        raise UsageError(wrong, mend="ask for it by the motion graph: --by graph")
    pace = next((deed.speed for deed in deeds if deed.kind == "go"), 1.25)
    track = along(path, seconds, pace) if len(path) >= 2 else None
    frames = len(track.known) if track else round((seconds or USUAL) * FPS)
    share = -(-frames // len(deeds))
    asking = bags(net, deeds, [share] * len(deeds))[: -(-frames // PATCH)]
    made = _in_pieces(net, asking, seed, kept or track, guidance, steps, on_step)
    start, heading = (track.start, track.heading) if track else ((0.0, 0.0), 0.0)
    motion = decode(made, start=start, heading=heading, title=text.strip()).part(0, frames)
    return Moved(locked(motion) if lock else motion, deeds, unseen)


def again(
    net: MotionNet, motion: Motion, text: str, mask: Floats, *, seed: int = 0, on_step: OnStep | None = None
) -> Moved:
    """A motion of the same length in which what `mask` (t, 9) names is as it was and the rest is made by the text.

    Where the path is not kept, kept frames come out at other places: `motion_lock.filled` sets them down.
    """
    start = (float(motion.root[0, 0]), float(motion.root[0, 2]))
    kept = Kept(encode(motion), mask, start, float(twist(motion.turns[0, 0])))
    made = move(net, text, seconds=motion.frames / FPS, seed=seed, kept=kept, lock=False, on_step=on_step)
    moved = shifted(made.motion, *kept.start, kept.heading)
    return dataclasses.replace(made, motion=moved)


@dataclass(frozen=True, eq=False)
class Kept:
    """What the net is not to change: known (t, 140), mask (t, 9), and where it begins."""

    known: Floats
    mask: Floats
    start: tuple[float, float] = (0.0, 0.0)
    heading: float = 0.0


def along(path: Sequence[tuple[float, float]], seconds: float, pace: float) -> Kept:
    """The path of hips that follow points in metres at an even speed, their corners rounded; heading goes with it."""
    points = rounded(np.array(path, np.float64))
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    frames = max(PATCH, round((seconds or length[-1] / max(pace, 0.1)) * FPS))
    at = np.linspace(0, length[-1], frames + 1)
    places = np.stack([np.interp(at, length, points[:, axis]) for axis in (0, 1)], 1)
    step = np.diff(places, axis=0)
    heading = np.unwrap(np.arctan2(step[:, 0], step[:, 1]))
    known = np.zeros((frames, WIDTH), np.float32)
    known[:, 0] = np.diff(heading, append=heading[-1:]) * FPS
    known[:, 2] = np.linalg.norm(step, axis=1) * FPS
    mask = np.zeros((frames, len(PARTS)), np.float32)
    mask[:, list(PARTS).index("path")] = 1
    return Kept(known, mask, (float(places[0, 0]), float(places[0, 1])), float(heading[0]))


def rounded(points: NDArray[np.float64], times: int = 4) -> NDArray[np.float64]:
    """Corners cut four times (Chaikin 1974); the ends stay."""
    for _ in range(times):
        if len(points) < 3:
            break
        near, far = points[:-1] * 0.75 + points[1:] * 0.25, points[:-1] * 0.25 + points[1:] * 0.75
        between = np.stack([near, far], 1).reshape(-1, 2)
        points = np.concatenate([points[:1], between[1:-1], points[-1:]])
    return points


def _in_pieces(
    net: MotionNet, asking: Floats, seed: int, kept: Kept | None, guidance: float, steps: int, on_step: OnStep | None
) -> Floats:
    """(t, 140): in one go, or in pieces of eight seconds that begin with the last half second of the one before."""
    total = len(asking) * PATCH
    known, mask = np.zeros((total, WIDTH), np.float32), np.zeros((total, len(PARTS)), np.float32)
    if kept is not None:
        count = len(kept.known)
        known[:count], mask[:count] = kept.known, kept.mask
        known[count:], mask[count:] = kept.known[-1], kept.mask[-1]
    out = np.zeros((0, WIDTH), np.float32)
    while len(out) < total:
        first = max(0, len(out) - OVERLAP)
        last = min(total, first + PIECE)
        here, hides = known[first:last].copy(), mask[first:last].copy()
        here[: len(out) - first] = out[first:]
        hides[: len(out) - first] = 1
        rows = asking[first // PATCH : last // PATCH]
        made = net.make(
            rows, seed=seed + first, known=here, mask=hides, guidance=guidance, steps=steps, on_step=on_step
        )
        out = np.concatenate([out, made[len(out) - first :]])
    return out
