"""What can be said of a small picture in numbers: how bright, warm, large, round or symmetric it is.

    traits(pictures)  (n, h, w, 4) premultiplied, 0..1  ->  {"bright": (n,), "warm": (n,), ...}

Each is named by the word for more of it, as a slider is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)

# The word for more of it, the word for less, and what is measured.
TRAITS = {
    "bright": ("dark", "mean luma of what is painted"),
    "warm": ("cool", "red less blue"),
    "green": ("magenta", "green less the mean of red and blue"),
    "vivid": ("grey", "largest less smallest channel"),
    "contrast": ("flat", "spread of luma inside the picture"),
    "detailed": ("plain", "mean step between neighbouring pixels"),
    "large": ("small", "share of the canvas that is covered"),
    "round": ("jagged", "area over the square of the outline's length, 1 for a disc"),
    "tall": ("wide", "height over width of what is covered"),
    "symmetric": ("lopsided", "likeness of the left half to the right one"),
    "high": ("low", "how far up the middle of what is covered lies"),
}


def traits(pictures: Floats) -> dict[str, Floats]:
    """Every trait of TRAITS for each picture."""
    paint, alpha = pictures[..., :3], pictures[..., 3]
    h, w = alpha.shape[1:]
    area = alpha.sum(axis=(1, 2)) + 1e-6
    colour = paint.sum(axis=(1, 2)) / area[:, None]
    luma = paint @ LUMA
    mean = luma.sum(axis=(1, 2)) / area
    own = luma / np.maximum(alpha, 1e-3)
    spread = np.sqrt((alpha * np.square(own - mean[:, None, None])).sum(axis=(1, 2)) / area)
    edges = [np.abs(np.diff(alpha, axis=axis)).sum(axis=(1, 2)) for axis in (1, 2)]
    outline = np.hypot(*edges) * 1.11 + 1e-6  # steps along both axes overrate slanting lines; 1.11 makes a disc 1
    steps = [np.abs(np.diff(pictures, axis=axis)).mean(axis=(1, 2, 3)) for axis in (1, 2)]
    y, x = (np.arange(side, dtype=np.float32) / side for side in (h, w))
    middle = [(alpha * y[:, None]).sum(axis=(1, 2)) / area, (alpha * x).sum(axis=(1, 2)) / area]
    far = [
        np.sqrt((alpha * np.square(y[:, None] - middle[0][:, None, None])).sum(axis=(1, 2)) / area),
        np.sqrt((alpha * np.square(x - middle[1][:, None, None])).sum(axis=(1, 2)) / area),
    ]
    apart = np.abs(pictures - pictures[:, :, ::-1]).mean(axis=(1, 2, 3))
    found = {
        "bright": mean,
        "warm": colour[:, 0] - colour[:, 2],
        "green": colour[:, 1] - (colour[:, 0] + colour[:, 2]) / 2,
        "vivid": (paint.max(axis=-1) - paint.min(axis=-1)).sum(axis=(1, 2)) / area,
        "contrast": spread,
        "detailed": steps[0] + steps[1],
        "large": area / (h * w),
        "round": 4 * np.pi * area / np.square(outline * np.pi / 2),
        "tall": np.log((far[0] + 1e-3) / (far[1] + 1e-3)),
        "symmetric": 1 - apart / (pictures.mean(axis=(1, 2, 3)) + 1e-6),
        "high": 1 - middle[0],
    }
    return {name: np.asarray(one, dtype=np.float32) for name, one in found.items()}
