"""Places under the sky: each function lays out one kind for so many people."""

from __future__ import annotations

import math

from .sets_layout import QUARTER, Layout

HALF = math.pi


def street(s: Layout, people: int) -> None:
    s.width, s.depth, s.height = 26.0, 12.0, 9.0
    s.colours |= {"ground": "#8d9094", "pattern": "street", "backdrop": "town"}
    x = -21.0
    walls = ("plaster", "#c9a283", "brick", "#bfc3b4", "#d8c39b", "#b58f7d")
    for n in range(6):
        wide = (7.0, 6.0, 7.5, 6.5, 8.0, 7.0)[n]
        kind = "shop front" if n in (1, 3) else "house"
        tall = (9.5, 6.5, 11.0, 6.2, 9.0, 12.0)[n]
        s.add(
            kind,
            x + wide / 2,
            -7.4,
            size=(wide, tall, 6.0),
            colour=("red" if n == 1 else "green") if kind == "shop front" else walls[n],
        )
        x += wide + 0.02
    x = -22.0
    for n in range(6):
        wide = (8.0, 6.5, 7.0, 7.5, 6.0, 8.0)[n]
        s.add(
            "house",
            x + wide / 2,
            13.4,
            HALF,
            size=(wide, (9.0, 11.5, 8.0, 10.0, 9.0, 12.0)[n], 6.0),
            colour=walls[(n + 2) % 6],
        )
        x += wide + 0.02
    for at in (-6.5, 4.5, 14.0):
        s.add("lamp post", at, -2.6)
    s.add("car", -4.6, 4.6, QUARTER, colour="#5b7f9e")
    s.add("car", 8.5, 6.8, -QUARTER, colour="#a5594c")
    s.add("tree", 8.6, -3.0, size=(2.8, 4.6, 2.8))
    s.add("bin", 3.6, -3.4)
    s.seat(s.add("bench", -2.4, -3.4))
    s.add("letterbox", 1.2, -3.5)
    s.spot("door", -7.4, -3.6, 0.0)
    s.spot("outside", -7.4, -5.2, 0.0)
    s.spot("left", -9.0, -1.2, QUARTER)
    s.spot("right", 9.0, -1.2, -QUARTER)
    s.spot("road", 0.0, 4.0, HALF)
    s.marks(people, 0.0, -1.2, 1.2)


def forest(s: Layout, people: int) -> None:
    s.width, s.depth, s.height = 22.0, 18.0, 8.0
    s.colours |= {"ground": "#8d9a68", "pattern": "forest", "backdrop": "trees"}
    dice = s.dice
    for n in range(40):
        angle, far = 2.4 * n, 3.4 + 0.24 * n
        x, z = far * math.cos(angle), far * 0.85 * math.sin(angle) - 0.6
        if abs(x) < 1.9 and z > -2.6:
            continue
        tall = 5.0 + 3.0 * float(dice.random())
        if n % 3 == 1:
            s.add("pine", x, z, size=(0.34 * tall, tall * 1.1, 0.34 * tall))
        else:
            s.add("tree", x, z, size=(0.6 * tall, tall, 0.6 * tall), colour="dark leaf" if n % 2 else "leaf")
    for x, z in ((-2.7, -2.0), (3.2, -1.2), (-3.6, 1.4), (2.6, 2.3), (1.2, -3.6)):
        s.add("bush", x, z, size=(1.3, 0.7, 0.9))
    stump = s.add("stump", 1.5, -0.9)
    s.seat(stump)
    s.add("rock", -1.9, -0.6, 0.4, size=(0.9, 0.45, 0.7))
    for x, z in ((-0.9, 1.6), (0.7, -1.5), (-1.4, -2.2), (2.2, 0.9)):
        s.add("grass", x, z)
    s.sides(4.0)
    s.marks(people, 0.0, 0.5, 1.2)


def field(s: Layout, people: int) -> None:
    s.width, s.depth, s.height = 30.0, 24.0, 8.0
    s.colours |= {"ground": "#a7b86e", "pattern": "grass", "backdrop": "hills"}
    s.add("tree", 5.2, -6.5, size=(4.6, 6.6, 4.6))
    s.add("tree", -9.5, -9.0, size=(4.0, 5.6, 4.0))
    for n, x in enumerate((-9.0, -5.0, -1.0, 3.0)):
        s.add("fence", x, -4.6 - 0.1 * n)
    s.add("rock", -2.6, -1.2, 0.5)
    s.add("tree", -7.0, 9.0, size=(4.4, 6.0, 4.4))
    s.add("bush", 6.0, 6.5)
    for n in range(12):
        x, z = (n * 2.7) % 9 - 4.5, (n * 1.7) % 6 - 3
        if abs(x) > 1.1 or z < -0.8:
            s.add("grass", x, z)
    s.add("flowers", 2.0, -1.0)
    s.sides(5.0)
    s.marks(people, 0.0, 0.5, 1.2)


def beach(s: Layout, people: int) -> None:
    s.width, s.depth, s.height = 30.0, 20.0, 8.0
    s.colours |= {"ground": "#e2cf9e", "pattern": "sand", "backdrop": "sea"}
    s.add("rock", -5.0, -4.2, 0.4, size=(2.4, 1.3, 1.8))
    s.add("rock", -6.4, -3.2, 1.4, size=(1.2, 0.7, 1.0))
    s.add("boat", 4.6, -2.2, 0.9)
    s.add("parasol", -2.9, -1.7)
    s.add("rock", 6.8, 3.4, 0.2)
    for x, z in ((2.6, 1.2), (-3.3, 2.4), (5.0, 5.5), (-5.5, 6.0), (0.5, 7.0)):
        s.add("grass", x, z, colour="straw")
    s.add("bush", -7.0, 8.5, size=(2.4, 1.0, 1.4))
    s.add("bush", 5.0, 9.0, size=(2.8, 1.1, 1.6))
    s.spot("water", 0.0, -3.8, HALF)
    s.sides(5.0)
    s.marks(people, 0.0, 0.4, 1.2)


def station(s: Layout, people: int) -> None:
    s.width, s.depth, s.height = 24.0, 9.0, 5.0
    s.colours |= {"ground": "#b3aca0", "pattern": "platform", "backdrop": "town"}
    s.add("train", -1.0, -4.9, size=(18.0, 3.5, 2.6))
    for x in (-6.0, 0.4, 6.8):
        s.add("pillar", x, -2.2, size=(0.3, 4.2, 0.3), colour="dark metal")
    for x in (-3.2, 3.6):
        s.seat(s.add("bench", x, -1.8))
    s.add("sign", 1.6, -2.3, colour="blue", size=(1.2, 2.6, 0.1))
    s.add("lamp post", -8.0, 1.4)
    s.add("lamp post", 8.0, 1.4)
    s.add("suitcase", 1.35, 0.1, 0.4)
    s.add("crate", 5.2, 0.9, 0.3)
    s.add("house", -6.0, 10.0, HALF, size=(14.0, 5.5, 5.0), colour="brick")
    s.add("house", 8.5, 10.0, HALF, size=(13.0, 7.5, 5.0), colour="plaster")
    s.spot("door", -0.8, -2.9, HALF)
    s.spot("train", -0.8, -3.2, HALF)
    s.sides(6.5)
    s.marks(people, 0.0, 0.2, 1.2)


def roof(s: Layout, people: int) -> None:
    s.width, s.depth, s.height = 12.0, 9.0, 6.0
    s.colours |= {"ground": "#9b968d", "pattern": "slabs", "backdrop": "skyline"}
    for x in (-4.0, 0.0, 4.0):
        s.add("wall", x, -4.2, size=(4.0, 0.95, 0.3), colour="brick")
        s.add("wall", x, 4.4, size=(4.0, 0.95, 0.3), colour="brick")
    for z in (-2.2, 2.2):
        s.add("wall", -6.0, z, QUARTER, size=(4.2, 0.95, 0.3), colour="brick")
        s.add("wall", 6.0, z, QUARTER, size=(4.2, 0.95, 0.3), colour="brick")
    s.add("chimney", -3.4, -2.4)
    s.add("chimney", 4.6, 1.9)
    s.add("water tank", 3.3, -2.5)
    hut = s.add("crate", -4.4, 1.6, size=(2.2, 2.3, 2.2), colour="plaster", id="stair house")
    s.add("door", hut.x + 1.12, hut.z, QUARTER, colour="#6f7d86")
    s.spot("door", hut.x + 1.8, hut.z, QUARTER)
    s.spot("outside", hut.x + 0.4, hut.z, QUARTER)
    s.spot("edge", 0.6, -3.5, HALF)
    s.add("crate", 1.9, 0.6, 0.2)
    s.seat(s.pieces[-1])
    s.marks(people, 0.0, 0.3, 1.2)


def garden(s: Layout, people: int) -> None:
    s.width, s.depth, s.height = 16.0, 12.0, 7.0
    s.colours |= {"ground": "#93b06c", "pattern": "lawn", "backdrop": "trees"}
    for x in (-6.0, -2.0, 2.0, 6.0):
        s.add("hedge", x, -5.0, size=(4.1, 1.3, 0.9))
        s.add("hedge", x, 6.5, size=(4.1, 1.2, 0.9))
    s.add("tree", -4.6, -3.2, size=(3.6, 5.4, 3.6))
    s.add("tree", 6.4, -3.6, size=(3.2, 5.0, 3.2))
    s.add("tree", 5.6, 4.8, size=(3.4, 5.2, 3.4))
    s.seat(s.add("bench", 1.8, -2.6), -0.35, "bench")
    s.seat(next(one for one in s.pieces if one.kind == "bench"), 0.35)
    s.add("lamp post", 3.4, -2.7, size=(0.4, 3.2, 0.4))
    s.add("flowers", -1.5, -3.4, colour="red")
    s.add("flowers", 0.0, -3.6)
    s.add("bush", -3.0, 1.8)
    s.add("gate", -7.6, 0.6, QUARTER)
    s.spot("door", -6.6, 0.6, QUARTER)
    s.spot("outside", -9.2, 0.6, QUARTER)
    s.spot("right", 6.0, 0.6, -QUARTER)
    s.spot("left", -5.5, 0.6, QUARTER)
    s.marks(people, 0.0, 0.5, 1.2)


SETS = {"street": street, "forest": forest, "field": field, "beach": beach, "station": station, "roof": roof,
        "garden": garden}  # fmt: skip
