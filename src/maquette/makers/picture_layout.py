"""Where the things of a prompt stand in the frame, and the sketch that is made of them.

The frame is 1 high and as wide as its aspect; x runs to the right, y down. A layout is plain and the same every time,
so that it can be looked at, said and changed; the net draws over it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from . import picture_lexicon as lexicon
from .picture_words import Group, Relation, Wish

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

GRIDDED = frozenset(("left", "right", "above", "below", "on", "beside", "between", "with"))
SHARE = 0.45  # of the frame's height, for what stands in a corner
STANDS = 0.12  # of its height, by which a thing stands into the one that it stands on
OVERLAP = 0.78  # how much of their common room two things take of which one stands behind the other


@dataclass(frozen=True)
class Thing:
    """One thing in the frame: a square box with its left upper corner at (x, y). `group`: its number in the prompt."""

    entry: Any
    x: float
    y: float
    size: float
    flip: bool = False
    tint: str = ""
    group: int = 0


@dataclass(frozen=True)
class _Room:
    """A rectangle of the frame; higher `layer` is drawn later."""

    x: float
    y: float
    width: float
    height: float
    layer: float = 0.0

    def part(self, x: float, y: float, width: float, height: float, layer: float = 0.0) -> _Room:
        """A rectangle inside this one, by shares of its sides."""
        return _Room(
            self.x + x * self.width,
            self.y + y * self.height,
            width * self.width,
            height * self.height,
            self.layer + layer,
        )


def lay_out(wish: Wish, aspect: float = 1.0) -> tuple[Thing, ...]:
    """The things of a prompt, the hindmost first."""
    rooms = _rooms(wish, _Room(0.0, 0.0, aspect, 1.0))
    things = []
    for number in sorted(rooms, key=lambda one: (rooms[one].layer, one)):
        group, room = wish.groups[number], rooms[number]
        things += [
            Thing(group.entry, x, y, size, group.flip, group.colour, number)
            for x, y, size in spread(group.number, room)
        ]
    return tuple(things)


def spread(count: int, room: _Room) -> list[tuple[float, float, float]]:
    """(x, y, side) of `count` equal squares in a room: as large as they can be, in even rows, fewer on top."""
    best = max(range(1, count + 1), key=lambda columns: (_side(count, columns, room), columns))
    rows = math.ceil(count / best)
    side = _side(count, best, room)
    out, left = [], count
    top = room.y + (room.height - rows * side) / 2
    for row in range(rows):
        here = left // (rows - row)
        start = room.x + (room.width - here * side) / 2
        out += [(start + column * side, top + row * side, side) for column in range(here)]
        left -= here
    return out


def _side(count: int, columns: int, room: _Room) -> float:
    return min(room.width / columns, room.height / math.ceil(count / columns))


# -- rooms ------------------------------------------------------------------------------------------------------------


def _rooms(wish: Wish, frame: _Room) -> dict[int, _Room]:
    """A room for each group, by its number."""
    groups, rooms = wish.groups, {}
    tied = _tied(wish)
    free = [number for number, one in enumerate(groups) if number not in tied and not one.place]
    for number, one in enumerate(groups):
        if one.place and number not in tied:
            rooms[number] = replace(anchored(one, frame, alone=len(groups) == 1), layer=1.0)
    if free:
        cells = _cells(free, [one for one in wish.relations if one.kind in GRIDDED])
        rooms |= _grid(cells, groups, frame)
        for relation in wish.relations:
            if relation.kind == "on" and relation.subject in rooms and relation.objects[0] in cells:
                room = rooms[relation.subject]
                rooms[relation.subject] = replace(room, y=room.y + STANDS * room.height, layer=0.5)
    for number, host in tied.items():
        if host in rooms:
            rooms[host], rooms[number] = _beside_host(_kind_of(wish, number), groups[number], rooms[host])
    return rooms


def _tied(wish: Wish) -> dict[int, int]:
    """Groups that take their room from another: what is behind, before, inside or worn by it."""
    found: dict[int, int] = {}
    for one in wish.relations:
        target = one.objects[0]
        if one.kind in ("with", "inside", "on", "beside") and _worn(wish.groups[target]) and one.kind != "beside":
            found[target] = one.subject  # "a cat in a hat"
        elif one.kind in ("behind", "front", "inside"):
            found[one.subject] = target
    return {one: host for one, host in found.items() if host not in found}


def _worn(group: Group) -> bool:
    return any(word in lexicon.WORN for word in group.name.split()) and "face" not in group.name


def _kind_of(wish: Wish, tied: int) -> str:
    for one in wish.relations:
        if one.subject == tied and one.kind in ("behind", "front", "inside"):
            return one.kind
    return "worn"


def _beside_host(kind: str, group: Group, room: _Room) -> tuple[_Room, _Room]:
    """The rooms of a host and of what is tied to it, in the room that the host had."""
    size = min(max(group.size, 0.4), 1.25)
    if kind == "worn":
        worn = 0.5 * size
        return room.part(0.07, 0.14, 0.86, 0.86), room.part(0.5 - worn / 2, 0.0, worn, worn, 0.5)
    if kind == "inside":
        inner = 0.55 * size
        return room, room.part(0.5 - inner / 2, 0.55 - inner / 2, inner, inner, 0.5)
    rest = 1 - OVERLAP
    near, far = (0.0, rest, OVERLAP, OVERLAP), (rest, 0.0, OVERLAP, OVERLAP)
    if kind == "behind":
        return room.part(*near), room.part(*far, -0.5)
    return room.part(*far), room.part(*near, 0.5)


def anchored(group: Group, frame: _Room, *, alone: bool) -> _Room:
    """The room of a group in a corner, at a side or in the middle of the frame."""
    side = min(1.0, SHARE * group.size * (1.3 if alone and " " not in group.place else 1.0))
    across, down = (frame.width - side) / 2, (frame.height - side) / 2
    words = group.place.split()
    x = 0.0 if "left" in words else frame.width - side if "right" in words else across
    y = 0.0 if "top" in words else frame.height - side if "bottom" in words else down
    return _Room(x, y, side, side)


def _cells(free: Sequence[int], relations: Sequence[Relation]) -> dict[int, tuple[int, int]]:
    """(column, row) of every group: as the relations say, the rest one after another to the right."""
    cells: dict[int, tuple[int, int]] = {}

    def put(number: int, column: int, row: int, step: tuple[int, int]) -> None:
        while (column, row) in cells.values():
            column, row = column + step[0], row + step[1]
        cells[number] = (column, row)

    for one in relations:
        if not {one.subject, *one.objects} <= set(free):
            continue
        if one.kind == "between" and len(one.objects) > 1:
            _between(one, cells, put)
            continue
        target = one.objects[0]
        across = {"left": -1, "right": 1, "beside": -1, "with": -1}.get(one.kind, 0)
        down = {"above": -1, "on": -1, "below": 1}.get(one.kind, 0)
        if one.subject not in cells and target not in cells:
            cells[one.subject] = (0, 0) if not cells else (1 + max(column for column, _ in cells.values()), 0)
        if one.subject in cells and target not in cells:
            column, row = cells[one.subject]
            put(target, column - across, row - down, (-across, -down))
        elif one.subject not in cells:
            column, row = cells[target]
            put(one.subject, column + across, row + down, (across, down))
    for number in free:
        if number not in cells:
            put(number, 1 + max((column for column, _ in cells.values()), default=-1), 0, (1, 0))
    return cells


def _between(one: Relation, cells: dict[int, tuple[int, int]], put: Any) -> None:
    left, right = one.objects[:2]
    middle = cells.get(one.subject) or (1 + max((column for column, _ in cells.values()), default=-1) + 1, 0)
    cells[one.subject] = middle
    for number, step in ((left, -1), (right, 1)):
        if number not in cells:
            put(number, middle[0] + step, middle[1], (step, 0))


def _grid(cells: Mapping[int, tuple[int, int]], groups: Sequence[Group], frame: _Room) -> dict[int, _Room]:
    """The rooms of groups in columns and rows that are as wide and as high as what stands in them."""
    need = {number: _need(groups[number], alone=len(cells) == 1) for number in cells}
    columns, rows = (sorted({cell[axis] for cell in cells.values()}) for axis in (0, 1))
    wide = [max(need[n] for n, cell in cells.items() if cell[0] == column) for column in columns]
    high = [max(need[n] for n, cell in cells.items() if cell[1] == row) for row in rows]
    unit = min(frame.width / sum(wide), frame.height / sum(high))
    if len(cells) == 1:
        (number,) = cells
        size = need[number]
        return {number: frame.part((1 - size) / 2, (1 - size) / 2, size, size)}
    left, top = (frame.width - unit * sum(wide)) / 2, (frame.height - unit * sum(high)) / 2
    rooms = {}
    for number, (column, row) in cells.items():
        at, below = columns.index(column), rows.index(row)
        side = unit * need[number]
        x = left + unit * sum(wide[:at]) + (unit * wide[at] - side) / 2
        # In one row things stand on common ground; in several each hangs in the middle of its own.
        rest = unit * high[below] - side
        y = top + unit * sum(high[:below]) + (rest if len(rows) == 1 or below == len(rows) - 1 else rest / 2)
        rooms[number] = _Room(x, y, side, side)
        if groups[number].number > 1 and len(columns) == 1:
            rooms[number] = _Room(frame.x, y, frame.width, side)
        elif groups[number].number > 1 and len(rows) == 1:
            rooms[number] = _Room(x, frame.y, side, frame.height)
    return rooms


def _need(group: Group, *, alone: bool) -> float:
    """How much room a group takes, where one thing of common size takes 1."""
    many = 1.0 if group.number == 1 else 1.35 if group.number <= 4 else 1.7
    return min(group.size, 1.0) if alone else group.size * many


# -- sketches ---------------------------------------------------------------------------------------------------------


def sketch_of(things: Sequence[Thing], memory: Any, width: int = 64, height: int = 64, tone: str = "") -> Floats:
    """The sketch (4, height, width) in [-1, 1], premultiplied: every thing's remembered picture in its box."""
    import numpy as np

    from ..encodings import pixels
    from ..encodings.skin import toned

    frame = np.zeros((height, width, 4), np.float32)
    for thing in things:
        look = np.asarray(memory.sketch(thing.entry), np.float32)
        look = toned(look, tone) if thing.entry.person else look
        look = pixels.tinted(look, thing.tint) if thing.tint else look
        look = look[:, ::-1] if thing.flip else look
        size = thing.size * height
        rows = pixels.reach(height, look.shape[0], thing.y * height, size)
        columns = pixels.reach(width, look.shape[1], thing.x * height, size)
        tall = (rows @ look.reshape(len(look), -1)).reshape(height, -1, 4)
        frame = pixels.over(np.clip(columns @ tall, 0, 1).astype(np.float32), frame)
    return pixels.signed(frame)
