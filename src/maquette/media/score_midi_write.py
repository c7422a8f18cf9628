"""Scores to MIDI files of type 1: a conductor track, then a track for every part.

Whatever plain events cannot say is added as private ones (see score_midi_read.py), so that reading the file again gives
the same score note for note and bar for bar.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterable

from ..core.errors import MediaError
from . import score_chords
from .score import TPQ, Key, Note, Part, Score, check
from .score_midi_bytes import (
    KEY,
    LYRIC,
    MARKER,
    METRE,
    NAME,
    PORT,
    PRIVATE,
    TEMPO,
    TEXT,
    file_bytes,
    meta,
    track_chunk,
)  # fmt: skip
from .score_midi_read import COMPOSER, DRUMS, FASTEST, OURS, bpm_of, shown
from .score_midi_words import text_of

LONGEST_QUARTER = 0xFFFFFF  # microseconds: three bytes hold no more
SLOWEST = 60e6 / LONGEST_QUARTER - 0.01  # quarters a minute, as rounded as people write it
Event = tuple[int, int, bytes]  # tick, order within the tick, bytes
_METAS, _OFFS, _WORDS, _ONS = range(4)
PITCHED = [channel for channel in range(16) if channel != DRUMS]


def to_bytes(score: Score, *, title: str = "", comment: str = "") -> bytes:
    """The MIDI file of a score; `title` replaces its own, `comment` stands in it as a text event.

    MediaError for a score that is not sound, a tempo beyond 3.6 .. 1000 or too long a piece.
    """
    check(score, score.title)
    tracks = [track_chunk(_conductor(score, title or score.title, comment), score.end)]
    seats = _seats(score.parts)
    for part, (port, channel) in zip(score.parts, seats, strict=True):
        tracks.append(track_chunk(_track(part, port, channel), 0))
    return file_bytes(tracks, TPQ)


def losses(score: Score) -> tuple[str, ...]:
    """What other programs will not see of a score in its MIDI file, a line each (our own reader sees all of it)."""
    said = []
    seats = _seats(score.parts)
    pitched = [seat for seat, part in zip(seats, score.parts, strict=True) if not part.drums]
    if len(set(pitched)) < len(pitched):
        said.append(
            f"{len(pitched)} pitched parts share {len(set(pitched))} channels: parts of one sound play together"
        )
    ports = {port for port, _ in seats}
    if len(ports) > 1:
        said.append(f"the parts need {len(ports)} MIDI ports of 16 channels; players with one port mix sounds up")
    if any(key.mode not in ("major", "minor") for key in score.keys):
        said.append("church modes stand as the major or minor key of the same signature")
    if any(part.staves > 1 for part in score.parts):
        said.append("the staves of a part are one track")
    if any(note.spelling for part in score.parts for note in part.notes):
        said.append("MIDI has no spelling of notes (F# or Gb)")
    return tuple(said)


def _private(line: str) -> bytes:
    return meta(PRIVATE, OURS + line.encode())


# -- the conductor


def _conductor(score: Score, title: str, comment: str) -> Iterable[Event]:
    yield 0, _METAS, meta(NAME, title.encode())
    yield 0, _METAS, _private("score 1")
    if comment:
        named = score_chords.parse(comment) or comment.startswith(COMPOSER)
        yield 0, _METAS, meta(TEXT, (f"Comment: {comment}" if named else comment).encode())
    if score.composer:
        yield 0, _METAS, meta(TEXT, (COMPOSER + score.composer).encode())
    yield from _metres(score)
    for key in score.keys:
        yield from _key(key)
    for tempo in score.tempi:
        yield from _tempo(tempo.tick, tempo.bpm)
    for mark in score.marks:
        yield mark.tick, _WORDS, meta(MARKER, mark.text.encode())
    sharps = bool(score.key and score.key.fifths > 0)
    for chord in score.chords:
        yield chord.tick, _WORDS, meta(TEXT, score_chords.name(chord, sharps=sharps).encode())


def _metres(score: Score) -> Iterable[Event]:
    """A metre event where it changes; a bar that a reader would take for another is told in full besides."""
    before: tuple[int, int] | None = None
    for index, (tick, bar) in enumerate(zip(score.starts, score.bars, strict=False)):
        metre = shown(bar)
        if metre != before:
            yield tick, _METAS, meta(METRE, bytes((metre[0], metre[1].bit_length() - 1, *_clicks(*metre))))
            before = metre
        first = index == 0 and len(score.bars) > 1 and bar.length < score.bars[1].full
        if first or bar.length != bar.full or metre != (bar.beats, bar.unit):
            yield tick, _METAS, _private(f"bar {bar.length} {bar.beats} {bar.unit}")


def _clicks(beats: int, unit: int) -> tuple[int, int]:
    """MIDI clocks (24 a quarter) of a metronome click: the beat, three of them in 6/8, 9/8, 12/8; 32nds a quarter."""
    beat = 3 if unit >= 8 and beats % 3 == 0 and beats > 3 else 1
    return max(1, min(96 * beat // unit, 255)), 8


def _key(key: Key) -> Iterable[Event]:
    minor = key.mode in ("minor", "dorian", "phrygian", "locrian")
    yield key.tick, _METAS, meta(KEY, key.fifths.to_bytes(1, "big", signed=True) + bytes((minor,)))
    if key.mode not in ("major", "minor"):
        yield key.tick, _METAS, _private(f"key {key.tonic} {key.mode}")


def _tempo(tick: int, bpm: float) -> Iterable[Event]:
    if not SLOWEST <= bpm <= FASTEST:
        wrong = f"a tempo of {bpm:g} quarters a minute cannot be written"
        raise MediaError(wrong, where=f"quarter {tick / TPQ + 1:g}", mend=f"choose one of 4 to {FASTEST:g}")
    length = min(round(60e6 / bpm), LONGEST_QUARTER)
    yield tick, _METAS, meta(TEMPO, length.to_bytes(3, "big"))
    if bpm_of(length) != bpm:
        yield tick, _METAS, _private(f"tempo {bpm!r}")


# -- parts


def _seats(parts: Iterable[Part]) -> list[tuple[int, int]]:
    """Port and channel of every part: a channel each while they last, then one for each sound, then more ports."""
    parts = tuple(parts)
    pitched = [part for part in parts if not part.drums]
    alone = len(pitched) <= len(PITCHED)
    sounds: dict[object, tuple[int, int]] = {}
    kits: dict[int, int] = {}
    out = []
    for index, part in enumerate(parts):
        if part.drums:
            out.append((kits.setdefault(part.program, len(kits)), DRUMS))
            continue
        sound: object = index if alone else ("program", part.program)
        place = divmod(len(sounds), len(PITCHED))
        port, channel = sounds.setdefault(sound, (place[0], PITCHED[place[1]]))
        out.append((port, channel))
    return out


def _track(part: Part, port: int, channel: int) -> Iterable[Event]:
    yield 0, _METAS, meta(NAME, part.name.encode())
    yield 0, _METAS, _private(f"part {part.staves}")
    if port:
        yield 0, _METAS, meta(PORT, bytes((port,)))
    yield 0, _METAS, bytes((0xC0 | channel, part.program))
    for mark in part.dynamics:
        yield mark.tick, _WORDS, meta(TEXT, mark.text.encode())
    yield from _notes_told(part.notes)
    for note in part.notes:
        yield note.end, _OFFS, bytes((0x80 | channel, note.pitch, 64))
        yield note.start, _ONS, bytes((0x90 | channel, note.pitch, note.velocity))


def _notes_told(notes: tuple[Note, ...]) -> Iterable[Event]:
    """Syllables, and beside them what a note has that MIDI does not: see `_annotated` in the reader."""
    by_tick: defaultdict[int, list[Note]] = defaultdict(list)
    for note in notes:
        by_tick[note.start].append(note)
    wrong = _misread(notes)
    for tick, chord in by_tick.items():
        sung = [note for note in chord if note.lyric]
        if sung:
            yield tick, _WORDS, meta(LYRIC, sung[-1].lyric.encode())
        plain = not sung or (len(sung) == 1 and chord[-1] is sung[0] and _plain_text(sung[0].lyric))
        pitches = {n.pitch for n in chord if n.staff != 1 or n.voice or n.spelling or (tick, n.pitch) in wrong}
        if not plain:
            pitches = {note.pitch for note in chord}
        rows = [
            [n.pitch, n.length, n.staff, n.voice, n.spelling, n.lyric if sung else ""]
            for n in chord
            if n.pitch in pitches
        ]
        if rows:
            yield tick, _WORDS, _private("notes " + json.dumps(rows, ensure_ascii=False, separators=(",", ":")))


def _plain_text(lyric: str) -> bool:
    """True if a reader finds this syllable as it is."""
    return text_of(lyric.encode()) == lyric and not lyric.startswith(("@", "\\", "/"))


def _misread(notes: tuple[Note, ...]) -> set[tuple[int, int]]:
    """(start, pitch) of notes whose end a reader would mistake: notes of one pitch that sound across each other."""
    found: set[tuple[int, int]] = set()
    by_pitch: defaultdict[int, list[Note]] = defaultdict(list)
    for note in notes:
        by_pitch[note.pitch].append(note)
    for pitch, line in by_pitch.items():
        queue = deque(sorted(note.end for note in line))
        for note in line:  # first begun, first ended
            if queue.popleft() != note.end:
                found.add((note.start, pitch))
    return found
