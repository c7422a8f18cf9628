"""A small generator of pictures as a checkpoint: its weights by the names of its graph, and the box they travel in.

Weights are fp16 in the file and widened when it is opened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .box import FORMAT, GRAPH, WEIGHTS, Checkpoint, _written
from .graph_gan import build_graph

if TYPE_CHECKING:
    import os

KIND = "gan.v1"


def save_gan(
    folder: Path,
    weights: Mapping[str, NDArray[Any]],
    size: Mapping[str, Any],
    card: Mapping[str, Any],
    encoding: Mapping[str, Any],
    files: Mapping[str, bytes | str | os.PathLike[str]],
    *,
    replace: bool = False,
) -> Checkpoint:
    """Write a generator as a box, whole or not at all.

    weights: as `engine_weights` gives them; size: `nets.gan.style.GanSize` as plain data.
    """
    from safetensors.numpy import save

    told = {**size, "kind": KIND}
    header = {"maquette.format": str(FORMAT), "maquette.precision": "fp16", "maquette.size": json.dumps(told)}
    kept = {name: np.ascontiguousarray(one, dtype=np.float16) for name, one in weights.items()}
    inside = {WEIGHTS: save(kept, metadata=header), GRAPH: build_graph(size)}
    return _written(Path(folder), card, encoding, {**inside, **files}, replace)


def engine_weights(state: Mapping[str, NDArray[Any]], size: Mapping[str, Any]) -> dict[str, NDArray[np.float32]]:
    """The weights of a `Generator` by the names of the graph, their pace and spread multiplied in.

    first, second (style, given) with .bias: the mapping; seed (1, c, 4, 4); into.k, onto.k, shown.k (wanted, given,
    kernel, kernel) with .bias, .read (given, style, 1, 1) and .read.bias; into.k, onto.k also .power.
    """
    out: dict[str, NDArray[np.float32]] = {"seed": np.asarray(state["seed"], np.float32)}
    for name, given in (("first", size["dice"]), ("second", size["style"])):
        out[name] = state[f"{name}.weight"] * np.float32(0.01 / np.sqrt(given))
        out[f"{name}.bias"] = state[f"{name}.bias"] * np.float32(0.01)
    for part in ("into", "onto", "shown"):
        for level in range(len(size["channels"])):
            name = f"{part}.{level}"
            kernel = state[f"{name}.conv.weight"]
            kernel = kernel * np.float32(1 / np.sqrt(np.prod(kernel.shape[1:])))
            read = state[f"{name}.read.weight"] * np.float32(1 / np.sqrt(size["style"]))
            out |= {name: kernel, f"{name}.bias": state[f"{name}.conv.bias"]}
            out |= {f"{name}.read": read[:, :, None, None], f"{name}.read.bias": state[f"{name}.read.bias"]}
    return out
