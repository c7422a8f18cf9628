"""The state of a training on a large model: what is learnt, the optimiser's averages, how far it is. No pickles."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from ..core.errors import CheckpointError
from .big_learners import Learner

STATE, BEST = "state.safetensors", "best.safetensors"
MOMENTS = ("exp_avg", "exp_avg_sq", "step")


def save(folder: Path, learner: Learner, optimiser: torch.optim.Optimizer, at: Any) -> None:
    """Write everything that `restore` needs, whole or not at all."""
    tensors = {f"learnt/{name}": one for name, one in learner.state().items()}
    for number, parameter in enumerate(learner.parameters()):
        for name, value in optimiser.state.get(parameter, {}).items():
            tensors[f"optimiser/{number}/{name}"] = torch.as_tensor(value)
    _write(folder / STATE, tensors, {"run": json.dumps(dataclasses.asdict(at))})


def restore(folder: Path, learner: Learner, optimiser: torch.optim.Optimizer, at: Any) -> None:
    """Go on from what `save` wrote in `folder`; nothing happens where there is nothing."""
    path = folder / STATE
    if not path.is_file():
        return
    try:
        with safe_open(path, framework="pt") as file:
            told = json.loads((file.metadata() or {})["run"])
        tensors = load_file(path)
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise CheckpointError(
            f"the state of this training cannot be read: {error}", where=str(path), mend="delete it to begin again"
        ) from error
    learner.wear({name[7:]: one for name, one in tensors.items() if name.startswith("learnt/")})
    for number, parameter in enumerate(learner.parameters()):
        found = {name: tensors.get(f"optimiser/{number}/{name}") for name in MOMENTS}
        if all(one is not None for one in found.values()):
            optimiser.state[parameter] = found
    for name, value in told.items():
        setattr(at, name, [tuple(one) for one in value] if name == "curve" else value)


def keep_best(folder: Path, learner: Learner) -> None:
    """Write down what is learnt so far as the best."""
    _write(folder / BEST, learner.state(), {})


def wear_best(folder: Path, learner: Learner) -> None:
    """Put the best back on."""
    if (folder / BEST).is_file():
        learner.wear(load_file(folder / BEST))


def _write(path: Path, tensors: dict[str, Any], metadata: dict[str, str]) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    save_file({name: one.detach().cpu().contiguous().clone() for name, one in tensors.items()}, part, metadata=metadata)
    os.replace(part, path)
