"""People put on the spots of a set, for tests of cameras and panels: they stand, sit, look at each other, may walk."""

from __future__ import annotations

import numpy as np

from maquette.makers.film.sets import set_for
from maquette.media import quaternions as turns
from maquette.media.film import Film, Look, Person, Prop, Scene, Shot
from maquette.media.motion import HOUSE, Motion
from maquette.media.stage import Acting, Performance

CAST = (
    Person("anna", "Анна", look=Look(hair="bob", costume="dress", height=1.66)),
    Person("boris", "Борис", look=Look(costume="suit", beard=True, height=1.84, build="tall")),
    Person("clara", "Клара", look=Look(build="old", hair="bun", glasses=True, height=1.6)),
)


def body(x: float, z: float, turn: float, seat: float = 0.0, walk: float = 0.0, frames: int = 60) -> Motion:
    """Arms down; on a seat of a height, or `walk` metres along x."""
    turned = np.zeros((frames, 22, 4), np.float32)
    turned[..., 3] = 1
    turned[:, 0] = turns.about_y(turn)
    root = np.tile(np.array([x, 1.0, z], np.float32), (frames, 1))
    root[:, 0] += np.linspace(0, walk, frames)
    for side, sign in (("Left", -1.0), ("Right", 1.0)):
        turned[:, HOUSE.number(f"{side}Arm")] = turns.about(np.array([0, 0, 1], np.float32), sign * 1.25)
        if seat:
            root[:, 1] = seat + 0.12
            turned[:, HOUSE.number(f"{side}UpLeg")] = turns.about(np.array([1, 0, 0], np.float32), -1.5)
            turned[:, HOUSE.number(f"{side}Leg")] = turns.about(np.array([1, 0, 0], np.float32), 1.5)
    return Motion(HOUSE, root, turned)


def played(
    kind: str = "room", shots: tuple[Shot, ...] = (), *, spots: tuple[str, ...] = ("mark-1", "mark-2"),
    time: str = "day", props: tuple[Prop, ...] = (), walk: float = 0.0, seed: int = 0,
) -> tuple[Film, Performance]:  # fmt: skip
    """A film of one scene of two seconds and its performance."""
    ids = tuple(person.id for person in CAST[: len(spots)])
    scene = Scene("1", kind, kind, kind, time=time, people=ids, props=props, shots=shots)
    stage = set_for(scene, len(spots), seed)
    where = [stage.spot(id) for id in spots]
    acting = []
    for number, (id, spot) in enumerate(zip(ids, where, strict=True)):
        other = where[(number + 1) % len(where)]
        motion = body(spot.x, spot.z, spot.turn, spot.height, walk if number == 0 else 0.0)
        gaze = np.full((motion.frames, 3), np.nan, np.float32)
        if other is not spot:
            gaze[:] = (other.x, 1.55, other.z)
        count = motion.frames
        acting.append(Acting(id, motion, np.full(count, 8, np.uint8), np.zeros(count, np.float32), gaze,
                             np.zeros(count, np.uint8), np.ones(count, bool)))  # fmt: skip
    film = Film("Проба", people=CAST, scenes=(scene,))
    return film, Performance("1", stage, tuple(acting), shots=tuple((shot.id, 0.0, 2.0) for shot in shots))
