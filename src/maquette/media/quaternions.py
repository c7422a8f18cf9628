"""Turns in space as unit quaternions x, y, z, w, and as the six numbers a net learns best.

All functions work on the last axis and broadcast over the others. Six numbers are the first two columns of the
rotation matrix, one after the other (Zhou et al. 2019, "On the Continuity of Rotation Representations in Neural
Networks", arXiv:1812.07035).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
TINY = 1e-8
STILL = np.array([0, 0, 0, 1], np.float32)


def unit(q: Floats) -> Floats:
    """(..., 4) scaled to length one; what has no length becomes no turn."""
    length = np.linalg.norm(q, axis=-1, keepdims=True)
    turned = q / np.maximum(length, TINY)
    return np.where(length > TINY, turned, STILL).astype(np.float32)


def multiply(a: Floats, b: Floats) -> Floats:
    """First turn by b, then by a."""
    ax, ay, az, aw = a[..., 0], a[..., 1], a[..., 2], a[..., 3]
    bx, by, bz, bw = b[..., 0], b[..., 1], b[..., 2], b[..., 3]
    out = np.empty(np.broadcast_shapes(a.shape, b.shape), np.result_type(a, b))
    out[..., 0] = aw * bx + ax * bw + ay * bz - az * by
    out[..., 1] = aw * by - ax * bz + ay * bw + az * bx
    out[..., 2] = aw * bz + ax * by - ay * bx + az * bw
    out[..., 3] = aw * bw - ax * bx - ay * by - az * bz
    return out


def inverse(q: Floats) -> Floats:
    """The turn back, of unit quaternions."""
    return q * np.array([-1, -1, -1, 1], q.dtype)


def rotate(q: Floats, v: Floats) -> Floats:
    """Vectors (..., 3) turned by q (..., 4)."""
    # Written out: np.cross takes three times as long.
    x, y, z, w = q[..., 0], q[..., 1], q[..., 2], q[..., 3]
    i, j, k = v[..., 0], v[..., 1], v[..., 2]
    a, b, c = 2 * (y * k - z * j), 2 * (z * i - x * k), 2 * (x * j - y * i)
    shape = np.broadcast_shapes(q.shape[:-1], v.shape[:-1])
    out = np.empty((*shape, 3), np.result_type(q, v))
    out[..., 0] = i + w * a + y * c - z * b
    out[..., 1] = j + w * b + z * a - x * c
    out[..., 2] = k + w * c + x * b - y * a
    return out


def about(axis: Floats, angle: Floats | float) -> Floats:
    """The turn by `angle` radians about an axis (..., 3)."""
    axis = np.asarray(axis, np.float32)
    axis = axis / np.maximum(np.linalg.norm(axis, axis=-1, keepdims=True), TINY)
    half = np.asarray(angle, np.float32)[..., None] / 2
    shape = np.broadcast_shapes(axis.shape[:-1], half.shape[:-1])
    xyz = np.broadcast_to(axis * np.sin(half), (*shape, 3))
    return np.concatenate([xyz, np.broadcast_to(np.cos(half), (*shape, 1))], -1).astype(np.float32)


def between(a: Floats, b: Floats) -> Floats:
    """The smallest turn that brings direction a (..., 3) onto b."""
    a = a / np.maximum(np.linalg.norm(a, axis=-1, keepdims=True), TINY)
    b = b / np.maximum(np.linalg.norm(b, axis=-1, keepdims=True), TINY)
    w = 1.0 + (a * b).sum(-1, keepdims=True)
    # Opposite directions: half a turn about anything across.
    other = np.where(np.abs(a[..., :1]) < 0.9, np.array([1.0, 0, 0]), np.array([0, 1.0, 0]))
    xyz = np.where(w > 1e-6, np.cross(a, b), np.cross(a, other))
    return unit(np.concatenate([xyz, np.where(w > 1e-6, w, 0.0)], axis=-1).astype(np.float32))


def slerp(a: Floats, b: Floats, t: Floats | float) -> Floats:
    """From a to b along the shorter way at constant speed; t (...) in 0..1 (Shoemake 1985)."""
    t = np.asarray(t, np.float32)[..., None]
    dot = (a * b).sum(-1, keepdims=True)
    b = np.where(dot < 0, -b, b)
    dot = np.clip(np.abs(dot), 0, 1)
    angle = np.arccos(dot)
    sine = np.sin(angle)
    near = sine < 1e-4
    safe = np.where(near, 1.0, sine)
    left = np.where(near, 1 - t, np.sin((1 - t) * angle) / safe)
    right = np.where(near, t, np.sin(t * angle) / safe)
    return unit(np.asarray(left * a + right * b, np.float32))


def to_matrix(q: Floats) -> Floats:
    """(..., 4) -> (..., 3, 3), columns are where the axes go."""
    x, y, z, w = np.moveaxis(q, -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, -1) for row in rows], -2).astype(np.float32)


def from_matrix(m: Floats) -> Floats:
    """(..., 3, 3) -> (..., 4) with w >= 0, by the largest of the four candidates (Shepperd 1978)."""
    trace = m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2]
    d0, d1, d2 = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    squares = np.stack([1 + 2 * d0 - trace, 1 + 2 * d1 - trace, 1 + 2 * d2 - trace, 1 + trace], -1)
    a = m[..., 2, 1] - m[..., 1, 2]
    b = m[..., 0, 2] - m[..., 2, 0]
    c = m[..., 1, 0] - m[..., 0, 1]
    xy, xz, yz = m[..., 0, 1] + m[..., 1, 0], m[..., 0, 2] + m[..., 2, 0], m[..., 1, 2] + m[..., 2, 1]
    each = np.stack(
        [
            np.stack([squares[..., 0], xy, xz, a], -1),
            np.stack([xy, squares[..., 1], yz, b], -1),
            np.stack([xz, yz, squares[..., 2], c], -1),
            np.stack([a, b, c, squares[..., 3]], -1),
        ],
        -2,
    )
    best = squares.argmax(-1)
    q = unit(np.take_along_axis(each, best[..., None, None], -2)[..., 0, :])
    return np.where(q[..., 3:] < 0, -q, q).astype(np.float32)


def to_six(q: Floats) -> Floats:
    """(..., 4) -> (..., 6): the first two columns of the matrix."""
    m = to_matrix(q)
    return np.concatenate([m[..., :, 0], m[..., :, 1]], -1)


def from_six(six: Floats) -> Floats:
    """(..., 6) -> (..., 4): made square again by Gram and Schmidt."""
    a, b = six[..., :3], six[..., 3:]
    x = a / np.maximum(np.linalg.norm(a, axis=-1, keepdims=True), TINY)
    b = b - (x * b).sum(-1, keepdims=True) * x
    y = b / np.maximum(np.linalg.norm(b, axis=-1, keepdims=True), TINY)
    return from_matrix(np.stack([x, y, np.cross(x, y)], -1))


def heading(q: Floats) -> Floats:
    """(..., 4) -> (...): the angle about y of where +z goes, radians; 0 looks along +z, a quarter turn along +x."""
    z = rotate(q, np.broadcast_to(np.array([0, 0, 1], np.float32), (*q.shape[:-1], 3)))
    return np.arctan2(z[..., 0], z[..., 2])


def about_y(angle: Floats | float) -> Floats:
    """The turn of a heading."""
    half = np.asarray(angle, np.float32) / 2
    none = np.zeros_like(half)
    return np.stack([none, np.sin(half), none, np.cos(half)], -1)
