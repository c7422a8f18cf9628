"""The words in a MIDI file: names, syllables, markers and chord symbols."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from . import score_chords
from .score import Chord, Mark, Part
from .score_midi_bytes import LYRIC, NAME, TEXT, RawTrack


def text_of(data: bytes) -> str:
    """The text of a meta event: UTF-8, else Cyrillic of Windows where letters stand in runs, else Latin."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        high = re.findall(rb"[\x80-\xff]+", data)
        text = data.decode("cp1251" if max(map(len, high)) > 2 else "cp1252", "replace")
    return "".join(c for c in text if c.isprintable() or c in "\n\t").strip()


def name_of(track: RawTrack) -> str:
    """The name of a track, "" without one."""
    return next((text_of(data) for _, kind, data in track.metas if kind == NAME), "")


def is_karaoke(track: RawTrack) -> bool:
    """True for a track that has nothing but words."""
    return name_of(track).lower() in ("words", "lyrics") and not track.notes


def lyrics(track: RawTrack, at: Callable[[int], int], ours: bool) -> list[Mark]:
    """Syllables of a track, a hyphen at the end of those that go on in the next."""
    kinds = (LYRIC, TEXT) if is_karaoke(track) else (LYRIC,)
    rows = [(at(tick), _raw_text(data)) for tick, kind, data in track.metas if kind in kinds]
    rows = [(tick, text.lstrip("\\/")) for tick, text in rows if not text.startswith("@")]
    rows = [(tick, text) for tick, text in rows if text.strip()]
    spaced = (
        not ours
        and any(text != text.strip() for _, text in rows)
        and not any(text.strip().endswith("-") for _, text in rows)
    )
    out = []
    for index, (tick, text) in enumerate(rows):
        following = rows[index + 1][1] if index + 1 < len(rows) else " "
        joined = spaced and text == text.rstrip() and following == following.lstrip() and text[-1:].isalpha()
        out.append(Mark(tick, text.strip() + ("-" if joined else "")))
    return out


def _raw_text(data: bytes) -> str:
    """The text of an event with the blanks around it, which part words in karaoke files."""
    text = text_of(data)
    return " " * data[:1].isspace() + text + " " * data[-1:].isspace()


def singer(parts: Sequence[Part], words: Iterable[Mark]) -> int:
    """The part that begins the most notes where syllables stand."""
    ticks = {mark.tick for mark in words}
    fits = [len(ticks & {note.start for note in part.notes}) / (1 + len(part.notes)) ** 0.1 for part in parts]
    return max(range(len(parts)), key=fits.__getitem__)


def sing(parts: list[Part], words: list[list[Mark]], said: list[str]) -> None:
    """Set the syllables on the notes that begin with them: the highest one of a chord."""
    lost = 0
    for index, marks in enumerate(words):
        notes = list(parts[index].notes)
        told = {note.start for note in notes if note.lyric}
        top = {note.start: place for place, note in enumerate(notes)}
        for mark in marks:
            if mark.tick in told:
                continue
            place = top.get(mark.tick)
            if place is None:
                lost += 1
            else:
                notes[place] = replace(notes[place], lyric=(notes[place].lyric + " " + mark.text).strip())
        parts[index] = replace(parts[index], notes=tuple(notes))
    if lost:
        said.append(f"{lost} {'syllable' if lost == 1 else 'syllables'} of the lyrics had no note and were left out")


def chords_and_marks(
    texts: list[Mark], markers: list[Mark], ours: bool, said: list[str]
) -> tuple[tuple[Chord, ...], tuple[Mark, ...], int]:
    """Texts that are chord symbols, the markers, and how many texts were neither.

    In a foreign file markers may be the chords: three or more, most of them symbols, and not just section letters.
    """
    found = [(score_chords.read(mark.text, mark.tick), mark) for mark in texts]
    chords = [chord for chord, _ in found if chord]
    if not ours:
        rows = [score_chords.read(mark.text, mark.tick) for mark in markers]
        symbols = [row for row in rows if row]
        if len(symbols) >= 3 and len(symbols) >= 0.8 * len(rows) and any(len(mark.text) > 1 for mark in markers):
            chords += symbols
            markers = [mark for row, mark in zip(rows, markers, strict=True) if row is None]
    reduced = sum(not exact for _, exact in chords)
    if reduced:
        said.append(f"{reduced} of {len(chords)} chord symbols were made plainer (a ninth is kept as a seventh chord)")
    by_tick = {chord.tick: chord for chord, _ in chords}
    kept = tuple(mark for mark in markers if mark.text or ours)
    return tuple(by_tick[tick] for tick in sorted(by_tick)), kept, 0 if ours else sum(row is None for row, _ in found)
