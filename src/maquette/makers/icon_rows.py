"""The rows of an answer: human drawings as they are, those same ones in the hand that is asked for, and new ones.

In the second row a drawing must stay what it is: of several redrawn copies of one human icon the best one is shown,
and where none keeps its shape, the human's own lines in the hand's stroke, canvas and grid (restyled by rule).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..media import drawing as d
from . import icon_choice as choice
from .icon_choice import Candidate
from .icon_hand import Hand, restroked

if TYPE_CHECKING:
    from ..engine.scorer import Scorer
    from .icon import IconControls

ROW = 4  # human drawings in a row where nobody says how many
EACH = 12  # redrawn copies of each human drawing to choose from
KEPT = 0.5  # IoU with the human's drawing, laid into one box: below it the thing has lost its shape
LIKE = 0.75  # cosine of the judge between the two: below it the thing looks like another
SHAPE, MODEL, WORDS, STRANGE, UNTIDY = 1.5, 1.0, 0.4, 0.12, 0.06  # weights of the score
# Taken off the score of what was restyled by rule: without a card's habits its geometry is not the hand's.
RULE_LOSES, HABITS_LOSE = 0.25, 0.1


@dataclass(frozen=True)
class Rows:
    """How many of each row. `drawn` None: as many as are left of the count. `mixed`: the last row holds drawings
    after references and from words, ranked together; else it holds drawings from words alone."""

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
    """The copies of `original` (on the 24 canvas), best first: those that keep it recognisable and lie near the hand.

    Never empty: the human's lines restyled by rule are among them.
    """
    rule = restroked(original, hand.restyling())
    fair = [c for c in candidates if choice.is_inside(c.drawing) and d.bounds(c.drawing) is not None]
    everyone = [*fair, Candidate(rule, np.zeros(0, np.int32), 0.0, hand, original, hand.strangeness(rule))]
    everyone = [replace(c, reference=d.fit(rule)) for c in everyone]
    ink = d.render_many([c.drawing for c in everyone], choice.PIXELS)
    seen = judge.drawings(ink)
    said, like = seen @ judge.words(words), seen @ seen[-1]
    shape, faults = choice.shared_shape(everyone), choice.faults(rule)
    even = choice.mirrored(ink[-1])
    loses = RULE_LOSES if hand.card is None else HABITS_LOSE
    kept = []
    for k, candidate in enumerate(everyone):
        last = k == len(fair)
        untidy = max(choice.faults(candidate.drawing) - faults, 0)
        lopsided = max(0.0, even - choice.mirrored(ink[k])) if even >= choice.SYMMETRIC else 0.0
        score = SHAPE * min(float(shape[k]), choice.ENOUGH) + MODEL * float(like[k]) + WORDS * float(said[k])
        score -= STRANGE * candidate.strange + UNTIDY * untidy + lopsided + loses * last
        candidate.scores = _told(score, shape[k], like[k], said[k], candidate.strange, untidy)
        if last or (shape[k] >= KEPT and like[k] >= LIKE):
            kept.append(Redrawn(candidate, last, len(everyone)))
    return sorted(kept, key=lambda one: -one.candidate.scores["total"])


def _told(score: float, shape: Any, like: Any, said: Any, strange: float, untidy: int) -> dict[str, float]:
    numbers = {"words": said, "model": like, "shape": shape, "strange": strange, "faults": untidy}
    return {**{name: round(float(value), 4) for name, value in numbers.items()}, "total": round(float(score), 4)}
