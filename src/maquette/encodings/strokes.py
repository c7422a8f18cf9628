"""`strokes.v1`: icons as a short stream of pen strokes.

A drawing is fitted to a canvas of 24 units and written as shapes (stroke, fill or both), each a run of commands with
deltas from the running point on a grid of 1/8 unit. Circular arcs stay arcs (four tokens), and cubics that were meant
as arcs become arcs again. A shape that the grid would spoil escapes to a grid of 1/64 unit (FINE). See
`strokes_vocabulary` for the ids, `strokes_pen` for the running state, `strokes_grammar` for what is legal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..core.errors import MediaError
from ..media import drawing as d
from ..media.affine import as_path
from . import strokes_fit as fit
from . import strokes_vocabulary as v
from .strokes_draw import ShapeMaker
from .strokes_pen import Pen, places_of
from .strokes_vocabulary import Header

NAME = "strokes.v1"
ARC_TOLERANCE = 0.03  # units: a cubic this close to a circle was meant as an arc
FINE_BEYOND = 0.11  # units: a shape whose points the grid moves further escapes to the finer grid
OFF_LIMIT = 0.016  # of the stroke width: how far off its line an icon may stand on average (0.016: IoU 0.97)


@dataclass(frozen=True)
class Encoded:
    """An icon as tokens: what is said of it beforehand, and its shapes up to and with END."""

    header: Header
    body: np.ndarray  # (t,) int32

    def counts(self) -> dict[str, int]:
        """Numbers of tokens: commands and coordinates; shape and style marks with END; prefix."""
        geometry = sum(v.is_geometry(int(token)) for token in self.body)
        return {"geometry": geometry, "marks": len(self.body) - geometry, "prefix": len(self.header.tokens())}


class StrokeEncoding:
    """Encodes drawings as tokens and back; `styles` names the manners, in the order of their ids."""

    name = NAME

    def __init__(self, styles: Sequence[str] = (), words: int = 0) -> None:
        if len(styles) > v.STYLES:
            raise MediaError(f"{len(styles)} styles are too many for {NAME}", mend=f"use at most {v.STYLES}")
        self.styles = tuple(styles)
        self.words = words
        self.vocabulary = v.WORD + words

    def as_dict(self) -> dict[str, Any]:
        """What is stored as a checkpoint's encoding.json."""
        return {"name": NAME, "styles": list(self.styles), "words": self.words}

    def encode(self, drawing: d.Drawing, style: str | None = None, flip: int = 0) -> Encoded:
        """Tokens of a drawing. `flip` 1..7 turns or mirrors it first (bit 0 mirrors x, 1 mirrors y, 2 swaps axes)."""
        fitted = d.fit(drawing, v.CANVAS)
        shapes = (d.transformed(fitted, flip_matrix(flip)) if flip else fitted).shapes
        if not shapes:
            raise MediaError("the drawing is empty", where=drawing.title, mend="draw at least one stroke")
        header = _header(shapes, self.styles.index(style) if style in self.styles else None, flip)
        body: list[int] = []
        for marks, writer in _written(shapes, header):
            body += [*marks, *writer.tokens]
        body.append(v.END)
        header = replace(header, complexity=v.complexity_of(len(body)), **_habits(body))
        return Encoded(header, np.array(body, dtype=np.int32))

    def decode(self, header: Header, body: Iterable[int], title: str = "") -> d.Drawing:
        """The drawing of a body; what is unfinished at its end is left out."""
        shapes: list[d.Shape] = []
        maker: ShapeMaker | None = None
        pen = Pen()
        pen.push(v.ICON)
        for token in map(int, body):
            opening = pen.slot == v.COMMAND_SLOT and (token in v.SHAPES or token == v.END)
            done = pen.push(token)
            if opening:
                if maker is not None and (shape := maker.shape()) is not None:
                    shapes.append(shape)
                maker = ShapeMaker(token, header) if token != v.END else None
                if token == v.END:
                    break
            elif done and maker is not None:
                maker.add(token, pen)
        if maker is not None and (shape := maker.shape()) is not None:
            shapes.append(shape)
        return d.Drawing((0.0, 0.0, v.CANVAS, v.CANVAS), tuple(shapes), title=title)

    def prefix(
        self, header: Header, words: Sequence[int] = (), references: Sequence[Encoded] = (), *, flip: int = 0
    ) -> np.ndarray:
        """START, the words, the references whole, then the header of the icon to be drawn: (t,) int32."""
        out = [v.START, *(v.WORD + word for word in words)]
        if not words:
            out.append(v.NO_WORDS)
        for reference in references:
            out += [*replace(reference.header, flip=flip).tokens(), *reference.body.tolist()]
        return np.array(out + header.tokens(), dtype=np.int32)

    def infill(self, header: Header, before: Sequence[int], after: Sequence[int]) -> list[int]:
        """The layout that asks for the shapes between `before` and `after` (both whole shapes, without END)."""
        return [*header.tokens(), v.BEFORE, *before, v.AFTER, *after, v.MIDDLE]

    def places(self, tokens: Iterable[int]) -> np.ndarray:
        """Place features (t, 7) of a sequence that starts at START."""
        return places_of(tokens)


def flip_matrix(flip: int) -> tuple[float, float, float, float, float, float]:
    """The SVG matrix of one of the eight turned and mirrored copies of a square canvas."""
    a, e = (-1.0, v.CANVAS) if flip & 1 else (1.0, 0.0)
    d_, f = (-1.0, v.CANVAS) if flip & 2 else (1.0, 0.0)
    return (0.0, a, d_, 0.0, f, e) if flip & 4 else (a, 0.0, 0.0, d_, e, f)


def shapes_of(body: Sequence[int] | np.ndarray) -> list[list[int]]:
    """The tokens of each shape of a body, END left out."""
    shapes: list[list[int]] = []
    pen = Pen()
    pen.push(v.ICON)
    for token in body:
        token = int(token)
        if pen.slot == v.COMMAND_SLOT and token == v.END:
            break
        if pen.slot == v.COMMAND_SLOT and token in v.SHAPES:
            shapes.append([])
        shapes[-1].append(token)
        pen.push(token)
    return shapes


# ---------------------------------------------------------------------------------------------- encoding


def _header(shapes: Sequence[d.Shape], style: int | None, flip: int) -> Header:
    paints = {_opener(shape.paint) for shape in shapes}
    paint = "stroke" if paints == {v.STROKE} else "fill" if paints == {v.FILL} else "mixed"
    stroked = [shape.paint for shape in shapes if shape.paint.stroke]
    if not stroked:
        return Header(style, paint, flip=flip)
    width = Counter(v.token_width(v.width_token(p.width)) for p in stroked).most_common(1)[0][0]
    cap = Counter(p.cap for p in stroked).most_common(1)[0][0]
    join = Counter(p.join for p in stroked).most_common(1)[0][0]
    return Header(style, paint, width, cap, join, flip=flip)


def _opener(paint: d.Paint) -> int:
    return v.BOTH if paint.stroke and paint.fill else v.FILL if paint.fill else v.STROKE


def _marks(paint: d.Paint, header: Header) -> list[int]:
    """The opener of a shape and the ways in which its paint differs from the header's."""
    out = [_opener(paint)]
    if paint.stroke:
        if v.width_token(paint.width) != v.width_token(header.width or paint.width):
            out.append(v.width_token(paint.width))
        if paint.cap != header.cap:
            out.append(v.CAPS[paint.cap])
        if paint.join != header.join:
            out.append(v.JOINS[paint.join])
    if paint.fill and paint.even_odd:
        out.append(v.EVEN_ODD)
    if paint.opacity < 0.95:
        out.append(v.OPACITY + min(max(round(paint.opacity * 10), 1), 9) - 1)
    return out


def _written(shapes: Sequence[d.Shape], header: Header) -> list[tuple[list[int], _Writer]]:
    """Every shape's marks and writer: coarse where that is good enough, else on the finer grid.

    A shape escapes when one of its points would move too far, or when the icon as a whole would stand off its lines:
    then those shapes that do so most.
    """
    out = []
    for shape in shapes:
        writer = _Writer.of(shape.geometry, fine=False)
        if writer.error > FINE_BEYOND:
            writer = _Writer.of(shape.geometry, fine=True)
        out.append(([*_marks(shape.paint, header), *[v.FINE] * writer.fine], writer))
    if header.width is None:
        return out
    limit = OFF_LIMIT * header.width * sum(writer.length_drawn for _, writer in out)
    while sum(writer.off for _, writer in out) > limit:
        worst = max((k for k in range(len(out)) if not out[k][1].fine), key=lambda k: out[k][1].off, default=None)
        if worst is None:
            break
        marks = out[worst][0]
        out[worst] = ([*marks, v.FINE], _Writer.of(shapes[worst].geometry, fine=True))
    return out


class _Writer:
    """Writes the geometry of one shape.

    `error` is the largest distance (units) by which it moved a point; `off` the sum along the line of how far it
    stands off sideways (square units) and `length_drawn` the length of that line.
    """

    @classmethod
    def of(cls, geometry: d.Geometry, fine: bool) -> _Writer:
        writer = cls(fine)
        writer.geometry(geometry)
        return writer

    def __init__(self, fine: bool) -> None:
        self.fine = fine
        self.off = 0.0
        self.length_drawn = 0.0
        self.tokens: list[int] = []
        self.error = 0.0
        self.at = 0 + 0j  # the running point after rounding, units
        self.control: complex | None = None  # the last control point after rounding, if the last segment was a cubic
        self.per_unit = v.STEP * (v.TICK if fine else 1)

    # Points -------------------------------------------------------------------------------------

    def rounded(self, p: complex) -> complex:
        lowest, highest = -v.MARGIN / v.STEP, v.CANVAS + v.MARGIN / v.STEP
        x = min(max(round(p.real * self.per_unit) / self.per_unit, lowest), highest)
        y = min(max(round(p.imag * self.per_unit) / self.per_unit, lowest), highest)
        return complex(x, y)

    def note(self, error: float) -> None:
        self.error = max(self.error, error)

    def follow(self, original: np.ndarray, written: np.ndarray) -> None:
        """Compare matching samples (n,) of what was meant and what was written."""
        moved = written - original
        self.note(float(np.abs(moved).max()))
        steps = np.diff(original)
        lengths = np.abs(steps)
        if (total := float(lengths.sum())) < 1e-9:
            return
        along = steps / np.maximum(lengths, 1e-9)
        sideways = np.abs((along.conj() * (moved[1:] + moved[:-1]) / 2).imag)
        self.off += float((sideways * lengths).sum())
        self.length_drawn += total

    def number(self, base: int, value: float) -> None:
        """A coordinate in units as its token, followed by the ticks in fine shapes."""
        ticks = round(value * v.STEP * v.TICK)
        self.tokens.append(base + ticks // v.TICK)
        if self.fine:
            self.tokens.append(v.FRACTION + ticks % v.TICK)

    def absolute(self, p: complex) -> None:
        self.number(v.X + v.MARGIN, p.real)
        self.number(v.Y + v.MARGIN, p.imag)

    def delta(self, p: complex) -> None:
        self.number(v.DX + v.ZERO, p.real - self.at.real)
        self.number(v.DY + v.ZERO, p.imag - self.at.imag)

    def length(self, units: float, least: int = 1) -> float:
        """A radius or side, rounded to the grid; returns what was written."""
        grid = min(max(round(units * self.per_unit), least), (v.POSITIONS - 1) * self.per_unit // v.STEP)
        self.number(v.R, grid / self.per_unit)
        return grid / self.per_unit

    # Geometry -----------------------------------------------------------------------------------

    def geometry(self, geometry: d.Geometry) -> None:
        if isinstance(geometry, d.Circle):
            self.circle(complex(*geometry.centre), geometry.r)
        elif isinstance(geometry, d.Ellipse):
            self.ellipse(geometry)
        elif isinstance(geometry, d.Rect) and abs(geometry.rx - geometry.ry) < 1e-3:
            self.rect(geometry)
        elif isinstance(geometry, d.Rect):
            self.path(as_path(geometry))
        else:
            self.path(geometry)

    def circle(self, centre: complex, radius: float) -> None:
        placed = self.rounded(centre)
        self.tokens.append(v.CIRCLE)
        self.absolute(placed)
        written = self.length(radius)
        self.follow(centre + radius * fit.CIRCLE, placed + written * fit.CIRCLE)

    def ellipse(self, e: d.Ellipse) -> None:
        centre = complex(*e.centre)
        placed = self.rounded(centre)
        self.tokens.append(v.ELLIPSE)
        self.absolute(placed)
        rx, ry = self.length(e.rx), self.length(e.ry)
        x, y = fit.CIRCLE.real, fit.CIRCLE.imag
        self.follow(centre + e.rx * x + 1j * e.ry * y, placed + rx * x + 1j * ry * y)

    def rect(self, r: d.Rect) -> None:
        low = complex(*r.corner)
        high = low + complex(r.width, r.height)
        placed, far = self.rounded(low), self.rounded(high)
        self.tokens.append(v.RECT)
        self.absolute(placed)
        self.length(far.real - placed.real)
        self.length(far.imag - placed.imag)
        corner = self.length(r.rx, least=0)
        self.note(0.42 * abs(corner - r.rx))
        self.follow(fit.box(low, high), fit.box(placed, far))

    def path(self, path: d.Path) -> None:
        for subpath in path.subpaths:
            start = complex(*subpath.start)
            strokes = _segments(start, subpath.segments)
            if (circle := _whole_circle(strokes)) is not None:
                self.circle(*circle)
                continue
            self.at = self.rounded(start)
            self.tokens.append(v.MOVE)
            self.absolute(self.at)
            self.note(abs(self.at - start))
            self.control = None
            begun = len(self.tokens)
            for stroke in strokes:
                self.stroke(stroke)
            if len(self.tokens) == begun:
                self.tokens.append(v.HORIZONTAL)  # a dot: only its cap is seen
                self.number(v.DX + v.ZERO, 0)
            elif subpath.closed:
                self.tokens.append(v.CLOSE)

    # Strokes ------------------------------------------------------------------------------------

    def stroke(self, stroke: _Stroke) -> None:
        end = self.rounded(stroke.end)
        if stroke.kind == "circle":  # within a longer line
            middle = 2 * stroke.centre - stroke.start
            for start, stop in ((stroke.start, middle), (middle, stroke.end)):
                self.stroke(replace(stroke, kind="arc", start=start, end=stop))
        elif stroke.kind == "arc" and end != self.at:
            if self.arc(stroke, end):
                return
            for part in _cubics_of(stroke):
                self.stroke(part)
        elif stroke.kind == "oval" and end != self.at:
            self.oval(stroke, end)
        elif stroke.kind == "cubic":
            self.cubic(stroke, end)
        elif end != self.at:
            self.line(stroke, end)

    def line(self, stroke: _Stroke, end: complex) -> None:
        self.follow(np.array([stroke.start, stroke.end]), np.array([self.at, end]))
        if end.imag == self.at.imag:
            self.tokens.append(v.HORIZONTAL)
            self.number(v.DX + v.ZERO, end.real - self.at.real)
        elif end.real == self.at.real:
            self.tokens.append(v.VERTICAL)
            self.number(v.DY + v.ZERO, end.imag - self.at.imag)
        else:
            self.tokens.append(v.LINE)
            self.delta(end)
        self._arrive(end)

    def arc(self, stroke: _Stroke, end: complex) -> bool:
        """Write a circular arc if the grid lets it follow the original; else say no."""
        points = fit.arc_points(stroke.start, stroke.end, stroke.arc)
        r, large, sweep, error = fit.nearest_arc(points, self.at, end, stroke.arc, self.per_unit)
        if error > FINE_BEYOND or r >= (v.POSITIONS - 1) * self.per_unit // v.STEP:
            return False
        self.follow(points, fit.arc_points(self.at, end, (r / self.per_unit, large, sweep)))
        self.tokens.append(v.ARC + 2 * large + sweep)
        self.number(v.R, r / self.per_unit)
        self.delta(end)
        self._arrive(end)
        return True

    def oval(self, stroke: _Stroke, end: complex) -> None:
        self.tokens.append(v.OVAL_ARC + 2 * stroke.arc[1] + stroke.arc[2])
        self.note(max(abs(self.length(r) - r) for r in stroke.radii))
        self.follow(np.array([stroke.start, stroke.end]), np.array([self.at, end]))
        self.delta(end)
        self._arrive(end)

    def cubic(self, stroke: _Stroke, end: complex) -> None:
        c1, c2 = self.rounded(stroke.c1), self.rounded(stroke.c2)
        if c1 == c2 == end == self.at:
            return
        reflected = 2 * self.at - self.control if self.control is not None else self.at
        smooth = reflected == c1
        self.tokens.append(v.SMOOTH if smooth else v.CUBIC)
        if not smooth:
            self.delta(c1)
        self.delta(c2)
        self.delta(end)
        original = fit.cubic_points(stroke.start, stroke.c1, stroke.c2, stroke.end)
        self.follow(original, fit.cubic_points(self.at, c1, c2, end))
        self._arrive(end, c2)

    def _arrive(self, end: complex, control: complex | None = None) -> None:
        self.at, self.control = end, control


@dataclass(frozen=True)
class _Stroke:
    """A segment on its way to tokens: a line, cubic, circular arc or oval arc between complex points."""

    kind: str
    start: complex
    end: complex
    c1: complex = 0j
    c2: complex = 0j
    arc: fit.Arc = (0.0, False, False)
    centre: complex = 0j
    radii: tuple[float, float] = (0.0, 0.0)


def _segments(start: complex, segments: Sequence[d.Segment]) -> list[_Stroke]:
    """Segments as strokes: quadratics raised to cubics, cubics that were arcs made arcs, neighbouring arcs joined."""
    out: list[_Stroke] = []
    at = start
    for s in segments:
        for stroke in _strokes_of(at, s):
            joined = _joined(out[-1], stroke) if out else None
            if joined is not None:
                out[-1] = joined
            else:
                out.append(stroke)
        at = complex(*s.to)
    return out


def _strokes_of(at: complex, s: d.Segment) -> list[_Stroke]:
    end = complex(*s.to)
    if isinstance(s, d.Line):
        return [_Stroke("line", at, end)]
    if isinstance(s, d.Quad):
        c = complex(*s.c)
        s = d.Cubic(_pair(at + (c - at) * 2 / 3), _pair(end + (c - end) * 2 / 3), s.to)
    if isinstance(s, d.Cubic):
        return [_cubic(at, complex(*s.c1), complex(*s.c2), end)]
    if at == end:
        return []
    if min(s.rx, s.ry) < 1e-6:
        return [_Stroke("line", at, end)]
    if abs(s.rx - s.ry) < 0.01 * s.rx:
        return [_arc(at, end, (s.rx, s.large, s.sweep))]
    if min(s.rotation % 90, 90 - s.rotation % 90) < 0.1 and max(s.rx, s.ry) < 26:
        radii = (s.rx, s.ry) if round(s.rotation / 90) % 2 == 0 else (s.ry, s.rx)
        return [_Stroke("oval", at, end, arc=(0.0, s.large, s.sweep), radii=radii)]
    out = []
    for c1, c2, piece_end in fit.arc_cubics(at, end, s.rx, s.ry, s.rotation, s.large, s.sweep):
        out.append(_cubic(at, c1, c2, piece_end))
        at = piece_end
    return out


def _cubic(at: complex, c1: complex, c2: complex, end: complex) -> _Stroke:
    found = fit.arc_of_cubic(at, c1, c2, end, ARC_TOLERANCE)
    if found is not None:
        return _Stroke("arc", at, end, arc=found[0], centre=found[1])
    return _Stroke("cubic", at, end, c1, c2)


def _arc(at: complex, end: complex, arc: fit.Arc) -> _Stroke:
    centre, radius = fit.arc_centre(at, end, *arc)
    return _Stroke("arc", at, end, arc=(radius, arc[1], arc[2]), centre=centre)


def _joined(one: _Stroke, two: _Stroke) -> _Stroke | None:
    """Two arcs of one circle as one arc, if together they turn less than 340 degrees."""
    if one.kind != "arc" or two.kind != "arc" or one.arc[2] != two.arc[2]:
        return None
    if abs(one.centre - two.centre) > 0.06 or abs(one.arc[0] - two.arc[0]) > 0.06:
        return None
    turn = _turn(one) + _turn(two)
    if turn > np.radians(340) or abs(one.start - two.end) < 0.05:
        return None if abs(one.start - two.end) >= 0.05 or turn < 6.1 else _whole(one, two)
    centre, radius = (one.centre + two.centre) / 2, (one.arc[0] + two.arc[0]) / 2
    return _Stroke("arc", one.start, two.end, arc=(radius, bool(turn > np.pi), one.arc[2]), centre=centre)


def _whole(one: _Stroke, two: _Stroke) -> _Stroke:
    return _Stroke("circle", one.start, two.end, arc=one.arc, centre=(one.centre + two.centre) / 2)


def _turn(stroke: _Stroke) -> float:
    points = fit.arc_points(stroke.start, stroke.end, stroke.arc) - stroke.centre
    return float(np.abs(np.angle(points[1:] / points[:-1])).sum())


def _whole_circle(strokes: Sequence[_Stroke]) -> tuple[complex, float] | None:
    drawn = [s for s in strokes if s.kind != "line" or abs(s.end - s.start) > 0.02]
    if len(drawn) == 1 and drawn[0].kind == "circle":
        return drawn[0].centre, drawn[0].arc[0]
    return None


def _cubics_of(stroke: _Stroke) -> list[_Stroke]:
    radius, large, sweep = stroke.arc
    out, at = [], stroke.start
    for c1, c2, end in fit.arc_cubics(at, stroke.end, radius, radius, 0.0, large, sweep):
        out.append(_Stroke("cubic", at, end, c1, c2))
        at = end
    return out


def _pair(p: complex) -> d.Point:
    return p.real, p.imag


def _habits(body: Sequence[int]) -> dict[str, Any]:
    """Symmetry about the vertical axis and the coarsest grid that nine in ten of the points stand on."""
    pen = Pen()
    pen.push(v.ICON)
    points: set[tuple[int, int]] = set()
    for token in body:
        if pen.push(token) and pen.start is not None:
            points.add(pen.start)
    if not points:
        return {"symmetric": False, "grid": 3}
    whole = round(v.CANVAS * v.STEP * v.TICK)
    mirrored = sum((whole - x, y) in points for x, y in points) / len(points)
    numbers = np.array(sorted(points)).ravel()
    unit = v.STEP * v.TICK
    grid = next((k for k, step in enumerate((unit, unit // 2, unit // 4)) if (numbers % step == 0).mean() >= 0.9), 3)
    return {"symmetric": bool(mirrored >= 0.9), "grid": grid}
