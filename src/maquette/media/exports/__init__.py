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
    "outlined": "maquette.media.exports.svg:outlined",
    "pdf": "maquette.media.exports.pdf:document",
    "png": "maquette.media.exports.bitmap:pngs",
    "favicon": "maquette.media.exports.favicon:favicons",
    "android": "maquette.media.exports.android:drawables",
    "sprite": "maquette.media.exports.sprite:sprite",
    "react": "maquette.media.exports.components:react",
    "vue": "maquette.media.exports.components:vue",
    "svelte": "maquette.media.exports.components:svelte",
    "font": "maquette.media.exports.font:font",
}

# kind -> what it is, in a few words for help texts.
KINDS = {
    "svg": "clean SVG",
    "outlined": "SVG with fills only",
    "pdf": "one PDF, a page per icon",
    "png": "PNG at 1x to 4x",
    "favicon": "what a site's tab and a phone's home screen ask for",
    "android": "vector drawables",
    "sprite": "one SVG of symbols",
    "react": "typed components",
    "vue": "typed components",
    "svelte": "typed components",
    "font": "TTF, WOFF2 and CSS, with code points that stay",
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
    `credit`: whose icons they are, in a line, for formats with a field for it.
    """

    name: str = "icons"
    sizes: tuple[int, ...] = SIZES
    scales: tuple[int, ...] = SCALES
    colour: str = "#000"
    codepoints: Mapping[str, int] = field(default_factory=dict)
    credit: str = ""


def export(kind: str, icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """The files of one kind. Raises UsageError for an unknown kind, MissingExtra where a package is missing."""
    files: Iterator[File] = registry.load(MAKERS, kind, "kind of export")(icons, settings)
    return files
