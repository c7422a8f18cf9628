"""The learnt enlarger of small pictures in ONNX Runtime: twice the pixels a side, as often as it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core import settings
from ..core.errors import CheckpointError

Floats = NDArray[np.float32]
FILE = "upscaler.onnx"  # in a checkpoint's box


class Upscaler:
    """One enlarger, ready. Called with (h, w, 4), premultiplied in [0, 1]; gives (2 h, 2 w, 4)."""

    def __init__(self, path: Path, threads: int | None = None) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads or settings.threads()
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session: Any = ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime has a class of its own for each way to fail
            wrong = "the enlarger of this model does not open"
            raise CheckpointError(
                wrong, where=f"{path}: {str(error)[:200]}", mend="copy the checkpoint again"
            ) from error

    def __call__(self, picture: Floats) -> Floats:
        x = np.ascontiguousarray(np.moveaxis(picture, -1, 0)[None], np.float32)
        out = np.moveaxis(self._session.run(None, {"x": x})[0][0], 0, -1)
        out = np.clip(out, 0, 1)
        out[..., :3] = np.minimum(out[..., :3], out[..., 3:])
        return np.asarray(out, np.float32)
