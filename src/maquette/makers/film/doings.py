"""Who does what in a sentence: verbs of the lexicon, whose they are, and what they go to.

No parser: the subject is the name or pronoun before the clause's verb, and it stays until another stands before a
verb. Verbs that the lexicon does not have are named, never guessed at.
"""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...media.film import Doing
from .lexicon import Lexicon, Verb, forms, lexicon, spans_of
from .mentions import AFTER_NOUN, Memory, Token, tokens_of

_BEFORE_BASE = frozenset(
    (
        "to and they we you then can will must both all would could should let not don't doesn't didn't cannot can't "
        "won't never or"
    ).split()
)
_LINKS = frozenset(
    (
        "then slowly quickly suddenly now also still just and but never always finally who both all is are was were "
        "has have had again carefully quietly gently нежно медленно вдруг потом тоже еще уже быстро тихо молча и не "
        "снова осторожно резко сразу будет he's she's"
    ).split()
)
_JOINS = frozenset("and then but и но а".split())
_OPENERS = frozenset("in out there then here up тут там вдруг затем потом следом сюда снова".split())
_SHE = frozenset("she she's она ее ей ней нее".split())
_THEY = frozenset("they they're они both оба обе".split())
_OBJECTS = {**dict.fromkeys(("him", "его", "ему", "ним", "нему", "него"), False),
            **dict.fromkeys(("her", "ее", "ей", "ней", "нее"), True)}  # fmt: skip
_EVERYBODY = frozenset("everybody everyone all все".split())
_SUBJECTS = frozenset("he she they he's she's they're он она они both оба обе".split())
_PARTICLES = frozenset("off on in over down up out away back".split())
_BEFORE_ING = frozenset("stands sits lies keeps starts begins stops comes goes stays seen found".split())
_PASTS = frozenset("ran sat took went stood came threw gave fell rose left held".split())
_BREAKS = re.compile(r"[.;:!?…()]|--|—")
_GUESS_EN = re.compile(r"[a-z]{3,}(?:[^s'’u]s|ed)$")
_GUESS_RU = re.compile(
    r"[а-яё]{2,}(?:[аяеиыу]ет|[аеиоуы]ет|ёт|ит|ют|ут|ят|ат|ует|[аяиеоуы]л|[аяиеоуы]ла|[аяиеоуы]ли)(?:ся|сь)?$"
)
_NOT_VERBS = frozenset(
    (
        "across perhaps always sometimes towards besides upstairs downstairs outdoors indoors afterwards backwards "
        "forwards sideways inwards its his hers ours theirs this thus yes as us plus minus alas unless whereas "
        "needless less red bed instead indeed ahead embarrassed tired worried dressed soaked delighted exhausted "
        "frightened scared surprised confused annoyed excited startled stunned amazed shocked terrified aged twenties "
        "thirties forties fifties sixties seventies eighties naked wicked hundred sacred breathless motionless "
        "speechless barefoot"
    ).split()
)


@dataclass(frozen=True)
class Found:
    """What a sentence says. people: who is named in it, in order. unknown: verbs that the lexicon does not have."""

    doings: tuple[Doing, ...] = ()
    people: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    emotion: str = "neutral"


def read_sentence(text: str, memory: Memory, *, speaker: str = "") -> Found:
    """What people do in a sentence. speaker: whose parenthetical this is, the subject where none stands."""
    book = lexicon()
    tokens = list(tokens_of(text, memory.names))
    subject: tuple[str, ...] = (speaker,) if speaker else ()
    if tokens and not subject and _starts_with_verb(tokens[0], book):
        subject = memory.last
    doings: list[Doing] = []
    unknown: list[str] = []
    at = 0
    while at < len(tokens):
        new = _subject_before(tokens, at, text, memory, bool(subject))
        verb = _verb_at(tokens, at, text, book, new is not None, len(new or subject) > 1)
        if verb is None:
            if new and not _apposed_at(tokens, at, text) and _unknown(tokens[at], text, book):
                unknown.append(tokens[at].word)
                doings += [Doing(who, _words(text, tokens, at)) for who in new]
            if tokens[at].who:
                memory.named([tokens[at].who])
            at += 1
            continue
        subject = new or _subject_after(tokens, at, text, memory.names) or subject
        if subject and not verb.quiet:
            doings += [_doing(who, verb, text, tokens, at, subject, memory) for who in subject]
        memory.last = subject or memory.last
        at += 1
    people = tuple(dict.fromkeys([token.who for token in tokens if token.who] + [one.who for one in doings]))
    return Found(tuple(_tidy(doings)), people, tuple(unknown), emotion_of(text))


def emotion_of(text: str) -> str:
    """The first emotion that words of a text name; "neutral" for none."""
    book = lexicon()
    for word, _, _ in spans_of(text):
        found = book.meaning("emotions", word)
        if found and found != "neutral":
            return found
    return "neutral"


def _starts_with_verb(token: Token, book: Lexicon) -> bool:
    return not token.who and bool(book.verbs(token.word)) and (token.word.endswith("s") or token.word > "а")


def _subject_before(tokens: Sequence[Token], at: int, text: str, memory: Memory, begun: bool) -> tuple[str, ...] | None:
    """Whose verb may stand here: the name or pronoun just before, adverbs and brackets between them apart.

    begun: somebody does something in this sentence already; then a name before an "and" was what it was done to.
    """
    back = at - 1
    while back >= 0 and (tokens[back].word in _LINKS or tokens[back].word.endswith("ly")) and not tokens[back].who:
        if begun and tokens[back].word in _JOINS:
            return None
        back -= 1
    if back < 0 or tokens[at].who:
        return None
    token = tokens[back]
    between = text[token.end : tokens[back + 1].start].strip()
    if token.who:
        if back and tokens[back - 1].word in AFTER_NOUN - {"the"}:
            return None
        return (*_joined(tokens, back, text), token.who)
    if not between and token.word in _EVERYBODY:
        return memory.everybody()
    if not between and token.word in _SUBJECTS:
        return memory.they() if token.word in _THEY else memory.he(token.word in _SHE)
    if between.startswith((",", ")")) and (who := _apposed(tokens, back, text)):
        return (who,)
    return None


def _subject_after(tokens: Sequence[Token], at: int, text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The name just after a verb that opens a clause: "Входит Борис", "In comes Tom". In Russian it is uninflected."""
    opens = at == 0 or _BREAKS.search(text, tokens[at - 1].end, tokens[at].start) or tokens[at - 1].word in _OPENERS
    if not opens or at + 1 >= len(tokens) or not tokens[at + 1].who:
        return ()
    after = tokens[at + 1]
    if text[tokens[at].end : after.start].strip() or after.word not in names:
        return ()
    if at == 0 and not re.search("[а-я]", tokens[at].word):
        return ()  # "Sees Tom." has its subject before
    found, on = [after.who], at + 2
    while on + 1 < len(tokens) and tokens[on].word in ("and", "и") and tokens[on + 1].who:
        found.append(tokens[on + 1].who)
        on += 2
    return tuple(found)


def _apposed_at(tokens: Sequence[Token], at: int, text: str) -> bool:
    """True after a comma, or a bracket and "-ed", where a word that looks like a verb may describe."""
    between = text[tokens[at - 1].end : tokens[at].start].strip() if at else ""
    return "," in between or (bool(between) and tokens[at].word.endswith("ed"))


def _joined(tokens: Sequence[Token], at: int, text: str) -> tuple[str, ...]:
    """The names before this one: "Anna and Ben", "Anna, Ben and Eve"."""
    out: list[str] = []
    while at >= 1:
        between = text[tokens[at - 1].end : tokens[at].start].strip()
        if tokens[at - 1].who and between in (",", "&"):
            at -= 1
        elif at >= 2 and tokens[at - 1].word in ("and", "и", "with", "с") and tokens[at - 2].who and not between:
            at -= 2
        else:
            break
        out.insert(0, tokens[at].who)
    return tuple(out)


def _apposed(tokens: Sequence[Token], at: int, text: str) -> str:
    """Whose description ended here: "ANNA (30s), a tall woman, enters": nothing but it stands after the name."""
    book = lexicon()
    while at >= 0:
        if tokens[at].who:
            after = text[tokens[at].end : tokens[at].end + 2].strip()
            return tokens[at].who if after.startswith((",", "(")) else ""
        led = {token.word for token in tokens[max(0, at - 2) : at]} & AFTER_NOUN
        if book.verbs(tokens[at].word) and tokens[at].word.endswith("s") and not led:
            return ""
        at -= 1
    return ""


def _verb_at(tokens: Sequence[Token], at: int, text: str, book: Lexicon, subject: bool, plural: bool) -> Verb | None:
    """The verb that begins here; None for no verb."""
    token = tokens[at]
    if token.who or not book.verbs(token.word) or not _may_be_verb(tokens, at, text, subject, plural):
        return None
    stop = _BREAKS.search(text, token.end)
    near = [one.word for one in tokens[at + 1 : at + 5] if stop is None or one.start < stop.start()]
    if at and tokens[at - 1].word in _OPENERS:
        near.append(tokens[at - 1].word)  # "In comes Tom"
    for verb in book.verbs(token.word):
        if verb.rest == ("ся",) and re.search("(?:ся|сь)$", token.word):
            return verb
        if verb.rest and _follows(verb.rest, near):
            return verb
    return next((verb for verb in book.verbs(token.word) if not verb.rest), None)


def _follows(rest: Sequence[str], near: Sequence[str]) -> bool:
    """Whether the words that a verb wants follow it: "takes his coat off", but not "takes it off the wall"."""
    at = 0
    for number, word in enumerate(near):
        if word == rest[at] or (len(rest[at]) > 3 and word.startswith(rest[at])):
            leads = number and word in _PARTICLES and near[number + 1 : number + 2] and near[number + 1] in AFTER_NOUN
            at += not leads
            if at == len(rest):
                return True
    return False


def _may_be_verb(tokens: Sequence[Token], at: int, text: str, subject: bool, plural: bool) -> bool:
    """Whether a word that can be a verb is one here. In Russian its endings say so, but for the names of things."""
    word, before = tokens[at].word, tokens[at - 1] if at else None
    if re.search("[а-я]", word):
        book = lexicon()
        return not (book.meaning("props.hand", word) or book.meaning("props.set", word))
    if before is None:
        return True
    between = text[before.end : tokens[at].start].strip()
    after_link = before.word in _LINKS or before.word.endswith("ly") or before.word in _OPENERS
    if before.word in AFTER_NOUN - _OPENERS and not between:
        return False
    if word.endswith("ing"):
        return bool(between) or subject or after_link or before.word in _BEFORE_ING
    if before.word in _JOINS and not plural and not word.endswith(("s", "ed")) and word == _base(word):
        return False
    if subject or before.word in _BEFORE_BASE:
        return True
    if word.endswith("s") or word in _PASTS:
        return bool(between) or after_link or before.word == "that"
    return False


def _base(word: str) -> str:
    """The word where it is a verb's first form ("sit"), else nothing ("sat")."""
    return (
        word
        if word in forms(word)
        and not any(
            word in forms(verb.words.split()[0]) and word != verb.words.split()[0] for verb in lexicon().verbs(word)
        )
        else ""
    )


def _unknown(token: Token, text: str, book: Lexicon) -> bool:
    """True for what looks like a verb and is none that is known; names and nouns in capitals are none."""
    word = token.word
    if text[token.start].isupper():
        return False
    if word in _NOT_VERBS or word in _LINKS or book.verbs(word):
        return False
    if any(book.meaning(group, word) for group in ("emotions", "props.hand", "props.set", "looks.costume")):
        return False
    return bool(_GUESS_EN.fullmatch(word) or _GUESS_RU.fullmatch(word))


def _words(text: str, tokens: Sequence[Token], at: int, count: int = 6) -> str:
    """The verb and what belongs to it, as the script has it."""
    end = tokens[at].end
    for token in tokens[at + 1 : at + count]:
        between = text[end : token.start].strip()
        if between or token.word in ("and", "then", "и", "but", "но", "while"):
            break
        end = token.end
    return text[tokens[at].start : end]


def _doing(
    who: str, verb: Verb, text: str, tokens: Sequence[Token], at: int, subject: Sequence[str], memory: Memory
) -> Doing:
    words = _words(text, tokens, at)
    return Doing(
        who,
        words,
        _with_manner(verb.motion, f"{_adverbs(tokens, at)} {words}"),
        verb.emotion or emotion_of(words),
        verb.to or _target(text, tokens, at, lexicon(), subject, memory),
        verb.posture,
    )


def _adverbs(tokens: Sequence[Token], at: int) -> str:
    """The words of manner just before a verb."""
    back = at
    while (
        back > 0
        and not tokens[back - 1].who
        and (tokens[back - 1].word in _LINKS or tokens[back - 1].word.endswith("ly"))
    ):
        back -= 1
    return " ".join(token.word for token in tokens[back:at])


def _with_manner(motion: str, words: str) -> str:
    """ "walks" + "slowly" -> "walks slowly"; "fast" likewise."""
    if motion not in ("walks", "runs", "turns around", "walks in", "walks out"):
        return motion
    lower = words.casefold()
    if re.search(r"slow|медленн|weary|wearily|устал", lower):
        return f"{motion} slowly"
    return f"{motion} fast" if re.search(r"\b(?:fast|quick|quickly|hurried)|быстр|поспешн", lower) else motion


def _target(text: str, tokens: Sequence[Token], at: int, book: Lexicon, subject: Sequence[str], memory: Memory) -> str:
    """The first person or thing that follows the verb in its clause; "him" is who was named last and is no subject."""
    end = tokens[at].end
    for number, token in enumerate(tokens[at + 1 : at + 9], at + 1):
        if token.word in _JOINS or _BREAKS.search(text, end, token.start):
            return ""
        if token.who:
            return token.who if token.who not in subject else ""
        found = book.meaning("props.hand", token.word) or book.meaning("props.set", token.word)
        if found:
            return found
        if token.word in _OBJECTS and _stands_alone(tokens, number, text):
            return memory.other(_OBJECTS[token.word], subject)
        end = token.end
    return ""


def _stands_alone(tokens: Sequence[Token], at: int, text: str) -> bool:
    """True for a "her" that belongs to nothing: at the end of its clause, or before a small word."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is None or _BREAKS.search(text, tokens[at].end, after.start) or "," in text[tokens[at].end : after.start]:
        return True
    return after.word in AFTER_NOUN or after.word in _LINKS or after.word in _JOINS or after.word.endswith("ly")


def _tidy(doings: Sequence[Doing]) -> Iterator[Doing]:
    """Nothing twice, and no bare "stands" of a face beside a real motion of the same person: its feeling goes over."""
    real = {one.who for one in doings if one.motion not in ("stands", "")}
    seen: set[tuple[str, str, str]] = set()
    felt: dict[str, str] = {}
    out: list[Doing] = []
    for one in doings:
        if one.emotion != "neutral":
            felt[one.who] = one.emotion
        if one.motion == "stands" and not one.posture and one.who in real:
            own = [at for at, other in enumerate(out) if other.who == one.who]
            if own and out[own[-1]].emotion == "neutral":
                out[own[-1]] = dataclasses.replace(out[own[-1]], emotion=one.emotion)
            continue
        key = (one.who, one.motion, one.words)
        if key not in seen:
            seen.add(key)
            mood = felt.get(one.who, "neutral") if one.emotion == "neutral" else one.emotion
            out.append(dataclasses.replace(one, emotion=mood))
    yield from out
