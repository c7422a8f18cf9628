"""A language model asked about a film's shots, from end to end; and none there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from maquette.interfaces.cli import root
from maquette.media import film as films
from maquette.media.film import Film, Scene, Shot


class Model:
    licence, lineage = "Apache-2.0", "not disclosed"

    def ready(self) -> str:
        return ""

    def answer(self, prompt: str, schema: Any) -> str:
        assert "SHOT 1A" in prompt and "1A" in schema["properties"]
        return 'Here you are: {"1A": {"size": "close-up", "move": "teleport"}}'


class Point:
    name = "llm.mine"

    def load(self) -> Any:
        return Model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    film = Film("Tram", scenes=(Scene("1", "INT. ROOM", shots=(Shot("1A", seconds=2.0),)),))
    (tmp_path / "film.json").write_text(json.dumps(films.as_data(film)), "utf-8")
    return tmp_path


def test_its_advice_is_taken_where_it_holds_and_the_plan_before_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [Point()])
    before = (folder / "film.json").read_bytes()
    assert root.run(["film", "advise", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["by"] == "mine" and told["changed"] == ["1A"]
    assert any("teleport" in line for line in told["said"])
    film = films.from_data(Film, json.loads((folder / "film.json").read_text("utf-8")))
    assert film.shots[0].size == "close-up" and film.shots[0].move == "static"
    assert (folder / "film-before.json").read_bytes() == before


def test_without_a_model_nothing_changes_and_that_is_no_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "film.json").read_bytes()
    assert root.run(["film", "advise", str(folder)]) == 0
    assert "grammar" in capsys.readouterr().err
    assert (folder / "film.json").read_bytes() == before
    assert root.run(["film", "hooks"]) == 0
    assert "llm" in capsys.readouterr().out
