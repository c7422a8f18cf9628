"""How chords follow one another in human music: the table that `makers/music_progressions.py` draws from.

    python benchmarks/music_progressions.py [--write]

The chords of all training pieces of the shared records (none of the validation works, none of our own hold-out, no
dance tunes under GPL) are labelled by half-bars (`media/harmony.py`) and counted: for kinds of music, major and minor,
place in a phrase of four bars, the last chord of the bar before: the chords of the bar. Rows seen fewer than six times
are left out. Printed are the commonest bars of each kind; `--write` renews the table.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _pieces import MUSIC, records
from common import table

from maquette.core.errors import MaquetteError
from maquette.data.music_records import record_to_score
from maquette.encodings import notes_vocabulary as v
from maquette.encodings.notes_windows import sheet_to_learn
from maquette.makers.music_progressions import CLASSICAL, KINDS

SETS = ("hymnal", "freedoom", "mutopia", "quartets", "lieder", "polish")
FEWEST = 6
NO_CHORD = 12 * len(v.QUALITIES)
TABLE = Path(__file__).parents[1] / "src" / "maquette" / "makers" / "music_progressions.json"
ROOTS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")

Row = tuple[str, int, int, int, tuple[int, ...]]  # kind, mode, place, chord before, chords of the bar


def bars_of(record: dict[str, Any]) -> Iterator[tuple[int, tuple[int, ...] | None]]:
    """Mode and chords above the tonic of every bar; None where there is no chord."""
    sheet = sheet_to_learn(record_to_score(record))
    last: int | None = None
    for bar, (tonic, mode) in enumerate(sheet.keys):
        row = sheet.chords.get(bar, [])
        first = next((kind for place, kind in row if place == 0), last)
        half = next((kind for place, kind in reversed(row) if place > 0), None)
        last = row[-1][1] if row else last
        if first is None or first >= NO_CHORD:
            yield mode, None
            continue
        moved = [kind // 12 * 12 + (kind % 12 - tonic) % 12 for kind in (first, half) if kind not in (None, NO_CHORD)]
        yield mode, tuple(dict.fromkeys(moved))


def count() -> Counter[Row]:
    """All rows of the training pieces."""
    rows: Counter[Row] = Counter()
    for name in SETS:
        for record in records(name, MUSIC, held=False):
            kind = KINDS.get(record["genre"], CLASSICAL)
            before: int | None = None
            try:
                bars = list(bars_of(record))
            except MaquetteError:
                continue
            for number, (mode, chords) in enumerate(bars):
                if chords is None:
                    before = None
                    continue
                if before is not None:
                    rows[kind, mode, number % 4, before, chords] += 1
                before = chords[-1]
    return rows


def name_of(chord: int) -> str:
    return ROOTS[chord % 12] + v.QUALITIES[chord // 12]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    rows = count()
    shown = []
    for kind in sorted({row[0] for row in rows}):
        for mode in (0, 1):
            bars: Counter[tuple[int, ...]] = Counter()
            for (k, m, _, _, chords), number in rows.items():
                if (k, m) == (kind, mode):
                    bars[chords] += number
            usual = ", ".join("-".join(name_of(c) for c in chords) for chords, _ in bars.most_common(10))
            shown.append({"kind": kind, "mode": ("major", "minor")[mode], "bars": sum(bars.values()), "usual": usual})
    print(table(shown))
    if given.write:
        told: dict[str, Any] = {}
        for (kind, mode, place, before, chords), number in sorted(rows.items()):
            if number >= FEWEST:
                to = told.setdefault(kind, {}).setdefault(("major", "minor")[mode], {}).setdefault(str(place), {})
                to.setdefault(str(before), {})[".".join(str(chord) for chord in chords)] = number
        TABLE.write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
