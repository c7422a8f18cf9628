"""The slits that a hand leaves in its contours: cut where the hand cuts, but never where another line meets."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from maquette.media.drawing import Arc, Line, Segment, Subpath
from maquette.media.extent import arc_centre
from maquette.media.restyle_lines import Contour, Leg, point
from maquette.media.style_card import StyleCard
from maquette.media.style_habits import slit_of, squared

_CORNER = 1.5  # stroke widths that stay of a side between its end and a slit
_CLEAR = 1.0  # stroke widths between a slit and another line
_FAR = 60.0  # degrees: no slit is cut further from where the hand cuts


def slitted(contours: Mapping[tuple[int, int], Contour], card: StyleCard) -> dict[tuple[int, int], Subpath]:
    """The closed contours that get a slit, opened."""
    found = {}
    for place, contour in contours.items():
        if not contour.closed or contour.length < card.slit["least"] or slit_of(contour, card.canvas):
            continue
        others = [p for key, other in contours.items() if key != place for p in _dense(other)]
        cut = _best(contour, others, card)
        if cut:
            found[place] = _opened(contour, *cut)
    return found


def _best(contour: Contour, others: Sequence[complex], card: StyleCard) -> tuple[int, float, float] | None:
    """The leg and the two places on it, as shares of it, between which to cut; None if there is no room."""
    gap, wanted = card.slit["gap"], card.slit["at"]
    best, least = None, _FAR
    for k, leg in enumerate(contour.legs):
        piece = leg.piece
        if piece is None or not (leg.straight or _is_arc(leg)):
            continue
        smooth = not leg.straight
        keep = _CORNER * card.width if leg.straight else 0.25 * card.width
        step = max(card.grid, card.canvas / 96)
        span = _share_of_gap(leg, gap)
        spare = keep / piece.length
        count = int((1 - span - 2 * spare) * piece.length / step + 1e-6)
        for n in range(count + 1):
            begin = spare + n * step / piece.length
            middle = along(leg, begin + span / 2)
            way = squared(middle, contour)
            off = abs((math.degrees(cmath.phase(way)) - wanted + 180) % 360 - 180) + (5.0 if smooth else 0.0)
            if off >= least:
                continue
            reach = gap / 2 + _CLEAR * card.width
            if all(abs(other - middle) > reach for other in others):
                best, least = (k, begin, begin + span), off
    return best


def _share_of_gap(leg: Leg, gap: float) -> float:
    piece = leg.piece
    assert piece is not None
    if leg.straight or not piece.radius:
        return gap / piece.length
    return 2 * math.asin(min(gap / 2 / piece.radius, 1.0)) / abs(piece.turn)


def _opened(contour: Contour, k: int, begin: float, end: float) -> Subpath:
    """The contour from the end of the slit round to its beginning."""
    leg = contour.legs[k]
    start, stop = along(leg, end), along(leg, begin)
    segments: list[Segment] = [_part(leg, end, 1.0)]
    segments += [other.segment for other in (*contour.legs[k + 1 :], *contour.legs[:k])]
    segments.append(_part(leg, 0.0, begin))
    assert abs(complex(*segments[-1].to) - stop) < 1e-6
    return Subpath(point(start), tuple(_merged(start, segments)))


def _merged(start: complex, segments: Sequence[Segment]) -> list[Segment]:
    """Arcs that go on along one circle are one arc, as long as it is no whole circle."""
    found: list[Segment] = []
    starts: list[complex] = []
    at = start
    for segment in segments:
        if found and isinstance(segment, Arc) and isinstance(found[-1], Arc):
            one, other = arc_centre(point(starts[-1]), found[-1]), arc_centre(point(at), segment)
            same = abs(complex(*one.centre) - complex(*other.centre)) < 1e-3 and abs(one.rx - other.rx) < 1e-3
            turn = abs(one.sweep) + abs(other.sweep)
            if same and abs(one.ry - other.ry) < 1e-3 and one.sweep * other.sweep > 0 and turn < math.tau - 0.05:
                large = turn > math.pi
                found[-1] = Arc(segment.rx, segment.ry, segment.rotation, large, segment.sweep, segment.to)
                at = complex(*segment.to)
                continue
        found.append(segment)
        starts.append(at)
        at = complex(*segment.to)
    return found


def along(leg: Leg, t: float) -> complex:
    """The place at the share `t` of a line or an arc."""
    if leg.straight:
        return leg.start + (leg.end - leg.start) * t
    assert isinstance(leg.segment, Arc)
    found = arc_centre(point(leg.start), leg.segment)
    return complex(*found.at(found.begin + found.sweep * t))


def _part(leg: Leg, begin: float, end: float) -> Segment:
    to = point(along(leg, end))
    if leg.straight:
        return Line(to)
    assert isinstance(leg.segment, Arc)
    found = arc_centre(point(leg.start), leg.segment)
    large = abs(found.sweep) * (end - begin) > math.pi
    return Arc(found.rx, found.ry, leg.segment.rotation, large, leg.segment.sweep, to)


def _is_arc(leg: Leg) -> bool:
    return isinstance(leg.segment, Arc) and leg.segment.rx > 0 and leg.segment.ry > 0


def _dense(contour: Contour) -> list[complex]:
    """Points along a contour that are near each other."""
    points = contour.points
    found = points[:1]
    for a, b in pairwise(points):
        many = max(1, math.ceil(abs(b - a) / 0.4))
        found += [a + (b - a) * k / many for k in range(1, many + 1)]
    return found
