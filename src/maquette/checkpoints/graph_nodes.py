"""What every writer of a graph does: add nodes, declare weights that are handed in later, write small constants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import onnx

INT, FLOAT = 7, 1  # of TensorProto


class Nodes:
    """Collects nodes while the body is read from top to bottom."""

    def __init__(self, size: Mapping[str, Any], shapes: Mapping[str, Sequence[int]]) -> None:
        self.size, self.shapes = size, shapes
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.named: set[str] = set()
        self.count = 0

    def do(self, kind: str, *inputs: str, domain: str = "", outs: int = 1, **attributes: Any) -> Any:
        """Add a node; the name of its output, or their names."""
        from onnx import helper

        self.count += 1
        names = [f"{kind}.{self.count}" + (f".{i}" if outs > 1 else "") for i in range(outs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names if outs > 1 else names[0]

    def weight(self, name: str) -> str:
        """A parameter of the net by its name: declared here, handed in when the session opens."""
        from onnx import TensorProto

        if name not in self.named:
            self.named.add(name)
            tensor = TensorProto(name=name, data_type=FLOAT, dims=list(self.shapes[name]))
            tensor.data_location = TensorProto.EXTERNAL
            for key, value in (("location", "weights"), ("offset", "0")):
                entry = tensor.external_data.add()
                entry.key, entry.value = key, value
            self.weights.append(tensor)
        return name

    def fixed(self, values: Any, kind: Any = np.int64) -> str:
        """A small constant."""
        from onnx import numpy_helper

        self.count += 1
        name = f"fixed.{self.count}"
        self.weights.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def linear(self, x: str, name: str) -> str:
        """x (..., k) -> (..., n) with a weight (n, k) as torch keeps it, and its bias where it has one."""
        turned = self.do("Transpose", self.weight(f"{name}.weight"), perm=[1, 0])
        made = str(self.do("MatMul", x, turned))
        return str(self.do("Add", made, self.weight(f"{name}.bias"))) if f"{name}.bias" in self.shapes else made
