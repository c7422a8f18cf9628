"""What a composer may fix in a new piece, read and checked before a note is written: two wishes that cannot both be
had are named, both of them. The fields of `MusicControls` are the options of the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ..core.errors import UsageError
from ..core.registry import nearest
from ..media.score import QUALITIES, SCALES, TPQ, Chord, Part
from . import music_lexicon as lexicon
from .music_instruments import range_of, read_parts
from .music_words import NAMES, read_key, read_metre

MOST_BARS = 512
SLOWEST, FASTEST = 20.0, 400.0  # quarters a minute
LONGEST = 1800.0  # seconds
DENSITIES = {"sparse": 1, "light": 2, "medium": 3, "full": 5, "dense": 6}  # steps of the model, 0..7
# Scales beside the seven modes: semitones above the tonic.
OTHER_SCALES: dict[str, tuple[int, ...]] = {
    "pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
    "whole tone": (0, 2, 4, 6, 8, 10),
    "chromatic": tuple(range(12)),
}
_PITCH = re.compile(r"([A-Ga-g])([#b♯♭]?)(-?\d)")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def _control(default: Any, text: str, choices: Sequence[str] = ()) -> Any:
    return field(default=default, metadata={"help": text, "choices": tuple(choices)})


@dataclass(frozen=True)
class MusicControls:
    """What a composer may fix; the words of the prompt, and then what is usual in the genre, decide the rest."""

    genre: str | None = _control(None, f"Genre: {', '.join(lexicon.LEARNT)}.")
    key: str | None = _control(None, 'Key: Am, "F# minor", "D dorian", Bb.')
    metre: str | None = _control(None, "Metre: 3/4, 6/8, 7/8 ...")
    tempo: float | None = _control(None, "Quarter notes a minute.")
    bars: int | None = _control(None, "Length in bars.")
    parts: str | None = _control(None, 'Players: piano, "string quartet", "flute, 2 violins, cello" ...')
    density: str | None = _control(None, "How many notes.", tuple(DENSITIES))
    scale: str | None = _control(
        None, 'Only these notes: key, "D dorian", pentatonic, blues, "C E G A" ... Default: the key, freely.'
    )
    range: str | None = _control(None, "Lowest to highest note: C3-C6; for one part: cello:C2-G4, flute:C4-C6.")
    leap: int | None = _control(None, "Widest leap of a line, in semitones.")
    chords: str | None = _control(None, 'Chord track, a bar each: "Am F C G", two in one bar: "Am | F G | C".')
    chord_tones: str = _control("strong", "Where the notes are the chord's.", ("strong", "all", "free"))
    form: str | None = _control(None, "Sections that return: AABA, ABACA, verse-chorus, A8 B4 A8 ... Default: none.")
    lyrics: str | None = _control(None, "Text file: its syllables are set to the first voice.")
    length: str | None = _control(None, "Length in time: 30s, 1:05. Tempo and bars are fitted to it.")
    hits: str | None = _control(None, "Seconds on which accents and cadences land: 4.0,12.5.")
    pool: int = _control(6, "Candidates to write and choose from.")
    temperature: float = _control(1.0, "Below 1 more ordinary, above 1 more surprising.")

    def fit(self, count: int) -> None:
        """Raise UsageError for what cannot be: one wish that makes no sense, or two that contradict each other."""
        check(self)


def check(controls: MusicControls) -> None:
    """The checks that need no prompt: each field by itself, then each pair that can contradict."""
    _alone(controls)
    _pairs(controls)


def _alone(c: MusicControls) -> None:
    genre_of(c.genre)
    for reader, text in ((read_key, c.key), (read_metre, c.metre), (read_parts, c.parts), (seconds_of, c.length)):
        if text is not None:
            reader(text)
    if c.tempo is not None and not SLOWEST <= c.tempo <= FASTEST:
        raise UsageError(f"{c.tempo:g} quarters a minute is no tempo", mend=f"give {SLOWEST:g} to {FASTEST:g}")
    if c.bars is not None and not 1 <= c.bars <= MOST_BARS:
        raise UsageError(f"{c.bars} bars cannot be written", mend=f"give 1 to {MOST_BARS}")
    if c.leap is not None and not 1 <= c.leap <= 36:
        raise UsageError(f"a widest leap of {c.leap} semitones makes no sense", mend="give 1 to 36; an octave is 12")
    if c.form is not None:
        sections_of(c.form)
    if c.pool < 1 or c.pool > 64:
        raise UsageError(f"a pool of {c.pool} candidates cannot be written", mend="give 1 to 64")
    if not 0.05 <= c.temperature <= 2:
        raise UsageError(f"a temperature of {c.temperature:g} is out of range", mend="give 0.05 to 2")
    hits = hits_of(c.hits)
    if c.chords is not None:
        chords_of(c.chords, read_metre(c.metre) if c.metre else (4, 4))
    if hits and c.length is None:
        raise UsageError("--hits need a --length: how long the picture is", mend=f"e.g. --length {hits[-1] + 4:.0f}s")


def _pairs(c: MusicControls) -> None:
    length, hits = (seconds_of(c.length) if c.length else None), hits_of(c.hits)
    if length is not None and hits and hits[-1] > length:
        raise contradiction(f"--hits {c.hits}", f"--length {c.length}", f"{hits[-1]:g} s is after the end")
    if length is not None and c.bars and c.tempo and c.metre:  # without a metre it depends on the words
        beats, unit = read_metre(c.metre)
        lasts = c.bars * beats * 4 / unit * 60 / c.tempo
        if abs(lasts - length) > 0.5 * 60 / c.tempo:
            told = f"{c.bars} bars of {beats}/{unit} at {c.tempo:g} last {lasts:.1f} s"
            raise contradiction(f"--bars {c.bars} with --tempo {c.tempo:g}", f"--length {c.length}", told)
    if c.form is not None and c.bars is not None and c.bars < len(sections_of(c.form)):
        told = f"{len(sections_of(c.form))} sections need as many bars at least"
        raise contradiction(f"--form {c.form}", f"--bars {c.bars}", told)
    if c.chords is not None and c.bars is not None:
        many = len(_chord_bars(c.chords))
        if many > c.bars:
            raise contradiction(f"--chords for {many} bars", f"--bars {c.bars}", "there are more chords than bars")
    scale = scale_of(c.scale, read_key(c.key)) if c.scale and c.key else None
    if scale is not None and read_key(c.key or "")[0] not in scale:
        tonic = NAMES[read_key(c.key or "")[0]]
        raise contradiction(f"--key {c.key}", f"--scale {c.scale}", f"the scale has no {tonic}, the tonic")
    if scale is not None and c.chords is not None and c.chord_tones != "free":
        for chord in chords_of(c.chords, (4, 4)):
            if chord.tones and not set(chord.tones) & scale:
                told = f"no note of the chord on {NAMES[chord.root]} is in the scale"
                raise contradiction(f"--chords {c.chords!r}", f"--scale {c.scale}", told)


def contradiction(one: str, other: str, why: str) -> UsageError:
    """Two wishes that cannot both be had, and why not."""
    return UsageError(f"{one} and {other} contradict each other: {why}", mend="leave one of the two out, or change it")


def check_notes(
    scale: frozenset[int] | None, ranges: Mapping[int, tuple[int, int]], parts: Sequence[Part], leap: int, said: str
) -> None:
    """Raise UsageError for a range in which no note of the scale lies, and for leaps too small for its steps.

    ranges: part -> lowest and highest pitch. said: how the scale was asked for.
    """
    if scale is None:
        return
    for number, (low, high) in ranges.items():
        if parts[number].drums:
            continue
        inside = [pitch for pitch in range(low, high + 1) if pitch % 12 in scale]
        name = parts[number].name or f"part {number + 1}"
        if not inside:
            told = f"no note of {said} lies between {pitch_name(low)} and {pitch_name(high)} ({name})"
            raise contradiction(f"the range of {name}", f"the scale {said}", told)
        steps = [after - before for before, after in pairwise(inside)]
        if leap and steps and min(steps) > leap:
            told = f"the smallest step of {said} is {min(steps)} semitones"
            raise contradiction(f"--leap {leap}", f"the scale {said}", told)


# -- reading ----------------------------------------------------------------------------------------------------------


def genre_of(text: str | None) -> lexicon.Genre | None:
    """The genre of a name, None for none. What nobody has learnt is refused, with its nearest."""
    if text is None:
        return None
    low = text.strip().lower()
    if low in lexicon.BY_NAME:
        return lexicon.BY_NAME[low]
    known = lexicon.table().get(lexicon.stems(low))
    if known is not None and known[0] == "genre":
        return known[1]  # type: ignore[return-value]
    if low in lexicon.NEAREST:
        near = lexicon.NEAREST[low][0]
        raise UsageError(f"no {low} is among the music that was learnt", mend=f"the nearest is --genre {near!r}")
    raise UsageError(f"no genre is called {text!r}", mend=nearest(low, lexicon.LEARNT))


def scale_of(text: str, key: tuple[int, str] | None) -> frozenset[int]:
    """Pitch classes of "key", "pentatonic", "A blues", "D dorian", "C E G A". `key`: what a bare name is built on."""
    plain = " ".join(text.split())
    tonic, mode = key or (0, "major")
    if plain.lower() == "key":
        return frozenset((tonic + step) % 12 for step in mode_scale(mode))
    letters = re.split(r"[\s,]+", plain)
    if len(letters) > 1 and all(re.fullmatch(r"[A-G][#b♯♭]?", one) for one in letters):
        return frozenset(_class(one) for one in letters)
    first, _, rest = plain.partition(" ")
    if re.fullmatch(r"[A-G][#b♯♭]?", first) and rest:
        tonic, plain = _class(first), rest
    steps = {**SCALES, **OTHER_SCALES}.get(plain.lower())
    if steps is None:
        raise UsageError(f"no scale is called {text!r}", mend=nearest(plain.lower(), ("key", *SCALES, *OTHER_SCALES)))
    return frozenset((tonic + step) % 12 for step in steps)


def mode_scale(mode: str) -> tuple[int, ...]:
    """Semitones of a mode; in minor both forms of the sixth and seventh degree, as music in minor has them."""
    return (0, 2, 3, 5, 7, 8, 9, 10, 11) if mode == "minor" else SCALES[mode]


def _class(name: str) -> int:
    return (_LETTERS[name[0].upper()] + {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[name[1:]]) % 12


def pitch_of(text: str) -> int:
    """MIDI number of "C4" (60), "F#3", "Bb5". Raises UsageError."""
    found = _PITCH.fullmatch(text.strip())
    number = (int(found[3]) + 1) * 12 + _LETTERS[found[1].upper()] if found else -1
    number += {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[found[2]] if found else 0
    if not 0 <= number <= 127:
        raise UsageError(f"{text!r} is no note", mend="write it as C4 (the C in the middle), F#3, Bb5")
    return number


def pitch_name(pitch: int) -> str:
    """ "C4" for 60."""
    return f"{NAMES[pitch % 12]}{pitch // 12 - 1}"


def ranges_of(text: str | None, parts: Sequence[Part]) -> dict[int, tuple[int, int]]:
    """Part -> lowest and highest pitch: the comfortable range of each, where `text` ("C3-C6", "cello:C2-G4") says none.

    Raises UsageError for a part that is not there and a range that is upside down.
    """
    out = {number: range_of(part) for number, part in enumerate(parts)}
    for piece in filter(None, (one.strip() for one in re.split(r"[,;]", text or ""))):
        name, colon, span = piece.rpartition(":")
        found = re.fullmatch(r"(.+\d)\s*-\s*(.+)", span.strip())
        if found is None:
            raise UsageError(f"{span.strip()!r} is no range", mend="write lowest-highest, e.g. C3-C6 or cello:C2-G4")
        low_text, high_text = found.groups()
        low, high = pitch_of(low_text), pitch_of(high_text)
        if low > high:
            raise UsageError(f"the range {span.strip()} is upside down", mend=f"write {high_text.strip()}-{low_text}")
        wanted = name.strip().lower()
        chosen = [n for n, part in enumerate(parts) if not colon or part.name.lower().startswith(wanted)]
        if wanted.isdigit():
            chosen = [int(wanted) - 1] if 0 < int(wanted) <= len(parts) else []
        if not chosen:
            raise UsageError(f"no part is called {name.strip()!r}", mend=nearest(wanted, [p.name for p in parts]))
        out |= {number: (low, high) for number in chosen if not parts[number].drums}
    return out


def _chord_bars(text: str) -> list[list[str]]:
    """The symbols of a chord track, bar by bar."""
    if "|" in text:
        return [bar.split() for bar in text.strip().strip("|").split("|")]
    return [[one] for one in re.split(r"[\s,;]+", text.strip()) if one]


def chords_of(text: str, metre: tuple[int, int], bars: int | None = None) -> tuple[Chord, ...]:
    """A chord track as chords; a bar's chords share it equally. Repeated to fill `bars`. Raises UsageError."""
    from ..media.score_chords import parse

    rows = _chord_bars(text)
    if not any(rows):
        raise UsageError("the chord track is empty", mend='e.g. --chords "Am F C G"')
    length = metre[0] * 4 * TPQ // metre[1]
    out: list[Chord] = []
    for number in range(bars or len(rows)):
        row = rows[number % len(rows)]
        for place, symbol in enumerate(row):
            chord = parse(symbol, number * length + place * length // len(row))
            if chord is None:
                known = ", ".join(f"C{quality}" for quality in QUALITIES)
                raise UsageError(f"{symbol!r} is no chord", mend=f"known are {known}, with a bass as C/E")
            out.append(chord)
    return tuple(out)


def seconds_of(text: str) -> float:
    """Seconds of "30s", "30", "1:05", "0:12.5". Raises UsageError."""
    found = re.fullmatch(r"(?:(\d+):)?(\d+(?:\.\d+)?)\s*(?:s|sec|seconds)?", text.strip())
    seconds = int(found[1] or 0) * 60 + float(found[2]) if found else 0.0
    if not 1 <= seconds <= LONGEST:
        raise UsageError(f"{text!r} is no length", mend=f"write 30s or 1:05, up to {LONGEST / 60:g} minutes")
    return seconds


def hits_of(text: str | None) -> tuple[float, ...]:
    """Seconds of "4.0,12.5", in order. Raises UsageError."""
    out = []
    for piece in filter(None, (one.strip() for one in re.split(r"[,;\s]+", text or ""))):
        try:
            out.append(float(piece.removesuffix("s")))
        except ValueError as error:
            raise UsageError(f"{piece!r} is no time", mend="write seconds: --hits 4.0,12.5") from error
        if out[-1] < 0:
            raise UsageError(f"a hit at {piece} s is before the beginning", mend="count from 0, the first frame")
    return tuple(sorted(set(out)))


def sections_of(form: str) -> tuple[str, ...]:
    """The sections of a form: "AABA" -> A, A, B, A; also "verse-chorus", "A8 B4 A8". Raises UsageError."""
    from .music_form import plan

    return tuple(section.letter for section in plan(form, 4).sections)
