"""Generator and critic taking turns: one step, and everything that is needed to go on from it.

The loss is the non-saturating one (Goodfellow et al. 2014, arXiv:1406.2661) with a penalty on the critic's slope at
real pictures (R1, Mescheder et al. 2018, arXiv:1801.04406), taken at every sixteenth step only (StyleGAN2, section
3.1). Both nets see augmented pictures only. What is kept is the running mean of the generator's weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from ..nets.gan.augment import augmented
from ..nets.gan.style import Critic, GanSize, Generator
from .ema import RunningMean
from .gan_data import Pictures

LAZY = 16  # steps between two penalties


@dataclass(frozen=True)
class Learning:
    """How both learn: pictures a step, Adam's rate, weight of the penalty, memory of the mean, mirrored pictures too.

    `fall`: the share of the run over which the rate goes down to nothing.
    """

    batch: int = 8
    rate: float = 2e-3
    penalty: float = 0.2
    memory: float = 0.998
    mirrored: bool = False
    fall: float = 0.25


@dataclass(frozen=True)
class Turn:
    """What one step did: the losses of both, and the critic's mean answers to real and made pictures."""

    generator: float
    critic: float
    real: float
    made: float


class Pair:
    """A generator and its critic under way."""

    def __init__(self, size: GanSize, learning: Learning, seed: int) -> None:
        torch.manual_seed(seed)
        self.learning, self.seed, self.step = learning, seed, 0
        self.generator, self.critic = Generator(size), Critic(size)
        for net in (self.generator, self.critic):
            net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.mean = RunningMean(self.generator, learning.memory)
        # The penalty comes seldom: Adam's memory is shortened to match (arXiv:1912.04958, appendix B).
        ratio = LAZY / (LAZY + 1)
        self.optimisers = [
            torch.optim.Adam(self.generator.parameters(), lr=learning.rate, betas=(0.0, 0.99)),
            torch.optim.Adam(self.critic.parameters(), lr=learning.rate * ratio, betas=(0.0, 0.99**ratio)),
        ]

    def turn(self, pictures: Pictures, done: float) -> Turn:
        """One step of both; `done` is the share of the run that is over."""
        learning = self.learning
        left = min(1.0, max(0.02, (1 - done) / learning.fall))
        for optimiser, ratio in zip(self.optimisers, (1.0, LAZY / (LAZY + 1)), strict=True):
            for group in optimiser.param_groups:
                group["lr"] = learning.rate * ratio * left
        dice = torch.Generator().manual_seed(self.seed * 1_000_003 + self.step)
        real = pictures.batch(self.step, learning.batch, self.seed, mirrored=learning.mirrored)
        critic, answers = self._critic(real, dice)
        generator = self._generator(dice)
        self.step += 1
        return Turn(generator, critic, *answers)

    def _critic(self, real: Tensor, dice: torch.Generator) -> tuple[float, tuple[float, float]]:
        with torch.no_grad():
            made = self.generator(self._dice(dice))
        seen = self.critic(augmented(made, dice))
        known = self.critic(augmented(real, dice))
        loss = F.softplus(seen).mean() + F.softplus(-known).mean()
        if self.step % LAZY == 0:
            loss = loss + self._penalty(real, dice)
        self._apply(1, loss)
        return float(loss.detach()), (float(known.detach().mean()), float(seen.detach().mean()))

    def _penalty(self, real: Tensor, dice: torch.Generator) -> Tensor:
        """R1: the squared slope of the critic's answer at real pictures."""
        pictures = augmented(real, dice).requires_grad_()
        answers = self.critic(pictures).sum()
        (slope,) = torch.autograd.grad(answers, pictures, create_graph=True)
        return slope.square().sum(dim=(1, 2, 3)).mean() * (self.learning.penalty / 2 * LAZY)

    def _generator(self, dice: torch.Generator) -> float:
        self.critic.requires_grad_(False)
        loss = F.softplus(-self.critic(augmented(self.generator(self._dice(dice)), dice))).mean()
        self._apply(0, loss)
        self.critic.requires_grad_(True)
        self.mean.update(self.generator)
        return float(loss.detach())

    def _apply(self, which: int, loss: Tensor) -> None:
        self.optimisers[which].zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nets: tuple[nn.Module, nn.Module] = (self.generator, self.critic)
        for parameter in nets[which].parameters():
            if parameter.grad is not None:
                torch.nan_to_num_(parameter.grad, nan=0.0, posinf=1e5, neginf=-1e5)
        self.optimisers[which].step()

    def _dice(self, dice: torch.Generator) -> Tensor:
        return torch.randn(self.learning.batch, self.generator.size.dice, generator=dice)

    @contextmanager
    def settled(self) -> Iterator[Generator]:
        """The generator wearing its mean weights."""
        with self.mean.worn_by(self.generator), torch.no_grad():
            yield self.generator

    def pictures(self, count: int, seed: int = 0) -> NDArray[np.float32]:
        """Made with the mean weights: (count, side, side, 4) premultiplied, 0..1."""
        dice = torch.Generator().manual_seed(seed)
        z = torch.randn(count, self.generator.size.dice, generator=dice)
        with self.settled() as net:
            made = torch.cat([net(some) for some in z.split(64)])  # type: ignore[no-untyped-call]
        return as_pictures(made)

    def state(self) -> dict[str, Any]:
        """As `state.save` takes it."""
        nets = nn.ModuleDict({"generator": self.generator, "critic": self.critic})
        return {
            "net": nets.state_dict(),
            "mean": self.mean.mean,
            "mean_steps": self.mean.steps,
            "optimisers": [one.state_dict() for one in self.optimisers],
            "at": {"step": self.step},
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Go on from a state."""
        nn.ModuleDict({"generator": self.generator, "critic": self.critic}).load_state_dict(kept["net"])
        self.mean.mean, self.mean.steps = kept["mean"], kept["mean_steps"]
        for optimiser, one in zip(self.optimisers, kept["optimisers"], strict=True):
            optimiser.load_state_dict(one)
        self.step = kept["at"]["step"]


def as_pictures(made: Tensor) -> NDArray[np.float32]:
    """(n, 4, h, w) in -1 to 1 -> (n, h, w, 4) premultiplied in 0..1, no colour above its alpha."""
    values = ((made + 1) / 2).clamp(0, 1).permute(0, 2, 3, 1).numpy().copy()
    values[..., :3] = np.minimum(values[..., :3], values[..., 3:])
    return np.asarray(values, dtype=np.float32)
