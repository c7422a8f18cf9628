"""Naming the chords that sound: for every half-bar (or other span) the chord that its notes speak for.

A chord is judged like a key: each says how likely each pitch class is while it sounds, and the odds of all notes add
up, weighted by how long they sound (a multinomial per chord, as in Temperley 2007, chapter 6; templates per chord as in
Fujishima 1999). The lowest notes speak for the root. `label_spans` judges each span alone, fast enough for millions of
notes; `label` also knows the key and which chords follow one another, and takes the best path (Viterbi 1967).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from .keys import find_key
from .score import QUALITIES, SCALES, Bar, Chord, Key, Score

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Per = Literal["bar", "half-bar", "beat"]
NAMES = tuple(QUALITIES)  # the qualities in the order of the templates
# How likely each tone of a chord is while it sounds; what is left is shared by the other pitch classes.
TONES = {3: (0.37, 0.28, 0.23), 4: (0.32, 0.24, 0.18, 0.16)}
BASS = (0.6, 0.2, 0.12, 0.08)  # how likely each tone is as the lowest one
BASS_WEIGHT = 0.45  # of the lowest notes beside all notes
ACCENT = 1.0  # of a span's length that a note gains by sounding at its beginning
# Log-odds of a quality by itself.
USUAL = {
    "": 0.0, "m": -0.05, "7": -0.06, "m7": -0.2, "maj7": -0.26,
    "dim": -0.12, "dim7": -0.12, "m7b5": -0.16, "aug": -0.3, "sus4": -0.4,
}  # fmt: skip
# What speaks for a chord beside the notes, as log-odds: the key's scale, the three main degrees in it, the chord going
# on, a root that falls a fifth. Chosen on dance tunes, whose one line says little; HARMONY is by how much the notes
# count more where several sound.
OWN, MAIN, STAY, FIFTH = 0.2, 0.3, 0.5, 0.2
PRIMARY = (0, 5, 7)
HARMONY = 3.0


@cache
def _templates() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Log-likelihoods per pitch class (12, 12 * q), the same for the lowest note, and the log-odds (12 * q,)."""
    import numpy as np

    held = np.empty((12, 12, len(NAMES)))
    low = np.full_like(held, np.log(0.02))
    for q, name in enumerate(NAMES):
        steps = QUALITIES[name]
        shares = TONES[len(steps)]
        row = np.full(12, (1 - sum(shares)) / (12 - len(steps)))
        row[list(steps)] = shares
        deep = np.full(12, 0.02)
        deep[list(steps)] = BASS[: len(steps)]
        for root in range(12):
            held[:, root, q] = np.roll(np.log(row), root)
            low[:, root, q] = np.roll(np.log(deep), root)
    usual = np.tile(np.asarray([USUAL[name] for name in NAMES]), 12)
    return held.reshape(12, -1), low.reshape(12, -1), usual


def odds_of(starts: Any, ends: Any, pitches: Any, spans: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How well each chord fits each span: log-odds (s, 12 * q), and how much sounds in each (s,), 0..1 and more.

    starts, ends, pitches: arrays of n notes in ticks and MIDI numbers, in any order. spans: (s, 2) ticks, in order and
    not overlapping. Columns are roots 0..11 times the qualities in the order of score.QUALITIES.
    """
    import numpy as np

    starts, ends, pitches = (np.asarray(one, np.int64) for one in (starts, ends, pitches))
    spans = np.asarray(spans, np.int64).reshape(-1, 2)
    count = len(spans)
    first = np.searchsorted(spans[:, 1], starts, "right")
    times = np.maximum(np.searchsorted(spans[:, 0], ends, "left") - first, 0)
    note = np.repeat(np.arange(len(starts)), times)
    span = np.arange(len(note)) - np.repeat(np.cumsum(times) - times, times) + first[note]
    lengths = np.maximum(spans[:, 1] - spans[:, 0], 1)
    begins = starts[note] <= spans[span, 0]
    inside = np.minimum(ends[note], spans[span, 1]) - np.maximum(starts[note], spans[span, 0])
    share = inside / lengths[span]
    pitch = pitches[note]
    chroma = np.bincount(span * 12 + pitch % 12, share + ACCENT * begins * np.minimum(share, 0.5), count * 12)
    chroma = chroma[: count * 12].reshape(count, 12)
    bass = _bass(span, pitch, share, begins, count)
    sounding = np.bincount(span, share, count).astype(np.float64)
    held, low, usual = _templates()
    total = chroma.sum(1, keepdims=True)
    # One line alone has no bass: its lowest note says little about the root.
    deep = np.clip(sounding - 1, 0, 1)[:, None] * BASS_WEIGHT
    odds = (chroma / np.maximum(total, 1e-9)) @ held + deep * (bass @ low) + usual
    return np.asarray(odds, np.float64), sounding


def _bass(span: Any, pitch: Any, share: Any, begins: Any, count: int) -> NDArray[np.float64]:
    """Shares of the pitch classes among the lowest notes of each span: of all, and of those that begin it."""
    import numpy as np

    bass = np.zeros((count, 12))
    for among in (np.ones(len(span), bool), begins):
        lowest = np.full(count, 999)
        np.minimum.at(lowest, span[among], pitch[among])
        deep = among & (pitch == lowest[span])
        row = np.bincount(span[deep] * 12 + pitch[deep] % 12, share[deep], count * 12)[: count * 12].reshape(count, 12)
        bass += row / np.maximum(row.sum(1, keepdims=True), 1e-9)
    return np.asarray(bass / np.maximum(bass.sum(1, keepdims=True), 1e-9))


def label_spans(starts: Any, ends: Any, pitches: Any, spans: Any) -> list[tuple[int, str | None, float]]:
    """(root 0..11, quality, strength) of every span, each judged by its own notes alone; quality None in silence.

    starts, ends, pitches: arrays of n notes (ticks; MIDI numbers; no drums), in any order. spans: (s, 2) ticks, in
    order and not overlapping. Strength is the log-odds to the best other root, 0 and
    more; from 0.1 on it is worth believing.
    """
    import numpy as np

    odds, sounding = odds_of(starts, ends, pitches, spans)
    if not len(odds):
        return []
    by_root = odds.reshape(len(odds), 12, -1).max(2)
    order = np.sort(by_root, 1)
    strength = order[:, -1] - order[:, -2]
    best = odds.argmax(1)
    roots, kinds = np.divmod(best, len(NAMES))
    return [
        (int(root), NAMES[kind], round(float(sure), 4)) if heard > 0.02 else (0, None, 0.0)
        for root, kind, sure, heard in zip(roots, kinds, strength, sounding, strict=True)
    ]


def beat_of(bar: Bar) -> int:
    """Ticks of a beat as it is felt: three units together in 6/8, 9/8 and 12/8 (and 6/4)."""
    unit = bar.full // bar.beats if bar.beats else bar.length
    return unit * 3 if bar.beats % 3 == 0 and bar.beats > 3 else unit


def spans_of(score: Score, per: Per | int = "half-bar") -> list[tuple[int, int]]:
    """The score cut into spans of ticks, none of which crosses a barline.

    "bar"; "half-bar": bars of two and four beats in halves, others whole or by groups of beats (9/8 in three, 5/4 as
    3 + 2); "beat"; or a number of ticks, counted from each barline. A pick-up is counted from its end.
    """
    rows = []
    for start, bar in zip(score.starts, score.bars, strict=False):
        if bar.length <= 0:
            continue
        cuts = _cuts(bar, per)
        late = max(0, bar.full - bar.length) if start == 0 else 0  # a pick-up is the end of a bar
        at = sorted({0, *(cut - late for cut in cuts if 0 < cut - late < bar.length), bar.length})
        rows += [(start + one, start + two) for one, two in pairwise(at)]
    return rows


def _cuts(bar: Bar, per: Per | int) -> list[int]:
    whole, beat = max(bar.full, bar.length), max(1, beat_of(bar))
    if per == "bar":
        return []
    if per == "beat":
        return list(range(beat, whole, beat))
    if isinstance(per, int):
        return list(range(max(1, per), whole, max(1, per)))
    beats = whole // beat
    if beats % 2 == 0:
        return [whole // 2]
    if beats == 3 and beat * 3 == whole and bar.unit >= 8 and bar.beats == 9:
        return [beat, 2 * beat]
    return [3 * beat] if beats in (5, 7) else []


def sounding(score: Score, parts: Any = None) -> tuple[list[int], list[int], list[int]]:
    """(starts, ends, pitches) of all notes but drums, of the parts asked for."""
    rows = [
        (note.start, note.end, note.pitch)
        for number, part in enumerate(score.parts)
        if not part.drums and (parts is None or number in parts)
        for note in part.notes
    ]
    starts, ends, pitches = ([row[i] for row in rows] for i in range(3))
    return starts, ends, pitches


def label(score: Score, per: Per | int = "half-bar", *, key: Key | None = None) -> tuple[Chord, ...]:
    """The chords of a score, equal neighbours merged; `Chord.bass` is told where the lowest note is another chord tone.

    per: how often a chord may change, as in `spans_of`. The chords of `key` (default: what the score says, else found)
    are likelier, as are roots that fall a fifth and chords that go on; the fewer notes, the more these say.
    """
    import numpy as np

    spans = spans_of(score, per)
    if not spans or not any(part.notes for part in score.parts if not part.drums):
        return ()
    notes = sounding(score)
    odds, heard = odds_of(*notes, spans)
    keys = [key or score.key_at(start) for start, _ in spans] if key or score.keys else [find_key(score)] * len(spans)
    odds *= 1 + HARMONY * np.clip(heard - 1, 0, 1)[:, None]
    for row, one in enumerate(keys):
        odds[row] += in_key(one)
    odds[heard <= 0.02] = 0
    path = _path(odds, heard)
    lowest = _lowest(notes, spans)
    rows = []
    for (start, _), best, loud, low in zip(spans, path, heard, lowest, strict=True):
        root, kind = divmod(best, len(NAMES))
        chord = Chord(start, root, NAMES[kind])
        if loud <= 0.02:
            chord = Chord(start, 0, None)
        elif loud > 1.2 and low is not None and low != root and low in chord.tones:
            chord = Chord(start, root, NAMES[kind], low)
        rows.append(chord)
    return merged(rows)


def merged(chords: Sequence[Chord]) -> tuple[Chord, ...]:
    """Chords without those that repeat the one before; a chord goes on through silence."""
    kept: list[Chord] = []
    for chord in chords:
        if not kept or (chord.quality is not None and replace(chord, tick=kept[-1].tick) != kept[-1]):
            kept.append(chord)
    return tuple(kept)


@cache
def _in_key(tonic: int, mode: str) -> NDArray[np.float64]:
    import numpy as np

    scale = {(tonic + step) % 12 for step in SCALES[mode]}
    wide = scale | {(tonic + 11) % 12} if mode == "minor" else scale  # its leading tone belongs to minor
    row = np.zeros((12, len(NAMES)))
    for root in range(12):
        for q, name in enumerate(NAMES):
            tones = {(root + step) % 12 for step in QUALITIES[name]}
            row[root, q] = OWN * (tones <= wide) + MAIN * (tones <= wide and (root - tonic) % 12 in PRIMARY)
    return row.reshape(-1)


def in_key(key: Key) -> NDArray[np.float64]:
    """The log-odds (12 * q,) that a key gives each chord."""
    return _in_key(key.tonic, key.mode)


@cache
def _moves() -> NDArray[np.float64]:
    """Log-odds (12 * q, 12 * q) of one chord after another."""
    import numpy as np

    q = len(NAMES)
    roots = np.repeat(np.arange(12), q)
    moves = FIFTH * ((roots[:, None] - roots[None, :]) % 12 == 7)
    moves = moves + STAY * 0.5 * (roots[:, None] == roots[None, :])
    return np.asarray(moves + STAY * 0.5 * np.eye(12 * q))


def _path(odds: NDArray[np.float64], heard: NDArray[np.float64]) -> list[int]:
    """The best chord for each span by Viterbi: what fits, and what follows."""
    moves = _moves()
    best, back = odds[0], []
    for row in odds[1:]:
        each = best[:, None] + moves
        back.append(each.argmax(0))
        best = each.max(0) + row
    path = [int(best.argmax())]
    for row in reversed(back):
        path.append(int(row[path[-1]]))
    return path[::-1]


def _lowest(notes: tuple[list[int], list[int], list[int]], spans: list[tuple[int, int]]) -> list[int | None]:
    """The pitch class of the lowest note that sounds in the first half of each span."""
    import bisect

    starts, ends, pitches = notes
    rows: list[int | None] = [None] * len(spans)
    begins = [start for start, _ in spans]
    for start, end, pitch in zip(starts, ends, pitches, strict=True):
        at = max(0, bisect.bisect_right(begins, start) - 1)
        while at < len(spans) and begins[at] < end:
            middle = (begins[at] + spans[at][1]) / 2
            known = rows[at]
            if start < middle and (known is None or pitch < known):
                rows[at] = pitch
            at += 1
    return [None if pitch is None else pitch % 12 for pitch in rows]
