"""A small generator at work: dice to styles in numpy, styles to pictures through ONNX Runtime, milliseconds each.

The net is that of `nets.gan.style`, its box that of `checkpoints.gan`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import CheckpointError
from .opening import opened

KIND = "gan.v1"
SLOPE, GAIN = 0.2, 2**0.5
SAMPLES = 2048  # styles that the mean one is taken of
BATCH = 16  # pictures made at once: more does not pay on a processor

Floats = NDArray[np.float32]


class Gan:
    """A generator: `styles(z)` -> `pictures(w)`."""

    def __init__(
        self, graph: bytes, arrays: Mapping[str, NDArray[Any]], size: Mapping[str, Any], threads: int | None = None
    ) -> None:
        """`graph`, `arrays` and `size` as the box holds them; `threads` None for the machine's setting."""

        if size.get("kind") != KIND:
            raise CheckpointError("this model is no generator of its own", mend="train one: maquette train picture")
        self.size = dict(size)
        ready = _values({name: np.asarray(one, dtype=np.float32) for name, one in arrays.items()})
        self._mapping = {name: ready.pop(name) for name in ("first", "first.bias", "second", "second.bias")}
        self.reads = {name: one for name, one in ready.items() if name.endswith(".read")}
        # The weights are held until the session ends: ONNX Runtime reads these very buffers.
        self._session, self._weights = opened(graph, ready, threads)
        dice = np.random.default_rng(0)
        self.mean = self.styles(dice.standard_normal((SAMPLES, self.size["dice"]), dtype=np.float32)).mean(axis=0)

    def styles(self, z: Floats) -> Floats:
        """Dice (n, dice) to styles (n, style)."""
        w: NDArray[np.floating[Any]] = z / np.sqrt(np.square(z).mean(axis=1, keepdims=True) + 1e-8)
        for name in ("first", "second"):
            w = w @ self._mapping[name].T + self._mapping[f"{name}.bias"]
            w = np.where(w > 0, w, w * SLOPE) * GAIN
        return np.asarray(w, dtype=np.float32)

    def drawn(self, seed: int, calm: float = 1.0) -> Floats:
        """The style (style,) of one seed; `calm` below 1 brings it nearer to the mean one (truncation)."""
        z = np.random.default_rng(seed).standard_normal((1, self.size["dice"]), dtype=np.float32)
        style = self.mean + calm * (self.styles(z)[0] - self.mean)
        return np.asarray(style, dtype=np.float32)

    def pictures(self, styles: Floats) -> Floats:
        """Styles (n, style) to pictures (n, side, side, 4): premultiplied, 0..1, no colour above its alpha."""
        made = []
        for start in range(0, len(styles), BATCH):
            some = np.ascontiguousarray(styles[start : start + BATCH, :, None, None], dtype=np.float32)
            made.append(self._session.run(None, {"w": some})[0])
        values = np.clip((np.concatenate(made) + 1) / 2, 0, 1).transpose(0, 2, 3, 1).copy()
        values[..., :3] = np.minimum(values[..., :3], values[..., 3:])
        return np.asarray(values, dtype=np.float32)


def _values(arrays: dict[str, Floats]) -> dict[str, Floats]:
    """What the graph asks for: the power of each kernel, which brings a layer back to unit strength, is worked out."""
    for name in [one for one in arrays if one.startswith(("into.", "onto.")) and one.count(".") == 1]:
        kernel = arrays[name]
        arrays[f"{name}.power"] = np.square(kernel).sum(axis=(2, 3))[:, :, None, None]
        arrays[f"{name}.little"] = np.full(len(kernel), 1e-8, dtype=np.float32)
    for name in [one for one in arrays if one.endswith(".bias") and one.count(".") == 2 and "read" not in one]:
        arrays[name] = arrays[name].reshape(1, -1, 1, 1)
    return {name: np.ascontiguousarray(one) for name, one in arrays.items()}
