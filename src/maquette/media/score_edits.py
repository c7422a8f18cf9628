"""What a hand did to a score, in a line for people."""

from __future__ import annotations

from collections import Counter
from typing import Any

from .score import Score


def told(before: Score, after: Score) -> str:
    """E.g. "12 of 340 notes changed, 4 added, the tempo changed"; "the notes unchanged" where nothing was done."""
    old, new = _notes(before), _notes(after)
    gone, come = (old - new).total(), (new - old).total()
    changed = min(gone, come)
    lines = [
        f"{changed} of {old.total()} notes changed" if changed else "",
        f"{come - changed} added" if come > changed else "",
        f"{gone - changed} removed" if gone > changed else "",
        *_count("part", len(before.parts), len(after.parts)),
        *_count("bar", len(before.bars), len(after.bars)),
        *(f"the {what} changed" for what, one, other in _around(before, after) if one != other),
    ]
    return ", ".join(line for line in lines if line) or "the notes unchanged"


def _notes(score: Score) -> Counter[tuple[Any, ...]]:
    return Counter(
        (index, note.start, note.length, note.pitch, note.velocity, note.lyric)
        for index, part in enumerate(score.parts)
        for note in part.notes
    )


def _count(what: str, old: int, new: int) -> list[str]:
    more = abs(new - old)
    return [f"{more} {what}{'s' if more > 1 else ''} {'added' if new > old else 'removed'}"] if more else []


def _around(before: Score, after: Score) -> list[tuple[str, object, object]]:
    same_bars = len(before.bars) == len(after.bars)
    return [
        ("metre", before.bars if same_bars else 0, after.bars if same_bars else 0),
        ("key", before.keys, after.keys),
        ("tempo", before.tempi, after.tempi),
        ("chords", before.chords, after.chords),
        ("sounds", [part.program for part in before.parts], [part.program for part in after.parts]),
    ]
