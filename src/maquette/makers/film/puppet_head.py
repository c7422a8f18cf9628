"""Heads in space: skull, neck, hair and hats, right from every side."""

from __future__ import annotations

import numpy as np

from .puppet_body import Body
from .puppet_limbs import solid
from .puppet_paint import Part, Sketch
from .puppet_shapes import Floats, hull, ring

# Sections of a head, metres from its joint: height, half width, front, back.
SKULL = np.array([
    (-0.047, 0.020, 0.100, 0.062), (-0.040, 0.036, 0.109, 0.045), (-0.025, 0.050, 0.112, 0.010),
    (0.000, 0.063, 0.112, -0.030), (0.030, 0.071, 0.112, -0.062), (0.060, 0.0765, 0.111, -0.078),
    (0.085, 0.079, 0.107, -0.087), (0.110, 0.0795, 0.106, -0.090), (0.140, 0.075, 0.097, -0.085),
    (0.165, 0.062, 0.076, -0.067), (0.183, 0.042, 0.048, -0.042), (0.192, 0.014, 0.018, -0.014)], np.float32)  # fmt: skip


def skull_points(body: Body, grow: float = 0.0, rows: slice = slice(None)) -> Floats:
    """(n, 3) places in the world on the head, `grow` metres above the skin."""
    table = SKULL[rows]
    half = (table[:, 2] - table[:, 3]) / 2 + grow
    middle = np.stack(
        [np.zeros(len(table)), table[:, 0] + grow * (table[:, 0] > 0.14), (table[:, 2] + table[:, 3]) / 2], -1
    )
    across = np.stack([table[:, 1] + grow, np.zeros(len(table)), np.zeros(len(table))], -1)
    ahead = np.stack([np.zeros(len(table)), np.zeros(len(table)), half], -1)
    return body.head(
        ring(middle.astype(np.float32), across.astype(np.float32), ahead.astype(np.float32), 20, 2.2)
    ).reshape(-1, 3)


def neck(sketch: Sketch, body: Body) -> Part:
    low = body.at("Neck") - body.axis("Spine2", 1) * 0.04 * body.size
    top = body.head(np.array([0.0, 0.02, 0.0], np.float32))
    points = np.stack([low, (low + top) / 2, top])
    sizes = np.array([0.064, 0.055, 0.055], np.float32) * body.size * (0.8 if body.build.head > 1.2 else 1.0)
    return sketch.part(solid(sketch, points, sizes).outline, body.look.skin, "neck", stuff="skin")


def head(sketch: Sketch, body: Body) -> Part:
    outline = hull(sketch.lens.flat(skull_points(body)))
    shade = float(sketch.lens.size(body.at("Head"), 0.035 * body.head_size))
    return sketch.part(outline, body.look.skin, "head", stuff="skin", shade=shade)
