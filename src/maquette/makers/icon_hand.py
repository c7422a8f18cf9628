"""The hand that draws: a manner that the net learnt, or a designer's own with the hard rules of her style card.

The net draws on the canvas of 24 units. A card speaks of the designer's own canvas: its margin and, where the two fit,
its grid already bind the grammar while the net draws; at the end `hold` puts every point on her grid, on her canvas,
in her stroke, so that the hard rules hold whatever the net did. Angles, mix, ink and footprint guide the choice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..core.registry import nearest
from ..encodings import strokes_vocabulary as v
from ..encodings.strokes_grammar import Rules
from ..encodings.strokes_vocabulary import Header
from ..media import drawing as d
from ..media.affine import as_path

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..media.style_card import StyleCard
    from .icon import IconControls

CARD = "style.toml"  # beside the weights of a hand that was learnt from a designer's own icons
GRIDS = {"1": 0, "1/2": 1, "1/4": 2, "1/8": 3}
COMPLEXITIES = {"simple": 1, "medium": 3, "detailed": 6}
HARD = ("canvas", "grid", "width", "cap", "join", "margin")  # of a card: what every work of the hand obeys
# of a card: how the hand draws what it redraws by rule
HABITS = ("level", "radii", "corners", "turns", "slit", "dot", "dot_size", "reach", "gap", "footprint")


@dataclass(frozen=True)
class Manner:
    """A manner of drawing that was learnt, under a neutral name; `own` if from the designer's own icons."""

    name: str
    style: int | None
    width: float
    cap: str
    join: str
    own: bool = False


@dataclass(frozen=True)
class Hand:
    """A manner with the stroke that is asked for, in units of 24, and the card it is held to, if there is one.

    `lead` is the manner that the net is told where it has not learnt this hand: it draws best in one it knows.
    """

    manner: Manner
    card: StyleCard | None = None
    lead: Manner | None = None

    def asked(self, controls: IconControls) -> Hand:
        """The hand with the stroke that was asked for this time (in units of 24)."""
        manner = replace(
            self.manner,
            width=self.manner.width if controls.width is None else controls.width,
            cap=controls.cap or self.manner.cap,
            join=controls.join or self.manner.join,
        )
        if self.card is None:
            return Hand(manner)
        width = self.card.width if controls.width is None else controls.width / self.card.scale
        card = replace(self.card, width=width, cap=manner.cap, join=manner.join)  # type: ignore[arg-type]
        return Hand(manner, card, self.lead)

    def header(self, controls: IconControls) -> Header:
        """What the net is told of the icon that it is to draw."""
        grid = None if controls.grid is None else GRIDS[controls.grid]
        if grid is None and self.card is not None:
            steps = self.card.grid * self.card.scale  # 0: the hand keeps to no grid
            grid = next((k for k in range(3) if steps and steps % (1 / 2**k) < 1e-6), 3)
        lead = self.lead or self.manner
        return Header(
            style=lead.style,
            paint="stroke",
            width=self.manner.width,
            cap=lead.cap,
            join=lead.join,
            complexity=None if controls.complexity is None else COMPLEXITIES[controls.complexity],
            symmetric=controls.symmetry,
            grid=grid,
        )

    def rules(self, controls: IconControls) -> Rules:
        """Points keep half the stroke width, and the card's margin, from the edges; they stand on the grid."""
        inset = inset_of(self.manner.width, self.manner.join)
        grid = 1 if controls.grid is None else v.STEP >> GRIDS[controls.grid]
        if self.card is not None:
            kept = (self.card.margin + self.card.width / 2) * self.card.scale * v.STEP
            inset = max(inset, min(math.ceil(kept - 1e-6), 3 * v.STEP))
            steps = self.card.grid * self.card.scale * v.STEP
            if grid == 1 and abs(steps - round(steps)) < 1e-6 and 1 <= steps <= 2 * v.STEP:
                grid = round(steps)
        longest = {"simple": 40, "medium": 80}.get(controls.complexity or "", 160)
        return Rules("stroke", inset, grid, longest)

    def finish(self, drawing: d.Drawing) -> d.Drawing:
        """The drawing as the hand gives it away: on the card's own canvas, under its hard rules."""
        return drawing if self.card is None else held(drawing, self.card)

    def record(self) -> dict[str, Any] | None:
        """The card's hard numbers as JSON data, so that `finish` can be done again without the card."""
        return None if self.card is None else {name: getattr(self.card, name) for name in HARD}

    def restyling(self) -> dict[str, Any]:
        """What `restroked` needs to bring a human's drawing into this hand, as JSON data: the card's habits with it."""
        manner = self.manner
        plain = {"canvas": v.CANVAS, "grid": 1 / v.STEP, "width": manner.width, "cap": manner.cap, "join": manner.join}
        side = max(self.card.footprint[0], self.card.footprint[2]) if self.card is not None else 0.0
        told = {**(self.record() or {**plain, "margin": 0.0}), "side": side}
        return told if self.card is None else {**told, **{name: _plain(getattr(self.card, name)) for name in HABITS}}

    def strangeness(self, drawing: d.Drawing) -> float:
        """How far a drawing is from what is usual for the card, in spreads (about 1: usual); 0 without a card."""
        return 0.0 if self.card is None else strangeness(drawing, self.card)


def _plain(value: Any) -> Any:
    """A field of a card as JSON data."""
    return dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, tuple) else value


def held(drawing: d.Drawing, card: StyleCard) -> d.Drawing:
    """A drawing on any canvas, brought onto the card's and under its hard rules."""
    from ..media.style_card import hold

    return hold(with_dots(with_ends(d.fit(drawing, card.canvas), card), card), card)


def _restyled(drawing: d.Drawing, rules: Mapping[str, Any]) -> d.Drawing:
    """`restroked` by the habits of a card."""
    from ..media.restyle import restyle
    from ..media.style_card import StyleCard

    told: dict[str, Any] = {name: rules[name] for name in (*HARD, *HABITS) if name in rules}
    told = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    card = StyleCard("", **told)
    made = held(restyle(with_ends(d.fit(drawing, card.canvas), card), card).drawing, card)
    return centred(made, card) if rules.get("centre") else made


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


def finished(drawing: d.Drawing, record: Mapping[str, Any] | None) -> d.Drawing:
    """`Hand.finish` from a record, the same on every machine, without the checkpoint and without the card.

    A "scale" in the record is the drawing's, about the middle of its canvas, the stroke stays the card's; with "centre"
    the box of its ink stands in the middle of the canvas.
    """
    if not record:
        return drawing
    from ..media.style_card import StyleCard

    scale, middle = float(record.get("scale", 1.0)), drawing.viewbox[2] / 2
    if scale != 1.0:
        drawing = d.transformed(drawing, (scale, 0.0, 0.0, scale, middle * (1 - scale), middle * (1 - scale)))
    card = StyleCard("", **{name: record[name] for name in HARD if name in record})
    return centred(held(drawing, card), card) if record.get("centre") else held(drawing, card)


def centred(drawing: d.Drawing, card: StyleCard) -> d.Drawing:
    """The drawing moved along the grid until the box of its ink stands in the middle, as nearly as the grid lets it."""
    box = d.bounds(drawing)
    if box is None:
        return drawing
    step = card.grid or card.canvas / 192
    x, y = (round((card.canvas - box[k] - box[k + 2]) / 2 / step) * step for k in (0, 1))
    return held(d.transformed(drawing, (1.0, 0.0, 0.0, 1.0, x, y)), card) if x or y else drawing


def restroked(drawing: d.Drawing, rules: Mapping[str, Any]) -> d.Drawing:
    """A human's drawing in a hand by rule alone: its stroke, canvas, grid and margin; the geometry is the human's.

    `rules` is `Hand.restyling()`. With the habits of a card in it, corners, slits, dots and size become the hand's too
    (`media.restyle`), as far as the thing stays recognisable. Without them the drawing is scaled, by a fifth at most,
    towards the longer `side` that is usual for the hand, and as far as it takes to leave the margin free.
    """
    from ..media.style_card import StyleCard, dressed

    if "turns" in rules:
        return _restyled(drawing, rules)
    card = StyleCard("", **{name: rules[name] for name in HARD if name in rules})
    inked = dressed(with_dots(with_ends(d.fit(drawing, card.canvas), card), card), card)
    box = d.bounds(inked)
    if box is None:
        return held(inked, card)
    longest = max(box[2] - box[0], box[3] - box[1]) - card.width  # of the geometry
    room = card.canvas - 2 * card.margin - card.width
    wanted = float(rules.get("side") or 0.0) - card.width
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


def strangeness(drawing: d.Drawing, card: StyleCard) -> float:
    """Root mean square of how many of the card's spreads a drawing is from its ink, footprint, mix and angles."""
    import numpy as np

    from ..media.style_pieces import runs

    fitted = d.fit(drawing, card.canvas)
    box = d.bounds(fitted)
    if box is None:
        return 9.0
    least = card.canvas / 24  # of a spread, in units of the card: no designer is that exact
    share = float(d.render(fitted, 48).mean())
    away = []
    if card.ink[0]:
        away.append((share - card.ink[0]) / max(card.ink[1], 0.02))
    if card.footprint[0] and card.footprint[2]:
        away.append((box[2] - box[0] - card.footprint[0]) / max(card.footprint[1], least))
        away.append((box[3] - box[1] - card.footprint[2]) / max(card.footprint[3], least))
    pieces = [piece for run in runs(d.fit(drawing, 24.0)) for piece in run.pieces]
    if card.mix and pieces:
        shares = [sum(piece.kind == kind for piece in pieces) / len(pieces) for kind in ("line", "arc", "curve")]
        usual = [card.mix.get(kind, 0.0) for kind in ("line", "arc", "curve")]
        away.append(sum(abs(a - b) for a, b in zip(shares, usual, strict=True)) / 0.5)
    lines = [piece for piece in pieces if piece.kind == "line"]
    if card.angles and lines:
        degrees = [math.degrees(math.atan2(line.way_in.imag, line.way_in.real)) % 180 for line in lines]
        odd = sum(min(min(abs(x - a), 180 - abs(x - a)) for a in card.angles) > 1.5 for x in degrees)
        away.append(odd / len(lines) / 0.25)
    return float(np.sqrt(np.mean(np.clip(away, -4, 4) ** 2))) if away else 0.0


def hands_of(style: str | None, checkpoint: Checkpoint, manners: Sequence[Manner]) -> list[Hand]:
    """The hands that `style` asks for: one manner, all ("any"), or that of a style card's file.

    Without a style it is the checkpoint's own hand with the card beside it, if it has one, else the manner "even".
    """
    from ..media.style_card import read_card

    own = manners[0] if manners[0].own else None
    if style is None and own is not None:
        return [of_card(read_card(checkpoint.file(CARD)), manners)]
    if style is not None and is_card(style):
        card = read_card(Path(style).expanduser())
        if card.paint == "fill":
            raise UsageError(
                "this card was read from filled icons, and icons are drawn as strokes",
                where=style,
                mend="read a card from stroke icons (`maquette icon style FOLDER`), or set its paint to stroke",
            )
        return [of_card(card, manners)]
    if style == "any":
        return [Hand(manner) for manner in manners]
    named = [manner for manner in manners if manner.name == (style or "even")] or [manners[0]][: style is None]
    if not named:
        names = [manner.name for manner in manners]
        mend = nearest(str(style), [*names, "any"]) + "; or give the path of a style card (.toml)"
        raise UsageError(f"{checkpoint.name} knows no style {style!r}", mend=mend)
    return [Hand(named[0])]


def is_card(style: str) -> bool:
    """Whether a style is the path of a card rather than a manner's name."""
    return style.lower().endswith(".toml")


def of_card(card: StyleCard, manners: Sequence[Manner]) -> Hand:
    """The hand of a card: drawn in the own manner if the model has one, else led by the first it has learnt."""
    first = manners[0]
    stroke = min(max(card.width * card.scale, v.WIDTH_STEP), v.WIDTHS * v.WIDTH_STEP)
    manner = Manner(card.name or first.name, first.style, stroke, card.cap, card.join, first.own)
    return Hand(manner, card, None if first.own else first)


def inset_of(width: float, join: str | None) -> int:
    """Steps that points keep from the edge: half the stroke width, and somewhat more where corners come to a tip."""
    return max(0, round(width / 2 * v.STEP * (1.42 if join == "miter" else 1.0)))
