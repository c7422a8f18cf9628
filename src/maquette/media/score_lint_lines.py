"""What one line does: its range, its leaps, its leading tone; and whether bars and notes add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from .harmony import beat_of
from .score import Note, Score
from .score_lint_look import Finding, Line, Look, Mend
from .score_lint_ranges import CHOIR, range_of

LEAPS = {6: "a tritone", 10: "a seventh", 11: "a seventh"}
WIDE = 12  # semitones: wider leaps are awkward for a voice
SUNG = (*CHOIR, 68)  # the programs that a voice is written with
FEW = 6  # notes of a part out of range that are told one by one
BY_HAND = 24  # semitones: wider leaps are awkward for an instrument that plays one line


def compass(look: Look) -> Iterator[Finding]:
    """Notes that the voice or instrument does not have."""
    for number, part in enumerate(look.score.parts):
        limits = range_of(part)
        if limits is None:
            continue
        low, high = limits
        out = [note for note in part.notes if not low <= note.pitch <= high]
        if len(out) > FEW:
            yield _written_for_another(look, number, out, limits)
            continue
        for note in out:
            name = look.name(note.pitch, note.start)
            edge = look.name(low if note.pitch < low else high, note.start)
            told = f"{look.part_name(number)}: {name} is {'below' if note.pitch < low else 'above'} its {edge}"
            octaves = (low - note.pitch + 11) // 12 if note.pitch < low else -((note.pitch - high + 11) // 12)
            pitch = note.pitch + 12 * octaves
            fits = low <= pitch <= high
            mends = (Mend(number, note, replace(note, pitch=pitch)),) if fits else ()
            advice = f"an octave {'higher' if octaves > 0 else 'lower'} it is in range" if fits else ""
            yield look.finding("range", told, note.start, number, advice=advice, mends=mends)


def _written_for_another(look: Look, number: int, out: Sequence[Note], limits: tuple[int, int]) -> Finding:
    """One finding for a part that is out of range again and again."""
    low, high = (look.name(pitch, out[0].start) for pitch in limits)
    share = len(out) / len(look.score.parts[number].notes)
    told = f"{look.part_name(number)}: {len(out)} notes ({share:.0%}) are out of its range, {low} to {high}"
    return look.finding("range", told, out[0].start, number, advice="it may be meant for another instrument")


def leaps(look: Look) -> Iterator[Finding]:
    """Leaps that are hard to sing: tritones that do not turn back, sevenths, more than an octave."""
    for line in look.lines:
        if not line.single:
            continue
        part = look.score.parts[line.part]
        voice = part.program in CHOIR or _sung(part.notes)
        for number, (one, two) in enumerate(pairwise(line.notes)):
            wide = abs(two.pitch - one.pitch)
            if two.start - one.end > 240 or wide < 6 or (not voice and wide <= BY_HAND):
                continue
            if voice and wide not in LEAPS and wide <= WIDE:
                continue
            after = line.notes[number + 2] if number + 2 < len(line.notes) else None
            if (
                after is not None
                and wide <= WIDE
                and 0 < (two.pitch - after.pitch) * (two.pitch - one.pitch) <= 2 * wide
            ):
                continue  # it turns back: a leap that is sung well
            yield _leap(look, line, one, two, wide)


def _sung(notes: tuple[Note, ...]) -> bool:
    return any(note.lyric for note in notes)


def _leap(look: Look, line: Line, one: Note, two: Note, wide: int) -> Finding:
    what = LEAPS.get(wide, "more than an octave" if wide > 12 else f"{wide} semitones")
    names = f"{look.name(one.pitch, one.start)}-{look.name(two.pitch, two.start)}"
    told = f"{look.part_name(line.part)} leaps {what}, {names}"
    mends: tuple[Mend, ...] = ()
    advice = ""
    if wide > 12:
        pitch = two.pitch - 12 if two.pitch > one.pitch else two.pitch + 12
        limits = range_of(look.score.parts[line.part])
        after = next((note for note in line.notes if note.start >= two.end), None)
        if (limits is None or limits[0] <= pitch <= limits[1]) and (after is None or abs(after.pitch - pitch) <= 12):
            mends = (Mend(line.part, two, replace(two, pitch=pitch)),)
            advice = f"{look.name(pitch, two.start)} is nearer"
    return look.finding("leap", told, two.start, line.part, advice=advice, mends=mends)


def leading(look: Look) -> Iterator[Finding]:
    """Leading tones in the top voice that do not go up where the dominant goes to the tonic."""
    if len(look.voices) < 3:
        return
    line = look.voices[0]
    for one, two in pairwise(line.notes):
        key = look.key_at(one.start)
        before, after = look.chord_at(one.start), look.chord_at(two.start)
        if before is None or after is None or before.quality is None or after.quality not in ("", "m"):
            continue
        tone = (key.tonic + 11) % 12
        dominant = before.root == (key.tonic + 7) % 12 and before.quality in ("", "7")
        if one.pitch % 12 != tone or not dominant or after.root != key.tonic or two.start - one.end > 240:
            continue
        if two.pitch in (one.pitch, one.pitch + 1) or (two.pitch - key.tonic) % 12 == 0:
            continue
        told = f"{look.part_name(line.part)}: the leading tone {look.name(one.pitch, one.start)} does not go up"
        mends = (Mend(line.part, two, replace(two, pitch=one.pitch + 1, spelling="")),)
        advice = f"{look.name(one.pitch + 1, two.start)} resolves it"
        yield look.finding("leading-tone", told, one.start, line.part, advice=advice, mends=mends)


def bars(look: Look) -> Iterator[Finding]:
    """Bars that do not add up to their metre, and are neither a pick-up nor completed by the next one."""
    score = look.score
    wrong = [number for number in range(len(score.bars)) if not _adds_up(score, number)]
    for run in _runs(wrong):
        bar = score.bars[run[0]]
        beats, whole = (ticks / max(1, beat_of(bar)) for ticks in (bar.length, bar.full))
        told = f"the bar has {beats:.3g} beats of {whole:.3g} ({bar.beats}/{bar.unit})"
        more = f", and {len(run) - 1} more after it" if len(run) > 1 else ""
        yield look.finding("bars", told + more, score.starts[run[0]])
    beyond = [(i, note) for i, part in enumerate(score.parts) for note in part.notes if note.end > score.end]
    for part, note in beyond:
        told = f"{look.part_name(part)}: {look.name(note.pitch, note.start)} sounds on after the last bar"
        mends = (Mend(part, note, replace(note, length=score.end - note.start)),) if note.start < score.end else ()
        yield look.finding("bars", told, note.start, part, advice="end it with the bar" if mends else "", mends=mends)


def _adds_up(score: Score, number: int) -> bool:
    bar = score.bars[number]
    if bar.length == bar.full or (number in (0, len(score.bars) - 1) and bar.length < bar.full):
        return True
    near = [score.bars[i].length for i in (number - 1, number + 1) if 0 <= i < len(score.bars)]
    return any(length + bar.length == bar.full for length in near)


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Numbers in groups that follow one another (with at most one between)."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number - runs[-1][-1] <= 2:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def twice(look: Look) -> Iterator[Finding]:
    """Two notes of one pitch that sound at once in one part: a player has one key for both."""
    for number, part in enumerate(look.score.parts):
        sounding: dict[int, Note] = {}
        for note in part.notes:
            old = sounding.get(note.pitch)
            sounding[note.pitch] = note if old is None or note.end >= old.end else old
            if old is None or old.end <= note.start or (note.staff, note.voice) != (old.staff, old.voice):
                continue  # two voices may meet in one note
            name = "a drum" if part.drums else look.name(note.pitch, note.start)
            told = f"{look.part_name(number)}: {name} begins again while it still sounds"
            same = note.start == old.start
            short = min(old, note, key=lambda one: one.length)
            mend = Mend(number, short, None) if same else Mend(number, old, replace(old, length=note.start - old.start))
            advice = "take one of the two out" if same else "end the first where the second begins"
            yield look.finding("twice", told, note.start, number, advice=advice, mends=(mend,))
