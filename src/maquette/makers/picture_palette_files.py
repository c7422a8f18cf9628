"""Palettes as files: GIMP (.gpl), Adobe Swatch Exchange (.ase), JSON, and a sheet of swatches as SVG; the first three
are read, too.

Sources: the GIMP palette format as GIMP, Krita and Inkscape read it; Swatch Exchange as described by Selapa
(https://www.selapa.net/swatches/colors/fileformats.php#adobe_ase), colours as RGB.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from ..core.errors import MediaError
from .picture_palette import MOST, Palette, Swatch

SUFFIXES = (".gpl", ".ase", ".json")


def to_gpl(palette: Palette) -> bytes:
    """For GIMP, Krita, Inkscape, Aseprite."""
    lines = ["GIMP Palette", f"Name: {_line(palette.title)}", f"Columns: {min(len(palette.swatches), 16)}", "#"]
    lines += [f"{one.rgb[0]:3d} {one.rgb[1]:3d} {one.rgb[2]:3d}\t{_line(one.name)}" for one in palette.swatches]
    return ("\n".join(lines) + "\n").encode()


def _line(text: str) -> str:
    return " ".join(text.split())


def to_ase(palette: Palette) -> bytes:
    """For Photoshop, Illustrator, InDesign, Affinity: a block for each colour, everything big-endian."""
    blocks = [b"ASEF", struct.pack(">HHI", 1, 0, len(palette.swatches))]
    for one in palette.swatches:
        name = (one.name or one.hex).encode("utf-16-be") + b"\0\0"
        colour = b"RGB " + struct.pack(">fffH", *(value / 255 for value in one.rgb), 0)
        body = struct.pack(">H", len(name) // 2) + name + colour
        blocks.append(struct.pack(">HI", 1, len(body)) + body)
    return b"".join(blocks)


def to_json(palette: Palette) -> bytes:
    """{"title", "colours": [{"hex", "rgb", "share", "name"}]}."""
    colours = [
        {"hex": one.hex, "rgb": list(one.rgb), "share": round(one.share, 4), "name": one.name}
        for one in palette.swatches
    ]
    return (json.dumps({"title": palette.title, "colours": colours}, ensure_ascii=False, indent=1) + "\n").encode()


def to_svg(palette: Palette) -> bytes:
    """A sheet: a bar of the shares above, then each colour with its name and numbers."""
    columns = min(len(palette.swatches), 6)
    rows = -(-len(palette.swatches) // columns)
    wide, high = 24 + columns * 150, 118 + rows * 152
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        'font-family="sans-serif">',
        f"<title>{escape(palette.title)}</title>",
        f'<rect width="{wide}" height="{high}" fill="#ffffff"/>',
        f'<text x="24" y="38" font-size="18" fill="#222222">{escape(palette.title)}</text>',
    ]
    x, long = 24.0, wide - 48
    even = sum(one.share for one in palette.swatches) <= 0
    for one in palette.swatches:
        part = long * (1 / len(palette.swatches) if even else one.share)
        parts.append(f'<rect x="{x:.2f}" y="54" width="{part:.2f}" height="32" fill="{one.hex}"/>')
        x += part
    for number, one in enumerate(palette.swatches):
        left, top = 24 + number % columns * 150, 106 + number // columns * 152
        share = f"{one.share:.1%}" if one.share else ""
        parts += [
            f'<rect x="{left}" y="{top}" width="126" height="96" rx="6" fill="{one.hex}" stroke="#00000022"/>',
            f'<text x="{left}" y="{top + 114}" font-size="12" fill="#222222">{escape(one.name)}</text>',
            f'<text x="{left}" y="{top + 130}" font-size="11" fill="#666666">{one.hex} {share}</text>',
        ]
    return ("\n".join([*parts, "</svg>"]) + "\n").encode()


def read_palette(path: Path) -> Palette:
    """A .gpl, .ase or .json palette. Raises MediaError for one that is broken or empty."""
    data = path.read_bytes()
    try:
        reader = {".gpl": _gpl, ".ase": _ase, ".json": _json}[path.suffix.lower()]
        swatches = reader(data)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, struct.error) as error:
        mend = "name a GIMP palette (.gpl), Adobe swatches (.ase) with RGB colours, or a .json of Maquette"
        raise MediaError(f"this is no palette that can be read: {error}", where=str(path), mend=mend) from error
    if not 1 <= len(swatches) <= MOST:
        raise MediaError(f"this palette has {len(swatches)} colours", where=str(path), mend=f"1 to {MOST} are read")
    return Palette(tuple(swatches), path.stem)


def _gpl(data: bytes) -> list[Swatch]:
    lines = data.decode("utf-8-sig", errors="replace").splitlines()
    if not lines or lines[0].strip() != "GIMP Palette":
        raise ValueError("the first line is not 'GIMP Palette'")
    found = []
    for line in lines[1:]:
        words = line.split(None, 3)
        if len(words) >= 3 and all(word.isdigit() for word in words[:3]):
            found.append(_swatch([int(word) for word in words[:3]], words[3] if len(words) > 3 else ""))
    return found


def _swatch(rgb: Sequence[int], name: str) -> Swatch:
    red, green, blue = rgb
    if not all(0 <= value <= 255 for value in (red, green, blue)):
        raise ValueError(f"the colour {red} {green} {blue} lies outside 0 to 255")
    return Swatch((red, green, blue), 0.0, name)


def _json(data: bytes) -> list[Swatch]:
    return [
        _swatch([int(value) for value in one["rgb"]], str(one.get("name", ""))) for one in json.loads(data)["colours"]
    ]


def _ase(data: bytes) -> list[Swatch]:
    if data[:4] != b"ASEF":
        raise ValueError("it does not begin with ASEF")
    (count,) = struct.unpack(">I", data[8:12])
    at, found = 12, []
    for _ in range(min(count, 4096)):
        kind, size = struct.unpack(">HI", data[at : at + 6])
        body, at = data[at + 6 : at + 6 + size], at + 6 + size
        if kind != 1:
            continue  # the beginning or the end of a group
        (letters,) = struct.unpack(">H", body[:2])
        name = body[2 : 2 * letters].decode("utf-16-be")
        colour = body[2 + 2 * letters :]
        if colour[:4] == b"RGB ":
            values = struct.unpack(">fff", colour[4:16])
        elif colour[:4] == b"Gray":
            values = struct.unpack(">f", colour[4:8]) * 3
        else:
            model = colour[:4].decode("latin-1").strip()
            raise ValueError(f"{name} is given as {model}, which needs the printer's own profile")
        found.append(_swatch([round(max(0.0, min(1.0, value)) * 255) for value in values], name))
    return found
