"""Edits of a film's folder: written for editors, and taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maquette.core.errors import UsageError
from maquette.interfaces.cli import root
from maquette.media import film as films
from maquette.media.film import Film, Line, Person, Scene, Shot
from maquette.media.timeline import Media, Sound
from maquette.studio import timelines

otio = pytest.importorskip("opentimelineio")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A film's folder as it is after making: its plan and its edit list; the video itself is not needed."""
    line = Line("1.01", "dialogue", "Where is he?", who="anna")
    shots = (Shot("1A", seconds=2.0, lines=("1.01",)), Shot("1B", seconds=3.0), Shot("1C", seconds=1.0))
    scene = Scene("1", "INT. ROOM", lines=(line,), shots=shots)
    film = Film("Tram", people=(Person("anna", "Anna"),), scenes=(scene,))
    place = tmp_path / "tram"
    place.mkdir()
    (place / "film.json").write_text(json.dumps(films.as_data(film)), "utf-8")

    class Heard:
        line, shot, start, end = "1.01", "1A", 0.5, 1.5

    timelines.write_edit(
        film,
        place,
        "tram",
        lines=[Heard()],
        video=Media(place / "tram.webm", 48, 48 + 144 + 240),
        clips={"1B": Media(place / "shots" / "1B.webm", 12, 96)},
        sounds=[Sound("music", place / "stems" / "music.wav", 18.0)],
        cards=(48, 240),
    )
    return place


def test_the_title_and_the_credits_are_part_of_the_edit_and_no_shots(folder: Path) -> None:
    timeline = otio.adapters.read_from_file(str(folder / "tram.otio"))
    assert [clip.name for clip in timeline.tracks[0]] == ["title", "1A MS", "1B MS", "1C MS", "credits"]
    first = timeline.tracks[0][1]
    assert first.source_range.start_time.value == 48  # after the title card
    assert first.markers[0].marked_range.start_time.value == 48 + 12
    taken = timelines.retime(folder / "tram.otio")
    assert not taken.edit.changed and not taken.edit.said


@pytest.mark.parametrize("kind", [".otio", ".edl", ".xml"])
def test_an_edit_comes_back_into_the_plan_and_the_plan_before_is_kept(kind: str, folder: Path) -> None:
    before = (folder / "film.json").read_bytes()
    timeline = otio.adapters.read_from_file(str(folder / "tram.otio"))
    track = timeline.tracks[0]
    span = track[1].source_range
    track[1].source_range = otio.opentime.TimeRange(span.start_time, otio.opentime.RationalTime(30, 24))
    clip = track[3]
    del track[3]
    track.insert(1, clip)
    from maquette.media.timeline import write

    write(timeline, folder / f"edited{kind}")
    code = root.run(["film", "retime", str(folder / f"edited{kind}")])
    assert code == 0
    _, film = timelines.open_film(folder)
    assert [shot.id for shot in film.shots] == ["1C", "1A", "1B"]
    assert film.shots[1].seconds == 1.25
    assert (folder / "film-before.json").read_bytes() == before


def test_export_takes_free_names_and_finds_the_files_from_elsewhere(folder: Path, tmp_path: Path) -> None:
    made = timelines.export(folder, ["edl", "xml"])
    assert [path.name for path in made.paths] == ["tram-2.edl", "tram-2.xml"]
    away = timelines.export(folder, ["xml"], tmp_path / "away")
    text = away.paths[0].read_text("utf-8")
    assert (folder / "tram.webm").resolve().as_uri().removeprefix("file://") in text
    assert any("whole paths" in line for line in away.said)
    assert away.shots == 3
    assert root.run(["film", "export", str(folder), "--to", "otio,edl", "--out", str(tmp_path / "both")]) == 0
    assert sorted(path.suffix for path in (tmp_path / "both").iterdir()) == [".edl", ".otio"]
    assert root.run(["film", "export", str(folder), "--to", "avid"]) == 2


def test_a_folder_without_a_film_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no film"):
        timelines.export(tmp_path, ["edl"])
    with pytest.raises(UsageError, match=r"film\.json"):
        timelines.open_film(tmp_path)
