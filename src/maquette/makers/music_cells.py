"""Cells of a score as ids, as they sound: what was decided when holes were written, and how it is replayed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from ..encodings import notes_vocabulary as v
from ..encodings.notes_reader import CHORD_LINE, Cell, Group
from ..encodings.notes_sheet import LEVELS, STEP, Line, lines_of, moved_chord
from ..media import score as s


def with_cells(score: s.Score, cells: Mapping[Cell, Sequence[int]]) -> s.Score:
    """The score with these cells in place of what stood there: the decisions of a `Written`, replayed."""
    lines = lines_of(score)
    parts = list(score.parts)
    for index, line in enumerate(lines):
        bars = {bar for bar, i in cells if i == index}
        if not bars:
            continue
        spans = [(score.starts[bar], score.starts[bar + 1]) for bar in sorted(bars)]
        kept = [
            note
            for note in parts[line.part].notes
            if note.staff != line.staff or not any(a <= note.start < b for a, b in spans)
        ]
        for bar in sorted(bars):
            kept += _notes_of(cells[bar, index], score.starts[bar], line)
        parts[line.part] = replace(parts[line.part], notes=s.sorted_notes(kept))
    return replace(score, parts=tuple(parts), chords=_with_chords(score, cells))


def _with_chords(score: s.Score, cells: Mapping[Cell, Sequence[int]]) -> tuple[s.Chord, ...]:
    bars = sorted(bar for bar, line in cells if line == CHORD_LINE)
    if not bars:
        return score.chords
    spans = [(score.starts[bar], score.starts[bar + 1]) for bar in bars]
    chords = [chord for chord in score.chords if not any(a <= chord.tick < b for a, b in spans)]
    for bar in bars:
        for place, kind in chords_of(cells[bar, CHORD_LINE], 0):
            quality = v.QUALITIES[kind // 12] if kind < 12 * len(v.QUALITIES) else None
            chords.append(s.Chord(score.starts[bar] + place * STEP, kind % 12, quality))
    return tuple(sorted(chords, key=lambda chord: chord.tick))


def _notes_of(ids: Sequence[int], start: int, line: Line) -> list[s.Note]:
    """Notes of one cell whose ids are as they sound."""
    notes: list[s.Note] = []
    for group in groups_of(ids):
        velocity = 80 if group.loudness is None else LEVELS[group.loudness]
        at = start + group.start * STEP
        notes += [s.Note(at, group.length * STEP, pitch, velocity, 0, line.staff) for pitch in group.pitches]
    return notes


def groups_of(ids: Sequence[int]) -> list[Group]:
    """The groups of notes that a cell's ids say."""
    groups: list[Group] = []
    cursor, level, tie = 0, None, False
    open_group: Group | None = None
    for token in ids:
        if v.POS <= token < v.DUR:
            cursor = token - v.POS
        elif v.VEL <= token < v.POS:
            level = token - v.VEL
        elif v.PITCH <= token < v.CHORD:
            pitch = token - (v.PITCH if token < v.DRUM else v.DRUM)
            if open_group is None:
                open_group = Group(cursor, [pitch], 0, level)
            else:
                open_group.pitches.append(pitch)
        elif token == v.TIE:
            tie = True
        elif v.DUR <= token < v.PITCH:
            length = v.DURATIONS[token - v.DUR]
            if tie:
                groups[-1].length += length
            elif open_group is not None:
                open_group.length = length
                groups.append(open_group)
                open_group = None
            cursor = groups[-1].start + groups[-1].length
            tie = False
    return groups


def chords_of(ids: Collection[int], up: int) -> list[tuple[int, int]]:
    placed, cursor = [], 0
    for token in ids:
        if v.POS <= token < v.DUR:
            cursor = token - v.POS
        elif v.CHORD <= token < v.INTERVAL:
            placed.append((cursor, moved_chord(token - v.CHORD, up)))
    return placed
