"""The graph of a small generator of pictures, without weights: a few kilobytes that ONNX Runtime runs.

It takes styles w (n, d, 1, 1) and gives pictures (n, 4, side, side), see `nets.gan.style.Generator.draw`. A style is
read, and the strength of a layer brought back, by 1 x 1 convolutions, so that nothing has to be reshaped and any number
of pictures can be made at once. Weights are only named here and handed in when the session opens (`engine.gan`).

Needs the `onnx` package, so it is called when a checkpoint is written, never when one is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core.errors import MissingExtra

if TYPE_CHECKING:
    import onnx

OPSET, IR_VERSION = 17, 8
SLOPE, SQUARE = 0.2, 2
WEIGHTS = "weights.safetensors"


def build_graph(size: Mapping[str, Any]) -> bytes:
    """The graph without weights, as the bytes of an .onnx file. MissingExtra without the onnx package."""
    try:
        from onnx import helper
    except ImportError as error:
        raise MissingExtra("writing a graph needs the onnx package", mend="pip install 'maquette[train]'") from error
    graph = _Graph(size)
    graph.body()
    given = [helper.make_tensor_value_info("w", 1, ["n", size["style"], 1, 1])]
    result = [helper.make_tensor_value_info("picture", 1, ["n", size["colours"], size["side"], size["side"]])]
    made = helper.make_graph(graph.nodes, "generator", given, result, graph.weights)
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(made, opset_imports=opset, ir_version=IR_VERSION, producer_name="maquette")
    return bytes(model.SerializeToString())


class _Graph:
    """Collects nodes while the body is read from top to bottom."""

    def __init__(self, size: Mapping[str, Any]) -> None:
        self.size = size
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def body(self) -> None:
        channels, style = self.size["channels"], self.size["style"]
        before = [channels[0], *channels[:-1]]
        self._constant("twice", [1.0, 1.0, 2.0, 2.0])
        self._constant("gain", [2**0.5])
        x, picture = self._weight("seed", [1, channels[0], 4, 4]), ""
        for level, (given, wanted) in enumerate(zip(before, channels, strict=True)):
            x = self._doubled(x) if level else x
            x = self._active(self._styled(x, f"into.{level}", given, wanted, style))
            x = self._active(self._styled(x, f"onto.{level}", wanted, wanted, style))
            last = level == len(channels) - 1
            colours = self.size["colours"] * (SQUARE * SQUARE if last else 1)
            added = self._styled(x, f"shown.{level}", wanted, colours, style, kernel=1, restore=False)
            if last:  # "CRD" is the order of torch's pixel_shuffle
                added = self._node("DepthToSpace", [added], blocksize=SQUARE, mode="CRD")
                picture = self._doubled(picture)
            picture = self._node("Add", [self._doubled(picture), added]) if picture else added
        self.nodes.append(self._made("Identity", [picture], "picture"))

    def _styled(
        self, x: str, name: str, given: int, wanted: int, style: int, kernel: int = 3, restore: bool = True
    ) -> str:
        """`nets.gan.style.Styled`."""
        read = [
            "w",
            self._weight(f"{name}.read", [given, style, 1, 1]),
            self._weight(f"{name}.read.bias", [given]),
        ]
        strength = self._node("Conv", read)
        inputs = [self._node("Mul", [x, strength]), self._weight(name, [wanted, given, kernel, kernel])]
        y = self._node("Conv", inputs, pads=[kernel // 2] * 4)
        if restore:
            power = [
                self._node("Mul", [strength, strength]),
                self._weight(f"{name}.power", [wanted, given, 1, 1]),
                self._weight(f"{name}.little", [wanted]),
            ]
            y = self._node("Div", [y, self._node("Sqrt", [self._node("Conv", power)])])
        return self._node("Add", [y, self._weight(f"{name}.bias", [1, wanted, 1, 1])])

    def _active(self, x: str) -> str:
        return self._node("Mul", [self._node("LeakyRelu", [x], alpha=SLOPE), "gain"])

    def _doubled(self, x: str) -> str:
        inputs = [x, "", "twice"]
        return self._node("Resize", inputs, mode="linear", coordinate_transformation_mode="half_pixel")

    def _node(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        name = f"{kind}.{len(self.nodes)}"
        self.nodes.append(self._made(kind, inputs, name, **attributes))
        return name

    def _made(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> onnx.NodeProto:
        from onnx import helper

        return helper.make_node(kind, list(inputs), [output], **attributes)

    def _weight(self, name: str, shape: Sequence[int]) -> str:
        """A tensor whose data is handed in from outside: only its name, type and shape stand in the file."""
        from onnx import TensorProto

        tensor = TensorProto(name=name, data_type=1, dims=shape, data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value=WEIGHTS)
        self.weights.append(tensor)
        return name

    def _constant(self, name: str, values: Sequence[float]) -> None:
        from onnx import helper

        self.weights.append(helper.make_tensor(name, 1, [len(values)], values))
