"""Android vector drawables: XML resources of an app, strokes and arcs kept as they are.

The format: developer.android.com/reference/android/graphics/drawable/VectorDrawable. Path data is SVG's own. Colours
are #AARRGGBB, opacity stands in strokeAlpha and fillAlpha, and the viewport begins at 0, 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maquette.media.affine import as_path
from maquette.media.drawing import Drawing, Paint, Shape, transformed
from maquette.media.exports import File, Icon, Settings
from maquette.media.exports.colours import hex_of
from maquette.media.exports.names import ascii_words, unique
from maquette.media.exports.svg import clean, with_one_ink
from maquette.media.path_data import number_text, path_text

DP = 24.0  # the longer side of an icon, in density-independent pixels


def drawables(icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """`res/drawable/ic_bell.xml` ...: names as resources allow them, small ASCII letters, digits and underscores."""
    names = unique([icon.name for icon in icons], lambda name: "ic_" + "_".join(ascii_words(name)), "_")
    for icon in icons:
        text = vector_drawable(icon.drawing, settings.colour)
        yield File(f"res/drawable/{names[icon.name]}.xml", text.encode(), icon.name)


def vector_drawable(drawing: Drawing, colour: str) -> str:
    """The text of one resource."""
    drawing = with_one_ink(clean(drawing))
    x, y, width, height = drawing.viewbox
    if (x, y) != (0, 0):
        drawing = transformed(drawing, (1, 0, 0, 1, -x, -y), (0, 0, width, height))
    size = DP / max(width, height)
    lines = [
        '<vector xmlns:android="http://schemas.android.com/apk/res/android"',
        f'    android:width="{number_text(width * size)}dp"',
        f'    android:height="{number_text(height * size)}dp"',
        f'    android:viewportWidth="{number_text(width)}"',
        f'    android:viewportHeight="{number_text(height)}">',
    ]
    for shape in drawing.shapes:
        rows = [f'android:{name}="{value}"' for name, value in _attributes(shape, hex_of(colour)).items()]
        lines.append("    <path\n        " + "\n        ".join(rows) + "/>")
    return "\n".join([*lines, "</vector>", ""])


def _attributes(shape: Shape, colour: str) -> dict[str, str]:
    paint, ink = shape.paint, f"#FF{colour.lstrip('#').upper()}"
    found = {"pathData": path_text(as_path(shape.geometry))}
    if paint.fill:
        found["fillColor"] = ink
        found |= {"fillType": "evenOdd"} if paint.even_odd else {}
        found |= _alpha("fillAlpha", paint)
    if paint.stroke:
        found |= {"strokeColor": ink, "strokeWidth": number_text(paint.width)}
        found |= {"strokeLineCap": paint.cap} if paint.cap != "butt" else {}
        found |= {"strokeLineJoin": paint.join} if paint.join != "miter" else {}
        found |= _alpha("strokeAlpha", paint)
    return found


def _alpha(name: str, paint: Paint) -> dict[str, str]:
    return {name: number_text(paint.opacity)} if paint.opacity != 1 else {}
