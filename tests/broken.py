"""Icons that each break one rule of a small set, and one that breaks none: for the tests of the linter."""

from __future__ import annotations

from maquette.media import drawing as d
from maquette.media.style_card import StyleCard

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{}" fill="none" stroke="#000" stroke-width="{}" {}>{}</svg>'
ROUND = 'stroke-linecap="round" stroke-linejoin="round"'
CARD = StyleCard(
    "mine",
    grid=0.5,
    radii=(2.0, 1.0, 4.0),
    margin=1.0,
    angles=(0.0, 90.0, 45.0, 135.0),
    gap=2.0,
    ink=(0.2, 0.05),
    footprint=(18.0, 3.0, 18.0, 3.0),
)
GOOD = '<path d="M4 4h16v12a4 4 0 0 1-4 4H4z"/><circle cx="10" cy="12" r="2"/>'


def drawn(body: str, *, box: str = "0 0 24 24", width: float = 2, ends: str = ROUND) -> d.Drawing:
    return d.parse(HEAD.format(box, width, ends, body))


BROKEN = {
    "padding": '<path d="M4 0.5h16v19H4z"/>',
    "zero-length": '<path d="M4 4h16v0v16H4z"/>',
    "duplicate": '<path d="M4 4h16v16H4z"/><path d="M4 12V4h16"/>',
    "overlap": '<path d="M4 4h16v16H4z"/><path d="M8 4h6v6"/>',
    "stray": '<path d="M4 4h16v16H4z"/><path d="M20 12h.01"/>',
    "nearly-closed": '<path d="M4 4h16v16H4V4.4"/>',
    "collinear": '<path d="M4 4h8h8v16H4z"/>',
    "arcs": '<path d="M12 3C16.9706 3 21 7.0294 21 12S16.9706 21 12 21 3 16.9706 3 12 7.0294 3 12 3z"/>',
    "nodes": '<path d="M4 20a10 10 0 0 1 2-6 10 10 0 0 1 8-4h6"/>',
    "angle": '<path d="M4 4h16v16H4z"/><path d="M8 12.25 16 12"/>',
    "grid": '<path d="M4 4h16v16H4z"/><path d="M8 12.2h8"/>',
    "radius": '<path d="M4 4h16v12.2a3.8 3.8 0 0 1-3.8 3.8H4z"/>',
    "gap": '<path d="M4 4h16v16H4z"/><path d="M7 7v10"/>',
    "weight": '<path d="M4 4h16v16H4z"/><path d="M4 6.5h16M4 9h16M4 11.5h16M4 14h16M4 16.5h16"/>',
    "footprint": '<path d="M11 11h2v2h-2z"/>',
    "centre": '<path d="M2 4h14v14H2z"/>',
}
