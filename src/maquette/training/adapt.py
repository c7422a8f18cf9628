"""`maquette train icon my-icons/ --base icon-1`: twenty icons become a style adapter, in minutes on two cores.

The base's weights rest; narrow matrices beside them (LoRA, Hu et al. 2021, arXiv:2106.09685) and one new style learn
from pairs (see `pairs`): the designer's own icons, and drawings of the shelf that were restyled by rule into her hand.
Some of both are held out. What these cost the net in bits, beside what they cost the base, decides when to stop and how
strongly the adapter counts: her icons tell whether the hand is hers, the restyled ones whether the net still follows a
drawing that it is shown. The base itself, under the style of its own that suits her icons best, is the first candidate:
an adapter that is worse on them is never kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ..checkpoints import adapter, quantise
from ..checkpoints.box import Checkpoint
from ..core.errors import CheckpointError, DataError
from ..core.progress import OnProgress, Progress
from ..data.dataset import Dataset, concept_of
from ..encodings import strokes_vocabulary as v
from ..encodings.strokes import StrokeEncoding
from ..encodings.words import Words
from ..media import drawing as d
from ..media.style_card import Style, measure
from . import adapt_rule
from .adapting import STRENGTHS, Adapting, Changes, net_of, weighed
from .corpus import Corpus, build
from .loop import bits_of
from .pairs import Lesson, PairDealer, Shown, held_out_documents, held_out_lessons, references_of
from .recipe import Recipe

if TYPE_CHECKING:
    from .corpus import Document

LEAST = 4  # icons that a hand can be read from
FEW = 8  # icons below which the held-out figures say little
MINUTES = 4.0  # of training, unless others are asked for
TRIED_ON = 8  # icons on which the base's styles are compared


@dataclass(frozen=True)
class Icons:
    """A designer's icons, ready to be learnt from: numbers into `corpus.items`, what is shown before each, the card."""

    dataset: Dataset
    corpus: Corpus
    learnt: tuple[int, ...]
    held: tuple[int, ...]
    left_out: tuple[str, ...]  # names of icons that no adapter can learn: filled, or too long
    shown: Mapping[int, Sequence[Shown]]
    ids: Mapping[int, Sequence[int]]
    lessons: Sequence[Lesson]  # drawings of the shelf, restyled by rule into the hand
    held_lessons: Sequence[Lesson]
    style: Style
    encoding: StrokeEncoding  # the base's, with the new style at its end

    @property
    def index(self) -> int:
        """The new style's number."""
        return len(self.encoding.styles) - 1

    def names(self, numbers: Sequence[int]) -> list[str]:
        """The titles of some of the icons."""
        return [self.corpus.items[i].title for i in numbers]

    def documents(self, style: int | None, numbers: Sequence[int]) -> list[Document]:
        """Icons as they are judged, under one of the styles."""
        return held_out_documents(self.corpus, numbers, self.shown, self.ids, self.encoding, style)

    def in_words(self, style: int | None, numbers: Sequence[int]) -> list[Document]:
        """The same from words alone."""
        return held_out_documents(self.corpus, numbers, {}, self.ids, self.encoding, style)

    def redrawn(self, style: int | None) -> list[Document]:
        """The held-out restyled drawings, each after the drawing that it was."""
        return held_out_lessons(self.held_lessons, self.encoding, style)


@dataclass(frozen=True)
class Baseline:
    """The base on the held-out icons: bits under its best style (None: no style said) and by each that was tried."""

    style: int | None
    name: str
    bits: float
    start: int  # the style that the new one starts from
    redrawn: float = 0.0  # bits of a held-out restyled drawing after the drawing that it was; 0: there are none

    def cost(self, bits: float, redrawn: float) -> float:
        """What an adapter needs for each of the base's bits, on both kinds of what is held out: below 1 it gains."""
        return (bits / self.bits + redrawn / self.redrawn) / 2 if self.redrawn else bits / self.bits


@dataclass
class Adapted:
    """An adaptation that has ended: what changed, and by how much it helped. Bits are per held-out icon."""

    base: Checkpoint
    recipe: Recipe
    icons: Icons
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


# -- the icons ---------------------------------------------------------------------------------------------------


def gather(dataset: Dataset, base: Checkpoint, recipe: Recipe, cache: Path, on_progress: OnProgress) -> Icons:
    """Read the icons, their style card and what stands on the shelf beside them; set some aside.

    Raises MediaError where there is no common style (an empty folder, filled icons, several canvases) and DataError
    where too few icons are left.
    """
    name = recipe.name
    drawings = {item.id: d.parse(item.svg_text()) for item in dataset.items}
    style = measure(drawings, name)
    if len(base.encoding["styles"]) >= v.STYLES:
        raise CheckpointError(f"{base.name} has no free style left", where=str(base.path), mend="choose another --base")
    encoding = StrokeEncoding([*base.encoding["styles"], f"{name}/own"], int(base.encoding["words"]))
    items = [replace(item, set=name, style="own", concept=concept_of(item.title)) for item in dataset.items]
    words = Words.load(base.file("words.json.gz"))
    corpus = _stroke_icons(build(items, encoding, words, longest=recipe.sampling.longest, cache=cache))
    usable = corpus.encoded_items
    if len(usable) < LEAST:
        raise DataError(
            f"{len(usable)} of {len(items)} icons can be learnt from; a hand is read from {LEAST} at least",
            where=str(dataset.path),
            mend="add icons drawn with strokes; `maquette icon lined FILE` turns filled ones into strokes",
        )
    learnt, held = apart([items[i].concept for i in usable])
    left_out = [item.title for i, item in enumerate(items) if i not in set(usable)]
    titles = {i: items[i].title for i in usable}
    on_progress(Progress(0, 0, "looking on the shelf for the same things"))
    own = {item.sha256 for item in items}
    shown = references_of(titles, words, encoding, most=recipe.adapter.references, own=own)
    ids = {i: words.read(title).ids for i, title in titles.items()}
    parts = (tuple(usable[i] for i in learnt), tuple(usable[i] for i in held))
    most = recipe.adapter.restyled if recipe.adapter.rule else 0
    lessons = adapt_rule.lessons_of(style.card, words, encoding, most, own=own, on_progress=on_progress)
    return Icons(dataset, corpus, *parts, tuple(left_out), shown, ids, *adapt_rule.apart(lessons), style, encoding)


def _stroke_icons(corpus: Corpus) -> Corpus:
    """The corpus without icons that are filled areas: an adapter draws strokes."""
    for concept, numbers in list(corpus.concepts.items()):
        kept = [i for i in numbers if corpus.header(corpus.row[(i, 0)]).paint != "fill"]
        corpus.concepts[concept] = kept
    return corpus


def apart(concepts: Sequence[str]) -> tuple[list[int], list[int]]:
    """Numbers to learn from and to hold out: one concept in five, three at least (one of fewer than eight icons).

    By the hash of the concept, so that versions of one thing stay together and a new icon moves few others.
    """
    groups: dict[str, list[int]] = {}
    for number, concept in enumerate(concepts):
        groups.setdefault(concept, []).append(number)
    wanted = max(3, len(concepts) // 5) if len(concepts) >= FEW else 1
    held: list[int] = []
    for concept in sorted(groups, key=lambda one: hashlib.sha256(one.encode()).hexdigest()):
        if len(held) < wanted and len(held) + len(groups[concept]) < len(concepts):
            held += groups[concept]
    return [i for i in range(len(concepts)) if i not in set(held)], sorted(held)


# -- the adaptation ----------------------------------------------------------------------------------------------


class Adaptation(Adapting):
    """An adaptation to a designer's icons, under way."""

    baseline: Baseline

    def __init__(self, base: Checkpoint, recipe: Recipe, icons: Icons, folder: Path) -> None:
        self.icons = icons
        super().__init__(base, recipe, folder, v.STYLE, icons.index)

    def _dealer(self) -> PairDealer:
        icons = self.icons
        return PairDealer(icons.corpus, icons.learnt, icons.shown, icons.ids, self.recipe, icons.lessons)

    def _held_out(self) -> list[Document]:
        return self.icons.documents(self.icons.index, self.icons.held)

    def _judge_base(self) -> int:
        self.baseline = self._baseline()
        return self.baseline.start

    def _baseline(self) -> Baseline:
        """The style of the base's own that suits these icons best, on the held-out ones and some of the others."""
        icons = self.icons
        some = [*icons.held, *icons.learnt][:TRIED_ON]
        styles = [None, *(i for i, name in enumerate(icons.encoding.styles[: icons.index]) if "filled" not in name)]
        self.run.net.eval()
        bits = self.run.bits([one for style in styles for one in icons.in_words(style, some)])
        tried = dict(zip(styles, bits.reshape(len(styles), -1).mean(1), strict=True))
        ranked = sorted(styles, key=lambda style: float(tried[style]))
        held = {style: float(np.mean(self.run.bits(icons.documents(style, icons.held)))) for style in ranked[:4]}
        best = min(held, key=lambda style: held[style])
        start = next((style for style in ranked if style is not None), 0)
        name = "no style" if best is None else icons.encoding.styles[best]
        redrawn = float(np.mean(self.run.bits(icons.redrawn(best)))) if icons.held_lessons else 0.0
        return Baseline(best, name, held[best], start, redrawn)

    def _cost(self, bits: float) -> float:
        """What the net as it stands costs, where it needs `bits` for a held-out icon."""
        if not self.icons.held_lessons:
            return self.baseline.cost(bits, 0.0)
        self.run.net.eval()
        with self.run.mean.worn_by(self.run.net), torch.no_grad():
            return self.baseline.cost(bits, float(np.mean(self.run.bits(self.icons.redrawn(self.icons.index)))))

    def note(self) -> str:
        """What stands before the first step: what is held out, and what the base makes of it."""
        icons = self.icons
        few = f"; with fewer than {FEW} icons this says little" if len(icons.held) + len(icons.learnt) < FEW else ""
        told = (
            f"held out: {', '.join(icons.names(icons.held))}{few}; {self.base.name}'s best style: {self.baseline.name}"
        )
        return told + (f"; not learnt from: {', '.join(icons.left_out)}" if icons.left_out else "")

    # -- what is kept ----------------------------------------------------------------------------------------

    def finished(self) -> Adapted:
        """The best weights at the strength that suits the held-out icons best; the base itself where none does."""
        changes, learnt = self._best_changes()
        start = self.table[self.start]
        tried = {one: self._bits(*weighed(changes, learnt, start, one)) for one in STRENGTHS[1:]}
        cost = {one: self.baseline.cost(*bits) for one, bits in tried.items()}
        told: dict[str, Any] = {"strengths": {str(one): round(own, 2) for one, (own, _) in tried.items()}}
        if self.baseline.redrawn:
            told |= {
                "redrawn_bits": round(self.baseline.redrawn, 2),
                "base_redrawn_bits": round(self.baseline.redrawn, 2),
            }
        better = [one for one in tried if tried[one][0] < self.baseline.bits]
        if not better:
            return self._done(0.0, self.baseline.bits, {}, start, told)
        best = min(better, key=lambda one: cost[one])
        if self.baseline.redrawn:
            told["redrawn_bits"] = round(tried[best][1], 2)
        return self._done(best, tried[best][0], *weighed(changes, learnt, start, best), told)

    def _done(self, strength: float, bits: float, changes: Any, row: np.ndarray, told: dict[str, Any]) -> Adapted:
        kept = (self.base, self.recipe, self.icons, self.baseline, strength, bits, changes, row)
        return Adapted(*kept, self.curve, self.seconds, self.tokens, told)

    def _bits(self, changes: Changes, row: np.ndarray) -> tuple[float, float]:
        """Bits of a held-out icon and of a held-out restyled drawing (0 if there is none), by the net as it will be
        opened: merged, and packed as its base is."""
        arrays = adapter.as_arrays(changes, row)
        slot = v.STYLE + self.icons.index
        merged = adapter.merged(self.base.arrays(), self.base.size, arrays, slot, str(self.folder))
        net, style = net_of(quantise.restore(merged, self.base.size), self.base), self.icons.index
        own = float(np.mean(bits_of(net, self.icons.documents(style, self.icons.held))))
        redrawn = self.icons.redrawn(style)
        return own, float(np.mean(bits_of(net, redrawn))) if redrawn else 0.0
