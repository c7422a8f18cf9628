"""Shadows on the floor and the light of the hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ...media.ink import Ink, Layer
from ...media.stage import Piece, Stage
from .figures import Figure
from .pen import Pen, Stood, hatch, hull_of

Floats = NDArray[np.float32]
# Colour and strength of what lies over the whole picture, by look.
_OVER = {
    ("night", "tone"): ("#121b3a", 0.46), ("dusk", "tone"): ("#c4572a", 0.16), ("dawn", "tone"): ("#b77a9a", 0.14),
    ("night", "line"): ("#3d4558", 0.28), ("dusk", "line"): ("#7d7468", 0.14), ("dawn", "line"): ("#8b8c98", 0.10),
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
            marks += _shade(pen, outline, colour, part.owner)
    for one in people:
        spread = np.concatenate(
            [one.joints + np.array(off, np.float32) for off in ((0.1, 0, 0), (-0.1, 0, 0), (0, 0, 0.1), (0, 0, -0.1))]
        )
        outline = _laid(spread, way, 0.0, pen)
        if outline is not None:
            marks += _shade(pen, outline, colour, one.id)
    return marks


def _shade(pen: Pen, outline: Floats, colour: str, owner: str) -> list[Ink]:
    """A flat tone, or the level strokes that ink has for it."""
    if pen.style != "ink":
        return [Ink((outline,), fill=colour, owner=owner, part="shadow")]
    lines = hatch(outline, 5.0 * pen.unit, 0.0, pen.width, pen.height)
    strokes = tuple(lines)
    return (
        [Ink(strokes, stroke=colour, width=1.9 * pen.unit, closed=False, owner=owner, part="shadow")] if lines else []
    )


def _corners(part: Stood) -> Floats:
    low, high = part.low * 0.8, part.high * 0.8
    sides = [(low[0], high[0]), (max(float(low[1]), 0.1), high[1]), (low[2], high[2])]
    return np.array([[x, y, z] for x in sides[0] for y in sides[1] for z in sides[2]], np.float32) + part.place


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


def sunlight(stage: Stage, pen: Pen) -> list[Ink]:
    """Where the sun falls through windows onto the floor of a room."""
    if not stage.interior or stage.time == "night" or pen.style != "tone":
        return []
    marks = []
    for piece in stage.pieces:
        if piece.kind != "window":
            continue
        w, h, _ = piece.size
        out = np.array([np.sin(piece.turn), 0, np.cos(piece.turn)], np.float32)
        along = np.array([out[2], 0, -out[0]], np.float32)
        low = 0.5 if stage.time == "day" else 0.34
        way = out * (1.0 - 0.25 * low) + along * 0.5 - np.array([0, low * 1.7, 0], np.float32)
        for x0, x1 in ((-w / 2 + 0.03, -0.04), (0.04, w / 2 - 0.03)):
            quad = []
            for x, y in ((x0, 0.03), (x1, 0.03), (x1, h - 0.05), (x0, h - 0.05)):
                place = np.array([piece.x, piece.y + y, piece.z], np.float32) + along * x
                quad.append(place + way * (place[1] / -way[1]))
            ground = np.array(quad, np.float32)
            ground[:, 0] = np.clip(ground[:, 0], -stage.width / 2, stage.width / 2)
            ground[:, 2] = np.clip(ground[:, 2], -stage.depth / 2, stage.depth / 2)
            ground[:, 1] = 0.008
            outline = pen.polygon(ground)
            if outline is not None and not pen.outside(outline):
                marks.append(
                    Ink((outline,), fill="#fff3cc" if stage.time == "day" else "#ffd9a0", owner="light", part="sun")
                )
    return marks


def shades(stage: Stage, pen: Pen, pieces: Sequence[Piece]) -> Iterator[Layer]:
    """What the hour lays over everything, in three steps thinner towards lamps."""
    over = _OVER.get((stage.time, pen.style))
    if over is None or stage.colours.get("backdrop") == "none":
        return
    colour, strength = over
    if stage.interior:
        strength *= 0.72 if stage.time == "night" else 0.6
    frame = np.array([(-9, -9), (pen.width + 9, -9), (pen.width + 9, pen.height + 9), (-9, pen.height + 9)], np.float32)
    lamps = list(_lamps(pen, pieces)) if stage.time == "night" else []
    if not lamps:
        yield Layer(
            "light", (Ink((frame,), fill=colour, smooth=False, owner="light", part=stage.time),), opacity=strength
        )
        return
    large = [lamp for lamp in lamps if lamp[1] > 0.62 * pen.height]
    if large:  # so near that the frame stands in its light
        lamps = [lamp for lamp in lamps if lamp[1] <= 0.62 * pen.height]
        strength *= 0.55
    each = 1 - (1 - strength) ** (1 / 3)
    for number, grown in enumerate((1.0, 1.32, 1.7)):
        holes = _rounds(lamps, grown)
        name = "light" if not number else f"light {number + 1}"
        yield Layer(
            name, (Ink((frame, *holes), fill=colour, smooth=False, owner="light", part=stage.time),), opacity=each
        )
    if pen.style == "tone":
        glow = tuple(Ink((hole,), fill="#ffc861", owner="light", part="lamp") for hole in _rounds(lamps, 1.0))
        yield Layer("lamps", glow, opacity=0.13)


def _lamps(pen: Pen, pieces: Sequence[Piece]) -> Iterator[tuple[Floats, float]]:
    """Middle and radius in pixels of the light about each lamp before the camera, large ones first."""
    found = []
    for piece in pieces:
        if piece.kind not in _LAMPS:
            continue
        lift = 0.0 if piece.kind == "ceiling lamp" else 0.7
        middle = np.array([[piece.x, piece.y + piece.size[1] * lift, piece.z]], np.float32)
        seen = pen.seen(middle)
        if seen[0, 2] < 0.5:
            continue
        reach = {"lamp post": 1.7, "campfire": 2.0, "fireplace": 1.5, "ceiling lamp": 1.3, "candle": 0.5}.get(
            piece.kind, 0.85
        )
        found.append((pen.flat(seen)[0], reach * pen.zoom / float(seen[0, 2])))
    yield from sorted(found, key=lambda one: -one[1])


def _rounds(lamps: Sequence[tuple[Floats, float]], grown: float) -> list[Floats]:
    """Rounds that do not meet (where two would, the larger stays: even and odd would darken what both light)."""
    out: list[Floats] = []
    taken: list[tuple[Floats, float]] = []
    for centre, radius in lamps:
        radius = radius * grown
        if any(float(np.linalg.norm(centre - other)) < radius + wide for other, wide in taken):
            continue
        taken.append((centre, radius))
        angles = np.arange(28) * np.pi / 14
        wobble = 1 + 0.02 * np.sin(angles * 3 + radius)
        out.append(
            (centre + (radius * wobble)[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1)).astype(np.float32)
        )
    return out
