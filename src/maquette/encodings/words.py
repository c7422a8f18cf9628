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
    """

    ids: tuple[int, ...]
    used: tuple[str, ...]
    replaced: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()


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
        replaced: list[tuple[str, str]] = []
        unknown: list[str] = []
        at = 0
        while at < len(tokens):
            length, words, told = self._phrase(tokens, at)
            typed = " ".join(tokens[at : at + length])
            if words:
                found.extend(words)
                if told:
                    replaced.append((typed, " ".join(words)))
            elif not self._is_stop(tokens, at):
                unknown.append(typed)
            at += length
        used = tuple(dict.fromkeys(found))
        ids = tuple(self.index[word] for word in used)
        return Reading(ids, used, tuple(dict.fromkeys(replaced)), tuple(dict.fromkeys(unknown)))

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

    def _phrase(self, tokens: Sequence[str], at: int) -> tuple[int, list[str], bool]:
        """Tokens taken from `at`, the vocabulary's words for them (maybe none), and whether to tell of it."""
        token = tokens[at]
        if token.startswith("+"):
            return 1, self.emoji.get(token[1:], "").split(), False
        if is_russian(token):
            for size in (3, 2):
                phrase = " ".join(russian_stem(word) for word in tokens[at : at + size])
                if at + size <= len(tokens) and phrase in self._russian_stems:
                    return size, self._russian_stems[phrase].split(), False
            return 1, *self._russian_word(token)
        if self._is_stop(tokens, at):
            return 1, [], False
        for size in (3, 2):
            phrase = " ".join(normal(word) for word in tokens[at : at + size])
            if at + size <= len(tokens) and phrase in self.synonyms:
                return size, self.synonyms[phrase].split(), True
        return 1, *self._english_word(token)

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

    def _english_word(self, token: str) -> tuple[list[str], bool]:
        """The vocabulary's words for one English word, and whether they are a replacement to be told."""
        for form in (token, *_forms(token)):
            if form in self.index:
                return [form], False
        for form in (token, *_forms(token)):
            if form in self.synonyms:
                return self.synonyms[form].split(), True
        if token in self.english or normal(token) in self.english:  # a word we know of, but nobody drew it
            return [], False
        parts = self._compound(token)
        if parts:
            return parts, True
        mended = _mend(token, self.words)
        return ([mended], True) if mended else ([], False)

    def _russian_word(self, token: str) -> tuple[list[str], bool]:
        """The same for one Russian word; a translation is not a replacement, a mended typo is."""
        if token in self.russian:
            return self.russian[token].split(), False
        stem = russian_stem(token)
        for form in (stem, *_russian_forms(token)):
            if form in self._russian_stems:
                return self._russian_stems[form].split(), False
        mended = _mend(stem, [word for word in self._russian_stems if " " not in word]) if len(token) >= 6 else None
        return (self._russian_stems[mended].split(), True) if mended else ([], False)

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
