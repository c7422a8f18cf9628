"""Drawings to pixels, through resvg."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from maquette.media.drawing import Drawing, Paint
from maquette.media.path_data import number_text
from maquette.media.svg_write import geometry_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def render(drawing: Drawing, px: int = 192) -> NDArray[np.float32]:
    """Ink coverage (px, px) float32 in 0..1, the viewBox fitted and centred."""
    return coverage(_quick_svg(drawing, px), px)


def render_many(drawings: Sequence[Drawing], px: int = 48) -> NDArray[np.float32]:
    """Ink coverage of many drawings: (n, px, px) float32 in 0..1."""
    import numpy as np

    sheet = np.zeros((len(drawings), px, px), dtype=np.float32)
    for index, drawing in enumerate(drawings):
        sheet[index] = render(drawing, px)
    return sheet


def coverage(svg: str, px: int) -> NDArray[np.float32]:
    """Ink coverage (px, px) of any complete SVG text, as the renderer sees it: its alpha."""
    import numpy as np
    from PIL import Image

    with Image.open(BytesIO(_png(svg, px))) as image:
        alpha = np.asarray(image.getchannel("A"), dtype=np.float32) / np.float32(255)
    if alpha.shape == (px, px):
        return alpha
    # The renderer keeps the sides' ratio of files that state another size: centre what it gave.
    square = np.zeros((px, px), dtype=np.float32)
    height, width = min(alpha.shape[0], px), min(alpha.shape[1], px)
    top, left = (px - height) // 2, (px - width) // 2
    square[top : top + height, left : left + width] = alpha[:height, :width]
    return square


def to_png(drawing: Drawing, px: int, *, ink: str = "#111", paper: str | None = None) -> bytes:
    """A square PNG of `px` pixels, in the colour `ink` on `paper` (transparent if None). Colours as in CSS."""
    return _png(_quick_svg(drawing, px, ink=_checked(ink)), px, paper=_checked(paper) if paper else None)


def _checked(name: str) -> str:
    """A CSS colour as the renderer surely understands it."""
    from maquette.core.errors import MediaError
    from maquette.media.svg_style import colour

    found = colour(name.strip())
    if found is None or found[0] == "currentColor":
        raise MediaError(f"{name!r} is no colour", mend="write one as #333, #336699, teal or rgb(0 90 90)")
    return found[0] if found[1] == 1 else f"{found[0]}{round(255 * found[1]):02x}"


def _png(svg: str, px: int, *, paper: str | None = None) -> bytes:
    import resvg_py

    from maquette.core.errors import MediaError

    if not 1 <= px <= 16384:
        raise MediaError(f"a picture of {px} pixels cannot be drawn", mend="choose 1 to 16384 pixels")
    try:
        return bytes(
            resvg_py.svg_to_bytes(svg_string=svg, width=px, height=px, dpi=96, skip_system_fonts=True, background=paper)
        )
    except ValueError as error:
        raise MediaError(f"the renderer refused the drawing: {error}") from error


def _quick_svg(drawing: Drawing, px: int, *, ink: str = "#000") -> str:
    """SVG for the renderer's eyes: more decimals than a file, no title, the view fitted into a square."""
    # Small units (a viewBox of 0 0 1 1) need more decimals than large ones.
    decimals = 4 if max(drawing.viewbox[2:]) > 4 else 7
    box = " ".join(number_text(value, decimals) for value in drawing.viewbox)
    shapes = "".join(
        f"<{geometry_text(shape.geometry, decimals)}{_paint_text(shape.paint, decimals)}/>" for shape in drawing.shapes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{px}" height="{px}" viewBox="{box}"'
        f' color="{ink}" fill="none">{shapes}</svg>'
    )


def _paint_text(paint: Paint, decimals: int) -> str:
    text = ' fill="currentColor"' if paint.fill else ""
    if paint.fill and paint.even_odd:
        text += ' fill-rule="evenodd"'
    if paint.stroke:
        text += (
            f' stroke="currentColor" stroke-width="{number_text(paint.width, decimals)}"'
            f' stroke-linecap="{paint.cap}" stroke-linejoin="{paint.join}"'
        )
    return text + (f' opacity="{paint.opacity:g}"' if paint.opacity != 1 else "")


def as_pixels(png: bytes) -> Any:
    """A PNG's pixels as (height, width, 4) uint8."""
    import numpy as np
    from PIL import Image

    with Image.open(BytesIO(png)) as image:
        return np.asarray(image.convert("RGBA"))
