"""Moves across the players of a piece: voices under a melody, an accompaniment, other chords, other players.

Each is offered by rule (`music_rules`, or here) and by the net, which fills what the rule would have written and has
the rest in sight; the note of every take says which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.errors import UsageError
from ..media.score import Note, Part, Score, sorted_notes
from . import music_net as n
from .music_instruments import BY_NAME, SATB, named, range_of, read_parts
from .music_moves_time import leading_line
from .music_moves_voices import bands, without_parallels
from .music_takes import Take, changed

if TYPE_CHECKING:
    from .music_net import Net

KEYBOARD = 60  # the pitch from which the right hand plays


def rearrange(score: Score, net: Net, *, players: str) -> list[Take]:
    """The piece for other players ("string quartet"): outer voices and harmony are kept."""
    from .music_rules import ENSEMBLES
    from .music_rules import rearrange as by_ensemble

    known = players.strip().lower()
    names = read_parts(players) if known not in ENSEMBLES else ()
    by_rule = arranged(score, named(names)) if names else by_ensemble(score, known)
    who = players if len(by_rule.parts) > 1 else names[0].lower()
    rule = Take(by_rule, "rule", f"for {who}, by rule")
    return [rule, *_inner_by_net(by_rule, net, who)]  # the rule keeps most of the notes, and is what is asked for


def _inner_by_net(by_rule: Score, net: Net, who: str) -> list[Take]:
    """The inner voices written anew between the outer ones; nothing where there are no inner ones."""
    from ..media.harmony import label

    tuned = [number for number, part in enumerate(by_rule.parts) if not part.drums and part.staves == 1]
    inner = tuned[1:-1]
    if not inner or net.writer is None:
        return []
    chorded = replace(by_rule, chords=by_rule.chords or label(by_rule))
    holes = [(bar, line) for bar in range(len(chorded.bars)) for line in n.line_numbers(chorded, inner)]
    rules = n.rules_for(chorded, voices=dict.fromkeys(n.line_numbers(chorded, tuned), 1), chords="strong")
    return net.takes(
        n.without(chorded, holes),
        holes,
        rules=rules,
        note=f"for {who}, inner voices by the net",
        finish=lambda made: replace(made, chords=by_rule.chords),
        worth=clean,
    )


def harmonise(
    score: Score, net: Net, *, satb: bool = False, chords: bool = False, melody: str | None = None
) -> list[Take]:
    """A melody with other voices under it (soprano, alto, tenor, bass), or with chord symbols above it.

    melody: the part that is harmonised, the leading one by default; its notes stay.
    """
    if satb and chords:
        raise UsageError("harmonise either in four voices or with chord symbols", mend="leave --satb or --chords out")
    part = n.part_of(score, melody) if melody else n.lines_of(score)[leading_line(score)].part
    return _lead_sheet(score, net, part) if chords else _four_voices(score, net, part)


def _four_voices(score: Score, net: Net, melody: int) -> list[Take]:
    from .music_rules import chords_for
    from .music_rules import satb as by_rule

    sung = by_rule(score if score.chords else chords_for(score, melody=melody), melody=melody)
    shown = replace(sung, chords=score.chords)
    rule = Take(shown, "rule", "in four voices, by rule")
    lines = n.line_numbers(sung, (1, 2, 3))
    holes = [(bar, line) for bar in range(len(sung.bars)) for line in lines]
    rhythm, pitches = bands(sung, (1, 2, 3))
    rules = n.rules_for(sung, ranges=_sung(sung), voices=dict.fromkeys(range(4), 1), rhythm=rhythm, pitches=pitches)
    singing = replace(net, genre=net.genre or "hymn")
    made = singing.takes(
        n.without(sung, holes),
        holes,
        rules=rules,
        note="in four voices, three of them by the net within the rule's chords",
        finish=lambda one: replace(without_parallels(one, sung), chords=score.chords),
        worth=clean,
    )
    return [*(take for take in made if changed(shown, take.score)), rule]


def _sung(score: Score) -> dict[int, tuple[int, int]]:
    """The ranges of the four voices; the melody's own notes stay as they are."""
    return {line: range_of(BY_NAME[name].part()) for line, name in enumerate(SATB)}


def _lead_sheet(score: Score, net: Net, melody: int) -> list[Take]:
    from .music_rules import chords_for

    alone = replace(score, chords=())
    rule = Take(chords_for(alone, melody=melody), "rule", "chord symbols by rule")
    if net.writer is None:
        return [rule]
    from .music_writer import CHORD_LINE

    holes = [(bar, CHORD_LINE) for bar in range(len(score.bars))]
    made = net.takes(
        alone, holes, note="chord symbols by the net, which has learnt few", worth=lambda one: chord_share(one, melody)
    )
    return [rule, *made]  # the net knows few tunes with chord symbols: the rule names more of them as people do


def accompany(
    score: Score, net: Net, *, bass: bool = False, chords: bool = False, drums: bool = False, style: str = ""
) -> list[Take]:
    """Bass, chords and drums added to a piece, by its chords; what is there stays, note for note.

    Without a choice all three are added. style: a pattern of the rules ("waltz", "march"), which the net takes up.
    """
    from .music_rules import accompany as by_rule
    from .music_rules import chords_for

    every = {"bass": bass, "chords": chords, "drums": drums}
    wanted = [name for name, asked in every.items() if asked] or list(every)
    chorded = score if score.chords else chords_for(score)
    made = by_rule(chorded, style, parts=wanted)
    what = " and ".join([", ".join(wanted[:-1]), wanted[-1]] if len(wanted) > 1 else wanted)
    rule = Take(made, "rule", f"{what} by rule")
    new = range(len(score.parts), len(made.parts))
    lines = n.line_numbers(made, new)
    holes = [(bar, line) for bar in range(len(made.bars)) for line in lines]
    rules = n.rules_for(made, chords="strong")
    by_net = net.takes(n.without(made, holes), holes, rules=rules, note=f"{what} by the net")
    return [rule, *by_net]  # the rule keeps closer to the chords (benchmarks/music_moves.py)


def reharmonise(score: Score, net: Net, *, amount: float = 0.5, melody: str | None = None) -> list[Take]:
    """Other chords for the same melody; about `amount` (0..1) of them change. The melody's notes stay.

    Where other parts play, they are written anew under the new chords: by the net, and by rule in four voices or in a
    pattern. A melody alone keeps its notes and has other chord symbols.
    """
    from .music_rules import chords_for
    from .music_rules import reharmonise as by_rule

    lead = n.part_of(score, melody) if melody else n.lines_of(score)[leading_line(score)].part
    chorded = score if score.chords else chords_for(score)
    takes: list[Take] = []
    others = [number for number, part in enumerate(score.parts) if number != lead and not part.drums]
    for turn in range(max(1, net.count)):
        new = by_rule(chorded, amount, net.another(turn).seed, melody=lead)
        if not others:
            takes.append(Take(new, "rule", "other chord symbols, by rule"))
            continue
        lines = n.line_numbers(new, others)
        holes = [(bar, line) for bar in range(len(new.bars)) for line in lines]
        rules = n.rules_for(new, chords="strong")
        told = "other chords by rule, played by the net"
        takes += net.takes(n.without(new, holes), holes, rules=rules, note=told, count=1)
        takes.append(Take(_voiced_by_rule(new, lead), "rule", "other chords, played by rule"))
    return n.distinct(takes)


def _voiced_by_rule(score: Score, lead: int) -> Score:
    """The melody with its new chords sounding: in four voices where there were four, else bass and chords."""
    from .music_rules import accompany as by_rule
    from .music_rules import satb

    if len(score.parts) == 4 and all(part.program == 52 for part in score.parts):
        return satb(score, melody=lead)
    alone = replace(score, parts=(score.parts[lead],))
    return by_rule(alone, parts=("bass", "chords"))


def clean(score: Score) -> float:
    """How few parallels, crossings and clashes a careful reader would mark, a bar: 0 for none, less for more."""
    from ..media.score_lint import lint

    marked = lint(score, rules=("parallels", "crossing", "clash", "overlap"))
    return -len(marked) / max(1, len(score.bars))


def chord_share(score: Score, melody: int) -> float:
    """The share of a melody's time on tones of the chords in force."""
    inside = total = 0
    for note in score.parts[melody].notes:
        chord = score.chord_at(note.start)
        total += note.length
        inside += note.length if chord is not None and note.pitch % 12 in chord.tones else 0
    return inside / total if total else 0.0


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
