"""The `data` commands say what is wrong and how to mend it, in words and as JSON."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from maquette.core.errors import DataError
from maquette.interfaces.cli.data import data

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    'stroke-width="2"><path d="M3 3h{}"/></svg>'
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my icons").mkdir()
    for index, name in enumerate(["лиса", "owl"]):
        (tmp_path / "my icons" / f"{name}.svg").write_text(SVG.format(9 + index), encoding="utf-8")
    return tmp_path / "my icons"


def run(*args):
    result = CliRunner().invoke(data, args, standalone_mode=False, catch_exceptions=False)
    return result.return_value, result.output


def test_from_unlicensed_to_usable_in_one_command(folder):
    code, text = run("check", "my icons")
    assert code == 4 and "лиса.svg: no licence" in text and "maquette data licence" in text
    code, text = run("licence", "my icons", "own", "--author", "Ада")
    assert code == 0 and "licence.toml" in text
    code, text = run("check", "my icons")
    assert code == 0 and "all may be learnt from" in text


def test_check_as_json_names_every_item(folder):
    run("licence", "my icons", "MIT")
    run("licence", "my icons/owl.svg", "CC-BY-ND-4.0")
    (folder / "лиса.svg").write_bytes(b"<svg")
    code, text = run("check", "my icons", "--json")
    told = json.loads(text)
    assert code == 4
    assert told["refused"] == [{"name": "owl.svg", "reason": "CC-BY-ND-4.0"}]
    assert [one["name"] for one in told["unreadable"]] == ["лиса.svg"]


def test_unreadable_items_alone_give_their_own_exit_code(folder):
    run("licence", "my icons", "MIT")
    (folder / "owl.svg").write_bytes(b"")
    assert run("check", "my icons")[0] == 2


def test_a_set_reserved_as_a_whole_is_refused(folder, tmp_path):
    row = {"id": "a", "license": "MIT", "viewbox": [0, 0, 24, 24], "svg": "<path d='M1 1h2'/>"}
    (tmp_path / "icons.jsonl").write_text(json.dumps(row))
    (tmp_path / "tdmrep.json").write_text('[{"location": "/icons.jsonl", "tdm-reservation": 1}]')
    code, text = run("check", "icons.jsonl")
    assert code == 4 and "tdmrep.json" in text


def test_drop_writes_a_listing_that_can_be_used(folder):
    run("licence", "my icons", "MIT")
    run("licence", "my icons/owl.svg", "no-training")
    code, text = run("drop", "my icons", "--json")
    told = json.loads(text)
    assert code == 0 and told["kept"] == 1 and told["refused"][0]["name"] == "owl.svg"
    assert run("check", told["path"])[0] == 0


def test_describe_counts_and_tells_the_habits(folder):
    run("licence", "my icons", "MIT", "--author", "Ада")
    code, text = run("describe", "my icons", "--json")
    told = json.loads(text)
    assert code == 0 and told["licences"] == {"MIT": 2} and told["authors"] == {"Ада": 2}
    assert told["habits"]["stroke_widths"] == {"2": 1.0} and isinstance(told["near_duplicates"], list)
    code, text = run("describe", "my icons", "--all")
    assert code == 0 and "habits of the hand" in text


def test_what_is_not_there_is_named(folder):
    with pytest.raises(DataError, match="no such dataset"):
        run("check", "nothing")
