"""Where somebody of a scene can be: marks, seats and beds, the door, the side of an open place."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...media.stage import Spot, Stage
from ..motion_words import Deed
from . import paths

OUTSIDE = 0.9  # metres behind a door where somebody waits who comes in
ROOM = 0.62  # metres that two people's middles keep apart
OPENED = 0.35  # radians that a talker's body is opened to the audience
ASIDE = 4.0  # metres from the middle of an open place from which somebody comes along
LEANT = 0.16  # metres nearer to a counter than one stands at it, to lean on it
AHEAD = 0.42  # metres before a seat at which one stands to sit down


@dataclass(frozen=True)
class Mark:
    """Where somebody is: metres, heading, posture, and the spot they take (""), with its height."""

    x: float
    z: float
    turn: float = 0.0
    posture: str = "stand"
    spot: str = ""
    height: float = 0.0
    edge: tuple[float, float, float, float] | None = None  # of a bed: where one sits before lying, x z turn height

    @property
    def place(self) -> tuple[float, float]:
        return self.x, self.z


@dataclass(frozen=True)
class Move:
    """Something that somebody does from a second of the scene on: a deed, where it leads, along which points."""

    who: str
    start: float
    end: float  # by when it would be done, if there is time
    deed: Deed
    to: Mark | None = None
    points: tuple[tuple[float, float], ...] = ()
    leaves: bool = False
    enters: bool = False
    target: str = ""  # person or thing on the set that it is done to
    prop: str = ""  # what the script says that it is done with or to


@dataclass(frozen=True)
class Plan:
    """A scene's blocking. said: what was not understood or found no place."""

    first: Mapping[str, Mark]
    moves: tuple[Move, ...]
    absent: frozenset[str] = frozenset()  # who is not on stage when it begins
    said: tuple[str, ...] = ()


@dataclass
class State:
    stage: Stage
    marks: dict[str, Mark]
    gone: set[str]
    seats: dict[str, str] = field(default_factory=dict)  # spot id -> person
    said: list[str] = field(default_factory=list)
    hands: dict[str, str] = field(default_factory=dict)  # person -> what they hold, as the script calls it


def door(stage: Stage) -> Spot:
    """The spot before the door, or the side of an open place."""
    named = [spot for spot in stage.spots if "door" in spot.id or "entr" in spot.id or "exit" in spot.id]
    if named:
        return named[0]
    piece = next((one for one in stage.pieces if "door" in one.kind), None)
    if piece is not None:
        ahead = np.array([np.sin(piece.turn), np.cos(piece.turn)])
        x, z = np.array([piece.x, piece.z]) + ahead * 0.6
        return Spot("door", float(x), float(z), piece.turn)
    return Spot("side", -stage.width / 2 + (0.5 if stage.interior else -0.6), 0.3, float(np.pi / 2))


def outside(stage: Stage, number: int = 1) -> Mark:
    spot = door(stage)
    ahead = np.array([np.sin(spot.turn), np.cos(spot.turn)])
    # A door's spot looks into the room where its heading leads towards the middle.
    if float(ahead @ np.array([-spot.x, -spot.z])) < 0:
        ahead = -ahead
    x, z = np.array([spot.x, spot.z]) - ahead * (OUTSIDE + 0.7 * (number - 1))
    return Mark(float(x), float(z), float(np.arctan2(ahead[0], ahead[1])), "stand")


def side(stage: Stage) -> tuple[float, float]:
    """Where somebody comes from who walks as the scene begins: the door of a room, the side of an open place."""
    if stage.interior:
        spot = door(stage)
        return spot.x, spot.z
    middle = middle_of(stage, paths.floor(stage))
    return max(middle[0] - ASIDE, -stage.width / 2 + 0.6), middle[1]


def take_seat(state: State, person: str, posture: str, near: Mark | None, named: str = "") -> Mark | None:
    """Give somebody the nearest free spot of that posture, on what is named if it can be; None where there is none."""
    free = [s for s in state.stage.spots if s.posture == posture and s.id not in state.seats]
    if not free and posture == "lie":
        free = [s for s in state.stage.spots if s.posture == "sit" and s.id not in state.seats]
    free = [s for s in free if all(_far(s, m) > 0.35 for p, m in state.marks.items() if p != person)]
    beds = {one.piece for one in state.stage.spots if one.id in state.seats and one.posture == "lie"}
    free = [s for s in free if s.piece not in beds or not s.piece]
    if not free:
        return None
    word = named.split(".")[-1].split("-")[0]
    asked = [s for s in free if word and (word in s.id or word in s.piece)]
    at = near or (None if asked else named_mark(state, person, named)) or Mark(0.0, 0.3)
    free = asked or free
    others = [mark for other, mark in state.marks.items() if other != person and other not in state.gone]
    spot = min(free, key=lambda one: _far(one, at) + 1.5 * _lonely(state.stage, one, others))
    state.seats[spot.id] = person
    mark = _at(spot, state.stage)
    state.marks[person] = mark
    return mark


def _at(spot: Spot, stage: Stage) -> Mark:
    """The mark of somebody who takes a spot: back to what is leaned on, a bed with the edge that one sits down on."""
    mark = Mark(spot.x, spot.z, spot.turn, spot.posture, spot.id, spot.height)
    if spot.posture == "lean":
        x, z = spot.x + np.sin(spot.turn) * LEANT, spot.z + np.cos(spot.turn) * LEANT
        return dataclasses.replace(mark, x=float(x), z=float(z), turn=spot.turn + float(np.pi))
    if spot.posture != "lie":
        return mark
    side = next((one for one in stage.spots if one.posture == "sit" and one.piece == spot.piece), None)
    if side is not None:
        return dataclasses.replace(mark, edge=(side.x, side.z, side.turn, side.height))
    x, z = spot.x + np.cos(spot.turn) * 0.4, spot.z - np.sin(spot.turn) * 0.4
    return dataclasses.replace(mark, edge=(float(x), float(z), spot.turn + float(np.pi / 2), spot.height))


def _lonely(stage: Stage, spot: Spot, others: Sequence[Mark]) -> float:
    """Metres from a seat to who is there, or while nobody is, to the next seat where somebody may join."""
    if others:
        return min(_far(spot, mark) for mark in others)
    seats = [one for one in stage.spots if one.posture == spot.posture and one.id != spot.id]
    return min((_far(one, Mark(spot.x, spot.z)) for one in seats), default=0.0)


def _far(spot: Spot, mark: Mark) -> float:
    return float(np.hypot(spot.x - mark.x, spot.z - mark.z))


def _apart(spot: Spot, place: tuple[float, float]) -> float:
    return float(np.hypot(spot.x - place[0], spot.z - place[1]))


def place_before(seat: Mark, stage: Stage) -> tuple[float, float]:
    """Where one stands to sit down on a seat: before it, less far where a table is near."""
    if seat.posture == "lean":
        return seat.place
    if seat.edge is not None:
        x, z, turn, height = seat.edge
        seat = Mark(x, z, turn, "sit", height=height)
    far = room_before(seat, stage)
    return float(seat.x + np.sin(seat.turn) * far), float(seat.z + np.cos(seat.turn) * far)


def room_before(seat: Mark, stage: Stage) -> float:
    """Metres from the middle of a seat to where one can stand before it: AHEAD, or what a table leaves."""
    pieces = [one for one in stage.pieces if paths.stands(one) and np.hypot(one.x - seat.x, one.z - seat.z) > 0.3]
    for far in np.arange(0.14, AHEAD, 0.04):
        x, z = seat.x + np.sin(seat.turn) * (far + 0.14), seat.z + np.cos(seat.turn) * (far + 0.14)
        if any(paths.covers(piece, float(x), float(z)) for piece in pieces):
            return float(far)
    return AHEAD


def middle_of(stage: Stage, ground: paths.Floor) -> tuple[float, float]:
    centre = next((spot for spot in stage.spots if spot.id in ("centre", "center", "middle")), None)
    if centre is not None:
        return centre.x, centre.z
    return paths.nearest_free(ground, 0.0, min(0.4, stage.depth * 0.1))


def near_free(state: State, person: str, spot: tuple[float, float]) -> Mark:
    """A free mark at a place or as near to it as furniture and people let it be."""
    others = [mark.place for other, mark in state.marks.items() if other != person and other not in state.gone]
    ground = paths.floor(state.stage, others, around=ROOM)
    x, z = paths.nearest_free(ground, *spot)
    return Mark(x, z)


def facing(state: State, person: str, mark: Mark, towards: tuple[float, float] | None = None) -> float:
    """The heading from a mark to whom one is with, opened a little to the audience; to the audience if alone."""
    others = [one for other, one in state.marks.items() if other != person and other not in state.gone]
    if towards is None:
        if not others:
            return 0.0
        nearest = min(others, key=lambda one: (one.x - mark.x) ** 2 + (one.z - mark.z) ** 2)
        towards = nearest.place
    turn = float(np.arctan2(towards[0] - mark.x, towards[1] - mark.z))
    opened = float(np.clip(-turn, -OPENED, OPENED))
    return turn + opened if abs(turn) < 2.6 else turn


def piece_place(stage: Stage, id: str) -> tuple[float, float] | None:
    """Where a prop or a kind of piece stands on the set."""
    if not id:
        return None
    for piece in stage.pieces:
        if id in (piece.id, piece.kind):
            return piece.x, piece.z
    short = id.split(".")[-1].split("-")[0]
    return next(((one.x, one.z) for one in stage.pieces if short and short in one.kind), None)


def named_mark(state: State, person: str, id: str) -> Mark | None:
    """A free mark at the spot or thing of that name; None where the set has none."""
    if not id or id in ("exit", "door"):
        return None
    word = id.split(".")[-1].split("-")[0]
    taken = [mark.place for mark in state.marks.values()]
    for spot in state.stage.spots:
        if spot.posture == "stand" and word in spot.id and all(_apart(spot, one) > ROOM for one in taken):
            return Mark(spot.x, spot.z, spot.turn, spot=spot.id)
    at = piece_place(state.stage, id)
    if at is None:
        return None
    x, z = at
    return near_free(state, person, (x * 0.75, z * 0.75 + 0.2))


def leave_seat(state: State, who: str) -> None:
    state.seats = {spot: person for spot, person in state.seats.items() if person != who}


def only_seats(stage: Stage) -> bool:
    return bool(stage.spots) and all(spot.posture in ("sit", "lie") for spot in stage.spots)
