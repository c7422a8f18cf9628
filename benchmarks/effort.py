"""Effort saved: how many shapes of a human's icon need not be drawn, because a ghost showed them?

    python benchmarks/effort.py ICONS.jsonl.zst [--checkpoint icon-1] [--icons 200] [--seed 1]

Held-out stroke icons, none of whose concepts stood in any training batch, are drawn again shape by shape, in the order
of their files. Before each shape three ghosts are asked for. A ghost counts when it is the shape that comes next: both
drawn alone with the icon's own pen on the canvas of 24 units and rendered at 96 px, their ink overlaps by IoU >= 0.9
(a line of two units' width may stand off by a twentieth of it). On a miss the person draws the shape herself, and the
replay goes on from her icon. The pen is known beforehand, as it is in any program; the style and the set are not said.

    ghosts        what Studio.suggest shows: all sources together, the training icons of all sets on the shelf
    as installed  the same with Lucide's training icons alone on the shelf, as the base install has them
    net           the net alone
    repeats       the drawing's own shapes alone, mirrored, turned, repeated
    usual         what the shelf's icons of any name have after the shapes drawn so far, alone
    shelf         what the shelf's icons of the same words have, alone (needs words)
    n-gram        the plain baseline of the encoding goes on with the drawing
    retrieval     the training icons (one in three) whose first shapes overlap most with the drawing: their next shapes

The shelf holds training icons only: the icon that is drawn, and its concept, are never on it; other icons of its set
are, as a designer's own are on hers. Figures: the share of shapes accepted from three ghosts, and from the first alone;
first shapes, of which nothing but words may be known, apart from later ones; +- one standard error over icons.
Milliseconds of processor time on one core for one question, all sources, words read and ghosts built, once the net is
open and the shelf read, and was searched for the words. How likely ghosts of each source are was fitted on the other
half of the held-out icons (`makers.icon_ghost.CHANCES`) and on training icons (`makers.icon_repeats`).
"""

from __future__ import annotations

import argparse
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table
from numpy.typing import NDArray

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import MediaError
from maquette.core.spelling import normal_words
from maquette.data.dataset import Dataset, Item, open_dataset
from maquette.data.shelf import FolderShelf, ShelfIcon, _rank
from maquette.encodings import strokes_vocabulary as v
from maquette.engine.ngram import NGram
from maquette.makers.icon_ghost import ROWS, IconGhosts, NextShape, Proposal, Sheet, distinct, ink_of, overlap
from maquette.media import drawing as d

SHOWN = 3
PIXELS = 96
ACCEPTED = 0.9  # IoU
COARSE = 20  # pixels of the renders by which retrieval compares drawings
LONGEST = 24  # shapes of an icon that is drawn again


class Training(FolderShelf):
    """The training icons as a shelf; those of one set, if one is named."""

    def __init__(self, folder: Path, of: str = "") -> None:
        super().__init__(folder)
        self.of = of

    @cached_property
    def _dataset(self) -> Dataset:
        whole = open_dataset(self.folder, split="train")
        items = [item for item in whole.items if item.paint == "stroke" and self.of in ("", item.set)]
        return replace(whole, items=items)

    @cached_property
    def _by_word(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for entry in self._entries:
            for word in (*entry.words, *(word for tag in entry.tags for word in normal_words(tag))):
                found[word].add(entry.key)
        return found

    def search(self, words: Sequence[str], k: int = 8, *, synonyms: Mapping[str, str] | None = None) -> list[ShelfIcon]:
        """As `Shelf.search`, looking only at the icons that have one of the words."""
        asked = [word for text in words for word in normal_words(text)]
        asked += [word for text in asked for word in normal_words((synonyms or {}).get(text, ""))]
        some = {key for word in asked for key in self._by_word.get(word, ())}
        entries = [entry for entry in self._entries if entry.key in some]
        return [self._icon(rank) for rank in _rank(entries, words, k, len(self), synonyms)]


@dataclass(frozen=True)
class Question:
    """An icon with its first `at` shapes drawn; `icon` is its number."""

    icon: int
    at: int
    words: str
    sheet: Sheet


Answer = Callable[[Question], list[d.Shape]]


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--checkpoint", default="icon-1")
    parser.add_argument("--icons", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    if told.data is None:
        print("no data given: nothing is drawn again")
        return
    box = open_checkpoint(told.checkpoint)
    shelf = Training(told.data)
    ghosts, installed = IconGhosts(box, [shelf]), IconGhosts(box, [Training(told.data, "lucide")])
    for one in (ghosts, installed):
        one.suggest(one.blank(), words="a star")  # opens the net, reads the shelf
    icons = held_out(told.data, told.icons, told.seed)
    say(f"{len(icons)} icons, {sum(len(drawing.shapes) for _, drawing in icons)} shapes")
    rows, times = [], {}
    for words in (True, False):
        replay = Replay(ghosts, icons, words)
        for name, answer in controls(ghosts, shelf, told.seed, words, replay):
            rows.append({"who": name, "words": "yes" if words else "no", **replay.run(answer)})
            say(f"{rows[-1]}")
        own = Replay(installed, icons, words)
        rows.append({"who": "as installed", "words": "yes" if words else "no", **own.run(whole(own))})
        say(f"{rows[-1]}")
        times["with words" if words else "without"] = replay.milliseconds()
        times["as installed, with words" if words else "as installed, without"] = own.milliseconds()
    print(table(rows))
    facts = {
        "checkpoint": f"{box.name} {box.id[:12]}",
        "parameters": box.card.get("parameters"),
        "icons": len(icons),
        "shapes": sum(len(drawing.shapes) for _, drawing in icons),
        "seed": told.seed,
    }
    print("\n".join(f"{name}: {one}" for name, one in {**facts, **times}.items()))
    keep("effort", {**facts, "milliseconds": times, "accepted": rows})


def held_out(data: Path, count: int, seed: int) -> list[tuple[Item, d.Drawing]]:
    """Held-out stroke icons of the half on which no chance was fitted, on the canvas of 24 units."""
    items = [item for item in open_dataset(data, split="val").items if item.paint == "stroke"]
    other = [item for item in items if zlib.crc32(item.id.encode()) % 2 == 1]
    found = []
    for number in np.random.default_rng(seed).permutation(len(other)):
        try:
            drawing = d.fit(d.parse(other[number].svg_text()))
        except MediaError:
            continue
        if 1 <= len(drawing.shapes) <= LONGEST:
            found.append((other[number], drawing))
        if len(found) == count:
            break
    return found


class Replay:
    """Icons that are drawn again, with or without their words."""

    def __init__(self, ghosts: IconGhosts, icons: Sequence[tuple[Item, d.Drawing]], words: bool) -> None:
        self.ghosts = ghosts
        self.icons = icons
        self.spent: list[float] = []
        self.questions = [
            Question(number, at, item.title if words else "", self._sheet(drawing, at))
            for number, (item, drawing) in enumerate(icons)
            for at in range(len(drawing.shapes))
        ]
        self._proposed: dict[tuple[int, int], list[Proposal]] = {}

    def _sheet(self, drawing: d.Drawing, at: int) -> Sheet:
        begun = replace(drawing, shapes=drawing.shapes[:at])
        sheet = self.ghosts.sheet(begun, at, None)
        if at:
            return sheet
        whole = self.ghosts.sheet(drawing, 0, None)  # of an empty canvas only the pen is known
        return replace(sheet, header=whole.header, pen=whole.pen)

    def proposals(self, question: Question) -> list[Proposal]:
        """What the sources give, once for all controls; timed."""
        key = (question.icon, question.at)
        if key not in self._proposed:
            if question.words and question.at == 0:  # the shelf is searched once, when the words are typed
                self.ghosts.proposals(question.sheet, question.words)
            begun = time.process_time()
            media = replace(self.icons[question.icon][1], shapes=question.sheet.drawing.shapes)
            sheet = self.ghosts.sheet(media, question.at, None) if question.at else question.sheet
            found = self.ghosts.proposals(sheet, question.words)
            for one in distinct(found, SHOWN):
                self.ghosts.ghost(one, media, sheet)
            self.spent.append(1000 * (time.process_time() - begun))
            self._proposed[key] = found
        return self._proposed[key]

    def milliseconds(self) -> dict[str, float]:
        """Median, 95th percentile and worst of a question."""
        spent = self.spent[5:]  # the first open the net
        p50, p95, most = np.percentile(spent, [50, 95, 100])
        return {"median": round(float(p50), 1), "p95": round(float(p95), 1), "worst": round(float(most), 1)}

    def run(self, answer: Answer) -> dict[str, Any]:
        """The shares of shapes that are accepted."""
        hits: dict[str, list[tuple[int, bool, bool]]] = defaultdict(list)
        for question in self.questions:
            wanted = self.icons[question.icon][1].shapes[question.at]
            truth = ink_of(wanted, PIXELS)
            shown = [overlap(truth, ink_of(shape, PIXELS)) >= ACCEPTED for shape in answer(question)[:SHOWN]]
            part = "later" if question.at else "first"
            hits[part].append((question.icon, any(shown), any(shown[:1])))
        every = [*hits["first"], *hits["later"]]
        return {
            "all": share([(icon, three) for icon, three, _ in every]),
            "all, first ghost": share([(icon, one) for icon, _, one in every]),
            "first shapes": share([(icon, three) for icon, three, _ in hits["first"]]),
            "later shapes": share([(icon, three) for icon, three, _ in hits["later"]]),
            "later, first ghost": share([(icon, one) for icon, _, one in hits["later"]]),
        }


def share(hits: Sequence[tuple[int, bool]]) -> str:
    """A share in per cent with its standard error, icons being the sample."""
    found: dict[int, list[bool]] = defaultdict(list)
    for icon, hit in hits:
        found[icon].append(hit)
    whole = np.mean([hit for _, hit in hits])
    off = [sum(one) - whole * len(one) for one in found.values()]  # of a ratio (Cochran 1977, section 2.11)
    error = np.sqrt(np.sum(np.square(off))) / len(hits)
    return f"{100 * whole:.1f} +- {100 * error:.1f}"


def controls(
    ghosts: IconGhosts, shelf: Training, seed: int, words: bool, replay: Replay
) -> Iterator[tuple[str, Answer]]:
    """Who answers, by name."""

    yield "ghosts", whole(replay)
    yield "net", whole(replay, lambda one: "net" in one.ways)
    yield "repeats", whole(replay, lambda one: "repeat" in one.ways)
    yield "usual", whole(replay, lambda one: "usual" in one.ways)
    if words:
        yield "shelf", whole(replay, lambda one: "lacking" in one.ways)
        return  # the two that follow read no words
    yield "n-gram", by_ngram(ghosts, seed)
    yield "retrieval", Nearest(shelf).answer


def whole(replay: Replay, kept: Callable[[Proposal], bool] = lambda one: True) -> Answer:
    """The ghosts of those proposals that are kept."""

    def answer(question: Question) -> list[d.Shape]:
        return [one.shape for one in distinct([one for one in replay.proposals(question) if kept(one)], SHOWN)]

    return answer


def by_ngram(ghosts: IconGhosts, seed: int) -> Answer:
    """As many samples of the n-gram as the net draws, the most frequent first."""
    ngram = NGram.load(Path(str(files("maquette") / f"starters/baselines/{ghosts.encoding.name}.npz")))

    def answer(question: Question) -> list[d.Shape]:
        sheet = question.sheet
        found: dict[tuple[int, ...], list[Any]] = {}
        for row in range(ROWS):
            grammar = NextShape(ghosts.rules(sheet), v.STROKE)
            dice = np.random.default_rng([seed, question.icon, question.at, row])
            before = [token for shape in sheet.before for token in shape]
            tokens = ngram.sample(dice, grammar, 40, start=before, temperature=0.6).tolist()
            shapes = ghosts.encoding.decode(sheet.header, [*tokens[:-1], v.END]).shapes if grammar.done else ()
            if len(shapes) == 1:
                found.setdefault(tuple(tokens), [0, shapes[0]])[0] += 1
        ranked = sorted(found.values(), key=lambda one: -one[0])
        return [one.shape for one in distinct([Proposal(shape, "model", count) for count, shape in ranked], SHOWN)]

    return answer


class Nearest:
    """The next shapes of the training icons that begin most alike: renders of their first shapes, by IoU."""

    def __init__(self, shelf: Training) -> None:
        self.beginnings: dict[int, tuple[NDArray[np.float32], list[d.Shape]]] = {}
        found: dict[int, tuple[list[Any], list[d.Shape]]] = defaultdict(lambda: ([], []))
        for item in shelf._dataset.items[::3]:  # one in three: a question then takes milliseconds
            try:
                shapes = d.fit(d.parse(item.svg_text())).shapes
            except MediaError:
                continue
            ink = np.zeros((COARSE, COARSE), np.float32)
            for at, shape in enumerate(shapes[:8]):
                found[at][0].append(ink.ravel().astype(np.float16))
                found[at][1].append(shape)
                ink = np.maximum(ink, ink_of(shape, COARSE))
        for at, (pictures, shapes_) in found.items():
            self.beginnings[at] = (np.array(pictures, np.float32), shapes_)

    def answer(self, question: Question) -> list[d.Shape]:
        """Of those nearest with as many shapes: three different next shapes, with the pen of the drawing."""
        at = min(question.at, max(self.beginnings))
        table_, shapes = self.beginnings[at]
        pen = question.sheet.pen
        ink = np.zeros(COARSE * COARSE, np.float32)
        for shape in question.sheet.drawing.shapes[:at]:
            ink = np.maximum(ink, ink_of(shape, COARSE).ravel())
        iou = np.minimum(table_, ink).sum(1) / np.maximum(np.maximum(table_, ink).sum(1), 1e-6)
        order = np.argsort(-iou, kind="stable")[:12]
        found = [Proposal(replace(shapes[i], paint=pen), "retrieval", float(iou[i])) for i in order]
        return [one.shape for one in distinct(found, SHOWN)]


def say(text: str | Mapping[str, Any]) -> None:
    """A line of progress."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
