"""A small UNet that draws RGBA pictures over a sketch, from words, in a style.

The U of Ronneberger et al. 2015 (arXiv:1505.04597) with the residual blocks and the modulated norms of Dhariwal and
Nichol 2021 (arXiv:2105.05233), and words read by attention as in Rombach et al. 2022 (arXiv:2112.10752). The picture
enters in cells of 2 x 2 pixels, which costs as little as a latent space and needs no autoencoder. What the net adds to
these is the sketch: a blurred picture of the things asked for, laid out in the frame, that stands beside the noise from
the first layer on; `known` says how far it may be trusted. Number, place and colour are the sketch's to say; the hand
is the net's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

CHANNELS = 4  # red, green, blue, alpha: premultiplied, in [-1, 1]
CELL = 2  # pixels on a side


@dataclass(frozen=True)
class UNetSize:
    """`side` in pixels; `widths` the channels of each level, the first at side / 2, each next at half of that; `blocks`
    a level; `words` the vocabulary, `word_width` of its table; `tokens` at most in a prompt."""

    side: int = 32
    widths: tuple[int, ...] = (64, 128, 192)
    blocks: int = 1
    heads: int = 4
    embedding: int = 256
    styles: int = 6
    tones: int = 6
    words: int = 4096
    word_width: int = 128
    tokens: int = 24
    dropout: float = 0.0


class Norm(nn.GroupNorm):
    """Group norm (Wu & He 2018, arXiv:1803.08494) over groups of 16 channels."""

    def __init__(self, width: int) -> None:
        super().__init__(max(1, width // 16), width, eps=1e-5)


class Block(nn.Module):
    """x (b, i, h, w), e (b, embedding) -> (b, o, h, w): two convolutions around a norm that e scales and shifts.

    The second convolution starts at zero, so that a fresh block passes its input on.
    """

    def __init__(self, into: int, out: int, embedding: int, dropout: float) -> None:
        super().__init__()
        self.norm1, self.conv1 = Norm(into), nn.Conv2d(into, out, 3, padding=1)
        self.shape = nn.Linear(embedding, 2 * out)
        self.norm2, self.conv2 = Norm(out), nn.Conv2d(out, out, 3, padding=1)
        self.skip = nn.Conv2d(into, out, 1) if into != out else nn.Identity()
        self.dropout = dropout
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor, e: Tensor) -> Tensor:
        h = self.conv1(F.silu(self.norm1(x)))
        scale, shift = self.shape(e)[:, :, None, None].chunk(2, dim=1)
        h = F.silu(torch.addcmul(shift, self.norm2(h), 1 + scale))
        if self.dropout:
            h = F.dropout(h, self.dropout, self.training)
        return self.skip(x) + self.conv2(h)  # type: ignore[no-any-return]


class Look(nn.Module):
    """Every place looks at the words, and where `around` at all other places too.

    x (b, c, h, w), words (b, t, d), real (b, t) False for padding -> (b, c, h, w). Multi-head attention of Vaswani et
    al. 2017 (arXiv:1706.03762); the output starts at zero. Weights to the words are what `explain` shows.
    """

    def __init__(self, width: int, words: int, heads: int, around: bool) -> None:
        super().__init__()
        self.heads, self.around = heads, around
        self.norm = Norm(width)
        self.query = nn.Linear(width, width)
        self.read = nn.Linear(words, 2 * width)
        self.see = nn.Linear(width, 2 * width) if around else None
        self.out = nn.Linear(width, width)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor, words: Tensor, real: Tensor) -> Tensor:
        h, w = x.shape[2:]
        places = rearrange(self.norm(x), "b c h w -> b (h w) c")
        seen = self.read(words)
        mask = real
        if self.see is not None:
            seen = torch.cat([seen, self.see(places)], dim=1)
            mask = torch.cat([real, real.new_ones(len(x), h * w)], dim=1)
        q = rearrange(self.query(places), "b s (n d) -> b n s d", n=self.heads)
        k, v = rearrange(seen, "b t (two n d) -> two b n t d", two=2, n=self.heads)
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None, :])
        out: Tensor = x + rearrange(self.out(rearrange(found, "b n s d -> b s (n d)")), "b (h w) c -> b c h w", h=h)
        return out


class Reader(nn.Module):
    """Token ids (b, t) -> words (b, t, d) that know their neighbours: one layer of a transformer, pre-norm."""

    def __init__(self, size: UNetSize) -> None:
        super().__init__()
        d = size.word_width
        self.table = nn.Embedding(size.words, d)
        self.place = nn.Parameter(torch.zeros(size.tokens, d))
        self.norm1, self.norm2, self.norm = nn.LayerNorm(d), nn.LayerNorm(d), nn.LayerNorm(d)
        self.join, self.out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.up, self.down = nn.Linear(d, 2 * d), nn.Linear(2 * d, d)
        nn.init.normal_(self.table.weight, std=0.5)

    def forward(self, tokens: Tensor, real: Tensor) -> Tensor:
        x = self.table(tokens) + self.place[: tokens.shape[1]]
        q, k, v = rearrange(self.join(self.norm1(x)), "b t (three n d) -> three b n t d", three=3, n=4)
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=real[:, None, None, :])
        x = x + self.out(rearrange(found, "b n t d -> b t (n d)"))
        x = x + self.down(F.silu(self.up(self.norm2(x))))
        return self.norm(x)  # type: ignore[no-any-return]


def waves(value: Tensor, width: int) -> Tensor:
    """value (b,) -> (b, width) cosines and sines, as positions are told in arXiv:1706.03762."""
    rates = torch.exp(torch.arange(width // 2, device=value.device) * (-math.log(1000.0) / (width // 2)))
    angles = 16 * value[:, None] * rates
    return torch.cat([angles.cos(), angles.sin()], dim=1)


class UNet(nn.Module):
    """F of EDM's D(x) = c_skip x + c_out F(c_in x; noise): see `precondition`.

    x       (b, 4, side, side)   the noisy picture, scaled
    noise   (b,)                 ln(sigma) / 4
    sketch  (b, 4, side, side)   the things laid out; -1 (clear) where there is none
    known   (b,)                 0: no sketch, 1: as good as the memory has it
    style   (b,) int64           0 not said, else 1 + its number
    tone    (b,) int64           0 not said, else 1 + its number
    tokens  (b, t) int64         0 is padding
    returns (b, 4, side, side)
    """

    def __init__(self, size: UNetSize) -> None:
        super().__init__()
        self.size = size
        e, d, widths = size.embedding, size.word_width, size.widths
        self.reader = Reader(size)
        self.style, self.tone = nn.Embedding(size.styles + 1, e), nn.Embedding(size.tones + 1, e)
        self.known, self.gist = nn.Linear(2, e), nn.Linear(d, e)
        self.noise1, self.noise2 = nn.Linear(64, e), nn.Linear(e, e)
        self.enter = nn.Conv2d(2 * CHANNELS * CELL**2, widths[0], 3, padding=1)
        down, up, here = [], [], widths[0]
        for width in widths:
            for _ in range(size.blocks):
                down.append(Block(here, width, e, size.dropout))
                here = width
        self.middle = Block(here, here, e, size.dropout)
        for width in reversed(widths):
            for number in range(size.blocks):
                up.append(Block(here + width if number == 0 else width, width, e, size.dropout))
                here = width
        self.down, self.up = nn.ModuleList(down), nn.ModuleList(up)
        # Words are read at the two coarsest levels, and the places of the coarsest look at one another.
        self.look = nn.ModuleList([Look(widths[-2], d, size.heads, False), Look(widths[-1], d, size.heads, True)])
        self.look_up = nn.ModuleList([Look(widths[-1], d, size.heads, True), Look(widths[-2], d, size.heads, False)])
        self.norm = Norm(here)
        self.leave = nn.Conv2d(here, CHANNELS * CELL**2, 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        nn.init.normal_(self.style.weight, std=0.3)
        nn.init.normal_(self.tone.weight, std=0.3)

    def asked(self, noise: Tensor, known: Tensor, style: Tensor, tone: Tensor, words: Tensor, real: Tensor) -> Tensor:
        """What modulates every block: (b, embedding)."""
        mean = (words * real[..., None]).sum(1) / real.sum(1, keepdim=True).clamp(min=1)
        e = self.noise2(F.silu(self.noise1(waves(noise, 64))))
        e = e + self.style(style) + self.tone(tone) + self.gist(mean)
        return F.silu(e + self.known(torch.stack([known, (known > 0).to(known)], dim=1)))

    def forward(
        self, x: Tensor, noise: Tensor, sketch: Tensor, known: Tensor, style: Tensor, tone: Tensor, tokens: Tensor
    ) -> Tensor:
        # The first token always counts: a row of padding alone would leave attention nothing to look at.
        real = (tokens > 0) | (torch.arange(tokens.shape[1], device=tokens.device) == 0)
        words = self.reader(tokens, real)
        e = self.asked(noise, known, style, tone, words, real)
        levels, n = len(self.size.widths), self.size.blocks
        h = self.enter(F.pixel_unshuffle(torch.cat([x, sketch], dim=1), CELL))
        skips = []
        for level in range(levels):
            for i in range(n):
                h = self.down[level * n + i](h, e)
            if level >= levels - 2:
                h = self.look[level - levels + 2](h, words, real)
            skips.append(h)
            if level + 1 < levels:
                h = F.avg_pool2d(h, 2)
        h = self.middle(h, e)
        for level in range(levels):
            h = torch.cat([h, skips.pop()], dim=1)
            for i in range(n):
                h = self.up[level * n + i](h, e)
            if level < 2:
                h = self.look_up[level](h, words, real)
            if level + 1 < levels:
                h = F.interpolate(h, scale_factor=2, mode="nearest")
        return F.pixel_shuffle(self.leave(F.silu(self.norm(h))), CELL)
