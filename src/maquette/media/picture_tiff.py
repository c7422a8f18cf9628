"""TIFF of 8 or 16 bits (TIFF 6.0): written here, since Pillow writes no 16-bit colours; and its tags looked at.

Written with Adobe's deflate and horizontal differences. Of what is read, only the tags are parsed here: Pillow and
libtiff unpack the pixels, but of channels that lie one behind the other each is handed to them as a gray picture.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .picture import Picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ROWS = 1 << 20  # bytes of a strip, about: readers load strip by strip
_SHORT, _LONG, _BYTE, _UNDEFINED = 3, 4, 1, 7
_FORMS = {_SHORT: "H", _LONG: "I", _BYTE: "B", _UNDEFINED: "B"}
_MOST = 1 << 20  # values of a tag that are looked at
_FLOAT, _SEPARATE = 3, 2
Entry = tuple[int, int, "list[int] | bytes"]


def written(picture: Picture, xmp: bytes = b"") -> bytes:
    """The bytes of a TIFF: little-endian, one page, straight alpha where there is any, with profile and XMP."""
    import numpy as np

    channels = 3 if picture.opaque else 4
    width, height = picture.size
    pixels: NDArray[Any] = np.ascontiguousarray(picture.pixels[..., :channels])
    rows = max(1, _ROWS // (width * channels * pixels.itemsize))
    strips = []
    for top in range(0, height, rows):
        part = pixels[top : top + rows]
        steps = part[:, 1:] - part[:, :-1]  # wraps round, as predictor 2 does
        differences = np.concatenate([part[:, :1], steps], axis=1)
        strips.append(zlib.compress(differences.astype(f"<u{pixels.itemsize}").tobytes(), 6))
    starts, at = [], 8
    for strip in strips:
        starts.append(at)
        at += len(strip) + (len(strip) & 1)
    entries: list[Entry] = [
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


def _directory(entries: list[Entry], at: int, order: str = "<") -> bytes:
    """The table of tags, at byte `at` of the file, and behind it the values that are longer than 4 bytes."""
    beyond = at + 2 + 12 * len(entries) + 4
    table, rest = [struct.pack(order + "H", len(entries))], b""
    for tag, form, values in entries:
        packed = values if isinstance(values, bytes) else struct.pack(f"{order}{len(values)}{_FORMS[form]}", *values)
        count = len(values)
        if len(packed) <= 4:
            table.append(struct.pack(order + "HHI4s", tag, form, count, packed.ljust(4, b"\0")))
            continue
        table.append(struct.pack(order + "HHII", tag, form, count, beyond + len(rest)))
        rest += packed + b"\0" * (len(packed) & 1)
    return b"".join(table) + struct.pack(order + "I", 0) + rest


# -- reading ----------------------------------------------------------------------------------------------------------


def tags(data: bytes) -> dict[int, tuple[int, ...]]:
    """The whole numbers in the first page's table; {} for a BigTIFF and for a table that is broken."""
    order = "<" if data[:2] == b"II" else ">"
    if data[2:4] not in (b"*\0", b"\0*"):
        return {}
    found: dict[int, tuple[int, ...]] = {}
    try:
        at = struct.unpack(order + "I", data[4:8])[0]
        for number in range(struct.unpack(order + "H", data[at : at + 2])[0]):
            entry = data[at + 2 + 12 * number : at + 14 + 12 * number]
            tag, form, count = struct.unpack(order + "HHI", entry[:8])
            if form not in (_SHORT, _LONG) or count > _MOST:
                continue
            length = count * (2 if form == _SHORT else 4)
            start = struct.unpack(order + "I", entry[8:])[0]
            body = entry[8 : 8 + length] if length <= 4 else data[start : start + length]
            found[tag] = struct.unpack(f"{order}{count}{_FORMS[form]}", body)
    except struct.error:
        return {}
    return found


def unread(known: Mapping[int, tuple[int, ...]]) -> str:
    """What about a TIFF with these tags is not read here, for people; "" where nothing is known to be."""
    bits, kinds, colours = known.get(258, (1,)), known.get(339, (1,)), known.get(262, (1,))[0]
    if _FLOAT in kinds:
        return f"floating point values of {max(bits)} bits, which say neither where white is nor how light is coded"
    if max(bits) > 16:
        return f"values of {max(bits)} bits"
    if len(set(bits)) > 1:
        return f"channels of unequal depth ({', '.join(map(str, bits))} bits)"
    if colours in (0, 1) and len(bits) > 1 and max(bits) == 16:
        return "grays of 16 bits with alpha"
    if max(bits) == 16 and colours not in (0, 1, 2):
        return f"16 bits a channel in a colour space other than red, green, blue ({colours})"
    return ""


def covered(known: Mapping[int, tuple[int, ...]]) -> bool:
    """False if there are fewer strips or tiles than the picture needs: Pillow would leave the rest black."""
    width, height = (known.get(tag, (0,))[0] for tag in (256, 257))
    count = len(known.get(258, (1,))) if known.get(284, (1,))[0] == _SEPARATE else 1
    if 324 in known and min(known.get(322, (0,))[0], known.get(323, (0,))[0]) > 0:
        need = -(-width // known[322][0]) * -(-height // known[323][0])
        return len(known[324]) >= need * count
    rows = max(1, known.get(278, (height,))[0])
    return 273 not in known or len(known[273]) >= -(-height // rows) * count


def separate(known: Mapping[int, tuple[int, ...]]) -> bool:
    """True for red, green and blue one behind the other, of 16 bits: what Pillow alone would read wrongly."""
    return known.get(284, (1,))[0] == _SEPARATE and max(known.get(258, (1,))) == 16 and len(known.get(258, ())) > 2


def planes(data: bytes, known: Mapping[int, tuple[int, ...]]) -> NDArray[np.uint16]:
    """(h, w, 3 or 4) of a TIFF whose channels lie one behind the other. Raises what Pillow raises for broken data."""
    import numpy as np
    from PIL import Image

    count = min(4, len(known[258]))
    found = []
    for channel in range(count):
        with Image.open(io.BytesIO(_plane(data, known, channel, len(known[258]))), formats=("TIFF",)) as image:
            found.append(np.asarray(image).astype(np.uint16))
    return np.dstack(found)


def _plane(data: bytes, known: Mapping[int, tuple[int, ...]], channel: int, count: int) -> bytes:
    """One channel as a gray TIFF of its own: the same packed strips or tiles under a new table of tags."""
    order = "<" if data[:2] == b"II" else ">"
    where, lengths = (324, 325) if 324 in known else (273, 279)
    each = len(known[where]) // count
    mine = slice(channel * each, (channel + 1) * each)
    parts = [
        data[start : start + length] for start, length in zip(known[where][mine], known[lengths][mine], strict=True)
    ]
    starts, at = [], 8
    for part in parts:
        starts.append(at)
        at += len(part) + (len(part) & 1)
    values: dict[int, Any] = {258: [16], 262: [1], 277: [1], 284: [1], where: starts}
    values[lengths] = [len(part) for part in parts]
    for tag in (256, 257, 259, 278, 317, 322, 323):
        if tag in known:
            values[tag] = list(known[tag][:1])
    wide = (256, 257, 278, 322, 323, where, lengths)
    entries: list[Entry] = [(tag, _LONG if tag in wide else _SHORT, values[tag]) for tag in sorted(values)]
    body = b"".join(part + b"\0" * (len(part) & 1) for part in parts)
    return struct.pack(order + "2sHI", data[:2], 42, at) + body + _directory(entries, at, order)
