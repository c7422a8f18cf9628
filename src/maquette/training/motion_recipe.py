"""The recipe of a net that moves bodies: TOML in, frozen dataclasses, saved whole with the weights."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.errors import UsageError
from .motion_losses import MotionWeights
from .pictures_recipe import values_of
from .recipe import _filled, _toml


@dataclass(frozen=True)
class MotionShape:
    """Sizes of the net that a person may choose; the rest follows from the data."""

    width: int = 256
    layers: int = 4
    heads: int = 4


@dataclass(frozen=True)
class MotionRecipe:
    """A training, complete: `steps` of `batch` windows; `every` steps between two looks at what is held out.

    rate: of Muon and AdamW; fall: the last share of the steps, in which it falls to nothing; average: memory of the
    mean of the weights. tiers: kinds of clips by their origin that are learnt from; sources: TOML of the sets'
    copyright lines, beside the recipe; `data` is filled in when the training starts.
    """

    name: str = "motion"
    craft: str = "motion"
    seed: int = 0
    steps: int = 6000
    batch: int = 48
    every: int = 200
    rate: float = 2e-3
    fall: float = 0.4
    average: float = 0.9995
    base: str = ""
    tiers: tuple[str, ...] = ("a",)
    sources: str = ""
    net: MotionShape = field(default_factory=MotionShape)
    weights: MotionWeights = field(default_factory=MotionWeights)
    data: tuple[Mapping[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return dataclasses.asdict(self)

    def as_toml(self) -> str:
        """A TOML file that `read` understands."""
        plain = self.as_dict()
        tables = {key: plain.pop(key) for key in TABLES}
        data = plain.pop("data")
        lines = [f"{key} = {_toml(value)}" for key, value in plain.items()]
        for name, table in tables.items():
            lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
        for row in data:
            lines += ["", "[[data]]", *(f"{key} = {_toml(value)}" for key, value in row.items())]
        return "\n".join(lines) + "\n"


TABLES: dict[str, Any] = {"net": MotionShape, "weights": MotionWeights}


def read(path: Path) -> MotionRecipe:
    """A recipe from a TOML file; unknown keys are errors with a suggestion."""
    values = values_of(path)
    where = str(path)
    for name, kind in TABLES.items():
        if name in values:
            values[name] = _filled(kind, values[name], f"{where} [{name}]")
    if "data" in values:
        values["data"] = tuple(dict(row) for row in values["data"])
    made: MotionRecipe = _filled(MotionRecipe, values, where)
    if made.craft != "motion":
        raise UsageError(f"this is a recipe for {made.craft}", where=where, mend='give one with craft = "motion"')
    return made
