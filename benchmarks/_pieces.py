"""Pieces of the shared music records as scores, for the benchmarks of music and the tests that need real pieces."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

from maquette.media.score import TPQ, Bar, Chord, Key, Mark, Note, Part, Score, Tempo, sorted_notes

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "music"  # beside this checkout
MUSIC = Path(os.environ.get("MAQUETTE_MUSIC") or BESIDE)
NAMES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
KINDS = {
    "": "", "m": "m", "7": "7", "m7": "m7", "maj7": "maj7", "dim": "dim", "dim7": "dim7", "aug": "aug", "+": "aug",
    "sus4": "sus4", "6": "", "m6": "m", "9": "7", "min": "m", "maj": "", "M7": "maj7", "m9": "m7", "sus2": "sus4",
}  # fmt: skip


def kept_out(work: str) -> bool:
    """Whether nothing may be fitted to a work: it is a validation piece, or of our own hold-out."""
    number = int(hashlib.sha1(work.encode()).hexdigest(), 16)
    return number % 20 == 0 or number % 50 == 1


def records(name: str, folder: Path = MUSIC, *, held: bool | None = None) -> Iterator[dict[str, Any]]:
    """The records of NAME.jsonl.gz; held True: those that nothing was fitted to, False: the others."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if held is None or kept_out(record["work"]) == held:
                yield record


def pitch_class(name: str) -> int:
    """C 0, F# 6, Bb 10."""
    return (NAMES[name[0].upper()] + name.count("#") - name[1:].count("b")) % 12


def score_of(record: Mapping[str, Any]) -> Score:
    """A packed record as a score."""
    step = TPQ // int(record["tpq"])
    starts = [0, *accumulate(bar * step for bar in record["bars"])]
    metres = record.get("metres") or [[0, record.get("metre") or "4/4"]]
    bars = []
    for start, length in zip(starts, record["bars"], strict=False):
        beats, unit = next((m for t, m in reversed(metres) if t * step <= start), metres[0][1]).split("/")
        bars.append(Bar(length * step, int(beats), int(unit)))
    rows: list[list[Note]] = [[] for _ in record["parts"]]
    for part, voice, steps, lengths, pitches, *loud in record["voices"]:
        times = accumulate(steps)
        for i, (start, length, pitch) in enumerate(zip(times, lengths, pitches, strict=False)):
            velocity = loud[0][i] if loud else 80
            rows[part].append(
                Note(start * step, max(1, length * step), pitch, max(1, velocity), voice % 10, max(1, voice // 10))
            )
    parts = tuple(
        Part(name or "", 0 if program == "drums" else int(program), sorted_notes(notes), program == "drums",
             max((note.staff for note in notes), default=1))
        for (name, program), notes in zip(record["parts"], rows, strict=True)
    )  # fmt: skip
    return Score(
        parts,
        tuple(bars),
        _keys(record, step),
        tuple(Tempo(t * step, bpm) for t, bpm in record.get("tempi") or [])
        or ((Tempo(0, record["tempo"]),) if record.get("tempo") else ()),
        tuple(chord for row in record.get("chords") or () if (chord := _chord(row, step))),
        (Mark(0, record["marking"]),) if record.get("marking") else (),
        record.get("title") or "",
        record.get("composer") or "",
    )


def _keys(record: Mapping[str, Any], step: int) -> tuple[Key, ...]:
    if not record.get("key"):
        return ()
    name, mode = record["key"].split()
    first = Key(0, pitch_class(name), mode)
    later = [
        Key(tick * step, (fifths * 7 + (9 if mode == "minor" else 0)) % 12, mode)
        for tick, fifths in record.get("keys") or ()
        if tick > 0
    ]
    return (first, *later)


def _chord(row: list[Any], step: int) -> Chord | None:
    name, _, bass = row[1].partition("/")
    size = 2 if len(name) > 1 and name[1] in "#b" else 1
    if name[0] not in NAMES or name[size:] not in KINDS:
        return None
    low = pitch_class(bass) if bass and bass[0].upper() in NAMES else None
    return Chord(row[0] * step, pitch_class(name[:size]), KINDS[name[size:]], low)
