"""Who is in a script: the cast by their cues and by how they are first seen, and how each is drawn, by rule.

The look follows the description ("ANNA (60), grey hair, a nurse's uniform"); what it leaves open is chosen so that the
people of one film are told apart. The same script gives the same looks.
"""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ...media.film import Look, Person
from ...media.script import Script
from . import sentences
from .lexicon import lexicon, words_of

OFF = frozenset(
    [
        "v.o.",
        "vo",
        "o.s.",
        "os",
        "o.c.",
        "oc",
        "off",
        "зк",
        "з.к.",
        "закадр",
        "voice-over",
        "голос",
        "за",
        "кадром",
        "off-screen",
    ]
)
TOGETHER = frozenset("all both everyone everybody together все оба обе вместе хор tous todos alle".split())
_JOIN = re.compile(r"\s*(?:,|&|/|\+|\bAND\b|\bИ\b|\bET\b|\bUND\b)\s*")
_CAPS = re.compile(
    r"\b[A-ZА-ЯЁÀ-ÖØ-Þ][A-ZА-ЯЁÀ-ÖØ-Þ0-9'’.\-]+(?:[ ]+(?:[A-ZА-ЯЁÀ-ÖØ-Þ][A-ZА-ЯЁÀ-ÖØ-Þ'’.\-]+|#?\d+|[A-Z]\.))*\b"
)
_AGE = re.compile(r"\b(\d{1,2})(?:\s*-\s*\d{1,2})?(?:['’]?s|-х|\s*лет|\s*год|\b)")
_VOICE = re.compile(r"['’]S VOICE$|^VOICE OF\s+|^ГОЛОС\s+", re.IGNORECASE)
_NOT_PEOPLE = frozenset(
    (
        "close on angle pov insert title super fade cut smash back later continuous bang crash boom ring tv the end "
        "montage flashback intercut night day music silence sound wide series shots dissolve begin stop thunder "
        "lightning rain wind click slam beep knock whoosh snap dna fbi cia usa uk ok int ext свет тишина затемнение "
        "титр звонок стук гром музыка конец занавес"
    ).split()
)

SKINS = ("#e9bd9a", "#d9a47c", "#b97f56", "#8a5a3a", "#f0cdb0", "#c98f66")
TOPS = ("#3f6ea6", "#b5493f", "#5f8a4f", "#d9a441", "#7a5a96", "#3b8c8a", "#c77a9b", "#8c6b4f", "#55606e", "#d8d2c4")
BOTTOMS = ("#39404a", "#4b3a2f", "#2d3a5a", "#5b5f4a", "#6a3f4f", "#2f2f33")
HAIRS = ("#2b2320", "#6b4428", "#c79a4f", "#8c3f22", "#171518", "#8f8b86")
DARK_HAIRS = ("#171518", "#2b2320", "#3a2a20")  # with the darker skins, where nothing else is said
WOMEN = ("long", "bob", "bun", "curly", "ponytail", "bob")
MEN = ("short", "short", "bald", "short")
GIRLS = ("long", "bob", "ponytail", "curly")
BOYS = ("short",)
GREYING, BEARDED = 60, 25  # years from which hair is grey, and from which a man may have a beard that nobody wrote
# What a profession wears where no colour is said.
UNIFORMS = {
    "#2f3d5c": "policeman policewoman police officer cop guard captain sergeant conductor postman pilot watchman "
    "полицейский охранник капитан кондуктор почтальон сторож милиционер",
    "#59613f": "soldier general private soldiers солдат генерал",
    "#e4e8e6": "doctor nurse surgeon врач доктор медсестра",
    "#35507a": "sailor матрос",
}
_UNIFORM = {word: colour for colour, words in UNIFORMS.items() for word in words.split()}


@dataclass(frozen=True)
class Cast:
    """people in the order of the script; names: every way that the script writes them, folded -> person id."""

    people: tuple[Person, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    female: Mapping[str, bool | None] = field(default_factory=dict)  # person id -> woman, man, not known
    said: tuple[str, ...] = ()

    def of_cue(self, name: str) -> tuple[str, ...]:
        """The person ids that a cue names: one, several ("ANNA AND BEN"), or none."""
        found = self.names.get(folded(bare(name)))
        if found:
            return (found,)
        parts = [self.names.get(folded(part)) for part in _JOIN.split(bare(name)) if part]
        return tuple(part for part in parts if part) if len(parts) > 1 and all(parts) else ()


@lru_cache(maxsize=65536)
def folded(name: str) -> str:
    """A name as it is looked up: small letters, single spaces, ё as е."""
    return " ".join(name.casefold().replace("ё", "е").split())


def id_of(name: str) -> str:
    """An id made from a name: "Mrs. Hall" -> "mrs-hall", "Анна" -> "анна"."""
    return re.sub(r"[\W_]+", "-", folded(name)).strip("-") or "somebody"


def bare(name: str) -> str:
    """A cue without what says that only a voice is heard: "WATCHMAN'S VOICE" -> "WATCHMAN"."""
    return _VOICE.sub("", name).strip() or name


def is_off(extensions: Sequence[str], name: str = "") -> bool:
    """True where a cue is a voice: (V.O.), (O.S.), "за кадром", "WATCHMAN'S VOICE"."""
    words = {word for one in extensions for word in one.casefold().replace(" ", ".").split(".")} | {
        one.casefold() for one in extensions
    }
    joined = {one.casefold().replace(" ", "") for one in extensions}
    return bool((words | joined) & OFF) or bool(name and _VOICE.search(name))


def find_cast(script: Script) -> Cast:
    """Everybody who speaks, and everybody who is introduced in capitals and does something."""
    counts: dict[str, int] = {}
    written: dict[str, str] = {}
    for element in script.elements:
        if element.kind == "cue" and not _is_together(element.name):
            name = bare(element.name)
            counts[folded(name)] = counts.get(folded(name), 0) + 1
            written.setdefault(folded(name), name)
    joint = [key for key in counts if _joint(key, written, counts)]
    for key in joint:
        counts.pop(key)
    seen = dict(_introduced(script, set(counts)))
    aliases = _aliases(list(counts), list(seen))
    for name, first in seen.items():
        if name not in counts and name not in aliases:
            counts[name] = 0
            written[name] = first[0]
    personae = dict(_personae(script))
    made = _in_order(script, _persons(script, counts, written, aliases, seen, personae))
    said = tuple(_doubles(script, made, aliases))
    cast = Cast(made, _names(made, aliases), {one.id: gender_of(one, script) for one in made}, said)
    return dataclasses.replace(cast, people=tuple(_counted(script, cast)))


def _counted(script: Script, cast: Cast) -> Iterator[Person]:
    """The people with how often each speaks, alone or with others."""
    spoken = Counter(id for element in script.elements if element.kind == "cue" for id in cast.of_cue(element.name))
    return (dataclasses.replace(one, lines=spoken[one.id]) for one in cast.people)


def _in_order(script: Script, found: Sequence[Person]) -> tuple[Person, ...]:
    """The people as they are first named, in action or by a cue."""
    left, places = {one.id: folded(one.name) for one in found}, {}
    for at, element in enumerate(script.elements):
        if element.kind in ("action", "cue") and left:
            text = folded(element.plain)
            for id in [id for id, name in left.items() if name in text]:
                places[id] = (at, text.index(left.pop(id)))
    return tuple(sorted(found, key=lambda one: places.get(one.id, (len(script.elements), 0))))


def _is_together(name: str) -> bool:
    return folded(name) in TOGETHER


def _joint(key: str, written: Mapping[str, str], counts: Mapping[str, int]) -> bool:
    parts = [folded(part) for part in _JOIN.split(written[key]) if part]
    return len(parts) > 1 and all(part in counts for part in parts)


def _persons(
    script: Script,
    counts: Mapping[str, int],
    written: Mapping[str, str],
    aliases: Mapping[str, str],
    seen: Mapping[str, tuple[str, str]],
    personae: Mapping[str, str],
) -> tuple[Person, ...]:
    full = {short: long for long, short in aliases.items()}
    out, taken = [], set()
    for key in counts:
        about = (seen.get(full.get(key, "")) or seen.get(key) or ("", ""))[1] or _described(key, personae)
        id, number = id_of(written[key]), 2
        while id in taken:
            id, number = f"{id_of(written[key])}-{number}", number + 1
        taken.add(id)
        also = (seen[full[key]][0],) if key in full else ()
        out.append(
            Person(id, _title_case(written[key]), tuple(_title_case(one) for one in also), about, lines=counts[key])
        )
    return tuple(out)


def _described(key: str, personae: Mapping[str, str]) -> str:
    if key in personae:
        return personae[key]
    words = set(key.split())
    return next((about for name, about in personae.items() if words <= set(name.split())), "")


def _title_case(name: str) -> str:
    return " ".join(word.capitalize() if word.isupper() and len(word) > 1 else word for word in name.split())


def _names(people: Sequence[Person], aliases: Mapping[str, str]) -> dict[str, str]:
    by_key = {folded(one.name): one.id for one in people}
    names = dict(by_key)
    for long, short in aliases.items():
        names[long] = by_key[short]
    shared: dict[str, set[str]] = {}
    for one in people:
        for word in folded(one.name).split():
            if len(word) > 2 and word not in _TITLES:
                shared.setdefault(word, set()).add(one.id)
    for word, ids in shared.items():
        if len(ids) == 1 and word not in names:
            names[word] = next(iter(ids))
    return names


_TITLES = frozenset(
    (
        "mr mrs ms miss dr old young the of and lord lady sir king queen prince princess first second third captain "
        "general doctor uncle aunt господин госпожа старый молодой первый второй первая вторая дядя тетя"
    ).split()
)


def _introduced(script: Script, cues: set[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Names in capitals within action: folded name -> (as written, the sentence). The first of each."""
    found: set[str] = set()
    for element in script.elements:
        if element.kind != "action":
            continue
        for sentence in sentences.split(element.plain):
            for match in _CAPS.finditer(sentence):
                name = match.group().rstrip(".,'’-")
                if folded(name) in found or not _is_person(sentence, name, match.end(), cues):
                    continue
                found.add(folded(name))
                yield folded(name), (name, _own_part(sentence, match.start(), match.end()))
    for element in script.elements:  # who is never in capitals: the first sentence that names them
        if element.kind != "action" or not cues - found:
            continue
        for sentence in sentences.split(element.plain):
            words = set(words_of(sentence))
            for name in sorted(cues - found):
                if set(name.split()) <= words:
                    found.add(name)
                    yield name, (name.upper(), sentence)


def _own_part(sentence: str, start: int, end: int) -> str:
    """What a sentence says of one of the people in it: from the name to the next in capitals."""
    others = [one.start() for one in _CAPS.finditer(sentence) if one.start() >= end or one.end() <= start]
    if not others:
        return sentence
    after = next((other for other in others if other >= end), len(sentence))
    return sentence[start:after].rstrip(" ,;")


def _is_person(sentence: str, name: str, end: int, cues: set[str]) -> bool:
    key = folded(name)
    if key in cues:
        return True
    words = set(key.split())
    letters = [letter for letter in sentence if letter.isalpha()]
    shouted = sum(letter.isupper() for letter in letters) > 0.7 * len(letters)
    if shouted or len(key) < 2 or words & _NOT_PEOPLE or not any(letter.isalpha() for letter in key):
        return False
    book = lexicon()
    if any(book.meaning(group, word) for word in words for group in ("props.hand", "props.set", "places", "times")):
        return False
    rest = sentence[end : end + 60]
    if re.match(r"\s*\(?,?\s*\(?\d{1,2}", rest) or re.match(r"\s*\([^)]*(?:\d|лет|years)", rest):
        return True
    following = words_of(rest)[:2]
    verbs = [verb for word in following[:1] for verb in book.verbs(word) if word.endswith(("s", "т", "тся", "л", "ла"))]
    human = any(book.meaning("gender", word) or book.meaning("looks.costume", word) for word in words)
    return human or bool(verbs and len(words) <= 3)


def _aliases(cues: Sequence[str], seen: Sequence[str]) -> dict[str, str]:
    """A longer name that is only introduced -> the one cue that is a part of it: "anna smith" -> "anna"."""
    out: dict[str, str] = {}
    for long in seen:
        if long in cues or len(long.split()) < 2:
            continue
        short = [cue for cue in cues if set(cue.split()) < set(long.split())]
        if len(short) == 1 and short[0] not in out.values():
            out[long] = short[0]
    return out


def _personae(script: Script) -> Iterator[tuple[str, str]]:
    """A play's list of persons: synopses under a section before the first scene."""
    listed = False
    for element in script.elements:
        if element.kind == "section":
            listed = bool(re.search(r"person|cast|charact|действующ|лица", element.plain, re.IGNORECASE))
        elif element.kind == "heading":
            return
        elif element.kind == "synopsis" and listed:
            name = re.split(r"[(,.:;]|\s[-–—]\s", element.plain, maxsplit=1)[0]
            yield folded(name), element.plain


def _doubles(script: Script, people: Sequence[Person], aliases: Mapping[str, str]) -> Iterator[str]:
    """Two people under one name: introduced twice with different ages, or two long names that share a cue."""
    for one in people:
        ages: dict[str, str] = {}
        pattern = re.compile(rf"\b{re.escape(one.name)}\b,?\s*\(?(\d{{1,2}})(?=[)s,\s])", re.IGNORECASE)
        for element in script.elements:
            if element.kind == "action":
                for age in pattern.findall(element.plain):
                    ages.setdefault(age, element.plain)
        if len(ages) > 1:
            told = " and ".join(ages)
            yield (
                f"two people may go by the name of {one.name} (aged {told}): here they are one; "
                f"write the second otherwise, such as OLD {one.name.upper()}, for two"
            )
    for one in people:
        key = folded(one.name)
        longer = [other.name for other in people if other is not one and key in folded(other.name).split()[:1]]
        if len(longer) > 1 and one.lines:
            yield f"{one.name} may be {' or '.join(longer)}: here {one.name} is somebody else; write the whole name"


def gender_of(person: Person, script: Script | None = None) -> bool | None:
    """True for a woman, False for a man, None where nothing says it: by name, description, then by "he" and "she"."""
    book = lexicon()
    for text in (person.name, person.about):
        for word in words_of(text):
            found = book.words["gender"].get(word.replace("ё", "е"))
            if found and word not in _PRONOUNS:
                return found == "female"
            if word.endswith(("woman", "girl")) or re.fullmatch(r"[a-z]+(?<!hu)man", word):
                return word.endswith(("woman", "girl"))  # a policeman is a man
    if any(_meaning("looks.extras", word) == "beard" for word in words_of(person.about)):
        return False
    name = folded(person.name).split()
    if name and re.search(r"[а-я]", name[0]):
        return name[0].endswith(("а", "я"))
    told = _by_pronoun(person, script) if script else None
    if told is None and len(name) == 1 and len(name[0]) > 2 and name[0].endswith("a") and person.name[:1].isupper():
        return name[0] not in _MEN_IN_A or None
    return told


_MEN_IN_A = frozenset("luca joshua ezra nikita sasha mustafa andrea misha ilya kolya vanya petya dima".split())


_PRONOUNS = frozenset("he him his she her hers он она".split())


def _by_pronoun(person: Person, script: Script) -> bool | None:
    """The first "he" or "she" in the sentences that follow the name."""
    name = folded(person.name)
    for element in script.elements:
        if element.kind == "action" and name in folded(element.plain):
            after = folded(element.plain).split(name, 1)[1]
            found = re.search(r"\b(he|his|him|she|her|hers)\b", after)
            if found:
                return found.group().startswith(("she", "her"))
    return None


def with_looks(people: Sequence[Person], female: Mapping[str, bool | None]) -> tuple[Person, ...]:
    """The people with looks by rule: what is described as described, the rest so that nobody looks like another."""
    out: list[Person] = []
    for person in people:
        out.append(dataclasses.replace(person, look=look_of(person, female.get(person.id), [one.look for one in out])))
    return tuple(out)


def look_of(person: Person, female: bool | None, others: Sequence[Look]) -> Look:
    """How one person is drawn. Chosen by the hash of the name, moved on while another looks like it."""
    text = f"{person.name}. {person.about}"
    dice = int.from_bytes(hashlib.sha256(folded(person.name).encode()).digest()[:6], "big")
    woman = female if female is not None else bool(dice & 1)
    age = _age(person.about)
    build = _found("build", text) or ("child" if age and age < 13 else "old" if age and age >= 66 else "")
    best, lowest = None, 1e9
    for turn in range(24):
        look = _drawn(dice + turn * 7919, turn, woman, build, age, text)
        likeness = sum(_likeness(look, other) for other in others)
        if likeness < lowest - 1e-9:
            best, lowest = look, likeness
    assert best is not None
    return best


def _drawn(dice: int, turn: int, woman: bool, build: str, age: int | None, text: str) -> Look:
    def pick(choices: Sequence[str], salt: int) -> str:
        return choices[(dice // (salt * 13 + 1) + turn * (salt + 1)) % len(choices)]

    words = words_of(text)
    extras = {_meaning("looks.extras", word) for word in words}
    build = build or pick(("average", "slim", "average", "stocky", "tall", "average"), 1)
    grown = not woman and build != "child" and age is not None and age >= BEARDED
    old = build == "old" or (age is not None and age >= GREYING)
    skin = pick(SKINS, 5)
    said = _hair_said(words)
    young = (GIRLS if woman else BOYS) if build == "child" else WOMEN if woman else MEN
    hair = _found("hair", text) or said[0] or pick(young, 2)
    if woman and hair == "short":
        hair = "bob"  # the short cut that tells a woman at a glance
    usual_hair = DARK_HAIRS if skin in ("#8a5a3a", "#b97f56") else HAIRS[:-1]
    colour = said[1] or _found("hair_colour", " ".join(_not_worn(words)))
    if hair == "bald" and colour and not _found("hair", text):
        hair = "short"  # who has grey hair has hair
    colour = colour or ("#c9c9c6" if old else pick(usual_hair, 3))
    if hair == "bald" and age is not None and age < 35 and not _found("hair", text):
        hair = "short"
    usual = ("dress", "jumper", "coat", "shirt") if woman else ("jumper", "suit", "coat", "shirt")
    if build == "child":
        usual = ("dress", "jumper", "overalls", "shirt") if woman else ("jumper", "shirt", "overalls", "shirt")
    costume = _found("costume", text) or pick(usual, 4)
    height = {"tall": 1.9, "child": 1.28, "old": 1.64, "stocky": 1.71, "slim": 1.76}.get(build, 1.75)
    height += (-0.08 if woman and build != "child" else 0.0) + ((dice >> 5) % 5 - 2) * 0.012
    return Look(
        build=build,
        height=round(height, 3),
        hair=hair,
        hair_colour=colour,
        skin=skin,
        costume=costume,
        top=_colour(words) or _uniform(words, costume) or pick(TOPS, 6),
        bottom=pick(BOTTOMS, 7),
        beard="beard" in extras or (grown and (dice >> 9) % 4 == 0 and turn % 2 == 1),
        glasses="glasses" in extras,
        hat=_hat(words),
    )


def _not_worn(words: Sequence[str]) -> list[str]:
    """The words without colours of clothes: a grey coat makes nobody's hair grey."""
    clothes = [at for at, word in enumerate(words) if _meaning("looks.costume", word) or word in _WEAR]
    of_cloth = {at for at, word in enumerate(words) for on in clothes if 0 < on - at <= 2 and word in ("grey", "gray")}
    return [word for at, word in enumerate(words) if at not in of_cloth]


_WEAR = frozenset("hat cap scarf trousers jeans shoes boots gloves eyes шляпе шляпа шапке брюках глаза".split())
_HAIR_WORDS = frozenset("hair hairs curls locks haircut волосы волос волосами кудри".split())
_LENGTHS = {
    "short": "short cropped короткие короткими коротких стриженые", "long": "long loose длинные длинными длинных",
    "curly": "curly wavy wild frizzy кудрявые кудрявыми вьющиеся",
}  # fmt: skip
_CUTS = {word: cut for cut, written in _LENGTHS.items() for word in written.split()}
_DYES = {"red": "#a3472a", "orange": "#c2622f", "рыж": "#a3472a", "white": "#e4e2da", "black": "#1d1a1a",
         "brown": "#4a3222", "dark": "#2b2320", "fair": "#e0c074", "golden": "#d9b45a", "golden-red": "#b9582f",
         "silver": "#c9c9c6"}  # fmt: skip


def _hair_said(words: Sequence[str]) -> tuple[str, str]:
    """Cut and colour of "long red hair", "with short black curly hair", "рыжие волосы"; "" for what is not said."""
    for at, word in enumerate(words):
        if word not in _HAIR_WORDS:
            continue
        near = [*reversed(words[max(0, at - 4) : at])]
        stop = next((n for n, one in enumerate(near) if _meaning("looks.costume", one)), len(near))
        near = near[:stop]
        cut = next((_CUTS[one] for one in near if one in _CUTS), "curly" if word in ("curls", "кудри") else "")
        shades = (
            _DYES.get("рыж" if one.startswith("рыж") else one)
            or _meaning("looks.hair_colour", one)
            or _meaning("looks.colour", one)
            for one in near
        )
        return cut, next(filter(None, shades), "")
    return "", ""


def _uniform(words: Sequence[str], costume: str) -> str:
    """The colour of a uniform by whose it is; that of a guard where it is nobody's."""
    if costume != "uniform":
        return ""
    told = (_UNIFORM.get(word.removesuffix("'s").removesuffix("’s")) for word in words)
    return next(filter(None, told), "#2f3d5c")


_HATS = frozenset("hat hats cap fedora bowler beret helmet bonnet hood scarf turban crown beanie headscarf".split())
_HATS_RU = {"шляп": "hat", "цилиндр": "top hat", "берет": "beret", "шлем": "helmet", "корон": "crown",
            "капюшон": "hood", "платок": "scarf", "платке": "scarf", "шапк": "woolly hat", "шапочк": "woolly hat",
            "фуражк": "peaked cap", "кепк": "cap", "котелк": "bowler"}  # fmt: skip


def _hat(words: Sequence[str]) -> str:
    """The hat that a description names, with the word before it: "straw hat", "top hat", "в соломенной шляпе"."""
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        if word in _HATS:
            return f"{before} {word}" if before in _KINDS_OF_HAT else word
        found = next((hat for stem, hat in _HATS_RU.items() if word.startswith(stem)), "")
        if found:
            return "straw hat" if before.startswith("соломен") else found
    return ""


_KINDS_OF_HAT = frozenset(
    "straw sun top bowler cowboy woolly knit knitted bobble police officer's captain's baseball peaked felt".split()
)


def _colour(words: Sequence[str]) -> str:
    """The colour of what is worn on top: "in a green dress", "a worn red coat", "в красном пальто"."""
    for at, word in enumerate(words):
        if _meaning("looks.costume", word):
            found = next(filter(None, (_meaning("looks.colour", one) for one in words[max(0, at - 2) : at])), "")
            if found:
                return found
    return ""


def _likeness(one: Look, other: Look) -> float:
    same = [
        (one.build == other.build, 1.0), (one.hair == other.hair, 1.6), (one.hair_colour == other.hair_colour, 1.0),
        (one.costume == other.costume, 1.2), (one.top == other.top, 2.5), (one.bottom == other.bottom, 0.5),
        (one.skin == other.skin, 0.3), (one.beard == other.beard, 0.2),
    ]  # fmt: skip
    return sum(weight for alike, weight in same if alike) ** 2


def _meaning(group: str, word: str) -> str:
    return lexicon().meaning(group, word)


def _found(part: str, text: str) -> str:
    return next(filter(None, (_meaning(f"looks.{part}", word) for word in words_of(text))), "")


def _age(about: str) -> int | None:
    found = _AGE.search(about)
    return int(found.group(1)) if found else None
