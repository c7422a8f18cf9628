"""The nouns of the corridor: Request, Ingredient, Work, Ghost.

Frozen dataclasses of the standard library, so that every floor can speak them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

Controls = TypeVar("Controls")
Media = TypeVar("Media")

Relation = Literal["parentOf", "componentOf", "inputTo"]
How = Literal["found", "after", "words", "edited", "ngram", "drawn", "spoken"]


@dataclass(frozen=True)
class Request(Generic[Controls]):
    """What a person asks a maker for."""

    maker: str
    prompt: str
    controls: Controls
    seed: int = 0
    count: int = 12
    base: str | None = None  # asset id (sha256) of a work that is edited
    checkpoint: str | None = None  # name or path; None is the craft's starter
    licence: str | None = None  # SPDX id under which the creator offers the result


@dataclass(frozen=True)
class Ingredient:
    """Somebody's work that went into this one, with whose it is and under which licence."""

    title: str
    relation: Relation
    kind: str  # "icon", "model", "dataset", "file"
    author: str = ""
    licence: str = ""  # SPDX id
    source: str = ""  # where it can be found: "lucide/outline/rocket", an address, never a machine path
    sha256: str = ""


@dataclass(frozen=True)
class Work(Generic[Media]):
    """What a maker made: the media itself and everything needed to tell its story.

    `trace` is plain JSON data: for a token model {"encoding", "prefix", "tokens", "model", ...}: the sampled
    decisions, so that `remake` can replay them on any machine.
    """

    media: Media
    request: Request[Any]
    seed: int
    checkpoint: str  # id (sha256) of the checkpoint; "" when no model was used
    how: How = "words"
    note: str = ""  # one line for people: "after rocket by Lucide contributors (ISC)"
    ingredients: tuple[Ingredient, ...] = ()
    trace: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ghost(Generic[Media]):
    """What may come next in a work while a person makes it: seen, but not there until she accepts it.

    `media` is the whole work with the ghost accepted; `elements` says which of its elements (shapes, bars, lines,
    poses) are the ghost's. `chance` is the estimated probability that it is what she would make next.
    """

    media: Media
    elements: range
    chance: float  # 0..1
    source: Literal["model", "retrieval", "repeat"]  # a net, a person's work, or this very work
    note: str = ""  # one line for people: "as in rocket by Lucide contributors (ISC)"
    ingredients: tuple[Ingredient, ...] = ()
    checkpoint: str = ""  # id (sha256) of the net that drew it
    trace: Mapping[str, Any] = field(default_factory=dict)
