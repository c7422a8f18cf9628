"""The vocabulary of `strokes.v1`: which id means what. Frozen: a checkpoint of today must open in five years.

Positions are steps of 1/8 unit on a canvas of 24 units, from -8 to 200 (a margin of one unit around the canvas), and
are written as index 0..208. Deltas run from -208 to 208. The ids that can be *written* come first; those that are
only *read* (styles, words, marks of the layout) follow, so that the head of a net covers the first `OUTPUTS` ids only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CANVAS = 24.0  # units
STEP = 8  # steps per unit
TICK = 8  # ticks per step: the finer grid (1/64 unit) of a shape marked FINE
MARGIN = 8  # steps around the canvas
POSITIONS = 24 * STEP + 2 * MARGIN + 1  # 209 positions an axis
DELTAS = 2 * POSITIONS - 1  # 417 deltas an axis
ZERO = POSITIONS - 1  # the index of delta 0

PAD, END = 0, 1
STROKE, FILL, BOTH = 2, 3, 4  # open a shape
FINE, EVEN_ODD = 5, 6  # marks of a shape
MOVE, HORIZONTAL, VERTICAL, LINE, CUBIC, SMOOTH = 7, 8, 9, 10, 11, 12
ARC = 13  # ..16: circular, + 2 * large + sweep
OVAL_ARC = 17  # ..20: elliptical with axes along x and y
CLOSE, CIRCLE, ELLIPSE, RECT = 21, 22, 23, 24
CAPS = {"butt": 25, "round": 26, "square": 27}
JOINS = {"miter": 28, "round": 29, "bevel": 30}
OPACITY = 31  # ..39: 0.1 .. 0.9
WIDTH = 40  # ..139: stroke width 0.05 .. 5.00 units
WIDTHS, WIDTH_STEP = 100, 0.05
FRACTION = 140  # ..147: ticks within a step
X = 148
Y = X + POSITIONS
DX = Y + POSITIONS
DY = DX + DELTAS
R = DY + DELTAS  # radii, widths and heights: 0..208 steps
OUTPUTS = R + POSITIONS  # 1609 ids can be written

# Read only.
START, ICON, BEFORE, AFTER, MIDDLE = OUTPUTS, OUTPUTS + 1, OUTPUTS + 2, OUTPUTS + 3, OUTPUTS + 4
PAINTS = {"stroke": OUTPUTS + 5, "fill": OUTPUTS + 6, "mixed": OUTPUTS + 7}
SYMMETRY = OUTPUTS + 8  # ..9: no, about the vertical axis
GRID = OUTPUTS + 10  # ..13: finest step that 90 % of coordinates need: 1, 1/2, 1/4, finer
COMPLEXITY = OUTPUTS + 14  # ..21: buckets of the number of tokens
FLIP = OUTPUTS + 22  # ..28: the seven turned and mirrored copies (training only)
NO_WORDS = OUTPUTS + 29
STYLE = OUTPUTS + 30  # ..93
STYLES = 64
WORD = STYLE + STYLES  # and then the words

COMPLEXITY_EDGES = (16, 26, 36, 48, 64, 90, 140)  # tokens; bucket k holds lengths below edge k

# Slots: what kind of id is expected next. The class of ids that a slot admits is one contiguous range.
COMMAND_SLOT, X_SLOT, Y_SLOT, DX_SLOT, DY_SLOT, R_SLOT, FRACTION_SLOT = range(7)
SLOT_RANGE = {
    COMMAND_SLOT: (0, FRACTION),
    X_SLOT: (X, Y),
    Y_SLOT: (Y, DX),
    DX_SLOT: (DX, DY),
    DY_SLOT: (DY, R),
    R_SLOT: (R, OUTPUTS),
    FRACTION_SLOT: (FRACTION, X),
}

# The arguments of each command, in order.
DELTA_PAIR = (DX_SLOT, DY_SLOT)
ARGUMENTS: dict[int, tuple[int, ...]] = {
    MOVE: (X_SLOT, Y_SLOT),
    HORIZONTAL: (DX_SLOT,),
    VERTICAL: (DY_SLOT,),
    LINE: DELTA_PAIR,
    CUBIC: DELTA_PAIR * 3,
    SMOOTH: DELTA_PAIR * 2,
    **{ARC + flags: (R_SLOT, *DELTA_PAIR) for flags in range(4)},
    **{OVAL_ARC + flags: (R_SLOT, R_SLOT, *DELTA_PAIR) for flags in range(4)},
    CLOSE: (),
    CIRCLE: (X_SLOT, Y_SLOT, R_SLOT),
    ELLIPSE: (X_SLOT, Y_SLOT, R_SLOT, R_SLOT),
    RECT: (X_SLOT, Y_SLOT, R_SLOT, R_SLOT, R_SLOT),
}
SHAPES = (STROKE, FILL, BOTH)
PRIMITIVES = (CIRCLE, ELLIPSE, RECT)
DRAWING_COMMANDS = tuple(command for command in ARGUMENTS if command not in (MOVE, CLOSE, *PRIMITIVES))

# Place features, given to a net beside every token: where the pen stands. Index POSITIONS means "nowhere yet".
# 0, 1: start of the running segment; 2, 3: the last coordinate written; 4, 5: start of the subpath; 6: slot state.
SLOT_STATES = 32
PLACES = (POSITIONS + 1,) * 6 + (SLOT_STATES,)
NOWHERE = POSITIONS


@dataclass(frozen=True)
class Header:
    """What is known of an icon before it is drawn. None means: not said, free.

    `style` is an index into the encoding's list of styles; `complexity` 0..7; `grid` 0..3; `flip` 0 is upright.
    """

    style: int | None = None
    paint: str | None = None
    width: float | None = None
    cap: str | None = None
    join: str | None = None
    complexity: int | None = None
    symmetric: bool | None = None
    grid: int | None = None
    flip: int = 0

    def tokens(self) -> list[int]:
        """ICON and then one id for each thing that is said."""
        out = [ICON]
        if self.style is not None:
            out.append(STYLE + self.style)
        if self.paint is not None:
            out.append(PAINTS[self.paint])
        if self.width is not None:
            out.append(width_token(self.width))
        if self.cap is not None:
            out.append(CAPS[self.cap])
        if self.join is not None:
            out.append(JOINS[self.join])
        if self.complexity is not None:
            out.append(COMPLEXITY + self.complexity)
        if self.symmetric is not None:
            out.append(SYMMETRY + int(self.symmetric))
        if self.grid is not None:
            out.append(GRID + self.grid)
        if self.flip:
            out.append(FLIP + self.flip - 1)
        return out


def width_token(width: float) -> int:
    """The id of the nearest stroke width (units of the canvas)."""
    return WIDTH + min(max(round(width / WIDTH_STEP), 1), WIDTHS) - 1


def token_width(token: int) -> float:
    """The stroke width of an id."""
    return round((token - WIDTH + 1) * WIDTH_STEP, 2)


def complexity_of(tokens: int) -> int:
    """The bucket 0..7 of an icon with that many tokens."""
    return sum(tokens >= edge for edge in COMPLEXITY_EDGES)


def numbers(vocabulary: int) -> tuple[np.ndarray, np.ndarray]:
    """(kinds, values), each (vocabulary,): which ids stand for a number on which scale (1..6), and it, in [-1, 1].

    For nets.transformer.TokenEmbedding: neighbouring coordinates share what they mean.
    """
    kinds = np.zeros(vocabulary, dtype=np.int64)
    values = np.zeros(vocabulary, dtype=np.float32)
    spans = ((X, POSITIONS), (Y, POSITIONS), (DX, DELTAS), (DY, DELTAS), (R, POSITIONS), (WIDTH, WIDTHS))
    for kind, (first, count) in enumerate(spans, start=1):
        kinds[first : first + count] = kind
        values[first : first + count] = np.linspace(-1, 1, count, dtype=np.float32)
    return kinds, values


def is_geometry(token: int) -> bool:
    """Whether an id counts as a command or coordinate (shape marks, style marks and END are told apart)."""
    return MOVE <= token <= RECT or token >= FRACTION
