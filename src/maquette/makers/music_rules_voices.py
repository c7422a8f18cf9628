"""Four voices for a melody with chords, by the rules of the harmony book.

For every moment all ways to put the chord under the melody are weighed (ranges, spacing, doubling), and dynamic
programming finds the cheapest way through them: small steps, no parallel fifths and octaves, leading tones up,
sevenths down (the rules as in Piston, Harmony; the search as in Ebcioglu 1988 made small).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..media.harmony import beat_of
from ..media.score import QUALITIES, Chord, Note, Part, Score, sorted_notes
from ..media.score_lint_ranges import VOICES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMES = ("Soprano", "Alto", "Tenor", "Bass")
EASY = {"alto": (55, 74), "tenor": (48, 67), "bass": (41, 60)}  # where a voice likes to be
KEPT = 90  # voicings kept for each moment
# What it costs; a semitone of movement costs 1.
PARALLEL, HIDDEN, LEADING, SEVENTH, PAST, SAME = 400.0, 12.0, 25.0, 18.0, 6.0, 1.5
NO_THIRD, NO_FIFTH, NO_SEVENTH, NO_ROOT = 30.0, 3.0, 25.0, 60.0
DOUBLE_THIRD, DOUBLE_LEADING, DOUBLE_SEVENTH, DOUBLE_FIFTH = 3.0, 40.0, 25.0, 1.0
SIXTH_CHORD, SIX_FOUR, SPREAD, UNISON, HARD_RANGE = 3.0, 14.0, 0.15, 3.0, 1.0


@dataclass(frozen=True)
class Moment:
    """One chord of the four voices: from tick to end, over which melody notes, and how the melody leaves it."""

    start: int
    end: int
    first: int  # the melody's pitch at its beginning, and just before its end
    last: int
    chord: Chord
    struck: bool  # the melody begins a note here
    final: bool = False


def satb(score: Score, *, melody: int = 0) -> Score:
    """The melody as soprano of four voices, all by rule. The melody's notes stay exactly as they are.

    Needs `score.chords` (see `chords_for`) and a melody of one note at a time in the part `melody`: of chords the
    highest note counts. Parts of the result: Soprano, Alto, Tenor, Bass. UsageError without chords or melody.
    """
    tune = top_line(score, melody)
    moments = _moments(score, tune)
    if not moments:
        raise UsageError("there are no chords to lead the voices by", where=score.title, mend="name chords first")
    steps = [_voicings(score, moment) for moment in moments]
    path = _path(score, moments, steps)
    lower: list[list[Note]] = [[], [], []]
    for moment, voicing in zip(moments, path, strict=True):
        for voice, pitch in enumerate(voicing):
            lower[voice].append(Note(moment.start, moment.end - moment.start, pitch, _loud(tune, moment.start)))
    lower = [_tied(notes, moments) for notes in lower]
    parts = [replace(score.parts[melody], name=NAMES[0], program=52, notes=tune, staves=1)]
    parts += [Part(name, 52, sorted_notes(notes)) for name, notes in zip(NAMES[1:], lower, strict=True)]
    return replace(score, parts=tuple(parts))


def top_line(score: Score, part: int) -> tuple[Note, ...]:
    """The highest notes of a part as one line: nothing sounds at once. UsageError for a part without notes."""
    if not 0 <= part < len(score.parts) or not score.parts[part].notes or score.parts[part].drums:
        raise UsageError(f"part {part + 1} has no melody", where=score.title, mend="name a part with notes")
    line: list[Note] = []
    for note in sorted(score.parts[part].notes, key=lambda one: (one.start, -one.pitch)):
        if line and note.start == line[-1].start:
            continue
        if line and note.start < line[-1].end:
            if note.pitch < line[-1].pitch and note.end <= line[-1].end:
                continue  # a lower voice beside it
            line[-1] = replace(line[-1], length=note.start - line[-1].start)
        line.append(note)
    return tuple(line)


def _moments(score: Score, tune: Sequence[Note]) -> list[Moment]:
    """Where the lower voices may change: with the chord, and with melody notes on the beat."""
    chords = [chord for chord in score.chords if chord.quality is not None]
    if not chords:
        return []
    beats = set()
    for start, bar in zip(score.starts, score.bars, strict=False):
        late = bar.full - bar.length if start == 0 and bar.length < bar.full else 0
        beats |= {start + at - late for at in range(0, bar.full, max(1, beat_of(bar)))}
    onsets = {note.start for note in tune}
    silent = {one.end for one, two in zip(tune, [*tune[1:], None], strict=True) if two is None or two.start > one.end}
    ticks = sorted({note.start for note in tune if note.start in beats} | {chord.tick for chord in chords} | silent)
    ticks = sorted({*ticks, tune[0].start})
    rows = []
    for start, end in zip(ticks, [*ticks[1:], max(note.end for note in tune)], strict=True):
        sung = [note for note in tune if note.start < end and note.end > start]
        if end <= start or not sung:
            continue
        chord = score.chord_at(start) or chords[0]
        if chord.quality is None:
            chord = next((one for one in reversed(chords) if one.tick <= start), chords[0])
        rows.append(Moment(max(start, sung[0].start), end, sung[0].pitch, sung[-1].pitch, chord, start in onsets))
    return [replace(row, final=row is rows[-1]) for row in rows]


def _voicings(score: Score, moment: Moment) -> NDArray[np.float64]:
    """The best ways to put a chord under the melody: (n, 4) alto, tenor, bass and the cost."""
    import numpy as np

    tones = moment.chord.tones
    top = moment.first
    ranges = [VOICES[name] for name in ("alto", "tenor", "bass")]
    found: list[tuple[float, ...]] = []
    for wide in (12, 16, 30):  # spacing is given up before the ranges are
        alto, tenor, bass = ([pitch for pitch in range(low, high + 1) if pitch % 12 in tones] for low, high in ranges)
        lowest = min(top, moment.last)
        for a, t in product(alto, tenor):
            if not lowest >= a >= t or top - a > wide or a - t > wide:
                continue
            found += [(a, t, b, _cost(score, moment, (top, a, t, b))) for b in bass if b <= t]
        if found:
            break
    if not found:  # the melody is lower than any voice below it: let them follow it down
        root = moment.chord.root
        low = top - (top - root) % 12
        found = [(float(top), float(low), float(max(low - 12, ranges[2][0])), 200.0)]
    found.sort(key=lambda row: row[3])
    return np.asarray(found[:KEPT], float)


def _cost(score: Score, moment: Moment, voices: tuple[int, int, int, int]) -> float:
    """What one way to put the chord costs by itself."""
    chord = moment.chord
    steps = [(pitch - chord.root) % 12 for pitch in voices]
    shape = QUALITIES[chord.quality or ""]
    counted = [steps.count(step) for step in shape]
    cost = NO_ROOT * (counted[0] == 0) + NO_THIRD * (counted[1] == 0) + NO_FIFTH * (counted[2] == 0)
    if chord.quality not in ("", "m", "7", "m7", "maj7"):
        cost += NO_THIRD * (counted[2] == 0)  # the fifth makes these chords what they are
    if len(shape) > 3:
        cost += NO_SEVENTH * (counted[3] == 0) + DOUBLE_SEVENTH * max(0, counted[3] - 1)
    key = score.key_at(moment.start)
    leading = (key.tonic + 11 - chord.root) % 12
    cost += DOUBLE_LEADING * max(0, steps.count(leading) - 1) * (leading in shape)
    cost += DOUBLE_THIRD * max(0, counted[1] - 1) + DOUBLE_FIFTH * max(0, counted[2] - 1)
    bass = steps[3]
    asked = (chord.bass - chord.root) % 12 if chord.bass is not None else 0
    if bass != asked:
        cost += SIX_FOUR if bass == shape[2] else SIXTH_CHORD if bass == shape[1] else 2 * SIXTH_CHORD
        cost += 100.0 * moment.final
    for pitch, (low, high) in zip(voices[1:], EASY.values(), strict=True):
        cost += HARD_RANGE * (max(0, low - pitch) + max(0, pitch - high))
    cost += (
        UNISON * (len(set(voices)) < 4)
        + 0.15 * max(0, voices[0] - voices[1] - 7)
        + 0.15 * max(0, voices[1] - voices[2] - 7)
    )
    rubs = any((voices[0] - pitch) % 12 in (1, 11) for pitch in voices[1:3]) and steps[0] not in shape
    return cost + 8.0 * rubs


def _path(score: Score, moments: Sequence[Moment], steps: Sequence[NDArray[np.float64]]) -> list[tuple[int, int, int]]:
    """The cheapest way through the voicings of all moments."""
    best, back = steps[0][:, 3], []
    for before, after, one, two in zip(moments, moments[1:], steps, steps[1:], strict=False):
        each = best[:, None] + _between(score, before, after, one, two)
        back.append(each.argmin(0))
        best = each.min(0) + two[:, 3]
    path = [int(best.argmin())]
    for row in reversed(back):
        path.append(int(row[path[-1]]))
    chosen = [rows[at] for rows, at in zip(steps, reversed(path), strict=True)]
    return [(int(row[0]), int(row[1]), int(row[2])) for row in chosen]


def _between(score: Score, before: Moment, after: Moment, one: Any, two: Any) -> NDArray[np.float64]:
    """What going from each voicing to each other costs, (n, m)."""
    import numpy as np

    was = np.column_stack([np.full(len(one), before.last), one[:, :3]])[:, None, :]
    now = np.column_stack([np.full(len(two), after.first), two[:, :3]])[None, :, :]
    moved = now - was
    size = np.abs(moved)
    cost = (size[:, :, 1:] * np.asarray([1.0, 1.0, 0.6])).sum(2)
    cost = cost + (np.maximum(size[:, :, 1:3] - 5, 0) * 2).sum(2) + 6.0 * (size[:, :, 1:3] > 7).sum(2)
    cost = cost + 5.0 * (size[:, :, 3] > 8) * (size[:, :, 3] != 12) + 6.0 * np.isin(size[:, :, 1:], (6, 10, 11)).sum(2)
    if before.end == after.start:
        for i, j in combinations(range(4), 2):
            kind, old = (now[:, :, i] - now[:, :, j]) % 12, (was[:, :, i] - was[:, :, j]) % 12
            alike = moved[:, :, i] * moved[:, :, j] > 0
            cost = cost + PARALLEL * (alike & (kind == old) & ((kind == 0) | (kind == 7)))
            if (i, j) == (0, 3):
                leaps = (size[:, :, 0] > 2) & alike & (kind != old)
                cost = cost + HIDDEN * (leaps & ((kind == 0) | (kind == 7)))
        past = (now[:, :, 1:] > was[:, :, :-1]).sum(2) + (now[:, :, :-1] < was[:, :, 1:]).sum(2)
        cost = cost + PAST * past
    if (before.chord.root, before.chord.quality) != (after.chord.root, after.chord.quality):
        cost = cost + _resolving(score, before, after, was, moved)
        cost = cost + SAME * (size[:, :, 3] == 0)
    elif after.struck:
        cost = cost + 0.5 * (size[:, :, 1:] > 0).sum(2)
    return np.asarray(cost)


def _resolving(score: Score, before: Moment, after: Moment, was: Any, moved: Any) -> Any:
    """Leading tones that do not rise, and sevenths that do not fall."""
    root = before.chord.root
    shape = QUALITIES[before.chord.quality or ""]
    steps = (was - root) % 12
    cost = 0.0
    falls = (root - after.chord.root) % 12 == 7
    dominant = root == (score.key_at(before.start).tonic + 7) % 12 or before.chord.quality == "7"
    if falls and dominant and shape[1] == 4:
        rises = (moved == 1) | (moved == 0)
        stuck = (steps == 4) & ~rises
        cost = cost + LEADING * stuck[:, :, 3] + (LEADING * 0.25) * stuck[:, :, 1:3].sum(2)
    if len(shape) > 3:
        keeps = (moved <= 0) & (moved >= -2)
        cost = cost + SEVENTH * ((steps == shape[3]) & ~keeps)[:, :, 1:].sum(2)
    return cost


def _tied(notes: Sequence[Note], moments: Sequence[Moment]) -> list[Note]:
    """Notes that go on where the melody begins none are one note."""
    kept: list[Note] = []
    for note, moment in zip(notes, moments, strict=True):
        if kept and not moment.struck and kept[-1].pitch == note.pitch and kept[-1].end == note.start:
            kept[-1] = replace(kept[-1], length=note.end - kept[-1].start)
        else:
            kept.append(note)
    return kept


def _loud(tune: Sequence[Note], tick: int) -> int:
    return next((note.velocity for note in reversed(tune) if note.start <= tick), 80)
