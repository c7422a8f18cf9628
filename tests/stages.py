"""A small film with its performance, made by hand, for tests of what is done with played scenes."""

from __future__ import annotations

import numpy as np

from maquette.media.film import Film, Look, Person, Scene, Shot
from maquette.media.motion import HOUSE, Motion
from maquette.media.stage import Acting, Camera, Performance, Piece, Spot, Stage, Take

SECONDS, FPS = 2.0, 30.0


def small_film() -> Film:
    """Two people, a room and a field, three shots."""
    people = (
        Person("vera", "Вера", look=Look(costume="dress", hair="long", top="#b8483f")),
        Person("tom", "Tom", look=Look(build="stocky", beard=True, glasses=True, costume="coat")),
    )
    room = Scene("1", "ИНТ. КУХНЯ - ДЕНЬ", kind="room", people=("vera", "tom"),
                 shots=(Shot("1A", size="wide"), Shot("1B", move="push in")))  # fmt: skip
    field = Scene("2", "EXT. FIELD - DUSK", kind="field", interior=False, time="dusk", people=("tom",),
                  shots=(Shot("2A", size="wide"),))  # fmt: skip
    return Film("Последний <поезд>", author="A. & B.", language="ru", people=people, scenes=(room, field))


def standing(x: float, frames: int = round(SECONDS * FPS)) -> Motion:
    """Arms down, swaying a little."""
    turned = np.tile(np.array([0, 0, 0, 1], np.float32), (frames, 22, 1))
    for name, sign in (("LeftArm", -1.0), ("RightArm", 1.0)):
        turned[:, HOUSE.number(name)] = (0, 0, sign * np.sin(0.62), np.cos(0.62))
    lean = 0.05 * np.sin(np.arange(frames) / 6)
    turned[:, HOUSE.number("Spine")] = np.stack([0 * lean, 0 * lean, np.sin(lean), np.cos(lean)], 1)
    return Motion(HOUSE, np.tile(np.array([x, 1.0, 0], np.float32), (frames, 1)), turned, FPS)


def acting(person: str, x: float, away: int = 0) -> Acting:
    """A person who stands at x, off stage for the first `away` frames."""
    motion = standing(x)
    count = motion.frames
    here = np.arange(count) >= away
    mouths = (np.arange(count) // 4 % 9).astype(np.uint8)
    blinks = (np.arange(count) % 30 < 3).astype(np.float32)
    gaze = np.full((count, 3), np.nan, np.float32)
    grips = (("RightHand", "cup", 0.5, 1.5),) if away else ()
    return Acting(person, motion, mouths, blinks, gaze, np.zeros(count, np.uint8), here, {}, grips)


def small_performances() -> list[Performance]:
    """Both scenes played."""
    pieces = (
        Piece("table", "table", 0.0, -0.8, size=(1.2, 0.75, 0.7)),
        Piece("window", "window", 0.0, -2.5, 0.9, size=(1.6, 1.4, 0.08)),
        Piece("cup", "cup", 0.1, -0.8, 0.75, size=(0.1, 0.1, 0.1)),
        Piece("nothing known", "mystery", 1.0, 1.0),
    )
    room = Stage(
        "room", pieces=pieces, spots=(Spot("door", 2.0, 0.0),), colours={"wall": "#d9cdb4", "floor": "#b08a5f"}
    )
    wide, near = Camera((0, 1.5, 5), (0, 1.0, 0)), Camera((0, 1.5, 3), (0, 1.4, 0), 30.0)
    takes = {"1A": Take(((0.0, wide),)), "1B": Take(((0.0, wide), (1.0, near)))}
    first = Performance("1", room, (acting("vera", -0.6), acting("tom", 0.6, away=20)), FPS,
                        (("1A", 0.0, 1.0), ("1B", 1.0, SECONDS)), takes)  # fmt: skip
    field = Stage("field", False, "dusk", pieces=(Piece("tree", "tree", 3.0, -3.0, size=(2.0, 4.0, 2.0)),),
                  colours={"ground": "#a7b86e", "sky": "#eeb489", "backdrop": "hills"})  # fmt: skip
    second = Performance("2", field, (acting("tom", 0.0),), FPS, (("2A", 0.0, SECONDS),), {"2A": Take(((0.0, wide),))})
    return [first, second]
