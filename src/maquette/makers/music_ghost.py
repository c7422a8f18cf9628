"""The next bar of a piece as ghosts, while a person writes it.

Two sources: bars of the piece itself come again, as people repeat themselves (`music_next`), and the net goes on with
what is there (`music_ghost_net`). A ghost fills the parts that are still silent in its bar: after the last one it is a
whole new bar; beneath a melody that stands alone it is what the others may play.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from ..core.errors import UsageError
from ..core.types import Ghost
from ..media.score import Key, Note, Score, Tempo, cut, regular_bars, sorted_notes
from . import music_lexicon as lexicon
from .music_instruments import named
from .music_moves_time import lengthened, written_bars
from .music_next import Rows, guesses
from .music_words import read_words

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from .music_ghost_net import BarWriter, Written
    from .music_writer import Writer

# Log odds of a net's bar: floor, share of the rows that came to it, its nats; fitted to training pieces. The net's own
# chance of a bar is nearly how often it is right.
NET = (-0.42, 0.74, 1.02)


@dataclass(frozen=True)
class Proposal:
    """A bar on its way to being a ghost: the notes of every part, from the barline on."""

    rows: Rows
    source: str  # "model" or "repeat"
    chance: float
    note: str = ""
    trace: Mapping[str, Any] = field(default_factory=dict)


class MusicGhosts:
    """Suggests the next bar of a piece. Opening it loads nothing; the first question opens the net."""

    name: ClassVar[str] = "music"
    starter: ClassVar[str] = "music-1"

    def __init__(self, checkpoint: Checkpoint | None) -> None:
        if checkpoint is None:
            raise UsageError(
                "ghosts are written by a checkpoint", mend="name one, or leave --checkpoint out for music-1"
            )
        self.checkpoint = checkpoint

    @cached_property
    def writer(self) -> Writer:
        from .music_writer import Writer

        return Writer(self.checkpoint)

    @cached_property
    def bars(self) -> BarWriter:
        """The net with what it has read of the piece."""
        from .music_ghost_net import BarWriter

        return BarWriter(self.writer)

    @staticmethod
    def blank() -> Score:
        """An empty page: a piano, 4/4, C major."""
        return Score(named(("Piano",)), regular_bars(1), (Key(0, 0),), (Tempo(0, 100),))

    def suggest(
        self,
        media: Score,
        at: int | None = None,
        count: int = 3,
        *,
        words: str = "",
        style: str | None = None,
        seed: int = 0,
    ) -> list[Ghost[Score]]:
        """Up to `count` distinct ghosts for bar `at` (from 0; None: the bar after the last note), likeliest first.

        `words` say what is being written, `style` names a genre. `Ghost.elements` are its cells: bar by bar, in each
        bar part by part. Raises UsageError for a bar that is not there, and for one in which every part plays already.
        """
        at = written_bars(media) if at is None else at
        if not 0 <= at <= len(media.bars):
            told = f"the piece has {len(media.bars)} bars, so nothing can stand in bar {at + 1}"
            raise UsageError(told, mend=f"give 1 to {len(media.bars) + 1}")
        whole = media if at < len(media.bars) else lengthened(media, at + 1)
        if not whole.parts:
            raise UsageError("the piece has no parts", mend="give it an instrument first")
        free = silent(whole, at)
        if not free:
            raise UsageError(
                f"in bar {at + 1} every part plays already",
                mend="empty it first, or make it again: maquette music again",
            )
        genre = self._genre(style, words)
        found = self.proposals(whole, at, genre, seed, free)
        return [self.ghost(one, whole, at, free) for one in shown(found, count)]

    def proposals(self, score: Score, at: int, genre: str | None, seed: int, free: Sequence[int]) -> list[Proposal]:
        """Everything that was thought of for the silent parts of a bar, likeliest first, each bar once."""
        found = [Proposal(_only(one.rows, free), "repeat", one.chance, one.note) for one in guesses(score, at)]
        if len(free) == len(score.parts):  # with other parts already there, the net would be told nothing of them
            found += self._by_net(score, at, genre, seed)
        else:
            found += self._beneath(score, at, genre, seed, free)
        return merged([one for one in found if any(one.rows)])

    def _by_net(self, score: Score, at: int, genre: str | None, seed: int) -> list[Proposal]:
        out = []
        for one in self.bars.write(score, at, genre, seed):
            trace = {"cells": {f"{at}:{line}": list(ids) for line, ids in one.cells}, "logprob": round(one.logprob, 3)}
            out.append(Proposal(self.rows_of(score, one), "model", _chance(one.share, one.logprob), "", trace))
        return out

    @staticmethod
    def rows_of(score: Score, one: Written) -> Rows:
        """What was written as the notes of every part, from the barline on."""
        from .music_writer import lines_of

        lines = lines_of(score)
        rows: list[list[Note]] = [[] for _ in score.parts]
        for line, ids in one.cells:
            rows[lines[line].part] += _notes(ids, lines[line].staff)
        return tuple(tuple(sorted_notes(row)) for row in rows)

    def _beneath(self, score: Score, at: int, genre: str | None, seed: int, free: Sequence[int]) -> list[Proposal]:
        """What the net writes for the silent parts of a bar in which others play."""
        from . import music_net as n
        from .music_writer import Manner

        first = max(0, at - 7)
        part_of_it = cut(score, first, min(len(score.bars), at + 2))
        holes = [(at - first, line) for line in n.line_numbers(part_of_it, free)]
        rules = n.rules_for(part_of_it)
        written = self.writer.write(part_of_it, holes, rules=rules, manner=Manner(genre), count=3, seed=seed)
        begin = part_of_it.starts[at - first]
        end = part_of_it.starts[at - first + 1]
        out = []
        for one in written:
            rows = [
                tuple(replace(m, start=m.start - begin) for m in part.notes if begin <= m.start < end)
                for part in one.score.parts
            ]
            trace = {"logprob": round(one.logprob, 3), "seed": one.seed}
            out.append(Proposal(_only(tuple(rows), free), "model", _chance(1 / 3, one.logprob), "", trace))
        return out

    def ghost(self, one: Proposal, score: Score, at: int, free: Sequence[int]) -> Ghost[Score]:
        """The proposal in its place."""
        begin = score.starts[at]
        parts = list(score.parts)
        for number in free:
            new = [replace(note, start=note.start + begin) for note in one.rows[number]]
            parts[number] = replace(parts[number], notes=sorted_notes([*parts[number].notes, *new]))
        width = len(parts)
        return Ghost(
            media=replace(score, parts=tuple(parts)),
            elements=range(at * width, (at + 1) * width),
            chance=one.chance,
            source=one.source,  # type: ignore[arg-type]
            note=one.note,
            checkpoint=self.checkpoint.id if one.source == "model" else "",
            trace=one.trace,
        )

    def _genre(self, style: str | None, words: str) -> str | None:
        if style:
            from .music_controls import genre_of

            found = genre_of(style)
            return found.name if found is not None else None
        genres = set(self.writer.genres) & set(lexicon.BY_NAME)
        wish = read_words(words, genres or lexicon.LEARNT) if words.strip() else None
        return wish.genre.name if wish is not None and wish.genre is not None else None


def silent(score: Score, at: int) -> list[int]:
    """The parts in which nothing begins in a bar."""
    begin, end = score.starts[at], score.starts[at + 1]
    return [
        number for number, part in enumerate(score.parts) if not any(begin <= note.start < end for note in part.notes)
    ]


def shown(found: Sequence[Proposal], count: int) -> list[Proposal]:
    """The likeliest; among three or more at least one bar that the net wrote, so that not all is said already."""
    chosen = list(found[:count])
    new = next((one for one in found if one.source == "model"), None)
    if count >= 3 and new is not None and all(one.source != "model" for one in chosen):
        chosen[-1] = new
    return chosen


def merged(found: Sequence[Proposal]) -> list[Proposal]:
    """Likeliest first; the same notes from both sources are one bar, and likelier for it."""
    best: dict[Any, Proposal] = {}
    for one in sorted(found, key=lambda one: -one.chance):
        key = tuple(tuple((note.start, note.length, note.pitch) for note in row) for row in one.rows)
        if key in best:
            chance = 1 - (1 - best[key].chance) * (1 - one.chance)
            best[key] = replace(best[key], chance=chance)
        else:
            best[key] = one
    return sorted(best.values(), key=lambda one: -one.chance)


def _chance(share: float, nats: float) -> float:
    """How likely a bar of the net's is the one that comes next; kept above 0, since ghosts say it in hundredths."""
    odds = NET[0] + NET[1] * share + NET[2] * max(nats, -30.0)
    return 1 / (1 + math.exp(-odds))


def _only(rows: Rows, free: Sequence[int]) -> Rows:
    """The rows of the parts that are silent; the others' empty."""
    return tuple(row if number in free else () for number, row in enumerate(rows))


def _notes(ids: Sequence[int], staff: int) -> list[Note]:
    """The notes that a cell's ids say, from the barline on."""
    from ..encodings.notes_sheet import LEVELS, STEP
    from .music_cells import groups_of

    notes = []
    for group in groups_of(ids):
        velocity = 80 if group.loudness is None else LEVELS[group.loudness]
        notes += [Note(group.start * STEP, group.length * STEP, pitch, velocity, 0, staff) for pitch in group.pitches]
    return notes
