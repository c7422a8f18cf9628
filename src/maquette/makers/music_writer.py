"""The one way any move asks the net for notes: a score with holes goes in, and comes back with the holes written.

A hole is a cell: one bar of one line. A new piece is a score of empty bars that is all holes; to continue is to append
such bars; to fill, harmonise, accompany or remake a bar is to make holes of the cells concerned. What is no hole stays
identical, note for note, since it is never written again. Long pieces are written in windows, each with what came
before and what follows in sight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.seeds import candidate_seed
from ..encodings import notes_vocabulary as v
from ..encodings.notes_grammar import CellRules, NoteGrammar, Obedience, chord_tones
from ..encodings.notes_reader import CHORD_LINE, Cell, Frame, FrameLine, Reader, read
from ..encodings.notes_sheet import (
    STEP,
    Header,
    Laid,
    Line,
    Sheet,
    lay_out,
    lines_of,
    moved_chord,
    sheet_of,
    shift_of,
)
from ..media import score as s
from ..media.keys import find_key
from .music_cells import chords_of, with_cells
from .music_seams import broken_seam

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint

__all__ = ["CHORD_LINE", "Line", "Manner", "Rules", "Writer", "Written", "lines_of", "with_cells"]

BEFORE, AFTER = 420, 160  # ids of what came before and what follows that are shown at most
ATTEMPTS = 12  # times that bars are written again where they do not meet what stays as the rules ask
AT_ONCE = 16  # rows that the net writes side by side
# Lines that sound one note at a time, unless something else is asked for.
SINGLE = frozenset(
    ("voice", "soprano", "alto", "tenor", "bass voice", "bass guitar", "trumpet", "trombone", "tuba", "horn",
     "saxophone", "oboe", "bassoon", "clarinet", "flute", "recorder")
)  # fmt: skip
# Lowest and highest pitch that is written for an instrument where nothing else is asked for.
RANGES = {
    "voice": (57, 81), "soprano": (60, 81), "alto": (53, 74), "tenor": (48, 69), "bass voice": (40, 64),
    "piano right": (48, 96), "piano left": (28, 72), "violin": (55, 93), "viola": (48, 81), "cello": (36, 74),
    "double bass": (28, 60), "flute": (60, 93), "oboe": (58, 88), "clarinet": (50, 89), "bassoon": (34, 72),
    "trumpet": (54, 82), "trombone": (40, 72), "tuba": (28, 60), "horn": (41, 77), "guitar": (40, 79),
    "bass guitar": (28, 55), "recorder": (60, 86), "saxophone": (49, 82), "timpani": (40, 60), "harp": (31, 96),
}  # fmt: skip
ANY = (21, 108)
KIT = (35, 81)  # General MIDI percussion


@dataclass(frozen=True)
class Rules:
    """What must hold in what is written; all of it is unbreakable. Pitches sound, times are ticks of the score.

    scale: pitch classes; ranges: line -> lowest and highest pitch; leap: semitones at most from note to note (0: any);
    voices: line -> notes at once at most; chords: where `score.chords` stand, only chord tones begin on beats
    ("strong") or ever ("all"); most, least: groups of notes per bar and line (0: any); shortest: ticks;
    rhythm: cell -> (start in the bar, length) of its notes, exactly; pitches: cell -> allowed ones of each of them.
    """

    scale: frozenset[int] | None = None
    ranges: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    leap: int = 0
    voices: Mapping[int, int] = field(default_factory=dict)
    chords: Obedience = "free"
    most: int = 0
    least: int = 0
    shortest: int = 0
    rhythm: Mapping[Cell, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    pitches: Mapping[Cell, tuple[frozenset[int], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Manner:
    """Labels that lean the net one way; it may disobey. genre by its name; density 0 (sparse) .. 7; `loud`: velocities
    are written too; keys and tempo are those of the score."""

    genre: str | None = None
    density: int | None = None
    loud: bool = False


@dataclass(frozen=True)
class Written:
    """A score with its holes written. `cells`: the ids of each, pitches as they sound: what `with_cells` replays."""

    score: s.Score
    cells: Mapping[Cell, tuple[int, ...]]
    logprob: float  # nats
    seed: int
    count: int  # ids written

    @property
    def surprise(self) -> float:
        """Bits per id."""
        return -self.logprob / max(self.count, 1) / float(np.log(2))


class Writer:
    """Writes with one checkpoint. Keep it: the net is opened once."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        told = checkpoint.encoding
        if told.get("name") != "notes.v1":
            raise UsageError(
                f"{checkpoint.name} does not write music",
                where=f"it speaks {told.get('name')}",
                mend="take music-1, or a model that `maquette train music` made",
            )
        self.genres: list[str] = list(told["genres"])
        self.own: str | None = told.get("own")  # an adapter's own genre: written in where none is named

    @cached_property
    def decoder(self) -> Any:
        return self.checkpoint.decoder()

    def write(
        self,
        score: s.Score,
        holes: Iterable[Cell],
        *,
        rules: Rules = Rules(),
        manner: Manner = Manner(),
        count: int = 1,
        seed: int = 0,
        temperature: float = 1.0,
        top_p: float = 0.98,
        min_p: float = 0.0,
        on_progress: OnProgress = silent,
    ) -> list[Written]:
        """`count` scores in which every cell of `holes` is written anew, and all else is the same.

        Cells are (bar, line), or (bar, CHORD_LINE) for the chord track. Raises UsageError for holes that are not
        there, bars longer than the encoding can say, and rules that leave no note.
        """
        task = _Task(self, score, sorted(set(holes)), rules, manner)
        rows = [_Row(task, candidate_seed(seed, number)) for number in range(count)]
        total = len(task.holes) * count
        made: dict[int, Written] = {}
        for attempt in range(ATTEMPTS):
            while any(row.left for row in rows):
                waiting = [row for row in rows if row.left][:AT_ONCE]
                self._advance(waiting, temperature, top_p, min_p)
                on_progress(Progress(total - sum(len(row.left) for row in rows), total, "writing"))
            broken = {}
            for number, row in enumerate(rows):
                if number not in made:
                    written = row.finished()
                    wrong = broken_seam(written.score, task.holes, rules.leap, task.voices())
                    if wrong:
                        broken[number] = wrong
                    else:
                        made[number] = written
            if not broken:
                return [made[number] for number in range(count)]
            for number in broken:
                rows[number] = _Row(task, candidate_seed(seed, number + 100_000 * (attempt + 1)))
        raise UsageError(
            f"{next(iter(broken.values()))}: the notes that stay beside the bars to be written do not allow it",
            where=score.title,
            mend="widen the rule, or write the bars beside them anew too",
        )

    def _advance(self, rows: Sequence[_Row], temperature: float, top_p: float, min_p: float) -> None:
        """Write one window of every row."""
        plans = [row.plan() for row in rows]
        longest = self.decoder.session.size["context"] - max(len(plan.laid.ids) for plan in plans)
        drawn = self.decoder.sample(
            [plan.laid.ids for plan in plans],
            [plan.grammar for plan in plans],
            seeds=[row.dice() for row in rows],
            temperature=temperature,
            top_p=top_p,
            min_p=min_p,
            longest=max(longest, 1),
            prefix_places=[plan.places for plan in plans],
        )
        for row, plan, one in zip(rows, plans, drawn, strict=True):
            row.take(plan, one)


@dataclass
class _Plan:
    """One window on its way to the net."""

    laid: Laid
    places: Any
    grammar: NoteGrammar
    first: int  # bar of the sheet that the frame begins with
    cells: tuple[Cell, ...]  # holes of the sheet in this window


class _Task:
    """What all rows of one call share."""

    def __init__(self, writer: Writer, score: s.Score, holes: Sequence[Cell], rules: Rules, manner: Manner) -> None:
        self.score = score if score.keys else replace(score, keys=(find_key(score),))
        self.rules, self.manner = rules, manner
        self.sheet = sheet_of(self.score)
        self.lines = self.sheet.lines
        self.holes = holes
        self._check()
        for cell in holes:
            self.sheet.cells.pop(cell, None)
            if cell[1] == CHORD_LINE:
                self.sheet.chords.pop(cell[0], None)
        self.chords = bool(self.sheet.chords) or any(line == CHORD_LINE for _, line in holes)
        genre = manner.genre if manner.genre in writer.genres else writer.own
        self.genre = writer.genres.index(genre) if genre in writer.genres else None
        self.starts = np.cumsum([0, *(bar.length for bar in self.sheet.bars)])
        self.beats = [_beat(bar) for bar in score.bars]
        self.sheet.expressive = self.sheet.expressive or manner.loud
        self.expressive = manner.loud

    def _check(self) -> None:
        score = self.score
        for bar, line in self.holes:
            if not (0 <= bar < len(score.bars) and CHORD_LINE <= line < len(self.lines)):
                wrong = f"there is no bar {bar + 1} of line {line + 1} to write"
                mend = f"the piece has {len(score.bars)} bars and {len(self.lines)} lines"
                raise UsageError(wrong, where=score.title, mend=mend)
        if len(self.lines) > v.LINES:
            raise UsageError(
                f"{len(self.lines)} staves are more than the model reads ({v.LINES})",
                where=score.title,
                mend="take fewer players, or a copy in which players of one instrument are joined",
            )
        for number, shape in enumerate(self.sheet.bars):
            if shape.length > v.LONGEST_BAR:
                raise UsageError(
                    f"bar {number + 1} has {shape.length / v.TICKS:g} quarters; the model writes bars of at most 12",
                    where=score.title,
                    mend="divide the bar",
                )
        self._check_rules()

    def _check_rules(self) -> None:
        for index in sorted({line for _, line in self.holes if line >= 0}):
            row = self.allowed(index, 0)
            name = self.score.parts[self.lines[index].part].name or f"line {index + 1}"
            if not row.any():
                low, high = self.range(index)
                wrong = f"no note of the scale lies between {low} and {high}, the range of {name}"
                raise UsageError(wrong, mend="widen the range or choose another scale")
            if self.rules.chords == "free" or self.lines[index].drums:
                continue
            for chord in self.score.chords:
                if chord.quality is None:
                    continue
                tones = chord_tones(v.QUALITIES.index(chord.quality) * 12 + chord.root)
                if not (row & tones).any():
                    raise UsageError(
                        f"no tone of the chord at bar {self.score.bar_at(chord.tick) + 1} is in the scale and the range"
                        f" of {name}: scale and chords contradict each other",
                        mend="leave one of them out, or choose a scale that holds the chords",
                    )

    def range(self, index: int) -> tuple[int, int]:
        if index in self.rules.ranges:
            return self.rules.ranges[index]
        if self.lines[index].drums:
            return KIT
        return RANGES.get(v.INSTRUMENTS[self.lines[index].instrument], ANY)

    def allowed(self, index: int, down: int) -> Any:
        """(128,) pitches of a line, written `down` lower than they sound."""
        low, high = self.range(index)
        row = np.zeros(128, dtype=np.bool_)
        drums = self.lines[index].drums
        for pitch in range(max(low, 0), min(high, 127) + 1):
            if drums or self.rules.scale is None or pitch % 12 in self.rules.scale:
                written = pitch if drums else pitch - down
                if 0 <= written <= 127:
                    row[written] = True
        return row

    def voices(self) -> dict[int, int]:
        """Notes at once per line."""
        single = {i: 1 for i, line in enumerate(self.lines) if v.INSTRUMENTS[line.instrument] in SINGLE}
        return {**single, **self.rules.voices}


class _Row:
    """One of the scores that are asked for, on its way."""

    def __init__(self, task: _Task, seed: int) -> None:
        self.task, self.seed = task, seed
        sheet = task.sheet
        self.sheet = replace(
            sheet, cells=dict(sheet.cells), chords={bar: list(row) for bar, row in sheet.chords.items()}
        )
        self.left: list[Cell] = list(task.holes)
        self.cells: dict[Cell, tuple[int, ...]] = {}
        self.logprob, self.count, self.windows = 0.0, 0, 0

    def dice(self) -> int:
        return self.seed if not self.windows else candidate_seed(self.seed, self.windows)

    def _size(self, bar: int) -> int:
        """About how many ids a bar has, or will have."""
        lines = range(len(self.sheet.lines))
        known = sum(1 + len(self.sheet.cells[bar, i]) for i in lines if (bar, i) in self.sheet.cells)
        holes = sum(1 for i in lines if (bar, i) in self._left)
        return 1 + known + round(holes * max(14, self.sheet.bars[bar].length / v.TICKS * 4)) + 3 * self.task.chords

    @cached_property
    def _left(self) -> set[Cell]:
        return set(self.left)

    def plan(self) -> _Plan:
        """The next window: as many holes as fit, with what surrounds them."""
        self.__dict__.pop("_left", None)
        sheet, bars = self.sheet, len(self.sheet.bars)
        begin = self.left[0][0]
        first, room = begin, BEFORE
        while first > 0 and room >= self._size(first - 1):
            first -= 1
            room -= self._size(first)
        context = self.task_context()
        space = context - (BEFORE - room) - 24 - len(sheet.lines)
        last = begin
        while last < bars and (space >= self._size(last) or last == begin):
            space -= self._size(last) + (3 if any((last, i) in self._left for i in range(len(sheet.lines))) else 0)
            last += 1
        cells = tuple(cell for cell in self.left if cell[0] < last)
        if self._open_end(begin, bars):
            return self._onwards(first, begin, last, cells)
        return self._between(first, last, cells)

    def task_context(self) -> int:
        """Ids of a window in all; a fifth is kept for bars that turn out fuller than thought."""
        return 820

    def _open_end(self, begin: int, bars: int) -> bool:
        """Whether all that is left is everything from a bar to the end: then it is written straight on."""
        lines = range(len(self.sheet.lines))
        chords = self.task.chords and not self.sheet.chords
        wanted = {(bar, i) for bar in range(begin, bars) for i in lines}
        tracks = {(bar, CHORD_LINE) for bar in range(begin, bars)}
        return (wanted <= self._left) and (not chords or tracks <= self._left)

    def _header(self, first: int) -> Header:
        task = self.task
        tonic, mode = self.sheet.keys[first]
        tempo = self.sheet.tempi[first] if task.score.tempi else None
        return Header(task.genre, mode, tonic, tempo, task.manner.density, task.chords, task.expressive)

    def _onwards(self, first: int, begin: int, last: int, cells: tuple[Cell, ...]) -> _Plan:
        sheet = self.sheet
        shown = Sheet(sheet.bars[:last], sheet.lines, sheet.cells, sheet.chords, sheet.keys[:last], sheet.tempi[:last])
        shown.expressive = sheet.expressive
        ahead = len(sheet.bars) - last
        frame = Frame(
            sheet.bars[first:last],
            tuple(_frame_line(line) for line in sheet.lines),
            first,
            ahead,
            self.task.chords,
        )
        laid = lay_out(shown, self._header(first), first=first, last=max(begin, first + 1), whole=(0, ahead))
        laid = replace(laid, ids=laid.ids[:-1] if begin > first else laid.ids[: laid.header])  # without END
        # The same header, though more bars are to come than the laid-out ones.
        laid = replace(laid, frame=frame)
        given = {bar - first: self._chord_ids(bar, laid.down) for bar in range(begin, last) if sheet.chords.get(bar)}
        return self._plan(laid, first, cells, given)

    def _between(self, first: int, last: int, cells: tuple[Cell, ...]) -> _Plan:
        sheet, room = self.sheet, AFTER
        end = last
        while end < len(sheet.bars) and room >= self._size(end) and not any(c[0] == end for c in self.left):
            room -= self._size(end)
            end += 1
        shown = Sheet(sheet.bars[:end], sheet.lines, sheet.cells, sheet.chords, sheet.keys[:end], sheet.tempi[:end])
        shown.expressive = sheet.expressive
        laid = lay_out(
            shown,
            self._header(first),
            first=first,
            last=end,
            holes=cells,
            whole=(0, len(sheet.bars) - end),
            answers=False,
        )
        return self._plan(laid, first, cells, {})

    def _chord_ids(self, bar: int, down: int) -> list[int]:
        ids = []
        for place, kind in self.sheet.chords[bar]:
            ids += [*([v.POS + place] if place else []), v.CHORD + moved_chord(kind, down)]
        return ids

    def _plan(self, laid: Laid, first: int, cells: tuple[Cell, ...], given: Mapping[int, Sequence[int]]) -> _Plan:
        rules = self._rules(laid, first, cells, given)
        grammar = NoteGrammar(laid.frame, laid.header, laid.ids.tolist(), rules)
        places, _, _ = read(laid.frame, laid.header, laid.ids.tolist())
        return _Plan(laid, places, grammar, first, cells)

    def _rules(self, laid: Laid, first: int, cells: tuple[Cell, ...], given: Mapping[int, Sequence[int]]) -> CellRules:
        task, asked = self.task, self.task.rules
        count = len(task.lines)
        allowed = np.stack([task.allowed(i, laid.down) for i in range(count)]) if count else np.zeros((0, 128), bool)
        down = [0 if line.drums else laid.down for line in task.lines]
        return CellRules(
            allowed,
            asked.leap,
            task.voices(),
            asked.chords,
            asked.most,
            asked.least,
            max(1, round(asked.shortest / STEP)),
            {
                (bar - first, line): tuple((round(a / STEP), max(1, round(b / STEP))) for a, b in row)
                for (bar, line), row in asked.rhythm.items()
                if (bar, line) in cells
            },
            {
                (bar - first, line): tuple(frozenset(p - down[line] for p in one) for one in row)
                for (bar, line), row in asked.pitches.items()
                if (bar, line) in cells
            },
            {(bar - first, line): self._end(bar, line, first) for bar, line in cells if line >= 0},
            task.expressive,
            [task.beats[bar] for bar in range(first, first + len(laid.frame.bars))],
            given,
            self._sounding(first),
        )

    def _end(self, bar: int, line: int, first: int) -> int:
        """Tick of the frame at which the notes of a cell must have ended: where what stands already begins."""
        starts, bars = self.task.starts, len(self.sheet.bars)
        after = bar + 1
        while after < bars and (after, line) in self._left and after - bar < 4:
            after += 1
        end = int(starts[after])
        if after < bars and (after, line) not in self._left:
            found = self.sheet.cells.get((after, line))
            if found is not None and v.POS <= found[0] < v.DUR:
                end += int(found[0]) - v.POS
        return end - int(starts[first])

    def _sounding(self, first: int) -> dict[int, int]:
        """Until which tick of the frame each line still sounds from before it."""
        task = self.task
        until = {}
        for index, line in enumerate(task.lines):
            ends = [
                round(note.end / STEP)
                for note in task.score.parts[line.part].notes
                if note.staff == line.staff and round(note.start / STEP) < task.starts[first]
            ]
            until[index] = max(ends, default=0) - int(task.starts[first])
        return until

    def take(self, plan: _Plan, drawn: Any) -> None:
        """Keep what was written of a window; an unfinished bar or hole is left for the next one."""
        self.windows += 1
        self.logprob += drawn.logprob
        self.count += len(drawn.tokens)
        written = plan.grammar.written
        whole = self._whole(plan, drawn.ended)
        done = set()
        for cell in plan.cells:
            bar, line = cell
            if bar - plan.first > whole[0] or (bar - plan.first == whole[0] and line >= whole[1]):
                continue
            ids = written.get((bar - plan.first, line), [])
            self._keep(cell, ids, plan.laid.down)
            done.add(cell)
        if not done:
            raise UsageError(
                "one bar is too full for the model's context",
                where=f"bar {plan.cells[0][0] + 1}",
                mend="write for fewer parts at once, or limit the notes of a bar",
            )
        self.left = [cell for cell in self.left if cell not in done]

    def _whole(self, plan: _Plan, ended: bool) -> tuple[int, int]:
        """(bar, line) of the frame before which everything is finished."""
        if ended:
            return len(plan.laid.frame.bars), 0
        reader: Reader = plan.grammar.reader
        if reader.filling:
            return reader.bar, reader.line
        return reader.bar, CHORD_LINE - 1

    def _keep(self, cell: Cell, ids: Sequence[int], down: int) -> None:
        bar, line = cell
        if line == CHORD_LINE:
            self.sheet.chords[bar] = chords_of(ids, -down)
            self.cells[cell] = tuple(
                v.CHORD + moved_chord(i - v.CHORD, -down) if v.CHORD <= i < v.INTERVAL else int(i) for i in ids
            )
            return
        up = 0 if self.sheet.lines[line].drums else down
        sounding = tuple(int(i) + up if v.PITCH <= i < v.DRUM else int(i) for i in ids)
        self.cells[cell] = sounding
        if sounding:
            self.sheet.cells[cell] = np.array(sounding, dtype=np.int16)

    def finished(self) -> Written:
        return Written(with_cells(self.task.score, self.cells), self.cells, self.logprob, self.seed, self.count)


def _frame_line(line: Line) -> FrameLine:
    return FrameLine(line.instrument, line.drums)


def _beat(bar: s.Bar) -> int:
    """Ticks (24 a quarter) of a beat: a dotted unit in compound metres."""
    unit = 4 * v.TICKS // bar.unit
    return unit * 3 if bar.unit >= 8 and bar.beats % 3 == 0 and bar.beats > 3 else unit


def shift(score: s.Score) -> int:
    """Semitones that the notes of a score stand above the tonic C in what the net reads."""
    return shift_of(score.key_at(0).tonic)
