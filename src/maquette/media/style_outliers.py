"""Naming the icons of a set that leave its style, in the words of somebody who looks over your shoulder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from maquette.media.style_card import Outlier, StyleCard
from maquette.media.style_measure import ON_GRID, Seen, middle, share_on

FAR = 3.5  # robust spreads from the middle


def outliers(card: StyleCard, icons: Sequence[Seen]) -> tuple[Outlier, ...]:
    """Every icon that leaves the card, trait by trait, in the order of the icons."""
    usual = [icon for icon in icons if icon.canvas == card.canvas and not icon.filled]
    return tuple(one for icon in icons for one in _of(card, icon, usual))


def _of(card: StyleCard, icon: Seen, usual: Sequence[Seen]) -> Iterator[Outlier]:
    def out(trait: str, value: Any, rest: Any, told: str) -> Outlier:
        return Outlier(icon.name, trait, value, rest, f"{icon.name} {told}")

    if icon.canvas != card.canvas:
        told = f"stands on a canvas of {icon.canvas:g}, the rest on {card.canvas:g}"
        yield out("canvas", icon.canvas, card.canvas, told)
        return
    if icon.filled:
        told = f"is filled, the rest are strokes: `maquette icon lined {icon.name}` turns it into strokes"
        yield out("paint", "fill", "stroke", told)
        return
    for trait, word in (("width", "stroke"), ("cap", "caps"), ("join", "joins")):
        worn, rest = icon.usual(trait), getattr(card, trait)
        if worn is not None and worn != rest:
            shown = (f"{worn:g}", f"{rest:g}") if trait == "width" else (worn, rest)
            yield out(
                "stroke" if trait == "width" else trait, worn, rest, f"has {word} {shown[0]}, the rest {shown[1]}"
            )
    yield from (out(*one) for one in _places(card, icon, usual))


def _places(card: StyleCard, icon: Seen, usual: Sequence[Seen]) -> Iterator[tuple[str, Any, Any, str]]:
    step = card.grid or card.level
    values = icon.values if card.grid else icon.levels
    if step and len(values) >= 4 and (on := share_on(values, step)) < ON_GRID - 0.4:
        yield "grid", round(on, 2), step, f"has {1 - on:.0%} of its points off the grid of {step:g}"
    if icon.margin < card.margin - 0.02 * card.canvas:
        near = f"comes as near as {icon.margin:.2g} to" if icon.margin >= 0 else f"reaches {-icon.margin:.2g} over"
        near = "touches" if abs(icon.margin) < 0.002 * card.canvas else near
        yield "margin", round(icon.margin, 2), card.margin, f"{near} the edge, the rest keep {card.margin:g}"
    yield from _corners(icon, usual)
    centre, spread = middle([one.ink for one in usual])
    if abs(icon.ink - centre) > FAR * max(spread, 0.15 * centre):
        word = "heavier" if icon.ink > centre else "lighter"
        yield "ink", round(icon.ink, 3), round(centre, 3), f"is {word}: {icon.ink:.0%} ink, the rest about {centre:.0%}"
    yield from _footprint(card, icon, usual)


def _footprint(card: StyleCard, icon: Seen, usual: Sequence[Seen]) -> Iterator[tuple[str, Any, Any, str]]:
    largest = max(icon.box[2] - icon.box[0], icon.box[3] - icon.box[1])
    centre, spread = middle([max(one.box[2] - one.box[0], one.box[3] - one.box[1]) for one in usual])
    if abs(largest - centre) > FAR * max(spread, 0.05 * card.canvas):
        word = "larger" if largest > centre else "smaller"
        told = f"is {word}: {largest:.3g} at its longest, the rest about {centre:.3g}"
        yield "footprint", round(largest, 2), round(centre, 2), told


def _corners(icon: Seen, usual: Sequence[Seen]) -> Iterator[tuple[str, Any, Any, str]]:
    """Rounded corners of one other radius, where the set has one radius that most of its corners have."""
    others = [radius for one in usual if one is not icon for radius in set(one.corners)]
    if len(icon.corners) < 2 or len(others) < 4:
        return
    (rest, many), own = Counter(others).most_common(1)[0], sorted(set(icon.corners))
    if many >= 0.6 * len(others) and all(0.05 < abs(radius / rest - 1) < 1.6 for radius in own):
        shown = ", ".join(f"{radius:g}" for radius in own[:3])
        yield "radii", tuple(own), rest, f"has corners of radius {shown}, the rest {rest:g}"
