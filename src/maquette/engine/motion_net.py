"""The motion net in ONNX Runtime: bags of words and what is to be kept in, 140 numbers a frame out.

    net.make(bags, seed=7)                                     # a motion of 4 * len(bags) frames
    net.make(bags, known=numbers, mask=mask)                   # what the mask names comes out as it was

Sampling is DPM-Solver++(2M) over the levels of Karras (`engine.samplers`); what is known is put into every look, so
that it stands exactly and the rest is made to fit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from . import samplers
from .opening import opened

Floats = NDArray[np.float32]
STEPS, GUIDANCE = 16, 2.0
LEAST, MOST, RHO = 0.02, 40.0, 5.0  # noise
STEADY = 1.2  # frames
OnStep = Callable[[int, int], None]


class MotionNet:
    """One net, ready.

    mean, spread (140,): of the columns as it was taught; parts: columns of each part that can be kept; vocabulary: what
    makes bags of words, for those who ask (the net itself reads bags alone).
    """

    def __init__(
        self,
        graph: bytes,
        arrays: Mapping[str, NDArray[Any]],
        size: Mapping[str, Any],
        *,
        parts: Sequence[Sequence[int]],
        vocabulary: Any = None,
        mean: Floats,
        spread: Floats,
        threads: int | None = None,
    ) -> None:
        """`graph` from `checkpoints.graph_motion`, `arrays` in fp32 by the names of the net's parameters."""
        # The weights are held until the session ends: ONNX Runtime reads these very buffers.
        self._session, self._weights = opened(graph, arrays, threads)
        self.size, self.vocabulary = dict(size), vocabulary
        self.patch, self.columns = int(size["patch"]), int(size["columns"])
        self.parts = [list(columns) for columns in parts]
        self.mean, self.spread = np.asarray(mean, np.float32), np.asarray(spread, np.float32)
        self.places = waves(int(size["longest"]), int(size["width"]))

    @property
    def longest(self) -> int:
        """Frames of the longest motion that is made in one piece."""
        return int(self.size["longest"]) * self.patch

    def make(
        self,
        bags: Floats,
        *,
        seed: int = 0,
        known: Floats | None = None,
        mask: Floats | None = None,
        guidance: float = GUIDANCE,
        steps: int = STEPS,
        on_step: OnStep | None = None,
    ) -> Floats:
        """(t, 140) for bags (n, w), t = 4 n.

        known (t, 140): numbers to keep where mask (t, 9) of the parts is 1. guidance: how far from what no words would
        give. Raises UsageError for more patches than the net reads.
        """
        if not 1 <= len(bags) <= int(self.size["longest"]):
            wrong = f"{len(bags) * self.patch} frames are not made in one piece"
            raise UsageError(wrong, mend=f"ask for 4 to {self.longest}, and join pieces by known frames")
        frames = len(bags) * self.patch
        mask = np.zeros((frames, len(self.parts)), np.float32) if mask is None else np.asarray(mask, np.float32)
        kept = np.zeros((frames, self.columns), np.float32) if known is None else self.scaled(known)
        wide = self._columns_of(mask)
        kept = (kept * wide)[None]

        def look(x: Floats, sigma: Floats) -> Floats:
            clean = self.foretell(x, sigma, kept, mask[None], bags[None], guidance)
            return np.asarray(clean * (1 - wide) + kept, np.float32)

        sigmas = samplers.karras_sigmas(steps, LEAST, MOST, RHO)
        x = samplers.noise([seed], (frames, self.columns)) * sigmas[0]
        told: samplers.OnStep | None = None if on_step is None else (lambda done, of, _: on_step(done, of))
        made = steadied(samplers.dpmpp_2m(look, x, sigmas, on_step=told)[0])
        return self.widened(made * (1 - wide) + kept[0])

    def foretell(
        self, x: Floats, sigma: Floats, known: Floats, mask: Floats, bags: Floats, guidance: float = 1.0
    ) -> Floats:
        """The clean scaled motions (b, t, 140) behind x = clean + sigma * noise."""
        s = sigma.astype(np.float32)[:, None, None]
        given = np.concatenate([x / np.sqrt(1 + s * s), known, np.broadcast_to(mask, (len(x), *mask.shape[1:]))], -1)
        patches = given.reshape(len(x), -1, self.patch * given.shape[-1])
        levels = level(sigma, int(self.size["width"]))
        if guidance != 1.0:
            patches, levels = np.concatenate([patches, patches]), np.concatenate([levels, levels])
            bags = np.concatenate([bags, np.zeros_like(bags)])
        feed = {"patches": patches, "level": levels, "places": self.places[: bags.shape[1]], "bag": bags}
        ready = {name: np.ascontiguousarray(value, np.float32) for name, value in feed.items()}
        clean = self._session.run(["clean"], ready)[0].reshape(len(patches), -1, self.columns)
        if guidance != 1.0:
            told, plain = clean[: len(x)], clean[len(x) :]
            clean = plain + np.float32(guidance) * (told - plain)
        return np.asarray(clean, np.float32)

    def _columns_of(self, mask: Floats) -> Floats:
        """(..., p) of the parts -> (..., c) of the columns."""
        out = np.zeros((*mask.shape[:-1], self.columns), np.float32)
        for number, columns in enumerate(self.parts):
            out[..., columns] = mask[..., number : number + 1]
        return out

    def scaled(self, numbers: Floats) -> Floats:
        return np.asarray((numbers - self.mean) / self.spread, np.float32)

    def widened(self, scaled: Floats) -> Floats:
        return np.asarray(scaled * self.spread + self.mean, np.float32)


def steadied(numbers: Floats, width: float = STEADY) -> Floats:
    """(t, c) without the trembling between patches: a Gaussian over time of `width` frames.

    Bodies move below 6 Hz, and gait laboratories cut there too (Winter 2009, "Biomechanics and Motor Control").
    """
    reach = int(3 * width) + 1
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    weights /= weights.sum()
    padded = np.concatenate([np.repeat(numbers[:1], reach, 0), numbers, np.repeat(numbers[-1:], reach, 0)])
    rows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=0)
    return np.asarray(rows @ weights, np.float32)


def waves(count: int, width: int, longest: float = 10000.0) -> Floats:
    """(count, width), as in `nets.motion.denoiser`."""
    rate = np.exp(-math.log(longest) * np.arange(0, width, 2) / width)
    angle = np.arange(count)[:, None] * rate
    return np.stack([np.sin(angle), np.cos(angle)], -1).reshape(count, width).astype(np.float32)


def level(sigma: Floats, width: int) -> Floats:
    """(b,) -> (b, width), as in `nets.motion.denoiser`."""
    rate = np.exp(math.log(100.0) * np.linspace(0, 1, width // 2))
    angle = (np.log(sigma) / 4)[:, None] * rate
    return np.concatenate([np.sin(angle), np.cos(angle)], 1).astype(np.float32)
