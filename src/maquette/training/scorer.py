"""Trains the judge of icons: do these words and this drawing belong together?

    python -m maquette.training.scorer ICONS.jsonl.zst --words words.json.gz --out FOLDER [--epochs 13] [--cache FILE]

All icons of the training split teach it, stroke and filled: whatever set drew a concept, its words are the same.
Stroke icons are also shown with other stroke widths, all are shifted a little. A batch holds two drawings each of many
concepts, a part of them concepts that share a word (the arrows, the files), and broken drawings (two laid over one
another, halves put together, a part moved) that no words fit. Then the convolutions are held still, what they see is
computed once, and the heads and words learn on from it: a batch of four times as many concepts costs less than before.
Resumable: the state is kept after every epoch.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from maquette.core.hashing import sha256_json
from maquette.data.dataset import Item, open_dataset
from maquette.encodings.words import Words
from maquette.media import drawing
from maquette.media.drawing import Drawing
from maquette.nets.scorer import PIXELS, ScorerNet, ScorerSize, contrast

FORMAT = "scorer.v1"
SMALL = 4096  # numbers; a smaller array stays in fp16
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class ScorerRecipe:
    """How the judge is trained; kept whole beside its weights."""

    epochs: int = 13  # passes over as many drawings as there are training icons
    settle: int = 20  # rounds in which the heads and words learn on alone
    settle_steps: int = 30  # batches in such a round
    settle_concepts: int = 1024  # in such a batch
    concepts: int = 256  # in a batch, two drawings each
    broken: int = 96  # broken drawings in a batch
    kin: float = 0.4  # share of a batch's concepts that share a word with others in it
    rate: float = 2e-3  # peak learning rate
    decay: float = 0.05  # of weights
    images: float = 0.5  # weight of drawing against drawing
    shift: int = 2  # pixels of 48
    seed: int = 0


# --- renders -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Renders:
    """48-pixel renders of all items: `base` (n, 48, 48), and of stroke icons `variants` (m, 48, 48) with other widths.

    `rows` (m,) says which item a variant shows.
    """

    base: Pixels
    variants: Pixels
    rows: NDArray[np.int64]


def render_items(items: Sequence[Item], cache: Path | None = None, seed: int = 0) -> Renders:
    """Renders of all items, from `cache` if it fits, else drawn (minutes) and kept there."""
    if cache is not None and cache.exists():
        with np.load(cache) as kept:
            if len(kept["base"]) == len(items):
                return Renders(kept["base"], kept["variants"], kept["rows"])
    dice = np.random.default_rng(seed)
    base = np.zeros((len(items), PIXELS, PIXELS), np.uint8)
    variants, rows = [], []
    for i, item in enumerate(items):
        shown = drawing.parse(item.svg_text())
        base[i] = _bytes(drawing.render(shown, PIXELS))
        if item.paint != "fill":
            for low, high in ((1.0, 2.0), (2.0, 3.0)):
                variants.append(_bytes(drawing.render(_with_width(shown, dice.uniform(low, high)), PIXELS)))
                rows.append(i)
    found = Renders(base, np.stack(variants) if variants else base[:0], np.array(rows, np.int64))
    if cache is not None:
        part = cache.with_name(cache.name + ".part.npz")
        np.savez(part, base=found.base, variants=found.variants, rows=found.rows)
        os.replace(part, cache)
    return found


def _bytes(coverage: NDArray[np.float32]) -> Pixels:
    return np.round(coverage * 255).astype(np.uint8)


def _with_width(shown: Drawing, width: float) -> Drawing:
    """The drawing with its main stroke width set to `width` (units of a 24 canvas), other widths in proportion."""
    from dataclasses import replace

    widths = [shape.paint.width for shape in shown.shapes if shape.paint.stroke]
    if not widths:
        return shown
    factor = width * max(shown.viewbox[2:]) / 24 / max(set(widths), key=widths.count)
    shapes = (replace(s, paint=replace(s.paint, width=s.paint.width * factor)) for s in shown.shapes)
    return replace(shown, shapes=tuple(shapes))


# --- batches -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Batch:
    """`drawings` (2c + broken, ...) as renders or features; the words (2c, w) of the first 2c.

    `concept` (2c,) joins drawings of one idea.
    """

    drawings: torch.Tensor
    ids: torch.Tensor
    real: torch.Tensor
    concept: torch.Tensor


@dataclass(frozen=True)
class Seen:
    """What the convolutions see, computed once: features (n, f) of all renders, shifted ones, and broken drawings."""

    base: NDArray[np.float16]
    shifted: NDArray[np.float16]
    variants: NDArray[np.float16]
    broken: NDArray[np.float16]


class Deck:
    """Deals batches from the training items."""

    def __init__(self, items: Sequence[Item], renders: Renders, words: Words, recipe: ScorerRecipe) -> None:
        self.renders, self.recipe = renders, recipe
        self.name = [words.known(item.title) for item in items]
        self.tags = [words.known(*item.tags, item.category) for item in items]
        by_concept: dict[str, list[int]] = defaultdict(list)
        for i, item in enumerate(items):
            if item.split == "train" and self.name[i]:
                by_concept[item.concept].append(i)
        self.sets = [item.set for item in items]
        self.members = [by_concept[name] for name in sorted(by_concept)]
        kin: dict[int, set[int]] = defaultdict(set)
        for c, members in enumerate(self.members):
            for word in self.name[members[0]]:
                kin[word].add(c)
        self.kin = [np.array(sorted(group)) for _, group in sorted(kin.items()) if len(group) >= 12]
        self.weights = np.sqrt([len(members) for members in self.members])
        self.weights /= self.weights.sum()
        self.variants: dict[int, list[int]] = defaultdict(list)
        for v, row in enumerate(renders.rows):
            self.variants[int(row)].append(v)
        self.size = sum(len(members) for members in self.members)

    def batch(self, dice: np.random.Generator) -> Batch:
        """The next batch; all chance comes from `dice`."""
        concepts, rows = self._rows(dice, self.recipe.concepts)
        shown = np.stack([self._render(row, dice) for row in rows])
        broken = np.stack([_broken(shown, dice) for _ in range(self.recipe.broken)])
        pixels = _shifted(np.concatenate([shown, broken]), self.recipe.shift, dice)
        renders = torch.from_numpy(pixels)[:, None].float() / 255
        return Batch(renders, *self._texts(rows, dice), torch.from_numpy(np.repeat(concepts, 2)))

    def seen_batch(self, seen: Seen, dice: np.random.Generator) -> Batch:
        """The same with features that were computed once, in place of renders."""
        concepts, rows = self._rows(dice, self.recipe.settle_concepts)
        features = np.stack([self._feature(row, seen, dice) for row in rows])
        count = min(len(seen.broken), len(rows) * self.recipe.broken // (2 * self.recipe.concepts))
        broken = seen.broken[dice.integers(0, len(seen.broken), count)]
        both = torch.from_numpy(np.concatenate([features, broken]).astype(np.float32))
        return Batch(both, *self._texts(rows, dice), torch.from_numpy(np.repeat(concepts, 2)))

    def broken_batch(self, dice: np.random.Generator) -> Pixels:
        """As many broken drawings (n, 48, 48) as there are concepts in a batch."""
        _, rows = self._rows(dice, self.recipe.concepts)
        shown = np.stack([self._render(row, dice) for row in rows])
        return np.stack([_broken(shown, dice) for _ in range(self.recipe.concepts)])

    def _rows(self, dice: np.random.Generator, wanted: int) -> tuple[NDArray[np.int64], list[int]]:
        """Concepts, and two items of each."""
        concepts = self._concepts(dice, wanted)
        return concepts, [row for c in concepts for row in self._pair(self.members[c], dice)]

    def _texts(self, rows: Sequence[int], dice: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Words of items as padded ids and where they are real, both (n, w)."""
        ids = [self._text(row, dice) for row in rows]
        longest = max(map(len, ids))
        table = np.zeros((len(ids), longest), np.int64)
        real = np.zeros((len(ids), longest), np.float32)
        for i, text in enumerate(ids):
            table[i, : len(text)], real[i, : len(text)] = text, 1
        return torch.from_numpy(table), torch.from_numpy(real)

    def _feature(self, row: int, seen: Seen, dice: np.random.Generator) -> NDArray[np.float16]:
        variants, chance = self.variants.get(row), dice.random()
        if variants and chance < 0.6:
            return np.asarray(seen.variants[variants[int(dice.integers(len(variants)))]])
        return np.asarray((seen.base if chance < 0.8 else seen.shifted)[row])

    def _concepts(self, dice: np.random.Generator, wanted: int) -> NDArray[np.int64]:
        """Different concepts, a part of them in groups that share a word."""
        chosen: list[int] = []
        while len(chosen) < wanted * self.recipe.kin and self.kin:
            group = self.kin[dice.integers(len(self.kin))]
            chosen.extend(dice.choice(group, min(len(group), 24), replace=False).tolist())
        others = dice.choice(len(self.members), min(wanted, len(self.members)), replace=False, p=self.weights)
        unique = list(dict.fromkeys([*chosen, *others.tolist()]))
        return np.array(unique[:wanted], np.int64)

    def _pair(self, members: Sequence[int], dice: np.random.Generator) -> tuple[int, int]:
        """Two drawings of a concept, from different sets where there are."""
        first = members[int(dice.integers(len(members)))]
        others = [m for m in members if self.sets[m] != self.sets[first]] or members
        return first, others[int(dice.integers(len(others)))]

    def _render(self, row: int, dice: np.random.Generator) -> Pixels:
        variants = self.variants.get(row)
        if variants and dice.random() < 0.67:
            row, pixels = variants[int(dice.integers(len(variants)))], self.renders.variants
            return np.asarray(pixels[row])
        return np.asarray(self.renders.base[row])

    def _text(self, row: int, dice: np.random.Generator) -> list[int]:
        """Words of an icon: mostly its name, sometimes with some tags, sometimes tags alone."""
        name, tags, chance = list(self.name[row]), list(self.tags[row]), dice.random()
        if chance < 0.55 or not tags:
            return name
        some: list[int] = dice.permutation(tags)[: dice.integers(1, min(len(tags), 5) + 1)].tolist()
        if chance < 0.85:
            return list(dict.fromkeys([*name, *some]))
        return some


def _broken(shown: Pixels, dice: np.random.Generator) -> Pixels:
    """A drawing that nobody would sign: two overlaid, halves of two, or one with a block torn from its place."""
    a, b = (shown[i] for i in dice.choice(len(shown), 2, replace=False))
    kind, cut = dice.integers(4), int(dice.integers(16, 33))
    if kind == 0:
        return np.asarray(np.maximum(a, b))
    if kind == 1:
        return np.concatenate([a[:cut], b[cut:]])
    if kind == 2:
        return np.concatenate([a[:, :cut], b[:, cut:]], axis=1)
    y, x, to_y, to_x = dice.integers(4, PIXELS - 24, 4)
    torn = a.copy()
    torn[y : y + 20, x : x + 20] = 0
    torn[to_y : to_y + 20, to_x : to_x + 20] = np.maximum(
        torn[to_y : to_y + 20, to_x : to_x + 20], a[y : y + 20, x : x + 20]
    )
    return np.asarray(torn)


def _shifted(pixels: Pixels, most: int, dice: np.random.Generator) -> Pixels:
    """Each render moved by up to `most` pixels in both directions, paper coming in at the edge."""
    padded = np.pad(pixels, ((0, 0), (most, most), (most, most)))
    moves = dice.integers(0, 2 * most + 1, (len(pixels), 2))
    moved = (p[y : y + PIXELS, x : x + PIXELS] for p, (y, x) in zip(padded, moves))
    return np.stack(list(moved))


# --- training ------------------------------------------------------------------------------------------------------


def loss_of(seen: torch.Tensor, said: torch.Tensor, batch: Batch, heat: torch.Tensor, images: float) -> torch.Tensor:
    """Words (2c, d) against drawings (2c + broken, d), drawings against words, and drawings against drawings."""
    count = len(batch.concept)
    alike = batch.concept[:, None] == batch.concept[None, :]
    with_broken = torch.cat([alike, torch.zeros(count, len(seen) - count, dtype=torch.bool)], 1)
    words = contrast(said, seen, with_broken, heat) + contrast(seen[:count], said, alike, heat)
    if not images:
        return words
    itself = torch.eye(count, dtype=torch.bool)
    return words + images * contrast(seen[:count], seen[:count], alike, heat, skip=itself)


def train(
    deck: Deck, net: ScorerNet, recipe: ScorerRecipe, state: Path | None = None
) -> Iterator[tuple[int, float, float]]:
    """Everything learns. Yields (epoch, mean loss, seconds so far); goes on from `state` if there, and keeps it."""

    def loss(dice: np.random.Generator) -> torch.Tensor:
        batch = deck.batch(dice)
        seen, said = net.drawings(batch.drawings), net.words(batch.ids, batch.real)
        return loss_of(seen, said, batch, net.inverse_temperature(), recipe.images)

    steps = max(1, deck.size // (2 * recipe.concepts))
    yield from _learn(net, list(net.parameters()), loss, recipe, recipe.epochs, steps, state)


def settle(
    deck: Deck, net: ScorerNet, recipe: ScorerRecipe, state: Path | None = None
) -> Iterator[tuple[int, float, float]]:
    """The heads and words learn on, the convolutions held still. Yields as `train`, a round being an epoch."""
    seen = see(deck, net, np.random.default_rng([recipe.seed, 1 << 20]))
    torch.manual_seed(recipe.seed)
    with torch.no_grad():
        net.drawings.settle_head(*_moments(seen.base))
    heads = [*net.words.parameters(), *net.drawings.up.parameters(), *net.drawings.out.parameters(), net.scale]

    def loss(dice: np.random.Generator) -> torch.Tensor:
        batch = deck.seen_batch(seen, dice)
        drawn, said = net.drawings.head(batch.drawings), net.words(batch.ids, batch.real)
        return loss_of(drawn, said, batch, net.inverse_temperature(), 0.0)

    yield from _learn(net, heads, loss, recipe, recipe.settle, recipe.settle_steps, state)


@torch.no_grad()
def see(deck: Deck, net: ScorerNet, dice: np.random.Generator, broken: int = 12000) -> Seen:
    """Features of all renders, of shifted ones and of about `broken` broken ones."""
    net.eval()

    def features(pixels: Pixels) -> NDArray[np.float16]:
        parts = [
            net.drawings.features(torch.from_numpy(pixels[i : i + 512])[:, None].float() / 255).numpy()
            for i in range(0, len(pixels), 512)
        ]
        return np.concatenate([part.astype(np.float16) for part in parts])

    renders, shift = deck.renders, deck.recipe.shift
    batches = max(1, min(broken, deck.size) // deck.recipe.concepts)
    torn = np.concatenate([deck.broken_batch(dice) for _ in range(batches)])
    return Seen(
        features(renders.base),
        features(_shifted(renders.base, shift, dice)),
        features(_shifted(renders.variants, shift, dice)),
        features(_shifted(torn, shift, dice)),
    )


def _moments(features: NDArray[np.float16]) -> tuple[torch.Tensor, torch.Tensor]:
    wide = features.astype(np.float32)
    return torch.from_numpy(wide.mean(0)), torch.from_numpy(wide.std(0) + np.float32(1e-3))


def _learn(
    net: ScorerNet,
    parameters: list[torch.nn.Parameter],
    loss_on: Callable[[np.random.Generator], torch.Tensor],
    recipe: ScorerRecipe,
    rounds: int,
    steps: int,
    state: Path | None,
) -> Iterator[tuple[int, float, float]]:
    """AdamW (Loshchilov & Hutter 2019) under half a cosine; one generator a round, so that resuming changes nothing."""
    decayed = [p for p in parameters if p.ndim > 1]
    rest = [p for p in parameters if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": recipe.decay}, {"params": rest, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=recipe.rate, betas=(0.9, 0.98))
    first, spent = _resume(state, net, optimiser) if state is not None and state.exists() else (0, 0.0)
    for round in range(first, rounds):
        dice = np.random.default_rng([recipe.seed, rounds * steps, round])
        torch.manual_seed(int(dice.integers(1 << 31)))  # of dropout
        began, losses = time.monotonic(), []
        net.train()
        for step in range(round * steps, (round + 1) * steps):
            warm = min(1.0, (step + 1) / (0.04 * rounds * steps))
            for group in optimiser.param_groups:
                group["lr"] = recipe.rate * warm * 0.5 * (1 + np.cos(np.pi * step / (rounds * steps)))
            loss = loss_on(dice)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            losses.append(loss.item())
        spent += time.monotonic() - began
        if state is not None:
            _keep(state, net, optimiser, round + 1, spent)
        yield round + 1, float(np.mean(losses)), spent


def _keep(path: Path, net: ScorerNet, optimiser: torch.optim.Optimizer, epoch: int, spent: float) -> None:
    tensors = {f"net.{name}": value.numpy() for name, value in net.state_dict().items()}
    for i, kept in optimiser.state_dict()["state"].items():
        tensors.update({f"optim.{i}.{name}": value.numpy() for name, value in kept.items()})
    tensors |= {"epoch": np.array(epoch), "seconds": np.array(spent)}
    part = path.with_name(path.name + ".part")
    save_file({name: np.array(value, order="C") for name, value in tensors.items()}, part)
    os.replace(part, path)


def _resume(path: Path, net: ScorerNet, optimiser: torch.optim.Optimizer) -> tuple[int, float]:
    tensors = {name: torch.from_numpy(value) for name, value in load_file(path).items()}
    net.load_state_dict({name[4:]: value for name, value in tensors.items() if name.startswith("net.")})
    kept = optimiser.state_dict()
    kept["state"] = defaultdict(dict)
    for name, value in tensors.items():
        if found := re.fullmatch(r"optim\.(\d+)\.(\w+)", name):
            kept["state"][int(found[1])][found[2]] = value
    optimiser.load_state_dict({**kept, "state": dict(kept["state"])})
    return int(tensors["epoch"]), float(tensors["seconds"])


# --- keeping -------------------------------------------------------------------------------------------------------


def save_scorer(folder: Path, net: ScorerNet, facts: dict[str, Any]) -> Path:
    """Write `scorer.safetensors`: matrices in 8 bits with a step a row, the rest in fp16; sizes and `facts` on top."""
    net.eval()
    words = net.words
    values = {
        "words.table": words.table.weight,
        "words.weight": words.weight.exp(),
        "words.straight": words.straight.weight,
        "words.up.weight": words.up.weight,
        "words.up.bias": words.up.bias,
        "words.out.weight": words.out.weight,
        "words.out.bias": words.out.bias,
        **{f"drawings.{name}": value for name, value in net.drawings.folded().items()},
    }
    tensors: dict[str, NDArray[Any]] = {}
    for name, tensor in values.items():
        value = tensor.detach().numpy()
        if name != "words.table" and (value.size < SMALL or value.ndim < 2):
            tensors[name] = value.astype(np.float16)
            continue
        rows = value.reshape(len(value), -1)
        step = np.maximum(np.abs(rows).max(1) / 127, 1e-7).astype(np.float32)
        tensors[name] = np.round(rows / step[:, None]).astype(np.int8).reshape(value.shape)
        tensors[f"{name}.step"] = step
    header = {"format": FORMAT, "size": json.dumps(asdict(net.size)), "facts": json.dumps(facts, ensure_ascii=False)}
    path = folder / "scorer.safetensors"
    part = path.with_name(path.name + ".part")
    save_file({name: np.array(value, order="C") for name, value in tensors.items()}, part, metadata=header)
    os.replace(part, path)
    return path


def fresh_net(words: Words, seed: int, **sizes: Any) -> ScorerNet:
    """A net whose word weights start at the inverse document frequencies of the vocabulary."""
    torch.manual_seed(seed)
    counts = torch.tensor(words.counts, dtype=torch.float32)
    rarity = torch.log(counts.max() * 2 / counts)
    return ScorerNet(ScorerSize(len(words), **sizes), rarity)


@torch.no_grad()
def retrieval(net: ScorerNet, items: Sequence[Item], renders: Renders, words: Words) -> dict[str, float]:
    """Held-out names against held-out drawings: the share of names whose first, or one of the first five, is theirs."""
    net.eval()
    rows = [i for i, item in enumerate(items) if item.split == "val" and words.known(item.title)]
    seen = net.drawings(torch.from_numpy(renders.base[rows])[:, None].float() / 255)
    concepts = np.array([items[i].concept for i in rows])
    hits = []
    for concept in np.unique(concepts):
        ids = torch.tensor([words.known(items[rows[int(np.argmax(concepts == concept))]].title)])
        order = (seen @ net.words(ids, torch.ones(ids.shape))[0]).argsort(descending=True)[:5]
        hits.append(concepts[order.numpy()] == concept)
    found = np.array(hits)
    return {"top1": float(found[:, 0].mean()), "top5": float(found.any(1).mean()), "names": len(found)}


@torch.no_grad()
def calibration(net: ScorerNet, items: Sequence[Item], renders: Renders, words: Words) -> dict[str, list[float]]:
    """What cosines mean: their 5th, 25th, 50th, 75th and 95th percentiles over held-out icons, under the icon's own
    name and under another's."""
    net.eval()
    rows = [i for i, item in enumerate(items) if item.split == "val" and words.known(item.title)]
    seen = net.drawings(torch.from_numpy(renders.base[rows])[:, None].float() / 255)
    names = [torch.tensor([words.known(items[i].title)]) for i in rows]
    said = torch.cat([net.words(ids, torch.ones(ids.shape)) for ids in names])
    table = (said @ seen.T).numpy()
    concepts = np.array([items[i].concept for i in rows])
    parts = {"own": table.diagonal(), "other": table[concepts[:, None] != concepts[None, :]]}
    return {name: np.percentile(part, [5, 25, 50, 75, 95]).round(3).tolist() for name, part in parts.items()}


def main() -> None:
    """Train, keep the weights, print the held-out figures of each epoch."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="icons as a record file or a folder")
    parser.add_argument("--words", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="where renders are kept between runs (.npz)")
    parser.add_argument("--epochs", type=int, default=ScorerRecipe.epochs)
    parser.add_argument("--seed", type=int, default=ScorerRecipe.seed)
    given = parser.parse_args()
    torch.set_num_threads(1)
    recipe = ScorerRecipe(epochs=given.epochs, seed=given.seed)
    words, dataset = Words.load(given.words), open_dataset(given.data)
    renders = render_items(dataset.items, given.cache)
    net = fresh_net(words, recipe.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    deck = Deck(dataset.items, renders, words, recipe)
    spent = 0.0
    for stage in (train, settle):
        state, so_far = given.out / f"scorer-{stage.__name__}.safetensors", 0.0
        for epoch, loss, so_far in stage(deck, net, recipe, state):
            found = retrieval(net, dataset.items, renders, words)
            print(f"{stage.__name__} {epoch:2d}  loss {loss:.3f}  {so_far:5.0f} s  {found}", flush=True)
        spent += so_far or float(load_file(state)["seconds"])
    facts = {
        "recipe": asdict(recipe),
        "data": {"name": dataset.name, "version": dataset.version, "icons": deck.size},
        "words": sha256_json(words.words),
        "held_out": retrieval(net, dataset.items, renders, words),
        "cosines": calibration(net, dataset.items, renders, words),
        "seconds": round(spent),
    }
    print(save_scorer(given.out, net, facts))


if __name__ == "__main__":
    main()
