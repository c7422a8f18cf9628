"""What a person may rely on of sets: pieces, spots, props, the same place again."""

from __future__ import annotations

import math

import numpy as np
import pytest

from maquette.core.errors import UsageError
from maquette.makers.film import pieces, sets
from maquette.makers.film.lexicon import lexicon
from maquette.makers.film.pen import Pen
from maquette.makers.film.pieces_model import Build
from maquette.media.film import Prop, Scene
from maquette.media.stage import Camera

EVERY = sets.KINDS


def scene(kind: str, people: int = 2, **more: object) -> Scene:
    return Scene("1", "X", kind, kind, people=tuple("abcdefgh"[:people]), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", EVERY)
def test_every_place_has_room_for_six_and_a_way_in(kind: str) -> None:
    stage = sets.set_for(scene(kind, 6), 6, 1)
    ids = [spot.id for spot in stage.spots]
    marks = [stage.spot(f"mark-{n}") for n in range(1, 5 if kind == "car interior" else 7)]
    assert len(set(ids)) == len(ids) and len({piece.id for piece in stage.pieces}) == len(stage.pieces)
    assert {"door", "outside"} & set(ids) and ({"door", "left"} & set(ids))
    apart = [math.hypot(a.x - b.x, a.z - b.z) for n, a in enumerate(marks) for b in marks[:n]]
    assert min(apart) > 0.45


@pytest.mark.parametrize("kind", [kind for kind in EVERY if kind != "car interior"])
def test_nobody_stands_in_furniture(kind: str) -> None:
    for seed in (0, 1):
        stage = sets.set_for(scene(kind, 2), 2, seed)
        for spot in (stage.spot("mark-1"), stage.spot("mark-2")):
            for piece in stage.pieces:
                if piece.kind in pieces.HUNG or piece.kind == "rug" or piece.y > 0.3 or max(piece.size) < 0.5:
                    continue
                c, s = math.cos(piece.turn), math.sin(piece.turn)
                dx, dz = spot.x - piece.x, spot.z - piece.z
                x, z = dx * c - dz * s, dx * s + dz * c
                wide = 0.15 if piece.kind in ("tree", "pine") else 0.5  # of a tree the trunk
                assert abs(x) > piece.size[0] * wide or abs(z) > piece.size[2] * wide, (piece.id, spot.id)


def test_the_same_scene_has_the_same_set_and_a_place_looks_alike_in_every_scene() -> None:
    one, again = (sets.set_for(scene("kitchen"), 2, 3) for _ in range(2))
    later = sets.set_for(Scene("9", "X", "kitchen", "kitchen", time="night", people=("a", "b")), 2, 3)
    assert one == again
    assert [piece.id for piece in later.pieces] == [piece.id for piece in one.pieces]
    assert later.time == "night" and later.colours["wall"] == one.colours["wall"]


def test_things_of_the_script_are_on_the_set_under_their_names() -> None:
    props = (Prop("letter", "letter"), Prop("piano", "piano"), Prop("lamp", "lamp"), Prop("cup", "cup", holder="a"))
    stage = sets.set_for(scene("room", props=props))
    letter = sets.piece_of(stage, "letter")
    assert letter is not None and letter.y > 0.3  # on a table
    assert sets.piece_of(stage, "piano") is not None and sets.piece_of(stage, "lamp") is not None
    assert sets.piece_of(stage, "cup") is not None


def test_a_place_that_nobody_knows_is_a_room_or_a_street() -> None:
    assert sets.set_for(Scene("1", "X", kind="spaceship")).kind == "room"
    assert sets.set_for(Scene("1", "X", kind="moon", interior=False)).kind == "street"
    assert sets.set_for(Scene("1", "X", kind="room", time="teatime")).time == "day"


def test_every_place_and_thing_that_scripts_name_can_be_drawn() -> None:
    words = lexicon()
    assert words.exteriors <= set(EVERY)
    for kind in EVERY:
        assert sets.set_for(scene(kind)).kind == kind
    for kind in ("letter", "phone", "cup", "gun", "sword", "ring", "guitar", "rope", "lamp", "fireplace", "computer"):
        assert sets.drawable(kind)


@pytest.mark.parametrize("kind", pieces.PIECES)
def test_every_piece_is_drawn_from_every_side(kind: str) -> None:
    width, height, depth = pieces.size_of(kind)
    far = max(2.2 * max(width, height, depth), 0.5)
    one = pieces.stood(pieces.piece(kind, kind))
    for angle in (0.3, 3.7):
        eye = (far * math.sin(angle), height + 0.3 * far, far * math.cos(angle))
        pen = Pen(Camera(eye, (0, height / 2, 0)), 320, 180, "tone", (-0.5, 0.8, 0.4), focus=far)
        marks = [mark for part in one for mark in pen.part(part)]
        hung = kind in pieces.HUNG and math.cos(angle) < 0
        assert marks or hung
        assert all(np.isfinite(points).all() for mark in marks for points in mark.outlines)


def test_an_unknown_piece_names_what_there_is() -> None:
    with pytest.raises(UsageError, match="chair"):
        pieces.size_of("chiar")


def test_faces_of_solids_look_outwards() -> None:
    built = Build().box((-1, -1, -1), (1, 1, 1), "wood").prism([(-1, -1), (1, -1), (0, 1)], 1, -1, "wood").done()
    for part in pieces.model(pieces.piece("car", "car")) + built:
        for shape in part.shapes:
            if shape.kind == "solid" and shape.convex:
                for face in shape.faces:
                    ring = shape.points[list(face)]
                    out = np.cross(ring[1] - ring[0], ring[2] - ring[1])
                    assert out @ (ring.mean(0) - shape.points.mean(0)) > 0


def test_a_lamp_that_is_named_stands_on_the_table_and_is_none_of_the_ceiling() -> None:
    scene = Scene("1", "INT. KITCHEN - NIGHT", "kitchen", "kitchen", props=(Prop("table lamp", "table lamp"),))
    lamp = sets.piece_of(sets.set_for(scene), "table lamp")
    assert lamp is not None and lamp.kind == "table lamp" and 0.6 < lamp.y < 1.1


def test_a_wall_that_is_named_outdoors_hides_nobody() -> None:
    scene = Scene("1", "EXT. GARDEN - DAY", "garden", "garden", False, props=(Prop("wall", "wall"),))
    assert all(one.z < -1.5 for one in sets.set_for(scene).pieces if one.kind == "wall")
