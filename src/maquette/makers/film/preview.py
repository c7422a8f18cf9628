"""A motion as a drawn figure that walks over a grid: what the motion craft shows and what a hand checks a clip by."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...media.film import Look
from ...media.ink import Ink, Layer, Page
from ...media.ink_draw import to_pixels
from ...media.motion import Motion, resampled, world
from ...media.stage import Camera
from .puppet import FaceState, draw_person
from .puppet_paint import LINE, mixed
from .puppet_shapes import Lens

Floats = NDArray[np.float32]
PAPER = {"line": "#fbfaf6", "ink": "#ffffff", "tone": "#efe9dd"}


def figure_frames(
    motion: Motion, look: Look | None = None, width: int = 480, height: int = 360, fps: float = 24.0, *,
    style: str = "tone", view: float = 0.7,
) -> Iterator[NDArray[np.uint8]]:  # fmt: skip
    """Frames (height, width, 3) of a motion of the house skeleton at `fps`: the camera follows over a grid.

    `view`: radians about the figure's first heading from which it is seen; 0 from before, a quarter turn from its left.
    """
    for page in figure_pages(motion, look, width, height, fps, style=style, view=view):
        yield to_pixels(page)


def figure_pages(
    motion: Motion, look: Look | None = None, width: int = 480, height: int = 360, fps: float = 24.0, *,
    style: str = "tone", view: float = 0.7,
) -> Iterator[Page]:  # fmt: skip
    """The same as drawn pages, which stay vectors."""
    from ...media import quaternions as turns

    played = resampled(motion, fps)
    places, turned = world(played)
    look = look or Look()
    heading = float(turns.heading(turned[0, 0])) + view
    middles = _followed(places[:, 0] + places.mean(1) * np.array([0, 0, 0], np.float32), fps)
    reach = max(1.05, float(places[..., 1].max()) * 0.62)
    for frame in range(played.frames):
        target = middles[frame].copy()
        target[1] = min(reach, 0.92)
        way = np.array([np.sin(heading) * 0.98, 0.22, np.cos(heading) * 0.98], np.float32)
        x, y, z = (float(part) for part in target + way * (reach * 4.4))
        camera = Camera((x, y, z), (float(target[0]), float(target[1]), float(target[2])), 30.0)
        lens = Lens.of(camera, width, height)
        floor = _floor(lens, target, style)
        shadow = _shadow(lens, places[frame], style)
        figure = draw_person(look, places[frame], turned[frame], camera, width, height, face=_blinking(frame, fps),
                             style=style, owner="figure")  # fmt: skip
        layers = (Layer("floor", (*floor, *shadow)), Layer("figure", figure))
        yield Page(width, height, layers, PAPER[style], motion.title)


def _blinking(frame: int, fps: float) -> FaceState:
    """A blink of a seventh of a second every four."""
    since = (frame / fps) % 4.0 - 1.5
    return FaceState(blink=max(0.0, 1 - abs(since) / 0.09))


def _followed(root: Floats, fps: float) -> Floats:
    """Where the camera looks: the hips' path, smoothed over a second so that steps do not shake it."""
    reach = max(1, round(fps / 2))
    padded = np.concatenate([np.repeat(root[:1], reach, 0), root, np.repeat(root[-1:], reach, 0)])
    window = np.hanning(2 * reach + 3)[1:-1]
    window = window / window.sum()
    smooth = np.stack([np.convolve(padded[:, k], window, "valid") for k in range(3)], -1)
    return smooth.astype(np.float32)


def _floor(lens: Lens, target: Floats, style: str, step: float = 0.5, half: int = 7) -> list[Ink]:
    """A grid that stays where it is while the figure goes over it, fading away from the figure."""
    colour = mixed(PAPER[style], LINE[style], 0.22)
    base = np.floor(target / step) * step
    u = np.linspace(-half * step, half * step, 15, dtype=np.float32)
    marks = []
    for k in range(-half, half + 1):
        for axis in (0, 2):
            line = np.zeros((len(u), 3), np.float32)
            line[:, axis] = base[axis] + k * step
            line[:, 2 - axis] = target[2 - axis] + u * np.sqrt(max(0.0, 1 - (k / (half + 1)) ** 2))
            if (lens.depth(line) > 0.3).all():
                heavy = 1.4 if round(float(base[axis] / step)) % 4 == (-k) % 4 else 0.7
                marks.append(Ink((lens.flat(line),), "", colour, heavy, False, part="grid"))
    return marks


def _shadow(lens: Lens, places: Floats, style: str) -> list[Ink]:
    """A soft patch on the floor under the hips and one under each foot."""
    colour = mixed(PAPER[style], LINE[style], 0.25)
    angle = np.arange(20) * (np.pi / 10)
    marks = []
    for joints, size in (((0,), 0.26), ((3, 4), 0.13), ((7, 8), 0.13)):
        middle = places[list(joints)].mean(0)
        grown = size * (1 + 0.4 * max(float(places[list(joints), 1].min()), 0.0))
        ring = np.stack([middle[0] + grown * np.cos(angle), np.zeros(20), middle[2] + grown * np.sin(angle)], -1)
        marks.append(Ink((lens.flat(ring.astype(np.float32)),), colour, smooth=True, opacity=0.5, part="shadow"))
    return marks


__all__ = ["figure_frames", "figure_pages"]
