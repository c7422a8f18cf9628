"""The recipe of a diffusion model of pictures: TOML in, frozen dataclasses, saved whole with the weights."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.errors import UsageError
from ..nets.diffusion.edm import Noise
from ..nets.diffusion.unet import UNetSize
from .pictures_corpus import PictureSampling
from .recipe import _filled, _toml


@dataclass(frozen=True)
class PictureOptimiser:
    """Muon for the kernels and matrices of the blocks, AdamW for all else, at one rate: up over `warmup` steps, level,
    then straight down over the last `descent` of the run. `mean`: memory of the running mean of the weights."""

    rate: float = 2.2e-3
    momentum: float = 0.95
    betas: tuple[float, float] = (0.9, 0.99)
    warmup: int = 80
    descent: float = 0.4
    clip: float = 1.0
    mean: float = 0.998


@dataclass(frozen=True)
class PictureAdapter:
    """How an own style learns: low-rank additions of `rank` to the matrices (Hu et al. 2021, arXiv:2106.09685), and a
    style of its own in the table; with rank 0 the whole net is trained. `patience`: looks without gain."""

    rank: int = 0
    reach: float = 1.0
    patience: int = 4


@dataclass(frozen=True)
class PictureRecipe:
    """A training, complete: `steps` of `batch` pictures; `every` steps between two looks at what is held out.

    sharpen: seconds of processor for which a critic sharpens the trained net (`pictures_sharpen`); enlarge: steps of
    training the enlarger, 0 for none. few: the base is tuned to draw in few steps (`nets.diffusion.consistency`); its
    rate should be a tenth of the usual.
    sources: TOML of the sets' copyright lines, beside the recipe; without: styles (their names in the data) and sets
    that are left out; `data` is filled in when the training starts.
    """

    name: str = "pictures"
    craft: str = "picture"
    method: str = "diffusion"
    seed: int = 1
    steps: int = 6000
    batch: int = 48
    every: int = 150
    base: str = ""
    few: bool = False
    sharpen: float = 0.0
    enlarge: int = 2500
    sources: str = ""
    without: tuple[str, ...] = ()
    net: UNetSize = field(default_factory=lambda: UNetSize())
    optimiser: PictureOptimiser = field(default_factory=PictureOptimiser)
    sampling: PictureSampling = field(default_factory=PictureSampling)
    noise: Noise = field(default_factory=Noise)
    adapter: PictureAdapter = field(default_factory=PictureAdapter)
    data: tuple[Mapping[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data; without the adapter's settings where there is none."""
        plain = dataclasses.asdict(self)
        if not self.adapter.rank:
            del plain["adapter"]
        return plain

    def as_toml(self) -> str:
        """A TOML file that `read` understands."""
        plain = self.as_dict()
        tables = {key: plain.pop(key) for key in TABLES if key in plain}
        data = plain.pop("data")
        lines = [f"{key} = {_toml(value)}" for key, value in plain.items()]
        for name, table in tables.items():
            lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
        for row in data:
            lines += ["", "[[data]]", *(f"{key} = {_toml(value)}" for key, value in row.items())]
        return "\n".join(lines) + "\n"


TABLES: dict[str, Any] = {
    "net": UNetSize,
    "optimiser": PictureOptimiser,
    "sampling": PictureSampling,
    "noise": Noise,
    "adapter": PictureAdapter,
}


def read(path: Path) -> PictureRecipe:
    """A recipe from a TOML file; unknown keys are errors with a suggestion."""
    return from_dict(values_of(path), str(path))


def values_of(path: Path) -> dict[str, Any]:
    """A recipe's file as plain data. UsageError for one that is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"the recipe cannot be read: {error}", where=str(path)) from error


def from_dict(values: Mapping[str, Any], where: str = "recipe") -> PictureRecipe:
    """A recipe from plain data."""
    values = dict(values)
    for name, kind in TABLES.items():
        if name in values:
            values[name] = _filled(kind, values[name], f"{where} [{name}]")
    if "data" in values:
        rows = values["data"]
        if not isinstance(rows, (list, tuple)) or not all(isinstance(row, Mapping) for row in rows):
            raise UsageError(f"data = {rows!r} should be tables", where=where, mend="write [[data]] above each")
        values["data"] = tuple(dict(row) for row in rows)
    made: PictureRecipe = _filled(PictureRecipe, values, where)
    if made.craft != "picture" or made.method != "diffusion":
        wrong = f"this is a recipe for {made.craft} by {made.method}"
        raise UsageError(wrong, where=where, mend='give one with craft = "picture" and method = "diffusion"')
    return made
