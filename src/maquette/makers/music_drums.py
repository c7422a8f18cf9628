"""Drums by rule: styles in any metre, drums for a piece or a rhythm, and drums after one's own patterns.

A style is written as cells of a quarter note, one for the first beat of a bar, one for its other strong beats and one
for the weak ones; so every metre has every style, 7/8 and 5/4 too. Only 103 pieces with drums were at hand (heavy game
music), so nothing here is learnt: these are the patterns of textbooks, joined to what the piece itself does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ..core.errors import UsageError
from ..core.registry import nearest
from ..media.score import TPQ, Bar, Mark, Note, Part, Score, sorted_notes

if TYPE_CHECKING:
    import numpy as np

# General MIDI percussion.
KICK, RIM, SNARE, CLAP, CLOSED, PEDAL, OPEN, CRASH, RIDE, BELL = 36, 37, 38, 39, 42, 44, 46, 49, 51, 53
LOW_TOM, MID_TOM, HIGH_TOM, TAMBOURINE, SHAKER, CLAVES, TRIANGLE, CHINA = 43, 47, 50, 54, 70, 75, 81, 52
FEET = frozenset((35, 36))
SNARES = frozenset((37, 38, 39, 40))
TOMS = frozenset((41, 43, 45, 47, 48, 50))
CYMBALS = frozenset((49, 51, 52, 53, 55, 57, 59))
STEP = TPQ // 4  # ticks of a sign in straight cells
LOUD = {"X": 112, "x": 88, "o": 60, "g": 38}  # velocities of the signs; g: a ghost note
HIT = 60  # ticks that a hit is written with

# How the beats of a bar go together: sizes in beats (or in eighths where the unit is 8).
_GROUPS_4 = {1: (1,), 2: (2,), 3: (3,), 4: (2, 2), 5: (3, 2), 6: (3, 3), 7: (4, 3), 8: (2, 2, 2, 2), 9: (3, 3, 3)}
_GROUPS_8 = {3: (3,), 5: (3, 2), 6: (3, 3), 7: (2, 2, 3), 8: (3, 3, 2), 9: (3, 3, 3), 10: (3, 3, 2, 2),
             11: (3, 3, 3, 2), 12: (3, 3, 3, 3), 13: (3, 3, 3, 2, 2), 15: (3, 3, 3, 3, 3)}  # fmt: skip


@dataclass(frozen=True)
class Voice:
    """One instrument of a style: its cell on the first beat, on further strong beats, on weak ones; `tail`: what goes
    on in the two sixteenths by which a group of three eighths is longer than a quarter."""

    drum: int
    first: str
    strong: str
    weak: str
    tail: str = ".."


@dataclass(frozen=True)
class Style:
    """A manner of drumming. `triplets`: cells of three signs. `fill`: drums of its fills, in order; () for none."""

    told: str
    voices: tuple[Voice, ...]
    fill: tuple[int, ...] = (SNARE, HIGH_TOM, MID_TOM, LOW_TOM)
    crash: int = CRASH
    triplets: bool = False


STYLES: dict[str, Style] = {
    "rock": Style(
        "kick on the strong beats, snare on the weak ones, eighths on the hi-hat",
        (
            Voice(KICK, "X...", "X.x.", "..o.", ".."),
            Voice(SNARE, "....", "....", "X...", ".."),
            Voice(CLOSED, "x.o.", "x.o.", "x.o.", "x."),
        ),
    ),
    "pop": Style(
        "a lighter backbeat with claps and a pushed kick",
        (
            Voice(KICK, "X...", "..x.", "...x", ".."),
            Voice(SNARE, "....", "....", "x...", ".."),
            Voice(CLAP, "....", "....", "o...", ".."),
            Voice(CLOSED, "x.o.", "x.o.", "x.oo", "o."),
        ),
    ),
    "march": Style(
        "bass drum on the strong beats, rolls of the snare between",
        (
            Voice(KICK, "X...", "X...", "....", ".."),
            Voice(SNARE, "x...", "o...", "X.oo", "oo"),
            Voice(CRASH, "o...", "....", "....", ".."),
        ),
        fill=(SNARE,),
    ),
    "waltz": Style(
        "one deep, the others light",
        (
            Voice(KICK, "X...", "X...", "....", ".."),
            Voice(RIM, "....", "....", "o...", ".."),
            Voice(RIDE, "x...", "x...", "o...", "o."),
            Voice(PEDAL, "....", "....", "o...", ".."),
        ),
        fill=(SNARE, LOW_TOM),
    ),
    "bossa": Style(
        "a heartbeat of the kick, a rim that leans against it, even eighths",
        (
            Voice(KICK, "X..o", "x..o", "x..o", ".."),
            Voice(RIM, "x..x", "..x.", "..x.", ".."),
            Voice(CLOSED, "x.o.", "x.o.", "x.o.", "o."),
        ),
        fill=(RIM, LOW_TOM),
    ),
    "swing": Style(
        "the ride walks in triplets, the hi-hat closes on two and four",
        (
            Voice(RIDE, "x..", "x..", "x.o", "o"),
            Voice(PEDAL, "...", "...", "x..", "."),
            Voice(KICK, "o..", "g..", "g..", "."),
            Voice(SNARE, "...", "..g", "...", "."),
        ),
        fill=(SNARE, HIGH_TOM, LOW_TOM),
        triplets=True,
    ),
    "funk": Style(
        "sixteenths, ghost notes, a kick that comes early",
        (
            Voice(KICK, "X..x", "..x.", "..x.", ".."),
            Voice(SNARE, "...g", "g..g", "X..g", "g."),
            Voice(CLOSED, "xoxo", "xoxo", "xoxo", "xo"),
            Voice(OPEN, "....", "....", "...o", ".."),
        ),
    ),
    "ambient": Style(
        "few soft hits with much air",
        (
            Voice(KICK, "o...", "....", "....", ".."),
            Voice(SHAKER, "g...", "g...", "g.g.", "g."),
            Voice(RIM, "....", "....", "..g.", ".."),
            Voice(RIDE, "....", "o...", "....", ".."),
        ),
        fill=(),
        crash=RIDE,
    ),
    "metal": Style(
        "both feet in sixteenths, snare on the weak beats, cymbals on the beats",
        (
            Voice(KICK, "X.xx", "X.xx", "x.xx", "xx"),
            Voice(SNARE, "....", "....", "X...", ".."),
            Voice(RIDE, "X...", "X...", "x...", "x."),
        ),
    ),
}


@dataclass(frozen=True)
class Drummed:
    """A score with drums, and what was done, a line each."""

    score: Score
    style: str
    said: tuple[str, ...] = field(default=())


def style_named(name: str) -> Style:
    """A style by its name. Raises UsageError with the nearest one."""
    if name not in STYLES:
        raise UsageError(f"there is no drum style {name!r}", mend=nearest(name, list(STYLES)))
    return STYLES[name]


# -- patterns ------------------------------------------------------------------------------------------------------


def groups(bar: Bar) -> tuple[tuple[int, int], ...]:
    """(start, length) in ticks of the groups of a bar's metre: 7/8 is 2 + 2 + 3 eighths, 5/4 is 3 + 2 quarters."""
    if bar.unit >= 8:
        eighth = 4 * TPQ // bar.unit
        sizes = _GROUPS_8.get(bar.beats) or (2,) * (bar.beats // 2) + ((1,) if bar.beats % 2 else ())
    else:
        eighth = 4 * TPQ // bar.unit
        sizes = _GROUPS_4.get(bar.beats) or (1,) * bar.beats
    out, at = [], 0
    for size in sizes:
        out.append((at, size * eighth))
        at += size * eighth
    return tuple(out)


def beats(bar: Bar) -> tuple[tuple[int, int, str], ...]:
    """(start, length, role) of the beats of a bar; role first, strong or weak. In 6/8 a beat is three eighths."""
    out: list[tuple[int, int, str]] = []
    for number, (start, length) in enumerate(groups(bar)):
        role = "strong" if number else "first"
        if bar.unit >= 8:
            # Groups of eighths are beats; every second one is weak.
            out.append((start, length, role if number % 2 == 0 else "weak"))
            continue
        beat = 4 * TPQ // bar.unit
        out += [(at, beat, role if at == start else "weak") for at in range(start, start + length, beat)]
    return tuple(out)


def bar_of(style: Style, bar: Bar) -> list[Note]:
    """The hits of one bar in a style, starting from 0."""
    found: list[Note] = []
    for start, length, role in beats(bar):
        for voice in style.voices:
            cell = getattr(voice, role)
            size = TPQ // 3 if style.triplets else STEP
            if style.triplets and bar.unit >= 8:
                cell, size = cell[: max(1, length * bar.unit // (4 * TPQ))], 4 * TPQ // bar.unit
            elif length == 3 * TPQ // 2:
                cell += voice.tail
            elif length == 2 * TPQ:
                cell += voice.weak
            for at, sign in enumerate(cell):
                tick = start + at * size
                if sign in LOUD and tick < min(start + length, bar.length):
                    found.append(Note(tick, HIT, voice.drum, LOUD[sign]))
    return found


def fill_of(style: Style, bar: Bar, dice: np.random.Generator) -> list[Note]:
    """A fill over the last beat or two of a bar: down the drums, growing. Empty for a style without fills."""
    if not style.fill:
        return []
    rows = beats(bar)
    count = 2 if len(rows) > 2 and dice.random() < 0.5 else 1
    begin, step = rows[-count][0], TPQ // 3 if style.triplets else STEP
    places = list(range(begin, bar.length, step))
    if len(places) > 4 and dice.random() < 0.5:
        places = [at for at in places if (at - begin) % TPQ != step]  # long-short
    out = []
    for number, at in enumerate(places):
        drum = style.fill[min(len(style.fill) - 1, number * len(style.fill) // len(places))]
        out.append(Note(at, HIT, drum, min(118, 78 + 36 * (number + 1) // len(places))))
    return out


def part(
    bars: Sequence[Bar], style: str = "rock", *, seed: int = 0, fill_every: int = 8, sections: Sequence[int] = ()
) -> Part:
    """A drum part for bars: the style's pattern, a fill every so many bars (0: none), a crash after it and at sections.

    A pick-up and bars that are cut short play their last beats only.
    """
    import numpy as np

    chosen = style_named(style)
    dice = np.random.default_rng([seed, 7])
    starts = Score((), tuple(bars)).starts
    first = 1 if bars and bars[0].length < bars[0].full else 0
    notes: list[Note] = []
    for number, bar in enumerate(bars):
        hits = bar_of(chosen, replace(bar, length=bar.full))
        place = number - first
        filled = fill_every > 0 and place >= 0 and place % fill_every == fill_every - 1
        if filled and (fill := fill_of(chosen, replace(bar, length=bar.full), dice)):
            begin = fill[0].start
            hits = [hit for hit in hits if hit.start < begin or (hit.pitch in FEET and hit.velocity > 80)] + fill
        crash = place >= 0 and (number in sections or (fill_every > 0 and place % fill_every == 0))
        if crash and chosen.fill:
            hits = [hit for hit in hits if hit.start or hit.pitch not in (CLOSED, RIDE, OPEN)]
            hits.append(Note(0, HIT * 4, chosen.crash, 108))
        late = bar.full - bar.length if number == 0 else 0  # a pick-up is the end of a bar
        notes += [
            replace(hit, start=starts[number] + hit.start - late)
            for hit in hits
            if late <= hit.start < (bar.full if number == 0 else bar.length)
        ]
    return Part("Drums", 0, _clean(notes), drums=True)


def _clean(notes: Sequence[Note]) -> tuple[Note, ...]:
    """One hit of a drum at a time, the loudest; lengths up to the next hit of it."""
    best: dict[tuple[int, int], Note] = {}
    for note in notes:
        other = best.get((note.start, note.pitch))
        if other is None or note.velocity > other.velocity:
            best[note.start, note.pitch] = note
    return sorted_notes(best.values())


# -- drums for a piece ---------------------------------------------------------------------------------------------


def drumify(score: Score, style: str = "rock", *, seed: int = 0, fill_every: int = 8) -> Drummed:
    """Drums for a piece, or for a rhythm: the style's pattern, led by what the piece does.

    The kick goes with the bass where that begins notes on eighths; syncopations of the melody get soft hits of the
    snare; where the piece runs in sixteenths the hi-hat does too; bars of silence stay silent but for the beat that
    leads on; a crash stands where a section begins. Drums that are there already are left out of the listening and
    stay as a part of their own. Raises UsageError for a piece without notes.
    """
    import numpy as np

    tuned = [one for one in score.parts if not one.drums and one.notes]
    heard = tuned or [one for one in score.parts if one.notes]
    if not heard or not score.bars:
        raise UsageError("there is no rhythm to drum to", where=score.title, mend="name a piece with notes")
    chosen = style_named(style)
    sections = sorted({score.bar_at(mark.tick) for mark in score.marks if _is_section(mark)})
    base = part(score.bars, style, seed=seed, fill_every=fill_every, sections=sections)
    bass = min(heard, key=lambda one: sum(note.pitch for note in one.notes) / len(one.notes))
    top = max(heard, key=lambda one: sum(note.pitch for note in one.notes) / len(one.notes))
    dice = np.random.default_rng([seed, 8])
    notes: list[Note] = []
    sounding = [
        any(note.start < end and note.end > begin for one in heard for note in one.notes)
        for begin, end in pairwise(score.starts)
    ]
    quiet = 0
    for number, (begin, bar) in enumerate(zip(score.starts, score.bars)):
        end = begin + bar.length
        hits = [hit for hit in base.notes if begin <= hit.start < end]
        onsets = sorted({n.start - begin for one in heard for n in one.notes if begin <= n.start < end})
        if not sounding[number]:
            quiet += 1
            leads = number + 1 < len(score.bars) and sounding[number + 1]
            hits = [hit for hit in hits if hit.start >= end - TPQ] if leads else []
        else:
            low = {n.start - begin for n in bass.notes if begin <= n.start < end}
            high = {n.start - begin for n in top.notes if begin <= n.start < end}
            hits = _with_piece(hits, begin, bar, low, high, onsets, chosen, dice)
        notes += hits
    said = [f"{style}: {chosen.told}", "patterns by rule: too few pieces with drums were at hand to learn from"]
    if quiet:
        said.append(f"{quiet} silent bar{'' if quiet == 1 else 's'} left almost without drums")
    made = replace(base, notes=_clean(notes))
    return Drummed(replace(score, parts=(*score.parts, made)), style, tuple(said))


def _is_section(mark: Mark) -> bool:
    """Whether a mark names a section, and not a tempo or a dynamic: a letter, a number or a name of one."""
    text = mark.text.strip().lower()
    return len(text.rstrip("'’")) == 1 or text.rstrip("'’0123456789 ") in (
        "verse", "chorus", "bridge", "intro", "outro", "refrain", "coda", "solo", "trio", "strophe"
    )  # fmt: skip


def _with_piece(
    hits: list[Note],
    begin: int,
    bar: Bar,
    low: set[int],
    high: set[int],
    onsets: Sequence[int],
    style: Style,
    dice: np.random.Generator,
) -> list[Note]:
    """One bar's hits led by the piece: kick with the bass, ghosts on syncopations, the hi-hat as dense as the music."""
    grid = TPQ // 3 if style.triplets else STEP
    first = {hit.start for hit in hits if hit.pitch in FEET and (hit.start == begin or hit.velocity > 100)}
    snares = {hit.start for hit in hits if hit.pitch in SNARES and hit.velocity > 80}
    filling = {hit.start for hit in hits if hit.pitch in TOMS}
    out = []
    with_bass = {begin + at for at in low if at % grid == 0}
    feet = any(voice.drum in FEET for voice in style.voices)
    for hit in hits:
        # A kick between the beats that the bass does not play gives way, if the bass says anything here.
        if hit.pitch in FEET and hit.start not in first and with_bass and hit.start not in with_bass:
            continue
        out.append(hit)
    if feet and style.fill:
        room = with_bass - snares - {hit.start for hit in out if hit.pitch in FEET}
        eighths = sorted(at for at in room if (at - begin) % (2 * grid) == 0 or len(low) > 6)
        out += [Note(at, HIT, KICK, 84) for at in eighths if not filling or at < min(filling)]
    loud = sorted(at for at in high if at % grid == 0 and at % TPQ not in (0, TPQ // 2))
    if style.fill:
        for at in loud:
            taken = any(hit.start == begin + at and hit.pitch in SNARES for hit in out)
            if not taken and begin + at not in filling and dice.random() < 0.4:
                out.append(Note(begin + at, HIT, SNARE, 36))
    running = sum(1 for at in onsets if at % STEP == 0 and at % (2 * STEP)) >= 3
    if running and not style.triplets:
        between = {hit.start + STEP for hit in out if hit.pitch == CLOSED and (hit.start - begin) % (2 * STEP) == 0}
        have = {hit.start for hit in out if hit.pitch == CLOSED} | filling
        out += [Note(at, HIT, CLOSED, 52) for at in sorted(between - have) if at < begin + bar.length]
    return out


# -- after one's own patterns --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kit:
    """What a drummer's file has: bars with how often they come, and the bars that close phrases, by metre.

    A bar is its notes from the barline on, timing and velocities as they were played.
    """

    metre: tuple[int, int]
    bars: tuple[tuple[tuple[Note, ...], int], ...]
    fills: tuple[tuple[Note, ...], ...]


def kit_of(score: Score) -> Kit:
    """The patterns of the drum parts of a piece. Raises UsageError if it has none."""
    notes = sorted_notes(note for one in score.parts if one.drums for note in one.notes)
    if not notes:
        raise UsageError(
            "there are no drums in this piece", where=score.title, mend="name a MIDI file with drums on channel 10"
        )
    metre = Counter((bar.beats, bar.unit) for bar in score.bars if bar.length == bar.full).most_common(1)[0][0]
    rows: dict[tuple[tuple[int, int], ...], list[tuple[Note, ...]]] = {}
    order: list[tuple[tuple[int, int], ...]] = []
    for begin, bar in zip(score.starts, score.bars):
        if (bar.beats, bar.unit) != metre or bar.length != bar.full:
            continue
        inside = [replace(n, start=n.start - begin) for n in notes if begin <= n.start < begin + bar.length]
        if not inside:
            continue
        shape = tuple(sorted({(round(n.start / STEP), n.pitch) for n in inside}))
        rows.setdefault(shape, []).append(tuple(inside))
        order.append(shape)
    if not rows:
        raise UsageError("no whole bar of this piece has drums", where=score.title)
    counted = sorted(rows.items(), key=lambda row: (-len(row[1]), order.index(row[0])))
    main = set(counted[0][0])
    fills = [
        found[0]
        for shape, found in counted[1:]
        if len(found) <= max(1, len(order) // 8)
        and sum(pitch in TOMS or pitch in SNARES for _, pitch in set(shape) - main) >= 2
    ]
    usual = [(found[0], len(found)) for shape, found in counted if found[0] not in fills]
    return Kit(metre, tuple(usual[:8]), tuple(fills[:8]))


def like(
    kit: Kit, bars: Sequence[Bar], *, seed: int = 0, amount: float = 0.3, fill_every: int = 8, style: str = "rock"
) -> Part:
    """Drums in the manner of a kit for any bars: its commonest bar, its others as variation, its fills where they go.

    amount: 0 repeats the patterns as they are, 1 changes many hits (soft ones added and left out, never the kick or
    snare of a strong beat). Bars of another metre have the kit's pattern cut, or begun again, at their own length.
    Where the kit has no fill, one of `style` is played on its snare and toms.
    """
    import numpy as np

    if not 0 <= amount <= 1:
        raise UsageError(f"an amount of {amount:g} is no share", mend="0 (as it is) to 1 (much changed)")
    dice = np.random.default_rng([seed, 9])
    chosen = style_named(style)
    starts = Score((), tuple(bars)).starts
    usual = [row for row, _ in kit.bars]
    length = kit.metre[0] * 4 * TPQ // kit.metre[1]
    first = 1 if bars and bars[0].length < bars[0].full else 0
    notes: list[Note] = []
    for number, (begin, bar) in enumerate(zip(starts, bars)):
        place = number - first
        odd = len(usual) > 1 and place % 4 == 3 and dice.random() < 0.4 + 0.5 * amount
        source = usual[1 + int(dice.integers(len(usual) - 1))] if odd else usual[0]
        hits = [replace(n, start=n.start + turn) for turn in range(0, bar.full, length) for n in source]
        hits = [hit for hit in hits if hit.start < bar.full]
        hits = _changed(hits, bar, amount, dice)
        if fill_every > 0 and place >= 0 and place % fill_every == fill_every - 1:
            if kit.fills and length == bar.full:
                hits = list(kit.fills[int(dice.integers(len(kit.fills)))])
            elif fill := fill_of(chosen, replace(bar, length=bar.full), dice):
                hits = [hit for hit in hits if hit.start < fill[0].start] + fill
        late = bar.full - bar.length if number == 0 else 0
        notes += [
            replace(hit, start=begin + hit.start - late)
            for hit in hits
            if late <= hit.start < (bar.full if number == 0 else bar.length)
        ]
    end = starts[-1]
    return Part("Drums", 0, _clean([replace(n, length=min(n.length, end - n.start)) for n in notes]), drums=True)


def _changed(hits: list[Note], bar: Bar, amount: float, dice: np.random.Generator) -> list[Note]:
    """One bar with a share of its lesser hits left out, and soft ones added beside those that are there."""
    strong = {start for start, _, role in beats(replace(bar, length=bar.full)) if role != "weak"}
    out: list[Note] = []
    for hit in hits:
        near = any(abs(hit.start - at) < STEP // 2 for at in strong)
        held = near or (hit.pitch in SNARES and hit.velocity > 80)
        if held or dice.random() >= 0.3 * amount:
            loud = int(_velocity(hit.velocity + dice.normal(0, 10 * amount)))
            out.append(replace(hit, velocity=loud))
    places = sorted({hit.start for hit in out if hit.pitch not in CYMBALS})
    for at in places:
        if (
            dice.random() < 0.2 * amount
            and at + STEP < bar.full
            and not any(abs(n.start - at - STEP) < 30 for n in out)
        ):
            drum = SNARE if dice.random() < 0.6 else KICK
            out.append(Note(at + STEP, HIT, drum, 40 if drum == SNARE else 70))
    return out


def _velocity(velocity: float) -> float:
    """A velocity within what MIDI has."""
    return min(127.0, max(1.0, velocity))


# -- how near to a drummer -----------------------------------------------------------------------------------------


def family(pitch: int) -> str:
    """kick, snare, tom, cymbal or hat (and what shakes)."""
    if pitch in FEET:
        return "kick"
    if pitch in SNARES:
        return "snare"
    if pitch in TOMS:
        return "tom"
    return "cymbal" if pitch in CYMBALS else "hat"


def histogram(score: Score) -> dict[tuple[str, int], float]:
    """The share of hits per family and sixteenth of the bar, over all drum parts: what styles are compared by."""
    found: Counter[tuple[str, int]] = Counter()
    for one in score.parts:
        if not one.drums:
            continue
        for note in one.notes:
            inside = note.start - score.starts[score.bar_at(note.start)]
            found[family(note.pitch), round(inside / STEP)] += 1
    whole = sum(found.values())
    return {place: count / whole for place, count in found.items()}
