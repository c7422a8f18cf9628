"""The enlarger of `nets.diffusion.upscaler` as an ONNX file with its weights in it, in fp16.

Needs the `onnx` package, so it is called when a checkpoint is written, never when one is opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MissingExtra

if TYPE_CHECKING:
    import onnx

OPSET, IR_VERSION = 17, 8


def build_upscaler(tensors: Mapping[str, NDArray[Any]]) -> bytes:
    """x (n, 4, h, w) -> (n, 4, 2 h, 2 w). `tensors`: the net's parameters by name."""
    try:
        from onnx import TensorProto, helper, numpy_helper
    except ImportError as error:
        raise MissingExtra("writing a graph needs the onnx package", mend="pip install 'maquette[train]'") from error
    nodes: list[onnx.NodeProto] = []
    weights = [
        numpy_helper.from_array(np.asarray(value, np.float16), f"{name}.half") for name, value in tensors.items()
    ]
    nodes += [helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT) for name in tensors]

    def conv(x: str, name: str, out: str) -> str:
        nodes.append(helper.make_node("Conv", [x, f"{name}.weight", f"{name}.bias"], [out], pads=[1, 1, 1, 1]))
        return out

    def do(kind: str, inputs: list[str], out: str, **how: Any) -> str:
        nodes.append(helper.make_node(kind, inputs, [out], **how))
        return out

    h = do("Relu", [conv("x", "enter", "enter.out")], "h")
    for number in range(sum(name.startswith("first.") and name.endswith("weight") for name in tensors)):
        inner = do("Relu", [conv(h, f"first.{number}", f"a.{number}")], f"b.{number}")
        h = do("Add", [h, conv(inner, f"second.{number}", f"c.{number}")], f"h.{number}")
    fine = do("DepthToSpace", [conv(h, "leave", "leave.out")], "fine", blocksize=2, mode="CRD")
    weights.append(numpy_helper.from_array(np.asarray([1, 1, 2, 2], np.float32), "scales"))
    how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    do("Add", [do("Resize", ["x", "", "scales"], "double", **how), fine], "y")
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4, "h", "w"])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 4, "h2", "w2"])
    graph = helper.make_graph(nodes, "upscaler", [x], [y], weights)
    opsets = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="maquette")
    return bytes(model.SerializeToString())
