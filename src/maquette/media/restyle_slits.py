"""The slits that a hand leaves in its contours: cut where the hand cuts, but never where another line meets."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

from maquette.media.drawing import Arc, Cubic, Line, Quad, Segment, Subpath
from maquette.media.extent import arc_centre
from maquette.media.restyle_lines import Contour, Leg, point
from maquette.media.style_card import StyleCard
from maquette.media.style_habits import slit_of, squared

_CORNER = 1.5  # stroke widths that stay of a side between its end and a slit
_CLEAR = 1.0  # stroke widths between a slit and another line
_ROOM = 2.25  # slits that a contour must be wide and high
_FAR = 45.0  # degrees: no slit is cut further from where the hand cuts


Opened: TypeAlias = dict[tuple[int, int], tuple[Subpath, ...]]


def slitted(contours: Mapping[tuple[int, int], Contour], card: StyleCard) -> Opened:
    """The contours that get a slit, opened: the largest first, then those that lie apart from it.

    A contour that another line closes, as the lid does a bin, counts as closed and comes apart into two.
    """
    found: Opened = {}
    taken: list[Contour] = []
    dense = {key: _dense(contour) for key, contour in contours.items()}
    for place, contour in sorted(contours.items(), key=lambda one: (not one[1].closed, -_size(one[1]))):
        others = [p for key, points in dense.items() if key != place for p in points]
        if not _may(contour, others, card) or any(_overlap(contour, one) for one in taken):
            continue
        cut = _best(contour, others, card)
        if cut:
            found[place] = _opened(contour, cut[0], *_on_grid(contour.legs[cut[0]], cut[1], cut[2], card))
            taken.append(contour)
    return found


def _may(contour: Contour, others: Sequence[complex], card: StyleCard) -> bool:
    """Whether a contour looks closed and is large enough for its slit to read."""
    left, top, right, bottom = _box(contour)
    if contour.length < card.slit["least"] or min(right - left, bottom - top) < _ROOM * card.slit["gap"]:
        return False
    if contour.closed:
        return True
    ends = (contour.legs[0].start, contour.legs[-1].end)
    touching = all(min((abs(other - end) for other in others), default=9e9) < 0.6 * card.width for end in ends)
    return touching and contour.gap < 0.5 * contour.length and slit_of(contour, card.canvas) is None


def _box(contour: Contour) -> tuple[float, float, float, float]:
    points = contour.points
    xs, ys = [p.real for p in points], [p.imag for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _size(contour: Contour) -> float:
    left, top, right, bottom = _box(contour)
    return (right - left) * (bottom - top)


def _overlap(one: Contour, other: Contour) -> bool:
    a, b = _box(one), _box(other)
    return min(a[2], b[2]) > max(a[0], b[0]) + 0.1 and min(a[3], b[3]) > max(a[1], b[1]) + 0.1


def _best(contour: Contour, others: Sequence[complex], card: StyleCard) -> tuple[int, float, float] | None:
    """The leg and the two places on it, as shares of it, between which to cut; None if there is no room."""
    gap, wanted = card.slit["gap"], card.slit["at"]
    best, least = None, _FAR
    for k, leg in enumerate(contour.legs):
        piece = leg.piece
        if piece is None or piece.length < gap or not (contour.closed or leg.straight):
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
            off = abs((math.degrees(cmath.phase(way)) - wanted + 180) % 360 - 180) + (12.0 if smooth else 0.0)
            if off >= least:
                continue
            reach = gap / 2 + _CLEAR * card.width
            if all(abs(other - middle) > reach for other in others):
                best, least = (k, begin, begin + span), off
    return best


def _on_grid(leg: Leg, begin: float, end: float, card: StyleCard) -> tuple[float, float]:
    """A cut through an arc moved a little, so that its ends are grid points that lie on the arc as they are.

    Else the grid would pull the ends off, and the circle with them.
    """
    piece, grid = leg.piece, card.grid
    if piece is None or leg.straight or grid <= 0 or not isinstance(leg.segment, Arc):
        return begin, end
    span = end - begin
    near: list[tuple[float, float, complex]] = []
    for k in range(-24, 25):
        t = (begin + end) / 2 + k * span / 16
        if 0 < t < 1:
            place = along(leg, t)
            dot = complex(round(place.real / grid) * grid, round(place.imag / grid) * grid)
            near.append((t, abs(dot - place) / grid, dot))
    best, least = (begin, end), math.inf
    for t, off, dot in near:
        for other, far, dot_too in near:
            if other <= t:
                continue
            gap = abs(abs(dot_too - dot) - card.slit["gap"]) / card.slit["gap"]
            shift = abs((t + other) / 2 - (begin + end) / 2) / span
            if gap < 0.6 and (cost := gap + 0.3 * shift + 6 * (off + far)) < least:
                best, least = (t, other), cost
    return best


def _share_of_gap(leg: Leg, gap: float) -> float:
    piece = leg.piece
    assert piece is not None
    if leg.straight or not piece.radius:
        return gap / piece.length
    return 2 * math.asin(min(gap / 2 / piece.radius, 1.0)) / abs(piece.turn)


def _opened(contour: Contour, k: int, begin: float, end: float) -> tuple[Subpath, ...]:
    """The contour from the end of the slit round to its beginning; an open one as the parts before and after."""
    leg = contour.legs[k]
    start, stop = along(leg, end), along(leg, begin)
    if not contour.closed:
        before = [*(other.segment for other in contour.legs[:k]), _part(leg, 0.0, begin)]
        after = [_part(leg, end, 1.0), *(other.segment for other in contour.legs[k + 1 :])]
        return Subpath(point(contour.legs[0].start), tuple(before)), Subpath(point(start), tuple(after))
    segments: list[Segment] = [_part(leg, end, 1.0)]
    segments += [other.segment for other in (*contour.legs[k + 1 :], *contour.legs[:k])]
    segments.append(_part(leg, 0.0, begin))
    assert abs(complex(*segments[-1].to) - stop) < 1e-6
    return (Subpath(point(start), tuple(_merged(start, segments))),)


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
    """The place at the share `t` of a leg."""
    return complex(*_part(leg, 0.0, t).to) if t > 0 else leg.start


def _part(leg: Leg, begin: float, end: float) -> Segment:
    """What lies between two shares of a leg."""
    segment = leg.segment
    if isinstance(segment, Line):
        return Line(point(leg.start + (leg.end - leg.start) * end))
    if isinstance(segment, Arc) and segment.rx > 0 and segment.ry > 0:
        found = arc_centre(point(leg.start), segment)
        large = abs(found.sweep) * (end - begin) > math.pi
        to = found.at(found.begin + found.sweep * end)
        return Arc(found.rx, found.ry, segment.rotation, large, segment.sweep, to)
    if isinstance(segment, Cubic):
        return _part_of_cubic(leg.start, complex(*segment.c1), complex(*segment.c2), leg.end, begin, end)
    if isinstance(segment, Quad):
        c = complex(*segment.c)
        c1, c2 = leg.start + (c - leg.start) * 2 / 3, leg.end + (c - leg.end) * 2 / 3
        return _part_of_cubic(leg.start, c1, c2, leg.end, begin, end)
    return Line(segment.to)


def _part_of_cubic(a: complex, b: complex, c: complex, d: complex, begin: float, end: float) -> Cubic:
    """The part between two parameters, by the polar form of the curve."""

    def polar(*at: float) -> complex:
        points = [a, b, c, d]
        for t in at:
            points = [p + (q - p) * t for p, q in pairwise(points)]
        return points[0]

    return Cubic(point(polar(begin, begin, end)), point(polar(begin, end, end)), point(polar(end, end, end)))


def _dense(contour: Contour) -> list[complex]:
    """Points along a contour that are near each other."""
    points = contour.points
    found = points[:1]
    for a, b in pairwise(points):
        many = max(1, math.ceil(abs(b - a) / 0.4))
        found += [a + (b - a) * k / many for k in range(1, many + 1)]
    return found
