"""Previews: what a net writes just now, unpicked, as MIDI files."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..checkpoints import quantise
from ..checkpoints.box import save_checkpoint
from ..encodings import notes_vocabulary as v
from ..encodings.notes_grammar import CellRules, NoteGrammar
from ..encodings.notes_reader import Frame, FrameLine
from ..encodings.notes_sheet import STEP, Header, Laid, lay_out, notes_of
from ..encodings.notes_windows import judged
from ..media import score as s
from ..media.score_midi import to_bytes
from ..nets.transformer import Transformer
from .notes_corpus import Piece

COUNT, BARS, LINES = 4, 8, 4
PROGRAMS = {"voice": 52, "piano": 0, "violin": 40, "viola": 41, "cello": 42, "flute": 73, "bass": 43}


def write(
    net: Transformer, encoding: Mapping[str, Any], pieces: Sequence[Piece], folder: Path, name: str, longest: int
) -> str:
    """Write COUNT pieces of BARS bars, in the bars, parts and genre of evenly spread training pieces but in C, into
    `folder` as NAME-1.mid and so on; gives the name of the first."""
    some = [pieces[int(i)] for i in np.linspace(0, len(pieces) - 1, COUNT)]
    plans = [plan for piece in some if (plan := _plan(piece)) is not None]
    with tempfile.TemporaryDirectory() as made:
        size = dataclasses.asdict(net.size)
        told = (size, {"name": "preview"}, dict(encoding))
        box = save_checkpoint(Path(made) / "preview", quantise.parameters(net), *told, precision="fp32")
        grammars = [NoteGrammar(laid.frame, laid.header, laid.ids.tolist(), _rules(laid)) for laid in plans]
        box.decoder().sample(
            [laid.ids for laid in plans],
            grammars,
            seeds=list(range(len(plans))),
            top_p=0.98,
            longest=max(16, longest - max(len(laid.ids) for laid in plans)),
            prefix_places=[np.tile(np.array(v.NOWHERE), (len(laid.ids), 1)) for laid in plans],
        )
    for number, (laid, grammar) in enumerate(zip(plans, grammars, strict=True), start=1):
        (folder / f"{name}-{number}.mid").write_bytes(to_bytes(_score(laid.frame, grammar), title=name))
    return f"{name}-1.mid"


def _plan(piece: Piece) -> Laid | None:
    """The header of a piece's first whole bars, and nothing of its notes."""
    sheet = piece.sheet
    first = next((bar for bar, one in enumerate(sheet.bars) if one.length == _commonest(sheet.bars)), 0)
    last = min(first + BARS, len(sheet.bars))
    lines = sorted({line for _, line in sheet.cells})[:LINES]
    if not lines or any(bar.length > v.LONGEST_BAR for bar in sheet.bars[first:last]):
        return None
    header: Header = judged(piece.genre)
    frame_lines = tuple(FrameLine(sheet.lines[i].instrument, sheet.lines[i].drums) for i in lines)
    frame = Frame(sheet.bars[first:last], frame_lines, 0, 0)
    whole = lay_out(sheet, header, first=first, last=first + 1, lines=lines)
    return Laid(whole.ids[: whole.header], whole.header, whole.header, frame, 0)


def _commonest(bars: Sequence[Any]) -> int:
    lengths: list[int] = [bar.length for bar in bars]
    return max(set(lengths), key=lengths.count)


def _rules(laid: Laid) -> CellRules:
    allowed = np.ones((len(laid.frame.lines), 128), dtype=np.bool_)
    allowed[:, :28] = allowed[:, 100:] = False
    beat = [bar.length // max(1, round(bar.length / v.TICKS)) for bar in laid.frame.bars]
    return CellRules(allowed, beat=beat)


def _score(frame: Frame, grammar: NoteGrammar) -> s.Score:
    bars = tuple(s.Bar(bar.length * STEP, *_metre(bar.metre, bar.length)) for bar in frame.bars)
    empty = s.Score((), bars, (s.Key(0, 0),), (s.Tempo(0, 100.0),))
    parts = []
    for number, line in enumerate(frame.lines):
        name = v.INSTRUMENTS[line.instrument]
        program = next((program for key, program in PROGRAMS.items() if key in name), 0)
        notes = notes_of(grammar.reader.cells, empty.starts, number, 0)
        parts.append(s.Part(name, program, s.sorted_notes(notes), line.drums))
    return dataclasses.replace(empty, parts=tuple(parts))


def _metre(index: int, length: int) -> tuple[int, int]:
    return v.METRES[index] if index < len(v.METRES) else (max(1, round(length / v.TICKS)), 4)
