"""The recipe of a generator for one's own pictures: TOML in, frozen dataclasses, saved whole with the weights."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.errors import UsageError
from ..core.registry import nearest
from ..nets.gan.style import GanSize
from .gan_loop import Learning
from .recipe import _filled, _toml

SIDES = (32, 64, 128)


@dataclass(frozen=True)
class GanRecipe:
    """A training of `minutes`; `steps` above 0 ends it after so many steps instead. `data` is filled in."""

    name: str = "pictures"
    craft: str = "picture"
    method: str = "gan"
    seed: int = 1
    minutes: float = 60.0
    steps: int = 0
    net: GanSize = field(default_factory=GanSize)
    learning: Learning = field(default_factory=Learning)
    data: tuple[Mapping[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return dataclasses.asdict(self)

    def as_toml(self) -> str:
        """A TOML file that `read` understands."""
        plain = self.as_dict()
        tables = {key: plain.pop(key) for key in ("net", "learning")}
        data = plain.pop("data")
        lines = [f"{key} = {_toml(value)}" for key, value in plain.items()]
        for name, table in tables.items():
            lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
        for row in data:
            lines += ["", "[[data]]", *(f"{key} = {_toml(value)}" for key, value in row.items())]
        return "\n".join(lines) + "\n"


def read(path: Path) -> GanRecipe:
    """A recipe from a TOML file; unknown keys are errors with a suggestion."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"the recipe cannot be read: {error}", where=str(path)) from error
    return from_dict(values, str(path))


def from_dict(values: Mapping[str, Any], where: str = "recipe") -> GanRecipe:
    """A recipe from plain data; a net of another side gets channels that fit it where none are given."""
    values = dict(values)
    known = {one.name: one for one in dataclasses.fields(GanRecipe)}
    for key in values:
        if key not in known:
            raise UsageError(f"unknown key {key!r}", where=where, mend=nearest(key, known))
    net = dict(values.pop("net", {}))
    channels = tuple(net.pop("channels", ()))
    size: GanSize = _filled(GanSize, net, f"{where} [net]")
    if size.side not in SIDES:
        raise UsageError(f"a side of {size.side} px", where=where, mend=f"one of {', '.join(map(str, SIDES))}")
    size = dataclasses.replace(size, channels=channels or channels_for(size.side))
    if 4 * 2 ** len(size.channels) != size.side or size.colours != 4:
        raise UsageError(
            f"{len(size.channels)} channels do not lead to {size.side} px",
            where=f"{where} [net]",
            mend=f"give {len(channels_for(size.side))}, or leave them out",
        )
    learning: Learning = _filled(Learning, values.pop("learning", {}), f"{where} [learning]")
    data = tuple(dict(row) for row in values.pop("data", ()))
    plain = dataclasses.replace(GanRecipe(), net=size, learning=learning, data=data)
    for key, value in values.items():
        wanted = type(getattr(plain, key))
        if wanted is float and type(value) is int:
            value = float(value)
        if not isinstance(value, wanted):
            raise UsageError(f"{key} = {value!r} should be of type {wanted.__name__}", where=where)
        plain = dataclasses.replace(plain, **{key: value})
    if plain.method != "gan":
        raise UsageError(f"this is a recipe for the method {plain.method!r}", where=where, mend='method = "gan"')
    return plain


def channels_for(side: int) -> tuple[int, ...]:
    """Channels from 4 px up to half the side."""
    return (*GanSize.channels, 24)[: side.bit_length() - 3]
