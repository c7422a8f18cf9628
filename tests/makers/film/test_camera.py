"""What a director may rely on of cameras: sizes, sides, clear sight."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from actors import played
from maquette.makers.film.camera import take_for
from maquette.makers.film.camera_place import solids_of
from maquette.makers.film.figures import HANDS, figures
from maquette.makers.film.panels import draw_shot
from maquette.media.film import SIZES, Prop, Shot
from maquette.media.stage import Camera

SLOW = [
    pytest.param(kind, marks=pytest.mark.slow) for kind in ("cafe", "kitchen", "forest", "corridor", "castle", "roof")
]
PLACES = ["room", "car interior", *SLOW]
W, H = 1280, 720


def seen(film, performance, shot: Shot, second: float = 0.5, share: float = 0.0):  # type: ignore[no-untyped-def]
    """The camera, and pixels of everybody's eyes and crowns."""
    camera = take_for(shot, performance, film, W / H).at(share)
    people = {one.id: one for one in figures(film, performance, second)}
    eyes = {id: camera.project(one.eyes[None], W, H)[0] for id, one in people.items()}
    tall = {}
    for id, one in people.items():
        top, foot = one.joints[0].copy(), one.joints[0].copy()
        top[1], foot[1] = one.crown, one.joints[:, 1].min()
        ends = camera.project(np.array([top, foot]), W, H)
        tall[id] = float(ends[1, 1] - ends[0, 1]) / H
    return camera, eyes, tall


def test_sizes_show_as_much_as_their_names_say() -> None:
    film, performance = played("void", spots=("mark-1",))
    share = {}
    for size in SIZES[:-1]:
        _, _, tall = seen(film, performance, Shot("1", "single", size, subjects=("anna",)))
        share[size] = tall["anna"]
    assert list(share.values()) == sorted(share.values())
    assert share["extreme wide"] < 0.3 < share["wide"] < 0.7 < share["full"] < 1.0 < share["medium wide"]
    assert share["close-up"] > 3 and share["extreme close-up"] > 6


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("size", ["full", "close-up"])
def test_faces_are_in_the_frame_wherever_the_scene_plays(kind: str, size: str) -> None:
    film, performance = played(kind)
    for who in ("anna", "boris"):
        camera, eyes, _ = seen(film, performance, Shot("1", "single", size, subjects=(who,)))
        x, y, depth = eyes[who]
        assert depth > 0.4 and 0.1 * W < x < 0.9 * W and 0 < y < 0.72 * H
        facing = next(one for one in figures(film, performance, 0.5) if one.id == who).forward
        assert float(facing @ (np.array(camera.eye) - performance_head(film, performance, who))) > -0.2


def performance_head(film, performance, who: str) -> np.ndarray:  # type: ignore[no-untyped-def]
    return next(one for one in figures(film, performance, 0.5) if one.id == who).eyes


@pytest.mark.parametrize("kind", PLACES)
def test_cameras_stand_in_no_wall_piece_or_head(kind: str) -> None:
    film, performance = played(kind)
    solid = solids_of(performance.stage)
    heads = [one.eyes for one in figures(film, performance, 0.5)]
    shots = [Shot("1", "establishing", "wide", lens=24.0), Shot("2", "two-shot", "medium", subjects=("anna", "boris")),
             Shot("3", "over-shoulder", "medium close-up", subjects=("anna",), over="boris", lens=50.0),
             Shot("4", "close-up", "close-up", subjects=("boris",), lens=75.0),
             Shot("5", "single", "full", "low", subjects=("anna",))]  # fmt: skip
    for shot in shots:
        camera = take_for(shot, performance, film, W / H).at(0.0)
        eye = np.array(camera.eye, np.float32)
        assert min(float(np.linalg.norm(eye - head)) for head in heads) > 0.4
        inside = np.abs(solid.local(eye)) < solid.halves + 0.05
        assert not inside.all(1).any(), shot.id
        if performance.stage.interior:
            over = max(abs(eye[0]) - performance.stage.width / 2, abs(eye[2]) - performance.stage.depth / 2)
            assert not -0.1 < over < 0.1


def test_the_line_of_action_is_kept_and_crossed_by_its_side() -> None:
    film, performance = played("void")
    order = []
    for side in (1, 1, -1):
        shots = (
            Shot("1", "two-shot", "medium wide", subjects=("anna", "boris"), side=side),
            Shot("2", "over-shoulder", "medium close-up", subjects=("anna",), over="boris", side=side),
            Shot("3", "over-shoulder", "medium close-up", subjects=("boris",), over="anna", side=side),
        )
        for shot in shots:
            _, eyes, _ = seen(film, performance, shot)
            order.append(bool(eyes["anna"][0] < eyes["boris"][0]))
    assert len(set(order[:6])) == 1 and set(order[6:]) == {not order[0]}


def test_over_a_shoulder_the_speaker_is_clear_of_the_listener() -> None:
    for spots in (("mark-1", "mark-2"), ("chair", "mark-1"), ("mark-1", "chair")):
        film, performance = played("kitchen", spots=spots)
        shot = Shot("1", "over-shoulder", "medium close-up", subjects=("anna",), over="boris", lens=50.0)
        _, eyes, _ = seen(film, performance, shot)
        assert eyes["boris"][2] < eyes["anna"][2]
        assert abs(eyes["anna"][0] - eyes["boris"][0]) > 0.16 * W


def test_moves_begin_and_end_as_they_are_called() -> None:
    film, performance = played("room")

    @lru_cache
    def ends(move: str) -> tuple[Camera, Camera]:
        take = take_for(Shot("1", "single", "medium", move=move, subjects=("anna",)), performance, film)
        return take.at(0.0), take.at(1.0)

    def far(camera: Camera) -> float:
        return float(np.linalg.norm(np.subtract(camera.eye, camera.target)))

    assert ends("static")[0] == ends("static")[1]
    assert far(ends("push in")[0]) > 1.2 * far(ends("push in")[1])
    assert far(ends("pull out")[1]) > 1.2 * far(ends("pull out")[0])
    assert ends("pan")[0].eye == ends("pan")[1].eye and ends("pan")[0].target != ends("pan")[1].target
    assert ends("crane")[0].eye[1] > ends("crane")[1].eye[1] + 0.3
    assert ends("tilt")[0].target[1] < ends("tilt")[1].target[1]
    assert ends("track")[0].eye != ends("track")[1].eye


def test_who_walks_is_kept_in_the_frame() -> None:
    film, performance = played("field", (Shot("1", "action", "full", subjects=("anna",)),), walk=2.5)
    shot = film.scenes[0].shots[0]
    for share in (0.0, 0.5, 0.95):
        _, eyes, _ = seen(film, performance, shot, 2.0 * share, share)
        assert 0.05 * W < eyes["anna"][0] < 0.95 * W


def test_an_insert_fills_the_frame_with_its_thing() -> None:
    film, performance = played("room", props=(Prop("letter", "letter"),))
    camera = take_for(Shot("1", "insert", "insert", subjects=("letter",), lens=50.0), performance, film).at(0.0)
    piece = next(one for one in performance.stage.pieces if one.id == "letter")
    middle = camera.project(np.array([[piece.x, piece.y, piece.z]]), W, H)[0]
    assert abs(middle[0] - W / 2) < 0.1 * W and abs(middle[1] - H / 2) < 0.15 * H
    assert float(np.linalg.norm(np.subtract(camera.eye, camera.target))) < 1.6


def test_a_take_without_anybody_shows_the_place() -> None:
    film, performance = played("hall", spots=())
    page = draw_shot(film, performance, Shot("1", "single", "medium", subjects=("nobody",)), 0.0, width=320, height=180)
    assert sum(len(layer.marks) for layer in page.layers) > 50


def test_a_face_is_seen_past_nobody_and_not_from_behind() -> None:
    film, performance = played("room", spots=("mark-1", "mark-2", "window"))
    for size in ("medium", "close-up", "medium wide"):
        shot = Shot("1", "single", size, subjects=("anna",))
        eye = np.array(take_for(shot, performance, film).at(0.0).eye)
        anna = next(one for one in figures(film, performance, 0.0) if one.id == "anna")
        away = eye - anna.eyes
        assert float(anna.looks @ away) > 0.2 * float(np.linalg.norm(away))


def test_who_holds_a_lamp_shows_it_in_the_insert_and_the_table_is_without_it() -> None:
    film, performance = played("kitchen", props=(Prop("table lamp", "table lamp"),))
    held = replace(performance.acting[0], holds={"RightHand": "table lamp"})
    performance = replace(performance, acting=(held, *performance.acting[1:]))
    shot = Shot("1", "insert", "insert", subjects=("table lamp",), lens=50.0)
    hand = figures(film, performance, 0.0)[0].joints[HANDS["RightHand"]]
    camera = take_for(shot, performance, film).at(0.0)
    assert float(np.linalg.norm(np.subtract(camera.target, hand))) < 0.3
    page = draw_shot(film, performance, shot, 0.5, width=W, height=H)
    assert "table lamp" not in {layer.name for layer in page.layers}
