"""Syllables of words, and which of them is stressed: by rule, for seven languages that songs are often in.

One method for all: find the vowels that carry a syllable, then give the consonants between two of them to the second,
as many as may begin a word of the language (the principle of the greatest onset, Kahn 1976), with what each language
does otherwise as data. Sung texts may always say it themselves: a hyphen in the file is a syllable's end.
"""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass

LANGUAGE_NAMES = {
    "en": "English",
    "de": "German",
    "la": "Latin",
    "ru": "Russian",
    "pl": "Polish",
    "it": "Italian",
    "fr": "French",
}
LANGUAGES = tuple(LANGUAGE_NAMES)


@dataclass(frozen=True)
class _Tongue:
    """vowels: letters of a syllable's middle; joined: vowels that are one; letters: consonants written with several
    letters; onsets: clusters that begin a syllable; prefixes: that are cut off (and unstressed)."""

    vowels: str
    joined: tuple[str, ...]
    letters: tuple[str, ...]
    onsets: frozenset[str]
    prefixes: tuple[str, ...] = ()


def _pairs(first: str, second: str) -> set[str]:
    return {a + b for a in first.split() for b in second.split()}


_LIQUID = _pairs("b c d f g k p t", "r l") - {"dl", "tl"}
_TONGUES = {
    "en": _Tongue(
        "aeiouyàáâèéêëïöüæœ",
        tuple("eau ai au aw ay ea ee ei eu ew ey ie oa oe oi oo ou ow oy ue ui".split()),
        tuple("tch ch sh th ph wh ck gh dg qu".split()),
        frozenset(
            _LIQUID | _pairs("th sh ph ch", "r") | {"st", "sp", "sk", "sc", "str", "spr", "scr", "tw", "sw", "wr"}
        ),
    ),
    "de": _Tongue(
        "aeiouyäöüé",
        tuple("ei ai ey ay au äu eu ie aa ee oo ou".split()),
        tuple("sch ch ck ph th qu ß ſt pf".split()),
        frozenset({"phr", "thr", "chr"}),
        tuple("ver zer ent emp miß be ge er".split()),
    ),
    "la": _Tongue(
        "aeiouyæœéë",
        ("ae", "oe", "au", "æ", "œ"),
        tuple("ch ph th qu gn".split()),
        frozenset(_LIQUID | _pairs("ch ph th", "r l")),
    ),
    "it": _Tongue(
        "aeiouyàèéìòóù",
        tuple("iuo iei ioi uoi ia ie io iu ua ue uo ui ai ei oi au eu iò ià iè iù uò".split()),
        tuple("ch gh gl gn sc qu".split()),
        frozenset(_LIQUID | {"st", "sp", "str", "spr", "sf", "sv", "sd", "sg", "sb", "sm", "sl", "chr", "sch"}),
    ),
    "fr": _Tongue(
        "aeiouyàâäéèêëîïôöùûüœæ",
        tuple(
            "eaux eau oeu œu oui oue ieu oie iei yeu aie ou oi oî oy au eu ai ay ei ui ie ée ue iè ié ia io ya "
            "aî où œi œ ae".split()
        ),
        tuple("ch ph th gn qu".split()),
        frozenset(_LIQUID | {"vr", "phr", "chr", "thr"}),
    ),
    "ru": _Tongue("аеёиоуыэюяѣіѵ", (), (), frozenset()),
    "pl": _Tongue(
        "aąeęioóuyé",
        (),
        tuple("dzi dż dź dz ch cz rz sz szcz".split()),
        frozenset(
            _pairs("b c d f g k p t ch w", "r l rz w ł")
            | {
                "st",
                "sp",
                "sk",
                "sł",
                "śn",
                "śl",
                "św",
                "sw",
                "zd",
                "zw",
                "zn",
                "szcz",
                "str",
                "wsz",
                "wst",
                "kw",
                "gn",
            }
            | {"śm", "ść", "śc", "źr", "żd", "mn", "dn", "pn"}
        ),
    ),
}
_WEAK = {
    "en": "a an the and or but nor of to in on at by for from with as if than that is are was were be been am has had "
    "have do does did will would shall should can could may might must i me my you your he him his she her it its we "
    "us our they them their this so not no who whom which when where there o'er upon into",
    "de": "der die das den dem des ein eine einen einem einer eines und oder aber in im an am auf aus bei mit von vom "
    "zu zum zur für um es er sie ich du wir ihr mir dir mich dich sich ist war so wie als daß dass wenn mein dein "
    "sein nicht wo da doch nur",
    "la": "et in ad ut de ex a ab non sed cum qui quae quod te me se tu est sit per pro",
    "it": "il lo la i gli le un una e ed o ma di a da in con su per tra fra del della dei al alla nel che chi "
    "non mi ti "
    "si ci vi io tu mio tuo suo mia tua sua se è sei son come più piu",
    "fr": "le la les l un une des de du d et ou mais à a au aux en dans sur pour par avec sans que qui qu ne n "
    "pas je tu "
    "il elle nous vous ils me m te t se s mon ton son ma ta sa mes tes ses ce c est si comme dont où",
    "ru": "и а но в во на с со к ко у о об от до за из по под над при для не ни же ли бы я ты он она мы вы они мне "
    "меня тебе тебя его её их мой твой что как так то",
    "pl": "i a ale w we na z ze do od o u po za przy dla nie ni że się mi ci mu go ją ja ty on my wy to co jak tak bo "
    "by",
}
_WEAK_SETS = {name: frozenset(words.split()) for name, words in _WEAK.items()}
# English words whose letters mislead.
_ENGLISH = {
    word.replace("-", ""): tuple(word.split("-"))
    for word in "ev-ery ev-er nev-er heav-en riv-er be-ing go-ing do-ing see-ing cre-ate qui-et po-em po-et "
    "li-on di-al "
    "tri-al i-dea re-al-ly cru-el du-et giv-en lov-er lov-ing hav-ing e-ven o-ver o-pen a-way a-gain a-lone a-bove "
    "sci-ence vi-o-let vi-o-lin the-a-tre pi-a-no ra-di-o glo-ri-ous beau-ti-ful some-thing some-times some-one "
    "ev-ery-thing ev-ery-one there-fore where-fore home-ward safe-ly love-ly lone-ly sure-ly mere-ly wide-ly like-ly "
    "care-ful hope-ful grace-ful peace-ful care-less home-less name-less move-ment noise-less fore-ver for-ev-er "
    "what-ev-er how-ev-er when-ev-er wa-ter fa-ther moth-er broth-er an-oth-er to-geth-er gath-er weath-er feath-er "
    "na-ture pic-ture crea-ture rap-ture plea-sure trea-sure mea-sure lit-tle peo-ple an-gel on-ly ho-ly la-dy "
    "bo-dy stu-dy pi-ty ci-ty ma-ny a-ny ve-ry mer-ry sto-ry glo-ry wea-ry dai-sy sea-son rea-son pri-son eye "
    "eyes bye buy aye good-bye o'er ne'er e'er where'er flowers powers hours prayer hun-dred sa-cred "
    "bless-ed be-lov-ed does-n't is-n't was-n't could-n't would-n't did-n't had-n't fare-well guard tongue tongues "
    "some-bo-dy no-bo-dy ev-ery-bo-dy plague in-to un-to".split()
}


def language_of(text: str) -> str:
    """The language of a text among `LANGUAGES`: by its letters, then by its little words; English if nothing tells."""
    lower = text.lower()
    if len(re.findall(r"[а-яё]", lower)) > len(re.findall(r"[a-z]", lower)):
        return "ru"
    words = re.findall(r"[^\W\d_]+", lower.replace("ſ", "s"))
    marks = {"pl": "ąęłśżźćń", "de": "äöüß", "fr": "àâêîôûç", "it": "òìù"}
    score = {
        name: sum(word in _WEAK_SETS[name] for word in words)
        + 2.0 * sum(any(letter in marks.get(name, "") for letter in word) for word in words)
        for name in ("en", "de", "la", "pl", "it", "fr")
    }
    latin = ("us", "um", "is", "am", "em", "ae", "nt", "orum", "ibus")
    score["la"] += 0.5 * sum(word.endswith(latin) and len(word) > 3 for word in words)
    return max(score, key=lambda name: score[name])


def syllables(word: str, language: str = "en") -> tuple[str, ...]:
    """The syllables of one word, as letters: ("hap", "py"). Apostrophes and marks around it stay where they are."""
    if "-" in word.strip("-"):
        return tuple(part for piece in word.split("-") if piece for part in syllables(piece, language))
    tongue = _TONGUES.get(language, _TONGUES["en"])
    plain = unicodedata.normalize("NFC", word).lower().replace("’", "'")
    if language == "en" and (known := _english(plain, word)) is not None:
        return known
    middles = _middles(plain, tongue, language)
    if len(middles) < 2:
        return (word,)
    cuts = [_cut(plain, left[1], right[0], tongue, language) for left, right in itertools.pairwise(middles)]
    cuts = _prefixed(plain, cuts, tongue, middles)
    bounds = [0, *cuts, len(word)]
    return tuple(word[a:b] for a, b in itertools.pairwise(bounds))


def _english(plain: str, word: str) -> tuple[str, ...] | None:
    """A word of the list of exceptions, cut as it stands there."""
    letters = re.sub(r"[^a-z']", "", plain)
    found = _ENGLISH.get(letters)
    if found is None:
        return None
    begin = plain.find(letters)
    if begin < 0:
        return None
    out, at = [], begin
    for part in found:
        out.append(word[at : at + len(part)])
        at += len(part)
    return (word[:begin] + out[0], *out[1:-1], out[-1] + word[at:]) if len(out) > 1 else (word,)


def _middles(plain: str, tongue: _Tongue, language: str) -> list[tuple[int, int]]:
    """Where the vowels of each syllable begin and end."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(plain):
        if plain[at] not in tongue.vowels or _is_consonant(plain, at, tongue, language):
            at += 1
            continue
        size = next((len(one) for one in tongue.joined if plain.startswith(one, at)), 1)
        if language == "en" and size == 2 and plain[at + 1] == "w" and plain[at + 2 : at + 3] in tuple("aeiouy"):
            size = 1  # the w of a-way belongs to what follows
        if language == "fr" and size > 1 and plain[at + size - 1] == "e" and plain[at : at + size] != "ie":
            size = _mute(plain, at, size)
        found.append((at, at + size))
        at += size
    return _silent(plain, found) if language == "en" else found


def _mute(plain: str, at: int, size: int) -> int:
    """A French e behind a vowel at the end of a word is not sung; anywhere else it keeps its syllable."""
    return size if len(plain.rstrip(".,;:!?")) in (at + size, at + size + 1) else size - 1


def _is_consonant(plain: str, at: int, tongue: _Tongue, language: str) -> bool:
    """Whether a letter of the vowels is none here: u after q, y before a vowel, i that only softens."""
    letter, before = plain[at], plain[at - 1 : at]
    after = plain[at + 1 : at + 2]
    follows = bool(after) and after in tongue.vowels
    if letter == "u" and before == "q":
        return True
    if language == "en":
        return letter == "y" and follows and (not before or before not in tongue.vowels) and at == 0
    if language == "la":
        between = (not before.isalpha()) or before in tongue.vowels
        return letter == "i" and follows and between and plain[at + 1] != "i" and not (before and before in "qg")
    if language == "pl":
        return letter == "i" and follows
    if language in ("it", "fr"):
        return letter == "u" and follows and before == "g" and plain[at + 1] in "eiéè"
    return False


def _silent(plain: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """English vowels without those that are not spoken: a last e, -ed, -es, and the i of -tion."""
    if len(found) < 2:
        return found
    out = list(found)
    end = len(re.sub(r"[^a-z]+$", "", plain.replace("'s", "  ")))
    begin, last = out[-1]
    letters = plain[begin:end]
    before = plain[begin - 1]
    apart = begin > 0 and out[-2][1] < begin
    if letters == "e" and apart:
        bare = before == "l" and begin >= 2 and plain[begin - 2] not in _TONGUES["en"].vowels
        if not bare:
            out.pop()
    elif (letters == "ed" and apart and before not in "td") or (
        letters == "es" and apart and before not in "szxcg" and plain[begin - 2 : begin] not in ("ch", "sh")
    ):
        out.pop()
    kept: list[tuple[int, int]] = []
    for begin, last in out:
        if kept and kept[-1][1] == begin and plain[kept[-1][0] : kept[-1][1]] == "i":
            sound = plain[kept[-1][0] - 1 : kept[-1][0]]
            if sound in ("t", "s", "c", "g", "x") and plain[begin] in "oaue" and last < len(plain):
                kept[-1] = (kept[-1][0], last)  # na-tion, pre-cious
                continue
        kept.append((begin, last))
    return _inner_e(plain, kept)


def _inner_e(plain: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without the silent e before an ending: hope-ful, love-ly."""
    for number, (begin, last) in enumerate(found[:-1]):
        ending = re.sub(r"[^a-z]+$", "", plain[last:])
        if number and plain[begin:last] == "e" and ending in ("ly", "ful", "less", "ness", "ment"):
            return found[:number] + found[number + 1 :]
    return found


def _cut(plain: str, left: int, right: int, tongue: _Tongue, language: str) -> int:
    """Where a syllable ends between two vowels: the consonants plain[left:right] are shared out."""
    units = _units(plain[left:right], tongue)
    if not units:
        return right
    if language == "en" and re.fullmatch(r"[^aeiouy][td]ed\W*", plain[right - 2 :]):
        return right  # want-ed
    if language == "ru":
        return left + _russian(plain[left:right])
    if len(units) == 1:
        return left + (len(units[0]) if units[0] in ("x", "ck", "'") and language == "en" else 0)
    for take in (3, 2):  # the longest that may begin a syllable, if something is left or nothing need be
        tail = "".join(units[-take:])
        plain_tail = tail.removesuffix("i")
        if len(units) >= take and plain_tail in tongue.onsets and (len(units) > take or units[-take] not in ("s",)):
            return right - len(tail)
    return right - len(units[-1])


def _units(text: str, tongue: _Tongue) -> list[str]:
    """Consonants one by one, those of several letters as one."""
    found: list[str] = []
    at = 0
    while at < len(text):
        size = max((len(one) for one in tongue.letters if text.startswith(one, at)), default=1)
        if found and text[at] == "i":  # Polish: it only softens
            found[-1] += "i"
        else:
            found.append(text[at : at + size])
        at += size
    return found


def _russian(text: str) -> int:
    """Letters of a Russian cluster that close the syllable: й and a sonorant before another sound, half of a double."""
    signs = 0
    while signs < len(text) and text[signs] in "ьъ'":
        signs += 1
    if signs:
        return signs
    if len(text) < 2:
        return 0
    if text[0] == "й":
        return 1
    if text[0] == text[1]:
        return 1
    if text[0] in "рлмн" and text[1] not in "ьъ":
        return 1
    if text[0] in "рлмн" and text[1] in "ьъ" and len(text) > 2:
        return 2
    return 1 if len(text) > 2 and text[0] not in "с" else 0


def _prefixed(plain: str, cuts: list[int], tongue: _Tongue, middles: list[tuple[int, int]]) -> list[int]:
    """The first cut moved behind a prefix: ver-eint, ge-traut."""
    for prefix in tongue.prefixes:
        at = len(prefix)
        if plain.startswith(prefix) and len(plain) > at + 1 and middles[0][1] <= at <= middles[1][0]:
            if prefix in ("er", "be", "ge") and at != cuts[0] and plain[at] in tongue.vowels:
                continue
            if prefix == "er" and plain[at] == "r":
                continue
            return [at, *cuts[1:]]
    return cuts


def stress(parts: tuple[str, ...], language: str = "en") -> tuple[float, ...]:
    """How strong each syllable of a word is, 0..1. Russian stress cannot be told by rule: ё and a mark (а́) tell it."""
    word = "".join(parts).lower()
    bare = re.sub(r"[^\w']|\d|_", "", unicodedata.normalize("NFC", word)).strip("'")
    count = len(parts)
    marked = next((i for i, one in enumerate(parts) if "\u0301" in unicodedata.normalize("NFD", one)), None)
    if count == 1:
        return (0.15 if bare in _WEAK_SETS.get(language, frozenset()) and marked is None else 0.8,)
    if marked is not None and language in ("ru", "en", "la"):
        return tuple(1.0 if i == marked else 0.0 for i in range(count))
    if language == "ru":
        yo = next((i for i, one in enumerate(parts) if "ё" in one.lower()), None)
        if yo is not None:
            return tuple(1.0 if i == yo else 0.0 for i in range(count))
        # Nothing tells: most often it lies on the syllable before the last, or on the last.
        return tuple(0.55 if i == count - 2 else 0.45 if i == count - 1 else 0.3 for i in range(count))
    at = {"pl": count - 2, "it": count - 2, "fr": _french(parts), "la": _latin(parts), "de": _german(word, count)}.get(
        language
    )
    at = _english_stress(word, count) if at is None else at
    return tuple(1.0 if i == at else 0.4 if abs(i - at) == 2 else 0.0 for i in range(count))


def _latin(parts: tuple[str, ...]) -> int:
    """The last but one if it is long (closed, or a diphthong), else the one before it."""
    if len(parts) == 2:
        return 0
    penult = re.sub(r"[^\w]", "", parts[-2].lower())
    closed = bool(penult) and penult[-1] not in _TONGUES["la"].vowels
    return len(parts) - 2 if closed or any(one in penult for one in ("ae", "oe", "au", "æ", "œ")) else len(parts) - 3


def _french(parts: tuple[str, ...]) -> int:
    """The last syllable, or the one before a mute e."""
    last = re.sub(r"[^\w]", "", parts[-1].lower())
    return len(parts) - 2 if re.search(r"[^éèêaou]e(s|nt)?$", last) else len(parts) - 1


def _german(word: str, count: int) -> int:
    """The first syllable, or the one behind an unstressed prefix; -ieren and -ei draw it to the end."""
    bare = re.sub(r"\W", "", word)
    if bare.endswith(("ieren", "iert")):
        return count - 2 if bare.endswith("ieren") else count - 1
    if bare.endswith("ei"):
        return count - 1
    return 1 if bare.startswith(_TONGUES["de"].prefixes) and not bare.startswith(("gegen", "geben", "gebet")) else 0


_SECOND = tuple("a be de re con com dis ex en em for in im per pre pro to un with up o'".split())
_FIRST = frozenset(
    "any angel after able over under ever every evening able even only open other answer apple able arrow into autumn "
    "baby beauty better being begging beggar bending berry desert deep dearest ready real reason region reaching "
    "reader read red rest resting ending enter envy forest fortune former forward foreign inner index insect person "
    "perfect peril present precious promise property proper profit prophet tonic tower total torrent exile ancient "
    "country comfort common comrade concert union uncle utter upper upward acre action acting actor active apron "
    "ashes anchor anthem anger ardent artist aspect atom abbey absent distant dismal district infant instant".split()
)


def _english_stress(word: str, count: int) -> int:
    bare = re.sub(r"[^a-z']", "", word)
    if re.search(r"(tion|sion|cian|cial|tial|cious|tious|geous|ic|ical|ics|ity|ify|ian)s?$", bare) and count > 1:
        back = 3 if re.search(r"(ity|ify|ical)s?$", bare) and count > 2 else 2
        return max(0, count - back)
    if bare in _FIRST or re.sub(r"(s|ed|ing|er|ly)$", "", bare) in _FIRST:
        return 0
    if count == 2:
        return 1 if bare.startswith(_SECOND) and not bare.endswith(("y", "er", "le", "ow", "en", "ing")) else 0
    return 1 if bare.startswith(_SECOND) else 0
