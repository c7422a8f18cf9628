"""Colour profiles (ICC.1:2022): what space a picture is in, and the way from there to sRGB.

Spaces of three primaries and a curve (Display P3, Adobe RGB, ProPhoto, Rec. 2020 ...) are brought over by arithmetic
of our own in float32, so that 16 bits stay 16 bits. Profiles of tables (printers' CMYK, scanners) go through LittleCMS
as Pillow carries it, in 8 bits, relative colorimetric with black point compensation.
"""

from __future__ import annotations

import dataclasses
import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.errors import MediaError
from .picture import Layer, Picture, coded, floats, integers, linear

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# sRGB as ICC sees it: columns are the light of red, green and blue under D50 (Bradford-adapted from D65).
_SRGB = (
    (0.4360747, 0.3850649, 0.1430804),
    (0.2225045, 0.7168786, 0.0606169),
    (0.0139322, 0.0971045, 0.7141733),
)
_NEAR = 0.004  # how far a curve or a primary may be from sRGB's to count as it: makers of profiles round differently
_BAND = 1 << 20  # pixels converted at once: bounds the memory


@dataclass(frozen=True, eq=False)
class Space:
    """A space of primaries: matrix (3, 3) from light to XYZ under D50, and a curve per channel from code to light."""

    matrix: Any
    curves: tuple[Callable[[Any], Any], ...]


def kind_of(profile: bytes) -> str:
    """ "RGB", "GRAY", "CMYK", "Lab"...: what a profile speaks of; "" for what is no profile."""
    return profile[16:20].decode("latin-1").strip() if len(profile) >= 132 and profile[36:40] == b"acsp" else ""


def name_of(profile: bytes) -> str:
    """How the profile calls itself: "Display P3"; "an unnamed profile" where it does not."""
    from PIL import ImageCms

    try:
        told = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    except Exception:  # LittleCMS raises its own kinds for broken profiles
        told = ""
    return told or "an unnamed profile"


def is_srgb(profile: bytes) -> bool:
    """True if a profile means sRGB, whoever wrote it: then a picture needs none."""
    import numpy as np

    space = space_of(profile)
    if space is None or np.abs(space.matrix - np.array(_SRGB)).max() > _NEAR:
        return False
    codes = np.linspace(0, 1, 65, dtype=np.float32)
    return all(np.abs(curve(codes) - linear(codes)).max() <= _NEAR for curve in space.curves)


def space_of(profile: bytes) -> Space | None:
    """The primaries and curves of a profile; None for one of tables, of another kind, or broken."""
    import numpy as np

    if kind_of(profile) != "RGB" or profile[20:24] != b"XYZ ":
        return None
    try:
        tags = _tags(profile)
        if b"A2B0" in tags or b"D2B0" in tags:
            return None
        columns = [struct.unpack(">3i", tags[name][8:20]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        curves = tuple(_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC"))
    except (KeyError, struct.error, ValueError, IndexError):
        return None
    matrix = np.array(columns, np.float64).T / 65536
    return Space(matrix, curves) if abs(np.linalg.det(matrix)) > 1e-4 else None


def _tags(profile: bytes) -> dict[bytes, bytes]:
    count = struct.unpack(">I", profile[128:132])[0]
    if count > 200:
        raise ValueError("more tags than any profile has")
    table = [struct.unpack(">4sII", profile[132 + 12 * n : 144 + 12 * n]) for n in range(count)]
    return {name: profile[start : start + length] for name, start, length in table}


def _curve(tag: bytes) -> Callable[[Any], Any]:
    """From code 0..1 to light 0..1: a table, a power, or one of the five forms of section 10.18."""
    import numpy as np

    if tag[:4] == b"curv":
        count = struct.unpack(">I", tag[8:12])[0]
        if count == 0:
            return lambda codes: codes
        values = np.array(struct.unpack(f">{count}H", tag[12 : 12 + 2 * count]), np.float64)
        if count == 1:
            power = float(values[0]) / 256
            return lambda codes: np.maximum(codes, 0) ** np.float32(power)
        nodes = np.linspace(0, 1, count)
        return lambda codes: np.interp(codes, nodes, values / 65535).astype(np.float32)
    if tag[:4] != b"para":
        raise ValueError("a curve of a kind that is not known")
    form = struct.unpack(">H", tag[8:10])[0]
    given = [n / 65536 for n in struct.unpack(f">{(1, 3, 4, 5, 7)[form]}i", tag[12 : 12 + 4 * (1, 3, 4, 5, 7)[form]])]
    return _parametric(form, given)


def _parametric(form: int, given: list[float]) -> Callable[[Any], Any]:
    import numpy as np

    power, *rest = given
    a, b, c, d, e, f = [*rest, *[0.0] * (6 - len(rest))]
    if form == 0:
        return lambda codes: np.maximum(codes, 0) ** np.float32(power)
    if form in (1, 2):  # Y = (aX + b)^g + c from X = -b/a upwards, else c
        d, e, f = (-b / a if a else 0.0), c, c
        c = 0.0
    lift, slope, low = (e if form in (1, 2, 4) else 0.0), c, (f if form in (1, 2, 4) else 0.0)

    def curve(codes: Any) -> Any:
        upper = np.maximum(a * codes + b, 0) ** np.float32(power) + lift
        return np.where(codes >= d, upper, slope * codes + low).astype(np.float32)

    return curve


# -- to sRGB ----------------------------------------------------------------------------------------------------------


def to_srgb(picture: Picture) -> Picture:
    """The picture in sRGB, its layers too; as it is where it is sRGB already. What was lost is in its `said`.

    Raises MediaError for a profile that cannot be read or speaks of another kind of colour.
    """
    if not picture.profile:
        return picture
    if is_srgb(picture.profile):
        return dataclasses.replace(picture, profile=b"")
    name = name_of(picture.profile)
    if kind_of(picture.profile) != "RGB":
        raise MediaError(
            f"the profile of this picture ({name}) is not of red, green and blue", mend="export it as sRGB"
        )
    pixels, outside = _converted(picture, picture.profile)
    layers = tuple(_layer(layer, picture.profile) for layer in picture.layers)
    said = [*picture.said, f"brought from {name} to sRGB"]
    if outside > 0:
        told = f"{outside:.1%}" if outside >= 0.001 else "fewer than 0.1%"
        said.append(f"{told} of the pixels have colours that sRGB does not reach: they are at its edge now")
    if picture.depth == 16 and space_of(picture.profile) is None:
        said.append("its profile is one of tables, applied in 8 bits: the 16 bits are kept in name only")
    return dataclasses.replace(picture, pixels=pixels, profile=b"", layers=layers, said=tuple(said))


def _layer(layer: Layer, profile: bytes) -> Layer:
    return dataclasses.replace(layer, pixels=_converted(layer, profile)[0])


def _converted(source: Picture | Layer, profile: bytes) -> tuple[Any, float]:
    """Pixels in sRGB, and the share of seen pixels whose colour had to be cut."""
    import numpy as np

    space = space_of(profile)
    if space is None:
        return _through_tables(source, profile), 0.0
    turn = (np.linalg.inv(np.array(_SRGB)) @ space.matrix).astype(np.float32)
    height, width = source.pixels.shape[:2]
    depth = 8 if source.pixels.dtype == np.uint8 else 16
    result, cut = np.empty_like(source.pixels), 0
    step = max(1, _BAND // width)
    for top in range(0, height, step):
        rows = slice(top, top + step)
        values = floats(Layer("", source.pixels[rows]))
        light = np.stack([curve(values[..., n]) for n, curve in enumerate(space.curves)], axis=-1) @ turn.T
        values[..., :3] = coded(light)
        edge = 0.75 / 255
        cut += int((((values < -edge) | (values > 1 + edge)).any(axis=2) & (values[..., 3] > 0)).sum())
        result[rows] = integers(values, depth)
        result[rows][..., 3] = source.pixels[rows][..., 3]
    return result, cut / (width * height)


def _through_tables(source: Picture | Layer, profile: bytes) -> Any:
    import numpy as np
    from PIL import Image

    deep = source.pixels.dtype == np.uint16
    flat = (source.pixels >> 8).astype(np.uint8) if deep else source.pixels
    image = through(Image.fromarray(np.ascontiguousarray(flat[..., :3])), profile)
    rgb = np.asarray(image).astype(source.pixels.dtype) * (257 if deep else 1)
    return np.concatenate([rgb, source.pixels[..., 3:]], axis=2)


def through(image: Any, profile: bytes, *, where: str = "") -> Any:
    """A PIL image (L, RGB or CMYK) as sRGB, by LittleCMS. Raises MediaError for a profile that does not fit it."""
    from PIL import ImageCms

    try:
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            target,
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        raise MediaError(
            f"the colour profile inside is broken or of another kind of picture: {error}",
            where=where,
            mend="export the picture again, as sRGB",
        ) from error
