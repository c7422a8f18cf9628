"""Picture: pixels with alpha, 8 or 16 bits deep, with their layers; and the arithmetic of sRGB.

A picture keeps *straight* alpha: the colour of a half-transparent pixel is the colour of the paint, not of the paint
mixed with black. Whoever blurs, scales or blends first asks for `premultiplied` values, and afterwards for `straight`
ones. Values are sRGB-coded (IEC 61966-2-1) unless the picture carries the ICC `profile` of another space;
`media/picture_profile.py` brings those to sRGB where asked.

Everything here is an array in, an array out; files live in `media/picture_file.py`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import MediaError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Pixels = NDArray[Any]  # uint8 or uint16

LUMA = (0.2126, 0.7152, 0.0722)  # how much of what we see as brightness is red, green, blue (ITU-R BT.709)


def _checked(pixels: Any, what: str) -> Any:
    """The pixels, read-only, if they are (h, w, 4) of uint8 or uint16; else an error that says what they are."""
    import numpy as np

    array = np.asarray(pixels)
    if array.ndim != 3 or array.shape[2] != 4 or array.dtype not in (np.uint8, np.uint16) or 0 in array.shape:
        raise MediaError(
            f"the pixels of {what} are {array.dtype} of shape {array.shape}",
            mend="give (height, width, 4) of uint8 or uint16: red, green, blue and straight alpha",
        )
    seen = array.view()
    seen.setflags(write=False)  # the view alone: the caller's own array stays as it was
    return seen


@dataclass(frozen=True, eq=False)
class Layer:
    """One sheet of a picture: its own pixels, laid at (x, y) of the canvas; what lies outside is not seen."""

    name: str
    pixels: Pixels  # (h, w, 4), straight alpha
    x: int = 0
    y: int = 0
    opacity: float = 1.0  # 0..1
    visible: bool = True
    mode: str = "normal"  # how it mixes with what is below: a name of `picture_blend.MODES`

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", _checked(self.pixels, f"layer {self.name!r}"))
        if not 0.0 <= self.opacity <= 1.0:
            raise MediaError(f"layer {self.name!r} has opacity {self.opacity}", mend="opacity runs from 0 to 1")


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture: its flattened look, and where it has them the layers that make it."""

    pixels: Pixels  # (h, w, 4), straight alpha, sRGB-coded unless `profile`
    title: str = ""
    profile: bytes = b""  # ICC; empty means sRGB
    layers: tuple[Layer, ...] = ()  # bottom first
    said: tuple[str, ...] = ()  # what a reader changed or could not carry, each a line for people

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", _checked(self.pixels, "a picture"))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return int(self.pixels.shape[1]), int(self.pixels.shape[0])

    @property
    def depth(self) -> int:
        """Bits per channel: 8 or 16."""
        return 8 * int(self.pixels.dtype.itemsize)

    @property
    def opaque(self) -> bool:
        """True if no pixel is even a little transparent."""
        return bool((self.pixels[..., 3] == (255 if self.depth == 8 else 65535)).all())


def floats(picture: Picture | Layer) -> Floats:
    """The pixels as float32 (h, w, 4) in 0..1: coded as they are, alpha straight."""
    import numpy as np

    top = 255 if picture.pixels.dtype == np.uint8 else 65535
    return picture.pixels.astype(np.float32) / np.float32(top)


def integers(values: Any, depth: int = 8) -> Pixels:
    """Values in 0..1 as uint8 or uint16, rounded to nearest; what lies outside 0..1 becomes 0 or the maximum.

    Raises MediaError for values that are not numbers (NaN): a net or a filter went wrong.
    """
    import numpy as np

    if depth not in (8, 16):
        raise UsageError(f"a picture cannot be {depth} bits deep", mend="8 or 16")
    array = np.asarray(values, np.float32)
    if np.isnan(array).any():
        raise MediaError(
            "some pixels are not numbers (NaN)", mend="this is a fault of what drew them: please report it"
        )
    top = 255 if depth == 8 else 65535
    rounded = np.clip(array, 0.0, 1.0) * np.float32(top) + np.float32(0.5)
    return rounded.astype(np.uint8 if depth == 8 else np.uint16)


def from_floats(array: Any, *, like: Picture | None = None, depth: int | None = None) -> Picture:
    """A picture of values in 0..1: (h, w) gray, (h, w, 3) opaque or (h, w, 4) with straight alpha.

    `like` gives title, profile and, unless `depth` is said, the depth (else 8). Values are rounded to nearest, and
    what lies outside 0..1 becomes 0 or 1. Layers are not carried: they no longer make up the new pixels.
    """
    import numpy as np

    values = np.asarray(array, np.float32)
    if values.ndim == 2:
        values = np.repeat(values[..., None], 3, axis=2)
    if values.ndim != 3 or values.shape[2] not in (3, 4):
        raise MediaError(f"pixels of shape {values.shape}", mend="give (h, w), (h, w, 3) or (h, w, 4)")
    if values.shape[2] == 3:
        values = np.concatenate([values, np.ones_like(values[..., :1])], axis=2)
    pixels = integers(values, depth or (like.depth if like else 8))
    if like is None:
        return Picture(pixels)
    return dataclasses.replace(like, pixels=pixels, layers=(), said=())


def linear(rgb: Any) -> Floats:
    """Light, from sRGB-coded values (IEC 61966-2-1); float32 of any shape, without the alpha channel."""
    import numpy as np

    values = np.asarray(rgb, np.float32)
    curve = np.maximum((values + np.float32(0.055)) / np.float32(1.055), 0) ** np.float32(2.4)
    return np.where(values <= 0.04045, values / np.float32(12.92), curve).astype(np.float32)


def coded(rgb: Any) -> Floats:
    """sRGB-coded values of light: the way back of `linear`. Light below 0 stays below 0."""
    import numpy as np

    values = np.asarray(rgb, np.float32)
    curve = np.float32(1.055) * np.maximum(values, 0) ** np.float32(1 / 2.4) - np.float32(0.055)
    return np.where(values <= 0.0031308, values * np.float32(12.92), curve).astype(np.float32)


def premultiplied(rgba: Any) -> Floats:
    """(..., 4) with colour times alpha, from straight alpha: the form in which blurs and blends are right."""
    import numpy as np

    values = np.array(rgba, np.float32)
    values[..., :3] *= values[..., 3:]
    return values


def straight(rgba: Any) -> Floats:
    """(..., 4) with straight alpha, from premultiplied values; where alpha is 0 the colour is black."""
    import numpy as np

    values = np.array(rgba, np.float32)
    alpha = values[..., 3:]
    values[..., :3] = np.divide(values[..., :3], alpha, out=np.zeros_like(values[..., :3]), where=alpha > 1e-6)
    return values


# Oklab (Björn Ottosson 2020, https://bottosson.github.io/posts/oklab/): light -> cones -> lightness and two hues.
_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def oklab(rgb_linear: Any) -> Floats:
    """(..., 3) lightness 0..1 and the two hue axes, from light (see `linear`); equal steps look about equally big."""
    import numpy as np

    cones = np.cbrt(np.asarray(rgb_linear, np.float32) @ np.array(_CONES, np.float32).T)
    return np.asarray(cones @ np.array(_LAB, np.float32).T, np.float32)


def from_oklab(lab: Any) -> Floats:
    """Light of Oklab values: the way back of `oklab`. May lie outside 0..1 where sRGB has no such colour."""
    import numpy as np

    cones = np.asarray(lab, np.float32) @ np.linalg.inv(np.array(_LAB)).astype(np.float32).T
    return (cones**3 @ np.linalg.inv(np.array(_CONES)).astype(np.float32).T).astype(np.float32)


def luminance(rgb_coded: Any) -> Floats:
    """(...,) relative luminance 0..1 (light, as in WCAG) of sRGB-coded (..., 3) or (..., 4); alpha is ignored."""
    import numpy as np

    light = linear(np.asarray(rgb_coded, np.float32)[..., :3])
    return (light @ np.array(LUMA, np.float32)).astype(np.float32)


def resized(array: Any, width: int, height: int) -> Floats:
    """float32 (h, w) or (h, w, c) brought to (height, width): Lanczos-3, antialiased, in the space it is given in.

    Give premultiplied values where there is alpha. Lanczos overshoots at hard edges: a little below 0 and above 1.
    """
    import numpy as np
    from PIL import Image

    values = np.asarray(array, np.float32)
    if width < 1 or height < 1:
        raise UsageError(f"a picture cannot be {width} x {height}", mend="give at least 1 x 1")
    planes = values[..., None] if values.ndim == 2 else values
    if planes.shape[:2] == (height, width):
        return values.copy()
    scaled = np.empty((height, width, planes.shape[2]), np.float32)
    for channel in range(planes.shape[2]):
        plane = Image.fromarray(np.ascontiguousarray(planes[..., channel]))
        scaled[..., channel] = np.asarray(plane.resize((width, height), Image.Resampling.LANCZOS))
    return scaled[..., 0] if values.ndim == 2 else scaled


def mask_of(source: Path | str | Picture, size: tuple[int, int]) -> Floats:
    """(h, w) in 0..1 of a mask as a person paints it: white is chosen, black and transparent are not.

    Of a picture in layers it is the layer named "mask" ("маска"), hidden or not, else the flat look. Raises MediaError
    for a mask of another size than (width, height), and for one that chooses nothing.
    """
    import numpy as np

    if isinstance(source, Picture):
        picture, where = source, "the mask"
    else:
        from .picture_file import read

        picture, where = read(Path(source)), str(source)
    if picture.size != size:
        wide, high = picture.size
        raise MediaError(
            f"the mask is {wide} x {high} pixels, the picture {size[0]} x {size[1]}",
            where=where,
            mend="paint the mask on a layer of the picture itself, so that both have one size",
        )
    values = floats(_mask_layer(picture) or picture)
    mask = (values[..., :3] @ np.array(LUMA, np.float32)) * values[..., 3]
    if not (mask > 0.5 / 255).any():
        raise MediaError(
            "the mask chooses nothing: it is black or transparent all over",
            where=where,
            mend="paint white where something is to change",
        )
    return np.asarray(np.minimum(mask, 1.0), np.float32)


def _mask_layer(picture: Picture) -> Picture | None:
    """The layer that is named as a mask, on a canvas of the picture's size; None if there is none."""
    import numpy as np

    for layer in reversed(picture.layers):
        if layer.name.strip().lower() in ("mask", "маска"):
            from .picture_blend import flattened

            shown = dataclasses.replace(layer, visible=True, opacity=1.0, mode="normal")
            return Picture(integers(np.clip(flattened([shown], picture.size), 0, 1), 16))
    return None
