"""A shot of our own film as a clip that effects work on: its frames as they are drawn, and their exact flow.

A person paints over one frame of a shot; the paint goes where every drawn line goes, to the pixel.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..core.progress import OnProgress, silent
from ..media import video_file
from . import cutouts, files, footage
from .footage import KeptClip, OpenedClip

if TYPE_CHECKING:
    from ..makers.film.render import Job
    from ..media.ink import Page
    from .studio import Studio

Pixels = NDArray[np.uint8]


@dataclass(eq=False)
class DrawnClip:
    """The frames of a shot, drawn when they are asked for."""

    job: Job

    @property
    def count(self) -> int:
        return self.job.frames

    @property
    def size(self) -> tuple[int, int]:
        return self.job.manner.width, self.job.manner.height

    def step(self, number: int) -> int:
        """Which drawing is seen in a frame."""
        return number // self.job.manner.twos

    def page(self, number: int) -> Page:
        """The drawing of a frame; the last few are kept."""
        from ..makers.film.render import page_of

        step = self.step(number)
        if step not in self._pages:
            while len(self._pages) > 3:
                self._pages.pop(next(iter(self._pages)))
            self._pages[step] = page_of(self.job, step * self.job.manner.twos)
        return self._pages[step]

    @cached_property
    def _pages(self) -> dict[int, Page]:
        return {}

    def __iter__(self) -> Iterator[Pixels]:
        from ..media import ink_draw

        last: tuple[int, Pixels] | None = None
        for number in range(self.count):
            if last is None or last[0] != self.step(number):
                last = (self.step(number), ink_draw.to_pixels(self.page(number)))
            yield last[1]

    def flow(self, number: int, other: int, width: int) -> NDArray[np.float32]:
        """The flow from one frame to another, for frames that are `width` wide: exact where marks correspond.

        A mark that the frame's edge cuts otherwise, or that is drawn anew, does not: there the pixels are followed.
        """
        from ..makers.film import flow
        from ..makers.film.page_flow import better, flow_between
        from ..media import ink_draw

        height = max(1, round(self.size[1] * width / self.size[0]))
        if self.step(number) == self.step(other):
            return np.zeros((height, width, 2), np.float32)
        pages = self.page(number), self.page(other)
        one, two = (flow.shrunk(ink_draw.to_pixels(page), (width, height)) for page in pages)
        return better(flow_between(*pages, width), flow.flow(one, two), one, two)


def frame(studio: Studio, folder: str | Path, shot: str, second: float, out: str | Path = ".") -> Path:
    """One frame of a shot as it is drawn, to be painted over; its name says which frame it is."""
    from PIL import Image

    from ..media import ink_draw
    from . import films

    opened = films.open_film(folder)
    with tempfile.TemporaryDirectory(prefix="maquette-film-", ignore_cleanup_errors=True) as desk:
        clip = DrawnClip(cutouts._job(opened, shot, Path(desk)))
        number = round(second * opened.manner.fps)
        if not 0 <= number < clip.count:
            wrong = f"second {second:g} is not in shot {shot} of {float(clip.count / opened.manner.fps):.2f} s"
            raise UsageError(wrong, where=str(folder), mend="--at counts from the shot's start")
        held = io.BytesIO()
        Image.fromarray(ink_draw.to_pixels(clip.page(number))).save(held, "PNG")
    target = files.ready(Path(out).expanduser())
    with files.told(target, "the folder"):
        stem = f"{files.slug(f'{opened.video.stem}-{shot}')}-f{number:04d}"
        return files.put(held.getvalue(), None, target, stem, ".png")[0]


def stylise(
    studio: Studio,
    folder: str | Path,
    shot: str,
    keys: Sequence[str],
    *,
    out: str | Path = ".",
    suffix: str = ".webm",
    codec: str = "vp9",
    unsigned: bool = False,
    on_progress: OnProgress = silent,
) -> KeptClip:
    """A shot of a film in the look of painted frames of it, along the exact flow of its drawings; without sound."""
    from ..makers.film import effects, flow
    from . import films

    opened = films.open_film(folder)
    verdict = studio.verdict(opened.video)
    with tempfile.TemporaryDirectory(prefix="maquette-film-", ignore_cleanup_errors=True) as desk:
        job = cutouts._job(opened, shot, Path(desk))
        clip = DrawnClip(job)
        known: Any = OpenedClip(opened.video, video_file.probe(opened.video), verdict, {}, clip.count, job.manner.fps)
        sized = replace(known, footage=replace(known.footage, width=clip.size[0], height=clip.size[1]))
        painted, paths, said = footage._keys(studio, sized, keys)
        width = max(16, round(clip.size[0] * min(1.0, flow.WORKING / max(clip.size))))
        style = effects.Style(flow_of=lambda one, other: clip.flow(one, other, width), on_progress=on_progress)
        made = effects.stylise(clip, painted, style)
        settings = {
            "shot": shot,
            "keys": [{"file": path.name, "frame": key.frame} for path, key in zip(paths, painted)],
        }
        note = f"shot {shot} of {opened.film.title} in the look of {', '.join(path.name for path in paths)}"
        return footage.keep(studio, sized, made, verb=f"{shot}-stylised", note=note, settings=settings, inputs=paths,
                            said=said, silent=True, out=out, suffix=suffix, codec=codec, unsigned=unsigned)  # fmt: skip
