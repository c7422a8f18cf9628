"""`maquette film script`, `film grammar`, `film plan`: a script as the other format, and what it breaks down into."""

from __future__ import annotations

import json
import tomllib

import pytest

from maquette.interfaces.cli.root import run

PAGE = "Title: Ключ\n\n.ИНТ. КУХНЯ - НОЧЬ\n\nАННА (30) входит и садится.\n\nАННА\n(тихо)\nТут *никого*.\n\n> ЗТМ.\n"


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "страница.fountain"
    path.write_bytes(PAGE.encode())
    return path


def test_a_script_goes_to_final_draft_and_comes_back_as_it_was(page, capsys):
    assert run(["film", "script", page.name, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["path"].endswith("страница.fdx") and made["elements"]["heading"] == 1
    assert run(["film", "script", "страница.fdx", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["path"].endswith("страница-2.fountain"), "the file that was there stays"
    assert (page.parent / "страница-2.fountain").read_text("utf-8") == PAGE
    assert page.read_text("utf-8") == PAGE


def test_the_grammar_is_printed_written_and_taken_back_changed(page, capsys):
    assert run(["film", "grammar"]) == 0
    assert "rule" in tomllib.loads(capsys.readouterr().out)
    assert run(["film", "grammar", "-o", "mine.toml"]) == 0
    mine = page.parent / "mine.toml"
    mine.write_text(mine.read_text("utf-8").replace('size = "wide"', 'size = "full"'), "utf-8")
    capsys.readouterr()
    assert run(["film", "plan", page.name, "--grammar", "mine.toml", "--json"]) == 0
    film = json.loads(capsys.readouterr().out)
    assert film["scenes"][0]["shots"][0]["size"] == "full" and film["scenes"][0]["kind"] == "kitchen"
    mine.write_text("[rule.exchnge]\n", "utf-8")
    assert run(["film", "plan", page.name, "--grammar", "mine.toml"]) == 2
    assert "did you mean exchange" in capsys.readouterr().err


def test_what_is_no_script_is_said(page, capsys):
    (page.parent / "leer.fountain").write_text("", "utf-8")
    assert run(["film", "plan", "leer.fountain"]) == 2
    assert "empty" in capsys.readouterr().err
    (page.parent / "kaputt.fdx").write_bytes(b"<FinalDraft>")
    assert run(["film", "script", "kaputt.fdx"]) == 2
    assert "no FDX" in capsys.readouterr().err
