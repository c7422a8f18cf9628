"""A sprite: all icons in one SVG as symbols, which a page loads once and shows by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from maquette.media.drawing import Drawing
from maquette.media.exports import File, Icon, Settings
from maquette.media.exports.svg import clean, clean_svg
from maquette.media.path_data import number_text

_ROOT = re.compile(r"<svg [^>]*?viewBox=\"[^\"]*\"([^>]*)>\n(.*)</svg>\n", re.DOTALL)


def sprite(icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """`NAME.svg` with a symbol per icon, and a page that shows how each is used."""
    symbols = "".join(_symbol(icon) for icon in icons)
    text = f'<svg xmlns="http://www.w3.org/2000/svg" style="display:none">\n{symbols}</svg>\n'
    yield File(f"{settings.name}.svg", text.encode())
    yield File(f"{settings.name}.html", _page(icons, settings, text).encode())


def parts(drawing: Drawing, name: str) -> tuple[str, str]:
    """The attributes of a clean SVG's root, without namespace and viewBox, and the lines inside it."""
    found = _ROOT.fullmatch(clean_svg(drawing, name))
    assert found is not None  # our own writer's form
    return found[1], found[2]


def _symbol(icon: Icon) -> str:
    attributes, inside = parts(icon.drawing, icon.name)
    box = " ".join(number_text(value) for value in clean(icon.drawing).viewbox)
    # An id may stand once in a document, and the shapes' own would meet those of other icons.
    inside = re.sub(r' id="[^"]*"', "", inside)
    body = "".join(f"  {line}\n" for line in inside.splitlines())
    return f'  <symbol id={quoteattr(icon.name)} viewBox="{box}"{attributes}>\n{body}  </symbol>\n'


def _page(icons: Sequence[Icon], settings: Settings, text: str) -> str:
    file = f"{settings.name}.svg"
    rows = "\n".join(
        f'  <li><svg width="48" height="48" aria-hidden="true"><use href={quoteattr("#" + icon.name)}/></svg>'
        f"<code>{escape(_use(file, icon.name))}</code></li>"
        for icon in icons
    )
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{escape(settings.name)}: sprite</title>
<style>
  body {{ font: 15px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 60rem; padding: 0 1rem; color: #222 }}
  ul {{ list-style: none; padding: 0 }}
  li {{ display: flex; align-items: center; gap: 1.5rem; padding: .5rem 0; border-bottom: 1px solid #ddd }}
  code {{ font-size: 13px; overflow-wrap: anywhere }}
</style>
<h1>{escape(settings.name)}</h1>
<p>One file, {len(icons)} symbols. An icon takes the colour of the text around it. From another file a browser shows
symbols of the same site only; this page holds a copy of them, so that it opens from a disk.</p>
{text.rstrip()}
<ul>
{rows}
</ul>
</html>
"""


def _use(file: str, name: str) -> str:
    return f'<svg width="24" height="24" aria-hidden="true"><use href={quoteattr(f"{file}#{name}")}/></svg>'
