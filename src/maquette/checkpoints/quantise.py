"""A net's parameters in the engine's arrangement, and packed into 8-bit blocks.

The arrangement is that of the graph: queries, keys and values joined, gate and up joined, the token table and the
place tables joined. In 8 bits each run of 32 weights along the input axis shares one scale: w = (byte - 128) * scale.
The head has no weights of its own: it reads the first `outputs` rows of the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 32  # weights that share one scale
MIDDLE = 128  # the byte that stands for zero

Arrays = dict[str, NDArray[Any]]


def arrange(state: Mapping[str, NDArray[Any]], size: Mapping[str, Any]) -> Arrays:
    """A net's parameters (fp32 arrays under the names of `nets.transformer`) -> the engine's arrays, still fp32.

    `state["embed_tokens.table"]` is the baked table (`net.embed_tokens.table()`), (vocabulary, width).
    """
    places = [state[f"place_tables.{axis}"] for axis in range(len(size["places"]))]
    arrays: Arrays = {"table": np.concatenate([state["embed_tokens.table"], *places]), "norm": state["norm.weight"]}
    for layer in range(size["layers"]):
        name, attention = f"layers.{layer}", f"layers.{layer}.self_attn"
        arrays[f"{name}.input_norm"] = state[f"{name}.input_layernorm.weight"]
        arrays[f"{name}.post_norm"] = state[f"{name}.post_attention_layernorm.weight"]
        arrays[f"{name}.q_norm"] = state[f"{attention}.q_norm.weight"]
        arrays[f"{name}.k_norm"] = state[f"{attention}.k_norm.weight"]
        arrays[f"{name}.qkv"] = np.concatenate([state[f"{attention}.{x}_proj.weight"] for x in "qkv"])
        arrays[f"{name}.out"] = state[f"{attention}.o_proj.weight"]
        arrays[f"{name}.gate_up"] = np.concatenate([state[f"{name}.mlp.{x}_proj.weight"] for x in ("gate", "up")])
        arrays[f"{name}.down"] = state[f"{name}.mlp.down_proj.weight"]
    return {key: np.ascontiguousarray(value, dtype=np.float32) for key, value in arrays.items()}


def restore(arrays: Mapping[str, NDArray[Any]], size: Mapping[str, Any]) -> Arrays:
    """The engine's arrays, fp32 or packed -> a net's parameters under its own names: `arrange` undone."""
    flat = unpack(arrays)
    head = size["width"] // size["heads"]
    starts = np.cumsum([size["vocabulary"], *size["places"]])[:-1]
    table, *places = np.split(flat["table"], starts)
    state: Arrays = {"embed_tokens.table": table, "norm.weight": flat["norm"]}
    state |= {f"place_tables.{axis}": rows for axis, rows in enumerate(places)}
    for layer in range(size["layers"]):
        name, attention = f"layers.{layer}", f"layers.{layer}.self_attn"
        state[f"{name}.input_layernorm.weight"] = flat[f"{name}.input_norm"]
        state[f"{name}.post_attention_layernorm.weight"] = flat[f"{name}.post_norm"]
        state[f"{attention}.q_norm.weight"] = flat[f"{name}.q_norm"]
        state[f"{attention}.k_norm.weight"] = flat[f"{name}.k_norm"]
        joints = [size["heads"] * head, (size["heads"] + size["key_heads"]) * head]
        for letter, rows in zip("qkv", np.split(flat[f"{name}.qkv"], joints), strict=True):
            state[f"{attention}.{letter}_proj.weight"] = rows
        state[f"{attention}.o_proj.weight"] = flat[f"{name}.out"]
        for part, rows in zip(("gate", "up"), np.split(flat[f"{name}.gate_up"], 2), strict=True):
            state[f"{name}.mlp.{part}_proj.weight"] = rows
        state[f"{name}.mlp.down_proj.weight"] = flat[f"{name}.down"]
    return state


def pack(arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """Matrices (n, k) -> bytes (n, k / 32, 32) uint8 and `NAME.scale` (n, k / 32) fp16; vectors stay as they are."""
    packed: Arrays = {}
    for name, array in arrays.items():
        if array.ndim == 2:
            packed[name], packed[f"{name}.scale"] = pack_matrix(array)
        else:
            packed[name] = array
    return packed


def pack_matrix(matrix: NDArray[Any]) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """(n, k) -> bytes (n, k / 32, 32) and scales (n, k / 32). Rounds by the scale as stored in fp16."""
    blocks = matrix.astype(np.float32).reshape(len(matrix), -1, BLOCK)
    scales = (np.abs(blocks).max(axis=2) / 127).astype(np.float16)
    divisor = np.where(scales == 0, 1, scales).astype(np.float32)[..., None]
    bytes_ = np.clip(np.rint(blocks / divisor), -MIDDLE, MIDDLE - 1) + MIDDLE
    return bytes_.astype(np.uint8), scales


def unpack(arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """Packed arrays -> fp32; arrays that are not packed are only converted."""
    return {
        name: unpack_matrix(array, arrays[f"{name}.scale"]) if array.dtype == np.uint8 else array.astype(np.float32)
        for name, array in arrays.items()
        if not name.endswith(".scale")
    }


def unpack_matrix(packed: NDArray[np.uint8], scales: NDArray[Any]) -> NDArray[np.float32]:
    """bytes (n, k / 32, 32), scales (n, k / 32) -> (n, k) fp32."""
    flat = (packed.astype(np.float32) - MIDDLE) * scales.astype(np.float32)[..., None]
    return np.asarray(flat.reshape(len(packed), -1), dtype=np.float32)


def parameters(net: Any) -> Arrays:
    """A torch net's parameters as fp32 arrays, with its token table baked: what `save_checkpoint` takes."""
    state = {name: value.detach().cpu().float().numpy() for name, value in net.state_dict().items()}
    state["embed_tokens.table"] = net.embed_tokens.table().detach().cpu().float().numpy()
    return state
