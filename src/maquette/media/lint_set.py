"""Rules that hold a drawing against its set: canvas, grid, padding, stroke, gaps, optical weight, balance."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import fmean, pstdev

from maquette.media.drawing import Circle, Ellipse, Path, Point, Rect, Shape
from maquette.media.extent import geometry_box, ink_box
from maquette.media.lint_gaps import gaps
from maquette.media.lint_look import TOUCH, Finding, Look, middle_of, say
from maquette.media.snap import off_grid

ON_GRID = 0.02  # units: as exact as three decimals and a designer's hand
WIDTH_SLACK = 0.01  # of the card's width
MARGIN_SLACK = 0.26  # units: what no eye calls another margin
CORNER = 5.0  # degrees: a smaller turn shows no join
FAR = 3.0  # spreads from the set's mean
LEAST_SPREAD = 0.15  # of the mean: what an eye can tell
OFF_CENTRE = 1.0  # units
GAP_SLACK = 0.75  # of the card's gap
SIDES = ("left", "top", "right", "bottom")


def canvas(look: Look) -> Iterator[Finding]:
    """Another viewBox than the set's."""
    size = look.card.canvas
    if look.own.viewbox != (0.0, 0.0, size, size):
        box = " ".join(say(value) for value in look.own.viewbox)
        told = f"the viewBox is {box}; the set's is 0 0 {say(size)} {say(size)} (all else is said of the scaled icon)"
        yield look.of("canvas", told, value=list(look.own.viewbox), wanted=[0, 0, size, size], fixable=True)


def grid(look: Look) -> Iterator[Finding]:
    """Level and upright lines, centres and sides that stand off the card's grid (where its points keep to none: off
    quarters of the step that its level and upright lines keep to)."""
    step = look.step
    if step <= 0.02 * look.unit:
        return
    for number, shape in enumerate(look.shapes):
        placed = list(anchored(look, number, shape))
        wrong = [(value, place) for value, place in placed if off_grid(value, step) > ON_GRID * look.unit]
        if wrong:
            value, place = wrong[0]
            share = f"{len(wrong)} of {len(placed)} places" if len(wrong) > 1 else "a place"
            told = f"shape {number + 1} has {share} off the grid of {say(step)}: a line or centre at {say(value)}"
            yield look.of("grid", told, place, number, value=round(value, 3), wanted=step, fixable=True)


def anchored(look: Look, number: int, shape: Shape) -> Iterator[tuple[float, Point]]:
    """The coordinates a designer sets by the grid: of level and upright lines, centres, sides. Where an arc touches a
    slanted line the place follows from the rest, and no grid is asked."""
    geometry = shape.geometry
    if isinstance(geometry, Circle | Ellipse):
        x, y = geometry.centre
        rx, ry = (geometry.r, geometry.r) if isinstance(geometry, Circle) else (geometry.rx, geometry.ry)
        yield x, geometry.centre
        yield y, geometry.centre
        if look.card.grid > 0:  # where all points stand on the grid, the outermost ones do
            yield x + rx, (x + rx, y)
            yield y + ry, (x, y + ry)
    elif isinstance(geometry, Rect):
        far = geometry.corner[0] + geometry.width, geometry.corner[1] + geometry.height
        for point in (geometry.corner, far):
            for value in point:
                yield value, point
    for track in look.tracks:
        if track.shape != number or look.is_dot(track):
            continue
        for bit in track.bits:
            if bit.piece and bit.piece.kind == "line" and bit.piece.length > look.unit:
                if abs(bit.piece.way_in.imag) < 1e-6:
                    yield bit.start[1], bit.start
                elif abs(bit.piece.way_in.real) < 1e-6:
                    yield bit.start[0], bit.start


def padding(look: Look) -> Iterator[Finding]:
    """Ink nearer to the edge than the set keeps."""
    if look.box is None:
        return
    left, top, right, bottom = look.box
    size = look.card.canvas
    spaces = (left, top, size - right, size - bottom)
    least = min(spaces)
    wanted = max(look.card.margin, 0.0)
    if least < wanted - MARGIN_SLACK * look.unit:
        side = SIDES[spaces.index(least)]
        told = f"a margin of {say(least)} is left at the {side} edge; the set keeps {say(wanted)}"
        if least < 0:
            told = f"ink reaches {say(-least)} over the {side} edge; the set keeps {say(wanted)} inside"
        centre = ((left + right) / 2, (top + bottom) / 2)
        place = {"left": (left, centre[1]), "right": (right, centre[1])}.get(side)
        place = place or (centre[0], top if side == "top" else bottom)
        yield look.of("padding", told, place, _reaching(look, side), value=round(least, 3), wanted=wanted, fixable=True)


def _reaching(look: Look, side: str) -> int | None:
    """The shape that reaches farthest to a side."""
    index = SIDES.index(side)
    boxes = [(box[index], number) for number, shape in enumerate(look.shapes) if (box := ink_box(shape))]
    return (min(boxes) if index < 2 else max(boxes))[1] if boxes else None


def width(look: Look) -> Iterator[Finding]:
    """Strokes of another width."""
    wanted = look.card.width
    for number, shape in enumerate(look.shapes):
        if shape.paint.stroke and abs(shape.paint.width - wanted) > WIDTH_SLACK * wanted:
            value = shape.paint.width
            told = f"shape {number + 1} has a stroke of {say(value)}; the set's is {say(wanted)}"
            yield look.of("width", told, middle_of(shape), number, value=round(value, 3), wanted=wanted, fixable=True)


def cap(look: Look) -> Iterator[Finding]:
    """Other ends, where a stroke has ends."""
    for number, shape in enumerate(look.shapes):
        if not shape.paint.stroke or shape.paint.cap == look.card.cap or not isinstance(shape.geometry, Path):
            continue
        ends = [track for track in look.tracks if track.shape == number and not track.subpath.closed]
        if ends:
            told = f"shape {number + 1} has {shape.paint.cap} ends; the set's are {look.card.cap}"
            place = ends[0].subpath.start
            yield look.of("cap", told, place, number, value=shape.paint.cap, wanted=look.card.cap, fixable=True)


def join(look: Look) -> Iterator[Finding]:
    """Other joins, where a stroke has corners."""
    for number, shape in enumerate(look.shapes):
        paint = shape.paint
        if not paint.stroke or paint.join == look.card.join:
            continue
        turns = [
            before.segment.to
            for track in look.tracks
            if track.shape == number
            for before, _, turn in track.joints()
            if turn > CORNER
        ]
        if isinstance(shape.geometry, Rect) and not shape.geometry.rx:
            turns.append(shape.geometry.corner)
        if turns:
            told = f"shape {number + 1} has {paint.join} joins; the set's are {look.card.join}"
            yield look.of("join", told, turns[0], number, value=paint.join, wanted=look.card.join, fixable=True)


def paint(look: Look) -> Iterator[Finding]:
    """Filled areas among strokes; small dots are let be."""
    if look.card.paint != "stroke":
        return
    for number, shape in enumerate(look.shapes):
        box = geometry_box(shape.geometry)
        if not shape.paint.fill or box is None:
            continue
        if max(box[2] - box[0], box[3] - box[1]) > 2 * look.card.width:
            told = f"shape {number + 1} is a filled area; the set is drawn in strokes (`maquette icon lined` converts)"
            yield look.of("paint", told, middle_of(shape), number, value="fill", wanted="stroke")


def gap(look: Look) -> Iterator[Finding]:
    """Strokes that come nearer to one another than the set allows, without touching."""
    wanted = wanted_gap(look)
    for found in gaps(look.drawing, wanted):
        one, other = (number + 1 for number in found.shapes)
        pair = f"shapes {one} and {other} leave" if one != other else f"shape {one} leaves itself"
        told = f"{pair} a space of {say(max(found.space, 0.0))} between the strokes; the set keeps {say(wanted)}"
        yield look.of(
            "gap", told, found.where, found.shapes[1], value=round(found.space, 3), wanted=wanted, fixable=True
        )


def wanted_gap(look: Look) -> float:
    """The least clear space between strokes: most of the set's own, a unit where the card says nothing."""
    return GAP_SLACK * look.card.gap if look.card.gap > 0 else look.unit


def weight(look: Look) -> Iterator[Finding]:
    """Ink far from the set's: an icon that looks bold or faint beside the others."""
    mean, spread = spread_of(look)
    if mean <= 0 or look.box is None:
        return
    away = look.ink - mean
    if abs(away) > FAR * spread:
        word = "heavier" if away > 0 else "lighter"
        told = f"the icon is {word} than the set: {look.ink:.1%} of the canvas is ink, {mean:.1%} is usual"
        yield look.of("weight", told, value=round(look.ink, 4), wanted=round(mean, 4))


def spread_of(look: Look) -> tuple[float, float]:
    """Mean and spread of the set's ink: of the icons beside it where they are enough, else of the card."""
    if len(look.others) >= 8:
        mean, spread = fmean(look.others), pstdev(look.others)
    else:
        mean, spread = look.card.ink
    return mean, max(spread, LEAST_SPREAD * mean)


def footprint(look: Look) -> Iterator[Finding]:
    """An icon that is larger or smaller than the set's in both directions."""
    if look.box is None or look.card.footprint[0] <= 0:
        return
    mean_w, spread_w, mean_h, spread_h = look.card.footprint
    wide, high = look.box[2] - look.box[0], look.box[3] - look.box[1]
    floor = 0.05 * look.card.canvas
    away = (wide - mean_w) / max(spread_w, floor), (high - mean_h) / max(spread_h, floor)
    if min(away) > FAR or max(away) < -FAR:
        word = "larger" if away[0] > 0 else "smaller"
        told = f"the icon is {word} than the set: {say(wide)} x {say(high)}; {say(mean_w)} x {say(mean_h)} is usual"
        place = ((look.box[0] + look.box[2]) / 2, (look.box[1] + look.box[3]) / 2)
        value, wanted = [round(wide, 2), round(high, 2)], [mean_w, mean_h]
        yield look.of("footprint", told, place, value=value, wanted=wanted)


def centre(look: Look) -> Iterator[Finding]:
    """An icon whose box and whose ink both stand off the middle, to the same side."""
    off = off_centre(look)
    if off is None:
        return
    size = look.card.canvas
    if math.hypot(*off) > OFF_CENTRE * look.unit:
        sides = [word for value, word in zip(off, ("right", "bottom"), strict=True) if value > TOUCH]
        sides += [word for value, word in zip(off, ("left", "top"), strict=True) if value < -TOUCH]
        told = f"the icon stands {say(math.hypot(*off))} off the middle, to the {' and '.join(sides)}"
        place = (size / 2 + off[0], size / 2 + off[1])
        yield look.of("centre", told, place, value=[round(v, 3) for v in off], wanted=[0, 0], fixable=True)


def off_centre(look: Look) -> tuple[float, float] | None:
    """How far box and ink both stand off the middle, by the nearer of the two; 0 where they lie on either side."""
    if look.box is None:
        return None
    picture = look.picture
    ink = float(picture.sum())
    if not ink:
        return None
    size, steps = look.card.canvas, picture.shape[0]
    scale = size / steps
    middle = size / 2
    heavy_x = float((picture.sum(0) * [index + 0.5 for index in range(steps)]).sum()) / ink * scale - middle
    heavy_y = float((picture.sum(1) * [index + 0.5 for index in range(steps)]).sum()) / ink * scale - middle
    box_x = (look.box[0] + look.box[2]) / 2 - middle
    box_y = (look.box[1] + look.box[3]) / 2 - middle
    return _nearer(box_x, heavy_x), _nearer(box_y, heavy_y)


def _nearer(one: float, other: float) -> float:
    return 0.0 if one * other <= 0 else min(one, other, key=abs)
