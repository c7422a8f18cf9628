"""Why a picture came out as it did: where the net looked for each word, and what each part of the request changed.

The heat map of a word is how much every place of the picture looked at it (cross-attention; Tang et al. 2023, "What the
DAAM", arXiv:2210.04885), averaged over several levels of noise, in the last layer that looks at words: earlier ones see
things too roughly to point at them (`benchmarks/pictures_pointing.py`). What a part changed is found by drawing the
picture again without it, from the same noise. Both are of the net's own size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ..core.progress import OnProgress, Progress, silent
from ..encodings import pixels
from ..engine.denoiser import Conditions, Denoiser
from .picture_draw import Net, Scene, draw
from .picture_scene import Told, scene_of

Floats = NDArray[np.float32]
LEVELS = (1.6, 0.8, 0.4, 0.2)  # noise at which the net is asked where it looks
NOTICED = 0.1  # difference of a channel from which on a pixel counts as changed
MOST = 8  # parts that are left out, one after another
SILENT = frozenset("a an the of and with in on at to".split())  # noqa: SIM905


@dataclass(frozen=True)
class Heat:
    """Where a word was looked at: (h, w) in [0, 1], 1 at its hottest place."""

    word: str
    heat: Floats

    @property
    def peak(self) -> tuple[float, float]:
        """The hottest place: x and y as shares of the frame."""
        row, column = np.unravel_index(int(self.heat.argmax()), self.heat.shape)
        return (float(column) + 0.5) / self.heat.shape[1], (float(row) + 0.5) / self.heat.shape[0]


@dataclass(frozen=True)
class Change:
    """The picture without one part of the request: (h, w, 4) premultiplied, and the share of its pixels that differ."""

    what: str
    picture: Floats
    share: float


@dataclass(frozen=True)
class Why:
    """What was found out about one picture. drawn, sketch: (h, w, 4) premultiplied in [0, 1]."""

    drawn: Floats
    sketch: Floats
    heats: tuple[Heat, ...]
    changes: tuple[Change, ...]


def why_of(net: Any, told: Told, on_progress: OnProgress = silent, *, most: int = MOST) -> Why:
    """Draw a picture again from its record and look into it; `on_progress` may raise Cancelled.

    net: an opened checkpoint (`picture_net.open_net`). Raises UsageError where the record is not of this net.
    """
    parts = list(without(told))[:most]
    on_progress(Progress(0, len(parts) + 1, "drawing it again"))
    scene = scene_of(net, [told])
    drawn = draw(net, scene)
    heats = heats_of(net, told, scene, drawn)
    whole, changes = pixels.unsigned(drawn)[0], []
    for number, (what, changed) in enumerate(parts, 1):
        on_progress(Progress(number, len(parts) + 1, f"without {what}"))
        other = pixels.unsigned(draw(net, scene_of(net, [changed])))[0]
        changes.append(Change(what, other, share_of(whole, other)))
    return Why(whole, pixels.unsigned(scene.sketch)[0], heats, tuple(changes))


# -- where it looked --------------------------------------------------------------------------------------------------


def heats_of(net: Any, told: Told, scene: Scene, drawn: Floats) -> tuple[Heat, ...]:
    """A map for every word that the net has read, of the drawn picture (1, 4, h, w) in [-1, 1].

    () for a net that cannot say where it looks.
    """
    looker = cast("Denoiser | None", getattr(net, "looks", None) and net)
    words = read_words(net, told["words"])
    if looker is None or not words:
        return ()
    count, (high, wide) = len(drawn), drawn.shape[2:]
    asked = Conditions(
        scene.sketch,
        np.full(count, scene.known, np.float32),
        np.full(count, scene.style, np.int64),
        np.asarray(scene.tones, np.int64),
        np.repeat(scene.tokens[None], count, axis=0),
    )
    total = np.zeros((len(words), high, wide), np.float32)
    for level in LEVELS:
        noisy = (drawn + np.float32(level) * scene.noise).astype(np.float32)
        finest = looker.looks(noisy, np.full(count, level, np.float32), asked)[-1]
        total += _spread(finest[0, :, : len(words)], high, wide)
    lowest, highest = total.min(axis=(1, 2), keepdims=True), total.max(axis=(1, 2), keepdims=True)
    maps = (total - lowest) / np.maximum(highest - lowest, 1e-9)
    return tuple(Heat(word, one) for word, one in zip(words, maps, strict=True) if word not in SILENT)


def read_words(net: Net, words: Sequence[str]) -> list[str]:
    """The words of a prompt that the net has read, in the order of its tokens."""
    return [word for word in words if int(net.ids([word])[0]) > pixels.NOTHING][: pixels.TOKENS]


def _spread(layer: Floats, high: int, wide: int) -> Floats:
    """(places, t) of one layer -> (t, high, wide), each word's map in relation to its mean."""
    step = round((high * wide / len(layer)) ** 0.5)
    rows, columns = high // step, wide // step
    maps = layer.T.reshape(-1, rows, columns)
    maps = maps / np.maximum(maps.mean(axis=(1, 2), keepdims=True), 1e-9)
    down = pixels.reach(high, rows, 0.0, float(high))
    right = pixels.reach(wide, columns, 0.0, float(wide))
    return np.asarray(down @ maps @ right.T, np.float32)


# -- what each part changed -------------------------------------------------------------------------------------------


def without(told: Told) -> Iterator[tuple[str, Told]]:
    """The request without one of its parts at a time: things, colours, words, style, tone, layout."""
    things = told.get("things") or []
    for name in dict.fromkeys(str(one[0]) for one in things):
        gone = set(name.split())
        rest = [one for one in things if one[0] != name]
        words = [word for word in told["words"] if word not in gone]
        yield f"the thing “{name}”", {**told, "things": rest, "words": words, "known": told["known"] if rest else 0.0}
    for tint in dict.fromkeys(str(one[6]) for one in things if one[6]):
        plain = [[*one[:6], "" if one[6] == tint else one[6], *one[7:]] for one in things]
        yield (
            f"the colour {tint}",
            {**told, "things": plain, "words": [word for word in told["words"] if word != tint]},
        )
    named = {word for one in things for word in (*str(one[0]).split(), str(one[6]))} | SILENT
    for word in dict.fromkeys(one for one in told["words"] if one not in named):
        yield f"the word “{word}”", {**told, "words": [one for one in told["words"] if one != word]}
    if told.get("style"):
        yield f"the style {told['style']}", {**told, "style": ""}
    if told.get("tone"):
        yield f"the skin tone {told['tone']}", {**told, "tone": ""}
    if told.get("words"):
        yield "all words (the sketch alone)", {**told, "words": []}
    if things and told.get("words"):
        yield "the sketch (the words alone)", {**told, "things": [], "known": 0.0}


def share_of(one: Floats, other: Floats) -> float:
    """The share of the pixels that either picture has something at, at which they differ visibly."""
    there = np.maximum(one[..., 3], other[..., 3]) > NOTICED
    differ = np.abs(one - other).max(axis=-1) > NOTICED
    return round(float(differ[there].mean()), 4) if there.any() else 0.0


# -- where things stand -----------------------------------------------------------------------------------------------


def boxes_of(told: Mapping[str, Any]) -> list[tuple[str, tuple[float, float, float, float]]]:
    """(name, (x, y, width, height) as shares of the frame) of every thing of a record."""
    wide, high = told["canvas"]
    aspect = wide / high
    return [(str(one[0]), (one[2] / aspect, one[3], one[4] / aspect, one[4])) for one in told.get("things") or ()]


def inside(peak: tuple[float, float], box: tuple[float, float, float, float]) -> bool:
    """Whether a place lies in a box."""
    return box[0] <= peak[0] <= box[0] + box[2] and box[1] <= peak[1] <= box[1] + box[3]


def where(peak: tuple[float, float]) -> str:
    """A place in words: "left top", "middle"."""
    across = "left" if peak[0] < 0.36 else "right" if peak[0] > 0.64 else ""
    down = "top" if peak[1] < 0.36 else "bottom" if peak[1] > 0.64 else ""
    return " ".join(filter(None, (across, down))) or "middle"
