"""The words that a motion net knows: labels of the clips it learnt from, and the stems of their captions' words.

A bag is what one patch of four frames is asked to show: shares of its words that sum to one, or zeros for "anything".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Words that say nothing of a motion.
STOP = frozenset(
    (
        *("a", "an", "the", "and", "or", "of", "is", "are", "be", "in", "on", "at", "to", "it", "its", "their", "his"),
        *("her", "with", "while", "then", "from", "for", "as", "by", "one", "does", "do", "someone", "somebody"),
        *("person", "man", "woman", "figure", "body", "people", "they", "he", "she", "who", "that", "this"),
        *("something", "performs", "several", "times", "like", "style", "held", "keeps", "face"),
    )
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def stem(word: str) -> str:
    """A word without the ends that English verbs and nouns take: walks, walking, walked -> walk."""
    word = word.lower()
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for end in ("ing", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) >= 3 and not word.endswith("ss"):
            word = word[: -len(end)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def words_of(text: str) -> list[str]:
    """The stems in a text that may say something, in order, each once."""
    found = (stem(word) for word in _WORD.findall(text.lower()) if word.lower() not in STOP)
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Vocabulary:
    """Labels ("get up") and stems ("danc"), each a column of the bag."""

    labels: tuple[str, ...]
    stems: tuple[str, ...]

    @classmethod
    def of(cls, labels: Iterable[str], captions: Iterable[str]) -> Vocabulary:
        """What is in a training set, sorted."""
        stems = {word for caption in captions for word in words_of(caption)}
        return cls(tuple(sorted(set(labels))), tuple(sorted(stems)))

    def __len__(self) -> int:
        return len(self.labels) + len(self.stems)

    def numbers(self, labels: Iterable[str] = (), words: Iterable[str] = ()) -> list[int]:
        """Columns of those labels and stems that are known."""
        offset = len(self.labels)
        named = [self.labels.index(one) for one in labels if one in self.labels]
        said = [offset + self.stems.index(one) for one in words if one in self.stems]
        return list(dict.fromkeys([*named, *said]))

    def bag(self, numbers: Sequence[int]) -> Floats:
        """(w,): equal shares of the columns."""
        out = np.zeros(len(self), np.float32)
        if numbers:
            out[list(numbers)] = 1 / len(numbers)
        return out
