"""A diffusion model of small pictures as a checkpoint: how its box is written, and how it is opened to draw.

weights.safetensors   the net in 8-bit blocks (see `blocks`); of an own style, the additions to its base
graph.onnx            the UNet without weights (see `graph_unet`)
encoding.json         {"name": "pixels.v1", styles, tones, words, sigma_data}
sketches.npz, things.json.gz, names.json.gz   what is remembered of things (`encodings.pixels_memory`)
upscaler.safetensors  optional: 64 -> 128 px (see `engine.upscaler`)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import CheckpointError
from ..encodings import pixels as px
from ..encodings.pixels_memory import Memory
from . import adapter, blocks
from .box import FORMAT, GRAPH, WEIGHTS, Checkpoint, _written, read_weights
from .graph_unet import build_unet

if TYPE_CHECKING:
    import os

    from ..engine.denoiser import Denoiser

KIND = "unet.v1"
UP, DOWN, OWN = ".up", ".down", "style.weight.own"  # of an own style: additions to a matrix, its row of styles
# How a net of this kind draws unless a person says otherwise: chosen by look on pictures that it had not learnt from.
FOLLOW, GUIDANCE, STEPS = 1.0, 1.5, 3
THINGS = "own-"  # what the names of an own style's sketches and things begin with


def save_diffusion(
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

    tensors: parameters by name, fp32; size: a `UNetSize` as plain data.
    """
    from safetensors.numpy import save

    told = {**size, "kind": KIND}
    header = {"maquette.format": str(FORMAT), "maquette.precision": "8-bit", "maquette.size": json.dumps(told)}
    graph = build_unet(size, {name: tensor.shape for name, tensor in tensors.items()})
    inside = {WEIGHTS: save(blocks.pack(tensors), metadata=header), GRAPH: graph}
    return _written(Path(folder), card, encoding, {**inside, **files}, replace)


def is_diffusion(checkpoint: Checkpoint) -> bool:
    """True for a model of small pictures that can be drawn with `denoiser_of`."""
    return checkpoint.encoding.get("name") == px.NAME


def tensors_of(checkpoint: Checkpoint) -> dict[str, NDArray[np.float32]]:
    """The net's parameters by name, widened to fp32; those of an own style already added to its base's."""
    if checkpoint.size.get("kind") != KIND:
        wrong = f"{checkpoint.name} is no model of small pictures"
        raise CheckpointError(wrong, where=str(checkpoint.path), mend="name one, e.g. picture-1")
    own = read_weights(checkpoint.path / WEIGHTS)[0]
    if checkpoint.base is None:
        return blocks.unpack(own)
    return added(tensors_of(checkpoint.base), own, checkpoint.row, str(checkpoint.path))


def added(
    base: Mapping[str, NDArray[np.float32]], own: Mapping[str, NDArray[Any]], row: int, where: str
) -> dict[str, NDArray[np.float32]]:
    """A base's parameters with an own style's in them: weights gain up @ down, the table of styles another row."""
    out = dict(base)
    try:
        for name in (key[: -len(UP)] for key in own if key.endswith(UP)):
            change = own[name + UP].astype(np.float32) @ own[name + DOWN].astype(np.float32)
            out[name] = out[name] + change.reshape(out[name].shape)
        table = np.array(out["style.weight"])
        table[1 + row] = own[OWN].astype(np.float32)
    except (KeyError, ValueError, IndexError) as error:
        wrong = f"this style was made for a net of other sizes ({error})"
        raise CheckpointError(wrong, where=where, mend="train it again on this model") from error
    return {**out, "style.weight": table}


def save_style(
    folder: Path,
    base: Checkpoint,
    row: int,
    learnt: Mapping[str, NDArray[Any]],
    card: Mapping[str, Any],
    encoding: Mapping[str, Any],
    files: Mapping[str, bytes | str | os.PathLike[str]],
    *,
    replace: bool = False,
) -> Checkpoint:
    """Write an own style of `base` as a box of its own, whole or not at all.

    learnt: as `nets.diffusion.low_rank.additions` gives it; row: the number of the style whose place it takes.
    """
    from safetensors.numpy import save

    named = adapter.Base(base.path.resolve().name, base.id, row)
    kept = {name: np.ascontiguousarray(one, dtype=np.float16) for name, one in learnt.items()}
    weights = save(kept, metadata=adapter.header(named, base.size, FORMAT))
    return _written(Path(folder), card, encoding, {WEIGHTS: weights, **files}, replace)


def denoiser_of(checkpoint: Checkpoint, threads: int | None = None) -> Denoiser:
    """The net, ready to draw."""
    from ..engine.denoiser import Denoiser

    graph = ((checkpoint.base or checkpoint).path / GRAPH).read_bytes()
    data = float(checkpoint.encoding.get("sigma_data", 0.4))
    return Denoiser(graph, tensors_of(checkpoint), data=data, threads=threads)


def memory_of(checkpoint: Checkpoint) -> Memory:
    """What the model remembers of things; of an own style its own things come before its base's."""
    if checkpoint.base is None:
        return Memory.load(checkpoint.file)
    own = Memory.load(lambda name: checkpoint.path / f"{THINGS}{name}")
    return own.before(Memory.load(checkpoint.base.file))


def words_of(checkpoint: Checkpoint) -> px.Vocabulary:
    """The words that the model has read."""
    return px.Vocabulary(checkpoint.encoding["words"])


def encoding_of(words: px.Vocabulary, sigma_data: float, styles: tuple[str, ...] = px.STYLES) -> dict[str, Any]:
    """encoding.json of a model."""
    told = {"name": px.NAME, "side": px.SIDE, "styles": list(styles), "tones": list(px.TONES)}
    drawing = {"follow": FOLLOW, "guidance": GUIDANCE, "steps": STEPS, "sampler": "settle"}
    return {**told, **drawing, "sigma_data": sigma_data, "words": list(words.words)}
