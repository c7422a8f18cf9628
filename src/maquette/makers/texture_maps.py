"""Maps for games beside a texture: a height map and a normal map, guessed from its brightness.

Brighter is taken as higher, after slow changes of light are taken out: right for gravel, mortar, bark and cloth that
are lit from above, wrong for paint and print; look before you use them. The normal map is in tangent space, green up
(OpenGL, Godot, Blender, Unity); for DirectX and Unreal turn the green channel around.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..media.picture import Picture, floats, from_floats, luminance, resized

if TYPE_CHECKING:
    from .picture_patches import Floats

SLOW = 8  # light that changes over more than this part of the side is no relief
STEEP = 6.0  # height of white over black, in hundredths of the side


@dataclass(frozen=True, eq=False)
class Maps:
    """The relief of a texture: `height` 16 bits grey, `normal` 8 bits."""

    height: Picture
    normal: Picture


def maps_of(picture: Picture, wraps: tuple[bool, bool], *, steep: float = STEEP) -> Maps:
    """Height and normal map of a texture; `wraps` (down, across) says which sides meet. `steep`: see `STEEP`."""
    height = relief(luminance(floats(picture)), wraps)
    return Maps(from_floats(height, depth=16), from_floats(normals(height, wraps, steep), depth=8))


def relief(light: Floats, wraps: tuple[bool, bool]) -> Floats:
    """(h, w) in 0..1: how high each pixel of a texture lies, from its luminance."""
    high, wide = light.shape
    rims = [(size // 2, size // 2) if wrap else (0, 0) for size, wrap in zip(light.shape, wraps, strict=True)]
    whole = np.pad(np.sqrt(np.maximum(light, 0)), rims, mode="wrap")
    small = resized(whole, max(2, whole.shape[1] * SLOW // wide), max(2, whole.shape[0] * SLOW // high))
    slow = resized(small, whole.shape[1], whole.shape[0])
    inner = tuple(slice(rim[0], rim[0] + size) for rim, size in zip(rims, light.shape, strict=True))
    fine = (whole - slow)[inner]
    low, top = np.quantile(fine, (0.005, 0.995))
    spread: Floats = np.clip((fine - low) / max(float(top - low), 1e-6), 0, 1).astype(np.float32)
    return spread


def normals(height: Floats, wraps: tuple[bool, bool], steep: float = STEEP) -> Floats:
    """(h, w, 3) in 0..1: the direction that the surface faces, x to the right, y up, z towards the eye."""
    scale = np.float32(steep / 100 * min(height.shape))
    padded = np.pad(height, 1, mode="edge")
    for axis, wrap in enumerate(wraps):
        if wrap:
            turned = np.moveaxis(padded, axis, 0)
            turned[0], turned[-1] = turned[-2].copy(), turned[1].copy()
    across = (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2 * scale
    down = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2 * scale
    facing = np.stack([-across, down, np.ones_like(across)], axis=2)
    facing /= np.linalg.norm(facing, axis=2, keepdims=True)
    return (facing / 2 + 0.5).astype(np.float32)
