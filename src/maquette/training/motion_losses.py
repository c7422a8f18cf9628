"""What the motion net learns from: noise taken out, and joints where they belong, moving as they should.

Weights as in MDM (arXiv:2209.14916): numbers 1, places 0.5, speeds 0.3, standing feet 0.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..nets.motion.kinematics import Kinematics

FEET = (3, 4, 7, 8)
FPS = 30.0


@dataclass(frozen=True)
class MotionWeights:
    """Weights of the parts of the loss."""

    numbers: float = 1.0
    places: float = 0.5  # of squared decimetres
    speeds: float = 0.3  # of squared m/s
    standing: float = 0.1


@dataclass(frozen=True)
class MotionNoise:
    """ln(sigma) is normal; a share `high` lies evenly in ln between 1 and the most."""

    mean: float = -0.3
    spread: float = 1.4
    high: float = 0.25
    most: float = 40.0

    def draw(self, count: int, dice: torch.Generator) -> Tensor:
        usual = self.mean + self.spread * torch.randn(count, generator=dice)
        top = torch.rand(count, generator=dice) * torch.log(torch.tensor(self.most))
        chosen = torch.rand(count, generator=dice) < self.high
        return torch.where(chosen, top, usual).exp().clamp(0.01, self.most)


class MotionLoss:
    """mean, spread (140,): of the columns, to widen scaled numbers again."""

    def __init__(self, chain: Kinematics, mean: Tensor, spread: Tensor, weights: MotionWeights) -> None:
        self.chain, self.mean, self.spread, self.weights = chain, mean, spread, weights

    def __call__(self, made: Tensor, clean: Tensor) -> tuple[Tensor, dict[str, float]]:
        """made, clean (b, t, 140) scaled -> the loss and its parts."""
        w = self.weights
        numbers = (made - clean).square().mean()
        half = (len(made) + 1) // 2  # the chain costs a third of a step: it is walked for half of the windows
        a, b = (one[:half] * self.spread + self.mean for one in (made, clean))
        here, there = self._places(a), self._places(b)
        places = 100 * (here - there).square().mean()
        fast, truth = self._speeds(a, here), self._speeds(b, there)
        speeds = (fast - truth).square().mean()
        told = (b[:, :-1, 136:140] > 0.5).float()
        standing = (fast[:, :, FEET].square().sum(-1) * told).mean()
        total = w.numbers * numbers + w.places * places + w.speeds * speeds + w.standing * standing
        parts = {"numbers": numbers, "places": places, "speeds": speeds, "standing": standing}
        return total, {name: float(value.detach()) for name, value in parts.items()}

    def _places(self, numbers: Tensor) -> Tensor:
        return self.chain.places(numbers[..., 4:136].reshape(*numbers.shape[:-1], 22, 6))

    def _speeds(self, numbers: Tensor, places: Tensor) -> Tensor:
        """m/s of every joint over the floor, in the frame of the heading: (b, t - 1, j, 3)."""
        turning, x, z, height = numbers[:, :-1, 0], numbers[:, :-1, 1], numbers[:, :-1, 2], numbers[..., 3]
        moved = (places[:, 1:] - places[:, :-1]) * FPS
        up = (height[:, 1:] - height[:, :-1]) * FPS
        root = torch.stack([x, up, z], -1)[:, :, None]
        spun = turning.clamp(-12, 12)[:, :, None]
        now = places[:, :-1]
        swept = torch.stack([spun * now[..., 2], torch.zeros_like(now[..., 0]), -spun * now[..., 0]], -1)
        return moved + root + swept
