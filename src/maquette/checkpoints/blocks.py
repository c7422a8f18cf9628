"""Weights in 8 bits for nets of convolutions: blocks of 64 numbers share one scale, and are widened when opened.

LLM.int8() and its kin (Dettmers et al. 2022, arXiv:2110.02861) round blockwise; here it is for the size of the file
alone: a net this small computes in fp32. Vectors and thin tables stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 64
LEAST = 4096  # numbers from which on a tensor is packed
SCALE, SHAPE = ".scale", ".shape"


def pack(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Tensors of two or more axes as int8 (blocks, 64) with scales (blocks,) fp16 and their shape; the rest fp32."""
    out: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        values = np.asarray(array, np.float32)
        if values.ndim < 2 or values.size < LEAST:
            out[name] = values
            continue
        flat = np.pad(values.ravel(), (0, -values.size % BLOCK)).reshape(-1, BLOCK)
        scale = np.maximum(np.abs(flat).max(axis=1) / 127, 1e-7).astype(np.float16)
        out[name] = np.clip(np.rint(flat / scale.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
        out[name + SCALE] = scale
        out[name + SHAPE] = np.asarray(values.shape, np.float32)
    return out


def unpack(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
    """The tensors again, in fp32."""
    out: dict[str, NDArray[np.float32]] = {}
    for name, array in arrays.items():
        if name.endswith((SCALE, SHAPE)):
            continue
        if array.dtype != np.int8:
            out[name] = np.asarray(array, np.float32)
            continue
        shape = tuple(int(side) for side in arrays[name + SHAPE])
        wide = array.astype(np.float32) * arrays[name + SCALE].astype(np.float32)[:, None]
        out[name] = np.ascontiguousarray(wide.ravel()[: int(np.prod(shape))].reshape(shape))
    return out
