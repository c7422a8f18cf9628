"""Moves along the time of a piece: go on, fill a gap, make bars again, answer a phrase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.errors import UsageError
from ..media.score import Bar, Note, Score
from . import music_net as n
from .music_controls import mode_scale, scale_of
from .music_judge import ends_at_home, lead_of
from .music_takes import Take, cells_of, joined, spans

if TYPE_CHECKING:
    from .music_net import Net

MOST = 256  # bars that are written at once


def go_on(score: Score, net: Net, *, bars: int = 8, parts: str | None = None, scale: str | None = None) -> list[Take]:
    """The piece with `bars` more bars at its end; what is there stays note for note.

    parts: only these go on, the others rest. scale: only these notes in what is new. Empty bars at the end of the file
    are written in first.
    """
    _some(bars)
    first = written_bars(score)
    if not first:
        raise UsageError("there is nothing to continue: the piece has no notes", where=score.title)
    whole = lengthened(score, first + bars)
    holes = [
        (bar, line) for bar in range(first, first + bars) for line in n.line_numbers(score, n.parts_of(score, parts))
    ]
    rules = n.rules_for(whole, scale=_scale(scale, score))
    return net.takes(whole, holes, rules=rules, note=f"{_bars(bars)} more by the net", worth=ends_at_home)


def fill(
    score: Score, net: Net, *, bars: str, parts: str | None = None, scale: str | None = None, density: int | None = None
) -> list[Take]:
    """Bars 5-8 (of some parts) written to fit what stands before and after them; all else stays note for note."""
    wanted, chosen = n.bars_of(score, bars), n.parts_of(score, parts)
    holes = [(bar, line) for bar in wanted for line in n.line_numbers(score, chosen)]
    rules = n.rules_for(score, scale=_scale(scale, score))
    whom = "" if chosen is None else f" of {', '.join(_name(score, part) for part in chosen)}"
    note = f"{spans([bar + score.first_number for bar in wanted])}{whom} by the net"
    return net.takes(n.without(score, holes), holes, rules=rules, note=note, density=density)


def again(score: Score, net: Net, *, bars: str, part: str | None = None, scale: str | None = None) -> list[Take]:
    """Bars of one part (or of all) made again, otherwise than they are; all else stays identical, note for note."""
    takes = fill(score, net, bars=bars, parts=part, scale=scale)
    old = cells_of(score)
    new = [take for take in takes if cells_of(take.score) != old]
    return [replace(take, note=take.note.replace(" by the net", " made again by the net")) for take in new]


def answer(score: Score, net: Net, *, bars: int | None = None, scale: str | None = None) -> list[Take]:
    """The phrase and its answer, as long (or `bars` long): it begins in the phrase's rhythm and ends at home."""
    asked = written_bars(score)
    if not asked:
        raise UsageError("there is no phrase to answer: the piece has no notes", where=score.title)
    many = asked if bars is None else bars
    _some(many)
    whole = lengthened(score, asked + many)
    lines = n.line_numbers(score)
    holes = [(asked + bar, line) for bar in range(many) for line in lines]
    rhythm, pitches = _answering(score, whole, asked, many)
    rules = n.rules_for(whole, scale=_scale(scale, score), rhythm=rhythm, pitches=pitches)
    return net.takes(whole, holes, rules=rules, note=f"answered in {_bars(many)} by the net", worth=ends_at_home)


# -- what they share ------------------------------------------------------------------------------------------------


def written_bars(score: Score) -> int:
    """Bars up to the last one in which something sounds."""
    end = max((note.end for part in score.parts for note in part.notes), default=0)
    return score.bar_at(end - 1) + 1 if end else 0


def lengthened(score: Score, bars: int) -> Score:
    """The score with that many bars: empty ones at its end cut off, or more of the last one's metre added."""
    kept = score.bars[:bars]
    last = kept[-1] if kept else Bar(1920)
    more = (Bar(last.full, last.beats, last.unit),) * (bars - len(kept))
    return joined(replace(score, bars=kept), Score(bars=more)) if more else replace(score, bars=kept)


def rhythm_of(score: Score, line: int, bar: int) -> tuple[tuple[int, int], ...]:
    """(start in the bar, length) in ticks of the notes of a line that begin in a bar, a chord once."""
    one = n.lines_of(score)[line]
    begin = score.starts[bar]
    found = {
        note.start - begin: note.length
        for note in score.parts[one.part].notes
        if note.staff == one.staff and score.bar_at(note.start) == bar
    }
    return tuple(sorted(found.items()))


def _answering(
    score: Score, whole: Score, asked: int, many: int
) -> tuple[dict[n.Cell, tuple[tuple[int, int], ...]], dict[n.Cell, tuple[frozenset[int], ...]]]:
    """The rhythm that the answer takes over from the phrase in its leading line, and a last note that is the tonic."""
    line = leading_line(score)
    last = asked + many - 1
    key = whole.key_at(whole.starts[last])
    low, high = n.ranges_at_ease(score).get(line, (0, 127))
    inside = frozenset(p for p in range(low, high + 1) if (p - key.tonic) % 12 in mode_scale(key.mode))
    home = frozenset(pitch for pitch in inside if pitch % 12 == key.tonic) or inside
    rhythm: dict[n.Cell, tuple[tuple[int, int], ...]] = {}
    for bar in range(max(1, many // 2)):
        if bar < asked and (taken := _fitting(rhythm_of(score, line, bar), whole.bars[asked + bar])):
            rhythm[asked + bar, line] = taken
    ending = _fitting(rhythm_of(score, line, asked - 1), whole.bars[last]) or ((0, whole.bars[last].length),)
    rhythm[last, line] = ending
    return rhythm, {(last, line): (inside,) * (len(ending) - 1) + (home,)}


def _fitting(rhythm: Sequence[tuple[int, int]], bar: Bar) -> tuple[tuple[int, int], ...]:
    """A rhythm as far as it fits into a bar, nothing tied over its end."""
    return tuple((start, min(length, bar.length - start)) for start, length in rhythm if start < bar.length)


def leading_line(score: Score) -> int:
    """The line that the lead is played in."""
    notes: Sequence[Note] = lead_of(score)
    for number, line in enumerate(n.lines_of(score)):
        own = score.parts[line.part].notes
        if notes and line.staff == notes[0].staff and any(note is notes[0] for note in own):
            return number
    return 0


def _scale(text: str | None, score: Score) -> frozenset[int] | None:
    if text is None:
        return None
    key = score.key_at(0)
    return scale_of(text, (key.tonic, key.mode))


def _some(bars: int) -> None:
    if not 1 <= bars <= MOST:
        raise UsageError(f"{bars} bars cannot be written", mend=f"ask for 1 to {MOST}")


def _bars(count: int) -> str:
    return "1 bar" if count == 1 else f"{count} bars"


def _name(score: Score, part: int) -> str:
    return score.parts[part].name or f"part {part + 1}"
