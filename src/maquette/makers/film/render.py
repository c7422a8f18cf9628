"""Shots drawn and coded, each into a file of its own with handles, by two processes at once.

A clip holds the frames of its shot and some before and after it, from the same camera, for whoever edits; key frames
stand where the film is cut, so that it is put together from these very bytes. Where a shot comes in by a dissolve or a
fade, the frames of the crossing are a small clip beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...core.progress import OnProgress, Progress, silent
from ...media import captions as captions_of
from ...media import ink_draw, video_file
from ...media.captions import Caption
from ...media.film import Film, Shot, as_data
from ...media.ink import Layer, Page
from ...media.video_file import Piece

if TYPE_CHECKING:
    from ...media.stage import Acting, Performance

Pixels: TypeAlias = NDArray[np.uint8]

VERSION = 1  # of how shots are drawn: another number makes all of them anew


@dataclass(frozen=True)
class Manner:
    """How a film is drawn and coded. twos: frames that share a drawing; still: the panels pass, in which bodies hold a
    pose and only the camera moves; handles: frames before and after each shot; burnt: captions are on the picture."""

    width: int = 1280
    height: int = 720
    fps: Fraction = Fraction(24)
    style: str = "line"
    twos: int = 2
    still: bool = False
    handles: int = 12
    codec: str = "vp9"
    suffix: str = ".webm"
    burnt: bool = False

    def as_dict(self) -> dict[str, object]:
        """Plain data."""
        return {**self.__dict__, "fps": str(self.fps)}


@dataclass(frozen=True, eq=False)
class Job:
    """One shot to be drawn. start: second of the film at which it begins (for captions); before: the shot from which a
    crossing comes, with its performance and how many frames it lasts on either side."""

    film: Film
    performance: Performance
    shot: Shot
    frames: int
    manner: Manner
    clip: Path
    start: float = 0.0
    captions: tuple[Caption, ...] = ()
    before: tuple[Performance, Shot, int] | None = None
    half: int = 0
    poses: tuple[float, ...] = ()  # shares of the shot at which a pose is taken, in the panels pass

    @property
    def crossing(self) -> Path:
        """The clip of the frames in which it comes in."""
        return self.clip.with_name(f"{self.clip.stem}-in{self.clip.suffix}")

    def key(self) -> str:
        """The same for the same pictures: everything that is seen in it, as a hash."""
        told = hashlib.sha256(json.dumps([VERSION, self.manner.as_dict(), self.frames, self.half, self.poses]).encode())
        told.update(json.dumps(as_data(replace(self.shot, note="")), sort_keys=True).encode())
        _seen(told, self, self.performance, self.shot, self.frames)
        if self.before is not None:
            told.update(json.dumps(as_data(replace(self.before[1], note="")), sort_keys=True).encode())
            _seen(told, self, *self.before)
        if self.manner.burnt:
            near = [one for one in self.captions if one.end > self.start - 1]
            told.update(repr([(round(one.start - self.start, 3), one.text) for one in near]).encode())
        return told.hexdigest()[:20]


def _seen(told: hashlib._Hash, job: Job, performance: Performance, shot: Shot, frames: int) -> None:
    """Put the stage, the camera, the looks and what everybody does during a shot into a hash; of the panels pass, what
    they do in the moments of its poses."""
    film, manner = job.film, job.manner
    _, first, last = next(one for one in performance.shots if one[0] == shot.id)
    spare = manner.handles / float(manner.fps) + 0.1
    told.update(json.dumps(as_data(performance.stage), sort_keys=True, default=str).encode())
    told.update(repr(performance.takes.get(shot.id)).encode())
    for acting in performance.acting:
        low = max(0, int((first - spare) * performance.fps))
        high = int((max(last, first + frames / float(manner.fps)) + spare) * performance.fps) + 2
        look = next((one.look for one in film.people if one.id == acting.person), None)
        begins = 0 if manner.still else round(first * performance.fps) - low
        told.update(repr((acting.person, look, _held(acting, first, last), begins)).encode())
        shares = job.poses or (0.0,)
        posed = [int((first + (last - first) * share) * performance.fps + 1e-6) for share in shares]
        for array in _arrays(acting):
            seen = [min(one, len(array) - 1) for one in posed if len(array)] if manner.still else slice(low, high)
            told.update(np.ascontiguousarray(array[seen]).tobytes())


def _arrays(acting: Acting) -> Iterator[NDArray[np.generic]]:
    yield np.round(acting.motion.root, 4)
    yield np.round(acting.motion.turns, 4)
    yield acting.mouths
    yield np.round(acting.blinks, 3)
    yield np.round(acting.gaze, 3)
    yield acting.emotions
    yield acting.here


# -- one shot ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """A shot that was drawn. drawings: how many pictures were drawn for it."""

    shot: str
    clip: Path
    drawings: int


def draw(job: Job) -> Drawn:
    """Draw a shot and write its clip, and the clip of its crossing where it has one."""
    manner = job.manner
    before, after = _handles(job)
    counter: list[int] = []
    keys = {before, before + job.half} if job.half else {before}
    frames = (
        _frame(job, job.performance, job.shot, job.frames, number, counter)
        for number in range(-before, job.frames + after)
    )
    video_file.write(frames, job.clip, fps=manner.fps, codec=manner.codec, title=job.shot.id, threads=1, keys=keys)
    if job.before is not None and job.half:
        video_file.write(_crossing(job, counter), job.crossing, fps=manner.fps, codec=manner.codec, threads=1)
    return Drawn(job.shot.id, job.clip, len(counter))


def _handles(job: Job) -> tuple[int, int]:
    """Frames of a clip before and after its shot."""
    spare = job.manner.handles
    return max(spare, job.half), max(spare, job.half)


_LAST: dict[str, tuple[object, Pixels]] = {}  # the drawing that was made last, of two shots at most


def _frame(job: Job, performance: Performance, shot: Shot, count: int, number: int, counter: list[int]) -> Pixels:
    """Frame `number` of a shot (0 its first; handles have numbers below 0 and above its last)."""
    manner = job.manner
    step = number // manner.twos * manner.twos
    caption = captions_of.at(job.captions, job.start + number / float(manner.fps)) if manner.burnt else None
    key = (shot.id, job.clip, step if not manner.still else _still_key(job, shot, step, count), caption)
    known = _LAST.get(shot.id)
    if known is None or known[0] != key:
        page = _page(job, performance, shot, count, step)
        if caption is not None:
            page = with_caption(page, caption)
        known = (key, ink_draw.to_pixels(page))
        while len(_LAST) > 1:
            _LAST.pop(next(iter(_LAST)))
        _LAST[shot.id] = known
        counter.append(number)
    return known[1]


def _still_key(job: Job, shot: Shot, step: int, count: int) -> tuple[float, int]:
    """What tells two pictures of the panels pass apart: its pose, and where its camera is if that moves."""
    moving = shot.move not in ("static", "")
    return _pose(job, step / count), step // (2 * job.manner.twos) if moving else 0


def _pose(job: Job, share: float) -> float:
    """The share of the shot whose pose is held at a share."""
    taken = [one for one in job.poses if one <= share + 1e-6]
    return taken[-1] if taken else (job.poses[0] if job.poses else 0.0)


def _page(job: Job, performance: Performance, shot: Shot, count: int, step: int) -> Page:
    """The drawing of a moment of a shot."""
    from .panels import draw_shot

    manner = job.manner
    _, first, last = next(one for one in performance.shots if one[0] == shot.id)
    second = first + step / float(manner.fps)
    take = performance.takes.get(shot.id)
    if manner.still:
        share = step / max(1, count)
        second = first + (last - first) * _pose(job, share)
        if take is not None:
            take = replace(take, cameras=((0.0, take.at(share)),), shake=0.0)
    return draw_shot(
        job.film, performance, shot, second, width=manner.width, height=manner.height, style=manner.style, take=take
    )


def page_of(job: Job, number: int) -> Page:
    """The drawing that is seen in frame `number` of a shot, without captions: for mattes and exact flow."""
    return _page(job, job.performance, job.shot, job.frames, number // job.manner.twos * job.manner.twos)


def with_caption(page: Page, caption: Caption) -> Page:
    """A page with a caption burnt into it."""
    from ...media.lettering import width_of

    words = captions_of.burnt(caption, page.width, page.height, width_of)
    return replace(page, layers=(*page.layers, Layer("captions", words)))


def _crossing(job: Job, counter: list[int]) -> Iterator[Pixels]:
    """The frames around a cut in which one picture goes over into the other: 2 * half of them."""
    assert job.before is not None
    performance, shot, count = job.before
    for number in range(-job.half, job.half):
        share = (number + job.half + 0.5) / (2 * job.half)
        old = _frame(job, performance, shot, count, count + number, counter)
        new = _frame(job, job.performance, job.shot, job.frames, number, counter)
        if job.shot.transition == "fade":  # down to black and up again
            picture, level = (old, 1 - 2 * share) if share < 0.5 else (new, 2 * share - 1)
            yield (picture * np.float32(level)).astype(np.uint8)
        else:
            yield (old * np.float32(1 - share) + new * np.float32(share)).astype(np.uint8)


# -- all of them ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cut:
    """A shot in the film: its clip, and where its frames begin in it."""

    shot: str
    clip: Path
    first: int
    frames: int
    length: int  # of the clip, handles and all
    half: int = 0
    crossing: Path | None = None
    key: str = ""


def cut_of(job: Job) -> Cut:
    """Where the shot of a job lies in its clip."""
    before, after = _handles(job)
    crossing = job.crossing if job.half and job.before is not None else None
    return Cut(job.shot.id, job.clip, before, job.frames, before + job.frames + after, job.half, crossing, job.key())


def pieces(cuts: Sequence[Cut]) -> list[Piece]:
    """What the film is joined of: each clip without its handles, and the crossings between them."""
    out = []
    for number, cut in enumerate(cuts):
        after = cuts[number + 1] if number + 1 < len(cuts) else None
        gone = after.half if after is not None and after.crossing is not None else 0
        if cut.crossing is not None:
            out.append(Piece(cut.crossing, 0, 2 * cut.half))
        skipped = cut.half if cut.crossing is not None else 0
        out.append(Piece(cut.clip, cut.first + skipped, cut.frames - skipped - gone))
    return out


def draw_all(jobs: Sequence[Job], *, workers: int = 0, on_progress: OnProgress = silent) -> int:
    """Draw the shots of jobs, longest first; gives how many drawings were made. workers: processes; 0 chooses.

    A Ctrl-C, or `Cancelled` from `on_progress`, stops all of them; clips are there whole or not at all.
    """
    workers = workers or min(2, cores(), len(jobs))
    done = drawings = 0
    total = sum(job.frames for job in jobs)
    if workers <= 1:
        for job in jobs:
            drawings += draw(job).drawings
            done += job.frames
            on_progress(Progress(done, total, f"shot {job.shot.id}"))
        return drawings
    import multiprocessing

    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_quiet)
    try:
        ordered = sorted(jobs, key=lambda job: -job.frames)
        running: dict[Future[Drawn], Job] = {pool.submit(draw, job): job for job in ordered}
        for future in as_completed(running):
            drawings += future.result().drawings
            done += running[future].frames
            on_progress(Progress(done, total, f"shot {running[future].shot.id}"))
        pool.shutdown()
    except BaseException:
        _stop(pool)
        raise
    return drawings


def _stop(pool: ProcessPoolExecutor) -> None:
    """End the processes of a pool at once: nobody wants their shots any more."""
    running = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in running:
        process.terminate()
    for process in running:
        process.join(5)


def _quiet() -> None:
    """In a worker: Ctrl-C is the parent's to hear, arithmetic takes one core, and nobody works on without a parent."""
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OMP_NUM_THREADS"] = "1"
    threading.Thread(target=_with_parent, daemon=True).start()


def _with_parent() -> None:
    """End this process when its parent has ended, however that came."""
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def cores() -> int:
    """The processors that this process may use."""
    asked = getattr(os, "sched_getaffinity", None)
    return len(asked(0)) if asked is not None else os.cpu_count() or 1


__all__ = ["Cut", "Drawn", "Job", "Manner", "cores", "cut_of", "draw", "draw_all", "page_of", "pieces", "with_caption"]


def _held(acting: Acting, first: float, last: float) -> list[object]:
    """What is in somebody's hands during a shot."""
    return [*sorted(acting.holds.items()), *(one for one in acting.grips if one[2] < last and one[3] > first)]
