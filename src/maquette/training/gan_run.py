"""`maquette train picture DIR --net gan`: a generator of one's own pictures. Resumable after a kill at any moment.

The folder of a training holds `run/` (state, best weights, log, sheets of samples), and the checkpoint when it is
finished. The same command goes on where it stopped. What is measured on the way needs no trained net: the sliced
Wasserstein distance of made pictures to the real ones, beside that of two halves of the real ones.
"""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from ..core.errors import Cancelled, UsageError
from ..core.progress import OnProgress, silent
from ..core.settings import threads
from ..data import rights
from ..data.dataset import Dataset, open_dataset
from ..media.picture_measure import sliced_wasserstein
from . import gan_recipe, state
from .gan_data import Pictures, opened
from .gan_finish import finish, sheet
from .gan_loop import Pair
from .gan_recipe import GanRecipe
from .lock import only_one
from .run import Mine

SAVE_EVERY = 120.0  # seconds
LOOKS = 12  # at how the pictures come on, in a whole training
SEEN = 192  # pictures made for a look


@dataclass(frozen=True)
class Report:
    """One line of a training's log. `held_out` is the distance to the real pictures, `real_half` that of two halves."""

    step: int
    of: int
    loss: float | None
    held_out: float | None
    tokens_per_second: int  # none are read: 0
    minutes: float
    minutes_left: float
    note: str = ""
    real_half: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return dataclasses.asdict(self)


def train(
    data: Path,
    *,
    recipe: Path | None = None,
    base: str | None = None,
    minutes: float | None = None,
    out: Path,
    on_step: Callable[[Any], None] = lambda report: None,
    on_progress: OnProgress = silent,
    mine: Mine | None = None,
) -> Path:
    """Train a generator on the pictures of `data` into `out`, or go on with the training that is there.

    `minutes` is the length of the whole training, 60 unless the recipe says so. A KeyboardInterrupt or Cancelled ends
    it with the best weights so far. Raises RightsError, DataError, MediaError, UsageError, CheckpointError.
    """
    if base:
        raise UsageError("a gan starts from nothing", where=base, mend="leave out --base, or leave out --net gan")
    folder = out / "run"
    folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder / "lock"):
        dataset = open_dataset(data, split="train")
        rights.require_training(dataset.items, data, mine=mine)
        ready = _recipe(out, dataset, recipe, minutes)
        torch.set_num_threads(threads())
        pictures = opened(dataset, ready.net.side, on_progress)
        job = _Job(ready, dataset, pictures, out)
        job.train(on_step)
        finish(job.finished(), out, on_progress)
    return out


@dataclass(frozen=True)
class Finished:
    """A training that has ended: the pair wearing its best weights, what it learnt from, and its curve."""

    pair: Pair
    recipe: GanRecipe
    dataset: Dataset
    pictures: Pictures
    distance: float
    real_half: float
    curve: list[tuple[int, float]]
    seconds: float


class _Job:
    """A training with everything it works with."""

    def __init__(self, recipe: GanRecipe, dataset: Dataset, pictures: Pictures, out: Path) -> None:
        self.recipe, self.dataset, self.pictures = recipe, dataset, pictures
        self.folder = out / "run"
        self.pair = Pair(recipe.net, recipe.learning, recipe.seed)
        self.real = pictures.floats()
        self.real_half = sliced_wasserstein(*pictures.halves(recipe.seed))
        self.best, self.seconds, self.looked = float("inf"), 0.0, 0.0
        if (self.folder / "state.safetensors").exists():
            self.pair.restore(state.load(self.folder / "state.safetensors"))
            kept = json.loads((self.folder / "compute.json").read_text())
            self.seconds, self.best, self.looked = kept["seconds"], kept["best"], kept["looked"]

    @property
    def done(self) -> float:
        """The share of the training that is over."""
        if self.recipe.steps:
            return self.pair.step / self.recipe.steps
        return self.seconds / (60 * self.recipe.minutes)

    def train(self, on_step: Callable[[Any], None]) -> None:
        """Until it is over or stopped."""
        saved = time.monotonic()
        try:
            self._report(None, on_step, self._said())
            while self.done < 1:
                began = time.perf_counter()
                turn = self.pair.turn(self.pictures, self.done)
                self.seconds += time.perf_counter() - began
                if self.done >= self.looked + 1 / LOOKS or self.done >= 1:
                    self.looked = self.done
                    self._look(turn.critic, on_step)
                elif self.pair.step % 20 == 0:
                    self._report(turn.critic, on_step, f"critic: real {turn.real:.1f}, made {turn.made:.1f}")
                if time.monotonic() - saved > SAVE_EVERY:
                    self._save()
                    saved = time.monotonic()
        except (KeyboardInterrupt, Cancelled):
            if not self.pair.step:
                raise
            self._look(None, on_step)
            self._save()
        self._save()

    def _look(self, loss: float | None, on_step: Callable[[Any], None]) -> None:
        """How far the pictures are from the real ones now; the best weights are kept, and a sheet is written."""
        made = self.pair.pictures(SEEN)
        distance = sliced_wasserstein(made, self.real)
        if distance < self.best:
            self.best = distance
            self._keep_best()
        name = sheet(made[:48], self.folder / f"step-{self.pair.step:06d}.png")
        told = f"sliced Wasserstein {distance:.3f} (two halves of the real ones {self.real_half:.3f}); {name}"
        self._report(loss, on_step, told, distance)

    def _report(
        self, loss: float | None, on_step: Callable[[Any], None], note: str, distance: float | None = None
    ) -> None:
        done, step = max(self.done, 1e-6), self.pair.step
        left = self.seconds * (1 - done) / done / 60 if step else self.recipe.minutes
        of = self.recipe.steps or round(step / done) if step else self.recipe.steps
        if step:
            speed = step * self.recipe.learning.batch / max(self.seconds, 1e-9)
            note = f"{note}; {speed:.0f} pictures/s, {max(left, 0.0):.1f} min left"
        report = Report(step, of, loss, distance, 0, self.seconds / 60, max(left, 0.0), note, self.real_half)
        if distance is not None:
            with open(self.folder / "log.jsonl", "a", encoding="utf-8") as log:
                log.write(json.dumps(report.as_dict()) + "\n")
        on_step(report)

    def _said(self) -> str:
        """What was done to the pictures, in a line."""
        told = [f"{count} {name}" for name, count in self.pictures.told.items()]
        return "; ".join([f"{len(self.pictures.shown)} pictures at {self.recipe.net.side} px", *told])

    def _keep_best(self) -> None:
        from safetensors.torch import save_file

        part = self.folder / f"best.{os.getpid()}.part"
        save_file({name: one.contiguous() for name, one in self.pair.mean.mean.items()}, part)
        os.replace(part, self.folder / "best.safetensors")

    def _save(self) -> None:
        state.save(self.folder / "state.safetensors", self.pair.state())
        cpu = platform.processor() or platform.machine()
        told = {"seconds": self.seconds, "best": self.best, "looked": self.looked, "cpu": cpu}
        state.write_text(self.folder / "compute.json", json.dumps(told))

    def finished(self) -> Finished:
        """What `finish` needs, the best weights as the mean."""
        from safetensors.torch import load_file

        self.pair.mean.mean = load_file(self.folder / "best.safetensors")
        rows = [json.loads(line) for line in (self.folder / "log.jsonl").read_text().splitlines()]
        curve = [(row["step"], row["held_out"]) for row in rows]
        return Finished(
            self.pair, self.recipe, self.dataset, self.pictures, self.best, self.real_half, curve, self.seconds
        )


def _recipe(out: Path, dataset: Dataset, path: Path | None, minutes: float | None) -> GanRecipe:
    """The recipe that this run began with, or the one that was given; a new --minutes counts for both."""
    kept = out / "run" / "recipe.toml"
    row = {"name": dataset.name, "version": dataset.version, "sha256": dataset.sha256}
    if kept.exists():
        ready = gan_recipe.read(kept)
        if [dict(one) for one in ready.data] != [row]:
            raise UsageError("this folder holds a training on other data", where=str(out), mend="choose another --out")
    else:
        ready = gan_recipe.read(path) if path else gan_recipe.from_dict({"name": out.resolve().name or "pictures"})
        ready = replace(ready, data=(row,))
    if minutes is not None:
        ready = replace(ready, minutes=float(minutes))
    state.write_text(kept, ready.as_toml())
    return ready
