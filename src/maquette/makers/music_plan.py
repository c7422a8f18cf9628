"""From words and controls to a plan: the empty score that is written into, what must hold, and what only leads."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..media.score import GRID, LOUDNESS, TPQ, Chord, Key, Mark, Mode, Part, Score, Tempo, regular_bars
from . import music_controls as c
from . import music_lexicon as lexicon
from .music_instruments import named, read_parts
from .music_words import Wish, key_name, read_key, read_metre, read_words

if TYPE_CHECKING:
    from .music_controls import MusicControls
    from .music_form import Form

TONICS = {"major": (0, 7, 2, 5, 10, 9, 3), "minor": (9, 2, 4, 7, 0, 11)}  # where nobody asks for a key
USUAL_DENSITY = 3  # of the steps 0..7, where words ask for less or more
SINGERS = ("Voice", "Soprano", "Alto", "Tenor", "Bass")


@dataclass(frozen=True)
class Plan:
    """What is to be written.

    score: its bars, players, key, tempo, chord track and marks, without notes. ranges: part -> lowest, highest pitch.
    scale: pitch classes or None; told: sentences on what was read as what; picture: length and hits, if any.
    """

    score: Score
    genre: lexicon.Genre
    scale: frozenset[int] | None
    ranges: dict[int, tuple[int, int]]
    leap: int
    chord_tones: str
    density: int | None
    form: Form | None
    loud: str
    wish: Wish
    told: tuple[str, ...] = field(default=())
    picture: Mapping[str, Any] | None = None  # the arguments of `music_fitting.picture_of`
    words: Mapping[str, Any] | None = None  # the arguments of `music_fitting.setting_of`
    drawn: bool = False  # the chord track is a draft's own: written on, and not shown

    @property
    def said(self) -> tuple[str, ...]:
        """What was told beyond how single words were read."""
        return tuple(
            line for line in self.told if not line.endswith("is not known and left out") and " is read as " not in line
        )

    @property
    def title(self) -> str:
        """ "Mazurka in A minor"."""
        key = self.score.keys[0]
        return f"{self.genre.name.capitalize()} in {key_name(key.tonic, key.mode)}"


def plan_of(prompt: str, controls: MusicControls, seed: int, genres: Collection[str]) -> Plan:
    """The plan for a prompt. `genres`: those that the model has learnt. Raises UsageError for what cannot be."""
    wish = read_words(prompt, set(genres) & set(lexicon.BY_NAME) or lexicon.LEARNT)
    _understood(wish, controls, prompt)
    genre = c.genre_of(controls.genre) or wish.genre or lexicon.BY_NAME["piece"]
    metre = read_metre(controls.metre) if controls.metre else wish.metre or genre.metres[0]
    tonic, mode = _key(controls, wish, genre, seed)
    words = _words(controls, metre)
    players = _players(controls, wish, genre)
    parts = named(players)
    tempo = _tempo(controls, wish, genre)
    bars, form, marks = _length(controls, wish, genre, metre)
    shapes = regular_bars(bars, *metre)
    if words is not None:
        from .music_fitting import setting_of

        shapes = setting_of(words).bars
    scale = c.scale_of(controls.scale, (tonic, mode)) if controls.scale else None
    ranges = c.ranges_of(controls.range, parts)
    said = controls.scale if controls.scale and controls.scale != "key" else key_name(tonic, mode)
    c.check_notes(scale, ranges, parts, controls.leap or 0, said)
    chords = c.chords_of(controls.chords, metre, bars) if controls.chords else ()
    _check_chords(chords, scale, controls)
    loud = wish.loud
    score = Score(
        tuple(replace(part, dynamics=(Mark(0, loud),)) if loud else part for part in parts),
        shapes,
        (Key(0, tonic, mode),),
        (Tempo(0, tempo),),
        chords,
        marks,
    )
    density = c.DENSITIES[controls.density] if controls.density else _density(wish)
    obey = controls.chord_tones if chords else "free"
    told = _told(wish, controls, genre, metre)
    leap = controls.leap or 0
    return Plan(score, genre, scale, ranges, leap, obey, density, form, loud, wish, told, words=words)


def _understood(wish: Wish, controls: MusicControls, prompt: str) -> None:
    """Refuse a prompt of which nothing was understood, if the controls do not say what to write either."""
    if wish.used or wish.replaced or controls.genre or controls.parts:
        return
    from ..core.registry import nearest

    first = wish.unknown[0] if wish.unknown else prompt
    raise UsageError(
        f"nothing in these words says what music to write: {', '.join(wish.unknown) or prompt}",
        where=prompt,
        mend=f"name a genre, players, a key or a mood, e.g. 'a slow waltz for piano'; {nearest(first, lexicon.LEARNT)}",
    )


def _key(controls: MusicControls, wish: Wish, genre: lexicon.Genre, seed: int) -> tuple[int, Mode]:
    if controls.key:
        return read_key(controls.key)
    mode: Mode = wish.mode or ("minor" if genre.mode == "minor" else "major")
    if wish.tonic is not None:
        return wish.tonic, mode
    usual = TONICS["minor" if mode in ("minor", "dorian", "phrygian", "locrian") else "major"]
    return random.Random(seed).choice(usual), mode


def _words(controls: MusicControls, metre: tuple[int, int]) -> dict[str, Any] | None:
    """The words that are to be sung, and the metre they are set in; what says otherwise how long it is contradicts."""
    if not controls.lyrics:
        return None
    from .music_lyrics import read_file

    read_file(controls.lyrics)  # named errors for what is no text
    for name in ("bars", "form", "length", "chords"):
        value = getattr(controls, name)
        if value:
            told = "the lines of the words decide the bars"
            raise c.contradiction(f"--{name} {value}", f"--lyrics {Path(controls.lyrics).name}", told)
    return {"text": Path(controls.lyrics).read_text("utf-8-sig"), "metre": list(metre)}


def _players(controls: MusicControls, wish: Wish, genre: lexicon.Genre) -> tuple[str, ...]:
    if controls.parts:
        return read_parts(controls.parts)
    if controls.lyrics and (wish.parts or genre.parts)[0] not in SINGERS:
        return ("Voice", *(wish.parts or genre.parts))
    if wish.parts == ("Drums",):  # "with drums": beside those that the genre has
        return genre.parts if "Drums" in genre.parts else (*genre.parts, "Drums")
    return wish.parts or genre.parts


def _tempo(controls: MusicControls, wish: Wish, genre: lexicon.Genre) -> float:
    if controls.tempo:
        return float(controls.tempo)
    slow, fast = genre.tempo
    usual = wish.tempo or math.sqrt(slow * fast)
    return float(min(max(round(usual * wish.pace), c.SLOWEST), c.FASTEST))


def _length(
    controls: MusicControls, wish: Wish, genre: lexicon.Genre, metre: tuple[int, int]
) -> tuple[int, Form | None, tuple[Mark, ...]]:
    """Bars, the form that they have, and the names of its sections."""
    bars = controls.bars or wish.bars or genre.bars
    if not controls.form:
        return bars, None, ()
    from . import music_form

    form = _form(controls.form, bars, metre, bool(controls.bars or wish.bars))
    return form.bars, form, music_form.marks(form)


def _form(text: str, bars: int, metre: tuple[int, int], fixed: bool) -> Form:
    """The form in so many bars: sections of one length, or, where that does not go, of nearly one."""
    from . import music_form

    letters = [section.letter for section in music_form.plan(text, 4, metre).sections]
    if any(character.isdigit() for character in text):
        form = music_form.plan(text, 8, metre)
        if fixed and form.bars != bars:
            raise c.contradiction(f"--form {text}", f"--bars {bars}", f"its sections have {form.bars} bars")
        return form
    kinds = list(dict.fromkeys(letters))
    even = bars / len(letters)
    lengths = [max(1, int(even))] * len(kinds)
    for number, kind in sorted(enumerate(kinds), key=lambda one: letters.count(one[1])):
        left = bars - sum(letters.count(k) * size for k, size in zip(kinds, lengths, strict=True))
        lengths[number] += max(0, left // letters.count(kind))
    total = sum(letters.count(k) * size for k, size in zip(kinds, lengths, strict=True))
    if total != bars and fixed:
        raise c.contradiction(f"--form {text}", f"--bars {bars}", f"its sections fill {total} bars or more, not {bars}")
    return music_form.plan(text, lengths if len(kinds) > 1 else lengths[0], metre)


def _check_chords(chords: tuple[Chord, ...], scale: frozenset[int] | None, controls: MusicControls) -> None:
    if scale is None or controls.chord_tones == "free":
        return
    for chord in chords:
        if chord.tones and not set(chord.tones) & scale:
            from ..media.score_chords import name

            told = f"no note of the chord {name(chord)} is in the scale"
            raise c.contradiction("the chord track", f"--scale {controls.scale}", told)


def _density(wish: Wish) -> int | None:
    return min(max(USUAL_DENSITY + wish.density, 0), 7) if wish.density else None


def _told(wish: Wish, controls: MusicControls, genre: lexicon.Genre, metre: tuple[int, int]) -> tuple[str, ...]:
    """What a person should know of how the words were read."""
    told = [f"{typed!r} is read as {used!r}" for typed, used in wish.replaced]
    told += [f"{word!r} is not known and left out" for word in wish.unknown]
    if controls.genre and wish.genre is not None and wish.genre.name != genre.name:
        told.append(f"the words say {wish.genre.name}, --genre says {genre.name}: it is a {genre.name}")
    if metre not in genre.metres and genre.metres[0][0] % 3 != metre[0] % 3 and len(genre.metres) < 3:
        usual = " or ".join(f"{beats}/{unit}" for beats, unit in genre.metres)
        told.append(f"a {genre.name} is usually in {usual}; it is written in {metre[0]}/{metre[1]}, as asked")
    return tuple(told)


def voiced(score: Score, loud: str) -> Score:
    """The score with the velocity of a dynamic, where one was asked for."""
    if loud not in LOUDNESS:
        return score
    parts: list[Part] = []
    for part in score.parts:
        notes = tuple(replace(note, velocity=LOUDNESS[loud]) for note in part.notes)
        parts.append(replace(part, notes=notes))
    return replace(score, parts=tuple(parts))


def rules_of(plan: Plan) -> dict[str, Any]:
    """The arguments of `music_writer.Rules` that this plan asks for, its ranges by line."""
    from .music_net import lines_of, voices_of

    more = {}
    if plan.words is not None:
        from .music_fitting import setting_of

        more = {"rhythm": setting_of(plan.words).cells(0)}
    lines = lines_of(plan.score)
    ranges = {n: plan.ranges[line.part] for n, line in enumerate(lines) if not line.drums}
    hands = {
        n: _hand(plan.ranges[line.part], line.staff)
        for n, line in enumerate(lines)
        if not line.drums and plan.score.parts[line.part].staves > 1
    }
    return {
        "scale": plan.scale,
        "ranges": ranges | hands,
        "leap": plan.leap,
        "voices": voices_of(plan.score),
        "chords": plan.chord_tones,
        "shortest": shortest_of(plan.score),
        **more,
    }


def shortest_of(score: Score) -> int:
    """Ticks of the shortest note that players and ears can follow at this tempo: 70 ms, never more than a 16th."""
    ticks = 0.070 * score.tempo_at(0) / 60 * TPQ
    return min(math.ceil(ticks / GRID) * GRID, TPQ // 4)


def _hand(keys: tuple[int, int], staff: int) -> tuple[int, int]:
    """The part of the keys that one hand plays in, an octave shared with the other."""
    low, high = keys
    if high - low < 24:
        return keys
    middle = min(max(60, low + 12), high - 12)
    return (middle - 7, high) if staff == 1 else (low, middle + 4)
