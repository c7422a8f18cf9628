"""Four voices that the net fills: what each may sing, so that no two cross, and parallels put right afterwards.

The rule's setting (`music_rules.satb`) says the rhythm and the chords; the net chooses each voice's tones of them
within a band around the rule's line. Left to itself it crosses voices and doubles them in octaves, which no composer
of hymns does (`benchmarks/music_moves.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..media.score import Note, Part, Score, sorted_notes
from .music_net import Cell, lines_of

ROUNDS = 6  # of putting parallels right


def bands(
    sung: Score, voices: Iterable[int]
) -> tuple[dict[Cell, tuple[tuple[int, int], ...]], dict[Cell, tuple[frozenset[int], ...]]]:
    """The rhythm of the lower voices of a setting and the pitches that each note may have, as `Rules` take them.

    A voice has the tones of the chord between the middles to its neighbours' lines; the bass has roots and thirds.
    """
    rhythm: dict[Cell, tuple[tuple[int, int], ...]] = {}
    pitches: dict[Cell, tuple[frozenset[int], ...]] = {}
    for line, told in enumerate(lines_of(sung)):
        voice = told.part
        if voice not in voices:
            continue
        for bar, begin in enumerate(sung.starts[:-1]):
            end = sung.starts[bar + 1]
            notes = [note for note in sung.parts[voice].notes if begin <= note.start < end]
            if not notes:
                continue
            rhythm[bar, line] = tuple((note.start - begin, min(note.length, end - note.start)) for note in notes)
            pitches[bar, line] = tuple(_may(sung, voice, note) for note in notes)
    return rhythm, pitches


def _may(sung: Score, voice: int, note: Note) -> frozenset[int]:
    """What may be sung instead of a note of the rule's, its own pitch among it."""
    low, high = 0, 127
    for other in _beside(sung.parts[voice - 1], note):
        high = min(high, other.pitch if voice == 1 else (other.pitch + note.pitch) // 2)
    if voice + 1 < len(sung.parts):
        for other in _beside(sung.parts[voice + 1], note):
            low = max(low, (other.pitch + note.pitch) // 2 + 1)
    else:
        low = note.pitch - 12
    chord = sung.chord_at(note.start)
    if chord is None or chord.quality is None:
        return frozenset((note.pitch,))
    tones = chord.tones[:2] if voice + 1 == len(sung.parts) else chord.tones
    return frozenset((note.pitch, *(p for p in range(low, high + 1) if p % 12 in tones and abs(p - note.pitch) <= 9)))


def _beside(part: Part, note: Note) -> list[Note]:
    """The notes of another voice that sound with a note."""
    return [one for one in part.notes if one.start < note.end and one.end > note.start]


def without_parallels(made: Score, sung: Score) -> Score:
    """The setting with the rule's own notes in the bars where two voices go in parallel fifths or octaves."""
    for _ in range(ROUNDS):
        bad = _parallel(made)
        if not bad:
            break
        made = _with_bars(made, sung, bad)
    return made if not _parallel(made) else replace(made, parts=sung.parts)


def _parallel(score: Score) -> set[int]:
    from ..media.score_lint_look import Look
    from ..media.score_lint_voices import moves

    return {
        score.bar_at(tick)
        for move in moves(Look(score))
        if move.parallel is not None
        for tick in (move.tick, move.low[0].start)
    }


def _with_bars(made: Score, sung: Score, bars: set[int]) -> Score:
    parts = []
    for new, old in zip(made.parts, sung.parts, strict=True):
        kept = [note for note in new.notes if made.bar_at(note.start) not in bars]
        parts.append(replace(new, notes=sorted_notes([*kept, *(n for n in old.notes if sung.bar_at(n.start) in bars)])))
    return replace(made, parts=tuple(parts))
