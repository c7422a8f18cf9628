"""Drawn pages as SVG text, as pixels, and as the exact matte of one owner.

Pixels come from Skia where it is installed (some 6 ms for a panel of 720 lines), otherwise from resvg (60 to 190 ms);
both fill even-odd and round their joins, so that they look alike. Points that are no numbers are left out.
"""

from __future__ import annotations

import dataclasses
import importlib.util
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError, MissingExtra, UsageError
from .ink import Ink, Layer, Page, Words
from .lettering import FAMILY, SLANT, font_file, foreign

Floats = NDArray[np.float32]
WAYS = ("auto", "skia", "resvg")
LARGEST = 16384  # pixels on a side


def to_svg(page: Page, scale: float = 1.0) -> str:
    """The page as an SVG document: one group a layer, by its name, which Inkscape too shows as layers."""
    taken: set[str] = set()
    groups = "\n".join(_group(layer, taken) for layer in page.layers)
    title = f"<title>{escape(page.title)}</title>\n" if page.title else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
        f' width="{page.width * scale:g}" height="{page.height * scale:g}" viewBox="0 0 {page.width} {page.height}">\n'
        f'{title}<rect id="paper" width="{page.width}" height="{page.height}" fill="{page.paper}"/>\n{groups}\n</svg>\n'
    )


def _group(layer: Layer, taken: set[str]) -> str:
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in layer.name) or "layer"
    name = name if name[0].isalpha() or name[0] == "_" else f"_{name}"  # an id begins with a letter
    number, stem = 1, name
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name)
    opacity = f' opacity="{layer.opacity:g}"' if layer.opacity < 1 else ""
    marks = "\n".join(text for text in map(_mark, layer.marks) if text)
    label = quoteattr(layer.name)
    return f'<g id="{name}" inkscape:groupmode="layer" inkscape:label={label}{opacity}>\n{marks}\n</g>'


def _mark(mark: Ink | Words) -> str:
    owner = f" data-owner={quoteattr(mark.owner)}" if mark.owner else ""
    if isinstance(mark, Words):
        return _words(mark, owner)
    path = "".join(_path(points, mark) for points in mark.outlines)
    if not path:
        return ""
    part = f" data-part={quoteattr(mark.part)}" if mark.part else ""
    fill = f' fill="{mark.fill}" fill-rule="evenodd"' if mark.fill else ' fill="none"'
    stroke = (
        f' stroke="{mark.stroke}" stroke-width="{mark.width:.2f}" stroke-linecap="round" stroke-linejoin="round"'
        if mark.stroke and mark.width > 0
        else ""
    )
    opacity = f' opacity="{mark.opacity:g}"' if mark.opacity < 1 else ""
    return f'<path d="{path}"{fill}{stroke}{opacity}{owner}{part}/>'


def _words(mark: Words, owner: str) -> str:
    if not mark.text:
        return ""
    style = ' font-weight="bold"' if mark.bold else ""
    lean = f' transform="translate({mark.x:.1f} {mark.y:.1f}) skewX({-SLANT:g})"' if mark.italic else ""
    x, y = (0.0, 0.0) if mark.italic else (mark.x, mark.y)
    outline = (
        f' stroke="{mark.stroke}" stroke-width="{mark.width:.2f}" stroke-linejoin="round" paint-order="stroke"'
        if mark.stroke and mark.width > 0
        else ""
    )
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FAMILY}, sans-serif" font-size="{mark.size:g}"'
        f' text-anchor="{mark.anchor}" fill="{mark.fill}" xml:space="preserve"{style}{outline}{lean}{owner}>'
        f"{escape(mark.text)}</text>"
    )


def _whole(points: Floats) -> Floats:
    """The points that are numbers."""
    points = np.asarray(points, np.float32).reshape(-1, 2)
    fine = np.isfinite(points).all(1)
    return points if fine.all() else points[fine]


def bends(points: Floats, closed: bool) -> Floats:
    """Catmull-Rom through points (n, 2) as cubic curves: (s, 3, 2), two handles and the end of each piece."""
    if closed:
        before, after = np.roll(points, 1, 0), np.roll(points, -1, 0)
        third = np.roll(points, -2, 0)
        start, end = points, after
    else:
        padded = np.concatenate([points[:1], points, points[-1:]])
        before, start, end, third = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    return np.stack([start + (end - before) / 6, end - (third - start) / 6, end], 1)


def _path(points: Floats, mark: Ink) -> str:
    points = _whole(points)
    if len(points) < 2:
        return ""
    first = f"M{_number(points[0, 0])} {_number(points[0, 1])}"
    if mark.smooth and len(points) > 2:
        rest = "".join("C" + " ".join(map(_number, six)) for six in bends(points, mark.closed).reshape(-1, 6).tolist())
    else:
        rest = "L" + " ".join(map(_number, points[1:].reshape(-1).tolist()))
    return first + rest + ("Z" if mark.closed else "")


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def to_pixels(page: Page, scale: float = 1.0, *, by: str = "auto") -> NDArray[np.uint8]:
    """(h, w, 3) red, green, blue of the page, `scale` times its size.

    Raises UsageError for an unknown way or a size that cannot be, MissingExtra where skia is asked for and missing.
    """
    width, height = round(page.width * scale), round(page.height * scale)
    if not (1 <= width <= LARGEST and 1 <= height <= LARGEST):
        raise UsageError(f"a page of {width} x {height} pixels", mend=f"choose 1 to {LARGEST} pixels on a side")
    if by not in WAYS:
        raise UsageError(f"{by!r} draws nothing", mend=f"choose one of {', '.join(WAYS)}")
    if by == "skia" or (by == "auto" and has_skia()):
        return _by_skia(page, width, height)
    return _by_resvg(page, width, height)


@lru_cache(maxsize=1)
def has_skia() -> bool:
    return importlib.util.find_spec("skia") is not None


def _by_resvg(page: Page, width: int, height: int) -> NDArray[np.uint8]:
    import resvg_py
    from PIL import Image

    letters = [mark for layer in page.layers for mark in layer.marks if isinstance(mark, Words) and mark.text]
    files = [str(font_file(bold)) for bold in sorted({mark.bold for mark in letters})]
    alone = not any(foreign(mark.text) for mark in letters)
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=to_svg(page), width=width, height=height, font_files=files, skip_system_fonts=alone
        )
    except ValueError as error:
        raise MediaError(f"the renderer refused the page: {error}", where=page.title) from error
    with Image.open(BytesIO(bytes(png))) as image:
        return np.asarray(image.convert("RGB"))


def _skia() -> Any:
    try:
        import skia
    except ImportError as error:
        raise MissingExtra("drawing quickly needs skia-python", mend="pip install 'maquette[film]'") from error
    return skia


def _by_skia(page: Page, width: int, height: int) -> NDArray[np.uint8]:
    skia = _skia()
    pixels = np.empty((height, width, 4), np.uint8)
    surface = skia.Surface.MakeRasterDirect(
        skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType), pixels
    )
    canvas = surface.getCanvas()
    canvas.clear(_colour(page.paper, 1.0))
    canvas.scale(width / page.width, height / page.height)
    for layer in page.layers:
        if layer.opacity < 1:
            canvas.saveLayerAlpha(None, round(255 * layer.opacity))
        for mark in layer.marks:
            if isinstance(mark, Words):
                _skia_words(skia, canvas, mark)
            else:
                _skia_ink(skia, canvas, mark)
        if layer.opacity < 1:
            canvas.restore()
    surface.flushAndSubmit()
    return pixels[..., :3].copy()


@lru_cache(maxsize=4096)
def _rgb(colour: str) -> int:
    text = colour.removeprefix("#")
    if len(text) == 3:
        text = "".join(2 * c for c in text)
    try:
        return int(text[:6], 16)
    except ValueError as error:
        raise MediaError(f"{colour!r} is no colour", mend="write one as #336699") from error


def _colour(colour: str, opacity: float) -> int:
    return round(255 * min(max(opacity, 0.0), 1.0)) << 24 | _rgb(colour)


def _skia_ink(skia: Any, canvas: Any, mark: Ink) -> None:
    path = skia.Path()
    for points in mark.outlines:
        points = _whole(points)
        if len(points) < 2:
            continue
        if mark.smooth and len(points) > 2:
            path.moveTo(float(points[0, 0]), float(points[0, 1]))
            for six in bends(points, mark.closed).reshape(-1, 6).tolist():
                path.cubicTo(*six)
            if mark.closed:
                path.close()
        else:
            path.addPoly([skia.Point(x, y) for x, y in points.tolist()], mark.closed)
    drawn = bool(mark.stroke) and mark.width > 0
    # One opacity for both, as SVG has it: fill and line are laid on together.
    together = mark.opacity < 1 and drawn and bool(mark.fill)
    if together:
        canvas.saveLayerAlpha(path.getBounds().makeOutset(mark.width, mark.width), round(255 * mark.opacity))
    opacity = 1.0 if together else mark.opacity
    if mark.fill:
        path.setFillType(skia.PathFillType.kEvenOdd)
        canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=_colour(mark.fill, opacity)))
    if drawn:
        canvas.drawPath(path, _pen(skia, mark.stroke, mark.width, opacity))
    if together:
        canvas.restore()


def _pen(skia: Any, colour: str, width: float, opacity: float) -> Any:
    return skia.Paint(
        AntiAlias=True,
        Color=_colour(colour, opacity),
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=width,
        StrokeCap=skia.Paint.kRound_Cap,
        StrokeJoin=skia.Paint.kRound_Join,
    )


def _skia_words(skia: Any, canvas: Any, mark: Words) -> None:
    runs = [(_face(skia, mark.bold, run if other else ""), run) for other, run in _runs(mark.text)]
    fonts = [(_font(skia, face, mark), run) for face, run in runs]
    whole = sum(font.measureText(run) for font, run in fonts)
    x = mark.x - {"start": 0.0, "middle": whole / 2, "end": whole}.get(mark.anchor, 0.0)
    for font, run in fonts:
        if mark.stroke and mark.width > 0:
            canvas.drawString(run, x, mark.y, font, _pen(skia, mark.stroke, mark.width, 1.0))
        canvas.drawString(run, x, mark.y, font, skia.Paint(AntiAlias=True, Color=_colour(mark.fill, 1.0)))
        x += font.measureText(run)


def _runs(text: str) -> list[tuple[bool, str]]:
    return [(other, "".join(run)) for other, run in groupby(text, foreign)]


def _font(skia: Any, face: Any, mark: Words) -> Any:
    font = skia.Font(face, mark.size)
    font.setEdging(skia.Font.Edging.kAntiAlias)
    font.setSubpixel(True)
    font.setHinting(skia.FontHinting.kNone)
    if mark.italic:
        font.setSkewX(-float(np.tan(np.radians(SLANT))))
    return font


@lru_cache(maxsize=64)
def _face(skia: Any, bold: bool, text: str) -> Any:
    """The typeface, or for other alphabets the system's one that has the first letter."""
    if text:
        style = skia.FontStyle.Bold() if bold else skia.FontStyle.Normal()
        found = skia.FontMgr().matchFamilyStyleCharacter("", style, [], ord(text.strip()[:1] or text[0]))
        if found is not None:
            return found
    return skia.Typeface.MakeFromFile(str(font_file(bold)))


def matte(page: Page, owner: str, scale: float = 1.0) -> NDArray[np.uint8]:
    """(h, w) 0..255: how much of each pixel shows this owner's marks, whatever stands before them counted off."""
    layers = tuple(
        dataclasses.replace(layer, marks=tuple(_masked(mark, mark.owner == owner) for mark in layer.marks))
        for layer in page.layers
    )
    return to_pixels(dataclasses.replace(page, layers=layers, paper="#000000"), scale)[..., 0].copy()


def _masked(mark: Ink | Words, own: bool) -> Ink | Words:
    tone = "#ffffff" if own else "#000000"
    return dataclasses.replace(mark, fill=tone if mark.fill else "", stroke=tone if mark.stroke else "")


def to_png(page: Page, scale: float = 1.0, *, by: str = "auto") -> bytes:
    """The page as a PNG file's bytes."""
    from PIL import Image

    out = BytesIO()
    Image.fromarray(to_pixels(page, scale, by=by)).save(out, "PNG", compress_level=6)
    return out.getvalue()
