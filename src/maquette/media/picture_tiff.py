"""TIFF of 8 or 16 bits (TIFF 6.0, Adobe's deflate and horizontal differences): Pillow writes no 16-bit colours."""

from __future__ import annotations

import struct
import zlib

from .picture import Picture

_ROWS = 1 << 20  # bytes of a strip, about: readers load strip by strip
_SHORT, _LONG, _RATIONAL, _BYTE, _UNDEFINED = 3, 4, 5, 1, 7
_FORMS = {_SHORT: "H", _LONG: "I", _BYTE: "B", _UNDEFINED: "B"}


def written(picture: Picture, xmp: bytes = b"") -> bytes:
    """The bytes of a TIFF: little-endian, one page, straight alpha where there is any, with profile and XMP."""
    import numpy as np

    channels = 3 if picture.opaque else 4
    width, height = picture.size
    pixels = np.ascontiguousarray(picture.pixels[..., :channels])
    rows = max(1, _ROWS // (width * channels * pixels.itemsize))
    strips = []
    for top in range(0, height, rows):
        part = pixels[top : top + rows]
        differences = np.concatenate(
            [part[:, :1], part[:, 1:] - part[:, :-1]], axis=1
        )  # wraps round, as predictor 2 does
        strips.append(zlib.compress(differences.astype(f"<u{pixels.itemsize}").tobytes(), 6))
    starts, at = [], 8
    for strip in strips:
        starts.append(at)
        at += len(strip) + (len(strip) & 1)
    entries: list[tuple[int, int, list[int] | bytes]] = [
        (256, _LONG, [width]),
        (257, _LONG, [height]),
        (258, _SHORT, [picture.depth] * channels),
        (259, _SHORT, [8]),  # deflate
        (262, _SHORT, [2]),  # red, green, blue
        (273, _LONG, starts),
        (274, _SHORT, [1]),  # upright
        (277, _SHORT, [channels]),
        (278, _LONG, [rows]),
        (279, _LONG, [len(strip) for strip in strips]),
        (284, _SHORT, [1]),  # channels side by side
        (317, _SHORT, [2]),  # differences
        *([(338, _SHORT, [2])] if channels == 4 else []),  # straight alpha
        (339, _SHORT, [1] * channels),
        *([(700, _BYTE, xmp)] if xmp else []),
        *([(34675, _UNDEFINED, picture.profile)] if picture.profile else []),
    ]
    body = b"".join(strip + b"\0" * (len(strip) & 1) for strip in strips)
    return struct.pack("<2sHI", b"II", 42, at) + body + _directory(entries, at)


def _directory(entries: list[tuple[int, int, list[int] | bytes]], at: int) -> bytes:
    """The table of tags, at byte `at` of the file, and behind it the values that are longer than 4 bytes."""
    beyond = at + 2 + 12 * len(entries) + 4
    table, rest = [struct.pack("<H", len(entries))], b""
    for tag, form, values in entries:
        packed = values if isinstance(values, bytes) else struct.pack(f"<{len(values)}{_FORMS[form]}", *values)
        count = len(values)
        if len(packed) <= 4:
            table.append(struct.pack("<HHI4s", tag, form, count, packed.ljust(4, b"\0")))
            continue
        table.append(struct.pack("<HHII", tag, form, count, beyond + len(rest)))
        rest += packed + b"\0" * (len(packed) & 1)
    return b"".join(table) + struct.pack("<I", 0) + rest
