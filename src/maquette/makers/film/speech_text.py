"""When a line's words and sounds would be heard, from its text alone: for films without a synthesiser.

Sounds come from `letters.py`. How long each lasts follows Klatt 1979 ("Synthesis by rule of segmental durations"): a
length of its own, longer under stress and before a pause, shorter in long words; the whole is brought to the asked
words a minute. Pauses: 0.18 s after a comma, 0.4 s after a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...media.phones import is_vowel
from .espeak import WORD
from .letters import languages, sounds
from .numbers import in_words

Times = tuple[tuple[float, float, str], ...]
_COMMA, _STOP, _LEAD = 0.18, 0.40, 0.02  # seconds
# Seconds of a sound in a stressed syllable at 165 words a minute.
_LONG = {"p": 0.085, "b": 0.075, "t": 0.075, "d": 0.065, "k": 0.08, "ɡ": 0.07, "s": 0.105, "ʃ": 0.105,
         "tʃ": 0.11, "ts": 0.11, "f": 0.095, "v": 0.06, "m": 0.075, "n": 0.065, "l": 0.065, "r": 0.06, "j": 0.05,
         "w": 0.06}  # fmt: skip


@dataclass(frozen=True)
class Timed:
    """Phones and words with seconds from the line's start, middles of stressed vowels, and what was not known."""

    phones: Times
    words: Times
    stresses: tuple[float, ...]
    said: tuple[str, ...] = ()


def timed(text: str, language: str, words_a_minute: float = 165) -> Timed:
    """The times of a line at a pace. An unknown language is read by English letters, and `said` tells it."""
    known = language[:2] in languages()
    said = () if known else (f"no own rules for {language!r}: its words are timed by English letters",)
    speed = 165 / max(words_a_minute, 1)
    at = _LEAD
    phones: list[tuple[float, float, str]] = [(0.0, _LEAD, "")]
    words: list[tuple[float, float, str]] = []
    stresses: list[float] = []
    found = list(WORD.finditer(text))
    for number, match in enumerate(found):
        between = text[match.end() : found[number + 1].start() if number + 1 < len(found) else len(text)]
        pause = _pause(between, number + 1 == len(found)) * speed
        start = at
        for phone, seconds, stressed in _word(match[0], language, pause > 0):
            seconds *= speed
            if stressed:
                stresses.append(at + seconds / 2)
            phones.append((at, at + seconds, phone))
            at += seconds
        if at > start:
            words.append((start, at, match[0]))
        if pause and phones[-1][2]:
            phones.append((at, at + pause, ""))
            at += pause
    return Timed(tuple(phones), tuple(words), tuple(stresses), said)


def _pause(between: str, last: bool) -> float:
    if last:
        return 0.08
    if re.search(r"[.!?…;:]|—|--|\.\.\.", between):
        return _STOP
    return _COMMA if re.search(r"[,)(«»\"”“–]", between) else 0.0


def spelled(text: str, language: str) -> tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]:
    """Every word of a text as it is written, with its sounds."""
    out = []
    for match in WORD.finditer(text):
        some = tuple(sound for part in _spoken(match[0], language) for sound in sounds(part, language))
        out.append((match[0], some))
    return tuple(out)


def _spoken(word: str, language: str) -> list[str]:
    """The words that are said for one that is written: numbers in words, "well-known" in two."""
    if word.isdigit():
        return in_words(word, language).split()
    return [part for part in re.split(r"[-\u2010]|(?<=\d)(?=\D)|(?<=\D)(?=\d)", word) if part]


def _word(word: str, language: str, ends: bool) -> list[tuple[str, float, bool]]:
    """Phones of a word with their seconds; `ends`: a pause follows, so its last syllable is drawn out."""
    some = [sound for part in _spoken(word, language) for sound in sounds(part, language)]
    vowels = [n for n, (phone, _) in enumerate(some) if is_vowel(phone)]
    squeeze = 1.0 - 0.06 * min(max(len(vowels) - 1, 0), 4)
    out = []
    for number, (phone, stressed) in enumerate(some):
        if is_vowel(phone):
            seconds = (0.125 if stressed else 0.07) * squeeze
            if number + 1 < len(some) and is_vowel(some[number + 1][0]):
                seconds *= 0.7  # the halves of a diphthong
        else:
            near = any(0 <= n < len(some) and some[n][1] for n in (number - 1, number + 1))
            seconds = _LONG.get(phone, 0.07) * (1.0 if near else 0.8) * squeeze
            if number and not is_vowel(some[number - 1][0]):
                seconds *= 0.8  # in a cluster
        if ends and vowels and number >= vowels[-1]:
            seconds *= 1.3
        out.append((phone, seconds, stressed))
    return out
