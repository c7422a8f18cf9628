"""Names for programs: letters of any script as ASCII, in the spelling that each kind of file asks for.

"arrow-left" -> ArrowLeftIcon, arrow_left, arrow-left     "стрелка" -> StrelkaIcon
"24h"        -> Icon24h, n24h, n24h                        "水"      -> U6c34Icon
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import count

TRANSLITERATION = dict(zip("абвгдезийклмнопрстуфыэіўјћґ", "abvgdeziyklmnoprstufyeiujcg")) | {
    **{"ё": "yo", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu"},
    **{"я": "ya", "ї": "yi", "є": "ye", "ђ": "dj", "љ": "lj", "њ": "nj", "џ": "dz"},
    **{"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "þ": "th", "ı": "i"},
}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def ascii_words(name: str) -> list[str]:
    """The words of a name in lower-case ASCII letters and digits; at least one."""
    text = "".join(_ascii(char) for char in unicodedata.normalize("NFC", name))
    words = [word.lower() for part in re.findall(r"[A-Za-z0-9]+", text) for word in _HUMP.split(part)]
    return words or ["icon"]


def _ascii(char: str) -> str:
    """One character as ASCII; a symbol or a letter of a script without a table becomes a word of its own."""
    if char.isascii():
        return char
    lower = char.lower()
    if lower in TRANSLITERATION:
        found = TRANSLITERATION[lower]
        return found if char == lower else found.capitalize()
    plain = "".join(one for one in unicodedata.normalize("NFKD", char) if one.isascii() and one.isalnum())
    if plain:
        return plain
    category = unicodedata.category(char)
    if category == "So":
        return f"-{unicodedata.name(char, 'symbol').lower()}-"
    return f"-u{ord(char):04x}-" if category[0] in "LN" else "" if category[0] in "MC" else "-"


def pascal(name: str) -> str:
    """The name of a component: BellIcon; what begins with a digit is Icon24h."""
    text = "".join(word[:1].upper() + word[1:] for word in ascii_words(name))
    return f"Icon{text}" if text[0].isdigit() else f"{text}Icon"


def snake(name: str) -> str:
    """A name of small letters, digits and underscores that begins with a letter: arrow_left."""
    return _lettered("_".join(ascii_words(name)))


def kebab(name: str) -> str:
    """A name of small letters, digits and dashes that begins with a letter: arrow-left."""
    return _lettered("-".join(ascii_words(name)))


def _lettered(text: str) -> str:
    return f"n{text}" if text[0].isdigit() else text


def unique(names: Sequence[str], spell: Callable[[str], str], between: str = "") -> dict[str, str]:
    """name -> its spelling; two names that would be spelt alike (in any case of letters) get 2, 3 ... at the end."""
    made: dict[str, str] = {}
    taken: set[str] = set()
    # ASCII first: a name that is transliterated never takes the spelling of one that has it by right.
    for name in sorted(names, key=lambda one: (not one.isascii(), one)):
        first = spell(name)
        tries = (first if number == 1 else f"{first}{between}{number}" for number in count(1))
        made[name] = next(one for one in tries if one.casefold() not in taken)
        taken.add(made[name].casefold())
    return {name: made[name] for name in names}
