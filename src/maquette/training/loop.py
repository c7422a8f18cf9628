"""The training loop, as a generator of steps: reporting, saving and stopping are its callers'."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from ..encodings import strokes_vocabulary as v
from ..nets.transformer import Transformer, TransformerSize
from .ema import RunningMean
from .losses import STROKES, Measure
from .optim import gradient_norm, optimisers, rate_at
from .recipe import Recipe


@dataclass(frozen=True)
class Step:
    """What one step did. `loss` nats per learnt token; `tokens` read; `held_out` what the measure says, if looked."""

    number: int
    of: int
    loss: float
    rate: float
    norm: float
    tokens: int
    seconds: float
    held_out: float | None = None
    best: bool = False


def new_net(recipe: Recipe, vocabulary: int) -> Transformer:
    """A fresh net for strokes, seeded by the recipe."""
    torch.manual_seed(recipe.seed)
    n = recipe.net
    size = TransformerSize(
        vocabulary, v.OUTPUTS, n.width, n.layers, n.heads, n.key_heads, n.hidden, n.context, v.PLACES, dropout=n.dropout
    )
    kinds, numbers = v.numbers(vocabulary)
    return Transformer(size, torch.from_numpy(kinds), torch.from_numpy(numbers))


class Dealing(Protocol):
    """Deals documents in pools; a pool is a function of its number alone, so that a run can be resumed anywhere."""

    def batches(self, number: int, tokens: int) -> list[list[Any]]:
        """A pool as batches of about `tokens` tokens."""
        ...


class Run:
    """A training under way: net, optimisers, running mean, and where in the data it stands."""

    def __init__(
        self,
        recipe: Recipe,
        net: Transformer,
        dealer: Dealing,
        held_out: Sequence[Any],
        measure: Measure = STROKES,
    ) -> None:
        self.recipe, self.net, self.dealer, self.held_out = recipe, net, dealer, held_out
        self.measure = measure
        self.device = next(net.parameters()).device
        self.mean = RunningMean(net, recipe.optimiser.mean)
        self.optimisers = optimisers(net, recipe.optimiser)
        self.step = self.pool = self.batch = 0
        self.best = math.inf
        self.half = bf16_pays(self.device)

    def steps(self) -> Iterator[Step]:
        """Train until the recipe's last step; every `recipe.every` steps the held-out documents are looked at."""
        while self.step < self.recipe.steps:
            batches = self.dealer.batches(self.pool, self.recipe.tokens)
            while self.batch < len(batches) and self.step < self.recipe.steps:
                yield self._step(batches[self.batch])
            if self.batch >= len(batches):
                self.pool, self.batch = self.pool + 1, 0

    def _step(self, documents: Sequence[Any]) -> Step:
        began = time.perf_counter()
        rate = rate_at(self.step, self.recipe.steps, self.recipe.optimiser)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        torch.manual_seed(self.recipe.seed * 1_000_003 + self.step)  # dropout: the same after a resumption
        self.net.train()
        costs, tokens = self._costs(documents)
        loss = costs.mean()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = gradient_norm(self.net, self.recipe.optimiser.clip)
        if math.isfinite(norm):
            for optimiser in self.optimisers:
                optimiser.step()
            self.mean.update(self.net)
        for optimiser in self.optimisers:
            optimiser.zero_grad(set_to_none=True)
        self.step, self.batch = self.step + 1, self.batch + 1
        held_out, best = None, False
        seconds = time.perf_counter() - began
        if self.step % self.recipe.every == 0 or self.step == self.recipe.steps:
            held_out = self.look()
            best = held_out < self.best
            self.best = min(self.best, held_out)
        return Step(self.step, self.recipe.steps, float(loss.detach()), rate, norm, tokens, seconds, held_out, best)

    def _costs(self, documents: Sequence[Any]) -> tuple[Tensor, int]:
        """Costs (n,) in nats of all learnt tokens of a batch, and the number of tokens read."""
        return costs_of(self.net, documents, self.half, self.measure)

    def look_if_better(self, keep: Callable[[], None]) -> None:
        """Look once more before stopping, and keep the weights if they are the best."""
        if self.step and (held_out := self.look()) < self.best:
            self.best = held_out
            keep()

    @torch.no_grad()
    def look(self) -> float:
        """The measure's figure of what is held out (mean bits per icon, bits per note), with the mean's weights."""
        self.net.eval()
        with self.mean.worn_by(self.net):
            return self.measure.figure(self.bits(self.held_out), self.held_out)

    def bits(self, documents: Sequence[Any]) -> np.ndarray:
        """Bits (n,) of each document's learnt tokens, by the net as it stands."""
        return bits_of(self.net, documents, self.half, self.measure)

    def state(self) -> dict[str, Any]:
        """Everything needed to go on from here, as tensors and plain data."""
        return {
            "net": self.net.state_dict(),
            "mean": self.mean.mean,
            "mean_steps": self.mean.steps,
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "at": {"step": self.step, "pool": self.pool, "batch": self.batch, "best": self.best},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.net.load_state_dict(state["net"])
        self.mean.mean = {name: tensor.to(self.device) for name, tensor in state["mean"].items()}
        self.mean.steps = state["mean_steps"]
        for optimiser, kept in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
        at = state["at"]
        self.step, self.pool, self.batch, self.best = at["step"], at["pool"], at["batch"], at["best"]


def costs_of(
    net: Transformer, documents: Sequence[Any], half: bool = False, measure: Measure = STROKES
) -> tuple[Tensor, int]:
    """Costs (n,) in nats of all learnt tokens of a batch by a net, and the number of tokens read."""
    device = net.norm.weight.device
    tokens, places, learnt = collate(documents, device, measure)
    with torch.autocast(device.type, torch.bfloat16, enabled=half):
        hidden = net.hidden(tokens[:, :-1], places[:, :-1])
        chosen = learnt[:, 1:]
        table = net.embed_tokens.table(net.size.outputs)
        return measure.costs(hidden[chosen], table, tokens[:, 1:][chosen], places[:, :-1][chosen]), tokens.numel()


@torch.no_grad()
def bits_of(net: Transformer, documents: Sequence[Any], half: bool = False, measure: Measure = STROKES) -> np.ndarray:
    """Bits (n,) of each document's learnt tokens by a net."""
    order = sorted(range(len(documents)), key=lambda i: len(documents[i].tokens))
    out = np.zeros(len(documents))
    for start in range(0, len(order), measure.batch):
        some = order[start : start + measure.batch]
        costs, _ = costs_of(net, [documents[i] for i in some], half, measure)
        lengths = [int(documents[i].learnt[1:].sum()) for i in some]
        for i, part in zip(some, costs.split(lengths), strict=True):  # type: ignore[no-untyped-call]
            out[i] = float(part.sum()) / math.log(2)
    return out


def collate(
    documents: Sequence[Any], device: torch.device, measure: Measure = STROKES
) -> tuple[Tensor, Tensor, Tensor]:
    """Documents padded to one length: tokens (b, t), what the measure puts beside them (b, t, p), learnt (b, t)."""
    longest = max(len(document.tokens) for document in documents)
    beside = [measure.beside(document) for document in documents]
    tokens = np.full((len(documents), longest), measure.pad, dtype=np.int64)
    places = np.zeros((len(documents), longest, beside[0].shape[1]), dtype=np.int64)
    learnt = np.zeros((len(documents), longest), dtype=bool)
    for row, document in enumerate(documents):
        length = len(document.tokens)
        tokens[row, :length] = document.tokens
        places[row, :length] = beside[row]
        learnt[row, :length] = document.learnt
    return torch.from_numpy(tokens).to(device), torch.from_numpy(places).to(device), torch.from_numpy(learnt).to(device)


def bf16_pays(device: torch.device) -> bool:
    """Whether a bf16 matrix product is at least 1.3 times as fast as in fp32 here: timed, flags are not trusted."""
    if device.type != "cpu":
        return device.type == "cuda"
    best = {torch.float32: math.inf, torch.bfloat16: math.inf}
    for _ in range(6):
        for kind in best:
            a, b = torch.randn(4096, 256, dtype=kind), torch.randn(768, 256, dtype=kind)
            began = time.process_time()
            torch.nn.functional.linear(a, b)
            best[kind] = min(best[kind], time.process_time() - began)
    return best[torch.float32] > 1.3 * best[torch.bfloat16]
