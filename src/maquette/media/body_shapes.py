"""What bodies of few triangles are made of: rings, the shapes that gather them by colour, normals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .motion import Skeleton

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Part:
    """Triangles of one colour. places, normals (n, 3); faces (m, 3); joints (n, 4) with weights (n, 4), together 1.

    `moves`: how the places shift (n, 3) with the face, by what it does; empty for what stays as it is.
    """

    name: str
    colour: str
    places: Floats
    normals: Floats
    faces: NDArray[np.int32]
    joints: NDArray[np.int32]
    weights: Floats
    moves: Mapping[str, Floats] = field(default_factory=dict)


@dataclass
class Ring:
    """An oval: its middle, its two half axes as vectors, and which joints carry it."""

    middle: Floats
    u: Floats
    v: Floats
    held: dict[str, float]
    sided: bool = False


@dataclass
class Shape:
    """Gathers what has one colour."""

    skeleton: Skeleton
    places: list[Floats] = field(default_factory=list)
    faces: list[NDArray[np.int32]] = field(default_factory=list)
    held: list[tuple[int, dict[str, float]]] = field(default_factory=list)
    count: int = 0

    def put(self, places: Floats, faces: NDArray[np.int32], held: dict[str, float], sided: bool = False) -> None:
        """`sided`: what is held by a left joint is so on the left, and less towards the middle."""
        self.places.append(places.astype(np.float32))
        self.faces.append(faces + self.count)
        self.count += len(places)
        if not sided:
            self.held.append((len(places), held))
            return
        wide = max(float(np.abs(places[:, 0]).max()), 1e-6)
        for x in places[:, 0]:
            left = float(np.clip(0.5 + 0.9 * x / wide, 0, 1))
            share = {"Left": 2 * left, "Righ": 2 * (1 - left)}
            self.held.append((1, {joint: weight * share.get(joint[:4], 1.0) for joint, weight in held.items()}))

    def part(self, name: str, colour: str) -> Part:
        places, faces = np.concatenate(self.places), np.concatenate(self.faces).astype(np.int32)
        joints, weights = np.zeros((len(places), 4), np.int32), np.zeros((len(places), 4), np.float32)
        at = 0
        for count, held in self.held:
            heaviest = sorted(held.items(), key=lambda one: -one[1])[:4]
            total = sum(weight for _, weight in heaviest)
            for slot, (joint, weight) in enumerate(heaviest):
                joints[at : at + count, slot] = self.skeleton.number(joint)
                weights[at : at + count, slot] = weight / total
            at += count
        return Part(name, colour, places, normals(places, faces), faces, joints, weights)


def vector(x: float, y: float, z: float) -> Floats:
    return np.array([x, y, z], np.float32)


def across(way: Floats) -> tuple[Floats, Floats]:
    """Two unit vectors across a direction and across each other."""
    way = way / max(float(np.linalg.norm(way)), 1e-9)
    other = vector(1, 0, 0) if abs(float(way[0])) < 0.9 else vector(0, 1, 0)
    u = np.cross(way, other)
    u /= max(float(np.linalg.norm(u)), 1e-9)
    return u.astype(np.float32), np.cross(way, u).astype(np.float32)


def normals(places: Floats, faces: NDArray[np.int32]) -> Floats:
    """(n, 3): of unit length, each the mean of its faces' weighted by their area."""
    a, b, c = (places[faces[:, corner]] for corner in range(3))
    crossed = np.cross(b - a, c - a)
    out = np.zeros_like(places)
    for corner in range(3):
        np.add.at(out, faces[:, corner], crossed)
    length = np.linalg.norm(out, axis=-1, keepdims=True)
    up = np.array([0, 1, 0], np.float32)
    return np.where(length > 1e-12, out / np.maximum(length, 1e-12), up).astype(np.float32)
