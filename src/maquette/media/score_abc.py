"""ABC files in: the notation that dance tunes are shared in, one tune or many to a file.

Source: the ABC music standard 2.1 (abcnotation.com, December 2011).
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from ..core.errors import MediaError
from . import score_abc_fields as fields
from . import score_chords
from .score import Bar, Chord, Key, Mark, Note, Part, Score, Tempo, check, sorted_notes
from .score_abc_fields import AbcKey, AbcMetre, error
from .score_abc_music import AbcBar, AbcVoice
from .score_unfold import unfold

LARGEST_FILE = 10_000_000  # bytes
WHOLE = 1920  # ticks of a whole note
_FIELD = re.compile(r"([A-Za-z+]):(.*)")
_IN_BODY = "IKLMNPQRrsTUVWwmZOHd+"  # A: to G: at the head of a line of music are notes
Repeats = Literal["once", "played"]


def read(path: os.PathLike[str] | str, *, repeats: Repeats = "once") -> Score:
    """The first tune of an ABC file. `repeats`: "once" keeps what is repeated as written, "played" plays it out.

    `Score.said` tells what was left out (repeats, grace notes, ornaments, further tunes). MediaError names the line of
    what cannot be read.
    """
    name, text = _text(path)
    tunes = list(_tunes(text))
    if not tunes:
        raise MediaError("there is no tune in this file", where=name, mend="a tune begins with X:1 and has a K: line")
    score = _score(*tunes[0], name, repeats)
    more = len(tunes) - 1
    if more:
        told = f"{more} more {'tune stands' if more == 1 else 'tunes stand'} in this file; only the first is taken"
        score = replace(score, said=(*score.said, told))
    return score


def read_all(path: os.PathLike[str] | str, *, repeats: Repeats = "once") -> list[Score]:
    """All tunes of an ABC file, in their order."""
    name, text = _text(path)
    return [_score(*tune, name, repeats) for tune in _tunes(text)]


def from_text(text: str, where: str = "", *, repeats: Repeats = "once") -> Score:
    """The first tune in a text; `where` is what errors call it."""
    tune = next(_tunes(text), None)
    if tune is None:
        raise MediaError("there is no tune in this text", where=where, mend="a tune begins with X:1 and has a K: line")
    return _score(*tune, where, repeats)


def _text(path: os.PathLike[str] | str) -> tuple[str, str]:
    file = Path(path)
    try:
        size = file.stat().st_size
        if size > LARGEST_FILE:
            wrong = f"the ABC file has {size / 1e6:.0f} MB; at most {LARGEST_FILE // 10**6} MB are read"
            raise MediaError(wrong, where=str(file), mend="split it into several files")
        data = file.read_bytes()
    except OSError as problem:
        reason = "it is a folder" if file.is_dir() else (problem.strerror or str(problem))
        raise MediaError(f"{file.name} cannot be read: {reason}", mend="check the name") from problem
    for encoding in ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return str(file), data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise MediaError("the text cannot be decoded", where=str(file), mend="save it as UTF-8")


def _tunes(text: str) -> Iterator[tuple[list[tuple[int, str]], list[tuple[int, str]]]]:
    """(header of the file, lines of a tune) with their numbers: a tune goes from its X: to an empty line."""
    common: list[tuple[int, str]] = []
    tune: list[tuple[int, str]] = []
    seen = False
    for number, raw in enumerate(text.splitlines(), 1):
        line = _without_comment(raw)
        if line.startswith("X:"):
            if tune:
                yield common, tune
            tune, seen = [(number, line)], True
        elif not raw.strip():
            if tune:
                yield common, tune
            tune = []
        elif tune:
            tune.append((number, line))
        elif not seen and re.match(r"[A-Z]:|%%", line):
            common.append((number, line))
    if tune:
        yield common, tune
    elif not seen and any(line.startswith("K:") for _, line in common):
        yield [], [(number, _without_comment(line)) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def _without_comment(line: str) -> str:
    if line.startswith("%%"):
        return line
    for found in re.finditer(r"%", line):
        before = line[: found.start()]
        if not before.endswith("\\") and before.count('"') % 2 == 0:
            return before
    return line


@dataclass
class _Tune:
    """A tune while it is read."""

    where: str
    title: str = ""
    composer: str = ""
    key: AbcKey | None = None
    metre: AbcMetre = field(default_factory=AbcMetre)
    unit: Fraction | None = None
    bpm: float | None = None
    word: str = ""
    by_octave: bool = True
    program: int = 0
    voices: dict[str, AbcVoice] = field(default_factory=dict)
    told: dict[str, dict[str, str]] = field(default_factory=dict)
    now: str = ""
    said: Counter[str] = field(default_factory=Counter)
    in_body: bool = False
    in_text: bool = False  # between %%begintext and %%endtext

    def line(self, number: int, line: str) -> None:
        if line.startswith(("%%begintext", "%%endtext")):
            self.in_text = line.startswith("%%begin")
        elif line.startswith(("%%", "I:")) and not self.in_text:
            self._directive(line[2:].strip())
        elif not self.in_text:
            self._line(number, line)

    def _line(self, number: int, line: str) -> None:
        found = _FIELD.match(line)
        if not self.in_body:
            if found:
                self._header(found[1], found[2].strip(), number)
            elif line.strip():
                mend = "the header ends with its K: line; then the music begins"
                raise error(f"music before the key: {line.strip()[:30]!r}", self.where, number, mend)
        elif found and found[1] in _IN_BODY:
            self._field(found[1], found[2].strip(), number)
        else:
            self._music(line, number)

    def _directive(self, text: str) -> None:
        words = text.lower().split()
        if words[:1] == ["propagate-accidentals"]:
            self.by_octave = words[1:] != ["pitch"]
        elif words[:2] == ["midi", "program"] and words[-1].isdigit() and int(words[-1]) < 128:
            self.program = int(words[-1])
            if self.in_body:
                self.voice().program = self.program
        elif words[:2] == ["midi", "channel"] and words[2:] == ["10"] and self.in_body:
            self.voice().drums = True

    def _header(self, letter: str, value: str, number: int) -> None:
        if letter == "T":
            self.title = self.title or fields.plain(value)
        elif letter == "C":
            self._credit(fields.plain(value))
        elif letter == "M":
            self.metre = fields.metre(value, self.where, number)
        elif letter == "L":
            self.unit = fields.unit(value, self.where, number)
        elif letter == "Q":
            length = self.unit or fields.usual_unit(self.metre)
            self.bpm, self.word = fields.tempo(value, length, self.where, number)
        elif letter == "P" and value:
            self.said["orders of parts (P:) were not played out"] += 1
        elif letter == "V":
            self._voice_told(value)
        elif letter == "K":
            self.key = fields.key(value, self.where, number) or AbcKey(None, "major", {})
            self.in_body = True

    def _credit(self, text: str) -> None:
        """C: is the composer; hymn books tell words, music and copyright in several of them."""
        music = re.search(r"\bMusic: *(.*?)(?: *\b(?:Setting|Harmony|Words|Arranged)\b.*)?$", text)
        if music:
            self.composer = music[1].rstrip(" .")
        elif not re.match(r"(?i)(words|copyright|setting|lyrics)\b", text):
            self.composer = self.composer or text

    def _voice_told(self, value: str) -> str:
        name, told = fields.voice(value)
        self.told[name] = self.told.get(name, {}) | told
        return name

    def _field(self, letter: str, value: str, number: int) -> None:
        if letter == "V":
            self.now = self._voice_told(value)
        elif letter == "w":
            self.voice().words(value)
        elif letter == "W":
            self.said["lines of words below the tune were left out"] += 1
        elif letter in "KMLQP":
            self.voice().field(letter, value, number)

    def _music(self, line: str, number: int) -> None:
        """A line of music; [V:2] inside it turns to another voice."""
        pieces = re.split(r"\[V:\s*([^\]]*)\]", line)
        for index, piece in enumerate(pieces):
            if index % 2:
                self.now = self._voice_told(piece)
            elif piece.strip():
                self.voice().read(piece, number)

    def voice(self) -> AbcVoice:
        """The voice that is written now."""
        if self.now not in self.voices:
            if not self.now and self.told:
                self.now = next(iter(self.told))
            key = self.key or AbcKey(None, "major", {})
            unit = self.unit or fields.usual_unit(self.metre)
            new = AbcVoice(self.now, key, self.metre, unit, self.where, self.said)
            new.by_octave, new.program = self.by_octave, self.program
            self.voices.setdefault(self.now, new)
        found = self.voices[self.now]
        found.told = self.told.get(self.now, {})
        return found


def _score(common: Sequence[tuple[int, str]], lines: Sequence[tuple[int, str]], where: str, repeats: Repeats) -> Score:
    tune = _Tune(where)
    for number, line in [*common, *lines]:
        tune.line(number, line)
    voices = [voice for voice in tune.voices.values() if not _ended(voice)]
    if not any(bar.notes for voice in voices for bar in voice.bars):
        mend = "write its music below the K: line"
        raise error("the tune has no notes" if tune.in_body else "the tune has no K: line", where, lines[0][0], mend)
    bars, starts = _bars(tune, voices)
    signs = _signs(voices, len(bars))
    if repeats == "once" and any(one.closes for one in signs):
        tune.said["repeats were kept as written, once"] += sum(one.closes for one in signs)
    score = _assembled(tune, voices, bars, starts)
    score = check(score, where)
    return unfold(score, [(one.opens, one.closes, one.ending) for one in signs]) if repeats == "played" else score


def _ended(voice: AbcVoice) -> bool:
    """End the last bar of a voice; True if it has none at all."""
    voice.close()
    return not voice.bars


def _bars(tune: _Tune, voices: Sequence[AbcVoice]) -> tuple[list[Bar], list[Fraction]]:
    """The bars of the tune, each as long as the longest voice in it, and where they begin in whole notes."""
    count = max(len(voice.bars) for voice in voices)
    if len({len(voice.bars) for voice in voices}) > 1:
        tune.said["voices have fewer bars than the longest"] += sum(len(voice.bars) < count for voice in voices)
    bars, starts, at = [], [Fraction(0)], Fraction(0)
    for index in range(count):
        here = [voice.bars[index] for voice in voices if index < len(voice.bars)]
        sounding = {bar.length for bar in here if not bar.whole_rest}
        length = max(sounding or {bar.length for bar in here})
        tune.said["bars are not equally long in all voices"] += len(sounding) > 1
        at += length
        ticks = round(at * WHOLE) - round(starts[-1] * WHOLE)
        bars.append(_bar(ticks, here[0].metre))
        starts.append(at)
    return bars, starts


def _bar(ticks: int, metre: AbcMetre) -> Bar:
    if metre.free:
        unit = next((unit for unit in (4, 8, 16, 32) if ticks * unit % WHOLE == 0), 4)
        return Bar(ticks, max(1, ticks * unit // WHOLE), unit)
    return Bar(ticks, metre.beats, metre.unit)


def _signs(voices: Sequence[AbcVoice], count: int) -> list[AbcBar]:
    """Repeat signs of each bar, from the first voice that has the bar."""
    longest = max(voices, key=lambda voice: len(voice.bars))
    return [(voices[0] if index < len(voices[0].bars) else longest).bars[index] for index in range(count)]


def _assembled(tune: _Tune, voices: Sequence[AbcVoice], bars: Sequence[Bar], starts: Sequence[Fraction]) -> Score:
    def tick(bar: int, at: Fraction) -> int:
        return round((starts[bar] + at) * WHOLE)

    rows = [(index, bar) for voice in voices for index, bar in enumerate(voice.bars)]
    first = list(enumerate(voices[0].bars))
    keys = {0: tune.key} | {tick(i, at): key for i, bar in first for at, key in bar.keys}
    tempi = {tick(i, at): bpm for i, bar in reversed(rows) for at, bpm in bar.tempi}
    if tune.bpm:
        tempi = {0: tune.bpm} | tempi
    chords = {tick(i, at): text for i, bar in reversed(rows) for at, text in bar.chords}
    marks = {(tick(i, at), text) for i, bar in rows for at, text in bar.marks}
    if tune.word:
        marks.add((0, tune.word))
    plainer = sum(not found[1] for text in chords.values() if (found := score_chords.read(text)))
    if plainer:
        tune.said["chord symbols were made plainer (a ninth is kept as a seventh chord)"] += plainer
    parts = tuple(_part(voice, tick, tune.said) for voice in voices)
    return Score(
        parts=parts,
        bars=tuple(bars),
        keys=tuple(Key(t, key.tonic, key.mode) for t, key in sorted(keys.items()) if key and key.tonic is not None),
        tempi=tuple(Tempo(t, tempi[t]) for t in sorted(tempi)),
        chords=_chords(chords),
        marks=tuple(Mark(*row) for row in sorted(marks)),
        title=tune.title,
        composer=tune.composer,
        said=tuple(_counted(count, what) for what, count in tune.said.items() if count),
    )


def _counted(count: int, what: str) -> str:
    """ "3 repeats were kept", "1 repeat was kept"."""
    if count == 1:
        for many, one in ((" were ", " was "), (" are ", " is "), (" have ", " has "), (" lie ", " lies ")):
            what = what.replace(many, one, 1)
        what = (
            re.sub(r"^(\w+?)s\b", r"\1", what).replace("symbols", "symbol", 1).replace("grace notes", "grace note", 1)
        )
    return f"{count} {what}"


def _chords(symbols: dict[int, str]) -> tuple[Chord, ...]:
    found = (score_chords.parse(symbols[tick], tick) for tick in sorted(symbols))
    return tuple(chord for chord in found if chord)


def _part(voice: AbcVoice, tick: Callable[[int, Fraction], int], said: Counter[str]) -> Part:
    notes, dynamics = [], []
    layered = any(note.layer for bar in voice.bars for note in bar.notes)
    for index, bar in enumerate(voice.bars):
        dynamics += [Mark(tick(index, at), text) for at, text in bar.dynamics]
        for one in bar.notes:
            start, end = tick(index, one.at), tick(index, one.at + one.length)
            said[f"notes lie between two ticks ({WHOLE} a whole note) and were moved to the nearer one"] += (
                one.at * WHOLE
            ).denominator > 1 or (one.length * WHOLE).denominator > 1
            length, layer = max(end - start, 1), one.layer + 1 if layered else 0
            lyric, spelling = one.lyric, one.spelling
            notes.append(Note(start, length, one.pitch, one.velocity, layer, 1, lyric, spelling))
    name = voice.told.get("name") or voice.told.get("nm") or voice.name
    return Part(fields.plain(name), voice.program, sorted_notes(notes), voice.drums, 1, tuple(dynamics))
