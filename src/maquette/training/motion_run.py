"""`maquette train motion`: clips with their words become a net that moves bodies. Resumable after a kill at any moment.

maquette train motion DATA                          a net of its own
maquette train motion DATA --base motion-1          all of the base's weights trained on, its words kept
"""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..core.errors import Cancelled, DataError, UsageError
from ..core.hashing import sha256_bytes
from ..core.progress import OnProgress, Progress, silent
from ..core.settings import threads
from ..data import motion_clips, rights
from ..data.dataset import Item
from ..data.motion_clips import Clip
from ..encodings import joints
from ..encodings.motion_vocabulary import Vocabulary
from ..media.motion import mirrored
from ..media.motion_mend import mended
from ..nets.motion.denoiser import MotionSize
from . import motion_recipe, state
from .lock import only_one
from .motion_data import Batch, Taught, Windows, other_side, scaling
from .motion_loop import MotionSettings, MotionTraining
from .motion_recipe import MotionRecipe
from .run import SAVE_EVERY, Mine, Report, _nothing_left_of_a_refusal

OnStep = Callable[[Report], None]
VALIDATION = 20  # one clip in so many is kept for validation, by the hash of its id
SHORTEST = 16  # frames of a clip that teaches anything
SHIPPED = "sources-motion.toml"


@dataclass(frozen=True)
class Material:
    """Clips that teach, and those held out; `items` are all that teach, with their rights."""

    name: str
    sha256: str
    items: tuple[Item, ...]
    clips: tuple[Clip, ...]
    held: tuple[Clip, ...]


@dataclass(frozen=True)
class FinishedMotion:
    """A training that has ended; `kept` are the weights that are to ship."""

    training: MotionTraining
    kept: dict[str, torch.Tensor]
    recipe: MotionRecipe
    material: Material
    fault: float  # metres, of held-out windows
    curve: list[tuple[int, float]]
    seconds: float


def train(
    data: Path,
    *,
    recipe: Path | None = None,
    base: str | None = None,
    net: str | None = None,
    minutes: float | None = None,
    whole: bool = False,
    out: Path,
    on_step: OnStep = lambda report: None,
    on_progress: OnProgress = silent,
    mine: Mine | None = None,
) -> Path:
    """Train on the clips of `data` into `out`, or go on with the training that is there. Returns the folder.

    `whole` changes nothing here: a base is always trained on whole, since all of it is small.
    Raises RightsError, DataError, UsageError, CheckpointError, MissingExtra.
    """
    if net not in (None, "tiny"):
        raise UsageError(f"there is no net called {net!r} for motion", mend="leave --net out, or say tiny")
    folder = out / "run"
    folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder / "lock"), _nothing_left_of_a_refusal(folder):
        torch.set_num_threads(threads())
        ready = _recipe(out, recipe, base, net)
        material = opened(data, ready.tiers)
        rights.require_training(material.items, data, mine=mine)
        ready = _with_data(out, ready, material)
        job = _Job(ready, material, out)
        job.train(minutes, on_step)
        from .motion_finish import finish

        on_progress(Progress(0, 0, "packaging"))
        finish(job.finished(), out, on_progress)
    return out


def opened(data: Path, tiers: tuple[str, ...]) -> Material:
    """The clips of a folder, split by the hash of their ids. Raises DataError where there are none."""
    # Recorded clips have torn frames, in which a body is thrown about for a moment: they are mended before anything.
    read = (replace(clip, motion=mended(clip.motion)) for clip in motion_clips.load(data, tiers=tiers))
    clips = [clip for clip in read if clip.motion.frames >= SHORTEST]
    if not clips:
        wrong = f"there is no clip of half a second or more of tier {', '.join(tiers)}"
        raise DataError(wrong, where=str(data), mend="import clips: maquette data import motion DIR")
    teach = tuple(clip for clip in clips if not held_out(clip.id)) or tuple(clips)
    items = tuple(item_of(clip) for clip in teach)
    told = json.dumps([[one.id, one.sha256] for one in items]).encode()
    return Material(data.name, sha256_bytes(told), items, teach, tuple(c for c in clips if held_out(c.id)))


def held_out(id: str) -> bool:
    """True for a clip that is never learnt from."""
    return int(hashlib.sha1(id.encode()).hexdigest(), 16) % VALIDATION == 0


def item_of(clip: Clip) -> Item:
    """A clip as an item of a dataset: what decides on its rights, and what the manifest names."""
    data = clip.motion.root.astype(np.float32).tobytes() + clip.motion.turns.astype(np.float16).tobytes()
    kind = clip.id.split("_")[0]
    return Item(
        clip.id,
        clip.title,
        clip.author,
        clip.licence,
        clip.source,
        sha256_bytes(data),
        set={"kk": "kaykit", "cmu": "cmu"}.get(kind, ""),
        concept=clip.id,
    )


def taught(clips: tuple[Clip, ...]) -> list[Taught]:
    """Clips and their mirror images as numbers."""
    out = []
    for clip in clips:
        labels, captions = clip.labels or ("motion",), clip.captions or (clip.title or clip.id,)
        out.append(Taught(clip.id, joints.encode(clip.motion), labels, captions))
        other = tuple(other_side(one) for one in labels), tuple(other_side(one) for one in captions)
        out.append(Taught(f"{clip.id} mirrored", joints.encode(mirrored(clip.motion)), *other))
    return out


class _Job:
    """A training with everything it works with."""

    def __init__(self, recipe: MotionRecipe, material: Material, out: Path) -> None:
        self.recipe, self.material, self.folder = recipe, material, out / "run"
        clips = taught(material.clips)
        vocabulary = _vocabulary(recipe, clips)
        mean, spread = _scaling(recipe, clips)
        windows = Windows(clips, vocabulary, mean, spread)
        size = MotionSize(words=len(vocabulary), **vars(recipe.net))
        told = {key: getattr(recipe, key) for key in ("steps", "batch", "rate", "fall", "average", "seed")}
        self.run = MotionTraining(windows, size, MotionSettings(**told), recipe.weights)
        held = taught(material.held) or clips
        aside = Windows(held, vocabulary, mean, spread)
        self.looks: list[Batch] = [aside.batch(min(24, recipe.batch), np.random.default_rng(i)) for i in range(3)]
        self.seconds, self.best = 0.0, float("inf")
        if recipe.base:
            from .motion_finish import wear

            wear(self.run, recipe.base)
        kept = self.folder / "state.safetensors"
        if kept.exists():
            self.run.restore(state.load(kept))
            told = json.loads((self.folder / "compute.json").read_text(encoding="utf-8"))
            self.seconds, self.best = told["seconds"], told["best"]

    def train(self, minutes: float | None, on_step: OnStep) -> None:
        """Learn until the steps or the minutes are over; Ctrl-C keeps what was learnt."""
        saved, began = time.monotonic(), time.monotonic()
        before, first = self.seconds, self.run.number
        try:
            for step in self.run.steps():
                self.seconds = before + time.monotonic() - began
                done = step.number - first
                if minutes is not None and done in (3, 20, 80, 320):
                    self._fit_into(minutes * 60, (self.seconds - before) / done, first)
                last = step.number == self.run.settings.steps
                held = self.run.fault(self.looks) if last or step.number % self.recipe.every == 0 else None
                self._report(step.number, step.loss, held, on_step)
                if time.monotonic() - saved > SAVE_EVERY:
                    self._save()
                    saved = time.monotonic()
        except (KeyboardInterrupt, Cancelled):
            if not self.run.number:
                raise
            self._report(self.run.number, None, self.run.fault(self.looks), on_step)
        self._save()

    def _fit_into(self, seconds: float, each: float, first: int) -> None:
        steps = max(self.run.number + 1, first + round(seconds / max(each, 1e-6)))
        self.run.settings = replace(self.run.settings, steps=steps)
        self.recipe = replace(self.recipe, steps=steps)
        state.write_text(self.folder / "recipe.toml", self.recipe.as_toml())

    def _report(self, number: int, loss: float | None, held: float | None, on_step: OnStep) -> None:
        of = self.run.settings.steps
        speed = round(number * self.recipe.batch / max(self.seconds, 1e-9))
        left = (of - number) * self.seconds / max(number, 1) / 60
        report = Report(number, of, loss, held, speed, self.seconds / 60, left)
        if held is not None:
            self.best = min(self.best, held)
            with open(self.folder / "log.jsonl", "a", encoding="utf-8") as log:
                log.write(json.dumps(report.as_dict()) + "\n")
        on_step(report)

    def _save(self) -> None:
        state.save(self.folder / "state.safetensors", self.run.state())
        told = {"seconds": self.seconds, "best": self.best, "cpu": platform.processor() or platform.machine()}
        state.write_text(self.folder / "compute.json", json.dumps(told))

    def finished(self) -> FinishedMotion:
        """What `finish` needs: the mean of the weights, and the curve."""
        log = self.folder / "log.jsonl"
        rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []
        curve = [(int(row["step"]), float(row["held_out"])) for row in rows]
        fault = self.run.fault(self.looks)
        return FinishedMotion(self.run, self.run.kept, self.recipe, self.material, fault, curve, self.seconds)


def _vocabulary(recipe: MotionRecipe, clips: list[Taught]) -> Vocabulary:
    if recipe.base:
        from .motion_finish import told_of

        return told_of(recipe.base)[0]
    labels = (label for one in clips for label in one.labels)
    return Vocabulary.of(labels, (caption for one in clips for caption in one.captions))


def _scaling(recipe: MotionRecipe, clips: list[Taught]) -> Any:
    if recipe.base:
        from .motion_finish import told_of

        return told_of(recipe.base)[1:]
    return scaling(clips)


def _recipe(out: Path, path: Path | None, base: str | None, net: str | None) -> MotionRecipe:
    """The recipe of this run: the one it began with, else the given one, else one of its own."""
    kept = out / "run" / "recipe.toml"
    if kept.exists():
        return motion_recipe.read(kept)
    ready = motion_recipe.read(path) if path is not None else MotionRecipe(name=out.resolve().name or "motion")
    if net == "tiny":
        ready = replace(ready, net=motion_recipe.MotionShape(64, 2, 4), batch=8, steps=300, every=50)
    if base:
        from .motion_finish import shape_of

        steps = ready.steps if path is not None else 1500
        ready = replace(ready, base=base, net=shape_of(base), rate=ready.rate / 4, steps=steps)
    if path is not None and ready.sources:
        source = path.parent / ready.sources
        state.write_text(out / "run" / "sources.toml", source.read_text(encoding="utf-8"))
    return ready


def _with_data(out: Path, ready: MotionRecipe, material: Material) -> MotionRecipe:
    row = {"name": material.name, "version": material.sha256[:12], "sha256": material.sha256}
    kept = out / "run" / "recipe.toml"
    if kept.exists() and ready.data and [dict(one) for one in ready.data] != [row]:
        raise UsageError("this folder holds a training on other data", where=str(out), mend="choose another --out")
    ready = replace(ready, data=(row,))
    state.write_text(kept, ready.as_toml())
    return ready
