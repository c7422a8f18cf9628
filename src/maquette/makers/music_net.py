"""How a move asks the net for notes: what is left free, what holds without exception, and takes of what came back.

Everything goes through the one `Writer`: a score, the cells to be written (bar, line), and rules that no note breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..core.progress import OnProgress, silent
from ..core.seeds import candidate_seed
from ..data.score_text import to_text
from ..media.score import Part, Score
from .music_instruments import range_of
from .music_judge import likelihood
from .music_takes import Take, changed, spans

if TYPE_CHECKING:
    from .music_writer import Line, Manner, Rules, Writer, Written

Cell = tuple[int, int]  # (bar, line), both from 0
POOL = 2  # written for every take that is shown
HUSH = 6.0  # nats per note that bars without any note cost a take, if all of it is silent
ROUNDS, BOLDER = 3, 1.25  # where too few takes differ, others are written, with a temperature so much higher
SINGERS = frozenset(("soprano", "alto", "tenor", "bass", "voice"))
# General MIDI programs of instruments that play one note at a time, unless their part shows otherwise.
MELODIC = (*range(40, 46), *range(52, 55), *range(56, 61), *range(64, 80))


@dataclass(frozen=True)
class Net:
    """A model that is ready to write, and in how many ways it is to. `writer` None: no model is at hand."""

    writer: Writer | None = None
    id: str = ""
    name: str = ""
    count: int = 2
    seed: int = 0
    temperature: float = 1.0
    on_progress: OnProgress = silent
    genre: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def takes(
        self,
        score: Score,
        holes: Iterable[Cell],
        *,
        rules: Rules | None = None,
        note: str = "",
        finish: Callable[[Score], Score] | None = None,
        worth: Callable[[Score], float] | None = None,
        count: int | None = None,
        density: int | None = None,
    ) -> list[Take]:
        """Up to `count` different takes of a score with its holes written, best first; [] without a model.

        finish: what is done with each score afterwards; worth: how good one is, beside its likelihood.
        """
        wanted = self.count if count is None else count
        cells = sorted(set(holes))
        if self.writer is None or wanted < 1 or not cells:
            return []
        from .music_writer import Manner
        from .music_writer import Rules as Free

        manner: Manner = Manner(genre=self.genre, density=density)
        made: list[Take] = []
        heard = 0
        for turn in range(ROUNDS):
            one_turn = replace(self.another(turn), temperature=min(2.0, self.temperature * BOLDER**turn))
            written = self.writer.write(
                score,
                cells,
                rules=rules or Free(),
                manner=manner,
                count=wanted * POOL,
                seed=one_turn.seed,
                temperature=one_turn.temperature,
                on_progress=self.on_progress,
            )
            made += [one_turn._take(score, one, cells, note, finish, worth, rules) for one in written]
            made = distinct(sorted(made, key=lambda take: -take.worth))
            heard += sum(silence(one.score, cells) < 0.5 for one in written)
            if min(len(made), heard) >= wanted:
                break
        return made[:wanted]

    def _take(
        self,
        score: Score,
        one: Written,
        cells: Sequence[Cell],
        note: str,
        finish: Callable[[Score], Score] | None,
        worth: Callable[[Score], float] | None,
        rules: Rules | None,
    ) -> Take:
        new = sum(len(part.notes) for part in one.score.parts) - sum(len(part.notes) for part in emptied(score, cells))
        likely = likelihood(one.logprob, max(new, 1))
        made = finish(one.score) if finish is not None else one.score
        told = note or f"{spans([bar + one.score.first_number for bar, _ in cells])} by the net"
        value = likely + (worth(made) if worth is not None else 0.0) - HUSH * silence(one.score, cells)
        trace: dict[str, Any] = {
            "encoding": "notes.v1",
            "frame": to_text(without(score, cells)),
            "cells": {f"{bar}:{line}": list(ids) for (bar, line), ids in sorted(one.cells.items())},
            "rules": told_rules(vars(rules)) if rules is not None else {},
            "manner": {"genre": self.genre},
            "sampler": {"temperature": self.temperature, "seed": one.seed},
            "logprob": round(float(one.logprob), 3),
            "scores": {"total": round(value, 3)},
        }
        if finish is not None:  # more was done than the cells tell
            trace["score"] = to_text(made)
        return Take(made, "net", told, one.seed, self.id, worth=value, trace=trace)

    def another(self, turn: int) -> Net:
        """The same with other dice."""
        return replace(self, seed=candidate_seed(self.seed, turn)) if turn else self


def silence(score: Score, cells: Iterable[Cell]) -> float:
    """The share of the bars of `cells` in which none of their lines has a note (chord symbols do not count)."""
    lines: dict[int, set[tuple[int, int]]] = {}
    known = lines_of(score)
    for bar, line in cells:
        if line >= 0:
            lines.setdefault(bar, set()).add((known[line].part, known[line].staff))
    heard = {
        bar
        for number, part in enumerate(score.parts)
        for note in part.notes
        if (number, note.staff) in lines.get(bar := score.bar_at(note.start), ())
    }
    return 1 - len(heard) / len(lines) if lines else 0.0


def told_rules(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Rules as plain data for the record: those that bind; of given rhythms and pitches the number of cells."""
    told: dict[str, Any] = {}
    for name, value in rules.items():
        if name in ("rhythm", "pitches"):
            value = len(value)
        elif isinstance(value, Mapping):
            value = {str(key): list(one) if isinstance(one, tuple) else one for key, one in value.items()}
        elif isinstance(value, (frozenset, set)):
            value = sorted(value)
        if value not in (None, 0, {}, "free"):
            told[name] = value
    return told


def distinct(takes: Sequence[Take]) -> list[Take]:
    """Takes without those whose notes are as an earlier one's."""
    out: list[Take] = []
    for take in takes:
        if all(changed(take.score, other.score) for other in out):
            out.append(take)
    return out


def lines_of(score: Score) -> tuple[Line, ...]:
    """The lines of a score, as the net sees them: one for every staff of every part."""
    from .music_writer import lines_of as lines

    return lines(score)


def line_numbers(score: Score, parts: Iterable[int] | None = None) -> list[int]:
    """The lines of some parts (None: of all)."""
    wanted = None if parts is None else set(parts)
    return [number for number, line in enumerate(lines_of(score)) if wanted is None or line.part in wanted]


def emptied(score: Score, cells: Iterable[Cell]) -> tuple[Part, ...]:
    """The parts of a score without the notes that begin in these cells."""
    gone: dict[tuple[int, int], set[int]] = {}
    for bar, line in cells:
        if line >= 0:
            found = lines_of(score)[line]
            gone.setdefault((found.part, found.staff), set()).add(bar)
    out = []
    for number, part in enumerate(score.parts):
        kept = tuple(n for n in part.notes if score.bar_at(n.start) not in gone.get((number, n.staff), ()))
        out.append(replace(part, notes=kept))
    return tuple(out)


def without(score: Score, cells: Iterable[Cell]) -> Score:
    """The score with these cells empty."""
    return replace(score, parts=emptied(score, cells))


def ranges_at_ease(score: Score, wider: Mapping[int, tuple[int, int]] | None = None) -> dict[int, tuple[int, int]]:
    """Line -> lowest and highest pitch: where its instrument is at ease, and what its part already reaches.

    wider: ranges of parts that were asked for; they hold as they are. The hands of a keyboard share its keys.
    """
    out: dict[int, tuple[int, int]] = {}
    for number, line in enumerate(lines_of(score)):
        if line.drums:
            continue
        if wider is not None and line.part in wider:
            out[number] = wider[line.part]
            continue
        low, high = range_of(score.parts[line.part])
        there = [note.pitch for note in score.parts[line.part].notes if note.staff == line.staff]
        out[number] = (min([low, *there]), max([high, *there]))
    return out


def voices_of(score: Score) -> dict[int, int]:
    """Line -> notes at once: one where its part, or its instrument, is of one voice; free lines are left out."""
    out = {}
    for number, line in enumerate(lines_of(score)):
        part = score.parts[line.part]
        own = [note for note in part.notes if note.staff == line.staff]
        first = part.name.lower().split()[0] if part.name.split() else ""
        single = line.program in MELODIC or first in SINGERS
        if line.drums:
            continue
        if (own and most_at_once(own) == 1) or (not own and single):
            out[number] = 1
    return out


def most_at_once(notes: Sequence[Any]) -> int:
    """How many of these notes sound together at most."""
    edges = sorted([(note.start, 1) for note in notes] + [(note.end, -1) for note in notes])
    now = most = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


def rules_for(score: Score, **more: Any) -> Rules:
    """The rules that hold wherever nothing else was asked for: ranges at ease, single voices stay single."""
    from .music_writer import Rules

    given: dict[str, Any] = {"scale": None, "ranges": ranges_at_ease(score), "voices": voices_of(score), **more}
    return Rules(**given)


def bars_of(score: Score, text: str) -> list[int]:
    """Indices of the bars "5-8", "3", "1,3-4", as they are printed: from 1, a pick-up is bar 0. Raises UsageError."""
    least = score.first_number
    most = len(score.bars) - 1 + least
    out: list[int] = []
    for piece in filter(None, (one.strip() for one in text.split(","))):
        first, dash, last = piece.partition("-")
        if not first.strip().isdigit() or (dash and not last.strip().isdigit()):
            raise UsageError(f"{piece!r} names no bars", mend="write --bars 5-8, --bars 3 or --bars 1,3-4")
        low, high = int(first), int(last or first)
        if not least <= low <= high <= most:
            raise UsageError(f"bars {piece} are not all there", mend=f"the piece has bars {least} to {most}")
        out += range(low - least, high - least + 1)
    if not out:
        raise UsageError("no bars are named", mend="write --bars 5-8")
    return sorted(set(out))


def part_of(score: Score, text: str) -> int:
    """The part (from 0) that a number from 1, a name or the beginning of one says. Raises UsageError."""
    wanted = text.strip().lower()
    if wanted.isdigit() and 1 <= int(wanted) <= len(score.parts):
        return int(wanted) - 1
    for number, part in enumerate(score.parts):
        if wanted and part.name.lower().startswith(wanted):
            return number
    names = ", ".join(f"{number} {part.name or '(no name)'}" for number, part in enumerate(score.parts, start=1))
    raise UsageError(f"no part is called {text!r}", mend=f"the parts are {names}")


def parts_of(score: Score, text: str | None) -> list[int] | None:
    """The parts that "2", "violin, 3" names; None for all."""
    if text is None or not text.strip():
        return None
    return [part_of(score, one) for one in text.split(",") if one.strip()]
