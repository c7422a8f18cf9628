"""A trained pyramid at work: textures of any size that close to a torus, through ONNX Runtime.

The nets are those of `nets.gan.single`, written by `training.gan_single`. Every scale is made block by block, each
block with the pixels around it that the layers look at, so that a texture of 4096 px needs no more memory for its
layers than one of 512 px, and has no seam anywhere: neither between blocks nor at the border.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core import settings
from ..core.errors import CheckpointError, UsageError
from ..core.progress import OnProgress, Progress, silent
from . import onnx_bytes
from .onnx_bytes import node

if TYPE_CHECKING:
    import onnxruntime as ort

FORMAT = "pyramid.v1"
LAYERS = 5
REACH = LAYERS  # pixels that five 3 x 3 layers look beyond each side
SLOPE = 0.2
BLOCK = 384  # pixels on a side made at once
SMALLEST = 12  # pixels that the coarsest scale may have on a side: a little more than a critic sees

Floats = NDArray[np.float32]


class Pyramid:
    """One learnt picture. `sides` (h, w) of its scales, coarse to fine; `strengths` of the noise on each."""

    def __init__(self, arrays: Mapping[str, Floats], facts: Mapping[str, Any], threads: int | None = None) -> None:
        """`arrays` and `facts` as `training.gan_single` writes them; `threads` None for the machine's setting."""
        self.sides = [(int(h), int(w)) for h, w in facts["sides"]]
        self.strengths = [float(one) for one in facts["strengths"]]
        self.colours = int(facts["colours"])
        self.full = (int(facts["full"][0]), int(facts["full"][1]))  # (h, w) of the picture itself
        self.facts = dict(facts)
        options = _options(threads or settings.threads())
        self._stages = [_opened(_graph(arrays, k, self.colours), options) for k in range(len(self.sides))]

    @classmethod
    def load(cls, path: Path, threads: int | None = None) -> Pyramid:
        """Open a file that a training wrote. CheckpointError if it is none, or broken."""
        from safetensors import SafetensorError, safe_open

        mend = "train it again: delete the file"
        try:
            with safe_open(path, framework="numpy") as file:
                header = file.metadata() or {}
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            if header.get("format") != FORMAT:
                raise CheckpointError(f"a pyramid of format {header.get('format')!r}", where=path.name, mend=mend)
            return cls(arrays, json.loads(header["facts"]), threads)
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise CheckpointError(f"the pyramid cannot be read: {error}", where=path.name, mend=mend) from error

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture it learnt from."""
        return self.full[1], self.full[0]

    @property
    def finished(self) -> bool:
        """False for a training that was stopped: its finest scales are missing, and the texture is soft."""
        return self.sides[-1] == self.full

    def smallest(self) -> tuple[int, int]:
        """Width and height of the smallest texture that it can make."""
        (low, narrow), (high, wide) = self.sides[0], self.full
        return -(-SMALLEST * wide // narrow), -(-SMALLEST * high // low)

    def make(self, width: int, height: int, *, seed: int = 0, on_progress: OnProgress = silent) -> Floats:
        """A texture (height, width, colours) in 0..1 whose borders meet; premultiplied where it has alpha.

        Raises UsageError for sizes below `smallest`.
        """
        least = self.smallest()
        if width < least[0] or height < least[1]:
            raise UsageError(
                f"{width} x {height} px is smaller than what this picture's shapes need",
                mend=f"ask for at least {least[0]} x {least[1]} px, and cut a piece out",
            )
        dice = np.random.default_rng(seed)
        full = self.full
        picture = np.zeros((1, self.colours, 1, 1), dtype=np.float32)
        for k, (high, wide) in enumerate(self.sides):
            h, w = round(height * high / full[0]), round(width * wide / full[1])
            noise = dice.standard_normal((1, self.colours, h, w), dtype=np.float32) * np.float32(self.strengths[k])
            # Were all scales laid edge to edge, each would be steepest at the border, and the border would show.
            below = enlarged(picture, h, w, tuple(dice.random(2))) if k else np.zeros_like(noise)
            picture = self._run(self._stages[k], noise, below)
            on_progress(Progress(k + 1, len(self.sides), "making"))
        if not self.finished:
            picture = enlarged(picture, height, width)
        made: Floats = np.clip(picture[0].transpose(1, 2, 0) * 0.5 + 0.5, 0, 1)
        return made

    def _run(self, stage: ort.InferenceSession, noise: Floats, below: Floats) -> Floats:
        """One scale of the torus, in blocks. (1, c, h, w) twice -> (1, c, h, w)."""
        h, w = noise.shape[2:]
        out = np.empty_like(noise)
        for top, left in _blocks(h, w):
            bottom, right = min(top + BLOCK, h), min(left + BLOCK, w)
            rows = np.arange(top - REACH, bottom + REACH) % h
            columns = np.arange(left - REACH, right + REACH) % w
            here = (slice(None), slice(None), rows[:, None], columns)
            beneath = below[here]
            (added,) = stage.run(None, {"x": noise[here] + beneath})
            out[:, :, top:bottom, left:right] = beneath[:, :, REACH:-REACH, REACH:-REACH] + added
        return out


def taps(size: int, wanted: int, *, wrap: bool, moved: float = 0.0) -> tuple[NDArray[np.int64], Floats]:
    """Where each of `wanted` pixels is read from a line of `size`, and by how much: (wanted, 4) twice.

    Cubic (Keys 1981, a = -1/2); beyond the ends the line goes on at its other end (`wrap`), or with its last pixel.
    `moved`: by so many pixels of the line.
    """
    place = (np.arange(wanted) + 0.5) * size / wanted - 0.5 + moved
    first = np.floor(place).astype(np.int64)
    part = (place - first)[:, None]
    away = np.abs(np.concatenate([1 + part, part, 1 - part, 2 - part], axis=1))
    near = 1.5 * away**3 - 2.5 * away**2 + 1
    far = -0.5 * away**3 + 2.5 * away**2 - 4 * away + 2
    weights = np.where(away <= 1, near, far).astype(np.float32)
    index = first[:, None] + np.arange(-1, 3)
    return index % size if wrap else np.clip(index, 0, size - 1), weights


def enlarged(picture: Floats, height: int, width: int, moved: tuple[float, ...] = (0.0, 0.0)) -> Floats:
    """A torus, enlarged smoothly and turned by `moved` of its pixels. (1, c, h, w) -> (1, c, height, width)."""
    rows, weights = taps(picture.shape[2], height, wrap=True, moved=moved[0])
    tall = sum(picture[:, :, rows[:, k]] * weights[:, k, None] for k in range(4))
    columns, weights = taps(picture.shape[3], width, wrap=True, moved=moved[1])
    return sum(tall[..., columns[:, k]] * weights[:, k] for k in range(4))  # type: ignore[return-value,index,misc]


def _blocks(h: int, w: int) -> Iterator[tuple[int, int]]:
    for top in range(0, h, BLOCK):
        for left in range(0, w, BLOCK):
            yield top, left


def _graph(arrays: Mapping[str, Floats], stage: int, colours: int) -> bytes:
    """The five layers of one scale: (1, c, h + 10, w + 10) -> (1, c, h, w)."""
    weights: dict[str, Floats] = {}
    nodes, x = [], "x"
    for k in range(LAYERS):
        for part in ("weight", "bias"):
            weights[f"{k}.{part}"] = np.asarray(arrays[f"{stage}.layers.convs.{k}.{part}"], dtype=np.float32)
        last = k == LAYERS - 1
        nodes.append(node("Conv", [x, f"{k}.weight", f"{k}.bias"], "added" if last else f"c{k}", kernel_shape=[3, 3]))
        if not last:
            nodes.append(_leaky(f"c{k}", f"r{k}"))
        x = f"r{k}"
    sides: tuple[int | str, ...] = (1, colours, "h", "w")
    return onnx_bytes.model(nodes, weights, ("x", sides), ("added", (1, colours, "g", "v")))


def _leaky(given: str, output: str) -> bytes:
    """LeakyRelu, which ONNX Runtime joins with the layer before it: NodeProto with one attribute, a float (type 1)."""
    slope = onnx_bytes._piece(1, "alpha") + b"\x15" + struct.pack("<f", SLOPE) + onnx_bytes._number(20, 1)
    return node("LeakyRelu", [given], output) + onnx_bytes._piece(5, slope)


def _options(threads: int) -> ort.SessionOptions:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # blocks of several sizes would leave it as large as their sum
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _opened(graph: bytes, options: ort.SessionOptions) -> ort.InferenceSession:
    import onnxruntime as ort

    return ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
