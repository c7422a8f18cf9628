"""Does an adapter draw in the hand of its icons? (bar 9 of the icon craft)

    python benchmarks/adapters.py ICONS.jsonl.zst --base MODEL [--sets iconoir,heroicons] [--icons 24] [--names 120]

`--base` must have been trained without the sets: these play the designer. Of each set some outline icons become an
adapter. Then other names of the set are drawn, one each, as a user draws them: shelf and maker, only what comes with
the program on the shelf. The set's own icons of these very names are the real ones, and neither net has seen them.

A logistic classifier on the geometric features (`media/features.py`) is asked which is which, cross-validated, both
drawings of a name on the same side: the area under its curve is 0.5 where it cannot tell and 1 where it always can.
Beside the adapter stand a real half against the other (the ceiling), the base under the set's style card, the shelf's
drawings under the card's stroke and grid and restyled by rule, and the n-gram (the floor). Real icons that only went
through the encoding show what its grid costs. In the columns "coded" both sides went through it before they were
measured: whether a file writes a circle or a path is no part of a hand. Bits are per icon it has not seen, from words
alone.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from common import keep, processor, table
from numpy.typing import NDArray

if TYPE_CHECKING:
    from maquette.checkpoints.box import Checkpoint
    from maquette.data.dataset import Item
    from maquette.makers.icon import IconMaker
    from maquette.media.drawing import Drawing
    from maquette.media.style_card import StyleCard

Floats = NDArray[np.float64]
SEEN = ("lucide/outline", "tabler/outline", "phosphor/outline", "iconpark/outline", "feather/outline")
FOLDS, ROUNDS, RIDGE = 5, 8, 1.0


def main() -> None:
    """Adapt, draw and measure each set; print the tables and keep them."""
    told = _arguments()
    if told.data is None or told.base is None:
        say("left out: it needs DATA and a --base that was trained without the sets")
        return
    with tempfile.TemporaryDirectory() as home:
        # A home of its own: no shelf but what comes with the program, and the base where an adapter looks for it.
        os.environ["MAQUETTE_HOME"] = home
        base = _at_home(told.base, Path(home))
        from maquette.data.dataset import open_dataset

        items = open_dataset(told.data).items
        rows: list[dict[str, Any]] = []
        hands = [_one(items, one, base, told, Path(home), rows) for one in told.sets.split(",")]
    print(table(rows))
    print(table(hands))
    keep("adapters", {"base": Path(told.base).name, "icons": told.icons, "auc": rows, "hands": hands})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--base", help="a model that has not seen the sets")
    parser.add_argument("--sets", default="iconoir,heroicons")
    parser.add_argument("--icons", type=int, default=24)
    parser.add_argument("--names", type=int, default=120)
    parser.add_argument("--minutes", type=float, default=None)
    parser.add_argument("--pool", type=int, default=24)
    parser.add_argument("--sheet", type=Path, default=None, help="a folder for pictures of what was compared")
    return parser.parse_args()


def _at_home(base: str, home: Path) -> str:
    """The base's name, after it was copied among the models if it was given by its path."""
    if not Path(base).is_dir():
        return base
    name = Path(base).resolve().name
    shutil.copytree(base, home / "models" / name, ignore=shutil.ignore_patterns("run"))
    return name


def _one(
    items: Sequence[Item], name: str, base: str, told: argparse.Namespace, home: Path, rows: list[dict[str, Any]]
) -> dict[str, Any]:
    """One set in the place of a designer's icons: its lines of the table of AUCs, and the line of figures."""
    from maquette.checkpoints.box import open_checkpoint
    from maquette.makers.icon import IconMaker
    from maquette.media.style_card import read_card

    own, unseen = chosen(items, name, told.icons, told.names)
    say(f"{name}: {len(own)} icons to learn from, {len(unseen)} names to draw")
    box, seconds = adapted(own, name, base, told.minutes, home)
    card, plain = read_card(box.file("style.toml")), open_checkpoint(base)
    real = {item.title: drawn(item) for item in unseen}
    mine, theirs = IconMaker(box), IconMaker(plain)
    by_adapter = works(mine, real, None, told.pool)
    by_base = works(theirs, real, str(box.file("style.toml")), told.pool)
    after, words = by_adapter["redrawn"], by_adapter["drawn"]
    shown = {
        "adapter": {title: after.get(title) or words[title] for title in real if title in after or title in words},
        "adapter, after a reference": after,
        "adapter, after a reference, the net alone": by_adapter["by net"],
        "adapter, from words": words,
        "base with the card, after a reference": by_base["redrawn"],
        "base, after a reference, the net alone": by_base["by net"],
        "base with the card, from words": by_base["drawn"],
        "references restyled by rule": {title: ruled(one, card) for title, one in by_adapter["found"].items()},
        "references in its stroke": {title: held(one, card) for title, one in by_adapter["found"].items()},
        "n-gram": by_ngram(real, card),
        "real, through the encoding": {title: through(one, card) for title, one in real.items()},
    }
    for who, drawings in shown.items():
        rows.append({"set": name, "drawn by": who, **compared(drawings, real, card)})
    others = {item.title: drawn(item) for item in chosen(items, name, told.icons, 4 * told.names)[1]}
    rows.append({"set": name, "drawn by": "the other real half", **halves(others, card)})
    if told.sheet is not None:
        sheet(told.sheet / f"{name}.png", real, shown)
    rule = sum(by_adapter["by rule"].values()) / max(len(after), 1)
    folder = sum(path.stat().st_size for path in box.path.iterdir() if path.is_file())
    return {
        "set": name,
        **bits(box, plain, unseen, items),
        "minutes": round(seconds / 60, 2),
        "kilobytes": round(folder / 1000),
        "strength": box.card["figures"]["strength"],
        **exact(list(shown["adapter"].values()), card),
        "restyled by rule": round(rule, 3),
    }


# --- the designer's icons -------------------------------------------------------------------------------------------


def chosen(items: Sequence[Item], name: str, icons: int, names: int) -> tuple[list[Item], list[Item]]:
    """Icons to learn from, and icons of other concepts whose names are to be drawn; by the hash of their concepts."""
    from maquette.encodings.words import Words

    words = Words.load()
    ours = [i for i in items if i.set == name and i.style == "outline" and i.paint == "stroke" and i.split != "test"]
    ours = [item for item in ours if words.known(item.title)]
    first = {item.concept: item for item in sorted(ours, key=lambda item: item.id, reverse=True)}
    order = sorted(first, key=lambda concept: hashlib.sha256(concept.encode()).hexdigest())
    taken = [first[concept] for concept in order if first[concept].split == "train"][:icons]
    seen = {item.concept for item in taken}
    return taken, [first[concept] for concept in order if concept not in seen][:names]


def adapted(own: Sequence[Item], name: str, base: str, minutes: float | None, home: Path) -> tuple[Checkpoint, float]:
    """The adapter of these icons, trained as `maquette train` does it, and the seconds it took with everything."""
    import json

    from maquette.checkpoints.box import open_checkpoint
    from maquette.training.run import train

    folder = home / f"{name}-icons"
    folder.mkdir()
    lines = []
    for item in own:
        (folder / f"{item.title}.svg").write_text(item.svg_text(), encoding="utf-8")
        lines.append({"file": f"{item.title}.svg", "licence": item.licence, "author": item.author or item.set})
        lines[-1] |= {"title": item.title, "tags": list(item.tags), "source": item.id}
    (folder / "items.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    began = time.monotonic()
    train("icon", folder, base=base, minutes=minutes, out=home / "models" / f"{name}-hand", on_step=_reported)
    return open_checkpoint(f"{name}-hand"), time.monotonic() - began


def _reported(report: Any) -> None:
    if report.held_out is not None:
        say(f"  step {report.step}: {report.held_out:.1f} bits per held-out icon  {report.note}")


# --- drawings -------------------------------------------------------------------------------------------------------


def works(maker: IconMaker, names: Iterable[str], style: str | None, pool: int) -> dict[str, dict[str, Any]]:
    """For each name the shelf's best drawing, it redrawn, and one drawn from words; which were restyled by rule.

    "by net" is the best of the redrawn ones that the rule did not draw.
    """
    from maquette.core.errors import MaquetteError
    from maquette.core.types import Request
    from maquette.makers.icon import IconControls

    made: dict[str, dict[str, Any]] = {"found": {}, "redrawn": {}, "by net": {}, "drawn": {}, "by rule": {}}
    for number, name in enumerate(names):
        if number % 20 == 0:
            say(f"  {maker.checkpoint.name}: {number} names drawn")
        words, alone = name.replace("-", " "), IconControls(style=style, found=1, redrawn=0, drawn=0)
        controls = IconControls(style=style, redrawn=1, drawn=1, pool=pool)
        try:
            found = list(maker.make(Request("icon", words, alone, number, 1)))
            answer = maker.choices(Request("icon", words, controls, number, 1))
        except MaquetteError as error:
            say(f"  {name}: {error.wrong}")
            continue
        made["found"] |= {name: found[0].media} if found else {}
        for work in answer:
            row, by_rule = {"after": "redrawn", "words": "drawn"}[work.how], "by rule" in work.note
            if name not in made[row]:
                made[row][name] = work.media
                if row == "redrawn":
                    made["by rule"][name] = by_rule
            if row == "redrawn" and not by_rule:
                made["by net"].setdefault(name, work.media)
    return made


def by_ngram(names: Iterable[str], card: StyleCard) -> dict[str, Drawing]:
    """One drawing of the n-gram for each name, which it does not know, under the card."""
    from maquette.encodings.strokes import StrokeEncoding
    from maquette.encodings.strokes_grammar import Automaton, Rules
    from maquette.encodings.strokes_vocabulary import Header
    from maquette.engine.ngram import NGram

    encoding = StrokeEncoding()
    ngram = NGram.load(Path(str(files("maquette") / f"starters/baselines/{encoding.name}.npz")))
    out = {}
    for number, name in enumerate(names):
        grammar = Automaton(Rules("stroke", 8))
        tokens = ngram.sample(np.random.default_rng(number), grammar, 240, temperature=0.5)
        drawing = encoding.decode(Header(width=card.width * card.scale, cap=card.cap, join=card.join), tokens)
        if drawing.shapes:
            out[name] = held(drawing, card)
    return out


def held(drawing: Drawing, card: StyleCard) -> Drawing:
    """A drawing under the card's hard rules."""
    from maquette.media.style_card import hold

    return hold(drawing, card)


def ruled(drawing: Drawing, card: StyleCard) -> Drawing:
    """A drawing restyled by rule into the hand of the card."""
    from maquette.media.restyle import restyle

    return restyle(drawing, card).drawing


def through(drawing: Drawing, card: StyleCard) -> Drawing:
    """A drawing as tokens and a drawing again, under the card's hard rules; boxes as the lines and arcs they are."""
    from maquette.encodings.strokes import StrokeEncoding
    from maquette.media.affine import as_path
    from maquette.media.drawing import Rect

    encoding = StrokeEncoding()
    encoded = encoding.encode(drawing)
    made = held(encoding.decode(encoded.header, encoded.body), card)
    boxes = {k: as_path(one.geometry) for k, one in enumerate(made.shapes) if isinstance(one.geometry, Rect)}
    shapes = [replace(one, geometry=boxes.get(k, one.geometry), original="") for k, one in enumerate(made.shapes)]
    return replace(made, shapes=tuple(shapes))


def drawn(item: Item) -> Drawing:
    """A real icon on its own canvas."""
    from maquette.media import drawing

    return drawing.parse(item.svg_text())


# --- the classifier -------------------------------------------------------------------------------------------------


def compared(made: Mapping[str, Drawing], real: Mapping[str, Drawing], card: StyleCard) -> dict[str, Any]:
    """How well made drawings and the real ones of the same names are told apart: AUC with all features, and with the
    geometric ones, as they are and coded, and the features that tell most (their means apart, in spreads; coded)."""
    from maquette.media.features import NAMES

    names = [name for name in made if name in real]
    sides = [[one[name] for name in names] for one in (made, real)]
    y, groups = np.repeat([1.0, 0.0], len(names)), np.tile(np.arange(len(names)), 2)
    x = np.concatenate([vectors([through(one, card) for one in side]) for side in sides])
    apart = (x[y == 1].mean(0) - x[y == 0].mean(0)) / np.maximum(x.std(0), 1e-9)
    told = ", ".join(f"{NAMES[k]} {apart[k]:+.2f}" for k in np.argsort(-np.abs(apart))[:4])
    plain = np.concatenate([vectors(side) for side in sides])
    return {"names": len(names), **aucs(plain, x, y, groups), "most telling": told}


def halves(real: Mapping[str, Drawing], card: StyleCard) -> dict[str, Any]:
    """The same of real icons against other real icons of the set."""
    plain = vectors(list(real.values()))
    coded = vectors([through(one, card) for one in real.values()])
    y, groups = np.arange(len(plain)) % 2 * 1.0, np.arange(len(plain))
    return {"names": len(plain), **aucs(plain, coded, y, groups), "most telling": ""}


def aucs(plain: Floats, coded: Floats, y: Floats, groups: NDArray[np.intp]) -> dict[str, float]:
    """AUC with all features and with the geometric ones, of drawings as they are and after the encoding."""
    from maquette.media.features import GEOMETRIC

    told = {}
    for name, x in (("", plain), ("coded", coded)):
        told[name or "auc"] = round(auc(x, y, groups), 3)
        told[f"{name} geometric".strip()] = round(auc(x[:, GEOMETRIC], y, groups), 3)
    return told


def vectors(drawings: Sequence[Drawing]) -> Floats:
    """Features (n, f) of drawings as a file would hold them."""
    from maquette.media import drawing
    from maquette.media.features import features

    return np.array([features(drawing.parse(drawing.to_svg(one))) for one in drawings])


def auc(x: Floats, y: Floats, groups: NDArray[np.intp]) -> float:
    """Area under the curve of a ridge-penalised logistic regression, cross-validated by group, mean of ROUNDS."""
    found = []
    for number in range(ROUNDS):
        dice = np.random.default_rng(number)
        fold = dice.permutation(np.arange(groups.max() + 1)) % FOLDS
        scores = np.zeros(len(y))
        for k in range(FOLDS):
            test = fold[groups] == k
            middle, spread = x[~test].mean(0), x[~test].std(0)
            ready = (x - middle) / np.where(spread > 1e-9, spread, 1.0)
            weights = logistic(ready[~test], y[~test])
            # The rank within its fold, so that folds can be counted together.
            scores[test] = np.argsort(np.argsort(ready[test] @ weights[1:])) / max(test.sum() - 1, 1)
        found.append(area(scores, y))
    return float(np.mean(found))


def logistic(x: Floats, y: Floats) -> Floats:
    """Weights (1 + f,), the constant first, by Newton's method with a ridge of RIDGE on all but the constant."""
    ready = np.column_stack([np.ones(len(x)), x])
    ridge = RIDGE * np.diag([1e-6, *np.ones(x.shape[1])])
    weights = np.zeros(ready.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(ready @ weights, -30, 30)))
        gradient = ready.T @ (y - p) - ridge @ weights
        step = np.linalg.solve((ready.T * (p * (1 - p))) @ ready + ridge, gradient)
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def area(scores: Floats, y: Floats) -> float:
    """The chance that a made drawing scores above a real one (ties count half)."""
    made, real = scores[y == 1], scores[y == 0]
    return float(np.mean((made[:, None] > real[None]) + 0.5 * (made[:, None] == real[None])))


# --- other figures --------------------------------------------------------------------------------------------------


def exact(drawings: Sequence[Drawing], card: StyleCard) -> dict[str, float]:
    """Shares of drawings whose every stroke has the card's width, cap and join, and whose points stand on its grid."""
    from maquette.media import drawing
    from maquette.media.style_card import hold

    again = [drawing.parse(drawing.to_svg(one)) for one in drawings]
    tests: dict[str, Callable[[Any], bool]] = {
        "stroke": lambda paint: abs(paint.width - card.width) < 1e-6,
        "cap": lambda paint: paint.cap == card.cap,
        "join": lambda paint: paint.join == card.join,
    }
    told = {name: np.mean([all(test(s.paint) for s in one.shapes) for one in again]) for name, test in tests.items()}
    told["grid"] = np.mean([drawing.to_svg(hold(one, card)) == drawing.to_svg(one) for one in again])
    return {f"{name} exact": round(float(share), 3) for name, share in told.items()}


@dataclass(frozen=True)
class Measured:
    """Bits of icons: the mean of an icon, and of a token."""

    icon: float
    token: float


def bits(box: Checkpoint, base: Checkpoint, unseen: Sequence[Item], items: Sequence[Item]) -> dict[str, Any]:
    """Bits of unseen icons by the adapter, by the base under its best style, and by the base on sets it has seen."""
    slot = len(box.encoding["styles"]) - 1
    styles = [None, *(style for style, name in enumerate(base.encoding["styles"]) if "filled" not in name)]
    ranked = sorted(styles, key=lambda style: measured(base, unseen[:16], style).icon)
    tried = [measured(base, unseen, style) for style in ranked[:3]]
    seen = []
    for name in SEEN:
        if name in base.encoding["styles"]:
            some = [i for i in items if f"{i.set}/{i.style}" == name and i.split == "val" and i.paint == "stroke"]
            seen.append(measured(base, some[:60], base.encoding["styles"].index(name)))
    own, plain = measured(box, unseen, slot), min(tried, key=lambda one: one.icon)
    icon, token = (float(np.mean([getattr(one, part) for one in seen])) for part in ("icon", "token"))
    return {
        "bits": round(own.icon, 1),
        "bits of base": round(plain.icon, 1),
        "bits of seen sets": round(icon, 1),
        "to seen": round(own.icon / icon, 3),
        "a token": round(own.token, 3),
        "of base": round(plain.token, 3),
        "of seen sets": round(token, 3),
    }


def measured(box: Checkpoint, items: Sequence[Item], style: int | None) -> Measured:
    """Bits of icons under a style, words given."""
    from maquette.checkpoints.quantise import restore
    from maquette.encodings.strokes import StrokeEncoding
    from maquette.encodings.words import Words
    from maquette.training.adapt import net_of
    from maquette.training.corpus import evaluation_document
    from maquette.training.loop import bits_of

    words, encoding = Words.load(box.file("words.json.gz")), StrokeEncoding()
    documents, lengths = [], []
    for item in items:
        encoded = encoding.encode(drawn(item))
        if len(encoded.body) <= 240:
            header = replace(encoded.header, style=style)
            documents.append(evaluation_document(encoding, header, encoded.body, words.known(item.title)[:12]))
            lengths.append(len(encoded.body))
    found = bits_of(net_of(restore(box.arrays(), box.size), box), documents)
    return Measured(float(found.mean()), float(found.sum() / sum(lengths)))


def sheet(path: Path, real: Mapping[str, Drawing], shown: Mapping[str, Mapping[str, Drawing]]) -> None:
    """A picture of the first names: the real icons above, below them what was drawn by each."""
    import io

    from PIL import Image

    from maquette.media import drawing

    names, size = list(real)[:24], 72
    rows = {"real": real, **shown}
    picture = Image.new("RGB", (len(names) * size, len(rows) * size), "white")
    for y, drawings in enumerate(rows.values()):
        for x, name in enumerate(names):
            if name in drawings:
                icon = drawing.to_png(drawings[name], size - 16, paper="#fff")
                picture.paste(Image.open(io.BytesIO(icon)), (x * size + 8, y * size + 8))
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)


def say(text: str) -> None:
    """A line of progress on standard error."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    say(processor())
    main()
