"""Shadows on the floor and the light of the hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ...media.ink import Ink, Layer
from ...media.stage import Piece, Stage
from .figures import Figure
from .pen import Pen, Stood, hull_of

Floats = NDArray[np.float32]
# Colour and strength of what lies over the whole picture, by look.
_OVER = {
    ("night", "tone"): ("#121b3a", 0.46), ("dusk", "tone"): ("#c4572a", 0.16), ("dawn", "tone"): ("#b77a9a", 0.14),
    ("night", "line"): ("#3d4558", 0.34), ("dusk", "line"): ("#7d7468", 0.14), ("dawn", "line"): ("#8b8c98", 0.10),
    ("night", "ink"): ("#000000", 0.30),
}  # fmt: skip
_LAMPS = ("floor lamp", "table lamp", "ceiling lamp", "lamp post", "campfire", "torch", "candle", "lantern",
          "fireplace")  # fmt: skip


def shadows(stage: Stage, pen: Pen, parts: Sequence[Stood], people: Sequence[Figure]) -> list[Ink]:
    """Dark shapes where things stand in the light's way, laid on the floor they stand on."""
    way = _fall(stage)
    colour = "#000000" if pen.style == "ink" else "#2b2f45" if pen.style == "tone" else "#434b5a"
    marks = []
    for part in parts:
        place, half = part.place, (part.high - part.low) / 2
        if float(half.max()) < 0.02 or part.high[1] - part.low[1] > 30:
            continue
        points = _corners(part) if any(shape.kind == "blob" for shape in part.shapes) else part.points
        outline = _laid(points, way, float(place[1]), pen)
        if outline is not None:
            marks.append(Ink((outline,), fill=colour, owner=part.owner, part="shadow"))
    for one in people:
        spread = np.concatenate(
            [one.joints + np.array(off, np.float32) for off in ((0.1, 0, 0), (-0.1, 0, 0), (0, 0, 0.1), (0, 0, -0.1))]
        )
        outline = _laid(spread, way, 0.0, pen)
        if outline is not None:
            marks.append(Ink((outline,), fill=colour, smooth=True, owner=one.id, part="shadow"))
    return marks


def _corners(part: Stood) -> Floats:
    low, high = part.low * 0.8, part.high * 0.8
    return np.array([[x, y, z] for x in (low[0], high[0]) for y in (max(low[1], 0.1), high[1]) for z in (low[2], high[2])],
                    np.float32) + part.place  # fmt: skip


def _fall(stage: Stage) -> Floats:
    """How far a shadow runs for a metre of height, as (x, z)."""
    x, y, z = stage.light
    if stage.interior:
        return np.array([-0.12, -0.1], np.float32)
    return np.array([-x, -z], np.float32) / max(y, 0.35)


def _laid(points: Floats, way: Floats, floor: float, pen: Pen) -> Floats | None:
    up = np.maximum(points[:, 1] - floor, 0)
    ground = points[:, [0, 2]] + up[:, None] * way
    outline = hull_of(ground)
    if len(outline) < 3:
        return None
    flat = np.stack([outline[:, 0], np.full(len(outline), floor + 0.004), outline[:, 1]], 1).astype(np.float32)
    drawn = pen.polygon(flat)
    return None if drawn is None or pen.outside(drawn) else drawn


def shades(stage: Stage, pen: Pen, pieces: Sequence[Piece]) -> Iterator[Layer]:
    """What the hour lays over everything, open where lamps shine."""
    over = _OVER.get((stage.time, pen.style))
    if over is None or stage.colours.get("backdrop") == "none":
        return
    colour, strength = over
    frame = np.array([(-9, -9), (pen.width + 9, -9), (pen.width + 9, pen.height + 9), (-9, pen.height + 9)], np.float32)
    holes = list(_pools(pen, pieces)) if stage.time == "night" else []
    yield Layer("light", (Ink((frame, *holes), fill=colour, owner="light", part=stage.time),), opacity=strength)
    if holes and pen.style == "tone":
        yield Layer(
            "lamps", tuple(Ink((hole,), fill="#ffca6b", owner="light", part="lamp") for hole in holes), opacity=0.16
        )


def _pools(pen: Pen, pieces: Sequence[Piece]) -> Iterator[Floats]:
    """Rounds of light about lamps that do not meet."""
    taken: list[tuple[Floats, float]] = []
    for piece in pieces:
        if piece.kind not in _LAMPS:
            continue
        middle = np.array([[piece.x, piece.y + piece.size[1] * 0.7, piece.z]], np.float32)
        seen = pen.seen(middle)
        if seen[0, 2] < 0.5:
            continue
        radius = (
            (1.5 if piece.kind in ("lamp post", "campfire", "fireplace", "ceiling lamp") else 0.95)
            * pen.zoom
            / float(seen[0, 2])
        )
        centre = pen.flat(seen)[0]
        if any(float(np.linalg.norm(centre - other)) < radius + wide for other, wide in taken):
            continue
        taken.append((centre, radius))
        angles = np.arange(28) * np.pi / 14
        yield (centre + radius * np.stack([np.cos(angles), np.sin(angles)], 1)).astype(np.float32)
