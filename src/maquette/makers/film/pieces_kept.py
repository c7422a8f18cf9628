"""Things to carry, to wear and to keep: bags, lights, toys. Each builder takes width, height, depth and a colour."""

from __future__ import annotations

import numpy as np

from .pieces_model import Build

Y = (0.0, 1.0, 0.0)
Z = (0.0, 0.0, 1.0)


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


def vase(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("vase").lathe(0, 0, [(w * 0.2, 0), (w * 0.38, h * 0.22), (w * 0.14, h * 0.5)], colour, inner=0)
    b.part("flowers")
    for x, y, tint in ((-0.3, 0.9, "red"), (0.28, 0.95, "yellow"), (0.0, 1.0, "pink")):
        b.line([(0, h * 0.5, 0), (x * w * 0.5, h * 0.75, 0), (x * w, h * y, 0)], 0.8, smooth=True, colour="dark leaf")
        b.ball((x * w, h * y, 0), w * 0.17, tint, 0.8)


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


def umbrella(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("umbrella").cylinder(0, 0, h * 0.7, h, w / 2, colour, top=0.02, count=12)
    b.rod((0, 0.05, 0), (0, h * 0.75, 0), 0.02, "iron")


def guitar(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("body").ball((0, h * 0.18, 0), (w / 2, h * 0.18, d / 2), colour)
    b.ball((0, h * 0.42, 0), (w * 0.38, h * 0.13, d / 2), colour)
    b.ball((0, h * 0.3, d * 0.4), (w * 0.13, w * 0.13, 0.01), "black", 0.7)
    b.part("neck").box((-0.025, h * 0.4, d * 0.3), (0.025, h, d * 0.45), "dark wood")


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


def hammer(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("handle").rod((-w / 2, h / 2, 0), (w * 0.4, h / 2, 0), 0.03, "wood")
    b.part("head").block((w * 0.4, 0, 0), (0.04, h, d), "metal")


def telephone(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("body").prism(
        [(-d / 2, 0), (d / 2, 0), (d * 0.2, h * 0.6), (-d * 0.3, h * 0.6)], w / 2, -w / 2, colour, along="x"
    )
    b.cylinder(0, d * 0.08, h * 0.5, h * 0.56, w * 0.25, "white", weight=0.6)
    b.part("receiver").rod((-w * 0.55, h * 0.85, -d * 0.1), (w * 0.55, h * 0.85, -d * 0.1), 0.035, colour)
    for x in (-w * 0.52, w * 0.52):
        b.ball((x, h * 0.78, -d * 0.1), 0.035, colour)


BUILDERS = {
    "telephone": (telephone, (0.2, 0.14, 0.18), "black"),
    "bag": (bag, (0.4, 0.42, 0.16), "leather"),
    "suitcase": (suitcase, (0.65, 0.5, 0.22), "leather"),
    "backpack": (backpack, (0.34, 0.46, 0.2), "green"),
    "vase": (vase, (0.22, 0.45, 0.22), "blue"),
    "candle": (candle, (0.12, 0.26, 0.12), "paper"),
    "lantern": (lantern, (0.18, 0.34, 0.18), "iron"),
    "hat": (hat, (0.36, 0.14, 0.36), "dark wood"),
    "camera": (camera, (0.15, 0.11, 0.14), "black"),
    "laptop": (laptop, (0.35, 0.24, 0.24), "metal"),
    "ball": (ball, (0.24, 0.24, 0.24), "red"),
    "box": (box, (0.36, 0.22, 0.26), "straw"),
    "gift": (gift, (0.26, 0.2, 0.26), "purple"),
    "umbrella": (umbrella, (1.0, 0.95, 1.0), "blue"),
    "guitar": (guitar, (0.38, 1.0, 0.12), "wood"),
    "hammer": (hammer, (0.32, 0.05, 0.12), "wood"),
    "rope": (rope, (0.4, 0.08, 0.4), "straw"),
    "mask": (mask, (0.2, 0.26, 0.06), "white"),
    "headphones": (headphones, (0.18, 0.16, 0.08), "black"),
    "crown": (crown, (0.2, 0.14, 0.2), "gold"),
    "basket": (basket, (0.4, 0.34, 0.34), "straw"),
    "teddy": (teddy, (0.26, 0.36, 0.22), "wood"),
    "radio": (radio, (0.36, 0.22, 0.12), "dark wood"),
}
