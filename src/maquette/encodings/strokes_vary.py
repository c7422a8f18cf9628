"""Drawings shaken by hand: other proportions, another place, unsteady points.

In training a shaken copy of an icon stands before it as a reference, so that a net learns to redraw what it is shown
cleanly and in the manner asked for (the denoising of Vincent et al. 2008, carried to strokes). In making, a human's
drawing is shaken differently for every candidate, so that the redrawn ones differ from it and from one another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..media import drawing as d
from ..media.affine import as_path

MIDDLE = 12.0  # of the canvas, units


@dataclass(frozen=True)
class Shaking:
    """How far a drawing is shaken. Lengths in units of the 24 canvas, the rest shares.

    smallest, largest: its overall scale; stretch: sd of the log of each axis' own scale; shift: sd of its place;
    part: sd of each subpath's own place; points: largest sd of each point's own place; reorder, forget, as_paths:
    how often shapes are shuffled, one of three or more left out, circles and rectangles given as paths.
    """

    smallest: float = 0.82
    largest: float = 1.08
    stretch: float = 0.07
    shift: float = 0.5
    part: float = 0.15
    points: float = 0.25
    reorder: float = 0.3
    forget: float = 0.1
    as_paths: float = 0.3


# Only moved, in parts too: its segments stay what they are, which is the first thing a net can learn to carry over.
MOVED = Shaking(smallest=1.0, largest=1.0, stretch=0.0, shift=0.6, points=0.0, forget=0.0, as_paths=0.0)


def shaken(drawing: d.Drawing, dice: np.random.Generator, how: Shaking = Shaking()) -> d.Drawing:
    """A shaken copy of a drawing fitted to the 24 canvas. The paint stays as it is."""
    scale = dice.uniform(how.smallest, how.largest)
    sx, sy = scale * np.exp(dice.normal(0, how.stretch, 2))
    tx, ty = MIDDLE - MIDDLE * np.array([sx, sy]) + dice.normal(0, how.shift, 2)
    moved = d.transformed(drawing, (float(sx), 0.0, 0.0, float(sy), float(tx), float(ty)))
    # The scale is the drawing's, not the pen's.
    pairs = zip(drawing.shapes, moved.shapes, strict=True)
    shapes = [replace(shape, paint=replace(shape.paint, width=old.paint.width)) for old, shape in pairs]
    if len(shapes) > 1 and dice.random() < how.reorder:
        shapes = [shapes[i] for i in dice.permutation(len(shapes))]
    if len(shapes) > 2 and dice.random() < how.forget:
        shapes.pop(int(dice.integers(len(shapes))))
    steady = dice.uniform(0, how.points) if dice.random() < 0.6 else 0.0
    hand = _Hand(dice, how.part, steady)
    out = []
    for shape in shapes:
        geometry = as_path(shape.geometry) if dice.random() < how.as_paths else shape.geometry
        out.append(replace(shape, geometry=hand.geometry(geometry)))
    return replace(drawing, shapes=tuple(out))


class _Hand:
    """Moves points by a little, the points of one subpath together and each by itself."""

    def __init__(self, dice: np.random.Generator, part: float, points: float) -> None:
        self.dice, self.part, self.points = dice, part, points
        self.offset = np.zeros(2)

    def geometry(self, geometry: d.Geometry) -> d.Geometry:
        self._begin()
        if isinstance(geometry, d.Circle):
            return d.Circle(self.point(geometry.centre), self.length(geometry.r))
        if isinstance(geometry, d.Ellipse):
            return d.Ellipse(self.point(geometry.centre), self.length(geometry.rx), self.length(geometry.ry))
        if isinstance(geometry, d.Rect):
            width, height = self.length(geometry.width), self.length(geometry.height)
            return d.Rect(self.point(geometry.corner), width, height, geometry.rx, geometry.ry)
        return d.Path(tuple(self.subpath(subpath) for subpath in geometry.subpaths))

    def _begin(self) -> None:
        self.offset = self.dice.normal(0, self.part, 2) if self.part else np.zeros(2)

    def point(self, p: d.Point) -> d.Point:
        x, y = np.asarray(p) + self.offset + self.dice.normal(0, 1, 2) * self.points
        return float(min(max(x, -0.5), 24.5)), float(min(max(y, -0.5), 24.5))

    def length(self, units: float) -> float:
        return float(max(units + self.dice.normal() * self.points, 0.15))

    def subpath(self, subpath: d.Subpath) -> d.Subpath:
        self._begin()
        segments = tuple(self.segment(segment) for segment in subpath.segments)
        return d.Subpath(self.point(subpath.start), segments, subpath.closed)

    def segment(self, s: d.Segment) -> d.Segment:
        if isinstance(s, d.Line):
            return d.Line(self.point(s.to))
        if isinstance(s, d.Cubic):
            return d.Cubic(self.point(s.c1), self.point(s.c2), self.point(s.to))
        if isinstance(s, d.Quad):
            return d.Quad(self.point(s.c), self.point(s.to))
        return replace(s, to=self.point(s.to))
