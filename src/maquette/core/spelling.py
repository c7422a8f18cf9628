"""Spelling of English names: how a name, a tag or a prompt is cut into words, and their dictionary form.

One rule for all: the vocabulary of a net (`encodings.words`) and the search on the shelf (`data.shelf`) must mean the
same by "Folders", "folder" and "OpenFolder2".
"""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import re
import unicodedata

BRITISH = {
    "colour": "color", "grey": "gray", "centre": "center", "favourite": "favorite", "organise": "organize",
    "aeroplane": "airplane", "jewellery": "jewelry", "tyre": "tire", "catalogue": "catalog", "dialogue": "dialog",
    "theatre": "theater", "litre": "liter", "metre": "meter", "fibre": "fiber", "licence": "license",
    "programme": "program", "moustache": "mustache", "doughnut": "donut", "neighbour": "neighbor", "armour": "armor",
    "harbour": "harbor", "behaviour": "behavior", "labour": "labor", "plough": "plow", "draught": "draft",
    "cheque": "check", "traveller": "traveler", "optimise": "optimize", "minimise": "minimize",
    "maximise": "maximize", "synchronise": "synchronize", "visualise": "visualize", "pyjamas": "pajamas",
    "yoghurt": "yogurt", "whisky": "whiskey", "flavour": "flavor", "honour": "honor", "humour": "humor",
    "analyse": "analyze", "defence": "defense", "cosy": "cozy", "axe": "ax", "omelette": "omelet",
    "customise": "customize", "recognise": "recognize",
}  # fmt: skip

IRREGULAR = {
    "children": "child", "people": "people", "feet": "foot", "teeth": "tooth", "geese": "goose", "mice": "mouse",
    "men": "man", "women": "woman", "knives": "knife", "leaves": "leaf", "wolves": "wolf", "shelves": "shelf",
    "lives": "life", "halves": "half", "scarves": "scarf", "loaves": "loaf", "vertices": "vertex",
    "indices": "index", "matrices": "matrix", "dice": "dice", "data": "data", "cookies": "cookie", "movies": "movie",
    "pies": "pie", "ties": "tie", "zombies": "zombie", "selfies": "selfie", "brownies": "brownie",
    "hoodies": "hoodie", "calories": "calorie", "axes": "axis", "caches": "cache", "headaches": "headache",
    "toes": "toe", "shoes": "shoe", "horseshoes": "horseshoe", "canoes": "canoe", "menus": "menu", "emus": "emu",
    "quizzes": "quiz", "heroes": "hero", "bees": "bee", "trees": "tree", "avalanches": "avalanche",
}  # fmt: skip
# Singular already, whatever they end in.
SINGULAR = frozenset(
    "bus gas lens news canvas atlas christmas pancreas alias bias texas chess series species ios css js ts sass always "
    "pants shorts jeans scissors glasses sunglasses binoculars trousers pajamas tweezers pliers stairs downstairs "
    "upstairs headphones earphones apps goggles gps https http dns sms kubernetes tennis compass canvas axis paris "
    "has was is as us this process access wireless business address express yes plus minus virus cactus octopus mars "
    "venus campus status focus bonus cosmos chaos diabetes rabies herpes measles mumps ass sos dos os bs cs".split()
)

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_TOKEN = re.compile(r"[^\W_]+", re.UNICODE)
_DIGITS = re.compile(r"^([a-z]{3,})(\d+d?)$")


def singular(word: str) -> str:
    """The singular of an English noun by a small careful rule; other words as they are."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) < 4 or word in SINGULAR or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word[:-2] in SINGULAR:
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes")):
        return word[:-2]
    if word.endswith("oes") and len(word) > 4:
        return word[:-2]
    return word[:-1]


def split(text: str) -> list[str]:
    """Lower-case words of a name, tag or prompt: split at - _ space, in camelCase and before trailing digits."""
    words: list[str] = []
    for token in _TOKEN.findall(_CAMEL.sub(" ", unicodedata.normalize("NFKC", text).replace("'s ", " "))):
        lower = token.lower().replace("ё", "е")
        number = _DIGITS.match(lower)
        words.extend(number.groups() if number else (lower,))
    return words


def normal(word: str) -> str:
    """The spelling under which an English word stands in the vocabulary: American, singular."""
    one = singular(BRITISH.get(word, word)).replace("colour", "color")
    return BRITISH.get(one, one)


def normal_words(text: str) -> list[str]:
    """`split`, then `normal` of each."""
    return [normal(word) for word in split(text)]
