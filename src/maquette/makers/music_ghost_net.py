"""The net's next bar, fast: the bars before it stay read in the net's cache, and several rows go on from there.

A window of the last bars is laid out as it was when the net learnt; while it only grows, only what is new is read.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..encodings import notes_vocabulary as v
from ..encodings.notes_grammar import CellRules, NoteGrammar
from ..encodings.notes_reader import Frame, FrameBar, FrameLine, read
from ..encodings.notes_sheet import Header, Sheet, lay_out, sheet_of
from ..engine.sampling import Floats, Sampling, bar, choose, uniforms
from . import music_net as n

if TYPE_CHECKING:
    from ..engine.session import Cache
    from ..media.score import Score
    from .music_writer import Writer

ROWS = 4  # bars that are written side by side
MOST_BARS, MOST_IDS = 15, 300  # of what came before
LONGEST = 72  # ids of a ghost
HOW = Sampling(temperature=0.6, top_p=0.95)
PHRASE = 8


@dataclass(frozen=True)
class Written:
    """One bar as the net wrote it: ids by line, pitches as they sound; nats; the share of the rows that came to it."""

    cells: tuple[tuple[int, tuple[int, ...]], ...]
    logprob: float
    share: float


class NextBar(NoteGrammar):
    """The grammar of one more bar of a piece that goes on: over when another bar begins."""

    def __init__(self, frame: Frame, header: int, prefix: Sequence[int], rules: CellRules, target: int) -> None:
        self.target = target
        super().__init__(frame, header, prefix, rules)

    def push(self, token: int) -> None:
        if token in (v.BAR, v.END) and self.reader.bar == self.target:
            self.done = True
            return
        super().push(token)


class BarWriter:
    """Writes next bars with one net, and keeps what it has read."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self._ids: NDArray[Any] = np.zeros((0, 1), dtype=np.int64)
        self._cache: Cache | None = None

    def write(self, score: Score, at: int, genre: str | None, seed: int) -> list[Written]:
        """Different bars for the place `at`, after all that stands before it; the commonest first."""
        sheet = sheet_of(score)
        if len(sheet.lines) > v.LINES or sheet.bars[at].length > v.LONGEST_BAR:
            return []
        first = _first(sheet, at)
        frame, ids, header, down = self._laid(sheet, first, at, genre)
        places, _, _ = read(frame, header, ids.tolist())
        base = self._read(ids, places)
        grammar = NextBar(frame, header, ids.tolist(), _rules(score, sheet, at, first, down), at - first)
        copied = pickle.dumps(grammar)
        grammars = [grammar, *(pickle.loads(copied) for _ in range(ROWS - 1))]
        drawn = self._draw(grammars, len(ids), base, seed)
        return _told(grammars, drawn, at - first, down, [line.drums for line in sheet.lines])

    def _laid(self, sheet: Sheet, first: int, at: int, genre: str | None) -> tuple[Frame, NDArray[np.int32], int, int]:
        """The window before the bar as ids; the frame knows of the bar, and of one after it."""
        genres = self.writer.genres
        tonic, mode = sheet.keys[first]
        genre = genre if genre in genres else self.writer.own
        number = genres.index(genre) if genre in genres else None
        header = Header(number, mode, tonic, sheet.tempi[first], None, bool(sheet.chords), sheet.expressive)
        bars = (*sheet.bars[first : at + 1], FrameBar(sheet.bars[at].length, sheet.bars[at].metre))
        lines = tuple(FrameLine(line.instrument, line.drums) for line in sheet.lines)
        frame = Frame(bars, lines, first, None, header.chords)
        if at > first:
            laid = lay_out(sheet, header, first=first, last=at, whole=(0, 0))
            return frame, laid.ids[:-1], laid.header, laid.down  # without END
        laid = lay_out(sheet, header, first=first, last=first + 1)
        return frame, laid.ids[: laid.header], laid.header, laid.down

    # -- the net ---------------------------------------------------------------------------------------------------

    def _read(self, ids: NDArray[np.int32], places: NDArray[Any]) -> Floats:
        """Logits (1, v) after the window; of what was read before only the end that differs is read again."""
        session = self.writer.decoder.session
        rows = session.rows(ids.astype(np.int64), places.astype(np.int64))
        if self._cache is None:
            self._cache = session.cache(ROWS, session.size["context"])
        same = min(len(self._ids), len(rows))
        equal = (self._ids[:same] == rows[:same]).all(axis=1)
        kept = int(same if equal.all() else equal.argmin())
        kept = min(kept, len(rows) - 1)  # the last one is read again: its logits are wanted
        new = rows[kept:][None]
        lengths = np.array([len(rows)], dtype=np.int32)
        logits = self._cache.run(new, lengths, np.array([new.shape[1] - 1]))[:1].copy()
        self._ids = rows
        return logits

    def _draw(self, grammars: Sequence[NextBar], length: int, base: Floats, seed: int) -> list[float]:
        """Write one bar in every row; gives the nats of each."""
        assert self._cache is not None
        cache, session = self._cache, self.writer.decoder.session
        for row in range(1, ROWS):
            cache.move(0, row, length)
        logits = np.repeat(base, ROWS, axis=0)
        dice = uniforms([seed * ROWS + row for row in range(ROWS)], LONGEST)
        nats = [0.0] * ROWS
        alive = list(range(ROWS))
        tokens = np.zeros(ROWS, dtype=np.int64)
        barred = np.zeros_like(logits)
        wanted = np.arange(ROWS)
        room = min(LONGEST, session.size["context"] - length - 1)
        for step in range(room):
            for row in alive:
                view = grammars[row].view()
                if view is not None:
                    to, beside, count = view
                    logits[row, to : to + count] += logits[row, beside : beside + count]
                barred[row] = bar(grammars[row].mask())
            chosen, gains = choose(logits[alive], barred[alive], dice[alive, step], HOW)
            for row, token, gain in zip(alive, chosen.tolist(), gains.tolist(), strict=True):
                grammars[row].push(token)
                tokens[row] = token
                nats[row] += gain
            alive = [row for row in alive if not grammars[row].done]
            if not alive:
                break
            last = alive[-1] + 1  # the cache is bound from row 0 on: rows that have ended are carried along
            places = np.stack([grammars[row].places() for row in range(last)])
            ids = session.rows(tokens[:last, None], places[:, None])
            lengths = np.full(last, length + step + 1, dtype=np.int32)
            logits[:last] = cache.run(ids, lengths, wanted[:last])
        return nats


def _first(sheet: Sheet, at: int) -> int:
    """Where the window begins: at a phrase, and not so far back that reading it takes long."""
    first = max(0, at - MOST_BARS)
    first = -(-first // PHRASE) * PHRASE if first else 0
    lines = range(len(sheet.lines))

    def size(begin: int) -> int:
        return sum(1 + len(sheet.cells[b, i]) for b in range(begin, at) for i in lines if (b, i) in sheet.cells)

    while first < at - 1 and size(first) > MOST_IDS:
        first = first + PHRASE if first + PHRASE < at else first + 1
    return first


def _rules(score: Score, sheet: Sheet, at: int, first: int, down: int) -> CellRules:
    """Ranges at ease, single voices stay single, notes end with the bar after at the latest."""
    ranges = n.ranges_at_ease(score)
    allowed = np.zeros((len(sheet.lines), 128), dtype=np.bool_)
    for number, line in enumerate(sheet.lines):
        low, high = ranges.get(number, (35, 81))
        moved = 0 if line.drums else down
        allowed[number, max(0, low - moved) : max(0, high - moved + 1)] = True
    starts = np.cumsum([0, *(one.length for one in sheet.bars[first : at + 1])])
    ends = {(at - first, number): int(starts[-1]) for number in range(len(sheet.lines))}
    return CellRules(allowed, voices=n.voices_of(score), ends=ends, expressive=sheet.expressive)


def _told(
    grammars: Sequence[NextBar], nats: Sequence[float], target: int, down: int, drums: Sequence[bool]
) -> list[Written]:
    """What the rows wrote, each bar once, with the share of the rows that wrote it."""
    made: Counter[tuple[tuple[int, tuple[int, ...]], ...]] = Counter()
    best: dict[tuple[tuple[int, tuple[int, ...]], ...], float] = {}
    for grammar, gain in zip(grammars, nats, strict=True):
        if not grammar.done:
            continue
        cells = []
        for (found, line), ids in sorted(grammar.written.items()):
            if found == target and line >= 0 and ids:
                up = 0 if drums[line] else down
                cells.append((line, tuple(i + up if v.PITCH <= i < v.DRUM else i for i in ids)))
        key = tuple(cells)
        made[key] += 1
        best[key] = max(best.get(key, -1e9), gain)
    return [Written(key, best[key], count / len(grammars)) for key, count in made.most_common() if key]
