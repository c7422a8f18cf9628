"""Pictures from words by a large open model: one door over the pipelines of diffusers.

    model = BigPictures.open("sd15")                     # a folder, or the name of a model that was added
    for picture, trace in model.make("a (red:1.3) fox", seed=7, count=4):
        ...

The same seed gives the same picture, alone or among others: each has its own generator, on the processor whatever the
device, and is made by itself. The steps are the pipeline's own; this module asks, watches and tells.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...checkpoints import big_memory as memory
from ...checkpoints import big_open as libraries
from ...checkpoints.big import BigModel, open_big
from ...core.errors import CheckpointError, UsageError
from ...core.progress import OnProgress, Progress, silent
from ...core.types import Ingredient
from . import canvas, preview, schedulers, weighting
from .addons import Addon, Wardrobe, find
from .seamless import circular

if TYPE_CHECKING:
    from ...media.picture import Picture

Made = tuple["Picture", dict[str, Any]]


@dataclass(frozen=True)
class Wish:
    """All that is asked of a model for one request; None leaves a choice to the model's own defaults."""

    prompt: str
    negative: str = ""
    weights: Sequence[tuple[str, float]] | None = None  # pieces of the prompt; None reads `(word:1.3)` in it
    width: int | None = None
    height: int | None = None
    steps: int | None = None
    guidance: float | None = None
    init: Picture | None = None
    strength: float | None = None
    mask: Picture | None = None
    control: tuple[str, Picture] | None = None  # name or folder of a ControlNet, and the picture that it follows
    control_strength: float = 1.0
    style: Picture | None = None
    style_adapter: str | Path | None = None  # name, folder or file of an IP-Adapter; None: the only one added
    style_strength: float = 0.6
    lora: Sequence[tuple[str | Path, float]] = ()
    words: Sequence[str | Path] = ()  # files of learnt words
    scheduler: str | None = None
    tile: bool = False


@dataclass
class _Ready:
    """A request made ready: the pipeline that does it, its arguments, and what is told of it."""

    pipe: Any
    arguments: dict[str, Any]
    frame: canvas.Frame
    pieces: list[list[tuple[str, float]]]
    trace: dict[str, Any]


class BigPictures:
    """An opened model. Nothing is loaded until the first picture is asked for; then it stays."""

    def __init__(self, model: BigModel, *, free: memory.Free | None = None) -> None:
        if model.kind not in ("pipeline", "lora"):
            raise CheckpointError(
                f"{model.name} is a {model.kind}, which draws nothing by itself", mend="name a whole model beside it"
            )
        if model.kind == "lora" and model.base is None:
            raise CheckpointError(
                f"{model.name} is a LoRA, and does not say of which model",
                where=str(model.home),
                mend="name the model, and the LoRA beside it (--lora)",
            )
        self.model = model
        self.own = model.base if model.kind == "lora" else model  # whose pipeline it is
        assert isinstance(self.own, BigModel)
        self.free = free
        self.plan: memory.Plan | None = None
        self._linear: Any = None

    @classmethod
    def open(cls, path_or_id: str | Path) -> BigPictures:
        """Open a model by folder or by the name it was added under. Nothing is ever downloaded here.

        Raises CheckpointError, RightsError; MissingExtra without the extra `big`.
        """
        return cls(open_big(path_or_id))

    # -- making ----------------------------------------------------------------------------------------------------

    def make(
        self, prompt: str, *, seed: int = 0, count: int = 1, on_progress: OnProgress = silent, **asked: Any
    ) -> Iterator[Made]:
        """Yield `count` pictures, of `seed`, `seed + 1` and so on, each with its trace; `asked`: the fields of `Wish`.

        `on_progress` is called at every step, with a preview for whoever looks, and may raise Cancelled. Raises
        UsageError for what this model cannot do, and for sizes that do not fit the memory, before anything is loaded.
        """
        known = {one for one in Wish.__dataclass_fields__ if one != "prompt"}
        if unknown := sorted(set(asked) - known):
            raise UsageError(
                f"there is no setting called {unknown[0]!r}", mend=f"known are: {', '.join(sorted(known))}"
            )
        wish = Wish(prompt, **asked)
        yield from self._make(wish, seed, count, on_progress)

    def _make(self, wish: Wish, seed: int, count: int, on_progress: OnProgress) -> Iterator[Made]:
        ready = self._ready(wish)
        with ExitStack() as held:
            reading = held.enter_context(weighting.listening(ready.pipe, ready.pieces))
            if wish.tile:
                held.enter_context(circular(ready.pipe))
            for number in range(count):
                raw, flagged = self._run(ready, seed + number, on_progress, f"picture {number + 1} of {count}")
                self._check_read(ready, reading)
                said = [*ready.frame.said, *_unread(ready.pieces[0], reading)]
                said += ["the model's own filter found it indecent and blackened it"] if flagged else []
                picture = replace(ready.frame.finished(raw), said=tuple(said))
                yield picture, {**ready.trace, "seed": seed + number, "said": said}

    def _run(self, ready: _Ready, seed: int, on_progress: OnProgress, note: str) -> tuple[Any, bool]:
        torch = libraries.torch()
        frame = ready.frame

        def stepped(pipe: Any, number: int, time: Any, held: dict[str, Any]) -> dict[str, Any]:
            latents = held["latents"]
            on_progress(Progress(number + 1, pipe.num_timesteps, note, lambda: self.preview(latents, frame)))
            return held

        try:
            with torch.inference_mode():
                made = ready.pipe(
                    **ready.arguments,
                    generator=torch.Generator("cpu").manual_seed(seed),
                    callback_on_step_end=stepped,
                    callback_on_step_end_tensor_inputs=["latents"],
                    output_type="np",
                )
        except torch.cuda.OutOfMemoryError as error:
            raise UsageError(
                f"the card is full at {frame.width} x {frame.height}",
                where=self.plan.told if self.plan else "",
                mend="ask for a smaller picture, or close what else uses the card",
            ) from error
        except ValueError as error:  # what a pipeline has to say of its own arguments
            first = str(error).strip().splitlines()[0][:200]
            raise UsageError(f"{type(ready.pipe).__name__} cannot do this: {first}") from error
        flagged = getattr(made, "nsfw_content_detected", None)
        return made.images[0], bool(flagged and flagged[0])

    def preview(self, latents: Any, frame: canvas.Frame) -> Any:
        """A small (h, w, 3) look in 0..1 at latents that are still being worked on."""
        vae = self.pipe.vae
        if self._linear is None:
            self._linear = preview.fit(vae, self.cell)
        return preview.look(preview.unpacked(latents, frame.whole[0], frame.whole[1], self.cell), self._linear, vae)

    # -- getting ready ---------------------------------------------------------------------------------------------

    def _ready(self, wish: Wish) -> _Ready:
        pieces = list(wish.weights) if wish.weights is not None else weighting.pieces_of(wish.prompt)
        against = weighting.pieces_of(wish.negative)
        frame = canvas.frame_of(
            wish.init, wish.mask, wish.width, wish.height, self._default_side, math.lcm(8, 2 * self.cell)
        )
        self._load(frame)
        lora = [(find(one, "lora"), weight) for one, weight in wish.lora]
        if self.model.kind == "lora":
            lora.insert(0, (find(self.model.path, "lora"), 1.0))
        used = [addon for addon, _ in lora]
        self.wardrobe.wear_loras(lora)
        words = self.wardrobe.wear_words([find(one, "embedding") for one in wish.words])
        used += words.values()
        style = self._style_adapter(wish) if wish.style is not None else None
        used += [style] if style else []
        self.wardrobe.wear_style(style, wish.style_strength)
        control = find(wish.control[0], "controlnet") if wish.control else None
        used += [control] if control else []
        pipe = self._pipeline(wish, control)
        arguments = self._arguments(pipe, wish, frame, weighting.plain(pieces), weighting.plain(against))
        trace = self._trace(pipe, wish, frame, pieces, lora, used)
        return _Ready(pipe, arguments, frame, [pieces, against], trace)

    def _pipeline(self, wish: Wish, control: Addon | None) -> Any:
        """The pipeline of the task, around the same weights, with its own scheduler."""
        library = libraries.diffusers()
        task = "Inpainting" if wish.mask is not None else "Image2Image" if wish.init is not None else "Text2Image"
        extra = {"controlnet": self.wardrobe.control(control)} if control else {}
        try:
            pipe = self.pipe
            if task != "Text2Image" or extra:
                pipe = getattr(library, f"AutoPipelineFor{task}").from_pipe(self.pipe, **extra)
                self._place(pipe)
        except (ValueError, KeyError) as error:
            what = {"Inpainting": "paints no masked parts", "Image2Image": "starts from no picture"}
            wrong = f"{type(self.pipe).__name__} {what.get(task, 'makes no pictures of words')}"
            raise UsageError(wrong + (" with a ControlNet" if extra else "")) from error
        own = self._own_scheduler
        # A scheduler counts its steps, so every request begins with a fresh one.
        pipe.scheduler = schedulers.named(wish.scheduler, own) if wish.scheduler else type(own).from_config(own.config)
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def _arguments(self, pipe: Any, wish: Wish, frame: canvas.Frame, prompt: str, negative: str) -> dict[str, Any]:
        known = inspect.signature(pipe.__call__).parameters
        made = {"prompt": prompt, "width": frame.whole[0], "height": frame.whole[1]}
        if negative.strip():
            _require_negative(pipe, wish, known)
            made["negative_prompt"] = negative
        for name, value in (("num_inference_steps", wish.steps), ("guidance_scale", wish.guidance)):
            if value is not None:
                made[name] = _allowed(name, value, known, pipe)
        if wish.init is not None:
            made["image"] = frame.init
            if wish.strength is not None:
                made["strength"] = _share("strength", wish.strength)
        if wish.mask is not None:
            made["mask_image"] = frame.mask
        if wish.control is not None:
            given = frame.beside(wish.control[1], "the picture for the ControlNet")
            made["control_image" if "control_image" in known else "image"] = given
            made["controlnet_conditioning_scale"] = float(wish.control_strength)
        if wish.style is not None:
            made["ip_adapter_image"] = canvas.as_image(wish.style)
        return {name: value for name, value in made.items() if name in known or name not in ("width", "height")}

    def _style_adapter(self, wish: Wish) -> Addon:
        if wish.style_adapter is not None:
            return find(wish.style_adapter, "ip-adapter")
        from ...checkpoints.big import added

        known = [model.name for model in added() if model.kind == "ip-adapter"]
        if len(known) != 1:
            raise UsageError(
                "a picture of style needs an IP-Adapter" + (f", and {len(known)} are here" if known else ""),
                mend=f"name one: {', '.join(known)}" if known else "add one: maquette models add FOLDER",
            )
        return find(known[0], "ip-adapter")

    def _trace(
        self,
        pipe: Any,
        wish: Wish,
        frame: canvas.Frame,
        pieces: Sequence[tuple[str, float]],
        lora: Sequence[tuple[Addon, float]],
        used: Sequence[Addon],
    ) -> dict[str, Any]:
        assert self.plan is not None
        defaults = inspect.signature(pipe.__call__).parameters
        licence, undisclosed = self.model.licence, str(self.model.card.get("undisclosed") or "")
        worn = [f"with {one.name}" for one in used]
        sampler = {
            "name": wish.scheduler or "the model's own",
            "class": type(pipe.scheduler).__name__,
            "steps": wish.steps or _default(defaults, "num_inference_steps"),
            "guidance": wish.guidance if wish.guidance is not None else _default(defaults, "guidance_scale"),
            "strength": wish.strength,
            "tile": wish.tile,
        }
        return {
            "encoding": type(pipe).__name__,
            "sampler": sampler,
            "size": [frame.width, frame.height],
            "weights": [[text, weight] for text, weight in pieces if weight != 1],
            "negative": wish.negative,
            "lora": [{"name": one.name, "sha256": one.sha256, "weight": weight} for one, weight in lora],
            "worn": [{"name": one.name, "kind": one.kind, "sha256": one.sha256} for one in used],
            "where": {"device": self.plan.device, "type": self.plan.type, "offload": self.plan.offload},
            "libraries": libraries.versions(),
            "undisclosed": undisclosed,
            "told": " · ".join([*worn, *([f"under {licence}"] if licence else []), undisclosed]),
        }

    def ingredients(self, **asked: Any) -> tuple[Ingredient, ...]:
        """The models that a request wears beside its own (LoRA, ControlNet ...), with licence and hash."""
        wish = Wish("", **asked)
        found = [find(one, "lora") for one, _ in wish.lora] + [find(one, "embedding") for one in wish.words]
        found += [find(wish.control[0], "controlnet")] if wish.control else []
        found += [self._style_adapter(wish)] if wish.style is not None else []
        return tuple(one.ingredient for one in found)

    # -- the weights -----------------------------------------------------------------------------------------------

    @cached_property
    def shape(self) -> memory.Shape:
        """What the estimate of memory knows of the model."""
        assert isinstance(self.own, BigModel)
        return memory.shape_of(self.own.home, self.own.told.get("parts") or {})

    @property
    def cell(self) -> int:
        """Pixels on a side that one latent cell stands for."""
        return self.shape.cell

    @property
    def _default_side(self) -> int:
        assert isinstance(self.own, BigModel)
        return canvas.default_side(self.own.home, self.cell)

    def _load(self, frame: canvas.Frame) -> None:
        """Load the weights where they fit; a larger picture than before may ask for another place."""
        if self.plan is not None:
            loaded = memory.Shape({}, self.shape.net_width, self.shape.decoder_width, self.cell)
            memory.plan(loaded, self.free or memory.free_now(), *frame.whole)
            return
        libraries.diffusers()
        assert isinstance(self.own, BigModel)
        plan = memory.plan(self.shape, self.free or memory.free_now(), *frame.whole)
        pipe = libraries.load(self.own, plan.type)
        self.pipe, self.plan, self._own_scheduler = pipe, plan, pipe.scheduler
        self.wardrobe = Wardrobe(pipe, getattr(libraries.torch(), plan.type))
        self._place(pipe)

    def _place(self, pipe: Any) -> None:
        """Put a pipeline where the plan says. Pipelines share their parts, so the last one placed holds the hooks."""
        assert self.plan is not None
        if self.plan.offload == "parts":
            pipe.enable_model_cpu_offload(device=self.plan.device)
        elif self.plan.offload == "layers":
            pipe.enable_sequential_cpu_offload(device=self.plan.device)
        else:
            pipe.to(self.plan.device)

    def _check_read(self, ready: _Ready, reading: weighting.Reading) -> None:
        """UsageError where weights were asked for and no encoder could be told of them."""
        for pieces in ready.pieces:
            text = weighting.plain(pieces)
            if any(weight != 1 for _, weight in pieces) and text not in reading.weighted:
                raise UsageError(
                    f"{type(ready.pipe).__name__} wraps the prompt in words of its own, so that none can be weighted",
                    where=text[:60],
                    mend="leave the weights out",
                )


def _require_negative(pipe: Any, wish: Wish, known: Any) -> None:
    """UsageError for a negative prompt where nothing would come of it."""
    if type(pipe).__name__.startswith("Flux") or "negative_prompt" not in known:
        raise UsageError(
            f"{type(pipe).__name__} knows no negative prompt: its guidance is distilled into the net",
            where=f"negative: {wish.negative[:40]}",
            mend="leave it out, and say in the prompt what is to be there instead",
        )
    guidance = wish.guidance if wish.guidance is not None else _default(known, "guidance_scale")
    if guidance is not None and guidance <= 1:
        raise UsageError(
            f"with a guidance of {guidance:g} a negative prompt has no effect",
            mend="raise the guidance above 1, or leave the negative prompt out",
        )


def _allowed(name: str, value: Any, known: Any, pipe: Any) -> Any:
    words = {"num_inference_steps": "steps", "guidance_scale": "guidance"}
    if name not in known:
        raise UsageError(f"{type(pipe).__name__} has no {words[name]} to set", mend="leave it out")
    least, most = (1, 1000) if name == "num_inference_steps" else (0, 100)
    if not least <= value <= most:
        raise UsageError(f"{value:g} is no number of {words[name]}", mend=f"give {least} to {most}")
    return value


def _share(name: str, value: float) -> float:
    if not 0 < value <= 1:
        raise UsageError(f"a {name} of {value:g} is none", mend="give more than 0, at most 1")
    return float(value)


def _default(parameters: Any, name: str) -> Any:
    found = parameters[name].default if name in parameters else None
    return found if isinstance(found, int | float) else None


def _unread(pieces: Sequence[tuple[str, float]], reading: weighting.Reading) -> list[str]:
    """What stands beyond the last word that any text encoder read."""
    text = weighting.plain(pieces)
    rest = text[reading.read_to.get(text, len(text)) :].strip()
    return [f"the prompt is too long for this model; it did not read: {rest}"] if rest else []
