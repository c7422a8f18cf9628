"""From a MusicXML file, plain or compressed, to its tree: what is broken, too large or a trap is refused by name."""

from __future__ import annotations

import os
import zlib
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, SubElement
from zipfile import BadZipFile, ZipFile

from maquette.core.errors import MediaError

LARGEST_FILE = 40_000_000  # bytes as stored
LARGEST_TEXT = 120_000_000  # bytes of XML; an hour of orchestra has 60 million


def load(path: os.PathLike[str] | str) -> Element:
    """The root <score-partwise> of a .musicxml, .xml or .mxl file. MediaError for everything else."""
    file = Path(path)
    try:
        size = file.stat().st_size
        if size > LARGEST_FILE:
            raise MediaError(
                f"the file has {size / 1e6:.0f} MB; at most {LARGEST_FILE // 10**6} MB are read", where=file.name
            )
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise MediaError(f"there is no file {file.name!r}") from error
    except OSError as error:
        reason = "it is a folder" if file.is_dir() else (error.strerror or str(error))
        raise MediaError(f"{file.name} cannot be read: {reason}") from error
    return root_of(data, file.name)


def root_of(data: bytes, where: str = "") -> Element:
    """The root of MusicXML bytes, unpacked if they are an archive."""
    if data[:4] == b"PK\x03\x04":
        data = _unpacked(data, where)
    if not data.strip(b"\0 \t\r\n"):
        raise MediaError("the file is empty", where=where, mend="export it again")
    if len(data) > LARGEST_TEXT:
        raise MediaError(
            f"{len(data) / 1e6:.0f} MB of XML are more than is read ({LARGEST_TEXT // 10**6} MB)", where=where
        )
    if data[:4] == b"MThd":
        raise MediaError("this is a MIDI file, not MusicXML", where=where, mend="name it .mid")
    return _partwise(_parsed(data, where), where)


def _parsed(data: bytes, where: str) -> Element:
    import defusedxml.ElementTree
    from defusedxml.common import DefusedXmlException

    try:
        root: Element = defusedxml.ElementTree.fromstring(data)
    except DefusedXmlException as error:
        wrong = "the file defines entities, as bombs and spies do; MusicXML needs none"
        raise MediaError(wrong, where=where, mend="export it again from a program for notation") from error
    except ParseError as error:
        line = error.position[0]
        at = f"{where}, line {line}" if where else f"line {line}"
        raise MediaError(f"the XML is broken: {error}", where=at, mend="export it again") from error
    except (ValueError, LookupError, RecursionError) as error:
        raise MediaError(f"the XML cannot be read: {error}", where=where, mend="save it as UTF-8") from error
    return root


def _unpacked(data: bytes, where: str) -> bytes:
    """The score inside a compressed file."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            name = _main_name(archive, where)
            if archive.getinfo(name).flag_bits & 1:
                raise MediaError("the archive is locked with a password", where=where)
            return _bounded(archive, name, where)
    except (
        BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        NotImplementedError,
        ValueError,
        OSError,
        RuntimeError,
    ) as error:
        raise MediaError(f"the compressed file is damaged: {error}", where=where, mend="export it again") from error


def _bounded(archive: ZipFile, name: str, where: str) -> bytes:
    """The bytes of one member, never more than LARGEST_TEXT of them, whatever its header claims."""
    with archive.open(name) as member:
        text = member.read(LARGEST_TEXT + 1)
    if len(text) > LARGEST_TEXT:
        wrong = f"{name} unpacks to more than {LARGEST_TEXT // 10**6} MB: no score does"
        raise MediaError(wrong, where=where, mend="export it again, uncompressed")
    return text


def _main_name(archive: ZipFile, where: str) -> str:
    names = archive.namelist()
    if "META-INF/container.xml" in names:
        container = _parsed(_bounded(archive, "META-INF/container.xml", where), where)
        for row in container.iter():
            path = row.get("full-path", "")
            kind = row.get("media-type", "musicxml")
            if str(row.tag).rpartition("}")[2] == "rootfile" and path in names and "musicxml" in kind + path:
                return path
    for name in names:
        if name.lower().endswith((".musicxml", ".xml")) and not name.startswith("META-INF/"):
            return name
    raise MediaError("the archive holds no score", where=where, mend="export it as MusicXML again")


def _partwise(root: Element, where: str) -> Element:
    for one in root.iter():  # some programs write a namespace
        if isinstance(one.tag, str) and "}" in one.tag:
            one.tag = one.tag.rpartition("}")[2]
    if root.tag == "score-partwise":
        return root
    if root.tag == "score-timewise":
        return _turned(root)
    known = {
        "opus": "a list of scores (opus)",
        "mei": "MEI",
        "museScore": "a file of MuseScore itself",
        "svg": "an SVG",
    }
    what = known.get(str(root.tag), f"its root is <{root.tag}>")
    raise MediaError(f"this is XML, but no MusicXML score: {what}", where=where, mend="export it as MusicXML")


def _turned(root: Element) -> Element:
    """A score told measure by measure, told part by part."""
    turned = Element("score-partwise", root.attrib)
    parts: dict[str, Element] = {}
    for child in root:
        if child.tag != "measure":
            turned.append(child)
            continue
        for part in child.iter("part"):
            own = part.get("id", "")
            if own not in parts:
                parts[own] = Element("part", id=own)
            measure = SubElement(parts[own], "measure", child.attrib)
            measure.extend(list(part))
    turned.extend(parts.values())
    return turned
