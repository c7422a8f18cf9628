"""Skin tones of small pictures: their colours, and a remembered person in any of them.

A memory's sketches are of the default, yellow, tone. What is drawn over one takes the tone only as far as the net has
learnt to; turned here, the sketch itself has it, so that every tone that is asked for is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .pixels import Floats

# Median colours of skin in learnt flat pictures, coded RGB 0..255.
SKIN: Mapping[str, tuple[int, int, int]] = {
    "default": (250, 190, 58),
    "light": (245, 203, 184),
    "medium-light": (239, 190, 170),
    "medium": (190, 135, 119),
    "medium-dark": (145, 98, 92),
    "dark": (81, 51, 53),
}
NEAR, FAR = 0.18, 0.42  # chromatic distance from the default tone: all of a colour is turned, none of it


def toned(sketch: Floats, tone: str) -> Floats:
    """A premultiplied person (h, w, 4) of the default tone in another; colours that are no skin stay."""
    if tone not in SKIN or tone == "default":
        return sketch
    old, new = (np.asarray(SKIN[name], np.float32) / 255 for name in ("default", tone))
    alpha = np.maximum(sketch[..., 3:], 1e-6)
    rgb = sketch[..., :3] / alpha
    light = np.maximum(rgb.max(axis=-1, keepdims=True), 1e-3)
    apart = np.linalg.norm(rgb / light - old / old.max(), axis=-1, keepdims=True)
    share = np.clip((FAR - apart) / (FAR - NEAR), 0, 1) * np.clip((light - 0.4) / 0.3, 0, 1)
    turned = new * (0.5 + 0.5 * np.minimum(light / old.max(), 1.05))
    out = (rgb + share * (turned - rgb)).clip(0, 1) * sketch[..., 3:]
    return np.concatenate([out, sketch[..., 3:]], axis=-1).astype(np.float32)
