"""One picture's pyramid, trained in minutes: `maquette texture PHOTO --method gan`.

The nets and their papers are those of `nets.gan.single`. Scales are trained one after the other, each begun with the
weights of the one below (SinGAN, section 2.2). The loss is the hinge with a penalty on the critic's slope (R1,
Mescheder et al. 2018, arXiv:1801.04406), which costs less than SinGAN's, and the anchor to the picture itself is
SinGAN's: from one fixed noise the pyramid must give back its picture. Fine scales learn from small crops, so that a
step costs the same on each.

The folder of a training holds `state.safetensors` and the log until it is finished, and `pyramid.safetensors` from the
first scale on. The same call goes on where it stopped; a finished pyramid is only opened.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from ..core.errors import Cancelled, UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.settings import threads
from ..engine.pyramid import FORMAT, Pyramid, taps
from ..media.picture import Picture, floats, from_floats, premultiplied, resized, straight
from ..nets.gan.single import REACH, Critic, PyramidSize, Stage, around
from . import state
from .ema import RunningMean
from .lock import only_one

Floats = NDArray[np.float32]

PYRAMID, STATE = "pyramid.safetensors", "state.safetensors"
SAVE_EVERY = 20.0  # seconds
LARGEST = 256  # pixels of the short side that are learnt: finer scales would take more minutes than they are worth
LEAST = 48


@dataclass(frozen=True)
class SingleRecipe:
    """How a pyramid learns: `minutes` in all, or `steps` above 0 on each scale.

    coarsest: short side of the coarsest scale; ratio of neighbouring scales; width of the layers; crop and batch of a
    step; rate of Adam; penalty of the critic's slope; anchor: weight of giving the picture back; `late`: how much
    longer the finest scale learns than the coarsest.
    """

    minutes: float = 4.0
    steps: int = 0
    coarsest: int = 24
    ratio: float = 1.6
    width: int = 32
    crop: int = 48
    batch: int = 2
    rate: float = 5e-4
    penalty: float = 1.0
    anchor: float = 10.0
    late: float = 1.6
    seed: int = 0


def texture_gan(
    picture: Picture,
    *,
    width: int,
    height: int,
    tile: bool = True,
    minutes: float = 4.0,
    seed: int = 0,
    on_progress: OnProgress = silent,
    folder: Path,
    recipe: SingleRecipe | None = None,
) -> Picture:
    """A texture of any size like `picture`, without a seam; its training is kept in `folder` and goes on from there.

    `seed` decides the texture, not what is learnt. What was learnt in fewer `minutes` than are asked for now is learnt
    anew. With `tile` the borders meet each other; without, it is a piece of a larger one. A KeyboardInterrupt or
    Cancelled while it learns ends the learning, and the texture is made with the scales that are there. `Picture.said`
    tells what was resized or is missing. Raises UsageError for pictures too small to learn from, for sizes too small to
    make, and for a folder that holds another picture's training.
    """
    source, said = _learnable(picture)
    ready = dataclasses.replace(recipe or SingleRecipe(), minutes=minutes)
    pyramid = Pyramid.load(train_pyramid(source, folder, ready, on_progress=on_progress))
    if not pyramid.finished:
        said.append(f"the training was stopped at {len(pyramid.sides)} scales: the texture is soft; run it again")
    margin = (0, 0) if tile else pyramid.smallest()
    made = pyramid.make(width + margin[0], height + margin[1], seed=seed, on_progress=on_progress)[:height, :width]
    if made.shape[2] == 4:
        made[..., :3] = np.minimum(made[..., :3], made[..., 3:])
        made = straight(made)
    return dataclasses.replace(from_floats(made), title=picture.title, said=tuple(said))


def train_pyramid(source: Floats, folder: Path, recipe: SingleRecipe, *, on_progress: OnProgress = silent) -> Path:
    """Learn `source` (h, w, 3 or 4; premultiplied, 0..1) into `folder`; the path of the pyramid's file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PYRAMID
    with only_one(folder / "lock"):
        torch.set_num_threads(threads())
        _forget_shorter(folder, recipe)
        job = _Job(source, folder, recipe)
        if path.exists() and not (folder / STATE).exists():
            return path
        try:
            job.train(on_progress)
        except (KeyboardInterrupt, Cancelled):
            job.save()
            if not path.exists():
                raise
        return path


class _Job:
    """A pyramid under way: finished stages, and the one that learns."""

    def __init__(self, source: Floats, folder: Path, recipe: SingleRecipe) -> None:
        self.folder, self.recipe, self.seed = folder, recipe, recipe.seed
        self.size = PyramidSize(_sides(source.shape[:2], recipe), recipe.width, source.shape[2])
        self.reals = [_as_tensor(resized(source, w, h)) for h, w in self.size.sides]
        self.id = hashlib.sha256(source.tobytes()).hexdigest()
        torch.manual_seed(self.seed)
        h, w = self.size.sides[0]
        self.anchor_noise = torch.randn(1, self.size.colours, h + 2 * REACH, w + 2 * REACH)
        self.stages: list[Stage] = []
        self.strengths: list[float] = []
        self.back: Tensor | None = None  # the picture as the finished stages give it back
        self.seconds = 0.0  # on the stage that learns
        self.step = 0
        self._begin(None, None)
        self._restore()

    # -- where it stands -------------------------------------------------------------------------------------------

    def _begin(self, stage: Mapping[str, Tensor] | None, critic: Mapping[str, Tensor] | None) -> None:
        """Start the next scale, with the weights of the one below."""
        torch.manual_seed(self.seed * 1009 + len(self.stages))
        self.stage, self.critic = Stage(self.size), Critic(self.size)
        for net in (self.stage, self.critic):
            net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        if stage is not None and critic is not None:
            self.stage.load_state_dict(stage)
            self.critic.load_state_dict(critic)
        self.mean = RunningMean(self.stage, 0.995)
        self.optimisers = [
            torch.optim.Adam(net.parameters(), lr=self.recipe.rate, betas=(0.5, 0.99))
            for net in (self.stage, self.critic)
        ]
        self.seconds, self.step = 0.0, 0
        self._set_anchor()

    def _set_anchor(self) -> None:
        """What this scale starts from when it gives the picture back, and how strong its noise is."""
        level = len(self.stages)
        real = self.reals[level]
        if self.back is None:
            self.noise, self.below, strength = self.anchor_noise, torch.zeros_like(self.anchor_noise), 1.0
        else:
            up = _enlarged(self.back, *real.shape[2:], wrap=False)
            strength = 0.1 * float((up - real).square().mean().sqrt())
            self.below = F.pad(up, (REACH,) * 4, mode="replicate")
            self.noise = torch.zeros_like(self.below)
        self.strengths = [*self.strengths[:level], strength]

    @property
    def done(self) -> float:
        """The share of this scale's learning that is over."""
        if self.recipe.steps:
            return self.step / self.recipe.steps
        return self.seconds / self._allotted()

    def _allotted(self) -> float:
        """Seconds of this scale."""
        shares = np.linspace(1, self.recipe.late, len(self.size.sides))
        return float(60 * self.recipe.minutes * shares[len(self.stages)] / shares.sum())

    # -- learning --------------------------------------------------------------------------------------------------

    def train(self, on_progress: OnProgress) -> None:
        """Every scale that is not learnt yet."""
        saved, count = time.monotonic(), len(self.size.sides)
        while len(self.stages) < count:
            level = len(self.stages)
            h, w = self.size.sides[level]
            note = f"learning scale {level + 1} of {count}, {w} x {h} px"
            ground: Tensor | None = None
            while self.done < 1:
                began = time.perf_counter()
                if self.step % 4 == 0 or ground is None:
                    ground = self._ground()
                self._turn(ground)
                self.seconds += time.perf_counter() - began
                if self.step % 8 == 0:
                    over = (level + min(self.done, 1.0)) / count
                    on_progress(Progress(round(1000 * over), 1000, note, self._preview))
                if time.monotonic() - saved > SAVE_EVERY:
                    self.save()
                    saved = time.monotonic()
            self._finish_stage()
            self.save()
        (self.folder / STATE).unlink(missing_ok=True)

    def _ground(self) -> Tensor:
        """A torus of the scales below, enlarged to this one: (1, c, h, w); zeros on the coarsest."""
        dice = torch.Generator().manual_seed((self.seed * 31 + len(self.stages)) * 1_000_003 + self.step)
        h, w = self.size.sides[len(self.stages)]
        picture: Tensor | None = None
        with torch.no_grad():
            for stage, strength, (high, wide) in zip(self.stages, self.strengths, self.size.sides, strict=False):
                noise = torch.randn(1, self.size.colours, high, wide, generator=dice) * strength
                below = torch.zeros_like(noise) if picture is None else _enlarged(picture, high, wide)
                picture = stage(around(noise), around(below))
            return torch.zeros(1, self.size.colours, h, w) if picture is None else _enlarged(picture, h, w)

    def _turn(self, ground: Tensor) -> None:
        """One step of critic and stage."""
        rate = self.recipe.rate * (1.0 if self.done < 0.7 else 0.2)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        dice = np.random.default_rng((self.seed, len(self.stages), self.step))
        level = len(self.stages)
        noise, below = self._crops(ground, dice)
        real = self._real_crops(self.reals[level], dice)
        made = self.stage(noise, below)
        loss = F.relu(1 - self.critic(real)).mean() + F.relu(1 + self.critic(made.detach())).mean()
        if self.step % 4 == 0:
            loss = loss + self._penalty(real)
        self._apply(1, loss)
        self.critic.requires_grad_(False)
        loss = -self.critic(made).mean()
        if self.step % 2 == 0:
            loss = loss + 2 * self.recipe.anchor * self._given_back(dice)
        self._apply(0, loss)
        self.critic.requires_grad_(True)
        self.mean.update(self.stage)
        self.step += 1

    def _crops(self, ground: Tensor, dice: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Noise and ground of crops anywhere on the torus: (b, c, k + 10, k + 10) twice."""
        h, w = ground.shape[2:]
        tall, wide = (min(self.recipe.crop, side) + 2 * REACH for side in (h, w))
        found = []
        for _ in range(self.recipe.batch):
            rows = (torch.arange(tall) + int(dice.integers(h))) % h
            columns = (torch.arange(wide) + int(dice.integers(w))) % w
            found.append(ground[0][:, rows[:, None], columns])
        below = torch.stack(found)
        if tall - 2 * REACH == h and wide - 2 * REACH == w:
            # The whole torus: its noise goes round it too.
            free = torch.from_numpy(dice.standard_normal((len(below), self.size.colours, h, w), dtype=np.float32))
            return around(free) * self.strengths[-1], below
        free = torch.from_numpy(dice.standard_normal(below.shape, dtype=np.float32))
        return free * self.strengths[-1], below

    def _real_crops(self, real: Tensor, dice: np.random.Generator) -> Tensor:
        h, w = real.shape[2:]
        tall, wide = (min(self.recipe.crop, side) for side in (h, w))
        places = [
            (int(dice.integers(h - tall + 1)), int(dice.integers(w - wide + 1))) for _ in range(self.recipe.batch)
        ]
        return torch.stack([real[0, :, top : top + tall, left : left + wide] for top, left in places])

    def _penalty(self, real: Tensor) -> Tensor:
        """R1 (arXiv:1801.04406), every fourth step."""
        real = real.clone().requires_grad_()
        (slope,) = torch.autograd.grad(self.critic(real).sum(), real, create_graph=True)
        return slope.square().sum(dim=1).mean() * (self.recipe.penalty / 2 * 4)

    def _given_back(self, dice: np.random.Generator) -> Tensor:
        """How far the picture that the fixed noise gives is from the real one, on a crop."""
        real = self.reals[len(self.stages)]
        h, w = real.shape[2:]
        tall, wide = (min(self.recipe.crop, side) for side in (h, w))
        top, left = int(dice.integers(h - tall + 1)), int(dice.integers(w - wide + 1))
        here = (..., slice(top, top + tall + 2 * REACH), slice(left, left + wide + 2 * REACH))
        made = self.stage(self.noise[here], self.below[here])
        return F.mse_loss(made, real[..., top : top + tall, left : left + wide])

    def _apply(self, which: int, loss: Tensor) -> None:
        self.optimisers[which].zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimisers[which].step()

    def _finish_stage(self) -> None:
        """Keep the scale that has learnt, wearing its mean weights, and begin the next one."""
        with torch.no_grad():
            for name, parameter in self.stage.named_parameters():
                parameter.copy_(self.mean.mean[name])
            self.back = self.stage(self.noise, self.below)
        stage, critic = self.stage, self.critic
        self.stages.append(stage.requires_grad_(False))
        self._write_pyramid()
        if len(self.stages) < len(self.size.sides):
            weights = {name: one.clone() for name, one in stage.state_dict().items()}
            self._begin(weights, critic.state_dict())

    def _preview(self) -> Floats:
        """What the scale that learns makes just now, (h, w, c) in 0..1."""
        with torch.no_grad(), self.mean.worn_by(self.stage):
            ground = self._ground()
            made = self.stage(around(torch.randn_like(ground) * self.strengths[-1]), around(ground))
        return np.asarray(np.clip(made[0].permute(1, 2, 0).numpy() * 0.5 + 0.5, 0, 1), dtype=np.float32)

    # -- files -----------------------------------------------------------------------------------------------------

    def _facts(self) -> dict[str, Any]:
        return {
            "sides": [list(side) for side in self.size.sides[: len(self.stages)]],
            "full": list(self.size.sides[-1]),
            "strengths": self.strengths[: len(self.stages)],
            "colours": self.size.colours,
            "picture": self.id,
            "recipe": dataclasses.asdict(self.recipe),
        }

    def _write_pyramid(self) -> None:
        from safetensors.torch import save_file

        tensors = {
            f"{number}.{name}": one.detach().contiguous()
            for number, stage in enumerate(self.stages)
            for name, one in stage.state_dict().items()
        }
        part = self.folder / f"pyramid.{os.getpid()}.part"
        save_file(tensors, part, metadata={"format": FORMAT, "facts": json.dumps(self._facts())})
        os.replace(part, self.folder / PYRAMID)

    def save(self) -> None:
        """Everything that is needed to go on."""
        if len(self.stages) == len(self.size.sides):
            return
        nets = torch.nn.ModuleDict({"stage": self.stage, "critic": self.critic})
        kept = {
            "net": nets.state_dict(),
            "mean": self.mean.mean,
            "mean_steps": self.mean.steps,
            "optimisers": [one.state_dict() for one in self.optimisers],
            "at": {"stages": len(self.stages), "seconds": self.seconds, "step": self.step, "picture": self.id},
        }
        state.save(self.folder / STATE, kept)

    def _restore(self) -> None:
        path = self.folder / PYRAMID
        if path.exists():
            self._finished_stages(path)
        if not (self.folder / STATE).exists() or len(self.stages) == len(self.size.sides):
            return
        kept = state.load(self.folder / STATE)
        at = kept["at"]
        if at["picture"] != self.id:
            raise self._another()
        if at["stages"] != len(self.stages):
            return  # stopped between the two files: this scale begins anew
        torch.nn.ModuleDict({"stage": self.stage, "critic": self.critic}).load_state_dict(kept["net"])
        self.mean.mean, self.mean.steps = kept["mean"], kept["mean_steps"]
        for optimiser, one in zip(self.optimisers, kept["optimisers"], strict=True):
            optimiser.load_state_dict(one)
        self.seconds, self.step = at["seconds"], at["step"]

    def _finished_stages(self, path: Path) -> None:
        from safetensors import safe_open

        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {})["facts"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if facts["picture"] != self.id or facts["recipe"]["width"] != self.size.width:
            raise self._another()
        for number in range(len(facts["sides"])):
            weights = {name.partition(".")[2]: one for name, one in tensors.items() if name.startswith(f"{number}.")}
            self.stage.load_state_dict(weights)
            with torch.no_grad():
                self.back = self.stage(self.noise, self.below)
            self.stages.append(self.stage.requires_grad_(False))
            if number + 1 < len(self.size.sides):
                self._begin(weights, self.critic.state_dict())

    def _another(self) -> UsageError:
        where = str(self.folder)
        return UsageError(
            "this folder holds the training of another picture", where=where, mend="choose another folder"
        )


def _forget_shorter(folder: Path, recipe: SingleRecipe) -> None:
    """Take a finished pyramid away that learnt for fewer minutes, or less wide, than is asked for now."""
    from safetensors import safe_open

    path = folder / PYRAMID
    if not path.exists() or (folder / STATE).exists():
        return
    with safe_open(path, framework="pt") as file:
        kept = json.loads((file.metadata() or {})["facts"])["recipe"]
    if (kept["minutes"], kept["steps"]) < (recipe.minutes, recipe.steps) or kept["width"] != recipe.width:
        path.unlink()


def _learnable(picture: Picture) -> tuple[Floats, list[str]]:
    """The picture as it is learnt, premultiplied, and what was done to it."""
    values = premultiplied(floats(picture))
    h, w = values.shape[:2]
    said: list[str] = []
    if min(h, w) < LEAST:
        raise UsageError(
            f"a picture of {w} x {h} px is too small to learn from", mend=f"give one of at least {LEAST} px each way"
        )
    if min(h, w) > LARGEST:
        factor = LARGEST / min(h, w)
        wide, high = round(w * factor), round(h * factor)
        values = np.clip(resized(values, wide, high), 0, 1)
        said.append(f"learnt at {wide} x {high} px instead of {w} x {h}: cut a piece out to keep its grain")
    return (values[..., :3] if picture.opaque else values), said


def _sides(full: tuple[int, ...], recipe: SingleRecipe) -> tuple[tuple[int, int], ...]:
    """(h, w) of each scale, coarse to fine, about `ratio` apart."""
    short = min(full)
    count = max(2, round(math.log(short / recipe.coarsest) / math.log(recipe.ratio)) + 1)
    factors = [(short / recipe.coarsest) ** (k / (count - 1) - 1) for k in range(count)]
    return tuple((round(full[0] * one), round(full[1] * one)) for one in factors)


def _as_tensor(picture: Floats) -> Tensor:
    """(h, w, c) in 0..1 -> (1, c, h, w) in -1..1."""
    return torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)[None] * 2 - 1, dtype=np.float32))


def _enlarged(picture: Tensor, height: int, width: int, *, wrap: bool = True) -> Tensor:
    """As `engine.pyramid.enlarged`. (n, c, h, w) -> (n, c, height, width)."""
    index, weights = (torch.from_numpy(one) for one in taps(picture.shape[2], height, wrap=wrap))
    tall = torch.stack([picture[:, :, index[:, k]] * weights[:, k, None] for k in range(4)]).sum(dim=0)
    index, weights = (torch.from_numpy(one) for one in taps(picture.shape[3], width, wrap=wrap))
    return torch.stack([tall[..., index[:, k]] * weights[:, k] for k in range(4)]).sum(dim=0)
