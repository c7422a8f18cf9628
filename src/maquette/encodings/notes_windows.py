"""Whole pieces as they are judged: cut into windows that a net can read, every note scored once.

A piece of more lines, or of more in a bar, than a net reads at once is judged in groups of neighbouring lines; a long
one in windows. Each window begins with a header and carries the bars before it as context, at least `carried` of the
room; only what comes after these is scored. So a note is never foretold from less than that, but at the beginning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..media.score import Score
from . import notes_vocabulary as v
from .notes_reader import read
from .notes_sheet import Header, Laid, Sheet, lay_out, sheet_of

GROUP = 8  # lines that are read together


@dataclass(frozen=True)
class Window:
    """ids (t,) laid out; scored (t,): which of them are foretold here; `notes` among these."""

    laid: Laid
    scored: NDArray[np.bool_]

    @property
    def ids(self) -> NDArray[np.int32]:
        return self.laid.ids

    @property
    def body(self) -> NDArray[np.int32]:
        """The ids after the header."""
        return self.laid.ids[self.laid.header :]

    @property
    def notes(self) -> int:
        """Notes that are foretold here."""
        return int((self.scored & is_note(self.laid.ids)).sum())

    def read(self) -> tuple[NDArray[np.uint16], NDArray[np.int16]]:
        """Places (t, 24) and references (t,) beside the ids."""
        places, references, _ = read(self.laid.frame, self.laid.header, self.laid.ids.tolist())
        return places, references


def sheet_to_learn(score: Score, chords: bool = True) -> Sheet:
    """A score on the grid. The key of one that tells none is found by its notes, and so are chords, where asked for."""
    from ..media.harmony import label
    from ..media.keys import find_key

    if not score.keys:
        score = replace(score, keys=(find_key(score),))
    return sheet_of(score, score.chords or label(score) if chords else ())


def judged(genre: int | None, has_tempo: bool = True) -> Header:
    """The header that a piece is judged with: genre, key and tempo are told (the last two by `windows`, for each of
    them its own), and nothing that gives the notes away. Loudness and chords are not judged."""
    return Header(genre, mode=0, tonic=0, tempo=0 if has_tempo else None)


def is_note(ids: NDArray[Any]) -> NDArray[np.bool_]:
    """Which ids are a note's pitch or a stroke on a drum."""
    return np.asarray((ids >= v.PITCH) & (ids < v.CHORD))


def windows(sheet: Sheet, header: Header, context: int, carried: float = 0.5) -> Iterator[Window]:
    """The windows of a piece, at most `context` ids long. What the encoding cannot say (bars of more than 12 quarters,
    a bar that alone is longer than a window) is left out; `left_out` counts it."""
    for lines in groups(sheet, context):
        sizes = _sizes(sheet, lines, header.chords)
        room = context - _head(lines)
        for first, last in _stretches(sheet, sizes, room):
            yield from _cut(sheet, header, lines, sizes, first, last, room, carried)


def streams(sheet: Sheet, context: int) -> Iterator[NDArray[np.int32]]:
    """The same ids in one piece for each group of lines, without headers: what an n-gram is fitted on."""
    for lines in groups(sheet, context):
        for first, last in _stretches(sheet, _sizes(sheet, lines, False), context - _head(lines)):
            laid = lay_out(sheet, Header(), first=first, last=last, lines=lines)
            yield laid.ids[laid.header : None if last == len(sheet.bars) else -1]


def left_out(sheet: Sheet, context: int) -> int:
    """Notes of a piece that `windows` leaves out."""
    lost = 0
    for lines in groups(sheet, context):
        sizes = _sizes(sheet, lines, False)
        kept: set[int] = set()
        for first, last in _stretches(sheet, sizes, context - _head(lines)):
            kept.update(range(first, last))
        for (bar, line), cell in sheet.cells.items():
            if line in lines and bar not in kept:
                lost += int(is_note(cell).sum())
    return lost


def groups(sheet: Sheet, context: int) -> list[list[int]]:
    """Neighbouring lines that are read together: as many as GROUP, and as leave room for two bars."""
    most: dict[int, int] = {}
    for (_, line), cell in sheet.cells.items():
        most[line] = max(most.get(line, 0), len(cell) + 1)
    found: list[list[int]] = [[]]
    total = 0
    for line in sorted(most):
        if found[-1] and (len(found[-1]) == GROUP or total + most[line] > 0.45 * context):
            found.append([])
            total = 0
        found[-1].append(line)
        total += most[line]
    return [lines for lines in found if lines]


def _head(lines: Sequence[int]) -> int:
    return 10 + len(lines)  # the header at its longest, and END


def _sizes(sheet: Sheet, lines: Sequence[int], chords: bool) -> NDArray[np.int64]:
    sizes = np.ones(len(sheet.bars), dtype=np.int64)
    chosen = set(lines)
    for (bar, line), cell in sheet.cells.items():
        if line in chosen:
            sizes[bar] += 1 + len(cell)
    if chords:
        for bar, told in sheet.chords.items():
            sizes[bar] += 1 + 2 * len(told)
    return sizes


def _stretches(sheet: Sheet, sizes: NDArray[np.int64], room: int) -> Iterator[tuple[int, int]]:
    """Bars first..last (not included) that can all be said."""
    first = 0
    for bar in range(len(sizes) + 1):
        if bar == len(sizes) or sheet.bars[bar].length > v.LONGEST_BAR or sizes[bar] > room:
            if bar > first:
                yield first, bar
            first = bar + 1


def _cut(
    sheet: Sheet,
    header: Header,
    lines: Sequence[int],
    sizes: NDArray[np.int64],
    first: int,
    last: int,
    room: int,
    carried: float,
) -> Iterator[Window]:
    done = first  # bars before this one have been scored
    while done < last:
        begin, kept = done, 0
        while begin > first and kept + sizes[begin - 1] <= carried * room:
            begin -= 1
            kept += int(sizes[begin])
        while begin < done and kept + sizes[done] > room:
            kept -= int(sizes[begin])
            begin += 1
        end = done
        while end < last and kept + sizes[end] <= room:
            kept += int(sizes[end])
            end += 1
        own = _told_at(sheet, header, begin)
        laid = lay_out(sheet, own, first=begin, last=end, lines=lines)
        yield Window(laid, _scored(laid, done - begin, end == len(sheet.bars)))
        done = end


def _told_at(sheet: Sheet, header: Header, bar: int) -> Header:
    """What a header that tells key and tempo says where the window begins."""
    if sheet.keys:
        tonic, mode = sheet.keys[bar]
        own = (None if header.tonic is None else tonic, None if header.mode is None else mode)
        header = replace(header, tonic=own[0], mode=own[1])
    return replace(header, tempo=sheet.tempi[bar]) if header.tempo is not None and sheet.tempi else header


def _scored(laid: Laid, context: int, ends: bool) -> NDArray[np.bool_]:
    """All ids after the first `context` bars; END only where the piece ends, the first BAR never."""
    bars = np.cumsum(laid.ids == v.BAR)
    scored = (bars > context) & (np.arange(len(laid.ids)) > laid.header)
    if not ends:
        scored[-1] = False
    return np.asarray(scored)


def log_probabilities(
    logits: NDArray[np.float32], ids: NDArray[np.int32], states: NDArray[np.int64], references: NDArray[np.int64]
) -> NDArray[np.float64]:
    """ln p (n,) of `ids` (n,) given raw logits (n, outputs), place 0 and the reference of the ids before them.

    Over what the reader's state admits, pitches heard both ways: the measure by which nets are trained
    (`training.notes_losses`).
    """
    rows = np.arange(len(ids))
    window = v.INTERVAL + 127 - np.maximum(references, 0)[:, None] + np.arange(128)
    beside = np.where((references >= 0)[:, None], np.take_along_axis(logits, window, axis=1), 0)
    values = logits.astype(np.float64)
    values[:, v.PITCH : v.DRUM] += beside
    values = np.where(v.MASKS[states], values, -np.inf)
    top = values.max(axis=1, keepdims=True)
    total = np.log(np.exp(values - top).sum(axis=1)) + top[:, 0]
    return np.asarray(values[rows, ids] - total)
