"""Looking for melodies of training pieces in a score: windows that stand in them, the longest runs, and quotes.

*Windows* of 16 notes that are note for note the same (interval and time), whatever the key. A window is *plain* if it
is a scale, a repeated note, a figure that goes round; *common* if it stands in pieces by three hands or more.
*Quotes* are longer stretches that agree for the most part though notes in them were changed, added or left out: short
equal seeds on one diagonal, then a local alignment (Smith and Waterman 1981) of pitch and time around them. A note that
agrees counts as many bits as it says after the note before, so that a scale says little and a theme much; what a quote
comes to is a log-odds score as in sequence search (Karlin and Altschul 1990): by chance none of six million notes
reaches some 45 bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..media.score import Score
from .print_notes import SEED, WINDOW, Line, NoteIndex, hashes_of, is_plain, lines_of

COMMON_HANDS = 3
MOST_PLACES = 400  # that a window is looked up in; one that stands in more belongs to nobody
MOST_SEEDS = 250  # places from which on a seed says nothing
NEAR = 24  # steps within which seeds support one another
SHIFT = 3  # notes that may be added or left out between two seeds
CHOSEN = 24  # places of a line that are aligned, the best
REACH = 40  # notes before and after the seeds that an alignment may run on into
HALF, OTHER, GAP = -2.0, -4.0, -4.0  # bits of a note that agrees in pitch or time only, in neither; left out or added
LEAST = 30.0  # bits below which a quote is not told of


@dataclass(frozen=True)
class Quote:
    """A stretch of a line that agrees with a training piece. Notes are counted from 0, ends not included.

    `alike`: notes that agree in pitch (at one distance) and in time; `exact`: none was changed; `bits`: how much the
    agreement says, changed notes taken off.
    """

    line: int
    first: int
    last: int
    place: int  # of its first note in the index
    end: int
    alike: int
    exact: bool
    bits: float

    @property
    def notes(self) -> int:
        return self.last - self.first

    @property
    def agreement(self) -> float:
        """Share of its notes that agree, 0..1."""
        return self.alike / max(self.notes, self.end - self.place, 1)


@dataclass
class Findings:
    """What a score shares with an index. Windows: all, found note for note, and of these plain and common ones.

    `runs`: the exact stretches of 16 notes and more; `quotes`: those with changes; each the longest first. `hands`:
    how many independent hands hold a run or quote, by its place in the list `runs + quotes`.
    """

    lines: list[Line]
    windows: int = 0
    found: int = 0
    plain: int = 0
    common: int = 0
    runs: list[Quote] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Share of all windows that stand in a training piece and are neither plain nor common, 0..1."""
        return (self.found - self.plain - self.common) / self.windows if self.windows else 0.0


def look(score: Score, index: NoteIndex, *, fuzzy: bool = True, least: float = LEAST) -> Findings:
    """Everything that a score shares with the index; `fuzzy` False leaves out quotes with changes, `least` those of
    fewer bits."""
    findings = Findings(lines_of(score))
    if not index.notes:
        findings.windows = sum(max(0, len(line) - WINDOW) for line in findings.lines)
        return findings
    for number, line in enumerate(findings.lines):
        if len(line) > WINDOW:
            _windows(number, line, index, findings)
        if fuzzy and len(line) > SEED:
            findings.quotes += _quotes(number, line, index, least)
    findings.runs.sort(key=lambda run: -run.notes)
    findings.quotes.sort(key=lambda quote: -quote.bits)
    return findings


# --- note for note -------------------------------------------------------------------------------------------------


def _windows(number: int, line: Line, index: NoteIndex, findings: Findings) -> None:
    steps = line.steps[:-1]
    count = len(steps) - WINDOW + 1
    findings.windows += count
    asked, places, stands = index.windows(hashes_of(steps)[1], MOST_PLACES)
    same = np.ones(len(asked), bool)
    for offset in range(WINDOW):  # equal hashes are not always equal windows
        same &= index.steps[places + offset] == steps[asked + offset]
    asked, places = asked[same], places[same]
    found = np.unique(asked)
    hands = index.hands[index.pieces_at(places)]
    mine = np.zeros(count, bool)
    for window in found.tolist():
        if is_plain(steps[window : window + WINDOW]):
            findings.plain += 1
        elif stands[window] > MOST_PLACES or len(np.unique(hands[asked == window])) >= COMMON_HANDS:
            findings.common += 1
        else:
            mine[window] = True
    findings.found += len(found)
    findings.runs += _runs(number, asked, places, mine, index.bits(steps))


def _runs(
    number: int,
    asked: NDArray[np.int64],
    places: NDArray[np.int64],
    mine: NDArray[np.bool_],
    bits: NDArray[np.float32],
) -> Iterator[Quote]:
    """Windows that follow one another in the line and in the piece, joined; only those in which most are nobody's
    common property."""
    order = np.lexsort((asked, places - asked))
    asked, places = asked[order], places[order]
    breaks = np.flatnonzero((np.diff(places - asked) != 0) | (np.diff(asked) != 1)) + 1
    for part in np.split(np.arange(len(asked)), breaks):
        if len(part) and mine[asked[part]].mean() >= 0.5:
            first, place, notes = int(asked[part[0]]), int(places[part[0]]), len(part) + WINDOW
            told = float(bits[first : first + notes - 1].sum())
            yield Quote(number, first, first + notes, place, place + notes, notes, True, told)


# --- with changes --------------------------------------------------------------------------------------------------


def _quotes(number: int, line: Line, index: NoteIndex, least: float) -> list[Quote]:
    steps = line.steps[:-1]
    seeds = hashes_of(steps)[0]
    plain = np.array([len(np.unique(steps[at : at + SEED])) <= 2 for at in range(len(seeds))], bool)
    asked, places = index.seeds(seeds, MOST_SEEDS)
    telling = ~plain[asked]
    asked, places = asked[telling], places[telling]
    weights = np.append(4.0, index.bits(steps))  # of arriving at each note
    found: list[Quote] = []
    for first, last, place, end in _clusters(asked, places):
        if not any(quote.place <= place and end <= quote.end and quote.first <= first for quote in found):
            quote = _aligned(number, line, weights, index, (first, last), (place, end))
            if quote is not None and quote.bits >= least:
                found.append(quote)
    return found


def _clusters(asked: NDArray[np.int64], places: NDArray[np.int64]) -> list[tuple[int, int, int, int]]:
    """Where several seeds stand in the same order in the line and in a piece, the most promising first.

    (first and last seed in the line, first and last in the index); a seed by itself is no cluster.
    """
    if len(asked) < 2:
        return []
    order = np.lexsort((asked, places))
    asked, places = asked[order], places[order]
    shift = places - asked
    # Two seeds support one another if both move on by about as much: seen among the next few places of the index.
    after = np.full(len(asked), -1, np.int64)
    for step in range(1, 7):
        here, there = np.arange(len(asked) - step), np.arange(step, len(asked))
        moved = asked[there] - asked[here]
        near = (moved > 0) & (moved <= NEAR) & (np.abs(shift[there] - shift[here]) <= SHIFT)
        free = near & (after[here] < 0)
        after[here[free]] = there[free]
    reached = np.zeros(len(asked), bool)
    reached[after[after >= 0]] = True
    found = []
    for start in np.flatnonzero((after >= 0) & ~reached).tolist():
        at, size = start, 1
        covered = SEED + 1
        while after[at] >= 0:
            covered += min(SEED + 1, int(asked[after[at]] - asked[at]))
            at, size = int(after[at]), size + 1
        found.append((covered, (int(asked[start]), int(asked[at]), int(places[start]), int(places[at]))))
    return [where for _, where in sorted(found, key=lambda row: -row[0])[:CHOSEN]]


def _aligned(
    number: int,
    line: Line,
    weights: NDArray[np.float64],
    index: NoteIndex,
    mine: tuple[int, int],
    theirs: tuple[int, int],
) -> Quote | None:
    """The best local alignment of the line and the piece around a cluster of seeds."""
    row = int(index.line_at(np.array([theirs[0]]))[0])
    low, high = int(index.starts[row]), int(index.starts[row + 1])
    a0, a1 = max(0, mine[0] - REACH), min(len(line), mine[1] + SEED + 1 + REACH)
    b0, b1 = max(low, theirs[0] - REACH), min(high, theirs[1] + SEED + 1 + REACH)
    lift = int(index.pitches[theirs[0]]) - int(line.pitches[mine[0]])
    pitches = line.pitches[a0:a1, None].astype(int) + lift == index.pitches[None, b0:b1]
    gaps = np.diff(line.onsets[a0:a1], append=line.onsets[a1 - 1])
    others = np.diff(index.onsets[b0:b1], append=index.onsets[b1 - 1])
    times = np.minimum(gaps, 255)[:, None] == np.minimum(others, 255)[None, :]
    points = np.where(pitches & times, weights[a0:a1, None], np.where(pitches | times, HALF, OTHER))
    found = _local(points)
    if found is None:
        return None
    (i0, j0), (i1, j1), alike, exact, bits = found
    return Quote(number, a0 + i0, a0 + i1, b0 + j0, b0 + j1, alike, exact, bits)


def _local(points: NDArray[np.float64]) -> tuple[tuple[int, int], tuple[int, int], int, bool, float] | None:
    """Smith-Waterman over a table of points: begin, end (not included), how many agree, whether all do, points."""
    rows, columns = points.shape
    total = np.zeros((rows + 1, columns + 1))
    steps = np.arange(columns + 1) * GAP
    for i in range(1, rows + 1):
        best = np.maximum(total[i - 1, :-1] + points[i - 1], total[i - 1, 1:] + GAP)
        row = np.maximum(np.append(0.0, best), 0.0)
        # Gaps along the row: the best of what stands before, less a gap a step (a running maximum does it).
        total[i] = np.maximum(np.maximum.accumulate(row - steps) + steps, 0.0)
    i, j = (int(one) for one in np.unravel_index(int(np.argmax(total)), total.shape))
    bits = float(total[i, j])
    if bits <= 0:
        return None
    end, alike, exact = (i, j), 0, True
    while i > 0 and j > 0 and total[i, j] > 0:
        if np.isclose(total[i, j], total[i - 1, j - 1] + points[i - 1, j - 1]):
            alike += points[i - 1, j - 1] >= 0
            exact &= bool(points[i - 1, j - 1] >= 0)
            i, j = i - 1, j - 1
            continue
        exact = False
        i, j = (i - 1, j) if np.isclose(total[i, j], total[i - 1, j] + GAP) else (i, j - 1)
    return (i, j), end, int(alike), exact, bits


def hands_of(quotes: Sequence[Quote], quote: Quote, index: NoteIndex) -> int:
    """How many independent hands hold the stretch of `quote`, by all the quotes that were found of it."""
    span = quote.notes
    same = [
        other
        for other in quotes
        if other.line == quote.line
        and other.bits >= 0.7 * quote.bits
        and min(other.last, quote.last) - max(other.first, quote.first) >= 0.7 * min(span, other.notes)
    ]
    places = np.array([other.place for other in same], np.int64)
    return len(np.unique(index.hands[index.pieces_at(places)])) if len(places) else 0
