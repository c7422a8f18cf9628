"""Music as a craft that can be trained: windows of pieces as documents, judged in bits per note."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..checkpoints.box import Checkpoint
from ..core.errors import DataError, MediaError, MissingExtra
from ..core.progress import OnProgress, Progress, silent
from ..data.dataset import Dataset, Item, open_dataset, version_of
from ..encodings import notes_vocabulary as v
from ..encodings.notes_windows import Window, is_note, judged, sheet_to_learn, windows
from ..nets.transformer import Transformer, TransformerSize
from .notes_corpus import MusicSampling, NoteDealer, NoteDocument, Piece
from .notes_measure import NOTES
from .recipe import Adapter, Net, Optimiser, Recipe
from .state import write_text

ENCODING = "notes.v1"
LEAST = 4  # pieces that a training needs
FEW = 400  # pieces below which the recipe for small sets is the default
GENRE_OF = 12  # pieces that a genre needs to have a name of its own
FREE = 4  # rows of the table that are left for genres to come: those of adapters
LOOKED_AT = 60  # held-out pieces, evenly spread, that a training looks at; of each at most its first windows
FIRST_WINDOWS = 2
LONG = 4000  # notes; a longer piece is not taken more often than one of so many


@dataclass(frozen=True)
class Pieces:
    """What was read of some items: the pieces, and whose they are (one item each). `failed`: how many were not read."""

    pieces: tuple[Piece, ...]
    items: tuple[Item, ...]
    failed: int = 0


class MusicMaterial:
    """Pieces, read, with some held out. `corpus` are the pieces to learn from, `encoding` what encoding.json says."""

    measure = NOTES

    def __init__(self, recipe: Recipe, encoding: dict[str, Any], corpus: Pieces, held_out: Sequence[Any]) -> None:
        self.recipe, self.encoding, self.corpus, self.held_out = recipe, encoding, corpus, held_out
        self.dealer = NoteDealer(corpus.pieces, recipe.sampling, recipe.seed)

    def new_net(self) -> Transformer:
        """A fresh net for notes."""
        return new_net(self.recipe)

    def preview(self, net: Transformer, folder: Path, step: int) -> str:
        """Some unpicked pieces as MIDI, where making is installed."""
        from .notes_preview import write

        name, longest = f"preview-{step:06d}", self.recipe.sampling.context
        try:
            return f"{folder.name}/{write(net, self.encoding, self.corpus.pieces, folder, name, longest)}"
        except (ImportError, MissingExtra):
            return "no preview: making is not installed here"


class MusicCraft:
    """Music."""

    name = "music"
    minutes = 6.0

    def open_dataset(self, data: Path, sampling: Any) -> Dataset:
        """The pieces, without those of the sets that the recipe leaves out."""
        whole = open_dataset(data)
        out = set(getattr(sampling, "without", ()))
        items = tuple(item for item in whole.items if item.set not in out)
        if len(items) == len(whole.items):
            return whole
        if not items:
            raise DataError(f"the recipe leaves out all of it: {', '.join(sorted(out))}", where=str(data))
        sha256 = version_of(items)
        return replace(whole, items=items, sha256=sha256, version=sha256[:12])

    def nets(self, nets: Mapping[str, Net]) -> Mapping[str, Net]:
        """With room for as many notes as documents have."""
        return {name: replace(net, context=1024) for name, net in nets.items()}

    def recipe(self, name: str, count: int, nets: Mapping[str, Net]) -> Recipe:
        """A smaller net and fewer steps for a small set."""
        whole = Recipe(name, "music", steps=6000, every=250, net=nets["base"], sampling=MusicSampling())
        return replace(whole, steps=600, tokens=2048, every=50, net=nets["small"]) if count < FEW else whole

    def adapter_recipe(self, name: str) -> Recipe:
        """For a dozen tunes to some hundreds."""
        return replace(ADAPTER, name=name)

    def open(self, recipe: Recipe, dataset: Dataset, out: Path, on_progress: OnProgress) -> MusicMaterial:
        """Read the pieces, with the base's genres or with those that these pieces have."""
        learnt = [item for item in dataset.items if item.split == "train"]
        held = [item for item in dataset.items if item.split == "val"]
        if len(learnt) < LEAST:
            wrong = f"{len(learnt)} pieces are too few to learn from"
            raise DataError(wrong, where=str(dataset.path), mend=f"give {LEAST}")
        encoding = _encoding(out / "run", learnt, recipe.base)
        corpus = read_pieces(learnt, encoding["genres"], recipe.sampling, on_progress)
        if not corpus.pieces:
            raise DataError(f"none of {len(learnt)} pieces could be read", where=str(dataset.path))
        some = _spread(held or learnt[::10], LOOKED_AT)
        aside = read_pieces(some, encoding["genres"], recipe.sampling, silent)
        documents = [
            document_of(window)
            for piece in aside.pieces
            for window in _first(windows(piece.sheet, judged(piece.genre, piece.has_tempo), recipe.sampling.context))
        ]
        return MusicMaterial(recipe, encoding, corpus, [document for document in documents if document.notes])

    def finish(self, done: Any, out: Path, on_progress: OnProgress) -> None:
        """With prints, manifest, n-gram, recipe, notices and card."""
        from .notes_finish import finish

        finish(done, out, on_progress)

    def adaptation(
        self, base: Checkpoint, recipe: Recipe, dataset: Dataset, folder: Path, on_progress: OnProgress
    ) -> Any:
        """One's own tunes become an adapter."""
        from . import notes_adapt

        tunes = notes_adapt.gather(dataset, base, recipe, on_progress)
        on_progress(Progress(0, 0, "looking for the genre that is nearest"))
        return notes_adapt.TuneAdaptation(base, recipe, tunes, folder)

    def told_of(self, done: Any) -> str:
        """Bits per held-out note beside the base's."""
        from . import notes_adapt_finish

        return notes_adapt_finish.told_of(done)

    def finish_adapter(self, done: Any, out: Path, on_progress: OnProgress) -> None:
        """With what the tunes have in common, prints of their own, notices and card."""
        from . import notes_adapt_finish

        notes_adapt_finish.finish(done, out, on_progress)


ADAPTER = Recipe(
    craft="music",
    steps=240,
    tokens=2048,
    every=8,  # some dozens of tunes are known by heart after two dozen steps
    optimiser=Optimiser(name="adamw", rate=1.2e-3, decay=0.05, warmup=10, descent=0.6, mean=0.9),
    sampling=MusicSampling(no_genre=0.0),
    adapter=Adapter(rank=16, rule=0.0, references=0),
)


def new_net(recipe: Recipe) -> Transformer:
    """A fresh net for notes, seeded by the recipe."""
    torch.manual_seed(recipe.seed)
    n = recipe.net
    size = TransformerSize(
        v.VOCABULARY,
        v.OUTPUTS,
        n.width,
        n.layers,
        n.heads,
        n.key_heads,
        n.hidden,
        n.context,
        v.PLACES,
        dropout=n.dropout,
    )
    kinds, numbers = v.numbers(v.VOCABULARY)
    return Transformer(size, torch.from_numpy(kinds), torch.from_numpy(numbers))


def read_pieces(
    items: Sequence[Item], genres: Sequence[str], sampling: MusicSampling, on_progress: OnProgress
) -> Pieces:
    """The items as pieces; what cannot be read, or has no note, is counted."""
    pieces: list[Piece] = []
    kept: list[Item] = []
    for number, item in enumerate(items):
        if number % 50 == 0:
            on_progress(Progress(number, len(items), "reading"))
        try:
            piece = piece_of(item, genres.index(item.genre) if item.genre in genres else None, sampling)
        except (MediaError, DataError):
            continue
        if piece.sheet.cells:
            pieces.append(piece)
            kept.append(item)
    return Pieces(tuple(pieces), tuple(kept), len(items) - len(kept))


def piece_of(item: Item, genre: int | None, sampling: MusicSampling) -> Piece:
    """An item as a piece of that genre (its index), with its chords."""
    score = item.score()
    sheet = sheet_to_learn(score)
    notes = sum(int(np.count_nonzero(is_note(cell))) for cell in sheet.cells.values())
    weight = sampling.often.get(item.set, 1.0) * min(max(notes, 1), LONG) ** sampling.longer
    return Piece(item.id, sheet, genre, weight, bool(score.tempi))


def genres_of(items: Iterable[Item], least: int = GENRE_OF) -> list[str]:
    """The genres with at least `least` pieces, the commonest first."""
    counts = Counter(item.genre for item in items if item.genre)
    named = [name for name, count in sorted(counts.items(), key=lambda row: (-row[1], row[0])) if count >= least]
    return named[: v.GENRES - FREE]


def document_of(window: Window) -> NoteDocument:
    """A window of a whole piece as it is judged."""
    places, references = window.read()
    return NoteDocument(window.ids.astype(np.int64), places, references, window.scored, window.notes)


def _encoding(folder: Path, items: Sequence[Item], base: str) -> dict[str, Any]:
    """The encoding of this run, written down once: a base's own, or one with the genres of these items."""
    path = folder / "encoding.json"
    if not path.exists():
        if base:
            from ..checkpoints.box import open_checkpoint

            told = open_checkpoint(base).encoding
        else:
            told = {"name": ENCODING, "genres": genres_of(items)}
        write_text(path, json.dumps(told, ensure_ascii=False))
    told = json.loads(path.read_text(encoding="utf-8"))
    if told.get("name") != ENCODING:
        raise DataError(f"{base} is no model of music", where=str(path), mend="choose one, such as music-1")
    return dict(told)


def _spread(items: Sequence[Item], most: int) -> list[Item]:
    if len(items) <= most:
        return list(items)
    return [items[int(i)] for i in np.linspace(0, len(items) - 1, most)]


def _first(some: Iterable[Window]) -> Iterable[Window]:
    for number, window in enumerate(some):
        if number == FIRST_WINDOWS:
            return
        yield window
