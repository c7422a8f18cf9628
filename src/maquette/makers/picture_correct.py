"""A photo put right: noise, blur, tilt, the colour of its light, its exposure; each with a strength, each told.

correct(photo, Corrections(balance=1.0)) does what is asked; `needed(photo)` measures what a photo lacks and asks for
that alone, each with its reason. The order is that of a darkroom: noise and blur before anything stretches them, then
the tilt, then light.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.errors import UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.registry import nearest
from ..media import picture as p
from ..media.picture_profile import to_srgb
from ..media.picture_size import fits
from .picture_correct_light import (
    ESTIMATORS,
    angle_between,
    balanced,
    cast_of,
    exposed,
    exposure_of,
    lamp_of,
)
from .picture_correct_noise import DEBLURS, blur_of, deblurred, denoised, noise_of
from .picture_correct_tilt import straightened, tilt_of
from .picture_style_filters import Array

BYTES = 420  # of memory for each pixel while it works
# What --auto takes for a fault; measured on photos without and with it in benchmarks/pictures_correct.py.
NOISE = 2.5 / 255  # standard deviation
BLUR = (1.15, 4.0)  # px: less is the softness of any lens, more cannot be brought back
TILT = (0.25, 8.0)  # degrees, and how clearly the lines must say so (1 is chance)
CAST = (4.0, 3.0)  # degrees from white, and how far two independent estimates may lie apart
STOPS = 0.9
RANGE = (0.2, 0.65)  # coded tones that black and white should reach


@dataclass(frozen=True)
class Corrections:
    """How much of each fault is to be taken away: 0 not at all, 1 all of it."""

    denoise: float = 0.0
    deblur: float = 0.0
    straighten: float = 0.0
    balance: float = 0.0
    exposure: float = 0.0
    balance_by: str = "gray-edge"
    deblur_by: str = "wiener"

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, float | int) and not 0 <= value <= 1:
                raise UsageError(f"{field.name} runs from 0 to 1, not {value:g}", mend="1 takes all of the fault away")
        for word, known in ((self.balance_by, list(ESTIMATORS)), (self.deblur_by, list(DEBLURS))):
            if word not in known:
                raise UsageError(f"there is no way called {word!r}", mend=nearest(word, known))


@dataclass(frozen=True)
class Corrected:
    """The result, what was done in words, and the crop (left, top, width, height) where the photo was turned."""

    picture: p.Picture
    done: tuple[str, ...]
    crop: tuple[int, int, int, int] | None = None


def needed(photo: p.Picture, asked: Corrections | None = None) -> tuple[Corrections, tuple[str, ...]]:
    """What a photo can be shown to lack, and for each of the five a line: what was measured, and what follows."""
    values = p.floats(to_srgb(photo))
    coded = _over_gray(values)
    base = asked or Corrections()
    noise, soft, tilt = noise_of(coded), blur_of(coded), tilt_of(coded)
    lamp, other = lamp_of(coded, "gray-edge"), lamp_of(coded, "white-patch")
    cast, apart = cast_of(lamp), angle_between(lamp, other)
    light = exposure_of(coded)
    noisy, tilted = noise >= NOISE, abs(tilt.degrees) >= TILT[0] and tilt.clear >= TILT[1]
    # Noise makes edges steep: a width measured through it means little.
    blurred = BLUR[0] <= soft <= BLUR[1] and noise < 2 * NOISE
    coloured = cast >= CAST[0] and apart <= CAST[1]
    dull = abs(light.stops) >= STOPS or light.black > RANGE[0] or light.white < RANGE[1]
    clear = "clear" if tilt.clear >= TILT[1] else "no clear"
    told = (
        _line("noise", noisy, f"standard deviation {255 * noise:.1f} of 255"),
        _line("blur", blurred, f"edges {soft:.1f} px wide" if soft else "no edges to measure it on"),
        _line("tilt", tilted, f"{clear} lines at {tilt.degrees:+.1f} degrees"),
        _line("cast", coloured, f"{cast:.1f} degrees from white, two estimates {apart:.1f} apart"),
        _line("exposure", dull, f"tones from {light.black:.2f} to {light.white:.2f}, {light.stops:+.1f} stops"),
    )
    found = (noisy, blurred, tilted, coloured, dull)
    names = ("denoise", "deblur", "straighten", "balance", "exposure")
    wanted: dict[str, Any] = {
        name: 1.0 for name, fault in zip(names, found, strict=True) if fault and not getattr(base, name)
    }
    return dataclasses.replace(base, **wanted), told


def _line(name: str, fault: bool, measured: str) -> str:
    return f"{name}: {measured}: {'to be corrected' if fault else 'left as it is'}"


def correct(photo: p.Picture, asked: Corrections, on_progress: OnProgress = silent) -> Corrected:
    """Take the faults away that are asked for. Raises UsageError for a photo that is too large for the memory."""
    fits(*photo.size, BYTES)
    photo = to_srgb(photo)
    values = p.floats(photo)
    done: list[str] = []
    crop = None
    steps: list[tuple[str, Callable[[Array], tuple[Array, str]]]] = [
        ("denoise", lambda now: _clean(now, asked.denoise)),
        ("deblur", lambda now: _sharp(now, asked.deblur, asked.deblur_by)),
    ]
    chosen = [step for step in steps if getattr(asked, step[0])]
    of = len(chosen) + sum(1 for name in ("straighten", "balance", "exposure") if getattr(asked, name))
    for number, (name, change) in enumerate(chosen):
        on_progress(Progress(number, of, name))
        coded, said = change(values[..., :3])
        values = np.concatenate([coded, values[..., 3:]], -1)
        done.append(said)
    if asked.straighten:
        on_progress(Progress(len(done), of, "straighten"))
        values, crop, said = _upright(values, asked.straighten)
        done.append(said)
    if asked.balance:
        on_progress(Progress(len(done), of, "balance"))
        lamp = lamp_of(_over_gray(values), asked.balance_by)
        coded = balanced(values[..., :3], lamp, asked.balance)
        values = np.concatenate([coded, values[..., 3:]], -1)
        done.append(
            f"white balance by {asked.balance_by}: the light was {cast_of(lamp):.1f} degrees from white"
            f"{_part(asked.balance)}"
        )
    if asked.exposure:
        on_progress(Progress(len(done), of, "exposure"))
        found = exposure_of(_over_gray(values))
        coded = exposed(values[..., :3], found, asked.exposure)
        values = np.concatenate([coded, values[..., 3:]], -1)
        done.append(
            f"exposure {found.stops * asked.exposure:+.2f} stops, tones of {found.black:.2f} to {found.white:.2f} "
            f"spread{_part(asked.exposure)}"
        )
    return Corrected(p.from_floats(values, like=photo), tuple(done), crop)


def _part(strength: float) -> str:
    return "" if strength == 1 else f", {strength:.0%} of it"


def _over_gray(values: Array) -> Array:
    """What is measured: transparent places count as middle gray."""
    return np.asarray(values[..., :3] * values[..., 3:] + np.float32(0.5) * (1 - values[..., 3:]), dtype=np.float32)


def _clean(coded: Array, strength: float) -> tuple[Array, str]:
    sigma = noise_of(coded)
    return denoised(coded, sigma, strength), f"noise of {255 * sigma:.1f} of 255 taken out{_part(strength)}"


def _sharp(coded: Array, strength: float, method: str) -> tuple[Array, str]:
    sigma = blur_of(coded)
    if sigma <= 0:
        return coded, "no edges to measure a blur on: nothing sharpened"
    sharp = deblurred(coded, sigma, noise_of(coded), strength, method)
    return sharp, f"blur of {sigma:.1f} px undone by {method}{_part(strength)}"


def _upright(values: Array, strength: float) -> tuple[Array, tuple[int, int, int, int] | None, str]:
    tilt = tilt_of(_over_gray(values))
    degrees = tilt.degrees * strength
    if abs(degrees) < 0.02:
        return values, None, "no tilt found: not turned"
    turned, crop = straightened(p.premultiplied(values), degrees)
    high, wide = values.shape[:2]
    said = (
        f"turned by {-degrees:+.2f} degrees{_part(strength)}; cropped from {wide} x {high} to {crop[2]} x {crop[3]}, "
        f"from ({crop[0]}, {crop[1]})"
    )
    if tilt.clear < TILT[1]:
        said += "; its lines are not clear: look whether it is right"
    return np.clip(p.straight(np.clip(turned, 0, 1)), 0, 1), crop, said


def before_after(before: p.Picture, after: p.Picture) -> p.Picture:
    """Both side by side on white, a gap between them: the after beside the before at its own size."""
    pair = [p.floats(to_srgb(one)) for one in (before, after)]
    high, gap = max(len(one) for one in pair), max(4, len(pair[0]) // 60)
    sheet = np.ones((high, sum(one.shape[1] for one in pair) + gap, 4), dtype=np.float32)
    left = 0
    for one in pair:
        top = (high - len(one)) // 2
        alpha = one[..., 3:]
        sheet[top : top + len(one), left : left + one.shape[1], :3] = one[..., :3] * alpha + 1 - alpha
        left += one.shape[1] + gap
    return p.from_floats(sheet)
