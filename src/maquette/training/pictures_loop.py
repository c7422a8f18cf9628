"""Steps of a diffusion training, as a generator: reporting, saving and stopping are its callers'."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..nets.diffusion import consistency, edm
from ..nets.diffusion.unet import UNet
from .ema import RunningMean
from .loop import Step
from .muon import KernelMuon
from .pictures_corpus import Dealer
from .pictures_data import HeldOut
from .pictures_recipe import PictureOptimiser, PictureRecipe

LEVELS = (0.12, 0.5, 4.0)  # noise at which what is held out is looked at
MATRICES = ("query", "read.", "see", "join", "reader.out", "reader.up", "reader.down", ".out.weight")


class DiffusionRun:
    """A net, its optimisers, its running mean and where it stands."""

    def __init__(self, recipe: PictureRecipe, net: nn.Module, dealer: Dealer, held: HeldOut) -> None:
        self.recipe, self.dealer, self.held = recipe, dealer, held
        self.device = next(net.parameters()).device
        self.net = net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimisers = optimisers(net, recipe.optimiser)
        self.mean = RunningMean(net, recipe.optimiser.mean)
        self.step = 0
        self.best = math.inf
        self.half = self.device.type == "cuda"

    def steps(self) -> Iterator[Step]:
        """Train until the recipe's last step; every `recipe.every` steps what is held out is looked at."""
        while self.step < self.recipe.steps:
            yield self._step()

    def _step(self) -> Step:
        began = time.perf_counter()
        settings = self.recipe.optimiser
        rate = rate_at(self.step, self.recipe.steps, settings)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        self.net.train()
        seed = self.recipe.seed * 1_000_003 + self.step  # of this step alone, so that a run can be gone on with
        dice = torch.Generator(self.device).manual_seed(seed)
        torch.manual_seed(seed)  # of dropout
        clean, asked = self.shown()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.half):
            loss = self._loss(clean, dice, asked).mean()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = float(nn.utils.clip_grad_norm_(self.net.parameters(), settings.clip))
        if math.isfinite(norm):
            for optimiser in self.optimisers:
                optimiser.step()
            self.mean.update(self.net)
        for optimiser in self.optimisers:
            optimiser.zero_grad(set_to_none=True)
        self.step += 1
        held_out, best = None, False
        seconds = time.perf_counter() - began
        if self.step % self.recipe.every == 0 or self.step == self.recipe.steps:
            held_out = self.look()
            best = held_out < self.best
            self.best = min(self.best, held_out)
        told = float(loss.detach())
        return Step(self.step, self.recipe.steps, told, rate, norm, len(clean), seconds, held_out, best)

    def _loss(self, clean: Tensor, dice: torch.Generator, asked: tuple[Tensor, ...]) -> Tensor:
        if self.recipe.few:
            share = self.step / self.recipe.steps
            return consistency.loss(self.net, clean, self.recipe.noise, dice, *asked, share=share)
        return edm.loss(self.net, clean, self.recipe.noise, dice, *asked)

    def shown(self) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The pictures of this step, and what is asked of the net about each."""
        batch = self.dealer.batch(self.step, self.recipe.batch)
        every = (batch.clean, batch.sketch, batch.known, batch.style, batch.tone, batch.tokens)
        clean, *asked = (torch.from_numpy(array).to(self.device) for array in every)
        return clean.contiguous(memory_format=torch.channels_last), tuple(asked)

    @torch.no_grad()
    def look(self) -> float:
        """Root mean squared error on what is held out, mean of three levels of noise, with the mean's weights."""
        if not len(self.held.clean):
            return math.nan
        self.net.eval()
        with self.mean.worn_by(self.net):
            errors = [self._error(level, number) for number, level in enumerate(LEVELS)]
        return float(np.mean(errors))

    def _error(self, level: float, number: int, batch: int = 32) -> float:
        dice = torch.Generator().manual_seed(7 + number)
        noise = torch.randn(self.held.clean.shape, generator=dice)
        total = 0.0
        for start in range(0, len(noise), batch):
            part = slice(start, start + batch)
            clean = torch.from_numpy(self.held.clean[part])
            n = len(clean)
            asked = (
                torch.from_numpy(self.held.sketch[part]),
                torch.full((n,), 0.9),
                torch.from_numpy(self.held.style[part]),
                torch.zeros(n, dtype=torch.long),
                torch.from_numpy(self.held.tokens[part]),
            )
            given = [value.to(self.device) for value in (clean + level * noise[part], torch.full((n,), level), *asked)]
            made = edm.denoise(self.net, *given)
            total += float((made.cpu() - clean).square().mean(dim=(1, 2, 3)).sum())
        return math.sqrt(total / len(noise))

    def look_if_better(self, keep: Any) -> None:
        """Look once more before stopping, and keep the weights if they are the best."""
        if self.step and (held_out := self.look()) < self.best:
            self.best = held_out
            keep()

    def state(self) -> dict[str, Any]:
        """Everything needed to go on from here, as tensors and plain data."""
        return {
            "net": self.net.state_dict(),
            "mean": self.mean.mean,
            "mean_steps": self.mean.steps,
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "at": {"step": self.step, "best": self.best},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.net.load_state_dict(state["net"])
        self.mean.mean = {name: tensor.to(self.device) for name, tensor in state["mean"].items()}
        self.mean.steps = state["mean_steps"]
        for optimiser, kept in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
        self.step, self.best = state["at"]["step"], state["at"]["best"]


def new_net(recipe: PictureRecipe) -> UNet:
    """A fresh net, seeded by the recipe."""
    torch.manual_seed(recipe.seed)
    return UNet(recipe.net)


def optimisers(net: nn.Module, settings: PictureOptimiser) -> list[torch.optim.Optimizer]:
    """Muon for the 3 x 3 kernels within the U and for the matrices of attention, AdamW for everything else."""
    turned = [parameter for name, parameter in net.named_parameters() if _by_muon(name, parameter)]
    theirs = {id(parameter) for parameter in turned}
    rest = [parameter for parameter in net.parameters() if id(parameter) not in theirs and parameter.requires_grad]
    adam = torch.optim.AdamW(rest, lr=settings.rate, betas=settings.betas, weight_decay=0.0, fused=True)
    return [adam, KernelMuon(turned, lr=settings.rate, momentum=settings.momentum)] if turned else [adam]


def _by_muon(name: str, parameter: Tensor) -> bool:
    if not parameter.requires_grad or name.endswith("table.weight"):
        return False
    if parameter.ndim == 4:
        return parameter.shape[-1] == 3 and not name.startswith(("enter", "leave"))
    return parameter.ndim == 2 and any(part in name for part in MATRICES)


def rate_at(step: int, steps: int, settings: PictureOptimiser) -> float:
    """Warm-up, a level stretch, a straight descent to a hundredth (Hu et al. 2024, arXiv:2404.06395)."""
    up = min(1.0, (step + 1) / max(1, settings.warmup))
    down = min(1.0, max(0.01, (steps - step) / max(1.0, steps * settings.descent)))
    return settings.rate * up * down
