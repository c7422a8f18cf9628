"""Which vowel a syllable is sung on."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from .score import Note

# Letters of Latin, Cyrillic and Greek script, by the sung vowel they stand for at least roughly.
_LETTERS = {
    "a": "aаяα",
    "e": "eеэєεη",
    "i": "iyиіїыι",
    "o": "oоёοω",
    "u": "uwуюυ",
}
_VOWEL = {letter: vowel for vowel, letters in _LETTERS.items() for letter in letters}
_SILENT = ("e", "es", "ed")  # at the end of an English word of one syllable


def vowel(syllable: str) -> str:
    """The vowel of a syllable, "" where it has none: "love" -> "o", "See-" -> "e", "лю-" -> "u"."""
    plain = "".join(_plain(char) for char in unicodedata.normalize("NFC", syllable.lower()) if char.isalpha())
    found = [(place, _VOWEL[char]) for place, char in enumerate(plain) if char in _VOWEL]
    if not found:
        return ""
    if len(found) > 1 and not syllable.endswith("-") and plain.endswith(_SILENT) and found[-1][0] - found[0][0] > 1:
        found = found[:-1]
    return found[0][1]


def _plain(char: str) -> str:
    """A letter without its accents, unless with them it is another one (ё, й)."""
    return char if char in _VOWEL or char == "й" else unicodedata.normalize("NFD", char)[0]


def vowels(notes: Sequence[Note], otherwise: str = "a") -> list[str]:
    """A vowel for every note; notes without a syllable go on with the last one."""
    made, current = [], otherwise
    for note in notes:
        current = vowel(note.lyric) or current if note.lyric else current
        made.append(current)
    return made
