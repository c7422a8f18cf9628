"""How a layer mixes with what lies below it (W3C Compositing and Blending Level 1, 2024), on sRGB-coded values.

The names are those of CSS and SVG, which OpenRaster uses with `svg:` before them; "normal" is its `svg:src-over`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from .picture import Layer, floats

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_BAND = 1 << 20  # pixels that are mixed at once: bounds the memory
_WHOLE = ("dst-in", "dst-atop")  # these clear what lies outside the layer, too


def _overlay(below: Any, above: Any) -> Any:
    return _hard_light(above, below)


def _hard_light(below: Any, above: Any) -> Any:
    import numpy as np

    screened = below + (2 * above - 1) - below * (2 * above - 1)
    return np.where(above <= 0.5, below * 2 * above, screened)


def _soft_light(below: Any, above: Any) -> Any:
    import numpy as np

    curve = np.where(below <= 0.25, ((16 * below - 12) * below + 4) * below, np.sqrt(below))
    darker = below - (1 - 2 * above) * below * (1 - below)
    return np.where(above <= 0.5, darker, below + (2 * above - 1) * (curve - below))


def _dodge(below: Any, above: Any) -> Any:
    import numpy as np

    light = np.divide(below, 1 - above, out=np.ones_like(below), where=above < 1)
    return np.where(below == 0, 0, np.minimum(1, light))


def _burn(below: Any, above: Any) -> Any:
    import numpy as np

    dark = np.divide(1 - below, above, out=np.ones_like(below), where=above > 0)
    return np.where(below == 1, 1, 1 - np.minimum(1, dark))


def _light(colour: Any) -> Any:
    return colour[..., :1] * 0.3 + colour[..., 1:2] * 0.59 + colour[..., 2:3] * 0.11


def _with_light(colour: Any, light: Any) -> Any:
    """The colour moved to another lightness, and pulled towards gray where it leaves 0..1."""
    import numpy as np

    moved = colour + (light - _light(colour))
    low, high = moved.min(axis=-1, keepdims=True), moved.max(axis=-1, keepdims=True)
    under = np.divide(light, light - low, out=np.ones_like(low), where=low < 0)
    over = np.divide(1 - light, high - light, out=np.ones_like(high), where=high > 1)
    return light + (moved - light) * np.minimum(under, over)


def _with_saturation(colour: Any, like: Any) -> Any:
    import numpy as np

    want = like.max(axis=-1, keepdims=True) - like.min(axis=-1, keepdims=True)
    low = colour.min(axis=-1, keepdims=True)
    span = colour.max(axis=-1, keepdims=True) - low
    return np.divide((colour - low) * want, span, out=np.zeros_like(colour), where=span > 0)


def _maximum(below: Any, above: Any) -> Any:
    import numpy as np

    return np.maximum(below, above)


def _minimum(below: Any, above: Any) -> Any:
    import numpy as np

    return np.minimum(below, above)


Blend = Callable[[Any, Any], Any]
# What becomes of the colour below (b) and above (a) where both are; straight values in 0..1.
BLENDS: dict[str, Blend] = {
    "normal": lambda b, a: a,
    "multiply": lambda b, a: b * a,
    "screen": lambda b, a: b + a - b * a,
    "overlay": _overlay,
    "darken": _minimum,
    "lighten": _maximum,
    "color-dodge": _dodge,
    "color-burn": _burn,
    "hard-light": _hard_light,
    "soft-light": _soft_light,
    "difference": lambda b, a: abs(b - a),
    "exclusion": lambda b, a: b + a - 2 * b * a,
    "hue": lambda b, a: _with_light(_with_saturation(a, b), _light(b)),
    "saturation": lambda b, a: _with_light(_with_saturation(b, a), _light(b)),
    "color": lambda b, a: _with_light(a, _light(b)),
    "luminosity": lambda b, a: _with_light(b, _light(a)),
}
# Ways to cut and to add (Porter and Duff 1984); dst-in is how a layer masks what is below it.
OPERATORS = ("plus", "dst-in", "dst-out", "src-atop", "dst-atop")
MODES = (*BLENDS, *OPERATORS)


def mixed(below: Floats, above: Floats, mode: str = "normal") -> Floats:
    """below (h, w, 4) premultiplied, above (h, w, 4) straight: what is seen, premultiplied. `mode` is one of MODES."""
    import numpy as np

    under, over = below[..., 3:], above[..., 3:]
    if mode == "plus":
        added = below + np.concatenate([above[..., :3] * over, over], axis=2)
        return np.asarray(np.minimum(1, added), np.float32)
    if mode == "dst-in":
        return below * over
    if mode == "dst-out":
        return below * (1 - over)
    if mode == "src-atop":
        return np.concatenate([above[..., :3] * over * under + below[..., :3] * (1 - over), under], axis=2)
    if mode == "dst-atop":
        return np.concatenate([below[..., :3] * over + above[..., :3] * over * (1 - under), over], axis=2)
    colour = above[..., :3]
    if mode != "normal":
        straight = np.divide(below[..., :3], under, out=np.zeros_like(colour), where=under > 0)
        colour = (1 - under) * colour + under * BLENDS[mode](np.clip(straight, 0, 1), colour)
    shown = colour * over + below[..., :3] * (1 - over)
    return np.concatenate([shown, over + under * (1 - over)], axis=2).astype(np.float32)


def flattened(layers: Iterable[Layer], size: tuple[int, int]) -> Floats:
    """The look of layers (bottom first) on a clear canvas of (width, height): float32 (h, w, 4), straight alpha."""
    import numpy as np

    width, height = size
    seen = [layer for layer in layers if layer.visible and (layer.opacity > 0 or layer.mode in _WHOLE)]
    canvas = np.zeros((height, width, 4), np.float32)
    step = max(1, _BAND // width)
    for top in range(0, height, step):
        band = canvas[top : top + step]
        for layer in seen:
            _lay(band, layer, top)
        alpha = band[..., 3:]
        np.divide(band[..., :3], alpha, out=band[..., :3], where=alpha > 0)
    return canvas


def _lay(band: Floats, layer: Layer, top: int) -> None:
    """Mix one layer into some rows of the canvas, which begin at `top`."""
    import numpy as np

    high, wide = layer.pixels.shape[:2]
    rows = slice(max(0, layer.y - top), max(0, min(len(band), layer.y + high - top)))
    columns = slice(max(0, layer.x), max(0, min(band.shape[1], layer.x + wide)))
    shown = rows.stop > rows.start and columns.stop > columns.start
    kept = band[rows, columns].copy() if shown else None
    if layer.mode in _WHOLE:
        band[:] = 0
    if kept is None:
        return
    first_row, first_column = rows.start + top - layer.y, columns.start - layer.x
    cut = layer.pixels[first_row:, first_column:][: kept.shape[0], : kept.shape[1]]
    above = floats(Layer(layer.name, cut))
    above[..., 3] *= np.float32(layer.opacity)
    band[rows, columns] = mixed(kept, above, layer.mode)
