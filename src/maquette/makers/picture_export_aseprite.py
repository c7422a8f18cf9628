"""Aseprite files (.aseprite): frames, layers, a palette and a tag, from the published format.

After the "Aseprite File Format (.ase/.aseprite) Specifications", https://github.com/aseprite/aseprite/blob/main/docs/
ase-file-specs.md: little-endian, a header of 128 bytes, then frames of chunks. Written and read back here: pixels of 8
bits with alpha, layers with offset, opacity and blend mode, one animation.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import MediaError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..media.picture import Layer, Picture

HEADER, FRAME = 0xA5E0, 0xF1FA
LAYER, CEL, PROFILE, TAGS, PALETTE = 0x2004, 0x2005, 0x2007, 0x2018, 0x2019
LONGEST_SIDE = 65535
MODES = {
    name: number
    for number, name in enumerate(
        (
            *("normal", "multiply", "screen", "overlay", "darken", "lighten", "color-dodge", "color-burn"),
            *("hard-light", "soft-light", "difference", "exclusion", "hue", "saturation", "color", "luminosity"),
        )
    )
}


@dataclass(frozen=True)
class Cel:
    """The pixels (h, w, 4), straight alpha, of one layer in one frame, with its left upper corner at (x, y)."""

    pixels: NDArray[np.uint8]
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class Sheet:
    """What an .aseprite file holds: `frames` of one `Cel` or None per layer, bottom layer first."""

    width: int
    height: int
    layers: tuple[tuple[str, float, str, bool], ...]  # name, opacity, mode, visible
    frames: tuple[tuple[Cel | None, ...], ...]
    duration: int = 100  # milliseconds of a frame
    tag: str = ""


def sheet_of(pictures: Sequence[Picture], *, duration: int = 100, tag: str = "", name: str = "sprite") -> Sheet:
    """Pictures as the frames of one animation, or one layered picture as one frame with its layers.

    Raises UsageError for 16 bits, which the format has not, and for frames of several sizes.
    """
    sizes = {picture.size for picture in pictures}
    if len(sizes) != 1:
        told = ", ".join(f"{wide} x {high}" for wide, high in sorted(sizes))
        raise UsageError(f"frames of one animation have one size, and these have {told}", mend="bring them to one size")
    if any(picture.depth != 8 for picture in pictures):
        raise UsageError("Aseprite holds 8 bits a channel", mend="convert it first: maquette picture convert")
    width, height = sizes.pop()
    if max(width, height) > LONGEST_SIDE:
        raise UsageError(f"{width} x {height} pixels are too many for Aseprite", mend=f"at most {LONGEST_SIDE} a side")
    first = pictures[0]
    if len(pictures) == 1 and first.layers:
        layers = tuple((one.name, one.opacity, one.mode, one.visible) for one in first.layers)
        return Sheet(width, height, layers, (tuple(_cel(one) for one in first.layers),), duration, tag)
    frames = tuple((Cel(picture.pixels.astype("uint8")),) for picture in pictures)
    return Sheet(width, height, ((name, 1.0, "normal", True),), frames, duration, tag)


def _cel(layer: Layer) -> Cel:
    if layer.mode not in MODES:
        raise UsageError(f"Aseprite has no mode {layer.mode!r} (layer {layer.name!r})", mend="set it to normal first")
    return Cel(layer.pixels.astype("uint8"), layer.x, layer.y)


def to_aseprite(sheet: Sheet) -> bytes:
    """The bytes of the file."""
    frames = []
    for number, cels in enumerate(sheet.frames):
        chunks = _opening(sheet) if number == 0 else []
        chunks += [_cel_chunk(layer, cel) for layer, cel in enumerate(cels) if cel is not None]
        if number == 0 and sheet.tag:
            chunks.append(_tag_chunk(sheet))
        body = b"".join(chunks)
        head = struct.pack("<IHHHHI", 16 + len(body), FRAME, min(len(chunks), 0xFFFF), sheet.duration, 0, len(chunks))
        frames.append(head + body)
    body = b"".join(frames)
    head = struct.pack(
        "<IHHHHHIHIIBxxxHBBhhHH",
        *(128 + len(body), HEADER, len(sheet.frames), sheet.width, sheet.height, 32),
        *(1, sheet.duration, 0, 0, 0, 0, 1, 1, 0, 0, 16, 16),
    )
    return head.ljust(128, b"\0") + body


def _chunk(kind: int, data: bytes) -> bytes:
    return struct.pack("<IH", 6 + len(data), kind) + data


def _text(text: str) -> bytes:
    data = text.encode()[:0xFFFF]
    return struct.pack("<H", len(data)) + data


def _opening(sheet: Sheet) -> list[bytes]:
    """What stands before the cels of the first frame: sRGB, the palette in use, the layers."""
    chunks = [_chunk(PROFILE, struct.pack("<HHI8x", 1, 0, 0)), _palette_chunk(sheet)]
    for name, opacity, mode, visible in sheet.layers:
        flags = (1 if visible else 0) | 2
        head = struct.pack("<HHHHHHB3x", flags, 0, 0, 0, 0, MODES[mode], round(opacity * 255))
        chunks.append(_chunk(LAYER, head + _text(name)))
    return chunks


def _palette_chunk(sheet: Sheet) -> bytes:
    """Up to 256 colours of the sprite, the most used first: what the editor offers to paint with."""
    import numpy as np

    seen = [cel.pixels.reshape(-1, 4) for cels in sheet.frames for cel in cels if cel is not None]
    opaque = np.concatenate([one[one[:, 3] > 0][:, :3] for one in seen] or [np.zeros((0, 3), np.uint8)])
    colours, counts = np.unique(opaque, axis=0, return_counts=True)
    colours = colours[np.argsort(-counts, kind="stable")][:256] if len(colours) else np.zeros((1, 3), np.uint8)
    entries = b"".join(struct.pack("<HBBBB", 0, *map(int, one), 255) for one in colours)
    return _chunk(PALETTE, struct.pack("<III8x", len(colours), 0, len(colours) - 1) + entries)


def _cel_chunk(layer: int, cel: Cel) -> bytes:
    high, wide = cel.pixels.shape[:2]
    head = struct.pack("<HhhBHh5x", layer, cel.x, cel.y, 255, 2, 0)
    data = zlib.compress(cel.pixels.astype("uint8").tobytes(), 9)
    return _chunk(CEL, head + struct.pack("<HH", wide, high) + data)


def _tag_chunk(sheet: Sheet) -> bytes:
    one = struct.pack("<HHBH6x3sB", 0, len(sheet.frames) - 1, 0, 0, b"\0\0\0", 0) + _text(sheet.tag)
    return _chunk(TAGS, struct.pack("<H8x", 1) + one)


# -- reading back -----------------------------------------------------------------------------------------------------


def from_aseprite(data: bytes, where: str = "") -> Sheet:
    """What `to_aseprite` wrote, or another program in RGBA with normal layers. Raises MediaError for anything else."""
    try:
        return _read(data)
    except (struct.error, zlib.error, UnicodeDecodeError, ValueError, IndexError, KeyError) as error:
        raise MediaError("this is no Aseprite file that can be read here", where=where) from error


def _read(data: bytes) -> Sheet:
    _, magic, count, width, height, depth = struct.unpack_from("<IHHHHH", data)
    if magic != HEADER or depth != 32:
        raise ValueError
    at, layers, frames, duration, tag = 128, [], [], 100, ""
    for _ in range(count):
        size, magic, old, duration, _, new = struct.unpack_from("<IHHHHI", data, at)
        if magic != FRAME:
            raise ValueError
        cels: dict[int, Cel] = {}
        place = at + 16
        for _ in range(new or old):
            length, kind = struct.unpack_from("<IH", data, place)
            body = data[place + 6 : place + length]
            if kind == LAYER:
                layers.append(_layer_of(body))
            elif kind == CEL:
                layer, cel = _cel_of(body)
                cels[layer] = cel
            elif kind == TAGS:
                tag = body[10 + 17 + 2 :][: struct.unpack_from("<H", body, 27)[0]].decode()
            place += length
        frames.append(cels)
        at += size
    rows = tuple(tuple(cels.get(layer) for layer in range(len(layers))) for cels in frames)
    return Sheet(width, height, tuple(layers), rows, duration, tag)


def _layer_of(body: bytes) -> tuple[str, float, str, bool]:
    flags, kind, _, _, _, mode, opacity = struct.unpack_from("<HHHHHHB", body)
    if kind != 0:
        raise ValueError
    length = struct.unpack_from("<H", body, 16)[0]
    names: Mapping[int, str] = {number: name for name, number in MODES.items()}
    return body[18 : 18 + length].decode(), opacity / 255, names[mode], bool(flags & 1)


def _cel_of(body: bytes) -> tuple[int, Cel]:
    import numpy as np

    layer, x, y, _, kind = struct.unpack_from("<HhhBH", body)
    wide, high = struct.unpack_from("<HH", body, 16)
    if kind not in (0, 2):
        raise ValueError
    raw = body[20:] if kind == 0 else zlib.decompressobj().decompress(body[20:], wide * high * 4 + 1)
    return layer, Cel(np.frombuffer(raw[: wide * high * 4], np.uint8).reshape(high, wide, 4), x, y)
