"""Faces and voices of real people: only with a record of their consent."""

from __future__ import annotations

from pathlib import Path

import pytest

from maquette.core.errors import DataError, RightsError, UsageError
from maquette.data import likeness


def test_a_record_written_is_read_back_and_permits_what_it_says(tmp_path: Path) -> None:
    record = likeness.new("Анна Ковальская", ["face"], use="a short film", given="2026-03-01", until="2027-03-01")
    path = tmp_path / "anna.json"
    path.write_bytes(likeness.write(record))
    found = likeness.read(path)
    assert found.person == "Анна Ковальская" and len(found.sha256) == 64
    told = likeness.require([found], "face", nobody=False, where="clip.mp4", today="2026-05-01")
    assert told["people"][0]["person"] == "Анна Ковальская"
    assert "statement" not in told["people"][0]


def test_without_consent_nothing_is_done_to_a_face(tmp_path: Path) -> None:
    with pytest.raises(RightsError, match="consent"):
        likeness.require([], "face", nobody=False, where="clip.mp4")
    assert likeness.require([], "face", nobody=True, where="clip.mp4")["people"] == []


@pytest.mark.parametrize(("what", "until"), [("voice", ""), ("face", "2020-01-01")])
def test_consent_for_something_else_or_one_that_ended_counts_for_nothing(what: str, until: str) -> None:
    record = likeness.new("Bob", [what], given="2019-01-01", until=until)
    with pytest.raises(RightsError):
        likeness.require([record], "face", nobody=False, where="clip.mp4", today="2026-05-01")


def test_a_broken_record_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for text in ("{", "[]", '{"person": "A", "for": ["soul"]}', '{"person": "A", "for": ["face"], "until": "soon"}'):
        path.write_text(text)
        with pytest.raises(DataError):
            likeness.read(path)
    with pytest.raises(UsageError):
        likeness.new(" ", ["face"])
