"""What a move on a score gives: takes. And the cells of a score, one bar of one part each, by which they are compared.

A cell is what authorship is recorded by: a take changes some cells, and every other one keeps its hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ..core.authorship import Hand
from ..core.types import Ingredient
from ..media.score import Bar, Note, Score, cut, sorted_notes

By = Literal["net", "rule"]


@dataclass(frozen=True)
class Take:
    """One result of a move, before it is kept.

    by: who found the new notes. `adjusts`: notes were moved or written down, not made (a groove, a transposition, a
    hummed line): whose they were, they stay; without a piece before them they are a person's. `worth` ranks the takes
    of one move, the highest first.
    """

    score: Score
    by: By = "rule"
    note: str = ""  # one line for people: "bars 5 to 8 by the net"
    seed: int = 0
    checkpoint: str = ""  # id (sha256) of the model that wrote notes
    adjusts: bool = False
    worth: float = 0.0
    trace: Mapping[str, Any] = field(default_factory=dict)
    ingredients: tuple[Ingredient, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One bar of one part: the bar, and its notes from the barline on, without how they are written or played."""

    bar: Bar
    notes: tuple[Note, ...] = ()


def cells_of(score: Score) -> tuple[Cell, ...]:
    """All cells, bar by bar and in each bar part by part. A note belongs to the bar it begins in."""
    rows = [notes_by_bar(score, part) for part in range(len(score.parts))]
    return tuple(Cell(bar, row[number]) for number, bar in enumerate(score.bars) for row in rows)


def notes_by_bar(score: Score, part: int) -> list[tuple[Note, ...]]:
    """The notes of a part, one entry per bar, starting from the barline; lengths, pitches and staves alone."""
    rows: list[list[Note]] = [[] for _ in score.bars]
    bar = 0
    for note in score.parts[part].notes:
        while bar + 1 < len(score.bars) and note.start >= score.starts[bar + 1]:
            bar += 1
        rows[bar].append(Note(note.start - score.starts[bar], note.length, note.pitch))
    return [tuple(row) for row in rows]


def with_cells(score: Score, cells: Sequence[Cell]) -> Score:
    """The score with other cells, as many parts as it has; what stands above the music stays where it is.

    A cell that was there keeps how its notes are written and played.
    """
    parts = max(1, len(score.parts))
    if len(cells) % parts:
        raise ValueError(f"{len(cells)} cells are no whole number of bars of {parts} parts")
    bars = tuple(cell.bar for cell in cells[::parts])
    empty = replace(score, bars=bars)
    filled = []
    for number, part in enumerate(score.parts):
        known = dict(zip(cells_of(score)[number::parts], _whole_notes(score, number), strict=True))
        notes = [
            replace(note, start=note.start + begin)
            for begin, cell in zip(empty.starts, cells[number::parts], strict=False)
            for note in known.get(cell, cell.notes)
        ]
        filled.append(replace(part, notes=sorted_notes(notes)))
    return replace(empty, parts=tuple(filled))


def _whole_notes(score: Score, part: int) -> list[tuple[Note, ...]]:
    """The notes of a part as they are, one entry per bar, starting from the barline."""
    rows: list[list[Note]] = [[] for _ in score.bars]
    for note in score.parts[part].notes:
        bar = score.bar_at(note.start)
        rows[bar].append(replace(note, start=note.start - score.starts[bar]))
    return [tuple(row) for row in rows]


def hands_after(
    before: Score, hands: Sequence[Hand], take: Take, others: Sequence[tuple[Score, Sequence[Hand]]] = ()
) -> tuple[Hand, ...]:
    """Whose hand made each cell of a take of `before`, whose cells are by `hands`.

    A cell that stayed, in its place or in another, is whose it was, as is one that came from `others`; another one is
    the machine's, unless the take only adjusts: then the cell in its place says whose it is.
    """
    old, new = cells_of(before), cells_of(take.score)
    same_parts = len(before.parts) == len(take.score.parts)
    known: dict[Cell, Hand] = {}
    for score, theirs in (*others, (before, hands)):
        known |= {cell: hand for cell, hand in zip(cells_of(score), theirs, strict=True) if cell.notes}
    out: list[Hand] = []
    for index, cell in enumerate(new):
        there = same_parts and index < len(old)
        if there and (old[index] == cell or take.adjusts):
            out.append(hands[index])
        else:
            out.append(known.get(cell, "machine"))
    return tuple(out)


def changed(before: Score, after: Score) -> list[tuple[int, int]]:
    """The cells, as (bar, part), of `after` whose notes are not those of `before` in the same place."""
    same: dict[tuple[int, int], Cell] = dict(_placed(before))
    return [place for place, cell in _placed(after) if same.get(place) != cell]


def _placed(score: Score) -> Iterator[tuple[tuple[int, int], Cell]]:
    parts = max(1, len(score.parts))
    for index, cell in enumerate(cells_of(score)):
        yield divmod(index, parts), cell


def spans(numbers: Sequence[int]) -> str:
    """Bar numbers, from 1, as people say them: "bar 3", "bars 3 to 5 and 8"."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    told = [str(first) if first == last else f"{first} to {last}" for first, last in runs]
    if not told:
        return "no bar"
    plural = "bars" if len(set(numbers)) > 1 else "bar"
    return f"{plural} {told[0]}" if len(told) == 1 else f"{plural} {', '.join(told[:-1])} and {told[-1]}"


def joined(first: Score, *others: Score) -> Score:
    """Scores of the same parts, one after the other; keys, tempi and chords that only repeat are left out."""
    out = first
    for other in others:
        at = out.end
        parts = []
        for number, part in enumerate(out.parts):
            new = other.parts[number] if number < len(other.parts) else None
            moved = [replace(note, start=note.start + at) for note in new.notes] if new else []
            marks = [replace(mark, tick=mark.tick + at) for mark in new.dynamics] if new else []
            parts.append(replace(part, notes=sorted_notes([*part.notes, *moved]), dynamics=(*part.dynamics, *marks)))
        out = replace(
            out,
            parts=tuple(parts),
            bars=(*out.bars, *other.bars),
            keys=_onward(out.keys, other.keys, at, ("tonic", "mode")),
            tempi=_onward(out.tempi, other.tempi, at, ("bpm",)),
            chords=(*out.chords, *(replace(one, tick=one.tick + at) for one in other.chords)),
            marks=(*out.marks, *(replace(one, tick=one.tick + at) for one in other.marks)),
        )
    return out


def _onward(before: tuple[Any, ...], after: tuple[Any, ...], at: int, names: tuple[str, ...]) -> tuple[Any, ...]:
    out = list(before)
    for row in after:
        if not out or any(getattr(out[-1], name) != getattr(row, name) for name in names):
            out.append(replace(row, tick=row.tick + at))
    return tuple(out)


def empty_bars(score: Score, count: int) -> Score:
    """`count` empty bars in the metre, key and tempo that the score ends in, with its parts."""
    last = score.bars[-1] if score.bars else Bar(1920)
    whole = Bar(last.full, last.beats, last.unit)
    parts = tuple(replace(part, notes=(), dynamics=()) for part in score.parts)
    return Score(parts, (whole,) * count)


def window(score: Score, first: int, last: int) -> Score:
    """Bars first..last (not included), clipped to the bars there are; see `score.cut`."""
    first, last = max(0, first), min(len(score.bars), last)
    return cut(score, first, last)
