"""Letters on drawn pages: Source Sans (OFL-1.1) from an installable package; Latin, Greek and Cyrillic.

Slanted letters are the upright ones leant over: the package's italics know no Cyrillic. Letters beyond these alphabets
are taken from the system's fonts where it has them.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from ..core.errors import MissingExtra

FAMILY = "Source Sans Pro"
SLANT = 12.0  # degrees
_PACKAGE = "font_source_sans_pro"
_EM = 256  # letters are measured at this size, then scaled


@lru_cache(maxsize=2)
def font_file(bold: bool = False) -> Path:
    """The typeface as a TrueType file. Raises MissingExtra where its package is not installed."""
    import importlib.util

    found = importlib.util.find_spec(_PACKAGE)
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / "files" / f"SourceSansPro-{'Bold' if bold else 'Regular'}.ttf"
        if path.is_file():
            return path
    raise MissingExtra("letters need font-source-sans-pro", mend="pip install 'maquette[film]'")


def width_of(text: str, size: float, bold: bool = False) -> float:
    """How wide a line of letters stands, in the unit of `size`."""
    if not text:
        return 0.0
    return float(_measured(bold).getlength(text)) * size / _EM


@lru_cache(maxsize=2)
def _measured(bold: bool) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(font_file(bold)), _EM, layout_engine=ImageFont.Layout.BASIC)


def wrapped(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """The text in lines no wider than `width`; a word that is wider alone is cut between letters."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            tried = f"{line} {word}" if line else word
            if width_of(tried, size, bold) <= width:
                line = tried
                continue
            if line:
                lines.append(line)
            *whole, line = _cut(word, size, width, bold)
            lines += whole
        lines.append(line)
    return lines


def _cut(word: str, size: float, width: float, bold: bool) -> list[str]:
    parts = [""]
    for letter in word:
        if parts[-1] and width_of(parts[-1] + letter, size, bold) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def foreign(text: str) -> bool:
    """Whether some letter is beyond the typeface: Hebrew, Arabic, Chinese and so on."""
    return any(ord(letter) >= 0x0530 and not 0x1E00 <= ord(letter) <= 0x22FF for letter in text)
