"""Music as training documents: windows of pieces, laid out anew each time, some with cells to be filled in.

A document is some bars of a piece, for some of its lines. In a share of them cells are taken out and written at the
end, so that one net learns to continue, to fill, to harmonise, to accompany and to vary (Bavarian et al. 2022,
arXiv:2207.14255, for bars instead of characters). Nothing is transposed: pitches are written from the tonic.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..encodings import notes_vocabulary as v
from ..encodings.notes_reader import CHORD_LINE, Cell, read
from ..encodings.notes_sheet import Header, Laid, Sheet, lay_out

POOL = 24  # batches that are dealt together


@dataclass(frozen=True)
class MusicSampling:
    """How documents are dealt out. Shares are probabilities.

    context: longest document in ids. whole: share of documents that begin with the piece.
    most: lines of one document at most; fewer: share of documents in which lines are left out.
    holes: share of documents with cells to be filled; in these, bars / lines / stretch are the shares of gaps in all
    lines, of whole lines, of a stretch of one line; the rest are cells anywhere.
    loud: share of documents that say how loud, where it is known. chords: share that show chords; asked: share of
    those in which they are to be found.
    no_genre, no_mode, no_tonic, no_tempo, no_density: how often that is not said.
    without: sets that are left out. often: how often the pieces of a set are taken, 1 where it is not named;
    longer: the power of its notes (at most 4,000) by which a long piece is taken more often than a short one.
    """

    context: int = 768
    whole: float = 0.3
    most: int = 8
    fewer: float = 0.2
    holes: float = 0.35
    bars: float = 0.4
    lines: float = 0.3
    stretch: float = 0.2
    chords: float = 0.35
    asked: float = 0.3
    loud: float = 0.5
    no_genre: float = 0.1
    no_mode: float = 0.1
    no_tonic: float = 0.3
    no_tempo: float = 0.3
    no_density: float = 0.3
    without: tuple[str, ...] = ()
    often: dict[str, float] = field(default_factory=dict)
    longer: float = 0.7


@dataclass(frozen=True)
class Piece:
    """A piece ready to be dealt: `genre` index or None, `weight` how often it is taken."""

    id: str
    sheet: Sheet
    genre: int | None
    weight: float
    has_tempo: bool = True


@dataclass(frozen=True)
class NoteDocument:
    """tokens (t,), places (t, 24), references (t,) and which tokens are learnt (t,). `notes` in what is learnt."""

    tokens: NDArray[np.int64]
    places: NDArray[np.uint16]
    references: NDArray[np.int16]
    learnt: NDArray[np.bool_]
    notes: int


class NoteDealer:
    """Deals documents: pool after pool, each by its own seed, so that a resumed training sees the same."""

    def __init__(self, pieces: Sequence[Piece], sampling: MusicSampling, seed: int) -> None:
        self.pieces, self.sampling, self.seed = pieces, sampling, seed
        weights = np.array([piece.weight for piece in pieces], dtype=np.float64)
        self.chances = weights / weights.sum()

    def batches(self, pool: int, tokens: int) -> list[list[NoteDocument]]:
        """Some POOL batches of about `tokens` tokens, documents of like lengths together."""
        dice = np.random.default_rng((self.seed, pool))
        documents: list[NoteDocument] = []
        total = 0
        while total < POOL * tokens:
            piece = self.pieces[int(dice.choice(len(self.pieces), p=self.chances))]
            document = self.document(piece, dice)
            if document is not None:
                documents.append(document)
                total += len(document.tokens)
        documents.sort(key=lambda document: len(document.tokens))
        batches: list[list[NoteDocument]] = [[]]
        for document in documents:
            if batches[-1] and (len(batches[-1]) + 1) * len(document.tokens) > tokens * 1.1:
                batches.append([])
            batches[-1].append(document)
        order = dice.permutation(len(batches))
        return [batches[i] for i in order]

    def document(self, piece: Piece, dice: np.random.Generator) -> NoteDocument | None:
        """A window of a piece, or None where it has nothing that can be laid out."""
        how, sheet = self.sampling, piece.sheet
        lines = _some_lines(sheet, how, dice)
        if not lines:
            return None
        window = _window(sheet, lines, how, dice)
        if window is None:
            return None
        first, last = window
        chords = bool(sheet.chords) and dice.random() < how.chords
        header = Header(
            None if dice.random() < how.no_genre else piece.genre,
            None if dice.random() < how.no_mode else sheet.keys[first][1],
            None if dice.random() < how.no_tonic else sheet.keys[first][0],
            None if dice.random() < how.no_tempo or not piece.has_tempo else sheet.tempi[first],
            None if dice.random() < how.no_density else sheet.density(first, last, lines),
            chords,
            sheet.expressive and dice.random() < how.loud,
        )
        holes = _holes(sheet, lines, first, last, chords, how, dice) if dice.random() < how.holes else ()
        laid = lay_out(sheet, header, first=first, last=last, lines=lines, holes=holes)
        return as_document(laid)


def as_document(laid: Laid, only_answers: bool = False) -> NoteDocument | None:
    """What a net learns of a laid-out document: everything written, or only what fills the holes."""
    if not 8 <= len(laid.ids) <= 2048:
        return None
    places, references, _ = read(laid.frame, laid.header, laid.ids.tolist())
    tokens = laid.ids.astype(np.int64)
    learnt = tokens < v.OUTPUTS
    learnt[: laid.header] = False
    learnt[laid.header] = False  # the first BAR is no choice
    learnt[:-1] &= tokens[1:] != v.MASK
    if only_answers:
        learnt[: laid.given] = False
    notes = int((learnt & (tokens >= v.PITCH) & (tokens < v.CHORD)).sum())
    return NoteDocument(tokens, places, references, learnt, notes)


def _some_lines(sheet: Sheet, how: MusicSampling, dice: np.random.Generator) -> list[int]:
    used = sorted({line for _, line in sheet.cells})
    if len(used) > how.most:
        return sorted(int(i) for i in dice.choice(used, int(dice.integers(2, how.most + 1)), replace=False))
    if len(used) > 1 and dice.random() < how.fewer:
        return sorted(int(i) for i in dice.choice(used, int(dice.integers(1, len(used))), replace=False))
    return used


def _window(
    sheet: Sheet, lines: Collection[int], how: MusicSampling, dice: np.random.Generator
) -> tuple[int, int] | None:
    """Bars that fit into the context; none of them longer than the encoding can say."""
    count = len(sheet.bars)
    sizes = np.ones(count, dtype=np.int64)
    for (bar, line), cell in sheet.cells.items():
        if line in lines:
            sizes[bar] += 1 + len(cell)
    for bar, chords in sheet.chords.items():
        sizes[bar] += 1 + 2 * len(chords)
    bad = np.array([bar.length > v.LONGEST_BAR for bar in sheet.bars])
    first = 0 if dice.random() < how.whole else int(dice.integers(0, count))
    if bad[first]:
        return None
    room = how.context - 16 - len(lines)
    last = first
    while last < count and not bad[last] and room >= sizes[last]:
        room -= int(sizes[last])
        last += 1
    # A window at the end of a piece reaches back for what it can still hold.
    while last == count and first > 0 and not bad[first - 1] and room >= sizes[first - 1]:
        first -= 1
        room -= int(sizes[first])
    return (first, last) if last > first else None


def _holes(
    sheet: Sheet,
    lines: Sequence[int],
    first: int,
    last: int,
    chords: bool,
    how: MusicSampling,
    dice: np.random.Generator,
) -> list[Cell]:
    """Cells to be filled in; every one of them takes two ids more than it had, so they are kept to a part."""
    kind, bars = dice.random(), last - first
    if kind < how.bars and bars > 1:
        length = int(dice.integers(1, min(8, max(1, bars // 2)) + 1))
        start = first + int(dice.integers(0, bars - length + 1))
        holes = [(bar, line) for bar in range(start, start + length) for line in lines]
    elif kind < how.bars + how.lines and len(lines) > 1:
        some = dice.choice(lines, int(dice.integers(1, len(lines))), replace=False)
        holes = [(bar, int(line)) for bar in range(first, last) for line in sorted(some)]
    elif kind < how.bars + how.lines + how.stretch:
        line = int(dice.choice(lines))
        length = int(dice.integers(1, max(1, math.ceil(bars / 2)) + 1))
        start = first + int(dice.integers(0, bars - length + 1))
        holes = [(bar, line) for bar in range(start, start + length)]
    else:
        share = dice.uniform(0.1, 0.5)
        holes = [(bar, line) for bar in range(first, last) for line in lines if dice.random() < share]
    if chords and dice.random() < how.asked:
        holes += [(bar, CHORD_LINE) for bar in range(first, last)]
    return holes
