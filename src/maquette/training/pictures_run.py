"""`maquette train picture`: pictures and a recipe become a diffusion model. Resumable after a kill at any moment.

maquette train picture DATA                            a model of its own, from words
maquette train picture DATA --base picture-1           an own style: minutes, a small adapter
maquette train picture DATA --base picture-1 --whole   all of the base's weights trained on
maquette train picture DATA --net gan                  a generator without words (`gan_run`)
maquette train picture DATA --base BIG                 an adapter of a large model (`big_lora`)
"""

from __future__ import annotations

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
from ..nets.diffusion.unet import UNet
from . import pictures_recipe, state
from .lock import only_one
from .loop import Step
from .pictures_corpus import Dealer
from .pictures_data import Pictures, chosen, opened
from .pictures_loop import DiffusionRun, new_net
from .pictures_recipe import PictureRecipe
from .run import SAVE_EVERY, Mine, Report, _nothing_left_of_a_refusal

OnStep = Callable[[Report], None]
METHODS = ("diffusion", "gan")


@dataclass(frozen=True)
class FinishedPictures:
    """A training that has ended, its net wearing the weights that are to ship."""

    net: UNet
    recipe: PictureRecipe
    pictures: Pictures
    held_out: float
    curve: list[tuple[int, float]]
    seconds: float
    seen: int  # pictures


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
    """Train on the pictures of `data` into `out`, or go on with the training that is there. Returns the folder.

    Raises RightsError, DataError, MediaError, UsageError, CheckpointError, MissingExtra.
    """
    method = _method(out, recipe, net)
    given: dict[str, Any] = {"minutes": minutes, "out": out, "on_step": on_step, "on_progress": on_progress}
    if method == "gan":
        from . import gan_run

        return Path(gan_run.train(data, recipe=recipe, base=base, mine=mine, **given))
    if base is not None and _is_big(base):
        from . import big_lora

        return Path(big_lora.train(data, recipe=recipe, base=base, mine=mine, **given))
    folder = out / "run"
    folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder / "lock"), _nothing_left_of_a_refusal(folder):
        dataset = open_dataset(data)
        torch.set_num_threads(threads())
        ready = _recipe(out, dataset, recipe, base, whole)
        rights.require_training(chosen(dataset, ready), data, mine=mine)
        if ready.adapter.rank:
            from . import pictures_adapt

            return pictures_adapt.adapt(ready, dataset, **given)
        if minutes is not None:  # of which the enlarger takes a third at most
            ready = replace(ready, enlarge=min(ready.enlarge, max(1, round(100 * minutes))))
        job = _Job(ready, opened(dataset, ready, on_progress), out)
        job.train(minutes, on_step)
        job.sharpen(on_progress)
        from .pictures_finish import finish

        finish(job.finished(), out, on_progress)
    return out


def _method(out: Path, recipe: Path | None, net: str | None) -> str:
    """How it is learnt: what this folder began with, what the recipe says, or what is asked for as --net."""
    for path in (out / "run" / "recipe.toml", recipe):
        if path is not None and path.exists():
            return str(pictures_recipe.values_of(path).get("method", net or "diffusion"))
    if net is not None and net not in METHODS:
        raise UsageError(f"there is no net called {net!r} for pictures", mend=f"choose one of {', '.join(METHODS)}")
    return net or "diffusion"


def _is_big(base: str) -> bool:
    """Whether a base is a large model of others: a folder of diffusers, or one that was added as such."""
    from ..checkpoints.big import TOLD, opens_as_big
    from ..core.settings import places

    return opens_as_big(Path(base).expanduser()) or (places().models / base / TOLD).is_file()


class _Job:
    """A training with everything it works with."""

    def __init__(self, recipe: PictureRecipe, pictures: Pictures, out: Path) -> None:
        self.recipe, self.pictures, self.folder = recipe, pictures, out / "run"
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        net = new_net(replace(recipe, net=replace(recipe.net, words=len(pictures.corpus.vocabulary))))
        if recipe.base:
            from .pictures_finish import wear

            wear(net, recipe.base, pictures.corpus.vocabulary)
        dealer = Dealer(pictures.corpus, recipe.sampling, recipe.seed)
        self.run = DiffusionRun(recipe, net.to(device), dealer, pictures.held)
        self.seconds, self.seen = 0.0, 0
        if (self.folder / "state.safetensors").exists():
            self.run.restore(state.load(self.folder / "state.safetensors"))
            kept = json.loads((self.folder / "compute.json").read_text())
            self.seconds, self.seen = kept["seconds"], kept["tokens"]

    def train(self, minutes: float | None, on_step: OnStep) -> None:
        saved, began = time.monotonic(), self.seconds
        try:
            for step in self.run.steps():
                self.seconds, self.seen = self.seconds + step.seconds, self.seen + step.tokens
                if minutes is not None and self.run.step in (5, 20, 80, 320):
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

    def sharpen(self, on_progress: OnProgress) -> None:
        """Let a critic sharpen the best weights, where the recipe says so; what was sharpened before is kept."""
        from safetensors.torch import load_file, save_file

        path = self.folder / "sharp.safetensors"
        if not self.recipe.sharpen or path.exists():
            return
        from ..core.progress import Progress
        from .pictures_sharpen import Sharpening, sharpen

        best = load_file(self.folder / "best.safetensors")
        with torch.no_grad():
            for name, parameter in self.run.net.named_parameters():
                parameter.copy_(best[name])
        net = self.run.net
        assert isinstance(net, UNet)

        def told(step: int, share: float, near: float, fooled: float, seen: float) -> None:
            on_progress(Progress(round(100 * share), 100, f"sharpening, {near:.3f} from the truth"))

        mean = sharpen(net, self.run.dealer, Sharpening(self.recipe.sharpen), self.recipe.noise, told)
        part = self.folder / f"sharp.{os.getpid()}.part"
        save_file({name: tensor.contiguous() for name, tensor in mean.mean.items()}, part)
        os.replace(part, path)

    def _fit_into(self, seconds: float) -> None:
        """Set the number of steps so that the run ends after about `seconds` of training."""
        steps = max(self.run.step + 1, round(seconds / (self.seconds / self.run.step)))
        self.recipe = self.run.recipe = replace(self.recipe, steps=steps)
        state.write_text(self.folder / "recipe.toml", self.recipe.as_toml())

    def _report(self, step: Step, on_step: OnStep) -> None:
        left = (step.of - step.number) * self.seconds / max(step.number, 1) / 60
        speed = round(self.seen / max(self.seconds, 1e-9))
        report = Report(step.number, step.of, step.loss, step.held_out, speed, self.seconds / 60, left)
        if step.held_out is not None or step.number % 20 == 0:
            with open(self.folder / "log.jsonl", "a", encoding="utf-8") as log:
                log.write(json.dumps(report.as_dict()) + "\n")
        on_step(report)

    def _keep_best(self) -> None:
        from safetensors.torch import save_file

        part = self.folder / f"best.{os.getpid()}.part"
        save_file({name: tensor.contiguous() for name, tensor in self.run.mean.mean.items()}, part)
        os.replace(part, self.folder / "best.safetensors")

    def _save(self) -> None:
        if self.run.step and not (self.folder / "best.safetensors").exists():
            self._keep_best()  # nothing was held out, or nothing looked at yet
        state.save(self.folder / "state.safetensors", self.run.state())
        told = {"seconds": self.seconds, "tokens": self.seen, "cpu": platform.processor() or platform.machine()}
        state.write_text(self.folder / "compute.json", json.dumps(told))

    def finished(self) -> FinishedPictures:
        """What `finish` needs, with the best weights on the net."""
        from safetensors.torch import load_file

        sharp = self.folder / "sharp.safetensors"
        best = load_file(sharp if sharp.exists() else self.folder / "best.safetensors")
        with torch.no_grad():
            for name, parameter in self.run.net.named_parameters():
                parameter.copy_(best[name])
        log = self.folder / "log.jsonl"
        curve = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        looked = [(row["step"], row["held_out"]) for row in curve if row["held_out"] is not None]
        net = self.run.net.cpu()
        assert isinstance(net, UNet)
        return FinishedPictures(net, self.recipe, self.pictures, self.run.best, looked, self.seconds, self.seen)


def _recipe(out: Path, dataset: Dataset, path: Path | None, base: str | None, whole: bool = False) -> PictureRecipe:
    """The recipe of this run: the one it began with, else the given one, else one fit for the data and the base."""
    folder = out / "run"
    kept = folder / "recipe.toml"
    row = {"name": dataset.name, "version": dataset.version, "sha256": dataset.sha256}
    if kept.exists():
        ready = pictures_recipe.read(kept)
        if [dict(one) for one in ready.data] != [row]:
            wrong = "this folder holds a training on other data"
            raise UsageError(wrong, where=str(folder.parent), mend="choose another --out")
        return ready
    ready = pictures_recipe.read(path) if path is not None else _default(out, len(dataset.items), base, whole)
    if base:
        from .pictures_finish import size_of

        ready = replace(ready, base=base, net=size_of(base))
    if ready.adapter.rank and not ready.base:
        raise UsageError("an adapter belongs to a model", where=str(path), mend="name it: --base picture-1")
    ready = replace(ready, data=(row,))
    if path is not None and ready.sources:
        state.write_text(folder / "sources.toml", (path.parent / ready.sources).read_text(encoding="utf-8"))
    state.write_text(kept, ready.as_toml())
    return ready


def _default(out: Path, count: int, base: str | None, whole: bool) -> PictureRecipe:
    """An adapter for a base; a whole net otherwise, with fewer steps for few pictures."""
    name = out.resolve().name or PictureRecipe.name
    if base and not whole:
        from .pictures_adapt import ADAPTER

        return replace(ADAPTER, name=name)
    if count < 2000:
        return PictureRecipe(name=name, steps=2500, every=100, enlarge=600)
    return PictureRecipe(name=name)
