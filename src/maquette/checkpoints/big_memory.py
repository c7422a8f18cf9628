"""What a large model needs in memory, what is free, and where its parts go: told before loading.

Weights are counted from the headers of their files. What a step and the decoder hold beside them is estimated from the
sizes of the net by rules of thumb that err on the large side; no measurement on a large card stands behind them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from ..core.errors import UsageError

Offload = Literal["none", "parts", "layers"]
GIB = 1 << 30
# Tensors of (width / cell) x (height / cell) x first width of the net that are alive at once in a step with guidance.
STEP = 48
# Tensors of width x height x second width of the decoder that are alive at once while it decodes.
DECODE = 3
SPARE = 0.9  # share of the free memory that is asked for at most
ITSELF = 600 << 20  # bytes that torch and the libraries take before any weight is read


@dataclass(frozen=True)
class Free:
    """Memory that is free now, in bytes; `card` is 0 without an accelerator."""

    ram: int
    card: int = 0
    device: str = "cpu"


@dataclass(frozen=True)
class Plan:
    """Where a model goes, how its numbers are kept, and what that takes, in bytes."""

    device: str
    type: str  # "float32", "bfloat16", "float16"
    offload: Offload
    ram: int
    card: int

    @property
    def told(self) -> str:
        """One line for people."""
        where = {"none": f"all of it on {self.device}", "parts": "part by part", "layers": "layer by layer"}
        at = f"{self.card / GIB:.1f} GiB on the card, " if self.card else ""
        return f"{where[self.offload]}, {self.type}: {at}{self.ram / GIB:.1f} GiB of memory"


@dataclass(frozen=True)
class Shape:
    """What the estimate needs to know of a model."""

    parts: Mapping[str, int]  # parameters by part
    net_width: int = 320
    decoder_width: int = 256
    cell: int = 8

    def step(self, width: int, height: int, each: int) -> int:
        """Bytes that one step holds beside the weights."""
        return STEP * math.ceil(width / self.cell) * math.ceil(height / self.cell) * self.net_width * each

    def decode(self, width: int, height: int, each: int) -> int:
        """Bytes that decoding holds beside the weights."""
        return DECODE * width * height * self.decoder_width * each

    def working(self, width: int, height: int, each: int) -> int:
        """The larger of both: they come one after the other."""
        return max(self.step(width, height, each), self.decode(width, height, each))


def free_now() -> Free:
    """Free memory of this machine and of its accelerator, measured."""
    psutil: Any = import_module("psutil")
    torch: Any = import_module("torch")

    ram = int(psutil.virtual_memory().available)
    if torch.cuda.is_available():
        return Free(ram, int(torch.cuda.mem_get_info()[0]), "cuda")
    if torch.backends.mps.is_available():
        return Free(ram, int(SPARE * ram), "mps")  # one memory for both
    return Free(ram)


def shape_of(home: Path, parts: Mapping[str, int]) -> Shape:
    """Read the widths of the net and of the decoder from the settings beside the weights."""
    net = _settings(home, "unet") or _settings(home, "transformer")
    decoder = _settings(home, "vae")
    widths = net.get("block_out_channels") or [
        int(net.get("num_attention_heads") or 20) * int(net.get("attention_head_dim") or 64) // 4
    ]
    levels = [int(one) for one in decoder.get("block_out_channels") or (128, 256, 512, 512)]
    return Shape(parts, int(widths[0]), levels[min(1, len(levels) - 1)], 2 ** (len(levels) - 1))


def _settings(home: Path, part: str) -> dict[str, Any]:
    path = home / part / "config.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def plan(shape: Shape, free: Free, width: int, height: int) -> Plan:
    """The fastest way in which the model fits. Raises UsageError with what would fit if there is none."""
    whole, most = sum(shape.parts.values()), max(shape.parts.values(), default=0)
    room, card = int(SPARE * free.ram) - ITSELF, int(SPARE * free.card)
    if free.device != "cpu":
        type = "float16" if free.device == "mps" else "bfloat16"
        working = shape.working(width, height, 2)
        ways: list[tuple[Offload, int, int]] = [
            ("none", ITSELF, 2 * whole + working),
            ("parts", 2 * whole, 2 * most + working),
            ("layers", 2 * whole, most // 8 + working),
        ]
        for offload, ram, on_card in ways[: 1 if free.device == "mps" else 3]:
            if on_card <= card and ram <= room + ITSELF:
                return Plan(free.device, type, offload, ram, on_card)
    for type, each in (("float32", 4), ("bfloat16", 2)):
        needed = each * whole + shape.working(width, height, each)
        if needed <= room:
            return Plan("cpu", type, "none", needed, 0)
    raise _too_big(shape, free, width, height, room)


def _too_big(shape: Shape, free: Free, width: int, height: int, room: int) -> UsageError:
    """What is missing, and the largest picture of these proportions that would fit."""
    whole = 2 * sum(shape.parts.values())
    needed = whole + shape.working(width, height, 2)
    at = f"{free.ram / GIB:.1f} GiB of memory" + (f" and {free.card / GIB:.1f} GiB on the card" if free.card else "")
    wrong = f"a picture of {width} x {height} needs about {needed / GIB:.1f} GiB, and {at} are free"
    left = room - whole
    if left <= shape.working(64, 64, 2):
        return UsageError(
            wrong,
            where=f"the weights alone take {whole / GIB:.1f} GiB",
            mend=f"close other programs, or take a model of at most {max(room, 0) / 2 / 1e9:.1f} billion parameters",
        )
    side = math.sqrt(left / shape.working(width, height, 2))
    fits = [max(64, int(one * side) // 64 * 64) for one in (width, height)]
    return UsageError(wrong, mend=f"{fits[0]} x {fits[1]} would fit")
