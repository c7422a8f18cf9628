"""A style adapter: what one person's icons or tunes changed in a model, small enough to be mailed.

It holds narrow matrices (LoRA, Hu et al. 2021, arXiv:2106.09685) for the projections of its base and one row of the
token table, the style (of music: the genre): W + up @ down. It names its base by the hash of the base's weights, and is
opened together with it: the two are merged and packed again, so that the engine runs an adapted net as fast as any
other.

    weights.safetensors   NAME.down (r, k), NAME.up (n, r), style (width,) in fp16; base and style id in its header
    card.json  encoding.json  style.toml (of music: habits.json)  fingerprints.npz  ...
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maquette.core.errors import CheckpointError

from . import quantise

KIND = "adapter"
STYLE = "style.toml"  # the style card of the icons that it was made from
HABITS = "habits.json"  # what the tunes that it was made from have in common
PICTURES = "pictures.json"  # what the pictures that it was made from look like
TRAITS = (STYLE, HABITS, PICTURES)  # one of them stands in every adapter

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Base:
    """The model that an adapter belongs to: its name, the SHA-256 of its weights, and the adapter's style id."""

    name: str
    id: str
    row: int


def header(base: Base, size: Mapping[str, Any], form: int) -> dict[str, str]:
    """The text header of an adapter's weights."""
    return {
        "maquette.format": str(form),
        "maquette.kind": KIND,
        "maquette.base": json.dumps({"name": base.name, "id": base.id, "row": base.row}),
        "maquette.size": json.dumps(dict(size)),
        "maquette.precision": "fp16",
    }


def base_of(told: Mapping[str, str], where: str) -> Base | None:
    """The base that the header of a weights file names; None if it is no adapter."""
    if told.get("maquette.kind") != KIND:
        return None
    try:
        named = json.loads(told["maquette.base"])
        return Base(str(named["name"]), str(named["id"]), int(named["row"]))
    except (KeyError, ValueError, TypeError) as error:
        raise CheckpointError(
            "the adapter does not say which model it belongs to", where=where, mend="copy the folder again"
        ) from error


def as_arrays(changes: Mapping[str, tuple[NDArray[Any], NDArray[Any]]], style: NDArray[Any]) -> dict[str, Any]:
    """What is written: `changes` are (up (n, r), down (r, k)) by the name of the projection, all strengths in them."""
    arrays = {"style": np.ascontiguousarray(style, dtype=np.float16)}
    for name, (up, down) in changes.items():
        # Shared out evenly, so that neither half leaves the range in which fp16 is exact.
        balance = float(np.sqrt(max(np.abs(down).max(), 1e-12) / max(np.abs(up).max(), 1e-12)))
        arrays[f"{name}.up"] = np.ascontiguousarray(up * balance, dtype=np.float16)
        arrays[f"{name}.down"] = np.ascontiguousarray(down / balance, dtype=np.float16)
    return arrays


def merged(base: Arrays, size: Mapping[str, Any], change: Arrays, row: int, where: str) -> dict[str, NDArray[Any]]:
    """The engine's arrays of `base` with the adapter's `change` in them, packed where the base's are.

    Raises CheckpointError if the adapter was made for a net of other sizes.
    """
    style = change.get("style")
    if style is None or style.shape != base["table"].shape[1:] or not 0 <= row < size["vocabulary"]:
        raise _other_net(f"style row {row}", where)
    names = [key.removesuffix(".up") for key in change if key.endswith(".up")]
    arrays = _with_changes(base, size, change, names, where) if names else dict(base)
    return {**arrays, **_with_row(arrays, row, style.astype(np.float32))}


def _with_changes(
    base: Arrays, size: Mapping[str, Any], change: Arrays, names: Sequence[str], where: str
) -> dict[str, NDArray[Any]]:
    state = quantise.restore(base, size)
    for name in names:
        up, down, weight = change[f"{name}.up"], change.get(f"{name}.down"), state.get(f"{name}.weight")
        if weight is None or down is None or (up.shape[0], down.shape[1]) != weight.shape:
            raise _other_net(f"{name} {tuple(up.shape)}", where)
        state[f"{name}.weight"] = weight + up.astype(np.float32) @ down.astype(np.float32)
    arranged = quantise.arrange(state, size)
    return quantise.pack(arranged, size) if base["table"].dtype == np.int8 else arranged


def _with_row(arrays: Arrays, row: int, style: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """The token table with another row."""
    table = np.array(arrays["table"])
    if table.dtype != np.int8:
        table[row] = style
        return {"table": table}
    scales = np.array(arrays["table.scale"])
    table[row : row + 1], scales[row : row + 1] = quantise.pack_matrix(style[None])
    return {"table": table, "table.scale": scales}


def _other_net(what: str, where: str) -> CheckpointError:
    return CheckpointError(
        f"this adapter was made for a net of other sizes: {what} does not fit",
        where=where,
        mend="open it with the model that its card names, or train it again on this one",
    )
