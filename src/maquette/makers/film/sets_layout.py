"""A set in the making: pieces put against walls, on tops and on free floor, and spots where people can be."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ...media.stage import Piece, Spot, Stage
from .pieces import HUNG, SEATS, TOPS, piece, size_of

QUARTER = math.pi / 2
# Which way a wall looks into the room, and how its length and distance run: (turn, along, out).
WALLS = {"back": (0.0, (1, 0), (0, 1)), "left": (QUARTER, (0, -1), (1, 0)), "right": (-QUARTER, (0, 1), (-1, 0)),
         "front": (math.pi, (-1, 0), (0, -1))}  # fmt: skip


@dataclass
class Layout:
    """What a set function fills in; `done` makes the stage of it."""

    kind: str
    width: float
    depth: float
    height: float = 2.7
    interior: bool = True
    time: str = "day"
    dice: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))
    pieces: list[Piece] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    colours: dict[str, str] = field(default_factory=dict)
    light: tuple[float, float, float] = (-0.5, 0.8, 0.4)

    def name(self, kind: str) -> str:
        """The first of a kind is called by its kind, the next "chair-2"."""
        count = sum(one.kind == kind for one in self.pieces)
        return kind if not count else f"{kind}-{count + 1}"

    def add(self, kind: str, x: float, z: float, turn: float = 0.0, *, y: float = 0.0, id: str = "", colour: str = "",
            size: tuple[float, float, float] | None = None) -> Piece:  # fmt: skip
        made = piece(kind, id or self.name(kind), x, z, turn, y=y, size=size, colour=colour)
        self.pieces.append(made)
        return made

    def hang(self, kind: str, wall: str, along: float, y: float = 0.0, **more: object) -> Piece:
        """On a wall: `along` in metres from its middle, to the right as seen from within."""
        turn, way, out = WALLS[wall]
        reach = self.width / 2 if out[0] else self.depth / 2
        x = -out[0] * reach + way[0] * along
        z = -out[1] * reach + way[1] * along
        return self.add(kind, x, z, turn, y=y, **more)  # type: ignore[arg-type]

    def against(self, kind: str, wall: str, along: float, gap: float = 0.03, **more: object) -> Piece:
        """On the floor with its back to a wall."""
        turn, way, out = WALLS[wall]
        size = more.get("size") or size_of(kind)
        reach = (self.width / 2 if out[0] else self.depth / 2) - size[2] / 2 - gap  # type: ignore[index]
        return self.add(kind, -out[0] * reach + way[0] * along, -out[1] * reach + way[1] * along, turn, **more)  # type: ignore[arg-type]

    def top(self, kind: str, on: Piece, dx: float = 0.0, dz: float = 0.0, turn: float = 0.0, **more: object) -> Piece:
        """On a table: dx, dz in the table's own metres."""
        x, z = rotated(dx, dz, on.turn)
        return self.add(kind, on.x + x, on.z + z, on.turn + turn, y=on.y + on.size[1], **more)  # type: ignore[arg-type]

    def spot(self, id: str, x: float, z: float, turn: float = 0.0) -> None:
        self.spots.append(Spot(id, round(x, 3), round(z, 3), turn))

    def seat(self, on: Piece, dx: float = 0.0, id: str = "") -> None:
        """A spot to sit: on the seat's front half, looking the way the seat does."""
        forward = {"sofa": 0.12, "armchair": 0.1, "bench": 0.05, "bed": 0.0}.get(on.kind, 0.03)
        x, z = rotated(dx, forward, on.turn)
        height = SEATS[on.kind] * (on.size[1] / size_of(on.kind)[1])
        name = id or (
            on.id
            if not any(one.id == on.id for one in self.spots)
            else f"{on.id}.{sum(one.piece == on.id for one in self.spots) + 1}"
        )
        self.spots.append(Spot(name, on.x + x, on.z + z, on.turn, "sit", height, on.id))

    def lying(self, on: Piece) -> None:
        """A spot to lie: the head at the bed's head."""
        self.spots.append(Spot(f"{on.id} lying", on.x, on.z, on.turn, "lie", SEATS[on.kind], on.id))

    def leaning(self, on: Piece, dx: float = 0.0) -> None:
        """A spot to stand at a table or counter, looking over it."""
        x, z = rotated(dx, on.size[2] / 2 + 0.32, on.turn)
        self.spots.append(Spot(f"at {on.id}", on.x + x, on.z + z, on.turn + math.pi,
                               "lean", on.size[1], on.id))  # fmt: skip

    def marks(self, people: int, x: float = 0.0, z: float = 0.4, apart: float = 1.1) -> None:
        """Where people stand and talk: two face each other across the frame, more stand in a half ring."""
        count = max(people, 2)
        if count == 2:
            self.spot("mark-1", x - apart / 2, z, QUARTER - 0.35)
            self.spot("mark-2", x + apart / 2, z, -QUARTER + 0.35)
            return
        radius = max(apart * 0.75, 0.38 * count)
        for n in range(count):
            angle = math.pi * (0.08 + 0.84 * n / (count - 1)) if count < 7 else 2 * math.pi * n / count
            place = x - radius * math.cos(angle), z - 0.75 * radius * math.sin(angle) + 0.3
            self.spot(f"mark-{n + 1}", *place, math.atan2(x - place[0], z + 0.5 - place[1]))

    def door(self, wall: str, along: float, kind: str = "door", **more: object) -> None:
        """A door with the spots before and behind it."""
        hung = self.hang(kind, wall, along, **more)  # type: ignore[arg-type]
        x, z = rotated(0.0, 0.75, hung.turn)
        self.spot("door", hung.x + x, hung.z + z, hung.turn)
        x, z = rotated(0.0, -0.9, hung.turn)
        self.spot("outside", hung.x + x, hung.z + z, hung.turn)

    def window(self, wall: str, along: float, y: float = 0.95, **more: object) -> None:
        hung = self.hang("window", wall, along, y, **more)
        x, z = rotated(0.0, 0.7, hung.turn)
        self.spot(hung.id, hung.x + x, hung.z + z, hung.turn + math.pi)

    def sides(self, reach: float | None = None, z: float = 0.6) -> None:
        """Ways in and out of an open place."""
        reach = self.width / 2 if reach is None else reach
        self.spot("left", -reach, z, QUARTER)
        self.spot("right", reach, z, -QUARTER)
        self.spot("outside", reach + 2.5, z, -QUARTER)
        self.spot("back", 0.0, -self.depth / 2 + 0.8, 0.0)

    def free(self, x: float, z: float, size: tuple[float, float, float], room: float = 0.15) -> bool:
        """Whether a thing of this size could stand there."""
        reach = max(size[0], size[2]) / 2 + room
        if self.interior and (abs(x) > self.width / 2 - reach or abs(z) > self.depth / 2 - reach):
            return False
        for one in self.pieces:
            if one.kind in HUNG or one.kind == "rug" or one.y > 0.3:
                continue
            if math.hypot(one.x - x, one.z - z) < reach + 0.42 * (one.size[0] + one.size[2]) / 1.2:
                return False
        return all(math.hypot(spot.x - x, spot.z - z) > reach + 0.3 for spot in self.spots)

    def props(self, props: Mapping[str, str]) -> None:
        """What the script names (id -> kind): on a top, on the floor or on the wall, where it is not there already."""
        for id, kind in props.items():
            # A hospital bed is a bed.
            if any(id in (one.id, one.kind) or alike(kind, one.kind) for one in self.pieces):
                continue
            if self.kind == "car interior" and kind == "car":
                continue
            size = size_of(kind)
            if kind in HUNG:
                self._hung(kind, id)
            elif size[0] < 0.66 and size[1] < 0.52 and self._on_top(kind, id, size):
                continue
            else:
                self._floor(kind, id, size)

    def _hung(self, kind: str, id: str) -> None:
        if not self.interior:
            self.add(kind, -1.6, -1.2, 0.4, id=id)
            return
        taken = [one for one in self.pieces if one.turn == 0.0 and one.z <= -self.depth / 2 + 0.4]
        for along in (0.0, 1.2, -1.2, 2.0, -2.0, 0.6, -0.6):
            if all(abs(one.x - along) > (one.size[0] + size_of(kind)[0]) / 2 for one in taken):
                break
        self.hang(kind, "back", along, 0.0 if "door" in kind else 1.35, id=id)

    def _on_top(self, kind: str, id: str, size: tuple[float, float, float]) -> bool:
        if kind in ("bag", "backpack", "ball", "basket"):
            return False
        for on in sorted((one for one in self.pieces if one.kind in TOPS), key=lambda one: math.hypot(one.x, one.z)):
            here = [one for one in self.pieces if abs(one.y - on.size[1]) < 0.02 and one.id != on.id]
            for dx, dz in (
                (0.0, 0.12),
                (-0.28, 0.1),
                (0.3, 0.14),
                (0.1, -0.14),
                (-0.4, -0.12),
                (0.45, -0.1),
                (-0.15, 0.0),
            ):
                if abs(dx) + size[0] / 2 > on.size[0] / 2 or abs(dz) + size[2] / 2 > on.size[2] / 2:
                    continue
                x, z = rotated(dx, dz, on.turn)
                if all(math.hypot(one.x - on.x - x, one.z - on.z - z) > (one.size[0] + size[0]) / 2 for one in here):
                    self.top(kind, on, dx, dz, 0.25 * dx - 0.1, id=id)
                    return True
        return False

    def _floor(self, kind: str, id: str, size: tuple[float, float, float]) -> None:
        reach_x, reach_z = self.width / 2 - 0.3, self.depth / 2 - 0.3
        if not self.interior:
            reach_x, reach_z = 4.5, 3.2
        small = max(size) < 0.8
        tries = [(0.95, 0.7), (-0.95, 0.75), (0.4, 1.1)] if small else []
        tries += [
            (x * reach_x, z * reach_z)
            for z in (-0.7, -0.4, -0.9, 0.0, 0.4)
            for x in (0.55, -0.55, 0.8, -0.8, 0.2, -0.2)
        ]
        if size[0] > 1.6 and size[1] > 0.7 and not self.interior and size[2] < 0.5 * size[0]:
            tries = [(x * reach_x, -0.95 * reach_z) for x in (0.5, -0.5, 0.0, 0.9, -0.9)]  # walls hide nobody
        for x, z in tries:
            if self.free(x, z, size, 0.05 if small else 0.15):
                break
        self.add(kind, x, z, 0.3 * (1 if x < 0 else -1), id=id)

    def done(self, people: int, props: Mapping[str, str], mirror: bool = False) -> Stage:
        self.props(props)
        stage = Stage(self.kind, self.interior, self.time, self.width, self.depth, self.height, tuple(self.pieces),
                      tuple(self.spots), self.light, self.colours)  # fmt: skip
        return mirrored(stage) if mirror else stage


def alike(kind: str, other: str) -> bool:
    """Whether one piece can stand for another: a hospital bed is a bed, but nobody lifts a lamp off the ceiling."""
    same = kind.split()[-1:] == other.split()[-1:]
    return same and (kind == other or not {kind, other} & {"ceiling lamp", "floor lamp", "lamp post"})


def rotated(x: float, z: float, turn: float) -> tuple[float, float]:
    """A place in a piece's own metres, as the piece is turned."""
    c, s = math.cos(turn), math.sin(turn)
    return x * c + z * s, z * c - x * s


def mirrored(stage: Stage) -> Stage:
    """The same set with left and right changed."""
    pieces = tuple(dataclasses.replace(one, x=-one.x, turn=-one.turn) for one in stage.pieces)
    spots = tuple(
        dataclasses.replace(one, x=-one.x, turn=-one.turn, id=_SWAP.get(one.id, one.id)) for one in stage.spots
    )
    x, y, z = stage.light
    return dataclasses.replace(stage, pieces=pieces, spots=spots, light=(-x, y, z))


_SWAP = {"left": "right", "right": "left", "mark-1": "mark-2", "mark-2": "mark-1"}
