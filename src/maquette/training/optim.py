"""Optimisers. Matrices inside the blocks go to Muon where a recipe asks for it, everything else to AdamW.

Muon: Jordan et al. 2024 (https://kellerjordan.github.io/posts/muon), as torch.optim.Muon; its step is scaled to AdamW's
size (Liu et al. 2025, arXiv:2502.16982), so that both share one learning rate.
"""

from __future__ import annotations

import math

import torch
from torch import nn

from .recipe import Optimiser


def optimisers(net: nn.Module, settings: Optimiser) -> list[torch.optim.Optimizer]:
    """One or two optimisers over all parameters of `net`."""
    matrices = [p for name, p in net.named_parameters() if p.ndim == 2 and "_proj" in name]
    theirs = {id(p) for p in matrices} if settings.name == "muon" else set()
    decayed = [p for p in net.parameters() if id(p) not in theirs and p.ndim >= 2]
    plain = [p for p in net.parameters() if id(p) not in theirs and p.ndim < 2]
    adam = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": settings.decay}, {"params": plain, "weight_decay": 0.0}],
        lr=settings.rate,
        betas=settings.betas,
        fused=True,
    )
    if not theirs:
        return [adam]
    muon = torch.optim.Muon(
        matrices, lr=settings.rate, weight_decay=settings.decay, momentum=0.95, adjust_lr_fn="match_rms_adamw"
    )
    return [adam, muon]


def rate_at(step: int, steps: int, settings: Optimiser) -> float:
    """Warm-up, a long plateau, then a straight descent over the last `descent` of the run (Hu et al. 2024,
    arXiv:2404.06395): a run can be prolonged from its plateau without having planned for it."""
    if step < settings.warmup:
        return settings.rate * (step + 1) / settings.warmup
    fall = max(1, round(steps * settings.descent))
    left = max(steps - step, 0)
    return settings.rate * min(1.0, left / fall) if left < fall else settings.rate


def gradient_norm(net: nn.Module, limit: float) -> float:
    """Clip the gradient to `limit` and return its norm; inf when it is not a number."""
    norm = float(nn.utils.clip_grad_norm_(net.parameters(), limit))
    return norm if math.isfinite(norm) else math.inf
