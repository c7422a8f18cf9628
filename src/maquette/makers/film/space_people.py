"""People of a film for scenes in space: on bones of their own length, with what they hold in their hands."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...media.film import Film, Look
from ...media.motion import HOUSE, Motion, Skeleton, world
from ...media.scene_glb import Held, Thing
from ...media.stage import Acting, Performance
from .pieces_model import Shape
from .puppet_body import JOINT, bones
from .puppet_holds import THINGS
from .space_solids import joined, lines_of, solid_of

Floats = NDArray[np.float32]

PALM = 0.085  # metres from the wrist, of a body of ordinary size
_FEET = [JOINT[side + bone] for side in ("Left", "Right") for bone in ("Foot", "ToeBase")]
_BOX = ((0, 1, 3, 2), (4, 6, 7, 5), (2, 3, 7, 6), (0, 4, 5, 1), (0, 2, 6, 4), (1, 5, 7, 3))


def fitted(film: Film, performance: Performance) -> Performance:
    """The performance with everybody as tall as they are drawn."""
    looks = {person.id: person.look for person in film.people}
    acting = tuple(_fitted(one, looks.get(one.person, Look())) for one in performance.acting)
    return dataclasses.replace(performance, acting=acting)


def _fitted(acting: Acting, look: Look) -> Acting:
    """Pose and spot stay; the lowest foot stands as high as it stood, as the drawn people have it."""
    offsets, size = bones(look)
    if acting.motion.skeleton.names != HOUSE.names or not acting.motion.frames:
        return acting
    ends = {name: (x * size, y * size, z * size) for name, (x, y, z) in HOUSE.ends.items()}
    skeleton = Skeleton(HOUSE.names, HOUSE.parents, offsets, ends)
    own = dataclasses.replace(acting.motion, skeleton=skeleton)
    before, after = world(acting.motion)[0], world(own)[0]
    lift = before[:, _FEET, 1].min(1) * size - after[:, _FEET, 1].min(1)
    root = own.root.copy()
    root[:, 1] += lift
    return dataclasses.replace(acting, motion=dataclasses.replace(own, root=root))


def held(performance: Performance) -> dict[str, tuple[Held, ...]]:
    """Person -> what is in their hands, from when to when."""
    return {acting.person: tuple(_held(acting)) for acting in performance.acting}


def _held(acting: Acting) -> list[Held]:
    always = [(hand, kind, 0.0, acting.motion.seconds + 1.0) for hand, kind in acting.holds.items()]
    return [
        Held(hand, in_hand(kind, hand, acting.motion), start, end)
        for hand, kind, start, end in (*always, *acting.grips)
        if kind in THINGS
    ]


def in_hand(kind: str, hand: str, motion: Motion) -> Thing:
    """A thing as it lies in a hand whose arm is stretched out sideways, from the wrist.

    Things stand up where the thumb is, and hang along the arm: so a cup stands when the forearm is level, and a bag
    hangs when the arm does.
    """
    model, side = THINGS[kind], 1.0 if hand.startswith("Left") else -1.0
    if model.how == "hang":
        up, ahead = np.array([-side, 0, 0]), np.array([0, 0, 1])
    else:
        up, ahead = np.array([0, 0, 1]), np.array([side, 0, 0])
    axes = np.stack([np.cross(ahead, up), up, ahead])  # right, up, ahead as rows
    leg = float(np.linalg.norm(motion.skeleton.offsets[2]) + np.linalg.norm(motion.skeleton.offsets[3]))
    palm = np.array([side * PALM * leg / 0.84, -0.02, 0])
    shapes = []
    for x, y, z, w, h, d, colour in model.boxes:
        corners = [(x + i * w, y + j * h, z + k * d) for j in (-1, 1) for k in (-1, 1) for i in (-1, 1)]
        shapes.append(Shape("solid", (np.array(corners) @ axes + palm).astype(np.float32), colour, _outward(axes)))
    for places, colour in model.rods:
        for (x0, y0, z0, r0), (x1, y1, z1, r1) in pairwise(places):
            points = _tube(np.array([x0, y0, z0]), np.array([x1, y1, z1]), r0, r1) @ axes + palm
            shapes.append(Shape("hull", points.astype(np.float32), colour))
    return Thing(kind, joined(map(solid_of, shapes)), lines_of(shapes))


def _outward(axes: NDArray[np.float64]) -> tuple[tuple[int, ...], ...]:
    """The faces of a block, turned round where the axes mirror it."""
    mirrored = float(np.linalg.det(axes)) < 0
    return tuple(tuple(reversed(face)) for face in _BOX) if mirrored else _BOX


def _tube(start: NDArray[np.float64], end: NDArray[np.float64], thick: float, thin: float) -> NDArray[np.float64]:
    way = (end - start) / max(float(np.linalg.norm(end - start)), 1e-9)
    other = np.array([1.0, 0, 0]) if abs(float(way[0])) < 0.9 else np.array([0, 1.0, 0])
    u = np.cross(way, other)
    u /= np.linalg.norm(u)
    v = np.cross(way, u)
    angle = np.arange(10) * (2 * np.pi / 10)
    ring = np.cos(angle)[:, None] * u + np.sin(angle)[:, None] * v
    return np.concatenate([start + ring * max(thick, 1e-3), end + ring * max(thin, 1e-3)])
