"""The exact flow between two of our own drawings: every mark knows where its points have gone.

A pixel belongs to the mark that is seen there; the mark's outline in the other drawing says where its part has moved,
as an affine map, and where it bends, by the points nearest to it (inverse distances, Shepard 1968).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...media.ink import Ink, Layer, Page
from . import flow as flows
from .flow import Floats

POINTS = 24  # of a mark that are followed
WASH = 0.9  # of opacity: what is thinner shows what lies below


def flow_between(one: Page, other: Page, width: int) -> Floats:
    """The flow (h, w, 2) of what `one` shows towards `other`, in pixels of a picture that is `width` wide.

    What the other page does not draw any more stands still.
    """
    scale = width / one.width
    height = max(1, round(one.height * scale))
    marks, places = dict(_marks(one)), dict(_marks(other))
    numbers = {key: number for number, key in enumerate(marks, 1)}
    seen = _numbered(one, numbers, scale)[:height, :width]
    field = np.zeros((height, width, 2), np.float32)
    for key, number in numbers.items():
        rows, columns = np.nonzero(seen == number)
        if len(rows) and key in places:
            field[rows, columns] = _moved(marks[key], places[key], scale, columns, rows)
    return field


def better(exact: Floats, found: Floats, one: NDArray[np.uint8], other: NDArray[np.uint8]) -> Floats:
    """The exact flow, and in spots where it explains the pictures (h, w, 3) clearly worse, the one that was found."""
    first, second = one.astype(np.float32), other.astype(np.float32)
    errors = [np.abs(flows.warped(second, field) - first).mean(-1, keepdims=True) for field in (exact, found)]
    worse = flows.boxed(errors[0], 3) > flows.boxed(errors[1], 3) + 4.0
    return np.where(worse, found, exact).astype(np.float32)


Key = tuple[str, str, str, int]  # layer, owner, part, and which of those with the same


def _marks(page: Page) -> Iterator[tuple[Key, Ink]]:
    """The marks that are seen as they are, under names that are the same in the next drawing."""
    counts: dict[tuple[str, str, str], int] = {}
    for layer in page.layers:
        for mark in layer.marks:
            if not isinstance(mark, Ink) or mark.opacity * layer.opacity < WASH or not mark.outlines:
                continue
            name = (layer.name, mark.owner, mark.part)
            counts[name] = counts.get(name, 0) + 1
            yield (*name, counts[name]), mark


def _numbered(page: Page, numbers: dict[Key, int], scale: float) -> NDArray[np.int32]:
    """(h, w): the number of the mark that is seen at each pixel, 0 for the paper."""
    from ...media import ink_draw

    coloured = {id(mark): numbers[key] for key, mark in _marks(page)}
    layers = []
    for layer in page.layers:
        own = tuple(_painted(mark, coloured[id(mark)]) for mark in layer.marks if id(mark) in coloured)  # type: ignore[arg-type]
        layers.append(Layer(layer.name, own))
    picture = ink_draw.to_pixels(replace(page, layers=tuple(layers), paper="#000000"), scale).astype(np.int32)
    spread = (picture[..., 0] << 16) | (picture[..., 1] << 8) | picture[..., 2]
    table = {_code(number): number for number in (0, *numbers.values())}
    codes = np.array(sorted(table), np.int32)
    values = np.array([table[code] for code in codes.tolist()], np.int32)
    at = np.minimum(np.searchsorted(codes, spread), len(codes) - 1)
    found = np.where(codes[at] == spread, values[at], -1)
    return _settled(found)


def _settled(found: NDArray[np.int32]) -> NDArray[np.int32]:
    """Pixels where two marks mix take the number of a neighbour."""
    for _ in range(3):
        if not (found < 0).any():
            break
        for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            beside = np.roll(found, step, axis)
            found = np.where((found < 0) & (beside >= 0), beside, found)
    return np.maximum(found, 0)


def _code(number: int) -> int:
    """A colour for a number: neighbours in number lie far apart in colour, so that a mixture is no number."""
    return (number * 7919 * 257) & 0xFFFFFF


def _painted(mark: Ink, number: int) -> Ink:
    tone = f"#{_code(number):06x}"
    return replace(mark, fill=tone if mark.fill else "", stroke=tone if mark.stroke else "", opacity=1.0)


def _moved(one: Ink, other: Ink, scale: float, x: NDArray[np.intp], y: NDArray[np.intp]) -> Floats:
    """(n, 2): where the pixels (x, y) of a mark have gone."""
    start, end = _points(one) * scale, _points(other) * scale
    if len(start) != len(end):
        count = POINTS
        start, end = _spread(start, count), _spread(end, count)
    elif len(start) > POINTS:
        keep = np.linspace(0, len(start) - 1, POINTS).round().astype(int)
        start, end = start[keep], end[keep]
    here = np.stack([x, y], -1).astype(np.float64) + 0.5
    if len(start) < 3 or np.linalg.matrix_rank(start - start.mean(0), tol=0.5) < 2:
        moved = np.broadcast_to((end - start).mean(0), here.shape).copy()
        return moved.astype(np.float32)
    base = np.concatenate([start, np.ones((len(start), 1))], 1)
    affine, *_ = np.linalg.lstsq(base, end, rcond=None)
    moved = np.concatenate([here, np.ones((len(here), 1))], 1) @ affine - here
    rest = end - base @ affine
    if np.abs(rest).max() > 0.3:
        near = 1.0 / (((here[:, None] - start[None]) ** 2).sum(-1) + 1.0) ** 1.5
        moved += (near @ rest) / near.sum(1, keepdims=True)
    out: Floats = moved.astype(np.float32)
    return out


def _points(mark: Ink) -> NDArray[np.float64]:
    return np.concatenate([np.asarray(line, np.float64) for line in mark.outlines])


def _spread(points: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """`count` points at even distances along a line."""
    if len(points) < 2:
        return np.repeat(points[:1], count, 0)
    steps = np.concatenate([[0.0], np.linalg.norm(np.diff(points, axis=0), axis=1).cumsum()])
    at = np.linspace(0, steps[-1], count)
    return np.stack([np.interp(at, steps, points[:, axis]) for axis in (0, 1)], -1)
