"""Training the judge of pictures: which caption belongs to which, and which style. It never sees what it will judge."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..encodings import pixels as px
from ..nets.diffusion.judge import Judge, JudgeSize
from .muon import KernelMuon
from .pictures_corpus import Batch, Corpus, Dealer, PictureSampling

SEED = 4711


@dataclass(frozen=True)
class JudgeRecipe:
    """`seconds` of training, batches of `batch`, AdamW at `rate` along a cosine; `scenes`: share of composed scenes."""

    seconds: float = 600.0
    batch: int = 192
    rate: float = 2e-3
    scenes: float = 0.3
    size: JudgeSize = field(default_factory=JudgeSize)


def train_judge(
    corpus: Corpus, recipe: JudgeRecipe, told: Callable[[int, float, float], None] = lambda step, share, loss: None
) -> tuple[Judge, px.Vocabulary]:
    """A judge of a corpus. The truth of scenes comes from the same dealer, with another seed, noise and all."""
    torch.manual_seed(SEED)
    net = Judge(recipe.size)
    even = tuple(1.0 if rows else 0.0 for rows in corpus.by_style)
    sampling = PictureSampling(styles=even, scenes=recipe.scenes, no_words=0.0, no_style=0.0, no_sketch=1.0)
    dealer = Dealer(corpus, sampling, SEED)
    kernels = [p for p in net.parameters() if p.ndim == 4]
    rest = [p for p in net.parameters() if p.ndim != 4]
    adam = torch.optim.AdamW(rest, lr=recipe.rate, weight_decay=0.02, fused=True)
    optimisers = (adam, KernelMuon(kernels, lr=recipe.rate, weight_decay=0.02))
    rng = np.random.default_rng(SEED)
    began, step = time.process_time(), 0
    while (share := (time.process_time() - began) / recipe.seconds) < 1:
        for group in (group for one in optimisers for group in one.param_groups):
            group["lr"] = recipe.rate * min(1.0, (step + 1) / 50) * (0.5 * (1 + math.cos(math.pi * share)) + 0.01)
        batch = dealer.batch(step, recipe.batch)
        loss = _loss(net, batch, rng)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        for one in optimisers:
            one.step()
            one.zero_grad(set_to_none=True)
        step += 1
        if step % 20 == 0:
            told(step, share, float(loss.detach()))
    return net.eval(), corpus.vocabulary


def _loss(net: Judge, batch: Batch, rng: np.random.Generator) -> Tensor:
    clean = torch.from_numpy(batch.clean) / 2 + 0.5
    rough = torch.from_numpy(rng.standard_normal(clean.shape, dtype=np.float32)) * float(rng.uniform(0, 0.08))
    features = net.features((clean + rough).clamp(0, 1))
    seen, read = net.pictures(features), net.words(torch.from_numpy(batch.tokens))
    scores = seen @ read.T * net.heat.clamp(max=4.0).exp()
    # Pictures of one caption are no wrong answers to each other.
    tokens = torch.from_numpy(batch.tokens)
    same = (tokens[:, None] == tokens[None]).all(-1)
    truth = same.float() / same.sum(1, keepdim=True)
    cost = -(truth * F.log_softmax(scores, 1)).sum(1).mean() - (truth * F.log_softmax(scores.T, 1)).sum(1).mean()
    return cost / 2 + 0.3 * F.cross_entropy(net.style(features), torch.from_numpy(batch.style - 1))
