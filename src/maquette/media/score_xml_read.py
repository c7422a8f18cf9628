"""MusicXML to a score: notes as they sound, bars as they are written, and a line about everything left out."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar
from xml.etree.ElementTree import Element

from maquette.core.errors import MediaError

from .score import LOUDNESS, TPQ, Bar, Chord, Key, Mark, Mode, Note, Part, Score, Tempo, check, sorted_notes
from .score_xml_file import load, root_of
from .score_xml_names import DRUMS, KINDS, NEAREST_KINDS, program_of
from .spelling import fifths_of, name_of, spell_part
from .voices import fitted

_MOST_BARS, _MOST_PARTS = 20_000, 256
_LONGEST_BAR = 64 * TPQ * 4  # ticks
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_TONICS: dict[str, tuple[Mode, int]] = {
    "major": ("major", 0), "ionian": ("major", 0), "minor": ("minor", 9), "aeolian": ("minor", 9),
    "dorian": ("dorian", 2), "phrygian": ("phrygian", 4), "lydian": ("lydian", 5), "mixolydian": ("mixolydian", 7),
    "locrian": ("locrian", 11),
}  # fmt: skip
_BEATS = {
    "maxima": 32.0, "long": 16.0, "breve": 8.0, "whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25,
    "32nd": 0.125, "64th": 0.0625,
}  # fmt: skip
T = TypeVar("T", Key, Tempo, Chord, Mark)


def read(path: os.PathLike[str] | str) -> Score:
    """The score in a .musicxml, .xml or .mxl file.

    Pitches sound (transposing parts are undone), ties are joined, repeats stand once, grace notes are left out: `said`
    lists what was. Raises MediaError with the line or the measure for files that cannot be read.
    """
    return _score(load(path), Path(path).name)


def from_xml(data: bytes | str, where: str = "") -> Score:
    """The same from the bytes of a file, or from text."""
    return _score(root_of(data.encode() if isinstance(data, str) else data, where), where)


@dataclass
class _Found:
    """What all parts tell together; places are (measure, ticks from its barline)."""

    metres: dict[int, tuple[int, int]] = field(default_factory=dict)
    lengths: dict[int, float] = field(default_factory=dict)
    implicit: set[int] = field(default_factory=set)
    keys: list[tuple[int, float, Key, int]] = field(default_factory=list)  # and the signature as it stood
    tempi: list[tuple[int, float, float]] = field(default_factory=list)
    chords: list[tuple[int, float, Chord]] = field(default_factory=list)
    marks: list[tuple[int, float, str]] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)


@dataclass
class _Raw:
    """A note as the file has it."""

    measure: int
    start: float
    length: float
    pitch: int
    velocity: int  # 0: what the dynamics say
    voice: int
    staff: int
    lyric: str
    name: str
    stop: bool
    go: bool


def _score(root: Element, where: str) -> Score:
    found = _Found()
    heads = {str(one.get("id")): one for one in root.iter("score-part")}
    bodies = root.findall("part")
    if not bodies or not any(len(body) for body in bodies):
        raise MediaError("the score has no parts with measures", where=where, mend="export it again")
    if len(bodies) > _MOST_PARTS or max(len(body) for body in bodies) > _MOST_BARS:
        wrong = f"at most {_MOST_PARTS} parts of {_MOST_BARS:,} measures are read"
        raise MediaError(wrong, where=where)
    readers = [_PartReader(body, heads.get(str(body.get("id"))), found, where, not i) for i, body in enumerate(bodies)]
    for reader in readers:
        reader.run()
    bars = _bars(found, max(len(body.findall("measure")) for body in bodies))
    starts = [0]
    for bar in bars:
        starts.append(starts[-1] + bar.length)

    def at(measure: int, ticks: float) -> int:
        return starts[measure] + round(ticks)

    signatures = sorted({(at(m, t), key.fifths, own) for m, t, key, own in found.keys})
    score = Score(
        tuple(reader.part(at, found) for reader in readers),
        tuple(bars),
        _once([replace(key, tick=at(m, t)) for m, t, key, _ in found.keys]),
        _once([Tempo(at(m, t), bpm) for m, t, bpm in found.tempi]),
        _once([replace(chord, tick=at(m, t)) for m, t, chord in found.chords]),
        tuple(dict.fromkeys(sorted((Mark(at(m, t), text) for m, t, text in found.marks), key=lambda mark: mark.tick))),
        _text(root, "work/work-title") or _text(root, "movement-title"),
        next((one.text.strip() for one in root.iter("creator") if one.get("type") == "composer" and one.text), ""),
    )
    respelt = [(tick, ours != own) for tick, ours, own in signatures]
    if any(odd for _, odd in respelt):
        found.left["keys of six or seven flats or seven sharps, now with the other name"] += 1
    score = _lightly_spelt(fitted(check(score, where)), respelt)
    return replace(score, said=_said(found.left))


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _once(rows: Sequence[T]) -> tuple[T, ...]:
    """Rows in the order of time, one for each tick, without those that say again what is in force."""
    kept: list[T] = []
    for row in sorted(rows, key=lambda row: row.tick):
        again = kept and isinstance(row, (Tempo, Key)) and replace(row, tick=0) == replace(kept[-1], tick=0)
        if again or (kept and row.tick == kept[-1].tick):
            continue
        kept.append(row)
    return tuple(kept)


def _said(left: Counter[str]) -> tuple[str, ...]:
    return tuple(f"{what} ({count})" if count > 1 else what for what, count in left.items())


def _bars(found: _Found, count: int) -> list[Bar]:
    """Bars as long as they are filled; whole ones where a file left a gap at an end of them."""
    bars: list[Bar] = []
    metre = found.metres.get(min(found.metres, default=0), (4, 4))
    filled = []
    for index in range(count):
        metre = found.metres.get(index, metre)
        whole = Bar(0, *metre).full
        filled.append((round(found.lengths.get(index, 0.0)), whole, metre))
    for index, (length, whole, metre) in enumerate(filled):
        if index in found.implicit or index == 0:
            own = length or whole
        elif length < whole:
            other = [filled[i][0] for i in (index - 1, index + 1) if 0 <= i < count]
            if index == count - 1:
                other.append(filled[0][0])  # the last bar and the pick-up make one
            own = length if length and whole - length in other else whole
        else:
            own = length
        bars.append(Bar(own, *metre))
    return bars


class _PartReader:
    """Walks through the measures of one part."""

    def __init__(self, body: Element, head: Element | None, found: _Found, where: str, lead: bool) -> None:
        self.body, self.head, self.found, self.where, self.lead = body, head, found, where, lead
        self.divisions = 1.0
        self.transpose, self.turn = 0, 0
        self.staves = 1
        self.raw: list[_Raw] = []
        self.dynamics: list[tuple[int, float, str]] = []
        self.verse = ""
        self.struck = False
        self.now = 0.0
        self.latest = (0.0, 0.0)
        self.measure = 0
        self.instruments, self.program, self.channel = self._instruments()

    def _instruments(self) -> tuple[dict[str, int], int | None, int]:
        pitches: dict[str, int] = {}
        program, channel = None, 0
        for one in self.head.iter("midi-instrument") if self.head is not None else ():
            given = [_whole(one.findtext(tag)) for tag in ("midi-program", "midi-channel", "midi-unpitched")]
            if program is None and given[0] and 1 <= given[0] <= 128:
                program = given[0] - 1
            channel = channel or given[1] or 0
            if given[2] and 1 <= given[2] <= 128:
                pitches[str(one.get("id"))] = given[2] - 1
        return pitches, program, channel

    def run(self) -> None:
        for index, measure in enumerate(self.body.iter("measure")):
            self.measure, self.now, longest = index, 0.0, 0.0
            if measure.get("implicit") == "yes":
                self.found.implicit.add(index)
            try:
                for child in measure:
                    act = self._ACTS.get(str(child.tag))
                    if act:
                        act(self, child)
                        longest = max(longest, self.now)
            except (ValueError, OverflowError) as error:
                place = f"part {self.body.get('id')}, measure {measure.get('number') or index + 1}"
                raise MediaError(
                    f"what stands there cannot be read: {error}", where=f"{self.where}, {place}"
                ) from error
            self.found.lengths[index] = max(longest, self.found.lengths.get(index, 0.0))

    # What stands in a measure

    def _ticks(self, element: Element) -> float:
        found = float(element.findtext("duration") or 0) * TPQ / self.divisions
        if not 0 <= found <= _LONGEST_BAR:
            raise ValueError(f"a duration of {element.findtext('duration')}")
        return found

    def _attributes(self, element: Element) -> None:
        divisions = element.findtext("divisions")
        if divisions:
            self.divisions = float(divisions)
            if not 0 < self.divisions < 1e7:
                raise ValueError(f"{divisions} divisions of a quarter note")
        self.staves = max(self.staves, min(_whole(element.findtext("staves")) or 1, 8))
        transpose = element.find("transpose")
        if transpose is not None:
            chromatic = _whole(transpose.findtext("chromatic")) or 0
            self.transpose = chromatic + 12 * (_whole(transpose.findtext("octave-change")) or 0)
            self.turn = _turn(chromatic, _whole(transpose.findtext("diatonic")))
        for time in element.findall("time")[:1]:
            self._time(time)
        for key in element.findall("key")[:1]:
            self._key(key)
        if any(_text(clef, "sign") == "percussion" for clef in element.findall("clef")):
            self.struck = True

    def _time(self, time: Element) -> None:
        beats, unit = _text(time, "beats"), _whole(time.findtext("beat-type"))
        if not beats or not unit:
            self.found.left["a passage without metre, in bars as long as they are"] += 1
            return
        count = sum(int(number) for number in beats.split("+"))
        if not (1 <= count <= 64 and unit in (1, 2, 4, 8, 16, 32, 64)):
            raise ValueError(f"a metre of {beats}/{unit}")
        self.found.metres.setdefault(self.measure, (count, unit))

    def _key(self, key: Element) -> None:
        fifths = _whole(key.findtext("fifths"))
        if fifths is None or self.struck:
            if fifths is None:
                self.found.left["a signature that belongs to no key"] += 1
            return
        if not -11 <= fifths <= 11:
            raise ValueError(f"a signature of {fifths} fifths")
        mode, above = _TONICS.get(_text(key, "mode").lower(), ("major", 0))
        sounding = fifths + self.turn
        self.found.keys.append((self.measure, self.now, Key(0, (sounding * 7 + above) % 12, mode), sounding))

    def _note(self, element: Element) -> None:
        chord = element.find("chord") is not None
        if element.find("grace") is not None or element.find("cue") is not None:
            self.found.left["grace and cue notes are left out"] += not chord
            if element.find("grace") is None and not chord:
                self.now += self._ticks(element)
            return
        length = self._ticks(element)
        start = self.latest[0] if chord else self.now
        if not chord:
            self.latest = (self.now, length)
            self.now += length
        if element.find("rest") is not None or length <= 0:
            return
        pitch, name = self._pitch(element)
        if not 0 <= pitch <= 127:
            raise ValueError(f"a note of pitch {pitch}")
        staff = min(max(_whole(element.findtext("staff")) or 1, 1), 8)
        self.staves = max(self.staves, staff)
        ties = {one.get("type") for tag in ("tie", "notations/tied") for one in element.findall(tag)}
        given = element.get("dynamics")
        velocity = min(max(round(float(given) * 0.9), 1), 127) if given else 0
        self.raw.append(
            _Raw(self.measure, start, length, pitch, velocity, self._voice(element, staff), staff,
                 self._lyric(element), name, "stop" in ties, bool(ties & {"start", "let-ring"}) and "start" in ties)
        )  # fmt: skip

    def _voice(self, element: Element, staff: int) -> int:
        voice = max(_whole(element.findtext("voice")) or 1, 1)
        return (voice - 1) % 4 + 1 if (voice - 1) // 4 + 1 == staff else voice

    def _pitch(self, element: Element) -> tuple[int, str]:
        unpitched = element.find("unpitched")
        if unpitched is not None:
            self.struck = True
            instrument = element.find("instrument")
            own = str(instrument.get("id")) if instrument is not None else ""
            if own in self.instruments:
                return self.instruments[own], ""
            place = _text(unpitched, "display-step"), _whole(unpitched.findtext("display-octave"))
            return next((pitch for pitch, drum in DRUMS.items() if drum.place == place), 38), ""
        step, octave = _text(element, "pitch/step").upper(), _whole(element.findtext("pitch/octave"))
        if step not in _STEPS or octave is None:
            raise ValueError("a note without a pitch")
        exact = float(element.findtext("pitch/alter") or 0)
        alter = round(exact)
        if alter != exact:
            self.found.left["quarter tones are rounded"] += 1
        sounding = 12 * (octave + 1) + _STEPS[step] + alter + self.transpose
        if abs(alter) > 2:
            return sounding, ""
        place_ = fifths_of(step + ("#" * alter if alter > 0 else "b" * -alter)) + self.turn
        return sounding, name_of(place_) if -15 <= place_ <= 19 else ""

    def _lyric(self, element: Element) -> str:
        for lyric in element.findall("lyric"):
            number = str(lyric.get("number") or lyric.get("name") or "1")
            self.verse = self.verse or number
            text = " ".join((one.text or "").strip() for one in lyric.findall("text")).strip()
            if not text:
                continue
            if number != self.verse:
                self.found.left["syllables of further verses are left out"] += 1
                continue
            joined = _text(lyric, "syllabic") in ("begin", "middle")
            return text + "-" if joined else text
        return ""

    def _backup(self, element: Element) -> None:
        self.now = max(0.0, self.now - self._ticks(element))

    def _forward(self, element: Element) -> None:
        self.now += self._ticks(element)

    def _direction(self, element: Element) -> None:
        at = self.now + float(element.findtext("offset") or 0) * TPQ / self.divisions
        place = (self.measure, max(at, 0.0))
        tempo = self._tempo(element)
        if tempo:
            self.found.tempi.append((*place, tempo))
        for kind in element.findall("direction-type"):
            for one in kind:
                text = (one.text or "").strip()
                if one.tag == "dynamics":
                    self._loudness(one, place)
                elif one.tag == "rehearsal" and text:
                    self.found.marks.append((*place, text[:60]))
                elif one.tag == "words" and text:
                    if self.lead or tempo:
                        self.found.marks.append((*place, text[:60]))
                    else:
                        self.found.left["words of other parts than the first are left out"] += 1
                elif one.tag in _LEFT_OUT:
                    self.found.left[_LEFT_OUT[str(one.tag)]] += one.get("type") not in ("stop", "continue")

    def _tempo(self, element: Element) -> float:
        sound = element if element.tag == "sound" else element.find("sound")
        given = float(sound.get("tempo") or 0) if sound is not None else 0.0
        box = element.find("direction-type/metronome")
        if not given and box is not None:
            digits = "".join(sign for sign in _text(box, "per-minute") if sign.isdigit() or sign == ".").strip(".")
            dots = min(len(box.findall("beat-unit-dot")), 3)
            given = float(digits or 0) * _BEATS.get(_text(box, "beat-unit"), 1.0) * (2 - 0.5**dots)
        return given if 1 <= given <= 2000 else 0.0

    def _loudness(self, element: Element, place: tuple[int, float]) -> None:
        for one in element:
            text = (one.text or "").strip() if one.tag == "other-dynamics" else str(one.tag)
            if text:
                self.dynamics.append((*place, text[:12]))

    def _sound(self, element: Element) -> None:
        tempo = self._tempo(element)
        if tempo:
            self.found.tempi.append((self.measure, self.now, tempo))
        if any(element.get(name) for name in ("dacapo", "dalsegno", "tocoda", "fine")):
            self.found.left["jumps (da capo, dal segno) are written once, not played out"] += 1

    def _barline(self, element: Element) -> None:
        repeat = element.find("repeat")
        if self.lead and repeat is not None and repeat.get("direction") == "backward":
            self.found.left["repeats are written once, not played out"] += 1

    def _harmony(self, element: Element) -> None:
        at = self.now + float(element.findtext("offset") or 0) * TPQ / self.divisions
        kind = _text(element, "kind")
        quality: str | None = next((own for own, (name, _) in KINDS.items() if name == kind), NEAREST_KINDS.get(kind))
        root = _chord_tone(element, "root")
        if kind == "none":
            self.found.chords.append((self.measure, max(at, 0.0), Chord(0, root or 0, None)))
            return
        if root is None or quality is None:
            self.found.left[f"chords of the kind {kind or 'unknown'!r} are left out"] += 1
            return
        if kind in NEAREST_KINDS:
            self.found.left[f"chords of the kind {kind!r} are simplified"] += 1
        bass = _chord_tone(element, "bass")
        turned = (self.transpose + 1200) % 12
        tones = [None if one is None else (one + turned) % 12 for one in (root, bass)]
        chord = Chord(0, tones[0] or 0, quality, tones[1] if tones[1] != tones[0] else None)
        self.found.chords.append((self.measure, max(at, 0.0), chord))

    _ACTS: dict[str, Callable[[_PartReader, Element], None]] = {  # noqa: RUF012
        "attributes": _attributes, "note": _note, "backup": _backup, "forward": _forward, "direction": _direction,
        "sound": _sound, "barline": _barline, "harmony": _harmony,
    }  # fmt: skip

    # The part as a whole

    def part(self, at: Callable[[int, float], int], found: _Found) -> Part:
        name = _text(self.head, "part-name") if self.head is not None else ""
        drums = self.channel == 10 or (self.struck and bool(self.raw) and not any(one.name for one in self.raw))
        if self.channel == 10 and self.program is None:
            self.program = 0
        program = self.program if self.program is not None else 0 if drums else program_of(name)
        dynamics = sorted((Mark(at(m, t), text) for m, t, text in self.dynamics), key=lambda mark: mark.tick)
        return Part(name, program, self._joined(at), drums, self.staves, tuple(dict.fromkeys(dynamics)))

    def _joined(self, at: Callable[[int, float], int]) -> tuple[Note, ...]:
        """The notes, those that are tied as one, as loud as they say or as the dynamics in force, in whatever voice."""
        loud = sorted((at(m, t), LOUDNESS[text]) for m, t, text in self.dynamics if text in LOUDNESS)
        notes: list[Note] = []
        open_: dict[tuple[int, int], list[tuple[int, int]]] = {}  # (pitch, end) -> (voice, place in notes)
        for raw in sorted(self.raw, key=lambda raw: (raw.measure, raw.start)):
            start, end = at(raw.measure, raw.start), at(raw.measure, raw.start + raw.length)
            waiting = open_.get((raw.pitch, start), []) if raw.stop else []
            place = len(notes)
            if waiting:
                same = next((one for one in waiting if one[0] == raw.voice), waiting[0])
                waiting.remove(same)
                place = same[1]
                notes[place] = replace(notes[place], length=end - notes[place].start)
            else:
                before = bisect_right(loud, (start, 127))
                velocity = raw.velocity or (loud[before - 1][1] if before else 80)
                notes.append(
                    Note(start, max(end - start, 1), raw.pitch, velocity, raw.voice, raw.staff, raw.lyric, raw.name)
                )
            if raw.go:
                open_.setdefault((raw.pitch, end), []).append((raw.voice, place))
        return sorted_notes(notes)


_LEFT_OUT = {
    "wedge": "hairpins are left out",
    "pedal": "pedal marks are left out",
    "octave-shift": "octave signs are left out; the notes sound where they should",
    "segno": "jumps (da capo, dal segno) are written once, not played out",
    "coda": "jumps (da capo, dal segno) are written once, not played out",
}


def _whole(text: str | None) -> int | None:
    """A whole number; None where there is none."""
    try:
        return int(float(text)) if text and abs(float(text)) < 1e9 else None
    except ValueError:
        return None


def _chord_tone(element: Element, tag: str) -> int | None:
    step = _text(element, f"{tag}/{tag}-step").upper()
    if step not in _STEPS:
        return None
    return (_STEPS[step] + (_whole(element.findtext(f"{tag}/{tag}-alter")) or 0)) % 12


def _turn(chromatic: int, diatonic: int | None) -> int:
    """Steps on the line of fifths that an interval moves names by."""
    near = [turn for turn in range(-11, 12) if (turn * 7 - chromatic) % 12 == 0]
    if diatonic is not None:
        near = [turn for turn in near if (turn * 4 - diatonic) % 7 == 0] or near
    return min(near, key=abs)


def _lightly_spelt(score: Score, respelt: Sequence[tuple[int, bool]]) -> Score:
    """The score with names only where they are not those that the key gives anyway; none where the key was renamed."""

    def odd(tick: int) -> bool:
        return next((renamed for start, renamed in reversed(respelt) if start <= tick), False)

    bare = replace(
        score,
        parts=tuple(
            replace(part, notes=tuple(replace(note, spelling="") for note in part.notes)) for part in score.parts
        ),
    )
    parts = []
    for part, plain in zip(score.parts, bare.parts, strict=True):
        names = spell_part(bare, plain)
        notes = [
            replace(note, spelling="" if note.spelling == name or odd(note.start) else note.spelling)
            for note, name in zip(part.notes, names, strict=True)
        ]
        parts.append(replace(part, notes=tuple(notes)))
    return replace(score, parts=tuple(parts))
