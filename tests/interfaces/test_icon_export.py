"""`maquette icon export` as a designer types it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from maquette.core.errors import UsageError
from maquette.interfaces.cli.icon_export import export
from maquette.media.exports import KINDS

SAMPLES = Path(__file__).parents[2] / "src" / "maquette" / "samples" / "my-icons"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with two icons, one of them with a Cyrillic name and a blank in it."""
    (tmp_path / "мои иконки").mkdir()
    shutil.copy(SAMPLES / "bell.svg", tmp_path / "мои иконки")
    shutil.copy(SAMPLES / "key.svg", tmp_path / "мои иконки" / "ключ от дома.svg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str):
    return CliRunner().invoke(export, list(words), catch_exceptions=False, standalone_mode=False)


def test_export_tells_a_line_per_kind_and_where_the_credentials_are(here):
    told = run("мои иконки", "--as", "svg,png", "--out", "build", "--sizes", "24", "--scales", "1,2").output
    assert told.splitlines() == [
        f"{Path('build/svg')}  2 files: 2 credential inside",
        f"{Path('build/png')}  4 files: 4 credential inside",
    ]
    names = {path.name for path in (here / "build" / "png").iterdir()}
    assert names == {"bell-24.png", "bell-24@2x.png", "ключ-от-дома-24.png", "ключ-от-дома-24@2x.png"}


def test_json_has_an_object_per_file(here):
    rows = [json.loads(line) for line in run("мои иконки", "--as", "react,sprite", "--json").output.splitlines()]
    assert {row["kind"] for row in rows} == {"react", "sprite"}
    paths = {Path(row["path"]).name: row for row in rows}
    assert paths["KlyuchOtDomaIcon.js"]["icons"] == ["ключ-от-дома"]
    assert paths["мои-иконки.svg"]["credential"]["where"] == "embedded"
    assert (here / "react" / "icons" / "BellIcon.js").is_file()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--as", "jpg"), "'jpg'"),
        (("--as", ","), "no kind"),
        (("--as", "png", "--sizes", "16,big"), "whole numbers"),
        (("--as", "png", "--sizes", "0"), "from 1 to 1024"),
        (("--as", "svg", "--only", "bel"), "'bel'"),
        (("--as", "png", "--colour", "blurple"), "blurple"),
    ],
)
def test_a_slip_is_named_before_anything_is_written(here, words, told):
    from maquette.core.errors import MaquetteError

    with pytest.raises(MaquetteError, match=told):
        run("мои иконки", *words, "--out", "build")
    assert not (here / "build").exists() or not list((here / "build").iterdir())


def test_help_names_every_kind():
    text = run("--help").output
    assert all(kind in text for kind in KINDS)


def test_a_folder_without_icons_is_named(here):
    (here / "empty").mkdir()
    with pytest.raises(UsageError, match="no icon in this folder"):
        run("empty", "--as", "svg")
