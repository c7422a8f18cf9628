"""The net that hears which phone sounds in each hundredth of a second."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class AlignerSize:
    """bands: of the mel frames; phones: classes, silence among them; width of the net; dilations: one block each."""

    bands: int = 40
    phones: int = 48
    width: int = 128
    dilations: tuple[int, ...] = (1, 2, 4, 8, 4, 1)


class AlignerNet(nn.Module):
    """Residual convolutions over time, each wider apart than the last, as in WaveNet (van den Oord et al. 2016,
    arXiv:1609.03499) but looking both ways: 0.22 s back and ahead. No normalisation: it runs in plain numpy.

        mel      (b, t, bands)
        returns  (b, t, phones) logits
    """

    def __init__(self, size: AlignerSize) -> None:
        super().__init__()
        self.size = size
        self.enter = nn.Conv1d(size.bands, size.width, 5, padding=2)
        self.blocks = nn.ModuleList(
            nn.Conv1d(size.width, size.width, 3, padding=step, dilation=step) for step in size.dilations
        )
        self.leave = nn.Conv1d(size.width, size.phones, 1)
        for block in self.blocks:
            assert isinstance(block, nn.Conv1d)
            nn.init.normal_(block.weight, std=0.5 / (3 * size.width) ** 0.5)

    def forward(self, mel: Tensor) -> Tensor:
        x = F.relu(self.enter(mel.transpose(1, 2)))
        for block in self.blocks:
            x = x + F.relu(block(x))
        logits: Tensor = self.leave(x)
        return logits.transpose(1, 2)
