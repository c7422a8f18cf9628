"""`maquette train`: a dataset and a recipe become a checkpoint. Resumable after a kill at any moment.

The folder of a training holds `run/` (the state, the encoded corpus, the log) until it is finished, and then the
checkpoint itself. The same command goes on where it stopped.
"""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from ..core.errors import Cancelled, MaquetteError, UsageError
from ..core.progress import OnProgress, silent
from ..core.registry import nearest
from ..core.settings import places, threads
from ..data import rights
from ..data.dataset import Dataset
from . import recipe as recipes
from . import state
from .craft import Craft, Material, craft_of
from .finish import Finished, wear
from .lock import only_one
from .loop import Run, Step
from .recipe import Net, Recipe

SAVE_EVERY = 120.0  # seconds

NETS = {
    "tiny": Net(width=64, layers=2, heads=2, key_heads=1, hidden=128, dropout=0.0),
    "small": Net(width=192, layers=5, heads=3, key_heads=1, hidden=512),
    "base": Net(),
    "large": Net(width=320, layers=8, heads=5, key_heads=5, hidden=960),
}

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint

Mine = Callable[[Sequence[Path]], Collection[Path]]


@dataclass(frozen=True)
class Report:
    """One line of a training's log, as shown and as kept in `run/log.jsonl`."""

    step: int
    of: int
    loss: float | None
    held_out: float | None
    tokens_per_second: int
    minutes: float
    minutes_left: float
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return dataclasses.asdict(self)


def train(
    craft: str,
    data: Path,
    *,
    recipe: Path | None = None,
    base: str | None = None,
    net: str | None = None,
    minutes: float | None = None,
    whole: bool = False,
    out: Path,
    on_step: Callable[[Report], None] = lambda report: None,
    on_progress: OnProgress = silent,
    mine: Mine | None = None,
) -> Path:
    """Train a checkpoint on `data` into `out`, or go on with the training that is there. Returns the folder.

    With a `base` a style adapter of it is made (see `adapt`), or with `whole`, a `recipe` without an adapter, or a net,
    all of its weights are trained on; `net` is one of NETS; `minutes` sets the number of steps from the speed of the
    first ones. `mine` tells which files a creator signed herself (their "not for training" is meant for others).
    A KeyboardInterrupt or Cancelled ends the run with the best weights so far.
    Raises RightsError, DataError, MediaError, UsageError, CheckpointError.
    """
    if craft == "picture":
        from . import pictures_run

        given: dict[str, Any] = {"on_step": on_step, "on_progress": on_progress, "mine": mine, "minutes": minutes}
        return pictures_run.train(data, recipe=recipe, base=base, net=net, whole=whole, out=out, **given)
    if craft == "motion":
        from . import motion_run

        more: dict[str, Any] = {"on_step": on_step, "on_progress": on_progress, "mine": mine, "minutes": minutes}
        return motion_run.train(data, recipe=recipe, base=base, net=net, whole=whole, out=out, **more)
    way = craft_of(craft)
    folder = out / "run"
    folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder / "lock"), _nothing_left_of_a_refusal(folder):
        dataset = way.open_dataset(data, _given(folder, recipe, craft).sampling)
        rights.require_training(dataset.items, data, mine=mine)
        ready = _recipe(out, dataset, recipe, base, net, whole, way)
        torch.set_num_threads(threads())
        if ready.adapter.rank:
            _adapt(way, ready, dataset, minutes, out, on_step, on_progress)
        else:
            job = _Job(ready, dataset, way.open(ready, dataset, out, on_progress), out)
            job.train(minutes, on_step)
            way.finish(job.finished(), out, on_progress)
    return out


@contextmanager
def _nothing_left_of_a_refusal(folder: Path) -> Iterator[None]:
    """What was written down before a training could begin is taken back when it is refused."""
    fresh = not (folder / "recipe.toml").exists()
    try:
        yield
    except MaquetteError:
        begun = any((folder / name).exists() for name in ("state.safetensors", "best.safetensors"))
        if fresh and not begun:
            for name in ("recipe.toml", "encoding.json", "sources.toml"):
                (folder / name).unlink(missing_ok=True)
        raise


def _adapt(
    craft: Craft,
    recipe: Recipe,
    dataset: Dataset,
    minutes: float | None,
    out: Path,
    on_step: Callable[[Report], None],
    on_progress: OnProgress,
) -> None:
    """Make a style adapter of the recipe's base, or go on with the one that was begun here."""
    from ..checkpoints.box import open_checkpoint

    base = open_checkpoint(recipe.base)
    if base.base is not None:
        raise UsageError(
            f"{base.name} is an adapter itself",
            where=recipe.base,
            mend=f"adapt its base, {base.base.name}, on the {craft.name}s of both, or train the whole net with --whole",
        )
    folder = out / "run"
    work = craft.adaptation(base, recipe, dataset, folder, on_progress)
    _require_known(base)

    def told(number: int, of: int, loss: float | None, held_out: float | None, note: str = "") -> None:
        speed, left = round(work.tokens / max(work.seconds, 1e-9)), work.seconds / max(number, 1) * (of - number) / 60
        report = Report(number, of, loss, held_out, speed, work.seconds / 60, left, note)
        if held_out is not None:
            with open(folder / "log.jsonl", "a", encoding="utf-8") as log:
                log.write(json.dumps(report.as_dict()) + "\n")
        on_step(report)

    told(work.run.step, work.recipe.steps, None, work.run.best, work.note())
    work.steps(60 * (minutes or craft.minutes), lambda step: told(step.number, step.of, step.loss, step.held_out))
    done = work.finished()
    told(work.run.step, work.run.step, None, done.bits, craft.told_of(done))
    craft.finish_adapter(done, out, on_progress)


def _require_known(base: Checkpoint) -> None:
    """UsageError, before hours of training, for a base that an adapter could not be opened with afterwards."""
    from ..checkpoints.box import WEIGHTS
    from ..checkpoints.starters import HOME
    from ..core.hashing import sha256_file

    for home in (HOME, places().models):
        for weights in home.glob(f"*/{WEIGHTS}"):
            if sha256_file(weights) == base.id:
                return
    mend = f"add it first: maquette models add {base.path.name}"
    raise UsageError("an adapter needs a base that is among your models", where=str(base.path), mend=mend)


class _Job:
    """A training with everything it works with."""

    def __init__(self, recipe: Recipe, dataset: Dataset, material: Material, out: Path) -> None:
        self.recipe, self.dataset, self.material = recipe, dataset, material
        self.folder = out / "run"
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        net = material.new_net().to(device)
        if recipe.base:
            wear(net, recipe.base)
        self.run = Run(recipe, net, material.dealer, material.held_out, material.measure)
        self.seconds = 0.0
        self.tokens = 0
        if (self.folder / "state.safetensors").exists():
            self.run.restore(state.load(self.folder / "state.safetensors"))
            kept = json.loads((self.folder / "compute.json").read_text())
            self.seconds, self.tokens = kept["seconds"], kept["tokens"]

    def train(self, minutes: float | None, on_step: Callable[[Report], None]) -> None:
        saved = time.monotonic()
        began = self.seconds
        try:
            for step in self.run.steps():
                self.seconds, self.tokens = self.seconds + step.seconds, self.tokens + step.tokens
                if minutes is not None and self.run.step in (10, 40, 160):
                    self._fit_into(minutes * 60 + began)
                self._report(step, on_step)
                if step.best:
                    self._keep_best()
                if time.monotonic() - saved > SAVE_EVERY:
                    self._save()
                    saved = time.monotonic()
        except (KeyboardInterrupt, Cancelled):
            self.run.look_if_better(self._keep_best)
            self._save()
            if not (self.folder / "best.safetensors").exists():
                raise
        self._save()

    def _fit_into(self, seconds: float) -> None:
        """Set the number of steps so that the run ends after about `seconds` of training."""
        each = self.seconds / self.run.step
        steps = max(self.run.step + 1, round(seconds / each))
        self.recipe = self.run.recipe = replace(self.recipe, steps=steps)
        state.write_text(self.folder / "recipe.toml", self.recipe.as_toml())

    def _report(self, step: Step, on_step: Callable[[Report], None]) -> None:
        left = (step.of - step.number) * self.seconds / max(step.number, 1) / 60
        speed = round(self.tokens / max(self.seconds, 1e-9))
        note = ""
        if step.held_out is not None:
            note = self._preview(step.number)
        report = Report(step.number, step.of, step.loss, step.held_out, speed, self.seconds / 60, left, note)
        if step.held_out is not None or step.number % 20 == 0:
            with open(self.folder / "log.jsonl", "a", encoding="utf-8") as log:
                log.write(json.dumps(report.as_dict()) + "\n")
        on_step(report)

    def _preview(self, number: int) -> str:
        """What the net makes just now, unpicked."""
        with self.run.mean.worn_by(self.run.net):
            return self.material.preview(self.run.net, self.folder, number)

    def _keep_best(self) -> None:
        from safetensors.torch import save_file

        part = self.folder / f"best.{os.getpid()}.part"
        save_file({name: tensor.contiguous() for name, tensor in self.run.mean.mean.items()}, part)
        os.replace(part, self.folder / "best.safetensors")

    def _save(self) -> None:
        state.save(self.folder / "state.safetensors", self.run.state())
        told = {"seconds": self.seconds, "tokens": self.tokens, "cpu": platform.processor() or platform.machine()}
        state.write_text(self.folder / "compute.json", json.dumps(told))

    def finished(self) -> Finished:
        """What `finish` needs, with the best weights on the net."""
        from safetensors.torch import load_file

        best = load_file(self.folder / "best.safetensors")
        with torch.no_grad():
            for name, parameter in self.run.net.named_parameters():
                parameter.copy_(best[name])
        log = self.folder / "log.jsonl"  # there is none where it was stopped in its first steps
        curve = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return Finished(
            net=self.run.net.cpu(),
            recipe=self.recipe,
            encoding=self.material.encoding,
            corpus=self.material.corpus,
            dataset=self.dataset,
            held_out=self.run.best,
            curve=[(row["step"], row["held_out"]) for row in curve if row["held_out"] is not None],
            seconds=self.seconds,
            tokens=self.tokens,
        )


def _given(folder: Path, path: Path | None, craft: str) -> Recipe:
    """The recipe that this run began with, or the one that was given; else one with the craft's own settings."""
    found = folder / "recipe.toml" if (folder / "recipe.toml").exists() else path
    ready = recipes.read(found) if found is not None else recipes.from_dict({"craft": craft})
    if ready.craft != craft:
        raise UsageError(f"this is a recipe for {ready.craft}, not for {craft}", where=str(found))
    return ready


def _recipe(
    out: Path,
    dataset: Dataset,
    path: Path | None,
    base: str | None,
    net: str | None,
    whole: bool = False,
    craft: Craft | None = None,
) -> Recipe:
    """The recipe of this run: the one it began with, else the given one, else one fit for the data and the base.

    A model without a recipe of its own is named after the folder that it is trained into.
    """
    craft = craft or craft_of("icon")
    nets = craft.nets(NETS)
    folder = out / "run"
    kept = folder / "recipe.toml"
    name = out.resolve().name or Recipe.name
    row = {"name": dataset.name, "version": dataset.version, "sha256": dataset.sha256}
    if kept.exists():
        ready = recipes.read(kept)
        if [dict(one) for one in ready.data] != [row]:
            raise UsageError(
                "this folder holds a training on other data", where=str(folder.parent), mend="choose another --out"
            )
        return ready
    if path is not None:
        ready = recipes.read(path)
    elif base and not whole and net is None:
        ready = craft.adapter_recipe(name)
    else:
        ready = craft.recipe(name, len(dataset.items), nets)
    if net is not None:
        if net not in nets:
            raise UsageError(f"there is no net called {net!r}", mend=nearest(net, nets))
        ready = replace(ready, net=nets[net])
    if base:
        from ..checkpoints.box import open_checkpoint

        sizes = open_checkpoint(base).size
        same = {field.name: sizes[field.name] for field in dataclasses.fields(Net) if field.name != "dropout"}
        ready = replace(ready, base=base, net=Net(**same, dropout=ready.net.dropout))
    if ready.adapter.rank and not ready.base:
        raise UsageError("an adapter belongs to a model", where=str(path), mend="name it: --base icon-1")
    ready = replace(ready, data=(row,))
    if path is not None and ready.sources:
        state.write_text(folder / "sources.toml", (path.parent / ready.sources).read_text(encoding="utf-8"))
    state.write_text(kept, ready.as_toml())
    return ready
