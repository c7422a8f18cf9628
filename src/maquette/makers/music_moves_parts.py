"""Moves across the players of a piece: give its notes to other instruments.

By rule the sounding voices are handed out from the top and from the bottom, each into the range of its player; by the
net the outer voices stay as the rule gave them, and what stands between is written anew within the piece's harmony.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.errors import UsageError
from ..media.score import Note, Part, Score, sorted_notes
from . import music_net as n
from .music_instruments import named, range_of, read_parts
from .music_takes import Take

if TYPE_CHECKING:
    from .music_net import Net

KEYBOARD = 60  # the pitch from which the right hand plays


def rearrange(score: Score, net: Net, *, players: str) -> list[Take]:
    """The piece for other players ("string quartet"): outer voices and harmony are kept."""
    names = read_parts(players)
    by_rule = arranged(score, named(names))
    who = players if len(names) > 1 else names[0].lower()
    rule = Take(by_rule, "rule", f"for {who}, by rule")
    return [*_by_net(by_rule, net, who), rule]


def _by_net(by_rule: Score, net: Net, who: str) -> list[Take]:
    """The inner voices written anew between the outer ones; nothing where there are no inner ones."""
    from ..media.harmony import label

    tuned = [number for number, part in enumerate(by_rule.parts) if not part.drums and part.staves == 1]
    inner = tuned[1:-1]
    if not inner or net.writer is None:
        return []
    chorded = replace(by_rule, chords=by_rule.chords or label(by_rule))
    holes = [(bar, line) for bar in range(len(chorded.bars)) for line in n.line_numbers(chorded, inner)]
    rules = n.rules_for(chorded, voices=dict.fromkeys(n.line_numbers(chorded, tuned), 1), chords="strong")
    takes = net.takes(
        n.without(chorded, holes),
        holes,
        rules=rules,
        note=f"for {who}, inner voices by the net",
        finish=lambda made: replace(made, chords=by_rule.chords),
    )
    return takes


def arranged(score: Score, parts: Sequence[Part]) -> Score:
    """The notes of a score handed out to other parts by rule.

    At every moment the highest sounding note goes to the first player, the lowest to the last one, and those between to
    the nearest; octaves are moved until a note is in range. A keyboard is given everything that is left for it; drums
    keep what drums played.
    """
    tuned = [number for number, part in enumerate(parts) if not part.drums]
    if not tuned:
        raise UsageError("there is nobody to play the tune", mend="name an instrument with notes, e.g. piano")
    notes = sorted_notes(note for part in score.parts if not part.drums for note in part.notes)
    drums = sorted_notes(note for part in score.parts if part.drums for note in part.notes)
    rows = _one_hand(notes, parts[tuned[0]]) if len(tuned) == 1 else _handed_out(notes, [parts[k] for k in tuned])
    given = dict(zip(tuned, rows, strict=True))
    out = [replace(part, notes=drums if part.drums else given[number]) for number, part in enumerate(parts)]
    return replace(score, parts=tuple(out))


def _one_hand(notes: Sequence[Note], part: Part) -> list[tuple[Note, ...]]:
    """Everything for one player: both hands of a keyboard, or as many notes as there are."""
    low, high = range_of(part)
    if part.staves > 1:
        placed = [replace(_into(note, low, high), staff=1 if note.pitch >= KEYBOARD else 2, voice=0) for note in notes]
    else:
        placed = [replace(_into(note, low, high), staff=1, voice=0) for note in notes]
        if part.program in n.MELODIC:
            placed = _single(placed, highest=True)
    return [sorted_notes(_once(placed))]


def _handed_out(notes: Sequence[Note], parts: Sequence[Part]) -> list[tuple[Note, ...]]:
    """The notes by player: top to the first, bottom to the last, those between where there is room and range."""
    rows: list[list[Note]] = [[] for _ in parts]
    ranges = [range_of(part) for part in parts]
    by_start: dict[int, list[Note]] = {}
    for note in notes:
        by_start.setdefault(note.start, []).append(note)
    sounding: list[Note] = []
    for start in sorted(by_start):
        sounding = [note for note in sounding if note.end > start]
        begun = sorted({note.pitch: note for note in by_start[start]}.values(), key=lambda note: -note.pitch)
        every = sorted([*sounding, *begun], key=lambda note: -note.pitch)
        for note in begun:
            player = _player(every.index(note), len(every), len(parts))
            if parts[player].staves > 1:
                rows[player].append(replace(note, staff=1 if note.pitch >= KEYBOARD else 2, voice=0))
            else:
                rows[player].append(replace(_into(note, *ranges[player]), staff=1, voice=0))
        sounding += begun
    out = []
    for number, row in enumerate(rows):
        keyboard = parts[number].staves > 1
        out.append(sorted_notes(_once(row) if keyboard else _single(row, highest=number < len(parts) - 1)))
    return out


def _player(rank: int, voices: int, players: int) -> int:
    """Which of the players, from the top, has the voice of that rank, from the top."""
    if rank == 0:
        return 0
    if rank == voices - 1:
        return players - 1
    return min(max(1, round(rank * (players - 1) / max(1, voices - 1))), max(1, players - 2))


def _into(note: Note, low: int, high: int) -> Note:
    """The note moved by octaves until it is in range, the nearest way."""
    pitch = note.pitch
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return replace(note, pitch=max(0, min(127, pitch if pitch >= low else pitch + 12)), spelling="")


def _single(notes: Sequence[Note], *, highest: bool) -> list[Note]:
    """One note at a time: of those that begin together the outer one, cut where the next begins."""
    best: dict[int, Note] = {}
    for note in notes:
        there = best.get(note.start)
        if there is None or (note.pitch > there.pitch) == highest:
            best[note.start] = note
    rows = [best[start] for start in sorted(best)]
    for index, note in enumerate(rows[:-1]):
        rows[index] = replace(note, length=min(note.length, rows[index + 1].start - note.start))
    return rows


def _once(notes: Sequence[Note]) -> list[Note]:
    """Of notes of one pitch that begin together the longest."""
    best: dict[tuple[int, int], Note] = {}
    for note in notes:
        key = (note.start, note.pitch)
        if key not in best or best[key].length < note.length:
            best[key] = note
    return list(best.values())
