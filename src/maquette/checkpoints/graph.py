"""The net as an ONNX graph without weights: a few kilobytes that ONNX Runtime runs.

A layer reads: the residual sum and its RMSNorm, the joined query-key-value product, the norm of queries and keys,
GroupQueryAttention (which turns them by their positions and keeps the cache), the output product; the second sum and
norm, the joined gate-and-up product, the gated unit, the down product. The operators are described in
onnxruntime/docs/ContribOperators.md. Weights are only named here and handed in when the session opens
(`engine.session`); `arrange` and `pack` in `quantise.py` make them.

In 8 bits the products are sums of whole numbers, each row of activations rounded by its own largest number, as in
LLM.int8() (Dettmers et al. 2022, arXiv:2208.07339) without its outliers; and the cache holds whole numbers too. This is
twice as fast in batches as MatMulNBits with blocks of 32, which ONNX Runtime has for the purpose (docs/lab.md).

Needs the `onnx` package, so it is called when a checkpoint is written, never when one is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from maquette.core.errors import CheckpointError, MissingExtra

if TYPE_CHECKING:
    import onnx

Precision = Literal["8-bit", "fp32"]

LEVELS = 100  # whole numbers on either side of zero for activations, see `quantise.LEVELS`
MICROSOFT = "com.microsoft"
OPSET = 21


def build_graph(size: Mapping[str, Any], precision: Precision = "8-bit") -> bytes:
    """The graph of a `TransformerSize` given as a mapping, as the bytes of an .onnx file.

    Inputs, for b rows of t new tokens each, with a cache of c positions and p place features:
        ids      (b, t, 1 + p) int64   rows of the joined table: the token, then each place, offset by its table's start
        wanted   (n,) int64            which of the b * t positions (row * t + column) get logits
        lengths  (b,) int32            tokens in the cache after this call, minus one
        longest  () int32              the largest of lengths, plus one
        past.L.key, past.L.value       (b, key_heads, c, head_width) fp32, or int8 in 8 bits; the memory of present.L.*
    Outputs: logits (n, outputs) and present.L.key, present.L.value.
    """
    try:
        import onnx
        from onnx import helper
    except ImportError as error:
        raise MissingExtra("writing a graph needs the onnx package", mend="pip install 'maquette[train]'") from error
    graph = _Graph(size, precision)
    graph.body()
    made = helper.make_graph(graph.nodes, "transformer", graph.inputs, graph.outputs, graph.weights)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=10, producer_name="maquette")
    assert isinstance(model, onnx.ModelProto)
    return bytes(model.SerializeToString())


class _Graph:
    """Collects nodes while the body is read from top to bottom."""

    def __init__(self, size: Mapping[str, Any], precision: Precision) -> None:
        if size["width"] % size["heads"] or (size["width"] // size["heads"]) % 2:
            raise CheckpointError(
                f"width {size['width']} does not give {size['heads']} heads of an even width",
                where="the net's size",
                mend="choose other sizes in the recipe",
            )
        self.size, self.precision = size, precision
        self.head_width = size["width"] // size["heads"]
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self.weights: list[onnx.TensorProto] = []

    def body(self) -> None:
        from onnx import TensorProto, numpy_helper

        size = self.size
        self._input("ids", TensorProto.INT64, ["b", "t", 1 + len(size["places"])])
        self._input("wanted", TensorProto.INT64, ["n"])
        self._input("lengths", TensorProto.INT32, ["b"])
        self._input("longest", TensorProto.INT32, [])
        half = self.head_width // 2
        self._weight("rope.cos", [size["context"], half])
        self._weight("rope.sin", [size["context"], half])
        if self.precision == "8-bit":
            self._constant("last", [-1])
            for name, value in (("one", [1.0]), ("step", 1 / LEVELS)):
                self.weights.append(numpy_helper.from_array(np.array(value, dtype=np.float32), name))
            self.weights.append(numpy_helper.from_array(np.array(LEVELS, dtype=np.uint8), "middle"))
        stream, added = self._embedding(), ""
        for layer in range(size["layers"]):
            name = f"layers.{layer}"
            normed, stream = self._norm(stream, added, f"{name}.input_norm")
            added = self._attention(normed, layer)
            normed, stream = self._norm(stream, added, f"{name}.post_norm")
            added = self._mlp(normed, name)
        normed, _ = self._norm(stream, added, "norm")
        self._constant("flat", [-1, size["width"]])
        rows = self._node("Reshape", [normed, "flat"])
        chosen = self._node("Gather", [rows, "wanted"], axis=0)
        self._product(chosen, "head", size["width"], size["outputs"], out="logits")
        self._output("logits", ["n", size["outputs"]])

    def _embedding(self) -> str:
        """The token's row plus its places' rows: one gather from the joined table, then a sum."""
        size = self.size
        rows = size["vocabulary"] + sum(size["places"])
        self._weight("table", [rows, size["width"]])
        self._constant("axis", [2])
        found = self._node("Gather", ["table", "ids"], axis=0)
        return self._node("ReduceSum", [found, "axis"], keepdims=0)

    def _attention(self, x: str, layer: int) -> str:
        size, name, head = self.size, f"layers.{layer}", self.head_width
        qkv = self._product(x, f"{name}.qkv", size["width"], (size["heads"] + 2 * size["key_heads"]) * head)
        q, k, v = self._heads(qkv, name)
        kind = 3 if self.precision == "8-bit" else 1  # int8, float
        caches = []
        for part in ("key", "value"):
            shape = ["b", size["key_heads"], "c", head]
            self._input(f"past.{layer}.{part}", kind, shape)
            self._output(f"present.{layer}.{part}", shape, kind)
            caches.append(f"past.{layer}.{part}")
        inputs = [q, k, v, *caches, "lengths", "longest", "rope.cos", "rope.sin"]
        attributes: dict[str, Any] = {"num_heads": size["heads"], "kv_num_heads": size["key_heads"], "do_rotary": 1}
        if self.precision == "8-bit":
            self._weight(f"{name}.key_scale", [1])
            inputs += ["", "", "", f"{name}.key_scale", "one"]
            attributes |= {"k_quant_type": "PER_TENSOR", "v_quant_type": "PER_TENSOR", "kv_cache_bit_width": 8}
        outputs = [f"{name}.seen", f"present.{layer}.key", f"present.{layer}.value"]
        seen = self._node("GroupQueryAttention", inputs, outputs, MICROSOFT, **attributes)
        return self._product(seen, f"{name}.out", size["heads"] * head, size["width"])

    def _heads(self, qkv: str, name: str) -> tuple[str, str, str]:
        """Queries and keys, each head normalised, and values. (The attention node norms on GPUs only.)"""
        size, head = self.size, self.head_width
        counts = {"q": size["heads"], "k": size["key_heads"], "v": size["key_heads"]}
        self._constant(f"{name}.parts", [heads * head for heads in counts.values()])
        parts = [f"{name}.{part}" for part in counts]
        self._node("Split", [qkv, f"{name}.parts"], parts, axis=-1)
        normed = []
        for part, heads in ((0, size["heads"]), (1, size["key_heads"])):
            weight = f"{parts[part]}_norm"
            self._weight(weight, [head])
            inputs = [parts[part], weight]
            even = {"num_branches": heads, "epsilon": float(size["epsilon"])}
            normed.append(self._node("BranchwiseRMSNorm", inputs, domain=MICROSOFT, **even))
        return normed[0], normed[1], parts[2]

    def _mlp(self, x: str, name: str) -> str:
        width, hidden = self.size["width"], self.size["hidden"]
        both = self._product(x, f"{name}.gate_up", width, 2 * hidden)
        gate, up = f"{name}.gate", f"{name}.up"
        self._node("Split", [both], [gate, up], axis=-1, num_outputs=2)
        swish = self._node("QuickGelu", [gate], domain=MICROSOFT, alpha=1.0)
        gated = self._node("Mul", [swish, up])
        return self._product(gated, f"{name}.down", hidden, width)

    def _norm(self, stream: str, added: str, name: str) -> tuple[str, str]:
        """RMSNorm of stream + added; gives the normed and the summed stream."""
        self._weight(name, [self.size["width"]])
        epsilon = float(self.size["epsilon"])
        if not added:
            return self._node("SimplifiedLayerNormalization", [stream, name], axis=-1, epsilon=epsilon), stream
        outputs = [f"{name}.normed", "", "", f"{name}.sum"]
        self._node("SkipSimplifiedLayerNormalization", [stream, added, name], outputs, MICROSOFT, epsilon=epsilon)
        return outputs[0], outputs[3]

    def _product(self, x: str, name: str, k: int, n: int, out: str = "") -> str:
        """x @ weight.T for a weight (n, k)."""
        outputs = [out or f"{name}.y"]
        if self.precision == "fp32":
            self._weight(name, [k, n])
            return self._node("MatMul", [x, name], outputs)
        self._weight(name, [k, n], kind=3)  # int8
        self._weight(f"{name}.scale", [n])
        # Each row of x by its own largest number: so no row depends on another, and the product of whole numbers is
        # exact, in whatever order and batch it is summed. A row of zeros divides by zero, becomes some whole numbers,
        # and is multiplied by zero at the end.
        largest = self._node("ReduceMax", [self._node("Abs", [x]), "last"], keepdims=1)
        whole = self._node("QuantizeLinear", [self._node("Div", [x, largest]), "step", "middle"])
        inputs = [whole, name, "step", f"{name}.scale", "middle"]
        product = self._node("MatMulIntegerToFloat", inputs, domain=MICROSOFT)
        return self._node("Mul", [product, largest], outputs)

    def _node(
        self, kind: str, inputs: Sequence[str], outputs: Sequence[str] = (), domain: str = "", **attributes: Any
    ) -> str:
        from onnx import helper

        outputs = list(outputs) or [f"{kind}.{len(self.nodes)}"]
        self.nodes.append(helper.make_node(kind, list(inputs), outputs, domain=domain, **attributes))
        return outputs[0]

    def _weight(self, name: str, shape: Sequence[int], kind: int = 1) -> None:
        """A tensor whose data is handed in from outside: only its name, type and shape stand in the file."""
        from onnx import TensorProto

        tensor = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value="weights.safetensors")
        self.weights.append(tensor)

    def _constant(self, name: str, values: Sequence[int]) -> None:
        from onnx import TensorProto, helper

        self.weights.append(helper.make_tensor(name, TensorProto.INT64, [len(values)], values))

    def _input(self, name: str, kind: int, shape: Sequence[int | str]) -> None:
        from onnx import helper

        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))

    def _output(self, name: str, shape: Sequence[int | str], kind: int = 1) -> None:
        from onnx import helper

        self.outputs.append(helper.make_tensor_value_info(name, kind, shape))
