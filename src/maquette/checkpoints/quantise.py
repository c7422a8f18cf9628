"""A net's parameters in the engine's arrangement, and packed into 8 bits.

The arrangement is that of the graph: queries, keys and values joined, gate and up joined, the token table and the
place tables joined. The head has no weights of its own: it reads the first `outputs` rows of the table.

In 8 bits every output of a matrix has one scale, and so has, while drawing, every row of activations. Both are rounded
to fewer steps than a byte holds, so that a pair of products fits 16 bits: 2 * 200 * 80 = 32000. Processors without
integer dot products (AVX2, before about 2019 to 2022) add pairs in 16 bits and would silently overflow; now the same
whole numbers come out on every machine. It costs less than 0.05 % in bits (docs/lab.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVELS = 80  # steps on either side of zero for weights; the graph takes 100 for activations

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
    """The engine's arrays, fp32 or packed -> a net's parameters under its own names: `arrange` undone.

    Of packed ones the values keep the scales that `pack` gave them, and the output products the inverse: another net
    than the first, number by number, but the same function.
    """
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


def pack(arrays: Mapping[str, NDArray[Any]], size: Mapping[str, Any]) -> Arrays:
    """Matrices (n, k) -> whole numbers (k, n) int8 and `NAME.scale` (n,); vectors stay as they are.

    The table stays (n, k), since its rows are looked up. Values are made ready for a cache of whole numbers: each of
    their channels is divided by the most it can be (its weights' norm times that of a normalised input, by Cauchy and
    Schwarz), and the output product multiplies by it again; the scale of the keys comes from the bound that their own
    norm sets. So nothing needs to be calibrated and nothing can be cut off.
    """
    arrays = dict(arrays)
    head, values = size["width"] // size["heads"], size["key_heads"] * (size["width"] // size["heads"])
    for layer in range(size["layers"]):
        name = f"layers.{layer}"
        qkv, out = arrays[f"{name}.qkv"].copy(), arrays[f"{name}.out"].copy()
        reach = np.linalg.norm(qkv[-values:] * arrays[f"{name}.input_norm"], axis=1) * np.sqrt(size["width"])
        steps = np.maximum(reach, 1e-6) / 127
        qkv[-values:] /= steps[:, None]
        out *= np.repeat(steps.reshape(-1, head), size["heads"] // size["key_heads"], axis=0).reshape(-1)
        arrays[f"{name}.qkv"], arrays[f"{name}.out"] = qkv, out
        widest = np.abs(arrays[f"{name}.k_norm"]).max() * np.sqrt(head)
        arrays[f"{name}.key_scale"] = np.array([widest / 127], dtype=np.float32)
    packed: Arrays = {}
    for name, array in arrays.items():
        if array.ndim == 2:
            whole, packed[f"{name}.scale"] = pack_matrix(array)
            packed[name] = whole if name == "table" else np.ascontiguousarray(whole.T)
        else:
            packed[name] = array
    return packed


def pack_matrix(matrix: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """(n, k) -> whole numbers (n, k) and a scale for each row (n,): row = numbers * scale."""
    scales = (np.abs(matrix).max(axis=1) / LEVELS).astype(np.float32)
    divisor = np.where(scales == 0, 1, scales)[:, None]
    return np.rint(matrix / divisor).astype(np.int8), scales


def unpack(arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """Packed arrays -> fp32 (n, k); arrays that are not packed are only converted."""
    flat: Arrays = {}
    for name, array in arrays.items():
        if array.dtype == np.int8:
            rows = array if name == "table" else array.T
            flat[name] = np.ascontiguousarray(rows.astype(np.float32) * arrays[f"{name}.scale"][:, None])
        elif not name.endswith((".scale", ".key_scale")):
            flat[name] = array.astype(np.float32)
    return flat


def parameters(net: Any) -> Arrays:
    """A torch net's parameters as fp32 arrays, with its token table baked: what `save_checkpoint` takes."""
    state = {name: value.detach().cpu().float().numpy() for name, value in net.state_dict().items()}
    state["embed_tokens.table"] = net.embed_tokens.table().detach().cpu().float().numpy()
    return state
