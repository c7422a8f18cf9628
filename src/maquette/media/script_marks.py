"""The marks of Fountain 1.1 (fountain.io/syntax): what a line is by how it looks, and how a text is forced to be it."""

from __future__ import annotations

import re

KINDS = (
    "heading", "action", "cue", "dialogue", "parenthetical", "lyric", "transition", "centred", "section", "synopsis",
    "note", "boneyard", "page break",
)  # fmt: skip
IN_SPEECH = ("dialogue", "parenthetical", "lyric", "note", "boneyard")
TRANSPARENT = ("section", "synopsis", "page break", "note", "boneyard", "heading")  # a cue may follow at once

TITLES = ("title", "название", "заглавие", "titre", "título", "titel")
AUTHORS = ("author", "authors", "автор", "авторы", "auteur", "autor", "autora")
KEYS = frozenset((*TITLES, *AUTHORS, "credit", "source", "draft date", "date", "contact", "copyright", "notes",
    "revision", "episode", "format", "language", "язык", "дата", "источник", "контакты", "datum", "fecha"))  # fmt: skip

_HEADING = re.compile(
    r"(?:(?:INT|EXT|EST|I)(?:\.?/(?:INT|EXT|E))?|ИНТ|НАТ|ЭКСТ|ИНТ\.?/(?:НАТ|ЭКСТ)|НАТ\.?/ИНТ|INNEN|AUSSEN|AUßEN|"
    r"INNEN/AUSSEN)(?P<end>[. ])(?=.*\S)",
    re.IGNORECASE,
)
_STANDARD = re.compile(r"(?:INT|EXT|EST|INT\.?/EXT|I/E)[. ]", re.IGNORECASE)
_NUMBER = re.compile(r"\s*#([^#\s][^#\r\n]*)#\s*$")
_CENTRED = re.compile(r"\s*>.*<\s*$")
_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3}|_)(?=\S)(.+?)(?<=[^\s\\])\1", re.DOTALL)
_ESCAPE = re.compile(r"\\([*_\\])")
_EXTENSION = re.compile(r"\s*\(([^()]*)\)\s*$")


def is_heading(text: str) -> bool:
    """True for a line that begins as a scene's heading does: with a dot in any case, with a space in capitals."""
    found = _HEADING.match(text)
    if not found or found.group().casefold() in ("i.", "i "):
        return False
    word = found.group()[:-1]
    return found.group("end") == "." or (word.isupper() and (text.isupper() or " - " in text or "/" in word))


def is_cue(text: str) -> bool:
    """True for a name in capitals; its extension in brackets may be small."""
    name = text.split("(", 1)[0].rstrip(" ^")
    return any(letter.isalpha() for letter in name) and name.upper() == name and name.lower() != name


def kind_of(seen: str, free: bool, after: bool, hidden: str) -> str:
    """What a line is outside a speech. free, after: an empty line stands before, after it."""
    if hidden:
        return hidden
    text = seen.strip()
    if seen.startswith("!"):
        return "action"
    if len(text) >= 3 and not text.strip("="):
        return "page break"
    if seen.startswith("="):
        return "synopsis"
    if re.match(r"#{1,6}(?!#)", seen):
        return "section"
    if seen.startswith("~"):
        return "lyric"
    if _CENTRED.match(seen):
        return "centred"
    if seen.startswith(">"):
        return "transition"
    if free:
        return _free_kind(seen, text, after)
    return "action"


def _free_kind(seen: str, text: str, after: bool) -> str:
    if re.match(r"\.[^.\s]", seen) or (not seen[:1].isspace() and is_heading(text)):
        return "heading"
    if seen.startswith("@") and len(text) > 1:
        return "cue" if not after else "action"
    if after and text.endswith("TO:") and text.isupper():
        return "transition"
    if not after and is_cue(text):
        return "cue"
    return "action"


def said_kind(seen: str, hidden: str) -> str:
    """What a line is within a speech."""
    if hidden:
        return hidden
    text = seen.strip()
    if text.startswith("~"):
        return "lyric"
    return "parenthetical" if text.startswith("(") and text.endswith(")") else "dialogue"


def unforced(kind: str, seen: str) -> str:
    """A line's text without the marks that make it what it is."""
    text = seen.strip()
    if kind == "action":
        return (seen[1:] if seen.startswith("!") else seen).expandtabs(4).rstrip()
    if kind == "heading":
        return text[1:].strip() if text.startswith(".") else text
    if kind == "cue":
        return text.removeprefix("@").strip()
    if kind == "lyric":
        return text[1:].strip()
    if kind == "centred":
        return text[1:-1].strip()
    if kind == "transition":
        return text.removeprefix(">").strip()
    if kind == "section":
        return text.lstrip("#").strip()
    if kind == "synopsis":
        return text[1:].strip()
    if kind == "parenthetical":
        return text[1:-1].strip()
    return "" if kind == "page break" else text


def scene_number(text: str) -> tuple[str, str]:
    """A heading without its number, and the number: "INT. HALL #12A#" -> ("INT. HALL", "12A")."""
    found = _NUMBER.search(text)
    return (text[: found.start()].rstrip(), found.group(1).strip()) if found and found.start() else (text, "")


def cue_parts(text: str) -> tuple[str, tuple[str, ...]]:
    """A cue's name and what stands in brackets after it."""
    found: list[str] = []
    while mark := _EXTENSION.search(text):
        if not mark.start():
            break
        found.append(mark.group(1).strip())
        text = text[: mark.start()]
    return text.strip(), tuple(reversed(found))


def plain(text: str) -> str:
    """Text without emphasis (*, **, ***, _) and without the strokes that escape them."""
    if not any(mark in text for mark in "*_\\"):
        return text
    last = ""
    while last != text:
        last, text = text, _EMPHASIS.sub(r"\2", text)
    return _ESCAPE.sub(r"\1", text)


def unescaped(text: str) -> str:
    """Text without the strokes that escape marks."""
    return _ESCAPE.sub(r"\1", text)


def escaped(text: str) -> str:
    """Plain text in which every mark that would be taken for emphasis, or for an escape, is escaped."""
    if not _EMPHASIS.search(text) and not _ESCAPE.search(text):
        return text
    return re.sub(r"([*_\\])", r"\\\1", text)


def forced(kind: str, text: str, number: str = "", depth: int = 1, dual: bool = False, extra: str = "") -> str:
    """An element's text as Fountain, forced where it would be taken for something else; no line end at its end."""
    if kind == "heading":
        mark = "" if _STANDARD.match(text) and is_heading(text) else "."
        return f"{mark}{text}{f' #{number}#' if number else ''}{extra}"
    if kind == "cue":
        mark = "" if kind_of(text, True, False, "") == "cue" else "@"
        return f"{mark}{text}{extra}{' ^' if dual else ''}"
    if kind == "parenthetical":
        return f"({text}){extra}"
    if kind == "lyric":
        return "\n".join(f"~{line}" for line in text.split("\n")) + extra
    if kind == "centred":
        return "\n".join(f"> {line} <" for line in text.split("\n")) + extra
    if kind == "transition":
        return ("" if kind_of(text, True, True, "") == "transition" else "> ") + text + extra
    if kind == "section":
        return "#" * min(max(depth, 1), 6) + f" {text}{extra}"
    if kind in ("note", "boneyard"):
        return f"[[{text}]]" if kind == "note" else f"/* {text} */"
    if kind == "page break":
        return "===" + extra
    return _paragraph(kind, text) + extra


def _paragraph(kind: str, text: str) -> str:
    if kind == "synopsis":
        return f"= {text}"
    lines = text.split("\n")
    if kind == "dialogue":
        return "\n".join(line or "  " for line in lines)
    last = len(lines) - 1
    safe = all(kind_of(line, at == 0, at == last, "") == "action" for at, line in enumerate(lines) if line)
    return "\n".join(lines) if safe and lines[0] else "!" + text


def title_text(pairs: tuple[tuple[str, str], ...]) -> str:
    """A title page as Fountain; "" for none."""
    out = []
    for key, value in pairs:
        rows = value.split("\n")
        out.append(f"{key}: {value}\n" if len(rows) == 1 else f"{key}:\n" + "".join(f"    {row}\n" for row in rows))
    return "".join(out) + "\n" if out else ""
