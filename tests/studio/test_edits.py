"""What a designer may rely on when the studio edits her file: it stays, and its children say whose hand drew what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maquette.core.errors import CredentialError, MediaError, UsageError
from maquette.media.svg_splice import element_bytes
from maquette.studio import edits
from maquette.studio.studio import Studio

STARTER = Path(__file__).resolve().parents[2] / "src" / "maquette" / "starters" / "icon-1" / "weights.safetensors"
needs_model = pytest.mark.skipif(not STARTER.exists(), reason="the starter is not in this checkout")
HOUSE = """<?xml version="1.0"?>
<!-- drawn on a train -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#333" stroke-width="2"
     stroke-linecap="round" stroke-linejoin="round">
  <title>house</title>
  <path id='wall'  d="m3 9 9-7 9 7v11a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/>
  <path id="door" d="M9 22V12h6v10"/>
</svg>
"""


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    path = tmp_path / "дом.svg"
    path.write_text(HOUSE, encoding="utf-8")
    return path


@needs_model
def test_children_are_signed_and_what_was_not_named_is_byte_for_byte_the_same(studio, house, tmp_path):
    before = element_bytes(house.read_bytes())
    made = studio.edit_icon(house, {"replace": "2"}, count=2, out=tmp_path / "out")
    assert len(made.children) == 2 and made.sheet.is_file() and house.read_text(encoding="utf-8") == HOUSE
    for child in made.children:
        data = child.asset.path.read_bytes()
        assert child.exact and element_bytes(data)[0] == before[0]
        assert b"<!-- drawn on a train -->" in data and b'id="door"' not in data
        verdict = studio.verdict(child.asset.path)
        assert verdict.holds and child.asset.how == "edited" and child.asset.note.startswith("shape 2 replaced")
        story = verdict.story
        shapes = story["trace"]["shapes"]
        assert shapes[0] == {"by": "human", "was": 1} and {one["by"] for one in shapes[1:]} == {"machine"}
        assert story["action"] == "edited" and child.asset.parents
        assert story["model"]["name"] == "icon-1" or shapes[1]["from"] == "repeat"


def test_what_a_rule_draws_needs_no_model_and_is_told(studio, house, tmp_path):
    (child,) = studio.edit_icon(house, {"add": "plus"}, out=tmp_path).children
    story = studio.verdict(child.asset.path).story
    assert story["model"] is None and story["checkpoint"] == ""
    assert [one["by"] for one in story["trace"]["shapes"]] == ["human", "human", "machine", "machine"]
    assert child.asset.path.name == "дом-edited.svg" and "plus at the bottom right" in child.asset.note


def test_whose_hand_drew_a_shape_is_remembered_through_further_edits(studio, house, tmp_path):
    (first,) = studio.edit_icon(house, {"add": "plus"}, out=tmp_path).children
    (second,) = studio.edit_icon(first.asset.path, {"remove": "2"}, out=tmp_path).children
    shapes = studio.verdict(second.asset.path).story["trace"]["shapes"]
    assert [(one["by"], one["was"]) for one in shapes] == [("human", 1), ("machine", 3), ("machine", 4)]
    assert second.asset.parents == (first.asset.id,) and second.asset.path.name == "дом-edited-2.svg"
    rows = edits.listed(studio, second.asset.path)
    assert [(row["shape"], row["by"]) for row in rows] == [(1, "human"), (2, "machine"), (3, "machine")]


def test_what_the_drawing_cannot_hold_stays_in_the_file_and_is_said(studio, house, tmp_path):
    house.write_text(HOUSE.replace("</svg>", '<text x="2" y="9">Ada</text></svg>'), encoding="utf-8")
    made = studio.edit_icon(house, {"remove": "2"}, out=tmp_path / "out")
    assert b'<text x="2" y="9">Ada</text>' in made.children[0].asset.path.read_bytes()
    assert any("a text" in remark for remark in made.remarks)


def test_a_file_of_copies_is_written_anew_and_that_is_said(studio, tmp_path):
    path = tmp_path / "twins.svg"
    one = '<path id="a" d="M2 12h3" stroke="#000" stroke-width="2"/><use href="#a" x="9"/>'
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{one}</svg>')
    made = studio.edit_icon(path, {"remove": "2"}, out=tmp_path / "out")
    assert not made.children[0].exact and any("written anew" in remark for remark in made.remarks)


def test_a_file_whose_credential_does_not_hold_is_refused(studio, house, tmp_path):
    (child,) = studio.edit_icon(house, {"add": "dot"}, out=tmp_path).children
    path = child.asset.path
    path.write_bytes(path.read_bytes().replace(b"M9 22V12h6v10", b"M8 22V12h6v10"))
    with pytest.raises(CredentialError, match="does not hold") as error:
        studio.edit_icon(path, {"remove": "1"}, out=tmp_path)
    assert "adopt" in error.value.mend


def test_other_files_and_missing_ones_are_refused(studio, tmp_path):
    (tmp_path / "notes.svg").write_text("not an icon")
    for name in ("none.svg", "notes.svg"):
        with pytest.raises(MediaError):
            studio.edit_icon(tmp_path / name, {"remove": "1"}, out=tmp_path)
    with pytest.raises(UsageError, match="nothing to do"):
        path = tmp_path / "a.svg"
        path.write_text(HOUSE)
        studio.edit_icon(path, {}, out=tmp_path)
    assert not list(tmp_path.glob("*edited*"))


def test_unsigned_edits_say_so(studio, house, tmp_path):
    (child,) = studio.edit_icon(house, {"remove": "2"}, out=tmp_path, unsigned=True).children
    assert studio.verdict(child.asset.path).state == "unsigned" and "unsigned" in child.asset.credential["summary"]
    assert json.dumps(child.asset.as_dict())
