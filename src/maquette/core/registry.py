"""One visible table per floor: a name to "module:Attribute", loaded when asked for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from .errors import UsageError


def load(table: Mapping[str, str], name: str, what: str) -> Any:
    """The object that `table[name]` ("module:Attribute") points to; `what` names the kind in errors."""
    if name not in table:
        raise UsageError(f"there is no {what} called {name!r}", mend=nearest(name, table))
    module, attribute = table[name].split(":")
    return getattr(import_module(module), attribute)


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence with the nearest known names, for the `mend` part of an error."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=3)
    return f"did you mean {', '.join(close)}?" if close else f"known are: {', '.join(known)}"
