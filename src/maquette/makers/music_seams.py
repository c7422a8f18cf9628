"""Where new notes meet notes that stay: the rules that a mask cannot keep alone, since what follows stands already.

A leap into a note that stays, and notes that sound together with it, are looked at when a score is finished.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise

from ..encodings.notes_reader import Cell
from ..encodings.notes_sheet import Line, lines_of
from ..media.score import Note, Score


def broken_seam(score: Score, holes: Collection[Cell], leap: int, voices: Mapping[int, int]) -> str:
    """Which rule is broken where a new note meets one that stays, for people; "" where none is.

    leap: semitones at most from one note to the next, in lines of one voice (0: any); voices: notes at once per line.
    """
    for index, line in enumerate(lines_of(score)):
        bars = {bar for bar, number in holes if number == index}
        if line.drums or not bars or (bars == set(range(len(score.bars)))):
            continue
        notes = _notes(score, line)
        fresh = [score.bar_at(note.start) in bars for note in notes]
        limit = voices.get(index, 0)
        if limit and _crowded(notes, fresh, limit):
            return f"at most {limit} notes at once"
        if leap and limit == 1 and _leaps(score, notes, bars, leap):
            return f"no leap wider than {leap} semitones"
    return ""


def _notes(score: Score, line: Line) -> list[Note]:
    return sorted(
        (note for note in score.parts[line.part].notes if note.staff == line.staff), key=lambda note: note.start
    )


def _crowded(notes: list[Note], fresh: list[bool], limit: int) -> bool:
    """Whether more than `limit` notes sound where a note begins, a new one among them."""
    for first in notes:
        now = [new for note, new in zip(notes, fresh, strict=True) if note.start <= first.start < note.end]
        if len(now) > limit and any(now):
            return True
    return False


def _leaps(score: Score, notes: list[Note], bars: Collection[int], leap: int) -> bool:
    """Whether a step to, from or over a bar that was written anew is wider than `leap`."""
    for before, after in pairwise(notes):
        between = range(score.bar_at(before.start), score.bar_at(after.start) + 1)
        if abs(after.pitch - before.pitch) > leap and any(bar in bars for bar in between):
            return True
    return False
