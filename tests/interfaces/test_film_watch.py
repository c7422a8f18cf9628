"""What somebody who writes may rely on while her film is watched: what changed is said, nothing is lost."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from maquette.core.errors import MediaError, UsageError
from maquette.interfaces.cli.root import run
from maquette.makers.film.plan import plan, planned_again
from maquette.media.script import parse
from maquette.studio import film_watch
from maquette.studio.film_watch import Fresh, Watcher, changes, told, with_memory

PAGE = """Title: Лампа

INT. КУХНЯ - НОЧЬ

АННА входит и садится.

АННА
Свет погас.

БОРИС стоит у окна.

БОРИС
Ещё днём, и никто не видел этого.

EXT. ПОЛЕ - ДЕНЬ

АННА идёт.
"""


class Desk:
    """Plans films in the place of making them, as a maker does: the latest by the one before; keeps what it told."""

    def __init__(self, folder, script):
        self.folder, self.script, self.told, self.film, self.during = folder, script, [], None, lambda: None
        self.watcher = Watcher(script, folder, self.make, self, sleep=lambda seconds: None)

    def make(self, memory):
        text = self.script.read_text("utf-8")
        self.during()
        read = parse(text)
        again = self.film is not None
        self.film = planned_again(film_watch.with_scenes(read), self.film) if again else plan(read)
        (self.folder / "panels").mkdir(parents=True, exist_ok=True)
        for shot in self.film.shots:
            (self.folder / "panels" / f"{shot.id}.png").write_bytes(repr(shot).encode())
        (self.folder / "film.webm").write_bytes(repr(self.film).encode())
        return Fresh(self.film, self.folder / "film.webm")

    def save(self, text):
        self.script.write_text(text, "utf-8")
        os.utime(self.script, ns=(self.saves, self.saves))
        self.saves += 1_000_000_000

    saves = 1_700_000_000_000_000_000

    def made(self, done):
        self.told.append(done)

    def broken(self, clock, wrong, mend, there):
        self.told.append((wrong, there))

    def waiting(self, clock, what):
        self.told.append(what)

    def page(self):
        text = (self.folder / "watch.js").read_text("utf-8")
        return json.loads(text.removeprefix("show(").removesuffix(");\n"))


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path / "лампа", tmp_path / "страница.fountain")
    desk.save(PAGE)
    assert desk.watcher.step()
    return desk


def test_each_save_says_which_shots_changed_and_why(desk):
    assert desk.told[-1].first
    assert not desk.watcher.step()
    desk.save(PAGE.replace("никто не видел", "совсем никто из нас не видел"))
    assert desk.watcher.step()
    ((shot, why),) = desk.told[-1].why.items()
    assert why == ("changed words", "retimed")
    assert desk.told[-1].line == f"{shot} changed words, retimed"
    desk.save(PAGE + "\nINT. ЗАЛ - ДЕНЬ\n\nБОРИС ждёт.\n")
    desk.watcher.step()
    assert desk.told[-1].why["3A"] == ("new",)
    marked = {one["id"]: tuple(one["why"]) for one in desk.page()["shots"] if one["why"]}
    assert marked == desk.told[-1].why


def test_a_save_without_a_change_and_a_touched_file_make_nothing(desk):
    desk.save(PAGE)
    assert not desk.watcher.step()
    assert len(desk.told) == 1


@pytest.mark.parametrize("broken", ["", "Title: Лампа\n\n", "/* all of it"])
def test_a_save_that_is_broken_in_the_middle_of_a_word_loses_nothing(desk, broken):
    before = desk.page()
    desk.save(broken)
    assert not desk.watcher.step()
    wrong, there = desk.told[-1]
    assert wrong
    assert there
    now = desk.page()
    assert now["state"] == "broken"
    assert (now["shots"], now["video"]) == (before["shots"], before["video"])
    assert (desk.folder / now["video"]).is_file()
    assert not desk.watcher.step()  # told once
    desk.save(PAGE)
    assert not desk.watcher.step()  # as the film shows it: nothing has to be made
    assert desk.page()["state"] == "good"
    desk.save(PAGE.replace("погас", "погас опять"))
    assert desk.watcher.step()


def test_a_fault_of_ours_does_not_end_the_watching(desk):
    def fail():
        raise ValueError("a fault")

    desk.during = fail
    desk.save(PAGE + "\nАННА поёт.\n")
    assert not desk.watcher.step()
    assert "a fault" in desk.told[-1][0]
    desk.during = lambda: None
    desk.save(PAGE + "\nАННА поёт снова.\n")
    assert desk.watcher.step()


def test_a_save_during_the_making_waits_and_the_latest_is_taken(desk):
    def meanwhile():
        desk.during = lambda: None
        desk.save(PAGE.replace("погас", "погас вчера"))
        desk.save(PAGE.replace("погас", "погас сегодня"))

    desk.during = meanwhile
    desk.save(PAGE.replace("погас", "погас давно"))
    assert desk.watcher.step()
    assert desk.watcher.step()
    assert not desk.watcher.step()
    assert any("сегодня" in line.text for scene in desk.film.scenes for line in scene.lines)
    assert desk.watcher.rounds == 3


def test_an_editor_that_puts_a_new_file_in_the_place_of_the_old_is_waited_for(desk):
    desk.script.unlink()
    assert not desk.watcher.step()
    assert not desk.watcher.step()
    assert len(desk.told) == 2
    desk.save(PAGE.replace("погас", "исчез"))
    assert desk.watcher.step()


def test_what_a_hand_changed_outlives_a_cut_that_is_taken_back():
    first = plan(parse(PAGE))
    shot = first.scenes[1].shots[-1].id
    hand = replace(first, overrides={shot: {"size": "wide", "seconds": 5.0}})
    why, gone = changes(first, hand)
    assert why == {shot: ("retimed", "by hand")}
    assert gone == ()
    cut = planned_again(parse(PAGE[: PAGE.index("EXT.")]), hand)
    assert shot not in {one.id for one in cut.shots}
    again = parse(PAGE)
    texts = {element.plain for element in again.elements}
    back = planned_again(again, with_memory(cut, [first, hand, cut], lambda: texts))
    assert next(one for one in back.shots if one.id == shot).seconds == 5.0
    assert [one.id for one in back.shots] == [one.id for one in first.shots]


def test_clips_of_a_making_that_was_broken_off_are_drawn_again(tmp_path):
    (tmp_path / "shots").mkdir()
    for id in ("1A", "1B"):
        (tmp_path / "shots" / f"{id}.webm").write_bytes(b"old")
    clips = {id: {"file": f"shots/{id}.webm"} for id in ("1A", "1B")}
    (tmp_path / "making.json").write_text(json.dumps({"keys": {"1A": "a", "1B": "b"}, "clips": clips}))
    with pytest.raises(MediaError), film_watch._honest(tmp_path):
        (tmp_path / "shots" / "1B.webm").write_bytes(b"newer")
        raise MediaError("the disk is full")
    assert json.loads((tmp_path / "making.json").read_text())["keys"] == {"1A": "a"}


def test_changes_of_one_kind_stand_together():
    assert told({"1A": ("new",), "1B": ("follows",), "1C": ("follows",)}, ("2A",)) == "1A new; 1B, 1C follow; 2A gone"
    assert told({"1B": ("follows",)}) == "1B follows"


def test_the_page_asks_nobody_outside_and_plays_the_film_when_watching_has_ended(desk):
    html = (desk.folder / "watch.html").read_text("utf-8")
    assert "http:" not in html
    assert "https:" not in html
    desk.save(PAGE.replace("Свет погас.", "</script><b>"))
    desk.watcher.step()
    assert "</script>" not in (desk.folder / "watch.js").read_text("utf-8")
    desk.watcher.close()
    assert (desk.page()["state"], desk.page()["video"]) == ("ended", "film.webm")
    assert not (desk.folder / "watch").exists()


def test_ctrl_c_ends_the_watching_well(tmp_path, monkeypatch, capsys):
    script = tmp_path / "page.fountain"
    script.write_text(PAGE, "utf-8")
    monkeypatch.setattr(Watcher, "step", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
    pytest.importorskip("av")
    assert run(["film", "watch", str(script), "--out", str(tmp_path / "lamp")]) == 0
    assert "watching has ended" in capsys.readouterr().out


def test_a_folder_with_other_things_and_a_script_that_is_not_there_are_told(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="other things"):
        film_watch.opened(tmp_path)
    assert run(["film", "watch", str(tmp_path / "none.fountain"), "--out", str(tmp_path / "lamp")]) == 2
