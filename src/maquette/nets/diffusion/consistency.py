"""Few steps from many: a trained denoiser is tuned until its answers along one path of noise agree.

Easy consistency tuning (Geng et al. 2024, ECT, arXiv:2406.14548), after consistency models (Song et al. 2023,
arXiv:2303.01469): from sigma t and a lower r, both with the same noise on the same picture, D(x_t; t) is drawn to what
D(x_r; r) says; r / t begins at a half, where it is nearly diffusion training, and moves towards one. The cost is the
pseudo-Huber distance (Song & Dhariwal 2023, arXiv:2310.14189), so that single bad pictures do not rule.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from . import edm
from .edm import Noise

STAGES = 4  # r / t = 1 - 2^-(1 + stage)
SOFT = 0.03  # of the pseudo-Huber distance, a share of the number of pixels' root


def ratio_at(share: float, stages: int = STAGES) -> float:
    """r / t when `share` (0..1) of the tuning is done."""
    return float(1 - 2.0 ** -(1 + min(stages - 1, int(share * stages))))


def loss(
    net: Callable[..., Tensor],
    clean: Tensor,
    settings: Noise,
    dice: torch.Generator,
    sketch: Tensor,
    *asked: Tensor,
    share: float,
) -> Tensor:
    """(b,): how far the answers at t and r lie apart, r as far below t as `share` of the tuning says."""
    t = settings.draw(len(clean), dice).clamp(max=edm.SIGMA_MAX)
    r = t * ratio_at(share)
    noise = torch.randn(clean.shape, generator=dice, device=clean.device)

    def answer(sigma: Tensor) -> Tensor:
        noisy = clean + sigma[:, None, None, None] * noise
        return edm.denoise(net, noisy, sigma, sketch, *asked, sigma_data=settings.sigma_data)

    with torch.no_grad():
        low = r < 0.02  # so little noise: the picture itself is the answer
        target = torch.where(low[:, None, None, None], clean, answer(r.clamp(min=0.02)))
    apart = (answer(t) - target).square().sum(dim=(1, 2, 3))
    soft = SOFT * clean[0].numel() ** 0.5
    loss: Tensor = ((apart + soft**2).sqrt() - soft) / (t - r).clamp(min=1e-3) / clean[0].numel() ** 0.5
    return loss
