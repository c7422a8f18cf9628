"""Prints of small pictures, and how near two of them are.

A print is 12 x 12 cells of luma and alpha and 4 x 4 of two colour differences, one byte each, of the premultiplied
picture. Two prints are compared at nine displacements of one cell (about five of 64 pixels); the difference counts
where either picture has something, so that small things are not alike for the emptiness around them.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..core.errors import CheckpointError
from . import pixels as px
from .pixels import Floats

CELLS, COLOURS = 12, 4
LENGTH = 2 * CELLS**2 + 2 * COLOURS**2
FORMAT = "small.v1"
FIELDS = ("id", "title", "author", "licence", "set", "style")
BAR = 0.095  # below it two pictures are near copies: 1 % of held-out pictures come so near to another hand's work
SHORTLIST = 48


@dataclass(frozen=True)
class NearPicture:
    """A work that a picture is near to: whose it is, and how far (0: the same print, 0.1: hardly told apart)."""

    id: str
    title: str
    author: str
    licence: str
    set: str
    style: str
    distance: float


class PictureIndex:
    """Prints (n, 320) uint8 of known pictures, and a row of FIELDS for each; `bar` tells copies."""

    def __init__(self, prints: NDArray[np.uint8], rows: Sequence[Sequence[str]], bar: float = BAR) -> None:
        self.prints, self.rows, self.bar = prints, [tuple(row) for row in rows], bar

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def build(
        cls, rows: Iterable[Mapping[str, str]], pictures: Iterable[NDArray[np.uint8]], bar: float = BAR
    ) -> PictureIndex:
        """Of pictures (h, w, 4), straight RGBA 0..255, and what is known of each (FIELDS)."""
        prints = [print_of(px.coded(picture)) for picture in pictures]
        told = [[str(row.get(name, "")) for name in FIELDS] for row in rows]
        return cls(np.stack(prints) if prints else np.zeros((0, LENGTH), np.uint8), told, bar)

    def save(self, path: Path) -> None:
        """Write an .npz, whole or not at all."""
        columns = {name: np.array([row[k] for row in self.rows]) for k, name in enumerate(FIELDS)}
        # Authors, licences, sets and styles repeat: each is kept once, and a row names it by number.
        packed: dict[str, NDArray[np.generic]] = {}
        for name in FIELDS:
            values, numbers = np.unique(columns[name], return_inverse=True) if len(self.rows) else (columns[name], [])
            packed[name] = values
            packed[f"{name}.row"] = np.asarray(numbers, np.uint32)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        with open(part, "wb") as file:
            np.savez_compressed(file, format=np.array(FORMAT), prints=self.prints, bar=np.array(self.bar), **packed)  # type: ignore[arg-type]
        os.replace(part, path)

    @classmethod
    def load(cls, path: Path) -> PictureIndex:
        """What `save` wrote. CheckpointError for anything else."""
        try:
            with np.load(path, allow_pickle=False) as file:
                if str(file["format"]) != FORMAT:
                    raise ValueError(f"format {file['format']}")
                columns = [file[name][file[f"{name}.row"]] for name in FIELDS]
                rows = list(zip(*([str(v) for v in column] for column in columns), strict=True))
                return cls(np.asarray(file["prints"], np.uint8), rows, float(file["bar"]))
        except (OSError, ValueError, KeyError, EOFError, IndexError, zipfile.BadZipFile) as error:
            wrong = f"these are no prints of small pictures: {error}"
            raise CheckpointError(wrong, where=str(path), mend="copy the checkpoint again") from error

    def nearest(self, picture: Floats, most: int = 5) -> list[NearPicture]:
        """The nearest known pictures to a premultiplied one (h, w, 4) in [0, 1], nearest first."""
        if not len(self):
            return []
        own = print_of(picture)
        rough = np.square(self.prints.astype(np.int32) - own.astype(np.int32)).sum(axis=1)
        short = np.argsort(rough, kind="stable")[:SHORTLIST]
        apart = distances(own, self.prints[short])
        order = np.argsort(apart, kind="stable")[:most]
        return [
            NearPicture(*self.rows[int(short[i])], round(float(apart[i]), 4))  # type: ignore[call-arg,arg-type]
            for i in order
        ]


def near_pairs(pictures: Sequence[NDArray[np.uint8]], bar: float = BAR) -> list[tuple[int, int, float]]:
    """(number, number, distance) of pictures (h, w, 4), straight RGBA, that are nearly the same; the nearest first."""
    prints = [print_of(px.coded(picture)) for picture in pictures]
    every = np.stack(prints) if prints else np.zeros((0, LENGTH), np.uint8)
    found = []
    for number, own in enumerate(every[:-1]):
        rough = np.square(every[number + 1 :].astype(np.int32) - own.astype(np.int32)).sum(axis=1)
        short = number + 1 + np.argsort(rough, kind="stable")[:SHORTLIST]
        apart = distances(own, every[short])
        found += [(number, int(n), round(float(d), 4)) for n, d in zip(short, apart, strict=True) if d < bar]
    return sorted(found, key=lambda one: one[2])


def print_of(picture: Floats) -> NDArray[np.uint8]:
    """(320,) of a premultiplied picture (h, w, 4) in [0, 1]."""
    fine, coarse = _cells(picture, CELLS), _cells(picture, COLOURS)
    luma = fine[..., :3] @ np.asarray([0.299, 0.587, 0.114], np.float32)
    grey = coarse[..., :3] @ np.asarray([0.299, 0.587, 0.114], np.float32)
    blue, red = (coarse[..., 2] - grey) / 1.772 + 0.5, (coarse[..., 0] - grey) / 1.402 + 0.5
    every = np.concatenate([part.ravel() for part in (luma, fine[..., 3], blue, red)])
    return np.asarray(np.clip(every * 255 + 0.5, 0, 255), dtype=np.uint8)


def _cells(picture: Floats, count: int) -> Floats:
    """Means of count x count fields of a picture of any size."""
    rows = px.reach(count, picture.shape[0], 0, count)
    columns = px.reach(count, picture.shape[1], 0, count)
    high = (rows @ picture.reshape(len(picture), -1)).reshape(count, -1, 4)
    return np.asarray(columns @ high, dtype=np.float32)


def seen_of(print_: NDArray[np.uint8]) -> Floats:
    """What a print (320,) keeps of its picture: (12, 12, 4), premultiplied, in [0, 1]."""
    values, fine = print_.astype(np.float32) / 255, CELLS**2
    luma, alpha = values[:fine].reshape(CELLS, CELLS), values[fine : 2 * fine].reshape(CELLS, CELLS)
    coarse = values[2 * fine :].reshape(2, COLOURS, COLOURS) - 0.5
    blue, red = np.repeat(np.repeat(coarse, CELLS // COLOURS, 1), CELLS // COLOURS, 2)
    green = luma - (0.299 * 1.402 * red + 0.114 * 1.772 * blue) / 0.587
    rgb = np.stack([luma + 1.402 * red, green, luma + 1.772 * blue], -1)
    return np.concatenate([np.clip(rgb, 0, alpha[..., None]), alpha[..., None]], -1).astype(np.float32)


def distances(one: NDArray[np.uint8], others: NDArray[np.uint8]) -> Floats:
    """(n,) between a print (320,) and others (n, 320): the least of nine displacements."""
    n = len(others)
    fine = CELLS**2
    a = one.astype(np.float32) / 255
    b = others.astype(np.float32) / 255
    mine = np.stack([a[:fine].reshape(CELLS, CELLS), a[fine : 2 * fine].reshape(CELLS, CELLS)])
    theirs = np.stack([b[:, :fine].reshape(n, CELLS, CELLS), b[:, fine : 2 * fine].reshape(n, CELLS, CELLS)], 1)
    colour = np.square(a[2 * fine :] - b[:, 2 * fine :]).mean(axis=1) * 4
    best = np.full(n, np.inf, np.float32)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            moved = np.zeros_like(mine)
            source = mine[:, max(0, -down) : CELLS - max(0, down), max(0, -right) : CELLS - max(0, right)]
            moved[:, max(0, down) : CELLS + min(0, down), max(0, right) : CELLS + min(0, right)] = source
            there = np.maximum(moved[1], theirs[:, 1])
            apart = np.square(moved - theirs).sum(axis=1) * 0.5
            share = (apart.sum(axis=(1, 2))) / np.maximum(there.sum(axis=(1, 2)), 4.0)
            best = np.minimum(best, share)
    return np.asarray(np.sqrt(best + colour), np.float32)
