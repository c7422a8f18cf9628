"""A scene played: bodies on their ways and in their seats, hands on the stresses of speech, eyes on who speaks.

Everything is worked out for the whole scene at 30 frames a second; a shot only looks at a stretch of it. Mouths are put
in by the lips, cameras by the takes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...engine.motion_net import MotionNet
from ...media.film import EMOTIONS, Film, Line, Scene
from ...media.motion import Motion
from ...media.stage import MOUTHS, Acting, Performance, Stage
from .. import motion_acts
from ..motion_acts import Played
from ..motion_feet import locked
from ..motion_graph import MotionGraph
from . import acting_face, acting_hands, timing
from .acting_body import Track
from .blocking import blocked
from .blocking_marks import Mark, Move, Plan, room_before
from .speech import Spoken
from .timing import Timed

Floats = NDArray[np.float32]

FPS = 30.0
GLANCE = (2.2, 4.5)  # seconds between two glances away of who speaks
AWAY = 0.7  # seconds of a glance
ROAMING = 0.7  # metres that a dance or a fight takes its people from their marks


def perform(
    film: Film,
    scene: Scene,
    stage: Stage,
    spoken: Mapping[str, Spoken],
    *,
    seed: int = 0,
    graph: MotionGraph | None = None,
    net: MotionNet | None = None,
) -> Performance:
    """The scene's performance on its stage; takes and mouths are left to be filled in.

    spoken: line id -> how it is spoken. net: moves those who do what it has seen and the clips have, fights and dances;
    walks, seats and gestures are the graph's. The same seed plays alike. A scene without people has no acting.
    """
    motions = graph or MotionGraph()
    lengths = {id: one.seconds for id, one in spoken.items()}
    shots, times = scene_times(film, scene, lengths)
    seconds = shots[-1][2] if shots else 0.0
    frames = max(1, round(seconds * FPS))
    plan = blocked(film, scene, stage, times, seed)
    players = [
        _Player(person, number, stage, scene, plan, times, spoken, frames, seed)
        for number, person in enumerate(plan.first)
    ]
    bodies = [player.body(motions, net) for player in players]
    heads = {player.person: acting_face.eyes(body) for player, body in zip(players, bodies, strict=True)}
    acting = tuple(player.finished(body, heads) for player, body in zip(players, bodies, strict=True))
    sources = tuple(dict.fromkeys(source for player in players for source in player.sources))
    return Performance(scene.id, stage, acting, FPS, shots, {}, sources)


def said(film: Film, scene: Scene, stage: Stage, spoken: Mapping[str, Spoken], seed: int = 0) -> tuple[str, ...]:
    """What the blocking of a scene did not understand or had no place for."""
    _, times = scene_times(film, scene, {id: one.seconds for id, one in spoken.items()})
    return blocked(film, scene, stage, times, seed).said


def scene_times(
    film: Film, scene: Scene, lengths: Mapping[str, float]
) -> tuple[tuple[tuple[str, float, float], ...], dict[str, Timed]]:
    """The scene's shots (id, first, last) and lines on the scene's own clock, in seconds."""
    mine = {shot.id for shot in scene.shots}
    shots: list[tuple[str, float, float]] = []
    offsets: dict[str, float] = {}
    clock = 0.0
    for id, first, last in timing.cuts(film):
        if id in mine:
            length = (last - first) / film.fps
            shots.append((id, clock, clock + length))
            offsets[id] = clock - first / film.fps
            clock += length
    times = {}
    for one in timing.schedule(film, lengths):
        if one.shot in offsets and one.scene == scene.id:
            shift = offsets[one.shot]
            # Rounded, so that a scene plays alike wherever it stands in the film: its shots need not be drawn again.
            start, end = (round(second + shift, 3) for second in (one.start, one.end))
            times[one.line] = dataclasses.replace(one, start=start, end=end)
    return tuple(shots), times


class _Player:
    """One person of the scene, worked out in two passes: the body first, then what depends on the others."""

    def __init__(
        self,
        person: str,
        number: int,
        stage: Stage,
        scene: Scene,
        plan: Plan,
        times: Mapping[str, Timed],
        spoken: Mapping[str, Spoken],
        frames: int,
        seed: int,
    ) -> None:
        self.person, self.stage, self.scene, self.plan, self.times = person, stage, scene, plan, times
        self.spoken, self.frames = spoken, frames
        self.seed = seed * 101 + number * 7 + sum(person.encode())
        self.dice = np.random.default_rng([seed, number, *person.encode()[:12]])
        self.moves = [move for move in plan.moves if move.who == person]
        self.lines = [line for line in scene.lines if line.who == person and line.id in times and not line.off]
        self.emotions = acting_face.felt(frames, FPS, self._feelings(), scene.mood)
        self.sources: list[str] = []
        self.plays: list[Played] = []
        self.grips: tuple[tuple[str, str, float, float], ...] = ()
        self.here = np.ones(frames, bool)
        self.walks: list[tuple[float, float]] = []

    def _feelings(self) -> list[tuple[float, float, str]]:
        events = []
        for line in self.scene.lines:
            if line.id not in self.times:
                continue
            time = self.times[line.id]
            if line.who == self.person and (line.emotion != "neutral" or line.kind == "dialogue"):
                events.append((time.start - 0.2, time.end, line.emotion))
        events += [
            (move.start, move.end, move.deed.mood) for move in self.moves if move.deed.mood not in ("", "neutral")
        ]
        return events

    # -- the body -----------------------------------------------------------------------------------------------------

    def body(self, graph: MotionGraph, net: MotionNet | None) -> Motion:
        """The whole body's motion, hands and gaze aside."""
        track = Track(
            graph,
            self.frames,
            self.plan.first[self.person],
            self.seed,
            self._mood,
            self._facing,
            lambda seat: room_before(seat, self.stage),
            ROAMING,
            FPS,
            net,
        )
        if self.person in self.plan.absent:
            self.here[:] = False
        for move in self._with_answers():
            track.wait(round(move.start * FPS))
            if track.at >= self.frames:
                break
            self._play(track, move)
        track.wait(self.frames)
        self.sources += track.sources
        self.plays, self.walks = track.plays, track.still_walks
        return locked(track.whole(), lift=False)

    def _with_answers(self) -> list[Move]:
        """The moves of this person and those of others that they answer: a hug, a hand that is taken."""
        answers = [move for move in self.plan.moves if move.target == self.person and move.deed.answer]
        return sorted([*self.moves, *answers], key=lambda move: move.start)

    def _play(self, track: Track, move: Move) -> None:
        if move.who != self.person:
            # The other one comes first; whoever is answered has come near by then.
            away = sum(float(np.hypot(*np.subtract(b, a))) for a, b in pairwise(move.points))
            track.wait(round((move.start + away / 1.25 + (0.6 if away > 0.4 else 0.1)) * FPS))
            track.turn_to(self._towards(track.mark, move.to))
            track.act(move, move.deed.answer)
            return
        began = track.at
        if move.enters:
            self.here[began:] = True
        kind = move.deed.kind
        if move.points:
            track.go(move.points, move, move.to.turn if move.to is not None and move.to.posture == "stand" else None)
        if move.to is not None and move.to.posture in ("sit", "lie", "lean"):
            track.sit(move.to)
        elif kind == "posture" and move.deed.name == "stand":
            track.rise()
        if kind == "act":
            track.act(move)
        elif kind == "clip":
            track.free = self._room_around(track)
            track.clip(move)
        elif kind == "turn":
            track.spin(move.deed.way)
        if move.leaves:
            self.here[track.at :] = False

    def _room_around(self, track: Track) -> float:
        """Metres that a dance or a fight may take somebody from their mark without walking into others."""
        others = [self.plan_place(one, track.second) for one in self.plan.first if one != self.person]
        near = min((float(np.hypot(x - track.mark.x, z - track.mark.z)) for x, z in others), default=9.0)
        return float(np.clip(near - 0.5, 0.12, ROAMING))

    @staticmethod
    def _towards(mark: Mark, other: Mark | None) -> float:
        if other is None or mark.posture != "stand":
            return mark.turn
        return float(np.arctan2(other.x - mark.x, other.z - mark.z))

    def _mood(self, second: float) -> str:
        return EMOTIONS[int(self.emotions[min(self.frames - 1, max(0, int(second * FPS)))])]

    def _facing(self, second: float, mark: Mark) -> float | None:
        """The heading to whom one listens or speaks to; None where nobody speaks."""
        other = self._attends(second)
        if other is None:
            return None
        place = self.plan_place(other, second)
        turn = float(np.arctan2(place[0] - mark.x, place[1] - mark.z))
        opened = float(np.clip(-turn, -0.35, 0.35))
        return turn + opened if abs(turn) < 2.6 else turn

    def plan_place(self, person: str, second: float) -> tuple[float, float]:
        """Where somebody is at a second, by the plan."""
        mark = self.plan.first[person]
        for move in self.plan.moves:
            if move.who == person and move.to is not None and move.start + 0.8 <= second:
                mark = move.to
        return mark.place

    def _attends(self, second: float) -> str | None:
        """Whom one looks at: who speaks; for who speaks, whom they speak to."""
        now = next((line for line in self.scene.lines if self._on(line, second)), None)
        if now is None or not now.who:
            return None
        present = [one for one in self.plan.first if one != self.person and self._present(one, second)]
        if now.who != self.person:
            return now.who if now.who in present else None
        before = [
            line.who
            for line in self.scene.lines
            if line.who and line.who != self.person and line.id in self.times and self.times[line.id].start < second
        ]
        after = [line.who for line in self.scene.lines if line.who and line.who != self.person]
        return next((who for who in [*before[::-1], *after, *present] if who in present), None)

    def _on(self, line: Line, second: float) -> bool:
        time = self.times.get(line.id)
        return line.kind in timing.SPOKEN and time is not None and time.start - 0.15 <= second < time.end + 0.35

    def _present(self, person: str, second: float) -> bool:
        here = person not in self.plan.absent
        for move in self.plan.moves:
            if move.who == person and move.start <= second:
                here = (here or move.enters) and not (move.leaves and move.end <= second)
        return here

    # -- hands, head and eyes -----------------------------------------------------------------------------------------

    def finished(self, body: Motion, heads: Mapping[str, Floats]) -> Acting:
        """The acting: gestures laid over the body, the head turned to what is looked at."""
        gaze, shifts = self._gaze(heads)
        self.grips = acting_hands.grips(self.person, self.scene, self.plan.moves, self.frames / FPS)
        plays = [*acting_hands.carried(self.grips), *self.plays, *self._gestures(body)]
        moved = dataclasses.replace(body, turns=motion_acts.acted(body.turns, plays, FPS))
        return Acting(
            self.person,
            acting_face.looking(moved, gaze),
            np.full(self.frames, MOUTHS.index("X"), np.uint8),
            acting_face.blinks(self.frames, FPS, self.dice, shifts),
            gaze,
            self.emotions,
            self.here,
            {},
            self.grips,
        )

    def _gestures(self, body: Motion) -> list[Played]:
        seated = float(np.median(body.root[:, 1])) < 0.8
        taken = [(one.start - 0.3, one.start + (one.seconds or one.act.seconds)) for one in self.plays]
        out: list[Played] = []
        for line in self.lines:
            start = self.times[line.id].start
            found = self.spoken.get(line.id)
            stresses = found.stresses if found is not None and found.stresses else _even(self.times[line.id], line)
            own = [start + stress for stress in stresses]
            free = [at for at in own if not any(a <= at <= b for a, b in taken)]
            out += motion_acts.beats(free, self._mood(start + 0.1), self.dice, seated=seated)
        return out

    def _gaze(self, heads: Mapping[str, Floats]) -> tuple[Floats, list[float]]:
        gaze = np.full((self.frames, 3), np.nan, np.float32)
        shifts: list[float] = []
        last: str | None = None
        held = 0
        for frame in range(0, self.frames, 3):
            second = frame / FPS
            other = self._attends(second)
            if other is None and last is not None and frame - held < 45:
                other = last
            elif other is not None:
                held = frame
            if any(a + 0.2 <= second <= b - 0.6 for a, b in self.walks):
                other = None
            if other != last:
                shifts.append(second)
                last = other
            if other is not None and other in heads:
                gaze[frame : frame + 3] = heads[other][frame : frame + 3]
        for line in self.lines:
            self._glances(gaze, heads, self.times[line.id])
        return gaze, shifts

    def _glances(self, gaze: Floats, heads: Mapping[str, Floats], time: Timed) -> None:
        """Who speaks looks aside now and then, most of all while beginning."""
        at = time.start + float(self.dice.uniform(0.1, 1.2))
        while at < time.end - 0.5:
            first, last = int(at * FPS), int((at + AWAY * float(self.dice.uniform(0.7, 1.4))) * FPS)
            mine = heads[self.person][first:last]
            side, drop = float(self.dice.choice([-0.7, 0.7])), float(self.dice.uniform(-0.35, 0.15))
            aim = gaze[first : first + len(mine)]
            if len(aim) and np.isfinite(aim).all():
                way = aim - mine
                across = np.stack([way[:, 2], np.zeros(len(way)), -way[:, 0]], 1)
                gaze[first : first + len(mine)] = mine + way + across * side + np.array([0, drop, 0], np.float32)
            at += float(self.dice.uniform(*GLANCE))


def _even(time: Timed, line: Line) -> tuple[float, ...]:
    """Stresses of a line that nobody has spoken yet: one to every second word."""
    count = max(1, len(line.text.split()) // 2)
    return tuple((number + 0.5) / count * (time.end - time.start) for number in range(count))
