"""`maquette train music my-tunes/ --base music-1`: some dozens of tunes become an adapter, in minutes on two cores.

The base's weights rest; narrow matrices beside them and one new genre, "own", learn from windows of the tunes. Whole
tunes are held out. What a note of these costs the net in bits, beside what it costs the base under the genre of its own
that suits them best, decides when to stop and how strongly the adapter counts: an adapter that is worse on them is
never kept. Nothing is transposed: pitches are written from the tonic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..checkpoints import adapter, quantise
from ..checkpoints.box import Checkpoint
from ..core.errors import CheckpointError, DataError, MediaError
from ..core.progress import OnProgress, Progress
from ..data.dataset import Dataset, Item
from ..encodings import notes_vocabulary as v
from ..encodings.notes_windows import judged, windows
from .adapt import apart
from .adapting import STRENGTHS, Adapting, Changes, net_of, weighed
from .craft_music import ENCODING, document_of, piece_of
from .loop import bits_of
from .notes_corpus import NoteDealer, NoteDocument, Piece
from .notes_measure import NOTES
from .recipe import Recipe

LEAST = 4  # tunes that a hand can be read from
FEW = 8  # tunes below which the held-out figures say little
HEATS = ((500, 12), (3000, 3))  # the base's genres are compared on so many ids; so many of them go on
MUST = 0.999  # of the base's bits at most: less of a gain is rounding
LOOKED_AT = 32  # windows of held-out tunes at most that decide


@dataclass(frozen=True)
class Tunes:
    """Somebody's tunes, ready to be learnt from: numbers into `pieces`; the new genre is the last of `genres`."""

    dataset: Dataset
    items: tuple[Item, ...]
    pieces: tuple[Piece, ...]
    learnt: tuple[int, ...]
    held: tuple[int, ...]
    left_out: tuple[str, ...]  # titles that could not be read
    genres: tuple[str, ...]
    context: int

    @property
    def index(self) -> int:
        """The new genre's number."""
        return len(self.genres) - 1

    def names(self, numbers: Sequence[int]) -> list[str]:
        """The titles of some of the tunes."""
        return [self.items[i].title for i in numbers]

    def documents(self, genre: int | None, numbers: Sequence[int]) -> list[NoteDocument]:
        """Tunes as they are judged, under one of the genres; evenly spread windows where there are many."""
        every = [
            window
            for i in numbers
            for window in windows(self.pieces[i].sheet, judged(genre, self.pieces[i].has_tempo), self.context)
            if window.notes
        ]
        if len(every) > LOOKED_AT:
            every = [every[int(i)] for i in np.linspace(0, len(every) - 1, LOOKED_AT)]
        return [document_of(window) for window in every]


@dataclass(frozen=True)
class Baseline:
    """The base on the held-out tunes: bits per note under its best genre (None: no genre said)."""

    genre: int | None
    name: str
    bits: float
    start: int  # the genre that the new one starts from


@dataclass
class Adapted:
    """An adaptation that has ended: what changed, and by how much it helped. Bits are per held-out note."""

    base: Checkpoint
    recipe: Recipe
    tunes: Tunes
    baseline: Baseline
    strength: float
    bits: float
    changes: dict[str, tuple[np.ndarray, np.ndarray]]
    row: np.ndarray
    curve: list[tuple[int, float]]
    seconds: float
    tokens: int
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def helped(self) -> bool:
        """Whether anything learnt beat the base."""
        return self.strength > 0


def gather(dataset: Dataset, base: Checkpoint, recipe: Recipe, on_progress: OnProgress) -> Tunes:
    """Read the tunes and set some aside, whole works together.

    Raises DataError where too few are left, CheckpointError for a base that is no model of music or has no free genre.
    """
    genres = list(base.encoding.get("genres") or ())
    if base.encoding.get("name") != ENCODING:
        wrong = f"{base.name} is no model of music"
        raise CheckpointError(wrong, where=str(base.path), mend="choose one, such as --base music-1")
    if len(genres) >= v.GENRES:
        raise CheckpointError(f"{base.name} has no free genre left", where=str(base.path), mend="choose another --base")
    genres.append(recipe.name)
    pieces: list[Piece] = []
    items: list[Item] = []
    left_out: list[str] = []
    for number, item in enumerate(dataset.items):
        on_progress(Progress(number, len(dataset.items), "reading"))
        try:
            piece = piece_of(item, len(genres) - 1, recipe.sampling)
        except (MediaError, DataError):
            left_out.append(item.title)
            continue
        if piece.sheet.cells:
            pieces.append(piece)
            items.append(item)
    if len(pieces) < LEAST:
        raise DataError(
            f"{len(pieces)} of {len(dataset.items)} tunes can be learnt from; a hand is read from {LEAST} at least",
            where=str(dataset.path),
            mend="add tunes (.mid, .abc, .musicxml)",
        )
    learnt, held = apart([item.work or item.id for item in items])
    learnt_on = (base.card.get("recipe") or {}).get("sampling") or {}
    context = min(int(learnt_on.get("context") or recipe.sampling.context), recipe.sampling.context)
    told = (tuple(learnt), tuple(held), tuple(left_out), tuple(genres), context)
    return Tunes(dataset, tuple(items), tuple(pieces), *told)


class TuneAdaptation(Adapting):
    """An adaptation to somebody's tunes, under way."""

    measure = NOTES
    baseline: Baseline

    def __init__(self, base: Checkpoint, recipe: Recipe, tunes: Tunes, folder: Path) -> None:
        self.tunes = tunes
        super().__init__(base, recipe, folder, v.GENRE, tunes.index)

    def _dealer(self) -> NoteDealer:
        tunes, how = self.tunes, replace(self.recipe.sampling, context=self.tunes.context)
        return NoteDealer([tunes.pieces[i] for i in tunes.learnt], how, self.recipe.seed)

    def _held_out(self) -> list[NoteDocument]:
        return self.tunes.documents(self.tunes.index, self.tunes.held)

    def _judge_base(self) -> int:
        """The genre of the base's own that suits these tunes best."""
        tunes = self.tunes
        genres: list[int | None] = [None, *range(tunes.index)]
        self.run.net.eval()
        left = genres
        for ids, most in HEATS:
            tried = {one: self._figure(_first(tunes.documents(one, tunes.held), ids)) for one in left}
            left = sorted(left, key=lambda one: tried[one])[:most]
        whole = {one: self._figure(tunes.documents(one, tunes.held)) for one in left}
        best = min(whole, key=lambda one: whole[one])
        name = "no genre" if best is None else tunes.genres[best]
        start = min((one for one in whole if one is not None), key=lambda one: whole[one], default=0)
        self.baseline = Baseline(best, name, whole[best], start)
        return start

    def _figure(self, documents: Sequence[NoteDocument]) -> float:
        return NOTES.figure(self.run.bits(documents), documents)

    def _cost(self, bits: float) -> float:
        """Below 1 it gains."""
        return bits / self.baseline.bits

    def note(self) -> str:
        """What stands before the first step: what is held out, and what the base makes of it."""
        tunes = self.tunes
        few = f"; with fewer than {FEW} tunes this says little" if len(tunes.pieces) < FEW else ""
        names = tunes.names(tunes.held)
        shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        told = f"held out: {shown}{few}; {self.base.name}'s best genre: {self.baseline.name}, "
        told += f"{self.baseline.bits:.2f} bits per note"
        return told + (f"; not learnt from: {', '.join(tunes.left_out)}" if tunes.left_out else "")

    def finished(self) -> Adapted:
        """The best weights at the strength that suits the held-out tunes best; the base itself where none does."""
        changes, learnt = self._best_changes()
        start = self.table[self.start]
        tried = _downhill(STRENGTHS[1:], lambda one: self._bits(*weighed(changes, learnt, start, one)))
        told = {"strengths": {str(one): round(bits, 3) for one, bits in tried.items()}}
        best = min(tried, key=lambda one: tried[one])
        if tried[best] > MUST * self.baseline.bits:
            return self._done(0.0, self.baseline.bits, {}, start, told)
        return self._done(best, tried[best], *weighed(changes, learnt, start, best), told)

    def _done(self, strength: float, bits: float, changes: Any, row: np.ndarray, told: dict[str, Any]) -> Adapted:
        kept = (self.base, self.recipe, self.tunes, self.baseline, strength, bits, changes, row)
        return Adapted(*kept, self.curve, self.seconds, self.tokens, told)

    def _bits(self, changes: Changes, row: np.ndarray) -> float:
        """Bits of a held-out note by the net as it will be opened: merged, and packed as its base is."""
        slot = v.GENRE + self.tunes.index
        arrays: Mapping[str, Any] = adapter.as_arrays(changes, row)
        merged = adapter.merged(self.base.arrays(), self.base.size, arrays, slot, str(self.folder))
        net = net_of(quantise.restore(merged, self.base.size), self.base)
        documents = self.tunes.documents(self.tunes.index, self.tunes.held)
        return NOTES.figure(bits_of(net, documents, measure=NOTES), documents)


def _downhill(steps: Sequence[float], cost: Callable[[float], float]) -> dict[float, float]:
    """Costs of 1.0 and of those of `steps` above or below it for as long as they fall."""
    middle = steps.index(1.0)
    tried = {1.0: cost(1.0)}
    for way in (1, -1):
        at = middle + way
        while 0 <= at < len(steps):
            tried[steps[at]] = cost(steps[at])
            if tried[steps[at]] >= tried[steps[at - way]]:
                break
            at += way
        if len(tried) > 2:
            break  # it fell that way
    return tried


def _first(documents: Sequence[NoteDocument], ids: int) -> list[NoteDocument]:
    """The first documents that together have so many ids; one at least."""
    total, kept = 0, []
    for document in documents:
        kept.append(document)
        total += len(document.tokens)
        if total >= ids:
            break
    return kept
