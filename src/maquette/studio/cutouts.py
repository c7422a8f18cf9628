"""Somebody or something cut out: of footage by painted masks, of our own films exactly, by whose line is whose.

What is kept is the matte as a clip (white where it stands), which every editor takes as a key; with `frames` each
frame is written too, as a PNG with alpha.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.registry import nearest
from ..media import video_file
from . import files, footage
from .footage import KeptClip, OpenedClip

if TYPE_CHECKING:
    from ..makers.film.render import Job
    from ..media.ink import Page
    from .studio import Studio

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class CutOut:
    """A cut-out that was kept: its matte, and the folder of its frames with alpha where they were asked for."""

    matte: KeptClip
    frames: Path | None = None

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        return {**self.matte.as_dict(), "png": str(self.frames) if self.frames else None}


def of_footage(
    studio: Studio,
    clip: OpenedClip,
    masks: Sequence[str],
    *,
    frames: bool = False,
    out: str | Path = ".",
    suffix: str = ".webm",
    codec: str = "vp9",
    unsigned: bool = False,
    on_progress: OnProgress = silent,
) -> CutOut:
    """What the masks (white on it; PNG[@SECOND]) show, in every frame of a clip."""
    from ..makers.film import effects, mattes

    keys, paths, said = footage._keys(studio, clip, masks)
    pairs = mattes.cutouts(clip, keys, effects.Style(on_progress=on_progress))
    with _Frames(Path(out), clip.path.stem, frames) as sheet:
        made = (sheet.passed(mattes.with_alpha(frame, matte) if frames else None, matte) for frame, matte in pairs)
        settings = {"masks": [{"file": path.name, "frame": key.frame} for path, key in zip(paths, keys)]}
        note = f"a matte of {clip.path.name} after {', '.join(path.name for path in paths)}"
        kept = footage.keep(studio, clip, made, verb="matte", note=note, settings=settings, inputs=paths, said=said,
                            silent=True, out=out, suffix=suffix, codec=codec, unsigned=unsigned)  # fmt: skip
    return CutOut(kept, sheet.folder)


def of_film(
    studio: Studio,
    folder: str | Path,
    who: str,
    shot: str,
    *,
    frames: bool = False,
    out: str | Path = ".",
    suffix: str = ".webm",
    codec: str = "vp9",
    unsigned: bool = False,
    on_progress: OnProgress = silent,
) -> CutOut:
    """A person or a thing of one shot of our own film, exact to its own lines.

    Raises UsageError naming who is there.
    """
    from . import films

    opened = films.open_film(folder)
    verdict = studio.verdict(opened.video)
    clip = OpenedClip(opened.video, video_file.probe(opened.video), verdict, {}, 0, opened.manner.fps)
    with tempfile.TemporaryDirectory(prefix="maquette-film-", ignore_cleanup_errors=True) as desk:
        job = _job(opened, shot, Path(desk))
        owner = _owner(opened.film, _page(job, 0), who)
        stem = f"{opened.video.stem}-{shot}-{who}"
        with _Frames(Path(out), stem, frames) as sheet:
            made = (sheet.passed(*one) for one in _cut(job, owner, frames, on_progress))
            settings = {"shot": shot, "who": owner, "exact": True}
            note = f"{who} in shot {shot} of {opened.film.title}, cut out by whose line is whose"
            kept = footage.keep(studio, clip, made, verb=f"{shot}-{who}-matte", note=note, settings=settings,
                                silent=True, out=out, suffix=suffix, codec=codec, unsigned=unsigned)  # fmt: skip
    size = (job.manner.width, job.manner.height)
    return CutOut(replace(kept, size=size), sheet.folder)


def _page(job: Job, number: int) -> Page:
    from ..makers.film.render import page_of

    return page_of(job, number)


def _job(opened: Any, shot: str, desk: Path) -> Job:
    """The shot as it is drawn: its scene is played again, from the same seed."""
    from ..makers.film import maker, timing

    ids = [one.id for one in opened.film.shots]
    if shot not in ids:
        raise UsageError(f"there is no shot {shot!r}", where=str(opened.folder), mend=nearest(shot, ids))
    film = replace(opened.film, fps=float(opened.manner.fps))
    heard = maker.spoken(film, desk, voices=opened.wishes.voices)
    lengths = {id: one.seconds for id, one in heard.items()}
    film = timing.timed(film, lengths)
    scene = next(one for one in film.scenes if any(other.id == shot for other in one.shots))
    alone = replace(film, scenes=(scene,))
    staged = {one.scene: one for one in maker.staged_scenes(alone, heard, desk, opened.manner, opened.wishes)}
    lines = timing.schedule(alone, lengths)
    return next(job for job in maker.jobs_of(alone, staged, opened.manner, desk, lines) if job.shot.id == shot)


def _owner(film: Any, page: Page, who: str) -> str:
    """The owner of lines that a word means: an id, or the name of a person."""
    owners = {mark.owner for layer in page.layers for mark in layer.marks if mark.owner}
    names = {person.name.casefold(): person.id for person in film.people}
    wanted = names.get(who.casefold(), who)
    folded = {owner.casefold(): owner for owner in owners}
    if wanted.casefold() not in folded:
        raise UsageError(
            f"{who!r} is not in this shot", where=film.title, mend=f"there are: {', '.join(sorted(owners))}"
        )
    return folded[wanted.casefold()]


def _cut(job: Job, owner: str, frames: bool, on_progress: OnProgress) -> Iterator[tuple[Pixels | None, Pixels]]:
    """(cut-out (h, w, 4) where frames are wanted, matte (h, w)) of every frame of a shot; a drawing is drawn once."""
    from ..media import ink_draw

    last: tuple[int, Pixels | None, Pixels] | None = None
    for number in range(job.frames):
        step = number // job.manner.twos
        if last is None or last[0] != step:
            page = _page(job, number)
            matte = ink_draw.matte(_solid(page, owner), owner)
            last = (step, _alone(page, owner, matte) if frames else None, matte)
        on_progress(Progress(number + 1, of=job.frames, note=f"shot {job.shot.id}"))
        yield last[1], last[2]


def _solid(page: Page, owner: str) -> Page:
    """The page without the washes of light that lie over everything: they hide nobody."""

    def stays(mark: Any, layer: Any) -> bool:
        return bool(mark.owner == owner or mark.opacity * layer.opacity > 0.9 if hasattr(mark, "opacity") else True)

    layers = [replace(layer, marks=tuple(mark for mark in layer.marks if stays(mark, layer))) for layer in page.layers]
    return replace(page, layers=tuple(layers))


def _alone(page: Page, owner: str, matte: Pixels) -> Pixels:
    """The owner with straight alpha, in the light of the page; borders go over into its own colour."""
    from ..media import ink_draw

    def stays(mark: Any, layer: Any) -> bool:
        return bool(mark.owner == owner or (hasattr(mark, "opacity") and mark.opacity * layer.opacity <= 0.9))

    layers = [replace(layer, marks=tuple(mark for mark in layer.marks if stays(mark, layer))) for layer in page.layers]
    own = replace(page, layers=tuple(layers))
    inside = ink_draw.to_pixels(own)[matte > 250]
    if len(inside):
        # The paper shows through at borders only; the light falls on it once more, which no eye sees there.
        tone = np.median(inside, axis=0).astype(int)
        own = replace(own, paper="#{:02x}{:02x}{:02x}".format(*tone))
    return np.concatenate([ink_draw.to_pixels(own), matte[..., None]], -1)


class _Frames:
    """The frames of a cut-out as PNG files in a folder of their own, on the way to the matte."""

    def __init__(self, out: Path, stem: str, wanted: bool) -> None:
        self.folder: Path | None = None
        self.count = 0
        if wanted:
            base = out.expanduser() / f"{files.slug(stem)}-cutout"
            self.folder = next(
                path for name in files.numbered(base.name, "") if not (path := base.with_name(name)).exists()
            )
            files.ready(self.folder)

    def __enter__(self) -> _Frames:
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is not None and self.folder is not None:
            for path in self.folder.glob("*.png"):
                path.unlink(missing_ok=True)
            self.folder.rmdir()

    def passed(self, cut: Pixels | None, matte: Pixels) -> Pixels:
        """Write a frame where they are wanted; the matte as a frame (h, w, 3) of the clip."""
        if self.folder is not None and cut is not None:
            from PIL import Image

            held = io.BytesIO()
            Image.fromarray(cut).save(held, "PNG", compress_level=4)
            self.count += 1
            with files.told(self.folder, "the folder"):
                files.put(held.getvalue(), None, self.folder, f"{self.count:05d}", ".png")
        return np.repeat(matte[..., None], 3, -1)
