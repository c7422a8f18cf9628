"""What stands out of doors. Each builder takes width, height, depth in metres and a main colour."""

from __future__ import annotations

import numpy as np

from .pieces_model import Build

Y = (0.0, 1.0, 0.0)
Z = (0.0, 0.0, 1.0)


def tree(b: Build, w: float, h: float, d: float, colour: str) -> None:
    thick = 0.035 * h + 0.05
    # One part: leaves always before the wood, also seen from below.
    b.part("tree").cylinder(0, 0, 0, h * 0.5, thick, "bark", top=thick * 0.6, count=10)
    b.rod((0, h * 0.38, 0), (w * 0.22, h * 0.56, 0.05), thick * 0.7, "bark")
    b.rod((0, h * 0.42, 0), (-w * 0.2, h * 0.6, -0.05), thick * 0.6, "bark")
    for n, (x, y, z, r) in enumerate(((-0.2, 0.58, -0.1, 0.3), (0.22, 0.6, 0.0, 0.3), (0.0, 0.76, 0.05, 0.36))):
        b.blob((x * w, y * h, z * w), (r * w, r * h * 0.62, r * w), colour, n)


def pine(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("trunk").cylinder(0, 0, 0, h * 0.25, 0.03 * h, "bark", top=0.02 * h, count=8)
    b.part("needles")
    for n in range(4):
        low, high = h * (0.14 + 0.19 * n), h * (0.42 + 0.195 * n)
        b.cylinder(0, 0, low, high, w / 2 * (1 - 0.21 * n), colour, top=0.02, inner=0.0, count=12)


def bare_tree(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("tree").cylinder(0, 0, 0, h * 0.45, 0.035 * h, "bark", top=0.022 * h, count=8)
    dice = np.random.default_rng(5)
    for n in range(9):
        angle, low = n * 2.4, h * (0.35 + 0.03 * n)
        reach = w * dice.uniform(0.3, 0.5)
        end = (reach * np.cos(angle), low + h * dice.uniform(0.2, 0.4), reach * np.sin(angle) * 0.6)
        b.rod((0, low, 0), tuple(float(v) for v in end), 0.02 * h, "bark", 0.7)  # type: ignore[arg-type]


def bush(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("bush")
    for n, (x, r) in enumerate(((-0.25, 0.3), (0.26, 0.28), (0.0, 0.36))):
        b.blob((x * w, h * r * 1.25, 0.05 * n), (r * w, h * r * 1.3, r * d), colour, n)


def hedge(b: Build, w: float, h: float, d: float, colour: str) -> None:
    count = max(2, round(w / (h * 0.9)))
    b.part("hedge")
    for n in range(count):
        x = -w / 2 + (n + 0.5) * w / count
        b.blob((x, h * 0.48, 0.02 * (n % 2)), (w / count * 0.72, h * 0.54, d / 2), colour, n)


def bench(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("seat")
    for x in (-w / 2 + 0.15, w / 2 - 0.15):
        b.block((x, 0, 0), (0.06, 0.42, d * 0.8), "iron", 0.8)
    for n in range(3):
        b.block((0, 0.42, -d * 0.3 + n * d * 0.3), (w, 0.04, d * 0.24), colour, 0.8, 0.3)
    b.part("back")
    for x in (-w / 2 + 0.15, w / 2 - 0.15):
        b.rod((x, 0.42, -d / 2 + 0.06), (x, h, -d / 2 - 0.04), 0.05, "iron")
    for y in (0.58, 0.74):
        b.block((0, y, -d / 2), (w, 0.1, 0.035), colour, 0.8, 0.3)


def lamp_post(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("post").lathe(0, 0, [(0.14, 0), (0.14, 0.3)], colour, count=10)
    b.cylinder(0, 0, 0.3, h - 0.45, 0.055, colour, top=0.04, count=8)
    b.part("lantern").cylinder(0, 0, h - 0.45, h - 0.1, 0.1, "light", top=0.17, count=8)
    b.cylinder(0, 0, h - 0.1, h, 0.2, colour, top=0.03, count=8)


_SIDE = [
    (-0.5, 0.24),
    (0.5, 0.24),
    (0.5, 0.46),
    (0.47, 0.55),
    (0.24, 0.62),
    (0.10, 0.98),
    (-0.26, 1.0),
    (-0.42, 0.64),
    (-0.49, 0.6),
]
_GLASS = [
    [(0.215, 0.64), (0.075, 0.93), (-0.06, 0.94), (-0.06, 0.64)],
    [(-0.09, 0.64), (-0.09, 0.94), (-0.24, 0.93), (-0.36, 0.65)],
]


def car(b: Build, w: float, h: float, d: float, colour: str) -> None:
    """Stands along z: its nose towards +z, d long."""
    outline = [(-x * d, y * h) for x, y in reversed(_SIDE)]
    b.part("wheels")
    for x in (-w / 2 + 0.1, w / 2 - 0.1):
        for z in (-0.3, 0.31):
            _wheel(b, x, z * d, 0.31, 0.2)
    b.part("body").prism(outline, w / 2, -w / 2, colour, along="x", weight=1.1, inner=0.9)
    for side in (1.0, -1.0):
        x = side * (w / 2 + 0.004)
        for pane in _GLASS:
            b.face([(x, y * h, z * d) for z, y in pane], "glass", 0.6, (side, 0, 0))
        for z in (-0.3, 0.31):
            _arch(b, x, z * d, side)
        b.line([(x, 0.3 * h, -0.075 * d), (x, 0.62 * h, -0.075 * d)], 0.5, (side, 0, 0))
        b.line([(x, 0.56 * h, -0.16 * d), (x, 0.56 * h, -0.2 * d)], 1.0, (side, 0, 0))
    inset = w / 2 - 0.1
    b.face([(-inset, 0.65 * h, 0.232 * d), (inset, 0.65 * h, 0.232 * d), (inset - 0.08, 0.95 * h, 0.112 * d),
            (-inset + 0.08, 0.95 * h, 0.112 * d)], "glass", 0.6, (0, 0.4, 1.0))  # fmt: skip
    b.face([(-inset, 0.68 * h, -0.412 * d), (inset, 0.68 * h, -0.412 * d), (inset - 0.08, 0.96 * h, -0.283 * d),
            (-inset + 0.08, 0.96 * h, -0.283 * d)], "glass", 0.6, (0, 0.3, -1.0))  # fmt: skip
    for x in (-w / 2 + 0.22, w / 2 - 0.22):
        b.face(
            [
                (x - 0.13, 0.37 * h, d / 2 + 0.006),
                (x + 0.13, 0.37 * h, d / 2 + 0.006),
                (x + 0.13, 0.46 * h, d / 2 + 0.006),
                (x - 0.13, 0.46 * h, d / 2 + 0.006),
            ],
            "light",
            0.6,
            Z,
        )
        b.face(
            [
                (x - 0.13, 0.4 * h, -d / 2 - 0.006),
                (x + 0.13, 0.4 * h, -d / 2 - 0.006),
                (x + 0.13, 0.5 * h, -d / 2 - 0.006),
                (x - 0.13, 0.5 * h, -d / 2 - 0.006),
            ],
            "red",
            0.6,
            (0, 0, -1),
        )


def car_body(b: Build, w: float, h: float, d: float, colour: str) -> None:
    """A car cut open for the camera: it looks along +z, w wide, d long; its roof is at h."""
    x = w / 2
    b.part("floor").box((-x, 0.1, -d / 2), (x, 0.14, d / 2), "iron", 0.7)
    for side, name in ((1, "left"), (-1, "right")):
        x0, x1 = sorted((side * (x - 0.07), side * x))
        b.part(f"{name} door").box((x0, 0.14, -d / 2 + 0.1), (x1, 0.84, d / 2 - 0.25), colour, 1.0)
        b.line([(side * (x - 0.072), 0.6, -0.3), (side * (x - 0.072), 0.6, 0.5)], 1.2, (-side, 0, 0))
        b.part(f"{name} middle post").rod(
            (side * (x - 0.05), 0.84, -0.25), (side * (x - 0.12), h - 0.04, -0.3), 0.07, colour
        )
        b.part(f"{name} front post").rod(
            (side * (x - 0.05), 0.86, d / 2 - 0.28), (side * (x - 0.16), h - 0.04, d * 0.2), 0.06, colour
        )
        b.part(f"{name} back post").rod(
            (side * (x - 0.05), 0.84, -d / 2 + 0.12), (side * (x - 0.14), h - 0.04, -d * 0.34), 0.1, colour
        )
    b.part("roof").box((-x + 0.12, h - 0.06, -d * 0.36), (x - 0.12, h, d * 0.21), colour, 1.0)
    b.part("shelf").box((-x + 0.07, 0.14, -d / 2), (x - 0.07, 0.86, -d / 2 + 0.14), colour, 0.9)
    b.part("dashboard").box((-x + 0.07, 0.42, d / 2 - 0.62), (x - 0.07, 0.84, d / 2 - 0.3), "iron", 0.9)
    angles = np.linspace(0, 2 * np.pi, 15)
    wheel = [
        (-0.4 + 0.19 * float(np.cos(a)), 0.82 + 0.17 * float(np.sin(a)), d / 2 - 0.78 + 0.07 * float(np.sin(a)))
        for a in angles
    ]
    b.part("steering wheel").line(wheel, 2.2, smooth=True)
    b.rod((-0.4, 0.82, d / 2 - 0.78), (-0.4, 0.74, d / 2 - 0.6), 0.05, "iron")
    b.part("bonnet").prism(
        [(-d / 2 - 0.9, 0.2), (-d / 2 + 0.3, 0.2), (-d / 2 + 0.3, 0.84), (-d / 2 - 0.85, 0.68)],
        x,
        -x,
        colour,
        along="x",
    )
    b.line([(-0.45, 0.78, d / 2 + 0.2), (-0.45, 0.7, d / 2 + 0.8)], 0.5, Y)
    b.line([(0.45, 0.78, d / 2 + 0.2), (0.45, 0.7, d / 2 + 0.8)], 0.5, Y)


def _arch(b: Build, x: float, z: float, side: float) -> None:
    angles = np.linspace(0, 2 * np.pi, 15)[:-1]
    for radius, colour, weight in ((0.34, "rubber", 0.8), (0.2, "metal", 0.6)):
        ring = [(x + side * 0.01, 0.33 + radius * float(np.sin(a)), z + radius * float(np.cos(a))) for a in angles]
        b.face(ring, colour, weight, (side, 0, 0), smooth=True)


def _wheel(b: Build, x: float, z: float, radius: float, wide: float) -> None:
    angles = np.arange(12) * np.pi / 6
    ring = np.stack([np.zeros(12), radius + radius * np.sin(angles), radius * np.cos(angles)], 1)
    points = np.concatenate([ring + np.array([x + way * wide / 2, 0, z]) for way in (-1, 1)]).astype(np.float32)
    from .pieces_model import Shape

    b.add(Shape("hull", points, "rubber", (), 0.9, 0.0))


def house(b: Build, w: float, h: float, d: float, colour: str) -> None:
    """A town house: its front looks along +z."""
    b.part("walls").block((0, 0, 0), (w, h, d), colour, 1.1)
    z = d / 2 + 0.01
    floors, across = max(1, round(h / 3.0)), max(2, round(w / 2.0))
    tall = h / floors
    for floor in range(floors):
        for n in range(across):
            x = -w / 2 + (n + 0.5) * w / across
            if floor == 0 and n == across // 2:
                _opening(b, x, 0.0, 0.95, 2.1, z, "dark wood")
            else:
                _opening(b, x, floor * tall + 0.95, 0.95, tall - 1.55, z, "pane")
                y, out = floor * tall + 0.87, d / 2 + 0.1
                b.face([(x - 0.6, y, out), (x + 0.6, y, out), (x + 0.6, y + 0.09, out), (x - 0.6, y + 0.09, out)],
                       "white", 0.5, Z)  # fmt: skip
        if floor:
            b.line([(-w / 2, floor * tall + 0.2, z), (w / 2, floor * tall + 0.2, z)], 0.5, Z)
    b.part("cornice").box((-w / 2 - 0.1, h - 0.12, -d / 2), (w / 2 + 0.1, h + 0.18, d / 2 + 0.2), "white", 0.9)


def _opening(b: Build, x: float, y: float, w: float, h: float, z: float, colour: str) -> None:
    b.face([(x - w / 2, y, z), (x + w / 2, y, z), (x + w / 2, y + h, z), (x - w / 2, y + h, z)], colour, 0.6, Z)
    if colour == "pane":
        b.line([(x, y, z + 0.01), (x, y + h, z + 0.01)], 0.4, Z)
        b.line([(x - w / 2, y + h * 0.6, z + 0.01), (x + w / 2, y + h * 0.6, z + 0.01)], 0.4, Z)


def shop_front(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("walls").block((0, 0, 0), (w, h, d), "plaster", 1.1)
    z = d / 2 + 0.01
    _opening(b, w * 0.3, 0.0, 1.0, 2.2, z, colour)
    b.face([(-w * 0.44, 0.6, z), (w * 0.14, 0.6, z), (w * 0.14, 2.3, z), (-w * 0.44, 2.3, z)], "pane", 0.8, Z)
    for n in range(max(2, round(w / 2.2))):
        x = -w / 2 + (n + 0.5) * w / max(2, round(w / 2.2))
        if h > 4.5:
            _opening(b, x, 3.7, 0.95, 1.4, z, "pane")
    stripes = max(4, round(w * 0.9 / 0.4))
    for n in range(stripes):
        x0, x1 = (-0.46 + 0.92 * n / stripes) * w, (-0.46 + 0.92 * (n + 1) / stripes) * w
        b.face([(x0, 2.95, d / 2), (x1, 2.95, d / 2), (x1, 2.45, d / 2 + 0.8), (x0, 2.45, d / 2 + 0.8)],
               colour if n % 2 else "white", 0.5)  # fmt: skip


def cottage(b: Build, w: float, h: float, d: float, colour: str) -> None:
    wall = h * 0.55
    b.part("walls").block((0, 0, 0), (w, wall, d), colour, 1.0)
    z = d / 2 + 0.01
    _opening(b, 0.0, 0, 0.95, min(2.05, wall - 0.2), z, "dark wood")
    for x in (-w * 0.3, w * 0.3):
        _opening(b, x, 0.9, 0.9, wall - 1.5, z, "pane")
    b.part("roof").prism(
        [(-d / 2 - 0.3, wall), (d / 2 + 0.3, wall), (0, h)], w / 2 + 0.3, -w / 2 - 0.3, "brick", along="x"
    )
    b.part("chimney").block((w * 0.25, h * 0.72, -d * 0.15), (0.5, h * 0.4, 0.5), "brick")


def fence(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("fence")
    for y in (0.3, 0.75):
        b.block((0, h * y, -0.03), (w, 0.07, 0.03), colour, 0.7, 0.3)
    count = max(3, round(w / 0.22))
    for n in range(count):
        x = -w / 2 + (n + 0.5) * w / count
        b.prism([(x - 0.05, 0), (x + 0.05, 0), (x + 0.05, h * 0.92), (x, h), (x - 0.05, h * 0.92)], 0.02, -0.01, colour,
                weight=0.7, inner=0.6)  # fmt: skip


def rock(b: Build, w: float, h: float, d: float, colour: str) -> None:
    from .pieces_model import Shape

    dice = np.random.default_rng(round(100 * (w + h)))
    angles = np.arange(9) * 2 * np.pi / 9
    rings = []
    for share, wide in ((0.0, 1.0), (0.5, 0.92), (0.86, 0.6), (1.0, 0.3)):
        r = wide * dice.uniform(0.82, 1.08, 9)
        rings.append(np.stack([w / 2 * r * np.cos(angles), np.full(9, h * share), d / 2 * r * np.sin(angles)], 1))
    points = np.concatenate(rings).astype(np.float32)
    b.part("rock").add(Shape("hull", points, colour, (), 1.1, spin=tuple(range(len(points)))))
    for chosen, weight in (((10, 20, 29), 0.6), ((13, 22, 31), 0.5)):
        b.add(Shape("line", points[list(chosen)], "line", (), weight))


def wall(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("wall").block((0, 0, 0), (w, h, d), colour)
    dice = np.random.default_rng(3)
    for z, way in ((d / 2 + 0.005, 1.0), (-d / 2 - 0.005, -1.0)):
        for _ in range(round(w * h * 1.6)):
            x, y = dice.uniform(-w / 2 + 0.2, w / 2 - 0.4), dice.uniform(0.1, h - 0.15)
            b.line([(x, y, z), (x + 0.26, y, z), (x + 0.26, y + 0.1, z)], 0.4, (0, 0, way))


def boat(b: Build, w: float, h: float, d: float, colour: str) -> None:
    from .pieces_model import Shape

    half = [(0.0, 0.5), (0.32, 0.3), (0.46, 0.0), (0.42, -0.35), (0.3, -0.5)]
    rim = [(x * w, h, z * d) for x, z in half] + [(-x * w, h, z * d) for x, z in reversed(half[1:])]
    keel = [(x * 0.6, 0.0, z * 0.8) for x, _, z in rim]
    points = np.array(rim + keel, np.float32)
    count = len(rim)
    b.part("boat").add(
        Shape("hull", points, colour, (tuple(reversed(range(count))),), 1.1, 1.0, spin=tuple(range(2 * count)))
    )
    b.box((-w * 0.4, h - 0.1, -0.12), (w * 0.4, h - 0.05, 0.12), "light wood", 0.7)


def bus_stop(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("back").face(
        [(-w / 2, 0.3, -d / 2), (w / 2, 0.3, -d / 2), (w / 2, h, -d / 2), (-w / 2, h, -d / 2)], "glass", 0.8
    )
    b.part("posts")
    for x in (-w / 2, w / 2):
        b.rod((x, 0, -d / 2), (x, h, -d / 2), 0.07, colour)
    b.part("roof").box((-w / 2 - 0.1, h, -d / 2 - 0.1), (w / 2 + 0.1, h + 0.1, d / 2), colour)


def sign(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("post").rod((0, 0, 0), (0, h, 0), 0.06, "metal")
    b.part("board").box((-w / 2, h - 0.5, 0.03), (w / 2, h, 0.07), colour, 0.9)
    b.line([(-w * 0.35, h - 0.2, 0.075), (w * 0.35, h - 0.2, 0.075)], 1.0, Z)
    b.line([(-w * 0.35, h - 0.34, 0.075), (w * 0.2, h - 0.34, 0.075)], 0.7, Z)


def bin_(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("bin").cylinder(0, 0, 0, h, w * 0.4, colour, top=w / 2)


def gate(b: Build, w: float, h: float, d: float, colour: str) -> None:
    for x in (-w / 2, w / 2):
        b.part(f"post {x:.1f}").block((x, 0, 0), (0.35, h, 0.35), "stone")
        b.block((x, h, 0), (0.45, 0.12, 0.45), "stone")
    b.part("bars")
    count = max(5, round(w / 0.16))
    for n in range(1, count):
        x = -w / 2 + n * w / count
        b.rod((x, 0.08, 0), (x, h * 0.82, 0), 0.025, "iron", 0.5)
    for y in (0.15, 0.75):
        b.rod((-w / 2, h * y, 0), (w / 2, h * y, 0), 0.04, "iron")


def tent(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("tent").prism([(-w / 2, 0), (w / 2, 0), (0, h)], d / 2, -d / 2, colour)
    b.face([(-0.05, 0, d / 2 + 0.01), (w * 0.2, 0, d / 2 + 0.01), (0, h * 0.85, d / 2 + 0.01)], "black", 0.6, Z)


def campfire(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("logs")
    for n in range(5):
        a = n * 1.26
        b.rod(
            (0.38 * float(np.cos(a)), 0.05, 0.38 * float(np.sin(a))),
            (-0.1 * float(np.cos(a)), 0.22, -0.1 * float(np.sin(a))),
            0.1,
            "bark",
        )
    b.part("flames")
    for x, tall, tint in ((-0.12, 0.7, "fire"), (0.12, 0.62, "fire"), (0.0, 0.9, "yellow")):
        b.face([(x - 0.12, 0.12, 0), (x - 0.16, h * tall * 0.45, 0), (x, h * tall, 0), (x + 0.15, h * tall * 0.4, 0), (x + 0.1, 0.12, 0)],  # noqa: E501
               tint, 0.7, smooth=True)  # fmt: skip


def flowers(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("flowers")
    dice = np.random.default_rng(2)
    for n in range(14):
        x, z, tall = dice.uniform(-w / 2, w / 2), dice.uniform(-d / 2, d / 2), h * dice.uniform(0.6, 1.0)
        b.line([(x, 0, z), (x + 0.03, tall * 0.6, z), (x, tall, z)], 0.5, colour="dark leaf", smooth=True)
        b.ball((x, tall, z), 0.05, ("red", "yellow", "pink", "white")[n % 4], 0.5)


def grass(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("grass")
    dice = np.random.default_rng(round(w * 10))
    for _ in range(9):
        x, z = dice.uniform(-w / 2, w / 2), dice.uniform(-d / 2, d / 2)
        lean, tall = dice.uniform(-0.1, 0.1), h * dice.uniform(0.6, 1.0)
        b.line([(x, 0, z), (x + lean * 0.4, tall * 0.6, z), (x + lean, tall, z)], 0.6, colour="dark leaf", smooth=True)


def stump(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("stump").cylinder(0, 0, 0, h, w / 2, "bark", top=w * 0.42)
    b.cylinder(0, 0, h, h + 0.005, w * 0.25, "light wood", weight=0.4, inner=0.6)


def well(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("ring").cylinder(0, 0, 0, 0.8, w / 2, "stone", count=18)
    b.cylinder(0, 0, 0.8, 0.805, w * 0.4, "black", weight=0.5, count=18)
    b.part("posts")
    for x in (-w / 2, w / 2):
        b.block((x, 0, 0), (0.12, h * 0.8, 0.12), "dark wood")
    b.part("roof").prism([(-w * 0.5, h * 0.75), (w * 0.5, h * 0.75), (0, h)], w * 0.7, -w * 0.7, "brick", along="x")


def tower(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("tower").cylinder(0, 0, 0, h, w / 2, colour, top=w * 0.46, count=18)
    b.part("crown").cylinder(0, 0, h, h + 0.8, w * 0.55, colour, count=18)
    b.part("windows")
    for y in (0.4, 0.7):
        b.face([(-0.2, h * y, w * 0.5), (0.2, h * y, w * 0.5), (0.2, h * y + 1.0, w * 0.5), (0, h * y + 1.25, w * 0.5),
                (-0.2, h * y + 1.0, w * 0.5)], "black", 0.6, Z)  # fmt: skip


def train(b: Build, w: float, h: float, d: float, colour: str) -> None:
    """Stands along x: w long; its side looks along +z."""
    b.part("carriage").box((-w / 2, 0.5, -d / 2), (w / 2, h, d / 2), colour, 1.1)
    z = d / 2 + 0.01
    count = max(3, round(w / 1.7))
    for n in range(count):
        x = -w / 2 + (n + 0.5) * w / count
        if n % 4 == 1:
            _opening(b, x, 0.7, 0.9, h - 1.1, z, "metal")
            _opening(b, x, 1.5, 0.6, 0.9, z + 0.005, "pane")
        else:
            _opening(b, x, 1.45, 1.2, 1.0, z, "pane")
    b.line([(-w / 2, 1.2, z), (w / 2, 1.2, z)], 0.8, Z)
    b.part("under").box((-w / 2 + 0.3, 0.1, -d / 2 + 0.2), (w / 2 - 0.3, 0.5, d / 2 - 0.2), "iron")


def bicycle(b: Build, w: float, h: float, d: float, colour: str) -> None:
    angles = np.linspace(0, 2 * np.pi, 17)
    b.part("bicycle")
    for x in (-w * 0.3, w * 0.3):
        b.line([(x + 0.32 * float(np.cos(a)), 0.33 + 0.32 * float(np.sin(a)), 0) for a in angles], 1.2, smooth=True)
    a, s, p, f = (-w * 0.3, 0.33, 0.0), (-w * 0.1, 0.78, 0.0), (0.0, 0.32, 0.0), (w * 0.22, 0.78, 0.0)
    for one, other in (
        (a, s),
        (a, p),
        (s, p),
        (p, f),
        (s, f),
        (f, (w * 0.3, 0.33, 0.0)),
        (s, (-w * 0.12, 0.92, 0.0)),
        (f, (w * 0.2, 0.98, 0.0)),
    ):
        b.rod(one, other, 0.035, colour, 0.6)
    b.block((-w * 0.12, 0.92, 0), (0.24, 0.05, 0.12), "leather", 0.8)
    b.rod((w * 0.2, 0.98, -0.25), (w * 0.2, 0.98, 0.25), 0.03, "iron")


def parasol(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("pole").rod((0, 0, 0), (0, h, 0), 0.04, "light wood")
    b.part("cloth").cylinder(0, 0, h - 0.45, h, w / 2, colour, top=0.03, count=12)


def letterbox(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("box").cylinder(0, 0, 0, h - 0.15, w / 2, colour)
    b.cylinder(0, 0, h - 0.15, h, w * 0.56, colour, top=w * 0.3)
    b.line([(-0.1, h * 0.75, w / 2), (0.1, h * 0.75, w / 2)], 1.6, Z)


def stalagmite(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("stone").cylinder(0, 0, 0, h, w / 2, colour, top=0.04, inner=0.0, count=9)


def chimney(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("stack").block((0, 0, 0), (w, h, d), colour)
    b.block((0, h, 0), (w * 1.15, 0.12, d * 1.15), colour, 0.8)
    for x in (-w * 0.2, w * 0.2):
        b.cylinder(x, 0, h + 0.12, h + 0.4, 0.09, "clay", weight=0.8)


def water_tank(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("legs")
    for x in (-w * 0.32, w * 0.32):
        for z in (-w * 0.32, w * 0.32):
            b.rod((x, 0, z), (x, h * 0.4, z), 0.08, "iron")
    b.part("tank").cylinder(0, 0, h * 0.4, h * 0.85, w / 2, colour, count=18)
    b.cylinder(0, 0, h * 0.85, h, w * 0.52, "dark metal", top=0.05, count=18)


BUILDERS = {
    "tree": (tree, (3.4, 5.5, 3.4), "leaf"),
    "pine": (pine, (2.4, 7.0, 2.4), "pine"),
    "bare tree": (bare_tree, (3.0, 5.0, 3.0), "bark"),
    "bush": (bush, (1.5, 0.9, 1.0), "dark leaf"),
    "hedge": (hedge, (4.0, 1.0, 0.8), "dark leaf"),
    "bench": (bench, (1.6, 0.85, 0.5), "wood"),
    "lamp post": (lamp_post, (0.4, 3.6, 0.4), "iron"),
    "car": (car, (1.75, 1.42, 4.2), "blue"),
    "car body": (car_body, (1.8, 1.5, 3.0), "blue"),
    "house": (house, (7.0, 9.0, 6.0), "plaster"),
    "shop front": (shop_front, (6.0, 6.0, 5.0), "red"),
    "cottage": (cottage, (7.0, 5.0, 5.0), "white"),
    "fence": (fence, (4.0, 1.1, 0.1), "light wood"),
    "rock": (rock, (1.4, 0.8, 1.1), "stone"),
    "wall": (wall, (4.0, 1.4, 0.3), "stone"),
    "boat": (boat, (1.5, 0.6, 3.6), "blue"),
    "bus stop": (bus_stop, (2.6, 2.3, 1.2), "dark metal"),
    "sign": (sign, (0.9, 2.4, 0.1), "blue"),
    "bin": (bin_, (0.5, 0.85, 0.5), "dark metal"),
    "gate": (gate, (2.4, 2.2, 0.3), "iron"),
    "tent": (tent, (2.4, 1.7, 2.6), "orange"),
    "campfire": (campfire, (0.9, 0.9, 0.9), "fire"),
    "flowers": (flowers, (1.4, 0.4, 0.7), "red"),
    "grass": (grass, (0.6, 0.35, 0.4), "grass"),
    "stump": (stump, (0.6, 0.42, 0.6), "bark"),
    "well": (well, (1.3, 2.2, 1.3), "stone"),
    "tower": (tower, (5.0, 12.0, 5.0), "stone"),
    "train": (train, (16.0, 3.4, 2.6), "green"),
    "bicycle": (bicycle, (1.7, 1.0, 0.5), "red"),
    "parasol": (parasol, (2.2, 2.3, 2.2), "red"),
    "letterbox": (letterbox, (0.5, 1.5, 0.5), "red"),
    "stalagmite": (stalagmite, (0.8, 1.8, 0.8), "dark stone"),
    "chimney": (chimney, (1.0, 1.6, 0.7), "brick"),
    "water tank": (water_tank, (2.4, 4.0, 2.4), "dark wood"),
}
