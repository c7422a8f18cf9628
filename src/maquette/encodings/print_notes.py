"""Prints of music: the melodies of a checkpoint's training pieces, ready to be compared with what it writes.

A *line* is the melody of one staff: the highest note of every onset, what sounds below a held note left out, drums not
at all. It is kept as steps, each an interval and a distance in time, so that a tune is found in every key. All lines of
a training set stand one after the other in one row of numbers, with where their bars begin: what is found can be named
with composer, licence and bar. Six million notes take 3 MB.

    step   (interval + 127) * 256 + ticks to the next note (24 to the quarter, 255 and more are one), uint16
    END    the step after the last note of a line: it equals no step of any melody
"""

from __future__ import annotations

import io
import json
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import CheckpointError, MaquetteError
from ..core.progress import OnProgress, Progress, silent
from ..media.score import TPQ, Note, Score

FORMAT = "note-prints.v1"
TICKS = 24  # to the quarter note
END = np.uint16(65535)
SEED = 5  # steps of a seed: six notes
WINDOW = 15  # steps of a window: sixteen notes
_MOST_BITS = 8.0
_SAMPLE = 1_500_000  # steps that are enough to know which follow which
_MEMORY, _AGAIN = 16, np.float32(0.25)  # steps that are remembered; what one that stood among them still counts
_LONG = 255  # ticks from which on distances are one class
_FACTOR = np.uint32(0x9E3779B1)

Steps = NDArray[np.uint16]
Hashes = NDArray[np.uint32]


@dataclass(frozen=True)
class Line:
    """The melody of one staff of a part: onsets in ticks (24 to the quarter) and MIDI pitches, both (n,)."""

    part: int
    staff: int
    onsets: NDArray[np.int32]
    pitches: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.onsets)

    @property
    def steps(self) -> Steps:
        """Its steps (n,), the last of them END."""
        return steps_of(self.onsets, self.pitches)


@dataclass(frozen=True)
class Entry:
    """Whose piece it is. `encoder` typed it in, `id` is its place in the set, `work` joins editions of one work."""

    id: str
    title: str
    author: str
    licence: str
    set: str
    work: str
    encoder: str = ""
    genre: str = ""

    @property
    def hand(self) -> str:
        """Who counts as one independent hand: a composer by the surname, or of what nobody signed each work.

        "Bach, J. S.", "BachJS" and "Johann Sebastian Bach, 1723" are one hand; so are two of one name, which errs on
        the side of authors: what stands with both is not yet common. Unsigned pieces of one manuscript are one hand.
        """
        name = _TUNE.sub("", self.author).strip()
        if not name or any(word in name.casefold() for word in _NOBODY):
            place = self.id.split("--")  # "polish/library--shelfmark--number--title"
            return "--".join(place[:2]) if len(place) > 2 else self.work
        head, _, rest = name.partition(",")
        words = head.split() if rest.strip()[:1].isalpha() or " " in head.strip() else [head]
        return (_INITIALS.sub("", words[-1]) if words else head).casefold()


_NOBODY = ("anon", "trad", "unknown", "no name", "folk", "author not")
_TUNE = re.compile(r"^\s*'[^']*'\s*")  # hymn books name the tune before its author
_INITIALS = re.compile(r"(?<=[a-zà-ž])[A-Z]\w*$")  # "BeethovenLv"


def lines_of(score: Score) -> list[Line]:
    """The melodies of a score, part by part and staff by staff; staves of fewer than two notes have none."""
    found = []
    for number, part in enumerate(score.parts):
        staves: dict[int, list[Note]] = {}
        for note in part.notes if not part.drums else ():
            staves.setdefault(note.staff, []).append(note)
        for staff, notes in sorted(staves.items()):
            line = _melody(number, staff, notes)
            if len(line) > 1:
                found.append(line)
    return found


def _melody(part: int, staff: int, notes: Sequence[Note]) -> Line:
    onsets, pitches = [], []
    last, held, top = -1, -1, -1  # the last onset looked at; until when the note kept last sounds, and its pitch
    for note in sorted(notes, key=lambda note: (note.start, -note.pitch)):
        if note.start == last:
            continue
        last = note.start
        if note.pitch < top and (held - note.start) * 2 >= note.length:
            continue  # it accompanies a note that is still held
        onsets.append(round(note.start * TICKS / TPQ))
        pitches.append(note.pitch)
        held, top = note.start + note.length, note.pitch
    return Line(part, staff, np.array(onsets, np.int32), np.array(pitches, np.int16))


def steps_of(onsets: NDArray[np.int32], pitches: NDArray[np.int16]) -> Steps:
    """The steps (n,) of one line."""
    leaps = np.clip(np.diff(pitches), -127, 127).astype(np.int32) + 127
    gaps = np.clip(np.diff(onsets), 0, _LONG)
    return np.append((leaps * 256 + gaps).astype(np.uint16), END)


def hashes_of(steps: Steps) -> tuple[Hashes, Hashes]:
    """A hash for every place at which a seed (n - 4,) and a window (n - 14,) begins."""
    mixed = (steps.astype(np.uint32) + np.uint32(1)) * np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(15)
    seeds = _joined(mixed, 1, SEED, _FACTOR)
    return seeds, _joined(seeds, SEED, WINDOW // SEED, np.uint32(0xC2B2AE35))


def _joined(hashes: Hashes, apart: int, count: int, factor: np.uint32) -> Hashes:
    """One hash of `count` that stand `apart` from one another."""
    size = max(0, len(hashes) - apart * (count - 1))
    total = np.zeros(size, np.uint32)
    for number in range(count):
        total *= factor
        total += hashes[number * apart : number * apart + size]
    total ^= total >> np.uint32(16)
    return total


def is_plain(steps: Steps) -> bool:
    """True for what belongs to nobody: a stretch of three different steps at most, or of a figure that repeats."""
    if len(np.unique(steps)) <= 3:
        return True
    size = len(steps)
    return any((steps[period:] == steps[:-period]).mean() >= 0.8 for period in range(1, size // 2 + 1))


class NoteIndex:
    """The melodies of a checkpoint's training pieces, with whose they are; made by `build` or `load`.

    `steps` (n,) of all lines, one after the other; `starts` (lines + 1,) where they begin; `piece`, `part`, `staff` of
    each line (lines,). `bars` as they are handed in: for each piece the ticks of its barlines.
    """

    def __init__(self, entries: Sequence[Entry], lines: Sequence[tuple[int, Line]], bars: Sequence[Sequence[int]]):
        self.entries = list(entries)
        self.piece = np.array([piece for piece, _ in lines], np.int32)
        self.part = np.array([line.part for _, line in lines], np.int32)
        self.staff = np.array([line.staff for _, line in lines], np.int32)
        self.starts = np.concatenate([[0], np.cumsum([len(line) for _, line in lines])]).astype(np.int64)
        self.onsets = _row([line.onsets for _, line in lines], np.int32)
        self.pitches = _row([line.pitches for _, line in lines], np.int16)
        self.bars = [_runs(one) for one in bars]  # bar lengths as [length, how many, length, how many ...]

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def notes(self) -> int:
        """Notes of all lines."""
        return len(self.onsets)

    @cached_property
    def steps(self) -> Steps:
        """The steps (n,) of all lines; the last of each line is END."""
        if not self.notes:
            return np.zeros(0, np.uint16)
        steps = steps_of(self.onsets, self.pitches)
        steps[self.starts[1:] - 1] = END
        return steps

    @cached_property
    def _hashes(self) -> tuple[Hashes, Hashes]:
        return hashes_of(self.steps)

    @cached_property
    def hands(self) -> NDArray[np.int32]:
        """For each piece the number of the independent hand that it is of."""
        numbers: dict[str, int] = {}
        return np.array([numbers.setdefault(entry.hand, len(numbers)) for entry in self.entries], np.int32)

    @cached_property
    def _surprise(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Bits of an interval after another (255 x 255), and of a distance in time after another (256 x 256)."""
        apart = max(1, self.notes // _SAMPLE)  # a sample tells it as well
        before, after = self.steps[:-1:apart], self.steps[1::apart]
        inside = (before != END) & (after != END)
        before, after = before[inside].astype(np.int64), after[inside].astype(np.int64)
        tables = []
        for one, other in ((before >> 8, after >> 8), (before & 255, after & 255)):
            counts = np.bincount(one * 256 + other, minlength=1 << 16).reshape(256, 256) + 0.1
            tables.append(np.log2(counts.sum(1, keepdims=True) / counts).astype(np.float32))
        return tables[0], tables[1]

    def bits(self, steps: Steps) -> NDArray[np.float32]:
        """How much each step of a line (n,) says, in bits, if the one before is known: little in a scale, 8 at most.

        What was said a moment ago says little when it is said again: so figures and sequences weigh less than themes.
        """
        leaps, gaps = self._surprise
        now = steps.astype(np.int64)
        before = np.concatenate([now[:1], now[:-1]])
        told: NDArray[np.float32] = np.minimum(leaps[before >> 8, now >> 8] + gaps[before & 255, now & 255], _MOST_BITS)
        pair, again = before << 16 | now, np.zeros(len(now), bool)
        for back in range(1, min(_MEMORY, len(now) - 1) + 1):
            again[back:] |= pair[back:] == pair[:-back]
        return np.where(again, told * _AGAIN, told)

    def line_at(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The line that each place in `steps` lies in."""
        return np.searchsorted(self.starts, places, "right") - 1

    def pieces_at(self, places: NDArray[np.int64]) -> NDArray[np.int32]:
        """The piece that each place lies in."""
        found: NDArray[np.int32] = self.piece[self.line_at(places)]
        return found

    def barlines(self, piece: int) -> list[int]:
        """The ticks of a piece's barlines, from 0 to its end."""
        return _barlines(self.bars[piece])

    def bars_of(self, first: int, last: int) -> tuple[int, int]:
        """The bars (from 1) in which the notes at two places of one line begin."""
        barlines = self.barlines(int(self.piece[self.line_at(np.array([first]))[0]]))
        one, other = np.searchsorted(barlines, [self.onsets[first], self.onsets[last]], "right")
        return max(1, int(one)), max(1, int(other))

    def seeds(self, hashes: Hashes, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(numbers in `hashes`, places in `steps`) of all equal seeds, but for hashes with more than `most` places."""
        return _meetings(hashes, self._hashes[0], most)[:2]

    def windows(self, hashes: Hashes, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The same for windows of 16 notes; `most` places are given of each, and the third array says how many."""
        return _meetings(hashes, self._hashes[1], most, all_of_them=False)

    def with_those_of(self, other: NoteIndex) -> NoteIndex:
        """The pieces of both: what a model learnt from that went on from another."""
        lines = [(int(piece), self._line(number)) for number, piece in enumerate(self.piece)]
        lines += [(len(self) + int(piece), other._line(number)) for number, piece in enumerate(other.piece)]
        both = NoteIndex([*self.entries, *other.entries], lines, ())
        both.bars = [*self.bars, *other.bars]
        return both

    def _line(self, number: int) -> Line:
        begin, end = self.starts[number : number + 2]
        return Line(int(self.part[number]), int(self.staff[number]), self.onsets[begin:end], self.pitches[begin:end])

    # -- files -----------------------------------------------------------------------------------------------------

    def save(self, path: Path) -> int:
        """Write the index to `path` (.npz); returns its size in bytes."""
        gaps = np.diff(self.onsets, prepend=0)
        leaps = np.diff(self.pitches, prepend=0)
        first = self.starts[:-1]
        firsts = np.stack([self.onsets[first], self.pitches[first]]) if len(first) else np.zeros((2, 0), np.int32)
        gaps[first], leaps[first] = 0, 0
        told = {field.name: [getattr(entry, field.name) for entry in self.entries] for field in fields(Entry)}
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        lines = np.stack([self.piece, self.part, self.staff, np.diff(self.starts)]).astype("<i4")
        whole = io.BytesIO()
        np.savez(
            whole,
            format=np.array(FORMAT),
            leaps=_deflated(np.clip(leaps, -128, 127).astype(np.int8).tobytes()),
            gaps=_deflated(np.clip(gaps, 0, 255).astype(np.uint8).tobytes()),
            long=_squeeze(gaps[gaps >= 255].astype("<i4").tobytes()),
            firsts=_squeeze(firsts.astype("<i4").tobytes()),
            lines=_squeeze(np.diff(lines, axis=1, prepend=0).astype("<i4").tobytes()),
            bars=_squeeze(json.dumps(self.bars, separators=(",", ":")).encode()),
            texts=_squeeze(text),
        )
        fresh = path.with_name(path.name + ".part")
        fresh.write_bytes(whole.getvalue())
        os.replace(fresh, path)
        return len(whole.getvalue())

    @classmethod
    def load(cls, path: Path) -> NoteIndex:
        """Read what `save` wrote. Raises CheckpointError for anything else."""
        try:
            with np.load(path, allow_pickle=False) as file:
                if (form := str(file["format"])) != FORMAT:
                    raise CheckpointError(f"fingerprints of format {form}", where=str(path), mend="update Maquette")
                return cls._read({name: file[name] for name in file.files if name != "format"})
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            EOFError,
            lzma.LZMAError,
            zlib.error,
            zipfile.BadZipFile,
        ) as error:
            raise CheckpointError(
                "this file holds no prints of music",
                where=f"{path}: {error}",
                mend="build them again, or take the file from a fresh copy",
            ) from error

    @classmethod
    def _read(cls, parts: Mapping[str, NDArray[Any]]) -> NoteIndex:
        data = {name: (zlib if name in _LARGE else lzma).decompress(part.tobytes()) for name, part in parts.items()}
        index = cls((), (), ())
        told = json.loads(data["texts"])
        index.entries = [Entry(*row) for row in zip(*(told[field.name] for field in fields(Entry)), strict=True)]
        lines = np.cumsum(np.frombuffer(data["lines"], "<i4").reshape(4, -1), axis=1)
        index.piece, index.part, index.staff = (row.astype(np.int32) for row in lines[:3])
        index.starts = np.concatenate([[0], np.cumsum(lines[3])]).astype(np.int64)
        gaps = np.frombuffer(data["gaps"], np.uint8).astype(np.int32)
        gaps[gaps == 255] = np.frombuffer(data["long"], "<i4")
        leaps = np.frombuffer(data["leaps"], np.int8).astype(np.int32)
        firsts = np.frombuffer(data["firsts"], "<i4").reshape(2, -1)
        index.onsets = _summed(gaps, index.starts, firsts[0])
        index.pitches = _summed(leaps, index.starts, firsts[1]).astype(np.int16)
        index.bars = json.loads(data["bars"])
        if len(index.bars) != len(index) or int(index.starts[-1]) != len(index.onsets):
            raise ValueError("its parts do not fit together")
        return index


def build(
    items: Iterable[Any],
    on_progress: OnProgress = silent,
    *,
    holders: Mapping[str, str] | None = None,
    on_skipped: Callable[[str, str], None] | None = None,
) -> NoteIndex:
    """The index of pieces as a dataset gives them (id, title, author, encoder, licence, set, work, genre, `score()`).

    `holders` names the author of each set, for pieces that name none. A piece that cannot be read is handed to
    `on_skipped` with the reason; without that it stops the work with its error.
    """
    known = sorted(items, key=lambda item: (item.set, item.id))  # neighbours that sound alike pack well
    entries: list[Entry] = []
    lines: list[tuple[int, Line]] = []
    bars: list[list[int]] = []
    for step, item in enumerate(known, start=1):
        try:
            score = item.score()
        except MaquetteError as error:
            if on_skipped is None:
                raise
            on_skipped(item.id, error.wrong)
            continue
        author = item.author or (holders or {}).get(item.set, "")
        lines += [(len(entries), line) for line in lines_of(score)]
        bars.append([round(tick * TICKS / TPQ) for tick in score.starts])
        place = (item.id, item.title, author, item.licence, item.set, item.work, item.encoder, item.genre)
        entries.append(Entry(*place))
        if step % 50 == 0 or step == len(known):
            on_progress(Progress(step, len(known), "prints of the music"))
    return NoteIndex(entries, lines, bars)


def _meetings(
    asked: Hashes, known: Hashes, most: int, *, all_of_them: bool = True
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(numbers in `asked`, places in `known`) where the two are equal, and how many places each of `asked` has.

    Of a hash with more than `most` places none is given, or with `all_of_them` False the first ones.
    """
    table = np.zeros(1 << 20, bool)
    table[asked & np.uint32(0xFFFFF)] = True
    near = np.flatnonzero(table[known & np.uint32(0xFFFFF)])
    order = np.argsort(asked, kind="stable")
    ordered = asked[order]
    values = known[near]
    near = near[np.argsort(values, kind="stable")]
    values = known[near]
    begin, end = np.searchsorted(values, ordered, "left"), np.searchsorted(values, ordered, "right")
    count = end - begin
    taken = np.where(count > most, 0, count) if all_of_them else np.minimum(count, most)
    numbers = np.repeat(order, taken)
    offsets = np.arange(int(taken.sum())) - np.repeat(np.cumsum(taken) - taken, taken)
    counts = np.zeros(len(asked), np.int64)
    counts[order] = count
    return numbers, near[np.repeat(begin, taken) + offsets], counts


def _row(parts: Sequence[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate(parts).astype(kind) if parts else np.zeros(0, kind)


def _summed(steps: NDArray[np.int32], starts: NDArray[np.int64], firsts: NDArray[np.int32]) -> NDArray[np.int32]:
    """Running sums within each line, from its first value on. `steps` (the first of every line 0) is used up."""
    if len(firsts):
        lasts = firsts + np.add.reduceat(steps, starts[:-1])
        steps[starts[:-1]] = firsts - np.concatenate([[0], lasts[:-1]])  # from the end of the line before
    return np.cumsum(steps, dtype=np.int32)


def _runs(barlines: Sequence[int]) -> list[int]:
    """Bar lengths as [length, how many, length, how many ...]."""
    runs: list[int] = []
    for length in np.diff(barlines).tolist():
        if runs and runs[-2] == length:
            runs[-1] += 1
        else:
            runs += [length, 1]
    return runs


def _barlines(runs: Sequence[int]) -> list[int]:
    lengths = [length for length, count in zip(runs[::2], runs[1::2], strict=True) for _ in range(count)]
    return [0, *np.cumsum(lengths, dtype=int).tolist()]


_LARGE = ("leaps", "gaps")  # packed so that they are quickly read


def _deflated(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(zlib.compress(data, 9), np.uint8)


def _squeeze(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(lzma.compress(data, preset=9), np.uint8)
