"""Muon for the kernels of convolutions: a kernel (out, in, h, w) is turned as the matrix (out, in h w) that it is.

Jordan et al. 2024 (https://kellerjordan.github.io/posts/muon): the step is the momentum made nearly orthogonal by five
turns of Newton and Schulz; scaled to AdamW's size as in Liu et al. 2025 (arXiv:2502.16982). `torch.optim.Muon` takes
matrices alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

TURNS = ((3.4445, -4.7750, 2.0315),) * 5  # coefficients of the quintic, from the post


def orthogonal(matrix: Tensor) -> Tensor:
    """The nearest matrix with singular values near one, roughly: (n, k) -> (n, k)."""
    x: Tensor = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    x = x / (x.norm() + 1e-7)
    for a, b, c in TURNS:
        product = x @ x.T
        x = a * x + (b * product + c * product @ product) @ x
    return x.T if matrix.shape[0] > matrix.shape[1] else x


class KernelMuon(torch.optim.Optimizer):
    """Nesterov momentum, made orthogonal; `rate` as for AdamW beside it."""

    def __init__(self, parameters: Iterable[Tensor], lr: float, momentum: float = 0.95, weight_decay: float = 0.0):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> Any:
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(p)
                held: Tensor = state["momentum"]
                held.lerp_(p.grad, 1 - group["momentum"])
                ahead = p.grad.lerp(held, group["momentum"]).reshape(len(p), -1)
                size = 0.2 * max(ahead.shape) ** 0.5
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(orthogonal(ahead).reshape(p.shape), alpha=-group["lr"] * size)
        return None
