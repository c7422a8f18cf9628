"""Whether what a musician asks for is kept: random requests, written by the net, read again from their MIDI files.

    python benchmarks/music_rules.py [--requests 1000] [--seed 0] [--checkpoint music-1]

Each request draws its own metre (7/8 and 5/4 among them, sometimes changing, sometimes with a pick-up), number of
bars, key, tempo, players, scale, ranges, widest leap, chords, notes at once, notes per bar and shortest note; a third
of them keep bars of a piece that is there already. A request that contradicts itself must be refused with a reason; it
is counted apart. Everything else must hold in the file, note for note: bar 2 of the music notes, 100 %.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import UsageError
from maquette.encodings.notes_reader import Cell
from maquette.makers.music_writer import Rules, Writer, lines_of
from maquette.media import score as s
from maquette.media import score_midi

METRES = ((4, 4), (3, 4), (2, 4), (6, 8), (3, 8), (2, 2), (9, 8), (12, 8), (5, 4), (7, 8), (5, 8), (3, 2))
PLAYERS = (("Flute", 73), ("Violin", 40), ("Cello", 42), ("Voice", 53), ("Clarinet", 71), ("Guitar", 24), ("Piano", 0))
SCALES = ("major", "minor", "dorian", "mixolydian", "pentatonic", "harmonic minor", "any")


@dataclass(frozen=True)
class Asked:
    """One request: the score with its holes, and what must hold."""

    score: s.Score
    holes: frozenset[Cell]
    rules: Rules


def ask(dice: np.random.Generator) -> Asked:
    """A random request."""
    bars: list[s.Bar] = []
    beats, unit = METRES[int(dice.integers(len(METRES)))]
    count = int(dice.integers(2, 9))
    change = int(dice.integers(1, count)) if dice.random() < 0.15 else None
    for number in range(count):
        if number == change:
            beats, unit = METRES[int(dice.integers(len(METRES)))]
        bars.append(s.Bar(beats * 4 * s.TPQ // unit, beats, unit))
    if dice.random() < 0.15:
        bars.insert(0, s.Bar(4 * s.TPQ // bars[0].unit, bars[0].beats, bars[0].unit))
    key = s.Key(0, int(dice.integers(12)), "minor" if dice.random() < 0.5 else "major")
    parts = []
    for _ in range(int(dice.integers(1, 4))):
        name, program = PLAYERS[int(dice.integers(len(PLAYERS)))]
        parts.append(s.Part(name, program, staves=2 if name == "Piano" else 1))
    if dice.random() < 0.15:
        parts.append(s.Part("Drums", 0, drums=True))
    score = s.Score(tuple(parts), tuple(bars), (key,), (s.Tempo(0, float(dice.integers(40, 200))),), title="request")
    lines = lines_of(score)
    scale = _scale(key, SCALES[int(dice.integers(len(SCALES)))])
    chords = ("free", "strong", "all")[int(dice.integers(3))]
    if chords != "free":
        score = replace(score, chords=_chords(score, key, dice))
    ranges = {i: _range(dice) for i, line in enumerate(lines) if not line.drums and dice.random() < 0.5}
    rules = Rules(
        scale,
        ranges,
        int(dice.integers(4, 13)) if dice.random() < 0.4 else 0,
        {i: int(dice.integers(1, 4)) for i in range(len(lines)) if dice.random() < 0.4},
        chords,  # type: ignore[arg-type]
        int(dice.integers(3, 9)) if dice.random() < 0.3 else 0,
        int(dice.integers(1, 3)) if dice.random() < 0.3 else 0,
        int(dice.choice([s.TPQ // 4, s.TPQ // 2])) if dice.random() < 0.3 else 0,
    )
    cells = frozenset((bar, line) for bar in range(len(bars)) for line in range(len(lines)))
    return Asked(score, cells, rules)


def _scale(key: s.Key, name: str) -> frozenset[int] | None:
    steps = {"pentatonic": (0, 2, 4, 7, 9), "harmonic minor": (0, 2, 3, 5, 7, 8, 11)}
    if name == "any":
        return None
    return frozenset((key.tonic + step) % 12 for step in steps.get(name) or s.SCALES[name])


def _chords(score: s.Score, key: s.Key, dice: np.random.Generator) -> tuple[s.Chord, ...]:
    made = []
    for start in score.starts[:-1]:
        degree = key.scale[int(dice.integers(7))]
        made.append(s.Chord(start, degree, list(s.QUALITIES)[int(dice.integers(len(s.QUALITIES)))]))
    return tuple(made)


def _range(dice: np.random.Generator) -> tuple[int, int]:
    low = int(dice.integers(36, 72))
    return low, low + int(dice.integers(5, 30))


def broken(asked: Asked, found: s.Score) -> Counter[str]:
    """What a re-read file does not keep of its request, by the name of the rule."""
    bad: Counter[str] = Counter()
    want = asked.score
    bad["bars and metres"] += found.bars != want.bars
    bad["tempo"] += abs(found.tempo_at(0) - want.tempo_at(0)) > 0.01
    bad["key"] += (found.key_at(0).tonic, found.key_at(0).mode) != (want.key_at(0).tonic, want.key_at(0).mode)
    rules = asked.rules
    for index, part in enumerate(found.parts):
        for number, line in enumerate(lines_of(want)):
            if line.part == index and len([x for x in lines_of(want) if x.part == index]) == 1:
                bad += _broken_line(asked, number, part)
        for note in part.notes:
            bad["inside the piece"] += not 0 <= note.start < note.end <= want.end
            bad["shortest"] += note.length < rules.shortest
            if not part.drums and rules.scale is not None:
                bad["scale"] += note.pitch % 12 not in rules.scale
    return +bad


def _broken_line(asked: Asked, number: int, part: s.Part) -> Counter[str]:
    bad: Counter[str] = Counter()
    rules, want = asked.rules, asked.score
    starts = sorted({note.start for note in part.notes})
    for note in part.notes:
        low, high = rules.ranges.get(number, (0, 127))
        bad["range"] += not part.drums and not low <= note.pitch <= high
        chord = want.chord_at(note.start)
        beat = _is_beat(want, note.start)
        if rules.chords != "free" and chord and not part.drums and (rules.chords == "all" or beat):
            bad["chord tones"] += note.pitch % 12 not in chord.tones
    voices = rules.voices.get(number, 0)
    if voices and not part.drums:
        bad["notes at once"] += any(sum(n.start <= at < n.end for n in part.notes) > voices for at in starts)
    for first, last in pairwise(want.starts):
        groups = len({(n.start, n.length) for n in part.notes if first <= n.start < last})
        bad["most notes"] += bool(rules.most) and groups > rules.most
    if rules.leap and voices == 1 and not part.drums:
        melody = sorted(part.notes, key=lambda note: note.start)
        bad["leap"] += any(abs(b.pitch - a.pitch) > rules.leap for a, b in pairwise(melody))
    return bad


def _is_beat(score: s.Score, tick: int) -> bool:
    bar = score.bars[score.bar_at(tick)]
    unit = 4 * s.TPQ // bar.unit
    beat = unit * 3 if bar.unit >= 8 and bar.beats % 3 == 0 and bar.beats > 3 else unit
    return (tick - score.starts[score.bar_at(tick)]) % beat == 0


def through_a_file(score: s.Score, folder: Path) -> s.Score:
    """The score as its MIDI file says it."""
    path = folder / "request.mid"
    path.write_bytes(score_midi.to_bytes(score))
    return score_midi.read(path)


def locked(before: s.Score, after: s.Score, holes: frozenset[Cell]) -> int:
    """Notes outside the holes that are not the same in both."""
    gone = 0
    for index, line in enumerate(lines_of(before)):
        spans = [(before.starts[bar], before.starts[bar + 1]) for bar, i in holes if i == index]
        kept = [
            sorted(
                (n.start, n.length, n.pitch, n.velocity)
                for n in score.parts[line.part].notes
                if n.staff == line.staff and not any(a <= n.start < b for a, b in spans)
            )
            for score in (before, after)
        ]
        gone += kept[0] != kept[1]
    return gone


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--checkpoint", default="music-1")
    given = parser.parse_args()
    writer = Writer(open_checkpoint(given.checkpoint))
    dice = np.random.default_rng(given.seed)
    bad: Counter[str] = Counter()
    kept = refused = filled = empty = 0
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        for number in range(given.requests):
            asked = ask(dice)
            try:
                (made,) = writer.write(asked.score, asked.holes, rules=asked.rules, seed=number)
                score = made.score
                if number % 3 == 0 and len(score.bars) > 2:
                    holes = frozenset(cell for cell in asked.holes if dice.random() < 0.4) or asked.holes
                    (again,) = writer.write(score, holes, rules=asked.rules, seed=number + 1)
                    bad["locked notes"] += locked(score, again.score, holes) > 0
                    filled += 1
                    score = again.score
            except UsageError as error:
                refused += 1
                print("refused:", error)
                continue
            if not score.count:  # nothing was asked for at least, and nothing was written: a file of no notes is none
                empty += 1
                continue
            wrong = broken(asked, through_a_file(score, Path(name)))
            if wrong:
                print(number, dict(wrong), asked.rules)
            bad += Counter(dict.fromkeys(wrong, 1))
            kept += not wrong
    rows: list[dict[str, Any]] = [
        {
            "requests": given.requests,
            "refused as contradictory": refused,
            "kept whole": kept,
            "left empty": empty,
            "share of those written": round(kept / max(given.requests - refused - empty, 1), 4),
            "with locked bars": filled,
            "broken": dict(bad) or "nothing",
            "seconds": round(time.perf_counter() - began),
        }
    ]
    print(table(rows))
    keep("music_rules", {"rows": rows, "checkpoint": writer.checkpoint.name})


if __name__ == "__main__":
    main()
