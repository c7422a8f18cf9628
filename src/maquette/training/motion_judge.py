"""How the judge of motion is taught: each window among others', each caption among others' (InfoNCE, arXiv:1807.03748).

Captions that name the same labels are no wrong answers for one another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..encodings.motion_features import features
from ..encodings.motion_vocabulary import Vocabulary, words_of
from ..nets.motion.judge import JudgeSize, MotionJudge
from .motion_data import Taught, Windows


@dataclass(frozen=True)
class JudgeSettings:
    """How the judge is taught; another seed than the net's."""

    steps: int = 1500
    batch: int = 48
    rate: float = 1e-3
    seed: int = 77


def teach(
    clips: Sequence[Taught],
    windows: Windows,
    settings: JudgeSettings,
    on_step: Callable[[int, float], None] = lambda step, loss: None,
) -> tuple[MotionJudge, Vocabulary]:
    """The judge and the stems that it reads."""
    torch.manual_seed(settings.seed)
    vocabulary = Vocabulary((), windows.vocabulary.stems)
    net = MotionJudge(JudgeSize(len(vocabulary)))
    learning = torch.optim.AdamW(net.parameters(), settings.rate, weight_decay=0.02)
    dice = np.random.default_rng(settings.seed)
    names = [frozenset(one.labels) for one in clips]
    for step in range(settings.steps):
        for group in learning.param_groups:
            group["lr"] = settings.rate * min(1.0, (step + 1) / 50, 3 * (settings.steps - step) / settings.steps)
        seen, read, chosen = _batch(clips, windows, vocabulary, settings.batch, dice)
        same = torch.tensor([[a != b and names[a] == names[b] for b in chosen] for a in chosen])
        loss = _loss(net, seen, read, same)
        learning.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        learning.step()
        on_step(step, float(loss.detach()))
    return net, vocabulary


def _batch(
    clips: Sequence[Taught], windows: Windows, vocabulary: Vocabulary, count: int, dice: np.random.Generator
) -> tuple[Tensor, Tensor, list[int]]:
    length = int(dice.choice((48, 96, 120, 160)))
    able = [i for i, one in enumerate(clips) if len(one.numbers) >= 0.6 * length]
    odds = windows.weights[able] / windows.weights[able].sum()
    chosen = [int(i) for i in dice.choice(able, size=count, p=odds, replace=False)]
    seen, read = [], []
    for which in chosen:
        scaled = windows.piece(which, length, dice)
        numbers = scaled * windows.spread + windows.mean
        if len(numbers) < length:
            numbers = np.concatenate([numbers, np.repeat(numbers[-1:], length - len(numbers), 0)])
        seen.append(features(numbers[:length]))
        caption = clips[which].captions[int(dice.integers(len(clips[which].captions)))]
        words = [word for word in words_of(caption) if dice.random() > 0.1] or words_of(caption)
        read.append(vocabulary.bag(vocabulary.numbers((), words)))
    return torch.from_numpy(np.stack(seen)), torch.from_numpy(np.stack(read)), chosen


def _loss(net: MotionJudge, seen: Tensor, read: Tensor, same: Tensor) -> Tensor:
    seen = seen + 0.02 * torch.randn_like(seen)
    scores = net.scale.exp() * net.motions(seen) @ net.words(read).T
    scores = scores.masked_fill(same, -1e4)
    right = torch.arange(len(scores))
    return (F.cross_entropy(scores, right) + F.cross_entropy(scores.T, right)) / 2
