"""From the events of a MIDI file to a score: bars out of its metre events, parts out of tracks and channels.

What plain MIDI cannot say (short bars, modes, staves, voices, spelling) our own writer adds as private events
(sequencer-specific, FF 7F 7D "maquette"), which other programs skip; a file without them is read just as well.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from ..core.errors import MediaError
from .score import LOUDNESS, TPQ, Bar, Key, Mark, Mode, Note, Part, Score, Tempo, sorted_notes
from .score_midi_bytes import (
    CUE,
    KEY,
    MARKER,
    METRE,
    PRIVATE,
    SMPTE,
    TEMPO,
    TEXT,
    RawMidi,
    RawNote,
    RawTrack,
)  # fmt: skip
from .score_midi_words import chords_and_marks, is_karaoke, lyrics, name_of, sing, singer, text_of

OURS = b"\x7dmaquette "  # 7D: the number for private use
COMPOSER = "Composer: "
DRUMS = 9  # the tenth channel
MOST_BARS = 20_000
FASTEST = 1000.0  # quarters a minute
_DYNAMICS = {*LOUDNESS, "sf", "sfz", "fp", "cresc.", "dim.", "<", ">"}


@dataclass
class _Told:
    """What stands in the metas of all tracks, ticks already those of a score."""

    metres: dict[int, tuple[int, int]] = field(default_factory=dict)
    keys: dict[int, Key] = field(default_factory=dict)
    tempi: dict[int, Tempo] = field(default_factory=dict)
    bars: dict[int, Bar] = field(default_factory=dict)  # this and the next two from our private events
    our_keys: dict[int, Key] = field(default_factory=dict)
    our_tempi: dict[int, Tempo] = field(default_factory=dict)
    markers: list[Mark] = field(default_factory=list)
    texts: list[Mark] = field(default_factory=list)  # of tracks without notes
    ours: bool = False
    dropped: int = 0  # texts that a score has no place for


def to_score(raw: RawMidi, where: str = "") -> Score:
    """The score of a parsed file; MediaError for what no score can hold."""
    clock = _Clock(raw.division)
    if not any(track.notes for track in raw.tracks):
        mend = "open it in the program it was made in: are the parts muted, or audio?"
        raise MediaError("the MIDI file has no notes", where=where, mend=mend)
    said = list(raw.said)
    told = _told(raw, clock, where, said)
    parts, words = _parts(raw, clock, told, said)
    sing(parts, words, said)
    last, ends = _end(raw, parts, clock, told)
    bars = _bars(told, last, ends, where, said)
    chords, marks, lost = chords_and_marks(told.texts, told.markers, told.ours, said)
    told.dropped += lost
    title, composer = _title(raw, told), _composer(told)
    said += clock.losses(told, last) + _left_out(raw, told)
    return Score(
        parts=tuple(parts),
        bars=bars,
        keys=tuple(told.keys[tick] for tick in sorted(told.keys)),
        tempi=tuple(told.tempi[tick] for tick in sorted(told.tempi)),
        chords=chords,
        marks=marks,
        title=title,
        composer=composer,
        said=tuple(said),
    )


def _end(raw: RawMidi, parts: Sequence[Part], clock: _Clock, told: _Told) -> tuple[int, int]:
    """Where the last note ends, and where the tracks do; in our files the conductor says where the last bar ends."""
    if told.ours:
        last = max(note.start for part in parts for note in part.notes) + 1
        return last, clock.at(raw.tracks[0].end)
    return max(note.end for part in parts for note in part.notes), max(clock.at(track.end) for track in raw.tracks)


class _Clock:
    """Ticks of the file to ticks of a score, and how much was lost on the way."""

    def __init__(self, division: int) -> None:
        self.division = division
        self.notes, self.moved, self.worst, self.short = 0, 0, 0.0, 0

    def at(self, tick: int) -> int:
        return (tick * TPQ * 2 + self.division) // (self.division * 2)

    def note(self, raw: RawNote) -> tuple[int, int]:
        start, end = self.at(raw.start), self.at(raw.start + raw.length)
        off = max(
            abs(start * self.division - raw.start * TPQ), abs(end * self.division - (raw.start + raw.length) * TPQ)
        )
        self.notes += 1
        self.moved += off > 0
        self.worst = max(self.worst, off / self.division)
        self.short += raw.length == 0
        return start, max(end - start, 1)

    def losses(self, told: _Told, last: int) -> list[str]:
        lines = []
        if self.moved:
            slowest = min((tempo.bpm for tempo in told.tempi.values()), default=120.0)
            worst = self.worst * 60_000 / (slowest * TPQ)
            lines.append(
                f"{self.division} ticks a quarter became {TPQ}: {self.moved:,} of {self.notes:,} notes moved, "
                f"by at most {self.worst:.2f} ticks ({worst:.1f} ms)"
            )
        if self.short:
            lines.append(f"{self.short} {'note' if self.short == 1 else 'notes'} of no length were given one tick")
        return lines


def _told(raw: RawMidi, clock: _Clock, where: str, said: list[str]) -> _Told:
    # Joined to one track by another program, our words on parts and notes no longer say whose they are.
    metas = ((kind, data) for track in raw.tracks for _, kind, data in track.metas)
    told = _Told(ours=raw.type == 1 and any(kind == PRIVATE and data.startswith(OURS) for kind, data in metas))
    first: dict[tuple[int, int], int] = {}  # of each kind at each tick the first track holds, and in it the last event
    for number, track in enumerate(raw.tracks):
        texts = not (track.notes or _is_part(track) or is_karaoke(track))
        for tick, kind, data in track.metas:
            at = clock.at(tick)
            if kind == PRIVATE and data.startswith(OURS):
                _take_ours(told, at, text_of(data[len(OURS) :]))
            elif kind in (METRE, TEMPO, KEY):
                if first.setdefault((kind, at), number) == number:
                    _take(told, at, kind, data, where, said)
            elif kind != TEXT or texts:
                _take(told, at, kind, data, where, said)
    _check_ours(told)
    return told


def _take(told: _Told, tick: int, kind: int, data: bytes, where: str, said: list[str]) -> None:
    """One meta event of any track."""
    if kind == METRE:
        told.metres[tick] = _metre(data, tick, where)
    elif kind == TEMPO:
        told.tempi[tick] = Tempo(tick, _bpm(data, tick, where))
    elif kind == KEY:
        key = _key(data, tick, said)
        if key:
            told.keys[tick] = key
    elif kind in (MARKER, CUE):
        told.markers.append(Mark(tick, text_of(data)))
    elif kind == TEXT:
        told.texts.append(Mark(tick, text_of(data)))
    elif kind == SMPTE and any(data):
        said.append("the film time that it begins at (SMPTE offset) was left out")


def _take_ours(told: _Told, tick: int, line: str) -> None:
    """Our private events of the conductor: what plain ones cannot say. Anything odd in them is passed over."""
    word, *values = line.split()
    try:
        if word == "bar":
            length, beats, unit = (int(value) for value in values)
            if 0 < length <= 1 << 20 and 0 < beats <= 1000 and 0 < unit <= 1024:
                told.bars[tick] = Bar(length, beats, unit)
        elif word == "key":
            tonic, mode = int(values[0]) % 12, values[1]
            if mode in get_args(Mode):
                told.our_keys[tick] = Key(tick, tonic, mode)  # type: ignore[arg-type]
        elif word == "tempo":
            bpm = float(values[0])
            if 0 < bpm <= FASTEST:
                told.our_tempi[tick] = Tempo(tick, bpm)
    except (ValueError, IndexError):
        return


def _check_ours(told: _Told) -> None:
    """Ours hold only beside the plain event that they explain: another program may have changed that one since."""
    for tick, key in told.our_keys.items():
        if tick in told.keys and told.keys[tick].fifths == key.fifths:
            told.keys[tick] = key
    for tick, tempo in told.our_tempi.items():
        if tick in told.tempi and round(60e6 / told.tempi[tick].bpm) == round(60e6 / tempo.bpm):
            told.tempi[tick] = tempo


def _metre(data: bytes, tick: int, where: str) -> tuple[int, int]:
    if len(data) < 2 or data[0] == 0 or data[1] > 7:
        wrong = f"a metre of {data[0]}/{2 ** data[1]} cannot be" if len(data) > 1 else "a metre event is cut short"
        raise MediaError(wrong, where=_at(where, tick), mend="mend the metre in the program it was made in")
    return data[0], 2 ** data[1]


def _bpm(data: bytes, tick: int, where: str) -> float:
    length = int.from_bytes(data, "big")
    mend = "set the tempo anew in the program it was made in"
    if len(data) != 3:
        raise MediaError(f"a tempo event has {len(data)} bytes instead of 3", where=_at(where, tick), mend=mend)
    if length * FASTEST < 60e6:
        wrong = f"a tempo of {60e6 / length:,.0f} quarters a minute" if length else "a tempo without end (0 a quarter)"
        raise MediaError(f"{wrong} cannot be played", where=_at(where, tick), mend=f"{mend}; at most {FASTEST:g}")
    return bpm_of(length)


def bpm_of(microseconds: int) -> float:
    """Quarters a minute with as few decimals as give the same microseconds a quarter again."""
    exact = 60e6 / microseconds
    return next((b for d in range(7) if (b := round(exact, d)) and round(60e6 / b) == microseconds), exact)


def _key(data: bytes, tick: int, said: list[str]) -> Key | None:
    fifths = int.from_bytes(data[:1], "big", signed=True)
    if len(data) != 2 or not -7 <= fifths <= 7 or data[1] > 1:
        said.append(f"a key event that cannot be was left out ({data.hex(' ')})")
        return None
    return Key(tick, (fifths * 7 + 9 * data[1]) % 12, "minor" if data[1] else "major")


def _at(where: str, tick: int) -> str:
    return f"{where}, quarter {tick / TPQ + 1:g}".lstrip(", ")


# -- parts


def _is_part(track: RawTrack) -> bool:
    return any(kind == PRIVATE and data.startswith(OURS + b"part ") for _, kind, data in track.metas)


def _parts(raw: RawMidi, clock: _Clock, told: _Told, said: list[str]) -> tuple[list[Part], list[list[Mark]]]:
    """The parts and what is sung in each: a part for every channel of every track."""
    programs: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for track in raw.tracks:
        for tick, port, channel, program in track.programs:
            programs[port, channel].append((tick, program))
    parts: list[Part] = []
    words: list[list[Mark]] = []
    loose: list[Mark] = []
    for track in raw.tracks:
        name, sung = name_of(track), lyrics(track, clock.at, told.ours)
        groups: dict[tuple[int, int], list[RawNote]] = {}
        for note in track.notes:
            groups.setdefault((note.port, note.channel), []).append(note)
        if not groups and _is_part(track):
            groups = {(0, track.programs[0][2] if track.programs else 0): []}
        name = "" if raw.type == 0 else name  # the only track has the name of the piece
        for index, who in enumerate(sorted(groups)):
            mine = [(tick, program) for tick, port, channel, program in track.programs if (port, channel) == who]
            label = name if len(groups) == 1 or not name else f"{name} ({index + 1})"
            program = _program(mine or programs[who], groups[who], label, said)
            parts.append(_part(track, groups[who], clock, label, program, who[1] == DRUMS, told))
            words.append(sung if index == 0 else [])
        if not groups:
            loose += sung
    if loose:
        words[singer(parts, loose)] += loose
    return parts, words


def _program(changes: Sequence[tuple[int, int]], notes: Sequence[RawNote], name: str, said: list[str]) -> int:
    """The program in force at the first note; what it changes to later is told."""
    if not changes:
        return 0
    first = notes[0].start if notes else 0
    changes = sorted(changes, key=lambda change: change[0])
    before = [program for tick, program in changes if tick <= first]
    kept = before[-1] if before else changes[0][1]
    later = {program for tick, program in changes if tick > first} - {kept}
    if later:
        said.append(f"{name or 'a part'} changes its sound later (program {kept + 1} was kept)")
    return kept


def _part(
    track: RawTrack, raw: list[RawNote], clock: _Clock, name: str, program: int, drums: bool, told: _Told
) -> Part:
    notes = [Note(*clock.note(one), one.pitch, one.velocity) for one in raw]
    staves, kept = 1, {}
    dynamics = []
    for tick, kind, data in track.metas:
        if kind == TEXT:
            text = text_of(data)
            if told.ours or text in _DYNAMICS:
                dynamics.append(Mark(clock.at(tick), text))
            elif text:
                told.dropped += 1
        elif told.ours and kind == PRIVATE and data.startswith(OURS + b"notes "):
            kept[clock.at(tick)] = _json(data[len(OURS) + 6 :])
        elif told.ours and kind == PRIVATE and data.startswith(OURS + b"part "):
            found = data[len(OURS) + 5 :]
            staves = max(1, min(int(found), 9)) if found.isdigit() and len(found) < 4 else 1
    return Part(name, program, sorted_notes(_annotated(notes, kept)), drums, staves, tuple(dynamics))


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _annotated(notes: list[Note], kept: dict[int, Any]) -> list[Note]:
    """Notes (in the order of the file) with the staff, voice, spelling and exact length our writer told of them."""
    if not kept:
        return notes
    waiting: defaultdict[tuple[int, int], list[Any]] = defaultdict(list)
    for tick, rows in kept.items():
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, list) and len(row) == 6 and all(isinstance(v, int) for v in row[:4]):
                waiting[tick, row[0]].append(row)
    out = []
    for note in notes:
        queue = waiting.get((note.start, note.pitch))
        if queue:
            _, length, staff, voice, spelling, lyric = queue.pop(0)
            if 0 < length <= 1 << 20 and 1 <= staff <= 9 and 0 <= voice <= 99:
                note = replace(
                    note, length=length, staff=staff, voice=voice, spelling=str(spelling)[:8], lyric=str(lyric)[:200]
                )
        out.append(note)
    return out


def _title(raw: RawMidi, told: _Told) -> str:
    first = raw.tracks[0]
    return "" if raw.type == 1 and (first.notes or _is_part(first)) else name_of(first)


def _composer(told: _Told) -> str:
    return next((mark.text[len(COMPOSER) :] for mark in told.texts if mark.text.startswith(COMPOSER)), "")


def _left_out(raw: RawMidi, told: _Told) -> list[str]:
    others, pedals = (sum(getattr(track, name) for track in raw.tracks) for name in ("others", "pedals"))
    lines = []
    if others:
        pedal = f", {pedals:,} of them presses of the sustain pedal" if pedals else ""
        lines.append(f"{others:,} controllers, bends and system messages were left out{pedal}")
    if told.dropped:
        lines.append(f"{told.dropped} {'text' if told.dropped == 1 else 'texts'} without a place were left out")
    return lines


# -- bars


def _bars(told: _Told, last: int, ends: int, where: str, said: list[str]) -> tuple[Bar, ...]:
    """Bars from the metre events to the last note, and to the end of the tracks where that makes sense."""
    if ends > last + 64 * 4 * TPQ and not told.ours:
        said.append("more than 64 bars of silence after the last note were left out")
        ends = last
    until = max(last, ends)
    bars: list[Bar] = []
    tick, metre = 0, (4, 4)
    changes = sorted(told.metres)
    following = 0
    while tick < until:
        while following < len(changes) and changes[following] <= tick:
            metre = told.metres[changes[following]]
            following += 1
        ours = told.bars.get(tick)
        if ours and shown(ours) != metre:
            ours = None  # another program changed the metre here
        bar = ours or Bar(metre[0] * 4 * TPQ // metre[1], *metre)
        if not ours and following < len(changes) and changes[following] < tick + bar.length:
            bar = replace(bar, length=changes[following] - tick)
        bars.append(bar)
        tick += bar.length
        if len(bars) > MOST_BARS:
            wrong = f"the piece would have more than {MOST_BARS:,} bars: it ends at quarter {until / TPQ:,.0f}"
            raise MediaError(wrong, where=where, mend="delete the stray events far behind its end, or split it")
    return _with_pickup(bars, 0 in told.bars, told.metres)


def _with_pickup(bars: list[Bar], told: bool, metres: dict[int, tuple[int, int]]) -> tuple[Bar, ...]:
    """A first bar of 1/4 before 3/4 is a pick-up to 3/4, unless the file tells it otherwise.

    7/8 before 5/4 is none: of another unit a pick-up has at most half a bar.
    """
    if len(bars) > 1 and not told and bars[0].length in metres:
        first, second = bars[:2]
        if first.length < second.full and (first.unit == second.unit or first.length * 2 <= second.full):
            bars[0] = Bar(first.length, second.beats, second.unit)
    return tuple(bars)


def shown(bar: Bar) -> tuple[int, int]:
    """The metre of a bar as MIDI can write it: its own when it is full, else the one that has its length."""
    power = bar.unit & (bar.unit - 1) == 0 and bar.unit <= 128
    if bar.length == bar.full and power and bar.beats < 256:
        return bar.beats, bar.unit
    for unit in sorted({min(bar.unit, 128) if power else 4, 4, 8, 16, 32, 64, 128}):
        if bar.length * unit % (4 * TPQ) == 0 and 0 < bar.length * unit // (4 * TPQ) < 256:
            return bar.length * unit // (4 * TPQ), unit
    return (bar.beats, bar.unit) if power and bar.beats < 256 else (4, 4)
