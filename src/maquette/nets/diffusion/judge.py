"""A judge of small pictures: how well a picture fits words, and which style it is in. It takes no part in making them.

Two towers whose outputs are compared by angle, learnt by telling which caption belongs to which picture (Radford et al.
2021, CLIP, arXiv:2103.00020): a plain convolutional net with batch norm (Ioffe & Szegedy 2015, arXiv:1502.03167), and
the mean of word vectors behind two layers. Another architecture, other data views and another seed than those of what
it judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class JudgeSize:
    """Channels of the stages (each halves the side), width of the space in which both are compared."""

    widths: tuple[int, ...] = (48, 96, 160)
    space: int = 96
    words: int = 6000
    word_width: int = 48
    styles: int = 6


class Judge(nn.Module):
    """Pictures (b, 4, 32, 32) premultiplied in [0, 1] and words (b, t) int64, 0 padding, as unit vectors (b, space)."""

    def __init__(self, size: JudgeSize) -> None:
        super().__init__()
        self.size = size
        widths = (4, *size.widths)
        pairs = list(pairwise(widths))
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 4, stride=2, padding=1) for i, o in pairs)
        self.norms = nn.ModuleList(nn.BatchNorm2d(o) for _, o in pairs)
        self.more = nn.ModuleList(nn.Conv2d(o, o, 3, padding=1) for _, o in pairs)
        self.more_norms = nn.ModuleList(nn.BatchNorm2d(o) for _, o in pairs)
        self.seen, self.style = nn.Linear(widths[-1], size.space), nn.Linear(widths[-1], size.styles)
        self.table = nn.Embedding(size.words, size.word_width, padding_idx=0)
        self.read1, self.read2 = nn.Linear(size.word_width, 128), nn.Linear(128, size.space)
        self.heat = nn.Parameter(torch.tensor(2.5))

    def features(self, pictures: Tensor) -> Tensor:
        """(b, last width): what both the words and the style are judged by."""
        h = pictures * 2 - 1
        for conv, norm, more, more_norm in zip(self.convs, self.norms, self.more, self.more_norms, strict=True):
            h = F.relu(norm(conv(h)))
            h = h + F.relu(more_norm(more(h)))
        return h.mean(dim=(2, 3))

    def pictures(self, features: Tensor) -> Tensor:
        return F.normalize(self.seen(features), dim=1)

    def words(self, tokens: Tensor) -> Tensor:
        real = (tokens > 0).to(self.table.weight.dtype)
        mean = (self.table(tokens) * real[..., None]).sum(1) / real.sum(1, keepdim=True).clamp(min=1)
        return F.normalize(self.read2(F.relu(self.read1(mean))), dim=1)
