"""Reading a style card off drawings: medians and shares, so that one odd icon moves nothing, and names it instead."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, median, pstdev
from typing import Any, TypeVar

from maquette.core.errors import MediaError
from maquette.media.drawing import Drawing, bounds, render, transformed
from maquette.media.style_card import Style, StyleCard
from maquette.media.style_habits import habits
from maquette.media.style_pieces import Run, anchors, corners, levels, runs, shows_cap, shows_join

T = TypeVar("T")
STEPS = (16.0, 8.0, 4.0, 2.0, 1.0, 0.5, 0.25, 0.2, 0.125, 0.1)
ODD_STEPS = (
    3.0,
    2.0,
    1.5,
    1.2,
    1.0,
    0.75,
    0.6,
    0.5,
    0.4,
    0.3,
    0.25,
    0.2,
    0.15,
    0.125,
    0.1,
)  # scaled sets stand on such
ON_GRID = 0.9  # of the points must stand on a grid for it to be one
USUAL = 0.6  # of the icons must share a canvas for it to be the set's
KEPT = 0.1  # so many icons may break a margin or a gap


@dataclass(frozen=True)
class Seen:
    """One drawing with what is read off it, in the units of its own canvas."""

    name: str
    drawing: Drawing

    @property
    def canvas(self) -> float:
        return max(self.drawing.viewbox[2:])

    @cached_property
    def runs(self) -> list[Run]:
        return runs(self.drawing)

    @cached_property
    def filled(self) -> bool:
        """Whether most of its shapes are filled and not stroked."""
        shapes = self.drawing.shapes
        return bool(shapes) and sum(not shape.paint.stroke for shape in shapes) * 2 > len(shapes)

    def usual(self, trait: str) -> Any:
        """The stroke's width, cap or join along most of the lines that show it; None if none does.

        Closed lines show no cap, smooth ones no join: what a file says of them is nobody's wish.
        """
        shown = {"cap": shows_cap, "join": shows_join}.get(trait, bool)
        worn: dict[Any, float] = defaultdict(float)
        for run in self.runs:
            paint = self.drawing.shapes[run.shape].paint
            if paint.stroke and shown(run):
                value = getattr(paint, trait)
                worn[round(value, 3) if isinstance(value, float) else value] += sum(one.length for one in run.pieces)
        return max(worn, key=lambda value: worn[value]) if worn else None

    @cached_property
    def values(self) -> list[float]:
        """The coordinates of its points, from the canvas's corner."""
        x, y = self.drawing.viewbox[:2]
        points = [point for shape in self.drawing.shapes for point in anchors(shape.geometry)]
        return [value for point in points for value in (point[0] - x, point[1] - y)]

    @cached_property
    def levels(self) -> list[float]:
        """Where its level and upright lines stand, from the canvas's corner."""
        x, y = self.drawing.viewbox[:2]
        if x == y == 0:
            return [value for run in self.runs for value in levels(run)]
        moved = transformed(self.drawing, (1, 0, 0, 1, -x, -y))
        return [value for run in runs(moved) for value in levels(run)]

    @cached_property
    def radii(self) -> list[float]:
        """The radii of its arcs; a whole circle says its radius once."""
        found = []
        for run in self.runs:
            radii = [round(piece.radius, 2) for piece in run.pieces if piece.kind == "arc"]
            whole = run.closed and len(radii) == len(run.pieces) and len(set(radii)) == 1
            found += radii[:1] if whole else radii
        return found

    @cached_property
    def corners(self) -> list[float]:
        return [radius for run in self.runs for radius in corners(run)]

    @cached_property
    def angles(self) -> list[float]:
        lines = [piece.way_in for run in self.runs for piece in run.pieces if piece.kind == "line"]
        return [round(math.degrees(math.atan2(way.imag, way.real)) % 180, 0) % 180 for way in lines]

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """The box of the ink, from the canvas's corner."""
        x, y = self.drawing.viewbox[:2]
        left, top, right, bottom = bounds(self.drawing) or (x, y, x, y)
        return left - x, top - y, right - x, bottom - y

    @cached_property
    def margin(self) -> float:
        left, top, right, bottom = self.box
        return min(left, top, self.drawing.viewbox[2] - right, self.drawing.viewbox[3] - bottom)

    @cached_property
    def ink(self) -> float:
        return float(render(self.drawing, 96).mean())

    @cached_property
    def gap(self) -> float | None:
        """The least clear space between two subpaths that do not touch; None if there are none."""
        return clear_space(self.runs, self.usual("width") or 0.0)


def measure(drawings: Mapping[str, Drawing], name: str = "") -> Style:
    """See style_card.measure."""
    icons = [Seen(icon, drawing) for icon, drawing in drawings.items() if drawing.shapes]
    if len(icons) < 2:
        what = "there is no drawing" if not icons else f"{icons[0].name} is the only drawing"
        raise MediaError(f"{what}: a style is what several have in common", mend="give ten to thirty of your icons")
    canvas = _canvas(icons)
    on_canvas = [icon for icon in icons if icon.canvas == canvas]
    stroked = [icon for icon in on_canvas if not icon.filled]
    if len(stroked) * 2 <= len(on_canvas):
        raise _all_filled(on_canvas)
    card = _card(name, canvas, stroked)
    if not card.level:
        _one_grid(stroked, canvas)
    from maquette.media.style_outliers import outliers

    return Style(card, outliers(card, icons), _remarks(card, stroked))


def _card(name: str, canvas: float, icons: Sequence[Seen]) -> StyleCard:
    lefts = [icon.box[2] - icon.box[0] for icon in icons]
    heights = [icon.box[3] - icon.box[1] for icon in icons]
    inks, many = [icon.ink for icon in icons], [float(len(icon.runs)) for icon in icons]
    kinds = Counter(piece.kind for icon in icons for run in icon.runs for piece in run.pieces)
    gaps = [icon.gap for icon in icons if icon.gap is not None]
    open_ = sum(not run.closed for icon in icons for run in icon.runs)
    habit = habits([icon.drawing for icon in icons], canvas)
    return StyleCard(
        name=name,
        canvas=canvas,
        grid=grid_of([value for icon in icons for value in icon.values], canvas),
        level=grid_of([value for icon in icons for value in icon.levels], canvas),
        width=float(most_common((icon.usual("width") for icon in icons), 2.0)),
        cap=most_common((icon.usual("cap") for icon in icons), icons[0].drawing.shapes[0].paint.cap),
        join=most_common((icon.usual("join") for icon in icons), icons[0].drawing.shapes[0].paint.join),
        radii=common([icon.radii for icon in icons], canvas / 800),
        corners=common([icon.corners for icon in icons], canvas / 800),
        margin=_floor(quantile([icon.margin for icon in icons], KEPT)),
        angles=common([icon.angles for icon in icons], 1.0),
        gap=_floor(quantile(gaps, KEPT)) if gaps else 0.0,
        mix={kind: round(kinds[kind] / max(kinds.total(), 1), 3) for kind in ("line", "arc", "curve")},
        ink=(round(fmean(inks), 4), round(pstdev(inks), 4)),
        footprint=(*_spread(lefts), *_spread(heights)),
        shapes=_spread(many),
        open=open_ * 2 > sum(len(icon.runs) for icon in icons),
        turns=habit.turns,
        slit=habit.slit,
        dot=habit.dot,
        dot_size=habit.dot_size,
        reach=habit.reach,
        step=habit.step,
        icons=tuple(icon.name for icon in icons),
    )


def grid_of(values: Sequence[float], canvas: float, steps: Sequence[float] = STEPS) -> float:
    """The coarsest step that 90 % of the coordinates stand on; 0 if there is none. A step below a 240th of
    the canvas is no grid but what the decimals of a file leave."""
    usable = (step for step in steps if canvas / 240 - 1e-9 <= step <= canvas / 12)
    return next((step for step in usable if values and share_on(values, step) >= ON_GRID), 0.0)


def share_on(values: Sequence[float], step: float) -> float:
    """The share of coordinates on a grid; files are written with three decimals or two, hence a small slack."""
    slack = min(0.006, step / 5)
    near = sum(1 for value in values if abs(value - round(value / step) * step) <= slack)
    return near / len(values) if values else 1.0


def common(told: Sequence[Sequence[float]], near: float, least: float = 0.04, most: int = 8) -> tuple[float, ...]:
    """The values that make up at least a share of `least`, the most usual first. Values within `near` of a more usual
    one are that one. An icon's say grows with the root of its repetitions: one of forty circles says little."""
    weight: dict[float, float] = defaultdict(float)
    for values in told:
        for value, count in Counter(values).items():
            weight[value] += math.sqrt(count)
    joined: dict[float, float] = {}
    for value in sorted(weight, key=lambda one: (-weight[one], one)):
        home = next((other for other in joined if abs(other - value) <= near), value)
        joined[home] = joined.get(home, 0.0) + weight[value]
    floor = least * sum(weight.values())
    kept = [value for value, much in joined.items() if much >= floor]
    return tuple(sorted(kept, key=lambda value: (-joined[value], value))[:most])


def most_common(values: Iterable[T | None], otherwise: T) -> T:
    """The most frequent value that is not None; `otherwise` if all are."""
    counted = Counter(value for value in values if value is not None).most_common(1)
    return counted[0][0] if counted else otherwise


def quantile(values: Sequence[float], share: float) -> float:
    """The value that a share of `share` lies below, between neighbours in proportion."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def clear_space(found: Sequence[Run], width: float) -> float | None:
    """The least clear space between the strokes of two subpaths that do not touch; None if there are none."""
    import numpy as np

    clouds = [np.array([point for piece in run.pieces for point in piece.points]) for run in found]
    spaces = []
    for k, one in enumerate(clouds):
        for other in clouds[k + 1 :]:
            apart = float(np.abs(one[:, None] - other[None, :]).min()) - width
            if apart > 0.05 * width:
                spaces.append(apart)
    return min(spaces) if spaces else None


def _floor(value: float, step: float = 0.05) -> float:
    """Rounded down, so that who keeps the margin exactly is not told off for a hundredth."""
    return round(math.floor(value / step + 1e-6) * step, 3)


def _spread(values: Sequence[float]) -> tuple[float, float]:
    return round(fmean(values), 2), round(pstdev(values), 2)


def _canvas(icons: Sequence[Seen]) -> float:
    counted = Counter(icon.canvas for icon in icons)
    canvas, many = counted.most_common(1)[0]
    if many < USUAL * len(icons):
        told = "; ".join(f"{size:g}: {_names(icons, size)}" for size, _ in counted.most_common())
        raise MediaError(
            f"these {len(icons)} icons stand on {len(counted)} canvases: {told}",
            mend=f"put each canvas into a folder of its own, or read one of them with `--canvas {canvas:g}`",
        )
    return canvas


def _one_grid(icons: Sequence[Seen], canvas: float) -> None:
    """Stop if the icons fall into groups of three or more on grids of which none is part of another."""
    groups: dict[float, list[str]] = defaultdict(list)
    for icon in icons:
        step = grid_of(icon.levels, canvas, [one * canvas / 24 for one in ODD_STEPS]) if len(icon.levels) >= 4 else 0.0
        if step:
            groups[round(step, 4)].append(icon.name)
    large = sorted((step for step, names in groups.items() if len(names) >= 3), key=lambda step: -len(groups[step]))
    strange = [step for step in large if all(share_on([step, other], min(step, other)) < 1 for other in large[:1])]
    if strange and sum(len(groups[step]) for step in large) >= 0.8 * sum(map(len, groups.values())):
        told = "; ".join(f"steps of {step:g}: {_listed(groups[step])}" for step in (large[0], *strange))
        raise MediaError(
            f"these {len(icons)} icons stand on {1 + len(strange)} grids that don't fit each other: {told}",
            mend="put each into a folder of its own: every one is a style. Were some scaled? Scale them back first",
        )


def _names(icons: Sequence[Seen], canvas: float) -> str:
    return _listed([icon.name for icon in icons if icon.canvas == canvas])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _all_filled(icons: Sequence[Seen]) -> MediaError:
    filled = [icon.name for icon in icons if icon.filled]
    return MediaError(
        f"{len(filled)} of {len(icons)} icons are filled areas ({', '.join(filled[:3])} ...): "
        "a style card tells how strokes are drawn",
        mend=f"`maquette icon lined {filled[0]}` turns a filled icon into strokes where it can; read those",
    )


def _remarks(card: StyleCard, icons: Sequence[Seen]) -> tuple[str, ...]:
    told = []
    if len(icons) < 10:
        told.append(f"{len(icons)} icons say little about spreads and radii: ten to thirty make a card you can trust")
    if not card.grid:
        where = f"; its level and upright lines stand on {card.level:g}" if card.level else ""
        told.append(f"the points stand on no common grid{where}")
    return tuple(told)


def middle(values: Sequence[float]) -> tuple[float, float]:
    """The median, and the spread around it as 1.4826 times the median distance."""
    centre = median(values)
    return centre, 1.4826 * median(abs(value - centre) for value in values)
