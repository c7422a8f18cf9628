"""Enlarging a picture: squares stay squares, what a net has learnt to enlarge is left to it, the rest is Lanczos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..media.picture import Picture

    Floats = NDArray[np.float32]

TIMES = (2, 4)
FEW = 64  # colours at most, of what is taken for pixel art
SMALL = 256  # pixels of its longer side at most


def upscaled(
    picture: Picture, times: int, learnt: Callable[[Floats], Floats] | None = None, largest: int = 64
) -> tuple[Picture, str]:
    """The picture `times` as large, and in words how. `learnt` doubles (h, w, 4), premultiplied, up to `largest`.

    Raises UsageError for another number than 2 or 4, and where the result would not fit the memory.
    """
    import numpy as np

    from ..media.picture import floats, from_floats, premultiplied, resized, straight
    from ..media.picture_size import fits

    if times not in TIMES:
        raise UsageError(f"a picture is not enlarged {times} times", mend="choose 2 or 4")
    width, height = picture.size
    fits(width * times, height * times, 64)
    if is_pixel_art(picture):
        return replace(picture, pixels=_squares(picture.pixels, times), layers=(), said=()), "squares stay squares"
    values, left = premultiplied(floats(picture)), times
    while learnt is not None and left > 1 and min(values.shape[:2]) <= largest:
        values, left = learnt(values), left // 2
    how = "Lanczos" if left == times else "the learnt enlarger" + (", then Lanczos" if left > 1 else "")
    if left > 1:
        values = np.clip(resized(values, values.shape[1] * left, values.shape[0] * left), 0, 1)
    return from_floats(straight(np.clip(values, 0, 1)), like=picture), how


def is_pixel_art(picture: Picture) -> bool:
    """True for a small picture of few colours in which every pixel is either there or not."""
    import numpy as np

    if max(picture.size) > SMALL or picture.depth != 8:
        return False
    alpha = picture.pixels[..., 3]
    if not np.isin(alpha, (0, 255)).all():
        return False
    return len(np.unique(picture.pixels[alpha > 0], axis=0)) <= FEW


def _squares(pixels: Any, times: int) -> Any:
    import numpy as np

    return np.repeat(np.repeat(pixels, times, 0), times, 1)
