"""Scores as MusicXML, read back by others: `python benchmarks/music_files.py [--pieces 500] [--only music21]`.

Pieces of all sets are written as MusicXML and read by music21 and by partitura, two readers that share nothing with our
writer. Counted: bars that are not full (in any voice), and notes that come back elsewhere or not at all. Lengths and
places are compared to half a step of the 24-per-quarter grid that the pieces are stored in. Then our own reader.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _pieces import records, score_of

from maquette.media.score import Score
from maquette.media.score_xml import to_xml
from maquette.media.score_xml_rhythm import FINE
from maquette.media.voices import fitted, write_part

SETS = ("lieder", "quartets", "orchestra", "polish", "mutopia", "hymnal", "freedoom", "nottingham")
NEAR = 15  # ticks: what counts as the same place; a step of the grid is 20


def sample(count: int, longest: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """`count` records, as many of every set (fewer of small ones), pieces of at most `longest` notes."""
    rows = {name: [r for r in records(name) if _notes(r) <= longest] for name in SETS}
    chosen = {name: random.Random(4).sample(found, len(found)) for name, found in rows.items()}
    taken = 0
    for round_ in range(max(len(found) for found in chosen.values())):
        for name in SETS:
            if round_ < len(chosen[name]) and taken < count:
                taken += 1
                yield name, chosen[name][round_]


def _notes(record: dict[str, Any]) -> int:
    return sum(len(voice[2]) for voice in record["voices"])


def short_bars(score: Score) -> int:
    """Voices of bars, in what we write, whose symbols do not fill it."""
    found = 0
    for part in score.parts:
        for bar, lanes in zip(score.bars, write_part(score, part).bars, strict=True):
            for lane in lanes:
                ends = [symbol.start + symbol.length for symbol in lane.symbols]
                found += [symbol.start for symbol in lane.symbols] != [0, *ends[:-1]] or ends[-1] != bar.length * FINE
    return found


def by_music21(path: Path, score: Score) -> tuple[int, int, list[tuple[int, int, int]]]:
    """(bars, of these short or long, notes as part, tick, pitch)."""
    import music21

    read = music21.converter.parse(path, forceSource=True)
    bars, wrong, notes = 0, 0, []
    number = -1
    owners: list[int] = []
    for index, part in enumerate(score.parts):
        owners += [index] * max(part.staves, 1)
    assert len(read.parts) == len(owners), f"{len(read.parts)} staves instead of {len(owners)}"
    for staff, part in enumerate(read.parts):
        number = owners[staff]
        for index, bar in enumerate(part.getElementsByClass("Measure")):
            bars += 1
            for voice in bar.voices or [bar]:
                timed = voice.notesAndRests.getElementsNotOfClass("Harmony")
                length = sum(one.quarterLength for one in timed)
                staffed = voice is bar or len(bar.voices) == 1
                wrong += (staffed or length > 0) and abs(length * 480 - score.bars[index].length) > 1
        for one in part.flatten().notes:
            if isinstance(one, music21.harmony.Harmony):
                continue
            for note in (
                one.notes if isinstance(one, (music21.chord.Chord, music21.percussion.PercussionChord)) else [one]
            ):
                if note.tie is None or note.tie.type == "start":
                    start = one.getOffsetInHierarchy(part)
                    pitch = note.pitch.midi if hasattr(note, "pitch") else -1
                    notes.append((number, round(float(start) * 480), pitch))
    return bars, wrong, notes


def by_partitura(path: Path, score: Score) -> tuple[int, int, list[tuple[int, int, int]]]:
    """As `by_music21`. partitura knows no voices' rests as such: a bar counts as wrong if its length is."""
    import partitura
    from partitura.score import UnpitchedNote

    UnpitchedNote.is_grace_chord = False  # partitura 1.9.0 asks its drums for it, and they do not have it
    read = partitura.load_musicxml(path)
    bars, wrong, notes = 0, 0, []
    assert len(read.parts) == len(score.parts), f"{len(read.parts)} parts instead of {len(score.parts)}"
    for number, part in enumerate(read.parts):
        quarters = part.quarter_duration_map
        for index, bar in enumerate(part.measures):
            bars += 1
            length = (bar.end.t - bar.start.t) / float(quarters(bar.start.t))
            wrong += abs(length * 480 - score.bars[index].length) > 1
            wrong += _partitura_gaps(part, bar)
        drums = [note for note in part.iter_all(UnpitchedNote) if note.tie_prev is None]
        for note in [*part.notes_tied, *drums]:
            pitch = -1 if isinstance(note, UnpitchedNote) else note.midi_pitch
            notes.append((number, round(note.start.t / float(quarters(note.start.t)) * 480), pitch))
    return bars, wrong, notes


def _partitura_gaps(part: Any, bar: Any) -> int:
    import partitura.score as ps

    voices: dict[int, set[tuple[int, int]]] = {}
    for one in part.iter_all(ps.GenericNote, bar.start, bar.end, include_subclasses=True):
        voices.setdefault(one.voice, set()).add((one.start.t, one.end.t))
    found = 0
    for spans in voices.values():
        at = bar.start.t
        for start, end in sorted(spans):
            found += start != at
            at = max(at, end)
        found += at != bar.end.t
    return found


def compared(score: Score, notes: list[tuple[int, int, int]]) -> tuple[int, int]:
    """(notes missing, notes too many) in what was read, by part, pitch and place."""
    ours = Counter[tuple[int, int]]()
    waiting: dict[tuple[int, int], list[int]] = {}
    for index, part in enumerate(score.parts):
        for note in part.notes:
            waiting.setdefault((index, -1 if part.drums else note.pitch), []).append(note.start)
            ours[index, note.pitch] += 1
    extra = 0
    for part_, tick, pitch in notes:
        row = waiting.get((part_, pitch), [])
        near = min(row, key=lambda start: abs(start - tick), default=None)
        if near is None or abs(near - tick) > NEAR:
            extra += 1
        else:
            row.remove(near)
    return sum(len(row) for row in waiting.values()), extra


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=int, default=40)
    parser.add_argument("--longest", type=int, default=3000, help="notes; longer pieces take music21 minutes")
    parser.add_argument("--only", choices=("music21", "partitura", "own"))
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    readers = {"music21": by_music21, "partitura": by_partitura}
    if given.only:
        readers = {name: one for name, one in readers.items() if name == given.only}
    total: Counter[str] = Counter()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for _, record in sample(given.pieces, given.longest):
            score = fitted(score_of(record))
            path = Path(folder) / "score.musicxml"
            started = time.perf_counter()
            path.write_text(to_xml(score), encoding="utf-8")
            total["seconds writing, x1000"] += round(1000 * (time.perf_counter() - started))
            written = [write_part(score, part) for part in score.parts]
            total["pieces"] += 1
            total["notes"] += score.count
            total["notes written elsewhere or of another length"] += sum(part.moved for part in written)
            total["short bars written"] += short_bars(score)
            played = {i for i, part in enumerate(written) if part.moved > len(part.notes) / 20}
            for reader, read in readers.items():
                try:
                    bars, wrong, notes = read(path, score)
                except Exception as error:
                    print(f"{record['id']}: {reader} refuses: {error!r}", file=sys.stderr)
                    total[f"{reader}: pieces refused"] += 1
                    continue
                exact = Score(
                    tuple(
                        part if i not in played else type(part)(part.name, part.program, one.notes, part.drums)
                        for i, (part, one) in enumerate(zip(score.parts, written, strict=True))
                    ),
                    score.bars,
                )
                missing, extra = compared(exact, notes)
                if wrong or missing or extra:
                    print(f"{record['id']}: {reader}: {wrong} bars, {missing} missing, {extra} extra", file=sys.stderr)
                for key, number in (("bars", bars), ("wrong bars", wrong), ("missing", missing), ("extra", extra)):
                    total[f"{reader}: {key}"] += number
            figures = {**total, "seconds": round(time.perf_counter() - begun)}
            if given.out:  # after each piece: what is done stays done
                given.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
