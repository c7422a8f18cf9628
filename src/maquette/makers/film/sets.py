"""The set of a scene: which pieces stand where, where people can be, and its light, by kind, time and a seed."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from ...media.film import Scene
from ...media.stage import Piece, Stage
from .pieces import PIECES
from .sets_indoor import SETS as INDOOR
from .sets_layout import Layout, alike
from .sets_outdoor import SETS as OUTDOOR

_SETS = {**INDOOR, **OUTDOOR}
# The kinds of places that have a set of their own.
KINDS = tuple(_SETS)
TIMES = ("day", "night", "dawn", "dusk")
_SKY = {"day": "#c9dfe8", "night": "#27304d", "dawn": "#efcfc0", "dusk": "#eeb489"}
_LIGHT = {"day": (-0.5, 0.8, 0.4), "night": (0.45, 0.85, 0.35), "dawn": (-0.85, 0.42, 0.3), "dusk": (0.88, 0.38, 0.3)}
_WALLS = {
    "room": ("#d9cdb4", "#c8d0c4", "#d8c2ae", "#bfcbd2"), "bedroom": ("#c9cdd6", "#d9c9c4", "#cdd4c2"),
    "kitchen": ("#dfe3d2", "#e6dcc4", "#cfdcdc"), "office": ("#d5d8d6", "#dcd5c7", "#c9d3da"),
    "cafe": ("#b9654f", "#6f8f86", "#c79a5b"), "shop": ("#e2d3b6", "#cfdcc6"),
}  # fmt: skip


def set_for(scene: Scene, people: int | None = None, seed: int = 0) -> Stage:
    """A stage for a scene: the same scene, number of people and seed give the same set.

    Spots: "mark-1" ... "mark-n" where people stand and talk, "door" before the way in and "outside" behind it (open
    places also "left" and "right"), "window", seats by their piece ("sofa", "sofa.2", "chair-3"), "bed lying",
    "at counter". Things of the script stand under their own ids. A place of no known kind gets a room or a street.
    """
    count = len(scene.people) if people is None else people
    kind = scene.kind if scene.kind in _SETS else ("room" if scene.interior else "street")
    time = scene.time if scene.time in TIMES else "day"
    # Places of one name look alike in every scene.
    dice = np.random.default_rng([seed, *(scene.place or kind).casefold().encode()[:40]])
    interior = kind in INDOOR and kind not in ("void", "car interior")
    layout = Layout(kind, 6.2, 5.0, interior=interior, time=time, dice=dice)
    layout.light = (-0.35, 0.9, 0.45) if interior else _LIGHT[time]
    _SETS[kind](layout, max(count, 2))
    if interior and kind in _WALLS:
        layout.colours["wall"] = _WALLS[kind][int(dice.integers(len(_WALLS[kind])))]
    layout.colours.setdefault("sky", _SKY[time])
    if kind != "void":
        layout.colours["sky"] = _SKY[time]
    props = {prop.id: drawable(prop.kind) for prop in scene.props}  # a hand that holds one hides it here
    turned = bool(dice.integers(2)) and kind not in ("car interior", "street", "station")
    return layout.done(count, {id: kind for id, kind in props.items() if kind}, mirror=turned)


_ALSO = {"lamp": "floor lamp", "wardrobe": "cupboard", "bookcase": "shelf", "couch": "sofa", "pot": "plant",
         "screen": "tv", "cabinet": "cupboard", "parcel": "box", "lock": "key"}  # fmt: skip


def drawable(kind: str) -> str:
    """The piece that stands for a thing's kind; "" where none does."""
    kind = _ALSO.get(kind, kind)
    return kind if kind in PIECES else ""


def piece_of(stage: Stage, id: str) -> Piece | None:
    """The piece that a script's thing means: by its id, else the first of its kind."""
    kind = drawable(id)
    found = [one for one in stage.pieces if one.id == id] or [one for one in stage.pieces if one.kind in (id, kind)]
    found = found or [one for one in stage.pieces if alike(kind or id, one.kind)]
    return found[0] if found else None


def seats(stage: Stage) -> Mapping[str, float]:
    """Spots to sit on and how high they are, nearest to the middle first."""
    chosen = sorted((one for one in stage.spots if one.posture == "sit"), key=lambda one: math.hypot(one.x, one.z))
    return {one.id: one.height for one in chosen}
