"""From the bytes of a picture file to its pixels: checked before they are unpacked, turned upright, nothing cut off.

Pillow unpacks. What it would do in silence is done here, or refused: 16 bits stay 16 bits, a file that ends early is
no picture with a gray lower half, an animation is its first frame and says so.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core.errors import MaquetteError, MediaError
from . import picture_png, picture_profile, picture_size, picture_tags, picture_tiff

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[Any]  # uint8 or uint16

# What Pillow calls a kind of file -> the suffixes it goes by; the first is ours.
KINDS = {
    "PNG": (".png", ".apng"),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "WEBP": (".webp",),
    "TIFF": (".tiff", ".tif"),
    "AVIF": (".avif",),
    "BMP": (".bmp", ".dib"),
    "GIF": (".gif",),
}
_FOREIGN = {  # how other files begin -> what they are
    b"8BPS": "a Photoshop file",
    b"%PDF": "a PDF",
    b"gimp xcf": "a GIMP file",
    b"\xff\x0a": "a JPEG XL picture",
    b"\0\0\0\x0cJXL ": "a JPEG XL picture",
    b"\0\0\0\x0cjP  ": "a JPEG 2000 picture",
    b"<svg": "an SVG drawing",
    b"<?xml": "an XML file",
    b"\x1aE\xdf\xa3": "a WebM or Matroska video",
    b"v/1\x01": "an OpenEXR picture",
    b"#?RADIANCE": "a Radiance picture",
}
# Pixels that a byte of a file can hold at most: one bit each, packed a thousandfold (deflate), or more by TIFF's LZW;
# a white page of a fax knows no such bound.
_TIGHTEST = {"PNG": 8 * 1100, "TIFF": 8 * 4000, "BMP": 8 * 256}
_DEEP_WORKING, _WORKING = 32, 20  # bytes per pixel that reading holds at its worst moment


@dataclass
class Decoded:
    """What a decoder found: pixels (h, w, 4) with straight alpha; `said` grows on the way."""

    pixels: Pixels
    profile: bytes = b""
    title: str = ""
    said: list[str] = field(default_factory=list)


def sniffed(data: bytes) -> str:
    """Which of KINDS (or "ORA") the bytes are, by how they begin; "" for anything else."""
    if data.startswith(picture_png.SIGNATURE):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "TIFF"
    if data[4:8] == b"ftyp" and any(brand in data[8:64] for brand in (b"avif", b"avis")):
        return "AVIF"
    if data[:4] == b"GIF8":
        return "GIF"
    if data[:4] == b"PK\x03\x04" and b"image/openraster" in data[:120]:
        return "ORA"
    return "BMP" if data[:2] == b"BM" and len(data) >= 26 else ""


def foreign(data: bytes) -> str:
    """What else a file is, for people: "a Photoshop file"; "no picture" where nothing is known."""
    if data[4:8] == b"ftyp":
        brand = data[8:12].decode("latin-1").strip().lower()
        return "a HEIC picture" if brand.startswith(("hei", "hev", "mif", "msf")) else "a video"
    return next((name for start, name in _FOREIGN.items() if data.lstrip().startswith(start)), "no picture")


def decoded(data: bytes, kind: str, where: str = "") -> Decoded:
    """The pixels of a file of one of KINDS. Raises MediaError for what is broken, cut off, or cannot be kept whole."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures and of broken tags; sizes are judged below, tags are not ours to judge.
            warnings.simplefilter("ignore")
            return _decoded(data, kind, where)
    except MaquetteError:
        raise
    except MemoryError as error:
        wrong = "there is not enough memory for this picture"
        raise MediaError(wrong, where=where, mend="close other programs, or make it smaller elsewhere") from error
    except Exception as error:  # a decoder may raise anything over bytes that somebody broke
        raise MediaError(
            f"this {kind} file is broken or cut off: {_reason(error)}",
            where=where,
            mend="copy or export it again; what is there is not shown with gray in place of the rest",
        ) from error


def _reason(error: Exception) -> str:
    """What a decoder complains of, without the names of things inside it."""
    told = str(error) or type(error).__name__
    if "cannot identify" in told:
        return "its table of contents is damaged or not there"
    return "it ends before the picture does" if "truncated" in told.lower() else told


def _decoded(data: bytes, kind: str, where: str) -> Decoded:
    from PIL import Image

    about = picture_png.head(data, where) if kind == "PNG" else None
    if about is not None:
        require_size(about.width, about.height, _DEEP_WORKING if about.depth == 16 else _WORKING, where)
        if not picture_png.complete(data, about):
            raise OSError("truncated")
    if kind == "TIFF" and not picture_tiff.covered(picture_tiff.tags(data)):
        raise OSError("truncated")
    if kind == "TIFF" and (why := picture_tiff.unread(picture_tiff.tags(data))):
        mend = "export it with 8 or 16 bits, red, green, blue and alpha; tone-map it before where it is of light"
        raise MediaError(f"this TIFF has {why}", where=where, mend=mend)
    with Image.open(io.BytesIO(data), formats=("JPEG", "MPO") if kind == "JPEG" else (kind,)) as image:
        bits = _bits(image)
        require_size(*image.size, _DEEP_WORKING if bits == 16 else _WORKING, where)
        fax = str(image.info.get("compression", "")).startswith(("group", "tiff_ccitt"))
        if image.size[0] * image.size[1] > _TIGHTEST.get(kind, 1 << 62) * len(data) and not fax:
            raise OSError("truncated")
        said = _frames(image, kind, about)
        title, profile = picture_tags.title_of(image), bytes(image.info.get("icc_profile") or b"")
        found = Decoded(_empty(), profile, title, said)
        if about is not None and about.depth == 16:
            found.pixels = picture_png.deep(data, about)
        elif kind == "TIFF" and bits == 16 and image.mode in ("RGB", "RGBA"):
            found.pixels = _deep_tiff(data, found)
        else:
            found.pixels = _flat(image, about, found, where)
        if kind == "AVIF":
            found.said += _of_avif(data)
        if kind == "JPEG" and _ends_gray(found.pixels) and _goes_on(data):
            raise OSError("truncated")
        _settle_profile(found, image.mode, where)
        # A TIFF is turned by Pillow while it is loaded; the others say how they lie.
        found.pixels = upright(found.pixels, 1 if kind == "TIFF" else _orientation(image))
    return found


def _empty() -> Pixels:
    import numpy as np

    return np.zeros((1, 1, 4), np.uint8)


def require_size(width: int, height: int, working: float, where: str) -> None:
    """Refuse before a byte is unpacked what would not fit: the name of the trick is decompression bomb.

    working: bytes per pixel. Raises MediaError.
    """
    try:
        picture_size.fits(width, height, working)
    except MaquetteError as error:
        raise MediaError(error.wrong, where=where, mend=error.mend) from error


def _bits(image: Any) -> int:
    """Bits per channel; 32 for what is no picture of whole numbers. 8 where Pillow knows no more."""
    if image.mode == "F":
        return 32
    found = getattr(image, "tag_v2", {}).get(258, ())
    if image.mode.startswith("I;16"):
        return 16
    return max(8, *found) if found else (32 if image.mode == "I" else 8)


def _frames(image: Any, kind: str, about: picture_png.Head | None) -> list[str]:
    count = about.frames if about is not None else int(getattr(image, "n_frames", 1))
    if count < 2:
        return []
    if kind == "TIFF":
        return [f"this TIFF has {count} pages: the first is read"]
    if kind == "JPEG":
        return [f"this JPEG holds {count} pictures (a depth map, a second eye): the first is read"]
    return [f"this {kind} is animated, {count} frames: the first is read"]


# -- pixels -----------------------------------------------------------------------------------------------------------


def _flat(image: Any, about: picture_png.Head | None, found: Decoded, where: str) -> Pixels:
    """(h, w, 4) of what Pillow reads without loss."""
    import numpy as np

    if image.mode in ("F", "I") or _bits(image) > 16:
        raise MediaError(
            f"this picture has {'floating point values' if image.mode == 'F' else 'values of 32 bits'}, "
            "which say neither where white is nor how light is coded",
            where=where,
            mend="tone-map it in the program it comes from, and export 16 bits",
        )
    if image.mode.startswith("I;16"):
        values = np.asarray(image).astype(np.uint16)
        return np.dstack([values] * 3 + [np.full_like(values, 65535)])
    if image.mode == "CMYK":
        image.load()
        return _rgba(_from_cmyk(image, found, where))
    if image.mode == "LAB":
        return _rgba(_from_lab(image, found))
    if about is not None and about.clear:
        return _keyed(image, about)
    image.load()
    return np.asarray(image if image.mode == "RGBA" else image.convert("RGBA")).copy()


def _ends_gray(pixels: Pixels) -> bool:
    """True if the last block is of the very gray with which the JPEG library fills up what is missing."""
    return bool((pixels[-8:, -8:, :3] == 128).all())


def _goes_on(data: bytes) -> bool:
    """True if bytes that are added before a JPEG's end change the picture: then it was not all there.

    A program that mends a file which was cut off puts the end mark where the data stop, and no decoder complains.
    """
    import numpy as np
    from PIL import Image

    end = data.rfind(b"\xff\xd9")
    looks = []
    for more in (b"", b"\xa5\x5a" * 64):
        with Image.open(io.BytesIO(data[:end] + more + data[end:]), formats=("JPEG",)) as image:
            looks.append(np.asarray(image))
    return not np.array_equal(looks[0], looks[1])


def _rgba(image: Any) -> Pixels:
    import numpy as np

    return np.asarray(image.convert("RGBA")).copy()


def _keyed(image: Any, about: picture_png.Head) -> Pixels:
    """A gray or coloured PNG in which one value is transparent; Pillow forgets that grays below 8 bits are scaled."""
    import numpy as np

    image.info.pop("transparency", None)
    pixels = np.asarray(image.convert("RGBA")).copy()
    top = (1 << about.depth) - 1
    key = np.array([(value & top) * 255 // top for value in about.clear], np.uint8)
    pixels[(pixels[..., :3] == key).all(axis=2), 3] = 0
    return pixels


def _deep_tiff(data: bytes, found: Decoded) -> Pixels:
    """A TIFF of 16-bit colours: libtiff unpacks it twice, once for the high bytes and once for the low ones."""
    import sys

    import numpy as np

    known = picture_tiff.tags(data)
    if picture_tiff.separate(known):
        values = picture_tiff.planes(data, known)
        values = upright(values, known.get(274, (1,))[0])
    else:
        # libtiff hands out the machine's own order; on a little-endian one `L` takes the high bytes.
        high, low = (_half_tiff(data, order) for order in ("LB" if sys.byteorder == "little" else "BL"))
        values = high.astype(np.uint16) << 8
        values |= low
    extra = known.get(338, ())[:1]
    if values.shape[2] == 3 or extra == (0,):
        return np.dstack([values[..., :3], np.full(values.shape[:2], 65535, np.uint16)])
    if extra == (1,):
        found.said.append("its alpha was premultiplied: colours were divided by it")
        alpha = np.maximum(values[..., 3:].astype(np.float64), 1)
        colour = np.minimum(np.rint(values[..., :3] * (65535 / alpha)), 65535)
        values[..., :3] = np.where(values[..., 3:] > 0, colour, 0).astype(np.uint16)
    return values


def _half_tiff(data: bytes, order: str) -> Any:
    """One byte of each value, (h, w, 3 or 4)."""
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("TIFF",)) as opened:
        image: Any = opened
        raw = str(image.tile[0].args[0])
        if ";16" not in raw or not 3 <= image.tag_v2.get(277, 3) <= 4:
            raise ValueError(f"an arrangement of 16 bits that is not known ({raw})")
        # Premultiplied values (RGBa) are taken as they are: divided byte by byte they would not fit together again.
        taken = raw.partition(";")[0].replace("a", "A")
        width, height = image.tag_v2[256], image.tag_v2[257]
        image.use_load_libtiff = True
        args = (f"{taken};16{order}", False, image.tag_v2.offset)
        image.tile = [image.tile[0]._replace(codec_name="libtiff", extents=(0, 0, width, height), offset=0, args=args)]
        return np.asarray(image)


def _from_cmyk(image: Any, found: Decoded, where: str) -> Any:
    if picture_profile.kind_of(found.profile) == "CMYK":
        name = picture_profile.name_of(found.profile)
        turned = picture_profile.through(image, found.profile, where=where)
        found.said.append(f"printer's colours (CMYK) were brought from {name} to sRGB")
    else:
        turned = image.convert("RGB")
        found.said.append("printer's colours (CMYK) without a profile were brought to sRGB by rule of thumb")
    found.profile = b""
    return turned


def _from_lab(image: Any, found: Decoded) -> Any:
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    found.said.append("colours in Lab were brought to sRGB; what sRGB does not reach is at its edge now")
    found.profile = b""
    return ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")


def _settle_profile(found: Decoded, mode: str, where: str) -> None:
    """Keep a profile of red, green and blue unless it says sRGB anyway; bring gray ones over."""
    if not found.profile:
        return
    kind = picture_profile.kind_of(found.profile)
    if kind == "GRAY" and mode in ("1", "L", "LA", "I;16", "I;16B", "I;16L", "I;16N"):
        name = picture_profile.name_of(found.profile)
        if found.pixels.dtype.itemsize == 1 or mode != "LA":
            _from_gray(found, where)
            found.said.append(f"grays were brought from {name} to sRGB")
    elif kind != "RGB":
        found.said.append(f"its colour profile does not fit its pixels ({kind or 'broken'}): they are taken as sRGB")
    if kind != "RGB" or picture_profile.is_srgb(found.profile):
        found.profile = b""


def _from_gray(found: Decoded, where: str) -> None:
    """Each gray through its profile: 256 of them by LittleCMS, between those by straight lines."""
    import numpy as np
    from PIL import Image

    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    turned = np.asarray(picture_profile.through(ramp, found.profile, where=where))[0, :, 1]
    if found.pixels.dtype == np.uint8:
        found.pixels[..., :3] = turned[found.pixels[..., :3]]
        return
    curve = np.interp(np.arange(65536), np.arange(256) * 257, turned.astype(np.float64) * 257)
    found.pixels[..., :3] = np.rint(curve).astype(np.uint16)[found.pixels[..., :3]]


# -- how it lies, how deep it is --------------------------------------------------------------------------------------


def _orientation(image: Any) -> int:
    """The orientation 1-8 of Exif; 1 where it is missing or nonsense."""
    try:
        told = image.getexif().get(0x0112, 1)
    except Exception:  # Exif is written by a thousand cameras, each in its own way
        return 1
    return told if isinstance(told, int) and 1 <= told <= 8 else 1


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """The pixels as they are to be seen: Exif 2.32, tag 274; 6 is a camera that was turned to the left."""
    import numpy as np

    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    # After the transpose 5 is done, 6 is mirrored, 7 both, 8 upside down.
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _of_avif(data: bytes) -> list[str]:
    """What Pillow's decoder does not say: that it keeps 8 bits of more, and that a picture is coded for HDR."""
    said = []
    at = data.find(b"av1C")
    if 0 < at < 1 << 16 and data[at + 6 : at + 7] and data[at + 6] & 0x40:
        said.append(f"{12 if data[at + 6] & 0x20 else 10} bits a channel were read as 8")
    at = data.find(b"colrnclx")
    if 0 < at < 1 << 16 and int.from_bytes(data[at + 10 : at + 12], "big") in (16, 18):
        said.append("it is coded for HDR screens: its values are taken as sRGB and look pale")
    return said
