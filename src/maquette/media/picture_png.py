"""PNG as it is on the disk: chunks and their check sums, and pictures of 16 bits a channel in and out.

Pillow reads PNG of 16 bits and keeps 8 of them. Its unpackers take the high byte of each value, of big-endian values
and of little-endian ones; asked for both, it gives us both bytes, and a 16-bit PNG is read whole at the speed of its
C code. Writing is done here: filters of the PNG specification (W3C, third edition, section 9), chosen row by row.
"""

from __future__ import annotations

import dataclasses
import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.errors import MediaError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY, COLOUR, PALETTE, GRAY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))  # Adam7
_PER_ROW = 64  # rows that are filtered at once: bounds the memory of writing


@dataclass(frozen=True)
class Head:
    """What a PNG says of itself: size, depth and kind of colour; how many frames; which grays or colours are clear."""

    width: int
    height: int
    depth: int
    kind: int
    interlaced: bool = False
    frames: int = 1
    clear: tuple[int, ...] = ()  # tRNS of a gray or coloured picture: the one value that is transparent
    start: int = 0  # of IHDR's content


def chunks(data: bytes, where: str = "") -> Iterator[tuple[bytes, bytes, int]]:
    """(name, content, where it starts) of every chunk. MediaError for a file that is cut off or does not add up."""
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if at + 12 + length > len(data):
            break
        told = int.from_bytes(data[at + 8 + length : at + 12 + length], "big")
        # A lower-case first letter means that the picture can be shown without the chunk.
        if name[:1].isupper() and zlib.crc32(name + body) != told:
            raise MediaError(
                f"this PNG is broken: its part {name.decode('latin-1')!r} at byte {at:,} fails its check sum",
                where=where,
                mend="copy or export it again",
            )
        yield name, body, at + 8
        if name == b"IEND":
            return
        at += 12 + length
    raise MediaError(
        f"this PNG is cut off: it ends after {len(data):,} bytes, in the middle of the picture",
        where=where,
        mend="copy or export it again",
    )


def head(data: bytes, where: str = "") -> Head:
    """Walk over the whole file, see that it adds up, and say what it is."""
    found: Head | None = None
    frames, clear, seen = 1, b"", False
    for name, body, start in chunks(data, where):
        if name == b"IHDR" and len(body) == 13 and found is None:
            width, height, depth, kind = struct.unpack(">IIBB", body[:10])
            found = Head(width, height, depth, kind, body[12] == 1, start=start)
        elif name == b"acTL" and len(body) == 8:
            frames = max(1, int.from_bytes(body[:4], "big"))
        elif name == b"tRNS":
            clear = body
        seen = seen or name == b"IDAT"
    if found is None or not seen:
        raise MediaError("this PNG is broken: there is no picture in it", where=where, mend="export it again")
    values = struct.unpack(f">{len(clear) // 2}H", clear[: len(clear) // 2 * 2]) if found.kind in (GRAY, COLOUR) else ()
    values = values if len(values) == {GRAY: 1, COLOUR: 3}.get(found.kind) else ()
    return dataclasses.replace(found, frames=frames, clear=values)


def complete(data: bytes, about: Head) -> bool:
    """True if every row of the picture is packed in the file; Pillow would leave black what is not.

    Unpacks a megabyte at a time and keeps none of it. Raises zlib.error for broken data.
    """
    bits = about.depth * {GRAY: 1, COLOUR: 3, PALETTE: 1, GRAY_ALPHA: 2}.get(about.kind, 4)
    need = 0
    # Each pass of Adam7 begins at (x, y) and goes in steps; a picture in one piece is one pass of steps of one.
    for x, y, right, down in _PASSES if about.interlaced else ((0, 0, 1, 1),):
        wide, high = -(-(about.width - x) // right), -(-(about.height - y) // down)
        need += high * (1 + (wide * bits + 7) // 8) if wide > 0 and high > 0 else 0
    unpacker = zlib.decompressobj()
    for name, body, _ in chunks(data):
        while name == b"IDAT" and body and need > 0 and not unpacker.eof:
            need -= len(unpacker.decompress(body, 1 << 20))
            body = unpacker.unconsumed_tail
    return need <= 0


def deep(data: bytes, about: Head) -> NDArray[np.uint16]:
    """The (h, w, 4) values of a PNG of 16 bits. Raises what Pillow raises for broken data."""
    import numpy as np
    from PIL import Image

    pixels = np.empty((about.height, about.width, 4), np.uint16)
    if about.kind == GRAY_ALPHA:
        # Two values of 16 bits are as wide as four of 8: read so, and put together here.
        wide = data[: about.start + 8] + bytes((8, COLOUR_ALPHA)) + data[about.start + 10 : about.start + 13]
        wide += struct.pack(">I", zlib.crc32(wide[about.start - 4 :])) + data[about.start + 17 :]
        with Image.open(io.BytesIO(wide), formats=("PNG",)) as image:
            four = np.asarray(image).astype(np.uint16)
        pixels[..., :3] = (four[..., 0] << 8 | four[..., 1])[..., None]
        pixels[..., 3] = four[..., 2] << 8 | four[..., 3]
        return pixels
    if about.kind == GRAY:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            pixels[..., :3] = np.asarray(image).astype(np.uint16)[..., None]
    else:
        colours = 3 if about.kind == COLOUR else 4
        pixels[..., :colours] = _half(data, ";16B").astype(np.uint16) << 8
        pixels[..., :colours] |= _half(data, ";16L")
    if about.kind != COLOUR_ALPHA:
        pixels[..., 3] = 65535
    if about.clear:
        pixels[(pixels[..., :3] == np.array(about.clear, np.uint16)).all(axis=2), 3] = 0
    return pixels


def _half(data: bytes, order: str) -> NDArray[np.uint8]:
    """One byte of each value: of big-endian data, `;16B` takes the high ones and `;16L` the low ones."""
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        tiles: list[Any] = image.tile
        if not all(str(tile[3]).endswith(";16B") for tile in tiles):
            raise ValueError(f"Pillow reads {tiles[:1]} here, not 16 bits")
        image.tile = [tile._replace(args=tile.args.replace(";16B", order)) for tile in tiles]
        return np.asarray(image)


def written(
    pixels: NDArray[np.uint16], texts: dict[str, str], profile: bytes = b"", *, colours: int = 4, level: int = 6
) -> bytes:
    """A PNG of 16 bits: pixels (h, w, 4), of which the first `colours` (1 gray, 3, or 4 with alpha) are kept."""
    height, width = pixels.shape[:2]
    kind = {1: GRAY, 3: COLOUR, 4: COLOUR_ALPHA}[colours]
    parts = [SIGNATURE, _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0))]
    if profile:
        parts.append(_chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(profile, 9)))
    for key, text in texts.items():
        parts.append(_chunk(b"iTXt", key.encode("latin-1") + b"\0\0\0\0\0" + text.encode()))
    packer = zlib.compressobj(level)
    body = [packer.compress(rows) for rows in _filtered(pixels, colours)]
    body.append(packer.flush())
    return b"".join([*parts, _chunk(b"IDAT", b"".join(body)), _chunk(b"IEND", b"")])


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _filtered(pixels: NDArray[np.uint16], colours: int) -> Iterator[bytes]:
    """Rows as bytes, each with the filter whose leftovers are smallest in sum (section 12.7 of the specification)."""
    import numpy as np

    height, width = pixels.shape[:2]
    step = 2 * colours  # bytes of a pixel
    above = np.zeros(width * step, np.uint8)
    for top in range(0, height, _PER_ROW):
        block = np.ascontiguousarray(pixels[top : top + _PER_ROW, :, :colours].astype(">u2"))
        rows = block.view(np.uint8).reshape(len(block), -1).astype(np.int16)
        up = np.vstack([above[None].astype(np.int16), rows[:-1]])
        above = rows[-1].astype(np.uint8)
        left, corner = np.zeros_like(rows), np.zeros_like(rows)
        left[:, step:], corner[:, step:] = rows[:, :-step], up[:, :-step]
        tries = np.stack([rows, rows - left, rows - up, rows - (left + up) // 2, rows - _paeth(left, up, corner)])
        tries = tries.astype(np.uint8)
        best = np.abs(tries.view(np.int8).astype(np.int16)).sum(axis=2, dtype=np.int64).argmin(axis=0)
        lines = tries[best, np.arange(len(rows))]
        yield np.concatenate([best.astype(np.uint8)[:, None], lines], axis=1).tobytes()


def _paeth(left: NDArray[np.int16], up: NDArray[np.int16], corner: NDArray[np.int16]) -> NDArray[np.int16]:
    """Whichever of the three neighbours is nearest to left + up - corner (section 9.4)."""
    import numpy as np

    guess = left + up - corner
    far_left, far_up, far_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
    first = np.where((far_left <= far_up) & (far_left <= far_corner), left, np.where(far_up <= far_corner, up, corner))
    return first
