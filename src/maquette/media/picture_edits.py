"""What a hand did to a picture, in a line for people; and whether two pictures are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .picture import Picture, floats, premultiplied

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

LITTLE = 0.75 / 255  # less than this is rounding
CLEAR = 16 / 255  # more than this is seen; between the two lies what a lossy file does to every pixel
BLOCK = 8  # pixels: the squares in which JPEG loses
_COLUMNS, _ROWS = ("left", "middle", "right"), ("upper", "middle", "lower")


def same(one: Picture, other: Picture) -> bool:
    """True if two pictures are alike to the last bit: pixels, profile and layers; titles aside."""
    import numpy as np

    if one.profile != other.profile or len(one.layers) != len(other.layers):
        return False
    pairs: list[tuple[Any, Any]] = [(one, other), *zip(one.layers, other.layers, strict=True)]
    facts = [[(a.name, a.x, a.y, a.opacity, a.visible, a.mode) for a in picture.layers] for picture in (one, other)]
    return facts[0] == facts[1] and all(
        a.pixels.dtype == b.pixels.dtype and np.array_equal(a.pixels, b.pixels) for a, b in pairs
    )


def told(before: Picture, after: Picture) -> str:
    """E.g. "12.4% of the pixels changed, in the upper left (20, 30 to 180, 120)"; "the pixels unchanged"."""
    if before.size != after.size:
        lines = ["{} x {} pixels became {} x {}".format(*before.size, *after.size)]
    else:
        lines = _changes(before, after)
    if before.depth != after.depth:
        lines.append(f"{before.depth} bits became {after.depth}")
    if before.profile != after.profile:
        lines.append("its colour profile changed")
    if before.opaque != after.opaque:
        lines.append("transparency added" if before.opaque else "transparency removed")
    lines += _of_layers(before, after)
    return ", ".join(lines) or "the pixels unchanged"


def _changes(before: Picture, after: Picture) -> list[str]:
    import numpy as np

    distance = np.zeros(before.pixels.shape[:2], np.float32)
    band = max(1, (1 << 20) // before.size[0])
    for top in range(0, len(distance), band):
        rows = slice(top, top + band)
        old, new = (premultiplied(floats(Picture(picture.pixels[rows]))) for picture in (before, after))
        distance[rows] = np.abs(old - new).max(axis=2)
    changed = distance > LITTLE
    if not changed.any():
        return []
    blocks = _blocks(distance * changed)
    usual = float(np.median(blocks[blocks > 0]))
    stands_out: NDArray[np.bool_] = (
        _massed(blocks > max(CLEAR / 2, 5 * usual)).repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)
    )
    high, wide = before.pixels.shape[:2]
    clear = stands_out[:high, :wide] & (distance > CLEAR / 2)
    rest = changed & ~clear
    little = f"by {float(distance[rest].mean()) * 255:.1f} of 255, as loss in a file does" if rest.any() else ""
    # A file that was saved with loss differs a little all over: what the hand did stands out of that.
    if clear.any() and rest.mean() > max(0.05, 3 * clear.mean()):
        told = f"{_percent(clear.mean())} of the pixels changed clearly, {_where(clear)}"
        return [told, f"{_percent(rest.mean())} a little ({little})"]
    if not clear.any() and usual < 4 / 255 and changed.mean() > 0.2:
        return [f"{_percent(changed.mean())} of the pixels changed a little ({little})"]
    return [f"{_percent(changed.mean())} of the pixels changed, {_where(changed)}"]


def _blocks(distance: Floats) -> Floats:
    """The mean of every block of BLOCK x BLOCK pixels, those at the edges too."""
    import numpy as np

    height, width = distance.shape
    padded = np.pad(distance, ((0, -height % BLOCK), (0, -width % BLOCK)), mode="edge")
    high, wide = padded.shape[0] // BLOCK, padded.shape[1] // BLOCK
    return np.asarray(padded.reshape(high, BLOCK, wide, BLOCK).mean(axis=(1, 3)), np.float32)


def _massed(found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Blocks with three or more neighbours of their kind, and those beside them; all where no block has so many."""
    import numpy as np

    def around(blocks: NDArray[np.bool_]) -> Any:
        padded = np.pad(blocks.astype(np.int64), 1)
        high, wide = blocks.shape
        return sum(padded[y : y + high, x : x + wide] for y in range(3) for x in range(3)) - blocks

    core = found & (around(found) >= 3)
    return found & (core | (around(core) > 0)) if core.any() else found


def _percent(share: Any) -> str:
    value = float(share) * 100
    return f"{value:.0f}%" if value >= 10 else f"{value:.1f}%" if value >= 0.1 else "fewer than 0.1%"


def _where(changed: NDArray[np.bool_]) -> str:
    """In which part of the picture, and the box of it: (left, top to right, bottom)."""
    import numpy as np

    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    top, bottom, left, right = (int(n) for n in (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1))
    height, width = changed.shape
    if (bottom - top) * (right - left) > 0.5 * height * width:
        return "all over"
    row = _ROWS[min(2, int(3 * (top + bottom) / 2 / height))]
    column = _COLUMNS[min(2, int(3 * (left + right) / 2 / width))]
    place = "middle" if row == column == "middle" else f"{row} {column}"
    return f"in the {place} ({left}, {top} to {right}, {bottom})"


def _of_layers(before: Picture, after: Picture) -> list[str]:
    old, new = len(before.layers), len(after.layers)
    if old == new:
        return []
    more = abs(new - old)
    return [f"{more} layer{'s' if more > 1 else ''} {'added' if new > old else 'removed'}"]
