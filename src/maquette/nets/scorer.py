"""The judge: two towers that meet where words and a drawing say the same.

A contrastive pair after CLIP (Radford et al. 2021, arXiv:2103.00020), small enough for a laptop's every prompt: words
are a weighted bag of embeddings (as in fastText, Joulin et al. 2016, arXiv:1607.01759), a drawing is a 48-pixel render
read by four convolutions with batch normalisation (Ioffe & Szegedy 2015, arXiv:1502.03167).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

PIXELS = 48  # of a render's side


@dataclass(frozen=True)
class ScorerSize:
    """The sizes of the two towers; they travel with the weights."""

    vocabulary: int
    embedding: int = 96  # of a word
    hidden: int = 256  # of the words' head
    drawing_hidden: int = 512  # of the drawings' head
    width: int = 128  # of the space in which both meet
    channels: tuple[int, int, int, int] = (16, 48, 96, 96)
    dropout: float = 0.1  # in the drawings' head, while it learns alone


class WordTower(nn.Module):
    """Words in any order to a direction.

    ids      (b, w)  word ids
    real     (b, w)  False where a word is padding
    returns  (b, d)  of length 1
    """

    def __init__(self, size: ScorerSize, rarity: Tensor) -> None:
        """`rarity` (vocabulary,): inverse document frequencies, where the words' learnt weights start."""
        super().__init__()
        self.table = nn.Embedding(size.vocabulary, size.embedding)
        nn.init.normal_(self.table.weight, std=0.3)
        self.weight = nn.Parameter(torch.log(rarity))
        self.up = nn.Linear(size.embedding, size.hidden)
        self.out = nn.Linear(size.hidden, size.width)
        self.straight = nn.Linear(size.embedding, size.width, bias=False)

    def forward(self, ids: Tensor, real: Tensor) -> Tensor:
        weight = self.weight[ids].exp() * real
        mean = (self.table(ids) * weight[..., None]).sum(1) / weight.sum(1, keepdim=True).clamp(min=1e-6)
        return F.normalize(self.straight(mean) + self.out(F.relu(self.up(mean))), dim=-1)


class DrawingTower(nn.Module):
    """Renders to directions: (b, 1, 48, 48) ink coverage 0..1 -> (b, d) of length 1.

    Convolutions give features (b, f), a head of two layers the direction. The head can learn on alone from features
    that were computed once: `settle_head` starts it anew on features of mean 0 and spread 1.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, size: ScorerSize) -> None:
        super().__init__()
        channels = (1, *size.channels)
        kernels, strides = (5, 3, 3, 3), (2, 2, 2, 1)
        self.convs = nn.ModuleList(
            nn.Conv2d(channels[i], channels[i + 1], kernels[i], strides[i], kernels[i] // 2, bias=False)
            for i in range(4)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(c) for c in size.channels)
        count = size.channels[-1] * (PIXELS // 16) ** 2
        self.register_buffer("mean", torch.zeros(count))
        self.register_buffer("spread", torch.ones(count))
        self.up = nn.Linear(count, size.drawing_hidden)
        self.out = nn.Linear(size.drawing_hidden, size.width)
        self.dropout = 0.0
        self.settled_dropout = size.dropout

    def features(self, renders: Tensor) -> Tensor:
        """(b, 1, 48, 48) -> (b, f)."""
        x = renders
        for conv, norm in zip(self.convs, self.norms):
            x = F.relu(norm(conv(x)))
        return F.max_pool2d(x, 2).flatten(1)

    def head(self, features: Tensor) -> Tensor:
        """(b, f) -> (b, d) of length 1."""
        x = F.dropout((features - self.mean) / self.spread, self.dropout, self.training)
        x = F.dropout(F.relu(self.up(x)), self.dropout, self.training)
        return F.normalize(self.out(x), dim=-1)

    def forward(self, renders: Tensor) -> Tensor:
        return self.head(self.features(renders))

    def settle_head(self, mean: Tensor, spread: Tensor) -> None:
        """Start the head anew, for features with this mean and spread (f,)."""
        self.mean.copy_(mean)
        self.spread.copy_(spread)
        self.dropout = self.settled_dropout
        self.up.reset_parameters()
        self.out.reset_parameters()

    def folded(self) -> dict[str, Tensor]:
        """The weights for use without torch: batch normalisation and the features' mean folded in.

        `up.weight` (h, f) is still to be multiplied by `up.column` (f,), which keeps it easy to round.
        """
        weights: dict[str, Tensor] = {}
        for i, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            assert isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d)
            assert norm.running_var is not None and norm.running_mean is not None
            factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            weights[f"conv{i}.weight"] = (conv.weight * factor[:, None, None, None]).detach()
            weights[f"conv{i}.bias"] = (norm.bias - norm.running_mean * factor).detach()
        weights["up.weight"], weights["up.column"] = self.up.weight.detach(), 1 / self.spread
        weights["up.bias"] = (self.up.bias - self.up.weight @ (self.mean / self.spread)).detach()
        weights["out.weight"], weights["out.bias"] = self.out.weight.detach(), self.out.bias.detach()
        return weights


class ScorerNet(nn.Module):
    """Both towers and the temperature at which they are compared."""

    def __init__(self, size: ScorerSize, rarity: Tensor) -> None:
        super().__init__()
        self.size = size
        self.words = WordTower(size, rarity)
        self.drawings = DrawingTower(size)
        self.scale = nn.Parameter(torch.tensor(2.6))  # log of the inverse temperature, from 13.5

    def inverse_temperature(self) -> Tensor:
        return self.scale.clamp(max=3.9).exp()


def contrast(
    left: Tensor, right: Tensor, alike: Tensor, inverse_temperature: Tensor, skip: Tensor | None = None
) -> Tensor:
    """Cross-entropy of each row of `left` (n, d) against all of `right` (m, d), over all that are `alike` (n, m).

    The multi-positive loss of supervised contrast (Khosla et al. 2020, arXiv:2004.11362, L_out). `skip` (n, m) leaves
    pairs out, such as a drawing with itself. Rows without a positive are left out.
    """
    logits = left @ right.T * inverse_temperature
    if skip is not None:
        logits = logits.masked_fill(skip, -1e4)
        alike = alike & ~skip
    logp = logits.log_softmax(dim=-1)
    count = alike.sum(1)
    loss = -(logp * alike).sum(1) / count.clamp(min=1)
    return loss[count > 0].mean()
