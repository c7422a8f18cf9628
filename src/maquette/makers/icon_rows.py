"""The rows of an answer: human drawings as they are, those same ones in the hand that is asked for, and new ones.

In the second row a drawing must stay what it is. The human's own lines restyled by rule, and the best of several
copies that a net redrew, given the same habits of the hand, are ranked by what they keep of the drawing and by how near
they lie to the hand; the best one is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..media import drawing as d
from . import icon_choice as choice
from .icon_choice import Candidate
from .icon_finish import Finished, restroked, restyled
from .icon_hand import Hand

if TYPE_CHECKING:
    from ..engine.scorer import Scorer
    from .icon import IconControls

ROW = 4  # human drawings in a row where nobody says how many
EACH = 6  # redrawn copies of each human drawing to choose from
KEPT = 0.5  # IoU with the human's drawing, laid into one box: below it the thing has lost its shape
LIKE = 0.75  # cosine of the judge between the two: below it the thing looks like another
SHAPE, MODEL, WORDS, STRANGE, UNTIDY = 1.5, 1.0, 0.4, 0.12, 0.06  # weights of the score
RULE_LOSES = 0.25  # taken off what was only restroked: without a card's habits its geometry is no hand's
RESTYLED = 2  # of the copies of a net, the best ones, are given the habits of the hand


@dataclass(frozen=True)
class Rows:
    """How many of each row. `drawn` None: as many as are left of the count. `mixed`: there is but the last row, and it
    holds what the net redrew of the shelf's drawings; else that is for the second row, and here it goes further away
    from them."""

    found: int
    redrawn: int
    drawn: int | None
    mixed: bool


def rows_of(controls: IconControls, count: int, own: bool) -> Rows:
    """The rows of an answer of `count` works.

    With a hand of one's own: a quarter found (4 at most), the same drawings redrawn, the rest new: three rows that can
    be compared. Without one there is no hand to redraw in: all are drawn in the manner and ranked together, unless
    the rows are asked for by number.
    """
    asked = controls.redrawn is not None or controls.drawn is not None
    if not own and not asked:
        return Rows(min(controls.found or 0, count), 0, None, True)
    usual = min(ROW, count // 4) if own else 0
    found = usual if controls.found is None else controls.found
    redrawn = max(usual, int(own)) if controls.redrawn is None else controls.redrawn
    found = min(found, count)
    redrawn = min(redrawn, count - found)
    return Rows(found, redrawn, controls.drawn, False)


@dataclass(frozen=True)
class Redrawn:
    """One of the copies of a human drawing; `by_rule` if it is the human's own lines. `of`: how many were compared."""

    candidate: Candidate
    by_rule: bool
    of: int


def copies(
    candidates: Sequence[Candidate], original: d.Drawing, hand: Hand, judge: Scorer, words: Sequence[int]
) -> list[Redrawn]:
    """The copies of `original` (as it is in its file), best first: those that keep it recognisable, near to the hand.

    Never empty: the human's lines restyled by rule are among them.
    """
    rules = hand.restyling()
    told = restyled(original, rules) if hand.card is not None else Finished(restroked(original, rules), rules)
    model = d.fit(restroked(original, {**rules, "habits": False}))
    rule = Candidate(told.drawing, np.zeros(0, np.int32), 0.0, hand, model, hand.strangeness(told.drawing))
    rule = replace(rule, record=told.record, done=told.done)
    fair = [replace(c, reference=model) for c in candidates if _fair(c)]
    ranked = _ranked([*fair, rule], rule, model, hand, judge, words)
    if hand.card is not None:
        best = [one for one in ranked if one is not rule][:RESTYLED]
        dressed = [one for c in best if (one := choice.restyled(c)).record is not None and _fair(one)]
        ranked = _ranked([*dressed, rule], rule, model, hand, judge, words)
    return [Redrawn(one, one is rule, len(fair) + 1) for one in ranked]


def _fair(candidate: Candidate) -> bool:
    return choice.is_inside(candidate.drawing) and d.bounds(candidate.drawing) is not None


def _ranked(
    everyone: Sequence[Candidate], rule: Candidate, model: d.Drawing, hand: Hand, judge: Scorer, words: Sequence[int]
) -> list[Candidate]:
    """Those that are still the thing that `model` shows, the best first; `rule` is always among them."""
    ink = d.render_many([*(c.drawing for c in everyone), model], choice.PIXELS)
    seen = judge.drawings(ink)
    said, like = seen @ judge.words(words), seen @ seen[-1]
    shape, faults = choice.shared_shape(everyone), choice.faults(model)
    even = choice.mirrored(ink[-1])
    kept = []
    for k, candidate in enumerate(everyone):
        untidy = max(choice.faults(candidate.drawing) - faults, 0)
        lopsided = max(0.0, even - choice.mirrored(ink[k])) if even >= choice.SYMMETRIC else 0.0
        score = SHAPE * min(float(shape[k]), choice.ENOUGH) + MODEL * float(like[k]) + WORDS * float(said[k])
        score -= STRANGE * candidate.strange + UNTIDY * untidy + lopsided
        score -= RULE_LOSES * (candidate is rule and hand.card is None)
        candidate.scores = _told(score, shape[k], like[k], said[k], candidate.strange, untidy)
        if candidate is rule or (shape[k] >= KEPT and like[k] >= LIKE):
            kept.append(candidate)
    return sorted(kept, key=lambda one: -one.scores["total"])


def _told(score: float, shape: Any, like: Any, said: Any, strange: float, untidy: int) -> dict[str, float]:
    numbers = {"words": said, "model": like, "shape": shape, "strange": strange, "faults": untidy}
    return {**{name: round(float(value), 4) for name, value in numbers.items()}, "total": round(float(score), 4)}
