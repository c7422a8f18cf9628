"""The end of a training on motion: net, prints, manifest, notices and card become a checkpoint."""

from __future__ import annotations

import dataclasses
import platform
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ..checkpoints import blocks
from ..checkpoints.box import WEIGHTS, open_checkpoint, read_weights
from ..checkpoints.motion import KIND, encoding_of, net_of, save_motion
from ..core.errors import CheckpointError
from ..core.progress import OnProgress, Progress
from ..data.credits import attribution, notice, of_items, read_sources
from ..data.dataset import Dataset
from ..data.manifest import write_manifest
from ..data.motion_clips import CMU, CMU_WORDS
from ..encodings import joints
from ..encodings.motion_vocabulary import Vocabulary
from ..encodings.print_motion import MotionIndex
from .finish import base_named, card_of_base, notice_of, put_in_place, require_packaging, set_aside
from .motion_recipe import MotionShape
from .package import terms

if TYPE_CHECKING:
    from .motion_loop import MotionTraining
    from .motion_run import FinishedMotion

GUIDANCE, STEPS = 2.0, 16
FAULTS = (
    "half an hour of motion of few people: walking, dancing, fighting and climbing are known best; daily handling of "
    "things hardly, and no motion of fingers or faces",
    "most acts begin or end at a moment of its own choice within the seconds asked for",
    "bodies do not know of each other, of furniture or of slopes",
    "words that no caption had are understood only through the lexicon; what is unknown is said",
)


def finish(done: FinishedMotion, out: Path, on_progress: OnProgress) -> None:
    """Write the checkpoint into `out`."""
    require_packaging(out)
    run = done.training
    tensors = {name: value.detach().float().numpy() for name, value in done.kept.items()}
    windows = run.windows
    drawing = {"guidance": GUIDANCE, "steps": STEPS}
    encoding = encoding_of(windows.vocabulary, windows.mean, windows.spread, **drawing)
    with tempfile.TemporaryDirectory() as made:
        on_progress(Progress(0, 0, "prints of what was learnt"))
        files = files_of(done, out, Path(made))
        size = dataclasses.asdict(run.size)
        box = save_motion(set_aside(out), tensors, size, card_of(done, out), encoding, files, replace=True)
        put_in_place(box.path, out)


def files_of(done: FinishedMotion, out: Path, made: Path) -> dict[str, Any]:
    """What travels beside the net."""
    material, sources = done.material, sources_of(out)
    index = MotionIndex.build([clip.record() for clip in material.clips], [clip.motion for clip in material.clips])
    index.save(made / "fingerprints.npz")
    told = notice(of_items(material.items, sources).values())
    if any(item.licence == CMU for item in material.items):
        told = f"{CMU_WORDS}\n\n{told}"
    if done.recipe.base:
        told = f"{told}\nIt went on from {Path(done.recipe.base).name}:\n\n{notice_of(done.recipe.base)}"
    dataset = Dataset(material.name, material.sha256[:12], material.items, out, material.sha256)
    manifest = write_manifest(made, dataset, sources, bits=128)
    recipe = dataclasses.replace(done.recipe, base=Path(done.recipe.base).name)
    return {
        "fingerprints.npz": made / "fingerprints.npz",
        manifest.name: manifest,
        "recipe.toml": recipe.as_toml().encode(),
        "NOTICE.txt": told.encode(),
    }


def card_of(done: FinishedMotion, out: Path) -> dict[str, Any]:
    """The card: data, licences, attribution, recipe, compute, figures, known faults."""
    material, sources = done.material, sources_of(out)
    minutes = sum(clip.motion.seconds for clip in material.clips) / 60
    dataset = {
        "name": material.name,
        "version": material.sha256[:12],
        "sha256": material.sha256,
        "items": len(material.items),
        "minutes": round(minutes, 1),
        "licences": terms(material.items),
    }
    base = card_of_base(done.recipe.base)
    learnt = Counter(terms(material.items)) + Counter(base.get("licences") or {})
    recipe = dataclasses.replace(done.recipe, base=Path(done.recipe.base).name)
    run = done.training
    return {
        "name": done.recipe.name,
        "kind": "motion",
        "version": 1,
        "encoding": joints.NAME,
        "created": time.strftime("%Y-%m-%d"),
        "parameters": sum(value.numel() for value in done.kept.values()),
        **base_named(done.recipe.base),
        "recipe": recipe.as_dict(),
        "datasets": [dataset, *base.get("datasets", ())],
        "licences": dict(learnt.most_common()),
        "attribution": [*attribution(material.items, sources), *base.get("attribution", ())],
        "figures": {"held_out_metres": round(done.fault, 4)},
        "curve": [[step, round(error, 4)] for step, error in done.curve],
        "compute": {
            "hours": round(done.seconds / 3600, 2),
            "windows_seen": run.number * run.settings.batch,
            "machine": platform.processor() or platform.machine(),
            "torch": torch.__version__,
        },
        "faults": list(FAULTS),
    }


def sources_of(out: Path) -> Any:
    """The copyright lines of the sets of this run."""
    path = out / "run" / "sources.toml"
    return read_sources(path) if path.exists() else {}


def shape_of(base: str) -> MotionShape:
    """The sizes of a base's net. CheckpointError where it moves no bodies."""
    box = open_checkpoint(base)
    if box.size.get("kind") != KIND:
        wrong = f"{box.name} does not move bodies"
        raise CheckpointError(wrong, where=str(box.path), mend="name a model of motion, e.g. motion-1")
    return MotionShape(int(box.size["width"]), int(box.size["layers"]), int(box.size["heads"]))


def told_of(base: str) -> tuple[Vocabulary, Any, Any]:
    """The words of a base, and the mean and spread of its columns."""
    net = net_of(open_checkpoint(base))
    return net.vocabulary, net.mean, net.spread


def wear(run: MotionTraining, base: str) -> None:
    """Put a checkpoint's weights on a fresh net of the same sizes."""
    told = blocks.unpack(read_weights(open_checkpoint(base).path / WEIGHTS)[0])
    with torch.no_grad():
        for name, parameter in run.net.named_parameters():
            parameter.copy_(torch.from_numpy(np.array(told[name])))
            run.kept[name].copy_(parameter)
