"""Flat sheets and many fine lines of a backdrop, cut at the frame."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...media.ink import Ink
from ...media.stage import Stage
from .palette import line_on, mixed, shown
from .pen import Pen
from .pen_outlines import bowed

Floats = NDArray[np.float32]
OWNER = "set"


def sheet(pen: Pen, quad: list[tuple[float, float, float]], colour: str, level: int, name: str) -> Iterator[Ink]:
    points = np.array(quad, np.float32)
    outline = pen.polygon(points)
    if outline is None:
        return
    depth = max(float(pen.seen(points)[:, 2].mean()), 0.5)
    air = 0.7 * pen.air(depth)
    fill = shown(colour, level, pen.style, round(air, 2), pen.haze)
    yield Ink((outline,), fill=fill, owner=OWNER, part=name)
    line = line_on(colour, pen.style, air, pen.haze)
    yield Ink(tuple(bowed(outline, pen.unit, zlib.crc32(name.encode()))), stroke=line, width=pen.weight(depth) * 0.8,
              closed=False, smooth=True, owner=OWNER, part=name)  # fmt: skip


def lines(pen: Pen, rows: list[list[tuple[float, float, float]]], colour: str, weight: float, name: str,
           faint: float = 0.35, fill: bool = False) -> Iterator[Ink]:  # fmt: skip
    """Many fine lines at once."""
    runs = [run for row in rows for run in pen.path(np.array(row, np.float32))]
    runs = [run for run in runs if not pen.outside(run)]
    if runs:
        line = mixed(line_on(colour, pen.style), shown(colour, 0, pen.style), faint)
        yield Ink(tuple(runs), stroke=line, width=pen.unit * weight, closed=False, owner=OWNER, part=name)


def whole(pen: Pen, fill: str, name: str) -> Ink:
    frame = np.array([(-9, -9), (pen.width + 9, -9), (pen.width + 9, pen.height + 9), (-9, pen.height + 9)], np.float32)
    return Ink((frame,), fill=fill, owner=OWNER, part=name)


def ground_of(stage: Stage, pen: Pen, colour: str, reach: float) -> Iterator[Ink]:
    quad = np.array([(-reach, 0, reach), (reach, 0, reach), (reach, 0, -reach), (-reach, 0, -reach)], np.float32)
    outline = pen.polygon(quad)
    if outline is not None:
        yield Ink(
            (outline,),
            fill=shown(colour, 0, pen.style),
            owner=OWNER,
            part="ground",
            stroke=mixed(line_on(colour, pen.style), shown(colour, 0, pen.style), 0.5),
            width=1.0 * pen.unit,
        )
