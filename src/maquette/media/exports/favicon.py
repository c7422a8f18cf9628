"""A site's icon: what browsers' tabs, phones' home screens and installed web apps ask for, and how a page names it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from io import BytesIO

from maquette.media.drawing import Drawing, fit, to_png
from maquette.media.exports import File, Icon, Settings
from maquette.media.exports.svg import clean_svg

ICO_SIZES = (16, 32, 48)  # pixels
PAPER = "#fff"
# How much of the side the icon takes: iOS rounds the corners and shows no transparency; a maskable icon may be cut to a
# circle of 80 % of the side (W3C, Web Application Manifest, "maskable").
TOUCH, MASKABLE = 0.7, 0.55
# A tab may be dark, and a favicon has no text around it whose colour it could take.
STYLE = "<style>svg{color:%s}@media(prefers-color-scheme:dark){svg{color:#fff}}</style>"


def favicons(icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """A folder per icon: favicon.ico, icon.svg, apple-touch-icon.png, the PNGs of the manifest, and head.html."""
    for icon in icons:
        for name, data in _files(icon, settings):
            yield File(f"{icon.name}/{name}", data, icon.name)


def _files(icon: Icon, settings: Settings) -> Iterator[tuple[str, bytes]]:
    drawing, ink = fit(icon.drawing), settings.colour
    yield "favicon.ico", ico(drawing, ink)
    head, line, tail = clean_svg(drawing, icon.name).partition("</title>\n")
    yield "icon.svg", f"{head}{line}  {STYLE % ink}\n{tail}".encode()
    yield "apple-touch-icon.png", to_png(with_air(drawing, TOUCH), 180, ink=ink, paper=PAPER)
    for px in (192, 512):
        yield f"icon-{px}.png", to_png(drawing, px, ink=ink)
    yield "icon-maskable-512.png", to_png(with_air(drawing, MASKABLE), 512, ink=ink, paper=PAPER)
    yield "site.webmanifest", (json.dumps(manifest(icon.name), ensure_ascii=False, indent=2) + "\n").encode()
    yield "head.html", head_html(icon.name).encode()


def ico(drawing: Drawing, ink: str) -> bytes:
    """A Windows icon with a picture for each size, each drawn at its own size."""
    from PIL import Image

    pictures = [Image.open(BytesIO(to_png(drawing, px, ink=ink))) for px in sorted(ICO_SIZES, reverse=True)]
    out = BytesIO()
    pictures[0].save(out, "ICO", sizes=[(px, px) for px in ICO_SIZES], append_images=pictures[1:])
    return out.getvalue()


def with_air(drawing: Drawing, share: float) -> Drawing:
    """The drawing in the middle of a larger canvas, of whose side it takes `share`."""
    x, y, width, height = drawing.viewbox
    wide, high = width / share, height / share
    return replace(drawing, viewbox=(x - (wide - width) / 2, y - (high - height) / 2, wide, high))


def manifest(name: str) -> dict[str, object]:
    """The web app manifest (W3C): names and icons; addresses are relative to the manifest itself."""
    pictures = [(f"icon-{px}.png", px, "any") for px in (192, 512)] + [("icon-maskable-512.png", 512, "maskable")]
    return {
        "name": name,
        "short_name": name[:12],
        "icons": [
            {"src": source, "sizes": f"{px}x{px}", "type": "image/png", "purpose": purpose}
            for source, px, purpose in pictures
        ],
        "theme_color": "#ffffff",
        "background_color": "#ffffff",
        "display": "standalone",
    }


def head_html(name: str) -> str:
    """The lines for a page's head; the files lie at the root of the site."""
    shown = escape(name).replace("--", "- -")
    return f"""<!-- {shown}: put the files at the root of the site, and these lines in <head> -->
<link rel="icon" href="/favicon.ico" sizes="32x32">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="/apple-touch-icon.png">
<link rel="manifest" href="/site.webmanifest">
"""
