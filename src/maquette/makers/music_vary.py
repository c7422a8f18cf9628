"""Variation by three sliders: how much of the rhythm, the contour and the harmony of a piece is kept.

1 keeps all of it, 0 none. The places that change are drawn once per seed and nested: a slider that is moved further
changes the same places and more, so that what one hears grows with it. `vary` writes a variation by rule; `plan` says
the same as rules for a net (makers/music_writer.py), which then finds the notes.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..media.keys import find_key
from ..media.pitch_track_beat import beat_ticks
from ..media.score import Chord, Key, Note, Score, sorted_notes
from .music_blend import melody
from .music_lyrics import weight

if TYPE_CHECKING:
    import numpy as np

    from .music_writer import Rules

Cell = tuple[int, int]
SHORTEST = 120  # ticks: notes are not split below a sixteenth
REACH = 5  # semitones that a note may stray while its contour is kept


@dataclass(frozen=True)
class Variation:
    """A variation by rule. `changed`: the share of the rhythm (bars), contour (steps) and harmony that is another."""

    score: Score
    seed: int
    changed: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What a net is to write: the score to write into, the cells that are holes, and the rules for them."""

    score: Score
    holes: tuple[Cell, ...]
    rules: Rules


def vary(
    score: Score, *, contour: float = 0.5, rhythm: float = 0.5, harmony: float = 1.0, seed: int = 0, part: int = 0
) -> Variation:
    """A variation of the melody in `part` by rule; each slider says how much is kept, 0..1. Other parts stay.

    Rhythm changes beat by beat (two notes joined, one split, long and short exchanged), the contour note by note (up
    where it went down), the harmony half bar by half bar (a relative or neighbouring chord of the key, with the melody
    on it on strong beats). Without chords in the score its labels are taken (media/harmony.py). Raises UsageError.
    """
    _check(score, part, contour=contour, rhythm=rhythm, harmony=harmony)
    import numpy as np

    key = score.key or find_key(score)
    line = melody(score, part)
    chords = harmonies(score)
    new_chords = _other_chords(score, chords, key, harmony, np.random.default_rng([seed, 1]))
    notes = _other_rhythm(score, line, rhythm, np.random.default_rng([seed, 2]))
    notes = _other_contour(score, notes, key, contour, np.random.default_rng([seed, 3]))
    notes = _on_chords(score, notes, new_chords, chords, key)
    made = _with_line(score, part, line, notes)
    if score.chords:
        made = replace(made, chords=new_chords)
    told = {
        "rhythm": rhythm_change(score, made, part),
        "contour": contour_change(score, made, part),
        "harmony": harmony_change(score, chords, new_chords),
    }
    return Variation(made, seed, told)


def plan(
    score: Score,
    *,
    contour: float = 0.5,
    rhythm: float = 0.5,
    harmony: float = 1.0,
    seed: int = 0,
    part: int = 0,
    line: int = 0,
) -> Plan:
    """The same wish as rules for a net; `line` is the melody's line as `lines_of` counts it.

    All its bars are holes. Kept rhythm are exact starts and lengths (`Rules.rhythm`), kept contour the pitches that
    every note may have without crossing its neighbours (`Rules.pitches`), kept harmony chord tones on strong beats
    (`Rules.chords`). Where the rhythm is not kept, that of the rule's variation is asked for only if the contour is to
    be kept there, since a contour needs its notes.
    """
    _check(score, part, contour=contour, rhythm=rhythm, harmony=harmony)
    import numpy as np

    from .music_writer import Rules

    key = score.key or find_key(score)
    top = melody(score, part)
    chords = _other_chords(score, harmonies(score), key, harmony, np.random.default_rng([seed, 1]))
    order = [int(bar) for bar in np.random.default_rng([seed, 2]).permutation(len(score.bars))]
    kept_rhythm = set(order[: round(rhythm * len(order))])
    order = [int(bar) for bar in np.random.default_rng([seed, 3]).permutation(len(score.bars))]
    kept_contour = set(order[: round(contour * len(order))])
    exact: dict[Cell, tuple[tuple[int, int], ...]] = {}
    allowed: dict[Cell, tuple[frozenset[int], ...]] = {}
    bands = _bands(top)
    for bar in range(len(score.bars)):
        begin, end = score.starts[bar], score.starts[bar + 1]
        rows = [(note, band) for note, band in zip(top, bands) if begin <= note.start < end]
        if bar in kept_rhythm or (bar in kept_contour and rows):
            exact[bar, line] = tuple((n.start - begin, min(n.length, end - n.start)) for n, _ in rows)
        if bar in kept_contour and rows:
            allowed[bar, line] = tuple(frozenset(range(low, high + 1)) for _, (low, high) in rows)
    rules = Rules(
        chords="strong" if harmony > 0 and chords else "free", voices={line: 1}, rhythm=exact, pitches=allowed
    )
    holes = tuple((bar, line) for bar in range(len(score.bars)))
    return Plan(replace(score, chords=chords), holes, rules)


def _check(score: Score, part: int, **sliders: float) -> None:
    for name, value in sliders.items():
        if not 0 <= value <= 1:
            raise UsageError(f"{name} {value:g} is no share", mend="0 keeps nothing of it, 1 everything")
    if len(score.parts) <= part or not score.parts[part].notes or score.parts[part].drums:
        raise UsageError("there is no melody in this part", where=f"part {part + 1}", mend="name a part with notes")


def harmonies(score: Score) -> tuple[Chord, ...]:
    """The chords of a score, or those that its notes make."""
    if score.chords:
        return score.chords
    from ..media.harmony import label

    return label(score, "half-bar")


# -- harmony -------------------------------------------------------------------------------------------------------


def _other_chords(
    score: Score, chords: Sequence[Chord], key: Key, keep: float, dice: np.random.Generator
) -> tuple[Chord, ...]:
    """The chords with a share exchanged for others of the key; the last one stays, so that the piece closes."""
    order = [int(at) for at in dice.permutation(max(0, len(chords) - 1))]
    others = [_substitute(chord, key, dice) for chord in chords]
    changed = set(order[: round((1 - keep) * len(order))])
    return tuple(others[at] if at in changed else chord for at, chord in enumerate(chords))


def _substitute(chord: Chord, key: Key, dice: np.random.Generator) -> Chord:
    """Another chord of the key: a third below or above (two tones in common), or a fifth away."""
    if chord.quality is None:
        return chord
    scale = key.scale
    near = min(range(7), key=lambda at: min((scale[at] - chord.root) % 12, (chord.root - scale[at]) % 12))
    step = (5, 2, 3)[int(dice.choice(3, p=[0.5, 0.25, 0.25]))]
    at = (near + step) % 7
    root, third, fifth = (scale[(at + k) % 7] for k in (0, 2, 4))
    if (fifth - root) % 12 != 7:  # a diminished one: take the dominant instead
        at = 4
        root, third = scale[4], scale[6]
    quality = "" if (third - root) % 12 == 4 else "m"
    made = Chord(chord.tick, root, quality)
    return made if (made.root, made.quality) != (chord.root, chord.quality) else Chord(chord.tick, scale[3], quality)


def _on_chords(
    score: Score, notes: Sequence[Note], chords: Sequence[Chord], before: Sequence[Chord], key: Key
) -> list[Note]:
    """Notes on strong places moved to the nearest tone of the chord, where the chord is another than before."""
    new, old = replace(score, chords=tuple(chords)), replace(score, chords=tuple(before))
    out: list[Note] = []
    for note in notes:
        now, was = new.chord_at(note.start), old.chord_at(note.start)
        if now is not None and was is not None and now != was and now.tones and weight(score, note.start) >= 0.5:
            pitch = _nearest(note.pitch, now.tones)
            note = replace(note, pitch=pitch, spelling="") if pitch != note.pitch else note
        out.append(note)
    return out


def _nearest(pitch: int, classes: Sequence[int]) -> int:
    return min(
        range(max(0, pitch - 6), min(127, pitch + 6) + 1), key=lambda p: (p % 12 not in classes, abs(p - pitch), p)
    )


# -- rhythm --------------------------------------------------------------------------------------------------------


def _other_rhythm(score: Score, line: Sequence[Note], keep: float, dice: np.random.Generator) -> list[Note]:
    """The line with the rhythm of a share of its bars changed, each bar by one figure."""
    bars = [bar for bar in range(len(score.bars) - 1) if any(score.bar_at(note.start) == bar for note in line)]
    order = [bars[int(at)] for at in dice.permutation(len(bars))]
    seeds = {bar: int(dice.integers(1 << 30)) for bar in range(len(score.bars))}
    changed = set(order[: round((1 - keep) * len(order))])
    import numpy as np

    out: list[Note] = []
    for bar in range(len(score.bars)):
        begin, end = score.starts[bar], score.starts[bar + 1]
        rows = [note for note in line if begin <= note.start < end]
        if bar in changed and rows:
            rows = _refigured(rows, begin, score, np.random.default_rng(seeds[bar]))
        out += rows
    return out


def _refigured(rows: list[Note], begin: int, score: Score, dice: np.random.Generator) -> list[Note]:
    """One bar with two to three figures changed: split, joined, or long and short exchanged."""
    beat = beat_ticks(score.metre)
    before = [note.start for note in rows]
    for number in range(8):
        if number >= 2 and [note.start for note in rows] != before:
            break
        at = int(dice.integers(len(rows)))
        kind = int(dice.integers(3))
        note = rows[at]
        after = rows[at + 1] if at + 1 < len(rows) and rows[at + 1].start - note.end < 20 else None
        if kind == 0 and note.length >= 2 * SHORTEST and note.length % 2 == 0:
            half = note.length // 2 if note.length % 3 or dice.random() < 0.6 else note.length // 3 * 2
            toward = rows[at + 1].pitch if at + 1 < len(rows) else note.pitch + 2
            step = note.pitch + (0 if abs(toward - note.pitch) < 3 else (2 if toward > note.pitch else -2))
            step = _nearest(step, score.key_at(note.start).scale) if score.keys else step
            second = Note(note.start + half, note.length - half, step, note.velocity, note.voice, note.staff)
            rows[at : at + 1] = [replace(note, length=half), second]
        elif kind == 1 and after is not None and note.length + after.length <= 2 * beat:
            stay, go = (note, after) if weight(score, note.start) >= weight(score, after.start) else (after, note)
            joined = replace(stay, start=note.start, length=after.end - note.start, lyric=stay.lyric or go.lyric)
            rows[at : at + 2] = [joined]
        elif kind == 2 and after is not None:
            if note.length != after.length:
                one, two = after.length, note.length
            elif note.length % 4 == 0 and note.length >= 2 * SHORTEST:
                one, two = note.length * 3 // 2, note.length // 2
            else:
                continue
            rows[at] = replace(note, length=one)
            rows[at + 1] = replace(after, start=note.start + one, length=two)
    return rows


# -- contour -------------------------------------------------------------------------------------------------------


def _other_contour(score: Score, notes: Sequence[Note], key: Key, keep: float, dice: np.random.Generator) -> list[Note]:
    """A share of the steps turned: where the line went up it goes down by as much, within its compass and its key."""
    if not notes:
        return []
    order = [int(at) for at in dice.permutation(max(0, len(notes) - 2)) + 1]
    turned = set(order[: round((1 - keep) * len(order))])
    low, high = min(n.pitch for n in notes) - 2, max(n.pitch for n in notes) + 2
    out = [notes[0]]
    for at in range(1, len(notes)):
        step = notes[at].pitch - notes[at - 1].pitch
        if at not in turned:
            # An unturned note stands where it stood, unless its neighbour's turn would turn its own step too.
            pitch = notes[at].pitch
            if out[-1].pitch != notes[at - 1].pitch and _sign(pitch - out[-1].pitch) != _sign(step):
                pitch = out[-1].pitch + step
        else:
            pitch = out[-1].pitch + (-step if step else 2)
        if pitch != notes[at].pitch and weight(score, notes[at].start) >= 0.75:
            pitch = _consonant(score, pitch, out[-1].pitch, notes[at].start)
        last = at == len(notes) - 1
        pitch = notes[at].pitch if last else _within(pitch, out[-1].pitch, low, high, key)
        out.append(replace(notes[at], pitch=pitch, spelling="") if pitch != notes[at].pitch else notes[at])
    return out


def _consonant(score: Score, pitch: int, before: int, tick: int) -> int:
    """The nearest tone of the chord that is told here, on the same side of the note before; the pitch without one."""
    chord = score.chord_at(tick)
    if chord is None or not chord.tones:
        return pitch
    rows = [
        p for p in range(pitch - 5, pitch + 6) if p % 12 in chord.tones and _sign(p - before) == _sign(pitch - before)
    ]
    return min(rows, key=lambda p: (abs(p - pitch), p)) if rows else pitch


def _within(pitch: int, before: int, low: int, high: int, key: Key) -> int:
    """A pitch of the key near the one wished for, on the same side of the note before, inside the compass."""
    side = _sign(pitch - before)
    rows = [p for p in range(max(0, low), min(127, high) + 1) if p % 12 in key.scale]
    good = [p for p in rows if _sign(p - before) == side] or rows
    return min(good, key=lambda p: (abs(p - pitch), p)) if good else pitch


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _bands(notes: Sequence[Note]) -> list[tuple[int, int]]:
    """The lowest and highest pitch of each note that keep the contour, whatever its neighbours do in theirs."""
    out = []
    for at, note in enumerate(notes):
        low, high = note.pitch - REACH, note.pitch + REACH
        for other in (notes[at - 1] if at else None, notes[at + 1] if at + 1 < len(notes) else None):
            if other is None:
                continue
            if other.pitch == note.pitch:
                low = high = note.pitch
            elif other.pitch > note.pitch:
                high = min(high, (other.pitch + note.pitch - 1) // 2)
            else:
                low = max(low, (other.pitch + note.pitch + 1) // 2 + ((other.pitch + note.pitch) % 2 == 0))
        out.append((max(0, min(low, note.pitch)), min(127, max(high, note.pitch))))
    return out


# -- what changed --------------------------------------------------------------------------------------------------


def _with_line(score: Score, part: int, line: Sequence[Note], notes: Sequence[Note]) -> Score:
    """The score with another melody; lower notes of the part stay, but where the melody now lies on them."""
    own = set(line)
    rest = [note for note in score.parts[part].notes if note not in own]
    places = {(note.start, note.pitch) for note in notes}
    kept = [note for note in rest if (note.start, note.pitch) not in places]
    parts = list(score.parts)
    parts[part] = replace(parts[part], notes=sorted_notes([*kept, *notes]))
    return replace(score, parts=tuple(parts))


def rhythm_change(before: Score, after: Score, part: int = 0) -> float:
    """The share of bars whose onsets and lengths in the melody are others."""
    rows = [_by_bar(score, melody(score, part)) for score in (before, after)]
    bars = [bar for bar in range(len(before.bars)) if rows[0].get(bar) or rows[1].get(bar)]
    return sum(rows[0].get(bar) != rows[1].get(bar) for bar in bars) / max(1, len(bars))


def _by_bar(score: Score, notes: Sequence[Note]) -> dict[int, list[tuple[int, int]]]:
    rows: dict[int, list[tuple[int, int]]] = {}
    for note in notes:
        rows.setdefault(score.bar_at(note.start), []).append((note.start, note.length))
    return rows


def contour_change(before: Score, after: Score, part: int = 0) -> float:
    """The share of steps between notes that begin at the same places whose direction is another."""
    old, new = ({note.start: note.pitch for note in melody(score, part)} for score in (before, after))
    places = sorted(set(old) & set(new))
    steps = list(itertools.pairwise(places))
    turned = sum(_sign(old[b] - old[a]) != _sign(new[b] - new[a]) for a, b in steps)
    return turned / max(1, len(steps))


def harmony_change(score: Score, before: Sequence[Chord], after: Sequence[Chord]) -> float:
    """The share of beats with another chord."""
    beat = beat_ticks(score.metre)
    old, new = replace(score, chords=tuple(before)), replace(score, chords=tuple(after))

    def name(one: Score, tick: int) -> Any:
        chord = one.chord_at(tick)
        return None if chord is None else (chord.root, chord.quality)

    ticks = range(0, score.end, beat)
    return sum(bool(name(old, tick) != name(new, tick)) for tick in ticks) / max(1, len(ticks))
