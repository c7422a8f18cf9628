"""Recipes: everything a training needs to be done again. TOML in, frozen dataclasses, saved whole with the weights."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from ..core.errors import UsageError
from ..core.registry import nearest
from .corpus import Sampling


@dataclass(frozen=True)
class Net:
    """Sizes of the transformer; vocabulary, outputs and places come from the encoding."""

    width: int = 256
    layers: int = 7
    heads: int = 4
    key_heads: int = 2
    hidden: int = 768
    context: int = 512
    dropout: float = 0.1


@dataclass(frozen=True)
class Optimiser:
    """`name` adamw or muon (matrices only); `rate` at the plateau; `descent` the share of steps over which it falls."""

    name: str = "muon"
    rate: float = 2e-3
    betas: tuple[float, float] = (0.9, 0.98)
    decay: float = 0.1
    warmup: int = 60
    descent: float = 0.3
    clip: float = 1.0
    mean: float = 0.995  # memory of the running mean of the weights


@dataclass(frozen=True)
class Adapter:
    """How a style adapter learns; with rank 0 there is none, and the whole net is trained.

    rank of the matrices, `reach` by which they count (Hu et al. 2021, arXiv:2106.09685: alpha / rank), `dropout` on
    their way. pairs, copies: shares of the icons' documents in which another hand's drawing of the same thing, or a
    shaken copy of the icon itself, stands before the icon. references: drawings of the shelf for each icon.
    rule: share of all documents that teach what the rule does, drawings of the shelf restyled by it into the hand;
    restyled: how many drawings; led, steadied: shares of these documents in which the drawing itself, or a shaken
    copy of what the rule made of it, stands before it (the others are from words alone). attention: whether the
    projections of attention are adapted too.
    patience: looks at what is held out without gain after which it stops.
    """

    rank: int = 0
    reach: float = 2.0
    dropout: float = 0.1
    pairs: float = 0.05
    copies: float = 0.55
    references: int = 3
    rule: float = 0.6
    restyled: int = 500
    led: float = 0.5
    steadied: float = 0.3
    attention: bool = True
    patience: int = 4


@dataclass(frozen=True)
class Recipe:
    """A training, complete: with the same recipe, data and machine it gives the same weights.

    steps of about `tokens` tokens each; `every` steps between two looks at what is held out;
    `data` names the datasets by name, version and sha256 (filled in when the training starts).
    `sampling` says how documents are dealt out; each craft has a class of its own for it (see SAMPLINGS).
    """

    name: str = "icon"
    craft: str = "icon"
    seed: int = 1
    steps: int = 3000
    tokens: int = 4096
    every: int = 150
    base: str = ""
    sources: str = ""  # TOML of the sets' copyright lines, beside the recipe
    net: Net = field(default_factory=Net)
    optimiser: Optimiser = field(default_factory=Optimiser)
    sampling: Any = field(default_factory=Sampling)
    adapter: Adapter = field(default_factory=Adapter)
    data: tuple[Mapping[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data, every default filled in; without the adapter's settings where there is none."""
        plain = dataclasses.asdict(self)
        if not self.adapter.rank:
            del plain["adapter"]
        return plain

    def as_toml(self) -> str:
        """The recipe as a TOML file that `read` understands."""
        plain = self.as_dict()
        tables = {key: plain.pop(key) for key in ("net", "optimiser", "sampling", "adapter") if key in plain}
        data = plain.pop("data")
        lines = [f"{key} = {_toml(value)}" for key, value in plain.items()]
        for name, table in tables.items():
            lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
        for row in data:
            lines += ["", "[[data]]", *(f"{key} = {_toml(value)}" for key, value in row.items())]
        return "\n".join(lines) + "\n"


SAMPLINGS = {"icon": "corpus:Sampling", "music": "notes_corpus:MusicSampling"}


def sampling_of(craft: str) -> Any:
    """The class of a craft's `[sampling]`."""
    module, _, name = SAMPLINGS.get(craft, SAMPLINGS["icon"]).partition(":")
    return getattr(import_module(f"{__package__}.{module}"), name)


# Of a style adapter, for ten to a hundred icons. They alone would be learnt by heart in fifty steps; beside hundreds
# of restyled drawings the held-out ones gain for longer, and what is shown is kept better and better (docs/lab.md).
ADAPTER = Recipe(
    steps=240,
    tokens=1024,
    every=30,
    optimiser=Optimiser(name="adamw", rate=2.5e-3, decay=0.05, warmup=10, descent=0.6, mean=0.9),
    sampling=Sampling(longest=240, context=480, turned=0.5, infill=0.15, no_words=0.15, no_style=0.0),
    adapter=Adapter(rank=16),
)


def read(path: Path) -> Recipe:
    """A recipe from a TOML file; unknown keys are errors with a suggestion."""
    try:
        return from_dict(tomllib.loads(path.read_text(encoding="utf-8")), str(path))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"the recipe cannot be read: {error}", where=str(path)) from error


def from_dict(values: Mapping[str, Any], where: str = "recipe") -> Recipe:
    """A recipe from plain data."""
    values = dict(values)
    sampling = sampling_of(str(values.get("craft", Recipe.craft)))
    parts: dict[str, Any] = {"net": Net, "optimiser": Optimiser, "sampling": sampling, "adapter": Adapter}
    values.setdefault("sampling", {})
    for name, kind in parts.items():
        if name in values:
            values[name] = _filled(kind, values[name], f"{where} [{name}]")
    if "data" in values:
        rows = values["data"]
        if not isinstance(rows, (list, tuple)) or not all(isinstance(row, Mapping) for row in rows):
            raise UsageError(f"data = {rows!r} should be tables", where=where, mend="write [[data]] above each")
        values["data"] = tuple(dict(row) for row in rows)
    return _filled(Recipe, values, where)  # type: ignore[no-any-return]


def _filled(kind: Any, values: Mapping[str, Any], where: str) -> Any:
    if not isinstance(values, Mapping):
        raise UsageError(f"{values!r} should be a table", where=where, mend="write its keys below a line [name]")
    known = {f.name: f for f in dataclasses.fields(kind)}
    for key in values:
        if key not in known:
            raise UsageError(f"unknown key {key!r}", where=where, mend=nearest(key, known))
    ready = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    for key, value in ready.items():
        default = getattr(kind(), key)
        wanted = type(value) if dataclasses.is_dataclass(value) else type(default)
        if wanted is float and type(value) is int:
            ready[key] = float(value)
        elif not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            raise UsageError(f"{key} = {value!r} should be of type {wanted.__name__}", where=where)
        elif isinstance(value, tuple) and default and len(value) != len(default):
            raise UsageError(f"{key} = {list(value)} should have {len(default)} numbers", where=where)
    return kind(**ready)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f'"{key}" = {_toml(one)}' for key, one in value.items()) + " }"
    return repr(value)
