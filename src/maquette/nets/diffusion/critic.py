"""A critic that looks at patches: is this drawn by a person in this style, over this sketch, or by the net?

A patch discriminator (Isola et al. 2017, pix2pix, arXiv:1611.07004) with spectral norm (Miyato et al. 2018,
arXiv:1802.05957) that knows the style by projection (Miyato & Koyama 2018, arXiv:1802.05637). It teaches the net to
answer at once instead of on average, as in adversarial diffusion distillation (Sauer et al. 2023, arXiv:2311.17042),
here with real pictures in place of a large teacher.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm


class Critic(nn.Module):
    """pictures, sketch (b, 4, s, s) in [-1, 1], style (b,) int64 -> (b, 1, s / 4, s / 4): higher is more real."""

    def __init__(self, styles: int, widths: tuple[int, ...] = (48, 96, 144)) -> None:
        super().__init__()
        into = (8, *widths)
        self.convs = nn.ModuleList(
            spectral_norm(nn.Conv2d(i, o, 4 if k else 3, stride=2 if k else 1, padding=1))
            for k, (i, o) in enumerate(pairwise(into))
        )
        self.more = spectral_norm(nn.Conv2d(widths[-1], widths[-1], 3, padding=1))
        self.judge = spectral_norm(nn.Conv2d(widths[-1], 1, 1))
        self.style = nn.Embedding(styles + 1, widths[-1])
        nn.init.normal_(self.style.weight, std=0.1)

    def forward(self, pictures: Tensor, sketch: Tensor, style: Tensor) -> Tensor:
        h = torch.cat([pictures, sketch], dim=1)
        for conv in self.convs:
            h = F.leaky_relu(conv(h), 0.2)
        h = h + F.leaky_relu(self.more(h), 0.2)
        by_style = (h * self.style(style)[:, :, None, None]).sum(1, keepdim=True) / h.shape[1] ** 0.5
        return self.judge(h) + by_style  # type: ignore[no-any-return]


def critic_loss(critic: Critic, real: Tensor, made: Tensor, sketch: Tensor, style: Tensor) -> Tensor:
    """Hinge loss of the critic (Lim & Ye 2017, arXiv:1705.02894)."""
    return F.relu(1 - critic(real, sketch, style)).mean() + F.relu(1 + critic(made.detach(), sketch, style)).mean()
