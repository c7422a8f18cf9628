"""A pyramid of small generators that learns one picture, from its large shapes to its grain.

SinGAN (Shaham et al. 2019, arXiv:1905.01164): on each scale a generator adds to the enlarged picture of the scale
below what it lacks, from noise, and a critic that sees patches of 11 px tells its pictures from the real one.
ConSinGAN (Hinz et al. 2020, arXiv:2003.11512): fewer scales, closer together where shapes are large. Two changes make
it a texture without end: there is no normalisation over the picture, and no layer pads. Whoever calls gives each side
`REACH` pixels more than he wants back; taken from the other side of the picture they close it to a torus, and a large
picture can be made piece by piece.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LAYERS = 5
REACH = LAYERS  # pixels that five 3 x 3 layers look beyond each side
SLOPE = 0.2


@dataclass(frozen=True)
class PyramidSize:
    """`sides` (h, w) of the picture on each scale, coarse to fine; `width` of the layers; `colours` 3 or 4 (alpha)."""

    sides: tuple[tuple[int, int], ...]
    width: int = 32
    colours: int = 3


class Layers(nn.Module):
    """Five 3 x 3 layers without padding. (b, c, h + 10, w + 10) -> (b, out, h, w)."""

    def __init__(self, colours: int, width: int, out: int) -> None:
        super().__init__()
        channels = (colours, *([width] * (LAYERS - 1)), out)
        self.convs = nn.ModuleList(nn.Conv2d(channels[k], channels[k + 1], 3) for k in range(LAYERS))
        for conv in self.convs:
            nn.init.kaiming_normal_(conv.weight, SLOPE, nonlinearity="leaky_relu")  # type: ignore[arg-type]
            nn.init.zeros_(conv.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        for conv in self.convs[:-1]:
            x = F.leaky_relu(conv(x), SLOPE)
        out: Tensor = self.convs[-1](x)
        return out


class Stage(nn.Module):
    """One scale's generator: what the enlarged picture below still lacks.

    noise    (b, c, h + 10, w + 10)  with this scale's strength
    below    (b, c, h + 10, w + 10)  the picture of the scale below, enlarged; zeros on the coarsest
    returns  (b, c, h, w)  -1 to 1, a little beyond
    """

    def __init__(self, size: PyramidSize) -> None:
        super().__init__()
        self.layers = Layers(size.colours, size.width, size.colours)
        with torch.no_grad():
            # A new stage begins as nearly nothing: the enlarged picture as it is.
            self.layers.convs[-1].weight.mul_(0.1)  # type: ignore[operator]

    def forward(self, noise: Tensor, below: Tensor) -> Tensor:
        added: Tensor = self.layers(noise + below)
        return below[..., REACH:-REACH, REACH:-REACH] + added


class Critic(nn.Module):
    """How real each patch of 11 px is: (b, c, h, w) -> (b, 1, h - 10, w - 10)."""

    def __init__(self, size: PyramidSize) -> None:
        super().__init__()
        self.layers = Layers(size.colours, size.width, 1)

    def forward(self, picture: Tensor) -> Tensor:
        out: Tensor = self.layers(picture)
        return out


def around(x: Tensor, margin: int = REACH) -> Tensor:
    """`margin` pixels more on each side, from the other side: the picture as a torus. (b, c, h, w) -> h + 2 margin."""
    rows = torch.arange(-margin, x.shape[-2] + margin) % x.shape[-2]
    columns = torch.arange(-margin, x.shape[-1] + margin) % x.shape[-1]
    return x[..., rows[:, None], columns]
