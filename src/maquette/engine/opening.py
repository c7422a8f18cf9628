"""How a graph without weights and its fp32 weights become a session of ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core import settings
from ..core.errors import CheckpointError


def opened(graph: bytes, arrays: Mapping[str, NDArray[Any]], threads: int | None = None) -> tuple[Any, dict[str, Any]]:
    """The session, and the weights it reads: they must be held for as long as the session lives.

    `arrays` by the names that the graph has for them. Raises CheckpointError where the two do not fit.
    """
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or settings.threads()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    ready = {name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()}
    held = {name: ort.OrtValue.ortvalue_from_numpy(array) for name, array in ready.items()}
    options.add_external_initializers(list(held), list(held.values()))
    try:
        return ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"]), held
    except Exception as error:  # ONNX Runtime has a class of its own for each way to fail
        raise CheckpointError(
            "the graph and its weights do not open together",
            where=str(error).splitlines()[0][:300],
            mend="take both from one checkpoint; if they are, pip install --upgrade onnxruntime",
        ) from error
