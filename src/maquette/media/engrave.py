"""Notation as pages: SVG, PDF and PNG, set by Verovio (the extra `music`).

Verovio (LGPL, by the RISM Digital Center) places the signs; what it gives is made plain here, so that browsers, our
PNGs and PDFs show the same: text stands where it should without style sheets, notes within text are outlines, and the
typeface is the one that Verovio brings (Liberation Serif, with Cyrillic and Greek).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from xml.etree.ElementTree import Element, tostring

from maquette.core.errors import MediaError, MissingExtra

from .engrave_page import head, plain_page, typefaces
from .score import Score
from .score_xml import to_xml

PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}  # mm
MOST_PAGES = 400
# Staves one above the other -> size of the music in per cent (100: a staff is 7.2 mm high).
_SIZES = ((3, 85), (5, 75), (9, 62), (14, 50), (22, 38), (999, 28))


@dataclass(frozen=True)
class Layout:
    """How pages look.

    paper: "a4" or "letter", or "strip" for one system as wide as it needs (for short pieces). size: per cent, 0 lets
    the number of staves decide. title: whether title and composer stand above.
    """

    paper: Literal["a4", "letter", "strip"] = "a4"
    size: int = 0
    title: bool = True


Colours = Mapping[tuple[int, int], str]  # (part, place of the note in it) -> a CSS colour


def to_svg(score: Score, layout: Layout = Layout(), *, colours: Colours | None = None) -> list[str]:
    """The pages as SVG texts, in millimetres. `colours` paints single notes: ghosts, findings.

    Raises MissingExtra without Verovio, MediaError for a score that it cannot set.
    """
    return [tostring(page, encoding="unicode") + "\n" for page in _pages(score, layout, colours)]


def to_png(
    score: Score,
    page: int = 0,
    *,
    px: int = 1240,
    layout: Layout = Layout(),
    colours: Colours | None = None,
) -> bytes:
    """One page as PNG, `px` pixels wide, on white."""
    pages = _pages(score, layout, colours)
    if not 0 <= page < len(pages):
        raise MediaError(f"there is no page {page + 1}", mend=f"the piece has {len(pages)}")
    return _pngs(pages[page : page + 1], px)[0]


def _pngs(pages: Sequence[Element], px: int) -> list[bytes]:
    import resvg_py

    with tempfile.TemporaryDirectory() as folder:
        files = []
        for (bold, italic), data in typefaces().items():
            files.append(str(Path(folder) / f"serif-{bold:d}{italic:d}.ttf"))
            Path(files[-1]).write_bytes(data)
        more: dict[str, Any] = {"width": px, "background": "#fff", "dpi": 96, "font_files": files}
        return [bytes(resvg_py.svg_to_bytes(svg_string=tostring(page, encoding="unicode"), **more)) for page in pages]


def to_pdf(score: Score, layout: Layout = Layout(), *, credit: str = "") -> bytes:
    """All pages as one PDF of vectors and real text. The same score gives the same bytes."""
    _require("a PDF", "reportlab")
    from .engrave_pdf import document

    return document(_pages(score, layout, None), title=score.title, credit=credit or score.composer)


def _require(what: str, *packages: str) -> None:
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        raise MissingExtra(f"{what} needs {', '.join(missing)}", mend="pip install 'maquette[music]'")


def _pages(score: Score, layout: Layout, colours: Colours | None) -> list[Element]:
    """Verovio's pages, made plain."""
    _require("engraving notes", "verovio", "fontTools", "brotli")
    tool = _tool()
    tool.resetOptions()
    size = layout.size or next(per for staves, per in _SIZES if sum(part.staves for part in score.parts) <= staves)
    if not 10 <= size <= 300:
        raise MediaError(f"a size of {size} % cannot be set", mend="choose one of 10 to 300")
    tool.setOptions(_options(layout, size))
    text = re.sub("<credit .*?</credit>", "", to_xml(score, colours=colours), flags=re.DOTALL)
    if not tool.loadData(text):
        raise MediaError("Verovio cannot set this score", where=score.title, mend="write it as MusicXML instead")
    count = tool.getPageCount()
    if count > MOST_PAGES:
        raise MediaError(f"the piece has {count} pages; at most {MOST_PAGES} are set", mend="choose a smaller size")
    pages = [plain_page(tool.renderToSVG(number + 1), size) for number in range(count)]
    if layout.title and pages:
        head(pages[0], score.title, score.composer, size, _margin(layout))
    return pages


def _margin(layout: Layout) -> float:
    """Millimetres around the music."""
    return 4.0 if layout.paper == "strip" else 13.0


def _options(layout: Layout, size: int) -> dict[str, Any]:
    """Verovio's own: lengths in tenths of a millimetre, before the size is applied."""
    width, height = PAPERS.get(layout.paper, PAPERS["a4"])
    strip = layout.paper == "strip"
    margin = int(_margin(layout) * 100 * 10 / size)
    return {
        "pageWidth": min(int(width * 1000 / size), 100_000),
        "pageHeight": min(int(height * 1000 / size), 60_000),
        "scale": size,
        "breaks": "none" if strip else "auto",
        "adjustPageHeight": strip,
        "adjustPageWidth": strip,
        **{f"pageMargin{side}": margin for side in ("Top", "Bottom", "Left", "Right")},
        "justifyVertically": not strip,
        "justificationMaxVertical": 0.2,
        "bottomMarginHeader": min(24.0, max(8.0, 8.0 * 70 / size)),
        "header": "auto" if layout.title else "none",
        "footer": "none",
        "mnumInterval": 0,
        "xmlIdSeed": 1,
        "svgRemoveXlink": False,
    }


@lru_cache(maxsize=1)
def _tool() -> Any:
    """One Verovio for all, told to be quiet: it logs to standard output otherwise."""
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    return verovio.toolkit()


def pages_as_bytes(score: Score, kind: Literal["svg", "pdf", "png"], layout: Layout = Layout()) -> list[bytes]:
    """The files of a score in one kind: a PDF is one, SVG and PNG are one for each page."""
    if kind == "pdf":
        return [to_pdf(score, layout)]
    if kind == "svg":
        return [text.encode() for text in to_svg(score, layout)]
    return _pngs(_pages(score, layout, None), 1240)
