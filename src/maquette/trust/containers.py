"""Where in a file its credential lies, and that nothing else lies there.

A signature cannot cover itself, so the hash of a file leaves out the bytes of its credential. Those bytes have slack
(the padding of a signature is not signed), and whoever rewrites it tightly could put a path or a picture chunk into the
room that is won. The library does not look there; we do: the part left out must be one credential and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import IO, Any

UNCOVERED = "assertion.dataHash.additionalExclusionsPresent"  # C2PA 2.4, section 15.2.2: more is left out than may be
LONGEST = 64 << 20  # bytes of credential that we are ready to look at
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_OPENING = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?manifest(?:\s[^<>]*)?>$")


def left_out(stream: IO[bytes], mime: str, exclusions: Sequence[Mapping[str, Any]], *, sidecar: bool) -> bool:
    """True if the bytes that the hash leaves out hold one credential and nothing else.

    `exclusions`: {"start", "length"} in bytes, as in the assertion c2pa.hash.data. Formats that we do not write
    ourselves are judged by the library alone.
    """
    if sidecar:
        return not exclusions
    if mime not in _CHECKS or not exclusions:
        return mime not in _CHECKS
    if len(exclusions) != 1:
        return False
    start, length = int(exclusions[0]["start"]), int(exclusions[0]["length"])
    return 0 < length <= LONGEST and start >= 0 and _CHECKS[mime](stream, start, length)


def _in_svg(stream: IO[bytes], start: int, length: int) -> bool:
    """One unbroken run of base64 between the tags of the manifest element."""
    stream.seek(max(0, start - 256))
    before = stream.read(min(start, 256))
    return bool(_BASE64.fullmatch(stream.read(length)) and _OPENING.search(before)) and stream.read(2) == b"</"


def _in_png(stream: IO[bytes], start: int, length: int) -> bool:
    """One whole caBX chunk: length, name, content, check sum."""
    stream.seek(start)
    head = stream.read(8)
    return head[4:] == b"caBX" and int.from_bytes(head[:4], "big") + 12 == length


_CHECKS = {"image/svg+xml": _in_svg, "image/png": _in_png}
