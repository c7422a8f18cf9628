"""From a scene to drawn pictures: the net looked through guidance, masks, windows and turned edges, step by step.

A scene is all that is decided before the first step; the same scene gives the same pictures. The net draws squares of
its own side; a wider frame is drawn in overlapping windows that are joined at every step (Bar-Tal et al. 2023,
arXiv:2302.08113, "MultiDiffusion").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..core.progress import OnProgress, Progress, silent
from ..engine import samplers
from ..engine.samplers import Denoise, Floats
from ..engine.settle import settle, settle_sigmas

if TYPE_CHECKING:
    from ..engine.denoiser import Conditions
    from ..media.picture import Picture

HIGHEST = 4.0  # noise that a drawing begins with, around its sketch: from there on nothing beyond it is seen
GUIDED = (0.1, 5.0)  # noise levels at which the words pull (Kynkäänniemi et al. 2024, arXiv:2404.07724)
TURNS = 3  # distances by which a picture that tiles is turned at every look
OVERLAP = 3 / 8  # of a window's side, that two windows share


class Net(Protocol):
    """A checkpoint that draws: what the maker asks of it."""

    styles: tuple[str, ...]
    tones: tuple[str, ...]
    side: int
    sampler: str  # the way from noise to picture that suits it
    upscale: Callable[[Floats], Floats] | None  # the learnt enlarger, to the double
    steps: int
    lowest: float  # noise level of the last look
    guidance: float
    follow: float

    @property
    def memory(self) -> Any:
        """The things it knows: found by name, with how they look."""
        ...

    def remembered(self, style: str) -> Any:
        """The memory as it is asked for pictures of a style."""
        ...

    def ids(self, words: Sequence[str]) -> NDArray[np.int64]:
        """The (t,) tokens of English words; words that it has not read are left out."""
        ...

    def denoise(self, x: Floats, sigma: Floats, asked: Conditions) -> Floats:
        """The pictures (n, 4, side, side) expected behind x."""
        ...


@dataclass(frozen=True)
class Lean:
    """A part of the prompt that weighs more or less than 1: how the scene would be without it."""

    sketch: Floats  # (n, 4, h, w)
    tokens: NDArray[np.int64]  # (t,)
    weight: float


@dataclass(frozen=True)
class Scene:
    """n pictures before they are drawn. Arrays as the net sees them, in [-1, 1].

    noise (n, 4, h, w): what is begun with, of unit spread. known: how far the sketch is trusted. start (n, 4, h, w)
    with strength: a picture to begin from; mask (h, w): 1 where it is drawn, 0 where `start` stays.
    """

    seeds: tuple[int, ...]
    noise: Floats
    sketch: Floats  # (n, 4, h, w)
    known: float
    style: int  # -1: any
    tones: tuple[int, ...]
    tokens: NDArray[np.int64]
    against: NDArray[np.int64] | None = None  # tokens of what is not wanted; None: guided away from no words
    leans: tuple[Lean, ...] = ()
    start: Floats | None = None
    strength: float = 1.0
    mask: Floats | None = None
    sampler: str = "dpmpp"
    steps: int = 8
    lowest: float = 0.15
    guidance: float = 2.0
    tile: bool = False

    @property
    def begins(self) -> bool:
        """True where a picture is drawn on from part of the way."""
        return self.start is not None and self.strength < 1


def draw(net: Net, scene: Scene, on_progress: OnProgress = silent) -> Floats:
    """The pictures (n, 4, h, w) of a scene, in [-1, 1]. `on_progress` may raise Cancelled."""
    sigmas = schedule(scene)
    begun = scene.start if scene.begins else scene.sketch
    assert begun is not None
    x = begun + scene.noise * sigmas[0]
    denoise = _guided(net, scene)
    if scene.mask is not None and scene.start is not None:
        known = np.broadcast_to(scene.start, x.shape).astype(np.float32)
        denoise = samplers.inpainting(denoise, known, scene.mask[None, None], scene.noise)
        x = scene.mask * x + (1 - scene.mask) * (known + sigmas[0] * scene.noise)

    def told(done: int, of: int, clean: Floats) -> None:
        on_progress(Progress(done, of, f"{len(scene.seeds)} pictures", lambda: preview(clean)))

    ready = np.ascontiguousarray(x, np.float32)
    if scene.sampler == "few":
        return samplers.consistency(denoise, ready, sigmas, on_step=told, seeds=scene.seeds)
    if scene.sampler == "settle" and not scene.begins:
        return settle(denoise, ready, sigmas, on_step=told, seeds=scene.seeds)
    way = "dpmpp" if scene.sampler == "settle" else scene.sampler  # from a picture the way down is calm already
    return samplers.SAMPLERS[way](denoise, ready, sigmas, on_step=told)


def schedule(scene: Scene) -> Floats:
    """The noise levels of a scene: from the top, or for a picture to begin from, from part of the way."""
    if scene.begins:
        return samplers.strength_sigmas(scene.steps, scene.strength, min(scene.lowest, 0.1), HIGHEST)
    if scene.sampler == "settle":
        return settle_sigmas(scene.steps, HIGHEST)
    return samplers.karras_sigmas(scene.steps, scene.lowest, HIGHEST)


def preview(clean: Floats) -> Picture:
    """How the pictures stand now, side by side."""
    from ..encodings import pixels
    from ..media.picture import Picture
    from .picture_finish import sheet

    return sheet([Picture(pixels.straight(pixels.unsigned(one))) for one in clean])


# -- the net as a function of noise -----------------------------------------------------------------------------------


def _guided(net: Net, scene: Scene) -> Denoise:
    """The net of a scene: words pull away from no words, or from those that are not wanted; weights on top."""
    full = _look(net, scene, scene.sketch, scene.tokens)
    plain = _look(net, scene, scene.sketch, scene.against if scene.against is not None else net.ids(()))
    led = samplers.guided(full, plain, scene.guidance, GUIDED)
    if not scene.leans:
        return led
    missing = [(_look(net, scene, one.sketch, one.tokens), one.weight - 1) for one in scene.leans]

    def leaning(x: Floats, sigma: Floats) -> Floats:
        """Each weighted part pulls by itself (Liu et al. 2022, arXiv:2206.01714, composed diffusion)."""
        clean = led(x, sigma)
        if not GUIDED[0] <= float(sigma[0]) <= GUIDED[1]:
            return clean
        whole = full(x, sigma)
        for without, more in missing:
            clean = clean + np.float32(more * scene.guidance) * (whole - without(x, sigma))
        return clean

    return leaning


def _look(net: Net, scene: Scene, sketch: Floats, tokens: NDArray[np.int64]) -> Denoise:
    """The net under one sketch and one set of words, on frames of any size."""
    from ..engine.denoiser import Conditions

    count = len(scene.seeds)
    known = np.full(count, scene.known, np.float32)
    style, tone = np.full(count, scene.style, np.int64), np.asarray(scene.tones, np.int64)
    words = np.repeat(tokens[None], count, axis=0)

    def turned(down: int, right: int) -> Denoise:
        seen = np.roll(sketch, (down, right), (2, 3)) if down or right else sketch

        def square(top: int, left: int) -> Denoise:
            part = seen[:, :, top : top + net.side, left : left + net.side]
            asked = Conditions(np.ascontiguousarray(part), known, style, tone, words)
            return lambda x, sigma: net.denoise(x, sigma, asked)

        return windowed(square, net.side)

    return samplers.rolling(turned, looks=TURNS) if scene.tile else turned(0, 0)


def windowed(square: Callable[[int, int], Denoise], side: int) -> Denoise:
    """A net of one side on larger frames: windows that overlap, each weighing most in its middle.

    `square(top, left)` is the net for the window there. A frame of the net's own size is one window.
    """

    overlap = round(side * OVERLAP)

    def denoise(x: Floats, sigma: Floats) -> Floats:
        high, wide = x.shape[2:]
        if (high, wide) == (side, side):
            return square(0, 0)(x, sigma)
        ramp = np.minimum(np.arange(side) + 1, np.arange(side)[::-1] + 1).clip(max=overlap).astype(np.float32)
        weight = ramp[:, None] * ramp[None]
        total, mass = np.zeros_like(x), np.zeros((high, wide), np.float32)
        for top in _starts(high, side, overlap):
            for left in _starts(wide, side, overlap):
                place = (slice(None), slice(None), slice(top, top + side), slice(left, left + side))
                total[place] += weight * square(top, left)(np.ascontiguousarray(x[place]), sigma)
                mass[place[2:]] += weight
        return total / mass

    return denoise


def _starts(length: int, side: int, overlap: int) -> list[int]:
    """Where windows begin so that they cover a length and overlap by at least so much."""
    if length <= side:
        return [0]
    count = -(-(length - overlap) // (side - overlap))
    return [round(number * (length - side) / (count - 1)) for number in range(count)]
