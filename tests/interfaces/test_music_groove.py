"""`maquette music quantise, humanise, swing, groove`: signed children whose notes stay whose they were."""

from __future__ import annotations

import json

import pytest

from maquette.interfaces.cli.root import run
from maquette.media.score_table import read_score

TUNE = 'X:1\nT:Probe\nM:4/4\nL:1/8\nQ:1/4=150\nK:G\n"G"GABc d2 B2|"Am"c2 A2 "D7"A4|\n'


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Мелодия.abc").write_text(TUNE, encoding="utf-8")
    return tmp_path / "Мелодия.abc"


def told(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_timing_changes_and_notes_stay_by_hand(desk, capsys):
    assert run(["music", "humanise", str(desk), "--count", "2", "--seed", "3", "--json"]) == 0
    first, second = told(capsys)
    assert first["authorship"] == {"human": 2, "machine": 0, "machine-then-edited": 0}
    assert "ms on average" in first["note"] and first["seed"] == 3 and second["seed"] == 4
    assert run(["music", "quantise", first["path"], "--json"]) == 0
    (tight,) = told(capsys)
    before, after = read_score(desk), read_score(tight["path"])
    assert [(n.start, n.pitch) for n in after.parts[0].notes] == [(n.start, n.pitch) for n in before.parts[0].notes]


def test_a_swing_can_be_taken_over_as_a_groove(desk, capsys):
    assert run(["music", "swing", str(desk), "--ratio", "2", "--json"]) == 0
    (swung,) = told(capsys)
    assert run(["music", "groove", str(desk), "--like", swung["path"], "--json"]) == 0
    (grooved,) = told(capsys)
    starts = [[note.start for note in read_score(one["path"]).parts[0].notes] for one in (swung, grooved)]
    assert starts[0][:4] == [0, 320, 480, 800]
    assert starts[0] == starts[1]


def test_a_performance_without_a_groove_is_named(desk, capsys):
    assert run(["music", "groove", str(desk), "--like", str(desk)]) == 2
    assert "no groove" in capsys.readouterr().err
