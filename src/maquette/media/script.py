"""A script as elements, and its plain-text form: Fountain 1.1 (fountain.io/syntax), read and written without loss.

A `Script` is a title page and a row of elements. Each element knows how it stood in its file (`raw`, and the empty
lines after it, `gap`), so a script that nobody edited is written byte for byte as it was read; an edited element
(`raw` empty) is written by rule, with a mark (. @ ! >) only where its text would otherwise be taken for something else.

Any alphabet will do: a forced heading may begin with any letter. Beyond the standard, INT./EXT. are also known in
Russian (ИНТ. НАТ. ЭКСТ.) and German (INNEN AUSSEN), in capitals.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import MediaError
from . import script_lines as lines_of
from . import script_marks as marks
from .script_lines import Row
from .script_marks import KINDS as KINDS

LIMIT = 64 * 1024 * 1024  # bytes: a thousand times a feature film


@dataclass(frozen=True)
class Element:
    """One piece of a script. `text` has no marks that force a kind; emphasis (*, **, _) stays in it.

    kind: one of KINDS. number: a scene's own ("12A"). depth: of a section, 1..6. dual: a cue that is spoken together
    with the speech before it. notes: what stands in [[ ]] within it. raw, gap: how it stood in the file.
    """

    kind: str
    text: str
    raw: str = ""
    gap: str = ""
    number: str = ""
    depth: int = 0
    dual: bool = False
    notes: tuple[str, ...] = ()

    def edited(self, text: str) -> Element:
        """The same element with another text, to be written by rule."""
        return dataclasses.replace(self, text=text, raw="")

    @property
    def plain(self) -> str:
        """The text without emphasis and escapes."""
        return marks.plain(self.text)

    @property
    def name(self) -> str:
        """Who a cue names, without extensions: "ANNA (V.O.)" -> "ANNA"."""
        return marks.cue_parts(self.plain)[0]

    @property
    def extensions(self) -> tuple[str, ...]:
        """What a cue says about the voice: "ANNA (V.O.) (CONT'D)" -> ("V.O.", "CONT'D")."""
        return marks.cue_parts(self.plain)[1]


@dataclass(frozen=True)
class Script:
    """title_page: keys and values as written ("Title", "..."), a value's lines parted by line ends.

    `title` and `author` are those of the title page. `head` is the title page as it stood in the file; `said` is what
    a reader could not carry.
    """

    title_page: tuple[tuple[str, str], ...] = ()
    elements: tuple[Element, ...] = ()
    title: str = ""
    author: str = ""
    head: str = ""
    said: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.elements)


def parse(text: str) -> Script:
    """A script from Fountain text. Every text is a script: what has no mark is action."""
    head, pairs = lines_of.title_page(text)
    elements = tuple(_elements(list(lines_of.rows(text[len(head):]))))  # fmt: skip
    lead = ""
    if elements and elements[0].kind == "gap":
        lead, elements = elements[0].raw, elements[1:]
    return Script(pairs, elements, *named(pairs), head + lead)


def to_fountain(script: Script) -> str:
    """Fountain text: for a script as it was read, byte for byte the same."""
    out = [script.head or marks.title_text(script.title_page)]
    for at, element in enumerate(script.elements):
        after = script.elements[at + 1] if at + 1 < len(script.elements) else None
        before = script.elements[at - 1] if at else None
        out.append(_raw_or_ruled(element, before, after))
        out.append(_gap(element, after, "".join(out[-1:])))
    return "".join(out)


def to_text(script: Script, *, title: str = "", comment: str = "") -> str:
    """Fountain text as a file of the library: a comment goes into a boneyard at its end, where no reader shows it.

    `title` is set where the script has neither a title page nor a text of its own.
    """
    if title and not script.title_page and not script.elements:
        script = dataclasses.replace(script, title_page=(("Title", title),))
    text = to_fountain(script)
    if not comment:
        return text
    return f"{text}{'' if text.endswith(chr(10)) or not text else chr(10)}\n/* {comment.replace('*/', '* /')} */\n"


def read(path: str | Path) -> Script:
    """A script from a `.fountain` or `.fdx` file. Raises MediaError for what is no text, or too large."""
    path = Path(path)
    if path.suffix.lower() == ".fdx":
        from . import script_fdx

        return script_fdx.read(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MediaError(
            f"cannot be read: {error.strerror or error}", where=str(path), mend="check the name and the rights"
        ) from error
    if len(data) > LIMIT:
        raise MediaError(
            f"{len(data) / 1e6:.0f} MB are no script", where=str(path), mend="give the text of a script, up to 64 MB"
        )
    return parse(decoded(data, str(path)))


def decoded(data: bytes, where: str) -> str:
    """Text of a file: UTF-8, UTF-16 with its mark, else the Windows page that its letters speak for."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise MediaError("this is no text", where=where, mend="save the script as Fountain (UTF-8)") from error
    high = sum(byte >= 0xC0 for byte in data)
    russian = high > len(data) / 5
    return data.decode("cp1251" if russian else "cp1252", errors="replace")


def write(script: Script, path: str | Path) -> None:
    """Write as the suffix says (.fountain or .fdx), by way of a file beside it."""
    path = Path(path)
    if path.suffix.lower() == ".fdx":
        from . import script_fdx

        data = script_fdx.to_fdx(script)
    else:
        data = to_fountain(script).encode()
    temp = path.with_name(path.name + ".part")
    try:
        temp.write_bytes(data)
        temp.replace(path)
    finally:
        temp.unlink(missing_ok=True)


def speeches(script: Script) -> Iterator[tuple[int, Element, tuple[int, ...]]]:
    """Every cue: its number, itself, and the numbers of what is said under it."""
    for at, element in enumerate(script.elements):
        if element.kind == "cue":
            said = []
            for number in range(at + 1, len(script.elements)):
                if script.elements[number].kind not in marks.IN_SPEECH:
                    break
                said.append(number)
            yield at, element, tuple(said)


def named(pairs: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """Title and author of a title page."""
    found = {key.casefold(): value for key, value in reversed(pairs)}
    title = next((found[key] for key in marks.TITLES if key in found), "")
    author = next((found[key] for key in marks.AUTHORS if key in found), "")
    return marks.plain(" ".join(title.split())), marks.plain(" ".join(author.split()))


def _elements(rows: list[Row]) -> Iterator[Element]:
    at, free = 0, True  # free: an empty line stands before
    while at < len(rows):
        row = rows[at]
        if row.blank:
            end = _while(rows, at, lambda one: one.blank)
            yield Element("gap", "", "".join(one.raw for one in rows[at:end]))
            at, free = end, True
            continue
        after = at + 1 >= len(rows) or rows[at + 1].blank
        kind = marks.kind_of(row.seen, free, after, row.hidden)
        if kind == "cue":
            made, at = _speech(rows, at)
        elif kind in ("action", "centred", "lyric"):
            made, at = _paragraph(rows, at, kind)
        else:
            made, at = [_one(kind, [row])], at + 1
        end = _while(rows, at, lambda one: one.blank)
        made[-1] = dataclasses.replace(made[-1], gap="".join(one.raw for one in rows[at:end]))
        free = end > at or made[-1].kind in marks.TRANSPARENT
        at = end
        yield from made


def _while(rows: Sequence[Row], at: int, holds: Callable[[Row], bool]) -> int:
    while at < len(rows) and holds(rows[at]):
        at += 1
    return at


def _paragraph(rows: list[Row], at: int, kind: str) -> tuple[list[Element], int]:
    end = at + 1
    while end < len(rows) and not rows[end].blank:
        row = rows[end]
        if marks.kind_of(row.seen, False, end + 1 >= len(rows) or rows[end + 1].blank, row.hidden) != kind:
            break
        if kind == "action" and row.seen.startswith("!"):
            break
        end += 1
    return [_one(kind, rows[at:end])], end


def _speech(rows: list[Row], at: int) -> tuple[list[Element], int]:
    made, end = [_one("cue", [rows[at]])], at + 1
    while end < len(rows) and (not rows[end].blank or rows[end].held):
        kind = marks.said_kind(rows[end].seen, rows[end].hidden)
        first, end = end, end + 1
        while kind in ("dialogue", "lyric") and end < len(rows) and (not rows[end].blank or rows[end].held):
            if marks.said_kind(rows[end].seen, rows[end].hidden) != kind:
                break
            end += 1
        made.append(_one(kind, rows[first:end]))
    return made, end


def _one(kind: str, rows: Sequence[Row]) -> Element:
    raw = "".join(row.raw for row in rows)
    notes = tuple(note for row in rows for note in row.notes)
    if kind in ("note", "boneyard"):
        return Element(kind, "\n".join((*notes, *(bone for row in rows for bone in row.bones))), raw)
    text = "\n".join(marks.unforced(kind, row.seen) for row in rows)
    number, depth, dual = "", 0, False
    if kind == "heading":
        text, number = marks.scene_number(text)
    elif kind == "section":
        depth = len(rows[0].seen.lstrip()) - len(rows[0].seen.lstrip().lstrip("#"))
    elif kind == "cue" and text.endswith("^"):
        text, dual = text[:-1].rstrip(), True
    return Element(kind, text, raw, number=number, depth=depth, dual=dual, notes=notes)


def _raw_or_ruled(element: Element, before: Element | None, after: Element | None) -> str:
    if element.raw:
        return element.raw
    extra = "".join(f" [[{note}]]" for note in element.notes)
    return marks.forced(element.kind, element.text, element.number, element.depth, element.dual, extra) + "\n"


def _gap(element: Element, after: Element | None, written: str) -> str:
    if after is None:
        return element.gap
    if element.raw and after.raw:
        return element.gap
    inside = after.kind in marks.IN_SPEECH and element.kind in (*marks.IN_SPEECH, "cue")
    if inside:
        return ""
    return ("" if written.endswith("\n") else "\n") + (element.gap or "\n")
