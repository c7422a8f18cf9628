"""Words of a prompt as musical wishes: genre, key, mode, metre, tempo, players, mood, bars. English and Russian.

"a slow sad waltz for piano in A minor, 16 bars" · "гимн для четырёх голосов соль мажор" · "string quartet in D 6/8".
What is not known is named, with what was used instead; nothing is guessed in silence.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, cast

from ..core.errors import UsageError
from ..media.score import MODES, Mode
from . import music_lexicon as lexicon
from .music_instruments import NUMBERS, which_bass
from .music_lexicon import Genre, Mood, stems

LETTERS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11, "h": 11}
SOLFA = {"до": 0, "ре": 2, "ми": 4, "фа": 5, "соль": 7, "ля": 9, "си": 11}
SHARPS = {"#": 1, "♯": 1, "sharp": 1, "is": 1, "диез": 1, "b": -1, "♭": -1, "flat": -1, "es": -1, "s": -1, "бемоль": -1}
MODE_WORDS: dict[str, Mode] = {
    **{mode: mode for mode in MODES}, "maj": "major", "min": "minor", "dur": "major", "moll": "minor", "m": "minor",
    "aeolian": "minor", "ionian": "major", "мажор": "major", "минор": "minor", "дорийский": "dorian",
    "фригийский": "phrygian", "лидийский": "lydian", "миксолидийский": "mixolydian", "dorisch": "dorian",
}  # fmt: skip
NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MINOR_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
WEAK = frozenset(("piece", "instrumental", "song"))  # genres that give way to any other that is named
MANY = 4096  # bars

_MODE = "|".join(sorted(map(re.escape, MODE_WORDS), key=len, reverse=True))
_LETTER_KEY = re.compile(rf"\b([A-Ha-h])(?:[ -]?(sharp|flat)|(#|♯|b|♭|is|es|s))?[ -]?({_MODE})\b", re.IGNORECASE)
_SOLFA_KEY = re.compile(rf"\b({'|'.join(SOLFA)})(?:[ -](диез|бемоль))?[ -]({_MODE})\w*", re.IGNORECASE)
_SHORT_KEY = re.compile(r"\b([A-G])(#|♯|b|♭)?m\b")
_IN_KEY = re.compile(r"\b(?:in|key of)\s+([A-G])(#|♯|b|♭|[ -]sharp|[ -]flat)?(?![\w#])")
_METRE = re.compile(r"(?<![\d/])(\d{1,2})\s*/\s*(\d{1,2})(?![\d/])")
_BARS = re.compile(r"\b(\d{1,4}|[a-zа-яё]+)[ -](?:bars?|measures?|такт\w*)\b", re.IGNORECASE)
_BPM = re.compile(
    r"(?:tempo|темп|♩\s*=|bpm)\s*[:=]?\s*(\d{2,3})\b|\b(\d{2,3})\s*(?:bpm|beats? (?:per|a) minute|уд\w*)", re.IGNORECASE
)
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*", re.UNICODE)
_WORD_NUMBERS = {
    **NUMBERS, "eight": 8, "twelve": 12, "sixteen": 16, "twenty": 20, "thirty-two": 32, "восемь": 8, "шестнадцать": 16,
    "двенадцать": 12,
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What a prompt asks for; None where it says nothing.

    parts: instruments by their names in `music_instruments`. pace: how much faster than is usual in the genre.
    density: steps thinner (negative) or denser. used, replaced (typed, instead) and unknown: how the words were read.
    """

    genre: Genre | None = None
    tonic: int | None = None
    mode: Mode | None = None
    metre: tuple[int, int] | None = None
    tempo: int | None = None
    pace: float = 1.0
    bars: int | None = None
    parts: tuple[str, ...] = ()
    density: int = 0
    loud: str = ""
    used: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def reading(self) -> dict[str, Any]:
        """How the words were understood, as the story of a work tells it."""
        replaced = [list(pair) for pair in self.replaced]
        return {"used": list(self.used), "replaced": replaced, "unknown": list(self.unknown)}


def key_name(tonic: int, mode: str) -> str:
    """A key as people write it: "A minor", "Eb major", "D dorian"."""
    return f"{(NAMES if mode in ('major', 'lydian', 'mixolydian') else MINOR_NAMES)[tonic]} {mode}"


def read_key(text: str) -> tuple[int, Mode]:
    """Tonic (0..11) and mode of "Am", "F# minor", "D dorian", "es-moll", "соль мажор", "Bb". Raises UsageError."""
    plain = text.strip()
    for pattern in (_SOLFA_KEY, _LETTER_KEY):
        if (found := pattern.fullmatch(plain)) is not None:
            return _key_of(found)
    if (short := re.fullmatch(r"([A-Ga-g])(#|♯|b|♭|[ -]?sharp|[ -]?flat)?(m?)", plain)) is not None:
        return _tonic(short[1], short[2]), "minor" if short[3] else "major"
    raise UsageError(f"{text!r} is no key", mend='write it as Am, "F# minor", "D dorian" or Bb')


def read_metre(text: str) -> tuple[int, int]:
    """Beats and unit of "3/4". Raises UsageError for what cannot be a metre."""
    found = _METRE.fullmatch(text.strip())
    beats, unit = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= beats <= 24 or unit not in (1, 2, 4, 8, 16):
        raise UsageError(f"{text!r} is no metre", mend="write it as 3/4, 6/8 or 7/8; the unit is 1, 2, 4, 8 or 16")
    if beats * 4 / unit > 12:
        raise UsageError(f"bars of {beats}/{unit} are too long", mend="up to 12 quarters go into a bar")
    return beats, unit


def read_words(prompt: str, genres: Collection[str] = lexicon.LEARNT) -> Wish:
    """What a prompt asks for. `genres`: those that the model has learnt; for others the nearest is taken, and named."""
    wish, rest = _numbers(prompt)
    tokens = [match[0] for match in _TOKEN.finditer(rest)]
    used, unknown, replaced = list(wish.used), [], list(wish.replaced)
    at = 0
    while at < len(tokens):
        for width in (3, 2, 1):
            phrase = " ".join(tokens[at : at + width])
            if (found := lexicon.table().get(stems(phrase))) is not None:
                times = _WORD_NUMBERS.get(tokens[at - 1].lower(), 1) if at and found[0] == "parts" else 1
                for _ in range(min(times, 8)):
                    wish, told = _heard(wish, *found, genres)
                used += [phrase.lower()]
                replaced += [told] if told is not None else []
                at += min(width, len(tokens) - at)
                break
        else:
            near = None if _idle(tokens[at]) else _mended(tokens[at])
            if near is not None:
                wish, _ = _heard(wish, *lexicon.table()[near], genres)
                replaced.append((tokens[at], near))
            elif not _idle(tokens[at]):
                unknown.append(tokens[at])
            at += 1
    if wish.genre is None and wish.parts:
        wish = replace(wish, genre=_genre_of(wish.parts))
    return replace(wish, used=tuple(used), replaced=tuple(replaced), unknown=tuple(unknown))


def _numbers(prompt: str) -> tuple[Wish, str]:
    """Keys, metres, bars and tempi, which are more than words; and the text without them."""
    wish, rest = Wish(), prompt
    for pattern in (_SOLFA_KEY, _LETTER_KEY):
        if wish.tonic is None and (found := pattern.search(rest)) is not None:
            tonic, mode = _key_of(found)
            wish, rest = replace(wish, tonic=tonic, mode=mode, used=(*wish.used, found[0])), _without(rest, found)
    if wish.tonic is None and (found := _SHORT_KEY.search(rest)) is not None:
        wish = replace(wish, tonic=_tonic(found[1], found[2]), mode="minor", used=(*wish.used, found[0]))
        rest = _without(rest, found)
    if wish.tonic is None and (found := _IN_KEY.search(rest)) is not None:
        wish = replace(wish, tonic=_tonic(found[1], found[2]), mode="major", used=(*wish.used, found[0]))
        rest = _without(rest, found)
    if (found := _METRE.search(rest)) is not None:
        wish = replace(wish, metre=read_metre(found[0]), used=(*wish.used, found[0]))
        rest = _without(rest, found)
    if (found := _BPM.search(rest)) is not None:
        wish = replace(wish, tempo=int(found[1] or found[2]), used=(*wish.used, found[0]))
        rest = _without(rest, found)
    if (found := _BARS.search(rest)) is not None:
        number = int(found[1]) if found[1].isdigit() else _WORD_NUMBERS.get(found[1].lower().replace("ё", "е"), 0)
        if 0 < number <= MANY:
            wish = replace(wish, bars=number, used=(*wish.used, found[0]))
            rest = _without(rest, found)
    return wish, rest


def _key_of(found: re.Match[str]) -> tuple[int, Mode]:
    mode = MODE_WORDS[found[found.re.groups].lower()]
    if found.re is _SOLFA_KEY:
        return (SOLFA[found[1].lower()] + SHARPS.get((found[2] or "").lower(), 0)) % 12, mode
    german = found[4].lower() in ("dur", "moll")
    if german and found[1].lower() == "b" and not (found[2] or found[3]):
        return 10, mode  # B in German is B flat; H is B
    return _tonic(found[1], found[2] or found[3]), mode


def _tonic(letter: str, accidental: str | None) -> int:
    return (LETTERS[letter.lower()] + SHARPS.get((accidental or "").strip(" -").lower(), 0)) % 12


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} , {text[found.end() :]}"


def _heard(wish: Wish, kind: str, meaning: object, genres: Collection[str]) -> tuple[Wish, tuple[str, str] | None]:
    """The wish with one more thing said, and what was taken instead of it where that is so."""
    if kind == "genre":
        return _with_genre(wish, cast(Genre, meaning), genres)
    if kind == "nearest":
        word, near = cast(tuple[str, tuple[str, tuple[int, int] | None, int | None]], meaning)
        return _with_nearest(wish, word, near, genres)
    if kind == "parts":
        names = cast(tuple[str, ...], meaning)
        return replace(wish, parts=which_bass((*wish.parts, *names))), None
    if kind == "mood":
        mood = cast(Mood, meaning)
        mode = wish.mode or cast("Mode | None", mood.mode)
        pace, density = wish.pace * mood.pace, wish.density + mood.density
        return replace(wish, mode=mode, pace=pace, density=density, loud=wish.loud or mood.loud), None
    if kind == "tempo":
        if isinstance(meaning, int):
            return replace(wish, tempo=wish.tempo or meaning), None
        return replace(wish, pace=wish.pace * float(cast(str, meaning))), None
    if kind == "metre":
        return replace(wish, metre=wish.metre or cast(tuple[int, int], meaning)), None
    assert kind == "density"
    return replace(wish, density=wish.density + cast(int, meaning)), None


def _with_genre(wish: Wish, genre: Genre, genres: Collection[str]) -> tuple[Wish, tuple[str, str] | None]:
    if genre.name not in genres:
        near = lexicon.NEAREST.get(genre.name, ("piece", None, None))
        return _with_nearest(wish, genre.name, near, genres)
    if wish.genre is None or (wish.genre.name in WEAK and genre.name not in WEAK):
        return replace(wish, genre=genre), None
    return wish, None if genre.name in (wish.genre.name, *WEAK) else (genre.name, wish.genre.name)


def _with_nearest(
    wish: Wish, word: str, near: tuple[str, tuple[int, int] | None, int | None], genres: Collection[str]
) -> tuple[Wish, tuple[str, str] | None]:
    """What nobody here has learnt: its nearest, with the metre and tempo that are its own."""
    if word in genres:
        return _with_genre(wish, lexicon.BY_NAME[word], genres)
    name, metre, tempo = near
    name = name if name in genres else "piece"
    if wish.genre is not None and wish.genre.name not in WEAK:
        return wish, (word, wish.genre.name)
    told = (word, f"{name}, the nearest that was learnt")
    metre, tempo = wish.metre or metre, wish.tempo or tempo
    return replace(wish, genre=lexicon.BY_NAME[name], metre=metre, tempo=tempo), told


def _genre_of(parts: tuple[str, ...]) -> Genre | None:
    """The genre that players alone bring to mind: a string quartet, an orchestra, a choir, a song."""
    for name in ("string quartet", "orchestral", "hymn", "song", "game soundtrack"):
        if lexicon.BY_NAME[name].parts == parts:
            return lexicon.BY_NAME[name]
    if "Drums" in parts:
        return lexicon.BY_NAME["game soundtrack"]
    return lexicon.BY_NAME["orchestral"] if len(parts) > 6 else None


def _mended(token: str) -> str | None:
    """The known word that a mistyped one was meant to be, if only one is near."""
    stem = stems(token)
    if len(stem) < 5:
        return None
    known = [word for word in lexicon.table() if " " not in word]
    close = difflib.get_close_matches(stem, known, n=1, cutoff=0.82)
    return close[0] if close else None


def _idle(token: str) -> bool:
    low = token.lower()
    return low in lexicon.STOP or stems(low) in {stems(word) for word in lexicon.STOP} or low in NUMBERS
