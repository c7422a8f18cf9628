"""What stands before the camera: the set, the cameras of a shot, and what bodies and faces do in a scene.

Metres, y up. The floor is y = 0; a room's back wall is at z = -depth / 2 and the audience looks from +z towards -z.
Headings are radians about y: 0 looks along +z (to the audience), a quarter turn along +x.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .motion import Motion

Floats = NDArray[np.float32]

# Mouths as Rhubarb Lip Sync and the studios before it name them: A closed (m b p), B slightly open with clenched teeth
# (k s t), C open (e), D wide open (a), E slightly rounded (o), F puckered (u w), G teeth on lip (f v), H tongue (l),
# X at rest.
MOUTHS = "ABCDEFGHX"


@dataclass(frozen=True)
class Piece:
    """A thing on the set, by what it is; `size` is its width, height and depth in metres."""

    kind: str
    id: str
    x: float = 0.0
    z: float = 0.0
    y: float = 0.0
    turn: float = 0.0
    size: tuple[float, float, float] = (0.5, 0.5, 0.5)
    colour: str = ""


@dataclass(frozen=True)
class Spot:
    """Where somebody can be: before a door, on a chair, at the window."""

    id: str
    x: float
    z: float
    turn: float = 0.0
    posture: str = "stand"  # stand, sit, lie, lean
    height: float = 0.0  # of the seat or bed
    piece: str = ""


@dataclass(frozen=True)
class Stage:
    """A set with its light."""

    kind: str
    interior: bool = True
    time: str = "day"
    width: float = 6.0
    depth: float = 5.0
    height: float = 2.7
    pieces: tuple[Piece, ...] = ()
    spots: tuple[Spot, ...] = ()
    light: tuple[float, float, float] = (-0.5, 0.8, 0.4)  # direction towards the light
    colours: Mapping[str, str] = field(default_factory=dict)  # wall, floor, sky, ground, line ...

    def spot(self, id: str) -> Spot:
        return next(one for one in self.spots if one.id == id)


@dataclass(frozen=True)
class Camera:
    """A pinhole: `fov` is the vertical angle in degrees, `roll` in degrees clockwise."""

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    fov: float = 37.8  # a 35 mm lens on a full frame of 24 mm height
    roll: float = 0.0

    def axes(self) -> Floats:
        """(3, 3): right, up, forward as rows."""
        forward = np.subtract(self.target, self.eye).astype(np.float64)
        forward /= max(float(np.linalg.norm(forward)), 1e-6)
        right = np.cross(forward, (0.0, 1.0, 0.0))
        right /= max(float(np.linalg.norm(right)), 1e-6)
        up = np.cross(right, forward)
        angle = np.radians(self.roll)
        right, up = right * np.cos(angle) + up * np.sin(angle), up * np.cos(angle) - right * np.sin(angle)
        return np.stack([right, up, forward]).astype(np.float32)

    def project(self, points: Floats, width: int, height: int) -> Floats:
        """(..., 3) metres -> (..., 3): x and y in pixels, and the depth in metres (behind the camera: negative)."""
        seen = (np.asarray(points, np.float32) - np.asarray(self.eye, np.float32)) @ self.axes().T
        depth = seen[..., 2]
        scale = height / 2 / np.tan(np.radians(self.fov) / 2)
        safe = np.where(np.abs(depth) < 1e-3, 1e-3, depth)
        x = width / 2 + scale * seen[..., 0] / safe
        y = height / 2 - scale * seen[..., 1] / safe
        return np.stack([x, y, depth], -1).astype(np.float32)


def fov_of(lens: float) -> float:
    """Vertical angle in degrees of a lens in mm on a full frame, 24 mm high."""
    return float(2 * np.degrees(np.arctan(12.0 / lens)))


@dataclass(frozen=True)
class Take:
    """The camera of a shot: where it stands at shares 0..1 of the shot; between them it eases."""

    cameras: tuple[tuple[float, Camera], ...]
    shake: float = 0.0  # metres, of a hand-held camera

    def at(self, share: float) -> Camera:
        keys = self.cameras
        if share <= keys[0][0] or len(keys) == 1:
            return keys[0][1]
        for (start, one), (end, other) in pairwise(keys):
            if share <= end:
                u = (share - start) / max(end - start, 1e-6)
                return _mixed(one, other, u * u * (3 - 2 * u))
        return keys[-1][1]


def _mixed(one: Camera, other: Camera, u: float) -> Camera:
    def mix(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, float, float]:
        x, y, z = (p * (1 - u) + q * u for p, q in zip(a, b, strict=True))
        return x, y, z

    return dataclasses.replace(
        one,
        eye=mix(one.eye, other.eye),
        target=mix(one.target, other.target),
        fov=one.fov * (1 - u) + other.fov * u,
        roll=one.roll * (1 - u) + other.roll * u,
    )


@dataclass(frozen=True, eq=False)
class Acting:
    """What one person does through a whole scene, in the stage's metres, frame by frame of `motion.fps`.

    mouths (t,) uint8: numbers into MOUTHS; blinks (t,) 0 open .. 1 shut; gaze (t, 3): the place looked at, nan where
    straight ahead; emotions (t,) uint8: numbers into `media.film.EMOTIONS`; here (t,) bool: False while off stage.
    """

    person: str
    motion: Motion
    mouths: NDArray[np.uint8]
    blinks: Floats
    gaze: Floats
    emotions: NDArray[np.uint8]
    here: NDArray[np.bool_]
    holds: Mapping[str, str] = field(default_factory=dict)  # hand ("LeftHand") -> prop kind, all through the scene
    grips: tuple[tuple[str, str, float, float], ...] = ()  # hand, prop kind, from second to second: taken and put down

    def held_at(self, second: float) -> Mapping[str, str]:
        """What each hand holds at a second of the scene."""
        return {**self.holds, **{hand: kind for hand, kind, start, end in self.grips if start <= second < end}}


@dataclass(frozen=True, eq=False)
class Performance:
    """A scene played: its stage, its people, and for each shot from which second to which it is seen."""

    scene: str
    stage: Stage
    acting: tuple[Acting, ...]
    fps: float = 30.0
    shots: tuple[tuple[str, float, float], ...] = ()  # shot id, first and last second within the scene
    takes: Mapping[str, Take] = field(default_factory=dict)  # shot id -> its camera
    sources: tuple[str, ...] = ()  # which made each motion: "graph: cmu_01_01", "net: motion-1"
