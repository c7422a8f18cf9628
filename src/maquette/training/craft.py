"""What a craft brings to a training: its recipes, its data as documents, how a net is judged, and what is kept.

The loop, its saving and stopping and the command know no icon and no note; a craft is looked up here by its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..core.errors import UsageError

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..core.progress import OnProgress
    from ..data.dataset import Dataset
    from ..nets.transformer import Transformer
    from .adapting import Adapting
    from .finish import Finished
    from .loop import Dealing
    from .losses import Measure
    from .recipe import Net, Recipe

CRAFTS = {"icon": "craft_icon:IconCraft", "music": "craft_music:MusicCraft"}


class Material(Protocol):
    """A craft's data, ready to be learnt from.

    `corpus` and `encoding` are what the craft's own `finish` makes of it.
    """

    @property
    def dealer(self) -> Dealing:
        """Gives the documents to learn from."""
        ...

    @property
    def held_out(self) -> Sequence[Any]:
        """Documents that are looked at and never learnt from."""
        ...

    @property
    def measure(self) -> Measure:
        """How documents are read and judged."""
        ...

    corpus: Any
    encoding: Any

    def new_net(self) -> Transformer:
        """A fresh net, seeded by the recipe."""
        ...

    def preview(self, net: Transformer, folder: Path, step: int) -> str:
        """Write what the net makes just now, unpicked; returns its name, or why there is none."""
        ...


class Craft(Protocol):
    """One craft's way to train."""

    name: str
    minutes: float  # of an adaptation, unless others are asked for

    def open_dataset(self, data: Path, sampling: Any) -> Dataset:
        """The items of `data` that a training with this `[sampling]` may see."""
        ...

    def nets(self, nets: Mapping[str, Net]) -> Mapping[str, Net]:
        """The nets that may be asked for by name."""
        ...

    def recipe(self, name: str, count: int, nets: Mapping[str, Net]) -> Recipe:
        """The recipe for data of `count` items where none is given."""
        ...

    def adapter_recipe(self, name: str) -> Recipe:
        """The recipe of a style adapter where none is given."""
        ...

    def open(self, recipe: Recipe, dataset: Dataset, out: Path, on_progress: OnProgress) -> Material:
        """Encode the items, once: what was encoded is kept in `out / "run"`."""
        ...

    def finish(self, done: Finished, out: Path, on_progress: OnProgress) -> None:
        """Write the checkpoint into `out`."""
        ...

    def adaptation(
        self, base: Checkpoint, recipe: Recipe, dataset: Dataset, folder: Path, on_progress: OnProgress
    ) -> Adapting:
        """A style adapter of `base` to be made of the items, or one under way in `folder`."""
        ...

    def told_of(self, done: Any) -> str:
        """In one sentence, what an adapter is worth beside its base."""
        ...

    def finish_adapter(self, done: Any, out: Path, on_progress: OnProgress) -> None:
        """Write the adapter into `out`."""
        ...


def craft_of(name: str) -> Craft:
    """The craft of that name, or an error that says which there are."""
    if name not in CRAFTS:
        known = ", ".join([*CRAFTS, "picture"])
        raise UsageError(f"there is nothing to train for {name!r} yet", mend=f"known are: {known}")
    module, _, kind = CRAFTS[name].partition(":")
    craft: Craft = getattr(import_module(f"{__package__}.{module}"), kind)()
    return craft
