"""The frame of a picture: sizes that a net can work at, and pictures laid into them without a pixel lost.

A net works on whole cells of 8 or 16 pixels. A size between is worked at the next larger one, the edge pixels repeated
outwards, and cut back at the end; outside a mask the finished picture is the given one, bit for bit.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import UsageError

if TYPE_CHECKING:
    from ...media.picture import Picture

SMALLEST = 64  # pixels


@dataclass(frozen=True)
class Frame:
    """Width and height as asked, the `whole` size that the net works at, and what lies in the frame."""

    width: int
    height: int
    whole: tuple[int, int]
    init: Any = None  # PIL, of the whole size
    mask: Any = None
    given: Picture | None = None
    chosen: Any = None  # (h, w) in 0..1, where the mask is
    said: tuple[str, ...] = ()

    def beside(self, picture: Picture, what: str) -> Any:
        """Another picture for the same frame as PIL. UsageError if it is of another size."""
        if picture.size != (self.width, self.height):
            raise UsageError(
                f"{what} is {picture.size[0]} x {picture.size[1]} pixels, the frame {self.width} x {self.height}",
                mend=f"bring it to {self.width} x {self.height} first, or ask for its size",
            )
        return _padded(as_image(picture), self.whole)

    def finished(self, pixels: Any) -> Picture:
        """The net's (h, w, 3) in 0..1 as a picture; outside the mask the given one stays as it was."""
        import numpy as np

        from ...media.picture import floats, from_floats

        made = np.asarray(pixels, np.float32)[: self.height, : self.width]
        if self.given is None or self.chosen is None:
            return from_floats(made)
        before = floats(self.given)
        share = self.chosen[..., None]
        opaque = np.concatenate([made, np.ones_like(share)], axis=2)
        mixed = from_floats(before * (1 - share) + opaque * share, like=self.given)
        pixels = np.where(share > 0, mixed.pixels, self.given.pixels)
        return dataclasses.replace(mixed, pixels=pixels)


def frame_of(
    init: Picture | None, mask: Picture | None, width: int | None, height: int | None, side: int, multiple: int
) -> Frame:
    """The frame of a request; a picture to start from gives the size where none is asked. `multiple`: pixels of a cell.

    Raises UsageError for a mask without a picture, sizes that disagree, and frames that are too small.
    """
    if init is None:
        if mask is not None:
            raise UsageError("a mask needs the picture that it lies on", mend="give the picture too")
        wide, high = width or side, height or side
        return Frame(wide, high, _whole(wide, high, multiple))
    asked = (width or init.size[0], height or init.size[1])
    if asked != init.size:
        raise UsageError(
            f"the picture is {init.size[0]} x {init.size[1]} pixels, and {asked[0]} x {asked[1]} are asked for",
            mend="leave the size out, or resize the picture first",
        )
    whole = _whole(*asked, multiple)
    said = () if init.opaque else ("what was transparent was seen on white by the model",)
    if mask is None:
        return Frame(*asked, whole, _padded(as_image(init), whole), said=said)
    from ...media.picture import mask_of

    chosen = mask_of(mask, init.size)
    return Frame(*asked, whole, _padded(as_image(init), whole), _padded(_gray(chosen), whole), init, chosen, said)


def as_image(picture: Picture) -> Any:
    """A picture as PIL in RGB; what is transparent is seen on white."""
    import numpy as np
    from PIL import Image

    from ...media.picture import floats

    rgba = floats(picture)
    seen = rgba[..., :3] * rgba[..., 3:] + (1 - rgba[..., 3:])
    return Image.fromarray((seen * 255 + 0.5).astype(np.uint8), "RGB")


def default_side(home: Path, cell: int) -> int:
    """The side of the pictures that a model was made for, in pixels, from the settings of its net."""
    for part in ("unet", "transformer"):
        path = home / part / "config.json"
        if path.is_file():
            told = json.loads(path.read_text(encoding="utf-8"))
            size = told.get("sample_size")
            if isinstance(size, int):
                return size * cell
            return 1024 if part == "transformer" and "axes_dims_rope" in told else 512
    return 512


def _whole(width: int, height: int, multiple: int) -> tuple[int, int]:
    if min(width, height) < SMALLEST:
        raise UsageError(
            f"{width} x {height} is too small for a large model", mend=f"give at least {SMALLEST} pixels a side"
        )
    return -(-width // multiple) * multiple, -(-height // multiple) * multiple


def _gray(values: Any) -> Any:
    import numpy as np
    from PIL import Image

    return Image.fromarray((values * 255 + 0.5).astype(np.uint8), "L")


def _padded(image: Any, size: tuple[int, int]) -> Any:
    """The image with its last column and row repeated up to `size`."""
    import numpy as np
    from PIL import Image

    if image.size == size:
        return image
    pixels = np.asarray(image)
    more = [(0, size[1] - image.size[1]), (0, size[0] - image.size[0])] + [(0, 0)] * (pixels.ndim - 2)
    return Image.fromarray(np.pad(pixels, more, mode="edge"))
