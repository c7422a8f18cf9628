"""EDM: how a net is made a denoiser, and what it learns from (Karras et al. 2022, arXiv:2206.00364).

A denoiser D(x; sigma) gives the mean of all clean pictures that x may have come from when noise of standard deviation
sigma was added. The net F is scaled around it so that input and target have unit variance at every sigma (table 1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

SIGMA_DATA = 0.75  # of premultiplied pictures in [-1, 1], as measured on the training set


@dataclass(frozen=True)
class Noise:
    """ln(sigma) is normal with `mean` and `spread`: where training looks most."""

    mean: float = -0.9
    spread: float = 1.3
    sigma_data: float = SIGMA_DATA


def scales(sigma: Tensor, sigma_data: float = SIGMA_DATA) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """c_skip, c_out, c_in (b, 1, 1, 1) and c_noise (b,) of table 1, for sigma (b,)."""
    s = sigma[:, None, None, None]
    total = s**2 + sigma_data**2
    return sigma_data**2 / total, s * sigma_data / total.sqrt(), 1 / total.sqrt(), sigma.log() / 4


def denoise(net: Callable[..., Tensor], x: Tensor, sigma: Tensor, *asked: Tensor) -> Tensor:
    """D(x; sigma) for x (b, c, h, w), sigma (b,); `asked` is what the net is handed besides."""
    skip, out, into, noise = scales(sigma)
    return skip * x + out * net(into * x, noise, *asked)


def loss(net: Callable[..., Tensor], clean: Tensor, settings: Noise, dice: torch.Generator, *asked: Tensor) -> Tensor:
    """Weighted squared error (b,) of the denoised pictures (equation 8; lambda = 1 / c_out^2)."""
    spread = torch.randn(len(clean), generator=dice, device=clean.device)
    sigma = (settings.mean + settings.spread * spread).exp()
    noise = torch.randn(clean.shape, generator=dice, device=clean.device)
    skip, out, into, told = scales(sigma, settings.sigma_data)
    noisy = clean + sigma[:, None, None, None] * noise
    target = (clean - skip * noisy) / out
    return (net(into * noisy, told, *asked) - target).square().mean(dim=(1, 2, 3))
