"""What pieces have in common: keys, metres, forms, rhythms, melody, harmony, counted so that a composer can read it.

`facts` looks at one piece, `habits` counts over many. Everything is a share or a count of what stands in the notes;
keys and chords are found where the pieces do not say them.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from typing import Any

from .harmony import label
from .keys import chroma, find_key, key_name, mode_of
from .romans import CADENCES, cadence, roman
from .score import TPQ, Chord, Key, Note, Score
from .score_form import Section, bars_of, form, lead, phrases, returning

Rhythm = tuple[tuple[int, int], ...]  # (start in the bar, length) of each note, ticks
STEPS = ("down by leap", "down by step", "the same", "up by step", "up by leap")
CONTOURS = ("arch", "rising", "falling", "valley", "level")
POINTS = 12  # at which the shape of a phrase is read
MOST = 12  # rows told of a table


@dataclass(frozen=True)
class Facts:
    """One piece: what can be said of it by itself."""

    name: str
    title: str
    composer: str
    key: Key
    told_key: bool  # the piece says it; else it was found
    mode: str
    metre: str
    bars: int
    seconds: float
    tempo: float | None
    notes: int
    parts: tuple[str, ...]
    sections: tuple[Section, ...]
    returning: tuple[float, float]
    lowest: int
    highest: int
    drums: bool

    @property
    def form(self) -> str:
        return "".join(section.name for section in self.sections)


@dataclass(frozen=True)
class Counted:
    """Something that occurs: how often, in how many pieces, and what share of all it is."""

    what: Any
    count: int
    pieces: int
    share: float


@dataclass(frozen=True)
class Habits:
    """What a group of pieces has in common. Shares are of 1."""

    pieces: tuple[Facts, ...]
    keys: tuple[Counted, ...] = ()
    modes: tuple[Counted, ...] = ()
    metres: tuple[Counted, ...] = ()
    forms: tuple[Counted, ...] = ()
    rhythms: tuple[Counted, ...] = ()  # what is (metre, Rhythm)
    intervals: Mapping[int, float] = field(default_factory=dict)  # semitones, -12..12, to the share
    degrees: Mapping[int, float] = field(default_factory=dict)  # semitones above the tonic, by the time they sound
    contours: Mapping[str, float] = field(default_factory=dict)
    shape: tuple[float, ...] = ()  # of the mean phrase: semitones about its middle at POINTS places
    pitches: Mapping[int, float] = field(default_factory=dict)  # of the leading lines, by time
    chords: tuple[Counted, ...] = ()  # numerals
    progressions: tuple[Counted, ...] = ()  # of four chords, as triads
    moves: tuple[Counted, ...] = ()  # of two
    cadences: Mapping[str, float] = field(default_factory=dict)
    changes: float = 0.0  # chords a bar
    phrase_lengths: tuple[Counted, ...] = ()  # bars
    density: Mapping[str, float] = field(default_factory=dict)  # notes a bar: of the lead, of all
    loudness: Mapping[str, float] | None = None  # of the pieces that have velocities
    told: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Everything as JSON data."""
        told = asdict(self)
        for row, piece in zip(told["pieces"], self.pieces, strict=True):
            row["key"] = key_name(piece.key)
            row["form"] = piece.form
        return told


def facts(score: Score, name: str = "") -> Facts:
    """What can be said of one piece."""
    key = score.key or find_key(score)
    pitched = [note for part in score.parts if not part.drums for note in part.notes]
    starts, ends, pitches = ([getattr(note, what) for note in pitched] for what in ("start", "end", "pitch"))
    mode = mode_of(chroma(starts, ends, pitches), key.tonic) if pitched else key.mode
    return Facts(
        name=name or score.title,
        title=score.title,
        composer=score.composer,
        key=key,
        told_key=bool(score.keys),
        mode=mode if (mode in _MINOR) == (key.mode in _MINOR) else key.mode,
        metre="{}/{}".format(*score.metre),
        bars=len(score.bars),
        seconds=round(score.duration, 1),
        tempo=score.tempi[0].bpm if score.tempi else None,
        notes=score.count,
        parts=tuple(part.name or f"part {number}" for number, part in enumerate(score.parts, 1)),
        sections=form(score),
        returning=returning(score),
        lowest=min(pitches, default=0),
        highest=max(pitches, default=0),
        drums=any(part.drums for part in score.parts),
    )


_MINOR = {"minor", "dorian", "phrygian", "locrian"}


class _Counts:
    """A counter that also knows in how many pieces a thing occurs."""

    def __init__(self) -> None:
        self.all: Counter[Any] = Counter()
        self.pieces: Counter[Any] = Counter()

    def add(self, things: Iterable[Any]) -> None:
        counted = Counter(things)
        self.all.update(counted)
        self.pieces.update(counted.keys())

    def rows(self, most: int = MOST, least: int = 1, *, by_count: bool = False) -> tuple[Counted, ...]:
        """The commonest: those of many pieces first, or (by_count) those that occur most."""
        total = sum(self.all.values()) or 1
        ordered = sorted(self.all, key=lambda what: (-self.pieces[what] * (not by_count), -self.all[what], str(what)))
        rows = (Counted(what, self.all[what], self.pieces[what], round(self.all[what] / total, 4)) for what in ordered)
        return tuple(row for row in rows if row.count >= least)[:most]


def habits(scores: Mapping[str, Score]) -> Habits:
    """What these pieces have in common, by the names they have."""
    pieces = tuple(facts(score, name) for name, score in scores.items())
    melody, harmony, rest = _Melody(), _Harmony(), _Rest()
    for piece, score in zip(pieces, scores.values(), strict=True):
        keyed = score if score.keys else replace(score, keys=(piece.key,))
        line = lead(keyed)
        melody.add(keyed, line, piece)
        harmony.add(keyed)
        rest.add(keyed, line)
    made = Habits(
        pieces,
        keys=_counted(key_name(piece.key) for piece in pieces),
        modes=_counted(piece.mode for piece in pieces),
        metres=_counted(piece.metre for piece in pieces),
        forms=_counted(piece.form for piece in pieces),
        **melody.told(),
        **harmony.told(),
        **rest.told(),
    )
    return replace(made, told=tuple(_sentences(made)))


def _counted(things: Iterable[Any]) -> tuple[Counted, ...]:
    """Things of which each piece has one."""
    counts = _Counts()
    for thing in things:
        counts.add([thing])
    return counts.rows()


class _Melody:
    """Rhythms, intervals, degrees and phrases of the leading lines."""

    def __init__(self) -> None:
        self.rhythms, self.lengths = _Counts(), _Counts()
        self.intervals: Counter[int] = Counter()
        self.degrees: Counter[int] = Counter()
        self.pitches: Counter[int] = Counter()
        self.contours: Counter[str] = Counter()
        self.shapes: list[list[float]] = []

    def add(self, score: Score, line: Sequence[Note], piece: Facts) -> None:
        rows = bars_of(score, line)
        full = [(row, bar) for row, bar in zip(rows, score.bars, strict=True) if row and bar.length == bar.full]
        self.rhythms.add((f"{bar.beats}/{bar.unit}", tuple((a, b) for a, b, _ in row)) for row, bar in full)
        for one, two in pairwise(line):
            if two.start - one.end <= TPQ:
                self.intervals[max(-12, min(12, two.pitch - one.pitch))] += 1
        for note in line:
            self.degrees[(note.pitch - score.key_at(note.start).tonic) % 12] += note.length
            self.pitches[note.pitch] += note.length
        bar = statistics.median(one.length for one in score.bars) if score.bars else 4 * TPQ
        spans = phrases(score)
        self.lengths.add(max(1, round((end - start) / bar)) for start, end in spans)
        for start, end in spans:
            shape = _shape([note for note in line if start <= note.start < end], start, end)
            if shape:
                self.contours[_contour(shape)] += 1
                middle = sum(shape) / len(shape)
                self.shapes.append([value - middle for value in shape])

    def told(self) -> dict[str, Any]:
        return {
            "rhythms": self.rhythms.rows(),
            "phrase_lengths": self.lengths.rows(by_count=True),
            "intervals": _shares(self.intervals),
            "degrees": _shares(self.degrees),
            "pitches": _shares(self.pitches),
            "contours": {name: _shares(self.contours).get(name, 0.0) for name in CONTOURS},
            "shape": tuple(round(statistics.fmean(column), 3) for column in zip(*self.shapes, strict=True)),
        }


def _shares(counted: Counter[Any]) -> dict[Any, float]:
    total = sum(counted.values()) or 1
    return {what: round(count / total, 4) for what, count in sorted(counted.items())}


def _shape(notes: Sequence[Note], start: int, end: int) -> list[float]:
    """The pitch of a phrase at POINTS places; nothing of fewer than four notes."""
    if len(notes) < 4:
        return []
    places = [start + (end - start) * (i + 0.5) / POINTS for i in range(POINTS)]
    return [float(next((note.pitch for note in reversed(notes) if note.start <= at), notes[0].pitch)) for at in places]


def _contour(shape: Sequence[float]) -> str:
    """Which of CONTOURS a phrase is, by its first, middle and last third (Huron 1996, made coarser)."""
    third = len(shape) // 3
    first, middle, last = (statistics.fmean(shape[i * third : (i + 1) * third]) for i in range(3))
    if middle > first + 1 and middle > last + 1:
        return "arch"
    if middle < first - 1 and middle < last - 1:
        return "valley"
    return "rising" if last > first + 1 else "falling" if last < first - 1 else "level"


class _Harmony:
    """Chords as steps of their keys."""

    def __init__(self) -> None:
        self.chords, self.fours, self.twos = _Counts(), _Counts(), _Counts()
        self.cadences: Counter[str] = Counter()
        self.changed = self.bars = 0

    def add(self, score: Score) -> None:
        chords = [chord for chord in score.chords or label(score) if chord.quality is not None]
        if not chords:
            return
        keys = [score.key_at(chord.tick) for chord in chords]
        names = [roman(_plain(one), key, two) for one, key, two in zip(chords, keys, [*chords[1:], None], strict=True)]
        self.chords.add(names)
        steps = [name.replace("maj7", "").replace("sus4", "").replace("7", "") for name in names]
        heard = [name for name, before in zip(steps, ["", *steps], strict=False) if name != before]
        self.fours.add(zip(heard, heard[1:], heard[2:], heard[3:], strict=False))
        self.twos.add(pairwise(heard))
        self.changed += len(chords)
        self.bars += len(score.bars)
        ends = [end for _, end in phrases(score)]
        for end in ends:
            at = max((i for i, chord in enumerate(chords) if chord.tick < end), default=None)
            if at is not None:
                self.cadences[cadence(chords[at - 1] if at else None, chords[at], keys[at])] += 1

    def told(self) -> dict[str, Any]:
        return {
            "chords": self.chords.rows(by_count=True),
            "progressions": self.fours.rows(10, least=2),
            "moves": self.twos.rows(10),
            "cadences": {name: _shares(self.cadences).get(name, 0.0) for name in CADENCES},
            "changes": round(self.changed / self.bars, 2) if self.bars else 0.0,
        }


def _plain(chord: Chord) -> Chord:
    """Added sixths and sevenths on a triad colour it; the dominant seventh is what it is."""
    return replace(chord, quality={"m7": "m", "maj7": ""}.get(chord.quality or "", chord.quality))


class _Rest:
    """Density and loudness."""

    def __init__(self) -> None:
        self.lead: list[float] = []
        self.all: list[float] = []
        self.loud: list[int] = []

    def add(self, score: Score, line: Sequence[Note]) -> None:
        bars = max(1, len(score.bars))
        self.lead.append(len(line) / bars)
        self.all.append(score.count / bars)
        loud = [note.velocity for part in score.parts for note in part.notes]
        if len(set(loud)) > 1:
            self.loud += loud

    def told(self) -> dict[str, Any]:
        loud = None
        if self.loud:
            steps = statistics.quantiles(self.loud, n=10) if len(self.loud) > 1 else [float(self.loud[0])] * 9
            loud = {"mean": statistics.fmean(self.loud), "soft": steps[0], "loud": steps[-1]}
            loud = {name: round(value, 1) for name, value in loud.items()}
        mean = {"lead": self.lead, "all": self.all}
        return {
            "density": {name: round(statistics.fmean(rows), 2) if rows else 0.0 for name, rows in mean.items()},
            "loudness": loud,
        }


def _sentences(made: Habits) -> Iterable[str]:
    """What stands out, in plain words."""
    pieces, many = made.pieces, len(made.pieces)
    if not many:
        return
    minor = sum(piece.mode in _MINOR for piece in pieces)
    mode, top = ("minor", minor) if minor > many / 2 else ("major", many - minor)
    first = made.metres[0]
    yield f"{_of(top, many)} in {mode}, {_of(first.count, many)} in {first.what}.".capitalize()
    lengths = sorted(piece.bars for piece in pieces)
    common, times = Counter(lengths).most_common(1)[0]
    bars = f"{lengths[0]} to {lengths[-1]} bars long" if lengths[0] != lengths[-1] else f"{lengths[0]} bars long"
    yield f"They are {bars}" + (f", most often {common}." if max(1, many / 5) < times < many else ".")
    again = sum(len({one.letter for one in piece.sections}) < len(piece.sections) for piece in pieces)
    usual = made.forms[0]
    yield f"A section returns in {again} of {many}" + (
        f"; the commonest form is {usual.what} ({usual.count})." if usual.count > max(1, many / 8) else "."
    )
    back, alike = (statistics.fmean(piece.returning[i] for piece in pieces) for i in (0, 1))
    yield f"{back:.0%} of the bars of the tune stood before note for note, {alike:.0%} have a rhythm that stood before."
    sizes = _sizes(made.intervals)
    if sizes:
        yield (
            f"The tune goes by step {sizes['step']:.0%}, repeats a note {sizes['same']:.0%} and leaps "
            f"{sizes['leap']:.0%} of the time."
        )
    shape = max(made.contours, key=lambda name: made.contours[name], default="")
    if shape and made.contours[shape] > 0.3:
        yield f"Its phrases are most often {_SHAPES[shape]} ({made.contours[shape]:.0%})."
    if made.progressions:
        row = made.progressions[0]
        yield f"The harmony likes {' - '.join(row.what)} ({row.count} times in {_pieces(row.pieces)})."


_SHAPES = {
    "arch": "arches: up, and down again",
    "rising": "rising",
    "falling": "falling",
    "valley": "valleys: down, and up again",
    "level": "level",
}


def _sizes(intervals: Mapping[int, float]) -> dict[str, float]:
    """Shares of repeated notes, steps and leaps."""
    if not intervals:
        return {}
    same = intervals.get(0, 0.0)
    step = sum(share for size, share in intervals.items() if 0 < abs(size) <= 2)
    return {"same": same, "step": step, "leap": max(0.0, 1 - same - step)}


def _of(count: int, many: int) -> str:
    if count == many:
        return "all are" if many > 1 else "it is"
    return f"{count} of {many}" + (" are" if count != 1 else " is")


def _pieces(count: int) -> str:
    return f"{count} piece{'s' if count != 1 else ''}"
