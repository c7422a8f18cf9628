"""Blocking: where everybody of a scene stands or sits when it begins, and where each goes when, as a list of moves.

People who talk stand a step and a half apart and turn to each other, a little opened to the audience. Whoever comes in
waits behind the door; whoever sits down takes the nearest free seat; nobody is sent where somebody else is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...media.film import Doing, Film, Line, Scene
from ...media.stage import Spot, Stage
from ..motion_words import IDLE, Deed, deed
from . import paths
from .timing import SPOKEN, Timed

Floats = NDArray[np.float64]

OUTSIDE = 0.9  # metres behind a door where somebody waits who comes in
APART = 1.35  # metres between two who talk
NEAR = 0.85  # metres from somebody or something that is walked to
CLOSE = 0.42  # metres: nearer nobody passes somebody
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
class _State:
    stage: Stage
    marks: dict[str, Mark]
    gone: set[str]
    seats: dict[str, str] = field(default_factory=dict)  # spot id -> person
    said: list[str] = field(default_factory=list)


def blocked(film: Film, scene: Scene, stage: Stage, times: Mapping[str, Timed], seed: int = 0) -> Plan:
    """Who is where, and what they do when; times: line id -> when it is heard, in seconds of the scene."""
    people = _people(scene)
    doings = [(line, doing, at, end) for line in scene.lines for doing, at, end in _timed(line, times)]
    state = _first(scene, stage, people, doings)
    first = dict(state.marks)
    absent = frozenset(state.gone)
    moves: list[Move] = []
    busy: dict[str, float] = {}
    for line, doing, at, end in doings:
        if doing.who not in people:
            continue
        found = deed(doing.motion, doing.words)
        if found is None:
            name = film.person(doing.who).name
            state.said.append(f'{line.id}: "{doing.words}" is no motion that is known; {name} stands')
            continue
        start = max(at, busy.get(doing.who, 0.0))
        found = dataclasses.replace(found, mood=_or(doing.emotion, line.emotion, found.mood))
        move = _move(state, doing, found, start, end, line, seed)
        if move is not None:
            move = _later(dataclasses.replace(move, prop=doing.to), first, moves, absent)
            moves.append(move)
            busy[doing.who] = move.start + _takes(move)
    return Plan(first, tuple(moves), absent, tuple(state.said))


def _later(move: Move, first: Mapping[str, Mark], moves: Sequence[Move], absent: frozenset[str]) -> Move:
    """The move, begun a little later where somebody else would be walked into on the way."""
    if len(move.points) < 2:
        return move
    others = [one for one in first if one not in (move.who, move.target)]
    for wait in np.arange(0.0, 2.6, 0.35):
        trial = dataclasses.replace(move, start=move.start + float(wait), end=move.end + float(wait))
        times = np.arange(trial.start, trial.start + _takes(trial) + 0.2, 0.15)
        mine = [_place(trial, float(time)) for time in times]
        if all(_clear_of(one, first[one], moves, mine, times, absent) for one in others):
            return trial
    return move


def _clear_of(
    other: str,
    first: Mark,
    moves: Sequence[Move],
    mine: Sequence[tuple[float, float]],
    times: Floats,
    absent: frozenset[str],
) -> bool:
    for place, time in zip(mine, times, strict=True):
        at, here = first.place, other not in absent
        for move in moves:
            if move.who == other and move.start <= time:
                at = _place(move, float(time)) if move.points else at
                here = (here or move.enters) and not (move.leaves and move.start + _takes(move) <= time)
        if here and np.hypot(place[0] - at[0], place[1] - at[1]) < CLOSE:
            return False
    return True


def _place(move: Move, second: float) -> tuple[float, float]:
    """Where a move has brought somebody by a second."""
    points = np.array(move.points)
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    metres = np.concatenate([[0.0], np.cumsum(steps)])
    gone = max(0.0, second - move.start - 0.3) * (move.deed.speed or 1.25)
    return float(np.interp(gone, metres, points[:, 0])), float(np.interp(gone, metres, points[:, 1]))


def _or(*moods: str) -> str:
    return next((mood for mood in moods if mood and mood != "neutral"), "neutral")


def _people(scene: Scene) -> tuple[str, ...]:
    """Everybody who is seen: who acts or speaks on stage, and the scene's people."""
    heard_only = {line.who for line in scene.lines if line.who and line.off}
    seen = {line.who for line in scene.lines if line.who and not line.off}
    seen |= {doing.who for line in scene.lines for doing in line.doings}
    subjects = {subject for shot in scene.shots for subject in (*shot.subjects, shot.over)}
    return tuple(one for one in scene.people if one in seen | subjects or one not in heard_only)


def _timed(line: Line, times: Mapping[str, Timed]) -> list[tuple[Doing, float, float]]:
    """The doings of a line, spread over its time; two people's deeds of one line begin together where they can."""
    if line.id not in times or not line.doings:
        return []
    start, end = times[line.id].start, times[line.id].end
    order: list[str] = []
    count: dict[str, int] = {}
    out = []
    many = max(sum(one.who == doing.who for one in line.doings) for doing in line.doings)
    share = (end - start) / max(1, many)
    for doing in line.doings:
        number = count.get(doing.who, 0)
        count[doing.who] = number + 1
        order.append(doing.who)
        at = start + number * share
        out.append((doing, at, at + share))
    return out


# -- where everybody begins -------------------------------------------------------------------------------------------


def _first(
    scene: Scene, stage: Stage, people: tuple[str, ...], doings: Sequence[tuple[Line, Doing, float, float]]
) -> _State:
    state = _State(stage, {}, set())
    opening = _opening(scene)
    spoke = {line.who for line in scene.lines[:1]}
    for person in people:
        mine = [(line, doing) for line, doing, _, _ in doings if doing.who == person]
        found = deed(mine[0][1].motion, mine[0][1].words) if mine else None
        if mine and _enters(mine[0][1], found) and person not in spoke:
            state.gone.add(person)
            state.marks[person] = _outside(stage, len(state.gone))
        elif mine and mine[0][0].id in opening and mine[0][1].posture in ("sit", "lie", "lean"):
            _take_seat(state, person, mine[0][1].posture, None, mine[0][1].to)
        elif mine and mine[0][0].id in opening and _named(state, person, mine[0][1].to) is not None:
            state.marks[person] = _named(state, person, mine[0][1].to) or Mark(0.0, 0.0)
        elif mine and found is not None and mine[0][0].id in opening and _comes_along(mine[0][1], found):
            state.marks[person] = _near_free(state, person, _side(stage))
        elif stage.kind in ("car", "car interior") or _only_seats(stage):
            _take_seat(state, person, "sit", None)
    rest = [person for person in people if person not in state.marks]
    _stand_together(state, scene, rest)
    for person in people:
        mark = state.marks[person]
        if mark.posture == "stand" and person not in state.gone:
            state.marks[person] = dataclasses.replace(mark, turn=_facing(state, person, mark))
    return state


def _comes_along(doing: Doing, found: Deed) -> bool:
    """True for who walks or runs as the scene begins: they come from the side."""
    return found.kind == "go" and doing.motion != "walks out" and doing.to not in ("exit", "door")


def _opening(scene: Scene) -> frozenset[str]:
    """The lines before anybody speaks: what they say of sitting and standing is so from the beginning."""
    ids = []
    for line in scene.lines:
        if line.kind in SPOKEN:
            break
        ids.append(line.id)
    return frozenset(ids[:2])


def _named(state: _State, person: str, id: str) -> Mark | None:
    """A free mark at the spot or thing of that name; None where the set has none."""
    if not id or id in ("exit", "door"):
        return None
    word = id.split(".")[-1].split("-")[0]
    taken = [mark.place for mark in state.marks.values()]
    for spot in state.stage.spots:
        if spot.posture == "stand" and word in spot.id and all(_apart(spot, one) > ROOM for one in taken):
            return Mark(spot.x, spot.z, spot.turn, spot=spot.id)
    at = _piece(state.stage, id)
    if at is None:
        return None
    x, z = at
    return _near_free(state, person, (x * 0.75, z * 0.75 + 0.2))


def _apart(spot: Spot, place: tuple[float, float]) -> float:
    return float(np.hypot(spot.x - place[0], spot.z - place[1]))


def _enters(doing: Doing, found: Deed | None) -> bool:
    return doing.motion == "walks in" or (found is not None and found.kind == "go" and doing.to == "door")


def _only_seats(stage: Stage) -> bool:
    return bool(stage.spots) and all(spot.posture in ("sit", "lie") for spot in stage.spots)


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


def _side(stage: Stage) -> tuple[float, float]:
    """Where somebody comes from who walks as the scene begins: the door of a room, the side of an open place."""
    if stage.interior:
        spot = door(stage)
        return spot.x, spot.z
    middle = _middle(stage, paths.floor(stage))
    return max(middle[0] - ASIDE, -stage.width / 2 + 0.6), middle[1]


def _outside(stage: Stage, number: int = 1) -> Mark:
    spot = door(stage)
    ahead = np.array([np.sin(spot.turn), np.cos(spot.turn)])
    # A door's spot looks into the room where its heading leads towards the middle.
    if float(ahead @ np.array([-spot.x, -spot.z])) < 0:
        ahead = -ahead
    x, z = np.array([spot.x, spot.z]) - ahead * (OUTSIDE + 0.7 * (number - 1))
    return Mark(float(x), float(z), float(np.arctan2(ahead[0], ahead[1])), "stand")


def _take_seat(state: _State, person: str, posture: str, near: Mark | None, named: str = "") -> Mark | None:
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
    at = near or (None if asked else _named(state, person, named)) or Mark(0.0, 0.3)
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


def _stand_together(state: _State, scene: Scene, people: list[str]) -> None:
    """Stand people in a loose open arc around the middle of the free floor, nearer to seats that are taken."""
    if not people:
        return
    stage = state.stage
    ground = paths.floor(stage)
    seated = [m for person, m in state.marks.items() if person not in state.gone and m.posture != "stand"]
    middle = _middle(stage, ground)
    if seated:
        one = seated[0]
        middle = float(one.x + np.sin(one.turn) * 1.3), float(one.z + np.cos(one.turn) * 1.3)
    count = len(people)
    for number, person in enumerate(people):
        if count == 1:
            spot = middle
        else:
            share = number / (count - 1) - 0.5
            wide = APART * max(1.0, (count - 1) * 0.72)
            spot = (middle[0] + share * wide, middle[1] - 0.5 * (1 - 4 * share**2) * (count > 2))
        state.marks[person] = _near_free(state, person, spot)


def _middle(stage: Stage, ground: paths.Floor) -> tuple[float, float]:
    centre = next((spot for spot in stage.spots if spot.id in ("centre", "center", "middle")), None)
    if centre is not None:
        return centre.x, centre.z
    return paths.nearest_free(ground, 0.0, min(0.4, stage.depth * 0.1))


def _near_free(state: _State, person: str, spot: tuple[float, float]) -> Mark:
    """A free mark at a place or as near to it as furniture and people let it be."""
    others = [mark.place for other, mark in state.marks.items() if other != person and other not in state.gone]
    ground = paths.floor(state.stage, others, around=ROOM)
    x, z = paths.nearest_free(ground, *spot)
    return Mark(x, z)


def _facing(state: _State, person: str, mark: Mark, towards: tuple[float, float] | None = None) -> float:
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


# -- where everybody goes ---------------------------------------------------------------------------------------------


def _move(state: _State, doing: Doing, found: Deed, start: float, end: float, line: Line, seed: int) -> Move | None:
    who = doing.who
    now = state.marks[who]
    if who in state.gone and not _enters(doing, found):
        # Somebody who acts is on stage: they come in first, where nothing said that they do.
        found_in = deed("walks in") or found
        state.gone.discard(who)
        state.marks[who] = now
        return _going(state, who, found_in, start, end, _inside(state, who), enters=True)
    if doing.motion == "walks out" or doing.to == "exit":
        state.gone.add(who)
        _leave_seat(state, who)
        return _going(state, who, found, start, end, _outside(state.stage, 1), leaves=True)
    if _enters(doing, found) and who in state.gone:
        state.gone.discard(who)
        return _going(state, who, found, start, end, _inside(state, who), enters=True)
    if found.kind == "posture" and found.name in ("sit", "lie", "lean"):
        if now.posture == found.name:
            return None
        _leave_seat(state, who)
        mark = _take_seat(state, who, found.name, now, doing.to)
        if mark is None:
            state.said.append(f"{line.id}: there is no free place to {found.name}; {who} stays")
            return None
        return _going(state, who, found, start, end, mark, begin=now)
    if found.kind == "posture":
        return _rise(state, who, found, start, end)
    if found.kind == "go":
        to = _goal(state, who, doing, seed)
        return _going(state, who, found, start, end, to, target=doing.to)
    if found.kind == IDLE:
        return None
    here = doing.to in state.marks and doing.to not in state.gone
    target = doing.to if here or _piece(state.stage, doing.to) is not None else ""
    if found.near:
        target = target if target in state.marks else _partner(state, who)
        if target and now.posture != "stand" and found.answer != "hug" and _distance(state, now, target) < 2.4:
            return Move(who, start, end, found, target=target)  # across the table
        if target:
            return _to_partner(state, who, target, found, start, end)
    if found.kind == "act" and target and _distance(state, now, target) > 1.6 and now.posture == "stand":
        # Hands reach as far as arms do: go there first.
        goal = _goal(state, who, doing, seed)
        walk = dataclasses.replace(deed("walks") or found, words=found.words)
        return dataclasses.replace(_going(state, who, walk, start, end, goal, target=target), deed=found)
    if found.kind == "clip" and now.posture != "stand":
        return dataclasses.replace(_rise(state, who, found, start, end) or Move(who, start, end, found), target=target)
    return Move(who, start, end, found, None, (), target=target)


def _partner(state: _State, who: str) -> str:
    """The nearest other person on stage; "" where there is none."""
    now = state.marks[who]
    others = [one for one in state.marks if one != who and one not in state.gone]
    return min(others, key=lambda one: float(np.hypot(*np.subtract(state.marks[one].place, now.place))), default="")


def _to_partner(state: _State, who: str, other: str, found: Deed, start: float, end: float) -> Move:
    """Up to somebody, as near as the deed needs, facing them."""
    now, there = state.marks[who], state.marks[other]
    if now.posture != "stand":
        _leave_seat(state, who)
    others = [m.place for p, m in state.marks.items() if p not in (who, other, *state.gone)]
    far = max(found.near, 0.62 if there.posture != "stand" else 0.0)
    x, z = _beside_free(state, now.place, there.place, far, others)
    mark = Mark(x, z, float(np.arctan2(there.x - x, there.z - z)))
    points = paths.ways(state.stage, others, now.place, mark.place)
    state.marks[who] = mark
    return Move(who, start, end, found, mark, tuple(points), target=other)


def _going(
    state: _State, who: str, found: Deed, start: float, end: float, to: Mark, *,
    leaves: bool = False, enters: bool = False, target: str = "", begin: Mark | None = None,
) -> Move:  # fmt: skip
    now = begin or state.marks[who]
    others = [m.place for other, m in state.marks.items() if other != who and other not in state.gone]
    goal = to.place
    if to.posture in ("sit", "lie", "lean"):
        goal = _before(to, state.stage)
    points = paths.ways(state.stage, others, now.place, goal)
    if (leaves or enters) and len(points) >= 2:
        spot = door(state.stage)
        inner = now.place if leaves else goal
        within = paths.ways(state.stage, others, inner, (spot.x, spot.z))
        points = [*within, to.place] if leaves else [now.place, *within[::-1]]
    state.marks[who] = to
    return Move(who, start, end, found, to, tuple(points), leaves, enters, target)


def _rise(state: _State, who: str, found: Deed, start: float, end: float) -> Move | None:
    now = state.marks[who]
    if now.posture == "stand":
        return None
    _leave_seat(state, who)
    stood = _before(now, state.stage)
    free = _near_free(state, who, stood)
    to = Mark(free.x, free.z, now.turn)
    state.marks[who] = to
    points = (now.place, stood) if np.hypot(to.x - stood[0], to.z - stood[1]) < 0.3 else (now.place, stood, to.place)
    return Move(who, start, end, found, to, points)


def _before(seat: Mark, stage: Stage) -> tuple[float, float]:
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


def _leave_seat(state: _State, who: str) -> None:
    state.seats = {spot: person for spot, person in state.seats.items() if person != who}


def _inside(state: _State, who: str) -> Mark:
    """Where somebody stops who came in: some steps into the room, near the others but not on them."""
    spot = door(state.stage)
    others = [m for other, m in state.marks.items() if other != who and other not in state.gone]
    if others:
        near = min(others, key=lambda one: (one.x - spot.x) ** 2 + (one.z - spot.z) ** 2)
        goal = _beside((spot.x, spot.z), near.place, APART)
    else:
        goal = _beside((spot.x, spot.z), (0.0, 0.4), 0.3)
    mark = _near_free(state, who, goal)
    return dataclasses.replace(mark, turn=_facing(state, who, mark, others[0].place if others else None))


def _beside(start: tuple[float, float], end: tuple[float, float], gap: float) -> tuple[float, float]:
    """A place on the line between two, `gap` metres before its end."""
    way = np.array(end) - np.array(start)
    length = max(float(np.linalg.norm(way)), 1e-6)
    x, z = np.array(end) - way / length * min(gap, length)
    return float(x), float(z)


def _beside_free(
    state: _State,
    start: tuple[float, float],
    end: tuple[float, float],
    gap: float,
    others: Sequence[tuple[float, float]],
) -> tuple[float, float]:
    """A place `gap` metres from somebody, on the side one comes from, or further round where others stand or things."""
    way = float(np.arctan2(start[0] - end[0], start[1] - end[1]))
    ground = paths.floor(state.stage)
    for turn in (0.0, 0.7, -0.7, 1.3, -1.3, 1.9, -1.9, 2.6, -2.6):
        x, z = float(end[0] + np.sin(way + turn) * gap), float(end[1] + np.cos(way + turn) * gap)
        if all(np.hypot(x - a, z - b) > ROOM for a, b in others) and ground.free(x, z):
            return x, z
    return _beside(start, end, gap)


def _piece(stage: Stage, id: str) -> tuple[float, float] | None:
    """Where a prop or a kind of piece stands on the set."""
    if not id:
        return None
    for piece in stage.pieces:
        if id in (piece.id, piece.kind):
            return piece.x, piece.z
    short = id.split(".")[-1].split("-")[0]
    return next(((one.x, one.z) for one in stage.pieces if short and short in one.kind), None)


def _distance(state: _State, now: Mark, target: str) -> float:
    at = state.marks[target].place if target in state.marks else _piece(state.stage, target)
    return 0.0 if at is None else float(np.hypot(at[0] - now.x, at[1] - now.z))


def _goal(state: _State, who: str, doing: Doing, seed: int) -> Mark:
    """Where a walk leads: to somebody, to a thing, or across the free floor."""
    now = state.marks[who]
    at: tuple[float, float] | None
    if doing.to in state.marks and doing.to not in (who, *state.gone):
        at = state.marks[doing.to].place
    elif doing.to == "door":
        spot = door(state.stage)
        mark = _near_free(state, who, (spot.x, spot.z))
        return dataclasses.replace(mark, turn=spot.turn + float(np.pi))
    else:
        at = _piece(state.stage, doing.to)
    if at is None:
        middle = _middle(state.stage, paths.floor(state.stage))
        far = float(np.hypot(middle[0] - now.x, middle[1] - now.z))
        mark = _near_free(state, who, middle) if far > 2.6 else _across(state, who, now, seed)
        return dataclasses.replace(mark, turn=_facing(state, who, mark))
    mark = _near_free(state, who, _beside(now.place, at, NEAR))
    return dataclasses.replace(mark, turn=float(np.arctan2(at[0] - mark.x, at[1] - mark.z)))


def _across(state: _State, who: str, now: Mark, seed: int) -> Mark:
    """Some free place two metres or so away, towards the emptier side, not upstage behind furniture."""
    dice = np.random.default_rng([seed, *who.encode()[:8], round(now.x * 100) % 997])
    stage = state.stage
    best: tuple[float, Mark] | None = None
    for _ in range(12):
        angle, far = dice.uniform(-np.pi, np.pi), dice.uniform(1.4, 2.6)
        spot = (now.x + far * np.sin(angle), now.z + far * np.cos(angle))
        if abs(spot[0]) > stage.width / 2 - 0.6 or abs(spot[1]) > stage.depth / 2 - 0.6:
            continue
        mark = _near_free(state, who, (float(spot[0]), float(spot[1])))
        moved = float(np.hypot(mark.x - now.x, mark.z - now.z))
        score = -abs(moved - 2.0) - 0.3 * abs(mark.x)
        if best is None or score > best[0]:
            best = (score, mark)
    return best[1] if best is not None else Mark(now.x, now.z, now.turn)


def _takes(move: Move) -> float:
    """About how many seconds a move takes."""
    if move.points:
        length = sum(
            float(np.hypot(b[0] - a[0], b[1] - a[1])) for a, b in zip(move.points, move.points[1:], strict=False)
        )
        return length / max(move.deed.speed or 1.25, 0.3) + (1.2 if move.deed.kind == "posture" else 0.4)
    return max(0.5, min(2.5, move.end - move.start))
