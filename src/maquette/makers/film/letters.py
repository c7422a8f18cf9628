"""From spelling to sounds by readable rules: English, Russian, French and Spanish, without any dictionary.

The rules stand in `letters_LANGUAGE.tsv`. They are made for lips and for aligning a voice with its text, where a vowel
that is a little off does no harm; they are no dictionary of pronunciation. Russian stress, which is not written, is
guessed unless the text gives it (an acute or the letter ё).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from ...media.phones import is_vowel, parts

_VOWELS = {"en": "aeiouy", "fr": "aeiouyéèêëàâîïôûùüœæ", "es": "aeiouáéíóúü", "ru": "аеёиоуыэюя"}
_ACUTE = "\u0301"
Sounds = tuple[tuple[str, bool], ...]  # phone, whether it is stressed


@dataclass(frozen=True)
class _Rule:
    left: re.Pattern[str] | None
    letters: str
    right: re.Pattern[str] | None
    phones: tuple[str, ...]


def languages() -> tuple[str, ...]:
    return tuple(_VOWELS)


def sounds(word: str, language: str) -> Sounds:
    """The phones of one word and which of its vowels is stressed. Unknown letters are silent."""
    kind = language[:2] if language[:2] in _VOWELS else "en"
    plain, stressed = _spelling(word, kind)
    whole, rules = _table(kind)
    if plain in whole:
        phones = list(whole[plain])
        # Vowels of whole words are written as they sound: the one that is not reduced carries the stress.
        full = [n for n, phone in enumerate(phones) if is_vowel(phone) and phone not in ("ə", "ɪ", "ɐ")]
        at = full[-1] if kind == "ru" and full else _stressed_vowel(phones, plain, kind, stressed)
    else:
        base, tail = _cut(plain) if kind == "en" else (plain, ())
        phones = [*(whole.get(base) or _by_rules(base, rules)), *tail]
        at = _stressed_vowel(phones, plain, kind, stressed)
        if kind == "ru":
            phones = _reduced(phones, at)
    return tuple((phone, number == at) for number, phone in enumerate(phones))


_TAILS = {"s": ("z",), "ll": ("ə", "l"), "d": ("d",), "re": ("ə",), "ve": ("v",), "m": ("m",)}


def _cut(word: str) -> tuple[str, tuple[str, ...]]:
    """An English word and what is drawn together with it: "there's" -> "there" and z, "doesn't" -> "does" and ənt."""
    base, mark, tail = word.rpartition("'")
    if mark and tail == "t" and base.endswith("n"):
        return base[:-1], ("ə", "n", "t")
    return (base, _TAILS[tail]) if mark and tail in _TAILS else (word, ())


def _spelling(word: str, kind: str) -> tuple[str, int]:
    """Lower case in composed letters, and which vowel carries a written stress (-1: none is written)."""
    text = unicodedata.normalize("NFC", word.lower().replace("’", "'"))
    stressed = -1
    if kind == "ru":
        letters = unicodedata.normalize("NFD", text).replace("и\u0306", "й").replace("е\u0308", "ё")
        if _ACUTE in letters:
            before = letters[: letters.index(_ACUTE)]
            stressed = sum(letter in _VOWELS["ru"] for letter in before) - 1
            letters = letters.replace(_ACUTE, "")
        text = _with_yo().get(letters, letters) if stressed < 0 else letters
        if stressed < 0 and "ё" in text:
            stressed = sum(letter in _VOWELS["ru"] for letter in text[: text.index("ё")])
        if stressed < 0:
            stressed = _stresses().get(text, -1)
    elif kind == "es":
        marked = [n for n, letter in enumerate(text) if letter in "áéíóú"]
        stressed = marked[0] if marked else -1
    elif kind == "en":
        text = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return text, stressed


@lru_cache(maxsize=8)
def _table(kind: str) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[_Rule, ...]]]:
    """Whole words, and rules by their first letter."""
    vowels = _VOWELS[kind]
    whole: dict[str, tuple[str, ...]] = {}
    rules: dict[str, list[_Rule]] = {}
    text = (files("maquette.makers.film") / f"letters_{kind}.tsv").read_text(encoding="utf-8")
    for row in text.splitlines():
        if not row.strip() or row.startswith("#"):
            continue
        if row.startswith("="):
            word, _, phones = row[1:].split("\t")
            whole[word] = _phones(phones)
            continue
        left, letters, right, phones = (cell.replace("{V}", f"[{vowels}]") for cell in row.split("\t"))
        left, right = (cell.replace("{C}", f"[^{vowels}'-]") for cell in (left, right))
        rule = _Rule(
            re.compile(f"(?:{left})$") if left else None, letters, re.compile(right) if right else None, _phones(phones)
        )
        rules.setdefault(letters[0], []).append(rule)
    return whole, {letter: tuple(some) for letter, some in rules.items()}


@lru_cache(maxsize=1)
def _known() -> tuple[str, ...]:
    text = (files("maquette.makers.film") / "letters_ru_stress.txt").read_text(encoding="utf-8")
    return tuple(word for row in text.splitlines() if not row.startswith("#") for word in row.split())


@lru_cache(maxsize=1)
def _stresses() -> dict[str, int]:
    """Frequent Russian words -> which of their vowels is stressed."""
    return {
        word.replace(_ACUTE, ""): sum(letter in _VOWELS["ru"] for letter in word[: word.index(_ACUTE)]) - 1
        for word in _known()
        if _ACUTE in word
    }


@lru_cache(maxsize=1)
def _with_yo() -> dict[str, str]:
    """Words that are written with е and said with ё."""
    return {word.replace("ё", "е"): word for word in _known() if "ё" in word}


def _phones(cell: str) -> tuple[str, ...]:
    return tuple(phone for name in cell.split() if name != "-" for phone in parts(name))


def _by_rules(word: str, rules: dict[str, tuple[_Rule, ...]]) -> list[str]:
    out: list[str] = []
    at = 0
    while at < len(word):
        for rule in rules.get(word[at], ()):
            end = at + len(rule.letters)
            if not word.startswith(rule.letters, at):
                continue
            if rule.left and not rule.left.search(word[:at]):
                continue
            if rule.right and not rule.right.match(word[end:]):
                continue
            out.extend(rule.phones)
            at = end
            break
        else:
            at += 1
    return out


# --- stress --------------------------------------------------------------------------------------------------------


def _stressed_vowel(phones: list[str], word: str, kind: str, written: int) -> int:
    """Index of the stressed vowel among `phones`, -1 if there is no vowel."""
    vowels = [n for n, phone in enumerate(phones) if is_vowel(phone)]
    heads = [n for n in vowels if kind != "en" or n - 1 not in vowels or phones[n] not in ("ɪ", "ʊ", "ə")]
    if not heads:
        return -1
    if kind == "fr":
        return heads[-2] if len(heads) > 1 and phones[-1] == "ə" else heads[-1]
    if kind == "ru":
        return heads[min(written, len(heads) - 1)] if written >= 0 else heads[_russian(word, len(heads))]
    if kind == "es":
        return heads[_spanish(word, phones, heads, written)]
    return heads[_english(word, len(heads))]


def _spanish(word: str, phones: list[str], heads: list[int], written: int) -> int:
    if written >= 0:
        # The same vowel, counted from the end: glides that became consonants stand before it as often as after.
        share = written / max(len(word) - 1, 1)
        wanted = {"á": "a", "é": "e", "í": "i", "ó": "o", "ú": "u"}[word[written]]
        fitting = [n for n, head in enumerate(heads) if phones[head] == wanted] or list(range(len(heads)))
        return min(fitting, key=lambda n: abs(heads[n] / max(len(phones) - 1, 1) - share))
    return len(heads) - 1 if word[-1:] not in "aeiouns" else max(len(heads) - 2, 0)


_RU_LAST = re.compile(r"(ой|ать|ять|еть|ить|уть|овать|изм|ист|ант|ент|ей|ун|ак|як|ук|ец|ал|ил|ел|ял|ов)$")


def _russian(word: str, count: int) -> int:
    """A guess: the last syllable before some endings, else the last but one (vowel at the end) or the last."""
    if count == 1:
        return 0
    if _RU_LAST.search(word):
        return count - 1
    if re.search(r"(ция|ение|ание|ость|ный|ная|ное|ные|ский|ская|ские)$", word):
        return max(count - (2 if word.endswith(("ость", "ный")) else 3), 0)
    return max(count - 2, 0) if word[-1] in _VOWELS["ru"] or count > 2 else 0 if word[-1] in "ьй" else count - 1


_EN_BEFORE = re.compile(r"(tion|sion|ic|ical|ity|ial|ian|ious|eous)s?$")
_EN_PREFIX = re.compile(r"^(a(?![nrl])|be|re|de|un|in|im|ex|en|em|con|com|pre|pro|to|for(?=g))[b-df-hj-np-tv-z]")


def _english(word: str, count: int) -> int:
    if count == 1:
        return 0
    if _EN_BEFORE.search(word):
        return max(count - (3 if word.endswith(("ical", "ity", "ity")) else 2), 0)
    return 1 if _EN_PREFIX.match(word) else 0


def _reduced(phones: list[str], stressed: int) -> list[str]:
    """Russian vowels away from the stress: o becomes a, e becomes i (Avanesov, "Russian literary pronunciation")."""
    out = []
    for number, phone in enumerate(phones):
        if number != stressed and phone == "o":
            phone = "ɐ" if number == stressed - 2 or number < stressed else "ə"
        elif number != stressed and phone == "e":
            phone = "ɪ"
        elif number != stressed and phone == "a" and number > stressed:
            phone = "ə"
        out.append(phone)
    return out
