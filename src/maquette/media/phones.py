"""The sounds that we tell apart in every language, and what the mouth does in each.

Phones are letters of the International Phonetic Alphabet (IPA, chart of 2020), brought down to 45 that the lips can be
drawn from: length, palatalisation and nasality are left out, rare sounds stand with their neighbours. "" is silence.
"""

from __future__ import annotations

VOWELS = tuple("iɪyeɛøœæaɑɐəɜɨɔouʊ")
CONSONANTS = ("p", "b", "t", "d", "k", "ɡ", "m", "n", "ɲ", "ŋ", "f", "v", "θ", "ð", "s", "z", "ʃ", "ʒ", "x", "h", "ɹ",
              "r", "ʁ", "l", "j", "w", "ts", "tʃ", "β")  # fmt: skip
SILENCE = ""
PHONES = (SILENCE, *VOWELS, *CONSONANTS)
NUMBER = {phone: number for number, phone in enumerate(PHONES)}

# Neighbours of sounds that other alphabets of a synthesiser or a dictionary use.
_NEAR_WRITTEN = (  # the letter, then the phone it stands with (nothing: silent)
    "gɡ ʌɐ ɒɔ ɤo ʉu ɯɨ ᵻɪ ɵo ɘə ɚɜ ɝɜ ɞœ ʏy ɾr ɽr ʀʁ χx çx ɣɡ ɦh ħh ɕʃ ʂʃ ɬl ʑʒ ʐʒ ɫl ʎl ɭl ʋv ɱm ɳn "
    "ʈt ɖd ɟd ck qk ɥw ʍw ɸf ʝj ɻɹ ɰw ʦts ʧtʃ ʤtʃ ʔ"
)
_NEAR = {pair[0]: pair[1:] for pair in _NEAR_WRITTEN.split()}
_PAIRS = {"ts": "ts", "tʃ": "tʃ", "dʒ": "tʃ", "tɕ": "tʃ", "dʑ": "tʃ", "dz": "ts", "tʂ": "tʃ"}
_JOINERS = "\u0361\u200d\u035c"  # tie bars

# Mouths of `media.stage.MOUTHS`, after the nine drawings that studios share: the letter a sound is drawn with.
MOUTH = {
    SILENCE: "X",
    **dict.fromkeys(("p", "b", "m"), "A"),
    **dict.fromkeys(("f", "v"), "G"),
    "β": "A",
    **dict.fromkeys(
        ("t", "d", "k", "ɡ", "n", "ɲ", "ŋ", "s", "z", "ʃ", "ʒ", "x", "h", "ɹ", "r", "ʁ", "j", "ts", "tʃ"), "B"
    ),
    **dict.fromkeys(("l", "θ", "ð"), "H"),
    **dict.fromkeys(("i", "ɪ", "ɨ"), "B"),
    **dict.fromkeys(("e", "ɛ", "æ", "ə", "ɐ"), "C"),
    **dict.fromkeys(("a", "ɑ"), "D"),
    **dict.fromkeys(("ɔ", "o", "ɜ", "œ", "ø"), "E"),
    **dict.fromkeys(("u", "ʊ", "y", "w"), "F"),
}
# The tongue alone makes these, the lips stay as their neighbours have them.
LOOSE = frozenset(("t", "d", "k", "ɡ", "n", "ɲ", "ŋ", "s", "z", "x", "h", "ɹ", "r", "ʁ", "j", "ts", "ə"))


def parts(name: str, language: str = "") -> tuple[str, ...]:
    """A phone or several of them, written in IPA, as our phones: "əʊ" -> ("ə", "ʊ"), "dʲ" -> ("d",), "ɛ̃" -> ("ɛ",).

    A softness that stands alone is heard as a j: "b", "ʲ", "i". Some dictionaries write the Russian vowel of "мы" as
    y, which elsewhere is the rounded vowel of "tu".
    """
    letters = [letter for letter in name if letter not in _JOINERS] if name != "ʲ" else ["j"]
    out: list[str] = []
    at = 0
    while at < len(letters):
        two = "".join(letters[at : at + 2])
        if two in _PAIRS:
            out.append(_PAIRS[two])
            at += 2
            continue
        phone = _NEAR.get(letters[at], letters[at])
        if phone == "y" and language.startswith("ru"):
            phone = "ɨ"
        if phone in NUMBER and phone:
            out.append(phone)
        at += 1
    return tuple(out)


def is_vowel(phone: str) -> bool:
    return phone in VOWELS


def shares(phones: tuple[str, ...]) -> tuple[float, ...]:
    """How a written phone's time is shared by its parts: the first sound of a diphthong is the longer one."""
    if len(phones) == 2 and all(is_vowel(phone) for phone in phones):
        return (0.55, 0.45)
    return (1 / len(phones),) * len(phones) if phones else ()
