"""Small operations on paths that keep everything else as it is: move points, cut, merge, close."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from maquette.media.drawing import Arc, Cubic, Drawing, Geometry, Line, Path, Point, Quad, Segment, Shape, Subpath
from maquette.media.lint_look import Bit, Track
from maquette.media.snap import fit_arc

Ruled = tuple[Point, Segment]
"""A segment with the point it starts from."""


def with_shape(drawing: Drawing, index: int, geometry: Geometry | None) -> Drawing:
    """The drawing with another geometry in one shape, or without that shape."""
    shapes = list(drawing.shapes)
    if geometry is None:
        del shapes[index]
    else:
        shapes[index] = replace(shapes[index], geometry=geometry, original="")
    return replace(drawing, shapes=tuple(shapes))


def with_paint(drawing: Drawing, index: int, **changed: object) -> Drawing:
    """The drawing with one shape painted otherwise; its geometry keeps its own words."""
    shape = drawing.shapes[index]
    fresh: Shape = replace(shape, paint=replace(shape.paint, **changed))  # type: ignore[arg-type]
    return replace(drawing, shapes=(*drawing.shapes[:index], fresh, *drawing.shapes[index + 1 :]))


def with_track(drawing: Drawing, track: Track, subpaths: Sequence[Subpath]) -> Drawing:
    """The drawing with other subpaths in the place of one; a shape that loses its last one goes."""
    geometry = drawing.shapes[track.shape].geometry
    assert isinstance(geometry, Path)
    all_ = (*geometry.subpaths[: track.sub], *subpaths, *geometry.subpaths[track.sub + 1 :])
    return with_shape(drawing, track.shape, Path(all_) if all_ else None)


def ruled(track: Track) -> list[Ruled]:
    """All segments that have a length, the closing line too."""
    return [(bit.start, bit.segment) for bit in track.bits if bit.piece]


def joined(pieces: Sequence[Ruled], closed: bool) -> Subpath:
    """A subpath of segments in a row; a line that only closes it is left to the closing."""
    segments = [segment for _, segment in pieces]
    if closed and len(segments) > 1 and isinstance(segments[-1], Line) and segments[-1].to == pieces[0][0]:
        segments.pop()
    return Subpath(pieces[0][0], tuple(segments), closed)


def without(track: Track, bit: Bit, keep: Sequence[tuple[Point, Point]] = ()) -> list[Subpath]:
    """The subpaths that remain when a segment goes, or shrinks to the straight parts `keep`."""
    pieces = [(one.start, one.segment) for one in track.bits]
    at = next(index for index, one in enumerate(track.bits) if one is bit)
    before, after = pieces[:at], pieces[at + 1 :]
    if track.closed and not keep:
        return [joined([*after, *before], False)] if before or after else []
    kept: list[list[Ruled]] = [[(a, Line(b))] for a, b in keep]
    parts = [before, *kept, after]
    if track.closed:  # the path now opens at the cut: what comes after is followed by what came before
        parts = [*parts[1:-1], [*after, *before]]
    chained: list[list[Ruled]] = []
    for part in parts:
        if part and chained and math.dist(chained[-1][-1][1].to, part[0][0]) < 1e-9:
            chained[-1] += part
        elif part:
            chained.append(list(part))
    return [joined(part, False) for part in chained]


def moved(track: Track, moves: Mapping[int, Point], grid: float) -> Subpath:
    """The subpath with some of its points elsewhere: 0 is the start, k the end of segment k - 1.

    Arcs are fitted again, handles go with their points. Start and end of a path that meets itself move together.
    """
    subpath = track.subpath
    places = [subpath.start, *(segment.to for segment in subpath.segments)]
    fresh = [moves.get(index, place) for index, place in enumerate(places)]
    if len(places) > 1 and math.dist(places[0], places[-1]) < 1e-6:
        fresh[0] = fresh[-1] = moves.get(0, moves.get(len(places) - 1, places[0]))
    segments = [
        carried(segment, places[index], fresh[index], fresh[index + 1], grid)
        for index, segment in enumerate(subpath.segments)
    ]
    return Subpath(fresh[0], tuple(segments), subpath.closed)


def carried(segment: Segment, at: Point, placed: Point, to: Point, grid: float) -> Segment:
    """A segment that ran from `at`, carried along by its ends."""
    if (placed, to) == (at, segment.to):
        return segment
    if isinstance(segment, Line):
        return Line(to)
    first = placed[0] - at[0], placed[1] - at[1]
    last = to[0] - segment.to[0], to[1] - segment.to[1]
    if isinstance(segment, Cubic):
        c1, c2 = segment.c1, segment.c2
        return Cubic((c1[0] + first[0], c1[1] + first[1]), (c2[0] + last[0], c2[1] + last[1]), to)
    if isinstance(segment, Quad):
        return Quad((segment.c[0] + (first[0] + last[0]) / 2, segment.c[1] + (first[1] + last[1]) / 2), to)
    assert isinstance(segment, Arc)
    return fit_arc(segment, at, placed, to, grid)


def crossing(a: Point, way_a: complex, b: Point, way_b: complex) -> Point | None:
    """Where two straight lines cross; None if they are nearly parallel."""
    cross = (way_a.conjugate() * way_b).imag
    if abs(cross) < 0.05:
        return None
    reach = ((complex(*b) - complex(*a)).conjugate() * way_b).imag / cross
    place = complex(*a) + way_a * reach
    return place.real, place.imag


def nodes_of(bit: Bit, track: Track) -> tuple[int, int]:
    """The numbers of a segment's two points, as `moved` counts them."""
    if bit.index < 0:
        return len(track.subpath.segments), 0
    return bit.index, bit.index + 1
