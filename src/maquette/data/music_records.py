"""Records of music: a piece as packed JSON, and the score that it says.

A record holds `parts` [[name, General MIDI program or "drums"], ...], `bars` (lengths in ticks, `tpq` = 24 of them to
the quarter note) and `voices` [[part, voice, start steps, durations, pitches(, velocities)], ...]; `voice` is staff x
10 + voice. Beside these: metre(s), key(s), tempo, tempi, chords, dyn, lyrics, marking; see the README of the data.
Opened through `data.dataset.open_dataset`, which makes each record an Item; `Item.score()` is `record_to_score`.
"""

from __future__ import annotations

import hashlib
import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from ..media.score import (
    LOUDNESS,
    QUALITIES,
    TPQ,
    Bar,
    Chord,
    Key,
    Mark,
    Mode,
    Note,
    Part,
    Score,
    Tempo,
    sorted_notes,
)

RECORD_TPQ = 24
FROM_THE_LOWEST = frozenset(("polish-heritage",))  # sets made of Humdrum files
DRUMS = "drums"
DEVELOPMENT = 50  # one work in so many is kept apart for our own choices, beside the twentieth for validation
_METRE = re.compile(r"^(\d{1,2})/(\d{1,2})$")
_KEY = re.compile(r"^([A-G])(#|b)? (major|minor)$")
_CHORD = re.compile(r"^([A-G][#b]?)(.*?)(?:/([a-gA-G][+#b]?))?$")
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_QUALITY = {"d": "dim", "6": "", "m6": "m", "7b9": "7", "maj": "", "min": "m", "M7": "maj7", "sus": "sus4"}
_ACCENT = {"sf": 104, "fz": 104, "sfz": 104, "rf": 104, "rfz": 104, "sff": 116, "ffz": 116, "sffz": 116}  # one note
UNITS = (1, 2, 4, 8, 16, 32)  # that a metre may count in
PLAIN = 80  # velocity where nothing says how loud


def is_music(record: Mapping[str, Any]) -> bool:
    """True for the record of a piece of music."""
    return "voices" in record and "bars" in record


def split_of_work(work: str) -> str:
    """The split of a work in the record files: "val" for every twentieth by its hash, and for our own hold-out."""
    number = int(hashlib.sha1(work.encode()).hexdigest(), 16)
    return "val" if number % 20 == 0 or number % DEVELOPMENT == 1 else "train"


def content_hash(record: Mapping[str, Any]) -> str:
    """SHA-256 over what sounds: bars and voices as whole numbers of 32 bits, whatever else the record says."""
    rows = [record["bars"], *(row for part, voice, *rest in record["voices"] for row in ([part, voice], *rest))]
    digest = hashlib.sha256()
    for row in rows:
        numbers = array("i", row)
        if sys.byteorder == "big":
            numbers.byteswap()
        digest.update(len(row).to_bytes(4, "little") + numbers.tobytes())
    return digest.hexdigest()


def checked(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record itself, if its notes can be read; ValueError says what is wrong."""
    parts, bars = record.get("parts"), record["bars"]
    if not isinstance(parts, list) or not all(isinstance(one, list) and len(one) == 2 for one in parts):
        raise ValueError("parts must be a list of [name, program]")
    if record.get("tpq", RECORD_TPQ) != RECORD_TPQ:
        raise ValueError(f"tpq is {record['tpq']}, and must be {RECORD_TPQ}")
    if not isinstance(bars, list) or not bars or not all(isinstance(bar, int) and bar >= 0 for bar in bars):
        raise ValueError("bars must be a list of lengths in ticks")
    if not any(bars):
        raise ValueError("its bars have no length")
    if not isinstance(record["voices"], list):
        raise ValueError("voices must be a list")
    for voice in record["voices"]:
        _check_voice(voice, len(parts))
    return record


def _check_voice(voice: Any, parts: int) -> None:
    if not isinstance(voice, list) or len(voice) not in (5, 6) or not all(isinstance(row, list) for row in voice[2:]):
        raise ValueError("a voice must be [part, voice, steps, durations, pitches]")
    part, _, steps, durations, pitches = voice[:5]
    if not 0 <= part < parts or len({len(row) for row in voice[2:]}) != 1:
        raise ValueError("a voice names a part that is not there, or its rows differ in length")
    if pitches and (min(pitches) < 0 or max(pitches) > 127 or min(durations) <= 0 or min(steps) < 0):
        raise ValueError("a note has a pitch or a time that cannot be")


def unpacked(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with `notes` ([start, duration, pitch, part, voice(, velocity)] in ticks) and `bar_starts`."""
    notes = []
    for part, voice, steps, durations, pitches, *velocities in record["voices"]:
        for i, start in enumerate(accumulate(steps)):
            row = [start, durations[i], pitches[i], part, voice]
            notes.append([*row, velocities[0][i]] if velocities else row)
    notes.sort(key=lambda note: (note[0], note[3], note[2]))
    return {**record, "notes": notes, "bar_starts": [0, *accumulate(record["bars"])]}


# --- to a score ----------------------------------------------------------------------------------------------------


def record_to_score(record: Mapping[str, Any]) -> Score:
    """The score of a record: everything that it says, on the score's own ticks (a record's tick is 20 of them).

    Velocities follow the dynamics where the record has none of its own. A metre that no bar can be counted in is
    replaced by one that fits the bar, a chord that we have no quality for by its nearest, and `said` tells of it.
    """
    scale = TPQ // RECORD_TPQ
    said: list[str] = []
    record = _from_the_top(record)
    bars = tuple(_bars(record, scale))
    parts = tuple(_part(record, number, scale) for number in range(len(record["parts"])))
    tempi = [Tempo(tick * scale, float(bpm)) for tick, bpm in record.get("tempi") or ()]
    if record.get("tempo") and not (tempi and tempi[0].tick == 0):
        tempi.insert(0, Tempo(0, float(record["tempo"])))
    marking = str(record.get("marking") or "").strip()
    return Score(
        parts=parts,
        bars=bars,
        keys=tuple(_keys(record, scale)),
        tempi=tuple(tempi),
        chords=tuple(_chords(record, scale, said)),
        marks=(Mark(0, marking),) if marking else (),
        title=str(record.get("title") or ""),
        composer=str(record.get("composer") or ""),
        said=tuple(said),
    )


def _from_the_top(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record with its parts from the highest down, as scores are written.

    Humdrum writes them from the lowest up (Huron 1995, The Humdrum Toolkit), and so do the records made of it; their
    lyrics and dynamics are counted from the top already.
    """
    if record.get("set") not in FROM_THE_LOWEST:
        return record
    last = len(record["parts"]) - 1
    voices = [[last - part, *rest] for part, *rest in record["voices"]]
    return {**record, "parts": list(reversed(record["parts"])), "voices": voices}


def _bars(record: Mapping[str, Any], scale: int) -> Iterator[Bar]:
    told = [(tick, _metre(text)) for tick, text in record.get("metres") or ()]
    if not told or told[0][0] > 0:
        told.insert(0, (0, _metre(record.get("metre"))))
    ticks = [tick for tick, _ in told]
    for start, length in zip(accumulate(record["bars"], initial=0), record["bars"]):
        metre = told[max(0, bisect_right(ticks, start) - 1)][1]
        if length:  # a few sources write a bar of nothing where a repeat ends
            yield Bar(length * scale, *(metre or _fitting(length)))


def _metre(text: Any) -> tuple[int, int] | None:
    found = _METRE.match(str(text or ""))
    if not found or int(found[2]) not in UNITS or not int(found[1]):
        return None
    return int(found[1]), int(found[2])


def _fitting(length: int) -> tuple[int, int]:
    """A metre that a bar of this many record ticks fills."""
    for unit in (4, 8, 16, 32):
        beat = RECORD_TPQ * 4 // unit
        if length % beat == 0:
            return length // beat, unit
    return max(1, round(length / RECORD_TPQ)), 4


def _keys(record: Mapping[str, Any], scale: int) -> Iterator[Key]:
    """The first key by its name, later ones by their signature in the mode of the first."""
    found = _KEY.match(str(record.get("key") or ""))
    mode: Mode = "minor" if found and found[3] == "minor" else "major"
    changes = list(record.get("keys") or ())
    if found:
        tonic = (_STEPS[found[1]] + {"#": 1, "b": -1}.get(found[2] or "", 0)) % 12
        yield Key(0, tonic, mode)
        changes = [row for row in changes if row[0] > 0]
    for tick, sharps in changes:
        yield Key(tick * scale, (int(sharps) * 7 + (9 if mode == "minor" else 0)) % 12, mode)


def _chords(record: Mapping[str, Any], scale: int, said: list[str]) -> Iterator[Chord]:
    replaced = set()
    for tick, text in record.get("chords") or ():
        if str(text).endswith("N.C."):
            yield Chord(tick * scale, 0, None)
            continue
        found = _CHORD.match(str(text))
        if not found:
            replaced.add(f"{text} (left out)")
            continue
        quality = found[2] if found[2] in QUALITIES else _QUALITY.get(found[2])
        if quality is None or (found[2] != quality and quality in ("", "m", "7") and found[2] != "maj"):
            replaced.add(f"{text} (as {found[1]}{quality or ''})")
        yield Chord(tick * scale, _pitch_class(found[1]), quality or "", _pitch_class(found[3]) if found[3] else None)
    if replaced:
        said.append(f"chords that were simplified: {', '.join(sorted(replaced))}")


def _pitch_class(name: str) -> int:
    return (_STEPS[name[0].upper()] + {"#": 1, "+": 1, "b": -1}.get(name[1:], 0)) % 12


def _part(record: Mapping[str, Any], number: int, scale: int) -> Part:
    name, program = record["parts"][number]
    drums = program == DRUMS
    marks = tuple(Mark(tick * scale, str(text)) for tick, part, text in record.get("dyn") or () if part == number)
    notes = list(_notes(record, number, scale, marks))
    return Part(
        name=str(name),
        program=0 if drums or not isinstance(program, int) else program,
        notes=sorted_notes(_with_lyrics(notes, record, number, scale)),
        drums=drums,
        staves=max((note.staff for note in notes), default=1),
        dynamics=marks,
    )


def _notes(record: Mapping[str, Any], number: int, scale: int, marks: Sequence[Mark]) -> Iterator[Note]:
    levels = [(mark.tick, LOUDNESS[mark.text]) for mark in marks if mark.text in LOUDNESS]
    accents = {mark.tick: _ACCENT[mark.text] for mark in marks if mark.text in _ACCENT}
    ticks = [tick for tick, _ in levels]
    for part, voice, steps, durations, pitches, *velocities in record["voices"]:
        if part != number:
            continue
        staff, line = max(1, voice // 10), max(1, voice % 10)
        for i, start in enumerate(accumulate(steps)):
            at = start * scale
            if velocities:
                velocity = max(1, min(127, velocities[0][i]))
            else:
                before = bisect_right(ticks, at)
                velocity = max(levels[before - 1][1] if before else PLAIN, accents.get(at, 0))
            yield Note(at, durations[i] * scale, pitches[i], velocity, line, staff)


def _with_lyrics(notes: list[Note], record: Mapping[str, Any], number: int, scale: int) -> Iterator[Note]:
    """Each syllable goes to the highest note of the part that begins with it; Humdrum also has a hyphen before it."""
    sung = {tick * scale: str(text).lstrip("-") for tick, part, text in record.get("lyrics") or () if part == number}
    for note in sorted(notes, key=lambda note: (note.start, -note.pitch)) if sung else notes:
        text = sung.pop(note.start, "")
        yield _sung(note, text) if text else note


def _sung(note: Note, text: str) -> Note:
    return Note(note.start, note.length, note.pitch, note.velocity, note.voice, note.staff, text, note.spelling)
