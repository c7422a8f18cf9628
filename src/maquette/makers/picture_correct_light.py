"""The light of a photo: its colour, estimated in several ways, and its exposure.

All work on light (linear sRGB), where a coloured lamp is a product of each channel with a number (von Kries 1902).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..core.registry import nearest
from ..media import picture as p
from .picture_style_filters import Array, blur

CLIPPED = 0.98  # of the coded range: a channel above tells nothing about the lamp
SAMPLE = 400_000  # pixels that are looked at


def _gray_world(light: Array, usable: NDArray[np.bool_]) -> NDArray[Any]:
    """The mean is gray (Buchsbaum 1980)."""
    return np.asarray(light[usable].mean(0))


def _white_patch(light: Array, usable: NDArray[np.bool_]) -> NDArray[Any]:
    """The brightest is white (Land 1977), here the mean of the brightest 2 %."""
    some = light[usable]
    bright = some.sum(1)
    return np.asarray(some[bright >= np.quantile(bright, 0.98)].mean(0))


def _shades_of_gray(light: Array, usable: NDArray[np.bool_]) -> NDArray[Any]:
    """Between the two: a mean of sixth powers (Finlayson and Trezzi 2004)."""
    return np.asarray((light[usable].astype(np.float64) ** 6).mean(0) ** (1 / 6))


def _gray_edge(light: Array, usable: NDArray[np.bool_]) -> NDArray[Any]:
    """The mean *change* is gray (van de Weijer et al. 2007): fields of one colour have no say."""
    soft = blur(light, 1.0)
    across = np.abs(np.diff(soft, axis=1, append=soft[:, -1:]))
    down = np.abs(np.diff(soft, axis=0, append=soft[-1:]))
    return np.asarray((np.hypot(across, down)[usable].astype(np.float64) ** 5).mean(0) ** (1 / 5))


def _bright_and_dark(light: Array, usable: NDArray[np.bool_]) -> NDArray[Any]:
    """The main axis of the brightest and the darkest pixels, seen from the mean colour (Cheng et al. 2014)."""
    some = light[usable].astype(np.float64)
    middle = some.mean(0)
    along = some @ middle / np.linalg.norm(middle)
    low, high = np.quantile(along, (0.035, 0.965))
    chosen = some[(along <= low) | (along >= high)]
    axis = np.linalg.eigh(chosen.T @ chosen)[1][:, -1]
    return np.asarray(np.abs(axis))


def _agreement(light: Array, usable: NDArray[np.bool_]) -> NDArray[Any]:
    """The median of the three that were nearest to the truth when measured: one that is misled does not count."""
    found = [_unit(one(light, usable)) for one in (_white_patch, _shades_of_gray, _gray_edge)]
    return np.asarray(np.median(found, axis=0))


Estimator = Callable[[Array, NDArray[np.bool_]], NDArray[Any]]
ESTIMATORS: Mapping[str, Estimator] = {
    "gray-edge": _gray_edge,
    "gray-world": _gray_world,
    "white-patch": _white_patch,
    "shades-of-gray": _shades_of_gray,
    "agreement": _agreement,
    "bright-and-dark": _bright_and_dark,
}


def _unit(colour: NDArray[Any]) -> NDArray[Any]:
    colour = np.maximum(colour, 1e-6)
    return np.asarray(colour / np.linalg.norm(colour))


def lamp_of(coded: Array, by: str = "gray-edge") -> NDArray[np.float64]:
    """The colour of the light of a photo (h, w, 3 sRGB-coded): three numbers of length 1.

    Raises UsageError for an unknown estimator.
    """
    if by not in ESTIMATORS:
        raise UsageError(f"there is no estimator {by!r}", mend=nearest(by, list(ESTIMATORS)))
    step = max(1, math.isqrt(coded.shape[0] * coded.shape[1] // SAMPLE))
    some = coded[::step, ::step]
    usable = (some.max(-1) < CLIPPED) & (some.max(-1) > 0.02)
    if usable.sum() < 16:
        return _unit(np.ones(3))
    return _unit(ESTIMATORS[by](p.linear(some), usable))


def angle_between(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Degrees between two lights: the usual measure of the error of a white balance."""
    return math.degrees(math.acos(min(1.0, float(_unit(one) @ _unit(other)))))


def cast_of(lamp: NDArray[Any]) -> float:
    """Degrees between a light and white."""
    return angle_between(lamp, np.ones(3))


def balanced(coded: Array, lamp: NDArray[Any], strength: float) -> Array:
    """The photo as under white light; its brightness (BT.709) stays."""
    gains = (1 / _unit(lamp)) ** strength
    light = p.linear(coded)
    before = float((light @ np.array(p.LUMA, np.float32)).mean())
    light = light * gains.astype(np.float32)
    after = float((light @ np.array(p.LUMA, np.float32)).mean())
    return np.clip(p.coded(light * np.float32(before / max(after, 1e-9))), 0, 1)


@dataclass(frozen=True)
class Exposure:
    """What a photo's exposure lacks: how many stops, and where its darkest and lightest tones lie (0..1, coded)."""

    stops: float
    black: float
    white: float
    middle: float  # the median tone, coded


def exposure_of(coded: Array) -> Exposure:
    """Measure the tones; `stops` would bring the median to where most photos have it, no highlight lost."""
    tones = p.coded(p.luminance(coded)).ravel()
    black, middle, white = (float(value) for value in np.quantile(tones, (0.005, 0.5, 0.995)))
    wanted = float(np.log2(p.linear(np.float32(0.43)) / max(float(p.linear(np.float32(middle))), 1e-4)))
    room = float(np.log2(1.0 / max(float(p.linear(np.float32(white))), 1e-3)))
    # A night may stay dark: three quarters of the way, or all the room there is above, whichever is less. A white wall
    # may stay white: only what is nearly all white is darkened.
    stops = min(max(0.0, 0.75 * wanted), room) if wanted > 0 else max(wanted * 0.5, -1.5) if middle > 0.93 else 0.0
    return Exposure(round(min(stops, 4.0), 2), black, white, middle)


def exposed(coded: Array, found: Exposure, strength: float) -> Array:
    """Brighter or darker by the stops, then the tones spread over the range; hues stay."""
    light = p.linear(coded) * np.float32(2 ** (found.stops * strength))
    lab = p.oklab(light)
    tones = lab[..., 0]
    low, high = (float(value) for value in np.quantile(tones[:: max(1, len(tones) // 1024)], (0.003, 0.997)))
    low, high = min(low, 0.25) * strength * 0.9, 1 - (1 - max(high, 0.75)) * strength * 0.9
    gain = (tones - low) / max(high - low, 1e-3)
    scale = np.clip(gain, 0, None) / np.maximum(tones, 1e-4)
    return np.clip(p.coded(p.from_oklab(lab * scale[..., None])), 0, 1)
