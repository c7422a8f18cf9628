"""Timing and loudness: humanised music beside music with velocities of its own; quantising; grooves taken over.

    python benchmarks/music_groove.py [--every 1] [--keep]

Loudness: every part of Freedoom with ten or more velocities is made flat, then humanised, and compared with what its
author had set: Jensen-Shannon distance (bits) of (metrical place, deviation from the two bars around), beside white
noise of the same spread, one loudness for all, and one half of the human parts against the other. Freedoom is
programmed, not played, and its times stand on a grid: there is no played timing to compare with, so shifts are only
described. Two pieces of its hold-out qualify: the figures are of fitted pieces where it says so.

Quantising: humanised pieces drawn to 1/16, notes that come back to their tick. Grooves: the groove of a humanised piece
laid on its flat self, share of the shift variance that comes over, beside no groove.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from statistics import median

import numpy as np
from _pieces import records, score_of
from common import keep, table
from numpy.typing import NDArray

from maquette.media.groove import groove_of, humanise, humanise_told, quantise, with_groove
from maquette.media.groove_human import ACCENTS, metrical_place
from maquette.media.score import Note, Part, Score, Tempo

Rows = NDArray[np.float64]
PLACES = tuple(ACCENTS)
WAYS = ("humanised", "white noise", "flat")


def parts_with_velocities(held: bool, every: int) -> Iterator[tuple[Score, Part]]:
    """Parts with ten or more velocities and 64 or more notes, in common metres."""
    for record in islice(records("freedoom", held=held), 0, None, every):
        if record["metre"] in ("4/4", "3/4"):
            score = score_of(record)
            for part in score.parts:
                if len(part.notes) >= 64 and len({note.velocity for note in part.notes}) >= 10:
                    yield score, part


def deviations(notes: tuple[Note, ...]) -> Rows:
    """(n,) velocities less the average of a bar before and behind."""
    loud, at = np.array([note.velocity for note in notes], float), np.array([note.start for note in notes])
    sums = np.concatenate([[0.0], np.cumsum(loud)])
    first, last = np.searchsorted(at, at - 1920), np.searchsorted(at, at + 1920, "right")
    return np.asarray(loud - (sums[last] - sums[first]) / (last - first))


def histogram(rows: list[tuple[Rows, list[int]]]) -> Rows:
    """(places x 21,) shares: where in the bar, how far above or below its surroundings."""
    total = np.zeros((len(PLACES), 21))
    for values, places in rows:
        cells = np.clip(np.round(values / 3), -10, 10).astype(int) + 10
        np.add.at(total, (np.array(places), cells), 1)
    return np.asarray(total.ravel() / total.sum())


def distance(one: Rows, other: Rows) -> float:
    """Jensen-Shannon divergence in bits."""
    middle = (one + other) / 2

    def against(rows: Rows) -> float:
        some = rows > 0
        return float((rows[some] * np.log2(rows[some] / middle[some])).sum())

    return (against(one) + against(other)) / 2


def ways(score: Score, part: Part, seed: int) -> dict[str, tuple[Note, ...]]:
    """The part, flat, as each way gives it. So slow that the shifts are nothing: here loudness is what counts."""
    dice = np.random.default_rng(seed)
    level = int(min(max(median(note.velocity for note in part.notes), 20), 100))
    flat = tuple(replace(note, velocity=level) for note in part.notes)
    alone = replace(score, parts=(replace(part, notes=flat),), tempi=(Tempo(0, 4.0),))
    played = humanise(alone, seed).parts[0].notes
    spread = float(np.std(deviations(played)))
    noisy = np.clip(level + dice.normal(size=len(flat)) * spread, 1, 127).round().astype(int)
    shaded = tuple(replace(note, velocity=int(loud)) for note, loud in zip(flat, noisy, strict=True))
    return {"humanised": played, "white noise": shaded, "flat": flat}


def loudness(held: bool, drums: bool, every: int) -> dict[str, object]:
    """A row of the table: how far each way is from what people set."""
    found: dict[str, list[tuple[Rows, list[int]]]] = {way: [] for way in ("human", *WAYS)}
    for seed, (score, part) in enumerate(parts_with_velocities(held, every)):
        if part.drums == drums:
            for way, notes in {"human": part.notes, **ways(score, part, seed)}.items():
                places = [PLACES.index(metrical_place(score, note.start)) for note in notes]
                found[way].append((deviations(notes), places))
    human = found["human"]
    row: dict[str, object] = {"parts of": f"{'drums' if drums else 'pitched'}, {'held out' if held else 'fitted'}"}
    row |= {"parts": len(human), "notes": sum(len(values) for values, _ in human), "half to half": None}
    if len(human) > 3:
        row["half to half"] = round(distance(histogram(human[::2]), histogram(human[1::2])), 3)
    whole = histogram(human) if human else None
    return row | {way: None if whole is None else round(distance(whole, histogram(found[way])), 3) for way in WAYS}


def timing(every: int) -> list[dict[str, object]]:
    """Rows of what humanise does to time, what quantise takes back, and what a groove carries over."""
    back = total = 0
    shifts: list[float] = []
    kept: list[float] = []
    for record in islice(records("hymnal", held=True), 0, None, every):
        score = score_of(record)
        told = humanise_told(score, 1)
        shifts += [told.mean_ms, told.max_ms]
        tight = quantise(told.score, "1/16")
        for before, after in zip(score.parts, tight.parts, strict=True):
            total += len(before.notes)
            there = {(note.start, note.pitch) for note in after.notes}
            back += sum((note.start, note.pitch) in there for note in before.notes)
        for part in range(len(score.parts)):
            kept.append(carried(replace(score, parts=(score.parts[part],))))
    found = {
        "mean shift of humanise (ms)": round(float(np.mean(shifts[::2])), 1),
        "largest shift of humanise (ms)": round(max(shifts), 1),
        "notes that quantise 1/16 brings back to their tick": round(back / max(total, 1), 4),
        "shift variance that a groove carries over (no groove: 0)": round(float(np.mean(kept)), 3),
    }
    return [{"timing, hymns held out": name, "value": value} for name, value in found.items()]


def carried(score: Score) -> float:
    """How much of a performance's shifts its groove gives back to the written score."""
    played = humanise(score, 2)
    again = with_groove(score, groove_of(played))
    was, meant, got = (np.array([n.start for n in one.parts[0].notes], float) for one in (score, played, again))
    if len(got) != len(meant):
        return 0.0
    return float(1 - ((meant - got) ** 2).sum() / max(((meant - was) ** 2).sum(), 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="take every n-th piece")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results/music_groove.json")
    asked = parser.parse_args()
    loud = [loudness(held, drums, asked.every) for held in (True, False) for drums in (False, True)]
    times = timing(asked.every)
    print(table(loud), table(times), sep="\n\n")
    if asked.keep:
        keep("music_groove", {"loudness": loud, "timing": times})


if __name__ == "__main__":
    main()
