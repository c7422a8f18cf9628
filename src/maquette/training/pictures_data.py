"""Pictures for a diffusion training: which rows of a dataset are learnt from, which are only looked at.

Rows in other skin tones lie in a file of their own beside the others; both are read where both are there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError
from ..core.progress import OnProgress, Progress
from ..data import picture_records, picture_sets, rights
from ..data.dataset import Dataset, Item
from ..encodings import pixels as px
from ..encodings.pixels import Floats
from .pictures_corpus import FAMILIES, Corpus, build, plain
from .pictures_recipe import PictureRecipe

STORED = 64  # pixels of the pictures on a side; the net draws at half of that, upscalers the rest
LEAST = 8  # pictures that a training needs
SHOWN = 96  # held-out pictures that are looked at on the way


@dataclass(frozen=True)
class HeldOut:
    """Pictures that are looked at and never learnt from: what stands before the net, and the truth."""

    clean: Floats
    sketch: Floats
    style: NDArray[np.int64]
    tokens: NDArray[np.int64]


@dataclass(frozen=True)
class Pictures:
    """What a training works on. `items` are those of the learnt rows, for card, manifest and credits."""

    corpus: Corpus
    held: HeldOut
    items: tuple[Item, ...]
    dataset: Dataset


def chosen(dataset: Dataset, recipe: PictureRecipe) -> list[Item]:
    """The items that may be learnt from: of the training split, none of a style or set that the recipe leaves out."""
    out = [item for item in dataset.items if item.is_picture and item.split == "train"]
    return [item for item in out if item.style not in recipe.without and item.set not in recipe.without]


def opened(dataset: Dataset, recipe: PictureRecipe, on_progress: OnProgress) -> Pictures:
    """Read the pixels, build the memory, and put some pictures aside. Raises DataError, RightsError."""
    items = chosen(dataset, recipe)
    rights.require_training(items, dataset.path)
    if len(items) < LEAST:
        wrong = f"{len(items)} pictures are too few to learn from"
        raise DataError(wrong, where=str(dataset.path), mend=f"give at least {LEAST}")
    rows, pixels = read_all(items, STORED, on_progress)
    aside = np.asarray([kept_aside(row) for row in rows])
    learnt, held = np.flatnonzero(~aside), np.flatnonzero(aside)
    corpus = build([rows[i] for i in learnt], pixels[learnt], words=recipe.net.words)
    shown = _held_out(corpus, [rows[i] for i in held], pixels[held])
    return Pictures(corpus, shown, tuple(items[int(i)] for i in learnt), dataset)


def kept_aside(row: Mapping[str, Any]) -> bool:
    """Whether a row is looked at instead of learnt: every fourth of fold 1; where there are no folds, one in ten."""
    if "fold" in row:
        return row["fold"] == 1 and not row.get("tone") and int(row.get("i", 0)) % 4 == 0
    return int(hashlib.sha1(str(row["id"]).encode()).hexdigest(), 16) % 10 == 0


def read_all(
    items: Sequence[Item], side: int, on_progress: OnProgress
) -> tuple[list[dict[str, Any]], NDArray[np.uint8]]:
    """Records and straight pixels (n, side, side, 4) of items from stores and from files of their own."""
    pixels = np.zeros((len(items), side, side, 4), np.uint8)
    rows: list[dict[str, Any]] = [{} for _ in items]
    stores: dict[Path, list[int]] = {}
    for number, item in enumerate(items):
        if item.stored is not None:
            stores.setdefault(item.stored[0], []).append(number)
    for path, numbers in stores.items():
        told = picture_sets.rows_of(path)
        places = [items[n].stored[1] for n in numbers]  # type: ignore[index]

        def on_row(done: int, of: int = len(places)) -> None:
            if done % 500 == 0:
                on_progress(Progress(done, of, "reading pictures"))

        pixels[numbers] = picture_sets.pixels(path, places, side, len(told), on_row)
        for number, place in zip(numbers, places, strict=True):
            rows[number] = told[place]
    own = [number for number, item in enumerate(items) if item.stored is None]
    if own:
        made, _ = picture_records.pixels([items[n] for n in own], side)
        pixels[own] = px.straight(made.astype(np.float32) / np.float32(255))
        for number in own:
            rows[number] = record_of(items[number])
    return rows, pixels


def record_of(item: Item) -> dict[str, Any]:
    """A picture in a file of its own as a record; without a style of its own it is taken for flat."""
    style = item.style if item.style in px.STYLES else "flat"
    title = item.title.replace("_", " ").replace("-", " ")
    return {
        "id": item.id, "set": item.set, "style_name": style, "caption": title, "keywords": list(item.tags),
        "group": item.category, "tone": None,
    }  # fmt: skip


def _held_out(corpus: Corpus, rows: Sequence[Mapping[str, Any]], pixels: NDArray[np.uint8]) -> HeldOut:
    """Rows whose thing the memory knows from other pictures."""
    number = {(entry.caption, entry.family): i for i, entry in enumerate(corpus.entries)}
    found = []
    for at, row in enumerate(rows):
        entry = number.get((plain(row["caption"]), FAMILIES.get(row["set"], "emoji")))
        if entry is not None and row["style_name"] in px.STYLES:
            found.append((at, entry, row))
    found = found[:SHOWN]
    clean, sketch = np.zeros((2, len(found), 4, px.SIDE, px.SIDE), np.float32)
    tokens = np.zeros((len(found), px.TOKENS), np.int64)
    for k, (at, entry, row) in enumerate(found):
        clean[k] = px.signed(px.smaller(px.coded(pixels[at]), pixels.shape[1] // px.SIDE))
        sketch[k] = px.signed(px.placed(corpus.sketches[entry].astype(np.float32) / 255))
        tokens[k] = corpus.vocabulary.ids(px.words_of(plain(row["caption"])))
    style = np.asarray([1 + px.STYLES.index(row["style_name"]) for _, _, row in found], np.int64)
    return HeldOut(clean, sketch, style, tokens)
