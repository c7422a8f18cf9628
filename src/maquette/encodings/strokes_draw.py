"""Shapes out of `strokes.v1` tokens, while a pen follows them."""

from __future__ import annotations

import math
from dataclasses import replace

from ..media import drawing as d
from ..media.affine import as_path
from . import strokes_vocabulary as v
from .strokes_pen import AT_SHAPE, Pen
from .strokes_vocabulary import Header

CAP_OF: dict[int, d.Cap] = {25: "butt", 26: "round", 27: "square"}
JOIN_OF: dict[int, d.Join] = {28: "miter", 29: "round", 30: "bevel"}
DOT = 0.01  # units: the length of a stroke that is only its round cap


class ShapeMaker:
    """Collects one shape while its tokens pass by."""

    def __init__(self, opener: int, header: Header) -> None:
        self.paint = d.Paint(
            stroke=opener != v.FILL,
            fill=opener != v.STROKE,
            width=header.width or 2.0,
            cap=header.cap or "round",  # type: ignore[arg-type]
            join=header.join or "round",  # type: ignore[arg-type]
        )
        self.subpaths: list[d.Subpath] = []
        self.primitives: list[d.Circle | d.Ellipse | d.Rect] = []
        self.start: d.Point | None = None
        self.segments: list[d.Segment] = []

    def add(self, token: int, pen: Pen) -> None:
        """A finished command or mark; `pen.command` and `pen.arguments` (ticks) say which."""
        if pen.state == AT_SHAPE:  # still among its marks
            self._mark(token)
            return
        command, a = pen.command, [ticks / (v.STEP * v.TICK) for ticks in pen.arguments]
        if command == v.MOVE:
            self._end(False)
            self.start = (a[0], a[1])
        elif command == v.CLOSE:
            self._end(True)
        elif command in v.PRIMITIVES:
            self._end(False)
            self._primitive(command, a)
        else:
            self._segment(command, a, pen)

    def _mark(self, token: int) -> None:
        if v.WIDTH <= token < v.WIDTH + v.WIDTHS:
            self.paint = replace(self.paint, width=v.token_width(token))
        elif v.OPACITY <= token < v.WIDTH:
            self.paint = replace(self.paint, opacity=round((token - v.OPACITY + 1) / 10, 1))
        elif token == v.EVEN_ODD:
            self.paint = replace(self.paint, even_odd=True)
        elif token in CAP_OF:
            self.paint = replace(self.paint, cap=CAP_OF[token])
        elif token in JOIN_OF:
            self.paint = replace(self.paint, join=JOIN_OF[token])

    def _segment(self, command: int, a: list[float], pen: Pen) -> None:
        assert pen.start is not None
        to = (pen.start[0] / (v.STEP * v.TICK), pen.start[1] / (v.STEP * v.TICK))
        if command in (v.HORIZONTAL, v.VERTICAL, v.LINE):
            self.segments.append(d.Line(to))
        elif command in (v.CUBIC, v.SMOOTH):
            c1 = (a[0], a[1]) if command == v.CUBIC else self._reflected()
            self.segments.append(d.Cubic(c1, (a[-4], a[-3]), to))
        else:
            large, sweep = divmod(command - (v.ARC if command < v.OVAL_ARC else v.OVAL_ARC), 2)
            rx, ry = a[0], a[1]
            if command < v.OVAL_ARC:  # half circles are written with a radius that may fall short: SVG enlarges it
                rx = ry = max(a[0], math.dist(self._at(), to) / 2)
            self.segments.append(d.Arc(rx, ry, 0.0, bool(large), bool(sweep), to))

    def _reflected(self) -> d.Point:
        at = self._at()
        if self.segments and isinstance(before := self.segments[-1], d.Cubic):
            return 2 * at[0] - before.c2[0], 2 * at[1] - before.c2[1]
        return at

    def _at(self) -> d.Point:
        assert self.start is not None
        return self.segments[-1].to if self.segments else self.start

    def _primitive(self, command: int, a: list[float]) -> None:
        if command == v.CIRCLE:
            self.primitives.append(d.Circle((a[0], a[1]), a[2]))
        elif command == v.ELLIPSE:
            self.primitives.append(d.Ellipse((a[0], a[1]), a[2], a[3]))
        else:
            corner = min(a[4], a[2] / 2, a[3] / 2)
            self.primitives.append(d.Rect((a[0], a[1]), a[2], a[3], corner, corner))
        if len(self.primitives) + len(self.subpaths) > 1 or self.subpaths:
            self._mix()

    def _mix(self) -> None:
        """A shape of several parts is one path: primitives become subpaths."""
        for primitive in self.primitives:
            self.subpaths += as_path(primitive).subpaths
        self.primitives = []

    def _end(self, closed: bool) -> None:
        if self.start is not None and self.segments:
            if len(self.segments) == 1 and isinstance(self.segments[0], d.Line) and self.segments[0].to == self.start:
                self.segments = [d.Line((self.start[0] + DOT, self.start[1]))]
            self.subpaths.append(d.Subpath(self.start, tuple(self.segments), closed))
        if closed and self.segments:
            self.start, self.segments = self.start, []
        else:
            self.start, self.segments = None, []
        if self.subpaths and self.primitives:
            self._mix()

    def shape(self) -> d.Shape | None:
        self._end(False)
        if self.primitives:
            return d.Shape(self.primitives[0], self.paint)
        return d.Shape(d.Path(tuple(self.subpaths)), self.paint) if self.subpaths else None
