"""Held-out figures of a model of music, without torch: bits for each note, beside the best n-gram on the same ids.

Every piece is scored whole. It is cut into windows that the net can read (`encodings.notes_windows`): each begins with
the header (genre, key, metre, tempo, instruments) and carries at least the bars that fill half of its room as context,
of which nothing is scored again. Bits are -log2 p of all ids that write the notes (places, pitches, lengths, lines and
barlines), over what the grammar admits, and are shared out among the notes. Loudness and chords are not judged. The
n-gram foretells the same ids in the same windows.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checkpoints.box import Checkpoint, open_checkpoint
from ..core.errors import CheckpointError, DataError, MediaError
from ..core.progress import OnProgress, Progress, silent
from ..data.dataset import Dataset, Item, open_dataset
from ..encodings import notes_vocabulary as v
from ..encodings.notes_windows import Window, judged, left_out, log_probabilities, sheet_to_learn, streams, windows
from ..engine.ngram import NGram
from ..engine.ngram_small import best_of, load

STARTER = "music-1"
ENCODING = "notes.v1"
BATCH = 24  # windows that are held at once: memory stays the same, however long a piece is
ORDERS = (5, 6, 8)  # of an n-gram that is fitted on a file of one's own
FEWEST = 20  # pieces that one can be fitted on
BASELINES = Path(__file__).resolve().parents[1] / "starters" / "baselines"
WHOLE = f"{ENCODING}.json"  # what the packaged n-gram loses beside the whole one that it was cut from


@dataclass
class Tally:
    """What was counted of one set."""

    pieces: int = 0
    notes: int = 0
    bits: float = 0.0
    baseline: float = 0.0
    left_out: int = 0

    def add(self, other: Tally) -> None:
        """Count another one in."""
        self.pieces, self.notes, self.left_out = (
            self.pieces + other.pieces,
            self.notes + other.notes,
            self.left_out + other.left_out,
        )
        self.bits, self.baseline = self.bits + other.bits, self.baseline + other.baseline

    def figures(self, whole: float) -> dict[str, Any]:
        """Bits per note; `whole`: what the whole n-gram costs of each bit of the packaged one."""
        notes = max(self.notes, 1)
        told: dict[str, Any] = {
            "pieces": self.pieces,
            "notes": self.notes,
            "bits_per_note": round(float(self.bits) / notes, 4),
            "baseline_bits_per_note": round(float(self.baseline) * whole / notes, 4),
            "ratio": round(float(self.bits) / max(float(self.baseline) * whole, 1e-9), 4),
        }
        if whole != 1:
            told["packaged_baseline_bits_per_note"] = round(float(self.baseline) / notes, 4)
        if self.left_out:
            told["notes_left_out"] = self.left_out
        return told


@dataclass
class _Job:
    """One evaluation on its way."""

    checkpoint: Checkpoint
    ngram: NGram
    export: Any = None
    sets: dict[str, Tally] = field(default_factory=dict)
    skipped: int = 0

    def __post_init__(self) -> None:
        self.decoder = self.checkpoint.decoder()
        self.context = context_of(self.checkpoint)
        self.genres = list(self.checkpoint.encoding.get("genres") or ())

    def piece(self, item: Item) -> None:
        """Score one piece and count it in its set."""
        tally = Tally(pieces=1)
        for window, logprobs in self.scored(item, tally):
            chosen = window.scored[window.laid.header :]
            tally.bits -= float(logprobs.sum()) / np.log(2)
            tally.baseline -= float(self.ngram.logprobs(window.body)[chosen].sum()) / np.log(2)
            tally.notes += window.notes
            if self.export is not None:
                row = {"id": item.id, "tokens": window.ids[window.scored].tolist()}
                self.export.write(json.dumps({**row, "logprobs": np.round(logprobs, 6).tolist()}) + "\n")
        if tally.notes:
            self.sets.setdefault(item.set or "own", Tally()).add(tally)
        else:
            self.skipped += 1

    def scored(self, item: Item, tally: Tally) -> Iterator[tuple[Window, NDArray[np.float64]]]:
        """The windows of a piece, with ln p of what is scored in each."""
        score = item.score()
        sheet = sheet_to_learn(score, chords=False)
        genre = self.genres.index(item.genre) if item.genre in self.genres else None
        if self.checkpoint.base is not None:  # an adapter is judged under the genre that it brought
            genre = self.checkpoint.row - v.GENRE
        tally.left_out = left_out(sheet, self.context)
        every = windows(sheet, judged(genre, bool(score.tempi)), self.context)
        while some := list(islice(every, BATCH)):
            yield from self._batch([one for one in some if one.notes])

    def _batch(self, some: Sequence[Window]) -> Iterator[tuple[Window, NDArray[np.float64]]]:
        beside = [window.read() for window in some]
        starts = [int(np.flatnonzero(window.scored)[0]) for window in some]
        ids, places = [window.ids for window in some], [one for one, _ in beside]
        for i, first, logits in self.decoder.logits_of(ids, places, starts=starts):
            window, (where, heard) = some[i], beside[i]
            rows = np.flatnonzero(window.scored)
            states, references = where[rows - 1, 0].astype(np.int64), heard[rows - 1].astype(np.int64)
            yield window, log_probabilities(logits[rows - first], window.ids[rows], states, references)


def evaluate(
    data: Path,
    *,
    checkpoint: str | None = None,
    export_logprobs: Path | None = None,
    ngram_from: Path | None = None,
    on_progress: OnProgress = silent,
) -> dict[str, Any]:
    """Bits per note of a checkpoint on the pieces of `data`, in all and for each `set`, beside the n-gram's.

    Of record files the training pieces are left out where others are there too; of an adapter's own tunes, what it
    learnt from. The baseline is the n-gram of the checkpoint, or the packaged one, or one fitted on `ngram_from`.
    Raises DataError, CheckpointError.
    """
    began = time.monotonic()
    opened = open_checkpoint(checkpoint or STARTER)
    if opened.encoding.get("name") != ENCODING:
        wrong = f"{opened.name} is no model of music"
        raise CheckpointError(wrong, where=str(opened.path), mend="give one, such as music-1")
    dataset = open_dataset(data, skip_unreadable=True)
    items = items_of(dataset, opened)
    context = context_of(opened)
    ngram, losses = _ngram(opened, ngram_from, context, on_progress)
    part = export_logprobs.with_name(export_logprobs.name + ".part") if export_logprobs else None
    with open(part or os.devnull, "w", encoding="utf-8") as file:
        job = _Job(opened, ngram, file if part else None, skipped=len(dataset.skipped))
        for number, item in enumerate(items):
            on_progress(Progress(number, len(items), "likelihood"))
            try:
                job.piece(item)
            except (MediaError, DataError):
                job.skipped += 1
    if part is not None and export_logprobs is not None:
        os.replace(part, export_logprobs)
    if not job.sets:
        raise DataError("there is not one piece to evaluate", where=str(data), mend="give pieces with notes")
    total = Tally()
    for one in job.sets.values():
        total.add(one)
    baseline = sum(one.baseline * losses.get(name, losses[""]) for name, one in job.sets.items())
    return {
        "checkpoint": opened.name,
        "skipped": job.skipped,
        "seconds": round(time.monotonic() - began, 1),
        **total.figures(baseline / max(total.baseline, 1e-9)),
        "sets": {name: job.sets[name].figures(losses.get(name, losses[""])) for name in sorted(job.sets)},
    }


def context_of(opened: Checkpoint) -> int:
    """The longest document that a model was taught with: beyond it, it does not know its places."""
    learnt = (opened.card.get("recipe") or {}).get("sampling") or {}
    return min(int(learnt.get("context") or 768), int(opened.size["context"]))


def items_of(dataset: Dataset, opened: Checkpoint) -> list[Item]:
    """The pieces to be judged: never those that were learnt from, where there are others."""
    items = [item for item in dataset.items if item.is_music]
    card = opened.card
    if card.get("adapter") and dataset.sha256 in [one.get("sha256") for one in card.get("datasets") or ()][:1]:
        return [item for item in items if item.title in set(card.get("held_out") or ())] or items
    if all(item.packed for item in items):
        return [item for item in items if item.split != "train"] or items
    return items


def _ngram(
    opened: Checkpoint, ngram_from: Path | None, context: int, on_progress: OnProgress
) -> tuple[NGram, dict[str, float]]:
    """The baseline, and for each set (of others: "") what the whole n-gram costs of each of its bits."""
    if ngram_from is not None:
        return fit_ngram(open_dataset(ngram_from, split="train").items, context, on_progress), {"": 1.0}
    own = (opened.base or opened).path / "ngram.npz"
    if own.exists():
        return load(own), {"": 1.0}
    losses = {"": 1.0, **json.loads((BASELINES / WHOLE).read_text("utf-8"))} if (BASELINES / WHOLE).exists() else {}
    return load(BASELINES / f"{ENCODING}.npz"), losses or {"": 1.0}


def fit_ngram(items: Sequence[Item], context: int, on_progress: OnProgress = silent) -> NGram:
    """The best n-gram on all of `items`; its order and smoothing are chosen on a twentieth of them."""
    kept: list[NDArray[np.int32]] = []
    aside: list[NDArray[np.int32]] = []
    count = 0
    for number, item in enumerate(items):
        if number % 20 == 0:
            on_progress(Progress(number, len(items), "reading for the n-gram"))
        try:
            sheet = sheet_to_learn(item.score(), chords=False)
        except (MediaError, DataError):
            continue
        count += 1
        (kept if count % 20 else aside).extend(streams(sheet, context))
    if count < FEWEST:
        raise DataError(f"{count} pieces are too few to fit an n-gram on", mend="give the training file")
    on_progress(Progress(0, 0, "fitting the n-gram"))
    return best_of(kept, aside, v.INTERVAL, ORDERS, start=1)
