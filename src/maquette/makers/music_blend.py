"""Between two tunes: interpolation by alignment.

`interpolate` cuts two pieces where both begin a note, and exchanges these cells one after the other, the smoothest
joins first: every step is whole in metre and key, and each is further from the one end and nearer to the other. How
far is told by the edit distance over (interval, duration). Variations of one tune are in `music_vary.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from ..core.errors import UsageError
from ..media.keys import find_key
from ..media.score import SCALES, Bar, Chord, Key, Note, Part, Score, Tempo, sorted_notes

Token = tuple[int, int]  # (semitones from the note before, ticks to the next)
MOST = 64  # steps


# -- how far apart two tunes are -----------------------------------------------------------------------------------


def melody(score: Score, part: int = 0) -> tuple[Note, ...]:
    """The highest notes of a part, one at a time."""
    tops: dict[int, Note] = {}
    for note in score.parts[part].notes:
        if note.start not in tops or note.pitch > tops[note.start].pitch:
            tops[note.start] = note
    return tuple(tops[start] for start in sorted(tops))


def tokens(notes: Sequence[Note], end: int) -> list[Token]:
    """(interval, ticks to the next note) of a melody; the first interval is 0. The same in every key."""
    starts = [note.start for note in notes] + [end]
    steps = [0] + [b.pitch - a.pitch for a, b in itertools.pairwise(notes)]
    return [(step, b - a) for step, a, b in zip(steps, starts, starts[1:], strict=False)]


def distance(one: Score, other: Score, part: int = 0) -> int:
    """How many notes must be changed, added or left out to make one melody the other (Levenshtein 1966).

    Counted with whole columns as the bits of one number (Myers 1999; Hyyrö 2003), which is some 50 times faster.
    """
    a, b = (tokens(melody(score, part), score.end) for score in (one, other))
    if not a:
        return len(b)
    places: dict[Token, int] = {}
    for at, token in enumerate(a):
        places[token] = places.get(token, 0) | 1 << at
    every = (1 << len(a)) - 1
    top = 1 << (len(a) - 1)
    up, down, found = every, 0, len(a)
    for token in b:
        same = places.get(token, 0)
        vertical = same | down
        across = (((same & up) + up) ^ up) | same
        more, less = (down | ~(across | up)) & every, up & across
        found += bool(more & top) - bool(less & top)
        more, less = (more << 1 | 1) & every, less << 1 & every
        up, down = (less | ~(vertical | more)) & every, more & vertical
    return found


# -- from one tune to another --------------------------------------------------------------------------------------


def interpolate(first: Score, last: Score, steps: int = 7, part: int = 0) -> list[Score]:
    """`steps` pieces from `first` to `last`, both included, each further from the one and nearer to the other.

    All parts go along with the melody, which is `part`. Notes of the other tune come in the key of the nearer end, on
    the same degree; bars are as many as the way from one length to the other says. Raises UsageError for pieces of
    different metres, without notes, or with fewer than 2 steps.
    """
    if not 2 <= steps <= MOST:
        raise UsageError(f"{steps} steps cannot be made", mend=f"2 to {MOST}, the two tunes among them")
    for score in (first, last):
        if len(score.parts) <= part or not score.parts[part].notes:
            raise UsageError("there are no notes in this piece", where=score.title or f"part {part + 1}")
    if first.metre != last.metre:
        raise UsageError(
            f"the one piece is in {first.metre[0]}/{first.metre[1]}, the other in {last.metre[0]}/{last.metre[1]}",
            mend="interpolate pieces of one metre",
        )
    made = []
    for number in range(steps):
        share = number / (steps - 1)
        made.append(first if number == 0 else last if number == steps - 1 else _between(first, last, share, part))
    return made


def _between(first: Score, last: Score, share: float, part: int) -> Score:
    """One step: the nearer end decides key, pick-up, names and tempo words; cells come from both."""
    near, far = (first, last) if share < 0.5 else (last, first)
    key = _key(near)
    a, b = (_unfolded(_into_key(score, key, score is near), near) for score in (first, last))
    lead = near.bars[0].length if near.bars[0].length < near.bars[0].full else 0
    count = round(_whole(first) + (_whole(last) - _whole(first)) * share)
    bar = Bar(near.metre[0] * 1920 // near.metre[1], *near.metre)
    bars = ((Bar(lead, bar.beats, bar.unit),) if lead else ()) + (bar,) * count
    empty = Score((), bars)
    # Where only one of the two still has bars, they are its own.
    common = min(a.end, b.end)
    cuts = _cuts(a, b, empty, part, alone=len(first.parts) == len(last.parts) == 1)
    beyond = {at for at, tick in enumerate(cuts[:-1]) if tick >= common and b.end > a.end}
    order = [at for at in _exchanges(a, b, cuts, part) if cuts[at] < common]
    bpm = first.tempo_at(0) ** (1 - share) * last.tempo_at(0) ** share

    def built(exchanged: int) -> Score:
        """The piece with so many cells of the second tune."""
        changed = beyond | set(order[:exchanged])
        parts = []
        for number in range(max(len(a.parts), len(b.parts))):
            shape = near.parts[number] if number < len(near.parts) else far.parts[number]
            parts.append(replace(shape, notes=sorted_notes(_patched(a, b, cuts, changed, number)), dynamics=()))
        chords = _patched_chords(a, b, cuts, changed) if first.chords and last.chords else ()
        return Score(tuple(parts), bars, (key,), (Tempo(0, round(bpm, 2)),), chords, (), near.title, near.composer)

    # How many cells: as many as make it `share` of the way by the distances themselves, found by halving.
    whole = distance(first, last, part)
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        made = built(middle)
        if distance(first, made, part) - distance(last, made, part) < (2 * share - 1) * whole:
            low = middle + 1
        else:
            high = middle
    return built(low)


def _key(score: Score) -> Key:
    return replace(score.key or find_key(score), tick=0)


def _whole(score: Score) -> int:
    """Bars without a pick-up."""
    return len(score.bars) - (score.bars[0].length < score.bars[0].full)


def _into_key(score: Score, key: Key, own_key: bool) -> Score:
    """The piece on the tonic of another key (the nearer way), in the scale of that key; as it is in its own."""
    if own_key:
        return score
    own = _key(score)
    shift = (key.tonic - own.tonic + 6) % 12 - 6
    steps, wanted = SCALES[own.mode], SCALES[key.mode]

    def moved(pitch: int) -> int:
        above = (pitch - own.tonic) % 12
        change = wanted[steps.index(above)] - above if own.mode != key.mode and above in steps else 0
        if (above + change) % 12 not in wanted:  # what was foreign to its own key
            change += 1 if (above + change + 1) % 12 in wanted else -1
        return min(127, max(0, pitch + shift + change))

    parts = tuple(
        part if part.drums else replace(part, notes=sorted_notes(_repitched(n, moved(n.pitch)) for n in part.notes))
        for part in score.parts
    )
    chords = tuple(
        replace(c, root=(c.root + shift) % 12, bass=None if c.bass is None else (c.bass + shift) % 12)
        for c in score.chords
    )
    return replace(score, parts=parts, chords=chords, keys=(key,))


def _repitched(note: Note, pitch: int) -> Note:
    return note if pitch == note.pitch else replace(note, pitch=pitch, spelling="")


def _unfolded(score: Score, near: Score) -> Score:
    """The piece with the pick-up of `near`: its own left out, or a rest of that length before it."""
    wanted = near.bars[0].length if near.bars[0].length < near.bars[0].full else 0
    own = score.bars[0].length if score.bars[0].length < score.bars[0].full else 0
    if wanted == own:
        return score
    shift = wanted - own
    gone = max(0, -shift)  # ticks at the beginning that go

    def notes(part: Part) -> tuple[Note, ...]:
        return sorted_notes(replace(n, start=n.start + shift) for n in part.notes if n.start >= gone)

    bars = ((Bar(wanted, *near.metre),) if wanted else ()) + (score.bars[1:] if own else score.bars)
    chords = tuple(replace(c, tick=max(0, c.tick + shift)) for c in score.chords)
    return replace(score, parts=tuple(replace(p, notes=notes(p)) for p in score.parts), bars=bars, chords=chords)


def _cuts(a: Score, b: Score, empty: Score, part: int, *, alone: bool) -> list[int]:
    """Ticks that cells lie between: barlines, and for single lines every place where both begin a note."""
    cuts = set(empty.starts)
    if alone:
        cuts |= {n.start for n in melody(a, part) if n.start < empty.end} & {n.start for n in melody(b, part)}
    return sorted(cuts)


def _inside(notes: Sequence[Note], begin: int, end: int) -> list[Note]:
    return [note for note in notes if begin <= note.start < end]


def _exchanges(a: Score, b: Score, cuts: Sequence[int], part: int) -> list[int]:
    """The cells that differ, in the order that they are exchanged in.

    The next one is where the melody joins best, beside a cell that was exchanged already where that is as good: few
    joins, and the steps are nested, so that the distance to either end never turns back.
    """
    ours, theirs = melody(a, part), melody(b, part)
    rows = [(_inside(ours, x, y), _inside(theirs, x, y)) for x, y in itertools.pairwise(cuts)]

    def plain(notes: Sequence[Note]) -> list[tuple[int, int, int]]:
        return [(note.start, note.length, note.pitch) for note in notes]

    left = [at for at, (x, y) in enumerate(rows) if plain(x) != plain(y)]
    changed: set[int] = set()
    order: list[int] = []

    def leap(at: int, after: int) -> float:
        """How far the melody leaps from cell `at` to cell `after` as things stand, in semitones over a third."""
        if not (0 <= at < len(rows) and 0 <= after < len(rows)):
            return 0.0
        x, y = (rows[one][one in changed] for one in (at, after))
        return (
            max(0, abs(x[-1].pitch - y[0].pitch) - 4) + 1.0
            if x and y and (at in changed) != (after in changed)
            else 0.0
        )

    while left:
        best = None
        for at in left:
            changed.add(at)
            cost = leap(at - 1, at) + leap(at, at + 1)
            changed.discard(at)
            best = min(best, (cost, at)) if best else (cost, at)
        assert best is not None
        order.append(best[1])
        changed.add(best[1])
        left.remove(best[1])
    return order


def _patched(a: Score, b: Score, cuts: Sequence[int], changed: set[int], part: int) -> list[Note]:
    """The notes of one part: each cell from its source, held over a cut only where the source goes on."""
    out: list[Note] = []
    sources = [b if at in changed else a for at in range(len(cuts) - 1)]
    for at, source in enumerate(sources):
        if part >= len(source.parts):
            continue
        stop = at + 1
        while stop < len(sources) and sources[stop] is source:
            stop += 1
        end = cuts[stop]
        for note in source.parts[part].notes:
            if cuts[at] <= note.start < cuts[at + 1]:
                out.append(replace(note, length=min(note.length, end - note.start)))
            elif at and sources[at - 1] is not source and note.start < cuts[at] < note.end:
                out.append(replace(note, start=cuts[at], length=min(note.end, end) - cuts[at], lyric=""))
    return out


def _patched_chords(a: Score, b: Score, cuts: Sequence[int], changed: set[int]) -> tuple[Chord, ...]:
    out: list[Chord] = []
    for at in range(len(cuts) - 1):
        source = b if at in changed else a
        held = source.chord_at(cuts[at])
        rows = [replace(held, tick=cuts[at])] if held else []
        rows += [chord for chord in source.chords if cuts[at] < chord.tick < cuts[at + 1]]
        out += [row for row in rows if not out or replace(row, tick=0) != replace(out[-1], tick=0)]
    return tuple(out)
