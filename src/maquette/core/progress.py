"""Progress: one callback that every long piece of work calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Progress:
    """Step `step` of `of` (0 when unknown); `preview` is only called if somebody is watching."""

    step: int
    of: int = 0
    note: str = ""
    preview: Callable[[], Any] | None = None


# Raising `errors.Cancelled` in the callback stops the work.
OnProgress = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """The callback of whoever does not watch."""
