"""An own style on a model of pictures: twenty to two hundred pictures, ten to twenty minutes, a few megabytes.

What her pictures show is looked up in the base's memory first: where the base knows the thing, its sketch stands before
her picture, drawn by other hands, and the net learns to carry things into hers. Where it does not, her own sketch does,
blurred. Her things are remembered too, and are found before the base's.
"""

from __future__ import annotations

import json
import math
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..checkpoints.box import Checkpoint, open_checkpoint
from ..checkpoints.diffusion import THINGS, encoding_of, memory_of, save_style, words_of
from ..core.errors import Cancelled, DataError, UsageError
from ..core.progress import OnProgress, Progress
from ..data.credits import attribution, notice
from ..data.dataset import Dataset, Item
from ..data.manifest import write_manifest
from ..encodings import pixels as px
from ..encodings.pixels import Floats
from ..encodings.pixels_memory import Entry, Memory
from ..nets.diffusion.low_rank import adapt as lend
from ..nets.diffusion.low_rank import additions
from ..nets.diffusion.unet import UNet
from . import state
from .finish import base_named, card_of_base, put_in_place, set_aside
from .loop import Step
from .package import terms
from .pictures_corpus import COLOURS, Corpus, Dealer, PictureSampling, Row
from .pictures_data import STORED, HeldOut, chosen, read_all
from .pictures_finish import prints_of, size_of, wear
from .pictures_loop import DiffusionRun
from .pictures_recipe import PictureAdapter, PictureOptimiser, PictureRecipe
from .run import SAVE_EVERY, Report, _require_known

LEAST = 8  # pictures
FITTED = (5, 20, 80, 160, 320, 640)  # steps after which the number of steps is fitted to the time
RECOLOURED = 0.5  # of the sketches, where her palette is all her own
BEST = "best."  # what the names of the best additions begin with in the state of a training
ADAPTER = PictureRecipe(
    steps=1500,
    batch=16,
    every=50,
    optimiser=PictureOptimiser(rate=2e-3, warmup=20, descent=0.5, mean=0.98),
    sampling=PictureSampling(scenes=0.15, tinted=0.05, no_sketch=0.05, own_sketch=0.2),
    adapter=PictureAdapter(rank=16),
)


def adapt(
    recipe: PictureRecipe,
    dataset: Dataset,
    *,
    minutes: float | None,
    out: Path,
    on_step: Callable[[Report], None],
    on_progress: OnProgress,
) -> Path:
    """Train an own style of the recipe's base into `out`, or go on with the one that was begun there.

    `minutes` is the length of the whole training; without it the recipe's steps are. The best so far is kept when it
    is stopped. Raises UsageError, DataError, CheckpointError.
    """
    base = open_checkpoint(recipe.base)
    if base.base is not None:
        mend = f"adapt its base, {base.base.name}, on the pictures of both"
        raise UsageError(f"{base.name} is an own style itself", where=recipe.base, mend=mend)
    _require_known(base)
    items = chosen(dataset, recipe)
    if len(items) < LEAST:
        wrong = f"{len(items)} pictures are too few to learn from"
        raise DataError(wrong, where=str(dataset.path), mend=f"give at least {LEAST}")
    on_progress(Progress(0, 0, "reading pictures"))
    work = _Style(base, recipe, items, out / "run", on_progress)
    work.learn(60 * minutes if minutes is not None else math.inf, on_step)
    on_progress(Progress(0, 0, "packaging"))
    finish(work, dataset, out)
    return out


class _Style:
    """A style that is being learnt."""

    def __init__(
        self, base: Checkpoint, recipe: PictureRecipe, items: list[Item], folder: Path, on_progress: OnProgress
    ) -> None:
        self.base, self.recipe, self.items, self.folder = base, recipe, items, folder
        rows, pixels = read_all(items, STORED, on_progress)
        memory = memory_of(base)
        self.row = nearest_style(pixels, rows)
        held = [n for n in range(len(items)) if n % 10 == 3] if len(items) >= 20 else []
        learnt = [n for n in range(len(items)) if n not in held]
        self.learnt = [items[n] for n in learnt]
        self.corpus = corpus_of(rows, pixels, learnt, memory, words_of(base), self.row)
        self.held = held_out(corpus_of(rows, pixels, held, memory, words_of(base), self.row)) if held else None
        self.net = UNet(replace(size_of(recipe.base), dropout=0.05))
        wear(self.net, recipe.base)
        torch.manual_seed(recipe.seed)
        lend(self.net, recipe.adapter.rank, recipe.adapter.reach, 1 + self.row)
        shares = tuple(1.0 if style == self.row else 0.0 for style in range(len(px.STYLES)))
        self.free = own_palette(self.corpus)
        dealer = OwnDealer(self.corpus, replace(recipe.sampling, styles=shares), recipe.seed, self.free)
        clear = HeldOut(*(np.zeros((0, 4, px.SIDE, px.SIDE), np.float32),) * 2, *(np.zeros((0,), np.int64),) * 2)
        self.run = DiffusionRun(recipe, self.net, dealer, self.held or clear)
        self.start = self.run.look()
        self.best, self.seconds = dict(additions(self.net)), 0.0
        self.curve: list[tuple[int, float]] = [(0, self.start)]
        self.worth, self.poor = self.start, 0
        self._resume()

    def learn(self, seconds: float, on_step: Callable[[Report], None]) -> None:
        """Step until the time or the steps are over, or what is held out has not gained for a while."""
        saved = time.monotonic()
        if math.isfinite(seconds) and self.run.step:
            self._fit(seconds)
        try:
            while self.poor < self.recipe.adapter.patience and self.run.step < self.run.recipe.steps:
                step = next(self.run.steps())
                self.seconds += step.seconds
                if math.isfinite(seconds) and self.run.step in FITTED:
                    self._fit(seconds)
                if step.held_out is not None:
                    self._looked(step.held_out)
                self._report(step, on_step)
                if self.seconds > seconds * 1.2:
                    break
                if time.monotonic() - saved > SAVE_EVERY:
                    self._save()
                    saved = time.monotonic()
        except (KeyboardInterrupt, Cancelled):
            if not self.run.step:
                raise
            if self.held is not None:
                self._looked(self.run.look())
        if self.held is None:
            self._keep()
        self._save()

    def _fit(self, seconds: float) -> None:
        """As many steps as fit into `seconds`."""
        steps = max(self.run.step, round(seconds / (self.seconds / self.run.step)))
        self.run.recipe = replace(self.recipe, steps=steps)

    def _report(self, step: Step, on_step: Callable[[Report], None]) -> None:
        left = (step.of - step.number) * self.seconds / step.number / 60
        speed = round(step.number * self.recipe.batch / self.seconds)
        note = ""
        if step.held_out is not None and self.held is not None:
            note = f"best {self.worth:.3f}, base {self.start:.3f}"
        of = self.run.recipe.steps
        report = Report(step.number, of, step.loss, step.held_out, speed, self.seconds / 60, left, note)
        if step.held_out is not None:
            with open(self.folder / "log.jsonl", "a", encoding="utf-8") as log:
                log.write(json.dumps(report.as_dict()) + "\n")
        on_step(report)

    def _looked(self, held_out: float) -> None:
        if math.isnan(held_out):
            return
        self.curve.append((self.run.step, held_out))
        self.poor += 1
        if held_out < self.worth:
            self.worth, self.poor = held_out, 0
            self._keep()

    def _save(self) -> None:
        kept = self.run.state()
        kept["net"] = {**kept["net"], **{f"{BEST}{name}": one for name, one in self.best.items()}}
        at = {"curve": self.curve, "seconds": self.seconds, "worth": self.worth, "poor": self.poor}
        state.save(self.folder / "state.safetensors", {**kept, "at": {**kept["at"], **at}})

    def _resume(self) -> None:
        path = self.folder / "state.safetensors"
        if not path.exists():
            return
        kept = state.load(path)
        self.best = {name.removeprefix(BEST): one for name, one in kept["net"].items() if name.startswith(BEST)}
        kept["net"] = {name: one for name, one in kept["net"].items() if not name.startswith(BEST)}
        self.run.restore(kept)
        at = kept["at"]
        self.curve = [(int(step), float(error)) for step, error in at["curve"]]
        self.seconds, self.worth, self.poor = at["seconds"], at["worth"], at["poor"]

    def _keep(self) -> None:
        with self.run.mean.worn_by(self.run.net):
            self.best = {name: one.clone() for name, one in additions(self.net).items()}


class OwnDealer(Dealer):
    """Deals out the pictures of one hand. `free`: how far her colours are hers and not those of the things.

    Where they are, a share of the sketches is shown in other colours than the things have, with the picture unchanged:
    so the net learns to put whatever comes into her palette, and things of hers that she has not drawn are not left in
    the colours that others gave them.
    """

    def __init__(self, corpus: Corpus, sampling: PictureSampling, seed: int, free: float) -> None:
        super().__init__(corpus, sampling, seed)
        self.free = free

    def _thing(self, rng: np.random.Generator, index: int, known: float, colour: str) -> tuple[Floats, Floats]:
        picture, sketch = super()._thing(rng, index, known, colour)
        if rng.random() < RECOLOURED * self.free:
            sketch = px.tinted(sketch, COLOURS[int(rng.integers(len(COLOURS)))])
        return picture, sketch

    def _colour(self, rng: np.random.Generator, style: int, share: float) -> str:
        return super()._colour(rng, style, share * (1 - self.free))


def own_palette(corpus: Corpus) -> float:
    """0 where the colours of her things follow those that others gave the same things, 1 where they do not at all.

    The slope of her mean hues over theirs: 0.6 to 0.95 between sets of emoji of several makers, 0.03 for a set in two
    inks. 0 where too few of her things are known.
    """
    if corpus.has.sum() < LEAST:
        return 0.0
    hers, theirs = (_hues(one[corpus.has]) for one in (corpus.sketches, corpus.others))
    slope = float((hers * theirs).sum() / max(float((theirs**2).sum()), 1e-6))
    return float(np.clip(1 - 2 * slope, 0, 1))


def _hues(sketches: Any) -> Floats:
    """The mean colour of each sketch (n, 16, 16, 4) less its grey, less the mean of all: (n, 3)."""
    total = sketches.astype(np.float32).sum((1, 2))
    colour = total[:, :3] / np.maximum(total[:, 3:], 1e-6)
    colour -= colour.mean(1, keepdims=True)
    return np.asarray(colour - colour.mean(0), np.float32)


def nearest_style(pixels: Any, rows: Any) -> int:
    """The style whose place an own one takes: the one that its records name, or by sharpness and number of colours."""
    named = {row["style_name"] for row in rows}
    if len(named) == 1 and (name := named.pop()) in px.STYLES and name != "flat":
        return px.STYLES.index(name)
    small = px.coded(pixels)
    soft = float(((small[..., 3] > 0.05) & (small[..., 3] < 0.95)).mean())
    colour = float(np.abs(small[..., :3].max(-1) - small[..., :3].min(-1)).mean() / max(small[..., 3].mean(), 1e-6))
    if colour < 0.02:
        return px.STYLES.index("bold black glyph")
    return px.STYLES.index("pixel art" if soft < 0.002 else "flat")


def corpus_of(rows: Any, pixels: Any, numbers: list[int], memory: Memory, words: px.Vocabulary, style: int) -> Corpus:
    """Her pictures, with the base's sketches of the same things before them where it knows them."""
    entries: list[Entry] = []
    made: list[Row] = []
    others = np.zeros((len(numbers), px.GRAIN, px.GRAIN, 4), np.uint8)
    own = np.zeros_like(others)
    has = np.zeros(len(numbers), bool)
    for k, number in enumerate(numbers):
        caption = str(rows[number]["caption"]).lower()
        found = memory.find(caption)
        if found is not None and found.how in ("name", "language"):
            others[k], has[k] = memory.sketches[found.number], True
        own[k] = np.clip(px.grains(px.coded(pixels[number])) * 255 + 0.5, 0, 255).astype(np.uint8)
        entries.append(Entry(caption, "own", tuple(rows[number]["keywords"]), "", False))
        made.append(Row(k, caption, tuple(rows[number]["keywords"]), style, -1, k))
    by_style: list[list[int]] = [[] for _ in px.STYLES]
    by_style[style] = list(range(len(numbers)))
    return Corpus(pixels[numbers], made, entries, own, others, has, words, by_style)


def held_out(corpus: Corpus) -> HeldOut:
    """Her pictures that are only looked at, behind the sketches that they will be drawn over."""
    clean = [px.signed(px.smaller(px.coded(one), STORED // px.SIDE)) for one in corpus.pixels]
    sketches = np.where(corpus.has[:, None, None, None], corpus.others, corpus.sketches)
    drawn = [px.signed(px.placed(one.astype(np.float32) / 255)) for one in sketches]
    tokens = [corpus.vocabulary.ids(px.words_of(row.caption)) for row in corpus.rows]
    style = np.asarray([1 + row.style for row in corpus.rows], np.int64)
    return HeldOut(np.stack(clean), np.stack(drawn), style, np.stack(tokens))


def finish(work: _Style, dataset: Dataset, out: Path) -> None:
    """Write the style into `out`, with its things, prints, manifest, notices and card."""
    corpus, base = work.corpus, work.base
    learnt = {name: one.numpy() for name, one in work.best.items()}
    styles = list(base.encoding["styles"])
    styles[work.row] = work.recipe.name
    told = encoding_of(words_of(base), float(base.encoding["sigma_data"]))
    encoding = {**base.encoding, **told, "styles": styles, "own": work.recipe.name}
    things = Memory(corpus.entries, corpus.sketches)
    colours = px.coded(corpus.pixels)
    look = {
        "pictures": len(corpus.rows),
        "own_palette": round(work.free, 2),
        "takes_the_place_of": base.encoding["styles"][work.row],
        "coverage": round(float(colours[..., 3].mean()), 3),
        "mean_colour": [round(float(v), 3) for v in colours[..., :3].sum((0, 1, 2)) / max(colours[..., 3].sum(), 1e-6)],
    }
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        index = prints_of(work.learnt, corpus, {})
        index.save(folder / "fingerprints.npz")
        manifest = write_manifest(folder, dataset, {}, bits=128)
        files: dict[str, Any] = {
            **{f"{THINGS}{name}": data for name, data in things.files().items()},
            "pictures.json": json.dumps(look, indent=1).encode(),
            "fingerprints.npz": folder / "fingerprints.npz",
            manifest.name: manifest,
            "recipe.toml": replace(work.recipe, base=Path(work.recipe.base).name).as_toml().encode(),
            "NOTICE.txt": notice([]).encode(),
        }
        box = save_style(set_aside(out), base, work.row, learnt, card_of(work, dataset), encoding, files, replace=True)
        put_in_place(box.path, out)


def card_of(work: _Style, dataset: Dataset) -> dict[str, Any]:
    """The card of a style: whose pictures, the gain on those that were kept aside, its faults."""
    told = {"name": dataset.name, "version": dataset.version, "sha256": dataset.sha256, "items": len(work.items)}
    base = card_of_base(work.recipe.base)
    figures = {"held_out_error": round(work.worth, 4), "held_out_error_of_base": round(work.start, 4)}
    return {
        "name": work.recipe.name,
        "kind": "picture",
        "version": 1,
        "encoding": px.NAME,
        "created": time.strftime("%Y-%m-%d"),
        "parameters": int(sum(one.numel() for one in work.best.values())),
        **base_named(work.recipe.base),
        "recipe": replace(work.recipe, base=Path(work.recipe.base).name).as_dict(),
        "datasets": [{**told, "licences": terms(work.items)}, *base.get("datasets", ())],
        "licences": {**base.get("licences", {}), **terms(work.items)},
        "attribution": [*attribution(work.items, {}), *base.get("attribution", ())],
        "figures": figures if work.held is not None else {},
        "curve": [[step, round(error, 4)] for step, error in work.curve if not math.isnan(error)],
        "compute": {"hours": round(work.seconds / 3600, 3), "torch": torch.__version__},
        "faults": ["an own style of few pictures: things far from them keep something of the base's hand"],
    }
