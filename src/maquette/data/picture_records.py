"""Pictures in a folder as items of a dataset: each a file with its licence from items.jsonl or licence.toml.

A folder holds pictures where it has more of them than drawings or tunes. Opening one reads its head only; the pixels
come with `pixels`, brought to the side that is asked for: larger pictures are made smaller and others are never
enlarged, and each is laid in the middle of an empty square.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import DataError, MediaError
from . import picture_sets

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..media.picture import Picture
    from .dataset import Item

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".avif")


def is_picture(path: Path | None) -> bool:
    """True for a file that a folder of pictures is made of."""
    return path is not None and path.suffix.lower() in PICTURES


def checked(path: Path) -> bytes:
    """The bytes of a picture whose head can be read. MediaError if it is none, or stands for too many pixels."""
    import io

    from PIL import Image

    data = path.read_bytes()
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.verify()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError(f"this picture cannot be read: {error}", where=str(path)) from error
    return data


def pixels(
    items: Sequence[Item], side: int, *, on_item: Callable[[int], Any] = lambda number: None
) -> tuple[NDArray[np.uint8], dict[str, int]]:
    """All pictures as premultiplied uint8 (n, side, side, 4), and what was done to how many of them.

    The second is {"made smaller": 12, "smaller than 64 px, left as they are": 3, "not square, margins left empty": 4}.
    Raises DataError for an item that is no picture, MediaError for a file that cannot be read any more.
    """
    import numpy as np

    from ..media.picture import floats, premultiplied, resized

    told = {
        "made smaller": 0,
        f"smaller than {side} px, left as they are": 0,
        "not square, margins left empty": 0,
    }
    small, left, square = told
    out = np.zeros((len(items), side, side, 4), dtype=np.uint8)
    for number, item in enumerate(items):
        picture = premultiplied(floats(_read(item)))
        h, w = picture.shape[:2]
        told[square] += h != w
        if max(h, w) > side:
            told[small] += 1
            h, w = (max(1, round(one * side / max(h, w))) for one in (h, w))
            picture = resized(picture, w, h)
        elif max(h, w) < side:
            told[left] += 1
        top, start = (side - h) // 2, (side - w) // 2
        values = np.clip(picture, 0, 1)
        values[..., :3] = np.minimum(values[..., :3], values[..., 3:])  # Lanczos overshoots
        out[number, top : top + h, start : start + w] = np.round(values * 255)
        on_item(number)
    return out, {name: count for name, count in told.items() if count}


def straight(item: Item) -> NDArray[np.uint8]:
    """One picture (h, w, 4), straight alpha, as large as it is. Errors as of `pixels`."""
    import numpy as np

    picture = _read(item)
    return picture.pixels if picture.depth == 8 else np.asarray(picture.pixels >> 8, np.uint8)


@lru_cache(maxsize=8)
def _store_of(path: Path, changed: int) -> Path | None:
    return picture_sets.store_if_any(path)


def _read(item: Item) -> Picture:
    """The picture of an item: of its file, or of the store beside its record."""
    from ..media.picture_file import from_bytes, read

    if item.stored is not None:
        store = _store_of(item.stored[0], item.stored[0].parent.stat().st_mtime_ns)
        if store is None:
            mend = "put the .npz with its pictures beside the record file"
            raise DataError("the pictures of this record file are missing", where=str(item.stored[0]), mend=mend)
        return from_bytes(picture_sets.encoded(store, item.stored[1]), where=item.id)
    if item.file is None or not is_picture(item.file):
        raise DataError("this item is no picture", where=item.id, mend=f"give files of {', '.join(PICTURES)}")
    return read(item.file)
