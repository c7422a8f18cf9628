"""A film before it is drawn: people, places, lines of the script, shots. Plain data that a person can read and change.

All of it is one JSON document beside the film (`film.json`). Every stage reads it and writes its own part, so each can
be done again alone. What a hand changes is kept apart as overrides by the id of a shot, so that making it again keeps
them.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, Union

from ..core.errors import MediaError

VERSION = 1

# From far to near: how much of the subject stands in the frame.
SIZES = ("extreme wide", "wide", "full", "medium wide", "medium", "medium close-up", "close-up", "extreme close-up",
         "insert")  # fmt: skip
KINDS = ("establishing", "two-shot", "over-shoulder", "single", "close-up", "insert", "group", "action", "reaction")
ANGLES = ("eye", "high", "low", "bird", "worm", "dutch")
MOVES = ("static", "pan", "tilt", "push in", "pull out", "track", "crane", "handheld")
EMOTIONS = ("neutral", "happy", "sad", "angry", "afraid", "surprised", "disgusted", "tired", "tender", "tense")
LINE_KINDS = ("action", "dialogue", "parenthetical", "lyric", "transition", "title")
BUILDS = ("slim", "average", "stocky", "tall", "child", "old")
HAIR = ("short", "long", "bob", "bun", "curly", "bald", "ponytail", "cap")
COSTUMES = ("shirt", "coat", "dress", "suit", "jumper", "overalls", "uniform", "robe")


@dataclass(frozen=True)
class Look:
    """How a person is drawn, the same in every shot. Colours are "#rrggbb"."""

    build: str = "average"
    height: float = 1.72  # metres
    hair: str = "short"
    hair_colour: str = "#3b2a20"
    skin: str = "#e3b48f"
    costume: str = "shirt"
    top: str = "#4a6fa5"
    bottom: str = "#39404a"
    beard: bool = False
    glasses: bool = False
    hat: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody of the cast. `id` is made from the name and stays when the name is written otherwise."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    about: str = ""  # what the script says where they are first seen
    look: Look = Look()
    voice: str = ""  # "en+f3": how a synthesiser is asked; "" is chosen by rule
    pitch: float = 1.0
    lines: int = 0


@dataclass(frozen=True)
class Prop:
    """A thing that the script names and that can be drawn: `kind` is one of the stage's pieces."""

    id: str
    kind: str
    words: str = ""
    scene: str = ""
    holder: str = ""  # person id


@dataclass(frozen=True)
class Doing:
    """One thing that somebody does: `motion` are words that the motion craft knows, "" where the verb is unknown."""

    who: str  # person id
    words: str  # as the script has it: "storms out"
    motion: str = ""  # "walks fast"
    emotion: str = "neutral"
    to: str = ""  # prop or person id, or "exit", "door"
    posture: str = ""  # what it ends in: stand, sit, lie; "" as before


@dataclass(frozen=True)
class Line:
    """A piece of the script, in its order: `first` and `last` are its elements' numbers in the Script."""

    id: str  # "1.04": scene and number
    kind: str
    text: str
    who: str = ""  # person id of who speaks
    emotion: str = "neutral"
    manner: str = ""  # the parenthetical
    off: bool = False  # spoken off screen or as voice over
    first: int = 0
    last: int = 0
    doings: tuple[Doing, ...] = ()
    with_line: str = ""  # the other line of a dual dialogue


@dataclass(frozen=True)
class Shot:
    """One take of a camera: `lines` are covered by it, `seconds` is how long it is on screen."""

    id: str  # "3A": stays when other shots come or go
    kind: str = "single"
    size: str = "medium"
    angle: str = "eye"
    lens: float = 35.0  # mm on full frame
    move: str = "static"
    side: int = 1  # of the line of action: 1 or -1
    subjects: tuple[str, ...] = ()  # person ids, or one prop id for an insert
    over: str = ""  # over whose shoulder
    lines: tuple[str, ...] = ()
    seconds: float = 3.0
    emotion: str = "neutral"
    transition: str = "cut"  # into this shot: cut, dissolve, fade
    note: str = ""  # why the grammar chose it
    left_out: bool = False  # a hand took it out of the film; it stays in the plan


@dataclass(frozen=True)
class Scene:
    """What happens in one place without a break."""

    id: str  # "3"
    heading: str
    place: str = ""
    kind: str = "room"  # which set stands for the place
    interior: bool = True
    time: str = "day"  # day, night, dawn, dusk
    people: tuple[str, ...] = ()
    props: tuple[Prop, ...] = ()
    lines: tuple[Line, ...] = ()
    shots: tuple[Shot, ...] = ()
    mood: str = "neutral"
    synopsis: str = ""


@dataclass(frozen=True)
class Film:
    """The whole document."""

    title: str
    author: str = ""
    language: str = "en"
    script: str = ""  # sha256 of the script's text
    fps: float = 24.0
    people: tuple[Person, ...] = ()
    scenes: tuple[Scene, ...] = ()
    overrides: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)  # shot id -> field -> value
    said: tuple[str, ...] = ()  # what was not understood: unknown verbs, missing scenes
    version: int = VERSION
    order: tuple[str, ...] = ()  # shot ids as an editor put them; empty: as planned

    @property
    def shots(self) -> tuple[Shot, ...]:
        """All shots that are seen, in the order they are seen, hand edits put in."""
        planned = [self.with_hand(shot) for scene in self.scenes for shot in scene.shots]
        seen = _in_order(planned, self.order) if self.order else planned
        return tuple(shot for shot in seen if not shot.left_out)

    def with_hand(self, shot: Shot) -> Shot:
        """A shot as the hand wants it."""
        changed = {key: _read(_type_of(Shot, key), value) for key, value in self.overrides.get(shot.id, {}).items()}
        return dataclasses.replace(shot, **changed)

    def person(self, id: str) -> Person:
        return next(one for one in self.people if one.id == id)

    @property
    def seconds(self) -> float:
        return sum(shot.seconds for shot in self.shots)


def _in_order(planned: list[Shot], order: tuple[str, ...]) -> list[Shot]:
    """The shots as `order` has them; one that it does not name comes after the one it was planned after."""
    known = {shot.id: shot for shot in planned}
    seen = [known[id] for id in order if id in known]
    named, before = set(order), ""
    for shot in planned:
        if shot.id not in named:
            ids = [one.id for one in seen]
            seen.insert(ids.index(before) + 1 if before in ids else 0, shot)
        before = shot.id
    return seen


T = TypeVar("T")


def as_data(thing: Any) -> Any:
    """Plain JSON data of any of these, without what stands at its default."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        out = {}
        for one in dataclasses.fields(thing):
            value = getattr(thing, one.name)
            default = one.default if one.default is not dataclasses.MISSING else None
            if value != default and value != () and value != {}:
                out[one.name] = as_data(value)
        return out
    if isinstance(thing, tuple | list):
        return [as_data(one) for one in thing]
    if isinstance(thing, Mapping):
        return {str(key): as_data(value) for key, value in thing.items()}
    return thing


def from_data(kind: type[T], data: Any, where: str = "") -> T:
    """The thing that `as_data` wrote. Raises MediaError naming the field that is wrong."""
    if not isinstance(data, Mapping):
        raise MediaError(f"{data!r:.60} is no {kind.__name__}", where=where, mend="give an object in curly brackets")
    hints = typing.get_type_hints(kind)
    unknown = [key for key in data if key not in hints]
    if unknown:
        known = ", ".join(hints)
        raise MediaError(f"{kind.__name__} has no {unknown[0]!r}", where=where, mend=f"it has {known}")
    values = {key: _read(hints[key], value, f"{where}.{key}".strip(".")) for key, value in data.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise MediaError(f"{kind.__name__}: {error}", where=where, mend="write the missing field") from error


def _type_of(kind: type, name: str) -> Any:
    hints = typing.get_type_hints(kind)
    if name not in hints:
        known = ", ".join(hints)
        raise MediaError(f"{kind.__name__} has no {name!r}", where="overrides", mend=f"it has {known}")
    return hints[name]


def _read(hint: Any, value: Any, where: str = "") -> Any:
    origin = typing.get_origin(hint)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise MediaError(f"{value!r:.60} is no list", where=where, mend="give a list in square brackets")
        inner = typing.get_args(hint)[0]
        return tuple(_read(inner, one, f"{where}[{number}]") for number, one in enumerate(value))
    if origin in (Union, types.UnionType) or hint is Any or (origin is not None and issubclass(origin, Mapping)):
        return value
    if dataclasses.is_dataclass(hint):
        return from_data(typing.cast(type, hint), value, where)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and (not isinstance(value, hint) or (hint is int and isinstance(value, bool))):
        raise MediaError(f"{value!r:.60} is no {hint.__name__}", where=where, mend=f"give a {hint.__name__}")
    return value
