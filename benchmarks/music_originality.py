"""How well the originality of music is judged: held-out pieces by people, and quotes planted on purpose.

    python benchmarks/music_originality.py MUSIC [--index fingerprints.npz] [--pieces 60] [--quotes 20]

MUSIC is a folder of record files. Held-out pieces were written by people: what is called a near copy among them is a
tune that two sources hold (an edition, a folk song, a quotation), or a false alarm; every one is named. Planted quotes
are stretches of training pieces, in another key, put into held-out pieces: each must be noticed, with its piece named,
though 0, 5, 10 or 20 % of its notes were changed, lengthened, left out or added to.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table

from maquette.data.dataset import Item, open_dataset
from maquette.encodings.print_notes import NoteIndex, build, is_plain
from maquette.media.score import Note, Score, with_notes
from maquette.trust.originality_notes import NotesReport, examine

LENGTHS = (24, 32, 48)  # notes of a planted quote
EDITS = (0.0, 0.05, 0.1, 0.2)
LEAST_STEPS = 6  # different steps that a stretch has, to be worth a quote
TICK = 20  # score ticks of a 24th of a quarter

Told = tuple[int, int, int]  # onset, pitch, ticks to the next note


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("music", type=Path, help="folder of record files")
    options.add_argument("--index", type=Path, help="fingerprints.npz of a checkpoint; built from MUSIC if not given")
    options.add_argument("--without", default="nottingham", help="set that the index is built without")
    options.add_argument("--pieces", type=int, default=60, help="held-out pieces")
    options.add_argument("--quotes", type=int, default=20, help="planted quotes of each kind")
    asked = options.parse_args()
    dataset = open_dataset(asked.music)
    learnt = [item for item in dataset if item.split == "train" and item.set != asked.without]
    began = time.perf_counter()
    index = NoteIndex.load(asked.index) if asked.index else build(learnt)
    print(f"{len(index)} pieces, {index.notes:,} notes of melody; opened in {time.perf_counter() - began:.1f} s\n")
    aside = [item for item in dataset if item.split != "train"]
    dice = np.random.default_rng(0)
    rows = held_out(index, [aside[at] for at in sorted(dice.permutation(len(aside))[: asked.pieces])])
    quotes = planted(index, aside, asked.quotes, dice)
    keep(
        "music_originality",
        {"pieces": asked.pieces, "quotes of each kind": asked.quotes, "held out": rows, "planted": quotes},
    )


def held_out(index: NoteIndex, items: Sequence[Item]) -> list[dict[str, Any]]:
    """Windows and verdicts on pieces that were never learnt, by set; every near copy by name."""
    found: dict[str, list[NotesReport]] = defaultdict(list)
    named, seconds, notes = [], 0.0, 0
    for item in items:
        score = item.score()
        began = time.perf_counter()
        report = examine(score, index)
        seconds, notes = seconds + time.perf_counter() - began, notes + score.count
        found[item.set].append(report)
        if report.verdict == "near-copy":
            named.append(f"  {item.title} by {item.author}, {item.genre}: {report.note}")
    print(f"{len(items)} held-out pieces by people, {1e6 * seconds / notes:.0f} microseconds a note\n")
    rows = []
    for name, reports in sorted(found.items()):
        total = sum(report.windows for report in reports)
        share = sum(report.share * report.windows for report in reports) / max(total, 1)
        rows.append(
            {
                "set": name,
                "pieces": len(reports),
                "windows of others": round(share, 4),
                "pieces above 1 %": sum(report.share > 0.01 for report in reports),
                "longest run": max(report.longest for report in reports),
                "near copies": sum(report.verdict == "near-copy" for report in reports),
            }
        )
    print(table(rows), "\nnear copies, to be judged by eye:", *named, "", sep="\n")
    return rows


def planted(index: NoteIndex, hosts: Sequence[Item], count: int, dice: np.random.Generator) -> list[dict[str, Any]]:
    """The share of planted quotes that is noticed, and of these how many name the piece that was quoted."""
    short = [score for item in hosts if (score := item.score()).count <= 1000 and len(score.bars) >= 8]
    rows = []
    for length in LENGTHS:
        for share in EDITS:
            noticed = named = 0
            for _ in range(count):
                host = short[int(dice.integers(len(short)))]
                place = stretch(index, length, dice)
                report = examine(with_quote(host, index, place, length, share, dice), index, show=6)
                work = index.entries[int(index.pieces_at(np.array([place]))[0])].work
                works = {index_of(index, near.source) for near in report.nearest if near.same}
                noticed += report.verdict == "near-copy"
                named += report.verdict == "near-copy" and work in works
            rows.append(
                {
                    "notes": length,
                    "changed": share,
                    "noticed": round(noticed / count, 3),
                    "named": round(named / count, 3),
                }
            )
    print(table(rows))
    return rows


def index_of(index: NoteIndex, source: str) -> str:
    return next(entry.work for entry in index.entries if entry.id == source)


def stretch(index: NoteIndex, length: int, dice: np.random.Generator) -> int:
    """A place of the index where so many notes of one melody stand that are worth quoting."""
    while True:
        line = int(dice.integers(len(index.piece)))
        begin, end = (int(one) for one in index.starts[line : line + 2])
        if end - begin < length + 2:
            continue
        place = int(dice.integers(begin, end - length))
        steps = index.steps[place : place + length - 1]
        if not is_plain(steps) and len(np.unique(steps)) >= LEAST_STEPS:
            return place


def changed(tune: Sequence[Told], share: float, dice: np.random.Generator) -> list[Told]:
    """A tune with a share of its notes changed: half of these in pitch, a quarter in length, the others in number."""
    out: list[Told] = []
    shift = 0
    for onset, pitch, gap in tune:
        at = onset + shift
        if dice.random() >= share:
            out.append((at, pitch, gap))
            continue
        kind = dice.random()
        if kind < 0.5:
            out.append((at, pitch + int(dice.choice([-3, -2, -1, 1, 2, 3])), gap))
        elif kind < 0.75:
            longer = int(gap * dice.choice([-0.5, 0.5]))
            out.append((at, pitch, gap + longer))
            shift += longer
        elif kind < 0.875:
            half = max(1, gap // 2)
            out += [(at, pitch, half), (at + half, pitch + int(dice.choice([-2, -1, 1, 2])), max(1, gap - half))]
    return out


def with_quote(
    host: Score, index: NoteIndex, place: int, length: int, share: float, dice: np.random.Generator
) -> Score:
    """The host with a stretch of a training piece in place of its own notes, in another key."""
    onsets, pitches = index.onsets[place : place + length + 1].tolist(), index.pitches[place : place + length].tolist()
    tune = [(onset - onsets[0], pitch, after - onset) for onset, after, pitch in zip(onsets, onsets[1:], pitches)]
    lift = int(dice.integers(-6, 7))
    told = changed(tune, share, dice)
    part = max(range(len(host.parts)), key=lambda at: 0 if host.parts[at].drums else len(host.parts[at].notes))
    begin = host.starts[int(dice.integers(0, max(1, len(host.bars) // 2)))]
    new = [
        Note(begin + onset * TICK, max(TICK, gap * TICK), min(127, max(0, pitch + lift))) for onset, pitch, gap in told
    ]
    end = max(note.end for note in new)
    kept = [note for note in host.parts[part].notes if note.staff != 1 or note.end <= begin or note.start >= end]
    return with_notes(host, part, [*kept, *new])


if __name__ == "__main__":
    main()
