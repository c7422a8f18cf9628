"""From bytes to an XML tree, with every kind of file that is no readable SVG refused by name."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from xml.etree.ElementTree import Element

from maquette.core.errors import MediaError

LARGEST_FILE = 20_000_000  # bytes of SVG text; the largest icon we met has 60,000
_OTHERS = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"8BPS", "a Photoshop picture"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"PK\x03\x04", "a zip archive"),
)


def read_bytes(path: os.PathLike[str] | str) -> bytes:
    """The bytes of an SVG file, unpacked if it is gzipped. MediaError if it cannot be read or is too large."""
    file = Path(path)
    try:
        size = file.stat().st_size
        if size > LARGEST_FILE:
            raise too_large(size)
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise MediaError(f"there is no file {file.name!r}") from error
    except OSError as error:
        reason = "it is a folder" if file.is_dir() else (error.strerror or str(error))
        raise MediaError(f"{file.name} cannot be read: {reason}") from error
    return _unzipped(data) if data[:2] == b"\x1f\x8b" else data


def _unzipped(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(data, LARGEST_FILE + 1)
    except zlib.error as error:
        raise MediaError(f"the compressed SVG is damaged: {error}", mend="save it again, uncompressed") from error
    if len(text) > LARGEST_FILE:
        raise MediaError(
            f"the compressed SVG unpacks to more than {LARGEST_FILE // 10**6} MB", mend="save a smaller drawing"
        )
    if not unpacker.eof:
        raise MediaError("the compressed SVG is truncated", mend="copy or save the file again")
    return text


def too_large(size: int) -> MediaError:
    """The error for `size` bytes of SVG."""
    return MediaError(
        f"the SVG has {size / 1e6:.1f} MB; at most {LARGEST_FILE // 10**6} MB are read",
        mend="simplify its paths, or take embedded pictures out of it",
    )


def tree(text: str | bytes) -> Element:
    """The root of an SVG text. MediaError says what is wrong: a bitmap, a bomb, outside entities, half a file ..."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > LARGEST_FILE:
        raise too_large(len(data))
    _refuse_others(data)
    root = _parsed(text)
    if str(root.tag).rpartition("}")[2] != "svg":
        raise MediaError(f"this is XML, but no SVG: its root is <{str(root.tag).rpartition('}')[2]}>")
    return root


def _refuse_others(data: bytes) -> None:
    if not data.strip(b"\0 \t\r\n"):
        raise MediaError("the file is empty", mend="copy or save it again")
    kind = next((kind for magic, kind in _OTHERS if data.startswith(magic)), "")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kind = "a WebP picture"
    if "picture" in kind:
        raise MediaError(f"this is {kind}, a bitmap, not an SVG", mend="trace it in a drawing program, save it as SVG")
    if not kind and b"<" not in data[:4096]:
        kind = "something else"
    if kind:
        raise MediaError(f"this is {kind}, not an SVG", mend="open it in a drawing program and save it as SVG")


def _parsed(text: str | bytes) -> Element:
    from xml.etree.ElementTree import ParseError

    import defusedxml.ElementTree
    from defusedxml.common import DefusedXmlException, EntitiesForbidden

    try:
        root: Element = defusedxml.ElementTree.fromstring(text)
    except EntitiesForbidden as error:
        mend = "save it as plain SVG (in Illustrator: without editing capabilities)"
        if error.sysid or error.pubid:
            wrong = f"the SVG names something outside itself (the external entity {error.name!r}); that is never opened"
        else:
            wrong = f"the SVG defines its own entities ({error.name!r}), which can be a bomb; such files are refused"
        raise MediaError(wrong, mend=mend) from error
    except DefusedXmlException as error:
        raise MediaError(
            f"the SVG holds XML that is refused for safety: {error}", mend="save it as plain SVG"
        ) from error
    except ParseError as error:
        raise _not_well_formed(error) from error
    except (ValueError, LookupError) as error:  # an unknown encoding, a lone surrogate
        raise MediaError(f"the text of the SVG cannot be decoded: {error}", mend="save it as UTF-8") from error
    return root


def _not_well_formed(error: SyntaxError) -> MediaError:
    from xml.parsers.expat import errors

    code = getattr(error, "code", 0)
    line, column = getattr(error, "position", (0, 0))
    place = f"line {line}, column {column + 1}"
    cut_short = (errors.XML_ERROR_NO_ELEMENTS, errors.XML_ERROR_UNCLOSED_TOKEN, errors.XML_ERROR_UNCLOSED_CDATA_SECTION)
    if code in {errors.codes[message] for message in cut_short}:
        return MediaError(
            "the SVG is truncated: it ends in the middle", where=place, mend="copy or save the file again"
        )
    reason = errors.messages.get(code, str(error))
    return MediaError(
        f"the SVG is no well-formed XML: {reason}", where=place, mend="open it in a drawing program and save it again"
    )
