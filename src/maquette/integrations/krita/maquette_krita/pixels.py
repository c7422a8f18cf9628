"""Pixels between Krita and the command: Krita's byte order, PNG files, masks. The standard library alone.

Krita keeps 8-bit RGBA as B G R A bytes and 16-bit RGBA as B G R A, two bytes each, the low one first.
"""

import struct
import zlib
from array import array

# Where each byte of a pixel comes from, when Krita's order becomes that of a PNG, by bits a channel.
TO_PNG = {8: (2, 1, 0, 3), 16: (5, 4, 3, 2, 1, 0, 7, 6)}
RGBA64 = (4, 5, 2, 3, 0, 1, 6, 7)  # and of a QImage of 64 bits, when it becomes Krita's


def reordered(data, order):
    """The bytes of every pixel in another order."""
    step = len(order)
    out = bytearray(len(data))
    for to, source in enumerate(order):
        out[to::step] = data[source::step]
    return bytes(out)


def png(data, width, height, depth):
    """Krita's pixels as the bytes of a PNG file in sRGB with alpha."""
    return _file(reordered(data, TO_PNG[depth]), width, height, depth, 6, depth // 2)


def grey_png(mask, width, height):
    """One byte a pixel (0 black, 255 white) as the bytes of a PNG file."""
    return _file(bytes(mask), width, height, 8, 0, 1)


def _file(data, width, height, depth, kind, step):
    row = width * step
    if len(data) != row * height:
        raise ValueError(f"{len(data)} bytes are not {width} x {height} pixels")
    lines = b"".join(b"\0" + data[start : start + row] for start in range(0, len(data), row))
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    parts = [(b"IHDR", head), (b"sRGB", b"\0"), (b"IDAT", zlib.compress(lines, 1)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def any_chosen(mask):
    """Whether a selection chooses anything at all."""
    return bool(bytes(mask).strip(b"\0"))


def touched(mask):
    """A selection without its soft edge: 255 wherever it chooses a little."""
    return bytes(mask).translate(bytes([0]) + bytes([255]) * 255)


def masked(data, mask, depth):
    """Krita's pixels with their alpha multiplied by a mask of one byte a pixel."""
    out = bytearray(data)
    if depth == 8:
        out[3::4] = multiplied(data[3::4], mask)
        return bytes(out)
    alpha = array("H", b"".join(zip_bytes(data[6::8], data[7::8])))
    made = array("H", (value * by // 255 for value, by in zip(alpha, mask))).tobytes()
    out[6::8], out[7::8] = made[0::2], made[1::2]
    return bytes(out)


def multiplied(alpha, mask):
    """Two rows of bytes multiplied, 255 being 1; quick where the mask is only black and white."""
    if not bytes(mask).translate(None, b"\x00\xff"):
        both = int.from_bytes(alpha, "little") & int.from_bytes(mask, "little")
        return both.to_bytes(len(alpha), "little")
    return bytes(value * by // 255 for value, by in zip(alpha, mask))


def zip_bytes(low, high):
    """Two rows of bytes as one, alternating."""
    out = bytearray(2 * len(low))
    out[0::2], out[1::2] = low, high
    return [bytes(out)]


def inside(box, width, height):
    """The part of (x, y, w, h) that lies on a canvas; None where there is none."""
    x, y, w, h = box
    left, top, right, bottom = max(0, x), max(0, y), min(width, x + w), min(height, y + h)
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None
