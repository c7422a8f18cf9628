"""Dry media: pen-and-ink hatching and graphite, line by line on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .picture_paint_field import Floats, blur, flow, grey
from .picture_paint_lines import Lines, Pace, Sheet, hatched, outlines

_MOST = 2_000_000


@dataclass(frozen=True, eq=False)
class Marks:
    """Lines of one group: `lines` (l, 2) points, `widths` (l,) pixels, `forces` (l,): how hard pressed."""

    name: str
    lines: Lines
    widths: list[Floats]
    forces: list[Floats]


def tones(rgb: Floats, reach: float) -> Floats:
    """(h, w) how dark a draughtsman sees each place, 0..1: stretched over what paper and ink can do."""
    light = blur(grey(rgb), reach)
    low, high = np.percentile(light[::2, ::2], (1.0, 98.5))
    light = np.clip((light - low) / max(float(high - low), 0.15), 0, 1)
    local = light - blur(light, max(rgb.shape[:2]) / 22)
    return np.asarray(np.clip(1 - light - 0.35 * local, 0, 1), np.float32)


def ink_marks(rgb: Floats, wanted: Floats, *, size: float, detail: float, seed: int) -> list[Marks]:
    """Cross-hatching in up to four directions that follows the form, and the outlines (Winkenbach & Salesin 1994)."""
    unit = max(0.45, max(rgb.shape[:2]) / 1024) * size
    dice = np.random.default_rng(seed)
    dark = tones(rgb, 1.2 * unit)
    angle, _ = flow(rgb, 10 * unit, seed, lean=-0.85)
    groups = []
    plan = (
        ("hatching", 0.0, 0.14, 4.6),
        ("crossing", 1.15, 0.40, 4.3),
        ("dense", 0.55, 0.62, 4.2),
        ("darkest", 1.75, 0.82, 3.6),
    )
    for name, turn, least, gap in plan:
        allowed = dark > least
        apart = unit * gap * np.clip(1.55 - 0.65 * dark - 0.15 * wanted, 0.7, 1.6).astype(np.float32)
        sheet = Sheet((angle + turn).astype(np.float32), allowed, apart)
        step = max(1.2, 1.5 * unit)
        lines = hatched(sheet, Pace(step, 5, round(62 * unit / step), 0.5), dice)
        widths = [_pressed(line, dark, least, unit, dice) for line in lines]
        groups.append(Marks(name, [_by_hand(line, 0.35 * unit, dice) for line in lines], widths, _full(lines)))
    fine, _ = flow(rgb, 2.2 * unit, seed, lean=-0.85)
    found, strong = outlines(grey(rgb), fine, 1.1 * unit, detail, 2.6 * unit)
    widths = [_tapered(max(unit, 0.6) * (0.55 + 1.6 * _under(strong, line)), 0.3) for line in found]
    groups.append(Marks("outlines", [_by_hand(line, 0.3 * unit, dice) for line in found], widths, _full(found)))
    return groups


def pencil_marks(rgb: Floats, wanted: Floats, *, size: float, detail: float, seed: int) -> list[Marks]:
    """Soft tone laid slantwise and along the form, harder where it is darker, and a line drawing over it."""
    unit = max(0.45, max(rgb.shape[:2]) / 1024) * size
    dice = np.random.default_rng(seed)
    dark = tones(rgb, 1.0 * unit)
    groups = []
    plan = (("tone", 60, 0.05, 4.2, 5.4, 0.42), ("form", 9, 0.26, 3.7, 4.0, 0.5), ("shadow", 14, 0.55, 3.5, 3.6, 0.8))
    for at, (name, reach, least, gap, wide, force) in enumerate(plan):
        angle, _ = flow(rgb, reach * unit, seed, lean=-0.9)
        angle = angle + np.float32(0.45 if name == "shadow" else 0)
        apart = np.full(dark.shape, unit * gap, np.float32) * (1.35 - 0.5 * dark)
        sheet = Sheet(angle, dark > least, apart.astype(np.float32))
        step = max(1.2, 2.4 * unit)
        lines = hatched(sheet, Pace(step, 5, round((90 - 22 * at) * unit / step), 0.55), dice)
        widths = [_tapered(np.full(len(line), unit * wide * dice.uniform(0.8, 1.2), np.float32), 0.2) for line in lines]
        forces = [_tapered(force * _more(_under(dark, line), least) * dice.uniform(0.88, 1.1), 0.28) for line in lines]
        groups.append(Marks(name, [_by_hand(line, 0.5 * unit, dice) for line in lines], widths, forces))
    fine, _ = flow(rgb, 2.2 * unit, seed, lean=-0.85)
    found, strong = outlines(grey(rgb), fine, 1.0 * unit, detail, 2.4 * unit)
    widths = [_tapered(unit * (0.9 + 0.9 * _under(strong, line)), 0.3) for line in found]
    forces = [_tapered(0.3 + 1.7 * _under(strong, line) * (0.35 + 0.65 * _under(wanted, line)), 0.5) for line in found]
    groups.append(Marks("outlines", [_by_hand(line, 0.35 * unit, dice) for line in found], widths, forces))
    return groups


def sketch_marks(rgb: Floats, wanted: Floats, *, detail: float, seed: int) -> Marks:
    """The faint drawing below a watercolour: outlines alone, strongest first."""
    unit = max(0.45, max(rgb.shape[:2]) / 1024)
    dice = np.random.default_rng(seed)
    fine, _ = flow(rgb, 2.6 * unit, seed, lean=-0.85)
    found, strong = outlines(grey(rgb), fine, 1.3 * unit, 0.7 * detail, 3.0 * unit)
    widths = [_tapered(unit * (0.9 + 0.5 * _under(strong, line)), 0.3) for line in found]
    forces = [_tapered(0.3 + 0.9 * _under(strong, line) * (0.4 + 0.6 * _under(wanted, line)), 0.6) for line in found]
    return Marks("drawing", [_by_hand(line, 0.5 * unit, dice) for line in found], widths, forces)


def _more(dark: Floats, least: float) -> Floats:
    """How hard to press for a tone that begins at `least`."""
    return np.asarray(0.18 + 1.1 * np.clip((dark - least) / (1.05 - least), 0, 1) ** 1.15, np.float32)


def _full(lines: Lines) -> list[Floats]:
    return [np.ones(len(line), np.float32) for line in lines]


def _under(plane: Floats, line: Floats) -> Floats:
    """The values of a plane (h, w) below a line."""
    high, wide = plane.shape
    found: Floats = plane[np.clip(line[:, 1], 0, high - 1).astype(int), np.clip(line[:, 0], 0, wide - 1).astype(int)]
    return found


def _pressed(line: Floats, dark: Floats, least: float, unit: float, dice: np.random.Generator) -> Floats:
    """A pen pressed harder where it is darker."""
    more = np.clip((_under(dark, line) - least) / 0.45, 0, 1)
    return _tapered(max(unit, 0.6) * (0.62 + 0.9 * more) * dice.uniform(0.85, 1.15), 0.25)


def _tapered(widths: NDArray[np.floating[Any]], ends: float) -> Floats:
    share = np.linspace(0, 1, len(widths), dtype=np.float32)
    rise = np.clip(np.minimum(share / (0.6 * ends), (1 - share) / ends), 0, 1)
    return np.asarray(widths * (0.35 + 0.65 * np.sqrt(rise)), np.float32)


def _by_hand(line: Floats, shake: float, dice: np.random.Generator) -> Floats:
    """A line as a hand draws it: smooth, a little off."""
    n = len(line)
    knots = max(3, n // 9)
    drift = np.stack(
        [np.interp(np.linspace(0, knots - 1, n), np.arange(knots), dice.normal(0, shake, knots)) for _ in range(2)],
        axis=1,
    )
    padded = np.pad(line, ((1, 1), (0, 0)), mode="edge")
    return np.asarray(0.25 * padded[:-2] + 0.5 * line + 0.25 * padded[2:] + drift, np.float32)


def rungs_of(marks: Marks, spacing: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Cross-sections of many lines `spacing` apart: centres (r, 2), normals (r, 2), widths (r,), forces (r,)."""
    lines = marks.lines
    points, wide, force = np.concatenate(lines), np.concatenate(marks.widths), np.concatenate(marks.forces)
    which = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    gaps = np.hypot(*np.diff(points, axis=0).T)
    inner = which[1:] == which[:-1]
    begin = np.flatnonzero(inner)
    pieces = np.maximum(1, np.ceil(gaps[begin] / spacing)).astype(np.int64)
    base = np.repeat(begin, pieces)
    t = (np.arange(len(base)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / np.repeat(pieces, pieces)
    t = t.astype(np.float32)[:, None]
    centre = points[base] * (1 - t) + points[base + 1] * t
    way = points[base + 1] - points[base]
    way = way / np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)[:, None]
    normal = np.stack([-way[:, 1], way[:, 0]], axis=1)
    return centre, normal, wide[base] * (1 - t[:, 0]) + wide[base + 1] * t[:, 0], force[base]


def inked(coverage: NDArray[np.uint8], marks: Marks, fine: int, ink: int = 1) -> None:
    """Draw lines onto `coverage` (h * fine, w * fine): the number of the ink where the pen has been."""
    if not marks.lines:
        return
    high, wide = coverage.shape
    centre, normal, widths, _ = rungs_of(marks, 0.75 / fine)
    samples = max(2, int(np.ceil(widths.max() * fine / 0.75)))
    v = np.linspace(-0.5, 0.5, samples, dtype=np.float32)
    for at in range(0, len(centre), max(1, _MOST // samples)):
        part = slice(at, at + max(1, _MOST // samples))
        offset = np.maximum(widths[part, None] - 0.8 / fine, 0) * v[None, :]
        x = ((centre[part, 0:1] + normal[part, 0:1] * offset) * fine).astype(np.int32)
        y = ((centre[part, 1:2] + normal[part, 1:2] * offset) * fine).astype(np.int32)
        kept = (x >= 0) & (x < wide) & (y >= 0) & (y < high)
        coverage[y[kept], x[kept]] = ink


def rubbed(graphite: Floats, marks: Marks, soft: float) -> None:
    """Add the deposit of pencil lines to `graphite` (h, w): densest along their middle, more where they cross."""
    if not marks.lines:
        return
    high, wide = graphite.shape
    centre, normal, widths, forces = rungs_of(marks, 0.7)
    samples = max(3, int(np.ceil(widths.max() / 0.6)))
    v = np.linspace(-1, 1, samples, dtype=np.float32)
    body = np.exp(-soft * v * v).astype(np.float32)
    each = max(1, _MOST // samples)
    for at in range(0, len(centre), each):
        part = slice(at, at + each)
        offset = 0.5 * widths[part, None] * v[None, :]
        x = centre[part, 0:1] + normal[part, 0:1] * offset - 0.5
        y = centre[part, 1:2] + normal[part, 1:2] * offset - 0.5
        weight = (forces[part] * widths[part])[:, None] * body[None, :] * np.float32(0.7 / samples)
        left, top = np.floor(x), np.floor(y)
        share_x, share_y = x - left, y - top
        for corner in range(4):
            dx, dy = corner & 1, corner >> 1
            share = (share_x if dx else 1 - share_x) * (share_y if dy else 1 - share_y)
            column, row = left.astype(np.int32) + dx, top.astype(np.int32) + dy
            kept = (column >= 0) & (column < wide) & (row >= 0) & (row < high)
            place = row[kept] * wide + column[kept]
            graphite += np.bincount(place, (weight * share)[kept], high * wide).reshape(high, wide).astype(np.float32)
