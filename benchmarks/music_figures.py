"""Measures of human music by genre: what candidates of `makers.music` are compared with (`makers/music_figures.py`).

    python benchmarks/music_figures.py [--each 70] [--write]

Of every genre up to EACH training pieces per source, none of the validation works and none of our own hold-out: their
first 16 bars, by `makers.music_judge.measures`; median, and 1.48 x the median deviation (the standard deviation, were
they spread normally). A genre with fewer than 15 such pieces is given the figures of all. `--write` renews the module.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from statistics import median

from _pieces import MUSIC

from maquette.core.errors import MaquetteError
from maquette.data.music_records import record_to_score, split_of_work
from maquette.makers.music_judge import measures
from maquette.makers.music_lexicon import BY_NAME
from maquette.makers.music_takes import window

BARS, FEWEST = 16, 15
MODULE = Path(__file__).parents[1] / "src" / "maquette" / "makers" / "music_figures.py"
HEAD = '''\
"""Measures of human music (`music_judge.measures`), the first 16 bars of training pieces of each genre: median, and
1.48 x the median deviation. Made by `benchmarks/music_figures.py --write`."""

from __future__ import annotations

FIGURES: dict[str, dict[str, tuple[float, float]]] = {
'''


def collect(each: int) -> dict[str, list[dict[str, float]]]:
    """Genre -> the measures of its pieces."""
    import gzip
    import json

    rows: dict[str, list[dict[str, float]]] = {}
    for path in sorted(MUSIC.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        random.Random(1).shuffle(records)
        taken: dict[str, int] = {}
        for record in records:
            genre = str(record["genre"])
            if taken.get(genre, 0) >= each or split_of_work(record["work"]) != "train":
                continue
            taken[genre] = taken.get(genre, 0) + 1
            try:
                score = record_to_score(record)
            except MaquetteError:
                continue
            if len(score.bars) >= BARS and (opening := window(score, 0, BARS)).count >= BARS:
                rows.setdefault(genre, []).append(measures(opening))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=70)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    rows = collect(asked.each)
    everything = [row for some in rows.values() for row in some]
    text = HEAD
    for genre in BY_NAME:
        own = rows.get(genre, [])
        used = own if len(own) >= FEWEST else everything
        middle = {name: median(row[name] for row in used) for name in used[0]}
        spread = {name: 1.48 * median(abs(row[name] - middle[name]) for row in used) for name in used[0]}
        told = [f'"{name}": ({middle[name]:.3f}, {spread[name]:.3f})' for name in used[0]]
        lines = [", ".join(told[at : at + 4]) for at in range(0, len(told), 4)]
        text += f'    "{genre}": {{\n' + "".join(f"        {line},\n" for line in lines) + "    },\n"
        print(f"{genre:<18} {len(own):>4} pieces  " + "  ".join(f"{name} {middle[name]:.2f}" for name in middle))
    if asked.write:
        MODULE.write_text(text + "}  # fmt: skip\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
