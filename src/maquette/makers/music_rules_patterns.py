"""Accompaniments by pattern: a bass, chords and drums in the manner of a dance, bar by bar.

A pattern is written a sign for each step of a bar. Bass: R root, 5 fifth, 3 third, 8 the root an octave up, A a step
towards the next chord's root. Chords: X the chord, x the same softly, 1 2 3 4 its notes from below. Drums: X and x.
`-` holds on, `.` is silence; blanks are only for the eye.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ..core.errors import UsageError
from ..core.registry import nearest
from ..media.score import TPQ, Bar, Chord, Note, Part, Score, sorted_notes

DRUMS = {
    "kick": 36,
    "rim": 37,
    "snare": 38,
    "hat": 42,
    "open": 46,
    "crash": 49,
    "ride": 51,
    "tambourine": 54,
    "shaker": 70,
}
LOW, HIGH = 36, 52  # where the bass plays
MIDDLE = 60  # about which the chords lie


@dataclass(frozen=True)
class Pattern:
    """One bar: ticks of a step, and what is played."""

    step: int
    bass: str
    chords: str
    drums: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Style:
    """A manner of accompanying: its patterns by metre, the GM programs of bass and chords, a line about it."""

    told: str
    patterns: Mapping[str, Pattern]
    bass: int = 32
    chords: int = 0


_8, _16, _TRIPLET, _4 = TPQ // 2, TPQ // 4, TPQ // 3, TPQ

STYLES: dict[str, Style] = {
    "waltz": Style(
        "bass on one, chords on two and three",
        {"3/4": Pattern(_4, "R..", ".Xx", {"kick": "x..", "hat": ".xx"})},
        bass=43,
    ),
    "mazurka": Style(
        "three beats, the weight on the second",
        {"3/4": Pattern(_8, "R-.. ..", "..X- x-", {"tambourine": "x.X.x."})},
        bass=43,
    ),
    "minuet": Style(
        "a bass that walks in three",
        {"3/4": Pattern(_4, "R35", "X--"), "3/8": Pattern(_8, "R35", "X--")},
        bass=42,
        chords=6,
    ),
    "march": Style(
        "bass on the beat, chords after it",
        {
            "4/4": Pattern(_8, "R.5. R.5.", ".x.X .x.X", {"kick": "X...X...", "snare": "..X.x.Xx"}),
            "2/4": Pattern(_8, "R.5.", ".x.X", {"kick": "X...", "snare": "..Xx"}),
            "2/2": Pattern(_8, "R...5...", "..X...X.", {"kick": "X.......", "snare": "....X.xx"}),
            "6/8": Pattern(_8, "R-. 5-.", "..X ..X", {"kick": "X.....", "snare": "..x X.x"}),
        },
        bass=58,
        chords=61,
    ),
    "polka": Style(
        "bass and chord in quick turns",
        {
            "2/4": Pattern(_8, "R.5.", ".X.X", {"kick": "X.X.", "snare": ".x.x"}),
            "4/4": Pattern(_8, "R.5. R.5.", ".X.X .X.X", {"kick": "X.X.X.X.", "snare": ".x.x.x.x"}),
        },
        bass=58,
        chords=21,
    ),
    "ballad": Style(
        "broken chords that rise and fall",
        {
            "4/4": Pattern(_8, "R--- ----", "1234 3432", {"kick": "x...x...", "rim": "....x...", "hat": "x.x.x.x."}),
            "3/4": Pattern(_8, "R--- --", "1234 32", {"kick": "x.....", "hat": "x.x.x."}),
            "2/4": Pattern(_8, "R---", "1343"),
            "6/8": Pattern(_8, "R-- ---", "123 432", {"kick": "x.....", "hat": "x..x.."}),
            "12/8": Pattern(_8, "R-- --- 5-- ---", "123 432 123 432"),
            "9/8": Pattern(_8, "R-- --- ---", "123 432 123"),
        },
    ),
    "alberti": Style(
        "low, high, middle, high",
        {
            "4/4": Pattern(_8, "R--- ----", "1323 1323"),
            "3/4": Pattern(_8, "R--- --", "1323 23"),
            "2/4": Pattern(_16, "R--- ----", "1323 1323"),
            "2/2": Pattern(_8, "R--- ----", "1323 1323"),
            "6/8": Pattern(_8, "R-- R--", "123 123"),
            "3/8": Pattern(_8, "R--", "123"),
        },
        bass=42,
    ),
    "pop": Style(
        "eighths in the bass, held chords, a backbeat",
        {
            "4/4": Pattern(
                _8, "RRRR RRRR", "X--- X-x-", {"kick": "X..x X...", "snare": "..X. ..X.", "hat": "XxXx XxXx"}
            ),
            "3/4": Pattern(_8, "RRRR RR", "X--- x-", {"kick": "X.....", "snare": "....X.", "hat": "XxXxXx"}),
            "6/8": Pattern(_8, "R.R R.R", "X-- X--", {"kick": "X.....", "snare": "...X..", "hat": "XxxXxx"}),
        },
        bass=33,
        chords=4,
    ),
    "rock": Style(
        "roots and fifths, driven",
        {
            "4/4": Pattern(
                _8, "RRRR RR5R", "X-X- XX-X", {"kick": "X..X X.X.", "snare": "..X. ..X.", "hat": "XXXX XXXX"}
            ),
        },
        bass=34,
        chords=29,
    ),
    "bossa": Style(
        "a dotted bass under shifted chords",
        {"4/4": Pattern(_8, "R--5 5--R", "X..X ..X.", {"kick": "X..xX..x", "rim": "X..X..X.", "hat": "xxxxxxxx"})},
        bass=32,
        chords=24,
    ),
    "swing": Style(
        "a walking bass in triplets, chords off the beat",
        {
            "4/4": Pattern(
                _TRIPLET,
                "R--3--5--A--",
                "X....x......",
                {"ride": "X..x.xX..x.x", "hat": "...X.....X..", "kick": "x..........."},
            ),
            "3/4": Pattern(_TRIPLET, "R--5--A--", "X....x...", {"ride": "X..x.xX..", "hat": "...X..X.."}),
        },
        chords=26,
    ),
    "habanera": Style(
        "the dotted bass of Havana",
        {
            "2/4": Pattern(_16, "R--5 8-5-", ".... X-x-", {"kick": "X..xX.x.", "tambourine": "..x...x."}),
            "4/4": Pattern(_8, "R--5 8-5-", ".... X-x-", {"kick": "X..xX.x.", "tambourine": "..x...x."}),
        },
    ),
    "jig": Style(
        "two swings to the bar",
        {
            "6/8": Pattern(_8, "R-. 5-.", "X-x X-x", {"kick": "X.. X..", "tambourine": "X.x X.x"}),
            "9/8": Pattern(_8, "R-. 5-. R-.", "X-x X-x X-x", {"tambourine": "X.x X.x X.x"}),
        },
        chords=24,
    ),
    "barcarolle": Style(
        "the rocking of a boat",
        {
            "6/8": Pattern(_8, "R-- 5--", ".23 .23"),
            "12/8": Pattern(_8, "R-- 5-- R-- 5--", ".23 .23 .23 .23"),
        },
        bass=42,
    ),
    "chorale": Style(
        "a chord on every beat",
        {
            "4/4": Pattern(_4, "RRRR", "XXXX"),
            "3/4": Pattern(_4, "RRR", "XXX"),
            "2/4": Pattern(_4, "RR", "XX"),
            "2/2": Pattern(_4, "R-R-", "X-X-"),
            "6/8": Pattern(_8, "R-- R--", "X-- X--"),
            "3/2": Pattern(_4, "R-R-R-", "X-X-X-"),
        },
        bass=19,
        chords=19,
    ),
}
PARTS = ("bass", "chords", "drums")


def styles_for(beats: int, unit: int) -> tuple[str, ...]:
    """The names of the styles that have a pattern for a metre."""
    return tuple(name for name, style in STYLES.items() if f"{beats}/{unit}" in style.patterns)


def accompany(score: Score, style: str = "", *, parts: Sequence[str] = PARTS, fills: bool = True) -> Score:
    """The score with a bass, chords and drums in a style, by its chords; what was there stays as it is.

    style: one of STYLES, by default the first that has the piece's metre. parts: which of "bass", "chords", "drums"
    are added (drums only where the style has them). fills: a turn of the snare at the end of every eighth bar.
    UsageError without chords, for an unknown style or part, and where the style has no pattern for the metre.
    """
    chosen = _style(score, style)
    for name in parts:
        if name not in PARTS:
            raise UsageError(f"there is no part {name!r} to add", mend=nearest(name, PARTS))
    if not any(chord.quality is not None for chord in score.chords):
        raise UsageError("there are no chords to accompany", where=score.title, mend="name chords first")
    added = []
    if "bass" in parts:
        added.append(Part("Bass", chosen.bass, sorted_notes(_bass(score, chosen))))
    if "chords" in parts:
        added.append(Part("Chords", chosen.chords, sorted_notes(_chords(score, chosen))))
    beats = _drums(score, chosen, fills) if "drums" in parts else []
    if beats:
        added.append(Part("Drums", 0, sorted_notes(beats), drums=True))
    return replace(score, parts=score.parts + tuple(added))


def _style(score: Score, name: str) -> Style:
    beats, unit = score.metre
    fitting = styles_for(beats, unit)
    if not name:
        name = fitting[0] if fitting else "ballad"
        return STYLES[name]
    if name not in STYLES:
        raise UsageError(f"there is no style {name!r}", mend=nearest(name, STYLES))
    if name not in fitting:
        metres = ", ".join(STYLES[name].patterns)
        others = f"; in {beats}/{unit} there are {', '.join(fitting)}" if fitting else ""
        raise UsageError(f"the style {name!r} is not for {beats}/{unit}", mend=f"it is for {metres}{others}")
    return STYLES[name]


def _bars(score: Score, style: Style) -> Iterator[tuple[int, int, Bar, Pattern]]:
    """Every bar but a pick-up: its number, start, itself and the pattern for it."""
    first = next(iter(style.patterns.values()))
    usual = style.patterns.get("{}/{}".format(*score.metre), first)
    for number, (start, bar) in enumerate(zip(score.starts, score.bars, strict=False)):
        if number == 0 and bar.length < bar.full:
            continue
        yield number, start, bar, style.patterns.get(f"{bar.beats}/{bar.unit}", usual)


def _strokes(signs: str, start: int, bar: Bar, step: int) -> Iterator[tuple[int, int, str]]:
    """(tick, length, sign) of what a line of signs plays in a bar; it goes on from its beginning in a longer bar."""
    signs = signs.replace(" ", "")
    count = -(-bar.length // step)
    row = (signs * (count // len(signs) + 1))[:count]
    at = 0
    while at < len(row):
        sign, length = row[at], 1
        if sign in ".-":
            at += 1
            continue
        while at + length < len(row) and row[at + length] == "-":
            length += 1
        tick = start + at * step
        yield tick, min(length * step, start + bar.length - tick), sign
        at += length


def _chord(score: Score, tick: int) -> Chord | None:
    chord = score.chord_at(tick)
    return chord if chord is not None and chord.quality is not None else None


def _changes(score: Score, tick: int, end: int) -> list[int]:
    """Ticks at which another chord begins between two ticks."""
    return [chord.tick for chord in score.chords if tick < chord.tick < end]


def _bass(score: Score, style: Style) -> list[Note]:
    notes: list[Note] = []
    last = len(score.bars) - 1
    for number, start, bar, pattern in _bars(score, style):
        signs = "R" + "-" * 63 if number == last else pattern.bass
        for tick, length, sign in _with_changes(score, signs, start, bar, pattern.step):
            chord = _chord(score, tick)
            if chord is None:
                continue
            before = notes[-1].pitch if notes else (LOW + HIGH) // 2
            pitch = _bass_pitch(score, chord, sign, before, tick + length)
            notes.append(Note(tick, length, pitch, 88 if tick == start else 76))
    return notes


def _with_changes(score: Score, signs: str, start: int, bar: Bar, step: int) -> Iterator[tuple[int, int, str]]:
    """The strokes of a bass, which also plays the root where the chord changes between them."""
    strokes = list(_strokes(signs, start, bar, step))
    struck = {tick for tick, _, _ in strokes}
    for tick, length, sign in strokes:
        cuts = [at for at in _changes(score, tick, tick + length) if at not in struck]
        yield tick, (cuts[0] if cuts else tick + length) - tick, "R" if _chord_begins(score, tick) else sign
        for at, end in pairwise([*cuts, tick + length]):
            yield at, end - at, "R"


def _chord_begins(score: Score, tick: int) -> bool:
    chord = score.chord_at(tick)
    return chord is not None and chord.tick == tick


def _bass_pitch(score: Score, chord: Chord, sign: str, before: int, end: int) -> int:
    tones = chord.tones
    root = chord.root if chord.bass is None else chord.bass
    if sign == "A":
        after = _chord(score, end)
        goal = _near(after.root if after else chord.root, before)
        return goal - 1 if goal > before else goal + 1
    if sign == "8":
        return _near(root, before, LOW + 6, HIGH + 6)
    return _near({"R": root, "3": tones[1], "5": tones[2]}[sign], before)


def _near(pc: int, before: int, low: int = LOW, high: int = HIGH) -> int:
    """The pitch of a class that is nearest to another one, in a range."""
    return min((pitch for pitch in range(low, high + 1) if pitch % 12 == pc), key=lambda pitch: abs(pitch - before))


def _chords(score: Score, style: Style) -> list[Note]:
    notes: list[Note] = []
    voicing: tuple[int, ...] = ()
    last = len(score.bars) - 1
    for number, start, bar, pattern in _bars(score, style):
        for tick, length, sign in _strokes(
            "X" + "-" * 63 if number == last else pattern.chords, start, bar, pattern.step
        ):
            for begin, end in _cut(tick, tick + length, _changes(score, tick, tick + length)):
                chord = _chord(score, begin)
                if chord is None:
                    continue
                voicing = voiced(chord, voicing)
                loud = 62 if sign in "Xx" else 58
                tones = (
                    voicing
                    if sign in "Xx"
                    else (voicing[(int(sign) - 1) % len(voicing)] + 12 * (int(sign) > len(voicing)),)
                )
                notes += [Note(begin, end - begin, pitch, loud + 8 * (sign == "X")) for pitch in tones]
    return notes


def _cut(start: int, end: int, at: Sequence[int]) -> list[tuple[int, int]]:
    ticks = [start, *at, end]
    return list(pairwise(ticks))


def voiced(chord: Chord, before: tuple[int, ...] = ()) -> tuple[int, ...]:
    """A chord in close position about the middle C, its notes near those of the chord before."""
    options = []
    for lowest in range(MIDDLE - 9, MIDDLE + 4):
        if lowest % 12 in chord.tones:
            rest = sorted(lowest + (tone - lowest) % 12 for tone in chord.tones)
            options.append(tuple(rest))
    if not before:
        return min(options, key=lambda one: abs(sum(one) / len(one) - MIDDLE))
    return min(
        options, key=lambda one: sum(min(abs(a - b) for b in before) for a in one) + 0.3 * abs(one[0] - MIDDLE + 5)
    )


def _drums(score: Score, style: Style, fills: bool) -> list[Note]:
    notes: list[Note] = []
    last = len(score.bars) - 1
    for number, start, bar, pattern in _bars(score, style):
        if number == last:
            firsts = [name for name, signs in pattern.drums.items() if signs[0] in "Xx"]
            notes += [Note(start, TPQ // 2, DRUMS[name], 90) for name in firsts]
            continue
        turn = (
            start + bar.length - TPQ if fills and number % 8 == 7 and "snare" in pattern.drums else start + bar.length
        )
        for name, signs in pattern.drums.items():
            for tick, _, sign in _strokes(signs, start, bar, pattern.step):
                if tick < turn:
                    notes.append(Note(tick, TPQ // 8, DRUMS[name], 92 if sign == "X" else 60))
        notes += [
            Note(tick, TPQ // 8, DRUMS["snare"], 70 + 8 * i)
            for i, tick in enumerate(range(turn, start + bar.length, TPQ // 4))
        ]
    return notes
