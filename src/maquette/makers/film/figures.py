"""Where the people of a performance are at a moment: joints, heads, which way they look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...media import quaternions as turns
from ...media.film import EMOTIONS, Film, Look, Shot
from ...media.motion import HOUSE, world
from ...media.stage import MOUTHS, Acting, Performance
from .puppet import FaceState, crown_of, eyes_of, fitted
from .puppet_holds import ALIKE, THINGS

Floats = NDArray[np.float32]
HEAD, HIPS, NECK = HOUSE.number("Head"), 0, HOUSE.number("Neck")
HANDS = {"LeftHand": HOUSE.number("LeftHand"), "RightHand": HOUSE.number("RightHand")}


@dataclass(frozen=True, eq=False)
class Figure:
    """One person at one moment. places (22, 3) are the house's joints, `joints` this person's own, turned (22, 4)."""

    id: str
    look: Look
    places: Floats
    joints: Floats
    turned: Floats
    face: FaceState
    holds: dict[str, str]

    @property
    def eyes(self) -> Floats:
        """The middle between the eyes."""
        step = np.array([0, *eyes_of(self.look)], np.float32)
        return np.asarray(self.joints[HEAD] + turns.rotate(self.turned[HEAD], step), np.float32)

    @property
    def crown(self) -> float:
        """How high the top of the hair is, in metres."""
        return float(self.joints[HEAD, 1]) + crown_of(self.look)

    @property
    def height(self) -> float:
        return self.look.height

    @property
    def forward(self) -> Floats:
        """The way the chest looks, level."""
        way = turns.rotate(self.turned[NECK], np.array([0, 0, 1], np.float32)).astype(np.float32)
        way[1] = 0
        length = float(np.linalg.norm(way))
        return way / length if length > 1e-4 else np.array([0, 0, 1], np.float32)

    @property
    def looks(self) -> Floats:
        """The way the face looks."""
        return turns.rotate(self.turned[HEAD], np.array([0, 0, 1], np.float32)).astype(np.float32)

    @property
    def floor(self) -> Floats:
        """Where they stand."""
        return np.array([self.joints[HIPS, 0], 0.0, self.joints[HIPS, 2]], np.float32)


def in_hand(kind: str) -> str:
    """What a piece is called in a hand: an envelope is a letter there; "" where none holds it."""
    if kind in ("ceiling lamp", "floor lamp", "lamp post"):
        return ""
    if kind in THINGS:
        return kind
    last = kind.split()[-1]
    return ALIKE.get(kind, ALIKE.get(last, last))


def times(performance: Performance, shot: Shot) -> tuple[float, float]:
    """First and last second of a shot within its scene."""
    for id, first, last in performance.shots:
        if id == shot.id:
            return first, last
    return 0.0, shot.seconds


def figure(film: Film, acting: Acting, second: float) -> Figure | None:
    """A person at a second of the scene; None while they are off stage."""
    count = acting.motion.frames
    if not count:
        return None
    frame = min(max(int(second * acting.motion.fps + 1e-6), 0), count - 1)
    if not acting.here[min(frame, len(acting.here) - 1)]:
        return None
    places, turned = world(acting.motion.part(frame, frame + 1))
    look = next((one.look for one in film.people if one.id == acting.person), Look())
    face = FaceState(
        mouth=MOUTHS[int(acting.mouths[min(frame, len(acting.mouths) - 1)])] if len(acting.mouths) else "X",
        blink=float(acting.blinks[min(frame, len(acting.blinks) - 1)]) if len(acting.blinks) else 0.0,
        gaze=_gaze(acting, frame),
        emotion=EMOTIONS[int(acting.emotions[min(frame, len(acting.emotions) - 1)])]
        if len(acting.emotions)
        else "neutral",
    )
    joints = fitted(look, places[0], turned[0])
    return Figure(acting.person, look, places[0], joints, turned[0], face, dict(acting.held_at(second)))


def _gaze(acting: Acting, frame: int) -> tuple[float, float, float] | None:
    if not len(acting.gaze):
        return None
    x, y, z = (float(value) for value in acting.gaze[min(frame, len(acting.gaze) - 1)])
    return None if np.isnan([x, y, z]).any() else (x, y, z)


def figures(film: Film, performance: Performance, second: float) -> list[Figure]:
    """Everybody on stage at a second of the scene."""
    found = (figure(film, acting, second) for acting in performance.acting)
    return [one for one in found if one is not None]
