"""Pixels to paths: a picture as clean SVG with few colours, few paths and alpha.

`svg_of(picture, kind=...)`: "pixel" gives exact merged runs, "flat" curves around regions of one colour, "gradient"
curves filled with linear gradients where colour slides; "auto" looks and chooses.

The border between two regions is placed where the mixed pixels along it say that it runs: of two pixels side by side,
the share of each colour in both tells where between them it lies. Curves are fitted as in Schneider 1990.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..media.picture import floats, premultiplied
from .picture_trace_curves import Borders, Loop, encloses, loops_of, polygon_of
from .picture_trace_paint import CLEAR, Paint, paint_of, solid
from .picture_trace_regions import flat_regions, gradient_regions, grid_of

if TYPE_CHECKING:
    from ..media.picture import Picture

Kind = str  # "flat", "gradient", "pixel" or "auto"
KINDS = ("auto", "flat", "gradient", "pixel")
LARGEST = 4_000_000  # pixels: beyond, a traced file would be larger than the picture

_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}"{more}>'


@dataclass(frozen=True)
class Traced:
    """The SVG text, which kind was chosen, how many paths and colours it has."""

    svg: str
    kind: str
    paths: int
    colours: int


def svg_of(picture: Picture, *, kind: Kind = "auto", colours: int = 0, smooth: float = 0.35, title: str = "") -> str:
    """SVG text of a picture. See `traced`."""
    return traced(picture, kind=kind, colours=colours, smooth=smooth, title=title).svg


def traced(picture: Picture, *, kind: Kind = "auto", colours: int = 0, smooth: float = 0.35, title: str = "") -> Traced:
    """A picture as SVG of its own size.

    colours: at most so many (0: as many as it needs, at most 24 flat, 48 with gradients). smooth: how far, in pixels,
    a curve may leave the border that was measured. Raises UsageError for an unknown kind, or a picture too large.
    """
    if kind not in KINDS:
        raise UsageError(f"there is no way {kind!r} to vectorise", mend=f"choose one of {', '.join(KINDS)}")
    if picture.size[0] * picture.size[1] > LARGEST:
        raise UsageError(
            f"a picture of {picture.size[0]} x {picture.size[1]} would become a larger file than it is",
            mend="make it smaller first: about 1,000 pixels are enough for curves",
        )
    chosen = kind_of(picture) if kind == "auto" else kind
    if chosen == "pixel":
        return _as_pixels(picture, colours, title)
    return _as_curves(picture, chosen, colours, smooth, title)


def kind_of(picture: Picture) -> str:
    """ "pixel" for pixel art, "flat" where few colours cover most, else "gradient"."""
    values = picture.pixels if picture.depth == 8 else (picture.pixels // 257).astype(np.uint8)
    step = grid_of(values)
    cells = values[::step, ::step]
    different = len(np.unique(np.where(cells[..., 3:] > 0, cells, 0).reshape(-1, 4), axis=0))
    if (step > 1 and max(cells.shape[:2]) <= 128) or (
        different <= 64 and (max(cells.shape[:2]) <= 128 and _is_crisp(cells))
    ):
        return "pixel"
    clear = premultiplied(floats(picture))
    inner = np.ones(clear.shape[:2], bool)
    slide = np.zeros(clear.shape[:2], bool)
    for axis in (0, 1):
        for shift in (1, -1):
            gap = np.abs(clear - np.roll(clear, shift, axis)).max(axis=2)
            inner &= gap < 0.03
            slide |= (gap > 0.0015) & (gap < 0.03)
    opaque = clear[..., 3] > 0.5
    return "gradient" if (slide & inner & opaque).sum() > 0.25 * max(1, (inner & opaque).sum()) else "flat"


def _is_crisp(cells: NDArray[np.uint8]) -> bool:
    """Few steps of alpha: no edge was smoothed."""
    return len(np.unique(cells[..., 3])) <= 4


def _as_pixels(picture: Picture, colours: int, title: str) -> Traced:
    """Exact: one path per colour, made of the outlines of its cells."""
    values = picture.pixels if picture.depth == 8 else (picture.pixels // 257).astype(np.uint8)
    step = grid_of(values)
    cells = values[::step, ::step]
    cells = np.where(cells[..., 3:] > 0, cells, 0)
    palette, which = np.unique(cells.reshape(-1, 4), axis=0, return_inverse=True)
    labels: NDArray[np.int32] = which.reshape(cells.shape[:2]).astype(np.int32)
    if colours and len(palette) > colours:
        labels, palette = flat_regions(cells.astype(np.float32) / 255, colours, exact=True)
        palette = np.round(palette * 255).astype(np.uint8)
    shapes: dict[int, list[str]] = {}
    for loop in loops_of(labels):
        shapes.setdefault(loop.label, []).append(polygon_of(loop, step))
    sizes = np.bincount(labels.ravel(), minlength=len(palette))
    parts = []
    for label in sorted(shapes, key=lambda one: -sizes[one]):
        if palette[label][3]:
            parts.append(f'<path {solid(palette[label] / 255)} d="{"".join(shapes[label])}"/>')
    head = _HEAD.format(w=picture.size[0], h=picture.size[1], more=' shape-rendering="crispEdges"')
    return Traced(_whole(head, title, "", parts), "pixel", len(parts), len(parts))


def _as_curves(picture: Picture, kind: str, colours: int, smooth: float, title: str) -> Traced:
    """Curves around regions: what encloses lies below what it encloses, so that no seam can open."""
    values = premultiplied(floats(picture))
    if kind == "flat":
        labels, palette = flat_regions(values, colours or 24)
    else:
        labels, palette = gradient_regions(values, colours or 48)
    loops = loops_of(labels)
    paints = [paint_of(values, labels, label, palette[label], kind) for label in range(len(palette))]
    clear = np.array([paint.alpha < CLEAR for paint in paints])
    borders = Borders(values, labels, palette, [paint.alpha >= CLEAR for paint in paints], loops)
    open_ = [loop.corners[0] + (0.5, 0.5) for loop in loops if loop.outer and clear[loop.label]]
    order = [loop for loop in loops if loop.outer or any(encloses(loop, point) for point in open_)]
    parts, defs = _stacked(sorted(order, key=lambda loop: -abs(loop.area)), paints, borders, smooth)
    head = _HEAD.format(w=picture.size[0], h=picture.size[1], more="")
    used = {paint.fill for paint in paints if paint.alpha >= CLEAR}
    return Traced(_whole(head, title, "".join(defs), parts), kind, len(parts), len(used))


def _stacked(order: list[Loop], paints: list[Paint], borders: Borders, smooth: float) -> tuple[list[str], list[str]]:
    """Path elements from large to small; holes that show the ground go with the region around them."""
    outers = [loop for loop in order if loop.outer and paints[loop.label].alpha >= CLEAR]
    holes: dict[int, list[Loop]] = {}
    for loop in order:
        if not loop.outer:
            holes.setdefault(loop.piece, []).append(loop)
    parts: list[str] = []
    defs: list[str] = []
    last = ""
    for loop in outers:
        paint = paints[loop.label]
        around = [loop, *holes.get(loop.piece, [])]
        data = "".join(borders.path_of(one, smooth) for one in around)
        if not data:
            continue
        if paint.fill == last:  # neighbours in the stack of one colour become one path
            parts[-1] = parts[-1].replace('"/>', f'{data}"/>')
            continue
        if paint.definition and paint.definition not in defs:
            defs.append(paint.definition)
        parts.append(f'<path {paint.fill} d="{data}"/>')
        last = paint.fill
    return parts, defs


def _whole(head: str, title: str, defs: str, parts: list[str]) -> str:
    from xml.sax.saxutils import escape

    named = f"<title>{escape(title)}</title>" if title else ""
    return (
        head + named + (f"<defs>{defs}</defs>" if defs else "") + "".join(f"\n{part}" for part in parts) + "\n</svg>\n"
    )
