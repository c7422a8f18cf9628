"""How soon music is there: 16 bars of a tune, 16 bars in four voices, and the first bar; and the engine by itself.

    python benchmarks/music_decoding.py                    the times of the Writer, and of the engine beside generate()
    python benchmarks/music_decoding.py --no-engine        the Writer's times alone

The Writer writes whole pieces under a scale and ranges, as `maquette music` does, from a checkpoint that is open. The
engine is compared as in `decoding.py`: the same weights, greedy, prompt 16, 128 new tokens, one thread.
"""

# ruff: noqa: E402 (the threads must be set before anything that computes is imported)
from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np
from common import keep, processor, table
from decoding import engines, in_precision, speeds

from maquette.checkpoints.box import open_checkpoint
from maquette.makers.music_writer import Manner, Rules, Writer
from maquette.media.score import Key, Part, Score, Tempo, regular_bars

VOICES = (("Soprano", 60, 81), ("Alto", 53, 74), ("Tenor", 48, 69), ("Bass", 40, 62))
MAJOR = frozenset((0, 2, 4, 5, 7, 9, 11))
TARGETS = {"tune, 16 bars": 2.0, "SATB, 16 bars": 5.0, "tune, first bar": 0.5, "SATB, first bar": 0.5}  # seconds


def tune(bars: int, beats: int = 4) -> tuple[Score, Rules, Manner]:
    """An empty tune for a flute, with what must hold in it."""
    score = Score((Part("Flute", 73),), regular_bars(bars, beats, 4), (Key(0, 0),), (Tempo(0, 112),))
    return score, Rules(scale=MAJOR, ranges={0: (60, 88)}, voices={0: 1}, least=1), Manner("reel", 4)


def chorale(bars: int) -> tuple[Score, Rules, Manner]:
    """Four empty voices."""
    parts = tuple(Part(name, 52) for name, _, _ in VOICES)
    score = Score(parts, regular_bars(bars, 4, 4), (Key(0, 0),), (Tempo(0, 84),))
    ranges = {number: (low, high) for number, (_, low, high) in enumerate(VOICES)}
    return score, Rules(scale=MAJOR, ranges=ranges, voices=dict.fromkeys(ranges, 1), least=1), Manner("hymn", 3)


def times(writer: Writer, rounds: int) -> list[dict[str, Any]]:
    """Median and worst seconds of each request, other seeds each time; and the ids and notes written."""
    asked = {
        "tune, 16 bars": tune(16),
        "SATB, 16 bars": chorale(16),
        "tune, first bar": tune(1),
        "SATB, first bar": chorale(1),
    }
    writer.write(*_request(asked["tune, first bar"]), seed=99)
    rows = []
    for name, (score, rules, manner) in asked.items():
        holes = [(bar, line) for bar in range(len(score.bars)) for line in range(len(score.parts))]
        wall, cpu, ids, notes = [], [], [], []
        for seed in range(rounds):
            began, used = time.perf_counter(), time.process_time()
            (made,) = writer.write(score, holes, rules=rules, manner=manner, seed=seed)
            wall.append(time.perf_counter() - began)
            cpu.append(time.process_time() - used)
            ids.append(made.count)
            notes.append(made.score.count)
        rows.append(
            {
                "request": name,
                "target s": TARGETS[name],
                "processor s, median": round(float(np.median(cpu)), 3),
                "processor s, worst": round(max(cpu), 3),
                "wall s, median": round(float(np.median(wall)), 3),
                "ids": round(float(np.mean(ids))),
                "notes": round(float(np.mean(notes))),
                "ids/s": round(sum(ids) / sum(cpu)),
            }
        )
        print(rows[-1], flush=True)
    return rows


def _request(asked: tuple[Score, Rules, Manner]) -> tuple[Score, list[tuple[int, int]]]:
    score = asked[0]
    return score, [(bar, line) for bar in range(len(score.bars)) for line in range(len(score.parts))]


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--checkpoint", default="music-1")
    reading.add_argument("--rounds", type=int, default=8)
    reading.add_argument("--no-engine", action="store_true")
    given = reading.parse_args()
    checkpoint = open_checkpoint(given.checkpoint)
    print(f"{processor()}\n{checkpoint.name}, {checkpoint.card.get('parameters', 0) / 1e6:.1f} M parameters\n")
    result: dict[str, Any] = {"net": checkpoint.name, "size": checkpoint.size, "rounds": given.rounds}
    result["requests"] = times(Writer(checkpoint), given.rounds)
    print("\n" + table(result["requests"]), "\n")
    if not given.no_engine:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
            fine, packed = (in_precision(checkpoint, precision, Path(made)) for precision in ("fp32", "8-bit"))
            result["speeds"] = speeds(engines(fine, packed, Path(made)), fine, max(2, given.rounds // 2))
        print(table(result["speeds"]))
    print(f"\nwritten: {keep('music_decoding', result).name}")


if __name__ == "__main__":
    main()
