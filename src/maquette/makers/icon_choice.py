"""Which candidates are shown: what says the word, is well drawn, likely, no copy of its reference, and distinct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..media import drawing as d
from .icon_finish import HOLD, MEND, NARROW, RESTYLE, SPACE, card_of, finished, narrow
from .icon_finish import mended as mended_by

if TYPE_CHECKING:
    from ..engine.scorer import Scorer

PIXELS = 48
LEAST_INK, MOST_INK = 0.005, 0.95  # of the canvas
OUTSIDE = 0.126  # units of a canvas of 24
COPY = 0.9  # IoU with the reference in the same stroke: that would be a copy
ALIKE = 0.82  # IoU of two candidates that are one idea
SYMMETRIC = 0.85  # IoU with the mirrored self
WORDS, MODEL, LIKELY, UNTIDY, SHAPE = 1.0, 0.6, 0.08, 0.04, 1.0  # weights of the score
LOPSIDED = 0.8  # taken off for each part of a reference's mirror symmetry that was lost
STRANGE = 0.08  # taken off for each spread by which a drawing departs from what is usual for the hand
ENOUGH = 0.85  # more of the reference's shape than this earns nothing: it is to be redrawn, not copied
BOX = (3.0, 3.0, 21.0, 21.0)  # units


@dataclass
class Candidate:
    """A drawing on its way to being shown. `reference` is the human's drawing in the candidate's own stroke, `strange`
    how far the drawing is from what is usual for the hand that it should be in, in spreads. `raw` is what the net drew,
    `record` says how it was finished, `done` what was changed then."""

    drawing: d.Drawing
    tokens: NDArray[np.int32]
    likelihood: float  # nats per token
    plan: Any
    reference: d.Drawing | None
    strange: float = 0.0
    scores: dict[str, float] = field(default_factory=dict)
    raw: d.Drawing | None = None
    record: Mapping[str, Any] | None = None
    done: tuple[str, ...] = ()


def choose(
    candidates: Sequence[Candidate],
    wanted: int,
    judge: Scorer,
    words: Sequence[int],
    symmetry: bool | None = None,
    copy: float = COPY,
) -> list[Candidate]:
    """The best `wanted` distinct candidates, best first; fewer only if fewer are sound. `copy`: see `COPY`."""
    if not candidates:
        return []
    ink = d.render_many([c.drawing for c in candidates], PIXELS)
    kept = _sound(candidates, ink, copy)
    scores = _scores(candidates, ink, judge, words, symmetry)
    order = sorted(kept, key=lambda i: -scores[i])
    flat = np.minimum(ink.reshape(len(ink), -1), 1)
    chosen: list[int] = []
    for bound in (ALIKE, 0.95, 2.0):  # distinct ones first; the rest only to fill the count
        for i in order:
            if len(chosen) < wanted and i not in chosen and all(iou(flat[i], flat[j]) < bound for j in chosen):
                chosen.append(i)
    return [candidates[i] for i in sorted(chosen, key=lambda i: -scores[i])]


def sound_ones(candidates: Sequence[Candidate], copy: float = COPY) -> int:
    """How many candidates could be shown."""
    return len(_sound(candidates, d.render_many([c.drawing for c in candidates], PIXELS), copy))


def _sound(candidates: Sequence[Candidate], ink: NDArray[np.float32], copy: float = COPY) -> list[int]:
    """Those with ink enough, all of it on the canvas, that are no copies of their references."""
    share = ink.mean(axis=(1, 2))
    references = {id(c.reference): c.reference for c in candidates if c.reference is not None}
    pictures = dict(zip(references, d.render_many(list(references.values()), PIXELS), strict=True))
    kept = []
    for i, candidate in enumerate(candidates):
        if not LEAST_INK <= share[i] <= MOST_INK or not is_inside(candidate.drawing):
            continue
        if candidate.reference is not None and iou(ink[i], pictures[id(candidate.reference)]) > copy:
            continue
        kept.append(i)
    return kept


def _scores(
    candidates: Sequence[Candidate],
    ink: NDArray[np.float32],
    judge: Scorer,
    words: Sequence[int],
    symmetry: bool | None,
) -> list[float]:
    seen = judge.drawings(ink)
    said = seen @ judge.words(words)
    references = {id(c.reference): c.reference for c in candidates if c.reference is not None}
    pictures = dict(zip(references, d.render_many(list(references.values()), PIXELS), strict=True))
    models = {key: judge.drawings(picture[None])[0] for key, picture in pictures.items()}
    likely = np.array([c.likelihood for c in candidates])
    likely = (likely - likely.mean()) / max(float(likely.std()), 1e-6)
    shape = shared_shape(candidates)
    out = []
    for i, candidate in enumerate(candidates):
        model = float(seen[i] @ models[id(candidate.reference)]) if candidate.reference is not None else 0.0
        untidy = faults(candidate.drawing)
        score = WORDS * float(said[i]) + MODEL * model + LIKELY * float(np.clip(likely[i], -2, 1)) - UNTIDY * untidy
        score += SHAPE * min(float(shape[i]), ENOUGH) - STRANGE * candidate.strange
        if symmetry is not None:
            score -= 2.0 * ((mirrored(ink[i]) >= SYMMETRIC) != symmetry)
        elif candidate.reference is not None:  # a heart that was even must not come out lopsided
            even = mirrored(pictures[id(candidate.reference)])
            score -= LOPSIDED * max(0.0, even - mirrored(ink[i])) if even >= SYMMETRIC else 0.0
        candidate.scores = {
            "words": round(float(said[i]), 4),
            "model": round(model, 4),
            "likelihood": round(candidate.likelihood, 4),
            "faults": float(untidy),
            "total": round(score, 4),
        }
        out.append(score)
    return out


def restyled(candidate: Candidate) -> Candidate:
    """A candidate with the habits of its hand's card, where it has one; as it was where that would leave the canvas.

    The score moves by what it is nearer to the hand.
    """
    hand = candidate.plan.hand
    if hand.card is None or candidate.raw is None:
        return candidate
    told = finished(candidate.raw, record := hand.record(RESTYLE))
    if not is_inside(told.drawing):
        return candidate
    strange = hand.strangeness(told.drawing)
    total = candidate.scores.get("total", 0.0) + STRANGE * (candidate.strange - strange)
    scores = {**candidate.scores, "total": round(total, 4)}
    return replace(candidate, drawing=told.drawing, record=record, done=told.done, strange=strange, scores=scores)


def mended(candidate: Candidate) -> Candidate:
    """A candidate of a net without doubled lines, specks and narrow gaps, as far as they can be mended."""
    if candidate.raw is None:
        return candidate
    hand = candidate.plan.hand
    steps = candidate.record["steps"] if candidate.record else [HOLD] if hand.card is not None else []
    record = hand.record(*steps, MEND)
    card = card_of(record)
    drawing, done = mended_by(candidate.drawing, card)
    if 0 < narrow(drawing, card) <= NARROW:
        drawing, more = mended_by(drawing, card, ("gap",))
        record, done = hand.record(*steps, MEND, SPACE), (*done, *more)
    if not done or not is_inside(drawing):
        return candidate
    return replace(candidate, drawing=drawing, record=record, done=(*candidate.done, *done))


def is_inside(drawing: d.Drawing) -> bool:
    """Whether all ink is on the canvas; an eighth of a unit is forgiven to rounding."""
    box, (x, y, width, height) = d.bounds(drawing), drawing.viewbox
    if box is None:
        return False
    forgiven = OUTSIDE * max(width, height) / 24
    return min(box[0] - x, box[1] - y, x + width - box[2], y + height - box[3]) >= -forgiven


def mirrored(ink: NDArray[np.float32]) -> float:
    """How far a picture (h, w) is its own mirror image, left to right: 0..1."""
    return iou(ink, ink[:, ::-1])


def shared_shape(candidates: Sequence[Candidate]) -> NDArray[np.float32]:
    """(n,) IoU of each candidate with its reference, its ink laid into the same box: is a part of the thing missing?"""
    out = np.zeros(len(candidates), np.float32)
    rows = [i for i, c in enumerate(candidates) if c.reference is not None and d.bounds(c.drawing) is not None]
    laid = [_in_box(d.fit(candidates[i].drawing), BOX) for i in rows]
    models = [_in_box(d.fit(c.reference), BOX) for i in rows if (c := candidates[i]).reference is not None]
    for i, a, b in zip(rows, d.render_many(laid, PIXELS), d.render_many(models, PIXELS), strict=True):
        out[i] = iou(a, b)
    return out


def _in_box(drawing: d.Drawing, box: tuple[float, float, float, float]) -> d.Drawing:
    """The drawing stretched so that its ink fills `box` (left, top, right, bottom), with its own pen."""
    found = d.bounds(drawing) or box
    sx, sy = ((box[k + 2] - box[k]) / max(found[k + 2] - found[k], 0.5) for k in (0, 1))
    moved = d.transformed(drawing, (sx, 0.0, 0.0, sy, box[0] - sx * found[0], box[1] - sy * found[1]))
    pens = zip(drawing.shapes, moved.shapes, strict=True)
    shapes = tuple(replace(new, paint=replace(new.paint, width=old.paint.width)) for old, new in pens)
    return replace(moved, shapes=shapes)


def faults(drawing: d.Drawing) -> int:
    """Drawing rules broken: strokes shorter than half a unit, ends that almost meet, shapes drawn twice."""
    count = 0
    seen: set[Any] = set()
    for shape in d.fit(drawing).shapes:
        count += shape.geometry in seen
        seen.add(shape.geometry)
        if not isinstance(shape.geometry, d.Path):
            continue
        for subpath in shape.geometry.subpaths:
            at = subpath.start
            for segment in subpath.segments:
                length = abs(complex(*segment.to) - complex(*at))
                count += 0.02 < length < 0.3
                at = segment.to
            gap = abs(complex(*at) - complex(*subpath.start))
            count += not subpath.closed and len(subpath.segments) > 2 and 0 < gap < 0.75
    return count


def iou(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float(np.minimum(a, b).sum() / max(float(np.maximum(a, b).sum()), 1e-6))
