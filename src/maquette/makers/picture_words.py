"""Words of a prompt as things in a frame: what, how many, which colour, how large, where; style, tone and weights.

"three yellow stars above a sleeping cat" · "красное яблоко слева от кошки" · "a (big:1.3) fox, pixel art, no hat"

Things are looked up in the memory of a checkpoint, which knows their names in many languages; number, place and colour
are read in English and Russian. What is not known is named, with what was used instead; nothing is guessed in silence.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ..core.errors import UsageError
from ..core.registry import nearest
from ..core.spelling import normal
from . import picture_lexicon as lexicon
from .picture_weights import Token, weighted

LONGEST_NAME = 6  # words
NUMBER_WORDS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
RELATION_WORDS = {"left": "left of", "right": "right of", "on": "on", "above": "above", "below": "below",
    "behind": "behind", "front": "in front of", "inside": "in", "between": "between", "beside": "and",
    "with": "with"}  # fmt: skip


class Names(Protocol):
    """What a reader of prompts asks of a checkpoint's memory. An entry has a `name`, in English."""

    def find(self, phrase: str) -> Any:
        """The entry of a thing by its very name, in any language, else None."""
        ...

    def guess(self, word: str) -> Any:
        """The entry that a word is a keyword of, else None."""
        ...

    def nearest(self, word: str) -> Any:
        """The entry whose name is spelt nearly so, else None."""
        ...


@dataclass(frozen=True)
class Group:
    """Some equal things: what the memory has of them, how many, and how they are to look.

    `place`: a corner or side of the frame, "" for wherever there is room. `weight`: above 1 counts more.
    """

    entry: Any
    name: str  # in English
    number: int = 1
    colour: str = ""
    size: float = 1.0
    flip: bool = False
    weight: float = 1.0
    place: str = ""


@dataclass(frozen=True)
class Relation:
    """Group `subject` is so-and-so (`kind`) of the groups `objects`, by their numbers."""

    subject: int
    kind: str
    objects: tuple[int, ...]


@dataclass(frozen=True)
class Wish:
    """What a prompt asks for. words: for the net, in English; `how` they were read: used, replaced, unknown, said."""

    groups: tuple[Group, ...] = ()
    relations: tuple[Relation, ...] = ()
    words: tuple[str, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()  # phrases that do not weigh 1
    negative: tuple[str, ...] = ()
    style: str = ""
    tone: str = ""
    used: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def reading(self) -> dict[str, Any]:
        """How the words were understood, as the story of a work keeps it."""
        replaced = [list(pair) for pair in self.replaced]
        return {
            "used": list(self.used),
            "replaced": replaced,
            "unknown": list(self.unknown),
            "said": list(self.said),
        }


# -- reading ----------------------------------------------------------------------------------------------------------


def read(prompt: str, memory: Names, *, negative: str = "") -> Wish:
    """What a prompt asks for. `negative`: what is not wanted. Raises UsageError for weights that cannot be read."""
    reader = _Reader(weighted(prompt), memory)
    wish = reader.read()
    unwanted = _unwanted(negative, memory) if negative.strip() else ()
    return replace(wish, negative=tuple(dict.fromkeys((*wish.negative, *unwanted))))


def _unwanted(text: str, memory: Names) -> tuple[str, ...]:
    """The English words of what is not wanted."""
    wish = _Reader(weighted(text), memory).read()
    named = [word for group in wish.groups for word in english(group)]
    return tuple(dict.fromkeys([*named, *wish.unknown, *(new for _, new in wish.replaced)]))


def english(group: Group) -> list[str]:
    """A group in plain English words: ["three", "yellow", "star"]."""
    count = [NUMBER_WORDS[group.number]] if 1 < group.number < len(NUMBER_WORDS) else []
    return [*count, *([group.colour] if group.colour else []), *re.findall(r"[a-z]+|\d+", group.name.lower())]


@dataclass
class _Draft:
    """What was read of a group before its noun came."""

    number: int = 1
    colour: str = ""
    size: float = 1.0
    flip: bool = False
    place: str = ""
    weight: float = 1.0
    words: list[Token] = field(default_factory=list)  # that stand before the noun and mean nothing to us
    not_wanted: bool = False


class _Reader:
    """Reads a prompt from left to right."""

    def __init__(self, tokens: list[Token], memory: Names) -> None:
        self.tokens, self.memory = tokens, memory
        self.groups: list[Group] = []
        self.relations: list[Relation] = []
        self.draft = _Draft()
        self.waiting: list[tuple[int, str, int]] = []  # subject, kind, and how many objects are still to come
        self.tail: list[int] = []  # objects of the relation that is being read
        self.style = self.tone = ""
        self.used: list[str] = []
        self.replaced: list[tuple[str, str]] = []
        self.unknown: list[str] = []
        self.said: list[str] = []
        self.negative: list[str] = []
        self.weights: list[tuple[str, float]] = []
        self.last: tuple[int, int, _Draft] = (-1, -1, _Draft())  # the last thing: where it began and ended, its draft
        self.closed: tuple[tuple[int, str, int], tuple[int, ...]] | None = None  # the last relation that was read

    def read(self) -> Wish:
        at = 0
        while at < len(self.tokens):
            at += self._step(at)
        self._end_of_part()
        self._close_relation()
        return Wish(
            tuple(self.groups),
            tuple(self.relations),
            tuple(self._words()),
            tuple(self.weights),
            tuple(dict.fromkeys(self.negative)),
            self.style,
            self.tone,
            tuple(self.used),
            tuple(dict.fromkeys(self.replaced)),
            tuple(dict.fromkeys(self.unknown)),
            tuple(dict.fromkeys(self.said)),
        )

    def _ahead(self, at: int, most: int = LONGEST_NAME) -> list[str]:
        """The words from `at` on, up to the end of the part."""
        found = itertools.takewhile(lambda one: one.text != ",", self.tokens[at : at + most])
        return [one.text for one in found]

    def _step(self, at: int) -> int:
        """Read what stands at `at`; how many tokens that were."""
        if self.tokens[at].text == ",":
            self._end_of_part()
            self._close_relation()
            return 1
        looks = (self._styled, self._toned, self._contents, self._named_whole, self._placed, self._related)
        for look in (*looks, self._adjective):
            if taken := look(at):
                return taken
        return self._noun(at)

    # each of these gives the number of tokens that it read, 0 where it has nothing to say

    def _styled(self, at: int) -> int:
        words = self._ahead(at)
        lead, _ = lexicon.longest(words, lexicon.STYLE_LEADS)
        length, style = lexicon.longest(words[lead:], lexicon.STYLES)
        if not length:
            if lead > 1 and len(words) > lead:  # "in the style of ..." somebody
                self.said.append(f"{' '.join(words[lead:])!r} is no style of this model")
                return len(words)
            return 0
        after = words[lead + length : lead + length + 1]
        tail = 1 if after and lexicon.stem(after[0]) in lexicon.STYLE_TAILS else 0
        if not lead and not tail and length == 1 and words[0] in ("plain", "soft", "comic") and len(words) > 1:
            return 0  # "a soft pillow": a word like any other
        self.style = style
        return lead + length + tail

    def _toned(self, at: int) -> int:
        words = self._ahead(at)
        skip = 1 if words[0] in ("with", "с", "a") else 0
        length, tone = lexicon.longest(words[skip:], lexicon.TONES)
        if length:
            self.tone = tone
        return length + skip if length else 0

    def _named_whole(self, at: int) -> int:
        """A name of several words is read as one: "red apple", "sun behind cloud"."""
        words = self._ahead(at)
        if words[0] in lexicon.NUMBERS or words[0] in lexicon.FILLERS or words[0] in lexicon.NOT:
            return 0
        for length in range(len(words), 1, -1):
            entry = self._find(words[:length])
            if entry is not None:
                self._take(at, length, entry)
                return length
        return 0

    def _placed(self, at: int) -> int:
        length, place = lexicon.longest(self._ahead(at), lexicon.PLACES)
        if not length:
            return 0
        longer, _ = lexicon.longest(self._ahead(at), lexicon.RELATIONS)
        if longer > length:  # "on top of a house" is no "on top"
            return 0
        self._end_of_part()
        if self.groups and not self.waiting:
            self.groups[-1] = replace(self.groups[-1], place=place)
        else:
            self.draft.place = place
        return length

    def _related(self, at: int) -> int:
        length, kind = lexicon.longest(self._ahead(at), lexicon.RELATIONS)
        if not length:
            return 0
        self._end_of_part()
        if kind == "beside" and self.waiting and self.waiting[-1][2] > 1 and self.tail:
            return length  # "between a cat and a dog"
        self._close_relation()
        if self.groups:
            self.waiting = [(len(self.groups) - 1, kind, 2 if kind == "between" else 1)]
        return length

    def _adjective(self, at: int) -> int:
        word = self.tokens[at].text
        root = lexicon.stem(word)
        if word in lexicon.NOT:
            self._end_of_part()
            self.draft.not_wanted = True
        elif word in lexicon.NUMBERS or (word.isdigit() and 0 < int(word) < 1000):
            self._number(word)
        elif colour := lexicon.COLOURS.get(word) or lexicon.COLOUR_STEMS.get(root) or lexicon.COLOUR_STEMS.get(word):
            self.draft.colour = colour
        elif colour := lexicon.NEAR_COLOURS.get(word) or lexicon.NEAR_COLOURS.get(root):
            self.draft.colour = colour
            self.replaced.append((word, colour))
        elif size := lexicon.SIZES.get(word) or lexicon.SIZE_STEMS.get(root):
            self.draft.size = size
        elif word in lexicon.FLIPS or root in lexicon.FLIPS:
            self.draft.flip = True
        elif word in lexicon.FILLERS and self._find([word]) is None:
            return 1
        else:
            return 0
        self.draft.weight *= self.tokens[at].weight
        return 1

    def _number(self, word: str) -> None:
        number = int(word) if word.isdigit() else lexicon.NUMBERS[word]
        if word in lexicon.VAGUE:
            self.said.append(f"{word!r} is read as {number}")
        if number > lexicon.MOST:
            self.said.append(f"{lexicon.MOST} are drawn instead of {number}: more would be dots")
            number = lexicon.MOST
        if word not in ("a", "an") or self.draft.number == 1:  # "a few"
            self.draft.number = number

    def _noun(self, at: int) -> int:
        word = self.tokens[at].text
        entry = self._find([word]) or self.memory.guess(word)
        if entry is not None:
            self._take(at, 1, entry)
        else:
            self.draft.words.append(self.tokens[at])
        return 1

    def _take(self, at: int, length: int, entry: Any) -> None:
        """A thing was read: with all that stood before it, it is a group."""
        tokens = self.tokens[at : at + length]
        draft = self._with_modifier(at)
        self.draft = _Draft()
        self._loose(draft.words)
        typed = " ".join(one.text for one in tokens)
        name = str(entry.name)
        if draft.not_wanted:
            self.negative += english(Group(entry, name)) if _means(entry, typed) else typed.split()
            return
        self.used.append(typed)
        weight = draft.weight * max(tokens, key=lambda one: abs(one.weight - 1)).weight
        if not _means(entry, typed) or (not typed.isascii() and self._find(typed.split()) is None):
            self.replaced.append((typed, name))
        group = Group(entry, name, draft.number, draft.colour, draft.size, draft.flip, weight, draft.place)
        self.groups.append(group)
        self.last = (at, at + length, draft)
        if weight != 1:
            self.weights.append((name, weight))
        if self.waiting:
            self.tail.append(len(self.groups) - 1)
            if len(self.tail) >= self.waiting[-1][2]:
                self._close_relation()

    def _with_modifier(self, at: int) -> _Draft:
        """The draft of the noun at `at`. What was read as a thing right before it, by a guess, only describes it."""
        start, end, before = self.last
        if end != at or not self.groups or self.draft != _Draft():
            return self.draft
        typed = self.tokens[start:end]
        if not self._describes(" ".join(one.text for one in typed)):
            return self.draft
        number = len(self.groups) - 1
        self.groups.pop()
        self.used.pop()
        self.relations = [one for one in self.relations if number not in (one.subject, *one.objects)]
        self.replaced = [pair for pair in self.replaced if pair[0] != typed[0].text]
        if number in self.tail:
            self.tail.remove(number)
        elif self.closed is not None and number in self.closed[1]:
            self.waiting, self.closed = [self.closed[0]], None
        return replace(before, words=[*before.words, *typed])

    def _describes(self, typed: str) -> bool:
        if lexicon.is_russian(typed):
            return typed.endswith(lexicon.ADJECTIVE_ENDINGS)
        return normal(str(self.groups[-1].entry.name).split()[-1]) != normal(typed.split()[-1])

    def _contents(self, at: int) -> int:
        """ "A cup of coffee": what is in it is drawn, if it is known."""
        words = self._ahead(at + 1)
        if self.tokens[at].text != "of" or self.last[1] != at or not self.groups:
            return 0
        skip = 1 if words and words[0] in ("a", "an", "the") else 0
        for length in range(len(words), skip, -1):
            entry = self._find(words[skip:length])
            if entry is not None:
                start = self.last[0]
                typed = " ".join(one.text for one in self.tokens[start : at + 1 + length])
                self.replaced = [pair for pair in self.replaced if not typed.startswith(pair[0])]
                self.replaced.append((typed, str(entry.name)))
                self.used[-1] = typed
                self.groups[-1] = replace(self.groups[-1], entry=entry, name=str(entry.name))
                return 1 + length
        return 0

    def _loose(self, words: Sequence[Token]) -> None:
        """Words beside a known thing: the net may have read them, so they are passed on and said to be so."""
        for one in words:
            self.unknown.append(one.text)
            if one.weight != 1:
                self.weights.append((one.text, one.weight))

    def _end_of_part(self) -> None:
        """No noun came: what stood there is looked up by its nearest name, or named as unknown."""
        draft, self.draft = self.draft, _Draft()
        left = list(draft.words)
        for place, one in enumerate(left):
            if (entry := self.memory.nearest(one.text)) is None:
                continue
            self.replaced.append((one.text, str(entry.name)))
            self._loose(left[:place])
            self.draft = replace(draft, words=[])
            self.tokens_of(one, entry)
            left = left[place + 1 :]
            break
        if draft.not_wanted:
            self.negative += [one.text for one in left]
        else:
            self._loose(left)

    def tokens_of(self, one: Token, entry: Any) -> None:
        """Take a thing that was found under another name than was typed."""
        index = self.tokens.index(one)
        self._take(index, 1, entry)
        if self.used and self.used[-1] == one.text:
            self.used.pop()

    def _close_relation(self) -> None:
        for subject, kind, wanted in self.waiting:
            if self.tail:
                self.relations.append(Relation(subject, kind, tuple(self.tail)))
                self.closed = ((subject, kind, wanted), tuple(self.tail))
        self.waiting, self.tail = [], []

    # looking up

    def _find(self, words: Sequence[str]) -> Any:
        """The entry that is called so, in the form of a dictionary or in another."""
        return next((entry for phrase in _forms(words) if (entry := self.memory.find(phrase)) is not None), None)

    def _words(self) -> list[str]:
        """English words for the net, in the order of the prompt."""
        out: list[str] = []
        joined = {object_: one.kind for one in self.relations for object_ in one.objects[:1]}
        for number, group in enumerate(self.groups):
            out += RELATION_WORDS[joined[number]].split() if number in joined else []
            out += english(group)
        return [*out, *(word for word in self.unknown if word.isascii())]


def _means(entry: Any, typed: str) -> bool:
    """True if a thing is called as was typed, or about so ("cat" for "cat face"); of other languages we cannot say."""
    if not typed.isascii():
        return True
    name = {normal(word) for word in str(entry.name).split()}
    return {normal(word) for word in typed.split()} <= name


def _forms(words: Sequence[str]) -> Iterator[str]:
    """The phrase as typed, and as it may stand in a dictionary: one of it, in the nominative."""
    typed = " ".join(words)
    yield typed
    if lexicon.is_russian(typed):
        if len(words) > 3:
            return
        forms = [lexicon.dictionary_forms(word) for word in words]
        yield from (" ".join(one) for one in itertools.product(*forms) if " ".join(one) != typed)
        return
    single = [*words[:-1], normal(words[-1])]
    if single != list(words):
        yield " ".join(single)
    plain = [normal(word) for word in words]
    if plain not in (single, list(words)):
        yield " ".join(plain)


def style_of(name: str, known: Sequence[str]) -> str:
    """A style that was asked for by name, as the checkpoint calls it. Raises UsageError naming the nearest."""
    wanted = name.strip().lower().replace("_", " ").replace("-", " ")
    for one in known:  # an own style may be called my-hand
        if wanted == one.lower().replace("_", " ").replace("-", " "):
            return one
    length, found = lexicon.longest(wanted.split(), lexicon.STYLES)
    if length and found in known:
        return found
    raise UsageError(f"this model has learnt no style called {name!r}", mend=nearest(wanted, known))
