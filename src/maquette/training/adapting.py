"""A style adapter on its way, whatever the craft: the loop, stopping and going on, and the strength that suits best.

The base's weights rest; narrow matrices beside them (LoRA, Hu et al. 2021, arXiv:2106.09685) and one new row of the
token table learn. What is held out decides when to stop and how strongly the adapter counts; the base itself is the
first candidate, so that an adapter that is worse on it is never kept.
"""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..checkpoints import quantise
from ..checkpoints.box import Checkpoint
from ..core.errors import Cancelled
from ..nets.low_rank import LowRank, StillTable
from ..nets.low_rank import adapt as made_adaptable
from ..nets.transformer import Transformer, TransformerSize
from . import state
from .ema import RunningMean
from .loop import Dealing, Run, Step
from .losses import STROKES, Measure
from .recipe import Recipe

SAVE_EVERY = 20.0  # seconds
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)

Changes = Mapping[str, tuple[np.ndarray, np.ndarray]]


def net_of(told: Mapping[str, np.ndarray], base: Checkpoint, dropout: float = 0.0) -> Transformer:
    """A net of the base's sizes that wears these weights, as `quantise.restore` names them."""
    size = {**base.size, "places": tuple(base.size["places"]), "dropout": dropout}
    net = Transformer(TransformerSize(**size))
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            key = "embed_tokens.table" if name == "embed_tokens.weight" else name
            parameter.copy_(torch.from_numpy(told[key]))
    return net.eval()


def changes_of(net: Transformer) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """(up (n, r) with its reach, down (r, k)) of every adapted projection."""
    return {
        name: (module.reach * module.up.detach().numpy(), module.down.detach().numpy())
        for name, module in net.named_modules()
        if isinstance(module, LowRank)
    }


class Adapting(ABC):
    """An adaptation under way: what a craft adds is its documents, its baseline and what it costs to be worse."""

    measure: Measure = STROKES

    def __init__(self, base: Checkpoint, recipe: Recipe, folder: Path, rows: int, row: int) -> None:
        """`rows`: where the styles begin in the token table; `row`: the new one among them."""
        self.base, self.recipe, self.folder = base, recipe, folder
        torch.manual_seed(recipe.seed)
        told = quantise.restore(base.arrays(), base.size)
        net = net_of(told, base, recipe.net.dropout)
        self.table = told["embed_tokens.table"]
        begin = torch.from_numpy(self.table[rows].copy())
        how = recipe.adapter
        made_adaptable(net, how.rank, how.reach, how.dropout, rows + row, begin, how.attention)
        self.run = Run(recipe, net, self._dealer(), self._held_out(), self.measure)
        self.start = rows + self._judge_base()
        assert isinstance(net.embed_tokens, StillTable)
        with torch.no_grad():
            net.embed_tokens.style.copy_(torch.from_numpy(self.table[self.start])[None])
        self.run.mean = RunningMean(net, recipe.optimiser.mean)
        self.best = {name: tensor.clone() for name, tensor in self.run.mean.mean.items()}
        self.run.best = self.run.look()
        self.curve = [(0, self.run.best)]
        self.least = self._cost(self.run.best)
        self.seconds, self.tokens, self.stale = 0.0, 0, 0
        self._resume()

    @abstractmethod
    def _dealer(self) -> Dealing:
        """What is learnt from."""

    @abstractmethod
    def _held_out(self) -> Sequence[Any]:
        """What is looked at, under the new style."""

    @abstractmethod
    def _judge_base(self) -> int:
        """See what the base makes of what is held out; gives the style that the new one starts from."""

    @abstractmethod
    def _cost(self, bits: float) -> float:
        """What the net as it stands costs, where it needs `bits` for what is held out."""

    @abstractmethod
    def note(self) -> str:
        """What stands before the first step: what is held out, and what the base makes of it."""

    @abstractmethod
    def finished(self) -> Any:
        """The best weights at the strength that suits best; the base itself where none does."""

    def steps(self, seconds: float, on_step: Callable[[Step], None]) -> None:
        """Train until the held-out icons stop gaining, the recipe's steps are done or `seconds` have passed."""
        began, saved = time.monotonic(), time.monotonic()
        try:
            if self.stale >= self.recipe.adapter.patience:
                return
            for step in self.run.steps():
                self.seconds, self.tokens = self.seconds + step.seconds, self.tokens + step.tokens
                spent = time.monotonic() - began
                if self.run.step in (4, 12, 40):
                    self._fit(seconds - spent, step.seconds)
                if step.held_out is not None:
                    self._looked(step.held_out)
                on_step(step)
                if self.stale >= self.recipe.adapter.patience or spent > seconds:
                    break
                if time.monotonic() - saved > SAVE_EVERY:
                    self._save()
                    saved = time.monotonic()
        except (KeyboardInterrupt, Cancelled):
            pass  # the best so far is kept, and the same command goes on
        self._save()

    def _fit(self, left: float, last: float) -> None:
        """Fewer steps than the recipe's, where the time would not do for them."""
        each = max(self.seconds / self.run.step, last)
        steps = self.run.step + max(1, math.floor(left / each))
        if steps < self.recipe.steps:
            self.recipe = self.run.recipe = replace(self.recipe, steps=steps)

    def _looked(self, bits: float) -> None:
        self.curve.append((self.run.step, bits))
        cost = self._cost(bits)
        self.stale = 0 if cost < self.least else self.stale + 1
        if cost < self.least:
            self.least = cost
            self.best = {name: tensor.clone() for name, tensor in self.run.mean.mean.items()}

    def _save(self) -> None:
        kept = self.run.state()
        kept["net"] = {**kept["net"], **{f"best.{name}": tensor for name, tensor in self.best.items()}}
        at = {"curve": self.curve, "seconds": self.seconds, "tokens": self.tokens, "stale": self.stale}
        at["least"] = self.least
        state.save(self.folder / "state.safetensors", {**kept, "at": {**kept["at"], **at, "steps": self.recipe.steps}})

    def _resume(self) -> None:
        path = self.folder / "state.safetensors"
        if not path.exists():
            return
        kept = state.load(path)
        self.best = {n.removeprefix("best."): t for n, t in kept["net"].items() if n.startswith("best.")}
        kept["net"] = {name: tensor for name, tensor in kept["net"].items() if not name.startswith("best.")}
        self.run.restore(kept)
        at = kept["at"]
        self.curve = [(int(step), float(bits)) for step, bits in at["curve"]]
        self.seconds, self.tokens, self.stale = at["seconds"], at["tokens"], at["stale"]
        self.least = at["least"]
        self.recipe = self.run.recipe = replace(self.recipe, steps=at["steps"])

    def _best_changes(self) -> tuple[Changes, np.ndarray]:
        """Put the best weights on the net: its changes, and the new style's row."""
        with torch.no_grad():
            for name, parameter in self.run.net.named_parameters():
                parameter.copy_(self.best[name])
        assert isinstance(self.run.net.embed_tokens, StillTable)
        return changes_of(self.run.net), self.run.net.embed_tokens.style.detach().numpy()[0]


def weighed(
    changes: Changes, learnt: np.ndarray, start: np.ndarray, strength: float
) -> tuple[dict[str, tuple[np.ndarray, np.ndarray]], np.ndarray]:
    """An adapter that counts `strength` times: its matrices, and its style on the way from where it started."""
    return {name: (strength * up, down) for name, (up, down) in changes.items()}, start + strength * (learnt - start)
