"""The small words of a prompt for a picture: how many, which colour, how large, where, in which style.

English and Russian. A phrase is a tuple of words; Russian ones are matched by their stems ("слева от", "левом"), so
that case and gender do not matter.
"""

# ruff: noqa: SIM905 (a list of words reads best as words; Cyrillic letters are meant)

from __future__ import annotations

from collections.abc import Iterable, Mapping

NUMBERS: dict[str, int] = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "couple": 2, "pair": 2, "several": 4, "few": 3, "many": 8,
    "один": 1, "одна": 1, "одно": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7,
    "восемь": 8, "девять": 9, "десять": 10, "одиннадцать": 11, "двенадцать": 12, "дюжина": 12, "пара": 2, "пару": 2,
    "несколько": 4, "много": 8, "двое": 2, "трое": 3,
}  # fmt: skip
VAGUE = frozenset("several few many несколько много".split())
MOST = 12  # of one thing in a picture of 64 pixels: more would be dots

# A word for a colour -> the colour's name in `encodings.pixels.COLOURS`.
COLOURS: dict[str, str] = {
    **{name: name for name in "red orange yellow green blue purple pink brown white grey black".split()},
    "gray": "grey", "silver": "grey", "violet": "purple", "lilac": "purple", "crimson": "red", "scarlet": "red",
    "gold": "yellow", "golden": "yellow", "navy": "blue", "azure": "blue", "lime": "green", "rose-coloured": "pink",
}  # fmt: skip
COLOUR_STEMS: dict[str, str] = {
    "красн": "red", "оранжев": "orange", "желт": "yellow", "зелен": "green", "син": "blue", "голуб": "blue",
    "фиолетов": "purple", "лилов": "purple", "розов": "pink", "коричнев": "brown", "бел": "white", "сер": "grey",
    "черн": "black", "золот": "yellow", "алый": "red", "алая": "red",
}  # fmt: skip
# Said to be another colour than was asked for.
NEAR_COLOURS: dict[str, str] = {"cyan": "blue", "turquoise": "blue", "teal": "green", "magenta": "pink",
    "maroon": "brown", "beige": "white", "бирюзов": "blue", "бордов": "brown", "бежев": "white"}  # fmt: skip

SIZES: dict[str, float] = {
    "tiny": 0.35, "small": 0.55, "little": 0.55, "big": 1.5, "large": 1.5, "huge": 2.0, "giant": 2.0, "enormous": 2.0,
}  # fmt: skip
SIZE_STEMS: dict[str, float] = {
    "крошечн": 0.35, "крохотн": 0.35, "маленьк": 0.55, "небольш": 0.7, "больш": 1.5, "огромн": 2.0, "гигантск": 2.0,
}  # fmt: skip
FLIPS = frozenset("mirrored flipped reversed отраженн зеркальн".split())

# Russian endings that say nothing here; longest first.
_ENDINGS = sorted(
    "ами ями ый ий ого его ому ему ыми ими ая яя ое ее ые ие ой ей ую юю ых их ым им ом ем ах ях ов ев ью ия ии ию ы "
    "и а я о е у ю й ь".split(),
    key=len,
    reverse=True,
)


def stem(word: str) -> str:
    """A Russian word without its ending: "красного" -> "красн". Other words as they are."""
    word = word.replace("ё", "е")
    if not is_russian(word):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return word[: -len(ending)]
    return word


def is_russian(text: str) -> bool:
    """True if a letter of it is Cyrillic."""
    return any("а" <= char <= "я" or char in "ёіїєґ" for char in text.lower())


def phrases(table: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """A table of "several words|as many words" -> code, as tuples of stems."""
    found = {}
    for key, code in table.items():
        for one in key.split("|"):
            words = one.split()
            found[tuple(stem(word) for word in words)] = code
            found[(stem("-".join(words)),)] = code  # "pixel-art"
    return found


# How one group of things stands to another: the first is so-and-so of the second.
RELATIONS = phrases(
    {
        "left of|to the left of|on the left of|on the left side of|слева от|левее": "left",
        "right of|to the right of|on the right of|on the right side of|справа от|правее": "right",
        "above|over|up above|над|выше": "above",
        "on top of|on|sitting on|standing on|lying on|на|сверху на|поверх": "on",
        "below|under|underneath|beneath|под|ниже": "below",
        "behind|in back of|за|позади": "behind",
        "in front of|before|перед|впереди": "front",
        "inside|inside of|within|in|into|внутри|в": "inside",
        "between|amid|между|посреди": "between",
        "beside|next to|by|near|close to|рядом с|рядом со|возле|около|у": "beside",
        "and|plus|as well as|и|да": "beside",
        "with|together with|с|со|вместе с": "with",
        "wearing|holding|carrying|having|держит|держащий|носит": "with",
    }
)
# Where in the frame a group stands.
PLACES = phrases(
    {
        "in the corner|в углу": "top right",
        "in the top left corner|in the upper left corner|top left|upper left|at the top left"
        "|в левом верхнем углу|вверху слева|слева вверху": "top left",
        "in the top right corner|in the upper right corner|top right|upper right|at the top right"
        "|в правом верхнем углу|вверху справа|справа вверху": "top right",
        "in the bottom left corner|in the lower left corner|bottom left|lower left|at the bottom left"
        "|в левом нижнем углу|внизу слева|слева внизу": "bottom left",
        "in the bottom right corner|in the lower right corner|bottom right|lower right|at the bottom right"
        "|в правом нижнем углу|внизу справа|справа внизу": "bottom right",
        "at the top|on top|at top|вверху|наверху|сверху": "top",
        "at the bottom|at bottom|внизу|снизу": "bottom",
        "in the middle|in the centre|in the center|centred|centered|в центре|посередине": "centre",
        "on the left|at the left|on the left side|слева": "left",
        "on the right|at the right|on the right side|справа": "right",
    }
)
# What is looked for under another word: styles by their neutral names in `encodings.pixels.STYLES`.
STYLES = phrases(
    {
        "pixel art|pixelart|pixel style|pixels|8 bit|8bit|game tile|пиксель арт|пиксельарт|пиксели": "pixel art",
        "flat|flat design|plain|плоский": "flat",
        "soft gradient|gradient|soft|glossy|мягкий градиент|градиент|объемный": "soft gradient",
        "bold black glyph|black glyph|glyph|silhouette|black and white|monochrome"
        "|черный знак|силуэт|черно белый|глиф": "bold black glyph",
        "cartoon|cartoonish|comic|мультяшный|мультфильм|мультик": "cartoon",
        "clip art|clipart|клипарт": "clip art",
    }
)
STYLE_LEADS = phrases({"in the style of|in style of|in the manner of|as|в стиле|как": "style"})
STYLE_TAILS = frozenset(("style", "стил", "styl"))

TONES = phrases(
    {
        "light skin|light skinned|light skin tone|pale skin|светлая кожа|светлокожий": "light",
        "medium light skin|medium light skin tone": "medium-light",
        "medium skin|medium skin tone|tanned skin|смуглая кожа|смуглый": "medium",
        "medium dark skin|medium dark skin tone": "medium-dark",
        "dark skin|dark skinned|dark skin tone|темная кожа|темнокожий|чернокожий": "dark",
        "yellow skin|default skin": "default",
    }
)
NOT = frozenset("without no not except minus без не кроме".split())
# Words that carry nothing, and words for the thing as a whole.
FILLERS = frozenset(
    "the of is are there that this some its his her their to from for it picture image drawing icon sticker emoji "
    "illustration sprite это есть картинка рисунок наклейка стикер значок эмодзи изображение который "
    "please draw show me нарисуй покажи of".split()
)
# What is worn stands on the head of who is "with" it; the rest stands beside.
WORN = frozenset("hat cap crown helmet beret bonnet fedora headphone headphones bow halo turban wig".split())


def longest(words: Iterable[str], table: Mapping[tuple[str, ...], str]) -> tuple[int, str]:
    """How many of the first words are a phrase of the table, and its code; (0, "") for none."""
    stems = [stem(word) for word in words]
    for length in range(min(len(stems), max(map(len, table))), 0, -1):
        code = table.get(tuple(stems[:length]))
        if code is not None:
            return length, code
    return 0, ""


# -- Russian nouns as they stand in a dictionary --------------------------------------------------------------------

_BACK: dict[str, tuple[str, ...]] = {
    "ами": ("а", "о", ""), "ями": ("я", "ь", "е", "й"), "ах": ("а", "о", ""), "ях": ("я", "ь", "е"),
    "ов": ("", "о"), "ев": ("й", "ь", ""), "ей": ("ь", "я", "й", "е"), "ий": ("ия", "ие"), "ом": ("", "о"),
    "ем": ("ь", "е", "й", ""), "ой": ("а",), "ою": ("а",), "ью": ("ь",), "ии": ("ия", "ий", "ие"),
    "ек": ("ка", "ко"), "ок": ("ка", "ко"), "ец": ("ца", "це"), "ц": ("це", "цо"),
    "а": ("", "о"), "я": ("ь", "й", "е"), "ы": ("а", "", "ы"), "и": ("а", "я", "ь", "", "й"), "у": ("а", ""),
    "ю": ("я", "ь", "й"), "е": ("а", "", "о", "я"),
}  # fmt: skip
_ADJECTIVE = sorted("ая яя ое ее ые ие ой ей ую юю ого его ому ему ым им ом ем ых их ыми ими ый ий".split(), key=len)


def dictionary_forms(word: str) -> list[str]:
    """What a Russian noun or adjective may stand as in a dictionary: "кошки" -> "кошки", "кошка", "кошкя" ...

    Most of these are no words; whoever looks them up finds the one that is.
    """
    if not is_russian(word):
        return [word]
    found = [word]
    for ending in sorted(_BACK, key=len, reverse=True):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            found += [word[: -len(ending)] + other for other in _BACK[ending]]
    if word[-1] not in "аеиоуыэюяйь":
        found += [word + "а", word + "о", word + "ы"]
    for ending in reversed(_ADJECTIVE):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            root = word[: -len(ending)]
            found += [root + other for other in ("ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые")]
            break
    return list(dict.fromkeys(found))


ADJECTIVE_ENDINGS = ("ый", "ий", "ая", "яя", "ое", "ее", "ые", "ие")
