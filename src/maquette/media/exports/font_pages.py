"""The style sheet of an icon font, and the page that shows every glyph of it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from maquette.media.exports.names import kebab

SIZES = (16, 20, 24, 32, 48)  # pixels, in the specimen


def style_sheet(name: str, points: Mapping[str, int], classes: Mapping[str, str]) -> str:
    """CSS: `<i class="my-icons my-icons-bell"></i>`; the family also takes names as text, by ligatures."""
    base, family = kebab(name), _string(name)
    rules = "\n".join(f'.{base}-{classes[icon]}::before {{ content: "\\{points[icon]:x}"; }}' for icon in points)
    return f"""\
@font-face {{
  font-family: {family};
  src: url("{quote(name)}.woff2") format("woff2"), url("{quote(name)}.ttf") format("truetype");
  font-weight: normal;
  font-style: normal;
  font-display: block;
}}

.{base} {{
  font-family: {family};
  font-weight: normal;
  font-style: normal;
  font-variant: normal;
  font-feature-settings: "liga";
  line-height: 1;
  letter-spacing: normal;
  text-transform: none;
  white-space: nowrap;
  display: inline-block;
  -webkit-font-smoothing: antialiased;
  -moz-osx-font-smoothing: grayscale;
}}

{rules}
"""


def specimen(name: str, points: Mapping[str, int], classes: Mapping[str, str]) -> str:
    """A page with every glyph, its name, class and code point, and a line of the font at the sizes of screens."""
    base = kebab(name)

    def glyph(icon: str) -> str:
        return f'<i class="{base} {base}-{classes[icon]}" aria-hidden="true"></i>'

    def cell(icon: str) -> str:
        told = f"<code>.{base}-{classes[icon]}</code><code>U+{points[icon]:04X}</code>"
        return f"  <li>{glyph(icon)}<b>{escape(icon)}</b>{told}</li>"

    cells = "\n".join(map(cell, points))
    some = list(points)[:12]
    rows = "\n".join(
        f'  <p style="font-size:{px}px"><small>{px}</small>{"".join(glyph(icon) for icon in some)}</p>' for px in SIZES
    )
    example = escape(glyph(next(iter(points))).replace(' aria-hidden="true"', ""))
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{escape(name)}: specimen</title>
<link rel="stylesheet" href="{quote(name)}.css">
<style>
  body {{ font: 15px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 72rem; padding: 0 1rem; color: #222 }}
  ul {{ list-style: none; padding: 0; display: grid; gap: 1rem }}
  ul {{ grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)) }}
  li {{ display: flex; flex-direction: column; align-items: center; padding: 1rem .5rem; border: 1px solid #ddd }}
  li .{base} {{ font-size: 48px }}
  b {{ font-weight: 500; margin-top: .75rem }}
  code {{ font-size: 12px; color: #666; overflow-wrap: anywhere }}
  p .{base} {{ margin-right: .5em }}
  small {{ display: inline-block; width: 3rem; font-size: 12px; color: #666 }}
</style>
<h1>{escape(name)}</h1>
<p>{len(points)} icons. <code>{example}</code>, or the icon's name as text in an element of the class
<code>{base}</code>.</p>
<ul>
{cells}
</ul>
{rows}
</html>
"""


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
