"""Blocking: where everybody of a scene stands or sits when it begins, and where each goes when, as a list of moves.

People who talk stand a step and a half apart and turn to each other, a little opened to the audience. Whoever comes in
waits behind the door; whoever sits down takes the nearest free seat; nobody is sent where somebody else is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ...media.film import Doing, Film, Line, Scene
from ...media.stage import Stage
from ..motion_words import Deed, deed
from . import paths
from .blocking_marks import (
    Mark,
    Move,
    Plan,
    State,
    facing,
    middle_of,
    named_mark,
    near_free,
    only_seats,
    outside,
    side,
    take_seat,
)
from .blocking_moves import APART, enters, move_of, takes
from .timing import SPOKEN, Timed

Floats = NDArray[np.float64]
TAKES, LEAVES = ("take", "pick up", "hold", "catch"), ("put down", "give", "throw")
CLOSE = 0.42  # metres: nearer nobody passes somebody


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
        move = move_of(state, doing, found, start, end, line, seed)
        if move is not None:
            if found.name in TAKES:
                state.hands[doing.who] = doing.to
            elif found.name in LEAVES:
                state.hands.pop(doing.who, None)
            move = _later(dataclasses.replace(move, prop=doing.to), first, moves, absent)
            moves.append(move)
            busy[doing.who] = move.start + takes(move)
    return Plan(first, tuple(moves), absent, tuple(state.said))


def _later(move: Move, first: Mapping[str, Mark], moves: Sequence[Move], absent: frozenset[str]) -> Move:
    """The move, begun a little later where somebody else would be walked into on the way."""
    if len(move.points) < 2:
        return move
    others = [one for one in first if one not in (move.who, move.target)]
    for wait in np.arange(0.0, 2.6, 0.35):
        trial = dataclasses.replace(move, start=move.start + float(wait), end=move.end + float(wait))
        times = np.arange(trial.start, trial.start + takes(trial) + 0.2, 0.15)
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
                here = (here or move.enters) and not (move.leaves and move.start + takes(move) <= time)
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


def _first(
    scene: Scene, stage: Stage, people: tuple[str, ...], doings: Sequence[tuple[Line, Doing, float, float]]
) -> State:
    state = State(stage, {}, set(), hands={one.holder: one.id for one in scene.props if one.holder})
    opening = _opening(scene)
    spoke = {line.who for line in scene.lines[:1]}
    for person in people:
        mine = [(line, doing) for line, doing, _, _ in doings if doing.who == person]
        found = deed(mine[0][1].motion, mine[0][1].words) if mine else None
        if mine and enters(mine[0][1], found) and person not in spoke:
            state.gone.add(person)
            state.marks[person] = outside(stage, len(state.gone))
        elif stage.kind in ("car", "car interior") and take_seat(state, person, "sit", None) is not None:
            continue
        elif mine and mine[0][0].id in opening and mine[0][1].posture in ("sit", "lie", "lean"):
            take_seat(state, person, mine[0][1].posture, None, mine[0][1].to)
        elif mine and mine[0][0].id in opening and named_mark(state, person, mine[0][1].to) is not None:
            state.marks[person] = named_mark(state, person, mine[0][1].to) or Mark(0.0, 0.0)
        elif mine and found is not None and mine[0][0].id in opening and _comes_along(mine[0][1], found):
            state.marks[person] = near_free(state, person, side(stage))
        elif stage.kind in ("car", "car interior") or only_seats(stage):
            take_seat(state, person, "sit", None)
    rest = [person for person in people if person not in state.marks]
    _stand_together(state, scene, rest)
    for person in people:
        mark = state.marks[person]
        if mark.posture == "stand" and person not in state.gone:
            state.marks[person] = dataclasses.replace(mark, turn=facing(state, person, mark))
    return state


def _comes_along(doing: Doing, found: Deed) -> bool:
    """True for who walks or runs as the scene begins: they come from the side."""
    return found.kind == "go" and doing.motion != "walks out" and doing.to not in ("exit", "door")


def _opening(scene: Scene) -> frozenset[str]:
    """The lines before anybody speaks: what they say of sitting and standing is so from the beginning."""
    ids: list[str] = []
    for line in scene.lines:
        if line.kind in SPOKEN:
            break
        if line.doings and (len(ids) < 2 or not any("down" in one.words for one in line.doings)):
            ids.append(line.id)
    return frozenset(ids[:4])


def _stand_together(state: State, scene: Scene, people: list[str]) -> None:
    """Stand people in a loose open arc around the middle of the free floor, nearer to seats that are taken."""
    if not people:
        return
    stage = state.stage
    ground = paths.floor(stage)
    seated = [m for person, m in state.marks.items() if person not in state.gone and m.posture != "stand"]
    middle = middle_of(stage, ground)
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
        state.marks[person] = near_free(state, person, spot)
