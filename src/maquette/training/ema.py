"""A running mean of a net's weights (Polyak & Juditsky 1992): better than the last step, and free."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class RunningMean:
    """mean <- decay * mean + (1 - decay) * weights after each step; shorter memory at the beginning."""

    def __init__(self, net: nn.Module, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self.mean: dict[str, Tensor] = {name: p.detach().clone() for name, p in net.named_parameters()}

    @torch.no_grad()
    def update(self, net: nn.Module) -> None:
        self.steps += 1
        decay = min(self.decay, self.steps / (self.steps + 9))
        names, weights = zip(*net.named_parameters(), strict=True)
        torch._foreach_lerp_([self.mean[name] for name in names], [w.detach() for w in weights], 1 - decay)

    @contextmanager
    def worn_by(self, net: nn.Module) -> Iterator[None]:
        """Inside the `with`, the net has the mean's weights."""
        with torch.no_grad():
            kept = {name: p.detach().clone() for name, p in net.named_parameters()}
            for name, p in net.named_parameters():
                p.copy_(self.mean[name])
            try:
                yield
            finally:
                for name, p in net.named_parameters():
                    p.copy_(kept[name])
