"""Do words and motion fit? Two towers that meet in one space, as CLIP has them (Radford et al. 2021, arXiv:2103.00020).

For figures alone: it takes no part in making. As TMR (Petrovich et al. 2023, arXiv:2305.00976) for the idea, tiny.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class JudgeSize:
    """words: stems it reads; features: numbers a frame it sees; width: of the space in which both meet."""

    words: int
    features: int = 70
    channels: tuple[int, ...] = (96, 160, 224)
    width: int = 96


class MotionJudge(nn.Module):
    """seen (b, t, f) at 15 frames a second and read (m, w) bags -> unit vectors (b, d) and (m, d)."""

    def __init__(self, size: JudgeSize) -> None:
        super().__init__()
        self.size = size
        wide = (size.features, *size.channels)
        self.convs = nn.ModuleList(nn.Conv1d(a, b, 5, 2, 2) for a, b in pairwise(wide))
        self.look = nn.Linear(2 * size.channels[-1], size.width)
        self.read = nn.Linear(size.words, 128, bias=False)
        self.think = nn.Linear(128, size.width)
        self.scale = nn.Parameter(torch.tensor(2.3))
        nn.init.normal_(self.read.weight, std=1.0)

    def motions(self, seen: Tensor) -> Tensor:
        x = seen.transpose(1, 2)
        for conv in self.convs:
            x = F.relu(conv(x))
        return F.normalize(self.look(torch.cat([x.mean(-1), x.amax(-1)], 1)), dim=-1)

    def words(self, bags: Tensor) -> Tensor:
        return F.normalize(self.think(F.relu(self.read(bags))), dim=-1)
