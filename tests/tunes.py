"""Small tunes for tests, as records of music: a melody over a bass, in a hand that can be told from others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

SCALE = (0, 2, 4, 5, 7, 9, 11)


def record(number: int, *, bars: int = 8, lively: bool = False, set: str = "mine", **more: Any) -> dict[str, Any]:
    """One tune in 4/4: steps up and down the scale, in quarters or (lively) eighths, with a bass of whole notes."""
    dice = np.random.default_rng(number)
    tonic = int(dice.integers(0, 7))
    names = ("C", "Db", "D", "Eb", "E", "F", "F#")
    length = 12 if lively else 24
    count = bars * 96 // length
    walk = np.cumsum(dice.choice((-1, 1), count))
    pitches = [60 + tonic + 12 * (int(step) // 7) % 24 + SCALE[int(step) % 7] for step in walk]
    melody = [0, 11, [0] + [length] * (count - 1), [length] * count, pitches]
    bass = [1, 11, [0] + [96] * (bars - 1), [96] * bars, [48 + tonic - 12 * (i % 2) for i in range(bars)]]
    told = {
        "id": f"{set}/{number}",
        "set": set,
        "license": "CC0-1.0",
        "title": f"Tune {number}",
        "composer": "Ada Ton",
        "genre": "reel" if lively else "hymn",
        "work": f"ada|tune {number}",
        "metre": "4/4",
        "key": f"{names[tonic]} major",
        "tempo": 120,
        "tpq": 24,
        "parts": [["Flute", 73], ["Bass", 43]],
        "bars": [96] * bars,
        "voices": [melody, bass],
    }
    return {**told, **more}


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    """A record file of them."""
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return path
