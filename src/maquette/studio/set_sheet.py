"""A contact sheet of icons with their names, as SVG and as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..media.drawing import Drawing

ACROSS, CELL, ICON, LABEL = 8, 120, 72, 26  # icons in a row; pixels of a cell, of the icon in it, of its name
INK, GREY = "#111", "#666"
FONTS = ("DejaVuSans.ttf", "Arial.ttf", "arial.ttf", "Helvetica.ttc", "NotoSans-Regular.ttf")
LONGEST = 17  # letters of a name that fit


def sheet_svg(icons: Sequence[tuple[str, Drawing]]) -> str:
    """The sheet as one SVG file: every icon a nested svg of its own, so that it can be taken out again."""
    from ..media import drawing as d

    across, width, height = _size(len(icons))
    size = f'width="{width}" height="{height}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size}>']
    parts.append(f'<rect {size} fill="#fff"/>')
    for number, (name, drawing) in enumerate(icons):
        x, y = _place(number, across)
        inside = d.to_svg(drawing, title=name).strip()
        edge = (CELL - ICON) // 2
        place = f'x="{x + edge}" y="{y + edge}" width="{ICON}" height="{ICON}" color="{INK}"'
        parts.append(inside.replace("<svg ", f"<svg {place} ", 1))
        style = f'font-family="sans-serif" font-size="11" fill="{GREY}" text-anchor="middle"'
        parts.append(f'<text x="{x + CELL // 2}" y="{y + CELL}" {style}>{escape(_short(name))}</text>')
    return "\n".join([*parts, "</svg>", ""])


def sheet_png(icons: Sequence[tuple[str, Drawing]], scale: int = 2) -> bytes:
    """The same sheet as a PNG, `scale` pixels per unit."""
    from PIL import Image, ImageDraw

    from ..media import drawing as d

    across, width, height = _size(len(icons))
    sheet = Image.new("RGB", (width * scale, height * scale), "white")
    pen, font = ImageDraw.Draw(sheet), _font(11 * scale)
    for number, (name, drawing) in enumerate(icons):
        x, y = _place(number, across)
        with Image.open(io.BytesIO(d.to_png(drawing, ICON * scale, ink=INK, paper="#fff"))) as icon:
            edge = (CELL - ICON) // 2
            sheet.paste(icon.convert("RGB"), ((x + edge) * scale, (y + edge) * scale))
        pen.text(((x + CELL // 2) * scale, (y + CELL - 4) * scale), _short(name), fill=GREY, anchor="mm", font=font)
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


def _size(count: int) -> tuple[int, int, int]:
    across = min(ACROSS, max(count, 1))
    return across, across * CELL, -(-max(count, 1) // across) * (CELL + LABEL)


def _place(number: int, across: int) -> tuple[int, int]:
    return number % across * CELL, number // across * (CELL + LABEL)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _font(size: int) -> Any:
    """A font of this machine that has Cyrillic where there is one, else Pillow's own."""
    from PIL import ImageFont

    for name in FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)
