"""An own style on a trained UNet: narrow additions to its kernels and matrices, and one row of its table of styles.

LoRA (Hu et al. 2021, arXiv:2106.09685): a weight W, seen as a matrix (n, k), becomes W + up @ down with down (r, k) and
up (n, r). `up` starts at zero, so that a fresh style draws as the net itself.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from .unet import UNet

LEAST = 16  # rows of a weight that is worth an addition


class Addition(nn.Module):
    """W (n, ...) -> W + reach * (up @ down), in the shape of W."""

    def __init__(self, weight: Tensor, rank: int, reach: float) -> None:
        super().__init__()
        n, k = len(weight), weight[0].numel()
        self.down = nn.Parameter(torch.randn(rank, k) / k**0.5)
        self.up = nn.Parameter(torch.zeros(n, rank))
        self.reach = reach

    def forward(self, weight: Tensor) -> Tensor:
        return weight + self.reach * (self.up @ self.down).view_as(weight)


class OneRow(nn.Module):
    """A table (n, d) whose row `row` alone is learnt."""

    def __init__(self, weight: Tensor, row: int) -> None:
        super().__init__()
        self.own = nn.Parameter(weight[row].detach().clone())
        self.row = row

    def forward(self, weight: Tensor) -> Tensor:
        return torch.cat([weight[: self.row], self.own[None], weight[self.row + 1 :]])


def adapt(net: UNet, rank: int, reach: float, row: int) -> UNet:
    """Give a net an own style in place of row `row` of its styles: only the additions and that row remain to learn."""
    for parameter in net.parameters():
        parameter.requires_grad_(False)
    for part in list(net.modules()):
        if isinstance(part, (nn.Conv2d, nn.Linear)) and min(len(part.weight), part.weight[0].numel()) >= LEAST:
            parametrize.register_parametrization(part, "weight", Addition(part.weight, rank, reach))
    parametrize.register_parametrization(net.style, "weight", OneRow(net.style.weight, row))
    return net


def additions(net: UNet) -> dict[str, Tensor]:
    """What was learnt: NAME.up, NAME.down by the name of the weight, with the reach in them, and style.weight.own."""
    out: dict[str, Tensor] = {}
    for name, part in net.named_modules():
        if not parametrize.is_parametrized(part):
            continue
        for one in part.parametrizations["weight"]:
            if isinstance(one, Addition):
                out[f"{name}.weight.up"] = one.up.detach() * one.reach
                out[f"{name}.weight.down"] = one.down.detach()
            elif isinstance(one, OneRow):
                out["style.weight.own"] = one.own.detach()
    return out
