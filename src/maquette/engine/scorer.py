"""The judge at work: how well do drawings say these words? No torch; ONNX Runtime for drawings, numpy for words.

Weights are those of `nets.scorer`, written by `maquette.training.scorer`. A score is the cosine between the direction
of the words and that of the drawing, -1..1: it ranks candidates of one prompt, and means little across prompts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from maquette.core import settings
from maquette.core.errors import CheckpointError

from . import onnx_bytes
from .onnx_bytes import node

if TYPE_CHECKING:
    import onnxruntime as ort

FORMAT = "scorer.v1"
FILE = "scorer.safetensors"
PIXELS = 48  # of a render's side
STRIDES = (2, 2, 2, 1)

Floats = NDArray[np.float32]


class Scorer:
    """Two towers, words and drawings, that meet in one space of `width` dimensions."""

    def __init__(self, arrays: dict[str, NDArray[Any]], size: dict[str, Any], facts: dict[str, Any]) -> None:
        self.size, self.facts = size, facts
        self.threads = 1  # a few hundred renders take less than waking further cores
        self._arrays = arrays

    @classmethod
    def load(cls, folder: Path | str) -> Scorer:
        """Open `scorer.safetensors` in a checkpoint's folder (or the file itself)."""
        from safetensors import SafetensorError, safe_open

        path = Path(folder) / FILE if Path(folder).is_dir() else Path(folder)
        again = "install Maquette or the model again"
        try:
            with safe_open(path, framework="numpy") as file:
                header = file.metadata() or {}
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, SafetensorError) as error:
            raise CheckpointError(f"the scorer cannot be read: {error}", where=path.name, mend=again) from error
        if header.get("format") != FORMAT:
            wrong = f"a scorer of format {header.get('format')!r}, not {FORMAT!r}"
            raise CheckpointError(wrong, where=path.name, mend="a newer Maquette may read it")
        return cls(arrays, json.loads(header["size"]), json.loads(header["facts"]))

    def words(self, ids: Sequence[int]) -> Floats:
        """The direction (d,) of words in any order; zeros if there are none, so that every drawing scores 0."""
        if not len(ids):
            return np.zeros(self.size["width"], np.float32)
        rows, w = np.asarray(ids, np.int64), self._word_weights
        table = w["table"][rows].astype(np.float32) * w["table.step"][rows, None]
        weight = w["weight"][rows]
        mean = (table * weight[:, None]).sum(0) / weight.sum()
        hidden = np.maximum(w["up.weight"] @ mean + w["up.bias"], 0)
        out = w["straight"] @ mean + w["out.weight"] @ hidden + w["out.bias"]
        return np.asarray(out / max(float(np.linalg.norm(out)), 1e-12), np.float32)

    def drawings(self, renders: NDArray[Any]) -> Floats:
        """The directions (n, d) of renders (n, 48, 48), ink coverage 0..1 (or 0..255 as uint8)."""
        if renders.ndim != 3 or renders.shape[1:] != (PIXELS, PIXELS):
            raise ValueError(f"renders are (n, {PIXELS}, {PIXELS}), not {renders.shape}")
        if not len(renders):
            return np.zeros((0, self.size["width"]), np.float32)
        ink = np.ascontiguousarray(renders, np.float32)[:, None]
        if renders.dtype == np.uint8:
            ink /= 255
        return np.asarray(self._session.run(None, {"ink": ink})[0], np.float32)

    def score(self, ids: Sequence[int], renders: NDArray[Any]) -> Floats:
        """How well each render (n, 48, 48) says the words: (n,) cosines."""
        return np.asarray(self.drawings(renders) @ self.words(ids), np.float32)

    @cached_property
    def _word_weights(self) -> dict[str, NDArray[Any]]:
        kept = {"table": self._arrays["words.table"], "table.step": self._arrays["words.table.step"]}
        return {**self._wide("words.", but="words.table"), **kept}

    def _wide(self, start: str, but: str = "") -> dict[str, NDArray[Any]]:
        """Arrays whose names start so, in fp32; those in 8 bits times the step of their row."""
        wide = {}
        for name, array in self._arrays.items():
            if not name.startswith(start) or name.endswith(".step") or name == but:
                continue
            value = array.astype(np.float32)
            step = self._arrays.get(f"{name}.step")
            if step is not None:
                value *= step.reshape(-1, *[1] * (value.ndim - 1))
            wide[name[len(start) :]] = value
        return wide

    @cached_property
    def _session(self) -> ort.InferenceSession:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = min(self.threads, settings.threads())
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            return ort.InferenceSession(self._graph(), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime has a class of its own for each way to fail
            where = str(error).splitlines()[0][:300]
            raise CheckpointError("the scorer's weights do not fit its layers", where=where) from error

    def _graph(self) -> bytes:
        """Four convolutions, a pool, two dense layers, length 1."""
        weights = self._wide("drawings.")
        weights["up.weight"] *= weights.pop("up.column")
        nodes, x = [], "ink"
        for i, stride in enumerate(STRIDES):
            inputs = [x, f"conv{i}.weight", f"conv{i}.bias"]
            pad = weights[f"conv{i}.weight"].shape[-1] // 2
            nodes.append(node("Conv", inputs, f"conv{i}", strides=[stride, stride], pads=[pad] * 4))
            nodes.append(node("Relu", [f"conv{i}"], x := f"relu{i}"))
        nodes += [
            node("MaxPool", [x], "pooled", kernel_shape=[2, 2], strides=[2, 2]),
            node("Flatten", ["pooled"], "flat", axis=1),
            node("Gemm", ["flat", "up.weight", "up.bias"], "up", transB=1),
            node("Relu", ["up"], "hidden"),
            node("Gemm", ["hidden", "out.weight", "out.bias"], "out", transB=1),
            node("LpNormalization", ["out"], "direction", axis=1, p=2),
        ]
        return onnx_bytes.model(
            nodes, weights, ("ink", ["n", 1, PIXELS, PIXELS]), ("direction", ["n", self.size["width"]])
        )
