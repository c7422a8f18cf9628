"""`maquette train picture DIR --base BIGMODEL`: a LoRA, or a word, of a large model from a person's own pictures.

LoRA (Hu et al. 2021) through peft; a word is a textual inversion (Gal et al. 2022). The base is never changed and never
copied: what is written is a box of a few MB, with the id of the base that it belongs to. Some pictures are held out and
only looked at, always at the same times and noises, so that the curve is honest; the best weights are kept, and the
training ends when they no longer get better. It goes on where it was stopped.
"""

from __future__ import annotations

import json
import math
import platform
import shutil
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ..checkpoints import big, big_memory, big_open
from ..checkpoints.box import CARD, WEIGHTS
from ..core.errors import Cancelled, DataError, UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.settings import threads
from ..data import rights
from ..data.credits import attribution
from ..data.dataset import Dataset, Item, open_dataset
from . import big_recipe, big_state
from .big_learners import Learner, learner_of
from .big_nets import Family, Sample, family_of, frozen
from .big_recipe import BigRecipe
from .lock import only_one
from .package import terms
from .state import write_text

if TYPE_CHECKING:
    from .run import Report

SAVE_EVERY = 120.0  # seconds
MINUTES = 20.0  # of a training, unless others are asked for
LOOKS = 4  # times and noises at which each held-out picture is looked at
BACKWARD = 3  # times what a step holds forward, with what it keeps for the way back

Mine = Callable[[Sequence[Path]], Collection[Path]]
OnStep = Callable[["Report"], None]


def train(
    data: Path,
    *,
    base: str,
    out: Path,
    recipe: Path | None = None,
    minutes: float | None = None,
    net: str | None = None,
    on_step: OnStep = lambda report: None,
    on_progress: OnProgress = silent,
    mine: Mine | None = None,
) -> Path:
    """Train on the pictures in `data` into the folder `out`, or go on with the training that is there.

    `net` is "lora" or "word" (else the recipe's `learn`). A KeyboardInterrupt or Cancelled ends it with the best so
    far. Raises RightsError for pictures that may not be learnt from, DataError, UsageError, CheckpointError.
    """
    model = big.open_big(base)
    if model.kind != "pipeline":
        raise UsageError(f"{model.name} is a {model.kind}, which cannot be trained on", mend="name a whole model")
    if not model.told.get("files"):  # before hours of training, not after
        mend = f"add it first: maquette models add {model.path.name}"
        raise UsageError("a LoRA needs a base that is among your models", where=str(model.path), mend=mend)
    folder = out / "run"
    folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder / "lock"):
        dataset = open_dataset(data)
        if not dataset.items or not all(item.is_picture for item in dataset.items):
            raise DataError(
                "there are no pictures to learn from", where=str(data), mend="give a folder of .png or .jpg"
            )
        rights.require_training(dataset.items, data, mine=mine)
        job = _Job(model, dataset, _recipe(folder, recipe, net, dataset), out, on_progress)
        job.train(minutes or MINUTES, on_step)
        job.finish()
    return out


def _recipe(folder: Path, given: Path | None, net: str | None, dataset: Dataset) -> BigRecipe:
    """The recipe that this training began with, else the given one; UsageError for one begun on other pictures."""
    kept, told = folder / "recipe.toml", folder / "data.json"
    if kept.is_file() and told.is_file():
        if json.loads(told.read_text(encoding="utf-8"))["sha256"] != dataset.sha256:
            raise UsageError(
                "this folder holds a training on other data", where=str(folder.parent), mend="another --out"
            )
        return big_recipe.read(kept)
    recipe = big_recipe.read(given, net)
    write_text(kept, recipe.as_toml())
    write_text(told, json.dumps({"name": dataset.name, "sha256": dataset.sha256}))
    return recipe


@dataclass
class _Progress:
    """How far a training is."""

    step: int = 0
    seconds: float = 0.0
    best: float = float("inf")
    first: float = float("nan")  # of the base, before anything was learnt
    since: int = 0  # looks without gain
    curve: list[tuple[int, float]] = field(default_factory=list)


class _Job:
    """One training with everything it works with."""

    def __init__(
        self, model: big.BigModel, dataset: Dataset, recipe: BigRecipe, out: Path, on_progress: OnProgress
    ) -> None:
        self.model, self.dataset, self.recipe, self.out = model, dataset, recipe, out
        self.folder, self.on_progress, self.at = out / "run", on_progress, _Progress()
        torch.set_num_threads(threads())
        self.side = recipe.side or _side_of(model)
        plan = _require_room(model, self.side)
        pipe = big_open.load(model, plan)
        frozen(pipe)
        self.family: Family = family_of(pipe)
        self.pipe = pipe.to("cuda" if torch.cuda.is_available() else "cpu")
        self.texts = [_text(item, recipe) for item in dataset.items]
        torch.manual_seed(recipe.seed)  # peft draws its first directions from torch's own dice
        self.learner: Learner = learner_of(recipe, self.family, out.resolve().name)
        self.samples = self._samples()
        self.own, self.held = _split(len(self.samples), recipe)
        self.optimiser = torch.optim.AdamW(self.learner.parameters(), lr=recipe.rate, weight_decay=1e-2)
        self.steps = recipe.steps
        big_state.restore(self.folder, self.learner, self.optimiser, self.at)

    def _samples(self) -> list[Sample]:
        """Every picture as latents, with its words where they do not change while learning."""
        made = []
        with torch.no_grad():
            for number, (item, text) in enumerate(zip(self.dataset.items, self.texts, strict=True)):
                pixels = _pixels(item, self.side, math.lcm(8, 2 * self.learner.cell))
                words = {} if self.learner.words_change else self.family.words(text)
                made.append(Sample(self.family.latents(pixels), words, (pixels.shape[2], pixels.shape[3])))
                self.on_progress(Progress(number + 1, len(self.texts), "reading pictures"))
            self.empty = self.family.words("")
        self.learner.let_go()
        return made

    # -- learning --------------------------------------------------------------------------------------------------

    def train(self, minutes: float, on_step: OnStep) -> None:
        """Steps until the time, the recipe's steps or the patience is used up."""
        saved, began = time.monotonic(), self.at.seconds
        if self.at.step == 0 and not self.at.curve:
            self._look(on_step)
            self.at.first = self.at.best
        try:
            while self.at.step < self.steps and self.at.since < self.recipe.patience:
                start = time.monotonic()
                loss = self._step()
                self.at.step += 1
                self.at.seconds += time.monotonic() - start
                if self.at.step in (5, 20, 80):
                    each = (self.at.seconds - began) / self.at.step if began == 0 else self.at.seconds / self.at.step
                    self.steps = min(self.recipe.steps, max(self.at.step + 1, round((60 * minutes + began) / each)))
                self._told(on_step, loss)
                if self.at.step % self.recipe.look == 0 or self.at.step == self.steps:
                    self._look(on_step)
                if time.monotonic() - saved > SAVE_EVERY:
                    big_state.save(self.folder, self.learner, self.optimiser, self.at)
                    saved = time.monotonic()
                self.on_progress(Progress(self.at.step, self.steps, "learning"))
        except (KeyboardInterrupt, Cancelled):
            if self.at.step == 0:
                raise
            self._look(on_step)
        big_state.save(self.folder, self.learner, self.optimiser, self.at)

    def _step(self) -> float:
        """One picture, one time, one step of the optimiser."""
        dice = torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + self.at.step)
        index = self.own[int(torch.randint(len(self.own), (1,), generator=dice))]
        without = self.learner.drops_words and torch.rand(1, generator=dice).item() < self.recipe.drop_words
        for group in self.optimiser.param_groups:
            group["lr"] = self.recipe.rate * min(1.0, (self.at.step + 1) / self.recipe.warm)
        words = self.empty if without else self._words(index)
        loss = self.family.loss(self.samples[index], words, dice)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.learner.parameters(), 1.0)
        self.optimiser.step()
        return float(loss.detach())

    def _words(self, index: int) -> Any:
        if self.learner.words_change:
            return self.family.words(self.texts[index])
        return self.samples[index].words

    def _look(self, on_step: OnStep) -> None:
        """The mean loss on the held-out pictures, at times and noises that never change; the best weights are kept."""
        total: list[float] = []
        with torch.no_grad():
            for index in self.held:
                for look in range(LOOKS):
                    dice = torch.Generator().manual_seed(7919 * index + look)
                    total.append(float(self.family.loss(self.samples[index], self._words(index), dice)))
        found = sum(total) / len(total)
        self.at.curve.append((self.at.step, found))
        self.at.since = 0 if found < self.at.best else self.at.since + 1
        if found < self.at.best:
            self.at.best = found
            big_state.keep_best(self.folder, self.learner)
        self._told(on_step, None, found)

    def _told(self, on_step: OnStep, loss: float | None, held_out: float | None = None) -> None:
        from .run import Report

        left = (self.steps - self.at.step) * self.at.seconds / max(self.at.step, 1) / 60
        on_step(Report(self.at.step, self.steps, loss, held_out, 0, self.at.seconds / 60, left))

    # -- the box ---------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Write the box: weights, card, recipe, and whose it belongs to; the card last."""
        big_state.wear_best(self.folder, self.learner)
        made = self.folder / "packaged"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        self.learner.write(made / WEIGHTS)
        told = {"format": big.FORMAT, "kind": self.learner.kind, "made_as": self.learner.kind}
        told |= {"base": {"name": self.model.name, "id": self.model.id}}
        write_text(made / big.TOLD, json.dumps(told, indent=1) + "\n")
        write_text(made / "recipe.toml", replace(self.recipe, steps=self.at.step).as_toml())
        write_text(made / CARD, json.dumps(self._card(), indent=1, ensure_ascii=False) + "\n")
        for path in sorted(made.iterdir(), key=lambda path: path.name == CARD):
            path.replace(self.out / path.name)
        made.rmdir()

    def _card(self) -> dict[str, Any]:
        items = self.dataset.items
        row = {"name": self.dataset.name, "version": self.dataset.version, "sha256": self.dataset.sha256}
        helped = self.at.best < self.at.first
        base = self.model.card
        return {
            "name": self.out.resolve().name,
            "kind": "picture",
            "part": self.learner.kind,
            "adapter": True,
            "encoding": str(base.get("encoding") or ""),
            "parameters": sum(one.numel() for one in self.learner.parameters()),
            "created": time.strftime("%Y-%m-%d"),
            "base": self.model.name,
            "base_id": self.model.id,
            "licence": self.model.licence,
            "undisclosed": str(base.get("undisclosed") or ""),
            "licences": terms(items),
            "datasets": [{**row, "items": len(items), "licences": terms(items)}],
            "recipe": {"steps": self.at.step, "seed": self.recipe.seed},
            "compute": {"hours": self.at.seconds / 3600, "machine": platform.processor() or platform.machine()},
            "figures": {
                "held_out_loss": self.at.best,
                "base_loss": self.at.first,
                "held_out_pictures": len(self.held),
            },
            "curve": self.at.curve,
            "note": self.learner.told,
            "faults": [
                *([] if helped else ["it is no better than its base on the pictures that were held out"]),
                f"of its base: {base.get('undisclosed')}",
            ],
            "attribution": [*attribution(items), f"{self.model.name}, under {self.model.licence}"],
        }


def _side_of(model: big.BigModel) -> int:
    """The side in pixels that a model was made for."""
    shape = big_memory.shape_of(model.home, model.told.get("parts") or {})
    for part in ("unet", "transformer"):
        path = model.home / part / "config.json"
        if path.is_file():
            size = json.loads(path.read_text(encoding="utf-8")).get("sample_size")
            return int(size) * shape.cell if isinstance(size, int) else 1024
    return 512


def _require_room(model: big.BigModel, side: int) -> str:
    """How the numbers are kept ("float32" ...). UsageError where a training does not fit, with what would."""
    free, parts = big_memory.free_now(), model.told.get("parts") or {}
    shape = big_memory.shape_of(model.home, parts)
    room = int(big_memory.SPARE * (free.card or free.ram)) - big_memory.ITSELF
    for type, each in (("float32", 4), ("bfloat16", 2)) if not free.card else (("bfloat16", 2),):
        if each * sum(parts.values()) + BACKWARD * shape.step(side, side, each) <= room:
            return type
    needed = 2 * sum(parts.values()) + BACKWARD * shape.step(side, side, 2)
    raise UsageError(
        f"training {model.name} at {side} pixels needs about {needed / big_memory.GIB:.1f} GiB, "
        f"and {max(room, 0) / big_memory.GIB:.1f} GiB are free",
        mend="set a smaller `side` in the recipe, or take a smaller model",
    )


def _text(item: Item, recipe: BigRecipe) -> str:
    """The words of a picture: its title, and what the recipe says after every title."""
    return ", ".join(filter(None, (item.title.replace("_", " ").replace("-", " ").strip(), recipe.words)))


def _split(count: int, recipe: BigRecipe) -> tuple[list[int], list[int]]:
    """Which pictures are learnt from, and which are only looked at."""
    if count < 2:
        raise DataError("one picture is too few to learn from", mend="give at least 2; 15 to 100 are good")
    order = torch.randperm(count, generator=torch.Generator().manual_seed(recipe.seed)).tolist()
    held = max(1, round(recipe.held_out * count))
    return order[held:], order[:held]


def _pixels(item: Item, side: int, multiple: int) -> Tensor:
    """(1, 3, h, w) in -1..1, of about side x side pixels in the picture's own proportions; transparency on white."""
    import numpy as np

    from ..media.picture import floats, resized
    from ..media.picture_file import read

    assert item.file is not None
    rgba = floats(read(item.file))
    seen = rgba[..., :3] * rgba[..., 3:] + (1 - rgba[..., 3:])
    high, wide = seen.shape[:2]
    scale = side / (high * wide) ** 0.5
    size = [max(multiple, round(one * scale / multiple) * multiple) for one in (wide, high)]
    brought = np.clip(resized(seen, *size), 0, 1)
    return torch.from_numpy(brought).permute(2, 0, 1)[None] * 2 - 1
