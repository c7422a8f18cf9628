"""The words of a sentence with the people they name, and who was named before."""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .lexicon import lexicon, spans_of

AFTER_NOUN = frozenset(
    (
        "a an the his her its their my your our this that these those some no any of each every another in on at with "
        "by from for into onto under over behind between through without"
    ).split()
)


@dataclass
class Memory:
    """Who was named last, from sentence to sentence of a scene."""

    female: Mapping[str, bool | None]
    names: Mapping[str, str]
    last: tuple[str, ...] = ()  # the last subject
    recent: list[str] = field(default_factory=list)  # people, the latest last
    here: tuple[str, ...] = ()  # who is in the scene so far
    earlier: tuple[str, ...] = ()  # who was in the scene before

    def named(self, people: Sequence[str]) -> None:
        for id in people:
            if id in self.recent:
                self.recent.remove(id)
            self.recent.append(id)

    def he(self, woman: bool) -> tuple[str, ...]:
        """Who "she" or "he" is: the latest of that gender, else the latest of whom none is known."""
        for wanted in (woman, None):
            for id in reversed(self.recent):
                if self.female.get(id) is wanted:
                    return (id,)
        return ()

    def everybody(self) -> tuple[str, ...]:
        return self.here or self.earlier

    def other(self, woman: bool, subject: Sequence[str]) -> str:
        """Who "him" or "her" is: the latest of that gender who is not the subject, else of whom none is known."""
        for wanted in (woman, None):
            for id in reversed(self.recent):
                if id not in subject and self.female.get(id) is wanted:
                    return id
        return ""

    def they(self) -> tuple[str, ...]:
        return tuple(self.recent[-2:]) if len(self.recent) > 1 else self.last


@dataclass(frozen=True)
class Token:
    word: str
    start: int
    end: int
    who: str = ""  # person id where this is a name


def things_of(text: str) -> Iterator[str]:
    """The words that may be things: not those that are verbs here ("the phone rings")."""
    book = lexicon()
    words = [word for word, _, _ in spans_of(text)]
    for at, word in enumerate(words):
        verb = book.verbs(word) and not re.search("[а-я]", word)
        led = at == 0 or set(words[max(0, at - 2) : at]) & (AFTER_NOUN | {"of", "and"})
        thing_before = at > 0 and book.meaning("props.hand", words[at - 1])
        if not verb or (led and not thing_before):
            yield word


def tokens_of(text: str, names: Mapping[str, str]) -> Iterator[Token]:
    """Words; those of a name are one, with the person. Russian names are known in all their cases."""
    spans = spans_of(text)
    at = 0
    while at < len(spans):
        for count in (4, 3, 2, 1):
            part = spans[at : at + count]
            if len(part) < count:
                continue
            key = " ".join(word.replace("ё", "е") for word, _, _ in part)
            if count == 1 and not text[part[0][1]].isupper():
                continue
            who = names.get(key) or names.get(re.sub(r"['’]s$", "", key)) or _declined(key, names)
            if who:
                end = part[-1][2]
                yield Token(key, part[0][1], end, "" if re.search(r"['’]s?$", text[part[0][1] : end]) else who)
                at += count
                break
        else:
            yield Token(*spans[at])
            at += 1


def _declined(key: str, names: Mapping[str, str]) -> str:
    """ "Анну", "Анной", "Борису" -> whose name begins so."""
    if not re.search("[а-я]", key) or len(key) < 3:
        return ""
    bare = re.sub(r"(?:ами|ями|ого|ому|ыми|ими|ой|ей|ом|ем|ою|ею|ах|ях|ым|им|а|я|у|ю|е|и|ы|ь)$", "", key)
    if len(bare) < 2:
        return ""
    for name, id in names.items():
        if name.startswith(bare) and len(name) - len(bare) <= 2 and re.sub(r"[аяьйоеи]$", "", name) == bare:
            return id
    return ""
