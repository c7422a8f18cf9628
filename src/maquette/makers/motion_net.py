"""Deeds told to the net: which labels of its clips stand for each, and which words of a request it has read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..encodings.joints import FPS, decode
from ..encodings.motion_vocabulary import words_of
from ..engine.motion_net import GUIDANCE, STEPS, MotionNet, OnStep
from ..media.motion import Motion
from .motion_feet import locked
from .motion_words import IDLE, Deed, read

Floats = NDArray[np.float32]
USUAL = 4.0  # seconds of a motion where nobody says

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
    return known.numbers(labels, [word for word in words_of(deed.words) if word in known.stems])


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


def move(
    net: MotionNet,
    text: str,
    *,
    seconds: float = USUAL,
    seed: int = 0,
    known: Floats | None = None,
    mask: Floats | None = None,
    guidance: float | None = None,
    steps: int | None = None,
    lock: bool = True,
    on_step: OnStep | None = None,
) -> tuple[Motion, tuple[str, ...]]:
    """The motion of a text by the net, `seconds` long, and the parts of the text that it has never seen.

    known (t, 140), mask (t, 9): what is kept (`encodings.joints`), t = seconds * 30 rounded up to four. Deeds in a row
    get equal shares. A text of which the net knows nothing raises UsageError.
    """
    reading = read(text)
    deeds = [deed for deed in reading.deeds if asked(net, deed)]
    unseen = tuple(deed.words for deed in reading.deeds if not asked(net, deed)) + reading.unknown
    frames = round(seconds * FPS)
    if not deeds or (unseen and all(deed.kind == IDLE for deed in deeds)):
        wrong = f"the net has never seen {', '.join(unseen) or text!r}"
        raise UsageError(wrong, mend="ask for it by the motion graph: --by graph")
    share = -(-frames // len(deeds))
    asking = bags(net, deeds, [share] * len(deeds))[: -(-frames // 4)]
    made = net.make(
        asking,
        seed=seed,
        known=known,
        mask=mask,
        guidance=GUIDANCE if guidance is None else guidance,
        steps=steps or STEPS,
        on_step=on_step,
    )
    motion = decode(made, title=text.strip()).part(0, frames)
    return (locked(motion) if lock else motion), unseen
