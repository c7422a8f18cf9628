"""The best place for a camera: in no wall, piece or head, with a clear sight of the faces."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...media.stage import Camera, Stage
from .order import box_of_part
from .pieces import HUNG, stood

Floats = NDArray[np.float32]
WIDEST = 74.0  # degrees that a lens may open where the room is small
BEHIND = 0.3  # cosine from which on a face is too far turned away
BEYOND = 1.6  # metres that a camera may stand behind a wall that is taken out


@dataclass(frozen=True, eq=False)
class Solids:
    """Boxes of what stands on the floor: middles (n, 3), axes (n, 3, 3) as rows, half their sizes (n, 3)."""

    ids: tuple[str, ...]
    middles: Floats
    axes: Floats
    halves: Floats

    def without(self, ids: set[str]) -> Solids:
        """All but some pieces: the chair that somebody sits on is no obstacle to seeing them."""
        keep = [id not in ids for id in self.ids]
        left = tuple(id for id, kept in zip(self.ids, keep, strict=True) if kept)
        return Solids(left, self.middles[keep], self.axes[keep], self.halves[keep])

    def local(self, place: Floats) -> Floats:
        """A place (3,) in the metres of every box: (n, 3)."""
        return np.asarray(np.einsum("nij,nj->ni", self.axes, place - self.middles), np.float32)


_SOLIDS: dict[int, tuple[Stage, Solids]] = {}


def solids_of(stage: Stage) -> Solids:
    """The boxes of a stage, worked out once."""
    known = _SOLIDS.get(id(stage))
    if known is not None and known[0] is stage:
        return known[1]
    boxes = [(piece.id, box_of_part(part)) for piece in stage.pieces if piece.kind not in HUNG and max(piece.size) > 0.3
             for part in stood(piece) if not part.flat]  # fmt: skip
    middles = np.array([box.middle for _, box in boxes], np.float32).reshape(-1, 3)
    axes = np.array([box.axes for _, box in boxes], np.float32).reshape(-1, 3, 3)
    halves = np.array([np.abs((box.corners - box.middle) @ box.axes.T).max(0) for _, box in boxes], np.float32)
    made = Solids(tuple(id for id, _ in boxes), middles, axes, halves.reshape(-1, 3))
    while len(_SOLIDS) > 7:
        _SOLIDS.pop(next(iter(_SOLIDS)))
    _SOLIDS[id(stage)] = (stage, made)
    return made


def placed(want: Want, stage: Stage, solid: Solids) -> Camera:
    """The best of the cameras round the wanted one."""
    best, least = None, math.inf
    for worth, swing, lift, far in _TRIES:
        if worth >= least:  # nothing that is left can be better
            break
        camera = _camera(want, swing, lift, far, stage)
        cost = worth + _faults(camera, want, stage, solid)
        if cost < least:
            best, least = camera, cost
    assert best is not None
    return best


# What else is tried: swung about the target, higher, nearer with a wider lens; each with what it costs, cheap first.
_TRIES = sorted(
    (abs(swing) * 0.012 + lift * 0.02 + (far - 1) * (1.6 if far > 1 else -0.55), swing, lift, far)
    for swing in (0.0, 10.0, -10.0, 20.0, -20.0, 32.0, -32.0, 46.0, -46.0, 64.0, -64.0)
    for lift in (0.0, 8.0, 16.0)
    for far in (1.0, 0.8, 0.62, 1.3)
)


def _camera(want: Want, swing: float, lift: float, far: float, stage: Stage) -> Camera:
    angle = math.radians(swing)
    c, s = math.cos(angle), math.sin(angle)
    way = np.array([want.way[0] * c + want.way[2] * s, 0.0, want.way[2] * c - want.way[0] * s])
    up = math.radians(min(want.rise + lift, 85.0))
    fov = want.fov
    distance = want.span / 2 / math.tan(math.radians(fov) / 2) * far
    if far < 1:
        fov = min(2 * math.degrees(math.atan(want.span / 2 / distance)), max(WIDEST, want.fov))
    eye = want.target + (way * math.cos(up) + np.array([0, math.sin(up), 0])) * distance
    floor = 0.16
    eye[1] = max(float(eye[1]), floor)
    if stage.interior:
        eye[1] = min(float(eye[1]), max(stage.height - 0.12, 0.6)) if want.rise < 40 else eye[1]
    x, y, z = (float(value) for value in eye)
    tx, ty, tz = (float(value) for value in want.target)
    return Camera((x, y, z), (tx, ty, tz), fov, want.roll)


def _faults(camera: Camera, want: Want, stage: Stage, solid: Solids) -> float:
    """How much is wrong with a place for the camera."""
    eye = np.array(camera.eye, np.float32)
    cost = 0.0
    if stage.interior:
        over = max(abs(camera.eye[0]) - stage.width / 2, abs(camera.eye[2]) - stage.depth / 2)
        if -0.22 < over < 0.12:
            cost += 0.25  # in the wall itself
        elif over >= 0.12:
            cost += 0.12 + 0.1 * over + (3.0 * (over - BEYOND) if over > BEYOND else 0.0)
    if len(want.heads):
        nearest = float(np.linalg.norm(want.heads - eye, axis=1).min())
        cost += 4.0 if nearest < 0.42 else 0.5 if nearest < 0.55 else 0.0
    if solid.ids:
        at = solid.local(eye)
        cost += 5.0 * float((np.abs(at) < solid.halves + 0.2).all(1).sum())
        hidden = sum(float(_crosses(at, solid.local(face), solid.halves).sum()) for face in want.faces)
        cost += 0.9 * hidden / max(len(want.faces), 1)
    if len(want.faces) < len(want.heads):
        cost += _heads_between(eye, want)
    if want.bodies is not None:
        cost += _bodies_between(eye, want.faces, want.bodies)
        if len(want.bodies) == len(want.heads):
            cost += 0.8 * _headless(camera, want)
    if want.passing is not None:
        cost += 0.6 * float((_gaps(eye, want.passing) < 0.8).any(0).sum())
    if want.looks is not None:
        way = eye - want.faces
        seen = (way * want.looks).sum(1) / np.maximum(np.linalg.norm(way, axis=1), 1e-6)
        cost += 2.2 * float(np.clip(BEHIND - seen, 0.0, 1.0).mean())
    return cost


def _crosses(a: Floats, b: Floats, half: Floats) -> NDArray[np.bool_]:
    """(n,): whether the ways from a to b (n, 3) go through boxes around nought (the slab test)."""
    way = b - a
    safe = np.where(np.abs(way) < 1e-6, 1e-6, way)
    one, other = (-half - a) / safe, (half - a) / safe
    enter, leave = np.minimum(one, other).max(1), np.maximum(one, other).min(1)
    crossed: NDArray[np.bool_] = (enter < leave) & (leave > 0.02) & (enter < 0.97)
    return crossed


def _headless(camera: Camera, want: Want) -> int:
    """How many are in the frame with their trunks and out of it with their faces."""
    assert want.bodies is not None
    trunks = camera.project(want.bodies[:, 0] * 0.35 + want.bodies[:, 1] * 0.65, 160, 90)
    faces = camera.project(want.heads, 160, 90)
    shown = (trunks[:, 2] > 0.2) & (trunks[:, :2] > 0).all(1) & (trunks[:, :2] < (160, 90)).all(1)
    cut = (faces[:, :2] < 2).any(1) | (faces[:, 0] > 158)
    return int((shown & cut).sum())


def _bodies_between(eye: Floats, faces: Floats, bodies: Floats) -> float:
    """Trunks (n, 2, 3: from the feet up to the neck) that hide a face or a thing, or that the camera stands in."""
    cost = 0.0
    low, up = bodies[:, 0], bodies[:, 1] - bodies[:, 0]
    for face in faces:
        line = eye + np.linspace(0.0, 1.0, 25, dtype=np.float32)[:, None] * (face - eye)
        away = np.linalg.norm(line - face, axis=1) > 0.34  # a face's own neck does not hide it
        share = ((line[:, None] - low) * up).sum(-1) / np.maximum((up * up).sum(-1), 1e-6)
        near = low + np.clip(share, 0.0, 1.0)[..., None] * up
        off = np.linalg.norm(line[:, None] - near, axis=-1)
        cost += 1.3 * float((off[away] < 0.24).any(0).sum()) if away.any() else 0.0
    return cost / max(len(faces), 1) + 2.0 * float((_gaps(eye, bodies) < 0.45).sum())


def _gaps(eye: Floats, bodies: Floats) -> Floats:
    """Metres from the camera to trunks (..., 2, 3): (...)."""
    low, up = bodies[..., 0, :], bodies[..., 1, :] - bodies[..., 0, :]
    at = np.clip(((eye - low) * up).sum(-1) / np.maximum((up * up).sum(-1), 1e-6), 0.0, 1.0)
    return np.asarray(np.linalg.norm(eye - low - at[..., None] * up, axis=-1), np.float32)


def _heads_between(eye: Floats, want: Want) -> float:
    """Heads of others that hide a face."""
    cost = 0.0
    for face in want.faces:
        way = face - eye
        length = float(np.linalg.norm(way))
        for head in want.heads:
            if float(np.linalg.norm(head - face)) < 0.2:
                continue
            along = float((head - eye) @ way) / max(length, 1e-6)
            if 0.1 < along < length - 0.1:
                off = float(np.linalg.norm(head - eye - way / length * along))
                cost += 1.2 if off < 0.25 else 0.0
    return cost


@dataclass(frozen=True, eq=False)
class Want:
    """What a camera should see: `points` are heads in frame, `target` the middle of the picture."""

    target: Floats
    way: Floats  # from the target to the camera, level
    span: float  # metres of the frame's height at the target
    rise: float  # degrees
    fov: float
    faces: Floats  # (n, 3) that must not be hidden
    heads: Floats  # (n, 3) that the camera must not touch
    roll: float = 0.0
    bodies: Floats | None = None  # (n, 2, 3) feet and necks of everybody
    passing: Floats | None = None  # (t, n, 2, 3) the same all through the shot: who may walk before the lens
    looks: Floats | None = None  # (n, 3) the way that each of the faces looks
