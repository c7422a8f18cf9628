"""Parts that icon sets add to their icons: badges at a corner, and the slash that says off. Drawn by rule.

A badge stands in a corner, and the strokes beneath it are cut so that a clear gap is left around it. A slash runs from
corner to corner: on one side strokes end on it, on the other they keep the gap, as the sets with `-off` icons do.
Cuts are exact: a line, an arc or a curve is parted at the very point where its distance is reached, and stays what it
is; shapes that are not reached stay untouched.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..core.errors import MediaError, UsageError
from ..core.registry import nearest
from ..media import drawing as d
from ..media.affine import Matrix, as_path, transform
from ..media.extent import arc_centre, ink_box
from ..media.path_data import read_path
from ..media.svg_splice import Piece

CANVAS = 24.0
CORNERS = {"bottom-right": (1, 1), "top-right": (1, -1), "bottom-left": (-1, 1), "top-left": (-1, -1)}
HALF = 3.0  # units of 24: a minus stands as high as a plus
SHORTEST = 0.6  # stroke widths: what is left of a cut stroke and shorter goes too
SAMPLES = 24  # pieces of a segment in each of which one crossing is looked for
HALVINGS = 60  # of an interval: beyond what a float can tell

# Badges in units of 24 around their middle; a circle is written as (x, y, r).
BADGES: dict[str, tuple[str | tuple[float, float, float], ...]] = {
    "plus": ("M-3 0H3", "M0-3V3"),
    "minus": ("M-3 0H3",),
    "check": ("M-3 0L-1 2L3-2",),
    "x": ("M-2.5-2.5L2.5 2.5", "M2.5-2.5L-2.5 2.5"),
    "dot": ((0.0, 0.0, 1.0),),
    "badge": ((0.0, 0.0, 3.0),),
    "heart": ("M0 3L-2.5 .5A1.767767 1.767767 0 0 1 0-2A1.767767 1.767767 0 0 1 2.5 .5Z",),
    "search": ((-0.5, -0.5, 2.5), "M3 3L1.267767 1.267767"),
    "settings": (
        (0.0, 0.0, 2.0),
        "M0-3.5V-2M0 2V3.5M-3.031-1.75L-1.732-1M1.732 1L3.031 1.75M-3.031 1.75L-1.732 1M1.732-1L3.031-1.75",
    ),
    "arrow-up": ("M0 3V-3", "M-3 0L0-3L3 0"),
    "arrow-down": ("M0-3V3", "M-3 0L0 3L3 0"),
    "arrow-left": ("M3 0H-3", "M0-3L-3 0L0 3"),
    "arrow-right": ("M-3 0H3", "M0-3L3 0L0 3"),
    "alert": ("M0-3V.5", "M0 3V3.01"),
    "question": ("M-2-1.5A2 2 0 1 1 0 .5", "M0 3.5V3.51"),
    "pause": ("M-1.75-2.5V2.5", "M1.75-2.5V2.5"),
    "play": ("M-2-3L3 0L-2 3Z",),
    "lock": ("M-2.5 0V-1.25A2.5 2.5 0 0 1 2.5-1.25V0", "M-3 0H3V3.5H-3Z"),
    "bolt": ("M.5-3.5L-2.5 .5H2.5L-.5 3.5",),
}
SAME = {"arrow": "arrow-right", "close": "x", "tick": "check", "off": "slash", "gear": "settings", "ring": "badge"}
UPPER = ("dot", "badge")  # these say that something is new, and stand at the top
SLASH = "slash"
NAMES = (SLASH, *BADGES)

Outside = Callable[[d.Point], float]  # below 0 where strokes are taken away: how far from the edge of that region


@dataclass(frozen=True)
class Added:
    """A drawing with a part added: its shapes, what was added, and how much of the old lines was taken away."""

    pieces: tuple[Piece, ...]
    note: str  # "plus at the bottom right"
    taken: float  # units of the drawing


@dataclass(frozen=True)
class Pen:
    """How a part is drawn, in the drawing's units. `gap`: clear space to the strokes beneath; `margin`: to the edge."""

    paint: d.Paint
    gap: float
    margin: float


def add(drawing: d.Drawing, what: str, pen: Pen, corner: str | None = None) -> list[Added]:
    """The drawing with the part `what`, in every place where it may stand, the usual one first.

    Badges: the four corners (or the one asked for), slash: both diagonals. Raises UsageError for parts and corners that
    are not known, MediaError where a filled shape would have to be cut.
    """
    name = SAME.get(what, what)
    if name not in NAMES:
        raise UsageError(f"there is no part called {what!r}", mend=f"{nearest(what, NAMES)}; all: {', '.join(NAMES)}")
    if corner is not None and corner not in CORNERS:
        raise UsageError(f"there is no corner called {corner!r}", mend=nearest(corner, CORNERS))
    if name == SLASH:
        return [_slashed(drawing, pen, falling) for falling in (True, False)]
    usual = corner or ("top-right" if name in UPPER else "bottom-right")
    rest = [] if corner else [one for one in CORNERS if one != usual]
    found = [_badged(drawing, name, pen, usual)]
    for one in rest:
        try:
            found.append(_badged(drawing, name, pen, one))
        except MediaError:  # a filled shape stands there
            continue
    return found[:1] + sorted(found[1:], key=lambda added: added.taken)


def _badged(drawing: d.Drawing, name: str, pen: Pen, corner: str) -> Added:
    scale = _side(drawing) / CANVAS
    glyph = [transform(_geometry(one), (scale, 0, 0, scale, 0, 0)) for one in BADGES[name]]
    if name == "dot":  # a ring so small that its stroke fills it
        glyph = [d.Circle((0.0, 0.0), pen.paint.width / 2)]
    boxes = [box for one in glyph if (box := ink_box(d.Shape(one, pen.paint))) is not None]
    half = [max(abs(value) for box in boxes for value in (box[axis], box[axis + 2])) for axis in (0, 1)]
    reach = max(*half, *(math.hypot(*point) + pen.paint.width / 2 for one in glyph for point in _outline(one)))
    half[1] = half[1] if name == "dot" else max(half[1], HALF * scale + pen.paint.width / 2)
    x, y, width, height = drawing.viewbox
    across, down = CORNERS[corner]
    free = pen.margin
    centre = (
        x + width - free - half[0] if across > 0 else x + free + half[0],
        y + height - free - half[1] if down > 0 else y + free + half[1],
    )
    radius = reach + pen.gap + pen.paint.width / 2  # the badge's ink, the gap, half of the other's stroke
    move: Matrix = (1, 0, 0, 1, *centre)
    new = [Piece(d.Shape(transform(one, move), pen.paint), None, True, "rule", name) for one in glyph]
    kept, taken = _cut_all(drawing, lambda p: math.dist(p, centre) - radius)
    return Added((*kept, *new), f"{name} at the {corner.replace('-', ' ')}", taken)


def _geometry(one: str | tuple[float, float, float]) -> d.Geometry:
    return read_path(one)[0] if isinstance(one, str) else d.Circle(one[:2], one[2])


def _slashed(drawing: d.Drawing, pen: Pen, falling: bool) -> Added:
    """From the top left to the bottom right (falling), or from the bottom left to the top right."""
    x, y, width, height = drawing.viewbox
    side, free = min(width, height), pen.margin + pen.paint.width / 2
    left, top = x + (width - side) / 2 + free, y + (height - side) / 2 + free
    right, bottom = left + side - 2 * free, top + side - 2 * free
    ends = ((left, top), (right, bottom)) if falling else ((left, bottom), (right, top))
    (ax, ay), (bx, by) = ends
    size = math.dist(*ends)
    ux, uy = (bx - ax) / size, (by - ay) / size
    clear = pen.paint.width + pen.gap
    turned = 1.0 if falling else -1.0  # the gap is on the side of the top right, or of the bottom right

    def beside(p: d.Point) -> float:
        return turned * (uy * (p[0] - ax) - ux * (p[1] - ay))

    kept, taken = _cut_all(drawing, lambda p: max(-beside(p), beside(p) - clear))
    apart = tuple(one for one in kept if one.same or not _hugs(one.shape, beside, pen.paint.width))
    line = d.Path((d.Subpath(ends[0], (d.Line(ends[1]),)),))
    way = "top left" if falling else "bottom left"
    return Added((*apart, Piece(d.Shape(line, pen.paint), None, True, "rule", SLASH)), f"slash from the {way}", taken)


def _hugs(shape: d.Shape, beside: Callable[[d.Point], float], width: float) -> bool:
    """Whether what is left of a shape lies wholly under the slash's own stroke and the one beside it."""
    return all(abs(beside(point)) < width for point in _outline(shape.geometry))


def _side(drawing: d.Drawing) -> float:
    return min(drawing.viewbox[2:])


# -- cutting ----------------------------------------------------------------------------------------------------------


def _cut_all(drawing: d.Drawing, outside: Outside) -> tuple[list[Piece], float]:
    """The shapes without what lies in a region, and the length of line that was taken."""
    kept: list[Piece] = []
    taken = 0.0
    for number, shape in enumerate(drawing.shapes):
        if shape.paint.fill:
            inside = {outside(point) < 0 for point in _outline(shape.geometry)}
            if inside == {True, False}:
                raise MediaError(
                    f"shape {number + 1} is filled, and a gap can be cut out of strokes only",
                    where=drawing.title,
                    mend="choose another corner, or turn the icon into lines: maquette icon lined FILE",
                )
            kept += [] if True in inside else [Piece(shape, number)]
            continue
        path, length = cut(shape.geometry, outside, SHORTEST * shape.paint.width)
        taken += length
        if length == 0:
            kept.append(Piece(shape, number))
        elif path.subpaths:
            kept.append(Piece(replace(shape, geometry=path, original=""), number, same=False))
    return kept, taken


def cut(geometry: d.Geometry, outside: Outside, shortest: float = 0.0) -> tuple[d.Path, float]:
    """A line drawing without what lies where `outside` is below 0, and the length that was taken.

    Segments stay what they are. Remnants shorter than `shortest` are taken too, whole subpaths never for that reason.
    """
    kept: list[d.Subpath] = []
    taken = 0.0
    for subpath in as_path(geometry).subpaths:
        runs, lost = _runs(subpath, outside)
        if lost == 0:
            kept.append(subpath)
            continue
        taken += lost
        for run in runs:
            length = sum(_length(start, segment) for start, segment in run)
            if length >= shortest:
                kept.append(d.Subpath(run[0][0], tuple(segment for _, segment in run)))
            else:
                taken += length
    return d.Path(tuple(kept)), taken


Run = list[tuple[d.Point, d.Segment]]


def _runs(subpath: d.Subpath, outside: Outside) -> tuple[list[Run], float]:
    """The unbroken pieces of a subpath that stay, and the length of what goes."""
    runs: list[Run] = []
    lost, joined = 0.0, False
    pieces = list(_pieces(subpath))
    if not pieces:  # a dot
        return ([], 1e-9) if outside(subpath.start) < 0 else ([], 0.0)
    for start, segment in pieces:
        for first, last in pairwise(_parted(start, segment, outside)):
            part = _part(start, segment, first, last)
            if outside(_at(start, segment, (first + last) / 2)) < 0:
                lost += max(_length(*part), 1e-9)
                joined = False
            elif joined:
                runs[-1].append(part)
            else:
                runs.append([part])
                joined = True
    whole = subpath.closed and len(runs) > 1 and joined
    if whole and math.dist(runs[0][0][0], subpath.start) < 1e-12:  # the pen goes on over the point where it began
        runs = [runs[-1] + runs[0], *runs[1:-1]]
    return runs, lost


def _pieces(subpath: d.Subpath) -> Iterator[tuple[d.Point, d.Segment]]:
    at = subpath.start
    for segment in subpath.segments:
        yield at, segment
        at = segment.to
    if subpath.closed and math.dist(at, subpath.start) > 1e-9:
        yield at, d.Line(subpath.start)


def _parted(start: d.Point, segment: d.Segment, outside: Outside) -> list[float]:
    """0, the parameters where the segment crosses the region's edge, and 1."""

    def value(t: float) -> float:
        return outside(_at(start, segment, t))

    samples = [(t, value(t)) for t in (k / SAMPLES for k in range(SAMPLES + 1))]
    for before, here, behind in zip(samples, samples[1:], samples[2:], strict=False):
        if 0 < here[1] <= min(before[1], behind[1]):  # a dip: the region may begin and end between two samples
            lowest = _lowest(value, before[0], behind[0])
            samples.append((lowest, value(lowest)))
    pairs = sorted(samples)
    found = [0.0]
    for (a, fa), (b, fb) in pairwise(pairs):
        if (fa < 0) != (fb < 0):
            found.append(_crossing(value, a, b, fa < 0))
    return [*(t for k, t in enumerate(found) if k == 0 or 1e-9 < t < 1 - 1e-9), 1.0]


def _crossing(value: Callable[[float], float], a: float, b: float, begins_inside: bool) -> float:
    for _ in range(HALVINGS):
        middle = (a + b) / 2
        if (value(middle) < 0) == begins_inside:
            a = middle
        else:
            b = middle
    return b if begins_inside else a  # the side that stays


def _lowest(value: Callable[[float], float], a: float, b: float) -> float:
    for _ in range(HALVINGS):
        p, q = a + (b - a) / 3, b - (b - a) / 3
        if value(p) <= value(q):
            b = q
        else:
            a = p
    return (a + b) / 2


def _at(start: d.Point, segment: d.Segment, t: float) -> d.Point:
    """The point of a segment at t in 0..1."""
    if t <= 0 or t >= 1:
        return start if t <= 0 else segment.to
    if isinstance(segment, d.Arc):
        arc = arc_centre(start, segment)
        return arc.at(arc.begin + arc.sweep * t)
    return _halves(_controls(start, segment), t)[0][-1]


def _part(start: d.Point, segment: d.Segment, first: float, last: float) -> tuple[d.Point, d.Segment]:
    """The segment from `first` to `last`, with the point it starts at; the same segment if that is all of it."""
    if (first, last) == (0.0, 1.0):
        return start, segment
    begin, end = _at(start, segment, first), _at(start, segment, last)
    if isinstance(segment, d.Line):
        return begin, d.Line(end)
    if isinstance(segment, d.Arc):
        arc = arc_centre(start, segment)
        large = abs(arc.sweep) * (last - first) > math.pi
        return begin, d.Arc(arc.rx, arc.ry, segment.rotation, large, segment.sweep, end)
    behind = _halves(_controls(start, segment), first)[1]
    points = _halves(behind, (last - first) / (1 - first))[0]
    if isinstance(segment, d.Quad):
        return begin, d.Quad(points[1], end)
    return begin, d.Cubic(points[1], points[2], end)


def _controls(start: d.Point, segment: d.Segment) -> list[d.Point]:
    if isinstance(segment, d.Cubic):
        return [start, segment.c1, segment.c2, segment.to]
    return [start, segment.c, segment.to] if isinstance(segment, d.Quad) else [start, segment.to]


def _halves(points: Sequence[d.Point], t: float) -> tuple[list[d.Point], list[d.Point]]:
    """The control points of a Bezier curve before and behind t (de Casteljau)."""
    before, behind = [points[0]], [points[-1]]
    row = list(points)
    while len(row) > 1:
        row = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(row)]
        before.append(row[0])
        behind.append(row[-1])
    return before, behind[::-1]


def _length(start: d.Point, segment: d.Segment) -> float:
    if isinstance(segment, d.Line):
        return math.dist(start, segment.to)
    points = [_at(start, segment, k / SAMPLES) for k in range(SAMPLES + 1)]
    return sum(math.dist(a, b) for a, b in pairwise(points))


def outline(geometry: d.Geometry) -> list[tuple[d.Point, d.Point]]:
    """A geometry as short straight pieces (start, end)."""
    out: list[tuple[d.Point, d.Point]] = []
    for subpath in as_path(geometry).subpaths:
        pieces = list(_pieces(subpath)) or [(subpath.start, d.Line(subpath.start))]
        for start, segment in pieces:
            steps = 1 if isinstance(segment, d.Line) else SAMPLES
            points = [_at(start, segment, k / steps) for k in range(steps + 1)]
            out += list(pairwise(points))
    return out


def beside(a: d.Point, b: d.Point, point: d.Point) -> float:
    """The distance of a point from the straight piece from a to b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    size = dx * dx + dy * dy
    t = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / size if size else 0.0
    t = min(max(t, 0.0), 1.0)
    return math.dist(point, (a[0] + t * dx, a[1] + t * dy))


def _outline(geometry: d.Geometry) -> list[d.Point]:
    """Points along a geometry, close to one another."""
    out: list[d.Point] = []
    for subpath in as_path(geometry).subpaths:
        out.append(subpath.start)
        for start, segment in _pieces(subpath):
            out += [_at(start, segment, k / SAMPLES) for k in range(1, SAMPLES + 1)]
    return out
