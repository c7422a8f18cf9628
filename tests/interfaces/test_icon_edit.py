"""`maquette icon edit`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from maquette.core.errors import UsageError
from maquette.interfaces.cli.icon_edit import edit

STARTER = Path(__file__).resolve().parents[2] / "src" / "maquette" / "starters" / "icon-1" / "weights.safetensors"
HOUSE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round"><title>house</title>'
    '<path d="m3 9 9-7 9 7v11a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/><path id="door" d="M9 22V12h6v10"/></svg>'
)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "house.svg"
    path.write_text(HOUSE)
    return path


def run(*args: Any) -> Result:
    return CliRunner().invoke(edit, [str(one) for one in args], catch_exceptions=True, standalone_mode=False)


def test_the_shapes_are_listed_with_their_numbers(house):
    told = run(house, "--shapes").output
    assert "1  closed path" in told and "#door" in told and "by hand" in told
    rows = [json.loads(line) for line in run(house, "--shapes", "--json").output.splitlines()]
    assert [(row["shape"], row["id"], row["box"]) for row in rows][1] == (2, "door", [9.0, 12.0, 15.0, 22.0])


def test_a_badge_is_added_and_the_sheet_is_beside_it(house):
    result = run(house, "--add", "plus", "--out", "edits")
    assert (
        result.exception is None
        and Path("edits/house-edited.svg").is_file()
        and Path("edits/house-changes.svg").is_file()
    )
    assert "plus at the bottom right" in result.output and "2 new" in result.output


@pytest.mark.skipif(not STARTER.exists(), reason="the starter is not in this checkout")
def test_a_shape_is_replaced_by_what_words_say(house):
    result = run(house, "--replace", "door", "a window", "--count", "2", "--out", "edits", "--json")
    assert result.exception is None, result.output
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(rows) == 2 and all(row["exact"] and row["shapes"][0] == {"by": "human", "was": 1} for row in rows)
    assert all(row["note"].startswith("shape 2 replaced by a window") for row in rows)


@pytest.mark.parametrize("wrong", [("--keep", "7"), ("--keep", "1", "--replace", "1"), (), ("--add", "moustache")])
def test_what_cannot_be_done_is_refused_before_anything_is_written(house, wrong):
    assert isinstance(run(house, *wrong).exception, UsageError)
    assert [path.name for path in house.parent.iterdir()] == ["house.svg"]
