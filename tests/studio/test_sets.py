"""What a designer may rely on when a list of names becomes a set, and when a folder is told what it lacks."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from maquette.core.errors import UsageError
from maquette.core.types import Ingredient, Request, Work
from maquette.encodings.words import Words
from maquette.makers import table
from maquette.makers.icon import IconControls
from maquette.makers.icon_hand import Hand, Manner
from maquette.makers.icon_works import replay
from maquette.media import drawing as d
from maquette.media.style_card import StyleCard
from maquette.studio import sets
from maquette.studio.sets import missing, parse_list, read_list
from maquette.studio.studio import Studio

CARD = StyleCard("mine", grid=0.5, margin=2.0, ink=(0.2, 0.05), footprint=(18.0, 2.0, 18.0, 2.0))
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" stroke="black"><path d="M4 {y}h16v6"/></svg>'


class Maker:
    """Draws a line per prompt, after a human's, without a model."""

    starter = ""
    replay = staticmethod(replay)

    def __init__(self, checkpoint: Any) -> None:
        self.checkpoint = checkpoint

    def hand(self, controls: IconControls) -> Hand:
        return Hand(Manner("even", 0, 2.0, "round", "round"), None if controls.style == "even" else CARD)

    def choices(self, request: Request[IconControls]) -> list[Work[d.Drawing]]:
        if request.prompt == "nothing":
            return []
        svg = SVG.format(y=4 + len(request.prompt) % 9)
        trace = {"svg": svg, "restyled": self.hand(request.controls).restyling(), "scores": {"total": 2.0}}
        credit = Ingredient(request.prompt, "parentOf", "icon", "Ada", "ISC", "shelf", "a" * 64)
        return [Work(d.parse(svg), request, 0, "", "after", f"after {request.prompt} by Ada (ISC)", (credit,), trace)]


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> Studio:
    monkeypatch.setattr(table, "maker", lambda craft: Maker)
    monkeypatch.setitem(table.CONTROLS, "icon", "maquette.makers.icon:IconControls")
    return Studio()


@pytest.fixture(scope="module")
def words() -> Words:
    return Words.load()


def folder_of(path: Path, *names: str) -> Path:
    path.mkdir(parents=True)
    for name in names:
        (path / name).write_text(SVG.format(y=9))
    return path


def test_a_list_is_names_with_what_is_to_be_seen() -> None:
    text = "\ufeff# my list\nhome\nскрипка: a violin\n\ntrash = bin, delete # old\nmy pet = pet: a cat\n"
    wishes = parse_list(text.removeprefix("\ufeff"), "names.txt")
    told = [(wish.name, wish.words, wish.others) for wish in wishes]
    assert told == [
        ("home", "home", ()),
        ("скрипка", "a violin", ()),
        ("trash", "trash", ("bin", "delete")),
        ("my pet", "a cat", ("pet",)),
    ]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("", "empty"), ("# nothing\n", "empty"), ("a\nA\n", "line 2.*twice|twice"), (": a cat", "without a name")],
)
def test_a_list_that_cannot_be_meant_is_refused_with_its_line(text: str, wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong):
        parse_list(text, "names.txt")


def test_a_list_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_bytes("дом".encode("cp1251"))
    with pytest.raises(UsageError, match="UTF-8"):
        read_list(tmp_path / "old.txt")
    with pytest.raises(UsageError, match="cannot be read"):
        read_list(tmp_path / "none.txt")


def test_the_packaged_list_names_what_most_interfaces_need() -> None:
    names = [wish.name for wish in read_list("")]
    assert 120 <= len(names) <= 200 and {"home", "search", "trash", "settings", "download"} <= set(names)


def test_what_a_folder_lacks_is_found_by_synonyms_in_any_order_and_language(tmp_path: Path, words: Words) -> None:
    names = ("House.svg", "arrow-up-icon.svg", "bin_24.svg", "дом-2.svg", "поиск.svg", "deep/Right Arrow.svg")
    (tmp_path / "mine" / "deep").mkdir(parents=True)
    for name in names:
        (tmp_path / "mine" / name).write_text(SVG.format(y=9))
    wishes = parse_list("home = house\narrow up\ntrash = bin\nsearch\narrow right\nheart\narrow left\n", "x")
    lacking, found = missing(wishes, tmp_path / "mine", words)
    assert [wish.name for wish in lacking] == ["heart", "arrow left"]
    assert (
        found["trash"] == "bin_24.svg" and found["search"] == "поиск.svg" and found["arrow right"] == "Right Arrow.svg"
    )


def test_a_folder_without_icons_is_told(tmp_path: Path, words: Words) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        missing([], tmp_path / "none", words)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no SVG"):
        missing([], tmp_path / "empty", words)


def test_a_set_is_signed_icons_a_sheet_and_a_table(studio: Studio, tmp_path: Path) -> None:
    wishes = parse_list("home\nдом два: house\nsearch = find\nnothing\n", "x")
    made = studio.make_set(wishes, out=tmp_path / "new", style="my.toml")
    assert [asset.path.name for asset in made.assets.values()] == ["home.svg", "дом-два.svg", "search.svg"]
    assert made.without == ("nothing",)
    for asset in made.assets.values():
        verdict = studio.verdict(asset.path)
        assert verdict.holds and verdict.story["ingredients"][0]["relation"] == "parentOf"
    rows = list(csv.DictReader((tmp_path / "new" / "set.csv").read_text("utf-8-sig").splitlines()))
    assert [row["name"] for row in rows] == ["home", "дом два", "search"] and {row["stroke"] for row in rows} == {"2.0"}
    assert {path.name for path in made.sheets} == {"sheet.svg", "sheet.png"}
    assert made.sheets[1].read_bytes().startswith(b"\x89PNG")
    assert d.read(made.sheets[0]).shapes and "дом два" in made.sheets[0].read_text("utf-8")
    assert made.spread["stroke"] == 0.0


def test_a_second_set_overwrites_nothing(studio: Studio, tmp_path: Path) -> None:
    wishes = parse_list("home", "x")
    studio.make_set(wishes, out=tmp_path)
    again = studio.make_set(wishes, out=tmp_path)
    assert [asset.path.name for asset in again.assets.values()] == ["home-2.svg"]
    assert {path.name for path in again.sheets} == {"sheet-2.svg", "sheet-2.png"}


def test_a_work_of_a_set_can_be_remade_from_its_file(studio: Studio, tmp_path: Path) -> None:
    made = studio.make_set(parse_list("home", "x"), out=tmp_path)
    assert studio.remake(made.assets["home"].path, out=tmp_path / "again").same


def test_without_a_hand_a_set_is_refused_before_anything_is_drawn(studio: Studio, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs a hand"):
        studio.make_set(parse_list("home", "x"), out=tmp_path / "new", style="even")
    assert not (tmp_path / "new").exists()


def test_the_spread_is_a_share_of_the_mean() -> None:
    rows = [{"ink": ink, "width": 18, "height": 18, "margin": 2, "stroke": 2} for ink in (0.1, 0.3)]
    assert sets.spread_of(rows) == {"ink": 0.5, "width": 0.0, "height": 0.0, "margin": 0.0, "stroke": 0.0}
