"""Motions composed by the graph: deeds of a text one after the other, along a path, in exactly so many seconds.

    made = compose(graph, "a tired man walks and sits down", seconds=6)

What one recorded deed is, is recorded: the clip that fits the words best, cut where frames are alike and gone on with
in clips of the same kind. Deeds in a row, a path, a seat or small acts are put together by `film.acting_body.Track`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..data.motion_clips import Clip
from ..media import quaternions as turns
from ..media.motion import HOUSE, Motion, resampled
from . import motion_acts, motion_words
from .film.acting_body import Track, placed_at
from .film.blocking_marks import Mark, Move
from .motion_feet import locked
from .motion_gait import features
from .motion_graph import MotionGraph
from .motion_ground import eased_in
from .motion_words import IDLE, Deed

Floats = NDArray[np.float32]
Spot = tuple[float, float]

LEAST, MOST = 0.5, 120.0  # seconds
FPS = 30.0
USUAL = 4.0  # seconds of a motion where nobody says
WINDOW = 20  # frames at a clip's end in which a way on is looked for
SEAT = 0.45  # metres
ONCE = ("fall", "death", "lie down", "get up", "sit", "stand up")  # that nobody does twice in a row


@dataclass(frozen=True, eq=False)
class Made:
    """A motion, the clips that are in it, and what was read otherwise than asked."""

    motion: Motion
    clips: tuple[Clip, ...]
    deeds: tuple[Deed, ...]
    unknown: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def compose(
    graph: MotionGraph,
    text: str,
    *,
    seconds: float = 0.0,
    path: Sequence[Spot] = (),
    seed: int = 0,
    loop: bool = False,
    lock: bool = True,
) -> Made:
    """The motion of a text. seconds 0: as long as it takes; path: (x, z) metres; loop: its end meets its beginning.

    Raises UsageError for a length that cannot be. Words that are no motion give a standing body and are in `unknown`.
    """
    if seconds and not LEAST <= seconds <= MOST:
        raise UsageError(f"no motion is made {seconds:g} seconds long", mend=f"choose {LEAST:g} to {MOST:g}")
    reading = motion_words.read(text)
    deeds = _on_path(reading.deeds) if len(path) >= 2 else reading.deeds
    only = deeds[0] if len(deeds) == 1 else None
    if only is not None and len(path) < 2 and (only.kind == "clip" or (only.kind == "go" and not _styled(only))):
        motion, clips = _recorded(graph, text, only, seconds, seed)
    else:
        motion, clips = _played(graph, deeds, seconds, path, seed)
    if loop:
        motion = looped(motion)
        if seconds:
            motion = _exactly(motion, seconds)
    motion = locked(motion) if lock else motion
    motion = dataclasses.replace(motion, title=text.strip(), keys=keys_of(motion))
    said = tuple(f'"{part}" is no motion that is known; the body stands' for part in reading.unknown)
    return Made(motion, clips, deeds, reading.unknown, said)


def _styled(deed: Deed) -> bool:
    return bool(deed.way or deed.style) or deed.mood not in ("", "neutral")


def _on_path(deeds: tuple[Deed, ...]) -> tuple[Deed, ...]:
    """With a path somebody goes: where no deed does, a walk comes first."""
    if any(deed.kind == "go" for deed in deeds):
        return deeds
    walk = dataclasses.replace(motion_words.DEEDS["walks"], mood=deeds[0].mood)
    return (walk, *(deed for deed in deeds if deed.kind != IDLE))


# -- recorded ---------------------------------------------------------------------------------------------------------


def _recorded(graph: MotionGraph, text: str, deed: Deed, seconds: float, seed: int) -> tuple[Motion, tuple[Clip, ...]]:
    """The clips whose words fit best, cut to the length and gone on with in clips of the same kind."""
    found = graph.find(text, deed)
    if not found:
        return _played(graph, (dataclasses.replace(deed, kind=IDLE),), seconds, (), seed)
    best = [one for one in found if one.score >= found[0].score * 0.92]
    clip = best[seed % len(best)].clip
    count = round((seconds or min(clip.motion.seconds, 8.0)) * FPS)
    motion = resampled(clip.motion, FPS)
    used = [clip]
    if motion.frames >= count:
        motion = graph.cut(dataclasses.replace(clip, motion=motion), count / FPS).part(0, count)
    elif any(label in ONCE for label in clip.labels):
        motion = _held(motion, count)
    else:
        others = [one.clip for one in found[:14] if set(one.clip.labels) & set(clip.labels)]
        motion, more = extended(graph, motion, others or [clip], count, seed)
        used += more
    motion = placed_at(motion, np.zeros(3, np.float32), 0.0)
    return motion, tuple(dict.fromkeys(used))


def extended(
    graph: MotionGraph, motion: Motion, clips: Sequence[Clip], count: int, seed: int = 0
) -> tuple[Motion, list[Clip]]:
    """A motion gone on with until it has `count` frames: at its end into the clip whose frames are likest.

    The seam is the pair of frames with the least difference of places and speeds (Kovar et al. 2002); the rest of the
    difference fades over a third of a second.
    """
    used: list[Clip] = []
    dice = np.random.default_rng(seed)
    while motion.frames < count:
        tail = min(WINDOW, motion.frames - 1)
        ends = features(motion.part(motion.frames - tail, motion.frames))
        best: tuple[float, int, int, Clip] | None = None
        for clip in clips:
            starts = graph.features_of(clip)
            last = len(starts) - max(12, min(30, len(starts) // 3))
            if last < 2:
                continue
            cost = _distances(ends, starts[:last])
            # What goes on long is worth a little; what was just used costs a little.
            worth = 0.002 * np.arange(last)[::-1][None] - (0.35 if clip in used[-1:] else 0.0)
            at = int((cost - worth).argmin())
            row, column = divmod(at, last)
            value = float((cost - worth)[row, column]) + float(dice.uniform(0, 0.05))
            if best is None or value < best[0]:
                best = (value, row, column, clip)
        if best is None:
            return _held(motion, count), used
        _, row, column, clip = best
        motion = _appended(motion.part(0, motion.frames - tail + row + 1), resampled(clip.motion, FPS), column + 1)
        used.append(clip)
    return motion.part(0, count), used


def _distances(one: Floats, other: Floats) -> Floats:
    squares = (one**2).sum(1)[:, None] + (other**2).sum(1)[None] - 2 * one @ other.T
    return np.asarray(np.sqrt(np.maximum(squares, 0)), np.float32)


def _appended(motion: Motion, other: Motion, first: int) -> Motion:
    """`other` from a frame on, set where the motion ends and headed as it heads, faded in."""
    part = other.part(min(first, other.frames - 2), other.frames)
    step = motion.root[-1] - motion.root[-2] if motion.frames > 1 else np.zeros(3, np.float32)
    heading = float(turns.heading(motion.turns[-1, 0]))
    place = (motion.root[-1] + step) * np.array([1, 0, 1], np.float32)
    part = eased_in(placed_at(part, place, heading), motion, 10)
    return dataclasses.replace(
        motion, root=np.concatenate([motion.root, part.root]), turns=np.concatenate([motion.turns, part.turns])
    )


def _held(motion: Motion, count: int) -> Motion:
    """The last pose held, breathing a little, up to `count` frames."""
    from .film.acting_body import breathing

    more = count - motion.frames
    if more <= 0:
        return motion.part(0, count)
    q = np.repeat(motion.turns[-1:], more, 0)
    share = np.minimum(np.arange(more, dtype=np.float32) / 20, 1)[:, None]
    q = turns.slerp(q, breathing(q, np.arange(more) / FPS, 0), share)
    root = np.repeat(motion.root[-1:], more, 0)
    return dataclasses.replace(
        motion, root=np.concatenate([motion.root, root]), turns=np.concatenate([motion.turns, q])
    )


def looped(motion: Motion) -> Motion:
    """The stretch whose end is likest its beginning, its difference faded out, so that it can go round and round.

    The hips may have gone on: a loop of a walk walks.
    """
    if motion.frames < 20:
        return motion
    seen = features(motion)
    n = motion.frames
    early, late = max(1, n // 4), max(n // 2, 12)
    cost = _distances(seen[late:], seen[:early])
    cost = cost + 0.01 * (np.arange(early)[None] + np.arange(n - late)[::-1][:, None])
    row, column = np.unravel_index(int(cost.argmin()), cost.shape)
    part = motion.part(int(column), late + int(row) + 1)
    gap = turns.multiply(turns.inverse(part.turns[-1]), part.turns[0])
    drift = float(turns.heading(part.turns[-1, 0]) - turns.heading(part.turns[0, 0]))
    gap[0] = turns.multiply(
        turns.inverse(part.turns[-1, 0]), turns.multiply(turns.about_y(float(drift)), part.turns[0, 0])
    )
    share = np.linspace(0, 1, part.frames, dtype=np.float32)[:, None]
    q = turns.multiply(part.turns, turns.slerp(np.broadcast_to(turns.STILL, part.turns.shape), gap[None], share))
    root = part.root.copy()
    root[:, 1] += np.linspace(0, 1, part.frames, dtype=np.float32) * (part.root[0, 1] - part.root[-1, 1])
    return dataclasses.replace(part, root=root, turns=turns.unit(q))


def _exactly(motion: Motion, seconds: float) -> Motion:
    """The motion in exactly so many frames: played a little faster or slower."""
    count = round(seconds * FPS)
    at = np.linspace(0, motion.frames - 1, count)
    low = np.minimum(at.astype(int), max(0, motion.frames - 2))
    share = (at - low).astype(np.float32)
    high = np.minimum(low + 1, motion.frames - 1)
    root = motion.root[low] * (1 - share[:, None]) + motion.root[high] * share[:, None]
    return dataclasses.replace(
        motion, root=root.astype(np.float32), turns=turns.slerp(motion.turns[low], motion.turns[high], share[:, None])
    )


# -- played -----------------------------------------------------------------------------------------------------------


def _played(
    graph: MotionGraph, deeds: Sequence[Deed], seconds: float, path: Sequence[Spot], seed: int
) -> tuple[Motion, tuple[Clip, ...]]:
    """Deeds one after the other by one body; the gaits' speed and the pauses are fitted to the length."""
    start = (float(path[0][0]), float(path[0][1])) if len(path) >= 2 else (0.0, 0.0)
    turn = float(np.arctan2(path[1][0] - path[0][0], path[1][1] - path[0][1])) if len(path) >= 2 else 0.0
    wanted = seconds or sum(_usual(deed, path) for deed in deeds) + 0.4
    fit = 1.0
    for _ in range(3):  # a gait's ramps and turns take their own time: ask again with what was found
        track, whole = _tracked(graph, deeds, path, Mark(*start, turn), wanted, fit, seed)
        taken = track.at / FPS
        if not seconds or abs(taken - wanted) < 0.02 or not any(deed.kind == "go" for deed in deeds):
            break
        moving = sum(b - a for a, b in track.still_walks)
        spare = wanted - (taken - moving)
        if spare < 0.5 or taken <= wanted:
            break
        fit *= float(np.clip(moving / spare, 0.5, 2.2))
    motion = whole
    if seconds and motion.frames != round(seconds * FPS):
        motion = _held(motion, round(seconds * FPS))
    names = [source.removeprefix("graph: ") for source in track.sources]
    clips = tuple(clip for clip in graph.clips if clip.id in names)
    return motion, clips


def _tracked(
    graph: MotionGraph, deeds: Sequence[Deed], path: Sequence[Spot], mark: Mark, seconds: float, fit: float, seed: int
) -> tuple[Track, Motion]:
    mood = next((deed.mood for deed in deeds if deed.mood), "neutral")
    track = Track(graph, round(MOST * FPS), mark, seed, lambda _: mood, lambda _, __: None, fps=FPS)
    goes = [deed for deed in deeds if deed.kind == "go"]
    still = [deed for deed in deeds if deed.kind in (IDLE, "act")]
    rest = max(0.0, seconds - sum(_usual(deed, path) for deed in deeds if deed.kind not in (IDLE,)))
    if deeds[0].kind != "go":
        track.wait(2)
    for number, deed in enumerate(deeds):
        budget = _usual(deed, path)
        if deed.kind == "go":
            points = _points(
                path, track.mark, deed, seconds, len(goes), sum(_usual(d, path) for d in deeds if d != deed)
            )
            quick = dataclasses.replace(deed, speed=deed.speed * fit)
            track.go(points, Move("", 0, 0, quick), None)
        elif deed.kind == "posture" and deed.name in ("sit", "lie"):
            _sit(track, deed)
        elif deed.kind == "posture":
            track.rise()
        elif deed.kind == "clip":
            track.clip(Move("", track.second, track.second + max(2.0, rest), deed))
        elif deed.kind == "turn":
            track.spin(deed.way)
        else:
            share = budget if deed.kind == "act" else max(1.0, rest / max(1, len(still)))
            last = number == len(deeds) - 1 and deed.kind == "act"
            long = max(share, seconds - track.second) if last else share
            track.act(Move("", track.second, track.second + long, deed))
            track.wait(track.at + round(long * FPS))
    end = round(seconds * FPS)
    if track.at < end:
        track.wait(end)
    whole = track.whole()
    return track, dataclasses.replace(whole, turns=motion_acts.acted(whole.turns, track.plays, FPS))


def _usual(deed: Deed, path: Sequence[Spot]) -> float:
    """Seconds that a deed takes where nobody says."""
    if deed.kind == "go":
        if len(path) >= 2:
            steps = np.diff(np.asarray(path, float), axis=0)
            return float(np.hypot(steps[:, 0], steps[:, 1]).sum()) / max(deed.speed, 0.3) + 0.5
        return 3.0
    if deed.kind == "act" and deed.name in motion_acts.acts():
        return motion_acts.acts()[deed.name].seconds + 0.2
    return {"posture": 1.6, "turn": 1.4, "clip": 3.0}.get(deed.kind, USUAL)


def _points(path: Sequence[Spot], mark: Mark, deed: Deed, seconds: float, many: int, others: float) -> list[Spot]:
    """The drawn path, or a straight line as long as there is time for."""
    if len(path) >= 2:
        return [mark.place, *((float(x), float(z)) for x, z in path[1:])]
    length = max(1.0, deed.speed * max(1.2, (seconds - others) / many - 0.5))
    turn = mark.turn + {"left": np.pi / 2, "right": -np.pi / 2, "around": np.pi, "back": np.pi}.get(deed.way, 0.0)
    ahead = np.array([np.sin(turn), np.cos(turn)])
    if deed.way in ("left", "right"):
        straight = np.array([np.sin(mark.turn), np.cos(mark.turn)])
        bend = np.array(mark.place) + straight * length * 0.4
        end = bend + ahead * length * 0.6
        return [mark.place, (float(bend[0]), float(bend[1])), (float(end[0]), float(end[1]))]
    end = np.array(mark.place) + ahead * length
    return [mark.place, (float(end[0]), float(end[1]))]


def _sit(track: Track, deed: Deed) -> None:
    """Onto a seat right behind."""
    mark = track.mark
    ahead = np.array([np.sin(mark.turn), np.cos(mark.turn)])
    x, z = np.array(mark.place) - ahead * 0.42
    if deed.name == "sit":
        track.sit(Mark(float(x), float(z), mark.turn, "sit", height=SEAT))
        return
    track.clip(Move("", track.second, track.second + 3, dataclasses.replace(deed, kind="clip", name="lie down")))
    track.hold()


def keys_of(motion: Motion, every: int = 10) -> tuple[int, ...]:
    """The frames that an animator would set by hand: ends, and the extremes between, about eight to twelve apart.

    An extreme is where the pose is further from the line between its neighbours than anywhere near it.
    """
    if motion.frames < 3:
        return tuple(range(motion.frames))
    seen = features(motion)[:, ::6]
    keys = [0, motion.frames - 1]
    bend = np.zeros(motion.frames)
    reach = max(2, every // 2)
    middle = seen[reach:-reach] - (seen[: -2 * reach] + seen[2 * reach :]) / 2 if motion.frames > 2 * reach else None
    if middle is not None:
        bend[reach:-reach] = np.linalg.norm(middle, axis=1)
    for frame in np.argsort(-bend):
        if len(keys) >= max(2, round(motion.frames / every)) + 1:
            break
        if min(abs(int(frame) - key) for key in keys) >= 0.6 * every:
            keys.append(int(frame))
    return tuple(sorted(keys))


__all__ = ["HOUSE", "Made", "compose", "extended", "keys_of", "looped"]
