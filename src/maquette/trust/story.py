"""The story of a work as plain data: what is sealed into its file as the assertion `com.maquette.lineage`.

Files are the truth, so the whole request is in it and everything that `remake` needs. What is private is not: no user,
host or folder name, ever; with `private` no prompt, nor the words that the model was given.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any

from ..core import authorship
from ..core.types import Ingredient, Request, Work
from ..data import licences
from .keys import Signer

FORMAT = "com.maquette.lineage.v1"
LABEL = "com.maquette.lineage"
PRIVATE = "(private)"
# What a private work's trace keeps: enough to replay its tokens and to tell of its making, nothing that spells its
# prompt (the prefix of a token model does: it holds the words).
REPLAYS = frozenset(
    (
        *("encoding", "header", "paint", "style", "tokens", "svg", "sampler", "checkpoint", "symmetry", "restyled"),
        *("hand", "picked", "shapes", "ghosts", "rank", "pool", "scores", "logprob", "row"),
        *("parts", "frame", "cells", "finish", "score", "rules", "manner"),
    )
)
UNMARKED = {
    "icon": "none: a drawing is too small and too flat to carry one; it is recovered by its fingerprint",
    "picture": "none of its own; it is recovered by its fingerprint",
    "music": "none: notes carry no mark that cannot be heard; a tune is recovered by its melody",
    "film": "none: it is drawn in flat tones, on which a mark would be seen",
}
CARD_FIELDS = (
    *("name", "version", "kind", "encoding", "parameters", "licences", "base", "base_id", "adapter"),
    *("licence", "undisclosed"),  # of a large model of other makers
)
DATASET_FIELDS = ("name", "version", "sha256", "items", "licences", "sets")
_PATH = re.compile(r"^(?:~?/|~\\|\\\\|[A-Za-z]:[\\/]|file:)")
_PATH_WITHIN = re.compile(
    r"(?<![\w/:.\\])(?:file:/*)?(?:~?(?:/[^\s/\\'\"<>|:]+){2,}|(?:[A-Za-z]:|\\)(?:[\\/][^\s\\/'\"<>|:]+){2,})"
)


def tell_story(
    work: Work[Any],
    *,
    action: str,
    card: Mapping[str, Any],
    originality: Mapping[str, Any] | None,
    signer: Signer,
    private: bool,
    human: str,
) -> dict[str, Any]:
    """The lineage of a work as JSON data; `private` seals the prompt with a hash that only the signer can redo."""
    trace = {key: value for key, value in work.trace.items() if not private or key in REPLAYS}
    if private:  # the words may stand in the title of a score
        trace |= {key: _untitled(trace[key]) for key in ("frame", "score") if key in trace}
    story = {
        "format": FORMAT,
        "action": action,
        "how": work.how,
        "note": work.note,
        "seed": work.seed,
        "checkpoint": work.checkpoint,
        "encoding": work.trace.get("encoding", ""),
        "trace": trace,
        "model": None if work.how == "found" else model_of(card),  # no model drew what was found
        "ingredients": [dataclasses.asdict(one) for one in work.ingredients],
        # Whose pictures taught its things names the things, and so the words.
        "originality": {k: v for k, v in originality.items() if k != "taught"}
        if private and originality
        else originality,
        "human": human,
        "authorship": _authorship(work),
        "rights": rights_of(work),
        "watermark": UNMARKED.get(work.request.maker, UNMARKED["icon"]),
    }
    plain: dict[str, Any] = clean(story)
    if private and work.request.prompt.strip():
        # Not from the credits: whose work it was made after is owed, whatever was asked for.
        plain = _without(plain, work.request.prompt.strip(), ("note", "human", "originality"))
    plain["request"] = request_of(work.request, signer if private else None)
    return plain


def _untitled(text: str) -> str:
    """A score in a trace, without its title."""
    from ..data.score_text import from_text, to_text

    return to_text(dataclasses.replace(from_text(text), title=""))


def request_of(request: Request[Any], sealing: Signer | None = None) -> dict[str, Any]:
    """A request as JSON data. With `sealing`, the prompt is replaced by a keyed hash and its nonce."""
    told: dict[str, Any] = {"maker": request.maker, "prompt": request.prompt, "controls": plain_data(request.controls)}
    for name in ("seed", "count", "base", "checkpoint", "licence"):
        told[name] = getattr(request, name)
    prompt = told.pop("prompt")
    told = clean(told)
    if told["checkpoint"]:  # a name, or a path: of a path only the last part is anybody's business
        told["checkpoint"] = PureWindowsPath(PurePosixPath(told["checkpoint"]).name).name
    if sealing is None:
        return {**told, "prompt": prompt}
    if prompt.strip():
        told = _without(told, prompt.strip(), ("controls",))
    nonce = secrets.token_hex(16)
    return {**told, "prompt": None, "prompt_sealed": {"nonce": nonce, "hmac_sha256": sealing.seal_words(prompt, nonce)}}


def _authorship(work: Work[Any]) -> dict[str, int]:
    """How many shapes are whose; {} where nobody recorded it."""
    shapes = work.trace.get("shapes") or ()
    return authorship.counts(one.get("by") for one in shapes) if shapes else {}


def model_of(card: Mapping[str, Any]) -> dict[str, Any] | None:
    """The part of a checkpoint's card that travels with every work: the model, and whose works it learnt from."""
    if not card:
        return None
    model = {key: card[key] for key in CARD_FIELDS if key in card}
    model["datasets"] = [{key: one[key] for key in DATASET_FIELDS if key in one} for one in card.get("datasets", ())]
    return model


def adapted(ingredients: Sequence[Ingredient]) -> list[Ingredient]:
    """The works of people that a work was made after; a model and what it learnt from are not among them."""
    return [one for one in ingredients if one.kind not in ("model", "dataset")]


def rights_of(work: Work[Any]) -> dict[str, Any]:
    """What the licences of the ingredients leave and ask, by the one table of `data.licences`."""
    used = adapted(work.ingredients)
    terms = licences.combine([licences.licence(one.licence) for one in used])
    duties = [duty for duty in licences.DUTIES if duty in terms.duties]
    return {"offered": work.request.licence, "from": terms.spdx if used else "", "duties": duties}


def plain_data(value: Any) -> Any:
    """JSON data of dataclasses, tuples, sets, numpy scalars and arrays; a path is its last part."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain_data(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain_data(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_data(one) for one in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain_data(one) for one in value)
    if isinstance(value, PurePath):
        return value.name
    if hasattr(value, "tolist"):
        return value.tolist()
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def clean(value: Any) -> Any:
    """JSON data without a machine path in it: of an absolute path only the last part is kept."""
    homes = _homes()

    def change(text: str) -> str:
        if _PATH.match(text) and "\n" not in text:
            return _last_part(text)
        text = _PATH_WITHIN.sub(lambda found: _last_part(found[0]), text)
        for home in homes:
            text = text.replace(home, "~")
        return text

    return _each_string(plain_data(value), change)


def _last_part(path: str) -> str:
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1]


def _homes() -> list[str]:
    """The home folder and the current one: they may hold blanks, so that no pattern finds their end in a text."""
    homes = {os.environ.get(name, "") for name in ("HOME", "USERPROFILE", "MAQUETTE_HOME")}
    with contextlib.suppress(OSError):
        homes.add(str(Path.cwd()))
    return sorted((home for home in homes if len(home) > 4), key=len, reverse=True)


def _without(story: dict[str, Any], prompt: str, where: Sequence[str]) -> dict[str, Any]:
    """The story with the prompt, where it stands as words of its own, left out of the fields named."""
    pattern = re.compile(rf"(?<!\w){re.escape(prompt)}(?!\w)", re.IGNORECASE)

    def hide(text: str) -> str:
        return pattern.sub(PRIVATE, text)

    return {key: _each_string(value, hide) if key in where else value for key, value in story.items()}


def _each_string(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each_string(one, change) for key, one in value.items()}
    return [_each_string(one, change) for one in value] if isinstance(value, list) else value


# -- stories that others have written -------------------------------------------------------------------------------

_TEXT = str
_NUMBER = (int, float)
# What the teller relies on, by type: [one] is a list of such, {...} an object with these fields, where it has them.
_SHAPE: dict[str, Any] = {
    **dict.fromkeys(("format", "action", "how", "note", "checkpoint", "encoding", "human", "watermark"), _TEXT),
    "seed": int,
    "request": {"maker": _TEXT, "prompt": _TEXT, "controls": {}, "seed": int, "count": int, "prompt_sealed": {}},
    "trace": {
        "tokens": [int],
        "sampler": {},
        "scores": {},
        "rank": int,
        "pool": int,
        "logprob": _NUMBER,
        "reading": {"used": [_TEXT], "replaced": [[_TEXT]], "unknown": [_TEXT]},
        "shapes": [{"by": _TEXT}],
        # of music (see makers.music)
        "parts": int,
        "frame": _TEXT,
        "score": _TEXT,
        "cells": {},
        "finish": {},
        "rules": {},
        "move": {"name": _TEXT, "by": _TEXT, "asked": {}},
    },
    "model": {
        "name": _TEXT,
        "parameters": _NUMBER,
        "base": _TEXT,
        "base_id": _TEXT,
        "licence": _TEXT,
        "undisclosed": _TEXT,
        "licences": {},
        "datasets": [{"name": _TEXT, "licences": {}, "sets": [{"set": _TEXT, "licence": _TEXT, "items": int}]}],
    },
    "ingredients": [dict.fromkeys(("title", "relation", "kind", "author", "licence", "source", "sha256"), _TEXT)],
    "originality": {
        "verdict": _TEXT,
        "note": _TEXT,
        "nearest": [
            {
                **dict.fromkeys(("title", "author", "licence", "source", "part", "bars", "theirs", "encoder"), _TEXT),
                **{"iou": _NUMBER, "notes": int, "alike": int, "hands": int, "distance": _NUMBER},
                **{"style": _TEXT, "thing": _TEXT},
            }
        ],
        "bar": _NUMBER,
        "taught": [{**dict.fromkeys(("thing", "author", "licence", "set"), _TEXT), "styles": [_TEXT]}],
    },
    "authorship": {"human": int, "machine": int, "machine-then-edited": int},
    "rights": {"offered": _TEXT, "from": _TEXT, "duties": [_TEXT]},
}
_ASKED = ("format", "action", "how", "request", "trace", "ingredients", "seed")
_ASKED_OF = {
    "nearest": ("title", "licence", "iou"),
    "sets": ("set",),
    "taught": ("thing",),
}  # of each in a list of that name
_MAY_BE_NULL = frozenset(("prompt", "model", "originality", "offered", "parameters", "licences"))


def well_formed(value: Any) -> bool:
    """True if a lineage that came with a file has the form that a teller relies on; anybody can sign anything."""
    return misfit(value) is None


def misfit(value: Any) -> str | None:
    """Where a lineage departs from the form that a teller relies on: "trace.tokens"; None if it does not."""
    if not isinstance(value, dict):
        return "all of it"
    return next((key for key in _ASKED if key not in value), None) or _misfit(value, _SHAPE, "")


def _misfit(value: Any, shape: Any, name: str) -> str | None:
    """The dotted name of the first part of `value` that is not of its type in `shape`."""
    last = name.rpartition(".")[2]
    if value is None and last in _MAY_BE_NULL:
        return None
    if isinstance(shape, list):
        if not isinstance(value, list):
            return name
        asked = _ASKED_OF.get(last, ())
        if any(key not in one for one in value if isinstance(one, dict) for key in asked):
            return name
        return next(filter(None, (_misfit(one, shape[0], name) for one in value)), None)
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return name
        parts = (_misfit(value[key], part, f"{name}.{key}".lstrip(".")) for key, part in shape.items() if key in value)
        return next(filter(None, parts), None)
    return None if isinstance(value, shape) and not isinstance(value, bool) else name
