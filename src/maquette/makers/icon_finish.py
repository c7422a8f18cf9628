"""From a drawing to what a hand gives away: on its canvas, in its stroke, by its habits, mended.

Each work's record holds the numbers of the card that were used, so that its drawing can be finished again to the last
digit on any machine, without the card and without a model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..media import drawing as d
from ..media.affine import as_path

if TYPE_CHECKING:
    from ..media.style_card import StyleCard

HARD = ("canvas", "grid", "width", "cap", "join", "margin")  # of a card: what every work of the hand obeys
ASIDE = ("name", "icons", "mix", "ink", "shapes", "open", "paint")  # of a card: no drawing is changed by them
MENDS = ("duplicate", "overlap", "collinear", "stray")  # rules whose findings are mended in what a net drew
NARROW = 2  # gaps that are widened in one drawing; with more of them it is meant so, or cannot be helped
LIKE = 0.5  # a restyled drawing that is less like the one before is left as it was
HOLD, RESTYLE, MEND, SPACE = (
    "hold",
    "restyle",
    "mend",
    "space",
)  # what may be done to a drawing, in the record's "steps"


@dataclass(frozen=True)
class Finished:
    """A drawing as it is given away, the record by which it is finished so again, and what was done, for people."""

    drawing: d.Drawing
    record: Mapping[str, Any]
    done: tuple[str, ...] = ()


def numbers_of(card: StyleCard) -> dict[str, Any]:
    """The numbers of a card that change a drawing, as JSON data: the hard rules, and the habits that it tells."""
    told = {one.name: getattr(card, one.name) for one in fields(card) if one.name not in ASIDE}
    return {
        name: _plain(value)
        for name, value in told.items()
        if name in HARD or (any(value) if isinstance(value, tuple) else value)
    }


def card_of(record: Mapping[str, Any]) -> StyleCard:
    """The card that `numbers_of` told; with a "scale" its drawings are larger or smaller, in the same stroke."""
    from ..media.style_card import StyleCard

    known = {one.name for one in fields(StyleCard)}
    told: dict[str, Any] = {"name": ""}
    kept = {name: value for name, value in record.items() if name in known}
    told |= {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    return StyleCard(**told)


def restyled(drawing: d.Drawing, record: Mapping[str, Any]) -> Finished:
    """A drawing, untouched, in the hand of the card in `record` by all its habits; plainly held where it would no
    longer be what it was. With a "scale" the hand draws so much larger, with "centre" in the middle of the canvas."""
    from ..media.restyle import restyle

    card, scale = card_of(record), float(record.get("scale", 1.0))
    larger = replace(
        card,
        reach=scale * (card.reach or max(card.footprint[0] - card.width, card.footprint[2] - card.width, 0.0)),
        footprint=tuple(scale * size for size in card.footprint),  # type: ignore[arg-type]
    )
    told = restyle(drawing, card if scale == 1.0 else larger)
    done: tuple[str, ...] = told.done
    if told.like < LIKE:
        made, done = restroked(drawing, {**record, "habits": False}), ()
    else:
        made = told.drawing
    return Finished(centred(made, card) if record.get("centre") else made, record, done)


def narrow(drawing: d.Drawing, card: StyleCard) -> int:
    """How many gaps between strokes are narrower than the card's."""
    from ..media.lint import lint

    return len(lint(drawing, card, rules=("gap",)))


def mended(drawing: d.Drawing, card: StyleCard, rules: Sequence[str] = MENDS) -> tuple[d.Drawing, tuple[str, ...]]:
    """A net's drawing without doubled lines, specks and narrow gaps, as far as that changes little; what was mended.

    The very same drawing where nothing was.
    """
    from ..media.mend import mend
    from ..media.style_card import hold

    told = mend(drawing, card, rules)
    if not told.done:
        return drawing, ()
    counts = {one.finding.rule: 0 for one in told.done}
    for one in told.done:
        counts[one.finding.rule] += 1
    return hold(told.drawing, card), tuple(
        f"{rule} mended" + (f" {n} times" if n > 1 else "") for rule, n in counts.items()
    )


def finished(drawing: d.Drawing, record: Mapping[str, Any] | None) -> Finished:
    """What a net drew, finished as its record says: the same on every machine, without the checkpoint and the card.

    The record holds the card's numbers and the "steps" (held, where it tells none). A "scale" in it is the drawing's,
    about the middle of its canvas, the stroke stays the card's; with "centre" its ink stands in the middle.
    """
    if not record:
        return Finished(drawing, {})
    card, steps = card_of(record), record.get("steps", [HOLD])
    done: tuple[str, ...] = ()
    if RESTYLE in steps:
        from ..media.style_card import hold

        told = restyled(drawing, record)
        drawing, done = hold(told.drawing, card), told.done
    else:
        scale, middle = float(record.get("scale", 1.0)), drawing.viewbox[2] / 2
        if scale != 1.0:
            shift = middle * (1 - scale)
            drawing = d.transformed(drawing, (scale, 0.0, 0.0, scale, shift, shift))
        drawing = held(drawing, card) if HOLD in steps else drawing
        drawing = centred(drawing, card) if record.get("centre") else drawing
    if MEND in steps:
        drawing, more = mended(drawing, card)
        done += more
    if SPACE in steps:
        drawing, more = mended(drawing, card, ("gap",))
        done += more
    return Finished(drawing, record, done)


def restroked(drawing: d.Drawing, rules: Mapping[str, Any]) -> d.Drawing:
    """A human's drawing in a hand by rule alone: its stroke, canvas, grid and margin; the geometry is the human's.

    `rules` is `Hand.restyling()`. With the "habits" of a card, corners, slits, dots and size become the hand's too
    (`media.restyle`), as far as the thing stays recognisable. Without them the drawing is scaled, by a fifth at most,
    towards the longer `side` that is usual for the hand, and as far as it takes to leave the margin free.
    """
    from ..media.style_card import dressed

    if rules.get("habits"):
        return restyled(drawing, rules).drawing
    card = card_of(rules)
    inked = dressed(with_dots(with_ends(d.fit(drawing, card.canvas), card), card), card)
    box = d.bounds(inked)
    if box is None:
        return held(inked, card)
    longest = max(box[2] - box[0], box[3] - box[1]) - card.width  # of the geometry
    room = card.canvas - 2 * card.margin - card.width
    wanted = float(rules.get("side") or 0.0) * float(rules.get("scale", 1.0)) - card.width
    scale = min(max(wanted / longest, 0.8), 1.2) if wanted > 0 and longest > 0 else 1.0
    if longest > 0:
        scale = min(scale, room / longest)
    middle = card.canvas / 2
    centre = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    shift = [middle - scale * middle, middle - scale * middle]
    for axis in (0, 1):  # where it would come too near to an edge, it is moved away from it
        half = (box[axis + 2] - box[axis] - card.width) / 2 * scale + card.width / 2
        at = scale * centre[axis] + shift[axis]
        shift[axis] += min(max(at, card.margin + half), card.canvas - card.margin - half) - at
    moved = d.transformed(inked, (scale, 0.0, 0.0, scale, shift[0], shift[1]))
    return centred(held(moved, card), card) if rules.get("centre") else held(moved, card)


def centred(drawing: d.Drawing, card: StyleCard) -> d.Drawing:
    """The drawing moved along the grid until the box of its ink stands in the middle, as nearly as the grid lets it."""
    box = d.bounds(drawing)
    if box is None:
        return drawing
    step = card.grid or card.canvas / 192
    x, y = (round((card.canvas - box[k] - box[k + 2]) / 2 / step) * step for k in (0, 1))
    return held(d.transformed(drawing, (1.0, 0.0, 0.0, 1.0, x, y)), card) if x or y else drawing


def held(drawing: d.Drawing, card: StyleCard) -> d.Drawing:
    """A drawing on any canvas, brought onto the card's and under its hard rules."""
    from ..media.style_card import hold

    return hold(with_dots(with_ends(d.fit(drawing, card.canvas), card), card), card)


def with_dots(drawing: d.Drawing, card: StyleCard) -> d.Drawing:
    """Dots that only round ends show get a length where the card's ends are butt: a square of the stroke's width."""
    if card.cap != "butt":
        return drawing

    def square(subpath: d.Subpath) -> d.Subpath:
        points = [complex(*subpath.start), *(complex(*segment.to) for segment in subpath.segments)]
        length = sum(abs(b - a) for a, b in pairwise(points))
        if subpath.closed or length > card.width / 4:
            return subpath
        way = (points[-1] - points[0]) / length if length > 1e-6 else 1 + 0j
        middle, half = (points[0] + points[-1]) / 2, way / max(abs(way), 1e-6) * card.width / 2
        ends = [((middle + side * half).real, (middle + side * half).imag) for side in (-1, 1)]
        return d.Subpath(ends[0], (d.Line(ends[1]),))

    return _each_subpath(drawing, square)


def with_ends(drawing: d.Drawing, card: StyleCard) -> d.Drawing:
    """Straight open ends reach as far as their round or square caps did, where the card's ends are butt.

    Ends that stand on another line stay: there they would poke through it.
    """
    if card.cap != "butt":
        return drawing
    lines = [_points_of(subpath) for shape in drawing.shapes for subpath in as_path(shape.geometry).subpaths]

    def stands_free(end: complex, subpath: d.Subpath) -> bool:
        """Whether no other line passes here; a line that ends here too makes a corner, and is no hindrance."""
        own = _points_of(subpath)
        for points in lines:
            if points == own:
                continue
            if (
                _distance(end, points) < 0.75 * card.width
                and min(abs(end - points[0]), abs(end - points[-1])) > 0.1 * card.width
            ):
                return False
        return True

    def longer(subpath: d.Subpath) -> d.Subpath:
        if subpath.closed or not subpath.segments:
            return subpath
        segments = list(subpath.segments)
        start, first, last = complex(*subpath.start), segments[0], segments[-1]
        before, end = complex(*segments[-2].to) if len(segments) > 1 else start, complex(*last.to)
        least = card.width / 4
        grown = subpath
        if isinstance(last, d.Line) and abs(end - before) > least and stands_free(end, subpath):
            segments[-1] = d.Line(_pushed(before, end, card.width / 2))
        if isinstance(first, d.Line) and abs(complex(*first.to) - start) > least and stands_free(start, subpath):
            grown = replace(grown, start=_pushed(complex(*first.to), start, card.width / 2))
        return replace(grown, segments=tuple(segments))

    capped = [shape.paint.stroke and shape.paint.cap != "butt" for shape in drawing.shapes]
    return _each_subpath(drawing, longer, capped)


def _points_of(subpath: d.Subpath) -> list[complex]:
    """Points along a subpath, from its start to its end."""
    from ..media.style_pieces import runs

    alone = d.Drawing((0, 0, 24, 24), (d.Shape(d.Path((subpath,)), d.Paint()),))
    found = [point for run in runs(alone) for piece in run.pieces for point in piece.points]
    return found or [complex(*subpath.start)]


def _distance(point: complex, points: Sequence[complex]) -> float:
    """From a point to the nearest place on the line through `points`."""
    nearest = abs(point - points[0])
    for a, b in pairwise(points):
        if a != b:
            along = min(max(((point - a) / (b - a)).real, 0.0), 1.0)
            nearest = min(nearest, abs(point - a - along * (b - a)))
    return nearest


def _pushed(a: complex, b: complex, by: float) -> d.Point:
    """The point `by` beyond b, coming from a."""
    end = b + (b - a) / abs(b - a) * by
    return end.real, end.imag


def _each_subpath(
    drawing: d.Drawing, change: Callable[[d.Subpath], d.Subpath], which: Sequence[bool] | None = None
) -> d.Drawing:
    """Every subpath of the stroked paths changed; untouched shapes stay the same objects."""
    shapes = []
    for number, shape in enumerate(drawing.shapes):
        wanted = shape.paint.stroke and not shape.paint.fill and (which is None or which[number])
        if wanted and isinstance(shape.geometry, d.Path):
            made = d.Path(tuple(change(subpath) for subpath in shape.geometry.subpaths))
            shape = shape if made == shape.geometry else replace(shape, geometry=made, original="")
        shapes.append(shape)
    return replace(drawing, shapes=tuple(shapes))


def _plain(value: Any) -> Any:
    """A field of a card as JSON data."""
    return dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, tuple) else value
