"""Which fillings of a hole are handed over: sound ones, those first that are likeliest to be meant, all different.

A filling's worth is the IoU with the artist's own shape that is to be expected of it: a linear measure, fitted by ridge
regression on the fillings of 120 held-out icons. They are none of the 200 that `benchmarks/infill.py` measures.
Faults and strokes that run together weigh more than that: a blot may lie where the artist drew, and is still a blot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..encodings import strokes_vocabulary as v
from ..media import drawing as d
from ..media.affine import as_path
from ..media.extent import Box, geometry_box, union
from . import icon_choice as choice
from .icon_parts import outline

if TYPE_CHECKING:
    from .icon_infill import Filled, Infiller

ALIKE = 0.7  # IoU of two new parts that are one idea
PIXELS = 64
FILLING = 0.25  # of its place that a copy of another shape is to fill
NAMES: tuple[str, ...] = (
    *("likelihood", "logprob", "often", "words", "clash", "clash2", "faults", "blot"),
    *("repeat", "chance", "place", "place2", "length"),
)
# By what is known: the place of what is missing, or not.
WEIGHTS: dict[bool, tuple[float, ...]] = {
    False: (0.012, 0.003, 0.242, 0.03, -0.101, -0.013, -0.03, -0.4, 0.018, 0.543, 0.0, 0.0, 0.028),
    True: (0.013, 0.013, 0.299, 0.027, 0.023, -0.134, -0.03, -0.4, 0.042, 0.444, 0.379, 0.107, 0.002),
}

Floats = NDArray[np.float64]


def choose(
    infiller: Infiller, drawn: Sequence[Filled], count: int, words: Sequence[int] = (), near: Box | None = None
) -> list[Filled]:
    """The best `count` that differ in their new part, best first; fewer only if fewer are sound.

    near: a box of the net's canvas in which the new shapes are to stand.
    """
    sound = sound_ones(drawn, near)
    if not sound or count < 1:
        return []
    parts = np.minimum(d.render_many([one.part for one in sound], PIXELS), 1)
    known = features(infiller, sound, parts, words, near)
    scores = known @ np.array(WEIGHTS[near is not None])
    for one, row, score in zip(sound, known, scores, strict=True):
        one.scores.update({name: round(float(value), 4) for name, value in zip(NAMES, row, strict=True) if value})
        one.scores["total"] = round(float(score), 4)
    order = np.argsort(-scores, kind="stable").tolist()
    chosen: list[int] = []
    for bound in (ALIKE, 0.9, 0.98):
        for i in order:
            new = i not in chosen and all(choice.iou(parts[i], parts[j]) < bound for j in chosen)
            if new and len(chosen) < count:
                chosen.append(i)
    return [sound[i] for i in sorted(chosen, key=lambda i: -scores[i])]


def sound_ones(drawn: Sequence[Filled], near: Box | None) -> list[Filled]:
    """Those on the canvas, in their place, that repeat no shape that is there."""
    return [one for one in drawn if choice.is_inside(one.part) and not _repeats(one) and _in_place(one, near)]


def features(
    infiller: Infiller, drawn: Sequence[Filled], parts: NDArray[np.float32], words: Sequence[int], near: Box | None
) -> Floats:
    """(n, len(NAMES)) what is known of each filling; `parts` (n, px, px) are the pictures of what is new."""
    out = np.zeros((len(drawn), len(NAMES)))
    model = np.array([one.source == "model" for one in drawn])
    likely = np.array([one.likelihood for one in drawn])
    if model.any():
        mean, spread = likely[model].mean(), max(float(likely[model].std()), 1e-6)
        out[model, 0] = np.clip((likely[model] - mean) / spread, -2, 1)
    often = Counter(one.tokens.tobytes() for one in drawn if one.source == "model")
    if words:
        ink = d.render_many([d.fit(one.drawing) for one in drawn], choice.PIXELS)
        said = np.asarray(infiller.judge.drawings(ink) @ infiller.judge.words(words), dtype=np.float64)
        out[:, 3] = (said - said.mean()) / max(float(said.std()), 1e-6)
    rest = np.minimum(d.render(replace(drawn[0].drawing, shapes=kept(drawn[0])), PIXELS), 1)
    for i, one in enumerate(drawn):
        clash = float(np.minimum(parts[i], rest).sum() / max(float(parts[i].sum()), 1e-6))
        out[i, 4:6] = clash, clash**2
        out[i, 6] = min(choice.faults(d.fit(one.part)), 3)
        out[i, 7] = blot(one.part, parts[i])
        if model[i]:
            out[i, 1] = one.likelihood * (len(one.tokens) + 1) / 10
            out[i, 2] = often[one.tokens.tobytes()] / max(int(model.sum()), 1)
            out[i, 12] = min(len(one.tokens) / 20, 3)
        elif one.source == "repeat":
            out[i, 8:10] = 1.0, one.scores.get("chance", 0.0)
        if near is not None:
            place = fills(one, near)
            out[i, 10:12] = place, place**2
    return out


def blot(part: d.Drawing, ink: NDArray[np.float32]) -> float:
    """How much of its own ink a part draws over: 0 for strokes that stand apart, towards 1 for a blot."""
    side = max(part.viewbox[2:]) / ink.shape[0]
    drawn = 0.0
    for shape in part.shapes:
        length = sum(float(np.hypot(b[0] - a[0], b[1] - a[1])) for a, b in outline(shape.geometry))
        ends = sum(not subpath.closed for subpath in as_path(shape.geometry).subpaths)
        drawn += length * shape.paint.width + ends * 0.785 * shape.paint.width**2
    return float(max(0.0, 1.0 - float(ink.sum()) * side**2 / max(drawn, 1e-6)))


def fills(filled: Filled, near: Box) -> float:
    """How well the new shapes fill the box (of the net's canvas) that they are to stand in: IoU of the boxes."""
    own = _box(filled)
    if own is None:
        return 0.0
    sides = [min(own[k + 2], near[k + 2]) - max(own[k], near[k]) for k in (0, 1)]
    both = max(sides[0] + 0.5, 0.0) * max(sides[1] + 0.5, 0.0)  # half a unit more: a line has no area
    areas = [(box[2] - box[0] + 0.5) * (box[3] - box[1] + 0.5) for box in (own, near)]
    return both / max(sum(areas) - both, 1e-6)


def kept(filled: Filled) -> tuple[d.Shape, ...]:
    """The shapes that were there before."""
    return (*filled.drawing.shapes[: filled.new.start], *filled.drawing.shapes[filled.new.stop :])


def _box(filled: Filled) -> Box | None:
    part = d.fit(filled.part, v.CANVAS)
    return union([box for shape in part.shapes if (box := geometry_box(shape.geometry)) is not None])


def _in_place(filled: Filled, near: Box | None) -> bool:
    """Whether the middle of what is new lies in the box, and no side of it far beyond."""
    own = _box(filled)
    if near is None or own is None:
        return own is not None
    if filled.source == "repeat" and fills(filled, near) < FILLING:
        return False
    middle = all(near[k] <= (own[k] + own[k + 2]) / 2 <= near[k + 2] for k in (0, 1))
    return middle and all(own[k + 2] - own[k] <= 1.5 * (near[k + 2] - near[k]) + 1 for k in (0, 1))


def _repeats(filled: Filled) -> bool:
    """Whether a new shape is one that is there already."""
    there = {shape.geometry for shape in kept(filled)}
    return any(shape.geometry in there for shape in filled.part.shapes)
