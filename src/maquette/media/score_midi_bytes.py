"""Standard MIDI files as bytes: chunks, variable-length numbers and events, read with every step checked.

Source: Standard MIDI Files 1.0 (MIDI Association, RP-001). Read in Python on purpose: these files come from anywhere,
and a broken one must end in a sentence, not in the process.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from ..core.errors import MediaError
from .score import LONGEST

LARGEST_FILE = 16_000_000  # bytes; 200,000 notes with their controllers take some 3 MB
# Kinds of meta events (FF kind length data).
TEXT, COPYRIGHT, NAME, LYRIC, MARKER, CUE = 0x01, 0x02, 0x03, 0x05, 0x06, 0x07
PORT, END, TEMPO, SMPTE, METRE, KEY, PRIVATE = 0x21, 0x2F, 0x51, 0x54, 0x58, 0x59, 0x7F
_AGAIN = "copy the file or export it again from the program it was made in"


@dataclass
class RawNote:
    """A note as the file has it: ticks of the file's own division. `port` and `channel` say who plays it."""

    start: int
    length: int
    pitch: int
    velocity: int
    channel: int
    port: int


@dataclass
class RawTrack:
    """One track chunk. `metas`: (tick, kind, data); `programs`: (tick, port, channel, program)."""

    notes: list[RawNote] = field(default_factory=list)
    metas: list[tuple[int, int, bytes]] = field(default_factory=list)
    programs: list[tuple[int, int, int, int]] = field(default_factory=list)
    others: int = 0  # controllers, pitch bends, pressures and system messages, which a score does not keep
    pedals: int = 0  # presses of the sustain pedal among them
    end: int = 0


@dataclass
class RawMidi:
    """A whole file. `division`: ticks to a quarter. `said`: what was odd but could be read."""

    type: int
    division: int
    tracks: list[RawTrack]
    said: list[str]


def parse(data: bytes, where: str = "") -> RawMidi:
    """The events of a MIDI file of type 0 or 1. MediaError says what is wrong, where, and how to mend it."""
    data = _unwrapped(data, where)
    size = int.from_bytes(data[4:8], "big")
    if len(data) < 14 or size < 6:
        raise MediaError("the MIDI file is truncated: its header is not complete", where=where, mend=_AGAIN)
    kind, count, division = (int.from_bytes(data[at : at + 2], "big") for at in (8, 10, 12))
    _check_header(kind, count, division, where)
    said: list[str] = []
    tracks: list[RawTrack] = []
    at, budget = 8 + size, LONGEST
    while at < len(data) and len(tracks) < count:
        label, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "big")
        at += 8
        if label == b"MTrk":
            place = f"{where}, track {len(tracks) + 1}".lstrip(", ")
            if at + length > len(data):
                wrong = f"the MIDI file is truncated: the track has {len(data) - at:,} of {length:,} bytes"
                raise MediaError(wrong, where=place, mend=_AGAIN)
            track = _Reader(data, at, at + length, place, said, budget).track()
            budget -= len(track.notes)
            tracks.append(track)
        at += length
    if len(tracks) < count:
        wrong = f"the MIDI file is truncated: {len(tracks)} of {count} tracks are there"
        raise MediaError(wrong, where=where, mend=_AGAIN)
    return RawMidi(kind, division, tracks, said)


def _unwrapped(data: bytes, where: str) -> bytes:
    """The MIDI file itself, out of a RIFF (.rmi) wrapping; refuses what is none."""
    if data[:4] == b"RIFF" and data[8:12] == b"RMID":
        start = data.find(b"MThd")
        data = data[start:] if start > 0 else b""
    if not data.strip(b"\0 \t\r\n"):
        raise MediaError("the file is empty", where=where, mend="copy or save it again")
    if data[:4] != b"MThd":
        mend = "export the piece as a standard MIDI file (.mid)"
        raise MediaError("this is no MIDI file: it does not begin with MThd", where=where, mend=mend)
    return data


def _check_header(kind: int, count: int, division: int, where: str) -> None:
    if kind == 2:
        wrong = "this is a MIDI file of type 2: patterns that do not belong to one time line"
        raise MediaError(wrong, where=where, mend="save each pattern as a file of type 0 or 1")
    if kind > 2:
        raise MediaError(f"there is no MIDI file of type {kind}", where=where, mend=_AGAIN)
    if division & 0x8000:
        frames = 256 - (division >> 8)
        wrong = f"its times are film frames ({frames} a second), not beats (SMPTE division)"
        raise MediaError(wrong, where=where, mend="export it with ticks per quarter note (PPQ)")
    if division == 0:
        raise MediaError("its header says 0 ticks a quarter note", where=where, mend=_AGAIN)
    if count == 0:
        raise MediaError("the MIDI file has no tracks", where=where, mend=_AGAIN)


class _Reader:
    """Walks through one track chunk, `at` .. `end` of `data`."""

    def __init__(self, data: bytes, at: int, end: int, place: str, said: list[str], budget: int) -> None:
        self.data, self.at, self.end, self.place, self.said, self.budget = data, at, end, place, said, budget
        self.found, self.tick, self.port = RawTrack(), 0, 0
        self.sounding: defaultdict[tuple[int, int], deque[RawNote]] = defaultdict(deque)

    def track(self) -> RawTrack:
        running, ended = 0, False
        while self.at < self.end:
            self.tick += self._number("a time")
            status = self._byte("an event")
            if status < 0x80:
                if not running:
                    self._fail(f"byte {status} stands where an event begins (broken running status)")
                self.at -= 1
                status = running
            elif status < 0xF0:
                running = status
            if status < 0xF0:
                self._channel_event(status)
            elif status == 0xFF:
                if self._meta():
                    ended = True
                    break
            elif status in (0xF0, 0xF7):
                self._take(self._number("the length of a system message"), "a system message")
                self.found.others += 1
            else:
                self._fail(f"byte {status} (hex {status:X}) is no event that a file may hold")
        self._finish(ended)
        return self.found

    def _channel_event(self, status: int) -> None:
        kind, channel = status & 0xF0, status & 0x0F
        first = self._value()
        if kind == 0xC0:
            self.found.programs.append((self.tick, self.port, channel, first))
            return
        second = 0 if kind == 0xD0 else self._value()
        if kind == 0x90 and second:
            self._note_on(first, second, channel)
        elif kind in (0x80, 0x90):
            queue = self.sounding[channel, first]
            if queue:
                note = queue.popleft()
                note.length = self.tick - note.start
        else:
            self.found.others += 1
            self.found.pedals += kind == 0xB0 and first == 64 and second >= 64

    def _note_on(self, pitch: int, velocity: int, channel: int) -> None:
        if len(self.found.notes) >= self.budget:
            wrong = f"the MIDI file has more than {LONGEST:,} notes"
            raise MediaError(wrong, where=self.place, mend="split the piece into several files")
        note = RawNote(self.tick, -1, pitch, velocity, channel, self.port)
        self.found.notes.append(note)
        self.sounding[channel, pitch].append(note)

    def _meta(self) -> bool:
        """One meta event; True if it ends the track."""
        kind = self._byte("the kind of a meta event")
        data = self._take(self._number("the length of a meta event"), "a meta event")
        if kind == END:
            return True
        if kind == PORT and len(data) == 1:
            self.port = data[0]
        self.found.metas.append((self.tick, kind, data))
        return False

    def _finish(self, ended: bool) -> None:
        self.found.end = self.tick
        if not ended:
            self.said.append(f"{self.place} has no event that ends it; its last event is taken as the end")
        hanging = [note for queue in self.sounding.values() for note in queue]
        for note in hanging:
            note.length = self.tick - note.start
        if hanging:
            notes = "1 note is" if len(hanging) == 1 else f"{len(hanging)} notes are"
            self.said.append(f"{self.place}: {notes} never ended; the end of the track is taken")

    def _number(self, what: str) -> int:
        """A variable-length number: 7 bits a byte, at most four bytes."""
        value = 0
        for _ in range(4):
            byte = self._byte(what)
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        self._fail(f"{what} has more than four bytes")

    def _byte(self, what: str) -> int:
        if self.at >= self.end:
            self._fail(f"the track ends in the middle of {what}")
        self.at += 1
        return self.data[self.at - 1]

    def _value(self) -> int:
        value = self._byte("an event")
        if value > 127:
            self._fail(f"byte {value} stands where a value of 0 to 127 belongs (broken running status)")
        return value

    def _take(self, count: int, what: str) -> bytes:
        if self.at + count > self.end:
            self._fail(f"the track ends in the middle of {what}")
        self.at += count
        return self.data[self.at - count : self.at]

    def _fail(self, what: str) -> NoReturn:
        raise MediaError(f"the MIDI file is damaged: {what}", where=f"{self.place}, byte {self.at:,}", mend=_AGAIN)


def number(value: int) -> bytes:
    """A variable-length number as bytes; at most 2**28 - 1 fits."""
    if not 0 <= value < 1 << 28:
        raise MediaError(f"{value:,} ticks are too many for a MIDI file", mend="split the piece into several files")
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


def meta(kind: int, data: bytes) -> bytes:
    """A meta event without its time."""
    return bytes((0xFF, kind)) + number(len(data)) + data


def track_chunk(events: Iterable[tuple[int, int, bytes]], end: int) -> bytes:
    """A track of (tick, order, event bytes); events of one tick stand by `order`, then as they came."""
    out, before = bytearray(), 0
    for tick, _, event in sorted(events, key=lambda one: one[:2]):
        out += number(tick - before) + event
        before = tick
    out += number(max(end - before, 0)) + meta(END, b"")
    return b"MTrk" + len(out).to_bytes(4, "big") + bytes(out)


def file_bytes(tracks: list[bytes], division: int) -> bytes:
    """A file of type 1 out of its track chunks."""
    header = b"".join(value.to_bytes(2, "big") for value in (1, len(tracks), division))
    return b"MThd" + (6).to_bytes(4, "big") + header + b"".join(tracks)
