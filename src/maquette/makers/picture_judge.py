"""The judge of small pictures in ONNX Runtime: how well pictures fit words, and which style they are in.

It takes no part in making: it was trained apart, with another net and seed, on pictures that were learnt from; what it
is shown for figures it has not seen.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core import settings
from ..core.errors import CheckpointError
from ..encodings import pixels as px

Floats = NDArray[np.float32]
FILE = "pictures.judge.onnx"
BATCH = 64


class PictureJudge:
    """One judge, ready."""

    def __init__(self, path: Path, threads: int | None = None) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads or settings.threads()
        options.log_severity_level = 3
        try:
            self._session: Any = ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
            told = self._session.get_modelmeta().custom_metadata_map
            self.vocabulary = px.Vocabulary(json.loads(told["words"]))
            self.styles: tuple[str, ...] = tuple(json.loads(told["styles"]))
        except Exception as error:  # ONNX Runtime has a class of its own for each way to fail
            wrong = "the judge of pictures does not open"
            raise CheckpointError(wrong, where=f"{path}: {str(error)[:200]}", mend="install Maquette again") from error

    def pictures(self, pictures: Sequence[Floats]) -> tuple[Floats, Floats]:
        """Unit vectors (n, d) and style scores (n, s) of premultiplied pictures (h, w, 4), sides a multiple of 32."""
        seen, style = [], []
        for start in range(0, len(pictures), BATCH):
            some = [px.smaller(one, len(one) // px.SIDE) for one in pictures[start : start + BATCH]]
            given = np.ascontiguousarray(np.moveaxis(np.stack(some), -1, 1), np.float32)
            a, b = self._session.run(["seen", "style"], {"pictures": given, "tokens": np.ones((1, 1), np.int64)})
            seen.append(a)
            style.append(b)
        return np.concatenate(seen), np.concatenate(style)

    def words(self, texts: Sequence[str]) -> Floats:
        """Unit vectors (m, d) of captions."""
        tokens = np.stack([self.vocabulary.ids(px.words_of(text)) for text in texts])
        nothing = np.zeros((1, 4, px.SIDE, px.SIDE), np.float32)
        return np.asarray(self._session.run(["read"], {"pictures": nothing, "tokens": tokens})[0], np.float32)
