"""The maker of pictures by a large model: a Request in, Works out, with the model's licence in each story.

`makers/picture.py` hands its requests here when the checkpoint is a `BigModel`. Settings are read from the request's
controls by the names of `pictures.Wish`; pictures (a start, a mask, a style) are handed in beside, since a request is
plain data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from ...checkpoints.big import BigModel
from ...core.progress import OnProgress, silent
from ...core.types import Request, Work
from .pictures import BigPictures, Wish

if TYPE_CHECKING:
    from ...checkpoints.box import Checkpoint
    from ...media.picture import Picture

PICTURES = ("init", "mask", "control", "style")  # fields of a Wish that are no plain data
SETTINGS = tuple(name for name in Wish.__dataclass_fields__ if name not in ("prompt", *PICTURES))


def is_big(checkpoint: Checkpoint | None) -> bool:
    """True for a checkpoint that this maker is for."""
    return isinstance(checkpoint, BigModel)


class BigPictureMaker:
    """Makes pictures by a large model of other makers. The weights are loaded with the first picture, and stay."""

    name: ClassVar[str] = "picture"
    starter: ClassVar[str] = ""

    def __init__(self, checkpoint: BigModel) -> None:
        self.checkpoint = checkpoint
        self.model = BigPictures(checkpoint)

    def make(self, request: Request[Any], on_progress: OnProgress = silent, **pictures: Any) -> Iterator[Work[Picture]]:
        """Yield `request.count` works, one a seed. `pictures`: init, mask, control (name, picture), style.

        Raises UsageError for what the model cannot do; nothing that is asked for is left out in silence.
        """
        asked = {**settings_of(request.controls), **{name: one for name, one in pictures.items() if one is not None}}
        worn = {name: asked[name] for name in ("lora", "words", "control", "style", "style_adapter") if name in asked}
        ingredients = self.model.ingredients(**worn)
        made = self.model.make(request.prompt, seed=request.seed, count=request.count, on_progress=on_progress, **asked)
        for picture, trace in made:
            yield Work(
                picture,
                request,
                seed=int(trace["seed"]),
                checkpoint=self.checkpoint.id,
                how="edited" if "init" in asked else "words",
                note=note_of(self.checkpoint, trace),
                ingredients=ingredients,
                trace={name: value for name, value in trace.items() if name != "seed"},
            )


def settings_of(controls: Any) -> dict[str, Any]:
    """The settings among a request's controls that a large model knows; what is left open (None, "") is left out."""
    found = {name: getattr(controls, name, None) for name in SETTINGS}
    return {name: value for name, value in found.items() if value not in (None, "", (), False)}


def note_of(model: BigModel, trace: dict[str, Any]) -> str:
    """One line for people: how many steps, what it wore, and that nobody knows whose works it learnt from."""
    worn = [f"with {one['name']}" for one in trace["worn"]]
    steps = trace["sampler"]["steps"]
    said = [f"{steps} steps"] if steps else []
    licence = [f"under {model.licence}"] if model.licence else []
    return " · ".join([*said, *worn, *licence, str(trace["undisclosed"])])
