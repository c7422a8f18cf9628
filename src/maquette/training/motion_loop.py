"""The loop that teaches the motion net: windows in, steps out; everything it needs to go on later is in its state."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..media.motion import HOUSE
from ..nets.motion.denoiser import MotionDenoiser, MotionSize
from ..nets.motion.kinematics import Kinematics
from .motion_data import Batch, Windows, columns_of
from .motion_losses import MotionLoss, MotionNoise, MotionWeights
from .muon import KernelMuon


@dataclass(frozen=True)
class MotionSettings:
    """How the net is taught. rate: of Muon and AdamW; seed: of windows and noise; average: of the weights kept;
    rise: steps in which the rate rises; fall: the last share of the steps, in which it falls to nothing."""

    steps: int = 6000
    batch: int = 48
    rate: float = 2e-3
    weight_decay: float = 0.02
    average: float = 0.9995
    rise: int = 200
    fall: float = 0.4
    seed: int = 0


@dataclass(frozen=True)
class MotionStep:
    """One step: its number, the loss, and the loss's parts."""

    number: int
    of: int
    loss: float
    parts: dict[str, float]


class MotionTraining:
    """A net, what averages it, and its optimisers. `share` of a step is told from outside, since time may run out."""

    def __init__(
        self, windows: Windows, size: MotionSize, settings: MotionSettings, weights: MotionWeights | None = None
    ) -> None:
        torch.manual_seed(settings.seed)
        self.windows, self.size, self.settings = windows, size, settings
        self.net = MotionDenoiser(size)
        self.kept = {name: value.detach().clone() for name, value in self.net.named_parameters()}
        chain = Kinematics(HOUSE.parents, torch.from_numpy(HOUSE.offsets))
        mean, spread = torch.from_numpy(windows.mean), torch.from_numpy(windows.spread)
        self.loss = MotionLoss(chain, mean, spread, weights or MotionWeights())
        self.noise = MotionNoise()
        turned = [p for name, p in self.net.named_parameters() if p.ndim == 2 and "blocks" in name and min(p.shape) > 6]
        others = [p for p in self.net.parameters() if not any(p is one for one in turned)]
        self.muon = KernelMuon(turned, settings.rate, weight_decay=settings.weight_decay)
        self.adam = torch.optim.AdamW(others, settings.rate, betas=(0.9, 0.99), weight_decay=settings.weight_decay)
        self.number = 0

    def steps(self) -> Iterator[MotionStep]:
        """Learn until the steps are done; each is told."""
        while self.number < self.settings.steps:
            rate = self.rate()
            for group in (*self.muon.param_groups, *self.adam.param_groups):
                group["lr"] = rate
            # Windows and noise follow from the step alone, so that a run that was stopped goes on as it would have.
            dice = np.random.default_rng((self.settings.seed, self.number))
            loss, parts = self._learn(self.windows.batch(self.settings.batch, dice))
            self.number += 1
            self._average()
            yield MotionStep(self.number, self.settings.steps, loss, parts)

    def rate(self) -> float:
        """Risen, level, then falling to nothing as a line (Hägele et al. 2024, arXiv:2405.18392)."""
        s = self.settings
        risen = min(1.0, (self.number + 1) / s.rise)
        left = (s.steps - self.number) / max(1.0, s.fall * s.steps)
        return s.rate * risen * min(1.0, left)

    def foretell(self, clean: Tensor, sigma: Tensor, noise: Tensor, mask: Tensor, bag: Tensor) -> Tensor:
        """The clean motion behind a noisy one: all scaled."""
        s = sigma[:, None, None]
        noisy = (clean + s * noise) / (1 + s * s).sqrt()
        wide = torch.from_numpy(columns_of(mask.numpy()))
        made: Tensor = self.net(noisy, sigma, clean * wide, mask, bag)
        return made

    def _learn(self, batch: Batch) -> tuple[float, dict[str, float]]:
        clean, bag, mask = (torch.from_numpy(one) for one in (batch.numbers, batch.bag, batch.mask))
        noises = torch.Generator().manual_seed(self.settings.seed * 1_000_003 + self.number)
        sigma = self.noise.draw(len(clean), noises)
        noise = torch.randn(clean.shape, generator=noises)
        loss, parts = self.loss(self.foretell(clean, sigma, noise, mask, bag), clean)
        self.net.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.muon.step()
        self.adam.step()
        return float(loss.detach()), parts

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(self.settings.average, (1 + self.number) / (10 + self.number))
        for name, value in self.net.named_parameters():
            self.kept[name].lerp_(value, 1 - keep)

    def state(self) -> dict[str, Any]:
        """Everything to go on from, as `training.state` keeps it."""
        optimisers = [self.muon.state_dict(), self.adam.state_dict()]
        net = {name: value.detach() for name, value in self.net.named_parameters()}
        return {
            "net": net,
            "mean": self.kept,
            "optimisers": optimisers,
            "at": {"step": self.number},
            "mean_steps": self.number,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self._put(state["net"])
        self.kept = dict(state["mean"])
        for optimiser, held in zip((self.muon, self.adam), state["optimisers"], strict=True):
            optimiser.load_state_dict(held)
        self.number = int(state["at"]["step"])

    @torch.no_grad()
    def fault(self, batches: list[Batch]) -> float:
        """Root of the squared error of places in metres on windows that were set aside, at noise 1."""
        held = {name: value.clone() for name, value in self.net.named_parameters()}
        self._put(self.kept)
        total = 0.0
        for number, batch in enumerate(batches):
            clean, bag, mask = (torch.from_numpy(one) for one in (batch.numbers, batch.bag, batch.mask))
            dice = torch.Generator().manual_seed(number)
            noise = torch.randn(clean.shape, generator=dice)
            made = self.foretell(clean, torch.ones(len(clean)), noise, mask, bag)
            total += self.loss(made, clean)[1]["places"] / 100
        self._put(held)
        return math.sqrt(total / len(batches))

    def _put(self, values: dict[str, Tensor]) -> None:
        for name, parameter in self.net.named_parameters():
            parameter.data.copy_(values[name])
