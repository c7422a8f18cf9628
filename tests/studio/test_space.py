"""What a person may rely on when a film's scenes are put into space."""

from __future__ import annotations

import json
import math
import re
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maquette.core.errors import MissingExtra, UsageError
from maquette.makers.film import pieces, space_solids
from maquette.media import scene_glb
from maquette.media.stage import Camera, Piece, Stage
from maquette.studio import space
from stages import small_film, small_performances, standing

TOOLS = Path(__file__).parents[1] / "tools"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film") / "в пространстве"
    space.write_space(small_film(), small_performances(), folder, viewer=False)
    return folder


def document(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    read: dict[str, Any] = json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])
    return read


def test_each_scene_holds_its_people_its_set_and_a_camera_for_every_shot(written: Path) -> None:
    told = document(written / "scene-1.glb")
    names = {node["name"] for node in told["nodes"]}
    assert {"Вера", "Tom", "table", "window", "cup", "back wall", "shot 1A", "shot 1B", "Tom on stage"} <= names
    assert "mystery" not in names
    extras = told["scenes"][0]["extras"]
    assert [shot["shot"] for shot in extras["shots"]] == ["1A", "1B"] and extras["shots"][1]["fov"] == [37.8, 30.0]
    assert extras["seconds"] == 2.0 and len(told["cameras"]) == 2


def test_the_first_animation_plays_everything_and_each_person_and_moving_shot_has_one(written: Path) -> None:
    told = document(written / "scene-1.glb")
    names = [one["name"] for one in told["animations"]]
    assert names == ["scene 1", "Вера", "Tom", "shot 1B"]
    channels = [len(one["channels"]) for one in told["animations"]]
    assert channels[0] == sum(channels[1:])
    paths = {channel["target"]["path"] for channel in told["animations"][2]["channels"]}
    assert paths == {"translation", "rotation", "scale", "weights"}  # who comes later is not there before


def test_a_camera_looks_where_the_shot_looks() -> None:
    from maquette.media import quaternions as turns

    camera = Camera((1.0, 2.0, 3.0), (-2.0, 1.0, 0.5), roll=10.0)
    q = scene_glb.looking(camera)
    ahead = turns.rotate(q, np.array([0, 0, -1], np.float32))
    way = np.subtract(camera.target, camera.eye)
    assert np.allclose(ahead, way / np.linalg.norm(way), atol=1e-5)
    assert np.allclose(turns.rotate(q, np.array([0, 1, 0], np.float32)), camera.axes()[1], atol=1e-5)


def test_a_scene_stays_small(written: Path) -> None:
    assert (written / "scene-1.glb").stat().st_size < 800_000


def test_what_is_taken_in_a_hand_hangs_on_it_for_that_time(written: Path) -> None:
    told = document(written / "scene-1.glb")
    hand = next(node for node in told["nodes"] if node["name"] == "Tom RightHand")
    (cup,) = hand["children"]
    assert told["nodes"][cup]["name"] == "cup"
    played = next(one for one in told["animations"] if one["name"] == "Tom")
    channel = next(one for one in played["channels"] if one["target"]["node"] == cup)
    times = told["accessors"][played["samplers"][channel["sampler"]]["input"]]
    assert channel["target"]["path"] == "scale" and (times["min"], times["max"]) == ([0.0], [1.5])


def test_a_cup_stands_in_a_hand_whose_forearm_is_level() -> None:
    from maquette.makers.film.space_people import in_hand
    from maquette.media import quaternions as turns

    # Arm down, forearm ahead: how a hand at rest is turned then.
    for hand, side in (("LeftHand", 1.0), ("RightHand", -1.0)):
        down = turns.about(np.array([0, 0, 1.0], np.float32), -side * math.pi / 2)
        ahead = turns.about(np.array([1.0, 0, 0], np.float32), -math.pi / 2)
        turned = turns.multiply(ahead, down)
        bottle = in_hand("bottle", hand, standing(0.0))
        places = np.concatenate([solid.places for solid in bottle.solids])
        seen = turns.rotate(np.broadcast_to(turned, (len(places), 4)), places)
        assert np.ptp(seen[:, 1]) > 2.5 * np.ptp(seen[:, 0])  # upright
        for solid in bottle.solids:
            a, b, c = (solid.places[solid.faces[:, corner]].astype(float) for corner in range(3))
            assert np.einsum("ij,ij->i", a, np.cross(b, c)).sum() > 0  # not inside out


def test_a_child_is_as_small_as_it_is_drawn() -> None:
    from maquette.makers.film.puppet_body import fitted as drawn
    from maquette.makers.film.space_people import fitted
    from maquette.media.film import Film, Look, Person
    from maquette.media.motion import world

    look = Look(build="child", height=1.15)
    film = Film("x", people=(Person("tom", "Tom", look=look),))
    played = small_performances()[1]
    (acting,) = fitted(film, played).acting
    places, turned = world(played.acting[0].motion)
    assert np.allclose(world(acting.motion)[0][7], drawn(look, places[7], turned[7]), atol=1e-4)


def test_every_piece_of_a_set_has_a_body() -> None:
    for kind in pieces.PIECES:
        (thing,) = space_solids.things(Stage("room", pieces=(Piece(kind, "one", size=pieces.size_of(kind)),)))
        solids = [solid for solid in thing.solids if len(solid.faces)]
        assert solids or len(thing.lines), kind  # grass is strokes of a pen alone
        places = np.concatenate([thing.lines.reshape(-1, 3), *(solid.places for solid in solids)])
        assert np.ptp(places, axis=0).max() < 3 * max(*pieces.size_of(kind), 1.0), kind
        for solid in solids:
            assert np.isfinite(solid.places).all() and solid.faces.max() < len(solid.places), kind
            assert np.allclose(np.linalg.norm(solid.normals, axis=1), 1, atol=1e-3), kind
            assert re.fullmatch(r"#[0-9a-f]{6}", solid.colour), kind


def test_the_hull_of_round_things_is_closed_and_looks_outwards() -> None:
    dice = np.random.default_rng(2)
    points = dice.normal(size=(40, 3)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    faces = space_solids.hull(points)
    assert len(faces) == 2 * len(points) - 4  # Euler: every point of a ball is a corner
    a, b, c = (points[faces[:, corner]].astype(float) for corner in range(3))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
    assert 0.6 * 4 / 3 * math.pi < volume < 4 / 3 * math.pi


def test_hollow_outlines_are_cut_without_filling_the_hollow() -> None:
    outline = np.array(
        [[0, 0, 0], [3, 0, 0], [3, 2, 0], [2, 2, 0], [2, 1, 0], [1, 1, 0], [1, 2, 0], [0, 2, 0]], np.float32
    )
    triangles = space_solids._cut(outline, tuple(range(8)))
    area = sum(float(np.cross(outline[b] - outline[a], outline[c] - outline[a])[2]) / 2 for a, b, c in triangles)
    assert len(triangles) == 6 and area == pytest.approx(5.0)


def test_an_open_place_has_a_horizon() -> None:
    for backdrop in ("town", "skyline", "trees", "hills", "sea"):
        stage = Stage("x", False, colours={"backdrop": backdrop, "ground": "#a7b86e"})
        assert [thing.name for thing in space_solids.things(stage)] == ["horizon"], backdrop


def test_without_three_js_the_scenes_are_written_alone_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space, "_three", lambda: None)
    said: list[str] = []
    files = space.write_space(small_film(), small_performances()[:1], tmp_path, said=said)
    assert [file.name for file in files] == ["scene-1.glb"] and "maquette[viewer]" in said[0]
    with pytest.raises(MissingExtra, match=r"three\.js"):
        space.write_space(small_film(), small_performances(), tmp_path, viewer=True)


def test_nothing_to_show_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no scene"):
        space.write_space(small_film(), [], tmp_path)


def test_the_page_holds_all_in_itself_and_titles_are_no_code() -> None:
    html = space.page(small_film(), ["1  </script><b>"], [b"glTF"], b"export{}")
    assert "Последний &lt;поезд&gt;" in html and "A. &amp; B." in html and "<b>" not in html.split("<body>")[1][:3000]
    assert "{{" not in html
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", html) and "http:" not in html and "https:" not in html


def test_a_scene_is_heard_where_its_shots_stand_together_in_the_film() -> None:
    from types import SimpleNamespace as Some

    from maquette.makers.film import mix

    voice = 0.5 * np.sin(np.arange(24000) / 10).astype(np.float32)
    track = mix.Track(4.0, (mix.Speech("1.01", 1.5, voice, 24000),))
    cuts = [Some(shot=shot, frames=frames) for shot, frames in (("1A", 24), ("1B", 24), ("2A", 48))]
    made: Any = Some(
        film=small_film(), cuts=cuts, lead=0, track=track, mixed=mix.measured(track), manner=Some(fps=24.0)
    )
    first, second = (space.sound_of(made, scene) for scene in ("1", "2"))
    assert first is not None and second is not None and len(first) == len(second) == 96000
    loud = [float(np.abs(sound[:, 0]).mean()) for sound in (first[:60000], first[72000:95000], second[:20000])]
    assert loud[1] > 10 * loud[0] and loud[2] > 10 * loud[0]  # the voice begins in the first and goes on in the second
    made.cuts = [cuts[0], cuts[2], cuts[1]]
    assert space.sound_of(made, "1") is None
    assert len(space.as_mp3(first)) > 4000


@pytest.mark.skipif(
    not (TOOLS / "node_modules" / "gltf-validator").is_dir() or not shutil.which("node"),
    reason="gltf-validator is not installed: make tools",
)
def test_the_validator_of_khronos_finds_nothing_in_scenes(written: Path) -> None:
    command = ["node", str(TOOLS / "gltf.mjs"), *(str(path) for path in sorted(written.glob("*.glb")))]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert (told["errors"], told["warnings"]) == (0, 0), told["messages"]
