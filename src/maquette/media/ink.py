"""A drawn page: layers of inked and filled lines, in pixels from the top left. It stays vectors until it is shown.

`owner` says whose line it is (a person, a prop, the set), so that a matte of anybody is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Ink:
    """One mark: outlines (n, 2) that are filled together (even-odd) and drawn along with a pen."""

    outlines: tuple[Floats, ...]
    fill: str = ""  # "#rrggbb", "" none
    stroke: str = ""
    width: float = 0.0  # of the pen, pixels
    closed: bool = True
    smooth: bool = False  # curves through the points (Catmull-Rom) in place of straight lines
    opacity: float = 1.0
    owner: str = ""
    part: str = ""  # "head", "left arm", "table top": for people who open the SVG


@dataclass(frozen=True, eq=False)
class Words:
    """A line of letters; (x, y) is its base line's left end, middle or right end."""

    text: str
    x: float
    y: float
    size: float  # pixels
    fill: str = "#000000"
    anchor: str = "start"  # start, middle, end
    bold: bool = False
    italic: bool = False
    width: float = 0.0  # of an outline behind the letters, for captions
    stroke: str = ""
    owner: str = ""


@dataclass(frozen=True, eq=False)
class Layer:
    """Marks from back to front under a name."""

    name: str
    marks: tuple[Ink | Words, ...]
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Page:
    """Layers from back to front."""

    width: int
    height: int
    layers: tuple[Layer, ...]
    paper: str = "#ffffff"
    title: str = ""
