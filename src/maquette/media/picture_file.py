"""Pictures as files: PNG, JPEG, WebP, TIFF, AVIF and OpenRaster in and out; BMP and the first frame of GIF in.

A file is known by how it begins. One whose name says another kind is refused and told its right name: the place of a
credential depends on the kind, and a credential that is looked for in the wrong place is lost without a word.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import MediaError, UsageError
from . import picture_decode, picture_png, picture_tags
from .picture import Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST_FILE = 1 << 30  # bytes that are read
SUFFIXES = (*(suffix for known in picture_decode.KINDS.values() for suffix in known), ".ora")
WRITTEN = (".png", ".jpg", ".webp", ".tiff", ".avif", ".ora")  # what `written` writes
LONGEST_SIDE = {".jpg": 65_535, ".webp": 16_383, ".avif": 65_535}  # pixels; the other kinds know no such bound


# -- reading ----------------------------------------------------------------------------------------------------------


def read(path: str | Path) -> Picture:
    """Read a picture: upright, straight alpha, 8 or 16 bits as in the file; `said` tells what could not be carried.

    Raises MediaError for a file that is missing, empty, cut off, broken, too large for the memory that is free, named
    as another kind than it is, or no picture.
    """
    file = Path(path)
    if not file.is_file():
        wrong = "this is a folder, not a file" if file.is_dir() else "there is no such file"
        raise MediaError(wrong, where=str(path), mend="check the name and the folder")
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise MediaError(
                f"the file is larger than {LARGEST_FILE >> 20} MB", where=str(path), mend="export it smaller"
            )
        data = file.read_bytes()
    except OSError as error:
        raise MediaError(f"the file cannot be read: {error.strerror or error}", where=str(path)) from error
    return from_bytes(data, suffix=file.suffix, where=str(path))


def from_bytes(data: bytes, *, suffix: str = "", where: str = "") -> Picture:
    """The picture in the bytes of a file; `suffix`, if given, must be one of its kind. Errors as in `read`."""
    if not data:
        raise MediaError("this file is empty: 0 bytes", where=where, mend="copy or export it again")
    kind = picture_decode.sniffed(data)
    if not kind:
        other = "nothing but zeros" if not data.strip(b"\0") else picture_decode.foreign(data)
        raise MediaError(
            f"this is {other}" + ("" if other == "no picture" else ", which is not read here as a picture"),
            where=where,
            mend="export it as PNG, JPEG, WebP, TIFF, AVIF or OpenRaster",
        )
    _require_name(kind, suffix.lower(), where)
    if kind == "ORA":
        from . import picture_layers

        return picture_layers.from_bytes(data, where=where)
    found = picture_decode.decoded(data, kind, where)
    return Picture(found.pixels, found.title, found.profile, said=tuple(found.said))


def _require_name(kind: str, suffix: str, where: str) -> None:
    known = (".ora",) if kind == "ORA" else picture_decode.KINDS[kind]
    if suffix and suffix not in known:
        shown = "an OpenRaster picture" if kind == "ORA" else f"a {kind} picture"
        raise MediaError(
            f"this is {shown}, but its name ends in {suffix}",
            where=where,
            mend=f"rename it to end in {known[0]}: its credential is looked for where its name says",
        )


# -- writing ----------------------------------------------------------------------------------------------------------


def to_bytes(picture: Picture, *, title: str = "", comment: str = "") -> bytes:
    """The PNG of a picture's flattened look, without loss, 8 or 16 bits, with its profile; always the same bytes."""
    texts = {"Title": picture_tags.clean(title or picture.title), "Comment": picture_tags.clean(comment)}
    texts = {key: text for key, text in texts.items() if text}
    colours = _colours(picture)
    if picture.depth == 16:
        return picture_png.written(picture.pixels, texts, picture.profile, colours=colours)
    from PIL import PngImagePlugin

    info = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        info.add_itxt(key, text)
    # Level 3 packs photos tighter than the usual 6 in a third of the time (measured), flat art a tenth looser.
    return _saved(picture, colours, "PNG", pnginfo=info, icc_profile=picture.profile or None, compress_level=3)


def written(picture: Picture, suffix: str, *, title: str = "", comment: str = "", quality: int = 90) -> bytes:
    """The bytes of a picture as one of WRITTEN. `losses` says beforehand what a kind cannot carry.

    quality: 1-100 for JPEG, WebP and AVIF; at 100 WebP loses nothing. Raises MediaError where a kind cannot
    hold the picture at all: a transparent one as JPEG, one of 20,000 pixels as WebP; UsageError for another kind.
    """
    suffix = {".jpeg": ".jpg", ".tif": ".tiff"}.get(suffix.lower(), suffix.lower())
    if suffix not in WRITTEN:
        raise UsageError(f"pictures are not written as {suffix or 'nothing'}", mend=f"known are {', '.join(WRITTEN)}")
    if not 1 <= quality <= 100:
        raise UsageError(f"a quality of {quality}", mend="1 to 100")
    _require_holds(picture, suffix)
    if suffix == ".png":
        return to_bytes(picture, title=title, comment=comment)
    if suffix == ".ora":
        from . import picture_layers

        return picture_layers.to_ora(picture, title=title)
    packet = picture_tags.xmp(picture_tags.clean(title or picture.title), picture_tags.clean(comment))
    if suffix == ".tiff":
        from . import picture_tiff

        return picture_tiff.written(picture, packet)
    return _lossy(picture, suffix, packet, quality)


def losses(picture: Picture, suffix: str, *, quality: int = 90) -> tuple[str, ...]:
    """What is lost when a picture is written as a kind of file, a line each for people."""
    said = []
    if suffix != ".ora" and picture.layers:
        said.append(f"its {len(picture.layers)} layers are flattened")
    if suffix in (".jpg", ".webp", ".avif") and picture.depth == 16:
        said.append(f"16 bits a channel become 8: {suffix.lstrip('.')} holds no more")
    return tuple(said)


def _require_holds(picture: Picture, suffix: str) -> None:
    longest = LONGEST_SIDE.get(suffix, 1 << 31)
    if max(picture.size) > longest:
        raise MediaError(
            f"a {suffix.lstrip('.')} is at most {longest:,} pixels on a side; this picture is {picture.size[0]:,} x "
            f"{picture.size[1]:,}",
            mend="keep it as png or tiff",
        )
    if suffix == ".jpg" and not picture.opaque:
        raise MediaError(
            "this picture is transparent in places, and a JPEG cannot be",
            mend="keep it as png, webp or avif, or lay it on a ground first",
        )


def _lossy(picture: Picture, suffix: str, packet: bytes, quality: int) -> bytes:
    colours = 1 if _colours(picture) == 1 else (3 if picture.opaque else 4)
    given: dict[str, Any] = {"quality": quality, "xmp": packet or None, "icc_profile": picture.profile or None}
    if suffix == ".jpg":
        # At a high quality colours are kept at full resolution: thin red lines would be the first to smear.
        return _saved(picture, colours, "JPEG", subsampling=0 if quality >= 90 else 2, optimize=True, **given)
    if suffix == ".webp":
        given["xmp"] = packet
        return _saved(picture, max(3, colours), "WEBP", lossless=quality == 100, exact=True, method=4, **given)
    given["speed"] = 8  # twice as fast as the usual 6, for 4 per cent more bytes
    return _saved(picture, max(3, colours), "AVIF", subsampling="4:4:4" if quality >= 90 else "4:2:0", **given)


def _colours(picture: Picture) -> int:
    """How many channels say all there is: 1 for opaque grays without a profile, 3 for opaque colours, else 4."""
    if not picture.opaque:
        return 4
    red, green, blue = (picture.pixels[..., n] for n in range(3))
    return 1 if not picture.profile and bool((red == green).all() and (green == blue).all()) else 3


def _saved(picture: Picture, colours: int, kind: str, **how: Any) -> bytes:
    """The bytes that Pillow writes of the first channels, 8 bits each."""
    import numpy as np
    from PIL import Image

    pixels: NDArray[Any] = picture.pixels
    if picture.depth == 16:
        pixels = ((pixels.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    kept = pixels[..., 0] if colours == 1 else pixels[..., :colours]
    stream = io.BytesIO()
    try:
        Image.fromarray(np.ascontiguousarray(kept)).save(
            stream, kind, **{k: v for k, v in how.items() if v is not None}
        )
    except (OSError, ValueError, KeyError) as error:
        mend = (
            "keep it as png; this Pillow was built without that kind" if "encoder" in str(error) else "keep it as png"
        )
        raise MediaError(f"the picture could not be written as {kind}: {error}", mend=mend) from error
    return stream.getvalue()
