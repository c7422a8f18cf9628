"""What a designer may rely on when she picks works of an answer for her set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import toy
from maquette.core.errors import CredentialError, UsageError
from maquette.data.dataset import open_dataset
from maquette.media import drawing as d
from maquette.studio.lineage import Asset
from maquette.studio.studio import Studio


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> Studio:
    from maquette.makers import table

    monkeypatch.setitem(table.MAKERS, "icon", "toy:ToyMaker")
    monkeypatch.setitem(table.CONTROLS, "icon", "toy:ToyControls")
    assert toy.ToyMaker.starter == ""
    return Studio()


@pytest.fixture
def answer(studio: Studio, tmp_path: Path) -> list[Asset]:
    list(studio.make(studio.request("icon", "a boat", seed=1, count=2), out=tmp_path / "other"))
    return list(studio.make(studio.request("icon", "a rocket", seed=7, count=3), out=tmp_path / "rockets"))


def test_a_pick_is_a_signed_child_with_the_same_lines(studio: Studio, answer: list[Asset], tmp_path: Path) -> None:
    (asset,) = studio.pick([answer[1].path], tmp_path / "mine", name="Моя ракета")
    assert asset.path.name == "моя-ракета.svg" and asset.parents == (answer[1].id,)
    assert d.read(asset.path).shapes == d.read(answer[1].path).shapes
    verdict = studio.verdict(asset.path)
    assert verdict.holds and len(verdict.chain) == 2
    assert [one["action"] for one in verdict.chain[0]["actions"]] == ["c2pa.opened"]  # nothing else was done to it


def test_the_record_says_who_chose_it_from_how_many_and_which_row(
    studio: Studio, answer: list[Asset], tmp_path: Path
) -> None:
    (asset,) = studio.pick([answer[0].path], tmp_path / "mine")
    picked = studio.verdict(asset.path).story["trace"]["picked"]
    assert picked == {"row": "after", "of": 3, "rows": {"after": 3}, "others": 2, "by": studio.signer.name}
    assert f"chosen by {studio.signer.name} from 3" in asset.note


def test_a_pick_of_a_foreign_authors_work_keeps_its_licence_in_the_folder(
    studio: Studio, answer: list[Asset], tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "licence.toml").write_text('licence = "CC0-1.0"\nauthor = "Ada"\n')
    (mine / "own.svg").write_text(d.to_svg(d.read(answer[0].path)))
    list(studio.pick([one.path for one in answer[:2]], mine))
    items = {item.title: item for item in open_dataset(mine).items}
    assert set(items) == {"own", "a-rocket", "a-rocket-2"}
    assert (items["own"].licence, items["a-rocket"].licence) == ("CC0-1.0", "ISC")
    assert items["a-rocket"].author.endswith("after Lucide Contributors")


def test_nothing_is_overwritten_and_earlier_lines_stay(studio: Studio, answer: list[Asset], tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "rocket.svg").write_text("hers")
    (mine / "items.jsonl").write_text('{"file": "old.svg", "licence": "MIT"}')  # no line end
    (asset,) = studio.pick([answer[0].path], mine, name="rocket")
    assert asset.path.name == "rocket-2.svg" and (mine / "rocket.svg").read_text() == "hers"
    lines = [json.loads(line) for line in (mine / "items.jsonl").read_text("utf-8").splitlines()]
    assert [line["file"] for line in lines] == ["old.svg", "rocket-2.svg"]


def test_what_tells_nothing_of_itself_is_refused(studio: Studio, answer: list[Asset], tmp_path: Path) -> None:
    plain = tmp_path / "plain.svg"
    plain.write_text(d.to_svg(d.read(answer[0].path)))
    with pytest.raises(CredentialError, match="tells nothing"):
        list(studio.pick([plain], tmp_path / "mine"))
    with pytest.raises(UsageError, match="one name"):
        list(studio.pick([one.path for one in answer], tmp_path / "mine", name="all"))
    assert not (tmp_path / "mine").exists()
