"""Edit lists out and back: OTIO, EDL and FCP7-XML."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maquette.core.errors import MediaError
from maquette.media import timeline as lists
from maquette.media.film import Film, Person, Scene, Shot
from maquette.media.timeline_read import applied, read

otio = pytest.importorskip("opentimelineio")
KINDS = [".otio", ".edl", ".xml"]


def a_film(fps: float = 24.0) -> Film:
    people = (Person("anna", "АННА"), Person("bob", "BOB & Sons"))
    first = (
        Shot("1A", "establishing", "wide", seconds=3.0),
        Shot("1B", "single", "close-up", subjects=("anna",), lines=("1.02",), seconds=2.5),
        Shot("1C", "two-shot", "medium", subjects=("anna", "bob"), lines=("1.03",), seconds=4.0),
        Shot("1D", "insert", "insert", seconds=1.5),
    )
    second = (Shot("2A", subjects=("bob",), seconds=2.0, transition="dissolve"), Shot("2B", seconds=3.0))
    scenes = (Scene("1", "INT. КУХНЯ - DAY", shots=first), Scene("2", "EXT. STREET", shots=second))
    return Film("Лиссабон & tea", fps=fps, people=people, scenes=scenes)


def a_timeline(film: Film, out: Path) -> Any:
    frames = lists.cuts_of(film)[-1][2]
    return lists.to_otio(
        film,
        video=lists.Media(out / "film.webm", 0, frames),
        clips={"1B": lists.Media(out / "clips" / "1B.webm", 12, 84)},
        marks=[lists.Mark("1.02", "1B", 3.2, 5.0, "Привет,\nкак дела?", "АННА", "dialogue")],
        sounds=[lists.Sound("voices", out / "stems" / "voices.wav", 16.0)],
        relative_to=out,
    )


def edited(film: Film, out: Path, change: Callable[[Any], None], kind: str = ".otio") -> Path:
    timeline = a_timeline(film, out)
    change(timeline)
    path = out / f"edited{kind}"
    lists.write(timeline, path)
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fps", [24.0, 25.0, 30.0, 23.976, 29.97])
def test_an_unedited_list_comes_back_as_no_change(kind: str, fps: float, tmp_path: Path) -> None:
    film = a_film(fps)
    path = edited(film, tmp_path, lambda timeline: None, kind)
    edit = read(path, film)
    assert not edit.changed
    assert edit.order == ("1A", "1B", "1C", "1D", "2A", "2B")
    assert applied(film, edit) == film


@pytest.mark.parametrize("kind", KINDS)
def test_deleted_reordered_and_retimed_shots_come_back(kind: str, tmp_path: Path) -> None:
    def change(timeline: Any) -> None:
        track = timeline.tracks[0]
        del track[3]  # 1D
        if kind == ".edl":
            del track[3]  # the dissolve: its first half would need 1D
        clip = track[0]
        del track[0]
        track.insert(2, clip)  # 1B 1C 1A
        span = track[0].source_range
        track[0].source_range = otio.opentime.TimeRange(span.start_time, otio.opentime.RationalTime(30, 24))

    film = a_film()
    edit = read(edited(film, tmp_path, change, kind), film)
    assert edit.deleted == ("1D",)
    assert edit.order == ("1B", "1C", "1A", "2A", "2B")
    assert edit.moved == ("1A",)
    assert dict(edit.seconds) == {"1B": 1.25}
    made = applied(film, edit)
    assert [shot.id for shot in made.shots] == ["1B", "1C", "1A", "2A", "2B"]
    assert made.shots[0].seconds == 1.25
    assert made.scenes == film.scenes  # the plan stays: an edit is an override


@pytest.mark.parametrize("kind", KINDS)
def test_a_crossing_taken_out_or_put_in_comes_back_and_a_fade_stays_one(kind: str, tmp_path: Path) -> None:
    film = a_film()
    second = dataclasses.replace(film.scenes[1].shots[0], transition="fade")
    film = dataclasses.replace(
        film, scenes=(film.scenes[0], dataclasses.replace(film.scenes[1], shots=(second, film.scenes[1].shots[1])))
    )
    assert not read(edited(film, tmp_path, lambda timeline: None, kind), film).changed
    without = read(edited(film, tmp_path, lambda timeline: timeline.tracks[0].pop(4), kind), film)
    assert dict(without.transitions) == {"2A": "cut"}
    assert applied(film, without).shots[4].transition == "cut"


def test_a_deleted_shot_can_come_back(tmp_path: Path) -> None:
    film = a_film()
    without = dataclasses.replace(film, overrides={"1C": {"left_out": True}})
    path = edited(film, tmp_path, lambda timeline: None)
    edit = read(path, without)
    assert edit.returned == ("1C",)
    assert applied(without, edit) == film


def test_foreign_clips_gaps_and_split_shots_are_said_and_change_nothing_else(tmp_path: Path) -> None:
    def change(timeline: Any) -> None:
        track, time = timeline.tracks[0], otio.opentime.RationalTime
        logo = otio.schema.Clip("logo", source_range=otio.opentime.TimeRange(time(0, 24), time(48, 24)))
        logo.media_reference = otio.schema.ExternalReference("logo.mov")
        half = track[0].deepcopy()
        whole = track[0].source_range
        track[0].source_range = otio.opentime.TimeRange(whole.start_time, time(24, 24))
        half.source_range = otio.opentime.TimeRange(time(24, 24), time(48, 24))
        track.insert(1, half)
        track.insert(2, logo)
        track.insert(3, otio.schema.Gap(duration=time(24, 24)))

    film = a_film()
    edit = read(edited(film, tmp_path, change), film)
    assert not edit.changed
    told = " / ".join(edit.said)
    assert "logo" in told and "1.00 s of nothing" in told and "1A was split" in told


def test_a_switched_off_clip_counts_as_left_out_and_the_upper_track_is_what_is_seen(tmp_path: Path) -> None:
    def change(timeline: Any) -> None:
        track = timeline.tracks[0]
        track[0].enabled = False

    film = a_film()
    edit = read(edited(film, tmp_path, change), film)
    assert edit.deleted == ("1A",)


def test_clips_without_our_marks_are_known_by_name_file_and_place_in_the_whole_film(tmp_path: Path) -> None:
    def change(timeline: Any) -> None:
        for number, clip in enumerate(timeline.find_clips()):
            del clip.metadata["maquette"]
            if number == 1:
                clip.name = "B-cam"  # its file is 1B.webm
            if number == 2:
                clip.name = "film.webm"  # cut from the whole film

    film = a_film()
    edit = read(edited(film, tmp_path, change), film, video="film.webm")
    assert edit.order == ("1A", "1B", "1C", "1D", "2A", "2B")
    assert not edit.changed


def test_markers_carry_the_lines_and_files_are_named_so_that_the_folder_can_move(tmp_path: Path) -> None:
    path = edited(a_film(), tmp_path, lambda timeline: None)
    timeline = otio.adapters.read_from_file(str(path))
    clip = timeline.tracks[0][1]
    assert clip.name == "1B CU АННА"
    assert clip.media_reference.target_url == "clips/1B.webm"
    assert clip.source_range.start_time.value == 12  # the handle before the cut
    (marker,) = clip.markers
    assert marker.name == "АННА: Привет, как дела?"
    assert marker.marked_range.start_time.value == 12 + round(0.2 * 24)
    assert str(tmp_path) not in path.read_text("utf-8")


def test_an_edl_says_what_it_cannot_carry(tmp_path: Path) -> None:
    timeline = a_timeline(a_film(), tmp_path)
    assert any("sound" in line for line in lists.write(timeline, tmp_path / "x.edl"))
    assert lists.write(timeline, tmp_path / "x.otio") == ()


@pytest.mark.parametrize(("name", "text"), [("a.otio", "{"), ("a.xml", "<xmeml"), ("a.edl", "001 x"), ("a.otio", "{}")])
def test_a_broken_list_is_told_in_three_parts(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(MediaError) as raised:
        read(path, a_film())
    assert raised.value.where and raised.value.mend


def test_an_edit_of_another_film_is_refused(tmp_path: Path) -> None:
    other = Film("Other", scenes=(Scene("9", "INT. CAVE", shots=(Shot("9A", seconds=2.0),)),))
    path = edited(other, tmp_path, lambda timeline: None)
    with pytest.raises(MediaError, match="no shot"):
        read(path, a_film())


def test_a_shot_that_a_new_plan_brings_stands_after_the_one_it_was_planned_after() -> None:
    film = dataclasses.replace(a_film(), order=("1C", "1A", "1D", "2A", "2B"))  # 1B is new
    assert [shot.id for shot in film.shots] == ["1C", "1A", "1B", "1D", "2A", "2B"]
