"""The sheet of an explanation: the picture, the sketch in mind, heat maps, what each part did, the nearest works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .picture_why import Change, Why, boxes_of

if TYPE_CHECKING:
    from ..media.picture import Picture

Floats = NDArray[np.float32]
TILE, GAP, LINE, ACROSS = 160, 16, 20, 6  # pixels: of a tile's height, between tiles, of a line of words; tiles a row
INK, FRAME = (40, 40, 44), (225, 90, 20)
COLD_HOT = ((0.0, (250, 250, 250)), (0.35, (255, 214, 120)), (0.7, (240, 110, 40)), (1.0, (150, 10, 40)))


def sheet_of(why: Why, told: Mapping[str, Any], near: Sequence[tuple[str, Floats]] = ()) -> Picture:
    """One page. `near`: titles of the nearest works, each with what is kept of it, (h, w, 4) premultiplied."""
    from ..media.picture import Picture

    picture, sketch = _shown(why.drawn), _shown(why.sketch)
    rows = [
        ("Drawn over what it remembers", [("the picture", picture), ("the sketch in mind", sketch),
                                          ("where things were laid out", _boxed(picture, told))]),
        ("Where it looked for each word", [(one.word, _heated(why.drawn, one.heat)) for one in why.heats]),
        ("Without one part, from the same noise; below, what changed",
         [(_told(one), _changed(why.drawn, one.picture)) for one in why.changes]),
        ("Nearest training works, as far as the model keeps them: alike, which is no proof of a source",
         [(title, _shown(seen)) for title, seen in near]),
    ]  # fmt: skip
    return Picture(_page([(heading, tiles) for heading, tiles in rows if tiles]))


def _told(one: Change) -> str:
    return f"{one.what.removeprefix('the ')}: {one.share:.0%}"


def _page(rows: Sequence[tuple[str, Sequence[tuple[str, NDArray[np.uint8]]]]]) -> NDArray[np.uint8]:
    """Headings with tiles below one another on white: (h, w, 4)."""
    from PIL import Image, ImageDraw, ImageFont

    strips = [(heading, tiles[i : i + ACROSS]) for heading, tiles in rows for i in range(0, len(tiles), ACROSS)]
    widest = max(sum(tile.shape[1] + GAP for _, tile in tiles) for _, tiles in strips) + GAP
    heights = [2 * LINE + GAP + max(tile.shape[0] for _, tile in tiles) + LINE for _, tiles in strips]
    page = Image.new("RGB", (max(widest, 560), sum(heights) + GAP), "white")
    pen, small, large = ImageDraw.Draw(page), ImageFont.load_default(12), ImageFont.load_default(15)
    top, before = GAP, ""
    for (heading, tiles), height in zip(strips, heights, strict=True):
        if heading != before:
            pen.text((GAP, top), heading, INK, large)
        before, left = heading, GAP
        for label, tile in tiles:
            page.paste(Image.fromarray(tile), (left, top + LINE + 6))
            pen.text((left, top + LINE + 10 + tile.shape[0]), _fitting(label, tile.shape[1], small), INK, small)
            left += tile.shape[1] + GAP
        top += height
    pixels_of = np.asarray(page, np.uint8)
    return np.dstack([pixels_of, np.full(pixels_of.shape[:2], 255, np.uint8)])


def _fitting(label: str, width: int, font: Any) -> str:
    """A label cut to a tile's width."""
    if font.getlength(label) <= width:
        return label
    while label and font.getlength(label + "...") > width:
        label = label[:-1]
    return label.rstrip() + "..."


def _large(rgb: Floats) -> NDArray[np.uint8]:
    """(h, w, 3) in [0, 1], enlarged by whole pixels to about a tile's height."""
    scale = max(1, round(TILE / len(rgb)))
    return np.asarray((np.clip(rgb, 0, 1) * 255 + 0.5).astype(np.uint8).repeat(scale, 0).repeat(scale, 1))


def _on_white(premultiplied: Floats) -> Floats:
    return np.asarray(premultiplied[..., :3] + 1 - premultiplied[..., 3:], np.float32)


def _shown(premultiplied: Floats) -> NDArray[np.uint8]:
    return _large(_on_white(premultiplied))


def _heated(drawn: Floats, heat: Floats) -> NDArray[np.uint8]:
    """The picture in grey under its heat."""
    grey = _on_white(drawn) @ np.asarray([0.299, 0.587, 0.114], np.float32)
    stops = [at for at, _ in COLD_HOT]
    colour = np.stack([np.interp(heat, stops, [rgb[k] / 255 for _, rgb in COLD_HOT]) for k in range(3)], -1)
    return _large((0.35 + 0.65 * grey[..., None]) * colour.astype(np.float32))


def _changed(drawn: Floats, other: Floats) -> NDArray[np.uint8]:
    """The other picture, and below it in black how far each pixel moved."""
    differs = np.abs(drawn - other).max(axis=-1, keepdims=True)
    below = 1 - np.clip(differs * 1.5, 0, 1).repeat(3, -1)
    gap = np.ones((1, drawn.shape[1], 3), np.float32)
    scale_down = np.concatenate([_on_white(other), gap, below.astype(np.float32)])
    scale = max(1, round(TILE / len(drawn)))
    return np.asarray((scale_down * 255 + 0.5).astype(np.uint8).repeat(scale, 0).repeat(scale, 1))


def _boxed(picture: NDArray[np.uint8], told: Mapping[str, Any]) -> NDArray[np.uint8]:
    """A tile with the boxes of its things."""
    out = picture.copy()
    high, wide = out.shape[:2]
    for _, (x, y, width, height) in boxes_of(told):
        left, top = max(0, round(x * wide)), max(0, round(y * high))
        right, bottom = min(wide, round((x + width) * wide)) - 1, min(high, round((y + height) * high)) - 1
        if right > left and bottom > top:
            out[[top, top + 1, bottom - 1, bottom], left : right + 1] = FRAME
            for column in (left, left + 1, right - 1, right):
                out[top : bottom + 1, column] = FRAME
    return out
