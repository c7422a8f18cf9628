"""Exporting through the studio: what a designer finds in the folder, and what each file says of itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from maquette.core.errors import CredentialError, LibraryError, RightsError, UsageError
from maquette.studio.studio import Studio

SAMPLES = Path(__file__).parents[2] / "src" / "maquette" / "samples" / "my-icons"


@pytest.fixture
def mine(tmp_path):
    """Three icons of one's own, with their licence."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in ("bell", "key", "moon"):
        shutil.copy(SAMPLES / f"{name}.svg", folder)
    (folder / "licence.toml").write_text('licence = "ISC"\nauthor = "Ada"\nsource = "ada.example/icons"\n')
    return folder


def test_every_kind_gets_its_folder_and_no_file_is_there_twice(mine, tmp_path):
    made = Studio().export([mine], ["svg", "sprite"], tmp_path / "out")
    assert {one.path.relative_to(tmp_path / "out").as_posix() for one in made} == {
        *(f"svg/{name}.svg" for name in ("bell", "key", "moon")),
        *("svg/NOTICE.txt", "sprite/mine.svg", "sprite/mine.html", "sprite/NOTICE.txt", "sprite/contents.json"),
    }
    assert not list((tmp_path / "out").glob(".*"))


def test_a_file_of_one_icon_has_it_as_parent_and_one_of_many_holds_them(mine, tmp_path):
    studio = Studio()
    studio.export([mine], ["svg", "sprite"], tmp_path / "out")
    one = studio.verdict(tmp_path / "out" / "svg" / "bell.svg")
    assert one.state == "trusted" and one.story["how"] == "exported"
    (parent,) = one.story["ingredients"]
    told = {key: parent[key] for key in ("relation", "title", "author", "licence")}
    assert told == {"relation": "parentOf", "title": "bell", "author": "Ada", "licence": "ISC"}
    many = studio.verdict(tmp_path / "out" / "sprite" / "mine.svg")
    assert many.state == "trusted"
    assert [(i["relation"], i["title"]) for i in many.story["ingredients"]] == [
        ("componentOf", name) for name in ("bell", "key", "moon")
    ]


def test_an_icon_that_a_model_drew_keeps_its_story_in_every_export(tmp_path):
    studio = Studio()
    asset = next(studio.make(studio.request("icon", "a fox", count=1), out=tmp_path))
    studio.export([asset.path], ["png"], tmp_path / "out", sizes=(16,), scales=(1,))
    verdict = studio.verdict(next((tmp_path / "out" / "png").glob("*.png")))
    assert verdict.state == "trusted" and len(verdict.chain) == 2  # the icon's own credential is carried along
    assert [one["title"] for one in verdict.story["ingredients"]] == [asset.path.stem, "square"]
    assert "square: Lucide Contributors; ISC" in (tmp_path / "out" / "png" / "NOTICE.txt").read_text("utf-8")


def test_a_changed_file_of_a_listed_folder_is_found(mine, tmp_path):
    studio = Studio()
    studio.export([mine], ["sprite"], tmp_path / "out")
    listing, page = tmp_path / "out" / "sprite" / "contents.json", tmp_path / "out" / "sprite" / "mine.html"
    assert studio.verdict(listing).state == "trusted"
    page.write_text("another page", encoding="utf-8")
    verdict = studio.verdict(listing)
    assert verdict.state == "invalid" and "mine.html was changed" in verdict.summary


def test_bare_files_carry_nothing_and_the_list_vouches_for_them(mine, tmp_path):
    studio = Studio()
    made = studio.export([mine], ["svg"], tmp_path / "out", bare=True)
    assert (tmp_path / "out" / "svg" / "bell.svg").stat().st_size < 400
    assert studio.verdict(tmp_path / "out" / "svg" / "bell.svg").state == "unsigned"
    assert studio.verdict(tmp_path / "out" / "svg" / "contents.json").state == "trusted"
    assert {one.credential["where"] for one in made if one.path.suffix == ".svg"} == {"list"}


def test_the_list_says_whose_the_icons_are(mine, tmp_path):
    Studio().export([mine], ["sprite"], tmp_path / "out")
    told = json.loads((tmp_path / "out" / "sprite" / "contents.json").read_text("utf-8"))
    assert {one["name"]: (one["author"], one["licence"]) for one in told["icons"]}["key"] == ("Ada", "ISC")
    notice = (tmp_path / "out" / "sprite" / "NOTICE.txt").read_text("utf-8")
    assert "bell: Ada; ISC; ada.example/icons" in notice and "Permission to use, copy, modify" in notice


def test_unsigned_files_have_no_credential_and_say_so(mine, tmp_path):
    studio = Studio()
    made = studio.export([mine], ["svg", "sprite"], tmp_path / "out", unsigned=True)
    assert {one.credential["where"] for one in made} == {"none"}
    assert not list((tmp_path / "out").rglob("*.c2pa")) and not list((tmp_path / "out").rglob("contents.json"))
    assert studio.verdict(tmp_path / "out" / "svg" / "bell.svg").state == "unsigned"


def test_a_second_export_never_writes_over_the_first(mine, tmp_path):
    studio, out = Studio(), tmp_path / "out"
    studio.export([mine], ["svg"], out)
    (out / "svg" / "bell.svg").write_text("my own change", encoding="utf-8")
    studio.export([mine], ["svg"], out)
    assert (out / "svg" / "bell.svg").read_text("utf-8") == "my own change"
    assert (out / "svg-2" / "bell.svg").is_file()
    studio.export([mine], ["svg"], out, update=True)
    assert "<svg" in (out / "svg" / "bell.svg").read_text("utf-8") and not (out / "svg-3").exists()


def test_an_export_inside_the_folder_of_the_icons_is_not_exported_again(mine):
    studio = Studio()
    studio.export([mine], ["svg"], mine)
    studio.export([mine], ["svg"], mine)
    assert sorted(path.name for path in (mine / "svg-2").glob("*.svg")) == ["bell.svg", "key.svg", "moon.svg"]


def test_a_full_disk_leaves_no_half_folder(mine, tmp_path, monkeypatch):
    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(LibraryError, match="is full"):
        Studio().export([mine], ["svg"], tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_kind_that_fails_leaves_none_of_the_others(mine, tmp_path, monkeypatch):
    from maquette.media import exports

    monkeypatch.setitem(exports.MAKERS, "sprite", "maquette.media.exports:nothing")
    with pytest.raises(AttributeError):
        Studio().export([mine], ["svg", "sprite"], tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_icon_that_was_changed_after_signing_is_named(tmp_path):
    studio = Studio()
    asset = next(studio.make(studio.request("icon", "a fox", count=1), out=tmp_path))
    asset.path.write_text(asset.path.read_text("utf-8").replace('width="20"', 'width="19"'), encoding="utf-8")
    with pytest.raises(CredentialError, match=asset.path.name):
        studio.export([asset.path], ["svg"], tmp_path / "out")
    assert studio.export([asset.path], ["svg"], tmp_path / "out", unsigned=True)


def test_icons_that_may_not_be_passed_on_are_refused_by_name(mine, tmp_path):
    (mine / "licence.toml").write_text('licence = "LicenseRef-all-rights-reserved"\nauthor = "Eve"\n')
    with pytest.raises(RightsError, match="bell by Eve"):
        Studio().export([mine], ["svg"], tmp_path / "out")


def test_icons_of_one_name_in_two_folders_keep_both_names(tmp_path):
    for style in ("outline", "filled"):
        (tmp_path / "set" / style).mkdir(parents=True)
        shutil.copy(SAMPLES / "bell.svg", tmp_path / "set" / style)
    Studio().export([tmp_path / "set"], ["svg"], tmp_path / "out")
    assert {path.stem for path in (tmp_path / "out" / "svg").glob("*.svg")} == {"outline-bell", "filled-bell"}


def test_nothing_to_export_is_said_and_an_unknown_kind_gets_its_neighbours(mine, tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        Studio().export([tmp_path / "none.svg"], ["svg"], tmp_path / "out")
    with pytest.raises(UsageError, match="sprit"):
        Studio().export([mine], ["sprit"], tmp_path / "out")
    (tmp_path / "empty.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"></svg>')
    with pytest.raises(UsageError, match="empty"):
        Studio().export([tmp_path / "empty.svg"], ["svg"], tmp_path / "out")


# -- fonts over the years ------------------------------------------------------------------------------------------


def points_of(folder: Path) -> dict[str, int]:
    from maquette.media.exports.codepoints import read_text

    (path,) = folder.glob("*.codepoints.toml")
    icons, gone = read_text(path.read_text("utf-8"), str(path))
    return {**gone, **icons}


def test_code_points_stay_while_icons_come_and_go(mine, tmp_path):
    pytest.importorskip("pathops")
    said: list[str] = []
    studio, out = Studio(say=said.append), tmp_path / "out"
    studio.export([mine], ["font"], out)
    before = points_of(out / "font")
    (mine / "bell.svg").rename(mine / "anchor.svg")
    studio.export([mine], ["font"], out)
    after = points_of(out / "font-2")
    assert {name: after[name] for name in before} == before and after["anchor"] > max(before.values())
    assert any("stay reserved: bell" in line for line in said)
    (mine / "anchor.svg").rename(mine / "bell.svg")
    studio.export([mine], ["font"], out, update=True)  # in the place of the first, with the numbers of the last
    assert points_of(out / "font") == after


def test_a_font_without_an_icon_that_its_code_points_name_is_refused(mine, tmp_path):
    path = tmp_path / "points.toml"
    path.write_text('format = "codepoints.v1"\n[icons]\nbell = 0xE000\nboat = 0xE001\n')
    with pytest.raises(UsageError, match=r"would lack 1 of the 2 icons.*boat"):
        Studio().export([mine], ["font"], tmp_path / "out", codepoints=path)
    with pytest.raises(UsageError, match="no icon called 'boot'"):
        Studio().export([mine], ["svg"], tmp_path / "out", only=["bell", "boot"])
    assert not (tmp_path / "out").exists()


def test_bringing_an_export_up_to_date_takes_stale_credentials_away(mine, tmp_path):
    said: list[str] = []
    studio, out = Studio(say=said.append), tmp_path / "out"
    studio.export([mine], ["sprite", "svg"], out)
    (mine / "key.svg").unlink()
    studio.export([mine], ["sprite", "svg"], out, update=True, unsigned=True)
    assert not list(out.rglob("*.c2pa")) and not list(out.rglob("contents.json"))
    assert said == ["svg: files that this export does not make are left there: key.svg"]


@pytest.mark.parametrize("kind", ["pdf", "favicon", "android", "react", "font"])
def test_every_file_of_every_kind_can_be_verified(mine, tmp_path, kind):
    pytest.importorskip("reportlab")
    pytest.importorskip("pathops")
    studio = Studio()
    made = studio.export([mine / "bell.svg", mine / "key.svg"], [kind], tmp_path / "out", name="mein Satz")
    listed = next((one.path for one in made if one.path.name == "contents.json"), None)
    names = set(json.loads(listed.read_text("utf-8"))["files"]) if listed else set()
    for one in made:
        if one.credential["where"] in ("embedded", "sidecar"):
            assert studio.verdict(one.path).state == "trusted", one.path
        elif one.path.name != "NOTICE.txt":
            assert one.path.relative_to(one.folder).as_posix() in names


def test_files_of_every_spelling_go_in_and_what_is_lost_is_said(tmp_path):
    import gzip

    text = (SAMPLES / "bell.svg").read_text("utf-8")
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "zipped.svgz").write_bytes(gzip.compress(text.encode()))
    (folder / "wide.svg").write_bytes(f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16"))
    (folder / "painted.svg").write_text(text.replace("</svg>", '<text x="3" y="9">hi</text></svg>'), encoding="utf-8")
    (folder / "broken.svg").write_text("<svg nope", encoding="utf-8")
    said: list[str] = []
    studio = Studio(say=said.append)
    made = studio.export([folder], ["svg"], tmp_path / "out")
    assert {one.path.name for one in made} == {"zipped.svg", "wide.svg", "painted.svg"}
    assert all(studio.verdict(one.path).state == "trusted" for one in made)
    assert any("broken.svg is left out" in line for line in said) and any("painted.svg holds" in line for line in said)
