"""Low-rank adapters: a trained net learns a new manner through a few narrow matrices, while its own weights rest.

LoRA (Hu et al. 2021, arXiv:2106.09685): every projection W (n, k) of a net becomes W + reach * up @ down with
down (r, k) and up (n, r). `up` starts at zero, so that a fresh adapter is the net itself.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .transformer import Transformer


class LowRank(nn.Module):
    """x (..., k) -> x W^T + reach * drop(x) down^T up^T (..., n). W is held still and is no parameter."""

    def __init__(self, weight: Tensor, rank: int, reach: float, dropout: float) -> None:
        super().__init__()
        n, k = weight.shape
        self.register_buffer("weight", weight.detach(), persistent=False)
        self.weight: Tensor
        self.down = nn.Parameter(torch.randn(rank, k) / k**0.5)
        self.up = nn.Parameter(torch.zeros(n, rank))
        self.reach, self.dropout = reach, dropout

    def forward(self, x: Tensor) -> Tensor:
        aside = F.dropout(x, self.dropout, self.training)
        return F.linear(x, self.weight) + self.reach * F.linear(F.linear(aside, self.down), self.up)


class StillTable(nn.Module):
    """The token table of a trained net, held still but for one row: that of the style to be learnt.

    `table()` gives all rows, or the first `rows`, as `nets.transformer.TokenEmbedding` does.
    """

    def __init__(self, table: Tensor, row: int, begin: Tensor) -> None:
        super().__init__()
        self.register_buffer("before", table[:row].detach().clone(), persistent=False)
        self.register_buffer("after", table[row + 1 :].detach().clone(), persistent=False)
        self.before: Tensor
        self.after: Tensor
        self.style = nn.Parameter(begin.detach().clone()[None])

    def table(self, rows: int | None = None) -> Tensor:
        if rows is not None and rows <= len(self.before):
            return self.before[:rows]
        return torch.cat([self.before, self.style, self.after])[:rows]


def adapt(
    net: Transformer, rank: int, reach: float, dropout: float, row: int, begin: Tensor, attention: bool = True
) -> Transformer:
    """Make `net` an adapter of itself, in place: only `up`, `down` and the table's row `row` remain parameters.

    `begin` (width,) is what that row starts from. The net's token table must be baked (no shared number features).
    Without `attention` only the MLPs are adapted: where the net looks stays as it was.
    """
    table = net.embed_tokens.weight
    net.embed_tokens = StillTable(table, row, begin)  # type: ignore[assignment]
    for name, part in list(net.layers.named_modules()):
        if not attention and name.endswith("self_attn"):
            continue
        for title, child in list(part.named_children()):
            if isinstance(child, nn.Linear):
                setattr(part, title, LowRank(child.weight, rank, reach, dropout))
    _hold_still(net)
    return net


def _hold_still(net: nn.Module) -> None:
    """Turn every parameter outside the adapter into a buffer, so that no optimiser and no file holds it."""
    for module in net.modules():
        if isinstance(module, (LowRank, StillTable)):
            continue
        for name, parameter in list(module.named_parameters(recurse=False)):
            del module._parameters[name]
            module.register_buffer(name, parameter.detach(), persistent=False)
