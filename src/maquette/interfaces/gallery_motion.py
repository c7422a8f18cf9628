"""Motions on the gallery page: each as it moves, by which way it was made, and its file."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

TOLD = """Bodies moved by words alone, each told by which way it came: recorded clips put together, or a small net. The
BVH opens in any animation program, the GLB is a rigged body; key poses, limbs and paths can be kept, the rest made
again."""


@dataclass(frozen=True)
class Moved:
    """A motion: what was asked, how it was made, the preview (WebP that moves), the file, its credential's state."""

    words: str
    note: str
    preview: bytes
    name: str
    state: str


def section(moved: Sequence[Moved], marks: Mapping[str, str]) -> str:
    """The part of the page; "" without motions."""
    if not moved:
        return ""
    cards = "".join(_card(one, marks) for one in moved)
    return (
        f'<section class="film"><div class="head"><h2>Bodies that move</h2><p class="told">{TOLD}</p></div>'
        f'<ol class="panels">{cards}</ol></section>'
    )


def _card(one: Moved, marks: Mapping[str, str]) -> str:
    data = base64.b64encode(one.preview).decode("ascii")
    mark = f'<span class="mark {escape(one.state)}">{marks.get(one.state, one.state)}</span>'
    return (
        f'<li><img alt="{escape(one.words)}" src="data:image/webp;base64,{data}">'
        f"<p><strong>{escape(one.words)}</strong> {escape(one.note)}</p>"
        f"<p>{mark} {escape(one.name)}</p></li>"
    )
