"""Are hands told apart by their geometry? (Bar 8 of the icon craft, its ceiling: real icons.)

A multinomial logistic classifier on the geometric features of real icons of eight stroke sets: learnt from the training
concepts, judged on held-out ones; every set weighs the same. Beside it, the same with stroke, caps and joins.

    python benchmarks/hands.py RECORDS [--each 1000] [--keep]
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import common
import numpy as np

from maquette.data.dataset import Item, open_dataset
from maquette.media import drawing as drawings
from maquette.media.features import GEOMETRIC, NAMES, features

SETS = ("tabler", "lucide", "iconpark", "iconoir", "phosphor", "ionicons", "heroicons", "grommet")


def main() -> None:
    """Measure and print; write the figures where asked."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("records", type=Path)
    ask.add_argument("--each", type=int, default=1000, help="training icons of a set")
    ask.add_argument("--keep", action="store_true", help="write benchmarks/results/hands.json")
    asked = ask.parse_args()
    told = measure(asked.records, asked.each)
    print(common.table(told["sets"]))
    print(f"geometry alone {told['geometry']:.1%}, with stroke, caps and joins {told['all']:.1%}; chance 12.5%")
    if asked.keep:
        common.keep("hands", told)


def measure(records: Path, each: int) -> dict[str, Any]:
    """The share of held-out icons whose set is named rightly, mean over the sets."""
    train, train_sets = table_of(records, "train", each)
    held, held_sets = table_of(records, "val", each)
    told: dict[str, Any] = {"each": each, "held_out": len(held), "features": len(NAMES)}
    for name, columns in (("geometry", GEOMETRIC), ("all", slice(0, len(NAMES)))):
        middle, spread = train[:, columns].mean(axis=0), train[:, columns].std(axis=0) + 1e-6
        weights = learn(expanded((train[:, columns] - middle) / spread), train_sets)
        guess = (with_one(expanded((held[:, columns] - middle) / spread)) @ weights).argmax(axis=1)
        right = [float((guess[held_sets == k] == k).mean()) for k in range(len(SETS))]
        told[name] = sum(right) / len(right)
        if name == "geometry":
            told["sets"] = [
                {"set": SETS[k], "held out": int((held_sets == k).sum()), "named rightly": f"{right[k]:.0%}"}
                for k in range(len(SETS))
            ]
    return told


def table_of(records: Path, split: Any, each: int) -> tuple[np.ndarray, np.ndarray]:
    """Features (n, f) and set numbers (n,) of up to `each` outline stroke icons of every set."""
    by_set: dict[str, list[Item]] = defaultdict(list)
    for item in open_dataset(records, split=split, skip_unreadable=True):
        if item.paint == "stroke" and item.style == "outline" and item.set in SETS:
            by_set[item.set].append(item)
    rows, sets = [], []
    for number, name in enumerate(SETS):
        items = by_set[name]
        for item in random.Random(0).sample(items, min(each, len(items))):
            rows.append(features(drawings.parse(item.svg_text())))
            sets.append(number)
    return np.array(rows), np.array(sets)


def expanded(table: np.ndarray) -> np.ndarray:
    """The features and their squares, clipped at five spreads."""
    table = np.clip(table, -5, 5)
    return np.concatenate([table, table**2 / 4], axis=1)


def with_one(table: np.ndarray) -> np.ndarray:
    return np.concatenate([table, np.ones((len(table), 1))], axis=1)


def learn(table: np.ndarray, sets: np.ndarray, steps: int = 600, rate: float = 0.5, decay: float = 1e-3) -> np.ndarray:
    """Weights (f + 1, sets) of a multinomial logistic classifier, by gradient descent with momentum."""
    table = with_one(table)
    wanted = np.eye(len(SETS))[sets]
    worth = (1 / np.bincount(sets, minlength=len(SETS)))[sets][:, None]  # every set weighs the same
    worth /= worth.sum()
    weights = np.zeros((table.shape[1], len(SETS)))
    speed = np.zeros_like(weights)
    for _ in range(steps):
        scores = table @ weights
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        speed = 0.9 * speed - rate * 0.1 * (table.T @ ((shares - wanted) * worth) + decay * weights)
        weights += speed
    return weights


if __name__ == "__main__":
    main()
