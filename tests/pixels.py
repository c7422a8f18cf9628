"""Colour profiles and picture files built byte by byte, for the tests of pictures."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np

P3 = ((0.5151, 0.2920, 0.1571), (0.2412, 0.6922, 0.0666), (-0.0011, 0.0419, 0.7841))  # Display P3 under D50
SRGB = ((0.4361, 0.3851, 0.1431), (0.2225, 0.7169, 0.0606), (0.0139, 0.0971, 0.7141))
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # a parametric curve of the fourth form (number 3)


def noise(height: int, width: int, *, seed: int = 0, deep: bool = False, opaque: bool = False) -> Any:
    """(h, w, 4) random pixels."""
    top = 65535 if deep else 255
    pixels = np.random.default_rng(seed).integers(0, top + 1, (height, width, 4))
    pixels = pixels.astype(np.uint16 if deep else np.uint8)
    if opaque:
        pixels[..., 3] = top
    return pixels


def scene(height: int = 96, width: int = 128) -> Any:
    """(h, w, 4) opaque pixels of something like a photo: soft colours, a disc, a little grain."""
    y, x = np.mgrid[:height, :width].astype(np.float64)
    disc = 70.0 * ((x - width * 0.6) ** 2 + (y - height * 0.4) ** 2 < (height / 4) ** 2)
    grain = np.random.default_rng(1).normal(0, 3, (height, width))
    planes = [
        90 + x / width * 90 + disc + grain,
        120 + y / height * 60 - disc / 2 + grain,
        150 - x / width * 60 + grain,
    ]
    rgb = np.clip(np.stack(planes, axis=2), 0, 255).astype(np.uint8)
    return np.dstack([rgb, np.full((height, width), 255, np.uint8)])


# -- PNG by hand ------------------------------------------------------------------------------------------------------


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, depth: int, kind: int, rows: bytes, extra: bytes = b"") -> bytes:
    """A PNG of unpacked rows (each with its filter byte before it)."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


# -- profiles ---------------------------------------------------------------------------------------------------------


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _profile(kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes], name: str) -> bytes:
    text = name.encode("utf-16-be")
    words = b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(text), 28) + text
    tags = {b"desc": words, b"cprt": words, b"wtpt": b"XYZ \0\0\0\0" + _fixed(0.9642, 1.0, 0.8249), **tags}
    at, table, body = 132 + 12 * len(tags), b"", b""
    for key, value in tags.items():
        table += struct.pack(">4sII", key, at + len(body), len(value))
        body += value + b"\0" * (-len(value) % 4)
    head = struct.pack(
        ">I4sI4s4s4s12s4s4s", at + len(body), b"none", 0x04200000, kind, space, connection, b"", b"acsp", b""
    )
    head = head.ljust(64, b"\0") + struct.pack(">I", 0) + _fixed(0.9642, 1.0, 0.8249)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def of_primaries(matrix: Any, curve: bytes, name: str) -> bytes:
    """A profile of three primaries (rows of `matrix` are X, Y, Z) and one curve."""
    columns = zip((b"rXYZ", b"gXYZ", b"bXYZ"), zip(*matrix, strict=True), strict=True)
    tags = {key: b"XYZ \0\0\0\0" + _fixed(*column) for key, column in columns}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags, name)


def para(form: int, *values: float) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", form, 0) + _fixed(*values)


def gamma(power: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(power * 256)) + b"\0\0"


def display_p3() -> bytes:
    return of_primaries(P3, para(3, *SRGB_CURVE), "Display P3")


def gray(power: float) -> bytes:
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": gamma(power)}, f"Gray {power}")


def cmyk() -> bytes:
    """A rough printer: every ink takes away one third of the light, black all of it (tables of two points)."""
    grid = b""
    for corner in range(16):
        c, m, y, k = (corner >> shift & 1 for shift in (3, 2, 1, 0))
        light = 0 if k else 100 - 30 * c - 25 * m - 10 * y
        a, b = (0, 0) if k else (-40 * c + 70 * m - 5 * y, -50 * c - 5 * m + 90 * y)
        grid += bytes((round(light * 2.55), max(0, min(255, 128 + a)), max(0, min(255, 128 + b))))
    ramp = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1) + ramp * 4 + grid + ramp * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table, b"A2B1": table}, "Rough printer")
