"""Things that a script names and a hand may hold. Each builder takes width, height, depth in metres and a colour."""

from __future__ import annotations

import numpy as np

from .pieces_model import Build

Y = (0.0, 1.0, 0.0)
Z = (0.0, 0.0, 1.0)


def _sheet(b: Build, w: float, d: float, colour: str, y: float = 0.004) -> None:
    b.face([(-w / 2, y, d / 2), (w / 2, y, d / 2), (w / 2, y, -d / 2), (-w / 2, y, -d / 2)], colour, 0.8)


def letter(b: Build, w: float, h: float, d: float, colour: str) -> None:
    _sheet(b.part("paper"), w, d, colour)
    for n in range(8):
        z = -d * 0.36 + n * d * 0.095
        wide = 0.2 if n == 0 else 0.42 if n < 7 else 0.15
        b.line(
            [(-w * 0.4, 0.006, z), (-w * 0.4 + w * wide, 0.006, z + 0.001), (-w * 0.4 + w * 2 * wide * 0.95, 0.006, z)],
            0.45,
            Y,
        )
    b.line(
        [
            (w * 0.12, 0.006, d * 0.42),
            (w * 0.2, 0.006, d * 0.36),
            (w * 0.25, 0.006, d * 0.43),
            (w * 0.38, 0.006, d * 0.38),
        ],
        0.6,
        Y,
        smooth=True,
    )


def envelope(b: Build, w: float, h: float, d: float, colour: str) -> None:
    _sheet(b.part("envelope"), w, d, colour)
    b.line([(-w / 2, 0.006, -d / 2), (0, 0.006, d * 0.08), (w / 2, 0.006, -d / 2)], 0.8, Y)
    b.cylinder(0, d * 0.06, 0.005, 0.009, 0.014, "red", weight=0.6)


def newspaper(b: Build, w: float, h: float, d: float, colour: str) -> None:
    _sheet(b.part("paper"), w, d, colour)
    b.line([(-w * 0.42, 0.006, -d * 0.4), (w * 0.42, 0.006, -d * 0.4)], 2.2, Y)
    for column in range(3):
        x = -w * 0.42 + column * w * 0.29
        for n in range(9):
            z = -d * 0.28 + n * d * 0.08
            b.line([(x, 0.006, z), (x + w * 0.25, 0.006, z)], 0.35, Y)


def photo(b: Build, w: float, h: float, d: float, colour: str) -> None:
    _sheet(b.part("photo"), w, d, "white")
    b.face(
        [
            (-w * 0.42, 0.006, d * 0.3),
            (w * 0.42, 0.006, d * 0.3),
            (w * 0.42, 0.006, -d * 0.42),
            (-w * 0.42, 0.006, -d * 0.42),
        ],
        "glass",
        0.5,
    )
    for x, r in ((-0.14, 0.11), (0.14, 0.1)):
        ring = [
            (w * (x + r * float(np.cos(a))), 0.008, d * (-0.06 + r * float(np.sin(a))))
            for a in np.arange(10) * np.pi / 5
        ]
        b.face(
            [
                (w * (x - 0.17), 0.007, d * 0.3),
                (w * (x + 0.17), 0.007, d * 0.3),
                (w * (x + 0.11), 0.007, d * 0.06),
                (w * (x - 0.11), 0.007, d * 0.06),
            ],
            "cloth",
            0.5,
        )
        b.face(ring, "skin", 0.5, smooth=True)


def book(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("book").block((0, 0.004, 0), (w * 0.96, h - 0.008, d * 0.94), "paper", 0.6, 0.4)
    b.block((0, h - 0.006, 0), (w, 0.006, d), colour, 0.9)
    b.block((-w * 0.49, 0, 0), (0.008, h, d), colour, 0.7)
    b.line([(-w * 0.25, h + 0.001, -d * 0.2), (w * 0.3, h + 0.001, -d * 0.2)], 0.9, Y)
    b.line([(-w * 0.15, h + 0.001, -d * 0.08), (w * 0.2, h + 0.001, -d * 0.08)], 0.6, Y)


def open_book(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("book").block((0, 0, 0), (w, h * 0.3, d), colour, 0.9)
    for side in (-1, 1):
        b.face(
            [
                (0, h * 0.5, d * 0.48),
                (side * w * 0.25, h, d * 0.48),
                (side * w * 0.48, h * 0.6, d * 0.48),
                (side * w * 0.48, h * 0.6, -d * 0.48),
                (side * w * 0.25, h, -d * 0.48),
                (0, h * 0.5, -d * 0.48),
            ],
            "paper",
            0.7,
        )
        for n in range(7):
            z = -d * 0.36 + n * d * 0.11
            b.line([(side * w * 0.08, h * 0.85, z), (side * w * 0.42, h * 0.85, z)], 0.35, Y)


def phone(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("phone").block((0, 0, 0), (w, h, d), colour, 1.0)
    b.face(
        [
            (-w * 0.43, h + 0.001, d * 0.44),
            (w * 0.43, h + 0.001, d * 0.44),
            (w * 0.43, h + 0.001, -d * 0.44),
            (-w * 0.43, h + 0.001, -d * 0.44),
        ],
        "glass",
        0.5,
    )
    b.line([(-w * 0.3, h + 0.002, -d * 0.2), (w * 0.3, h + 0.002, -d * 0.2)], 0.7, Y)
    b.line([(-w * 0.3, h + 0.002, -d * 0.1), (w * 0.1, h + 0.002, -d * 0.1)], 0.5, Y)


def telephone(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("body").prism(
        [(-d / 2, 0), (d / 2, 0), (d * 0.2, h * 0.6), (-d * 0.3, h * 0.6)], w / 2, -w / 2, colour, along="x"
    )
    b.cylinder(0, d * 0.08, h * 0.5, h * 0.56, w * 0.25, "white", weight=0.6)
    b.part("receiver").rod((-w * 0.55, h * 0.85, -d * 0.1), (w * 0.55, h * 0.85, -d * 0.1), 0.035, colour)
    for x in (-w * 0.52, w * 0.52):
        b.ball((x, h * 0.78, -d * 0.1), 0.035, colour)


def cup(b: Build, w: float, h: float, d: float, colour: str) -> None:
    r = w * 0.42
    b.part("handle").line(
        [(r, h * 0.8, 0), (r + w * 0.3, h * 0.74, 0), (r + w * 0.28, h * 0.35, 0), (r * 0.9, h * 0.25, 0)],
        1.8,
        smooth=True,
    )
    b.part("cup").cylinder(0, 0, 0, h, r * 0.8, colour, top=r, count=18)
    b.cylinder(0, 0, h - 0.001, h + 0.001, r * 0.84, "leather", weight=0.5, inner=0, count=18)


def glass(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("glass").cylinder(0, 0, 0, h, w * 0.38, "glass", top=w * 0.46, count=16)
    b.cylinder(0, 0, 0.01, h * 0.55, w * 0.36, colour, top=w * 0.41, weight=0.6, count=16)


def bottle(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("bottle").cylinder(0, 0, 0, h * 0.58, w / 2, colour, weight=1.0, inner=0)
    b.cylinder(0, 0, h * 0.58, h * 0.74, w / 2, colour, top=w * 0.18, inner=0)
    b.cylinder(0, 0, h * 0.74, h, w * 0.18, colour, top=w * 0.16)
    b.face(
        [
            (-w * 0.34, h * 0.15, w * 0.42),
            (w * 0.34, h * 0.15, w * 0.42),
            (w * 0.34, h * 0.45, w * 0.42),
            (-w * 0.34, h * 0.45, w * 0.42),
        ],
        "paper",
        0.5,
        Z,
    )


def plate(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("plate").cylinder(0, 0, 0, h, w * 0.32, colour, top=w / 2, count=22)
    b.cylinder(0, 0, h, h + 0.001, w * 0.3, colour, weight=0.4, count=22)


def gun(b: Build, w: float, h: float, d: float, colour: str) -> None:
    """Lies on its side, the barrel along +x."""
    shape = [
        (-0.42, 0.46),
        (-0.36, -0.42),
        (-0.14, -0.46),
        (-0.1, 0.05),
        (0.06, 0.08),
        (0.1, 0.22),
        (0.5, 0.22),
        (0.5, 0.5),
        (-0.4, 0.5),
    ]
    b.part("gun").face([(x * w, h, -y * d) for x, y in shape], colour, 1.2)
    b.line([(-0.36 * w, h + 0.001, -0.3 * d), (0.48 * w, h + 0.001, -0.3 * d)], 0.6, Y, "metal")
    b.line(
        [(-0.08 * w, h + 0.001, -0.06 * d), (0.02 * w, h + 0.001, 0.12 * d), (0.1 * w, h + 0.001, -0.12 * d)],
        0.9,
        Y,
        smooth=True,
    )
    for n in range(4):
        b.line(
            [
                (-0.36 * w + n * 0.015, h + 0.001, 0.05 * d + n * 0.01),
                (-0.2 * w + n * 0.012, h + 0.001, 0.02 * d + n * 0.01),
            ],
            0.4,
            Y,
            "metal",
        )


def knife(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("blade").face(
        [
            (-0.1 * w, h, d * 0.3),
            (0.42 * w, h, d * 0.3),
            (0.5 * w, h, 0),
            (0.38 * w, h, -d * 0.4),
            (-0.1 * w, h, -d * 0.4),
        ],
        "metal",
        1.0,
    )
    b.part("grip").block((-0.3 * w, 0, 0), (0.4 * w, h * 1.5, d * 0.8), "dark wood", 0.9)


def sword(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("blade").face(
        [
            (-0.25 * w, h, d * 0.15),
            (0.44 * w, h, d * 0.15),
            (0.5 * w, h, 0),
            (0.44 * w, h, -d * 0.15),
            (-0.25 * w, h, -d * 0.15),
        ],
        "metal",
        1.0,
    )
    b.line([(-0.25 * w, h + 0.001, 0), (0.42 * w, h + 0.001, 0)], 0.5, Y)
    b.part("hilt").block((-0.26 * w, 0, 0), (0.03, h * 2, d), "gold")
    b.rod((-0.27 * w, h, 0), (-0.46 * w, h, 0), 0.03, "leather")
    b.ball((-0.48 * w, h, 0), 0.025, "gold")


def bag(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("bag").prism([(-w / 2, 0), (w / 2, 0), (w * 0.44, h * 0.68), (-w * 0.44, h * 0.68)], d / 2, -d / 2, colour)
    b.line([(-w * 0.45, h * 0.5, d / 2 + 0.003), (w * 0.45, h * 0.5, d / 2 + 0.003)], 0.6, Z)
    for z in (d * 0.2, -d * 0.2):
        b.line(
            [(-w * 0.22, h * 0.66, z), (-w * 0.18, h * 0.95, z), (w * 0.18, h * 0.95, z), (w * 0.22, h * 0.66, z)],
            1.6,
            smooth=True,
        )


def suitcase(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("case").block((0, 0, 0), (w, h * 0.9, d), colour, 1.1)
    for x in (-w * 0.3, w * 0.3):
        b.line([(x, 0, d / 2 + 0.003), (x, h * 0.9, d / 2 + 0.003)], 0.9, Z)
    b.line([(-w * 0.13, h * 0.9, 0), (-w * 0.1, h, 0), (w * 0.1, h, 0), (w * 0.13, h * 0.9, 0)], 1.8, smooth=True)


def backpack(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("pack").block((0, 0, 0), (w, h, d), colour, 1.0)
    b.box((-w * 0.35, h * 0.1, d / 2), (w * 0.35, h * 0.5, d / 2 + 0.05), colour, 0.9)


def key(b: Build, w: float, h: float, d: float, colour: str) -> None:
    ring = [
        (-w * 0.32 + w * 0.17 * float(np.cos(a)), h, d * 0.42 * float(np.sin(a))) for a in np.arange(12) * np.pi / 6
    ]
    b.part("key").face(ring, colour, 1.1, smooth=True)
    hole = [
        (-w * 0.36 + w * 0.06 * float(np.cos(a)), h + 0.001, d * 0.15 * float(np.sin(a)))
        for a in np.arange(8) * np.pi / 4
    ]
    b.face(hole, "white", 0.7, smooth=True)
    b.block((w * 0.17, 0, 0), (w * 0.64, h, d * 0.18), colour, 1.0, 0.3)
    for x in (0.34, 0.45):
        b.block((x * w, 0, d * 0.22), (w * 0.06, h, d * 0.32), colour, 1.0, 0.3)


def ring(b: Build, w: float, h: float, d: float, colour: str) -> None:
    for r, weight in ((0.5, 1.4), (0.4, 0.8)):
        b.part("ring").line(
            [(w * r * float(np.cos(a)), h / 2 + h * r * float(np.sin(a)), 0) for a in np.linspace(0, 2 * np.pi, 17)],
            weight,
            smooth=True,
            colour=colour,
        )
    b.part("stone").ball((0, h, 0), w * 0.16, "glass")


def flower(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("stem").line(
        [(-w * 0.45, 0.01, d * 0.1), (-w * 0.05, 0.012, 0), (w * 0.3, 0.02, -d * 0.05)],
        1.6,
        smooth=True,
        colour="dark leaf",
    )
    b.face([(-w * 0.2, 0.012, 0), (-w * 0.12, 0.014, -d * 0.3), (0.02 * w, 0.013, -d * 0.02)], "leaf", 0.7, smooth=True)
    b.part("petals")
    for n in range(6):
        a = n * np.pi / 3
        b.ball((w * 0.36 + 0.035 * float(np.cos(a)), 0.03, -d * 0.05 + 0.035 * float(np.sin(a))), 0.026, colour, 0.8)
    b.ball((w * 0.36, 0.045, -d * 0.05), 0.022, "yellow", 0.8)


def vase(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("vase").lathe(0, 0, [(w * 0.2, 0), (w * 0.38, h * 0.22), (w * 0.14, h * 0.5)], colour, inner=0)
    b.part("flowers")
    for x, y, tint in ((-0.3, 0.9, "red"), (0.28, 0.95, "yellow"), (0.0, 1.0, "pink")):
        b.line([(0, h * 0.5, 0), (x * w * 0.5, h * 0.75, 0), (x * w, h * y, 0)], 0.8, smooth=True, colour="dark leaf")
        b.ball((x * w, h * y, 0), w * 0.17, tint, 0.8)


def money(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("notes").block((0, 0, 0), (w, h, d), "green", 0.9, 0.6)
    b.line(
        [
            (-w * 0.4, h + 0.001, -d * 0.35),
            (w * 0.4, h + 0.001, -d * 0.35),
            (w * 0.4, h + 0.001, d * 0.35),
            (-w * 0.4, h + 0.001, d * 0.35),
            (-w * 0.4, h + 0.001, -d * 0.35),
        ],
        0.5,
        Y,
    )
    b.block((0, 0, 0), (w * 0.2, h + 0.002, d * 1.01), "paper", 0.6)


def candle(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("candle").cylinder(0, 0, 0, 0.015, w / 2, "metal", weight=0.8)
    b.cylinder(0, 0, 0.015, h * 0.72, w * 0.22, "paper")
    b.face(
        [(-w * 0.1, h * 0.76, 0), (-w * 0.13, h * 0.84, 0), (0, h, 0), (w * 0.13, h * 0.84, 0), (w * 0.1, h * 0.76, 0)],
        "fire",
        0.7,
        smooth=True,
    )


def lantern(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("lantern").cylinder(0, 0, 0, h * 0.12, w / 2, "iron")
    b.cylinder(0, 0, h * 0.12, h * 0.62, w * 0.36, "glow", weight=0.8)
    b.cylinder(0, 0, h * 0.62, h * 0.78, w / 2, "iron", top=w * 0.12)
    b.line([(-w * 0.4, h * 0.68, 0), (-w * 0.3, h, 0), (w * 0.3, h, 0), (w * 0.4, h * 0.68, 0)], 1.2, smooth=True)


def hat(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("brim").cylinder(0, 0, 0, 0.012, w / 2, colour, count=20)
    b.part("crown").cylinder(0, 0, 0.012, h, w * 0.29, colour, top=w * 0.25, count=16)
    b.cylinder(0, 0, 0.014, h * 0.25, w * 0.295, "black", weight=0.5, inner=0, count=16)


def camera(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("camera").block((0, 0, -d * 0.15), (w, h * 0.82, d * 0.5), colour, 1.0)
    b.block((0, h * 0.8, -d * 0.15), (w * 0.36, h * 0.2, d * 0.4), colour, 0.8)
    points = [
        (w * 0.24 * float(np.cos(a)), h * 0.4 + w * 0.24 * float(np.sin(a)), d * 0.3) for a in np.arange(14) * np.pi / 7
    ]
    b.face(points, "iron", 1.0, Z, smooth=True)
    b.face([(x * 0.6, h * 0.4 + (y - h * 0.4) * 0.6, z + 0.002) for x, y, z in points], "glass", 0.7, Z, smooth=True)


def laptop(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("base").block((0, 0, 0), (w, 0.015, d), "metal", 0.9)
    b.face(
        [
            (-w * 0.42, 0.016, d * 0.1),
            (w * 0.42, 0.016, d * 0.1),
            (w * 0.42, 0.016, -d * 0.38),
            (-w * 0.42, 0.016, -d * 0.38),
        ],
        "dark metal",
        0.4,
    )
    z = -d / 2
    b.part("lid").prism([(-w / 2, 0.015), (w / 2, 0.015), (w / 2, h), (-w / 2, h)], z, z - 0.012, "metal")
    b.face(
        [
            (-w * 0.46, 0.03, z + 0.002),
            (w * 0.46, 0.03, z + 0.002),
            (w * 0.46, h - 0.015, z + 0.002),
            (-w * 0.46, h - 0.015, z + 0.002),
        ],
        "glass",
        0.6,
        Z,
    )


def ball(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("ball").ball((0, w / 2, 0), w / 2, colour, 1.2)


def box(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("box").block((0, 0, 0), (w, h, d), colour, 1.1)
    b.block((0, h * 0.74, 0), (w * 1.04, h * 0.28, d * 1.04), colour, 0.9)


def gift(b: Build, w: float, h: float, d: float, colour: str) -> None:
    box(b, w, h, d, colour)
    b.block((0, 0, 0), (w * 0.14, h * 1.03, d * 1.06), "yellow", 0.7)
    for side in (-1, 1):
        b.face([(0, h, 0), (side * w * 0.3, h * 1.35, 0), (side * w * 0.4, h * 1.1, 0)], "yellow", 0.8, smooth=True)


def map_(b: Build, w: float, h: float, d: float, colour: str) -> None:
    _sheet(b.part("map"), w, d, colour)
    for x in (-w / 4, 0.0, w / 4):
        b.line([(x, 0.006, -d / 2), (x, 0.006, d / 2)], 0.4, Y)
    b.line(
        [
            (-w * 0.4, 0.007, d * 0.3),
            (-w * 0.15, 0.007, d * 0.05),
            (w * 0.05, 0.007, d * 0.15),
            (w * 0.3, 0.007, -d * 0.3),
        ],
        1.2,
        Y,
        smooth=True,
        colour="blue",
    )
    for way in (1, -1):
        b.line(
            [(w * 0.26, 0.008, -d * 0.26 - way * 0.02), (w * 0.34, 0.008, -d * 0.26 + way * 0.02)], 1.6, Y, colour="red"
        )


def umbrella(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("umbrella").cylinder(0, 0, h * 0.7, h, w / 2, colour, top=0.02, count=12)
    b.rod((0, 0.05, 0), (0, h * 0.75, 0), 0.02, "iron")


def guitar(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("body").ball((0, h * 0.18, 0), (w / 2, h * 0.18, d / 2), colour)
    b.ball((0, h * 0.42, 0), (w * 0.38, h * 0.13, d / 2), colour)
    b.ball((0, h * 0.3, d * 0.4), (w * 0.13, w * 0.13, 0.01), "black", 0.7)
    b.part("neck").box((-0.025, h * 0.4, d * 0.3), (0.025, h, d * 0.45), "dark wood")


def cigarette(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("cigarette").rod((-w / 2, h, 0), (w * 0.2, h, 0), h, "white")
    b.rod((w * 0.2, h, 0), (w / 2, h, 0), h, "orange")


def watch(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("strap").block((0, 0, 0), (w * 0.5, h * 0.5, d), "leather", 0.9)
    b.part("face").cylinder(0, 0, 0, h, w / 2, colour, count=18)
    b.line([(0, h + 0.001, 0), (0, h + 0.001, -w * 0.32)], 0.9, Y)
    b.line([(0, h + 0.001, 0), (w * 0.2, h + 0.001, w * 0.08)], 0.9, Y)


def apple(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("apple").ball((0, h / 2, 0), (w / 2, h / 2, w / 2), colour, 1.1)
    b.line([(0, h * 0.95, 0), (w * 0.06, h * 1.2, 0)], 1.2)
    b.face([(w * 0.05, h * 1.08, 0), (w * 0.25, h * 1.3, 0), (w * 0.34, h * 1.1, 0)], "leaf", 0.7, smooth=True)


def bread(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("bread").ball((0, h / 2, 0), (w / 2, h / 2, d / 2), colour, 1.1)
    for x in (-0.2, 0.0, 0.2):
        b.line([((x - 0.05) * w, h * 0.93, -d * 0.2), ((x + 0.05) * w, h * 0.96, d * 0.2)], 0.8)


def cake(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("cake").cylinder(0, 0, 0, h * 0.1, w / 2, "white", count=20)
    b.cylinder(0, 0, h * 0.1, h * 0.7, w * 0.4, colour, count=20)
    for n in range(5):
        a = n * 1.257
        x, z = w * 0.26 * float(np.cos(a)), w * 0.26 * float(np.sin(a))
        b.rod((x, h * 0.7, z), (x, h * 0.92, z), 0.012, "white")
        b.ball((x, h * 0.96, z), (0.008, 0.016, 0.008), "fire", 0.5)


def hammer(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("handle").rod((-w / 2, h / 2, 0), (w * 0.4, h / 2, 0), 0.03, "wood")
    b.part("head").block((w * 0.4, 0, 0), (0.04, h, d), "metal")


def rope(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("rope")
    for n in range(3):
        r = w * (0.5 - 0.1 * n)
        b.line(
            [
                (r * float(np.cos(a)), 0.02 + 0.02 * n, r * 0.8 * float(np.sin(a)))
                for a in np.linspace(0, 2 * np.pi, 17)
            ],
            2.2,
            colour=colour,
            smooth=True,
        )


def coin(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("coin").cylinder(0, 0, 0, h, w / 2, colour, count=20)
    b.cylinder(0, 0, h, h + 0.0005, w * 0.38, colour, weight=0.5, count=20)


def mask(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("mask").ball((0, h / 2, 0), (w / 2, h / 2, 0.05), colour, 1.1)
    for x in (-0.2, 0.2):
        b.ball((x * w, h * 0.6, 0.045), (w * 0.1, h * 0.05, 0.01), "black", 0.5)


def headphones(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("band").line(
        [(w / 2 * float(np.cos(a)), 0.04 + h * float(np.sin(a)), 0) for a in np.linspace(0, np.pi, 10)],
        2.2,
        smooth=True,
    )
    for x in (-w / 2, w / 2):
        b.part(f"ear {x:.2f}").ball((x, 0.045, 0), (0.025, 0.045, 0.04), colour)


def pen(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("pen").rod((-w / 2, h, 0), (w * 0.36, h, 0), h * 1.6, colour)
    b.rod((w * 0.36, h, 0), (w / 2, h, 0), h, "metal", 0.6)


def crown(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("crown").cylinder(0, 0, 0, h * 0.4, w / 2, colour, count=18)
    for n in range(7):
        a = n * 2 * np.pi / 7
        x, z = w / 2 * float(np.cos(a)), w / 2 * float(np.sin(a))
        b.rod((x, h * 0.4, z), (x * 1.08, h * 0.9, z * 1.08), 0.03, colour)
        b.ball((x * 1.08, h * 0.95, z * 1.08), 0.02, "red", 0.7)


def basket(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("basket").cylinder(0, 0, 0, h * 0.5, w * 0.38, colour, top=w / 2, count=16)
    for y in (0.15, 0.3):
        b.line(
            [
                (w * 0.42 * float(np.cos(a)), h * y, w * 0.42 * float(np.sin(a)))
                for a in np.linspace(0.3, np.pi - 0.3, 8)
            ],
            0.5,
            smooth=True,
        )
    b.line(
        [(-w / 2, h * 0.5, 0), (-w * 0.3, h * 0.95, 0), (w * 0.3, h * 0.95, 0), (w / 2, h * 0.5, 0)], 2.0, smooth=True
    )


def teddy(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("body").ball((0, h * 0.3, 0), (w * 0.34, h * 0.3, w * 0.28), colour)
    for x in (-1.0, 1.0):
        b.ball((x * w * 0.3, h * 0.08, w * 0.16), (w * 0.14, h * 0.1, w * 0.2), colour)
        b.ball((x * w * 0.36, h * 0.36, w * 0.1), (w * 0.1, h * 0.14, w * 0.12), colour)
        b.ball((x * w * 0.2, h * 0.92, 0), w * 0.1, colour)
    b.part("head").ball((0, h * 0.74, 0.01), (w * 0.28, h * 0.22, w * 0.26), colour)
    b.ball((0, h * 0.68, w * 0.24), (w * 0.12, h * 0.08, w * 0.06), "paper", 0.7)
    for x in (-0.1, 0.1):
        b.ball((x * w, h * 0.8, w * 0.25), 0.008, "black", 0.5)


def remote(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("remote").block((0, 0, 0), (w, h, d), colour)
    for n in range(4):
        b.line(
            [(-w * 0.25, h + 0.001, -d * 0.35 + n * d * 0.18), (w * 0.25, h + 0.001, -d * 0.35 + n * d * 0.18)],
            1.2,
            Y,
            "white",
        )


def radio(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("radio").block((0, 0, 0), (w, h, d), colour, 1.1)
    points = [
        (-w * 0.22 + h * 0.34 * float(np.cos(a)), h / 2 + h * 0.34 * float(np.sin(a)), d / 2 + 0.003)
        for a in np.arange(14) * np.pi / 7
    ]
    b.face(points, "straw", 0.7, Z, smooth=True)
    b.face(
        [
            (w * 0.1, h * 0.5, d / 2 + 0.003),
            (w * 0.42, h * 0.5, d / 2 + 0.003),
            (w * 0.42, h * 0.8, d / 2 + 0.003),
            (w * 0.1, h * 0.8, d / 2 + 0.003),
        ],
        "light",
        0.5,
        Z,
    )
    b.rod((w * 0.4, h, -d * 0.3), (w * 0.62, h * 1.8, -d * 0.3), 0.008, "metal", 0.5)


BUILDERS = {
    "letter": (letter, (0.21, 0.005, 0.29), "paper"),
    "envelope": (envelope, (0.24, 0.006, 0.16), "paper"),
    "newspaper": (newspaper, (0.4, 0.006, 0.55), "paper"),
    "photo": (photo, (0.13, 0.005, 0.16), "white"),
    "book": (book, (0.15, 0.035, 0.22), "red"),
    "open book": (open_book, (0.36, 0.03, 0.24), "leather"),
    "phone": (phone, (0.075, 0.01, 0.15), "black"),
    "telephone": (telephone, (0.2, 0.14, 0.18), "black"),
    "cup": (cup, (0.1, 0.1, 0.1), "white"),
    "glass": (glass, (0.08, 0.13, 0.08), "orange"),
    "bottle": (bottle, (0.085, 0.3, 0.085), "dark leaf"),
    "plate": (plate, (0.24, 0.02, 0.24), "white"),
    "gun": (gun, (0.22, 0.03, 0.15), "iron"),
    "knife": (knife, (0.28, 0.012, 0.035), "metal"),
    "sword": (sword, (1.0, 0.02, 0.18), "metal"),
    "bag": (bag, (0.4, 0.42, 0.16), "leather"),
    "suitcase": (suitcase, (0.65, 0.5, 0.22), "leather"),
    "backpack": (backpack, (0.34, 0.46, 0.2), "green"),
    "key": (key, (0.09, 0.006, 0.04), "gold"),
    "ring": (ring, (0.03, 0.03, 0.01), "gold"),
    "flower": (flower, (0.42, 0.06, 0.14), "red"),
    "vase": (vase, (0.22, 0.45, 0.22), "blue"),
    "money": (money, (0.16, 0.03, 0.075), "green"),
    "candle": (candle, (0.12, 0.26, 0.12), "paper"),
    "lantern": (lantern, (0.18, 0.34, 0.18), "iron"),
    "hat": (hat, (0.36, 0.14, 0.36), "dark wood"),
    "camera": (camera, (0.15, 0.11, 0.14), "black"),
    "laptop": (laptop, (0.35, 0.24, 0.24), "metal"),
    "ball": (ball, (0.24, 0.24, 0.24), "red"),
    "box": (box, (0.36, 0.22, 0.26), "straw"),
    "gift": (gift, (0.26, 0.2, 0.26), "purple"),
    "map": (map_, (0.6, 0.005, 0.42), "paper"),
    "umbrella": (umbrella, (1.0, 0.95, 1.0), "blue"),
    "guitar": (guitar, (0.38, 1.0, 0.12), "wood"),
    "cigarette": (cigarette, (0.08, 0.008, 0.008), "white"),
    "watch": (watch, (0.045, 0.012, 0.2), "gold"),
    "apple": (apple, (0.085, 0.08, 0.085), "red"),
    "bread": (bread, (0.34, 0.12, 0.14), "light wood"),
    "cake": (cake, (0.36, 0.24, 0.36), "pink"),
    "hammer": (hammer, (0.32, 0.05, 0.12), "wood"),
    "rope": (rope, (0.4, 0.08, 0.4), "straw"),
    "coin": (coin, (0.03, 0.003, 0.03), "gold"),
    "mask": (mask, (0.2, 0.26, 0.06), "white"),
    "headphones": (headphones, (0.18, 0.16, 0.08), "black"),
    "pen": (pen, (0.14, 0.006, 0.01), "blue"),
    "crown": (crown, (0.2, 0.14, 0.2), "gold"),
    "basket": (basket, (0.4, 0.34, 0.34), "straw"),
    "teddy": (teddy, (0.26, 0.36, 0.22), "wood"),
    "remote": (remote, (0.05, 0.02, 0.18), "black"),
    "radio": (radio, (0.36, 0.22, 0.12), "dark wood"),
}
