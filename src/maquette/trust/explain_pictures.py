"""What the record of a picture tells of how it came about: the layout, the style, the noise. See `trust.explain`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

SAMPLERS = {
    "settle": "settling",
    "dpmpp": "DPM-Solver++",
    "heun": "Heun's way",
    "euler": "Euler's way",
    "few": "a few large steps",
}


def decisions(story: Mapping[str, Any], trace: Mapping[str, Any]) -> Iterator[str]:
    """The things where they were laid out, what was drawn over them, in which style and with which dice."""
    move = trace.get("move")
    if isinstance(move, Mapping) and move.get("name"):
        asked = ", ".join(f"{k} {v}" for k, v in (move.get("asked") or {}).items() if v not in ("", None, {}))
        by = "by a model" if move.get("by") == "model" else "by rule"
        yield f"the move {move['name']}, {by}{f': {asked}' if asked else ''}"
    try:
        yield from _layout(trace)
        yield from _drawn(story, trace)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError):
        yield "the rest stands in a form that is not known here"


def _layout(trace: Mapping[str, Any]) -> Iterator[str]:
    things = trace.get("things") or ()
    wide, high = trace.get("canvas") or (1, 1)
    for one in things:
        name, x, y, size, flip, tint = str(one[0]), *(float(v) for v in one[2:5]), bool(one[5]), str(one[6])
        across, down = (x + size / 2) * high / wide, y + size / 2
        how = [f"{tint}" if tint else "", "mirrored" if flip else ""]
        told = ", ".join(filter(None, (f"{size:.0%} of the frame's height", *how)))
        yield f"{name}: laid out {place(across, down)}, {told}"
    if things and isinstance(trace.get("known"), (int, float)):
        yield f"this sketch of remembered things was trusted to {trace['known']:.0%}"
    elif "words" in trace and not things:
        yield "nothing was laid out: the words alone were drawn"


def _drawn(story: Mapping[str, Any], trace: Mapping[str, Any]) -> Iterator[str]:
    if trace.get("words"):
        yield f"the net read: {' '.join(map(str, trace['words']))}"
    if trace.get("style"):
        tone = f", skin tone {trace['tone']}" if trace.get("tone") else ""
        yield f"drawn in the style {trace['style']}{tone}"
    sampler, noise = trace.get("sampler") or {}, trace.get("noise") or {}
    if sampler.get("name"):
        way = SAMPLERS.get(str(sampler["name"]), str(sampler["name"]))
        pull = f"; the words pull {float(sampler['guidance']):g} times" if sampler.get("guidance") else ""
        seed = noise.get("seed", story.get("seed"))
        yield f"from noise of seed {seed} in {sampler.get('steps')} steps by {way}{pull}"
    finish = trace.get("finish") or {}
    if finish.get("size"):
        colours = f", at most {finish['colours']} colours" if finish.get("colours") else ""
        colours = f", {len(finish['palette'])} fixed colours" if finish.get("palette") else colours
        yield f"finished at {finish['size']} pixels{colours}"


def place(across: float, down: float) -> str:
    """A place of the frame in words, from shares of its sides: "left top", "in the middle"."""
    words = ("left" if across < 0.36 else "right" if across > 0.64 else "",
             "top" if down < 0.36 else "bottom" if down > 0.64 else "")  # fmt: skip
    return " ".join(filter(None, words)) or "in the middle"


def nearest(story: Mapping[str, Any]) -> Iterator[str]:
    """The training works that come nearest: alike, which is no proof of a source."""
    for near in (story.get("originality") or {}).get("nearest") or ():
        if "distance" in near:
            by = f" by {near['author']}" if near.get("author") else ""
            part = f"its {near['thing']} is near " if near.get("thing") else ""
            style, apart = near.get("style", ""), near["distance"]
            yield f"{part}{near['title']}{by} ({near['licence']}), {style}: distance {apart:.3f}"


def teachers(story: Mapping[str, Any]) -> Iterator[str]:
    """Whose pictures the remembered look of each thing is the mean of."""
    for one in (story.get("originality") or {}).get("taught") or ():
        styles = f", {', '.join(one['styles'])}" if one.get("styles") else ""
        yield f"{one['thing']}: by {one.get('author') or one.get('set')} ({one.get('licence', '')}){styles}"


def hands(story: Mapping[str, Any]) -> Iterator[str]:
    """What was a person's and what was not."""
    if story.get("how") == "words":
        yield "every pixel was drawn by the model; the words and the choice among the results were a person's"
