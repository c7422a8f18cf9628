"""The UNet of `nets.diffusion.unet` as an ONNX graph without weights, which bear the names they have in the net.

Needs the `onnx` package, so it is called when a checkpoint is written, never when one is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..core.errors import MissingExtra
from .graph_nodes import FLOAT, INT, Nodes

OPSET = 17
CELL, CHANNELS, GROUP, WAVES = 2, 4, 16, 64


def build_unet(size: Mapping[str, Any], shapes: Mapping[str, Sequence[int]]) -> bytes:
    """The graph of a `UNetSize` given as a mapping; `shapes` of the net's parameters by name.

    Inputs, for n pictures of h x w pixels and t tokens:
        x, sketch  (n, 4, h, w)    the noisy picture, scaled, and the things laid out
        waves      (n, 64)         of ln(sigma) / 4
        known      (n, 2)          how far the sketch is trusted; 1 where it is at all
        style, tone (n,) int64     0 not said
        tokens     (n, t) int64
        real       (n, t)          1 for tokens that count
    Outputs: F (n, 4, h, w); look.0 ... look.3 (n, places, t): how much each place looks at each token.
    """
    try:
        from onnx import helper
    except ImportError as error:
        raise MissingExtra("writing a graph needs the onnx package", mend="pip install 'maquette[train]'") from error
    graph = _Graph(size, shapes)
    graph.body()
    made = helper.make_graph(graph.nodes, "unet", graph.inputs, graph.outputs, graph.weights)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=9, producer_name="maquette")
    return bytes(model.SerializeToString())


class _Graph(Nodes):
    """Collects nodes while the body is read from top to bottom."""

    # -- layers --------------------------------------------------------------------------------------------------

    def conv(self, x: str, name: str, side: int = 3) -> str:
        pads = [side // 2] * 4
        weight, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return str(self.do("Conv", x, weight, bias, kernel_shape=[side, side], pads=pads))

    def silu(self, x: str) -> str:
        return str(self.do("QuickGelu", x, domain="com.microsoft", alpha=1.0))

    def column(self, vector: str) -> str:
        """(c,) or (n, c) -> (..., c, 1, 1)."""
        return str(self.do("Unsqueeze", vector, self.fixed([-1, -2])))

    def group_norm(self, x: str, name: str) -> str:
        width = self.shapes[f"{name}.weight"][0]
        groups = max(1, width // GROUP)
        flat = self.do("Reshape", x, self.fixed([0, groups, -1]))
        ones, zeros = self.fixed(np.ones(groups), np.float32), self.fixed(np.zeros(groups), np.float32)
        even = self.do("InstanceNormalization", flat, ones, zeros, epsilon=1e-5)
        back = self.do("Reshape", even, self.do("Shape", x))
        scaled = self.do("Mul", back, self.column(self.weight(f"{name}.weight")))
        return str(self.do("Add", scaled, self.column(self.weight(f"{name}.bias"))))

    def layer_norm(self, x: str, name: str) -> str:
        weight, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return str(self.do("LayerNormalization", x, weight, bias, axis=-1, epsilon=1e-5))

    def block(self, x: str, e: str, name: str) -> str:
        h = self.conv(self.silu(self.group_norm(x, f"{name}.norm1")), f"{name}.conv1")
        scale, shift = self.do("Split", self.linear(e, f"{name}.shape"), axis=1, outs=2)
        more = self.do("Add", self.column(scale), self.fixed(1.0, np.float32))
        h = self.do("Add", self.do("Mul", self.group_norm(h, f"{name}.norm2"), more), self.column(shift))
        h = self.conv(self.silu(h), f"{name}.conv2")
        return str(self.do("Add", self.conv(x, f"{name}.skip", 1) if f"{name}.skip.weight" in self.shapes else x, h))

    def heads(self, x: str, turned: bool = False) -> str:
        """(n, s, d) -> (n, heads, s, d / heads), or its last two axes turned."""
        split = self.do("Reshape", x, self.fixed([0, 0, self.size["heads"], -1]))
        return str(self.do("Transpose", split, perm=[0, 2, 3, 1] if turned else [0, 2, 1, 3]))

    def attention(self, q: str, k: str, v: str, away: str, width: int) -> tuple[str, str]:
        """Looked-up values (n, s, d) and the weights (n, heads, s, t); `away` (n, 1, 1, t) is added to the scores."""
        scale = self.fixed((width // self.size["heads"]) ** -0.5, np.float32)
        scores = self.do("MatMul", self.do("Mul", self.heads(q), scale), self.heads(k, turned=True))
        weights = self.do("Softmax", self.do("Add", scores, away), axis=-1)
        found = self.do("Transpose", self.do("MatMul", weights, self.heads(v)), perm=[0, 2, 1, 3])
        return str(self.do("Reshape", found, self.fixed([0, 0, -1]))), str(weights)

    def look(self, x: str, words: str, name: str, number: int) -> str:
        width = self.shapes[f"{name}.norm.weight"][0]
        flat = self.do("Reshape", self.group_norm(x, f"{name}.norm"), self.fixed([0, 0, -1]))
        places = self.do("Transpose", flat, perm=[0, 2, 1])
        seen, away = self.linear(words, f"{name}.read"), self.away
        if f"{name}.see.weight" in self.shapes:
            seen = self.do("Concat", seen, self.linear(places, f"{name}.see"), axis=1)
            none = self.do("Mul", self.do("ReduceMean", places, axes=[2], keepdims=0), self.fixed(0.0, np.float32))
            away = self.do("Concat", away, self.do("Unsqueeze", none, self.fixed([1, 2])), axis=3)
        k, v = self.do("Split", seen, axis=2, outs=2)
        found, weights = self.attention(self.linear(places, f"{name}.query"), k, v, away, width)
        told = self.do("Slice", weights, self.fixed([0]), self.tokens, self.fixed([3]))
        self.output(self.do("ReduceMean", told, axes=[1], keepdims=0), f"look.{number}", ["n", f"places{number}", "t"])
        back = self.do("Transpose", self.linear(found, f"{name}.out"), perm=[0, 2, 1])
        return str(self.do("Add", x, self.do("Reshape", back, self.do("Shape", x))))

    def reader(self, tokens: str, real: str) -> str:
        d, name = self.size["word_width"], "reader"
        x = self.do("Gather", self.weight(f"{name}.table.weight"), tokens)
        place = self.do("Slice", self.weight(f"{name}.place"), self.fixed([0]), self.tokens, self.fixed([0]))
        x = self.do("Add", x, place)
        q, k, v = self.do("Split", self.linear(self.layer_norm(x, f"{name}.norm1"), f"{name}.join"), axis=2, outs=3)
        heads, self.size = self.size["heads"], {**self.size, "heads": 4}
        found, _ = self.attention(q, k, v, self.away, d)
        self.size = {**self.size, "heads": heads}
        x = self.do("Add", x, self.linear(found, f"{name}.out"))
        up = self.silu(self.linear(self.layer_norm(x, f"{name}.norm2"), f"{name}.up"))
        return self.layer_norm(self.do("Add", x, self.linear(up, f"{name}.down")), f"{name}.norm")

    def asked(self, words: str, real: str) -> str:
        count = self.do("ReduceSum", real, self.fixed([1]), keepdims=1)
        counted = self.do("Mul", words, self.do("Unsqueeze", real, self.fixed([2])))
        total = self.do("ReduceSum", counted, self.fixed([1]), keepdims=0)
        e = self.linear(self.silu(self.linear("waves", "noise1")), "noise2")
        for part in (
            self.do("Gather", self.weight("style.weight"), "style"),
            self.do("Gather", self.weight("tone.weight"), "tone"),
            self.linear(self.do("Div", total, count), "gist"),
            self.linear("known", "known"),
        ):
            e = self.do("Add", e, part)
        return self.silu(e)

    # -- the whole -----------------------------------------------------------------------------------------------

    def input(self, name: str, kind: int, shape: list[Any]) -> None:
        from onnx import helper

        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))

    def output(self, made: str, name: str, shape: list[Any]) -> None:
        from onnx import helper

        self.nodes.append(helper.make_node("Identity", [made], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, FLOAT, shape))

    def unshuffled(self, x: str, channels: int) -> str:
        """pixel_unshuffle by 2: (n, c, h, w) -> (n, 4 c, h / 2, w / 2), a channel's four pixels together."""
        deep = self.do("SpaceToDepth", x, blocksize=CELL)  # ordered by pixel, then by channel
        order = np.arange(channels * CELL**2).reshape(CELL**2, channels).T.ravel()
        return str(self.do("Gather", deep, self.fixed(order), axis=1))

    def body(self) -> None:
        size = self.size
        levels, n = len(size["widths"]), size["blocks"]
        for name in ("x", "sketch"):
            self.input(name, FLOAT, ["n", CHANNELS, "h", "w"])
        self.input("waves", FLOAT, ["n", WAVES])
        self.input("known", FLOAT, ["n", 2])
        self.input("style", INT, ["n"])
        self.input("tone", INT, ["n"])
        self.input("tokens", INT, ["n", "t"])
        self.input("real", FLOAT, ["n", "t"])
        self.tokens = self.do("Slice", self.do("Shape", "tokens"), self.fixed([1]), self.fixed([2]))
        far = self.do("Mul", self.do("Sub", "real", self.fixed(1.0, np.float32)), self.fixed(1e4, np.float32))
        self.away = self.do("Unsqueeze", far, self.fixed([1, 2]))
        words = self.reader("tokens", "real")
        e = self.asked(words, "real")
        both = self.do("Concat", "x", "sketch", axis=1)
        h = self.conv(self.unshuffled(both, 2 * CHANNELS), "enter")
        skips: list[str] = []
        for level in range(levels):
            for i in range(n):
                h = self.block(h, e, f"down.{level * n + i}")
            if level >= levels - 2:
                h = self.look(h, words, f"look.{level - levels + 2}", level - levels + 2)
            skips.append(h)
            if level + 1 < levels:
                h = self.do("AveragePool", h, kernel_shape=[2, 2], strides=[2, 2])
        h = self.block(h, e, "middle")
        for level in range(levels):
            h = self.do("Concat", h, skips.pop(), axis=1)
            for i in range(n):
                h = self.block(h, e, f"up.{level * n + i}")
            if level < 2:
                h = self.look(h, words, f"look_up.{level}", 2 + level)
            if level + 1 < levels:
                scales = self.fixed([1, 1, 2, 2], np.float32)
                how: dict[str, Any] = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
                h = self.do("Resize", h, "", scales, mode="nearest", **how)
        h = self.conv(self.silu(self.group_norm(h, "norm")), "leave")
        self.output(self.do("DepthToSpace", h, blocksize=CELL, mode="CRD"), "f", ["n", CHANNELS, "h", "w"])
