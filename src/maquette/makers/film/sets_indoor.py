"""Rooms: each function lays out one kind of place for so many people. The back wall is at -depth / 2."""

from __future__ import annotations

import math

from .sets_layout import QUARTER, Layout

HALF = math.pi


def room(s: Layout, people: int) -> None:
    s.colours |= {"wall": "#d9cdb4", "floor": "#b08a5f", "pattern": "boards", "trim": "white"}
    s.door("left", 1.2)
    s.window("back", 0.9)
    s.hang("curtain", "back", 0.9, 0.0)
    s.add("rug", 0.1, 0.35, size=(2.9, 0.01, 2.0), colour="#a4574a")
    sofa = s.add("sofa", -0.9, -1.75)
    s.seat(sofa, -0.5, "sofa")
    s.seat(sofa, 0.5)
    s.against("shelf", "back", 2.3)
    s.against("floor lamp", "back", -2.45)
    low = s.add("table", 1.75, -0.5, QUARTER, size=(0.9, 0.5, 0.5), id="table")
    s.top("vase", low, -0.1, 0.0, size=(0.16, 0.34, 0.16))
    chair = s.add("armchair", 2.1, 0.8, -QUARTER - 0.35)
    s.seat(chair)
    s.hang("picture", "back", -0.9, 1.5)
    s.hang("picture", "left", -0.9, 1.4, size=(0.5, 0.65, 0.04))
    s.hang("picture", "right", -0.6, 1.4)
    s.against("cupboard", "front", 1.4, size=(1.2, 1.0, 0.45))
    s.hang("mirror", "front", 1.4, 1.25)
    s.against("plant", "front", -1.8)
    s.hang("picture", "front", -0.5, 1.45)
    s.marks(people, 0.0, 0.4)


def kitchen(s: Layout, people: int) -> None:
    s.colours |= {"wall": "#dfe3d2", "floor": "#cfc6b0", "pattern": "tiles", "trim": "white", "wall pattern": "tiles"}
    s.door("right", -0.6)
    s.against("kitchen counter", "back", -0.6, size=(2.6, 0.9, 0.6), colour="#e8e0cd")
    s.against("stove", "back", 1.05)
    s.against("fridge", "back", -2.3)
    s.window("back", -0.6, 1.25, size=(1.2, 0.95, 0.08))
    s.hang("wall cupboard", "back", 1.3, 1.55, size=(1.5, 0.65, 0.34))
    table = s.add("table", 0.3, 0.3)
    for dx, dz, turn in ((-1.0, 0.0, QUARTER), (1.0, 0.0, -QUARTER), (0.0, -0.72, 0.0)):
        s.seat(s.add("chair", 0.3 + dx, 0.3 + dz, turn))
    s.top("cup", table, -0.4, 0.1)
    s.top("plate", table, 0.42, 0.05)
    s.add("ceiling lamp", 0.3, 0.3, y=1.75)
    s.leaning(s.pieces[1], 0.4)
    s.hang("clock", "left", 0.3, 1.8)
    s.against("cupboard", "left", -0.6, size=(1.2, 1.9, 0.45), colour="#c9b48b")
    s.hang("picture", "front", 0.8, 1.5)
    s.against("shelf", "front", -1.2, size=(1.1, 1.6, 0.32))
    s.marks(people, 0.2, 1.35)


def bedroom(s: Layout, people: int) -> None:
    s.colours |= {"wall": "#c9cdd6", "floor": "#b5946b", "pattern": "boards", "trim": "white"}
    s.door("right", -0.4)
    bed = s.add("bed", -0.9, -1.15)
    s.seat(bed, 0.0, "bed")
    edge = s.spots.pop()
    s.spots.append(type(edge)("bed", bed.x + 0.6, bed.z + 0.35, QUARTER, "sit", edge.height, bed.id))
    s.lying(bed)
    night = s.add("cupboard", 0.25, -2.0, size=(0.45, 0.5, 0.4), id="night table")
    s.top("table lamp", night)
    s.window("back", 1.35)
    s.hang("curtain", "back", 1.35, 0.0)
    s.against("cupboard", "left", 1.0, size=(1.4, 2.05, 0.6), colour="#a07c58")
    s.hang("picture", "back", -0.9, 1.5, size=(0.9, 0.55, 0.04))
    s.add("rug", 0.9, 0.2, size=(1.8, 0.01, 1.4), colour="#7d8aa5")
    desk = s.against("table", "right", 1.1, size=(1.1, 0.75, 0.5))
    s.top("book", desk, -0.3, 0.0)
    s.hang("mirror", "right", 1.1, 1.1)
    s.seat(s.add("chair", 1.75, 1.1, QUARTER))
    s.hang("picture", "front", 0.3, 1.5)
    s.against("plant", "front", -1.9)
    s.marks(people, 0.9, 0.5, 1.0)


def office(s: Layout, people: int) -> None:
    s.colours |= {"wall": "#d5d8d6", "floor": "#8d959b", "pattern": "carpet", "trim": "metal"}
    s.door("left", 1.3, colour="#a88b6a")
    for n, x in enumerate((-1.1, 0.9)):
        s.window("back", x, 0.85, size=(1.7, 1.35, 0.08), id="window" if not n else "")
    desk = s.add("desk", 0.9, -0.9, size=(1.7, 0.75, 0.8))
    s.top("computer", desk, 0.4, -0.05, HALF)
    s.top("telephone", desk, -0.55, 0.1, HALF)
    s.top("letter", desk, -0.1, 0.1, HALF - 0.2, id="papers")
    s.top("table lamp", desk, -0.6, -0.22, colour="dark metal")
    chair = s.add("office chair", 0.9, -1.6)
    s.seat(chair)
    guest = s.add("chair", 0.55, 0.05, HALF + 0.15, colour="#5c6a78")
    s.seat(guest)
    s.against("shelf", "right", -0.6, size=(1.6, 2.1, 0.35))
    s.against("locker", "left", -0.9, size=(1.3, 1.35, 0.45), colour="#8b9499")
    s.against("plant", "back", -2.5, size=(0.6, 1.4, 0.6))
    s.hang("notice board", "front", 0.9, 1.25)
    s.against("cupboard", "front", -1.1, size=(1.5, 1.0, 0.45), colour="#a9a9a2")
    s.hang("clock", "right", 1.2, 1.95)
    s.marks(people, -0.9, 0.7)


def cafe(s: Layout, people: int) -> None:
    s.width, s.depth = 8.0, 6.0
    s.colours |= {
        "wall": "#b9654f",
        "floor": "#9a7350",
        "pattern": "boards",
        "trim": "dark wood",
        "wall pattern": "panels",
    }
    s.door("right", 0.9, "glass door", size=(1.1, 2.15, 0.06))
    s.window("right", -1.2, 0.8, size=(1.9, 1.5, 0.08))
    bar = s.add("counter", -1.9, -1.9, size=(3.4, 1.08, 0.6), colour="#7c5638")
    s.hang("wall cupboard", "back", -1.9, 1.4, size=(3.0, 0.75, 0.25), colour="#8f6744")
    for n, dx in enumerate((-1.2, -0.8, 0.9)):
        s.top("bottle" if n < 2 else "cup", bar, dx, -0.1)
    for dx in (-0.9, 0.0):
        s.add("stool", -1.9 + dx, -1.15)
    s.leaning(bar, 1.1)
    s.spot("behind counter", -1.7, -2.55, 0.0)
    centre = s.add("round table", 0.7, 0.25)
    for dx, turn in ((-0.78, QUARTER), (0.78, -QUARTER)):
        s.seat(s.add("chair", 0.7 + dx, 0.25, turn, colour="#6f4a30"))
    s.top("cup", centre, -0.18, 0.08)
    s.top("cup", centre, 0.2, -0.06)
    s.add("round table", 2.7, -1.6)
    s.seat(s.add("chair", 2.0, -1.6, QUARTER, colour="#6f4a30"))
    s.add("chair", 3.4, -1.6, -QUARTER, colour="#6f4a30")
    s.add("round table", -2.6, 1.5)
    s.add("chair", -3.3, 1.5, QUARTER, colour="#6f4a30")
    s.add("ceiling lamp", 0.7, 0.25, y=2.0)
    s.add("ceiling lamp", -1.9, -1.5, y=2.0)
    s.add("ceiling lamp", 2.7, -1.6, y=2.0)
    s.height = 3.0
    s.hang("blackboard", "back", 1.6, 1.3, size=(1.1, 0.85, 0.05), id="menu")
    s.hang("poster", "left", 0.8, 1.2)
    s.hang("picture", "left", -0.8, 1.4)
    s.hang("picture", "front", 1.2, 1.4)
    s.hang("poster", "front", -1.4, 1.25)
    s.against("plant", "right", -2.5, size=(0.6, 1.4, 0.6))
    s.marks(people, -0.6, 1.55)


def corridor(s: Layout, people: int) -> None:
    s.width, s.depth, s.height = 3.0, 11.0, 2.8
    s.colours |= {"wall": "#cdd2c4", "floor": "#a9a490", "pattern": "tiles", "trim": "metal", "wall pattern": "dado"}
    s.door("back", 0.0, colour="#7c8a86")
    for n, along in enumerate((3.6, 1.0, -1.8)):
        s.hang("door", "left", along, colour="#8f7a5e", id=f"left door {n + 1}")
        s.hang("door", "right", -along, colour="#8f7a5e", id=f"right door {n + 1}")
    for z in (-3.6, -0.6, 2.4):
        s.add("ceiling lamp", 0.0, z, y=2.35, size=(0.5, 0.14, 0.5))
    s.hang("notice board", "left", -0.4, 1.3, size=(1.0, 0.7, 0.03))
    s.hang("picture", "right", -0.4, 1.4)
    s.against("radiator", "right", 2.9)
    s.hang("door", "front", 0.0, id="front door")
    s.spot("end", 0.0, 4.4, HALF)
    s.marks(people, 0.0, 0.9, 1.0)


def hall(s: Layout, people: int) -> None:
    s.width, s.depth, s.height = 11.0, 9.0, 5.2
    s.colours |= {"wall": "#cfc3ab", "floor": "#b9ac93", "pattern": "checks", "trim": "stone", "wall pattern": "panels"}
    s.door("left", 1.5, size=(1.4, 2.5, 0.06), colour="dark wood")
    for x in (-3.6, 3.6):
        for z in (-2.9, 1.2):
            s.add("pillar", x, z, size=(0.6, s.height, 0.6))
    for x in (-1.9, 0.0, 1.9):
        s.hang("window", "back", x, 1.2, size=(1.1, 2.6, 0.08))
    s.spot("window", 0.0, -3.6, HALF)
    for x in (-1.2, 1.2):
        s.seat(s.add("bench", x, -2.7, size=(1.7, 0.85, 0.5)))
    s.hang("picture", "right", 0.0, 1.5, size=(1.4, 1.8, 0.05))
    s.hang("picture", "left", -1.6, 1.5, size=(1.1, 1.5, 0.05))
    s.hang("picture", "front", 1.5, 1.5, size=(1.2, 1.5, 0.05))
    s.hang("door", "front", -1.5, size=(1.6, 2.6, 0.06), id="great door")
    s.add("rug", 0.0, 0.8, size=(2.2, 0.01, 5.5), colour="#8f3f3a")
    s.marks(people, 0.0, 0.6, 1.3)


def shop(s: Layout, people: int) -> None:
    s.width, s.depth = 7.0, 5.6
    s.colours |= {"wall": "#e2d3b6", "floor": "#b39a78", "pattern": "boards", "trim": "dark wood"}
    s.door("right", 1.0, "glass door", size=(1.1, 2.15, 0.06))
    s.window("right", -1.0, 0.7, size=(1.6, 1.5, 0.08))
    counter = s.add("counter", -0.6, -0.95, size=(2.6, 1.0, 0.6))
    s.spot("behind counter", -0.6, -1.65, 0.0)
    s.leaning(counter, 0.3)
    s.top("box", counter, -0.85, -0.05, size=(0.35, 0.3, 0.3), id="till", colour="dark metal")
    s.top("basket", counter, 0.8, 0.0)
    for x in (-2.5, -1.2, 0.1, 1.4):
        s.against("shelf", "back", x, size=(1.2, 2.1, 0.34))
    s.against("shelf", "left", 0.6, size=(1.4, 1.7, 0.34))
    s.add("crate", 2.2, -0.6, 0.2)
    s.add("crate", 2.75, -1.1, -0.1)
    s.add("barrel", -2.7, 0.9)
    s.add("ceiling lamp", -0.6, -0.6, y=2.0)
    s.hang("poster", "left", -1.2, 1.2)
    s.against("shelf", "front", 1.2, size=(1.6, 1.4, 0.34))
    s.hang("poster", "front", -1.2, 1.2, colour="#5f8455")
    s.marks(people, 0.6, 0.75)


def classroom(s: Layout, people: int) -> None:
    s.width, s.depth, s.height = 8.0, 7.0, 3.0
    s.colours |= {"wall": "#d8dcc6", "floor": "#b28f62", "pattern": "boards", "trim": "wood", "wall pattern": "dado"}
    s.hang("blackboard", "back", 0.0, 0.95)
    s.door("right", -2.2)
    for along in (1.9, 0.0, -1.9):
        s.window("left", along, 0.95, size=(1.4, 1.4, 0.08))
    desk = s.add("desk", -2.0, -2.1, 0.2, size=(1.3, 0.75, 0.65))
    s.top("book", desk, 0.3, 0.05)
    s.spot("teacher", -0.9, -2.3, 0.1)
    s.spot("board", 0.8, -2.7, HALF)
    for z in (0.2, 1.5):
        for x in (-2.3, -0.5, 1.3):
            s.add("school desk", x, z)
            chair = s.add("chair", x, z + 0.52, HALF, size=(0.4, 0.8, 0.4))
            if z < 1:
                s.seat(chair)
    s.hang("clock", "back", 2.5, 2.2)
    s.hang("poster", "right", 0.6, 1.2, colour="#7da0b0", size=(1.3, 0.9, 0.01))
    s.hang("notice board", "front", 0.0, 1.2, size=(2.2, 0.9, 0.04))
    s.against("locker", "front", 2.6, size=(1.6, 1.2, 0.45))
    s.marks(people, 0.6, -1.3, 1.1)


def hospital(s: Layout, people: int) -> None:
    s.width, s.depth = 6.5, 5.4
    s.colours |= {"wall": "#d3e0dc", "floor": "#c4cbc6", "pattern": "tiles", "trim": "white", "wall pattern": "dado"}
    s.door("right", -0.6, colour="#c9d6d3")
    bed = s.add("hospital bed", -0.9, -1.45)
    s.lying(bed)
    s.spots.append(type(s.spots[-1])("bed", bed.x + 0.42, bed.z + 0.4, QUARTER, "sit", 0.62, bed.id))
    s.add("drip", -1.65, -1.9)
    s.add("screen", -2.5, -0.9, QUARTER)
    s.window("back", 1.4)
    stand = s.add("cupboard", 0.05, -2.3, size=(0.5, 0.8, 0.42), colour="#d9dedd", id="night table")
    s.top("vase", stand, size=(0.16, 0.34, 0.16))
    s.seat(s.add("chair", 0.35, -0.9, -QUARTER - 0.2, colour="#7f9aa0"))
    s.add("hospital bed", 2.2, -1.45, id="other bed", colour="#c2cfc4")
    s.hang("clock", "left", 0.5, 1.9)
    s.against("cupboard", "front", 1.2, size=(1.2, 1.8, 0.45), colour="#dfe5e3")
    s.hang("notice board", "front", -0.8, 1.3, size=(1.0, 0.7, 0.04))
    s.marks(people, 0.6, 0.7)


def car_interior(s: Layout, people: int) -> None:
    """Cut open where the camera is: seats, doors, roof, what is before the driver, the street around."""
    s.width, s.depth, s.height, s.interior = 1.8, 3.0, 1.5, False
    s.colours |= {"ground": "#8d9094", "pattern": "none", "backdrop": "town"}
    for n, (x, z) in enumerate(((-0.4, 0.15), (0.4, 0.15), (-0.4, -0.8), (0.4, -0.8))):
        seat = s.add("car seat", x, z)
        s.seat(seat, 0.0, f"mark-{n + 1}")
        s.seat(seat, 0.0, ("driver", "passenger", "back left", "back right")[n])
    s.add("car body", 0.0, 0.0, colour="#5b7f9e")
    s.spot("door", 1.5, 0.3, -QUARTER)
    s.spot("outside", 3.0, 0.3, -QUARTER)
    for n, (x, z) in enumerate(((-7.0, -9.0), (6.0, -11.0), (-9.0, 3.0), (9.5, 2.0), (-5.0, 12.0), (7.0, 11.0))):
        if n % 2:
            s.add("tree", x, z, size=(3.4, 5.6, 3.4))
        else:
            s.add(
                "house",
                x,
                z - 2,
                0.0 if z < 0 else HALF,
                size=(8.0, 9.0, 6.0),
                colour=("brick", "plaster", "#c9a283")[n // 2],
            )


def castle(s: Layout, people: int) -> None:
    s.width, s.depth, s.height = 9.0, 8.0, 5.0
    s.colours |= {"wall": "#b3a68f", "floor": "#958a76", "pattern": "slabs", "trim": "stone", "wall pattern": "stones"}
    s.door("left", 1.4, size=(1.5, 2.6, 0.06), colour="dark wood")
    throne = s.add("throne", 0.0, -2.9)
    s.seat(throne)
    for along in (-2.4, 2.4):
        s.hang("torch", "back", along, 1.8)
        s.hang("window", "back", along * 1.5, 1.9, size=(0.6, 1.7, 0.1))
    for x in (-2.9, 2.9):
        s.add("pillar", x, -1.2, size=(0.7, s.height, 0.7))
    s.add("rug", 0.0, 0.2, size=(1.7, 0.01, 5.2), colour="#84342f")
    s.hang("torch", "right", 0.0, 1.8)
    s.hang("torch", "left", -1.2, 1.8)
    s.add("barrel", 3.8, 1.6)
    s.add("crate", -3.7, 2.4, 0.3)
    s.hang("door", "front", 0.0, size=(2.0, 3.0, 0.06), id="great door", colour="dark wood")
    s.hang("torch", "front", 2.4, 1.8)
    s.marks(people, 0.0, 0.7, 1.2)


def cave(s: Layout, people: int) -> None:
    s.width, s.depth, s.height = 10.0, 8.0, 4.4
    s.colours |= {"wall": "#6f6a66", "floor": "#7d746a", "pattern": "earth", "trim": "dark stone", "shell": "cave"}
    for x, z, h in ((-3.2, -2.4, 1.9), (3.4, -2.0, 2.4), (-4.0, 0.2, 1.4), (4.1, 1.0, 1.6), (1.9, -3.0, 1.2)):
        s.add("stalagmite", x, z, size=(0.36 * h, h, 0.36 * h))
    for n, (x, z) in enumerate(((-1.7, -1.9), (2.5, -0.4), (-2.6, 1.6))):
        rock = s.add("rock", x, z, 0.4 * x, size=(1.1 + 0.2 * n, 0.55 + 0.1 * n, 0.9), colour="dark stone")
        if n == 0:
            s.spots.append(_sitting(rock.id, x, z + 0.1, 0.3, 0.5))
    s.add("campfire", 0.9, -1.4)
    s.sides(4.4)
    s.spot("door", 0.0, 3.4, HALF)
    s.marks(people, -0.2, 0.6, 1.2)


def void(s: Layout, people: int) -> None:
    s.width, s.depth, s.height, s.interior = 14.0, 12.0, 6.0, False
    s.colours |= {"sky": "#e9e6df", "ground": "#dcd8cf", "backdrop": "none", "pattern": "none"}
    s.sides(5.0)
    s.marks(people, 0.0, 0.4, 1.2)


def _sitting(id: str, x: float, z: float, turn: float, height: float):  # type: ignore[no-untyped-def]
    from ...media.stage import Spot

    return Spot(id, x, z, turn, "sit", height, id)


SETS = {
    "room": room, "kitchen": kitchen, "bedroom": bedroom, "office": office, "cafe": cafe, "corridor": corridor,
    "hall": hall, "shop": shop, "classroom": classroom, "hospital": hospital, "car interior": car_interior,
    "castle": castle, "cave": cave, "void": void,
}  # fmt: skip
