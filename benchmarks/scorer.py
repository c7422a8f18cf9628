"""How well does the judge know what a drawing shows? Held-out icons, beside a HOG baseline, and the time it takes.

    python benchmarks/scorer.py ICONS.jsonl.zst [--scorer FOLDER] [--cache RENDERS.npz] [--json OUT.json]

    words to drawings      each held-out name against all held-out icons: is the first, or one of five, its own?
                           baseline: the mean HOG of the ten training icons whose words fit the name best
    drawings to drawings   bar 5 of the vector notes: each held-out icon against 7,000 training icons of other sets and
                           its concept's held-out icons in other sets: same concept first / among five; and do the first
                           five have a word of the name? baseline: cosine of HOG
    whole or broken        held-out icons against a broken copy (overlaid, halved, torn) under their own name
    time                   256 renders and the opening, one thread

HOG: a blurred 32-pixel render, 8x8 cells, 6 orientations and ink (Dalal & Triggs 2005). The held-out concepts are in no
training batch; that the heads learn on after the convolutions was decided on these figures, nothing else was.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maquette.data.dataset import Item, open_dataset
from maquette.encodings.words import Words
from maquette.engine.scorer import PIXELS, Scorer

STARTER = Path(__file__).resolve().parents[1] / "src" / "maquette" / "starters" / "icon-1"
Floats = NDArray[np.float32]


def hog(renders: NDArray[np.uint8]) -> Floats:
    """Renders (n, 48, 48) to unit vectors (n, 448): 8x8 cells of 6 unsigned orientations and ink."""
    x = renders.astype(np.float32) / 255
    pairs = x.reshape(len(x), 16, 3, 16, 3)  # 48 -> 32: three pixels to two, by area
    wide = np.stack([pairs[:, :, 0] * 2 + pairs[:, :, 1], pairs[:, :, 1] + pairs[:, :, 2] * 2], 2) / 3
    small = np.stack([wide[..., 0] * 2 + wide[..., 1], wide[..., 1] + wide[..., 2] * 2], -1) / 3
    x = small.reshape(len(x), 32, 32)
    pad = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    x = (
        sum(pad[:, i : i + 32, j : j + 32] * (2 - abs(i - 1)) * (2 - abs(j - 1)) for i in range(3) for j in range(3))
        / 16
    )
    dy, dx = np.gradient(x, axis=(1, 2))
    size, angle = np.hypot(dx, dy), np.mod(np.arctan2(dy, dx), np.pi) / np.pi * 6
    low = np.floor(angle).astype(int) % 6
    part = angle - np.floor(angle)
    maps = [size * ((low == o) * (1 - part) + ((low + 1) % 6 == o) * part) for o in range(6)] + [x * 0.5]
    cells = np.stack([m.reshape(len(x), 8, 4, 8, 4).sum((2, 4)) for m in maps], -1).reshape(len(x), -1)
    return np.asarray(cells / np.maximum(np.linalg.norm(cells, axis=1, keepdims=True), 1e-6), np.float32)


def renders_of(items: Sequence[Item], cache: Path | None) -> NDArray[np.uint8]:
    """48-pixel renders of all items, from the training's cache if there is one."""
    if cache is not None and cache.exists():
        return np.asarray(np.load(cache)["base"])
    from maquette.media import drawing

    sheet = [drawing.render(drawing.parse(item.svg_text()), PIXELS) for item in items]
    return np.round(np.stack(sheet) * 255).astype(np.uint8)


def shares(hits: Sequence[NDArray[np.bool_]]) -> dict[str, float]:
    """Share of rows with a hit first, and with one among the first five."""
    found = np.array(hits)
    return {"top1": round(float(found[:, 0].mean()), 4), "top5": round(float(found[:, :5].any(1).mean()), 4)}


def words_to_drawings(
    items: Sequence[Item], seen: Floats, hogs: Floats, scorer: Scorer, words: Words
) -> dict[str, Any]:
    """Held-out names against held-out icons."""
    held = np.array([i for i, item in enumerate(items) if item.split == "val" and words.known(item.title)])
    rarity = np.log(2 * max(words.counts) / np.array(words.counts))
    standing: dict[int, list[int]] = defaultdict(list)  # word -> training icons with it in their names
    weight = np.zeros(len(items))
    for i, item in enumerate(items):
        if item.split == "train":
            for word in words.known(item.title):
                standing[word].append(i)
                weight[i] += rarity[word]
    concepts = np.array([items[i].concept for i in held])
    ours, base = [], []
    for concept in np.unique(concepts):
        ids = words.known(items[held[int(np.argmax(concepts == concept))]].title)
        order = np.argsort(-(seen[held] @ scorer.words(ids)))[:5]
        ours.append(concepts[order] == concept)
        shared = np.zeros(len(items))
        for word in ids:
            shared[standing[word]] += rarity[word]
        fit = shared / (1 + weight + rarity[list(ids)].sum() - shared)
        mean = hogs[np.argsort(-fit)[:10]].mean(0)
        base.append(concepts[np.argsort(-(hogs[held] @ mean))[:5]] == concept)
    return {"names": len(ours), "icons": len(held), "scorer": shares(ours), "hog": shares(base)}


def drawings_to_drawings(items: Sequence[Item], seen: Floats, hogs: Floats, words: Words) -> dict[str, Any]:
    """Bar 5's ceiling: real held-out icons as queries."""
    dice = np.random.default_rng(5)
    train = np.array([i for i, item in enumerate(items) if item.split == "train"])
    held = [i for i, item in enumerate(items) if item.split == "val"]
    sets = np.array([item.set for item in items])
    bags = [frozenset(words.known(item.title)) for item in items]
    hits: dict[str, list[NDArray[np.bool_]]] = {"scorer": [], "hog": []}
    shared: dict[str, list[NDArray[np.bool_]]] = {"scorer": [], "hog": []}
    for i in held:
        siblings = [j for j in held if items[j].concept == items[i].concept and sets[j] != sets[i]]
        if not siblings:
            continue
        others = train[sets[train] != sets[i]]
        gallery = np.concatenate([siblings, dice.choice(others, 7000, replace=False)])
        for name, vectors in (("scorer", seen), ("hog", hogs)):
            best = gallery[np.argsort(-(vectors[gallery] @ vectors[i]))[:5]]
            hits[name].append(np.isin(best, siblings))
            shared[name].append(np.array([not bags[i].isdisjoint(bags[j]) for j in best]))
    result: dict[str, Any] = {"queries": len(hits["hog"])}
    for name in hits:
        result[name] = {**shares(hits[name]), "word_in_top5": shares(shared[name])["top5"]}
    return result


def broken_pairs(items: Sequence[Item], renders: NDArray[np.uint8], scorer: Scorer, words: Words) -> dict[str, Any]:
    """How often a held-out icon scores above a broken copy of itself."""
    dice = np.random.default_rng(7)
    held = [i for i, item in enumerate(items) if item.split == "val" and words.known(item.title)]
    wins: dict[str, list[bool]] = {"overlaid": [], "halved": [], "torn": []}
    for i in held:
        own, other = renders[i], renders[held[int(dice.integers(len(held)))]]
        torn = own.copy()
        torn[6:26, 6:26], torn[22:42, 22:42] = own[22:42, 22:42], own[6:26, 6:26]
        copies = [np.maximum(own, other), np.concatenate([own[:24], other[24:]]), torn]
        score = scorer.score(words.known(items[i].title), np.stack([own, *copies]))
        for kind, value in zip(wins, score[1:]):
            wins[kind].append(bool(score[0] > value))
    return {kind: round(float(np.mean(won)), 4) for kind, won in wins.items()}


def timing(folder: Path, renders: NDArray[np.uint8]) -> dict[str, float]:
    """Milliseconds: opening with the first score, and 256 renders (the best of 15 runs)."""
    began = time.perf_counter()
    scorer = Scorer.load(folder)
    scorer.score([1, 2], renders[:1])
    opened = time.perf_counter() - began
    ink, times = renders[:256].astype(np.float32) / 255, []
    for _ in range(15):
        began = time.perf_counter()
        scorer.score([1, 2], ink)
        times.append(time.perf_counter() - began)
    return {"open_ms": round(1e3 * opened, 1), "renders_256_ms": round(1e3 * min(times), 1)}


def cpu_name() -> str:
    """The processor's own name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    names = (
        [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line]
        if info.exists()
        else []
    )
    return names[0] if names else platform.processor() or platform.machine()


def main() -> None:
    """Measure, print a table, write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--scorer", type=Path, default=STARTER)
    parser.add_argument("--words", type=Path, default=STARTER / "words.json.gz")
    parser.add_argument("--cache", type=Path, help="renders kept by maquette.training.scorer (.npz)")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    words, scorer, items = Words.load(given.words), Scorer.load(given.scorer), open_dataset(given.data).items
    renders = renders_of(items, given.cache)
    seen = np.concatenate([scorer.drawings(renders[i : i + 256]) for i in range(0, len(renders), 256)])
    hogs = np.concatenate([hog(renders[i : i + 2048]) for i in range(0, len(renders), 2048)])
    result = {
        "cpu": cpu_name(),
        "words_to_drawings": words_to_drawings(items, seen, hogs, scorer, words),
        "drawings_to_drawings": drawings_to_drawings(items, seen, hogs, words),
        "whole_above_broken": broken_pairs(items, renders, scorer, words),
        "time": timing(given.scorer, renders),
    }
    print("| held-out task | | scorer | HOG |\n|---|---|---|---|")
    for task in ("words_to_drawings", "drawings_to_drawings"):
        rows: Any = result[task]
        for figure in rows["scorer"]:
            print(f"| {task} | {figure} | {rows['scorer'][figure]:.1%} | {rows['hog'][figure]:.1%} |")
    print(json.dumps(result))
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
