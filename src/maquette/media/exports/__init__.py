"""Exports: the files that other tools ask for, made of drawings and of nothing else.

Each kind is a function from icons to files in memory, in one module per family; who signs and writes them is above.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from maquette.core import registry
from maquette.media.drawing import Drawing

SIZES = (16, 20, 24, 32, 48)  # pixels
SCALES = (1, 2, 3, 4)

# kind -> the function that makes it.
MAKERS = {
    "svg": "maquette.media.exports.svg:plain",
    "png": "maquette.media.exports.bitmap:pngs",
    "sprite": "maquette.media.exports.sprite:sprite",
}

# kind -> what it is, in a few words for help texts.
KINDS = {
    "svg": "clean SVG",
    "png": "PNG at 1x to 4x",
    "sprite": "one SVG of symbols",
}


@dataclass(frozen=True)
class Icon:
    """A drawing and the name that its files, its component and its glyph are called after."""

    name: str
    drawing: Drawing


@dataclass(frozen=True)
class File:
    """One file of an export. `path` is relative, with slashes; `icon` is the name of the only one in it, or ""."""

    path: str
    data: bytes = field(repr=False)
    icon: str = ""


@dataclass(frozen=True)
class Settings:
    """What a designer may choose.

    `name`: of the set, in the names of fonts, sprites and documents. `sizes` (pixels) and `scales`: of the PNGs.
    `colour`: of the ink where a format has no currentColor. `codepoints`: those of an earlier font, which stay.
    """

    name: str = "icons"
    sizes: tuple[int, ...] = SIZES
    scales: tuple[int, ...] = SCALES
    colour: str = "#000"
    codepoints: Mapping[str, int] = field(default_factory=dict)


def export(kind: str, icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """The files of one kind. Raises UsageError for an unknown kind, MissingExtra where a package is missing."""
    files: Iterator[File] = registry.load(MAKERS, kind, "kind of export")(icons, settings)
    return files
