"""A score as its rules look at it: the lines of its players, what sounds beside each note, where it stands."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .harmony import beat_of, label, spans_of
from .keys import find_key, pitch_name
from .score import TPQ, Chord, Key, Note, Score

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FREE = (*range(16), *range(24, 40), 46)  # GM programs of keyboards, bells, guitars, basses and the harp
MOST = 0.02  # share of a line's notes that may sound together with the one before, where it still is one line


@dataclass(frozen=True)
class Mend:
    """One note and what it should become; None takes it out."""

    part: int
    note: Note
    becomes: Note | None


@dataclass(frozen=True)
class Finding:
    """One rule broken at one place.

    `number`, `bar` and `part` count from 1, as people do; bar is the one that is printed: a pick-up is bar 0. `beat`
    counts from 1 in beats of the metre. `told` says it in a line, `advice` how to mend it ("" if nothing is known to
    be better), `mends` are the notes that would change.
    """

    rule: str
    told: str
    tick: int
    bar: int
    beat: float
    part: int | None = None
    advice: str = ""
    mends: tuple[Mend, ...] = ()
    number: int = 0

    @property
    def fixable(self) -> bool:
        return bool(self.mends)

    @property
    def place(self) -> str:
        """Where, for people: "bar 12, beat 3.5"."""
        return f"bar {self.bar}, beat {self.beat:g}"

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON data."""
        told = {"number": self.number, "rule": self.rule, "bar": self.bar, "beat": self.beat, "tick": self.tick}
        return {**told, "part": self.part, "told": self.told, "advice": self.advice, "fixable": self.fixable}


@dataclass(frozen=True)
class Line:
    """Notes that follow one another in one voice of a part; `single` if hardly two of them sound at once."""

    part: int
    staff: int
    voice: int
    notes: tuple[Note, ...]

    @cached_property
    def starts(self) -> tuple[int, ...]:
        return tuple(note.start for note in self.notes)

    @cached_property
    def single(self) -> bool:
        meets = sum(one.end > two.start for one, two in pairwise(self.notes))
        return meets <= MOST * len(self.notes)

    @cached_property
    def middle(self) -> float:
        """Its mean pitch."""
        return sum(note.pitch for note in self.notes) / max(1, len(self.notes))

    def at(self, tick: int) -> Note | None:
        """The note that sounds at a tick (the one that began last)."""
        number = bisect.bisect_right(self.starts, tick) - 1
        return self.notes[number] if number >= 0 and self.notes[number].end > tick else None


@dataclass(frozen=True)
class Look:
    """A score and what the rules ask of it again and again."""

    score: Score

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every voice of every part but drums, the highest first."""
        found = []
        for number, part in enumerate(self.score.parts):
            if part.drums:
                continue
            voices: dict[tuple[int, int], list[Note]] = {}
            for note in part.notes:
                voices.setdefault((note.staff, note.voice), []).append(note)
            found += [Line(number, staff, voice, tuple(notes)) for (staff, voice), notes in voices.items()]
        return tuple(sorted(found, key=lambda line: -line.middle))

    @cached_property
    def voices(self) -> tuple[Line, ...]:
        """The lines that are sung or played one note at a time, if the piece is written in such lines.

        Keyboards and plucked strings count only where nobody else plays: beside a singer they double and cross freely.
        """
        single = [line for line in self.lines if line.single and len(line.notes) >= 2]
        held = sum(len(line.notes) for line in single)
        others = [line for line in single if self.score.parts[line.part].program not in FREE]
        single = others if len(others) >= 2 else single if not others else []
        return tuple(single) if 2 <= len(single) <= 10 and held >= 0.8 * self.pitched else ()

    @cached_property
    def pitched(self) -> int:
        """Notes that are no drums."""
        return sum(len(part.notes) for part in self.score.parts if not part.drums)

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        return self.score.keys or (find_key(self.score),)

    def key_at(self, tick: int) -> Key:
        return replace(self.score, keys=self.keys).key_at(tick)

    @cached_property
    def chords(self) -> tuple[Chord, ...]:
        """Chords as the score says, else as its notes speak for."""
        return self.score.chords or label(self.score, "beat")

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        return spans_of(self.score, "beat")

    def chord_at(self, tick: int) -> Chord | None:
        number = bisect.bisect_right(self._chord_ticks, tick) - 1
        return self.chords[number] if number >= 0 else None

    @cached_property
    def _chord_ticks(self) -> list[int]:
        return [chord.tick for chord in self.chords]

    @cached_property
    def all(self) -> NDArray[np.int64]:
        """All pitched notes, (n, 5): start, end, pitch, part, index in the part; by start."""
        import numpy as np

        rows = [
            (note.start, note.end, note.pitch, number, index)
            for number, part in enumerate(self.score.parts)
            if not part.drums
            for index, note in enumerate(part.notes)
        ]
        return np.asarray(sorted(rows), np.int64).reshape(-1, 5)

    def name(self, pitch: int, tick: int = 0) -> str:
        """A pitch for people, spelt in the key: "F#4"."""
        return pitch_name(pitch, self.key_at(tick))

    def part_name(self, part: int) -> str:
        return self.score.parts[part].name or f"part {part + 1}"

    def place(self, tick: int) -> tuple[int, float]:
        """(bar, beat) as people count them."""
        score = self.score
        if not score.bars:
            return 1, 1 + tick / TPQ
        number = score.bar_at(tick)
        bar = score.bars[number]
        pickup = score.bars[0].length < score.bars[0].full
        late = bar.full - bar.length if number == 0 and pickup else 0
        return number + (not pickup), round(1 + (tick - score.starts[number] + late) / max(1, beat_of(bar)), 2)

    def finding(self, rule: str, told: str, tick: int, part: int | None = None, **more: Any) -> Finding:
        bar, beat = self.place(tick)
        return Finding(rule, told, tick, bar, beat, None if part is None else part + 1, **more)


def numbered(findings: Sequence[Finding]) -> list[Finding]:
    """In the order of the music, counted from 1."""
    ordered = sorted(findings, key=lambda one: (one.tick, one.part or 0))
    return [replace(finding, number=number) for number, finding in enumerate(ordered, 1)]


def moments(lines: Sequence[Line]) -> Iterator[tuple[int, tuple[Note | None, ...]]]:
    """Every tick at which a line begins a note, and the note that each line has then."""
    ticks = sorted({start for line in lines for start in line.starts})
    for tick in ticks:
        yield tick, tuple(line.at(tick) for line in lines)
