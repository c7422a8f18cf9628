"""Reading `notes.v1` from left to right: where one stands after each id, and what a musician would see from there.

The reader knows the frame of the music (its bars and lines) beforehand; the ids only fill it. It keeps what sounds in
every bar, so that a line is written with the others in sight, whichever order they were written in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import notes_vocabulary as v

Cell = tuple[int, int]  # (bar, line); line CHORD_LINE is the chord track
CHORD_LINE = -1
MATCH = 4  # ids that must be the same before one speaks of a match


@dataclass(frozen=True)
class FrameBar:
    """A bar: its length in ticks (24 a quarter) and the index of its metre."""

    length: int
    metre: int


@dataclass(frozen=True)
class FrameLine:
    """A line: index of its instrument, and whether it is drums."""

    instrument: int
    drums: bool = False


@dataclass(frozen=True)
class Frame:
    """What is known before the first note: bars, lines, where in the piece this stands.

    first: number of the first bar in its piece, None if unknown; after: bars of the piece after the last one.
    """

    bars: tuple[FrameBar, ...]
    lines: tuple[FrameLine, ...]
    first: int | None = 0
    after: int | None = 0
    chords: bool = False


@dataclass
class _Bar:
    """What sounds in one bar, in all lines that are finished. One entry per tick."""

    low: list[int]
    high: list[int]
    classes: list[int]
    onsets: set[int] = field(default_factory=set)

    @classmethod
    def silent(cls, length: int) -> _Bar:
        return cls([v.NONE] * length, [v.NONE] * length, [0] * length)


@dataclass
class Group:
    """Notes that begin together and last equally long: ticks from the barline, ids' pitches ascending."""

    start: int
    pitches: list[int]
    length: int = 0
    loudness: int | None = None


class Reader:
    """Push ids; `state`, `places()` and the notes follow. Cells can be asked for while and after reading."""

    def __init__(self, frame: Frame, prediction: bool = True) -> None:
        self.frame = frame
        self.bars = [_Bar.silent(bar.length) for bar in frame.bars]
        self.cells: dict[Cell, list[Group]] = {}
        self.chords: dict[int, list[tuple[int, int]]] = {}
        self.holes: list[Cell] = []
        self.state = v.AT_HEADER
        self.bar, self.line = -1, CHORD_LINE - 1
        self.filling = False
        self.hole = -1
        self.cursor = self.onset = 0
        self.group: Group | None = None
        self.loudness: int | None = None
        self.levels: list[int | None] = [None] * len(frame.lines)
        self.open: list[Group] = []
        self._lasts = [(v.NONE, v.NONE, v.DURS)] * len(frame.lines)  # lowest and highest pitch, length
        self._others: list[int] = []
        self._history: list[int] = []
        self._seen: dict[tuple[int, ...], int] = {}
        self._matched, self._pointer = 0, -1
        self._ahead = (v.NONE, 8)
        self._before: tuple[dict[int, int], list[int]] = ({}, [])
        self._still = 0

    # -- reading -----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """The header has ended: before the first BAR."""
        self.state = v.AT_HEADER

    def push(self, token: int) -> None:
        """Read one id of the body. Ids that cannot stand here raise ValueError."""
        if token < v.POS or token >= v.OUTPUTS:
            self._sign(token)
        elif token < v.DUR:
            self.cursor = self.onset = token - v.POS
            self.state = v.AT_CHORD_PLACE if self.line == CHORD_LINE else v.AT_PLACE
        elif token < v.PITCH:
            self._length(v.DURATIONS[token - v.DUR])
        elif token < v.CHORD:
            self._pitch(token - (v.PITCH if token < v.DRUM else v.DRUM))
        elif token < v.INTERVAL:
            self.chords.setdefault(self.bar, []).append((self.cursor, token - v.CHORD))
            self.state = v.AT_CHORDS
        else:
            raise ValueError(f"id {token} is never written")
        self._remember(token)

    def _sign(self, token: int) -> None:
        if v.LINE <= token < v.VEL:
            self._close()
            self._open(token - v.LINE)
            self.state = v.AT_CELL
        elif token >= v.VEL:
            if token < v.OUTPUTS:
                self.loudness = token - v.VEL
                self.state = v.AT_LOUDNESS
            elif token == v.MASK:
                self.holes.append((self.bar, self.line))
                self.state = v.AT_LENGTH if self.line >= 0 else v.AT_CHORDS
            elif token == v.FILLS:
                self._close()
                self.filling = True
                self._ahead_of_fill()
                self.state = v.AT_FILLS
            else:
                raise ValueError(f"id {token} is part of no body")
        elif token == v.BAR:
            self._close()
            self.bar += 1
            self.line = CHORD_LINE - 1
            self.cursor = self.onset = 0
            self._others = []
            self.state = v.AT_BAR
        elif token == v.TIE:
            self.state = v.AT_TIE
        elif token == v.CHORDS:
            self.line, self.cursor = CHORD_LINE, 0
            self.state = v.AT_CHORDS
        elif token == v.FILL:
            self._close()
            self.hole += 1
            self.bar, line = self.holes[self.hole]
            self._open(line)
            self.state = v.AT_FILL
        elif token == v.END:
            self._close()
            self.state = v.AT_HEADER
        else:
            raise ValueError(f"id {token} is part of no body")

    def _pitch(self, pitch: int) -> None:
        if self.group is None:
            if self.loudness is not None:
                self.levels[self.line] = self.loudness
            self.group = Group(self.cursor, [pitch], 0, self.levels[self.line])
            self.onset, self.loudness = self.cursor, None
        else:
            self.group.pitches.append(pitch)
        self.state = v.AT_PITCH

    def _length(self, ticks: int) -> None:
        if self.group is None:  # after TIE
            group = self.open[-1]
            group.length += ticks
        else:
            group = self.group
            group.length = ticks
            self.open.append(group)
            lows = group.pitches
            above = lows[-1] if len(lows) > 1 else self._lasts[self.line][0]
            self._lasts[self.line] = (lows[0], above, v.DURS)
            self.group = None
        low, high, _ = self._lasts[self.line]
        self._lasts[self.line] = (low, high, _LENGTH.get(group.length, v.DURS))
        self.cursor = group.start + group.length
        self.state = v.AT_LENGTH

    def _open(self, line: int) -> None:
        """Begin the cell (self.bar, line)."""
        self.line, self.cursor, self.onset = line, 0, 0
        self.open, self.group, self.loudness = [], None, None
        if line < 0:
            return
        self._others = sorted(self.bars[self.bar].onsets)
        before = self.cells.get((self.bar - 1, line), ())
        self._before = ({group.start: group.pitches[0] for group in before}, sorted({g.start for g in before}))
        self._ahead = self._next_pitch(self.bar, line) if self.filling else (v.NONE, 8)
        if self.filling:
            self._lasts[line] = self._behind(self.bar, line)

    def _close(self) -> None:
        """The open cell is finished: what it says now sounds for the others."""
        if self.line < 0 or not self.open:
            self.open = []
            return
        self.cells[self.bar, self.line] = self.open
        drums = self.frame.lines[self.line].drums
        self.bars[self.bar].onsets.update(group.start for group in self.open)
        if not drums:
            for group in self.open:
                self._sound(group)
        self.open = []

    def _sound(self, group: Group) -> None:
        bar, start, left = self.bar, group.start, group.length
        low, high = group.pitches[0], group.pitches[-1]
        classes = 0
        for pitch in group.pitches:
            classes |= 1 << (pitch % 12)
        while left > 0 and bar < len(self.bars):
            heard = self.bars[bar]
            end = min(start + left, len(heard.low))
            for tick in range(start, end):
                heard.classes[tick] |= classes
                if heard.low[tick] > low:
                    heard.low[tick] = low
                if heard.high[tick] == v.NONE or heard.high[tick] < high:
                    heard.high[tick] = high
            left -= max(end - start, 0)
            if end <= start:
                break
            start, bar = 0, bar + 1

    def _next_pitch(self, bar: int, line: int) -> tuple[int, int]:
        for ahead in range(1, 8):
            found = self.cells.get((bar + ahead, line))
            if found:
                return found[0].pitches[0], ahead
        return v.NONE, 8

    def _behind(self, bar: int, line: int) -> tuple[int, int, int]:
        """Last pitches and length of the line before a bar."""
        for back in range(1, 9):
            found = self.cells.get((bar - back, line))
            if found:
                last = found[-1]
                above = last.pitches[-1] if len(last.pitches) > 1 else v.NONE
                return last.pitches[0], above, _LENGTH.get(last.length, v.DURS)
        return v.NONE, v.NONE, v.DURS

    def _ahead_of_fill(self) -> None:
        self.hole = -1
        self.bar, self.line = (self.holes[0][0], CHORD_LINE - 1) if self.holes else (0, CHORD_LINE - 1)

    def _remember(self, token: int) -> None:
        """Follow the last place where the same ids stood (a match model, as in Mahoney's PAQ compressors)."""
        history = self._history
        if self._pointer >= 0 and history[self._pointer] == token:
            self._pointer += 1
            self._matched = min(self._matched + 1, v.LAST_MATCH)
        else:
            self._pointer, self._matched = -1, 0
        history.append(token)
        if len(history) >= MATCH:
            key = tuple(history[-MATCH:])
            if self._pointer < 0:
                self._pointer = self._seen.get(key, -1)
                self._matched = 1 if self._pointer >= 0 else 0
            self._seen[key] = len(history)

    # -- looking ------------------------------------------------------------------------------------------------

    def places(self) -> list[int]:
        """The place features after the last id: what the net sees beside it. In the order of PLACES."""
        bar = self.bar
        if bar < 0:
            return list(v.NOWHERE)
        frame = self.frame
        shape = frame.bars[bar]
        cursor = self.cursor
        line = self.line
        out = list(v.NOWHERE)
        here = self.bars[bar]
        inside = cursor if cursor < shape.length else shape.length - 1
        drums = 0
        out[1] = cursor % v.TICKS
        out[2] = min(cursor // v.TICKS, 13)
        out[3] = min(shape.length // 12 + (shape.length % 12 > 0), v.LONGEST_BAR // 12 + 1)
        out[4] = shape.metre
        if line >= 0:
            own = frame.lines[line]
            drums = own.drums
            out[5] = own.instrument
            low, above, length = self._lasts[line]
            if self.group is not None:
                low, above = self.group.pitches[-1], low
            out[6], out[7], out[20] = low, above, length
            before, places = self._before
            out[8] = before.get(cursor, v.NONE)
            at = bisect_left(places, cursor)
            if at < len(places):
                out[21] = min(places[at] - cursor, v.FAR)
            out[22], out[23] = self._ahead
        if inside >= 0:
            out[9], out[10] = here.low[inside], here.high[inside]
            classes = here.classes[inside]
            out[11], out[12], out[13] = classes & 15, (classes >> 4) & 15, classes >> 8
        out[14] = self._chord(bar, cursor)
        out[15] = 32 if frame.after is None else min(len(frame.bars) - 1 - bar + frame.after, 31)
        out[16] = 8 if frame.first is None else (frame.first + bar) % 8
        at = bisect_left(self._others, cursor)
        if at < len(self._others):
            out[17] = min(self._others[at] - cursor, v.FAR)
        if self._pointer >= 0:
            out[18], out[19] = min(self._history[self._pointer], v.OUTPUTS), self._matched
        out[0] = self.state + (v.STATES if drums else 0)
        return out

    def _chord(self, bar: int, cursor: int) -> int:
        for back in (bar, bar - 1, bar - 2):
            for place, chord in reversed(self.chords.get(back, ())):
                if back < bar or place <= cursor:
                    return chord
        return 12 * len(v.QUALITIES) + 1

    def reference(self) -> int | None:
        """The pitch that the next one is heard from: in a group the one below, else the lowest of the group before."""
        if self.line < 0 or self.frame.lines[self.line].drums:
            return None
        if self.state == v.AT_PITCH and self.group is not None:
            return self.group.pitches[-1]
        low = self._lasts[self.line][0]
        return None if low == v.NONE else low


_LENGTH = {ticks: index for index, ticks in enumerate(v.DURATIONS)}


def read(frame: Frame, header: int, tokens: Sequence[int]) -> tuple[NDArray[Any], NDArray[Any], Reader]:
    """Places (t, 24) uint16 and references (t,) int16 (-1: none) beside a whole sequence; the first `header` ids are
    its header. The reader comes along, with the notes."""
    reader = Reader(frame)
    rows = [list(v.NOWHERE)] * header
    references = [-1] * header
    for token in tokens[header:]:
        reader.push(int(token))
        rows.append(reader.places())
        found = reader.reference() if reader.state in _MELODIC else None
        references.append(-1 if found is None else found)
    return np.array(rows, dtype=np.uint16), np.array(references, dtype=np.int16), reader


# States after which a pitch may follow that is heard from another one.
_MELODIC = frozenset((v.AT_CELL, v.AT_PLACE, v.AT_LOUDNESS, v.AT_PITCH, v.AT_LENGTH, v.AT_FILL))


def groups_of(cells: Iterable[list[Group]]) -> int:
    """How many groups there are."""
    return sum(len(cell) for cell in cells)
