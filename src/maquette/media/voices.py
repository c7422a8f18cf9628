"""From notes to what stands in the bars: voices, rests, ties, note values, tuplets and beams.

Sounding notes have a start and a length; a page needs every voice of every bar filled to the tick. `write_part` does
that for one part, for whoever engraves it: MusicXML here. Nothing is lost on the way: notes that no note value fits
(played timing) go to the nearest place in this written copy only, and are counted.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .score import Bar, Note, Part, Score
from .score_xml_rhythm import FINE, Metre, Window, beams, fit, plain, split, value_of

VOICES = 4  # that a staff may have; what more there is shares the last one, tied
_FEET = frozenset((35, 36, 44))  # of a drum kit
_PLAYED = 0.1  # share of notes off every note value, from which on a part counts as played


@dataclass(frozen=True)
class Symbol:
    """A note, chord or rest of one value. `start` and `length` in FINE parts of a tick from the barline.

    notes: places in the part's `notes`, none for a rest; tied_from and tied_to say for each whether it is held over.
    opens and closes: the tuplet's bracket begins, ends here. whole: the rest of a whole bar.
    """

    start: int
    length: int
    value: str
    dots: int
    notes: tuple[int, ...] = ()
    tied_from: tuple[bool, ...] = ()
    tied_to: tuple[bool, ...] = ()
    tuplet: Window | None = None
    opens: bool = False
    closes: bool = False
    beams: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True)
class Lane:
    """One voice of one staff in one bar: symbols that fill it."""

    staff: int
    voice: int
    symbols: tuple[Symbol, ...]


@dataclass(frozen=True)
class Written:
    """A part as it stands on paper: its notes (which symbols point to) and the lanes of each bar.

    moved: how many notes stand elsewhere, or for another length, than they sound.
    """

    notes: tuple[Note, ...]
    bars: tuple[tuple[Lane, ...], ...]
    moved: int


def fitted(score: Score) -> Score:
    """The score with bars for all of its notes: more of the last kind where notes go on after the last barline."""
    last = max((note.end for part in score.parts for note in part.notes), default=0)
    bars = list(score.bars) or [Bar(1920)]
    missing = last - sum(bar.length for bar in bars)
    more = Bar(bars[-1].full, bars[-1].beats, bars[-1].unit)
    return replace(score, bars=(*bars, *(more,) * max(0, math.ceil(missing / max(1, more.length)))))


def offsets(bars: Sequence[Bar]) -> tuple[int, ...]:
    """Where in a whole bar of its metre each bar begins: a pick-up near the end, the rest of a cut bar after it."""
    found: list[int] = []
    for index, bar in enumerate(bars):
        missing = bar.full - bar.length
        before = bars[index - 1] if index else None
        second = before is None or (before.length == missing and found[-1] == 0)
        found.append(missing if missing > 0 and second else 0)
    return tuple(found)


def write_part(score: Score, part: Part) -> Written:
    """The lanes of one part of a `fitted` score."""
    notes = _neat(score, part)
    bars: list[list[Lane]] = [[] for _ in score.bars]
    metres = [Metre(bar.beats, bar.unit) for bar in score.bars]
    begins = offsets(score.bars)
    moved = {index for index, note in enumerate(notes) if (note.start, note.length) != _span(part.notes[index])}
    for staff in range(1, max(part.staves, 1) + 1):
        mine = [index for index, note in enumerate(notes) if min(max(note.staff, 1), max(part.staves, 1)) == staff]
        lanes = _lanes(notes, mine, part.drums)
        for voice in range(1, VOICES + 1):
            pieces = _pieces(score, notes, lanes.get(voice, ()))
            if voice > 1 and not pieces:
                continue
            lane = _Lane(score, metres, begins, pieces)
            moved |= lane.moved
            for index in range(len(score.bars)):
                symbols = lane.symbols(index)
                if voice == 1 or any(symbol.notes for symbol in symbols):
                    bars[index].append(Lane(staff, voice, symbols))
    return Written(tuple(notes), tuple(tuple(bar) for bar in bars), len(moved))


def _span(note: Note) -> tuple[int, int]:
    return note.start, note.length


# Played timing


def _neat(score: Score, part: Part) -> list[Note]:
    """The notes as they are, or at the nearest note values where the part was plainly played and not written.

    Drums have no lengths that anyone hears: each lasts until the next stroke of its hands or feet, a beat at most.
    """
    notes = list(part.notes)
    odd = sum(not (_notable(note.start) and _notable(note.end)) for note in notes)
    if notes and (odd > _PLAYED * len(notes) or (part.drums and odd)):
        notes = _played(score, notes)
    if part.drums:
        notes = _strokes(score, notes)
    return notes


def _notable(tick: int) -> bool:
    return tick % 30 == 0 or tick % 40 == 0 or tick % 48 == 0 or (tick * 7 + 3) % 480 <= 6


def _played(score: Score, notes: Sequence[Note]) -> list[Note]:
    """Every start to the simplest division of its beat that suits, every end near it."""
    beats: dict[int, list[int]] = {}
    for note in notes:
        beats.setdefault(_beat(score, note.start), []).append(note.start)
    steps = {beat: _division(beat, starts) for beat, starts in beats.items()}
    starts = [
        beat + round((note.start - beat) / steps[beat]) * steps[beat]
        for note, beat in ((note, _beat(score, note.start)) for note in notes)
    ]
    onsets = sorted(set(starts))
    found = []
    for note, start in zip(notes, starts, strict=True):
        beat = _beat(score, note.end)
        step = _ending(steps.get(beat, 120), note.length)
        end = beat + round((note.end - beat) / step) * step
        place = bisect_right(onsets, start)
        following = onsets[place] if place < len(onsets) else None
        if following is not None and (end < following <= end + 120 and following - end < (following - start) / 2):
            end = following
        if end <= start:
            end = min(start + steps[_beat(score, start)] if start < score.end else start + 60, following or start + 60)
        found.append(replace(note, start=start, length=max(end - start, 30)))
    return found


def _beat(score: Score, tick: int) -> int:
    """The start of the quarter that `tick` lies in, counted from its barline."""
    bar = score.starts[score.bar_at(min(tick, max(score.end - 1, 0)))]
    return bar + (tick - bar) // 480 * 480


def _division(beat: int, starts: Sequence[int]) -> int:
    """Ticks of the simplest step that the starts of a beat lie near."""

    def cost(step: int, price: int) -> float:
        places = {start: round((start - beat) / step) for start in starts}
        worst = sum(abs(start - beat - at * step) for start, at in places.items())
        return worst / len(starts) + price

    return min(((480, 0), (240, 4), (160, 9), (120, 8), (80, 15), (60, 14)), key=lambda one: cost(*one))[0]


def _ending(step: int, length: int) -> int:
    """Ticks that the end of a note of this length is rounded to: nobody plays a long note to the sixteenth."""
    if length >= 840:
        return 480
    if step in (80, 160):
        return 160
    return 240 if length >= 360 else max(step, 120)


def _strokes(score: Score, notes: Sequence[Note]) -> list[Note]:
    found = list(notes)
    for feet in (False, True):
        mine = [index for index, note in enumerate(notes) if (note.pitch in _FEET) == feet]
        onsets = sorted({notes[index].start for index in mine})
        for index in mine:
            start = notes[index].start
            place = bisect_right(onsets, start)
            beat = _beat(score, start) + 480
            end = min(beat, onsets[place]) if place < len(onsets) else beat
            found[index] = replace(notes[index], length=max(end - start, 15))
    return found


# Voices


def _lanes(notes: Sequence[Note], mine: Sequence[int], drums: bool) -> dict[int, list[int]]:
    """Voice 1 to VOICES -> places of the notes it holds. Voices that are given are kept where they are free."""
    if drums:
        return {
            1: [index for index in mine if notes[index].pitch not in _FEET],
            2: [index for index in mine if notes[index].pitch in _FEET],
        }
    found: dict[int, list[int]] = {}
    ends: dict[int, tuple[int, float]] = {}  # voice -> where it ends, at which pitch
    for given, event in _events(notes, mine):
        start, end = notes[event[0]].start, notes[event[0]].end
        pitch = sum(notes[index].pitch for index in event) / len(event)
        free = [voice for voice in range(1, VOICES + 1) if ends.get(voice, (0, 0.0))[0] <= start]
        if given in free:
            voice = given
        elif not free:
            voice = VOICES
        else:
            voice = min(free, key=lambda voice: _fitness(voice, pitch, start, ends, given))
        ends[voice] = (max(end, ends.get(voice, (0, 0.0))[0]), pitch)
        found.setdefault(voice, []).extend(event)
    return found


def _events(notes: Sequence[Note], mine: Sequence[int]) -> Iterable[tuple[int, tuple[int, ...]]]:
    """Chords: notes of one voice that begin and end together, in the order of start, the highest first."""
    chords: dict[tuple[int, int, int], list[int]] = {}
    for index in mine:
        note = notes[index]
        chords.setdefault((note.start, note.end, note.voice), []).append(index)
    order = sorted(chords, key=lambda key: (key[0], key[2] or 99, -max(notes[index].pitch for index in chords[key])))
    return [(key[2], tuple(chords[key])) for key in order]


def _fitness(voice: int, pitch: float, start: int, ends: dict[int, tuple[int, float]], given: int) -> float:
    """How ill a voice suits: high voices have odd company when a lower one sounds above them."""
    sounding = {other: one[1] for other, one in ends.items() if one[0] > start}
    crossed = sum((voice < other) == (pitch < theirs) for other, theirs in sounding.items())
    apart = abs(pitch - ends[voice][1]) if voice in ends and sounding else 0.0
    return 12 * crossed + apart / 4 + 2 * voice + 3 * (0 < given != voice)


# Bars


@dataclass(frozen=True)
class _Piece:
    """The stretch of a note within one bar, in ticks from its barline."""

    note: int
    start: int
    end: int


def _pieces(score: Score, notes: Sequence[Note], mine: Iterable[int]) -> dict[int, list[_Piece]]:
    """Bar -> the stretches that sound in it."""
    found: dict[int, list[_Piece]] = {}
    starts = score.starts
    for index in mine:
        note = notes[index]
        bar = score.bar_at(note.start)
        while bar < len(score.bars) and starts[bar] < note.end:
            begin, end = max(note.start, starts[bar]), min(note.end, starts[bar + 1])
            if begin < end:
                found.setdefault(bar, []).append(_Piece(index, begin - starts[bar], end - starts[bar]))
            bar += 1
    return found


class _Lane:
    """One voice through all bars: where its notes are written, then the symbols of a bar."""

    def __init__(
        self, score: Score, metres: Sequence[Metre], begins: Sequence[int], pieces: dict[int, list[_Piece]]
    ) -> None:
        self._score, self._metres, self._begins = score, metres, begins
        self._windows: dict[int, tuple[Window, ...]] = {}
        self._placed: dict[int, list[tuple[int, int, int]]] = {}  # bar -> (note, start, end), FINE from metrical bar
        self._last: dict[int, int] = {}  # note -> the last bar that it is written in
        self._first: dict[int, int] = {}
        self.moved: set[int] = set()
        self._ends = {one.note: bar for bar, ones in sorted(pieces.items()) for one in ones}
        for bar, ones in sorted(pieces.items()):
            self._place(bar, ones)

    def _place(self, bar: int, pieces: Sequence[_Piece]) -> None:
        begin, end = self._begins[bar], self._begins[bar] + self._score.bars[bar].length
        points = sorted({begin + at for piece in pieces for at in (piece.start, piece.end)} - {begin, end})
        spans = [(begin + piece.start, begin + piece.end) for piece in pieces]
        windows: tuple[Window, ...] = ()
        places = {point: point * FINE for point in points}
        if not all(plain(point) for point in points):
            nodes = range(begin // 120 * 120, end + 1, 120)
            tied = frozenset(node for node in nodes if any(first < node < last for first, last in spans))
            found = fit(self._metres[bar], begin, end, tuple(points), tied)
            places, windows = dict(found.places), found.windows
        places |= {begin: begin * FINE, end: end * FINE}
        marks = sorted(set(places.values()))
        for piece in pieces:
            first, last = places[begin + piece.start], places[begin + piece.end]
            if last <= first and piece.note not in self._first and self._ends[piece.note] == bar:
                last = next((mark for mark in marks if mark > first), end * FINE)
                first = min(first, last - FINE * 15) if last == first else first
            if last <= first:
                continue  # only a beginning or an end across the barline, too short to write
            if abs(first - (begin + piece.start) * FINE) > FINE or abs(last - (begin + piece.end) * FINE) > FINE:
                self.moved.add(piece.note)
            self._placed.setdefault(bar, []).append((piece.note, first, last))
            self._first.setdefault(piece.note, bar)
            self._last[piece.note] = bar
        self._windows[bar] = windows

    def symbols(self, bar: int) -> tuple[Symbol, ...]:
        """What stands in this voice in a bar: filled to the tick."""
        begin = self._begins[bar]
        length = self._score.bars[bar].length
        placed = self._placed.get(bar, [])
        metre = self._metres[bar]
        if not placed and begin == 0 and length == metre.length:
            return (Symbol(0, length * FINE, "whole", 0, whole=True),)
        found: list[Symbol] = []
        zones = _zones(begin, begin + length, self._windows.get(bar, ()))
        marks = sorted({at for _, first, last in placed for at in (first, last)})
        for first, last, window in zones:
            inner = [first * FINE, *(at for at in marks if first * FINE < at < last * FINE), last * FINE]
            for start, end in pairwise(inner):
                sounding = tuple(note for note, a, b in placed if a <= start and end <= b)
                found += self._values(bar, metre, window, start, end, sounding, placed)
        return _beamed(metre, tuple(_bracketed(found)), begin)

    def _values(
        self,
        bar: int,
        metre: Metre,
        window: Window | None,
        start: int,
        end: int,
        notes: tuple[int, ...],
        placed: Sequence[tuple[int, int, int]],
    ) -> list[Symbol]:
        """One stretch without a change as tied symbols."""
        begin = self._begins[bar] * FINE
        extents = {note: (a, b) for note, a, b in placed}
        found = []
        for first, last, ticks in _stretches(metre, window, start, end, not notes):
            value = value_of(ticks)
            name, dots = value or ("128th", 0)
            tied_from = tuple(first > extents[note][0] or bar > self._first[note] for note in notes)
            tied_to = tuple(last < extents[note][1] or bar < self._last[note] for note in notes)
            found.append(Symbol(first - begin, last - first, name, dots, notes, tied_from, tied_to, window))
        return found


def _stretches(metre: Metre, window: Window | None, start: int, end: int, rest: bool) -> list[tuple[int, int, int]]:
    """(start, end in FINE, written ticks) of the values that a stretch is made of."""
    if window is None:
        return [(a * FINE, b * FINE, b - a) for a, b in split(metre, start // FINE, end // FINE, rest)]
    base = window.start * FINE
    ratio = window.actual, window.normal * FINE
    inside = [(at - base) * ratio[0] // ratio[1] for at in (start, end)]
    return [(base + window.fine(a), base + window.fine(b), b - a) for a, b in window.split(*inside)]


def _zones(begin: int, end: int, windows: Sequence[Window]) -> list[tuple[int, int, Window | None]]:
    found: list[tuple[int, int, Window | None]] = []
    at = begin
    for window in windows:
        if window.start > at:
            found.append((at, window.start, None))
        found.append((window.start, window.start + window.length, window))
        at = window.start + window.length
    if at < end:
        found.append((at, end, None))
    return found


def _bracketed(symbols: Sequence[Symbol]) -> Iterable[Symbol]:
    for index, symbol in enumerate(symbols):
        if symbol.tuplet is None:
            yield symbol
            continue
        before = symbols[index - 1].tuplet if index else None
        after = symbols[index + 1].tuplet if index + 1 < len(symbols) else None
        yield replace(symbol, opens=before != symbol.tuplet, closes=after != symbol.tuplet)


def _beamed(metre: Metre, symbols: tuple[Symbol, ...], begin: int) -> tuple[Symbol, ...]:
    rows = [(begin + symbol.start // FINE, symbol.value, bool(symbol.notes)) for symbol in symbols]
    return tuple(replace(symbol, beams=words) for symbol, words in zip(symbols, beams(metre, rows), strict=True))
