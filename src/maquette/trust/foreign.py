"""What files without a credential declare of themselves: source types and other tools' generation parameters.

Anybody can write or remove such a note, so it is told as a declaration and never as a proof.
"""

from __future__ import annotations

import re
import zlib
from typing import IO

LOOKED_AT = 4 << 20  # bytes at the head of a file, and as many of a PNG's text chunks
LONGEST_TEXT = 1 << 20  # bytes of one unpacked text chunk
TAIL = 1 << 16  # bytes at the end, where some programs put their XMP

SOURCE_TYPES = {
    "trainedalgorithmicmedia": "made by a trained model",
    "compositewithtrainedalgorithmicmedia": "made in part by a trained model",
    "compositesynthetic": "put together, with synthetic parts",
    "algorithmicmedia": "made by an algorithm without training data",
    "algorithmicallyenhanced": "corrected by an algorithm",
    "digitalcapture": "taken with a digital camera",
    "computationalcapture": "computed from camera pictures",
    "digitalcreation": "made by a person with digital tools",
    "digitalart": "made by a person with digital tools",
    "humanedits": "edited by a person",
    "composite": "put together from several sources",
    "negativefilm": "digitised from film",
    "print": "digitised from print",
    "screencapture": "a picture of a screen",
    "virtualrecording": "recorded in a virtual world",
}
_DST = re.compile(r"digitalsourcetype/(\w+)|DigitalSourceType\s*(?:=\s*[\"']|>)\s*(?:[^\"'<>]*/)?(\w+)", re.IGNORECASE)
_A1111 = re.compile(r"\bSteps: \d+, .{0,200}?Sampler: ", re.DOTALL)
_SOFTWARE = re.compile(r"(?:xmp:CreatorTool|tiff:Software)\s*(?:=\s*[\"']|>)\s*([^\"'<>]{1,80})")
_SVG_MAKERS = (
    ("Inkscape", re.compile(r"xmlns:inkscape=|inkscape:version=")),
    ("Adobe Illustrator", re.compile(r"Generator: Adobe Illustrator")),
    ("Figma", re.compile(r"figma\.com|xmlns:figma", re.IGNORECASE)),
    ("Sketch", re.compile(r"Generator: Sketch|xmlns:sketch=")),
)


def declared(stream: IO[bytes], mime: str) -> list[str]:
    """What a file says of its origin, one sentence each; empty where it says nothing. Reads a bounded part."""
    stream.seek(0)
    head = stream.read(LOOKED_AT)
    stream.seek(0, 2)
    stream.seek(max(len(head), stream.tell() - TAIL))
    text = (head + stream.read(TAIL)).decode("latin-1")
    said: list[str] = []
    if mime == "image/png":
        chunks = png_texts(stream)
        said += _generators(chunks)
        text += "\n".join(chunks.values())
    elif "Sampler: " in text.replace("\0", "") and _A1111.search(text.replace("\0", "")):  # in EXIF it may be UTF-16
        said.append("it carries generation parameters in the manner of Stable Diffusion web UI (A1111)")
    # The plain search first: the patterns are slow on megabytes of path data.
    for match in _DST.finditer(text) if "sourcetype" in text.lower() else ():
        kind = (match.group(1) or match.group(2)).lower()
        said.append(f"its IPTC digital source type says: {SOURCE_TYPES.get(kind, kind)}")
    said += [f"its metadata names the program {name.strip()}" for name in _SOFTWARE.findall(text)]
    if mime == "image/svg+xml":
        said += [f"it was written by {name}" for name, sign in _SVG_MAKERS if sign.search(text)]
    return list(dict.fromkeys(said))[:12]


def _generators(chunks: dict[str, str]) -> list[str]:
    """Sentences about the text chunks by which picture generators record how they were asked."""
    said = []
    if "parameters" in chunks:
        said.append("it carries generation parameters in the manner of Stable Diffusion web UI (A1111)")
    if {"workflow", "prompt"} & chunks.keys() and any(
        chunks.get(k, "").lstrip()[:1] == "{" for k in ("workflow", "prompt")
    ):
        said.append("it carries a ComfyUI workflow")
    if chunks.keys() & {"invokeai_metadata", "invokeai_graph", "sd-metadata"}:
        said.append("it carries InvokeAI generation metadata")
    if "Software" in chunks and chunks["Software"].strip():
        said.append(f"its metadata names the program {chunks['Software'].strip()[:80]}")
    return said


def png_texts(stream: IO[bytes]) -> dict[str, str]:
    """The text chunks of a PNG (tEXt, zTXt, iTXt: PNG 1.2, section 4.2.3), keyword to text, within bounds."""
    texts: dict[str, str] = {}
    stream.seek(8)
    left = LOOKED_AT
    for _ in range(100_000):
        head = stream.read(8)
        length, name = int.from_bytes(head[:4], "big"), head[4:]
        if len(head) < 8 or name == b"IEND" or left <= 0:
            break
        if name in (b"tEXt", b"zTXt", b"iTXt") and length <= left:
            keyword, _, rest = stream.read(length).partition(b"\0")
            left -= length
            texts.setdefault(keyword.decode("latin-1")[:79], _unpacked(name, rest))
            stream.seek(4, 1)
        else:
            stream.seek(length + 4, 1)
    return texts


def _unpacked(name: bytes, rest: bytes) -> str:
    packed = name == b"zTXt"
    if name == b"zTXt":
        rest = rest[1:]  # the compression method, which is always 0
    elif name == b"iTXt":
        packed, rest = rest[:1] == b"\1", rest[2:]
        rest = rest.partition(b"\0")[2].partition(b"\0")[2]  # language, translated keyword
    if packed:
        try:
            rest = zlib.decompressobj().decompress(rest, LONGEST_TEXT)
        except zlib.error:
            return ""
    return rest[:LONGEST_TEXT].decode("utf-8" if name == b"iTXt" else "latin-1", "replace")
