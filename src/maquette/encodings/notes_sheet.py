"""A score as `notes.v1` sees it: bars, lines and cells on the grid of 24ths, still in its own key.

A sheet is made once of a score; documents (what a net reads) are laid out from it, whole or in windows, with cells left
out where something is to be written, and moved to the tonic C on the way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..media import score as s
from . import notes_vocabulary as v
from .notes_reader import CHORD_LINE, Cell, Frame, FrameBar, FrameLine, Group

STEP = s.TPQ // v.TICKS  # ticks of a score in one of ours
_LOUDNESS = (24, 41, 56, 72, 88, 104, 119)  # edges of the eight levels, in MIDI velocities
LEVELS = (16, 33, 49, 64, 80, 96, 112, 126)  # the velocity that each level is written with


@dataclass(frozen=True)
class Line:
    """One staff of one part."""

    part: int
    staff: int
    program: int
    drums: bool
    instrument: int  # index of notes_vocabulary.INSTRUMENTS


def lines_of(score: s.Score) -> tuple[Line, ...]:
    """The lines of a score from top to bottom. Two piano parts that follow one another are two hands."""
    lines: list[Line] = []
    pianos = [i for i, part in enumerate(score.parts) if part.program in (0, 1) and not part.drums]
    hands = len(pianos) == 2 and all(score.parts[i].staves == 1 for i in pianos)
    for number, part in enumerate(score.parts):
        for staff in range(1, part.staves + 1):
            side = (pianos.index(number) + 1, 2) if hands and number in pianos else (staff, part.staves)
            kind = v.instrument_of(part.program, drums=part.drums, name=part.name, staff=side[0], staves=side[1])
            lines.append(Line(number, staff, part.program, part.drums, kind))
    return tuple(lines)


@dataclass(frozen=True)
class Header:
    """What is said of the music before it begins. None means: not said, free."""

    genre: int | None = None
    mode: int | None = None  # 0 major, 1 minor
    tonic: int | None = None
    tempo: int | None = None
    density: int | None = None
    chords: bool = False
    expressive: bool = False


@dataclass
class Sheet:
    """bars (b); lines; cells: ids of each cell, pitches as they sound; chords: (place, quality * 12 + root) by bar;
    keys: (tonic, mode) of each bar."""

    bars: tuple[FrameBar, ...]
    lines: tuple[Line, ...]
    cells: dict[Cell, NDArray[np.int16]]
    chords: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    keys: list[tuple[int, int]] = field(default_factory=list)
    tempi: list[int] = field(default_factory=list)
    expressive: bool = False

    def density(self, first: int, last: int, lines: Collection[int]) -> int:
        """The bin of notes per quarter and line in bars first..last (not included)."""
        notes = sum(
            int(((cell >= v.PITCH) & (cell < v.CHORD)).sum())
            for (bar, line), cell in self.cells.items()
            if first <= bar < last and line in lines
        )
        quarters = sum(bar.length for bar in self.bars[first:last]) / v.TICKS
        return v.density_bin(notes / max(quarters * len(lines), 1e-9))


def sheet_of(score: s.Score, chords: Sequence[s.Chord] | None = None) -> Sheet:
    """A score on the grid; starts and lengths are rounded to 24ths of a quarter. `chords`: other than its own."""
    lines = lines_of(score)
    bars = tuple(FrameBar(max(1, round(bar.length / STEP)), v.metre_index(bar.beats, bar.unit)) for bar in score.bars)
    starts = np.array([round(start / STEP) for start in score.starts])
    velocities = {note.velocity for part in score.parts for note in part.notes}
    expressive = len(velocities) > 1
    cells: dict[Cell, NDArray[np.int16]] = {}
    for index, line in enumerate(lines):
        notes = [note for note in score.parts[line.part].notes if note.staff == line.staff]
        if notes:
            rows = [(round(n.start / STEP), max(1, round(n.length / STEP)), n.pitch, n.velocity) for n in notes]
            for bar, ids in cells_of(rows, starts, line.drums, expressive).items():
                cells[bar, index] = ids
    placed: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for chord in score.chords if chords is None else chords:
        tick = round(chord.tick / STEP)
        bar = int(np.searchsorted(starts, tick, side="right")) - 1
        if 0 <= bar < len(bars):
            kind = 12 * len(v.QUALITIES)
            if chord.quality is not None:
                kind = v.QUALITIES.index(chord.quality) * 12 + chord.root
            placed[bar].append((int(tick - starts[bar]), kind))
    begins = score.starts[:-1]
    keys = [score.key_at(tick) for tick in begins]
    return Sheet(
        bars,
        lines,
        cells,
        dict(placed),
        [(key.tonic, int(key.mode in ("minor", "dorian", "phrygian", "locrian"))) for key in keys],
        [v.tempo_bin(score.tempo_at(tick)) for tick in begins],
        expressive,
    )


def cells_of(
    rows: Iterable[tuple[int, int, int, int]], starts: NDArray[np.int64], drums: bool, expressive: bool
) -> dict[int, NDArray[np.int16]]:
    """Ids of each bar of a line. rows: (start, length, pitch, velocity) in ticks from the beginning; starts (bars + 1).

    Of two notes of one pitch that begin together the longer is kept; one that still sounds is ended by the next.
    """
    by_start: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for start, length, pitch, velocity in rows:
        there = by_start[start].get(pitch)
        if there is None or there[0] < length:
            by_start[start][pitch] = (length, velocity)
    sounding: dict[int, tuple[int, int]] = {}  # pitch -> (start, end)
    for start in sorted(by_start):
        for pitch, (length, _) in by_start[start].items():
            if pitch in sounding and sounding[pitch][1] > start:
                begun = sounding[pitch][0]
                _, velocity = by_start[begun][pitch]
                by_start[begun][pitch] = (start - begun, velocity)
            sounding[pitch] = (start, start + length)
    bars: dict[int, list[Group]] = defaultdict(list)
    for start in sorted(by_start):
        bar = int(np.searchsorted(starts, start, side="right")) - 1
        if not 0 <= bar < len(starts) - 1:
            continue
        lengths: dict[int, list[int]] = defaultdict(list)
        for pitch, (length, _) in by_start[start].items():
            lengths[length].append(pitch)
        loudness = max(velocity for _, velocity in by_start[start].values())
        level = sum(loudness >= edge for edge in _LOUDNESS) if expressive else None
        for length in sorted(lengths, reverse=True):
            bars[bar].append(Group(start - int(starts[bar]), sorted(lengths[length]), length, level))
    return {bar: np.array(ids_of(groups, drums), dtype=np.int16) for bar, groups in bars.items()}


def ids_of(groups: Iterable[Group], drums: bool) -> list[int]:
    """The ids of one cell. Its first group says its loudness, if it has one; later ones where it changes."""
    out: list[int] = []
    cursor, level = 0, None
    base = v.DRUM if drums else v.PITCH
    for group in groups:
        if group.start != cursor:
            out.append(v.POS + group.start)
        if group.loudness != level and group.loudness is not None:
            out.append(v.VEL + group.loudness)
            level = group.loudness
        out += [base + pitch for pitch in group.pitches]
        for number, part in enumerate(v.durations_of(group.length)):
            out += [v.TIE, v.DUR + part] if number else [v.DUR + part]
        cursor = group.start + group.length
    return out


def shift_of(tonic: int) -> int:
    """Semitones that a piece on that tonic stands above C: -5..6."""
    return tonic if tonic <= 6 else tonic - 12


def moved(ids: NDArray[np.int16], down: int) -> NDArray[np.int16]:
    """A cell's ids with all pitches `down` semitones lower (kept within 0..127 by octaves)."""
    if not down:
        return ids
    out = ids.copy()
    pitched = (ids >= v.PITCH) & (ids < v.DRUM)
    pitches = ids[pitched].astype(int) - v.PITCH - down
    pitches = np.where(pitches < 0, pitches + 12, np.where(pitches > 127, pitches - 12, pitches))
    out[pitched] = pitches + v.PITCH
    return out


def moved_chord(kind: int, down: int) -> int:
    """A chord's id with its root `down` semitones lower."""
    if kind >= 12 * len(v.QUALITIES):
        return kind
    return kind // 12 * 12 + (kind % 12 - down) % 12


@dataclass(frozen=True)
class Laid:
    """A document: ids (t,), of which the first `header` are its header and the first `given` are not to be learnt or
    written; `frame` tells its bars and lines; `down`: semitones that its pitches stand below those that sound."""

    ids: NDArray[np.int32]
    header: int
    given: int
    frame: Frame
    down: int
    holes: tuple[Cell, ...] = ()


def lay_out(
    sheet: Sheet,
    header: Header,
    *,
    first: int = 0,
    last: int | None = None,
    lines: Sequence[int] | None = None,
    holes: Collection[Cell] = (),
    whole: tuple[int, int] | None = None,
    answers: bool = True,
) -> Laid:
    """Bars first..last (not included) of some lines of a sheet as a document.

    holes: cells (bar of the sheet, line of the sheet; CHORD_LINE for chords) that are taken out and, with `answers`,
    written after the rest in the order of bars. whole: (number of the first bar, bars after the last one) where the
    sheet is itself a part of a piece.
    """
    last = len(sheet.bars) if last is None else last
    chosen = list(range(len(sheet.lines))) if lines is None else list(lines)
    before, after = whole or (0, 0)
    kinds = tuple(FrameLine(sheet.lines[i].instrument, sheet.lines[i].drums) for i in chosen)
    frame = Frame(sheet.bars[first:last], kinds, before + first, after + len(sheet.bars) - last, header.chords)
    tonic = sheet.keys[first][0] if sheet.keys else 0
    down = shift_of(tonic)
    ids = _header(header, frame)
    begun = given = len(ids)
    scribe = _Scribe(sheet, chosen, down, sheet.expressive and header.expressive)
    body, taken = _body(scribe, range(first, last), set(holes), header.chords)
    ids += body
    if taken:
        ids.append(v.FILLS)
        given = len(ids)
        for cell in taken if answers else ():
            ids += [v.FILL, *scribe.cell(cell)]
    if answers or not taken:
        ids.append(v.END)
    return Laid(np.array(ids, dtype=np.int32), begun, given, frame, down, tuple(taken))


@dataclass
class _Scribe:
    """Writes cells of some lines of a sheet, `down` semitones lower than they sound."""

    sheet: Sheet
    lines: Sequence[int]
    down: int
    loud: bool
    levels: dict[int, int] = field(default_factory=dict)  # loudness in force, by line

    def cell(self, cell: Cell) -> list[int]:
        """The ids of a cell, none for an empty one."""
        bar, line = cell
        if line == CHORD_LINE:
            placed = [(place, moved_chord(kind, self.down)) for place, kind in self.sheet.chords.get(bar, ())]
            return [
                i for place, kind in placed for i in ((v.POS + place, v.CHORD + kind) if place else (v.CHORD + kind,))
            ]
        if cell not in self.sheet.cells:
            return []
        told = self.sheet.cells[cell]
        ids: list[int] = (told if self.sheet.lines[line].drums else moved(told, self.down)).tolist()
        return _levelled(ids, line, self.levels) if self.loud else _unlevelled(ids)


def _body(scribe: _Scribe, bars: range, holes: Collection[Cell], chords: bool) -> tuple[list[int], list[Cell]]:
    """The ids of whole bars with a mask in the place of each hole, and the holes in that order."""
    ids: list[int] = []
    taken: list[Cell] = []
    for bar in bars:
        ids.append(v.BAR)
        openers = [(v.CHORDS, (bar, CHORD_LINE))] if chords else []
        openers += [(v.LINE + index, (bar, line)) for index, line in enumerate(scribe.lines)]
        for opener, cell in openers:
            if cell in holes:
                ids += [opener, v.MASK]
                taken.append(cell)
            elif written := scribe.cell(cell):
                ids += [opener, *written]
    return ids, taken


def _levelled(ids: list[int], index: int, levels: dict[int, int]) -> list[int]:
    """A cell without the loudness that its line has anyway."""
    first = next((i for i, token in enumerate(ids) if v.VEL <= token < v.POS), None)
    kept = [token for i, token in enumerate(ids) if i != first or token != levels.get(index)]
    for token in ids:
        if v.VEL <= token < v.POS:
            levels[index] = token
    return kept


def _unlevelled(ids: list[int]) -> list[int]:
    return [token for token in ids if not v.VEL <= token < v.POS]


def _header(header: Header, frame: Frame) -> list[int]:
    out = [v.START]
    if header.genre is not None:
        out.append(v.GENRE + header.genre)
    if header.mode is not None:
        out.append(v.MODE + header.mode)
    if header.tonic is not None:
        out.append(v.TONIC + header.tonic)
    if header.tempo is not None:
        out.append(v.TEMPO + header.tempo)
    if header.density is not None:
        out.append(v.DENSITY + header.density)
    if header.chords:
        out.append(v.WITH_CHORDS)
    if header.expressive:
        out.append(v.EXPRESSIVE)
    out.append(v.METRE + frame.bars[0].metre)
    out += [v.INSTRUMENT + line.instrument for line in frame.lines]
    return [*out, v.BEGIN]


def notes_of(groups: Mapping[Cell, Sequence[Group]], starts: Sequence[int], line: int, up: int) -> list[s.Note]:
    """Notes of one line. starts: score ticks of the barlines; `up`: semitones from the document to what sounds."""
    found = []
    for (bar, index), cell in groups.items():
        if index != line:
            continue
        for group in cell:
            velocity = 80 if group.loudness is None else LEVELS[group.loudness]
            start = starts[bar] + group.start * STEP
            found += [s.Note(start, group.length * STEP, pitch + up, velocity) for pitch in group.pitches]
    return found
