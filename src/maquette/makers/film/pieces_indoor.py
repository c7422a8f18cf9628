"""Furniture and what hangs on walls. Each builder takes width, height, depth in metres and a main colour."""

from __future__ import annotations

from .pieces_model import Build

Z = (0.0, 0.0, 1.0)


def _legs(b: Build, w: float, h: float, d: float, colour: str, thick: float = 0.05) -> None:
    for x in (-w / 2 + thick, w / 2 - thick):
        for z in (-d / 2 + thick, d / 2 - thick):
            b.block((x, 0, z), (thick, h, thick), colour, 0.8, 0.4)


def table(b: Build, w: float, h: float, d: float, colour: str) -> None:
    _legs(b.part("legs"), w, h - 0.04, d, colour, 0.06)
    b.block((0, h - 0.12, 0), (w - 0.12, 0.08, d - 0.12), colour, 0.7, 0.3)
    b.part("top").block((0, h - 0.045, 0), (w, 0.045, d), colour)
    for z in (-0.25, 0.1):
        b.line([(-w * 0.42, h, z * d), (-w * 0.05, h, (z + 0.02) * d), (w * 0.3, h, z * d)], 0.3, (0, 1, 0))


def round_table(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("foot").cylinder(0, 0, 0, 0.03, w * 0.26, "dark metal")
    b.cylinder(0, 0, 0.03, h - 0.03, 0.035, "dark metal", weight=0.7, inner=0)
    b.part("top").cylinder(0, 0, h - 0.035, h, w / 2, colour, count=24)


def desk(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("drawers")
    for x in (-w / 2 + 0.22, w / 2 - 0.22):
        b.block((x, 0, 0), (0.4, h - 0.04, d - 0.06), colour)
        for n in range(3):
            y = 0.08 + n * (h - 0.14) / 3
            z = d / 2 - 0.028
            b.line([(x - 0.16, y, z), (x + 0.16, y, z), (x + 0.16, y + 0.17, z), (x - 0.16, y + 0.17, z),
                    (x - 0.16, y, z)], 0.4, Z)  # fmt: skip
            b.line([(x - 0.04, y + 0.09, z), (x + 0.04, y + 0.09, z)], 0.9, Z)
    b.part("top").block((0, h - 0.05, 0), (w, 0.05, d), colour)


def chair(b: Build, w: float, h: float, d: float, colour: str) -> None:
    seat = 0.46 * h / 0.9
    _legs(b.part("seat"), w, seat, d, colour, 0.04)
    b.block((0, seat - 0.05, 0), (w, 0.05, d), colour)
    b.part("back")
    for x in (-w / 2 + 0.025, w / 2 - 0.025):
        b.block((x, seat, -d / 2 + 0.02), (0.04, h - seat, 0.04), colour, 0.8, 0.4)
    b.block((0, h - 0.13, -d / 2 + 0.02), (w - 0.06, 0.13, 0.03), colour, 0.9)
    b.block((0, h - 0.28, -d / 2 + 0.02), (w - 0.06, 0.06, 0.025), colour, 0.8)


def office_chair(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("seat")
    for x, z in ((0.25, 0.1), (-0.25, 0.1), (0.0, -0.28), (0.16, -0.2), (-0.16, -0.2)):
        b.rod((0, 0.08, 0), (x, 0.03, z), 0.04, "iron")
    b.cylinder(0, 0, 0.06, 0.42, 0.03, "iron", weight=0.7, inner=0)
    b.block((0, 0.42, 0), (w, 0.08, d), colour)
    b.part("back").rod((0, 0.45, -d / 2), (0, 0.6, -d / 2 - 0.03), 0.05, "iron")
    b.block((0, 0.56, -d / 2 - 0.02), (w * 0.9, h - 0.56, 0.06), colour)


def armchair(b: Build, w: float, h: float, d: float, colour: str) -> None:
    _couch(b, w, h, d, colour, 1)


def sofa(b: Build, w: float, h: float, d: float, colour: str) -> None:
    _couch(b, w, h, d, colour, 2 if w < 2 else 3)


def _couch(b: Build, w: float, h: float, d: float, colour: str, cushions: int) -> None:
    b.part("back").box((-w / 2 + 0.12, 0.06, -d / 2), (w / 2 - 0.12, h, -d / 2 + 0.22), colour)
    b.part("seat").box((-w / 2 + 0.16, 0.06, -d / 2 + 0.22), (w / 2 - 0.16, 0.3, d / 2 - 0.02), colour)
    each = (w - 0.36) / cushions
    for n in range(cushions):
        x = -w / 2 + 0.18 + n * each
        b.box((x + 0.005, 0.3, -d / 2 + 0.2), (x + each - 0.005, 0.44, d / 2), colour, 0.9)
    for side in (-1, 1):
        x0, x1 = sorted((side * (w / 2 - 0.18), side * w / 2))
        b.part("left arm" if side > 0 else "right arm")
        b.prism([(x0, 0.05), (x1, 0.05), (x1, 0.52), (x1 - 0.04, 0.6), (x0 + 0.03, 0.6), (x0, 0.54)],
                d / 2 - 0.02, -d / 2 + 0.03, colour)  # fmt: skip


def bed(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("head").box((-w / 2, 0, -d / 2), (w / 2, 1.0, -d / 2 + 0.06), "dark wood")
    b.part("frame").box((-w / 2, 0.1, -d / 2 + 0.06), (w / 2, 0.3, d / 2), "dark wood")
    b.box((-w / 2 + 0.03, 0.3, -d / 2 + 0.06), (w / 2 - 0.03, h, d / 2 - 0.04), "white")
    count = 2 if w > 1.2 else 1
    each = w / count
    for n in range(count):
        x = -w / 2 + (n + 0.5) * each
        b.box((x - each * 0.38, h, -d / 2 + 0.12), (x + each * 0.38, h + 0.11, -d / 2 + 0.5), "paper", 0.9, 0.4)
    b.box((-w / 2 - 0.02, h - 0.16, -d / 2 + 0.75), (w / 2 + 0.02, h + 0.035, d / 2 - 0.02), colour, 0.9, 0.5)
    b.line([(-w / 2, h + 0.036, -d / 2 + 0.92), (0, h + 0.036, -d / 2 + 0.94), (w / 2, h + 0.036, -d / 2 + 0.91)], 0.5,
           (0, 1, 0))  # fmt: skip


def hospital_bed(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("frame")
    for x in (-w / 2 + 0.06, w / 2 - 0.06):
        for z in (-d / 2 + 0.15, d / 2 - 0.15):
            b.rod((x, 0.04, z), (x, 0.45, z), 0.04, "metal")
            b.ball((x, 0.05, z), 0.05, "rubber", 0.7)
    b.box((-w / 2, 0.42, -d / 2), (w / 2, h, d / 2), "white")
    b.box((-w * 0.36, h, -d / 2 + 0.08), (w * 0.36, h + 0.1, -d / 2 + 0.45), "paper", 0.8, 0.4)
    b.box((-w / 2 - 0.01, h - 0.1, -d / 2 + 0.8), (w / 2 + 0.01, h + 0.03, d / 2), colour, 0.9)
    for z, name in ((-d / 2, "head"), (d / 2, "foot")):
        b.part(name)
        for x in (-w / 2, w / 2):
            b.rod((x, 0.1, z), (x, 0.95, z), 0.04, "metal")
        for y in (0.55, 0.72, 0.93):
            b.rod((-w / 2, y, z), (w / 2, y, z), 0.035, "metal")


def rug(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("rug", True)
    b.face(
        [(-w / 2, 0.006, d / 2), (w / 2, 0.006, d / 2), (w / 2, 0.006, -d / 2), (-w / 2, 0.006, -d / 2)], colour, 0.7
    )
    x, z = w / 2 - 0.14, d / 2 - 0.14
    b.line([(-x, 0.01, z), (x, 0.01, z), (x, 0.01, -z), (-x, 0.01, -z), (-x, 0.01, z)], 0.5)


def floor_lamp(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("stand").cylinder(0, 0, 0, 0.03, 0.14, "iron")
    b.cylinder(0, 0, 0.03, h - 0.3, 0.015, "iron", weight=0.7, inner=0)
    b.part("shade").cylinder(0, 0, h - 0.34, h, 0.22, "light", top=0.13)


def table_lamp(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("lamp").lathe(0, 0, [(0.07, 0), (0.07, 0.02)], colour)
    b.lathe(0, 0, [(0.03, 0.02), (0.055, h * 0.25), (0.02, h * 0.5)], colour, weight=0.8, inner=0)
    b.cylinder(0, 0, h * 0.48, h, 0.14, "light", top=0.08)


def ceiling_lamp(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("lamp").rod((0, h, 0), (0, h + 0.7, 0), 0.012, "iron", 0.5)
    b.cylinder(0, 0, 0, h, w / 2, colour, top=0.06)


def shelf(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("shelf").box((-w / 2, 0, -d / 2), (w / 2, h, d / 2), colour, 1.1)
    z = d / 2 + 0.004
    rows = max(2, round(h / 0.38))
    tints = ("red", "blue", "paper", "green", "straw", "dark wood", "leather", "white", "purple")
    for row in range(rows):
        y0, y1 = 0.04 + row * (h - 0.06) / rows, (row + 1) * (h - 0.06) / rows
        b.face(
            [(-w / 2 + 0.04, y0, z), (w / 2 - 0.04, y0, z), (w / 2 - 0.04, y1, z), (-w / 2 + 0.04, y1, z)],
            "#5d4632",
            0.6,
            Z,
        )
        x, n = -w / 2 + 0.06, row * 5
        stop = w / 2 - 0.1 - (0.25 if row % 2 else 0.0)
        while x < stop:
            thick = 0.035 + 0.011 * (n * 7 % 5)
            tall = (y1 - y0) * (0.68 + 0.055 * (n * 5 % 6))
            b.face(
                [
                    (x, y0, z + 0.01),
                    (x + thick, y0, z + 0.01),
                    (x + thick, y0 + tall, z + 0.01),
                    (x, y0 + tall, z + 0.01),
                ],
                tints[n % len(tints)],
                0.35,
                Z,
            )
            x, n = x + thick + (0.1 if n % 11 == 10 else 0.003), n + 1


def cupboard(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("cupboard").box((-w / 2, 0.05, -d / 2), (w / 2, h, d / 2), colour, 1.1)
    z = d / 2 + 0.004
    doors = max(1, round(w / 0.55))
    for n in range(doors):
        x0, x1 = -w / 2 + n * w / doors + 0.03, -w / 2 + (n + 1) * w / doors - 0.03
        b.line([(x0, 0.1, z), (x1, 0.1, z), (x1, h - 0.06, z), (x0, h - 0.06, z), (x0, 0.1, z)], 0.6, Z)
        knob = x1 - 0.06 if n % 2 == 0 else x0 + 0.06
        b.line([(knob, h * 0.52, z), (knob, h * 0.58, z)], 1.3, Z)


def counter(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("body").box((-w / 2, 0, -d / 2), (w / 2, h - 0.05, d / 2 - 0.04), colour, 1.0)
    b.part("top").box((-w / 2 - 0.03, h - 0.05, -d / 2), (w / 2 + 0.03, h, d / 2), "dark wood")
    b.part("body lines")
    z = d / 2 - 0.036
    panels = max(2, round(w / 0.6))
    for n in range(panels):
        x0, x1 = -w / 2 + n * w / panels + 0.05, -w / 2 + (n + 1) * w / panels - 0.05
        b.line([(x0, 0.12, z), (x1, 0.12, z), (x1, h - 0.14, z), (x0, h - 0.14, z), (x0, 0.12, z)], 0.5, Z)


def kitchen_counter(b: Build, w: float, h: float, d: float, colour: str) -> None:
    counter(b, w, h, d, colour)
    b.part("tap").rod((-w * 0.2, h, -d * 0.35), (-w * 0.2, h + 0.24, -d * 0.35), 0.03, "metal")
    b.rod((-w * 0.2, h + 0.24, -d * 0.35), (-w * 0.2, h + 0.2, -d * 0.08), 0.03, "metal")
    b.line([(-w * 0.2 - 0.26, h + 0.003, 0.2), (-w * 0.2 + 0.26, h + 0.003, 0.2), (-w * 0.2 + 0.26, h + 0.003, -0.16),
            (-w * 0.2 - 0.26, h + 0.003, -0.16), (-w * 0.2 - 0.26, h + 0.003, 0.2)], 0.8, (0, 1, 0))  # fmt: skip


def stove(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("stove").box((-w / 2, 0, -d / 2), (w / 2, h, d / 2), colour, 1.0)
    z = d / 2 + 0.004
    b.face(
        [(-w * 0.38, 0.18, z), (w * 0.38, 0.18, z), (w * 0.38, h * 0.66, z), (-w * 0.38, h * 0.66, z)],
        "dark metal",
        0.6,
        Z,
    )
    b.line([(-w * 0.36, h * 0.72, z + 0.02), (w * 0.36, h * 0.72, z + 0.02)], 1.4, Z)
    for n in range(4):
        x = -w * 0.3 + n * w * 0.2
        b.line([(x, h * 0.86, z), (x + 0.03, h * 0.86, z)], 2.0, Z)
    b.part("pot").cylinder(w * 0.2, 0, h, h + 0.16, 0.11, "metal")


def fridge(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("fridge").box((-w / 2, 0.03, -d / 2), (w / 2, h, d / 2), colour, 1.1)
    z = d / 2 + 0.004
    b.line([(-w / 2, h * 0.66, z), (w / 2, h * 0.66, z)], 0.8, Z)
    b.line([(-w * 0.4, h * 0.72, z), (-w * 0.4, h * 0.86, z)], 1.4, Z)
    b.line([(-w * 0.4, h * 0.38, z), (-w * 0.4, h * 0.6, z)], 1.4, Z)


def plant(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("pot").cylinder(0, 0, 0, h * 0.3, w * 0.22, "clay", top=w * 0.3)
    b.part("leaves")
    for n, (x, y, z) in enumerate(
        (
            (0.0, 0.95, 0.0),
            (0.34, 0.8, 0.1),
            (-0.32, 0.84, 0.08),
            (0.16, 0.66, 0.3),
            (-0.2, 0.62, -0.2),
            (0.3, 0.55, -0.1),
        )
    ):
        tip, mid = (x * w * 1.5, y * h, z * w), (x * w * 0.5, y * h * 0.75, z * w * 0.4)
        wide = w * 0.1
        b.face([(0, h * 0.3, 0), (mid[0] - wide, mid[1], mid[2]), tip, (mid[0] + wide, mid[1], mid[2])],
               "leaf" if n % 2 else "dark leaf", 0.6, smooth=True)  # fmt: skip


def tv(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("stand").block((0, 0, 0), (w * 1.1, 0.45, d), "dark wood")
    b.part("screen").box((-w / 2, 0.5, -0.04), (w / 2, 0.5 + h, 0.03), "black", 1.0)
    b.face(
        [
            (-w / 2 + 0.04, 0.54, 0.035),
            (w / 2 - 0.04, 0.54, 0.035),
            (w / 2 - 0.04, 0.46 + h, 0.035),
            (-w / 2 + 0.04, 0.46 + h, 0.035),
        ],
        "screen",
        0.5,
        Z,
    )


def computer(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("screen").block((0, 0, -0.06), (0.2, 0.02, 0.16), "dark metal", 0.7)
    b.block((0, 0.02, -0.06), (0.05, 0.1, 0.03), "dark metal", 0.6)
    b.box((-w / 2, 0.1, -0.08), (w / 2, h, -0.04), "black", 1.0)
    b.face(
        [
            (-w / 2 + 0.02, 0.12, -0.036),
            (w / 2 - 0.02, 0.12, -0.036),
            (w / 2 - 0.02, h - 0.02, -0.036),
            (-w / 2 + 0.02, h - 0.02, -0.036),
        ],
        "glass",
        0.5,
        Z,
    )
    b.part("keys").block((0, 0, 0.16), (w * 0.85, 0.02, 0.14), "metal", 0.7, 0.3)


def piano(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("body").box((-w / 2, 0, -d / 2), (w / 2, h, 0.0), colour, 1.1)
    b.part("keys").box((-w / 2, 0.62, 0.0), (w / 2, 0.72, d / 2), colour)
    b.face(
        [
            (-w / 2 + 0.06, 0.725, d / 2 - 0.04),
            (w / 2 - 0.06, 0.725, d / 2 - 0.04),
            (w / 2 - 0.06, 0.725, 0.06),
            (-w / 2 + 0.06, 0.725, 0.06),
        ],
        "white",
        0.6,
    )
    for n in range(1, 18):
        x = -w / 2 + 0.06 + n * (w - 0.12) / 18
        b.line([(x, 0.73, 0.06), (x, 0.73, d / 2 - 0.04)], 0.4, (0, 1, 0))
    for x in (-w / 2 + 0.05, w / 2 - 0.05):
        b.block((x, 0, d / 2 - 0.06), (0.07, 0.62, 0.07), colour, 0.8)


def throne(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("step").block((0, 0, 0.05), (w * 1.6, 0.14, d * 1.5), "stone")
    b.part("seat").block((0, 0.14, 0), (w, 0.36, d), colour)
    b.part("back").prism(
        [(-w / 2, 0.14), (w / 2, 0.14), (w / 2, h - 0.25), (0, h), (-w / 2, h - 0.25)], -d / 2 + 0.1, -d / 2, colour
    )
    for side in (-1, 1):
        b.part(f"arm {side}").block((side * (w / 2 - 0.05), 0.5, 0), (0.1, 0.2, d), "gold")


def barrel(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("barrel").lathe(0, 0, [(w * 0.4, 0), (w * 0.5, h * 0.5)], colour)
    b.lathe(0, 0, [(w * 0.5, h * 0.5), (w * 0.4, h)], colour)


def crate(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("crate").block((0, 0, 0), (w, h, d), colour)
    for z, way in ((d / 2 + 0.003, 1.0), (-d / 2 - 0.003, -1.0)):
        for y in (0.18, 0.82):
            b.line([(-w / 2, h * y, z), (w / 2, h * y, z)], 0.5, (0, 0, way))
        b.line([(-w / 2, h * 0.18, z), (w / 2, h * 0.82, z)], 0.5, (0, 0, way))
    for x, way in ((w / 2 + 0.003, 1.0), (-w / 2 - 0.003, -1.0)):
        for y in (0.18, 0.82):
            b.line([(x, h * y, -d / 2), (x, h * y, d / 2)], 0.5, (way, 0, 0))


def stool(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("stool")
    for x, z in ((0.14, 0.14), (-0.14, 0.14), (0.14, -0.14), (-0.14, -0.14)):
        b.rod((x * 1.15, 0, z * 1.15), (x * 0.8, h - 0.04, z * 0.8), 0.03, "dark metal")
    b.cylinder(0, 0, h - 0.05, h, w / 2, colour)


def school_desk(b: Build, w: float, h: float, d: float, colour: str) -> None:
    _legs(b.part("legs"), w, h - 0.03, d, "dark metal", 0.03)
    b.part("top").block((0, h - 0.035, 0), (w, 0.035, d), colour)


def drip(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("stand").cylinder(0, 0, 0, 0.03, 0.2, "metal")
    b.rod((0, 0.03, 0), (0, h, 0), 0.02, "metal")
    b.rod((-0.12, h, 0), (0.12, h, 0), 0.02, "metal")
    b.part("bag").box((0.05, h - 0.3, -0.02), (0.17, h - 0.06, 0.02), "glass", 0.8, 0.3)
    b.line([(0.11, h - 0.3, 0), (0.1, h * 0.6, 0.03), (0.16, h * 0.4, 0.05)], 0.4, smooth=True)


def locker(b: Build, w: float, h: float, d: float, colour: str) -> None:
    cupboard(b, w, h, d, colour)


def car_seat(b: Build, w: float, h: float, d: float, colour: str) -> None:
    b.part("seat").box((-w / 2, 0.12, -d / 2), (w / 2, 0.4, d / 2), colour)
    b.part("back").prism(
        [(d / 2 - 0.14, 0.4), (d / 2, 0.4), (d / 2 + 0.1, h - 0.2), (d / 2 - 0.02, h - 0.2)],
        w / 2,
        -w / 2,
        colour,
        along="x",
    )
    b.part("head").box((-w * 0.25, h - 0.18, -d / 2 - 0.12), (w * 0.25, h, -d / 2 + 0.0), colour)


BUILDERS = {
    "table": (table, (1.4, 0.75, 0.8), "wood"),
    "round table": (round_table, (0.75, 0.74, 0.75), "white"),
    "desk": (desk, (1.5, 0.75, 0.75), "wood"),
    "chair": (chair, (0.44, 0.9, 0.44), "wood"),
    "office chair": (office_chair, (0.5, 1.0, 0.5), "iron"),
    "armchair": (armchair, (0.95, 0.9, 0.85), "green"),
    "sofa": (sofa, (2.0, 0.85, 0.9), "cloth"),
    "bed": (bed, (1.5, 0.5, 2.05), "cloth"),
    "hospital bed": (hospital_bed, (0.95, 0.6, 2.05), "#9fc0c4"),
    "rug": (rug, (2.4, 0.01, 1.7), "red"),
    "floor lamp": (floor_lamp, (0.44, 1.6, 0.44), "light"),
    "table lamp": (table_lamp, (0.28, 0.45, 0.28), "clay"),
    "ceiling lamp": (ceiling_lamp, (0.45, 0.25, 0.45), "dark metal"),
    "shelf": (shelf, (1.2, 2.0, 0.32), "dark wood"),
    "cupboard": (cupboard, (1.1, 2.0, 0.55), "wood"),
    "counter": (counter, (2.4, 1.05, 0.6), "wood"),
    "kitchen counter": (kitchen_counter, (2.4, 0.9, 0.6), "white"),
    "stove": (stove, (0.62, 0.9, 0.6), "white"),
    "fridge": (fridge, (0.68, 1.8, 0.65), "white"),
    "plant": (plant, (0.5, 1.1, 0.5), "leaf"),
    "tv": (tv, (1.1, 0.65, 0.4), "black"),
    "computer": (computer, (0.55, 0.42, 0.2), "black"),
    "piano": (piano, (1.45, 1.25, 0.65), "black"),
    "throne": (throne, (0.9, 2.0, 0.7), "red"),
    "barrel": (barrel, (0.7, 0.95, 0.7), "dark wood"),
    "crate": (crate, (0.7, 0.6, 0.6), "light wood"),
    "stool": (stool, (0.36, 0.72, 0.36), "wood"),
    "school desk": (school_desk, (0.7, 0.72, 0.5), "light wood"),
    "drip": (drip, (0.4, 1.9, 0.4), "metal"),
    "locker": (locker, (1.6, 1.9, 0.45), "blue"),
    "car seat": (car_seat, (0.52, 1.15, 0.5), "iron"),
}
