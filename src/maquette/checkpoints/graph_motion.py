"""The net of `nets.motion.denoiser` as an ONNX graph without weights, which bear the names they have in the net.

Needs the `onnx` package, so it is called when a checkpoint is written, never when one is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..core.errors import MissingExtra
from .graph_nodes import FLOAT, Nodes

OPSET = 17
EPSILON = 1e-6


def build_motion(size: Mapping[str, Any], shapes: Mapping[str, Sequence[int]]) -> bytes:
    """The graph of a `MotionSize` given as a mapping; `shapes` of the net's parameters by name.

    Inputs, for b motions of n patches of p frames:
        patches (b, n, p (2c + k))  noisy numbers, known numbers and the mask of each frame, frame after frame
        level   (b, d)              `nets.motion.denoiser.level` of the noise
        places  (n, d)              `nets.motion.denoiser.waves`
        bag     (b, n, w)
    Output: clean (b, n, p c).
    """
    try:
        from onnx import helper
    except ImportError as error:
        raise MissingExtra("writing a graph needs the onnx package", mend="pip install 'maquette[train]'") from error
    graph = _Graph(size, shapes)
    graph.body()
    made = helper.make_graph(graph.nodes, "motion", graph.inputs, graph.outputs, graph.weights)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=9, producer_name="maquette")
    return bytes(model.SerializeToString())


class _Graph(Nodes):
    """Collects nodes while the body is read from top to bottom."""

    def body(self) -> None:
        size, d = self.size, int(self.size["width"])
        wide = size["patch"] * (2 * size["columns"] + size["parts"])
        self._input("patches", ["b", "n", wide])
        self._input("level", ["b", d])
        self._input("places", ["n", d])
        self._input("bag", ["b", "n", size["words"]])
        x = self.do("Add", self.linear("patches", "enter"), self.linear("bag", "words"))
        x = self.do("Add", x, "places")
        noise = self.do("QuickGelu", self.linear("level", "noise1"), domain="com.microsoft", alpha=1.0)
        six = self.do("Reshape", self.linear(noise, "noise2"), self.fixed([0, 6, d]))
        for layer in range(size["layers"]):
            x = self._block(x, six, f"blocks.{layer}", d)
        made = self.linear(self._norm(x, "norm"), "leave")
        self.do_named("Identity", made, "clean", ["b", "n", size["patch"] * size["columns"]])

    def _block(self, x: str, six: str, name: str, d: int) -> str:
        changes = self.do("Add", six, self.weight(f"{name}.change"))
        one = self.fixed(1.0, np.float32)
        shift1, scale1, gate1, shift2, scale2, gate2 = self.do("Split", changes, axis=1, outs=6)
        h = self._moved(self._norm(x, f"{name}.norm1"), scale1, shift1)
        seen = self.linear(self._attention(h, name, d), f"{name}.out")
        x = self.do("Add", x, self.do("Mul", seen, self.do("Add", gate1, one)))
        h = self._moved(self._norm(x, f"{name}.norm2"), scale2, shift2)
        up = self.do("FastGelu", self.linear(h, f"{name}.up"), domain="com.microsoft")
        down = self.linear(up, f"{name}.down")
        return str(self.do("Add", x, self.do("Mul", down, self.do("Add", gate2, one))))

    def _moved(self, x: str, scale: str, shift: str) -> str:
        more = self.do("Add", scale, self.fixed(1.0, np.float32))
        return str(self.do("Add", self.do("Mul", x, more), shift))

    def _norm(self, x: str, name: str) -> str:
        """RMSNorm over the last axis."""
        squares = self.do("ReduceMean", self.do("Mul", x, x), axes=[-1], keepdims=1)
        root = self.do("Sqrt", self.do("Add", squares, self.fixed(EPSILON, np.float32)))
        return str(self.do("Mul", self.do("Div", x, root), self.weight(f"{name}.weight")))

    def _attention(self, x: str, name: str, d: int) -> str:
        heads = int(self.size["heads"])
        q, k, v = self.do("Split", self.linear(x, f"{name}.qkv"), axis=2, outs=3)
        shape = self.fixed([0, 0, heads, d // heads])
        q, k, v = (self.do("Reshape", one, shape) for one in (q, k, v))
        q = self.do("Transpose", self._norm(q, f"{name}.query"), perm=[0, 2, 1, 3])
        k = self.do("Transpose", self._norm(k, f"{name}.key"), perm=[0, 2, 3, 1])
        v = self.do("Transpose", v, perm=[0, 2, 1, 3])
        scores = self.do("Mul", self.do("MatMul", q, k), self.fixed((d // heads) ** -0.5, np.float32))
        seen = self.do("MatMul", self.do("Softmax", scores, axis=-1), v)
        back = self.do("Transpose", seen, perm=[0, 2, 1, 3])
        return str(self.do("Reshape", back, self.fixed([0, 0, d])))

    def _input(self, name: str, shape: list[Any]) -> None:
        from onnx import helper

        self.inputs.append(helper.make_tensor_value_info(name, FLOAT, shape))

    def do_named(self, kind: str, x: str, name: str, shape: list[Any]) -> None:
        """A node whose output is the graph's."""
        from onnx import helper

        self.nodes.append(helper.make_node(kind, [x], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, FLOAT, shape))
