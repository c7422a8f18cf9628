"""Clefs: the one that a staff is read in with the fewest ledger lines, and where it is worth changing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .score import Note, Part


class Clef(NamedTuple):
    """Sign, line and octaves up; the lowest and the highest pitch that need no ledger line."""

    sign: str
    line: int = 0
    octave: int = 0
    low: int = 0
    high: int = 127


TREBLE, BASS = Clef("G", 2, 0, 62, 79), Clef("F", 4, 0, 41, 59)
ALTO, TENOR = Clef("C", 3, 0, 52, 69), Clef("C", 4, 0, 48, 66)
TREBLE_8 = Clef("G", 2, -1, 50, 67)
DRUMS = Clef("percussion")
_CHANGE = 12.0  # ledger lines that a change of clef is worth
_COUNTED = 8  # notes of a bar, at most


def clef_for(part: Part, notes: Sequence[Note]) -> Clef:
    """The clef that a staff with these notes begins in."""
    if part.drums:
        return DRUMS
    if not notes:
        return TREBLE
    pitches = sorted(note.pitch for note in notes)
    low, middle, high = (pitches[len(pitches) * k // 100] for k in (10, 50, 90))
    if part.program == 41:
        return ALTO if middle < 74 else TREBLE
    if 24 <= part.program <= 31 and low >= 36:
        return TREBLE_8 if middle < 69 else TREBLE
    if part.program in (52, 53, 54) and re.search(r"sopran|alt|canto|дискант|сопрано|альт", part.name, re.I):
        return TREBLE  # a choir reads by its voice, however low it goes
    sung = part.program in (52, 53, 54) or re.search(r"tenor|voice|vocal|тенор|голос", part.name, re.I)
    if sung and part.staves == 1 and low >= 45 and 50 <= middle < 62 and high <= 71:
        return TREBLE_8
    return TREBLE if middle >= 60 or (middle >= 57 and low >= 53) else BASS


def clefs_of(part: Part, bars: Sequence[Sequence[Note]], staff: int = 1) -> list[Clef]:
    """The clef of every bar of a staff, given the notes that begin in it.

    Players of keyboards, harps, cellos, bassoons, trombones and violas read several clefs: they get a change where it
    saves more ledger lines than it is trouble (the cheapest way through the piece). Others keep one.
    """
    notes = [note for bar in bars for note in bar]
    first = BASS if not notes and staff == 2 else clef_for(part, notes)
    choice = _choice(part, first)
    if len(choice) < 2:
        return [first] * len(bars)
    costs = {clef: 0.0 if clef == first else _CHANGE / 2 for clef in choice}
    steps: list[dict[Clef, Clef]] = []
    for bar in bars:
        came, now = {}, {}
        for clef in choice:
            before = min(choice, key=lambda other: costs[other] + _CHANGE * (other != clef))
            came[clef] = before
            now[clef] = costs[before] + _CHANGE * (before != clef) + _ledgers(clef, bar)
        steps.append(came)
        costs = now
    found = [min(costs, key=lambda clef: costs[clef])]
    for came in reversed(steps[1:]):
        found.append(came[found[-1]])
    return found[::-1]


def _choice(part: Part, first: Clef) -> tuple[Clef, ...]:
    if part.drums or first == TREBLE_8:
        return (first,)
    if part.staves > 1 or part.program in (*range(8), *range(16, 24), 46):
        return (TREBLE, BASS)
    more = {41: (ALTO, TREBLE), 42: (BASS, TENOR, TREBLE), 70: (BASS, TENOR), 57: (BASS, TENOR)}
    return more.get(part.program, (first,)) if first in more.get(part.program, ()) else (first,)


def _ledgers(clef: Clef, notes: Sequence[Note]) -> float:
    """Ledger lines of a bar's notes, as if it had `_COUNTED` at most: two letters, some 3.5 semitones, take one."""
    if not notes:
        return 0.0
    beyond = sum(max(0, clef.low - note.pitch, note.pitch - clef.high) for note in notes) / 3.5
    return beyond * min(1.0, _COUNTED / len(notes))
