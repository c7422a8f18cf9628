"""The shot grammar of a director: rules by name, read from TOML, checked word by word."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from ...core.errors import UsageError
from ...media.film import ANGLES, KINDS, MOVES, SIZES

FILE = Path(__file__).with_name("grammar.toml")
CHOICES = {"kind": KINDS, "size": SIZES, "angle": ANGLES, "move": MOVES}


@dataclass(frozen=True)
class Rule:
    """What the camera does in one situation; `hold` lines may go into one shot."""

    name: str
    kind: str = ""
    size: str = ""
    angle: str = "eye"
    lens: float = 35.0
    move: str = "static"
    hold: int = 1
    note: str = ""
    use: bool = True


@dataclass(frozen=True)
class Pace:
    """How fast a film is cut; see `grammar.toml`."""

    longest: float = 10.0
    least: float = 0.7
    reaction_words: int = 26
    breather: int = 6
    tighten: int = 4
    side: int = 1


@dataclass(frozen=True)
class Grammar:
    """All rules by name, and the pace."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    pace: Pace = Pace()

    def uses(self, name: str) -> bool:
        return self.rules[name].use


@cache
def _own() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


def grammar(path: Path | None = None) -> Grammar:
    """The grammar of this craft, with what a director's own file changes. Raises UsageError naming what is wrong."""
    data: dict[str, Any] = {"pace": dict(_own()["pace"]), "rule": {k: dict(v) for k, v in _own()["rule"].items()}}
    if path is not None:
        own = _read(path)
        _known(own, ("pace", "rule"), str(path), "part")
        _known(own.get("pace", {}), data["pace"], f"{path}, [pace]", "setting")
        _known(own.get("rule", {}), data["rule"], str(path), "rule")
        data["pace"] |= own.get("pace", {})
        for name, changed in own.get("rule", {}).items():
            if not isinstance(changed, dict):
                raise UsageError(
                    f"rule.{name} is no table", where=str(path), mend=f"write [rule.{name}] above its lines"
                )
            data["rule"][name] |= changed
    where = str(path or FILE.name)
    return Grammar(
        {name: _rule(name, entry, where) for name, entry in data["rule"].items()}, _pace(data["pace"], where)
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror or error}", where=str(path), mend="check the name"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"this is no TOML: {error}", where=str(path), mend="mend the line that it names") from error


def _known(found: Any, known: Any, where: str, what: str) -> None:
    if not isinstance(found, Mapping):
        raise UsageError(f"{what}s must stand in a table", where=where, mend="see grammar.toml of this craft")
    for key in found:
        if key not in known:
            near = difflib.get_close_matches(str(key), list(known), 1)
            mend = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise UsageError(f"there is no {what} {key!r}", where=where, mend=mend)


def _rule(name: str, entry: Mapping[str, Any], where: str) -> Rule:
    place = f"{where}, [rule.{name}]"
    _known(entry, {one.name for one in fields(Rule)} - {"name"}, place, "field")
    for key, choices in CHOICES.items():
        if entry.get(key) and entry[key] not in choices:
            near = difflib.get_close_matches(str(entry[key]), choices, 1)
            mend = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(choices)}"
            raise UsageError(f"{entry[key]!r} is no {key}", where=place, mend=mend)
    for key, kinds, least in (("lens", (int, float), 8), ("hold", (int,), 1)):
        value = entry.get(key, least)
        if isinstance(value, bool) or not isinstance(value, kinds) or value < least:
            raise UsageError(f"{key} is {value!r}", where=place, mend=f"give a number from {least}")
    if not isinstance(entry.get("use", True), bool):
        raise UsageError(f"use is {entry['use']!r}", where=place, mend="write true or false")
    return Rule(name, **{**entry, "lens": float(entry.get("lens", 35.0))})


def _pace(entry: Mapping[str, Any], where: str) -> Pace:
    for key, value in entry.items():
        wrong = isinstance(value, bool) or not isinstance(value, int | float) or (key != "side" and value <= 0)
        if wrong or (key == "side" and value not in (1, -1)):
            mend = "give 1 or -1" if key == "side" else "give a number above 0"
            raise UsageError(f"{key} is {value!r}", where=f"{where}, [pace]", mend=mend)
    return Pace(**entry)
