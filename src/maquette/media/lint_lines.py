"""Rules about single lines and shapes: what is broken, doubled, superfluous, or nearly right."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator
from itertools import combinations, pairwise

from maquette.media.drawing import Arc, Cubic, Point, Rect
from maquette.media.extent import geometry_box, ink_box
from maquette.media.lint_look import TOUCH, Bit, Finding, Look, Track, middle_of, say, turn_of
from maquette.media.style_pieces import Piece, arc_of_cubic

STRAIGHT = 0.5  # degrees between two lines that are one
NO_LENGTH = 0.001  # units
SPECK = 0.5  # units: a shape whose ink is smaller is a stray point
NEARLY = 0.5  # units between ends that were meant to meet
OVERLAP = 0.5  # units: lines that share less are a joint
SLANT = (0.25, 3.0)  # degrees off the angle that was meant
OFFSET = 0.5  # units: a line that leaves its angle by more was meant so
LONG = 1.0  # units: the angle of a shorter line is not looked at
QUARTER = (60.0, 120.0)  # degrees that a rounded corner turns
SMOOTH = 3.0  # degrees: a smaller turn is none
ROUND = 0.03  # units between radii that are the same
NEAR_RADIUS = 0.3  # of the radius that was meant
ARC_FIT = 0.002  # of the chord: how well a cubic must follow a circle


def zero_length(look: Look) -> Iterator[Finding]:
    """Segments without length."""
    for track in look.tracks:
        if look.is_dot(track):
            continue
        for bit in track.bits:
            if math.dist(bit.start, bit.segment.to) <= NO_LENGTH * look.unit and not _loop(bit):
                told = f"shape {track.shape + 1} has a segment without length"
                yield look.of("zero-length", told, bit.start, track.shape, value=0.0, wanted=None, fixable=True)


def _loop(bit: Bit) -> bool:
    return isinstance(bit.segment, Cubic) and bit.piece is not None and bit.piece.length > 0.1


def collinear(look: Look) -> Iterator[Finding]:
    """Points in the middle of a straight line."""
    for track in look.tracks:
        extra = [before for before, after, turn in track.joints() if _one_line(before, after, turn)]
        if extra:
            many = f"{len(extra)} points that change" if len(extra) > 1 else "a point that changes"
            told = f"shape {track.shape + 1} has {many} nothing: the line goes straight on"
            place = extra[0].segment.to
            yield look.of("collinear", told, place, track.shape, value=len(extra), wanted=0, fixable=True)


def _one_line(before: Bit, after: Bit, turn: float) -> bool:
    assert before.piece and after.piece
    return before.piece.kind == after.piece.kind == "line" and turn < STRAIGHT


def duplicate(look: Look) -> Iterator[Finding]:
    """The same segments, or the same shape, drawn twice."""
    twice = set()
    for (i, one), (j, other) in combinations(enumerate(look.shapes), 2):
        if one.geometry == other.geometry and one.paint.fill == other.paint.fill and j not in twice:
            twice.add(j)
            told = f"shape {j + 1} is drawn exactly over shape {i + 1}"
            yield look.of("duplicate", told, middle_of(other), j, value=1, wanted=0, fixable=True)
    found: dict[tuple[int, int], list[Bit]] = {}
    for one_bit, other_bit in doubles(look, twice):
        found.setdefault((one_bit.shape, other_bit.shape), []).append(other_bit)
    for (i, j), bits in found.items():
        assert bits[0].piece
        whose = f"shape {i + 1}" if i != j else "the same shape"
        what = f"a {bits[0].piece.kind}" if len(bits) == 1 else f"{len(bits)} segments"
        told = f"{what} of shape {j + 1} {'is' if len(bits) == 1 else 'are'} drawn again in {whose}"
        yield look.of("duplicate", told, bits[0].piece.points[4], j, value=len(bits), wanted=0, fixable=True)


def doubles(look: Look, without: Container[int] = ()) -> Iterator[tuple[Bit, Bit]]:
    """Every pair of segments that cover the same line, shapes of `without` left out."""
    bits = [bit for track in look.tracks if track.shape not in without for bit in track.bits if bit.piece]
    for one, other in combinations(bits, 2):
        if one.piece and other.piece and same_bit(one.piece, other.piece, TOUCH * look.unit):
            yield one, other


def same_bit(one: Piece, other: Piece, within: float) -> bool:
    """Whether two segments cover the same line, in either direction."""
    ends = abs(one.start - other.start) + abs(one.end - other.end)
    back = abs(one.start - other.end) + abs(one.end - other.start)
    middle = abs(one.points[4] - other.points[4])
    return min(ends, back) <= within and middle <= within and abs(one.length - other.length) <= within


def overlap(look: Look) -> Iterator[Finding]:
    """Straight lines that lie on one another for a part of their length."""
    found: dict[tuple[int, int], list[tuple[float, complex]]] = {}
    for one, other, length, place in overlaps(look):
        found.setdefault((one.shape, other.shape), []).append((length, place))
    for (i, j), shared in found.items():
        length, place = max(shared, key=lambda each: each[0])
        what = f"a line of shape {j + 1} lies" if len(shared) == 1 else f"{len(shared)} lines of shape {j + 1} lie"
        told = f"{what} on {f'shape {i + 1}' if i != j else 'another of its own'} for {say(length)}"
        yield look.of("overlap", told, place, j, value=round(length, 3), wanted=0, fixable=True)


def overlaps(look: Look) -> Iterator[tuple[Bit, Bit, float, complex]]:
    """Every pair of lines that run on one another, how far, and the middle of it."""
    lines = [bit for track in look.tracks for bit in track.bits if bit.piece and bit.piece.kind == "line"]
    for one, other in combinations(lines, 2):
        assert one.piece and other.piece
        shared = shared_length(one.piece, other.piece, TOUCH * look.unit)
        if shared is None or shared[0] <= OVERLAP * look.unit:
            continue
        if not same_bit(one.piece, other.piece, TOUCH * look.unit):
            yield one, other, *shared


def shared_length(one: Piece, other: Piece, within: float) -> tuple[float, complex] | None:
    """How far two straight lines run on one another, and the middle of it; None if they do not."""
    way = one.way_in
    if abs((way.conjugate() * other.way_in).imag) * other.length > within:
        return None
    ends = [(point - one.start) * way.conjugate() for point in (other.start, other.end)]
    if max(abs(end.imag) for end in ends) > within:
        return None
    low, high = max(0.0, min(end.real for end in ends)), min(one.length, max(end.real for end in ends))
    return (high - low, one.start + way * (low + high) / 2) if high > low else None


def stray(look: Look) -> Iterator[Finding]:
    """Shapes too small to be seen: specks, and dots that lie within another stroke's ink."""
    for number, shape in enumerate(look.shapes):
        box = ink_box(shape)
        bare = geometry_box(shape.geometry)
        if box is None or bare is None:
            told = f"shape {number + 1} draws nothing"
            yield look.of("stray", told, middle_of(shape), number, value=0.0, wanted=None, fixable=True)
            continue
        size = max(box[2] - box[0], box[3] - box[1])
        if size < SPECK * look.unit:
            told = f"shape {number + 1} is a speck of {say(size)} units"
            wanted = SPECK * look.unit
            yield look.of("stray", told, middle_of(shape), number, value=round(size, 3), wanted=wanted, fixable=True)
    for track in look.tracks:
        if track.reach < SPECK * look.unit and track.length < SPECK * look.unit and _is_hidden(look, track):
            told = f"a point of shape {track.shape + 1} lies within another stroke and shows nothing"
            value = round(track.reach, 3)
            yield look.of("stray", told, track.subpath.start, track.shape, value=value, fixable=True)


def _is_hidden(look: Look, track: Track) -> bool:
    """Whether another subpath's centre line runs through a dot that is no wider than its stroke."""
    paint = look.shapes[track.shape].paint
    place = complex(*track.subpath.start)
    for other in look.tracks:
        worn = look.shapes[other.shape].paint
        if other is track or not worn.stroke or worn.width + 1e-6 < paint.width or other.length <= track.length:
            continue
        if any(bit.piece and distance(place, bit.piece) <= TOUCH * look.unit for bit in other.bits):
            return True
    return False


def distance(point: complex, piece: Piece) -> float:
    """From a point to a segment, curves as chains of eight chords."""
    points = (piece.start, piece.end) if piece.kind == "line" else piece.points
    return min(_to_chord(point, a, b) for a, b in pairwise(points))


def _to_chord(point: complex, a: complex, b: complex) -> float:
    way = b - a
    size = abs(way) ** 2
    t = min(max(((point - a) * way.conjugate()).real / size, 0.0), 1.0) if size else 0.0
    return abs(point - a - way * t)


def nearly_closed(look: Look) -> Iterator[Finding]:
    """Open paths whose ends nearly meet, or meet without being joined where it shows."""
    for track in look.tracks:
        paint = look.shapes[track.shape].paint
        if track.subpath.closed or len(track.subpath.segments) < 2 or not paint.stroke or look.is_dot(track):
            continue
        gap = track.gap
        if gap <= NO_LENGTH * look.unit:
            if paint.cap == "round" and paint.join == "round":
                continue
            told = f"shape {track.shape + 1} ends where it began, but is not closed: caps stand there, no join"
        elif gap <= NEARLY * look.unit and track.length > 6 * gap:
            told = f"the ends of shape {track.shape + 1} miss each other by {say(gap)}: the path is not closed"
        else:
            continue
        yield look.of(
            "nearly-closed", told, track.subpath.start, track.shape, value=round(gap, 3), wanted=0, fixable=True
        )


def radius(look: Look) -> Iterator[Finding]:
    """Rounded corners that nearly have one of the set's radii."""
    for number, shape in enumerate(look.shapes):
        if isinstance(shape.geometry, Rect) and min(shape.geometry.rx, shape.geometry.ry) > 0:
            wanted = meant_radius(look, shape.geometry.rx)
            half = min(shape.geometry.width, shape.geometry.height) / 2
            if wanted is not None and abs(shape.geometry.rx - half) > TOUCH * look.unit:
                yield _radius(look, number, shape.geometry.rx, wanted, middle_of(shape))
    for track in look.tracks:
        for bit in corners(track):
            assert bit.piece
            wanted = meant_radius(look, bit.piece.radius)
            if wanted is not None:
                yield _radius(look, track.shape, bit.piece.radius, wanted, bit.piece.points[4])


def _radius(look: Look, shape: int, value: float, wanted: float, place: Point | complex) -> Finding:
    told = f"a corner of shape {shape + 1} has radius {say(value)}; the set's is {say(wanted)}"
    return look.of("radius", told, place, shape, value=round(value, 3), wanted=wanted, fixable=True)


def meant_radius(look: Look, value: float) -> float | None:
    """The set's radius that this one was meant to be; None if it is one of them, or none is near."""
    known = look.card.corners or look.card.radii
    if any(abs(own - value) <= ROUND * look.unit for own in (*known, *look.card.radii)):
        return None
    nearest = min(known, key=lambda own: abs(own - value), default=0.0)
    return nearest if abs(nearest - value) < NEAR_RADIUS * nearest else None


def corners(track: Track) -> Iterator[Bit]:
    """Arcs that round a corner between two straight lines."""
    bits = [bit for bit in track.bits if bit.piece]
    for k, bit in enumerate(bits):
        assert bit.piece
        turned = abs(math.degrees(bit.piece.turn))
        if bit.piece.kind != "arc" or not QUARTER[0] <= turned <= QUARTER[1]:
            continue
        if not track.closed and k in (0, len(bits) - 1):
            continue
        before, after = bits[k - 1].piece, bits[(k + 1) % len(bits)].piece
        assert before and after
        smooth = max(turn_of(before.way_out, bit.piece.way_in), turn_of(bit.piece.way_out, after.way_in)) < SMOOTH
        if smooth and before.kind == after.kind == "line":
            yield bit


def angle(look: Look) -> Iterator[Finding]:
    """Lines that nearly have one of the set's main angles."""
    for track in look.tracks:
        for bit in track.bits:
            meant = meant_angle(look, bit)
            if meant is not None and bit.piece:
                value = math.degrees(math.atan2(bit.piece.way_in.imag, bit.piece.way_in.real)) % 180
                told = f"a line of shape {track.shape + 1} stands at {say(value)} degrees; {say(meant)} was meant"
                yield look.of(
                    "angle", told, bit.piece.points[4], track.shape, value=round(value, 2), wanted=meant, fixable=True
                )


def meant_angle(look: Look, bit: Bit) -> float | None:
    """The main angle of the set that a line misses by little; None if it hits it or is far from it."""
    piece = bit.piece
    if piece is None or piece.kind != "line" or piece.length < LONG * look.unit:
        return None
    value = math.degrees(math.atan2(piece.way_in.imag, piece.way_in.real)) % 180
    for wanted in (0.0, 45.0, 90.0, 135.0):
        if look.card.angles and wanted not in look.card.angles:
            continue
        away = abs((value - wanted + 90) % 180 - 90)
        aside = piece.length * math.sin(math.radians(away))
        if SLANT[0] < away < SLANT[1] and TOUCH * look.unit < aside < OFFSET * look.unit:
            return wanted
    return None


def arcs(look: Look) -> Iterator[Finding]:
    """Cubics that are arcs of circles, and four of them that are a circle."""
    for track in look.tracks:
        found = [bit for bit in track.bits if isinstance(bit.segment, Cubic) and _is_arc(bit)]
        if not found:
            continue
        circle = len(found) == len(track.bits) and track.closed and circle_of(track) is not None
        what = "is a circle" if circle else ("has a curve that is an arc" if len(found) == 1 else "")
        told = (
            f"shape {track.shape + 1} {what or f'has {len(found)} curves that are arcs'}: fewer points say it exactly"
        )
        assert found[0].piece
        yield look.of(
            "arcs", told, found[0].piece.points[4], track.shape, value=len(found), wanted=int(circle), fixable=True
        )


def _is_arc(bit: Bit) -> bool:
    assert isinstance(bit.segment, Cubic)
    return arc_of_cubic(bit.start, bit.segment, ARC_FIT) is not None


def circle_of(track: Track) -> tuple[Point, float] | None:
    """Centre and radius of a closed path that is a circle; None if it is none."""
    pieces = [bit.piece for bit in track.bits if bit.piece]
    if not pieces or not track.closed or any(piece.kind != "arc" for piece in pieces):
        return None
    if abs(abs(sum(piece.turn for piece in pieces)) - math.tau) > 0.05:
        return None
    centres = [arc_middle(piece) for piece in pieces]
    middle = sum(centres) / len(centres)
    size = sum(piece.radius for piece in pieces) / len(pieces)
    if any(abs(centre - middle) > 0.01 * size for centre in centres):
        return None
    return ((middle.real, middle.imag), size) if all(abs(p.radius - size) <= 0.01 * size for p in pieces) else None


def arc_middle(piece: Piece) -> complex:
    """The centre of an arc's circle."""
    return piece.start + 1j * piece.way_in * piece.radius * (1 if piece.turn >= 0 else -1)


def nodes(look: Look) -> Iterator[Finding]:
    """Neighbouring arcs of one circle that could be one arc."""
    for track in look.tracks:
        if circle_of(track) is not None:
            continue
        extra = [before for before, after, turn in track.joints() if one_arc(before, after, turn)]
        if extra:
            told = f"shape {track.shape + 1} has {len(extra)} point{'s' * (len(extra) > 1)} too many: one arc goes on"
            place = extra[0].segment.to
            yield look.of("nodes", told, place, track.shape, value=len(extra), wanted=0, fixable=True)


def one_arc(before: Bit, after: Bit, turn: float) -> bool:
    """Whether two arcs after one another are one arc of less than a half circle."""
    one, other = before.piece, after.piece
    assert one and other
    if not (isinstance(before.segment, Arc) and isinstance(after.segment, Arc)) or turn > STRAIGHT:
        return False
    if one.kind != "arc" or other.kind != "arc" or one.turn * other.turn <= 0:
        return False
    near = 0.005 * one.radius
    alike = abs(one.radius - other.radius) <= near and abs(arc_middle(one) - arc_middle(other)) <= near
    return alike and abs(one.turn + other.turn) < math.pi - 0.01
