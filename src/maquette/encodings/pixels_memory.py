"""What a picture model remembers of things: a sketch of 16 x 16 each, found by words in seventeen languages.

The table is made from training pictures, several people's of one thing averaged; whose they are stands in the card. It
is what the net draws over, and what a person sees when she asks what the model had in mind.
"""

from __future__ import annotations

import difflib
import gzip
import io
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from . import pixels as px
from .pixels import Box, Floats

SKETCHES, THINGS, NAMES = "sketches.npz", "things.json.gz", "names.json.gz"  # files in a checkpoint's box
FAMILIES = ("own", "emoji", "clip", "tile")  # in the order in which they are tried; "own": of an own style
LEAST = 0.34  # of a phrase's weight that an entry must share to be taken for it
ARTICLES = {"a", "an", "the", "of", "with", "and", "in", "on"}
How = Literal["name", "language", "keywords", "spelling"]


@dataclass(frozen=True)
class Entry:
    """One thing that is remembered."""

    caption: str
    family: str  # own, emoji, tile, clip
    keywords: tuple[str, ...]
    group: str
    person: bool  # has skin tones


@dataclass(frozen=True)
class Found:
    """An entry that a phrase was taken for; `score` 1 for its very name; `language` of the name that was found."""

    number: int
    entry: Entry
    how: How
    score: float
    language: str = "en"


@dataclass(frozen=True)
class Thing:
    """An entry as it stands in a frame."""

    number: int
    box: Box = px.WHOLE
    flip: bool = False
    colour: str = ""  # of px.COLOURS; "" as it is remembered


def plain(text: str) -> str:
    """A phrase as it is looked up: lower case, single spaces, no marks at its ends."""
    return re.sub(r"\s+", " ", text.casefold()).strip(" .,:;!?\"'")


def stem(word: str) -> str:
    """An English word without its plural."""
    for end, put in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("sses", "ss"), ("s", "")):
        if len(word) > 3 and word.endswith(end) and not (end == "s" and word.endswith(("ss", "us", "is"))):
            return word[: -len(end)] + put
    return word


class Memory:
    """Entries with their sketches (n, 16, 16, 4) uint8, premultiplied; `names`: language -> name -> entry numbers."""

    def __init__(
        self,
        entries: Sequence[Entry],
        sketches: NDArray[np.uint8],
        names: Mapping[str, Mapping[str, Sequence[int]]] | None = None,
    ) -> None:
        self.entries, self.sketches, self.names = tuple(entries), sketches, names or {}

    # -- files ---------------------------------------------------------------------------------------------------

    def files(self) -> dict[str, bytes]:
        """The table as files of a checkpoint's box."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, sketches=self.sketches)
        things = json.dumps([asdict(entry) for entry in self.entries], ensure_ascii=False).encode()
        names = json.dumps(self.names, ensure_ascii=False).encode()
        zipped = {THINGS: gzip.compress(things, mtime=0), NAMES: gzip.compress(names, mtime=0)}
        return {SKETCHES: buffer.getvalue(), **zipped}

    @classmethod
    def load(cls, find: Any) -> Memory:
        """From a checkpoint's box; `find(name)` gives the path of one of its files."""
        with np.load(find(SKETCHES), allow_pickle=False) as table:
            sketches = np.asarray(table["sketches"], np.uint8)
        rows = json.loads(gzip.decompress(Path(find(THINGS)).read_bytes()))
        names = json.loads(gzip.decompress(Path(find(NAMES)).read_bytes()))
        return cls([Entry(**{**row, "keywords": tuple(row["keywords"])}) for row in rows], sketches, names)

    def before(self, other: Memory) -> Memory:
        """These entries and those of another memory behind them."""
        shift = len(self.entries)
        names = {
            language: {name: [n + shift for n in numbers] for name, numbers in table.items()}
            for language, table in other.names.items()
        }
        both = np.concatenate([self.sketches, other.sketches])
        return Memory([*self.entries, *other.entries], both, names)

    # -- looking up ----------------------------------------------------------------------------------------------

    @cached_property
    def _captions(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            found[entry.caption].append(number)
            found[" ".join(stem(word) for word in entry.caption.split())].append(number)
        return found

    @cached_property
    def _index(self) -> dict[str, dict[int, float]]:
        """word -> entry -> how much of the entry the word is."""
        index: dict[str, dict[int, float]] = defaultdict(dict)
        for number, entry in enumerate(self.entries):
            for words, share in ((entry.keywords, 0.6), ((entry.caption,), 1.0)):
                for word in {stem(w) for text in words for w in px.words_of(text)} - ARTICLES:
                    index[word][number] = max(share, index[word].get(number, 0.0))
        return index

    @cached_property
    def _lengths(self) -> list[int]:
        return [max(1, len(set(px.words_of(entry.caption)) - ARTICLES)) for entry in self.entries]

    def find(self, phrase: str, *, style: int = -1, language: str | None = None) -> Found | None:
        """The entry that a phrase means: its name, its name in another language, its keywords, or nearly its name.

        style: its number in px.STYLES; pixel art looks among tiles first. None where nothing is near enough.
        """
        text = plain(phrase)
        order = ("own", "tile", "emoji", "clip") if style == 0 else FAMILIES
        for key in (text, " ".join(stem(word) for word in text.split() if word not in ("a", "an", "the"))):
            if key in self._captions:
                return self._found(self._captions[key], order, "name", 1.0)
        for one in (language,) if language else self.names:
            if (numbers := self.names.get(one, {}).get(text)) is not None:
                return self._found(numbers, order, "language", 1.0, one)
        return self._by_words(text, order) or self._by_spelling(text, order)

    def _found(
        self, numbers: Iterable[int], order: Sequence[str], how: How, score: float, language: str = "en"
    ) -> Found:
        number = min(numbers, key=lambda one: (order.index(self.entries[one].family), one))
        return Found(number, self.entries[number], how, score, language)

    def _by_words(self, text: str, order: Sequence[str]) -> Found | None:
        words = {stem(word) for word in px.words_of(text)} - ARTICLES
        rarity = {word: math.log(1 + len(self.entries) / (1 + len(self._index.get(word, ())))) for word in words}
        total = sum(rarity.values())
        scores: Counter[int] = Counter()
        for word in words:
            for number, share in self._index.get(word, {}).items():
                scores[number] += share * rarity[word]  # type: ignore[assignment]
        if not scores:
            return None

        head = next((stem(word) for word in reversed(px.words_of(text)) if word not in ARTICLES), "")

        def worth(number: int) -> float:
            # Of things that share as much: the plainer name, the one that ends in the same word (a desktop computer
            # is a computer, a computer disk is none), the one with fewer keywords beside it, the likelier family.
            entry = self.entries[number]
            named = [stem(word) for word in px.words_of(entry.caption)]
            ends = 0.1 if named and named[-1] == head else 0.0
            many = 0.04 * self._lengths[number] + 0.012 * len(entry.keywords)
            return scores[number] / total + ends - many - 0.15 * order.index(entry.family)

        best = max(scores, key=lambda number: (worth(number), -number))
        shared = scores[best] / total
        return Found(best, self.entries[best], "keywords", round(shared, 3)) if shared >= LEAST else None

    def _by_spelling(self, text: str, order: Sequence[str]) -> Found | None:
        near = difflib.get_close_matches(text, list(self._captions), n=1, cutoff=0.82) if len(text) > 3 else []
        if near:
            return self._found(self._captions[near[0]], order, "spelling", 0.8)
        cutoff = 0.86 if text.isascii() else 0.82  # an English word is easily like one of some other language
        for language, names in self.names.items():
            near = difflib.get_close_matches(text, list(names), n=1, cutoff=cutoff) if len(text) > 4 else []
            if near:
                return self._found(names[near[0]], order, "spelling", 0.8, language)
        return None

    # -- sketching -----------------------------------------------------------------------------------------------

    def sketch(self, number: int, colour: str = "") -> Floats:
        """(16, 16, 4) premultiplied in [0, 1]."""
        made = self.sketches[number].astype(np.float32) / 255
        return px.tinted(made, colour) if colour else made

    def lay_out(
        self,
        things: Sequence[Thing],
        *,
        known: float = 1.0,
        rng: np.random.Generator | None = None,
        side: int = px.SIDE,
    ) -> Floats:
        """Things in a frame, each above those before it: (4, side, side) in [-1, 1], shaken as `known` says."""
        frame = np.zeros((side, side, 4), np.float32)
        for thing in things:
            sketch = self.sketch(thing.number, thing.colour)
            if rng is not None and known < 1:
                sketch = px.shaken(sketch, known, rng)
            frame = px.over(px.placed(sketch, thing.box, flip=thing.flip, side=side), frame)
        return px.signed(frame)
