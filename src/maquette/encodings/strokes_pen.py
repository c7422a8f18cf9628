"""Where the pen stands: the running state of a stream of `strokes.v1` tokens.

The same state feeds the net (place features), tells which class of ids comes next, and draws when decoding.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from . import strokes_vocabulary as v

# Slot states: where in the grammar the next id stands. One number for each command and argument.
AT_ICON, AT_SHAPE, AT_FIRST, AT_NEXT, AT_CLOSED = 0, 1, 2, 3, 4
IN_FRACTION, OUTSIDE = 30, 31
_ARGUMENT_STATES: dict[int, tuple[int, ...]] = {
    v.MOVE: (20, 21),
    v.HORIZONTAL: (16,),
    v.VERTICAL: (17,),
    v.LINE: (14, 15),
    v.CUBIC: (8, 9, 10, 11, 12, 13),
    v.SMOOTH: (10, 11, 12, 13),
    **{v.ARC + flags: (5, 18, 19) for flags in range(4)},
    **{v.OVAL_ARC + flags: (6, 7, 18, 19) for flags in range(4)},
    v.CIRCLE: (22, 23, 24),
    v.ELLIPSE: (22, 23, 28, 29),
    v.RECT: (22, 23, 25, 26, 27),
}
_BASE = {v.X_SLOT: v.X, v.Y_SLOT: v.Y, v.DX_SLOT: v.DX + v.ZERO, v.DY_SLOT: v.DY + v.ZERO, v.R_SLOT: v.R}


class Pen:
    """Follows tokens. Positions are ticks (1/64 unit), whole steps unless the shape is FINE.

    `start`, `last`, `origin`: start of the running segment, last coordinate written, start of the subpath;
    None before the first MOVE of a shape. `arguments` collects those of the running command.
    """

    def __init__(self) -> None:
        self.state = OUTSIDE
        self._clear()

    def _clear(self) -> None:
        self.start: tuple[int, int] | None = None
        self.last: list[int] = [-1, -1]
        self.origin: tuple[int, int] | None = None
        self.command = 0
        self.arguments: list[int] = []
        self.fine = False
        self._slots: tuple[int, ...] = ()
        self._coarse: int | None = None

    @property
    def slot(self) -> int:
        """The class of the next id."""
        if self._coarse is not None:
            return v.FRACTION_SLOT
        if len(self.arguments) < len(self._slots):
            return self._slots[len(self.arguments)]
        return v.COMMAND_SLOT

    def push(self, token: int) -> bool:
        """Take one token; True when it completed a command, shape mark or icon."""
        if token >= v.OUTPUTS:
            self._prefix(token)
            return False
        if self.slot == v.COMMAND_SLOT:
            return self._start(token)
        if self._coarse is not None:
            return self._argument(self._coarse * v.TICK + token - v.FRACTION)
        value = token - _BASE[self._slots[len(self.arguments)]]
        if self._slots[len(self.arguments)] in (v.X_SLOT, v.Y_SLOT):
            value -= v.MARGIN
        if self.fine:
            self._coarse = value
            self.state = IN_FRACTION
            return False
        return self._argument(value * v.TICK)

    def _prefix(self, token: int) -> None:
        if token in (v.ICON, v.BEFORE, v.AFTER, v.MIDDLE):
            self._clear()
            self.state = AT_ICON
        elif token == v.START or token >= v.WORD:
            self.state = OUTSIDE

    def _start(self, token: int) -> bool:
        if token in v.SHAPES:
            self._clear()
            self.state = AT_SHAPE
            return True
        if token == v.FINE:
            self.fine = True
            return True
        if token in v.ARGUMENTS:
            self.command, self.arguments, self._slots = token, [], v.ARGUMENTS[token]
            if not self._slots:
                return self._finish()
            self.state = _ARGUMENT_STATES[token][0]
            return False
        if token == v.END:
            self._clear()
            self.state = OUTSIDE
        return True

    def _argument(self, ticks: int) -> bool:
        slot = self._slots[len(self.arguments)]
        self._coarse = None
        if slot in (v.DX_SLOT, v.DY_SLOT):
            axis = slot - v.DX_SLOT
            assert self.start is not None, "a delta before the first MOVE"
            self.last[axis] = self.start[axis] + ticks
            ticks = self.last[axis]
        elif slot in (v.X_SLOT, v.Y_SLOT):
            self.last[slot - v.X_SLOT] = ticks
        self.arguments.append(ticks)
        if len(self.arguments) < len(self._slots):
            self.state = _ARGUMENT_STATES[self.command][len(self.arguments)]
            return False
        return self._finish()

    def _finish(self) -> bool:
        command = self.command
        if command == v.MOVE:
            self.origin = self.start = (self.arguments[0], self.arguments[1])
            self.state = AT_FIRST
        elif command == v.CLOSE or command in v.PRIMITIVES:
            if command != v.CLOSE:
                self.start = self.origin = (self.arguments[0], self.arguments[1])
            elif self.origin is not None:
                self.start = self.origin
                self.last = list(self.origin)
            self.state = AT_CLOSED
        else:
            assert self.start is not None, "a segment before the first MOVE"
            if command == v.HORIZONTAL:
                self.last[1] = self.start[1]
            elif command == v.VERTICAL:
                self.last[0] = self.start[0]
            self.start = (self.last[0], self.last[1])
            self.state = AT_NEXT
        self._slots = ()
        return True

    def places(self) -> tuple[int, ...]:
        """The place features after the last token: seven small numbers (see strokes_vocabulary.PLACES)."""
        if self.state == OUTSIDE or (self.start is None and self.last[0] < 0):
            return (v.NOWHERE,) * 6 + (self.state,)
        return (*_index(self.start), *_index((self.last[0], self.last[1])), *_index(self.origin), self.state)


def _index(ticks: tuple[int, int] | None) -> tuple[int, int]:
    if ticks is None:
        return v.NOWHERE, v.NOWHERE
    x, y = ticks[0] // v.TICK + v.MARGIN, ticks[1] // v.TICK + v.MARGIN
    return min(max(x, 0), v.POSITIONS - 1), min(max(y, 0), v.POSITIONS - 1)


def places_of(tokens: Iterable[int]) -> np.ndarray:
    """The place features (t, 7) int16 of a whole sequence, prefix included."""
    pen = Pen()
    out: list[tuple[int, ...]] = []
    for token in tokens:
        pen.push(int(token))
        out.append(pen.places())
    return np.array(out, dtype=np.int16).reshape(-1, len(v.PLACES))
