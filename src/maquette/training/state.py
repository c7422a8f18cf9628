"""The state of a run on disk: one safetensors file, no pickles, replaced whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ..core.errors import CheckpointError

FORMAT = "run.v1"


def save(path: Path, state: Mapping[str, Any]) -> None:
    """Write what `loop.Run.state()` gave."""
    tensors: dict[str, Tensor] = {}
    for part in ("net", "mean"):
        tensors |= {f"{part}/{name}": tensor for name, tensor in state[part].items()}
    groups = []
    for number, optimiser in enumerate(state["optimisers"]):
        groups.append(optimiser["param_groups"])
        for parameter, values in optimiser["state"].items():
            for name, value in values.items():
                tensors[f"optimiser/{number}/{parameter}/{name}"] = torch.as_tensor(value)
    told = {"format": FORMAT, "at": state["at"], "mean_steps": state["mean_steps"], "groups": groups}
    part_file = path.with_name(f"{path.name}.{os.getpid()}.part")
    save_file(
        {name: tensor.detach().contiguous().clone() for name, tensor in tensors.items()},
        part_file,
        metadata={"run": json.dumps(told)},
    )
    os.replace(part_file, path)


def load(path: Path) -> dict[str, Any]:
    """What `save` wrote, as `loop.Run.restore` takes it."""
    try:
        with safe_open(path, framework="pt") as file:
            told = json.loads((file.metadata() or {})["run"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise CheckpointError(
            f"the state of this training cannot be read: {error}", where=str(path), mend="delete it to begin again"
        ) from error
    if told.get("format") != FORMAT:
        raise CheckpointError(f"a training state of format {told.get('format')!r}", where=str(path))
    state: dict[str, Any] = {"net": {}, "mean": {}, "at": told["at"], "mean_steps": told["mean_steps"]}
    optimisers: list[dict[str, Any]] = [{"state": {}, "param_groups": groups} for groups in told["groups"]]
    for name, tensor in tensors.items():
        kind, rest = name.split("/", 1)
        if kind == "optimiser":
            number, parameter, field = rest.split("/")
            optimisers[int(number)]["state"].setdefault(int(parameter), {})[field] = tensor
        else:
            state[kind][rest] = tensor
    return {**state, "optimisers": optimisers}


def write_text(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
