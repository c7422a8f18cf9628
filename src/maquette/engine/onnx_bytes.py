"""A small graph of fixed layers as the bytes of an ONNX file, without the onnx package.

ONNX files are protocol buffers (protobuf.dev/programming-guides/encoding): a tag, then a varint or a length and bytes.
The field numbers are those of onnx/onnx.proto. Enough for a chain of layers whose weights lie in a safetensors file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

OPSET, IR_VERSION = 17, 8
FLOAT = 1  # TensorProto.DataType

Attribute = int | Sequence[int]


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _piece(field: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _attribute(name: str, value: Attribute) -> bytes:
    """AttributeProto: an integer (type 2) or integers (type 7)."""
    if isinstance(value, int):
        return _piece(1, name) + _number(3, value) + _number(20, 2)
    return _piece(1, name) + b"".join(_number(8, number) for number in value) + _number(20, 7)


def node(kind: str, inputs: Sequence[str], output: str, **attributes: Attribute) -> bytes:
    """NodeProto of one operator; attributes are non-negative integers or lists of them."""
    parts = [_piece(1, name) for name in inputs] + [_piece(2, output), _piece(4, kind)]
    return b"".join(parts + [_piece(5, _attribute(name, value)) for name, value in attributes.items()])


def _weight(name: str, values: NDArray[np.float32]) -> bytes:
    dims = b"".join(_number(1, int(side)) for side in values.shape)
    return dims + _number(2, FLOAT) + _piece(8, name) + _piece(9, np.ascontiguousarray(values, "<f4").tobytes())


def _value(name: str, shape: Sequence[int | str]) -> bytes:
    """ValueInfoProto of a float tensor; a side that is a word may have any length."""
    sides = [_piece(1, _piece(2, side) if isinstance(side, str) else _number(1, side)) for side in shape]
    return _piece(1, name) + _piece(2, _piece(1, _number(1, FLOAT) + _piece(2, b"".join(sides))))


def model(
    nodes: Sequence[bytes],
    weights: Mapping[str, NDArray[np.float32]],
    given: tuple[str, Sequence[int | str]],
    result: tuple[str, Sequence[int | str]],
) -> bytes:
    """ModelProto of a graph with one input and one output, each (name, shape), both float."""
    graph = b"".join(_piece(1, each) for each in nodes) + _piece(2, "graph")
    graph += b"".join(_piece(5, _weight(name, values)) for name, values in weights.items())
    graph += _piece(11, _value(*given)) + _piece(12, _value(*result))
    opset = _piece(1, "") + _number(2, OPSET)
    return _number(1, IR_VERSION) + _piece(2, "maquette") + _piece(7, graph) + _piece(8, opset)
