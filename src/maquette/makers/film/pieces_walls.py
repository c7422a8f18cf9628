"""What hangs on walls and is built into rooms. Each builder takes width, height, depth in metres and a colour."""

from __future__ import annotations

import numpy as np

from .pieces_model import Build

Z = (0.0, 0.0, 1.0)


def door(b: Build, w: float, h: float, d: float, colour: str) -> None:
    t = 0.09
    b.part("frame", True)
    b.face([(-w / 2 - t, 0, 0.005), (w / 2 + t, 0, 0.005), (w / 2 + t, h + t, 0.005), (-w / 2 - t, h + t, 0.005)],
           "white", 0.8, Z)  # fmt: skip
    b.part("leaf", True)
    b.face([(-w / 2, 0, 0.02), (w / 2, 0, 0.02), (w / 2, h, 0.02), (-w / 2, h, 0.02)], colour, 1.0, Z)
    for y0, y1 in ((0.2, 0.9), (1.05, h - 0.18)):
        x = w / 2 - 0.14
        b.line([(-x, y0, 0.03), (x, y0, 0.03), (x, y1, 0.03), (-x, y1, 0.03), (-x, y0, 0.03)], 0.6, Z)
    b.part("handle", True).ball((w / 2 - 0.08, 1.0, 0.06), 0.035, "gold", 0.8)


def glass_door(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("frame", True)
    b.face([(-w / 2, 0, 0.005), (w / 2, 0, 0.005), (w / 2, h, 0.005), (-w / 2, h, 0.005)], colour, 0.9, Z)
    for x0, x1 in ((-w / 2 + 0.08, -0.04), (0.04, w / 2 - 0.08)):
        b.face([(x0, 0.25, 0.02), (x1, 0.25, 0.02), (x1, h - 0.1, 0.02), (x0, h - 0.1, 0.02)], "glass", 0.7, Z)
        b.line([(x0 + 0.06, 0.9, 0.03), (x1 - 0.08, 1.5, 0.03)], 0.4, Z)
    for x in (-0.09, 0.09):
        b.line([(x, 0.9, 0.05), (x, 1.2, 0.05)], 1.6, Z)


def window(b: Build, w: float, h: float, d: float, colour: str) -> None:
    t = 0.07
    b.part("frame", True)
    b.face([(-w / 2 - t, -t, 0.005), (w / 2 + t, -t, 0.005), (w / 2 + t, h + t, 0.005), (-w / 2 - t, h + t, 0.005)],
           "white", 0.9, Z)  # fmt: skip
    b.part("panes", True)
    for x0, x1 in ((-w / 2, -0.02), (0.02, w / 2)):
        for y0, y1 in ((0, h * 0.62), (h * 0.62 + 0.04, h)):
            b.face([(x0, y0, 0.02), (x1, y0, 0.02), (x1, y1, 0.02), (x0, y1, 0.02)], "sky", 0.6, Z)
    for x in (-w * 0.38, w * 0.12):
        b.line([(x, h * 0.2, 0.03), (x + w * 0.14, h * 0.42, 0.03)], 0.35, Z)
    b.part("sill", True).box((-w / 2 - 0.12, -t - 0.03, 0), (w / 2 + 0.12, -t, 0.13), "white", 0.8, 0.4)


def curtain(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("cloth", True)
    for side in (-1, 1):
        wide = w * 0.2
        x1 = side * w / 2
        x0 = x1 - side * wide
        b.face(
            [
                (x0, h, 0.1),
                (x1, h, 0.1),
                (x1, 0.02, 0.1),
                (x0 + side * 0.06, 0.02, 0.1),
                (x0 + side * 0.1, h * 0.45, 0.1),
            ],
            colour,
            0.9,
        )
        for n in (1, 2, 3):
            x = x0 + (x1 - x0) * n / 4
            b.line(
                [(x, h - 0.04, 0.11), (x + side * 0.02, h * 0.5, 0.11), (x + side * 0.03, 0.06, 0.11)], 0.5, smooth=True
            )
    b.rod((-w / 2 - 0.1, h + 0.03, 0.1), (w / 2 + 0.1, h + 0.03, 0.1), 0.04, "dark wood")


def picture(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("frame", True)
    b.face([(-w / 2, 0, 0.02), (w / 2, 0, 0.02), (w / 2, h, 0.02), (-w / 2, h, 0.02)], colour, 0.9, Z)
    m = 0.05
    x, y0, y1 = w / 2 - m, m, h - m
    b.part("picture", True)
    b.face([(-x, y0, 0.03), (x, y0, 0.03), (x, y1, 0.03), (-x, y1, 0.03)], "paper", 0.5, Z)
    b.face(
        [
            (-x, y0, 0.035),
            (x, y0, 0.035),
            (x, h * 0.36, 0.035),
            (x * 0.3, h * 0.55, 0.035),
            (-x * 0.3, h * 0.38, 0.035),
            (-x, h * 0.5, 0.035),
        ],
        "hill",
        0.4,
        Z,
    )


def poster(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("poster", True)
    b.face([(-w / 2, 0, 0.01), (w / 2, 0, 0.01), (w / 2, h, 0.01), (-w / 2, h, 0.01)], colour, 0.7, Z)
    for n, wide in enumerate((0.7, 0.5, 0.62)):
        y = h * (0.84 - 0.1 * n)
        b.line([(-w / 2 * wide, y, 0.02), (w / 2 * wide, y, 0.02)], 1.0 if n == 0 else 0.5, Z)
    b.face(
        [(-w * 0.3, h * 0.12, 0.02), (w * 0.3, h * 0.12, 0.02), (w * 0.1, h * 0.5, 0.02), (-w * 0.14, h * 0.42, 0.02)],
        "white",
        0.5,
        Z,
    )


def mirror(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("mirror", True)
    b.face([(-w / 2, 0, 0.02), (w / 2, 0, 0.02), (w / 2, h, 0.02), (-w / 2, h, 0.02)], colour, 0.9, Z)
    m = 0.05
    b.face(
        [(-w / 2 + m, m, 0.03), (w / 2 - m, m, 0.03), (w / 2 - m, h - m, 0.03), (-w / 2 + m, h - m, 0.03)],
        "glass",
        0.6,
        Z,
    )
    for x in (-0.25, -0.1):
        b.line([(x * w, h * 0.3, 0.04), ((x + 0.3) * w, h * 0.75, 0.04)], 0.4, Z)


def clock(b: Build, w: float, h: float, d: float, colour: str) -> None:

    angles = np.arange(20) * np.pi / 10
    ring = [(float(w / 2 * np.cos(a)), float(h / 2 + h / 2 * np.sin(a)), 0.03) for a in angles]
    b.part("clock", True).face(ring, colour, 1.0, Z, smooth=True)
    b.line([(0, h / 2, 0.04), (0, h * 0.86, 0.04)], 0.8, Z)
    b.line([(0, h / 2, 0.04), (w * 0.22, h * 0.58, 0.04)], 0.8, Z)


def blackboard(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("board", True)
    b.face([(-w / 2, 0, 0.02), (w / 2, 0, 0.02), (w / 2, h, 0.02), (-w / 2, h, 0.02)], "wood", 0.9, Z)
    m = 0.06
    b.face(
        [(-w / 2 + m, m, 0.03), (w / 2 - m, m, 0.03), (w / 2 - m, h - m, 0.03), (-w / 2 + m, h - m, 0.03)],
        "#3e5a4c",
        0.5,
        Z,
    )
    for n, (x0, x1) in enumerate(((-0.4, -0.05), (-0.4, 0.1), (-0.36, -0.12))):
        y = h * (0.75 - 0.18 * n)
        b.line([(x0 * w, y, 0.04), ((x0 + x1) / 2 * w, y + 0.02, 0.04), (x1 * w, y, 0.04)], 0.7, Z, "white")
    b.part("ledge", True).box((-w / 2, -0.04, 0.02), (w / 2, 0, 0.1), "wood", 0.7, 0.3)


def notice(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("board", True)
    b.face([(-w / 2, 0, 0.02), (w / 2, 0, 0.02), (w / 2, h, 0.02), (-w / 2, h, 0.02)], "straw", 0.9, Z)
    for x, y, wide, tall in (
        (-0.32, 0.5, 0.2, 0.36),
        (-0.05, 0.55, 0.26, 0.3),
        (0.24, 0.4, 0.2, 0.45),
        (-0.2, 0.12, 0.3, 0.26),
    ):
        x0, x1, y0, y1 = (x - wide / 2) * w, (x + wide / 2) * w, y * h, (y + tall) * h
        b.face([(x0, y0, 0.03), (x1, y0, 0.03), (x1, y1, 0.03), (x0, y1, 0.03)], "paper", 0.4, Z)


def torch(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("torch", True).rod((0, 0, 0.02), (0, h * 0.6, 0.14), 0.05, "dark wood")
    b.face(
        [
            (-0.07, h * 0.58, 0.15),
            (-0.1, h * 0.8, 0.15),
            (0, h * 1.25, 0.15),
            (0.1, h * 0.8, 0.15),
            (0.07, h * 0.58, 0.15),
        ],
        "fire",
        0.8,
        smooth=True,
    )


def wall_cupboard(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("cupboard").box((-w / 2, 0, 0), (w / 2, h, d), colour, 1.0)
    doors = max(2, round(w / 0.5))
    for n in range(doors):
        x0, x1 = -w / 2 + n * w / doors + 0.03, -w / 2 + (n + 1) * w / doors - 0.03
        b.line(
            [
                (x0, 0.04, d + 0.004),
                (x1, 0.04, d + 0.004),
                (x1, h - 0.04, d + 0.004),
                (x0, h - 0.04, d + 0.004),
                (x0, 0.04, d + 0.004),
            ],
            0.5,
            Z,
        )


def fireplace(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("hearth").box((-w / 2, 0, 0), (-w * 0.3, h - 0.1, d), colour)
    b.box((w * 0.3, 0, 0), (w / 2, h - 0.1, d), colour)
    b.box((-w * 0.3, h * 0.66, 0), (w * 0.3, h - 0.1, d), colour)
    b.face(
        [(-w * 0.3, 0, 0.02), (w * 0.3, 0, 0.02), (w * 0.3, h * 0.66, 0.02), (-w * 0.3, h * 0.66, 0.02)],
        "black",
        0.8,
        Z,
    )
    for n, (x, tall) in enumerate(((-0.1, 0.26), (0.05, 0.36), (0.16, 0.22))):
        b.face([((x - 0.07) * w, 0.08, 0.1), ((x - 0.08) * w, 0.2, 0.1), (x * w, 0.1 + tall, 0.1), ((x + 0.07) * w, 0.2, 0.1), ((x + 0.06) * w, 0.08, 0.1)],  # noqa: E501
               "fire" if n != 1 else "yellow", 0.6, Z, smooth=True)  # fmt: skip
    b.rod((-w * 0.22, 0.06, 0.14), (w * 0.2, 0.08, 0.2), 0.09, "bark")
    b.part("mantel").box((-w / 2 - 0.08, h - 0.1, 0), (w / 2 + 0.08, h, d + 0.07), "dark wood")


def radiator(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("radiator").box((-w / 2, 0.12, -d / 2), (w / 2, h, d / 2), colour, 0.9)
    for n in range(1, 10):
        x = -w / 2 + n * w / 10
        b.line([(x, 0.16, d / 2 + 0.004), (x, h - 0.04, d / 2 + 0.004)], 0.4, Z)


def screen(b: Build, w: float, h: float, d: float, colour: str) -> None:
    for n in range(3):
        x0, x1 = -w / 2 + n * w / 3, -w / 2 + (n + 1) * w / 3
        z0, z1 = (0.0, 0.15) if n % 2 == 0 else (0.15, 0.0)
        b.part(f"leaf {n + 1}").face([(x0, 0.05, z0), (x1, 0.05, z1), (x1, h, z1), (x0, h, z0)], colour, 1.0)


def stairs(b: Build, w: float, h: float, d: float, colour: str) -> None:
    steps = max(3, round(h / 0.18))
    outline = [(0.0, 0.0), (d, 0.0)]
    for n in range(steps, 0, -1):
        outline += [(d * n / steps, h * n / steps), (d * (n - 1) / steps, h * n / steps)]
    shifted = [(x - d / 2, y) for x, y in outline[:-1]]
    b.part("stairs").prism(shifted, w / 2, -w / 2, colour, along="x")


def pillar(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("pillar").block((0, 0, 0), (w * 1.35, 0.18, w * 1.35), colour)
    b.cylinder(0, 0, 0.18, h - 0.2, w / 2, colour, top=w * 0.44, count=16)
    b.block((0, h - 0.2, 0), (w * 1.3, 0.2, w * 1.3), colour)


BUILDERS = {
    "door": (door, (0.9, 2.05, 0.06), "wood"),
    "glass door": (glass_door, (1.6, 2.15, 0.06), "dark metal"),
    "window": (window, (1.3, 1.25, 0.08), "white"),
    "curtain": (curtain, (2.0, 2.2, 0.1), "red"),
    "picture": (picture, (0.7, 0.5, 0.04), "dark wood"),
    "poster": (poster, (0.6, 0.85, 0.01), "orange"),
    "mirror": (mirror, (0.6, 0.9, 0.04), "dark wood"),
    "clock": (clock, (0.34, 0.34, 0.04), "white"),
    "blackboard": (blackboard, (3.2, 1.2, 0.06), "#3e5a4c"),
    "notice board": (notice, (1.3, 0.9, 0.04), "straw"),
    "wall cupboard": (wall_cupboard, (2.0, 0.65, 0.34), "white"),
    "fireplace": (fireplace, (1.5, 1.2, 0.4), "stone"),
    "stairs": (stairs, (1.2, 2.6, 3.2), "light wood"),
    "pillar": (pillar, (0.6, 4.0, 0.6), "stone"),
    "torch": (torch, (0.2, 0.5, 0.2), "fire"),
    "screen": (screen, (1.8, 1.8, 0.2), "white"),
    "radiator": (radiator, (1.0, 0.62, 0.1), "white"),
}
