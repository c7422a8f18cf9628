"""The nearest of many pictures: small prints of what a model learnt from, and how near a made picture comes to one.

A print is the picture at 16 x 16 px, premultiplied. Near is measured as the root of the mean squared difference, and
called a copy where it is nearer than all but one in a hundred of the known pictures lie to each other.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError

Floats = NDArray[np.float32]

SIDE = 16
FORMAT = "pictures.v1"


@dataclass(frozen=True)
class Near:
    """`ids` and `prints` uint8 (n, 16, 16, 4) of known pictures; `bar`: what is nearer than this is called a copy."""

    ids: tuple[str, ...]
    prints: NDArray[np.uint8]
    bar: float

    @classmethod
    def of(cls, ids: Sequence[str], pictures: Floats) -> Near:
        """Prints of pictures (n, h, w, 4), premultiplied, 0..1."""
        prints = np.round(small(pictures) * 255).astype(np.uint8)
        apart = _apart(prints, prints)
        np.fill_diagonal(apart, np.inf)
        bar = float(np.quantile(apart.min(axis=1), 0.01)) if len(prints) > 1 else 0.0
        return cls(tuple(ids), prints, bar)

    def save(self, path: Path) -> None:
        """Write an .npz, whole or not at all."""
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        with open(part, "wb") as file:
            np.savez_compressed(
                file, format=np.array(FORMAT), ids=np.array(self.ids), prints=self.prints, bar=np.array(self.bar)
            )
        os.replace(part, path)

    @classmethod
    def load(cls, path: Path) -> Near:
        """What `save` wrote. MediaError for anything else."""
        import zipfile

        try:
            with np.load(path, allow_pickle=False) as file:
                if str(file["format"]) != FORMAT:
                    raise ValueError(f"format {file['format']}")
                return cls(tuple(map(str, file["ids"])), file["prints"], float(file["bar"]))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise MediaError(f"these are no prints of pictures: {error}", where=str(path)) from error

    def nearest(self, pictures: Floats) -> list[tuple[str, float]]:
        """For each picture the id of the nearest known one and how far it is (0: the same, 0.1: alike)."""
        apart = _apart(np.round(small(pictures) * 255).astype(np.uint8), self.prints)
        return [(self.ids[k], float(row[k])) for row, k in zip(apart, apart.argmin(axis=1), strict=True)]

    def copies(self, pictures: Floats) -> float:
        """The share of pictures that are nearer to a known one than the bar."""
        return float(np.mean([distance < self.bar for _, distance in self.nearest(pictures)]))


def small(pictures: Floats) -> Floats:
    """Pictures (n, h, w, c) at 16 x 16 px: the mean of each field. Sides that 16 does not divide lose their rest."""
    n, h, w, c = pictures.shape
    fields = pictures[:, : h // SIDE * SIDE, : w // SIDE * SIDE]
    return np.asarray(fields.reshape(n, SIDE, h // SIDE, SIDE, w // SIDE, c).mean(axis=(2, 4)), dtype=np.float32)


def _apart(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> Floats:
    """Root mean squared differences (n, m) in 0..1."""
    a, b = (one.reshape(len(one), -1).astype(np.float32) / 255 for one in (ours, theirs))
    squares = np.square(a).sum(1)[:, None] + np.square(b).sum(1)[None] - 2 * a @ b.T
    return np.asarray(np.sqrt(np.maximum(squares, 0) / a.shape[1]), dtype=np.float32)
