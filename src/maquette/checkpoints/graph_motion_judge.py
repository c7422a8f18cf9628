"""The judge of motion as an ONNX file with its weights in it, in 8 bits.

Needs the `onnx` package, so it is called when a judge is written, never when one is opened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MissingExtra
from .graph_nodes import FLOAT, Nodes

OPSET = 17


def build_motion_judge(state: Mapping[str, NDArray[Any]], words: Sequence[str], convs: int = 3) -> bytes:
    """motions (b, t, f), bags (m, w) -> seen (b, d), read (m, d): unit vectors."""
    try:
        from onnx import helper
    except ImportError as error:
        raise MissingExtra("writing a graph needs the onnx package", mend="pip install 'maquette[train]'") from error
    made = _Judge(state, convs)
    made.body()
    graph = helper.make_graph(made.nodes, "judge", made.inputs, made.outputs, made.weights)
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8, producer_name="maquette"
    )
    helper.set_model_props(model, {"words": json.dumps(list(words))})
    return bytes(model.SerializeToString())


class _Judge(Nodes):
    """Both towers."""

    def __init__(self, state: Mapping[str, NDArray[Any]], convs: int) -> None:
        super().__init__({}, {name: value.shape for name, value in state.items()})
        self.state, self.convs = state, convs

    def weight(self, name: str) -> str:
        values = np.asarray(self.state[name], np.float32)
        if values.ndim < 2:
            return str(self.do("Cast", self.fixed(values, np.float16), to=FLOAT))
        # Eight bits, one scale for each row: for the size of the file alone.
        scale = np.maximum(np.abs(values).reshape(len(values), -1).max(1) / 127, 1e-8)
        whole = np.rint(values / scale.reshape(-1, *[1] * (values.ndim - 1)))
        given = self.fixed(whole, np.int8), self.fixed(scale, np.float32), self.fixed(np.zeros(len(values)), np.int8)
        return str(self.do("DequantizeLinear", *given, axis=0))

    def body(self) -> None:
        from onnx import helper

        features, words = self.state["convs.0.weight"].shape[1], self.state["read.weight"].shape[1]
        for name, shape in (("motions", ["b", "t", features]), ("bags", ["m", words])):
            self.inputs.append(helper.make_tensor_value_info(name, FLOAT, shape))
        x = self.do("Transpose", "motions", perm=[0, 2, 1])
        for number in range(self.convs):
            weight, bias = self.weight(f"convs.{number}.weight"), self.weight(f"convs.{number}.bias")
            x = self.do("Relu", self.do("Conv", x, weight, bias, kernel_shape=[5], strides=[2], pads=[2, 2]))
        mean = self.do("ReduceMean", x, axes=[-1], keepdims=0)
        most = self.do("ReduceMax", x, axes=[-1], keepdims=0)
        self._end(self.linear(self.do("Concat", mean, most, axis=1), "look"), "seen")
        self._end(self.linear(self.do("Relu", self.linear("bags", "read")), "think"), "read")

    def _end(self, x: str, name: str) -> None:
        from onnx import helper

        self.nodes.append(helper.make_node("LpNormalization", [x], [name], axis=-1, p=2))
        self.outputs.append(helper.make_tensor_value_info(name, FLOAT, ["n", self.state["look.bias"].shape[0]]))
