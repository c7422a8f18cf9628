"""A generator whose style sets every layer, and its critic: for some hundred pictures of 64 or 128 px.

StyleGAN2 (Karras et al. 2020, arXiv:1912.04958), made small. A mapping turns dice z into a style w; each 3 x 3 layer
is scaled by a vector read off w and brought back to unit strength (section 2.2); what each resolution adds is summed up
in the picture (section 4.1). What is left out: noise in the layers, so that z alone decides the picture, and blurred
enlarging. The finest layers work on squares of 2 x 2 px, which costs a quarter of the time. The critic is residual and
looks at how much the pictures of a batch differ (Karras et al. 2018, arXiv:1710.10196, section 3).

All pictures are premultiplied RGBA, -1 to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SLOPE = 0.2
GAIN = math.sqrt(2)  # of leaky ReLU, so that activations keep their spread
FAINT = 0.3  # of what each level adds to the picture in the beginning
SQUARE = 2  # pixels on a side that one place of the finest layers stands for


@dataclass(frozen=True)
class GanSize:
    """Sizes of both nets. `channels` from 4 x 4 px up, doubling: `side` is 4 * 2 ** len(channels)."""

    side: int = 64
    dice: int = 64  # numbers of z
    style: int = 96  # numbers of w
    channels: tuple[int, ...] = (96, 96, 64, 40)
    colours: int = 4


class Linear(nn.Module):
    """A linear layer whose weights are kept at unit spread, so that Adam moves all alike (arXiv:1710.10196, 4.1).

    (n, given) -> (n, wanted)
    """

    def __init__(self, given: int, wanted: int, *, bias: float = 0.0, pace: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(wanted, given) / pace)
        self.bias = nn.Parameter(torch.full((wanted,), bias / pace))
        self.scale, self.pace = pace / math.sqrt(given), pace

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.scale, self.bias * self.pace)


class Conv(nn.Module):
    """A convolution with weights at unit spread. (n, given, h, w) -> (n, wanted, h, w)."""

    def __init__(self, given: int, wanted: int, kernel: int = 3, *, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(wanted, given, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(wanted)) if bias else None
        self.scale, self.margin = 1 / math.sqrt(given * kernel * kernel), kernel // 2

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight * self.scale, self.bias, padding=self.margin)


class Styled(nn.Module):
    """A convolution that a style scales: on its way in by the style, on its way out back to unit strength.

    The same as scaling the kernel for each picture (arXiv:1912.04958, equations 1 and 3), but with one kernel for all.

        x        (n, given, h, w)
        w        (n, style)
        returns  (n, wanted, h, w)
    """

    def __init__(self, style: int, given: int, wanted: int, kernel: int = 3, *, restore: bool = True) -> None:
        super().__init__()
        self.read = Linear(style, given, bias=1.0)
        self.conv = Conv(given, wanted, kernel)
        self.restore = restore

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        strength = self.read(w)
        kernel = self.conv.weight * self.conv.scale
        y = F.conv2d(x * strength[:, :, None, None], kernel, padding=self.conv.margin)
        if self.restore:
            power = strength.square() @ kernel.square().sum(dim=(2, 3)).T
            y = y * torch.rsqrt(power + 1e-8)[:, :, None, None]
        assert self.conv.bias is not None
        return y + self.conv.bias[:, None, None]


def doubled(x: Tensor) -> Tensor:
    """Twice the size, bilinear. (n, c, h, w) -> (n, c, 2 h, 2 w)."""
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


class Generator(nn.Module):
    """Dice to pictures: z (n, dice) -> (n, colours, side, side). `map` and `draw` are its halves."""

    def __init__(self, size: GanSize) -> None:
        super().__init__()
        self.size = size
        self.first = Linear(size.dice, size.style, pace=0.01)
        self.second = Linear(size.style, size.style, pace=0.01)
        self.seed = nn.Parameter(torch.randn(1, size.channels[0], 4, 4))
        before = (size.channels[0], *size.channels[:-1])
        self.into = nn.ModuleList(Styled(size.style, a, b) for a, b in zip(before, size.channels, strict=True))
        self.onto = nn.ModuleList(Styled(size.style, b, b) for b in size.channels)
        # Only the finest level shows squares: on coarse ones their pattern would be enlarged, and hard to unlearn.
        pixels = [1] * (len(size.channels) - 1) + [SQUARE * SQUARE]
        self.shown = nn.ModuleList(
            Styled(size.style, b, size.colours * each, 1, restore=False)
            for b, each in zip(size.channels, pixels, strict=True)
        )
        for shown, each in zip(self.shown, pixels, strict=True):
            assert isinstance(shown, Styled)
            # The four pixels of a square begin alike (Aitken et al. 2017, arXiv:1707.02937), and all levels faint,
            # since they are summed up.
            first = shown.conv.weight[::each]
            shown.conv.weight = nn.Parameter(FAINT * first.repeat_interleave(each, dim=0).detach())

    def map(self, z: Tensor) -> Tensor:
        """(n, dice) -> (n, style)."""
        z = z * torch.rsqrt(z.square().mean(dim=1, keepdim=True) + 1e-8)
        h = F.leaky_relu(self.first(z), SLOPE) * GAIN
        out: Tensor = F.leaky_relu(self.second(h), SLOPE) * GAIN
        return out

    def draw(self, w: Tensor) -> Tensor:
        """(n, style) -> (n, colours, side, side)."""
        x = self.seed.expand(len(w), -1, -1, -1)
        picture: Tensor | None = None
        for level, (into, onto, shown) in enumerate(zip(self.into, self.onto, self.shown, strict=True)):
            x = doubled(x) if level else x
            x = F.leaky_relu(into(x, w), SLOPE) * GAIN
            x = F.leaky_relu(onto(x, w), SLOPE) * GAIN
            added = shown(x, w)
            if level < len(self.shown) - 1:
                picture = added if picture is None else doubled(picture) + added
        assert picture is not None
        return doubled(doubled(picture)) + F.pixel_shuffle(added, SQUARE)

    def forward(self, z: Tensor) -> Tensor:
        return self.draw(self.map(z))


class Down(nn.Module):
    """Half the size, with a straight way past it. (n, given, h, w) -> (n, wanted, h / 2, w / 2)."""

    def __init__(self, given: int, wanted: int) -> None:
        super().__init__()
        self.first, self.second = Conv(given, given), Conv(given, wanted)
        self.past = Conv(given, wanted, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = F.leaky_relu(self.first(x), SLOPE) * GAIN
        y = F.leaky_relu(self.second(F.avg_pool2d(y, 2)), SLOPE) * GAIN
        out: Tensor = (y + self.past(F.avg_pool2d(x, 2))) / GAIN
        return out


class Critic(nn.Module):
    """How real a picture looks: (n, colours, side, side) -> (n,)."""

    def __init__(self, size: GanSize, group: int = 4) -> None:
        super().__init__()
        self.group = group
        down = size.channels[::-1]
        self.read = Conv(size.colours * SQUARE * SQUARE, down[0], 1)
        self.downs = nn.ModuleList(Down(a, b) for a, b in pairwise(down))
        self.last = Conv(down[-1] + 1, down[-1])
        self.inner = Linear(down[-1] * 16, down[-1])
        self.out = Linear(down[-1], 1)

    def forward(self, pictures: Tensor) -> Tensor:
        x = F.leaky_relu(self.read(F.pixel_unshuffle(pictures, SQUARE)), SLOPE) * GAIN
        for down in self.downs:
            x = down(x)
        x = torch.cat([x, self._spread(x)], dim=1)
        x = F.leaky_relu(self.last(x), SLOPE) * GAIN
        x = F.leaky_relu(self.inner(x.flatten(1)), SLOPE) * GAIN
        out: Tensor = self.out(x)[:, 0]
        return out

    def _spread(self, x: Tensor) -> Tensor:
        """How much the pictures of a group differ, as one more channel: (n, c, h, w) -> (n, 1, h, w)."""
        n, _, h, w = x.shape
        group = math.gcd(n, self.group)
        apart = x.reshape(group, n // group, -1).var(dim=0, unbiased=False).add(1e-8).sqrt().mean(dim=1)
        return apart.repeat(group).view(n, 1, 1, 1).expand(n, 1, h, w)
