"""Words of a prompt, English or Russian, as the ids a net was trained on.

The vocabulary is made once, from the names, tags and categories that artists gave to their icons (`maquette.training.
vocabulary`), and then frozen: an id means the same word in every checkpoint that ships with it. Whatever a person
types is brought onto those words openly: inflected forms and British spellings are understood, a synonym or a mended
typo is told as *replaced*, and what remains is told as *unknown*. Nothing is guessed in silence.
"""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from maquette.core.errors import CheckpointError
from maquette.core.spelling import normal, normal_words, split

FORMAT = "words.v1"
PACKAGED = Path(__file__).resolve().parents[1] / "starters" / "icon-1" / "words.json.gz"

# Dropped without a word in a prompt; `in` and `on` are kept at the end ("log in", "light on").
STOP = frozenset(
    "a an the of with and or for to from by at is are as it its my some this that please icon icons draw show me "
    "into onto".split()
)
STOP_INSIDE = frozenset({"in", "on"})
STOP_BEFORE_OF = frozenset({"picture", "drawing", "image", "symbol", "sketch"})
STOP_RU = frozenset(
    "и в во на с со к ко у о об от до из за для по над под при а или это мой моя мое мои иконка иконку иконки иконок "
    "значок значки нарисуй покажи пожалуйста".split()
)

_EMOJI = re.compile(
    r"((?:[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*)+)"
)
_VOWELS = frozenset("aeiouy")

# Endings of Russian nouns, adjectives and verbs, longest first; at least three letters of the word remain.
_ENDINGS = tuple(
    sorted(
        "иями ями ами ием иях ией иям ого его ому ему ыми ими ейший ейшая ая яя ое ее ые ие ый ий ой ей ую юю ых их ым "
        "им ом ем ам ям ах ях ов ев ью ия ие ии ию ья ье ьи а я о е ы и у ю ь й ется ится ться ющий ющая ющее ющие "
        "ящий ящая ящее ящие вший вшая".split(),
        key=len,
        reverse=True,
    )
)


@lru_cache(maxsize=8192)
def russian_stem(word: str) -> str:
    """A word without its Russian ending, so that inflected forms meet: кошка, кошки, кошкой -> кошк."""
    word = word.replace("ё", "е")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _russian_forms(word: str) -> Iterator[str]:
    """Other stems of a Russian word: with its fleeting vowel (замк-и, замок), without a diminutive."""
    stem = russian_stem(word)
    if len(stem) >= 3:
        yield from (stem[:-1] + vowel + stem[-1] for vowel in "ое")
    for small in ("очк", "ечк", "еньк", "чик", "ик", "ок", "ек", "к"):
        short = stem.removesuffix(small)
        if short != stem and len(short) >= 3:
            yield russian_stem(short)
            yield short + "к"


def is_russian(word: str) -> bool:
    return any("а" <= letter <= "я" for letter in word)


@dataclass(frozen=True)
class Reading:
    """What was understood of a prompt.

    ids      what the net is given, in the order of the prompt, none twice
    used     the vocabulary's words of these ids
    replaced (what was typed, what was used instead): synonyms, mended typos, split compounds
    unknown  what was left out
    sought   all that was asked for, in English, whether or not the vocabulary has it: what a shelf is searched for
    """

    ids: tuple[int, ...]
    used: tuple[str, ...]
    replaced: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    sought: tuple[str, ...] = ()


class _Taken(NamedTuple):
    """What was made of the next `length` tokens: words for the net (maybe none), whether that is to be told, what to
    seek on a shelf."""

    length: int
    words: list[str]
    told: bool
    sought: list[str]


class Words:
    """A frozen vocabulary with its English synonyms, its Russian lexicon and its emoji.

    `words[i]` is the word of id i, most frequent first; `counts[i]` the number of names and tag lists it stands in.
    """

    def __init__(self, content: Mapping[str, object]) -> None:
        try:
            self.words: tuple[str, ...] = tuple(str(content["words"]).split())
            self.counts: tuple[int, ...] = tuple(int(n) for n in str(content["counts"]).split())
            self.synonyms: dict[str, str] = dict(content["synonyms"])  # type: ignore[call-overload]
            self.russian: dict[str, str] = dict(content["russian"])  # type: ignore[call-overload]
            self.emoji: dict[str, str] = dict(content["emoji"])  # type: ignore[call-overload]
            self.english: frozenset[str] = frozenset(str(content["english"]).split())
            self.notice = str(content["notice"])
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointError(
                f"a words file without {error}", mend="install Maquette or the model again"
            ) from error
        if len(self.words) != len(self.counts):
            raise CheckpointError(f"a words file with {len(self.words)} words and {len(self.counts)} counts")
        self.index = {word: i for i, word in enumerate(self.words)}

    @classmethod
    def load(cls, path: Path = PACKAGED) -> Words:
        """Read a `words.json.gz`; the packaged one by default."""
        try:
            content = json.loads(gzip.decompress(path.read_bytes()))
        except (OSError, EOFError, ValueError) as error:
            raise CheckpointError(
                f"the words file cannot be read: {error}", where=path.name, mend="install Maquette or the model again"
            ) from error
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            found = content.get("format") if isinstance(content, dict) else type(content).__name__
            raise CheckpointError(f"a words file of format {found!r}, not {FORMAT!r}", where=path.name)
        return cls(content)

    def __len__(self) -> int:
        return len(self.words)

    def known(self, *texts: str) -> tuple[int, ...]:
        """Ids of an artist's own words (a name, tags, a category), in order, none twice; others left out."""
        ids = (self.index.get(word) for text in texts for word in normal_words(text))
        return tuple(dict.fromkeys(i for i in ids if i is not None))

    def read(self, prompt: str) -> Reading:
        """Bring a prompt onto the vocabulary: any order, English, Russian, emoji, plurals, compounds, small typos."""
        typed_tokens = list(self._tokens(prompt))
        tokens = [t for i, t in enumerate(typed_tokens) if not (is_russian(t) and self._is_stop(typed_tokens, i))]
        found: list[str] = []
        sought: list[str] = []
        replaced: list[tuple[str, str]] = []
        unknown: list[str] = []
        at = 0
        while at < len(tokens):
            if self._is_stop(tokens, at):
                at += 1
                continue
            taken = self._take(tokens, at)
            typed = " ".join(_shown(token) for token in tokens[at : at + taken.length])
            found.extend(taken.words)
            sought.extend(taken.sought)
            if not taken.words:
                unknown.append(typed)
            elif taken.told:
                replaced.append((typed, " ".join(taken.words)))
            at += taken.length
        used = tuple(dict.fromkeys(found))
        ids = tuple(self.index[word] for word in used)
        told, lost = tuple(dict.fromkeys(replaced)), tuple(dict.fromkeys(unknown))
        return Reading(ids, used, told, lost, tuple(dict.fromkeys(sought)))

    def _tokens(self, prompt: str) -> Iterator[str]:
        """Words and emoji of a prompt; an emoji is given as the text of its code points with a + before it."""
        for i, piece in enumerate(_EMOJI.split(prompt)):
            if i % 2 == 0:
                yield from split(piece)
            else:
                yield from self._emoji_tokens(piece)

    def _emoji_tokens(self, run: str) -> Iterator[str]:
        """A run of emoji cut into the longest ones known; unknown ones one by one, joiners and tones left out."""
        points = [f"{ord(c):X}" for c in run if c != "\ufe0f" and not "\U0001f3fb" <= c <= "\U0001f3ff"]
        at = 0
        while at < len(points):
            size = next((n for n in range(8, 0, -1) if "-".join(points[at : at + n]) in self.emoji), 1)
            if points[at] != "200D" or size > 1:
                yield "+" + "-".join(points[at : at + size])
            at += size

    def _take(self, tokens: Sequence[str], at: int) -> _Taken:
        """Read the longest known phrase at `at`, or one word."""
        token = tokens[at]
        if token.startswith("+"):
            words = self.emoji.get(token[1:], "").split()
            return _Taken(1, words, False, words)
        russian = is_russian(token)
        known = self._russian_stems if russian else self.synonyms
        for size in (3, 2):
            phrase = " ".join((russian_stem if russian else normal)(word) for word in tokens[at : at + size])
            if at + size <= len(tokens) and phrase in known:
                words, lost = self._in_vocabulary(known[phrase])
                return _Taken(size, words, not russian or lost, known[phrase].split())
        return self._russian_word(token) if russian else self._english_word(token)

    def _in_vocabulary(self, english: str) -> tuple[list[str], bool]:
        """Words of a translation that the vocabulary has, synonyms for others, and whether any was not as it stood."""
        words: list[str] = []
        for word in english.split():
            words.extend([word] if word in self.index else self.synonyms.get(word, "").split())
        return words, words != english.split()

    @staticmethod
    def _is_stop(tokens: Sequence[str], at: int) -> bool:
        """Whether a small word says nothing here; it does when it stands alone or after "letter"."""
        if len(tokens) == 1 or (at and tokens[at - 1] in {"letter", "буква"}):
            return False
        if tokens[at] in STOP_INSIDE:
            return at < len(tokens) - 1
        if tokens[at] in STOP_BEFORE_OF:
            return tokens[at + 1 : at + 2] == ["of"]
        return tokens[at] in STOP or tokens[at] in STOP_RU

    def _english_word(self, token: str) -> _Taken:
        """One English word: as it stands, in another form, a synonym, a compound, or mended, in this order."""
        forms = (token, *_forms(token))
        for form in forms:
            if form in self.index:
                return _Taken(1, [form], False, [form])
        for form in forms:
            if form in self.synonyms:
                return _Taken(1, self.synonyms[form].split(), True, [form])
        if token in self.english or normal(token) in self.english:  # a word we know of, but nobody drew it
            return _Taken(1, [], False, [normal(token)])
        parts = self._compound(token)
        mended = None if parts else _mend(token, self.words)
        words = parts or ([mended] if mended else [])
        return _Taken(1, words, bool(words), words or [normal(token)])

    def _russian_word(self, token: str) -> _Taken:
        """One Russian word. A translation is not a replacement and not told; a mended typo is."""
        stem = russian_stem(token)
        english = self.russian.get(token)
        for form in (stem, *_russian_forms(token)):
            english = english or self._russian_stems.get(form)
        mended = None
        if english is None and len(token) >= 6:
            mended = _mend(stem, [word for word in self._russian_stems if " " not in word])
            english = self._russian_stems[mended] if mended else None
        if english is None:
            return _Taken(1, [], False, [])
        words, lost = self._in_vocabulary(english)
        return _Taken(1, words, lost or mended is not None, english.split())

    @cached_property
    def _russian_stems(self) -> dict[str, str]:
        """Stemmed Russian words and phrases -> English words; the first entry of a stem wins."""
        stems: dict[str, str] = {}
        for phrase, english in self.russian.items():
            stems.setdefault(" ".join(russian_stem(word) for word in phrase.split()), english)
        return stems

    def _compound(self, token: str) -> list[str]:
        """Two words written as one ("arrowright"), each of three letters or more; the more frequent pair wins."""
        pairs = []
        for cut in range(3, len(token) - 2):
            left, right = token[:cut], normal(token[cut:])
            if left in self.index and right in self.index:
                pairs.append((max(self.index[left], self.index[right]), [left, right]))
        return min(pairs)[1] if pairs else []


def _shown(token: str) -> str:
    """A token as a person typed it: an emoji's code points become the emoji again."""
    return "".join(chr(int(point, 16)) for point in token[1:].split("-")) if token.startswith("+") else token


def _forms(word: str) -> Iterator[str]:
    """Other forms under which an English word may stand: singular, American, without -ing, -ed or -er."""
    yield normal(word)
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3 or not _VOWELS & set(stem):
            continue
        yield stem
        yield stem + "e"
        if stem[-1] == stem[-2]:
            yield stem[:-1]
        if stem.endswith("i"):
            yield stem[:-1] + "y"


def _mend(word: str, known: Iterable[str]) -> str | None:
    """The first known word one edit away (insert, delete, replace, swap), if `word` has five letters or more."""
    if len(word) < 5 or not word.isalpha():
        return None
    return next((other for other in known if len(other) >= 4 and _one_edit(word, other)), None)


def _one_edit(a: str, b: str) -> bool:
    """Whether two different words are one insertion, deletion, replacement or swap of neighbours apart."""
    if abs(len(a) - len(b)) > 1:
        return False
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    x, y = a[head:], b[head:]
    if len(x) == len(y):
        return x[1:] == y[1:] or (x[:2] == y[1::-1] and x[2:] == y[2:])
    return x[1:] == y if len(x) > len(y) else x == y[1:]
