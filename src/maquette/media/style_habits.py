"""Habits of a hand: which corners it rounds, where it leaves a contour open, how it draws dots, how far it reaches.

A habit is written down only where most of the icons that could show it do; else the card says nothing and a drawing
keeps what it has. Lengths are in units of the canvas.
"""

from __future__ import annotations

import cmath
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from maquette.media.affine import as_path
from maquette.media.drawing import Circle, Drawing
from maquette.media.extent import geometry_box, union
from maquette.media.restyle_lines import Contour, Corner, bared
from maquette.media.style_pieces import levels, runs

USUAL = 0.6  # of those that could show a habit must
STEPS = (2.0, 1.5, 1.0, 0.75, 0.5, 0.375, 0.25)  # of lines, on a canvas of 24
MOST = 0.55  # of the lines stand on a step that is worth keeping to
FEW = 4  # corners of a kind say nothing
APART = 0.3  # so few corners of a direction may be as the others are, for it to be a habit of its own
QUARTERS = ("ne", "se", "sw", "nw")
WAYS = ("ne", "se", "sw", "nw", "tip", "inner", "line", "any")
DOTS = ("point", "dash", "fill", "ring")


@dataclass(frozen=True)
class Habits:
    """What was read off a set. `turns`: the radius of corners by where they point, with "-small" for short sides;
    `slit`: "gap", "at" (degrees, clockwise from the right, on the contour's box made square), "least" (of contours)."""

    turns: Mapping[str, float] = field(default_factory=dict)
    slit: Mapping[str, float] = field(default_factory=dict)
    dot: str = ""
    dot_size: float = 0.0
    reach: float = 0.0
    step: float = 0.0


def habits(drawings: Sequence[Drawing], canvas: float) -> Habits:
    """The habits of stroked drawings on one canvas."""
    contours = [contours_of(drawing, canvas) for drawing in drawings]
    dot, size = _dots(drawings, canvas)
    return Habits(
        _turns(contours, canvas), _slits(contours, canvas), dot, size, _reach(drawings), _step(drawings, canvas)
    )


def contours_of(drawing: Drawing, canvas: float) -> list[Contour]:
    """The stroked subpaths of a drawing with bare corners, those without length left out."""
    shapes = [shape for shape in drawing.shapes if shape.paint.stroke]
    subpaths = [subpath for shape in shapes for subpath in as_path(shape.geometry).subpaths]
    return [contour for subpath in subpaths if (contour := bared(subpath, canvas / 4, 0.7)).legs]


def kind_of(corner: Corner, contour: Contour) -> str:
    """The kind of a corner for the habits: bends of lines that stay wide open are a "line"."""
    if not contour.closed and contour.gap > 0.45 * contour.length:
        return "line"
    return corner.points_to


def is_short(corner: Corner, canvas: float) -> bool:
    return min(corner.sides) < canvas / 4 - 1e-6


def _turns(contours: Sequence[Sequence[Contour]], canvas: float) -> dict[str, float]:
    """What most corners are, large and small apart where they differ, and the directions that clearly leave that."""
    seen: dict[str, list[float]] = defaultdict(list)
    for icon in contours:
        for contour in icon:
            for corner in contour.corners:
                kind, small = kind_of(corner, contour), "-small" if is_short(corner, canvas) else ""
                for name in (kind, "any") if kind in QUARTERS else (kind,):
                    seen[name + small].append(round(corner.radius, 3))
    found: dict[str, float] = {}
    for kind in ("any", "inner", "tip", "line"):
        for name in (kind, f"{kind}-small"):
            usual = _usual(seen[name], canvas) if len(seen[name]) >= FEW else _usual(seen[kind] + seen[name], canvas)
            if usual is None and len(seen[name]) >= FEW and sum(r > 0 for r in seen[name]) >= USUAL * len(seen[name]):
                usual = round(median(r for r in seen[name] if r > 0), 3)
            if usual is not None:
                found[name] = usual
    for kind in QUARTERS:
        for name, pool in ((kind, "any"), (f"{kind}-small", "any-small")):
            usual, common = _usual(seen[name], canvas), found.get(pool)
            if usual is None or common is None:
                continue
            as_common = sum(abs(r - common) <= canvas / 30 and (r > 0) == (common > 0) for r in seen[name])
            if as_common < APART * len(seen[name]):
                found[name] = usual
    return found


def _usual(values: Sequence[float], canvas: float) -> float | None:
    """The value that most share (values within a 60th of the canvas are one); None if there is none."""
    if len(values) < FEW:
        return None
    near = canvas / 60
    best = max(set(values), key=lambda one: (sum(abs(one - v) <= near and (v > 0) == (one > 0) for v in values), -one))
    like = [v for v in values if abs(best - v) <= near and (v > 0) == (best > 0)]
    if len(like) < USUAL * len(values):
        return None
    return float(Counter(like).most_common(1)[0][0])


def slit_of(contour: Contour, canvas: float) -> tuple[float, complex] | None:
    """The gap of a contour that looks closed but for a slit, and the way to it from the middle, box made square."""
    gap, length = contour.gap, contour.length
    if contour.closed or not canvas / 60 < gap <= min(canvas / 6, 0.2 * length) or length < canvas / 3:
        return None
    middle = (contour.legs[-1].end + contour.legs[0].start) / 2
    return gap, squared(middle, contour)


def squared(place: complex, contour: Contour) -> complex:
    """A place as seen from the middle of the contour's box, the box made square with sides of 2."""
    points = contour.points
    left, right = min(p.real for p in points), max(p.real for p in points)
    top, bottom = min(p.imag for p in points), max(p.imag for p in points)
    wide, high = max(right - left, 1e-6) / 2, max(bottom - top, 1e-6) / 2
    return complex((place.real - (left + right) / 2) / wide, (place.imag - (top + bottom) / 2) / high)


def _slits(contours: Sequence[Sequence[Contour]], canvas: float) -> dict[str, float]:
    slits = [(found, contour.length) for icon in contours for contour in icon if (found := slit_of(contour, canvas))]
    if len(slits) < 3:
        return {}
    least = 0.9 * sorted(length for _, length in slits)[len(slits) // 20]
    could = [icon for icon in contours if any(_looks_closed(contour, canvas, least) for contour in icon)]
    have = [icon for icon in could if any(slit_of(contour, canvas) for contour in icon)]
    ways = sum(way / abs(way) for (_, way), _ in slits if abs(way) > 1e-6)
    if len(have) < USUAL * len(could) or abs(ways) < USUAL * len(slits):
        return {}
    gap = median(gap for (gap, _), _ in slits)
    at = math.degrees(cmath.phase(ways)) % 360
    return {"gap": round(gap, 3), "at": round(at, 0), "least": round(least, 1)}


def _looks_closed(contour: Contour, canvas: float, least: float) -> bool:
    return (contour.closed and contour.length >= least) or slit_of(contour, canvas) is not None


def _dots(drawings: Sequence[Drawing], canvas: float) -> tuple[str, float]:
    """How most dots are drawn and how large; nothing if there are none."""
    seen: list[tuple[str, float]] = []
    for drawing in drawings:
        for shape in drawing.shapes:
            round_ = isinstance(shape.geometry, Circle)
            box = geometry_box(shape.geometry)
            if box is None:
                continue
            size = max(box[2] - box[0], box[3] - box[1])
            if shape.paint.fill and size <= canvas / 7 and round_:
                seen.append(("fill", size + (shape.paint.width if shape.paint.stroke else 0.0)))
            elif shape.paint.stroke and round_ and size <= canvas / 10:
                seen.append(("ring", size))
            elif shape.paint.stroke:
                seen += _strokes_as_dots(shape.geometry, canvas, shape.paint.cap)
    if not seen:
        return "", 0.0
    dot, many = Counter(kind for kind, _ in seen).most_common(1)[0]
    if many < USUAL * len(seen):
        return "", 0.0
    return dot, round(median(size for kind, size in seen if kind == dot), 3)


def _strokes_as_dots(geometry: object, canvas: float, cap: str) -> list[tuple[str, float]]:
    found = []
    for subpath in as_path(geometry).subpaths:  # type: ignore[arg-type]
        reach = max((abs(complex(*one.to) - complex(*subpath.start)) for one in subpath.segments), default=0.0)
        if subpath.closed or len(subpath.segments) > 1:
            continue
        if reach <= canvas / 100:
            found.append(("point", 0.0))
        elif cap == "butt" and reach <= canvas / 10:
            found.append(("dash", reach))
    return found


def _reach(drawings: Sequence[Drawing]) -> float:
    """The longer side of the bare geometry's box that three of four icons keep within."""
    sides = []
    for drawing in drawings:
        box = union([b for shape in drawing.shapes if (b := geometry_box(shape.geometry))])
        if box:
            sides.append(max(box[2] - box[0], box[3] - box[1]))
    return round(sorted(sides)[(3 * len(sides)) // 4], 2) if sides else 0.0


def _step(drawings: Sequence[Drawing], canvas: float) -> float:
    """The coarsest step that most level and upright lines stand on; 0 if there is none."""
    found = [value for drawing in drawings for run in runs(drawing) for value in levels(run)]
    for part in STEPS:
        step = part * canvas / 24
        near = sum(abs(value - round(value / step) * step) < step / 12 for value in found)
        if found and near >= MOST * len(found):
            return round(step, 4)
    return 0.0
