"""One-bit pictures of drawings and how two of them are compared.

A drawing is fitted to 24 units, every stroke gets the same width (2 units) with round ends, and it is rendered at
64 x 64 pixels of one bit each. How thick lines are and how they end therefore makes no difference; the form does.

    picture  (64,) uint64   one word a row, the first pixel in the highest bit
    print    (128,) uint8   the same at 32 x 32: four pixels are one, inked where two of them are
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..media import drawing as d

Bits = NDArray[np.uint8]
Rows = NDArray[np.uint64]
Shares = NDArray[np.float64]

SIDE = 64  # pixels of a picture
COARSE = 32  # pixels of a print
CANVAS = 24.0  # units
WIDTH = 2.0  # units: the stroke width of every picture
INK = 0.5  # share of a pixel that must be covered
LONGEST_MOVE = 3  # pixels (9/8 unit) that two pictures are moved against one another at most
_ONE = np.uint64(1)


def normal(drawing: d.Drawing) -> d.Drawing:
    """The drawing as it is printed: on a canvas of 24 units, all strokes alike."""
    fitted = d.fit(drawing, CANVAS)
    return replace(fitted, shapes=tuple(map(_alike, fitted.shapes)))


def _alike(shape: d.Shape) -> d.Shape:
    if not shape.paint.stroke:
        return shape
    return replace(shape, paint=replace(shape.paint, width=WIDTH, cap="round", join="round"), original="")


def picture(drawing: d.Drawing) -> Rows:
    """The picture (64,) of a drawing."""
    return _rows(d.render(normal(drawing), SIDE) > INK)


def pictures(drawings: Sequence[d.Drawing]) -> Rows:
    """The pictures (n, 64) of many drawings."""
    return np.stack([picture(drawing) for drawing in drawings]) if drawings else np.zeros((0, SIDE), np.uint64)


def as_pixels(rows: Rows) -> NDArray[np.bool_]:
    """Pictures (..., 64) as (..., 64, 64), True where there is ink."""
    return np.unpackbits(as_bytes(rows), axis=-1).reshape(*rows.shape, SIDE).astype(bool)


def as_bytes(rows: Rows) -> Bits:
    """Pictures (..., 64) as (..., 512) bytes, the same on every machine."""
    return np.ascontiguousarray(rows.astype(">u8")).view(np.uint8)


def from_bytes(data: Bits) -> Rows:
    """What `as_bytes` gave (..., 512), as pictures (..., 64)."""
    return np.ascontiguousarray(data).view(">u8").astype(np.uint64)


def _rows(pixels: NDArray[np.bool_]) -> Rows:
    return from_bytes(np.packbits(pixels, axis=-1).reshape(-1))


def pooled(rows: Rows) -> Bits:
    """The prints (..., 128) of pictures (..., 64)."""
    odd = np.uint64(0x5555555555555555)
    a0, a1 = (rows[..., 0::2] >> _ONE) & odd, rows[..., 0::2] & odd
    b0, b1 = (rows[..., 1::2] >> _ONE) & odd, rows[..., 1::2] & odd
    two: Any = (a0 & a1) | (b0 & b1) | ((a0 | a1) & (b0 | b1))  # every other bit is a pixel now
    for shift, mask in (
        (1, 0x3333333333333333),
        (2, 0x0F0F0F0F0F0F0F0F),
        (4, 0x00FF00FF00FF00FF),
        (8, 0x0000FFFF0000FFFF),
        (16, 0x00000000FFFFFFFF),
    ):
        two = (two | (two >> np.uint64(shift))) & np.uint64(mask)
    return np.ascontiguousarray(two.astype(">u4")).view(np.uint8)


def count_bits(words: Rows) -> Bits:
    """The number of ones in each word."""
    return np.bitwise_count(words)


def ink(rows: Rows) -> NDArray[np.int64]:
    """Inked pixels of pictures (..., 64)."""
    total: NDArray[np.int64] = count_bits(rows).sum(-1, dtype=np.int64)
    return total


def spread(rows: Rows) -> Rows:
    """Ink (..., 64) grown by one pixel to all eight sides."""
    wide: Rows = rows | (rows << _ONE) | (rows >> _ONE)
    tall: Rows = wide.copy()
    tall[..., 1:] |= wide[..., :-1]
    tall[..., :-1] |= wide[..., 1:]
    return tall


def moved(rows: Rows, down: int, right: int) -> Rows:
    """A picture (64,) moved by whole pixels; what leaves the canvas is gone."""
    out = np.zeros_like(rows)
    source = rows << np.uint64(-right) if right < 0 else rows >> np.uint64(right)
    out[max(down, 0) : SIDE + min(down, 0)] = source[max(-down, 0) : SIDE + min(-down, 0)]
    return out


def centre(rows: Rows) -> tuple[Shares, Shares]:
    """The centre of ink (row, column) of pictures (n, 64), in pixels."""
    pixels = as_pixels(rows)
    total = np.maximum(pixels.sum((-1, -2)), 1)
    steps = np.arange(SIDE)
    return pixels.sum(-1) @ steps / total, pixels.sum(-2) @ steps / total


def agreement(one: Rows, others: Rows) -> tuple[Shares, Shares, Shares]:
    """How much pictures show the same things: `one` (64,) against `others` (n, 64), three times (n,).

    The share of `one` within a pixel of each other; the share of each other within a pixel of `one`; the IoU. A line
    moved by less than a pixel (3/8 unit) costs the first two nothing; a missing shape costs its own ink. Pictures
    that stand apart by up to three pixels are laid over one another first, centre of ink on centre of ink.
    """
    near = spread(others)
    (y, x), (ys, xs) = centre(one[None]), centre(others)
    moves = np.rint(np.stack([ys - y, xs - x], 1)).astype(int)
    within, covered, iou = np.zeros(len(others)), np.zeros(len(others)), np.zeros(len(others))
    moves[np.abs(moves).max(1, initial=0) > LONGEST_MOVE] = 0
    size, sizes = max(int(ink(one)), 1), np.maximum(ink(others), 1)
    for move in {(0, 0), *map(tuple, moves.tolist())}:
        here = np.flatnonzero((moves == move).all(1)) if move != (0, 0) else np.arange(len(others))
        mine = moved(one, *move)
        first = ink(mine & near[here]) / size
        second = ink(others[here] & spread(mine)) / sizes[here]
        better = np.minimum(first, second) > np.minimum(within[here], covered[here])
        within[here[better]], covered[here[better]] = first[better], second[better]
        shared = ink(mine & others[here]) / np.maximum(ink(mine | others[here]), 1)
        iou[here] = np.maximum(iou[here], shared)
    return within, covered, iou


Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom in units."""


def ink_box(rows: Rows) -> Box | None:
    """The box of a picture's ink; None where there is none."""
    pixels = as_pixels(rows)
    down, across = np.flatnonzero(pixels.any(1)), np.flatnonzero(pixels.any(0))
    if not len(down):
        return None
    unit = CANVAS / SIDE
    return across[0] * unit, down[0] * unit, (across[-1] + 1) * unit, (down[-1] + 1) * unit


def centred(size: float) -> Box:
    """A square of `size` units in the middle of the canvas."""
    edge = (CANVAS - size) / 2
    return edge, edge, CANVAS - edge, CANVAS - edge


def placed(drawing: d.Drawing, own: Box, box: Box) -> Rows:
    """The picture of a drawing, whose ink fills the box `own`, laid into `box`: centre on centre, as long as it."""
    plain = normal(drawing)
    pen = WIDTH if any(shape.paint.stroke for shape in plain.shapes) else 0.0
    scale = max(_side(box) - pen, 0.1) / max(_side(own) - pen, 0.1)
    x = (box[0] + box[2] - scale * (own[0] + own[2])) / 2
    y = (box[1] + box[3] - scale * (own[1] + own[3])) / 2
    return picture(d.transformed(plain, (scale, 0.0, 0.0, scale, x, y), plain.viewbox))


def resized(rows: Rows, own: Box, box: Box) -> Rows:
    """The same by stretching the picture itself (64,): quick and rough, as its lines grow with it."""
    scale = _side(box) / _side(own)
    pixels, unit = as_pixels(rows), CANVAS / SIDE
    places = (np.arange(SIDE) + 0.5) * unit
    picked = []
    for axis in (1, 0):
        source = ((places - (box[axis] + box[axis + 2]) / 2) / scale + (own[axis] + own[axis + 2]) / 2) / unit
        inside = (source >= 0) & (source < SIDE)
        picked.append((np.clip(source, 0, SIDE - 1).astype(int), inside))
    (down, rows_in), (across, columns_in) = picked
    return _rows(pixels[down][:, across] & rows_in[:, None] & columns_in)


def _side(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1])


def complexity(drawing: d.Drawing) -> int:
    """How many segments a drawing has: lines and curves, four for a rectangle or an ellipse, one for a circle."""
    count = 0
    for shape in drawing.shapes:
        geometry = shape.geometry
        if isinstance(geometry, d.Path):
            count += sum(len(path.segments) + path.closed for path in geometry.subpaths)
        else:
            count += 1 if isinstance(geometry, d.Circle) else 4
    return count
