"""Fixes that bring a drawing to its set: canvas, paint, grid, padding, middle, gaps."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, pairwise, product

from maquette.media.affine import transform
from maquette.media.drawing import Arc, Circle, Cubic, Drawing, Line, Path, Point, Quad, Segment, Subpath
from maquette.media.extent import arc_centre
from maquette.media.lint_gaps import EXACT, Gap, gaps, touching
from maquette.media.lint_look import Bit, Finding, Look, Track
from maquette.media.lint_set import anchored, off_centre, wanted_gap
from maquette.media.mend_paths import moved, with_paint, with_shape, with_track
from maquette.media.snap import on_grid, snap, snap_shape

STEP = 0.125  # units: by which ends and shapes are tried to move
FARTHEST = 1.25  # units: no end and no shape moves farther for a gap


def canvas(look: Look, finding: Finding) -> Iterator[Drawing]:
    """The drawing scaled to the set's canvas."""
    yield look.drawing


def width(look: Look, finding: Finding) -> Iterator[Drawing]:
    """The set's stroke width."""
    assert finding.shape is not None
    yield with_paint(look.drawing, finding.shape - 1, width=look.card.width)


def cap(look: Look, finding: Finding) -> Iterator[Drawing]:
    """The set's line ends."""
    assert finding.shape is not None
    yield with_paint(look.drawing, finding.shape - 1, cap=look.card.cap)


def join(look: Look, finding: Finding) -> Iterator[Drawing]:
    """The set's line joins."""
    assert finding.shape is not None
    yield with_paint(look.drawing, finding.shape - 1, join=look.card.join)


def grid(look: Look, finding: Finding) -> Iterator[Drawing]:
    """The shape on the grid with all its points; else only the lines and centres that the rule asks for."""
    assert finding.shape is not None
    number, step = finding.shape - 1, look.step
    every = with_shape(look.drawing, number, snap_shape(look.shapes[number], step).geometry)
    lines = _lines_on_grid(look, number, step)
    yield from (every, lines) if look.card.grid > 0 else (lines, every)


def _lines_on_grid(look: Look, number: int, step: float) -> Drawing:
    """The level and upright lines of a shape on the grid, all else carried along."""
    drawing = look.drawing
    for track in (track for track in look.tracks if track.shape == number):
        moves: dict[int, Point] = {}
        places = [track.subpath.start, *(segment.to for segment in track.subpath.segments)]
        wanted = {place for _, place in anchored(look, number, look.shapes[number])}
        for bit in track.bits:
            if not bit.piece or bit.piece.kind != "line" or bit.start not in wanted:
                continue
            for index in (max(bit.index, 0), (bit.index + 1) if bit.index >= 0 else len(places) - 1):
                x, y = moves.get(index, places[index])
                near = on_grid((x, y), step)
                if abs(bit.piece.way_in.imag) < 1e-6:
                    moves[index] = (x, near[1])
                elif abs(bit.piece.way_in.real) < 1e-6:
                    moves[index] = (near[0], y)
        drawing = with_track(drawing, track, [moved(track, moves, step)])
    return drawing


def padding(look: Look, finding: Finding) -> Iterator[Drawing]:
    """Shift the drawing into the margin; where it is too large, scale its geometry and keep its strokes."""
    if look.box is None:
        return
    left, top, right, bottom = look.box
    size, margin = look.card.canvas, max(look.card.margin, 0.0)
    room = size - 2 * margin
    if right - left <= room + 1e-6 and bottom - top <= room + 1e-6:
        for step in _steps(look):
            x = _into(left, right, margin, size - margin, step)
            y = _into(top, bottom, margin, size - margin, step)
            yield shifted(look.drawing, x, y)
        return
    wide = max((shape.paint.width for shape in look.shapes if shape.paint.stroke), default=0.0)
    spans = [max(span - wide, 1e-6) for span in (right - left, bottom - top)]
    scale = min(1.0, *(max(room - wide, 0.0) / span for span in spans))
    middle = ((left + right) / 2, (top + bottom) / 2)
    matrix = (scale, 0.0, 0.0, scale, (1 - scale) * middle[0], (1 - scale) * middle[1])
    shapes = tuple(replace(s, geometry=transform(s.geometry, matrix), original="") for s in look.shapes)
    smaller = replace(look.drawing, shapes=shapes)
    box = Look(smaller, look.card).box
    if box is not None:
        x = _into(box[0], box[2], margin, size - margin, 0.0)
        y = _into(box[1], box[3], margin, size - margin, 0.0)
        smaller = shifted(smaller, x, y)
    if look.step > 0.02 * look.unit:
        yield snap(smaller, look.step)
    yield smaller


def _steps(look: Look) -> tuple[float, ...]:
    """The steps in which a whole drawing is shifted, best first: its lines stay on the set's grid."""
    if look.card.grid > 0.02 * look.unit:
        return (look.card.grid,)
    return (look.card.level, look.card.level / 2, look.step, 0.0) if look.card.level > 0 else (0.0,)


def _step(look: Look) -> float:
    """The finest step for parts: the grid, where there is one."""
    return look.step if look.step > 0.02 * look.unit else 0.0


def _into(low: float, high: float, least: float, most: float, step: float) -> float:
    """The shift that brings [low, high] into [least, most], in steps."""
    by = least - low if low < least else (most - high if high > most else 0.0)
    if not step:
        return by
    return math.copysign(math.ceil(abs(by) / step - 1e-6) * step, by)


def shifted(drawing: Drawing, x: float, y: float) -> Drawing:
    """The whole drawing moved, its strokes and canvas as they are."""
    matrix = (1.0, 0.0, 0.0, 1.0, x, y)
    shapes = tuple(replace(s, geometry=transform(s.geometry, matrix), original="") for s in drawing.shapes)
    return replace(drawing, shapes=shapes)


def centre(look: Look, finding: Finding) -> Iterator[Drawing]:
    """Shift the drawing to the middle, as far as the margin allows."""
    off = off_centre(look)
    if off is None or look.box is None:
        return
    left, top, right, bottom = look.box
    size, margin = look.card.canvas, look.card.margin

    def by(wanted: float, low: float, high: float, step: float) -> float:
        room = (min(0.0, margin - low), max(0.0, size - margin - high))
        value = min(max(-wanted, room[0]), room[1])
        return math.copysign(math.floor(abs(value) / step + 1e-6) * step, value) if step else value

    for step in _steps(look):
        yield shifted(look.drawing, by(off[0], left, right, step), by(off[1], top, bottom, step))


def gap(look: Look, finding: Finding) -> Iterator[Drawing]:
    """Make room: draw an end back, make a circle smaller, move a shape that stands alone; or let the two meet."""
    wanted = wanted_gap(look)
    for found in gaps(look.drawing, wanted):
        if finding.where is None or math.dist(look.place(found.where), finding.where) > 0.5 * look.unit:
            continue
        short = wanted - found.space - EXACT / 2 * look.unit
        met = touching(look.drawing)
        for tried in chain(
            _ends_back(look, found, short), _smaller_circles(look, found, short), _shapes_aside(look, found, short)
        ):
            if touching(tried) <= met:  # a gap that is closed by running into something is not made
                yield tried
        if found.space < 0.5 * wanted:
            yield from _ends_on(look, found)


def _sides(look: Look, found: Gap) -> Iterator[tuple[Track | None, int, Point, Point]]:
    """For both strokes: the track if it is a path, the shape, its own nearest point, the other's."""
    for shape, sub, near, far in (
        (found.shapes[1], found.tracks[1], found.other, found.one),
        (found.shapes[0], found.tracks[0], found.one, found.other),
    ):
        track = next((track for track in look.tracks if (track.shape, track.sub) == (shape, sub)), None)
        yield track, shape, near, far


def _free_end(track: Track, near: Point, within: float) -> int | None:
    """The number of the free end that lies at a point: 0, the last, or None."""
    if track.closed or not track.bits:
        return None
    for number, place in ((0, track.subpath.start), (len(track.subpath.segments), track.end)):
        if math.dist(place, near) <= within:
            return number
    return None


def _ends_back(look: Look, found: Gap, short: float) -> Iterator[Drawing]:
    """The free end that comes too near, drawn back along its own line."""
    for track, _, near, _ in _sides(look, found):
        end = _free_end(track, near, look.card.width) if track else None
        if track is None or end is None:
            continue
        bit = track.bits[0 if end == 0 else -1]
        for back in _amounts(look, short):
            if bit.piece and back < bit.piece.length - look.unit:
                yield with_track(look.drawing, track, [shortened(track, bit, end == 0, back / bit.piece.length)])


def shortened(track: Track, bit: Bit, front: bool, share: float) -> Subpath:
    """An open path without a share of its first or last segment; the rest of it stays where it is."""
    segment: Segment
    if isinstance(bit.segment, Arc):
        arc = arc_centre(bit.start, bit.segment)
        place = arc.at(arc.begin + arc.sweep * (share if front else 1 - share))
        large = abs(arc.sweep) * (1 - share) > math.pi
        segment = replace(bit.segment, to=bit.segment.to if front else place, large=large)
    elif isinstance(bit.segment, Line):
        a, b = complex(*bit.start), complex(*bit.segment.to)
        at = a + (b - a) * (share if front else 1 - share)
        place = (at.real, at.imag)
        segment = Line(bit.segment.to if front else place)
    else:
        segment, place = _split(bit, share if front else 1 - share, front)
    segments = list(track.subpath.segments)
    segments[bit.index] = segment
    return Subpath(place if front else track.subpath.start, tuple(segments), False)


def _split(bit: Bit, t: float, front: bool) -> tuple[Segment, Point]:
    """The part of a curve after (front) or before a parameter, and the point there (de Casteljau)."""
    assert isinstance(bit.segment, Cubic | Quad)
    middle = (bit.segment.c1, bit.segment.c2) if isinstance(bit.segment, Cubic) else (bit.segment.c,)
    rows = [[complex(*point) for point in (bit.start, *middle, bit.segment.to)]]
    while len(rows[-1]) > 1:
        rows.append([a + (b - a) * t for a, b in pairwise(rows[-1])])
    points = [row[-1] for row in reversed(rows)] if front else [row[0] for row in rows]
    flat = [(point.real, point.imag) for point in points]
    whole: Segment = Cubic(flat[1], flat[2], flat[3]) if len(flat) == 4 else Quad(flat[1], flat[2])
    return whole, flat[0] if front else flat[-1]


def _amounts(look: Look, least: float) -> list[float]:
    """Ways to go, in steps, from the least that could do."""
    step = max(STEP * look.unit, _step(look))
    first = math.ceil(least / step - 1e-6)
    last = math.floor(FARTHEST * look.unit / step)
    return [k * step for k in range(first, last + 1)]


def _smaller_circles(look: Look, found: Gap, short: float) -> Iterator[Drawing]:
    for _, shape, _, far in _sides(look, found):
        geometry = look.shapes[shape].geometry
        if isinstance(geometry, Circle):
            outside = math.dist(far, geometry.centre) > geometry.r
            for by in _amounts(look, short)[:2]:
                r = geometry.r - by if outside else geometry.r + by
                if r > look.unit / 2:
                    yield with_shape(look.drawing, shape, Circle(geometry.centre, r))


def _shapes_aside(look: Look, found: Gap, short: float) -> Iterator[Drawing]:
    """One of the two strokes moved straight away from the other."""
    if found.shapes == found.shapes[::-1] and found.tracks == found.tracks[::-1]:
        return
    step = _step(look)
    for track, shape, near, far in _sides(look, found):
        way = complex(*near) - complex(*far)
        if not abs(way):
            continue
        for by, turn in product(_amounts(look, short)[:3], (0.0, 45.0, -45.0)):
            aside = way / abs(way) * cmath.rect(by / math.cos(math.radians(turn)), math.radians(turn))
            x, y = on_grid((aside.real, aside.imag), step) if step else (aside.real, aside.imag)
            matrix = (1.0, 0.0, 0.0, 1.0, x, y)
            if track is None:
                yield with_shape(look.drawing, shape, transform(look.shapes[shape].geometry, matrix))
            else:
                moved_path = transform(Path((track.subpath,)), matrix)
                assert isinstance(moved_path, Path)
                yield with_track(look.drawing, track, moved_path.subpaths)


def _ends_on(look: Look, found: Gap) -> Iterator[Drawing]:
    """The free end led on to the other's centre line: what nearly meets was meant to."""
    for track, _, near, far in _sides(look, found):
        end = _free_end(track, near, 1e-6) if track else None
        if track is not None and end is not None:
            yield with_track(look.drawing, track, [moved(track, {end: far}, look.step)])
