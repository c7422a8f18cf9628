"""A doing of the script as a move on the set: where it leads, along which way, to whom."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from ...media.film import Doing, Line
from ..motion_words import IDLE, Deed, deed
from . import paths
from .blocking_marks import (
    ROOM,
    Mark,
    Move,
    State,
    door,
    facing,
    leave_seat,
    middle_of,
    near_free,
    outside,
    piece_place,
    place_before,
    take_seat,
)

APART = 1.35  # metres between two who talk
BESIDE = 0.72  # metres beside a door's middle at which one stands who goes to it
NEAR = 0.85  # metres from somebody or something that is walked to


def enters(doing: Doing, found: Deed | None) -> bool:
    return doing.motion == "walks in" or (found is not None and found.kind == "go" and doing.to == "door")


def move_of(state: State, doing: Doing, found: Deed, start: float, end: float, line: Line, seed: int) -> Move | None:
    who = doing.who
    now = state.marks[who]
    if who in state.gone and not enters(doing, found):
        # Somebody who acts is on stage: they come in first, where nothing said that they do.
        found_in = deed("walks in") or found
        state.gone.discard(who)
        state.marks[who] = now
        return _going(state, who, found_in, start, end, _inside(state, who), enters=True)
    if doing.motion == "walks out" or doing.to == "exit":
        state.gone.add(who)
        leave_seat(state, who)
        return _going(state, who, found, start, end, outside(state.stage, 1), leaves=True)
    if enters(doing, found) and who in state.gone:
        state.gone.discard(who)
        return _going(state, who, found, start, end, _inside(state, who), enters=True)
    if found.kind == "posture" and found.name in ("sit", "lie", "lean"):
        if now.posture == found.name:
            return None
        leave_seat(state, who)
        mark = take_seat(state, who, found.name, now, doing.to)
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
    target = doing.to if here or piece_place(state.stage, doing.to) is not None else ""
    if doing.to and state.hands.get(who) == doing.to:
        target = ""  # it is in the hand already: nowhere to go for it
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


def _partner(state: State, who: str) -> str:
    """The nearest other person on stage; "" where there is none."""
    now = state.marks[who]
    others = [one for one in state.marks if one != who and one not in state.gone]
    return min(others, key=lambda one: float(np.hypot(*np.subtract(state.marks[one].place, now.place))), default="")


def _to_partner(state: State, who: str, other: str, found: Deed, start: float, end: float) -> Move:
    """Up to somebody, as near as the deed needs, facing them."""
    now, there = state.marks[who], state.marks[other]
    if now.posture != "stand":
        leave_seat(state, who)
    others = [m.place for p, m in state.marks.items() if p not in (who, other, *state.gone)]
    far = max(found.near, 0.62 if there.posture != "stand" else 0.0)
    x, z = _beside_free(state, now.place, there.place, far, others)
    mark = Mark(x, z, float(np.arctan2(there.x - x, there.z - z)))
    points = paths.ways(state.stage, others, now.place, mark.place)
    state.marks[who] = mark
    return Move(who, start, end, found, mark, tuple(points), target=other)


def _going(
    state: State, who: str, found: Deed, start: float, end: float, to: Mark, *,
    leaves: bool = False, enters: bool = False, target: str = "", begin: Mark | None = None,
) -> Move:  # fmt: skip
    now = begin or state.marks[who]
    others = [m.place for other, m in state.marks.items() if other != who and other not in state.gone]
    goal = to.place
    if to.posture in ("sit", "lie", "lean"):
        goal = place_before(to, state.stage)
    points = paths.ways(state.stage, others, now.place, goal)
    if (leaves or enters) and len(points) >= 2:
        spot = door(state.stage)
        inner = now.place if leaves else goal
        within = paths.ways(state.stage, others, inner, (spot.x, spot.z))
        points = [*within, to.place] if leaves else [now.place, *within[::-1]]
    state.marks[who] = to
    return Move(who, start, end, found, to, tuple(points), leaves, enters, target)


def _rise(state: State, who: str, found: Deed, start: float, end: float) -> Move | None:
    now = state.marks[who]
    if now.posture == "stand":
        return None
    leave_seat(state, who)
    stood = place_before(now, state.stage)
    free = near_free(state, who, stood)
    to = Mark(free.x, free.z, now.turn)
    state.marks[who] = to
    points = (now.place, stood) if np.hypot(to.x - stood[0], to.z - stood[1]) < 0.3 else (now.place, stood, to.place)
    return Move(who, start, end, found, to, points)


def _inside(state: State, who: str) -> Mark:
    """Where somebody stops who came in: some steps into the room, near the others but not on them."""
    spot = door(state.stage)
    others = [m for other, m in state.marks.items() if other != who and other not in state.gone]
    if others:
        near = min(others, key=lambda one: (one.x - spot.x) ** 2 + (one.z - spot.z) ** 2)
        goal = _beside((spot.x, spot.z), near.place, APART)
    else:
        goal = _beside((spot.x, spot.z), (0.0, 0.4), 0.3)
    mark = near_free(state, who, goal)
    return dataclasses.replace(mark, turn=facing(state, who, mark, others[0].place if others else None))


def _beside(start: tuple[float, float], end: tuple[float, float], gap: float) -> tuple[float, float]:
    """A place on the line between two, `gap` metres before its end."""
    way = np.array(end) - np.array(start)
    length = max(float(np.linalg.norm(way)), 1e-6)
    x, z = np.array(end) - way / length * min(gap, length)
    return float(x), float(z)


def _beside_free(
    state: State,
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


def _distance(state: State, now: Mark, target: str) -> float:
    at = state.marks[target].place if target in state.marks else piece_place(state.stage, target)
    return 0.0 if at is None else float(np.hypot(at[0] - now.x, at[1] - now.z))


def _goal(state: State, who: str, doing: Doing, seed: int) -> Mark:
    """Where a walk leads: to somebody, to a thing, or across the free floor."""
    now = state.marks[who]
    at: tuple[float, float] | None
    if doing.to in state.marks and doing.to not in (who, *state.gone):
        at = state.marks[doing.to].place
    elif doing.to == "door":
        spot = door(state.stage)
        # Beside the door, at its handle: who comes in next has room to.
        along = np.array([np.cos(spot.turn), -np.sin(spot.turn)]) * BESIDE
        sides = [(spot.x + sign * float(along[0]), spot.z + sign * float(along[1])) for sign in (1, -1)]
        mark = near_free(state, who, min(sides, key=lambda one: np.hypot(one[0] - now.x, one[1] - now.z)))
        return dataclasses.replace(mark, turn=float(np.arctan2(spot.x - mark.x, spot.z - mark.z)))
    else:
        at = piece_place(state.stage, doing.to)
    if at is None:
        middle = middle_of(state.stage, paths.floor(state.stage))
        far = float(np.hypot(middle[0] - now.x, middle[1] - now.z))
        mark = near_free(state, who, middle) if far > 2.6 else _across(state, who, now, seed)
        return dataclasses.replace(mark, turn=facing(state, who, mark))
    mark = near_free(state, who, _beside(now.place, at, NEAR))
    return dataclasses.replace(mark, turn=float(np.arctan2(at[0] - mark.x, at[1] - mark.z)))


def _across(state: State, who: str, now: Mark, seed: int) -> Mark:
    """Some free place two metres or so away, towards the emptier side, not upstage behind furniture."""
    dice = np.random.default_rng([seed, *who.encode()[:8], round(now.x * 100) % 997])
    stage = state.stage
    best: tuple[float, Mark] | None = None
    for _ in range(12):
        angle, far = dice.uniform(-np.pi, np.pi), dice.uniform(1.4, 2.6)
        spot = (now.x + far * np.sin(angle), now.z + far * np.cos(angle))
        if abs(spot[0]) > stage.width / 2 - 0.6 or abs(spot[1]) > stage.depth / 2 - 0.6:
            continue
        mark = near_free(state, who, (float(spot[0]), float(spot[1])))
        moved = float(np.hypot(mark.x - now.x, mark.z - now.z))
        score = -abs(moved - 2.0) - 0.3 * abs(mark.x)
        if best is None or score > best[0]:
            best = (score, mark)
    return best[1] if best is not None else Mark(now.x, now.z, now.turn)


def takes(move: Move) -> float:
    """About how many seconds a move takes."""
    if move.points:
        length = sum(
            float(np.hypot(b[0] - a[0], b[1] - a[1])) for a, b in zip(move.points, move.points[1:], strict=False)
        )
        return length / max(move.deed.speed or 1.25, 0.3) + (1.2 if move.deed.kind == "posture" else 0.4)
    return max(0.5, min(2.5, move.end - move.start))
