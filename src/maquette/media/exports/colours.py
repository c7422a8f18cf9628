"""The one colour of an export, for formats without currentColor."""

from __future__ import annotations

from maquette.core.errors import UsageError
from maquette.media.svg_style import colour


def hex_of(name: str) -> str:
    """A CSS colour as "#rrggbb". UsageError for what is none, or is transparent."""
    found = colour(name.strip())
    if found is None or found[0] == "currentColor" or found[1] != 1:
        raise UsageError(f"{name!r} is no plain colour", mend="write one as #333, #336699, teal or rgb(0 90 90)")
    return found[0]
