"""Roman numerals: a chord as a step of its key, "V7", "bVI", "V7/ii"."""

from __future__ import annotations

from .score import SCALES, Chord, Key

_NUMBERS = ("I", "II", "III", "IV", "V", "VI", "VII")
_MAJOR = SCALES["major"]
# How a quality is written behind the numeral, and whether it is in small letters.
_SIGNS = {
    "": ("", False), "m": ("", True), "7": ("7", False), "m7": ("7", True), "maj7": ("maj7", False),
    "dim": ("°", True), "dim7": ("°7", True), "m7b5": ("ø7", True), "aug": ("+", False), "sus4": ("sus4", False),
}  # fmt: skip
MINOR = {"minor", "dorian", "phrygian", "locrian"}


def roman(chord: Chord, key: Key, after: Chord | None = None) -> str:
    """The numeral of a chord in a key: the steps of the key's own mode have no sign, others a sharp or flat.

    A major triad or dominant seventh out of the key that goes to `after`, a fifth lower, is called its dominant:
    "V7/ii". "N.C." where there is no chord.
    """
    if chord.quality is None:
        return "N.C."
    sign, small = _SIGNS[chord.quality]
    if after is not None and after.quality is not None and chord.quality in ("", "7") and _applied(chord, key, after):
        return f"V{sign}/{step(after.root, key, small=after.quality in ('m', 'm7', 'dim', 'm7b5'))}"
    return step(chord.root, key, small=small) + sign


def _applied(chord: Chord, key: Key, after: Chord) -> bool:
    down = (chord.root - after.root) % 12 == 7
    tonic = (after.root - key.tonic) % 12 == 0
    scale = {*key.scale, *((key.tonic + 11) % 12,) * (key.mode in MINOR)}
    return down and not tonic and not set(chord.tones[:3]) <= scale and (after.root % 12) in key.scale


def step(root: int, key: Key, *, small: bool = False) -> str:
    """The numeral of a root alone."""
    above = (root - key.tonic) % 12
    scale = SCALES[key.mode]
    if above in scale:
        number, sign = scale.index(above), ""
    elif key.mode in MINOR and above in (9, 11):
        number, sign = _MAJOR.index(above), "#"  # the raised sixth and seventh
    elif above + 1 in scale and above != 6:
        number, sign = scale.index(above + 1), "b"
    elif above - 1 in scale:
        number, sign = scale.index(above - 1), "#"
    else:
        number, sign = min(range(7), key=lambda i: abs(scale[i] - above)), "b"
    name = _NUMBERS[number]
    return sign + (name.lower() if small else name)


CADENCES = {
    "authentic": "V to I",
    "plagal": "IV to I",
    "half": "to V",
    "deceptive": "V to vi",
    "tonic": "rests on I",
    "other": "other",
}


def cadence(before: Chord | None, last: Chord, key: Key) -> str:
    """The kind of close that two chords make in a key: one of CADENCES."""
    at = (last.root - key.tonic) % 12
    came = None if before is None or before.quality is None else (before.root - key.tonic) % 12
    if at == 0 and came in (7, 11):
        return "authentic"
    if at == 0 and came in (5, 2):
        return "plagal"
    if at == 7 and came != 7:
        return "half"
    if came == 7 and at in (8, 9):
        return "deceptive"
    return "tonic" if at == 0 else "other"
