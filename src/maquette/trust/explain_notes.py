"""What the record of a piece of music tells of how it came about: moves, rules, whose bars. See `trust.explain`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

BY = {"human": "by hand", "machine": "by the machine", "machine-then-edited": "by the machine, then by hand"}
MOVED_BY = {"net": "by the model", "rule": "by rule, not by the model"}
_NOTES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def decisions(story: Mapping[str, Any], trace: Mapping[str, Any]) -> Iterator[str]:
    """The move, how much was decided in it, and with which dice."""
    move = trace.get("move")
    if isinstance(move, Mapping) and move.get("name"):
        asked = ", ".join(
            f"{key} {value}" for key, value in (move.get("asked") or {}).items() if value not in ("", None)
        )
        yield f"the move {move['name']}, {MOVED_BY.get(str(move.get('by')), 'by rule')}{f': {asked}' if asked else ''}"
    cells = trace.get("cells")
    if isinstance(cells, Mapping) and cells:
        count = sum(len(ids) for ids in cells.values() if isinstance(ids, list))
        bars = {name.partition(":")[0] for name in cells}
        seed = (trace.get("sampler") or {}).get("seed", story.get("seed"))
        yield f"{count} decisions in {len(bars)} bars, drawn with seed {seed} in the encoding {trace.get('encoding')}"
        chance = trace.get("logprob")
        if isinstance(chance, (int, float)) and count:
            bits = -chance / 0.6931471805599453
            yield f"the notes hold {bits:.0f} bits: {bits / count:.1f} a decision, what was surprising in them"


def rules(trace: Mapping[str, Any]) -> Iterator[str]:
    """What could not be broken while it was written, a line each."""
    told = trace.get("rules")
    try:
        yield from _rules(told) if isinstance(told, Mapping) else ()
    except (TypeError, ValueError):
        yield "rules in a form that is not known here"


def _rules(told: Mapping[str, Any]) -> Iterator[str]:
    if told.get("scale"):
        yield f"only notes of the scale {', '.join(_NOTES[int(one) % 12] for one in told['scale'])}"
    ranges = told.get("ranges")
    if isinstance(ranges, Mapping) and ranges:
        lines = ", ".join(f"{_name(low)} to {_name(high)}" for low, high in ranges.values())
        yield f"each line within its range: {lines}"
    if told.get("leap"):
        yield f"no leap of more than {told['leap']} semitones"
    if told.get("chords") in ("strong", "all"):
        yield "only chord tones" + (" on the beats" if told["chords"] == "strong" else "")
    for key, words in (("least", "at least {} entries in a bar"), ("most", "at most {} entries in a bar")):
        if told.get(key):
            yield words.format(told[key])
    for key, words in (("rhythm", "the rhythm of {} bars was given"), ("pitches", "the pitches of {} bars were given")):
        if told.get(key):
            yield words.format(told[key])


def _name(pitch: Any) -> str:
    return f"{_NOTES[int(pitch) % 12]}{int(pitch) // 12 - 1}"


def hands(trace: Mapping[str, Any]) -> Iterator[str]:
    """Whose hand made which bars, a line for each part, and the share of the bars that a person had a hand in."""
    shapes = [one.get("by") for one in trace.get("shapes") or () if isinstance(one, Mapping)]
    parts = max(1, min(int(trace.get("parts") or 1), len(shapes)))
    for part in range(parts if shapes else 0):
        of_part = shapes[part::parts]
        told = [f"{spans(bars)} {BY[hand]}" for hand in BY if (bars := _bars(of_part, hand))]
        yield f"part {part + 1}: {', '.join(told)}"
    if shapes:
        yield f"human share: {sum(hand != 'machine' for hand in shapes) / len(shapes):.0%} of the bars"


def _bars(hands: Sequence[Any], hand: str) -> list[int]:
    return [number for number, one in enumerate(hands, start=1) if one == hand]


def spans(numbers: Sequence[int]) -> str:
    """Bars as people say them: "bars 1-4, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    told = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"bar{'s' if len(numbers) > 1 else ''} {told}"


def nearest(story: Mapping[str, Any]) -> Iterator[str]:
    """The training pieces that come nearest, with the bars: alike, which is no proof of a source."""
    for near in (story.get("originality") or {}).get("nearest") or ():
        if "theirs" in near:
            piece = f"{near['title']} by {near['author']}" if near.get("author") else str(near["title"])
            where = f"bars {near.get('bars')} ({near.get('part')}) are like bars {near['theirs']} of {piece}"
            yield f"{where}: {near.get('alike')} of {near.get('notes')} notes"
