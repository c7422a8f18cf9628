"""Text cut into sentences, in any alphabet; abbreviations and ages in brackets do not end one."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?…])[\"”»')\]]*\s+(?=[\"“«'(\[]*[A-ZА-ЯЁÀ-ÖØ-Þ0-9—–-])|\n+")
_SHORT = re.compile(
    r"(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|St|Prof|Sgt|Capt|Lt|No|vs|Jr|Sr|V\.O|O\.S|т\.е|т\.д|г|ул|[A-ZА-ЯЁ])\.$"
)


def split(text: str) -> list[str]:
    """The sentences of a text, in their order and without the spaces between them."""
    out, start = [], 0
    for found in _END.finditer(text):
        if "\n" not in found.group() and _SHORT.search(text[start : found.start()]):
            continue
        if text[start : found.end()].strip():
            out.append(" ".join(text[start : found.end()].split()))
        start = found.end()
    if text[start:].strip():
        out.append(" ".join(text[start:].split()))
    return out
