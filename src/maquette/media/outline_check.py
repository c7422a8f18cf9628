"""Whether two pictures made of contours cover the same ground, measured along level lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from maquette.media.drawing import Arc, Cubic, Path, Point, Quad, Subpath
from maquette.media.extent import arc_centre

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LEVELS = 96
Spans: TypeAlias = list[tuple[float, float]]


def polygon(subpath: Subpath, steps: int = 40) -> list[Point]:
    """Points along a subpath: `steps` on every curve, more on long arcs."""
    found = [subpath.start]
    at = subpath.start
    for segment in subpath.segments:
        if isinstance(segment, Arc) and at != segment.to:
            told = arc_centre(at, segment)
            count = steps + int(abs(told.sweep) * steps)
            found += [told.at(told.begin + told.sweep * i / count) for i in range(1, count)]
        elif isinstance(segment, (Cubic, Quad)):
            found += [_bezier(at, segment, i / steps) for i in range(1, steps)]
        found.append(segment.to)
        at = segment.to
    return found


def _bezier(start: Point, segment: Cubic | Quad, t: float) -> Point:
    u = 1 - t
    if isinstance(segment, Quad):
        weighted = ((u * u, start), (2 * u * t, segment.c), (t * t, segment.to))
        return sum(w * p[0] for w, p in weighted), sum(w * p[1] for w, p in weighted)
    four = ((u**3, start), (3 * u * u * t, segment.c1), (3 * u * t * t, segment.c2), (t**3, segment.to))
    return sum(w * p[0] for w, p in four), sum(w * p[1] for w, p in four)


def polygons(path: Path) -> list[list[Point]]:
    """Every subpath as a polygon."""
    return [polygon(subpath) for subpath in path.subpaths]


def levels(pictures: Iterable[Sequence[Point]]) -> Array:
    """`LEVELS` heights across all of the points."""
    import numpy as np

    ys = [y for points in pictures for _, y in points]
    low, high = (min(ys), max(ys)) if ys else (0.0, 1.0)
    # An odd fraction, so that level lines do not run along the edges of shapes that stand on a grid.
    return low + (high - low) * (np.arange(LEVELS) + 0.4142) / LEVELS


def spans(areas: Sequence[Sequence[Point]], heights: Array, *, even_odd: bool = False) -> list[Spans]:
    """What polygons cover together at every height: intervals in order, by the non-zero rule or the even-odd one."""
    import numpy as np

    starts = np.array([point for points in areas for point in points]).reshape(-1, 2)
    ends = np.array([point for points in areas for point in [*points[1:], *points[:1]]]).reshape(-1, 2)
    low, high = np.minimum(starts[:, 1], ends[:, 1]), np.maximum(starts[:, 1], ends[:, 1])
    way = np.where(ends[:, 1] > starts[:, 1], 1, -1)
    found: list[Spans] = []
    for height in heights:
        on = (low <= height) & (height < high)
        a, b = starts[on], ends[on]
        x = a[:, 0] + (height - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
        order = np.argsort(x, kind="stable")
        wound = np.cumsum(way[on][order])
        inside = (np.arange(1, len(x) + 1) % 2 == 1) if even_odd else wound != 0
        found.append(_intervals(x[order].tolist(), inside.tolist()))
    return found


def _intervals(xs: list[float], inside: list[bool]) -> Spans:
    """From crossings and whether ink begins or goes on after each."""
    found: Spans = []
    begin: float | None = None
    for x, ink in zip(xs, inside, strict=True):
        if ink and begin is None:
            begin = x
        elif not ink and begin is not None:
            found.append((begin, x))
            begin = None
    return found


def merged(many: Sequence[list[Spans]]) -> list[Spans]:
    """What several pictures cover together."""
    found: list[Spans] = []
    for lines in zip(*many, strict=True):
        together: Spans = []
        for begin, end in sorted(span for line in lines for span in line):
            if together and begin <= together[-1][1]:
                together[-1] = (together[-1][0], max(together[-1][1], end))
            else:
                together.append((begin, end))
        found.append(together)
    return found


def likeness(one: Sequence[Spans], other: Sequence[Spans]) -> float:
    """Intersection over union of two pictures along the same heights; 1 if both are empty."""
    shared = total = 0.0
    for a, b in zip(one, other, strict=True):
        both = _length(a) + _length(b)
        common = sum(max(0.0, min(p[1], q[1]) - max(p[0], q[0])) for p in a for q in b)
        shared, total = shared + common, total + both - common
    return shared / total if total else 1.0


def _length(spans: Spans) -> float:
    return sum(end - begin for begin, end in spans)
