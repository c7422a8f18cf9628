"""The same small changes to real and made pictures before the critic sees them, so that few pictures last longer.

Differentiable augmentation (Zhao et al. 2020, arXiv:2006.10738): the generator learns through it, and as long as the
changes leave the pictures' kind recognisable, it never learns to make them. Colours are changed as paint, so that what
is transparent stays empty.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def augmented(pictures: Tensor, dice: torch.Generator) -> Tensor:
    """Colour, shift and a hole, drawn anew for each picture.

    pictures  (n, 4, h, w)  premultiplied, -1 to 1
    returns   (n, 4, h, w)
    """
    paint, alpha = (pictures[:, :3] + 1) / 2, (pictures[:, 3:] + 1) / 2
    changed = torch.cat([_coloured(paint, alpha, dice), alpha], dim=1)
    return _holed(_shifted(changed, dice), dice) * 2 - 1


def _random(n: int, dice: torch.Generator) -> Tensor:
    return torch.rand(n, 1, 1, 1, generator=dice)


def _coloured(paint: Tensor, alpha: Tensor, dice: torch.Generator) -> Tensor:
    """Brighter or darker by up to a quarter, more or less saturated and contrasted by up to a half."""
    n = len(paint)
    paint = paint + (_random(n, dice) - 0.5) * 0.5 * alpha
    grey = paint.mean(dim=1, keepdim=True)
    paint = grey + (paint - grey) * (0.5 + _random(n, dice))
    covered = alpha.sum(dim=(1, 2, 3), keepdim=True).clamp(min=1.0) * 3
    middle = paint.sum(dim=(1, 2, 3), keepdim=True) / covered * alpha
    return middle + (paint - middle) * (0.5 + _random(n, dice))


def _shifted(x: Tensor, dice: torch.Generator) -> Tensor:
    """Moved by up to an eighth of the side each way; what comes in is empty."""
    n, _, h, w = x.shape
    reach = (h // 8, w // 8)
    wide = F.pad(x, (reach[1], reach[1], reach[0], reach[0]))
    down = torch.randint(0, 2 * reach[0] + 1, (n, 1, 1), generator=dice) + torch.arange(h)[None, :, None]
    along = torch.randint(0, 2 * reach[1] + 1, (n, 1, 1), generator=dice) + torch.arange(w)[None, None, :]
    which = torch.arange(n)[:, None, None]
    return wide.permute(0, 2, 3, 1)[which, down, along].permute(0, 3, 1, 2)


def _holed(x: Tensor, dice: torch.Generator) -> Tensor:
    """A square hole of half the side, its middle anywhere."""
    n, _, h, w = x.shape
    top = torch.randint(0, h, (n, 1, 1, 1), generator=dice)
    left = torch.randint(0, w, (n, 1, 1, 1), generator=dice)
    rows, columns = torch.arange(h)[:, None], torch.arange(w)[None, :]
    inside = ((rows - top).abs() < h // 4) & ((columns - left).abs() < w // 4)
    return x * (~inside)
