"""`maquette icon set` and `maquette icon pick` as a designer types them."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from maquette.interfaces.cli.root import run
from maquette.makers import table

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="black"><path d="M4 9h16"/></svg>'


@pytest.fixture
def say(capsys: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """say("icon set ...") -> (exit code, standard output, standard error), run in a folder with two icons."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(table.MAKERS, "icon", "maquette.makers.icon:IconMaker")
    monkeypatch.setitem(table.CONTROLS, "icon", "maquette.makers.icon:IconControls")
    (tmp_path / "mine").mkdir()
    for name in ("house", "сердце"):
        (tmp_path / "mine" / f"{name}.svg").write_text(SVG)

    def saying(line: str) -> tuple[int, str, str]:
        code = run(shlex.split(line))
        out, err = capsys.readouterr()
        return code, out, err

    return saying


def test_a_folder_is_told_what_it_lacks(say: Any, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("home = house\ntrash = bin\nheart\n", "utf-8")
    code, out, err = say("icon set names.txt --missing mine --report")
    assert (code, err) == (0, "")
    assert out.splitlines() == ["trash", "", "mine has 2 of 3, 1 are missing"]


def test_the_report_as_json_is_one_object(say: Any) -> None:
    code, out, _ = say("icon set --missing mine --report --json")
    told = json.loads(out)
    assert code == 0 and "home" in told["found"] and "trash" in told["missing"]


def test_a_list_or_a_folder_is_asked_for(say: Any) -> None:
    assert say("icon set")[0] == 2
    code, _, err = say("icon set --report")
    assert code == 2 and "names" in err


def test_without_a_hand_it_is_said_how_to_get_one(say: Any, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("star\n", "utf-8")
    code, _, err = say("icon set names.txt --out new")
    assert code == 2 and "--style" in err and not (tmp_path / "new").exists()


def test_a_pick_of_what_is_not_there_is_told(say: Any) -> None:
    code, _, err = say("icon pick nowhere.svg --into mine")
    assert code == 2 and "no such work" in err
