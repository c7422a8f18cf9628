"""A weightless graph and its weights, opened with ONNX Runtime: tokens in, logits out, the cache written in place.

The cache is one pair of buffers per layer, bound as past and present at once, so that no step copies it
(GroupQueryAttention of onnxruntime/docs/ContribOperators.md). Weights are handed in as they lie in the mapped file;
only the token table, of which each step looks up a few rows, is widened to fp32.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from maquette.core import settings
from maquette.core.errors import CheckpointError

if TYPE_CHECKING:
    import onnxruntime as ort

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


class Session:
    """One net, ready to run. It holds no sequence: a `Cache` does, and several may stand side by side."""

    def __init__(
        self, graph: bytes, arrays: Mapping[str, NDArray[Any]], size: Mapping[str, Any], threads: int | None = None
    ) -> None:
        """`graph` from `checkpoints.graph`, `arrays` from `checkpoints.quantise`, `threads` None for the settings'."""
        import onnxruntime as ort

        self.size = dict(size)
        self.threads = threads or settings.threads()
        self.places = len(size["places"])
        # Where each table starts in the joined one: a place's row is its value plus this.
        self.starts = np.cumsum([0, size["vocabulary"], *size["places"]])[: 1 + self.places].astype(np.int64)
        options = ort.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Spinning threads starve the other programs of a shared machine (reference: BENCHMARKS.md, threads).
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Held until the session ends: ONNX Runtime reads these very buffers.
        self._weights = _values(arrays, size)
        options.add_external_initializers(list(self._weights), list(self._weights.values()))
        try:
            self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime has a class of its own for each way to fail
            raise CheckpointError(
                "the graph and its weights do not open together",
                where=str(error).splitlines()[0][:300],
                mend="take both from one checkpoint; if they are, pip install --upgrade onnxruntime",
            ) from error

        kinds = {given.name: given.type for given in self._session.get_inputs()}
        # In 8 bits keys and values are kept as whole numbers too: a quarter of the memory to be read for every token.
        self.cache_type = np.int8 if kinds["past.0.key"] == "tensor(int8)" else np.float32

    def rows(self, tokens: Ints, places: Ints | None = None) -> Ints:
        """Rows of the joined table (..., 1 + p) for tokens (...) and their places (..., p)."""
        if not self.places:
            return np.ascontiguousarray(tokens, dtype=np.int64)[..., None]
        assert places is not None, "this net was built with place features"
        joined = np.concatenate([np.asarray(tokens)[..., None], places], axis=-1)
        return np.asarray(joined + self.starts, dtype=np.int64)

    def cache(self, rows: int, capacity: int) -> Cache:
        """An empty cache for `rows` sequences of at most `capacity` tokens."""
        return Cache(self, rows, capacity)


class Cache:
    """Keys and values of `rows` sequences, and the bound buffers through which one step after another runs."""

    def __init__(self, session: Session, rows: int, capacity: int) -> None:
        size = session.size
        self.session, self.capacity = session, capacity
        shape = (rows, size["key_heads"], capacity, size["width"] // size["heads"])
        self.buffers: dict[str, NDArray[Any]] = {
            f"{layer}.{part}": np.zeros(shape, dtype=session.cache_type)
            for layer in range(size["layers"])
            for part in ("key", "value")
        }
        self._shape: tuple[int, ...] = ()

    def run(self, ids: Ints, lengths: NDArray[np.int32], wanted: Ints, first: int = 0) -> Floats:
        """Run t new tokens in each of the b rows from row `first` on; logits (n, outputs), valid until the next run.

        ids (b, t, 1 + p) from `Session.rows`; lengths (b,): tokens in each row after this call;
        wanted (n,): the positions (row * t + column) whose logits are computed.
        """
        shape = (*ids.shape, len(wanted), first)
        if shape != self._shape:
            self._bind(shape)
        self._ids[...] = ids
        self._lengths[...] = lengths - 1
        self._longest[...] = max(lengths.max(), ids.shape[1])
        self._wanted[...] = wanted
        self.session._session.run_with_iobinding(self._binding)
        return self._logits

    def move(self, source: int, target: int, length: int) -> None:
        """Copy the first `length` tokens of row `source` over row `target`."""
        for buffer in self.buffers.values():
            buffer[target, :, :length] = buffer[source, :, :length]

    def _bind(self, shape: tuple[int, ...]) -> None:
        """Bind arrays of this shape once; every later step of the same shape only rewrites their numbers."""

        b, t, features, n, first = shape
        self._ids = np.zeros((b, t, features), dtype=np.int64)
        self._lengths = np.zeros(b, dtype=np.int32)
        self._longest = np.zeros((), dtype=np.int32)
        self._wanted = np.zeros(n, dtype=np.int64)
        self._logits = np.zeros((n, self.session.size["outputs"]), dtype=np.float32)
        binding = self.session._session.io_binding()
        named: dict[str, NDArray[Any]] = {
            "ids": self._ids,
            "lengths": self._lengths,
            "longest": self._longest,
            "wanted": self._wanted,
        }
        self._held: list[ort.OrtValue] = []
        for name, array in named.items():
            binding.bind_ortvalue_input(name, self._hold(array))
        for name, buffer in self.buffers.items():
            value = self._hold(buffer[first : first + b])
            binding.bind_ortvalue_input(f"past.{name}", value)
            binding.bind_ortvalue_output(f"present.{name}", value)
        binding.bind_ortvalue_output("logits", self._hold(self._logits))
        self._binding, self._shape = binding, shape

    def _hold(self, array: NDArray[Any]) -> ort.OrtValue:
        import onnxruntime as ort

        value = ort.OrtValue.ortvalue_from_numpy(array)  # on the CPU: the same memory, no copy
        self._held.append(value)
        return value


def _values(arrays: Mapping[str, NDArray[Any]], size: Mapping[str, Any]) -> dict[str, ort.OrtValue]:
    """Every weight the graph names, as ONNX Runtime values over the given memory where its form allows."""
    import onnxruntime as ort

    table, outputs = arrays["table"], size["outputs"]
    ready: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        whole = array.dtype == np.int8 or array.ndim < 2 or name == "table"
        ready[name] = array if whole else np.ascontiguousarray(array.T)
    ready["head"] = np.ascontiguousarray(table[:outputs].T)
    if table.dtype == np.int8:
        scales = ready.pop("table.scale")
        ready["head.scale"] = np.ascontiguousarray(scales[:outputs])
        # Widened: a gather reads rows as they are.
        ready["table"] = table.astype(np.float32) * scales[:, None]
    ready["rope.cos"], ready["rope.sin"] = _rotations(size)
    return {name: ort.OrtValue.ortvalue_from_numpy(array) for name, array in ready.items()}


def _rotations(size: Mapping[str, Any]) -> tuple[Floats, Floats]:
    """Cosines and sines (context, head_width / 2) of the rotary embedding (Su et al. 2021, arXiv:2104.09864)."""
    head = size["width"] // size["heads"]
    # In fp32 from the start, as the net computes them, so that both engines turn by the same angles.
    exponents = -np.arange(0, head, 2, dtype=np.float32) / np.float32(head)
    rates = np.power(np.float32(size["rope_base"]), exponents, dtype=np.float32)
    angles = np.arange(size["context"], dtype=np.float32)[:, None] * rates
    return np.cos(angles), np.sin(angles)
