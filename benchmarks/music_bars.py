"""Pieces that the net writes beside held-out human ones: scale, distributions, form, genre, infill (bars 3-5, 7, 10).

    python benchmarks/music_bars.py [--pieces 200] [--checkpoint music-1] [--seed 0] [--out FOLDER]

Of every held-out piece (of our own hold-out; nothing was fitted to them) the frame is taken: the first 16 bars, their
metre, key, tempo, players, genre. The net writes music into it, once and unpicked, with no rule but the ranges of
instruments. What it wrote is measured beside the human piece of that frame, and beside as many training pieces, which
say how far human music is from human music:

    3   notes in the scale of the key (minor: with raised 6th and 7th), no scale being asked for
    4   Jensen-Shannon distance (bits) of pitch classes, lengths, places in the bar and intervals
    5   form: bars of the lead that are as an earlier one, in notes and in rhythm
    7   genre told by logistic regression on histograms, trained on training pieces: real and written, top 1 and 3
    10  bits per note of a true gap of two bars in sight of both sides, against the left side alone
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from _pieces import MUSIC, records, score_of
from common import keep, table
from numpy.typing import NDArray

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import MaquetteError
from maquette.encodings import notes_vocabulary as v
from maquette.encodings.notes_reader import read
from maquette.encodings.notes_sheet import Header, lay_out, sheet_of
from maquette.engine.sampling import log_softmax
from maquette.makers.music_judge import measures
from maquette.makers.music_writer import Manner, Writer, lines_of
from maquette.media import score as s
from maquette.media import score_midi

SETS = ("lieder", "polish", "mutopia", "quartets", "hymnal", "freedoom")
BARS = 16
FRESH, OURS = 50, 1  # our own hold-out: the hash of the work modulo 50 is 1


@dataclass(frozen=True)
class Piece:
    """The first bars of a piece."""

    set: str
    genre: str
    score: s.Score


def ours(work: str) -> bool:
    return int(hashlib.sha1(work.encode()).hexdigest(), 16) % FRESH == OURS


def pieces(held: bool, each: int, seed: int = 0) -> Iterator[Piece]:
    """Up to `each` pieces of every set, held-out or training ones, their first 16 bars."""
    for name in SETS:
        rows = [row for row in records(name, MUSIC, held=None if held else False) if ours(row["work"]) == held]
        random.Random(seed).shuffle(rows)
        taken = 0
        for row in rows:
            if taken >= each:
                break
            try:
                score = score_of(row)
                short = s.cut(score, 0, min(BARS, len(score.bars)))
            except MaquetteError:
                continue
            used = tuple(part for part in short.parts if part.notes)
            short = replace(short, parts=used)
            if not 1 <= len(lines_of(short)) <= 8 or short.count < 24 or not short.keys:
                continue
            if any(bar.length > 12 * s.TPQ for bar in short.bars):
                continue
            taken += 1
            yield Piece(name, row["genre"], short)


def written(writer: Writer, piece: Piece, seed: int) -> s.Score:
    """What the net writes into the frame of a piece."""
    empty = replace(piece.score, parts=tuple(replace(part, notes=()) for part in piece.score.parts), chords=())
    cells = [(bar, line) for bar in range(len(empty.bars)) for line in range(len(lines_of(empty)))]
    loud = len({note.velocity for part in piece.score.parts for note in part.notes}) > 1
    return writer.write(empty, cells, manner=Manner(piece.genre, loud=loud), seed=seed)[0].score


def histograms(score: s.Score) -> dict[str, NDArray[np.float64]]:
    """Shares of pitch classes above the tonic (12), lengths (24), places in the bar in 12ths (25), intervals (25)."""
    classes, lengths, places, steps = np.zeros(12), np.zeros(24), np.zeros(25), np.zeros(25)
    tonic = score.key_at(0).tonic
    edges = np.array([20, 40, 60, 80, 100, 120, 160, 180, 200, 240, 320, 360, 400, 480, 600, 720, 840, 960, 1200, 1440,
                      1920, 2400, 2880])  # fmt: skip
    for part in score.parts:
        notes = part.notes
        for note in notes:
            bar = score.bar_at(note.start)
            place = (note.start - score.starts[bar]) / max(score.bars[bar].length, 1)
            places[min(24, round(place * 24))] += 1
            lengths[int(np.searchsorted(edges, note.length))] += 1
            if not part.drums:
                classes[(note.pitch - tonic) % 12] += 1
        if not part.drums:
            tops = {note.start: note.pitch for note in notes if note.staff == 1}
            line = [tops[start] for start in sorted(tops)]
            for before, after in pairwise(line):
                steps[max(-12, min(12, after - before)) + 12] += 1
    return {"pitch class": classes, "length": lengths, "place": places, "interval": steps}


def divergence(one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    """Jensen-Shannon divergence in bits of two histograms."""
    p, q = one / max(one.sum(), 1e-9), two / max(two.sum(), 1e-9)
    middle = (p + q) / 2

    def kl(a: NDArray[np.float64]) -> float:
        held = a > 0
        return float((a[held] * np.log2(a[held] / middle[held])).sum())

    return (kl(p) + kl(q)) / 2


def pooled(scores: Sequence[s.Score]) -> dict[str, NDArray[np.float64]]:
    """Histograms of many pieces together, each piece counting alike."""
    total: dict[str, NDArray[np.float64]] = {}
    for score in scores:
        for name, one in histograms(score).items():
            total[name] = total.get(name, np.zeros(len(one))) + one / max(one.sum(), 1e-9)
    return total


def features(score: s.Score) -> NDArray[np.float64]:
    """What the genre is told by: the four histograms, players, voices, tempo, metre."""
    parts = [one / max(one.sum(), 1e-9) for one in histograms(score).values()]
    lines = lines_of(score)
    players = np.zeros(len(v.INSTRUMENTS))
    for line in lines:
        players[line.instrument] += 1 / len(lines)
    metre = np.zeros(32)
    metre[v.metre_index(*score.metre)] = 1
    told = measures(score)
    more = [score.count / max(score.end / s.TPQ, 1) / 4, len(lines) / 4, *(told[name] for name in sorted(told))]
    return np.concatenate([*parts, players, metre, more])


class Judge:
    """Multinomial logistic regression by full-batch gradient descent with momentum; features standardised."""

    def __init__(self, rows: NDArray[np.float64], names: Sequence[str], steps: int = 400) -> None:
        self.classes = sorted(set(names))
        self.mean, self.spread = rows.mean(0), rows.std(0) + 1e-6
        x = self._ready(rows)
        y = np.array([self.classes.index(name) for name in names])
        self.weights = np.zeros((x.shape[1], len(self.classes)))
        speed = np.zeros_like(self.weights)
        onehot = np.eye(len(self.classes))[y]
        for _ in range(steps):
            odds = x @ self.weights
            chances = np.exp(odds - odds.max(1, keepdims=True))
            chances /= chances.sum(1, keepdims=True)
            speed = 0.9 * speed - 0.5 * (x.T @ (chances - onehot) / len(x) + 1e-3 * self.weights)
            self.weights += speed

    def _ready(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        x = np.clip((rows - self.mean) / self.spread, -5, 5)
        return np.concatenate([x, np.ones((len(x), 1))], axis=1)

    def right(self, rows: NDArray[np.float64], names: Sequence[str]) -> tuple[float, float]:
        """Shares of rows whose genre is told first, and among the first three."""
        order = np.argsort(-(self._ready(rows) @ self.weights), axis=1)
        first = [self.classes[row[0]] == name for row, name in zip(order, names, strict=True)]
        three = [name in [self.classes[i] for i in row[:3]] for row, name in zip(order, names, strict=True)]
        return float(np.mean(first)), float(np.mean(three))


def genres(learnt: Sequence[Piece], held: Sequence[Piece], made: Sequence[s.Score]) -> dict[str, Any]:
    """Bar 7: only genres with at least 15 training pieces here are judged."""
    counts = Counter(piece.genre for piece in learnt)
    known = {genre for genre, count in counts.items() if count >= 15}
    rows = [piece for piece in learnt if piece.genre in known]
    judge = Judge(np.stack([features(piece.score) for piece in rows]), [piece.genre for piece in rows])
    chosen = [i for i, piece in enumerate(held) if piece.genre in known]
    names = [held[i].genre for i in chosen]
    real = judge.right(np.stack([features(held[i].score) for i in chosen]), names)
    own = judge.right(np.stack([features(made[i]) for i in chosen]), names)
    return {
        "genres": len(known), "pieces": len(chosen), "real top 1": round(real[0], 3), "real top 3": round(real[1], 3),
        "written top 1": round(own[0], 3), "written top 3": round(own[1], 3),
        "share of the real": round(own[0] / max(real[0], 1e-9), 3),
    }  # fmt: skip


def gap_bits(writer: Writer, piece: Piece, first: int, both: bool) -> tuple[float, int] | None:
    """Bits of bars first, first + 1 in all lines, and their notes: in sight of both sides, or of the left one alone."""
    sheet = sheet_of(piece.score)
    lines = range(len(sheet.lines))
    mode = sheet.keys[0][1]
    header = Header(writer.genres.index(piece.genre) if piece.genre in writer.genres else None, mode)
    cells = [(bar, line) for bar in (first, first + 1) for line in lines]
    last = len(sheet.bars) if both else first + 2
    laid = lay_out(sheet, header, last=last, holes=cells)
    if len(laid.ids) > 1000:
        return None
    places, references, _ = read(laid.frame, laid.header, laid.ids.tolist())
    (_, start, logits) = next(iter(writer.decoder.logits_of([laid.ids], [places], starts=[laid.given])))
    logits = logits.copy()
    for row, index in enumerate(range(start - 1, len(laid.ids) - 1)):
        if references[index] >= 0:
            begin = v.INTERVAL + 127 - int(references[index])
            logits[row, v.PITCH : v.DRUM] += logits[row, begin : begin + 128]
    masked = np.where(v.MASKS[places[start - 1 : -1, 0]], logits, -1e9)
    targets = laid.ids[start:]
    costs = -log_softmax(masked.astype(np.float32))[np.arange(len(targets)), targets] / np.log(2)
    notes = int(((targets >= v.PITCH) & (targets < v.CHORD)).sum())
    # FILL after FILLS is no choice, nor is END after the last hole.
    chosen = (targets != v.FILL) & (targets != v.END)
    return float(costs[chosen].sum()), notes


def infill(writer: Writer, held: Sequence[Piece]) -> dict[str, Any]:
    """Bar 10."""
    sums: dict[bool, float] = defaultdict(float)
    notes = used = 0
    for number, piece in enumerate(held):
        if len(piece.score.bars) < 10:
            continue
        first = 4 + number % 3
        found = {both: gap_bits(writer, piece, first, both) for both in (True, False)}
        if found[True] is None or found[False] is None or not found[True][1]:
            continue
        used, notes = used + 1, notes + found[True][1]
        for both, told in found.items():
            assert told is not None
            sums[both] += told[0]
    return {
        "gaps": used,
        "notes": notes,
        "bits per note, both sides": round(sums[True] / max(notes, 1), 3),
        "bits per note, left side alone": round(sums[False] / max(notes, 1), 3),
        "fewer": round(1 - sums[True] / max(sums[False], 1e-9), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=200)
    parser.add_argument("--checkpoint", default="music-1")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="Folder in which what was written is kept as MIDI.")
    given = parser.parse_args()
    writer = Writer(open_checkpoint(given.checkpoint))
    held = list(pieces(True, given.pieces // 3))
    random.Random(given.seed).shuffle(held)
    held = held[: given.pieces]
    learnt = list(pieces(False, 4 * given.pieces // len(SETS), given.seed))
    made = [written(writer, piece, given.seed + number) for number, piece in enumerate(held)]
    if given.out:
        given.out.mkdir(parents=True, exist_ok=True)
        for number, (piece, score) in enumerate(zip(held, made, strict=True)):
            (given.out / f"{number:03d}-{piece.set}-{piece.genre}.mid".replace(" ", "-")).write_bytes(
                score_midi.to_bytes(score)
            )
    rows = _rows(learnt, held, made)
    told = genres(learnt, held, made)
    gaps = infill(writer, held)
    print(table(rows))
    print(table([told]))
    print(table([gaps]))
    keep("music_bars", {"rows": rows, "genres": told, "infill": gaps, "checkpoint": writer.checkpoint.name})


def _rows(learnt: Sequence[Piece], held: Sequence[Piece], made: Sequence[s.Score]) -> list[dict[str, Any]]:
    """Bars 3 to 5, all sets together and each alone."""
    rows = []
    groups: list[tuple[str, Callable[[Piece], bool]]] = [("all", lambda piece: True)]
    for name in SETS:
        groups.append((name, lambda piece, name=name: piece.set == name))  # type: ignore[misc]
    for name, chosen in groups:
        human = [piece.score for piece in held if chosen(piece)]
        own = [score for piece, score in zip(held, made, strict=True) if chosen(piece)]
        training = [piece.score for piece in learnt if chosen(piece)]
        if len(human) < 3:
            continue
        told = {key: [measures(score)[key] for score in human] for key in ("in_key", "repeats", "rhythms")}
        mine = {key: [measures(score)[key] for score in own if score.count] for key in told}
        reference, own_pool, human_pool = pooled(training), pooled(own), pooled(human)
        row: dict[str, Any] = {"set": name, "pieces": len(human)}
        for key, label in (("in_key", "in scale"), ("repeats", "bars again"), ("rhythms", "rhythms again")):
            row[f"{label}: human, written"] = f"{np.mean(told[key]):.3f}, {np.mean(mine[key]):.3f}"
        for key in reference:
            pair = divergence(reference[key], human_pool[key]), divergence(reference[key], own_pool[key])
            row[f"JS {key}: human, written"] = f"{pair[0]:.4f}, {pair[1]:.4f}"
        rows.append(row)
    return rows


if __name__ == "__main__":
    main()
