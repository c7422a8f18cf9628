"""Tile sets that know their neighbours, from one texture: the 3 x 3 of a plain block, or all 47 of an autotile.

Where two equal cells meet the texture runs on; where a cell ends it has a rounded, darker rim. A cell's neighbours are
told in 8 bits, with the clock from the top (top, top right, right ...), a corner only where both its sides are there:
the "blob" of 47 tiles, which Godot (match corners and sides) and Tiled (mixed wang sets) lay by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..core.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..media.picture import Picture

    Bools = NDArray[np.bool_]

STEPS = ((0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1))  # (x, y) of the neighbours, in order
SMALLEST, LARGEST = 8, 256
DARKER = 0.58  # of the rim, beside the texture


def neighbours(mask: int) -> set[tuple[int, int]]:
    """The places around a cell, and its own, at which the terrain is."""
    return {(0, 0)} | {step for bit, step in enumerate(STEPS) if mask >> bit & 1}


def reduced(mask: int) -> int:
    """A mask without the corners that do not count, since one of their sides is open."""
    for corner in (1, 3, 5, 7):
        sides = (1 << (corner - 1)) | (1 << ((corner + 1) % 8))
        if mask & sides != sides:
            mask &= ~(1 << corner)
    return mask


BLOB: tuple[int, ...] = tuple(sorted({reduced(mask) for mask in range(256)}))  # 47 of them
# The nine tiles of a block, row by row: each has the neighbours that lie within 3 x 3.
BLOCK: tuple[int, ...] = tuple(
    sum(1 << bit for bit, (x, y) in enumerate(STEPS) if 0 <= column + x <= 2 and 0 <= row + y <= 2)
    for row in range(3)
    for column in range(3)
)


def tiles(
    texture: Picture, size: int, masks: Iterable[int] = BLOB, *, rim: int = -1, round_: int = -1
) -> list[Picture]:
    """One tile of `size` pixels for each mask. `texture` is scaled to nothing: it must be `size` or larger, and its
    left upper part is taken, so give one that tiles at this size.

    rim, round_: pixels of the darker edge and of the corners' radius; -1 for what suits the size.
    """
    import numpy as np

    from ..media.picture import Picture

    if not SMALLEST <= size <= LARGEST:
        raise UsageError(f"a tile of {size} pixels cannot be", mend=f"choose {SMALLEST} to {LARGEST}")
    if min(texture.size) < size:
        wide, high = texture.size
        raise UsageError(f"the texture is {wide} x {high} pixels, a tile {size}", mend="choose a smaller --tile-size")
    if texture.depth != 8:
        raise UsageError("tiles have 8 bits a channel", mend="convert the texture first: maquette picture convert")
    rim = max(1, size // 16) if rim < 0 else rim
    round_ = max(2, size // 5) if round_ < 0 else round_
    ground = texture.pixels[:size, :size]
    out = []
    for mask in masks:
        inside, edge = shape_of(mask, size, rim, round_)
        pixels = ground.copy()
        pixels[edge, :3] = (pixels[edge, :3] * DARKER).astype(np.uint8)
        pixels[~inside] = 0
        out.append(Picture(pixels))
    return out


def shape_of(mask: int, size: int, rim: int, round_: int) -> tuple[Bools, Bools]:
    """(size, size): where a tile is filled, and where its rim runs: the terrain opened with a disc (Serra 1982)."""
    import numpy as np

    there = neighbours(mask)
    field = np.zeros((5, 5), bool)
    for x in range(-2, 3):
        for y in range(-2, 3):
            # What lies two cells away is taken to go on as what lies between.
            near = (max(-1, min(1, x)), max(-1, min(1, y)))
            field[y + 2, x + 2] = near in there
    big = np.kron(field, np.ones((size, size), bool))
    pad = round_ + rim + 2
    low, high = 2 * size - pad, 3 * size + pad
    part = big[low:high, low:high]
    opened = ~_far(~_far(part, round_), round_) if round_ else part
    filled = opened & part
    edge = filled & ~_far(filled, rim)
    middle = slice(pad, pad + size)
    return filled[middle, middle], edge[middle, middle]


def _far(shape: Bools, radius: int) -> Bools:
    """Where every pixel within the radius belongs to the shape (erosion by a disc); beyond the frame it goes on."""
    import numpy as np

    out = shape.copy()
    padded = np.pad(shape, radius, mode="edge")
    high, wide = shape.shape
    for y in range(-radius, radius + 1):
        for x in range(-radius, radius + 1):
            if 0 < x * x + y * y <= (radius + 0.3) ** 2:
                out &= padded[radius + y : radius + y + high, radius + x : radius + x + wide]
    return out


def laid(masks: Sequence[int], plan: Sequence[str]) -> list[list[int]]:
    """The number of the tile for every "#" of a plan; -1 for what is open. Rows of equal length."""
    index = {mask: number for number, mask in enumerate(masks)}
    solid = {(x, y) for y, row in enumerate(plan) for x, char in enumerate(row) if char == "#"}

    def number(x: int, y: int) -> int:
        if (x, y) not in solid:
            return -1
        mask = reduced(sum(1 << bit for bit, (a, b) in enumerate(STEPS) if (x + a, y + b) in solid))
        return index.get(mask, index.get(255, 0))

    return [[number(x, y) for x in range(len(plan[0]))] for y in range(len(plan))]


SHOWN = ("............", ".####...##..", ".#####.####.", ".####..####.", "..###...##..", "..######....", ".....####.#.",
    ".....####...", "............")  # fmt: skip
SHOWN_BLOCK = (".....", ".###.", ".###.", ".###.", ".....")
