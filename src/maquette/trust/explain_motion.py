"""What the record of a motion or a film tells of how it came about. See `trust.explain`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MOST = 5  # nearest clips that are named


def decisions(trace: Mapping[str, Any]) -> Iterator[str]:
    """Which words were read as which deeds, by which way it was moved, and what was fixed."""
    try:
        yield from _of_film(trace.get("film") or {})
        reading, told = trace.get("reading") or {}, trace.get("motion") or {}
        if reading.get("deeds"):
            yield f"read as: {'; then '.join(map(str, reading['deeds']))}"
        yield from map(str, reading.get("said") or ())
        if told.get("by") == "net":
            yield f"moved by the net from noise of seed {told.get('seed')}, its feet then locked to the floor"
        elif told.get("clips"):
            yield f"put together by the motion graph from {', '.join(map(str, told['clips']))}"
        elif told:
            yield "played from poses drawn for Maquette, no recorded clip in it"
        asked = {key: value for key, value in (told.get("controls") or {}).items() if key in FIXED and value}
        if asked:
            yield f"fixed by you: {', '.join(f'{key} {value}' for key, value in asked.items())}"
    except (TypeError, ValueError, AttributeError):
        yield "the rest stands in a form that is not known here"


def _of_film(told: Mapping[str, Any]) -> Iterator[str]:
    """How a film was made: its pass, its rate, its style."""
    manner = told.get("manner") or {}
    if manner:
        how = "people hold their pose" if manner.get("still") else "people move, drawn on twos"
        size = f"{manner.get('fps')} frames a second, {manner.get('height')} lines"
        yield f"{how}; {size}, coded as {manner.get('codec')}"
    if told:
        yield "why each shot was chosen stands in film.json, shot by shot, under `note`"


FIXED = ("seconds", "path", "loop", "clips")


def nearest(story: Mapping[str, Any]) -> Iterator[str]:
    """The nearest clips that the net learnt from."""
    found = (story.get("originality") or {}).get("nearest") or ()
    for one in found[:MOST]:
        if isinstance(one, Mapping) and isinstance(one.get("distance"), (int, float)):
            side = ", seen in a mirror" if one.get("mirrored") else ""
            whose = f"{one.get('title')} by {one.get('author')} ({one.get('licence')})"
            yield f"{100 * one['distance']:.0f} cm away{side}: {whose}"


def hands(story: Mapping[str, Any]) -> Iterator[str]:
    """Who moved what; of a film, who made what."""
    film = (story.get("trace") or {}).get("film") or {}
    if film:
        yield from map(str, film.get("human") or ())
        return
    if story.get("checkpoint"):
        yield "every pose was moved by the model; the words and the choice among the results were a person's"
    elif (story.get("trace") or {}).get("motion"):
        yield "no model moved any of it: people's recorded clips, put together by rule"


def credit(one: Mapping[str, Any]) -> str:
    """Whose clip went into it."""
    licence = f" ({one['licence']})" if one.get("licence") else ""
    return f"{one.get('title', '')}{' by ' + one['author'] if one.get('author') else ''}{licence}"
