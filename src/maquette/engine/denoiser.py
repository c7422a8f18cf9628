"""A diffusion net in ONNX Runtime, scaled into a denoiser: noisy pictures in, what is expected behind them out.

The scaling is EDM's (Karras et al. 2022, arXiv:2206.00364, table 1), done to what a picture has beyond its sketch, as
in training (`nets.diffusion.edm`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .opening import opened

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
WAVES = 64


@dataclass(frozen=True)
class Conditions:
    """What n pictures are to show.

    sketch (n, 4, h, w) in [-1, 1]: the things laid out; known (n,): how far it is trusted, 0 not at all;
    style, tone (n,): their numbers, -1 not said; tokens (n, t): ids of the prompt, 0 padding.
    """

    sketch: Floats
    known: Floats
    style: Ints
    tone: Ints
    tokens: Ints

    def rows(self, first: int, last: int) -> Conditions:
        """Some of the pictures."""
        part = slice(first, last)
        return Conditions(self.sketch[part], self.known[part], self.style[part], self.tone[part], self.tokens[part])

    def without_words(self) -> Conditions:
        """The same with nothing said: what guidance leads away from. The sketch, the style and the tone stay."""
        return replace(self, tokens=np.where(np.arange(self.tokens.shape[1]) == 0, 1, 0) + np.zeros_like(self.tokens))


class Denoiser:
    """One net, ready to draw. `data` is the spread of the pictures it has learnt from."""

    def __init__(
        self,
        graph: bytes,
        arrays: Mapping[str, NDArray[Any]],
        *,
        data: float = 0.4,
        threads: int | None = None,
    ) -> None:
        """`graph` from `checkpoints.graph_unet`, `arrays` in fp32 by the names of the net's parameters."""
        # The weights are held until the session ends: ONNX Runtime reads these very buffers.
        self._session, self._weights = opened(graph, arrays, threads)
        self.data = data

    def denoise(self, x: Floats, sigma: Floats, asked: Conditions) -> Floats:
        """The pictures (n, 4, h, w) expected behind x (n, 4, h, w) with noise of sigma (n,).

        Pictures are drawn one by one inside: each comes out the same alone or among others.
        """
        rows = range(len(x))
        return np.concatenate([self._one(x[i : i + 1], sigma[i : i + 1], asked.rows(i, i + 1))[0] for i in rows])

    def looks(self, x: Floats, sigma: Floats, asked: Conditions) -> list[Floats]:
        """How much every place looks at every token, (n, places, t) for each layer that looks at words."""
        rows = [self._one(x[i : i + 1], sigma[i : i + 1], asked.rows(i, i + 1), looks=True)[1] for i in range(len(x))]
        return [np.concatenate(layer) for layer in zip(*rows, strict=True)]

    def _one(self, x: Floats, sigma: Floats, asked: Conditions, looks: bool = False) -> tuple[Floats, list[Floats]]:
        s = sigma.astype(np.float32)[:, None, None, None]
        total = s**2 + np.float32(self.data**2)
        noise: NDArray[Any] = np.log(sigma) / 4
        given = {
            "x": (x - asked.sketch) / np.sqrt(total),
            "sketch": asked.sketch,
            "waves": waves(noise),
            "known": np.stack([asked.known, (asked.known > 0).astype(np.float32)], axis=1),
            "style": asked.style + 1,
            "tone": asked.tone + 1,
            "tokens": asked.tokens,
            "real": np.where(np.arange(asked.tokens.shape[1]) == 0, 1, asked.tokens > 0),
        }
        kinds: dict[str, Any] = {"style": np.int64, "tone": np.int64, "tokens": np.int64}
        ready = {name: np.ascontiguousarray(value, kinds.get(name, np.float32)) for name, value in given.items()}
        names = ["f", *(out.name for out in self._session.get_outputs() if out.name.startswith("look."))]
        made = self._session.run(names if looks else ["f"], ready)
        skip, out = np.float32(self.data**2) / total, s * np.float32(self.data) / np.sqrt(total)
        drawn = asked.sketch + skip * (x - asked.sketch) + out * made[0]
        return np.asarray(drawn, np.float32), list(made[1:])


def waves(value: Floats) -> Floats:
    """value (n,) -> (n, 64) cosines and sines, as in `nets.diffusion.unet`."""
    half = WAVES // 2
    rates = np.exp(np.arange(half, dtype=np.float32) * np.float32(-np.log(1000.0) / half))
    angles = 16 * value.astype(np.float32)[:, None] * rates
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
