"""The judge of motion in ONNX Runtime, and figures that need no judge: feet that slide, bodies that freeze.

It takes no part in making: it was trained apart, with another net and seed (`training.motion_judge`).
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
from ..encodings import joints
from ..encodings.motion_features import features
from ..encodings.motion_vocabulary import Vocabulary, words_of
from ..media.motion import FEET, Motion, world

Floats = NDArray[np.float32]
FILE = "motion.judge.onnx"
BASELINES = Path(__file__).resolve().parents[1] / "starters" / "baselines"
LOW, FAST = 0.05, 0.5  # metres, m/s: a toe below and faster slides


class MotionJudge:
    """One judge, ready."""

    def __init__(self, path: Path | None = None, threads: int | None = None) -> None:
        import onnxruntime as ort

        path = path or BASELINES / FILE
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads or settings.threads()
        options.log_severity_level = 3
        try:
            self._session: Any = ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
            told = self._session.get_modelmeta().custom_metadata_map
            self.vocabulary = Vocabulary((), tuple(json.loads(told["words"])))
        except Exception as error:  # ONNX Runtime has a class of its own for each way to fail
            wrong = "the judge of motion does not open"
            raise CheckpointError(wrong, where=f"{path}: {str(error)[:200]}", mend="install Maquette again") from error

    def motions(self, motions: Sequence[Motion]) -> Floats:
        """Unit vectors (n, d)."""
        nothing = np.zeros((1, len(self.vocabulary)), np.float32)
        rows = []
        for motion in motions:
            seen = features(joints.encode(motion))[None]
            rows.append(self._session.run(["seen"], {"motions": seen, "bags": nothing})[0][0])
        return np.stack(rows)

    def words(self, captions: Sequence[str]) -> Floats:
        """Unit vectors (m, d)."""
        bags = np.stack([self.vocabulary.bag(self.vocabulary.numbers((), words_of(one))) for one in captions])
        nothing = np.zeros((1, 16, 70), np.float32)
        return np.asarray(self._session.run(["read"], {"motions": nothing, "bags": bags})[0], np.float32)


def skating(motion: Motion) -> float:
    """Share of frames in which a toe that is below 5 cm goes faster than half a metre a second (GMD,
    arXiv:2305.12577)."""
    places = world(motion)[0]
    toes = places[:, [motion.skeleton.number(name) for name in FEET if name.endswith("ToeBase")]]
    moved = np.linalg.norm(np.diff(toes[..., [0, 2]], axis=0), axis=-1) * motion.fps
    slides = (toes[1:, :, 1] < LOW) & (moved > FAST)
    return float(slides.any(1).mean())


def penetration(motion: Motion) -> float:
    """Mean depth in metres of the lowest toe below the floor; a toe at rest stands at 2 cm."""
    places = world(motion)[0]
    toes = places[:, [motion.skeleton.number(name) for name in FEET if name.endswith("ToeBase")], 1]
    return float(np.maximum(0.02 - toes.min(1), 0).mean())


def liveliness(motion: Motion) -> tuple[float, float, float]:
    """Mean speed of the hips (m/s), spread of poses (m), mean jerk of the joints (m/s^3)."""
    places = world(motion)[0]
    speed = np.linalg.norm(np.diff(places[:, 0, [0, 2]], axis=0), axis=-1).mean() * motion.fps
    spread = (places - places[:, :1]).std(0).mean()
    jerk = np.linalg.norm(np.diff(places, 3, axis=0), axis=-1).mean() * motion.fps**3 if len(places) > 3 else 0.0
    return float(speed), float(spread), float(jerk)


def frechet(one: Floats, other: Floats) -> float:
    """Fréchet distance of two sets of vectors as normal clouds (Heusel et al. 2017, arXiv:1706.08500)."""
    a, b = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    values, vectors = np.linalg.eigh(a)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    both = np.linalg.eigvalsh(root @ b @ root)
    away = one.mean(0) - other.mean(0)
    return float(away @ away + np.trace(a) + np.trace(b) - 2 * np.sqrt(np.maximum(both, 0)).sum())
