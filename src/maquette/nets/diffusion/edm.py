"""EDM around a sketch: how a net is made a denoiser, and what it learns from.

A denoiser D(x; sigma) gives the mean of all clean pictures that x may have come from when noise of standard deviation
sigma was added. Karras et al. 2022 (arXiv:2206.00364) scale a net F so that input and target have unit variance at
every sigma (table 1). Here all of it is done to what the picture has beyond its sketch: where noise hides everything, D
is the sketch itself, and what is left to learn has half the spread. The same idea drives residual diffusion in
super-resolution (Li et al. 2022, SRDiff, arXiv:2104.14951).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

SIGMA_DATA = 0.4  # of pictures less their sketches, premultiplied in [-1, 1], as measured on the training set
SIGMA_MAX = 4.0  # noise from which on nothing of that is seen


@dataclass(frozen=True)
class Noise:
    """ln(sigma) is normal with `mean` and `spread`; a share `high` of the pictures gets between 1 and SIGMA_MAX."""

    mean: float = -1.2
    spread: float = 1.1
    high: float = 0.2
    sigma_data: float = SIGMA_DATA

    def draw(self, count: int, dice: torch.Generator) -> Tensor:
        """sigma (count,)."""
        usual = self.mean + self.spread * torch.randn(count, generator=dice, device=dice.device)
        top = torch.rand(count, generator=dice, device=dice.device) * torch.log(torch.tensor(SIGMA_MAX))
        chosen = torch.rand(count, generator=dice, device=dice.device) < self.high
        return torch.where(chosen, top, usual).exp()


def scales(sigma: Tensor, sigma_data: float = SIGMA_DATA) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """c_skip, c_out, c_in (b, 1, 1, 1) and c_noise (b,) of table 1, for sigma (b,)."""
    s = sigma[:, None, None, None]
    total = s**2 + sigma_data**2
    return sigma_data**2 / total, s * sigma_data / total.sqrt(), 1 / total.sqrt(), sigma.log() / 4


def denoise(
    net: Callable[..., Tensor], x: Tensor, sigma: Tensor, sketch: Tensor, *asked: Tensor, sigma_data: float = SIGMA_DATA
) -> Tensor:
    """D(x; sigma) for x, sketch (b, c, h, w), sigma (b,); `asked` is what the net is handed besides."""
    skip, out, into, noise = scales(sigma, sigma_data)
    beyond = x - sketch
    return sketch + skip * beyond + out * net(into * beyond, noise, sketch, *asked)


def loss(
    net: Callable[..., Tensor], clean: Tensor, settings: Noise, dice: torch.Generator, sketch: Tensor, *asked: Tensor
) -> Tensor:
    """Weighted squared error (b,) of the denoised pictures (equation 8; lambda = 1 / c_out^2)."""
    sigma = settings.draw(len(clean), dice)
    noise = torch.randn(clean.shape, generator=dice, device=clean.device)
    skip, out, into, told = scales(sigma, settings.sigma_data)
    truth = clean - sketch
    noisy = truth + sigma[:, None, None, None] * noise
    target = (truth - skip * noisy) / out
    return (net(into * noisy, told, sketch, *asked) - target).square().mean(dim=(1, 2, 3))
