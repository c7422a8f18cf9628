"""The lines of Fountain text as a reader sees them: without boneyards and notes, the title page apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import script_marks as marks


@dataclass(frozen=True)
class Row:
    """A line: `raw` with its line end, and with all lines that a boneyard or note in it goes over; `seen` is what is
    left without them. held: empty but for two spaces, which keeps a speech together."""

    raw: str
    seen: str
    notes: tuple[str, ...] = ()
    bones: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        return not self.seen.strip() and not self.hidden

    @property
    def held(self) -> bool:
        return self.blank and len(self.seen) >= 2

    @property
    def hidden(self) -> str:
        """ "note" or "boneyard" where nothing else stands in the line, else ""."""
        if self.seen.strip():
            return ""
        return "note" if self.notes else "boneyard" if self.bones else ""


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_OPEN = re.compile(r"/\*|\[\[")
_EMPTY = re.compile(r"(?:\r\n|\n|\r)(?=\r\n|\n|\r)")
_KEY = re.compile(r"([^\s:][^:\r\n]{0,39}?)[ \t]*:(?:[ \t]+(.*)|[ \t]*)$")


def rows(text: str) -> Iterator[Row]:
    """The lines of a text, each with what is hidden in it."""
    at = 0
    while at < len(text):
        seen: list[str] = []
        notes: list[str] = []
        bones: list[str] = []
        start = at
        while True:
            line = _LINE.match(text, at)
            assert line is not None
            found = _opened(text, at, line.end())
            if found is None:
                seen.append(line.group().rstrip("\r\n"))
                at = line.end()
                break
            begin, end, kind = found
            seen.append(text[at:begin])
            (bones if kind == "/*" else notes).append(text[begin + 2 : end - 2].strip())
            at = end
        yield Row(text[start:at], "".join(seen), tuple(notes), tuple(bones))


def _opened(text: str, at: int, end: int) -> tuple[int, int, str] | None:
    """The first boneyard or note that opens within at..end and closes: where it begins, ends, and its mark."""
    while True:
        mark = _OPEN.search(text, at, end)
        if mark is None:
            return None
        close = text.find("*/" if mark.group() == "/*" else "]]", mark.end())
        if close >= 0 and (mark.group() == "/*" or not _EMPTY.search(text, mark.end(), close)):
            return mark.start(), close + 2, mark.group()
        at = mark.end()


def title_page(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The title page as it stands (with the empty lines after it) and its keys and values; "" where there is none."""
    at = 1 if text.startswith("\ufeff") else 0
    pairs: list[tuple[str, list[str]]] = []
    while at < len(text):
        line = _LINE.match(text, at)
        assert line is not None
        body = line.group().rstrip("\r\n")
        if not body.strip():
            break
        key = _KEY.match(body)
        if pairs and body[:1] in " \t":
            pairs[-1][1].append(body.strip())
        elif key:
            pairs.append((key.group(1), [key.group(2).strip()] if (key.group(2) or "").strip() else []))
        else:
            return _bom(text)
        at = line.end()
    if not pairs or not _is_title(pairs):
        return _bom(text)
    while at < len(text):
        line = _LINE.match(text, at)
        assert line is not None
        if line.group().strip() or not line.group():
            break
        at = line.end()
    return text[:at], tuple((key, "\n".join(value)) for key, value in pairs)


def _bom(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    return ("\ufeff" if text.startswith("\ufeff") else ""), ()


def _is_title(pairs: list[tuple[str, list[str]]]) -> bool:
    """ "FADE IN:" alone and "INT. HOUSE: KITCHEN" are no title page; one known key, or two of any, are."""
    first, value = pairs[0]
    if marks.is_heading(first) or (first.isupper() and not value and len(pairs) == 1):
        return False
    known = any(key.casefold() in marks.KEYS for key, _ in pairs)
    return known or (len(pairs) > 1 and all(len(key.split()) <= 3 and not key.isupper() for key, _ in pairs))
