"""The radius that a hand gives to each corner of a contour, within the room that there is."""

from __future__ import annotations

from collections.abc import Sequence

from maquette.media.restyle_lines import Contour, Corner, moved, point
from maquette.media.restyle_place import step_of
from maquette.media.snap import on_grid
from maquette.media.style_card import StyleCard
from maquette.media.style_habits import QUARTERS, is_short, kind_of

_SIDE = 0.65  # of a side that a rounding may take while the other end of it is sharp
_HALF = 0.5
_LEAST = 0.35  # stroke widths: a smaller rounding is none


def rounds_of(contour: Contour, others: Sequence[Sequence[complex]], card: StyleCard) -> dict[int, float]:
    """The radii of the corners by leg. `others` are the points of the other lines: what they touch stays touched."""
    corners = list(contour.corners)
    wanted = {corner.leg: wish(corner, contour, card) for corner in corners}
    room = {corner.leg: _room(corner, corners, wanted, len(contour.legs), contour.closed) for corner in corners}
    near = [complex(p) for points in others for p in points]
    found = {}
    for corner in corners:
        radius = wanted[corner.leg]
        if radius <= 0:
            continue
        limit = min(room[corner.leg], _free(corner, near, card)) / max(corner.setback(1.0), 1e-6)
        radius = _fitting(radius, limit, card)
        if radius >= _LEAST * card.width or radius >= wanted[corner.leg] - 1e-6:
            found[corner.leg] = radius
    return found


def gridded(contour: Contour, card: StyleCard) -> Contour:
    """The bare contour with its corners and ends on the grid of the hand's level and upright lines.

    A hand whose curves keep no grid has them kept as they are: a line that runs into one stays where it is.
    """
    step = step_of(card)
    if step <= 0:
        return contour
    count = len(contour.legs)
    places = [leg.start for leg in contour.legs] + ([] if contour.closed else [contour.legs[-1].end])
    free = [[True, True] for _ in places]
    lines = []
    for k, leg in enumerate(contour.legs):
        after = (k + 1) % count if contour.closed else k + 1
        if leg.straight:
            lines.append((k, after, leg.end - leg.start))
        elif not card.grid:
            free[k], free[after] = [False, False], [False, False]
    for _ in range(2 * count):
        before = [list(one) for one in free]
        for k, after, way in lines:
            axis = 1 if abs(way.imag) < 0.02 * abs(way) else 0 if abs(way.real) < 0.02 * abs(way) else None
            for one in (0, 1) if axis is None else (axis,):
                free[k][one] = free[after][one] = free[k][one] and free[after][one]
        if before == free:
            break
    to = {}
    for place, (x, y) in zip(places, free, strict=True):
        on = on_grid(point(place), step)
        to[place] = complex(on[0] if x else place.real, on[1] if y else place.imag)
    fresh = moved(contour, to)
    kept = all(
        abs(leg.end - leg.start) > 0.2 * abs(old.end - old.start)
        for leg, old in zip(fresh.legs, contour.legs, strict=True)
    )
    return fresh if kept else contour


def wish(corner: Corner, contour: Contour, card: StyleCard) -> float:
    """The radius that the hand would give to a corner; what it had where the hand has no habit."""
    kind = kind_of(corner, contour)
    end = "-small" if is_short(corner, card.canvas) else ""
    for key in (kind + end, "any" + end) if kind in QUARTERS else (kind + end,):
        if key in card.turns:
            return card.turns[key]
    return 0.0 if card.turns.get("any" + end) == 0 else corner.radius


def _room(corner: Corner, corners: Sequence[Corner], wanted: dict[int, float], count: int, closed: bool) -> float:
    """How much of its sides a rounding may take beside the roundings at their other ends."""
    legs = {one.leg: one for one in corners}
    ends = ((corner.leg - 1) % count if closed else corner.leg - 1, (corner.leg + 1) % count)
    room = float("inf")
    for side, leg in zip(corner.sides, ends, strict=True):
        other = legs.get(leg)
        mine, its = corner.setback(wanted[corner.leg]), other.setback(wanted[leg]) if other else 0.0
        share = max(_HALF, 1 - its / side) if its < side * _HALF else _HALF
        room = min(room, side * (min(share, 1.0) if other and its else _SIDE) if mine else 0.0)
    return room


def _free(corner: Corner, near: Sequence[complex], card: StyleCard) -> float:
    """How far along its sides the nearest touch of another line is."""
    reach = float("inf")
    for place in near:
        for way, side in ((-corner.way_in, corner.sides[0]), (corner.way_out, corner.sides[1])):
            along = ((place - corner.tip) * way.conjugate()).real
            aside = abs(((place - corner.tip) * way.conjugate()).imag)
            if aside < 0.6 * card.width and -0.6 * card.width <= along <= side:
                reach = min(reach, max(along, 0.0))
    return reach


def _fitting(radius: float, limit: float, card: StyleCard) -> float:
    """The wanted radius, or halves of it, as large as fits; the grid is kept."""
    for part in (1.0, 0.5, 0.25):
        if radius * part <= limit + 1e-6:
            return radius * part
    step = card.grid or 1e-3
    return max(limit // step * step, 0.0)
