"""Fixes for single lines and shapes. Each takes a look and a finding, and gives the drawings to try, best first."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator
from dataclasses import replace

from maquette.media.drawing import Arc, Circle, Cubic, Drawing, Line, Path, Point, Rect, Subpath
from maquette.media.lint_lines import (
    ARC_FIT,
    NO_LENGTH,
    SPECK,
    STRAIGHT,
    circle_of,
    corners,
    doubles,
    meant_angle,
    meant_radius,
    one_arc,
    overlaps,
    shared_length,
)
from maquette.media.lint_look import TOUCH, Bit, Finding, Look, Track, track_of, turn_of
from maquette.media.mend_paths import (
    Ruled,
    crossing,
    joined,
    moved,
    nodes_of,
    ruled,
    with_shape,
    with_track,
    without,
)
from maquette.media.style_pieces import arc_of_cubic, measured

MANY = 40  # doubled lines of one shape that are cut


def _tracks(look: Look, finding: Finding) -> list[Track]:
    return [track for track in look.tracks if finding.shape is not None and track.shape == finding.shape - 1]


def _rebuilt(look: Look, finding: Finding, fresh: list[list[Subpath]]) -> Drawing:
    """The drawing with all subpaths of the finding's shape replaced."""
    assert finding.shape is not None
    subpaths = tuple(subpath for part in fresh for subpath in part)
    return with_shape(look.drawing, finding.shape - 1, Path(subpaths) if subpaths else None)


def zero_length(look: Look, finding: Finding) -> Iterator[Drawing]:
    """Leave the segments without length out."""
    fresh = []
    for track in _tracks(look, finding):
        kept = [bit for bit in track.bits if math.dist(bit.start, bit.segment.to) > NO_LENGTH * look.unit]
        if look.is_dot(track) or len(kept) == len(track.bits):
            fresh.append([track.subpath])
        elif kept:
            pieces = [(bit.start, bit.segment) for bit in kept]
            if track.subpath.closed and track.gap <= NO_LENGTH * look.unit:  # it ends exactly where it began
                pieces[-1] = (pieces[-1][0], replace(pieces[-1][1], to=track.subpath.start))
            fresh.append([joined(pieces, track.subpath.closed)])
    yield _rebuilt(look, finding, fresh)


def collinear(look: Look, finding: Finding) -> Iterator[Drawing]:
    """One line instead of several in a row."""
    yield _rebuilt(look, finding, [[straightened(track)] for track in _tracks(look, finding)])


def straightened(track: Track) -> Subpath:
    """The subpath without points in the middle of lines."""
    pieces: list[Ruled] = []
    for start, segment in ruled(track):
        if pieces and _goes_on(pieces[-1], (start, segment)):
            pieces[-1] = (pieces[-1][0], segment)
        else:
            pieces.append((start, segment))
    if track.closed and len(pieces) > 2 and _goes_on(pieces[-1], pieces[0]):
        start, _ = pieces.pop()
        pieces[0] = (start, pieces[0][1])
    return joined(pieces, track.subpath.closed) if pieces else track.subpath


def _goes_on(before: Ruled, after: Ruled) -> bool:
    if not (isinstance(before[1], Line) and isinstance(after[1], Line)):
        return False
    one, other = measured(*before), measured(*after)
    return one is not None and other is not None and turn_of(one.way_out, other.way_in) < STRAIGHT


def duplicate(look: Look, finding: Finding) -> Iterator[Drawing]:
    """Leave out what is drawn again: the shape, or the segment."""
    assert finding.shape is not None
    number = finding.shape - 1
    geometry = look.shapes[number].geometry
    if any(shape.geometry == geometry for shape in look.shapes[:number]):
        yield with_shape(look.drawing, number, None)
        return
    for first in (True, False):
        now = look.drawing
        for _ in range(MANY):
            seen = Look(now, look.card)
            pair = next((pair for pair in doubles(seen) if number in (pair[0].shape, pair[1].shape)), None)
            if pair is None:
                break
            bit = pair[1] if (pair[1].shape == number) == first or pair[0].shape != number else pair[0]
            track = next(track for track in seen.tracks if (track.shape, track.sub) == (bit.shape, bit.sub))
            now = with_track(now, track, without(track, bit))
        yield now


def overlap(look: Look, finding: Finding) -> Iterator[Drawing]:
    """Leave out the parts of lines that lie on other lines."""
    assert finding.shape is not None
    number = finding.shape - 1
    for second in (True, False):
        now = look.drawing
        for _ in range(MANY):
            seen = Look(now, look.card)
            pair = next((pair for pair in overlaps(seen) if number in (pair[0].shape, pair[1].shape)), None)
            if pair is None:
                break
            bit, other = (pair[1], pair[0]) if second else (pair[0], pair[1])
            parts = _uncovered(bit, other, TOUCH * look.unit)
            if parts is None:
                break
            track = next(track for track in seen.tracks if (track.shape, track.sub) == (bit.shape, bit.sub))
            now = with_track(now, track, without(track, bit, parts))
        yield now


def _uncovered(bit: Bit, other: Bit, within: float) -> list[tuple[Point, Point]] | None:
    """The parts of a line that another does not cover; None if it covers none of it."""
    one, cover = bit.piece, other.piece
    if not one or not cover or one.kind != "line" or cover.kind != "line":
        return None
    shared = shared_length(one, cover, within)
    if shared is None or shared[0] <= within:
        return None
    ends = sorted(((point - one.start) * one.way_in.conjugate()).real for point in (cover.start, cover.end))
    low, high = max(0.0, ends[0]), min(one.length, ends[1])

    def at(reach: float) -> Point:
        place = one.start + one.way_in * reach
        return place.real, place.imag

    parts = [(bit.start, at(low))] if low > within else []
    return [*parts, (at(high), bit.segment.to)] if one.length - high > within else parts


def stray(look: Look, finding: Finding) -> Iterator[Drawing]:
    """Leave the speck out: a subpath of its own if the shape has others, else the shape."""
    assert finding.shape is not None
    tracks = _tracks(look, finding)
    specks = [track for track in tracks if track.reach < SPECK * look.unit]
    if specks and len(specks) < len(tracks):
        place = finding.where or (0.0, 0.0)
        nearest = min(specks, key=lambda track: math.dist(look.place(track.subpath.start), place))
        yield with_track(look.drawing, nearest, [])
    else:
        yield with_shape(look.drawing, finding.shape - 1, None)


def arcs(look: Look, finding: Finding) -> Iterator[Drawing]:
    """Arcs for the cubics that are arcs; a circle where four of them are one."""
    assert finding.shape is not None
    tracks = _tracks(look, finding)
    fresh = [[_with_arcs(track)] for track in tracks]
    if len(fresh) == 1:
        circle = circle_of(track_of(fresh[0][0]))
        if circle is not None:
            (x, y), r = circle
            even = Circle((_neat(x, look.unit), _neat(y, look.unit)), _neat(r, look.unit))
            yield with_shape(look.drawing, finding.shape - 1, even)
    yield _rebuilt(look, finding, fresh)


def _with_arcs(track: Track) -> Subpath:
    segments = []
    for bit in track.bits:
        if bit.index < 0:
            continue
        found = arc_of_cubic(bit.start, bit.segment, ARC_FIT) if isinstance(bit.segment, Cubic) else None
        segments.append(replace(found, rx=_neat(found.rx), ry=_neat(found.rx)) if found else bit.segment)
    return Subpath(track.subpath.start, tuple(segments), track.subpath.closed)


def _neat(value: float, unit: float = 1.0) -> float:
    """A number without the last decimals that another program's curve gave it."""
    near = round(value * 8) / 8
    return near if abs(near - value) < 0.006 * unit else round(value, 3)


def nodes(look: Look, finding: Finding) -> Iterator[Drawing]:
    """One arc instead of several in a row."""
    fresh = []
    for track in _tracks(look, finding):
        kept: list[Bit] = []
        for bit in (bit for bit in track.bits if bit.piece):
            longer = _longer(kept[-1], bit) if kept else None
            if longer:
                kept[-1] = longer
            else:
                kept.append(bit)
        around = _longer(kept[-1], kept[0]) if track.closed and len(kept) > 2 else None
        if around:
            kept = [around, *kept[1:-1]]
        fresh.append([joined([(bit.start, bit.segment) for bit in kept], track.subpath.closed)])
    yield _rebuilt(look, finding, fresh)


def _longer(before: Bit, after: Bit) -> Bit | None:
    """Two arcs as one, if they are one."""
    assert before.piece and after.piece
    turn = turn_of(before.piece.way_out, after.piece.way_in)
    if not isinstance(before.segment, Arc) or not one_arc(before, after, turn):
        return None
    longer = replace(before.segment, to=after.segment.to, large=False)
    return replace(before, segment=longer, piece=measured(before.start, longer))


def nearly_closed(look: Look, finding: Finding) -> Iterator[Drawing]:
    """Close the path: at the corner its end lines would make, at its start, or by a short line."""
    for track in _tracks(look, finding):
        if track.subpath.closed or len(track.subpath.segments) < 2:
            continue
        last = len(track.subpath.segments)
        places: list[Point] = []
        bits = [bit for bit in track.bits if bit.piece]
        first, end = bits[0].piece, bits[-1].piece
        if first and end and first.kind == end.kind == "line":
            corner = crossing(track.end, end.way_out, track.subpath.start, first.way_in)
            places += [corner] if corner and math.dist(corner, track.end) <= 2 * track.gap else []
        for place in [*places, track.subpath.start]:
            fresh = moved(track, {0: place, last: place}, look.step)
            pieces = ruled(track_of(fresh))
            yield with_track(look.drawing, track, [joined(pieces, True)])
        yield with_track(look.drawing, track, [replace(track.subpath, closed=True)])


def radius(look: Look, finding: Finding) -> Iterator[Drawing]:
    """The set's radius in the corners of a shape that nearly have it."""
    assert finding.shape is not None
    geometry = look.shapes[finding.shape - 1].geometry
    if isinstance(geometry, Rect):
        wanted = meant_radius(look, geometry.rx)
        if wanted is not None:
            yield with_shape(look.drawing, finding.shape - 1, replace(geometry, rx=wanted, ry=wanted))
        return
    for track in _tracks(look, finding):
        subpath = track.subpath
        for bit in list(corners(track)):
            wanted = meant_radius(look, bit.piece.radius) if bit.piece else None
            if wanted is not None:
                turned = _rounded(track_of(subpath), bit.index, wanted)
                subpath = turned or subpath
        if subpath is not track.subpath:
            yield with_track(look.drawing, track, [subpath])


def _rounded(track: Track, index: int, wanted: float) -> Subpath | None:
    """The subpath with another radius in one corner; its two lines give or take. None if they are too short."""
    bits = [bit for bit in track.bits if bit.piece]
    at = next((k for k, bit in enumerate(bits) if bit.index == index), None)
    if at is None:
        return None
    bit, before, after = bits[at], bits[at - 1], bits[(at + 1) % len(bits)]
    assert bit.piece and before.piece and after.piece and isinstance(bit.segment, Arc)
    corner = crossing(bit.start, before.piece.way_out, bit.segment.to, after.piece.way_in)
    if corner is None:
        return None
    reach = wanted * math.tan(abs(bit.piece.turn) / 2)
    room = min(abs(complex(*corner) - before.piece.start), abs(complex(*corner) - after.piece.end))
    if reach > room + 1e-6:
        return None
    begin, end = complex(*corner) - before.piece.way_out * reach, complex(*corner) + after.piece.way_in * reach
    first, last = nodes_of(bit, track)
    fresh = moved(track, {first: (begin.real, begin.imag), last: (end.real, end.imag)}, 0.0)
    segments = list(fresh.segments)
    arc = segments[index]
    assert isinstance(arc, Arc)
    segments[index] = replace(arc, rx=wanted, ry=wanted, large=bit.segment.large)
    return replace(fresh, segments=tuple(segments))


def angle(look: Look, finding: Finding) -> Iterator[Drawing]:
    """Turn a line to the angle that was meant, by the end that is free, or by the one that changes less."""
    for track in _tracks(look, finding):
        for bit in track.bits:
            wanted = meant_angle(look, bit)
            if wanted is None or not bit.piece:
                continue
            first, last = nodes_of(bit, track)
            a, b = complex(*bit.start), complex(*bit.segment.to)
            along = [_at_angle(b - a, wanted, step) for step in (look.step, 0.0)]
            ends = [(last, a, 1), (first, b, -1)]
            if not track.closed and first == 0:  # the free end first
                ends.reverse()
            tries = [{node: held + side * straight} for straight in along for node, held, side in ends]
            middle = (a + b) / 2
            tries.append({first: middle - along[1] / 2, last: middle + along[1] / 2})
            for moves in tries:
                places = {node: (place.real, place.imag) for node, place in moves.items()}
                yield with_track(look.drawing, track, [moved(track, places, look.step)])


def _at_angle(way: complex, degrees: float, step: float) -> complex:
    """A line turned to an angle of 0, 45, 90 or 135 degrees, its sides in whole steps where there is a step."""
    unit = cmath.rect(1.0, math.radians(degrees))
    straight = unit * (way * unit.conjugate()).real
    if step <= 0:
        return straight
    side = max(abs(straight.real), abs(straight.imag))
    return straight / side * max(round(side / step), 1) * step
