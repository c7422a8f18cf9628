"""A score as a short line of text, for the trace of a work: what `remake` writes its decisions into.

Every field of a Score goes through; equal notes come back equal. The text is base64 of packed JSON, in the alphabet
without a slash (RFC 4648, section 5): what looks like a path is taken out of traces.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import astuple
from typing import Any

from ..core.errors import DataError
from ..media.score import Bar, Chord, Key, Mark, Note, Part, Score, Tempo, check

FORMAT = 1
LARGEST = 64 << 20  # bytes of unpacked JSON
_ROWS: dict[str, Any] = {"bars": Bar, "keys": Key, "tempi": Tempo, "chords": Chord, "marks": Mark}


def to_text(score: Score) -> str:
    """The whole score as a line of ASCII."""
    plain: dict[str, Any] = {name: [list(astuple(row)) for row in getattr(score, name)] for name in _ROWS}
    plain |= {"format": FORMAT, "title": score.title, "composer": score.composer, "said": list(score.said)}
    plain["parts"] = [_plain_part(part) for part in score.parts]
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode("ascii")


def _plain_part(part: Part) -> dict[str, Any]:
    # Columns, not rows: what is alike stands side by side and packs to half the size. Starts as steps.
    columns: list[list[Any]] = [list(column) for column in zip(*map(astuple, part.notes), strict=True)]
    if columns:
        starts = columns[0]
        columns[0] = [start - before for before, start in zip([0, *starts], starts, strict=False)]
        columns = [[column[0]] if len(set(map(repr, column))) == 1 else column for column in columns]
    return {
        "name": part.name,
        "program": part.program,
        "drums": part.drums,
        "staves": part.staves,
        "dynamics": [list(astuple(mark)) for mark in part.dynamics],
        "count": len(part.notes),
        "notes": columns,
    }


def from_text(text: str) -> Score:
    """The score that `to_text` wrote. DataError for any other text."""
    try:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(base64.b64decode(text, altchars=b"-_", validate=True), LARGEST)
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise ValueError("it is too long, or cut short")
        plain = json.loads(data)
        if plain["format"] != FORMAT:
            raise DataError(f"this score is written in format {plain['format']}", mend="update Maquette")
        rows = {name: tuple(kind(*row) for row in plain[name]) for name, kind in _ROWS.items()}
        score = Score(
            parts=tuple(map(_part, plain["parts"])),
            title=str(plain["title"]),
            composer=str(plain["composer"]),
            said=tuple(map(str, plain["said"])),
            **rows,
        )
        return check(score)
    except (binascii.Error, zlib.error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError(f"this text holds no score: {error}", mend="take it from an untouched file") from error


def _part(plain: Any) -> Part:
    count = int(plain["count"])
    columns = [column * count if len(column) == 1 else column for column in plain["notes"]]
    if columns:
        total, starts = 0, []
        for step in columns[0]:
            total += step
            starts.append(total)
        columns[0] = starts
    notes = tuple(Note(*row) for row in zip(*columns, strict=True))
    if len(notes) != count:
        raise ValueError("the notes do not add up")
    return Part(
        name=str(plain["name"]),
        program=int(plain["program"]),
        notes=notes,
        drums=bool(plain["drums"]),
        staves=int(plain["staves"]),
        dynamics=tuple(Mark(int(tick), str(text)) for tick, text in plain["dynamics"]),
    )
