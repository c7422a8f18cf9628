"""The house's one decoder: icons, music, text and sound tokens are all drawn by it.

A pre-norm decoder (Vaswani et al. 2017, arXiv:1706.03762) with RMSNorm (Zhang & Sennrich 2019, arXiv:1910.07467),
rotary positions (Su et al. 2021, arXiv:2104.09864), query-key norm (Henry et al. 2020, arXiv:2010.04245), grouped
queries (Ainslie et al. 2023, arXiv:2305.13245) and a gated MLP (Shazeer 2020, arXiv:2002.05202). Parameter names
follow Qwen3 of Hugging Face transformers, so that a checkpoint can be exported one to one.

Two additions, both zero-cost to leave out: `places` (what the encoding knows about where the pen or the bar stands is
added to the token's embedding) and `numbers` (ids that stand for a quantity share a Fourier embedding of it, as in
Tancik et al. 2020, arXiv:2006.10739, so that rare quantities are learnt from their neighbours).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class TransformerSize:
    """The sizes of a net; they travel in the header of its weights."""

    vocabulary: int  # ids that can be read
    outputs: int  # ids that can be written: the first `outputs` of the vocabulary
    width: int = 256
    layers: int = 7
    heads: int = 4
    key_heads: int = 2
    hidden: int = 768  # of the gated MLP
    context: int = 512  # longest sequence
    places: tuple[int, ...] = ()  # values of each place feature
    rope_base: float = 10000.0
    epsilon: float = 1e-6
    dropout: float = 0.0

    @property
    def head_width(self) -> int:
        return self.width // self.heads


class RMSNorm(nn.Module):
    """y = x / rms(x) * weight, over the last axis, in fp32."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        normalised: Tensor = F.rms_norm(x, (x.shape[-1],), self.weight.to(x.dtype), self.epsilon)
        return normalised


def rotations(positions: Tensor, head_width: int, base: float) -> tuple[Tensor, Tensor]:
    """Cosines and sines (..., t, head_width) of the rotary embedding, both halves alike, at `positions` (..., t)."""
    rates = base ** (-torch.arange(0, head_width, 2, device=positions.device, dtype=torch.float32) / head_width)
    angles = positions[..., None].float() * rates
    angles = torch.cat([angles, angles], dim=-1)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Turn the pairs (i, i + d/2) of x (b, h, t, d) by their angles; cosines and sines are (t, d)."""
    first, second = x.chunk(2, dim=-1)
    return x * cosines.to(x.dtype) + torch.cat([-second, first], dim=-1) * sines.to(x.dtype)


class Attention(nn.Module):
    """Causal self-attention with grouped queries; x (b, t, d) -> (b, t, d)."""

    def __init__(self, size: TransformerSize) -> None:
        super().__init__()
        self.heads, self.key_heads, self.dropout = size.heads, size.key_heads, size.dropout
        self.q_proj = nn.Linear(size.width, size.heads * size.head_width, bias=False)
        self.k_proj = nn.Linear(size.width, size.key_heads * size.head_width, bias=False)
        self.v_proj = nn.Linear(size.width, size.key_heads * size.head_width, bias=False)
        self.o_proj = nn.Linear(size.heads * size.head_width, size.width, bias=False)
        self.q_norm = RMSNorm(size.head_width, size.epsilon)
        self.k_norm = RMSNorm(size.head_width, size.epsilon)

    def forward(self, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        q = rearrange(self.q_proj(x), "b t (h d) -> b h t d", h=self.heads)
        k = rearrange(self.k_proj(x), "b t (h d) -> b h t d", h=self.key_heads)
        v = rearrange(self.v_proj(x), "b t (h d) -> b h t d", h=self.key_heads)
        q, k = rotate(self.q_norm(q), cosines, sines), rotate(self.k_norm(k), cosines, sines)
        groups = self.heads // self.key_heads
        k, v = k.repeat_interleave(groups, dim=1), v.repeat_interleave(groups, dim=1)
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        out: Tensor = self.o_proj(rearrange(seen, "b h t d -> b t (h d)"))
        return out


class MLP(nn.Module):
    """SwiGLU: down(silu(gate(x)) * up(x))."""

    def __init__(self, size: TransformerSize) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(size.width, size.hidden, bias=False)
        self.up_proj = nn.Linear(size.width, size.hidden, bias=False)
        self.down_proj = nn.Linear(size.hidden, size.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))
        return out


class Block(nn.Module):
    """One layer: attention, then MLP, each added to the stream."""

    def __init__(self, size: TransformerSize) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(size.width, size.epsilon)
        self.self_attn = Attention(size)
        self.post_attention_layernorm = RMSNorm(size.width, size.epsilon)
        self.mlp = MLP(size)
        self.dropout = nn.Dropout(size.dropout)

    def forward(self, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        x = x + self.dropout(self.self_attn(self.input_layernorm(x), cosines, sines))
        out: Tensor = x + self.dropout(self.mlp(self.post_attention_layernorm(x)))
        return out


def fourier(values: Tensor, octaves: int = 8) -> Tensor:
    """values (n,) in [-1, 1] -> (n, 2 * octaves + 1): the value, and its sin and cos at pi * 2^0 .. 2^(octaves - 1)."""
    angles = values[:, None] * math.pi * 2.0 ** torch.arange(octaves, device=values.device)
    return torch.cat([values[:, None], angles.sin(), angles.cos()], dim=-1)


class TokenEmbedding(nn.Module):
    """A learnt row per id, plus, for ids that stand for a number, a shared function of (kind, number).

    `kinds` (vocabulary,) int: 0 for ids without a number, else which axis; `numbers` (vocabulary,) in [-1, 1].
    `table()` bakes both into one (vocabulary, width) table: what is exported and what the engine reads.
    """

    def __init__(self, size: TransformerSize, kinds: Tensor | None = None, numbers: Tensor | None = None) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(size.vocabulary, size.width) * 0.02)
        if kinds is None or numbers is None:
            self.shared = None
            return
        features = fourier(numbers.float()) * (kinds > 0).float()[:, None]
        self.features: Tensor
        self.kinds: Tensor
        self.register_buffer("features", features, persistent=False)
        self.register_buffer("kinds", kinds.long(), persistent=False)
        self.shared = nn.Parameter(torch.randn(int(kinds.max()) + 1, features.shape[1], size.width) * 0.02)

    def table(self, rows: int | None = None) -> Tensor:
        weight = self.weight[:rows]
        if self.shared is None:
            return weight
        features, kinds = self.features[:rows], self.kinds[:rows]
        for kind in range(1, self.shared.shape[0]):
            chosen = (kinds == kind).to(features.dtype)[:, None]
            weight = weight + (features * chosen) @ self.shared[kind]
        return weight


class Transformer(nn.Module):
    """tokens (b, t) and their places (b, t, p) -> logits (b, t, outputs) for the token that follows each."""

    def __init__(self, size: TransformerSize, kinds: Tensor | None = None, numbers: Tensor | None = None) -> None:
        super().__init__()
        self.size = size
        self.embed_tokens = TokenEmbedding(size, kinds, numbers)
        self.place_tables = nn.ParameterList([nn.Parameter(torch.randn(n, size.width) * 0.02) for n in size.places])
        self.layers = nn.ModuleList([Block(size) for _ in range(size.layers)])
        self.norm = RMSNorm(size.width, size.epsilon)
        self.dropout = nn.Dropout(size.dropout)
        for name, parameter in self.layers.named_parameters():
            if name.endswith("_proj.weight"):
                nn.init.normal_(parameter, std=0.6 / math.sqrt(parameter.shape[1]))
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                nn.init.zeros_(parameter)  # a fresh block is the identity (Zhang et al. 2019, arXiv:1901.09321)

    def hidden(self, tokens: Tensor, places: Tensor | None = None) -> Tensor:
        """The last layer's normalised stream (b, t, d)."""
        x = F.embedding(tokens, self.embed_tokens.table())
        for axis, table in enumerate(self.place_tables):
            assert places is not None, "this net was built with place features"
            x = x + F.embedding(places[..., axis], table)
        x = self.dropout(x)
        positions = torch.arange(tokens.shape[1], device=tokens.device)
        cosines, sines = rotations(positions, self.size.head_width, self.size.rope_base)
        for block in self.layers:
            x = block(x, cosines, sines)
        out: Tensor = self.norm(x)
        return out

    def logits(self, hidden: Tensor) -> Tensor:
        """(…, d) -> (…, outputs), with the input table's first rows: a tied head."""
        return F.linear(hidden, self.embed_tokens.table(self.size.outputs).to(hidden.dtype))

    def forward(self, tokens: Tensor, places: Tensor | None = None) -> Tensor:
        return self.logits(self.hidden(tokens, places))
