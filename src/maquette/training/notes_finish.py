"""The end of a training on music: weights become a checkpoint with everything that must travel with it."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..checkpoints import quantise
from ..checkpoints.box import save_checkpoint
from ..core.progress import OnProgress, Progress
from ..data.credits import holders, notice, of_items, read_sources
from ..data.manifest import write_manifest
from ..encodings import notes_vocabulary as v
from ..encodings import print_notes
from ..encodings.notes_windows import streams
from ..engine.ngram import NGram
from ..engine.ngram_small import best_of, small
from .finish import Finished, card_of, for_others, notice_of, put_in_place, require_packaging, set_aside
from .notes_corpus import Piece

ORDERS = (5, 6, 8)  # of the n-gram; the one that foretells best is kept
LARGEST = 6_000_000  # bytes of the n-gram in the box
LEAST = 20  # pieces that an n-gram is fitted on

FAULTS = (
    "writes what its genres have in common: form over more than some 30 bars is its user's (form plans, repeats)",
    "far below temperature 1 it falls into loops: the same bar, or the same chord, over and over",
    "it seldom modulates by itself, and where the key changes it may stay in the old one for some bars",
    "drums, guitars and synthesisers are known from a hundred pieces of game music only; no pop, rock or jazz",
    "genres of fewer than some fifty pieces (krakowiak, galop, ragtime, concerto, jazz) are little more than a word",
    "loudness was learnt from few pieces; lyrics are set by rule, not by the net",
    "more than eight lines at once were never read together",
)


def finish(done: Finished, out: Path, on_progress: OnProgress) -> None:
    """Write the checkpoint into `out`, with prints, manifest, n-gram, recipe, notices and card."""
    require_packaging(out)
    on_progress(Progress(0, 0, "packaging"))
    with tempfile.TemporaryDirectory() as made:
        files = _files(done, out, Path(made), on_progress)
        card = card_of(done, out, done.encoding["name"], "note", FAULTS)
        size, kept = dataclasses.asdict(done.net.size), set_aside(out)
        box = save_checkpoint(kept, quantise.parameters(done.net), size, card, done.encoding, files, replace=True)
        put_in_place(box.path, out)


def _files(done: Finished, out: Path, made: Path, on_progress: OnProgress) -> dict[str, Path | bytes | str]:
    items = [item for item in done.dataset.items if item.split == "train"]
    sources = read_sources(out / "run" / "sources.toml") if (out / "run" / "sources.toml").exists() else {}
    index = print_notes.build(items, on_progress, holders=holders(sources), on_skipped=lambda name, why: None)
    told = notice(of_items(items, sources).values())
    if done.recipe.base:
        from ..checkpoints.box import open_checkpoint

        before = open_checkpoint(done.recipe.base).file("fingerprints.npz")
        index = index.with_those_of(print_notes.NoteIndex.load(before))
        told = f"{told}\nIt went on from {Path(done.recipe.base).name}:\n\n{notice_of(done.recipe.base)}"
    index.save(made / "fingerprints.npz")
    manifest = write_manifest(made, done.dataset, sources, bits=128)
    files: dict[str, Path | bytes | str] = {
        "fingerprints.npz": made / "fingerprints.npz",
        manifest.name: manifest,
        "recipe.toml": for_others(done.recipe).as_toml().encode(),
        "NOTICE.txt": told.encode(),
    }
    ngram = out / "run" / "ngram.npz"
    if not ngram.exists() and len(done.corpus.pieces) >= LEAST and not done.recipe.base:
        on_progress(Progress(0, 0, "fitting the n-gram"))
        fit_ngram(done.corpus.pieces, done.recipe.sampling.context)[0].save(ngram)
    if ngram.exists():
        files["ngram.npz"] = ngram
    return files


def fit_ngram(pieces: Sequence[Piece], context: int) -> tuple[NGram, NGram]:
    """The best n-gram on the same ids, small enough to travel, and the whole one that it was cut from.

    Its smoothing is tuned, and its order chosen, on a twentieth of the pieces.
    """
    kept: list[np.ndarray] = []
    aside: list[np.ndarray] = []
    for number, piece in enumerate(pieces):
        (kept if number % 20 else aside).extend(streams(piece.sheet, context))
    whole = best_of(kept, aside, v.INTERVAL, ORDERS, start=1)
    return small(whole, LARGEST), whole
