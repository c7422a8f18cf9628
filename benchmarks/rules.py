"""How often each rule of `maquette icon lint` fires on good human sets, what mending leaves, and bars 10 and 11.

    python benchmarks/rules.py ICONS.jsonl.zst [--each 300] [--seed 0] [--sets lucide,tabler]
    python benchmarks/rules.py ICONS.jsonl.zst --bars FOLDER --of lucide   # a folder of drawings beside a set
    python benchmarks/rules.py --bars FOLDER --own FOLDER                  # beside a designer's own folder

A card is measured from 24 random icons of a set (as many as a designer brings), then other icons of the set are held
against it. A rule that fires on more than 15 % of what good designers drew is a bad rule, unless the set truly breaks
it: iconoir, heroicons, teenyicons and iconpark are written by a program that turns arcs into curves.

Bars, numbered as in the vector notes; `bars` is what other benchmarks call:

    10  share of lines at 0, 45 and 90 degrees, of coordinates on a quarter grid, of smooth joints at curves: the mean
        over the icons, within 0.03 of the mean of the set's own
    11  share of icons without a finding of structure (padding, zero length, duplicates, specks, nearly closed, gaps),
        without any finding, and without a finding of structure after mending
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table

from maquette.core.errors import MaquetteError
from maquette.data.dataset import Item, open_dataset
from maquette.media import drawing as d
from maquette.media.features import NAMES, features
from maquette.media.lint import RULES, STRUCTURE, lint
from maquette.media.mend import mend
from maquette.media.snap import snap
from maquette.media.style_card import StyleCard, measure

SETS = ("lucide", "tabler", "heroicons", "iconoir", "phosphor", "feather", "teenyicons", "majesticons", "iconpark")
CARD = 24  # icons that a card is measured from
MENDED = 60  # icons of each set that are mended
NEAR = 0.03  # bar 10
TIDY = 0.95  # bar 11


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("icons", type=Path, nargs="?", help="record file with training icons")
    asked.add_argument("--each", type=int, default=200, help="icons linted of each set")
    asked.add_argument("--seed", type=int, default=0, help="which 24 icons make the card")
    asked.add_argument("--sets", default=",".join(SETS), help="which sets")
    asked.add_argument("--show", help="print the findings of one rule")
    asked.add_argument("--bars", type=Path, help="bars 10 and 11 of this folder of SVG files")
    asked.add_argument("--of", help="the set they are held against, by its name in the record file")
    asked.add_argument("--own", type=Path, help="the set they are held against, as a folder")
    told = asked.parse_args()
    if told.bars:
        own = read_folder(told.own) if told.own else [drawn(item) for item in outline(told.icons, told.of)]
        print(table(rows_of(bars(read_folder(told.bars), own))))
        return
    rows = []
    for name in told.sets.split(","):
        rows.append(rates(name, outline(told.icons, name), told.each, told.seed, told.show))
        print(f"{name}: {rows[-1]['clean']:.1%} clean", flush=True)
    heads = ("set", "icons", "level", "clean", "structure", "mended_clean", "mended_structure", "worst_iou", "lint_ms")
    print(table([{key: row.get(key) for key in heads} for row in rows]))
    by_rule = [{"rule": rule, **{row["set"]: f"{row['rules'][rule]:.1%}" for row in rows}} for rule in RULES]
    print(table(by_rule))
    snapped = snapping([item for item in stroked(told.icons) if item.split == "val"])
    print(table(snapped))
    keep("rules", {"seed": told.seed, "card_of": CARD, "sets": rows, "snap": snapped})


@cache
def stroked(icons: Path) -> list[Item]:
    """All stroked icons; the file is read once."""
    return [one for one in open_dataset(icons).items if one.paint == "stroke"]


def outline(icons: Path, name: str) -> list[Item]:
    """The stroked outline icons of a set that are learnt from."""
    return [one for one in stroked(icons) if (one.set, one.style, one.split) == (name, "outline", "train")]


def drawn(item: Item) -> d.Drawing:
    return d.parse(item.svg_text())


def picked(items: Sequence[Item], each: int, seed: int) -> tuple[StyleCard, list[tuple[str, d.Drawing]]]:
    """A card of 24 random icons, and other icons of the set."""
    dice = np.random.default_rng(seed)
    order = [items[k] for k in dice.permutation(len(items))]
    card = measure({item.id: drawn(item) for item in order[:CARD]}, order[0].set).card
    return card, [(item.id, drawn(item)) for item in order[CARD : CARD + each]]


def rates(name: str, items: Sequence[Item], each: int, seed: int, show: str | None = None) -> dict[str, Any]:
    """The share of a set's icons on which each rule fires, and what mending them leaves."""
    card, drawings = picked(items, each, seed)
    found: Counter[str] = Counter()
    broken = [lint(drawing, card) for _, drawing in drawings[:1]]  # warm
    begun = time.process_time()
    broken = [lint(drawing, card) for _, drawing in drawings]
    spent = time.process_time() - begun
    for (icon, _), findings in zip(drawings, broken, strict=True):
        found.update({finding.rule for finding in findings})
        for finding in findings:
            if finding.rule == show:
                print("   ", icon, finding.told)
    many = len(drawings)
    tidy = [not any(one.rule in STRUCTURE for one in findings) for findings in broken]
    mended = [mend(drawing, card) for _, drawing in drawings[:MENDED]]
    fixes = [fix for one in mended for fix in one.done]
    left = Counter(rule for one in mended for rule in {finding.rule for finding in one.left})
    return {
        "set": name,
        "icons": many,
        "level": card.grid or card.level,
        "clean": round(sum(not findings for findings in broken) / many, 3),
        "structure": round(sum(tidy) / many, 3),
        "mended": len(mended),
        "mended_clean": round(sum(not one.left for one in mended) / len(mended), 3),
        "mended_structure": round(share_tidy([one.left for one in mended]), 3),
        "mean_iou": round(1 - float(np.mean([fix.worse for fix in fixes] or [0])), 4),
        "worst_iou": round(1 - max((fix.worse for fix in fixes), default=0.0), 4),
        "lint_ms": round(1000 * spent / many, 1),
        "rules": {rule: round(found[rule] / many, 4) for rule in RULES},
        "left": dict(left),
    }


def share_tidy(findings: Sequence[Sequence[Any]]) -> float:
    """The share of drawings without a finding of structure."""
    tidy = [not any(one.rule in STRUCTURE for one in found) for found in findings]
    return sum(tidy) / len(tidy) if tidy else 0.0


def snapping(items: Sequence[Item], many: int = 600) -> list[dict[str, Any]]:
    """IoU at 192 px of held-out icons on a canvas of 24 after `snap`, by grid."""
    dice = np.random.default_rng(0)
    drawings = [d.fit(drawn(items[k])) for k in dice.permutation(len(items))[:many]]
    rows = []
    for grid in (1 / 16, 1 / 8, 1 / 4, 1 / 2):
        values = np.array([iou(drawing, snap(drawing, grid)) for drawing in drawings])
        rows.append(
            {
                "grid": grid,
                "icons": len(drawings),
                "mean": round(float(values.mean()), 4),
                "p5": round(float(np.percentile(values, 5)), 4),
                "worst": round(float(values.min()), 4),
                "share_098": round(float((values >= 0.98).mean()), 3),
            }
        )
    return rows


def iou(one: d.Drawing, other: d.Drawing) -> float:
    """Of the inked pixels at 192 px."""
    a, b = d.render(one, 192) > 0.5, d.render(other, 192) > 0.5
    return float((a & b).sum() / max((a | b).sum(), 1))


# -- bars 10 and 11 --------------------------------------------------------------------------------------------------


def read_folder(folder: Path) -> list[d.Drawing]:
    """Every SVG of a folder that can be read."""
    found = []
    for path in sorted(folder.rglob("*.svg")):
        try:
            found.append(d.read(path))
        except MaquetteError as error:
            print(f"{path.name} is left out: {error.wrong}")
    return found


def bars(made: Sequence[d.Drawing], own: Sequence[d.Drawing], card: StyleCard | None = None) -> dict[str, Any]:
    """Bars 10 and 11 of drawings beside their set's own; the card is measured from 24 of the own if none is given."""
    if card is None:
        dice = np.random.default_rng(0)
        card = measure({str(k): own[k] for k in dice.permutation(len(own))[:CARD]}).card
    return {"drawings": len(made), "bar_10": bar_10(made, own), "bar_11": bar_11(made, card, own)}


def bar_10(made: Sequence[d.Drawing], own: Sequence[d.Drawing]) -> dict[str, Any]:
    """Straight lines, quarter grid and smooth joints: of the drawings, of the set, and whether they are near."""
    mine, its = straightness(made), straightness(own)
    return {
        name: {"made": round(mine[name], 3), "own": round(its[name], 3), "near": abs(mine[name] - its[name]) <= NEAR}
        for name in mine
    }


def straightness(drawings: Sequence[d.Drawing]) -> dict[str, float]:
    """The means of the three shares of bar 10. Level, upright and diagonal lines count as straight."""
    rows = np.array([features(one) for one in drawings])
    at = {name: NAMES.index(name) for name in ("lines", "level", "upright", "diagonal", "on-quarter", "smooth")}
    lined = rows[rows[:, at["lines"]] > 0]
    straight = lined[:, [at["level"], at["upright"], at["diagonal"]]].sum(1)
    return {
        "straight": float(straight.mean()) if len(lined) else 0.0,
        "quarter": float(rows[:, at["on-quarter"]].mean()),
        "smooth": float(rows[:, at["smooth"]].mean()),
    }


def bar_11(made: Sequence[d.Drawing], card: StyleCard, own: Sequence[d.Drawing] = ()) -> dict[str, Any]:
    """Findings of drawings beside a card, before and after mending; and of the set's own, as the ceiling."""
    found = [lint(one, card) for one in made]
    mended = [mend(one, card) for one in made]
    counted = Counter(rule for findings in found for rule in {one.rule for one in findings})
    theirs = [lint(one, card) for one in own[:300]]
    return {
        "structure": round(share_tidy(found), 3),
        "enough": share_tidy(found) >= TIDY,
        "clean": round(sum(not findings for findings in found) / max(len(found), 1), 3),
        "mended_structure": round(share_tidy([one.left for one in mended]), 3),
        "mended_clean": round(sum(not one.left for one in mended) / max(len(mended), 1), 3),
        "mended_iou": round(1 - float(np.mean([one.worse for one in mended] or [0])), 4),
        "own_structure": round(share_tidy(theirs), 3),
        "own_clean": round(sum(not findings for findings in theirs) / max(len(theirs), 1), 3),
        "rules": {rule: round(count / len(made), 3) for rule, count in counted.most_common()},
    }


def rows_of(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Both bars as rows of one table."""
    ten, eleven = told["bar_10"], told["bar_11"]
    rows = [{"bar": f"10 {name}", **ten[name]} for name in ten]
    for name in ("structure", "clean"):
        rows.append({"bar": f"11 {name}", "made": eleven[name], "own": eleven[f"own_{name}"], "near": None})
        rows.append({"bar": f"11 {name}, mended", "made": eleven[f"mended_{name}"], "own": None, "near": None})
    return [*rows, *({"bar": f"   {rule}", "made": share} for rule, share in eleven["rules"].items())]


if __name__ == "__main__":
    main()
