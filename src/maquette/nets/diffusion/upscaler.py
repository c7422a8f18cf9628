"""Twice as many pixels a side: what is drawn at 32 pixels becomes 64, and 64 becomes 128.

A plain residual net on the small picture, its last layer shuffled into pixels (Shi et al. 2016, arXiv:1609.05158;
blocks without norms as in EDSR, Lim et al. 2017, arXiv:1707.02921), added to the picture doubled by nearest neighbours.
It learns from pictures and their halves, with noise on the halves, so that it also mends what a drawing net leaves
rough.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class UpscalerSize:
    """`width` channels, `blocks` of two convolutions."""

    width: int = 40
    blocks: int = 5


class Upscaler(nn.Module):
    """x (b, 4, h, w) premultiplied in [0, 1] -> (b, 4, 2 h, 2 w), not clipped."""

    def __init__(self, size: UpscalerSize) -> None:
        super().__init__()
        self.size = size
        w = size.width
        self.enter, self.leave = nn.Conv2d(4, w, 3, padding=1), nn.Conv2d(w, 16, 3, padding=1)
        self.first = nn.ModuleList(nn.Conv2d(w, w, 3, padding=1) for _ in range(size.blocks))
        self.second = nn.ModuleList(nn.Conv2d(w, w, 3, padding=1) for _ in range(size.blocks))
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)  # type: ignore[arg-type]
        for conv in self.second:
            nn.init.zeros_(conv.weight)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        h = F.relu(self.enter(x))
        for first, second in zip(self.first, self.second, strict=True):
            h = h + second(F.relu(first(h)))
        return F.interpolate(x, scale_factor=2, mode="nearest") + F.pixel_shuffle(self.leave(h), 2)
