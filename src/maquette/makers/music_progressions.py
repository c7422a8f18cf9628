"""Chords to write on: progressions as they follow one another in human music, closing where phrases close.

What follows what was counted in 6,800 training pieces (`music_progressions.json`, made by
`benchmarks/music_progressions.py`): for kinds of music, for major and minor, for each place in a phrase of four bars,
which bar of chords came after which chord. A path is drawn backwards from its close (forward-backward sampling, Rabiner
1989), so that a cadence is prepared and never pasted on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from ..media import score as s

KINDS = {
    **dict.fromkeys(("mazurka", "waltz", "polonaise", "krakowiak", "minuet", "folk", "march", "polka"), "dance"),
    **dict.fromkeys(("song", "lied", "opera", "carol", "romantic piece", "nocturne", "impromptu"), "song"),
    **dict.fromkeys(("hymn", "sacred", "chorale", "mass", "motet", "requiem"), "hymn"),
    "game soundtrack": "modern",
}
CLASSICAL = "classical"  # the kind of all other genres
QUALITIES = ("", "m", "7", "m7", "maj7", "dim", "dim7", "m7b5", "aug", "sus4")
SHARPER = 1.1  # counts are raised to this: what is rare is mostly a wrong label
STAY = 0.5  # how much less than counted a whole bar goes on with the chord before: half-bars that merely last count too
SUSPENDED, AUGMENTED = QUALITIES.index("sus4"), QUALITIES.index("aug")
LENT = 0.02  # weight of what classical music adds to the table of another kind
TONIC = {"major": 0, "minor": 12}  # quality * 12 + root above the tonic
DOMINANTS = frozenset((7, 24 + 7, 60 + 11, 72 + 11))  # G, G7, Bdim, Bdim7 in C

Bar = tuple[int, ...]  # one chord for the whole bar, or one for each half


@cache
def _counts() -> dict[str, dict[str, dict[str, dict[str, dict[str, int]]]]]:
    path = Path(__file__).with_name("music_progressions.json")
    told: dict[str, dict[str, dict[str, dict[str, dict[str, int]]]]] = json.loads(path.read_text(encoding="utf-8"))
    return told


@cache
def _table(kind: str, mode: str, place: int) -> Mapping[int, tuple[tuple[Bar, float], ...]]:
    """After each chord: the bars that may follow at a place of the phrase, with their odds."""
    odds: dict[int, dict[Bar, float]] = {}
    for of, weight in ((kind, 1.0), (CLASSICAL, LENT)):
        for before, bars in _counts()[of][mode][str(place)].items():
            row = odds.setdefault(_resolved(int(before), mode), {})
            for bar, count in bars.items():
                chords = tuple(dict.fromkeys(_resolved(int(chord), mode) for chord in bar.split(".")))
                stays = STAY if chords == (_resolved(int(before), mode),) else 1.0
                row[chords] = row.get(chords, 0.0) + stays * weight * float(count) ** SHARPER
    return {before: tuple((bar, one / sum(row.values())) for bar, one in row.items()) for before, row in odds.items()}


def _resolved(chord: int, mode: str) -> int:
    """A suspended or augmented chord as the triad it stands for: such labels are mostly passing notes."""
    if chord // 12 not in (SUSPENDED, AUGMENTED):
        return chord
    root = chord % 12
    return root + (12 if mode == "minor" and root in (0, 5) else 0)


def progression(
    bars: int, mode: str, kind: str, dice: np.random.Generator, *, closes: Mapping[int, str] | None = None
) -> list[Bar]:
    """Chords (quality * 12 + root above the tonic) of `bars` bars, "major" or "minor".

    closes: bar -> "full" (the tonic, after a dominant) or "half" (a dominant); the last bar closes fully unless said.
    """
    wanted = {bars - 1: "full", **(closes or {})}
    home = TONIC[mode]
    allowed = [_closing(bar, wanted, home) for bar in range(bars)]
    # Odds that the rest can be ended as asked, from each chord, backwards.
    ahead: list[dict[int, float]] = [{} for _ in range(bars + 1)]
    chords = {chord for place in range(4) for chord in _table(kind, mode, place)}
    ahead[bars] = dict.fromkeys(chords, 1.0)
    for bar in range(bars - 1, -1, -1):
        for before, rows in _table(kind, mode, bar % 4).items():
            odds = sum(p * ahead[bar + 1].get(row[-1], 0.0) for row, p in rows if allowed[bar](row))
            if odds > 0:
                ahead[bar][before] = odds
    path: list[Bar] = []
    last = home
    for bar in range(bars):
        rows = _table(kind, mode, bar % 4).get(last, ())
        some = [(row, p * ahead[bar + 1].get(row[-1], 0.0)) for row, p in rows if allowed[bar](row)]
        some = [(row, odds) for row, odds in some if odds > 0]
        if not some:  # a close that these tables do not know from here: go there all the same
            path.append((home,) if wanted.get(bar) == "full" or bar == 0 else (7,))
        else:
            chances = np.array([one for _, one in some])
            path.append(some[int(dice.choice(len(some), p=chances / chances.sum()))][0])
        last = path[-1][-1]
    return path


def _closing(bar: int, wanted: Mapping[int, str], home: int) -> Callable[[Bar], bool]:
    """What may stand in a bar so that the closes that are wanted come about."""
    if wanted.get(bar) == "full":
        return lambda row: row == (home,)
    if wanted.get(bar) == "half" or wanted.get(bar + 1) == "full":
        return lambda row: row[-1] in DOMINANTS
    if bar == 0:
        return lambda row: row[0] == home
    return lambda row: True


def with_progression(
    score: s.Score,
    genre: str,
    dice: np.random.Generator,
    *,
    phrase: int = 8,
    closes: Mapping[int, str] | None = None,
    sources: Mapping[int, int] | None = None,
) -> s.Score:
    """The score with a chord track in its key: phrases of `phrase` bars, closing half and full by turns.

    closes: bar -> "half" or "full" instead. sources: bars that bring back others, whose chords they take over. A
    pick-up gets no chord. Two chords stand in one bar only where its metre has two halves or three beats.
    """
    key = score.key_at(0)
    mode = "minor" if key.mode in ("minor", "dorian", "phrygian", "locrian") else "major"
    first = 1 if len(score.bars) > 1 and score.bars[0].length < score.bars[0].full else 0
    bars = len(score.bars) - first
    asked = dict(closes) if closes is not None else _usual_closes(bars, phrase)
    path = progression(bars, mode, KINDS.get(genre, CLASSICAL), dice, closes=asked)
    for copy, source in (sources or {}).items():
        path[copy - first] = path[source - first]
    chords: list[s.Chord] = []
    for number, row in enumerate(path):
        bar = score.bars[first + number]
        places = _places(bar, len(row))
        for place, chord in zip(places, row, strict=False):
            made = s.Chord(score.starts[first + number] + place, (chord % 12 + key.tonic) % 12, QUALITIES[chord // 12])
            if not chords or (chords[-1].root, chords[-1].quality) != (made.root, made.quality):
                chords.append(made)
    return replace(score, chords=tuple(chords))


def _usual_closes(bars: int, phrase: int) -> dict[int, str]:
    ends = list(range(phrase - 1, bars - 1, phrase))
    return {end: "half" if number % 2 == 0 else "full" for number, end in enumerate(ends) if bars - end > 2}


def _places(bar: s.Bar, count: int) -> Sequence[int]:
    if count < 2 or bar.length < 2 * s.TPQ:
        return (0,)
    if bar.beats % 2 == 0:
        return (0, bar.length // 2)
    return (0, bar.length - 4 * s.TPQ // bar.unit)  # three beats: the last one
