"""Scores: music as notes on an exact grid, so that every note stays editable.

The model of a score: bars one after the other, parts with their notes, and what stands above them (keys, tempi,
chords, marks). All times are whole ticks, `TPQ` of them to the quarter note; pitches are MIDI numbers as they sound (60
is the C in the middle). Everything is frozen: a move gives a new score and leaves the notes it did not touch identical.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import Literal, TypeVar

from ..core.errors import MediaError

TPQ = 480  # ticks per quarter note: triplets, quintuplets and 64ths are whole
GRID = 20  # ticks: the 24th of a quarter, the grid that models write on (encodings/notes.py)
LONGEST = 200_000  # notes that a score may hold
LOUDNESS = {"ppp": 16, "pp": 33, "p": 49, "mp": 64, "mf": 80, "f": 96, "ff": 112, "fff": 126}  # MIDI velocities

Mode = Literal["major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian"]
MODES: tuple[Mode, ...] = ("major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian")
# Semitones of each mode above its tonic.
SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
}
# Fifths that a mode's signature has less than that of the major key on the same tonic.
_FIFTHS_OF_MODE = {"major": 0, "lydian": -1, "mixolydian": 1, "dorian": 2, "minor": 3, "phrygian": 4, "locrian": 5}
# Chord qualities: semitones above the root. The names are those of MusicXML's `kind`, shortened.
QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "aug": (0, 4, 8),
    "sus4": (0, 5, 7),
}


@dataclass(frozen=True)
class Note:
    """One sounding note. `start` and `length` in ticks, `pitch` 0..127, `velocity` 1..127.

    voice: 1.. within its staff, as a reader keeps it; 0 lets the engraver decide. staff: 1 is the upper one.
    lyric: the syllable sung on it; a hyphen at its end joins it to the next ("A-", "men").
    spelling: how it is written ("F#", "Gb", "Ebb"); "" lets the key decide.
    """

    start: int
    length: int
    pitch: int
    velocity: int = 80
    voice: int = 0
    staff: int = 1
    lyric: str = ""
    spelling: str = ""

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(frozen=True)
class Bar:
    """One bar: its length in ticks and the metre that is written, `beats`/`unit`. A pick-up is shorter than that."""

    length: int
    beats: int = 4
    unit: int = 4

    @property
    def full(self) -> int:
        """Ticks of a whole bar in this metre."""
        return self.beats * 4 * TPQ // self.unit


@dataclass(frozen=True)
class Key:
    """From `tick` on: tonic 0..11 (C = 0) and mode."""

    tick: int
    tonic: int
    mode: Mode = "major"

    @property
    def fifths(self) -> int:
        """Sharps (negative: flats) of the signature, -5..6."""
        return (self.tonic * 7 - _FIFTHS_OF_MODE[self.mode] + 5) % 12 - 5

    @property
    def scale(self) -> tuple[int, ...]:
        """Its pitch classes."""
        return tuple((self.tonic + step) % 12 for step in SCALES[self.mode])


@dataclass(frozen=True)
class Tempo:
    """From `tick` on: quarter notes a minute."""

    tick: int
    bpm: float


@dataclass(frozen=True)
class Chord:
    """From `tick` on: root 0..11 and quality (a key of QUALITIES); bass 0..11 where it is not the root.

    quality None: no chord ("N.C.").
    """

    tick: int
    root: int
    quality: str | None = ""
    bass: int | None = None

    @property
    def tones(self) -> tuple[int, ...]:
        """Its pitch classes, root first."""
        return () if self.quality is None else tuple((self.root + step) % 12 for step in QUALITIES[self.quality])


@dataclass(frozen=True)
class Mark:
    """A word above the music at `tick`: a tempo word, a section's name ("A"), a dynamic ("mf")."""

    tick: int
    text: str


Timed = TypeVar("Timed", Key, Tempo, Chord, Mark)


@dataclass(frozen=True)
class Part:
    """One player: General MIDI program 0..127 (of `drums`: the kit), notes in the order of start, then pitch."""

    name: str = ""
    program: int = 0
    notes: tuple[Note, ...] = ()
    drums: bool = False
    staves: int = 1
    dynamics: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Score:
    """A piece of music. `said`: what a reader could not carry over, a line for people each."""

    parts: tuple[Part, ...] = ()
    bars: tuple[Bar, ...] = ()
    keys: tuple[Key, ...] = ()
    tempi: tuple[Tempo, ...] = ()
    chords: tuple[Chord, ...] = ()
    marks: tuple[Mark, ...] = ()
    title: str = ""
    composer: str = ""
    said: tuple[str, ...] = ()

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Ticks of all barlines (bars + 1): the first is 0, the last is the end."""
        return (0, *accumulate(bar.length for bar in self.bars))

    @property
    def end(self) -> int:
        """Tick at which the last bar ends."""
        return self.starts[-1]

    @property
    def count(self) -> int:
        """Notes in all parts."""
        return sum(len(part.notes) for part in self.parts)

    @property
    def key(self) -> Key | None:
        """The first key, None where none is told."""
        return self.keys[0] if self.keys else None

    @property
    def metre(self) -> tuple[int, int]:
        """Beats and unit of the first bar that is written in full; 4/4 without bars."""
        bar = next((bar for bar in self.bars if bar.length == bar.full), self.bars[0] if self.bars else Bar(0))
        return bar.beats, bar.unit

    @property
    def first_number(self) -> int:
        """The number that is printed at the first bar: 0 for a pick-up, else 1."""
        return int(not (len(self.bars) > 1 and self.bars[0].length < self.bars[0].full))

    def bar_at(self, tick: int) -> int:
        """Index of the bar that `tick` lies in; the last one for what lies beyond."""
        return max(0, min(bisect.bisect_right(self.starts, tick) - 1, len(self.bars) - 1))

    def key_at(self, tick: int) -> Key:
        """The key in force at `tick`; C major where none is told."""
        return _at(self.keys, tick) or (self.keys[0] if self.keys else Key(0, 0))

    def tempo_at(self, tick: int) -> float:
        """Quarters a minute at `tick`; 120 where none is told."""
        found = _at(self.tempi, tick)
        return found.bpm if found else self.tempi[0].bpm if self.tempi else 120.0

    def chord_at(self, tick: int) -> Chord | None:
        """The chord in force at `tick`."""
        return _at(self.chords, tick)

    def seconds(self, tick: int) -> float:
        """Time of `tick` in seconds from the beginning."""
        tempi = [one for one in self.tempi if one.tick > 0]
        at, total, bpm = 0, 0.0, self.tempo_at(0)
        for one in tempi:
            if one.tick >= tick:
                break
            total += (one.tick - at) * 60 / (bpm * TPQ)
            at, bpm = one.tick, one.bpm
        return total + (tick - at) * 60 / (bpm * TPQ)

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.seconds(self.end)


def _at(rows: Sequence[Timed], tick: int) -> Timed | None:
    return next((row for row in reversed(rows) if row.tick <= tick), None)


def sorted_notes(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Notes in the order that parts keep them in."""
    return tuple(sorted(notes, key=lambda note: (note.start, note.pitch, note.length)))


def regular_bars(count: int, beats: int = 4, unit: int = 4, *, pickup: int = 0) -> tuple[Bar, ...]:
    """`count` whole bars of one metre, with a pick-up of that many ticks before them."""
    whole = Bar(beats * 4 * TPQ // unit, beats, unit)
    return ((Bar(pickup, beats, unit),) if pickup else ()) + (whole,) * count


def with_notes(score: Score, part: int, notes: Iterable[Note]) -> Score:
    """The score with other notes in one of its parts."""
    parts = list(score.parts)
    parts[part] = replace(parts[part], notes=sorted_notes(notes))
    return replace(score, parts=tuple(parts))


def cut(score: Score, first: int, last: int) -> Score:
    """Bars first..last (last not included) as a score of their own, beginning at tick 0.

    Notes belong to the bar they begin in; what sounds longer than the cut is shortened to it. The key, tempo and chord
    in force at its beginning come along.
    """
    if not 0 <= first < last <= len(score.bars):
        wrong = f"bars {first + 1} to {last} are not all there"
        raise MediaError(wrong, where=score.title, mend=f"the piece has {len(score.bars)}")
    begin, end = score.starts[first], score.starts[last]

    def moved(rows: Sequence[Timed]) -> tuple[Timed, ...]:
        inside = [replace(row, tick=row.tick - begin) for row in rows if begin < row.tick < end]
        before = _at(rows, begin)
        return ((replace(before, tick=0),) if before else ()) + tuple(inside)

    parts = tuple(
        replace(
            part,
            notes=tuple(
                replace(note, start=note.start - begin, length=min(note.length, end - note.start))
                for note in part.notes
                if begin <= note.start < end
            ),
            dynamics=moved(part.dynamics),
        )
        for part in score.parts
    )
    marks = tuple(replace(mark, tick=mark.tick - begin) for mark in score.marks if begin <= mark.tick < end)
    return replace(
        score,
        parts=parts,
        bars=score.bars[first:last],
        keys=moved(score.keys),
        tempi=moved(score.tempi),
        chords=moved(score.chords),
        marks=marks,
    )


def check(score: Score, where: str = "") -> Score:
    """The score itself, if it is sound; raises MediaError with the first thing that is not."""
    if score.count > LONGEST:
        raise MediaError(f"{score.count:,} notes are more than a score may hold ({LONGEST:,})", where=where)
    for part in score.parts:
        for note in part.notes:
            if note.length <= 0 or note.start < 0 or not 0 <= note.pitch <= 127 or not 1 <= note.velocity <= 127:
                name = part.name or "a part without a name"
                raise MediaError(f"{name} has a note that cannot be: {note}", where=where)
    return score
