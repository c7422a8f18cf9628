"""Render the sample pictures: a still life, a painting and a bed of pebbles, made for this project out of numbers.

No camera and no brush had a part in them, and they say so. The still life is marched through distance fields
(Hart 1996, "Sphere tracing"), the painting is laid stroke by stroke over a landscape of noise, the pebbles are domes
with light from one side.

python recipes/sample_pictures.py                          into src/maquette/samples/pictures
python recipes/sample_pictures.py --out FOLDER --scale 0.5 a quick look
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]
OUT = Path(__file__).resolve().parents[1] / "src" / "maquette" / "samples" / "pictures"
TITLE = "rendered by a program for Maquette; no photograph, no painting by hand"


def main() -> None:
    """Render all three."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--out", type=Path, default=OUT)
    reading.add_argument("--scale", type=float, default=1.0)
    reading.add_argument("--only", default="")
    given = reading.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    todo: dict[str, Callable[[float], Floats]] = {
        "pears.jpg": still_life,
        "poplars.jpg": painting,
        "pebbles.jpg": pebbles,
    }
    for name, make in todo.items():
        if name.startswith(given.only):
            picture = Image.fromarray((np.clip(make(given.scale), 0, 1) * 255 + 0.5).astype(np.uint8))
            picture.save(given.out / name, quality=90, subsampling=0, comment=TITLE)


# -- noise ------------------------------------------------------------------------------------------------------------


def resized(field: Floats, width: int, height: int) -> Floats:
    """A field (h, w) at another size, bicubic."""
    return np.asarray(Image.fromarray(field).resize((width, height), Image.Resampling.BICUBIC))


def blurred(field: Floats, sigma: float) -> Floats:
    """A field (h, w) or (h, w, c) blurred by a Gaussian, its borders mirrored."""
    reach = max(1, int(3 * sigma))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2).astype(np.float32)
    weights /= weights.sum()
    for axis in (0, 1):
        pad = [(0, 0)] * field.ndim
        pad[axis] = (reach, reach)
        wide = np.pad(field, pad, mode="symmetric")
        size = field.shape[axis]
        field = sum(w * wide.take(range(k, k + size), axis) for k, w in enumerate(weights))  # type: ignore[assignment]
    return field


def noise(
    width: int, height: int, cell: float, dice: np.random.Generator, octaves: int = 5, gain: float = 0.5
) -> Floats:
    """Fractal noise (height, width), mean 0, deviation 1; `cell`: pixels of its largest forms."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        size = max(1.0, cell / 2**octave)
        grid = dice.standard_normal((int(height / size) + 3, int(width / size) + 3)).astype(np.float32)
        whole = resized(grid, int(grid.shape[1] * size), int(grid.shape[0] * size))
        total += gain**octave * whole[:height, :width]
    return (total - total.mean()) / (total.std() + 1e-6)


def smooth(low: float, high: float, x: Floats) -> Floats:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mixed(a: Floats, b: Floats | tuple[float, float, float], t: Floats) -> Floats:
    """Colours a to b (..., 3) by t (...)."""
    return a + (np.asarray(b, np.float32) - a) * t[..., None]


# -- the still life ---------------------------------------------------------------------------------------------------

TABLE, WALL, PEAR, PEAR2, APPLE, VASE, STEM = range(7)
LIGHT = np.array([-0.62, 0.62, 0.48], np.float32) / np.linalg.norm([-0.62, 0.62, 0.48]).astype(np.float32)


def _turned(p: Floats, at: tuple[float, float, float], lean: float, turn: float) -> Floats:
    """Points in the frame of a thing that stands at `at`, leans sideways and is turned about the upright axis."""
    q = p - np.asarray(at, np.float32)
    c, s = np.cos(turn), np.sin(turn)
    x, z = c * q[:, 0] - s * q[:, 2], s * q[:, 0] + c * q[:, 2]
    c, s = np.cos(lean), np.sin(lean)
    return np.stack([c * x - s * q[:, 1], s * x + c * q[:, 1], z], 1)


def _joined(a: Floats, b: Floats, k: float) -> Floats:
    """The smooth least of two distances (Quilez)."""
    h = np.maximum(k - np.abs(a - b), 0) / k
    return np.minimum(a, b) - h * h * k / 4


def _pear(q: Floats) -> Floats:
    body = np.linalg.norm(q - np.float32([0, 0.40, 0]), axis=1) - 0.40
    neck = np.linalg.norm(q - np.float32([0.04, 0.97, 0]), axis=1) - 0.15
    return _joined(body, neck, 0.46) + 0.012 * np.sin(5 * q[:, 0] + 2) * np.sin(4 * q[:, 1]) * np.sin(5 * q[:, 2])


def _stem(q: Floats, low: float, high: float, bend: float) -> Floats:
    t = np.clip((q[:, 1] - low) / (high - low), 0, 1)
    middle = np.stack([bend * t * t, low + (high - low) * t, 0.4 * bend * t], 1)
    return np.linalg.norm(q - middle, axis=1) - (0.020 + 0.010 * t)


def _apple(q: Floats) -> Floats:
    ring = np.hypot(q[:, 0], q[:, 2]) - 0.17 - 0.015 * np.cos(5 * np.arctan2(q[:, 2], q[:, 0]))
    return np.hypot(ring, (q[:, 1] - 0.30) * 1.05 + 0.12 * np.maximum(-ring, 0)) - 0.30


def _vase(q: Floats) -> Floats:
    r, y = np.hypot(q[:, 0], q[:, 2]), q[:, 1]
    inside = 0.30 + 0.34 * np.exp(-(((y - 0.62) / 0.46) ** 2)) + 0.10 * np.exp(-(((y - 1.72) / 0.14) ** 2))
    shell = np.abs(r - inside + 0.02) - 0.035
    wall = np.maximum(shell * 0.75, np.maximum(y - 1.72, -y))
    return np.minimum(wall, np.maximum(r - inside, np.abs(y - 0.03) - 0.03))


def scene(p: Floats) -> tuple[Floats, NDArray[np.int8]]:
    """Distance (n,) of points (n, 3) to the nearest thing, and which."""
    first, second = _turned(p, (-0.10, 0, 0.55), 0.10, 0.4), _turned(p, (0.34, 0.36, 0.66), 1.50, -0.85)
    apple, vase = _turned(p, (-0.98, 0, 0.30), 0.16, 0.3), _turned(p, (0.42, 0, -0.62), 0, 0)
    stems = np.minimum(_stem(first, 1.06, 1.36, 0.12), _stem(second, 1.06, 1.30, -0.10))
    stems = np.minimum(stems, _stem(apple, 0.42, 0.72, 0.10))
    fields = [p[:, 1], p[:, 2] + 2.6, _pear(first), _pear(second), _apple(apple), _vase(vase), stems]
    both = np.stack(fields)
    which = both.argmin(0)
    return both[which, np.arange(len(p))].astype(np.float32), which.astype(np.int8)


def _march(origin: Floats, way: Floats, far: float, steps: int) -> Floats:
    """How far (n,) a ray goes until it meets something."""
    t = np.full(len(origin), 0.02, np.float32)
    live = np.arange(len(origin))
    for _ in range(steps):
        near, _ = scene(origin[live] + way[live] * t[live, None])
        t[live] += 0.9 * near
        live = live[(near > 0.0006 * t[live]) & (t[live] < far)]
        if not len(live):
            break
    return t


def _shade(origin: Floats, way: Floats, sharp: float) -> Floats:
    """How much light (n,) comes from `way`, with a soft border (Quilez)."""
    light, t = np.ones(len(origin), np.float32), np.full(len(origin), 0.03, np.float32)
    for _ in range(30):
        near, _ = scene(origin + way * t[:, None])
        light = np.minimum(light, np.clip(0.5 + 0.5 * sharp * near / t, 0, 1))
        t += np.clip(near, 0.02, 0.25)
    return light * light * (3 - 2 * light)


def _normals(p: Floats) -> Floats:
    found = np.zeros_like(p)
    for way in np.float32([[1, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]]):
        found += way * scene(p + 0.0015 * way)[0][:, None]
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def _at(field: Floats, u: Floats, v: Floats) -> Floats:
    """A field that repeats, read at (u, v) in its own widths."""
    h, w = field.shape
    return field[(v * h).astype(int) % h, (u * w).astype(int) % w]


def _skins(p: Floats, which: NDArray[np.int8], dice: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Colour (n, 3), gloss (n,) and its sharpness (n,) of points."""
    colour = np.zeros_like(p)
    rough, fine = noise(512, 512, 128, dice), noise(512, 512, 12, dice, 3, 0.8)
    grain = noise(1024, 1024, 260, dice, 7, 0.62)
    x, y, z = p.T
    plank = np.floor((z + 3.1) / 0.62)
    wood = _at(grain, x / 9 + 0.37 * plank, z / 0.8 + 0.21 * plank + 0.02 * np.sin(2 * x))
    colour[:] = mixed(np.float32([0.36, 0.20, 0.10]), (0.13, 0.065, 0.03), smooth(-1.2, 1.8, wood))
    colour *= (0.92 + 0.14 * np.sin(plank * 7.3))[:, None]
    edge = np.abs(((z + 3.1) / 0.62) % 1 - 0.5) > 0.487
    colour[edge] *= 0.35
    wall = which == WALL
    plaster = _at(rough, x / 5, y / 5) + 0.4 * _at(fine, x / 2, y / 2)
    colour[wall] = (np.float32([0.235, 0.27, 0.275])[None] * (1 + 0.10 * plaster[:, None]))[wall]
    speck, cloud = _at(fine, np.arctan2(z - 0.5, x) / 2, y * 1.1), _at(rough, x / 2 + 0.3, y / 2 + z / 2)
    skin = mixed(np.full_like(p, 0) + np.float32([0.60, 0.52, 0.11]), (0.40, 0.45, 0.09), smooth(-1, 1.2, cloud))
    pears = (which == PEAR) | (which == PEAR2)
    blush = mixed(skin, (0.56, 0.16, 0.06), 0.75 * smooth(-0.3, 1.5, 1.6 * (x - 0.05) + 0.5 * cloud + (which == PEAR2)))
    colour[pears] = mixed(blush, (0.20, 0.13, 0.05), 0.55 * smooth(1.3, 2.2, speck))[pears]
    streak = _at(fine, 3 * np.arctan2(z - 0.30, x + 0.98) / np.pi, y / 6)
    apple = mixed(
        np.full_like(p, 0) + np.float32([0.50, 0.045, 0.04]), (0.66, 0.40, 0.09), 0.8 * smooth(0.4, 2.4, streak)
    )
    apple = mixed(apple, (0.52, 0.48, 0.13), smooth(0.50, 0.60, y + 0.02 * cloud))
    colour[which == APPLE] = apple[which == APPLE]
    drip = 1.15 + 0.13 * _at(rough, np.arctan2(z + 0.62, x - 0.42) / 6.3 + 0.5, 0 * y)
    glaze = mixed(
        np.full_like(p, 0) + np.float32([0.56, 0.52, 0.44]), (0.075, 0.17, 0.23), smooth(-0.03, 0.05, y - drip)
    )
    glaze *= (1 + 0.07 * cloud + 0.10 * np.minimum(speck, 0))[:, None]
    colour[which == VASE] = glaze[which == VASE]
    colour[which == STEM] = (0.11, 0.065, 0.03)
    gloss = np.select([pears, which == APPLE, which == VASE, which == TABLE], [0.16, 0.32, 0.42, 0.10], 0.0)
    sharp = np.select([pears, which == APPLE, which == VASE], [38.0, 70.0, 110.0], 22.0)
    return colour, gloss.astype(np.float32), sharp.astype(np.float32)


def still_life(scale: float) -> Floats:
    """Two pears, an apple and a vase on a table beside a window: (512, 512, 3)."""
    dice = np.random.default_rng(5)
    side, size = int(768 * scale), int(512 * scale)
    v, u = np.mgrid[side:0:-1, 0:side].astype(np.float32) / side - 0.5
    eye, look = np.float32([0.0, 1.75, 4.9]), np.float32([0.06, 0.72, 0.0])
    ahead = (look - eye) / np.linalg.norm(look - eye)
    right = np.cross(ahead, np.float32([0, 1, 0]))
    up = np.cross(right, ahead)
    way = ahead + 0.66 * (u.reshape(-1, 1) * right + v.reshape(-1, 1) * up) / np.linalg.norm(right)
    way = (way / np.linalg.norm(way, axis=1, keepdims=True)).astype(np.float32)
    origin = np.broadcast_to(eye, way.shape)
    t = _march(origin, way, 14, 90)
    p = origin + way * t[:, None]
    which, n = scene(p)[1], _normals(p)
    lit = _lit(p, n, way, which, dice)
    photo = lit.reshape(side, side, 3)
    soft = smooth(5.6, 7.5, t).reshape(side, side)  # the lens is sharp on the fruit
    photo = photo + (blurred(photo, 5 * scale) - photo) * blurred(soft, 3 * scale)[..., None]
    photo = np.stack([resized(np.ascontiguousarray(photo[..., c]), size, size) for c in range(3)], -1)
    return _developed(photo, dice)


def _lit(p: Floats, n: Floats, way: Floats, which: NDArray[np.int8], dice: np.random.Generator) -> Floats:
    """Light (n, 3) that comes back from points: a window, the room, what the table throws back, and gloss."""
    colour, gloss, sharp = _skins(p, which, dice)
    window = _shade(p + 0.01 * n, np.broadcast_to(LIGHT, p.shape), 7) * np.clip((n @ LIGHT + 0.12) / 1.12, 0, 1)
    open_ = np.ones(len(p), np.float32)
    for step in (0.04, 0.10, 0.20, 0.36):
        open_ -= (0.9 / (1 + 6 * step)) * np.clip(step - scene(p + step * n)[0], 0, step) / step * 0.42
    open_ = np.clip(open_, 0.06, 1)
    room = (0.5 + 0.5 * n[:, 1]) * open_
    bounce = np.clip(-n[:, 1] + 0.25, 0, 1) * np.exp(-1.6 * np.maximum(p[:, 1], 0)) * open_
    fall = np.exp(-0.16 * np.maximum(p[:, 0] + 1.5, 0))
    light = (window * fall)[:, None] * np.float32([3.5, 3.15, 2.65]) + room[:, None] * np.float32([0.27, 0.33, 0.42])
    light += bounce[:, None] * np.float32([0.42, 0.24, 0.12])
    shine = np.zeros(len(p), np.float32)
    for du, dv in ((-0.16, -0.2), (0.0, -0.2), (0.16, -0.2), (-0.16, 0.12), (0.0, 0.12), (0.16, 0.12)):
        pane = LIGHT + np.float32([du * 0.6, dv, -du * 0.8])
        half = pane / np.linalg.norm(pane) - way
        half /= np.linalg.norm(half, axis=1, keepdims=True)
        shine += np.clip((n * half).sum(1), 0, 1) ** (4 * sharp)
    edge = (1 - np.clip(-(n * way).sum(1), 0, 1)) ** 4
    shine = gloss * (0.9 * shine * np.clip(3 * window, 0, 1) + 0.5 * edge * open_)
    return colour * light + shine[:, None] * np.float32([1.0, 0.97, 0.92])


def _developed(photo: Floats, dice: np.random.Generator) -> Floats:
    """Linear light to a photo: a lens that darkens corners, a soft shoulder, sRGB, grain."""
    high, wide = photo.shape[:2]
    v, u = np.mgrid[0:high, 0:wide].astype(np.float32) / high - 0.5
    photo = np.maximum(photo, 0) * (1 - 0.55 * (u * u + v * v))[..., None]
    photo = photo + 0.06 * blurred(np.maximum(photo - 0.5, 0), 9 * high / 512)
    photo = 1.02 * photo * (1 + photo / 4) / (1 + 1.02 * photo)
    photo = mixed(
        photo, np.float32(photo @ np.float32([0.2, 0.7, 0.1]))[..., None], np.full((high, wide), -0.12, np.float32)
    )
    coded = np.where(photo < 0.0031308, 12.92 * photo, 1.055 * np.maximum(photo, 1e-6) ** (1 / 2.4) - 0.055)
    grain = blurred(dice.standard_normal((high, wide, 3)).astype(np.float32), 0.6)
    return coded + (0.010 + 0.012 * (1 - coded)) * (0.75 * grain.mean(2, keepdims=True) * 1.7 + 0.25 * grain)


# -- the painting -----------------------------------------------------------------------------------------------------


def _landscape(wide: int, high: int, dice: np.random.Generator) -> tuple[Floats, Floats]:
    """Colours (h, w, 3) and the way strokes go (h, w, radians): an evening, hills, fields, a path, poplars."""
    v, u = np.mgrid[0:high, 0:wide].astype(np.float32)
    v, u = v / high, u / wide
    cloud, small = noise(wide, high, wide / 3, dice), noise(wide, high, wide / 12, dice)
    sky = mixed(
        np.zeros((high, wide, 3), np.float32) + np.float32([0.16, 0.33, 0.60]), (0.98, 0.76, 0.40), smooth(0.0, 0.52, v)
    )
    band = noise(wide, high, wide / 2.2, dice, 4)
    sky = mixed(sky, (0.95, 0.88, 0.78), 0.75 * smooth(0.2, 1.5, band + 0.4 * np.sin(22 * v + 4 * u)))
    sun = np.hypot((u - 0.66) * wide / high, v - 0.33)
    sky = mixed(
        mixed(sky, (1.0, 0.86, 0.45), np.exp(-((sun / 0.20) ** 2))), (1.0, 0.96, 0.75), smooth(0.068, 0.052, sun)
    )
    around = np.arctan2(v - 0.33, (u - 0.66) * wide / high) + np.pi / 2
    sweep = 0.7 * np.sin(3.1 * u + 2 * v) + 0.35 * cloud
    angle = np.where(sun < 0.24, around, sweep)
    colours = sky
    hills = [
        (0.50, 0.050, (0.36, 0.42, 0.66), (0.55, 0.50, 0.66), 0.3),
        (0.56, 0.045, (0.20, 0.36, 0.48), (0.42, 0.52, 0.50), -0.3),
        (0.64, 0.030, (0.42, 0.52, 0.20), (0.78, 0.72, 0.28), 0.15),
        (0.76, 0.030, (0.80, 0.62, 0.16), (0.93, 0.78, 0.30), -0.2),
    ]
    for number, (base, amount, dark, bright, slope) in enumerate(hills):
        line = (
            base + amount * np.sin(u * (5 + 2 * number) + 1.7 * number) + 0.4 * amount * cloud[int(base * high)][None]
        )
        inside = smooth(-0.004, 0.004, v - line)
        patch = mixed(
            np.zeros_like(colours) + np.float32(dark),
            bright,
            smooth(-1.2, 1.2, small + 1.2 * np.sin(30 * (v - line) / (0.3 + v))),
        )
        colours = colours + (patch - colours) * inside[..., None]
        angle = np.where(inside > 0.5, slope + 0.4 * small + (number == 3) * 0.9, angle)
    path = np.abs(u - (0.30 + 0.22 * np.sin(5.5 * (v - 0.5)))) - 0.16 * np.maximum(v - 0.62, 0) ** 1.2 * 1.6
    on = smooth(0.006, -0.006, path) * (v > 0.66)
    colours = mixed(colours, (0.93, 0.72, 0.56), on)
    return _poplars(colours, np.where(on > 0.5, 1.2, angle), u, v, small)


def _poplars(colours: Floats, angle: Floats, u: Floats, v: Floats, small: Floats) -> tuple[Floats, Floats]:
    """Trees before the fields, and their shadows on the grass."""
    for at, foot, tall, broad in (
        (0.10, 0.80, 0.62, 0.050),
        (0.21, 0.76, 0.47, 0.040),
        (0.885, 0.72, 0.36, 0.034),
        (0.95, 0.74, 0.46, 0.042),
    ):
        y = (foot - v) / tall
        width = broad * np.clip(y + 0.04, 0, 1) ** 0.35 * np.clip(1.04 - y, 0, 1) ** 0.6 * (1 + 0.16 * small)
        shadow = (np.abs(v - foot - 0.012) < 0.018) & (np.abs(u - at + 0.06) < 0.10)
        colours = mixed(colours, (0.30, 0.34, 0.36), 0.7 * shadow.astype(np.float32))
        tree = smooth(0.004, -0.004, np.abs(u - at + 0.012 * np.sin(9 * y)) - width) * (y > 0) * (y < 1.04)
        lit = smooth(-0.5, 1.4, (0.66 - at) * np.sign(1) * (u - at) / broad * 4 + 0.7 * small)
        leaf = mixed(np.zeros_like(colours) + np.float32([0.06, 0.17, 0.16]), (0.42, 0.50, 0.16), lit)
        colours = colours + (leaf - colours) * tree[..., None]
        angle = np.where(tree > 0.5, np.pi / 2 + 0.25 * np.sin(14 * y + 5 * at) + 0.3 * small, angle)
    return colours, angle


def painting(scale: float) -> Floats:
    """An evening with poplars in broad strokes, thick paint lit from the upper left: (480, 608, 3)."""
    dice = np.random.default_rng(11)
    wide, high = int(912 * scale), int(720 * scale)
    colours, angle = _landscape(wide, high, dice)
    canvas = np.zeros_like(colours) + np.float32([0.55, 0.38, 0.24])
    relief = np.zeros((high, wide), np.float32)
    for length, count, change in ((74, 1300, 0.10), (44, 3400, 0.11), (27, 5200, 0.12)):
        _strokes(canvas, relief, colours, angle, length * scale, count, change, dice)
    weave = np.sin(np.arange(wide) * 1.9)[None] * np.sin(np.arange(high) * 1.9)[:, None]
    height = relief + 0.05 * weave.astype(np.float32)
    slope = np.gradient(blurred(height, 0.8))
    light = 1 + np.clip(-0.42 * (slope[0] + slope[1]), -0.22, 0.30)
    lit = np.clip(canvas * light[..., None], 0, 1).astype(np.float32)
    size = (int(608 * scale), int(480 * scale))
    return np.stack([resized(np.ascontiguousarray(lit[..., c]), *size) for c in range(3)], -1)


def _brush(length: float, dice: np.random.Generator) -> tuple[Floats, Floats]:
    """One touch of a bristle brush, lying along x: how much it covers (h, w), how thick the paint lies (h, w)."""
    wide, high = max(8, int(length)), max(4, int(length * 0.30))
    v, u = np.mgrid[0:high, 0:wide].astype(np.float32)
    v, u = 2 * v / (high - 1) - 1, u / (wide - 1)
    hair = np.repeat(dice.standard_normal((high, 1)).astype(np.float32), wide, 1)
    hair = 0.6 * hair + 0.4 * noise(wide, high, wide / 2, dice, 3)
    ends = smooth(0.0, 0.10, u + 0.03 * hair) * smooth(1.0, 0.72, u + 0.12 * hair)
    cover = ends * smooth(1.0, 0.80, np.abs(v + 0.1 * np.sin(3 * u))) * smooth(-2.4, -1.2, hair - 1.0 * u)
    return cover, cover * (0.8 + 0.45 * hair + 1.0 * np.abs(v) ** 3)


def _strokes(
    canvas: Floats,
    relief: Floats,
    colours: Floats,
    angle: Floats,
    length: float,
    count: int,
    change: float,
    dice: np.random.Generator,
) -> None:
    """Lay `count` touches over the canvas, in place, each of one colour that is mixed a little differently."""
    high, wide = canvas.shape[:2]
    brushes = [_brush(length, dice) for _ in range(12)]
    seen = blurred(colours, length / 9)
    for _ in range(count):
        x, y = dice.uniform(0, wide), dice.uniform(0, high)
        row, column = int(y), int(x)
        colour = seen[row, column] * (1 + change * dice.standard_normal()) + 0.6 * change * dice.standard_normal(3) * (
            0.3,
            0.25,
            0.4,
        )
        cover, paint = brushes[dice.integers(len(brushes))]
        turn = -np.degrees(angle[row, column] + 0.16 * dice.standard_normal())
        both = [
            np.asarray(Image.fromarray(one).rotate(turn, Image.Resampling.BILINEAR, expand=True))
            for one in (cover, paint)
        ]
        h, w = both[0].shape
        top, left = row - h // 2, column - w // 2
        a, b, c, d = max(0, top), max(0, left), min(high, top + h), min(wide, left + w)
        mask, thick = (one[a - top : c - top, b - left : d - left] for one in both)
        mask = np.clip(0.94 * mask, 0, 1)[..., None]
        canvas[a:c, b:d] += (np.clip(colour, 0, 1) - canvas[a:c, b:d]) * mask
        relief[a:c, b:d] = relief[a:c, b:d] * (1 - mask[..., 0]) + thick


# -- the pebbles ------------------------------------------------------------------------------------------------------


def pebbles(scale: float) -> Floats:
    """Pebbles with moss between them, seen from above: (384, 384, 3)."""
    dice = np.random.default_rng(3)
    side = int(768 * scale)
    v, u = np.mgrid[0:side, 0:side].astype(np.float32)
    height = 0.10 * noise(side, side, 40 * scale, dice, 6)
    owner = np.zeros((side, side), np.int32)
    warp = noise(side, side, 60 * scale, dice, 3)
    for number in range(1, 620):
        size = scale * float(np.exp(dice.normal(3.35, 0.32)))
        x, y, turn, flat = (
            dice.uniform(0, side),
            dice.uniform(0, side),
            dice.uniform(0, np.pi),
            dice.uniform(0.62, 0.95),
        )
        a, b, c, d = (int(max(0, y - 2 * size)), int(max(0, x - 2 * size)), int(y + 2 * size), int(x + 2 * size))
        du, dv = u[a:c, b:d] - x, v[a:c, b:d] - y
        along = np.cos(turn) * du + np.sin(turn) * dv
        across = (-np.sin(turn) * du + np.cos(turn) * dv) / flat
        far = (np.abs(along) ** 2.5 + np.abs(across) ** 2.5) ** 0.4 / size + 0.07 * warp[a:c, b:d]
        far = np.maximum(far, 0)
        dome = np.sqrt(np.clip(1 - far**2.6, 0, 1)) * size / (34 * scale) + dice.uniform(-0.15, 0.12)
        dome = np.where(far < 1, dome, -1)
        higher = dome > height[a:c, b:d]
        height[a:c, b:d] = np.where(higher, dome, height[a:c, b:d])
        owner[a:c, b:d] = np.where(higher, number, owner[a:c, b:d])
    return _stones(height, owner, scale, dice)


def _stones(height: Floats, owner: NDArray[np.int32], scale: float, dice: np.random.Generator) -> Floats:
    """Colour and light of the domes: (384, 384, 3)."""
    side = len(height)
    kinds = np.float32(
        [
            [0.52, 0.49, 0.45],
            [0.40, 0.41, 0.43],
            [0.60, 0.52, 0.42],
            [0.34, 0.33, 0.32],
            [0.66, 0.63, 0.58],
            [0.48, 0.37, 0.31],
        ]
    )
    each = kinds[dice.integers(len(kinds), size=owner.max() + 1)] * dice.uniform(0.85, 1.12, (owner.max() + 1, 1))
    fine, vein = noise(side, side, 9 * scale, dice, 4, 0.8), noise(side, side, 46 * scale, dice, 5)
    colour = each[owner].astype(np.float32) * (1 + 0.09 * fine + 0.06 * vein)[..., None]
    bed = owner == 0
    colour[bed] = (np.float32([0.24, 0.19, 0.14]) * (1 + 0.2 * fine[..., None]))[bed]
    around = blurred(height, 13 * scale)
    patch = noise(side, side, 190 * scale, dice, 4)
    low = smooth(-0.05, 0.42, around - height + 0.10 * fine + 0.22 * patch - 0.02)
    moss = mixed(
        np.zeros_like(colour) + np.float32([0.13, 0.20, 0.05]), (0.42, 0.47, 0.13), smooth(-1, 1.8, fine + 0.5 * vein)
    )
    colour = colour + (moss - colour) * low[..., None]
    bumpy = blurred(height, 1.1 * scale) + (0.010 + 0.05 * low) * fine
    slope = np.gradient(bumpy * 30 * scale)
    normal = np.stack([-slope[1], -slope[0], np.ones_like(height)], -1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    sun = np.clip(normal @ np.float32([-0.42, -0.48, 0.77]), 0, 1)
    hidden = np.clip(1 - 1.5 * np.maximum(around - height, 0), 0.16, 1) * np.clip(
        1 - 0.9 * np.maximum(blurred(height, 4 * scale) - height, 0), 0.3, 1
    )
    light = hidden[..., None] * (np.float32([1.24, 1.17, 1.05]) * sun[..., None] + np.float32([0.30, 0.34, 0.40]))
    size = int(384 * scale)
    lit = np.clip(colour * light, 0, 1)
    small = np.stack([resized(np.ascontiguousarray(lit[..., c]), size, size) for c in range(3)], -1)
    return small + 0.012 * dice.standard_normal((size, size, 1)).astype(np.float32)


if __name__ == "__main__":
    main()
