"""A net that moves bodies as a checkpoint: how its box is written, and how it is opened to move them.

weights.safetensors   the net in 8-bit blocks (see `blocks`)
graph.onnx            the transformer without weights (see `graph_motion`)
encoding.json         {"name": "joints.v1", labels, stems, mean, spread, guidance, steps}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import CheckpointError
from ..encodings import joints
from ..encodings.motion_vocabulary import Vocabulary
from . import blocks
from .box import FORMAT, GRAPH, WEIGHTS, Checkpoint, _written, read_weights
from .graph_motion import build_motion

if TYPE_CHECKING:
    import os

    from ..engine.motion_net import MotionNet

KIND = "motion.v1"


def save_motion(
    folder: Path,
    tensors: Mapping[str, NDArray[Any]],
    size: Mapping[str, Any],
    card: Mapping[str, Any],
    encoding: Mapping[str, Any],
    files: Mapping[str, bytes | str | os.PathLike[str]],
    *,
    replace: bool = False,
) -> Checkpoint:
    """Write a net as a box, whole or not at all.

    tensors: parameters by name, fp32; size: a `MotionSize` as plain data.
    """
    from safetensors.numpy import save

    told = {**size, "kind": KIND}
    header = {"maquette.format": str(FORMAT), "maquette.precision": "8-bit", "maquette.size": json.dumps(told)}
    graph = build_motion(size, {name: tensor.shape for name, tensor in tensors.items()})
    inside = {WEIGHTS: save(blocks.pack(tensors), metadata=header), GRAPH: graph}
    return _written(Path(folder), card, encoding, {**inside, **files}, replace)


def encoding_of(vocabulary: Vocabulary, mean: NDArray[Any], spread: NDArray[Any], **drawing: Any) -> dict[str, Any]:
    """encoding.json of a model."""
    told = {"name": joints.NAME, "labels": list(vocabulary.labels), "stems": list(vocabulary.stems)}
    numbers = {"mean": [round(float(one), 6) for one in mean], "spread": [round(float(one), 6) for one in spread]}
    return {**told, **drawing, **numbers}


def is_motion(checkpoint: Checkpoint) -> bool:
    """True for a net that moves bodies."""
    return checkpoint.encoding.get("name") == joints.NAME


def net_of(checkpoint: Checkpoint, threads: int | None = None) -> MotionNet:
    """The net, ready. Raises CheckpointError for a model of something else."""
    from ..engine.motion_net import MotionNet

    if checkpoint.size.get("kind") != KIND:
        wrong = f"{checkpoint.name} does not move bodies"
        raise CheckpointError(wrong, where=str(checkpoint.path), mend="name a model of motion, e.g. motion-1")
    told = checkpoint.encoding
    return MotionNet(
        (checkpoint.path / GRAPH).read_bytes(),
        blocks.unpack(read_weights(checkpoint.path / WEIGHTS)[0]),
        checkpoint.size,
        parts=list(joints.PARTS.values()),
        vocabulary=Vocabulary(tuple(told["labels"]), tuple(told["stems"])),
        mean=np.array(told["mean"], np.float32),
        spread=np.array(told["spread"], np.float32),
        threads=threads,
    )
