"""Where the credential lies in JPEG, WebP, TIFF and AVIF, and that nothing else lies there (see `containers`).

Each function takes a file and the places that its hash leaves out, [(start, length)], and gives the credential's bytes,
or None if anything there is not as `credentials.sign` writes it.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping, Sequence
from typing import IO, Any

Holes = Sequence[tuple[int, int]]

C2PA_TAG = 0xCD41  # of a TIFF's directory
UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # of C2PA's box in ISO media (C2PA 2.4, section A.5.1)
PURPOSE = bytes(4) + b"manifest\0" + bytes(8)  # version and flags, what it holds, no further place
LABEL = "com.maquette.container"
MOST_BOXES = 64  # of a picture, on the outermost level


def in_jpeg(stream: IO[bytes], holes: Holes) -> bytes | None:
    """One unbroken run of APP11 segments that hold one box in pieces (ISO 19566-5, annex D)."""
    if len(holes) != 1:
        return None
    start, length = holes[0]
    stream.seek(start)
    run = stream.read(length)
    store, head, at, number = b"", b"", 0, 1
    while at < len(run):
        size = int.from_bytes(run[at + 2 : at + 4], "big")
        piece = run[at + 4 : at + 2 + size]
        if run[at : at + 2] != b"\xff\xeb" or len(piece) != size - 2 or size < 18:
            return None
        if piece[:2] != b"JP" or int.from_bytes(piece[4:8], "big") != number:
            return None
        if number == 1:
            head = piece[2:4] + piece[8:16]  # which box it is, its length and type: every piece says it again
        if piece[2:4] + piece[8:16] != head:
            return None
        store += piece[8:] if number == 1 else piece[16:]
        at, number = at + 2 + size, number + 1
    return store if len(run) == length and at == length else None


def in_webp(stream: IO[bytes], holes: Holes) -> bytes | None:
    """One whole C2PA chunk of a RIFF file: name, length (little-endian), content."""
    if len(holes) != 1:
        return None
    start, length = holes[0]
    stream.seek(start)
    chunk = stream.read(length)
    return chunk[8:] if chunk[:4] == b"C2PA" and int.from_bytes(chunk[4:8], "little") + 8 == length else None


def in_tiff(stream: IO[bytes], holes: Holes) -> bytes | None:
    """The field of a directory that says how long the credential is, and where it points, the credential."""
    stream.seek(0)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(stream.read(4))
    if order is None or len(holes) != 2 or holes[0][1] != 4:
        return None
    (count_at, _), (start, length) = holes
    if count_at < 12:
        return None
    stream.seek(count_at - 4)
    tag, kind, count, place = struct.unpack(f"{order}HHII", stream.read(12).ljust(12, b"\0"))
    if (tag, kind, count, place) != (C2PA_TAG, 7, length, start):
        return None
    stream.seek(start)
    store = stream.read(length)
    return store if len(store) == length else None


def in_avif(stream: IO[bytes], assertions: Mapping[str, Any]) -> bytes | None:
    """The one C2PA box of an AVIF that has nothing else beside what the hash covers.

    The hash of ISO media leaves out the first box, which says what kind of file it is, and all boxes that are free:
    so the former is compared with what was signed about it, and of the latter there may be none.
    """
    said = assertions.get(LABEL)
    boxes = _boxes(stream)
    if not isinstance(said, dict) or boxes is None or not boxes or boxes[0][0] != b"ftyp":
        return None
    if ftyp_of(stream) != said.get("ftyp_sha256"):
        return None
    kinds = [kind for kind, _, _ in boxes]
    if kinds.count(b"ftyp") != 1 or kinds.count(b"uuid") != 1 or {b"free", b"skip", b"mfra"} & set(kinds):
        return None
    _, start, length = boxes[kinds.index(b"uuid")]
    stream.seek(start + 8)
    content = stream.read(length - 8)
    front = UUID + PURPOSE
    return content[len(front) :] if content.startswith(front) else None


def ftyp_of(stream: IO[bytes]) -> str:
    """SHA-256 of the first box of an ISO media file, which says what kind of file it is."""
    stream.seek(0)
    size = int.from_bytes(stream.read(4), "big")
    stream.seek(0)
    return hashlib.sha256(stream.read(min(size, 1 << 16))).hexdigest()


def _boxes(stream: IO[bytes]) -> list[tuple[bytes, int, int]] | None:
    """(type, start, length) of the outermost boxes; None if they do not fill the file exactly."""
    stream.seek(0, 2)
    end, at = stream.tell(), 0
    found: list[tuple[bytes, int, int]] = []
    while at < end:
        stream.seek(at)
        head = stream.read(8)
        length = int.from_bytes(head[:4], "big")
        if len(head) < 8 or length < 8 or at + length > end or len(found) == MOST_BOXES:
            return None
        found.append((head[4:], at, length))
        at += length
    return found
