"""Other chords for the same melody by substitution: thirds, secondary dominants, tritones, two-fives, borrowed chords.

Substitutions as jazz and classical harmony books name them (Levine 1995, The Jazz Theory Book; Piston, Harmony). A
substitute is only taken where the melody's notes over it are chord tones or bearable tensions.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..core.errors import UsageError
from ..media.harmony import merged
from ..media.score import SCALES, TPQ, Chord, Note, Score

SHORT = TPQ // 2  # ticks: shorter notes are passing notes and may be anything
WORSE = 0.1  # by which the share of chord tones under the melody may fall


@dataclass(frozen=True)
class Place:
    """A chord where it stands: its end, what goes before and follows, and the melody over it."""

    chord: Chord
    end: int
    before: Chord | None
    after: Chord | None
    melody: tuple[Note, ...]

    @property
    def length(self) -> int:
        return self.end - self.chord.tick


def reharmonise(score: Score, amount: float = 0.5, seed: int = 0, *, melody: int = 0) -> Score:
    """The score with other chord symbols: about `amount` (0..1) of them are changed, where the melody allows it.

    The first and the last chord stay, and so do all notes; amount 0 changes nothing. The same seed gives the same
    chords. UsageError without chords or where `amount` is no share.
    """
    if not 0 <= amount <= 1:
        raise UsageError(f"the amount is {amount:g}", mend="give a share between 0 and 1")
    chords = [chord for chord in score.chords if chord.quality is not None]
    if not chords:
        raise UsageError("there are no chords to change", where=score.title, mend="name chords first")
    dice = random.Random(seed)
    found: list[Chord] = []
    for place in _places(score, chords, melody):
        roll, pick = dice.random(), dice.random()
        options = [one for one in _options(score, place) if _sings(place, one)] if roll < amount else []
        inner = place.before is not None and place.after is not None
        found += options[int(pick * len(options))] if options and inner else [place.chord]
    return replace(score, chords=merged(found))


def _places(score: Score, chords: Sequence[Chord], melody: int) -> Iterator[Place]:
    notes = score.parts[melody].notes if 0 <= melody < len(score.parts) else ()
    for number, chord in enumerate(chords):
        end = chords[number + 1].tick if number + 1 < len(chords) else score.end
        over = tuple(note for note in notes if note.start < end and note.end > chord.tick)
        before = chords[number - 1] if number else None
        yield Place(chord, end, before, chords[number + 1] if number + 1 < len(chords) else None, over)


def _options(score: Score, place: Place) -> Iterator[list[Chord]]:
    """Every substitute: one chord, or two that share its time."""
    chord, key = place.chord, score.key_at(place.chord.tick)
    tick = chord.tick
    scale = {(key.tonic + step) % 12 for step in SCALES[key.mode]}
    for step in (3, 4, 8, 9):  # chords a third away, of the key
        for quality in ("", "m"):
            other = Chord(tick, (chord.root + step) % 12, quality)
            if set(other.tones) <= scale:
                yield [other]
    if place.after is not None:
        goal = place.after.root
        if place.length >= TPQ * 2:
            middle = tick + place.length // 2
            yield [chord, Chord(middle, (goal + 7) % 12, "7")]  # the dominant of what follows
            if chord.quality in ("", "7") and (chord.root - goal) % 12 == 7:
                minor = place.after.quality in ("m", "m7")
                yield [
                    Chord(tick, (goal + 2) % 12, "m7b5" if minor else "m7"),
                    Chord(middle, chord.root, "7"),
                ]  # two-five
            yield [Chord(tick, (goal + 2) % 12, "m7"), Chord(middle, (goal + 7) % 12, "7")]
        if chord.quality in ("", "7") and (chord.root - goal) % 12 == 7:
            yield [Chord(tick, (goal + 1) % 12, "7")]  # the tritone
        yield [Chord(tick, (goal + 11) % 12, "dim7")]  # the leading tone's chord
    degree = (chord.root - key.tonic) % 12
    if key.mode == "major":  # borrowed from minor
        if (degree, chord.quality) == (5, ""):
            yield [Chord(tick, chord.root, "m")]
        if (degree, chord.quality) in ((9, "m"), (9, "m7")):
            yield [Chord(tick, (key.tonic + 8) % 12, "")]
        if degree == 2:
            yield [Chord(tick, chord.root, "m7b5")]
        if degree in (5, 7):
            yield [Chord(tick, (key.tonic + 10) % 12, "")]
    richer = {"": "maj7" if degree in (0, 5) else "7" if degree == 7 else "", "m": "m7"}.get(chord.quality or "", "")
    if richer:
        yield [replace(chord, quality=richer)]


def _sings(place: Place, chords: Sequence[Chord]) -> bool:
    """Whether the melody bears the substitute: as many chord tones as before, and nothing that rubs for long."""
    if all((one.root, one.quality) == (place.chord.root, place.chord.quality) for one in chords):
        return False
    was, now, rubs = 0, 0, False
    ends = [*(chord.tick for chord in chords[1:]), place.end]
    for chord, end in zip(chords, ends, strict=True):
        for note in place.melody:
            held = min(note.end, end) - max(note.start, chord.tick)
            if held <= 0:
                continue
            pc = note.pitch % 12
            was += held * (pc in place.chord.tones)
            now += held * (pc in chord.tones)
            rubs |= held > SHORT and pc not in chord.tones and any((pc - tone) % 12 in (1, 11) for tone in chord.tones)
    whole = sum(min(note.end, place.end) - max(note.start, place.chord.tick) for note in place.melody)
    return not rubs and now >= was - WORSE * whole
