"""What a language model may say about the shots of a film, and how it is checked: its word is advice, never trusted.

The model is handed the plan and a schema; it answers with changes of shots by their ids. Every change is checked field
by field against what a shot can be; what does not hold is said and left out; what holds becomes a hand-made override,
so that a person can read it, change it, and take it back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ...core.errors import MediaError
from ...media import film as films
from ...media.film import Film, Scene, Shot
from ...media.timeline import with_shot

# What may be advised, and between what it lies.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "size": films.SIZES,
    "angle": films.ANGLES,
    "move": films.MOVES,
    "emotion": films.EMOTIONS,
    "transition": ("cut", "dissolve", "fade"),
}
RANGES: Mapping[str, tuple[float, float]] = {"seconds": (0.7, 60.0), "lens": (14.0, 200.0)}
WORDS = ("note",)  # free text, for people
LONGEST = 200_000  # characters of an answer that are read
_ASK = """You are the director's first assistant. Below is the plan of a film: scenes, lines of the script, and shots.
Advise changes of shots where they would tell the story better. Change only what has a reason, and give it as "note".
Answer with one JSON object: shot ids to objects of changed fields, following the schema. No other text.

"""


def schema(film: Film) -> dict[str, Any]:
    """The JSON Schema (2020-12) of an answer."""
    fields: dict[str, Any] = {name: {"enum": list(values)} for name, values in CHOICES.items()}
    fields |= {name: {"type": "number", "minimum": low, "maximum": high} for name, (low, high) in RANGES.items()}
    fields |= {name: {"type": "string", "maxLength": 200} for name in WORDS}
    shot = {"type": "object", "properties": fields, "additionalProperties": False}
    ids = [one.id for one in film.shots]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {id: {"$ref": "#/$defs/shot"} for id in ids},
        "additionalProperties": False,
        "$defs": {"shot": shot},
    }


def prompt(film: Film, scenes: tuple[str, ...] = ()) -> str:
    """What a model is asked: the plan as a person would read it. scenes: only these; all without."""
    seen = {shot.id: shot for shot in film.shots}
    parts = [_ASK, f"TITLE: {film.title}"]
    for scene in film.scenes:
        if not scenes or scene.id in scenes:
            parts.append(_told(film, scene, seen))
    return "\n".join(parts)


def _told(film: Film, scene: Scene, seen: Mapping[str, Shot]) -> str:
    names = {one.id: one.name for one in film.people}
    lines = {line.id: line for line in scene.lines}
    out = [f"\nSCENE {scene.id}: {scene.heading} ({scene.mood})"]
    for shot in (seen[one.id] for one in scene.shots if one.id in seen):
        whom = ", ".join(names.get(one, one) for one in shot.subjects)
        out.append(
            f"SHOT {shot.id}: {shot.size}, {shot.angle}, {shot.lens:g} mm, {shot.move}, {shot.seconds:.2f} s; {whom}"
        )
        for id in shot.lines:
            if id in lines:
                who = f"{names.get(lines[id].who, lines[id].who)}: " if lines[id].who else ""
                out.append(f"  {who}{lines[id].text}")
    return "\n".join(out)


def read(text: str) -> dict[str, Any]:
    """The object of an answer, also where a model wrote words around it. Raises MediaError where there is none."""
    if len(text) > LONGEST:
        raise MediaError(f"the answer has {len(text)} characters", where="advice", mend=f"{LONGEST} are read at most")
    fenced = re.search(r"```(?:json)?\s*(\{.*\})\s*```", text, re.DOTALL)
    start, end = text.find("{"), text.rfind("}")
    for part in filter(None, (text, fenced[1] if fenced else "", text[start : end + 1] if start >= 0 else "")):
        try:
            found = json.loads(part)
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    raise MediaError("the answer is no JSON object", where="advice", mend="ask again, or another model")


def taken(film: Film, answer: Mapping[str, Any]) -> tuple[Film, tuple[str, ...], tuple[str, ...]]:
    """The film with the advice that holds as overrides; which shots changed; and what was left out, with the reason.

    What a hand has set stands: advice does not go over it.
    """
    seen, changed, said = {shot.id: shot for shot in film.shots}, [], []
    for id, fields in answer.items():
        if id not in seen:
            said.append(f"{id!s:.20}: there is no such shot")
            continue
        if not isinstance(fields, Mapping):
            said.append(f"{id}: its advice is no object")
            continue
        by_hand = film.overrides.get(id, {})
        good: dict[str, Any] = {}
        for name, value in fields.items():
            why = "a hand set it" if name in by_hand else wrong(name, value)
            if why:
                said.append(f"{id}.{name!s:.20}: {why}")
            elif value != getattr(seen[id], name):
                good[name] = float(value) if name in RANGES else value
        if set(good) - {"note"}:
            film = with_shot(film, id, **good)
            changed.append(id)
    return film, tuple(changed), tuple(said)


def wrong(name: str, value: Any) -> str:
    """Why a field of a shot cannot be this; "" if it can."""
    if name in CHOICES:
        return "" if value in CHOICES[name] else f"{value!r:.40} is none of {', '.join(CHOICES[name])}"
    if name in RANGES:
        low, high = RANGES[name]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if number and low <= value <= high else f"{value!r:.40} is not between {low:g} and {high:g}"
    if name in WORDS:
        return "" if isinstance(value, str) and len(value) <= 200 else "it is no short text"
    return "that is not for a model to say"
