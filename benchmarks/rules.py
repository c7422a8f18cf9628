"""How often each rule of `maquette icon lint` fires on good human sets, and bars 10 and 11 on any folder.

    python benchmarks/rules.py ICONS.jsonl.zst [--each 400] [--seed 0]     # rates, and what mending leaves
    python benchmarks/rules.py ICONS.jsonl.zst --bars FOLDER --set lucide  # bars 10 and 11 of a folder of SVGs

A card is measured from 24 random icons of a set, then other icons of the same set are linted with it. A rule that fires
on more than 15 % of what good designers drew is a bad rule, unless the set truly breaks it.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table

from maquette.data.dataset import Item, open_dataset
from maquette.media import drawing as d
from maquette.media.lint import RULES, STRUCTURE, lint
from maquette.media.style_card import StyleCard, measure

SETS = ("lucide", "tabler", "heroicons", "iconoir", "phosphor")
CARD = 24  # icons that a card is measured from
"""As many as a designer brings."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("icons", type=Path, help="record file with training icons")
    asked.add_argument("--each", type=int, default=400, help="icons linted of each set")
    asked.add_argument("--seed", type=int, default=0, help="which 24 icons make the card")
    asked.add_argument("--show", help="print the findings of one rule")
    told = asked.parse_args()
    items = [item for item in open_dataset(told.icons, split="train").items if item.paint == "stroke"]
    rows = []
    for name in SETS:
        own = [item for item in items if item.set == name and item.style == "outline"]
        rows.append(rates(name, own, told.each, told.seed, told.show))
    print(table([{key: row.get(key) for key in ("set", "icons", "clean", "ms")} for row in rows]))
    print(table([{"rule": rule, **{row["set"]: f"{row['rules'][rule]:.1%}" for row in rows}} for rule in RULES]))


def picked(items: Sequence[Item], each: int, seed: int) -> tuple[StyleCard, list[tuple[str, d.Drawing]]]:
    dice = np.random.default_rng(seed)
    order = [items[k] for k in dice.permutation(len(items))]
    card = measure({item.id: d.parse(item.svg_text()) for item in order[:CARD]}).card
    return card, [(item.id, d.parse(item.svg_text())) for item in order[CARD : CARD + each]]


def rates(name: str, items: Sequence[Item], each: int, seed: int, show: str | None) -> dict[str, Any]:
    card, drawings = picked(items, each, seed)
    print(name, card)
    found: Counter[str] = Counter()
    clean = structural = 0
    begun = time.process_time()
    for icon, drawing in drawings:
        broken = lint(drawing, card)
        if show:
            for finding in broken:
                if finding.rule == show:
                    print("   ", icon, finding.told)
        names = {finding.rule for finding in broken}
        found.update(names)
        clean += not names
    spent = time.process_time() - begun
    many = len(drawings)
    return {
        "set": name, "icons": many, "clean": f"{clean / many:.1%}", "ms": round(1000 * spent / many, 1),
        "rules": {rule: found[rule] / many for rule in RULES},
    }


if __name__ == "__main__":
    main()
