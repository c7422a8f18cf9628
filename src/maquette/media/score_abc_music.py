"""The tune body of ABC: notes, chords, rests, tuplets, ties and barlines of every voice.

Source: the ABC music standard 2.1, sections 4 and 5. Lengths are exact fractions of a whole note until all is read.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from . import score_abc_fields as fields
from . import score_chords
from .score import LOUDNESS
from .score_abc_fields import NATURAL, SIGNS, AbcKey, AbcMetre, error

LONGEST_NOTE = 64  # whole notes
MOST_RESTS = 1000  # bars of one Z
_NOTE = re.compile(r"(\^\^|\^|__|_|=)?([A-Ga-g])([,']*)([0-9]*)(/*)([0-9]*)")
_REST = re.compile(r"([zx])([0-9]*)(/*)([0-9]*)")
_BARS_REST = re.compile(r"[ZX]([0-9]*)")
_BARLINE = re.compile(r"\.?(?:\[\|[\]:|]*|\|[\]|:]*|:+[|\]:]*)")
_ENDING = re.compile(r"[\[ ]\s*([0-9][0-9,-]*)\.?|\[\s*\"([^\"]*)\"")
_TUPLET = re.compile(r"\(([2-9])(?::([0-9]?)(?::([0-9]*))?)?")
_BROKEN = re.compile(r">{1,3}|<{1,3}")
_INLINE = re.compile(r"\[([A-Za-z]):([^\]]*)\]")
_LENGTH = re.compile(r"([0-9]*)(/*)([0-9]*)")
_DECORATION = re.compile(r"!([^!|]{1,30})!|\+([a-z][^+|]{0,30})\+")
_SHORTHAND = ".~HIJKLMNOPQRSTUVWhijklmnopqrstuvw"
_SPACER = re.compile(r"y[0-9]*/*[0-9]*")
_PASSED_OVER = "\\$`*()"  # slurs, spaces and layout


@dataclass
class AbcNote:
    """A note at a place of its bar; lengths in whole notes."""

    at: Fraction
    length: Fraction
    pitch: int
    velocity: int
    name: str  # as it is written, sign aside ("C5"): ties join notes of one name
    spelling: str = ""
    lyric: str = ""
    layer: int = 0


@dataclass
class AbcBar:
    """A bar of one voice. `opens`, `closes`: repeat signs; `ending`: the numbers above it."""

    metre: AbcMetre
    notes: list[AbcNote] = field(default_factory=list)
    length: Fraction = Fraction(0)
    whole_rest: bool = False
    opens: bool = False
    closes: bool = False
    ending: str = ""
    chords: list[tuple[Fraction, str]] = field(default_factory=list)
    marks: list[tuple[Fraction, str]] = field(default_factory=list)
    dynamics: list[tuple[Fraction, str]] = field(default_factory=list)
    keys: list[tuple[Fraction, AbcKey]] = field(default_factory=list)
    tempi: list[tuple[Fraction, float]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not self.length and not self.notes and not self.whole_rest


class AbcVoice:
    """One voice while it is read: its bars, and everything that is in force where it stands."""

    def __init__(self, name: str, key: AbcKey, metre: AbcMetre, unit: Fraction, where: str, said: Counter[str]) -> None:
        self.name, self.key, self.metre, self.unit, self.where, self.said = name, key, metre, unit, where, said
        self.told: dict[str, str] = {}
        self.program, self.drums = 0, False
        self.bars: list[AbcBar] = []
        self.bar = AbcBar(metre)
        self.accidentals: dict[str, int] = {}
        self.by_octave = True  # accidentals hold for their own octave only
        self.ties: dict[str, AbcNote] = {}  # notes that go on in the next of their name
        self.last: list[tuple[AbcNote, Fraction]] = []  # the last note or chord, and how long it was written
        self.last_length = Fraction(0)
        self.next_factor = Fraction(1)  # what a broken rhythm leaves for the next
        self.tuplet, self.tuplet_left = Fraction(1), 0
        self.velocity = LOUDNESS["mf"]
        self.line: list[AbcNote | None] = []  # what words are set to; None: a barline
        self.goes_on, self.verses = False, 0
        self.at, self.layer = Fraction(0), 0
        self.text, self.number, self.place = "", 0, 0

    def read(self, text: str, line: int) -> None:
        """A line of music."""
        if not self.goes_on:
            self.line, self.verses = [], 0
        self.goes_on = text.rstrip().endswith("\\")
        self.text, self.number, self.place = text, line, 0
        while self.place < len(text):
            self._step()

    def _step(self) -> None:
        c = self.text[self.place]
        if c == '"':
            self._quoted()
        elif c == "[" and (found := self._match(_INLINE)):
            self.field(found[1], found[2], self.number)
        elif c in "|:.[" and (found := self._match(_BARLINE)):
            self._barline(found[0].lstrip("."))
        elif c == "[" and (found := self._match(_ENDING)):
            self._ending(found[1])
        elif c == "[":
            self._chord()
        elif c == "{":
            self._skip_to("}", "grace notes")
        elif c == "(" and (found := self._match(_TUPLET)):
            self._tuplet(found)
        elif c in "><" and (found := self._match(_BROKEN)):
            self._broken(found[0])
        elif c in "!+" and (found := self._match(_DECORATION)):
            self._decoration(found[1] or found[2])
        elif c == "-":
            self._tie()
        elif found := self._match(_NOTE):
            self._sound([self._note(found)], self._length(found[4], found[5], found[6]))
        elif found := self._match(_REST):
            self._sound([], self._length(found[2], found[3], found[4]))
        elif found := self._match(_BARS_REST):
            self._rest_bars(int(found[1][:6] or 1))
        elif c == "&":  # another layer of the same bar
            self.place, self.at, self.layer = self.place + 1, Fraction(0), self.layer + 1
        elif not self._match(_SPACER):
            self._other(c)

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.place)
        if found:
            self.place = found.end()
        return found

    def _other(self, c: str) -> None:
        self.place += 1
        if c in _SHORTHAND:
            if c != ".":
                self.said["ornaments and signs were left out"] += 1
        elif c not in _PASSED_OVER and not c.isspace():
            self.said[f"signs without a meaning were passed over (the first is {c!r} in line {self.number})"] += 1

    # -- fields

    def field(self, letter: str, value: str, line: int) -> None:
        """A field inside the tune."""
        if letter == "K":
            key = fields.key(value, self.where, line)
            if key:
                self.key, self.accidentals = key, {}
                self.bar.keys.append((self.at, key))
        elif letter == "M":
            self.metre = fields.metre(value, self.where, line)
            if self.bar.empty:
                self.bar.metre = self.metre
        elif letter == "L":
            self.unit = fields.unit(value, self.where, line)
        elif letter == "Q":
            bpm, word = fields.tempo(value, self.unit, self.where, line)
            if bpm:
                self.bar.tempi.append((self.at, bpm))
            if word:
                self.bar.marks.append((self.at, fields.plain(word)))
        elif letter == "P" and value.strip():
            self.bar.marks.append((self.at, fields.plain(value)))

    def _quoted(self) -> None:
        end = self.text.find('"', self.place + 1)
        if end < 0:
            raise error('a text in " is not closed', self.where, self.number, 'write the second "')
        text, self.place = self.text[self.place + 1 : end].strip(), end + 1
        if text[:1] and text[0] in "^_<>@":
            self.bar.marks.append((self.at, fields.plain(text[1:].strip())))
        elif text and score_chords.read(text):
            self.bar.chords.append((self.at, text))
        elif text:
            self.bar.marks.append((self.at, fields.plain(text)))

    def _decoration(self, word: str) -> None:
        if word in LOUDNESS:
            self.velocity = LOUDNESS[word]
            self.bar.dynamics.append((self.at, word))
        else:
            self.said["ornaments and signs were left out"] += 1

    def _skip_to(self, end: str, what: str) -> None:
        place = self.text.find(end, self.place)
        if place < 0:
            raise error(f"{what} are not closed by {end}", self.where, self.number, f"write the {end}")
        self.place = place + 1
        self.said[f"{what} were left out"] += 1

    # -- notes

    def _note(self, found: re.Match[str]) -> AbcNote:
        """A note as it is written here, of length 1: accidentals hold to the end of the bar."""
        sign, letter = found[1], found[2].upper()
        octave = 5 + found[2].islower() + found[3].count("'") - found[3].count(",")
        name = f"{letter}{octave}"
        scope = name if self.by_octave else letter
        if sign:
            self.accidentals[scope] = SIGNS[sign]
        shift, in_key = fields.shift(self.told), self.key.signs.get(letter, 0)
        written = self.accidentals.get(scope, in_key)
        pitch = NATURAL[letter] + 12 * octave + written + shift
        if not 0 <= pitch <= 127:
            raise error(f"the note {found[0]} is out of all range", self.where, self.number, "leave out some ' or ,")
        spelt = letter + ("#" * written if written > 0 else "b" * -written)
        spelling = spelt if written != in_key and not shift % 12 else ""
        tied = None if sign else self.ties.get(name)
        if tied:  # a sign holds on through a tie, over the barline too
            pitch, spelling = tied.pitch, tied.spelling
        return AbcNote(self.at, Fraction(1), pitch, self.velocity, name, spelling, layer=self.layer)

    def _length(self, above: str, slashes: str, below: str) -> Fraction:
        top, bottom = int(above[:6] or 1), int(below[:6] or 2 ** min(len(slashes), 12))
        if not 0 < top <= 9999 or not 0 < bottom <= 4096 or (below and not slashes):
            written = f"{above}{slashes}{below}"
            raise error(f"{written!r} is no length", self.where, self.number, "write e.g. A2, A/2 or A3/2")
        return Fraction(top, bottom)

    def _chord(self) -> None:
        end = self.text.find("]", self.place)
        if end < 0:
            raise error("a chord in [ is not closed", self.where, self.number, "write the ] behind its last note")
        outer, inner, tied = self.text, self.text[self.place + 1 : end], set()
        notes: list[AbcNote] = []
        self.text, self.place = inner, 0
        while self.place < len(inner):
            if found := self._match(_NOTE):
                note = self._note(found)
                note.length = self._length(found[4], found[5], found[6])
                notes.append(note)
            elif inner[self.place] == "-" and notes:
                tied.add(notes[-1].name)
                self.place += 1
            elif inner[self.place] == '"':
                self._quoted()
            elif not self._match(_DECORATION):
                self._other(inner[self.place])
        self.text, self.place = outer, end + 1
        found = self._match(_LENGTH)
        self._sound(notes, self._length(*found.groups()) if found else Fraction(1))
        self.ties |= {note.name: note for note, _ in self.last if note.name in tied}

    def _sound(self, notes: list[AbcNote], length: Fraction) -> None:
        """Let a note, a chord or (no notes) a rest sound where the voice stands, and go on behind it."""
        unit = self.unit * length * self.next_factor
        if self.tuplet_left:
            unit *= self.tuplet
            self.tuplet_left -= 1
        advance = unit * (notes[0].length if notes else 1)
        if advance > LONGEST_NOTE:
            wrong = f"a note of {float(advance):.4g} whole notes is longer than any ({LONGEST_NOTE})"
            raise error(wrong, self.where, self.number, "mend the number behind it")
        self.last = []
        for note in notes:
            own = note.length * unit
            before = self.ties.get(note.name)
            if before and before.pitch == note.pitch:
                before.length += own
                note = before
            else:
                note.at, note.length = self.at, own
                self.bar.notes.append(note)
            self.last.append((note, own))
        if notes:
            self.line.append(self.last[-1][0])
        self.ties, self.next_factor, self.last_length = {}, Fraction(1), advance
        self._go(advance)

    def _go(self, length: Fraction) -> None:
        self.at += length
        self.bar.length = max(self.bar.length, self.at)

    def _tie(self) -> None:
        self.place += 1
        self.ties = {note.name: note for note, _ in self.last}

    def _tuplet(self, found: re.Match[str]) -> None:
        """(p:q:r: p notes in the time of q, for the next r."""
        p = int(found[1])
        compound = self.metre.unit >= 8 and self.metre.beats % 3 == 0
        usual = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(p, 3 if compound else 2)
        self.tuplet = Fraction(int(found[2] or 0) or usual, p)
        self.tuplet_left = int((found[3] or "")[:3] or 0) or p

    def _broken(self, signs: str) -> None:
        """a>b: the first dotted, the second cut by as much; a>>b twice, a<b the other way round."""
        short = Fraction(1, 2 ** len(signs))
        first, second = (2 - short, short) if signs[0] == ">" else (short, 2 - short)
        if not self.last_length:
            raise error(f"{signs} stands behind no note", self.where, self.number, "write it between two notes")
        for note, own in self.last:
            note.length += own * (first - 1)
        if self.bar.length == self.at:
            self.bar.length += self.last_length * (first - 1)
        self.at += self.last_length * (first - 1)
        self.next_factor, self.last_length = second, Fraction(0)

    def _rest_bars(self, count: int) -> None:
        if not 0 < count <= MOST_RESTS:
            raise error(f"{count} bars of rest", self.where, self.number, f"write Z1 to Z{MOST_RESTS}")
        for index in range(count):
            if index:
                self.close()
            self.bar.whole_rest, self.bar.length = True, self.metre.whole

    # -- bars

    def _barline(self, sign: str) -> None:
        self.close(closes=sign[0] == ":" and sign != ":", opens=sign[-1] == ":" and sign != ":")
        if self.line and self.line[-1] is not None:
            self.line.append(None)
        found = re.compile(r" *([0-9][0-9,-]*)\.?").match(self.text, self.place)
        if found:
            self.place, self.bar.ending = found.end(), found[1]

    def _ending(self, numbers: str) -> None:
        if not self.bar.empty:
            self.close()
        self.bar.ending = numbers or "1"

    def close(self, *, closes: bool = False, opens: bool = False) -> None:
        """The end of a bar; a barline without music behind the last one only adds its signs."""
        if self.bar.empty:
            if closes and self.bars:
                self.bars[-1].closes = True
            self.bar.opens |= opens
        else:
            self.bar.closes |= closes
            self.bars.append(self.bar)
            self.bar = AbcBar(self.metre, opens=opens)
        self.bar.metre = self.metre
        self.accidentals, self.at, self.layer, self.last_length = {}, Fraction(0), 0, Fraction(0)

    # -- words

    def words(self, text: str) -> None:
        """A w: line for the notes of the line of music before it; further verses are left out."""
        self.verses += 1
        if self.verses > 1:
            self.said["lines of further verses were left out"] += 1
            return
        text = re.sub(r"^\s*[0-9]{1,2}\.[~ ]", "", text)  # the number of a verse
        rows, place, lost = self.line, 0, 0
        for syllable in re.findall(r"\||\*|_|[^\s|*_-]+(?:\\-[^\s|*_-]*)*-?|-", text.replace("\\-", "\u2011")):
            if syllable == "|":
                place = next((i + 1 for i in range(place, len(rows)) if rows[i] is None), len(rows))
                continue
            place = next((i for i in range(place, len(rows)) if rows[i] is not None), len(rows))
            note = rows[place] if place < len(rows) else None
            if note is None:
                lost += syllable not in ("*", "_", "-")
            elif syllable not in ("*", "_", "-"):
                note.lyric = fields.plain(syllable.replace("~", " ").replace("\u2011", "-"))
            place += 1
        if lost:
            self.said["syllables had no note and were left out"] += lost
