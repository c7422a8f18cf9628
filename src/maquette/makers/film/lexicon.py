"""What words of a script mean for a film, read from `lexicon.toml`: verbs, emotions, places, times, props, looks.

English words are found in all their forms, Russian ones by their stems and a list of endings.
"""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("lexicon.toml")

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+", re.UNICODE)
_VERB_ENDINGS = (
    "ет ут ют ит ат ят л ла ло ли ть ти чь у ю ешь ишь ем им ете ите в вши вший вшая вшись я а ась ясь ся тся "
    "ется утся ются ится атся ятся лся лась лось лись ться сь ающий ающая яющий ущий ущая ющий ющая ящий ящая "
    "ащий ащая ает яет еет ует ают яют еют уют ал ял ел ил ыл ул ала яла ела ила ыла ула али яли ели или ыли ули "
    "ая яя ив ыв ав яв ует ует нул нула нет нут нулся нулась нется ивает ывает ёт ётся й йте ет ете алась алась "
    "ался ился илась ятся ает аем яем ивая ывая уя ёл шись ши ает аются яются ается яется ующий ивший ела ень ь "
    "ит ют вает вают вал вала"
).split()
_ENDINGS = frozenset((*_VERB_ENDINGS, ""))
_REFLEXIVE = re.compile(r"(?:ся|сь)$")
_CASES = re.compile(
    r"(?:|а|я|у|ю|е|и|ы|о|ом|ем|ой|ей|ою|ею|ам|ям|ами|ями|ах|ях|ов|ев|ый|ий|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ым|им|"
    r"ых|их|ую|юю|ь|ью|ия|ию|ии|ием|ка|ку|ки|ке|кой|ок|ек|ик|ик[аеуи]|н[аяоыеу]|ный|ная|ное|ные|но|ен|ёнок|енок|ти|"
    r"ист\w{0,3}|лив\w{0,3}|енн\w{0,3}|ск\w{1,3}|н\w{1,3}|ть|ет|ит|ут|ят|ла|ло|ли|л|я|вший|вшая|вшись|ющий|ющая|ясь)$"
)

_IRREGULAR = {
    "go": "went gone", "come": "came", "run": "ran", "sit": "sat", "stand": "stood", "lie": "lay lain lying",
    "rise": "rose risen", "arise": "arose", "fall": "fell fallen", "take": "took taken", "get": "got gotten",
    "give": "gave given", "see": "saw seen", "look": "", "hold": "held", "leave": "left", "find": "found",
    "catch": "caught", "throw": "threw thrown", "draw": "drew drawn", "write": "wrote written", "eat": "ate eaten",
    "drink": "drank drunk", "sing": "sang sung", "swim": "swam swum", "think": "thought", "fight": "fought",
    "hit": "", "put": "", "shut": "", "cut": "", "set": "", "let": "", "bring": "brought", "lead": "led",
    "shoot": "shot", "strike": "struck", "swing": "swung", "spring": "sprang", "leap": "leapt", "creep": "crept",
    "sleep": "slept", "weep": "wept", "kneel": "knelt", "bend": "bent", "wake": "woke woken", "shake": "shook shaken",
    "hear": "heard", "say": "said", "tell": "told", "speak": "spoke spoken", "know": "knew known", "feel": "felt",
    "keep": "kept", "begin": "began begun", "break": "broke broken", "steal": "stole stolen", "slide": "slid",
    "slip": "", "hide": "hid hidden", "wear": "wore worn", "sweep": "swept", "stick": "stuck", "slink": "slunk",
    "meet": "met", "make": "made", "have": "has had", "be": "is are was were been am", "do": "does did done",
    "read": "", "ring": "rang rung", "hang": "hung", "tear": "tore torn", "bite": "bit bitten", "cling": "clung",
    "fling": "flung", "spin": "spun", "sink": "sank sunk", "stride": "strode", "flee": "fled", "fly": "flew flown",
    "drive": "drove driven", "ride": "rode", "freeze": "froze frozen", "lay": "laid", "pay": "paid", "lend": "lent",
    "build": "built", "light": "lit", "spit": "spat", "win": "won", "lose": "lost", "choose": "chose",
    "understand": "understood", "forget": "forgot", "die": "dying", "tie": "tying", "dig": "dug", "shrink": "shrank",
    "withdraw": "withdrew", "wring": "wrung", "beat": "beaten", "cast": "", "burst": "", "bleed": "bled",
    "drag": "", "seek": "sought", "feed": "fed", "love": "", "mean": "meant", "grow": "grew",
}  # fmt: skip
_DOUBLING = re.compile(r"[^aeiou][aeiou][bdgklmnprtvz]$")
_NO_DOUBLE = frozenset(
    (
        "enter open listen wander visit murmur answer offer whisper stagger hover linger lumber mutter follow deliver "
        "batter hammer shiver shudder quiver whimper retreat recover remember ponder wonder consider gather teeter "
        "totter stammer stutter appear scatter exit deposit limit devour discover edit cover lower lower suffer"
    ).split()
)


@dataclass(frozen=True)
class Verb:
    """What a verb does: words for the motion craft, how it ends, where it goes, what it shows."""

    words: str
    motion: str
    posture: str = ""
    to: str = ""
    emotion: str = ""
    quiet: bool = False  # known, and nothing to move for
    rest: tuple[str, ...] = ()  # what must follow within three words


@dataclass(frozen=True)
class Lexicon:
    """The file, ready to be asked. english: form -> verbs; russian: stem -> verbs, by length."""

    english: Mapping[str, tuple[Verb, ...]] = field(default_factory=dict)
    russian: Mapping[str, tuple[Verb, ...]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # group -> English word -> meaning
    stems: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # group -> Russian stem -> meaning
    exteriors: frozenset[str] = frozenset()
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # thing -> things that its word may mean

    def verbs(self, word: str) -> tuple[Verb, ...]:
        """All that a word can mean as a verb; () where it is none that is known."""
        found = self.english.get(word)
        if found:
            return found
        word = word.replace("ё", "е")
        if not _cyrillic(word):
            return ()
        for end in range(len(word), 1, -1):
            if word[:end] in self.russian and _is_ending(word[end:], long=end >= 5):
                return self.russian[word[:end]]
        return ()

    def meaning(self, group: str, word: str) -> str:
        """What a word means in a group ("places", "emotions", "props.hand"); "" for nothing."""
        found = self.words.get(group, {}).get(word)
        if found:
            return found
        if not _cyrillic(word):
            single = word.removesuffix("'s").removesuffix("’s")
            for short in (single, single.removesuffix("s"), single.removesuffix("es")):
                if short in self.words.get(group, {}):
                    return self.words[group][short]
            return ""
        word = word.replace("ё", "е")
        stems = self.stems.get(group, {})
        for end in range(len(word), 1, -1):
            if word[:end] in stems and _CASES.fullmatch(word[end:]):
                return stems[word[:end]]
        return ""


def _is_ending(tail: str, *, long: bool) -> bool:
    """True for what may follow a Russian verb's stem; after a long stem a suffix may stand before it."""
    bare = _REFLEXIVE.sub("", tail)
    if bare in _ENDINGS or tail in ("ся", "сь"):
        return True
    return long and any(bare.endswith(ending) for ending in _VERB_ENDINGS if len(ending) > 1)


def words_of(text: str) -> list[str]:
    """Lower-case words in their order; "storm-out" and "can't" are one word."""
    return [word.casefold() for word in _WORD.findall(text)]


def spans_of(text: str) -> list[tuple[str, int, int]]:
    """Words with where they stand."""
    return [(found.group().casefold(), found.start(), found.end()) for found in _WORD.finditer(text)]


def _cyrillic(word: str) -> bool:
    return any("а" <= letter <= "я" or letter == "ё" for letter in word)


@cache
def lexicon() -> Lexicon:
    """The lexicon of this film craft."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    english: dict[str, list[Verb]] = {}
    russian: dict[str, list[Verb]] = {}
    for entry in data["verb"]:
        for phrase in entry["en"].split(","):
            first, *rest = phrase.split()
            verb = _verb(phrase.strip(), entry, tuple(rest))
            for form in forms(first):
                english.setdefault(form, []).append(verb)
        for phrase in entry["ru"].split(","):
            first, *rest = phrase.strip().replace("ё", "е").split("+")
            russian.setdefault(first, []).append(_verb(phrase.strip(), entry, tuple(rest)))
    groups = dict(_groups(data))
    return Lexicon(
        {form: tuple(sorted(verbs, key=lambda one: -len(one.rest))) for form, verbs in english.items()},
        {stem: tuple(sorted(verbs, key=lambda one: -len(one.rest))) for stem, verbs in russian.items()},
        {name: words for name, (words, _) in groups.items()},
        {name: stems for name, (_, stems) in groups.items()},
        frozenset(data["exteriors"]["words"].split()),
        {name: tuple(re.findall(r"[^ ]+", text)) for name, text in data["props"]["family"].items()},
    )


def _verb(words: str, entry: Mapping[str, Any], rest: tuple[str, ...]) -> Verb:
    motion, posture, to, emotion = (str(entry.get(key, "")) for key in ("motion", "posture", "to", "emotion"))
    return Verb(words, motion, posture, to, emotion, bool(entry.get("quiet", False)), rest)


def _groups(data: Mapping[str, Any]) -> Iterator[tuple[str, tuple[dict[str, str], dict[str, str]]]]:
    named = [
        ("emotions", data["emotions"]),
        ("places", data["places"]),
        ("times", data["times"]),
        ("sounds", data["sounds"]),
    ]
    named += [
        (f"{key}.{name}", table) for key in ("props", "looks") for name, table in data[key].items() if name != "family"
    ]
    for name, table in named:
        words: dict[str, str] = {}
        stems: dict[str, str] = {}
        for meaning, entry in table.items():
            words |= {word: meaning for word in entry["en"].split() if word not in words}
            stems |= {word.replace("ё", "е"): meaning for word in entry["ru"].split() if word not in stems}
        yield name, (words, stems)
    gender = {word: name for name, words in data["gender"].items() for word in words.split()}
    yield "gender", (gender, {word: name for word, name in gender.items() if _cyrillic(word)})


def forms(verb: str) -> set[str]:
    """All forms of an English verb: "stop" -> stop stops stopped stopping."""
    found = {verb, *_IRREGULAR.get(verb, "").split()}
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        found.add(verb + "es")
    elif re.search(r"[^aeiou]y$", verb):
        found |= {verb[:-1] + "ies", verb[:-1] + "ied"}
    else:
        found.add(verb + "s")
    stem = verb
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        stem = verb[:-1]
    elif _DOUBLING.search(verb) and verb not in _NO_DOUBLE:
        stem = verb + verb[-1]
    found.add((verb if verb.endswith("ie") else stem) + "ing")
    if verb not in _IRREGULAR or verb in ("look", "drag", "slip", "love"):
        found.add(stem + "ed")
    return found
