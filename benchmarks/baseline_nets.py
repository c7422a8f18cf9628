"""What our training is measured against: a plain GPT-2-shaped net, and a bare net to time ours beside.

Neither knows anything of the house: no place features, no shared numbers, no second view of a delta.
"""

from __future__ import annotations

import math

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from maquette.encodings import strokes_vocabulary as v

DELTAS = {v.DX_SLOT: (v.DX, 0), v.DY_SLOT: (v.DY, 1)}  # slot -> first id, column of the places
EDGES = (v.FRACTION, v.X, v.Y, v.DX, v.DY, v.R)  # where one class of ids ends and the next begins
CLASSES = (v.COMMAND_SLOT, v.FRACTION_SLOT, v.X_SLOT, v.Y_SLOT, v.DX_SLOT, v.DY_SLOT, v.R_SLOT)


class PlainBlock(nn.Module):
    """One layer of GPT-2: LayerNorm first, biases everywhere, GELU; x (b, t, d) -> (b, t, d)."""

    def __init__(self, width: int, heads: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.before_attention, self.before_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query_key_value, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        packed = self.query_key_value(self.before_attention(x))
        q, k, value = rearrange(packed, "b t (three h d) -> three b h t d", three=3, h=self.heads)
        seen = F.scaled_dot_product_attention(q, k, value, is_causal=True)
        x = x + self.dropout(self.out(rearrange(seen, "b h t d -> b t (h d)")))
        y: Tensor = x + self.dropout(self.down(F.gelu(self.up(self.before_mlp(x)))))
        return y


class PlainNet(nn.Module):
    """The decoder of Radford et al. 2019 (GPT-2): learnt positions, LayerNorm, GELU, tied head, its initial weights.

    tokens (b, t) -> the last layer's normalised stream (b, t, d). There is no dropout inside attention: ours has none.
    """

    def __init__(
        self, vocabulary: int, *, width: int, layers: int, heads: int, hidden: int, context: int, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.layers = nn.ModuleList([PlainBlock(width, heads, hidden, dropout) for _ in range(layers)])
        self.norm, self.dropout = nn.LayerNorm(width), nn.Dropout(dropout)
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                into_stream = name.endswith(("out.weight", "down.weight"))
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * layers) if into_stream else 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def hidden(self, tokens: Tensor) -> Tensor:
        """The stream before the head."""
        x = self.dropout(self.tokens(tokens) + self.positions.weight[: tokens.shape[1]])
        for block in self.layers:
            x = block(x)
        out: Tensor = self.norm(x)
        return out


def plain_net(parameters: int, vocabulary: int, *, width: int, layers: int, heads: int, dropout: float) -> PlainNet:
    """A plain net of about that many parameters: what its embeddings do not take, its MLPs get."""
    context = 640  # the longest documents: three icons and a shaken one
    bare = (vocabulary + context) * width + layers * (4 * width * width + 10 * width)
    hidden = max(8, round((parameters - bare) / layers / (2 * width + 1) / 8) * 8)
    return PlainNet(
        vocabulary, width=width, layers=layers, heads=heads, hidden=hidden, context=context, dropout=dropout
    )


def whole_costs(hidden: Tensor, table: Tensor, targets: Tensor) -> Tensor:
    """Cost in nats of targets (n,) by one softmax over every id that can be written: how a plain net learns."""
    return F.cross_entropy((hidden @ table[: v.OUTPUTS].T).float(), targets, reduction="none")


def class_costs(hidden: Tensor, table: Tensor, targets: Tensor, places: Tensor) -> Tensor:
    """Cost in nats of targets (n,) among the ids the grammar admits: one class, and deltas that stay on the canvas.

    The same sums as `training.losses.stroke_costs` without its second view: what a grammar at hand would give any net.
    """
    costs = torch.zeros(len(targets), dtype=torch.float32)
    classes = torch.bucketize(targets, torch.tensor(EDGES), right=True)
    for index, slot in enumerate(CLASSES):
        chosen = (classes == index).nonzero().squeeze(1)
        first, end = v.SLOT_RANGE[slot]
        logits, wanted = hidden[chosen] @ table[first:end].T, targets[chosen] - first
        if slot in DELTAS:
            first, axis = DELTAS[slot]
            base = places[chosen, axis].long()
            logits = logits.gather(1, v.ZERO - base[:, None] + torch.arange(v.POSITIONS))
            wanted = (base + wanted - v.ZERO).clamp(0, v.POSITIONS - 1)
        costs = costs.index_put((chosen,), F.cross_entropy(logits.float(), wanted, reduction="none"))
    return costs


class BareBlock(nn.Module):
    """RMSNorm, one product for query, key and value, SDPA, SwiGLU: the least that is still that net."""

    def __init__(self, width: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.heads = heads
        self.first, self.second = nn.RMSNorm(width, 1e-6), nn.RMSNorm(width, 1e-6)
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.gate_up = nn.Linear(width, 2 * hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        q, k, value = rearrange(
            self.query_key_value(self.first(x)), "b t (three h d) -> three b h t d", three=3, h=self.heads
        )
        seen = F.scaled_dot_product_attention(q, k, value, is_causal=True)
        x = x + self.out(rearrange(seen, "b h t d -> b t (h d)"))
        gate, up = self.gate_up(self.second(x)).chunk(2, dim=-1)
        y: Tensor = x + self.down(F.silu(gate) * up)
        return y


class BareNet(nn.Module):
    """tokens (b, t) -> logits (b, t, vocabulary). Learnt positions; no rotation, no query-key norm."""

    def __init__(self, vocabulary: int, *, width: int, layers: int, heads: int, hidden: int, context: int) -> None:
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.layers = nn.ModuleList([BareBlock(width, heads, hidden) for _ in range(layers)])
        self.norm = nn.RMSNorm(width, 1e-6)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.tokens(tokens) + self.positions.weight[: tokens.shape[1]]
        for block in self.layers:
            x = block(x)
        return F.linear(self.norm(x), self.tokens.weight)
