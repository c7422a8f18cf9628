"""What is in a set of music: whose it is, what stands in it twice, and what its pieces have in common."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from ..core.errors import MaquetteError
from ..core.progress import OnProgress, Progress, silent
from ..media.score import TPQ, Score
from . import rights
from .dataset import Dataset, Item

LOOKED_AT = 600  # pieces that are opened for their habits unless more are asked for
SHOWN = 12
NOTES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
LENGTHS = {"16th or shorter": 0.25, "8th": 0.5, "dotted 8th": 0.75, "quarter": 1.0, "dotted quarter": 1.5, "half": 2.0}


def describe(dataset: Dataset, *, limit: int = LOOKED_AT, on_progress: OnProgress = silent) -> dict[str, Any]:
    """Counts, duplicates and habits of a set of music as plain JSON data.

    At most `limit` pieces, evenly spread, are opened for their habits; `looked_at` says how many.
    """
    items = dataset.items
    chosen = items[:: max(1, math.ceil(len(items) / max(limit, 1)))]
    scores, broken = _scores(chosen, on_progress)
    return {
        "name": dataset.name,
        "version": dataset.version,
        "sha256": dataset.sha256,
        "kind": "music",
        "items": len(items),
        "skipped": [{"name": one.name, "reason": one.reason} for one in dataset.skipped],
        "sets": _counted(item.set for item in items),
        "licences": _counted(item.licence for item in items),
        "authors": _counted(item.author for item in items),
        "encoders": _counted(item.encoder for item in items if item.encoder),
        "genres": _counted(item.genre for item in items),
        "splits": _counted(item.split for item in items),
        "works": len({item.work for item in items}),
        "terms": rights.terms_of(items).summary(),
        "exact_duplicates": exact_duplicates(items),
        "looked_at": len(scores),
        "unread": broken,
        "habits": habits(scores),
    }


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(value or "(none)" for value in values).most_common())


def _scores(items: Sequence[Item], on_progress: OnProgress) -> tuple[list[Score], list[dict[str, str]]]:
    scores, broken = [], []
    for number, item in enumerate(items, start=1):
        try:
            scores.append(item.score())
        except MaquetteError as error:
            broken.append({"name": item.id, "reason": error.wrong})
        if number % 20 == 0 or number == len(items):
            on_progress(Progress(number, len(items), "looking at pieces"))
    return scores, broken


def exact_duplicates(items: Sequence[Item]) -> list[list[str]]:
    """Groups of ids in which the very same notes stand."""
    groups: dict[str, list[str]] = {}
    for item in items:
        groups.setdefault(item.sha256, []).append(item.id)
    return [group for group in groups.values() if len(group) > 1]


def habits(scores: Sequence[Score]) -> dict[str, Any]:
    """What pieces have in common. Shares are between 0 and 1: of pieces for `metres`, `keys`, `parts`, of notes for
    `lengths` (in quarters) and `intervals` (semitones between successive notes of a part); medians beside them."""
    told: dict[str, Counter[str]] = {name: Counter() for name in ("metres", "keys", "parts", "lengths", "intervals")}
    for score in scores:
        beats, unit = score.metre
        told["metres"][f"{beats}/{unit}"] += 1
        told["keys"][f"{NOTES[score.key.tonic]} {score.key.mode}" if score.key else "not told"] += 1
        told["parts"][str(len(score.parts))] += 1
        for part in score.parts:
            told["lengths"].update(_length(note.length / TPQ) for note in part.notes)
            if not part.drums:
                told["intervals"].update(_intervals([note.pitch for note in part.notes]))
    return {
        **{name: _shares(counter) for name, counter in told.items()},
        "median_bars": _median([len(score.bars) for score in scores]),
        "median_notes": _median([score.count for score in scores]),
        "notes_per_bar": round(sum(s.count for s in scores) / max(1, sum(len(s.bars) for s in scores)), 2),
        "pieces_with": {
            "chords": sum(bool(score.chords) for score in scores),
            "lyrics": sum(any(n.lyric for p in score.parts for n in p.notes) for score in scores),
            "drums": sum(any(part.drums for part in score.parts) for score in scores),
            "tempo": sum(bool(score.tempi) for score in scores),
        },
    }


def _length(quarters: float) -> str:
    return next((name for name, most in LENGTHS.items() if quarters <= most + 1e-6), "longer")


def _intervals(pitches: Sequence[int]) -> list[str]:
    steps = [abs(b - a) for a, b in pairwise(pitches)]
    return ["unison" if s == 0 else "step" if s <= 2 else "third" if s <= 4 else "leap" for s in steps]


def _shares(counter: Counter[str]) -> dict[str, float]:
    total = sum(counter.values())
    return {name: round(count / total, 3) for name, count in counter.most_common(SHOWN)}


def _median(values: Sequence[int]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2 if ordered else 0.0


def as_text(description: dict[str, Any]) -> str:
    """A description as a page of plain text."""
    d = description
    lines = [f"{d['name']}, version {d['version']}: {d['items']} pieces of {d['works']} works", f"  {d['terms']}"]
    for title in ("sets", "licences", "authors", "encoders", "genres", "splits"):
        if d[title]:
            lines += ["", title, *_rows(d[title])]
    lines += ["", f"unreadable: {len(d['skipped'])}", *(f"  {one['name']}: {one['reason']}" for one in d["skipped"])]
    same = d["exact_duplicates"]
    lines += [f"exact duplicates: {sum(map(len, same)) - len(same)}"]
    lines += [f"  {' = '.join(group)}" for group in same[:SHOWN]]
    lines += ["", f"what the pieces have in common ({d['looked_at']} of them looked at)"]
    for name, value in d["habits"].items():
        if isinstance(value, dict):
            value = ", ".join(
                f"{key} {share:.0%}" if isinstance(share, float) else f"{key} {share}"
                for key, share in value.items()
                if share >= 0.005
            )
        lines.append(f"  {name.replace('_', ' '):<16}{value}")
    return "\n".join(lines)


def _rows(counts: dict[str, int]) -> list[str]:
    rows = [f"  {count:>7}  {name}" for name, count in list(counts.items())[:SHOWN]]
    more = len(counts) - SHOWN
    return [*rows, f"           and {more} more"] if more > 0 else rows
