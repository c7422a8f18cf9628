"""Chord symbols as musicians write them ("F#m7", "Bb/D", "N.C.") to chords and back."""

from __future__ import annotations

import re

from .score import Chord

_NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {"": 0, "#": 1, "+": 1, "♯": 1, "b": -1, "♭": -1, "##": 2, "bb": -2}
_FLATS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_SYMBOL = re.compile(r"([A-G])(##|bb|[#b♯♭])?([^/]*(?:/[0-9][^/]*)?)(?:/([A-Ga-g])([#b♯♭+])?)?")
# What may stand behind a root: words, signs and figures, nothing else.
_KIND = re.compile(r"(?:maj|min|dim|aug|sus|add|omit|no|dom|alt|mi|ma|[mMjd+°oøΔ#b♯♭/-]|[0-9])*")
# Other ways to write the qualities that we keep.
_SAME = {
    "maj": "", "M": "", "ma": "", "min": "m", "mi": "m", "-": "m", "dom7": "7", "min7": "m7", "mi7": "m7", "-7": "m7",
    "M7": "maj7", "ma7": "maj7", "j7": "maj7", "Δ": "maj7", "Δ7": "maj7", "o": "dim", "d": "dim", "°": "dim",
    "o7": "dim7",
    "°7": "dim7", "ø": "m7b5", "ø7": "m7b5", "min7b5": "m7b5", "mi7b5": "m7b5", "-7b5": "m7b5", "m7♭5": "m7b5",
    "+": "aug", "sus": "sus4", "+5": "aug", "#5": "aug",
}  # fmt: skip
_KEPT = ("", "m", "7", "m7", "maj7", "dim", "dim7", "m7b5", "aug", "sus4")
_NONE = {"n.c.", "nc", "n.c", "no chord", "tacet"}


def name(chord: Chord, *, sharps: bool = False) -> str:
    """The symbol of a chord, e.g. "Bbm7/Db"; with `sharps` black keys are written as sharps."""
    if chord.quality is None:
        return "N.C."
    names = _SHARPS if sharps else _FLATS
    bass = "" if chord.bass is None else "/" + names[chord.bass % 12]
    return names[chord.root % 12] + chord.quality + bass


def parse(text: str, tick: int = 0) -> Chord | None:
    """The chord that a symbol names, None if it is no chord symbol. Richer ones lose what we do not keep ("C9": C7)."""
    found = read(text, tick)
    return found[0] if found else None


def read(text: str, tick: int = 0) -> tuple[Chord, bool] | None:
    """The chord of a symbol, and True if nothing of it was lost; None if it is no chord symbol."""
    text = text.strip()
    if text.lower() in _NONE:
        return Chord(tick, 0, None), True
    found = _SYMBOL.fullmatch(text)
    if found is None:
        return None
    letter, sign, kind, low, low_sign = found.groups()
    kind = re.sub(r"[(), ]", "", kind or "")
    if not _KIND.fullmatch(kind):
        return None
    quality = kind if kind in _KEPT else _SAME.get(kind)
    exact = quality is not None
    root = (_NATURAL[letter] + _SIGNS[sign or ""]) % 12
    bass = (_NATURAL[low.upper()] + _SIGNS[low_sign or ""]) % 12 if low else None
    return Chord(tick, root, _nearest(kind) if quality is None else quality, None if bass == root else bass), exact


def _nearest(kind: str) -> str:
    """The quality we keep that is nearest to a richer one."""
    seventh = re.search(r"7|9|11|13", kind.replace("add9", "").replace("add11", "").replace("69", "")) is not None
    if kind.startswith(("dim", "o", "°")):
        return "dim7" if seventh else "dim"
    if kind.startswith(("ø",)):
        return "m7b5"
    if kind.startswith(("aug", "+")) or "#5" in kind or "+5" in kind:
        return "aug"
    if kind.startswith(("maj", "M", "ma", "Δ", "j")):
        return "maj7" if seventh else ""
    if kind.startswith(("m", "-")):
        if "b5" in kind:
            return "m7b5" if seventh else "dim"
        return "m7" if seventh and not re.search("maj|M", kind[1:]) else "m"
    if "sus" in kind and "sus2" not in kind:
        return "sus4"
    return "7" if seventh else ""
