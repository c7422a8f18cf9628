"""Are found icons, restyled by rule, told apart from the real icons of the set whose hand they were given?

A style card is measured on 24 icons of a set; icons of another set, of names that the first has too, are brought into
its hand by rule. A logistic classifier on the geometric features learns to tell them from the set's own icons of these
names, cross-validated: AUC 0.5 is not at all. Beside it the plain dress (canvas, stroke, grid; what it replaces)
and real icons of other names (the ceiling).

    python benchmarks/restyle.py RECORDS [--each 150] [--keep]
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import common
import numpy as np

from maquette.data.dataset import open_dataset
from maquette.media import drawing as drawings
from maquette.media.drawing import Drawing
from maquette.media.features import GEOMETRIC, features
from maquette.media.restyle import restyle
from maquette.media.style_card import hold, measure

HANDS = (("iconoir", "outline"), ("heroicons", "outline"), ("phosphor", "bold"), ("ionicons", "outline"))
FOUND = (("lucide", "outline"), ("tabler", "outline"))
READ = 24  # icons that a card is measured on
FOLDS = 5


def main() -> None:
    """Measure and print; write the figures where asked."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("records", type=Path)
    ask.add_argument("--each", type=int, default=150, help="icons on either side of a comparison")
    ask.add_argument("--keep", action="store_true", help="write benchmarks/results/restyle.json")
    asked = ask.parse_args()
    told = measured(asked.records, asked.each)
    print(common.table(told["hands"]))
    if asked.keep:
        common.keep("restyle", told)


def measured(records: Path, each: int) -> dict[str, Any]:
    """The AUC of each hand, restyled, plainly dressed and real; how like itself a restyled icon stays."""
    sets = drawn(records)
    rows = [row_of(hand, sets, each) for hand in HANDS]
    return {"each": each, "read": READ, "hands": rows}


def drawn(records: Path) -> dict[tuple[str, str], dict[str, str]]:
    """The stroked icons of every set by name, as SVG texts."""
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for item in open_dataset(records, skip_unreadable=True):
        if item.paint == "stroke" and (item.set, item.style) in (*HANDS, *FOUND):
            found[item.set, item.style][item.id.rsplit("/", 1)[1]] = item.svg_text()
    return found


def row_of(hand: tuple[str, str], sets: dict[tuple[str, str], dict[str, str]], each: int) -> dict[str, Any]:
    """One hand's line of the table."""
    rng = random.Random(0)
    names = rng.sample(sorted(sets[hand]), len(sets[hand]))
    card = measure({name: drawings.parse(sets[hand][name]) for name in names[:READ]}).card
    shared = [name for name in names[READ:] if any(name in sets[found] for found in FOUND)][:each]
    sources = [
        drawings.parse(next(sets[found][name] for found in order(rng) if name in sets[found])) for name in shared
    ]
    rest = [name for name in names[READ:] if name not in shared][:each]
    real = [drawings.parse(sets[hand][name]) for name in (*shared, *rest)]
    told = [restyle(source, card) for source in sources]
    ruled = [one.drawing for one in told]
    plain = [hold(source, card) for source in sources]
    half = real[: len(shared)]
    return {
        "hand": "/".join(hand),
        "icons": len(sources),
        "restyled": round(auc(table(ruled), table(half)), 3),
        "hold": round(auc(table(plain), table(half)), 3),
        "real": round(auc(table(real[len(half) :]), table(half)), 3),
        "like": round(float(np.median([one.like for one in told])), 3),
    }


def order(rng: random.Random) -> list[tuple[str, str]]:
    """The sets that are found, in some order."""
    return rng.sample(FOUND, len(FOUND))


def table(pictures: list[Drawing]) -> np.ndarray:
    """The geometric features of drawings, (n, f)."""
    return np.array([features(picture)[GEOMETRIC] for picture in pictures])


def auc(made: np.ndarray, real: np.ndarray, rounds: int = 4) -> float:
    """The cross-validated area under the curve of a logistic classifier, 0.5..1; mean of some splits."""
    rows = np.concatenate([made, real])
    wanted = np.array([1.0] * len(made) + [0.0] * len(real))
    values = []
    for seed in range(rounds):
        order = np.random.default_rng(seed).permutation(len(rows))
        scores = np.zeros(len(rows))
        for fold in range(FOLDS):
            held = np.zeros(len(rows), dtype=bool)
            held[order[fold::FOLDS]] = True
            middle, spread = rows[~held].mean(axis=0), rows[~held].std(axis=0) + 1e-6
            scaled = np.clip((rows - middle) / spread, -5, 5)
            weights = learn(scaled[~held], wanted[~held])
            scores[held] = scaled[held] @ weights[:-1] + weights[-1]
        above = scores[wanted == 1][:, None] - scores[wanted == 0][None, :]
        values.append(float((above > 0).mean() + (above == 0).mean() / 2))
    return float(np.mean(values))


def learn(rows: np.ndarray, wanted: np.ndarray, steps: int = 300, rate: float = 0.3, decay: float = 0.01) -> np.ndarray:
    """Weights (f + 1,) of a logistic classifier, both sides worth the same."""
    rows = np.concatenate([rows, np.ones((len(rows), 1))], axis=1)
    worth = np.where(wanted == 1, 0.5 / max(wanted.sum(), 1), 0.5 / max((1 - wanted).sum(), 1))
    weights, speed = np.zeros(rows.shape[1]), np.zeros(rows.shape[1])
    for _ in range(steps):
        off = (1 / (1 + np.exp(-rows @ weights)) - wanted) * worth
        speed = 0.9 * speed - rate * (rows.T @ off + decay * weights)
        weights += speed
    return weights


if __name__ == "__main__":
    main()
