"""Icons as a craft that can be trained: stroke documents, judged in bits per icon."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..checkpoints.box import Checkpoint
from ..core.errors import DataError
from ..core.progress import OnProgress, Progress
from ..data.dataset import Dataset, Item, open_dataset
from ..encodings.strokes import StrokeEncoding
from ..encodings.words import Words
from ..nets.transformer import Transformer
from .adapt import MINUTES
from .corpus import Corpus, Dealer, Document, build, evaluation_document, styles_of
from .finish import Finished, finish
from .loop import new_net
from .losses import STROKES
from .recipe import ADAPTER, Net, Recipe
from .state import write_text

LEAST = 4  # icons that a training needs
FEW = 400  # icons below which the recipe for small sets is the default


class IconMaterial:
    """Icons, encoded, with some held out."""

    measure = STROKES

    def __init__(self, recipe: Recipe, encoding: StrokeEncoding, corpus: Corpus, held_out: Sequence[Document]) -> None:
        self.recipe, self.encoding, self.corpus, self.held_out = recipe, encoding, corpus, held_out
        self.dealer = Dealer(corpus, recipe.sampling, recipe.seed)

    def new_net(self) -> Transformer:
        """A fresh net for strokes."""
        return new_net(self.recipe, self.encoding.vocabulary)

    def preview(self, net: Transformer, folder: Path, step: int) -> str:
        """A sheet of unpicked samples, where making is installed; its name."""
        try:
            from .preview import sheet
        except ImportError:
            return "no preview: making is not installed here"
        path = folder / f"preview-{step:06d}.png"
        sheet(net, self.encoding, self.corpus, path)
        return f"{path.parent.name}/{path.name}"


class IconCraft:
    """Icons."""

    name = "icon"
    minutes = MINUTES

    def open_dataset(self, data: Path, sampling: Any) -> Dataset:
        """All of them."""
        return open_dataset(data)

    def nets(self, nets: Mapping[str, Net]) -> Mapping[str, Net]:
        """As they stand."""
        return nets

    def recipe(self, name: str, count: int, nets: Mapping[str, Net]) -> Recipe:
        """A smaller net and fewer steps for a small set."""
        if count < FEW:
            return Recipe(name=name, steps=600, tokens=1024, every=50, net=nets["small"])
        return Recipe(name=name)

    def adapter_recipe(self, name: str) -> Recipe:
        """For ten to a hundred icons."""
        return replace(ADAPTER, name=name)

    def open(self, recipe: Recipe, dataset: Dataset, out: Path, on_progress: OnProgress) -> IconMaterial:
        """Encode the icons with the base's encoding, or with one that names their styles."""
        learnt, held = _split(dataset.items)
        if len(learnt) < LEAST:
            wrong = f"{len(learnt)} icons are too few to learn from"
            raise DataError(wrong, where=str(dataset.path), mend=f"give {LEAST}")
        encoding = _encode_with(out / "run", learnt, recipe.base)
        words = Words.load(_words_file(recipe.base)) if recipe.base else Words.load()
        few = len(learnt) < FEW
        longest, cache = recipe.sampling.longest, out / "run" / "corpus.npz"
        corpus = build(learnt, encoding, words, longest=longest, cache=cache, on_progress=on_progress)
        aside = build(held or learnt[::10], encoding, words, longest=400, copies=(0,), cache=out / "run" / "held.npz")
        return IconMaterial(recipe, encoding, corpus, _held_out(aside, encoding, only_strokes=not few))

    def finish(self, done: Finished, out: Path, on_progress: OnProgress) -> None:
        """With words, judge, prints, manifest, n-gram, recipe, notices and card."""
        finish(done, out, on_progress)

    def adaptation(
        self, base: Checkpoint, recipe: Recipe, dataset: Dataset, folder: Path, on_progress: OnProgress
    ) -> Any:
        """Twenty icons become a style adapter."""
        from . import adapt

        icons = adapt.gather(dataset, base, recipe, folder / "corpus.npz", on_progress)
        on_progress(Progress(0, 0, "looking for the style that is nearest"))
        return adapt.Adaptation(base, recipe, icons, folder)

    def told_of(self, done: Any) -> str:
        """Bits per held-out icon beside the base's."""
        from . import adapt_finish

        return adapt_finish.told_of(done)

    def finish_adapter(self, done: Any, out: Path, on_progress: OnProgress) -> None:
        """With the style card, prints of its own, notices and card."""
        from . import adapt_finish

        adapt_finish.finish(done, out, on_progress)


def _split(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Training items and held-out items, by the split that they carry."""
    return [i for i in items if i.split == "train"], [i for i in items if i.split == "val"]


def _encode_with(folder: Path, items: Sequence[Item], base: str) -> StrokeEncoding:
    """The encoding of this run, written down once: a base's own, or one with the styles of these items."""
    if not (folder / "encoding.json").exists():
        if base:
            from ..checkpoints.box import open_checkpoint

            told = open_checkpoint(base).encoding
        else:
            told = StrokeEncoding(styles_of(items), len(Words.load())).as_dict()
        write_text(folder / "encoding.json", json.dumps(told))
    told = json.loads((folder / "encoding.json").read_text(encoding="utf-8"))
    return StrokeEncoding(told["styles"], told["words"])


def _words_file(base: str) -> Path:
    from ..checkpoints.box import open_checkpoint

    return open_checkpoint(base).file("words.json.gz")


def _held_out(aside: Corpus, encoding: StrokeEncoding, only_strokes: bool) -> list[Document]:
    """Held-out icons as they are judged: style, stroke and words given, no hints of length."""
    documents = []
    for row in range(len(aside.a["item"])):
        item = aside.items[int(aside.a["item"][row])]
        header = aside.header(row)
        if only_strokes and header.paint != "stroke":
            continue
        ids = list(dict.fromkeys(w for text in (item.title, *item.tags, item.category) for w in aside.words_of(text)))
        documents.append(evaluation_document(encoding, header, aside.tokens(row).astype(np.int32), ids[:12]))
    return documents
