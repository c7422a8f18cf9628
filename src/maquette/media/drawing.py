"""Drawings: one-colour vector pictures whose strokes stay editable.

The model of a drawing: shapes with a paint, in the units of a viewBox, y pointing down as in SVG 2.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Point: TypeAlias = tuple[float, float]
Cap = Literal["butt", "round", "square"]
Join = Literal["miter", "round", "bevel"]


@dataclass(frozen=True)
class Line:
    """A straight segment to `to` (all coordinates are absolute)."""

    to: Point


@dataclass(frozen=True)
class Cubic:
    """A cubic Bezier segment with control points `c1` and `c2`."""

    c1: Point
    c2: Point
    to: Point


@dataclass(frozen=True)
class Quad:
    """A quadratic Bezier segment with control point `c`."""

    c: Point
    to: Point


@dataclass(frozen=True)
class Arc:
    """An elliptical arc with SVG's end-point parameters (SVG 2, section 9.3.8); `rotation` in degrees."""

    rx: float
    ry: float
    rotation: float
    large: bool
    sweep: bool
    to: Point


Segment: TypeAlias = Line | Cubic | Quad | Arc


@dataclass(frozen=True)
class Subpath:
    """A pen that is put down at `start`, follows `segments`, and goes back if `closed`."""

    start: Point
    segments: tuple[Segment, ...]
    closed: bool = False


@dataclass(frozen=True)
class Path:
    """One or more subpaths."""

    subpaths: tuple[Subpath, ...]


@dataclass(frozen=True)
class Circle:
    centre: Point
    r: float


@dataclass(frozen=True)
class Ellipse:
    centre: Point
    rx: float
    ry: float


@dataclass(frozen=True)
class Rect:
    """A rectangle with its top-left corner and corner radii `rx`, `ry`."""

    corner: Point
    width: float
    height: float
    rx: float = 0.0
    ry: float = 0.0


Geometry: TypeAlias = Path | Circle | Ellipse | Rect


@dataclass(frozen=True)
class Paint:
    """How a shape is painted, in currentColor: a stroke, a fill, or both. `width` in the drawing's units."""

    stroke: bool = True
    fill: bool = False
    width: float = 2.0
    cap: Cap = "butt"
    join: Join = "miter"
    opacity: float = 1.0
    even_odd: bool = False


@dataclass(frozen=True)
class Shape:
    geometry: Geometry
    paint: Paint
    id: str = ""
    original: str = field(default="", compare=False)  # the text of an untouched element, so that saving it is exact


@dataclass(frozen=True)
class Drawing:
    """A drawing: shapes in drawing order inside `viewbox` (x, y, width, height).

    `lost` names what the file held and a Drawing cannot keep (gradients, text, bitmaps ...), for people.
    """

    viewbox: tuple[float, float, float, float]
    shapes: tuple[Shape, ...]
    title: str = ""
    lost: tuple[str, ...] = ()


def read(path: os.PathLike[str] | str) -> Drawing:
    """Read a drawing from an SVG file (also gzipped, .svgz). Raises MediaError, naming the file."""
    from maquette.media import svg_read

    return svg_read.read(path)


def parse(text: str | bytes) -> Drawing:
    """Read a drawing from the text of an SVG file. Raises MediaError."""
    from maquette.media import svg_read

    return svg_read.parse(text)


def to_svg(drawing: Drawing, *, title: str | None = None, comment: str = "") -> str:
    """The drawing as a complete, clean SVG file. `title` replaces the drawing's own; `comment` stands above it."""
    from maquette.media import svg_write

    return svg_write.to_svg(drawing, title=title, comment=comment)


def write(drawing: Drawing, path: os.PathLike[str] | str) -> None:
    """Write the drawing as an SVG file, whole or not at all. A file that is already there is never overwritten."""
    from maquette.media import svg_write

    svg_write.write(drawing, path)


def render(drawing: Drawing, px: int = 192) -> NDArray[np.float32]:
    """Ink coverage (px, px) float32 in 0..1, with the viewBox fitted into the square and centred."""
    from maquette.media import raster

    return raster.render(drawing, px)


def render_many(drawings: Sequence[Drawing], px: int = 48) -> NDArray[np.float32]:
    """Ink coverage of many drawings: (n, px, px) float32 in 0..1."""
    from maquette.media import raster

    return raster.render_many(drawings, px)


def to_png(drawing: Drawing, px: int, *, ink: str = "#111", paper: str | None = None) -> bytes:
    """A square PNG of `px` pixels in the colour `ink` on `paper` (transparent if None); colours as in CSS."""
    from maquette.media import raster

    return raster.to_png(drawing, px, ink=ink, paper=paper)


def fit(drawing: Drawing, canvas: float = 24.0) -> Drawing:
    """The drawing scaled to the viewBox (0, 0, canvas, canvas), strokes with it; what is not square is centred."""
    x, y, width, height = drawing.viewbox
    if drawing.viewbox == (0, 0, canvas, canvas):
        return drawing
    scale = canvas / max(width, height)
    left, top = (canvas - width * scale) / 2, (canvas - height * scale) / 2
    return transformed(drawing, (scale, 0.0, 0.0, scale, left - x * scale, top - y * scale), (0.0, 0.0, canvas, canvas))


def bounds(drawing: Drawing) -> tuple[float, float, float, float] | None:
    """The box of all ink, strokes, caps and joins included: (left, top, right, bottom); None if nothing is drawn."""
    from maquette.media.extent import ink_box, union

    return union([box for shape in drawing.shapes if (box := ink_box(shape))])


def transformed(
    drawing: Drawing,
    matrix: tuple[float, float, float, float, float, float],
    viewbox: tuple[float, float, float, float] | None = None,
) -> Drawing:
    """Every shape moved by an SVG matrix (a, b, c, d, e, f); stroke widths grow by its mean scale."""
    from maquette.media.affine import transform_shape

    shapes = tuple(transform_shape(shape, matrix) for shape in drawing.shapes)
    return replace(drawing, shapes=shapes, viewbox=viewbox or drawing.viewbox)
