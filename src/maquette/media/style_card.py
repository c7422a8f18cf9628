"""The style card: one designer's hand in numbers that can be read, edited and held to.

It is measured on the geometry of ten to thirty drawings, in the units of their own canvas, and lives in a small TOML.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from maquette.core.errors import MediaError
from maquette.media.drawing import Cap, Drawing, Join, Shape, transformed

FORMAT = "style.v1"


@dataclass(frozen=True)
class StyleCard:
    """A hand in numbers. Lengths are in units of the designer's canvas, which is square and begins at 0, 0."""

    name: str
    canvas: float = 24.0
    grid: float = 0.125  # the coarsest step that 90 % of the points stand on; 0 if there is none
    width: float = 2.0  # of the strokes
    cap: Cap = "round"
    join: Join = "round"
    paint: str = "stroke"
    radii: tuple[float, ...] = ()  # of arcs and rounded corners, the most usual first
    margin: float = 0.0  # between ink and canvas; 90 % of the icons keep it
    angles: tuple[float, ...] = ()  # of the lines, degrees in 0..180, the most usual first
    gap: float = 0.0  # the clear space between strokes that don't touch; 90 % of the icons keep it
    mix: Mapping[str, float] = field(default_factory=dict)  # shares of the segments: "line", "arc", "curve"
    ink: tuple[float, float] = (0.0, 0.0)  # share of the canvas that is inked: mean, spread
    footprint: tuple[float, float, float, float] = (
        0.0,
        0.0,
        0.0,
        0.0,
    )  # of the ink: mean width, spread, height, spread
    shapes: tuple[float, float] = (0.0, 0.0)  # strokes per icon: mean, spread
    open: bool = False  # open strokes are usual
    level: float = 0.0  # the coarsest step that 90 % of the level and upright lines stand on; 0 if there is none
    corners: tuple[float, ...] = ()  # the radii of rounded corners alone, the most usual first
    turns: Mapping[str, float] = field(default_factory=dict)  # radii of corners by where they point, as in style_habits
    slit: Mapping[str, float] = field(default_factory=dict)  # contours left open: "gap", "at" (degrees), "least"
    dot: str = ""  # point, dash, fill or ring; "" if there is no habit
    dot_size: float = 0.0  # of dashes, discs and rings
    reach: float = 0.0  # the longer side of the bare lines that three of four icons keep within; 0: not measured
    step: float = 0.0  # that most level and upright lines stand on, where there is no grid; 0: not measured
    icons: tuple[str, ...] = ()  # what it was read from

    @property
    def scale(self) -> float:
        """Units of the encoding's canvas of 24 per unit of this card."""
        return 24.0 / self.canvas


@dataclass(frozen=True)
class Outlier:
    """One icon that leaves the set in one trait. `told` is the sentence for people."""

    icon: str
    trait: str
    value: Any
    usual: Any
    told: str


@dataclass(frozen=True)
class Style:
    """A measured card and the icons that don't keep to it; `remarks` are what else a person should know."""

    card: StyleCard
    outliers: tuple[Outlier, ...] = ()
    remarks: tuple[str, ...] = ()


def measure(drawings: Mapping[str, Drawing], name: str = "") -> Style:
    """The card of these drawings, by the names they have, and the outliers among them.

    MediaError if there is no style to be read: fewer than two drawings, all of them filled, or a mixture of canvases
    or of grids of which none is the usual one.
    """
    from maquette.media import style_measure

    return style_measure.measure(drawings, name)


def as_toml(card: StyleCard) -> str:
    """The card as a commented TOML text for a designer to read and edit."""
    from maquette.media import style_toml

    return style_toml.as_toml(card)


def from_toml(text: str, where: str = "") -> StyleCard:
    """The card that a text holds. MediaError tells the key that is wrong, or that the format is another version's."""
    from maquette.media import style_toml

    return style_toml.from_toml(text, where)


def read_card(path: os.PathLike[str] | str) -> StyleCard:
    """The card in a TOML file. MediaError names the file."""
    path = Path(path)
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        mend = "write one with `maquette icon style FOLDER -o my.toml`"
        raise MediaError("there is no such style card", where=str(path), mend=mend) from None
    except (OSError, UnicodeDecodeError) as error:
        raise MediaError(f"this style card cannot be read: {error}", where=str(path)) from error
    return from_toml(text, str(path))


def hold(drawing: Drawing, card: StyleCard) -> Drawing:
    """The drawing on the card's canvas, every stroke in its width, cap and join, its points on the card's grid."""
    from maquette.media.snap import snap

    return snap(dressed(on_canvas(drawing, card.canvas), card), card.grid)


def on_canvas(drawing: Drawing, canvas: float) -> Drawing:
    """The drawing scaled to the viewBox (0, 0, canvas, canvas), its strokes with it."""
    x, y, width, height = drawing.viewbox
    box = (0.0, 0.0, float(canvas), float(canvas))
    if drawing.viewbox == box:
        return drawing
    scale = canvas / max(width, height)
    left, top = (canvas - width * scale) / 2, (canvas - height * scale) / 2
    return transformed(drawing, (scale, 0.0, 0.0, scale, left - x * scale, top - y * scale), box)


def dressed(drawing: Drawing, card: StyleCard) -> Drawing:
    """Every stroked shape in the card's width, cap and join; fills stay as they are."""

    def one(shape: Shape) -> Shape:
        paint = replace(shape.paint, width=card.width, cap=card.cap, join=card.join)
        return shape if not shape.paint.stroke or paint == shape.paint else replace(shape, paint=paint, original="")

    return replace(drawing, shapes=tuple(one(shape) for shape in drawing.shapes))
