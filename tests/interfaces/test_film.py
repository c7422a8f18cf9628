"""What a stranger types at `maquette film`: options read as they are meant, bad ones told before the work."""

from __future__ import annotations

import json

import pytest

from maquette.core.errors import UsageError
from maquette.interfaces.cli import film_make
from maquette.interfaces.cli.root import run
from maquette.media.film import Film, Person, Scene, Shot

PAGE = "INT. ROOM - DAY\n\nANNA sits down.\n\nANNA\nHello.\n"


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.fountain"
    path.write_text(PAGE)
    return path


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("close-up", {"size": "close-up", "kind": "close-up"}),
        ("low extreme close-up", {"angle": "low", "size": "extreme close-up", "kind": "close-up"}),
        ("medium close-up push in", {"size": "medium close-up", "move": "push in", "kind": "single"}),
        ("wide two-shot from a high angle", None),
        ("Bird, establishing", None),
        ("track", {"move": "track"}),
    ],
)
def test_words_for_a_camera_are_read_as_they_are_meant(words, fields):
    if fields is None:
        with pytest.raises(UsageError, match="says nothing about a camera"):
            film_make.camera_of(words)
    else:
        assert film_make.camera_of(words) == fields


def test_a_shot_over_the_shoulder_takes_the_other_of_the_two():
    film = Film(
        "A",
        people=(Person("anna", "ANNA"), Person("ben", "Ben")),
        scenes=(Scene("1", "INT. ROOM", people=("anna", "ben"), shots=(Shot("1A", subjects=("anna",)),)),),
    )
    wishes = {"camera": "over-shoulder", "lens": None, "seconds": 1.03, "transition": None, "subject": "Ben"}
    (changes,) = film_make.changes_of(film, "1A", **wishes, left_out=None, as_planned=False).values()
    assert (changes["subjects"], changes["over"]) == (["ben"], "anna")
    assert changes["seconds"] * 24 == 25
    with pytest.raises(UsageError, match="nobody is called 'Zoe'"):
        film_make.people_of(film, "Zoe")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--fps", "fast"], "no frame rate"),
        (["--size", "huge"], "no size of a film"),
        (["--size", "16x9"], "no size of a film"),
        (["--codec", "h264"], "does not hold h264"),
        (["--scenes", "9"], "there is no scene"),
        (["--players", "kazoo orchestra"], ""),
        (["--recordings", "nowhere"], "no folder"),
    ],
)
def test_a_wish_that_cannot_be_is_told_before_the_work(page, tmp_path, capsys, options, said):
    assert run(["film", str(page), "--out", str(tmp_path / "out"), "--json", *options]) == 2
    told = json.loads(capsys.readouterr().out)
    assert said in told["wrong"]
    assert told["mend"]


def test_a_script_may_stand_where_a_move_could_and_a_missing_one_is_named(page, tmp_path, capsys):
    assert run(["film", "plan", str(page), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["scenes"][0]["shots"]
    assert run(["film", str(tmp_path / "none.fountain"), "--json"]) == 2
    assert "no such file" in json.loads(capsys.readouterr().out)["wrong"]
    picture = tmp_path / "a.png"
    picture.write_bytes(b"no")
    assert run(["film", str(picture), "--json"]) == 2


def test_a_plan_tells_people_places_and_shots(page, capsys):
    assert run(["film", "plan", str(page)]) == 0
    told = capsys.readouterr().out
    assert "INT. ROOM - DAY" in told
    assert "Anna" in told


def test_remake_without_a_shot_or_a_film_is_told(tmp_path, capsys):
    assert run(["film", "remake", str(tmp_path), "--shot", "1A", "--camera", "wide", "--json"]) == 2
    assert "no film in this folder" in json.loads(capsys.readouterr().out)["wrong"]


def test_the_frame_rate_decides_how_many_frames_share_a_drawing():
    asked = {"how": "moving", "style": "tone", "captions": False, "size": "720p", "kind": "webm", "codec": None}
    asked |= {"ones": False, "handles": 12, "voices": True, "music": True, "players": "", "title": True}
    asked |= {"roll": "short", "seed": 0}
    twos = [film_make.manner_of(fps=fps, **asked)[0].twos for fps in ("12", "24", "25", "30", "60")]
    assert twos == [1, 2, 2, 2, 5]
