"""`maquette music score` and `roll`: pages, rolls and MusicXML of a piece, told and signed."""

from __future__ import annotations

import json

import pytest

from maquette.interfaces.cli.root import run
from maquette.media.score import Key, Note, Part, Score, regular_bars
from maquette.media.score_xml import read, to_xml


@pytest.fixture
def tune(tmp_path, monkeypatch):
    """A played tune in a folder of its own, as MusicXML that another program could have written."""
    monkeypatch.chdir(tmp_path)
    notes = tuple(Note(i * 480, 480, 60 + i % 8) for i in range(16))
    score = Score((Part("Flute", 73, notes),), regular_bars(4), (Key(0, 0),), title="Напев")
    path = tmp_path / "напев.musicxml"
    path.write_text(to_xml(score), encoding="utf-8")
    return path


def told(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_piece_is_written_for_notation_programs_beside_the_original_and_signed(tune, capsys):
    assert run(["music", "score", tune.name, "--as", "musicxml,mxl", "--json"]) == 0
    first, second = told(capsys)
    assert first["path"] == "напев-2.musicxml" and second["path"] == "напев.mxl"
    assert first["credential"]["signer"] and first["remarks"] == []
    assert read(tune.parent / "напев-2.musicxml").parts == read(tune).parts


def test_pages_and_bars_of_a_piece(tune, capsys):
    pytest.importorskip("verovio")
    line = ["music", "score", tune.name, "--as", "svg", "--paper", "strip", "--bars", "2-3", "--unsigned", "--json"]
    assert run(line) == 0
    (page,) = told(capsys)
    assert (tune.parent / page["path"]).read_text("utf-8").startswith("<svg")
    assert page["credential"]["summary"] == "unsigned, as asked"


def test_a_roll_is_drawn(tune, capsys):
    assert run(["music", "roll", tune.name, "--as", "png", "--bars", "1-2"]) == 0
    assert "напев-roll.png" in capsys.readouterr().out
    assert (tune.parent / "напев-roll.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (["score", "напев.musicxml", "--as", "pfd"], "did you mean pdf"),
        (["score", "напев.musicxml", "--as", "mxl", "--bars", "3-9"], "the piece has 4"),
        (["roll", "напев.musicxml", "--bars", "0-2"], "the piece has 4"),
        (["roll", "no.mid"], "no such file"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(tune, line, says, capsys):
    before = sorted(path.name for path in tune.parent.iterdir())
    assert run(["music", *line]) == 2
    assert says in capsys.readouterr().err
    assert sorted(path.name for path in tune.parent.iterdir()) == before
