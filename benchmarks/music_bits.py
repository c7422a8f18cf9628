"""Bits per note of a model of music on held-out pieces, beside the best n-gram on the same ids.

    python benchmarks/music_bits.py FOLDER                 our own hold-out: about 2 % of the works, a sixth of an hour
    python benchmarks/music_bits.py FOLDER --validation    the twentieth that is kept for others to judge by: an hour
    python benchmarks/music_bits.py FOLDER --pieces 6      so many of each set, to see that it works
    python benchmarks/music_bits.py FOLDER --ngrams        beside it n-grams of several orders on the same windows

FOLDER holds the record files of music. Nottingham's tunes (GPL-3) are judged too, though nothing here learnt from them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, processor, table

from maquette.data.dataset import Item, open_dataset
from maquette.encodings import notes_vocabulary as v
from maquette.encodings.notes_windows import judged, sheet_to_learn, streams, windows
from maquette.engine.ngram import NGram, kneser_ney, tune
from maquette.makers.music_evaluate import evaluate

ORDERS = (3, 4, 5, 6, 8)
CONTEXT = 768  # ids of a window


def held_out(folder: Path, validation: bool, most: int) -> list[Item]:
    """Pieces that no training saw, evenly spread where there are more of a set than wanted."""
    chosen: list[Item] = []
    for path in sorted(folder.glob("*.jsonl*")):
        found = []
        for item in open_dataset(path).items:
            number = int(hashlib.sha1(item.work.encode()).hexdigest(), 16)
            if number % 20 == 0 if validation else number % 20 and number % 50 == 1:
                found.append(item)
        step = max(1, len(found) // most) if most else 1
        chosen += found[::step]
    return chosen


def rows_of(told: dict[str, Any]) -> list[dict[str, Any]]:
    """One row for each set, and one for all."""
    names = ("pieces", "notes", "bits_per_note", "baseline_bits_per_note", "ratio")
    rows = [{"set": name, **{key: row[key] for key in names}} for name, row in told["sets"].items()]
    return [*rows, {"set": "all", **{key: told[key] for key in names}}]


def ngrams(folder: Path, items: list[Item]) -> list[dict[str, Any]]:
    """Bits per note of n-grams of several orders on the same windows; each is tuned on a twentieth of the pieces."""
    kept: list[np.ndarray] = []
    aside: list[np.ndarray] = []
    count = 0
    for path in sorted(folder.glob("*.jsonl*")):
        for item in open_dataset(path, split="train").items if "nottingham" not in path.name else ():
            count += 1
            (kept if count % 20 else aside).extend(streams(sheet_to_learn(item.score(), chords=False), CONTEXT))
    sets: dict[str, list[Any]] = {}
    for item in items:
        sheet = sheet_to_learn(item.score(), chords=False)
        sets.setdefault(item.set, []).extend(windows(sheet, judged(None), CONTEXT))
    rows = []
    for order in ORDERS:
        ngram = NGram.fit(kept, v.INTERVAL, order, start=1)
        tune(ngram, aside, 1, begin=kneser_ney(ngram), rounds=2)
        row: dict[str, Any] = {"order": order}
        for name, some in sets.items():
            found = ngram.logprobs_of([window.body.astype(np.int64) for window in some])
            nats = sum(float(one[w.scored[w.laid.header :]].sum()) for one, w in zip(found, some, strict=True))
            row[name] = round(-nats / np.log(2) / sum(window.notes for window in some), 3)
        rows.append(row)
        print(row, flush=True)
    return rows


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("folder", type=Path)
    reading.add_argument("--checkpoint", default="music-1")
    reading.add_argument("--validation", action="store_true")
    reading.add_argument("--pieces", type=int, default=0, metavar="N", help="about so many of each set")
    reading.add_argument("--ngrams", action="store_true")
    given = reading.parse_args()
    items = held_out(given.folder, given.validation, given.pieces)
    with tempfile.TemporaryDirectory() as made:
        data = Path(made) / "held-out.jsonl"
        records = [{**json.loads(zlib.decompress(item.packed)), "split": "val"} for item in items]
        data.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
        told = evaluate(data, checkpoint=given.checkpoint)
    rows = rows_of(told)
    which = "validation" if given.validation else "own hold-out"
    print(f"{processor()}\n{told['checkpoint']}, {which}: bits per note\n\n{table(rows)}")
    result: dict[str, Any] = {"checkpoint": told["checkpoint"], "hold_out": which, "pieces": given.pieces or "all"}
    result["rows"] = rows
    if given.ngrams:
        result["ngrams"] = ngrams(given.folder, items)
    print(f"\nwritten: {keep('music_bits', result).name}")


if __name__ == "__main__":
    main()
