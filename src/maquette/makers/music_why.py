"""Why the net wrote these notes: the odds of every decision, what else was likely, and what the rules forbade.

Nothing is sampled: the decisions that a trace records are laid before the net once more, window by window as they were
written, and its probabilities are read. So the odds are the same on every machine that has the checkpoint.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..data.score_text import from_text
from ..encodings import notes_vocabulary as v
from ..encodings.notes_grammar import CellRules, NoteGrammar
from ..encodings.notes_reader import CHORD_LINE, Cell
from ..encodings.notes_sheet import STEP, moved_chord
from ..engine.decoder import Sampled
from .music_writer import Manner, Rules, Writer, _Plan, _Row, _Task

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..media.score import Score

NAMED = 2  # other choices that are told of each decision
LEAST = 0.03  # probability from which on one is told


@dataclass(frozen=True)
class Choice:
    """Something that could come next, in words ("A4", "an eighth"), and its probability 0..1."""

    words: str
    chance: float


@dataclass(frozen=True)
class Decision:
    """One choice of the net. bar from 0, `line` as in `lines_of`, `tick` from the beginning of the piece.

    kind: "pitch", "length", "place" (a rest or an entry), "chord", "loudness". `forbidden`: the probability that the
    rules took away (0..1), `wanted` the likeliest of it, and `rule` which one forbade that.
    """

    bar: int
    line: int
    tick: int
    kind: str
    chosen: Choice
    instead: tuple[Choice, ...]
    forbidden: float = 0.0
    wanted: Choice | None = None
    rule: str = ""


def odds_of(checkpoint: Checkpoint, trace: Mapping[str, Any]) -> list[Decision]:
    """Every decision of a trace ("frame" and "cells"), in the order it was made.

    Raises UsageError for a checkpoint that does not write music, DataError for a frame that cannot be read.
    """
    frame = from_text(str(trace["frame"]))
    cells = {_place(name): tuple(int(one) for one in ids) for name, ids in trace["cells"].items()}
    told = trace.get("manner") or {}
    manner = Manner(told.get("genre"), told.get("density"), bool(told.get("loud")))
    writer = Writer(checkpoint)
    task = _Task(writer, frame, sorted(cells), _rules(trace.get("rules") or {}), manner)
    row = _Row(task, 0)
    made: list[Decision] = []
    while row.left:
        plan = row.plan()
        fresh = copy.deepcopy(plan.grammar)
        tokens = _again(plan, cells, writer.decoder.session.size["context"] - len(plan.laid.ids))
        made += _read(writer, task, plan, fresh, tokens)
        row.take(plan, Sampled(np.array(tokens, np.int32), 0.0, plan.grammar.done))
    return made


def _place(name: str) -> Cell:
    bar, _, line = name.partition(":")
    return int(bar), int(line)


def _rules(told: Mapping[str, Any]) -> Rules:
    """The rules of a record; of given rhythms and pitches it holds only the number, so they are not told of."""
    scale = told.get("scale")
    return Rules(
        scale=frozenset(int(one) for one in scale) if scale else None,
        ranges={int(line): (int(low), int(high)) for line, (low, high) in (told.get("ranges") or {}).items()},
        leap=int(told.get("leap") or 0),
        voices={int(line): int(count) for line, count in (told.get("voices") or {}).items()},
        chords=told.get("chords") or "free",
        most=int(told.get("most") or 0),
        least=int(told.get("least") or 0),
        shortest=int(told.get("shortest") or 0),
    )


# --- the decisions, once more ---------------------------------------------------------------------------------------


def _again(plan: _Plan, cells: Mapping[Cell, Sequence[int]], longest: int) -> list[int]:
    """The ids of one window as they were written; `plan.grammar` is moved on to its end."""
    grammar = plan.grammar
    tokens: list[int] = []
    wanted = {(bar - plan.first, line): _as_written(ids, line, plan) for (bar, line), ids in cells.items()}
    while not grammar.done and len(tokens) < longest:
        token = _next(grammar, wanted)
        grammar.push(token)
        tokens.append(token)
    return tokens


def _as_written(ids: Sequence[int], line: int, plan: _Plan) -> list[int]:
    """The ids of a cell in the key that the net reads."""
    down = plan.laid.down
    if line == CHORD_LINE:
        return [v.CHORD + moved_chord(i - v.CHORD, down) if v.CHORD <= i < v.INTERVAL else i for i in ids]
    return [i - down if v.PITCH <= i < v.DRUM else i for i in ids]


def _next(grammar: NoteGrammar, wanted: Mapping[Cell, Sequence[int]]) -> int:
    """The id that was written here: of the open cell the next one, else the way to the next cell with notes."""
    if grammar.forced:
        return grammar.forced[0]
    mask, reader = grammar.mask(), grammar.reader
    here = (reader.bar, reader.line)
    before = grammar.written.get(here, [])
    full = wanted.get(here, ())
    if here in grammar.written and len(before) < len(full) and list(full[: len(before)]) == before:
        return int(full[len(before)])
    if mask[v.CHORDS] and wanted.get((reader.bar, CHORD_LINE)):
        return v.CHORDS
    for line in range(max(reader.line, CHORD_LINE) + 1, v.LINES):
        if mask[v.LINE + line] and wanted.get((reader.bar, line)):
            return v.LINE + line
    return next(token for token in (v.BAR, v.FILL, v.END, *np.flatnonzero(mask).tolist()) if mask[token])


# --- what the net thought of them -----------------------------------------------------------------------------------


def _read(writer: Writer, task: _Task, plan: _Plan, grammar: NoteGrammar, tokens: Sequence[int]) -> list[Decision]:
    free = copy.deepcopy(grammar)
    free.rules = _without(grammar.rules)
    free._known = {}
    steps = [grammar.places()]  # kept beside the ids that they follow
    masks, frees, views, wheres = [], [], [], []
    for token in tokens:
        masks.append(grammar.mask())
        frees.append(free.mask() | masks[-1])
        views.append(grammar.view())
        grammar.push(token)
        free.push(token)
        wheres.append((grammar.reader.bar, grammar.reader.line, grammar.reader.cursor, bool(grammar.forced)))
        steps.append(grammar.places())
    ids = np.concatenate([plan.laid.ids, np.array(tokens, plan.laid.ids.dtype)])
    places = np.concatenate([plan.places, np.stack(steps[1:]).astype(plan.places.dtype)])
    (found,) = writer.decoder.logits_of([ids], [places], starts=[len(plan.laid.ids)])
    logits = found[2]
    made: list[Decision] = []
    for number, token in enumerate(tokens):
        kind = _kind(token)
        if not kind or masks[number].sum() < 2:
            continue
        row = logits[number].astype(np.float64).copy()
        view = views[number]
        if view is not None:
            to, beside, count = view
            row[to : to + count] += row[beside : beside + count]
        bar, line, cursor, _ = wheres[number]
        made.append(_decision(task, plan, (bar, line), cursor, kind, token, row, masks[number], frees[number]))
    return made


def _without(rules: CellRules) -> CellRules:
    """The same frame without what a person asked for."""
    every = np.ones_like(rules.allowed)
    return replace(
        rules, allowed=every, leap=0, voices={}, chords="free", most=0, least=0, shortest=1, rhythm={}, pitches={}
    )


def _decision(
    task: _Task,
    plan: _Plan,
    cell: Cell,
    cursor: int,
    kind: str,
    token: int,
    row: NDArray[np.float64],
    mask: NDArray[np.bool_],
    free: NDArray[np.bool_],
) -> Decision:
    bar, line = cell[0] + plan.first, cell[1]

    def words(one: int) -> str:
        return words_of(one, task.score, bar, 0 if line >= 0 and task.lines[line].drums else plan.laid.down)

    legal, open_ = _shares(row, mask), _shares(row, free)
    others = [i for i in np.argsort(-legal)[: NAMED + 1].tolist() if i != token and legal[i] >= LEAST][:NAMED]
    barred = np.where(free & ~mask, open_, 0.0)
    most = int(np.argmax(barred))
    taken = float(barred.sum())
    start = task.score.starts[bar] + (cursor if kind == "pitch" else 0) * STEP
    return Decision(
        bar,
        line,
        start,
        kind,
        Choice(words(token), float(legal[token])),
        tuple(Choice(words(i), float(legal[i])) for i in others),
        taken,
        Choice(words(most), float(barred[most])) if taken >= LEAST else None,
        _rule(task, plan, line, most) if taken >= LEAST else "",
    )


def _shares(row: NDArray[np.float64], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    values = np.where(mask, row[: len(mask)], -np.inf)
    values = np.exp(values - values.max())
    shares: NDArray[np.float64] = values / values.sum()
    return shares


def _rule(task: _Task, plan: _Plan, line: int, token: int) -> str:
    """Which rule forbade an id, in a word."""
    if not v.PITCH <= token < v.CHORD or line < 0:
        return "the room in the bar, or how many notes were asked for"
    drums = task.lines[line].drums
    pitch = token - v.DRUM if drums else token - v.PITCH + plan.laid.down
    low, high = task.range(line)
    if not low <= pitch <= high:
        return "the range"
    if not drums and task.rules.scale is not None and pitch % 12 not in task.rules.scale:
        return "the scale"
    if task.rules.chords != "free":
        return "the chord"
    return "the leap that was allowed" if task.rules.leap else "the other voices"


def _kind(token: int) -> str:
    if v.PITCH <= token < v.CHORD:
        return "pitch"
    if v.DUR <= token < v.PITCH:
        return "length"
    if v.POS <= token < v.DUR:
        return "place"
    return "chord" if v.CHORD <= token < v.INTERVAL else ""


_SHARP = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLAT = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_LENGTHS = {96: "a whole", 72: "a dotted half", 48: "a half", 36: "a dotted quarter", 24: "a quarter"}
_LENGTHS |= {18: "a dotted eighth", 12: "an eighth", 8: "a triplet eighth", 6: "a sixteenth", 3: "a 32nd"}


def words_of(token: int, score: Score, bar: int, down: int) -> str:
    """What an id of the window says, as a musician says it; `down`: semitones that the net reads it lower."""
    names = _FLAT if score.key_at(score.starts[bar]).fifths < 0 else _SHARP
    if v.PITCH <= token < v.DRUM:
        pitch = token - v.PITCH + down
        return f"{names[pitch % 12]}{pitch // 12 - 1}"
    if v.DRUM <= token < v.CHORD:
        return f"drum {token - v.DRUM}"
    if v.DUR <= token < v.PITCH:
        ticks = v.DURATIONS[token - v.DUR]
        return _LENGTHS.get(ticks, f"{ticks / v.TICKS:.3g} quarters")
    if v.POS <= token < v.DUR:
        return f"go on at beat {1 + (token - v.POS) / v.TICKS:.3g}"
    if v.CHORD <= token < v.INTERVAL:
        kind = moved_chord(token - v.CHORD, -down)
        return "no chord" if kind >= 12 * len(v.QUALITIES) else f"{names[kind % 12]}{v.QUALITIES[kind // 12]}"
    if v.VEL <= token < v.POS:
        return "another loudness"
    return {v.BAR: "end the bar", v.END: "end the piece", v.FILL: "end the bar", v.TIE: "a longer note"}.get(
        token, "go on to the next player"
    )


def by_note(decisions: Sequence[Decision]) -> Iterator[tuple[Decision, ...]]:
    """Decisions about one entry together: its place, its pitches, its length."""
    row: list[Decision] = []
    for one in decisions:
        row.append(one)
        if one.kind in ("length", "chord"):
            yield tuple(row)
            row = []
    if row:
        yield tuple(row)
