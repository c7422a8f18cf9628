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


def coin(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("coin").cylinder(0, 0, 0, h, w / 2, colour, count=20)
    b.cylinder(0, 0, h, h + 0.0005, w * 0.38, colour, weight=0.5, count=20)


def pen(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("pen").rod((-w / 2, h, 0), (w * 0.36, h, 0), h * 1.6, colour)
    b.rod((w * 0.36, h, 0), (w / 2, h, 0), h, "metal", 0.6)


def remote(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("remote").block((0, 0, 0), (w, h, d), colour)
    for n in range(4):
        b.line(
            [(-w * 0.25, h + 0.001, -d * 0.35 + n * d * 0.18), (w * 0.25, h + 0.001, -d * 0.35 + n * d * 0.18)],
            1.2,
            Y,
            "white",
        )


BUILDERS = {
    "letter": (letter, (0.21, 0.005, 0.29), "paper"),
    "envelope": (envelope, (0.24, 0.006, 0.16), "paper"),
    "newspaper": (newspaper, (0.4, 0.006, 0.55), "paper"),
    "photo": (photo, (0.13, 0.005, 0.16), "white"),
    "book": (book, (0.15, 0.035, 0.22), "red"),
    "open book": (open_book, (0.36, 0.03, 0.24), "leather"),
    "phone": (phone, (0.075, 0.01, 0.15), "black"),
    "cup": (cup, (0.1, 0.1, 0.1), "white"),
    "glass": (glass, (0.08, 0.13, 0.08), "orange"),
    "bottle": (bottle, (0.085, 0.3, 0.085), "dark leaf"),
    "plate": (plate, (0.24, 0.02, 0.24), "white"),
    "gun": (gun, (0.22, 0.03, 0.15), "iron"),
    "knife": (knife, (0.28, 0.012, 0.035), "metal"),
    "sword": (sword, (1.0, 0.02, 0.18), "metal"),
    "key": (key, (0.09, 0.006, 0.04), "gold"),
    "ring": (ring, (0.03, 0.03, 0.01), "gold"),
    "flower": (flower, (0.42, 0.06, 0.14), "red"),
    "money": (money, (0.16, 0.03, 0.075), "green"),
    "map": (map_, (0.6, 0.005, 0.42), "paper"),
    "cigarette": (cigarette, (0.08, 0.008, 0.008), "white"),
    "watch": (watch, (0.045, 0.012, 0.2), "gold"),
    "apple": (apple, (0.085, 0.08, 0.085), "red"),
    "bread": (bread, (0.34, 0.12, 0.14), "light wood"),
    "cake": (cake, (0.36, 0.24, 0.36), "pink"),
    "coin": (coin, (0.03, 0.003, 0.03), "gold"),
    "pen": (pen, (0.14, 0.006, 0.01), "blue"),
    "remote": (remote, (0.05, 0.02, 0.18), "black"),
}
