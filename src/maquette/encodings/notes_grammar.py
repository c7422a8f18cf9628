"""The automaton of `notes.v1`: which id may come next, so that what was asked for cannot be broken.

Metre, bar length, range, scale, chords, rhythm and locked notes are masks on the next id. A rule is checked where it
can still be kept: a place is only offered if some pitch may stand there, a pitch only if some length fits.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..media.score import QUALITIES
from . import notes_vocabulary as v
from .notes_reader import CHORD_LINE, Cell, Frame, Reader

Obedience = Literal["free", "strong", "all"]
LOUDEST_CHORD = 6  # notes of one group at most, where nothing else is asked for


@dataclass(frozen=True)
class CellRules:
    """What holds in a frame, in its own pitches and ticks (24 a quarter).

    allowed (lines, 128): pitches of each line; leap: semitones at most from the pitch before (0: any); voices: notes
    at once per line (0: any); chords: where only chord tones may begin; most, least: groups per cell (0: any);
    shortest: ticks; rhythm: (start, length) of each group of a cell; pitches: per group of it the allowed ones;
    ends: tick from the beginning of the frame at which the notes of a cell must have ended.
    """

    allowed: NDArray[np.bool_]
    leap: int = 0
    voices: Mapping[int, int] = field(default_factory=dict)
    chords: Obedience = "free"
    most: int = 0
    least: int = 0
    shortest: int = 1
    rhythm: Mapping[Cell, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    pitches: Mapping[Cell, tuple[frozenset[int], ...]] = field(default_factory=dict)
    ends: Mapping[Cell, int] = field(default_factory=dict)
    expressive: bool = False
    beat: Sequence[int] = ()  # ticks of a beat in each bar
    given_chords: Mapping[int, Sequence[int]] = field(default_factory=dict)  # ids of chord cells that are forced
    begun: Mapping[int, int] = field(default_factory=dict)  # tick until which a line is still sounding at the start


class NoteGrammar:
    """Reads the prefix, then says what may follow until the last bar (or the last hole) is written.

    Implements engine.decoder.Grammar. `cells` are what was written, in the order it was.
    """

    def __init__(self, frame: Frame, header: int, prefix: Sequence[int], rules: CellRules) -> None:
        self.reader = Reader(frame)
        for token in prefix[header:]:
            self.reader.push(int(token))
        self.frame, self.rules = frame, rules
        self.starts = np.cumsum([0, *(bar.length for bar in frame.bars)]).tolist()
        self.done = False
        self.forced: list[int] = []
        self.written: dict[Cell, list[int]] = {}
        self._until = [rules.begun.get(line, 0) for line in range(len(frame.lines))]  # line sounds until this tick
        self._ends: dict[Cell, int] = {}  # tick at which the last note of a cell ends
        self._count = 0  # groups in the open cell
        self._left: list[int] = []  # parts of a forced length that are still to come
        self._known: dict[tuple[int, bool, int], NDArray[np.bool_]] = {}
        self._rows = range(v.PITCH, v.DRUM)
        reader = self.reader
        for cell, groups in [*reader.cells.items(), ((reader.bar, reader.line), reader.open)]:
            for group in groups:
                self._sounds(cell, group.start + group.length)
        if not reader.filling:
            self.forced = [v.BAR]
        self._plan()

    def _sounds(self, cell: Cell, end: int) -> None:
        tick = self.starts[cell[0]] + end
        self._ends[cell] = max(self._ends.get(cell, 0), tick)
        self._until[cell[1]] = max(self._until[cell[1]], tick)

    def _sounds_until(self, bar: int, line: int) -> int:
        """Tick until which a line still sounds from what begins no later than a bar: a hole has bars behind it too."""
        if not self.reader.filling:
            return self._until[line]
        ends = [end for (at, where), end in self._ends.items() if where == line and at <= bar]
        return max(self.rules.begun.get(line, 0), max(ends, default=0))

    # -- protocol ------------------------------------------------------------------------------------------------

    def places(self) -> NDArray[np.int64]:
        return np.array(self.reader.places(), dtype=np.int64)

    def view(self) -> tuple[int, int, int] | None:
        found = self.reader.reference() if self.reader.state in _MELODIC else None
        return None if found is None else (v.PITCH, v.INTERVAL + 127 - found, 128)

    def push(self, token: int) -> None:
        if self.forced:
            self.forced.pop(0)
        reader = self.reader
        before = reader.bar, reader.line
        if v.DUR <= token < v.PITCH and reader.group is not None:
            self._count += 1
        reader.push(token)
        if token == v.END:
            self.done = True
        elif v.LINE <= token < v.VEL or token == v.FILL:
            self._count, self._left = 0, []
            self.written[reader.bar, reader.line] = []
        elif token == v.CHORDS:
            self.written[reader.bar, CHORD_LINE] = []
        elif token not in (v.BAR, v.FILLS):
            self.written.setdefault(before, []).append(token)
        if v.DUR <= token < v.PITCH and reader.line >= 0 and reader.open:
            self._sounds((reader.bar, reader.line), reader.open[-1].start + reader.open[-1].length)
        self._plan()

    def mask(self) -> NDArray[np.bool_]:
        if self.forced:
            mask = np.zeros(v.OUTPUTS, dtype=np.bool_)
            mask[self.forced[0]] = True
            return mask
        return self._mask()

    # -- what is bound to come -------------------------------------------------------------------------------------

    def _plan(self) -> None:
        """Queue ids that are no choice."""
        reader, rules = self.reader, self.rules
        if self.forced or self.done:
            return
        if reader.state == v.AT_FILLS:
            self.forced = [v.FILL]
        elif reader.state == v.AT_BAR and self.frame.chords and rules.given_chords.get(reader.bar):
            self.forced = [v.CHORDS, *rules.given_chords[reader.bar]]
        elif reader.line >= 0 and (reader.bar, reader.line) in rules.rhythm:
            self._plan_rhythm(rules.rhythm[reader.bar, reader.line])

    def _plan_rhythm(self, rhythm: tuple[tuple[int, int], ...]) -> None:
        reader = self.reader
        if reader.state == v.AT_PITCH:
            parts = v.durations_of(rhythm[self._count][1])
            self.forced = [v.DUR + parts[0]]
            for part in parts[1:]:
                self.forced += [v.TIE, v.DUR + part]
        elif (
            reader.state in (v.AT_CELL, v.AT_FILL, v.AT_LENGTH)
            and self._count < len(rhythm)
            and rhythm[self._count][0] != reader.cursor
        ):
            self.forced = [v.POS + rhythm[self._count][0]]

    # -- what may come ---------------------------------------------------------------------------------------------

    def _mask(self) -> NDArray[np.bool_]:
        reader = self.reader
        mask = np.zeros(v.OUTPUTS, dtype=np.bool_)
        state = reader.state
        if state in (v.AT_HEADER, v.AT_BAR):
            if reader.bar < 0:
                mask[v.BAR] = True
            else:
                self._leave(mask)
                if self.frame.chords and not self.rules.given_chords and reader.line < CHORD_LINE:
                    mask[v.CHORDS] = True
                    mask[v.BAR] = mask[v.END] = False
                    mask[v.LINE : v.VEL] = False
        elif reader.line == CHORD_LINE:
            self._chord(mask)
        elif state in (v.AT_CELL, v.AT_FILL, v.AT_LENGTH):
            self._group(mask)
        elif state in (v.AT_PLACE, v.AT_LOUDNESS):
            self._begin(mask)
        elif state == v.AT_PITCH:
            self._higher(mask)
            self._lengths(mask)
        elif state == v.AT_TIE:
            self._lengths(mask)
        return mask

    def _leave(self, mask: NDArray[np.bool_]) -> None:
        """Out of a cell: to a later line of the bar, the next bar, the next hole or the end."""
        reader = self.reader
        if reader.filling:
            mask[v.FILL if reader.hole + 1 < len(reader.holes) else v.END] = True
            return
        lines = range(max(reader.line, CHORD_LINE) + 1, len(self.frame.lines))
        open_lines = [i for i in lines if self._may_write(reader.bar, i)]
        needed = next((i for i in open_lines if self._must_write(reader.bar, i)), None)
        for line in open_lines:
            if needed is None or line <= needed:
                mask[v.LINE + line] = True
        if needed is None:
            mask[v.BAR if reader.bar + 1 < len(self.frame.bars) else v.END] = True

    def _must_write(self, bar: int, line: int) -> bool:
        return bool(self.rules.least or self.rules.rhythm.get((bar, line)))

    def _may_write(self, bar: int, line: int) -> bool:
        """Whether a group can begin in this cell at all."""
        if (bar, line) in self.rules.rhythm:
            return bool(self.rules.rhythm[bar, line])
        if not self.rules.allowed[line].any():
            return False
        room = min(self.starts[bar + 1], self._end(bar, line))
        begin = self.starts[bar]
        if self.rules.voices.get(line) == 1:
            begin = max(begin, self._sounds_until(bar, line))
        first = 0
        if self.rules.leap or self.rules.chords != "free":
            found = self._first_place(bar, line, begin - self.starts[bar])
            if found is None:
                return False
            first = found
        return bool(max(begin, self.starts[bar] + first) + max(1, self.rules.shortest) <= room)

    def _first_place(self, bar: int, line: int, least: int) -> int | None:
        last = self.reader._lasts[line][0]
        for place in range(max(least, 0), self.frame.bars[bar].length):
            if self._row(bar, line, place, last).any():
                return place
        return None

    def _end(self, bar: int, line: int) -> int:
        return int(self.rules.ends.get((bar, line), self.starts[-1]))

    def _chord(self, mask: NDArray[np.bool_]) -> None:
        reader = self.reader
        if reader.state == v.AT_CHORD_PLACE:
            mask[v.CHORD : v.NO_CHORD] = True
            return
        placed = reader.chords.get(reader.bar, ())
        if self.rules.given_chords:
            self._leave(mask)
            return
        if not placed:
            mask[v.CHORD : v.NO_CHORD] = True
            return
        length, beat = self.frame.bars[reader.bar].length, self._beat(reader.bar)
        if len(placed) < 4:
            for place in range((reader.cursor // beat + 1) * beat, length, beat):
                mask[v.POS + place] = True
        self._leave(mask)

    def _beat(self, bar: int) -> int:
        return self.rules.beat[bar] if bar < len(self.rules.beat) else v.TICKS

    def _group(self, mask: NDArray[np.bool_]) -> None:
        """At the beginning of a group: here, elsewhere in the bar, or out of the cell."""
        reader, rules = self.reader, self.rules
        bar, line = reader.bar, reader.line
        rhythm = rules.rhythm.get((bar, line))
        if rhythm is not None:
            if self._count < len(rhythm):
                self._begin(mask)
            else:
                self._leave(mask)
            return
        length = self.frame.bars[bar].length
        enough = self._count >= rules.least
        if enough and (self._count or reader.filling):
            self._leave(mask)
        if rules.most and self._count >= rules.most:
            return
        end = min(length, self._end(bar, line) - self.starts[bar]) - max(1, rules.shortest) + 1
        least = self._earliest(bar, line)
        fussy = bool(rules.leap) or rules.chords != "free"
        last = reader._lasts[line][0]
        here = least <= reader.cursor < end and self._has_room(reader.cursor)
        if here and self._row(bar, line, reader.cursor, last).any():
            self._begin(mask)
        for place in range(least, end):
            if place != reader.cursor and (not fussy or self._row(bar, line, place, last).any()):
                mask[v.POS + place] = self._has_room(place)
        if reader.open and reader.open[-1].start < length and reader.open[-1].length <= max(1, rules.shortest):
            mask[v.POS + reader.open[-1].start] = False  # nothing shorter could stand beside it
        if reader.state == v.AT_LENGTH and reader.open:
            left = self._end(bar, line) - self.starts[bar] - reader.cursor
            mask[v.TIE] = left >= 1 and not self._full_tie()
        if not mask.any():
            self._leave(mask)

    def _full_tie(self) -> bool:
        """Three parts make any length that is asked for; a chain of ties ends there."""
        tokens = self.written.get((self.reader.bar, self.reader.line), ())
        return len(tokens) >= 4 and tokens[-2] == v.TIE and tokens[-4] == v.TIE

    def _earliest(self, bar: int, line: int) -> int:
        """First tick of the bar at which another group may begin."""
        reader = self.reader
        if self.rules.voices.get(line) == 1:
            until = self._sounds_until(bar, line)
            return int(max(until - self.starts[bar], 0, reader.cursor if reader.open else 0))
        return int(reader.onset) if reader.open else 0

    def _has_room(self, place: int) -> bool:
        """Whether one more note may sound in the open cell from `place` on."""
        limit = self.rules.voices.get(self.reader.line, 0)
        return limit < 2 or len(self._held(place)) < limit

    def _row(self, bar: int, line: int, place: int, last: int) -> NDArray[np.bool_]:
        """(128,) pitches that may begin at `place`, held ones aside."""
        rules = self.rules
        row: NDArray[np.bool_] = rules.allowed[line]
        beat = self._beat(bar)
        if rules.chords == "all" or (rules.chords == "strong" and place % beat == 0):
            chord = self.reader._chord(bar, place)
            if chord < v.NO_CHORD - v.CHORD and not self.frame.lines[line].drums:
                key = (line, True, chord)
                if key not in self._known:
                    self._known[key] = row & chord_tones(chord)
                row = self._known[key]
        if rules.leap and last != v.NONE and not self.frame.lines[line].drums:
            row = row.copy()
            row[: max(0, last - rules.leap)] = False
            row[last + rules.leap + 1 :] = False
            ahead, bars = self.reader._ahead
            if bars == 1:  # the last bar before notes that stay: keep within reach of them, if one can
                near = row.copy()
                near[: max(0, ahead - rules.leap)] = False
                near[ahead + rules.leap + 1 :] = False
                row = near if near.any() else row
        return row

    def _begin(self, mask: NDArray[np.bool_]) -> None:
        """A group begins here: with its loudness, which the first group of a line must say, or with a pitch."""
        reader = self.reader
        may_say = self.rules.expressive and reader.state != v.AT_LOUDNESS
        if not (may_say and reader.levels[reader.line] is None):
            self._pitches(mask)
        if may_say:
            mask[v.VEL : v.POS] = True

    def _pitches(self, mask: NDArray[np.bool_]) -> None:
        reader = self.reader
        bar, line = reader.bar, reader.line
        base = v.DRUM if self.frame.lines[line].drums else v.PITCH
        given = self.rules.pitches.get((bar, line))
        if given is not None and self._count < len(given):
            mask[[base + pitch for pitch in given[self._count]]] = True
            return
        row = self._row(bar, line, reader.cursor, reader._lasts[line][0])
        held = self._held(reader.cursor)
        if held and not self.frame.lines[line].drums:
            row = row.copy()
            row[held] = False
            if not row.any():  # a held tone may be struck again rather than stop the music
                row = self._row(bar, line, reader.cursor, reader._lasts[line][0])
        mask[base : base + 128] = row

    def _held(self, place: int) -> list[int]:
        """Pitches of this line that still sound when a group begins at `place` of the open cell, one for each note."""
        reader = self.reader
        now = [p for g in reader.open if g.start + g.length > place for p in g.pitches]
        if reader.bar and self._sounds_until(reader.bar, reader.line) > self.starts[reader.bar] + place:
            for back in range(1, reader.bar + 1):
                for group in reader.cells.get((reader.bar - back, reader.line), ()):
                    end = self.starts[reader.bar - back] + group.start + group.length if reader.bar >= back else 0
                    if end > self.starts[reader.bar] + place:
                        now += group.pitches
        return now

    def _higher(self, mask: NDArray[np.bool_]) -> None:
        """Further notes of the group, above the last one."""
        reader = self.reader
        assert reader.group is not None
        bar, line = reader.bar, reader.line
        if (bar, line) in self.rules.rhythm:
            return
        size, limit = len(reader.group.pitches), self.rules.voices.get(line) or LOUDEST_CHORD
        if size + len(self._held(reader.group.start)) >= limit:
            return
        drums = self.frame.lines[line].drums
        row = self._row(bar, line, reader.group.start, v.NONE).copy()
        row[: reader.group.pitches[-1] + 1] = False
        if not drums:
            row[self._held(reader.group.start)] = False
        base = v.DRUM if drums else v.PITCH
        mask[base : base + 128] = row

    def _lengths(self, mask: NDArray[np.bool_]) -> None:
        reader, rules = self.reader, self.rules
        group = reader.group or reader.open[-1]
        start = self.starts[reader.bar] + group.start + group.length
        room = self._end(reader.bar, reader.line) - start
        least = max(1, rules.shortest) if reader.group is not None else 1
        most = room
        if reader.group is not None and reader.open and reader.open[-1].start == group.start:
            most = min(room, reader.open[-1].length - 1)
        count = bisect_right(v.DURATIONS, most)
        first = bisect_right(v.DURATIONS, least - 1)
        if count <= first:
            first = min(first, max(count - 1, 0))
            count = first + 1
        mask[v.DUR + first : v.DUR + count] = True


def chord_tones(chord: int) -> NDArray[np.bool_]:
    """(128,) the pitches of a chord, given as quality * 12 + root."""
    root, steps = chord % 12, QUALITIES[v.QUALITIES[chord // 12]]
    row = np.zeros(128, dtype=np.bool_)
    for step in steps:
        row[(root + step) % 12 :: 12] = True
    return row


_MELODIC = frozenset((v.AT_CELL, v.AT_PLACE, v.AT_LOUDNESS, v.AT_PITCH, v.AT_LENGTH, v.AT_FILL))
