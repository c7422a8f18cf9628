"""The last part of a training: the net learns to answer at once, sharply, instead of on average.

From noise in which nothing is seen but the sketch, one look of a diffusion net gives the mean of all pictures it may
become, which is soft. Here a critic (`nets.diffusion.critic`) draws that one look towards pictures as people draw them,
while half of every batch goes on with diffusion, so that changing, filling and blending work as before.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ..nets.diffusion import edm
from ..nets.diffusion.critic import Critic, critic_loss
from ..nets.diffusion.unet import UNet
from .ema import RunningMean
from .pictures_corpus import Batch, Dealer


@dataclass(frozen=True)
class Sharpening:
    """`seconds` of it in batches of `batch`; rates of net and critic; `near` weighs the distance to the truth."""

    seconds: float = 900.0
    batch: int = 32
    rate: float = 2e-4
    critic_rate: float = 6e-4
    near: float = 6.0
    high: tuple[float, float] = (1.5, 4.0)  # noise from which one look is to be sharp
    mean: float = 0.99


def sharpen(
    net: UNet,
    dealer: Dealer,
    settings: Sharpening,
    noise: edm.Noise,
    told: Callable[[int, float, float, float, float], None] = lambda step, share, near, fooled, seen: None,
    keep: Callable[[RunningMean], None] = lambda mean: None,
) -> RunningMean:
    """Sharpen a net in place; the running mean of its weights is what should be kept. `keep` is called now and then."""
    torch.manual_seed(1)
    critic = Critic(net.size.styles).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    own = torch.optim.AdamW(net.parameters(), lr=settings.rate, betas=(0.5, 0.99), weight_decay=0.0, fused=True)
    theirs = torch.optim.AdamW(critic.parameters(), lr=settings.critic_rate, betas=(0.5, 0.99), weight_decay=0.0)
    mean, dice = RunningMean(net, settings.mean), torch.Generator().manual_seed(1)
    began, step = time.process_time(), 0
    while (share := (time.process_time() - began) / settings.seconds) < 1:
        fall = min(1.0, (step + 1) / 30) * (0.5 * (1 + math.cos(math.pi * share)) * 0.9 + 0.1)
        own.param_groups[0]["lr"] = settings.rate * fall
        clean, asked = tensors(dealer.batch(10_000_000 + step, settings.batch))
        half = len(clean) // 2
        sketch, style = asked[0][:half], asked[2][:half]
        low, high = (math.log(one) for one in settings.high)
        sigma = (low + (high - low) * torch.rand(half, generator=dice)).exp()
        noisy = clean[:half] + sigma[:, None, None, None] * torch.randn(clean[:half].shape, generator=dice)
        made = edm.denoise(net, noisy, sigma, *(one[:half] for one in asked), sigma_data=noise.sigma_data)
        near = (made - clean[:half]).abs().mean()
        fooled = critic(made, sketch, style).mean()
        rest = edm.loss(net, clean[half:], noise, dice, *(one[half:] for one in asked)).mean()
        own.zero_grad(set_to_none=True)
        (settings.near * near - fooled * min(1.0, step / 100) + 0.3 * rest).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        own.step()
        mean.update(net)
        theirs.zero_grad(set_to_none=True)
        seen = critic_loss(critic, clean[:half], made, sketch, style)
        seen.backward()  # type: ignore[no-untyped-call]
        theirs.step()
        step += 1
        if step % 25 == 0:
            told(step, share, float(near.detach()), float(fooled.detach()), float(seen.detach()))
        if step % 200 == 0:
            keep(mean)
    return mean


def tensors(batch: Batch) -> tuple[Tensor, tuple[Tensor, ...]]:
    """The pictures of a batch, and what is asked about each."""
    every = (batch.clean, batch.sketch, batch.known, batch.style, batch.tone, batch.tokens)
    clean, *asked = (torch.from_numpy(array) for array in every)
    return clean.contiguous(memory_format=torch.channels_last), tuple(asked)
