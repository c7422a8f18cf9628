"""Is the house's recipe better than a plain one at equal processor time, and does the net train as fast as a bare one?

    python benchmarks/training.py                      the speed of the net alone (about two minutes)
    python benchmarks/training.py ICONS.jsonl.zst [--minutes 2.5] [--variants plain,house,...] [--cache FOLDER]

Speed: forward and backward of 2048 tokens in windows of 256, one thread, in turns with a bare net of the same sizes.

Comparison: each variant trains for the same processor seconds, one thread, one seed, its learning rate falling to zero
within them (the number of steps follows the speed as it goes). Dealing out documents is left out of the seconds, since
all but one take the same, and printed apart. Then -log2 p of 150 held-out stroke icons from the first shape token to
the end, words and style given; and of those that have a cousin of the same concept in another set, with that cousin
before them. Every net is scored over the ids that the grammar admits: the class of the next id, and for a delta those
that stay on the canvas. The plain net learns by one softmax over all ids; its score by that is printed too.
Short runs: what they show is who learns faster, not who ends better.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from baseline_nets import BareNet, PlainNet, class_costs, plain_net, whole_costs
from common import RESULTS, keep, processor, table, take_turns
from torch import Tensor
from torch.nn import functional as F

from maquette.data.dataset import Item, open_dataset
from maquette.encodings.strokes import Encoded, StrokeEncoding
from maquette.encodings.words import Words
from maquette.media import drawing
from maquette.nets.transformer import Transformer, TransformerSize
from maquette.training import corpus as c
from maquette.training import loop
from maquette.training import recipe as recipes
from maquette.training.losses import stroke_costs
from maquette.training.optim import optimisers
from maquette.training.recipe import Net, Optimiser, Recipe

RECIPE = Path(__file__).resolve().parents[1] / "recipes" / "icon-1.toml"
TOKENS = 2048  # a step, of speed and of the comparison
WARMUP = 12  # steps


# -- the comparison -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Variant:
    """One way to train. `net` house, unshared (no shared numbers, one view of a delta) or plain; `change` a recipe."""

    about: str
    change: Callable[[Recipe], Recipe] = lambda recipe: recipe
    net: str = "house"


def _adamw(rate: float, plain: bool = False) -> Callable[[Recipe], Recipe]:
    betas, mean = ((0.9, 0.95), 0.0) if plain else ((0.9, 0.98), 0.995)
    return lambda r: replace(
        r, optimiser=replace(r.optimiser, name="adamw", rate=rate, betas=betas, mean=mean, decay=0.1)
    )


def _dealt(**changes: Any) -> Callable[[Recipe], Recipe]:
    return lambda r: replace(r, sampling=replace(r.sampling, **changes))


VARIANTS: dict[str, Variant] = {
    "plain": Variant("GPT-2-shaped net, AdamW at 1e-3", _adamw(1e-3, plain=True), "plain"),
    "house": Variant("house net, Muon at the recipe's rate"),
    "adamw": Variant("house net, AdamW at 2e-3, same running mean", _adamw(2e-3)),
    "unshared": Variant("house net, Muon, no shared numbers, no second view of a delta", net="unshared"),
    "half": Variant(
        "house net of half the width (128), Muon",
        lambda r: replace(
            r, net=replace(r.net, width=r.net.width // 2, heads=2, key_heads=1, hidden=r.net.hidden // 2)
        ),
    ),
    "alone": Variant("house, Muon, no references, no shaken copies", _dealt(references=(1.0, 0.0, 0.0), shaken=0.0)),
    "upright": Variant("house, Muon, no turned copies", _dealt(turned=0.0)),
    "plain-slow": Variant("GPT-2-shaped net, AdamW at 3e-4", _adamw(3e-4, plain=True), "plain"),
    "adamw-slow": Variant("house net, AdamW at 1e-3, same running mean", _adamw(1e-3)),
}


class Dealer(c.Dealer):
    """Counts the processor seconds it spends."""

    spent = 0.0

    def batches(self, number: int, tokens: int) -> list[list[c.Document]]:
        began = time.process_time()
        dealt = super().batches(number, tokens)
        self.spent += time.process_time() - began
        return dealt


class Run(loop.Run):
    """The house's loop around any of the nets; nothing but the costs is its own."""

    kind = "house"
    whole = False  # score by one softmax over all ids

    def _costs(self, documents: Sequence[c.Document]) -> tuple[Tensor, int]:
        tokens, places, learnt = loop.collate(documents, self.device)
        net, before, chosen = self.net, places[:, :-1], learnt[:, 1:]
        plain = cast(PlainNet, net) if self.kind == "plain" else None
        with torch.autocast("cpu", torch.bfloat16, enabled=self.half):
            hidden = plain.hidden(tokens[:, :-1]) if plain else net.hidden(tokens[:, :-1], before)
            rows = plain.tokens.weight if plain else net.embed_tokens.table(loop.v.OUTPUTS)
            hidden, targets = hidden[chosen], tokens[:, 1:][chosen]
            if self.whole or (plain and net.training):
                return whole_costs(hidden, rows, targets), tokens.numel()
            count = stroke_costs if self.kind == "house" else class_costs
            return count(hidden, rows, targets, before[chosen]), tokens.numel()

    def look(self) -> float:
        """Nothing is looked at within the seconds."""
        return float("inf")


def fresh_net(kind: str, recipe: Recipe, vocabulary: int) -> Transformer:
    """A seeded net of that kind; the plain one has as many parameters as the house's."""
    house = loop.new_net(recipe, vocabulary)
    torch.manual_seed(recipe.seed)
    if kind == "plain":
        n, count = recipe.net, sum(p.numel() for p in house.parameters())
        net = plain_net(count, vocabulary, width=n.width, layers=n.layers, heads=n.heads, dropout=n.dropout)
        return cast(Transformer, net)
    return Transformer(house.size) if kind == "unshared" else house


def trained(run: Run, dealer: Dealer, seconds: float) -> tuple[float, int]:
    """Train for `seconds` of processor time; gives those spent, and the tokens read."""
    spent, tokens, steps = 0.0, 0, run.steps()
    while run.step < run.recipe.steps:
        began, dealt = time.process_time(), dealer.spent
        tokens += next(steps).tokens
        spent += time.process_time() - began - (dealer.spent - dealt)
        if run.step % 5 == 0 and run.step < 0.9 * run.recipe.steps:
            fits = max(run.step + 1, round(run.step * seconds / spent))
            run.recipe = replace(run.recipe, steps=fits)
    return spent, tokens


def compare(name: str, material: Material, seconds: float) -> dict[str, Any]:
    """Train one variant and score it."""
    variant = VARIANTS[name]
    recipe = variant.change(material.recipe)
    net = fresh_net(variant.net, recipe, material.encoding.vocabulary)
    dealer = Dealer(material.corpus, recipe.sampling, recipe.seed)
    run = Run(recipe, net, dealer, [])
    run.kind, run.half = variant.net, material.half
    spent, tokens = trained(run, dealer, seconds)
    net.eval()
    with torch.no_grad(), run.mean.worn_by(net):
        bits = {"bits": run.bits(material.alone), "with a cousin": run.bits(material.beside)}
        run.whole = variant.net == "plain"
        whole = float(run.bits(material.alone).mean()) if run.whole else None
    without = run_mean(bits["bits"], material.has_cousin)
    return {
        "what": variant.about,
        "parameters": f"{sum(p.numel() for p in net.parameters()) / 1e6:.2f} M",
        "steps": run.step,
        "cpu s": round(spent),
        "dealing s": round(dealer.spent),
        "tokens/s": round(tokens / spent),
        "bits": round(float(bits["bits"].mean()), 1),
        "of them: alone": round(without, 1),
        "with a cousin": round(float(bits["with a cousin"].mean()), 1),
        "one softmax": None if whole is None else round(whole, 1),
    }


def run_mean(values: np.ndarray, chosen: Sequence[int]) -> float:
    return float(values[list(chosen)].mean())


@dataclass(frozen=True)
class Material:
    """What all variants train on and are scored on. `has_cousin`: rows of `alone` that stand in `beside`."""

    recipe: Recipe
    encoding: StrokeEncoding
    corpus: c.Corpus
    alone: list[c.Document]
    beside: list[c.Document]
    has_cousin: list[int]
    half: bool


def gather(data: Path, recipe: Recipe, cache: Path | None, icons: int) -> Material:
    """Encode the training icons (minutes; kept in `cache`/corpus.npz) and `icons` held-out stroke icons."""
    words = Words.load()
    items = list(open_dataset(data, split="train").items)
    encoding = StrokeEncoding(c.styles_of(items), len(words))
    kept = cache / "corpus.npz" if cache else None
    corpus = c.build(items, encoding, words, longest=recipe.sampling.longest, cache=kept)
    held = [item for item in open_dataset(data, split="val").items if item.paint == "stroke"]
    chosen = [held[i] for i in np.linspace(0, len(held) - 1, min(icons, len(held))).round().astype(int)]
    alone, beside, has_cousin = [], [], []
    for row, item in enumerate(chosen):
        alone.append(_judged(item, encoding, words, []))
        cousin = next((o for o in held if o.concept == item.concept and o.set != item.set), None)
        if cousin is not None:
            beside.append(_judged(item, encoding, words, [_encoded(cousin, encoding)]))
            has_cousin.append(row)
    return Material(recipe, encoding, corpus, alone, beside, has_cousin, loop.bf16_pays(torch.device("cpu")))


def _encoded(item: Item, encoding: StrokeEncoding) -> Encoded:
    return encoding.encode(drawing.parse(item.svg_text()), c.style_name(item))


def _judged(item: Item, encoding: StrokeEncoding, words: Words, references: list[Encoded]) -> c.Document:
    one = _encoded(item, encoding)
    known = words.known(item.title, *item.tags, item.category)[:12]
    return c.evaluation_document(encoding, one.header, one.body, known, references)


# -- the speed ----------------------------------------------------------------------------------------------------

SHAPES = {
    "4 x 256": {"width": 256, "layers": 4, "heads": 4, "hidden": 768},
    "8 x 384": {"width": 384, "layers": 8, "heads": 6, "hidden": 1024},
}
VOCABULARY, WINDOW = 2048, 256
# Tokens/s in fp32 and bf16, and GFLOP/s of the matrix product alone, on 2 cores of AMD Zen 5 (one thread): what a net
# like the bare one was first measured at.
ELSEWHERE = {"4 x 256": (3111, 7639), "8 x 384": (883, 2363), "product": (94, 426)}


def speed(rounds: int) -> list[dict[str, Any]]:
    """Tokens a second, forward and backward, of our net and of a bare one, in turns."""
    product = _product(rounds)
    rows = []
    for name, shape in SHAPES.items():
        tokens = torch.randint(VOCABULARY, (TOKENS // WINDOW, WINDOW + 1))
        ours = Transformer(TransformerSize(VOCABULARY, VOCABULARY, **shape, key_heads=shape["heads"], context=WINDOW))
        bare = BareNet(VOCABULARY, **shape, context=WINDOW)
        runs = {
            f"{who} {kind}": _pass(net, tokens, kind == "bf16")
            for kind in ("fp32", "bf16")
            for who, net in (("ours", ours), ("bare", bare))
        }
        best = {key: TOKENS / one["cpu_s"] for key, one in take_turns(runs, rounds).items()}
        count = sum(p.numel() for p in ours.parameters())
        for place, kind in enumerate(("fp32", "bf16")):
            mine, theirs = best[f"ours {kind}"], best[f"bare {kind}"]
            flops = 6e-9 * count
            there = ELSEWHERE[name][place] * flops / ELSEWHERE["product"][place]
            rows.append(
                {
                    "net": f"{name}, {count / 1e6:.1f} M",
                    "numbers": kind,
                    "ours tokens/s": round(mine),
                    "bare tokens/s": round(theirs),
                    "ours / bare": round(mine / theirs, 2),
                    "product GFLOP/s": round(product[kind]),
                    "ours, share of the product": round(mine * flops / product[kind], 2),
                    "bare, share": round(theirs * flops / product[kind], 2),
                    "Zen 5 tokens/s": ELSEWHERE[name][place],
                    "its share": round(there, 2),
                }
            )
    return rows


def _product(rounds: int) -> dict[str, float]:
    """GFLOP/s of a matrix product of a training step's size."""
    pairs = {
        name: (torch.randn(TOKENS, 384, dtype=kind), torch.randn(1024, 384, dtype=kind))
        for name, kind in (("fp32", torch.float32), ("bf16", torch.bfloat16))
    }

    def ten(name: str) -> Callable[[], None]:
        def run() -> None:
            for _ in range(10):
                F.linear(*pairs[name])

        return run

    best = take_turns({name: ten(name) for name in pairs}, max(rounds, 5))
    return {name: 20e-9 * TOKENS * 384 * 1024 / one["cpu_s"] for name, one in best.items()}


def _pass(net: torch.nn.Module, tokens: Tensor, half: bool) -> Callable[[], None]:
    def run() -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            logits = net(tokens[:, :-1])
            loss = F.cross_entropy(logits.flatten(0, 1).float(), tokens[:, 1:].flatten())
        loss.backward()
        net.zero_grad(set_to_none=True)

    return run


def optimiser_steps(rounds: int) -> list[dict[str, Any]]:
    """What one step of each optimiser costs on the net of the recipe, beside forward and backward of 4096 tokens."""
    rows: dict[str, Callable[[], Any]] = {}
    for name in ("adamw", "muon"):
        net = loop.new_net(Recipe(net=Net()), loop.v.OUTPUTS + 5600)
        for parameter in net.parameters():
            parameter.grad = torch.randn_like(parameter) * 1e-3
        steppers = optimisers(net, Optimiser(name=name))
        rows[name] = lambda steppers=steppers: [one.step() for one in steppers]
    best = take_turns(rows, rounds)
    return [{"optimiser": name, "ms a step": round(1000 * one["cpu_s"])} for name, one in best.items()]


# -- the command --------------------------------------------------------------------------------------------------


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("data", type=Path, nargs="?", help="records of the icons' format; without it only the speed")
    options.add_argument("--minutes", type=float, default=2.5, help="processor time of each variant")
    options.add_argument("--variants", default=",".join(VARIANTS), help=f"of {', '.join(VARIANTS)}")
    options.add_argument("--cache", type=Path, help="folder that keeps the encoded icons (corpus.npz)")
    options.add_argument("--recipe", type=Path, default=RECIPE)
    options.add_argument("--icons", type=int, default=150, help="held-out icons to score")
    options.add_argument("--rounds", type=int, default=4)
    options.add_argument("--go-on", action="store_true", help="keep the variants measured before with these settings")
    options.add_argument("--no-speed", action="store_true", help="only the comparison")
    chosen = options.parse_args()
    torch.set_num_threads(1)
    print(processor(), flush=True)
    if not chosen.no_speed:
        rows, steps = speed(chosen.rounds), optimiser_steps(chosen.rounds)
        print(f"\n{table(rows)}\n\n{table(steps)}\n", flush=True)
        keep("training-speed", {"benchmark": "training", "forward and backward": rows, "optimiser": steps})
    if chosen.data:
        names = chosen.variants.split(",")
        if unknown := [name for name in names if name not in VARIANTS]:
            options.error(f"no such variant: {', '.join(unknown)}; known are {', '.join(VARIANTS)}")
        _compare_all(chosen, names)


def _compare_all(chosen: argparse.Namespace, names: Sequence[str]) -> None:
    recipe = recipes.read(chosen.recipe)
    recipe = replace(recipe, tokens=TOKENS, every=10**9, optimiser=replace(recipe.optimiser, warmup=WARMUP))
    if chosen.cache:
        chosen.cache.mkdir(parents=True, exist_ok=True)
    material = gather(chosen.data, recipe, chosen.cache, chosen.icons)
    told: Mapping[str, Any] = {
        "seconds of processor time each": round(60 * chosen.minutes),
        "held-out icons": len(material.alone),
        "of them with a cousin": len(material.beside),
        "tokens a step": TOKENS,
        "numbers": "bf16" if material.half else "fp32",
        "references, shaken, turned": f"{list(recipe.sampling.references)}, {recipe.sampling.shaken}, "
        f"{recipe.sampling.turned}",
    }
    print("\n".join(f"{key}: {value}" for key, value in told.items()), flush=True)
    rows = _kept(told) if chosen.go_on else {}
    for name in [name for name in names if name not in rows]:
        rows[name] = compare(name, material, 60 * chosen.minutes)
        print(name, rows[name], flush=True)
        keep("training", {**told, "variants": rows})
    print(f"\n{table([{'': name, **row} for name, row in rows.items()])}")


def _kept(told: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The rows of an earlier run under the same settings on the same processor; none if there is none."""
    path = RESULTS / "training.json"
    if not path.exists():
        return {}
    before = json.loads(path.read_text(encoding="utf-8"))
    same = all(before.get(key) == value for key, value in {"processor": processor(), **told}.items())
    return dict(before["variants"]) if same else {}


if __name__ == "__main__":
    main()
