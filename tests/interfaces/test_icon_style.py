"""`maquette icon style`: a folder becomes a card, nothing is overwritten, and a wrong folder is explained."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from maquette.core.errors import DataError, MaquetteError, MediaError, UsageError
from maquette.interfaces.cli.icon_style import style
from maquette.media.style_card import read_card

SAMPLES = Path(str(files("maquette.samples"))) / "my-icons"


def run(*words: str) -> Result:
    return CliRunner().invoke(style, list(words), standalone_mode=False, catch_exceptions=False)


@pytest.fixture
def here(tmp_path, monkeypatch):
    shutil.copytree(SAMPLES, tmp_path / "моё")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_becomes_a_card_named_after_it_and_a_second_one_beside_it(here):
    said = run("моё").output
    assert "stroke   1.5, butt caps, miter joins" in said and "моё.toml" in said
    assert read_card(here / "моё.toml").grid == 0.5
    run("моё")
    assert read_card(here / "моё-2.toml") == read_card(here / "моё.toml")


def test_outliers_are_named_in_words(here):
    odd = here / "моё" / "bell.svg"
    odd.write_text(odd.read_text("utf-8").replace('stroke-width="1.5"', 'stroke-width="2.5"'), "utf-8")
    said = run("моё", "-o", "card").output
    assert "1 of 24 leaves the set:\n  bell.svg has stroke 2.5, the rest 1.5" in said
    assert (here / "card.toml").is_file()


def test_json_holds_the_card_and_the_sheet(here):
    told = json.loads(run("моё", "-o", "new/my.toml", "--sheet", "new/sheet.svg", "--json").output)
    assert told["card"]["width"] == 1.5 and told["outliers"] == []
    assert Path(told["path"]).is_file() and Path(told["sheet"]).read_text("utf-8").startswith("<svg")


def test_a_sheet_as_a_picture(here):
    run("моё", "--sheet", "sheet.png")
    assert (here / "sheet.png").read_bytes().startswith(b"\x89PNG")


def test_only_the_icons_on_one_canvas_are_read_if_asked(here):
    text = (here / "моё" / "bell.svg").read_text("utf-8").replace("0 0 24 24", "0 0 32 32")
    (here / "моё" / "big.svg").write_text(text, "utf-8")
    told = json.loads(run("моё", "--canvas", "24", "--json").output)
    assert "big.svg" not in told["card"]["icons"] and not told["outliers"]
    with pytest.raises(UsageError, match="24, 32"):
        run("моё", "--canvas", "20")


@pytest.mark.parametrize(
    ("words", "kind", "told"),
    [
        (("nowhere",), DataError, "no such folder"),
        (("empty",), DataError, "no SVG file"),
        (("one",), MediaError, "only drawing"),
        (("broken",), MediaError, "broken.svg"),
        (("моё", "--sheet", "sheet.gif"), UsageError, r"\.svg or \.png"),
    ],
)
def test_what_cannot_be_read_is_explained_and_writes_nothing(here, words, kind, told):
    for name in ("empty", "one", "broken"):
        (here / name).mkdir()
    shutil.copy(SAMPLES / "bell.svg", here / "one")
    (here / "broken" / "broken.svg").write_text("<svg", "utf-8")
    before = sorted(here.rglob("*"))
    with pytest.raises(MaquetteError, match=told) as refused:
        run(*words)
    assert isinstance(refused.value, kind) and refused.value.mend
    assert sorted(here.rglob("*")) == before
