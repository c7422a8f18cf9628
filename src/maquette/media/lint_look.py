"""A drawing as the rules look at it: on the card's canvas, each segment measured once, each finding in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from maquette.media.drawing import Circle, Drawing, Ellipse, Line, Path, Point, Rect, Segment, Shape, Subpath, bounds
from maquette.media.style_card import StyleCard, on_canvas
from maquette.media.style_pieces import Piece, measured

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DOT = 0.1  # units of a canvas of 24: a stroke no longer than this is a dot, drawn by its caps
TOUCH = 0.02  # units: what is nearer is together
PICTURE = 96  # pixels on which ink is weighed


@dataclass(frozen=True)
class Finding:
    """One rule broken at one place.

    `number` counts from 1. `where` is a point in the drawing's own units, or None for the drawing as a whole; `shape`
    counts from 1, as people do, or is None. `value` is what was found, `wanted` what the card asks for; `fixable` says
    whether `mend` knows a fix (it may still decline where the fix would change the drawing too much).
    """

    rule: str
    told: str
    where: Point | None = None
    shape: int | None = None
    value: Any = None
    wanted: Any = None
    fixable: bool = False
    number: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON data."""
        where = [round(value, 3) for value in self.where] if self.where else None
        told = {"number": self.number, "rule": self.rule, "shape": self.shape, "where": where, "value": self.value}
        return {**told, "wanted": self.wanted, "told": self.told, "fixable": self.fixable}


@dataclass(frozen=True)
class Bit:
    """One segment of a path: where it stands (shape, subpath, index; -1 is the line that closes) and its measures.

    `piece` is None if it has no length.
    """

    shape: int
    sub: int
    index: int
    start: Point
    segment: Segment
    piece: Piece | None


@dataclass(frozen=True)
class Track:
    """One subpath with its bits in order."""

    shape: int
    sub: int
    subpath: Subpath
    bits: tuple[Bit, ...]

    @cached_property
    def length(self) -> float:
        return sum(bit.piece.length for bit in self.bits if bit.piece)

    @cached_property
    def reach(self) -> float:
        """The farthest that any end lies from the start."""
        start = self.subpath.start
        return max((math.dist(start, segment.to) for segment in self.subpath.segments), default=0.0)

    @cached_property
    def closed(self) -> bool:
        """Whether it is closed, or ends exactly where it began."""
        return self.subpath.closed or self.gap <= 1e-6

    @property
    def gap(self) -> float:
        """From the last point to the first."""
        return math.dist(self.subpath.start, self.subpath.segments[-1].to) if self.subpath.segments else 0.0

    @property
    def end(self) -> Point:
        return self.subpath.segments[-1].to if self.subpath.segments else self.subpath.start

    def joints(self) -> Iterator[tuple[Bit, Bit, float]]:
        """Every inner corner: the bit before, the bit after, the turn between them in degrees, 0..180."""
        bits = [bit for bit in self.bits if bit.piece]
        pairs = list(pairwise(bits))
        if self.closed and len(bits) > 1:
            pairs.append((bits[-1], bits[0]))
        for before, after in pairs:
            assert before.piece and after.piece
            yield before, after, turn_of(before.piece.way_out, after.piece.way_in)


def turn_of(one: complex, other: complex) -> float:
    """The angle between two directions in degrees, 0..180."""
    cross, dot = (one.conjugate() * other).imag, (one.conjugate() * other).real
    return abs(math.degrees(math.atan2(cross, dot)))


@dataclass(frozen=True)
class Look:
    """A drawing beside its card. `drawing` stands on the card's canvas; `own` is the drawing as it was given."""

    own: Drawing
    card: StyleCard
    others: tuple[float, ...] = ()

    @cached_property
    def drawing(self) -> Drawing:
        return on_canvas(self.own, self.card.canvas)

    @property
    def unit(self) -> float:
        """A unit of a canvas of 24, in units of the card's: what every threshold is measured in."""
        return self.card.canvas / 24.0

    @property
    def shapes(self) -> tuple[Shape, ...]:
        return self.drawing.shapes

    @property
    def step(self) -> float:
        """The finest step of lines: the card's grid, else a quarter of what its level lines keep to; 0 of neither."""
        return self.card.grid if self.card.grid > 0 else self.card.level / 4

    @cached_property
    def tracks(self) -> tuple[Track, ...]:
        """Every subpath of every path; circles and rectangles are no paths."""
        return tuple(
            track_of(subpath, shape, sub)
            for shape, one in enumerate(self.shapes)
            if isinstance(one.geometry, Path)
            for sub, subpath in enumerate(one.geometry.subpaths)
        )

    @cached_property
    def box(self) -> tuple[float, float, float, float] | None:
        """The box of all ink, or None of an empty drawing."""
        return bounds(self.drawing)

    @cached_property
    def picture(self) -> NDArray[np.float32]:
        """The ink as a small picture."""
        from maquette.media.drawing import render

        return render(self.drawing, PICTURE)

    @cached_property
    def ink(self) -> float:
        """The share of the canvas that is inked, overlaps counted once."""
        return float(self.picture.mean())

    def is_dot(self, track: Track) -> bool:
        """Whether a subpath is a dot that its round or square caps draw."""
        paint = self.shapes[track.shape].paint
        return paint.stroke and paint.cap != "butt" and track.reach <= DOT * self.unit and track.length <= DOT * 2

    def place(self, point: Point | complex) -> Point:
        """A point of `drawing` in the units of the drawing as it was given."""
        x, y = (point.real, point.imag) if isinstance(point, complex) else point
        left, top, width, height = self.own.viewbox
        scale = self.card.canvas / max(width, height)
        if self.own.viewbox == (0.0, 0.0, self.card.canvas, self.card.canvas):
            return x, y
        aside = (self.card.canvas - width * scale) / 2, (self.card.canvas - height * scale) / 2
        return (x - aside[0]) / scale + left, (y - aside[1]) / scale + top

    def of(
        self, rule: str, told: str, where: Point | complex | None = None, shape: int | None = None, **rest: Any
    ) -> Finding:
        """A finding at a point of `drawing`; `shape` is an index from 0 here."""
        place = self.place(where) if where is not None else None
        return Finding(rule, told, place, None if shape is None else shape + 1, **rest)


def track_of(subpath: Subpath, shape: int = 0, sub: int = 0) -> Track:
    """One subpath, measured; the line that closes it too, where it has a length."""
    bits, at = [], subpath.start
    for index, segment in enumerate(subpath.segments):
        bits.append(Bit(shape, sub, index, at, segment, measured(at, segment)))
        at = segment.to
    if subpath.closed and math.dist(at, subpath.start) > 1e-6:
        closing = Line(subpath.start)
        bits.append(Bit(shape, sub, -1, at, closing, measured(at, closing)))
    return Track(shape, sub, subpath, tuple(bits))


def middle_of(shape: Shape) -> Point:
    """A point of the shape's own to put a mark on: its first segment's middle, or a circle's right end."""
    geometry = shape.geometry
    if isinstance(geometry, Circle):
        return geometry.centre[0] + geometry.r, geometry.centre[1]
    if isinstance(geometry, Ellipse):
        return geometry.centre[0] + geometry.rx, geometry.centre[1]
    if isinstance(geometry, Rect):
        return geometry.corner[0] + geometry.width / 2, geometry.corner[1]
    for subpath in geometry.subpaths:
        for bit in track_of(subpath).bits:
            if bit.piece:
                middle = bit.piece.points[len(bit.piece.points) // 2]
                return middle.real, middle.imag
        return subpath.start
    return 0.0, 0.0


def numbered(found: list[Finding]) -> list[Finding]:
    """The findings with their numbers, from 1."""
    return [replace(finding, number=number) for number, finding in enumerate(found, 1)]


def say(value: float) -> str:
    """A number for people: two decimals at most, or as many as it takes to see it."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text if text not in ("0", "-0") or value == 0 else f"{value:.2g}"
