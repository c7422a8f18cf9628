"""The words inside a picture's file: its title and a comment, as XMP (Adobe 2012), and a PNG's own texts."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

_DC = "{http://purl.org/dc/elements/1.1/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LONGEST = 2000  # characters of a title that are carried
DESCRIPTION, XP_TITLE = 0x010E, 0x9C9B  # tags of Exif: ASCII, and UTF-16 as Windows writes it


def xmp(title: str, comment: str) -> bytes:
    """An XMP packet with a title and a description, in UTF-8; b"" where both are empty."""
    if not title and not comment:
        return b""
    said = "".join(
        f'<dc:{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt></dc:{name}>'
        for name, text in (("title", title), ("description", comment))
        if text
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{said}</rdf:Description></rdf:RDF></x:xmpmeta>'
        '<?xpacket end="r"?>'
    ).encode()


def title_of(image: Any) -> str:
    """The title inside an opened PIL image: a PNG's own, XMP's, or Exif's; "" where there is none."""
    info = image.info
    found = info.get("Title") or _of_xmp(info.get("xmp") or info.get("XML:com.adobe.xmp") or b"") or _of_exif(image)
    return clean(str(found))


def clean(text: str) -> str:
    """One line without control characters, of a bearable length."""
    return "".join(char if char.isprintable() else " " for char in text).strip()[:LONGEST]


def _of_xmp(packet: bytes | str) -> str:
    import defusedxml.ElementTree

    data = packet.encode() if isinstance(packet, str) else packet
    if not data or len(data) > 1 << 22:
        return ""
    try:
        root = defusedxml.ElementTree.fromstring(data.strip(b"\0 \r\n\t"))
        line = root.find(f".//{_DC}title/{_RDF}Alt/{_RDF}li")
    except Exception:  # a title is not worth refusing a picture for, whatever is wrong with its words
        return ""
    return (line.text or "") if line is not None else ""


def _of_exif(image: Any) -> str:
    try:
        exif = image.getexif()
        wide = exif.get(XP_TITLE)
        if isinstance(wide, bytes):
            return wide.decode("utf-16-le", "replace").strip("\0")
        told = exif.get(DESCRIPTION, "")
    except Exception:  # as above: Exif is written by a thousand cameras, each in its own way
        return ""
    return told.strip("\0 ") if isinstance(told, str) else ""
