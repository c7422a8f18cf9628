"""Mending what the linter finds: each fix alone, measured against the drawing before it, and never worse than it says.

The order matters: canvas and paint first, then what is broken or superfluous (lines merged, arcs for curves, circles),
then the frame, the grid, angles and radii, and at last what should close or keep apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from maquette.media import mend_lines, mend_set
from maquette.media.drawing import Drawing, Shape, render
from maquette.media.lint import RULES, chosen, lint
from maquette.media.lint_gaps import clouds_of
from maquette.media.lint_look import Finding, Look
from maquette.media.style_card import StyleCard

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PIXELS = 192  # a drawing is rendered so large to say how much a fix changed it
PASSES = 400  # fixes tried at most
FOLLOWED = 8  # consequences of a fix that are mended with it
TRIED = 24  # ways tried for one finding

Key = tuple[str, int | None, str, tuple[float, float] | None]
Fix = Callable[[Look, Finding], Iterator[Drawing]]


@dataclass(frozen=True)
class Bound:
    """The most that a fix may change: 1 - IoU of the renders at 192 px, and how far any line may move (units of 24).

    `whole` marks fixes that move or scale the drawing as a whole: their IoU is taken after laying both on one another.
    """

    worse: float
    shift: float
    whole: bool = False


@dataclass(frozen=True)
class Step:
    """A rule's fix and its bound."""

    rule: str
    fix: Fix
    bound: Bound


STEPS: tuple[Step, ...] = (
    Step("canvas", mend_set.canvas, Bound(0.01, 0.05, whole=True)),
    Step("width", mend_set.width, Bound(0.6, 0.01)),
    Step("cap", mend_set.cap, Bound(0.1, 0.01)),
    Step("join", mend_set.join, Bound(0.1, 0.01)),
    Step("zero-length", mend_lines.zero_length, Bound(0.01, 0.05)),
    Step("duplicate", mend_lines.duplicate, Bound(0.01, 0.05)),
    Step("overlap", mend_lines.overlap, Bound(0.01, 0.05)),
    Step("stray", mend_lines.stray, Bound(0.02, math.inf)),
    Step("collinear", mend_lines.collinear, Bound(0.01, 0.1)),
    Step("arcs", mend_lines.arcs, Bound(0.01, 0.1)),
    Step("nodes", mend_lines.nodes, Bound(0.01, 0.05)),
    Step("padding", mend_set.padding, Bound(0.2, 2.0, whole=True)),
    Step("centre", mend_set.centre, Bound(0.05, 4.5, whole=True)),
    Step("grid", mend_set.grid, Bound(0.25, 0.36)),
    Step("angle", mend_lines.angle, Bound(0.15, 0.55)),
    Step("radius", mend_lines.radius, Bound(0.08, 0.5)),
    Step("nearly-closed", mend_lines.nearly_closed, Bound(0.05, 0.55)),
    Step("gap", mend_set.gap, Bound(0.2, 1.3)),
)
"""All fixes in their order, with what they may change at most."""

FIXABLE: tuple[str, ...] = tuple(step.rule for step in STEPS)


@dataclass(frozen=True)
class Done:
    """One finding mended: 1 - IoU with the drawing just before (192 px), and the largest shift of a line in units."""

    finding: Finding
    worse: float
    shift: float

    def as_dict(self) -> dict[str, Any]:
        """The fix as JSON data."""
        return {**self.finding.as_dict(), "iou": round(1 - self.worse, 4), "shift": round(self.shift, 3)}


@dataclass(frozen=True)
class Declined:
    """One finding that was left: `why` says what a fix would have done."""

    finding: Finding
    why: str

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON data, with the reason."""
        return {**self.finding.as_dict(), "why": self.why}


@dataclass(frozen=True)
class Mended:
    """The drawing after all fixes, what was done in order, what was declined, and what the linter still finds.

    `of` names for every shape which shape of the first drawing it is (from 0); `worse` is 1 - IoU of the whole way from
    the first drawing to the last, laid on one another where a fix moved the drawing as a whole.
    """

    drawing: Drawing
    done: tuple[Done, ...]
    declined: tuple[Declined, ...]
    left: tuple[Finding, ...]
    of: tuple[int, ...]
    worse: float


def mend(drawing: Drawing, card: StyleCard, rules: Iterable[str] | None = None) -> Mended:
    """Fix what the card's rules find, as far as each fix stays within its bound and makes no new finding.

    `rules` are the names of those to keep to (all by default). Shapes without findings keep their own words, to the
    byte, unless the drawing as a whole must move or be scaled. UsageError for a name that is no rule.
    """
    names = tuple(RULES) if rules is None else chosen(only=rules)
    now, of = drawing, tuple(range(len(drawing.shapes)))
    done: list[Done] = []
    declined: dict[Key, Declined] = {}
    found = lint(now, card, rules=names)
    for _ in range(PASSES):
        pending = ((step, one) for step in STEPS for one in found if one.rule == step.rule and key(one) not in declined)
        step, finding = next(pending, (None, None))
        if step is None or finding is None:
            break
        result = _tried(now, card, step, finding, found, names)
        if isinstance(result, Declined):
            declined[key(finding)] = result
            continue
        of = tuple(of[number] for number in came_from(now, result[0]))
        now, found, fix = result
        done.append(fix)
        if not _may_help(step.rule):  # else all that failed before may succeed now
            declined = {known: one for known, one in declined.items() if one.finding.rule == "gap"}
        else:
            declined = {}
    kept = {key(one) for one in found}
    left_out = tuple(one for one in declined.values() if key(one.finding) in kept)
    whole = any(step.bound.whole for step in STEPS for one in done if one.finding.rule == step.rule)
    return Mended(now, tuple(done), left_out, tuple(found), of, worse(drawing, now, whole=whole) if done else 0.0)


def came_from(before: Drawing, after: Drawing) -> list[int]:
    """Which shape of the drawing before each shape is: fixes change shapes and take some out, but add none."""
    out: list[int] = []
    at, spare = 0, len(before.shapes) - len(after.shapes)
    for number, shape in enumerate(after.shapes):
        while spare > 0 and before.shapes[at] != shape and shape in before.shapes[at + 1 : at + spare + 1]:
            at, spare = at + 1, spare - 1
        out.append(at)
        at = max(at + 1, number + 1)
    return out


def key(finding: Finding) -> Key:
    """What makes a finding the same one after another fix."""
    place = finding.where and (round(finding.where[0], 1), round(finding.where[1], 1))
    return finding.rule, finding.shape, finding.told, place


def _may_help(rule: str) -> bool:
    """Whether after this fix even a gap may be mended that could not be before; trying costs most there."""
    return rule in ("padding", "centre", "grid", "gap", "canvas")


def _tried(
    now: Drawing, card: StyleCard, step: Step, finding: Finding, found: list[Finding], names: tuple[str, ...]
) -> tuple[Drawing, list[Finding], Done] | Declined:
    """The first way to mend a finding that keeps within its bound and leaves fewer findings."""
    look = Look(now, card)
    why = "no fix is known for it"
    for number, tried in enumerate(step.fix(look, finding)):
        if number == TRIED:
            break
        fresh = back(tried, now) if step.rule != "canvas" else tried
        change = worse(now, fresh, whole=step.bound.whole)
        moved = shift(look.drawing, tried, both=step.bound.shift < math.inf) if change <= step.bound.worse else 0.0
        if change > step.bound.worse or (moved > step.bound.shift * look.unit and step.bound.shift < math.inf):
            why = _too_much(step.bound, change, moved, look.unit)
            continue
        after = lint(fresh, card, rules=names)
        if len(after) >= len(found):
            fresh, after = _followed(fresh, card, found, after, names)
            change = worse(now, fresh, whole=step.bound.whole)
        if len(after) >= len(found) or key(finding) in {key(one) for one in after}:
            fresh_rules = {one.rule for one in after} - {one.rule for one in found}
            new = f" ({', '.join(sorted(fresh_rules))})" if fresh_rules else ""
            why = f"its fix would break another rule{new}" if len(after) >= len(found) else "its fix did not reach it"
            continue
        return fresh, after, Done(finding, change, moved if moved < math.inf else 0.0)
    return Declined(finding, why)


def _too_much(bound: Bound, change: float, moved: float, unit: float) -> str:
    """What a fix would have done that it may not."""
    told = f"IoU {1 - change:.3f} (at least {1 - bound.worse:.2f})"
    if change <= bound.worse:
        told = f"a line moved by {moved:.2f} (at most {bound.shift * unit:.2g})"
    return f"its fix would change the drawing more than it may: {told}"


def _followed(
    drawing: Drawing, card: StyleCard, before: list[Finding], after: list[Finding], names: tuple[str, ...]
) -> tuple[Drawing, list[Finding]]:
    """A fix's own consequences mended: arcs that are now one arc, radii that were scaled with the drawing."""
    known = {key(one) for one in before}
    for _ in range(FOLLOWED):
        fresh = [one for one in after if key(one) not in known]
        pair = next(((step, one) for step in STEPS for one in fresh if one.rule == step.rule), None)
        if pair is None:
            break
        step, finding = pair
        known.add(key(finding))
        tried = next(step.fix(Look(drawing, card), finding), None)
        if tried is None or worse(drawing, back(tried, drawing), whole=step.bound.whole) > step.bound.worse:
            continue
        told = lint(back(tried, drawing), card, rules=names)
        if len(told) < len(after):
            drawing, after = back(tried, drawing), told
    return drawing, after


def back(tried: Drawing, own: Drawing) -> Drawing:
    """A drawing on the card's canvas, on the canvas it came from; untouched shapes as they were, to the byte."""
    if tried.viewbox == own.viewbox:
        return tried
    from maquette.media.drawing import transformed

    x, y, width, height = own.viewbox
    scale = max(width, height) / max(tried.viewbox[2:])
    aside = (max(width, height) - width) / 2, (max(width, height) - height) / 2
    fresh = transformed(tried, (scale, 0, 0, scale, x - aside[0], y - aside[1]), own.viewbox)
    return replace(fresh, shapes=tuple(_own_words(shape, own) for shape in fresh.shapes))


def _own_words(shape: Shape, own: Drawing) -> Shape:
    from maquette.media.snap import same_numbers

    same = (one for one in own.shapes if one.id == shape.id and same_numbers(one.geometry, shape.geometry, 1e-6))
    known = next(same, None)
    return shape if known is None else replace(shape, geometry=known.geometry, original=known.original)


def worse(before: Drawing, after: Drawing, *, whole: bool = False) -> float:
    """1 - IoU of both renders at 192 px. `whole`: the second laid on the first's box of ink before."""
    import numpy as np

    a, b = picture(before), picture(laid(after, before) if whole else after)
    union = float(np.maximum(a, b).sum())
    return 1 - float(np.minimum(a, b).sum()) / union if union else 0.0


@lru_cache(maxsize=8)
def picture(drawing: Drawing) -> NDArray[np.float32]:
    """The render that drawings are compared by; the last few are remembered."""
    return render(drawing, PIXELS)


def laid(drawing: Drawing, on: Drawing) -> Drawing:
    """A drawing with its bare geometry laid on the box of another's, on the other's canvas, with its own strokes."""
    from maquette.media.affine import transform
    from maquette.media.extent import geometry_box, union

    boxes = [union([box for s in one.shapes if (box := geometry_box(s.geometry))]) for one in (drawing, on)]
    mine, its = boxes
    if mine is None or its is None:
        return drawing
    spans = [(box[2] - box[0], box[3] - box[1]) for box in (mine, its)]
    side = 0 if spans[0][0] >= spans[0][1] else 1
    scale = spans[1][side] / spans[0][side] if spans[0][side] > 1e-6 else 1.0
    x = (its[0] + its[2]) / 2 - scale * (mine[0] + mine[2]) / 2
    y = (its[1] + its[3]) / 2 - scale * (mine[1] + mine[3]) / 2
    matrix = (scale, 0.0, 0.0, scale, x, y)
    grown = max(on.viewbox[2:]) / max(drawing.viewbox[2:])  # strokes are the same share of either canvas
    shapes = tuple(
        replace(s, geometry=transform(s.geometry, matrix), paint=replace(s.paint, width=s.paint.width * grown))
        for s in drawing.shapes
    )
    return replace(drawing, shapes=shapes, viewbox=on.viewbox)


def shift(before: Drawing, after: Drawing, *, both: bool = True) -> float:
    """How far the centre lines of one drawing lie from the other's at most (Hausdorff), in units of the canvas."""
    import numpy as np

    one, other = ([cloud.points for cloud in clouds_of(_bare(drawing))] for drawing in (before, after))
    if not one or not other:
        return 0.0 if not other else math.inf

    def farthest(points: list[Any], lines: list[Any]) -> float:
        starts = np.concatenate([line[:-1] if len(line) > 1 else line for line in lines])
        ends = np.concatenate([line[1:] if len(line) > 1 else line for line in lines])
        places = np.concatenate([line[:: 2 if len(line) > 8 else 1] for line in points])[:, None]
        ways = ends - starts
        sizes = np.maximum((ways**2).sum(-1), 1e-12)
        along = np.clip(((places - starts) * ways).sum(-1) / sizes, 0, 1)[..., None]
        return float(np.hypot(*np.moveaxis(places - starts - ways * along, -1, 0)).min(1).max())

    return max(farthest(other, one), farthest(one, other) if both else 0.0)


def _bare(drawing: Drawing) -> Drawing:
    """The drawing with round ends, so that its centre lines are whole."""
    shapes = tuple(replace(shape, paint=replace(shape.paint, cap="round")) for shape in drawing.shapes)
    return replace(drawing, shapes=shapes)
