"""The centre lines of a band of constant width: the way back from an outline to its stroke.

Every edge of a stroke's outline lies half a width from the centre line, with the ink on its right hand (contours that
run clockwise as seen). So every edge is moved by half a width towards the ink; where two edges that run opposite ways
come to lie on one line or one circle, the band's centre is found. Ends are then joined where the carriers meet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maquette.media import outline_check as check
from maquette.media import outline_clean as clean
from maquette.media import outline_fit as fit
from maquette.media.drawing import Arc, Cubic, Line, Point, Quad, Segment, Subpath
from maquette.media.extent import arc_centre

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEAR = 0.05  # units of a canvas of 24: how far two edges may disagree about their centre
BRIDGE = 3.0  # widths: gaps in a centre line that ink spans, as at a crossing
REACH = 0.95  # widths: how far an end is moved to meet another line
DIVIDED = 6  # arcs that stand for a curve which is none


@dataclass
class Piece:
    """A straight or round piece of a centre line, by the place of its ends along its carrier.

    A straight one has `origin` and the unit `way`, and counts in units; a round one has its centre as `origin`, a
    `radius`, and counts in radians, clockwise as seen.
    """

    origin: Point
    way: Point
    radius: float
    low: float
    high: float

    def at(self, place: float) -> Point:
        x, y = self.origin
        if self.radius:
            return x + self.radius * math.cos(place), y + self.radius * math.sin(place)
        return x + self.way[0] * place, y + self.way[1] * place

    def place(self, point: Point, near: float) -> float:
        """Where along the carrier a point lies; for a round piece the turn that is nearest to `near`."""
        x, y = point[0] - self.origin[0], point[1] - self.origin[1]
        if not self.radius:
            return x * self.way[0] + y * self.way[1]
        angle = math.atan2(y, x)
        return angle + math.tau * round((near - angle) / math.tau)

    @property
    def length(self) -> float:
        return (self.high - self.low) * (self.radius or 1.0)

    @property
    def is_ring(self) -> bool:
        return bool(self.radius) and self.high - self.low > math.tau - 1e-6


@dataclass(frozen=True)
class Edge:
    """An edge moved to the centre: its piece, and whether it runs the carrier's way."""

    piece: Piece
    ahead: bool


def edges(contours: Sequence[Subpath], unit: float) -> list[tuple[Point, Segment]]:
    """The edges of contours as lines and circular arcs; other curves as several arcs."""
    found: list[tuple[Point, Segment]] = []
    for contour in contours:
        at = contour.start
        closing = [Line(contour.start)] if contour.segments and contour.segments[-1].to != contour.start else []
        for segment in (*contour.segments, *closing):
            if segment.to != at:
                found += _plain(at, segment, unit)
            at = segment.to
    return found


def _plain(at: Point, segment: Segment, unit: float) -> list[tuple[Point, Segment]]:
    if isinstance(segment, Line) or (isinstance(segment, Arc) and abs(segment.rx - segment.ry) < 1e-6 * segment.rx):
        return [(at, segment)]
    import numpy as np

    points = np.array(check.polygon(Subpath(at, (segment,)), 8 * DIVIDED))
    whole = _round(points, 0.01 * unit)
    if whole:
        return [(at, whole)]
    size = max(1, len(points) // (2 * DIVIDED if isinstance(segment, (Cubic, Quad)) else DIVIDED))
    found: list[tuple[Point, Segment]] = []
    for begin in range(0, len(points) - 1, 2 * size):
        part = points[begin : begin + 2 * size + 1]
        start, to = (float(part[0][0]), float(part[0][1])), (float(part[-1][0]), float(part[-1][1]))
        found.append((start, _round(part, NEAR * unit) or Line(to)))
    return found


def _round(points: NDArray[np.float64], within: float) -> Segment | None:
    to = (float(points[-1][0]), float(points[-1][1]))
    if fit.is_straight(points, within / 4):
        return Line(to)
    circle = fit.as_circle(points, within)
    if circle is None or abs(circle[2]) > math.pi:
        return None
    return Arc(circle[1], circle[1], 0.0, False, circle[2] > 0, to)


def widths(found: Sequence[tuple[Point, Segment]], unit: float) -> list[float]:
    """How wide the band may be, the likeliest first: distances between straight edges that run opposite ways, between
    arcs around one centre, and twice the radius of round ends."""
    votes: dict[float, float] = {}

    def vote(width: float, weight: float) -> None:
        if 0.2 * unit < width < 6 * unit:
            key = round(width / (NEAR * unit))
            votes[key] = votes.get(key, 0.0) + weight

    for index, (start, segment) in enumerate(found):
        if isinstance(segment, Arc):
            told = arc_centre(start, segment)
            if told.sweep > 0.5:
                vote(2 * told.rx, 2 * told.rx if told.sweep > 3.0 else 0.1 * unit)
        for other_start, other in found[:index]:
            _vote_pair(start, segment, other_start, other, unit, vote)
    ranked = sorted(votes, key=lambda key: -votes[key] - 0.5 * (votes.get(key - 1, 0) + votes.get(key + 1, 0)))
    return [key * NEAR * unit for key in ranked[:3]]


def _vote_pair(
    start: Point, one: Segment, other_start: Point, other: Segment, unit: float, vote: Callable[[float, float], None]
) -> None:
    if isinstance(one, Line) and isinstance(other, Line):
        long = math.dist(start, one.to)
        ux, uy = (one.to[0] - start[0]) / long, (one.to[1] - start[1]) / long
        vx, vy = other.to[0] - other_start[0], other.to[1] - other_start[1]
        size = math.hypot(vx, vy)
        if ux * vx + uy * vy > -0.999 * size:
            return
        off = (other_start[0] - start[0]) * -uy + (other_start[1] - start[1]) * ux
        a = (other.to[0] - start[0]) * ux + (other.to[1] - start[1]) * uy
        shared = min(long, a + size) - max(0.0, a)
        if off > 0 and shared > 0:
            vote(off, shared)
    elif isinstance(one, Arc) and isinstance(other, Arc) and one.sweep != other.sweep:
        mine, their = arc_centre(start, one), arc_centre(other_start, other)
        if math.dist(mine.centre, their.centre) < 2 * NEAR * unit:
            outer, inner = (mine, their) if one.sweep else (their, mine)
            if outer.rx > inner.rx:
                vote(outer.rx - inner.rx, min(abs(mine.sweep), abs(their.sweep)) * (mine.rx + their.rx) / 2)


def centre_lines(
    found: Sequence[tuple[Point, Segment]], width: float, unit: float, ink: list[list[Point]]
) -> list[Piece]:
    """The centre lines of a band: pieces that two opposite edges agree on, bridged where ink goes on, ends joined."""
    moved = [edge for start, segment in found if (edge := _moved(start, segment, width, unit))]
    groups: list[list[Edge]] = []
    for edge in sorted(moved, key=lambda edge: -edge.piece.length):
        home = next((group for group in groups if _same_carrier(group[0].piece, edge.piece, unit)), None)
        if home is None:
            groups.append([edge])
        else:
            home.append(_onto(home[0].piece, edge))
    pieces = [piece for group in groups for piece in _merged(group, width, unit, ink)]
    for edge in moved:
        if edge.piece.radius and _stands_alone(edge, pieces, width, unit, ink):
            pieces.append(edge.piece)
    return _met(pieces, _caps(found, width, unit), width, unit)


def _stands_alone(edge: Edge, pieces: list[Piece], width: float, unit: float, ink: list[list[Point]]) -> bool:
    """Whether an arc is a centre line although no arc runs against it: its inner edge is a corner, or a free curve."""
    piece = edge.piece
    if edge.ahead and piece.radius < width / 2 + NEAR * unit:
        return True
    for part in (0.2, 0.5, 0.8):
        place = piece.low + (piece.high - piece.low) * part
        if any(_covers(other, piece.at(place), 0.15 * width) for other in pieces):
            return False
        for by, wanted in ((-0.44, True), (0.44, True), (-0.56, False), (0.56, False)):
            radius = piece.radius + by * width
            point = Piece(piece.origin, piece.way, radius, 0.0, 0.0).at(place)
            if (sum(clean.inside(point, area) for area in ink) % 2 == 1) != wanted:
                return False
    return True


def _covers(piece: Piece, point: Point, within: float) -> bool:
    """Whether a point lies on a piece."""
    place = min(max(piece.place(point, (piece.low + piece.high) / 2), piece.low), piece.high)
    return math.dist(piece.at(place), point) < within


def _caps(found: Sequence[tuple[Point, Segment]], width: float, unit: float) -> list[Point]:
    """Where strokes end: the centres of half circles, and the middles of straight ends."""
    caps: list[Point] = []
    for start, segment in found:
        if isinstance(segment, Arc):
            told = arc_centre(start, segment)
            if abs(told.rx - width / 2) < NEAR * unit and told.sweep > 2.6:
                caps.append(told.centre)
        elif abs(math.dist(start, segment.to) - width) < NEAR * unit:
            caps.append(((start[0] + segment.to[0]) / 2, (start[1] + segment.to[1]) / 2))
    return caps


def _moved(start: Point, segment: Segment, width: float, unit: float) -> Edge | None:
    """An edge half a width into the ink."""
    if isinstance(segment, Line):
        long = math.dist(start, segment.to)
        ux, uy = (segment.to[0] - start[0]) / long, (segment.to[1] - start[1]) / long
        origin = (start[0] - uy * width / 2, start[1] + ux * width / 2)
        return Edge(Piece(origin, (ux, uy), 0.0, 0.0, long), True)
    assert isinstance(segment, Arc)
    told = arc_centre(start, segment)
    radius = told.rx - width / 2 if told.sweep > 0 else told.rx + width / 2
    if radius < NEAR * unit:
        return None  # a round end or corner: its centre is where lines meet
    low, high = sorted((told.begin, told.begin + told.sweep))
    return Edge(Piece(told.centre, (1.0, 0.0), radius, low, high), told.sweep > 0)


def _same_carrier(one: Piece, other: Piece, unit: float) -> bool:
    if bool(one.radius) != bool(other.radius):
        return False
    if one.radius:
        return (
            math.dist(one.origin, other.origin) < 2 * NEAR * unit and abs(one.radius - other.radius) < 2 * NEAR * unit
        )
    for place in (other.low, other.high):
        x, y = other.at(place)
        if abs((x - one.origin[0]) * one.way[1] - (y - one.origin[1]) * one.way[0]) > NEAR * unit:
            return False
    return True


def _onto(carrier: Piece, edge: Edge) -> Edge:
    """An edge told in the places of another carrier."""
    piece = edge.piece
    if carrier.radius:
        middle = (piece.low + piece.high) / 2
        shift = math.tau * round(((carrier.low + carrier.high) / 2 - middle) / math.tau)
        return Edge(
            Piece(carrier.origin, carrier.way, carrier.radius, piece.low + shift, piece.high + shift), edge.ahead
        )
    a, b = (carrier.place(piece.at(place), 0.0) for place in (piece.low, piece.high))
    return Edge(Piece(carrier.origin, carrier.way, 0.0, min(a, b), max(a, b)), (b > a) == edge.ahead)


def _merged(group: list[Edge], width: float, unit: float, ink: list[list[Point]]) -> list[Piece]:
    """The stretches of one carrier along which both edges stand, bridged over gaps that ink spans."""
    first = group[0].piece
    per = first.radius or 1.0
    stretches: list[list[float]] = []
    for edge in sorted(group, key=lambda edge: edge.piece.low):
        low, high = edge.piece.low, edge.piece.high
        if stretches and _goes_on(first, stretches[-1][1], low, width, unit, ink):
            stretches[-1][1] = max(stretches[-1][1], high)
        else:
            stretches.append([low, high])
    if first.radius and len(stretches) > 1:
        begin, end = stretches[0], stretches[-1]
        if _goes_on(first, end[1], begin[0] + math.tau, width, unit, ink):
            stretches = [[end[0], begin[1] + math.tau], *stretches[1:-1]]
    found = []
    for low, high in stretches:
        if first.radius and high - low > math.tau - 0.3 * width / per:
            high = low + math.tau
        both = _both_ways(group, low, high)
        if both * per > 0.15 * width:
            found.append(Piece(first.origin, first.way, first.radius, low, high))
    return found


def _both_ways(group: list[Edge], low: float, high: float) -> float:
    """How far edges of both directions run beside each other."""
    total = 0.0
    for one in group:
        for other in group:
            if one.ahead and not other.ahead:
                for turn in (-math.tau, 0.0, math.tau) if one.piece.radius else (0.0,):
                    shared = min(one.piece.high, other.piece.high + turn) - max(one.piece.low, other.piece.low + turn)
                    total += max(0.0, shared)
    return min(total, high - low)


def _goes_on(piece: Piece, end: float, begin: float, width: float, unit: float, ink: list[list[Point]]) -> bool:
    """Whether ink spans the gap between two stretches of a carrier."""
    per = piece.radius or 1.0
    gap = (begin - end) * per
    if gap <= NEAR * unit:
        return True
    if gap > BRIDGE * width:
        return False
    asked = [piece.at(end + (begin - end) * part / 8) for part in range(1, 8)]
    return all(sum(clean.inside(point, area) for area in ink) % 2 == 1 for point in asked)


def _met(pieces: list[Piece], caps: list[Point], width: float, unit: float) -> list[Piece]:
    """Ends moved to where their carrier meets another piece: corners, and ends upon a line."""
    moves: list[tuple[Piece, str, float]] = []
    for piece in pieces:
        if piece.is_ring:
            continue
        for end in ("low", "high"):
            place = getattr(piece, end)
            best: tuple[float, float] | None = None
            if any(math.dist(piece.at(place), cap) < 2 * NEAR * unit for cap in caps):
                continue
            for other in pieces:
                if other is piece:
                    continue
                for point in _crossings(piece, other):
                    there = piece.place(point, place)
                    away = abs(there - place) * (piece.radius or 1.0)
                    if away < REACH * width and _is_near(other, point, width) and (best is None or away < best[0]):
                        best = (away, there)
            if best is not None:
                moves.append((piece, end, best[1]))
    for piece, end, place in moves:
        setattr(piece, end, place)
    return [piece for piece in pieces if piece.length > NEAR * unit]


def _is_near(piece: Piece, point: Point, width: float) -> bool:
    if piece.is_ring:
        return True
    place = piece.place(point, (piece.low + piece.high) / 2)
    slack = REACH * width / (piece.radius or 1.0)
    return piece.low - slack <= place <= piece.high + slack


def _crossings(one: Piece, other: Piece) -> list[Point]:
    """Where two carriers meet; where they all but touch, the point between."""
    if one.radius and not other.radius:
        one, other = other, one
    if not one.radius and not other.radius:
        cross = one.way[0] * other.way[1] - one.way[1] * other.way[0]
        if abs(cross) < 0.02:
            return []
        x, y = other.origin[0] - one.origin[0], other.origin[1] - one.origin[1]
        return [one.at((x * other.way[1] - y * other.way[0]) / cross)]
    if not one.radius:
        foot = one.place(other.origin, 0.0)
        off = math.dist(one.at(foot), other.origin)
        if off > other.radius * 1.02 + 1e-9:
            return []
        half = math.sqrt(max(0.0, other.radius**2 - off * off))
        return [one.at(foot - half), one.at(foot + half)]
    far = math.dist(one.origin, other.origin)
    if far < 1e-6 or far > (one.radius + other.radius) * 1.01 or far < abs(one.radius - other.radius) * 0.99:
        return []
    along = (far * far + one.radius**2 - other.radius**2) / (2 * far)
    up = math.sqrt(max(0.0, one.radius**2 - along * along))
    ux, uy = (other.origin[0] - one.origin[0]) / far, (other.origin[1] - one.origin[1]) / far
    x, y = one.origin[0] + ux * along, one.origin[1] + uy * along
    return [(x - uy * up, y + ux * up), (x + uy * up, y - ux * up)]
