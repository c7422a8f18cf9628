"""A score as MusicXML 4.0 (partwise): every voice of every bar filled to the tick, right names, beams, brackets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .score import LOUDNESS, Bar, Key, Note, Part, Score, check
from .score_xml_clefs import Clef, clefs_of
from .score_xml_names import DRUMS, PROGRAMS, is_section
from .score_xml_rhythm import FINE, VALUES, Metre
from .score_xml_signs import dynamic_row, harmony_row, mark_row, plain, tempo_row
from .spelling import spell_part, step_alter_octave
from .voices import Lane, Symbol, Written, fitted, offsets, write_part

_DOCTYPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 '
    'Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_MARGIN = 15  # mm around a page


def to_xml(
    score: Score, *, title: str = "", comment: str = "", colours: Mapping[tuple[int, int], str] | None = None
) -> str:
    """The score as MusicXML text. `comment` names what lies beside the file (its signed record).
    `colours`: (part, place of the note in it) -> "#RRGGBB", for notes that are to stand out.

    Raises MediaError for notes that cannot be. What MusicXML does not carry: `score_xml.losses`.
    """
    score = fitted(check(score))
    root = Element("score-partwise", version="4.0")
    name = title or score.title
    if name:
        SubElement(SubElement(root, "work"), "work-title").text = plain(name)
    _identification(root, score, comment)
    parts = score.parts or (Part(),)
    _credits(root, name, score.composer, _page(root, sum(max(part.staves, 1) for part in parts)))
    written = [write_part(score, part) for part in parts]
    _part_list(root, parts)
    for index, (part, one) in enumerate(zip(parts, written, strict=True)):
        lead = index == next((i for i, other in enumerate(parts) if not other.drums), 0)
        mine = {note: colour for (owner, note), colour in (colours or {}).items() if owner == index}
        root.append(_PartWriter(score, part, one, index, lead, mine).element())
    indent(root, " ")
    return _DOCTYPE + tostring(root, encoding="unicode") + "\n"


def _identification(root: Element, score: Score, comment: str) -> None:
    from maquette import __version__

    about = SubElement(root, "identification")
    if score.composer:
        SubElement(about, "creator", type="composer").text = plain(score.composer)
    encoding = SubElement(about, "encoding")
    SubElement(encoding, "software").text = f"Maquette {__version__}"
    for kind in ("accidental", "beam"):
        SubElement(encoding, "supports", element=kind, type="yes")
    if comment:
        rows = SubElement(about, "miscellaneous")
        SubElement(rows, "miscellaneous-field", name="comment").text = plain(comment)


def _page(root: Element, staves: int) -> float:
    """An A4 page, its staves smaller where there are many; gives the tenths of a staff space (MusicXML's) to the mm.

    Without it MuseScore cannot tell the middle of the page from its right, and sets the title over the composer.
    """
    staff = 7.0 if staves <= 6 else 5.5 if staves <= 12 else 4.0  # mm: a piano's, a band's, an orchestra's
    box = SubElement(root, "defaults")
    scaling = SubElement(box, "scaling")
    SubElement(scaling, "millimeters").text = f"{staff:g}"
    SubElement(scaling, "tenths").text = "40"
    page = SubElement(box, "page-layout")
    SubElement(page, "page-height").text = f"{297 * 40 / staff:.0f}"
    SubElement(page, "page-width").text = f"{210 * 40 / staff:.0f}"
    margins = SubElement(page, "page-margins", type="both")
    for side in ("left", "right", "top", "bottom"):
        SubElement(margins, f"{side}-margin").text = f"{_MARGIN * 40 / staff:.0f}"
    return 40 / staff


def _credits(root: Element, title: str, composer: str, tenths: float) -> None:
    """What stands above the first page, for programs that print only what is placed."""
    rows = (("title", title, "center", 22, 105, 297 - _MARGIN), ("composer", composer, "right", 12, 210 - _MARGIN, 268))
    for kind, text, side, size, x, y in rows:
        if text:
            row = SubElement(root, "credit", page="1")
            SubElement(row, "credit-type").text = kind
            place = {"default-x": f"{x * tenths:.0f}", "default-y": f"{y * tenths:.0f}"}
            style = {"justify": side, "valign": "top", "font-size": str(size)}
            SubElement(row, "credit-words", place | style).text = plain(text)


def part_names(parts: Sequence[Part]) -> list[str]:
    """A name for every part, General MIDI's where it has none, numbered where two would be alike."""
    names = [part.name or ("Drums" if part.drums else PROGRAMS[part.program % 128]) for part in parts]
    return [
        f"{name} {names[: index + 1].count(name)}" if names.count(name) > 1 and not parts[index].name else name
        for index, name in enumerate(names)
    ]


def _part_list(root: Element, parts: Sequence[Part]) -> None:
    rows = SubElement(root, "part-list")
    channels = [channel for channel in range(1, 17) if channel != 10]
    for index, (part, name) in enumerate(zip(parts, part_names(parts), strict=True)):
        own = f"P{index + 1}"
        row = SubElement(rows, "score-part", id=own)
        SubElement(row, "part-name").text = plain(name)
        if not part.drums:
            SubElement(SubElement(row, "score-instrument", id=f"{own}-I1"), "instrument-name").text = PROGRAMS[
                part.program % 128
            ]
            midi = SubElement(row, "midi-instrument", id=f"{own}-I1")
            SubElement(midi, "midi-channel").text = str(channels[index % len(channels)])
            SubElement(midi, "midi-program").text = str(part.program % 128 + 1)
            continue
        struck = sorted({note.pitch for note in part.notes}) or [38]
        for pitch in struck:
            one = SubElement(row, "score-instrument", id=f"{own}-I{pitch}")
            SubElement(one, "instrument-name").text = DRUMS[pitch].name if pitch in DRUMS else f"Drum {pitch}"
        for pitch in struck:
            midi = SubElement(row, "midi-instrument", id=f"{own}-I{pitch}")
            SubElement(midi, "midi-channel").text = "10"
            SubElement(midi, "midi-program").text = str(part.program % 128 + 1)
            SubElement(midi, "midi-unpitched").text = str(pitch + 1)


@dataclass(frozen=True)
class _Change:
    """Something that stands above a bar: the order of its kinds is that of the file."""

    tick: int
    rank: int
    element: Element


class _PartWriter:
    """Writes the measures of one part."""

    def __init__(
        self, score: Score, part: Part, written: Written, index: int, lead: bool, colours: Mapping[int, str]
    ) -> None:
        self.score, self.part, self.written, self.lead = score, part, written, lead
        self.id, self.colours = f"P{index + 1}", colours
        self.notes = written.notes
        self.names = spell_part(score, Part(notes=written.notes, drums=part.drums))
        self.staves = max(part.staves, 1)
        self.fine = _needs_fine(written)
        self.syllables = _syllables(written.notes)
        self.stems: dict[tuple[int, int], str] = {}
        self.loud = sorted((mark.tick, LOUDNESS[mark.text]) for mark in part.dynamics if mark.text in LOUDNESS)
        self.changes = self._changes()
        self.clefs = self._clefs()

    def element(self) -> Element:
        part = Element("part", id=self.id)
        numbers = bar_numbers(self.score.bars)
        begins = offsets(self.score.bars)
        signs = _Signs()
        for index, bar in enumerate(self.score.bars):
            measure = SubElement(part, "measure", number=numbers[index][0])
            if numbers[index][1]:
                measure.set("implicit", "yes")
            self._attributes(measure, index, signs)
            self._lanes(measure, index, Metre(bar.beats, bar.unit), begins[index], signs)
            if index == len(self.score.bars) - 1:
                line = SubElement(measure, "barline", location="right")
                SubElement(line, "bar-style").text = "light-heavy"
            elif self._ends_section(index):
                line = SubElement(measure, "barline", location="right")
                SubElement(line, "bar-style").text = "light-light"
        return part

    def _ends_section(self, index: int) -> bool:
        begin = self.score.starts[index + 1]
        return any(key.tick == begin for key in self.score.keys) or any(
            mark.tick == begin and is_section(mark.text) for mark in self.score.marks
        )

    # What stands at a bar's beginning

    def _attributes(self, measure: Element, index: int, signs: _Signs) -> None:
        bars, starts = self.score.bars, self.score.starts
        box = Element("attributes")
        if index == 0:
            SubElement(box, "divisions").text = str(480 * (FINE if self.fine else 1))
        # A drum staff has no signature, unless nothing else tells the key.
        keys = () if self.part.drums and not self.lead else self.score.keys
        key = next(
            (one for one in reversed(keys) if one.tick <= starts[index]), keys[0] if index == 0 and keys else None
        )
        if key and (index == 0 or key.tick == starts[index]):
            _key(box, key, signs)
        bar = bars[index]
        if index == 0 or (bar.beats, bar.unit) != (bars[index - 1].beats, bars[index - 1].unit):
            time = SubElement(box, "time")
            SubElement(time, "beats").text = str(bar.beats)
            SubElement(time, "beat-type").text = str(bar.unit)
        if index == 0 and self.staves > 1:
            SubElement(box, "staves").text = str(self.staves)
        for staff, row in enumerate(self.clefs, 1):
            if index == 0 or row[index] != row[index - 1]:
                self._clef(box, staff, row[index])
        if len(box):
            measure.append(box)

    def _clefs(self) -> list[list[Clef]]:
        """For each staff, the clef of every bar."""
        bars: list[list[list[Note]]] = [[[] for _ in self.score.bars] for _ in range(self.staves)]
        for note in self.notes:
            bars[min(max(note.staff, 1), self.staves) - 1][self.score.bar_at(note.start)].append(note)
        return [clefs_of(self.part, row, staff) for staff, row in enumerate(bars, 1)]

    def _clef(self, box: Element, staff: int, clef: Clef) -> None:
        row = SubElement(box, "clef")
        if self.staves > 1:
            row.set("number", str(staff))
        SubElement(row, "sign").text = clef.sign
        if clef.line:
            SubElement(row, "line").text = str(clef.line)
        if clef.octave:
            SubElement(row, "clef-octave-change").text = str(clef.octave)

    # What stands above and below

    def _changes(self) -> list[_Change]:
        found: list[_Change] = []
        score = self.score
        if self.lead:
            found += [_Change(mark.tick, 0, mark_row(mark)) for mark in score.marks]
            found += [_Change(one.tick, 1, tempo_row(one.bpm, *self._metre_at(one.tick))) for one in score.tempi]
            found += [_Change(one.tick, 3, harmony_row(one, score.key_at(one.tick))) for one in score.chords]
        found += [_Change(mark.tick, 2, dynamic_row(mark)) for mark in dict.fromkeys(self.part.dynamics)]
        if self.lead or not self.part.drums:
            found += [_Change(key.tick, -1, _mid_key(key)) for key in score.keys[1:] if key.tick not in score.starts]
        return sorted(found, key=lambda change: (change.tick, change.rank))

    def _metre_at(self, tick: int) -> tuple[int, int]:
        bar = self.score.bars[self.score.bar_at(tick)]
        return bar.beats, bar.unit

    # Notes

    def _lanes(self, measure: Element, index: int, metre: Metre, begin: int, signs: _Signs) -> None:
        start, last = self.score.starts[index], index == len(self.score.bars) - 1
        length = self.score.bars[index].length
        placed = self._changes_of(index, last)
        bar_signs = signs.bar()
        self.stems = _stems(self.written.bars[index], self.notes, self.part.drums)
        for number, lane in enumerate(self.written.bars[index]):
            if number:
                SubElement(SubElement(measure, "backup"), "duration").text = self._count(length * FINE)
            changes = placed[number]
            for symbol in lane.symbols:
                while changes and (changes[0].tick - start) * FINE < symbol.start + symbol.length:
                    self._change(measure, changes.pop(0), (start * FINE) + symbol.start)
                self._symbol(measure, symbol, lane, bar_signs)
            while changes:
                self._change(measure, changes.pop(0), (start + length) * FINE)

    def _changes_of(self, index: int, last: bool) -> list[list[_Change]]:
        """For each lane of a bar, the changes in it: words and dynamics in the first that has a symbol there.

        Only where none has does an offset say their place, since MuseScore 3 reads none for them.
        """
        start, end = self.score.starts[index], self.score.starts[index + 1]
        lanes = self.written.bars[index]
        begins = [{symbol.start for symbol in lane.symbols} for lane in lanes]
        found: list[list[_Change]] = [[] for _ in lanes]
        for change in self.changes:
            if start <= change.tick and (change.tick < end or last):
                at = (change.tick - start) * FINE if change.element.tag == "direction" else 0
                found[next((lane for lane, ones in enumerate(begins) if at in ones), 0)].append(change)
        return found

    def _change(self, measure: Element, change: _Change, now: int) -> None:
        element = change.element
        offset = change.tick * FINE - now
        if offset and element.tag != "attributes":
            row = Element("offset")
            row.text = self._count(offset)
            place = next((i for i, child in enumerate(element) if child.tag in ("staff", "sound")), len(element))
            element.insert(place, row)
        measure.append(element)

    def _count(self, fine: int) -> str:
        return str(fine if self.fine else round(fine / FINE))

    def _symbol(self, measure: Element, symbol: Symbol, lane: Lane, signs: _BarSigns) -> None:
        if not symbol.notes:
            self._rest(measure, symbol, lane)
            return
        for place, index in enumerate(sorted(symbol.notes, key=lambda index: self.notes[index].pitch)):
            at = symbol.notes.index(index)
            self._note(measure, symbol, lane, index, (symbol.tied_from[at], symbol.tied_to[at]), place, signs)

    def _rest(self, measure: Element, symbol: Symbol, lane: Lane) -> None:
        row = SubElement(measure, "note")
        others = self.stems.get((lane.staff, 0))
        if symbol.whole and others:
            row.set("print-object", "no")  # another voice of the staff says how long the bar is
        rest = SubElement(row, "rest")
        SubElement(row, "duration").text = self._count(symbol.length)
        SubElement(row, "voice").text = str((lane.staff - 1) * 4 + lane.voice)
        if symbol.whole:
            rest.set("measure", "yes")
        else:
            _value(row, symbol)
        self._staff(row, lane)
        if symbol.tuplet and (symbol.opens or symbol.closes):
            _bracket(SubElement(row, "notations"), symbol)

    def _staff(self, row: Element, lane: Lane) -> None:
        if self.staves > 1:
            SubElement(row, "staff").text = str(lane.staff)

    def _note(
        self,
        measure: Element,
        symbol: Symbol,
        lane: Lane,
        index: int,
        tied: tuple[bool, bool],
        place: int,
        signs: _BarSigns,
    ) -> None:
        note = self.notes[index]
        row = SubElement(measure, "note")
        if not tied[0] and note.velocity != self._expected(note.start):
            row.set("dynamics", f"{note.velocity / 0.9:.2f}")
        if index in self.colours:
            row.set("color", self.colours[index])
        if place:
            SubElement(row, "chord")
        accidental = self._pitch(row, note, index, lane, tied[0], signs)
        SubElement(row, "duration").text = self._count(symbol.length)
        for one, kind in zip(tied, ("stop", "start"), strict=True):
            if one:
                SubElement(row, "tie", type=kind)
        if self.part.drums:
            SubElement(row, "instrument", id=f"{self.id}-I{note.pitch}")
        SubElement(row, "voice").text = str((lane.staff - 1) * 4 + lane.voice)
        _value(row, symbol, accidental)
        self._stem(row, lane)
        if self.part.drums and note.pitch in DRUMS and DRUMS[note.pitch].head:
            SubElement(row, "notehead").text = DRUMS[note.pitch].head
        self._staff(row, lane)
        if not place:
            for level, word in enumerate(symbol.beams, 1):
                SubElement(row, "beam", number=str(level)).text = word
        _notations(row, symbol, tied, place)
        if index in self.syllables and not tied[0]:
            syllabic, text = self.syllables[index]
            lyric = SubElement(row, "lyric", number="1")
            SubElement(lyric, "syllabic").text = syllabic
            SubElement(lyric, "text").text = plain(text)

    def _pitch(self, row: Element, note: Note, index: int, lane: Lane, held: bool, signs: _BarSigns) -> str:
        """Writes the pitch; the sign that stands before it, "" for none."""
        if self.part.drums:
            step, octave = DRUMS[note.pitch].place if note.pitch in DRUMS else ("C", 5)
            box = SubElement(row, "unpitched")
            SubElement(box, "display-step").text = step
            SubElement(box, "display-octave").text = str(octave)
            return ""
        step, alter, octave = step_alter_octave(note.pitch, self.names[index])
        box = SubElement(row, "pitch")
        SubElement(box, "step").text = step
        if alter:
            SubElement(box, "alter").text = str(alter)
        SubElement(box, "octave").text = str(octave)
        return signs.sign(lane.staff, step, octave, alter, held)

    def _stem(self, row: Element, lane: Lane) -> None:
        direction = self.stems.get((lane.staff, lane.voice))
        if direction:
            SubElement(row, "stem").text = direction

    def _expected(self, tick: int) -> int:
        """The velocity that a reader takes from the dynamics in force."""
        place = bisect_right(self.loud, (tick, 999))
        return self.loud[place - 1][1] if place else 80


def _stems(lanes: Sequence[Lane], notes: Sequence[Note], drums: bool) -> dict[tuple[int, int], str]:
    """(staff, voice) -> where its stems go, for staves on which several voices sound.

    (staff, 0) marks staves with notes. The highest voice has them up, the lowest down, whatever their numbers.
    """
    found: dict[tuple[int, int], str] = {}
    for staff in {lane.staff for lane in lanes}:
        heights: list[tuple[float, int]] = []
        for lane in lanes:
            pitches = [notes[index].pitch for symbol in lane.symbols for index in symbol.notes]
            if lane.staff == staff and pitches:
                heights.append((sum(pitches) / len(pitches), -lane.voice))
        if heights:
            found[staff, 0] = "some"
        if drums:
            found |= {(staff, 1): "up", (staff, 2): "down"}
        elif len(heights) > 1:
            order = [-voice for _, voice in sorted(heights, reverse=True)]
            found |= {(staff, voice): "up" if 2 * place < len(order) else "down" for place, voice in enumerate(order)}
    return found


def _needs_fine(written: Written) -> bool:
    """Whether some place is no whole tick: septuplets."""
    return any(
        symbol.start % FINE or symbol.length % FINE for bar in written.bars for lane in bar for symbol in lane.symbols
    )


def bar_numbers(bars: Sequence[Bar]) -> list[tuple[str, bool]]:
    """(number, whether it is out of the count) of each bar: a pick-up is 0, other bars of odd length are X1, X2 ..."""
    found: list[tuple[str, bool]] = []
    number, odd = 0, 0
    for index, bar in enumerate(bars):
        if bar.length == bar.full:
            number += 1
            found.append((str(number), False))
        elif index == 0 and bar.length < bar.full:
            found.append(("0", True))
        else:
            odd += 1
            found.append((f"X{odd}", True))
    return found


class _Signs:
    """The signature in force, and with it the signs that a bar needs."""

    def __init__(self) -> None:
        self.fifths = 0

    def bar(self) -> _BarSigns:
        return _BarSigns(self)

    def of(self, step: str) -> int:
        order = "FCGDAEB"
        if self.fifths >= 0:
            return int(step in order[: self.fifths])
        return -int(step in order[self.fifths :])


class _BarSigns:
    def __init__(self, signs: _Signs) -> None:
        self._signs = signs
        self._seen: dict[tuple[int, str, int], int] = {}

    def sign(self, staff: int, step: str, octave: int, alter: int, held: bool) -> str:
        """The sign before a note, "" where the signature or an earlier sign of the bar says it already."""
        place = (staff, step, octave)
        now = self._seen.get(place, self._signs.of(step))
        if held or now == alter:
            return ""
        self._seen[place] = alter
        return {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}[alter]


def _key(box: Element, key: Key, signs: _Signs | None = None) -> None:
    row = SubElement(box, "key")
    SubElement(row, "fifths").text = str(key.fifths)
    SubElement(row, "mode").text = key.mode
    if signs:
        signs.fifths = key.fifths


def _mid_key(key: Key) -> Element:
    box = Element("attributes")
    _key(box, key)
    return box


def _value(row: Element, symbol: Symbol, accidental: str = "") -> None:
    SubElement(row, "type").text = symbol.value
    for _ in range(symbol.dots):
        SubElement(row, "dot")
    if accidental:
        SubElement(row, "accidental").text = accidental
    if symbol.tuplet:
        box = SubElement(row, "time-modification")
        SubElement(box, "actual-notes").text = str(symbol.tuplet.actual)
        SubElement(box, "normal-notes").text = str(symbol.tuplet.normal)
        counted = VALUES[symbol.tuplet.unit]
        if (symbol.value, symbol.dots) != (counted, 0):
            SubElement(box, "normal-type").text = counted


def _notations(row: Element, symbol: Symbol, tied: tuple[bool, bool], place: int) -> None:
    box = Element("notations")
    for one, kind in zip(tied, ("stop", "start"), strict=True):
        if one:
            SubElement(box, "tied", type=kind)
    if symbol.tuplet and not place:
        _bracket(box, symbol)
    if len(box):
        row.append(box)


def _bracket(box: Element, symbol: Symbol) -> None:
    if symbol.opens:
        SubElement(box, "tuplet", type="start", bracket="no" if len(symbol.beams) else "yes")
    if symbol.closes:
        SubElement(box, "tuplet", type="stop")


def _syllables(notes: Sequence[Note]) -> dict[int, tuple[str, str]]:
    """Note -> (syllabic, text)."""
    found: dict[int, tuple[str, str]] = {}
    open_: dict[tuple[int, int], bool] = {}
    for index, note in enumerate(notes):
        if not note.lyric:
            continue
        lane = (note.staff, note.voice)
        goes_on = note.lyric.endswith("-") and len(note.lyric) > 1
        came = open_.get(lane, False)
        syllabic = {(False, False): "single", (False, True): "begin", (True, True): "middle", (True, False): "end"}
        found[index] = (syllabic[came, goes_on], note.lyric[:-1] if goes_on else note.lyric)
        open_[lane] = goes_on
    return found
