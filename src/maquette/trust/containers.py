"""Where in a file its credential lies, and that nothing else lies there.

A signature cannot cover itself, so the hash of a file leaves out the bytes of its credential. Those bytes have slack
(a signature's padding is not signed): whoever rewrites it tightly wins room, in which a path or a picture chunk could
be hidden; and whoever spoils the label of the newest manifest could let an older one speak in its place. A library may
or may not notice from one version to the next, so these two things are looked at here, in the formats that we write.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import IO, Any

from . import picture_boxes

UNCOVERED = "assertion.dataHash.additionalExclusionsPresent"  # C2PA 2.4, section 15.2.2: more is left out than may be
DAMAGED = "general.error"
LONGEST = 64 << 20  # bytes of credential that we are ready to look at
MANIFESTS = (b"c2ma", b"c2um", b"c2cm")  # standard, update and compressed manifest: how their box's UUID begins
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_OPENING = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?manifest(?:\s[^<>]*)?>$")

Extract = Callable[[IO[bytes], int, int], bytes | None]


def fault(stream: IO[bytes], mime: str, crjson: Mapping[str, Any], sidecar: bytes | None) -> str | None:
    """The C2PA code of what is wrong with the place of a credential; None if nothing is.

    `crjson` is what the library read. Formats that we do not write ourselves are judged by the library alone.
    """
    newest = crjson["manifests"][0]
    assertions = newest.get("assertions")
    binding = assertions.get("c2pa.hash.data") if isinstance(assertions, dict) else None
    exclusions = binding.get("exclusions") or [] if isinstance(binding, dict) else []
    store = sidecar
    if sidecar is not None:
        if exclusions:
            return UNCOVERED
    elif mime in PICTURES:
        # Cameras and other programs write these too, each in a way of its own: theirs the library judges alone.
        if not _ours(newest):
            return None
        store = _in_picture(stream, mime, exclusions, assertions or {})
        if store is None:
            return UNCOVERED
    elif mime in _EXTRACTS:
        if len(exclusions) != 1:
            return UNCOVERED
        start, length = int(exclusions[0]["start"]), int(exclusions[0]["length"])
        store = _EXTRACTS[mime](stream, start, length) if start >= 0 and 0 < length <= LONGEST else None
        if store is None:
            return UNCOVERED
    return None if store is None or last_manifest(store) == newest.get("label") else DAMAGED


def _ours(manifest: Mapping[str, Any]) -> bool:
    """True if the claim says that Maquette made it; the claim is signed, so it cannot be made to say another name."""
    claim = manifest.get("claim.v2")
    generator = claim.get("claim_generator_info") if isinstance(claim, dict) else None
    generator = generator[0] if isinstance(generator, list) and generator else generator
    return isinstance(generator, dict) and generator.get("name") == "Maquette"


def _in_picture(stream: IO[bytes], mime: str, exclusions: Any, assertions: Mapping[str, Any]) -> bytes | None:
    if mime == "image/avif":
        return picture_boxes.in_avif(stream, assertions)
    holes = [(int(one["start"]), int(one["length"])) for one in exclusions]
    if any(start < 0 or not 0 < length <= LONGEST for start, length in holes):
        return None
    return PICTURES[mime](stream, holes)


def last_manifest(store: bytes) -> str | None:
    """The label of the active manifest, which is the last one in a store; None if there is anything but manifests.

    JUMBF (ISO 19566-5): a box is its length, its type and its content; a superbox ("jumb") begins with a description
    ("jumd") of a UUID, a byte of flags and a label that ends with a zero.
    """
    label, at = None, 8 + int.from_bytes(store[8:12], "big")
    if store[4:8] != b"jumb" or int.from_bytes(store[:4], "big") != len(store):
        return None
    while at < len(store):
        length, about = int.from_bytes(store[at : at + 4], "big"), int.from_bytes(store[at + 8 : at + 12], "big")
        kind, title = store[at + 16 : at + 20], store[at + 33 : at + 8 + about]
        if store[at + 4 : at + 8] != b"jumb" or kind not in MANIFESTS or length < 8 + about:
            return None
        label, at = title.split(b"\0")[0].decode("utf-8", "replace"), at + length
    return label if at == len(store) else None


def _in_svg(stream: IO[bytes], start: int, length: int) -> bytes | None:
    """One unbroken run of base64 between the tags of the manifest element."""
    stream.seek(max(0, start - 256))
    before = stream.read(min(start, 256))
    text = stream.read(length)
    if not _BASE64.fullmatch(text) or not _OPENING.search(before) or stream.read(2) != b"</":
        return None
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return None


def _in_png(stream: IO[bytes], start: int, length: int) -> bytes | None:
    """One whole caBX chunk: length, name, content, check sum."""
    stream.seek(start)
    chunk = stream.read(length)
    return chunk[8:-4] if chunk[4:8] == b"caBX" and int.from_bytes(chunk[:4], "big") + 12 == length else None


def _in_wav(stream: IO[bytes], start: int, length: int) -> bytes | None:
    """One whole C2PA chunk of a RIFF file: name, length (little-endian), content."""
    stream.seek(start)
    chunk = stream.read(length)
    return chunk[8:] if chunk[:4] == b"C2PA" and int.from_bytes(chunk[4:8], "little") + 8 == length else None


def _in_id3(stream: IO[bytes], start: int, length: int) -> bytes | None:
    """The store alone, in a frame GEOB of an ID3 tag (2.3 or 2.4) at the head of the file; its header is covered."""
    stream.seek(0)
    before = stream.read(start)
    if before[:3] != b"ID3" or b"GEOB" not in before or not before.endswith(b"\0"):
        return None
    store = stream.read(length)
    return store if len(store) == length else None


PICTURES: dict[str, Callable[[IO[bytes], picture_boxes.Holes], bytes | None]] = {
    "image/jpeg": picture_boxes.in_jpeg,
    "image/webp": picture_boxes.in_webp,
    "image/tiff": picture_boxes.in_tiff,
    "image/avif": lambda stream, holes: None,  # see _in_picture: its hash names no places
}
_EXTRACTS: dict[str, Extract] = {
    "image/svg+xml": _in_svg,
    "image/png": _in_png,
    "audio/wav": _in_wav,
    "audio/flac": _in_id3,
    "audio/mpeg": _in_id3,
}
