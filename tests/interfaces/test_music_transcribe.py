"""`maquette music transcribe`: a hummed line becomes a signed score, and moves go on from it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from maquette.interfaces.cli.root import run
from maquette.media.score_table import read_score
from maquette.media.sound import Sound, write
from takes import RATE, TUNE, sung


@pytest.fixture
def hum(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return write(Sound(sung(TUNE)[:, None].astype(np.float32), RATE), tmp_path / "напев.wav")


def test_a_hummed_line_is_written_down_as_hers(hum, capsys):
    asked = ["--quantise", "1/8", "--bpm", "120", "--metre", "4/4", "--key", "F", "--json"]
    assert run(["music", "transcribe", str(hum), *asked]) == 0
    (told,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    score = read_score(told["path"])
    assert [note.pitch for note in score.parts[0].notes] == [pitch for pitch, _ in TUNE]
    assert told["authorship"]["machine"] == 0 and told["bpm"] == 120 and told["bpm_sure"] == 1
    assert score.key.tonic == 5


def test_guesses_are_said_to_be_guesses(hum, capsys):
    assert run(["music", "transcribe", str(hum)]) == 0
    heard = capsys.readouterr()
    assert "15 notes heard in напев.wav" in heard.out
    assert "tempo 120" in heard.err


@pytest.mark.parametrize(
    "wrong", [["--metre", "x"], ["--key", "H#"], ["--quantise", "1/7"], ["--from", "9", "--to", "3"], ["--bpm", "0"]]
)
def test_what_cannot_be_is_refused(hum, wrong, capsys):
    assert run(["music", "transcribe", str(hum), *wrong]) == 2
    assert not list(hum.parent.glob("*.mid"))
