"""Requests for pictures put to a large open model: what our controls mean to it, and works of what it made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..core.progress import OnProgress, silent
from ..core.types import Request, Work
from .picture_controls import PictureControls, aspect_of

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..media.picture import Picture

SMALL_ONLY = ("style", "colours", "palette", "crisp", "follow", "sampler")  # controls that speak of our own nets alone


@dataclass(frozen=True)
class Worn:
    """What a large model wears for a request: LoRAs with their weights, learnt words, a ControlNet with its picture."""

    lora: tuple[tuple[str, float], ...] = ()
    words: tuple[str, ...] = ()
    control: tuple[str, Picture] | None = None
    scheduler: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)  # init, mask, strength, style: see makers.big.pictures

    def __bool__(self) -> bool:
        return bool(self.lora or self.words or self.control or self.scheduler)


def is_large(checkpoint: Checkpoint | None) -> bool:
    """True for a model of diffusers' form, which the extra `big` opens."""
    return type(checkpoint).__name__ == "BigModel"


def settings_of(controls: PictureControls, checkpoint: Checkpoint) -> dict[str, Any]:
    """The controls as a large model takes them. Raises UsageError for those that mean nothing to it."""
    plain = PictureControls()
    for name in SMALL_ONLY:
        if getattr(controls, name) != getattr(plain, name):
            raise UsageError(
                f"--{name} speaks to Maquette's own nets, and {checkpoint.name} is none",
                mend="say it in the prompt, or leave --checkpoint out",
            )
    asked: dict[str, Any] = {"negative": controls.negative, "tile": controls.tile}
    if controls.steps:
        asked["steps"] = controls.steps
    if controls.guidance is not None:
        asked["guidance"] = controls.guidance
    ratio = aspect_of(controls.aspect)
    if controls.size or ratio != 1:
        short = controls.size or 512
        long = round(short * max(ratio, 1 / ratio) / 8) * 8
        asked["width"], asked["height"] = (long, short) if ratio >= 1 else (short, long)
    return asked


def make_large(
    checkpoint: Any, request: Request[PictureControls], worn: Worn | None = None, on_progress: OnProgress = silent
) -> Iterator[Work[Picture]]:
    """The works of a request by a large model, as they are finished."""
    from .big.pictures import BigPictures

    worn = worn or Worn()
    asked = {**settings_of(request.controls, checkpoint), **worn.more}
    if worn.scheduler:
        asked["scheduler"] = worn.scheduler
    own = {"lora": worn.lora, "words": worn.words, "control": worn.control}
    asked |= {name: value for name, value in own.items() if value}
    model = BigPictures(checkpoint)
    credits = model.ingredients(**asked)
    made = model.make(request.prompt, seed=request.seed, count=request.count, on_progress=on_progress, **asked)
    for picture, trace in made:
        seed = int(trace["seed"])
        reading = {"used": [], "replaced": [], "unknown": [], "said": list(trace.get("said") or ())}
        told = {**trace, "reading": reading}
        note = " · ".join(filter(None, (request.prompt.strip(), str(trace.get("told") or ""))))
        yield Work(picture, request, seed, checkpoint.id, "words", note, credits, told)
