"""A one-line alphabet: letters as strokes, so that a sheet needs no font and is lettered with the designer's own pen.

Capitals of height 7 on a baseline at y = 7: Latin (accents are dropped), Cyrillic, figures and a little punctuation.
"""

from __future__ import annotations

import unicodedata

HEIGHT = 7.0
_SPACE = 3.0  # width of a blank
_APART = 1.7  # between letters
_RING = "M{x} {t}A{r} {q} 0 1 1 {x} {b}A{r} {q} 0 1 1 {x} {t}Z"


def _ring(x: float, y: float, rx: float, ry: float) -> str:
    return _RING.format(x=x, t=y - ry, b=y + ry, r=rx, q=ry)


# Each: its width, and its path.
_LETTERS: dict[str, tuple[float, str]] = {
    "A": (5, "M0 7L2.5 0L5 7M0.9 4.6H4.1"),
    "B": (4, "M0 3.3H2.2A1.65 1.65 0 0 0 2.2 0H0V7H2.2A1.85 1.85 0 0 0 2.2 3.3"),
    "C": (4.8, "M4.8 1.5A2.7 3.5 0 1 0 4.8 5.5"),
    "D": (4.7, "M0 0H1.5A3.2 3.5 0 0 1 1.5 7H0Z"),
    "E": (3.6, "M3.6 0H0V7H3.6M0 3.4H3.1"),
    "F": (3.5, "M3.5 0H0V7M0 3.5H3"),
    "G": (5, "M4.7 1.4A2.7 3.5 0 1 0 5 5.3V3.8H3"),
    "H": (4.6, "M0 0V7M4.6 0V7M0 3.5H4.6"),
    "I": (0, "M0 0V7"),
    "J": (3, "M3 0V5.2A1.55 1.8 0 0 1 0 5.2"),
    "K": (4.2, "M0 0V7M4 0L0 4M1.5 2.6L4.2 7"),
    "L": (3.3, "M0 0V7H3.3"),
    "M": (5.6, "M0 7V0L2.8 5L5.6 0V7"),
    "N": (4.6, "M0 7V0L4.6 7V0"),
    "O": (5.4, _ring(2.7, 3.5, 2.7, 3.5)),
    "P": (4.1, "M0 7V0H2.2A1.9 1.9 0 0 1 2.2 3.8H0"),
    "Q": (5.4, _ring(2.7, 3.5, 2.7, 3.5) + "M3.4 5L5.4 7.4"),
    "R": (4.3, "M0 7V0H2.2A1.9 1.9 0 0 1 2.2 3.8H0M2.2 3.8L4.3 7"),
    "S": (4, "M3.7 1.2A1.9 1.7 0 0 0 2 0A1.85 1.7 0 0 0 2 3.4A1.95 1.8 0 0 1 2 7A2 1.8 0 0 1 0.1 5.7"),
    "T": (4.4, "M0 0H4.4M2.2 0V7"),
    "U": (4.6, "M0 0V4.6A2.3 2.4 0 0 0 4.6 4.6V0"),
    "V": (4.8, "M0 0L2.4 7L4.8 0"),
    "W": (7, "M0 0L1.75 7L3.5 1L5.25 7L7 0"),
    "X": (4.4, "M0 0L4.4 7M4.4 0L0 7"),
    "Y": (4.4, "M0 0L2.2 3.6L4.4 0M2.2 3.6V7"),
    "Z": (4.2, "M0 0H4.2L0 7H4.2"),
    "0": (4.4, _ring(2.2, 3.5, 2.2, 3.5)),
    "1": (1.7, "M0 1.5L1.7 0V7"),
    "2": (4, "M0.1 2A1.95 1.95 0 1 1 3.5 3.2L0 7H4"),
    "3": (4, "M0.2 0H3.8L1.8 2.8A2.1 2.1 0 1 1 0.1 5.9"),
    "4": (4.4, "M3.3 7V0L0 5.2H4.4"),
    "5": (4, "M3.6 0H0.5L0.2 3.2A2.15 2.15 0 1 1 0.1 6"),
    "6": (4.2, "M3.1 0L0.3 3.8" + _ring(2.1, 4.9, 2.1, 2.1)),
    "7": (4, "M0 0H4L1.3 7"),
    "8": (4, _ring(2, 1.6, 1.7, 1.6) + _ring(2, 5.1, 2, 1.9)),
    "9": (4.2, "M1.1 7L3.9 3.2" + _ring(2.1, 2.1, 2.1, 2.1)),
    ".": (0.2, "M0.1 6.4V7"),
    ",": (0.4, "M0.4 6.4L0 8"),
    ":": (0.2, "M0.1 2V2.6M0.1 6.4V7"),
    "-": (2.6, "M0 3.7H2.6"),
    "–": (3.6, "M0 3.7H3.6"),
    "_": (4, "M0 7.6H4"),
    "+": (3.6, "M1.8 1.9V5.5M0 3.7H3.6"),
    "±": (3.6, "M1.8 1V4.6M0 2.8H3.6M0 6.6H3.6"),
    "×": (3, "M0 2.2L3 5.2M3 2.2L0 5.2"),
    "/": (2.8, "M2.8 -0.5L0 7.5"),
    "(": (1.3, "M1.3 -0.6A6.5 6.5 0 0 0 1.3 7.6"),
    ")": (1.3, "M0 -0.6A6.5 6.5 0 0 1 0 7.6"),
    "%": (5.6, "M4.7 0L0.9 7" + _ring(1.3, 1.5, 1.3, 1.5) + _ring(4.3, 5.5, 1.3, 1.5)),
    "°": (1.8, _ring(0.9, 0.9, 0.9, 0.9)),
    "·": (0.2, "M0.1 3.3V3.9"),
    "'": (0, "M0 0V1.6"),
    "`": (0, "M0 0V1.6"),
    "#": (4, "M1.3 0L0.7 7M3.3 0L2.7 7M0.2 2.3H4M0 4.7H3.8"),
    "Б": (4, "M3.6 0H0V7H2.1A1.9 1.95 0 0 0 2.1 3.1H0"),
    "Г": (3.4, "M0 7V0H3.4"),
    "Д": (5.4, "M0.8 5.8L1.6 0H4.5V5.8M0 7.2V5.8H5.4V7.2"),
    "Ж": (6.4, "M3.2 0V7M0 0L3.2 3.5L0 7M6.4 0L3.2 3.5L6.4 7"),
    "З": (4, "M0.3 1.2A1.8 1.7 0 1 1 2 3.4A1.9 1.8 0 1 1 0.1 5.7"),
    "И": (4.6, "M0 0V7L4.6 0V7"),
    "Й": (4.6, "M0 0V7L4.6 0V7M1.3 -1.8A1 0.8 0 0 0 3.3 -1.8"),
    "Л": (4.6, "M0 7L1.2 0H4.6V7"),
    "П": (4.6, "M0 7V0H4.6V7"),
    "У": (4.3, "M0 0L2.3 4.2M4.3 0L1.5 7H0.3"),
    "Ф": (6, "M3 -0.4V7.4" + _ring(3, 3.5, 3, 2.4)),
    "Ц": (5.3, "M0 0V7H5.3V8.4M4.4 0V7"),
    "Ч": (4, "M0 0V2.4A2 1.8 0 0 0 2 4.2H4M4 0V7"),
    "Ш": (6.4, "M0 0V7H6.4V0M3.2 0V7"),
    "Щ": (7.3, "M0 0V7H7.3V8.4M3.2 0V7M6.4 0V7"),
    "Ъ": (5.1, "M0 0H1.4V7H3.2A1.9 1.95 0 0 0 3.2 3.1H1.4"),
    "Ы": (5.6, "M0 0V7H1.9A1.8 1.95 0 0 0 1.9 3.1H0M5.6 0V7"),
    "Ь": (4, "M0 0V7H2.1A1.9 1.95 0 0 0 2.1 3.1H0"),
    "Э": (4.8, "M0 1.5A2.7 3.5 0 1 1 0 5.5M1.6 3.5H4.6"),
    "Ю": (6.6, "M0 0V7M0 3.5H1.6" + _ring(4.1, 3.5, 2.5, 3.5)),
    "Я": (4.3, "M4.3 7V0H2.1A1.9 1.9 0 0 0 2.1 3.8H4.3M2.1 3.8L0 7"),
}
_LETTERS.update({other: _LETTERS[latin] for other, latin in zip("АВЕКМНОРСТХІЁ—", "ABEKMHOPCTXIE–", strict=True)})
_UNKNOWN = (3.4, "M0 1.5H3.4V7H0Z")


def _glyphs(text: str) -> list[tuple[float, str] | None]:
    found: list[tuple[float, str] | None] = []
    for char in unicodedata.normalize("NFC", text).upper():
        plain = char if char in _LETTERS else unicodedata.normalize("NFKD", char)[:1]
        found.append(None if char.isspace() else _LETTERS.get(plain, _UNKNOWN))
    return found


def width(text: str, height: float) -> float:
    """How wide a line is, in the units of `height`, the height of its capitals."""
    advance = sum(_SPACE if glyph is None else glyph[0] + _APART for glyph in _glyphs(text))
    return max(advance - _APART, 0.0) * height / HEIGHT


def fitted(text: str, height: float, room: float) -> str:
    """The text cut to a width, with two dots where it was cut."""
    if width(text, height) <= room:
        return text
    while text and width(text + "..", height) > room:
        text = text[:-1]
    return text + ".."


def lettering(
    text: str, x: float, y: float, height: float, *, pen: float = 1.0, anchor: str = "start", style: str = ""
) -> str:
    """One line as an SVG group of strokes, its baseline at y; x is its start, middle or end as `anchor` says.

    `pen` is the stroke's width in units of a capital height of 7; `style` are more attributes of the group.
    """
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width(text, height)
    scale = height / HEIGHT
    parts, at = [], 0.0
    for glyph in _glyphs(text):
        if glyph is None:
            at += _SPACE
            continue
        parts.append(f'<path transform="translate({at:.2f} 0)" d="{glyph[1]}"/>')
        at += glyph[0] + _APART
    place = f"translate({x - shift:.2f} {y - height:.2f}) scale({scale:.4f})"
    return f'<g transform="{place}" fill="none" stroke-width="{pen:g}"{style}>{"".join(parts)}</g>'
