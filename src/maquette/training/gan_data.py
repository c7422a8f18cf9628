"""A painter's own pictures, dealt out to a generator and its critic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..core.errors import DataError
from ..core.progress import OnProgress, Progress
from ..data.dataset import Dataset
from ..data.picture_records import pixels

LEAST, MOST = 20, 4000  # pictures of a training


@dataclass(frozen=True)
class Pictures:
    """`shown` uint8 (n, side, side, 4), premultiplied; `told` what was done to bring them to one size."""

    shown: NDArray[np.uint8]
    told: dict[str, int]

    def batch(self, step: int, count: int, seed: int, *, mirrored: bool) -> Tensor:
        """The real pictures of a step: a function of its number, so that a run can be resumed anywhere.

        (count, 4, side, side) in -1 to 1; each second one mirrored where that was asked for.
        """
        dice = np.random.default_rng((seed, 1, step))
        chosen = self.shown[dice.integers(0, len(self.shown), count)]
        if mirrored:
            turned = dice.random(count) < 0.5
            chosen[turned] = chosen[turned, :, ::-1]
        return torch.from_numpy(chosen.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1)

    def floats(self) -> NDArray[np.float32]:
        """(n, side, side, 4) in 0..1, as `media.picture_measure` takes them."""
        return self.shown.astype(np.float32) / np.float32(255)

    def halves(self, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Two halves by chance: as far apart as pictures of one hand are."""
        order = np.random.default_rng((seed, 2)).permutation(len(self.shown))
        middle = len(order) // 2
        both = self.floats()
        return both[order[:middle]], both[order[middle:]]


def opened(dataset: Dataset, side: int, on_progress: OnProgress) -> Pictures:
    """The pictures of a dataset, read and brought to `side` px. DataError for too few or too many."""
    count = len(dataset.items)
    if not LEAST <= count <= MOST:
        mend = f"give {LEAST} to {MOST}; some hundred of one kind and hand are best"
        raise DataError(f"{count} pictures cannot be learnt from this way", where=str(dataset.path), mend=mend)
    shown, told = pixels(dataset.items, side, on_item=lambda n: on_progress(Progress(n + 1, count, "reading pictures")))
    return Pictures(shown, told)
