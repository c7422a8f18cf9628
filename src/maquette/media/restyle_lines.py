"""Contours without their roundings: what a designer drew before the corners were rounded, and rounded anew.

A contour is a subpath whose small tangential curves between two straight lines have been taken back to the corner that
the lines would make. Points and directions are complex numbers x + iy, y pointing down.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from maquette.media.drawing import Arc, Cubic, Line, Point, Quad, Rect, Segment, Subpath
from maquette.media.style_pieces import Piece, measured

_TANGENT = 0.06  # radians that a rounding may leave its lines by
_CORNER = (15.0, 155.0)  # degrees: a smaller turn is no corner, a larger one is the end of a bar
_ACUTE = math.radians(115)  # of turning: a sharper corner is a tip wherever it points
_STRAIGHT = 0.02  # radians: two lines that are one
_SAME = 1e-6


@dataclass(frozen=True)
class Leg:
    """One segment of a contour from `start`; a line where `segment` is a Line."""

    start: complex
    segment: Segment

    @property
    def end(self) -> complex:
        return complex(*self.segment.to)

    @property
    def straight(self) -> bool:
        return isinstance(self.segment, Line)

    @property
    def piece(self) -> Piece | None:
        return measured(point(self.start), self.segment)


@dataclass(frozen=True)
class Contour:
    """A subpath with bare corners. `rounds` are the radii that were taken off, by the number of the leg before."""

    legs: tuple[Leg, ...]
    closed: bool
    rounds: Mapping[int, float] = field(default_factory=dict)

    @property
    def corners(self) -> Iterator[Corner]:
        """Every corner between two lines, sharp or once rounded."""
        count = len(self.legs)
        if count < 2:
            return
        area = self.area
        for k in range(count if self.closed else count - 1):
            before, after = self.legs[k], self.legs[(k + 1) % count]
            if not (before.straight and after.straight):
                continue
            way_in, way_out = unit(before.end - before.start), unit(after.end - after.start)
            turn = cmath.phase(way_out / way_in)
            if _CORNER[0] <= abs(math.degrees(turn)) <= _CORNER[1]:
                sides = (abs(before.end - before.start), abs(after.end - after.start))
                inner = turn * area < 0
                yield Corner(k, before.end, way_in, way_out, turn, sides, inner, self.rounds.get(k, 0.0))

    @property
    def area(self) -> float:
        """Twice the signed area, an open contour closed by a straight line."""
        points = self.points
        return sum((a.conjugate() * b).imag for a, b in zip(points, [*points[1:], points[0]], strict=True))

    @property
    def points(self) -> list[complex]:
        """Points along it, ends included."""
        found = [self.legs[0].start] if self.legs else []
        for leg in self.legs:
            piece = leg.piece
            found += piece.points[1:] if piece else ()
        return found

    @property
    def length(self) -> float:
        return sum(piece.length for leg in self.legs if (piece := leg.piece))

    @property
    def gap(self) -> float:
        """How far its ends are apart; 0 if it is closed."""
        return 0.0 if self.closed or not self.legs else abs(self.legs[-1].end - self.legs[0].start)


@dataclass(frozen=True)
class Corner:
    """A corner after leg `leg`, at `tip`, with the lengths of its two sides and the radius it had."""

    leg: int
    tip: complex
    way_in: complex
    way_out: complex
    turn: float
    sides: tuple[float, float]
    inner: bool
    radius: float

    @property
    def points_to(self) -> str:
        """Where it points: ne, se, sw, nw; tip for straight up, down, sideways and for acute ones; or inner."""
        if self.inner:
            return "inner"
        way = self.way_in - self.way_out
        angle = math.degrees(math.atan2(-way.imag, way.real)) % 360
        if min(angle % 90, 90 - angle % 90) < 15 or abs(self.turn) > _ACUTE:
            return "tip"
        return ("ne", "nw", "sw", "se")[int(angle // 90)]

    def setback(self, radius: float) -> float:
        """How much of each side a rounding of this radius takes."""
        return radius * math.tan(abs(self.turn) / 2)


def bared(subpath: Subpath, largest: float, share: float = 0.5) -> Contour:
    """The subpath with its roundings taken back to corners: those with a radius up to `largest` that leave of each
    side, as long as it was before rounding, at least 1 - `share`."""
    legs = _joined(_legs(subpath), closed := _is_closed(subpath))
    count = len(legs)
    taken: dict[int, tuple[complex, float]] = {}
    for k, leg in enumerate(legs):
        if leg.straight or count < 3 or not (closed or 0 < k < count - 1):
            continue
        found = _rounding(legs[k - 1], leg, legs[(k + 1) % count])
        if found and found[1] <= largest:
            taken[k] = found
    taken = {k: found for k, found in taken.items() if _short(legs, taken, k, share)}
    return _without(legs, taken, closed)


def rebuilt(contour: Contour, radii: Mapping[int, float]) -> Subpath:
    """The contour as a subpath, its corners rounded with these radii by the number of the leg before; else sharp."""
    corners = {corner.leg: corner for corner in contour.corners if radii.get(corner.leg, 0.0) > _SAME}
    count = len(contour.legs)
    segments: list[Segment] = []
    last = corners.get(count - 1) if contour.closed else None
    start = contour.legs[0].start
    if last:
        start += last.way_out * last.setback(radii[last.leg])
    at = start
    for k, leg in enumerate(contour.legs):
        corner = corners.get(k)
        if corner is None:
            final = contour.closed and k == count - 1 and leg.straight and abs(leg.end - start) < _SAME
            if not final:
                segments.append(leg.segment)
            at = leg.end
            continue
        radius = radii[k]
        back = corner.setback(radius)
        begin, end = corner.tip - corner.way_in * back, corner.tip + corner.way_out * back
        if abs(begin - at) > 1e-4:
            segments.append(Line(point(begin)))
        segments.append(Arc(radius, radius, 0.0, False, corner.turn > 0, point(end)))
        at = end
    return Subpath(point(start), tuple(segments), contour.closed)


def moved(contour: Contour, to: Mapping[complex, complex]) -> Contour:
    """The contour with the ends of its legs where `to` says; handles go along, arcs keep their radii."""
    legs = []
    for leg in contour.legs:
        start, end = to.get(leg.start, leg.start), to.get(leg.end, leg.end)
        segment = leg.segment
        if isinstance(segment, Cubic):
            c1 = complex(*segment.c1) + start - leg.start
            c2 = complex(*segment.c2) + end - leg.end
            segment = Cubic(point(c1), point(c2), point(end))
        elif isinstance(segment, Quad):
            middle = complex(*segment.c) + (start - leg.start + end - leg.end) / 2
            segment = Quad(point(middle), point(end))
        elif isinstance(segment, Arc):
            from maquette.media.snap import fit_arc

            segment = fit_arc(segment, point(leg.start), point(start), point(end), 0.0)
        else:
            segment = Line(point(end))
        legs.append(Leg(start, segment))
    return replace(contour, legs=tuple(legs))


def as_rect(subpath: Subpath) -> Rect | None:
    """The upright rectangle that a closed subpath is, with corners of one radius; None if it is none."""
    contour = bared(subpath, math.inf, 1.0)
    corners = list(contour.corners)
    upright = all(min(abs(one.way_in.real), abs(one.way_in.imag)) < 1e-6 for one in corners)
    if not contour.closed or len(contour.legs) != 4 or len(corners) != 4 or not upright:
        return None
    radii, xs, ys = ([one.radius for one in corners], *zip(*(point(one.tip) for one in corners), strict=True))
    if max(radii) - min(radii) > 1e-3:
        return None
    return Rect((min(xs), min(ys)), max(xs) - min(xs), max(ys) - min(ys), radii[0], radii[0])


def point(value: complex) -> Point:
    return value.real, value.imag


def unit(way: complex) -> complex:
    return way / (abs(way) or 1.0)


def _legs(subpath: Subpath) -> list[Leg]:
    legs, at = [], complex(*subpath.start)
    for segment in subpath.segments:
        leg = Leg(at, segment)
        if leg.piece is not None:
            legs.append(leg)
            at = leg.end
    if subpath.closed and abs(at - complex(*subpath.start)) > 1e-3:
        legs.append(Leg(at, Line(subpath.start)))
    return legs


def _is_closed(subpath: Subpath) -> bool:
    if subpath.closed or not subpath.segments:
        return subpath.closed
    return len(subpath.segments) > 1 and math.dist(subpath.start, subpath.segments[-1].to) < 1e-3


def _joined(legs: list[Leg], closed: bool) -> list[Leg]:
    """Lines that go straight on are one line."""
    found: list[Leg] = []
    for leg in legs:
        if found and _goes_on(found[-1], leg):
            found[-1] = Leg(found[-1].start, leg.segment)
        else:
            found.append(leg)
    if closed and len(found) > 2 and _goes_on(found[-1], found[0]):
        found[0] = Leg(found[-1].start, found[0].segment)
        found.pop()
    return found


def _goes_on(one: Leg, other: Leg) -> bool:
    if not (one.straight and other.straight):
        return False
    return abs(cmath.phase(unit(other.end - other.start) / unit(one.end - one.start))) < _STRAIGHT


def _rounding(before: Leg, leg: Leg, after: Leg) -> tuple[complex, float] | None:
    """The corner that a rounding was taken off, and its radius; None if it is none."""
    piece = leg.piece
    if piece is None or not (before.straight and after.straight):
        return None
    way_in, way_out = unit(before.end - before.start), unit(after.end - after.start)
    off = max(abs(cmath.phase(piece.way_in / way_in)), abs(cmath.phase(way_out / piece.way_out)))
    turn = cmath.phase(way_out / way_in)
    if off > _TANGENT or not _CORNER[0] <= abs(math.degrees(turn)) <= _CORNER[1] or turn * piece.turn <= 0:
        return None
    cross = (way_in.conjugate() * way_out).imag
    reach = ((leg.end - leg.start).conjugate() * way_out).imag / cross
    tip = leg.start + reach * way_in
    back = abs(leg.end - tip)
    if reach <= 0 or abs(reach - back) > 0.3 * max(reach, back):
        return None
    radius = piece.radius or (reach + back) / 2 / math.tan(abs(turn) / 2)
    return tip, radius


def _short(legs: list[Leg], taken: Mapping[int, tuple[complex, float]], k: int, share: float) -> bool:
    """Whether the rounding of leg `k` takes no more than its share of both sides."""
    count, tip = len(legs), taken[k][0]
    far = taken[(k - 2) % count][0] if (k - 2) % count in taken else legs[k - 1].start
    beyond = taken[(k + 2) % count][0] if (k + 2) % count in taken else legs[(k + 1) % count].end
    sides = (abs(tip - far), abs(beyond - tip))
    backs = (abs(tip - legs[k].start), abs(legs[k].end - tip))
    return all(back <= share * side + 1e-6 for back, side in zip(backs, sides, strict=True))


def _without(legs: list[Leg], taken: Mapping[int, tuple[complex, float]], closed: bool) -> Contour:
    kept: list[Leg] = []
    rounds: dict[int, float] = {}
    count = len(legs)
    for k, leg in enumerate(legs):
        if k in taken:
            continue
        start, segment = leg.start, leg.segment
        if (k - 1) % count in taken and (closed or k):
            start = taken[(k - 1) % count][0]
        if (k + 1) % count in taken and (closed or k + 1 < count):
            tip, radius = taken[(k + 1) % count]
            segment = Line(point(tip))
            rounds[len(kept)] = radius
        kept.append(Leg(start, segment))
    return Contour(tuple(kept), closed, rounds)
