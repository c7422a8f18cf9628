"""What is in a dataset: whose it is, what stands in it twice, and the habits of the hand that drew it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..core.errors import MaquetteError
from ..core.progress import OnProgress, Progress, silent
from ..media.drawing import Arc, Circle, Drawing, Ellipse, Line, Path, Point, Rect, Shape, Subpath, fit, parse
from . import rights
from .dataset import Dataset, Item

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Fingerprints = Callable[[Sequence[Drawing]], NDArray[np.uint8]]

CANVAS = 24.0  # units; habits are told on a canvas of this size
LOOKED_AT = 2000  # drawings opened for habits and near duplicates unless more are asked for
NEAR = 0.9  # intersection over union of two fingerprints from which on drawings count as near duplicates
SHOWN = 12  # rows of a long count that are printed
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_NO_GEOMETRY = re.compile(
    r"<(metadata|title|desc)\b.*?</\1>|<!--.*?-->|<\?.*?\?>|\s(?:id|class|data-[\w-]+|xmlns(?::\w+)?)=(?:\"[^\"]*\"|'[^']*')",
    re.DOTALL,
)


def describe(
    dataset: Dataset,
    *,
    fingerprints: Fingerprints | None = None,
    limit: int = LOOKED_AT,
    on_progress: OnProgress = silent,
) -> dict[str, Any]:
    """Counts, duplicates and habits as plain JSON data.

    `fingerprints` (n drawings -> (n, 128) uint8, from a floor above) finds near duplicates; without it none are
    looked for.
    At most `limit` drawings, evenly spread, are opened for near duplicates and habits; `looked_at` says how many.
    """
    items = dataset.items
    step = max(1, math.ceil(len(items) / max(limit, 1)))
    chosen = items[::step]
    drawings, broken = _drawings(chosen, on_progress)
    return {
        "name": dataset.name,
        "version": dataset.version,
        "sha256": dataset.sha256,
        "items": len(items),
        "skipped": [{"name": one.name, "reason": one.reason} for one in dataset.skipped],
        "sets": _counted(item.set for item in items),
        "licences": _counted(item.licence for item in items),
        "authors": _counted(item.author for item in items),
        "styles": _counted(item.style for item in items),
        "paints": _counted(item.paint for item in items),
        "splits": _counted(item.split for item in items),
        "concepts": len({item.concept for item in items}),
        "terms": rights.terms_of(items).summary(),
        "exact_duplicates": exact_duplicates(items),
        "near_duplicates": near_duplicates(drawings, fingerprints) if fingerprints else None,
        "looked_at": len(drawings),
        "not_drawings": broken,
        "habits": habits([drawing for _, drawing in drawings]),
    }


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(value or "(none)" for value in values).most_common())


def _drawings(items: Sequence[Item], on_progress: OnProgress) -> tuple[list[tuple[str, Drawing]], list[dict[str, str]]]:
    drawings, broken = [], []
    for index, item in enumerate(items, start=1):
        try:
            drawings.append((item.id, fit(parse(item.svg_text()), CANVAS)))
        except MaquetteError as error:
            broken.append({"name": item.id, "reason": error.wrong})
        if index % 50 == 0 or index == len(items):
            on_progress(Progress(index, len(items), "looking at drawings"))
    return drawings, broken


# --- duplicates ----------------------------------------------------------------------------------------------------


def same_geometry(text: str) -> str:
    """The text of an SVG without what does not change the picture: titles, ids, spaces, spellings of numbers."""
    plain = _NUMBER.sub(lambda found: f" {round(float(found[0]), 2) + 0.0:g} ", _NO_GEOMETRY.sub("", text))
    return re.sub(r"[\s,]+", " ", plain)


def exact_duplicates(items: Sequence[Item]) -> list[list[str]]:
    """Groups of ids whose geometry is the same text once numbers are spelt alike."""
    groups: dict[str, list[str]] = {}
    for item in items:
        groups.setdefault(same_geometry(item.svg_text()), []).append(item.id)
    return [group for group in groups.values() if len(group) > 1]


def near_duplicates(drawings: Sequence[tuple[str, Drawing]], fingerprints: Fingerprints) -> list[dict[str, Any]]:
    """Pairs whose fingerprints overlap by `NEAR` or more, the most alike first: {"pair": [id, id], "overlap": x}."""
    import numpy as np

    if len(drawings) < 2:
        return []
    bits = np.unpackbits(fingerprints([drawing for _, drawing in drawings]), axis=1).astype(np.float32)
    ink = bits.sum(axis=1)
    found = []
    for start in range(0, len(bits), 512):  # rows at a time, so that 34,000 drawings fit into memory
        shared = bits[start : start + 512] @ bits[start:].T
        union = ink[start : start + 512, None] + ink[None, start:] - shared
        rows, columns = np.nonzero((shared >= NEAR * union) & (union > 0))
        for row, column in zip(rows.tolist(), columns.tolist()):
            if row < column:
                pair = [drawings[start + row][0], drawings[start + column][0]]
                found.append({"pair": pair, "overlap": round(float(shared[row, column] / union[row, column]), 3)})
    return sorted(found, key=lambda one: -one["overlap"])


# --- habits of the hand --------------------------------------------------------------------------------------------


def habits(drawings: Sequence[Drawing]) -> dict[str, Any]:
    """How these drawings are drawn, all lengths in units of a canvas of 24.

    Shares are between 0 and 1: `stroke_widths`, `caps`, `joins` of stroked shapes; `strokes` (line, arc, cubic, quad)
    of all segments; `angles` of straight lines (0, 45, 90, other); `grid` of end points on whole, half and quarter
    units (each includes the one before); `radii` of rounded corners. Medians: shapes and segments per drawing.
    """
    seen: dict[str, Counter[str]] = {name: Counter() for name in _SHARES}
    for drawing in drawings:
        for shape in drawing.shapes:
            paint, geometry = shape.paint, shape.geometry
            if paint.stroke:
                seen["stroke_widths"][f"{round(paint.width * 20) / 20:g}"] += 1
                seen["caps"][paint.cap] += 1
                seen["joins"][paint.join] += 1
            seen["shapes"][type(geometry).__name__.lower()] += 1
            _look(geometry, seen)
    grid, points = seen.pop("grid"), 0
    points = grid.pop("all", 0)
    told: dict[str, Any] = {name: _shares(counter) for name, counter in seen.items()}
    told["grid"] = {name: round(grid[name] / points, 3) if points else 0.0 for name in ("1", "1/2", "1/4")}
    told["median_shapes"] = _median([len(drawing.shapes) for drawing in drawings])
    told["median_segments"] = _median([sum(map(_segments, drawing.shapes)) for drawing in drawings])
    return told


_SHARES = ("stroke_widths", "caps", "joins", "shapes", "strokes", "angles", "radii", "grid")


def _look(geometry: Path | Circle | Ellipse | Rect, seen: dict[str, Counter[str]]) -> None:
    if isinstance(geometry, Path):
        for subpath in geometry.subpaths:
            _look_at_pen(subpath, seen)
    elif isinstance(geometry, Rect):
        (x, y), width, height = geometry.corner, geometry.width, geometry.height
        _on_grid([(x, y), (x + width, y + height)], seen["grid"])
        seen["radii"].update([_radius(geometry.rx)] * 4 if geometry.rx > 0 else [])
    else:
        _on_grid([geometry.centre], seen["grid"])


def _look_at_pen(subpath: Subpath, seen: dict[str, Counter[str]]) -> None:
    at = subpath.start
    _on_grid([at, *(segment.to for segment in subpath.segments)], seen["grid"])
    for segment in subpath.segments:
        seen["strokes"][type(segment).__name__.lower()] += 1
        if isinstance(segment, Line) and segment.to != at:
            seen["angles"][_angle(at, segment.to)] += 1
        if isinstance(segment, Arc) and _is_corner(at, segment):
            seen["radii"][_radius(segment.rx)] += 1
        at = segment.to
    if subpath.closed and math.dist(at, subpath.start) > 1e-6:
        seen["angles"][_angle(at, subpath.start)] += 1


def _angle(a: Point, b: Point) -> str:
    """0, 45 or 90 if the line lies within one degree of it, else other."""
    degrees = math.degrees(math.atan2(abs(b[1] - a[1]), abs(b[0] - a[0])))
    return next((str(angle) for angle in (0, 45, 90) if abs(degrees - angle) <= 1), "other")


def _is_corner(at: Point, arc: Arc) -> bool:
    """A quarter of a circle: its chord is the radius times the root of two."""
    round_one = math.isclose(arc.rx, arc.ry, rel_tol=0.02)
    return round_one and not arc.large and math.isclose(math.dist(at, arc.to), arc.rx * math.sqrt(2), rel_tol=0.02)


def _radius(radius: float) -> str:
    return f"{round(radius * 4) / 4:g}"


def _on_grid(points: Iterable[Point], grid: Counter[str]) -> None:
    for point in points:
        for value in point:
            grid["all"] += 1
            for name, parts in (("1", 1), ("1/2", 2), ("1/4", 4)):
                grid[name] += abs(value * parts - round(value * parts)) < 0.01 * parts


def _segments(shape: Shape) -> int:
    geometry = shape.geometry
    return sum(len(subpath.segments) for subpath in geometry.subpaths) if isinstance(geometry, Path) else 1


def _shares(counter: Counter[str]) -> dict[str, float]:
    total = sum(counter.values())
    return {name: round(count / total, 3) for name, count in counter.most_common(SHOWN)}


def _median(values: Sequence[int]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2 if ordered else 0.0


# --- for people ----------------------------------------------------------------------------------------------------


def as_text(description: dict[str, Any]) -> str:
    """A description as a page of plain text."""
    d = description
    lines = [f"{d['name']}, version {d['version']}: {d['items']} items, {d['concepts']} concepts", f"  {d['terms']}"]
    for title in ("sets", "licences", "authors", "styles", "paints", "splits"):
        lines += ["", title, *_rows(d[title])]
    lines += ["", f"unreadable: {len(d['skipped'])}", *(f"  {one['name']}: {one['reason']}" for one in d["skipped"])]
    same = d["exact_duplicates"]
    lines += [
        f"exact duplicates: {sum(map(len, same)) - len(same)}",
        *_some("  " + " = ".join(group) for group in same),
    ]
    near = d["near_duplicates"]
    if near is not None:
        lines += [f"near duplicates among {d['looked_at']} drawings: {len(near)} pairs"]
        lines += _some(f"  {one['pair'][0]} ~ {one['pair'][1]} ({one['overlap']:.2f})" for one in near)
    lines += ["", f"habits of the hand ({d['looked_at']} drawings, on a canvas of {CANVAS:g})"]
    for name, value in d["habits"].items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {share:.0%}" for key, share in value.items() if share >= 0.005) or "none"
        lines.append(f"  {name.replace('_', ' '):<16}{value}")
    return "\n".join(lines)


def _rows(counts: dict[str, int]) -> list[str]:
    rows = [f"  {count:>7}  {name}" for name, count in list(counts.items())[:SHOWN]]
    more = len(counts) - SHOWN
    return [*rows, f"           and {more} more"] if more > 0 else rows


def _some(lines: Iterable[str]) -> list[str]:
    every = list(lines)
    return every if len(every) <= SHOWN else [*every[:SHOWN], f"  and {len(every) - SHOWN} more"]
