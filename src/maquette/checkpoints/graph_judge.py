"""The judge of `nets.diffusion.judge` as an ONNX file with its weights in it, in fp16, its norms folded into the
convolutions before them.

Needs the `onnx` package, so it is called when a judge is written, never when one is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MissingExtra

if TYPE_CHECKING:
    import onnx

OPSET, IR_VERSION = 17, 8
EPSILON = 1e-5


def folded(state: Mapping[str, NDArray[Any]], conv: str, norm: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Weight and bias of a convolution with the batch norm behind it in them."""
    scale = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + EPSILON)
    bias = (state[f"{conv}.bias"] - state[f"{norm}.running_mean"]) * scale + state[f"{norm}.bias"]
    return state[f"{conv}.weight"] * scale[:, None, None, None], bias


def build_judge(state: Mapping[str, NDArray[Any]], words: Sequence[str], styles: Sequence[str]) -> bytes:
    """pictures (n, 4, 32, 32) in [0, 1], tokens (m, t) -> seen (n, d), style (n, s), read (m, d)."""
    try:
        import json

        from onnx import helper
    except ImportError as error:
        raise MissingExtra("writing a graph needs the onnx package", mend="pip install 'maquette[train]'") from error
    made = _Made(state)
    made.pictures()
    made.words()
    opsets = [helper.make_opsetid("", OPSET)]
    graph = helper.make_graph(made.nodes, "judge", made.inputs, made.outputs, made.weights)
    model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="maquette")
    helper.set_model_props(model, {"words": json.dumps(list(words)), "styles": json.dumps(list(styles))})
    return bytes(model.SerializeToString())


class _Made:
    """Collects nodes while the towers are read from bottom to top."""

    def __init__(self, state: Mapping[str, NDArray[Any]]) -> None:
        self.state = state
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.count = 0

    def do(self, kind: str, *inputs: str, **how: Any) -> str:
        from onnx import helper

        self.count += 1
        name = f"{kind}.{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **how))
        return name

    def fixed(self, values: Any, kind: Any = np.float32) -> str:
        """A constant; large tables are kept in fp16 and widened."""
        from onnx import TensorProto, numpy_helper

        self.count += 1
        name, array = f"w.{self.count}", np.asarray(values, kind)
        if array.dtype == np.float32 and array.size > 64:
            self.weights.append(numpy_helper.from_array(array.astype(np.float16), f"{name}.half"))
            return self.do("Cast", f"{name}.half", to=TensorProto.FLOAT)
        self.weights.append(numpy_helper.from_array(array, name))
        return name

    def linear(self, x: str, name: str) -> str:
        return self.do(
            "Gemm", x, self.fixed(self.state[f"{name}.weight"]), self.fixed(self.state[f"{name}.bias"]), transB=1
        )

    def unit(self, x: str) -> str:
        return self.do("LpNormalization", x, axis=1, p=2)

    def give(self, made: str, name: str, shape: list[Any]) -> None:
        from onnx import TensorProto, helper

        self.nodes.append(helper.make_node("Identity", [made], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def pictures(self) -> None:
        from onnx import TensorProto, helper

        self.inputs.append(helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 4, "h", "w"]))
        h = self.do("Sub", self.do("Mul", "pictures", self.fixed(2.0)), self.fixed(1.0))
        stages = sum(name.startswith("convs.") and name.endswith(".weight") for name in self.state)
        for k in range(stages):
            h = self.do("Relu", self.conv(h, f"convs.{k}", f"norms.{k}", 2))
            h = self.do("Add", h, self.do("Relu", self.conv(h, f"more.{k}", f"more_norms.{k}", 1)))
        features = self.do("Flatten", self.do("GlobalAveragePool", h))
        self.give(self.unit(self.linear(features, "seen")), "seen", ["n", "d"])
        self.give(self.linear(features, "style"), "style", ["n", "s"])

    def conv(self, x: str, conv: str, norm: str, stride: int) -> str:
        weight, bias = folded(self.state, conv, norm)
        return self.do("Conv", x, self.fixed(weight), self.fixed(bias), pads=[1, 1, 1, 1], strides=[stride, stride])

    def words(self) -> None:
        from onnx import TensorProto, helper

        self.inputs.append(helper.make_tensor_value_info("tokens", TensorProto.INT64, ["m", "t"]))
        real = self.do("Cast", self.do("Greater", "tokens", self.fixed(0, np.int64)), to=TensorProto.FLOAT)
        rows = self.do("Gather", self.fixed(self.state["table.weight"]), "tokens")
        wide = self.do("Unsqueeze", real, self.fixed([2], np.int64))
        total = self.do("ReduceSum", self.do("Mul", rows, wide), self.fixed([1], np.int64), keepdims=0)
        count = self.do("Max", self.do("ReduceSum", real, self.fixed([1], np.int64), keepdims=1), self.fixed(1.0))
        hidden = self.do("Relu", self.linear(self.do("Div", total, count), "read1"))
        self.give(self.unit(self.linear(hidden, "read2")), "read", ["m", "d"])
