"""Forms: which bars of a piece are new, which come back, and where it closes.

A form is written in letters, one per section: AABA, ABACA, AA'BA (A' is A, varied), or in words: verse-chorus. The
plan says for every bar whether it is a hole to be written, or a copy of an earlier bar; `holes` are the cells that a
writer fills, and `completed` copies them to where they come back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..core.errors import UsageError
from ..core.registry import nearest
from ..media.score import TPQ, Bar, Chord, Key, Mark, Note, Part, Score, Tempo, sorted_notes

Cell = tuple[int, int]  # (bar, line), as in makers/music_writer.py
Ending = Literal["half", "full", "open"]

# Forms by name: their letters, and what the letters are called.
NAMED: dict[str, tuple[str, dict[str, str]]] = {
    "verse-chorus": ("ABAB", {"A": "verse", "B": "chorus"}),
    "verse-chorus-bridge": ("ABABCB", {"A": "verse", "B": "chorus", "C": "bridge"}),
    "song": ("AABA", {}),
    "binary": ("AABB", {}),
    "ternary": ("ABA", {}),
    "rondo": ("ABACA", {}),
    "rounded binary": ("AABA'", {}),
    "period": ("AA'", {}),
    "minuet": ("AABBCCDDAB", {}),
    "blues": ("A", {}),
    "strophic": ("AAA", {}),
}
MOST = 64  # sections
LONGEST = 64  # bars of one


@dataclass(frozen=True)
class Section:
    """One section: its letter, how often it was varied (A' 1), its bars, and which section it comes back from."""

    letter: str
    primes: int
    name: str
    first: int  # bar
    bars: int
    of: int | None = None  # index of the section it repeats
    varied: bool = False
    ending: Ending = "full"

    @property
    def last(self) -> int:
        """The bar after its last."""
        return self.first + self.bars


@dataclass(frozen=True)
class Form:
    """A plan of sections, one after the other, in bars of one metre."""

    sections: tuple[Section, ...]
    metre: tuple[int, int] = (4, 4)

    @property
    def bars(self) -> int:
        return self.sections[-1].last

    @property
    def text(self) -> str:
        """As it is written: "AA'BA"."""
        return "".join(one.letter + "'" * one.primes for one in self.sections)

    def source(self, bar: int) -> int | None:
        """The bar that `bar` is a copy of; None where it is new."""
        section = next(one for one in self.sections if one.first <= bar < one.last)
        if section.of is None:
            return None
        parent = self.sections[section.of]
        at = bar - section.first
        if section.varied and at >= section.bars - changed_bars(section.bars):
            return None
        # The copy closes as its own place in the form asks: where the endings differ, the last bars are written anew.
        if section.ending != parent.ending and at >= section.bars - min(2, max(1, section.bars // 4)):
            return None
        found = self.source(parent.first + at)
        return parent.first + at if found is None else found

    @property
    def new(self) -> tuple[int, ...]:
        """Bars that are to be written."""
        return tuple(bar for bar in range(self.bars) if self.source(bar) is None)


def changed_bars(bars: int) -> int:
    """How many bars at its end a varied section does not share with the one it varies: half of it."""
    return max(1, bars // 2)


def plan(text: str, bars: int | Sequence[int] = 8, metre: tuple[int, int] = (4, 4)) -> Form:
    """The form that `text` names, with `bars` in every section, or in each letter as it first appears.

    "A8 B4 A8" gives lengths in place; "verse-chorus" is a name of `NAMED`. The last section closes fully, a section
    before one that begins alike stays half open, as the first phrase of a period does. Raises UsageError.
    """
    letters, names = _letters(text)
    lengths = _lengths(letters, bars)
    sections: list[Section] = []
    at = 0
    for index, (letter, primes, own) in enumerate(letters):
        length = own or lengths[letter]
        if not 1 <= length <= LONGEST:
            raise UsageError(f"a section of {length} bars cannot be planned", where=text, mend=f"1 to {LONGEST}")
        ending: Ending = "full" if index == len(letters) - 1 or letters[index + 1][0] != letter else "half"
        alike = [i for i, one in enumerate(sections) if (one.letter, one.bars) == (letter, length)]
        exact = [i for i in alike if sections[i].primes == primes]
        closed = [i for i in exact if sections[i].ending == ending]
        # Of those that it may come back from, one that closes alike is copied whole.
        of = next(iter(closed or exact or alike), None)
        varied = of is not None and not exact
        name = names.get(letter, letter) + "'" * primes
        sections.append(Section(letter, primes, name, at, length, of, varied, ending))
        at += length
    return Form(tuple(sections), metre)


def _letters(text: str) -> tuple[list[tuple[str, int, int]], dict[str, str]]:
    """(letter, primes, bars or 0) of every section."""
    plain = text.strip()
    known, names = NAMED.get(plain.lower().replace("_", "-"), ("", {}))
    written = known or plain
    found = re.findall(r"([A-Za-z])\s*(['’′]*)\s*(\d*)", written)
    left = re.sub(r"([A-Za-z])\s*(['’′]*)\s*(\d*)|[\s,;|·–-]", "", written)
    if not found or left or (not known and re.search(r"[a-z]{2}", plain)):
        raise UsageError(
            f"{text!r} is no form",
            where="form",
            mend=f"letters such as AABA, AA'BA or A8 B4 A8, or a name: {nearest(plain.lower(), list(NAMED))}",
        )
    if len(found) > MOST:
        raise UsageError(f"{len(found)} sections are more than a form may have ({MOST})", where="form")
    return [(letter.upper(), len(primes), int(number or 0)) for letter, primes, number in found], names


def _lengths(letters: list[tuple[str, int, int]], bars: int | Sequence[int]) -> dict[str, int]:
    order = list(dict.fromkeys(letter for letter, _, _ in letters))
    if isinstance(bars, int):
        return dict.fromkeys(order, bars)
    if len(bars) != len(order):
        told = ", ".join(order)
        raise UsageError(
            f"{len(bars)} lengths were given for {len(order)} different sections ({told})",
            where="form",
            mend="give one number for all, or one for each letter",
        )
    return dict(zip(order, bars, strict=True))


def chords(form: Form, key: Key) -> tuple[Chord, ...]:
    """The chords that close the sections: I-V at a half close, V7-I at a full one, the tonic where the piece begins.

    A full close lies on the last two bars of a section (on the halves of its only bar).
    """
    tonic, dominant = _degrees(key)
    found = [Chord(0, *tonic)]
    whole = form.metre[0] * 4 * TPQ // form.metre[1]
    for section in form.sections:
        end = section.last * whole
        before = end - 2 * whole if section.bars > 1 else end - whole
        last = end - whole if section.bars > 1 else end - whole // 2 // GRID * GRID
        if section.ending == "half":
            found += [Chord(before, *tonic), Chord(last, dominant[0], "")]
        else:
            found += [Chord(before, *dominant), Chord(last, *tonic)]
    by_tick = {chord.tick: chord for chord in found}
    return tuple(by_tick[tick] for tick in sorted(by_tick))


GRID = 20  # ticks that a chord may begin on


def _degrees(key: Key) -> tuple[tuple[int, str], tuple[int, str]]:
    """Tonic and dominant seventh of a key; in minor the dominant has its leading note."""
    minor = key.mode in ("minor", "dorian", "phrygian", "locrian")
    return (key.tonic, "m" if minor else ""), ((key.tonic + 7) % 12, "7")


def marks(form: Form) -> tuple[Mark, ...]:
    """The names of the sections above their first bars."""
    whole = form.metre[0] * 4 * TPQ // form.metre[1]
    return tuple(Mark(section.first * whole, section.name) for section in form.sections)


def empty_score(
    form: Form, parts: Sequence[Part], key: Key, *, bpm: float = 100.0, title: str = "", closes: bool = True
) -> Score:
    """A score of empty bars for a form, with its marks, its key and (`closes`) its closing chords."""
    whole = Bar(form.metre[0] * 4 * TPQ // form.metre[1], *form.metre)
    return Score(
        tuple(replace(part, notes=()) for part in parts),
        (whole,) * form.bars,
        (replace(key, tick=0),),
        (Tempo(0, bpm),),
        chords(form, key) if closes else (),
        marks(form),
        title,
    )


def holes(form: Form, lines: int) -> tuple[Cell, ...]:
    """The cells that are to be written: every line of every bar that is no copy."""
    return tuple((bar, line) for bar in form.new for line in range(lines))


def completed(score: Score, form: Form) -> Score:
    """The score with every returning bar filled from the bar it comes back from; new bars stay as they are.

    Copies are exact: pitches, lengths, velocities, lyrics. A note held beyond its bar is held on in the copy if the
    next bar is copied along, else it ends at the barline. Raises UsageError if the score has not the form's bars.
    """
    if len(score.bars) != form.bars:
        raise UsageError(
            f"the piece has {len(score.bars)} bars and the form {form.text} {form.bars}", where=score.title
        )
    sources = [form.source(bar) for bar in range(form.bars)]
    order = [bar if source is None else source for bar, source in enumerate(sources)]
    filled = assembled(score, order)
    # What stands above the music belongs to the place in the form, not to the bar that was copied.
    copied = [chord for chord in filled.chords if sources[score.bar_at(chord.tick)] is not None]
    own = {chord.tick: chord for chord in (*copied, *score.chords)}
    return replace(
        filled, chords=tuple(own[tick] for tick in sorted(own)), marks=score.marks, keys=score.keys, tempi=score.tempi
    )


def assembled(score: Score, order: Sequence[int]) -> Score:
    """A score of the bars of another, in any order, some of them several times.

    Chords and marks come with their bars, the key where it changes; the tempo is that of the beginning. A note that is
    held beyond its bar is held on if the bar that followed follows here too, otherwise it ends at the barline.
    """
    if not order or min(order) < 0 or max(order) >= len(score.bars):
        raise UsageError("these bars are not all there", where=score.title, mend=f"the piece has {len(score.bars)}")
    runs: list[tuple[int, int]] = []
    for bar in order:  # bars that follow one another stay together
        if runs and runs[-1][1] == bar:
            runs[-1] = (runs[-1][0], bar + 1)
        else:
            runs.append((bar, bar + 1))
    notes: list[list[Note]] = [[] for _ in score.parts]
    chords_, marks_, keys = [], [], []
    at = 0
    for first, last in runs:
        begin, end = score.starts[first], score.starts[last]
        shift = at - begin
        for own, part in zip(notes, score.parts):
            own += [
                replace(note, start=note.start + shift, length=min(note.length, end - note.start))
                for note in part.notes
                if begin <= note.start < end
            ]
        before = score.chord_at(begin)
        chords_ += [replace(before, tick=at)] if before else []
        chords_ += [replace(one, tick=one.tick + shift) for one in score.chords if begin < one.tick < end]
        marks_ += [replace(one, tick=one.tick + shift) for one in score.marks if begin <= one.tick < end]
        if score.keys:
            keys.append(replace(score.key_at(begin), tick=at))
            keys += [replace(one, tick=one.tick + shift) for one in score.keys if begin < one.tick < end]
        at += end - begin
    changes = [key for number, key in enumerate(keys) if not number or _other(key, keys[number - 1])]
    return replace(
        score,
        parts=tuple(replace(part, notes=sorted_notes(own), dynamics=()) for part, own in zip(score.parts, notes)),
        bars=tuple(score.bars[bar] for bar in order),
        keys=tuple(changes),
        tempi=(Tempo(0, score.tempo_at(score.starts[order[0]])),) if score.tempi else (),
        chords=tuple(chords_),
        marks=tuple(marks_),
    )


def _other(key: Key, before: Key) -> bool:
    return (key.tonic, key.mode) != (before.tonic, before.mode)
