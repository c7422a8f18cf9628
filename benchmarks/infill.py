"""A held-out icon with one shape taken out: how near does the net come to what its artist drew there?

    python benchmarks/infill.py ICONS.jsonl.zst [--checkpoint icon-1] [--icons 200] [--seed 1] [--pool 24] [--only TEXT]

Bar 12 of the vector notes. Of every held-out stroke icon with two shapes or more (drawn by chance, at most 200) one
shape, drawn by chance, is taken out. Each control proposes eight parts for the hole, and the best counts:

    words          makers.icon_infill: eight of POOL candidates, the icon's name given, its set not
    no words       the same without the name
    unpicked       eight candidates as they come, the name given, nobody choosing, no copies of the icon's own shapes
    n-gram         the plain baseline of the encoding goes on after the shapes before the hole; nobody choosing
    retrieval      all training icons with one shape taken out: of the eight whose rest is most like this icon's, it
    human          the artist's own shape after its way through the encoding: what the grid leaves possible

each twice: in its *place*, the box of the shape that was taken out and 0.75 units on every side, which is what
`icon edit --replace` knows of it (for retrieval: the IoU of the boxes counts as much as that of the rests); and with
no place told, where the whole canvas is open, which is what `--continue` and ghosts work with.

IoU is taken of ink coverage at 96 px: the part alone, stroked as in its file, on the icon's canvas; the sum of the
smaller over the sum of the larger coverage of each pixel. `untouched` is the share of icons whose other shapes are the
very same objects, with the same text, in every proposal; the files themselves are compared in the tests of `icon edit`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table
from numpy.typing import NDArray

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import MediaError
from maquette.core.seeds import candidate_seed
from maquette.data.dataset import Item, open_dataset
from maquette.encodings.strokes_grammar import Automaton
from maquette.engine.ngram import NGram
from maquette.makers.icon_edit import ROOM
from maquette.makers.icon_infill import LONGEST, MOST, POOL, Infiller, filling
from maquette.media import drawing as d
from maquette.media.extent import Box, geometry_box

PX = 96
EACH = 8  # proposals for a hole
COARSE = 32  # pixels at which icons are compared for retrieval
TEMPERATURE = 0.8  # of the n-gram
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Case:
    """An icon on the canvas of 24 units and the number of the shape that is taken out."""

    item: Item
    icon: d.Drawing
    hole: int

    def part(self) -> d.Drawing:
        """The shape that is taken out, alone."""
        return replace(self.icon, shapes=(self.icon.shapes[self.hole],))

    def place(self) -> Box:
        """Where it stood, with a little room."""
        left, top, right, bottom = geometry_box(self.icon.shapes[self.hole].geometry) or (0.0, 0.0, 24.0, 24.0)
        return left - ROOM, top - ROOM, right + ROOM, bottom + ROOM


def main() -> None:
    """Read the arguments, propose, measure, print the table and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="record file with training and validation icons")
    parser.add_argument("--checkpoint", default="icon-1")
    parser.add_argument("--icons", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pool", type=int, default=POOL, help="candidates of which eight are chosen")
    parser.add_argument("--only", default="", help="rows whose names hold this; nothing is kept then")
    told = parser.parse_args()
    infiller = Infiller(open_checkpoint(told.checkpoint))
    asked = cases(open_dataset(told.data, split="val").items, told.icons, told.seed)
    truth = [picture(case.part()) for case in asked]
    ways = controls(infiller, asked, told.data, told.pool, told.seed)
    rows = [measured(name, propose, asked, truth) for name, propose in ways.items() if told.only in name]
    print(table(rows))
    facts = {
        "checkpoint": f"{infiller.checkpoint.name} {infiller.checkpoint.id[:12]}",
        "icons": len(asked),
        "pool": told.pool,
        "seed": told.seed,
        "one_shape_of": round(float(np.mean([len(case.icon.shapes) for case in asked])), 2),
    }
    print(facts)
    if not told.only:
        keep("infill", {**facts, "controls": rows})


def cases(items: Sequence[Item], count: int, seed: int) -> list[Case]:
    """Up to `count` stroke icons of at least two shapes, each with one shape to take out, by the dice of `seed`."""
    dice = np.random.default_rng(seed)
    out: list[Case] = []
    for at in dice.permutation(len(items)):
        item = items[int(at)]
        hole = float(dice.random())
        icon = stroked(item)
        if icon is not None and len(out) < count:
            out.append(Case(item, icon, int(hole * len(icon.shapes))))
    return out


def stroked(item: Item) -> d.Drawing | None:
    """The icon on the canvas of 24 units; None if it is no stroke icon of two shapes or more."""
    if item.paint != "stroke":
        return None
    try:
        icon = d.fit(d.parse(item.svg_text()))
    except MediaError:
        return None
    return icon if len(icon.shapes) > 1 else None


def picture(part: d.Drawing) -> Floats:
    """Ink coverage (PX, PX) of a part."""
    return np.minimum(d.render(part, PX), 1)


def iou(a: Floats, b: Floats) -> float:
    """Of two pictures of ink coverage."""
    return float(np.minimum(a, b).sum() / max(float(np.maximum(a, b).sum()), 1e-6))


def measured(
    name: str, propose: Callable[[int, Case], list[d.Drawing]], asked: Sequence[Case], truth: Sequence[Floats]
) -> dict[str, Any]:
    """The figures of one way to fill holes; `propose` gives whole icons, best first."""
    best, first, untouched = [], [], []
    began = time.process_time()
    proposed = [propose(number, case) for number, case in enumerate(asked)]
    spent = time.process_time() - began
    for case, icons, wanted in zip(asked, proposed, truth, strict=True):
        found = [iou(picture(part_of(case, icon)), wanted) for icon in icons[:EACH]]
        best.append(max(found, default=0.0))
        first.append(found[0] if found else 0.0)
        untouched.append(all(_stands(case, icon) for icon in icons))
    print(f"{name}: {np.median(best):.3f}", file=sys.stderr, flush=True)
    return {
        "control": name,
        "best_of_8_median": round(float(np.median(best)), 3),
        "best_of_8_mean": round(float(np.mean(best)), 3),
        "half_or_more": round(float(np.mean(np.array(best) >= 0.5)), 3),
        "nine_tenths": round(float(np.mean(np.array(best) >= 0.9)), 3),
        "first_median": round(float(np.median(first)), 3),
        "untouched": round(float(np.mean(untouched)), 3),
        "ms_per_icon": round(1000 * spent / len(asked), 1),
    }


def part_of(case: Case, icon: d.Drawing) -> d.Drawing:
    """What stands in the hole of a proposal."""
    behind = len(case.icon.shapes) - case.hole - 1
    return replace(icon, shapes=icon.shapes[case.hole : len(icon.shapes) - behind])


def _stands(case: Case, icon: d.Drawing) -> bool:
    behind = len(case.icon.shapes) - case.hole - 1
    kept = (*icon.shapes[: case.hole], *icon.shapes[len(icon.shapes) - behind :])
    old = (*case.icon.shapes[: case.hole], *case.icon.shapes[case.hole + 1 :])
    return len(kept) == len(old) and all(a is b for a, b in zip(kept, old, strict=True))


# -- who proposes -------------------------------------------------------------------------------------------------


def controls(
    infiller: Infiller, asked: Sequence[Case], data: Path, pool: int, seed: int
) -> dict[str, Callable[[int, Case], list[d.Drawing]]]:
    """The name of each control and what it proposes for a case."""

    def net(number: int, case: Case, words: bool, place: bool) -> list[d.Drawing]:
        found = infiller.fill(
            case.icon,
            case.hole,
            case.hole + 1,
            title=case.item.title if words else "",
            count=EACH,
            pool=pool,
            seed=seed + number,
            near=case.place() if place else None,
        )
        return [one.drawing for one in found]

    def drawn(number: int, case: Case) -> list[d.Drawing]:
        hole = infiller.hole(case.icon, case.hole, case.hole + 1, near=case.place())
        words = infiller.read("", case.item.title)
        return [one.drawing for one in infiller.sample(hole, words, pool=EACH, seed=seed + number, most=1)]

    ngram = NGram.load(Path(str(files("maquette") / f"starters/baselines/{infiller.encoding.name}.npz")))

    def human(number: int, case: Case) -> list[d.Drawing]:
        hole = infiller.hole(case.icon, case.hole, case.hole + 1)
        back = infiller.placed(hole, infiller.encoding.encode(case.part()).body[:-1])
        return [] if back is None else [back.drawing]

    shelf = Shelf(open_dataset(data, split="train").items)  # read when it is first asked
    ways: dict[str, Callable[[int, Case], list[d.Drawing]]] = {}
    told = {True: "place", False: "no place"}
    for place in (True, False):
        ways[f"{told[place]}, words"] = partial(net, words=True, place=place)
        ways[f"{told[place]}, no words"] = partial(net, words=False, place=place)
        ways[f"{told[place]}, n-gram"] = partial(by_ngram, ngram=ngram, infiller=infiller, seed=seed, place=place)
    ways["place, unpicked"] = drawn
    for place in (True, False):
        ways[f"{told[place]}, retrieval"] = partial(shelf.proposed, place=place)
    ways["human"] = human
    return ways


def by_ngram(number: int, case: Case, ngram: NGram, infiller: Infiller, seed: int, place: bool) -> list[d.Drawing]:
    """Eight shapes that the n-gram draws after the shapes before the hole."""
    hole = infiller.hole(case.icon, case.hole, case.hole + 1, near=case.place() if place else None)
    out = []
    for k in range(EACH):
        grammar: Automaton = filling(hole, 1, True, LONGEST)
        dice = np.random.default_rng(candidate_seed(seed + number, k))
        tokens = ngram.sample(dice, grammar, LONGEST + MOST, start=hole.shown[0], temperature=TEMPERATURE)
        made = infiller.placed(hole, tokens[:-1].astype(np.int32)) if grammar.done else None
        out += [made.drawing] if made is not None else []
    return out


class Shelf:
    """All training icons, each with every one of its shapes taken out in turn."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.parts: list[d.Shape] = []

    def _read(self) -> None:
        rests: list[Floats] = []
        for number, item in enumerate(self.items):
            icon = stroked(item)
            if number % 4000 == 0:
                print(f"reading {number} of {len(self.items)} training icons", file=sys.stderr, flush=True)
            if icon is None or len(icon.shapes) > 12:
                continue
            alone = np.minimum(d.render_many([replace(icon, shapes=(s,)) for s in icon.shapes], COARSE), 1)
            for at, shape in enumerate(icon.shapes):
                rests.append(np.delete(alone, at, axis=0).max(axis=0).astype(np.float16))
                self.parts.append(shape)
        self.boxes = np.array([geometry_box(part.geometry) or (0, 0, 0, 0) for part in self.parts])
        self.rests = np.stack(rests).reshape(len(rests), -1)

    def proposed(self, number: int, case: Case, place: bool) -> list[d.Drawing]:
        """The case with the shapes of the eight likeliest places in its hole, in its own stroke."""
        if not self.parts:
            self._read()
        kept = replace(case.icon, shapes=tuple(s for at, s in enumerate(case.icon.shapes) if at != case.hole))
        rest = np.minimum(d.render(kept, COARSE), 1).ravel()
        alike = np.zeros(len(self.rests))
        for start in range(0, len(self.rests), 8192):
            some = self.rests[start : start + 8192].astype(np.float32)
            alike[start : start + len(some)] = np.minimum(some, rest).sum(1) / np.maximum(some, rest).sum(1)
        if place:
            alike += overlap(self.boxes, np.array(case.place()))
        out: list[d.Drawing] = []
        seen: set[Any] = set()
        for at in np.argsort(-alike, kind="stable")[:400]:
            shape = self.parts[int(at)]
            if shape.geometry not in seen and len(out) < EACH:
                seen.add(shape.geometry)
                paint = replace(shape.paint, width=kept.shapes[0].paint.width)
                old = case.icon.shapes
                shapes = (*old[: case.hole], replace(shape, paint=paint), *old[case.hole + 1 :])
                out.append(replace(case.icon, shapes=shapes))
        return out


def overlap(boxes: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.float64]:
    """IoU (n,) of boxes (n, 4) with a box, each half a unit larger: a line has no area."""
    sides = np.minimum(boxes[:, 2:], box[2:]) - np.maximum(boxes[:, :2], box[:2]) + 0.5
    both = np.maximum(sides, 0).prod(axis=1)
    areas = (boxes[:, 2:] - boxes[:, :2] + 0.5).prod(axis=1) + (box[2:] - box[:2] + 0.5).prod()
    return np.asarray(both / (areas - both))


if __name__ == "__main__":
    main()
