"""Strokes become filled outlines: exact, united, wound the right way, with few and clean segments."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from maquette.media import outline_check as check
from maquette.media import outline_clean as clean
from maquette.media import outline_lines as lines
from maquette.media import outline_skia as skia
from maquette.media import outline_solid as solid
from maquette.media.affine import as_path
from maquette.media.drawing import Drawing, Paint, Path, Shape

CANVAS = 24.0  # tolerances are told in units of a canvas this large
_FINE = 256.0  # Skia units per unit of that canvas
_SAME = 0.9985  # an outline that is less like the strokes than this is tried another way
_TOLD = 0.99  # and told, if no way comes closer than this


def outlined(drawing: Drawing) -> Drawing:
    """The drawing with fills only: every stroke a filled outline, all of one opacity united (SVG 2, section 13).

    Caps, joins (miter limit 4), dots and closed paths as SVG draws them. Filled by the non-zero rule, which gives the
    same ink as the even-odd one: outer contours run clockwise as seen, holes the other way. What could not be united
    or came out different is told in `lost`. Raises MissingExtra.
    """
    return traced(drawing)[0]


def traced(drawing: Drawing) -> tuple[Drawing, float]:
    """`outlined`, and how well its worst shape covers what the strokes cover (intersection over union, 0..1)."""
    worst = 1.0
    unit = max(drawing.viewbox[2:]) / CANVAS
    shapes: list[Shape] = []
    told: list[str] = []
    for group in _groups(drawing):
        paint = Paint(stroke=False, fill=True, opacity=group[0].paint.opacity)
        if all(_is_clean(shape) for shape in group) and len(group) == 1:
            shapes += group
            continue
        paths, likeness, remark = _outline(group, unit)
        worst = min(worst, likeness)
        if remark:
            told.append(remark)
        name = group[0].id if len(group) == 1 else ""
        shapes += [Shape(path, paint, name) for path in paths if path.subpaths]
    return replace(drawing, shapes=tuple(shapes), lost=(*drawing.lost, *told)), worst


def filled(drawing: Drawing) -> Drawing:
    """The solid sibling of an outline icon: one filled shape with the same silhouette.

    What is closed is filled, what lies inside becomes a gap as wide as its stroke (a small closed detail a hole), open
    strokes stay as outlines; a line that comes home but for a slit counts as closed. A drawing without strokes is solid
    already. Raises MissingExtra.
    """
    if not any(_paints(shape.paint) and shape.paint.stroke for shape in drawing.shapes):
        return outlined(drawing)
    closed = solid.all_but_closed(drawing)
    return solid.solid(solid.ground(closed, outlined(closed)))


def duotone(drawing: Drawing) -> Drawing:
    """The two-tone sibling of an outline icon: its strokes as they are, above areas of opacity 0.2.

    Areas that several strokes close together are tinted too. Raises MissingExtra, and MediaError if the drawing has no
    strokes or closes nothing.
    """
    closed = solid.all_but_closed(drawing)
    tinted = solid.tinted(solid.ground(closed, outlined(closed)))
    areas = len(tinted.shapes) - len(drawing.shapes)
    return replace(tinted, shapes=(*tinted.shapes[:areas], *drawing.shapes))


def lined(drawing: Drawing) -> Drawing:
    """Back to strokes: `relined` without its remarks."""
    return relined(drawing).drawing


def relined(drawing: Drawing) -> lines.Lined:
    """A solid, two-tone or outlined icon as strokes again, and what was done with every part.

    Strokes stay; tints are dropped; a fill that is the outline of a stroke gets its centre line back; a solid becomes
    its contour, half a stroke inside of its edge. Every recovered stroke is measured against its fill. Raises
    MissingExtra, and MediaError naming a part that can become neither.
    """
    kept = [shape for shape in drawing.shapes if shape.paint.stroke and shape.paint.opacity >= 1]
    kept = [replace(shape, paint=replace(shape.paint, fill=False)) for shape in kept]
    others = [shape for shape in drawing.shapes if shape.paint.opacity < 1 and _paints(shape.paint)]
    fills = [shape for shape in drawing.shapes if shape.paint.opacity >= 1 and not shape.paint.stroke]
    told = [f"{len(others)} tinted area{'s' if len(others) > 1 else ''}: dropped"] if others and (kept or fills) else []
    if not kept and not fills:
        fills = [replace(shape, paint=replace(shape.paint, opacity=1.0)) for shape in others]
    if not fills:
        return lines.Lined(replace(drawing, shapes=tuple(kept)), (*told, f"{len(kept)} strokes: kept"))
    clean_fills = outlined(replace(drawing, shapes=tuple(fills), lost=()))
    return lines.lined(drawing, clean_fills.shapes, kept, told, filled)


def _groups(drawing: Drawing) -> list[list[Shape]]:
    """Shapes that may become one: all that are opaque; each tint for itself, since tints add up where they overlap."""
    drawn = [shape for shape in drawing.shapes if as_path(shape.geometry).subpaths and _paints(shape.paint)]
    opaque = [shape for shape in drawn if shape.paint.opacity >= 1]
    return [*([shape] for shape in drawn if shape.paint.opacity < 1), *([opaque] if opaque else [])]


def _paints(paint: Paint) -> bool:
    return paint.opacity > 0 and (paint.fill or (paint.stroke and paint.width > 0))


def _is_clean(shape: Shape) -> bool:
    """Whether a shape is filled, and wound so that both fill rules agree: it may stay as it is."""
    if shape.paint.stroke or shape.paint.even_odd or not isinstance(shape.geometry, Path):
        return False
    if any(not subpath.closed for subpath in shape.geometry.subpaths):
        return False
    areas = check.polygons(shape.geometry)
    heights = check.levels(areas)
    same = check.likeness(check.spans(areas, heights), check.spans(areas, heights, even_odd=True))
    return same > 1 - 1e-4 and _runs_right(areas)


def _runs_right(areas: Sequence[Sequence[tuple[float, float]]]) -> bool:
    """Whether outer contours run clockwise as seen and holes the other way."""
    for index, mine in enumerate(areas):
        asked = [mine[len(mine) * part // 5] for part in range(5)]
        others = [other for i, other in enumerate(areas) if i != index]
        depth = sum(sum(clean.inside(point, other) for point in asked) >= 3 for other in others)
        if (clean.area(mine) > 0) != (depth % 2 == 0):
            return False
    return True


@dataclass(frozen=True)
class _Aim:
    """What an outline has to cover: the strokes' areas, measured before they are united."""

    heights: Any
    spans: list[check.Spans]

    def likeness(self, paths: Sequence[Path]) -> float:
        areas = [polygon for path in paths for polygon in check.polygons(path)]
        if not areas:
            return 0.0 if any(self.spans) else 1.0
        return check.likeness(self.spans, check.spans(areas, self.heights))


def _outline(shapes: Sequence[Shape], unit: float) -> tuple[list[Path], float, str]:
    """The outlines of shapes that may become one, their likeness, and what is to be said of them ("" of nothing)."""
    known = clean.rings(shapes)
    decimals = max(3, math.ceil(3 - math.log10(unit)))
    aim: _Aim | None = None
    best: tuple[float, list[Path]] = (-1.0, [])
    for attempt, parts, scale in _attempts(shapes, unit):
        if attempt == "apart" and best[0] >= _TOLD:
            break
        if aim is None:
            aim = _aim(shapes, scale, unit)
        paths = [clean.cleaned(skia.contours(part, scale), known, unit, decimals) for part in parts]
        best = max(best, (aim.likeness(paths), paths), key=lambda pair: pair[0])
        if best[0] >= _SAME:
            return best[1], best[0], "" if attempt != "apart" else "shapes that could not be united: they overlap"
    if best[0] >= _TOLD:
        return best[1], best[0], ""
    return best[1], best[0], f"an outline that covers {best[0]:.1%} of what its strokes cover"


def _aim(shapes: Sequence[Shape], scale: float, unit: float) -> _Aim:
    paths = [path for shape in shapes for path in skia.areas(shape, scale)]
    areas = [[clean.polygon(contour, unit) for contour in skia.contours(path, scale)] for path in paths]
    heights = check.levels(points for area in areas for points in area)
    covered = [
        check.spans(area, heights, even_odd=skia.is_even_odd(path))
        for path, area in zip(paths, areas, strict=True)
        if area
    ]
    return _Aim(heights, check.merged(covered))


def _attempts(shapes: Sequence[Shape], unit: float) -> Iterator[tuple[str, list[Any], float]]:
    """Ways to unite areas, the best first. Skia's union fails now and then where edges coincide; a changed scale moves
    them apart by less than can be seen."""
    for fine in (_FINE, _FINE * 0.7318, _FINE * 1.4142):
        scale = fine / unit
        areas = [area for shape in shapes for area in skia.areas(shape, scale)]
        for unite in (skia.united, skia.united_in_turn, skia.united_at_once):
            whole = unite(areas)
            if whole is not None:
                yield unite.__name__, [whole], scale
    scale = _FINE / unit
    flat = [skia.flattened(area, scale, unit) for shape in shapes for area in skia.areas(shape, scale)]
    for unite in (skia.united, skia.united_in_turn):
        if (whole := unite(flat)) is not None:
            yield "flat", [whole], scale
    areas = [area for shape in shapes for area in skia.areas(shape, scale)]
    yield "apart", [area if (one := skia.united([area])) is None else one for area in areas], scale
    yield "apart", areas, scale
