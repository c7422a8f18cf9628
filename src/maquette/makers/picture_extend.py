"""Extend: a picture made larger on any side, what is new painted from the patches of what is there.

The new strips are a mask of `picture_fill`, in a frame that is larger than the picture; what was there stays untouched
to the bit, but for a rim of a few pixels where it grows: the outermost pixels of a photograph or a scan are often
darker, and would stay as a line. Patches can only repeat what the picture shows: skies, water, walls, foliage and
ground go on well; half a face does not become a whole one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import UsageError
from ..core.progress import OnProgress, silent
from ..core.seeds import candidate_seed
from ..media.picture import Picture, floats, from_floats, premultiplied, straight
from .picture_fill import filled

if TYPE_CHECKING:
    from numpy.typing import NDArray

UPRIGHT = 4.0  # how strongly patches keep their height: the horizon goes on where it was
RIM = 120  # the rim that is painted anew has one pixel for so many of the picture's shorter side
SIDES = ("left", "right", "top", "bottom")


@dataclass(frozen=True)
class Margins:
    """Pixels to add on each side."""

    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0

    def __post_init__(self) -> None:
        wrong = [side for side in SIDES if getattr(self, side) < 0]
        if wrong:
            raise UsageError(f"{wrong[0]}={getattr(self, wrong[0])} would cut the picture", mend="give pixels to add")
        if not any(getattr(self, side) for side in SIDES):
            raise UsageError("nothing says where the picture is to grow", mend="left=256, or top=64 bottom=64, say")


def rim_of(picture: Picture) -> int:
    """Pixels of the picture's own rim that are painted anew where nothing else is said."""
    return round(min(picture.size) / RIM)


def extend(
    picture: Picture,
    margins: Margins,
    *,
    rim: int | None = None,
    seed: int = 0,
    on_progress: OnProgress = silent,
) -> Picture:
    """The picture with `margins` painted around it. Another seed is another idea.

    rim: pixels of the picture's own that are painted anew along the sides where it grows, else `rim_of` it; 0 leaves
    every pixel as it was. Raises UsageError for a picture that is too small to take patches from.
    """
    rim = rim_of(picture) if rim is None else rim
    ends = [(margins.top, margins.bottom), (margins.left, margins.right)]
    values = np.pad(premultiplied(floats(picture)), [*ends, (0, 0)])
    start, stop = ([end[side] + (rim if end[side] else 0) for end in ends] for side in (0, 1))
    hole: NDArray[np.bool_] = np.ones(values.shape[:2], bool)
    hole[start[0] : len(hole) - stop[0], start[1] : hole.shape[1] - stop[1]] = False
    dice = np.random.default_rng(candidate_seed(seed, 0))
    painted = filled(values, hole, dice=dice, upright=UPRIGHT, on_progress=on_progress)
    pixels = np.array(from_floats(straight(painted), like=picture).pixels)
    old = np.pad(picture.pixels, [*ends, (0, 0)])
    pixels[~hole] = old[~hole]
    return Picture(pixels, title=picture.title, profile=picture.profile)
