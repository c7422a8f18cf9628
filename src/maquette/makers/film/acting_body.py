"""A person's body through a whole scene: standing, going, sitting down and doing, one piece after the other.

Each piece begins in the pose in which the one before ended. Bearing follows the person's feeling; whoever stands turns
to whom they listen to, in steps.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...engine.motion_net import MotionNet
from ...media import quaternions as turns
from ...media.motion import HOUSE, Motion
from .. import motion_acts, motion_gait, motion_ground, motion_poses
from ..motion_acts import Played
from ..motion_graph import MotionGraph
from ..motion_limbs import ease, euler, smooth
from .blocking_marks import Mark, Move

Floats = NDArray[np.float32]

SIT, RISE = 1.25, 1.1  # seconds
SWING = 1.3  # seconds from the edge of a bed to lying on it
THICK, HEADWARDS = 0.11, 0.1  # metres of a lying body's hips over the bed, and from its middle to the head's end
TURN = 0.75  # seconds for half a turn in place


@dataclass
class Track:
    """A body on its way through a scene of so many frames. `mood` and `face` answer for a second of the scene."""

    graph: MotionGraph
    frames: int
    mark: Mark
    seed: int
    mood: Callable[[float], str]
    face: Callable[[float, Mark], float | None]
    room: Callable[[Mark], float] = lambda _: 0.42  # metres before a seat at which one stands
    free: float = 9.0  # metres around a mark within which a recorded motion may go
    fps: float = 30.0
    net: MotionNet | None = None
    parts: list[Motion] = field(default_factory=list)
    at: int = 0
    plays: list[Played] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    acted: list[tuple[str, float]] = field(default_factory=list)
    held: Motion | None = None  # the pose of who has fallen
    still_walks: list[tuple[float, float]] = field(default_factory=list)  # when the feet go

    @property
    def second(self) -> float:
        return self.at / self.fps

    def add(self, motion: Motion, blend: int = 11) -> None:
        """Put a piece after what is there, its beginning faded in."""
        if motion.frames == 0:
            return
        if self.parts:
            motion = motion_ground.eased_in(motion, self.parts[-1], blend)
        self.parts.append(motion)
        self.at += motion.frames

    def whole(self) -> Motion:
        root = np.concatenate([part.root for part in self.parts])[: self.frames]
        q = np.concatenate([part.turns for part in self.parts])[: self.frames]
        return Motion(HOUSE, root.astype(np.float32), turns.unit(q), self.fps)

    # -- pieces -------------------------------------------------------------------------------------------------------

    def wait(self, until: int) -> None:
        """Stay as one is until a frame: stand and turn to whom one listens to, or sit."""
        count = min(until, self.frames) - self.at
        if count <= 0:
            return
        if self.held is not None:
            self.add(self._still(count, self.held))
        elif self.mark.posture == "sit":
            self.add(self._sit(count))
        elif self.mark.posture == "lie":
            self.add(self._lie(count))
        else:
            self.add(self._stand(count))

    def _upper(self, count: int, seated: bool) -> tuple[Floats, Floats, Floats, Floats]:
        """Turns (t, 22, 4) of a bearing that breathes and shifts; how far it sinks, leans aside and stands apart."""
        at = self.at
        dice = np.random.default_rng([self.seed, at])
        poses: list[motion_poses.Pose] = []
        when: list[int] = []
        frame = 0
        while frame < count or not poses:
            mood = self.mood((at + frame) / self.fps)
            seconds = (at + frame) / self.fps
            leant = self.mark.posture == "lean"
            usual = motion_poses.stance(mood, self.seed + int(seconds / 9.0), seated)
            poses.append(motion_poses.LEANING[len(poses) % len(motion_poses.LEANING)] if leant else usual)
            when.append(frame)
            frame += round(float(dice.uniform(3.5, 7.0)) * self.fps)
        local = np.stack([motion_poses.pose(one) for one in poses])
        sizes = np.array([[p.lower, p.aside, p.apart] for p in poses], np.float32)
        now = np.arange(count)
        low = np.clip(np.searchsorted(when, now, "right") - 1, 0, len(poses) - 1)
        before = np.maximum(low - 1, 0)
        share = ease((now - np.array(when)[low]).astype(np.float32) / (0.9 * self.fps))
        q = turns.slerp(local[before], local[low], share[:, None])
        blend = sizes[before] * (1 - share[:, None]) + sizes[low] * share[:, None]
        q = breathing(q, (at + now) / self.fps, self.seed)
        return q, blend[:, 0], blend[:, 1], np.full(count, blend[:, 2].mean(), np.float32)

    def _stand(self, count: int, headings: Floats | None = None, places: Floats | None = None) -> Motion:
        q, lower, aside, apart = self._upper(count, False)
        heading = self._headings(count) if headings is None else headings
        place = np.tile(np.array([self.mark.place], np.float32), (count, 1)) if places is None else places
        sunk = motion_acts.sunk(self._here(count), count, self.fps)
        t = (self.at + np.arange(count)) / self.fps
        drift = 0.008 * np.stack([np.sin(1.1 * t + self.seed), np.sin(0.83 * t + 2 * self.seed)], 1)
        out = motion_ground.standing(
            place + drift.astype(np.float32),
            heading,
            q,
            lower=lower + sunk,
            aside=smooth(aside.astype(np.float32), 8.0),
            apart=apart,
            feet=motion_ground.feet_of(self.parts[-1]) if self.parts else None,
            fps=self.fps,
        )
        self.mark = dataclasses.replace(self.mark, turn=float(heading[-1]))
        return out

    def _here(self, count: int) -> list[Played]:
        """Acts that fall into the next frames, on their clock."""
        return [
            dataclasses.replace(one, start=one.start - self.second)
            for one in self.plays
            if one.start >= self.second - 4
        ]

    def _headings(self, count: int) -> Floats:
        """(t,): the body turns to whom it listens to when that is far round."""
        out = np.full(count, self.mark.turn, np.float32)
        now, frame = self.mark.turn, 0
        while frame < count:
            wanted = self.face((self.at + frame) / self.fps, self.mark)
            if wanted is not None and abs(_wrapped(wanted - now)) > 0.6:
                swing = _wrapped(wanted - now)
                long = max(8, round(abs(swing) / np.pi * TURN * 1.4 * self.fps))
                share = ease(np.arange(1, count - frame + 1, dtype=np.float32) / long)
                out[frame:] = now + swing * share
                now += swing
                frame += long + 12
            else:
                frame += 6
        return out

    def _sit(self, count: int) -> Motion:
        q, *_ = self._upper(count, True)
        mark = self.mark
        return motion_ground.seated(mark.x, mark.z, mark.turn, mark.height or 0.45, q, fps=self.fps)

    @staticmethod
    def _edge(mark: Mark) -> Mark:
        """The seat at the edge of a bed."""
        if mark.edge is None:
            return Mark(mark.x, mark.z, mark.turn, "sit", height=mark.height or 0.45)
        x, z, turn, height = mark.edge
        return Mark(x, z, turn, "sit", height=height)

    def _lie(self, count: int) -> Motion:
        """On the back, head to where the bed's turn comes from, a hand on the belly."""
        mark = self.mark
        q = np.tile(motion_poses.pose(motion_poses.LYING), (count, 1, 1))
        q[:, 0] = turns.multiply(turns.about_y(mark.turn), euler(-88.0))
        q[:, HOUSE.number("LeftUpLeg")] = euler(-12.0, 0.0, 4.0)
        q[:, HOUSE.number("LeftLeg")] = euler(20.0)
        q[:, HOUSE.number("RightUpLeg")] = euler(-1.0, 0.0, -4.0)
        ahead = np.array([np.sin(mark.turn), 0.0, np.cos(mark.turn)]) * -HEADWARDS
        root = np.tile(np.array([[mark.x, mark.height + THICK, mark.z]]) + ahead, (count, 1)).astype(np.float32)
        return Motion(HOUSE, root, breathing(q, (self.at + np.arange(count)) / self.fps, self.seed), self.fps)

    def turn_to(self, heading: float) -> None:
        """Turn in place, in steps."""
        swing = _wrapped(heading - self.mark.turn)
        if abs(swing) < 0.35:
            return
        count = max(10, round((0.35 + abs(swing) / np.pi * TURN) * self.fps))
        share = ease(np.arange(1, count + 1, dtype=np.float32) / count)
        self.add(self._stand(count, (self.mark.turn + swing * share).astype(np.float32)))

    def rise(self) -> None:
        """From a seat to the feet before it; who lies on the floor gets up first."""
        if self.held is not None:
            self.held = None
            self.add(self._stand(round(1.2 * self.fps)), 30)
        if self.mark.posture == "lie":
            self.mark = self._edge(self.mark)
            self.add(self._sit(round(SWING * self.fps)), round(0.85 * SWING * self.fps))
        if self.mark.posture != "sit":
            self.mark = dataclasses.replace(self.mark, posture="stand")
            return
        mark = self.mark
        ahead = np.array([np.sin(mark.turn), np.cos(mark.turn)])
        stood = np.array(mark.place) + ahead * self.room(mark)
        sat, stands = (
            motion_poses.pose(motion_poses.stance(self.mood(self.second), self.seed, s)) for s in (True, False)
        )
        seat = (mark.x, mark.z, mark.turn, mark.height or 0.45)
        spot = (float(stood[0]), float(stood[1]))
        self.add(motion_ground.onto_seat(seat, spot, stands, sat, round(RISE * self.fps), up=True, fps=self.fps))
        self.mark = Mark(*spot, mark.turn)

    def sit(self, to: Mark) -> None:
        """Onto a seat that one stands before, a bed by its edge, or against what one leans on."""
        if to.posture == "lie":
            self.sit(self._edge(to))
            self.mark = to
            self.add(self._lie(round(1.2 * SWING * self.fps)), round(SWING * self.fps))
            return
        self.turn_to(to.turn)
        sat, stands = (
            motion_poses.pose(motion_poses.stance(self.mood(self.second), self.seed, s)) for s in (True, False)
        )
        seat = (to.x, to.z, to.turn, to.height or 0.45)
        if to.posture == "sit":
            self.add(motion_ground.onto_seat(seat, self.mark.place, stands, sat, round(SIT * self.fps), fps=self.fps))
        self.mark = to

    def go(self, points: Sequence[tuple[float, float]], move: Move, turn_at_end: float | None) -> None:
        """Along corner points, to a stand."""
        self.rise()
        route = motion_gait.course([self.mark.place, *points[1:]])
        if route.length < 0.3:
            return
        gait, speed = self.graph.gait(move.deed.speed or 1.25, move.deed.style, move.deed.mood, self.seed)
        back = move.deed.way == "back"
        first = float(route.headings[0]) + (np.pi if back else 0.0)
        if abs(_wrapped(first - self.mark.turn)) > 0.9:
            self.turn_to(first)
        if route.length < 0.7:
            self._shuffle(route)
            return
        gone = motion_gait.pace(route.length, speed, self.fps)
        headings = route.at(gone)[1] + (np.pi if back else 0.0)
        facing = _led(headings, self.mark.turn, self.fps)
        began = self.second
        motion = motion_gait.along(
            gait, route, gone, facing=facing, phase=self.graph.start_phase(gait), fps=self.fps, backwards=back
        )
        self.add(motion, 13)
        self.still_walks.append((began, self.second))
        self.sources.append(f"graph: {gait.clip}")
        x, z = (float(v) for v in route.points[-1])
        self.mark = Mark(x, z, float(facing[-1]))
        if turn_at_end is not None and not move.leaves:
            self.turn_to(turn_at_end)

    def _shuffle(self, route: motion_gait.Course) -> None:
        """A step or two."""
        count = round((0.5 + route.length) * self.fps)
        share = ease(np.arange(1, count + 1, dtype=np.float32) / count)
        places, _ = route.at(share * route.length)
        self.add(self._stand(count, np.full(count, self.mark.turn, np.float32), places))
        x, z = (float(v) for v in route.points[-1])
        self.mark = dataclasses.replace(self.mark, x=x, z=z)

    def clip(self, move: Move) -> None:
        """A recorded motion of the whole body, where one stands."""
        self.rise()
        found = self.graph.clip_for(move.deed.name, self.seed)
        if found is None:
            return
        seconds = max(1.0, min(move.end - move.start, 8.0))
        down = "death" in found.labels or "fall" in found.labels or "lie down" in found.labels
        motion = None if down else self._by_net(move, seconds)
        self.sources.append("net" if motion is not None else f"graph: {found.id}")
        motion = motion or self.graph.cut(found, seconds)
        place = np.array([self.mark.x, 0.0, self.mark.z], np.float32)
        placed = _within(placed_at(motion, place, self.mark.turn), place, self.free, back=not down)
        began = self.second
        self.add(placed, 10)
        self.still_walks.append((began, self.second))
        x, _, z = (float(v) for v in placed.root[-1])
        self.mark = Mark(x, z, float(turns.heading(placed.turns[-1, 0])))
        if down:
            self.hold()

    def _by_net(self, move: Move, seconds: float) -> Motion | None:
        """The motion by the net, where there is one that has seen such a thing."""
        from .. import motion_net

        if self.net is None or not motion_net.able(self.net, [move.deed]):
            return None
        made = motion_net.move(self.net, move.deed.words, seconds=seconds, seed=self.seed % (1 << 31))
        return made.motion if not made.unseen else None

    def hold(self) -> None:
        """Stay in the last pose until something else is done: who has fallen lies there."""
        self.held = self.parts[-1].part(self.parts[-1].frames - 1, self.parts[-1].frames)

    def _still(self, count: int, held: Motion) -> Motion:
        q = breathing(np.repeat(held.turns, count, 0), (self.at + np.arange(count)) / self.fps, self.seed)
        return Motion(HOUSE, np.repeat(held.root, count, 0), q, self.fps)

    def act(self, move: Move, name: str = "") -> None:
        """Hands and head, over whatever the body does."""
        name = name or move.deed.name
        if name not in motion_acts.acts():
            return
        found = motion_acts.acts()[name]
        seconds = max(found.seconds, min(move.end - self.second, 7.0)) if found.loop else None
        strength = 1.0 if self.mark.posture != "sit" else 0.9
        self.plays.append(Played(found, self.second + 0.05, seconds, strength))
        self.acted.append((name, self.second))

    def spin(self, way: str) -> None:
        """Turn around, or once all the way."""
        swing = float(np.pi if way == "around" else 2 * np.pi)
        count = round((0.5 + swing / np.pi * TURN) * self.fps)
        share = ease(np.arange(1, count + 1, dtype=np.float32) / count)
        self.add(self._stand(count, (self.mark.turn + swing * share).astype(np.float32)))


def breathing(q: Floats, seconds: NDArray[np.floating[Any]], seed: int) -> Floats:
    """Turns (t, 22, 4) with breath in back and shoulders: 16 times a minute."""
    phase = 2 * np.pi * (seconds / 3.75 + 0.37 * seed)
    swell = np.sin(phase).astype(np.float32)
    out = q.copy()
    for name, degrees in (("Spine1", -0.7), ("Spine2", -0.8), ("Neck", 0.7), ("Head", 0.5)):
        joint = HOUSE.number(name)
        out[:, joint] = turns.multiply(out[:, joint], euler(swell * degrees))
    for name, degrees in (("LeftShoulder", 1.0), ("RightShoulder", -1.0)):
        joint = HOUSE.number(name)
        out[:, joint] = turns.multiply(out[:, joint], euler(0.0, 0.0, swell * degrees))
    return turns.unit(out)


def placed_at(motion: Motion, place: Floats, turn: float) -> Motion:
    """A motion begun at a place (3,) on the floor, heading there."""
    first = float(turns.heading(motion.turns[0, 0]))
    around = np.broadcast_to(turns.about_y(float(turn - first)), (motion.frames, 4))
    flat = np.array([1, 0, 1], np.float32)
    root = turns.rotate(around, motion.root - motion.root[:1] * flat) + place * flat
    q = motion.turns.copy()
    q[:, 0] = turns.multiply(around, q[:, 0])
    return dataclasses.replace(motion, root=root.astype(np.float32), turns=q)


def _within(motion: Motion, place: Floats, free: float, *, back: bool) -> Motion:
    """A motion that goes no further from a place than there is room; `back`: that ends where it began."""
    if free > 5:
        return motion
    flat = np.array([1, 0, 1], np.float32)
    away = motion.root - place
    if back:
        away = away - np.linspace(0, 1, len(away), dtype=np.float32)[:, None] * (away[-1] - away[0]) * flat
        motion = dataclasses.replace(motion, root=(place + away).astype(np.float32))
    far = float(np.hypot(away[:, 0], away[:, 2]).max())
    if far <= free:
        return motion
    share = np.array([free / far, 1, free / far], np.float32)
    return dataclasses.replace(motion, root=(place + away * share).astype(np.float32))


def _led(headings: Floats, turn: float, fps: float) -> Floats:
    """Headings of a way that begin at the body's own and come to the way's within half a second."""
    share = ease(np.arange(1, len(headings) + 1, dtype=np.float32) / (0.55 * fps))
    start = headings[0] + _wrapped(turn - float(headings[0]))
    return np.asarray(headings + (start - headings[0]) * (1 - share), np.float32)


def _wrapped(angle: float) -> float:
    return float((angle + np.pi) % (2 * np.pi) - np.pi)
