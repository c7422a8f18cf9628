"""Motion out of noise: a transformer over patches of four frames that foretells the clean motion.

As MDM (Tevet et al. 2023, arXiv:2209.14916) it gives the clean motion itself, so that losses on places and speeds of
joints can be laid on it. Two things are otherwise. What is asked for stands beside each patch (a bag of words that may
change over time, as in a timeline: Petrovich et al. 2024, arXiv:2401.08559), so that "walks, then sits" is two bags and
no puzzle. And what an animator keeps (key poses, limbs, the path) is handed in as known numbers with a mask: in-between
and control are what the net was trained for, not a trick at use (as in OmniControl and CondMDI, arXiv:2405.11126).
Noise enters by scales and shifts made once for all blocks (PixArt, arXiv:2310.00426).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class MotionSize:
    """width: of the net; layers, heads: of the transformer; words: kinds of words in a bag; columns: numbers a frame;
    parts: groups of columns that can be known; patch: frames read as one; longest: patches of the longest motion."""

    words: int
    width: int = 256
    layers: int = 4
    heads: int = 4
    columns: int = 140
    parts: int = 9
    patch: int = 4
    longest: int = 96


def waves(count: int, width: int, longest: float = 10000.0) -> Tensor:
    """(count, width): sines and cosines of the places (Vaswani et al. 2017)."""
    rate = torch.exp(-math.log(longest) * torch.arange(0, width, 2) / width)
    angle = torch.arange(count)[:, None] * rate
    return torch.stack([angle.sin(), angle.cos()], -1).flatten(1)


def level(sigma: Tensor, width: int) -> Tensor:
    """(b,) noise -> (b, width): sines and cosines of ln(sigma) / 4 at 1 to 100 turns."""
    rate = torch.exp(math.log(100.0) * torch.linspace(0, 1, width // 2, device=sigma.device))
    angle = (sigma.log() / 4)[:, None] * rate
    return torch.cat([angle.sin(), angle.cos()], 1)


class Block(nn.Module):
    """One layer: attention among patches, then a gated unit; both scaled and shifted by the noise.

    x (b, n, d), six (b, 6, d) -> (b, n, d)
    """

    def __init__(self, size: MotionSize) -> None:
        super().__init__()
        d = size.width
        self.heads = size.heads
        self.change = nn.Parameter(torch.zeros(6, d))
        self.norm1, self.norm2 = nn.RMSNorm(d, eps=1e-6), nn.RMSNorm(d, eps=1e-6)
        self.qkv = nn.Linear(d, 3 * d, bias=False)
        self.query, self.key = nn.RMSNorm(d // size.heads, eps=1e-6), nn.RMSNorm(d // size.heads, eps=1e-6)
        self.out = nn.Linear(d, d, bias=False)
        self.up = nn.Linear(d, 4 * d)
        self.down = nn.Linear(4 * d, d)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.down.weight)

    def forward(self, x: Tensor, six: Tensor) -> Tensor:
        shift1, scale1, gate1, shift2, scale2, gate2 = (six + self.change).unsqueeze(2).unbind(1)
        h = self.norm1(x) * (1 + scale1) + shift1
        q, k, v = rearrange(self.qkv(h), "b n (three h d) -> three b h n d", three=3, h=self.heads)
        seen = F.scaled_dot_product_attention(self.query(q), self.key(k), v)
        x = x + (1 + gate1) * self.out(rearrange(seen, "b h n d -> b n (h d)"))
        h = self.norm2(x) * (1 + scale2) + shift2
        made: Tensor = x + (1 + gate2) * self.down(F.gelu(self.up(h), approximate="tanh"))
        return made


class MotionDenoiser(nn.Module):
    """The clean motion behind a noisy one, in scaled numbers (mean 0, spread 1 in each column).

    noisy   (b, t, c)  clean + sigma * noise, divided by sqrt(1 + sigma^2); t a multiple of the patch
    sigma   (b,)
    known   (b, t, c)  what is to be kept, zeros elsewhere
    mask    (b, t, p)  1 where a part is known
    bag     (b, n, w)  the words of each patch, n = t / patch, as shares that sum to 1 or 0
    returns (b, t, c)
    """

    def __init__(self, size: MotionSize) -> None:
        super().__init__()
        self.size = size
        d, wide = size.width, size.patch * (2 * size.columns + size.parts)
        self.enter = nn.Linear(wide, d)
        self.words = nn.Linear(size.words, d, bias=False)
        self.noise1, self.noise2 = nn.Linear(d, d), nn.Linear(d, 6 * d)
        self.blocks = nn.ModuleList(Block(size) for _ in range(size.layers))
        self.norm = nn.RMSNorm(d, eps=1e-6)
        self.leave = nn.Linear(d, size.patch * size.columns)
        self.register_buffer("places", waves(size.longest, d), persistent=False)
        nn.init.normal_(self.words.weight, std=0.5)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.noise2.weight)

    def forward(self, noisy: Tensor, sigma: Tensor, known: Tensor, mask: Tensor, bag: Tensor) -> Tensor:
        n = bag.shape[1]
        patches = rearrange(torch.cat([noisy, known, mask], -1), "b (n p) c -> b n (p c)", p=self.size.patch)
        places: Tensor = self.places[:n]  # type: ignore[index]
        x = self.enter(patches) + self.words(bag) + places
        six = self.noise2(F.silu(self.noise1(level(sigma, self.size.width))))
        six = rearrange(six, "b (six d) -> b six d", six=6)
        for block in self.blocks:
            x = block(x, six)
        made: Tensor = rearrange(self.leave(self.norm(x)), "b n (p c) -> b (n p) c", p=self.size.patch)
        return made
