"""A score as plain JSON data and back, note for note: what the story of a work keeps so that it can be replayed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..media.score import Bar, Chord, Key, Mark, Note, Part, Score, Tempo

_NOTE = (("velocity", 80), ("voice", 0), ("staff", 1), ("lyric", ""), ("spelling", ""))


def packed(score: Score) -> dict[str, Any]:
    """Everything a score holds but what its reader said; what is usual is left out."""
    told: dict[str, Any] = {
        "parts": [_part(part) for part in score.parts],
        "bars": _runs([[bar.length, bar.beats, bar.unit] for bar in score.bars]),
        "keys": [[key.tick, key.tonic, key.mode] for key in score.keys],
        "tempi": [[tempo.tick, tempo.bpm] for tempo in score.tempi],
        "chords": [[chord.tick, chord.root, chord.quality, chord.bass] for chord in score.chords],
        "marks": [[mark.tick, mark.text] for mark in score.marks],
        "title": score.title,
        "composer": score.composer,
    }
    return {key: value for key, value in told.items() if value}


def unpacked(told: Mapping[str, Any]) -> Score:
    """The score that `packed` wrote down."""
    return Score(
        parts=tuple(_part_of(one) for one in told.get("parts", ())),
        bars=tuple(Bar(*row[1:]) for row in told.get("bars", ()) for _ in range(row[0])),
        keys=tuple(Key(*row) for row in told.get("keys", ())),
        tempi=tuple(Tempo(*row) for row in told.get("tempi", ())),
        chords=tuple(Chord(*row) for row in told.get("chords", ())),
        marks=tuple(Mark(*row) for row in told.get("marks", ())),
        title=str(told.get("title", "")),
        composer=str(told.get("composer", "")),
    )


def _part(part: Part) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": part.name,
        "program": part.program,
        "notes": [[note.start, note.length, note.pitch] for note in part.notes],
        "drums": part.drums,
        "staves": part.staves,
        "dynamics": [[mark.tick, mark.text] for mark in part.dynamics],
    }
    for name, usual in _NOTE:
        column = [getattr(note, name) for note in part.notes]
        if any(value != usual for value in column):
            told[name] = column
    return {key: value for key, value in told.items() if value}


def _part_of(told: Mapping[str, Any]) -> Part:
    rows = told.get("notes", ())
    more = [told.get(name) or [usual] * len(rows) for name, usual in _NOTE]
    notes = tuple(Note(*row, *rest) for row, *rest in zip(rows, *more, strict=True))
    return Part(
        name=str(told.get("name", "")),
        program=int(told.get("program", 0)),
        notes=notes,
        drums=bool(told.get("drums", False)),
        staves=int(told.get("staves", 1)),
        dynamics=tuple(Mark(*row) for row in told.get("dynamics", ())),
    )


def _runs(rows: list[list[int]]) -> list[list[int]]:
    """Equal rows that follow one another as one, with their number before them."""
    out: list[list[int]] = []
    for row in rows:
        if out and out[-1][1:] == row:
            out[-1][0] += 1
        else:
            out.append([1, *row])
    return out
