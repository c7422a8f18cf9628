"""The information fields of ABC: keys, metres, note lengths, tempi and voices.

Source: the ABC music standard 2.1 (abcnotation.com, December 2011), sections 3 and 4.6.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from ..core.errors import MediaError
from .score import Mode

NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
_ORDER = "FCGDAEB"
# The first three letters of a mode -> ours, and the fifths that its signature has less than the major key.
_MODES: dict[str, tuple[Mode, int]] = {
    "": ("major", 0), "maj": ("major", 0), "ion": ("major", 0), "m": ("minor", 3), "min": ("minor", 3),
    "aeo": ("minor", 3), "mix": ("mixolydian", 1), "dor": ("dorian", 2), "phr": ("phrygian", 4),
    "lyd": ("lydian", -1), "loc": ("locrian", 5),
}  # fmt: skip
SIGNS = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}
_ACCENTS = {"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "c": "\u0327"}


@dataclass(frozen=True)
class AbcKey:
    """A key: tonic 0..11 (None: none is told), mode, and what it does to each letter ("F" -> 1: sharp)."""

    tonic: int | None
    mode: Mode
    signs: dict[str, int]


@dataclass(frozen=True)
class AbcMetre:
    """A metre; `free` where the tune has none (M:none)."""

    beats: int = 4
    unit: int = 4
    free: bool = False

    @property
    def whole(self) -> Fraction:
        """Length of a bar in whole notes."""
        return Fraction(self.beats, self.unit)


def error(wrong: str, where: str, line: int, mend: str) -> MediaError:
    """What is wrong in a line of an ABC file."""
    return MediaError(wrong, where=f"{where}, line {line}".lstrip(", "), mend=mend)


def key(text: str, where: str, line: int) -> AbcKey | None:
    """The key of a K: field; None if the field speaks of the clef only."""
    text = re.sub(
        r"\b(clef|middle|m|transpose|t|octave|stafflines|staffscale|name|nm|snm|style)=(\"[^\"]*\"|\S+)", "", text
    )
    text = re.sub(r"\b(treble|bass|tenor|alto|perc)\d?([+-]8)?(?=\s|$)", "", text).strip()
    if not text:
        return None
    if text.lower().startswith("none"):
        return AbcKey(None, "major", {})
    if text[:2] in ("HP", "Hp"):  # the pipes: sharp F and C, written out (HP) or not
        return AbcKey(9, "mixolydian", {"F": 1, "C": 1})
    found = re.match(r"([A-G])([#b♯♭]?)\s*([A-Za-z]*)", text)
    mode = found and _MODES.get(_short(found[3]))
    if found is None or mode is None:
        mend = "write a tonic and a mode, e.g. K:Ador, K:F#m, K:Bb"
        raise error(f"{text!r} is no key", where, line, mend)
    sign = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[found[2]]
    fifths = _FIFTHS[found[1]] + 7 * sign - mode[1]
    if abs(fifths) > 7:
        raise error(f"the key {text!r} would need {abs(fifths)} signs", where, line, "write the key that sounds alike")
    signs = dict.fromkeys(_ORDER[: max(fifths, 0)], 1) | dict.fromkeys(_ORDER[7 + min(fifths, 0) :], -1)
    rest = text[found.end() :]
    if found[3].lower().startswith("exp") or " exp" in rest:
        signs = {}
    signs |= {letter.upper(): SIGNS[s] for s, letter in re.findall(r"(\^\^?|__?|=)([A-Ga-g])", rest)}
    return AbcKey((NATURAL[found[1]] + sign) % 12, mode[0], signs)


def _short(mode: str) -> str:
    mode = mode.lower()
    if mode in ("", "m"):
        return mode
    return "" if mode == "exp" else mode[:3]


def metre(text: str, where: str, line: int) -> AbcMetre:
    """The metre of an M: field: 6/8, C, C|, (2+3)/8, none."""
    text = text.replace(" ", "")
    if text in ("C", "c"):
        return AbcMetre()
    if text in ("C|", "c|"):
        return AbcMetre(2, 2)
    if text.lower() in ("none", ""):
        return AbcMetre(free=True)
    found = re.fullmatch(r"\(?([0-9]{1,3}(?:\+[0-9]{1,3})*)\)?/([0-9]{1,3})", text)
    beats = sum(int(value) for value in found[1].split("+")) if found else 0
    unit = int(found[2]) if found else 0
    if not 0 < beats <= 64 or unit not in (1, 2, 4, 8, 16, 32, 64):
        raise error(f"{text!r} is no metre", where, line, "write e.g. M:3/4, M:6/8, M:C or M:none")
    return AbcMetre(beats, unit)


def unit(text: str, where: str, line: int) -> Fraction:
    """The length of an L: field in whole notes."""
    found = re.fullmatch(r"\s*([0-9]{1,3})\s*(?:/\s*([0-9]{1,3}))?\s*", text)
    length = Fraction(int(found[1]), int(found[2] or 1)) if found and int(found[2] or 1) else Fraction(0)
    if not 0 < length <= 4:
        raise error(f"{text.strip()!r} is no note length", where, line, "write e.g. L:1/8")
    return length


def usual_unit(metre: AbcMetre) -> Fraction:
    """The length that notes have without an L: field."""
    return Fraction(1, 8) if metre.free or metre.whole >= Fraction(3, 4) else Fraction(1, 16)


def tempo(text: str, length: Fraction, where: str, line: int) -> tuple[float | None, str]:
    """Quarters a minute of a Q: field (None: not told) and the tempo word in it. `length`: the unit in force."""
    word = " ".join(re.findall(r'"([^"]*)"', text)).strip()
    rest = re.sub(r'"[^"]*"', "", text).strip()
    if not rest:
        return None, word
    left, _, right = rest.rpartition("=")
    pairs = re.findall(r"([0-9]{1,3})/([0-9]{1,3})", left)
    beat = sum((Fraction(int(a), int(b) or 1) for a, b in pairs), Fraction(0)) or length * int(
        re.sub(r"[^0-9]", "", left)[:2] or 1
    )
    try:
        bpm = round(float(right) * float(beat) * 4, 3)
    except ValueError:
        bpm = 0.0
    if not 4 <= bpm <= 1000:
        mend = "write e.g. Q:1/4=120; 4 to 1000 quarters a minute can be played"
        raise error(f"{text.strip()!r} is no tempo", where, line, mend)
    return bpm, word


def voice(text: str) -> tuple[str, dict[str, str]]:
    """The name of a voice in a V: field, and what is told of it (name, clef, octave, transpose)."""
    name, _, rest = text.strip().partition(" ")
    told = {key.lower(): (quoted or plain) for key, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|(\S+))', rest)}
    bare = re.search(r"(?:^|\s)((?:treble|bass|tenor|alto|perc)\d?(?:[+-]8)?)(?=\s|$)", rest)
    return name, ({"clef": bare[1]} if bare else {}) | told


def shift(told: dict[str, str]) -> int:
    """Semitones by which a voice sounds off what is written: octave, transposition, clefs with an 8."""
    clef = told.get("clef", "")
    total = 12 * (clef.endswith("+8") - clef.endswith("-8"))
    for name, factor in (("octave", 12), ("transpose", 1)):
        if re.fullmatch(r"[+-]?[0-9]{1,2}", told.get(name, "")):
            total += int(told[name]) * factor
    return total


def plain(text: str) -> str:
    """A text without ABC's accents in the manner of TeX: \\'e is é."""
    made = re.sub(r"\\([`'^~\"c])([A-Za-z])", lambda m: unicodedata.normalize("NFC", m[2] + _ACCENTS[m[1]]), text)
    return " ".join(made.replace("\\&", "&").replace("\\%", "%").split())
