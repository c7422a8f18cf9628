"""Works made again: from the story in a file back to the request, the decisions and the parent."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core import authorship
from ..core.errors import CredentialError, UsageError
from ..core.types import Ingredient, Request, Work

if TYPE_CHECKING:
    from ..trust.seal import Parent
    from ..trust.verify import Verdict


COMMENT = "made with Maquette: maquette show FILE"
COMMENT_BESIDE = "made with Maquette; its credential lies beside it, in FILE.c2pa: maquette show FILE"


def comment_of(media: Any) -> str:
    """What a file says of itself inside: how its story is read, and where its credential is, if that lies beside it."""
    return COMMENT_BESIDE if type(media).__name__ in ("Score", "Motion") else COMMENT


def story_of(path: Path, verdict: Verdict) -> Mapping[str, Any]:
    """The story of a file that can be relied on. Raises CredentialError for any other."""
    if verdict.state == "unsigned":
        raise CredentialError("this file tells nothing of how it was made", where=str(path), mend="name a signed work")
    if not verdict.holds:
        raise CredentialError(
            f"this file's story cannot be relied on: {verdict.summary}",
            where=str(path),
            mend="name the untouched file, or its id in the library",
        )
    if not verdict.story or "request" not in verdict.story:
        raise CredentialError("this file was not made by Maquette", where=str(path), mend="name a work of Maquette")
    if verdict.story.get("how") == "trained":
        raise UsageError(
            "this is the card of a model, and no work",
            where=str(path),
            mend="train it again with the recipe.toml beside it, or name a work",
        )
    return verdict.story


def replay(story: Mapping[str, Any], path: Path) -> Work[Any]:
    """The work that a story tells of, from its recorded decisions alone."""
    from ..makers import table

    if not story.get("trace") or (story.get("action") != "created" and not _whole(story["trace"])):
        raise UsageError(
            "this work was edited; only what a maker decided can be replayed",
            where=str(path),
            mend="remake the work that it was made from",
        )
    media = table.maker(story["request"]["maker"]).replay(story["trace"])
    ingredients = tuple(Ingredient(**one) for one in story.get("ingredients", ()))
    request, trace = request_of(story), story["trace"]
    return Work(media, request, story["seed"], story["checkpoint"], story["how"], story["note"], ingredients, trace)


def _whole(trace: Mapping[str, Any]) -> bool:
    """True for a trace that holds what was worked on too (a move on a score): it is replayed without its parent."""
    if "canvas" in trace:  # a picture that a net of ours drew from another, which stands in the trace
        return "pasted" not in trace
    return "score" in trace or ("frame" in trace and "cells" in trace)


def request_of(story: Mapping[str, Any], base: str | None = None) -> Request[Any]:
    """The request that a story tells of; its words are "" where they were kept private."""
    from ..makers import table

    told = story["request"]
    kind = table.controls(told["maker"])
    known = {one.name for one in dataclasses.fields(kind)}
    controls = kind(**{k: _frozen(v) for k, v in (told.get("controls") or {}).items() if k in known})
    return Request(
        told["maker"],
        told.get("prompt") or "",
        controls,
        int(told["seed"]),
        int(told["count"]),
        base=base or told.get("base"),
        checkpoint=(story.get("model") or {}).get("name") or told.get("checkpoint"),
        licence=told.get("licence"),
    )


def _frozen(value: Any) -> Any:
    """JSON lists as the tuples that frozen dataclasses hold."""
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value


def changed_by_hand(story: Mapping[str, Any], before: Any, after: Any) -> list[dict[str, str]]:
    """The record of whose hand made each element of `after`, which a person made of `before`; [] where none are known.

    The elements of a drawing are its shapes, of a score its cells (one bar of one part). Nothing is believed of the
    changed file itself: the elements are compared.
    """
    from . import ghosts

    if not type(before).__name__ == type(after).__name__ == "Score":
        return ghosts.changed_by_hand(story, before, after)
    from ..makers.music_takes import cells_of

    old, new = cells_of(before), cells_of(after)
    return authorship.as_trace(authorship.carried(old, authorship.hands_of(story, len(old)), new))


def adopted(
    story: Mapping[str, Any], media: Any, edited: Path, parent: str, hands: Sequence[Mapping[str, str]] = ()
) -> Work[Any]:
    """A hand-edited file as a work: a child of `parent`, with all that the parent owes to others.

    `hands` is the record of whose hand made each element.
    """
    told = story.get("request") or {}
    maker = str(told.get("maker") or _craft(media) or edited.suffix.lower().lstrip(".") or "file")
    prompt, seed = str(told.get("prompt") or ""), int(told.get("seed") or 0)
    request: Request[Any] = Request(maker, prompt, {}, seed, 1, base=parent)
    ingredients = tuple(Ingredient(**one) for one in story.get("ingredients") or ())
    checkpoint = str(story.get("checkpoint") or "")
    trace: dict[str, Any] = {"shapes": list(hands)} if hands else {}
    if hands and type(media).__name__ == "Score":
        trace["parts"] = len(media.parts)
    seed = int(story.get("seed") or 0)
    return Work(media, request, seed, checkpoint, "edited", ingredients=ingredients, trace=trace)


def _craft(media: Any) -> str:
    """The craft that a medium belongs to; "" where none is known."""
    from ..makers.table import CRAFTS

    return CRAFTS.get(type(media).__name__, "")


def parent_of(path: Path) -> Parent:
    """A file as the parent of another work, its sidecar with it."""
    from ..trust.seal import Parent

    beside = path.with_name(path.name + ".c2pa")
    sidecar = beside.read_bytes() if beside.is_file() else None
    return Parent(path.read_bytes(), mime_of(path), sidecar, title=path.name)


def mime_of(path: Path) -> str:
    """The kind of a file: by its suffix where a medium here is written so, else by its first bytes and its name."""
    from ..media import table
    from ..trust import credentials

    with open(path, "rb") as file:
        head = file.read(4096)
    return table.MIMES.get(path.suffix.lower()) or credentials.mime_of(path.name, head)
