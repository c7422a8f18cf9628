"""What a person may rely on when a script becomes a film, and a shot of it is made again."""

from __future__ import annotations

import errno
import hashlib
import json
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

pytest.importorskip("av")

from maquette.core.errors import Cancelled, LibraryError, MaquetteError, MediaError, RightsError, UsageError
from maquette.core.progress import Progress
from maquette.makers.film.maker import Wishes
from maquette.makers.film.render import Manner
from maquette.media import captions, video_file
from maquette.media.loudness import loudness
from maquette.studio import films
from maquette.studio.studio import Studio

SCRIPT = """Title: Опоздание
Author: Анна Петрова

INT. КОМНАТА - ДЕНЬ

АННА входит и садится.

АННА
Ты опоздал.

БОРИС стоит у окна. Стук в дверь.

БОРИС
Прости.
"""
MANNER = Manner(160, 96, Fraction(24), "line", 2, True, 2)
QUICK = Wishes(music=False, credits=False)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "страница.fountain"
    path.write_text(SCRIPT, "utf-8")
    return path


def hashes(folder: Path) -> dict[str, str]:
    every = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in every}


@pytest.fixture
def made(script: Path, tmp_path: Path) -> films.KeptFilm:
    return films.make_film(Studio(), script, manner=MANNER, wishes=QUICK, out=tmp_path / "film", workers=1)


@pytest.mark.slow
def test_a_page_becomes_a_film_with_all_that_belongs_to_it(made: films.KeptFilm, script: Path) -> None:
    folder = made.folder
    names = set(hashes(folder))
    stem = made.asset.path.stem
    assert stem == "опоздание"
    for name in (".srt", ".vtt", ".otio", ".edl", ".xml", "-storyboard.pdf"):
        assert f"{stem}{name}" in names
    for name in ("credits.txt", "film.json", "making.json", "contents.json", "sound/voices.wav", "space/scene-1.glb"):
        assert name in names
    ids = [cut.shot for cut in made.made.cuts]
    assert {f"panels/{id}.svg" for id in ids} | {f"shots/{id}.webm" for id in ids} <= names
    assert (folder / "script.fountain").read_bytes() == script.read_bytes()
    assert not [name for name in names if ".maquette" in name]
    assert "АННА" in (folder / f"{stem}.vtt").read_text("utf-8").upper()
    desk = Studio()
    for path in (made.asset.path, folder / "contents.json"):
        assert desk.verdict(path).state == "trusted"


@pytest.mark.slow
def test_cuts_lie_on_their_frames_and_the_sound_is_as_long_as_the_picture(made: films.KeptFilm) -> None:
    import opentimelineio as otio

    found = video_file.probe(made.asset.path)
    assert (found.fps, found.variable, found.frames) == (Fraction(24), False, round(made.made.seconds * 24))
    timeline = otio.adapters.read_from_file(str(made.folder / f"{made.asset.path.stem}.otio"))
    picture = next(track for track in timeline.tracks if track.kind == "Video")
    lengths = [int(clip.source_range.duration.value) for clip in picture if "shot" in clip.metadata.get("maquette", {})]
    assert lengths == [cut.frames for cut in made.made.cuts]
    sound = video_file.sound_of(made.asset.path)
    assert sound is not None
    assert abs(sound.duration - found.seconds) < 1 / 24
    if not made.made.mixed.silent:
        assert abs(loudness(sound) - -16) <= 1
    spoken = captions.read((made.folder / f"{made.asset.path.stem}.srt").read_text("utf-8"))
    assert [one.text for one in spoken] == ["Ты опоздал.", "Прости."]


@pytest.mark.slow
def test_a_shot_made_again_touches_no_other(made: films.KeptFilm) -> None:
    folder, shot = made.folder, made.made.cuts[-1].shot
    before = hashes(folder)
    own = folder / "panels" / f"{made.made.cuts[0].shot}.svg"
    own.write_text("<svg>hers</svg>")
    again = films.remake(Studio(), folder, {shot: {"size": "wide", "kind": "establishing"}}, workers=1)
    after = hashes(folder)
    assert again.made.drawn == (shot,)
    changed = {name for name in before if before[name] != after[name]}
    assert f"shots/{shot}.webm" in changed
    assert not {f"shots/{cut.shot}.webm" for cut in made.made.cuts[:-1]} & changed
    assert not {f"sound/{name}.wav" for name in ("voices", "effects", "places")} & changed
    assert own.read_text() == "<svg>hers</svg>"  # what a person changed stays; the panel lies beside it
    assert (own.parent / f"{own.stem}-2.svg").is_file()
    assert films.open_film(folder).film.overrides == {shot: {"size": "wide", "kind": "establishing"}}
    assert Studio().verdict(again.asset.path).state == "trusted"
    assert again.asset.parents == [made.asset.id] or made.asset.id in again.asset.parents


@pytest.mark.slow
def test_a_film_that_is_stopped_leaves_nothing_half(script: Path, tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.note.startswith("shot"):
            raise Cancelled

    with pytest.raises(Cancelled):
        films.make_film(
            Studio(), script, manner=MANNER, wishes=QUICK, out=tmp_path / "film", workers=1, on_progress=stop
        )
    assert not (tmp_path / "film").exists()


@pytest.mark.slow
def test_a_folder_that_was_broken_off_is_made_whole_by_remake(script: Path, tmp_path: Path) -> None:
    steps = []

    def stop(progress: Progress) -> None:
        if progress.note == "writing the folder":
            steps.append(progress)
        if len(steps) == 4:
            raise Cancelled

    folder = tmp_path / "film"
    with pytest.raises(Cancelled):
        films.make_film(Studio(), script, manner=MANNER, wishes=QUICK, out=folder, workers=1, on_progress=stop)
    assert not (folder / "panels").exists()
    again = films.remake(Studio(), folder, workers=1)
    assert not again.made.drawn
    assert (folder / "panels" / "1A.png").is_file() and (folder / "contents.json").is_file()
    assert not [name for name in hashes(folder) if "-2." in name]


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "empty"), ("Title: Nothing\n\n", ""), ("/* all of it cut */\n", "")],
)
def test_a_script_with_nothing_to_show_is_told_before_any_work(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.fountain"
    path.write_text(text)
    with pytest.raises(MaquetteError) as told:
        films.make_film(Studio(), path, manner=MANNER, wishes=QUICK, out=tmp_path / "film", workers=1)
    assert told.value.exit_code == 2
    assert said in str(told.value)
    assert told.value.mend
    assert not (tmp_path / "film").exists()


def test_a_folder_without_a_film_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no film in this folder"):
        films.open_film(tmp_path)
    (tmp_path / "film.json").write_text("{}")
    with pytest.raises(UsageError, match=r"making\.json"):
        films.open_film(tmp_path)
    (tmp_path / "making.json").write_text("{")
    (tmp_path / "film.json").write_text('{"title": "A"}')
    with pytest.raises(MediaError, match="cannot be read"):
        films.open_film(tmp_path)


def test_a_plan_that_a_hand_spoilt_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "making.json").write_text(json.dumps({"format": films.FORMAT}))
    (tmp_path / "film.json").write_text(json.dumps({"title": "A", "scenes": [{"id": "1", "heading": 3}]}))
    with pytest.raises(MediaError) as told:
        films.open_film(tmp_path)
    assert "scenes[0].heading" in told.value.where


def test_a_wish_for_a_shot_that_is_not_there_is_refused() -> None:
    from maquette.media.film import Film, Scene, Shot

    film = Film("A", scenes=(Scene("1", "INT. ROOM", shots=(Shot("1A"), Shot("1B"))),))
    with pytest.raises(UsageError, match="no shot '2A'"):
        films.with_changes(film, {"2A": {"size": "wide"}})
    with pytest.raises(MediaError):
        films.with_changes(film, {"1A": {"seconds": "long"}})
    changed = films.with_changes(film, {"1A": {"size": "wide"}})
    assert [shot.size for shot in changed.shots] == ["wide", "medium"]


def test_a_second_film_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    assert films._folder_for(tmp_path / "new", "A Film") == tmp_path / "new"
    (tmp_path / "mine.txt").write_text("mine")
    assert films._folder_for(tmp_path, "A Film") == tmp_path / "a-film"  # made at once: two films never share one
    assert films._folder_for(tmp_path, "A Film") == tmp_path / "a-film-2"


def test_a_model_that_is_not_there_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from maquette.core.errors import CheckpointError

    said: list[str] = []
    desk = Studio(say=said.append)

    def none(name: str) -> Any:
        raise CheckpointError("no")

    monkeypatch.setattr(desk, "_open", none)
    shop = films.WorkshopHere(desk)
    assert shop.ask("music", "sad") is None
    assert shop.ask("music", "happy") is None
    assert said == ["music-1 is not installed: the film is without music"]
    assert shop.cards() == {}


@pytest.mark.parametrize("number", [None, errno.EFBIG, errno.ENOSPC])
def test_a_short_write_is_a_full_disk_whatever_raised_it(number: int | None, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="full"), films._disk(tmp_path):
        error = OSError("19458 requested and 15328 written")
        error.errno = number
        raise error


def test_a_licence_that_the_works_do_not_allow_is_refused_before_anything_is_drawn(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from maquette.makers.film import maker
    from maquette.makers.film.credits import Facts

    def drawn(self: object, film: object, *rest: object, permitted: Any, **named: object) -> None:
        works = SimpleNamespace(who="an animator", licence="CC-BY-SA-4.0", source="https://example.org")
        permitted(cast(Facts, SimpleNamespace(motions=(works,), models={})))
        raise AssertionError("it was drawn")

    monkeypatch.setattr(maker.FilmMaker, "make", drawn)
    with pytest.raises(RightsError, match="under CC0"):
        films.make_film(Studio(), script, manner=MANNER, wishes=QUICK, out=tmp_path / "film", licence="CC0-1.0")
    assert not (tmp_path / "film").exists()
