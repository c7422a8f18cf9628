"""Final Draft's format (FDX, version 1) both ways.

Kinds, texts, emphasis, scene numbers, dual dialogue, centred lines, page breaks, synopses and notes go over and come
back. What Final Draft has no place for stands where it does no harm: sections as outline paragraphs, boneyards as
notes under that name. The XML is read without entities or anything from outside.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ..core.errors import MediaError
from . import script_marks as marks
from .script import LIMIT, Element, Script, named

TYPES = {
    "heading": "Scene Heading", "action": "Action", "cue": "Character", "dialogue": "Dialogue",
    "parenthetical": "Parenthetical", "lyric": "Lyrics", "transition": "Transition", "centred": "Action",
    "synopsis": "Outline Body", "note": "General", "boneyard": "General", "page break": "General",
}  # fmt: skip
KINDS = {
    "Scene Heading": "heading", "Action": "action", "General": "action", "Shot": "action", "Character": "cue",
    "Dialogue": "dialogue", "Parenthetical": "parenthetical", "Transition": "transition", "Lyrics": "lyric",
    "Lyric": "lyric", "Singing": "lyric", "Cast List": "action", "Outline Body": "synopsis", "New Act": "section",
    "End of Act": "section",
}  # fmt: skip
STYLES = (("Bold", "**"), ("Italic", "*"), ("Underline", "_"))
_RUN = re.compile(r"(?<!\\)(\*\*\*|\*\*|\*|_)(?=\S)(.+?)(?<=[^\s\\])\1", re.DOTALL)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CREDIT = re.compile(r"(?:screenplay|written|story|teleplay|based|by|автор|сценарий|par|von|por)\b", re.IGNORECASE)


def read(path: str | Path) -> Script:
    """A script from an `.fdx` file. Raises MediaError for what is no Final Draft document, or too large."""
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MediaError(
            f"cannot be read: {error.strerror or error}", where=str(path), mend="check the name and the rights"
        ) from error
    return from_fdx(data, where=str(path))


def from_fdx(data: bytes, *, where: str = "") -> Script:
    """A script from the bytes of a Final Draft document."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    if len(data) > LIMIT:
        raise MediaError(f"{len(data) / 1e6:.0f} MB are no script", where=where, mend="give a script up to 64 MB")
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise MediaError(f"this is no FDX: {error}", where=where, mend="save it again from Final Draft") from error
    content = root.find("Content")
    if root.tag != "FinalDraft" or content is None:
        raise MediaError(
            f"this is no Final Draft script but <{root.tag}>",
            where=where,
            mend="give an .fdx file of version 8 or later",
        )
    said: list[str] = []
    elements = tuple(_merged(_elements(content, said)))
    pairs = tuple(_title_pairs(root.find("TitlePage/Content")))
    title, author = named(pairs)
    return Script(pairs, elements, title, author, said=tuple(dict.fromkeys(said)))


def to_fdx(script: Script) -> bytes:
    """The bytes of a Final Draft document."""
    out = ['<?xml version="1.0" encoding="UTF-8" standalone="no" ?>',
           '<FinalDraft DocumentType="Script" Template="No" Version="1">', "  <Content>"]  # fmt: skip
    for group in _groups(script.elements):
        if any(element.dual for element in group):
            out.append("    <Paragraph>\n      <DualDialogue>")
            out += [_paragraph(element, "        ") for element in group]
            out.append("      </DualDialogue>\n    </Paragraph>")
        else:
            out += [_paragraph(element, "    ") for element in group]
    out.append("  </Content>")
    if script.title_page:
        out += [
            "  <TitlePage>",
            "    <Content>",
            *_title_paragraphs(script.title_page),
            "    </Content>",
            "  </TitlePage>",
        ]
    out.append("</FinalDraft>\n")
    return "\n".join(out).encode()


def _groups(elements: Sequence[Element]) -> Iterator[list[Element]]:
    """Elements one by one; a speech with the dual one after it together."""
    at = 0
    while at < len(elements):
        end = _speech_end(elements, at)
        first = elements[at].kind == "cue" and not elements[at].dual
        if first and end < len(elements) and elements[end].kind == "cue" and elements[end].dual:
            end = _speech_end(elements, end)
        yield list(elements[at:end])
        at = end


def _speech_end(elements: Sequence[Element], at: int) -> int:
    end = at + 1
    while elements[at].kind == "cue" and end < len(elements) and elements[end].kind in marks.IN_SPEECH:
        end += 1
    return end


def _paragraph(element: Element, indent: str) -> str:
    kind = element.kind
    name = f"Outline {max(1, element.depth)}" if kind == "section" else TYPES[kind]
    more = f" Number={quoteattr(_clean(element.number))}" if element.number else ""
    more += ' Alignment="Center"' if kind == "centred" else ""
    more += ' StartsNewPage="Yes"' if kind == "page break" else ""
    text = f"({element.text})" if kind == "parenthetical" else element.text
    inner = "".join(_texts(text)) if kind not in ("note", "boneyard", "page break") else ""
    notes = [(note, "") for note in element.notes]
    if kind in ("note", "boneyard"):
        notes = [(element.text, "Boneyard" if kind == "boneyard" else "")]
    inner += "".join(_note(text, name) for text, name in notes)
    return f'{indent}<Paragraph{more} Type="{name}">{inner}</Paragraph>'


def _note(text: str, name: str) -> str:
    named = f' Name="{name}"' if name else ""
    return f"<ScriptNote{named}><Paragraph><Text>{_escaped(text)}</Text></Paragraph></ScriptNote>"


def _texts(text: str) -> Iterator[str]:
    for piece, styles in _runs(text, frozenset()):
        if piece:
            style = "+".join(name for name, _ in STYLES if name in styles)
            yield f"<Text{f' Style={quoteattr(style)}' if style else ''}>{_escaped(piece)}</Text>"


def _runs(text: str, styles: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Pieces of a text with their styles, marks and escapes taken away."""
    at = 0
    for found in _RUN.finditer(text):
        yield marks.unescaped(text[at : found.start()]), styles
        names = {"***": {"Bold", "Italic"}, "**": {"Bold"}, "*": {"Italic"}, "_": {"Underline"}}[found.group(1)]
        yield from _runs(found.group(2), styles | names)
        at = found.end()
    yield marks.unescaped(text[at:]), styles


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def _escaped(text: str) -> str:
    return escape(_clean(text)).replace("\r", "&#13;")


def _title_paragraphs(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Title, credit and author as they stand on a page; all else with its key before it."""
    for key, value in pairs:
        plain = key.casefold() in ("title", "credit", "author", "authors")
        text = value if plain else f"{key}: {value}"
        inner = "".join(_texts(text))
        yield f'      <Paragraph Alignment="{"Center" if plain else "Left"}" Type="General">{inner}</Paragraph>'


def _title_pairs(content: Any) -> Iterator[tuple[str, str]]:
    """The title page by what its lines look like: the first is the title, "written by" the credit, then the author."""
    texts = [_text_of(one).strip() for one in content.iter("Paragraph")] if content is not None else []
    waiting = ["Title", "Author"]
    for text in (text for text in texts if text):
        key, colon, value = text.partition(":")
        if colon and key.strip().casefold() in marks.KEYS:
            yield key.strip(), value.strip()
        elif waiting[0] == "Author" and _CREDIT.match(text):
            yield "Credit", text
        elif waiting[0] in ("Title", "Author"):
            yield waiting.pop(0), text
            waiting.append("")
        elif colon and len(key.split()) <= 3:
            yield key.strip(), value.strip()
        else:
            yield "Contact", text


def _elements(content: Any, said: list[str]) -> Iterator[Element]:
    for node in content:
        dual = node if node.tag == "DualDialogue" else node.find("DualDialogue")
        if dual is not None:
            inner = [element for one in dual for element in _element(one, said)]
            cues = [at for at, element in enumerate(inner) if element.kind == "cue"]
            for at, element in enumerate(inner):
                yield dataclasses.replace(element, dual=at in cues[-1:])
        elif node.tag == "Paragraph":
            yield from _element(node, said)
        else:  # what other programs put around paragraphs
            yield from _elements(node, said)


def _element(paragraph: Any, said: list[str]) -> Iterator[Element]:
    """The elements of one paragraph: a page break before it, itself, its scene's synopsis, its notes."""
    name = paragraph.get("Type") or "General"
    text = _text_of(paragraph)
    notes = [(_all_text(one).strip(), one.get("Name") or "") for one in paragraph.iter("ScriptNote")]
    if paragraph.get("StartsNewPage") == "Yes":
        yield Element("page break", "")
    if text.strip():
        yield from _with_text(paragraph, name, text, notes, said)
    else:
        for note, title in notes:
            yield Element("boneyard" if title == "Boneyard" else "note", note)


def _with_text(
    paragraph: Any, name: str, text: str, notes: list[tuple[str, str]], said: list[str]
) -> Iterator[Element]:
    outline = re.fullmatch(r"Outline (\d)", name)
    if not outline and name not in KINDS:
        said.append(f"paragraphs of the type {name!r} are read as action")
    kind = "section" if outline else KINDS.get(name, "action")
    if kind == "action" and paragraph.get("Alignment") == "Center":
        kind = "centred"
    if kind != "action":
        text = text.strip()
    if kind == "parenthetical":
        text = text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text.strip("()")
    if kind == "cue":
        text = " ".join(text.split())
    number = paragraph.get("Number") or "" if kind == "heading" else ""
    depth = min(6, int(outline.group(1))) if outline else 1 if kind == "section" else 0
    yield Element(kind, text, number=number, depth=depth, notes=tuple(note for note, _ in notes))
    for summary in paragraph.iterfind("SceneProperties/Summary"):
        if _all_text(summary).strip():
            yield Element("synopsis", _all_text(summary).strip())


def _merged(elements: Iterable[Element]) -> Iterator[Element]:
    """Dialogue in several paragraphs of one speech is one, as in Fountain; what nobody says is action."""
    before: Element | None = None
    for element in elements:
        speech = before is not None and before.kind in ("cue", *marks.IN_SPEECH)
        if element.kind in ("dialogue", "parenthetical") and not speech:
            element = dataclasses.replace(element, kind="action")
        alike = before is not None and element.kind == before.kind and element.kind in ("dialogue", "lyric")
        if alike and before is not None:
            notes = (*before.notes, *element.notes)
            before = dataclasses.replace(before, text=f"{before.text}\n{element.text}", notes=notes)
            continue
        if before is not None:
            yield before
        before = element
    if before is not None:
        yield before


def _text_of(paragraph: Any) -> str:
    """The text of a paragraph's own <Text> children as Fountain, emphasis and all."""
    pieces: list[tuple[str, frozenset[str]]] = []
    for one in paragraph.iterfind("Text"):
        styles = frozenset((one.get("Style") or "").split("+")) & {name for name, _ in STYLES}
        if pieces and pieces[-1][1] == styles:
            pieces[-1] = (pieces[-1][0] + _all_text(one), styles)
        else:
            pieces.append((_all_text(one), styles))
    return "".join(_styled(text, styles) for text, styles in pieces).replace("\r\n", "\n")


def _all_text(node: Any) -> str:
    return "".join(node.itertext())


def _styled(text: str, styles: frozenset[str]) -> str:
    """A run with its marks; spaces at its ends stay outside them."""
    body = text.strip()
    text = text.replace(body, marks.escaped(body)) if body else text
    body = marks.escaped(body)
    if not styles or not body:
        return text
    open_marks = "".join(mark for name, mark in STYLES if name in styles)
    left, right = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{left}{open_marks}{body}{_mirrored(open_marks)}{right}"


def _mirrored(text: str) -> str:
    return text[::-1]
