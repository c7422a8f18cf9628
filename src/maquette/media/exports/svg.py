"""Clean SVG: for a hand that opens it and for a program that inlines it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from maquette.media.drawing import Drawing, fit, to_svg
from maquette.media.exports import File, Icon, Settings

SMALLEST = 8.0  # units; on a smaller canvas three decimals are too coarse, so it is drawn on one of 24


def plain(icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """One SVG per icon: strokes stay strokes, arcs stay arcs."""
    for icon in icons:
        yield File(f"{icon.name}.svg", clean_svg(icon.drawing, icon.name).encode(), icon.name)


def outlined(icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """One SVG per icon with fills only: what font tools, cutters and older apps ask for. Raises MissingExtra."""
    from maquette.media.outline import outlined as with_outlines

    for icon in icons:
        yield File(f"{icon.name}.svg", clean_svg(with_outlines(clean(icon.drawing)), icon.name).encode(), icon.name)


def clean_svg(drawing: Drawing, name: str) -> str:
    """No transforms, at most three decimals, a viewBox, a title, currentColor, attributes always in one order."""
    return to_svg(clean(drawing), title=drawing.title or name)


def clean(drawing: Drawing) -> Drawing:
    """The drawing as its clean file tells it: written afresh, on a canvas that three decimals can hold."""
    if max(drawing.viewbox[2:]) < SMALLEST:
        drawing = fit(drawing)
    # The words of an untouched element may hold ten decimals, or its attributes in another order.
    return replace(drawing, shapes=tuple(replace(shape, original="") for shape in drawing.shapes))
