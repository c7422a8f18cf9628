"""Effort saved: how many bars of a human's piece need not be written, because a ghost showed them?

    python benchmarks/music_effort.py [--each 12] [--bars 24] [--checkpoint music-1] [--seed 1] [--training]

Held-out pieces (of our own hold-out: nothing was fitted to them) are written again bar by bar, from their second bar
on. Before each bar three ghosts are asked for, as `Studio.suggest` gives them: the genre is said, and nothing else but
what stands before. A ghost counts when it is the bar that comes next note for note, in all parts: begin, length and
pitch of each. On a miss the person writes the bar herself, and the replay goes on from her piece. Bars in which
nothing begins are not asked for.

    three ghosts  the share of bars that one of them is; first: that the first alone is
    cells         the share of cells, one bar of one staff in which something begins, that stand right in one of them
    any           the share of bars that were thought of at all, among the three or not: what better ranking could gain
    ghosts        what Studio.suggest shows: the piece's own bars and the net's
    net, repeats  each source alone
    last bar      the bar before, again
    n-gram        the plain baseline of the encoding writes the bar three times, in the same grammar as the net
    retrieval     the bars that came in training pieces after the bar like the last one, moved to its pitch

Milliseconds for one question, all sources, on one core: processor time and wall clock. How likely ghosts are was
fitted to training pieces (`--training` replays some of those instead: it prints how often each way was right).
"""

# ruff: noqa: E402 (the threads must be set before anything that computes is imported)
from __future__ import annotations

import argparse
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np
from _pieces import MUSIC, kept_out, records, score_of
from common import keep, processor, table
from music_bars import ours

from maquette.checkpoints.box import Checkpoint, open_checkpoint
from maquette.core.errors import MaquetteError
from maquette.makers.music_ghost import MusicGhosts, Proposal, merged, shown
from maquette.makers.music_next import Rows, guesses
from maquette.media.score import Score, cut

SETS = ("lieder", "polish", "hymnal", "mutopia")
SHOWN = 3
Bar = tuple[tuple[tuple[int, int, int, int], ...], ...]  # of each part (staff, start, length, pitch)


@dataclass(frozen=True)
class Piece:
    """A piece that is written again: its set, genre and first bars."""

    set: str
    genre: str
    score: Score


class Watched(MusicGhosts):
    """The ghosts, which remember what each source thought of last."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__(checkpoint)
        self.found: list[Proposal] = []
        self.net: list[Proposal] = []

    def proposals(self, *args: Any, **more: Any) -> list[Proposal]:
        self.found = super().proposals(*args, **more)
        return self.found

    def _by_net(self, *args: Any, **more: Any) -> list[Proposal]:
        self.net = super()._by_net(*args, **more)
        return self.net


def pieces(each: int, bars: int, seed: int, training: bool) -> Iterator[Piece]:
    """Up to `each` pieces of every set, cut to `bars` bars; only parts that play in them."""
    for name in SETS:
        rows = [
            row
            for row in records(name, MUSIC, held=not training)
            if (not kept_out(row["work"]) if training else ours(row["work"]))
        ]
        random.Random(seed).shuffle(rows)
        taken = 0
        for row in rows:
            if taken == each:
                break
            try:
                score = score_of(row)
            except MaquetteError:
                continue
            score = cut(score, 0, min(bars, len(score.bars)))
            score = replace(score, parts=tuple(part for part in score.parts if part.notes), chords=())
            if len(score.bars) < 8 or score.count < 16 or not score.keys:
                continue
            taken += 1
            yield Piece(name, row["genre"], score)


def asked_at(score: Score, at: int) -> Score:
    """The piece as it stands when bar `at` is to be written: nothing in it, nothing after it."""
    begin = score.starts[at]
    parts = tuple(replace(part, notes=tuple(n for n in part.notes if n.start < begin)) for part in score.parts)
    return replace(cut(score, 0, at + 1), parts=parts)


def bar_of(score: Score, at: int) -> Bar:
    """What begins in a bar, part by part."""
    begin, end = score.starts[at], score.starts[at + 1]
    return tuple(
        tuple(sorted((n.staff, n.start - begin, n.length, n.pitch) for n in part.notes if begin <= n.start < end))
        for part in score.parts
    )


def as_bar(rows: Rows) -> Bar:
    """A proposal as `bar_of` tells bars."""
    return tuple(tuple(sorted((n.staff, n.start, n.length, n.pitch) for n in row)) for row in rows)


def cells(bar: Bar) -> dict[tuple[int, int], frozenset[Any]]:
    """(part, staff) -> what begins there."""
    found: dict[tuple[int, int], set[Any]] = defaultdict(set)
    for part, notes in enumerate(bar):
        for staff, *note in notes:
            found[part, staff].add(tuple(note))
    return {place: frozenset(notes) for place, notes in found.items()}


class Tally:
    """What one way of showing ghosts has saved."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()

    def take(self, truth: Bar, shown: Sequence[Bar]) -> None:
        three = list(dict.fromkeys(shown))[:SHOWN]
        self.count["bars"] += 1
        self.count["first"] += three[:1] == [truth]
        self.count["three"] += truth in three
        self.count["any"] += truth in shown
        parts = [cells(one) for one in three]
        for place, notes in cells(truth).items():
            self.count["cells"] += 1
            self.count["right cells"] += any(one.get(place) == notes for one in parts)

    def row(self) -> dict[str, Any]:
        bars = max(self.count["bars"], 1)
        told = {"bars": self.count["bars"], "three ghosts": self.count["three"] / bars}
        told |= {"first": self.count["first"] / bars}
        told |= {"cells": self.count["right cells"] / max(self.count["cells"], 1), "any": self.count["any"] / bars}
        return {key: round(value, 3) for key, value in told.items()}


def replay(ghosts: Watched, rows: Sequence[Piece], others: dict[str, Callable[[Score, int, Piece], list[Bar]]],
           seed: int) -> tuple[dict[tuple[str, str], Tally], dict[str, list[float]], Any]:  # fmt: skip
    """Write the pieces again; tallies by (way, set), milliseconds, and how often each kind of guess was right."""
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    spent: dict[str, list[float]] = {"processor": [], "wall": []}
    right: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for piece in rows:
        for at in range(1, len(piece.score.bars)):
            truth = bar_of(piece.score, at)
            if not any(truth):
                continue
            score = asked_at(piece.score, at)
            wall, cpu = time.perf_counter(), time.process_time()
            ghosts.suggest(score, at, SHOWN, style=piece.genre, seed=seed)
            spent["wall"].append(1000 * (time.perf_counter() - wall))
            spent["processor"].append(1000 * (time.process_time() - cpu))
            again = guesses(score, at)
            three = shown(ghosts.found, SHOWN)
            rest = [one for one in ghosts.found if one not in three]
            seen = {
                "ghosts": [as_bar(one.rows) for one in (*three, *rest)],
                "net": [as_bar(one.rows) for one in merged(ghosts.net)],
                "repeats": [as_bar(one.rows) for one in again],
                "last bar": [bar_of(score, at - 1)],
            }
            seen |= {name: way(score, at, piece) for name, way in others.items()}
            for name, bars in seen.items():
                tallies[name, piece.set].take(truth, bars)
                tallies[name, "all"].take(truth, bars)
            for one in three:
                right[one.source].append((one.chance, as_bar(one.rows) == truth))
    return tallies, spent, right


def calibration(right: dict[str, list[tuple[float, bool]]]) -> list[dict[str, Any]]:
    """Chances that ghosts were shown with, and how often they were right."""
    rows = []
    for source, told in sorted(right.items()):
        for low, high in ((0, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01)):
            some = [(chance, hit) for chance, hit in told if low <= chance < high]
            if len(some) >= 10:
                chance, hit = np.mean(np.array(some, float), axis=0)
                rows.append({"source": source, "ghosts": len(some), "chance": round(float(chance), 3),
                             "right": round(float(hit), 3)})  # fmt: skip
    return rows


# -- what ghosts are held against --------------------------------------------------------------------------------------


def ngram_ghosts(ghosts: Watched, seed: int) -> Callable[[Score, int, Piece], list[Bar]]:
    """Three bars drawn from the plain baseline, in the grammar of the net's bars."""
    from maquette.encodings.notes_reader import read
    from maquette.encodings.notes_sheet import sheet_of
    from maquette.engine.ngram_small import load
    from maquette.makers import music_ghost_net as g

    ngram = load(Path(str(files("maquette.starters").joinpath("baselines", "notes.v1.npz"))))
    bars = g.BarWriter(ghosts.writer)

    def drawn(grammar: g.NextBar, context: list[int], dice: np.random.Generator) -> None:
        for _ in range(g.LONGEST):
            odds = ngram.distribution(context[-ngram.order :])
            mask = grammar.mask()[: len(odds)]
            odds = np.where(mask, odds[: len(mask)], 0) ** (1 / g.HOW.temperature)
            if not odds.sum():
                return
            token = int(dice.choice(len(odds), p=odds / odds.sum()))
            grammar.push(token)
            context.append(token)
            if grammar.done:
                return

    def way(score: Score, at: int, piece: Piece) -> list[Bar]:
        sheet = sheet_of(score)
        first = g._first(sheet, at)
        frame, ids, header, down = bars._laid(sheet, first, at, piece.genre)
        read(frame, header, ids.tolist())
        out = []
        for number in range(SHOWN):
            grammar = g.NextBar(frame, header, ids.tolist(), g._rules(score, sheet, at, first, down), at - first)
            drawn(grammar, ids[header:].tolist(), np.random.default_rng((seed, at, number)))
            told = g._told([grammar], [0.0], at - first, down, [line.drums for line in sheet.lines])
            out += [as_bar(ghosts.rows_of(score, one)) for one in told]
        return out

    return way


def retrieval(each: int) -> Callable[[Score, int, Piece], list[Bar]]:
    """What came in training pieces after a bar that is like the last one but for its pitch; the commonest first."""
    after: dict[Any, Counter[Any]] = defaultdict(Counter)
    for name in SETS:
        for count, row in enumerate(records(name, MUSIC, held=False)):
            if count >= each:
                break
            try:
                score = score_of(row)
            except MaquetteError:
                continue
            rows = [bar_of(score, at) for at in range(len(score.bars))]
            for one, two in pairwise(rows):
                if (base := _lowest(one)) is not None:
                    after[_moved(one, -base)][_moved(two, -base)] += 1

    def way(score: Score, at: int, piece: Piece) -> list[Bar]:
        last = bar_of(score, at - 1)
        base = _lowest(last)
        if base is None:
            return []
        return [_moved(bar, base) for bar, _ in after.get(_moved(last, -base), Counter()).most_common(SHOWN)]

    return way


def _lowest(bar: Bar) -> int | None:
    return min((note[3] for part in bar for note in part), default=None)


def _moved(bar: Bar, by: int) -> Bar:
    return tuple(tuple((staff, start, length, pitch + by) for staff, start, length, pitch in part) for part in bar)


def main() -> None:
    """Measure, print and keep."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--checkpoint", default="music-1")
    asked.add_argument("--each", type=int, default=12, help="pieces of each set")
    asked.add_argument("--bars", type=int, default=24, help="of each piece")
    asked.add_argument("--learnt", type=int, default=1000, help="training pieces of each set that retrieval looks into")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--training", action="store_true", help="replay training pieces; nothing is kept")
    told = asked.parse_args()
    ghosts = Watched(open_checkpoint(told.checkpoint))
    rows = list(pieces(told.each, told.bars, told.seed, told.training))
    others: dict[str, Callable[[Score, int, Piece], list[Bar]]] = {}
    if not told.training:
        others = {"n-gram": ngram_ghosts(ghosts, told.seed), "retrieval": retrieval(told.learnt)}
    tallies, spent, right = replay(ghosts, rows, others, told.seed)
    found = [
        {"ghosts from": name, "set": kind, **tally.row()}
        for kind in (*SETS, "all")
        for name in ("ghosts", "net", "repeats", "last bar", *others)
        if (tally := tallies.get((name, kind))) is not None
    ]
    times = [
        {"milliseconds": name, "p50": round(float(np.median(ms))), "p95": round(float(np.percentile(ms, 95)))}
        for name, ms in spent.items()
    ]
    judged = calibration(right)
    print(f"{processor()}\n{len(rows)} pieces\n\n{table(found)}\n\n{table(times)}\n\n{table(judged)}")
    if not told.training:
        result = {"checkpoint": ghosts.checkpoint.name, "pieces": len(rows), "rows": found, "times": times}
        keep("music_effort", {**result, "calibration": judged})


if __name__ == "__main__":
    main()
