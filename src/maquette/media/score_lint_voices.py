"""How voices go together: parallel fifths and octaves, hidden ones, crossing and overlapping voices.

The rules of strict four-part writing (Piston, Harmony, chapters 3 and 6; Aldwell and Schachter, Harmony and Voice
Leading, chapter 5). They are asked where a piece is written in lines of one note at a time; voices that go in octaves
for a while are doubled on purpose, and nothing is said of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby

from .score import QUALITIES, TPQ, Note
from .score_lint_look import Finding, Line, Look, Mend, moments
from .score_lint_ranges import CHOIR, range_of

DOUBLED = 4  # moves in octaves one after the other that are a doubling
SAID = {0: "octaves", 7: "fifths"}
NEAR = 9  # semitones that a note may be moved by


@dataclass(frozen=True)
class Move:
    """Two voices that go from one pair of notes to the next: the upper one's notes, then the lower one's."""

    tick: int
    upper: Line
    lower: Line
    high: tuple[Note, Note]
    low: tuple[Note, Note]

    @property
    def before(self) -> int:
        return self.high[0].pitch - self.low[0].pitch

    @property
    def after(self) -> int:
        return self.high[1].pitch - self.low[1].pitch

    @property
    def steps(self) -> tuple[int, int]:
        return self.high[1].pitch - self.high[0].pitch, self.low[1].pitch - self.low[0].pitch

    @property
    def alike(self) -> bool:
        """Both go the same way."""
        return self.steps[0] * self.steps[1] > 0

    @property
    def parallel(self) -> int | None:
        """0 for octaves and unisons, 7 for fifths that both voices go in parallel, else None."""
        kind = self.after % 12
        return kind if kind in SAID and self.before % 12 == kind and self.alike else None


def moves(look: Look) -> Iterator[Move]:
    """Every time that two voices go on to new notes together, for every pair of voices."""
    lines = look.voices
    before: tuple[Note | None, ...] = (None,) * len(lines)
    for tick, now in moments(lines):
        begun = [i for i, note in enumerate(now) if note is not None and note.start == tick]
        for i, j in combinations(begun, 2):
            was, is_, low_was, low_is = before[i], now[i], before[j], now[j]
            if was is None or low_was is None or is_ is None or low_is is None:
                continue
            if max(tick - was.end, tick - low_was.end) > TPQ // 2:
                continue  # a rest between: no progression is heard
            yield Move(tick, lines[i], lines[j], (was, is_), (low_was, low_is))
        before = tuple(note if note is not None else old for note, old in zip(now, before, strict=True))


def _doublings(found: Sequence[Move]) -> set[tuple[int, int, int]]:
    """The moves that belong to a longer way in octaves, as `_of`."""
    rows: dict[tuple[int, int], list[Move]] = {}
    for move in found:
        rows.setdefault(_of(move)[1:], []).append(move)
    doubled: set[tuple[int, int, int]] = set()
    for row in rows.values():
        for octaves, group in groupby(row, key=lambda move: move.before % 12 == move.after % 12 == 0):
            run = list(group)
            if octaves and len(run) >= DOUBLED:
                doubled |= {_of(move) for move in run}
    return doubled


def _of(move: Move) -> tuple[int, int, int]:
    """When a move is made, and between which lines."""
    return move.tick, id(move.upper), id(move.lower)


def parallels(look: Look) -> Iterator[Finding]:
    """Fifths and octaves in parallel."""
    found = list(moves(look))
    doubled = _doublings(found)
    for move in found:
        kind = move.parallel
        if kind is None or _of(move) in doubled:
            continue
        names = look.part_name(move.upper.part), look.part_name(move.lower.part)
        told = f"parallel {SAID[kind]}: {_voices(names)} go {_way(look, move.high)} over {_way(look, move.low)}"
        advice, mends = _elsewhere(look, move)
        yield look.finding("parallels", told, move.tick, move.lower.part, advice=advice, mends=mends)


def hidden(look: Look) -> Iterator[Finding]:
    """Outer voices that leap the same way into a fifth or octave."""
    lines = look.voices
    if len(lines) < 3:
        return
    outer = lines[0], lines[-1]
    for move in moves(look):
        if (move.upper, move.lower) != outer or not move.alike or move.after % 12 not in SAID:
            continue
        if move.before % 12 == move.after % 12 or abs(move.steps[0]) <= 2:
            continue
        names = look.part_name(move.upper.part), look.part_name(move.lower.part)
        told = f"hidden {SAID[move.after % 12]}: {_voices(names)} leap the same way into one"
        advice, mends = _elsewhere(look, move)
        yield look.finding("hidden", told, move.tick, move.upper.part, advice=advice, mends=mends)


def crossing(look: Look) -> Iterator[Finding]:
    """A lower voice of a choir (or of an organ, a keyboard) above a higher one; instruments of a band may cross."""
    if not _choral(look):
        return
    lines = look.voices
    said: set[tuple[int, int]] = set()
    for tick, now in moments(lines):
        for i in range(len(lines) - 1):
            upper, lower = now[i], now[i + 1]
            if upper is None or lower is None or lower.pitch <= upper.pitch:
                said.discard((i, i + 1))
                continue
            if (i, i + 1) in said or lines[i].middle - lines[i + 1].middle < 3:
                continue  # told where it begins; voices of one height (two violins) may cross
            said.add((i, i + 1))
            names = look.part_name(lines[i + 1].part), look.part_name(lines[i].part)
            told = f"{names[0]} {look.name(lower.pitch, tick)} goes above {names[1]} {look.name(upper.pitch, tick)}"
            mends: tuple[Mend, ...] = ()
            if upper.start == lower.start and upper.length == lower.length:
                swapped = replace(upper, pitch=lower.pitch, spelling=lower.spelling)
                other = replace(lower, pitch=upper.pitch, spelling=upper.spelling)
                mends = (Mend(lines[i].part, upper, swapped), Mend(lines[i + 1].part, lower, other))
            advice = "change the two notes for one another" if mends else ""
            yield look.finding("crossing", told, tick, lines[i + 1].part, advice=advice, mends=mends)


def overlap(look: Look) -> Iterator[Finding]:
    """A voice that goes past where its neighbour just was: by more than a step above the upper, below the lower one."""
    if not _choral(look):
        return
    lines = look.voices
    neighbours = {(id(lines[i]), id(lines[i + 1])) for i in range(len(lines) - 1)}
    for move in moves(look):
        if (id(move.upper), id(move.lower)) not in neighbours or move.upper.middle - move.lower.middle < 3:
            continue
        if move.after < 0 or move.before < 0:
            continue  # told as a crossing
        up, down = move.low[1].pitch - move.high[0].pitch, move.low[0].pitch - move.high[1].pitch
        if max(up, down) <= 2:
            continue
        names = look.part_name(move.lower.part), look.part_name(move.upper.part)
        one, other = names if up > 2 else names[::-1]
        told = f"{one} goes {'above' if up > 2 else 'below'} where {other} just was"
        yield look.finding("overlap", told, move.tick, move.lower.part if up > 2 else move.upper.part)


def _choral(look: Look) -> bool:
    """Whether the voices are a choir's or a keyboard's: those of strings and winds cross as they like."""
    programs = {look.score.parts[line.part].program for line in look.voices}
    return all(program in CHOIR or program < 24 for program in programs)


def _voices(names: tuple[str, str]) -> str:
    return f"two voices of {names[0]}" if names[0] == names[1] else f"{names[0]} and {names[1]}"


def _way(look: Look, notes: tuple[Note, Note]) -> str:
    return f"{look.name(notes[0].pitch, notes[0].start)}-{look.name(notes[1].pitch, notes[1].start)}"


def _elsewhere(look: Look, move: Move) -> tuple[str, tuple[Mend, ...]]:
    """Another chord tone for one of the two voices that makes nothing worse; an inner voice is moved first."""
    lines = look.voices
    chord = look.chord_at(move.tick)
    if chord is None or chord.quality is None:
        return "", ()
    order = sorted((move.lower, move.upper), key=lambda line: (line is lines[0], line is lines[-1]))
    for line in order:
        was, note = move.high if line is move.upper else move.low
        tones = {(chord.root + step) % 12 for step in QUALITIES[chord.quality]}
        heard = {one.pitch % 12 for other in lines if (one := other.at(move.tick))}
        tones &= heard | set(look.key_at(move.tick).scale)  # no new accidental for the sake of a rule
        near = sorted(range(-NEAR, NEAR + 1), key=lambda step: abs(note.pitch + step - was.pitch))
        for step in near:
            pitch = note.pitch + step
            if step and pitch % 12 in tones and _fits(look, line, note, was, pitch, move.tick):
                mends = (Mend(line.part, note, replace(note, pitch=pitch, spelling="")),)
                return f"{look.part_name(line.part)} may go to {look.name(pitch, move.tick)}", mends
    return "", ()


def _fits(look: Look, line: Line, note: Note, was: Note, pitch: int, tick: int) -> bool:
    """Whether a voice may have another pitch: in range, between its neighbours, no new parallels, no third lost."""
    lines = look.voices
    number = lines.index(line)
    limits = range_of(look.score.parts[line.part])
    if limits and not limits[0] <= pitch <= limits[1]:
        return False
    above = lines[number - 1].at(tick) if number else None
    below = lines[number + 1].at(tick) if number + 1 < len(lines) else None
    if (above and pitch > above.pitch) or (below and pitch < below.pitch) or abs(pitch - was.pitch) > NEAR:
        return False
    chord = look.chord_at(tick)
    if chord is not None and chord.quality is not None:
        third = (chord.root + QUALITIES[chord.quality][1]) % 12
        others = [one.pitch % 12 for other in lines if other is not line and (one := other.at(tick))]
        if note.pitch % 12 == third and third not in others:
            return False
    follow = next((one for one in line.notes if one.start >= note.end), None)
    for other in lines:
        if other is line or (at := other.at(tick)) is None:
            continue
        if at.start == tick and _runs(was.pitch, pitch, other.at(tick - 1), at):
            return False
        then = other.at(follow.start) if follow else None
        if follow and then and then.start == follow.start and at.pitch != then.pitch:
            kind = (pitch - at.pitch) % 12
            same = (follow.pitch - pitch) * (then.pitch - at.pitch) > 0
            if kind in SAID and (follow.pitch - then.pitch) % 12 == kind and same:
                return False
    return True


def _runs(was: int, pitch: int, other_was: Note | None, other: Note) -> bool:
    """Whether going from `was` to `pitch` makes fifths or octaves with another voice."""
    if other_was is None:
        return False
    kind = (pitch - other.pitch) % 12
    same = (pitch - was) * (other.pitch - other_was.pitch) > 0
    return kind in SAID and (was - other_was.pitch) % 12 == kind and same
