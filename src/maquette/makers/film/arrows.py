"""Arrows on panels: where the camera goes (broad, outlined) and where people go (a curved arrow on the floor)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ...media.film import Film, Shot
from ...media.ink import Ink, Words
from ...media.stage import Performance, Take
from .figures import figures
from .pen import Pen

Floats = NDArray[np.float32]
_RED = "#c8372d"


def marks(pen: Pen, film: Film, performance: Performance, shot: Shot, take: Take, span: tuple[float, float],
          second: float) -> list[Ink | Words]:  # fmt: skip
    """The arrows of a shot, over its panel."""
    out: list[Ink | Words] = []
    out += _people(pen, film, performance, shot, span, second)
    out += _camera(pen, shot)
    return out


def _people(pen: Pen, film: Film, performance: Performance, shot: Shot, span: tuple[float, float],
            second: float) -> list[Ink | Words]:  # fmt: skip
    """Where people of the shot walk while it runs, from where they are."""
    _, last = span
    places: dict[str, list[Floats]] = {}
    for moment in np.linspace(second, max(last - 0.05, second), 6):
        for one in figures(film, performance, float(moment)):
            places.setdefault(one.id, []).append(one.floor)
    out: list[Ink | Words] = []
    for id, path in places.items():
        points = np.array(path, np.float32)
        if len(points) < 3 or float(np.linalg.norm(points[-1] - points[0])) < 0.5:
            continue
        start = points[0] + (points[-1] - points[0]) / np.linalg.norm(points[-1] - points[0]) * 0.35
        points[0] = start
        # On the floor, or as high as the frame shows of the body.
        for height in (0.02, 0.6, 0.95, 1.25):
            points[:, 1] = height
            runs = pen.path(points)
            if runs and 0 < runs[0][0, 1] < pen.height * 0.96 and 0 < runs[0][0, 0] < pen.width:
                out += _arrow(runs[-1], 7.0 * pen.unit, id)
                break
    return out


def _arrow(line: Floats, width: float, owner: str) -> list[Ink | Words]:
    """A swelling arrow along a line (n, 2)."""
    way = line[-1] - line[-2]
    length = float(np.linalg.norm(way))
    total = float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())
    if length < 1 or total < 6 * width:
        return []
    way = way / length
    side = np.array([-way[1], way[0]], np.float32)
    tip = line[-1]
    base = tip - way * width * 3.2
    head = np.array([tip, base + side * width * 1.7, base + way * width * 0.5, base - side * width * 1.7], np.float32)
    body = np.concatenate([line[:-1], base[None]])
    return [
        Ink((body,), stroke="#ffffff", width=width * 1.7, closed=False, smooth=True, owner=owner, part="arrow"),
        Ink((head,), fill=_RED, stroke="#ffffff", width=width * 0.5, owner=owner, part="arrow"),
        Ink((body,), stroke=_RED, width=width * 0.9, closed=False, smooth=True, owner=owner, part="arrow"),
        Ink((head,), fill=_RED, owner=owner, part="arrow"),
    ]


def _camera(pen: Pen, shot: Shot) -> list[Ink | Words]:
    """The move of the camera, in the manner of storyboards."""
    w, h, u = pen.width, pen.height, pen.unit
    middle = (w / 2, h * 0.9)
    side = 1 if shot.side >= 0 else -1
    if shot.move in ("pan", "track"):
        out: list[Ink | Words] = [_block(_straight(middle, side * w * 0.22, 0.0, 20 * u))]
    elif shot.move in ("tilt", "crane"):
        up = -1 if shot.move == "tilt" else 1
        out = [_block(_straight((w * 0.945, h / 2), 0.0, up * h * 0.24, 20 * u))]
    elif shot.move in ("push in", "pull out"):
        out = [_block(one) for one in _corners(w, h, u, shot.move == "push in")]
        if shot.move == "push in":
            out.append(_frame(w, h, u, 0.12))
    elif shot.move == "handheld":
        xs = np.linspace(w * 0.44, w * 0.56, 9)
        wave = np.stack([xs, h * 0.93 + 7 * u * np.sin(np.arange(9) * 1.7)], 1).astype(np.float32)
        out = [
            Ink((wave,), stroke=colour, width=wide * u, closed=False, smooth=True, owner="camera", part="shake")
            for colour, wide in (("#ffffff", 8), (_RED, 4))
        ]
    else:
        return []
    words = Words(shot.move.upper(), w * 0.5, h * 0.972, 27 * u, fill=_RED, anchor="middle", bold=True, width=4 * u,
                  stroke="#ffffff", owner="camera")  # fmt: skip
    return [*out, words]


def _block(outline: Floats) -> Ink:
    width = float(np.ptp(outline, 0).max()) * 0.012 + 1.4
    return Ink((outline,), fill="#ffffff", stroke=_RED, width=width, owner="camera", part="arrow")


def _straight(middle: tuple[float, float], dx: float, dy: float, thick: float) -> Floats:
    """A broad arrow of a length (dx, dy) about a middle."""
    length = math.hypot(dx, dy)
    c, s = dx / length, dy / length
    shape = [(-0.5, -0.32), (0.28, -0.32), (0.28, -0.8), (0.5, 0.0), (0.28, 0.8), (0.28, 0.32), (-0.5, 0.32)]
    points = np.array([(x * length, y * thick) for x, y in shape])
    return np.asarray(np.array(middle) + points @ np.array([[c, s], [-s, c]]), np.float32)


def _corners(w: float, h: float, u: float, inward: bool) -> list[Floats]:
    """Four arrows between the frame's corners and an inner frame."""
    out = []
    for sx in (-1, 1):
        for sy in (-1, 1):
            corner = np.array([w / 2 + sx * w * 0.46, h / 2 + sy * h * 0.44])
            inner = np.array([w / 2 + sx * w * 0.39, h / 2 + sy * h * 0.37])
            start, end = (corner, inner) if inward else (inner, corner)
            middle = (start + end) / 2
            x, y = (float(value) for value in (end - start) * 1.1)
            out.append(_straight((float(middle[0]), float(middle[1])), x, y, 15 * u))
    return out


def _frame(w: float, h: float, u: float, inset: float) -> Ink:
    x, y = w * inset, h * inset
    outline = np.array([(x, y), (w - x, y), (w - x, h - y), (x, h - y)], np.float32)
    return Ink((outline,), stroke=_RED, width=2 * u, owner="camera", part="frame", opacity=0.75)
