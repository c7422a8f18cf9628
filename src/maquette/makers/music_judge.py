"""What can be heard of a piece without knowing who wrote it: measures of order, and how near they are to people's.

Nothing here knows what is beautiful. It tells a tune that comes back to its phrases and ends at home from one that
wanders, by figures of human music of the same genre (`music_figures`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ..media.score import SCALES, Note, Score
from .music_controls import mode_scale
from .music_figures import FIGURES

# How much each measure weighs when candidates are ranked, in standard deviations of human music.
WEIGHTS = {
    "in_key": 1.0, "repeats": 1.0, "rhythms": 1.0, "steps": 0.7, "density": 0.8, "silent": 1.0, "range": 0.5,
    "still": 0.7, "idle": 0.8, "hush": 0.8,
}  # fmt: skip
ONLY_MORE = frozenset(("still", "idle", "hush"))  # less of these than people have is no fault
RETURNS = frozenset(("repeats", "rhythms"))  # more of these than people have is half a fault: forms bring bars back
PLAYS = {"idle": 0.2, "hush": 0.4}  # an opening of a symphony may rest more; who names players wants to hear them
LEAST_SPREAD = 0.08
HOME = 2.0  # what an ending at home is worth, in the same unit
LIKELY = 0.5  # what a nat per note more is worth, within one request,
LOOP = -1.3  # up to so many nats per note: what is likelier mostly repeats itself


def measures(score: Score) -> dict[str, float]:
    """Shares 0..1 unless said: in_key (notes of the key, both minors), repeats and rhythms (bars of the lead that are
    as an earlier one, in notes / in rhythm), steps (moves of the lead by at most two semitones), density (notes of the
    lead a quarter), silent (bars in which nothing begins), range (of the lead, in octaves), still (moves of the lead
    that stay on their pitch), idle (bars of single lines in which nothing sounds), hush (that of the emptiest line)."""
    lead = lead_of(score)
    notes = [note for part in score.parts if not part.drums for note in part.notes]
    quarters = max(score.end / 480, 1.0)
    tops = _tops(lead)
    bars = _by_bar(score, lead)
    moves = [abs(after.pitch - before.pitch) for before, after in pairwise(tops)]
    starts = {score.bar_at(note.start) for part in score.parts for note in part.notes}
    pitches = [note.pitch for note in tops]
    idle = _idle(score)
    return {
        "in_key": _share(sum(_in_key(score, note) for note in notes), len(notes)),
        "repeats": _again([tuple(bar) for bar in bars]),
        "rhythms": _again([tuple((start, length) for start, length, _ in bar) for bar in bars]),
        "steps": _share(sum(move <= 2 for move in moves), len(moves)),
        "density": len(tops) / quarters,
        "silent": 1 - _share(len(starts), len(score.bars)),
        "range": (max(pitches) - min(pitches)) / 12 if pitches else 0.0,
        "still": _share(moves.count(0), len(moves)),
        "idle": _share(sum(idle), len(idle)),
        "hush": max(idle, default=0.0),
    }


def lead_of(score: Score) -> Sequence[Note]:
    """The notes of the part that leads: the first that is no drums and has a fair share of the notes; upper staff."""
    tuned = [part for part in score.parts if not part.drums and part.notes]
    if not tuned:
        return ()
    most = max(len(part.notes) for part in tuned)
    part = next(one for one in tuned if len(one.notes) * 4 >= most)
    upper = [note for note in part.notes if note.staff == 1]
    return upper if len(upper) * 4 >= len(part.notes) else part.notes


def ends_at_home(score: Score) -> float:
    """0..1: whether the last bass note is the tonic, all last notes are of its chord, and the last to begin stays."""
    tuned = [note for part in score.parts if not part.drums for note in part.notes]
    if not tuned or not score.bars:
        return 0.0
    key = score.key_at(score.end - 1)
    triad = {(key.tonic + SCALES[key.mode][step]) % 12 for step in (0, 2, 4)} | {(key.tonic + 4) % 12}
    last = max(note.start for note in tuned)
    end = max(note.end for note in tuned)
    final = [note for note in tuned if note.end == end or note.start == last]
    low = min(final, key=lambda note: note.pitch)
    inside = last >= score.starts[-2]
    home = 0.5 * (low.pitch % 12 == key.tonic) + 0.3 * all(note.pitch % 12 in triad for note in final)
    rests = max(note.length for note in final if note.start == last) >= 480  # no run that is merely cut off
    return (home + 0.2 * rests) if inside else 0.5 * home


def distance(found: Mapping[str, float], genre: str) -> float:
    """How far measures are from human music of a genre: the weighted root mean square of deviations (each at most 6).

    One gross fault, such as a part that never plays, weighs more than many small ones.
    """
    usual = FIGURES.get(genre) or FIGURES["piece"]
    total = 0.0
    for name, weight in WEIGHTS.items():
        mean, spread = usual[name]
        more = found[name] - min(mean, PLAYS.get(name, mean))
        off = max(more, 0.0) if name in ONLY_MORE else abs(more)
        off *= 0.5 if name in RETURNS and more > 0 else 1.0
        total += weight * min(off / max(spread, LEAST_SPREAD), 6.0) ** 2
    return math.sqrt(total / sum(WEIGHTS.values()))


def worth(score: Score, genre: str, *, likelihood: float = 0.0, cadence: bool = True) -> float:
    """How a candidate ranks, the higher the better. likelihood: nats per note by the net's own reckoning."""
    home = HOME * ends_at_home(score) if cadence else 0.0
    return home + LIKELY * min(likelihood, LOOP) - distance(measures(score), genre)


def _tops(notes: Sequence[Note]) -> list[Note]:
    """The highest of the notes that begin together."""
    best: dict[int, Note] = {}
    for note in notes:
        if note.start not in best or best[note.start].pitch < note.pitch:
            best[note.start] = note
    return [best[start] for start in sorted(best)]


def _by_bar(score: Score, notes: Sequence[Note]) -> list[list[tuple[int, int, int]]]:
    bars: list[list[tuple[int, int, int]]] = [[] for _ in score.bars]
    for note in notes:
        bar = score.bar_at(note.start)
        bars[bar].append((note.start - score.starts[bar], note.length, note.pitch))
    return [sorted(bar) for bar in bars]


def _idle(score: Score) -> list[float]:
    """Of every line (staff of a part) the share of bars in which nothing sounds."""
    shares = []
    for part in score.parts:
        for staff in range(1, part.staves + 1):
            sounding = set()
            for note in part.notes:
                if note.staff == staff:
                    sounding |= set(range(score.bar_at(note.start), score.bar_at(note.end - 1) + 1))
            shares.append(1 - _share(len(sounding), len(score.bars)))
    return shares


def _again(bars: Sequence[tuple[object, ...]]) -> float:
    """The share of bars that are like an earlier one; empty ones are not counted."""
    told = [bar for bar in bars if bar]
    return _share(sum(count - 1 for count in Counter(told).values()), len(told))


def _in_key(score: Score, note: Note) -> bool:
    key = score.key_at(note.start)
    return (note.pitch - key.tonic) % 12 in mode_scale(key.mode)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def likelihood(logprob: float, notes: int) -> float:
    """Nats per note of what was written; 0 where nothing was."""
    return logprob / notes if notes and math.isfinite(logprob) else 0.0
