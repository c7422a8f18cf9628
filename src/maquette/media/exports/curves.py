"""Paths as lines and cubics alone, for formats that know no arcs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TypeAlias

from maquette.media.affine import as_path
from maquette.media.drawing import Arc, Cubic, Geometry, Line, Point, Quad, Segment, Subpath
from maquette.media.extent import arc_centre

Plain: TypeAlias = Line | Cubic
STEP = math.pi / 4  # radians of an arc per cubic: off by less than 1e-6 of its radius


def plain_subpaths(geometry: Geometry) -> Iterator[tuple[Point, list[Plain], bool]]:
    """(start, lines and cubics, closed) of each subpath of any geometry."""
    for subpath in as_path(geometry).subpaths:
        yield subpath.start, list(_plain(subpath)), subpath.closed


def _plain(subpath: Subpath) -> Iterator[Plain]:
    at = subpath.start
    for segment in subpath.segments:
        yield from _as_cubics(at, segment)
        at = segment.to


def _as_cubics(start: Point, segment: Segment) -> Iterator[Plain]:
    if isinstance(segment, Quad):
        (x0, y0), (x, y), (x1, y1) = start, segment.c, segment.to
        first = (x0 + 2 / 3 * (x - x0), y0 + 2 / 3 * (y - y0))
        yield Cubic(first, (x1 + 2 / 3 * (x - x1), y1 + 2 / 3 * (y - y1)), segment.to)
    elif isinstance(segment, Arc):
        yield from _arc_as_cubics(start, segment)
    else:
        yield segment


def _arc_as_cubics(start: Point, arc: Arc) -> Iterator[Cubic]:
    """Equal pieces, each with the tangents of the arc at its ends (Goldapp 1991: handles of 4/3 tan(step / 4))."""
    if start == arc.to:
        return
    centre = arc_centre(start, arc)
    pieces = max(1, math.ceil(abs(centre.sweep) / STEP - 1e-9))
    step = centre.sweep / pieces
    handle = 4 / 3 * math.tan(abs(step) / 4)
    at = start
    for number in range(1, pieces + 1):
        begin, end = centre.begin + (number - 1) * step, centre.begin + number * step
        to = arc.to if number == pieces else centre.at(end)
        (ax, ay), (bx, by) = centre.direction(begin), centre.direction(end)
        yield Cubic((at[0] + handle * ax, at[1] + handle * ay), (to[0] - handle * bx, to[1] - handle * by), to)
        at = to
